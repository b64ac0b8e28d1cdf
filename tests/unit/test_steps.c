/* Steps: states along a return, what conditions see of facts, dates, errors, misuse, and every allocation failing in turn.
 *
 * A request is told in JSON; the answer is compared as one line per policy: each step with its state, its reasons in brackets,
 * and its date behind `@`.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "returns/returns.h"
#include "strict_memory.h"

#define HEAD "returns: 1\npolicy: flow\ncurrency: EUR\nconventions: {month_end: clamp}\n"
#define LAST "otherwise: {then: deny, because: outside}\n"

static const char eyewear[] =
    HEAD "facts:\n"
         "  - {fact: requested_on, type: date, of: request}\n"
         "  - {fact: approved_on, type: date, of: request, supplied_by: approve}\n"
         "  - {fact: condition, type: choice, values: [as_new, marked], supplied_by: inspect, assume: as_new}\n"
         "  - {fact: price, type: money}\n"
         "unit_value: price\n"
         "workflow:\n"
         "  - {step: approve, by: area_manager, when: [request_value > 1000.00]}\n"
         "  - {step: ship, by: customer, after: [approve], within: 10 days of approved_on}\n"
         "  - {step: inspect, by: warehouse, after: [ship]}\n"
         "  - {step: recondition, by: workshop, after: [inspect], when: [any line where condition is marked]}\n"
         "  - {step: settle, by: accounts, after: [inspect, recondition]}\n" LAST;

/* ---- asking ---- */

static returns_policy *compile(returns_environment *environment, const char *text) {
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  const char *told = "";
  size_t size = 0;
  if (returns_compiler_new(environment, &compiler) == RETURNS_OK &&
      returns_compiler_add_source(compiler, "flow.yaml", text, strlen(text)) == RETURNS_OK)
    (void)returns_policy_compile(compiler, &policy, &findings);
  if (policy == NULL && returns_diagnostics_text(findings, 0, &told, &size) == RETURNS_OK) print_error("%s", told);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  assert_non_null(policy);
  return policy;
}

static void add(char *out, size_t size, const char *text) {
  assert_true(strlen(out) + strlen(text) < size);
  strcat(out, text);
}

static void describe(const returns_steps *steps, char *out, size_t size) {
  static const char *const states[] = {"?", "due", "waiting", "skipped", "done", "overdue"};
  static const char *const kinds[] = {"", "", "needs ", "not "};
  out[0] = '\0';
  for (uint32_t step = 0; step < returns_steps_count(steps); step++) {
    int32_t day = 0;
    char date[16];
    if (step > 0) add(out, size, " | ");
    add(out, size, returns_steps_name(steps, step));
    add(out, size, " ");
    add(out, size, states[returns_steps_state(steps, step)]);
    for (uint32_t i = 0; i < returns_steps_reason_count(steps, step); i++) {
      add(out, size, i == 0 ? " [" : ", ");
      if (i == 0) add(out, size, kinds[returns_steps_reason_kind(steps, step)]);
      add(out, size, returns_steps_reason(steps, step, i));
    }
    if (returns_steps_reason_count(steps, step) > 0) add(out, size, "]");
    if (returns_steps_date(steps, step, &day) == RETURNS_OK) {
      snprintf(date, sizeof date, " @%d", day);
      add(out, size, date);
    }
  }
}

struct question {
  const char *request, *answer; /* answer: as above; or "CODE: text" */
};

/* Asks the policy as it was compiled, and as its block says. */
static void ask_policy(const returns_policy *policy, const struct question *questions, size_t count) {
  returns_request *request = NULL;
  returns_steps *steps = NULL;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_steps_new(NULL, &steps), RETURNS_OK);
  for (size_t i = 0; i < count; i++) {
    char found[1024];
    if (returns_request_read_json(request, questions[i].request, strlen(questions[i].request)) != RETURNS_OK) {
      print_error("%s: %s\n", questions[i].request, returns_request_error(request));
      fail();
    }
    int32_t status = returns_steps_evaluate(policy, request, steps);
    describe(steps, found, sizeof found);
    if (status == RETURNS_ERROR_REQUEST)
      snprintf(found, sizeof found, "%s: %s", returns_steps_error_code(steps), returns_steps_error(steps));
    else
      assert_int_equal(status, RETURNS_OK);
    if (strcmp(found, questions[i].answer) != 0) print_error("%s\n", questions[i].request);
    assert_string_equal(found, questions[i].answer);
  }
  returns_steps_free(steps);
  returns_request_free(request);
}

static void ask(const char *text, const struct question *questions, size_t count) {
  returns_policy *policy = compile(NULL, text), *loaded = NULL;
  const void *block = NULL;
  size_t size = 0;
  assert_int_equal(returns_policy_block(policy, &block, &size), RETURNS_OK);
  assert_int_equal(returns_policy_load(NULL, block, size, &loaded), RETURNS_OK);
  ask_policy(policy, questions, count);
  ask_policy(loaded, questions, count);
  returns_policy_free(loaded);
  returns_policy_free(policy);
}

#define ASK(text, ...)                                                                                                           \
  do {                                                                                                                           \
    const struct question questions[] = {__VA_ARGS__};                                                                           \
    ask(text, questions, sizeof questions / sizeof questions[0]);                                                                \
  } while (0)

/* ---- states ---- */

static void test_along_a_return(void **state) {
  (void)state;
  ASK(eyewear,
      {"{\"lines\":[{\"price\":\"1000.01\"}]}", "approve due | ship waiting [approve] | inspect waiting [ship] | recondition "
                                                "waiting [inspect] | settle waiting [inspect, recondition]"},
      {"{\"lines\":[{\"price\":\"1000.00\"}]}", "approve skipped [not request_value > 1000.00] | ship due | inspect waiting "
                                                "[ship] | recondition waiting [inspect] | settle waiting "
                                                "[inspect, recondition]"},
      {"{\"approved_on\":\"1970-01-05\",\"done\":[\"approve\"],\"lines\":[{\"price\":\"2000.00\"}]}",
       "approve done | ship due @14 | inspect waiting [ship] | recondition waiting [inspect] | settle waiting [inspect, "
       "recondition]"},
      {"{\"done\":[\"approve\",\"ship\"],\"lines\":[{\"price\":\"2000.00\"}]}",
       "approve done | ship done | inspect due | recondition waiting [inspect] | settle waiting [inspect, recondition]"},
      {"{\"done\":[\"approve\",\"ship\",\"inspect\"],\"lines\":[{\"price\":\"1.00\",\"condition\":\"as_new\"},{\"price\":\"1."
       "00\",\"condition\":\"marked\"}]}",
       "approve done | ship done | inspect done | recondition due | settle waiting [recondition]"},
      {"{\"done\":[\"approve\",\"ship\",\"inspect\"],\"lines\":[{\"price\":\"1.00\",\"condition\":\"as_new\"}]}",
       "approve done | ship done | inspect done | recondition skipped [not any line where condition is marked] | settle due"},
      {"{\"done\":[\"settle\",\"recondition\",\"inspect\",\"ship\",\"approve\"],\"lines\":[]}",
       "approve done | ship done | inspect done | recondition done | settle done"});
}

/* Done out of order is done; a step that was skipped and done all the same is done. */
static void test_done_is_done(void **state) {
  (void)state;
  ASK(eyewear,
      {"{\"done\":[\"inspect\"],\"lines\":[{\"price\":\"2000.00\",\"condition\":\"as_new\"}]}",
       "approve due | ship waiting [approve] | inspect done | recondition skipped [not any line where condition is marked] | "
       "settle due"},
      {"{\"done\":[\"approve\"],\"lines\":[{\"price\":\"1.00\"}]}",
       "approve done | ship due | inspect waiting [ship] | recondition waiting [inspect] | settle waiting [inspect, "
       "recondition]"});
}

static void test_without_workflow(void **state) {
  (void)state;
  ASK(HEAD LAST, {"{\"lines\":[]}", ""});
}

/* ---- what conditions see ---- */

/* Given early it counts; assumed it does not; once the step is done it is needed. */
static void test_facts_of_a_later_moment(void **state) {
  (void)state;
  ASK(eyewear,
      {"{\"lines\":[{\"price\":\"1.00\",\"condition\":\"as_new\"}]}",
       "approve skipped [not request_value > 1000.00] | ship due | inspect waiting [ship] | recondition skipped [not any line "
       "where condition is "
       "marked] | settle waiting [inspect]"},
      {"{\"lines\":[{\"price\":\"1.00\"},{\"price\":\"1.00\",\"condition\":\"marked\"}]}",
       "approve skipped [not request_value > 1000.00] | ship due | inspect waiting [ship] | recondition waiting [inspect] | "
       "settle waiting "
       "[inspect, recondition]"},
      {"{\"done\":[\"ship\",\"inspect\"],\"lines\":[{\"price\":\"1.00\"}]}",
       "approve skipped [not request_value > 1000.00] | ship done | inspect done | recondition waiting [needs condition] | "
       "settle waiting "
       "[recondition]"},
      {"{\"lines\":[{}]}", "approve waiting [needs price] | ship waiting [approve] | inspect waiting [ship] | recondition "
                           "waiting [inspect] | settle waiting [inspect, "
                           "recondition]"});
}

/* A fact that would be absent, or not given, is open to the steps behind the one that supplies it until that is done or skipped;
 * a step that comes before sees it as it is. */
static void test_defaults_of_supplied_facts(void **state) {
  (void)state;
  static const char text[] = HEAD "facts:\n"
                                  "  - {fact: needed, type: flag, of: request}\n"
                                  "  - {fact: damage, type: count, of: request, absent: 0, supplied_by: inspect}\n"
                                  "  - {fact: note, type: text, of: request, optional: yes, supplied_by: inspect}\n"
                                  "workflow:\n"
                                  "  - {step: warn, by: us, when: [damage = 0]}\n"
                                  "  - {step: inspect, by: us, after: [warn], when: [needed]}\n"
                                  "  - {step: repair, by: us, after: [inspect], when: [damage > 0]}\n"
                                  "  - {step: file, by: us, unless: [note is given]}\n" LAST;
  ASK(text,
      {"{\"needed\":true,\"lines\":[]}",
       "warn due | inspect waiting [warn] | repair waiting [inspect] | file waiting [needs note]"},
      {"{\"needed\":true,\"note\":\"x\",\"lines\":[]}",
       "warn due | inspect waiting [warn] | repair waiting [inspect] | file skipped [not unless note is given]"},
      {"{\"needed\":false,\"lines\":[]}", "warn due | inspect skipped [not needed] | repair skipped [not damage > 0] | file due"},
      {"{\"needed\":true,\"done\":[\"warn\",\"inspect\"],\"damage\":2,\"lines\":[]}",
       "warn done | inspect done | repair due | file due"},
      {"{\"needed\":true,\"done\":[\"warn\",\"inspect\"],\"lines\":[]}",
       "warn done | inspect done | repair waiting [needs damage] | file due"},
      {"{\"needed\":true,\"done\":[\"warn\",\"inspect\"],\"damage\":0,\"note\":\"x\",\"lines\":[]}",
       "warn done | inspect done | repair skipped [not damage > 0] | file skipped [not unless note is given]"});
}

/* All conditions that do not hold are told, and none where one that is open decides nothing. */
static void test_reasons(void **state) {
  (void)state;
  static const char text[] = HEAD "facts:\n"
                                  "  - {fact: a, type: flag, of: request}\n"
                                  "  - {fact: b, type: flag, of: request}\n"
                                  "  - {fact: c, type: flag}\n"
                                  "workflow:\n"
                                  "  - {step: one, by: us, when: [b, a], unless: [any line where c]}\n" LAST;
  ASK(text, {"{\"a\":false,\"b\":false,\"lines\":[{\"c\":true}]}", "one skipped [not b, a, unless any line where c]"},
      {"{\"a\":false,\"lines\":[{\"c\":true}]}", "one skipped [not a, unless any line where c]"},
      {"{\"a\":true,\"lines\":[{\"c\":false},{}]}", "one waiting [needs b, c]"},
      {"{\"a\":true,\"b\":true,\"lines\":[]}", "one due"});
}

/* A step whose condition looks at what another one supplies comes behind it, whatever the file's order. */
static void test_order_by_facts(void **state) {
  (void)state;
  static const char text[] = HEAD "facts:\n"
                                  "  - {fact: needed, type: flag, of: request}\n"
                                  "  - {fact: weight, type: count, of: request, absent: 1, supplied_by: weigh}\n"
                                  "terms:\n"
                                  "  - {term: heavy, of: request, is: weight > 10}\n"
                                  "workflow:\n"
                                  "  - {step: lift, by: us, when: [heavy]}\n"
                                  "  - {step: tell, by: us}\n"
                                  "  - {step: weigh, by: us, when: [needed]}\n" LAST;
  ASK(text, {"{\"needed\":true,\"lines\":[]}", "tell due | weigh due | lift waiting [needs weight]"},
      {"{\"needed\":false,\"lines\":[]}", "tell due | weigh skipped [not needed] | lift skipped [not heavy]"},
      {"{\"needed\":true,\"weight\":11,\"lines\":[]}", "tell due | weigh due | lift due"});
}

/* ---- dates ---- */

static const char dated[] = HEAD "facts:\n"
                                 "  - {fact: asked_on, type: date, of: request}\n"
                                 "  - {fact: sold_at, type: instant, of: request, optional: yes}\n"
                                 "  - {fact: wanted, type: flag, of: request, absent: yes}\n"
                                 "valid: {by: asked_on, from: 1970-01-01}\n"
                                 "workflow:\n"
                                 "  - {step: one, by: us, within: 3 days of asked_on, when: [wanted]}\n"
                                 "  - {step: two, by: us, no_later_than: asked_on + 1 month, after: [one]}\n"
                                 "  - {step: three, by: us, no_later_than: sold_at + 24 hours}\n" LAST;

static void test_dates(void **state) {
  (void)state;
  ASK(dated,
      {"{\"asked_on\":\"1970-01-31\",\"as_of\":\"1970-02-03\",\"lines\":[]}", "one due @33 | two waiting [one] @58 | three due"},
      {"{\"asked_on\":\"1970-01-31\",\"as_of\":\"1970-02-04\",\"lines\":[]}",
       "one overdue @33 | two waiting [one] @58 | three due"},
      {"{\"asked_on\":\"1970-01-31\",\"as_of\":\"1971-01-01\",\"done\":[\"one\"],\"lines\":[]}",
       "one done | two overdue @58 | three due"},
      {"{\"asked_on\":\"1970-01-31\",\"as_of\":\"1971-01-01\",\"wanted\":false,\"lines\":[]}",
       "one skipped [not wanted] | two overdue @58 | three due"},
      {"{\"as_of\":\"1971-01-01\",\"lines\":[]}", "one due | two waiting [one] | three due"});
}

/* The day of an instant is the one of its own offset; without as_of the day of `valid` counts. */
static void test_days_of_instants(void **state) {
  (void)state;
  ASK(dated,
      {"{\"asked_on\":\"1970-01-03\",\"sold_at\":\"1970-01-01T23:30:00-01:00\",\"lines\":[]}",
       "one due @5 | two waiting [one] @33 | three overdue @1"},
      {"{\"asked_on\":\"1970-01-02\",\"sold_at\":\"1970-01-01T23:30:00-01:00\",\"lines\":[]}",
       "one due @4 | two waiting [one] @32 | three due @1"},
      {"{\"sold_at\":\"1970-01-01T23:30:00-01:00\",\"lines\":[]}", "one due | two waiting [one] | three due @1"});
}

/* ---- errors ---- */

static void test_errors(void **state) {
  (void)state;
  static const char text[] = HEAD "facts:\n"
                                  "  - {fact: n, type: count, of: request, absent: 1}\n"
                                  "  - {fact: asked_on, type: date, of: request}\n"
                                  "workflow:\n"
                                  "  - step: one\n"
                                  "    by: us\n"
                                  "    when:\n"
                                  "      - n < 5\n"
                                  "      - 6 / n < 7\n"
                                  "  - {step: two, by: us, after: [one], no_later_than: asked_on + 1 month}\n" LAST;
  ASK(text, {"{\"n\":0,\"lines\":[]}", "R0951: the condition of `one` has no value: it divides by zero (flow.yaml:13)"},
      {"{\"n\":0,\"done\":[\"one\"],\"lines\":[]}", "one done | two due"},
      {"{\"n\":6,\"lines\":[]}", "one skipped [not n < 5] | two due"},
      {"{\"asked_on\":\"9999-12-31\",\"lines\":[]}",
       "R0952: the deadline of `two` has no value: a date in it leaves the years 1 to 9999 (flow.yaml:14)"},
      {"{\"asked_on\":\"9999-12-31\",\"done\":[\"two\"],\"lines\":[]}", "one due | two done"});
}

static void test_nothing_is_left_of_an_error(void **state) {
  (void)state;
  static const char zero[] = "{\"n\":0,\"lines\":[]}", one[] = "{\"lines\":[]}";
  returns_policy *policy = compile(
      NULL, HEAD
      "facts:\n  - {fact: n, type: count, of: request, absent: 1}\nworkflow:\n  - {step: one, by: us, when: [1 / n = 1]}\n" LAST);
  returns_request *request = NULL;
  returns_steps *steps = NULL;
  const char *json = "";
  size_t size = 1;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_steps_new(NULL, &steps), RETURNS_OK);
  assert_int_equal(returns_steps_json(steps, &json, &size), RETURNS_ERROR_EMPTY);
  assert_null(json);
  assert_int_equal(returns_request_read_json(request, one, sizeof one - 1), RETURNS_OK);
  assert_int_equal(returns_steps_evaluate(policy, request, steps), RETURNS_OK);
  assert_int_equal(returns_steps_count(steps), 1);
  assert_string_equal(returns_steps_error(steps), "");
  assert_int_equal(returns_request_read_json(request, zero, sizeof zero - 1), RETURNS_OK);
  assert_int_equal(returns_steps_evaluate(policy, request, steps), RETURNS_ERROR_REQUEST);
  assert_string_equal(returns_steps_error_code(steps), "R0951");
  assert_int_equal(returns_steps_count(steps), 0);
  assert_null(returns_steps_name(steps, 0));
  assert_int_equal(returns_steps_text(steps, &json, &size), RETURNS_ERROR_EMPTY);
  assert_int_equal(returns_request_read_json(request, one, sizeof one - 1), RETURNS_OK);
  assert_int_equal(returns_steps_evaluate(policy, request, steps), RETURNS_OK);
  assert_int_equal(returns_steps_state(steps, 0), RETURNS_STEP_DUE);
  assert_string_equal(returns_steps_error_code(steps), "");
  returns_steps_free(steps);
  returns_request_free(request);
  returns_policy_free(policy);
}

/* ---- the handle ---- */

static void test_getters(void **state) {
  (void)state;
  static const char text[] = "{\"lines\":[]}";
  returns_policy *policy = compile(NULL, eyewear), *other = compile(NULL, eyewear);
  returns_request *request = NULL;
  returns_steps *steps = NULL;
  const char *json = NULL;
  uint32_t fact = 0;
  int32_t day = 0;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_steps_new(NULL, &steps), RETURNS_OK);
  assert_int_equal(returns_request_read_json(request, text, sizeof text - 1), RETURNS_OK);
  assert_int_equal(returns_steps_evaluate(other, request, steps), RETURNS_ERROR_OTHER_POLICY);
  assert_int_equal(returns_steps_evaluate(policy, request, steps), RETURNS_OK);
  returns_request_free(request);
  returns_policy_free(policy); /* the list holds it */
  returns_policy_free(other);
  assert_int_equal(returns_steps_count(steps), 5);
  assert_string_equal(returns_steps_by(steps, 2), "warehouse");
  assert_int_equal(returns_steps_fact_count(steps, 2), 1);
  assert_int_equal(returns_steps_fact(steps, 2, 0, &fact), RETURNS_OK);
  assert_int_equal(fact, 2);
  assert_int_equal(returns_steps_fact(steps, 2, 1, &fact), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_fact_count(steps, 1), 0);
  assert_int_equal(returns_steps_date(steps, 0, &day), RETURNS_ERROR_EMPTY);
  assert_int_equal(returns_steps_reason_kind(steps, 0), RETURNS_STEP_UNMET);
  assert_int_equal(returns_steps_reason_kind(steps, 1), 0);
  assert_int_equal(returns_steps_reason_kind(steps, 2), RETURNS_STEP_WAITS_FOR_STEPS);
  assert_null(returns_steps_reason(steps, 2, 1));
  assert_null(returns_steps_name(steps, 5));
  assert_null(returns_steps_by(steps, 5));
  assert_int_equal(returns_steps_state(steps, 5), 0);
  assert_int_equal(returns_steps_date(steps, 5, &day), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_reason_count(steps, 5), 0);
  assert_int_equal(returns_steps_fact_count(steps, 5), 0);
  assert_int_equal(returns_steps_fact(steps, 5, 0, &fact), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_json(steps, &json, NULL), RETURNS_OK);
  assert_non_null(strstr(
      json, "\"as_of\":null,\"steps\":[{\"step\":\"approve\",\"by\":\"area_manager\",\"state\":\"skipped\",\"deadline\":null,"));
  returns_steps_free(steps);
}

static void test_misuse(void **state) {
  (void)state;
  returns_policy *policy = compile(NULL, HEAD LAST);
  returns_request *request = NULL;
  returns_steps *steps = NULL;
  char *drawing = (char *)"";
  size_t size = 1;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_steps_new(NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_new(NULL, &steps), RETURNS_OK);
  assert_int_equal(returns_steps_evaluate(NULL, request, steps), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_evaluate(policy, NULL, steps), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_evaluate(policy, request, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_json(steps, NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_json(NULL, (const char **)&drawing, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_steps_count(NULL), 0);
  assert_null(returns_steps_name(NULL, 0));
  assert_string_equal(returns_steps_error(NULL), "");
  assert_int_equal(returns_policy_workflow(policy, RETURNS_DRAWING_TEXT, &drawing, &size), RETURNS_ERROR_EMPTY);
  assert_null(drawing);
  assert_int_equal(size, 0);
  assert_int_equal(returns_policy_workflow(NULL, RETURNS_DRAWING_TEXT, &drawing, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_policy_workflow(policy, RETURNS_DRAWING_TEXT, NULL, &size), RETURNS_ERROR_ARGUMENT);
  returns_steps_free(steps);
  returns_steps_free(NULL);
  returns_request_free(request);
  returns_policy_free(policy);
  policy = compile(NULL, eyewear);
  assert_int_equal(returns_policy_workflow(policy, 99, &drawing, &size), RETURNS_ERROR_ARGUMENT);
  assert_null(drawing);
  returns_policy_free(policy);
}

/* ---- as_of ---- */

static void test_as_of(void **state) {
  (void)state;
  static const char told[] = "{\"as_of\":\"1970-01-11\",\"lines\":[]}", untold[] = "{\"lines\":[]}";
  returns_policy *policy = compile(NULL, HEAD LAST);
  returns_request *request = NULL;
  char digest[65], same[65];
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_request_set_as_of(NULL, 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_set_as_of(request, -719163), RETURNS_ERROR_RANGE);
  assert_int_equal(returns_request_set_as_of(request, 2932897), RETURNS_ERROR_RANGE);
  assert_string_equal(returns_request_error_code(request), "R0904");
  assert_int_equal(returns_request_read_json(request, told, sizeof told - 1), RETURNS_OK);
  assert_int_equal(returns_request_digest(request, digest, sizeof digest), RETURNS_OK);
  assert_int_equal(returns_request_read_json(request, untold, sizeof untold - 1), RETURNS_OK);
  assert_int_equal(returns_request_digest(request, same, sizeof same), RETURNS_OK);
  assert_string_not_equal(digest, same);
  assert_int_equal(returns_request_set_as_of(request, 10), RETURNS_OK);
  assert_int_equal(returns_request_digest(request, same, sizeof same), RETURNS_OK);
  assert_string_equal(digest, same);
  returns_request_free(request);
  returns_policy_free(policy);
}

/* A policy may well have a fact of that name: then the key is the fact's. */
static void test_fact_named_as_of(void **state) {
  (void)state;
  ASK(HEAD "facts:\n  - {fact: as_of, type: date, of: request}\n  - {fact: due_on, type: date, of: request}\nworkflow:\n"
           "  - {step: one, by: us, no_later_than: due_on, when: [as_of after 1970-01-01]}\n" LAST,
      {"{\"as_of\":\"1970-01-05\",\"due_on\":\"1970-01-02\",\"lines\":[]}", "one due @1"},
      {"{\"as_of\":\"1970-01-01\",\"due_on\":\"1970-01-02\",\"lines\":[]}", "one skipped [not as_of after 1970-01-01]"});
}

/* ---- in the tests of a policy ---- */

#define SUITE                                                                                                                    \
  "returns_tests: 1\npolicy: flow.yaml\nas_of: 1970-01-14\ngiven: {price: 2000.00, approved_on: 1970-01-05}\ndone: "             \
  "[approve]\ncases:\n  - case: one\n"

/* The difference that is told, and the code and place of the finding, if there is one ("R0813 7:29"). */
static void assert_suite(const char *text, const char *difference, const char *finding) {
  returns_policy *policy = compile(NULL, eyewear);
  returns_suite *suite = NULL;
  returns_diagnostics *findings = NULL;
  char found[64] = "";
  assert_int_equal(returns_suite_load(NULL, "t.yaml", text, strlen(text), &suite, NULL), RETURNS_OK);
  (void)returns_suite_run(suite, policy, &findings);
  if (returns_diagnostics_count(findings) > 0) {
    returns_place place = {0};
    assert_int_equal(returns_diagnostics_place(findings, 0, &place), RETURNS_OK);
    snprintf(found, sizeof found, "%s %u:%u", returns_diagnostics_code(findings, 0), place.line, place.column);
  }
  assert_string_equal(found, finding);
  if (finding[0] == '\0') assert_string_equal(returns_suite_case_difference(suite, 0), difference);
  assert_int_equal(returns_suite_case_passed(suite, 0), difference[0] == '\0' && finding[0] == '\0');
  returns_diagnostics_free(findings);
  returns_suite_free(suite);
  returns_policy_free(policy);
}

static void test_expected_steps(void **state) {
  (void)state;
  assert_suite(SUITE "    expect: {steps: [{step: settle, state: waiting}, {step: ship, state: due}]}\n", "", "");
  assert_suite(SUITE "    as_of: 1970-01-16\n    expect: {steps: [{step: ship, state: overdue}]}\n", "", "");
  assert_suite(SUITE "    done: []\n    expect: {steps: [{step: approve, state: done}, {step: ship, state: due}]}\n",
               "step approve: expected done, found due\nstep ship: expected due, found waiting", "");
  assert_suite(SUITE "    expect: {steps: [{step: shp, state: due}]}\n", "", "R0813 8:29");
  assert_suite(SUITE "    as_of: 1970-02-30\n    expect: {steps: [{step: ship, state: due}]}\n", "", "R0811 8:12");
}

/* ---- memory ---- */

static int32_t whole_way(returns_environment *environment, const returns_policy *policy, const returns_request *request) {
  returns_steps *steps = NULL;
  const char *text = NULL;
  char *drawing = NULL;
  size_t size = 0;
  int32_t status = returns_steps_new(environment, &steps);
  if (status == RETURNS_OK) status = returns_steps_evaluate(policy, request, steps);
  if (status == RETURNS_OK) status = returns_steps_json(steps, &text, &size);
  if (status == RETURNS_OK) status = returns_steps_text(steps, &text, &size);
  for (int32_t form = RETURNS_DRAWING_TEXT; status == RETURNS_OK && form <= RETURNS_DRAWING_JSON; form++) {
    status = returns_policy_workflow(policy, form, &drawing, &size);
    assert_true((status == RETURNS_OK) == (drawing != NULL));
    returns_text_free(policy, drawing, size);
  }
  returns_steps_free(steps);
  return status;
}

static void test_every_allocation_fails(void **state) {
  (void)state;
  static const char text[] = "{\"done\":[\"approve\",\"ship\",\"inspect\"],\"lines\":[{\"price\":\"2.00\"},{\"price\":\"1.00\","
                             "\"condition\":\"as_new\"}]}";
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, SIZE_MAX);
  returns_allocator allocator = {.size = sizeof allocator, .context = memory.context, .reallocate = memory.reallocate};
  returns_environment *environment = NULL;
  returns_request *request = NULL;
  assert_int_equal(returns_environment_new(&allocator, &environment), RETURNS_OK);
  returns_policy *policy = compile(environment, eyewear);
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_request_read_json(request, text, sizeof text - 1), RETURNS_OK);
  size_t held = strict.held, failed = 0;
  for (int32_t status = RETURNS_ERROR_MEMORY; status != RETURNS_OK; failed++) {
    assert_true(failed < 1000);
    strict.until_failure = failed;
    status = whole_way(environment, policy, request);
    assert_true(status == RETURNS_OK || status == RETURNS_ERROR_MEMORY);
    assert_int_equal(strict.held, held);
  }
  assert_true(failed > 10);
  strict.until_failure = SIZE_MAX;
  returns_request_free(request);
  returns_policy_free(policy);
  returns_environment_free(environment);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_along_a_return),
      cmocka_unit_test(test_done_is_done),
      cmocka_unit_test(test_without_workflow),
      cmocka_unit_test(test_facts_of_a_later_moment),
      cmocka_unit_test(test_defaults_of_supplied_facts),
      cmocka_unit_test(test_reasons),
      cmocka_unit_test(test_order_by_facts),
      cmocka_unit_test(test_dates),
      cmocka_unit_test(test_days_of_instants),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_nothing_is_left_of_an_error),
      cmocka_unit_test(test_getters),
      cmocka_unit_test(test_misuse),
      cmocka_unit_test(test_as_of),
      cmocka_unit_test(test_fact_named_as_of),
      cmocka_unit_test(test_expected_steps),
      cmocka_unit_test(test_every_allocation_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
