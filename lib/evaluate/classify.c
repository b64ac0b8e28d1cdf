/* Classify: see classify.h. Narrow values by a direct table, others by binary search of the cuts. */
#include "evaluate/classify.h"

#include "base/date.h"

/* Number of cuts <= value. */
static uint32_t count_cuts(const struct returns_policy *policy, const struct program_column *column, int64_t value) {
  const int64_t *cuts = policy->cuts + column->cuts_first;
  uint64_t at = ((uint64_t)value - (uint64_t)column->table_base) >> column->table_shift;
  uint32_t low = 0, count = column->cuts_count;
  if (at < column->table_count) {
    low = policy->tables[column->table_first + at];
    if (column->table_shift > 0)
      while (low < count && cuts[low] <= value) low++;
    return low;
  }
  while (count > 0) {
    uint32_t half = count / 2;
    bool right = cuts[low + half] <= value;
    low += right ? half + 1 : 0;
    count = right ? count - half - 1 : half;
  }
  return low;
}

/* a - b, held at the ends of int64_t: no cut lies beyond them. */
static int64_t difference(int64_t a, int64_t b) {
  if (b < 0 && a > INT64_MAX + b) return INT64_MAX;
  if (b > 0 && a < INT64_MIN + b) return INT64_MIN;
  return a - b;
}

uint32_t classify(const struct returns_policy *policy, const struct program_column *column, bool given, int64_t value,
                  bool other_given, int64_t other) {
  uint32_t missing = column->class_count - 1;
  if (!given) return missing;
  int64_t months;
  switch (column->kind) {
  case COLUMN_VALUE: return value >= 0 && value < missing ? (uint32_t)value : missing;
  case COLUMN_MEMBER: return (uint64_t)value >> column->member & 1;
  case COLUMN_TEXT: return value >= 0 && value < column->table_count ? policy->tables[column->table_first + (uint32_t)value] : 0;
  case COLUMN_CUTS: return count_cuts(policy, column, value);
  case COLUMN_DIFFERENCE: return other_given ? count_cuts(policy, column, difference(value, other)) : missing;
  default:
    if (!other_given) return missing;
    if (!date_months_between((int32_t)other, (int32_t)value, policy->header->month_end, &months)) return missing - 1;
    return count_cuts(policy, column, months);
  }
}
