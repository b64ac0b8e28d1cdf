/* returns check: the findings of policies and of test files. */
#include <stdlib.h>

#include "command.h"

/* A test file by itself: its form. What it says of a policy, `returns test` checks. */
static int check_tests(const char *path, const struct bytes *text, returns_diagnostics **findings) {
  returns_suite *suite = NULL;
  char *directory = path_directory(path);
  int32_t status = returns_suite_load(NULL, path_base(path), text->data, text->size, &suite, findings);
  if (*findings != NULL && (directory == NULL || returns_diagnostics_set_directory(*findings, directory) != RETURNS_OK)) {
    status = RETURNS_ERROR_MEMORY;
  }
  free(directory);
  returns_suite_free(suite);
  if (status == RETURNS_OK) return EXIT_GOOD;
  if (status == RETURNS_ERROR_POLICY) return EXIT_FINDINGS;
  return trouble("%s: %s", path, returns_status_text(status));
}

static int check_file(const char *path, returns_policy **policy, returns_diagnostics **findings) {
  struct bytes text;
  *policy = NULL;
  *findings = NULL;
  if (!file_exists(path)) return policy_load(path, policy, findings); /* standard input, or trouble that it tells */
  if (!file_read(path, &text)) return EXIT_TROUBLE;
  bool tests = is_test_file(&text);
  int status = tests ? check_tests(path, &text, findings) : EXIT_GOOD;
  free(text.data);
  return tests ? status : policy_load(path, policy, findings);
}

static void print_count(uint32_t count, const char *noun) { printf("%u %s%s", count, noun, count == 1 ? "" : "s"); }

static void print_text(const char *path, const returns_policy *policy, returns_diagnostics *findings, int status) {
  findings_print(findings, stdout);
  uint32_t errors = returns_diagnostics_error_count(findings), warnings = returns_diagnostics_count(findings);
  if (status == EXIT_GOOD && policy != NULL) {
    printf("%s: good: %s, ", path, returns_policy_name(policy));
    print_count(returns_policy_rule_count(policy), "rule");
    printf(", ");
    print_count(returns_policy_fact_count(policy), "fact");
    if (warnings > 0) printf(", ");
    if (warnings > 0) print_count(warnings, "warning");
    putchar('\n');
  } else if (status == EXIT_GOOD) {
    printf("%s: good\n", path);
  } else if (status == EXIT_FINDINGS) {
    printf("%s: ", path);
    print_count(errors, "error");
    putchar('\n');
  }
}

static int print_json(const char *path, returns_diagnostics *findings, bool first) {
  const char *text = "[]";
  size_t size = 2;
  if (findings != NULL && returns_diagnostics_json(findings, &text, &size) != RETURNS_OK) return trouble("out of memory");
  printf(first ? "{\"file\":" : ",{\"file\":");
  json_string(stdout, path);
  printf(",\"errors\":%u,\"findings\":", returns_diagnostics_error_count(findings));
  fwrite(text, 1, size, stdout);
  putchar('}');
  return EXIT_GOOD;
}

/* The policies of a run and their paths: revisions of one policy are compared. */
struct revisions {
  const returns_policy **policies;
  const char **paths;
  uint32_t count;
};

/* Takes the policy. */
static void keep(struct revisions *revisions, returns_policy *policy, const char *path) {
  if (policy == NULL) return;
  revisions->policies[revisions->count] = policy;
  revisions->paths[revisions->count++] = path;
}

static int check_revisions(const struct revisions *revisions, enum format format) {
  returns_diagnostics *findings = NULL;
  const char *text = "[]";
  size_t size = 2;
  int32_t status = returns_revisions_check(revisions->policies, revisions->paths, revisions->count, &findings);
  if (status != RETURNS_OK && status != RETURNS_ERROR_POLICY) return trouble("%s", returns_status_text(status));
  if (format == FORMAT_TEXT) {
    findings_print(findings, stdout);
  } else {
    if (findings != NULL && returns_diagnostics_json(findings, &text, &size) != RETURNS_OK) return trouble("out of memory");
    printf(",\"revisions\":");
    fwrite(text, 1, size, stdout);
  }
  returns_diagnostics_free(findings);
  return status == RETURNS_OK ? EXIT_GOOD : EXIT_FINDINGS;
}

static void forget(struct revisions *revisions) {
  for (uint32_t i = 0; i < revisions->count; i++) returns_policy_free((returns_policy *)(uintptr_t)revisions->policies[i]);
  free(revisions->policies);
  free(revisions->paths);
}

/* The worst of the files: what cannot be read outweighs findings. */
static int run(const struct options *options) {
  size_t count = (size_t)options->operand_count;
  struct revisions revisions = {calloc(count, sizeof *revisions.policies), calloc(count, sizeof *revisions.paths), 0};
  int worst = revisions.policies != NULL && revisions.paths != NULL ? EXIT_GOOD : trouble("out of memory");
  if (worst != EXIT_GOOD) {
    forget(&revisions);
    return worst;
  }
  if (options->format == FORMAT_JSON) printf("{\"files\":[");
  for (int i = 0; i < options->operand_count; i++) {
    const char *path = options->operands[i];
    returns_policy *policy = NULL;
    returns_diagnostics *findings = NULL;
    int status = check_file(path, &policy, &findings);
    if (options->format == FORMAT_TEXT) {
      print_text(path, policy, findings, status);
    } else if (print_json(path, findings, i == 0) != EXIT_GOOD) {
      status = EXIT_TROUBLE;
    }
    returns_diagnostics_free(findings);
    keep(&revisions, policy, path);
    if (status > worst) worst = status;
  }
  if (options->format == FORMAT_JSON) putchar(']');
  int between = check_revisions(&revisions, options->format);
  if (options->format == FORMAT_JSON) printf("}\n");
  forget(&revisions);
  return between > worst ? between : worst;
}

const struct command check_command = {
    .name = "check",
    .operands = "FILE...",
    .summary = "Reports what is wrong with policies and test files",
    .help = "Every finding is told with its place, its code (see docs/errors.md) and, where there is one, the likely fix.\n"
            "What a policy uses is read beside it. `-` is standard input. Revisions of one policy may not overlap.\n\n"
            "  -f, --format FORMAT  text (the default) or json\n"
            "  -h, --help           this text\n\n"
            "Example:\n"
            "  returns check policies/*.yaml\n",
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .default_format = FORMAT_TEXT,
    .operands_min = 1,
    .run = run,
};
