/* returns/environment.h: where memory comes from, and how much of anything is accepted.
 *
 * An environment is the only thing that libreturns would otherwise keep in globals. It is set up once, then shared:
 * compilers, policies, requests and decisions made with it keep it alive (it is reference-counted).
 */
#ifndef RETURNS_ENVIRONMENT_H
#define RETURNS_ENVIRONMENT_H

#include "returns/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_environment returns_environment;

/** The host's allocator. All memory that libreturns itself takes comes from here; libyaml and jansson, which are used
 *  while compiling and while reading or writing JSON, have no such hook and use malloc.
 *  size: sizeof(returns_allocator), so that later versions may add members.
 *  reallocate: new_size 0 frees (pointer may be NULL) and returns NULL; pointer NULL allocates; otherwise resizes from
 *  old_size bytes; returns NULL on failure and then leaves the old block as it was. Must be callable from every thread
 *  that uses an object of this environment. */
typedef struct returns_allocator {
  uint32_t size;
  uint32_t reserved;
  void *context;
  void *(*reallocate)(void *context, void *pointer, size_t old_size, size_t new_size);
} returns_allocator;

/** Limits that may be lowered or raised. Defaults in brackets. */
enum returns_limit {
  RETURNS_LIMIT_SOURCE_BYTES = 1,  /**< bytes of one policy file [16 MiB] */
  RETURNS_LIMIT_DEPTH = 2,         /**< nesting of a policy file [32] */
  RETURNS_LIMIT_NODES = 3,         /**< YAML nodes of one file [1,000,000] */
  RETURNS_LIMIT_SCALAR_BYTES = 4,  /**< bytes of one scalar [65,536] */
  RETURNS_LIMIT_MEMORY_BYTES = 5,  /**< bytes that one compilation may hold at a time [1 GiB] */
  RETURNS_LIMIT_DIAGNOSTICS = 6,   /**< diagnostics kept of one run [100] */
  RETURNS_LIMIT_RULES = 7,         /**< rules of one policy [100,000] */
  RETURNS_LIMIT_LINES = 8,         /**< lines of one request [10,000] */
  RETURNS_LIMIT_TREE_NODES = 9,    /**< nodes of the decision tree that people read [4,096] */
  RETURNS_LIMIT_REQUEST_BYTES = 10 /**< bytes of one JSON request [16 MiB] */
};

/** Makes an environment.
 *  allocator: copied; NULL means malloc, realloc and free. out: owned by the caller, released with
 *  returns_environment_free. May fail: ARGUMENT (out NULL, allocator without reallocate), MEMORY.
 *  Thread rule: any thread. */
RETURNS_API int32_t returns_environment_new(const returns_allocator *allocator, returns_environment **out);

/** Changes a limit (enum returns_limit; value in the unit named there, at least 1).
 *  May fail: ARGUMENT. Thread rule: only before the environment is shared. */
RETURNS_API int32_t returns_environment_set_limit(returns_environment *environment, int32_t limit, uint64_t value);

/** The key of the digests (HMAC-SHA256) that stand in traces and JSON in the place of values of `private: yes` facts; without one
 *  those are left out. key: copied, wiped when the environment goes; size_bytes 0 takes the key away.
 *  May fail: ARGUMENT, MEMORY. Thread rule: only before the environment is shared. */
RETURNS_API int32_t returns_environment_set_key(returns_environment *environment, const void *key, size_t size_bytes);

/** Releases the caller's hold; what was made with the environment keeps its own. NULL is allowed.
 *  Thread rule: any thread. */
RETURNS_API void returns_environment_free(returns_environment *environment);

#ifdef __cplusplus
}
#endif
#endif
