/* Dated revisions side by side: which one holds on a day, overlaps and gaps with both places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "returns/returns.h"

/* Days since 1970 of 2025-01-01. */
enum { YEAR = 20089 };

static returns_policy *compile(const char *name, const char *valid) {
  char text[512];
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  int size = snprintf(text, sizeof text,
                      "returns: 1\npolicy: %s\n%s"
                      "facts:\n  - {fact: asked_on, type: date, of: request}\n  - {fact: sold_on, type: date, of: request}\n"
                      "rules:\n  - {rule: r, when: [asked_on after sold_on], then: authorize, because: r}\n"
                      "otherwise: {then: deny, because: no}\n",
                      name, valid);
  assert_int_equal(returns_compiler_new(NULL, &compiler), RETURNS_OK);
  assert_int_equal(returns_compiler_add_source(compiler, "p.yaml", text, (size_t)size), RETURNS_OK);
  assert_int_equal(returns_policy_compile(compiler, &policy, NULL), RETURNS_OK);
  returns_compiler_free(compiler);
  return policy;
}

#define PERIOD(FROM, UNTIL) "valid: {by: asked_on, from: " FROM ", until: " UNTIL "}\n"

static void test_pick(void **state) {
  (void)state;
  returns_policy *set[] = {compile("a", PERIOD("2025-01-01", "2025-01-31")),
                           compile("a", "valid: {by: asked_on, from: 2025-02-02}\n"), compile("a", "")};
  int32_t valid = 9;
  uint32_t index = 9, fact = 9;
  assert_int_equal(returns_policy_valid(set[0], YEAR - 1, &valid), RETURNS_OK);
  assert_int_equal(valid, 0);
  assert_int_equal(returns_policy_valid(set[0], YEAR, &valid), RETURNS_OK);
  assert_int_equal(valid, 1);
  assert_int_equal(returns_policy_valid(set[0], YEAR + 30, &valid), RETURNS_OK);
  assert_int_equal(valid, 1);
  assert_int_equal(returns_policy_valid(set[0], YEAR + 31, &valid), RETURNS_OK);
  assert_int_equal(valid, 0);
  assert_int_equal(returns_policy_valid(set[2], -1000000, &valid), RETURNS_OK);
  assert_int_equal(valid, 1);
  assert_int_equal(returns_policy_valid_by(set[0], &fact), RETURNS_OK);
  assert_int_equal(fact, 0);
  assert_int_equal(returns_policy_valid_by(set[2], &fact), RETURNS_ERROR_UNKNOWN);
  const returns_policy *const *policies = (const returns_policy *const *)set;
  assert_int_equal(returns_revisions_pick(policies, 2, YEAR + 5, &index), RETURNS_OK);
  assert_int_equal(index, 0);
  assert_int_equal(returns_revisions_pick(policies, 2, YEAR + 32, &index), RETURNS_OK);
  assert_int_equal(index, 1);
  assert_int_equal(returns_revisions_pick(policies, 2, YEAR + 31, &index), RETURNS_ERROR_UNKNOWN);
  assert_int_equal(returns_revisions_pick(policies, 3, YEAR + 31, &index), RETURNS_OK);
  assert_int_equal(index, 2);
  assert_int_equal(returns_revisions_pick(NULL, 1, YEAR, &index), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_revisions_pick(NULL, 0, YEAR, &index), RETURNS_ERROR_UNKNOWN);
  assert_int_equal(returns_policy_valid(NULL, YEAR, &valid), RETURNS_ERROR_ARGUMENT);
  for (int i = 0; i < 3; i++) returns_policy_free(set[i]);
}

/* Two policies in files x and y; codes: of what is found, in order of the files. */
static void assert_found(const char *first, const char *second, const char *codes, const char *message) {
  static const char *const files[] = {"x", "y"};
  char found[64] = "";
  returns_policy *set[] = {compile("a", first), compile("a", second)};
  returns_diagnostics *findings = NULL;
  int32_t status = returns_revisions_check((const returns_policy *const *)set, files, 2, &findings);
  assert_int_equal(status, returns_diagnostics_error_count(findings) > 0 ? RETURNS_ERROR_POLICY : RETURNS_OK);
  for (uint32_t i = 0; i < returns_diagnostics_count(findings); i++) {
    returns_place place, other;
    const char *label = NULL;
    strcat(found, returns_diagnostics_code(findings, i));
    assert_string_equal(returns_diagnostics_message(findings, i), message);
    assert_int_equal(returns_diagnostics_place(findings, i, &place), RETURNS_OK);
    assert_int_equal(returns_diagnostics_related(findings, i, 0, &other, &label), RETURNS_OK);
    assert_string_not_equal(place.file, other.file);
    assert_true(place.line >= 2 && other.line >= 2);
  }
  assert_string_equal(found, codes);
  returns_diagnostics_free(findings);
  for (int i = 0; i < 2; i++) returns_policy_free(set[i]);
}

static void test_check(void **state) {
  (void)state;
  assert_found(PERIOD("2025-01-01", "2025-01-31"), PERIOD("2025-02-01", "2025-02-28"), "", "");
  assert_found(PERIOD("2025-02-01", "2025-02-28"), PERIOD("2025-01-01", "2025-01-31"), "", "");
  assert_found(PERIOD("2025-01-01", "2025-01-31"), PERIOD("2025-01-31", "2025-02-28"), "R0740",
               "two revisions of `a` are valid from 2025-01-31 to 2025-01-31");
  assert_found(PERIOD("2025-01-01", "2025-12-31"), PERIOD("2025-03-01", "2025-04-30"), "R0740",
               "two revisions of `a` are valid from 2025-03-01 to 2025-04-30");
  assert_found(PERIOD("2025-01-01", "2025-01-31"), PERIOD("2025-02-02", "2025-02-28"), "R0741",
               "no revision of `a` is valid from 2025-02-01 to 2025-02-01");
  assert_found("valid: {by: asked_on, from: 2025-01-01}\n", "valid: {by: asked_on, from: 2026-01-01}\n", "R0740",
               "two revisions of `a` are valid at the same time, without an end");
  assert_found("valid: {by: asked_on, until: 2025-01-01}\n", "valid: {by: sold_on, from: 2025-01-02}\n", "R0740",
               "revisions of `a` are valid by different dates: `sold_on` here, `asked_on` there");
  assert_found("", PERIOD("2025-01-01", "2025-01-31"), "R0740", "two revisions of `a` are valid from 2025-01-01 to 2025-01-31");
  assert_found("", "", "", "");
}

static void test_others(void **state) {
  (void)state;
  returns_policy *set[] = {compile("a", PERIOD("2025-01-01", "2025-01-31")), compile("b", PERIOD("2025-01-01", "2025-01-31"))};
  returns_diagnostics *findings = NULL;
  assert_int_equal(returns_revisions_check((const returns_policy *const *)set, NULL, 2, &findings), RETURNS_OK);
  assert_null(findings);
  assert_int_equal(returns_revisions_check(NULL, NULL, 2, &findings), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_revisions_check(NULL, NULL, 0, NULL), RETURNS_OK);
  for (int i = 0; i < 2; i++) returns_policy_free(set[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_pick), cmocka_unit_test(test_check), cmocka_unit_test(test_others)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
