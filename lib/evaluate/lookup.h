/* Lookup: a hash table from a text under an owner (facts of a policy, values of a fact, texts of a request) to an index.
 *
 * The texts stay with the caller, who compares them while walking a chain: entries of one hash, newest first. Building never
 * compares, so that hostile names cost no more than honest ones. libc only.
 */
#ifndef EVALUATE_LOOKUP_H
#define EVALUATE_LOOKUP_H

#include "base/kinds.h"
#include "base/text.h"

struct lookup_entry {
  uint32_t hash, next /* index + 1 of the next in the chain; 0: none */, owner, index;
};
struct lookup {
  struct memory *memory;
  uint32_t *heads;
  uint32_t head_count; /* a power of two, or 0 */
  struct lookup_entry *entries;
  uint32_t count, capacity;
};

void lookup_init(struct lookup *lookup, struct memory *memory);
void lookup_free(struct lookup *lookup);
void lookup_clear(struct lookup *lookup); /* keeps the memory */
uint32_t lookup_hash(uint32_t owner, struct text text);
uint32_t lookup_hash_number(uint32_t owner, int64_t value);
/* false: out of memory, nothing changed. */
bool lookup_add(struct lookup *lookup, uint32_t hash, uint32_t owner, uint32_t index);
bool lookup_copy(struct lookup *out, const struct lookup *in);
/* Drops the entries from `count` on: the newest ones. */
void lookup_cut(struct lookup *lookup, uint32_t count);

/* for (e = lookup_first(l, h); e; e = lookup_next(l, e)) if (e->hash == h && e->owner == o && text of e->index is the same) ...
 */
static inline const struct lookup_entry *lookup_first(const struct lookup *lookup, uint32_t hash) {
  uint32_t at = lookup->head_count ? lookup->heads[hash & (lookup->head_count - 1)] : 0;
  return at ? &lookup->entries[at - 1] : NULL;
}
static inline const struct lookup_entry *lookup_next(const struct lookup *lookup, const struct lookup_entry *entry) {
  return entry->next ? &lookup->entries[entry->next - 1] : NULL;
}

#endif
