/* Environment: allocator, limits, count of holds. In: the host's allocator. Out: a handle that other handles keep alive. */
#include "evaluate/environment.h"

static const uint64_t default_limits[RETURNS_LIMIT_REQUEST_BYTES + 1] = {
    [RETURNS_LIMIT_SOURCE_BYTES] = 16u << 20, [RETURNS_LIMIT_DEPTH] = 32,
    [RETURNS_LIMIT_NODES] = 1000000,          [RETURNS_LIMIT_SCALAR_BYTES] = 65536,
    [RETURNS_LIMIT_MEMORY_BYTES] = 1u << 30,  [RETURNS_LIMIT_DIAGNOSTICS] = 100,
    [RETURNS_LIMIT_RULES] = 100000,           [RETURNS_LIMIT_LINES] = 10000,
    [RETURNS_LIMIT_TREE_NODES] = 4096,        [RETURNS_LIMIT_REQUEST_BYTES] = 16u << 20,
};

int32_t returns_environment_new(const returns_allocator *allocator, returns_environment **out) {
  if (!out) return RETURNS_ERROR_ARGUMENT;
  *out = NULL;
  struct memory memory = memory_of_libc();
  if (allocator) {
    if (allocator->size < sizeof *allocator || !allocator->reallocate) return RETURNS_ERROR_ARGUMENT;
    memory.context = allocator->context;
    memory.reallocate = allocator->reallocate;
  }
  struct returns_environment *environment = memory_take_zeroed(&memory, sizeof *environment);
  if (!environment) return RETURNS_ERROR_MEMORY;
  atomic_init(&environment->holds, 1);
  environment->memory = memory;
  for (uint32_t i = 0; i <= RETURNS_LIMIT_REQUEST_BYTES; i++) environment->limits[i] = default_limits[i];
  *out = environment;
  return RETURNS_OK;
}

int32_t returns_environment_set_limit(returns_environment *environment, int32_t limit, uint64_t value) {
  if (!environment || limit < RETURNS_LIMIT_SOURCE_BYTES || limit > RETURNS_LIMIT_REQUEST_BYTES || value == 0)
    return RETURNS_ERROR_ARGUMENT;
  environment->limits[limit] = value;
  return RETURNS_OK;
}

struct returns_environment *environment_hold(returns_environment *environment) {
  if (!environment) {
    returns_environment_new(NULL, &environment);
    return environment;
  }
  atomic_fetch_add_explicit(&environment->holds, 1, memory_order_relaxed);
  return environment;
}

void environment_drop_key(struct returns_environment *environment) {
  volatile uint8_t *bytes = environment->key; /* so that wiping is not left out */
  for (size_t i = 0; i < environment->key_size; i++) bytes[i] = 0;
  memory_give(&environment->memory, environment->key, environment->key_size);
  environment->key = NULL;
  environment->key_size = 0;
  environment->write_keyed = NULL;
}

void returns_environment_free(returns_environment *environment) {
  if (!environment || atomic_fetch_sub_explicit(&environment->holds, 1, memory_order_acq_rel) != 1) return;
  environment_drop_key(environment);
  struct memory memory = environment->memory; /* it frees the block that it lives in */
  memory_give(&memory, environment, sizeof *environment);
}
