/* Provisional: which decided lines hang on assumptions, and on which.
 *
 * In: an answer with assumptions, and one without. A line that was decided only with them is provisional: it names the assumed
 * facts among what it needs without them, and those that their assumptions hang on in turn.
 */
#include <string.h>

#include "evaluate/decision.h"

struct chain {
  const struct returns_policy *policy;
  const uint64_t *assumed;  /* facts that an assumption stands in for somewhere in the request */
  uint64_t *bits;           /* found */
  uint8_t *facts, *terms;   /* visited */
};

static bool has_bit(const uint64_t *bits, uint32_t at) { return bits[at / 64] >> at % 64 & 1; }

static void follow_node(struct chain *chain, uint32_t node);

static void follow_fact(struct chain *chain, uint32_t index) {
  const struct program_fact *fact = &chain->policy->facts[index];
  if (chain->facts[index]) return;
  chain->facts[index] = 1;
  if (fact->same_as != NO_INDEX) follow_fact(chain, fact->same_as);
  if (fact->scope == SCOPE_FACT) follow_fact(chain, fact->scope_fact);
  if (!has_bit(chain->assumed, index)) return;
  chain->bits[index / 64] |= (uint64_t)1 << index % 64;
  follow_node(chain, fact->assume);
}

static void follow_tests(struct chain *chain, struct program_list tests) {
  for (uint32_t i = 0; i < tests.count; i++) follow_node(chain, chain->policy->tests[tests.first + i].node);
}

static void follow_term(struct chain *chain, uint32_t index) {
  const struct program_term *term = &chain->policy->terms[index];
  if (chain->terms[index]) return;
  chain->terms[index] = 1;
  follow_tests(chain, term->tests);
  for (uint32_t i = 0; i < term->cases.count; i++) {
    const struct program_case *one = &chain->policy->cases[term->cases.first + i];
    follow_tests(chain, one->tests);
    follow_node(chain, one->value);
  }
  if (!term->is_flag_of_tests) follow_node(chain, term->value);
}

static void follow_node(struct chain *chain, uint32_t index) {
  const struct program_node *node = &chain->policy->nodes[index];
  if (node->op == OP_FACT || node->op == OP_GIVEN) follow_fact(chain, node->index);
  if (node->op == OP_TERM) follow_term(chain, node->index);
  for (uint32_t i = 0; i < node->kid_count; i++) follow_node(chain, chain->policy->links[node->kids_first + i]);
}

/* Whether an assumption stands in for the fact on any line, or for the request. */
static bool is_assumed(struct run *run, uint32_t fact, struct memo *memos) {
  if (run->policy->facts[fact].assume == NO_INDEX) return false;
  if (run->policy->facts[fact].scope == SCOPE_REQUEST) return read_fact(&run->request, fact).state == FACT_ASSUMED;
  for (uint32_t line = 0; line < run->facts->line_count; line++) {
    struct scene scene = scene_of_line(&run->request, line, memos);
    if (read_fact(&scene, fact).state == FACT_ASSUMED) return true;
  }
  return false;
}

/* The assumed facts behind what one line needs without assumptions. */
static bool mark_line(returns_decision *decision, struct chain *chain, struct answer_line *line, const uint64_t *needs) {
  memset(chain->bits, 0, decision->decider.run.need_words * sizeof *chain->bits);
  memset(chain->facts, 0, chain->policy->fact_count);
  memset(chain->terms, 0, chain->policy->term_count);
  for (uint32_t f = 0; f < chain->policy->fact_count; f++)
    if (has_bit(needs, f)) follow_fact(chain, f);
  line->assumed = portions_add_words(&decision->answer.portions, chain->bits);
  return line->assumed != NO_INDEX;
}

static bool mark_lines(returns_decision *decision, const uint64_t *assumed) {
  struct arena *arena = &decision->decider.run.pass_arena;
  const struct returns_policy *policy = decision->policy;
  struct chain chain = {.policy = policy, .assumed = assumed};
  chain.bits = arena_take(arena, decision->decider.run.need_words * sizeof *chain.bits);
  chain.facts = arena_take(arena, policy->fact_count);
  chain.terms = arena_take(arena, policy->term_count);
  if (!chain.bits || !chain.facts || !chain.terms) return false;
  for (uint32_t i = 0; i < decision->answer.line_count && i < decision->bare.line_count; i++) {
    const struct answer_line *bare = &decision->bare.lines[i];
    if (decision->answer.lines[i].status != RETURNS_DECIDED || bare->status != RETURNS_UNDECIDED) continue;
    if (!mark_line(decision, &chain, &decision->answer.lines[i], decision_words(&decision->bare, bare->needs))) return false;
  }
  return true;
}

bool mark_provisional(returns_decision *decision) {
  struct run *run = &decision->decider.run;
  const struct facts *facts = run->facts;
  if (!decision->policy->assumes || decision->answer.status == RETURNS_NO_VALID_POLICY) return true;
  struct memo *memos = scene_memos(&run->request);
  uint64_t *assumed = memory_take_zeroed(run->memory, run->need_words * sizeof *assumed); /* outlives the arenas of the next pass */
  bool any = false, done = memos && assumed;
  for (uint32_t f = 0; done && f < decision->policy->fact_count; f++) {
    if (!is_assumed(run, f, memos)) continue;
    assumed[f / 64] |= (uint64_t)1 << f % 64;
    any = true;
  }
  if (done && run->failed) done = false;
  if (done && any) {
    bool answered = evaluate_pass(decision, facts, true, &decision->bare);
    /* A request that is refused without its assumptions tells nothing of what they settle. */
    done = answered ? mark_lines(decision, assumed) : decision->failure.code != NULL;
    decision->failure.code = NULL;
  }
  memory_give(run->memory, assumed, run->need_words * sizeof *assumed);
  return done;
}
