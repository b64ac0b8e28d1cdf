/* Lookup: see lookup.h. Chains in one array of entries; the array of heads grows with it, by rehashing from the kept hashes. */
#include "evaluate/lookup.h"

#include <string.h>

void lookup_init(struct lookup *lookup, struct memory *memory) { *lookup = (struct lookup){.memory = memory}; }

void lookup_free(struct lookup *lookup) {
  if (!lookup->memory) return;
  memory_give(lookup->memory, lookup->heads, lookup->head_count * sizeof *lookup->heads);
  memory_give(lookup->memory, lookup->entries, lookup->capacity * sizeof *lookup->entries);
  lookup_init(lookup, lookup->memory);
}

void lookup_clear(struct lookup *lookup) {
  for (uint32_t i = 0; i < lookup->count; i++) lookup->heads[lookup->entries[i].hash & (lookup->head_count - 1)] = 0;
  lookup->count = 0;
}

void lookup_cut(struct lookup *lookup, uint32_t count) {
  while (lookup->count > count) {
    const struct lookup_entry *entry = &lookup->entries[--lookup->count];
    lookup->heads[entry->hash & (lookup->head_count - 1)] = entry->next;
  }
}

uint32_t lookup_hash(uint32_t owner, struct text text) {
  uint32_t hash = 2166136261u ^ owner * 2654435761u; /* FNV-1a */
  for (uint32_t i = 0; i < text.size; i++) hash = (hash ^ (uint8_t)text.bytes[i]) * 16777619u;
  return hash ^ hash >> 15;
}

uint32_t lookup_hash_number(uint32_t owner, int64_t value) {
  uint64_t mixed = ((uint64_t)value ^ (uint64_t)owner << 40) * 0x9E3779B97F4A7C15u;
  return (uint32_t)(mixed >> 32);
}

static bool grow_heads(struct lookup *lookup) {
  uint32_t head_count = lookup->head_count ? lookup->head_count * 2 : 16;
  if (head_count < lookup->head_count) return true; /* longer chains, still right */
  uint32_t *heads = memory_take_zeroed(lookup->memory, head_count * sizeof *heads);
  if (!heads) return false;
  for (uint32_t i = 0; i < lookup->count; i++) {
    struct lookup_entry *entry = &lookup->entries[i];
    uint32_t *head = &heads[entry->hash & (head_count - 1)];
    entry->next = *head;
    *head = i + 1;
  }
  memory_give(lookup->memory, lookup->heads, lookup->head_count * sizeof *lookup->heads);
  lookup->heads = heads;
  lookup->head_count = head_count;
  return true;
}

bool lookup_add(struct lookup *lookup, uint32_t hash, uint32_t owner, uint32_t index) {
  if (!memory_reserve(lookup->memory, (void **)&lookup->entries, &lookup->capacity, lookup->count + 1, sizeof *lookup->entries))
    return false;
  if (lookup->count >= lookup->head_count && !grow_heads(lookup)) return false;
  uint32_t *head = &lookup->heads[hash & (lookup->head_count - 1)];
  lookup->entries[lookup->count] = (struct lookup_entry){.hash = hash, .next = *head, .owner = owner, .index = index};
  *head = ++lookup->count;
  return true;
}

bool lookup_copy(struct lookup *out, const struct lookup *in) {
  lookup_clear(out);
  for (uint32_t i = 0; i < in->count; i++) {
    const struct lookup_entry *entry = &in->entries[i];
    if (!lookup_add(out, entry->hash, entry->owner, entry->index)) return false;
  }
  return true;
}
