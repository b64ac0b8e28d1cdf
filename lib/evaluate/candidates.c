/* Candidates: which rules may hold for a line, found by ANDing one row of entry bits per column.
 *
 * In: the classes of a line's facts. Out: rules in order, certain or to be evaluated. While a fact is missing its columns say
 * nothing, and only rules that are plain conjunctions are ruled out by the others (traits.c tells why).
 */
#include "evaluate/classify.h"
#include "evaluate/line.h"

#define ROW_NONE UINT32_MAX /* the column says nothing */

/* The row of one column, read through the scene. */
static uint32_t read_row(struct scene *scene, const struct program_column *column) {
  const struct returns_policy *policy = scene->run->policy;
  struct reading value = read_fact(scene, column->fact), other = {.state = FACT_GIVEN};
  if (column_is_derived(column)) other = read_fact(scene, column->other);
  bool known = is_known(&value) || value.state == FACT_NOT_GIVEN, other_known = is_known(&other) || other.state == FACT_NOT_GIVEN;
  if (!known || !other_known) return ROW_NONE;
  /* Classes are of coded values; a decimal or percentage is a fraction here. */
  int64_t coded = value.value.num, other_coded = other.value.num;
  uint32_t type = policy->facts[column->fact].type;
  if (type == TYPE_DECIMAL || type == TYPE_PERCENT) {
    int64_t scale = type == TYPE_DECIMAL ? SCALE_DECIMAL : SCALE_PERCENT;
    coded = scale / value.value.den * value.value.num;
    if (column_is_derived(column)) other_coded = scale / other.value.den * other.value.num;
  }
  return class_row(policy, column, classify(policy, column, is_known(&value), coded, is_known(&other), other_coded));
}

static bool is_complete(struct scene *scene, const returns_request *request) {
  const struct returns_policy *policy = scene->run->policy;
  if (request && scene->run->assigned_count == 0) {
    if (request->request_missing || *request_line_rows(request, scene->line)) return false;
    if (policy->all_direct) return true;
  }
  for (uint32_t f = 0; f < policy->fact_count; f++) {
    if (!(policy->fact_traits[f] & (FACT_IS_NEEDED | FACT_IS_INDIRECT_NEEDED))) continue;
    struct reading reading = read_fact(scene, f);
    if (!is_known(&reading) && reading.state != FACT_NOT_GIVEN) return false;
  }
  return true;
}

void candidates_begin(struct candidates *candidates, struct decider *decider, struct scene *scene) {
  const struct returns_policy *policy = decider->run.policy;
  const returns_request *request = decider->request;
  uint32_t shared = policy->header->request_columns;
  candidates->decider = decider;
  candidates->from_walk = candidates->block = NO_INDEX;
  candidates->complete = is_complete(scene, request);
  bool stored = request && candidates->complete && decider->run.assigned_count == 0;
  for (uint32_t c = 0; c < policy->column_count; c++) {
    if (!stored || !policy->column_is_direct[c])
      decider->rows[c] = read_row(scene, &policy->columns[c]);
    else if (c < shared)
      decider->rows[c] = request->rows[c];
    else
      decider->rows[c] = request_line_rows(request, scene->line)[1 + c - shared];
  }
}

/* The words of one block, ANDed over the columns. */
static void load_block(struct candidates *candidates, uint32_t block) {
  const struct returns_policy *policy = candidates->decider->run.policy;
  uint32_t first = block * CANDIDATE_WORDS, words = policy->header->row_words - first;
  if (words > CANDIDATE_WORDS) words = CANDIDATE_WORDS;
  for (uint32_t w = 0; w < CANDIDATE_WORDS; w++) candidates->bits[w] = w < words ? UINT64_MAX : 0;
  if (first + words == policy->header->row_words && policy->entry_count % 64)
    candidates->bits[words - 1] = ((uint64_t)1 << policy->entry_count % 64) - 1;
  for (uint32_t c = 0; c < policy->column_count; c++) {
    if (candidates->decider->rows[c] == ROW_NONE) continue;
    const uint64_t *row = policy->rows + candidates->decider->rows[c] + first;
    uint64_t left = 0;
    for (uint32_t w = 0; w < words; w++) left |= candidates->bits[w] &= row[w];
    if (!left) break;
  }
  candidates->block = block;
}

/* The first entry at or behind `entry` whose bit is set in all rows; entry_count: none. */
static uint32_t next_entry(struct candidates *candidates, uint32_t entry) {
  uint32_t count = candidates->decider->run.policy->entry_count;
  while (entry < count) {
    uint32_t block = entry / 64 / CANDIDATE_WORDS, word = entry / 64 % CANDIDATE_WORDS;
    if (candidates->block != block) load_block(candidates, block);
    uint64_t bits = candidates->bits[word] & UINT64_MAX << entry % 64;
    for (; !bits && word + 1 < CANDIDATE_WORDS;) bits = candidates->bits[++word];
    if (bits) return (block * CANDIDATE_WORDS + word) * 64 + (uint32_t)__builtin_ctzll(bits);
    entry = (block + 1) * CANDIDATE_WORDS * 64;
  }
  return count;
}

/* The first rule at or behind `from` that is never ruled out. */
static uint32_t next_always(const struct returns_policy *policy, uint32_t from) {
  uint32_t low = 0, high = policy->always_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (policy->always[middle] < from)
      low = middle + 1;
    else
      high = middle;
  }
  return low < policy->always_count ? policy->always[low] : policy->rule_count;
}

/* Whether some entry of the rule at or behind `entry` says that the rows tell nothing from this rule on. */
static bool begins_walk(struct candidates *candidates, uint32_t entry, uint32_t rule) {
  const struct returns_policy *policy = candidates->decider->run.policy;
  for (; entry < policy->entry_count && policy->entries[entry].rule == rule; entry = next_entry(candidates, entry + 1))
    if (policy->entries[entry].flags & ENTRY_WALK) return true;
  return false;
}

uint32_t candidates_next(struct candidates *candidates, uint32_t from, bool *certain) {
  const struct returns_policy *policy = candidates->decider->run.policy;
  uint32_t rule = policy->rule_count;
  *certain = true;
  if (from >= rule) return rule;
  if (from < candidates->from_walk) {
    uint32_t entry = next_entry(candidates, policy->first_entries[from]);
    if (entry < policy->entry_count) {
      rule = policy->entries[entry].rule;
      *certain = !(policy->entries[entry].flags & ENTRY_VERIFY);
      if (policy->walks && begins_walk(candidates, entry, rule)) candidates->from_walk = rule;
    }
  }
  if (!candidates->complete) {
    uint32_t other = next_always(policy, from);
    if (other < rule) rule = other;
    *certain = rule == policy->rule_count;
  }
  if (from >= candidates->from_walk) rule = from;
  if (rule >= candidates->from_walk) *certain = false;
  return rule;
}
