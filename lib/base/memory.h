/* Memory: the host's allocator behind three calls, a byte budget, and an arena for things that die together.
 *
 * In: an allocator from the host. Out: blocks, arenas, growing arrays. Knows nothing of policies. libc only.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Immutable once made, except for `used`, which only a budgeted copy (one owner, one thread) counts. */
struct memory {
  void *context;
  void *(*reallocate)(void *context, void *pointer, size_t old_size, size_t new_size);
  size_t budget; /* bytes that may be held at a time; SIZE_MAX: no bound, `used` is then not counted */
  size_t used;
};

/* malloc and free, without a budget. */
struct memory memory_of_libc(void);
void *memory_resize(struct memory *memory, void *pointer, size_t old_size, size_t new_size); /* new_size 0 frees */
void *memory_take(struct memory *memory, size_t size);                                       /* not zeroed; NULL on failure */
void *memory_take_zeroed(struct memory *memory, size_t size);
void memory_give(struct memory *memory, void *pointer, size_t size);

/* Grows *items (of item_size bytes, *capacity of them) geometrically so that `needed` fit. false: out of memory, nothing
 * changed. */
bool memory_reserve(struct memory *memory, void **items, uint32_t *capacity, uint32_t needed, size_t item_size);

/* An arena: allocations live until the arena is reset or freed. 16-byte aligned. After a reset the blocks are kept,
 * so that a loop which takes the same amount again allocates nothing. */
struct arena_block;
struct arena {
  struct memory *memory;
  struct arena_block *first, *current;
  size_t offset; /* in current */
};
void arena_init(struct arena *arena, struct memory *memory);
void *arena_take(struct arena *arena, size_t size); /* not zeroed; NULL on failure */
void *arena_take_zeroed(struct arena *arena, size_t size);
char *arena_copy_text(struct arena *arena, const char *bytes, size_t size); /* NUL-terminated copy */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif
