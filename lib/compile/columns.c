/* Columns: what is known of a fact, cut into classes that no condition tells further apart.
 *
 * In, while gathering: the constants with which facts and differences are compared. Out, once settled: sorted cuts and groups of
 * values, at most MAX_CLASSES of a column. Where there were more, the most used are kept, by quantiles, and what falls between is
 * inexact. It must not know conditions.
 */
#include "compile/work.h"

#include <string.h>

#include "program/bounds.h"

void class_add_range(struct class_set *set, uint32_t first, uint32_t end) {
  while (first < end) {
    uint32_t bit = first % 64, count = end - first < 64 - bit ? end - first : 64 - bit;
    set->words[first / 64] |= (count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1) << bit;
    first += count;
  }
}

/* ---- finding and making ---- */

static bool is_pair(uint32_t kind) { return kind == COLUMN_DIFFERENCE || kind == COLUMN_MONTHS; }

static bool is_ordered(uint32_t kind) { return kind == COLUMN_CUTS || is_pair(kind); }

static bool is_vague(const struct compilation *c, uint32_t fact) {
  return fact != NO_INDEX && c->model->facts[fact].optional && c->model->facts[fact].scope == SCOPE_FACT;
}

bool columns_fit(const struct compilation *c, uint32_t fact, uint32_t other) {
  int64_t low, high;
  return program_difference_bounds(flat_facts(c), fact, other, &low, &high);
}

bool column_has_codes(const struct compilation *c, uint32_t fact) {
  for (;;) {
    const struct fact *f = &c->model->facts[fact];
    if (f->type == TYPE_DATE || f->type == TYPE_INSTANT || (f->assume == NULL && f->same_as == NO_INDEX)) return true;
    if (f->assume != NULL && f->assume->op == OP_CONST) return f->assume->type == f->type;
    if (f->assume != NULL && (f->assume->op != OP_FACT || f->assume->type != f->type)) return false;
    fact = f->assume != NULL ? f->assume->index : f->same_as;
  }
}

uint32_t column_kind_of(const struct compilation *c, uint32_t fact) {
  const struct fact *f = &c->model->facts[fact];
  switch (f->type) {
  case TYPE_FLAG: return COLUMN_VALUE;
  case TYPE_CHOICE: return f->value_count <= MAX_CLASSES ? COLUMN_VALUE : COLUMN_TEXT;
  case TYPE_SET: return COLUMN_MEMBER;
  case TYPE_TEXT: return COLUMN_TEXT;
  default: return COLUMN_CUTS;
  }
}

/* Group 0 is what no condition names: it is never used up, also where every value is named. */
static bool make_groups(struct compilation *c, struct column *column) {
  const struct fact *fact = &c->model->facts[column->fact];
  size_t count = fact->type == TYPE_TEXT ? c->model->text_count : fact->value_count;
  column->value_count = (uint32_t)count;
  column->table = arena_take_zeroed(&c->arena, count * sizeof *column->table);
  column->values = arena_take_zeroed(&c->arena, count * sizeof *column->values);
  column->groups = arena_take_zeroed(&c->arena, (count + 1) * sizeof *column->groups);
  if (!column->table || !column->values || !column->groups) return false;
  column->groups[0].size = UINT32_MAX;
  column->group_count = 1;
  return true;
}

static struct column *make(struct compilation *c, uint32_t kind, uint32_t fact, uint32_t other, uint32_t member) {
  if (!memory_reserve(c->memory, (void **)&c->columns, &c->column_capacity, c->column_count + 1, sizeof *c->columns)) return NULL;
  struct column *column = &c->columns[c->column_count];
  *column = (struct column){.kind = kind, .fact = fact, .other = other, .member = member, .place = NO_INDEX};
  column->vague = is_vague(c, fact) || is_vague(c, other);
  column->next = c->first_column[fact];
  if (kind == COLUMN_CUTS) program_bounds(flat_facts(c), fact, &column->low, &column->high);
  if (kind == COLUMN_DIFFERENCE) program_difference_bounds(flat_facts(c), fact, other, &column->low, &column->high);
  if (kind == COLUMN_MONTHS) column->low = INT64_MIN, column->high = INT64_MAX;
  if (kind == COLUMN_TEXT && !make_groups(c, column)) return NULL;
  c->first_column[fact] = c->column_count++;
  return column;
}

static struct column *find(const struct compilation *c, uint32_t kind, uint32_t fact, uint32_t other, uint32_t member) {
  for (uint32_t i = c->first_column[fact]; i != NO_INDEX; i = c->columns[i].next) {
    struct column *column = &c->columns[i];
    if (column->kind == kind && column->other == other && column->member == member) return column;
  }
  return NULL;
}

struct column *column_of(struct compilation *c, uint32_t kind, uint32_t fact, uint32_t other, uint32_t member, bool *reversed) {
  *reversed = false;
  struct column *column = find(c, kind, fact, other, member);
  if (column) return column;
  if (kind == COLUMN_DIFFERENCE) {
    column = find(c, kind, other, fact, member);
    *reversed = column != NULL;
  }
  return column || c->settled ? column : make(c, kind, fact, other, member);
}

/* ---- gathering ---- */

static bool add_cut(struct compilation *c, struct column *column, int64_t cut) {
  if (cut <= column->low || cut > column->high) return true;
  if (!memory_reserve(c->memory, (void **)&column->cuts, &column->cut_capacity, column->cut_count + 1, sizeof *column->cuts))
    return false;
  column->cuts[column->cut_count++] = cut;
  return true;
}

bool column_cut(struct compilation *c, struct column *column, int64_t low, int64_t high) {
  if (low > high) return true;
  return add_cut(c, column, low) && (high == INT64_MAX || add_cut(c, column, high + 1));
}

/* How many distinct values of each group are named. Only what was looked at in this round counts, so nothing is cleared. */
static void name_values(struct column *column, const int64_t *values, uint32_t count) {
  column->round++;
  for (uint32_t i = 0; i < count; i++) {
    if ((uint64_t)values[i] >= column->value_count) continue;
    struct column_value *value = &column->values[values[i]];
    struct column_group *group = &column->groups[value->group];
    if (value->round == column->round) continue;
    value->round = column->round;
    if (group->round != column->round) *group = (struct column_group){.size = group->size, .round = column->round};
    group->named++;
  }
}

/* Refines the groups: one of which the values name only a part falls in two, and the named part becomes a new group. */
void column_split(struct column *column, const int64_t *values, uint32_t count) {
  name_values(column, values, count);
  uint32_t before = column->group_count;
  for (uint32_t i = 0; i < count; i++) {
    if ((uint64_t)values[i] >= column->value_count) continue;
    struct column_value *value = &column->values[values[i]];
    if (value->group >= before) continue; /* moved, as the value stands twice */
    struct column_group *group = &column->groups[value->group];
    if (group->named == group->size) continue;
    if (group->part == 0) {
      group->part = column->group_count++;
      column->groups[group->part] = (struct column_group){.size = group->named};
    }
    value->group = group->part;
  }
  for (uint32_t g = 1; g < before; g++) {
    struct column_group *group = &column->groups[g];
    if (group->round == column->round && group->part != 0) group->size -= group->named;
  }
}

/* ---- settling ---- */

static void sort_few(int64_t *keys, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    int64_t key = keys[i];
    uint32_t at = i;
    for (; at > 0 && keys[at - 1] > key; at--) keys[at] = keys[at - 1];
    keys[at] = key;
  }
}

/* By bytes of the distance from the least, the lowest byte first, as many as the greatest distance has. */
static void sort_many(int64_t *keys, int64_t *spare, uint32_t count) {
  int64_t low = keys[0], high = keys[0];
  for (uint32_t i = 1; i < count; i++) {
    if (keys[i] < low) low = keys[i];
    if (keys[i] > high) high = keys[i];
  }
  int64_t *from = keys, *to = spare;
  for (uint32_t shift = 0; shift < 64 && ((uint64_t)high - (uint64_t)low) >> shift != 0; shift += 8) {
    uint32_t starts[257] = {0};
    for (uint32_t i = 0; i < count; i++) starts[(((uint64_t)from[i] - (uint64_t)low) >> shift & 255) + 1]++;
    for (uint32_t b = 1; b < 256; b++) starts[b] += starts[b - 1];
    for (uint32_t i = 0; i < count; i++) to[starts[((uint64_t)from[i] - (uint64_t)low) >> shift & 255]++] = from[i];
    int64_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != keys) memcpy(keys, from, count * sizeof *keys);
}

/* Keeps at most `limit` of the sorted cuts: the first, and each one over which the share of uses passes another part in limit. So
 * a constant that many conditions use is always kept. */
static void choose_cuts(struct column *column, uint32_t limit) {
  int64_t *cuts = column->cuts;
  uint32_t total = column->cut_count, kept = 0, distinct = 0;
  for (uint32_t i = 0; i < total; i++) distinct += i == 0 || cuts[i] != cuts[i - 1];
  for (uint32_t i = 0, end; i < total; i = end) {
    for (end = i + 1; end < total && cuts[end] == cuts[i]; end++) {}
    uint64_t before = (uint64_t)i * (limit - 1) / total, after = (uint64_t)end * (limit - 1) / total;
    if (distinct <= limit || i == 0 || before != after) cuts[kept++] = cuts[i];
  }
  column->cut_count = kept;
}

static bool settle_ordered(struct compilation *c, struct column *column, uint32_t limit) {
  if (column->cut_count > 64) {
    int64_t *spare = arena_take(&c->scratch, column->cut_count * sizeof *spare);
    if (!spare) return false;
    sort_many(column->cuts, spare, column->cut_count);
    arena_reset(&c->scratch);
  } else if (column->cut_count > 0) {
    sort_few(column->cuts, column->cut_count);
  }
  choose_cuts(column, limit);
  column->class_count = column->cut_count + 2;
  return true;
}

/* Groups become classes; where there are too many, neighbours share one, but never with group 0. From now on the groups of the
 * column are its classes. */
static void settle_groups(struct column *column) {
  uint32_t groups = column->group_count - 1, classes = groups < MAX_CLASSES ? groups : MAX_CLASSES - 1;
  for (uint32_t g = 1; g <= classes; g++) column->groups[g] = (struct column_group){0};
  for (uint32_t v = 0; v < column->value_count; v++) {
    uint64_t group = column->values[v].group;
    uint32_t class = group == 0 ? 0 : (uint32_t)(1 + (group - 1) * classes / groups);
    column->table[v] = (uint16_t) class;
    column->values[v].group = class;
    if (class > 0) column->groups[class].size++;
  }
  column->class_count = classes + 2;
}

/* Of a column that is not cut. */
static uint32_t fixed_classes(const struct compilation *c, const struct column *column) {
  if (column->kind == COLUMN_TEXT) return column->class_count;
  const struct fact *fact = &c->model->facts[column->fact];
  return fact->type == TYPE_CHOICE ? fact->value_count + 1 : 3;
}

/* Rows take as much room as there are classes. Ordered columns share what a block of that many rules should take. */
static uint32_t cut_limit(const struct compilation *c) {
  uint32_t fixed = 0, ordered = 0, rules = c->model->rule_count < 8192 ? c->model->rule_count : 8192;
  for (uint32_t i = 0; i < c->column_count; i++) {
    if (is_ordered(c->columns[i].kind))
      ordered++;
    else
      fixed += c->columns[i].class_count;
  }
  uint32_t room = 960 + rules / 8, share = ordered == 0 || room < fixed ? 0 : (room - fixed) / ordered;
  return share < 15 ? 15 : share > MAX_CLASSES - 1 ? MAX_CLASSES - 1 : share;
}

/* Guarded facts are cut where computing with them may begin to fail. */
static bool cut_guards(struct compilation *c) {
  for (uint32_t f = 0; f < c->model->fact_count; f++) {
    struct guard *guard = &c->guards[f];
    if (guard->rule == NO_INDEX) continue;
    struct program_fact plain = {.type = c->model->facts[f].type, .same_as = NO_INDEX, .assume = NO_INDEX};
    int64_t first, last, low, high;
    program_bounds(&plain, 0, &first, &last);
    program_bounds(flat_facts(c), f, &low, &high);
    first += guard->distance;
    last -= guard->distance;
    if (low >= first && high <= last) {
      guard->rule = NO_INDEX;
      continue;
    }
    bool reversed;
    struct column *column = column_of(c, COLUMN_CUTS, f, NO_INDEX, 0, &reversed);
    if (!column || !column_cut(c, column, first, last)) return false;
    guard->low = first;
    guard->high = last;
  }
  return true;
}

bool columns_settle(struct compilation *c) {
  if (!cut_guards(c)) return false;
  c->settled = true;
  for (uint32_t i = 0; i < c->column_count; i++) {
    struct column *column = &c->columns[i];
    if (column->kind == COLUMN_TEXT) settle_groups(column);
    if (!is_ordered(column->kind)) column->class_count = fixed_classes(c, column);
  }
  uint32_t limit = cut_limit(c);
  for (uint32_t i = 0; i < c->column_count; i++) {
    if (is_ordered(c->columns[i].kind) && !settle_ordered(c, &c->columns[i], limit)) return false;
  }
  return true;
}

/* ---- classes of values ---- */

/* Number of cuts <= value: the value's class. */
static uint32_t class_of(const struct column *column, int64_t value) {
  uint32_t low = 0, high = column->cut_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (column->cuts[middle] <= value)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool column_interval(const struct column *column, int64_t low, int64_t high, bool want, struct class_set *set) {
  uint32_t end = column->cut_count + 1;
  if (low > high || low > column->high || high < column->low) {
    if (!want) class_add_range(set, 0, end);
    return true;
  }
  uint32_t first = 0, last = column->cut_count;
  bool cut_low = true, cut_high = true;
  if (low > column->low) {
    first = class_of(column, low);
    cut_low = first > 0 && column->cuts[first - 1] == low;
  }
  if (high < column->high) {
    last = class_of(column, high);
    cut_high = last < column->cut_count && column->cuts[last] == high + 1;
  }
  if (want) {
    class_add_range(set, first, last + 1);
  } else {
    class_add_range(set, 0, first + !cut_low);
    class_add_range(set, last + cut_high, end);
  }
  return cut_low && cut_high;
}

bool column_values(struct column *column, const int64_t *values, uint32_t count, bool want, struct class_set *set) {
  struct class_set in = {0}, whole = {0}; /* whole: classes of which all values are named */
  uint32_t end = column->class_count - 1;
  bool exact = true;
  if (column->kind == COLUMN_TEXT) name_values(column, values, count);
  for (uint32_t i = 0; i < count; i++) {
    if ((uint64_t)values[i] >= (column->kind == COLUMN_TEXT ? column->value_count : end)) continue;
    uint32_t class = column->kind == COLUMN_TEXT ? column->table[values[i]] : (uint32_t)values[i];
    class_add(&in, class);
    if (column->kind != COLUMN_TEXT || column->groups[class].named == column->groups[class].size)
      class_add(&whole, class);
    else
      exact = false;
  }
  if (!want) {
    struct class_set all = {0};
    class_add_range(&all, 0, end);
    for (uint32_t w = 0; w < CLASS_WORDS; w++) in.words[w] = all.words[w] & ~whole.words[w];
  }
  for (uint32_t w = 0; w < CLASS_WORDS; w++) set->words[w] |= in.words[w];
  return exact;
}
