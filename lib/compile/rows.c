/* Rows: entries as bits, a row for each class of each column that some entry restricts.
 *
 * In: entries with their conjunctions. Out: the sections columns, cuts, tables, rows and entries. Bits are laid down 64 entries
 * at a time: each entry toggles the classes where its set begins and ends, and a running sum over the classes gives the words.
 */
#include "compile/work.h"

#include <string.h>

/* ---- which columns, in which order ---- */

static bool is_of_request(const struct compilation *c, const struct column *column) {
  const struct fact *facts = c->model->facts;
  return facts[column->fact].scope == SCOPE_REQUEST && (column->other == NO_INDEX || facts[column->other].scope == SCOPE_REQUEST);
}

static uint64_t order_of(const struct compilation *c, uint32_t index) {
  const struct column *column = &c->columns[index];
  return (uint64_t)!is_of_request(c, column) << 63 | (uint64_t)column->fact << 31 | index;
}

static bool place_columns(struct compilation *c) {
  c->placed = arena_take(&c->arena, ((size_t)c->column_count + 1) * sizeof *c->placed);
  if (!c->placed) return false;
  for (uint32_t e = 0; e < c->entry_count; e++) {
    for (uint32_t l = 0; l < c->entries[e].what.count; l++) {
      uint32_t index = c->entries[e].what.literals[l]->column;
      if (c->columns[index].place != NO_INDEX) continue;
      c->columns[index].place = 0;
      uint32_t at = c->placed_count++;
      for (; at > 0 && order_of(c, c->placed[at - 1]) > order_of(c, index); at--) c->placed[at] = c->placed[at - 1];
      c->placed[at] = index;
    }
  }
  for (uint32_t i = 0; i < c->placed_count; i++) {
    struct column *column = &c->columns[c->placed[i]];
    column->place = i;
    if (is_of_request(c, column)) c->writer.header.request_columns = i + 1;
  }
  return true;
}

static bool write_column(struct compilation *c, const struct column *column, uint64_t rows_first) {
  struct program_column record = {.kind = column->kind, .fact = column->fact, .other = column->other, .member = column->member};
  record.class_count = column->class_count;
  record.cuts_count = column->cut_count;
  record.rows_first = rows_first;
  int64_t *cuts = writer_add(&c->writer, SECTION_CUTS, column->cut_count, &record.cuts_first);
  if (!cuts) return false;
  if (column->cut_count > 0) memcpy(cuts, column->cuts, column->cut_count * sizeof *cuts);
  if (!tables_write(c, column, &record)) return false;
  struct program_column *to = writer_add(&c->writer, SECTION_COLUMNS, 1, NULL);
  if (!to) return false;
  *to = record;
  return true;
}

/* ---- bits ---- */

/* Toggles a bit at each class where membership changes. */
static void toggle(uint64_t *toggles, const struct class_set *set, uint64_t bit) {
  uint64_t carry = 0;
  for (uint32_t w = 0; w < CLASS_WORDS; w++) {
    uint64_t word = set->words[w];
    for (uint64_t changes = word ^ (word << 1 | carry); changes != 0; changes &= changes - 1) {
      toggles[w * 64 + (uint32_t)__builtin_ctzll(changes)] ^= bit;
    }
    carry = word >> 63;
  }
}

struct bits {
  uint64_t *toggles;
  uint64_t restricted;
  uint64_t *rows;
  uint32_t class_count;
};

static void write_word(const struct compilation *c, struct bits *bits, uint32_t word, uint64_t entries) {
  uint32_t words = c->writer.header.row_words;
  for (uint32_t i = 0; i < c->placed_count; i++) {
    struct bits *column = &bits[i];
    uint64_t sum = 0, everywhere = entries & ~column->restricted, *row = column->rows + word;
    for (uint32_t class = 0; class < column->class_count; class ++, row += words) {
      sum ^= column->toggles[class];
      column->toggles[class] = 0;
      *row = sum | everywhere;
    }
    column->restricted = 0;
  }
}

static void write_bits(const struct compilation *c, struct bits *bits) {
  for (uint32_t first = 0; first < c->entry_count; first += 64) {
    uint32_t count = c->entry_count - first < 64 ? c->entry_count - first : 64;
    for (uint32_t e = 0; e < count; e++) {
      const struct conjunction *what = &c->entries[first + e].what;
      for (uint32_t l = 0; l < what->count; l++) {
        struct bits *column = &bits[c->columns[what->literals[l]->column].place];
        toggle(column->toggles, &what->literals[l]->set, (uint64_t)1 << e);
        column->restricted |= (uint64_t)1 << e;
      }
    }
    write_word(c, bits, first / 64, count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1);
  }
}

bool rows_write(struct compilation *c) {
  if (!place_columns(c)) return false;
  struct program_entry *entries = writer_add(&c->writer, SECTION_ENTRIES, c->entry_count, NULL);
  struct bits *bits = arena_take_zeroed(&c->arena, ((size_t)c->placed_count + 1) * sizeof *bits);
  if (!entries || !bits) return false;
  for (uint32_t i = 0; i < c->entry_count; i++) entries[i] = (struct program_entry){c->entries[i].rule, c->entries[i].flags};
  uint32_t words = c->writer.header.row_words = (c->entry_count + 63) / 64;
  uint64_t total = 0;
  for (uint32_t i = 0; i < c->placed_count; i++) {
    const struct column *column = &c->columns[c->placed[i]];
    if (!write_column(c, column, total)) return false;
    /* A set may end at the last class and so toggle one behind it; a word's worth is always there. */
    bits[i].toggles = arena_take_zeroed(&c->arena, (CLASS_WORDS * 64 + 1) * sizeof *bits[i].toggles);
    bits[i].class_count = column->class_count;
    if (!bits[i].toggles) return false;
    total += (uint64_t)column->class_count * words;
  }
  if (total >= NO_INDEX) c->writer.too_large = true;
  uint64_t *rows = total >= NO_INDEX ? NULL : writer_add(&c->writer, SECTION_ROWS, (uint32_t)total, NULL);
  if (!rows) return false;
  for (uint32_t i = 0; i < c->placed_count; i++) {
    bits[i].rows = rows;
    rows += (size_t)bits[i].class_count * words;
  }
  write_bits(c, bits);
  return true;
}
