/* Floors through the public calls: which answer stands, what is open and provisional, two floors, preference and approvals on a
 * tie, facts per value, and that a warm decision takes no memory while every allocation may fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "returns/returns.h"
#include "strict_memory.h"

#define FACTS                                                                                                                    \
  "facts:\n"                                                                                                                     \
  "  - {fact: eu,    type: flag, of: request, absent: yes}\n"                                                                    \
  "  - {fact: brand, type: text, absent: \"none\"}\n"                                                                            \
  "  - {fact: share, type: percent, of: brand, range: 0% .. 100%, absent: 50%}\n"                                                \
  "  - {fact: own,   type: choice, values: [pay, part, swap, no, ask]}\n"                                                        \
  "  - {fact: law,   type: choice, values: [pay, part, swap, no, ask]}\n"                                                        \
  "  - {fact: deal,  type: choice, values: [pay, part, swap, no, ask], absent: no}\n"                                            \
  "  - {fact: price, type: money, absent: 100.00}\n"                                                                             \
  "  - {fact: today, type: date, of: request, absent: 2026-01-01}\n"
#define REST(WHICH)                                                                                                              \
  "unit_value: price\n"                                                                                                          \
  "conventions: {rounding: half_up, fee_above_credit: zero}\n"                                                                   \
  "rules:\n"                                                                                                                     \
  "  - {rule: pay,  when: [" WHICH " is pay],  then: authorize, because: pay}\n"                                                 \
  "  - {rule: ask,  when: [" WHICH " is ask],  then: authorize, because: ask}\n"                                                 \
  "  - {rule: part, when: [" WHICH " is part], then: partial_credit, credit: share of value, because: part}\n"                   \
  "  - {rule: swap, when: [" WHICH " is swap], then: exchange_only, because: swap}\n"                                            \
  "otherwise: {then: deny, because: no}\n"                                                                                       \
  "approvals:\n"                                                                                                                 \
  "  - {approval: manager_" WHICH ", when: [rule is ask]}\n"

static const char shop[] = "returns: 1\npolicy: shop\ncurrency: EUR\n"
                           "floor: [{policy: law}, {policy: deal, prefer: exchange}]\n" FACTS REST(
                               "own") "outputs:\n"
                                      "  - {output: way, values: [ours, theirs], cases: [{when: [\"rule is one of [pay, ask, "
                                      "part, swap]\"], is: ours}], otherwise: theirs}\n";
static const char law[] = "returns: 1\npolicy: law\ncurrency: EUR\nvalid: {by: today, until: 2026-12-31}\n" FACTS REST("law");
static const char deal[] = "returns: 1\npolicy: deal\ncurrency: EUR\n" FACTS REST("deal");

static int32_t compile(returns_environment *environment, returns_policy **policy) {
  returns_compiler *compiler = NULL;
  returns_diagnostics *findings = NULL;
  *policy = NULL;
  int32_t status = returns_compiler_new(environment, &compiler);
  if (status == RETURNS_OK) status = returns_compiler_add_source(compiler, "shop.yaml", shop, sizeof shop - 1);
  if (status == RETURNS_OK) status = returns_compiler_add_source(compiler, "law.yaml", law, sizeof law - 1);
  if (status == RETURNS_OK) status = returns_compiler_add_source(compiler, "deal.yaml", deal, sizeof deal - 1);
  if (status == RETURNS_OK) status = returns_policy_compile(compiler, policy, &findings);
  if (status == RETURNS_ERROR_POLICY) {
    const char *told = "";
    returns_diagnostics_text(findings, 0, &told, NULL);
    print_error("%s", told);
  }
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  return status;
}

static returns_policy *policy;
static returns_request *request;
static returns_decision *decision;

static int set_up(void **state) {
  (void)state;
  if (compile(NULL, &policy) != RETURNS_OK || returns_request_new(policy, &request) != RETURNS_OK) return 1;
  return returns_decision_new(NULL, &decision) == RETURNS_OK ? 0 : 1;
}

static int tear_down(void **state) {
  (void)state;
  returns_decision_free(decision);
  returns_request_free(request);
  returns_policy_free(policy);
  return 0;
}

/* Decides one line, given as the members of a JSON object. */
static void decide(const char *line) {
  char text[512];
  snprintf(text, sizeof text, "{\"lines\":[{%s}]}", line);
  returns_request_clear(request);
  assert_int_equal(returns_request_read_json(request, text, strlen(text)), RETURNS_OK);
  assert_int_equal(returns_evaluate(policy, request, NULL, decision), RETURNS_OK);
}

static void assert_stands(const char *line, const char *rule, const char *floor, int64_t net) {
  const char *raised = NULL, *output = NULL;
  int64_t found = -1;
  decide(line);
  assert_string_equal(returns_decision_rule_name(decision, 0, 0), rule);
  assert_int_equal(returns_decision_raised(decision, 0, &raised, NULL), RETURNS_OK);
  assert_string_equal(raised, floor);
  assert_int_equal(returns_decision_line_totals(decision, 0, NULL, NULL, NULL, &found), RETURNS_OK);
  assert_int_equal(found, net);
  assert_int_equal(returns_decision_output(decision, 0, 0, 0, NULL, &output), RETURNS_OK);
  assert_string_equal(output, floor[0] == '\0' && strcmp(rule, "otherwise") != 0 ? "ours" : "theirs");
}

static void test_order(void **state) {
  (void)state;
  assert_stands("\"own\":\"pay\",\"law\":\"pay\",\"deal\":\"pay\"", "pay", "", 10000); /* a tie keeps the policy's own */
  assert_stands("\"own\":\"part\",\"law\":\"pay\",\"deal\":\"pay\"", "law/pay", "law",
                10000); /* the first floor on a tie of floors */
  assert_stands("\"own\":\"part\",\"law\":\"no\",\"deal\":\"pay\"", "deal/pay", "deal", 10000);
  assert_stands("\"own\":\"swap\",\"law\":\"pay\"", "law/pay", "law", 10000); /* net is the same, the verdict is better */
  assert_stands("\"own\":\"pay\",\"law\":\"swap\"", "pay", "", 10000);
  assert_stands("\"own\":\"ask\",\"law\":\"pay\"", "law/pay", "law", 10000); /* nobody needs to agree */
  assert_stands("\"own\":\"pay\",\"law\":\"ask\"", "pay", "", 10000);
  assert_stands("\"own\":\"no\",\"law\":\"no\"", "otherwise", "", 0);
}

static void test_prefer(void **state) {
  (void)state;
  assert_stands("\"own\":\"pay\",\"law\":\"no\",\"deal\":\"swap\"", "deal/swap", "deal", 10000); /* `prefer: exchange` */
  assert_stands("\"own\":\"swap\",\"law\":\"no\",\"deal\":\"pay\"", "swap", "", 10000);
  assert_stands("\"own\":\"no\",\"law\":\"no\",\"deal\":\"swap\"", "deal/swap", "deal", 10000); /* nothing is neither */
}

static void test_getters(void **state) {
  (void)state;
  const char *role = NULL;
  int64_t before = -1;
  int32_t verdict = 0, answer = 9;
  uint32_t rule = 0;
  assert_stands("\"own\":\"part\",\"law\":\"ask\"", "law/ask", "law", 10000);
  assert_string_equal(returns_decision_rule_file(decision, 0, 0), "law.yaml");
  assert_int_equal(returns_decision_rule_line(decision, 0, 0), 18);
  assert_int_equal(returns_decision_rule(decision, 0, 0, &rule), RETURNS_OK);
  assert_int_equal(rule, UINT32_MAX);
  assert_int_equal(returns_decision_verdict(decision, 0, 0, &verdict), RETURNS_OK);
  assert_int_equal(verdict, RETURNS_AUTHORIZE);
  assert_int_equal(returns_decision_reason_count(decision, 0, 0), 1);
  assert_string_equal(returns_decision_reason(decision, 0, 0, 0), "ask");
  assert_int_equal(returns_decision_approval_count(decision, 0, 0), 1);
  assert_int_equal(returns_decision_approval(decision, 0, 0, 0, &role, &answer), RETURNS_OK);
  assert_string_equal(role, "manager_law");
  assert_int_equal(answer, 0);
  assert_int_equal(returns_decision_raised(decision, 0, NULL, &before), RETURNS_OK);
  assert_int_equal(before, 5000);
  assert_int_equal(returns_decision_raised(decision, 1, NULL, &before), RETURNS_ERROR_ARGUMENT);
}

/* A role that only a floor asks. */
static void test_roles(void **state) {
  (void)state;
  static const char refused[] = "{\"refused\":[\"manager_law\"],\"lines\":[{\"own\":\"part\",\"law\":\"ask\"}]}";
  returns_request_clear(request);
  assert_int_equal(returns_request_read_json(request, refused, sizeof refused - 1), RETURNS_OK);
  assert_int_equal(returns_evaluate(policy, request, NULL, decision), RETURNS_OK);
  assert_string_equal(returns_decision_rule_name(decision, 0, 0), "part");
  returns_request_clear(request);
  assert_int_equal(returns_request_agree(request, "manager_nobody"), RETURNS_ERROR_UNKNOWN);
}

/* By brand: each line's own share goes over. */
static void test_keyed(void **state) {
  (void)state;
  static const char text[] = "{\"share\":{\"a\":\"70%\",\"b\":\"90%\"},\"lines\":["
                             "{\"brand\":\"a\",\"own\":\"no\",\"law\":\"part\"},{\"brand\":\"b\",\"own\":\"no\",\"law\":\"part\"}"
                             ",{\"own\":\"no\",\"law\":\"part\"}]}";
  static const int64_t nets[] = {7000, 9000, 5000};
  returns_request_clear(request);
  assert_int_equal(returns_request_read_json(request, text, sizeof text - 1), RETURNS_OK);
  assert_int_equal(returns_evaluate(policy, request, NULL, decision), RETURNS_OK);
  for (uint32_t i = 0; i < 3; i++) {
    int64_t net = 0;
    assert_int_equal(returns_decision_line_totals(decision, i, NULL, NULL, NULL, &net), RETURNS_OK);
    assert_int_equal(net, nets[i]);
    assert_string_equal(returns_decision_rule_name(decision, i, 0), "law/part");
  }
}

static void assert_open(const char *line, const char *needs, const char *possible) {
  static const char *const letters = "?apxd";
  char found[64] = "", verdicts[8] = "";
  int32_t status = 0, verdict = 0;
  uint32_t fact = 0;
  decide(line);
  assert_int_equal(returns_decision_line_status(decision, 0, &status), RETURNS_OK);
  assert_int_equal(status, RETURNS_UNDECIDED);
  for (uint32_t i = 0; i < returns_decision_need_count(decision, 0); i++) {
    assert_int_equal(returns_decision_need(decision, 0, i, &fact), RETURNS_OK);
    strcat(found, i ? " " : "");
    strcat(found, returns_policy_fact_name(policy, fact));
  }
  for (uint32_t i = 0; i < returns_decision_possible_count(decision, 0); i++) {
    assert_int_equal(returns_decision_possible(decision, 0, i, &verdict), RETURNS_OK);
    verdicts[i] = letters[verdict];
  }
  assert_string_equal(found, needs);
  assert_string_equal(verdicts, possible);
}

static void test_open(void **state) {
  (void)state;
  assert_open("\"law\":\"part\"", "own", "apx"); /* the policy's answer is open, and may be better, but not as a denial */
  assert_open("\"own\":\"part\"", "law", "pax"); /* a floor's: it cannot stand with a denial */
  assert_open("\"deal\":\"no\"", "own law", "apxd");
  assert_open("\"own\":\"no\"", "law", "dapx");
  decide("\"own\":\"pay\",\"law\":\"no\",\"deal\":\"no\"");
  assert_int_equal(returns_decision_need_count(decision, 0), 0);
}

/* A floor that is not valid on the day is none. */
static void test_not_valid(void **state) {
  (void)state;
  static const char text[] = "{\"today\":\"2027-01-01\",\"lines\":[{\"own\":\"part\",\"law\":\"pay\"}]}";
  assert_stands("\"own\":\"part\",\"law\":\"pay\"", "law/pay", "law", 10000);
  returns_request_clear(request);
  assert_int_equal(returns_request_read_json(request, text, sizeof text - 1), RETURNS_OK);
  assert_int_equal(returns_evaluate(policy, request, NULL, decision), RETURNS_OK);
  assert_string_equal(returns_decision_rule_name(decision, 0, 0), "part");
}

/* Lines of each kind: raised, raised otherwise, open by the floor, open by the policy. */
static const char everything[] = "{\"lines\":[{\"id\":\"a\",\"brand\":\"a\",\"own\":\"part\",\"law\":\"pay\"},{\"own\":\"no\","
                                 "\"law\":\"part\"},{\"own\":\"no\"},{\"law\":\"pay\"}]}";

static int32_t whole_way(returns_environment *environment) {
  const returns_options options = {sizeof options, RETURNS_TRACE_FULL};
  returns_policy *made = NULL;
  returns_request *asked = NULL;
  returns_decision *told = NULL;
  const char *text = NULL;
  size_t size = 0;
  int32_t status = compile(environment, &made);
  if (status == RETURNS_OK) status = returns_request_new(made, &asked);
  if (status == RETURNS_OK) status = returns_decision_new(environment, &told);
  if (status == RETURNS_OK) status = returns_request_read_json(asked, everything, sizeof everything - 1);
  if (status == RETURNS_OK) status = returns_evaluate(made, asked, &options, told);
  if (status == RETURNS_OK) status = returns_decision_json(told, RETURNS_TRACE_FULL, &text, &size);
  if (status == RETURNS_OK) status = returns_decision_text(told, RETURNS_TRACE_FULL, &text, &size);
  returns_decision_free(told);
  returns_request_free(asked);
  returns_policy_free(made);
  return status;
}

static void test_memory(void **state) {
  (void)state;
  struct strict_memory strict = {.until_failure = SIZE_MAX};
  const returns_allocator allocator = {.size = sizeof allocator, .context = &strict, .reallocate = strict_reallocate};
  for (size_t point = 0;; point++) {
    returns_environment *environment = NULL;
    strict = (struct strict_memory){.until_failure = point};
    int32_t status = returns_environment_new(&allocator, &environment);
    if (status == RETURNS_OK) status = whole_way(environment);
    returns_environment_free(environment);
    assert_int_equal(strict.held, 0);
    assert_false(strict.wrong_size);
    if (status == RETURNS_OK) break;
    assert_int_equal(status, RETURNS_ERROR_MEMORY);
  }
}

static void test_warm(void **state) {
  (void)state;
  struct strict_memory strict = {.until_failure = SIZE_MAX};
  const returns_allocator allocator = {.size = sizeof allocator, .context = &strict, .reallocate = strict_reallocate};
  returns_environment *environment = NULL;
  returns_policy *made = NULL;
  returns_request *asked = NULL;
  returns_decision *told = NULL;
  assert_int_equal(returns_environment_new(&allocator, &environment), RETURNS_OK);
  assert_int_equal(compile(environment, &made), RETURNS_OK);
  assert_int_equal(returns_request_new(made, &asked), RETURNS_OK);
  assert_int_equal(returns_decision_new(environment, &told), RETURNS_OK);
  assert_int_equal(returns_request_read_json(asked, everything, sizeof everything - 1), RETURNS_OK);
  for (int i = 0; i < 3; i++) assert_int_equal(returns_evaluate(made, asked, NULL, told), RETURNS_OK);
  size_t calls = strict.calls;
  assert_int_equal(returns_evaluate(made, asked, NULL, told), RETURNS_OK);
  assert_int_equal(strict.calls, calls);
  returns_decision_free(told);
  returns_request_free(asked);
  returns_policy_free(made);
  returns_environment_free(environment);
  assert_int_equal(strict.held, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order),  cmocka_unit_test(test_prefer),    cmocka_unit_test(test_getters),
      cmocka_unit_test(test_roles),  cmocka_unit_test(test_keyed),     cmocka_unit_test(test_open),
      cmocka_unit_test(test_memory), cmocka_unit_test(test_not_valid), cmocka_unit_test(test_warm),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
