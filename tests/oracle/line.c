/* Decides a line: one three-valued evaluation, and, where that is open, a split over the missing flags and choices. */
#include "oracle/line.h"

#define COMBINATIONS_MOST 1024

bool oracle_refuses_named_role(const struct world *world) {
  for (uint32_t i = 0; i < world->model->approval_count; i++)
    if (oracle_names_have(&world->request->refused, world->model->approvals[i].role)) return true;
  return false;
}

static struct draw *draws_new(struct arena *arena, uint32_t count) {
  struct draw *draws = oracle_take(arena, count * sizeof *draws);
  for (uint32_t i = 0; i < count; i++) {
    number_set(&draws[i].low, 0);
    number_set(&draws[i].high.number, 0);
  }
  return draws;
}

struct outcome *oracle_outcome_new(struct world *world, uint32_t groups) {
  const struct model *model = world->model;
  struct outcome *out = oracle_take(world->keep, sizeof *out);
  out->possible = oracle_take(world->keep, (model->rule_count + 1) * sizeof *out->possible);
  out->draws = draws_new(world->keep, groups);
  return out;
}

struct portion *oracle_portion_new(struct world *world, struct outcome *out, uint32_t rule, uint32_t groups) {
  const struct model *model = world->model;
  struct portion *portions = oracle_take(world->keep, (out->portion_count + 1) * sizeof *portions), *portion;
  for (uint32_t i = 0; i < out->portion_count; i++) portions[i] = out->portions[i];
  out->portions = portions;
  portion = &portions[out->portion_count++];
  portion->rule = rule;
  portion->verdict = model->rules[rule].verdict;
  portion->draws = draws_new(world->keep, groups);
  portion->roles = oracle_take(world->keep, model->approval_count * sizeof *portion->roles);
  portion->fees = oracle_take(world->keep, model->fee_count * sizeof *portion->fees);
  portion->bonuses = oracle_take(world->keep, model->bonus_count * sizeof *portion->bonuses);
  return portion;
}

/* ---- one evaluation ---- */

static bool may_be_refused(const struct leaf *leaf) {
  for (uint32_t i = 0; i <= leaf->world->model->rule_count; i++)
    if (leaf->out->possible[i] && leaf->world->model->rules[i].verdict != VERDICT_DENY)
      return oracle_refuses_named_role(leaf->world);
  return false;
}

/* Refused portions have drawn nothing; where a refusal is still open, perhaps nothing. */
static void settle_draws(const struct leaf *leaf) {
  struct outcome *out = leaf->out;
  bool unsure = leaf->open && may_be_refused(leaf);
  for (uint32_t g = 0; g < leaf->ledger.count; g++) {
    if (unsure) number_set(&out->draws[g].low, 0);
    if (leaf->open) continue;
    number_set(&out->draws[g].low, 0);
    for (uint32_t i = 0; i < out->portion_count; i++)
      number_add(&out->draws[g].low, &out->draws[g].low, &out->portions[i].draws[g].low);
    out->draws[g].high = oracle_most_of(&out->draws[g].low);
  }
}

static void run_stages(struct leaf *leaf) {
  bool (*const stages[])(struct leaf *) = {oracle_walk_rules,  oracle_grant_credits, oracle_ask_approvals,
                                           oracle_adjust_line, oracle_tell_reasons,  oracle_choose_outputs};
  for (uint32_t i = 0; i < sizeof stages / sizeof *stages && !leaf->open; i++)
    if (!stages[i](leaf)) return;
  leaf->out->kind = leaf->open ? OUTCOME_OPEN : OUTCOME_DECIDED;
  for (uint32_t i = 0; leaf->open && i < leaf->out->portion_count; i++) leaf->out->possible[leaf->out->portions[i].rule] = true;
  settle_draws(leaf);
}

static struct outcome *evaluate_once(struct world *world, uint32_t line, const struct ledger *ledger) {
  struct leaf leaf = {.world = world, .line = line, .out = oracle_outcome_new(world, ledger->count)};
  arena_reset(world->scratch);
  leaf.ledger = (struct ledger){oracle_take(world->scratch, ledger->count * sizeof *ledger->groups), ledger->count};
  for (uint32_t i = 0; i < ledger->count; i++) leaf.ledger.groups[i] = ledger->groups[i];
  leaf.units = oracle_units_of_line(world, line);
  leaf.unit_value = oracle_unit_value_of_line(world, line);
  run_stages(&leaf);
  return leaf.out;
}

/* ---- unifying ---- */

static bool charges_equal(const struct charge *a, const struct charge *b, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (a[i].applies != b[i].applies || a[i].charged != b[i].charged) return false;
  return true;
}

static bool portions_equal(const struct model *model, const struct outcome *a, const struct outcome *b) {
  if (a->portion_count != b->portion_count) return false;
  for (uint32_t i = 0; i < a->portion_count; i++) {
    const struct portion *p = &a->portions[i], *q = &b->portions[i];
    if (p->rule != q->rule || p->verdict != q->verdict || p->units != q->units || p->credit != q->credit) return false;
    if (!charges_equal(p->fees, q->fees, model->fee_count) || !charges_equal(p->bonuses, q->bonuses, model->bonus_count))
      return false;
    for (uint32_t j = 0; j < model->approval_count; j++)
      if (p->roles[j] != q->roles[j]) return false;
  }
  return true;
}

static bool needs_equal(const struct model *model, const bool *a, const bool *b) {
  for (uint32_t i = 0; i < model->fact_count; i++)
    if ((a && a[i]) != (b && b[i])) return false;
  return true;
}

static bool open_equal(const struct model *model, const struct outcome *a, const struct outcome *b) {
  if (a->kind != OUTCOME_OPEN || b->kind != OUTCOME_OPEN || !needs_equal(model, a->needs, b->needs)) return false;
  for (uint32_t i = 0; i <= model->rule_count; i++)
    if (a->possible[i] != b->possible[i]) return false;
  return true;
}

/* Folds another decided portion with the same verdict and amounts into the first: outputs and reasons may differ. */
static void unify_portion(struct world *world, struct portion *a, const struct portion *b, uint32_t split) {
  const struct model *model = world->model;
  uint32_t same = 0;
  for (uint32_t i = 0; i < model->output_count; i++) {
    if (a->outputs[i].value == b->outputs[i].value && needs_equal(model, a->outputs[i].needs, b->outputs[i].needs)) continue;
    a->outputs[i].value = NO_INDEX;
    oracle_needs_add(world->keep, &a->outputs[i].needs, b->outputs[i].needs, model->fact_count);
    oracle_needs_add_fact(world->keep, &a->outputs[i].needs, split, model->fact_count);
  }
  while (same < a->reason_count && same < b->reason_count && text_equal(a->reasons[same], b->reasons[same])) same++;
  if (same < a->reason_count || same < b->reason_count || b->reasons_open) a->reasons_open = true;
  a->reason_count = same;
}

static void unify_decided(struct world *world, struct outcome **children, uint32_t count, uint32_t split) {
  for (uint32_t i = 1; i < count; i++)
    for (uint32_t j = 0; j < children[0]->portion_count; j++)
      unify_portion(world, &children[0]->portions[j], &children[i]->portions[j], split);
}

static bool draws_equal(const struct draw *a, const struct draw *b) {
  return oracle_number_order(&a->low, &b->low) == 0 && a->high.unlimited == b->high.unlimited &&
         (a->high.unlimited || oracle_number_order(&a->high.number, &b->high.number) == 0);
}

/* The draws from the least to the most of any child that is no error. true: they differ. */
static bool hull(struct outcome *out, struct outcome *const *children, uint32_t count, uint32_t groups) {
  bool differ = false;
  for (uint32_t g = 0; g < groups; g++) {
    bool first = true;
    for (uint32_t i = 0; i < count; i++) {
      const struct draw *draw = &children[i]->draws[g];
      if (children[i]->kind == OUTCOME_ERROR) continue;
      differ |= !first && !draws_equal(draw, &out->draws[g]);
      if (first || oracle_number_order(&draw->low, &out->draws[g].low) < 0) out->draws[g].low = draw->low;
      if (first || draw->high.unlimited ||
          (!out->draws[g].high.unlimited && oracle_number_order(&draw->high.number, &out->draws[g].high.number) > 0))
        out->draws[g].high = draw->high;
      first = false;
    }
  }
  return differ;
}

/* Error outweighs open, so a rule's error may turn out false with more facts: then any rule behind it may decide. */
static void add_possible(struct world *world, struct outcome *out, const struct outcome *child) {
  const struct model *model = world->model;
  for (uint32_t i = 0; i <= model->rule_count; i++)
    if (child->kind == OUTCOME_OPEN && child->possible[i]) out->possible[i] = true;
  for (uint32_t i = 0; i < child->portion_count; i++) out->possible[child->portions[i].rule] = true;
  if (child->kind == OUTCOME_ERROR)
    for (uint32_t i = child->error_rule; i <= model->rule_count; i++) out->possible[i] = true;
}

static struct outcome *unify(struct world *world, struct outcome **children, uint32_t count, uint32_t split, uint32_t groups) {
  const struct model *model = world->model;
  struct outcome *out = oracle_outcome_new(world, groups);
  bool all_decided = true, all_errors = true, all_open_equal = true;
  for (uint32_t i = 0; i < count; i++) {
    all_decided &= children[i]->kind == OUTCOME_DECIDED && portions_equal(model, children[0], children[i]);
    all_errors &= children[i]->kind == OUTCOME_ERROR;
    all_open_equal &= open_equal(model, children[0], children[i]);
  }
  if (all_errors) return children[0];
  for (uint32_t i = 0; i < count; i++)
    oracle_needs_add(world->keep, &out->draw_needs, children[i]->draw_needs, model->fact_count);
  if (hull(out, children, count, groups)) oracle_needs_add_fact(world->keep, &out->draw_needs, split, model->fact_count);
  if (all_decided) {
    unify_decided(world, children, count, split);
    children[0]->draws = out->draws;
    children[0]->draw_needs = out->draw_needs;
    return children[0];
  }
  out->kind = OUTCOME_OPEN;
  for (uint32_t i = 0; i < count; i++) {
    add_possible(world, out, children[i]);
    oracle_needs_add(world->keep, &out->needs, children[i]->needs, model->fact_count);
  }
  if (!all_open_equal) oracle_needs_add_fact(world->keep, &out->needs, split, model->fact_count);
  return out;
}

/* ---- splitting ---- */

static uint32_t count_of_values(const struct fact *fact) {
  if (fact->type == TYPE_FLAG) return 2;
  return fact->type == TYPE_CHOICE ? fact->value_count : 0;
}

/* The first missing flag or choice among the needs that can still be split; *key: the key that it is of. */
static uint32_t find_split(struct world *world, uint32_t line, const struct outcome *out, uint32_t combinations,
                           struct text *key) {
  const struct model *model = world->model;
  struct scene scene = oracle_scene_of_line(world, line);
  for (uint32_t i = 0; out->needs && i < model->fact_count; i++) {
    uint32_t count = count_of_values(&model->facts[i]);
    struct reading reading;
    *key = (struct text){0};
    if (!out->needs[i] || !count || combinations * count > COMBINATIONS_MOST) continue;
    if (model->facts[i].scope == SCOPE_FACT && !oracle_read_key(&scene, model->facts[i].scope_fact, key, &reading)) continue;
    if (oracle_read_fact(&scene, i).state == FACT_MISSING) return i;
  }
  return NO_INDEX;
}

static struct outcome *decide(struct world *world, uint32_t line, const struct ledger *ledger, uint32_t combinations) {
  struct outcome *out = evaluate_once(world, line, ledger), **children;
  uint32_t split, count;
  struct text key;
  if (out->kind != OUTCOME_OPEN) return out;
  split = find_split(world, line, out, combinations, &key);
  if (split == NO_INDEX) return out;
  count = count_of_values(&world->model->facts[split]);
  children = oracle_take(world->keep, count * sizeof *children);
  for (uint32_t i = 0; i < count; i++) {
    world->assigned[world->assigned_count++] = (struct assignment){split, key, i};
    children[i] = decide(world, line, ledger, combinations * count);
    world->assigned_count--;
  }
  return unify(world, children, count, split, ledger->count);
}

struct outcome *oracle_decide_line(struct world *world, uint32_t line, const struct ledger *ledger) {
  struct outcome *out;
  world->deciding = line;
  world->assigned = oracle_take(world->keep, world->model->fact_count * sizeof *world->assigned);
  world->assigned_count = 0;
  out = decide(world, line, ledger, 1);
  world->deciding = ORACLE_NO_LINE;
  return out;
}
