/* The shortest host: compile a policy, decide one return, print what it says.
 *
 *   cc minimal.c $(pkg-config --cflags --libs libreturns) -o minimal && ./minimal eyewear-rotation.yaml
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <returns/returns.h>

static const char *const verdicts[] = {"?", "authorize", "partial_credit", "exchange_only", "deny"};

static const char request_text[] =
    "{\"requested_on\": \"2026-04-01\", \"channel\": \"portal\", \"lines\": [{\"brand\": \"Ray-Ban\", "
    "\"reason\": \"wrong_size\", \"invoiced_on\": \"2026-02-27\", \"delivered_on\": \"2026-03-02\", "
    "\"unit_price\": \"80.00\", \"quantity\": 2, \"tags\": []}]}";

/* The whole file as bytes; NULL if it cannot be read. */
static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;
  if (file && fseek(file, 0, SEEK_END) == 0) {
    long length = ftell(file);
    rewind(file);
    if (length >= 0 && (bytes = malloc((size_t)length + 1))) *size = fread(bytes, 1, (size_t)length, file);
  }
  if (file) fclose(file);
  return bytes;
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "eyewear-rotation.yaml";
  size_t size = 0;
  char *text = read_file(path, &size);
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  returns_diagnostics *diagnostics = NULL;
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  int exit_status = EXIT_FAILURE;

  if (!text) {
    fprintf(stderr, "cannot read %s\n", path);
    return EXIT_FAILURE;
  }
  if (returns_compiler_new(NULL, &compiler) || returns_compiler_add_source(compiler, path, text, size)) goto done;
  if (returns_policy_compile(compiler, &policy, &diagnostics)) {
    const char *findings = "";
    size_t findings_size = 0;
    (void)returns_diagnostics_text(diagnostics, 0, &findings, &findings_size);
    fputs(findings, stderr);
    goto done;
  }
  if (returns_request_new(policy, &request) || returns_decision_new(NULL, &decision)) goto done;
  if (returns_request_read_json(request, request_text, strlen(request_text))) {
    fprintf(stderr, "%s: %s\n", returns_request_error_pointer(request), returns_request_error(request));
    goto done;
  }
  if (returns_evaluate(policy, request, NULL, decision)) {
    fprintf(stderr, "%s\n", returns_decision_error(decision));
    goto done;
  }
  for (uint32_t line = 0; line < returns_decision_line_count(decision); line++) {
    for (uint32_t portion = 0; portion < returns_decision_portion_count(decision, line); portion++) {
      int32_t verdict = 0;
      int64_t units = 0, credit = 0, fees = 0, bonuses = 0, net = 0;
      (void)returns_decision_verdict(decision, line, portion, &verdict);
      (void)returns_decision_units(decision, line, portion, &units);
      (void)returns_decision_amounts(decision, line, portion, &credit, &fees, &bonuses, &net);
      printf("%lld x %s, %lld.%02lld %s, rule %s (%s:%u)\n", (long long)units, verdicts[verdict], (long long)(net / 100),
             (long long)(net % 100), returns_policy_currency(policy), returns_decision_rule_name(decision, line, portion),
             returns_decision_rule_file(decision, line, portion), (unsigned)returns_decision_rule_line(decision, line, portion));
    }
  }
  exit_status = EXIT_SUCCESS;

done:
  returns_decision_free(decision);
  returns_request_free(request);
  returns_policy_free(policy);
  returns_diagnostics_free(diagnostics);
  returns_compiler_free(compiler);
  free(text);
  return exit_status;
}
