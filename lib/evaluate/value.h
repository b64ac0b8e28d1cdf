/* Values: what an expression comes out as. One value, definite or open or an error; and sets of them where facts are missing.
 *
 * Numbers are exact, in natural units (base/number.h); all else is its coded value in num, with den 1. Large numbers live in
 * an arena. Knows the program's nodes for their types, and nothing of facts.
 */
#ifndef EVALUATE_VALUE_H
#define EVALUATE_VALUE_H

#include "base/number.h"
#include "evaluate/policy.h"

enum value_state { VALUE_DEFINITE = 0, VALUE_OPEN, VALUE_ERROR };
/* Why there is no value. Of VALUE_OUTSIDE_CALENDAR, num is the calendar. */
enum value_error {
  VALUE_OVERFLOW = 1,
  VALUE_DIVISION_BY_ZERO,
  VALUE_OUTSIDE_YEARS,
  VALUE_FRACTION,
  VALUE_OUTSIDE_CALENDAR,
  VALUE_NOT_TOLD /* a floor's fact, for which the policy has no value that it may have */
};

struct value {
  int64_t num, den;
  const struct number *big; /* the number, where two int64_t do not hold it */
  int32_t offset_minutes;   /* of an instant */
  uint8_t state, error;     /* enum value_state, value_error */
};

#define VALUES_MOST 64

/* Distinct definite values, at most VALUES_MOST, and perhaps `open` and `error`. */
struct set {
  struct value one;   /* the first */
  struct value *more; /* the others, count - 1 */
  uint32_t count, capacity;
  bool open, error, full; /* full: there were more */
  struct value fault;     /* an error, where there is one */
  uint64_t *needs;        /* bits of facts, NULL for none; only where the set is not one definite value */
};

enum truth { TRUTH_FALSE = 0, TRUTH_TRUE, TRUTH_OPEN, TRUTH_ERROR };

/* Where results live, and what failed. `*failed`: an allocation did; the results since are worthless. */
struct work {
  const struct returns_policy *policy;
  struct arena *arena;
  bool *failed;
  uint32_t need_words;
};

static inline struct value value_of(int64_t integer) { return (struct value){.num = integer, .den = 1}; }
static inline struct value value_open(void) { return (struct value){.den = 1, .state = VALUE_OPEN}; }
static inline struct value value_fault(enum value_error error) {
  return (struct value){.den = 1, .state = VALUE_ERROR, .error = (uint8_t)error};
}
struct value value_of_coded(enum value_type type, int64_t coded, int32_t offset_minutes);
/* Back again. false: the type has no such value. */
bool value_to_coded(const struct value *value, enum value_type type, int64_t *coded);
/* A definite numeric value as number, and back. */
void value_to_number(const struct value *value, struct number *out);
struct value value_of_number(struct work *work, const struct number *number);
bool value_to_int64(const struct value *value, int64_t *out); /* definite, whole, in range */
int value_sign(const struct value *value);
int value_compare(const struct value *a, const struct value *b); /* as numbers */
bool value_equal(const struct value *a, const struct value *b);  /* in all they have */
struct value value_add(struct work *work, const struct value *a, const struct value *b);
struct value value_subtract(struct work *work, const struct value *a, const struct value *b);
struct value value_multiply(struct work *work, const struct value *a, const struct value *b);
struct value value_divide(struct work *work, const struct value *a, const struct value *b);

/* ---- operate.c ---- */
/* One operator on definite operands: arithmetic, comparison, within; min, max of two. */
struct value operate(struct work *work, const struct program_node *node, const struct value *operands);

/* ---- sets.c ---- */
struct set set_of(struct value value);
struct set set_open(struct work *work, uint32_t fact); /* {open}; fact: what it needs, or NO_INDEX */
struct set set_of_truth(enum truth truth, uint64_t *needs, struct value fault);
void set_add(struct work *work, struct set *set, const struct value *value);
void set_join(struct work *work, struct set *set, const struct set *other); /* elements, not needs */
void set_settle(struct set *set); /* more than VALUES_MOST values: {open}; one certain element: no needs */
static inline const struct value *set_item(const struct set *set, uint32_t i) { return i ? &set->more[i - 1] : &set->one; }
static inline bool set_is_single(const struct set *set) { return set->count == 1 && !set->open && !set->error; }
static inline bool set_is_error(const struct set *set) { return set->count == 0 && !set->open && set->error; }
enum truth set_truth(const struct set *set);
/* An operator on the cross product of 1 to 3 sets. */
struct set set_operate(struct work *work, const struct program_node *node, const struct set *const *operands, uint32_t count);
typedef struct value (*value_operation)(struct work *work, const struct value *a, const struct value *b);
struct set set_apply(struct work *work, value_operation operation, const struct set *a, const struct set *b);

/* Bits of facts. */
void needs_add(struct work *work, uint64_t **needs, const uint64_t *more);
void needs_add_fact(struct work *work, uint64_t **needs, uint32_t fact);
static inline bool needs_has(const uint64_t *needs, uint32_t fact) { return needs && (needs[fact / 64] >> fact % 64 & 1); }

#endif
