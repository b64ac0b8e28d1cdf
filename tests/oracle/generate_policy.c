/* A random policy as YAML: declares facts, terms, allowances and rules in a plan, and writes them as it goes. */
#include "oracle/plan.h"

#include <stdio.h>

static void write(struct plan *plan, const char *text) { buffer_text(plan->out, text); }
static uint32_t roll(struct plan *plan, uint32_t sides) { return random_below(plan->random, sides); }
static bool chance(struct plan *plan, uint32_t percent) { return random_chance(plan->random, percent); }

static const char *const type_words[] = {"",        "flag",  "choice", "set",     "text", "count",  "decimal",
                                         "percent", "money", "date",   "instant", "days", "months", "hours"};

static struct plan_place line_place(const struct plan *plan) {
  return (struct plan_place){.level = SCOPE_LINE, .lines = true, .only_before = plan->name_count};
}

static struct plan_place place_of(const struct plan *plan, enum scope level, uint32_t level_fact) {
  struct plan_place place = line_place(plan);
  place.level = level;
  place.level_fact = level_fact;
  return place;
}

/* ---- head ---- */

static void write_head(struct plan *plan, const char *name) {
  static const char *const currencies[] = {"AUD", "EUR", "JPY", "KWD"};
  static const uint32_t digits[] = {2, 2, 0, 3};
  static const char *const roundings[] = {"half_up", "half_even", "down", "up"};
  static const char *const fills[] = {"request_order", "cheapest_first", "dearest_first"};
  uint32_t currency = plan->currency;
  plan->digits = digits[currency];
  buffer_format(plan->out, "returns: 1\npolicy: %s\n", name);
  if (chance(plan, 50)) write(plan, "revision: \"2026-07\"\n");
  buffer_format(plan->out, "currency: %s\nconventions:\n  month_end: %s\n  rounding: %s\n  fee_above_credit: %s\n  fill: %s\n",
                currencies[currency], chance(plan, 50) ? "clamp" : "overflow", roundings[roll(plan, 4)],
                chance(plan, 50) ? "zero" : "owed", fills[roll(plan, 3)]);
}

static void write_calendars(struct plan *plan) {
  static const char *const weekends[] = {"[saturday, sunday]", "[friday, saturday]", "[sunday]"};
  plan->calendar_count = chance(plan, 35) ? 1 + roll(plan, 2) : 0;
  if (!plan->calendar_count) return;
  write(plan, "calendars:\n");
  for (uint32_t i = 0; i < plan->calendar_count; i++)
    buffer_format(plan->out,
                  "  - calendar: cal%u\n    weekend: %s\n    covers: 2025-11-01 .. 2026-12-31\n    holidays: [2026-01-01, "
                  "2026-01-26, 2026-03-02, 2026-04-03, 2026-04-06]\n",
                  i, weekends[roll(plan, 3)]);
}

/* ---- facts ---- */

static struct plan_name *add_name(struct plan *plan, enum value_type type, const char *kind) {
  struct plan_name *name = &plan->names[plan->name_count];
  *name = (struct plan_name){.type = type, .scope_fact = NO_INDEX};
  snprintf(name->name, sizeof name->name, "%s%u", kind, plan->name_count);
  plan->name_count++;
  return name;
}

static void write_range(struct plan *plan, enum value_type type) {
  switch (type) {
  case TYPE_COUNT: buffer_format(plan->out, "    range: 0 .. %u\n", chance(plan, 70) ? 20u : 100000u); break;
  case TYPE_DECIMAL: write(plan, "    range: 0.0 .. 100.0\n"); break;
  case TYPE_PERCENT: write(plan, "    range: 0% .. 100%\n"); break;
  case TYPE_MONEY:
    write(plan, "    range: ");
    money_write(plan->out, 0, plan->digits);
    write(plan, " .. ");
    money_write(plan->out, chance(plan, 50) ? 500000 : 3000, plan->digits);
    write(plan, "\n");
    break;
  case TYPE_DATE: write(plan, "    range: 2025-12-01 .. 2026-12-01\n"); break;
  case TYPE_INSTANT: write(plan, "    range: 2026-01-01T00:00:00Z .. 2026-12-31T00:00:00Z\n"); break;
  case TYPE_DAYS: write(plan, "    range: 0 days .. 400 days\n"); break;
  case TYPE_MONTHS: write(plan, "    range: 0 months .. 36 months\n"); break;
  case TYPE_HOURS: write(plan, "    range: 0 hours .. 100 hours\n"); break;
  default: break;
  }
}

static void write_some_value(struct plan *plan, const struct plan_name *fact, const char *before, const char *after) {
  write(plan, before);
  plan_write_bare(plan, fact->type, roll(plan, fact->value_count ? fact->value_count : 4));
  write(plan, after);
}

static void write_literal_of(struct plan *plan, const struct plan_name *fact) {
  static const char *const within[] = {[TYPE_COUNT] = "2",
                                       [TYPE_DECIMAL] = "1.5",
                                       [TYPE_PERCENT] = "10%",
                                       [TYPE_DATE] = "2026-03-02",
                                       [TYPE_INSTANT] = "2026-03-02T10:30:00+02:00",
                                       [TYPE_DAYS] = "14 days",
                                       [TYPE_MONTHS] = "1 month",
                                       [TYPE_HOURS] = "24 hours"};
  if (fact->type == TYPE_CHOICE || fact->type == TYPE_TEXT)
    write_some_value(plan, fact, "\"", "\"");
  else if (fact->type == TYPE_SET)
    write(plan, "none");
  else if (fact->type == TYPE_FLAG)
    write(plan, chance(plan, 50) ? "yes" : "no");
  else if (fact->type == TYPE_MONEY)
    money_write(plan->out, 1995, plan->digits);
  else
    write(plan, within[fact->type]);
}

/* What stands in for a missing value: nothing most of the time. */
static void write_default(struct plan *plan, struct plan_name *fact) {
  struct plan_place place = place_of(plan, fact->scope, fact->scope_fact);
  const struct plan_name *other;
  place.only_before = plan->name_count - 1;
  other = plan_pick(plan, &place, fact->type);
  if (other && other->value_count == fact->value_count && chance(plan, 10))
    buffer_format(plan->out, "    same_as: %s\n", other->name);
  else if (chance(plan, 10)) {
    write(plan, "    absent: ");
    write_literal_of(plan, fact);
    write(plan, "\n");
  } else if (chance(plan, 10)) {
    fact->optional = true;
    write(plan, "    optional: yes\n");
  } else if (chance(plan, 14)) {
    buffer_format(plan->out, "    supplied_by: step%u\n    assume: ", roll(plan, 3));
    if (other && other->value_count == fact->value_count && chance(plan, 50))
      write(plan, other->name);
    else if (fact->type == TYPE_CHOICE || fact->type == TYPE_TEXT)
      write_some_value(plan, fact, "'\"", "\"'");
    else if (fact->type == TYPE_FLAG || fact->type == TYPE_SET || plan->standing || chance(plan, 60))
      write_literal_of(plan, fact);
    else
      plan_expression(plan, &place, fact->type, 1);
    write(plan, "\n");
  } else if (chance(plan, 5))
    buffer_format(plan->out, "    supplied_by: step%u\n", roll(plan, 3));
}

static void write_fact(struct plan *plan, enum value_type type, enum scope scope, uint32_t scope_fact, bool plain) {
  struct plan_name *fact = add_name(plan, type, type_words[type]);
  fact->scope = scope;
  fact->scope_fact = scope_fact;
  buffer_format(plan->out, "  - fact: %s\n    type: %s\n", fact->name, type_words[type]);
  if (scope == SCOPE_REQUEST) write(plan, "    of: request\n");
  if (scope == SCOPE_FACT) buffer_format(plan->out, "    of: %s\n", plan->names[scope_fact].name);
  if (type == TYPE_CHOICE || type == TYPE_SET) {
    fact->value_count = type == TYPE_CHOICE && chance(plan, 10) ? 1 : 2 + roll(plan, 4);
    if (chance(plan, 2)) fact->value_count = type == TYPE_CHOICE ? 300 : 64;
    write(plan, "    values: [");
    for (uint32_t v = 0; v < fact->value_count; v++) {
      if (v) write(plan, ", ");
      plan_write_bare(plan, type, v);
    }
    write(plan, "]\n");
  }
  if (plain || chance(plan, 65)) write_range(plan, type);
  if (!plain) write_default(plan, fact);
}

static void write_facts(struct plan *plan) {
  static const enum value_type types[] = {TYPE_FLAG,  TYPE_FLAG,    TYPE_CHOICE,  TYPE_CHOICE, TYPE_SET,   TYPE_TEXT, TYPE_COUNT,
                                          TYPE_COUNT, TYPE_DECIMAL, TYPE_PERCENT, TYPE_MONEY,  TYPE_MONEY, TYPE_DATE, TYPE_DATE,
                                          TYPE_DATE,  TYPE_INSTANT, TYPE_DAYS,    TYPE_MONTHS, TYPE_HOURS};
  uint32_t count = 3 + roll(plan, 9);
  write(plan, "facts:\n");
  write_fact(plan, TYPE_DATE, SCOPE_REQUEST, NO_INDEX, true);
  write_fact(plan, chance(plan, 60) ? TYPE_TEXT : TYPE_CHOICE, SCOPE_LINE, NO_INDEX, chance(plan, 70)); /* a key */
  write_fact(plan, TYPE_MONEY, SCOPE_LINE, NO_INDEX, chance(plan, 80));                                 /* a price */
  write_fact(plan, TYPE_COUNT, SCOPE_LINE, NO_INDEX, chance(plan, 80));                                 /* a quantity */
  for (uint32_t i = 0; i < count; i++) {
    enum value_type type = types[roll(plan, sizeof types / sizeof *types)];
    uint32_t scope = roll(plan, 10);
    bool keyed = scope == 0 && !plan->names[1].optional;
    write_fact(plan, type, keyed ? SCOPE_FACT : scope < 4 ? SCOPE_REQUEST : SCOPE_LINE, keyed ? 1 : NO_INDEX, false);
  }
}

static void write_sets(struct plan *plan) {
  static const char *const texts = "[\"Ray-Ban\", Oakley, \"A b\"]";
  if (chance(plan, 60)) return;
  write(plan, "sets:\n");
  for (uint32_t i = 0; i < plan->name_count && plan->set_count < 2; i++) {
    struct plan_set *set = &plan->sets[plan->set_count];
    if (plan->names[i].type != TYPE_CHOICE && plan->names[i].type != TYPE_TEXT) continue;
    *set = (struct plan_set){.type = plan->names[i].type, .of = plan->names[i].value_count};
    snprintf(set->name, sizeof set->name, "set%u", plan->set_count++);
    buffer_format(plan->out, "  - set: %s\n    values: %s\n", set->name,
                  set->type == TYPE_TEXT           ? texts
                  : plan->names[i].value_count > 1 ? "[as_new, worn]"
                                                   : "[as_new]");
  }
  if (!plan->set_count) write(plan, "  - set: set0\n    values: [x]\n");
}

/* ---- conditions ---- */

static void write_tests(struct plan *plan, const struct plan_place *place, const char *indent, uint32_t least, uint32_t most) {
  uint32_t count = least + roll(plan, most - least + 1);
  bool unless = chance(plan, 15);
  if (count || !unless) {
    if (count) buffer_format(plan->out, "%swhen:\n", indent);
    for (uint32_t i = 0; i < count; i++) {
      buffer_format(plan->out, "%s  - ", indent);
      plan_condition(plan, place, 2);
      write(plan, "\n");
    }
  }
  if (!unless) return;
  buffer_format(plan->out, "%sunless:\n%s  - ", indent, indent);
  plan_condition(plan, place, 1);
  write(plan, "\n");
}

/* ---- terms ---- */

static void write_over_lines(struct plan *plan, struct plan_name *term) {
  struct plan_place place = line_place(plan);
  place.only_before = plan->name_count - 1;
  write(plan, "    is: ");
  switch (term->type) {
  case TYPE_COUNT:
    if (chance(plan, 50))
      write(plan, "count of lines");
    else {
      write(plan, "sum of ");
      plan_expression(plan, &place, TYPE_COUNT, 1);
      write(plan, " over lines");
    }
    break;
  case TYPE_MONEY:
    write(plan, "sum of ");
    plan_expression(plan, &place, TYPE_MONEY, 1);
    write(plan, " over lines");
    break;
  default: write(plan, chance(plan, 50) ? "any line" : "every line"); break;
  }
  if (term->type == TYPE_FLAG || chance(plan, 60)) {
    write(plan, " where ");
    plan_condition(plan, &place, 1);
  }
  write(plan, "\n");
}

static void write_cases(struct plan *plan, const struct plan_place *place, enum value_type type) {
  uint32_t cases = 1 + roll(plan, 2);
  write(plan, "    cases:\n");
  for (uint32_t i = 0; i < cases; i++) {
    write(plan, "      - when:\n          - ");
    plan_condition(plan, place, 1);
    write(plan, "\n        is: ");
    plan_expression(plan, place, type, 1);
    write(plan, "\n");
  }
  write(plan, "    otherwise: ");
  plan_expression(plan, place, type, 1);
  write(plan, "\n");
}

static void write_term(struct plan *plan) {
  static const enum value_type types[] = {TYPE_FLAG,  TYPE_FLAG,    TYPE_DAYS, TYPE_DAYS,    TYPE_MONTHS, TYPE_MONEY,
                                          TYPE_COUNT, TYPE_PERCENT, TYPE_DATE, TYPE_DECIMAL, TYPE_HOURS};
  static const enum value_type summed[] = {TYPE_FLAG, TYPE_COUNT, TYPE_MONEY};
  bool over_lines = chance(plan, 20);
  struct plan_name *term =
      add_name(plan, over_lines ? summed[roll(plan, 3)] : types[roll(plan, sizeof types / sizeof *types)], "term");
  struct plan_place place;
  term->is_term = term->uses_lines = true;
  if (over_lines || chance(plan, 20)) term->scope = SCOPE_REQUEST;
  if (chance(plan, over_lines ? 40 : 5) && !plan->names[1].optional) {
    term->scope = SCOPE_FACT;
    term->scope_fact = 1;
  }
  place = place_of(plan, term->scope, term->scope_fact);
  place.only_before = plan->name_count - 1;
  place.named = true;
  buffer_format(plan->out, "  - term: %s\n", term->name);
  if (term->scope == SCOPE_REQUEST) write(plan, "    of: request\n");
  if (term->scope == SCOPE_FACT) buffer_format(plan->out, "    of: %s\n", plan->names[1].name);
  if (over_lines)
    write_over_lines(plan, term);
  else if (term->type == TYPE_FLAG && chance(plan, 80))
    write_tests(plan, &place, "    ", 1, 2);
  else if (chance(plan, 60))
    write_cases(plan, &place, term->type);
  else {
    write(plan, "    is: ");
    plan_expression(plan, &place, term->type, 2);
    write(plan, "\n");
  }
}

/* Squares of squares: more digits than an exact number may have. */
static void write_squares(struct plan *plan) {
  const char *before = plan->names[3].name;
  for (uint32_t i = 0; i < 5; i++) {
    struct plan_name *term = add_name(plan, TYPE_COUNT, "square");
    term->is_term = true;
    buffer_format(plan->out, "  - {term: %s, is: %s * %s}\n", term->name, before, before);
    before = term->name;
  }
}

/* Sums of terms that may each be one of two: 64 values are still told apart, 128 are not. */
static void write_ladder(struct plan *plan) {
  struct plan_name *sum;
  for (uint32_t i = 0; i < 7; i++)
    buffer_format(plan->out, "  - {term: rung%u, cases: [{when: [%s > %u], is: %u}], otherwise: 0}\n", i, plan->names[3].name, i,
                  1u << i);
  sum = add_name(plan, TYPE_COUNT, "ladder");
  sum->is_term = true;
  buffer_format(plan->out, "  - {term: %s, is: rung0 + rung1 + rung2 + rung3 + rung4 + rung5%s}\n", sum->name,
                chance(plan, 50) ? " + rung6" : "");
}

static void write_terms(struct plan *plan) {
  uint32_t count = roll(plan, 6);
  bool squares = chance(plan, 4) && !plan->names[3].optional, ladder = chance(plan, 4) && !plan->names[3].optional;
  if (count || squares || ladder) write(plan, "terms:\n");
  if (squares) write_squares(plan);
  if (ladder) write_ladder(plan);
  for (uint32_t i = 0; i < count; i++) write_term(plan);
}

/* ---- what a line is worth, what holds ---- */

static void write_units(struct plan *plan) {
  struct plan_place place = line_place(plan);
  place.lines = false;
  if (plan->plain) return;
  plan->has_value = chance(plan, 88);
  if (chance(plan, 75)) {
    write(plan, "units: ");
    if (chance(plan, 80) && !plan->names[3].optional)
      write(plan, plan->names[3].name);
    else
      plan_expression(plan, &place, TYPE_COUNT, 1);
    write(plan, "\n");
  }
  if (!plan->has_value) return;
  write(plan, "unit_value: ");
  if (chance(plan, 80) && !plan->names[2].optional)
    write(plan, plan->names[2].name);
  else
    plan_expression(plan, &place, TYPE_MONEY, 1);
  write(plan, "\n");
}

static void write_require(struct plan *plan) {
  struct plan_place place = line_place(plan);
  const struct plan_name *date = plan_pick(plan, &place, TYPE_DATE);
  if (chance(plan, 10))
    buffer_format(plan->out, "valid:\n  by: %s\n  from: 2026-01-15\n  until: 2026-11-30\n", plan->names[0].name);
  if (!chance(plan, 12)) return;
  write(plan, "require:\n");
  if (date && chance(plan, 60))
    buffer_format(plan->out, "  - %s on or before 2026-10-15\n", date->name);
  else {
    write(plan, "  - ");
    plan_condition(plan, &place, 1);
    write(plan, "\n");
  }
}

static void write_allowances(struct plan *plan) {
  plan->allowance_count = !plan->plain && !plan->standing && chance(plan, 45) ? 1 + roll(plan, 3) : 0;
  if (plan->allowance_count) write(plan, "allowances:\n");
  for (uint32_t i = 0; i < plan->allowance_count; i++) {
    bool keyed = chance(plan, 50), money = plan->allowance_money[i] = plan->has_value && chance(plan, 40);
    struct plan_place place = place_of(plan, keyed ? SCOPE_FACT : SCOPE_REQUEST, 1);
    place.named = chance(plan, 30);
    buffer_format(plan->out, "  - allowance: allowance%u\n    of: %s\n    %s: ", i, keyed ? plan->names[1].name : "request",
                  money ? "money" : "units");
    plan_expression(plan, &place, money ? TYPE_MONEY : TYPE_COUNT, chance(plan, 60) ? 0 : 2);
    write(plan, "\n");
  }
}

/* ---- rules ---- */

static void write_limit(struct plan *plan, const struct plan_place *place) {
  if (plan->allowance_count && chance(plan, 50)) {
    buffer_format(plan->out, "    up_to: allowance%u\n", roll(plan, plan->allowance_count));
    return;
  }
  if (!chance(plan, 25)) return;
  write(plan, "    up_to: ");
  if (plan->has_value && chance(plan, 30))
    plan_expression(plan, place, TYPE_MONEY, 1);
  else if (chance(plan, 40))
    buffer_format(plan->out, "%u units", chance(plan, 90) ? 1 + roll(plan, 4) : 0);
  else
    plan_expression(plan, place, TYPE_COUNT, 1);
  write(plan, "\n");
}

static void write_credit(struct plan *plan, uint32_t verdict) {
  struct plan_place place = line_place(plan);
  place.portion = true;
  if (verdict != 1 && !(verdict == 2 && chance(plan, 30))) return;
  write(plan, "    credit: ");
  if (plan->has_value && chance(plan, 60)) {
    plan_literal(plan, TYPE_PERCENT);
    write(plan, " of value\n");
    return;
  }
  plan_expression(plan, &place, TYPE_MONEY, 2);
  write(plan, "\n");
}

static void write_rule(struct plan *plan, uint32_t index) {
  static const char *const verdicts[] = {"authorize", "partial_credit", "exchange_only", "deny"};
  struct plan_place place = line_place(plan);
  uint32_t verdict = roll(plan, 4);
  if (plan->plain && verdict == 1) verdict = 3;
  buffer_format(plan->out, "  - rule: rule%u\n", index);
  if (plan->rule_count > 40)
    write_tests(plan, &place, "    ", 3, 5);
  else
    write_tests(plan, &place, "    ", chance(plan, 90), 3);
  if (!plan->plain) write_limit(plan, &place);
  buffer_format(plan->out, "    then: %s\n", verdicts[verdict]);
  write_credit(plan, verdict);
  buffer_format(plan->out, "    because: reason%u\n", roll(plan, 6));
  if (chance(plan, 15)) write(plan, "    fees: none\n");
}

static void write_rules(struct plan *plan) {
  plan->rule_count = 1 + roll(plan, chance(plan, 85) ? 9 : 40);
  if (chance(plan, 2)) plan->rule_count = 60 + roll(plan, plan->plain ? 2000 : 200);
  write(plan, "rules:\n");
  for (uint32_t i = 0; i < plan->rule_count; i++) write_rule(plan, i);
  buffer_format(plan->out, "otherwise: {then: %s, because: outside%s}\n",
                chance(plan, 75)   ? "deny"
                : chance(plan, 70) ? "authorize"
                                   : "exchange_only",
                chance(plan, 20) ? ", fees: none" : "");
}

/* ---- the answer ---- */

static void write_adjustment(struct plan *plan, const char *kind, uint32_t index) {
  static const char *const bases[] = {"unit", "line", "request"};
  uint32_t basis = roll(plan, 3);
  struct plan_place tests = line_place(plan), place = place_of(plan, basis == 2 ? SCOPE_REQUEST : SCOPE_LINE, NO_INDEX);
  tests.verdict = true;
  place.portion = place.verdict = basis != 2;
  buffer_format(plan->out, "  - %s: %s%u\n", kind, kind, index);
  write_tests(plan, &tests, "    ", 0, 2);
  write(plan, "    amount: ");
  plan_expression(plan, &place, TYPE_MONEY, 2);
  buffer_format(plan->out, " per %s\n", bases[basis]);
  for (uint32_t i = 0; i < 2; i++) {
    if (!chance(plan, 15)) continue;
    write(plan, i ? "    at_most: " : "    at_least: ");
    if (chance(plan, 50))
      plan_literal(plan, TYPE_MONEY);
    else
      plan_expression(plan, &place, TYPE_MONEY, 1);
    write(plan, "\n");
  }
  if (kind[0] == 'b') return;
  if (chance(plan, 20)) write(plan, "    on_denial: yes\n");
  if (chance(plan, 25)) buffer_format(plan->out, "    above_credit: %s\n", chance(plan, 50) ? "zero" : "owed");
}

static void write_output(struct plan *plan, uint32_t index) {
  struct plan_place place = line_place(plan);
  uint32_t cases = roll(plan, 4);
  place.verdict = true;
  buffer_format(plan->out, "  - output: output%u\n    values: [restock, recondition, back]\n", index);
  if (cases) write(plan, "    cases:\n");
  for (uint32_t i = 0; i < cases; i++) {
    write(plan, "      - when:\n          - ");
    plan_condition(plan, &place, 1);
    buffer_format(plan->out, "\n        is: %s\n", roll(plan, 2) ? "restock" : "back");
  }
  write(plan, "    otherwise: recondition\n");
}

static void write_rest(struct plan *plan) {
  struct plan_place place = line_place(plan);
  uint32_t fees = chance(plan, 50) ? 1 + roll(plan, 3) : 0, bonuses = chance(plan, 30) ? 1 + roll(plan, 2) : 0;
  uint32_t approvals = chance(plan, 35) ? 1 + roll(plan, 3) : 0, outputs = chance(plan, 35) ? 1 + roll(plan, 2) : 0;
  place.verdict = true;
  if (fees) write(plan, "fees:\n");
  for (uint32_t i = 0; i < fees; i++) write_adjustment(plan, "fee", i);
  if (bonuses) write(plan, "bonuses:\n");
  for (uint32_t i = 0; i < bonuses; i++) write_adjustment(plan, "bonus", i);
  if (approvals) write(plan, "approvals:\n");
  for (uint32_t i = 0; i < approvals; i++) {
    buffer_format(plan->out, "  - approval: role%u\n", roll(plan, 2));
    write_tests(plan, &place, "    ", 1, 2);
  }
  if (outputs) write(plan, "outputs:\n");
  for (uint32_t i = 0; i < outputs; i++) write_output(plan, i);
}

/* All that stands on the facts. */
static void write_decision(struct plan *plan) {
  write_sets(plan);
  write_units(plan);
  write_terms(plan);
  write_require(plan);
  write_allowances(plan);
  write_rules(plan);
  if (!plan->plain) write_rest(plan);
}

void generate_policy(struct random *random, struct buffer *yaml) {
  struct plan plan = {.random = random, .out = yaml, .plain = random_chance(random, 15), .currency = random_below(random, 4)};
  write_head(&plan, "random-policy");
  write_calendars(&plan);
  write_facts(&plan);
  write_decision(&plan);
}

void generate_standing(struct random *random, struct buffer *policy, struct buffer *floor) {
  struct plan plan = {.random = random, .out = policy, .standing = true, .currency = random_below(random, 4)}, below;
  size_t from;
  write_head(&plan, "random-policy");
  from = policy->size;
  write_calendars(&plan);
  write_facts(&plan);
  below = plan;
  below.out = floor;
  below.standing = false;
  write_head(&below, "random-floor");
  buffer_add(floor, policy->bytes + from, policy->size - from);
  write_decision(&plan);
  write_decision(&below);
}
