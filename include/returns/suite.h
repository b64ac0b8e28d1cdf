/* returns/suite.h: tests of a policy (files that begin with `returns_tests: 1`). */
#ifndef RETURNS_SUITE_H
#define RETURNS_SUITE_H

#include "returns/compiler.h"
#include "returns/decision.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_suite returns_suite;

/** Reads a test file. environment: NULL for defaults. name, bytes: copied. *out owned on success; *diagnostics owned whenever
 * set. May fail: ARGUMENT, MEMORY, POLICY (the file has errors), LIMIT. Thread rule: a suite belongs to one thread at a time. */
RETURNS_API int32_t returns_suite_load(returns_environment *environment, const char *name, const void *bytes, size_t size_bytes,
                                       returns_suite **out, returns_diagnostics **diagnostics);
/** The policy that the file names, relative to the file. Borrowed while the suite lives. */
RETURNS_API const char *returns_suite_policy(const returns_suite *suite);
/** Runs all cases against a compiled policy; results are kept in the suite until the next run. *diagnostics: a fact or key that
 *  the policy does not know, with its place (NULL if none). May fail: ARGUMENT, MEMORY, POLICY. */
RETURNS_API int32_t returns_suite_run(returns_suite *suite, const returns_policy *policy, returns_diagnostics **diagnostics);
RETURNS_API uint32_t returns_suite_case_count(const returns_suite *suite);
RETURNS_API const char *returns_suite_case_name(const returns_suite *suite, uint32_t index);
RETURNS_API uint32_t returns_suite_case_line(const returns_suite *suite, uint32_t index);
/** 1 passed, 0 failed, -1 not run or out of range. */
RETURNS_API int32_t returns_suite_case_passed(const returns_suite *suite, uint32_t index);
/** What was expected and what was found, line by line, for a failed case; "" otherwise. Borrowed until the next run. */
RETURNS_API const char *returns_suite_case_difference(const returns_suite *suite, uint32_t index);
/** Frees; NULL is allowed. */
RETURNS_API void returns_suite_free(returns_suite *suite);

#ifdef __cplusplus
}
#endif
#endif
