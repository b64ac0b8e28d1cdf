/* API: compiler, findings, and views through the public functions alone; wrong arguments; and every allocation of them failed in
 * turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "returns/returns.h"
#include "strict_memory.h"

static const char policy_source[] =
    "returns: 1\n"
    "policy: api\n"
    "revision: \"1\"\n"
    "currency: EUR\n"
    "conventions: {rounding: half_up, fee_above_credit: zero, fill: request_order}\n"
    "facts:\n"
    "  - {fact: order_units, type: count, of: brand, absent: 0}\n"
    "  - {fact: brand, type: text}\n"
    "  - {fact: reason, type: choice, values: [defective, unwanted]}\n"
    "  - {fact: tags, type: set, values: [sale, gift], absent: none}\n"
    "  - {fact: quantity, type: count, range: 1 .. 100}\n"
    "  - {fact: price, type: money}\n"
    "units: quantity\n"
    "unit_value: price\n"
    "allowances:\n"
    "  - {allowance: swaps, of: brand, units: order_units}\n"
    "rules:\n"
    "  - {rule: sale, when: [tags has sale, brand is \"Acme\"], then: deny, because: on_sale}\n"
    "  - {rule: defective, when: [reason is defective], then: partial_credit, credit: 33% of value, because: warranty}\n"
    "  - {rule: swap, when: [price <= 100.00], up_to: swaps, then: exchange_only, because: swapped}\n"
    "otherwise: {then: deny, because: outside_policy}\n"
    "fees:\n"
    "  - {fee: handling, amount: 10% of value per line, at_most: 5.00}\n"
    "approvals:\n"
    "  - {approval: manager, when: [line_value > 500.00]}\n"
    "outputs:\n"
    "  - {output: way, values: [post, counter], cases: [{when: [verdict is deny], is: counter}], otherwise: post}\n"
    "messages:\n"
    "  - {message: on_sale, texts: [{locale: en, text: \"Sold as it is.\"}]}\n";

static const char broken_source[] = "returns: 1\n"
                                    "policy: broken\n"
                                    "facts:\n"
                                    "  - {fact: reason, type: choice, values: [defective, unwanted]}\n"
                                    "  - {fact: reason, type: flag}\n"
                                    "rules:\n"
                                    "  - {rule: r, when: [reson is defective], then: authorize, because: x}\n"
                                    "otherwise: {then: deny, because: y}\n";

static const char request_text[] =
    "{\"order_units\": {\"b\\u0065\\u0301\": 2, \"a\": 1}, \"refused\": [\"manager\"], \"lines\": ["
    "{\"id\": \"x\", \"brand\": \"be\\u0301\", \"reason\": \"unwanted\", \"tags\": [\"gift\"], \"quantity\": 3, \"price\": "
    "\"12.34\"},"
    "{\"brand\": \"a\", \"reason\": \"defective\", \"quantity\": 1, \"price\": \"999.99\"},"
    "{\"brand\": \"a\", \"tags\": [\"sale\"], \"quantity\": 1, \"price\": \"1.00\"}]}";

static const char suite_text[] =
    "returns_tests: 1\n"
    "policy: api.yaml\n"
    "given: {brand: Acme, reason: unwanted, quantity: 2, price: 10.00, order_units: {Acme: 1}}\n"
    "cases:\n"
    "  - {case: good, expect: {portions: [{verdict: exchange_only}, {verdict: deny}], fees: [{name: handling, amount: 1.00}]}}\n"
    "  - {case: bad, given: {tags: [sale]}, expect: {verdict: authorize, reasons: [x], approvals: [manager], outputs: {way: "
    "post}}}\n"
    "  - {case: open, missing: [reason], expect: {status: undecided, needs: [reason], possible: [deny]}}\n"
    "  - {case: unknown, given: {reson: unwanted}, expect: {rule: swop}}\n"
    "  - {case: refused, given: {quantity: 0}, expect: {error: R0904}}\n";

static struct strict_memory strict;
static returns_environment *environment;

static int set_up(void **state) {
  (void)state;
  returns_allocator allocator = {.size = sizeof allocator, .context = &strict, .reallocate = strict_reallocate};
  memory_of_strict(&strict, SIZE_MAX);
  assert_int_equal(returns_environment_new(&allocator, &environment), RETURNS_OK);
  return 0;
}

/* All that was taken has been given back, with its right size. */
static int tear_down(void **state) {
  (void)state;
  returns_environment_free(environment);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
  return 0;
}

static int32_t compile(const char *text, returns_policy **policy, returns_diagnostics **findings) {
  returns_compiler *compiler = NULL;
  *policy = NULL;
  *findings = NULL;
  int32_t status = returns_compiler_new(environment, &compiler);
  if (status == RETURNS_OK) status = returns_compiler_add_source(compiler, "api.yaml", text, strlen(text));
  if (status == RETURNS_OK) status = returns_policy_compile(compiler, policy, findings);
  returns_compiler_free(compiler);
  return status;
}

static returns_policy *make_policy(void) {
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  assert_int_equal(compile(policy_source, &policy, &findings), RETURNS_OK);
  assert_null(findings);
  return policy;
}

/* ---- compiler ---- */

static void test_compiler(void **state) {
  (void)state;
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL, *again = NULL;
  assert_int_equal(returns_compiler_new(environment, &compiler), RETURNS_OK);
  assert_int_equal(returns_policy_compile(compiler, &policy, NULL), RETURNS_ERROR_ARGUMENT); /* no source */
  assert_int_equal(returns_compiler_add_source(compiler, "a.yaml", policy_source, sizeof policy_source - 1), RETURNS_OK);
  assert_int_equal(returns_compiler_add_source(compiler, "a.yaml", "", 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_compiler_add_source(compiler, "\xFF", "", 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_compiler_add_source(compiler, NULL, "", 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_compiler_add_source(compiler, "b.yaml", NULL, 1), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_compiler_add_source(NULL, "b.yaml", "", 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_policy_compile(compiler, NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_policy_compile(compiler, &policy, NULL), RETURNS_OK);
  assert_int_equal(returns_policy_compile(compiler, &again, NULL), RETURNS_OK); /* the compiler keeps its sources */
  assert_string_equal(returns_policy_name(policy), "api");
  assert_string_equal(returns_policy_digest(policy), returns_policy_digest(again));
  returns_compiler_free(compiler);
  assert_string_equal(returns_policy_revision(again), "1"); /* and policies outlive it */
  returns_policy_free(policy);
  returns_policy_free(again);
  returns_compiler_free(NULL);
}

/* The digest covers names and bytes, and where one ends and the next begins. */
static void test_digest(void **state) {
  (void)state;
  static const char *const names[] = {"a.yaml", "b.yaml", "a.yaml"};
  static const char *const ends[] = {"", "", "# c\n"};
  char digests[3][65];
  for (int i = 0; i < 3; i++) {
    char text[sizeof policy_source + 8];
    returns_compiler *compiler = NULL;
    returns_policy *policy = NULL;
    strcpy(text, policy_source);
    strcat(text, ends[i]);
    assert_int_equal(returns_compiler_new(environment, &compiler), RETURNS_OK);
    assert_int_equal(returns_compiler_add_source(compiler, names[i], text, strlen(text)), RETURNS_OK);
    assert_int_equal(returns_policy_compile(compiler, &policy, NULL), RETURNS_OK);
    strcpy(digests[i], returns_policy_digest(policy));
    returns_policy_free(policy);
    returns_compiler_free(compiler);
  }
  assert_string_not_equal(digests[0], digests[1]);
  assert_string_not_equal(digests[0], digests[2]);
}

static const char *missing(returns_compiler *compiler, uint32_t index) {
  const char *name = NULL;
  assert_int_equal(returns_compiler_missing_source(compiler, index, &name), RETURNS_OK);
  return name;
}

static void test_missing_sources(void **state) {
  (void)state;
  static const char text[] =
      "returns: 1\npolicy: p\nuse: [words, shared/goods.yaml]\nfloor: [{policy: law}]\notherwise: {then: deny, because: x}\n";
  static const char goods[] = "returns: 1\nvocabulary: goods\nuse: [more]\n";
  returns_compiler *compiler = NULL;
  const char *name = "";
  assert_int_equal(returns_compiler_new(environment, &compiler), RETURNS_OK);
  assert_null(missing(compiler, 0));
  assert_int_equal(returns_compiler_add_source(compiler, "p.yaml", text, sizeof text - 1), RETURNS_OK);
  assert_string_equal(missing(compiler, 0), "words.yaml");
  assert_string_equal(missing(compiler, 1), "shared/goods.yaml");
  assert_string_equal(missing(compiler, 2), "law.yaml");
  assert_null(missing(compiler, 3));
  assert_int_equal(returns_compiler_add_source(compiler, "words", "no: [mapping", 12),
                   RETURNS_OK); /* an unsound one asks for nothing */
  assert_int_equal(returns_compiler_add_source(compiler, "shared/goods.yaml", goods, sizeof goods - 1), RETURNS_OK);
  assert_string_equal(missing(compiler, 0), "law.yaml");
  assert_string_equal(missing(compiler, 1), "shared/more.yaml");
  assert_null(missing(compiler, 2));
  assert_int_equal(returns_compiler_missing_source(NULL, 0, &name), RETURNS_ERROR_ARGUMENT);
  assert_null(name);
  assert_int_equal(returns_compiler_missing_source(compiler, 0, NULL), RETURNS_ERROR_ARGUMENT);
  returns_compiler_free(compiler);
}

static void test_limits(void **state) {
  (void)state;
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_SOURCE_BYTES, 100), RETURNS_OK);
  assert_int_equal(returns_compiler_new(environment, &compiler), RETURNS_OK);
  assert_int_equal(returns_compiler_add_source(compiler, "a.yaml", policy_source, sizeof policy_source - 1), RETURNS_ERROR_LIMIT);
  returns_compiler_free(compiler);
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_SOURCE_BYTES, 1 << 20), RETURNS_OK);
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_MEMORY_BYTES, 10000), RETURNS_OK);
  assert_int_equal(compile(policy_source, &policy, &findings), RETURNS_ERROR_MEMORY);
  assert_null(policy);
  assert_null(findings);
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_MEMORY_BYTES, 1 << 26), RETURNS_OK);
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_DIAGNOSTICS, 1), RETURNS_OK);
  assert_int_equal(compile(broken_source, &policy, &findings), RETURNS_ERROR_POLICY);
  assert_int_equal(returns_diagnostics_count(findings), 1);
  assert_int_equal(returns_diagnostics_error_count(findings), 2);
  returns_diagnostics_free(findings);
}

/* ---- findings ---- */

static void test_findings(void **state) {
  (void)state;
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  returns_place place = {0};
  const char *label = "", *text = "";
  size_t size = 0;
  assert_int_equal(compile(broken_source, &policy, &findings), RETURNS_ERROR_POLICY);
  assert_null(policy);
  assert_int_equal(returns_diagnostics_count(findings), 2);
  assert_string_equal(returns_diagnostics_code(findings, 1), "R0301");
  assert_int_equal(returns_diagnostics_severity(findings, 1), RETURNS_SEVERITY_ERROR);
  assert_non_null(strstr(returns_diagnostics_message(findings, 1), "reson"));
  assert_string_equal(returns_diagnostics_hint(findings, 1), "did you mean `reason`?");
  assert_int_equal(returns_diagnostics_place(findings, 1, &place), RETURNS_OK);
  assert_string_equal(place.file, "api.yaml");
  assert_int_equal(place.line, 7);
  assert_int_equal(place.column, 22);
  assert_int_equal(place.end_column, 27);
  assert_int_equal(returns_diagnostics_related_count(findings, 0), 1);
  assert_int_equal(returns_diagnostics_related(findings, 0, 0, &place, &label), RETURNS_OK);
  assert_int_equal(place.line, 4);
  assert_true(strlen(label) > 0);
  assert_int_equal(returns_diagnostics_related(findings, 0, 1, &place, &label), RETURNS_ERROR_ARGUMENT);
  assert_null(label);
  assert_int_equal(returns_diagnostics_text(findings, 0, &text, &size), RETURNS_OK);
  assert_int_equal(strncmp(text, "api.yaml:5:", 11), 0);
  assert_int_equal(size, strlen(text));
  assert_int_equal(returns_diagnostics_set_directory(findings, "some/where/"), RETURNS_OK);
  assert_int_equal(returns_diagnostics_text(findings, 1, &text, NULL), RETURNS_OK);
  assert_non_null(strstr(text, "some/where/api.yaml:5:"));
  assert_int_equal(returns_diagnostics_json(findings, &text, &size), RETURNS_OK);
  assert_non_null(strstr(text, "\"file\":\"some/where/api.yaml\",\"line\":7,\"column\":22"));
  returns_diagnostics_free(findings);
}

static void test_findings_out_of_range(void **state) {
  (void)state;
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  returns_place place;
  const char *text = "";
  assert_int_equal(compile(broken_source, &policy, &findings), RETURNS_ERROR_POLICY);
  returns_diagnostics *const lists[] = {findings, NULL};
  for (int i = 0; i < 2; i++) {
    assert_null(returns_diagnostics_code(lists[i], 2));
    assert_null(returns_diagnostics_message(lists[i], 2));
    assert_null(returns_diagnostics_hint(lists[i], 2));
    assert_int_equal(returns_diagnostics_severity(lists[i], 2), 0);
    assert_int_equal(returns_diagnostics_place(lists[i], 2, &place), RETURNS_ERROR_ARGUMENT);
    assert_int_equal(returns_diagnostics_related_count(lists[i], 2), 0);
  }
  assert_int_equal(returns_diagnostics_place(findings, 0, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_diagnostics_text(NULL, 0, &text, NULL), RETURNS_ERROR_ARGUMENT);
  assert_null(text);
  assert_int_equal(returns_diagnostics_json(findings, NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_diagnostics_set_directory(findings, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_diagnostics_count(NULL), 0);
  assert_int_equal(returns_diagnostics_error_count(NULL), 0);
  returns_diagnostics_free(findings);
  returns_diagnostics_free(NULL);
}

/* ---- views ---- */

static void test_views(void **state) {
  (void)state;
  returns_policy *policy = make_policy();
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  returns_options path = {.size = sizeof path, .trace = RETURNS_TRACE_PATH};
  const char *text = "";
  size_t size = 0;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_decision_new(environment, &decision), RETURNS_OK);
  assert_int_equal(returns_decision_json(decision, RETURNS_TRACE_NONE, &text, &size), RETURNS_ERROR_EMPTY);
  assert_null(text);
  assert_int_equal(returns_request_read_json(request, request_text, sizeof request_text - 1), RETURNS_OK);
  assert_int_equal(returns_evaluate(policy, request, &path, decision), RETURNS_OK);
  assert_int_equal(returns_decision_json(decision, RETURNS_TRACE_FULL, &text, &size), RETURNS_OK); /* lowered to what was kept */
  assert_int_equal(size, strlen(text));
  assert_non_null(strstr(text, "\"trace\":{\"level\":\"path\""));
  assert_int_equal(returns_decision_json(decision, RETURNS_TRACE_NONE, &text, &size), RETURNS_OK);
  assert_null(strstr(text, "\"trace\""));
  assert_non_null(strstr(text, "\"of\":\"b\xC3\xA9\",\"limit\":2,\"drawn\":2,\"left\":0"));
  assert_int_equal(returns_decision_text(decision, RETURNS_TRACE_PATH, &text, &size), RETURNS_OK);
  assert_non_null(strstr(text, "because outside_policy"));
  assert_int_equal(returns_decision_json(decision, 3, &text, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_json(decision, -1, &text, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_json(decision, 0, NULL, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_text(NULL, 0, &text, &size), RETURNS_ERROR_ARGUMENT);
  returns_decision_free(decision);
  returns_request_free(request);
  returns_policy_free(policy);
}

static void test_trees(void **state) {
  (void)state;
  returns_policy *policy = make_policy();
  static const char *const parts[] = {"", "reason is defective: partial_credit (defective)", "digraph policy {", "flowchart TD",
                                      "\"root\":"};
  char *text = NULL;
  size_t size = 0;
  for (int32_t drawing = RETURNS_DRAWING_TEXT; drawing <= RETURNS_DRAWING_JSON; drawing++) {
    assert_int_equal(returns_policy_tree(policy, drawing, &text, &size), RETURNS_OK);
    assert_int_equal(size, strlen(text));
    if (strstr(text, parts[drawing]) == NULL) print_error("%s", text);
    assert_non_null(strstr(text, parts[drawing]));
    returns_text_free(policy, text, size);
  }
  assert_int_equal(returns_policy_tree(policy, 0, &text, &size), RETURNS_ERROR_ARGUMENT);
  assert_null(text);
  assert_int_equal(returns_policy_tree(policy, 5, &text, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_policy_tree(NULL, 1, &text, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_policy_tree(policy, 1, &text, NULL), RETURNS_ERROR_ARGUMENT);
  returns_policy_free(policy);
}

/* ---- memory that fails ---- */

/* What the steps below share. */
struct stage {
  returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
};
typedef int32_t operation(struct stage *stage);

static int32_t operation_compile(struct stage *stage) {
  (void)stage;
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  int32_t status = compile(policy_source, &policy, &findings);
  returns_policy_free(policy);
  returns_diagnostics_free(findings);
  return status;
}

static int32_t operation_findings(struct stage *stage) {
  (void)stage;
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  const char *text = NULL;
  int32_t status = compile(broken_source, &policy, &findings);
  assert_true(status != RETURNS_OK);
  assert_int_equal(status == RETURNS_ERROR_POLICY, findings != NULL);
  if (status == RETURNS_ERROR_POLICY) status = returns_diagnostics_set_directory(findings, "d/");
  if (status == RETURNS_OK) status = returns_diagnostics_text(findings, 1, &text, NULL);
  if (status == RETURNS_OK) status = returns_diagnostics_json(findings, &text, NULL);
  returns_diagnostics_free(findings);
  return status;
}

static int32_t operation_missing(struct stage *stage) {
  (void)stage;
  static const char text[] = "returns: 1\npolicy: p\nuse: [words]\nfloor: [{policy: law}]\n";
  returns_compiler *compiler = NULL;
  const char *name = NULL;
  int32_t status = returns_compiler_new(environment, &compiler);
  if (status == RETURNS_OK) status = returns_compiler_add_source(compiler, "p.yaml", text, sizeof text - 1);
  if (status == RETURNS_OK) status = returns_compiler_missing_source(compiler, 1, &name);
  if (status == RETURNS_OK) assert_string_equal(name, "law.yaml");
  returns_compiler_free(compiler);
  return status;
}

static int32_t operation_request(struct stage *stage) {
  char digest[65];
  returns_request *request = NULL;
  int32_t status = returns_request_new(stage->policy, &request);
  if (status == RETURNS_OK) status = returns_request_read_json(request, request_text, sizeof request_text - 1);
  if (status == RETURNS_OK) status = returns_request_digest(request, digest, sizeof digest);
  returns_request_free(request);
  return status;
}

static int32_t operation_refusal(struct stage *stage) {
  static const char text[] = "{\"order_units\": {\"a\": 1}, \"lines\": [{\"brand\": \"e\\u0301\", \"price\": 1.5}]}";
  returns_request *request = NULL;
  int32_t status = returns_request_new(stage->policy, &request);
  if (status == RETURNS_OK) status = returns_request_read_json(request, text, sizeof text - 1);
  /* A message may be lost, never invented. */
  if (status == RETURNS_ERROR_REQUEST && strcmp(returns_request_error_pointer(request), "/lines/0/price") != 0)
    status = RETURNS_ERROR_MEMORY;
  if (status == RETURNS_ERROR_REQUEST && returns_request_error(request)[0] == '\0') status = RETURNS_ERROR_MEMORY;
  if (status == RETURNS_ERROR_REQUEST) status = RETURNS_OK;
  returns_request_free(request);
  return status;
}

static int32_t operation_views(struct stage *stage) {
  returns_options full = {.size = sizeof full, .trace = RETURNS_TRACE_FULL};
  returns_decision *decision = NULL;
  const char *text = NULL;
  int32_t status = returns_decision_new(environment, &decision);
  if (status == RETURNS_OK) status = returns_evaluate(stage->policy, stage->request, &full, decision);
  if (status == RETURNS_OK) status = returns_decision_json(decision, RETURNS_TRACE_FULL, &text, NULL);
  if (status == RETURNS_OK) assert_int_equal(text[strlen(text) - 1], '}');
  if (status == RETURNS_OK) status = returns_decision_text(decision, RETURNS_TRACE_FULL, &text, NULL);
  returns_decision_free(decision);
  return status;
}

static int32_t operation_trees(struct stage *stage) {
  int32_t status = RETURNS_OK;
  for (int32_t drawing = RETURNS_DRAWING_TEXT; drawing <= RETURNS_DRAWING_JSON && status == RETURNS_OK; drawing++) {
    char *text = NULL;
    size_t size = 0;
    status = returns_policy_tree(stage->policy, drawing, &text, &size);
    returns_text_free(stage->policy, text, size);
  }
  return status;
}

static int32_t operation_suite(struct stage *stage) {
  returns_suite *suite = NULL;
  returns_diagnostics *findings = NULL;
  int32_t status = returns_suite_load(environment, "t.yaml", suite_text, sizeof suite_text - 1, &suite, NULL);
  if (status == RETURNS_OK) status = returns_suite_run(suite, stage->policy, &findings);
  if (status == RETURNS_ERROR_POLICY) {
    static const int32_t passed[] = {1, 0, 0, 0, 1};
    for (uint32_t i = 0; i < 5; i++) assert_int_equal(returns_suite_case_passed(suite, i), passed[i]);
    assert_int_equal(returns_diagnostics_count(findings), 1);
    status = RETURNS_OK;
  }
  returns_diagnostics_free(findings);
  returns_suite_free(suite);
  return status;
}

static int32_t operation_mistakes(struct stage *stage) {
  (void)stage;
  static const char text[] = "returns_tests: 1\npolicy: p\ncases:\n  - {case: a, expect: {verdict: authorise, unit: 1}}\n";
  returns_suite *suite = NULL;
  returns_diagnostics *findings = NULL;
  int32_t status = returns_suite_load(environment, "t.yaml", text, sizeof text - 1, &suite, &findings);
  assert_null(suite);
  assert_int_equal(status == RETURNS_ERROR_POLICY, findings != NULL);
  if (status == RETURNS_ERROR_POLICY) {
    assert_int_equal(returns_diagnostics_count(findings), 2);
    status = RETURNS_OK;
  }
  returns_diagnostics_free(findings);
  return status;
}

/* Fails the first allocation, then the second, ... and all behind it, until the operation needs no more: each time it says
 * MEMORY, and nothing stays behind. */
static void fail_in_turn(operation *run, struct stage *stage) {
  size_t held = strict.held;
  for (size_t n = 0;; n++) {
    strict.until_failure = n;
    int32_t status = run(stage);
    bool enough = strict.until_failure > 0;
    strict.until_failure = SIZE_MAX;
    assert_int_equal(strict.held, held);
    if (status == RETURNS_OK && enough) {
      assert_true(n > 0);
      return;
    }
    if (status != RETURNS_OK) assert_int_equal(status, RETURNS_ERROR_MEMORY);
  }
}

static void test_failing_memory(void **state) {
  (void)state;
  static operation *const operations[] = {operation_compile, operation_findings, operation_missing,
                                          operation_request, operation_refusal,  operation_views,
                                          operation_trees,   operation_suite,    operation_mistakes};
  struct stage stage = {.policy = make_policy()};
  assert_int_equal(returns_request_new(stage.policy, &stage.request), RETURNS_OK);
  assert_int_equal(returns_request_read_json(stage.request, request_text, sizeof request_text - 1), RETURNS_OK);
  for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) fail_in_turn(operations[i], &stage);
  returns_request_free(stage.request);
  returns_policy_free(stage.policy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_compiler, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_digest, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_missing_sources, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_findings, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_findings_out_of_range, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_views, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_trees, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_failing_memory, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
