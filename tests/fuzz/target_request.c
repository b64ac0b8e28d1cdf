/* Target: requests as JSON, against a policy that the first byte chooses. Refused with a code and a message, or decided at every
 * level of trace; a sound request is then read all the same. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static const char *const policy_paths[] = {
    "examples/policies/eyewear-rotation.yaml", "tests/cases/policies/undecided.yaml", "tests/cases/policies/limits.yaml",
    "tests/cases/policies/fees.yaml",          "tests/cases/policies/approvals.yaml", "tests/cases/policies/provisional.yaml",
    "tests/cases/policies/requests.yaml",      "tests/cases/policies/together.yaml",  "tests/cases/policies/workflow.yaml",
};
enum { POLICIES = sizeof policy_paths / sizeof policy_paths[0] };

static struct fuzz_memory memory;

static const returns_policy *policy_at(size_t index) {
  static returns_policy *policies[POLICIES]; /* compiled once; libFuzzer has no end at which to free them */
  static returns_environment *environment;
  if (environment == NULL) environment = fuzz_environment(&memory);
  if (policies[index] == NULL) {
    char path[4096];
    struct bytes text;
    snprintf(path, sizeof path, "%s/%s", SOURCE_ROOT, policy_paths[index]);
    FUZZ_REQUIRE(fuzz_read_file(path, &text));
    policies[index] = fuzz_compile(environment, text.data, text.size);
    FUZZ_REQUIRE(policies[index] != NULL);
    free(text.data);
  }
  return policies[index];
}

/* A case of the conformance corpus stands for its request. */
bool fuzz_seed(const char *path, struct bytes *seed) {
  json_t *test = fuzz_ends_with(path, ".json") ? json_load_file(path, 0, NULL) : NULL;
  const char *policy = json_string_value(json_object_get(test, "policy"));
  char *request = json_dumps(json_object_get(test, "request"), JSON_COMPACT);
  *seed = (struct bytes){NULL, 0};
  for (size_t i = 0; i < POLICIES && policy != NULL && request != NULL && seed->data == NULL; i++) {
    if (strcmp(policy_paths[i], policy) != 0) continue;
    seed->size = strlen(request) + 1;
    seed->data = malloc(seed->size);
    if (seed->data == NULL) break;
    seed->data[0] = (uint8_t)i;
    memcpy(seed->data + 1, request, seed->size - 1);
  }
  free(request);
  json_decref(test);
  return seed->data != NULL;
}

static void read_and_decide(const returns_policy *policy, const char *text, size_t size) {
  static const char sound[] = "{\"lines\":[]}";
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  char digest[65];
  FUZZ_REQUIRE(returns_request_new(policy, &request) == RETURNS_OK && returns_decision_new(NULL, &decision) == RETURNS_OK);
  int32_t status = returns_request_read_json(request, text, size);
  FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_REQUEST || status == RETURNS_ERROR_LIMIT);
  if (status == RETURNS_OK) {
    FUZZ_REQUIRE(returns_request_digest(request, digest, sizeof digest) == RETURNS_OK && strlen(digest) == 64);
    fuzz_decide(policy, request, decision);
  } else {
    FUZZ_REQUIRE(strncmp(returns_request_error_code(request), "R09", 3) == 0 && returns_request_error(request)[0] != '\0');
    FUZZ_REQUIRE(returns_request_error_pointer(request) != NULL);
  }
  FUZZ_REQUIRE(returns_request_read_json(request, sound, sizeof sound - 1) == RETURNS_OK);
  FUZZ_REQUIRE(returns_request_error_code(request)[0] == '\0');
  returns_decision_free(decision);
  returns_request_free(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const returns_policy *policy = policy_at(data[0] % POLICIES);
  size_t held = memory.held;
  read_and_decide(policy, (const char *)data + 1, size - 1);
  FUZZ_REQUIRE(memory.held == held);
  return 0;
}
