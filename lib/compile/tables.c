/* Tables: from a value to its class in one step, or nearly so.
 *
 * In: a settled column. Out: for texts the class of each constant; for cuts a table of single values where they are narrow, else
 * of buckets of 2^shift values, in which a short search goes on (program.h).
 */
#include "compile/work.h"

#include <string.h>

#define FEW_CUTS 3 /* searched faster than looked up */
#define DIRECT_VALUES 1024
#define LONGEST_SEARCH 16 /* cuts in one bucket; beyond, halving is faster */

static uint32_t class_from(const int64_t *cuts, uint32_t count, uint32_t class, int64_t value) {
  while (class < count && cuts[class] <= value) class ++;
  return class;
}

static uint64_t distance(int64_t from, int64_t to) { return (uint64_t)to - (uint64_t)from; }

/* The cuts that a table covers: without outliers, which would make its buckets wide. */
static void choose_span(const struct column *column, uint32_t *first, uint32_t *last) {
  const int64_t *cuts = column->cuts;
  *first = 0;
  *last = column->cut_count - 1;
  for (uint32_t dropped = 0; dropped < 4 && *last - *first > FEW_CUTS; dropped++) {
    uint64_t half = distance(cuts[*first], cuts[*last]) / 2;
    if (distance(cuts[*first + 1], cuts[*last]) < half)
      ++*first;
    else if (distance(cuts[*first], cuts[*last - 1]) < half)
      --*last;
    else
      break;
  }
}

/* Fills the table; the longest search that a bucket leaves. */
static uint32_t fill(const struct column *column, const struct program_column *record, uint16_t *table) {
  uint32_t class = 0, longest = 0;
  int64_t value = record->table_base;
  for (uint32_t i = 0; i < record->table_count; i++) {
    class = class_from(column->cuts, column->cut_count, class, value);
    table[i] = (uint16_t) class;
    if (i > 0 && table[i] - table[i - 1] > (int)longest) longest = (uint32_t)(table[i] - table[i - 1]);
    uint64_t step = (uint64_t)1 << record->table_shift;
    if (step > distance(value, INT64_MAX)) break;
    value = (int64_t)((uint64_t)value + step);
  }
  return longest;
}

bool tables_write(struct compilation *c, const struct column *column, struct program_column *record) {
  if (column->kind == COLUMN_TEXT) {
    uint16_t *table = writer_add(&c->writer, SECTION_TABLES, column->value_count, &record->table_first);
    if (!table) return false;
    if (column->value_count > 0) memcpy(table, column->table, column->value_count * sizeof *table);
    record->table_count = column->value_count;
    return true;
  }
  if (column->cut_count <= FEW_CUTS) return true;
  uint32_t first, last;
  choose_span(column, &first, &last);
  uint64_t values = distance(column->cuts[first], column->cuts[last]) + 2;
  record->table_base = column->cuts[first] - 1;
  if (distance(column->low, column->high) < DIRECT_VALUES * 2) {
    record->table_base = column->low;
    values = distance(column->low, column->high) + 1;
  } else if (values > DIRECT_VALUES) {
    while (values >> record->table_shift > (uint64_t)column->cut_count * 4) record->table_shift++;
  }
  record->table_count = (uint32_t)((values - 1) >> record->table_shift) + 1;
  uint16_t *table = writer_add(&c->writer, SECTION_TABLES, record->table_count, &record->table_first);
  if (!table) return false;
  if (fill(column, record, table) <= LONGEST_SEARCH) return true;
  c->writer.sections[SECTION_TABLES].count = record->table_first;
  record->table_first = record->table_count = record->table_shift = 0;
  record->table_base = 0;
  return true;
}
