/* The handle of returns/suite.h around lib/suite. */
#include "api/diagnostics.h"
#include "returns/suite.h"
#include "suite/suite.h"

#include <string.h>

struct returns_suite {
  returns_environment *environment; /* held */
  struct suite suite;
  const char *name;
  const char *bytes;
  size_t size;
  const char *policy;
};

void returns_suite_free(returns_suite *suite) {
  if (suite == NULL) return;
  returns_environment *environment = suite->environment;
  arena_free(&suite->suite.arena);
  arena_free(&suite->suite.results);
  memory_give(&environment->memory, suite, sizeof *suite);
  returns_environment_free(environment);
}

static returns_suite *suite_new(returns_environment *environment, const char *name, const void *bytes, size_t size_bytes) {
  environment = environment_hold(environment);
  if (environment == NULL) return NULL;
  struct returns_suite *suite = memory_take_zeroed(&environment->memory, sizeof *suite);
  if (suite == NULL) {
    returns_environment_free(environment);
    return NULL;
  }
  suite->environment = environment;
  arena_init(&suite->suite.arena, &environment->memory);
  arena_init(&suite->suite.results, &environment->memory);
  suite->name = arena_copy_text(&suite->suite.arena, name, strlen(name));
  suite->bytes = arena_copy_text(&suite->suite.arena, size_bytes > 0 ? bytes : "", size_bytes);
  suite->size = size_bytes;
  if (suite->name != NULL && suite->bytes != NULL) return suite;
  returns_suite_free(suite);
  return NULL;
}

static struct load_limits limits_of(const returns_environment *environment) {
  uint64_t nodes = environment_limit(environment, RETURNS_LIMIT_NODES),
           depth = environment_limit(environment, RETURNS_LIMIT_DEPTH);
  return (struct load_limits){
      .source_bytes = (size_t)environment_limit(environment, RETURNS_LIMIT_SOURCE_BYTES),
      .scalar_bytes = (size_t)environment_limit(environment, RETURNS_LIMIT_SCALAR_BYTES),
      .depth = depth > UINT32_MAX ? UINT32_MAX : (uint32_t)depth,
      .nodes = nodes > UINT32_MAX ? UINT32_MAX : (uint32_t)nodes,
  };
}

static bool give_findings(const returns_suite *suite, returns_diagnostics *findings, returns_diagnostics **out) {
  struct diagnostic_source source = {suite->name, suite->bytes, suite->size};
  return diagnostics_handle_give(findings, &source, 1, out);
}

int32_t returns_suite_load(returns_environment *environment, const char *name, const void *bytes, size_t size_bytes,
                           returns_suite **out, returns_diagnostics **diagnostics) {
  if (out != NULL) *out = NULL;
  if (diagnostics != NULL) *diagnostics = NULL;
  if (out == NULL || name == NULL || (bytes == NULL && size_bytes > 0) || !text_is_utf8(name, strlen(name)))
    return RETURNS_ERROR_ARGUMENT;
  returns_suite *suite = suite_new(environment, name, bytes, size_bytes);
  if (suite == NULL) return RETURNS_ERROR_MEMORY;
  struct load_limits limits = limits_of(suite->environment);
  returns_diagnostics *findings = diagnostics_handle_new(suite->environment);
  int32_t status = RETURNS_ERROR_MEMORY;
  if (findings == NULL) goto fail;
  bool good =
      nodes_load(&suite->suite.tree, &suite->suite.arena, 0, suite->name, suite->bytes, suite->size, &limits, &findings->list) &&
      suite_shape(&suite->suite, &findings->list);
  bool faulty = findings->list.error_count > 0;
  if (good) {
    struct text policy = suite->suite.tree.nodes[suite->suite.policy].value;
    suite->policy = policy.bytes;
  }
  if (!give_findings(suite, findings, diagnostics)) goto fail;
  status = good ? RETURNS_OK : faulty ? RETURNS_ERROR_POLICY : RETURNS_ERROR_MEMORY;
  if (status != RETURNS_OK) goto fail;
  *out = suite;
  return RETURNS_OK;
fail:
  returns_suite_free(suite);
  return status;
}

int32_t returns_suite_run(returns_suite *suite, const returns_policy *policy, returns_diagnostics **diagnostics) {
  if (diagnostics != NULL) *diagnostics = NULL;
  if (suite == NULL || policy == NULL) return RETURNS_ERROR_ARGUMENT;
  returns_diagnostics *findings = diagnostics_handle_new(suite->environment);
  if (findings == NULL) return RETURNS_ERROR_MEMORY;
  bool good = suite_run(&suite->suite, policy, suite->environment, &suite->environment->memory, &findings->list);
  bool faulty = findings->list.error_count > 0;
  if (!give_findings(suite, findings, diagnostics) || !good) {
    if (diagnostics != NULL) {
      returns_diagnostics_free(*diagnostics);
      *diagnostics = NULL;
    }
    return RETURNS_ERROR_MEMORY;
  }
  return faulty ? RETURNS_ERROR_POLICY : RETURNS_OK;
}

const char *returns_suite_policy(const returns_suite *suite) { return suite == NULL ? NULL : suite->policy; }

uint32_t returns_suite_case_count(const returns_suite *suite) { return suite == NULL ? 0 : suite->suite.case_count; }

static const struct suite_case *case_at(const returns_suite *suite, uint32_t index) {
  return suite != NULL && index < suite->suite.case_count ? &suite->suite.cases[index] : NULL;
}

const char *returns_suite_case_name(const returns_suite *suite, uint32_t index) {
  const struct suite_case *test = case_at(suite, index);
  return test == NULL ? NULL : suite->suite.tree.nodes[test->name].value.bytes;
}

uint32_t returns_suite_case_line(const returns_suite *suite, uint32_t index) {
  const struct suite_case *test = case_at(suite, index);
  return test == NULL ? 0 : test->span.line;
}

int32_t returns_suite_case_passed(const returns_suite *suite, uint32_t index) {
  const struct suite_case *test = case_at(suite, index);
  return test == NULL || !test->ran ? -1 : test->passed ? 1 : 0;
}

const char *returns_suite_case_difference(const returns_suite *suite, uint32_t index) {
  const struct suite_case *test = case_at(suite, index);
  return test == NULL ? "" : test->difference;
}
