/* Steps: the handle, and the getters of what was worked out (steps.c). */
#include "base/date.h"
#include "evaluate/request.h"
#include "evaluate/steps.h"

/* ---- the handle ---- */

int32_t returns_steps_new(returns_environment *environment, returns_steps **out) {
  if (!out) return RETURNS_ERROR_ARGUMENT;
  *out = NULL;
  environment = environment_hold(environment);
  if (!environment) return RETURNS_ERROR_MEMORY;
  returns_steps *steps = memory_take_zeroed(&environment->memory, sizeof *steps);
  if (!steps) {
    returns_environment_free(environment);
    return RETURNS_ERROR_MEMORY;
  }
  steps->environment = environment;
  steps->error_code = "";
  arena_init(&steps->arena, &environment->memory);
  buffer_init(&steps->error, &environment->memory);
  buffer_init(&steps->json, &environment->memory);
  buffer_init(&steps->text, &environment->memory);
  *out = steps;
  return RETURNS_OK;
}

void returns_steps_free(returns_steps *steps) {
  if (!steps) return;
  returns_environment *environment = steps->environment;
  returns_policy_free(steps->policy);
  arena_free(&steps->arena);
  buffer_free(&steps->error);
  buffer_free(&steps->json);
  buffer_free(&steps->text);
  memory_give(&environment->memory, steps, sizeof *steps);
  returns_environment_free(environment);
}

int32_t returns_request_set_as_of(returns_request *request, int32_t days_since_1970) {
  if (!request) return RETURNS_ERROR_ARGUMENT;
  if (days_since_1970 < DATE_FIRST || days_since_1970 > DATE_LAST)
    return request_fail(request, RETURNS_ERROR_RANGE, "R0904", NO_INDEX, "`as_of` is %l; the years are 1 .. 9999",
                        (int64_t)days_since_1970);
  request->facts.has_as_of = true;
  request->facts.as_of = days_since_1970;
  return RETURNS_OK;
}

/* ---- getters ---- */

static const struct step_now *item_of(const returns_steps *steps, uint32_t step) {
  return steps && step < steps->count ? &steps->items[step] : NULL;
}

static const char *text_in(const returns_steps *steps, struct program_string string) {
  return policy_text(steps->policy, string);
}

const char *returns_steps_error_code(const returns_steps *steps) { return steps ? steps->error_code : ""; }
const char *returns_steps_error(const returns_steps *steps) {
  return steps && steps->error_code[0] && steps->error.bytes && !steps->error.failed ? steps->error.bytes : "";
}
uint32_t returns_steps_count(const returns_steps *steps) { return steps ? steps->count : 0; }
const char *returns_steps_name(const returns_steps *steps, uint32_t step) {
  return item_of(steps, step) ? text_in(steps, steps_of_policy(steps->policy)[step].name) : NULL;
}
const char *returns_steps_by(const returns_steps *steps, uint32_t step) {
  return item_of(steps, step) ? text_in(steps, steps_of_policy(steps->policy)[step].by) : NULL;
}
int32_t returns_steps_state(const returns_steps *steps, uint32_t step) {
  const struct step_now *now = item_of(steps, step);
  return now ? now->state : 0;
}

int32_t returns_steps_date(const returns_steps *steps, uint32_t step, int32_t *days_since_1970) {
  const struct step_now *now = item_of(steps, step);
  if (!now || !days_since_1970) return RETURNS_ERROR_ARGUMENT;
  if (!now->has_date) return RETURNS_ERROR_EMPTY;
  *days_since_1970 = now->date;
  return RETURNS_OK;
}

int32_t returns_steps_reason_kind(const returns_steps *steps, uint32_t step) {
  const struct step_now *now = item_of(steps, step);
  return now ? now->reason_kind : 0;
}
uint32_t returns_steps_reason_count(const returns_steps *steps, uint32_t step) {
  const struct step_now *now = item_of(steps, step);
  return now ? now->reason_count : 0;
}
const char *returns_steps_reason(const returns_steps *steps, uint32_t step, uint32_t reason) {
  const struct step_now *now = item_of(steps, step);
  return now && reason < now->reason_count ? now->reasons[reason] : NULL;
}

/* ---- what a step supplies ---- */

uint32_t steps_next_fact(const struct program *program, uint32_t step, uint32_t from) {
  const struct program_fact *facts = program_section(program, SECTION_FACTS);
  for (uint32_t f = from; f < program_count(program, SECTION_FACTS); f++)
    if (facts[f].supplied_step == step) return f;
  return NO_INDEX;
}

uint32_t returns_steps_fact_count(const returns_steps *steps, uint32_t step) {
  uint32_t count = 0;
  if (!item_of(steps, step)) return 0;
  const struct program *program = &steps->policy->program;
  for (uint32_t f = steps_next_fact(program, step, 0); f != NO_INDEX; f = steps_next_fact(program, step, f + 1)) count++;
  return count;
}

int32_t returns_steps_fact(const returns_steps *steps, uint32_t step, uint32_t index, uint32_t *fact) {
  if (!item_of(steps, step) || !fact) return RETURNS_ERROR_ARGUMENT;
  const struct program *program = &steps->policy->program;
  uint32_t f = steps_next_fact(program, step, 0);
  for (; f != NO_INDEX && index > 0; index--) f = steps_next_fact(program, step, f + 1);
  if (f == NO_INDEX) return RETURNS_ERROR_ARGUMENT;
  *fact = f;
  return RETURNS_OK;
}

const char *steps_state_name(int32_t state) {
  static const char *const names[] = {"", "due", "waiting", "skipped", "done", "overdue"};
  return state >= RETURNS_STEP_DUE && state <= RETURNS_STEP_OVERDUE ? names[state] : names[0];
}
