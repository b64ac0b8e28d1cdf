/* Split: a line is evaluated once; where that leaves it open, over each value of its missing flags and choices, and unified.
 *
 * In: a scene and the balances before the line. Out: the outcome that all combinations agree on, or what remains possible. The
 * combinations are bounded; a flag or choice beyond the bound stays open. Outcomes are kept per level, and reused.
 */
#include <string.h>

#include "evaluate/line.h"

#define COMBINATIONS_MOST 1024

/* ---- life ---- */

static uint32_t rule_words(const struct returns_policy *policy) { return policy->rule_count / 64 + 1; }

static void outcome_free(struct decider *decider, struct outcome *outcome) {
  struct memory *memory = decider->run.memory;
  if (!outcome) return;
  portions_free(&outcome->portions);
  memory_give(memory, outcome->possible, rule_words(decider->run.policy) * sizeof *outcome->possible);
  memory_give(memory, outcome->needs, decider->run.need_words * sizeof *outcome->needs);
  memory_give(memory, outcome->split_needs, decider->run.need_words * sizeof *outcome->split_needs);
  memory_give(memory, outcome->draws.items, outcome->draws.capacity * sizeof *outcome->draws.items);
  memory_give(memory, outcome, sizeof *outcome);
}

static struct outcome *outcome_new(struct decider *decider) {
  struct memory *memory = decider->run.memory;
  struct outcome *outcome = memory_take_zeroed(memory, sizeof *outcome);
  if (!outcome) return NULL;
  portions_init(&outcome->portions, decider->run.policy, memory);
  outcome->possible = memory_take(memory, rule_words(decider->run.policy) * sizeof *outcome->possible);
  outcome->needs = memory_take(memory, decider->run.need_words * sizeof *outcome->needs);
  outcome->split_needs = memory_take(memory, decider->run.need_words * sizeof *outcome->split_needs);
  if (outcome->possible && outcome->needs && outcome->split_needs) return outcome;
  outcome_free(decider, outcome);
  return NULL;
}

static void outcome_clear(struct decider *decider, struct outcome *outcome) {
  portions_clear(&outcome->portions);
  memset(outcome->possible, 0, rule_words(decider->run.policy) * sizeof *outcome->possible);
  memset(outcome->needs, 0, decider->run.need_words * sizeof *outcome->needs);
  memset(outcome->split_needs, 0, decider->run.need_words * sizeof *outcome->split_needs);
  outcome->draws.count = 0;
  outcome->kind = OUTCOME_DECIDED;
  outcome->failure.code = NULL;
}

/* The outcome of a level; NULL: out of memory. */
static struct outcome *outcome_at(struct decider *decider, uint32_t level) {
  struct memory *memory = decider->run.memory;
  if (level < decider->outcome_count) return decider->outcomes[level];
  if (!memory_reserve(memory, (void **)&decider->outcomes, &decider->outcome_capacity, level + 1, sizeof *decider->outcomes))
    return NULL;
  struct outcome *outcome = outcome_new(decider);
  if (outcome) decider->outcomes[decider->outcome_count++] = outcome;
  return outcome;
}

bool decider_init(struct decider *decider, const struct returns_policy *policy, struct memory *memory) {
  *decider = (struct decider){.request = NULL};
  ledger_init(&decider->ledger, memory);
  bool begun = run_init(&decider->run, policy, memory);
  decider->rows = memory_take(memory, policy->column_count * sizeof *decider->rows);
  return begun && decider->rows;
}

void decider_free(struct decider *decider) {
  if (!decider->run.policy) return;
  struct memory *memory = decider->run.memory;
  for (uint32_t i = 0; i < decider->outcome_count; i++) outcome_free(decider, decider->outcomes[i]);
  memory_give(memory, decider->outcomes, decider->outcome_capacity * sizeof(struct outcome *));
  memory_give(memory, decider->rows, decider->run.policy->column_count * sizeof *decider->rows);
  ledger_free(&decider->ledger);
  run_free(&decider->run);
  *decider = (struct decider){.request = NULL};
}

/* ---- one evaluation ---- */

/* Of an open line nothing is drawn for certain where a grant may be refused. */
static void settle_draws(struct leaf *leaf) {
  const struct returns_policy *policy = leaf->decider->run.policy;
  bool grants = false;
  if (!leaf->open || !leaf->decider->may_refuse) return;
  for (uint32_t rule = 0; rule <= policy->rule_count; rule++)
    grants |= policy->rules[rule].verdict != VERDICT_DENY && (leaf->out->possible[rule / 64] >> rule % 64 & 1);
  for (uint32_t d = 0; grants && d < leaf->out->draws.count; d++) number_set(&leaf->out->draws.items[d].drawn_low, 0);
}

static bool evaluate_once(struct decider *decider, uint32_t line, struct outcome *out) {
  static bool (*const stages[])(struct leaf *) = {leaf_walk, leaf_credit, leaf_approve, leaf_adjust, leaf_reason, leaf_output};
  struct leaf leaf = {.decider = decider, .line = line, .out = out};
  outcome_clear(decider, out);
  leaf.scene = run_line(&decider->run, line);
  leaf.units = units_of(leaf.scene);
  leaf.price = unit_value_of(leaf.scene);
  candidates_begin(&leaf.candidates, decider, leaf.scene);
  for (uint32_t i = 0; i < sizeof stages / sizeof *stages && !leaf.open; i++) {
    if (stages[i](&leaf)) continue;
    return !decider->out_of_memory && !decider->run.failed; /* an error is an outcome too */
  }
  out->kind = leaf.open ? OUTCOME_OPEN : OUTCOME_DECIDED;
  for (uint32_t i = 0; leaf.open && i < out->portions.count; i++) leaf_add_possible(&leaf, out->portions.items[i].rule);
  settle_draws(&leaf);
  return !decider->run.failed;
}

/* ---- unifying ---- */

static bool has_bit(const uint64_t *bits, uint32_t at) { return bits[at / 64] >> at % 64 & 1; }
static void add_bits(uint64_t *bits, const uint64_t *more, uint32_t words) {
  for (uint32_t i = 0; i < words; i++) bits[i] |= more[i];
}

static bool same_needs(const struct portions *a, uint32_t first_a, const struct portions *b, uint32_t first_b) {
  for (uint32_t i = 0; i < a->need_words; i++) {
    uint64_t x = first_a == NO_INDEX ? 0 : a->words[first_a + i], y = first_b == NO_INDEX ? 0 : b->words[first_b + i];
    if (x != y) return false;
  }
  return true;
}

/* Outputs that differ are open; they need the fact of the split and what either needs. */
static bool unify_output(struct portions *a, struct chosen *x, const struct portions *b, const struct chosen *y, uint32_t split) {
  if (x->value == y->value && same_needs(a, x->needs, b, y->needs)) return true;
  x->value = NO_INDEX;
  if (x->needs == NO_INDEX) x->needs = portions_add_words(a, NULL);
  if (x->needs == NO_INDEX) return false;
  if (y->needs != NO_INDEX) add_bits(a->words + x->needs, b->words + y->needs, a->need_words);
  a->words[x->needs + split / 64] |= (uint64_t)1 << split % 64;
  return true;
}

static bool same_reason(const struct returns_policy *policy, uint32_t a, uint32_t b) {
  if (a == REASON_REFUSED || b == REASON_REFUSED) return a == b;
  return text_equal(policy_slice(policy, policy->rules[a].because), policy_slice(policy, policy->rules[b].because));
}

static bool unify_portions(struct portions *a, const struct portions *b, uint32_t split) {
  for (uint32_t i = 0; i < a->count; i++) {
    struct portion *x = &a->items[i];
    const struct portion *y = &b->items[i];
    uint32_t same = 0;
    for (uint32_t o = 0; o < a->outputs_each; o++)
      if (!unify_output(a, &portion_outputs(a, i)[o], b, &portion_outputs(b, i)[o], split)) return false;
    while (same < x->reason_count && same < y->reason_count &&
           same_reason(a->policy, a->reasons[x->reason_first + same], b->reasons[y->reason_first + same]))
      same++;
    if (same < x->reason_count || same < y->reason_count || y->reasons_open) x->reasons_open = true;
    x->reason_count = same;
    if (x->group != y->group) x->group = NO_INDEX;
  }
  return true;
}

/* Makes the draws of a the hull of both. *differ: they are not the same. */
static bool unify_draws(struct decider *decider, struct draws *a, const struct draws *b, bool *differ) {
  uint32_t known = a->count;
  for (uint32_t i = 0; i < b->count; i++) {
    const struct draw *y = &b->items[i];
    struct draw *x = ledger_draw(&decider->ledger, a, y->group);
    enum number_error error;
    if (!x) return false;
    int low = number_compare(&x->drawn_low, &y->drawn_low, &error), high = bound_compare(&x->drawn_high, &y->drawn_high);
    if (low > 0) number_copy(&x->drawn_low, &y->drawn_low);
    if (high < 0) {
      x->drawn_high.unlimited = y->drawn_high.unlimited;
      number_copy(&x->drawn_high.number, &y->drawn_high.number);
    }
    *differ |= low != 0 || high != 0;
  }
  for (uint32_t i = 0; i < known; i++) { /* of groups that b did not touch: from nothing on */
    bool found = false;
    for (uint32_t j = 0; j < b->count; j++) found |= b->items[j].group == a->items[i].group;
    if (found) continue;
    *differ |= number_sign(&a->items[i].drawn_low) != 0 || a->items[i].drawn_high.unlimited ||
               number_sign(&a->items[i].drawn_high.number) != 0;
    number_set(&a->items[i].drawn_low, 0);
  }
  return true;
}

/* What is known of the children of a split so far. The first child became the parent's outcome; `out` is it, being unified. */
struct unifying {
  uint32_t split;
  bool all_decided, all_errors, all_open_equal, drawn, draws_differ;
};

/* An error counts as the rules of the portions that it had taken, and, where it is one of a rule's condition or limit, as that
 * rule and all behind it: once what is missing is known it may be false. */
static void add_possible_of(struct decider *decider, struct outcome *out, const struct outcome *child) {
  if (child->kind == OUTCOME_OPEN) add_bits(out->possible, child->possible, rule_words(decider->run.policy));
  for (uint32_t i = 0; i < child->portions.count; i++) {
    uint32_t rule = child->portions.items[i].rule;
    out->possible[rule / 64] |= (uint64_t)1 << rule % 64;
  }
  bool walking = child->kind == OUTCOME_ERROR && child->failure.walking;
  for (uint32_t rule = walking ? child->failure.rule : NO_INDEX; rule <= decider->run.policy->rule_count; rule++)
    out->possible[rule / 64] |= (uint64_t)1 << rule % 64;
}

static bool open_equal(const struct decider *decider, const struct outcome *a, const struct outcome *b) {
  return b->kind == OUTCOME_OPEN && memcmp(a->needs, b->needs, decider->run.need_words * sizeof *a->needs) == 0 &&
         memcmp(a->possible, b->possible, rule_words(decider->run.policy) * sizeof *a->possible) == 0;
}

/* Folds one more child into the outcome; out->kind stays that of the first child until the end. false: out of memory. */
static bool unify(struct decider *decider, struct outcome *out, struct unifying *u, const struct outcome *child) {
  u->all_errors &= child->kind == OUTCOME_ERROR;
  u->all_open_equal &= out->kind == OUTCOME_OPEN && open_equal(decider, out, child);
  u->all_decided &= child->kind == OUTCOME_DECIDED && portions_equal(&out->portions, &child->portions);
  if (u->all_decided && !unify_portions(&out->portions, &child->portions, u->split)) return false;
  add_possible_of(decider, out, child);
  add_bits(out->needs, child->needs, decider->run.need_words);
  add_bits(out->split_needs, child->split_needs, decider->run.need_words);
  if (child->kind == OUTCOME_ERROR) return true;
  if (!u->drawn) out->draws.count = 0; /* an error drew nothing, and its hull is none */
  bool first = !u->drawn;
  u->drawn = true;
  if (!first) return unify_draws(decider, &out->draws, &child->draws, &u->draws_differ);
  for (uint32_t i = 0; i < child->draws.count; i++) {
    struct draw *draw = ledger_draw(&decider->ledger, &out->draws, child->draws.items[i].group);
    if (!draw) return false;
    *draw = child->draws.items[i];
  }
  return true;
}

static void finish_unifying(struct outcome *out, const struct unifying *u) {
  if (u->draws_differ) out->split_needs[u->split / 64] |= (uint64_t)1 << u->split % 64;
  if (u->all_errors || (u->all_decided && out->kind == OUTCOME_DECIDED)) return;
  out->kind = OUTCOME_OPEN;
  if (!u->all_open_equal) out->needs[u->split / 64] |= (uint64_t)1 << u->split % 64;
}

/* ---- splitting ---- */

static uint32_t count_of_values(const struct program_fact *fact) {
  return fact->type == TYPE_FLAG ? 2 : fact->type == TYPE_CHOICE ? fact->values.count : 0;
}

/* The first missing flag or choice among the needs that the bound still allows; its key is noted for when it is assigned. */
static uint32_t find_split(struct decider *decider, const struct outcome *out, uint32_t combinations) {
  struct run *run = &decider->run;
  for (uint32_t f = 0; f < run->policy->fact_count; f++) {
    const struct program_fact *fact = &run->policy->facts[f];
    uint32_t count = count_of_values(fact);
    if (!has_bit(out->needs, f) || count == 0 || count > COMBINATIONS_MOST / combinations || run->assigned[f] >= 0) continue;
    struct scene *scene = &run->line;
    if (fact->scope == SCOPE_FACT) {
      struct reading key = read_key(scene, fact->scope_fact);
      if (!is_known(&key)) continue;
      run->assigned_keys[f] = key.value.num;
    }
    if (read_fact(scene, f).state == FACT_MISSING) return f;
  }
  return NO_INDEX;
}

static bool decide(struct decider *decider, uint32_t line, uint32_t level, uint32_t combinations);

/* Decides for each value of a fact, and leaves the unified outcome at the level. */
static bool decide_split(struct decider *decider, uint32_t line, uint32_t level, uint32_t combinations, uint32_t split) {
  struct run *run = &decider->run;
  uint32_t count = count_of_values(&run->policy->facts[split]);
  struct unifying u = {.split = split, .all_decided = true, .all_errors = true, .all_open_equal = true};
  bool done = true;
  run_assume(run, split, 0);
  for (uint32_t value = 0; value < count && done; value++) {
    run->assigned[split] = value;
    done = decide(decider, line, level + 1, combinations * count);
    if (!done) break;
    struct outcome *child = decider->outcomes[level + 1];
    if (value == 0) { /* the first child becomes the outcome of this level */
      decider->outcomes[level + 1] = decider->outcomes[level];
      decider->outcomes[level] = child;
      u.all_errors = child->kind == OUTCOME_ERROR;
      u.all_decided = child->kind == OUTCOME_DECIDED;
      u.all_open_equal = child->kind == OUTCOME_OPEN;
      u.drawn = child->kind != OUTCOME_ERROR;
      if (child->kind != OUTCOME_OPEN) add_possible_of(decider, child, child);
    } else {
      done = unify(decider, decider->outcomes[level], &u, child);
    }
  }
  run_forget(run, split);
  if (done) finish_unifying(decider->outcomes[level], &u);
  return done;
}

/* Leaves the outcome at `level`. Depth: each split multiplies the combinations by two at least, but for facts of one value, of
 * which there are as many as facts at most. false: out of memory. */
static bool decide(struct decider *decider, uint32_t line, uint32_t level, uint32_t combinations) {
  struct outcome *out = outcome_at(decider, level);
  if (!out || !evaluate_once(decider, line, out)) return false;
  if (out->kind != OUTCOME_OPEN) return true;
  uint32_t split = find_split(decider, out, combinations);
  return split == NO_INDEX || decide_split(decider, line, level, combinations, split);
}

struct outcome *decide_line(struct decider *decider, uint32_t line) {
  struct run *run = &decider->run;
  run->deciding = line;
  bool done = decide(decider, line, 0, 1);
  run->deciding = NO_INDEX;
  if (!done) decider->out_of_memory = true;
  return done ? decider->outcomes[0] : NULL;
}
