/* Diagnostics: collecting, limits, order, doubles, sources, nearest names, and all of it when the allocator fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/diagnostics.h"
#include "strict_memory.h"

static struct span at(uint32_t file, uint32_t line, uint32_t column) {
  return (struct span){file, line, column, line, column + 1};
}

static void test_collect(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct diagnostics list;
  struct text name = {"windw rest", 5};
  diagnostics_init(&list, &memory, 10);
  diagnostics_hint(&list, "nothing to belong to");
  diagnostics_related(&list, at(0, 1, 1), "nothing to belong to");
  diagnostics_error(&list, "R0301", at(0, 4, 7), "unknown name `%t`, %d of %u", (const struct text *)&name, 1, 2u);
  diagnostics_hint(&list, "did you mean `%s`?", "window");
  diagnostics_related(&list, at(1, 9, 3), "declared here");
  diagnostics_related(&list, at(2, 8, 4), "and %s", "here");
  diagnostics_warning(&list, "R0601", at(0, 5, 1), "unused");
  assert_int_equal(list.count, 2);
  assert_int_equal(list.error_count, 1);
  assert_int_equal(list.dropped, 0);
  const struct finding *finding = &list.findings[0];
  assert_string_equal(finding->code, "R0301");
  assert_int_equal(finding->severity, SEVERITY_ERROR);
  assert_int_equal(finding->span.line, 4);
  assert_string_equal(finding->message, "unknown name `windw`, 1 of 2");
  assert_string_equal(finding->hint, "did you mean `window`?");
  assert_string_equal(finding->related->label, "declared here");
  assert_int_equal(finding->related->span.file, 1);
  assert_string_equal(finding->related->next->label, "and here");
  assert_null(finding->related->next->next);
  assert_int_equal(list.findings[1].severity, SEVERITY_WARNING);
  assert_null(list.findings[1].hint);
  assert_null(list.findings[1].related);
  assert_false(list.out_of_memory);
  diagnostics_release(&list);
  assert_int_equal(list.count, 0);
  diagnostics_release(&list);
}

static void test_limit(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct diagnostics list;
  diagnostics_init(&list, &memory, 3);
  for (int i = 0; i < 5; i++) {
    diagnostics_error(&list, "R0301", at(0, 1, 1), "number %d", i);
    diagnostics_hint(&list, "of %d", i);
    diagnostics_related(&list, at(0, 2, 2), "of %d", i);
  }
  diagnostics_warning(&list, "R0601", at(0, 1, 1), "one more");
  assert_int_equal(list.count, 3);
  assert_int_equal(list.error_count, 5);
  assert_int_equal(list.dropped, 3);
  for (uint32_t i = 0; i < 3; i++) {
    struct buffer expected;
    buffer_init(&expected, &memory);
    buffer_format(&expected, "of %u", i);
    assert_string_equal(list.findings[i].hint, buffer_string(&expected));
    assert_string_equal(list.findings[i].related->label, buffer_string(&expected));
    assert_null(list.findings[i].related->next);
    buffer_free(&expected);
  }
  diagnostics_release(&list);
}

static void test_sort(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct diagnostics list;
  diagnostics_init(&list, &memory, UINT32_MAX);
  enum { COUNT = 1000 };
  uint32_t random = 1;
  for (uint32_t i = 0; i < COUNT; i++) {
    random = random * 1664525u + 1013904223u;
    diagnostics_error(&list, "R0301", at(random >> 30, (random >> 27) & 7, (random >> 25) & 3), "%u", i);
  }
  diagnostics_sort(&list);
  assert_int_equal(list.count, COUNT);
  uint8_t seen[COUNT] = {0};
  for (uint32_t i = 0; i < COUNT; i++) {
    uint32_t number = 0;
    for (const char *digit = list.findings[i].message; *digit; digit++) number = number * 10 + (uint32_t)(*digit - '0');
    assert_int_equal(seen[number]++, 0);
    if (i == 0) continue;
    const struct span *a = &list.findings[i - 1].span, *b = &list.findings[i].span;
    uint32_t x = a->file * 10000 + a->line * 100 + a->column, y = b->file * 10000 + b->line * 100 + b->column;
    assert_true(x <= y);
    if (x != y) continue;
    uint32_t before = 0; /* stable */
    for (const char *digit = list.findings[i - 1].message; *digit; digit++) before = before * 10 + (uint32_t)(*digit - '0');
    assert_true(before < number);
  }
  diagnostics_release(&list);
}

static void test_doubles(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct diagnostics list;
  diagnostics_init(&list, &memory, 100);
  struct span longer = at(0, 3, 3);
  longer.end_column++;
  diagnostics_error(&list, "R0301", at(0, 3, 3), "same");
  diagnostics_error(&list, "R0302", at(0, 3, 3), "same");
  diagnostics_error(&list, "R0301", at(0, 2, 3), "same");
  diagnostics_error(&list, "R0301", at(0, 3, 3), "other");
  diagnostics_warning(&list, "R0301", at(0, 3, 3), "same");
  diagnostics_error(&list, "R0301", longer, "same");
  assert_int_equal(list.error_count, 5);
  for (int i = 0; i < 3; i++) {
    diagnostics_error(&list, "R0301", at(0, 3, 3), "same");
    diagnostics_warning(&list, "R0301", at(0, 3, 3), "same");
  }
  diagnostics_sort(&list);
  assert_int_equal(list.count, 6);
  assert_int_equal(list.error_count, 5);
  assert_int_equal(list.findings[0].span.line, 2);
  assert_string_equal(list.findings[1].code, "R0301");
  assert_string_equal(list.findings[2].code, "R0302");
  assert_string_equal(list.findings[3].message, "other");
  assert_int_equal(list.findings[4].severity, SEVERITY_WARNING);
  assert_int_equal(list.findings[5].span.end_column, longer.end_column);
  diagnostics_release(&list);
}

static void test_sort_of_few(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  for (uint32_t count = 0; count < 20; count++) {
    struct diagnostics list;
    diagnostics_init(&list, &memory, 100);
    for (uint32_t i = 0; i < count; i++) diagnostics_error(&list, "R0301", at(0, count - i, 1), "x");
    diagnostics_sort(&list);
    assert_int_equal(list.count, count);
    for (uint32_t i = 0; i < count; i++) assert_int_equal(list.findings[i].span.line, i + 1);
    diagnostics_release(&list);
  }
}

static void test_sources(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct diagnostics list;
  char bytes[] = "a\0b", name[] = "policy.yaml";
  struct diagnostic_source sources[] = {{name, bytes, 3}, {"unused.yaml", "x", 1}, {"shared.yaml", "", 0}};
  diagnostics_init(&list, &memory, 100);
  diagnostics_error(&list, "R0301", at(0, 1, 1), "here");
  diagnostics_related(&list, at(2, 1, 1), "there");
  assert_true(diagnostics_keep_sources(&list, sources, 3));
  memset(bytes, 'x', 3);
  memset(name, 'x', 3);
  assert_int_equal(list.source_count, 3);
  assert_string_equal(list.sources[0].name, "policy.yaml");
  assert_int_equal(list.sources[0].size, 3);
  assert_memory_equal(list.sources[0].bytes, "a\0b", 4);
  assert_null(list.sources[1].name);
  assert_null(list.sources[1].bytes);
  assert_string_equal(list.sources[2].name, "shared.yaml");
  assert_int_equal(list.sources[2].size, 0);
  diagnostics_release(&list);
}

/* One use of everything, with the allocator failing from each call on. */
static bool use_all(struct diagnostics *list) {
  static const struct diagnostic_source sources[] = {{"a.yaml", "text", 4}};
  for (int i = 0; i < 30; i++) {
    diagnostics_error(list, "R0301", at(0, (uint32_t)(30 - i), 1), "a message so long that it takes several blocks: %d", i);
    diagnostics_hint(list, "hint %d", i);
    diagnostics_related(list, at(0, 1, 1), "related %d", i);
  }
  diagnostics_sort(list);
  return diagnostics_keep_sources(list, sources, 1);
}

static void test_failure(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, SIZE_MAX);
  struct diagnostics list;
  diagnostics_init(&list, &memory, 100);
  assert_true(use_all(&list));
  assert_int_equal(list.count, 30);
  diagnostics_release(&list);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
  size_t calls = strict.calls;
  assert_true(calls > 90);

  for (size_t allowed = 0; allowed < calls; allowed++) {
    memory = memory_of_strict(&strict, allowed);
    diagnostics_init(&list, &memory, 100);
    use_all(&list);
    assert_true(list.out_of_memory);
    assert_int_equal(list.error_count, 30);
    for (uint32_t i = 0; i < list.count; i++) {
      assert_non_null(list.findings[i].message);
      assert_string_equal(list.findings[i].code, "R0301");
    }
    diagnostics_release(&list);
    assert_int_equal(strict.held, 0);
    assert_false(strict.wrong_size);
  }
}

/* ---- nearest name ---- */

static const char *nearest_of(const char *wanted, const char *const *candidates) {
  struct nearest nearest;
  nearest_begin(&nearest, text_of(wanted));
  for (; *candidates; candidates++) nearest_try(&nearest, text_of(*candidates));
  if (nearest_found(&nearest)) return nearest.best.bytes;
  assert_int_equal(nearest.best.size, 0);
  return "none";
}

static void test_nearest(void **state) {
  (void)state;
  static const char *const verdicts[] = {"authorize", "deny", "partial_credit", "exchange_only", NULL};
  assert_string_equal(nearest_of("authorise", verdicts), "authorize");
  assert_string_equal(nearest_of("Deny", verdicts), "deny");
  assert_string_equal(nearest_of("DENY", verdicts), "deny");
  assert_string_equal(nearest_of("dney", verdicts), "deny");
  assert_string_equal(nearest_of("dnye", verdicts), "none");
  assert_string_equal(nearest_of("partial-credits", verdicts), "partial_credit");
  assert_string_equal(nearest_of("PARTIAL_CREDIT", verdicts), "partial_credit");
  assert_string_equal(nearest_of("refuse", verdicts), "none");
  assert_string_equal(nearest_of("", verdicts), "none");
  static const char *const names[] = {"a", "ab", "windows", "window", "windmill", "", NULL};
  assert_string_equal(nearest_of("windw", names), "window");
  assert_string_equal(nearest_of("window", names), "window");
  assert_string_equal(nearest_of("b", names), "none");
  assert_string_equal(nearest_of("A", names), "none");
  assert_string_equal(nearest_of("ac", names), "a");
  static const char *const none[] = {NULL};
  assert_string_equal(nearest_of("windw", none), "none");
  static const char *const accented[] = {"rembours\xC3\xA9", NULL};
  assert_string_equal(nearest_of("rembourse", accented), "rembours\xC3\xA9");
}

/* Up to 4 letters one edit, up to 8 two, then three. */
static void test_nearest_limits(void **state) {
  (void)state;
  static const char *const four[] = {"abcd", NULL}, *const five[] = {"abcde", NULL}, *const nine[] = {"abcdefghi", NULL};
  assert_string_equal(nearest_of("abcx", four), "abcd");
  assert_string_equal(nearest_of("abxx", four), "none");
  assert_string_equal(nearest_of("abcxx", five), "abcde");
  assert_string_equal(nearest_of("abxxx", five), "none");
  assert_string_equal(nearest_of("abcdefxxx", nine), "abcdefghi");
  assert_string_equal(nearest_of("abcdexxxx", nine), "none");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_collect), cmocka_unit_test(test_limit),       cmocka_unit_test(test_sort),
      cmocka_unit_test(test_doubles), cmocka_unit_test(test_sort_of_few), cmocka_unit_test(test_sources),
      cmocka_unit_test(test_failure), cmocka_unit_test(test_nearest),     cmocka_unit_test(test_nearest_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
