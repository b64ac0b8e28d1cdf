/* Classify: from a coded value to the value class of a column, and to its row of entry bits. */
#ifndef EVALUATE_CLASSIFY_H
#define EVALUATE_CLASSIFY_H

#include "evaluate/policy.h"

/* The class of a column for the values of its fact and, in a derived column, its other fact (ignored elsewhere).
 * `given` and `other_given`: whether there is a value. */
uint32_t classify(const struct returns_policy *policy, const struct program_column *column, bool given, int64_t value,
                  bool other_given, int64_t other);

/* Where the row of a class begins, in words of SECTION_ROWS. */
static inline uint32_t class_row(const struct returns_policy *policy, const struct program_column *column, uint32_t class_index) {
  return (uint32_t)column->rows_first + class_index * policy->header->row_words;
}

static inline bool column_is_derived(const struct program_column *column) { return column->kind >= COLUMN_DIFFERENCE; }

#endif
