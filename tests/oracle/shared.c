/* Fees and bonuses per request: once for all lines, spread over those that they touch. */
#include "oracle/request.h"

bool oracle_may_grant(const struct model *model, const struct outcome *outcome) {
  for (uint32_t i = 0; i <= model->rule_count; i++)
    if (outcome->possible[i] && model->rules[i].verdict != VERDICT_DENY) return true;
  return false;
}

/* One fee or bonus, the decided portions that it may touch, and what keeps it open. */
struct sharing {
  struct world *world;
  struct decision *decision;
  const struct adjustment *adjustment;
  bool bonus;
  uint32_t index;
  uint32_t *lines;
  struct portion **portions;
  uint32_t count; /* touched: line and portion, in order */
  bool *needs;
};

static struct charge *charge_of(const struct sharing *it, uint32_t i) {
  return it->bonus ? &it->portions[i]->bonuses[it->index] : &it->portions[i]->fees[it->index];
}

static void need(struct sharing *it, const bool *needs) {
  oracle_needs_add(it->world->keep, &it->needs, needs, it->world->model->fact_count);
}

static void find_portions(struct sharing *it) {
  struct world *world = it->world;
  uint32_t most = world->request->line_count * (world->model->rule_count + 1);
  it->lines = oracle_take(world->keep, most * sizeof *it->lines);
  it->portions = oracle_take(world->keep, most * sizeof *it->portions);
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    struct outcome *outcome = it->decision->lines[i];
    for (uint32_t j = 0; outcome->kind == OUTCOME_DECIDED && j < outcome->portion_count; j++) {
      if (!oracle_may_touch(world->model, it->adjustment, it->bonus, &outcome->portions[j])) continue;
      it->lines[it->count] = i;
      it->portions[it->count++] = &outcome->portions[j];
    }
  }
}

/* Whether it applies to any of the decided portions; the needs of those where it is open. */
static enum truth applies_to_decided(const struct sharing *it, bool **needs) {
  enum truth any = TRUTH_FALSE;
  for (uint32_t i = 0; i < it->count; i++) {
    struct portion_view view = oracle_view_of_portion(it->world, it->portions[i]);
    struct scene scene = oracle_scene_of_line(it->world, it->lines[i]);
    enum truth truth;
    scene.view = &view;
    truth = oracle_evaluate_tests(&scene, &it->adjustment->tests, needs);
    if (any == TRUTH_TRUE || truth == TRUTH_FALSE) continue;
    if (truth == TRUTH_TRUE || truth == TRUTH_ERROR || any == TRUTH_FALSE) any = truth;
  }
  return any;
}

/* Undecided lines that may still take a share; *applies: it may apply to one of them. */
static bool waits_for_lines(struct sharing *it, bool *applies) {
  struct world *world = it->world;
  bool waits = false;
  *applies = false;
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    const struct outcome *outcome = it->decision->lines[i];
    const struct values *open = values_open(world->scratch, NO_INDEX, 0);
    struct portion_view view = {.verdict = open, .rule = open, .credit = open};
    struct scene scene = oracle_scene_of_line(world, i);
    if (outcome->kind != OUTCOME_OPEN) continue;
    if (!oracle_may_grant(world->model, outcome) && (it->bonus || !it->adjustment->on_denial)) continue;
    scene.view = &view;
    *applies |= oracle_evaluate_tests(&scene, &it->adjustment->tests, NULL) != TRUTH_FALSE;
    need(it, outcome->needs);
    waits = true;
  }
  return waits;
}

/* The values of the touched portions, or their units where all values are zero. false: open. */
static bool weigh(struct sharing *it, struct number *weights) {
  bool known = true, worthless = true;
  for (uint32_t i = 0; i < it->count; i++) {
    const struct values *price = oracle_unit_value_of_line(it->world, it->lines[i]);
    struct number units;
    number_set(&weights[i], it->portions[i]->units);
    number_set(&units, it->portions[i]->units);
    if (it->count == 1) return true;
    known &= values_single(price);
    if (!values_single(price))
      need(it, price->needs);
    else
      number_multiply(&weights[i], &units, &price->items[0].number);
    worthless &= number_sign(&weights[i]) == 0;
  }
  for (uint32_t i = 0; i < it->count && worthless; i++) number_set(&weights[i], it->portions[i]->units);
  return known;
}

/* Largest remainder: rounded down, then one more for those that lost most; the earlier on ties. */
static void share_by_remainder(int64_t total, const struct number *weights, uint32_t count, int64_t *shares,
                               struct number *rests) {
  struct number all, exact, floor;
  int64_t left = total;
  number_set(&all, 0);
  for (uint32_t i = 0; i < count; i++) number_add(&all, &all, &weights[i]);
  for (uint32_t i = 0; i < count; i++) {
    number_set(&exact, total);
    number_multiply(&exact, &exact, &weights[i]);
    if (number_sign(&all)) number_divide(&exact, &exact, &all);
    number_floor(&floor, &exact);
    number_to_int64(&floor, &shares[i]);
    number_subtract(&rests[i], &exact, &floor);
    left -= shares[i];
  }
  for (; left > 0; left--) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
      if (oracle_number_order(&rests[i], &rests[best]) > 0) best = i;
    shares[best]++;
    number_set(&rests[best], -1);
  }
}

/* First over the lines, then over the portions of each. */
static void spread(struct sharing *it, int64_t total, const struct number *weights) {
  struct arena *arena = it->world->keep;
  struct number *line_weights = oracle_take(arena, it->count * sizeof *line_weights),
                *rests = oracle_take(arena, it->count * sizeof *rests);
  int64_t *line_shares = oracle_take(arena, it->count * sizeof *line_shares),
          *shares = oracle_take(arena, it->count * sizeof *shares);
  uint32_t lines = 0, from = 0;
  for (uint32_t i = 0; i < it->count; i++) {
    if (i > 0 && it->lines[i] == it->lines[i - 1]) {
      number_add(&line_weights[lines - 1], &line_weights[lines - 1], &weights[i]);
      continue;
    }
    line_weights[lines++] = weights[i];
  }
  share_by_remainder(total, line_weights, lines, line_shares, rests);
  for (uint32_t line = 0; line < lines; line++) {
    struct number *own = oracle_take(arena, it->count * sizeof *own);
    uint32_t to = from;
    while (to < it->count && it->lines[to] == it->lines[from]) to++;
    for (uint32_t i = from; i < to; i++) {
      own[i - from] = weights[i];
      if (number_sign(&line_weights[line]) == 0) number_set(&own[i - from], it->portions[i]->units);
    }
    oracle_share_running(line_shares[line], own, to - from, shares);
    for (uint32_t i = from; i < to; i++) *charge_of(it, i) = (struct charge){true, shares[i - from], 0};
    from = to;
  }
}

/* Every line that it touches is open: an amount of it is. The outcome itself is opened when all fees were judged. */
static void open_lines(struct sharing *it) {
  for (uint32_t i = 0; i < it->count; i++) {
    uint32_t line = it->lines[i];
    it->decision->opened[line] = true;
    oracle_needs_add(it->world->keep, &it->decision->lines[line]->needs, it->needs, it->world->model->fact_count);
  }
}

static bool share(struct sharing *it, struct oracle_error *error) {
  struct world *world = it->world;
  struct scene scene = oracle_scene_of_request(world);
  const struct values *amount;
  struct number *weights;
  bool *needs = NULL, applies_to_open, waits, weighed;
  enum truth applies;
  int64_t total;
  find_portions(it);
  if (!it->count) return true;
  *error = (struct oracle_error){ORACLE_NO_LINE, it->adjustment->name, "an amount per request has no value"};
  weights = oracle_take(world->keep, it->count * sizeof *weights);
  applies = applies_to_decided(it, &needs);
  waits = waits_for_lines(it, &applies_to_open);
  if (applies == TRUTH_FALSE && applies_to_open) applies = TRUTH_OPEN;
  if (applies == TRUTH_ERROR) return false;
  if (applies == TRUTH_FALSE) return true;
  if (applies == TRUTH_OPEN) need(it, needs);
  amount = oracle_bounded_amount(&scene, it->adjustment);
  if (applies == TRUTH_TRUE && values_is_error(amount)) return false;
  if (!values_single(amount)) need(it, amount->needs);
  weighed = weigh(it, weights);
  if (waits || applies == TRUTH_OPEN || !values_single(amount) || !weighed) {
    open_lines(it);
    return true;
  }
  if (!oracle_round_money(world->model, &amount->items[0].number, &total)) return false;
  spread(it, total, weights);
  return true;
}

bool oracle_adjust_request(struct world *world, struct decision *decision, struct oracle_error *error) {
  const struct model *model = world->model;
  for (uint32_t i = 0; i < model->fee_count + model->bonus_count; i++) {
    bool bonus = i >= model->fee_count;
    uint32_t index = bonus ? i - model->fee_count : i;
    struct sharing it = {.world = world, .decision = decision, .bonus = bonus, .index = index};
    it.adjustment = bonus ? &model->bonuses[index] : &model->fees[index];
    if (it.adjustment->basis == BASIS_REQUEST && !share(&it, error)) return false;
  }
  for (uint32_t i = 0; i < world->request->line_count; i++)
    if (decision->opened[i]) decision->lines[i]->kind = OUTCOME_OPEN;
  return true;
}
