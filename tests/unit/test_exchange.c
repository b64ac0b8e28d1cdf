/* Exchange: texts in one form, pointers into JSON text, requests read from JSON and written in canonical form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/exchange.h"
#include "exchange/host_text.h"
#include "exchange/json_text.h"
#include "returns/returns.h"

static struct memory memory;

/* ---- host text ---- */

static void assert_text(const char *in, size_t size, enum host_text_result result, const char *expected) {
  struct buffer scratch;
  struct text out;
  buffer_init(&scratch, &memory);
  assert_int_equal(host_text_normalise((struct text){in, (uint32_t)size}, &scratch, &out), result);
  if (result == HOST_TEXT_OK) assert_true(text_equal(out, text_of(expected)));
  buffer_free(&scratch);
}

static void test_host_text(void **state) {
  (void)state;
  assert_text("Ray-Ban", 7, HOST_TEXT_OK, "Ray-Ban");
  assert_text("", 0, HOST_TEXT_OK, "");
  assert_text("rembourse\xCC\x81", 11, HOST_TEXT_OK, "rembours\xC3\xA9");   /* decomposed */
  assert_text("rembours\xC3\xA9", 10, HOST_TEXT_OK, "rembours\xC3\xA9");    /* composed already */
  assert_text("\xE1\x84\x80\xE1\x85\xA1", 6, HOST_TEXT_OK, "\xEA\xB0\x80"); /* Hangul jamo */
  assert_text("\xE2\x84\xAB", 3, HOST_TEXT_OK, "\xC3\x85");                 /* the angstrom sign is A with ring */
  assert_text("\xEF\xBC\xA1", 3, HOST_TEXT_OK, "\xEF\xBC\xA1");             /* a fullwidth A stays: NFC, not NFKC */
  assert_text("a\0b", 3, HOST_TEXT_MALFORMED, NULL);
  assert_text("\xC3\xA9\0", 3, HOST_TEXT_MALFORMED, NULL);
  assert_text("\xC3", 1, HOST_TEXT_MALFORMED, NULL);
  assert_text("\xED\xA0\x80", 3, HOST_TEXT_MALFORMED, NULL); /* a surrogate */
}

static void test_host_text_marks(void **state) {
  (void)state;
  char text[1 + 2 * (HOST_TEXT_MAX_MARKS + 1)];
  struct buffer scratch;
  struct text out;
  text[0] = 'x';
  for (size_t i = 1; i < sizeof text; i += 2) memcpy(text + i, "\xCC\x81", 2);
  buffer_init(&scratch, &memory);
  assert_int_equal(host_text_normalise((struct text){text, sizeof text}, &scratch, &out), HOST_TEXT_MARKS);
  assert_int_equal(host_text_normalise((struct text){text, sizeof text - 2}, &scratch, &out), HOST_TEXT_OK);
  buffer_free(&scratch);
}

/* ---- JSON text ---- */

static void assert_pointer(const char *json, const char *stop, const char *expected) {
  struct buffer out;
  buffer_init(&out, &memory);
  json_text_pointer(text_of(json), (size_t)(strstr(json, stop) - json), &out);
  assert_string_equal(buffer_string(&out), expected);
  buffer_free(&out);
}

static void test_pointers(void **state) {
  (void)state;
  assert_pointer("{\"a\": !", "!", "/a");
  assert_pointer("{\"a\": 1, \"b\": [0, {\"c\": !", "!", "/b/1/c");
  assert_pointer("{\"a\": {\"x\": [1, 2]}, \"b\": !", "!", "/b");
  assert_pointer("[[], [1, !", "!", "/1/1");
  assert_pointer("{\"a\\\"]\": \"}{\", \"m/n~\": !", "!", "/m~1n~0");
  assert_pointer("{\"ch\\u0061n\\n\\u00e9\\uD83D\\uDE00\\/\": !", "!", "/chan\n\xC3\xA9\xF0\x9F\x98\x80~1");
  assert_pointer("!", "!", "");
}

static void test_members(void **state) {
  (void)state;
  assert_int_equal(json_text_most_members(text_of("{\"a\": [1, 2, 3, 4], \"b\": {\"x\": 1, \"y\": 2, \"z\": 3}}")), 3);
  assert_int_equal(json_text_most_members(text_of("[1, 2, 3]")), 0);
  assert_int_equal(json_text_most_members(text_of("{\"a,b,c\": \",,,\"}")), 0);
  assert_int_equal(json_text_most_members(text_of("}}]]{\"a\"")), 0);
}

/* ---- requests ---- */

static const char source[] = "returns: 1\n"
                             "policy: exchange\n"
                             "currency: AUD\n"
                             "conventions: {month_end: clamp, rounding: half_up, fee_above_credit: zero, fill: request_order}\n"
                             "facts:\n"
                             "  - {fact: requested_on, type: date, of: request}\n"
                             "  - {fact: bought_at, type: instant, of: request, optional: yes}\n"
                             "  - {fact: bonus_units, type: count, of: brand, range: 0 .. 100, absent: 0}\n"
                             "  - {fact: brand, type: text, absent: \"none\"}\n"
                             "  - {fact: reason, type: choice, values: [defective, \"wrong size\"]}\n"
                             "  - {fact: gift, type: flag, absent: no}\n"
                             "  - {fact: tags, type: set, values: [a, b, c], absent: none}\n"
                             "  - {fact: quantity, type: count, range: 1 .. 500, absent: 1}\n"
                             "  - {fact: weight, type: decimal, absent: 0.5}\n"
                             "  - {fact: lost, type: percent, absent: 0%}\n"
                             "  - {fact: price, type: money, range: 0.00 .. 5000.00}\n"
                             "  - {fact: warranty, type: months, absent: 24 months}\n"
                             "  - {fact: condition, type: choice, values: [good, bad], supplied_by: inspect, assume: good}\n"
                             "units: quantity\n"
                             "unit_value: price\n"
                             "rules:\n"
                             "  - rule: defective\n"
                             "    when:\n"
                             "      - reason is defective\n"
                             "      - condition is good\n"
                             "    then: authorize\n"
                             "    because: warranty\n"
                             "otherwise: {then: deny, because: outside_policy}\n"
                             "approvals:\n"
                             "  - approval: manager\n"
                             "    when:\n"
                             "      - line_value > 100.00\n";

static returns_policy *policy;
static returns_request *request;

static int set_up(void **state) {
  (void)state;
  returns_compiler *compiler = NULL;
  returns_diagnostics *findings = NULL;
  assert_int_equal(returns_compiler_new(NULL, &compiler), RETURNS_OK);
  assert_int_equal(returns_compiler_add_source(compiler, "exchange.yaml", source, sizeof source - 1), RETURNS_OK);
  int32_t status = returns_policy_compile(compiler, &policy, &findings);
  const char *text = "";
  size_t size = 0;
  if (findings != NULL) returns_diagnostics_text(findings, 0, &text, &size);
  if (status != RETURNS_OK) print_error("%s", text);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  assert_int_equal(status, RETURNS_OK);
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  returns_request_free(request);
  returns_policy_free(policy);
  return 0;
}

static void assert_read(const char *json, const char *canonical) {
  struct buffer out;
  int32_t status = returns_request_read_json(request, json, strlen(json));
  if (status != RETURNS_OK) print_error("%s\n", returns_request_error(request));
  assert_int_equal(status, RETURNS_OK);
  buffer_init(&out, &memory);
  request_write_json(request, &out);
  assert_string_equal(buffer_string(&out), canonical);
  buffer_free(&out);
}

static void test_requests(void **state) {
  (void)state;
  assert_read("{\"lines\": []}", "{\"lines\":[]}");
  assert_read(" {\"lines\": [{}, {\"id\": \"x\\\"y\"}], \"requested_on\": \"2026-04-01\"} ",
              "{\"requested_on\":\"2026-04-01\",\"lines\":[{},{\"id\":\"x\\\"y\"}]}");
  assert_read("{\"lines\": [{\"price\": \"80\", \"tags\": [\"c\", \"a\"], \"gift\": true, \"quantity\": 4, \"reason\": \"wrong "
              "size\", \"weight\": \"1.50\","
              " \"lost\": \"12.5%\", \"warranty\": \"6 months\", \"brand\": \"Ray-Ban\", \"id\": \"1\"}]}",
              "{\"lines\":[{\"id\":\"1\",\"brand\":\"Ray-Ban\",\"reason\":\"wrong "
              "size\",\"gift\":true,\"tags\":[\"a\",\"c\"],\"quantity\":4,"
              "\"weight\":\"1.5\",\"lost\":\"12.5%\",\"price\":\"80.00\",\"warranty\":\"6 months\"}]}");
  assert_read("{\"bonus_units\": {\"b\": 2, \"a\": 1, \"c\": 0}, \"lines\": []}",
              "{\"bonus_units\":{\"a\":1,\"b\":2,\"c\":0},\"lines\":[]}");
  assert_read("{\"lines\": [], \"refused\": [], \"agreed\": [\"manager\"], \"done\": [\"inspect\"]}",
              "{\"lines\":[],\"done\":[\"inspect\"],\"agreed\":[\"manager\"]}");
  assert_read("{\"bought_at\": \"2026-07-01T10:30:00+02:00\", \"lines\": []}",
              "{\"bought_at\":\"2026-07-01T10:30:00+02:00\",\"lines\":[]}");
}

/* The same request, in another order and another form of its texts. */
static void test_digest(void **state) {
  (void)state;
  static const char *const same[] = {
      "{\"requested_on\":\"2026-04-01\",\"lines\":[{\"brand\":\"rembours\xC3\xA9\",\"price\":\"1.00\"}]}",
      "{\"lines\": [{\"price\": \"1\", \"brand\": \"rembourse\\u0301\"}], \"requested_on\": \"2026-04-01\"}"};
  char digest[2][65];
  for (int i = 0; i < 2; i++) {
    assert_int_equal(returns_request_read_json(request, same[i], strlen(same[i])), RETURNS_OK);
    assert_int_equal(returns_request_digest(request, digest[i], sizeof digest[i]), RETURNS_OK);
    assert_int_equal(strspn(digest[i], "0123456789abcdef"), 64);
  }
  assert_string_equal(digest[0], digest[1]);
  assert_int_equal(returns_request_read_json(request, "{\"lines\": []}", 13), RETURNS_OK);
  assert_int_equal(returns_request_digest(request, digest[1], 65), RETURNS_OK);
  assert_string_not_equal(digest[0], digest[1]);
  assert_int_equal(returns_request_digest(request, digest[1], 64), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_digest(NULL, digest[1], 65), RETURNS_ERROR_ARGUMENT);
}

/* ---- requests that are refused ---- */

struct refusal {
  const char *json, *code, *pointer, *fact;
  uint32_t line;
};

static const struct refusal refusals[] = {
    {"", "R0920", "", "", UINT32_MAX},
    {"{\"lines\": [", "R0920", "/lines/0", "", 0},
    {"{\"lines\": []} x", "R0920", "", "", UINT32_MAX},
    {"{\"lines\": [{\"price\": \"\xFF\"}]}", "R0920", "/lines/0/price", "", 0},
    {"{\"lines\": [], \"lines\": []}", "R0921", "/lines", "", UINT32_MAX},
    {"{\"lines\": [{\"price\": \"1\", \"price\": \"2\"}]}", "R0921", "/lines/0/price", "", 0},
    {"{\"lines\": [{\"quantity\": 99999999999999999999}]}", "R0922", "/lines/0/quantity", "", 0},
    {"{\"lines\": [{\"quantity\": 1e999}]}", "R0922", "/lines/0/quantity", "", 0},
    {"[]", "R0924", "", "", UINT32_MAX},
    {"{\"lines\": {}}", "R0924", "/lines", "", UINT32_MAX},
    {"{\"lines\": [[]]}", "R0924", "/lines/0", "", 0},
    {"{\"lines\": [{\"id\": 7}]}", "R0924", "/lines/0/id", "", 0},
    {"{\"lines\": [], \"done\": \"inspect\"}", "R0924", "/done", "", UINT32_MAX},
    {"{\"lines\": [], \"agreed\": [1]}", "R0924", "/agreed/0", "", UINT32_MAX},
    {"{\"lines\": [{\"price\": 80}]}", "R0925", "/lines/0/price", "price", 0},
    {"{\"lines\": [{}, {\"price\": 80.5}]}", "R0925", "/lines/1/price", "price", 1},
    {"{\"lines\": [{\"quantity\": 4.0}]}", "R0925", "/lines/0/quantity", "quantity", 0},
    {"{\"lines\": [{\"quantity\": \"4\"}]}", "R0925", "/lines/0/quantity", "quantity", 0},
    {"{\"lines\": [{\"gift\": \"yes\"}]}", "R0925", "/lines/0/gift", "gift", 0},
    {"{\"lines\": [{\"gift\": 1}]}", "R0925", "/lines/0/gift", "gift", 0},
    {"{\"lines\": [{\"gift\": null}]}", "R0925", "/lines/0/gift", "gift", 0},
    {"{\"lines\": [{\"tags\": \"a\"}]}", "R0925", "/lines/0/tags", "tags", 0},
    {"{\"lines\": [{\"tags\": [1]}]}", "R0925", "/lines/0/tags/0", "tags", 0},
    {"{\"bonus_units\": 12, \"lines\": []}", "R0926", "/bonus_units", "bonus_units", UINT32_MAX},
    {"{\"bonus_units\": {\"a/b\": \"1\"}, \"lines\": []}", "R0925", "/bonus_units/a~1b", "bonus_units", UINT32_MAX},
    {"{\"reason\": \"defective\", \"lines\": []}", "R0927", "/reason", "reason", UINT32_MAX},
    {"{\"lines\": [{\"requested_on\": \"2026-04-01\"}]}", "R0927", "/lines/0/requested_on", "requested_on", 0},
    {"{\"lines\": [{\"bonus_units\": {}}]}", "R0927", "/lines/0/bonus_units", "bonus_units", 0},
    {"{\"lines\": [{\"brand\": \"a\\u0000b\"}]}", "R0928", "/lines/0/brand", "brand", 0},
    {"{\"lines\": [{\"tags\": [\"a\\u0000\"]}]}", "R0928", "/lines/0/tags/0", "tags", 0},
    {"{\"lines\": [{\"id\": \"a\\u0000b\"}]}", "R0928", "/lines/0/id", "", 0},
    {"{\"lines\": [], \"done\": [\"inspect\\u0000\"]}", "R0928", "/done/0", "", UINT32_MAX},
    {"{\"lines\": [], \"a\\u0000\": 1}", "R0920", "/a\xEF\xBF\xBD", "", UINT32_MAX},
    {"{\"ch\\u0061\": 1, \"cha\": 1, \"lines\": []}", "R0921", "/cha", "", UINT32_MAX},
    {"{\"bonus_units\": {\"\\u00e9\": 1, \"e\\u0301\": 2}, \"lines\": []}", "R0921", "/bonus_units/e\xCC\x81", "bonus_units",
     UINT32_MAX},
    {"{\"lines\": [{\"tags\": [\"a\", \"b\", \"a\"]}]}", "R0929", "/lines/0/tags/2", "tags", 0},
    {"{\"lines\": [], \"agreed\": [\"manager\"], \"refused\": [\"manager\"]}", "R0930", "/refused/0", "", UINT32_MAX},
    {"{}", "R0931", "", "", UINT32_MAX},
    {"{\"lines\": [{\"reson\": \"defective\"}]}", "R0902", "/lines/0/reson", "", 0},
    {"{\"lines\": [{\"reason\": \"defektive\"}]}", "R0903", "/lines/0/reason", "reason", 0},
    {"{\"lines\": [{\"tags\": [\"a\", \"z\"]}]}", "R0903", "/lines/0/tags/1", "tags", 0},
    {"{\"lines\": [{\"quantity\": 501}]}", "R0904", "/lines/0/quantity", "quantity", 0},
    {"{\"lines\": [{\"quantity\": -9223372036854775808}]}", "R0904", "/lines/0/quantity", "quantity", 0},
    {"{\"lines\": [{\"price\": \"80.005\"}]}", "R0905", "/lines/0/price", "price", 0},
    {"{\"lines\": [{\"price\": \"080.00\"}]}", "R0905", "/lines/0/price", "price", 0},
    {"{\"lines\": [{\"price\": \"1e3\"}]}", "R0905", "/lines/0/price", "price", 0},
    {"{\"requested_on\": \"2026-02-30\", \"lines\": []}", "R0905", "/requested_on", "requested_on", UINT32_MAX},
};

static void test_refusals(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    const struct refusal *refusal = &refusals[i];
    int32_t status = returns_request_read_json(request, refusal->json, strlen(refusal->json));
    if (strcmp(returns_request_error_code(request), refusal->code) != 0) {
      print_error("%s: %s: %s\n", refusal->json, returns_request_error_code(request), returns_request_error(request));
    }
    assert_int_equal(status, RETURNS_ERROR_REQUEST);
    assert_string_equal(returns_request_error_code(request), refusal->code);
    assert_string_equal(returns_request_error_pointer(request), refusal->pointer);
    assert_string_equal(returns_request_error_fact(request), refusal->fact);
    assert_int_equal(returns_request_error_line(request), refusal->line);
    assert_true(strlen(returns_request_error(request)) > 0);
    assert_true(text_is_utf8(returns_request_error(request), strlen(returns_request_error(request))));
  }
  assert_read("{\"lines\":[{\"price\":\"1.00\"}]}", "{\"lines\":[{\"price\":\"1.00\"}]}"); /* the next request is not touched */
  assert_string_equal(returns_request_error(request), "");
  assert_string_equal(returns_request_error_code(request), "");
  assert_string_equal(returns_request_error_fact(request), "");
}

/* A failed request leaves nothing behind. */
static void test_nothing_stays(void **state) {
  (void)state;
  static const char bad[] =
      "{\"requested_on\": \"2026-04-01\", \"done\": [\"inspect\"], \"lines\": [{\"price\": \"1.00\"}, {\"price\": 1}]}";
  struct buffer out;
  assert_int_equal(returns_request_read_json(request, bad, sizeof bad - 1), RETURNS_ERROR_REQUEST);
  buffer_init(&out, &memory);
  request_write_json(request, &out);
  assert_string_equal(buffer_string(&out), "{\"lines\":[]}");
  buffer_free(&out);
}

static void test_limits(void **state) {
  (void)state;
  enum { MEMBERS = 10001 };
  char *text = malloc(MEMBERS * 16 + 64), *at = text;
  assert_non_null(text);
  at += sprintf(at, "{\"lines\": [], \"bonus_units\": {");
  for (int i = 0; i < MEMBERS; i++) at += sprintf(at, i == 0 ? "\"k%d\":1" : ",\"k%d\":1", i);
  sprintf(at, "}}");
  assert_int_equal(returns_request_read_json(request, text, strlen(text)), RETURNS_ERROR_LIMIT);
  assert_string_equal(returns_request_error_code(request), "R0923");
  memset(text, '[', MEMBERS); /* nested far too deep */
  assert_int_equal(returns_request_read_json(request, text, MEMBERS), RETURNS_ERROR_REQUEST);
  assert_string_equal(returns_request_error_code(request), "R0920");
  free(text);
  assert_int_equal(returns_request_read_json(request, NULL, 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_read_json(NULL, "{}", 2), RETURNS_ERROR_ARGUMENT);
  assert_string_equal(returns_request_error_fact(NULL), "");
  assert_int_equal(returns_request_error_line(NULL), UINT32_MAX);
}

int main(void) {
  memory = memory_of_libc();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_host_text), cmocka_unit_test(test_host_text_marks), cmocka_unit_test(test_pointers),
      cmocka_unit_test(test_members),   cmocka_unit_test(test_requests),        cmocka_unit_test(test_digest),
      cmocka_unit_test(test_refusals),  cmocka_unit_test(test_nothing_stays),   cmocka_unit_test(test_limits),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
