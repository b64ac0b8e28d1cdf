/* Names: open addressing over FNV-1a.
 *
 * In: names one by one. Out: the first entry of each. It must not know what the names stand for.
 */
#include "language/names.h"

#include <string.h>

bool arena_reserve(struct arena *arena, void **items, uint32_t *capacity, uint32_t needed, size_t item_size) {
  if (needed <= *capacity) return true;
  uint32_t grown = *capacity <= UINT32_MAX / 2 ? *capacity * 2 : UINT32_MAX;
  if (grown < 8) grown = 8;
  if (grown < needed) grown = needed;
  if (grown > SIZE_MAX / item_size) return false;
  void *block = arena_take(arena, grown * item_size);
  if (!block) return false;
  /* The caller's pointer is one to its own item type: read and written as bytes, it may be any. */
  void *old;
  memcpy(&old, items, sizeof old);
  if (*capacity) memcpy(block, old, *capacity * item_size);
  memcpy(items, &block, sizeof block);
  *capacity = grown;
  return true;
}

void names_init(struct names *names, struct arena *arena) { *names = (struct names){.arena = arena}; }

static uint32_t hash_of(struct text name) {
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < name.size; i++) hash = (hash ^ (uint8_t)name.bytes[i]) * 16777619u;
  return hash ^ (hash >> 15);
}

/* The slot that has the name, or the empty one where it belongs. */
static uint32_t slot_of(const struct names *names, struct text name) {
  uint32_t mask = names->slot_count - 1, slot = hash_of(name) & mask;
  while (names->slots[slot] && !text_equal(names->entries[names->slots[slot] - 1].name, name)) slot = (slot + 1) & mask;
  return slot;
}

const struct name_entry *names_find(const struct names *names, struct text name) {
  if (!names->slot_count) return NULL;
  uint32_t found = names->slots[slot_of(names, name)];
  return found ? &names->entries[found - 1] : NULL;
}

static bool grow_slots(struct names *names) {
  uint32_t count = names->slot_count ? names->slot_count * 2 : 32;
  uint32_t *slots = arena_take_zeroed(names->arena, (size_t)count * sizeof *slots);
  if (!slots) return false;
  names->slots = slots;
  names->slot_count = count;
  for (uint32_t i = 0; i < names->count; i++) slots[slot_of(names, names->entries[i].name)] = i + 1;
  return true;
}

bool names_add(struct names *names, struct name_entry entry, const struct name_entry **earlier) {
  *earlier = names_find(names, entry.name);
  if (*earlier) return true;
  if (!arena_reserve(names->arena, (void **)&names->entries, &names->capacity, names->count + 1, sizeof *names->entries))
    return false;
  if (names->count + 1 > names->slot_count / 2 && !grow_slots(names)) return false;
  names->entries[names->count++] = entry;
  names->slots[slot_of(names, entry.name)] = names->count;
  return true;
}
