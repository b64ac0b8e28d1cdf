/* Atoms: single comparisons as sets of classes.
 *
 * In: a comparison whose sides are facts, constants, sums of them, or terms that come down to these. Out: the classes where it is
 * what is wanted, or that it is no matter of classes. A class "missing" is always among them: the comparison is then open (or the
 * fact is optional, and the language has made sure that the condition does not depend on it).
 */
#include "compile/expand.h"

#include "base/date.h"

/* set: classes where it is what is wanted; "missing" is added. */
static struct disjunction literal(struct expander *x, const struct column *column, struct class_set *set, bool exact) {
  class_add(set, column->class_count - 1);
  return disjunction_literal(x->arena, (uint32_t)(column - x->c->columns), column->class_count, set, exact && !column->vague,
                             &x->failed);
}

/* NULL: out of memory, or (settled) a column that was not gathered, which is opaque. */
static struct column *column_for(struct expander *x, uint32_t kind, uint32_t fact, uint32_t other, uint32_t member,
                                 bool *reversed) {
  struct column *column = column_of(x->c, kind, fact, other, member, reversed);
  if (!column && x->gathering) x->failed = true;
  return column;
}

/* ---- values one by one: choices, texts, flags, members of sets ---- */

static struct disjunction values_atom(struct expander *x, uint32_t fact, const int64_t *values, uint32_t count, bool want) {
  bool reversed;
  struct column *column = column_for(x, column_kind_of(x->c, fact), fact, NO_INDEX, 0, &reversed);
  if (!column) return expand_opaque();
  if (x->gathering) {
    if (column->kind == COLUMN_TEXT) column_split(column, values, count);
    return disjunction_all(true);
  }
  struct class_set set = {0};
  bool exact = column_values(column, values, count, want, &set);
  return literal(x, column, &set, exact);
}

struct disjunction atom_flag(struct expander *x, uint32_t fact, bool want) {
  int64_t yes = 1;
  return values_atom(x, fact, &yes, 1, want);
}

struct disjunction atom_given(struct expander *x, uint32_t fact, bool want) {
  bool reversed, optional = x->c->model->facts[fact].optional;
  struct column *column = column_for(x, column_kind_of(x->c, fact), fact, NO_INDEX, 0, &reversed);
  if (!column) return expand_opaque();
  if (x->gathering) return disjunction_all(true);
  struct class_set set = {0};
  if (want) class_add_range(&set, 0, column->class_count - 1);
  if (!optional || column->vague || !want) return literal(x, column, &set, true);
  return disjunction_literal(x->arena, (uint32_t)(column - x->c->columns), column->class_count, &set, true, &x->failed);
}

static struct disjunction member_atom(struct expander *x, uint32_t fact, uint32_t member, bool want) {
  bool reversed;
  struct column *column = column_for(x, COLUMN_MEMBER, fact, NO_INDEX, member, &reversed);
  if (!column) return expand_opaque();
  if (x->gathering) return disjunction_all(true);
  struct class_set set = {0};
  class_add(&set, want);
  return literal(x, column, &set, true);
}

static bool set_holds(enum operator op, uint64_t set, uint64_t mask) {
  if (op == OP_HAS_ALL) return (set & mask) == mask;
  return op == OP_HAS_ANY ? (set & mask) != 0 : set == mask;
}

/* Membership by membership. */
static struct disjunction members_atom(struct expander *x, enum operator op, uint32_t fact, uint64_t mask, bool want) {
  uint32_t count = x->c->model->facts[fact].value_count;
  bool all = op != OP_HAS_ANY; /* all memberships must be as asked for; else one of them */
  struct disjunction d = all == want ? disjunction_all(true) : disjunction_none();
  for (uint32_t m = 0; m < count; m++) {
    bool named = mask >> m & 1;
    if (op != OP_EQUAL && !named) continue;
    struct disjunction one = member_atom(x, fact, m, named == want);
    d = all == want ? expand_and(x, d, one) : expand_or(x, d, one);
  }
  return d;
}

static enum atom sets(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  const struct program_node *set, *mask;
  enum atom atom = linear_resolve(x, kid_of(x, node, 0), &set);
  if (atom == ATOM_DONE) atom = linear_resolve(x, kid_of(x, node, 1), &mask);
  if (atom != ATOM_DONE) return atom;
  enum operator op = node->op == OP_NOT_EQUAL ? OP_EQUAL : (enum operator)node->op;
  if (node->op == OP_NOT_EQUAL) want = !want;
  if (mask->op != OP_CONST || (set->op != OP_CONST && set->op != OP_FACT)) return ATOM_OPAQUE;
  if (set->op == OP_CONST) {
    *out = set_holds(op, (uint64_t)set->value, (uint64_t)mask->value) == want ? disjunction_all(true) : disjunction_none();
    return ATOM_DONE;
  }
  /* Trivial, but open where the set is missing: not said in classes. */
  if (op != OP_EQUAL && mask->value == 0) return ATOM_OPAQUE;
  *out = members_atom(x, op, set->index, (uint64_t)mask->value, want);
  return ATOM_DONE;
}

/* `is`, `is one of`, and `=` of names. */
static enum atom names(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  const struct program_node *name;
  enum atom atom = linear_resolve(x, kid_of(x, node, 0), &name);
  if (atom != ATOM_DONE) return atom;
  uint32_t count = node->kid_count - 1;
  int64_t *values = arena_take(x->arena, (size_t)count * sizeof *values);
  if (!values) {
    x->failed = true;
    return ATOM_OPAQUE;
  }
  for (uint32_t i = 0; i < count; i++) {
    const struct program_node *value = kid_of(x, node, i + 1);
    atom = linear_resolve(x, value, &value);
    if (atom != ATOM_DONE) return atom;
    if (value->op == OP_FACT && name->op == OP_CONST && count == 1) {
      const struct program_node *swap = value;
      value = name;
      name = swap;
    }
    if (value->op != OP_CONST) return ATOM_OPAQUE;
    values[i] = value->value;
  }
  if (node->op == OP_NOT_EQUAL) want = !want;
  if (name->op == OP_FACT) {
    *out = values_atom(x, name->index, values, count, want);
    return ATOM_DONE;
  }
  if (name->op != OP_CONST) return ATOM_OPAQUE;
  bool found = false;
  for (uint32_t i = 0; i < count; i++) found = found || values[i] == name->value;
  *out = found == want ? disjunction_all(true) : disjunction_none();
  return ATOM_DONE;
}

/* `F is yes`, `F = G`: with a constant on a side, the other side as a condition. */
static enum atom flags(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  const struct program_node *a = kid_of(x, node, 0), *b = kid_of(x, node, 1);
  if (a->op == OP_CONST) {
    const struct program_node *swap = a;
    a = b;
    b = swap;
  }
  if (b->op != OP_CONST) return ATOM_OPAQUE;
  *out = expand_condition(x, a, (want == (node->op == OP_EQUAL)) == (b->value == 1));
  return ATOM_DONE;
}

/* ---- intervals ---- */

static int64_t mirrored(int64_t bound) { return bound == INT64_MIN ? INT64_MAX : bound == INT64_MAX ? INT64_MIN : -bound; }

/* The column's value lies in [low, high]; INT64_MIN and INT64_MAX: no bound. */
static struct disjunction interval(struct expander *x, uint32_t kind, uint32_t fact, uint32_t other, int64_t low, int64_t high,
                                   bool want) {
  bool reversed;
  if (!column_has_codes(x->c, fact) || (other != NO_INDEX && !column_has_codes(x->c, other))) return expand_opaque();
  struct column *column = column_for(x, kind, fact, other, 0, &reversed);
  if (!column) return expand_opaque();
  if (reversed) {
    int64_t swap = low;
    low = mirrored(high);
    high = mirrored(swap);
  }
  if (x->gathering) {
    if (!column_cut(x->c, column, low, high)) x->failed = true;
    return disjunction_all(true);
  }
  struct class_set set = {0};
  bool exact = column_interval(column, low, high, want, &set);
  return literal(x, column, &set, exact);
}

static enum operator flipped(enum operator op) {
  switch (op) {
  case OP_LESS: return OP_GREATER;
  case OP_LESS_EQUAL: return OP_GREATER_EQUAL;
  case OP_GREATER: return OP_LESS;
  case OP_GREATER_EQUAL: return OP_LESS_EQUAL;
  default: return op;
  }
}

/* Where `value op bound` holds (`!=` as `=`). */
static void interval_of(enum operator op, int64_t bound, int64_t *low, int64_t *high) {
  *low = op == OP_LESS || op == OP_LESS_EQUAL ? INT64_MIN : bound;
  *high = op == OP_GREATER || op == OP_GREATER_EQUAL ? INT64_MAX : bound;
  bool none = (op == OP_LESS && bound == INT64_MIN) || (op == OP_GREATER && bound == INT64_MAX);
  if (op == OP_LESS && !none) *high = bound - 1;
  if (op == OP_GREATER && !none) *low = bound + 1;
  if (none) *low = 1, *high = 0;
}

/* The same for a bound that may be no whole number, or beyond all values. */
static void interval_of_number(enum operator op, const struct number *bound, int64_t *low, int64_t *high) {
  struct number below;
  int64_t whole;
  bool less = op == OP_LESS || op == OP_LESS_EQUAL, greater = op == OP_GREATER || op == OP_GREATER_EQUAL;
  if (number_floor(&below, bound) == NUMBER_OK && number_to_int64(&below, &whole)) {
    if (number_is_whole(bound))
      interval_of(op, whole, low, high);
    else if (less || greater)
      interval_of(less ? OP_LESS_EQUAL : OP_GREATER, whole, low, high);
    else
      *low = 1, *high = 0;
    return;
  }
  bool all = number_sign(bound) > 0 ? less : greater;
  *low = all ? INT64_MIN : 1;
  *high = all ? INT64_MAX : 0;
}

/* linear op 0 */
static enum atom linear_atom(struct expander *x, const struct linear *l, enum operator op, bool want, struct disjunction *out) {
  if (op == OP_NOT_EQUAL) want = !want;
  struct number bound, scale;
  int64_t low, high;
  number_set(&scale, l->scale == 0 ? 1 : l->scale);
  if (number_multiply(&bound, &l->constant, &scale) != NUMBER_OK) return ATOM_OPAQUE;
  bool only_minus = l->plus == NO_INDEX && l->minus != NO_INDEX;
  if (only_minus)
    op = flipped(op);
  else
    number_negate(&bound, &bound);
  interval_of_number(op, &bound, &low, &high);
  if (only_minus) {
    *out = interval(x, COLUMN_CUTS, l->minus, NO_INDEX, low, high, want);
  } else if (l->minus == NO_INDEX && l->plus != NO_INDEX) {
    *out = interval(x, COLUMN_CUTS, l->plus, NO_INDEX, low, high, want);
  } else if (l->plus == NO_INDEX) {
    *out = (low <= 0 && high >= 0) == want ? disjunction_all(true) : disjunction_none();
  } else {
    const struct fact *facts = x->c->model->facts;
    if (l->plus == l->minus || facts[l->plus].type != facts[l->minus].type || !columns_fit(x->c, l->plus, l->minus))
      return ATOM_OPAQUE;
    if (!columns_fit(x->c, l->minus, l->plus)) return ATOM_OPAQUE;
    *out = interval(x, COLUMN_DIFFERENCE, l->plus, l->minus, low, high, want);
  }
  return ATOM_DONE;
}

/* ---- months: D against E + n months ---- */

static bool months_fit(struct expander *x, uint32_t date, uint32_t start, int64_t months) {
  if (date == start || months < -12000 || months > 12000) return false;
  return linear_guard(x, start, months * 31 + (months < 0 ? -31 : 31));
}

/* D op E + n months. The column tells the least n that reaches D: exact for <= and >, a superset for the others. */
static enum atom months_atom(struct expander *x, uint32_t date, enum operator op, uint32_t start, int64_t months, bool want,
                             struct disjunction *out) {
  if (!months_fit(x, date, start, months)) return ATOM_OPAQUE;
  if (op == OP_NOT_EQUAL || op == OP_GREATER || op == OP_GREATER_EQUAL) {
    op = op == OP_NOT_EQUAL ? OP_EQUAL : op == OP_GREATER ? OP_LESS_EQUAL : OP_LESS;
    want = !want;
  }
  if (op == OP_LESS_EQUAL) {
    *out = interval(x, COLUMN_MONTHS, date, start, INT64_MIN, months, want);
    return ATOM_DONE;
  }
  int64_t low = op == OP_EQUAL || !want ? months : INT64_MIN, high = want ? months : INT64_MAX;
  if (op == OP_EQUAL && !want) return ATOM_OPAQUE;
  *out = expand_and(x, interval(x, COLUMN_MONTHS, date, start, low, high, true), disjunction_all(false));
  return ATOM_DONE;
}

/* E + n months or E - n months of a date fact. */
static enum atom months_side(struct expander *x, const struct program_node *node, uint32_t *start, int64_t *months) {
  const struct program_node *sum, *fact, *duration;
  enum atom atom = linear_resolve(x, node, &sum);
  if (atom != ATOM_DONE) return atom;
  if ((sum->op != OP_ADD && sum->op != OP_SUBTRACT) || sum->type != TYPE_DATE || kid_of(x, sum, 1)->type != TYPE_MONTHS)
    return ATOM_OPAQUE;
  atom = linear_resolve(x, kid_of(x, sum, 0), &fact);
  if (atom == ATOM_DONE) atom = linear_resolve(x, kid_of(x, sum, 1), &duration);
  if (atom != ATOM_DONE) return atom;
  if (fact->op != OP_FACT || duration->op != OP_CONST || duration->value == INT64_MIN) return ATOM_OPAQUE;
  *start = fact->index;
  *months = sum->op == OP_ADD ? duration->value : -duration->value;
  return ATOM_DONE;
}

static void use_bindings_anew(struct expander *x) {
  for (uint32_t i = 0; i < x->binding_count; i++) x->bindings[i].used = false;
}

/* A date fact on one side, months from another on the other. ATOM_OPAQUE: some other shape. */
static enum atom months_comparison(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  for (uint32_t side = 0; side < 2; side++) {
    const struct program_node *date;
    uint32_t start;
    int64_t months;
    use_bindings_anew(x);
    enum atom atom = months_side(x, kid_of(x, node, side), &start, &months);
    if (atom == ATOM_DONE) atom = linear_resolve(x, kid_of(x, node, 1 - side), &date);
    if (atom == ATOM_SPLIT) return atom;
    if (atom != ATOM_DONE || date->op != OP_FACT) continue;
    return months_atom(x, date->index, side == 1 ? (enum operator)node->op : flipped((enum operator)node->op), start, months,
                       want, out);
  }
  return ATOM_OPAQUE;
}

/* D within n months of E; D more than n months after E. */
static enum atom months_window(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  const struct program_node *date, *duration, *start;
  enum atom atom = linear_resolve(x, kid_of(x, node, 0), &date);
  if (atom == ATOM_DONE) atom = linear_resolve(x, kid_of(x, node, 1), &duration);
  if (atom == ATOM_DONE) atom = linear_resolve(x, kid_of(x, node, 2), &start);
  if (atom != ATOM_DONE) return atom;
  if (date->op != OP_FACT || duration->op != OP_CONST) return ATOM_OPAQUE;
  bool after = node->op == OP_MORE_AFTER, counting = node->flags & WITHIN_COUNTING;
  if (start->op == OP_CONST) {
    int32_t end;
    if (!date_add_months((int32_t)start->value, duration->value, x->c->model->month_end, &end)) return ATOM_OPAQUE;
    *out = after ? interval(x, COLUMN_CUTS, date->index, NO_INDEX, (int64_t)end + 1, INT64_MAX, want)
                 : interval(x, COLUMN_CUTS, date->index, NO_INDEX, start->value, (int64_t)end - counting, want);
    return ATOM_DONE;
  }
  if (start->op != OP_FACT) return ATOM_OPAQUE;
  struct disjunction end, begin;
  atom = months_atom(x, date->index,
                     after      ? OP_GREATER
                     : counting ? OP_LESS
                                : OP_LESS_EQUAL,
                     start->index, duration->value, want, &end);
  if (atom != ATOM_DONE || after) {
    *out = end;
    return atom;
  }
  begin = interval(x, COLUMN_DIFFERENCE, date->index, start->index, 0, INT64_MAX, want);
  *out = want ? expand_and(x, begin, end) : expand_or(x, begin, end);
  return ATOM_DONE;
}

/* ---- comparisons and windows of days, hours, numbers ---- */

/* Two facts and a constant: nearly all windows. */
static bool is_plain_window(struct expander *x, const struct program_node *node) {
  const struct program_node *date = kid_of(x, node, 0), *duration = kid_of(x, node, 1), *start = kid_of(x, node, 2);
  return date->op == OP_FACT && start->op == OP_FACT && duration->op == OP_CONST && date->index != start->index &&
         duration->value >= 0 && linear_guard(x, start->index, duration->value) && columns_fit(x->c, date->index, start->index);
}

static enum atom days_window(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  const struct program_node *date = kid_of(x, node, 0), *duration = kid_of(x, node, 1), *start = kid_of(x, node, 2);
  bool counting = node->flags & WITHIN_COUNTING;
  if (is_plain_window(x, node)) {
    int64_t low = node->op == OP_MORE_AFTER ? duration->value + 1 : 0,
            high = node->op == OP_MORE_AFTER ? INT64_MAX : duration->value - counting;
    *out = interval(x, COLUMN_DIFFERENCE, date->index, start->index, low, high, want);
    return ATOM_DONE;
  }
  struct linear from, length, end;
  enum atom atom = linear_of(x, date, &from);
  if (atom == ATOM_DONE) atom = linear_of(x, duration, &length);
  if (atom == ATOM_DONE) atom = linear_of(x, start, &end);
  if (atom != ATOM_DONE) return atom;
  struct linear until = from;
  if (!linear_subtract(&from, &end) || length.plus != NO_INDEX || length.minus != NO_INDEX) return ATOM_OPAQUE;
  if (number_add(&end.constant, &end.constant, &length.constant) != NUMBER_OK ||
      !linear_is_point(x, (enum value_type)start->type, &end))
    return ATOM_OPAQUE;
  if (!linear_subtract(&until, &end)) return ATOM_OPAQUE;
  if (node->op == OP_MORE_AFTER) return linear_atom(x, &until, OP_GREATER, want, out);
  struct disjunction after, before;
  atom = linear_atom(x, &from, OP_GREATER_EQUAL, want, &after);
  if (atom == ATOM_DONE) atom = linear_atom(x, &until, counting ? OP_LESS : OP_LESS_EQUAL, want, &before);
  if (atom == ATOM_DONE) *out = want ? expand_and(x, after, before) : expand_or(x, after, before);
  return atom;
}

static enum atom window(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  if (node->flags & WITHIN_ROLLING) return ATOM_OPAQUE;
  switch (kid_of(x, node, 1)->type) {
  case TYPE_MONTHS: return months_window(x, node, want, out);
  case TYPE_DAYS:
  case TYPE_HOURS: return days_window(x, node, want, out);
  default: return ATOM_OPAQUE;
  }
}

static enum atom ordered(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  const struct program_node *a = kid_of(x, node, 0), *b = kid_of(x, node, 1);
  if (a->op == OP_FACT && b->op == OP_CONST && a->type == b->type) { /* nearly all of them */
    int64_t low, high;
    interval_of((enum operator)node->op, b->value, &low, &high);
    *out = interval(x, COLUMN_CUTS, a->index, NO_INDEX, low, high, want == (node->op != OP_NOT_EQUAL));
    return ATOM_DONE;
  }
  if (a->type == TYPE_DATE) {
    enum atom atom = months_comparison(x, node, want, out);
    if (atom != ATOM_OPAQUE) return atom;
    use_bindings_anew(x);
  }
  struct linear first, second;
  enum atom atom = linear_of(x, a, &first);
  if (atom == ATOM_DONE) atom = linear_of(x, b, &second);
  if (atom != ATOM_DONE) return atom;
  return linear_subtract(&first, &second) ? linear_atom(x, &first, (enum operator)node->op, want, out) : ATOM_OPAQUE;
}

static enum atom between(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  const struct program_node *value = kid_of(x, node, 0), *least = kid_of(x, node, 1), *most = kid_of(x, node, 2);
  if (value->op == OP_FACT && least->op == OP_CONST && most->op == OP_CONST && value->type == least->type &&
      value->type == most->type) {
    *out = interval(x, COLUMN_CUTS, value->index, NO_INDEX, least->value, most->value, want);
    return ATOM_DONE;
  }
  struct linear from, until, low, high;
  struct disjunction above, below;
  enum atom atom = linear_of(x, kid_of(x, node, 0), &from);
  if (atom == ATOM_DONE) atom = linear_of(x, kid_of(x, node, 1), &low);
  if (atom == ATOM_DONE) atom = linear_of(x, kid_of(x, node, 2), &high);
  if (atom != ATOM_DONE) return atom;
  until = from;
  if (!linear_subtract(&from, &low) || !linear_subtract(&until, &high)) return ATOM_OPAQUE;
  /* One operator: open while any operand is, even where the other half is false. With one pair of facts both halves are open at
   * once. */
  if (from.plus != until.plus || from.minus != until.minus) return ATOM_OPAQUE;
  atom = linear_atom(x, &from, OP_GREATER_EQUAL, want, &above);
  if (atom == ATOM_DONE) atom = linear_atom(x, &until, OP_LESS_EQUAL, want, &below);
  if (atom == ATOM_DONE) *out = want ? expand_and(x, above, below) : expand_or(x, above, below);
  return atom;
}

enum atom atom_compare(struct expander *x, const struct program_node *node, bool want, struct disjunction *out) {
  use_bindings_anew(x);
  switch (node->op) {
  case OP_HAS_ANY:
  case OP_HAS_ALL: return sets(x, node, want, out);
  case OP_ONE_OF: break;
  case OP_WITHIN:
  case OP_MORE_AFTER: return window(x, node, want, out);
  case OP_BETWEEN: return between(x, node, want, out);
  default: break;
  }
  switch (kid_of(x, node, 0)->type) {
  case TYPE_FLAG: return flags(x, node, want, out);
  case TYPE_SET: return sets(x, node, want, out);
  case TYPE_CHOICE:
  case TYPE_TEXT: return names(x, node, want, out);
  case TYPE_VERDICT:
  case TYPE_RULE: return ATOM_OPAQUE;
  default: return ordered(x, node, want, out);
  }
}
