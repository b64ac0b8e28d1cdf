/* Expressions, the definite way: one value per node, fast where the facts are there.
 *
 * VALUE_OPEN means that a fact is missing or that alternatives are left: missing.c then tells all values. An error is
 * answered only where it is certain: beside an open operand of `and`, `or` or an aggregate it is left to missing.c.
 */
#include "evaluate/scene.h"

static const struct program_node *node_at(const struct scene *scene, uint32_t node) { return &scene->run->policy->nodes[node]; }
static uint32_t kid_at(const struct scene *scene, const struct program_node *node, uint32_t kid) {
  return scene->run->policy->links[node->kids_first + kid];
}

static struct value constant(const struct program_node *node) {
  if (node->op == OP_CONST) return value_of_coded((enum value_type)node->type, node->value, node->offset_minutes);
  struct number number;
  if (number_set_ratio(&number, node->value, node->denominator) != NUMBER_OK || number.big) return value_fault(VALUE_OVERFLOW);
  return (struct value){.num = number.num, .den = number.den};
}

/* ---- junctions: and, or, tests, any, every ---- */

/* The deciding truth outweighs all; an error counts only where nothing is open. */
struct junction {
  enum truth deciding;
  bool decided, open, error;
  struct value fault;
};

static bool junction_take(struct junction *junction, const struct value *value, bool negated) {
  if (value->state == VALUE_OPEN)
    junction->open = true;
  else if (value->state == VALUE_ERROR) {
    junction->error = true;
    junction->fault = *value;
  } else if (((value->num != 0) != negated) == (junction->deciding == TRUTH_TRUE))
    junction->decided = true;
  return junction->decided;
}

static struct value junction_value(const struct junction *junction) {
  if (junction->decided) return value_of(junction->deciding == TRUTH_TRUE);
  if (junction->open) return value_open();
  return junction->error ? junction->fault : value_of(junction->deciding != TRUTH_TRUE);
}

static struct value evaluate_junction(struct scene *scene, const struct program_node *node) {
  struct junction junction = {.deciding = node->op == OP_AND ? TRUTH_FALSE : TRUTH_TRUE};
  for (uint32_t i = 0; i < node->kid_count; i++) {
    struct value kid = evaluate(scene, kid_at(scene, node, i));
    if (junction_take(&junction, &kid, false)) break;
  }
  return junction_value(&junction);
}

static struct value evaluate_list(struct scene *scene, struct program_list tests) {
  struct junction junction = {.deciding = TRUTH_FALSE};
  for (uint32_t i = 0; i < tests.count; i++) {
    const struct program_test *test = &scene->run->policy->tests[tests.first + i];
    struct value value = evaluate(scene, test->node);
    if (junction_take(&junction, &value, test->negated)) break;
  }
  return junction_value(&junction);
}

/* ---- terms ---- */

static struct value evaluate_body(struct scene *scene, const struct program_term *term) {
  if (term->is_flag_of_tests) return evaluate_list(scene, term->tests);
  for (uint32_t i = 0; i < term->cases.count; i++) {
    const struct program_case *one = &scene->run->policy->cases[term->cases.first + i];
    struct value condition = evaluate_list(scene, one->tests);
    if (condition.state != VALUE_DEFINITE) return condition;
    if (condition.num) return evaluate(scene, one->value);
  }
  return evaluate(scene, term->value);
}

static struct value evaluate_cases(struct scene *scene, const struct program_node *node) {
  for (uint32_t i = 0; i + 1 < node->kid_count; i += 2) {
    struct value condition = evaluate(scene, kid_at(scene, node, i));
    if (condition.state != VALUE_DEFINITE) return condition;
    if (condition.num) return evaluate(scene, kid_at(scene, node, i + 1));
  }
  return evaluate(scene, kid_at(scene, node, node->kid_count - 1));
}

static struct value evaluate_term(struct scene *scene, uint32_t index) {
  const struct program_term *term = &scene->run->policy->terms[index];
  struct scene *home = scene;
  if (term->scope == SCOPE_REQUEST) home = scene_of_request(scene);
  if (term->scope == SCOPE_FACT && scene->key_fact != term->scope_fact) {
    struct reading key = read_key(scene, term->scope_fact);
    if (!is_known(&key)) return key.value;
    home = scene_of_key(scene, term->scope_fact, key.value.num);
    if (!home) return value_open();
  }
  struct memo *memo = &home->memos[index];
  if (memo->value_stamp != home->stamp) {
    memo->value = evaluate_body(home, term);
    memo->value_stamp = home->stamp;
  }
  return memo->value;
}

/* ---- values of lines ---- */

static struct value of_set(const struct set *set) {
  if (set_is_single(set)) return set->one;
  return set_is_error(set) ? set->fault : value_open();
}

static struct value compute_memo(struct scene *scene, uint32_t special);

static struct value remembered(struct scene *scene, uint32_t special) {
  struct memo *memo = &scene->memos[scene->run->policy->term_count + special];
  if (memo->value_stamp != scene->stamp) {
    memo->value = compute_memo(scene, special);
    memo->value_stamp = scene->stamp;
  }
  return memo->value;
}

static struct value multiply(struct scene *scene, const struct value *a, const struct value *b) {
  if (a->state == VALUE_ERROR || b->state == VALUE_ERROR) return a->state == VALUE_ERROR ? *a : *b;
  if (a->state == VALUE_OPEN || b->state == VALUE_OPEN) return value_open();
  return value_multiply(&scene->work, a, b);
}

static struct value compute_memo(struct scene *scene, uint32_t special) {
  const struct program_header *header = scene->run->policy->header;
  struct value units, price;
  switch (special) {
  case MEMO_UNITS: return header->units == NO_INDEX ? value_of(1) : evaluate(scene, header->units);
  case MEMO_UNIT_VALUE: return header->unit_value == NO_INDEX ? value_of(0) : evaluate(scene, header->unit_value);
  case MEMO_LINE_VALUE:
    units = remembered(scene, MEMO_UNITS);
    price = remembered(scene, MEMO_UNIT_VALUE);
    return multiply(scene, &price, &units);
  default: return evaluate_over_lines(scene, REQUEST_VALUE_NODE);
  }
}

struct value line_value_of(struct scene *scene) {
  return remembered(scene, MEMO_LINE_VALUE);
}

static struct value evaluate_special(struct scene *scene, uint32_t special) {
  if (special == SPECIAL_LINE_VALUE) return remembered(scene, MEMO_LINE_VALUE);
  if (special == SPECIAL_REQUEST_VALUE) return remembered(scene_of_request(scene), MEMO_REQUEST_VALUE);
  const struct set *set = portion_special(scene->view, special);
  return set ? of_set(set) : value_open();
}

/* ---- nodes ---- */

static struct value evaluate_operator(struct scene *scene, const struct program_node *node) {
  uint32_t count = node->op == OP_ONE_OF ? 1 : node->kid_count;
  struct value operands[3], open = value_of(0), fault = value_of(0);
  for (uint32_t i = 0; i < count && i < 3; i++) {
    operands[i] = evaluate(scene, kid_at(scene, node, i));
    if (operands[i].state == VALUE_OPEN) open = operands[i];
    if (operands[i].state == VALUE_ERROR && fault.state != VALUE_ERROR) fault = operands[i];
  }
  if (fault.state == VALUE_ERROR) return fault;
  return open.state == VALUE_OPEN ? open : operate(&scene->work, node, operands);
}

static struct value evaluate_fold(struct scene *scene, const struct program_node *node) {
  struct value operands[2], open = value_of(0), fault = value_of(0);
  operands[0] = evaluate(scene, kid_at(scene, node, 0));
  for (uint32_t i = 0; i < node->kid_count; i++) {
    operands[i ? 1 : 0] = i ? evaluate(scene, kid_at(scene, node, i)) : operands[0];
    const struct value *kid = &operands[i ? 1 : 0];
    if (kid->state == VALUE_OPEN) open = *kid;
    if (kid->state == VALUE_ERROR && fault.state != VALUE_ERROR) fault = *kid;
    if (i && open.state == VALUE_DEFINITE && fault.state == VALUE_DEFINITE) operands[0] = operate(&scene->work, node, operands);
  }
  if (fault.state == VALUE_ERROR) return fault;
  return open.state == VALUE_OPEN ? open : operands[0];
}

static struct value evaluate_given(struct scene *scene, uint32_t fact) {
  struct reading reading = read_fact(scene, fact);
  if (reading.state == FACT_KEY_OPEN || reading.state == FACT_FAULTY) return reading.value;
  return value_of(is_known(&reading));
}

struct value evaluate(struct scene *scene, uint32_t index) {
  const struct program_node *node = node_at(scene, index);
  switch (node->op) {
  case OP_CONST:
  case OP_RATIO: return constant(node);
  case OP_FACT: return read_fact(scene, node->index).value;
  case OP_TERM: return evaluate_term(scene, node->index);
  case OP_SPECIAL: return evaluate_special(scene, node->index);
  case OP_GIVEN: return evaluate_given(scene, node->index);
  case OP_AND:
  case OP_OR: return evaluate_junction(scene, node);
  case OP_CASES: return evaluate_cases(scene, node);
  case OP_MIN:
  case OP_MAX: return evaluate_fold(scene, node);
  case OP_SUM:
  case OP_COUNT:
  case OP_ANY_LINE:
  case OP_EVERY_LINE: return evaluate_over_lines(scene, index);
  default: return evaluate_operator(scene, node);
  }
}
