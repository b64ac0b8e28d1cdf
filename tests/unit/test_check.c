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

static struct named reasons[] = {{.name = {"defective", 9}}, {.name = {"wrong_size", 10}}, {.name = {"slow moving", 11}}, {.name = {"day", 3}}, {.name = {"3xl", 3}}};
static struct named tag_values[] = {{.name = {"prescription", 12}}, {.name = {"final_sale", 10}}, {.name = {"discontinued", 12}}};
static struct named countries[] = {{.name = {"AT", 2}}, {.name = {"BE", 2}}, {.name = {"CH", 2}}};
static struct named eu_values[] = {{.name = {"AT", 2}}, {.name = {"BE", 2}}};
static struct named brand_values[] = {{.name = {"Ray-Ban", 7}}, {.name = {"Oakley", 6}}};

#define FACT(literal, t, s, ...) {.name = {literal, sizeof literal - 1}, .type = t, .scope = s, .scope_fact = NO_INDEX, .same_as = NO_INDEX, __VA_ARGS__}
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
#define TERM(literal, t, s, ...) {.name = {literal, sizeof literal - 1}, .type = t, .scope = s, .scope_fact = NO_INDEX, __VA_ARGS__}
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
  {.name = {"eu", 2}, .values = eu_values, .count = 2}, {.name = {"premium", 7}, .values = brand_values, .count = 2}, {.name = {"mixed", 5}, .values = tag_values, .count = 1},
};

static struct model policy(void) {
  facts[ORDERED].scope_fact = BRAND;
  return (struct model){.currency = {"AUD", 3}, .minor_digits = 2, .facts = facts, .fact_count = sizeof facts / sizeof facts[0], .terms = terms,
                        .term_count = sizeof terms / sizeof terms[0], .rules = rules, .rule_count = 2, .calendars = calendars, .calendar_count = 1,
                        .valid_by = NO_INDEX};
}

/* ---- printing: operator, type where it is not a flag, `~` where it may be no whole number of its unit ---- */

static const char *const op_names[OP_LIMIT_] = {
  [OP_ADD] = "+", [OP_SUBTRACT] = "-", [OP_MULTIPLY] = "*", [OP_DIVIDE] = "/", [OP_NEGATE] = "negate", [OP_PERCENT_OF] = "percent-of", [OP_MIN] = "min",
  [OP_MAX] = "max", [OP_ROUND_DOWN] = "round-down", [OP_ROUND_UP] = "round-up", [OP_DAY_OF] = "day-of", [OP_EQUAL] = "=", [OP_NOT_EQUAL] = "!=",
  [OP_LESS] = "<", [OP_LESS_EQUAL] = "<=", [OP_GREATER] = ">", [OP_GREATER_EQUAL] = ">=", [OP_BETWEEN] = "between", [OP_ONE_OF] = "one-of",
  [OP_WITHIN] = "within", [OP_MORE_AFTER] = "more-after", [OP_HAS_ANY] = "has-any", [OP_HAS_ALL] = "has-all", [OP_GIVEN] = "given", [OP_AND] = "and",
  [OP_OR] = "or", [OP_NOT] = "not", [OP_SUM] = "sum", [OP_COUNT] = "count", [OP_ANY_LINE] = "any-line", [OP_EVERY_LINE] = "every-line",
};
static const char *const short_types[TYPE_LIMIT_] = {
  [TYPE_FLAG] = "flag", [TYPE_CHOICE] = "choice", [TYPE_SET] = "set", [TYPE_TEXT] = "text", [TYPE_COUNT] = "count", [TYPE_DECIMAL] = "decimal",
  [TYPE_PERCENT] = "percent", [TYPE_MONEY] = "money", [TYPE_DATE] = "date", [TYPE_INSTANT] = "instant", [TYPE_DAYS] = "days", [TYPE_MONTHS] = "months",
  [TYPE_HOURS] = "hours", [TYPE_WORKING_DAYS] = "working-days", [TYPE_NUMBER] = "NUMBER", [TYPE_VERDICT] = "verdict", [TYPE_RULE] = "rule", [TYPE_NONE] = "NONE",
};
static const char *const special_names[] = {"", "line_value", "request_value", "value", "units", "verdict", "rule", "credit"};

static bool is_measure(enum value_type type) {
  return type == TYPE_COUNT || type == TYPE_DECIMAL || type == TYPE_PERCENT || type == TYPE_MONEY || (type >= TYPE_DAYS && type <= TYPE_NUMBER);
}

static void print_constant(struct buffer *out, const struct expr *expr) {
  buffer_format(out, "%s:", short_types[expr->type]);
  if (expr->type == TYPE_DATE) date_write(out, (int32_t)expr->value);
  else if (expr->type == TYPE_INSTANT) instant_write(out, expr->value, expr->offset_minutes);
  else buffer_integer(out, expr->value);
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

struct place { enum scope level; bool portion, verdict, aggregates; uint32_t calendar_count; enum value_type expected; const struct fact *fact; bool no_currency; };
static const struct place condition = {.expected = TYPE_FLAG, .calendar_count = 1};
static const struct place any_type = {.portion = true, .verdict = true, .calendar_count = 1};
static const struct place money = {.portion = true, .verdict = true, .expected = TYPE_MONEY};
static const struct place count = {.portion = true, .verdict = true, .expected = TYPE_COUNT};
static const struct place decimal = {.expected = TYPE_DECIMAL};
static const struct place request = {.level = SCOPE_REQUEST, .aggregates = true};
static const struct place per_brand = {.level = SCOPE_FACT, .aggregates = true};

static struct check_scope scope_of(struct fixture *fixture, const struct place *place, struct model *model, struct texts_builder *texts) {
  model->calendar_count = place->calendar_count;
  if (place->no_currency) model->currency.size = 0;
  return (struct check_scope){.model = model, .sets = sets, .set_count = 3, .tree = &fixture->tree, .arena = &fixture->arena, .diagnostics = &fixture->diagnostics,
                              .level = place->level, .level_fact = BRAND, .specials_value = true, .specials_portion = place->portion,
                              .specials_verdict = place->verdict, .aggregates = place->aggregates, .expected_fact = place->fact, .place = "this test", .texts = texts};
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
  if (expr) print(out, expr);
  else diagnostics_sort(&fixture->diagnostics);
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

struct row { const char *text, *expected; };

static void check_rows(const struct place *place, const struct row *rows, size_t row_count) {
  for (size_t i = 0; i < row_count; i++) check(place, rows[i].text, rows[i].expected);
}

#define ROWS(place, rows) check_rows(&(place), rows, sizeof rows / sizeof rows[0])
