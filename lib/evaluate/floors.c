/* Floors: which answer stands for each line, and a floor's answer in the place of the policy's. See floors.h.
 *
 * The more favourable of decided answers stands, the policy's own on a tie, else that of the floor declared first. A line is
 * undecided while an open answer may still be the better one. A line that a floor raised draws on no allowance of the policy.
 */
#include "evaluate/floors.h"

#include <string.h>

static bool out_of_memory(returns_decision *decision) {
  decision->failure.code = NULL;
  return false;
}

/* ---- the floors' answers ---- */

static bool answer_floor(returns_decision *decision, uint32_t index, bool without_assumptions) {
  struct floor_answer *floor = &decision->floors[index];
  returns_decision *inner = floor->decision;
  if (!floor_fill(decision, index)) return false;
  memcpy(inner->role_answers, floor->facts.roles, inner->policy->approval_count);
  inner->plain = false;
  inner->has_answer = true;
  inner->kept = &floor->facts;
  inner->decider.request = NULL;
  if (evaluate_pass(inner, &floor->facts, without_assumptions, without_assumptions ? &inner->bare : &inner->answer)) return true;
  if (!inner->failure.code) return out_of_memory(decision);
  decision->failure = (struct failure){.code = inner->failure.code,
                                       .line = inner->failure.line,
                                       .rule = NO_INDEX,
                                       .fact = NO_INDEX,
                                       .what = "floor",
                                       .span = NO_INDEX,
                                       .test = NO_INDEX,
                                       .floor = inner};
  return false;
}

bool floors_answer(returns_decision *decision, bool without_assumptions) {
  struct run *run = &decision->decider.run;
  decision->floor_lines = NULL;
  if (decision->policy->floor_count == 0) return true;
  for (uint32_t i = 0; i < decision->policy->floor_count; i++)
    if (!answer_floor(decision, i, without_assumptions)) return false;
  decision->floor_lines = arena_take_zeroed(&run->pass_arena, run->facts->line_count * sizeof *decision->floor_lines);
  return decision->floor_lines || out_of_memory(decision);
}

/* ---- comparing ---- */

/* One line. sides: of the policy, then of its floors; a floor that is not valid has none. */
struct comparison {
  returns_decision *decision;
  const struct answer *answer; /* the policy's own */
  bool bare;                   /* it is the one without assumptions */
  uint32_t line, count;
  struct side *sides;
  bool *present, *matters;
  uint32_t best; /* of the decided sides; NO_INDEX: none */
};

static const struct answer *answer_of(const struct comparison *c, uint32_t side) {
  if (side == 0) return c->answer;
  const returns_decision *inner = c->decision->floors[side - 1].decision;
  return c->bare ? &inner->bare : &inner->answer;
}

static uint32_t flags_of(const struct comparison *c, uint32_t side) { return c->decision->policy->floors[side - 1].flags; }

static void find_sides(struct comparison *c) {
  c->best = NO_INDEX;
  for (uint32_t i = 0; i < c->count; i++) {
    const struct answer *answer = answer_of(c, i);
    c->present[i] = answer->status != RETURNS_NO_VALID_POLICY;
    c->matters[i] = false;
    if (!c->present[i]) continue;
    c->sides[i] = side_of(i == 0 ? c->decision : c->decision->floors[i - 1].decision, answer, c->line);
    if (!c->sides[i].decided) continue;
    if (c->best == NO_INDEX || side_beats(&c->sides[i], &c->sides[c->best], flags_of(c, i))) c->best = i;
  }
}

/* Marks the sides that may come out on top. false: only one decided side can. */
static bool find_open(struct comparison *c) {
  bool any = false;
  for (uint32_t i = 0; i < c->count; i++) {
    if (!c->present[i] || c->sides[i].decided) continue;
    c->matters[i] = c->best == NO_INDEX ||
                    side_may_beat(&c->sides[i], &c->sides[c->best], i < c->best, flags_of(c, i > c->best ? i : c->best));
    any |= c->matters[i];
  }
  if (c->best == NO_INDEX) return any;
  /* An open answer of the policy that cannot be worse than the best of its floors stays as it is. */
  const struct side *own = &c->sides[0], *best = &c->sides[c->best];
  for (uint32_t i = 1; i < c->count; i++) /* a preference is no order: whoever lost to one may win over another */
    c->matters[i] |= c->present[i] && c->sides[i].decided && c->sides[i].grants && flags_of(c, i) != 0;
  c->matters[c->best] = own->decided || !c->matters[0] || !own->not_negative || best->grants || best->net > 0;
  return any;
}

static void add_possible(struct floor_line *told, int32_t verdict) {
  for (uint32_t i = 0; i < told->possible_count; i++)
    if (told->possible[i] == verdict) return;
  told->possible[told->possible_count++] = (uint8_t)verdict;
}

static void add_verdicts(const struct comparison *c, uint32_t side, struct floor_line *told) {
  const struct answer *answer = answer_of(c, side);
  const struct answer_line *line = &answer->lines[c->line];
  const struct side *best = c->best == NO_INDEX ? NULL : &c->sides[c->best];
  /* To deny is never better than what is granted without loss. */
  bool no_denial = c->sides[side].whole && best && (best->net > 0 || (best->net == 0 && best->grants));
  for (uint32_t i = 0; i < line->possible_count; i++)
    if (!no_denial || line->possible[i] != VERDICT_DENY) add_possible(told, line->possible[i]);
  for (uint32_t p = 0; p < line->portion_count; p++) add_possible(told, answer->portions.items[line->portion_first + p].verdict);
}

static bool leave_open(const struct comparison *c, struct floor_line *told) {
  struct run *run = &c->decision->decider.run;
  told->open = true;
  told->needs = arena_take_zeroed(&run->pass_arena, run->need_words * sizeof *told->needs);
  if (!told->needs) return false;
  for (uint32_t i = 0; i < c->count; i++) {
    if (!c->matters[i]) continue;
    const struct answer *answer = answer_of(c, i);
    const uint64_t *needs = decision_words(answer, answer->lines[c->line].needs);
    add_verdicts(c, i, told);
    if (c->sides[i].decided || !needs) continue;
    for (uint32_t w = 0; i == 0 && w < run->need_words; w++) told->needs[w] |= needs[w];
    if (i > 0 && !floor_map_needs(c->decision, i - 1, c->line, needs, told->needs)) return false;
  }
  return true;
}

static bool compare_line(struct comparison *c, struct floor_line *told) {
  *told = (struct floor_line){.winner = 0};
  find_sides(c);
  if (!find_open(c)) {
    told->winner = c->best;
    told->draws = told->winner ? DRAWS_NOTHING : DRAWS_STAND;
    return true;
  }
  told->draws = DRAWS_PERHAPS;
  return leave_open(c, told);
}

bool floors_compare(returns_decision *decision, struct answer *answer, bool *again) {
  struct arena *arena = &decision->decider.run.pass_arena;
  struct comparison c = {
      .decision = decision, .answer = answer, .bare = answer == &decision->bare, .count = decision->policy->floor_count + 1};
  *again = false;
  if (!decision->floor_lines) return true;
  c.sides = arena_take(arena, c.count * sizeof *c.sides);
  c.present = arena_take(arena, c.count * sizeof *c.present);
  c.matters = arena_take(arena, c.count * sizeof *c.matters);
  if (!c.sides || !c.present || !c.matters) return out_of_memory(decision);
  for (; c.line < answer->line_count; c.line++) {
    struct floor_line *told = &decision->floor_lines[c.line];
    uint8_t draws = told->draws;
    if (!compare_line(&c, told)) return out_of_memory(decision);
    *again |= draws != told->draws && decision->policy->allowance_count > 0;
  }
  return true;
}

/* ---- raising ---- */

/* `FLOOR/rule`, kept with the answer. */
static bool name_rule(returns_decision *decision, struct answer *answer, const struct origin *origin, uint32_t *place) {
  const struct returns_policy *policy = origin->decision->policy;
  struct text floor = policy_slice(policy, policy->header->name);
  struct text rule = policy_slice(policy, policy->rules[origin->answer->portions.items[origin->portion].rule].name);
  char *name = arena_take(&decision->decider.run.pass_arena, (size_t)floor.size + rule.size + 1);
  struct facts_text text;
  if (!name) return false;
  memcpy(name, floor.bytes, floor.size);
  name[floor.size] = '/';
  memcpy(name + floor.size + 1, rule.bytes, rule.size);
  if (!answer_add_string(answer, &decision->environment->memory, (struct text){name, floor.size + 1 + rule.size}, &text))
    return false;
  *place = text.offset;
  return true;
}

/* The floor's portions as portions of the policy's answer: what they come to, not which fees made it so. */
static bool copy_portions(returns_decision *decision, struct answer *answer, struct answer_line *line, uint32_t floor,
                          uint32_t index) {
  const returns_decision *inner = decision->floors[floor].decision;
  const struct answer *told = answer == &decision->bare ? &inner->bare : &inner->answer;
  const struct answer_line *from = &told->lines[index];
  line->portion_first = answer->portions.count;
  line->portion_count = from->portion_count;
  for (uint32_t p = 0; p < from->portion_count; p++) {
    const struct portion *portion = &told->portions.items[from->portion_first + p];
    struct origin origin = decision_origin(inner, told, from->portion_first + p);
    struct portion *copy = portions_add(&answer->portions, decision->policy->rule_count, portion->units);
    if (!copy) return false;
    copy->rule = NO_INDEX;
    copy->verdict = portion->verdict;
    copy->refused = portion->refused;
    copy->credit = portion->credit;
    copy->bonuses = portion->bonuses;
    copy->fees = portion->fees;
    copy->net = portion->net;
    copy->raised.floor = floor + 1;
    copy->raised.portion = from->portion_first + p;
    if (!name_rule(decision, answer, &origin, &copy->raised.name)) return false;
  }
  line->sums = from->sums;
  return true;
}

/* The policy's own outputs, for the verdicts that the floor gives. */
static bool choose_outputs(returns_decision *decision, struct answer *answer, uint32_t index, uint32_t first) {
  struct outcome out = {.portions = answer->portions}; /* lent for the while */
  struct leaf leaf = {
      .decider = &decision->decider, .scene = run_line(&decision->decider.run, index), .line = index, .out = &out};
  bool chosen = leaf_output_from(&leaf, first);
  answer->portions = out.portions;
  if (chosen) return true;
  decision->failure = out.failure;
  if (decision->decider.out_of_memory || decision->decider.run.failed) decision->failure.code = NULL;
  return false;
}

static bool raise_line(returns_decision *decision, struct answer *answer, uint32_t index, uint32_t floor) {
  struct answer_line *line = &answer->lines[index];
  line->raised = (struct raised){.floor = floor + 1,
                                 .status = line->status,
                                 .portion_first = line->portion_first,
                                 .portion_count = line->portion_count,
                                 .sums = line->sums};
  line->status = RETURNS_DECIDED;
  line->needs = NO_INDEX;
  line->possible_count = 0;
  return copy_portions(decision, answer, line, floor, index) ? choose_outputs(decision, answer, index, line->portion_first)
                                                             : out_of_memory(decision);
}

static bool open_line(returns_decision *decision, struct answer *answer, struct answer_line *line,
                      const struct floor_line *told) {
  line->status = RETURNS_UNDECIDED;
  line->portion_count = 0;
  line->sums = (struct sums){0};
  memcpy(line->possible, told->possible, sizeof line->possible);
  line->possible_count = told->possible_count;
  line->needs = portions_add_words(&answer->portions, told->needs);
  return line->needs != NO_INDEX || out_of_memory(decision);
}

bool floors_raise(returns_decision *decision, struct answer *answer) {
  if (!decision->floor_lines) return true;
  for (uint32_t i = 0; i < answer->line_count; i++) {
    const struct floor_line *told = &decision->floor_lines[i];
    if (told->open && !open_line(decision, answer, &answer->lines[i], told)) return false;
    if (told->winner && !raise_line(decision, answer, i, told->winner - 1)) return false;
  }
  return sum_answer(decision, answer);
}
