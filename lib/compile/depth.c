/* Depth: how deep an evaluation may go from each fact and term, through what stands in for a fact and what a term uses.
 *
 * In: the model, whose facts and terms have no cycles. Out: a depth for each, greater than that of all it asks for; or an error
 * where one exceeds what the evaluator follows. Also marks the facts on which the rules' tests depend.
 */
#include "compile/work.h"

#define UNKNOWN UINT32_MAX

bool depth_report(struct compilation *c, struct span span) {
  diagnostics_error(c->diagnostics, "R1001", span,
                    "this is nested too deeply: at most %u levels, counted through the terms and facts that it uses",
                    PROGRAM_MAX_DEPTH);
  diagnostics_hint(c->diagnostics, "let terms use fewer terms one behind the other, or split the condition");
  return false;
}

static bool depth_of_fact(struct compilation *c, uint32_t index, uint32_t level, uint32_t *depth);
static bool depth_of_term(struct compilation *c, uint32_t index, uint32_t level, uint32_t *depth);
static bool depth_of_values(struct compilation *c, uint32_t level, uint32_t *depth);

static void raise_to(uint32_t *depth, uint32_t other) {
  if (other + 1 > *depth) *depth = other + 1;
}

/* level bounds the recursion, also where a cycle has slipped through. */
static bool depth_of_expr(struct compilation *c, const struct expr *expr, uint32_t level, uint32_t *depth) {
  if (level > PROGRAM_MAX_DEPTH) return depth_report(c, expr->span);
  uint32_t own = 1, below = 0;
  switch (expr->op) {
  case OP_FACT:
  case OP_GIVEN:
    if (!depth_of_fact(c, expr->index, level + 1, &below)) return false;
    break;
  case OP_TERM:
    if (!depth_of_term(c, expr->index, level + 1, &below)) return false;
    break;
  case OP_SPECIAL:
    if (expr->index <= SPECIAL_REQUEST_VALUE && !depth_of_values(c, level + 1, &below)) return false;
    break;
  default: break;
  }
  raise_to(&own, below);
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    if (!depth_of_expr(c, expr->kids[i], level + 1, &below)) return false;
    raise_to(&own, below);
  }
  if (own > *depth) *depth = own;
  return true;
}

static bool raise_to_expr(struct compilation *c, const struct expr *expr, uint32_t level, uint32_t *depth) {
  uint32_t below = 0;
  if (expr == NULL) return true;
  if (!depth_of_expr(c, expr, level, &below)) return false;
  raise_to(depth, below);
  return true;
}

static bool raise_to_tests(struct compilation *c, const struct tests *tests, uint32_t level, uint32_t *depth) {
  for (uint32_t i = 0; i < tests->count; i++) {
    if (!raise_to_expr(c, tests->items[i].condition, level, depth)) return false;
  }
  return true;
}

static bool keep(struct compilation *c, struct span span, uint32_t own, uint32_t *kept, uint32_t *depth) {
  if (own > PROGRAM_MAX_DEPTH) return depth_report(c, span);
  *kept = *depth = own;
  return true;
}

static bool depth_of_fact(struct compilation *c, uint32_t index, uint32_t level, uint32_t *depth) {
  const struct fact *fact = &c->model->facts[index];
  if (c->fact_depth[index] != UNKNOWN) {
    *depth = c->fact_depth[index];
    return true;
  }
  if (level > PROGRAM_MAX_DEPTH) return depth_report(c, fact->span);
  uint32_t own = 0, below;
  if (fact->scope == SCOPE_FACT) {
    if (!depth_of_fact(c, fact->scope_fact, level + 1, &below)) return false;
    raise_to(&own, below);
  }
  if (fact->same_as != NO_INDEX) {
    if (!depth_of_fact(c, fact->same_as, level + 1, &below)) return false;
    raise_to(&own, below);
  }
  if (!raise_to_expr(c, fact->assume, level + 1, &own)) return false;
  return keep(c, fact->span, own, &c->fact_depth[index], depth);
}

static bool depth_of_term(struct compilation *c, uint32_t index, uint32_t level, uint32_t *depth) {
  const struct term *term = &c->model->terms[index];
  if (c->term_depth[index] != UNKNOWN) {
    *depth = c->term_depth[index];
    return true;
  }
  if (level > PROGRAM_MAX_DEPTH) return depth_report(c, term->span);
  uint32_t own = 0, below;
  if (term->scope == SCOPE_FACT) {
    if (!depth_of_fact(c, term->scope_fact, level + 1, &below)) return false;
    raise_to(&own, below);
  }
  if (!raise_to_tests(c, &term->tests, level + 1, &own) || !raise_to_expr(c, term->value, level + 1, &own)) return false;
  for (uint32_t i = 0; i < term->case_count; i++) {
    if (!raise_to_tests(c, &term->cases[i].tests, level + 1, &own)) return false;
    if (!raise_to_expr(c, term->cases[i].value, level + 1, &own)) return false;
  }
  return keep(c, term->span, own, &c->term_depth[index], depth);
}

/* Of units and unit_value, for line_value and request_value. */
static bool depth_of_values(struct compilation *c, uint32_t level, uint32_t *depth) {
  if (c->value_depth == UNKNOWN) {
    uint32_t own = 0;
    if (c->model->units != NULL && !depth_of_expr(c, c->model->units, level, &own)) return false;
    if (c->model->unit_value != NULL && !depth_of_expr(c, c->model->unit_value, level, &own)) return false;
    c->value_depth = own;
  }
  *depth = c->value_depth;
  return true;
}

bool depth_of_everything(struct compilation *c) {
  const struct model *model = c->model;
  c->fact_depth = arena_take(&c->arena, ((size_t)model->fact_count + 1) * sizeof *c->fact_depth);
  c->term_depth = arena_take(&c->arena, ((size_t)model->term_count + 1) * sizeof *c->term_depth);
  c->fact_used = arena_take_zeroed(&c->arena, (size_t)model->fact_count + 1);
  c->term_used = arena_take_zeroed(&c->arena, (size_t)model->term_count + 1);
  if (!c->fact_depth || !c->term_depth || !c->fact_used || !c->term_used) return false;
  for (uint32_t i = 0; i < model->fact_count; i++) c->fact_depth[i] = UNKNOWN;
  for (uint32_t i = 0; i < model->term_count; i++) c->term_depth[i] = UNKNOWN;
  c->value_depth = UNKNOWN;
  uint32_t depth;
  if (!depth_of_values(c, 1, &depth)) return false;
  for (uint32_t i = 0; i < model->fact_count; i++) {
    if (!depth_of_fact(c, i, 1, &depth)) return false;
  }
  for (uint32_t i = 0; i < model->term_count; i++) {
    if (!depth_of_term(c, i, 1, &depth)) return false;
  }
  return true;
}

/* ---- what the rules' tests use; the recursion ends where the depths do ---- */

static void use_expr(struct compilation *c, const struct expr *expr) {
  if (expr == NULL) return;
  use_name(c, expr->op, expr->index);
  for (uint32_t i = 0; i < expr->kid_count; i++) use_expr(c, expr->kids[i]);
}

static void use_tests(struct compilation *c, const struct tests *tests) {
  for (uint32_t i = 0; i < tests->count; i++) use_expr(c, tests->items[i].condition);
}

static void use_fact(struct compilation *c, uint32_t index) {
  const struct fact *fact = &c->model->facts[index];
  if (c->fact_used[index]) return;
  c->fact_used[index] = true;
  if (fact->scope == SCOPE_FACT) use_fact(c, fact->scope_fact);
  if (fact->same_as != NO_INDEX) use_fact(c, fact->same_as);
  use_expr(c, fact->assume);
}

static void use_term(struct compilation *c, uint32_t index) {
  const struct term *term = &c->model->terms[index];
  if (c->term_used[index]) return;
  c->term_used[index] = true;
  if (term->scope == SCOPE_FACT) use_fact(c, term->scope_fact);
  use_tests(c, &term->tests);
  use_expr(c, term->value);
  for (uint32_t i = 0; i < term->case_count; i++) {
    use_tests(c, &term->cases[i].tests);
    use_expr(c, term->cases[i].value);
  }
}

void use_name(struct compilation *c, enum operator op, uint32_t index) {
  if (op == OP_FACT || op == OP_GIVEN) use_fact(c, index);
  if (op == OP_TERM) use_term(c, index);
  if (op != OP_SPECIAL || index > SPECIAL_REQUEST_VALUE || c->values_used) return;
  c->values_used = true;
  use_expr(c, c->model->units);
  use_expr(c, c->model->unit_value);
}
