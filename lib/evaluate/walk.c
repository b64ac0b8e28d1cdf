/* Walk: the rules in order over the units of a line, with their limits and the balances of allowances.
 *
 * In: candidates, units, balances. Out: portions; or, once a rule is open or takes an uncertain number of units, which rules may
 * still decide, which facts would tell, and what the line may have drawn.
 */
#include "evaluate/line.h"

#include <string.h>

/* ---- errors and openness of a leaf ---- */

bool leaf_out_of_memory(struct leaf *leaf) {
  leaf->decider->out_of_memory = true;
  return false;
}

const char *code_of_fault(const struct value *fault) {
  switch (fault->error) {
  case VALUE_DIVISION_BY_ZERO: return "R0951";
  case VALUE_OUTSIDE_YEARS: return "R0952";
  case VALUE_FRACTION: return "R0960";
  case VALUE_OUTSIDE_CALENDAR: return "R0954";
  case VALUE_NOT_TOLD: return "R0961";
  default: return "R0950";
  }
}

bool leaf_fail(struct leaf *leaf, const char *code, struct program_string name, const char *what, uint32_t span,
               const struct value *fault) {
  struct failure *failure = &leaf->out->failure;
  leaf->out->kind = OUTCOME_ERROR;
  *failure = (struct failure){.code = code ? code : code_of_fault(fault),
                              .line = leaf->line,
                              .rule = NO_INDEX,
                              .fact = NO_INDEX,
                              .name = name,
                              .what = what,
                              .span = span,
                              .test = NO_INDEX};
  if (fault) failure->fault = *fault;
  return false;
}

bool leaf_fail_rule(struct leaf *leaf, const char *code, uint32_t rule, const char *what, const struct value *fault) {
  const struct program_rule *declared = &leaf->decider->run.policy->rules[rule];
  leaf_fail(leaf, code, declared->name, what, declared->span, fault);
  leaf->out->failure.rule = rule;
  return false;
}

void leaf_leave_open(struct leaf *leaf, const uint64_t *needs) {
  leaf->open = true;
  for (uint32_t i = 0; needs && i < leaf->decider->run.need_words; i++) leaf->out->needs[i] |= needs[i];
}

void leaf_add_possible(struct leaf *leaf, uint32_t rule) { leaf->out->possible[rule / 64] |= (uint64_t)1 << rule % 64; }

/* ---- limits ---- */

static struct fit fit_between(uint64_t low, uint64_t high) { return (struct fit){.low = low, .high = high}; }
static struct fit fit_anything(const uint64_t *needs) { return (struct fit){.high = UNITS_UNLIMITED, .needs = needs}; }
static struct fit fit_fault(struct value fault) { return (struct fit){.faulty = true, .fault = fault}; }
static uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }
static uint64_t left_of(uint64_t a, uint64_t b) { return b >= a ? 0 : a == UNITS_UNLIMITED ? a : a - b; }

static uint64_t *union_of(struct leaf *leaf, const uint64_t *a, const uint64_t *b) {
  uint64_t *needs = NULL;
  needs_add(&leaf->scene->work, &needs, a);
  needs_add(&leaf->scene->work, &needs, b);
  return needs;
}

/* Whole units within a limit in units, or in money at a price (NULL: units). More than a line can have is as good as its most. */
static uint64_t units_within(const struct bound *limit, const struct value *price) {
  struct bound units = {.unlimited = limit->unlimited};
  struct number divisor;
  if (limit->unlimited || (price && value_sign(price) == 0)) return UNITS_UNLIMITED;
  number_copy(&units.number, &limit->number);
  if (price) {
    value_to_number(price, &divisor);
    if (number_divide(&units.number, &limit->number, &divisor) != NUMBER_OK) return 0;
  }
  int64_t whole = bound_floor(&units);
  return whole < 0 ? 0 : (uint64_t)whole;
}

/* The price by which money is counted; NULL for units. false: it is not known. */
static bool price_of(const struct leaf *leaf, bool money, const struct value **price) {
  *price = money ? &leaf->price.one : NULL;
  return !money || set_is_single(&leaf->price);
}

static struct fit fit_of_limit(struct leaf *leaf, const struct program_rule *rule) {
  struct set limit = evaluate_any(leaf->scene, rule->limit);
  const struct value *price;
  struct fit fit = {.low = UNITS_UNLIMITED};
  if (set_is_error(&limit)) return fit_fault(limit.fault);
  if (!price_of(leaf, rule->limit_kind == LIMIT_MONEY, &price))
    return fit_anything(union_of(leaf, leaf->price.needs, limit.needs));
  if (limit.open || limit.error) return fit_anything(limit.needs);
  for (uint32_t i = 0; i < limit.count; i++) {
    struct bound one = {.unlimited = false};
    value_to_number(set_item(&limit, i), &one.number);
    uint64_t units = units_within(&one, price);
    fit.low = smaller(fit.low, units);
    if (units > fit.high) fit.high = units;
  }
  fit.needs = limit.needs;
  return fit;
}

/* The line's group in an allowance; NO_INDEX where its key is not known, *key then says why. */
static uint32_t group_of(struct leaf *leaf, uint32_t allowance, struct reading *key) {
  const struct program_allowance *declared = &leaf->decider->run.policy->allowances[allowance];
  if (declared->scope != SCOPE_FACT) return ledger_find(&leaf->decider->ledger, allowance, 0);
  *key = read_key(leaf->scene, declared->scope_fact);
  return is_known(key) ? ledger_find(&leaf->decider->ledger, allowance, key->value.num) : NO_INDEX;
}

static struct fit fit_of_allowance(struct leaf *leaf, uint32_t allowance) {
  struct ledger *ledger = &leaf->decider->ledger;
  struct reading key = {.state = FACT_MISSING, .need = NO_INDEX};
  const struct value *price;
  uint64_t *needs = NULL;
  uint32_t index = group_of(leaf, allowance, &key);
  if (index == NO_INDEX && key.state == FACT_NOT_GIVEN) return fit_between(0, 0);
  if (index == NO_INDEX && key.state == FACT_FAULTY) return fit_fault(key.value);
  if (index == NO_INDEX) {
    if (key.need != NO_INDEX) needs_add_fact(&leaf->scene->work, &needs, key.need);
    return fit_anything(needs);
  }
  if (ledger->items[index].faulty) return fit_fault(ledger->items[index].fault);
  needs = union_of(leaf, ledger->items[index].needs, ledger->cloudy_needs);
  if (!price_of(leaf, leaf->decider->run.policy->allowances[allowance].money, &price))
    return fit_anything(union_of(leaf, leaf->price.needs, needs));
  struct draw *draw = ledger_draw(ledger, &leaf->out->draws, index);
  if (!draw) {
    leaf_out_of_memory(leaf);
    return fit_between(0, 0);
  }
  struct bound low = {.unlimited = false};
  number_copy(&low.number, &draw->low);
  return (struct fit){.low = units_within(&low, price), .high = units_within(&draw->high, price), .needs = needs};
}

struct fit fit_of_rule(struct leaf *leaf, uint32_t rule) {
  const struct program_rule *declared = &leaf->decider->run.policy->rules[rule];
  if (declared->limit_kind == LIMIT_ALLOWANCE) return fit_of_allowance(leaf, declared->limit_allowance);
  if (declared->limit_kind != LIMIT_NONE) return fit_of_limit(leaf, declared);
  return fit_between(UNITS_UNLIMITED, UNITS_UNLIMITED);
}

/* ---- drawing ---- */

/* What units of this line take away from an allowance; where that is not known, nothing or anything. */
static struct bound cost_of(const struct leaf *leaf, uint32_t allowance, uint64_t units, bool most) {
  struct bound cost = {.unlimited = units == UNITS_UNLIMITED};
  const struct value *price;
  struct number factor;
  number_set(&cost.number, cost.unlimited ? 0 : (int64_t)units);
  if (!price_of(leaf, leaf->decider->run.policy->allowances[allowance].money, &price)) {
    bound_set(&cost, 0);
    cost.unlimited = most;
  } else if (price && value_sign(price) == 0) {
    bound_set(&cost, 0);
  } else if (price && !cost.unlimited) {
    value_to_number(price, &factor);
    if (number_multiply(&cost.number, &cost.number, &factor) != NUMBER_OK) cost.unlimited = most;
  }
  return cost;
}

static void add_to(struct draw *draw, const struct bound *least, const struct bound *most) {
  struct bound low = {.unlimited = false};
  if (!least->unlimited) number_add(&draw->drawn_low, &draw->drawn_low, &least->number);
  if (most->unlimited ||
      (!draw->drawn_high.unlimited && number_add(&draw->drawn_high.number, &draw->drawn_high.number, &most->number) != NUMBER_OK))
    draw->drawn_high.unlimited = true;
  number_copy(&low.number, &draw->low);
  bound_subtract(&low, most);
  number_copy(&draw->low, &low.number);
  bound_subtract(&draw->high, least);
}

static bool draw_on(struct leaf *leaf, uint32_t group, uint32_t allowance, uint64_t low, uint64_t high) {
  struct draw *draw = ledger_draw(&leaf->decider->ledger, &leaf->out->draws, group);
  if (!draw) return leaf_out_of_memory(leaf);
  struct bound least = cost_of(leaf, allowance, low, false), most = cost_of(leaf, allowance, high, true);
  add_to(draw, &least, &most);
  return true;
}

/* A rule takes between low and high units: from the line's group, or, where the key is open, from any group of the allowance. */
static bool draw_units(struct leaf *leaf, uint32_t rule, uint64_t low, uint64_t high) {
  const struct program_rule *declared = &leaf->decider->run.policy->rules[rule];
  const struct ledger *ledger = &leaf->decider->ledger;
  struct reading key = {.state = FACT_MISSING};
  if (declared->limit_kind != LIMIT_ALLOWANCE) return true;
  uint32_t own = group_of(leaf, declared->limit_allowance, &key);
  if (own != NO_INDEX) return draw_on(leaf, own, declared->limit_allowance, low, high);
  if (key.state == FACT_NOT_GIVEN || key.state == FACT_FAULTY) return true;
  for (uint32_t g = 0; g < ledger->count; g++)
    if (ledger->items[g].allowance == declared->limit_allowance && !draw_on(leaf, g, declared->limit_allowance, 0, high))
      return false;
  return true;
}

static void note_balance(struct leaf *leaf, struct portion *portion, uint32_t allowance) {
  struct reading key;
  struct bound low = {.unlimited = false}, cost = cost_of(leaf, allowance, (uint64_t)portion->units, false);
  portion->group = group_of(leaf, allowance, &key);
  if (portion->group == NO_INDEX) return;
  struct draw *draw = ledger_draw(&leaf->decider->ledger, &leaf->out->draws, portion->group);
  if (!draw) return;
  number_copy(&low.number, &draw->low);
  portion->before_low = bound_floor(&low);
  portion->before_high = draw->high.unlimited ? -1 : bound_floor(&draw->high);
  portion->taken = bound_floor(&cost);
}

static bool add_portion(struct leaf *leaf, uint32_t rule, uint64_t units) {
  const struct program_rule *declared = &leaf->decider->run.policy->rules[rule];
  struct portion *portion = portions_add(&leaf->out->portions, rule, (int64_t)units);
  if (!portion) return leaf_out_of_memory(leaf);
  if (declared->limit_kind == LIMIT_ALLOWANCE) note_balance(leaf, portion, declared->limit_allowance);
  leaf->low = leaf->high = leaf->high - units;
  return draw_units(leaf, rule, units, units);
}

bool leaf_give_back(struct leaf *leaf, struct portion *portion) {
  if (portion->group == NO_INDEX) return true;
  struct draw *draw = ledger_draw(&leaf->decider->ledger, &leaf->out->draws, portion->group);
  if (!draw) return leaf_out_of_memory(leaf);
  struct bound cost = cost_of(leaf, leaf->decider->ledger.items[portion->group].allowance, (uint64_t)portion->units, false);
  number_subtract(&draw->drawn_low, &draw->drawn_low, &cost.number);
  bound_subtract(&draw->drawn_high, &cost);
  number_add(&draw->low, &draw->low, &cost.number);
  if (!draw->high.unlimited) number_add(&draw->high.number, &draw->high.number, &cost.number);
  return true;
}

/* ---- the walk ---- */

/* An open rule, or one behind an open rule: it may take anything from what it surely takes to what fits. */
static bool collect_rule(struct leaf *leaf, uint32_t rule, bool certain, const struct fit *fit) {
  uint64_t low = certain ? smaller(leaf->low, fit->low) : 0, high = smaller(leaf->high, fit->high);
  leaf_add_possible(leaf, rule);
  if (!draw_units(leaf, rule, low, high)) return false;
  leaf->low = left_of(leaf->low, fit->high);
  if (certain) leaf->high = left_of(leaf->high, fit->low);
  return true;
}

/* One rule that is not false. */
static bool meet_rule(struct leaf *leaf, uint32_t rule, enum truth truth, const uint64_t *needs, const struct value *fault) {
  struct fit fit = fit_of_rule(leaf, rule);
  if (leaf->decider->out_of_memory) return false;
  bool certain = truth == TRUTH_TRUE && !fit.faulty;
  if (!leaf->open && (truth == TRUTH_ERROR || (truth == TRUTH_TRUE && fit.faulty))) {
    leaf_fail_rule(leaf, NULL, rule, truth == TRUTH_ERROR ? "condition" : "limit", truth == TRUTH_ERROR ? fault : &fit.fault);
    leaf->out->failure.walking = true;
    return false;
  }
  if (fit.faulty) fit = fit_anything(NULL);
  if (certain && !leaf->open) {
    uint64_t low = smaller(leaf->low, fit.low), high = smaller(leaf->low, fit.high);
    if (low == high) return low == 0 || add_portion(leaf, rule, low);
    leaf_leave_open(leaf, fit.needs);
  }
  if (!certain) leaf_leave_open(leaf, truth == TRUTH_OPEN ? needs : NULL);
  return collect_rule(leaf, rule, certain, &fit);
}

/* `units` or `unit_value` has no value that it may have. */
static bool fail_declared(struct leaf *leaf, const char *code, uint32_t node, const char *what, const struct value *fault) {
  const struct program_node *at = &leaf->decider->run.policy->nodes[node];
  leaf_fail(leaf, code, (struct program_string){0}, what, at->span, fault);
  if (at->op == OP_FACT) leaf->out->failure.fact = at->index;
  return false;
}

/* What the line has: units and their price. */
static bool begin_walk(struct leaf *leaf) {
  uint32_t units = leaf->decider->run.policy->header->units, price = leaf->decider->run.policy->header->unit_value;
  leaf->low = 0;
  leaf->high = UNITS_UNLIMITED;
  if (set_is_error(&leaf->units)) return fail_declared(leaf, NULL, units, "units", &leaf->units.fault);
  if (set_is_single(&leaf->units)) {
    int64_t units_given;
    if (!value_to_int64(&leaf->units.one, &units_given) || units_given < 0)
      return fail_declared(leaf, "R0955", units, "units", &leaf->units.one);
    leaf->low = leaf->high = (uint64_t)units_given;
  } else {
    leaf_leave_open(leaf, leaf->units.needs);
  }
  if (set_is_error(&leaf->price)) return fail_declared(leaf, NULL, price, "unit_value", &leaf->price.fault);
  if (set_is_single(&leaf->price) && value_sign(&leaf->price.one) < 0)
    return fail_declared(leaf, "R0956", price, "unit_value", &leaf->price.one);
  return true;
}

bool leaf_walk(struct leaf *leaf) {
  const struct returns_policy *policy = leaf->decider->run.policy;
  if (!begin_walk(leaf)) return false;
  for (uint32_t rule = 0; leaf->high != 0 && rule <= policy->rule_count; rule++) {
    uint64_t *needs = NULL;
    struct value fault = value_of(0);
    bool certain;
    rule = candidates_next(&leaf->candidates, rule, &certain);
    enum truth truth = certain ? TRUTH_TRUE : evaluate_tests(leaf->scene, policy->rules[rule].tests, &needs, &fault);
    if (truth != TRUTH_FALSE && !meet_rule(leaf, rule, truth, needs, &fault)) return false;
  }
  return true;
}
