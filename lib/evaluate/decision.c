/* Decision: the handle, the evaluation of a request into it, and the getters of its answer.
 *
 * In: a policy, a request of that policy, options. Out: an answer in flat arrays, or an error. It must not know how an answer is
 * written down.
 */
#include "evaluate/floors.h"

#include <string.h>

/* ---- life ---- */

int32_t returns_decision_new(returns_environment *environment, returns_decision **out) {
  if (!out) return RETURNS_ERROR_ARGUMENT;
  *out = NULL;
  environment = environment_hold(environment);
  if (!environment) return RETURNS_ERROR_MEMORY;
  returns_decision *decision = memory_take_zeroed(&environment->memory, sizeof *decision);
  if (!decision) {
    returns_environment_free(environment);
    return RETURNS_ERROR_MEMORY;
  }
  decision->environment = environment;
  decision->error_code = "";
  buffer_init(&decision->error, &environment->memory);
  buffer_init(&decision->json, &environment->memory);
  buffer_init(&decision->text, &environment->memory);
  buffer_init(&decision->message, &environment->memory);
  buffer_init(&decision->locale, &environment->memory);
  *out = decision;
  return RETURNS_OK;
}

static void free_answer(struct answer *answer, struct memory *memory) {
  portions_free(&answer->portions);
  memory_give(memory, answer->lines, answer->line_capacity * sizeof *answer->lines);
  memory_give(memory, answer->allowances, answer->allowance_capacity * sizeof *answer->allowances);
  memory_give(memory, answer->strings.items, answer->strings.capacity);
  *answer = (struct answer){0};
}

static void leave_floors(returns_decision *decision) {
  for (uint32_t i = 0; decision->floors && i < decision->policy->floor_count; i++) {
    facts_free(&decision->floors[i].facts);
    returns_decision_free(decision->floors[i].decision);
  }
  memory_give(&decision->environment->memory, decision->floors, decision->policy->floor_count * sizeof *decision->floors);
  decision->floors = NULL;
}

/* Lets go of the policy and of all that is laid out for it. */
static void leave_policy(returns_decision *decision) {
  struct memory *memory = &decision->environment->memory;
  const struct returns_policy *policy = decision->policy;
  if (!policy) return;
  leave_floors(decision);
  free_answer(&decision->answer, memory);
  free_answer(&decision->bare, memory);
  facts_free(&decision->snapshot);
  decider_free(&decision->decider);
  memory_give(memory, decision->drawn, decision->drawn_capacity * sizeof *decision->drawn);
  memory_give(memory, decision->plain_rows,
              (size_t)decision->plain_row_capacity * policy->column_count * sizeof *decision->plain_rows);
  memory_give(memory, decision->shared_row, policy->header->row_words * sizeof *decision->shared_row);
  memory_give(memory, decision->role_answers, policy->approval_count);
  memory_give(memory, decision->plain_cells,
              (size_t)decision->plain_cell_capacity * (policy->request_slots + policy->line_slots) *
                  sizeof *decision->plain_cells);
  decision->drawn = NULL;
  decision->plain_cells = NULL;
  decision->plain_rows = NULL;
  decision->shared_row = NULL;
  decision->role_answers = NULL;
  decision->drawn_capacity = decision->plain_row_capacity = decision->plain_cell_capacity = decision->laid_out = 0;
  decision->plain = decision->has_ids = false;
  returns_policy_free(decision->policy);
  decision->policy = NULL;
}

static bool enter_policy(returns_decision *decision, const returns_policy *policy);

/* Room for the answers of the floors. Depth: that of floors on floors. */
static bool enter_floors(returns_decision *decision) {
  const struct returns_policy *policy = decision->policy;
  struct memory *memory = &decision->environment->memory;
  if (policy->floor_count == 0) return true;
  decision->floors = memory_take_zeroed(memory, policy->floor_count * sizeof *decision->floors);
  for (uint32_t i = 0; decision->floors && i < policy->floor_count; i++) {
    struct floor_answer *floor = &decision->floors[i];
    if (returns_decision_new(decision->environment, &floor->decision) != RETURNS_OK) return false;
    if (!enter_policy(floor->decision, policy->floor_policies[i]) ||
        !facts_init(&floor->facts, policy->floor_policies[i], memory))
      return false;
  }
  return decision->floors != NULL;
}

static bool enter_policy(returns_decision *decision, const returns_policy *policy) {
  struct memory *memory = &decision->environment->memory;
  leave_policy(decision);
  decision->policy = returns_policy_retain((returns_policy *)(uintptr_t)policy); /* holds are the one thing that changes in it */
  portions_init(&decision->answer.portions, policy, memory);
  portions_init(&decision->bare.portions, policy, memory);
  decision->shared_row = memory_take(memory, policy->header->row_words * sizeof *decision->shared_row);
  decision->role_answers = memory_take_zeroed(memory, policy->approval_count);
  if (decision->shared_row && decision->role_answers && decider_init(&decision->decider, policy, memory) &&
      enter_floors(decision))
    return true;
  leave_policy(decision);
  return false;
}

void returns_decision_free(returns_decision *decision) {
  if (!decision) return;
  returns_environment *environment = decision->environment;
  leave_policy(decision);
  buffer_free(&decision->error);
  buffer_free(&decision->json);
  buffer_free(&decision->text);
  buffer_free(&decision->message);
  buffer_free(&decision->locale);
  memory_give(&environment->memory, decision, sizeof *decision);
  returns_environment_free(environment);
}

/* ---- evaluation ---- */

bool answer_add_string(struct answer *answer, struct memory *memory, struct text text, struct facts_text *place) {
  struct facts_bytes *strings = &answer->strings;
  if (text.size > UINT32_MAX - 1 - strings->count) return false;
  if (!memory_reserve(memory, (void **)&strings->items, &strings->capacity, strings->count + text.size + 1, 1)) return false;
  *place = (struct facts_text){.offset = strings->count, .size = text.size, .capacity = text.size + 1};
  if (text.size) memcpy(strings->items + place->offset, text.bytes, text.size);
  strings->items[place->offset + text.size] = '\0';
  strings->count += text.size + 1;
  return true;
}

static int32_t fail(returns_decision *decision, const struct facts *facts) {
  if (!decision->failure.code) return RETURNS_ERROR_MEMORY;
  write_failure(decision, facts);
  return RETURNS_ERROR_REQUEST;
}

static int32_t evaluate_whole(returns_decision *decision, const struct facts *facts, const returns_request *request) {
  decision->plain = false;
  decision->laid_out = 0;
  decision->decider.request = request;
  memcpy(decision->role_answers, facts->roles, decision->policy->approval_count);
  if (!evaluate_pass(decision, facts, false, &decision->answer)) return fail(decision, facts);
  return mark_provisional(decision) ? RETURNS_OK : RETURNS_ERROR_MEMORY;
}

static bool keep_snapshot(returns_decision *decision, const struct facts *facts) {
  if (!decision->snapshot.policy && !facts_init(&decision->snapshot, decision->policy, &decision->environment->memory)) {
    facts_free(&decision->snapshot);
    return false;
  }
  return facts_copy(&decision->snapshot, facts);
}

int32_t returns_evaluate(const returns_policy *policy, const returns_request *request, const returns_options *options,
                         returns_decision *decision) {
  int32_t status, trace = RETURNS_TRACE_NONE;
  if (!decision) return RETURNS_ERROR_ARGUMENT;
  decision->has_answer = false;
  decision->error_code = "";
  if (!policy || !request) return RETURNS_ERROR_ARGUMENT;
  if (options) {
    if (options->size < sizeof *options || options->trace < RETURNS_TRACE_NONE || options->trace > RETURNS_TRACE_FULL)
      return RETURNS_ERROR_ARGUMENT;
    trace = options->trace;
  }
  if (request->policy != policy) return RETURNS_ERROR_OTHER_POLICY;
  if (decision->policy != policy && !enter_policy(decision, policy)) return RETURNS_ERROR_MEMORY;
  if (!evaluate_plain(decision, request, &status)) status = evaluate_whole(decision, &request->facts, request);
  if (status != RETURNS_OK) return status;
  bool keep = trace != RETURNS_TRACE_NONE || policy->messages_ask;
  if (keep && !keep_snapshot(decision, &request->facts)) return RETURNS_ERROR_MEMORY;
  decision->kept = keep ? &decision->snapshot : NULL;
  decision->trace = trace;
  decision->has_answer = true;
  return RETURNS_OK;
}

/* ---- the error ---- */

const char *returns_decision_error_code(const returns_decision *decision) { return decision ? decision->error_code : ""; }
const char *returns_decision_error(const returns_decision *decision) {
  return decision && decision->error_code[0] && decision->error.bytes && !decision->error.failed ? decision->error.bytes : "";
}
uint32_t returns_decision_error_line(const returns_decision *decision) {
  return decision && decision->error_code[0] ? decision->failure.line : UINT32_MAX;
}
const char *returns_decision_error_rule(const returns_decision *decision) {
  while (decision && decision->failure.code && decision->failure.floor) decision = decision->failure.floor;
  if (!decision || !decision->error_code[0] || !decision->policy || decision->failure.name.size == 0) return "";
  return policy_text(decision->policy, decision->failure.name);
}

/* The fact that a negative or fractional unit count or value is: `units: quantity`. */
const char *returns_decision_error_fact(const returns_decision *decision) {
  if (!decision || !decision->error_code[0] || !decision->policy || decision->failure.fact == NO_INDEX) return "";
  return policy_text(decision->policy, decision->policy->facts[decision->failure.fact].name);
}

/* ---- the answer ---- */

static const struct answer_line *line_of(const returns_decision *decision, uint32_t line) {
  return decision && decision->has_answer && line < decision->answer.line_count ? &decision->answer.lines[line] : NULL;
}

static const struct portion *portion_of(const returns_decision *decision, uint32_t line, uint32_t portion) {
  const struct answer_line *of = line_of(decision, line);
  return of && portion < of->portion_count ? &decision->answer.portions.items[of->portion_first + portion] : NULL;
}

static uint32_t index_of(const returns_decision *decision, const struct portion *portion) {
  return (uint32_t)(portion - decision->answer.portions.items);
}

struct origin decision_origin(const returns_decision *decision, const struct answer *answer, uint32_t portion) {
  struct origin origin = {decision, answer, portion};
  for (const struct portion *at = &answer->portions.items[portion]; at->raised.floor;
       at = &origin.answer->portions.items[origin.portion]) {
    bool bare = origin.answer == &origin.decision->bare;
    origin.decision = origin.decision->floors[at->raised.floor - 1].decision;
    origin.answer = bare ? &origin.decision->bare : &origin.decision->answer;
    origin.portion = at->raised.portion;
  }
  return origin;
}

/* Where a portion's rule, fees and reasons are declared. false: there is no such portion. */
static bool find_origin(const returns_decision *decision, uint32_t line, uint32_t portion, struct origin *origin) {
  const struct portion *of = portion_of(decision, line, portion);
  if (of) *origin = decision_origin(decision, &decision->answer, index_of(decision, of));
  return of != NULL;
}

static const struct portion *portion_at(const struct origin *origin) { return &origin->answer->portions.items[origin->portion]; }

const char *decision_rule_name(const returns_decision *decision, uint32_t portion) {
  const struct portion *of = &decision->answer.portions.items[portion];
  return of->raised.floor ? decision->answer.strings.items + of->raised.name
                          : policy_text(decision->policy, decision->policy->rules[of->rule].name);
}

struct answer_line decision_own_line(const struct answer_line *line) {
  struct answer_line own = *line;
  if (!line->raised.floor) return own;
  own.status = line->raised.status;
  own.sums = line->raised.sums;
  own.portion_first = line->raised.portion_first;
  own.portion_count = line->raised.portion_count;
  return own;
}

bool decision_dropped_fee(const returns_decision *decision, const struct answer_line *line, uint32_t fee, int64_t *charged) {
  struct answer_line own = decision_own_line(line);
  bool applies = false;
  *charged = 0;
  for (uint32_t p = own.portion_first; line->raised.floor && p < own.portion_first + own.portion_count; p++) {
    const struct charge *charge = &portion_charges(&decision->answer.portions, p)[fee];
    applies |= charge->applies;
    *charged += charge->charged; /* their sum was collected as one: it fits */
  }
  return applies;
}

const char *decision_floor_name(const returns_decision *decision, const struct answer_line *line) {
  if (!line->raised.floor) return "";
  const struct returns_policy *floor = decision->policy->floor_policies[line->raised.floor - 1];
  if (line->portion_count > 0) floor = decision_origin(decision, &decision->answer, line->portion_first).decision->policy;
  return policy_text(floor, floor->header->name);
}

/* What a getter answers that found nothing. */
static int32_t nothing(const returns_decision *decision) {
  return decision && !decision->has_answer ? RETURNS_ERROR_EMPTY : RETURNS_ERROR_ARGUMENT;
}

int32_t returns_decision_status(const returns_decision *decision, int32_t *status) {
  if (!decision || !status || !decision->has_answer) return status ? nothing(decision) : RETURNS_ERROR_ARGUMENT;
  *status = decision->answer.status;
  return RETURNS_OK;
}

uint32_t returns_decision_line_count(const returns_decision *decision) {
  return decision && decision->has_answer ? decision->answer.line_count : 0;
}

static int32_t give_sums(const struct sums *sums, int64_t *credit, int64_t *fees, int64_t *bonuses, int64_t *net) {
  if (credit) *credit = sums->credit;
  if (fees) *fees = sums->fees;
  if (bonuses) *bonuses = sums->bonuses;
  if (net) *net = sums->net;
  return RETURNS_OK;
}

int32_t returns_decision_totals(const returns_decision *decision, int64_t *credit, int64_t *fees, int64_t *bonuses,
                                int64_t *net) {
  if (!decision || !decision->has_answer) return nothing(decision);
  return give_sums(&decision->answer.totals, credit, fees, bonuses, net);
}

int32_t returns_decision_line_status(const returns_decision *decision, uint32_t line, int32_t *status) {
  const struct answer_line *of = line_of(decision, line);
  if (!of || !status) return status ? nothing(decision) : RETURNS_ERROR_ARGUMENT;
  *status = of->status;
  return RETURNS_OK;
}

const char *returns_decision_line_id(const returns_decision *decision, uint32_t line) {
  const struct answer_line *of = line_of(decision, line);
  struct text id = of ? decision_id(&decision->answer, of) : (struct text){0};
  return id.bytes ? id.bytes : "";
}

int32_t returns_decision_line_totals(const returns_decision *decision, uint32_t line, int64_t *credit, int64_t *fees,
                                     int64_t *bonuses, int64_t *net) {
  const struct answer_line *of = line_of(decision, line);
  return of ? give_sums(&of->sums, credit, fees, bonuses, net) : nothing(decision);
}

uint32_t returns_decision_portion_count(const returns_decision *decision, uint32_t line) {
  const struct answer_line *of = line_of(decision, line);
  return of ? of->portion_count : 0;
}

/* ---- bits of facts as lists ---- */

static uint32_t count_bits(const uint64_t *bits, uint32_t words) {
  uint32_t count = 0;
  for (uint32_t w = 0; bits && w < words; w++)
    for (uint64_t rest = bits[w]; rest; rest &= rest - 1) count++;
  return count;
}

static int32_t pick_bit(const returns_decision *decision, const uint64_t *bits, uint32_t index, uint32_t *fact) {
  uint32_t words = decision ? decision->answer.portions.need_words : 0;
  if (!fact) return RETURNS_ERROR_ARGUMENT;
  for (uint32_t w = 0; bits && w < words; w++)
    for (uint64_t rest = bits[w]; rest; rest &= rest - 1) {
      if (index-- > 0) continue;
      *fact = w * 64 + (uint32_t)__builtin_ctzll(rest);
      return RETURNS_OK;
    }
  return nothing(decision);
}

static const uint64_t *needs_of(const returns_decision *decision, uint32_t line) {
  const struct answer_line *of = line_of(decision, line);
  return of ? decision_words(&decision->answer, of->needs) : NULL;
}

static const uint64_t *assumed_of(const returns_decision *decision, uint32_t line) {
  const struct answer_line *of = line_of(decision, line);
  return of ? decision_words(&decision->answer, of->assumed) : NULL;
}

uint32_t returns_decision_need_count(const returns_decision *decision, uint32_t line) {
  const uint64_t *bits = needs_of(decision, line);
  return bits ? count_bits(bits, decision->answer.portions.need_words) : 0;
}

int32_t returns_decision_need(const returns_decision *decision, uint32_t line, uint32_t need, uint32_t *fact) {
  return pick_bit(decision, needs_of(decision, line), need, fact);
}

uint32_t returns_decision_assumed_count(const returns_decision *decision, uint32_t line) {
  const uint64_t *bits = assumed_of(decision, line);
  return bits ? count_bits(bits, decision->answer.portions.need_words) : 0;
}

int32_t returns_decision_assumed(const returns_decision *decision, uint32_t line, uint32_t index, uint32_t *fact) {
  return pick_bit(decision, assumed_of(decision, line), index, fact);
}

uint32_t returns_decision_possible_count(const returns_decision *decision, uint32_t line) {
  const struct answer_line *of = line_of(decision, line);
  return of && of->status == RETURNS_UNDECIDED ? of->possible_count : 0;
}

int32_t returns_decision_possible(const returns_decision *decision, uint32_t line, uint32_t index, int32_t *verdict) {
  if (!verdict) return RETURNS_ERROR_ARGUMENT;
  if (index >= returns_decision_possible_count(decision, line)) return nothing(decision);
  *verdict = decision->answer.lines[line].possible[index];
  return RETURNS_OK;
}

/* ---- portions ---- */

int32_t returns_decision_verdict(const returns_decision *decision, uint32_t line, uint32_t portion, int32_t *verdict) {
  const struct portion *of = portion_of(decision, line, portion);
  if (!verdict) return RETURNS_ERROR_ARGUMENT;
  if (!of) return nothing(decision);
  *verdict = of->verdict;
  return RETURNS_OK;
}

int32_t returns_decision_units(const returns_decision *decision, uint32_t line, uint32_t portion, int64_t *units) {
  const struct portion *of = portion_of(decision, line, portion);
  if (!units) return RETURNS_ERROR_ARGUMENT;
  if (!of) return nothing(decision);
  *units = of->units;
  return RETURNS_OK;
}

int32_t returns_decision_amounts(const returns_decision *decision, uint32_t line, uint32_t portion, int64_t *credit,
                                 int64_t *fees, int64_t *bonuses, int64_t *net) {
  const struct portion *of = portion_of(decision, line, portion);
  if (!of) return nothing(decision);
  struct sums sums = {.credit = of->credit, .fees = of->fees, .bonuses = of->bonuses, .net = of->net};
  return give_sums(&sums, credit, fees, bonuses, net);
}

int32_t returns_decision_rule(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t *rule) {
  const struct portion *of = portion_of(decision, line, portion);
  if (!rule) return RETURNS_ERROR_ARGUMENT;
  if (!of) return nothing(decision);
  *rule = of->rule; /* of a floor's: none of the policy's */
  return RETURNS_OK;
}

const char *returns_decision_rule_name(const returns_decision *decision, uint32_t line, uint32_t portion) {
  const struct portion *of = portion_of(decision, line, portion);
  return of ? decision_rule_name(decision, index_of(decision, of)) : "";
}

static const char *rule_place(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t *place) {
  struct origin origin;
  *place = 0;
  if (!find_origin(decision, line, portion, &origin)) return "";
  return policy_place(origin.decision->policy, origin.decision->policy->rules[portion_at(&origin)->rule].span, place);
}

const char *returns_decision_rule_file(const returns_decision *decision, uint32_t line, uint32_t portion) {
  uint32_t place;
  return rule_place(decision, line, portion, &place);
}

uint32_t returns_decision_rule_line(const returns_decision *decision, uint32_t line, uint32_t portion) {
  uint32_t place;
  rule_place(decision, line, portion, &place);
  return place;
}

int32_t returns_decision_raised(const returns_decision *decision, uint32_t line, const char **floor, int64_t *net_before) {
  const struct answer_line *of = line_of(decision, line);
  if (!of) return nothing(decision);
  if (floor) *floor = decision_floor_name(decision, of);
  if (net_before) *net_before = of->raised.floor ? of->raised.sums.net : of->sums.net;
  return RETURNS_OK;
}

const char *decision_reason_code(const returns_decision *decision, uint32_t reason) {
  return reason == REASON_REFUSED ? "approval_refused" : policy_text(decision->policy, decision->policy->rules[reason].because);
}

uint32_t returns_decision_reason_count(const returns_decision *decision, uint32_t line, uint32_t portion) {
  struct origin origin;
  return find_origin(decision, line, portion, &origin) && decision_complete(origin.decision) ? portion_at(&origin)->reason_count
                                                                                             : 0;
}

const char *returns_decision_reason(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t reason) {
  struct origin origin;
  if (!find_origin(decision, line, portion, &origin) || !decision_complete(origin.decision) ||
      reason >= portion_at(&origin)->reason_count)
    return "";
  return decision_reason_code(origin.decision, origin.answer->portions.reasons[portion_at(&origin)->reason_first + reason]);
}

/* ---- fees, bonuses, approvals, outputs ---- */

uint32_t returns_decision_adjustment_count(const returns_decision *decision, uint32_t line, uint32_t portion) {
  struct origin origin;
  uint32_t count = 0;
  if (!find_origin(decision, line, portion, &origin)) return 0;
  for (uint32_t a = 0; a < origin.answer->portions.charges_each; a++)
    count += portion_charges(&origin.answer->portions, origin.portion)[a].applies;
  return count;
}

int32_t returns_decision_adjustment(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t index,
                                    const char **name, int32_t *bonus, int64_t *charged, int64_t *collected) {
  struct origin origin;
  if (!find_origin(decision, line, portion, &origin)) return nothing(decision);
  const struct charge *charges = portion_charges(&origin.answer->portions, origin.portion);
  const returns_policy *policy = origin.decision->policy;
  for (uint32_t a = 0; a < policy->fee_count + policy->bonus_count; a++) {
    bool is_bonus = a >= policy->fee_count;
    if (!charges[a].applies || index-- > 0) continue;
    const struct program_adjustment *declared = is_bonus ? &policy->bonuses[a - policy->fee_count] : &policy->fees[a];
    if (name) *name = policy_text(policy, declared->name);
    if (bonus) *bonus = is_bonus;
    if (charged) *charged = charges[a].charged;
    if (collected) *collected = charges[a].collected;
    return RETURNS_OK;
  }
  return RETURNS_ERROR_ARGUMENT;
}

int32_t decision_role_answer(const returns_decision *decision, uint32_t approval) { return decision->role_answers[approval]; }

uint32_t returns_decision_approval_count(const returns_decision *decision, uint32_t line, uint32_t portion) {
  struct origin origin;
  uint32_t count = 0;
  if (!find_origin(decision, line, portion, &origin)) return 0;
  for (uint32_t a = 0; a < origin.answer->portions.approvals_each; a++)
    count += portion_asked(&origin.answer->portions, origin.portion)[a];
  return count;
}

int32_t returns_decision_approval(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t index,
                                  const char **role, int32_t *answer) {
  struct origin origin;
  if (!find_origin(decision, line, portion, &origin)) return nothing(decision);
  const uint8_t *asked = portion_asked(&origin.answer->portions, origin.portion);
  const returns_policy *policy = origin.decision->policy;
  for (uint32_t a = 0; a < policy->approval_count; a++) {
    if (!asked[a] || index-- > 0) continue;
    if (role) *role = policy_text(policy, policy->approvals[a].role);
    if (answer) *answer = decision_role_answer(origin.decision, a);
    return RETURNS_OK;
  }
  return RETURNS_ERROR_ARGUMENT;
}

uint32_t returns_decision_output_count(const returns_decision *decision, uint32_t line, uint32_t portion) {
  return portion_of(decision, line, portion) ? decision->policy->output_count : 0;
}

int32_t returns_decision_output(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t index,
                                const char **name, const char **value) {
  const struct portion *of = portion_of(decision, line, portion);
  if (!of) return nothing(decision);
  const returns_policy *policy = decision->policy;
  if (index >= policy->output_count) return RETURNS_ERROR_ARGUMENT;
  uint32_t chosen = portion_outputs(&decision->answer.portions, index_of(decision, of))[index].value;
  if (name) *name = policy_text(policy, policy->outputs[index].name);
  if (value)
    *value = chosen == NO_INDEX ? NULL : policy_text(policy, policy->values[policy->outputs[index].values.first + chosen]);
  return RETURNS_OK;
}

/* ---- allowances ---- */

uint32_t returns_decision_allowance_count(const returns_decision *decision) {
  return decision && decision->has_answer ? decision->answer.allowance_count : 0;
}

int32_t returns_decision_allowance(const returns_decision *decision, uint32_t index, const char **name, const char **key,
                                   int32_t *money, int64_t *limit, int64_t *drawn, int64_t *left) {
  if (index >= returns_decision_allowance_count(decision)) return nothing(decision);
  const struct answer_allowance *of = &decision->answer.allowances[index];
  const struct program_allowance *declared = &decision->policy->allowances[of->allowance];
  struct text key_text = decision_key(&decision->answer, of);
  if (name) *name = policy_text(decision->policy, declared->name);
  if (key) *key = key_text.bytes ? key_text.bytes : "";
  if (money) *money = declared->money != 0;
  if (limit) *limit = of->limit;
  if (drawn) *drawn = of->drawn;
  if (left) *left = of->left;
  return RETURNS_OK;
}
