/* Expressions with missing facts: each node comes out as a set of values. Terms, cases, logic, aggregates over lines. */
#include "oracle/world.h"

#include <assert.h>

static void add_needs(const struct scene *scene, bool **needs, const bool *more) {
  oracle_needs_add(scene->world->scratch, needs, more, scene->world->model->fact_count);
}

/* ---- the cross product ---- */

struct product {
  const struct scene *scene;
  const struct expr *expr;
  const struct values *const *sets;
  uint32_t count;
  struct values *result;
};

/* One combination of operands, the first `depth` of them chosen. */
static void product_walk(struct product *product, const struct value **chosen, uint32_t depth, bool open, bool error) {
  const struct values *set;
  if (depth == product->count) {
    struct arena *arena = product->scene->world->scratch;
    struct value value;
    if (error)
      product->result->error = true;
    else if (open)
      product->result->open = true;
    else if (oracle_operate(product->scene->world->model, product->expr, chosen, &value))
      values_add(arena, product->result, &value);
    else
      product->result->error = true;
    return;
  }
  set = product->sets[depth];
  for (uint32_t i = 0; i < set->count; i++) {
    chosen[depth] = &set->items[i];
    product_walk(product, chosen, depth + 1, open, error);
  }
  if (set->open) product_walk(product, chosen, depth + 1, true, error);
  if (set->error) product_walk(product, chosen, depth + 1, open, true);
}

static struct values *product_of(const struct scene *scene, const struct expr *expr, const struct values *const *sets,
                                 uint32_t count) {
  struct arena *arena = scene->world->scratch;
  struct product product = {scene, expr, sets, count, values_new(arena)};
  product_walk(&product, oracle_take(arena, count * sizeof(struct value *)), 0, false, false);
  for (uint32_t i = 0; i < count; i++)
    if (!values_single(sets[i])) add_needs(scene, &product.result->needs, sets[i]->needs);
  values_settle(product.result);
  return product.result;
}

static const struct values **evaluate_kids(const struct scene *scene, const struct expr *expr) {
  const struct values **sets = oracle_take(scene->world->scratch, expr->kid_count * sizeof *sets);
  for (uint32_t i = 0; i < expr->kid_count; i++) sets[i] = oracle_evaluate(scene, expr->kids[i]);
  return sets;
}

static const struct values *evaluate_fold(const struct scene *scene, const struct expr *expr) {
  const struct values **sets = evaluate_kids(scene, expr), *result = sets[0];
  for (uint32_t i = 1; i < expr->kid_count; i++) {
    const struct values *pair[2] = {result, sets[i]};
    result = product_of(scene, expr, pair, 2);
  }
  return result;
}

static const struct values *combine(struct world *world, enum operator op, const struct values *a, const struct values *b) {
  struct expr number = {.type = TYPE_DECIMAL}, *kids[2] = {&number, &number};
  const struct expr expr = {.op = op, .type = TYPE_DECIMAL, .kids = kids, .kid_count = 2};
  const struct scene scene = oracle_scene_of_request(world);
  const struct values *pair[2] = {a, b};
  return product_of(&scene, &expr, pair, 2);
}

const struct values *oracle_multiply(struct world *world, const struct values *a, const struct values *b) {
  return combine(world, OP_MULTIPLY, a, b);
}

/* ---- logic ---- */

struct junction {
  enum truth deciding, result;
  bool *needs;
};

static struct junction junction_new(bool is_and) {
  return is_and ? (struct junction){TRUTH_FALSE, TRUTH_TRUE, NULL} : (struct junction){TRUTH_TRUE, TRUTH_FALSE, NULL};
}

/* The deciding value outweighs error, error outweighs open, open the rest. */
static void junction_add(const struct scene *scene, struct junction *junction, enum truth truth, const bool *needs) {
  if (truth == TRUTH_OPEN) add_needs(scene, &junction->needs, needs);
  if (junction->result == junction->deciding) return;
  if (truth == junction->deciding || truth == TRUTH_ERROR)
    junction->result = truth;
  else if (truth == TRUTH_OPEN && junction->result != TRUTH_ERROR)
    junction->result = TRUTH_OPEN;
}

static const struct values *junction_values(const struct scene *scene, const struct junction *junction) {
  return values_of_truth(scene->world->scratch, junction->result, junction->result == TRUTH_OPEN ? junction->needs : NULL);
}

static const struct values *evaluate_junction(const struct scene *scene, const struct expr *expr) {
  struct junction junction = junction_new(expr->op == OP_AND);
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    const struct values *kid = oracle_evaluate(scene, expr->kids[i]);
    junction_add(scene, &junction, values_truth(kid), kid->needs);
  }
  return junction_values(scene, &junction);
}

enum truth oracle_evaluate_tests(const struct scene *scene, const struct tests *tests, bool **needs) {
  struct junction junction = junction_new(true);
  for (uint32_t i = 0; i < tests->count; i++) {
    const struct values *condition = oracle_evaluate(scene, tests->items[i].condition);
    enum truth truth = values_truth(condition);
    if (tests->items[i].negated && truth == TRUTH_TRUE)
      truth = TRUTH_FALSE;
    else if (tests->items[i].negated && truth == TRUTH_FALSE)
      truth = TRUTH_TRUE;
    junction_add(scene, &junction, truth, condition->needs);
  }
  if (needs && junction.result == TRUTH_OPEN) add_needs(scene, needs, junction.needs);
  return junction.result;
}

/* ---- cases ---- */

/* Takes one case into the result. true: no later case can be reached. */
static bool take_case(const struct scene *scene, struct values *result, enum truth truth, const bool *needs,
                      const struct expr *value) {
  const struct values *values;
  if (truth == TRUTH_FALSE) return false;
  if (truth == TRUTH_ERROR) {
    result->error = true;
    return true;
  }
  if (truth == TRUTH_OPEN) add_needs(scene, &result->needs, needs);
  values = oracle_evaluate(scene, value);
  values_join(scene->world->scratch, result, values);
  add_needs(scene, &result->needs, values->needs);
  return truth == TRUTH_TRUE;
}

static const struct values *evaluate_cases(const struct scene *scene, const struct expr *expr) {
  struct values *result = values_new(scene->world->scratch);
  bool closed = false;
  for (uint32_t i = 0; i + 1 < expr->kid_count && !closed; i += 2) {
    const struct values *condition = oracle_evaluate(scene, expr->kids[i]);
    closed = take_case(scene, result, values_truth(condition), condition->needs, expr->kids[i + 1]);
  }
  if (!closed) take_case(scene, result, TRUTH_TRUE, NULL, expr->kids[expr->kid_count - 1]);
  values_settle(result);
  return result;
}

static const struct values *evaluate_term_body(const struct scene *scene, const struct term *term) {
  struct values *result = values_new(scene->world->scratch);
  bool closed = false, *needs = NULL;
  if (term->is_flag_of_tests) {
    enum truth truth = oracle_evaluate_tests(scene, &term->tests, &needs);
    return values_of_truth(scene->world->scratch, truth, needs);
  }
  if (!term->case_count) return oracle_evaluate(scene, term->value);
  for (uint32_t i = 0; i < term->case_count && !closed; i++) {
    enum truth truth;
    needs = NULL;
    truth = oracle_evaluate_tests(scene, &term->cases[i].tests, &needs);
    closed = take_case(scene, result, truth, needs, term->cases[i].value);
  }
  if (!closed) take_case(scene, result, TRUTH_TRUE, NULL, term->value);
  values_settle(result);
  return result;
}

/* A term is evaluated where it is declared to be of: the line, the request, or the lines that share a key. */
static const struct values *evaluate_term(const struct scene *scene, uint32_t index) {
  const struct term *term = &scene->world->model->terms[index];
  struct scene home;
  struct reading reading;
  struct text key;
  if (term->scope == SCOPE_LINE)
    home = oracle_scene_of_line(scene->world, scene->line);
  else if (term->scope == SCOPE_REQUEST)
    home = oracle_scene_of_request(scene->world);
  else if (oracle_read_key(scene, term->scope_fact, &key, &reading))
    home = oracle_scene_of_group(scene->world, term->scope_fact, key);
  else
    return reading.values;
  return evaluate_term_body(&home, term);
}

/* ---- over lines ---- */

/* Whether a line belongs to the scene's group: a line that was not given the key is in no group. */
static enum truth belongs(const struct scene *scene, const struct scene *line, bool **needs) {
  struct reading reading;
  struct text key;
  if (scene->group_fact == NO_INDEX) return TRUTH_TRUE;
  if (oracle_read_key(line, scene->group_fact, &key, &reading))
    return text_equal(key, scene->group_key) ? TRUTH_TRUE : TRUTH_FALSE;
  if (reading.state == FACT_NOT_GIVEN) return TRUTH_FALSE;
  if (reading.state == FACT_FAULTY) return TRUTH_ERROR;
  *needs = reading.values->needs;
  return TRUTH_OPEN;
}

/* What one line adds to a sum or a count. */
static const struct values *contribution(const struct scene *scene, const struct expr *expr, const struct scene *line,
                                         enum truth member, const bool *needs) {
  struct arena *arena = scene->world->scratch;
  struct values *result = values_new(arena);
  const struct values *amount;
  struct value zero = oracle_value_of_integer(0), one = oracle_value_of_integer(1);
  if (member == TRUTH_ERROR) return values_error(arena);
  if (member != TRUTH_TRUE) values_add(arena, result, &zero);
  if (member == TRUTH_FALSE) return result;
  if (member == TRUTH_OPEN) add_needs(scene, &result->needs, needs);
  amount = expr->op == OP_SUM ? oracle_evaluate(line, expr->kids[0]) : values_one(arena, &one);
  values_join(arena, result, amount);
  add_needs(scene, &result->needs, amount->needs);
  values_settle(result);
  return result;
}

static const struct values *evaluate_over_lines(const struct scene *scene, const struct expr *expr) {
  struct world *world = scene->world;
  const struct values *sum = values_of_integer(world->scratch, 0);
  struct junction any_every = junction_new(expr->op == OP_EVERY_LINE);
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    struct scene line = oracle_scene_of_line(world, i);
    bool *belongs_needs = NULL;
    enum truth member = belongs(scene, &line, &belongs_needs);
    const struct values *where = member == TRUTH_FALSE ? NULL : oracle_evaluate(&line, expr->kids[1]);
    if (member == TRUTH_FALSE) continue;
    if (expr->op == OP_SUM || expr->op == OP_COUNT) {
      struct junction both = junction_new(true);
      junction_add(scene, &both, member, belongs_needs);
      junction_add(scene, &both, values_truth(where), where->needs);
      sum = combine(world, OP_ADD, sum, contribution(scene, expr, &line, both.result, both.needs));
    } else {
      /* any: member and where; every: not member or where */
      struct junction one = junction_new(expr->op == OP_ANY_LINE);
      if (expr->op == OP_EVERY_LINE && member == TRUTH_TRUE) member = TRUTH_FALSE;
      junction_add(scene, &one, member, belongs_needs);
      junction_add(scene, &one, values_truth(where), where->needs);
      junction_add(scene, &any_every, one.result, one.needs);
    }
  }
  return expr->op == OP_SUM || expr->op == OP_COUNT ? sum : junction_values(scene, &any_every);
}

/* ---- names ---- */

const struct values *oracle_units_of_line(struct world *world, uint32_t line) {
  struct scene scene = oracle_scene_of_line(world, line);
  return world->model->units ? oracle_evaluate(&scene, world->model->units) : values_of_integer(world->scratch, 1);
}

const struct values *oracle_unit_value_of_line(struct world *world, uint32_t line) {
  struct scene scene = oracle_scene_of_line(world, line);
  return world->model->unit_value ? oracle_evaluate(&scene, world->model->unit_value) : values_of_integer(world->scratch, 0);
}

static const struct values *value_of_line(struct world *world, uint32_t line) {
  return oracle_multiply(world, oracle_unit_value_of_line(world, line), oracle_units_of_line(world, line));
}

static const struct values *evaluate_special(const struct scene *scene, enum special special) {
  struct world *world = scene->world;
  const struct values *sum;
  switch (special) {
  case SPECIAL_LINE_VALUE: return value_of_line(world, scene->line);
  case SPECIAL_REQUEST_VALUE:
    sum = values_of_integer(world->scratch, 0);
    for (uint32_t i = 0; i < world->request->line_count; i++) sum = combine(world, OP_ADD, sum, value_of_line(world, i));
    return sum;
  default: break;
  }
  assert(scene->view);
  switch (special) {
  case SPECIAL_VALUE: return scene->view->value;
  case SPECIAL_UNITS: return scene->view->units;
  case SPECIAL_VERDICT: return scene->view->verdict;
  case SPECIAL_RULE: return scene->view->rule;
  default: return scene->view->credit;
  }
}

static const struct values *evaluate_constant(const struct scene *scene, const struct expr *expr) {
  struct value value = oracle_value_of_integer(0);
  value.offset_minutes = expr->type == TYPE_INSTANT ? expr->offset_minutes : 0;
  if (expr->op == OP_RATIO)
    number_set_ratio(&value.number, expr->value, expr->denominator);
  else if (expr->type == TYPE_TEXT)
    value.text = scene->world->model->texts[expr->value];
  else if (expr->type == TYPE_SET)
    value.bits = (uint64_t)expr->value;
  else
    number_of_coded(&value.number, expr->type, expr->value);
  return values_one(scene->world->scratch, &value);
}

static const struct values *evaluate_given(const struct scene *scene, uint32_t fact) {
  struct reading reading = oracle_read_fact(scene, fact);
  if (reading.state == FACT_KEY_OPEN || reading.state == FACT_FAULTY) return reading.values;
  return values_of_integer(scene->world->scratch, values_single(reading.values));
}

const struct values *oracle_evaluate(const struct scene *scene, const struct expr *expr) {
  switch (expr->op) {
  case OP_CONST:
  case OP_RATIO: return evaluate_constant(scene, expr);
  case OP_FACT: return oracle_read_fact(scene, expr->index).values;
  case OP_TERM: return evaluate_term(scene, expr->index);
  case OP_SPECIAL: return evaluate_special(scene, (enum special)expr->index);
  case OP_GIVEN: return evaluate_given(scene, expr->index);
  case OP_AND:
  case OP_OR: return evaluate_junction(scene, expr);
  case OP_CASES: return evaluate_cases(scene, expr);
  case OP_MIN:
  case OP_MAX: return evaluate_fold(scene, expr);
  case OP_SUM:
  case OP_COUNT:
  case OP_ANY_LINE:
  case OP_EVERY_LINE: return evaluate_over_lines(scene, expr);
  default: return product_of(scene, expr, evaluate_kids(scene, expr), expr->kid_count);
  }
}
