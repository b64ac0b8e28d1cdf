/* returns/workflow.h: the steps of a return (approve, ship, inspect, settle) as the policy's `workflow:` orders them.
 *
 * The library keeps no state: from the facts of a request and the steps that it says are done (returns_request_done) it answers
 * for each step what it is at now. An assumption decides no step: what is only assumed is open until it is given. So is what an
 * earlier step supplies, whatever else it would be by default, until that step is done or skipped.
 */
#ifndef RETURNS_WORKFLOW_H
#define RETURNS_WORKFLOW_H

#include "returns/request.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_steps returns_steps;

/** State of a step. A skipped step counts as done for those after it. */
enum returns_step_state {
  RETURNS_STEP_DUE = 1,     /**< everything before it is done and its condition holds */
  RETURNS_STEP_WAITING = 2, /**< for steps before it, or for facts that its condition needs */
  RETURNS_STEP_SKIPPED = 3, /**< its condition does not hold */
  RETURNS_STEP_DONE = 4,    /**< the request says so */
  RETURNS_STEP_OVERDUE = 5  /**< due, and its date lies before the request's `as_of` */
};

/** What the reasons of a step are. */
enum returns_step_reason {
  RETURNS_STEP_WAITS_FOR_STEPS = 1, /**< names of steps before it */
  RETURNS_STEP_WAITS_FOR_FACTS = 2, /**< names of facts that would settle its condition */
  RETURNS_STEP_UNMET = 3            /**< texts of the conditions that do not hold, "unless ..." for those of `unless` */
};

/** The day against which steps are overdue (JSON: "as_of"; days since 1970-01-01). Without it the fact that `valid: {by: ...}`
 * names serves, if there is one; else no step is overdue. May fail: ARGUMENT, RANGE. */
RETURNS_API int32_t returns_request_set_as_of(returns_request *request, int32_t days_since_1970);

/** Makes an empty list of steps. environment: NULL for defaults. out: owned. May fail: ARGUMENT, MEMORY. Thread rule: one thread
 * at a time. */
RETURNS_API int32_t returns_steps_new(returns_environment *environment, returns_steps **out);
/** Works out every step of the policy's workflow, in its order. Overwrites; keeps the policy alive; the request may be reused at
 * once. May fail: ARGUMENT, MEMORY, OTHER_POLICY, REQUEST (a condition or date has no value: returns_steps_error). */
RETURNS_API int32_t returns_steps_evaluate(const returns_policy *policy, const returns_request *request, returns_steps *steps);
/** The text and code of the last failure; "" if none. Borrowed until the next evaluation. */
RETURNS_API const char *returns_steps_error(const returns_steps *steps);
RETURNS_API const char *returns_steps_error_code(const returns_steps *steps);

/** Getters; texts are borrowed until the next evaluation. NULL or 0 for a NULL list or an index out of range. */
RETURNS_API uint32_t returns_steps_count(const returns_steps *steps);
RETURNS_API const char *returns_steps_name(const returns_steps *steps, uint32_t step);
RETURNS_API const char *returns_steps_by(const returns_steps *steps, uint32_t step);
RETURNS_API int32_t returns_steps_state(const returns_steps *steps, uint32_t step); /**< enum returns_step_state */
/** The day by when the step is to be done (days since 1970-01-01). May fail: ARGUMENT, EMPTY (the step has no date, its facts are
 * missing, or it is done or skipped). */
RETURNS_API int32_t returns_steps_date(const returns_steps *steps, uint32_t step, int32_t *days_since_1970);
/** What a waiting step waits for: the steps before it, and once these are done the facts that its condition needs; of a skipped
 * one the conditions that do not hold. kind: enum returns_step_reason for all reasons of the step; 0 if it has none. */
RETURNS_API int32_t returns_steps_reason_kind(const returns_steps *steps, uint32_t step);
RETURNS_API uint32_t returns_steps_reason_count(const returns_steps *steps, uint32_t step);
RETURNS_API const char *returns_steps_reason(const returns_steps *steps, uint32_t step, uint32_t reason);
/** Facts (indices of the policy) that the step supplies. */
RETURNS_API uint32_t returns_steps_fact_count(const returns_steps *steps, uint32_t step);
RETURNS_API int32_t returns_steps_fact(const returns_steps *steps, uint32_t step, uint32_t index, uint32_t *fact);

/** The list as JSON (docs/answers.md) and as text for people. text: borrowed until the next call with these steps. May fail:
 * ARGUMENT, EMPTY, MEMORY. */
RETURNS_API int32_t returns_steps_json(returns_steps *steps, const char **text, size_t *size_bytes);
RETURNS_API int32_t returns_steps_text(returns_steps *steps, const char **text, size_t *size_bytes);

/** The workflow as a drawing (enum returns_drawing). Ownership as returns_policy_tree. May fail: ARGUMENT, MEMORY, EMPTY (no
 * workflow). */
RETURNS_API int32_t returns_policy_workflow(const returns_policy *policy, int32_t drawing, char **text, size_t *size_bytes);

/** Frees; NULL is allowed. */
RETURNS_API void returns_steps_free(returns_steps *steps);

#ifdef __cplusplus
}
#endif
#endif
