/* Check: entry points and the way down the tree.
 *
 * In: syntax, and a scope that says what names mean and where the expression stands. Out: a typed expression in the arena.
 * What a construct demands of its operands is in the file of its kind: names, literals, arithmetic, comparisons, values, lines.
 */
#include "language/check_internal.h"

/* ---- logic ---- */

static const char *hint_at_condition(enum value_type type) {
  switch (type) {
  case TYPE_CHOICE:
  case TYPE_TEXT:
  case TYPE_VERDICT:
  case TYPE_RULE: return "compare it, as in `%t is ...`";
  case TYPE_SET: return "ask for its members, as in `%t has ...`";
  case TYPE_DATE:
  case TYPE_INSTANT: return "compare it, as in `%t before ...`";
  default: return "compare it, as in `%t > ...`";
  }
}

struct expr *check_flag(struct checker *c, const struct syntax *syntax) {
  struct expr *expr = check_node(c, syntax);
  if (!expr || expr->type == TYPE_FLAG) return expr;
  struct text written = checker_snippet(c, syntax);
  diagnostics_error(c->scope->diagnostics, "R0507", checker_place(c, syntax),
                    "`%t` is %s; a condition is needed here, something that holds or not", &written,
                    check_type_phrase(expr->type));
  diagnostics_hint(c->scope->diagnostics, hint_at_condition(expr->type), &written);
  return NULL;
}

static struct expr *check_logic(struct checker *c, const struct syntax *syntax) {
  bool good = true;
  struct expr **kids = checker_take(c, syntax->kid_count * sizeof *kids);
  if (!kids) return NULL;
  for (uint32_t i = 0; i < syntax->kid_count; i++) {
    kids[i] = check_flag(c, syntax->kids[i]);
    good = good && kids[i];
  }
  return good ? checker_node_over(c, syntax, syntax->kind == SYNTAX_AND ? OP_AND : OP_OR, TYPE_FLAG, kids, syntax->kid_count)
              : NULL;
}

struct expr *check_node(struct checker *c, const struct syntax *syntax) {
  switch (syntax->kind) {
  case SYNTAX_NAME: return check_name(c, syntax);
  case SYNTAX_STRING: return check_string(c, syntax);
  case SYNTAX_NUMBER: return check_number(c, syntax);
  case SYNTAX_PERCENT: return check_percent(c, syntax);
  case SYNTAX_DURATION: return check_duration(c, syntax);
  case SYNTAX_DATE: return check_date(c, syntax);
  case SYNTAX_INSTANT: return check_instant(c, syntax);
  case SYNTAX_YES:
  case SYNTAX_NO: return checker_constant(c, syntax, TYPE_FLAG, syntax->kind == SYNTAX_YES);
  case SYNTAX_NONE:
    diagnostics_error(c->scope->diagnostics, "R0506", checker_place(c, syntax),
                      "`none` is the value of an empty set and stands for nothing else");
    diagnostics_hint(c->scope->diagnostics, "write `S is empty` for a set `S`");
    return NULL;
  case SYNTAX_DURATION_OF: return check_duration_of(c, syntax);
  case SYNTAX_ADD:
  case SYNTAX_SUBTRACT: return check_addition(c, syntax);
  case SYNTAX_MULTIPLY: return check_product(c, syntax);
  case SYNTAX_DIVIDE: return check_quotient(c, syntax);
  case SYNTAX_NEGATE: return check_negation(c, syntax);
  case SYNTAX_PERCENT_OF: return check_share(c, syntax);
  case SYNTAX_CALL: return check_call(c, syntax);
  case SYNTAX_DAY_OF: return check_day_of(c, syntax);
  case SYNTAX_EQUAL:
  case SYNTAX_NOT_EQUAL:
  case SYNTAX_LESS:
  case SYNTAX_LESS_EQUAL:
  case SYNTAX_GREATER:
  case SYNTAX_GREATER_EQUAL:
  case SYNTAX_BEFORE:
  case SYNTAX_AFTER:
  case SYNTAX_ON:
  case SYNTAX_ON_OR_BEFORE:
  case SYNTAX_ON_OR_AFTER: return check_comparison(c, syntax);
  case SYNTAX_IS: return check_is(c, syntax);
  case SYNTAX_IS_NOT: return checker_unequal(c, syntax, check_is(c, syntax));
  case SYNTAX_IS_ONE_OF: return check_one_of(c, syntax);
  case SYNTAX_IS_NOT_ONE_OF: return checker_not(c, syntax, check_one_of(c, syntax));
  case SYNTAX_IN: return check_in(c, syntax);
  case SYNTAX_NOT_IN: return checker_not(c, syntax, check_in(c, syntax));
  case SYNTAX_HAS:
  case SYNTAX_HAS_ANY:
  case SYNTAX_HAS_ALL: return check_has(c, syntax);
  case SYNTAX_HAS_NO: return checker_not(c, syntax, check_has(c, syntax));
  case SYNTAX_IS_EMPTY: return check_empty(c, syntax);
  case SYNTAX_IS_NOT_EMPTY: return checker_unequal(c, syntax, check_empty(c, syntax));
  case SYNTAX_IS_GIVEN: return check_given(c, syntax);
  case SYNTAX_IS_NOT_GIVEN: return checker_not(c, syntax, check_given(c, syntax));
  case SYNTAX_BETWEEN: return check_between(c, syntax);
  case SYNTAX_WITHIN:
  case SYNTAX_MORE_AFTER: return check_within(c, syntax);
  case SYNTAX_NOT_WITHIN: return checker_not(c, syntax, check_within(c, syntax));
  case SYNTAX_AND:
  case SYNTAX_OR: return check_logic(c, syntax);
  case SYNTAX_NOT: return checker_not(c, syntax, check_flag(c, syntax->kids[0]));
  case SYNTAX_SUM:
  case SYNTAX_COUNT:
  case SYNTAX_ANY_LINE:
  case SYNTAX_EVERY_LINE: return check_aggregate(c, syntax);
  }
  return NULL;
}

/* ---- entry points ---- */

struct expr *check_condition(const struct check_scope *scope, const struct syntax *syntax, const struct scalar *scalar) {
  struct checker c = checker_begin(scope, scalar, syntax);
  struct expr *expr = check_flag(&c, syntax);
  return expr && check_settle(&c, expr) ? expr : NULL;
}

struct expr *check_expression(const struct check_scope *scope, const struct syntax *syntax, const struct scalar *scalar,
                              enum value_type expected) {
  struct checker c = checker_begin(scope, scalar, syntax);
  if (scope->expected_fact) {
    bool is_value = false;
    struct expr *value = check_expected_value(&c, syntax, scope->expected_fact, &is_value);
    if (is_value) return value;
  }
  struct expr *expr = expected == TYPE_FLAG ? check_flag(&c, syntax) : check_node(&c, syntax);
  if (!expr || (expected != TYPE_NONE && !check_fit(&c, expr, syntax, expected))) return NULL;
  return check_settle(&c, expr) ? expr : NULL;
}

/* Values that may be money as well as numbers keep both ways open. */
static uint32_t stay_bare(const struct check_scope *scope, struct expr **values, uint32_t count) {
  struct checker c = {.scope = scope};
  uint32_t depth = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (!values[i] || !check_bare_adapts(&c, values[i], TYPE_MONEY)) return 0;
    uint32_t own = check_bare_depth(&c, values[i]);
    if (own > depth) depth = own;
  }
  return depth > BARE_DEPTH ? 0 : depth;
}

enum value_type check_values(const struct check_scope *scope, const struct syntax *const *syntaxes, const struct scalar *scalars,
                             struct expr **out, uint32_t count) {
  bool good = count > 0;
  uint32_t typed = NO_INDEX; /* the first that is no bare number; else the first decimal, else any */
  for (uint32_t i = 0; i < count; i++) {
    struct checker c = checker_begin(scope, &scalars[i], syntaxes[i]);
    out[i] = syntaxes[i] ? check_node(&c, syntaxes[i]) : NULL;
    good = good && out[i];
    if (!out[i]) continue;
    enum value_type type = out[i]->type, best = typed == NO_INDEX ? TYPE_NUMBER : out[typed]->type;
    bool fraction = type == TYPE_NUMBER && !out[i]->whole;
    if (typed == NO_INDEX || (check_is_bare(best) && (!check_is_bare(type) || type == TYPE_DECIMAL || fraction)))
      typed = check_is_bare(best) ? i : typed;
  }
  if (typed == NO_INDEX) return TYPE_NONE;
  enum value_type common = out[typed]->type;
  if (common == TYPE_NUMBER) common = out[typed]->whole && out[typed]->flags == 0 ? TYPE_COUNT : TYPE_DECIMAL;
  if (scope->stays_bare && good && check_is_bare(common) && (*scope->stays_bare = stay_bare(scope, out, count))) return common;
  for (uint32_t i = 0; i < count; i++) {
    if (!out[i]) continue;
    struct checker c = checker_begin(scope, &scalars[i], syntaxes[i]);
    bool fits = check_fit(&c, out[i], syntaxes[i], common) && check_settle(&c, out[i]);
    if (fits && !check_same_values(check_values_of(&c, out[i]), check_values_of(&c, out[typed]))) {
      struct text written = checker_snippet(&c, syntaxes[i]);
      diagnostics_error(scope->diagnostics, "R0513", checker_place(&c, syntaxes[i]),
                        "`%t` has other declared values than the first value here", &written);
      fits = false;
    }
    if (!fits) out[i] = NULL;
    good = good && fits;
  }
  return good ? common : TYPE_NONE;
}

struct expr *check_deadline(const struct check_scope *scope, const struct syntax *duration, const struct syntax *of,
                            const struct scalar *scalar) {
  struct syntax start = *of, length = *duration;
  struct syntax *kids[] = {&start, &length};
  length.calendar = (struct text){NULL, 0};
  struct syntax sum = {.kind = SYNTAX_ADD,
                       .from = duration->from,
                       .to = of->to,
                       .calendar = duration->calendar,
                       .name_from = duration->name_from,
                       .name_to = duration->name_to,
                       .kid_count = 2,
                       .kids = kids};
  return check_expression(scope, &sum, scalar, TYPE_NONE);
}
