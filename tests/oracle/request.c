/* Decides a request: lines in fill order, each with the balances that the lines before it have left. */
#include "oracle/request.h"

static bool refuse_request(struct oracle_error *error, uint32_t line, struct text rule, const char *why) {
  *error = (struct oracle_error){line, rule, why};
  return false;
}

/* ---- valid and require ---- */

static enum truth is_valid(struct world *world, bool **needs) {
  const struct model *model = world->model;
  struct scene scene = oracle_scene_of_request(world);
  struct reading reading;
  int64_t date = 0;
  if (model->valid_by == NO_INDEX) return TRUTH_TRUE;
  reading = oracle_read_fact(&scene, model->valid_by);
  if (!values_single(reading.values)) {
    oracle_needs_add(world->keep, needs, reading.values->needs, model->fact_count);
    return reading.state == FACT_FAULTY ? TRUTH_ERROR : TRUTH_OPEN;
  }
  number_to_int64(&reading.values->items[0].number, &date);
  if (model->has_from && date < model->valid_from) return TRUTH_FALSE;
  return model->has_until && date > model->valid_until ? TRUTH_FALSE : TRUTH_TRUE;
}

static bool speaks_of_line(const struct model *model, const struct expr *expr) {
  switch (expr->op) {
  case OP_FACT:
  case OP_GIVEN:
    if (model->facts[expr->index].scope == SCOPE_FACT)
      return model->facts[model->facts[expr->index].scope_fact].scope != SCOPE_REQUEST;
    return model->facts[expr->index].scope == SCOPE_LINE;
  case OP_TERM: return model->terms[expr->index].scope != SCOPE_REQUEST;
  case OP_SPECIAL: return expr->index != SPECIAL_REQUEST_VALUE;
  case OP_SUM:
  case OP_COUNT:
  case OP_ANY_LINE:
  case OP_EVERY_LINE: return false;
  default: break;
  }
  for (uint32_t i = 0; i < expr->kid_count; i++)
    if (speaks_of_line(model, expr->kids[i])) return true;
  return false;
}

static bool require_holds(struct world *world, const struct test *test, uint32_t line, struct oracle_error *error) {
  struct scene scene = line == ORACLE_NO_LINE ? oracle_scene_of_request(world) : oracle_scene_of_line(world, line);
  struct test alone = *test;
  const struct tests one = {&alone, 1};
  enum truth truth = oracle_evaluate_tests(&scene, &one, NULL);
  if (truth == TRUTH_TRUE || truth == TRUTH_OPEN) return true;
  return refuse_request(error, line, (struct text){0}, "the request breaks a requirement");
}

static bool check_require(struct world *world, struct oracle_error *error) {
  const struct model *model = world->model;
  for (uint32_t i = 0; i < model->require.count; i++) {
    const struct test *test = &model->require.items[i];
    if (!speaks_of_line(model, test->condition)) {
      if (!require_holds(world, test, ORACLE_NO_LINE, error)) return false;
      continue;
    }
    for (uint32_t line = 0; line < world->request->line_count; line++)
      if (!require_holds(world, test, line, error)) return false;
  }
  return true;
}

/* ---- balances ---- */

static void set_balance(struct world *world, const struct scene *scene, const struct allowance *allowance,
                        struct balance *balance) {
  const struct values *amount = oracle_evaluate(scene, allowance->amount);
  struct number whole;
  int64_t minor;
  number_set(&balance->low, 0);
  balance->high = oracle_most_without_bound();
  balance->faulty = values_is_error(amount);
  if (balance->faulty) return;
  if (!values_single(amount)) {
    oracle_needs_add(world->keep, &balance->needs, amount->needs, world->model->fact_count);
    return;
  }
  balance->faulty = number_floor(&whole, &amount->items[0].number) != NUMBER_OK || !number_to_int64(&whole, &minor);
  if (number_sign(&amount->items[0].number) > 0) balance->low = amount->items[0].number;
  balance->high = oracle_most_of(&balance->low);
}

static void add_group(struct world *world, struct ledger *ledger, uint32_t allowance, struct text key) {
  const struct allowance *declared = &world->model->allowances[allowance];
  struct scene scene =
      declared->scope == SCOPE_FACT ? oracle_scene_of_group(world, declared->scope_fact, key) : oracle_scene_of_request(world);
  struct group *groups;
  for (uint32_t i = 0; i < ledger->count; i++)
    if (ledger->groups[i].allowance == allowance && text_equal(ledger->groups[i].key, key)) return;
  groups = oracle_take(world->keep, (ledger->count + 1) * sizeof *groups);
  for (uint32_t i = 0; i < ledger->count; i++) groups[i] = ledger->groups[i];
  groups[ledger->count] = (struct group){.allowance = allowance, .key = key};
  set_balance(world, &scene, declared, &groups[ledger->count].balance);
  ledger->groups = groups;
  ledger->count++;
}

/* The groups of the request's lines in order of the first line of each, then those that a missing choice may still mean. */
static void open_ledger(struct world *world, struct ledger *ledger) {
  const struct model *model = world->model;
  for (uint32_t i = 0; i < model->allowance_count; i++) {
    const struct allowance *allowance = &model->allowances[i];
    const struct fact *of = allowance->scope == SCOPE_FACT ? &model->facts[allowance->scope_fact] : NULL;
    if (!of) add_group(world, ledger, i, (struct text){0});
    for (uint32_t line = 0; of && line < world->request->line_count; line++) {
      struct scene scene = oracle_scene_of_line(world, line);
      struct reading reading;
      struct text key;
      if (oracle_read_key(&scene, allowance->scope_fact, &key, &reading)) add_group(world, ledger, i, key);
    }
    for (uint32_t v = 0; of && of->type == TYPE_CHOICE && v < of->value_count; v++)
      add_group(world, ledger, i, of->values[v].name);
  }
}

static struct ledger copy_ledger(struct world *world, const struct ledger *ledger) {
  struct ledger copy = {oracle_take(world->keep, ledger->count * sizeof *copy.groups), ledger->count};
  for (uint32_t i = 0; i < ledger->count; i++) copy.groups[i] = ledger->groups[i];
  return copy;
}

static void book_draws(struct world *world, struct ledger *ledger, const struct outcome *outcome) {
  for (uint32_t i = 0; i < ledger->count; i++) {
    struct balance *balance = &ledger->groups[i].balance;
    const struct draw *draw = &outcome->draws[i];
    struct most low = oracle_most_of(&balance->low), least = oracle_most_of(&draw->low);
    low = oracle_most_left(&low, &draw->high);
    balance->low = low.number;
    balance->high = oracle_most_left(&balance->high, &least);
    if (!draw->high.unlimited && oracle_number_order(&draw->low, &draw->high.number) == 0) continue;
    oracle_needs_add(world->keep, &balance->needs, outcome->needs, world->model->fact_count);
    oracle_needs_add(world->keep, &balance->needs, outcome->draw_needs, world->model->fact_count);
  }
}

/* ---- fill order ---- */

struct order {
  uint32_t *lines;
  bool open;
  bool *needs;
};

static void sort_by_price(struct world *world, struct order *order, bool dearest) {
  uint32_t count = world->request->line_count;
  struct number *prices = oracle_take(world->keep, count * sizeof *prices);
  for (uint32_t i = 0; i < count; i++) {
    const struct values *price = oracle_unit_value_of_line(world, i);
    order->open |= !values_single(price);
    if (!values_single(price))
      oracle_needs_add(world->keep, &order->needs, price->needs, world->model->fact_count);
    else
      prices[i] = price->items[0].number;
  }
  for (uint32_t i = 1; i < count && !order->open; i++)
    for (uint32_t j = i; j > 0; j--) {
      uint32_t before = order->lines[j - 1], line = order->lines[j];
      int compared = oracle_number_order(&prices[before], &prices[line]);
      if (dearest ? compared >= 0 : compared <= 0) break;
      order->lines[j - 1] = line;
      order->lines[j] = before;
    }
}

static struct order order_lines(struct world *world) {
  struct order order = {.lines = oracle_take(world->keep, world->request->line_count * sizeof *order.lines)};
  enum fill_order fill = world->model->fill;
  for (uint32_t i = 0; i < world->request->line_count; i++) order.lines[i] = i;
  if (fill == FILL_CHEAPEST_FIRST || fill == FILL_DEAREST_FIRST) sort_by_price(world, &order, fill == FILL_DEAREST_FIRST);
  return order;
}

/* What a line sees while the order is open: other lines may have drawn anything. */
static struct ledger cloud_ledger(struct world *world, const struct ledger *limits, const bool *needs) {
  struct ledger cloudy = copy_ledger(world, limits);
  for (uint32_t i = 0; i < cloudy.count; i++) {
    bool *all = NULL;
    oracle_needs_add(world->keep, &all, cloudy.groups[i].balance.needs, world->model->fact_count);
    oracle_needs_add(world->keep, &all, needs, world->model->fact_count);
    cloudy.groups[i].balance.needs = all;
    number_set(&cloudy.groups[i].balance.low, 0);
  }
  return cloudy;
}

static bool decide_lines(struct world *world, struct decision *decision, struct oracle_error *error) {
  struct order order = order_lines(world);
  struct ledger cloudy = cloud_ledger(world, &decision->limits, order.needs);
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    uint32_t line = order.lines[i];
    struct outcome *outcome = oracle_decide_line(world, line, order.open ? &cloudy : &decision->ledger);
    if (outcome->kind == OUTCOME_ERROR) return refuse_request(error, line, outcome->error_name, outcome->error);
    decision->lines[line] = outcome;
    book_draws(world, &decision->ledger, outcome);
  }
  return true;
}

/* ---- what fees collect ---- */

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* What a fee of the line collects, spread over its portions by what they are charged. */
static void spread_collected(struct outcome *line, uint32_t fee, int64_t charged, int64_t collected) {
  struct number total, part;
  int64_t sum = 0, before = 0, after = 0;
  number_set(&total, charged);
  for (uint32_t i = 0; i < line->portion_count; i++) {
    struct charge *charge = &line->portions[i].fees[fee];
    struct number factor;
    sum += charge->charged;
    number_set(&part, sum);
    number_set(&factor, collected);
    number_multiply(&part, &part, &factor);
    if (charged) number_divide(&part, &part, &total);
    number_floor(&part, &part);
    number_to_int64(&part, &after);
    charge->collected = after - before;
    before = after;
  }
}

static bool add_money(int64_t *sum, int64_t amount) {
  if (amount > 0 ? *sum > INT64_MAX - amount : *sum < INT64_MIN - amount) return false;
  *sum += amount;
  return true;
}

/* false: a sum is too large. */
static bool collect_line(const struct model *model, struct outcome *line, struct line_sums *sums) {
  int64_t available = 0;
  for (uint32_t i = 0; i < line->portion_count; i++) {
    if (!add_money(&sums->credit, line->portions[i].credit)) return false;
    for (uint32_t j = 0; j < model->bonus_count; j++)
      if (!add_money(&sums->bonuses, line->portions[i].bonuses[j].charged)) return false;
  }
  if (!add_money(&available, sums->credit) || !add_money(&available, sums->bonuses)) return false;
  for (uint32_t j = 0; j < model->fee_count; j++) {
    int64_t charged = 0, collected;
    for (uint32_t i = 0; i < line->portion_count; i++)
      if (!add_money(&charged, line->portions[i].fees[j].charged)) return false;
    collected = model->fees[j].above_credit == FEE_ABOVE_OWED ? charged : smaller(charged, available > 0 ? available : 0);
    spread_collected(line, j, charged, collected);
    if (!add_money(&available, -collected) || !add_money(&sums->fees, collected) ||
        !add_money(&sums->uncovered, charged - collected))
      return false;
  }
  sums->net = available;
  return true;
}

static bool collect(struct world *world, struct decision *decision, struct oracle_error *error) {
  struct line_sums *totals = &decision->totals;
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    struct line_sums *sums = &decision->sums[i];
    if (decision->lines[i]->kind != OUTCOME_DECIDED) continue;
    if (!collect_line(world->model, decision->lines[i], sums))
      return refuse_request(error, i, (struct text){0}, "the line's sums are too large");
    if (!add_money(&totals->credit, sums->credit) || !add_money(&totals->bonuses, sums->bonuses) ||
        !add_money(&totals->fees, sums->fees) || !add_money(&totals->uncovered, sums->uncovered) ||
        !add_money(&totals->net, sums->net))
      return refuse_request(error, ORACLE_NO_LINE, (struct text){0}, "the request's sums are too large");
  }
  return true;
}

/* ---- all of it ---- */

/* No line can be decided before it is known whether the policy holds at all. */
static void leave_open(struct world *world, struct decision *decision, bool *needs) {
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    struct outcome *outcome = oracle_outcome_new(world, decision->ledger.count);
    outcome->kind = OUTCOME_OPEN;
    outcome->needs = needs;
    for (uint32_t rule = 0; rule <= world->model->rule_count; rule++) outcome->possible[rule] = true;
    for (uint32_t g = 0; g < decision->ledger.count; g++) outcome->draws[g].high = oracle_most_without_bound();
    decision->lines[i] = outcome;
    book_draws(world, &decision->ledger, outcome);
  }
}

bool oracle_decide_request(struct world *world, struct decision *decision, struct oracle_error *error) {
  uint32_t lines = world->request->line_count;
  bool *needs = NULL;
  enum truth valid = is_valid(world, &needs);
  *decision = (struct decision){.valid = valid != TRUTH_FALSE};
  decision->lines = oracle_take(world->keep, lines * sizeof *decision->lines);
  decision->sums = oracle_take(world->keep, lines * sizeof *decision->sums);
  decision->assumed = oracle_take(world->keep, lines * sizeof *decision->assumed);
  decision->opened = oracle_take(world->keep, lines * sizeof *decision->opened);
  if (!decision->valid) return true;
  if (valid == TRUTH_ERROR)
    return refuse_request(error, ORACLE_NO_LINE, (struct text){0}, "the date that the policy is valid by has no value");
  if (!check_require(world, error)) return false;
  open_ledger(world, &decision->limits);
  decision->ledger = copy_ledger(world, &decision->limits);
  if (valid == TRUTH_OPEN)
    leave_open(world, decision, needs);
  else if (!decide_lines(world, decision, error))
    return false;
  return oracle_adjust_request(world, decision, error) && collect(world, decision, error);
}
