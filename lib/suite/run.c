/* Run: each case filled, decided, compared. One request and one decision serve them all. */
#include "suite/suite.h"

#include "evaluate/request.h"

/* Keeps a text for the caller of the run; false: out of memory. */
static bool keep(struct suite_run *run, struct suite_case *test, struct buffer *difference) {
  const char *text = buffer_string(difference);
  test->difference = difference->failed ? NULL : arena_copy_text(&run->suite->results, text, difference->size);
  if (test->difference != NULL) return true;
  test->difference = "";
  return false;
}

/* A request that is refused, by whoever refuses it: good if the case expects just that. */
static void compare_error(const struct suite_run *run, struct suite_case *test, const char *code, const char *message,
                          struct buffer *difference) {
  const struct node_tree *tree = &run->suite->tree;
  uint32_t node = node_member(tree, test->expect, "error");
  test->passed = node != 0 && text_is(tree->nodes[node].value, code);
  if (test->passed) return;
  buffer_format(difference, "error: expected %t, found %s: %s", node == 0 ? &(struct text){"none", 4} : &tree->nodes[node].value,
                code, message);
}

/* A value that does not fit is a mistake in the test file, unless the case is about that. */
static void report_refusal(struct suite_run *run, const struct suite_case *test, uint32_t node) {
  if (node_member(&run->suite->tree, test->expect, "error") != 0) return;
  diagnostics_error(run->diagnostics, "R0811", node_span(&run->suite->tree, node == 0 ? test->node : node), "%s",
                    returns_request_error(run->request));
}

static bool decide(struct suite_run *run, struct suite_case *test, struct buffer *difference) {
  returns_options options = {.size = sizeof options, .trace = RETURNS_TRACE_NONE};
  int32_t status = returns_evaluate(run->policy, run->request, &options, run->decision);
  if (status == RETURNS_ERROR_REQUEST) {
    compare_error(run, test, returns_decision_error_code(run->decision), returns_decision_error(run->decision), difference);
    return true;
  }
  if (status != RETURNS_OK) return false;
  bool good = suite_compare(run, test, difference);
  if (!good && difference->size == 0) buffer_text(difference, "not compared: see the errors of the test file");
  test->passed = good && difference->size == 0;
  return !difference->failed;
}

static bool run_case(struct suite_run *run, struct suite_case *test) {
  struct buffer difference;
  uint32_t node = 0;
  bool good = true;
  buffer_init(&difference, run->memory);
  test->passed = false;
  test->ran = true;
  switch (suite_fill(run, test, &node)) {
  case GIVEN_OK: good = decide(run, test, &difference); break;
  case GIVEN_REFUSED:
    report_refusal(run, test, node);
    compare_error(run, test, returns_request_error_code(run->request), returns_request_error(run->request), &difference);
    break;
  case GIVEN_REPORTED: buffer_text(&difference, "not run: see the errors of the test file"); break;
  case GIVEN_MEMORY: good = false; break;
  }
  good = good && keep(run, test, &difference);
  buffer_free(&difference);
  return good && !run->diagnostics->out_of_memory;
}

bool suite_run(struct suite *suite, const returns_policy *policy, returns_environment *environment, struct memory *memory,
               struct diagnostics *diagnostics) {
  struct suite_run run = {.suite = suite,
                          .policy = policy,
                          .diagnostics = diagnostics,
                          .fact_count = returns_policy_fact_count(policy),
                          .memory = memory};
  size_t size = run.fact_count * sizeof *run.facts;
  bool good = false;
  buffer_init(&run.text, memory);
  arena_reset(&suite->results);
  for (uint32_t i = 0; i < suite->case_count; i++) {
    suite->cases[i].ran = suite->cases[i].passed = false;
    suite->cases[i].difference = "";
  }
  run.facts = memory_take(memory, size);
  run.defaults = memory_take(memory, size);
  if (run.facts == NULL || run.defaults == NULL) goto fail;
  if (returns_request_new(policy, &run.request) != RETURNS_OK || returns_decision_new(environment, &run.decision) != RETURNS_OK ||
      returns_steps_new(environment, &run.steps) != RETURNS_OK)
    goto fail;
  good = true;
  for (uint32_t i = 0; i < suite->case_count && good; i++) good = run_case(&run, &suite->cases[i]);
fail:
  memory_give(memory, run.facts, size);
  memory_give(memory, run.defaults, size);
  buffer_free(&run.text);
  returns_request_free(run.request);
  returns_decision_free(run.decision);
  returns_steps_free(run.steps);
  return good;
}
