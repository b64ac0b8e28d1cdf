/* Fees and bonuses of one line: those per unit and per line. Those per request follow when all lines are answered (request.c). */
#include "oracle/line.h"

bool oracle_may_touch(const struct model *model, const struct adjustment *adjustment, bool bonus, const struct portion *portion) {
  if (bonus) return oracle_is_grant(portion);
  if (model->rules[portion->rule].shielded || portion->refused) return false;
  return oracle_is_grant(portion) || adjustment->on_denial;
}

static bool in_bounds(const struct value *amount, const struct value *least, const struct value *most, struct value *result) {
  if (least && most && oracle_number_order(&least->number, &most->number) > 0) return false;
  *result = *amount;
  if (least && oracle_number_order(&result->number, &least->number) < 0) *result = *least;
  if (most && oracle_number_order(&result->number, &most->number) > 0) *result = *most;
  return number_sign(&result->number) >= 0;
}

static void add_bounded(struct arena *arena, struct values *result, const struct value *amount, const struct values *least,
                        const struct values *most) {
  for (uint32_t i = 0; i < (least ? least->count : 1); i++)
    for (uint32_t j = 0; j < (most ? most->count : 1); j++) {
      struct value bounded;
      if (in_bounds(amount, least ? &least->items[i] : NULL, most ? &most->items[j] : NULL, &bounded))
        values_add(arena, result, &bounded);
      else
        result->error = true;
    }
}

const struct values *oracle_bounded_amount(const struct scene *scene, const struct adjustment *adjustment) {
  struct arena *arena = scene->world->scratch;
  const struct values *amount = oracle_evaluate(scene, adjustment->amount);
  const struct values *least = adjustment->at_least ? oracle_evaluate(scene, adjustment->at_least) : NULL;
  const struct values *most = adjustment->at_most ? oracle_evaluate(scene, adjustment->at_most) : NULL;
  const struct values *parts[3] = {amount, least, most};
  struct values *result = values_new(arena);
  for (uint32_t i = 0; i < amount->count; i++) add_bounded(arena, result, &amount->items[i], least, most);
  for (uint32_t i = 0; i < 3; i++) {
    if (!parts[i]) continue;
    if (values_is_error(parts[i])) return values_error(arena);
    result->open |= parts[i]->open;
    result->error |= parts[i]->error;
    if (!values_single(parts[i])) oracle_needs_add(arena, &result->needs, parts[i]->needs, scene->world->model->fact_count);
  }
  values_settle(result);
  return result;
}

/* total * (w0 + .. + wi) / W, rounded down, minus the same up to i - 1. */
void oracle_share_running(int64_t total, const struct number *weights, uint32_t count, int64_t *shares) {
  struct number sum, all, part;
  int64_t before = 0, after = 0;
  number_set(&sum, 0);
  number_set(&all, 0);
  for (uint32_t i = 0; i < count; i++) number_add(&all, &all, &weights[i]);
  for (uint32_t i = 0; i < count; i++) {
    number_add(&sum, &sum, &weights[i]);
    number_set(&part, total);
    number_multiply(&part, &part, &sum);
    if (number_sign(&all) == 0)
      number_set(&part, i + 1 == count ? total : 0);
    else
      number_divide(&part, &part, &all);
    number_floor(&part, &part);
    number_to_int64(&part, &after);
    shares[i] = after - before;
    before = after;
  }
}

/* One fee or bonus on one line. */
struct application {
  struct leaf *leaf;
  const struct adjustment *adjustment;
  bool bonus;
  uint32_t index;
};

static struct charge *charge_of(const struct application *it, struct portion *portion) {
  return it->bonus ? &portion->bonuses[it->index] : &portion->fees[it->index];
}

static enum truth applies_to(const struct application *it, const struct portion *portion, bool **needs) {
  struct portion_view view = oracle_view_of_portion(it->leaf->world, portion);
  struct scene scene = oracle_scene_of_line(it->leaf->world, it->leaf->line);
  scene.view = &view;
  return oracle_evaluate_tests(&scene, &it->adjustment->tests, needs);
}

static bool fails(const struct application *it, const char *why) {
  return oracle_leaf_error(it->leaf, it->adjustment->name, why);
}

/* Adds the portion's amount to the running sum. false: the line is an error. */
static bool charge_units(const struct application *it, struct portion *portion, struct number *sum, int64_t *before) {
  struct world *world = it->leaf->world;
  struct portion_view view = oracle_view_of_portion(world, portion);
  struct scene scene = oracle_scene_of_line(world, it->leaf->line);
  const struct values *amount;
  struct number exact;
  int64_t after;
  view.value = it->leaf->unit_value;
  view.units = values_of_integer(world->scratch, portion->units);
  scene.view = &view;
  amount = oracle_bounded_amount(&scene, it->adjustment);
  if (values_is_error(amount)) return fails(it, "an amount has no value");
  if (!values_single(amount)) {
    oracle_leaf_open(it->leaf, amount->needs);
    return true;
  }
  number_set(&exact, portion->units);
  if (number_multiply(&exact, &exact, &amount->items[0].number) != NUMBER_OK || number_add(sum, sum, &exact) != NUMBER_OK ||
      !oracle_round_money(world->model, sum, &after))
    return fails(it, "an amount is too large");
  *charge_of(it, portion) = (struct charge){true, after - *before, 0};
  *before = after;
  return true;
}

static bool adjust_per_unit(const struct application *it) {
  struct outcome *out = it->leaf->out;
  struct number sum;
  int64_t before = 0;
  number_set(&sum, 0);
  for (uint32_t i = 0; i < out->portion_count; i++) {
    bool *needs = NULL;
    enum truth truth;
    if (!oracle_may_touch(it->leaf->world->model, it->adjustment, it->bonus, &out->portions[i])) continue;
    truth = applies_to(it, &out->portions[i], &needs);
    if (truth == TRUTH_ERROR) return fails(it, "a condition has no value");
    if (truth == TRUTH_OPEN) oracle_leaf_open(it->leaf, needs);
    if (truth == TRUTH_TRUE && !charge_units(it, &out->portions[i], &sum, &before)) return false;
  }
  return true;
}

/* The touchable portions, and whether the fee applies to any of them. */
static enum truth applies_to_line(const struct application *it, struct portion **touched, uint32_t *count, bool **needs) {
  struct outcome *out = it->leaf->out;
  enum truth any = TRUTH_FALSE;
  *count = 0;
  for (uint32_t i = 0; i < out->portion_count; i++) {
    enum truth truth;
    if (!oracle_may_touch(it->leaf->world->model, it->adjustment, it->bonus, &out->portions[i])) continue;
    touched[(*count)++] = &out->portions[i];
    truth = applies_to(it, &out->portions[i], needs);
    if (any == TRUTH_TRUE || truth == TRUTH_FALSE) continue;
    if (truth == TRUTH_TRUE || truth == TRUTH_ERROR || any == TRUTH_FALSE) any = truth;
  }
  return any;
}

/* Values, or units where no portion has a value. false: they are open. */
static bool weigh_portions(struct leaf *leaf, struct portion *const *touched, uint32_t count, struct number *weights) {
  bool worthless = values_single(leaf->unit_value) && number_sign(&leaf->unit_value->items[0].number) == 0;
  if (!values_single(leaf->unit_value) && count > 1) {
    oracle_leaf_open(leaf, leaf->unit_value->needs);
    return false;
  }
  for (uint32_t i = 0; i < count; i++) number_set(&weights[i], touched[i]->units);
  for (uint32_t i = 0; i < count && count > 1 && !worthless; i++)
    number_multiply(&weights[i], &weights[i], &leaf->unit_value->items[0].number);
  return true;
}

static const struct values *amount_of_line(const struct application *it, struct portion *const *touched, uint32_t count) {
  struct world *world = it->leaf->world;
  struct scene scene = oracle_scene_of_line(world, it->leaf->line);
  struct portion_view view;
  int64_t units = 0, credit = 0;
  for (uint32_t i = 0; i < count; i++) {
    units += touched[i]->units;
    credit += touched[i]->credit;
  }
  view = (struct portion_view){.units = values_of_integer(world->scratch, units),
                               .credit = values_of_integer(world->scratch, credit)};
  view.value = oracle_multiply(world, it->leaf->unit_value, view.units);
  scene.view = &view;
  return oracle_bounded_amount(&scene, it->adjustment);
}

static bool adjust_per_line(const struct application *it) {
  struct leaf *leaf = it->leaf;
  struct arena *arena = leaf->world->scratch;
  uint32_t most = leaf->out->portion_count, count;
  struct portion **touched = oracle_take(arena, most * sizeof *touched);
  struct number *weights = oracle_take(arena, most * sizeof *weights);
  int64_t *shares = oracle_take(arena, most * sizeof *shares), total;
  bool *needs = NULL;
  enum truth applies = applies_to_line(it, touched, &count, &needs);
  const struct values *amount;
  if (applies == TRUTH_ERROR) return fails(it, "a condition has no value");
  if (applies == TRUTH_OPEN) oracle_leaf_open(leaf, needs);
  if (applies != TRUTH_TRUE) return true;
  amount = amount_of_line(it, touched, count);
  if (values_is_error(amount)) return fails(it, "an amount has no value");
  if (!values_single(amount)) oracle_leaf_open(leaf, amount->needs);
  if (!values_single(amount) || !weigh_portions(leaf, touched, count, weights)) return true;
  if (!oracle_round_money(leaf->world->model, &amount->items[0].number, &total)) return fails(it, "an amount is too large");
  oracle_share_running(total, weights, count, shares);
  for (uint32_t i = 0; i < count; i++) *charge_of(it, touched[i]) = (struct charge){true, shares[i], 0};
  return true;
}

bool oracle_adjust_line(struct leaf *leaf) {
  const struct model *model = leaf->world->model;
  for (uint32_t i = 0; i < model->fee_count + model->bonus_count; i++) {
    bool bonus = i >= model->fee_count;
    uint32_t index = bonus ? i - model->fee_count : i;
    struct application it = {leaf, bonus ? &model->bonuses[index] : &model->fees[index], bonus, index};
    if (it.adjustment->basis == BASIS_UNIT && !adjust_per_unit(&it)) return false;
    if (it.adjustment->basis == BASIS_LINE && !adjust_per_line(&it)) return false;
  }
  return true;
}
