/* Pass: one evaluation of a whole request, with or without its assumptions.
 *
 * valid, require, the lines in fill order with the balances that the lines before them have left, amounts per request, sums. In:
 * facts. Out: an answer, or the failure by which the request is refused.
 */
#include <string.h>

#include "evaluate/floors.h"

static bool fail(returns_decision *decision, struct failure failure) {
  decision->failure = failure;
  return false;
}

static bool out_of_memory(returns_decision *decision) { return fail(decision, (struct failure){.code = NULL}); }

/* ---- valid and require ---- */

/* Whether the policy holds on the request's date. needs: the date is missing. */
static enum truth is_valid(returns_decision *decision, uint64_t **needs, struct value *fault) {
  struct run *run = &decision->decider.run;
  const struct program_header *header = run->policy->header;
  if (header->valid_by == NO_INDEX) return TRUTH_TRUE;
  struct reading reading = read_fact(&run->request, header->valid_by);
  if (reading.state == FACT_FAULTY) {
    *fault = reading.value;
    return TRUTH_ERROR;
  }
  if (!is_known(&reading)) {
    needs_add_fact(&run->request.work, needs, reading.need);
    return TRUTH_OPEN;
  }
  if (header->has_from && reading.value.num < header->valid_from) return TRUTH_FALSE;
  return header->has_until && reading.value.num > header->valid_until ? TRUTH_FALSE : TRUTH_TRUE;
}

static bool require_holds(returns_decision *decision, uint32_t test, uint32_t line) {
  struct run *run = &decision->decider.run;
  const struct program_test *declared = &run->policy->tests[test];
  struct scene *scene = line == NO_INDEX ? &run->request : run_line(run, line);
  struct value fault = value_of(0);
  enum truth truth = evaluate_test(scene, declared, NULL, &fault);
  if (truth == TRUTH_TRUE || truth == TRUTH_OPEN) return true;
  const char *code = truth == TRUTH_ERROR ? code_of_fault(&fault) : "R0953";
  return fail(decision, (struct failure){.code = code,
                                         .line = line,
                                         .rule = NO_INDEX,
                                         .fact = NO_INDEX,
                                         .what = "requirement",
                                         .span = declared->span,
                                         .fault = fault,
                                         .test = test});
}

static bool check_require(returns_decision *decision) {
  const struct run *run = &decision->decider.run;
  struct program_list require = run->policy->header->require;
  for (uint32_t i = 0; i < require.count; i++) {
    uint32_t test = require.first + i;
    bool of_line = (run->policy->nodes[run->policy->tests[test].node].flags & NODE_LINE) != 0;
    if (!of_line && !require_holds(decision, test, NO_INDEX)) return false;
    for (uint32_t line = 0; of_line && line < run->facts->line_count; line++)
      if (!require_holds(decision, test, line)) return false;
  }
  return true;
}

/* ---- the order of lines ---- */

struct prices {
  const struct value *items;
  bool dearest;
};

static int by_price(const void *context, uint32_t a, uint32_t b) {
  const struct prices *prices = context;
  int order = value_compare(&prices->items[a], &prices->items[b]);
  return prices->dearest ? -order : order;
}

/* Lines in fill order. Where a price is open, so is the order, and with it every balance. */
static uint32_t *order_lines(returns_decision *decision) {
  struct run *run = &decision->decider.run;
  struct ledger *ledger = &decision->decider.ledger;
  struct arena *arena = &run->pass_arena;
  uint32_t count = run->facts->line_count, fill = run->policy->header->fill;
  uint32_t *lines = arena_take(arena, count * sizeof *lines);
  if (!lines) return NULL;
  for (uint32_t i = 0; i < count; i++) lines[i] = i;
  if (fill != FILL_CHEAPEST_FIRST && fill != FILL_DEAREST_FIRST) return lines;
  struct value *prices = arena_take(arena, count * sizeof *prices), one = value_of(1);
  if (!prices) return NULL;
  for (uint32_t i = 0; i < count; i++) {
    struct set price = unit_value_of(run_line(run, i));
    ledger->cloudy |= !set_is_single(&price);
    if (!set_is_single(&price))
      needs_add(&run->request.work, &ledger->cloudy_needs, price.needs);
    else
      prices[i] = price.one.big ? value_multiply(&run->request.work, &price.one, &one) : price.one; /* out of the leaf's arena */
  }
  struct prices context = {.items = prices, .dearest = fill == FILL_DEAREST_FIRST};
  if (!ledger->cloudy && !sort_indices(arena, lines, count, by_price, &context)) return NULL;
  return lines;
}

/* ---- lines ---- */

/* Verdicts of the rules that remain, in rule order; a refusal of a grant at the end. */
static void list_possible(const struct decider *decider, struct answer_line *line, const uint64_t *possible) {
  const struct returns_policy *policy = decider->run.policy;
  bool told[VERDICT_DENY + 1] = {false}, grants = false;
  for (uint32_t rule = 0; rule <= policy->rule_count; rule++) {
    uint32_t verdict = policy->rules[rule].verdict;
    if (possible && !possible[rule / 64])
      rule |= 63;
    else if ((!possible || possible[rule / 64] >> rule % 64 & 1) && !told[verdict]) {
      told[verdict] = true;
      grants |= verdict != VERDICT_DENY;
      line->possible[line->possible_count++] = (uint8_t)verdict;
    }
  }
  if (grants && decider->may_refuse && !told[VERDICT_DENY]) line->possible[line->possible_count++] = VERDICT_DENY;
}

static bool note_draws(returns_decision *decision, uint32_t line, const struct draws *draws) {
  struct memory *memory = &decision->environment->memory;
  for (uint32_t i = 0; i < draws->count; i++) {
    if (number_sign(&draws->items[i].drawn_low) == 0) continue;
    if (!memory_reserve(memory, (void **)&decision->drawn, &decision->drawn_capacity, decision->drawn_count + 1,
                        sizeof *decision->drawn))
      return false;
    struct drawn *drawn = &decision->drawn[decision->drawn_count++];
    drawn->line = line;
    drawn->group = draws->items[i].group;
    number_copy(&drawn->amount, &draws->items[i].drawn_low);
  }
  return true;
}

/* Books what a line drew: nothing where a floor raised it; where that is open, perhaps nothing. */
static bool book_line(returns_decision *decision, uint32_t index, struct outcome *outcome) {
  struct decider *decider = &decision->decider;
  const struct floor_line *told = decision->floor_lines ? &decision->floor_lines[index] : NULL;
  if (told && told->draws == DRAWS_NOTHING) return true;
  if (outcome->kind == OUTCOME_DECIDED && !note_draws(decision, index, &outcome->draws)) return false;
  if (told && told->draws == DRAWS_PERHAPS) {
    for (uint32_t d = 0; d < outcome->draws.count; d++) number_set(&outcome->draws.items[d].drawn_low, 0);
    for (uint32_t w = 0; told->needs && w < decider->run.need_words; w++) outcome->needs[w] |= told->needs[w];
  }
  ledger_book(&decider->ledger, &decider->run, &outcome->draws, outcome->needs, outcome->split_needs);
  return !decider->run.failed;
}

/* Takes the outcome of a line into the answer. */
static bool take_line(returns_decision *decision, struct answer *answer, uint32_t index, struct outcome *outcome) {
  struct decider *decider = &decision->decider;
  struct answer_line *line = &answer->lines[index];
  if (outcome->kind == OUTCOME_OPEN) {
    line->status = RETURNS_UNDECIDED;
    line->needs = portions_add_words(&answer->portions, outcome->needs);
    list_possible(decider, line, outcome->possible);
    if (line->needs == NO_INDEX) return false;
  } else {
    line->portion_first = answer->portions.count;
    line->portion_count = outcome->portions.count;
    if (!portions_append(&answer->portions, &outcome->portions)) return false;
  }
  return book_line(decision, index, outcome);
}

static bool decide_lines(returns_decision *decision, struct answer *answer) {
  struct decider *decider = &decision->decider;
  uint32_t *lines = order_lines(decision);
  if (!lines) return out_of_memory(decision);
  for (uint32_t i = 0; i < decider->run.facts->line_count; i++) {
    struct outcome *outcome = decide_line(decider, lines[i]);
    if (!outcome) return out_of_memory(decision);
    if (outcome->kind == OUTCOME_ERROR) return fail(decision, outcome->failure);
    if (!take_line(decision, answer, lines[i], outcome)) return out_of_memory(decision);
  }
  return true;
}

/* No line can be decided before it is known whether the policy holds at all; any may have drawn anything. */
static bool leave_open(returns_decision *decision, struct answer *answer, const uint64_t *needs) {
  struct ledger *ledger = &decision->decider.ledger;
  for (uint32_t i = 0; i < answer->line_count; i++) {
    answer->lines[i].status = RETURNS_UNDECIDED;
    answer->lines[i].needs = portions_add_words(&answer->portions, needs);
    list_possible(&decision->decider, &answer->lines[i], NULL);
    if (answer->lines[i].needs == NO_INDEX) return out_of_memory(decision);
  }
  for (uint32_t g = 0; answer->line_count > 0 && g < ledger->count; g++) number_set(&ledger->items[g].low, 0);
  return true;
}

/* ---- allowances ---- */

/* What decided lines drew, by group; added to what is there. */
static void add_drawn(const returns_decision *decision, const struct answer *answer, struct number *sums) {
  for (uint32_t i = 0; i < decision->drawn_count; i++) {
    const struct drawn *drawn = &decision->drawn[i];
    if (answer->lines[drawn->line].status == RETURNS_DECIDED)
      number_add(&sums[drawn->group], &sums[drawn->group], &drawn->amount);
  }
}

static int64_t floor_of(const struct number *number) {
  struct bound bound = {.unlimited = false};
  number_copy(&bound.number, number);
  return bound_floor(&bound);
}

static bool tell_allowance(returns_decision *decision, struct answer *answer, const struct group *group,
                           const struct number *drawn) {
  const struct run *run = &decision->decider.run;
  const struct program_allowance *declared = &run->policy->allowances[group->allowance];
  struct answer_allowance *told = &answer->allowances[answer->allowance_count++];
  bool open = group->limit_open || group->faulty;
  *told =
      (struct answer_allowance){.allowance = group->allowance, .keyed = declared->scope == SCOPE_FACT, .limit = -1, .left = -1};
  enum number_error error;
  if (!open) told->limit = bound_floor(&group->limit);
  if (!open && !group->high.unlimited && number_compare(&group->low, &group->high.number, &error) == 0)
    told->left = floor_of(&group->low);
  told->drawn = floor_of(drawn);
  if (!told->keyed) return true;
  uint32_t fact = declared->scope_fact;
  struct text key = run->policy->facts[fact].type == TYPE_TEXT ? facts_text(run->facts, group->key)
                                                               : policy_value(run->policy, fact, (uint32_t)group->key);
  return answer_add_string(answer, &decision->environment->memory, key, &told->key);
}

static bool tell_allowances(returns_decision *decision, struct answer *answer) {
  const struct ledger *ledger = &decision->decider.ledger;
  struct memory *memory = &decision->environment->memory;
  if (ledger->count == 0) return true;
  struct number *drawn = arena_take(&decision->decider.run.pass_arena, ledger->count * sizeof *drawn);
  if (!drawn) return out_of_memory(decision);
  for (uint32_t g = 0; g < ledger->count; g++) number_set(&drawn[g], 0);
  add_drawn(decision, answer, drawn);
  if (!memory_reserve(memory, (void **)&answer->allowances, &answer->allowance_capacity, ledger->count,
                      sizeof *answer->allowances))
    return out_of_memory(decision);
  for (uint32_t g = 0; g < ledger->count; g++)
    if (ledger->items[g].listed && !tell_allowance(decision, answer, &ledger->items[g], &drawn[g]))
      return out_of_memory(decision);
  return true;
}

/* ---- all of it ---- */

static bool begin_answer(returns_decision *decision, struct answer *answer, const struct facts *facts) {
  struct memory *memory = &decision->environment->memory;
  portions_clear(&answer->portions);
  answer->line_count = answer->allowance_count = 0;
  answer->strings.count = 0;
  answer->totals = (struct sums){0};
  answer->status = RETURNS_DECIDED;
  if (!memory_reserve(memory, (void **)&answer->lines, &answer->line_capacity, facts->line_count, sizeof *answer->lines))
    return false;
  for (uint32_t i = 0; i < facts->line_count; i++) {
    struct text id = facts_id(facts, i);
    answer->lines[i] = (struct answer_line){.status = RETURNS_DECIDED, .needs = NO_INDEX, .assumed = NO_INDEX};
    if (id.bytes && !answer_add_string(answer, memory, id, &answer->lines[i].id)) return false;
  }
  answer->line_count = facts->line_count;
  return true;
}

static bool asks_refused(const struct run *run) {
  for (uint32_t a = 0; a < run->policy->approval_count; a++)
    if (run->facts->roles[a] == ROLE_REFUSED) return true;
  return false;
}

static void settle_status(struct answer *answer) {
  for (uint32_t i = 0; i < answer->line_count; i++)
    if (answer->lines[i].status == RETURNS_UNDECIDED) answer->status = RETURNS_UNDECIDED;
}

/* The policy's own answer, lines, then amounts per request. needs: not NULL where it is open whether the policy holds. */
static bool answer_lines(returns_decision *decision, struct answer *answer, const uint64_t *needs) {
  struct decider *decider = &decision->decider;
  decision->drawn_count = 0;
  if (!ledger_open(&decider->ledger, &decider->run)) return out_of_memory(decision);
  if (needs ? !leave_open(decision, answer, needs) : !decide_lines(decision, answer)) return false;
  return share_adjustments(decision, answer) && collect_answer(decision, answer);
}

/* A line that a floor raises draws on nothing, and the lines behind it are decided anew. Each round settles one line more in the
 * order of filling; amounts per request alone might go round in a circle, so that rounds are bounded. */
static bool answer_over_floors(returns_decision *decision, struct answer *answer, const uint64_t *needs) {
  const struct run *run = &decision->decider.run;
  bool again = true;
  if (!floors_answer(decision, run->without_assumptions)) return false;
  for (uint32_t round = 0; again && round <= run->facts->line_count; round++) {
    if (round > 0 && !begin_answer(decision, answer, run->facts)) return out_of_memory(decision);
    if (!answer_lines(decision, answer, needs) || !floors_compare(decision, answer, &again)) return false;
  }
  return floors_raise(decision, answer);
}

bool evaluate_pass(returns_decision *decision, const struct facts *facts, bool without_assumptions, struct answer *answer) {
  struct decider *decider = &decision->decider;
  uint64_t *needs = NULL;
  struct value fault = value_of(0);
  run_begin(&decider->run, facts, without_assumptions);
  decider->out_of_memory = false;
  decider->may_refuse = asks_refused(&decider->run);
  decision->failure.code = NULL;
  if (!begin_answer(decision, answer, facts)) return out_of_memory(decision);
  enum truth valid = is_valid(decision, &needs, &fault);
  if (valid == TRUTH_ERROR)
    return fail(decision, (struct failure){.code = code_of_fault(&fault),
                                           .line = NO_INDEX,
                                           .rule = NO_INDEX,
                                           .fact = NO_INDEX,
                                           .what = "valid",
                                           .span = NO_INDEX,
                                           .fault = fault,
                                           .test = NO_INDEX});
  if (valid == TRUTH_FALSE) {
    answer->status = RETURNS_NO_VALID_POLICY;
    answer->line_count = 0;
    return true;
  }
  if (!check_require(decision)) return false;
  if (!answer_over_floors(decision, answer, valid == TRUTH_OPEN ? needs : NULL) || !tell_allowances(decision, answer))
    return false;
  settle_status(answer);
  return !decider->run.failed || out_of_memory(decision);
}
