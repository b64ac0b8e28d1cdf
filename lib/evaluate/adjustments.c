/* Fees and bonuses of one line: those per unit and per line. Those per request follow when all lines are answered (shared.c).
 *
 * In: portions with verdicts and credits. Out: what each is charged or given, rounded once per line and split over portions.
 */
#include "evaluate/line.h"

bool adjustment_touches(const struct returns_policy *policy, const struct program_adjustment *adjustment, bool bonus,
                        const struct portion *portion) {
  if (bonus) return portion_grants(portion);
  if (policy->rules[portion->rule].shielded || portion->refused) return false;
  return portion_grants(portion) || adjustment->on_denial;
}

/* ---- amounts within bounds ---- */

static void add_bounded(struct work *work, struct set *result, const struct value *amount, const struct value *least,
                        const struct value *most, const char **code) {
  const char *why = NULL;
  struct value bounded = *amount, fault = value_fault(VALUE_OVERFLOW);
  if (least && most && value_compare(least, most) > 0) why = "R0959";
  if (least && value_compare(&bounded, least) < 0) bounded = *least;
  if (most && value_compare(&bounded, most) > 0) bounded = *most;
  if (!why && value_sign(&bounded) < 0) why = "R0958";
  if (!why) {
    set_add(work, result, &bounded);
    return;
  }
  *code = why;
  result->error = true;
  result->fault = fault;
}

struct set bounded_amount(struct scene *scene, const struct program_adjustment *adjustment, const char **code) {
  struct set amount = evaluate_any(scene, adjustment->amount), none = {0}, result = {0};
  struct set least = adjustment->at_least == NO_INDEX ? none : evaluate_any(scene, adjustment->at_least);
  struct set most = adjustment->at_most == NO_INDEX ? none : evaluate_any(scene, adjustment->at_most);
  const struct set *parts[3] = {&amount, adjustment->at_least == NO_INDEX ? NULL : &least,
                                adjustment->at_most == NO_INDEX ? NULL : &most};
  *code = NULL;
  for (uint32_t i = 0; i < 3; i++)
    if (parts[i] && set_is_error(parts[i])) return *parts[i];
  for (uint32_t i = 0; i < amount.count; i++)
    for (uint32_t j = 0; j < (parts[1] ? least.count : 1); j++)
      for (uint32_t k = 0; k < (parts[2] ? most.count : 1); k++)
        add_bounded(&scene->work, &result, set_item(&amount, i), parts[1] ? set_item(&least, j) : NULL,
                    parts[2] ? set_item(&most, k) : NULL, code);
  for (uint32_t i = 0; i < 3; i++) {
    if (!parts[i] || set_is_single(parts[i])) continue;
    result.open |= parts[i]->open;
    if (parts[i]->error && !result.error) result.fault = parts[i]->fault;
    result.error |= parts[i]->error;
    needs_add(&scene->work, &result.needs, parts[i]->needs);
  }
  set_settle(&result);
  return result;
}

bool share_running(int64_t total, const struct value *weights, uint32_t count, struct work *work, int64_t *shares) {
  struct value sum = value_of(0), all = value_of(0), amount = value_of(total);
  int64_t before = 0, after = total;
  for (uint32_t i = 0; i < count; i++) all = value_add(work, &all, &weights[i]);
  for (uint32_t i = 0; i < count; i++) {
    sum = value_add(work, &sum, &weights[i]);
    struct value part = value_multiply(work, &amount, &sum);
    if (sum.state == VALUE_ERROR || all.state == VALUE_ERROR || part.state == VALUE_ERROR) return false;
    if (value_sign(&all) != 0) {
      part = value_divide(work, &part, &all);
      struct number number;
      value_to_number(&part, &number);
      if (part.state == VALUE_ERROR || number_floor(&number, &number) != NUMBER_OK || !number_to_int64(&number, &after))
        return false;
    } else {
      after = i + 1 == count ? total : 0;
    }
    shares[i] = after - before;
    before = after;
  }
  return true;
}

/* ---- one fee or bonus on one line ---- */

struct application {
  struct leaf *leaf;
  const struct program_adjustment *adjustment;
  bool bonus;
  uint32_t index; /* among the charges of a portion */
};

static struct charge *charge_of(const struct application *it, uint32_t portion) {
  return portion_charges(&it->leaf->out->portions, portion) + it->index;
}

static bool touches(const struct application *it, uint32_t portion) {
  return adjustment_touches(it->leaf->decider->run.policy, it->adjustment, it->bonus, &it->leaf->out->portions.items[portion]);
}

static bool fails(const struct application *it, const char *code, const char *what, const struct value *fault) {
  return leaf_fail(it->leaf, code, it->adjustment->name, what, it->adjustment->span, fault);
}

static bool fails_amount(const struct application *it, const struct set *amount, const char *code) {
  return fails(it, code, "amount", &amount->fault);
}

static bool fails_overflow(const struct application *it) {
  struct value fault = value_fault(VALUE_OVERFLOW);
  return fails(it, NULL, "amount", &fault);
}

static enum truth applies_to(const struct application *it, uint32_t portion, uint64_t **needs, struct value *fault) {
  struct portion_names names;
  struct scene *scene = it->leaf->scene;
  name_portion(&names, &it->leaf->out->portions.items[portion]);
  scene->view = &names.view;
  enum truth truth = evaluate_tests(scene, it->adjustment->tests, needs, fault);
  scene->view = NULL;
  return truth;
}

static struct set amount_for(const struct application *it, const struct portion *portion, const struct set *value,
                             const struct set *units, const char **code) {
  struct portion_names names;
  struct scene *scene = it->leaf->scene;
  name_portion(&names, portion);
  names.view.value = value;
  names.view.units = units;
  scene->view = &names.view;
  struct set amount = bounded_amount(scene, it->adjustment, code);
  scene->view = NULL;
  return amount;
}

/* ---- per unit ---- */

/* Adds the portion's amount to the running sum of the line. */
static bool charge_units(const struct application *it, uint32_t index, struct value *sum, int64_t *before) {
  struct leaf *leaf = it->leaf;
  const struct portion *portion = &leaf->out->portions.items[index];
  struct set units = set_of(value_of(portion->units));
  const char *code;
  int64_t after;
  struct set amount = amount_for(it, portion, &leaf->price, &units, &code);
  if (set_is_error(&amount)) return fails_amount(it, &amount, code);
  if (!set_is_single(&amount)) {
    leaf_leave_open(leaf, amount.needs);
    return true;
  }
  struct value exact = value_multiply(&leaf->scene->work, &amount.one, &units.one);
  if (exact.state == VALUE_ERROR) return fails_overflow(it);
  *sum = value_add(&leaf->scene->work, sum, &exact);
  if (sum->state == VALUE_ERROR || !round_money(leaf->decider->run.policy, sum, &after)) return fails_overflow(it);
  *charge_of(it, index) = (struct charge){.applies = true, .charged = after - *before};
  *before = after;
  return true;
}

static bool adjust_per_unit(const struct application *it) {
  struct value sum = value_of(0);
  int64_t before = 0;
  for (uint32_t i = 0; i < it->leaf->out->portions.count; i++) {
    uint64_t *needs = NULL;
    struct value fault;
    if (!touches(it, i)) continue;
    enum truth truth = applies_to(it, i, &needs, &fault);
    if (truth == TRUTH_ERROR) return fails(it, NULL, "condition", &fault);
    if (truth == TRUTH_OPEN) leaf_leave_open(it->leaf, needs);
    if (truth == TRUTH_TRUE && !charge_units(it, i, &sum, &before)) return false;
  }
  return true;
}

/* ---- per line ---- */

/* Whether it applies to any of the portions that it touches; true outweighs error, error open. */
static enum truth applies_to_line(const struct application *it, uint32_t *touched, uint32_t *count, uint64_t **needs,
                                  struct value *fault) {
  enum truth any = TRUTH_FALSE;
  for (uint32_t i = 0; i < it->leaf->out->portions.count; i++) {
    struct value why;
    if (!touches(it, i)) continue;
    touched[(*count)++] = i;
    enum truth truth = applies_to(it, i, needs, &why);
    if (truth == TRUTH_ERROR && any != TRUTH_ERROR) *fault = why;
    if (any == TRUTH_TRUE || truth == TRUTH_FALSE) continue;
    if (truth == TRUTH_TRUE || truth == TRUTH_ERROR || any == TRUTH_FALSE) any = truth;
  }
  return any;
}

/* Values, or units where nothing has a value. false: the price is open, and so is the line. */
static bool weigh(struct leaf *leaf, const uint32_t *touched, uint32_t count, struct value *weights) {
  bool single = set_is_single(&leaf->price), worthless = single && value_sign(&leaf->price.one) == 0;
  if (!single && count > 1) {
    leaf_leave_open(leaf, leaf->price.needs);
    return false;
  }
  for (uint32_t i = 0; i < count; i++) {
    weights[i] = value_of(leaf->out->portions.items[touched[i]].units);
    if (count > 1 && !worthless) weights[i] = value_multiply(&leaf->scene->work, &weights[i], &leaf->price.one);
  }
  return true;
}

static struct set amount_of_line(const struct application *it, const uint32_t *touched, uint32_t count, const char **code) {
  struct portion sums = it->leaf->out->portions.items[touched[0]];
  struct value credit = value_of(sums.credit), units = value_of(sums.units), more;
  struct work *work = &it->leaf->scene->work;
  for (uint32_t i = 1; i < count; i++) {
    more = value_of(it->leaf->out->portions.items[touched[i]].credit);
    credit = value_add(work, &credit, &more);
    more = value_of(it->leaf->out->portions.items[touched[i]].units);
    units = value_add(work, &units, &more);
  }
  value_to_int64(&credit, &sums.credit); /* at most the rounded sum, which fits */
  struct set all = set_of(units), value = set_apply(work, value_multiply, &it->leaf->price, &all);
  return amount_for(it, &sums, &value, &all, code);
}

static bool adjust_per_line(const struct application *it) {
  struct leaf *leaf = it->leaf;
  struct arena *arena = leaf->scene->work.arena;
  uint32_t most = leaf->out->portions.count, count = 0;
  uint32_t *touched = arena_take(arena, most * sizeof *touched);
  struct value *weights = arena_take(arena, most * sizeof *weights), fault = value_of(0);
  int64_t *shares = arena_take(arena, most * sizeof *shares), total;
  uint64_t *needs = NULL;
  const char *code;
  if (!touched || !weights || !shares) return leaf_out_of_memory(leaf);
  enum truth applies = applies_to_line(it, touched, &count, &needs, &fault);
  if (applies == TRUTH_ERROR) return fails(it, NULL, "condition", &fault);
  if (applies == TRUTH_OPEN) leaf_leave_open(leaf, needs);
  if (applies != TRUTH_TRUE) return true;
  struct set amount = amount_of_line(it, touched, count, &code);
  if (set_is_error(&amount)) return fails_amount(it, &amount, code);
  if (!set_is_single(&amount)) leaf_leave_open(leaf, amount.needs);
  if (!set_is_single(&amount) || !weigh(leaf, touched, count, weights)) return true;
  if (!round_money(leaf->decider->run.policy, &amount.one, &total)) return fails_overflow(it);
  if (!share_running(total, weights, count, &leaf->scene->work, shares)) return fails_overflow(it);
  for (uint32_t i = 0; i < count; i++) *charge_of(it, touched[i]) = (struct charge){.applies = true, .charged = shares[i]};
  return true;
}

bool leaf_adjust(struct leaf *leaf) {
  const struct returns_policy *policy = leaf->decider->run.policy;
  for (uint32_t i = 0; i < policy->fee_count + policy->bonus_count; i++) {
    bool bonus = i >= policy->fee_count;
    struct application it = {.leaf = leaf,
                             .adjustment = bonus ? &policy->bonuses[i - policy->fee_count] : &policy->fees[i],
                             .bonus = bonus,
                             .index = i};
    if (it.adjustment->basis == BASIS_UNIT && !adjust_per_unit(&it)) return false;
    if (it.adjustment->basis == BASIS_LINE && !adjust_per_line(&it)) return false;
  }
  return true;
}
