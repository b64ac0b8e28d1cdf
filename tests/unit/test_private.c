/* Private facts: no value of one, nor of what is made of it, in an answer, its trace, or an error of a request; with a key a
 * digest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "returns/returns.h"

static const char source[] = "returns: 1\n"
                             "policy: private\n"
                             "currency: EUR\n"
                             "conventions: {fill: request_order}\n"
                             "facts:\n"
                             "  - {fact: customer, type: text,   private: yes}\n"
                             "  - {fact: alias,    type: text,   same_as: customer}\n"
                             "  - {fact: level,    type: choice, values: [secretgold, secretiron], private: yes}\n"
                             "  - {fact: age,      type: count,  range: 0 .. 150, private: yes}\n"
                             "  - {fact: bonus,    type: count,  of: customer, absent: 3}\n"
                             "  - {fact: price,    type: money}\n"
                             "unit_value: price\n"
                             "require:\n"
                             "  - alias is not \"secretbanned\"\n"
                             "  - age < 140\n"
                             "terms:\n"
                             "  - {term: doubled, is: age * 2}\n"
                             "allowances:\n"
                             "  - {allowance: each, of: customer, units: bonus}\n"
                             "rules:\n"
                             "  - rule: old\n"
                             "    when:\n"
                             "      - doubled > 100\n"
                             "      - level is secretgold\n"
                             "      - alias is not \"x\"\n"
                             "      - customer is not \"y\"\n"
                             "    up_to: each\n"
                             "    then: authorize\n"
                             "    because: old\n"
                             "otherwise: {then: deny, because: no}\n";

#define GOOD                                                                                                                     \
  "{\"bonus\":{\"secretann\":1},\"lines\":[{\"customer\":\"secretann\",\"level\":\"secretgold\",\"age\":77,\"price\":\"5.00\"}]" \
  "}"

struct way {
  returns_environment *environment;
  returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
};

static void open_way(struct way *way, const char *key) {
  returns_compiler *compiler = NULL;
  returns_diagnostics *findings = NULL;
  *way = (struct way){NULL, NULL, NULL, NULL};
  assert_int_equal(returns_environment_new(NULL, &way->environment), RETURNS_OK);
  assert_int_equal(returns_environment_set_key(way->environment, key, key ? strlen(key) : 0), RETURNS_OK);
  assert_int_equal(returns_compiler_new(way->environment, &compiler), RETURNS_OK);
  assert_int_equal(returns_compiler_add_source(compiler, "private.yaml", source, sizeof source - 1), RETURNS_OK);
  int32_t status = returns_policy_compile(compiler, &way->policy, &findings);
  const char *told = "";
  if (findings) returns_diagnostics_text(findings, 0, &told, NULL);
  if (status != RETURNS_OK) print_error("%s", told);
  assert_int_equal(status, RETURNS_OK);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  assert_int_equal(returns_request_new(way->policy, &way->request), RETURNS_OK);
  assert_int_equal(returns_decision_new(way->environment, &way->decision), RETURNS_OK);
}

static void close_way(struct way *way) {
  returns_decision_free(way->decision);
  returns_request_free(way->request);
  returns_policy_free(way->policy);
  returns_environment_free(way->environment);
}

/* The policy's own words may stand there: they are not the request's. */
static void assert_silent(const char *text) {
  assert_null(strstr(text, "secretann"));
  static const char *const numbers[] = {"\"77", " 77", "`77", "\"154", " 154"}; /* not the digits of a digest */
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) assert_null(strstr(text, numbers[i]));
}

static void decide(struct way *way, const char **json, const char **text) {
  const returns_options options = {sizeof options, RETURNS_TRACE_FULL};
  assert_int_equal(returns_request_read_json(way->request, GOOD, sizeof GOOD - 1), RETURNS_OK);
  assert_int_equal(returns_evaluate(way->policy, way->request, &options, way->decision), RETURNS_OK);
  assert_int_equal(returns_decision_json(way->decision, RETURNS_TRACE_FULL, json, NULL), RETURNS_OK);
  assert_int_equal(returns_decision_text(way->decision, RETURNS_TRACE_FULL, text, NULL), RETURNS_OK);
}

static void test_without_key(void **state) {
  (void)state;
  struct way way;
  const char *json = NULL, *text = NULL, *key = NULL;
  open_way(&way, NULL);
  decide(&way, &json, &text);
  assert_silent(json);
  assert_silent(text);
  assert_null(strstr(json, "hmac"));
  assert_non_null(strstr(json, "{\"name\":\"doubled\",\"kind\":\"term\",\"value\":null"));
  assert_non_null(strstr(json, "{\"name\":\"alias\",\"kind\":\"fact\",\"value\":null,\"origin\":\"same_as\"}"));
  assert_non_null(strstr(json, "{\"name\":\"level\",\"kind\":\"fact\",\"value\":null,\"origin\":\"given\"}"));
  assert_non_null(strstr(json, "{\"allowance\":\"each\",\"of\":null,\"limit\":1,\"drawn\":1,\"left\":0}"));
  /* The host itself books by the key that it gave. */
  assert_int_equal(returns_decision_allowance(way.decision, 0, NULL, &key, NULL, NULL, NULL, NULL), RETURNS_OK);
  assert_string_equal(key, "secretann");
  close_way(&way);
}

/* HMAC-SHA256 with the key "salt" over name and value, each behind its length in 8 bytes. */
static void test_with_key(void **state) {
  (void)state;
  struct way way;
  const char *json = NULL, *text = NULL;
  open_way(&way, "salt");
  decide(&way, &json, &text);
  assert_silent(json);
  assert_silent(text);
  assert_non_null(strstr(json, "{\"name\":\"doubled\",\"kind\":\"term\",\"value\":\"hmac-sha256:"
                               "77089c5d2e9ee93945ed69b7719b0f8b6d90b5ab88c72f8b083277a52d8bf327\""));
  assert_non_null(
      strstr(json, "\"of\":\"hmac-sha256:c303844dad0b00692c22cee753e422710aca9edf629148a50c6e1851b2067126\",\"limit\":1"));
  assert_non_null(strstr(text, "hmac-sha256:c303844dad0b00692c22cee753e422710aca9edf629148a50c6e1851b2067126"));
  close_way(&way);
  open_way(&way, "another key, longer than the sixty-four bytes of a block of the hash function");
  decide(&way, &json, &text);
  assert_non_null(
      strstr(json, "\"of\":\"hmac-sha256:84b117d199275970e53d0dbaabf23fbad570395637dcbcb41deeb11366519e26\",\"limit\":1"));
  assert_int_equal(returns_environment_set_key(way.environment, NULL, 0), RETURNS_OK);
  decide(&way, &json, &text);
  assert_null(strstr(json, "hmac"));
  assert_int_equal(returns_environment_set_key(way.environment, NULL, 1), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_environment_set_key(NULL, "k", 1), RETURNS_ERROR_ARGUMENT);
  close_way(&way);
}

static const char *const wrong[] = {
    "{\"lines\":[{\"customer\":\"secretann\",\"level\":\"secretgodl\",\"age\":77,\"price\":\"5.00\"}]}",
    "{\"lines\":[{\"level\":\"secretann\"}]}",
    "{\"lines\":[{\"age\":777}]}",
    "{\"lines\":[{\"age\":\"77\"}]}",
    "{\"lines\":[{\"age\":77777777777777777777}]}",
    "{\"lines\":[{\"customer\":77}]}",
    "{\"bonus\":{\"secretann\":\"x\"},\"lines\":[]}",
    "{\"bonus\":{\"secretann\":1,\"secretann\":1},\"lines\":[]}",
    "{\"bonus\":{\"secretann\":77x},\"lines\":[]}",
    "{\"lines\":[{\"customer\":\"secretann\"x}]}",
};

static void test_errors(void **state) {
  (void)state;
  static const char banned[] =
      "{\"lines\":[{\"customer\":\"secretbanned\",\"level\":\"secretgold\",\"age\":7,\"price\":\"5.00\"}]}";
  struct way way;
  uint32_t line = 0, fact = 0;
  open_way(&way, NULL);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_not_equal(returns_request_read_json(way.request, wrong[i], strlen(wrong[i])), RETURNS_OK);
    const char *error = returns_request_error(way.request), *pointer = returns_request_error_pointer(way.request);
    if (strstr(error, "secret") || strstr(pointer, "secret")) print_error("%s: %s at %s\n", wrong[i], error, pointer);
    assert_silent(error);
    assert_silent(pointer);
    assert_null(strstr(error, "secret"));
    assert_null(strstr(pointer, "secret"));
  }
  returns_request_clear(way.request);
  assert_int_equal(returns_request_add_line(way.request, &line), RETURNS_OK);
  assert_int_equal(returns_request_set(way.request, line, "age", "77 years", 8), RETURNS_ERROR_TYPE);
  assert_silent(returns_request_error(way.request));
  assert_int_equal(returns_policy_fact_index(way.policy, "age", &fact), RETURNS_OK);
  assert_int_equal(returns_request_set_count(way.request, line, fact, 777), RETURNS_ERROR_RANGE);
  assert_silent(returns_request_error(way.request));
  assert_int_equal(returns_request_read_json(way.request, banned, sizeof banned - 1), RETURNS_OK);
  assert_int_equal(returns_evaluate(way.policy, way.request, NULL, way.decision), RETURNS_ERROR_REQUEST);
  assert_null(strstr(returns_decision_error(way.decision), ": `alias` is"));
  close_way(&way);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_key), cmocka_unit_test(test_with_key),
                                     cmocka_unit_test(test_errors)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
