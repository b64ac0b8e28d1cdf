/* Check, comparisons: equality, order, between, and the distance of dates and instants.
 *
 * In: relations whose right side is an expression. Out: flags. Numbers, money and durations have signs (`<`), dates and instants
 * words (`before`); texts and choices are only equal or not.
 */
#include "language/check_internal.h"

static bool is_ordered(enum value_type type) {
  return check_is_bare(type) || type == TYPE_PERCENT || type == TYPE_MONEY || check_is_duration(type);
}

static bool is_moment(enum value_type type) { return type == TYPE_DATE || type == TYPE_INSTANT; }

/* ---- sides that do not fit ---- */

/* `requested_on - delivered_on <= 24 months` is what `within` is for. */
static void hint_at_sides(struct checker *c, const struct syntax *a, enum value_type a_type, const struct syntax *b,
                          enum value_type b_type) {
  struct diagnostics *diagnostics = diagnostics_of(c);
  struct text left = checker_snippet(c, a), right = checker_snippet(c, b);
  if (a_type == TYPE_INSTANT && b_type == TYPE_DATE) {
    diagnostics_hint(diagnostics, "write `day of %t`", &left);
  } else if (a_type == TYPE_DATE && b_type == TYPE_INSTANT) {
    diagnostics_hint(diagnostics, "write `day of %t`", &right);
  } else if (check_is_duration(a_type) && check_is_duration(b_type) && a->kind == SYNTAX_SUBTRACT) {
    struct text later = checker_snippet(c, a->kids[0]), earlier = checker_snippet(c, a->kids[1]);
    diagnostics_hint(diagnostics, "write `%t within %t of %t`", &later, &right, &earlier);
  } else if (check_is_duration(a_type) && check_is_duration(b_type)) {
    diagnostics_hint(diagnostics, "days, months, hours and working days have no fixed length in one another");
  }
}

static void report_sides(struct checker *c, const struct syntax *syntax, const struct syntax *a, enum value_type a_type,
                         const struct syntax *b, enum value_type b_type) {
  struct text left = checker_snippet(c, a), right = checker_snippet(c, b);
  diagnostics_error(diagnostics_of(c), "R0502", checker_place(c, syntax), "`%t` is %s and `%t` is %s: they cannot be compared",
                    &left, check_type_phrase(a_type), &right, check_type_phrase(b_type));
  hint_at_sides(c, a, a_type, b, b_type);
}

/* A count that is compared with a fraction would never be equal, and would be rounded in the reader's head. */
static bool fractions_fit(struct checker *c, struct expr **kids, const struct syntax *const *syntaxes, uint32_t count) {
  bool counts = false;
  for (uint32_t i = 0; i < count; i++) {
    if (kids[i]->type == TYPE_DECIMAL) return true;
    counts = counts || kids[i]->type == TYPE_COUNT;
  }
  for (uint32_t i = 0; i < count && counts; i++) {
    if (kids[i]->type != TYPE_NUMBER || kids[i]->whole) continue;
    struct text written = checker_snippet(c, syntaxes[i]);
    diagnostics_error(diagnostics_of(c), "R0505", checker_place(c, syntaxes[i]),
                      "`%t` is compared with a count, which is a whole number", &written);
    return false;
  }
  return true;
}

/* The type that all kids have in common. TYPE_NONE: reported. */
static enum value_type common_type(struct checker *c, const struct syntax *syntax, struct expr **kids) {
  uint32_t odd = 0, typed = 0;
  bool reported;
  const struct syntax *const *syntaxes = (const struct syntax *const *)syntax->kids;
  enum value_type type = check_bare_unify(c, kids, syntaxes, syntax->kid_count, &odd, &reported);
  if (reported) return TYPE_NONE;
  if (type != TYPE_NONE) return check_is_bare(type) && !fractions_fit(c, kids, syntaxes, syntax->kid_count) ? TYPE_NONE : type;
  while (check_is_bare(kids[typed]->type)) typed++;
  uint32_t first = typed < odd ? typed : odd, second = typed < odd ? odd : typed;
  report_sides(c, syntax, syntaxes[first], kids[first]->type, syntaxes[second], kids[second]->type);
  return TYPE_NONE;
}

/* ---- = != < before ... ---- */

struct relation {
  const char *sign, *word;
  enum operator op;
};

static struct relation relation_of(enum syntax_kind kind) {
  switch (kind) {
  case SYNTAX_EQUAL: return (struct relation){"=", NULL, OP_EQUAL};
  case SYNTAX_NOT_EQUAL: return (struct relation){"!=", NULL, OP_EQUAL};
  case SYNTAX_LESS: return (struct relation){"<", "before", OP_LESS};
  case SYNTAX_LESS_EQUAL: return (struct relation){"<=", "on or before", OP_LESS_EQUAL};
  case SYNTAX_GREATER: return (struct relation){">", "after", OP_GREATER};
  case SYNTAX_GREATER_EQUAL: return (struct relation){">=", "on or after", OP_GREATER_EQUAL};
  case SYNTAX_BEFORE: return (struct relation){"<", "before", OP_LESS};
  case SYNTAX_AFTER: return (struct relation){">", "after", OP_GREATER};
  case SYNTAX_ON: return (struct relation){"=", "on", OP_EQUAL};
  case SYNTAX_ON_OR_BEFORE: return (struct relation){"<=", "on or before", OP_LESS_EQUAL};
  default: return (struct relation){">=", "on or after", OP_GREATER_EQUAL};
  }
}

static bool is_value_literal(const struct syntax *syntax) {
  return syntax->kind == SYNTAX_STRING || syntax->kind == SYNTAX_YES || syntax->kind == SYNTAX_NO || syntax->kind == SYNTAX_NONE;
}

/* `reason = defective`: behind `=` stands a name or an amount, never a declared value. true: that is what is wrong, reported. */
static bool refuse_value(struct checker *c, const struct syntax *syntax, const struct expr *left) {
  enum check_name kind;
  uint32_t index;
  const struct syntax *right = syntax->kids[1];
  bool equality = syntax->kind == SYNTAX_EQUAL || syntax->kind == SYNTAX_NOT_EQUAL;
  bool has_values = left->type == TYPE_CHOICE || left->type == TYPE_SET || left->type == TYPE_TEXT || left->type == TYPE_FLAG ||
                    left->type == TYPE_VERDICT || left->type == TYPE_RULE;
  if (!equality || !has_values ||
      (!is_value_literal(right) && (right->kind != SYNTAX_NAME || check_find_name(c, right->text, &kind, &index))))
    return false;
  const struct fact *fact = check_values_of(c, left);
  struct text best;
  bool declared = fact ? fact_value_index(fact, right->text) != NO_INDEX
                       : left->type != TYPE_FLAG && !check_find_nearest(c, right->text, &best);
  if (right->kind == SYNTAX_NAME && !declared) return false; /* an unknown name */
  struct text name = checker_snippet(c, syntax->kids[0]), value = checker_snippet(c, right);
  bool negative = syntax->kind == SYNTAX_NOT_EQUAL;
  diagnostics_error(diagnostics_of(c), "R0309", checker_place(c, right), "`%t` is a value, and `%s` compares names and amounts",
                    &value, negative ? "!=" : "=");
  if (right->kind == SYNTAX_NONE)
    diagnostics_hint(diagnostics_of(c), "write `%t is %sempty`", &name, negative ? "not " : "");
  else if (left->type == TYPE_SET)
    diagnostics_hint(diagnostics_of(c), "write `%t has %s%t`", &name, negative ? "no " : "", &value);
  else
    diagnostics_hint(diagnostics_of(c), "write `%t is %s%t`", &name, negative ? "not " : "", &value);
  return true;
}

/* What the type does not have. true: reported. */
static bool refuse_relation(struct checker *c, const struct syntax *syntax, const struct relation *relation,
                            enum value_type type) {
  struct diagnostics *diagnostics = diagnostics_of(c);
  bool is_word = syntax->kind >= SYNTAX_BEFORE, equality = relation->op == OP_EQUAL;
  if (is_word ? is_moment(type) : is_ordered(type)) return false;
  if (!is_word && equality) {
    if (type != TYPE_VERDICT && type != TYPE_RULE) return false;
    diagnostics_error(diagnostics, "R0506", checker_place(c, syntax), "%s is compared by `is`", check_type_phrase(type));
    return true;
  }
  struct text left = checker_snippet(c, syntax->kids[0]), right = checker_snippet(c, syntax->kids[1]);
  const char *used = is_word ? relation->word : relation->sign;
  if (is_moment(type) || is_ordered(type)) {
    diagnostics_error(diagnostics, "R0506", checker_place(c, syntax), "`%t` is %s, which `%s` does not compare", &left,
                      check_type_phrase(type), used);
    diagnostics_hint(diagnostics, "write `%t %s %t`", &left, is_word ? relation->sign : relation->word, &right);
  } else {
    diagnostics_error(diagnostics, "R0506", checker_place(c, syntax), "`%t` is %s, and %s has no order: `%s` does not compare it",
                      &left, check_type_phrase(type), check_type_phrase(type), used);
  }
  return true;
}

struct expr *check_comparison(struct checker *c, const struct syntax *syntax) {
  struct relation relation = relation_of(syntax->kind);
  struct expr *left = check_node(c, syntax->kids[0]);
  if (left && refuse_value(c, syntax, left)) return NULL;
  struct expr *right = check_node(c, syntax->kids[1]);
  if (!left || !right) return NULL;
  struct expr *kids[] = {left, right};
  enum value_type type = common_type(c, syntax, kids);
  if (type == TYPE_NONE || refuse_relation(c, syntax, &relation, type)) return NULL;
  const struct fact *a = check_values_of(c, left), *b = check_values_of(c, right);
  if ((a || b) && !check_same_values(a, b)) {
    struct text x = checker_snippet(c, syntax->kids[0]), y = checker_snippet(c, syntax->kids[1]);
    diagnostics_error(diagnostics_of(c), "R0513", checker_place(c, syntax),
                      "`%t` and `%t` have different declared values: they cannot be compared", &x, &y);
    return NULL;
  }
  struct expr *expr = checker_node(c, syntax, relation.op, TYPE_FLAG, left, right, NULL);
  return syntax->kind == SYNTAX_NOT_EQUAL ? checker_unequal(c, syntax, expr) : expr;
}

struct expr *check_between(struct checker *c, const struct syntax *syntax) {
  struct expr *kids[3];
  bool good = true;
  for (uint32_t i = 0; i < 3; i++) {
    kids[i] = check_node(c, syntax->kids[i]);
    good = good && kids[i];
  }
  enum value_type type = good ? common_type(c, syntax, kids) : TYPE_NONE;
  if (type == TYPE_NONE) return NULL;
  if (is_ordered(type) || is_moment(type)) return checker_node(c, syntax, OP_BETWEEN, TYPE_FLAG, kids[0], kids[1], kids[2]);
  struct text written = checker_snippet(c, syntax->kids[0]);
  diagnostics_error(diagnostics_of(c), "R0506", checker_place(c, syntax), "`%t` is %s, and %s has no order: nothing lies between",
                    &written, check_type_phrase(type), check_type_phrase(type));
  return NULL;
}

/* ---- D within W of E, D more than W after E ---- */

static bool check_moments(struct checker *c, const struct syntax *syntax, enum value_type a, enum value_type b) {
  bool good = true;
  for (uint32_t i = 0; i < 3; i += 2) {
    enum value_type type = i ? b : a;
    if (is_moment(type)) continue;
    struct text written = checker_snippet(c, syntax->kids[i]);
    diagnostics_error(diagnostics_of(c), "R0506", checker_place(c, syntax->kids[i]),
                      "`%t` is %s, and a date or an instant is needed here", &written, check_type_phrase(type));
    good = false;
  }
  if (good && a != b) {
    report_sides(c, syntax, syntax->kids[0], a, syntax->kids[2], b);
    return false;
  }
  return good;
}

static bool check_span_of_time(struct checker *c, const struct syntax *syntax, enum value_type moment, struct expr *duration) {
  const struct syntax *written = syntax->kids[1];
  struct text text = checker_snippet(c, written);
  if (duration->type == TYPE_NUMBER) {
    check_report_bare_duration(c, written, moment == TYPE_INSTANT ? TYPE_HOURS : TYPE_DAYS);
    return false;
  }
  if (!check_is_duration(duration->type) || (moment == TYPE_INSTANT) != (duration->type == TYPE_HOURS)) {
    diagnostics_error(diagnostics_of(c), "R0502", checker_place(c, written), "`%t` is %s, and %s is needed here", &text,
                      check_type_phrase(duration->type),
                      moment == TYPE_INSTANT ? "a duration in hours, as between instants,"
                                             : "a duration in days, months or working days, as between dates,");
    if (check_is_bare(duration->type))
      diagnostics_hint(diagnostics_of(c), "write `%t %s`", &text,
                       check_unit_word(moment == TYPE_INSTANT ? TYPE_HOURS : TYPE_DAYS, false));
    else if (moment == TYPE_INSTANT && check_is_duration(duration->type))
      diagnostics_hint(diagnostics_of(c), "compare the days: `day of ...`");
    return false;
  }
  if (duration->whole) return true;
  diagnostics_error(diagnostics_of(c), "R0505", checker_place(c, written), "`%t` may be a fraction, and whole %s are needed here",
                    &text, check_unit_word(duration->type, false));
  diagnostics_hint(diagnostics_of(c), "write `round_down(%t)` or `round_up(%t)`", &text, &text);
  return false;
}

/* `counting` and `rolling` speak of days; the calendar belongs to working days and to `rolling`. */
static bool check_counting(struct checker *c, const struct syntax *syntax, enum value_type duration, uint32_t *calendar) {
  bool rolling = syntax->flags & WITHIN_ROLLING, needed = rolling || duration == TYPE_WORKING_DAYS;
  if (duration == TYPE_HOURS && syntax->flags) {
    diagnostics_error(diagnostics_of(c), "R0514", checker_place(c, syntax), "`%s` speaks of days, and hours are counted here",
                      rolling ? "rolling" : "counting");
    if (!rolling) diagnostics_hint(diagnostics_of(c), "write `of`");
    return false;
  }
  *calendar = NO_INDEX;
  if (needed) return check_find_calendar(c, syntax, calendar);
  if (syntax->calendar.size) check_refuse_calendar(c, syntax);
  return !syntax->calendar.size;
}

struct expr *check_within(struct checker *c, const struct syntax *syntax) {
  struct expr *kids[3];
  uint32_t calendar;
  bool good = true;
  for (uint32_t i = 0; i < 3; i++) {
    kids[i] = check_node(c, syntax->kids[i]);
    good = good && kids[i];
  }
  if (!good || !check_moments(c, syntax, kids[0]->type, kids[2]->type) || !check_span_of_time(c, syntax, kids[0]->type, kids[1]))
    return NULL;
  if (!check_counting(c, syntax, kids[1]->type, &calendar)) return NULL;
  if (kids[1]->type == TYPE_MONTHS && c->scope->uses_month_end) *c->scope->uses_month_end = true;
  struct expr *expr = checker_node(c, syntax, syntax->kind == SYNTAX_MORE_AFTER ? OP_MORE_AFTER : OP_WITHIN, TYPE_FLAG, kids[0],
                                   kids[1], kids[2]);
  if (!expr) return NULL;
  expr->flags = syntax->flags;
  expr->index = calendar;
  return expr;
}
