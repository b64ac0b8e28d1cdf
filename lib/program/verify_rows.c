/* Verify rows: columns with their cuts and tables, the bits behind the last entry, and the tree that people read.
 *
 * In: facts whose same_as chains are known to end. Out: whether every class that a value can have leads to a row, and every bit
 * to an entry. That the bits are the right ones is the compiler's word.
 */
#include "program/verify.h"

#include "program/bounds.h"

static bool is_table(struct verifier *v, const struct program_column *column, uint32_t classes) {
  if (!verify_list(v, (struct program_list){column->table_first, column->table_count}, SECTION_TABLES)) return false;
  const uint16_t *table = (const uint16_t *)program_section(&v->program, SECTION_TABLES) + column->table_first;
  for (uint32_t i = 0; i < column->table_count; i++) {
    if (table[i] >= classes) return false;
  }
  return column->table_shift < 64;
}

static bool are_cuts(struct verifier *v, const struct program_column *column) {
  if (!verify_list(v, (struct program_list){column->cuts_first, column->cuts_count}, SECTION_CUTS)) return false;
  const int64_t *cuts = (const int64_t *)program_section(&v->program, SECTION_CUTS) + column->cuts_first;
  for (uint32_t i = 1; i < column->cuts_count; i++) {
    if (cuts[i] <= cuts[i - 1]) return false;
  }
  return column->class_count == column->cuts_count + 2u && is_table(v, column, column->cuts_count + 1);
}

/* Two facts of one ordered type, whose difference fits. */
static bool is_pair(const struct verifier *v, const struct program_column *column) {
  if (column->other >= verify_count(v, SECTION_FACTS)) return false;
  int64_t low, high;
  return v->facts[column->fact].type == v->facts[column->other].type &&
         program_difference_bounds(v->facts, column->fact, column->other, &low, &high);
}

static bool has_kind(struct verifier *v, const struct program_column *column) {
  const struct program_fact *fact = &v->facts[column->fact];
  bool is_cut = column->kind == COLUMN_CUTS || column->kind == COLUMN_DIFFERENCE || column->kind == COLUMN_MONTHS;
  if (!is_cut && column->cuts_count != 0) return false;
  if (is_cut && !program_type_is_ordered(fact->type)) return false;
  switch (column->kind) {
  case COLUMN_VALUE:
    if (column->table_count != 0) return false;
    if (fact->type == TYPE_FLAG) return column->class_count == 3;
    return fact->type == TYPE_CHOICE && column->class_count == fact->values.count + 1;
  case COLUMN_MEMBER:
    return fact->type == TYPE_SET && column->member < fact->values.count && column->class_count == 3 && column->table_count == 0;
  case COLUMN_TEXT:
    if (fact->type != TYPE_TEXT && fact->type != TYPE_CHOICE) return false;
    if (column->table_count != (fact->type == TYPE_TEXT ? verify_count(v, SECTION_TEXTS) : fact->values.count)) return false;
    return column->class_count >= 2 && column->table_base == 0 && column->table_shift == 0 &&
           is_table(v, column, column->class_count - 1);
  case COLUMN_CUTS: return are_cuts(v, column);
  case COLUMN_DIFFERENCE: return are_cuts(v, column) && is_pair(v, column);
  case COLUMN_MONTHS: return fact->type == TYPE_DATE && are_cuts(v, column) && is_pair(v, column);
  default: return false;
  }
}

/* The last word of a row has bits for entries only. */
static bool has_rows(struct verifier *v, const struct program_column *column) {
  uint64_t words = (uint64_t)column->class_count * v->header->row_words, rows = verify_count(v, SECTION_ROWS);
  if (column->rows_first > rows || words > rows - column->rows_first) return false;
  v->used[SECTION_ROWS] += words;
  uint32_t entries = verify_count(v, SECTION_ENTRIES);
  if (entries % 64 == 0) return true;
  const uint64_t *row = (const uint64_t *)program_section(&v->program, SECTION_ROWS) + column->rows_first;
  for (uint32_t c = 0; c < column->class_count; c++) {
    row += v->header->row_words;
    if (row[-1] >> entries % 64) return false;
  }
  return true;
}

bool verify_columns(struct verifier *v) {
  const struct program_column *columns = program_section(&v->program, SECTION_COLUMNS);
  uint32_t count = verify_count(v, SECTION_COLUMNS), entries = verify_count(v, SECTION_ENTRIES);
  if (v->header->row_words != entries / 64 + (entries % 64 != 0) || v->header->request_columns > count) return false;
  for (uint32_t i = 0; i < count; i++) {
    const struct program_column *column = &columns[i];
    if (column->fact >= verify_count(v, SECTION_FACTS) || !has_kind(v, column) || !has_rows(v, column)) return false;
    if (i >= v->header->request_columns) continue;
    bool derived = column->kind == COLUMN_DIFFERENCE || column->kind == COLUMN_MONTHS;
    if (v->facts[column->fact].scope != SCOPE_REQUEST || (derived && v->facts[column->other].scope != SCOPE_REQUEST))
      return false;
  }
  const struct program_entry *entry = program_section(&v->program, SECTION_ENTRIES);
  for (uint32_t i = 0; i < entries; i++) {
    if (entry[i].rule >= v->header->rule_count || entry[i].flags & ~(uint32_t)(ENTRY_VERIFY | ENTRY_WALK)) return false;
    if (i > 0 && entry[i].rule < entry[i - 1].rule) return false;
  }
  return true;
}

/* ---- the tree ---- */

static bool is_branch(struct verifier *v, const struct program_tree_node *nodes, uint32_t i) {
  const struct program_tree_node *node = &nodes[i];
  if (node->column >= verify_count(v, SECTION_COLUMNS) || node->arms.count == 0 || node->rules.count != 0) return false;
  if (!verify_list(v, node->arms, SECTION_TREE_ARMS) || node->rule != NO_INDEX) return false;
  const struct program_column *column =
      (const struct program_column *)program_section(&v->program, SECTION_COLUMNS) + node->column;
  const struct program_tree_arm *arms =
      (const struct program_tree_arm *)program_section(&v->program, SECTION_TREE_ARMS) + node->arms.first;
  for (uint32_t a = 0; a < node->arms.count; a++) {
    if (arms[a].class_first > arms[a].class_last || arms[a].class_last >= column->class_count) return false;
    if (a > 0 && arms[a].class_first <= arms[a - 1].class_last) return false;
    if (arms[a].node >= i || nodes[arms[a].node].depth >= node->depth) return false;
  }
  return true;
}

static bool is_end(struct verifier *v, const struct program_tree_node *node) {
  if (node->column != NO_INDEX || node->arms.count != 0 || node->rule > v->header->rule_count) return false;
  if (!verify_list(v, node->rules, SECTION_LINKS)) return false;
  for (uint32_t i = 0; i < node->rules.count; i++) {
    if (v->links[node->rules.first + i] > v->header->rule_count) return false;
  }
  return node->kind == TREE_LEAF || node->rules.count == 0;
}

bool verify_tree(struct verifier *v) {
  const struct program_tree_node *nodes = program_section(&v->program, SECTION_TREE);
  uint32_t count = verify_count(v, SECTION_TREE);
  if (v->header->tree_root != NO_INDEX && v->header->tree_root >= count) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (nodes[i].kind > TREE_CUT || nodes[i].depth > PROGRAM_MAX_DEPTH) return false;
    if (nodes[i].kind == TREE_BRANCH ? !is_branch(v, nodes, i) : !is_end(v, &nodes[i])) return false;
  }
  return true;
}
