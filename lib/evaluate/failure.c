/* Failure: why a request has no answer, as text. In: the failure of a pass. Out: code, and one line that names line, thing and
 * place. */
#include "base/date.h"
#include "evaluate/decision.h"

/* An exact number of minor units in the currency, or another number as it is. */
static void write_found(struct buffer *out, const struct returns_policy *policy, const struct value *value, bool money) {
  struct number number, scale;
  int64_t unit = 1;
  for (uint32_t i = 0; i < policy->header->minor_digits; i++) unit *= 10;
  value_to_number(value, &number);
  number_set(&scale, money ? unit : 1);
  if (number_divide(&number, &number, &scale) == NUMBER_OK) number_write(&number, out);
}

/* "`a` is 1, `b` is 2": the facts that a condition looks at itself, but private ones. */
static void write_facts(struct buffer *out, const returns_decision *decision, const struct facts *facts, struct scene *scene,
                        uint32_t node, uint32_t *shown) {
  const struct returns_policy *policy = decision->policy;
  const struct program_node *at = &policy->nodes[node];
  if (at->op == OP_FACT && !policy_hides_fact(policy, at->index) && *shown < 4) {
    struct reading reading = read_fact(scene, at->index);
    struct text name = policy_slice(policy, policy->facts[at->index].name);
    if (is_known(&reading) && reading.value.den == 1) {
      buffer_format(out, *shown ? ", `%t` is " : ": `%t` is ", &name);
      literal_write(out, facts, at->index, reading.value.num, reading.value.offset_minutes);
      ++*shown;
    }
  }
  for (uint32_t i = 0; i < at->kid_count; i++) write_facts(out, decision, facts, scene, policy->links[at->kids_first + i], shown);
}

static void write_requirement(struct buffer *out, returns_decision *decision, const struct facts *facts) {
  const struct returns_policy *policy = decision->policy;
  const struct program_test *test = &policy->tests[decision->failure.test];
  struct run *run = &decision->decider.run;
  struct text source = policy_slice(policy, test->source);
  uint32_t shown = 0;
  struct scene *scene = decision->failure.line == NO_INDEX ? &run->request : run_line(run, decision->failure.line);
  buffer_format(out, "the request breaks what the policy requires, `%t`", &source);
  write_facts(out, decision, facts, scene, test->node, &shown);
}

static void write_calendar(struct buffer *out, const struct returns_policy *policy, uint32_t index) {
  const struct program_calendar *calendar = &policy->calendars[index];
  struct text name = policy_slice(policy, calendar->name);
  buffer_format(out, "it counts days outside calendar `%t`, which covers ", &name);
  date_write(out, calendar->first);
  buffer_text(out, " .. ");
  date_write(out, calendar->last);
}

static const char *found_of(const char *code) {
  if (text_is(text_of(code), "R0955")) return "a whole number from 0 is expected, found ";
  return "it may not be negative, found ";
}

static void write_why(struct buffer *out, const struct returns_policy *policy, const struct failure *failure) {
  if (failure->fault.state == VALUE_DEFINITE) {
    buffer_text(out, found_of(failure->code));
    if (failure->fact != NO_INDEX && policy_hides_fact(policy, failure->fact)) {
      buffer_text(out, "another");
      return;
    }
    write_found(out, policy, &failure->fault, !text_is(text_of(failure->code), "R0955"));
    return;
  }
  if (text_is(text_of(failure->code), "R0961")) {
    buffer_text(out, "what the policy tells the floor has no value, or one beyond the type or range of the floor's fact");
  } else if (text_is(text_of(failure->code), "R0958")) {
    buffer_text(out, "it may not be negative");
  } else if (text_is(text_of(failure->code), "R0959")) {
    buffer_text(out, "`at_least` exceeds `at_most`");
  } else {
    switch (failure->fault.error) {
    case VALUE_DIVISION_BY_ZERO: buffer_text(out, "it divides by zero"); break;
    case VALUE_OUTSIDE_YEARS: buffer_text(out, "a date in it leaves the years 1 to 9999"); break;
    case VALUE_FRACTION:
      buffer_text(out, "it adds a duration that is not whole to a date; round_down or round_up makes it whole");
      break;
    case VALUE_OUTSIDE_CALENDAR: write_calendar(out, policy, (uint32_t)failure->fault.num); break;
    default:
      buffer_text(out, "it is too large: an amount holds 64 bits of minor units, what it is computed from 512 bits");
      break;
    }
  }
}

static void write_subject(struct buffer *out, const struct returns_policy *policy, const struct failure *failure) {
  struct text name = policy_slice(policy, failure->name);
  if (failure->test != NO_INDEX) {
    struct text source = policy_slice(policy, policy->tests[failure->test].source);
    buffer_format(out, "the requirement `%t`", &source);
  } else if (name.size > 0) {
    buffer_format(out, "the %s of `%t`", failure->what, &name);
  } else {
    buffer_format(out, "`%s`", failure->what);
  }
}

static void write_place(struct buffer *out, const struct returns_policy *policy, const struct failure *failure) {
  uint32_t line;
  const char *file = policy_place(policy, failure->span, &line);
  if (line > 0) buffer_format(out, " (%s:%u)", file, line);
}

void write_no_value(struct buffer *out, const struct returns_policy *policy, const struct failure *failure) {
  if (failure->line != NO_INDEX) buffer_format(out, "line %u of the request: ", failure->line + 1);
  write_subject(out, policy, failure);
  buffer_text(out, " has no value: ");
  write_why(out, policy, failure);
  write_place(out, policy, failure);
}

/* "floor `law`: " and what the floor's own answer failed of. Depth: that of floors on floors. */
static void write_floor(returns_decision *decision) {
  returns_decision *floor = (returns_decision *)(uintptr_t)decision->failure.floor;
  struct text name = policy_slice(floor->policy, floor->policy->header->name);
  write_failure(floor, floor->decider.run.facts);
  buffer_format(&decision->error, "floor `%t`: %s", &name, floor->error.failed ? "" : floor->error.bytes);
}

void write_failure(returns_decision *decision, const struct facts *facts) {
  const struct failure *failure = &decision->failure;
  struct buffer *out = &decision->error;
  buffer_clear(out);
  if (failure->floor) {
    write_floor(decision);
  } else if (text_is(text_of(failure->code), "R0953")) {
    if (failure->line != NO_INDEX) buffer_format(out, "line %u of the request: ", failure->line + 1);
    write_requirement(out, decision, facts);
    write_place(out, decision->policy, failure);
  } else {
    write_no_value(out, decision->policy, failure);
  }
  buffer_string(out);
  decision->error_code = failure->code;
}
