/* Nested: which sums, counts, any and every over lines ask, for one line, about all lines again. Found once at load.
 *
 * What a line adds to the others (lines.c keeps it while that line is split) does not depend on the line being split, unless the
 * expression itself leads to lines: through a term, an assumption, the units or the value of a line.
 */
#include "evaluate/policy.h"

enum { KNOWN = 1, ASKS = 2 };

struct asking {
  struct returns_policy *policy;
  uint8_t *nodes, *terms, *facts;
};

static uint8_t ask_node(struct asking *asking, uint32_t index);

static uint8_t ask_optional(struct asking *asking, uint32_t node) { return node == NO_INDEX ? 0 : ask_node(asking, node); }

static uint8_t ask_fact(struct asking *asking, uint32_t index) {
  const struct program_fact *fact = &asking->policy->facts[index];
  uint8_t *known = &asking->facts[index], asks = 0;
  if (*known) return *known & ASKS;
  if (fact->scope == SCOPE_FACT) asks |= ask_fact(asking, fact->scope_fact);
  if (fact->same_as != NO_INDEX) asks |= ask_fact(asking, fact->same_as);
  asks |= ask_optional(asking, fact->assume);
  *known = KNOWN | asks;
  return asks;
}

static uint8_t ask_tests(struct asking *asking, struct program_list tests) {
  uint8_t asks = 0;
  for (uint32_t i = 0; i < tests.count; i++) asks |= ask_node(asking, asking->policy->tests[tests.first + i].node);
  return asks;
}

static uint8_t ask_term(struct asking *asking, uint32_t index) {
  const struct program_term *term = &asking->policy->terms[index];
  uint8_t *known = &asking->terms[index], asks = 0;
  if (*known) return *known & ASKS;
  if (term->scope == SCOPE_FACT) asks |= ask_fact(asking, term->scope_fact);
  asks |= ask_tests(asking, term->tests);
  for (uint32_t i = 0; i < term->cases.count; i++) {
    const struct program_case *one = &asking->policy->cases[term->cases.first + i];
    asks |= ask_tests(asking, one->tests) | ask_node(asking, one->value);
  }
  if (!term->is_flag_of_tests) asks |= ask_node(asking, term->value);
  *known = KNOWN | asks;
  return asks;
}

static uint8_t ask_value(struct asking *asking) {
  const struct program_header *header = asking->policy->header;
  return ask_optional(asking, header->units) | ask_optional(asking, header->unit_value);
}

static uint8_t ask_node(struct asking *asking, uint32_t index) {
  const struct program_node *node = &asking->policy->nodes[index];
  uint8_t *known = &asking->nodes[index], asks = 0;
  if (*known) return *known & ASKS;
  for (uint32_t i = 0; i < node->kid_count; i++) asks |= ask_node(asking, asking->policy->links[node->kids_first + i]);
  if (node->op == OP_FACT || node->op == OP_GIVEN) asks |= ask_fact(asking, node->index);
  if (node->op == OP_TERM) asks |= ask_term(asking, node->index);
  if (node->op == OP_SPECIAL && node->index == SPECIAL_LINE_VALUE) asks |= ask_value(asking);
  if (node->op == OP_SPECIAL && node->index == SPECIAL_REQUEST_VALUE) asks = ASKS;
  if (node->op == OP_SUM || node->op == OP_COUNT || node->op == OP_ANY_LINE || node->op == OP_EVERY_LINE) {
    asking->policy->nested[index] = asks != 0;
    asks = ASKS;
  }
  *known = KNOWN | asks;
  return asks;
}

bool policy_derive_nested(struct returns_policy *policy) {
  uint32_t node_count = program_count(&policy->program, SECTION_NODES);
  struct memory *memory = policy->arena.memory;
  struct asking asking = {.policy = policy};
  policy->nested = arena_take_zeroed(&policy->arena, node_count);
  asking.nodes = memory_take_zeroed(memory, node_count);
  asking.terms = memory_take_zeroed(memory, policy->term_count);
  asking.facts = memory_take_zeroed(memory, policy->fact_count);
  bool done = policy->nested && asking.nodes && asking.terms && asking.facts;
  for (uint32_t i = 0; done && i < node_count; i++) ask_node(&asking, i);
  policy->nested_value = done && ask_value(&asking) != 0;
  memory_give(memory, asking.nodes, node_count);
  memory_give(memory, asking.terms, policy->term_count);
  memory_give(memory, asking.facts, policy->fact_count);
  return done;
}
