/* Private: which facts and terms show a private fact, and what is written in the place of such a value.
 *
 * Found once at load: a fact shows what stands in for it, a term all that it is made of. In: a value as text. Out: a keyed digest
 * of it, where the environment has a key, else nothing. It must not know how digests are computed.
 */
#include "evaluate/policy.h"

enum { UNKNOWN = 0, OPEN, PLAIN, HIDDEN };

struct search {
  const struct returns_policy *policy;
  uint8_t *facts, *terms;
};

static bool node_hides(struct search *search, uint32_t node);

/* Depth: that of the verified block; each fact and term is searched once. */
static bool fact_hides(struct search *search, uint32_t index) {
  const struct program_fact *fact = &search->policy->facts[index];
  if (search->facts[index] != UNKNOWN) return search->facts[index] == HIDDEN;
  search->facts[index] = OPEN;
  bool hides = (fact->flags & FACT_PRIVATE) != 0;
  if (fact->same_as != NO_INDEX) hides |= fact_hides(search, fact->same_as);
  if (fact->assume != NO_INDEX) hides |= node_hides(search, fact->assume);
  search->facts[index] = hides ? HIDDEN : PLAIN;
  return hides;
}

static bool tests_hide(struct search *search, struct program_list tests) {
  bool hides = false;
  for (uint32_t i = 0; i < tests.count; i++) hides |= node_hides(search, search->policy->tests[tests.first + i].node);
  return hides;
}

static bool term_hides(struct search *search, uint32_t index) {
  const struct program_term *term = &search->policy->terms[index];
  if (search->terms[index] != UNKNOWN) return search->terms[index] == HIDDEN;
  search->terms[index] = OPEN;
  bool hides = tests_hide(search, term->tests);
  for (uint32_t i = 0; i < term->cases.count; i++) {
    const struct program_case *one = &search->policy->cases[term->cases.first + i];
    hides |= tests_hide(search, one->tests);
    hides |= node_hides(search, one->value);
  }
  if (!term->is_flag_of_tests) hides |= node_hides(search, term->value);
  search->terms[index] = hides ? HIDDEN : PLAIN;
  return hides;
}

static bool node_hides(struct search *search, uint32_t index) {
  const struct returns_policy *policy = search->policy;
  const struct program_node *node = &policy->nodes[index];
  bool hides = false;
  if (node->op == OP_FACT || node->op == OP_GIVEN) hides = fact_hides(search, node->index);
  if (node->op == OP_TERM) hides = term_hides(search, node->index);
  for (uint32_t i = 0; i < node->kid_count; i++) hides |= node_hides(search, policy->links[node->kids_first + i]);
  return hides;
}

bool policy_derive_private(struct returns_policy *policy) {
  if (!(policy->header->flags & PROGRAM_HAS_PRIVATE)) return true;
  struct search search = {.policy = policy};
  search.facts = arena_take_zeroed(&policy->arena, policy->fact_count);
  search.terms = arena_take_zeroed(&policy->arena, policy->term_count);
  if (!search.facts || !search.terms) return false;
  for (uint32_t f = 0; f < policy->fact_count; f++) fact_hides(&search, f);
  for (uint32_t t = 0; t < policy->term_count; t++) term_hides(&search, t);
  for (uint32_t f = 0; f < policy->fact_count; f++) search.facts[f] = search.facts[f] == HIDDEN;
  for (uint32_t t = 0; t < policy->term_count; t++) search.terms[t] = search.terms[t] == HIDDEN;
  policy->private_facts = search.facts;
  policy->private_terms = search.terms;
  return true;
}

bool write_hidden(const returns_environment *environment, struct text name, struct text value, struct buffer *out) {
  if (!environment->write_keyed) return false;
  buffer_text(out, "hmac-sha256:");
  environment->write_keyed(environment->key, environment->key_size, name, value, out);
  return true;
}
