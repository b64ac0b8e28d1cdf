/* An allocator for tests: fails when told to, counts what is held, and knows every block's size, so that a wrong old_size
 * is found. Not a test itself. */
#ifndef TESTS_STRICT_MEMORY_H
#define TESTS_STRICT_MEMORY_H

#include "base/memory.h"

#include <stdlib.h>

struct strict_memory {
  size_t until_failure; /* this many calls succeed; from then on, all fail. SIZE_MAX: none */
  size_t held, calls;
  bool wrong_size; /* a block came back with another size than it had */
};

enum { STRICT_HEADER = 16 };

static inline void *strict_reallocate(void *context, void *pointer, size_t old_size, size_t new_size) {
  struct strict_memory *strict = context;
  char *block = pointer ? (char *)pointer - STRICT_HEADER : NULL;
  if ((block ? *(size_t *)(void *)block : 0) != old_size) strict->wrong_size = true;
  if (new_size == 0) {
    if (block) strict->held -= old_size;
    free(block);
    return NULL;
  }
  strict->calls++;
  if (strict->until_failure == 0) return NULL;
  if (strict->until_failure != SIZE_MAX) strict->until_failure--;
  block = realloc(block, new_size + STRICT_HEADER);
  if (!block) return NULL;
  *(size_t *)(void *)block = new_size;
  strict->held = strict->held - old_size + new_size;
  return block + STRICT_HEADER;
}

static inline struct memory memory_of_strict(struct strict_memory *strict, size_t until_failure) {
  *strict = (struct strict_memory){.until_failure = until_failure};
  return (struct memory){.context = strict, .reallocate = strict_reallocate, .budget = SIZE_MAX};
}

#endif
