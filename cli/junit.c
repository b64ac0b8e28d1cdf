/* Test results as JUnit XML, the form that CI systems read: a suite per file, a case per case. */
#include "command.h"

/* Text in XML: markup escaped, and no control character but tab and line end, which XML 1.0 cannot hold. */
static void xml_text(FILE *stream, const char *text) {
  for (const char *at = text; *at != '\0'; at++) {
    unsigned char c = (unsigned char)*at;
    if (c == '&')
      fputs("&amp;", stream);
    else if (c == '<')
      fputs("&lt;", stream);
    else if (c == '>')
      fputs("&gt;", stream);
    else if (c == '"')
      fputs("&quot;", stream);
    else if (c == '\n')
      fputs("&#10;", stream);
    else if (c < 0x20 && c != '\t')
      fputc('?', stream);
    else
      fputc(c, stream);
  }
}

void junit_begin(FILE *stream) { fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"returns\">\n", stream); }

void junit_end(FILE *stream) { fputs("</testsuites>\n", stream); }

static void write_case(FILE *stream, const struct test_result *result, uint32_t index) {
  fputs("    <testcase name=\"", stream);
  xml_text(stream, returns_suite_case_name(result->suite, index));
  fputs("\" classname=\"", stream);
  xml_text(stream, returns_suite_policy(result->suite));
  fputs("\" file=\"", stream);
  xml_text(stream, result->path);
  fprintf(stream, "\" line=\"%u\"", returns_suite_case_line(result->suite, index));
  if (returns_suite_case_passed(result->suite, index) == 1) {
    fputs("/>\n", stream);
    return;
  }
  fputs(">\n      <failure message=\"the answer differs\">", stream);
  xml_text(stream, returns_suite_case_difference(result->suite, index));
  fputs("</failure>\n    </testcase>\n", stream);
}

/* What is wrong with the file or its policy, as one case that is in error. */
static void write_broken(FILE *stream, const struct test_result *result) {
  const char *text = "";
  size_t size = 0;
  if (result->findings != NULL && returns_diagnostics_text(result->findings, 0, &text, &size) != RETURNS_OK)
    text = "out of memory";
  fputs("    <testcase name=\"", stream);
  xml_text(stream, path_base(result->path));
  fputs("\" classname=\"returns\">\n      <error message=\"the file could not be run\">", stream);
  xml_text(stream, text);
  fputs("</error>\n    </testcase>\n", stream);
}

void junit_file(FILE *stream, const struct test_result *result) {
  bool broken = !result->ran || returns_diagnostics_error_count(result->findings) > 0;
  fputs("  <testsuite name=\"", stream);
  xml_text(stream, result->path);
  fprintf(stream, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n", result->passed + result->failed + (broken ? 1u : 0u),
          result->failed, broken ? 1u : 0u);
  for (uint32_t i = 0; result->ran && i < returns_suite_case_count(result->suite); i++) write_case(stream, result, i);
  if (broken) write_broken(stream, result);
  fputs("  </testsuite>\n", stream);
}
