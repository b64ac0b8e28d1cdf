/* Text: comparison, UTF-8, distance, and the buffer with its formats and failures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "strict_memory.h"

static struct text slice(const char *bytes, uint32_t size) { return (struct text){bytes, size}; }

static void test_compare(void **state) {
  (void)state;
  assert_int_equal(text_of("abc").size, 3);
  assert_int_equal(text_of(NULL).size, 0);
  assert_true(text_equal(text_of("abc"), slice("abcd", 3)));
  assert_false(text_equal(text_of("abc"), text_of("abd")));
  assert_false(text_equal(text_of("abc"), text_of("ab")));
  assert_true(text_equal(slice(NULL, 0), text_of("")));
  assert_true(text_equal(slice("a\0b", 3), slice("a\0b", 3)));
  assert_false(text_equal(slice("a\0b", 3), slice("a\0c", 3)));
  assert_true(text_is(slice("deny!", 4), "deny"));
  assert_false(text_is(slice("deny!", 5), "deny"));
  assert_int_equal(text_compare(text_of("a"), text_of("b")), -1);
  assert_int_equal(text_compare(text_of("b"), text_of("a")), 1);
  assert_int_equal(text_compare(text_of("a"), text_of("aa")), -1);
  assert_int_equal(text_compare(text_of("aa"), text_of("a")), 1);
  assert_int_equal(text_compare(text_of("a"), text_of("a")), 0);
  assert_int_equal(text_compare(slice(NULL, 0), text_of("a")), -1);
  assert_int_equal(text_compare(text_of("z"), text_of("\xC3\xA9")), -1);
  assert_true(text_is_ascii(text_of("A~ \t")));
  assert_true(text_is_ascii(slice(NULL, 0)));
  assert_false(text_is_ascii(text_of("caf\xC3\xA9")));
}

/* Every code point in its own encoding, made here from the definition. */
static uint32_t encode(uint32_t code_point, char out[4]) {
  if (code_point < 0x80) {
    out[0] = (char)code_point;
    return 1;
  }
  uint32_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (uint32_t i = length - 1; i > 0; i--, code_point >>= 6) out[i] = (char)(0x80 | (code_point & 0x3F));
  out[0] = (char)(leads[length] | code_point);
  return length;
}

static void test_decode_every_code_point(void **state) {
  (void)state;
  for (uint32_t code_point = 0; code_point < 0x110400; code_point++) {
    char bytes[4];
    uint32_t found = 0xFFFFFFFF, length = encode(code_point, bytes);
    bool valid = code_point <= 0x10FFFF && !(code_point >= 0xD800 && code_point <= 0xDFFF);
    if (text_decode(bytes, length, &found) != (valid ? length : 0)) fail_msg("U+%X", code_point);
    if (valid && found != code_point) fail_msg("U+%X is read as U+%X", code_point, found);
    if (length > 1 && text_decode(bytes, length - 1, &found) != 0) fail_msg("U+%X, truncated", code_point);
  }
}

static void test_decode_malformed(void **state) {
  (void)state;
  static const char *const malformed[] = {"\x80",
                                          "\xBF",
                                          "\xC0\x80",
                                          "\xC1\xBF",
                                          "\xE0\x80\x80",
                                          "\xE0\x9F\xBF",
                                          "\xF0\x80\x80\x80",
                                          "\xF0\x8F\xBF\xBF",
                                          "\xF4\x90\x80\x80",
                                          "\xF5\x80\x80\x80",
                                          "\xFF",
                                          "\xFE",
                                          "\xC3(",
                                          "\xE2\x82(",
                                          "\xF0\x9F\x98(",
                                          "\xED\xA0\x80",
                                          "\xC3\xC3"};
  uint32_t code_point;
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
    assert_int_equal(text_decode(malformed[i], strlen(malformed[i]), &code_point), 0);
    assert_false(text_is_utf8(malformed[i], strlen(malformed[i])));
  }
  assert_int_equal(text_decode("", 0, &code_point), 0);
  assert_true(text_is_utf8("", 0));
  assert_true(text_is_utf8("a\0\xE6\x97\xA5\xF0\x9F\x98\x80", 9));
  assert_false(text_is_utf8("abc\xE6\x97", 5));
}

static uint32_t distance(const char *a, const char *b, uint32_t limit) { return text_distance(text_of(a), text_of(b), limit); }

static void test_distance(void **state) {
  (void)state;
  assert_int_equal(distance("", "", 3), 0);
  assert_int_equal(distance("authorize", "authorize", 0), 0);
  assert_int_equal(distance("authorize", "authorise", 3), 1);
  assert_int_equal(distance("authorize", "autohrize", 3), 1);
  assert_int_equal(distance("deny", "dneyy", 3), 2);
  assert_int_equal(distance("ca", "abc", 9), 3); /* 2 for the unrestricted distance: no part is edited twice */
  assert_int_equal(distance("kitten", "sitting", 9), 3);
  assert_int_equal(distance("kitten", "sitting", 2), 3);
  assert_int_equal(distance("kitten", "sitting", 1), 2);
  assert_int_equal(distance("", "abc", 9), 3);
  assert_int_equal(distance("abc", "", 9), 3);
  assert_int_equal(distance("abc", "", 2), 3);
  assert_int_equal(distance("rembours\xC3\xA9", "rembourse", 3), 1);
  assert_int_equal(distance("\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x9C\xAC\xE6\x97\xA5", 3), 1);
  assert_int_equal(distance("a\xFF", "a\xFE", 3), 1);
}

static void test_distance_of_long_texts(void **state) {
  (void)state;
  char a[80], b[80];
  memset(a, 'x', sizeof a);
  memset(b, 'x', sizeof b);
  b[10] = 'y';
  assert_int_equal(text_distance(slice(a, 64), slice(b, 64), 3), 1);
  assert_int_equal(text_distance(slice(a, 62), slice(b, 64), 3), 2);
  assert_int_equal(text_distance(slice(a, 65), slice(b, 65), 3), 4);
  assert_int_equal(text_distance(slice(a, 65), slice(a, 65), 3), 0);
  assert_int_equal(text_distance(slice(a, 20), slice(b, 80), 3), 4);
}

/* The same by its recursive definition, without tables or bounds. */
static uint32_t slow_distance(const char *a, uint32_t i, const char *b, uint32_t j) {
  if (i == 0 || j == 0) return i + j;
  uint32_t best = slow_distance(a, i - 1, b, j - 1) + (a[i - 1] != b[j - 1]);
  uint32_t other = slow_distance(a, i - 1, b, j) + 1;
  if (other < best) best = other;
  other = slow_distance(a, i, b, j - 1) + 1;
  if (other < best) best = other;
  if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
    other = slow_distance(a, i - 2, b, j - 2) + 1;
    if (other < best) best = other;
  }
  return best;
}

static void test_distance_against_definition(void **state) {
  (void)state;
  uint32_t random = 1;
  for (uint32_t round = 0; round < 2000; round++) {
    char texts[2][6];
    uint32_t sizes[2];
    for (uint32_t t = 0; t < 2; t++) {
      random = random * 1664525u + 1013904223u;
      sizes[t] = (random >> 16) % 7;
      for (uint32_t i = 0; i < sizes[t]; i++) texts[t][i] = (char)('a' + (random >> (20 + 2 * i)) % 3);
    }
    uint32_t expected = slow_distance(texts[0], sizes[0], texts[1], sizes[1]);
    for (uint32_t limit = 0; limit < 8; limit++) {
      uint32_t found = text_distance(slice(texts[0], sizes[0]), slice(texts[1], sizes[1]), limit);
      assert_int_equal(found, expected <= limit ? expected : limit + 1);
    }
  }
}

/* ---- buffer ---- */

static void test_buffer(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, SIZE_MAX);
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  assert_string_equal(buffer_string(&buffer), "");
  buffer_text(&buffer, "one ");
  buffer_slice(&buffer, slice("two!", 3));
  buffer_slice(&buffer, slice(NULL, 0));
  buffer_char(&buffer, ' ');
  buffer_repeat(&buffer, '-', 5);
  buffer_repeat(&buffer, '-', 0);
  buffer_add(&buffer, "abc", 2);
  buffer_add(&buffer, NULL, 0);
  assert_string_equal(buffer_string(&buffer), "one two -----ab");
  assert_int_equal(buffer.size, 15);
  buffer_clear(&buffer);
  assert_int_equal(buffer.size, 0);
  size_t calls = strict.calls;
  buffer_text(&buffer, "again");
  assert_string_equal(buffer_string(&buffer), "again");
  assert_int_equal(strict.calls, calls);
  buffer_clear(&buffer);
  for (uint32_t i = 0; i < 100000; i++) buffer_char(&buffer, (char)('a' + i % 26));
  assert_int_equal(strlen(buffer_string(&buffer)), 100000);
  assert_true(strict.calls < calls + 20);
  buffer_free(&buffer);
  buffer_free(&buffer);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

static void test_buffer_integer(void **state) {
  (void)state;
  static const struct {
    int64_t value;
    const char *text;
  } cases[] = {{0, "0"},
               {7, "7"},
               {-7, "-7"},
               {10, "10"},
               {1234567890123, "1234567890123"},
               {INT64_MAX, "9223372036854775807"},
               {INT64_MIN, "-9223372036854775808"}};
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    buffer_clear(&buffer);
    buffer_integer(&buffer, cases[i].value);
    assert_string_equal(buffer_string(&buffer), cases[i].text);
  }
  buffer_free(&buffer);
}

static void test_buffer_format(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  struct text text = slice("fact-name", 4);
  buffer_init(&buffer, &memory);
  buffer_format(&buffer, "");
  assert_string_equal(buffer_string(&buffer), "");
  buffer_format(&buffer, "%s: `%t` %d %u %l 100%%%s", "R0301", (const struct text *)&text, -5, UINT32_MAX, INT64_MIN, "");
  assert_string_equal(buffer_string(&buffer), "R0301: `fact` -5 4294967295 -9223372036854775808 100%");
  buffer_free(&buffer);
}

static void assert_json(struct text text, const char *expected) {
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  buffer_json_string(&buffer, text);
  assert_string_equal(buffer_string(&buffer), expected);
  buffer_free(&buffer);
}

static void test_buffer_json(void **state) {
  (void)state;
  assert_json(slice(NULL, 0), "\"\"");
  assert_json(text_of("plain"), "\"plain\"");
  assert_json(text_of("\"a\\b/\"\b\f\n\r\t"), "\"\\\"a\\\\b/\\\"\\b\\f\\n\\r\\t\"");
  assert_json(slice("\0x\x1F\x7F", 4), "\"\\u0000x\\u001f\x7F\"");
  assert_json(text_of("caf\xC3\xA9 \xF0\x9F\x98\x80"), "\"caf\xC3\xA9 \xF0\x9F\x98\x80\"");
  assert_json(text_of("a\xFF"
                      "b\xE6\x97"),
              "\"a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

/* From the first failure on, nothing is written and nothing breaks; a cleared buffer starts anew. */
static void test_buffer_failure(void **state) {
  (void)state;
  for (size_t allowed = 0; allowed < 3; allowed++) {
    struct strict_memory strict;
    struct memory memory = memory_of_strict(&strict, allowed);
    struct buffer buffer;
    buffer_init(&buffer, &memory);
    for (uint32_t i = 0; i < 1000; i++) buffer_text(&buffer, "0123456789");
    assert_true(buffer.failed);
    size_t size = buffer.size;
    buffer_char(&buffer, 'x');
    buffer_integer(&buffer, 5);
    buffer_repeat(&buffer, 'x', 2);
    buffer_format(&buffer, "%s%d", "x", 1);
    buffer_json_string(&buffer, text_of("x\n"));
    assert_int_equal(buffer.size, size);
    assert_string_equal(buffer_string(&buffer), "");
    buffer_clear(&buffer);
    strict.until_failure = SIZE_MAX;
    buffer_text(&buffer, "works");
    assert_string_equal(buffer_string(&buffer), "works");
    buffer_free(&buffer);
    assert_int_equal(strict.held, 0);
  }
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  buffer_char(&buffer, 'x');
  buffer_add(&buffer, "x", SIZE_MAX);
  assert_true(buffer.failed);
  buffer_free(&buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_compare),
      cmocka_unit_test(test_decode_every_code_point),
      cmocka_unit_test(test_decode_malformed),
      cmocka_unit_test(test_distance),
      cmocka_unit_test(test_distance_of_long_texts),
      cmocka_unit_test(test_distance_against_definition),
      cmocka_unit_test(test_buffer),
      cmocka_unit_test(test_buffer_integer),
      cmocka_unit_test(test_buffer_format),
      cmocka_unit_test(test_buffer_json),
      cmocka_unit_test(test_buffer_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
