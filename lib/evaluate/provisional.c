/* Provisional: which decided lines hang on assumptions, and on which.
 *
 * In: an answer with assumptions, and one without. A line that was decided only with them is provisional: it names the facts that
 * are assumed for it among what it needs without them, and those that their assumptions hang on in turn. What it needs of other
 * lines (through an aggregate) leads to what is assumed for those.
 */
#include <string.h>

#include "evaluate/floors.h"

/* One search. Visits each fact and each term once per line; `lines` stands for all of them. */
struct trail {
  struct run *run;
  struct memo *memos;      /* for scenes of lines */
  uint64_t *found;         /* bits of assumed facts */
  uint32_t *facts, *terms; /* stamps by (fact or term) * (lines + 1) + line */
  uint32_t lines, stamp;
};

static bool is_new(const struct trail *trail, uint32_t *stamps, uint32_t index, uint32_t line) {
  uint32_t *stamp = &stamps[(size_t)index * (trail->lines + 1) + line];
  if (*stamp == trail->stamp) return false;
  *stamp = trail->stamp;
  return true;
}

static enum fact_state state_of(const struct trail *trail, uint32_t line, uint32_t fact) {
  if (line == trail->lines) return read_fact(&trail->run->request, fact).state;
  struct scene scene = scene_of_line(&trail->run->request, line, trail->memos);
  return read_fact(&scene, fact).state;
}

static void follow_node(struct trail *trail, uint32_t line, uint32_t node);

static void follow_fact(struct trail *trail, uint32_t line, uint32_t index) {
  const struct program_fact *fact = &trail->run->policy->facts[index];
  if (!is_new(trail, trail->facts, index, line)) return;
  if (fact->scope != SCOPE_REQUEST && line == trail->lines) {
    for (uint32_t each = 0; each < trail->lines; each++) follow_fact(trail, each, index);
    return;
  }
  if (fact->scope == SCOPE_FACT) follow_fact(trail, line, fact->scope_fact);
  enum fact_state state = state_of(trail, line, index);
  if (state == FACT_DEFAULTED && fact->same_as != NO_INDEX) follow_fact(trail, line, fact->same_as);
  if (state != FACT_ASSUMED) return;
  trail->found[index / 64] |= (uint64_t)1 << index % 64;
  follow_node(trail, line, fact->assume);
}

static void follow_tests(struct trail *trail, uint32_t line, struct program_list tests) {
  for (uint32_t i = 0; i < tests.count; i++) follow_node(trail, line, trail->run->policy->tests[tests.first + i].node);
}

static void follow_term(struct trail *trail, uint32_t line, uint32_t index) {
  const struct program_term *term = &trail->run->policy->terms[index];
  if (term->scope != SCOPE_LINE) line = trail->lines;
  if (!is_new(trail, trail->terms, index, line)) return;
  follow_tests(trail, line, term->tests);
  for (uint32_t i = 0; i < term->cases.count; i++) {
    const struct program_case *one = &trail->run->policy->cases[term->cases.first + i];
    follow_tests(trail, line, one->tests);
    follow_node(trail, line, one->value);
  }
  if (!term->is_flag_of_tests) follow_node(trail, line, term->value);
}

/* line_value asks its own line, request_value all. */
static void follow_value(struct trail *trail, uint32_t line, uint32_t special) {
  const struct program_header *header = trail->run->policy->header;
  if (special != SPECIAL_LINE_VALUE) line = trail->lines;
  if (header->units != NO_INDEX) follow_node(trail, line, header->units);
  if (header->unit_value != NO_INDEX) follow_node(trail, line, header->unit_value);
}

static void follow_node(struct trail *trail, uint32_t line, uint32_t index) {
  const struct program_node *node = &trail->run->policy->nodes[index];
  bool value = node->op == OP_SPECIAL && (node->index == SPECIAL_LINE_VALUE || node->index == SPECIAL_REQUEST_VALUE);
  if (node->op == OP_FACT || node->op == OP_GIVEN) follow_fact(trail, line, node->index);
  if (node->op == OP_TERM) follow_term(trail, line, node->index);
  if (value) follow_value(trail, line, node->index);
  for (uint32_t i = 0; i < node->kid_count; i++) follow_node(trail, line, trail->run->policy->links[node->kids_first + i]);
}

/* What a floor assumes for want of a fact of the policy's. */
static bool add_assumed_by_floors(returns_decision *decision, struct trail *trail, uint32_t line, const uint64_t *needs) {
  if (!decision->policy->floors_assume) return true;
  uint64_t *bits = arena_take_zeroed(&trail->run->pass_arena, trail->run->need_words * sizeof *bits);
  if (!bits || !floors_note_assumed(decision, line, bits)) return false;
  for (uint32_t w = 0; needs && w < trail->run->need_words; w++) trail->found[w] |= bits[w] & needs[w];
  return true;
}

/* The assumed facts behind what one line needs without assumptions: its own; of a fact that it has anyway, those of other lines.
 */
static bool mark_line(returns_decision *decision, struct trail *trail, uint32_t line, const uint64_t *needs) {
  memset(trail->found, 0, trail->run->need_words * sizeof *trail->found);
  trail->stamp++;
  for (uint32_t f = 0; f < trail->run->policy->fact_count; f++) {
    if (!needs_has(needs, f)) continue;
    enum fact_state state = state_of(trail, line, f);
    follow_fact(trail, line, f);
    if (state != FACT_ASSUMED && state != FACT_DEFAULTED) follow_fact(trail, trail->lines, f);
  }
  if (!add_assumed_by_floors(decision, trail, line, needs)) return false;
  uint32_t *assumed = &decision->answer.lines[line].assumed;
  *assumed = portions_add_words(&decision->answer.portions, trail->found);
  return *assumed != NO_INDEX;
}

static bool mark_lines(returns_decision *decision) {
  struct run *run = &decision->decider.run;
  struct arena *arena = &run->pass_arena;
  struct trail trail = {.run = run, .lines = decision->answer.line_count, .memos = scene_memos(&run->request)};
  size_t places = ((size_t)trail.lines + 1) * sizeof *trail.facts;
  trail.found = arena_take(arena, run->need_words * sizeof *trail.found);
  trail.facts = arena_take_zeroed(arena, run->policy->fact_count * places);
  trail.terms = arena_take_zeroed(arena, run->policy->term_count * places);
  if (!trail.memos || !trail.found || !trail.facts || !trail.terms) return false;
  for (uint32_t i = 0; i < trail.lines && i < decision->bare.line_count; i++) {
    const struct answer_line *bare = &decision->bare.lines[i];
    if (decision->answer.lines[i].status != RETURNS_DECIDED || bare->status != RETURNS_UNDECIDED) continue;
    if (!mark_line(decision, &trail, i, decision_words(&decision->bare, bare->needs))) return false;
  }
  return !run->failed;
}

/* Whether an assumption stands in for any fact on any line, or for the request. */
static bool assumes_any(struct run *run, struct memo *memos) {
  for (uint32_t f = 0; f < run->policy->fact_count; f++) {
    const struct program_fact *fact = &run->policy->facts[f];
    if (fact->assume == NO_INDEX) continue;
    if (fact->scope == SCOPE_REQUEST && read_fact(&run->request, f).state == FACT_ASSUMED) return true;
    for (uint32_t line = 0; fact->scope != SCOPE_REQUEST && line < run->facts->line_count; line++) {
      struct scene scene = scene_of_line(&run->request, line, memos);
      if (read_fact(&scene, f).state == FACT_ASSUMED) return true;
    }
  }
  return false;
}

bool mark_provisional(returns_decision *decision) {
  struct run *run = &decision->decider.run;
  const struct facts *facts = run->facts;
  if (!(decision->policy->assumes || decision->policy->floors_assume) || decision->answer.status == RETURNS_NO_VALID_POLICY)
    return true;
  struct memo *memos = scene_memos(&run->request);
  bool any = decision->policy->floors_assume || (memos && assumes_any(run, memos));
  if (run->failed) return false;
  if (!any) return true;
  bool answered = evaluate_pass(decision, facts, true, &decision->bare), refused = decision->failure.code != NULL;
  decision->failure.code = NULL;
  if (!answered) return refused; /* refused without its assumptions, the request tells nothing of what they settle */
  run_begin(run, facts, false);
  return floors_begin(decision) && mark_lines(decision);
}
