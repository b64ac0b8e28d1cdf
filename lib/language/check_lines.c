/* Check, over lines: `sum of`, `count of`, `any line`, `every line`.
 *
 * In: an aggregate that is the whole of an expression. Out: OP_SUM and its like, always of two kids. What stands inside is of
 * each line, whatever stands around.
 */
#include "language/check_internal.h"

static bool is_summable(enum value_type type) {
  return check_is_bare(type) || type == TYPE_MONEY || type == TYPE_PERCENT || check_is_duration(type);
}

static struct expr *refuse(struct checker *c, const struct syntax *syntax) {
  const char *place = c->scope->place ? c->scope->place : "this place";
  if (c->inside_lines) {
    diagnostics_error(diagnostics_of(c), "R0512", checker_place(c, syntax),
                      "this goes over lines inside of what goes over lines");
  } else if (!c->scope->aggregates) {
    diagnostics_error(diagnostics_of(c), "R0512", checker_place(c, syntax), "%s cannot go over the lines of a request", place);
  } else if (c->scope->level == SCOPE_LINE) {
    diagnostics_error(diagnostics_of(c), "R0512", checker_place(c, syntax),
                      "this goes over the lines of a request, and %s is of each line", place);
  } else {
    diagnostics_error(diagnostics_of(c), "R0512", checker_place(c, syntax),
                      "what goes over lines stands alone, not as part of an expression");
  }
  diagnostics_hint(diagnostics_of(c), "make it the whole `is` of a term `of: request`, and use the term here");
  return NULL;
}

struct expr *check_aggregate(struct checker *c, const struct syntax *syntax) {
  if (c->inside_lines || !c->scope->aggregates || c->scope->level == SCOPE_LINE || c->root != syntax) return refuse(c, syntax);
  bool sums = syntax->kind == SYNTAX_SUM;
  const struct syntax *where = syntax->kid_count > sums ? syntax->kids[sums] : NULL;
  c->inside_lines = true;
  struct expr *summed = sums ? check_node(c, syntax->kids[0]) : checker_constant(c, syntax, TYPE_FLAG, 1);
  struct expr *condition = where ? check_flag(c, where) : checker_constant(c, syntax, TYPE_FLAG, 1);
  c->inside_lines = false;
  if (!summed || !condition) return NULL;
  if (sums && !is_summable(summed->type)) {
    struct text written = checker_snippet(c, syntax->kids[0]);
    diagnostics_error(diagnostics_of(c), "R0501", checker_place(c, syntax->kids[0]), "`%t` is %s: it cannot be summed", &written,
                      check_type_phrase(summed->type));
    if (summed->type == TYPE_FLAG) diagnostics_hint(diagnostics_of(c), "write `count of lines where %t`", &written);
    return NULL;
  }
  switch (syntax->kind) {
  case SYNTAX_SUM:
    return checker_node(c, syntax, OP_SUM,
                        summed->type == TYPE_NUMBER ? (summed->whole ? TYPE_COUNT : TYPE_DECIMAL) : summed->type, summed,
                        condition, NULL);
  case SYNTAX_COUNT: return checker_node(c, syntax, OP_COUNT, TYPE_COUNT, summed, condition, NULL);
  case SYNTAX_ANY_LINE: return checker_node(c, syntax, OP_ANY_LINE, TYPE_FLAG, summed, condition, NULL);
  default: return checker_node(c, syntax, OP_EVERY_LINE, TYPE_FLAG, summed, condition, NULL);
  }
}
