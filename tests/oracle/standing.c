/* Policies that stand on a floor: the more favourable of two answers, line by line.
 *
 * The interpreter answers policy and floor apart, and the two answers are compared here as docs/language.md says ("Floors"); the
 * library answers both in one. Where an answer is open, the library is held to what completed requests come to.
 */
#include "oracle/property.h"

#include <stdio.h>
#include <string.h>

#include "oracle/generator.h"
#include "oracle/request.h"
#include "oracle/soundness.h"

#define LINES_MOST 16
#define PORTIONS_MOST 8

/* What of a line's answer is compared. */
struct line_answer {
  bool decided, raised;
  int64_t net;
  uint32_t portions, verdicts[PORTIONS_MOST];
  int64_t units[PORTIONS_MOST];
  bool possible[VERDICT_DENY + 1];
};

struct standing {
  struct memory *memory;
  struct arena arena;
  const struct model *policy, *floor;
  enum prefer { PREFER_NOTHING, PREFER_MONEY, PREFER_EXCHANGE } prefer;
  returns_policy *compiled;
  returns_request *request;
  returns_decision *decision;
};

/* ---- the library ---- */

static void read_line(const returns_decision *decision, uint32_t line, struct line_answer *answer) {
  int32_t status = 0, verdict = 0;
  int64_t ignored;
  const char *floor = "";
  *answer = (struct line_answer){.portions = returns_decision_portion_count(decision, line)};
  returns_decision_line_status(decision, line, &status);
  answer->decided = status == RETURNS_DECIDED;
  if (answer->decided) {
    returns_decision_line_totals(decision, line, &ignored, &ignored, &ignored, &answer->net);
    returns_decision_raised(decision, line, &floor, NULL);
    answer->raised = strcmp(floor, "random-floor") == 0;
  }
  for (uint32_t i = 0; i < answer->portions && i < PORTIONS_MOST; i++) {
    returns_decision_verdict(decision, line, i, &verdict);
    answer->verdicts[i] = (uint32_t)verdict;
    returns_decision_units(decision, line, i, &answer->units[i]);
  }
  for (uint32_t i = 0; i < returns_decision_possible_count(decision, line); i++) {
    returns_decision_possible(decision, line, i, &verdict);
    answer->possible[verdict] = true;
  }
}

/* The number of lines answered; false: refused. */
static bool ask_library(const struct standing *it, const struct oracle_request *request, struct line_answer *answers,
                        uint32_t *count) {
  struct buffer json;
  bool answered;
  buffer_init(&json, it->memory);
  oracle_write_request(it->policy, request, &json);
  answered = returns_request_read_json(it->request, json.bytes, json.size) == RETURNS_OK &&
             returns_evaluate(it->compiled, it->request, NULL, it->decision) == RETURNS_OK;
  *count = answered ? returns_decision_line_count(it->decision) : 0;
  for (uint32_t i = 0; i < *count && i < LINES_MOST; i++) read_line(it->decision, i, &answers[i]);
  buffer_free(&json);
  return answered;
}

/* ---- the interpreter ---- */

/* A decided answer of a line, as far as it counts. */
struct side {
  bool money, exchange, awaits;
  int64_t net, units[VERDICT_DENY + 1];
};

static bool awaits_role(const struct model *model, const struct oracle_request *request, const struct portion *portion) {
  for (uint32_t i = 0; i < model->approval_count; i++)
    if (portion->roles[i] && !oracle_names_have(&request->agreed, model->approvals[i].role) &&
        !oracle_names_have(&request->refused, model->approvals[i].role))
      return true;
  return false;
}

static struct side side_of(const struct model *model, const struct oracle_request *request, const struct decision *decision,
                           uint32_t line) {
  struct side side = {.net = decision->sums[line].net};
  const struct outcome *outcome = decision->lines[line];
  for (uint32_t i = 0; i < outcome->portion_count; i++) {
    const struct portion *portion = &outcome->portions[i];
    side.units[portion->verdict] += portion->units;
    side.money |= portion->verdict == VERDICT_AUTHORIZE || portion->verdict == VERDICT_PARTIAL_CREDIT;
    side.exchange |= portion->verdict == VERDICT_EXCHANGE_ONLY;
    side.awaits |= portion->verdict != VERDICT_DENY && awaits_role(model, request, portion);
  }
  return side;
}

/* Net, then units by verdict, then that nobody must agree; money against exchange as is preferred. On a tie the policy's own. */
static bool floor_is_better(const struct side *floor, const struct side *own, enum prefer prefer) {
  bool against = (floor->money != own->money && floor->exchange != own->exchange) && floor->money != floor->exchange &&
                 own->money != own->exchange;
  if (against && prefer != PREFER_NOTHING) return floor->money == (prefer == PREFER_MONEY);
  if (floor->net != own->net) return floor->net > own->net;
  for (uint32_t verdict = VERDICT_AUTHORIZE; verdict < VERDICT_DENY; verdict++)
    if (floor->units[verdict] != own->units[verdict]) return floor->units[verdict] > own->units[verdict];
  return own->awaits && !floor->awaits;
}

static void tell_line(const struct decision *decision, uint32_t line, bool raised, struct line_answer *answer) {
  const struct outcome *outcome = decision->lines[line];
  *answer = (struct line_answer){
      .decided = true, .raised = raised, .net = decision->sums[line].net, .portions = outcome->portion_count};
  for (uint32_t i = 0; i < outcome->portion_count && i < PORTIONS_MOST; i++) {
    answer->verdicts[i] = outcome->portions[i].verdict;
    answer->units[i] = outcome->portions[i].units;
  }
}

struct answers {
  bool answered, valid;
  struct decision decision;
};

static struct answers ask_interpreter(const struct model *model, const struct oracle_request *request, struct arena *keep,
                                      struct arena *scratch) {
  struct world world = {.model = model, .request = request, .keep = keep, .scratch = scratch, .deciding = ORACLE_NO_LINE};
  struct answers answers = {0};
  struct oracle_error error;
  answers.answered = oracle_decide_request(&world, &answers.decision, &error);
  answers.valid = answers.answered && answers.decision.valid;
  return answers;
}

/* ---- comparing ---- */

static bool same_line(const struct line_answer *a, const struct line_answer *b) {
  bool same = a->decided == b->decided && a->raised == b->raised && a->net == b->net && a->portions == b->portions;
  for (uint32_t i = 0; same && i < a->portions && i < PORTIONS_MOST; i++)
    same = a->verdicts[i] == b->verdicts[i] && a->units[i] == b->units[i];
  return same;
}

/* Lines that both decide: NULL, or what differs. */
static const char *compare_decided(const struct standing *it, const struct oracle_request *request, const struct answers *own,
                                   const struct answers *floor, const struct line_answer *found) {
  for (uint32_t line = 0; line < request->line_count; line++) {
    struct line_answer expected;
    struct side ours, theirs;
    bool raised = false;
    if (own->decision.lines[line]->kind != OUTCOME_DECIDED) continue;
    if (floor->valid) {
      if (floor->decision.lines[line]->kind != OUTCOME_DECIDED) continue;
      ours = side_of(it->policy, request, &own->decision, line);
      theirs = side_of(it->floor, request, &floor->decision, line);
      raised = floor_is_better(&theirs, &ours, it->prefer);
    }
    tell_line(raised ? &floor->decision : &own->decision, line, raised, &expected);
    if (!same_line(&expected, &found[line]))
      return raised ? "a line should be raised by its floor" : "a line should keep its answer";
  }
  return NULL;
}

/* A decided line stays as it is, an open one gets what was possible. */
static const char *compare_completed(const struct line_answer *before, const struct line_answer *after, uint32_t lines) {
  for (uint32_t line = 0; line < lines; line++) {
    if (before[line].decided && !same_line(&before[line], &after[line])) return "a decided line changes with more facts";
    for (uint32_t i = 0; !before[line].decided && i < after[line].portions && i < PORTIONS_MOST; i++)
      if (!before[line].possible[after[line].verdicts[i]]) return "a line gets a verdict that was not possible";
    for (uint32_t verdict = 0; !before[line].decided && verdict <= VERDICT_DENY; verdict++)
      if (after[line].possible[verdict] && !before[line].possible[verdict]) return "a verdict becomes possible with more facts";
  }
  return NULL;
}

/* Refused by what the sides apart do not do: tell the floor a value that its fact cannot take, choose the policy's outputs for
 * the floor's verdict. */
static bool is_refused_together(const struct standing *it) {
  return strcmp(returns_decision_error_code(it->decision), "R0961") == 0 ||
         strncmp(returns_decision_error_rule(it->decision), "output", strlen("output")) == 0;
}

static const char *check_request(const struct standing *it, const struct oracle_request *request, struct random *random) {
  struct arena keep, scratch;
  struct line_answer before[LINES_MOST], after[LINES_MOST];
  struct oracle_request completed;
  uint32_t count, fuller;
  const char *wrong = NULL;
  bool answered = ask_library(it, request, before, &count);
  arena_init(&keep, it->memory);
  arena_init(&scratch, it->memory);
  struct answers own = ask_interpreter(it->policy, request, &keep, &scratch);
  struct answers floor = ask_interpreter(it->floor, request, &keep, &scratch);
  if (!answered && is_refused_together(it))
    wrong = NULL;
  else if (own.answered && !own.valid)
    wrong = answered && count > 0 ? "the policy is not valid, and there are lines" : NULL;
  else if (answered != (own.answered && floor.answered))
    wrong = answered ? "it should be refused" : "it should be answered";
  else if (answered) {
    wrong = compare_decided(it, request, &own, &floor, before);
    completed = oracle_complete(it->policy, request, random, &keep);
    if (!wrong && ask_library(it, &completed, after, &fuller) && fuller == count) wrong = compare_completed(before, after, count);
  }
  arena_free(&scratch);
  arena_free(&keep);
  return wrong;
}

/* ---- policies ---- */

static const struct model *build(struct standing *it, const struct buffer *yaml) {
  const struct language_source source = {"policy.yaml", yaml->bytes, yaml->size};
  const struct language_limits limits = {16u << 20, 65536, 32, 1000000, 100000};
  struct diagnostics diagnostics;
  const struct model *model;
  diagnostics_init(&diagnostics, it->memory, 100);
  model = model_build(&it->arena, &source, 1, &limits, &diagnostics);
  diagnostics_release(&diagnostics);
  return model;
}

static bool compile(struct standing *it, const struct buffer *policy, const struct buffer *floor) {
  returns_compiler *compiler = NULL;
  bool good = returns_compiler_new(NULL, &compiler) == RETURNS_OK &&
              returns_compiler_add_source(compiler, "policy.yaml", policy->bytes, policy->size) == RETURNS_OK &&
              returns_compiler_add_source(compiler, "random-floor.yaml", floor->bytes, floor->size) == RETURNS_OK &&
              returns_policy_compile(compiler, &it->compiled, NULL) == RETURNS_OK;
  returns_compiler_free(compiler);
  return good && returns_request_new(it->compiled, &it->request) == RETURNS_OK &&
         returns_decision_new(NULL, &it->decision) == RETURNS_OK;
}

static void add_clause(struct buffer *policy, enum prefer prefer) {
  buffer_text(policy, "floor:\n  - policy: random-floor\n");
  if (prefer != PREFER_NOTHING) buffer_format(policy, "    prefer: %s\n", prefer == PREFER_MONEY ? "money" : "exchange");
}

static uint32_t run_requests(struct standing *it, struct random *random, const struct buffer *policy, const struct buffer *floor,
                             uint32_t requests, bool *failed) {
  for (uint32_t i = 0; i < requests; i++) {
    struct oracle_request request;
    struct buffer json;
    const char *wrong;
    generate_request(random, it->policy, &it->arena, &request);
    struct random fuller = *random;
    wrong = check_request(it, &request, &fuller);
    if (!wrong) continue;
    *failed = true;
    buffer_init(&json, it->memory);
    oracle_write_request(it->policy, &request, &json);
    printf("---- floor: %s\n%.*s---- stands on\n%.*srequest: %.*s\n", wrong, (int)policy->size, policy->bytes, (int)floor->size,
           floor->bytes, (int)json.size, json.bytes);
    buffer_free(&json);
    return i;
  }
  return requests;
}

uint32_t standing_run(struct memory *memory, struct random *random, uint32_t requests, bool *failed) {
  struct standing it = {.memory = memory, .prefer = (enum prefer)random_below(random, 3)};
  struct buffer policy, floor;
  uint32_t run = 0;
  arena_init(&it.arena, memory);
  buffer_init(&policy, memory);
  buffer_init(&floor, memory);
  generate_standing(random, &policy, &floor);
  it.policy = build(&it, &policy);
  it.floor = build(&it, &floor);
  add_clause(&policy, it.prefer);
  if (it.policy && it.floor && compile(&it, &policy, &floor)) run = run_requests(&it, random, &policy, &floor, requests, failed);
  returns_decision_free(it.decision);
  returns_request_free(it.request);
  returns_policy_free(it.compiled);
  buffer_free(&floor);
  buffer_free(&policy);
  arena_free(&it.arena);
  return run;
}
