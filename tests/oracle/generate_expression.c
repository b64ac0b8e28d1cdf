/* Random conditions and expressions over a plan's names: all operators and comparison forms, well-typed most of the time. */
#include "oracle/plan.h"

#include <string.h>

#include "base/date.h"

#define TEXT_VALUES 6

static void write(struct plan *plan, const char *text) { buffer_text(plan->out, text); }
static uint32_t roll(struct plan *plan, uint32_t sides) { return random_below(plan->random, sides); }
static bool chance(struct plan *plan, uint32_t percent) { return random_chance(plan->random, percent); }

#define WORDS 5

static const char *const words[WORDS] = {"as_new", "worn", "wrong size", "damaged", "before"};
static const char *const texts[TEXT_VALUES] = {"Ray-Ban", "Oakley", "Caf\xC3\xA9", "A b", "x", "Zeiss"};

void plan_write_bare(struct plan *plan, enum value_type type, uint32_t v) {
  if (type == TYPE_TEXT)
    write(plan, texts[v % TEXT_VALUES]);
  else if (v < WORDS)
    write(plan, words[v]);
  else
    buffer_format(plan->out, "n%u", v);
}

void plan_write_value(struct plan *plan, enum value_type type, uint32_t v) {
  bool quoted = type == TYPE_TEXT || v == 2 || v == 4 || chance(plan, 5); /* a space, a keyword */
  if (quoted) buffer_char(plan->out, '"');
  plan_write_bare(plan, type, v);
  if (quoted) buffer_char(plan->out, '"');
}

/* ---- names ---- */

bool plan_visible(const struct plan *plan, const struct plan_place *place, uint32_t index) {
  const struct plan_name *name = &plan->names[index];
  if (index >= place->only_before || (name->uses_lines && !place->lines)) return false;
  if (name->scope == SCOPE_REQUEST || place->level == SCOPE_LINE) return true;
  return place->level == SCOPE_FACT && name->scope == SCOPE_FACT && name->scope_fact == place->level_fact;
}

static const struct plan_name *pick_any(struct plan *plan, const struct plan_place *place, enum value_type type, bool optional) {
  uint32_t found = 0;
  const struct plan_name *chosen = NULL;
  for (uint32_t i = 0; i < plan->name_count; i++) {
    if (plan->names[i].type != type || plan->names[i].optional != optional || !plan_visible(plan, place, i)) continue;
    if (&plan->names[i] == place->unlike) continue;
    if (roll(plan, ++found) == 0) chosen = &plan->names[i];
  }
  return chosen;
}

const struct plan_name *plan_pick(struct plan *plan, const struct plan_place *place, enum value_type type) {
  return pick_any(plan, place, type, false);
}

/* ---- literals ---- */

static void write_scaled(struct plan *plan, int64_t scaled, uint32_t digits, uint32_t least) {
  decimal_write(plan->out, scaled, digits, least);
}

static void write_money(struct plan *plan) {
  static const int64_t amounts[] = {0, 1, 5, 100, 999, 1000, 1995, 2500, 10000, 33333, 100000};
  money_write(plan->out, amounts[roll(plan, sizeof amounts / sizeof *amounts)], plan->digits);
}

static void write_date(struct plan *plan) {
  static const int32_t days[] = {20454, 20484, 20485, 20512, 20513, 20514, 20543, 20600, 20635, 20818, 19782, 19783};
  date_write(plan->out, days[roll(plan, sizeof days / sizeof *days)]);
}

static void write_instant(struct plan *plan) {
  instant_write(plan->out, INT64_C(20514) * 86400 + random_between(plan->random, -5, 5) * 3600, (int32_t)roll(plan, 3) * 60 - 60);
}

static void write_duration(struct plan *plan, uint32_t most, const char *one, const char *many) {
  uint32_t count = roll(plan, most);
  buffer_integer(plan->out, count);
  write(plan, count == 1 ? one : many);
}

void plan_literal(struct plan *plan, enum value_type type) {
  switch (type) {
  case TYPE_COUNT: buffer_integer(plan->out, roll(plan, chance(plan, 80) ? 8 : 200)); break;
  case TYPE_DECIMAL: write_scaled(plan, random_between(plan->random, 0, 40) * (chance(plan, 50) ? 250000 : 100001), 6, 1); break;
  case TYPE_PERCENT:
    write_scaled(plan, random_between(plan->random, 0, 20) * (chance(plan, 70) ? 5000000 : 1250000), 6, 0);
    write(plan, "%");
    break;
  case TYPE_MONEY: write_money(plan); break;
  case TYPE_DATE: write_date(plan); break;
  case TYPE_INSTANT: write_instant(plan); break;
  case TYPE_DAYS: write_duration(plan, 60, " day", " days"); break;
  case TYPE_MONTHS: write_duration(plan, 25, " month", " months"); break;
  case TYPE_HOURS: write_duration(plan, 72, " hour", " hours"); break;
  case TYPE_WORKING_DAYS: write_duration(plan, 12, " working day", " working days"); break;
  default: write(plan, chance(plan, 50) ? "yes" : "no"); break;
  }
}

/* ---- expressions ---- */

static void operand(struct plan *plan, const struct plan_place *place, enum value_type type, uint32_t depth) {
  size_t before = plan->out->size;
  plan_expression(plan, place, type, depth);
  if (memchr(plan->out->bytes + before, ' ', plan->out->size - before) == NULL) return;
  buffer_char(plan->out, ')'); /* make room, then move the text behind an opening one */
  memmove(plan->out->bytes + before + 1, plan->out->bytes + before, plan->out->size - 1 - before);
  plan->out->bytes[before] = '(';
  buffer_char(plan->out, ')');
}

/* A divisor: now and then zero by its facts, never by what is written. */
static void divisor(struct plan *plan, const struct plan_place *place, enum value_type type, uint32_t depth) {
  const struct plan_name *name = plan_pick(plan, place, type);
  if (name && depth > 0 && chance(plan, 40))
    operand(plan, place, type, depth - 1);
  else if (name)
    write(plan, name->name);
  else if (type == TYPE_DAYS)
    write(plan, "(7 days)");
  else if (type == TYPE_MONEY && place->lines && plan->has_value)
    write(plan, "request_value");
  else
    write(plan, type == TYPE_COUNT ? "3" : "2.5");
}

static void binary(struct plan *plan, const struct plan_place *place, enum value_type left, const char *sign,
                   enum value_type right, uint32_t depth) {
  struct plan_place both = *place;
  both.named |= sign[1] == '/' && left == TYPE_MONEY;
  operand(plan, &both, left, depth);
  write(plan, sign);
  if (sign[1] == '/')
    divisor(plan, &both, right, depth);
  else
    operand(plan, &both, right, depth);
}

static void call(struct plan *plan, const struct plan_place *place, enum value_type type, uint32_t depth) {
  uint32_t more = 1 + (roll(plan, 4) == 0);
  write(plan, chance(plan, 50) ? "min(" : "max(");
  plan_expression(plan, place, type, depth);
  for (uint32_t i = 0; i < more; i++) {
    write(plan, ", ");
    plan_expression(plan, place, type, depth);
  }
  write(plan, ")");
}

static void rounded(struct plan *plan, const struct plan_place *place, enum value_type left, enum value_type right,
                    uint32_t depth) {
  write(plan, chance(plan, 50) ? "round_down(" : "round_up(");
  binary(plan, place, left, " / ", right, depth);
  write(plan, ")");
}

static void sum(struct plan *plan, const struct plan_place *place, enum value_type type, uint32_t depth) {
  binary(plan, place, type, chance(plan, 50) ? " + " : " - ", type, depth);
}

static void money(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  switch (roll(plan, 8)) {
  case 0: sum(plan, place, TYPE_MONEY, depth); break;
  case 1: call(plan, place, TYPE_MONEY, depth); break;
  case 2: binary(plan, place, TYPE_MONEY, " * ", chance(plan, 60) ? TYPE_COUNT : TYPE_DECIMAL, depth); break;
  case 3: binary(plan, place, TYPE_MONEY, " / ", TYPE_COUNT, depth); break;
  case 4:
    write(plan, chance(plan, 50) ? "round_down(" : "round_up(");
    binary(plan, place, TYPE_PERCENT, " of ", TYPE_MONEY, depth);
    write(plan, ")");
    break;
  default: binary(plan, place, TYPE_PERCENT, " of ", TYPE_MONEY, depth); break;
  }
}

static void count(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  switch (roll(plan, 6)) {
  case 0: sum(plan, place, TYPE_COUNT, depth); break;
  case 1: call(plan, place, TYPE_COUNT, depth); break;
  case 2: binary(plan, place, TYPE_COUNT, " * ", TYPE_COUNT, depth); break;
  case 3: rounded(plan, place, TYPE_COUNT, TYPE_COUNT, depth); break;
  case 4: rounded(plan, place, TYPE_MONEY, TYPE_MONEY, depth); break;
  default: rounded(plan, place, TYPE_DECIMAL, TYPE_DECIMAL, depth); break;
  }
}

static void decimal(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  switch (roll(plan, 6)) {
  case 0: sum(plan, place, TYPE_DECIMAL, depth); break;
  case 1: call(plan, place, TYPE_DECIMAL, depth); break;
  case 2: binary(plan, place, TYPE_DECIMAL, " * ", TYPE_DECIMAL, depth); break;
  case 3: binary(plan, place, TYPE_COUNT, " / ", TYPE_COUNT, depth); break;
  case 4: binary(plan, place, TYPE_MONEY, " / ", TYPE_MONEY, depth); break;
  default: binary(plan, place, TYPE_DAYS, " / ", TYPE_DAYS, depth); break;
  }
}

static void date(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  switch (roll(plan, 5)) {
  case 0: binary(plan, place, TYPE_DATE, chance(plan, 50) ? " + " : " - ", TYPE_MONTHS, depth); break;
  case 1: call(plan, place, TYPE_DATE, depth); break;
  case 2:
    write(plan, "day of ");
    operand(plan, place, TYPE_INSTANT, depth);
    break;
  default: binary(plan, place, TYPE_DATE, chance(plan, 60) ? " + " : " - ", TYPE_DAYS, depth); break;
  }
}

static void days(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  switch (roll(plan, 6)) {
  case 0: sum(plan, place, TYPE_DAYS, depth); break;
  case 1: call(plan, place, TYPE_DAYS, depth); break;
  case 2: binary(plan, place, TYPE_DATE, " - ", TYPE_DATE, depth); break;
  case 3: rounded(plan, place, TYPE_DAYS, TYPE_COUNT, depth); break;
  case 4: binary(plan, place, TYPE_DAYS, " * ", TYPE_COUNT, depth); break;
  default:
    operand(plan, place, TYPE_COUNT, depth);
    write(plan, " days");
    break;
  }
}

static void hours(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  switch (roll(plan, 4)) {
  case 0: sum(plan, place, TYPE_HOURS, depth); break;
  case 1: call(plan, place, TYPE_HOURS, depth); break;
  case 2: rounded(plan, place, TYPE_HOURS, TYPE_COUNT, depth); break;
  default: binary(plan, place, TYPE_INSTANT, " - ", TYPE_INSTANT, depth); break;
  }
}

static void composite(struct plan *plan, const struct plan_place *place, enum value_type type, uint32_t depth) {
  switch (type) {
  case TYPE_MONEY: money(plan, place, depth); break;
  case TYPE_COUNT: count(plan, place, depth); break;
  case TYPE_DECIMAL: decimal(plan, place, depth); break;
  case TYPE_DATE: date(plan, place, depth); break;
  case TYPE_DAYS: days(plan, place, depth); break;
  case TYPE_HOURS: hours(plan, place, depth); break;
  case TYPE_PERCENT:
  case TYPE_MONTHS: chance(plan, 50) ? sum(plan, place, type, depth) : call(plan, place, type, depth); break;
  case TYPE_INSTANT: binary(plan, place, TYPE_INSTANT, chance(plan, 50) ? " + " : " - ", TYPE_HOURS, depth); break;
  case TYPE_FLAG: plan_condition(plan, place, depth); break;
  default: plan_literal(plan, type); break;
  }
}

/* Money where a bare amount would have no type. */
static void named_money(struct plan *plan, const struct plan_place *place, const struct plan_name *name) {
  if (name)
    write(plan, name->name);
  else if (place->lines && plan->has_value)
    write(plan, "request_value");
  else
    plan_literal(plan, TYPE_MONEY);
}

/* The special names of money and count. false: none written. */
static bool special(struct plan *plan, const struct plan_place *place, enum value_type type) {
  if (type == TYPE_COUNT && place->portion && chance(plan, 20)) return write(plan, "units"), true;
  if (type != TYPE_MONEY || !plan->has_value || !chance(plan, 35)) return false;
  if (place->portion && chance(plan, 70)) return write(plan, "value"), true;
  if (place->verdict && chance(plan, 40)) return write(plan, "credit"), true;
  if (!place->lines) return false;
  write(plan, place->level == SCOPE_LINE && chance(plan, 50) ? "line_value" : "request_value");
  return true;
}

void plan_expression(struct plan *plan, const struct plan_place *place, enum value_type type, uint32_t depth) {
  const struct plan_name *name = plan_pick(plan, place, type);
  if (depth > 0 && chance(plan, 35)) {
    composite(plan, place, type, depth - 1);
    return;
  }
  if (special(plan, place, type)) return;
  if (place->named && type == TYPE_MONEY)
    named_money(plan, place, name);
  else if (name && chance(plan, 75))
    write(plan, name->name);
  else
    plan_literal(plan, type);
}

/* ---- conditions ---- */

static const char *const ordered_signs[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
static const char *const moment_signs[] = {" before ", " after ", " on ", " on or before ", " on or after "};

static void list(struct plan *plan, enum value_type type, uint32_t values) {
  uint32_t items = 1 + roll(plan, 3), first = roll(plan, values);
  write(plan, "[");
  for (uint32_t i = 0; i < items && i < values; i++) {
    if (i) write(plan, ", ");
    plan_write_value(plan, type, (first + i) % values);
  }
  write(plan, "]");
}

static void value_condition(struct plan *plan, const struct plan_place *place, const struct plan_name *name) {
  uint32_t values = name->type == TYPE_TEXT ? TEXT_VALUES : name->value_count;
  const struct plan_name *other = plan_pick(plan, place, name->type);
  write(plan, name->name);
  for (uint32_t i = 0; i < plan->set_count; i++)
    if (plan->sets[i].type == name->type && plan->sets[i].of == name->value_count && chance(plan, 25)) {
      write(plan, chance(plan, 60) ? " in " : " not in ");
      write(plan, plan->sets[i].name);
      return;
    }
  if (other && other->value_count == name->value_count && chance(plan, 12)) {
    write(plan, chance(plan, 60) ? " = " : " != ");
    write(plan, other->name);
  } else if (chance(plan, 40)) {
    write(plan, chance(plan, 70) ? " is one of " : " is not one of ");
    list(plan, name->type, values);
  } else {
    write(plan, chance(plan, 70) ? " is " : " is not ");
    plan_write_value(plan, name->type, roll(plan, values));
  }
}

static void set_condition(struct plan *plan, const struct plan_name *name) {
  write(plan, name->name);
  switch (roll(plan, 6)) {
  case 0: write(plan, " is empty"); break;
  case 1: write(plan, " is not empty"); break;
  case 2:
    write(plan, " has any of ");
    list(plan, TYPE_SET, name->value_count);
    break;
  case 3:
    write(plan, " has all of ");
    list(plan, TYPE_SET, name->value_count);
    break;
  default:
    write(plan, chance(plan, 70) ? " has " : " has no ");
    plan_write_value(plan, TYPE_SET, roll(plan, name->value_count));
    break;
  }
}

static void flag_condition(struct plan *plan, const struct plan_place *place, const struct plan_name *name) {
  const struct plan_name *other = plan_pick(plan, place, TYPE_FLAG);
  switch (roll(plan, 6)) {
  case 0:
    write(plan, "not ");
    write(plan, name->name);
    break;
  case 1:
    write(plan, name->name);
    write(plan, chance(plan, 50) ? " is yes" : " is no");
    break;
  case 2:
    write(plan, name->name);
    if (!other) break;
    write(plan, chance(plan, 50) ? " = " : " != ");
    write(plan, other->name);
    break;
  default: write(plan, name->name); break;
  }
}

static void calendar(struct plan *plan) {
  if (plan->calendar_count < 2) return;
  write(plan, " in cal");
  buffer_integer(plan->out, roll(plan, plan->calendar_count));
}

static void within(struct plan *plan, const struct plan_place *place, const struct plan_name *name, uint32_t depth) {
  bool is_date = name->type == TYPE_DATE, working = is_date && plan->calendar_count && chance(plan, 25);
  enum value_type unit = working ? TYPE_WORKING_DAYS : !is_date ? TYPE_HOURS : chance(plan, 60) ? TYPE_DAYS : TYPE_MONTHS;
  bool counting = is_date && chance(plan, 25), rolling = is_date && !working && plan->calendar_count && chance(plan, 20);
  write(plan, name->name);
  write(plan, chance(plan, 80) ? " within " : " not within ");
  operand(plan, place, unit, depth ? depth - 1 : 0);
  write(plan, counting ? " counting " : " of ");
  operand(plan, place, name->type, depth ? depth - 1 : 0);
  if (rolling) write(plan, " rolling");
  if (working || rolling) calendar(plan);
}

static void ordered_condition(struct plan *plan, const struct plan_place *around, const struct plan_name *name, uint32_t depth) {
  bool moment = name->type == TYPE_DATE || name->type == TYPE_INSTANT;
  uint32_t inner = depth ? depth - 1 : 0;
  struct plan_place beside = *around;
  const struct plan_place *place = &beside;
  if (chance(plan, 95)) beside.unlike = name;
  if (moment && chance(plan, 45)) {
    within(plan, place, name, depth);
    return;
  }
  if (inner && chance(plan, 25))
    operand(plan, place, name->type, inner);
  else
    write(plan, name->name);
  if (chance(plan, 15)) {
    write(plan, " between ");
    operand(plan, place, name->type, inner);
    write(plan, " and ");
    operand(plan, place, name->type, inner);
  } else if (moment && chance(plan, 20)) {
    write(plan, " more than ");
    operand(plan, place, name->type == TYPE_DATE ? chance(plan, 60) ? TYPE_DAYS : TYPE_MONTHS : TYPE_HOURS, inner);
    write(plan, " after ");
    operand(plan, place, name->type, inner);
  } else {
    write(plan, moment ? moment_signs[roll(plan, 5)] : ordered_signs[roll(plan, 6)]);
    operand(plan, place, name->type, inner);
  }
}

static void name_condition(struct plan *plan, const struct plan_place *place, const struct plan_name *name, uint32_t depth) {
  switch (name->type) {
  case TYPE_FLAG: flag_condition(plan, place, name); break;
  case TYPE_CHOICE:
  case TYPE_TEXT: value_condition(plan, place, name); break;
  case TYPE_SET: set_condition(plan, name); break;
  default: ordered_condition(plan, place, name, depth); break;
  }
}

static void verdict_condition(struct plan *plan, const struct plan_place *place) {
  static const char *const verdicts[] = {"authorize", "partial_credit", "exchange_only", "deny"};
  switch (roll(plan, 4)) {
  case 0:
    write(plan, chance(plan, 60) ? "verdict is " : "verdict is not ");
    write(plan, verdicts[roll(plan, 4)]);
    break;
  case 1:
    write(plan, "verdict is one of [deny, ");
    write(plan, verdicts[roll(plan, 3)]);
    write(plan, "]");
    break;
  case 2:
    write(plan, chance(plan, 60) ? "rule is " : "rule is not ");
    if (plan->rule_count == 0 || chance(plan, 20))
      write(plan, "otherwise");
    else
      buffer_format(plan->out, "rule%u", roll(plan, plan->rule_count));
    break;
  default:
    write(plan, "credit");
    write(plan, ordered_signs[roll(plan, 6)]);
    operand(plan, place, TYPE_MONEY, 0);
    break;
  }
}

/* An optional fact stands beside the question whether it is given. */
static void optional_condition(struct plan *plan, const struct plan_place *place, const struct plan_name *name, uint32_t depth) {
  bool given = chance(plan, 60);
  if (chance(plan, 30)) {
    write(plan, name->name);
    write(plan, given ? " is given" : " is not given");
    return;
  }
  write(plan, "(");
  write(plan, name->name);
  write(plan, given ? " is given and " : " is not given or ");
  name_condition(plan, place, name, depth);
  write(plan, ")");
}

static const struct plan_name *pick_name(struct plan *plan, const struct plan_place *place) {
  uint32_t found = 0;
  const struct plan_name *chosen = NULL;
  for (uint32_t i = 0; i < plan->name_count; i++)
    if (plan_visible(plan, place, i) && roll(plan, ++found) == 0) chosen = &plan->names[i];
  return chosen;
}

static void junction(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  const char *joint = chance(plan, 50) ? " and " : " or ";
  uint32_t more = 1 + (roll(plan, 4) == 0);
  write(plan, "(");
  plan_condition(plan, place, depth);
  for (uint32_t i = 0; i < more; i++) {
    write(plan, joint);
    plan_condition(plan, place, depth);
  }
  write(plan, ")");
}

void plan_condition(struct plan *plan, const struct plan_place *place, uint32_t depth) {
  const struct plan_name *name = pick_name(plan, place);
  if (depth > 0 && chance(plan, 20)) {
    if (chance(plan, 25)) write(plan, "not ");
    junction(plan, place, depth - 1);
  } else if (place->verdict && chance(plan, 30))
    verdict_condition(plan, place);
  else if (place->lines && plan->has_value && chance(plan, 10)) {
    write(plan, place->level == SCOPE_LINE && chance(plan, 50) ? "line_value" : "request_value");
    write(plan, ordered_signs[roll(plan, 6)]);
    operand(plan, place, TYPE_MONEY, depth);
  } else if (!name)
    write(plan, "1 < 2");
  else if (name->optional)
    optional_condition(plan, place, name, depth);
  else
    name_condition(plan, place, name, depth);
}
