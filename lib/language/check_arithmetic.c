/* Check, arithmetic: units of sums, products, shares, functions.
 *
 * In: operators. Out: typed nodes, or an error that names both sides. Bare numbers adapt to money and percentages beside them.
 */
#include "language/check_internal.h"

/* Both operands, whether the first is in error or not. */
static bool check_pair(struct checker *c, const struct syntax *syntax, struct expr **a, struct expr **b) {
  *a = check_node(c, syntax->kids[0]);
  *b = check_node(c, syntax->kids[1]);
  return *a && *b;
}

static const char *verb_of(enum syntax_kind kind) {
  switch (kind) {
  case SYNTAX_ADD: return "be added";
  case SYNTAX_SUBTRACT: return "be subtracted";
  case SYNTAX_MULTIPLY: return "be multiplied";
  default: return "be divided";
  }
}

static struct expr *report_pair(struct checker *c, const struct syntax *syntax, enum value_type a, enum value_type b) {
  struct text left = checker_snippet(c, syntax->kids[0]), right = checker_snippet(c, syntax->kids[1]);
  diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax), "`%t` is %s and `%t` is %s: they cannot %s", &left,
                    check_type_phrase(a), &right, check_type_phrase(b), verb_of(syntax->kind));
  return NULL;
}

/* ---- sums ---- */

static bool is_moment(enum value_type type) { return type == TYPE_DATE || type == TYPE_INSTANT; }

static bool moves(enum value_type moment, enum value_type duration) {
  return moment == TYPE_DATE ? duration == TYPE_DAYS || duration == TYPE_MONTHS || duration == TYPE_WORKING_DAYS
                             : moment == TYPE_INSTANT && duration == TYPE_HOURS;
}

static enum value_type bare_sum(const struct expr *a, const struct expr *b) {
  if (a->type == TYPE_NUMBER && b->type == TYPE_NUMBER) return TYPE_NUMBER;
  return a->type == TYPE_DECIMAL || b->type == TYPE_DECIMAL || !a->whole || !b->whole ? TYPE_DECIMAL : TYPE_COUNT;
}

static void hint_at_sum(struct checker *c, const struct syntax *syntax, enum value_type a, enum value_type b) {
  struct diagnostics *diagnostics = diagnostics_of(c);
  struct text left = checker_snippet(c, syntax->kids[0]), right = checker_snippet(c, syntax->kids[1]);
  if (check_is_duration(a) && check_is_duration(b))
    diagnostics_hint(diagnostics, "one unit has no fixed length in the other: add them to a date one by one");
  else if (a == TYPE_INSTANT && (check_is_duration(b) || b == TYPE_DATE))
    diagnostics_hint(diagnostics, "write `day of %t`", &left);
  else if (b == TYPE_INSTANT && a == TYPE_DATE)
    diagnostics_hint(diagnostics, "write `day of %t`", &right);
  else if (a == TYPE_DATE && b == TYPE_HOURS)
    diagnostics_hint(diagnostics, "hours lie between instants; a date moves by days or months");
  else if (a == TYPE_PERCENT && b == TYPE_MONEY && syntax->kids[1]->kind == SYNTAX_PERCENT_OF)
    diagnostics_hint(diagnostics, "`of` takes one operand on either side: put parentheses around the percentage");
  else if (a == TYPE_MONEY && b == TYPE_PERCENT)
    diagnostics_hint(diagnostics, "a percentage is of something: `%t of %t`", &right, &left);
  else if (a == TYPE_MONEY && b == TYPE_COUNT)
    diagnostics_hint(diagnostics, "multiply the count by an amount");
}

/* A moment and a duration: the calendar, and that the duration is whole. */
static struct expr *moved(struct checker *c, const struct syntax *syntax, struct expr *moment, struct expr *duration,
                          const struct syntax *written) {
  if (!duration->whole) {
    struct text text = checker_snippet(c, written);
    diagnostics_error(diagnostics_of(c), "R0505", checker_place(c, written),
                      "`%t` may be a fraction, and a date moves by whole %s", &text, check_unit_word(duration->type, false));
    diagnostics_hint(diagnostics_of(c), "write `round_down(%t)` or `round_up(%t)`", &text, &text);
    return NULL;
  }
  if (duration->type == TYPE_MONTHS && c->scope->uses_month_end) *c->scope->uses_month_end = true;
  uint32_t calendar = NO_INDEX;
  if (duration->type == TYPE_WORKING_DAYS && !check_find_calendar(c, syntax, &calendar)) return NULL;
  struct expr *expr =
      checker_node(c, syntax, syntax->kind == SYNTAX_ADD ? OP_ADD : OP_SUBTRACT, moment->type, moment, duration, NULL);
  if (expr && expr->op != OP_CONST) expr->index = calendar;
  return expr;
}

struct expr *check_refuse_calendar(struct checker *c, const struct syntax *syntax) {
  diagnostics_error(diagnostics_of(c), "R0514", checker_span(c, syntax->name_from, syntax->name_to),
                    "a calendar is named where no working days are counted");
  return NULL;
}

/* The type of a sum in which no duration moves a moment. TYPE_NONE: there is none, reported or not. */
static enum value_type sum_type(struct checker *c, const struct syntax *syntax, struct expr *a, struct expr *b, bool *reported) {
  struct expr *both[] = {a, b};
  bool minus = syntax->kind == SYNTAX_SUBTRACT;
  uint32_t odd;
  *reported = false;
  if (check_is_bare(a->type) && check_is_bare(b->type)) return bare_sum(a, b);
  if (is_moment(a->type) && a->type == b->type) return !minus ? TYPE_NONE : a->type == TYPE_DATE ? TYPE_DAYS : TYPE_HOURS;
  if ((is_moment(a->type) && b->type == TYPE_NUMBER) || (is_moment(b->type) && a->type == TYPE_NUMBER && !minus)) {
    uint32_t bare = is_moment(a->type);
    check_report_bare_duration(c, syntax->kids[bare], both[!bare]->type == TYPE_DATE ? TYPE_DAYS : TYPE_HOURS);
    *reported = true;
    return TYPE_NONE;
  }
  enum value_type type = check_bare_unify(c, both, (const struct syntax *const *)syntax->kids, 2, &odd, reported);
  return type == TYPE_MONEY || type == TYPE_PERCENT || check_is_duration(type) ? type : TYPE_NONE;
}

struct expr *check_addition(struct checker *c, const struct syntax *syntax) {
  struct expr *a, *b;
  bool minus = syntax->kind == SYNTAX_SUBTRACT, reported;
  if (!check_pair(c, syntax, &a, &b)) return NULL;
  if (moves(a->type, b->type) || (!minus && moves(b->type, a->type))) {
    bool swapped = !moves(a->type, b->type);
    struct expr *moment = swapped ? b : a, *duration = swapped ? a : b;
    if (syntax->calendar.size && duration->type != TYPE_WORKING_DAYS) return check_refuse_calendar(c, syntax);
    return moved(c, syntax, moment, duration, syntax->kids[!swapped]);
  }
  if (syntax->calendar.size) return check_refuse_calendar(c, syntax);
  enum value_type type = sum_type(c, syntax, a, b, &reported);
  if (type != TYPE_NONE) return checker_node(c, syntax, minus ? OP_SUBTRACT : OP_ADD, type, a, b, NULL);
  if (reported) return NULL;
  report_pair(c, syntax, a->type, b->type);
  hint_at_sum(c, syntax, a->type, b->type);
  return NULL;
}

/* ---- products ---- */

static bool is_measure(enum value_type type) { return type == TYPE_MONEY || type == TYPE_PERCENT; }

static bool is_integral(const struct expr *expr) {
  return check_is_bare(expr->type) && expr->type != TYPE_DECIMAL && expr->whole;
}

static enum value_type bare_product(const struct expr *a, const struct expr *b) {
  if (a->type == TYPE_NUMBER && b->type == TYPE_NUMBER) return TYPE_NUMBER;
  return is_integral(a) && is_integral(b) ? TYPE_COUNT : TYPE_DECIMAL;
}

static struct expr *report_product(struct checker *c, const struct syntax *syntax, const struct expr *a, const struct expr *b) {
  struct text left = checker_snippet(c, syntax->kids[0]), right = checker_snippet(c, syntax->kids[1]);
  report_pair(c, syntax, a->type, b->type);
  bool durations = check_is_duration(a->type) || check_is_duration(b->type);
  if (a->type == TYPE_PERCENT && (is_measure(b->type) || b->type == TYPE_PERCENT))
    diagnostics_hint(diagnostics_of(c), "write `%t of %t`", &left, &right);
  else if (b->type == TYPE_PERCENT && is_measure(a->type))
    diagnostics_hint(diagnostics_of(c), "write `%t of %t`", &right, &left);
  else if (durations && (check_is_bare(a->type) || check_is_bare(b->type)))
    diagnostics_hint(diagnostics_of(c), "a duration is multiplied and divided by counts: write `round_down(...)`");
  return NULL;
}

struct expr *check_product(struct checker *c, const struct syntax *syntax) {
  struct expr *a, *b;
  if (!check_pair(c, syntax, &a, &b)) return NULL;
  enum value_type type = TYPE_NONE;
  if (check_is_bare(a->type) && check_is_bare(b->type))
    type = bare_product(a, b);
  else if (is_measure(a->type) && check_is_bare(b->type))
    type = a->type;
  else if (is_measure(b->type) && check_is_bare(a->type))
    type = b->type;
  else if (check_is_duration(a->type) && is_integral(b))
    type = a->type;
  else if (check_is_duration(b->type) && is_integral(a))
    type = b->type;
  return type == TYPE_NONE ? report_product(c, syntax, a, b) : checker_node(c, syntax, OP_MULTIPLY, type, a, b, NULL);
}

struct expr *check_quotient(struct checker *c, const struct syntax *syntax) {
  struct expr *a, *b;
  if (!check_pair(c, syntax, &a, &b)) return NULL;
  enum value_type type = TYPE_NONE;
  bool ratio = (is_measure(a->type) || check_is_duration(a->type)) && a->type == b->type;
  if (check_is_bare(a->type) && check_is_bare(b->type))
    type = a->type == TYPE_NUMBER && b->type == TYPE_NUMBER ? TYPE_NUMBER : TYPE_DECIMAL;
  else if (ratio)
    type = TYPE_DECIMAL;
  else if (is_measure(a->type) && check_is_bare(b->type))
    type = a->type;
  else if (check_is_duration(a->type) && is_integral(b))
    type = a->type;
  return type == TYPE_NONE ? report_product(c, syntax, a, b) : checker_node(c, syntax, OP_DIVIDE, type, a, b, NULL);
}

struct expr *check_negation(struct checker *c, const struct syntax *syntax) {
  struct expr *kid = check_node(c, syntax->kids[0]);
  if (!kid) return NULL;
  uint32_t digits = kid->type == TYPE_NUMBER && kid->op == OP_RATIO ? kid->flags : 0;
  if (check_is_bare(kid->type) || is_measure(kid->type) || check_is_duration(kid->type)) {
    struct expr *expr = checker_node(c, syntax, OP_NEGATE, kid->type, kid, NULL, NULL);
    if (expr && expr->op == OP_RATIO && expr->type == TYPE_NUMBER) expr->flags = digits; /* still a literal */
    return expr;
  }
  struct text written = checker_snippet(c, syntax->kids[0]);
  diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax), "`%t` is %s: it has no negative", &written,
                    check_type_phrase(kid->type));
  return NULL;
}

/* ---- shares: `P of X` ---- */

struct expr *check_share(struct checker *c, const struct syntax *syntax) {
  struct expr *share, *of;
  if (!check_pair(c, syntax, &share, &of)) return NULL;
  struct text written = checker_snippet(c, syntax->kids[0]), whole = checker_snippet(c, syntax->kids[1]);
  if (share->type != TYPE_PERCENT) {
    diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax->kids[0]),
                      "`%t` is %s; before `of` stands a percentage", &written, check_type_phrase(share->type));
    if (share->type == TYPE_NUMBER) diagnostics_hint(diagnostics_of(c), "write `%t%%`", &written);
    return NULL;
  }
  if (!check_is_bare(of->type) && !is_measure(of->type)) {
    diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax->kids[1]),
                      "`%t` is %s; behind `of` stands money or a number", &whole, check_type_phrase(of->type));
    return NULL;
  }
  enum value_type type = is_measure(of->type) || of->type == TYPE_NUMBER ? of->type : TYPE_DECIMAL;
  return checker_node(c, syntax, OP_PERCENT_OF, type, share, of, NULL);
}

/* ---- functions ---- */

static struct expr *check_round(struct checker *c, const struct syntax *syntax) {
  struct expr *kid = check_node(c, syntax->kids[0]);
  if (!kid || kid->type == TYPE_COUNT) return kid;
  enum operator op = text_is(syntax->text, "round_up") ? OP_ROUND_UP : OP_ROUND_DOWN;
  enum value_type type = kid->type == TYPE_DECIMAL ? TYPE_COUNT : kid->type;
  if (check_is_bare(kid->type) || kid->type == TYPE_MONEY || check_is_duration(kid->type))
    return checker_node(c, syntax, op, type, kid, NULL, NULL);
  struct text written = checker_snippet(c, syntax->kids[0]);
  diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax),
                    "`%t` is %s: only numbers, money and durations are rounded", &written, check_type_phrase(kid->type));
  return NULL;
}

static bool can_be_least(enum value_type type) {
  return check_is_bare(type) || is_measure(type) || check_is_duration(type) || type == TYPE_DATE;
}

struct expr *check_call(struct checker *c, const struct syntax *syntax) {
  uint32_t count = syntax->kid_count, odd = 0;
  bool good = true, reported;
  enum operator op = text_is(syntax->text, "min") ? OP_MIN : OP_MAX;
  if (count == 1) return check_round(c, syntax);
  struct expr **kids = checker_take(c, count * sizeof *kids);
  if (!kids) return NULL;
  for (uint32_t i = 0; i < count; i++) {
    kids[i] = check_node(c, syntax->kids[i]);
    good = good && kids[i];
  }
  if (!good) return NULL;
  enum value_type type = check_bare_unify(c, kids, (const struct syntax *const *)syntax->kids, count, &odd, &reported);
  if (reported) return NULL;
  if (type != TYPE_NONE && can_be_least(type)) return checker_node_over(c, syntax, op, type, kids, count);
  uint32_t typed = 0;
  while (type == TYPE_NONE && check_is_bare(kids[typed]->type)) typed++;
  struct text first = checker_snippet(c, syntax->kids[typed]), other = checker_snippet(c, syntax->kids[odd]);
  if (type == TYPE_NONE) {
    diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax->kids[odd]),
                      "`%t` is %s and `%t` is %s: `%t` takes operands of one type", &first, check_type_phrase(kids[typed]->type),
                      &other, check_type_phrase(kids[odd]->type), &syntax->text);
  } else {
    diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax),
                      "`%t` is %s: `%t` is for numbers, money, dates and durations", &first, check_type_phrase(type),
                      &syntax->text);
  }
  return NULL;
}

/* `grace_count days`: so many times one day. */
struct expr *check_duration_of(struct checker *c, const struct syntax *syntax) {
  enum value_type type = check_type_of_unit(syntax->unit);
  struct expr *count = check_node(c, syntax->kids[0]);
  if (!count) return NULL;
  if (syntax->calendar.size) return check_refuse_calendar(c, syntax);
  if (!check_is_bare(count->type)) {
    struct text written = checker_snippet(c, syntax->kids[0]);
    diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax->kids[0]), "`%t` is %s; before `%s` stands a count",
                      &written, check_type_phrase(count->type), check_unit_word(type, false));
    return NULL;
  }
  if (!check_fit(c, count, syntax->kids[0], TYPE_COUNT)) return NULL;
  struct expr *one = checker_constant(c, syntax, type, check_unit_scale(type));
  return one ? checker_node(c, syntax, OP_MULTIPLY, type, count, one, NULL) : NULL;
}

struct expr *check_day_of(struct checker *c, const struct syntax *syntax) {
  struct expr *instant = check_node(c, syntax->kids[0]);
  if (!instant) return NULL;
  if (instant->type == TYPE_INSTANT) return checker_node(c, syntax, OP_DAY_OF, TYPE_DATE, instant, NULL, NULL);
  struct text written = checker_snippet(c, syntax->kids[0]);
  diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax), "`%t` is %s; `day of` takes an instant", &written,
                    check_type_phrase(instant->type));
  if (instant->type == TYPE_DATE) diagnostics_hint(diagnostics_of(c), "it is a day already: leave out `day of`");
  return NULL;
}
