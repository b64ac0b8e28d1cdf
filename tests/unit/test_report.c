/* Report: source lines with carets at the width that a terminal shows, and findings as text and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "report/names.h"
#include "report/report.h"
#include "report/source_line.h"

static struct memory memory;

static const struct caret_style plain = {"", ""};

static void assert_shown(const char *line, uint32_t from, uint32_t to, const char *expected) {
  struct buffer out;
  buffer_init(&out, &memory);
  source_line_show(&out, text_of(line), from, to, "| ", "  ", plain);
  assert_string_equal(buffer_string(&out), expected);
  buffer_free(&out);
}

static void test_carets(void **state) {
  (void)state;
  assert_shown("a: reson", 4, 9, "| a: reson\n     ^^^^^\n");
  assert_shown("a: b", 1, 2, "| a: b\n  ^\n");
  assert_shown("a: b", 4, 4, "| a: b\n     ^\n");          /* nothing, shown as one */
  assert_shown("a: b", 5, 6, "| a: b\n      ^\n");         /* behind the end */
  assert_shown("a: b", 3, UINT32_MAX, "| a: b\n    ^^\n"); /* to the end of the line */
  assert_shown("", 1, 1, "| \n  ^\n");
}

/* Columns are code points; carets are columns of a terminal. */
static void test_widths(void **state) {
  (void)state;
  assert_shown("\xE6\x97\xA5\xE6\x9C\xAC x", 4, 5, "| \xE6\x97\xA5\xE6\x9C\xAC x\n       ^\n"); /* two wide letters before it */
  assert_shown("\xE6\x97\xA5\xE6\x9C\xAC", 2, 3, "| \xE6\x97\xA5\xE6\x9C\xAC\n    ^^\n");       /* a wide one under it */
  assert_shown("e\xCC\x81x", 3, 4, "| e\xCC\x81x\n   ^\n"); /* e and a combining accent are one column */
  assert_shown("e\xCC\x81x", 2, 3, "| e\xCC\x81x\n  ^\n");  /* its accent is part of it */
  assert_shown("\tx", 2, 3, "|     x\n      ^\n");          /* a tab reaches column 4 */
  assert_shown("ab\tx", 4, 5, "| ab  x\n      ^\n");
  assert_shown("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7x", 4, 5, /* woman, joiner, girl: one cluster of 2 columns */
               "| \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7x\n    ^\n");
  assert_shown("\xF0\x9F\x87\xA6\xF0\x9F\x87\xBAx", 3, 4, "| \xF0\x9F\x87\xA6\xF0\x9F\x87\xBAx\n    ^\n"); /* a flag */
  assert_shown("\xE2\x9D\xA4\xEF\xB8\x8Fx", 3, 4,
               "| \xE2\x9D\xA4\xEF\xB8\x8Fx\n    ^\n"); /* a heart made emoji by its selector */
}

/* What a terminal would obey, or not show, is replaced; a bad byte is one column. */
static void test_unshowable(void **state) {
  (void)state;
  assert_shown("a\x1B[1mb", 2, 3, "| a\xEF\xBF\xBD[1mb\n   ^\n");
  assert_shown("a\xE2\x80\xAE"
               "b",
               2, 3,
               "| a\xEF\xBF\xBD"
               "b\n   ^\n");
  assert_shown("a\xFF"
               "b",
               3, 4,
               "| a\xEF\xBF\xBD"
               "b\n    ^\n");
  assert_shown("\xCC\x81", 1, 2, "| \xE2\x97\x8C\xCC\x81\n  ^\n");
}

static void test_long_line(void **state) {
  (void)state;
  char line[1001];
  memset(line, 'x', 1000);
  line[499] = '!';
  line[1000] = '\0';
  struct buffer out;
  buffer_init(&out, &memory);
  source_line_show(&out, text_of(line), 500, 501, "", "", plain);
  const char *text = buffer_string(&out);
  const char *carets = strchr(text, '\n') + 1;
  assert_true(out.size < 400);
  assert_int_equal(strncmp(text, "...", 3), 0);
  assert_int_equal(text[strcspn(carets, "^")], '!');
  buffer_free(&out);
}

/* However many marks are stacked on a letter: time and output stay in bounds. */
static void test_hostile_marks(void **state) {
  (void)state;
  static char line[60001];
  for (size_t i = 0; i < 60000; i += 2) memcpy(line + i, "\xCC\x81", 2);
  struct buffer out;
  buffer_init(&out, &memory);
  source_line_show(&out, text_of(line), 20000, 20001, "", "", plain);
  assert_true(out.size > 0 && out.size < 2000);
  buffer_free(&out);
}

static void test_find(void **state) {
  (void)state;
  struct text source = text_of("\xEF\xBB\xBF"
                               "one\ntwo\r\nthree");
  assert_true(text_is(source_line_find(source, 1), "one"));
  assert_true(text_is(source_line_find(source, 2), "two"));
  assert_true(text_is(source_line_find(source, 3), "three"));
  assert_true(text_is(source_line_find(source, 4), ""));
  assert_true(text_is(source_line_find(text_of(""), 1), ""));
}

/* ---- findings ---- */

static void fill(struct diagnostics *list) {
  static const char text[] = "facts:\n  - fact: reason\nrules:\n  - reson\n";
  static const struct diagnostic_source source = {"p.yaml", text, sizeof text - 1};
  diagnostics_init(list, &memory, 10);
  diagnostics_error(list, "R0301", (struct span){0, 4, 5, 4, 10}, "no fact `%s`", "reson");
  diagnostics_hint(list, "did you mean `%s`?", "reason");
  diagnostics_related(list, (struct span){0, 2, 11, 2, 17}, "declared here");
  diagnostics_warning(list, "R0601", (struct span){0, 0, 0, 0, 0}, "a \"warning\" \x1B[2J");
  assert_true(diagnostics_keep_sources(list, &source, 1));
}

static void test_findings_as_text(void **state) {
  (void)state;
  struct diagnostics list;
  struct buffer out;
  fill(&list);
  buffer_init(&out, &memory);
  diagnostics_write_text(&list, "dir/", false, &out);
  assert_string_equal(buffer_string(&out), "dir/p.yaml:4:5: error[R0301]: no fact `reson`\n"
                                           "    4 |   - reson\n"
                                           "      |     ^^^^^\n"
                                           "      = did you mean `reason`?\n"
                                           "  dir/p.yaml:2:11: declared here\n"
                                           "    2 |   - fact: reason\n"
                                           "      |           ^^^^^^\n"
                                           "dir/p.yaml: warning[R0601]: a \"warning\" \xEF\xBF\xBD[2J\n");
  buffer_clear(&out);
  diagnostics_write_text(&list, "", true, &out);
  assert_non_null(strstr(buffer_string(&out), "\x1b[1;31merror[R0301]\x1b[0m: "));
  buffer_free(&out);
  diagnostics_release(&list);
}

static void test_findings_as_json(void **state) {
  (void)state;
  struct diagnostics list;
  struct buffer out;
  fill(&list);
  buffer_init(&out, &memory);
  diagnostics_write_json(&list, "dir/", &out);
  assert_string_equal(buffer_string(&out), "[{\"code\":\"R0301\",\"severity\":\"error\",\"file\":\"dir/"
                                           "p.yaml\",\"line\":4,\"column\":5,\"end_line\":4,\"end_column\":10,"
                                           "\"message\":\"no fact `reson`\",\"hint\":\"did you mean "
                                           "`reason`?\",\"related\":[{\"file\":\"dir/p.yaml\",\"line\":2,\"column\":11,"
                                           "\"end_line\":2,\"end_column\":17,\"label\":\"declared "
                                           "here\"}]},{\"code\":\"R0601\",\"severity\":\"warning\",\"file\":\"dir/p.yaml\","
                                           "\"line\":0,\"column\":0,\"end_line\":0,\"end_column\":0,\"message\":\"a "
                                           "\\\"warning\\\" \\u001b[2J\",\"hint\":null,\"related\":[]}]");
  buffer_free(&out);
  diagnostics_release(&list);
}

static void test_findings_that_were_dropped(void **state) {
  (void)state;
  struct diagnostics list;
  struct buffer out;
  diagnostics_init(&list, &memory, 1);
  for (int i = 0; i < 3; i++) diagnostics_error(&list, "R0301", (struct span){9, 1, 1, 1, 1}, "no file");
  buffer_init(&out, &memory);
  diagnostics_write_text(&list, "", false, &out);
  assert_string_equal(buffer_string(&out), "error[R0301]: no file\n2 more findings were not shown\n");
  buffer_free(&out);
  diagnostics_release(&list);
}

static void test_name_set(void **state) {
  (void)state;
  struct name_set set;
  struct buffer out;
  name_set_init(&set, &memory);
  buffer_init(&out, &memory);
  name_set_write(&set, &out);
  for (uint32_t i = 0; i < 4; i++) name_set_add(&set, text_of((const char *const[]){"b", "c", "a", "b"}[i]));
  name_set_write(&set, &out);
  assert_string_equal(buffer_string(&out), "[][a, b, c]");
  name_set_free(&set);
  buffer_free(&out);
}

int main(void) {
  memory = memory_of_libc();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_carets),
      cmocka_unit_test(test_widths),
      cmocka_unit_test(test_unshowable),
      cmocka_unit_test(test_long_line),
      cmocka_unit_test(test_hostile_marks),
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_findings_as_text),
      cmocka_unit_test(test_findings_as_json),
      cmocka_unit_test(test_findings_that_were_dropped),
      cmocka_unit_test(test_name_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
