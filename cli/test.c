/* returns test: runs the tests of policies, and tells what differs. */
#include <stdlib.h>
#include <string.h>

#include "command.h"

struct report {
  const struct options *options;
  unsigned passed, failed, broken, files;
};

static void count_cases(struct test_result *result) {
  for (uint32_t i = 0; i < returns_suite_case_count(result->suite); i++) {
    if (returns_suite_case_passed(result->suite, i) == 1)
      result->passed++;
    else
      result->failed++;
  }
}

/* The policy that the suite names, and the run. Findings of either end in result->findings. */
static int run_suite(struct test_result *result, const char *directory) {
  char *path = path_join(directory, returns_suite_policy(result->suite));
  if (path == NULL) return trouble("out of memory");
  returns_policy *policy = NULL;
  int status = policy_load(path, &policy, &result->findings);
  free(path);
  if (status != EXIT_GOOD) return status;
  returns_diagnostics_free(result->findings);
  result->findings = NULL;
  int32_t ran = returns_suite_run(result->suite, policy, &result->findings);
  returns_policy_free(policy);
  if (result->findings != NULL && returns_diagnostics_set_directory(result->findings, directory) != RETURNS_OK)
    ran = RETURNS_ERROR_MEMORY;
  if (ran != RETURNS_OK && ran != RETURNS_ERROR_POLICY) return trouble("%s: %s", result->path, returns_status_text(ran));
  result->ran = true;
  count_cases(result);
  return ran == RETURNS_OK && result->failed == 0 ? EXIT_GOOD : EXIT_FINDINGS;
}

static int run_file(struct test_result *result) {
  struct bytes text;
  if (!file_read(result->path, &text)) return EXIT_TROUBLE;
  char *directory = path_directory(result->path);
  int result_status = EXIT_TROUBLE;
  if (directory == NULL) {
    trouble("out of memory");
    goto done;
  }
  int32_t status = returns_suite_load(NULL, path_base(result->path), text.data, text.size, &result->suite, &result->findings);
  if (result->findings != NULL && returns_diagnostics_set_directory(result->findings, directory) != RETURNS_OK)
    status = RETURNS_ERROR_MEMORY;
  if (status == RETURNS_OK) {
    returns_diagnostics_free(result->findings);
    result->findings = NULL;
    result_status = run_suite(result, directory);
  } else {
    result_status = status == RETURNS_ERROR_POLICY ? EXIT_FINDINGS : trouble("%s: %s", result->path, returns_status_text(status));
  }
done:
  free(directory);
  free(text.data);
  return result_status;
}

/* ---- text ---- */

static void print_difference(const char *difference) {
  while (*difference != '\0') {
    size_t size = strcspn(difference, "\n");
    printf("  %.*s\n", (int)size, difference);
    difference += size;
    if (*difference == '\n') difference++;
  }
}

static void print_text(const struct test_result *result) {
  bool colour = wants_colour(stdout);
  const char *bad = colour ? "\x1b[1;31m" : "", *end = colour ? "\x1b[0m" : "";
  findings_print(result->findings, stdout);
  if (!result->ran) {
    printf("%sBROKEN%s %s\n", bad, end, result->path);
    return;
  }
  for (uint32_t i = 0; i < returns_suite_case_count(result->suite); i++) {
    if (returns_suite_case_passed(result->suite, i) == 1) continue;
    printf("%sFAIL%s %s:%u: %s\n", bad, end, result->path, returns_suite_case_line(result->suite, i),
           returns_suite_case_name(result->suite, i));
    print_difference(returns_suite_case_difference(result->suite, i));
  }
  if (result->failed == 0)
    printf("%s: %u passed\n", result->path, result->passed);
  else
    printf("%s: %u passed, %u failed\n", result->path, result->passed, result->failed);
}

/* ---- JSON ---- */

static int print_json(const struct test_result *result, bool first) {
  const char *findings = "[]";
  size_t size = 2;
  if (result->findings != NULL && returns_diagnostics_json(result->findings, &findings, &size) != RETURNS_OK)
    return trouble("out of memory");
  printf(first ? "{\"file\":" : ",{\"file\":");
  json_string(stdout, result->path);
  printf(",\"policy\":");
  json_string(stdout, result->suite == NULL ? NULL : returns_suite_policy(result->suite));
  printf(",\"ran\":%s,\"passed\":%u,\"failed\":%u,\"cases\":[", result->ran ? "true" : "false", result->passed, result->failed);
  uint32_t count = result->ran ? returns_suite_case_count(result->suite) : 0;
  for (uint32_t i = 0; i < count; i++) {
    printf(i == 0 ? "{\"case\":" : ",{\"case\":");
    json_string(stdout, returns_suite_case_name(result->suite, i));
    printf(",\"line\":%u,\"passed\":%s,\"difference\":", returns_suite_case_line(result->suite, i),
           returns_suite_case_passed(result->suite, i) == 1 ? "true" : "false");
    json_string_or_null(stdout, returns_suite_case_difference(result->suite, i));
    putchar('}');
  }
  printf("],\"findings\":");
  fwrite(findings, 1, size, stdout);
  putchar('}');
  return EXIT_GOOD;
}

static void begin(const struct options *options) {
  if (options->format == FORMAT_JSON)
    printf("{\"files\":[");
  else if (options->format == FORMAT_JUNIT)
    junit_begin(stdout);
}

static void end(const struct report *report) {
  if (report->options->format == FORMAT_JSON) {
    printf("],\"passed\":%u,\"failed\":%u,\"broken\":%u}\n", report->passed, report->failed, report->broken);
  } else if (report->options->format == FORMAT_JUNIT) {
    junit_end(stdout);
  } else {
    printf("%u passed, %u failed", report->passed, report->failed);
    if (report->broken > 0) printf(", %u %s could not be run", report->broken, report->broken == 1 ? "file" : "files");
    putchar('\n');
  }
}

static int test_file(struct report *report, const char *path) {
  struct test_result result = {.path = path};
  int status = run_file(&result);
  if (report->options->format == FORMAT_TEXT)
    print_text(&result);
  else if (report->options->format == FORMAT_JUNIT)
    junit_file(stdout, &result);
  else if (print_json(&result, report->files == 0) != EXIT_GOOD)
    status = EXIT_TROUBLE;
  report->files++;
  report->passed += result.passed;
  report->failed += result.failed;
  if (!result.ran) report->broken++;
  returns_diagnostics_free(result.findings);
  returns_suite_free(result.suite);
  return status;
}

static int run(const struct options *options) {
  struct paths paths = {NULL, 0, 0};
  int worst = EXIT_GOOD;
  for (int i = 0; i < options->operand_count; i++) {
    if (!paths_add_tests(&paths, options->operands[i])) worst = EXIT_TROUBLE;
  }
  if (paths.count == 0) {
    if (worst == EXIT_GOOD) worst = trouble("there is no test file in %s", options->operands[0]);
    paths_free(&paths);
    return worst;
  }
  struct report report = {.options = options};
  begin(options);
  for (size_t i = 0; i < paths.count; i++) {
    int status = test_file(&report, paths.items[i]);
    if (status > worst) worst = status;
  }
  end(&report);
  paths_free(&paths);
  return worst;
}

const struct command test_command = {
    .name = "test",
    .operands = "FILE|DIR...",
    .summary = "Runs the tests of policies",
    .help = "A test file begins with `returns_tests: 1` and names its policy, which lies beside it. Of a directory, every test "
            "file in it and\n"
            "below it is run: what ends in .test.yaml, and other YAML files that begin so. Differences are told as expected and "
            "found.\n\n"
            "  -f, --format FORMAT  text (the default), json or junit\n"
            "  -h, --help           this text\n\n"
            "Example:\n"
            "  returns test policies\n",
    .formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_JUNIT,
    .default_format = FORMAT_TEXT,
    .operands_min = 1,
    .run = run,
};
