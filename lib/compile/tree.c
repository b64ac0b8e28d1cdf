/* Tree: the decision tree that people read, from the same classes as the rows.
 *
 * In: entries and rows. Out: the sections tree and tree arms. At each node the rules that may still decide are known, up to the
 * first that must; the column that leaves the fewest of them, summed over its arms, is asked next. Equal subtrees are kept once.
 * Effort is bounded: a node spends what its branch costs and shares the rest evenly among its arms; where that is too little, the
 * tree is cut. The class "missing" is an arm of optional facts only, and entries that guard the ends of time have no place in it.
 */
#include "compile/work.h"

#include <string.h>

#define TREE_DEPTH 128

/* Entries that may still decide: the words of a bit set that are not zero. */
struct live {
  uint32_t count;
  uint32_t *index;
  uint64_t *word;
};

struct tree {
  struct compilation *c;
  const struct program_column *columns;
  const struct program_entry *entries;
  const uint64_t *rows;
  uint64_t **restricted;           /* by column: entries that it restricts */
  uint64_t *unsure;                /* entries that leave something to the rules behind them, though every column matches */
  bool *asked;                     /* by column: on the way here */
  uint64_t *restricts;             /* by column: how many of the live entries, while choosing */
  uint32_t *buckets, bucket_count; /* nodes by content */
  uint32_t *rules;                 /* of the leaf being made */
  uint64_t node_cost;
  bool failed;
};

/* Without an instruction for it, a call of the compiler's own runtime would be slower. */
static uint32_t count_bits(uint64_t word) {
  word -= word >> 1 & 0x5555555555555555u;
  word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
  return (uint32_t)(((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u >> 56);
}

static bool take_live(struct tree *t, struct live *live, uint32_t count) {
  live->count = 0;
  live->index = arena_take(&t->c->scratch, count * sizeof *live->index);
  live->word = arena_take(&t->c->scratch, count * sizeof *live->word);
  if (!live->index || !live->word) t->failed = true;
  return !t->failed;
}

/* ---- nodes, each content once ---- */

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 32;
}

static uint64_t hash_of(const struct tree *t, const struct program_tree_node *node) {
  uint64_t hash = mix(mix(mix(node->kind, node->column), node->rule), node->remaining);
  for (uint32_t i = 0; i < node->arms.count; i++) {
    const struct program_tree_arm *arm = writer_at(&t->c->writer, SECTION_TREE_ARMS, node->arms.first + i);
    hash = mix(mix(hash, (uint64_t)arm->class_first << 32 | arm->class_last), arm->node);
  }
  for (uint32_t i = 0; i < node->rules.count; i++)
    hash = mix(hash, *(uint32_t *)writer_at(&t->c->writer, SECTION_LINKS, node->rules.first + i));
  return hash;
}

static bool is_same(const struct tree *t, const struct program_tree_node *a, const struct program_tree_node *b) {
  const struct writer *writer = &t->c->writer;
  if (a->kind != b->kind || a->column != b->column || a->rule != b->rule || a->remaining != b->remaining) return false;
  if (a->arms.count != b->arms.count || a->rules.count != b->rules.count) return false;
  if (a->arms.count > 0 &&
      memcmp(writer_at(writer, SECTION_TREE_ARMS, a->arms.first), writer_at(writer, SECTION_TREE_ARMS, b->arms.first),
             a->arms.count * sizeof(struct program_tree_arm)) != 0) {
    return false;
  }
  return a->rules.count == 0 || memcmp(writer_at(writer, SECTION_LINKS, a->rules.first),
                                       writer_at(writer, SECTION_LINKS, b->rules.first), a->rules.count * sizeof(uint32_t)) == 0;
}

static bool grow_buckets(struct tree *t) {
  uint32_t wanted = t->bucket_count ? t->bucket_count * 2 : 256;
  uint32_t *buckets = arena_take_zeroed(&t->c->arena, wanted * sizeof *buckets);
  if (!buckets) return false;
  for (uint32_t i = 0; i < writer_count(&t->c->writer, SECTION_TREE); i++) {
    uint32_t at = (uint32_t)hash_of(t, writer_at(&t->c->writer, SECTION_TREE, i)) & (wanted - 1);
    while (buckets[at]) at = (at + 1) & (wanted - 1);
    buckets[at] = i + 1;
  }
  t->buckets = buckets;
  t->bucket_count = wanted;
  return true;
}

/* The node of that content; its arms or rules are the last of their section, and are taken back when there is one already. */
static uint32_t put_node(struct tree *t, const struct program_tree_node *node) {
  struct writer *writer = &t->c->writer;
  uint32_t count = writer_count(writer, SECTION_TREE);
  if (count >= t->bucket_count / 2 && !grow_buckets(t)) {
    t->failed = true;
    return NO_INDEX;
  }
  uint32_t at = (uint32_t)hash_of(t, node) & (t->bucket_count - 1);
  for (; t->buckets[at]; at = (at + 1) & (t->bucket_count - 1)) {
    if (!is_same(t, writer_at(writer, SECTION_TREE, t->buckets[at] - 1), node)) continue;
    writer->sections[SECTION_TREE_ARMS].count -= node->arms.count;
    writer->sections[SECTION_LINKS].count -= node->rules.count;
    return t->buckets[at] - 1;
  }
  struct program_tree_node *to = writer_add(writer, SECTION_TREE, 1, NULL);
  if (!to) {
    t->failed = true;
    return NO_INDEX;
  }
  *to = *node;
  t->buckets[at] = count + 1;
  return count;
}

/* ---- ends ---- */

/* The rules of the live entries, in order, then the last resort unless an entry is sure. */
static uint32_t list_rules(const struct tree *t, const struct live *live, bool sure) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < live->count; i++) {
    for (uint64_t word = live->word[i]; word != 0; word &= word - 1) {
      uint32_t rule = t->entries[live->index[i] * 64 + (uint32_t)__builtin_ctzll(word)].rule;
      if (count == 0 || t->rules[count - 1] != rule) t->rules[count++] = rule;
    }
  }
  if (!sure) t->rules[count++] = t->c->model->rule_count;
  return count;
}

static uint32_t put_end(struct tree *t, const struct live *live, bool sure, uint32_t kind) {
  uint32_t count = list_rules(t, live, sure);
  struct program_tree_node node = {.kind = kind, .column = NO_INDEX, .remaining = count};
  node.rule = t->rules[kind == TREE_LEAF ? count - 1 : 0];
  if (kind == TREE_LEAF && count > 1) {
    uint32_t *rules = writer_add(&t->c->writer, SECTION_LINKS, count, &node.rules.first);
    if (!rules) {
      t->failed = true;
      return NO_INDEX;
    }
    memcpy(rules, t->rules, count * sizeof *rules);
    node.rules.count = count;
  }
  return put_node(t, &node);
}

/* ---- branches ---- */

/* Classes of a column that are arms. */
static uint32_t arm_classes(const struct tree *t, uint32_t column) {
  const struct fact *facts = t->c->model->facts;
  const struct program_column *record = &t->columns[column];
  bool optional = facts[record->fact].optional || (record->other != NO_INDEX && facts[record->other].optional);
  return record->class_count - !optional;
}

static const uint64_t *row_of(const struct tree *t, uint32_t column, uint32_t class) {
  return t->rows + t->columns[column].rows_first + (size_t) class * t->c->writer.header.row_words;
}

static bool is_equal_under(const struct live *live, const uint64_t *a, const uint64_t *b) {
  for (uint32_t i = 0; i < live->count; i++) {
    if ((a[live->index[i]] ^ b[live->index[i]]) & live->word[i]) return false;
  }
  return true;
}

/* Live entries that a column restricts. */
static uint64_t count_restricted(const struct tree *t, const struct live *live, uint32_t column) {
  uint64_t count = 0;
  if (t->asked[column]) return 0;
  for (uint32_t i = 0; i < live->count; i++) count += count_bits(live->word[i] & t->restricted[column][live->index[i]]);
  return count;
}

/* Cuts the live entries behind the first that decides whatever the columns not asked yet may say; whether there is one. */
static bool cut_behind_sure(const struct tree *t, struct live *live) {
  for (uint32_t i = 0; i < live->count; i++) {
    uint64_t open = t->unsure[live->index[i]];
    for (uint32_t k = 0; k < t->c->placed_count; k++) {
      if (!t->asked[k]) open |= t->restricted[k][live->index[i]];
    }
    uint64_t sure = live->word[i] & ~open;
    if (sure == 0) continue;
    uint64_t first = sure & (0 - sure);
    live->word[i] &= first | (first - 1);
    live->count = i + 1;
    return true;
  }
  return false;
}

/* Entries that remain, summed over the arms of a column, and how many arms there are. Gives up beyond `most`. */
static uint64_t score(const struct tree *t, const struct live *live, uint32_t column, uint64_t most, uint32_t *arms) {
  uint64_t sum = 0;
  const uint64_t *row = row_of(t, column, 0), *before = NULL;
  *arms = 0;
  for (uint32_t class = 0, end = arm_classes(t, column); class < end && sum <= most; class ++) {
    uint64_t differs = before == NULL;
    for (uint32_t i = 0; i < live->count && !differs; i++)
      differs = (row[live->index[i]] ^ before[live->index[i]]) & live->word[i];
    if (differs) {
      ++*arms;
      for (uint32_t i = 0; i < live->count; i++) sum += count_bits(live->word[i] & row[live->index[i]]);
    }
    before = row;
    row += t->c->writer.header.row_words;
  }
  return sum;
}

/* The column to ask; NO_INDEX when there is nothing left to ask. *cost: what choosing took, up to the budget. A column with two
 * arms or more leaves each entry that it does not restrict in all of them, so many need no closer look. */
static uint32_t choose_column(const struct tree *t, const struct live *live, uint64_t budget, uint64_t *cost, uint32_t *arms) {
  uint32_t chosen = NO_INDEX;
  uint64_t best = UINT64_MAX, entries = 0, most = 0;
  for (uint32_t i = 0; i < live->count; i++) entries += count_bits(live->word[i]);
  for (uint32_t k = 0; k < t->c->placed_count; k++) {
    t->restricts[k] = count_restricted(t, live, k);
    if (t->restricts[k] > most) most = t->restricts[k];
  }
  *cost = (uint64_t)live->count * t->c->placed_count / 4;
  /* Those that restrict the most first, as they leave the least for the others to beat. */
  for (int first = 1; first >= 0; first--) {
    for (uint32_t k = 0; k < t->c->placed_count; k++) {
      bool leads = t->restricts[k] * 4 >= most * 3;
      if (t->restricts[k] == 0 || leads != first || 2 * entries - t->restricts[k] > best) continue;
      if (chosen == NO_INDEX) chosen = k;
      *cost += (uint64_t)live->count * t->columns[k].class_count;
      if (*cost > budget) return chosen;
      uint32_t count;
      uint64_t sum = score(t, live, k, best, &count);
      if (sum > best || (sum == best && k > chosen)) continue;
      best = sum;
      chosen = k;
      *arms = count;
    }
  }
  return chosen;
}

static uint32_t build(struct tree *t, struct live *live, uint32_t level, uint64_t *budget);

/* The node under one arm, with its share of the budget. */
static uint32_t build_arm(struct tree *t, const struct live *live, const uint64_t *row, uint32_t level, uint64_t *budget,
                          uint32_t arms_left) {
  struct live kept;
  if (!take_live(t, &kept, live->count)) return NO_INDEX;
  for (uint32_t i = 0; i < live->count; i++) {
    uint64_t word = live->word[i] & row[live->index[i]];
    if (word == 0) continue;
    kept.index[kept.count] = live->index[i];
    kept.word[kept.count++] = word;
  }
  uint64_t share = *budget / arms_left, left = share;
  uint32_t node = build(t, &kept, level + 1, &left);
  *budget -= share - left;
  return node;
}

/* arms: as many as there are classes, from scratch. Neighbours with one node are one arm. */
static uint32_t build_arms(struct tree *t, const struct live *live, uint32_t column, uint32_t level, uint64_t *budget,
                           uint32_t arms_left, struct program_tree_arm *arms) {
  uint32_t count = 0;
  for (uint32_t class = 0, end = arm_classes(t, column); class < end; class ++) {
    const uint64_t *row = row_of(t, column, class);
    if (class > 0 && is_equal_under(live, row, row_of(t, column, class - 1))) {
      arms[count - 1].class_last = class;
      continue;
    }
    uint32_t node = build_arm(t, live, row, level, budget, arms_left > 1 ? arms_left : 1);
    if (t->failed) return 0;
    arms_left--;
    if (count > 0 && arms[count - 1].node == node)
      arms[count - 1].class_last = class;
    else
      arms[count++] = (struct program_tree_arm){class, class, node};
  }
  return count;
}

static uint32_t put_branch(struct tree *t, uint32_t column, const struct program_tree_arm *arms, uint32_t count) {
  struct program_tree_node node = {.kind = TREE_BRANCH, .column = column, .rule = NO_INDEX, .arms = {.count = count}};
  for (uint32_t i = 0; i < count; i++) {
    const struct program_tree_node *kid = writer_at(&t->c->writer, SECTION_TREE, arms[i].node);
    if (kid->depth >= node.depth) node.depth = kid->depth + 1;
  }
  struct program_tree_arm *to = writer_add(&t->c->writer, SECTION_TREE_ARMS, count, &node.arms.first);
  if (!to) {
    t->failed = true;
    return NO_INDEX;
  }
  memcpy(to, arms, count * sizeof *to);
  return put_node(t, &node);
}

/* The subtree for what is live; NO_INDEX when memory ran out. */
static uint32_t build(struct tree *t, struct live *live, uint32_t level, uint64_t *budget) {
  bool sure = cut_behind_sure(t, live);
  uint64_t cost;
  uint32_t arm_count = 0, column = choose_column(t, live, *budget, &cost, &arm_count);
  if (column == NO_INDEX) return put_end(t, live, sure, TREE_LEAF);
  cost += t->node_cost * arm_count;
  if (cost > *budget || level >= TREE_DEPTH) return put_end(t, live, sure, TREE_CUT);
  *budget -= cost;
  struct program_tree_arm *arms = arena_take(&t->c->scratch, t->columns[column].class_count * sizeof *arms);
  if (!arms) {
    t->failed = true;
    return NO_INDEX;
  }
  t->asked[column] = true;
  uint32_t count = build_arms(t, live, column, level, budget, arm_count, arms);
  t->asked[column] = false;
  if (t->failed) return NO_INDEX;
  return count == 1 ? arms[0].node : put_branch(t, column, arms, count);
}

/* ---- beginning ---- */

static bool begin(struct tree *t, struct live *live) {
  struct compilation *c = t->c;
  uint32_t words = c->writer.header.row_words;
  t->columns = c->writer.sections[SECTION_COLUMNS].records;
  t->entries = c->writer.sections[SECTION_ENTRIES].records;
  t->rows = c->writer.sections[SECTION_ROWS].records;
  t->restricted = arena_take(&c->arena, ((size_t)c->placed_count + 1) * sizeof *t->restricted);
  t->unsure = arena_take_zeroed(&c->arena, words * sizeof *t->unsure);
  t->asked = arena_take_zeroed(&c->arena, (size_t)c->placed_count + 1);
  t->restricts = arena_take(&c->arena, ((size_t)c->placed_count + 1) * sizeof *t->restricts);
  t->rules = arena_take(&c->arena, ((size_t)c->entry_count + 1) * sizeof *t->rules);
  if (!t->restricted || !t->unsure || !t->asked || !t->restricts || !t->rules || !take_live(t, live, words)) return false;
  for (uint32_t k = 0; k < c->placed_count; k++) {
    t->restricted[k] = arena_take_zeroed(&c->arena, words * sizeof **t->restricted);
    if (!t->restricted[k]) return false;
  }
  memset(live->word, 0, words * sizeof *live->word);
  for (uint32_t e = 0; e < c->entry_count; e++) {
    uint64_t bit = (uint64_t)1 << e % 64;
    if (!(c->entries[e].flags & ENTRY_WALK)) live->word[e / 64] |= bit;
    bool limited = c->model->rules[c->entries[e].rule].limit_kind != LIMIT_NONE;
    if (limited || c->entries[e].flags & ENTRY_VERIFY) t->unsure[e / 64] |= bit;
    for (uint32_t l = 0; l < c->entries[e].what.count; l++) {
      t->restricted[c->columns[c->entries[e].what.literals[l]->column].place][e / 64] |= bit;
    }
  }
  for (uint32_t w = 0; w < words; w++) {
    if (live->word[w] == 0) continue;
    live->index[live->count] = w;
    live->word[live->count++] = live->word[w];
  }
  return true;
}

bool tree_write(struct compilation *c) {
  struct tree t = {.c = c};
  struct live live;
  arena_reset(&c->scratch);
  if (!begin(&t, &live)) return false;
  /* Effort is counted in words of rows that are looked at. It grows with the rules more slowly than the rows do: where there are
   * thousands, nobody reads the tree beyond its first branches. */
  t.node_cost = 16 + c->model->rule_count / 64;
  uint64_t budget = c->limits->tree_nodes * t.node_cost;
  c->writer.header.tree_root = build(&t, &live, 0, &budget);
  return !t.failed;
}
