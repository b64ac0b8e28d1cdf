/* Steps as canonical JSON: keys always in the order of docs/answers.md, no spaces. */
#include "base/date.h"
#include "exchange/exchange.h"

struct writer {
  const struct returns_steps *steps;
  const struct returns_policy *policy;
  struct buffer *out;
};

static void write_string(struct writer *writer, struct program_string string) {
  buffer_json_string(writer->out, policy_slice(writer->policy, string));
}

static void write_date(struct writer *writer, bool known, int32_t date) {
  if (!known) {
    buffer_text(writer->out, "null");
    return;
  }
  buffer_char(writer->out, '"');
  date_write(writer->out, date);
  buffer_char(writer->out, '"');
}

/* The reasons of that kind; a step has one kind at most. */
static void write_reasons(struct writer *writer, const struct step_now *now, int32_t kind) {
  buffer_char(writer->out, '[');
  for (uint32_t i = 0; now->reason_kind == kind && i < now->reason_count; i++) {
    if (i > 0) buffer_char(writer->out, ',');
    buffer_json_string(writer->out, text_of(now->reasons[i]));
  }
  buffer_char(writer->out, ']');
}

static void write_step(struct writer *writer, uint32_t index) {
  const struct program *program = &writer->policy->program;
  const struct program_step *step = &steps_of_policy(writer->policy)[index];
  const struct step_now *now = &writer->steps->items[index];
  struct buffer *out = writer->out;
  buffer_text(out, "{\"step\":");
  write_string(writer, step->name);
  buffer_text(out, ",\"by\":");
  write_string(writer, step->by);
  buffer_format(out, ",\"state\":\"%s\",\"deadline\":", steps_state_name(now->state));
  if (step->deadline.size > 0)
    write_string(writer, step->deadline);
  else
    buffer_text(out, "null");
  buffer_text(out, ",\"no_later_than\":");
  write_date(writer, now->has_date, now->date);
  buffer_text(out, ",\"waits_for_steps\":");
  write_reasons(writer, now, RETURNS_STEP_WAITS_FOR_STEPS);
  buffer_text(out, ",\"waits_for_facts\":");
  write_reasons(writer, now, RETURNS_STEP_WAITS_FOR_FACTS);
  buffer_text(out, ",\"unmet\":");
  write_reasons(writer, now, RETURNS_STEP_UNMET);
  buffer_text(out, ",\"supplies\":[");
  uint32_t first = steps_next_fact(program, index, 0);
  for (uint32_t f = first; f != NO_INDEX; f = steps_next_fact(program, index, f + 1)) {
    if (f != first) buffer_char(out, ',');
    write_string(writer, writer->policy->facts[f].name);
  }
  buffer_text(out, "]}");
}

void steps_write_json(const struct returns_steps *steps, struct buffer *out) {
  struct writer writer = {steps, steps->policy, out};
  buffer_text(out, "{\"policy\":{\"name\":");
  write_string(&writer, steps->policy->header->name);
  buffer_text(out, ",\"revision\":");
  write_string(&writer, steps->policy->header->revision);
  buffer_format(out, ",\"digest\":\"%s\"},\"as_of\":", steps->policy->digest);
  write_date(&writer, steps->has_as_of, steps->as_of);
  buffer_text(out, ",\"steps\":[");
  for (uint32_t i = 0; i < steps->count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_step(&writer, i);
  }
  buffer_text(out, "]}");
}
