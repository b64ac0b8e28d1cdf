/* Messages of a decision: placeholders filled as the language writes values, locales that fall back, floors, and what is left
 * out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "returns/returns.h"

static const char shop[] =
    "returns: 1\n"
    "policy: shop\n"
    "currency: EUR\n"
    "conventions: {rounding: half_up, fee_above_credit: zero}\n"
    "floor: [{policy: law}]\n"
    "facts:\n"
    "  - {fact: today,  type: date, of: request}\n"
    "  - {fact: state,  type: choice, values: [good, \"slightly worn\", broken]}\n"
    "  - {fact: share,  type: percent, range: 0% .. 100%, absent: 12.5%}\n"
    "  - {fact: brand,  type: text, optional: yes}\n"
    "  - {fact: gift,   type: flag, absent: no}\n"
    "  - {fact: secret, type: count, absent: 42, private: yes}\n"
    "  - {fact: price,  type: money}\n"
    "unit_value: price\n"
    "terms:\n"
    "  - {term: last_day, of: request, is: today + 14 days}\n"
    "  - {term: half, is: 50% of price}\n"
    "  - {term: hidden, is: secret + 1}\n"
    "rules:\n"
    "  - {rule: worn, when: [state is \"slightly worn\"], then: partial_credit, credit: (100% - share) of value, because: worn}\n"
    "  - {rule: plain, when: [gift], then: authorize, because: plain}\n"
    "otherwise: {then: deny, because: no}\n"
    "fees:\n"
    "  - {fee: cleaning, amount: 1.50 per line}\n"
    "messages:\n"
    "  - message: worn\n"
    "    texts:\n"
    "      - {locale: en, text: \"{state}: {share} off {price}, {half}; until {last_day} {{x}{brand}{hidden}, {units} for "
    "{credit} - {fees} = {net} {gift}\"}\n"
    "      - {locale: fr, text: \"net {net}\"}\n"
    "      - {locale: fr-BE, text: \"belge\"}\n"
    "  - {message: no, texts: [{locale: en, text: \"No, {brand}.\"}]}\n"
    "  - {message: broken, texts: [{locale: en, text: \"The shop says {price}.\"}]}\n";
static const char law[] = "returns: 1\n"
                          "policy: law\n"
                          "currency: EUR\n"
                          "facts:\n"
                          "  - {fact: state, type: choice, values: [good, \"slightly worn\", broken]}\n"
                          "  - {fact: price, type: money}\n"
                          "  - {fact: extra, type: count, absent: 7}\n"
                          "unit_value: price\n"
                          "rules:\n"
                          "  - {rule: broken, when: [state is broken], then: authorize, because: broken}\n"
                          "  - {rule: good, when: [state is good, price > 99.00], then: exchange_only, because: good}\n"
                          "otherwise: {then: deny, because: silent}\n"
                          "messages:\n"
                          "  - {message: broken, texts: [{locale: en, text: \"The law says {price}.\"}]}\n"
                          "  - {message: good, texts: [{locale: en, text: \"The law says {price}, {extra}.\"}]}\n";

static returns_policy *policy;
static returns_request *request;
static returns_decision *decision;

static int set_up(void **state) {
  (void)state;
  returns_compiler *compiler = NULL;
  returns_diagnostics *findings = NULL;
  const char *told = "";
  if (returns_compiler_new(NULL, &compiler) != RETURNS_OK) return 1;
  returns_compiler_add_source(compiler, "shop.yaml", shop, sizeof shop - 1);
  returns_compiler_add_source(compiler, "law.yaml", law, sizeof law - 1);
  int32_t status = returns_policy_compile(compiler, &policy, &findings);
  if (findings) returns_diagnostics_text(findings, 0, &told, NULL);
  if (status != RETURNS_OK) print_error("%s", told);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  if (status != RETURNS_OK || returns_request_new(policy, &request) != RETURNS_OK) return 1;
  return returns_decision_new(NULL, &decision) == RETURNS_OK ? 0 : 1;
}

static int tear_down(void **state) {
  (void)state;
  returns_decision_free(decision);
  returns_request_free(request);
  returns_policy_free(policy);
  return 0;
}

static void decide(const char *line) {
  char text[512];
  snprintf(text, sizeof text, "{\"today\":\"2026-03-01\",\"lines\":[{%s}]}", line);
  assert_int_equal(returns_request_read_json(request, text, strlen(text)), RETURNS_OK);
  assert_int_equal(returns_evaluate(policy, request, NULL, decision), RETURNS_OK);
  returns_request_clear(request); /* the decision has what it needs */
}

static void assert_message(const char *locale, const char *expected) {
  const char *text = NULL;
  size_t size = 0;
  assert_int_equal(returns_decision_message(decision, 0, 0, 0, locale, &text, &size), RETURNS_OK);
  assert_string_equal(text, expected);
  assert_int_equal(size, strlen(expected));
}

#define WORN "\"state\":\"slightly worn\",\"price\":\"80.00\""
#define FILLED "slightly worn: 12.5% off 80.00, 40.00; until 2026-03-15 {x}, 1 for 70.00 - 1.50 = 68.50 no"

static void test_filled(void **state) {
  (void)state;
  decide(WORN);
  assert_message(NULL, FILLED);
  assert_message("en", FILLED);
  decide("\"brand\":\"Ray-Ban\",\"state\":\"good\",\"price\":\"1.00\"");
  assert_message("en", "No, Ray-Ban.");
}

static void test_locales(void **state) {
  (void)state;
  decide(WORN);
  assert_message("fr-CA", "net 68.50");
  assert_message("fr", "net 68.50");
  assert_message("fr-BE", "belge");
  assert_message("de-AT", FILLED);
}

/* The policy's words for the code, else the floor's, of the floor's own facts. */
static void test_floor(void **state) {
  (void)state;
  decide("\"state\":\"broken\",\"price\":\"80.00\"");
  assert_message("en", "The shop says 80.00.");
  decide("\"state\":\"good\",\"price\":\"100.00\"");
  assert_message("en", "The law says 100.00, 7.");
}

static void test_none(void **state) {
  (void)state;
  const char *text = "";
  decide("\"gift\":true,\"state\":\"good\",\"price\":\"1.00\"");
  assert_int_equal(returns_decision_message(decision, 0, 0, 0, "en", &text, NULL), RETURNS_ERROR_UNKNOWN);
  assert_null(text);
  assert_int_equal(returns_decision_message(decision, 0, 0, 1, "en", &text, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_message(decision, 1, 0, 0, "en", &text, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_message(NULL, 0, 0, 0, "en", &text, NULL), RETURNS_ERROR_ARGUMENT);
}

static void test_in_answers(void **state) {
  (void)state;
  const char *text = NULL;
  decide(WORN);
  assert_int_equal(returns_decision_json(decision, 0, &text, NULL), RETURNS_OK);
  assert_null(strstr(text, "message"));
  assert_int_equal(returns_decision_set_locale(decision, "fr-CA"), RETURNS_OK);
  assert_int_equal(returns_decision_json(decision, 0, &text, NULL), RETURNS_OK);
  assert_non_null(strstr(text, "\"reasons_open\":false,\"message\":\"net 68.50\",\"credit\":\"70.00\""));
  assert_int_equal(returns_decision_text(decision, 0, &text, NULL), RETURNS_OK);
  assert_non_null(strstr(text, "because worn: net 68.50\n"));
  decide("\"gift\":true,\"state\":\"good\",\"price\":\"1.00\"");
  assert_int_equal(returns_decision_json(decision, 0, &text, NULL), RETURNS_OK);
  assert_non_null(strstr(text, "\"message\":null"));
  assert_int_equal(returns_decision_set_locale(decision, NULL), RETURNS_OK);
  assert_int_equal(returns_decision_json(decision, 0, &text, NULL), RETURNS_OK);
  assert_null(strstr(text, "message"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_filled), cmocka_unit_test(test_locales), cmocka_unit_test(test_floor),
                                     cmocka_unit_test(test_none), cmocka_unit_test(test_in_answers)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
