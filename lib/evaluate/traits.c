/* Traits: which rules the rows must not rule out while facts are missing, found once at load.
 *
 * In: a policy's nodes, terms, rules. Out: the list of those rules. Rows speak of a rule as a disjunction of
 * conjunctions; the language's four truths are weaker than that where alternatives are involved (`(a or b) and (not a or c)`
 * is open while a is missing, though b and c are false). Only a rule that is one plain conjunction may be ruled out by a known
 * fact while others are missing; all others are evaluated.
 */
#include "evaluate/policy.h"

enum {
  TRAIT_KNOWN = 1,
  TRAIT_ONE_VALUE = 2, /* an operand without alternatives: no cases, min, max */
  TRAIT_AND = 4,       /* a condition that is a conjunction of plain comparisons */
  TRAIT_NOT_AND = 8,   /* its negation is one */
  TRAIT_PLAIN = TRAIT_ONE_VALUE | TRAIT_AND | TRAIT_NOT_AND
};

struct traits {
  const struct returns_policy *policy;
  uint8_t *nodes, *terms;
};

static uint8_t node_traits(struct traits *traits, uint32_t node);

static uint8_t tests_traits(struct traits *traits, struct program_list list) {
  uint8_t result = TRAIT_AND;
  for (uint32_t i = 0; i < list.count; i++) {
    const struct program_test *test = &traits->policy->tests[list.first + i];
    uint8_t kid = node_traits(traits, test->node);
    if (!(kid & (test->negated ? TRAIT_NOT_AND : TRAIT_AND))) result &= (uint8_t)~TRAIT_AND;
    if (list.count == 1 && (kid & (test->negated ? TRAIT_AND : TRAIT_NOT_AND))) result |= TRAIT_NOT_AND;
  }
  return result;
}

static uint8_t term_traits(struct traits *traits, uint32_t index) {
  const struct program_term *term = &traits->policy->terms[index];
  uint8_t result = traits->terms[index];
  if (result & TRAIT_KNOWN) return result;
  if (term->is_flag_of_tests)
    result = tests_traits(traits, term->tests);
  else if (term->cases.count == 0)
    result = node_traits(traits, term->value);
  return traits->terms[index] = result | TRAIT_KNOWN;
}

static bool one_member(int64_t mask) { return mask && !((uint64_t)mask & ((uint64_t)mask - 1)); }

/* Of a comparison: whether it, and whether its negation, is one test of each column it can be made of. */
static uint8_t comparison_traits(const struct returns_policy *policy, const struct program_node *node) {
  const struct program_node *last = &policy->nodes[policy->links[node->kids_first + node->kid_count - 1]];
  const struct program_node *first = &policy->nodes[policy->links[node->kids_first]];
  bool single = last->op == OP_CONST && one_member(last->value);
  switch (node->op) {
  case OP_BETWEEN:
  case OP_WITHIN: return TRAIT_AND;
  case OP_HAS_ANY: return TRAIT_NOT_AND | (single ? TRAIT_AND : 0);
  case OP_HAS_ALL: return TRAIT_AND | (single ? TRAIT_NOT_AND : 0);
  case OP_EQUAL: return first->type == TYPE_SET ? TRAIT_AND : TRAIT_AND | TRAIT_NOT_AND;
  case OP_NOT_EQUAL: return first->type == TYPE_SET ? TRAIT_NOT_AND : TRAIT_AND | TRAIT_NOT_AND;
  default: return TRAIT_AND | TRAIT_NOT_AND;
  }
}

static uint8_t logic_traits(uint8_t op, uint8_t every) {
  if (op == OP_AND) return every & TRAIT_AND;
  if (op == OP_OR) return every & TRAIT_NOT_AND;
  return (uint8_t)((every & TRAIT_AND ? TRAIT_NOT_AND : 0) | (every & TRAIT_NOT_AND ? TRAIT_AND : 0));
}

static uint8_t inner_traits(struct traits *traits, const struct program_node *node) {
  uint8_t every = TRAIT_PLAIN;
  for (uint32_t i = 0; i < node->kid_count; i++) every &= node_traits(traits, traits->policy->links[node->kids_first + i]);
  if (node->op == OP_AND || node->op == OP_OR || node->op == OP_NOT) return logic_traits(node->op, every);
  if (node->op >= OP_CASES || node->op == OP_MIN || node->op == OP_MAX || !(every & TRAIT_ONE_VALUE)) return 0;
  if (node->op >= OP_EQUAL && node->op <= OP_HAS_ALL) return comparison_traits(traits->policy, node);
  return TRAIT_ONE_VALUE;
}

static uint8_t node_traits(struct traits *traits, uint32_t index) {
  const struct program_node *node = &traits->policy->nodes[index];
  uint8_t result = traits->nodes[index];
  if (result & TRAIT_KNOWN) return result;
  switch (node->op) {
  case OP_CONST:
  case OP_RATIO:
  case OP_FACT:
  case OP_GIVEN: result = TRAIT_PLAIN; break;
  case OP_TERM: result = term_traits(traits, node->index); break;
  case OP_SPECIAL: break;
  default: result = inner_traits(traits, node); break;
  }
  return traits->nodes[index] = result | TRAIT_KNOWN;
}

static bool index_entries(struct returns_policy *policy) {
  uint32_t bits = policy->header->row_words * 64 + 1;
  policy->entry_rules = arena_take(&policy->arena, bits * sizeof *policy->entry_rules);
  if (!policy->entry_rules) return false;
  for (uint32_t e = 0; e < bits; e++) {
    const struct program_entry *entry = &policy->entries[e];
    policy->entry_rules[e] = e < policy->entry_count ? entry->rule | (entry->flags ? ENTRY_UNSURE : 0) : policy->rule_count;
  }
  return true;
}

/* A rule may be ruled out by rows while facts are missing if it is one conjunction with exactly one entry. */
static bool derive_always(struct returns_policy *policy, struct traits *traits) {
  policy->first_entries = arena_take(&policy->arena, (policy->rule_count + 1) * sizeof *policy->first_entries);
  policy->always = arena_take(&policy->arena, (policy->rule_count + 1) * sizeof *policy->always);
  if (!policy->first_entries || !policy->always) return false;
  uint32_t entry = 0;
  for (uint32_t r = 0; r <= policy->rule_count; r++) {
    while (entry < policy->entry_count && policy->entries[entry].rule < r) entry++;
    policy->first_entries[r] = entry;
  }
  for (uint32_t r = 0; r < policy->rule_count; r++) {
    uint32_t count = 0;
    for (entry = policy->first_entries[r]; entry < policy->entry_count && policy->entries[entry].rule == r; entry++)
      count += !(policy->entries[entry].flags & ENTRY_WALK);
    if (count != 1 || !(tests_traits(traits, policy->rules[r].tests) & TRAIT_AND)) policy->always[policy->always_count++] = r;
  }
  return true;
}

bool policy_derive_traits(struct returns_policy *policy) {
  uint32_t node_count = program_count(&policy->program, SECTION_NODES);
  struct memory *memory = policy->arena.memory;
  bool done = false;
  struct traits traits = {.policy = policy};
  traits.nodes = memory_take_zeroed(memory, node_count);
  traits.terms = memory_take_zeroed(memory, policy->term_count);
  if (traits.nodes && traits.terms) done = index_entries(policy) && derive_always(policy, &traits);
  memory_give(memory, traits.nodes, node_count);
  memory_give(memory, traits.terms, policy->term_count);
  return done;
}
