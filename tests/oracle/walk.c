/* The walk: rules in order over the units of a line, with limits and balances. Decided portions, or the rules that may decide. */
#include "oracle/line.h"

int oracle_number_order(const struct number *a, const struct number *b) {
  enum number_error error = NUMBER_OK;
  return number_compare(a, b, &error);
}

struct most oracle_most_of(const struct number *number) {
  return (struct most){.number = *number};
}

struct most oracle_most_without_bound(void) {
  struct most most = {.unlimited = true};
  number_set(&most.number, 0);
  return most;
}

static struct most most_of_integer(int64_t integer) {
  struct most most = {0};
  number_set(&most.number, integer);
  return most;
}

struct most oracle_most_smaller(const struct most *a, const struct most *b) {
  if (a->unlimited) return *b;
  if (b->unlimited) return *a;
  return oracle_number_order(&a->number, &b->number) <= 0 ? *a : *b;
}

struct most oracle_most_left(const struct most *a, const struct most *b) {
  struct most left = most_of_integer(0);
  if (b->unlimited) return left;
  if (a->unlimited) return *a;
  if (number_subtract(&left.number, &a->number, &b->number) != NUMBER_OK || number_sign(&left.number) < 0)
    number_set(&left.number, 0);
  return left;
}

static bool most_equal(const struct most *a, const struct most *b) {
  return a->unlimited == b->unlimited && (a->unlimited || oracle_number_order(&a->number, &b->number) == 0);
}

static bool most_is_zero(const struct most *a) { return !a->unlimited && number_sign(&a->number) == 0; }

/* ---- limits ---- */

static struct fit fit_between(struct most low, struct most high) { return (struct fit){.low = low, .high = high}; }

static struct fit fit_anything(const struct leaf *leaf, const bool *needs) {
  struct fit fit = fit_between(most_of_integer(0), oracle_most_without_bound());
  oracle_needs_add(leaf->world->scratch, &fit.needs, needs, leaf->world->model->fact_count);
  return fit;
}

/* Whole units of a limit in units, or in money at a price. */
static struct most units_within(const struct most *limit, const struct number *price) {
  struct most units = *limit;
  if (limit->unlimited || (price && number_sign(price) == 0)) return oracle_most_without_bound();
  if (price && number_divide(&units.number, &limit->number, price) != NUMBER_OK) return most_of_integer(0);
  if (number_floor(&units.number, &units.number) != NUMBER_OK || number_sign(&units.number) < 0) number_set(&units.number, 0);
  return units;
}

/* The price by which a limit in money is counted: NULL for units. false: it is not known. */
static bool price_of(const struct leaf *leaf, bool money, const struct number **price) {
  *price = NULL;
  if (!money) return true;
  if (!values_single(leaf->unit_value)) return false;
  *price = &leaf->unit_value->items[0].number;
  return true;
}

static struct fit fit_of_limit(const struct leaf *leaf, const struct rule *rule) {
  struct scene scene = oracle_scene_of_line(leaf->world, leaf->line);
  const struct values *limit = oracle_evaluate(&scene, rule->limit);
  const struct number *price;
  struct fit fit = {0};
  if (values_is_error(limit)) return (struct fit){.faulty = true};
  if (!price_of(leaf, rule->limit_kind == LIMIT_MONEY, &price)) {
    fit = fit_anything(leaf, leaf->unit_value->needs);
    oracle_needs_add(leaf->world->scratch, &fit.needs, limit->needs, leaf->world->model->fact_count);
    return fit;
  }
  if (limit->open || limit->error) return fit_anything(leaf, limit->needs);
  for (uint32_t i = 0; i < limit->count; i++) {
    struct most one = oracle_most_of(&limit->items[i].number);
    one = units_within(&one, price);
    if (i == 0) fit.low = fit.high = one;
    fit.low = oracle_most_smaller(&fit.low, &one);
    if (one.unlimited || (!fit.high.unlimited && oracle_number_order(&one.number, &fit.high.number) > 0)) fit.high = one;
  }
  fit.needs = limit->needs;
  return fit;
}

/* The group of the line in an allowance: NULL when its key is open (*reading says why). */
static struct group *find_group(const struct leaf *leaf, uint32_t allowance, struct reading *reading) {
  const struct allowance *declared = &leaf->world->model->allowances[allowance];
  struct scene scene = oracle_scene_of_line(leaf->world, leaf->line);
  struct text key = {0};
  if (declared->scope == SCOPE_FACT && !oracle_read_key(&scene, declared->scope_fact, &key, reading)) return NULL;
  for (uint32_t i = 0; i < leaf->ledger.count; i++)
    if (leaf->ledger.groups[i].allowance == allowance && text_equal(leaf->ledger.groups[i].key, key))
      return &leaf->ledger.groups[i];
  return NULL;
}

static struct fit fit_of_allowance(const struct leaf *leaf, uint32_t allowance) {
  struct reading reading = {0};
  const struct group *group = find_group(leaf, allowance, &reading);
  const struct number *price;
  struct most low;
  if (!group && reading.state == FACT_NOT_GIVEN) return fit_between(most_of_integer(0), most_of_integer(0));
  if (!group && reading.state == FACT_FAULTY) return (struct fit){.faulty = true};
  if (!group) return fit_anything(leaf, reading.values->needs);
  if (group->balance.faulty) return (struct fit){.faulty = true};
  if (!price_of(leaf, leaf->world->model->allowances[allowance].money, &price)) {
    struct fit fit = fit_anything(leaf, leaf->unit_value->needs);
    oracle_needs_add(leaf->world->scratch, &fit.needs, group->balance.needs, leaf->world->model->fact_count);
    return fit;
  }
  low = oracle_most_of(&group->balance.low);
  return (struct fit){
      .low = units_within(&low, price), .high = units_within(&group->balance.high, price), .needs = group->balance.needs};
}

struct fit oracle_fit_of_rule(const struct leaf *leaf, const struct rule *rule) {
  switch (rule->limit_kind) {
  case LIMIT_ALLOWANCE: return fit_of_allowance(leaf, rule->limit_allowance);
  case LIMIT_UNITS:
  case LIMIT_MONEY: return fit_of_limit(leaf, rule);
  default: return fit_between(oracle_most_without_bound(), oracle_most_without_bound());
  }
}

/* ---- the walk ---- */

struct walk {
  struct leaf *leaf;
  struct most low, high; /* units that remain */
};

/* What `units` of this line take away from an allowance. */
static struct most draw_of(const struct leaf *leaf, uint32_t allowance, const struct most *units, bool most) {
  const struct number *price;
  struct most draw = *units;
  if (!price_of(leaf, leaf->world->model->allowances[allowance].money, &price))
    return most ? oracle_most_without_bound() : most_of_integer(0);
  if (!price) return draw;
  if (number_sign(price) == 0) return most_of_integer(0);
  if (!draw.unlimited && number_multiply(&draw.number, &units->number, price) != NUMBER_OK)
    return most ? oracle_most_without_bound() : most_of_integer(0);
  return draw;
}

static void add_draw(struct draw *draw, const struct most *low, const struct most *high) {
  if (number_add(&draw->low, &draw->low, &low->number) != NUMBER_OK) return;
  if (high->unlimited) draw->high = *high;
  if (!draw->high.unlimited && number_add(&draw->high.number, &draw->high.number, &high->number) != NUMBER_OK)
    draw->high = oracle_most_without_bound();
}

/* A rule draws between `low` and `high` units: from its group, or, where the key is open, from any group of the allowance. */
static void draw_units(struct walk *walk, const struct rule *rule, struct most low, struct most high, struct draw *draws) {
  struct leaf *leaf = walk->leaf;
  struct reading reading = {0};
  struct group *own;
  if (rule->limit_kind != LIMIT_ALLOWANCE) return;
  own = find_group(leaf, rule->limit_allowance, &reading);
  if (!own && (reading.state == FACT_NOT_GIVEN || reading.state == FACT_FAULTY)) return;
  for (uint32_t i = 0; i < leaf->ledger.count; i++) {
    struct group *group = &leaf->ledger.groups[i];
    struct most least = own ? draw_of(leaf, rule->limit_allowance, &low, false) : most_of_integer(0);
    struct most most = draw_of(leaf, rule->limit_allowance, &high, true), balance_low = oracle_most_of(&group->balance.low);
    if (own ? group != own : group->allowance != rule->limit_allowance) continue;
    balance_low = oracle_most_left(&balance_low, &most);
    group->balance.low = balance_low.number;
    group->balance.high = oracle_most_left(&group->balance.high, &least);
    add_draw(&draws[i], &least, &most);
  }
}

static void add_portion(struct walk *walk, uint32_t rule, struct most units) {
  struct leaf *leaf = walk->leaf;
  struct outcome *out = leaf->out;
  struct portion *portion = oracle_portion_new(leaf->world, out, rule, leaf->ledger.count);
  number_to_int64(&units.number, &portion->units);
  draw_units(walk, &leaf->world->model->rules[rule], units, units, portion->draws);
  for (uint32_t i = 0; i < leaf->ledger.count; i++) {
    struct most low = oracle_most_of(&portion->draws[i].low);
    add_draw(&out->draws[i], &low, &portion->draws[i].high);
  }
  walk->low = walk->high = oracle_most_left(&walk->high, &units);
}

/* An open rule, or one behind an open rule: it may take anything between nothing (or what it surely takes) and what fits. */
static void collect_rule(struct walk *walk, uint32_t rule, bool certain, const struct fit *fit) {
  struct most zero = most_of_integer(0), low = certain ? oracle_most_smaller(&walk->low, &fit->low) : zero,
              high = oracle_most_smaller(&walk->high, &fit->high);
  walk->leaf->out->possible[rule] = true;
  draw_units(walk, &walk->leaf->world->model->rules[rule], low, high, walk->leaf->out->draws);
  walk->low = oracle_most_left(&walk->low, &fit->high);
  if (certain) walk->high = oracle_most_left(&walk->high, &fit->low);
}

/* One rule that is not false. false: the line is an error. */
static bool meet_rule(struct walk *walk, uint32_t index, enum truth truth, const bool *needs) {
  struct leaf *leaf = walk->leaf;
  const struct rule *rule = &leaf->world->model->rules[index];
  struct fit fit = oracle_fit_of_rule(leaf, rule);
  if (truth == TRUTH_ERROR || (truth == TRUTH_TRUE && fit.faulty)) {
    if (!leaf->open) return oracle_rule_error(leaf, index, "a rule's condition or limit has no value");
    truth = TRUTH_OPEN;
    needs = NULL;
  }
  if (fit.faulty) fit = fit_anything(leaf, NULL);
  if (truth == TRUTH_TRUE && !leaf->open) {
    struct most low = oracle_most_smaller(&walk->low, &fit.low), high = oracle_most_smaller(&walk->low, &fit.high);
    if (most_equal(&low, &high)) {
      if (!most_is_zero(&low)) add_portion(walk, index, low);
      return true;
    }
    oracle_leaf_open(leaf, fit.needs);
  }
  if (truth == TRUTH_OPEN) oracle_leaf_open(leaf, needs);
  collect_rule(walk, index, truth == TRUTH_TRUE, &fit);
  return true;
}

/* What the line sees of the units that it has. false: the line is an error. */
static bool begin_walk(struct walk *walk) {
  struct leaf *leaf = walk->leaf;
  int64_t units = 0;
  walk->low = most_of_integer(0);
  walk->high = oracle_most_without_bound();
  if (values_is_error(leaf->units)) return oracle_leaf_error(leaf, (struct text){0}, "the units have no value");
  if (values_single(leaf->units)) {
    if (!number_to_int64(&leaf->units->items[0].number, &units) || units < 0)
      return oracle_leaf_error(leaf, (struct text){0}, "the units are no whole number from 0");
    walk->low = walk->high = most_of_integer(units);
  } else
    oracle_leaf_open(leaf, leaf->units->needs);
  if (values_is_error(leaf->unit_value)) return oracle_leaf_error(leaf, (struct text){0}, "the unit value has no value");
  if (values_single(leaf->unit_value) && number_sign(&leaf->unit_value->items[0].number) < 0)
    return oracle_leaf_error(leaf, (struct text){0}, "the unit value is negative");
  return true;
}

bool oracle_walk_rules(struct leaf *leaf) {
  const struct model *model = leaf->world->model;
  struct walk walk = {.leaf = leaf};
  struct scene scene = oracle_scene_of_line(leaf->world, leaf->line);
  if (!begin_walk(&walk)) return false;
  for (uint32_t i = 0; i <= model->rule_count && !most_is_zero(&walk.high); i++) {
    bool *needs = NULL;
    enum truth truth = oracle_evaluate_tests(&scene, &model->rules[i].tests, &needs);
    if (truth != TRUTH_FALSE && !meet_rule(&walk, i, truth, needs)) return false;
  }
  for (uint32_t i = 0; leaf->open && i < leaf->out->portion_count; i++) leaf->out->possible[leaf->out->portions[i].rule] = true;
  return true;
}
