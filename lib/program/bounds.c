/* Bounds: ranges of facts and of their differences. In: facts. Out: closed intervals of coded values. */
#include "program/bounds.h"

#include "base/date.h"

#define DAY_SECONDS 86400
#define OFFSET_SECONDS (18 * 3600) /* an instant's own calendar may be this far from the one of its seconds */

bool program_type_is_ordered(uint32_t type) { return type >= TYPE_COUNT && type <= TYPE_WORKING_DAYS; }

static void type_bounds(uint32_t type, int64_t *low, int64_t *high) {
  *low = type == TYPE_DATE ? DATE_FIRST : type == TYPE_INSTANT ? (int64_t)DATE_FIRST * DAY_SECONDS - OFFSET_SECONDS : INT64_MIN;
  *high = type == TYPE_DATE      ? DATE_LAST
          : type == TYPE_INSTANT ? ((int64_t)DATE_LAST + 1) * DAY_SECONDS + OFFSET_SECONDS
                                 : INT64_MAX;
}

void program_bounds(const struct program_fact *facts, uint32_t fact, int64_t *low, int64_t *high) {
  *low = INT64_MAX;
  *high = INT64_MIN;
  for (uint32_t f = fact; f != NO_INDEX; f = facts[f].same_as) {
    int64_t own_low = facts[f].low, own_high = facts[f].high;
    if (!(facts[f].flags & FACT_RANGE) || facts[f].assume != NO_INDEX) type_bounds(facts[f].type, &own_low, &own_high);
    if (facts[f].flags & FACT_ABSENT && facts[f].absent < own_low) own_low = facts[f].absent;
    if (facts[f].flags & FACT_ABSENT && facts[f].absent > own_high) own_high = facts[f].absent;
    if (own_low < *low) *low = own_low;
    if (own_high > *high) *high = own_high;
  }
}

static bool subtract(int64_t a, int64_t b, int64_t *out) {
  if (b > 0 ? a < INT64_MIN + b : a > INT64_MAX + b) return false;
  *out = a - b;
  return true;
}

bool program_difference_bounds(const struct program_fact *facts, uint32_t fact, uint32_t other, int64_t *low, int64_t *high) {
  int64_t fact_low, fact_high, other_low, other_high;
  program_bounds(facts, fact, &fact_low, &fact_high);
  program_bounds(facts, other, &other_low, &other_high);
  return subtract(fact_low, other_high, low) && subtract(fact_high, other_low, high);
}
