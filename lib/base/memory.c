/* Memory: budgeted blocks, growing arrays, arenas.
 *
 * In: the host's allocator. Out: blocks. A block of size 0 is a block of size 1, so that NULL always means failure.
 * It must not know what is kept in the blocks.
 */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *libc_reallocate(void *context, void *pointer, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    free(pointer);
    return NULL;
  }
  return realloc(pointer, new_size);
}

struct memory memory_of_libc(void) {
  return (struct memory){.context = NULL, .reallocate = libc_reallocate, .budget = SIZE_MAX, .used = 0};
}

void *memory_resize(struct memory *memory, void *pointer, size_t old_size, size_t new_size) {
  bool budgeted = memory->budget != SIZE_MAX;
  if (!pointer) {
    if (new_size == 0) return NULL;
    old_size = 0;
  } else if (old_size == 0) {
    old_size = 1;
  }
  /* `used` never exceeds the budget, and old_size is part of it. */
  if (budgeted && new_size > old_size && new_size - old_size > memory->budget - memory->used) return NULL;
  void *block = memory->reallocate(memory->context, pointer, old_size, new_size);
  if (budgeted && (block || new_size == 0)) memory->used = memory->used - old_size + new_size;
  return block;
}

void *memory_take(struct memory *memory, size_t size) { return memory_resize(memory, NULL, 0, size ? size : 1); }

void *memory_take_zeroed(struct memory *memory, size_t size) {
  void *block = memory_take(memory, size);
  if (block) memset(block, 0, size);
  return block;
}

void memory_give(struct memory *memory, void *pointer, size_t size) { memory_resize(memory, pointer, size, 0); }

bool memory_reserve(struct memory *memory, void **items, uint32_t *capacity, uint32_t needed, size_t item_size) {
  if (needed <= *capacity) return true;
  uint32_t grown = *capacity <= UINT32_MAX / 2 ? *capacity + *capacity / 2 : UINT32_MAX;
  if (grown < 8) grown = 8;
  if (grown < needed) grown = needed;
  if (grown > SIZE_MAX / item_size) return false;
  /* The caller's pointer is one to its own item type: read and written as bytes, it may be any. */
  void *block;
  memcpy(&block, items, sizeof block);
  block = memory_resize(memory, block, *capacity * item_size, grown * item_size);
  if (!block) return false;
  memcpy(items, &block, sizeof block);
  *capacity = grown;
  return true;
}

/* ---- arena ---- */

enum { ARENA_ALIGNMENT = 16, ARENA_FIRST_BLOCK = 4096, ARENA_LAST_BLOCK = 256 * 1024 };

struct arena_block {
  struct arena_block *next;
  size_t allocated; /* with this header */
  size_t size;      /* usable, from bytes on */
  char *bytes;      /* aligned, whatever the host's allocator aligns to */
};

void arena_init(struct arena *arena, struct memory *memory) { *arena = (struct arena){.memory = memory}; }

static struct arena_block *block_new(struct arena *arena, size_t size) {
  size_t wanted = arena->current ? arena->current->size * 2 : ARENA_FIRST_BLOCK;
  if (wanted > ARENA_LAST_BLOCK) wanted = ARENA_LAST_BLOCK;
  if (wanted < size) wanted = size;
  size_t header = sizeof(struct arena_block) + ARENA_ALIGNMENT - 1;
  if (wanted > SIZE_MAX - header) return NULL;
  struct arena_block *block = memory_take(arena->memory, wanted + header);
  if (!block) return NULL;
  block->allocated = wanted + header;
  block->size = wanted;
  block->bytes = (char *)(block + 1);
  block->bytes += (ARENA_ALIGNMENT - (uintptr_t)block->bytes % ARENA_ALIGNMENT) % ARENA_ALIGNMENT;
  return block;
}

/* Makes a block with room for size bytes the current one. Blocks behind the current one are free (left by a reset): the
 * first that fits is moved up, the smaller ones stay for later. */
static bool arena_advance(struct arena *arena, size_t size) {
  struct arena_block **after = arena->current ? &arena->current->next : &arena->first;
  struct arena_block **link = after;
  while (*link && (*link)->size < size) link = &(*link)->next;
  struct arena_block *block = *link;
  if (block) {
    *link = block->next;
  } else {
    block = block_new(arena, size);
    if (!block) return false;
  }
  block->next = *after;
  *after = block;
  arena->current = block;
  arena->offset = 0;
  return true;
}

void *arena_take(struct arena *arena, size_t size) {
  if (size > SIZE_MAX - ARENA_ALIGNMENT) return NULL;
  size_t rounded = size ? (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT : ARENA_ALIGNMENT;
  if (!arena->current || rounded > arena->current->size - arena->offset) {
    if (!arena_advance(arena, rounded)) return NULL;
  }
  void *result = arena->current->bytes + arena->offset;
  arena->offset += rounded;
  return result;
}

void *arena_take_zeroed(struct arena *arena, size_t size) {
  void *result = arena_take(arena, size);
  if (result) memset(result, 0, size);
  return result;
}

char *arena_copy_text(struct arena *arena, const char *bytes, size_t size) {
  if (size == SIZE_MAX) return NULL;
  char *copy = arena_take(arena, size + 1);
  if (!copy) return NULL;
  if (size) memcpy(copy, bytes, size);
  copy[size] = '\0';
  return copy;
}

void arena_reset(struct arena *arena) {
  arena->current = NULL;
  arena->offset = 0;
}

void arena_free(struct arena *arena) {
  for (struct arena_block *block = arena->first, *next; block; block = next) {
    next = block->next;
    memory_give(arena->memory, block, block->allocated);
  }
  arena->first = arena->current = NULL;
  arena->offset = 0;
}
