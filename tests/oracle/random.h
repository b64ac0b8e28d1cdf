/* A small seeded generator of numbers (splitmix64): the same seed gives the same policies and requests on every machine. */
#ifndef ORACLE_RANDOM_H
#define ORACLE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
  uint64_t state;
};

static inline uint64_t random_next(struct random *random) {
  uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static inline uint32_t random_below(struct random *random, uint32_t limit) { return (uint32_t)(random_next(random) % limit); }
static inline bool random_chance(struct random *random, uint32_t percent) { return random_below(random, 100) < percent; }
static inline int64_t random_between(struct random *random, int64_t low, int64_t high) {
  return low + (int64_t)(random_next(random) % ((uint64_t)high - (uint64_t)low + 1));
}

#endif
