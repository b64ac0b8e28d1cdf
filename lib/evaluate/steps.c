/* Steps: the workflow of a policy, step by step, for one request.
 *
 * In: the facts of a request, and the steps that it says are done. Out: for each step what it is at, why, and by when. Steps come
 * in an order in which each stands behind those that it waits for, so one sweep does. It must not know verdicts and amounts.
 *
 * A condition sees what a step before it supplies as open until that step is done or skipped, whatever would stand in for it
 * otherwise; what is given early counts. What is only assumed is missing throughout.
 */
#include "evaluate/steps.h"

#include <string.h>

#include "base/date.h"
#include "evaluate/line.h"

struct sweep {
  struct returns_steps *steps;
  const struct returns_policy *policy;
  const struct facts *given;
  struct facts seen; /* the same facts, but for done_facts */
  struct run run;
  bool stale; /* done_facts has changed since the run began: what it remembers may no longer hold */
  struct failure failure;
};

static bool is_over(int32_t state) { return state == RETURNS_STEP_DONE || state == RETURNS_STEP_SKIPPED; }

static bool fail(struct sweep *sweep, const struct program_step *step, const char *what, uint32_t span,
                 const struct value *fault) {
  sweep->failure = (struct failure){.code = code_of_fault(fault),
                                    .line = NO_INDEX,
                                    .rule = NO_INDEX,
                                    .fact = NO_INDEX,
                                    .name = step->name,
                                    .what = what,
                                    .span = span,
                                    .fault = *fault,
                                    .test = NO_INDEX};
  return false;
}

/* ---- reasons ---- */

static bool begin_reasons(struct sweep *sweep, struct step_now *now, int32_t kind, uint32_t most) {
  now->reason_kind = kind;
  now->reasons = arena_take(&sweep->steps->arena, most * sizeof *now->reasons);
  return now->reasons != NULL;
}

static const char *text_of_test(struct sweep *sweep, const struct program_test *test) {
  static const char unless[] = "unless ";
  const char *source = policy_text(sweep->policy, test->source);
  if (!test->negated) return source;
  char *text = arena_take(&sweep->steps->arena, sizeof unless + test->source.size);
  if (!text) return NULL;
  memcpy(text, unless, sizeof unless - 1);
  memcpy(text + sizeof unless - 1, source, test->source.size + 1);
  return text;
}

static bool tell_unmet(struct sweep *sweep, const struct program_step *step, struct step_now *now) {
  if (!begin_reasons(sweep, now, RETURNS_STEP_UNMET, step->tests.count)) return false;
  for (uint32_t i = 0; i < step->tests.count; i++) {
    const struct program_test *test = &sweep->policy->tests[step->tests.first + i];
    if (evaluate_test(&sweep->run.request, test, NULL, NULL) != TRUTH_FALSE) continue;
    const char *text = text_of_test(sweep, test);
    if (!text) return false;
    now->reasons[now->reason_count++] = text;
  }
  return true;
}

/* The steps before this one that are not over; none: no reasons. */
static bool tell_steps_before(struct sweep *sweep, const struct program_step *step, struct step_now *now) {
  const uint32_t *after = sweep->policy->links + step->after.first;
  uint32_t open = 0;
  for (uint32_t i = 0; i < step->after.count; i++) open += !is_over(sweep->steps->items[after[i]].state);
  if (open == 0) return true;
  if (!begin_reasons(sweep, now, RETURNS_STEP_WAITS_FOR_STEPS, open)) return false;
  for (uint32_t i = 0; i < step->after.count; i++)
    if (!is_over(sweep->steps->items[after[i]].state))
      now->reasons[now->reason_count++] = policy_text(sweep->policy, steps_of_policy(sweep->policy)[after[i]].name);
  return true;
}

static bool tell_needs(struct sweep *sweep, const uint64_t *needs, struct step_now *now) {
  uint32_t count = 0;
  for (uint32_t f = 0; f < sweep->policy->fact_count; f++) count += needs_has(needs, f);
  if (!begin_reasons(sweep, now, RETURNS_STEP_WAITS_FOR_FACTS, count)) return false;
  for (uint32_t f = 0; f < sweep->policy->fact_count; f++)
    if (needs_has(needs, f)) now->reasons[now->reason_count++] = policy_text(sweep->policy, sweep->policy->facts[f].name);
  return true;
}

/* ---- one step ---- */

static bool fail_condition(struct sweep *sweep, const struct program_step *step, const struct value *fault) {
  uint32_t span = step->span;
  for (uint32_t i = step->tests.count; i-- > 0;) {
    const struct program_test *test = &sweep->policy->tests[step->tests.first + i];
    if (evaluate_test(&sweep->run.request, test, NULL, NULL) == TRUTH_ERROR) span = test->span;
  }
  return fail(sweep, step, "condition", span, fault);
}

static bool tell_date(struct sweep *sweep, const struct program_step *step, struct step_now *now) {
  if (step->no_later_than == NO_INDEX) return true;
  const struct program_node *node = &sweep->policy->nodes[step->no_later_than];
  struct set set = evaluate_any(&sweep->run.request, step->no_later_than);
  if (set_is_error(&set)) return fail(sweep, step, "deadline", node->span, &set.fault);
  if (!set_is_single(&set)) return true;
  now->has_date = true;
  now->date = node->type == TYPE_INSTANT ? instant_day(set.one.num, set.one.offset_minutes) : (int32_t)set.one.num;
  return true;
}

/* Its condition is not false: what is in its way, else it is due. */
static bool tell_open_step(struct sweep *sweep, const struct program_step *step, struct step_now *now, const uint64_t *needs,
                           bool holds) {
  const struct returns_steps *steps = sweep->steps;
  if (!tell_date(sweep, step, now) || !tell_steps_before(sweep, step, now)) return false;
  if (!now->reason_kind && !holds && !tell_needs(sweep, needs, now)) return false;
  bool late = now->has_date && steps->has_as_of && now->date < steps->as_of;
  now->state = now->reason_kind ? RETURNS_STEP_WAITING : late ? RETURNS_STEP_OVERDUE : RETURNS_STEP_DUE;
  return true;
}

/* false: sweep->failure says why, or out of memory (it has no code). */
static bool tell_step(struct sweep *sweep, uint32_t index) {
  const struct program_step *step = &steps_of_policy(sweep->policy)[index];
  struct step_now *now = &sweep->steps->items[index];
  uint64_t *needs = NULL;
  struct value fault;
  if (sweep->given->done_steps[index]) {
    now->state = RETURNS_STEP_DONE;
    return true;
  }
  if (sweep->stale) run_begin(&sweep->run, &sweep->seen, true);
  sweep->stale = false;
  enum truth truth = evaluate_tests(&sweep->run.request, step->tests, &needs, &fault);
  if (truth == TRUTH_ERROR) return fail_condition(sweep, step, &fault);
  if (truth != TRUTH_FALSE) return tell_open_step(sweep, step, now, needs, truth == TRUTH_TRUE);
  now->state = RETURNS_STEP_SKIPPED;
  return tell_unmet(sweep, step, now);
}

/* For the steps behind it: what this one supplies is there, or still to come, or never will. */
static void leave_step(struct sweep *sweep, uint32_t index) {
  const struct program *program = &sweep->policy->program;
  int32_t state = sweep->steps->items[index].state;
  uint8_t moment = state == RETURNS_STEP_DONE ? FACT_IS_DUE : state == RETURNS_STEP_SKIPPED ? FACT_AT_ANY_TIME : FACT_TO_COME;
  for (uint32_t f = steps_next_fact(program, index, 0); f != NO_INDEX; f = steps_next_fact(program, index, f + 1)) {
    sweep->stale |= sweep->seen.done_facts[f] != moment;
    sweep->seen.done_facts[f] = moment;
  }
}

/* ---- all of them ---- */

static void find_day(struct sweep *sweep) {
  struct returns_steps *steps = sweep->steps;
  steps->has_as_of = sweep->given->has_as_of;
  steps->as_of = sweep->given->as_of;
  if (steps->has_as_of || sweep->policy->header->valid_by == NO_INDEX) return;
  struct reading reading = read_fact(&sweep->run.request, sweep->policy->header->valid_by);
  steps->has_as_of = is_known(&reading);
  if (steps->has_as_of) steps->as_of = (int32_t)reading.value.num;
}

static bool tell_steps(struct sweep *sweep) {
  struct returns_steps *steps = sweep->steps;
  const struct returns_policy *policy = sweep->policy;
  uint32_t count = program_count(&policy->program, SECTION_STEPS);
  sweep->seen.done_facts = arena_take(&steps->arena, policy->fact_count);
  steps->items = arena_take_zeroed(&steps->arena, count * sizeof *steps->items);
  if (!sweep->seen.done_facts || !steps->items || !run_init(&sweep->run, policy, &steps->environment->memory)) return false;
  memcpy(sweep->seen.done_facts, sweep->given->done_facts, policy->fact_count);
  run_begin(&sweep->run, &sweep->seen, true);
  find_day(sweep);
  for (uint32_t i = 0; i < count; i++) {
    bool good = tell_step(sweep, i);
    if (sweep->run.failed) sweep->failure.code = NULL;
    if (!good || sweep->run.failed) return false;
    leave_step(sweep, i);
  }
  steps->count = count;
  return true;
}

static void forget(struct returns_steps *steps) {
  steps->has_answer = steps->has_as_of = false;
  steps->count = 0;
  steps->error_code = "";
  arena_reset(&steps->arena);
}

int32_t returns_steps_evaluate(const returns_policy *policy, const returns_request *request, returns_steps *steps) {
  if (!steps) return RETURNS_ERROR_ARGUMENT;
  forget(steps);
  if (!policy || !request) return RETURNS_ERROR_ARGUMENT;
  if (request->policy != policy) return RETURNS_ERROR_OTHER_POLICY;
  returns_policy *held = returns_policy_retain(request->policy);
  returns_policy_free(steps->policy);
  steps->policy = held;
  struct sweep sweep = {.steps = steps, .policy = policy, .given = &request->facts, .seen = request->facts};
  steps->has_answer = tell_steps(&sweep);
  run_free(&sweep.run);
  if (steps->has_answer) return RETURNS_OK;
  if (!sweep.failure.code) return RETURNS_ERROR_MEMORY;
  buffer_clear(&steps->error);
  write_no_value(&steps->error, policy, &sweep.failure);
  buffer_string(&steps->error);
  steps->error_code = sweep.failure.code;
  return RETURNS_ERROR_REQUEST;
}
