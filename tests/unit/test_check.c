/* Check: texts to typed expressions, and every error of type and name with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/date.h"

#include "expression_fixture.h"
#include "strict_memory.h"

/* ---- a policy ---- */

static struct named reasons[] = {{.name = {"defective", 9}},
                                 {.name = {"wrong_size", 10}},
                                 {.name = {"slow moving", 11}},
                                 {.name = {"day", 3}},
                                 {.name = {"3xl", 3}}};
static struct named tag_values[] = {{.name = {"prescription", 12}}, {.name = {"final_sale", 10}}, {.name = {"discontinued", 12}}};
static struct named countries[] = {{.name = {"AT", 2}}, {.name = {"BE", 2}}, {.name = {"CH", 2}}};
static struct named eu_values[] = {{.name = {"AT", 2}}, {.name = {"BE", 2}}};
static struct named brand_values[] = {{.name = {"Ray-Ban", 7}}, {.name = {"Oakley", 6}}};

#define FACT(literal, t, s, ...)                                                                                                 \
  { .name = {literal, sizeof literal - 1}, .type = t, .scope = s, .scope_fact = NO_INDEX, .same_as = NO_INDEX, __VA_ARGS__ }
static struct fact facts[] = {
    FACT("reason", TYPE_CHOICE, SCOPE_LINE, .values = reasons, .value_count = 5),
    FACT("other_reason", TYPE_CHOICE, SCOPE_LINE, .values = reasons, .value_count = 5),
    FACT("country", TYPE_CHOICE, SCOPE_REQUEST, .values = countries, .value_count = 3),
    FACT("tags", TYPE_SET, SCOPE_LINE, .values = tag_values, .value_count = 3),
    FACT("brand", TYPE_TEXT, SCOPE_LINE, .optional = true),
    FACT("maker", TYPE_TEXT, SCOPE_LINE, .optional = false),
    FACT("sealed", TYPE_FLAG, SCOPE_LINE, .optional = false),
    FACT("opened", TYPE_FLAG, SCOPE_LINE, .optional = true),
    FACT("quantity", TYPE_COUNT, SCOPE_LINE, .optional = false),
    FACT("parcels", TYPE_COUNT, SCOPE_REQUEST, .optional = false),
    FACT("boxes", TYPE_COUNT, SCOPE_REQUEST, .optional = false),
    FACT("weight", TYPE_DECIMAL, SCOPE_LINE, .optional = false),
    FACT("wear", TYPE_PERCENT, SCOPE_LINE, .optional = false),
    FACT("unit_price", TYPE_MONEY, SCOPE_LINE, .optional = false),
    FACT("shipping", TYPE_MONEY, SCOPE_REQUEST, .optional = false),
    FACT("requested_on", TYPE_DATE, SCOPE_REQUEST, .optional = false),
    FACT("delivered_on", TYPE_DATE, SCOPE_LINE, .optional = false),
    FACT("sold_at", TYPE_INSTANT, SCOPE_LINE, .optional = false),
    FACT("returned_at", TYPE_INSTANT, SCOPE_LINE, .optional = false),
    FACT("grace", TYPE_DAYS, SCOPE_LINE, .optional = false),
    FACT("warranty", TYPE_MONTHS, SCOPE_LINE, .optional = false),
    FACT("ordered", TYPE_COUNT, SCOPE_FACT, .optional = false),
    FACT("broken", TYPE_NONE, SCOPE_LINE, .optional = false),
};
enum { BRAND = 4, ORDERED = 21 };

static struct expr thirty_days = {.op = OP_CONST, .type = TYPE_DAYS, .whole = true, .value = 30};
static struct expr a_third = {.op = OP_DIVIDE, .type = TYPE_MONEY};
static struct expr reason_fact = {.op = OP_FACT, .type = TYPE_CHOICE, .index = 0};
#define TERM(literal, t, s, ...)                                                                                                 \
  { .name = {literal, sizeof literal - 1}, .type = t, .scope = s, .scope_fact = NO_INDEX, __VA_ARGS__ }
static struct term terms[] = {
    TERM("window", TYPE_DAYS, SCOPE_REQUEST, .value = &thirty_days),
    TERM("change_of_mind", TYPE_FLAG, SCOPE_LINE, .is_flag_of_tests = true),
    TERM("share", TYPE_MONEY, SCOPE_LINE, .value = &a_third),
    TERM("cause", TYPE_CHOICE, SCOPE_LINE, .value = &reason_fact),
    TERM("failed", TYPE_NONE, SCOPE_LINE, .value = NULL),
};
static struct rule rules[] = {{.name = {"worn", 4}}, {.name = {"change-of-mind", 14}}, {.name = {"otherwise", 9}}};
static struct calendar calendars[] = {{.name = {"au", 2}}, {.name = {"us", 2}}};
static const struct set_values sets[] = {
    {.name = {"eu", 2}, .values = eu_values, .count = 2},
    {.name = {"premium", 7}, .values = brand_values, .count = 2},
    {.name = {"mixed", 5}, .values = tag_values, .count = 1},
};

static struct model policy(void) {
  facts[ORDERED].scope_fact = BRAND;
  return (struct model){.currency = {"AUD", 3},
                        .minor_digits = 2,
                        .facts = facts,
                        .fact_count = sizeof facts / sizeof facts[0],
                        .terms = terms,
                        .term_count = sizeof terms / sizeof terms[0],
                        .rules = rules,
                        .rule_count = 2,
                        .calendars = calendars,
                        .calendar_count = 1,
                        .valid_by = NO_INDEX};
}

/* ---- printing: operator, type where it is not a flag, `~` where it may be no whole number of its unit ---- */

static const char *const op_names[OP_LIMIT_] = {
    [OP_ADD] = "+",
    [OP_SUBTRACT] = "-",
    [OP_MULTIPLY] = "*",
    [OP_DIVIDE] = "/",
    [OP_NEGATE] = "negate",
    [OP_PERCENT_OF] = "percent-of",
    [OP_MIN] = "min",
    [OP_MAX] = "max",
    [OP_ROUND_DOWN] = "round-down",
    [OP_ROUND_UP] = "round-up",
    [OP_DAY_OF] = "day-of",
    [OP_EQUAL] = "=",
    [OP_NOT_EQUAL] = "!=",
    [OP_LESS] = "<",
    [OP_LESS_EQUAL] = "<=",
    [OP_GREATER] = ">",
    [OP_GREATER_EQUAL] = ">=",
    [OP_BETWEEN] = "between",
    [OP_ONE_OF] = "one-of",
    [OP_WITHIN] = "within",
    [OP_MORE_AFTER] = "more-after",
    [OP_HAS_ANY] = "has-any",
    [OP_HAS_ALL] = "has-all",
    [OP_GIVEN] = "given",
    [OP_AND] = "and",
    [OP_OR] = "or",
    [OP_NOT] = "not",
    [OP_SUM] = "sum",
    [OP_COUNT] = "count",
    [OP_ANY_LINE] = "any-line",
    [OP_EVERY_LINE] = "every-line",
};
static const char *const short_types[TYPE_LIMIT_] = {
    [TYPE_FLAG] = "flag",       [TYPE_CHOICE] = "choice",
    [TYPE_SET] = "set",         [TYPE_TEXT] = "text",
    [TYPE_COUNT] = "count",     [TYPE_DECIMAL] = "decimal",
    [TYPE_PERCENT] = "percent", [TYPE_MONEY] = "money",
    [TYPE_DATE] = "date",       [TYPE_INSTANT] = "instant",
    [TYPE_DAYS] = "days",       [TYPE_MONTHS] = "months",
    [TYPE_HOURS] = "hours",     [TYPE_WORKING_DAYS] = "working-days",
    [TYPE_NUMBER] = "NUMBER",   [TYPE_VERDICT] = "verdict",
    [TYPE_RULE] = "rule",       [TYPE_NONE] = "NONE",
};
static const char *const special_names[] = {"", "line_value", "request_value", "value", "units", "verdict", "rule", "credit"};

static bool is_measure(enum value_type type) {
  return type == TYPE_COUNT || type == TYPE_DECIMAL || type == TYPE_PERCENT || type == TYPE_MONEY ||
         (type >= TYPE_DAYS && type <= TYPE_NUMBER);
}

static void print_constant(struct buffer *out, const struct expr *expr) {
  buffer_format(out, "%s:", short_types[expr->type]);
  if (expr->type == TYPE_DATE)
    date_write(out, (int32_t)expr->value);
  else if (expr->type == TYPE_INSTANT)
    instant_write(out, expr->value, expr->offset_minutes);
  else
    buffer_integer(out, expr->value);
  if (expr->op == OP_RATIO) buffer_format(out, "/%l", expr->denominator);
}

static void print(struct buffer *out, const struct expr *expr) {
  switch (expr->op) {
  case OP_CONST:
  case OP_RATIO: print_constant(out, expr); break;
  case OP_FACT: buffer_slice(out, facts[expr->index].name); break;
  case OP_TERM: buffer_slice(out, terms[expr->index].name); break;
  case OP_SPECIAL: buffer_text(out, special_names[expr->index]); break;
  case OP_GIVEN: buffer_format(out, "(given %t)", &facts[expr->index].name); break;
  default:
    buffer_format(out, "(%s", op_names[expr->op]);
    if (expr->type != TYPE_FLAG) buffer_format(out, ":%s", short_types[expr->type]);
    if (expr->flags & WITHIN_COUNTING) buffer_text(out, " counting");
    if (expr->flags & WITHIN_ROLLING) buffer_text(out, " rolling");
    if (expr->index != NO_INDEX) buffer_format(out, " in=%t", &calendars[expr->index].name);
    for (uint32_t i = 0; i < expr->kid_count; i++) {
      buffer_char(out, ' ');
      print(out, expr->kids[i]);
    }
    buffer_char(out, ')');
  }
  if (is_measure(expr->type) && !expr->whole) buffer_char(out, '~');
}

/* ---- running ---- */

struct place {
  enum scope level;
  bool portion, verdict, aggregates;
  uint32_t calendar_count;
  enum value_type expected;
  const struct fact *fact;
  bool no_currency;
};
static const struct place condition = {.expected = TYPE_FLAG, .calendar_count = 1};
static const struct place any_type = {.portion = true, .verdict = true, .calendar_count = 1};
static const struct place money = {.portion = true, .verdict = true, .expected = TYPE_MONEY};
static const struct place count = {.portion = true, .verdict = true, .expected = TYPE_COUNT};
static const struct place decimal = {.expected = TYPE_DECIMAL};
static const struct place request = {.level = SCOPE_REQUEST, .aggregates = true};
static const struct place per_brand = {.level = SCOPE_FACT, .aggregates = true};

static struct check_scope scope_of(struct fixture *fixture, const struct place *place, struct model *model,
                                   struct texts_builder *texts) {
  model->calendar_count = place->calendar_count;
  if (place->no_currency) model->currency.size = 0;
  return (struct check_scope){.model = model,
                              .sets = sets,
                              .set_count = 3,
                              .tree = &fixture->tree,
                              .arena = &fixture->arena,
                              .diagnostics = &fixture->diagnostics,
                              .level = place->level,
                              .level_fact = BRAND,
                              .specials_value = true,
                              .specials_portion = place->portion,
                              .specials_verdict = place->verdict,
                              .aggregates = place->aggregates,
                              .expected_fact = place->fact,
                              .place = "this test",
                              .texts = texts};
}

/* The typed expression as text, or the findings. */
static void check_to_text(struct fixture *fixture, const struct place *place, struct buffer *out) {
  struct model model = policy();
  struct texts_builder texts;
  texts_init(&texts, &fixture->arena);
  struct check_scope scope = scope_of(fixture, place, &model, &texts);
  struct syntax_context context = fixture_context(fixture);
  struct syntax *syntax = syntax_expression(&context, &fixture->scalar);
  struct expr *expr = syntax ? check_expression(&scope, syntax, &fixture->scalar, place->expected) : NULL;
  if (expr)
    print(out, expr);
  else
    diagnostics_sort(&fixture->diagnostics);
  fixture_findings(fixture, out, false);
}

static void check_yaml(const struct place *place, const char *yaml, const char *expected) {
  struct fixture fixture;
  struct buffer out;
  assert_true(fixture_open_with(&fixture, yaml, memory_of_libc()));
  buffer_init(&out, &fixture.memory);
  check_to_text(&fixture, place, &out);
  if (strcmp(buffer_string(&out), expected) != 0) {
    fprintf(stderr, "# %s", yaml);
    for (uint32_t i = 0; i < fixture.diagnostics.count; i++) fprintf(stderr, "# %s\n", fixture.diagnostics.findings[i].message);
  }
  assert_string_equal(buffer_string(&out), expected);
  buffer_free(&out);
  fixture_close(&fixture);
}

static void check(const struct place *place, const char *text, const char *expected) {
  struct buffer yaml;
  struct memory memory = memory_of_libc();
  buffer_init(&yaml, &memory);
  buffer_format(&yaml, "- %s\n", text);
  check_yaml(place, buffer_string(&yaml), expected);
  buffer_free(&yaml);
}

struct row {
  const char *text, *expected;
};

static void check_rows(const struct place *place, const struct row *rows, size_t row_count) {
  for (size_t i = 0; i < row_count; i++) check(place, rows[i].text, rows[i].expected);
}

#define ROWS(place, rows) check_rows(&(place), rows, sizeof rows / sizeof rows[0])

/* ---- typed ---- */

static void test_relations(void **state) {
  static const struct row rows[] = {
      {"reason is defective", "(= reason choice:0)"},
      {"reason is not \"slow moving\"", "(!= reason choice:2)"},
      {"reason is one of [defective, 3xl]", "(one-of reason choice:0 choice:4)"},
      {"reason is not one of [defective]", "(not (one-of reason choice:0))"},
      {"reason is \"day\"", "(= reason choice:3)"},
      {"sealed and not opened", "(and sealed (not opened))"},
      {"sealed or opened or reason is defective", "(or sealed opened (= reason choice:0))"},
      {"sealed is yes", "sealed"},
      {"sealed is no", "(not sealed)"},
      {"sealed is not yes", "(not sealed)"},
      {"sealed = opened", "(= sealed opened)"},
      {"country in eu", "(one-of country choice:0 choice:1)"},
      {"country not in eu", "(not (one-of country choice:0 choice:1))"},
      {"brand in premium", "(one-of brand text:0 text:1)"},
      {"brand is Ray-Ban", "(= brand text:0)"},
      {"brand is not \"Ray-Ban\"", "(!= brand text:0)"},
      {"brand is one of [\"Ray-Ban\", Oakley, \"Ray-Ban\"]", "(one-of brand text:0 text:1 text:0)"},
      {"cause is defective", "(= cause choice:0)"},
      {"tags has prescription", "(has-all tags set:1)"},
      {"tags has no final_sale", "(not (has-all tags set:2))"},
      {"tags has any of [prescription, discontinued]", "(has-any tags set:5)"},
      {"tags has all of [prescription, final_sale]", "(has-all tags set:3)"},
      {"tags is empty", "(= tags set:0)"},
      {"tags is not empty", "(!= tags set:0)"},
      {"brand is given", "(given brand)"},
      {"opened is not given", "(not (given opened))"},
      {"reason = other_reason", "(= reason other_reason)"},
      {"reason != cause", "(!= reason cause)"},
      {"brand = maker", "(= brand maker)"},
      {"brand != maker", "(!= brand maker)"},
      {"requested_on = delivered_on", "(= requested_on delivered_on)"},
  };
  ROWS(condition, rows);
  (void)state;
}

static void test_order(void **state) {
  static const struct row rows[] = {
      {"quantity > 3", "(> quantity count:3)"},
      {"quantity >= 3.0", "(>= quantity decimal:3000000)"},
      {"quantity != 3", "(!= quantity count:3)"},
      {"3 <= quantity", "(<= count:3 quantity)"},
      {"quantity * 2 > 3", "(> (*:count quantity count:2) count:3)"},
      {"quantity / 3 > 2.5", "(> (/:decimal quantity count:3)~ decimal:2500000)"},
      {"weight > 3", "(> weight count:3)"},
      {"weight + 0.5 > quantity", "(> (+:decimal weight decimal:500000) quantity)"},
      {"wear > 50%", "(> wear percent:50000000)"},
      {"wear > 50", "(> wear percent:50000000)"},
      {"unit_price > 12", "(> unit_price money:1200)"},
      {"unit_price between 10 and 20.50", "(between unit_price money:1000 money:2050)"},
      {"10 < unit_price", "(< money:1000 unit_price)"},
      {"3.95 * parcels < shipping", "(< (*:money money:395 parcels) shipping)"},
      {"2.00 + 3.95 * parcels < shipping", "(< (+:money money:200 (*:money money:395 parcels)) shipping)"},
      {"line_value > 1000", "(> line_value~ money:100000)"},
      {"request_value * 2 > 10.00", "(> (*:money request_value~ count:2)~ money:1000)"},
      {"grace >= 30 days", "(>= grace days:30)"},
      {"warranty < 24 months", "(< warranty months:24)"},
      {"grace * 2 > 30 days", "(> (*:days grace count:2) days:30)"},
      {"requested_on before delivered_on", "(< requested_on delivered_on)"},
      {"requested_on after delivered_on", "(> requested_on delivered_on)"},
      {"requested_on on delivered_on", "(= requested_on delivered_on)"},
      {"requested_on on or before 2026-07-01", "(<= requested_on date:2026-07-01)"},
      {"requested_on on or after delivered_on + 30 days", "(>= requested_on (+:date delivered_on days:30))"},
      {"requested_on between 2026-01-01 and 2026-12-31", "(between requested_on date:2026-01-01 date:2026-12-31)"},
      {"requested_on - delivered_on <= 30 days", "(<= (-:days requested_on delivered_on) days:30)"},
      {"returned_at before sold_at + 24 hours", "(< returned_at (+:instant sold_at hours:86400))"},
      {"returned_at - sold_at > 24 hours", "(> (-:hours returned_at sold_at) hours:86400)"},
      {"day of sold_at on or before delivered_on", "(<= (day-of:date sold_at) delivered_on)"},
      {"sold_at before 2026-07-01T10:30:00+02:00", "(< sold_at instant:2026-07-01T10:30:00+02:00)"},
  };
  ROWS(condition, rows);
  (void)state;
}

static void test_windows(void **state) {
  static const struct row rows[] = {
      {"requested_on within 30 days of delivered_on", "(within requested_on days:30 delivered_on)"},
      {"requested_on within 1 day counting delivered_on", "(within counting requested_on days:1 delivered_on)"},
      {"requested_on not within 24 months of delivered_on", "(not (within requested_on months:24 delivered_on))"},
      {"requested_on within window of delivered_on", "(within requested_on window delivered_on)"},
      {"requested_on within grace + 3 days of delivered_on", "(within requested_on (+:days grace days:3) delivered_on)"},
      {"requested_on within 3 working days of delivered_on", "(within in=au requested_on working-days:3 delivered_on)"},
      {"requested_on within 3 working days of delivered_on in au", "(within in=au requested_on working-days:3 delivered_on)"},
      {"requested_on within 14 days of delivered_on rolling", "(within rolling in=au requested_on days:14 delivered_on)"},
      {"requested_on within 14 days counting delivered_on rolling in au",
       "(within counting rolling in=au requested_on days:14 delivered_on)"},
      {"requested_on more than 30 days after delivered_on", "(more-after requested_on days:30 delivered_on)"},
      {"requested_on more than 3 working days after delivered_on", "(more-after in=au requested_on working-days:3 delivered_on)"},
      {"returned_at within 24 hours of sold_at", "(within returned_at hours:86400 sold_at)"},
      {"returned_at more than 2 hours after sold_at", "(more-after returned_at hours:7200 sold_at)"},
      {"day of returned_at within quantity days of delivered_on",
       "(within (day-of:date returned_at) (*:days quantity days:1) delivered_on)"},
  };
  ROWS(condition, rows);
  (void)state;
}

static void test_arithmetic(void **state) {
  static const struct row rows[] = {
      {"quantity * 2", "(*:count quantity count:2)"},
      {"2 * quantity", "(*:count count:2 quantity)"},
      {"2.5 * quantity", "(*:decimal decimal:2500000 quantity)"},
      {"quantity + 3", "(+:count quantity count:3)"},
      {"quantity + 0.5", "(+:decimal quantity decimal:500000)"},
      {"quantity - boxes", "(-:count quantity boxes)"},
      {"quantity * weight", "(*:decimal quantity weight)"},
      {"quantity / 3", "(/:decimal quantity count:3)~"},
      {"weight / quantity", "(/:decimal weight quantity)~"},
      {"unit_price * quantity", "(*:money unit_price quantity)"},
      {"unit_price * 2.5", "(*:money unit_price decimal:2500000)~"},
      {"unit_price / 3", "(/:money unit_price count:3)~"},
      {"unit_price / shipping", "(/:decimal unit_price shipping)~"},
      {"unit_price + 10", "(+:money unit_price money:1000)"},
      {"10 - unit_price", "(-:money money:1000 unit_price)"},
      {"min(unit_price, 10)", "(min:money unit_price money:1000)"},
      {"max(10.00, unit_price, 5% of value)", "(max:money money:1000 unit_price (percent-of:money percent:5000000 value~)~)~"},
      {"min(quantity, 2.5)", "(min:decimal quantity decimal:2500000)"},
      {"max(quantity, boxes, 3)", "(max:count quantity boxes count:3)"},
      {"60% of value", "(percent-of:money percent:60000000 value~)~"},
      {"50% of quantity", "(percent-of:decimal percent:50000000 quantity)~"},
      {"50% of wear", "(percent-of:percent percent:50000000 wear)~"},
      {"wear + 10%", "(+:percent wear percent:10000000)"},
      {"100% - wear", "(-:percent percent:100000000 wear)"},
      {"2 * wear", "(*:percent count:2 wear)"},
      {"wear / 2", "(/:percent wear count:2)~"},
      {"wear / 10%", "(/:decimal wear percent:10000000)~"},
      {"(100% - wear) of value", "(percent-of:money (-:percent percent:100000000 wear) value~)~"},
      {"30 days + grace", "(+:days days:30 grace)"},
      {"grace * quantity", "(*:days grace quantity)"},
      {"grace / 2", "(/:days grace count:2)~"},
      {"grace / 7 days", "(/:decimal grace days:7)~"},
      {"quantity days", "(*:days quantity days:1)"},
      {"(quantity + 1) months", "(*:months (+:count quantity count:1) months:1)"},
      {"quantity working days", "(*:working-days quantity working-days:1)"},
      {"2 hours", "hours:7200"},
      {"quantity hours", "(*:hours quantity hours:3600)"},
      {"round_down(grace / 2)", "(round-down:days (/:days grace count:2)~)"},
      {"round_up(grace / 7 days)", "(round-up:count (/:decimal grace days:7)~)"},
      {"round_down(weight * 2)", "(round-down:count (*:decimal weight count:2))"},
      {"round_down(quantity)", "quantity"},
      {"round_down(unit_price * 0.5)", "(round-down:money (*:money unit_price decimal:500000)~)"},
      {"round_up(returned_at - sold_at)", "(round-up:hours (-:hours returned_at sold_at))"},
      {"delivered_on + 30 days", "(+:date delivered_on days:30)"},
      {"30 days + delivered_on", "(+:date delivered_on days:30)"},
      {"delivered_on - 1 month", "(-:date delivered_on months:1)"},
      {"delivered_on + quantity days", "(+:date delivered_on (*:days quantity days:1))"},
      {"delivered_on + round_down(grace / 2)", "(+:date delivered_on (round-down:days (/:days grace count:2)~))"},
      {"delivered_on + 3 working days", "(+:date in=au delivered_on working-days:3)"},
      {"delivered_on - quantity working days in au", "(-:date in=au delivered_on (*:working-days quantity working-days:1))"},
      {"sold_at + 2 hours", "(+:instant sold_at hours:7200)"},
      {"day of (sold_at + 2 hours) + 1 day", "(+:date (day-of:date (+:instant sold_at hours:7200)) days:1)"},
      {"returned_at - sold_at", "(-:hours returned_at sold_at)"},
      {"requested_on - delivered_on", "(-:days requested_on delivered_on)"},
      {"min(requested_on, delivered_on + 30 days)", "(min:date requested_on (+:date delivered_on days:30))"},
      {"max(grace, 30 days)", "(max:days grace days:30)"},
      {"-unit_price", "(negate:money unit_price)"},
      {"-quantity", "(negate:count quantity)"},
      {"(sealed)", "sealed"},
      {"brand", "brand"},
      {"cause", "cause"},
      {"units * 3", "(*:count units count:3)"},
      {"credit", "credit"},
      {"share", "share~"},
      {"yes", "flag:1"},
  };
  ROWS(any_type, rows);
  (void)state;
}

static void test_folding(void **state) {
  static const struct row rows[] = {
      {"3", "count:3"},
      {"3.50", "decimal:3500000"},
      {"-5", "count:-5"},
      {"-0.5", "decimal:-500000"},
      {"12.5%", "percent:12500000"},
      {"30 days", "days:30"},
      {"2 hours", "hours:7200"},
      {"1 + 2 * 3", "count:7"},
      {"2 * 3 / 4", "decimal:1500000"},
      {"10 / 3", "decimal:10/3~"},
      {"10% of 20%", "percent:2000000"},
      {"50% of 10", "count:5"},
      {"min(3, 2, 5)", "count:2"},
      {"max(1.5, 2)", "count:2"},
      {"round_down(7 / 2)", "count:3"},
      {"round_up(-7 / 2)", "count:-3"},
      {"round_down(90 days / 7)", "days:12"},
      {"round_up(5 hours / 2)", "hours:10800"},
      {"2 * 3 days", "days:6"},
      {"2026-01-31 + 30 days", "date:2026-03-02"},
      {"2026-03-01 - 2026-02-01", "days:28"},
      {"2026-03-01 - 60 days", "date:2025-12-31"},
      {"min(2026-03-01, 2026-02-01)", "date:2026-02-01"},
      {"2026-07-01T10:30:00+02:00 + 25 hours", "instant:2026-07-02T11:30:00+02:00"},
      {"day of 2026-07-01T23:30:00-05:00", "date:2026-07-01"},
      {"1 = 2 or 3 > 2", "flag:1"},
      {"not 1 = 1", "flag:0"},
      {"5 between 1 and 5", "flag:1"},
      {"2026-01-01 before 2026-01-02", "flag:1"},
      {"1 = 1 and sealed", "(and flag:1 sealed)"},
      {"9000000000000000000 * 10", "(*:count count:9000000000000000000 count:10)"},
      {"2026-01-31 + 1 month", "(+:date date:2026-01-31 months:1)"},
  };
  ROWS(any_type, rows);
  (void)state;
}

static void test_money(void **state) {
  static const struct row rows[] = {
      {"10.00", "money:1000"},
      {"10", "money:1000"},
      {"-10.00", "money:-1000"},
      {"3.95 * parcels", "(*:money money:395 parcels)"},
      {"parcels * 3.95", "(*:money parcels money:395)"},
      {"2 * parcels * 3.95", "(*:money (*:count count:2 parcels) money:395)"},
      {"3.95 * parcels * 0.125", "(*:money (*:money money:395 parcels) decimal:125000)~"},
      {"3.95 * parcels * boxes", "(*:money (*:money money:395 parcels) boxes)"},
      {"3.95 * parcels / 2", "(/:money (*:money money:395 parcels) count:2)~"},
      {"10.00 + 2.00 * parcels", "(+:money money:1000 (*:money money:200 parcels))"},
      {"2.00 * parcels - 10", "(-:money (*:money money:200 parcels) money:1000)"},
      {"10.00 / 3", "money:1000/3~"},
      {"0.125 * 80.00", "money:1000"},
      {"min(10.00, 2.50 * parcels)", "(min:money money:1000 (*:money money:250 parcels))"},
      {"50% of 10.00", "money:500"},
      {"50% of 3.95 * parcels", "(*:money money:395/2~ parcels)~"},
      {"round_up(3.95 * parcels / 3)", "(round-up:money (/:money (*:money money:395 parcels) count:3)~)"},
      {"-(2.50 * parcels)", "(negate:money (*:money money:250 parcels))"},
      {"value", "value~"},
      {"15% of value + 1.00", "(+:money (percent-of:money percent:15000000 value~)~ money:100)~"},
  };
  ROWS(money, rows);
  (void)state;
}

static void test_counts(void **state) {
  static const struct row rows[] = {
      {"3", "count:3"},         {"3.0", "count:3"},
      {"quantity", "quantity"}, {"round_down(parcels / 3)", "(round-down:count (/:decimal parcels count:3)~)"},
      {"-2", "count:-2"},
  };
  ROWS(count, rows);
  (void)state;
}

static void test_decimals(void **state) {
  static const struct row rows[] = {
      {"3", "decimal:3000000"}, {"0.5", "decimal:500000"},
      {"quantity", "quantity"}, {"quantity / 3", "(/:decimal quantity count:3)~"},
      {"1/3", "decimal:1/3~"},
  };
  ROWS(decimal, rows);
  (void)state;
}

static void test_over_lines(void **state) {
  static const struct row rows[] = {
      {"parcels", "parcels"},
      {"window", "window"},
      {"request_value", "request_value~"},
      {"sum of quantity over lines", "(sum:count quantity flag:1)"},
      {"sum of unit_price * quantity over lines where reason is defective",
       "(sum:money (*:money unit_price quantity) (= reason choice:0))"},
      {"sum of line_value over lines", "(sum:money line_value~ flag:1)~"},
      {"sum of 50% of line_value over lines where change_of_mind",
       "(sum:money (percent-of:money percent:50000000 line_value~)~ change_of_mind)~"},
      {"sum of 1 over lines", "(sum:count count:1 flag:1)"},
      {"sum of 2.5 over lines", "(sum:decimal decimal:2500000 flag:1)"},
      {"sum of grace over lines", "(sum:days grace flag:1)"},
      {"sum of parcels + ordered over lines", "(sum:count (+:count parcels ordered) flag:1)"},
      {"count of lines where sealed", "(count:count flag:1 sealed)"},
      {"count of lines", "(count:count flag:1 flag:1)"},
      {"any line where reason is one of [defective, 3xl] and sealed",
       "(any-line flag:1 (and (one-of reason choice:0 choice:4) sealed))"},
      {"every line where not sealed", "(every-line flag:1 (not sealed))"},
      {"every line", "(every-line flag:1 flag:1)"},
      {"(count of lines)", "(count:count flag:1 flag:1)"},
  };
  ROWS(request, rows);
  (void)state;
}

static void test_per_brand(void **state) {
  static const struct row rows[] = {
      {"ordered", "ordered"},
      {"parcels", "parcels"},
      {"round_down(ordered / 3)", "(round-down:count (/:decimal ordered count:3)~)"},
      {"sum of quantity over lines", "(sum:count quantity flag:1)"},
  };
  ROWS(per_brand, rows);
  (void)state;
}

/* ---- errors: code, place, hint ---- */

static void test_errors_of_names(void **state) {
  static const struct row rows[] = {
      {"reson is defective", "R0301 1:3-1:8 | did you mean `reason`?"},
      {"reason is defectiv", "R0304 1:13-1:21 | did you mean `defective`?"},
      {"reason is zzz", "R0304 1:13-1:16 | its values are `defective`, `wrong_size`, `slow moving`, `day`, `3xl`"},
      {"reason is one of [defective, wrongsize, foo]",
       "R0304 1:32-1:41 | did you mean `wrong_size`?\n"
       "R0304 1:43-1:46 | its values are `defective`, `wrong_size`, `slow moving`, `day`, `3xl`"},
      {"reason is other_reason", "R0310 1:13-1:25 | names are compared by `=`: `reason = other_reason`"},
      {"reason is not sealed", "R0310 1:17-1:23 | names are compared by `=`: `reason != sealed`"},
      {"reason is yes", "R0408 1:13-1:16 | a value that is a keyword is quoted: `\"yes\"`"},
      {"sealed is maybe", "R0304 1:13-1:18"},
      {"brand is maker", "R0310 1:12-1:17 | quote it for the text, `\"maker\"`; names are compared by `=`: `brand = maker`"},
      {"foo = bar", "R0301 1:3-1:6\n"
                    "R0301 1:9-1:12"},
      {"foo and (bar or quantity)", "R0301 1:3-1:6\n"
                                    "R0301 1:12-1:15\n"
                                    "R0507 1:19-1:27 | compare it, as in `quantity > ...`"},
      {"quantity-1 > 3", "R0301 1:3-1:13 | a minus has spaces around it: write `quantity - 1`"},
      {"defective", "R0301 1:3-1:12 | it is a value of `reason`: write `reason is defective`"},
      {"prescription and sealed", "R0301 1:3-1:15 | it is a value of `tags`: write `tags has prescription`"},
      {"brand = makr", "R0301 1:11-1:15 | did you mean `maker`?"},
      {"country in eur", "R0305 1:14-1:17 | did you mean `eu`?"},
      {"country in mixed", "R0304 1:14-1:19"},
      {"quantity is given", "R0308 1:3-1:20 | declare the fact with `optional: yes`"},
      {"window is given", "R0308 1:3-1:18"},
      {"credit > 5.00", "R0302 1:3-1:9 | it is known in fees, bonuses, approvals and outputs"},
      {"value > 3", "R0302 1:3-1:8 | it is known in credits, and in the amounts of fees and bonuses per unit or per line; in "
                    "conditions there are `line_value` and `request_value`"},
      {"units > 3", "R0302 1:3-1:8 | it is known in credits, and in the amounts of fees and bonuses per unit or per line; in "
                    "conditions there are `line_value` and `request_value`"},
      {"verdict is deny", "R0302 1:3-1:10 | it is known in fees, bonuses, approvals and outputs"},
      {"requested_on within 3 working days of delivered_on in uk", "R0306 1:57-1:59"},
      {"tags has sealed", "R0304 1:12-1:18 | its values are `prescription`, `final_sale`, `discontinued`"},
      {"tags has any of [prescriptions]", "R0304 1:20-1:33 | did you mean `prescription`?"},
      {"broken > 3", ""},
      {"failed > 3 and foo", "R0301 1:18-1:21"},
  };
  ROWS(condition, rows);
  (void)state;
}

static void test_errors_of_is_and_equals(void **state) {
  static const struct row rows[] = {
      {"reason = defective", "R0309 1:12-1:21 | write `reason is defective`"},
      {"reason = \"defective\"", "R0309 1:12-1:23 | write `reason is \"defective\"`"},
      {"reason != defective", "R0309 1:13-1:22 | write `reason is not defective`"},
      {"reason = zzz", "R0301 1:12-1:15"},
      {"brand = \"Ray-Ban\"", "R0309 1:11-1:20 | write `brand is \"Ray-Ban\"`"},
      {"brand = Oakley", "R0309 1:11-1:17 | write `brand is Oakley`"},
      {"sealed = yes", "R0309 1:12-1:15 | write `sealed is yes`"},
      {"tags = none", "R0309 1:10-1:14 | write `tags is empty`"},
      {"tags is none", "R0506 1:3-1:15 | write `tags is empty`"},
      {"tags is prescription", "R0506 1:3-1:23 | write `tags has prescription`"},
      {"tags is not prescription", "R0506 1:3-1:27 | write `tags has no prescription`"},
      {"tags = prescription", "R0309 1:10-1:22 | write `tags has prescription`"},
      {"tags is one of [prescription]", "R0506 1:3-1:32 | write `tags has any of [...]`"},
      {"reason has defective", "R0506 1:3-1:23 | write `reason is ...` or `reason is one of [...]`"},
      {"reason is empty", "R0506 1:3-1:18"},
      {"quantity is 3", "R0506 1:3-1:16 | write `quantity = 3`"},
      {"quantity is not 3", "R0506 1:3-1:20 | write `quantity != 3`"},
      {"requested_on is 2026-01-01", "R0506 1:3-1:29 | write `requested_on on 2026-01-01`"},
      {"quantity is one of [1, 2]", "R0506 1:3-1:28"},
      {"none", "R0506 1:3-1:7 | write `S is empty` for a set `S`"},
  };
  ROWS(condition, rows);
  (void)state;
}

static void test_errors_of_comparisons(void **state) {
  static const struct row rows[] = {
      {"requested_on < delivered_on", "R0506 1:3-1:30 | write `requested_on before delivered_on`"},
      {"quantity before 3", "R0506 1:3-1:20 | write `quantity < 3`"},
      {"brand < maker", "R0506 1:3-1:16"},
      {"reason < other_reason", "R0506 1:3-1:24"},
      {"sealed > opened", "R0506 1:3-1:18"},
      {"brand between maker and maker", "R0506 1:3-1:32"},
      {"quantity > 2.5", "R0505 1:14-1:17"},
      {"quantity = unit_price", "R0502 1:3-1:24"},
      {"quantity between 1 and unit_price", "R0502 1:3-1:36"},
      {"grace > 3", "R0504 1:11-1:12 | write `3 days`"},
      {"grace > quantity", "R0502 1:3-1:19"},
      {"grace > warranty", "R0502 1:3-1:19 | days, months, hours and working days have no fixed length in one another"},
      {"requested_on - delivered_on <= 24 months", "R0502 1:3-1:43 | write `requested_on within 24 months of delivered_on`"},
      {"requested_on > 30", "R0502 1:3-1:20"},
      {"30 before requested_on", "R0502 1:3-1:25"},
      {"requested_on before sold_at", "R0502 1:3-1:30 | write `day of sold_at`"},
      {"sold_at before requested_on", "R0502 1:3-1:30 | write `day of sold_at`"},
      {"sold_at within 30 days of returned_at", "R0502 1:18-1:25 | compare the days: `day of ...`"},
      {"requested_on within 30 of delivered_on", "R0504 1:23-1:25 | write `30 days`"},
      {"requested_on within quantity of delivered_on", "R0502 1:23-1:31 | write `quantity days`"},
      {"requested_on within 24 hours of delivered_on", "R0502 1:23-1:31"},
      {"requested_on within grace / 2 of delivered_on",
       "R0505 1:23-1:32 | write `round_down(grace / 2)` or `round_up(grace / 2)`"},
      {"requested_on within 30 days of quantity", "R0506 1:34-1:42"},
      {"quantity within 30 days of requested_on", "R0506 1:3-1:11"},
      {"requested_on within 30 days of sold_at", "R0502 1:3-1:41 | write `day of sold_at`"},
      {"sold_at within 24 hours counting returned_at", "R0514 1:3-1:47 | write `of`"},
      {"sold_at within 24 hours of returned_at rolling", "R0514 1:3-1:49"},
      {"requested_on within 30 days of delivered_on in au", "R0514 1:50-1:52"},
      {"reason = country", "R0513 1:3-1:19"},
      {"country = reason", "R0513 1:3-1:19"},
      {"quantity in eu", "R0506 1:3-1:17"},
      {"quantity", "R0507 1:3-1:11 | compare it, as in `quantity > ...`"},
      {"reason", "R0507 1:3-1:9 | compare it, as in `reason is ...`"},
      {"tags", "R0507 1:3-1:7 | ask for its members, as in `tags has ...`"},
      {"requested_on", "R0507 1:3-1:15 | compare it, as in `requested_on before ...`"},
      {"unit_price > 12.345", "R0509 1:16-1:22"},
  };
  ROWS(condition, rows);
  (void)state;
}

static void test_errors_of_arithmetic(void **state) {
  static const struct row rows[] = {
      {"value * value", "R0501 1:3-1:16"},
      {"value + quantity", "R0501 1:3-1:19 | multiply the count by an amount"},
      {"value + 15%", "R0501 1:3-1:14 | a percentage is of something: `15% of value`"},
      {"value * 15%", "R0501 1:3-1:14 | write `15% of value`"},
      {"15% * value", "R0501 1:3-1:14 | write `15% of value`"},
      {"10% * 20%", "R0501 1:3-1:12 | write `10% of 20%`"},
      {"100% - wear of value", "R0501 1:3-1:23 | `of` takes one operand on either side: put parentheses around the percentage"},
      {"60 of value", "R0501 1:3-1:5 | write `60%`"},
      {"quantity of value", "R0501 1:3-1:11"},
      {"15% of requested_on", "R0501 1:10-1:22"},
      {"quantity / 0", "R0511 1:3-1:15"},
      {"unit_price / 0.00", "R0511 1:3-1:20"},
      {"delivered_on + 3", "R0504 1:18-1:19 | write `3 days`"},
      {"delivered_on - 3", "R0504 1:18-1:19 | write `3 days`"},
      {"sold_at + 3", "R0504 1:13-1:14 | write `3 hours`"},
      {"delivered_on + 2 hours", "R0501 1:3-1:25 | hours lie between instants; a date moves by days or months"},
      {"sold_at + 30 days", "R0501 1:3-1:20 | write `day of sold_at`"},
      {"sold_at - delivered_on", "R0501 1:3-1:25 | write `day of sold_at`"},
      {"delivered_on - sold_at", "R0501 1:3-1:25 | write `day of sold_at`"},
      {"delivered_on + requested_on", "R0501 1:3-1:30"},
      {"delivered_on + grace / 2", "R0505 1:18-1:27 | write `round_down(grace / 2)` or `round_up(grace / 2)`"},
      {"30 days - delivered_on", "R0501 1:3-1:25"},
      {"30 days + 1 month", "R0501 1:3-1:20 | one unit has no fixed length in the other: add them to a date one by one"},
      {"grace * 1.5", "R0501 1:3-1:14 | a duration is multiplied and divided by counts: write `round_down(...)`"},
      {"grace * weight", "R0501 1:3-1:17 | a duration is multiplied and divided by counts: write `round_down(...)`"},
      {"grace / weight", "R0501 1:3-1:17 | a duration is multiplied and divided by counts: write `round_down(...)`"},
      {"sealed days", "R0501 1:3-1:9"},
      {"weight days", "R0505 1:3-1:9 | write `round_down(weight)` or `round_up(weight)`"},
      {"wear days", "R0501 1:3-1:7"},
      {"1.5 days", "R0505 1:3-1:11"},
      {"min(quantity, grace)", "R0501 1:7-1:15"},
      {"min(quantity, 3, unit_price)", "R0501 1:7-1:15"},
      {"min(sealed, opened)", "R0501 1:3-1:22"},
      {"max(brand, maker)", "R0501 1:3-1:20"},
      {"min(sold_at, returned_at)", "R0501 1:3-1:28"},
      {"day of requested_on", "R0501 1:3-1:22 | it is a day already: leave out `day of`"},
      {"day of quantity", "R0501 1:3-1:18"},
      {"-sealed", "R0501 1:3-1:10"},
      {"-requested_on", "R0501 1:3-1:16"},
      {"round_up(wear)", "R0501 1:3-1:17"},
      {"round_down(brand)", "R0501 1:3-1:20"},
      {"9999-12-31 + 1 day", "R0511 1:3-1:21"},
      {"0001-01-01 - 1 day", "R0511 1:3-1:21"},
      {"99999999999999999999", "R0510 1:3-1:23"},
      {"1.1234567%", "R0509 1:3-1:13"},
      {"0.1234567", "R0509 1:3-1:12"},
      {"2026-02-30", "R0409 1:3-1:13"},
      {"2026-07-01T25:00:00Z", "R0409 1:3-1:23 | an instant is a real day, a time and an offset: `2026-07-01T10:30:00+02:00`"},
      {"3 working days in au",
       "R0514 1:21-1:23 | name it where the duration meets a date: `D within ... of E in au`, `E + ... in au`"},
      {"grace + 3 days in au", "R0514 1:21-1:23"},
      {"quantity days in au", "R0305 1:20-1:22 | did you mean `eu`?"},
      {"sum of quantity over lines", "R0512 1:3-1:29 | make it the whole `is` of a term `of: request`, and use the term here"},
      {"1 + count of lines", "R0512 1:7-1:21 | make it the whole `is` of a term `of: request`, and use the term here"},
      {"any line where sealed", "R0512 1:3-1:24 | make it the whole `is` of a term `of: request`, and use the term here"},
  };
  ROWS(any_type, rows);
  (void)state;
}

static void test_errors_of_places(void **state) {
  static const struct row rows[] = {
      {"12.345", "R0509 1:3-1:9"},
      {"1.005 * parcels", "R0509 1:3-1:8"},
      {"parcels", "R0503 1:3-1:10"},
      {"parcels + 3", "R0503 1:3-1:14"},
      {"15%", "R0503 1:3-1:6 | a percentage is of something: `15% of value`"},
      {"requested_on", "R0503 1:3-1:15"},
      {"min(10.00, parcels)", "R0503 1:3-1:22"},
      {"sealed", "R0503 1:3-1:9"},
      {"99999999999999999999.00", "R0510 1:3-1:26"},
      {"92233720368547758.08", "R0510 1:3-1:23"},
  };
  ROWS(money, rows);
  (void)state;
}

static void test_errors_of_count_places(void **state) {
  static const struct row rows[] = {
      {"parcels / 3", "R0505 1:3-1:14 | write `round_down(parcels / 3)` or `round_up(parcels / 3)`"},
      {"2.5", "R0505 1:3-1:6"},
      {"grace", "R0503 1:3-1:8 | divide it by a duration, and round: `round_down(grace / 1 day)`"},
      {"30 days", "R0503 1:3-1:10 | divide it by a duration, and round: `round_down(30 days / 1 day)`"},
      {"unit_price", "R0503 1:3-1:13"},
      {"weight", "R0505 1:3-1:9 | write `round_down(weight)` or `round_up(weight)`"},
  };
  ROWS(count, rows);
  (void)state;
}

static void test_errors_of_levels(void **state) {
  static const struct row rows[] = {
      {"quantity",
       "R0303 1:3-1:11 | go over the lines in a term `of: request`, as in `any line where ...` or `sum of ... over lines`"},
      {"ordered", "R0303 1:3-1:10"},
      {"line_value", "R0303 1:3-1:13 | the value of the whole request is `request_value`"},
      {"change_of_mind",
       "R0303 1:3-1:17 | go over the lines in a term `of: request`, as in `any line where ...` or `sum of ... over lines`"},
      {"1 + count of lines", "R0512 1:7-1:21 | make it the whole `is` of a term `of: request`, and use the term here"},
      {"not any line where sealed", "R0512 1:7-1:28 | make it the whole `is` of a term `of: request`, and use the term here"},
      {"sum of sealed over lines", "R0501 1:10-1:16 | write `count of lines where sealed`"},
      {"sum of requested_on over lines", "R0501 1:10-1:22"},
      {"any line where quantity", "R0507 1:18-1:26 | compare it, as in `quantity > ...`"},
      {"any line where any line where sealed",
       "R0512 1:18-1:39 | make it the whole `is` of a term `of: request`, and use the term here"},
      {"sum of count of lines over lines",
       "R0512 1:10-1:24 | make it the whole `is` of a term `of: request`, and use the term here"},
      {"any line where foo", "R0301 1:18-1:21"},
      {"sum of value over lines", "R0302 1:10-1:15 | it is known in credits, and in the amounts of fees and bonuses per unit or "
                                  "per line; in conditions there are `line_value` and `request_value`"},
      {"any line where verdict is deny", "R0302 1:18-1:25 | it is known in fees, bonuses, approvals and outputs"},
  };
  ROWS(request, rows);
  (void)state;
}

static void test_errors_of_levels_per_brand(void **state) {
  static const struct row rows[] = {
      {"quantity",
       "R0303 1:3-1:11 | go over the lines in a term `of: request`, as in `any line where ...` or `sum of ... over lines`"},
      {"brand",
       "R0303 1:3-1:8 | go over the lines in a term `of: request`, as in `any line where ...` or `sum of ... over lines`"},
      {"line_value", "R0303 1:3-1:13 | the value of the whole request is `request_value`"},
  };
  ROWS(per_brand, rows);
  (void)state;
}

/* ---- places that need more than a row ---- */

static const struct place two_calendars = {.expected = TYPE_FLAG, .calendar_count = 2};
static const struct place no_calendar = {.expected = TYPE_FLAG};
static const struct place no_currency = {.expected = TYPE_MONEY, .no_currency = true};

static void test_calendars(void **state) {
  check(&two_calendars, "requested_on within 3 working days of delivered_on in us",
        "(within in=us requested_on working-days:3 delivered_on)");
  check(&two_calendars, "requested_on before delivered_on + 3 working days in us",
        "(< requested_on (+:date in=us delivered_on working-days:3))");
  check(&two_calendars, "requested_on within 14 days of delivered_on rolling in au",
        "(within rolling in=au requested_on days:14 delivered_on)");
  check(&two_calendars, "requested_on within 3 working days of delivered_on", "R0306 1:3-1:53 | add `in au`");
  check(&two_calendars, "requested_on within 14 days of delivered_on rolling", "R0306 1:3-1:54 | add `in au`");
  check(&two_calendars, "requested_on before delivered_on + 3 working days", "R0306 1:23-1:52 | add `in au`");
  check(&condition, "1 working day + 2 working days in au > 1 working day", "R0514 1:37-1:39");
  check(&condition, "requested_on before delivered_on + 3 days in au", "R0514 1:48-1:50");
  check(&two_calendars, "requested_on within 3 working days of delivered_on in usa", "R0306 1:57-1:60 | did you mean `us`?");
  check(&no_calendar, "requested_on more than 3 working days after delivered_on",
        "R0306 1:3-1:59 | declare one under `calendars`");
  (void)state;
}

static void test_currency(void **state) {
  check(&no_currency, "10.00", "R0515 1:3-1:8");
  check(&no_currency, "2 * quantity", "R0515 1:3-1:4");
  (void)state;
}

/* `assume` and `with`: a declared value of the fact may stand alone. */
static void test_expected_values(void **state) {
  const struct place choice = {.expected = TYPE_CHOICE, .fact = &facts[0]}, set = {.expected = TYPE_SET, .fact = &facts[3]};
  const struct place other = {.expected = TYPE_CHOICE, .fact = &facts[2]};
  check(&choice, "defective", "choice:0");
  check_yaml(&choice, "- '\"slow moving\"'\n", "choice:2");
  check(&choice, "other_reason", "other_reason");
  check(&choice, "cause", "cause");
  check(&choice, "defectiv", "R0304 1:3-1:11 | did you mean `defective`?");
  check(&choice, "country", "R0513 1:3-1:10");
  check(&choice, "quantity", "R0503 1:3-1:11");
  check(&other, "reason", "R0513 1:3-1:9");
  check(&set, "none", "set:0");
  check(&set, "final_sale", "set:2");
  check(&set, "tags", "tags");
  check(&set, "final", "R0304 1:3-1:8 | its values are `prescription`, `final_sale`, `discontinued`");
  (void)state;
}

/* A word that is both a value and a name. */
static void test_ambiguous_value(void **state) {
  static struct named values[] = {{.name = {"sealed", 6}}, {.name = {"open", 4}}};
  const struct fact packing = FACT("packing", TYPE_CHOICE, SCOPE_LINE, .values = values, .value_count = 2);
  const struct place place = {.expected = TYPE_CHOICE, .fact = &packing};
  check(&place, "sealed", "R0310 1:3-1:9 | quote it for the value: `\"sealed\"`");
  check_yaml(&place, "- '\"sealed\"'\n", "choice:0");
  (void)state;
}

static void test_answers(void **state) {
  const struct place answer = {.expected = TYPE_FLAG, .verdict = true};
  check(&answer, "verdict is deny", "(= verdict verdict:4)");
  check(&answer, "verdict is not one of [authorize, exchange_only]", "(not (one-of verdict verdict:1 verdict:3))");
  check(&answer, "rule is worn", "(= rule rule:0)");
  check(&answer, "rule is one of [worn, change-of-mind, otherwise]", "(one-of rule rule:0 rule:1 rule:2)");
  check(&answer, "credit > 5", "(> credit money:500)");
  check(&answer, "rule is wornn", "R0307 1:11-1:16 | did you mean `worn`?");
  check(&answer, "verdict is denny", "R0304 1:14-1:19 | did you mean `deny`?");
  check(&answer, "verdict is refused",
        "R0304 1:14-1:21 | the verdicts are `authorize`, `partial_credit`, `exchange_only` and `deny`");
  check(&answer, "verdict = deny", "R0309 1:13-1:17 | write `verdict is deny`");
  check(&answer, "verdict = verdict", "R0506 1:3-1:20");
  check(&answer, "value > 3",
        "R0302 1:3-1:8 | it is known in credits, and in the amounts of fees and bonuses per unit or per line; in conditions "
        "there are `line_value` and `request_value`");
  (void)state;
}

/* Errors of all parts of a scalar, each at its place, through YAML's styles. */
static void test_places(void **state) {
  check_yaml(&condition, "- >\n  foo > 3 and\n  reason is defectiv\n",
             "R0301 2:3-2:6\nR0304 3:13-3:21 | did you mean `defective`?");
  check_yaml(&condition, "- \"reason is \\\"defectiv\\\" or foo\"\n",
             "R0304 1:14-1:26 | did you mean `defective`?\nR0301 1:30-1:33");
  check_yaml(&condition, "- 'reason is \"\xE6\x97\xA5\xE6\x9C\xAC\" or foo'\n",
             "R0304 1:14-1:18 | its values are `defective`, `wrong_size`, `slow moving`, `day`, `3xl`\nR0301 1:22-1:25");
  check_yaml(&any_type, "- \"maker-x\"\n", "R0301 1:4-1:11 | a minus has spaces around it: write `maker - x`");
  check_yaml(&any_type, "- \"Gucci\"\n", "R0301 1:4-1:9 | YAML takes the quotes away: for a text write `'\"Gucci\"'`");
  check_yaml(&any_type, "- '\"Gucci\"'\n", "text:0");
  (void)state;
}

/* ---- what the scope is told ---- */

static void flags_of(const char *text, bool *month_end, bool *value) {
  struct fixture fixture;
  struct texts_builder texts;
  struct model model = policy();
  fixture_open(&fixture, text);
  texts_init(&texts, &fixture.arena);
  struct check_scope scope = scope_of(&fixture, &any_type, &model, &texts);
  *month_end = *value = false;
  scope.uses_month_end = month_end;
  scope.uses_value = value;
  struct syntax_context context = fixture_context(&fixture);
  struct syntax *syntax = syntax_expression(&context, &fixture.scalar);
  assert_non_null(check_expression(&scope, syntax, &fixture.scalar, TYPE_NONE));
  fixture_close(&fixture);
}

static void test_flags(void **state) {
  static const struct {
    const char *text;
    bool month_end, value;
  } rows[] = {
      {"requested_on within 3 months of delivered_on", true, false},
      {"requested_on within 30 days of delivered_on", false, false},
      {"delivered_on + 1 month", true, false},
      {"delivered_on - warranty", true, false},
      {"requested_on more than 1 month after delivered_on", true, false},
      {"warranty > 3 months", false, false},
      {"line_value > 3", false, true},
      {"value", false, true},
      {"request_value", false, true},
      {"credit", false, true},
      {"units", false, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    bool month_end, value;
    flags_of(rows[i].text, &month_end, &value);
    assert_int_equal(month_end, rows[i].month_end);
    assert_int_equal(value, rows[i].value);
  }
  (void)state;
}

/* With the convention known, months fold too; with a unit's worth known to be whole, so is a line's. */
static void test_model_matters(void **state) {
  static const struct {
    const char *text, *expected;
    enum month_end convention;
  } rows[] = {
      {"2026-01-31 + 1 month", "date:2026-02-28", MONTH_END_CLAMP},
      {"2026-01-31 + 1 month", "date:2026-03-03", MONTH_END_OVERFLOW},
      {"2026-03-31 - 1 month", "date:2026-02-28", MONTH_END_CLAMP},
      {"9999-12-01 + 1 month", "R0511 1:3-1:23", MONTH_END_CLAMP},
      {"value * 2", "(*:money value count:2)", MONTH_END_UNSET},
      {"line_value", "line_value", MONTH_END_UNSET},
  };
  struct expr price = {.op = OP_FACT, .type = TYPE_MONEY, .index = 13, .whole = true};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct fixture fixture;
    struct texts_builder texts;
    struct model model = policy();
    struct buffer out;
    fixture_open(&fixture, rows[i].text);
    texts_init(&texts, &fixture.arena);
    struct check_scope scope = scope_of(&fixture, &any_type, &model, &texts);
    model.month_end = rows[i].convention;
    model.unit_value = &price;
    struct syntax_context context = fixture_context(&fixture);
    struct expr *expr = check_expression(&scope, syntax_expression(&context, &fixture.scalar), &fixture.scalar, TYPE_NONE);
    buffer_init(&out, &fixture.memory);
    if (expr) print(&out, expr);
    fixture_findings(&fixture, &out, false);
    assert_string_equal(buffer_string(&out), rows[i].expected);
    buffer_free(&out);
    fixture_close(&fixture);
  }
  (void)state;
}

/* ---- values that must agree ---- */

/* yaml: a sequence of values. Expected: the type, then the values; or the findings. */
static void check_agreement(const char *yaml, const char *expected) {
  struct fixture fixture;
  struct texts_builder texts;
  struct model model = policy();
  struct buffer out;
  struct scalar scalars[8];
  const struct syntax *syntaxes[8];
  struct expr *values[8];
  uint32_t value_count = 0;
  assert_true(fixture_open_with(&fixture, yaml, memory_of_libc()));
  texts_init(&texts, &fixture.arena);
  struct check_scope scope = scope_of(&fixture, &any_type, &model, &texts);
  struct syntax_context context = fixture_context(&fixture);
  for (uint32_t node = fixture.scalar.node; node; node = fixture.tree.nodes[node].next, value_count++) {
    scalars[value_count] = (struct scalar){.text = fixture.tree.nodes[node].value, .node = node};
    syntaxes[value_count] = syntax_term_value(&context, &scalars[value_count]);
  }
  buffer_init(&out, &fixture.memory);
  enum value_type type = check_values(&scope, syntaxes, scalars, values, value_count);
  if (type != TYPE_NONE) buffer_text(&out, short_types[type]);
  for (uint32_t i = 0; type != TYPE_NONE && i < value_count; i++) {
    buffer_char(&out, ' ');
    print(&out, values[i]);
  }
  fixture_findings(&fixture, &out, false);
  assert_string_equal(buffer_string(&out), expected);
  buffer_free(&out);
  fixture_close(&fixture);
}

static void test_agreement(void **state) {
  check_agreement("- 60 days\n- 30 days\n", "days days:60 days:30");
  check_agreement("- 10.00\n- 5% of value\n", "money money:1000 (percent-of:money percent:5000000 value~)~");
  check_agreement("- 3\n- 2\n", "count count:3 count:2");
  check_agreement("- 3\n- 2.5\n", "decimal decimal:3000000 decimal:2500000");
  check_agreement("- quantity\n- 2.5\n", "decimal quantity decimal:2500000");
  check_agreement("- 3\n- quantity\n", "count count:3 quantity");
  check_agreement("- 3\n- wear\n", "percent percent:3000000 wear");
  check_agreement("- reason\n- cause\n", "choice reason cause");
  check_agreement("- sealed and opened\n- yes\n", "flag (and sealed opened) flag:1");
  check_agreement("- reason\n- country\n", "R0513 2:3-2:10");
  check_agreement("- 30 days\n- 1 month\n- 3\n", "R0503 2:3-2:10\nR0504 3:3-3:4 | write `3 days`");
  check_agreement("- foo\n- bar\n", "R0301 1:3-1:6\nR0301 2:3-2:6");
  (void)state;
}

static void test_deadlines(void **state) {
  static const struct row rows[] = {
      {"10 days of delivered_on", "(+:date delivered_on days:10)"},
      {"3 working days of delivered_on in au", "(+:date in=au delivered_on working-days:3)"},
      {"24 hours of sold_at", "(+:instant sold_at hours:86400)"},
      {"10 of delivered_on", "R0504 1:3-1:5 | write `10 days`"},
      {"24 hours of delivered_on", "R0501 1:3-1:27 | hours lie between instants; a date moves by days or months"},
      {"3 days of sold_at", "R0501 1:3-1:20 | write `day of sold_at`"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct fixture fixture;
    struct texts_builder texts;
    struct model model = policy();
    struct buffer out;
    struct syntax *duration, *of;
    fixture_open(&fixture, rows[i].text);
    texts_init(&texts, &fixture.arena);
    struct check_scope scope = scope_of(&fixture, &any_type, &model, &texts);
    struct syntax_context context = fixture_context(&fixture);
    assert_true(syntax_within(&context, &fixture.scalar, &duration, &of));
    struct expr *expr = check_deadline(&scope, duration, of, &fixture.scalar);
    buffer_init(&out, &fixture.memory);
    if (expr) print(&out, expr);
    fixture_findings(&fixture, &out, false);
    assert_string_equal(buffer_string(&out), rows[i].expected);
    buffer_free(&out);
    fixture_close(&fixture);
  }
  (void)state;
}

/* ---- strict literals ---- */

struct literal {
  const char *text;
  enum value_type type;
  const char *expected;
};

static void check_literal_row(const struct literal *row) {
  struct fixture fixture;
  struct texts_builder texts;
  struct model model = policy();
  struct buffer out;
  struct fact fact = {.name = {"it", 2},
                      .type = row->type,
                      .values = row->type == TYPE_SET ? tag_values : reasons,
                      .value_count = row->type == TYPE_SET ? 3 : 5};
  int64_t coded = 0, read = 0;
  int32_t offset = 0, read_offset = 0;
  fixture_open(&fixture, row->text);
  texts_init(&texts, &fixture.arena);
  struct check_scope scope = scope_of(&fixture, &any_type, &model, &texts);
  buffer_init(&out, &fixture.memory);
  bool good = check_literal(&scope, &fixture.scalar, &fact, &coded, &offset);
  if (good) buffer_format(&out, "%l", coded);
  if (good && offset) buffer_format(&out, " %d", offset);
  fixture_findings(&fixture, &out, false);
  if (strcmp(buffer_string(&out), row->expected) != 0) fprintf(stderr, "# %s\n", row->text);
  assert_string_equal(buffer_string(&out), row->expected);
  if (row->type != TYPE_TEXT) {
    assert_int_equal(check_read_literal(fixture.scalar.text, &fact, 2, &read, &read_offset), good);
    if (good) assert_true(read == coded && read_offset == offset);
  }
  buffer_free(&out);
  fixture_close(&fixture);
}

static void test_literals(void **state) {
  static const struct literal rows[] = {
      {"yes", TYPE_FLAG, "1"},
      {"no", TYPE_FLAG, "0"},
      {"true", TYPE_FLAG, "R0508 1:3-1:7"},
      {"Yes", TYPE_FLAG, "R0508 1:3-1:6"},
      {"wrong_size", TYPE_CHOICE, "1"},
      {"slow moving", TYPE_CHOICE, "2"},
      {"wrong_siz", TYPE_CHOICE, "R0304 1:3-1:12 | did you mean `wrong_size`?"},
      {"none", TYPE_SET, "0"},
      {"final_sale", TYPE_SET, "2"},
      {"prescription, discontinued", TYPE_SET, "5"},
      {"prescription, discontinue", TYPE_SET, "R0304 1:3-1:28 | did you mean `discontinued`?"},
      {"prescription,", TYPE_SET, "R0304 1:3-1:16 | the empty set is `none`"},
      {"Ray-Ban", TYPE_TEXT, "0"},
      {"e\xCC\x81 x", TYPE_TEXT, "0"},
      {"12", TYPE_COUNT, "12"},
      {"-3", TYPE_COUNT, "-3"},
      {"010", TYPE_COUNT, "R0508 1:3-1:6 | a number has no zeros in front: write `10`"},
      {"1e3", TYPE_COUNT, "R0508 1:3-1:6 | write the number out, without an exponent"},
      {"1.5", TYPE_COUNT, "R0508 1:3-1:6"},
      {"yes", TYPE_COUNT, "R0508 1:3-1:6"},
      {"+3", TYPE_COUNT, "R0508 1:3-1:5"},
      {"1_000", TYPE_COUNT, "R0508 1:3-1:8 | write the number without `_`"},
      {"9223372036854775808", TYPE_COUNT, "R0508 1:3-1:22"},
      {"0.5", TYPE_DECIMAL, "500000"},
      {"3", TYPE_DECIMAL, "3000000"},
      {"0.1234567", TYPE_DECIMAL, "R0508 1:3-1:12"},
      {"1/3", TYPE_DECIMAL, "R0508 1:3-1:6"},
      {"12.5%", TYPE_PERCENT, "12500000"},
      {"12.5", TYPE_PERCENT, "R0508 1:3-1:7 | write `12.5%`"},
      {"12 %", TYPE_PERCENT, "R0508 1:3-1:7"},
      {"12.50", TYPE_MONEY, "1250"},
      {"12", TYPE_MONEY, "1200"},
      {"-0.01", TYPE_MONEY, "-1"},
      {"12.505", TYPE_MONEY, "R0509 1:3-1:9"},
      {"AUD 12", TYPE_MONEY, "R0508 1:3-1:9"},
      {"12.50 AUD", TYPE_MONEY, "R0508 1:3-1:12"},
      {"2026-07-01", TYPE_DATE, "20635"},
      {"2026-02-30", TYPE_DATE, "R0409 1:3-1:13"},
      {"1.7.2026", TYPE_DATE, "R0508 1:3-1:11"},
      {"2026-7-1", TYPE_DATE, "R0508 1:3-1:11"},
      {"2026-07-01T10:30:00+02:00", TYPE_INSTANT, "1782894600 120"},
      {"2026-07-01T10:30:00", TYPE_INSTANT, "R0508 1:3-1:22"},
      {"30 days", TYPE_DAYS, "30"},
      {"1 day", TYPE_DAYS, "1"},
      {"1 days", TYPE_DAYS, "1"},
      {"30", TYPE_DAYS, "R0508 1:3-1:5 | write `30 days`"},
      {"30days", TYPE_DAYS, "R0508 1:3-1:9 | write `30 days`"},
      {"30 months", TYPE_DAYS, "R0508 1:3-1:12"},
      {"1", TYPE_MONTHS, "R0508 1:3-1:4 | write `1 month`"},
      {"24 months", TYPE_MONTHS, "24"},
      {"24 hours", TYPE_HOURS, "86400"},
      {"1 hour", TYPE_HOURS, "3600"},
      {"9223372036854775807 hours", TYPE_HOURS, "R0508 1:3-1:28"},
      {"-3 days", TYPE_DAYS, "-3"},
      {"3 working days", TYPE_WORKING_DAYS, "3"},
      {"x", TYPE_NONE, ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) check_literal_row(&rows[i]);
  (void)state;
}

static void test_ranges(void **state) {
  static const struct {
    const char *text;
    enum value_type type;
    const char *expected;
  } rows[] = {
      {"0 .. 100", TYPE_COUNT, "0 100"},
      {"0.00 .. 5000.00", TYPE_MONEY, "0 500000"},
      {"-5 .. 5", TYPE_COUNT, "-5 5"},
      {"0% .. 12.5%", TYPE_PERCENT, "0 12500000"},
      {"1970-01-01 .. 1970-01-02", TYPE_DATE, "0 1"},
      {"1 day .. 30 days", TYPE_DAYS, "1 30"},
      {"5 .. 5", TYPE_COUNT, "5 5"},
      {"5 .. 4", TYPE_COUNT, "R0516 1:3-1:9"},
      {"0 .. 1.5", TYPE_COUNT, "R0508 1:8-1:11"},
      {"x .. 2026-02-30", TYPE_DATE, "R0508 1:3-1:4\nR0409 1:8-1:18"},
      {"0 .. 2 * 3", TYPE_COUNT, "R0508 1:8-1:13"},
      {"0 .. ", TYPE_COUNT, "R0407 1:7-1:7"},
      {"0", TYPE_COUNT, "R0407 1:4-1:4"},
      {"1 .. 30", TYPE_DAYS, "R0508 1:3-1:4 | write `1 day`\nR0508 1:8-1:10 | write `30 days`"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct fixture fixture;
    struct texts_builder texts;
    struct model model = policy();
    struct buffer out;
    struct fact fact = {.name = {"it", 2}, .type = rows[i].type};
    int64_t low, high;
    fixture_open(&fixture, rows[i].text);
    texts_init(&texts, &fixture.arena);
    struct check_scope scope = scope_of(&fixture, &any_type, &model, &texts);
    buffer_init(&out, &fixture.memory);
    if (check_range(&scope, &fixture.scalar, &fact, &low, &high)) buffer_format(&out, "%l %l", low, high);
    fixture_findings(&fixture, &out, false);
    assert_string_equal(buffer_string(&out), rows[i].expected);
    buffer_free(&out);
    fixture_close(&fixture);
  }
  (void)state;
}

/* ---- texts ---- */

static void test_texts(void **state) {
  struct memory memory = memory_of_libc();
  struct arena arena;
  struct texts_builder texts;
  struct text *sorted, out, many = {NULL, 0};
  uint32_t *places;
  struct buffer marks;
  arena_init(&arena, &memory);
  texts_init(&texts, &arena);
  assert_int_equal(texts_add(&texts, text_of("oakley")), 0);
  assert_int_equal(texts_add(&texts, text_of("e\xCC\x81t\xC3\xA9")), 1);
  assert_int_equal(texts_add(&texts, text_of("Ray-Ban")), 2);
  assert_int_equal(texts_add(&texts, text_of("\xC3\xA9te\xCC\x81")), 1);
  assert_int_equal(texts_add(&texts, text_of("")), 3);
  assert_int_equal(texts_add(&texts, text_of("oakley")), 0);
  assert_true(texts_sort(&texts, &sorted, &places));
  assert_true(text_is(sorted[0], "") && text_is(sorted[1], "Ray-Ban") && text_is(sorted[2], "oakley") &&
              text_is(sorted[3], "\xC3\xA9t\xC3\xA9"));
  assert_int_equal(places[0], 2);
  assert_int_equal(places[1], 3);
  assert_int_equal(places[2], 1);
  assert_int_equal(places[3], 0);
  for (uint32_t i = 0; i < 1000; i++) { /* many, against their order */
    char name[8];
    snprintf(name, sizeof name, "t%04u", (i * 7919u) % 10000u);
    char *copy = arena_copy_text(&arena, name, strlen(name));
    assert_non_null(copy);
    texts_add(&texts, text_of(copy));
  }
  assert_true(texts_sort(&texts, &sorted, &places));
  for (uint32_t i = 1; i < texts.names.count; i++) assert_true(text_compare(sorted[i - 1], sorted[i]) < 0);
  for (uint32_t i = 0; i < texts.names.count; i++) assert_true(text_equal(sorted[places[i]], texts.names.entries[i].name));
  /* More marks in a row than anyone writes stay as they are, in linear time. */
  buffer_init(&marks, &memory);
  for (uint32_t i = 0; i < 20000; i++) buffer_text(&marks, i % 2 ? "\xCC\x81" : "\xCC\xA3");
  many = (struct text){marks.bytes, (uint32_t)marks.size};
  assert_true(texts_normalize(&arena, many, &out));
  assert_true(out.bytes == many.bytes && out.size == many.size);
  buffer_free(&marks);
  arena_free(&arena);
  (void)state;
}

/* ---- size and memory ---- */

/* A condition as long as a scalar may be is checked in a time that grows with its length. */
static void test_long_condition(void **state) {
  struct fixture fixture;
  struct texts_builder texts;
  struct model model = policy();
  struct memory memory = memory_of_libc();
  struct buffer yaml;
  buffer_init(&yaml, &memory);
  buffer_text(&yaml, "- >\n  sealed");
  while (yaml.size < 60000) buffer_text(&yaml, "\n  or reason is one of [defective, \"slow moving\"]");
  buffer_text(&yaml, "\n  or foo\n");
  assert_true(fixture_open_with(&fixture, buffer_string(&yaml), memory));
  texts_init(&texts, &fixture.arena);
  struct check_scope scope = scope_of(&fixture, &condition, &model, &texts);
  struct syntax_context context = fixture_context(&fixture);
  struct syntax *syntax = syntax_condition(&context, &fixture.scalar);
  assert_non_null(syntax);
  assert_null(check_condition(&scope, syntax, &fixture.scalar));
  assert_int_equal(fixture.diagnostics.count, 1);
  assert_int_equal(fixture.diagnostics.findings[0].span.line, 2 + (syntax->kid_count - 1));
  assert_int_equal(fixture.diagnostics.findings[0].span.column, 6);
  fixture_close(&fixture);
  buffer_free(&yaml);
  (void)state;
}

/* What a policy may come to is bounded, and said once. */
static void test_parts(void **state) {
  struct fixture fixture;
  struct texts_builder texts;
  struct model model = policy();
  fixture_open(&fixture, "quantity > 3");
  texts_init(&texts, &fixture.arena);
  struct check_scope scope = scope_of(&fixture, &condition, &model, &texts);
  struct syntax_context context = fixture_context(&fixture);
  struct syntax *syntax = syntax_condition(&context, &fixture.scalar);
  model.expr_count = (1u << 21) - 3;
  assert_non_null(check_condition(&scope, syntax, &fixture.scalar));
  assert_null(check_condition(&scope, syntax, &fixture.scalar));
  assert_null(check_condition(&scope, syntax, &fixture.scalar));
  assert_int_equal(fixture.diagnostics.count, 1);
  assert_string_equal(fixture.diagnostics.findings[0].code, "R0517");
  fixture_close(&fixture);
  (void)state;
}

/* Long snippets are cut, at a character, on one line. */
static void test_snippets(void **state) {
  struct fixture fixture;
  struct buffer out;
  const char *yaml = "- |\n  unit_price +\n  unit_price + unit_price + unit_price + unit_price + unit_price + unit_price\n";
  assert_true(fixture_open_with(&fixture, yaml, memory_of_libc()));
  buffer_init(&out, &fixture.memory);
  check_to_text(&fixture, &condition, &out);
  assert_int_equal(fixture.diagnostics.count, 1);
  assert_string_equal(fixture.diagnostics.findings[0].message,
                      "`unit_price + unit_price + unit_price + unit_price + unit_pri...` is money; a condition is needed here, "
                      "something that holds or not");
  buffer_free(&out);
  fixture_close(&fixture);
  (void)state;
}

/* Every allocation fails in turn. */
static void test_memory(void **state) {
  static const char yaml[] = "- brand is one of [\"e\xCC\x81\", b, c] and min(quantity, 3, 2.5 * quantity) > 3 and (not "
                             "requested_on within 3 working days of delivered_on + 2 days "
                             "rolling in au) and round_down(1 / 3 * quantity) + 1 = 3 and wrong = 3 and reason is zzz and tags "
                             "has any of [final_sale]\n";
  bool done = false;
  for (size_t calls = 0; !done && calls < 400; calls++) {
    struct fixture fixture;
    struct strict_memory strict;
    struct model model = policy();
    struct texts_builder texts;
    struct memory memory = memory_of_strict(&strict, SIZE_MAX);
    assert_true(fixture_open_with(&fixture, yaml, memory));
    struct syntax_context context = fixture_context(&fixture);
    struct syntax *syntax = syntax_condition(&context, &fixture.scalar);
    assert_non_null(syntax);
    strict.until_failure = calls;
    struct arena small;
    arena_init(&small, &fixture.memory);
    texts_init(&texts, &small);
    struct check_scope scope = scope_of(&fixture, &condition, &model, &texts);
    scope.arena = &small;
    assert_null(check_condition(&scope, syntax, &fixture.scalar));
    done = !fixture.diagnostics.out_of_memory;
    if (done) assert_int_equal(fixture.diagnostics.count, 2);
    arena_free(&small);
    fixture_close(&fixture);
    assert_int_equal(strict.held, 0);
    assert_false(strict.wrong_size);
  }
  assert_true(done);
  (void)state;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_relations),
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_windows),
      cmocka_unit_test(test_arithmetic),
      cmocka_unit_test(test_folding),
      cmocka_unit_test(test_money),
      cmocka_unit_test(test_counts),
      cmocka_unit_test(test_decimals),
      cmocka_unit_test(test_over_lines),
      cmocka_unit_test(test_per_brand),
      cmocka_unit_test(test_errors_of_names),
      cmocka_unit_test(test_errors_of_is_and_equals),
      cmocka_unit_test(test_errors_of_comparisons),
      cmocka_unit_test(test_errors_of_arithmetic),
      cmocka_unit_test(test_errors_of_places),
      cmocka_unit_test(test_errors_of_count_places),
      cmocka_unit_test(test_errors_of_levels),
      cmocka_unit_test(test_errors_of_levels_per_brand),
      cmocka_unit_test(test_calendars),
      cmocka_unit_test(test_currency),
      cmocka_unit_test(test_expected_values),
      cmocka_unit_test(test_ambiguous_value),
      cmocka_unit_test(test_answers),
      cmocka_unit_test(test_places),
      cmocka_unit_test(test_flags),
      cmocka_unit_test(test_model_matters),
      cmocka_unit_test(test_agreement),
      cmocka_unit_test(test_deadlines),
      cmocka_unit_test(test_literals),
      cmocka_unit_test(test_ranges),
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_long_condition),
      cmocka_unit_test(test_parts),
      cmocka_unit_test(test_snippets),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
