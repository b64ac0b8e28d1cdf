/* Portions: how the units of lines are answered, with what hangs on each portion, in flat arrays that are kept and reused.
 *
 * One container serves the outcome of one evaluation of a line and the whole answer of a decision. Plain data; no pointers into
 * arenas, so that it outlives them.
 */
#ifndef EVALUATE_PORTIONS_H
#define EVALUATE_PORTIONS_H

#include "evaluate/policy.h"

struct portion {
  uint32_t rule;
  int32_t verdict; /* enum verdict; a refused grant is a denial */
  bool refused;
  bool reasons_open;
  int64_t units;
  int64_t credit, bonuses, fees, net; /* minor units; fees: collected. bonuses, fees, net are filled when the line is collected */
  uint32_t reason_first, reason_count; /* in reasons */
  /* What it drew on an allowance, in units or minor units, rounded down: the group, the balance before, what it took.
   * before_high -1: without bound. */
  uint32_t group; /* in the ledger, NO_INDEX: none */
  int64_t before_low, before_high, taken;
  /* Where a floor raised the line: which, one more than its index (0: none; then `rule` is NO_INDEX), its portion in the floor's
   * own answer, and where its rule's name stands in answer.strings. */
  struct {
    uint32_t floor, portion, name;
  } raised;
};

/* A fee or bonus on a portion: index a of fees, or fee_count + index of a bonus. */
struct charge {
  bool applies;
  int64_t charged, collected;
};
struct chosen {
  uint32_t value;
  uint32_t needs;
}; /* value: of the output's list, NO_INDEX: open, then needs is where its bits begin in words */

#define REASON_REFUSED UINT32_MAX /* else a reason is the index of the rule whose `because` it is */

struct portions {
  const struct returns_policy *policy;
  struct memory *memory;
  struct portion *items;
  uint32_t count, capacity;
  struct charge *charges;
  uint32_t charge_capacity; /* portion * charges_each + a */
  uint8_t *asked;
  uint32_t asked_capacity; /* portion * approvals_each + approval: its role is asked */
  struct chosen *outputs;
  uint32_t output_capacity; /* portion * outputs_each + output */
  uint32_t *reasons;
  uint32_t reason_count, reason_capacity;
  uint64_t *words;
  uint32_t word_count, word_capacity; /* bits of facts */
  uint32_t charges_each, approvals_each, outputs_each, need_words;
};

void portions_init(struct portions *portions, const struct returns_policy *policy, struct memory *memory);
void portions_free(struct portions *portions);
void portions_clear(struct portions *portions);
/* All of these: NULL, NO_INDEX or false when out of memory. */
struct portion *portions_add(struct portions *portions, uint32_t rule, int64_t units); /* nothing charged, asked, chosen yet */
bool portions_add_reason(struct portions *portions, struct portion *portion,
                         uint32_t reason);                                    /* portion: the last that got reasons */
uint32_t portions_add_words(struct portions *portions, const uint64_t *bits); /* NULL: zeros */
bool portions_append(struct portions *portions, const struct portions *more);
/* Rules, verdicts, units, credits, charges, approvals are the same. */
bool portions_equal(const struct portions *a, const struct portions *b);

/* NULL where the policy has none. */
static inline struct charge *portion_charges(const struct portions *portions, uint32_t portion) {
  return portions->charges_each ? portions->charges + (size_t)portion * portions->charges_each : NULL;
}
static inline uint8_t *portion_asked(const struct portions *portions, uint32_t portion) {
  return portions->approvals_each ? portions->asked + (size_t)portion * portions->approvals_each : NULL;
}
static inline struct chosen *portion_outputs(const struct portions *portions, uint32_t portion) {
  return portions->outputs_each ? portions->outputs + (size_t)portion * portions->outputs_each : NULL;
}
static inline bool portion_grants(const struct portion *portion) { return portion->verdict != VERDICT_DENY; }

#endif
