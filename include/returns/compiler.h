/* returns/compiler.h: from policy text to a policy. The library opens no file: sources are handed over by name and bytes. */
#ifndef RETURNS_COMPILER_H
#define RETURNS_COMPILER_H

#include "returns/diagnostics.h"
#include "returns/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_compiler returns_compiler;

/** Makes a compiler without sources. environment: NULL for one of its own with defaults; else kept alive.
 *  out: owned by the caller. May fail: ARGUMENT, MEMORY. Thread rule: a compiler belongs to one thread at a time. */
RETURNS_API int32_t returns_compiler_new(returns_environment *environment, returns_compiler **out);

/** Hands over a source. The first one is the policy; the others are found by the names that `use:` and `floor:` give.
 *  name: UTF-8, NUL-terminated, copied; used in messages and traces, and part of the digest.
 *  bytes: copied; may be anything, errors in them are found by returns_policy_compile.
 *  May fail: ARGUMENT (a name given twice), MEMORY, LIMIT (larger than RETURNS_LIMIT_SOURCE_BYTES). */
RETURNS_API int32_t returns_compiler_add_source(returns_compiler *compiler, const char *name, const void *bytes,
                                                size_t size_bytes);

/** Names of sources that those handed over so far ask for, by `use:` or `floor:`, and that are lacking: for hosts that read files
 * beside the first. index: from 0; *name is NULL when there are no more, else borrowed until the next call with this compiler. A
 * source with errors asks for nothing. May fail: ARGUMENT, MEMORY. */
RETURNS_API int32_t returns_compiler_missing_source(returns_compiler *compiler, uint32_t index, const char **name);

/** Compiles. On success *out is an owned policy; on failure NULL. *diagnostics (may be NULL if not wanted) is owned by the
 *  caller whenever it is set: it holds errors on RETURNS_ERROR_POLICY, and may hold warnings on success (NULL if none).
 *  May fail: ARGUMENT, MEMORY, POLICY, LIMIT. The compiler keeps its sources and may compile again. */
RETURNS_API int32_t returns_policy_compile(returns_compiler *compiler, returns_policy **out, returns_diagnostics **diagnostics);

/** Frees the compiler and its sources; policies live on. NULL is allowed. */
RETURNS_API void returns_compiler_free(returns_compiler *compiler);

/** Reports what is wrong between the revisions among policies, those that share a name: periods that overlap (R0740, errors),
 * days on which none holds (R0741, warnings). files: what to call each file, or NULL for the names of their sources. findings:
 * owned by the caller, NULL when there are none; may be NULL. May fail: ARGUMENT, MEMORY, POLICY (there are errors). */
RETURNS_API int32_t returns_revisions_check(const returns_policy *const *policies, const char *const *files, uint32_t count,
                                            returns_diagnostics **findings);

#ifdef __cplusplus
}
#endif
#endif
