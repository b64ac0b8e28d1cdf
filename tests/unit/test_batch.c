/* Batch: one line for each request whatever it holds, the same lines by every way in, misuse, and every allocation failing in
 * turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "returns/returns.h"
#include "strict_memory.h"

static const char source[] = "returns: 1\n"
                             "policy: batch\n"
                             "currency: EUR\n"
                             "facts:\n"
                             "  - {fact: channel, type: choice, of: request, values: [web, shop], absent: web}\n"
                             "  - {fact: ordered, type: count, of: brand, absent: 0}\n"
                             "  - {fact: brand, type: text, optional: yes}\n"
                             "  - {fact: price, type: money, range: 0.00 .. 100.00}\n"
                             "  - {fact: parts, type: count, absent: 1}\n"
                             "unit_value: price\n"
                             "rules:\n"
                             "  - {rule: split, when: [price / parts > 50.00], then: deny, because: dear}\n"
                             "otherwise: {then: authorize, because: fine}\n";

static const char good[] = "{\"lines\":[{\"id\":\"a\",\"price\":\"20.00\"}]}";

static returns_policy *compile(returns_environment *environment) {
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  if (returns_compiler_new(environment, &compiler) == RETURNS_OK &&
      returns_compiler_add_source(compiler, "batch.yaml", source, sizeof source - 1) == RETURNS_OK) {
    assert_int_equal(returns_policy_compile(compiler, &policy, NULL), RETURNS_OK);
  }
  returns_compiler_free(compiler);
  assert_non_null(policy);
  return policy;
}

static returns_policy *policy;
static returns_batch *batch;

static int set_up(void **state) {
  (void)state;
  policy = compile(NULL);
  return returns_batch_new(policy, &batch) == RETURNS_OK ? 0 : 1;
}

static int tear_down(void **state) {
  (void)state;
  returns_batch_free(batch);
  returns_policy_free(policy);
  return 0;
}

static const char *answer_to(const char *text) {
  const char *answer = NULL;
  size_t size = 0;
  assert_int_equal(returns_batch_text(batch, text, strlen(text), NULL, &answer, &size), RETURNS_OK);
  assert_int_equal(strlen(answer), size);
  assert_int_equal(answer[size - 1], '\n');
  assert_ptr_equal(strchr(answer, '\n'), answer + size - 1);
  return answer;
}

static void test_an_answer(void **state) {
  (void)state;
  static const char head[] = "{\"engine\":\"0.1.0\",\"request_digest\":\"",
                    tail[] = "\",\"answer\":{\"status\":\"decided\",\"policy\":{\"name\":\"batch\"";
  const char *answer = answer_to(good);
  assert_memory_equal(answer, head, sizeof head - 1);
  assert_memory_equal(answer + sizeof head - 1 + 64, tail, sizeof tail - 1);
  assert_null(strstr(answer, "\"trace\""));
  assert_string_equal(answer + strlen(answer) - 4, "}}}\n");
}

static void test_an_error(void **state) {
  (void)state;
  assert_non_null(strstr(answer_to("{\n\"lines\":[{\"price\":\"200.00\"}]}"),
                         "\"line\":0,\"pointer\":\"/lines/0/price\",\"fact\":\"price\",\"rule\":null}}\n"));
  assert_non_null(strstr(answer_to("{"), "{\"engine\":\"0.1.0\",\"error\":{\"code\":\"R0920\""));
  assert_non_null(strstr(answer_to("{\"lines\":[{\"price\":\"20.00\"},{\"price\":\"20.00\",\"parts\":0}]}"),
                         "\"line\":1,\"pointer\":null,\"fact\":null,\"rule\":\"split\"}}\n"));
  answer_to(good); /* and what was refused leaves nothing behind */
}

static void test_a_trace(void **state) {
  (void)state;
  const returns_options options = {.size = sizeof options, .trace = RETURNS_TRACE_PATH};
  const char *answer = NULL;
  size_t size = 0;
  assert_int_equal(returns_batch_text(batch, good, sizeof good - 1, &options, &answer, &size), RETURNS_OK);
  assert_non_null(strstr(answer, ",\"trace\":{\"level\":\"path\""));
}

/* Lines in the manner of the one text: each on its own gives the same. */
static void test_lines(void **state) {
  (void)state;
  static const char *const texts[] = {good, "", "{", "{\"lines\":[]}", "\t", "{\"lines\":[]}\r", good};
  enum { COUNT = sizeof texts / sizeof texts[0] };
  char lines[1024] = "", expected[8192] = "";
  const char *answers = NULL;
  size_t size = 0;
  uint32_t refused = 99;
  for (int i = 0; i < COUNT; i++) {
    snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "%s%s", i > 0 ? "\n" : "", texts[i]);
    snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s", answer_to(texts[i]));
  }
  assert_int_equal(returns_batch_lines(batch, lines, strlen(lines), NULL, &answers, &size, &refused), RETURNS_OK);
  assert_string_equal(answers, expected);
  assert_int_equal(size, strlen(expected));
  assert_int_equal(refused, 3);
  strcat(lines, "\n"); /* ends the last line, begins none */
  assert_int_equal(returns_batch_lines(batch, lines, strlen(lines), NULL, &answers, &size, NULL), RETURNS_OK);
  assert_string_equal(answers, expected);
  assert_int_equal(returns_batch_lines(batch, NULL, 0, NULL, &answers, &size, &refused), RETURNS_OK);
  assert_string_equal(answers, "");
  assert_int_equal(refused, 0);
}

static void test_a_request(void **state) {
  (void)state;
  static const char of_line[] = "{\"id\":\"a\",\"price\":\"20.00\"}";
  char expected[2048];
  const char *answer = NULL;
  size_t size = 0;
  uint32_t line = 0;
  returns_request *request = NULL, *foreign = NULL;
  snprintf(expected, sizeof expected, "%s", answer_to(good));
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_request_add_line(request, &line), RETURNS_OK);
  assert_int_equal(returns_request_set_json(request, line, of_line, sizeof of_line - 1), RETURNS_OK);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(returns_batch_request(batch, request, NULL, &answer, &size), RETURNS_OK);
    assert_string_equal(answer, expected);
  }
  returns_policy *other = compile(NULL);
  assert_int_equal(returns_request_new(other, &foreign), RETURNS_OK);
  assert_int_equal(returns_batch_request(batch, foreign, NULL, &answer, &size), RETURNS_ERROR_OTHER_POLICY);
  assert_null(answer);
  returns_policy_free(other);
  returns_request_free(foreign);
  returns_request_free(request);
}

static int32_t set(returns_request *request, uint32_t of, const char *text) {
  return returns_request_set_json(request, of, text, strlen(text));
}

static void test_parts_of_a_request(void **state) {
  (void)state;
  static const char whole[] = "{\"channel\":\"shop\",\"ordered\":{\"A\":1,\"B\":2},\"lines\":[{\"price\":\"1.00\"},{\"price\":"
                              "\"3.00\",\"brand\":\"A\"}]}";
  char expected[65], found[65];
  returns_request *request = NULL;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_request_read_json(request, whole, sizeof whole - 1), RETURNS_OK);
  assert_int_equal(returns_request_digest(request, expected, sizeof expected), RETURNS_OK);
  returns_request_clear(request);
  assert_int_equal(set(request, RETURNS_OF_REQUEST, "{\"ordered\":{\"A\":1},\"lines\":[{\"price\":\"1.00\"}]}"), RETURNS_OK);
  assert_int_equal(
      set(request, RETURNS_OF_REQUEST, "{\"lines\":[{\"price\":\"2.00\"}],\"channel\":\"shop\",\"ordered\":{\"B\":2}}"),
      RETURNS_OK);
  assert_int_equal(set(request, 1, "{\"price\":\"3.00\",\"brand\":\"A\"}"), RETURNS_OK);
  assert_int_equal(set(request, 1, "{}"), RETURNS_OK);
  assert_int_equal(returns_request_digest(request, found, sizeof found), RETURNS_OK);
  assert_string_equal(found, expected);

  assert_int_equal(set(request, 1, "{\"brand\":\"B\",\"price\":\"500.00\",\"parts\":9}"), RETURNS_ERROR_REQUEST);
  assert_string_equal(returns_request_error_pointer(request), "/lines/1/price");
  assert_string_equal(returns_request_error_fact(request), "price");
  assert_int_equal(returns_request_error_line(request), 1);
  assert_int_equal(set(request, 1, "{\"channel\":\"web\"}"), RETURNS_ERROR_REQUEST);
  assert_int_equal(set(request, 1, "[]"), RETURNS_ERROR_REQUEST);
  assert_int_equal(set(request, RETURNS_OF_REQUEST, "{\"price\":\"1.00\"}"), RETURNS_ERROR_REQUEST);
  assert_int_equal(set(request, RETURNS_OF_REQUEST, "{"), RETURNS_ERROR_REQUEST);
  assert_int_equal(set(request, 2, "{}"), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(set(NULL, 0, "{}"), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_set_json(request, 0, NULL, 0), RETURNS_ERROR_ARGUMENT);
  returns_request_free(request);
}

static void test_misuse(void **state) {
  (void)state;
  const char *answer = "untouched";
  size_t size = 7;
  returns_batch *none = batch;
  assert_int_equal(returns_batch_new(NULL, &none), RETURNS_ERROR_ARGUMENT);
  assert_null(none);
  assert_int_equal(returns_batch_new(policy, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_batch_text(NULL, good, sizeof good - 1, NULL, &answer, &size), RETURNS_ERROR_ARGUMENT);
  assert_true(answer == NULL && size == 0);
  assert_int_equal(returns_batch_text(batch, NULL, 0, NULL, &answer, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_batch_text(batch, good, sizeof good - 1, NULL, NULL, &size), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_batch_text(batch, good, sizeof good - 1, NULL, &answer, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_batch_lines(batch, NULL, 1, NULL, &answer, &size, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_batch_request(batch, NULL, NULL, &answer, &size), RETURNS_ERROR_ARGUMENT);
  const returns_options strange = {.size = sizeof strange, .trace = 77};
  assert_int_equal(returns_batch_text(batch, good, sizeof good - 1, &strange, &answer, &size), RETURNS_ERROR_ARGUMENT);
  assert_null(answer);
  returns_batch_free(NULL);
}

/* Nothing but MEMORY comes of it, nothing is lost, and the batch is fit for the next try. */
static void test_every_allocation_fails(void **state) {
  (void)state;
  static const char lines[] = "{\"lines\":[{\"price\":\"20.00\"}]}\n{\n{\"lines\":[{\"price\":\"20.00\"},{\"price\":\"80.00\"}]}";
  struct strict_memory strict = {.until_failure = SIZE_MAX};
  const returns_allocator allocator = {.size = sizeof allocator, .context = &strict, .reallocate = strict_reallocate};
  returns_environment *environment = NULL;
  const char *answers = NULL;
  size_t size = 0, held, failures = 0;
  assert_int_equal(returns_environment_new(&allocator, &environment), RETURNS_OK);
  returns_policy *scarce = compile(environment);
  held = strict.held;
  for (bool done = false; !done; failures++) {
    returns_batch *tried = NULL;
    strict.until_failure = failures;
    int32_t status = returns_batch_new(scarce, &tried);
    if (status == RETURNS_OK) status = returns_batch_lines(tried, lines, sizeof lines - 1, NULL, &answers, &size, NULL);
    done = status == RETURNS_OK;
    if (!done) assert_int_equal(status, RETURNS_ERROR_MEMORY);
    strict.until_failure = SIZE_MAX;
    if (tried != NULL)
      assert_int_equal(returns_batch_lines(tried, lines, sizeof lines - 1, NULL, &answers, &size, NULL), RETURNS_OK);
    returns_batch_free(tried);
    assert_int_equal(strict.held, held);
  }
  assert_true(failures > 10);
  assert_false(strict.wrong_size);
  returns_policy_free(scarce);
  returns_environment_free(environment);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_answer), cmocka_unit_test(test_an_error),
      cmocka_unit_test(test_a_trace),   cmocka_unit_test(test_lines),
      cmocka_unit_test(test_a_request), cmocka_unit_test(test_parts_of_a_request),
      cmocka_unit_test(test_misuse),    cmocka_unit_test(test_every_allocation_fails),
  };
  return cmocka_run_group_tests_name("batch", tests, set_up, tear_down);
}
