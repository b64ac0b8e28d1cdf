/* Target: test files. Refused with findings that point into them, or run against a policy: each case then passes, or says how it
 * differs. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static struct fuzz_memory memory;

static const returns_policy *policy_under_test(returns_environment **environment) {
  static returns_policy *policy;
  static returns_environment *own;
  if (policy == NULL) {
    struct bytes text;
    own = fuzz_environment(&memory);
    FUZZ_REQUIRE(fuzz_read_file(SOURCE_ROOT "/examples/policies/eyewear-rotation.yaml", &text));
    policy = fuzz_compile(own, text.data, text.size);
    FUZZ_REQUIRE(policy != NULL);
    free(text.data);
  }
  *environment = own;
  return policy;
}

bool fuzz_seed(const char *path, struct bytes *seed) { return fuzz_ends_with(path, ".test.yaml") && fuzz_read_file(path, seed); }

static void check_results(const returns_suite *suite) {
  for (uint32_t i = 0; i < returns_suite_case_count(suite); i++) {
    int32_t passed = returns_suite_case_passed(suite, i);
    const char *difference = returns_suite_case_difference(suite, i);
    FUZZ_REQUIRE(passed == 0 || passed == 1);
    FUZZ_REQUIRE(difference != NULL && (difference[0] == '\0') == (passed == 1));
    FUZZ_REQUIRE(returns_suite_case_name(suite, i) != NULL && returns_suite_case_line(suite, i) > 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  returns_environment *environment = NULL;
  const returns_policy *policy = policy_under_test(&environment);
  returns_suite *suite = NULL;
  returns_diagnostics *findings = NULL;
  size_t held = memory.held;
  int32_t status = returns_suite_load(environment, "policy.test.yaml", data, size, &suite, &findings);
  FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_POLICY || status == RETURNS_ERROR_LIMIT);
  FUZZ_REQUIRE(status != RETURNS_ERROR_POLICY || returns_diagnostics_error_count(findings) > 0);
  if (findings != NULL) fuzz_check_findings(findings, data, size);
  returns_diagnostics_free(findings);
  findings = NULL;
  if (status == RETURNS_OK) {
    FUZZ_REQUIRE(returns_suite_policy(suite) != NULL);
    status = returns_suite_run(suite, policy, &findings);
    FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_POLICY);
    if (findings != NULL) fuzz_check_findings(findings, data, size);
    if (status == RETURNS_OK) check_results(suite);
    returns_diagnostics_free(findings);
  }
  returns_suite_free(suite);
  FUZZ_REQUIRE(memory.held == held);
  return 0;
}
