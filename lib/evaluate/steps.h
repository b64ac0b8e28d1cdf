/* Steps: where each step of a workflow stands, as it was last worked out.
 *
 * For the modules behind the API (JSON, text): read `items` where `has_answer`. Steps are those of the program, in its order.
 */
#ifndef EVALUATE_STEPS_H
#define EVALUATE_STEPS_H

#include "evaluate/policy.h"
#include "returns/workflow.h"

struct step_now {
  int32_t state; /* enum returns_step_state */
  bool has_date;
  int32_t date;
  int32_t reason_kind; /* enum returns_step_reason, or 0 */
  const char **reasons;
  uint32_t reason_count;
};

struct returns_steps {
  returns_environment *environment; /* held */
  returns_policy *policy;           /* held; NULL before the first evaluation */
  bool has_answer;
  struct step_now *items;
  uint32_t count; /* in `arena`, as the reasons are */
  struct arena arena;
  bool has_as_of;
  int32_t as_of;          /* the day that is used */
  const char *error_code; /* of the last evaluation; "" for none */
  struct buffer error;
  struct buffer json, text; /* of lib/exchange and lib/report: what they wrote last */
};

static inline const struct program_step *steps_of_policy(const struct returns_policy *policy) {
  return program_section(&policy->program, SECTION_STEPS);
}
/* Of the facts from `from` on, the first that the step supplies; NO_INDEX: no more. */
uint32_t steps_next_fact(const struct program *program, uint32_t step, uint32_t from);
/* "due", ...; of enum returns_step_state. */
const char *steps_state_name(int32_t state);

#endif
