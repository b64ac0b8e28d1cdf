/* Expressions where facts are missing: all values that a node may have, and which facts would tell.
 *
 * The slow way, taken only where the definite one (expression.c) leaves something open. Terms and line values are computed once
 * per scene here too.
 */
#include "evaluate/scene.h"

static const struct program_node *node_at(const struct scene *scene, uint32_t node) { return &scene->run->policy->nodes[node]; }
static uint32_t kid_at(const struct scene *scene, const struct program_node *node, uint32_t kid) {
  return scene->run->policy->links[node->kids_first + kid];
}

static struct set set_of_reading(struct scene *scene, const struct reading *reading) {
  if (is_known(reading) || reading->state == FACT_FAULTY) return set_of(reading->value);
  return set_open(&scene->work, reading->need);
}

/* ---- junctions ---- */

/* The deciding truth outweighs error, error outweighs open, open the rest. All kids count, in whatever order. */
struct junction {
  enum truth deciding, result;
  uint64_t *needs;
  struct value fault;
};

static struct junction junction_new(bool is_and) {
  return (struct junction){.deciding = is_and ? TRUTH_FALSE : TRUTH_TRUE, .result = is_and ? TRUTH_TRUE : TRUTH_FALSE};
}

static void junction_take(struct scene *scene, struct junction *junction, enum truth truth, const uint64_t *needs,
                          const struct value *fault) {
  if (truth == TRUTH_OPEN) needs_add(&scene->work, &junction->needs, needs);
  if (junction->result == junction->deciding) return;
  if (truth == TRUTH_ERROR && junction->result != TRUTH_ERROR) junction->fault = *fault;
  if (truth == junction->deciding || truth == TRUTH_ERROR)
    junction->result = truth;
  else if (truth == TRUTH_OPEN && junction->result != TRUTH_ERROR)
    junction->result = TRUTH_OPEN;
}

static void junction_take_set(struct scene *scene, struct junction *junction, const struct set *set, bool negated) {
  enum truth truth = set_truth(set);
  if (negated && truth <= TRUTH_TRUE) truth = truth == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
  junction_take(scene, junction, truth, set->needs, &set->fault);
}

static struct set junction_set(const struct junction *junction) {
  return set_of_truth(junction->result, junction->needs, junction->fault);
}

static struct set junction_of_kids(struct scene *scene, const struct program_node *node) {
  struct junction junction = junction_new(node->op == OP_AND);
  for (uint32_t i = 0; i < node->kid_count; i++) {
    struct set kid = evaluate_set(scene, kid_at(scene, node, i));
    junction_take_set(scene, &junction, &kid, false);
  }
  return junction_set(&junction);
}

/* ---- tests ---- */

static enum truth settle(struct scene *scene, const struct junction *junction, uint64_t **needs, struct value *fault) {
  if (junction->result == TRUTH_OPEN && needs) needs_add(&scene->work, needs, junction->needs);
  if (junction->result == TRUTH_ERROR && fault) *fault = junction->fault;
  return junction->result;
}

/* The definite way as far as it goes: the sets are asked only for tests that it leaves open, and only if no test is false. */
enum truth evaluate_tests(struct scene *scene, struct program_list tests, uint64_t **needs, struct value *fault) {
  const struct program_test *list = scene->run->policy->tests + tests.first;
  struct junction junction = junction_new(true);
  bool open = false;
  for (uint32_t i = 0; i < tests.count; i++) {
    struct value value = evaluate(scene, list[i].node);
    if (value.state == VALUE_DEFINITE && (value.num != 0) == (list[i].negated != 0)) return TRUTH_FALSE;
    if (value.state == VALUE_ERROR) junction_take(scene, &junction, TRUTH_ERROR, NULL, &value);
    open |= value.state == VALUE_OPEN;
  }
  for (uint32_t i = 0; i < tests.count && open; i++) {
    struct set set = evaluate_any(scene, list[i].node);
    junction_take_set(scene, &junction, &set, list[i].negated);
  }
  return settle(scene, &junction, needs, fault);
}

enum truth evaluate_test(struct scene *scene, const struct program_test *test, uint64_t **needs, struct value *fault) {
  struct junction junction = junction_new(true);
  struct set set = evaluate_any(scene, test->node);
  junction_take_set(scene, &junction, &set, test->negated);
  return settle(scene, &junction, needs, fault);
}

/* ---- cases ---- */

/* Takes one case into the result. true: no later case can be reached. */
static bool take_case(struct scene *scene, struct set *result, enum truth truth, const uint64_t *needs, const struct value *fault,
                      uint32_t value) {
  if (truth == TRUTH_FALSE) return false;
  if (truth == TRUTH_ERROR) {
    struct set error = set_of(*fault);
    set_join(&scene->work, result, &error);
    return true;
  }
  if (truth == TRUTH_OPEN) needs_add(&scene->work, &result->needs, needs);
  struct set values = evaluate_set(scene, value);
  set_join(&scene->work, result, &values);
  needs_add(&scene->work, &result->needs, values.needs);
  return truth == TRUTH_TRUE;
}

static struct set cases_of_node(struct scene *scene, const struct program_node *node) {
  struct set result = {0};
  bool closed = false;
  for (uint32_t i = 0; i + 1 < node->kid_count && !closed; i += 2) {
    struct set condition = evaluate_set(scene, kid_at(scene, node, i));
    closed = take_case(scene, &result, set_truth(&condition), condition.needs, &condition.fault, kid_at(scene, node, i + 1));
  }
  if (!closed) take_case(scene, &result, TRUTH_TRUE, NULL, NULL, kid_at(scene, node, node->kid_count - 1));
  set_settle(&result);
  return result;
}

static struct set body_of_term(struct scene *scene, const struct program_term *term) {
  struct set result = {0};
  struct value fault = value_of(0);
  bool closed = false;
  if (term->is_flag_of_tests) {
    uint64_t *needs = NULL;
    enum truth truth = evaluate_tests(scene, term->tests, &needs, &fault);
    return set_of_truth(truth, needs, fault);
  }
  if (term->cases.count == 0) return evaluate_set(scene, term->value);
  for (uint32_t i = 0; i < term->cases.count && !closed; i++) {
    const struct program_case *one = &scene->run->policy->cases[term->cases.first + i];
    uint64_t *needs = NULL;
    enum truth truth = evaluate_tests(scene, one->tests, &needs, &fault);
    closed = take_case(scene, &result, truth, needs, &fault, one->value);
  }
  if (!closed) take_case(scene, &result, TRUTH_TRUE, NULL, NULL, term->value);
  set_settle(&result);
  return result;
}

struct set set_of_term(struct scene *scene, uint32_t index) {
  const struct program_term *term = &scene->run->policy->terms[index];
  struct scene *home = scene;
  if (term->scope == SCOPE_REQUEST) home = scene_of_request(scene);
  if (term->scope == SCOPE_FACT && scene->key_fact != term->scope_fact) {
    struct reading key = read_key(scene, term->scope_fact);
    if (!is_known(&key)) return set_of_reading(scene, &key);
    home = scene_of_key(scene, term->scope_fact, key.value.num);
    if (!home) return set_open(&scene->work, NO_INDEX);
  }
  struct memo *memo = &home->memos[index];
  if (memo->set_stamp != home->stamp) {
    memo->set = body_of_term(home, term);
    memo->set_stamp = home->stamp;
  }
  return memo->set;
}

/* ---- values of lines ---- */

static struct set compute_memo(struct scene *scene, uint32_t special);

static struct set remembered(struct scene *scene, uint32_t special) {
  struct memo *memo = &scene->memos[scene->run->policy->term_count + special];
  if (memo->set_stamp != scene->stamp) {
    memo->set = compute_memo(scene, special);
    memo->set_stamp = scene->stamp;
  }
  return memo->set;
}

static struct set compute_memo(struct scene *scene, uint32_t special) {
  const struct program_header *header = scene->run->policy->header;
  struct set result = set_of(value_of(0)), units, price;
  switch (special) {
  case MEMO_UNITS: return header->units == NO_INDEX ? set_of(value_of(1)) : evaluate_any(scene, header->units);
  case MEMO_UNIT_VALUE: return header->unit_value == NO_INDEX ? result : evaluate_any(scene, header->unit_value);
  case MEMO_LINE_VALUE:
    units = remembered(scene, MEMO_UNITS);
    price = remembered(scene, MEMO_UNIT_VALUE);
    return set_apply(&scene->work, value_multiply, &price, &units);
  default: return evaluate_over_lines_set(scene, REQUEST_VALUE_NODE);
  }
}

struct set units_of(struct scene *scene) {
  return remembered(scene, MEMO_UNITS);
}
struct set unit_value_of(struct scene *scene) {
  return remembered(scene, MEMO_UNIT_VALUE);
}
struct set line_value_set_of(struct scene *scene) {
  return remembered(scene, MEMO_LINE_VALUE);
}

static struct set set_of_special(struct scene *scene, uint32_t special) {
  if (special == SPECIAL_LINE_VALUE) return remembered(scene, MEMO_LINE_VALUE);
  if (special == SPECIAL_REQUEST_VALUE) return remembered(scene_of_request(scene), MEMO_REQUEST_VALUE);
  const struct set *set = portion_special(scene->view, special);
  return set ? *set : set_open(&scene->work, NO_INDEX);
}

/* ---- nodes ---- */

static struct set fold_of_kids(struct scene *scene, const struct program_node *node) {
  struct set result = evaluate_set(scene, kid_at(scene, node, 0));
  for (uint32_t i = 1; i < node->kid_count; i++) {
    struct set kid = evaluate_set(scene, kid_at(scene, node, i));
    const struct set *pair[2] = {&result, &kid};
    result = set_operate(&scene->work, node, pair, 2);
  }
  return result;
}

static struct set product_of_kids(struct scene *scene, const struct program_node *node) {
  uint32_t count = node->op == OP_ONE_OF ? 1 : node->kid_count;
  struct set kids[3];
  const struct set *operands[3];
  if (count > 3) count = 3;
  for (uint32_t i = 0; i < count; i++) {
    kids[i] = evaluate_set(scene, kid_at(scene, node, i));
    operands[i] = &kids[i];
  }
  return set_operate(&scene->work, node, operands, count);
}

struct set evaluate_set(struct scene *scene, uint32_t index) {
  const struct program_node *node = node_at(scene, index);
  struct reading reading;
  switch (node->op) {
  case OP_CONST:
  case OP_RATIO: return set_of(evaluate(scene, index));
  case OP_FACT: reading = read_fact(scene, node->index); return set_of_reading(scene, &reading);
  case OP_GIVEN:
    reading = read_fact(scene, node->index);
    if (reading.state == FACT_KEY_OPEN || reading.state == FACT_FAULTY) return set_of_reading(scene, &reading);
    return set_of(value_of(is_known(&reading)));
  case OP_TERM: return set_of_term(scene, node->index);
  case OP_SPECIAL: return set_of_special(scene, node->index);
  case OP_AND:
  case OP_OR: return junction_of_kids(scene, node);
  case OP_CASES: return cases_of_node(scene, node);
  case OP_MIN:
  case OP_MAX: return fold_of_kids(scene, node);
  case OP_SUM:
  case OP_COUNT:
  case OP_ANY_LINE:
  case OP_EVERY_LINE: return evaluate_over_lines_set(scene, index);
  default: return product_of_kids(scene, node);
  }
}

struct set evaluate_any(struct scene *scene, uint32_t node) {
  struct value value = evaluate(scene, node);
  return value.state == VALUE_OPEN ? evaluate_set(scene, node) : set_of(value);
}
