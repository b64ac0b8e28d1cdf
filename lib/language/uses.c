/* Uses: which facts and terms an expression rests on.
 *
 * In: expressions of a model. Out: marks. Terms use earlier terms only, so one sweep from the last to the first finds all
 * that stands behind them, without recursion through terms. It must not know why anybody asks.
 */
#include "language/build.h"

void uses_clear(struct uses *uses) {
  for (uint32_t i = 0; i < uses->model->fact_count; i++) uses->facts[i] = false;
  for (uint32_t i = 0; i < uses->model->term_count; i++) uses->terms[i] = false;
}

static void use_fact(struct uses *uses, uint32_t fact) {
  uses->facts[fact] = true;
  if (uses->model->facts[fact].scope == SCOPE_FACT) uses->facts[uses->model->facts[fact].scope_fact] = true;
}

void uses_of_expr(struct uses *uses, const struct expr *expr) {
  if (!expr) return;
  if (expr->op == OP_FACT || expr->op == OP_GIVEN) use_fact(uses, expr->index);
  if (expr->op == OP_TERM) uses->terms[expr->index] = true;
  if (expr->op == OP_SPECIAL && expr->index <= SPECIAL_UNITS) { /* neither looks at special names itself */
    uses_of_expr(uses, uses->model->units);
    uses_of_expr(uses, uses->model->unit_value);
  }
  for (uint32_t i = 0; i < expr->kid_count; i++) uses_of_expr(uses, expr->kids[i]);
}

void uses_of_tests(struct uses *uses, const struct tests *tests) {
  for (uint32_t i = 0; i < tests->count; i++) uses_of_expr(uses, tests->items[i].condition);
}

void uses_of_term(struct uses *uses, const struct term *term) {
  if (term->scope == SCOPE_FACT) uses->facts[term->scope_fact] = true;
  uses_of_tests(uses, &term->tests);
  for (uint32_t i = 0; i < term->case_count; i++) {
    uses_of_tests(uses, &term->cases[i].tests);
    uses_of_expr(uses, term->cases[i].value);
  }
  uses_of_expr(uses, term->value);
}

void uses_through_terms(struct uses *uses) {
  for (uint32_t i = uses->model->term_count; i-- > 0;) {
    if (uses->terms[i]) uses_of_term(uses, &uses->model->terms[i]);
  }
}

bool reads_line(const struct model *model, const struct expr *expr) {
  switch (expr->op) {
  case OP_FACT:
  case OP_GIVEN: return model->facts[expr->index].scope != SCOPE_REQUEST;
  case OP_TERM: return model->terms[expr->index].scope != SCOPE_REQUEST;
  case OP_SPECIAL: return expr->index != SPECIAL_REQUEST_VALUE;
  case OP_SUM:
  case OP_COUNT:
  case OP_ANY_LINE:
  case OP_EVERY_LINE: return false;
  default: break;
  }
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    if (reads_line(model, expr->kids[i])) return true;
  }
  return false;
}
