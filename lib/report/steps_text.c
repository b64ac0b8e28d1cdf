/* Steps as text for people:
 *
 *   eyewear-rotation, revision 2026-07: steps as of 2026-04-01
 *
 *   approve (area_manager): skipped
 *     not met: request_value > 1000.00
 *   ship (customer): due, no later than 2026-04-11
 *   inspect (warehouse): waiting for ship
 *     supplies condition, findings
 */
#include "base/date.h"
#include "report/report.h"
#include "report/source_line.h"

static void show(struct buffer *out, const char *text) { source_text_show(out, text_of(text)); }

static void write_reasons(const struct step_now *now, const char *before, struct buffer *out) {
  for (uint32_t i = 0; i < now->reason_count; i++) {
    buffer_text(out, i == 0 ? before : ", ");
    show(out, now->reasons[i]);
  }
}

static void write_state(const struct step_now *now, struct buffer *out) {
  buffer_text(out, steps_state_name(now->state));
  if (now->reason_kind == RETURNS_STEP_WAITS_FOR_STEPS) write_reasons(now, " for ", out);
  if (now->reason_kind == RETURNS_STEP_WAITS_FOR_FACTS) write_reasons(now, ", needs ", out);
  if (now->has_date) {
    buffer_text(out, now->reason_kind ? "; no later than " : ", no later than ");
    date_write(out, now->date);
  }
  buffer_char(out, '\n');
  for (uint32_t i = 0; now->reason_kind == RETURNS_STEP_UNMET && i < now->reason_count; i++) {
    buffer_text(out, "  not met: ");
    show(out, now->reasons[i]);
    buffer_char(out, '\n');
  }
}

static void write_supplies(const struct returns_policy *policy, uint32_t step, struct buffer *out) {
  const char *before = "  supplies ";
  for (uint32_t f = steps_next_fact(&policy->program, step, 0); f != NO_INDEX;
       f = steps_next_fact(&policy->program, step, f + 1)) {
    buffer_text(out, before);
    show(out, policy_text(policy, policy->facts[f].name));
    before = ", ";
  }
  if (before[0] == ',') buffer_char(out, '\n');
}

static void write_step(const struct returns_steps *steps, uint32_t index, struct buffer *out) {
  const struct returns_policy *policy = steps->policy;
  const struct program_step *step = &steps_of_policy(policy)[index];
  const struct step_now *now = &steps->items[index];
  bool is_open = now->state != RETURNS_STEP_DONE && now->state != RETURNS_STEP_SKIPPED;
  show(out, policy_text(policy, step->name));
  if (step->by.size > 0) {
    buffer_text(out, " (");
    show(out, policy_text(policy, step->by));
    buffer_char(out, ')');
  }
  buffer_text(out, ": ");
  write_state(now, out);
  if (is_open && !now->has_date && step->deadline.size > 0) {
    buffer_text(out, "  ");
    show(out, policy_text(policy, step->deadline));
    buffer_char(out, '\n');
  }
  if (is_open) write_supplies(policy, index, out);
}

void steps_write_text(const struct returns_steps *steps, struct buffer *out) {
  const struct returns_policy *policy = steps->policy;
  show(out, policy_text(policy, policy->header->name));
  if (policy->header->revision.size > 0) {
    buffer_text(out, ", revision ");
    show(out, policy_text(policy, policy->header->revision));
  }
  buffer_text(out, steps->count > 0 ? ": steps" : ": no workflow");
  if (steps->count > 0 && steps->has_as_of) {
    buffer_text(out, " as of ");
    date_write(out, steps->as_of);
  }
  buffer_text(out, steps->count > 0 ? "\n\n" : "\n");
  for (uint32_t i = 0; i < steps->count; i++) write_step(steps, i, out);
}
