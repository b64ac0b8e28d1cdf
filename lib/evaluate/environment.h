/* Environment: the allocator and the limits behind every handle, with an atomic count of holds.
 *
 * For the modules that make handles (policies, requests, decisions, compilers, suites): hold it, take memory from it, release
 * it. Its memory has no budget, so that threads may share it; who wants a budget copies `memory` and sets one.
 */
#ifndef EVALUATE_ENVIRONMENT_H
#define EVALUATE_ENVIRONMENT_H

#include <stdatomic.h>

#include "base/text.h"
#include "returns/environment.h"

struct returns_environment {
  atomic_uint_least32_t holds;
  struct memory memory;
  uint64_t limits[RETURNS_LIMIT_REQUEST_BYTES + 1]; /* by enum returns_limit */
  uint8_t *key;
  size_t key_size; /* of the digests that stand in the place of private values; NULL: none */
  void (*write_keyed)(const uint8_t *key, size_t key_size, struct text name, struct text value,
                      struct buffer *out); /* with a key */
};

/* Wipes the key. */
void environment_drop_key(struct returns_environment *environment);
/* What is written in the place of a private value; false: nothing, there is no key. */
bool write_hidden(const returns_environment *environment, struct text name, struct text value, struct buffer *out);

/* Another hold on the environment, or for NULL a new one with malloc and the default limits. NULL: out of memory.
 * Released with returns_environment_free. */
struct returns_environment *environment_hold(returns_environment *environment);

static inline uint64_t environment_limit(const struct returns_environment *environment, enum returns_limit limit) {
  return environment->limits[limit];
}

#endif
