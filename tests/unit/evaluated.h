/* For the tests of the evaluator: a policy from text, and what an allocator counts. Not a test itself. */
#ifndef TESTS_EVALUATED_H
#define TESTS_EVALUATED_H

#include <string.h>

#include "returns/returns.h"
#include "strict_memory.h"

static inline returns_policy *evaluated_policy(returns_environment *environment, const char *yaml) {
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  const char *told = "";
  size_t size = 0;
  assert_int_equal(returns_compiler_new(environment, &compiler), RETURNS_OK);
  assert_int_equal(returns_compiler_add_source(compiler, "policy.yaml", yaml, strlen(yaml)), RETURNS_OK);
  (void)returns_policy_compile(compiler, &policy, &findings);
  if (policy == NULL && returns_diagnostics_text(findings, 0, &told, &size) == RETURNS_OK) print_error("%s", told);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  assert_non_null(policy);
  return policy;
}

static inline uint32_t evaluated_fact(const returns_policy *policy, const char *name) {
  uint32_t fact = 0;
  assert_int_equal(returns_policy_fact_index(policy, name, &fact), RETURNS_OK);
  return fact;
}

/* An environment on a strict allocator. */
static inline returns_environment *evaluated_environment(struct strict_memory *strict) {
  returns_environment *environment = NULL;
  returns_allocator allocator = {.size = sizeof allocator, .context = strict, .reallocate = strict_reallocate};
  *strict = (struct strict_memory){.until_failure = SIZE_MAX};
  assert_int_equal(returns_environment_new(&allocator, &environment), RETURNS_OK);
  return environment;
}

#endif
