/* Suite: the form of test files, cases as requests, and what is told when the answer differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "returns/returns.h"

static const char source[] =
    "returns: 1\n"
    "policy: suite\n"
    "currency: AUD\n"
    "conventions: {rounding: half_up, fee_above_credit: zero, fill: request_order}\n"
    "facts:\n"
    "  - {fact: channel, type: choice, of: request, values: [web, shop]}\n"
    "  - {fact: order_units, type: count, of: brand, absent: 0}\n"
    "  - {fact: brand, type: text}\n"
    "  - {fact: reason, type: choice, values: [defective, unwanted]}\n"
    "  - {fact: quantity, type: count, range: 1 .. 100}\n"
    "  - {fact: price, type: money}\n"
    "  - {fact: tags, type: set, values: [sale, gift], absent: none}\n"
    "  - {fact: condition, type: choice, values: [new, worn], supplied_by: inspect, assume: new}\n"
    "units: quantity\n"
    "unit_value: price\n"
    "allowances:\n"
    "  - {allowance: swaps, of: brand, units: order_units}\n"
    "rules:\n"
    "  - {rule: defective, when: [reason is defective], then: authorize, because: warranty}\n"
    "  - {rule: sale, when: [tags has sale], then: deny, because: on_sale}\n"
    "  - {rule: swap, when: [channel is shop, condition is new], up_to: swaps, then: exchange_only, because: swapped}\n"
    "otherwise: {then: deny, because: outside_policy}\n"
    "fees:\n"
    "  - {fee: cleaning, when: [condition is worn], amount: 5.00 per unit}\n"
    "approvals:\n"
    "  - {approval: manager, when: [line_value > 500.00]}\n"
    "outputs:\n"
    "  - output: way\n"
    "    values: [post, counter]\n"
    "    cases:\n"
    "      - {when: [channel is shop], is: counter}\n"
    "    otherwise: post\n";

static returns_policy *policy;

static int set_up(void **state) {
  (void)state;
  returns_compiler *compiler = NULL;
  returns_diagnostics *findings = NULL;
  assert_int_equal(returns_compiler_new(NULL, &compiler), RETURNS_OK);
  assert_int_equal(returns_compiler_add_source(compiler, "suite.yaml", source, sizeof source - 1), RETURNS_OK);
  int32_t status = returns_policy_compile(compiler, &policy, &findings);
  const char *text = "";
  if (findings != NULL) returns_diagnostics_text(findings, 0, &text, NULL);
  if (status != RETURNS_OK) print_error("%s", text);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  assert_int_equal(status, RETURNS_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  returns_policy_free(policy);
  return 0;
}

/* ---- form ---- */

#define BEGIN "returns_tests: 1\npolicy: p.yaml\ncases:\n"

struct mistake {
  const char *text, *code;
  uint32_t line, column;
  const char *hint;
};

static const struct mistake mistakes[] = {
    {"returns_tests: 2\npolicy: p.yaml\ncases: []\n", "R0801", 1, 16, NULL},
    {"policy: p.yaml\ncases: []\n", "R0801", 1, 1, NULL},
    {"returns_tests: 1\ncases: []\n", "R0804", 1, 1, NULL},
    {"returns_tests: 1\npolicy: p.yaml\nexpect: {}\ncases: []\n", "R0802", 3, 1, NULL},
    {"returns_tests: 1\npolicy: p.yaml\ncases: {}\n", "R0803", 3, 8, NULL},
    {"returns_tests: 1\npolicy: [p.yaml]\ncases: []\n", "R0803", 2, 9, NULL},
    {BEGIN "  - {case: a, expects: {verdict: deny}, expect: {verdict: deny}}\n", "R0802", 4, 15, "did you mean `expect`?"},
    {BEGIN "  - {case: a}\n", "R0804", 4, 5, NULL},
    {BEGIN "  - {expect: {verdict: deny}}\n", "R0804", 4, 5, NULL},
    {BEGIN "  - {case: a, expect: {}}\n", "R0806", 4, 23, NULL},
    {BEGIN "  - {case: a, expect: {lines: [{}]}}\n", "R0806", 4, 32, NULL},
    {BEGIN "  - {case: a, expect: {verdict: authorise}}\n", "R0805", 4, 33, "did you mean `authorize`?"},
    {BEGIN "  - {case: a, expect: {possible: [deny, authorise]}}\n", "R0805", 4, 41, "did you mean `authorize`?"},
    {BEGIN "  - {case: a, expect: {status: open}}\n", "R0805", 4, 32, NULL},
    {BEGIN "  - {case: a, expect: {provisional: maybe}}\n", "R0805", 4, 37, NULL},
    {BEGIN "  - {case: a, expect: {steps: [{step: inspect, state: late}]}}\n", "R0805", 4, 55, NULL},
    {BEGIN "  - {case: a, expect: {fees: [{name: cleaning}]}}\n", "R0804", 4, 31, NULL},
    {BEGIN "  - {case: a, expect: {portions: [{lines: []}]}}\n", "R0802", 4, 36, NULL},
    {BEGIN "  - {case: a, expect: {verdict: [deny]}}\n", "R0803", 4, 33, NULL},
    {BEGIN "  - {case: a, given: [], expect: {verdict: deny}}\n", "R0803", 4, 22, NULL},
    {BEGIN "  - {case: a, lines: [reason], expect: {verdict: deny}}\n", "R0803", 4, 23, NULL},
    {BEGIN "  - {case: a, given: {a: {b: {c: d}}}, expect: {verdict: deny}}\n", "R0803", 4, 30, NULL},
    {BEGIN "  - {case: a, expect: {error: R0904, verdict: deny}}\n", "R0807", 4, 31, NULL},
};

static void test_form(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
    const struct mistake *mistake = &mistakes[i];
    returns_suite *suite = NULL;
    returns_diagnostics *findings = NULL;
    returns_place place = {0};
    assert_int_equal(returns_suite_load(NULL, "t.yaml", mistake->text, strlen(mistake->text), &suite, &findings),
                     RETURNS_ERROR_POLICY);
    assert_null(suite);
    if (returns_diagnostics_count(findings) != 1) print_error("%s", mistake->text);
    assert_int_equal(returns_diagnostics_count(findings), 1);
    assert_string_equal(returns_diagnostics_code(findings, 0), mistake->code);
    assert_int_equal(returns_diagnostics_place(findings, 0, &place), RETURNS_OK);
    if (place.line != mistake->line || place.column != mistake->column)
      print_error("%s%u:%u\n", mistake->text, place.line, place.column);
    assert_int_equal(place.line, mistake->line);
    assert_int_equal(place.column, mistake->column);
    assert_string_equal(place.file, "t.yaml");
    if (mistake->hint != NULL) assert_string_equal(returns_diagnostics_hint(findings, 0), mistake->hint);
    returns_diagnostics_free(findings);
  }
}

/* Every mistake of a file in one run. */
static void test_all_mistakes(void **state) {
  (void)state;
  static const char text[] = BEGIN "  - {case: a, expect: {verdict: authorise, statuss: decided}}\n  - {case: b, exp: {}}\n";
  returns_suite *suite = NULL;
  returns_diagnostics *findings = NULL;
  assert_int_equal(returns_suite_load(NULL, "t.yaml", text, sizeof text - 1, &suite, &findings), RETURNS_ERROR_POLICY);
  assert_int_equal(returns_diagnostics_error_count(findings), 4);
  returns_diagnostics_free(findings);
}

/* ---- runs ---- */

#define GIVEN                                                                                                                    \
  "returns_tests: 1\npolicy: suite.yaml\n"                                                                                       \
  "given: {channel: shop, brand: Ray-Ban, reason: unwanted, quantity: 1, price: 80.00, order_units: {Ray-Ban: 4}}\ncases:\n"

static returns_suite *load(const char *text) {
  returns_suite *suite = NULL;
  returns_diagnostics *findings = NULL;
  int32_t status = returns_suite_load(NULL, "t.yaml", text, strlen(text), &suite, &findings);
  const char *told = "";
  if (findings != NULL) returns_diagnostics_text(findings, 0, &told, NULL);
  if (status != RETURNS_OK) print_error("%s", told);
  returns_diagnostics_free(findings);
  assert_int_equal(status, RETURNS_OK);
  return suite;
}

/* Runs one case; `difference` is what is told, "" for a case that passes. */
static void assert_case(const char *given_and_expect, const char *difference) {
  char text[2048];
  returns_diagnostics *findings = NULL;
  assert_true(strlen(given_and_expect) + sizeof GIVEN + 32 < sizeof text);
  strcpy(text, GIVEN "  - case: one\n");
  strcat(text, given_and_expect);
  returns_suite *suite = load(text);
  assert_int_equal(returns_suite_case_count(suite), 1);
  assert_int_equal(returns_suite_case_passed(suite, 0), -1);
  int32_t status = returns_suite_run(suite, policy, &findings);
  const char *told = "";
  if (findings != NULL) returns_diagnostics_text(findings, 0, &told, NULL);
  if (status != RETURNS_OK) print_error("%s%s", given_and_expect, told);
  assert_int_equal(status, RETURNS_OK);
  assert_null(findings);
  assert_string_equal(returns_suite_case_difference(suite, 0), difference);
  assert_int_equal(returns_suite_case_passed(suite, 0), difference[0] == '\0');
  returns_suite_free(suite);
}

static void test_one_portion(void **state) {
  (void)state;
  assert_case(
      "    expect: {verdict: exchange_only, rule: swap, because: swapped, reasons: [swapped], units: 1, credit: 80.00, net: 80,\n"
      "             fees: [], bonuses: [], approvals: [], outputs: {way: counter}, status: decided, provisional: yes}\n",
      "");
  assert_case(
      "    expect: {verdict: deny, credit: 0.00, outputs: {way: post}, approvals: [manager], status: undecided, units: 2}\n",
      "verdict: expected deny, found exchange_only\n"
      "credit: expected 0.00, found 80.00\n"
      "output way: expected post, found counter\n"
      "approvals: expected [manager], found []\n"
      "status: expected undecided, found decided\n"
      "units: expected 2, found 1");
  assert_case("    given: {channel: web, tags: [gift, sale]}\n    expect: {because: on_sale, reasons: [on_sale]}\n",
              "reasons: expected [on_sale], found [on_sale, outside_policy]");
  assert_case("    given: {tags: sale}\n    expect: {rule: sale}\n", "");
  assert_case("    given: {reason: defective, condition: worn, quantity: 3}\n    done: [inspect]\n"
              "    expect: {fees: [{name: cleaning, amount: 15.00}], credit: 240.00, net: 225.00, provisional: no}\n",
              "");
  assert_case("    given: {reason: defective, condition: worn}\n    expect: {fees: []}\n",
              "fees: expected [], found [cleaning 5.00]");
  assert_case("    given: {reason: defective, quantity: 10}\n    refused: [manager]\n"
              "    expect: {verdict: deny, rule: defective, because: approval_refused, approvals: [manager]}\n",
              "");
}

static void test_portions(void **state) {
  (void)state;
  assert_case("    given: {quantity: 5}\n    expect: {portions: [{units: 4, verdict: exchange_only}, {units: 1, verdict: deny, "
              "rule: otherwise}], credit: 320.00, units: 5}\n",
              "");
  assert_case("    given: {quantity: 5}\n    expect: {portions: [{units: 5, verdict: exchange_only}]}\n",
              "portions: expected 1, found 2\nportion 1, units: expected 5, found 4");
  assert_case("    given: {quantity: 5}\n    expect: {verdict: exchange_only}\n",
              "verdict: expected exchange_only, found exchange_only / deny");
}

static void test_lines(void **state) {
  (void)state;
  assert_case(
      "    lines:\n      - {id: a, reason: defective}\n      - {id: b, tags: [sale], quantity: 2}\n"
      "    expect: {credit: 80.00, net: 80.00, lines: [{verdict: authorize, credit: 80.00}, {verdict: deny, units: 2}]}\n",
      "");
  assert_case(
      "    lines:\n      - {reason: defective}\n      - {quantity: 5}\n"
      "    expect: {lines: [{verdict: deny}, {portions: [{units: 4}, {because: swapped}]}]}\n",
      "line 1, verdict: expected deny, found authorize\nline 2, portion 2, because: expected swapped, found outside_policy");
  assert_case("    lines: []\n    expect: {lines: [{verdict: deny}], credit: 0.00}\n", "lines: expected 1, found 0");
}

static void test_undecided(void **state) {
  (void)state;
  assert_case("    missing: [channel, reason]\n    expect: {status: undecided, needs: [reason, channel], possible: [deny, "
              "authorize, exchange_only]}\n",
              "");
  assert_case("    missing: [reason]\n    expect: {verdict: deny, needs: [channel], credit: 0.00}\n",
              "verdict: expected deny, found undecided\nneeds: expected [channel], found [reason]\ncredit: expected 0.00, found "
              "undecided");
  assert_case("    given: {condition: new}\n    expect: {needs: [], possible: []}\n", "");
}

static void test_refused(void **state) {
  (void)state;
  assert_case("    given: {quantity: 0}\n    expect: {error: R0904}\n", "");
  assert_case("    given: {reason: defektive}\n    expect: {error: R0904}\n",
              "error: expected R0904, found R0903: `reason` has no value `defektive`; did you mean `defective`?");
  assert_case("    expect: {error: R0904}\n", "error: expected R0904, found none");
}

static void test_floor(void **state) {
  (void)state;
  assert_case("    expect: {floor: none}\n", "");
}

/* ---- names that the policy does not have ---- */

struct unknown {
  const char *text, *code;
  uint32_t line, column;
  const char *hint;
};

static const struct unknown unknowns[] = {
    {"    given: {reson: defective}\n    expect: {verdict: deny}\n", "R0810", 6, 13, "did you mean `reason`?"},
    {"    missing: [reson]\n    expect: {verdict: deny}\n", "R0810", 6, 15, "did you mean `reason`?"},
    {"    given: {reason: defektive}\n    expect: {verdict: deny}\n", "R0811", 6, 21, NULL},
    {"    given: {tags: [gift, sail]}\n    expect: {verdict: deny}\n", "R0811", 6, 26, NULL},
    {"    given: {price: 80.005}\n    expect: {verdict: deny}\n", "R0811", 6, 20, NULL},
    {"    given: {price: [1.00]}\n    expect: {verdict: deny}\n", "R0811", 6, 20, NULL},
    {"    given: {order_units: 4}\n    expect: {verdict: deny}\n", "R0811", 6, 26, "write `order_units: {VALUE OF brand: ...}`"},
    {"    given: {order_units: {Ray-Ban: x}}\n    expect: {verdict: deny}\n", "R0811", 6, 36, NULL},
    {"    agreed: [boss]\n    expect: {verdict: deny}\n", "R0811", 6, 14, NULL},
    {"    lines: [{channel: web}]\n    expect: {verdict: deny}\n", "R0812", 6, 14, "move it to `given`"},
    {"    expect: {rule: swop}\n", "R0813", 6, 20, "did you mean `swap`?"},
    {"    expect: {needs: [reson]}\n", "R0813", 6, 22, "did you mean `reason`?"},
    {"    expect: {approvals: [manger]}\n", "R0813", 6, 26, "did you mean `manager`?"},
    {"    expect: {outputs: {wey: post}}\n", "R0813", 6, 24, "did you mean `way`?"},
    {"    expect: {fees: [{name: cleanin, amount: 5.00}]}\n", "R0813", 6, 28, "did you mean `cleaning`?"},
    {"    expect: {bonuses: [{name: cleaning, amount: 5.00}]}\n", "R0813", 6, 31, NULL},
    {"    expect: {steps: [{step: inspect, state: due}]}\n", "R0813", 6, 29, NULL},
    {"    expect: {floor: law}\n", "R0813", 6, 21, NULL},
    {"    expect: {credit: 80.005}\n", "R0814", 6, 22, NULL},
    {"    expect: {units: 1.5}\n", "R0814", 6, 21, NULL},
};

static void test_unknown_names(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof unknowns / sizeof unknowns[0]; i++) {
    const struct unknown *unknown = &unknowns[i];
    char text[2048];
    returns_diagnostics *findings = NULL;
    returns_place place = {0};
    strcpy(text, GIVEN "  - case: one\n");
    strcat(text, unknown->text);
    returns_suite *suite = load(text);
    assert_int_equal(returns_suite_run(suite, policy, &findings), RETURNS_ERROR_POLICY);
    assert_int_equal(returns_suite_case_passed(suite, 0), 0);
    assert_int_equal(returns_diagnostics_count(findings), 1);
    if (strcmp(returns_diagnostics_code(findings, 0), unknown->code) != 0) print_error("%s", unknown->text);
    assert_string_equal(returns_diagnostics_code(findings, 0), unknown->code);
    assert_int_equal(returns_diagnostics_place(findings, 0, &place), RETURNS_OK);
    if (place.line != unknown->line || place.column != unknown->column)
      print_error("%s%u:%u\n", unknown->text, place.line, place.column);
    assert_int_equal(place.line, unknown->line);
    assert_int_equal(place.column, unknown->column);
    if (unknown->hint != NULL) assert_string_equal(returns_diagnostics_hint(findings, 0), unknown->hint);
    returns_diagnostics_free(findings);
    returns_suite_free(suite);
  }
}

/* A faulty case does not keep the others from running. */
static void test_the_rest_runs(void **state) {
  (void)state;
  returns_diagnostics *findings = NULL;
  returns_suite *suite = load(GIVEN "  - {case: one, given: {reson: defective}, expect: {verdict: deny}}\n"
                                    "  - {case: two, expect: {verdict: exchange_only}}\n");
  for (int run = 0; run < 2; run++) {
    assert_int_equal(returns_suite_run(suite, policy, &findings), RETURNS_ERROR_POLICY);
    assert_int_equal(returns_suite_case_passed(suite, 0), 0);
    assert_int_equal(returns_suite_case_passed(suite, 1), 1);
    returns_diagnostics_free(findings);
  }
  assert_string_equal(returns_suite_case_name(suite, 1), "two");
  assert_int_equal(returns_suite_case_line(suite, 1), 6);
  assert_string_equal(returns_suite_policy(suite), "suite.yaml");
  assert_null(returns_suite_case_name(suite, 2));
  assert_int_equal(returns_suite_case_passed(suite, 2), -1);
  returns_suite_free(suite);
}

static void test_arguments(void **state) {
  (void)state;
  returns_suite *suite = NULL;
  assert_int_equal(returns_suite_load(NULL, NULL, "", 0, &suite, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_suite_load(NULL, "t", NULL, 1, &suite, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_suite_load(NULL, "t", "", 0, NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_suite_load(NULL, "t", "", 0, &suite, NULL), RETURNS_ERROR_POLICY);
  assert_int_equal(returns_suite_run(NULL, policy, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_suite_case_count(NULL), 0);
  returns_suite_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_form),          cmocka_unit_test(test_all_mistakes), cmocka_unit_test(test_one_portion),
      cmocka_unit_test(test_portions),      cmocka_unit_test(test_lines),        cmocka_unit_test(test_undecided),
      cmocka_unit_test(test_refused),       cmocka_unit_test(test_floor),        cmocka_unit_test(test_unknown_names),
      cmocka_unit_test(test_the_rest_runs), cmocka_unit_test(test_arguments),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
