/* A random request for a policy: values at and beside the constants of its conditions, some facts missing; and the request as
 * JSON. */
#include "oracle/generator.h"

#include "base/date.h"
#include "oracle/values.h"

#define CONSTANTS 256

/* Constants of the policy by type. */
struct constants {
  int64_t values[TYPE_LIMIT_][CONSTANTS];
  uint32_t counts[TYPE_LIMIT_];
};

struct dice {
  struct random *random;
  const struct model *model;
  struct arena *arena;
  struct oracle_request *request;
  struct constants *constants;
};

static uint32_t roll(struct dice *dice, uint32_t sides) { return random_below(dice->random, sides); }
static bool chance(struct dice *dice, uint32_t percent) { return random_chance(dice->random, percent); }

/* ---- constants ---- */

static void add_constant(struct constants *constants, enum value_type type, int64_t value) {
  if (constants->counts[type] < CONSTANTS) constants->values[type][constants->counts[type]++] = value;
}

static void gather(struct constants *constants, const struct expr *expr) {
  if (!expr) return;
  if (expr->op == OP_CONST) add_constant(constants, expr->type, expr->value);
  for (uint32_t i = 0; i < expr->kid_count; i++) gather(constants, expr->kids[i]);
}

static void gather_tests(struct constants *constants, const struct tests *tests) {
  for (uint32_t i = 0; i < tests->count; i++) gather(constants, tests->items[i].condition);
}

static void gather_all(const struct model *model, struct constants *constants) {
  for (uint32_t i = 0; i <= model->rule_count; i++) {
    gather_tests(constants, &model->rules[i].tests);
    gather(constants, model->rules[i].limit);
  }
  for (uint32_t i = 0; i < model->term_count; i++) {
    gather_tests(constants, &model->terms[i].tests);
    gather(constants, model->terms[i].value);
    for (uint32_t j = 0; j < model->terms[i].case_count; j++) {
      gather_tests(constants, &model->terms[i].cases[j].tests);
      gather(constants, model->terms[i].cases[j].value);
    }
  }
  for (uint32_t i = 0; i < model->fee_count; i++) gather_tests(constants, &model->fees[i].tests);
  for (uint32_t i = 0; i < model->approval_count; i++) gather_tests(constants, &model->approvals[i].tests);
  gather_tests(constants, &model->require);
}

/* ---- values ---- */

static bool constant(struct dice *dice, enum value_type type, int64_t *value) {
  uint32_t count = dice->constants->counts[type];
  if (!count) return false;
  *value = dice->constants->values[type][roll(dice, count)];
  return true;
}

static int64_t near_date(struct dice *dice) {
  int64_t date = 20514 + (int64_t)roll(dice, 60), shift = 0;
  int32_t shifted;
  if (chance(dice, 60)) constant(dice, TYPE_DATE, &date);
  if (chance(dice, 50) && constant(dice, TYPE_DAYS, &shift)) date += chance(dice, 70) ? -shift : shift;
  if (chance(dice, 30) && constant(dice, TYPE_MONTHS, &shift) &&
      date_add_months((int32_t)date, -shift, chance(dice, 50) ? MONTH_END_CLAMP : MONTH_END_OVERFLOW, &shifted))
    date = shifted;
  return date + (int64_t)roll(dice, 3) - 1;
}

static int64_t typical(struct dice *dice, enum value_type type) {
  switch (type) {
  case TYPE_COUNT: return chance(dice, 10) ? 0 : 1 + roll(dice, 6);
  case TYPE_DECIMAL: return (int64_t)roll(dice, 40) * 250000;
  case TYPE_PERCENT: return (int64_t)roll(dice, 21) * 5000000;
  case TYPE_MONEY: return chance(dice, 8) ? 0 : random_between(dice->random, 1, 30000);
  case TYPE_INSTANT: return INT64_C(20514) * 86400 + random_between(dice->random, -72, 72) * 3600;
  case TYPE_HOURS: return (int64_t)roll(dice, 72) * 3600;
  default: return roll(dice, 60);
  }
}

static int64_t huge(struct dice *dice, enum value_type type) {
  if (type == TYPE_DATE) return chance(dice, 50) ? DATE_LAST - (int64_t)roll(dice, 40) : DATE_FIRST + (int64_t)roll(dice, 40);
  if (type == TYPE_INSTANT) return (int64_t)DATE_LAST * 86400 - (int64_t)roll(dice, 1000) * 3600;
  if (type == TYPE_HOURS) return INT64_C(1000000000000) * 3600;
  return chance(dice, 50) ? INT64_MAX - (int64_t)roll(dice, 3) : INT64_C(1) << (20 + roll(dice, 40));
}

static int64_t ordered(struct dice *dice, const struct fact *fact) {
  enum value_type type = fact->type;
  int64_t value = typical(dice, type), step = type == TYPE_HOURS || type == TYPE_INSTANT ? 3600 : 1;
  if (type == TYPE_DATE)
    value = near_date(dice);
  else if (chance(dice, type == TYPE_COUNT ? 35 : 55) && constant(dice, type, &value))
    value += ((int64_t)roll(dice, 3) - 1) * step;
  if (!fact->has_range && chance(dice, 3)) value = huge(dice, type);
  if (fact->has_range && chance(dice, 5)) value = chance(dice, 50) ? fact->low : fact->high;
  if (!fact->has_range && type != TYPE_DATE && type != TYPE_INSTANT && value < 0 && !chance(dice, 20)) value = -value;
  if (type == TYPE_INSTANT && value > (int64_t)DATE_LAST * 86400) value = (int64_t)DATE_LAST * 86400;
  if (fact->has_range && value < fact->low) value = fact->low;
  if (fact->has_range && value > fact->high) value = fact->high;
  if (type == TYPE_DATE && value < DATE_FIRST) value = DATE_FIRST;
  if (type == TYPE_DATE && value > DATE_LAST) value = DATE_LAST;
  return value;
}

static struct text some_text(struct dice *dice) {
  static const char *const others[] = {"", "unknown", "Ray-Ban", "Oakley", "x", "A b", "Caf\xC3\xA9"};
  if (dice->model->text_count && chance(dice, 70)) return dice->model->texts[roll(dice, dice->model->text_count)];
  return text_of(others[1 + roll(dice, 6)]);
}

static struct oracle_fact some_value(struct dice *dice, uint32_t index, uint32_t line, struct text key) {
  const struct fact *fact = &dice->model->facts[index];
  struct oracle_fact given = {.fact = index, .line = line, .key = key};
  switch (fact->type) {
  case TYPE_FLAG: given.coded = roll(dice, 2); break;
  case TYPE_CHOICE: given.coded = roll(dice, fact->value_count); break;
  case TYPE_SET: given.coded = (int64_t)(random_next(dice->random) >> (64 - fact->value_count)); break;
  case TYPE_TEXT: given.text = some_text(dice); break;
  default: given.coded = ordered(dice, fact); break;
  }
  if (fact->type == TYPE_INSTANT && !fact->has_range) given.offset_minutes = ((int32_t)roll(dice, 5) - 2) * 60;
  return given;
}

struct oracle_fact generate_value(struct random *random, const struct model *model, struct arena *arena, uint32_t fact,
                                  uint32_t line, struct text key) {
  struct dice dice = {random, model, arena, NULL, oracle_take(arena, sizeof(struct constants))};
  gather_all(model, dice.constants);
  return some_value(&dice, fact, line, key);
}

static void set_value(struct dice *dice, uint32_t index, uint32_t line, struct text key) {
  dice->request->facts[dice->request->fact_count++] = some_value(dice, index, line, key);
}

/* ---- requests ---- */

static void set_keyed(struct dice *dice, uint32_t index, uint32_t missing) {
  const struct fact *of = &dice->model->facts[dice->model->facts[index].scope_fact];
  uint32_t count = of->type == TYPE_CHOICE ? of->value_count : dice->model->text_count;
  uint32_t before = dice->request->fact_count;
  for (uint32_t i = 0; i < count; i++)
    if (!chance(dice, missing))
      set_value(dice, index, ORACLE_NO_LINE, of->type == TYPE_CHOICE ? of->values[i].name : dice->model->texts[i]);
  if (of->type == TYPE_TEXT && before == dice->request->fact_count) set_value(dice, index, ORACLE_NO_LINE, text_of("unknown"));
}

static void add_role(struct dice *dice, struct text role) {
  struct oracle_names *names = chance(dice, 50) ? &dice->request->agreed : &dice->request->refused;
  for (uint32_t i = 0; i < dice->request->agreed.count; i++)
    if (text_equal(dice->request->agreed.items[i], role)) return;
  for (uint32_t i = 0; i < dice->request->refused.count; i++)
    if (text_equal(dice->request->refused.items[i], role)) return;
  names->items[names->count++] = role;
}

static void set_names(struct dice *dice) {
  const struct model *model = dice->model;
  struct oracle_request *request = dice->request;
  request->agreed.items = oracle_take(dice->arena, model->approval_count * sizeof(struct text));
  request->refused.items = oracle_take(dice->arena, model->approval_count * sizeof(struct text));
  request->done.items = oracle_take(dice->arena, model->fact_count * sizeof(struct text));
  for (uint32_t i = 0; i < model->approval_count; i++)
    if (chance(dice, 35)) add_role(dice, model->approvals[i].role);
  for (uint32_t i = 0; i < model->fact_count; i++) {
    struct text step = model->facts[i].supplied_by;
    bool known = false;
    for (uint32_t j = 0; j < request->done.count; j++) known |= text_equal(request->done.items[j], step);
    if (step.size && !known && chance(dice, 25)) request->done.items[request->done.count++] = step;
  }
}

/* How often a fact is left out: rarely in most requests, often in some. */
static uint32_t missing_percent(struct dice *dice, uint32_t base, uint32_t index) {
  if (dice->model->facts[index].assume || dice->model->facts[index].optional) return 60;
  return index < 4 ? base / 2 : base;
}

/* The most entries that a fact per value of another may have. */
static uint32_t keys_most(const struct model *model) {
  uint32_t most = model->text_count + 1;
  for (uint32_t i = 0; i < model->fact_count; i++)
    if (model->facts[i].value_count > most) most = model->facts[i].value_count;
  return most;
}

void generate_request(struct random *random, const struct model *model, struct arena *arena, struct oracle_request *request) {
  struct dice dice = {random, model, arena, request, oracle_take(arena, sizeof(struct constants))};
  uint32_t base = model->rule_count > 40      ? 1
                  : random_chance(random, 40) ? 3
                  : random_chance(random, 70) ? 12
                                              : 35,
           lines = random_below(random, 12);
  lines = lines == 0 ? 0 : lines < 6 ? 1 : lines - 5 > 4 ? 4 : lines - 4;
  gather_all(model, dice.constants);
  *request = (struct oracle_request){.line_count = lines};
  request->facts = oracle_take(arena, model->fact_count * (lines + keys_most(model)) * sizeof *request->facts);
  request->ids = oracle_take(arena, lines * sizeof *request->ids);
  for (uint32_t line = 0; line < lines; line++)
    if (random_chance(random, 50)) request->ids[line] = text_of(line % 2 ? "b \"2\"" : "a");
  for (uint32_t i = 0; i < model->fact_count; i++) {
    uint32_t missing = missing_percent(&dice, base, i);
    if (model->facts[i].scope == SCOPE_REQUEST && !random_chance(random, missing))
      set_value(&dice, i, ORACLE_NO_LINE, (struct text){0});
    if (model->facts[i].scope == SCOPE_FACT) set_keyed(&dice, i, missing);
    for (uint32_t line = 0; model->facts[i].scope == SCOPE_LINE && line < lines; line++)
      if (!random_chance(random, missing)) set_value(&dice, i, line, (struct text){0});
  }
  set_names(&dice);
}

/* ---- JSON ---- */

static void write_scaled(struct buffer *json, int64_t coded, uint32_t digits, uint32_t least, const char *unit) {
  buffer_char(json, '"');
  decimal_write(json, coded, digits, least);
  buffer_text(json, unit);
  buffer_char(json, '"');
}

static void write_set(const struct fact *fact, int64_t coded, struct buffer *json) {
  bool first = true;
  buffer_char(json, '[');
  for (uint32_t v = 0; v < fact->value_count; v++) {
    if (!((uint64_t)coded >> v & 1)) continue;
    if (!first) buffer_char(json, ',');
    first = false;
    buffer_json_string(json, fact->values[v].name);
  }
  buffer_char(json, ']');
}

/* On every second line in normal form D: the library has to compose it. */
static void write_text(const struct oracle_fact *given, struct buffer *json) {
  struct text text = given->text, before = text;
  buffer_char(json, '"');
  for (uint32_t i = 0; i < text.size; i++) {
    before.size = 1;
    before.bytes = text.bytes + i;
    if (given->line % 2 == 1 && i + 1 < text.size && text.bytes[i] == '\xC3' && text.bytes[i + 1] == '\xA9') {
      buffer_text(json, "e\xCC\x81");
      i++;
    } else
      buffer_slice(json, before);
  }
  buffer_char(json, '"');
}

static void write_value(const struct model *model, const struct oracle_fact *given, struct buffer *json) {
  const struct fact *fact = &model->facts[given->fact];
  switch (fact->type) {
  case TYPE_FLAG: buffer_text(json, given->coded ? "true" : "false"); break;
  case TYPE_CHOICE: buffer_json_string(json, fact->values[given->coded].name); break;
  case TYPE_SET: write_set(fact, given->coded, json); break;
  case TYPE_TEXT: write_text(given, json); break;
  case TYPE_DECIMAL: write_scaled(json, given->coded, 6, 0, ""); break;
  case TYPE_PERCENT: write_scaled(json, given->coded, 6, 0, "%"); break;
  case TYPE_MONEY: write_scaled(json, given->coded, model->minor_digits, model->minor_digits, ""); break;
  case TYPE_DATE:
  case TYPE_INSTANT:
    buffer_char(json, '"');
    if (fact->type == TYPE_DATE)
      date_write(json, (int32_t)given->coded);
    else
      instant_write(json, given->coded, given->offset_minutes);
    buffer_char(json, '"');
    break;
  case TYPE_DAYS: write_scaled(json, given->coded, 0, 0, given->coded == 1 ? " day" : " days"); break;
  case TYPE_MONTHS: write_scaled(json, given->coded, 0, 0, given->coded == 1 ? " month" : " months"); break;
  case TYPE_HOURS: write_scaled(json, given->coded / 3600, 0, 0, given->coded == 3600 ? " hour" : " hours"); break;
  default: buffer_integer(json, given->coded); break;
  }
}

static void write_member(const struct model *model, const struct oracle_fact *given, struct buffer *json) {
  buffer_json_string(json, model->facts[given->fact].name);
  buffer_char(json, ':');
  write_value(model, given, json);
}

static bool is_first_of_fact(const struct oracle_request *request, uint32_t index) {
  for (uint32_t i = 0; i < index; i++)
    if (request->facts[i].fact == request->facts[index].fact) return false;
  return true;
}

/* All entries of a fact per value of another, as one object. */
static void write_keyed(const struct model *model, const struct oracle_request *request, uint32_t from, struct buffer *json) {
  buffer_json_string(json, model->facts[request->facts[from].fact].name);
  buffer_text(json, ":{");
  for (uint32_t i = from; i < request->fact_count; i++) {
    if (request->facts[i].fact != request->facts[from].fact) continue;
    if (i > from) buffer_char(json, ',');
    buffer_json_string(json, request->facts[i].key);
    buffer_char(json, ':');
    write_value(model, &request->facts[i], json);
  }
  buffer_text(json, "},");
}

static void write_names(const char *name, const struct oracle_names *names, struct buffer *json) {
  buffer_format(json, "\"%s\":[", name);
  for (uint32_t i = 0; i < names->count; i++) {
    if (i) buffer_char(json, ',');
    buffer_json_string(json, names->items[i]);
  }
  buffer_char(json, ']');
}

void oracle_write_request(const struct model *model, const struct oracle_request *request, struct buffer *json) {
  buffer_char(json, '{');
  for (uint32_t i = 0; i < request->fact_count; i++) {
    enum scope scope = model->facts[request->facts[i].fact].scope;
    if (scope == SCOPE_REQUEST) {
      write_member(model, &request->facts[i], json);
      buffer_char(json, ',');
    } else if (scope == SCOPE_FACT && is_first_of_fact(request, i))
      write_keyed(model, request, i, json);
  }
  buffer_text(json, "\"lines\":[");
  for (uint32_t line = 0; line < request->line_count; line++) {
    bool first = true;
    buffer_text(json, line ? ",{" : "{");
    if (request->ids[line].bytes) {
      buffer_text(json, "\"id\":");
      buffer_json_string(json, request->ids[line]);
      first = false;
    }
    for (uint32_t i = 0; i < request->fact_count; i++) {
      if (request->facts[i].line != line) continue;
      if (!first) buffer_char(json, ',');
      first = false;
      write_member(model, &request->facts[i], json);
    }
    buffer_char(json, '}');
  }
  buffer_text(json, "],");
  write_names("done", &request->done, json);
  buffer_char(json, ',');
  write_names("agreed", &request->agreed, json);
  buffer_char(json, ',');
  write_names("refused", &request->refused, json);
  buffer_char(json, '}');
}
