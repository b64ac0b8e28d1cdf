/* Names: a table from names to indices that finds doubles. One table per namespace (facts with terms and allowances; rules; ...).
 */
#ifndef LANGUAGE_NAMES_H
#define LANGUAGE_NAMES_H

#include "base/span.h"
#include "base/text.h"

struct name_entry {
  struct text name;
  struct span span;
  uint32_t kind, index; /* the user's own */
};

struct names {
  struct arena *arena;
  struct name_entry *entries; /* in order of addition */
  uint32_t count, capacity;
  uint32_t *slots; /* entry + 1, or 0; a power of two of them */
  uint32_t slot_count;
};

void names_init(struct names *names, struct arena *arena);
const struct name_entry *names_find(const struct names *names, struct text name);
/* Adds, unless the name is there: then the entry that has it is returned through *earlier and nothing changes. false: out of
 * memory. */
bool names_add(struct names *names, struct name_entry entry, const struct name_entry **earlier);

/* An array in an arena that grows geometrically; the old block stays behind until the arena goes. false: out of memory, nothing
 * changed. */
bool arena_reserve(struct arena *arena, void **items, uint32_t *capacity, uint32_t needed, size_t item_size);

#endif
