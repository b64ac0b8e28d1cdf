/* Sets of values: what an expression may come out as when facts are missing.
 *
 * A set has definite values (distinct, at most 64), and may hold `open` and `error`. Operators work on the cross product of
 * their operands' sets. Knows nothing of policies; all memory from an arena.
 */
#ifndef ORACLE_VALUES_H
#define ORACLE_VALUES_H

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"

#define VALUES_MOST 64

/* Numbers, dates, durations, flags, choices, rules: in `number`, in natural units (base/number.h). Texts: in `text`.
 * Sets of a set fact: in `bits`. */
struct value {
  struct number number;
  struct text text;
  uint64_t bits;
  int32_t offset_minutes;
};

struct values {
  struct value *items;
  uint32_t count, capacity;
  bool open, error;
  bool *needs; /* by fact, or NULL: none. Only where the set is not settled. */
};

enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_OPEN, TRUTH_ERROR };

void *oracle_take(struct arena *arena, size_t size); /* zeroed; never NULL */

struct value oracle_value_of_integer(int64_t integer);
bool oracle_value_equal(const struct value *a, const struct value *b); /* offsets count */

struct values *values_new(struct arena *arena);
struct values *values_one(struct arena *arena, const struct value *value);
struct values *values_of_integer(struct arena *arena, int64_t integer);
struct values *values_open(struct arena *arena, uint32_t fact,
                           uint32_t fact_count); /* {open}, needs the fact (NO_INDEX: nothing) */
struct values *values_error(struct arena *arena);
struct values *values_of_truth(struct arena *arena, enum truth truth, bool *needs);

void values_add(struct arena *arena, struct values *set, const struct value *value);
void values_join(struct arena *arena, struct values *set, const struct values *more); /* elements, not needs */
void values_settle(struct values *set); /* more than 64 values: {open}; one certain element: no needs */

bool values_single(const struct values *set);   /* exactly one definite value */
bool values_is_error(const struct values *set); /* exactly {error} */
enum truth values_truth(const struct values *set);

void oracle_needs_add(struct arena *arena, bool **needs, const bool *more, uint32_t fact_count);
void oracle_needs_add_fact(struct arena *arena, bool **needs, uint32_t fact, uint32_t fact_count);

#endif
