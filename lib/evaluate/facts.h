/* Facts: the values of one request as coded numbers in rows of cells; what a request collects and a trace keeps a copy of.
 *
 * One row for the request, one per line, one per key (a value of a choice or text fact that other facts are `of`); which
 * cell of its row a fact has is policy->slots. Text values are numbers too: an index into the program's text constants, or
 * text_count + index into the request's own texts, so that equal texts have equal numbers. It knows nothing of rules.
 */
#ifndef EVALUATE_FACTS_H
#define EVALUATE_FACTS_H

#include "evaluate/lookup.h"
#include "evaluate/policy.h"
#include "returns/request.h"

/* Bytes that only grow, NUL-terminated each; capacity counts the NUL, 0: there is no text. */
struct facts_bytes {
  char *items;
  uint32_t count, capacity;
};
struct facts_text {
  uint32_t offset, size, capacity;
};
struct facts_key {
  uint32_t fact;
  int64_t value;
}; /* `value` of the choice or text fact `fact` */

enum answer_of_role { ROLE_REFUSED = -1, ROLE_AWAITED = 0, ROLE_AGREED = 1 };

/* What the step that supplies a fact means for it. While it is to come (steps.c only) nothing is known of the fact, not even
 * whether it will be given; once it is over, nothing stands in for it. */
enum fact_moment { FACT_AT_ANY_TIME = 0, FACT_IS_DUE = 1, FACT_TO_COME = 2 };

struct facts {
  const struct returns_policy *policy; /* whose facts these are; held by the owner */
  struct memory *memory;
  struct cell *request_cells; /* policy->request_slots */
  uint32_t line_count;
  struct cell *line_cells;
  uint32_t line_capacity; /* line * policy->line_slots + slot */
  struct facts_text *ids;
  uint32_t id_capacity; /* by line, in id_bytes */
  struct facts_bytes id_bytes;
  struct facts_key *keys;
  uint32_t key_count, key_capacity;
  struct cell *key_cells;
  uint32_t key_cell_capacity; /* in keys: key * policy->key_slots + slot */
  struct lookup key_lookup;
  struct facts_text *texts;
  uint32_t text_count, text_capacity; /* the request's own texts, in text_bytes in this order */
  struct facts_bytes text_bytes;
  struct lookup text_lookup;
  uint32_t *marks;
  uint32_t mark_capacity, tidy_at; /* scratch for dropping texts that no cell has any more */
  int8_t *roles;                   /* by policy->role_count: enum answer_of_role */
  uint8_t *done_facts;             /* by fact: enum fact_moment */
  uint8_t *done_steps;             /* by step of the workflow: it is done */
  bool any_answered, any_done;     /* something in roles; in done_* */
  bool has_as_of;
  int32_t as_of; /* the day that steps are told for */
};

/* false: out of memory; facts_free is safe all the same. */
bool facts_init(struct facts *facts, const struct returns_policy *policy, struct memory *memory);
void facts_free(struct facts *facts);
void facts_clear(struct facts *facts); /* keeps the memory */
/* Makes `out`, of the same policy, equal to `in`. false: out of memory, `out` is then empty. */
bool facts_copy(struct facts *out, const struct facts *in);

bool facts_add_line(struct facts *facts); /* the new line is line_count - 1 */
bool facts_set_id(struct facts *facts, uint32_t line, struct text id);
/* The number of a text: a constant's, or its own, which is added where it is new. false: out of memory. */
bool facts_intern(struct facts *facts, struct text text, int64_t *number);
struct text facts_text(const struct facts *facts, int64_t number);
/* The key of a value of fact `of`; NO_INDEX if there is none. */
uint32_t facts_find_key(const struct facts *facts, uint32_t of, int64_t value);
/* The same, added where it is new. false: out of memory. */
bool facts_key(struct facts *facts, uint32_t of, int64_t value, uint32_t *key);

static inline struct cell *facts_line(const struct facts *facts, uint32_t line) {
  return facts->policy->line_slots ? facts->line_cells + (size_t)line * facts->policy->line_slots : NULL;
}
static inline struct cell *facts_key_row(const struct facts *facts, uint32_t key) {
  return facts->policy->key_slots ? facts->key_cells + (size_t)key * facts->policy->key_slots : NULL;
}
/* A line's id, NULL bytes if it has none. */
static inline struct text facts_id(const struct facts *facts, uint32_t line) {
  const struct facts_text *id = &facts->ids[line];
  return (struct text){.bytes = id->capacity ? facts->id_bytes.items + id->offset : NULL, .size = id->size};
}

#endif
