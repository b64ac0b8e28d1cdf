/* Syntax: texts of conditions and expressions to trees, and what is said of texts that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/kinds.h"
#include "language/scanner.h"

#include "expression_fixture.h"
#include "strict_memory.h"

/* ---- printing ---- */

static const char *const kind_names[] = {
    [SYNTAX_NAME] = "name",
    [SYNTAX_STRING] = "string",
    [SYNTAX_NUMBER] = "number",
    [SYNTAX_PERCENT] = "percent",
    [SYNTAX_DURATION] = "duration",
    [SYNTAX_DATE] = "date",
    [SYNTAX_INSTANT] = "instant",
    [SYNTAX_YES] = "yes",
    [SYNTAX_NO] = "no",
    [SYNTAX_NONE] = "none",
    [SYNTAX_DURATION_OF] = "duration-of",
    [SYNTAX_ADD] = "+",
    [SYNTAX_SUBTRACT] = "-",
    [SYNTAX_MULTIPLY] = "*",
    [SYNTAX_DIVIDE] = "/",
    [SYNTAX_NEGATE] = "negate",
    [SYNTAX_PERCENT_OF] = "percent-of",
    [SYNTAX_CALL] = "call",
    [SYNTAX_DAY_OF] = "day-of",
    [SYNTAX_EQUAL] = "=",
    [SYNTAX_NOT_EQUAL] = "!=",
    [SYNTAX_LESS] = "<",
    [SYNTAX_LESS_EQUAL] = "<=",
    [SYNTAX_GREATER] = ">",
    [SYNTAX_GREATER_EQUAL] = ">=",
    [SYNTAX_BEFORE] = "before",
    [SYNTAX_AFTER] = "after",
    [SYNTAX_ON] = "on",
    [SYNTAX_ON_OR_BEFORE] = "on-or-before",
    [SYNTAX_ON_OR_AFTER] = "on-or-after",
    [SYNTAX_IS] = "is",
    [SYNTAX_IS_NOT] = "is-not",
    [SYNTAX_IS_ONE_OF] = "is-one-of",
    [SYNTAX_IS_NOT_ONE_OF] = "is-not-one-of",
    [SYNTAX_IN] = "in",
    [SYNTAX_NOT_IN] = "not-in",
    [SYNTAX_HAS] = "has",
    [SYNTAX_HAS_NO] = "has-no",
    [SYNTAX_HAS_ANY] = "has-any",
    [SYNTAX_HAS_ALL] = "has-all",
    [SYNTAX_IS_EMPTY] = "is-empty",
    [SYNTAX_IS_NOT_EMPTY] = "is-not-empty",
    [SYNTAX_IS_GIVEN] = "is-given",
    [SYNTAX_IS_NOT_GIVEN] = "is-not-given",
    [SYNTAX_BETWEEN] = "between",
    [SYNTAX_WITHIN] = "within",
    [SYNTAX_NOT_WITHIN] = "not-within",
    [SYNTAX_MORE_AFTER] = "more-after",
    [SYNTAX_AND] = "and",
    [SYNTAX_OR] = "or",
    [SYNTAX_NOT] = "not",
    [SYNTAX_SUM] = "sum",
    [SYNTAX_COUNT] = "count",
    [SYNTAX_ANY_LINE] = "any-line",
    [SYNTAX_EVERY_LINE] = "every-line",
};
static const char *const unit_names[] = {"", "days", "months", "hours", "working-days"};

static void print(struct buffer *out, const struct syntax *syntax) {
  bool plain = syntax->kind == SYNTAX_NAME || syntax->kind == SYNTAX_NUMBER ||
               (syntax->kind >= SYNTAX_DATE && syntax->kind <= SYNTAX_NONE);
  if (plain) {
    buffer_slice(out, syntax->text);
  } else if (syntax->kind == SYNTAX_STRING) {
    buffer_format(out, "\"%t\"", &syntax->text);
  } else if (syntax->kind == SYNTAX_PERCENT) {
    buffer_format(out, "%t%%", &syntax->text);
  } else {
    buffer_format(out, "(%s", kind_names[syntax->kind]);
    if (syntax->text.size) buffer_format(out, " %t", &syntax->text);
    if (syntax->unit) buffer_format(out, " %s", unit_names[syntax->unit]);
    if (syntax->flags & WITHIN_COUNTING) buffer_text(out, " counting");
    if (syntax->flags & WITHIN_ROLLING) buffer_text(out, " rolling");
    if (syntax->calendar.size) buffer_format(out, " in=%t", &syntax->calendar);
    for (uint32_t i = 0; i < syntax->kid_count; i++) {
      buffer_char(out, ' ');
      print(out, syntax->kids[i]);
    }
    buffer_char(out, ')');
  }
}

enum entry { CONDITION, EXPRESSION, AMOUNT, LIMIT, RANGE, WITHIN };

/* The tree as text, or the findings. */
static void parse_to_text(struct fixture *fixture, enum entry entry, struct buffer *out) {
  struct syntax_context context = fixture_context(fixture);
  struct syntax *first = NULL, *second = NULL;
  uint32_t basis = 0;
  bool units = false;
  switch (entry) {
  case CONDITION: first = syntax_condition(&context, &fixture->scalar); break;
  case EXPRESSION: first = syntax_expression(&context, &fixture->scalar); break;
  case AMOUNT: first = syntax_amount(&context, &fixture->scalar, &basis); break;
  case LIMIT: first = syntax_limit(&context, &fixture->scalar, &units); break;
  case RANGE:
    if (!syntax_range(&context, &fixture->scalar, &first, &second)) first = NULL;
    break;
  case WITHIN:
    if (!syntax_within(&context, &fixture->scalar, &first, &second)) first = NULL;
    break;
  }
  if (!first) {
    fixture_findings(fixture, out, false);
    return;
  }
  assert_int_equal(fixture->diagnostics.count, 0);
  print(out, first);
  if (second) {
    buffer_text(out, entry == RANGE ? " .. " : " of ");
    print(out, second);
  }
  if (basis) buffer_format(out, " per %u", basis);
  if (units) buffer_text(out, " units");
}

static void check_yaml(enum entry entry, const char *yaml, const char *expected) {
  struct fixture fixture;
  struct buffer out;
  if (!fixture_open_with(&fixture, yaml, memory_of_libc())) {
    fprintf(stderr, "# %s: %s\n", yaml, fixture.diagnostics.findings[0].message);
    fail();
  }
  buffer_init(&out, &fixture.memory);
  parse_to_text(&fixture, entry, &out);
  if (strcmp(buffer_string(&out), expected) != 0) {
    fprintf(stderr, "# %s", yaml);
    for (uint32_t i = 0; i < fixture.diagnostics.count; i++) fprintf(stderr, "# %s\n", fixture.diagnostics.findings[i].message);
  }
  assert_string_equal(buffer_string(&out), expected);
  buffer_free(&out);
  fixture_close(&fixture);
}

static void check(enum entry entry, const char *text, const char *expected) {
  struct buffer yaml;
  struct memory memory = memory_of_libc();
  buffer_init(&yaml, &memory);
  buffer_format(&yaml, "- %s\n", text);
  check_yaml(entry, buffer_string(&yaml), expected);
  buffer_free(&yaml);
}

struct row {
  const char *text, *expected;
};

static void check_rows(enum entry entry, const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) check(entry, rows[i].text, rows[i].expected);
}

#define ROWS(entry, rows) check_rows(entry, rows, sizeof rows / sizeof rows[0])

/* ---- trees ---- */

static void test_relations(void **state) {
  static const struct row rows[] = {
      {"reason is defective", "(is reason defective)"},
      {"reason is not defective", "(is-not reason defective)"},
      {"reason is \"wrong size\"", "(is reason \"wrong size\")"},
      {"size is 3xl", "(is size 3xl)"},
      {"size is 30", "(is size 30)"},
      {"sealed is yes", "(is sealed yes)"},
      {"reason is one of [a, b-c, \"d, e\", 4x]", "(is-one-of reason a b-c \"d, e\" 4x)"},
      {"reason is not one of [a]", "(is-not-one-of reason a)"},
      {"country in eu", "(in eu country)"},
      {"country not in eu", "(not-in eu country)"},
      {"tags has prescription", "(has tags prescription)"},
      {"tags has no prescription", "(has-no tags prescription)"},
      {"tags has any of [a, b]", "(has-any tags a b)"},
      {"tags has all of [a, b]", "(has-all tags a b)"},
      {"tags is empty", "(is-empty tags)"},
      {"tags is not empty", "(is-not-empty tags)"},
      {"serial is given", "(is-given serial)"},
      {"serial is not given", "(is-not-given serial)"},
      {"a = b", "(= a b)"},
      {"a != b", "(!= a b)"},
      {"a < b", "(< a b)"},
      {"a<=b", "(<= a b)"},
      {"a > b", "(> a b)"},
      {"a >= -1", "(>= a (negate 1))"},
      {"d before e", "(before d e)"},
      {"d after e", "(after d e)"},
      {"d on 2026-07-01", "(on d 2026-07-01)"},
      {"d on or before e", "(on-or-before d e)"},
      {"d on or after e", "(on-or-after d e)"},
      {"x between 1 and 5", "(between x 1 5)"},
      {"d within 30 days of e", "(within d (duration 30 days) e)"},
      {"d within 1 day counting e", "(within counting d (duration 1 days) e)"},
      {"d not within 24 months of e", "(not-within d (duration 24 months) e)"},
      {"d within window of e", "(within d window e)"},
      {"d within window - 3 days of e", "(within d (- window (duration 3 days)) e)"},
      {"t within 24 hours of u", "(within t (duration 24 hours) u)"},
      {"d within 14 days of e rolling", "(within rolling d (duration 14 days) e)"},
      {"d within 14 days counting e rolling in au", "(within counting rolling in=au d (duration 14 days) e)"},
      {"d within 3 working days of e in au", "(within in=au d (duration 3 working-days) e)"},
      {"d within 1 working day in au of e", "(within in=au d (duration 1 working-days) e)"},
      {"d more than 30 days after e", "(more-after d (duration 30 days) e)"},
      {"d more than 2 working days after e in au", "(more-after in=au d (duration 2 working-days) e)"},
  };
  ROWS(CONDITION, rows);
  (void)state;
}

static void test_logic(void **state) {
  static const struct row rows[] = {
      {"a and b and c", "(and a b c)"},
      {"a or b", "(or a b)"},
      {"not a and b", "(and (not a) b)"},
      {"not a = b", "(not (= a b))"},
      {"not not a", "(not (not a))"},
      {"a and (b or c)", "(and a (or b c))"},
      {"(a or b) and (c or d)", "(and (or a b) (or c d))"},
      {"x between 1 and 3 and y", "(and (between x 1 3) y)"},
      {"x between 1 and 3 or y", "(or (between x 1 3) y)"},
      {"d on or before e or d on f", "(or (on-or-before d e) (on d f))"},
      {"not (a or b)", "(not (or a b))"},
      {"(a)", "a"},
  };
  ROWS(CONDITION, rows);
  (void)state;
}

static void test_arithmetic(void **state) {
  static const struct row rows[] = {
      {"a + b * c", "(+ a (* b c))"},
      {"a - b - c", "(- (- a b) c)"},
      {"a / b * c", "(* (/ a b) c)"},
      {"(a + b) * c", "(* (+ a b) c)"},
      {"a-b", "a-b"},
      {"a - b", "(- a b)"},
      {"a -b", "(- a b)"},
      {"a- b", "(- a b)"},
      {"-a * b", "(* (negate a) b)"},
      {"(- -1)", "(negate (negate 1))"},
      {"60% of value", "(percent-of 60% value)"},
      {"60% of value + 5.00", "(+ (percent-of 60% value) 5.00)"},
      {"60% of value * 2", "(* (percent-of 60% value) 2)"},
      {"2 * 50% of value", "(* 2 (percent-of 50% value))"},
      {"12.5% of 20% of value", "(percent-of 12.5% (percent-of 20% value))"},
      {"-10% of value", "(percent-of (negate 10%) value)"},
      {"(100% - wear) of (value - 10.00)", "(percent-of (- 100% wear) (- value 10.00))"},
      {"min(a, b + 1, max(c, d))", "(call min a (+ b 1) (call max c d))"},
      {"round_down(new_order_units / 3)", "(call round_down (/ new_order_units 3))"},
      {"round_up(x)", "(call round_up x)"},
      {"day of t + 30 days", "(+ (day-of t) (duration 30 days))"},
      {"day of (t + 1 hour)", "(day-of (+ t (duration 1 hours)))"},
      {"30 days", "(duration 30 days)"},
      {"1 month", "(duration 1 months)"},
      {"grace days", "(duration-of days grace)"},
      {"(a + b) working days", "(duration-of working-days (+ a b))"},
      {"a + b months", "(+ a (duration-of months b))"},
      {"-30 days", "(negate (duration 30 days))"},
      {"shipped + 3 working days in au", "(+ in=au shipped (duration 3 working-days))"},
      {"shipped + grace in au", "(+ in=au shipped grace)"},
      {"shipped - 3 working days", "(- shipped (duration 3 working-days))"},
      {"units * 3.00", "(* units 3.00)"},
      {"2026-07-01T10:30:00+02:00", "2026-07-01T10:30:00+02:00"},
      {"2026-07-01T10:30:00Z", "2026-07-01T10:30:00Z"},
  };
  ROWS(EXPRESSION, rows);
  (void)state;
}

static void test_over_lines(void **state) {
  static const struct row rows[] = {
      {"sum of unit_price * quantity over lines where reason is defective",
       "(sum (* unit_price quantity) (is reason defective))"},
      {"sum of 50% of line_value over lines", "(sum (percent-of 50% line_value))"},
      {"count of lines where a and b", "(count (and a b))"},
      {"count of lines", "(count)"},
      {"any line where reason is one of [a, b]", "(any-line (is-one-of reason a b))"},
      {"every line where not a", "(every-line (not a))"},
      {"every line", "(every-line)"},
  };
  ROWS(EXPRESSION, rows);
  (void)state;
}

static void test_entries(void **state) {
  static const struct row amounts[] = {
      {"10.00 per unit", "10.00 per 1"},
      {"15% of value + 1.00 per line", "(+ (percent-of 15% value) 1.00) per 2"},
      {"3.95 * parcels per request", "(* 3.95 parcels) per 3"},
      {"10.00", "10.00"},
  };
  static const struct row limits[] = {
      {"rotation", "rotation"},
      {"3 units", "3 units"},
      {"1 unit", "1 units"},
      {"500.00", "500.00"},
      {"round_down(quantity / 2) units", "(call round_down (/ quantity 2)) units"},
  };
  static const struct row ranges[] = {
      {"0 .. 100", "0 .. 100"},
      {"0..100", "0 .. 100"},
      {"-0.50 .. 0.50", "(negate 0.50) .. 0.50"},
      {"2020-01-01 .. 2039-12-31", "2020-01-01 .. 2039-12-31"},
      {"1 day .. 30 days", "(duration 1 days) .. (duration 30 days)"},
      {"0% .. 12.5%", "0% .. 12.5%"},
  };
  static const struct row deadlines[] = {
      {"10 days of approved_on", "(duration 10 days) of approved_on"},
      {"3 working days of approved_on in au", "(duration 3 working-days in=au) of approved_on"},
      {"grace of day of t", "grace of (day-of t)"},
  };
  ROWS(AMOUNT, amounts);
  ROWS(LIMIT, limits);
  ROWS(RANGE, ranges);
  ROWS(WITHIN, deadlines);
  (void)state;
}

/* What YAML makes of quotes, folds and Unicode before the scanner sees it. */
static void test_quotes(void **state) {
  check_yaml(CONDITION, "- 'brand is \"Ray-Ban\"'\n", "(is brand \"Ray-Ban\")");
  check_yaml(CONDITION, "- brand is \"a \\\\ \\\" b\"\n", "(is brand \"a \\ \" b\")");
  check_yaml(CONDITION, "- >\n  a and\n  b\n", "(and a b)");
  check_yaml(CONDITION, "- |\n  a\n  and b\n", "(and a b)");
  check_yaml(CONDITION, "- a\n  and b\n", "(and a b)");
  check_yaml(CONDITION, "- [a and b]\n", "(and a b)");
  check_yaml(CONDITION, "- grund ist-egal is rembourse\xCC\x81\n", "R0401 1:9-1:17");
  check_yaml(CONDITION, "- grund is rembourse\xCC\x81\n", "(is grund rembours\xC3\xA9)");
  check_yaml(CONDITION, "- grund is \"e\xCC\x81\"\n", "(is grund \"\xC3\xA9\")");
  check_yaml(CONDITION, "- \xE5\x93\x81 is \xE6\x96\xB0\n", "(is \xE5\x93\x81 \xE6\x96\xB0)");
  (void)state;
}

/* ---- errors: code, place, hint ---- */

#define CUT " | inside [...] and {...} YAML ends a text at `,` and at brackets: quote it, or write it on a line of its own"

static void test_errors_of_signs(void **state) {
  static const struct row rows[] = {
      {"x == 1", "R0402 1:5-1:7 | write `=`"},
      {"x <> 1", "R0402 1:5-1:7 | write `!=`"},
      {"x => 1", "R0402 1:5-1:7 | write `>=`"},
      {"a && b", "R0402 1:5-1:7 | write `and`"},
      {"a || b", "R0402 1:5-1:7 | write `or`"},
      {"x = !a", "R0402 1:7-1:8 | write `not`"},
      {"a; b", "R0402 1:4-1:5"},
      {"x \xE2\x89\xA4 5", "R0402 1:5-1:6 | write `<=`"},
      {"x > \xE2\x82\xAC"
       "5",
       "R0402 1:7-1:8 | amounts carry no sign: they are in the policy's currency"},
      {"x\xC2\xA0> 5", "R0402 1:4-1:5 | this is a no-break space: use a plain one"},
      {"brand is \xE2\x80\x9Cx\xE2\x80\x9D", "R0402 1:12-1:13 | use straight quotes: `\"`"},
      {"brand is 'x'", "R0402 1:12-1:13 | values are quoted with `\"`"},
      {"brand is \"a\\n\"", "R0402 1:14-1:16 | a backslash is written `\\\\`, a quote inside quotes `\\\"`"},
      {"x = .5", "R0402 1:7-1:8 | a number has digits before and behind the point: `0.5`"},
      {"x = 5.", "R0402 1:8-1:9 | a number has digits before and behind the point: `0.5`"},
      {"x > 12.5 %", "R0402 1:12-1:13 | a percentage is a number with the sign behind it, without a space: `12.5%`"},
      {"x = 010", "R0403 1:7-1:10 | a number has no zeros in front: write `10`"},
      {"x = 00.50", "R0403 1:7-1:12 | a number has no zeros in front: write `0.50`"},
      {"x = 1e3", "R0403 1:7-1:10 | write the number out, without an exponent"},
      {"x = 1.5E-3", "R0403 1:7-1:13 | write the number out, without an exponent"},
      {"x = 1_000", "R0403 1:7-1:12 | write the number without `_`"},
      {"x = 30days", "R0403 1:7-1:13 | write `30 days`"},
      {"x = 10-3", "R0403 1:7-1:11 | a minus has spaces around it: `10 - 3`"},
      {"x = 0x1f", "R0403 1:7-1:11"},
      {"d on 2026-7-1", "R0403 1:8-1:16 | a date is written like `2026-07-01`"},
  };
  ROWS(CONDITION, rows);
  (void)state;
}

static void test_errors_of_structure(void **state) {
  static const struct row rows[] = {
      {"a and b or c", "R0404 1:11-1:13 | say which belong together: `(a and b) or c`, or `a and (b or c)`"},
      {"a or b and c", "R0404 1:10-1:13 | say which belong together: `(a and b) or c`, or `a and (b or c)`"},
      {"a and", "R0407 1:8-1:8"},
      {"reason is", "R0407 1:12-1:12"},
      {"x =", "R0407 1:6-1:6"},
      {"not", "R0407 1:6-1:6"},
      {"d within 30 days", "R0407 1:19-1:19"},
      {"reason is given given", "R0401 1:19-1:24"},
      {"reason is one of a", "R0401 1:20-1:21 | values stand in brackets: `[a, b]`"},
      {"reason is one of []", "R0401 1:21-1:22"},
      {"reason is one of [a b]", "R0401 1:23-1:24"},
      {"reason is one of [a,]", "R0401 1:23-1:24"},
      {"reason is [a]", "R0401 1:13-1:14 | before a list write `is one of`, `has any of` or `has all of`"},
      {"reason is count", "R0408 1:13-1:18 | a value that is a keyword is quoted: `\"count\"`"},
      {"reason is one of [a, day]", "R0408 1:24-1:27 | a value that is a keyword is quoted: `\"day\"`"},
      {"line = 3", "R0401 1:3-1:7 | this is a keyword, and no fact or term can have its name"},
      {"reason is one of [a", "R0406 1:20-1:21"},
      {"(a and b", "R0406 1:3-1:4"},
      {"a + (b * (c + 1)", "R0406 1:7-1:8"},
      {"a)", "R0406 1:4-1:5"},
      {"a]", "R0406 1:4-1:5"},
      {"brand is \"x", "R0406 1:12-1:13"},
      {"d befor e", "R0401 1:5-1:10 | did you mean `before`?"},
      {"d is before e", "R0401 1:8-1:14 | leave out `is`"},
      {"x is not in eu", "R0401 1:12-1:14 | leave out `is`, and put `not` in front of the condition"},
      {"x in [a, b]", "R0401 1:8-1:9 | write `is one of [...]`"},
      {"x not in [a, b]", "R0401 1:12-1:13 | write `is not one of [...]`"},
      {"x not between 1 and 3", "R0401 1:9-1:16 | put `not` in front of the condition"},
      {"x between 1 or 3", "R0401 1:15-1:17"},
      {"d more than 30 days of e", "R0401 1:23-1:25"},
      {"d more 30 days after e", "R0401 1:10-1:12"},
      {"S has not x", "R0401 1:9-1:12 | write `has no`"},
      {"S has none", "R0401 1:9-1:13 | write `is empty`, or `not ... has any of [...]`"},
      {"brand is Ray Ban", "R0401 1:16-1:19 | a value with a space in it is quoted: `\"wrong size\"`"},
      {"x is 3 + 4", "R0401 1:10-1:11 | `is` takes a declared value; numbers and names are compared by `=`, `<`, ..."},
      {"x is -3", "R0401 1:8-1:9 | `is` takes a declared value; numbers are compared by `=`, `<`, ..."},
      {"x is > 3", "R0401 1:8-1:9 | `is` takes a declared value; numbers are compared by `=`, `<`, ..."},
      {"1 < x < 5", "R0401 1:9-1:10 | write `x between 1 and 5`, or join two comparisons by `and`"},
      {"x = 1,000", "R0401 1:8-1:9 | digits are not grouped: write `1000`"},
      {"a, b", "R0401 1:4-1:5 | conditions that must all hold are lines of their own, or joined by `and`"},
      {"a = not b", "R0401 1:7-1:10 | put parentheses around what is negated: `(not ...)`"},
      {"a > 3.00 per unit",
       "R0401 1:12-1:15 | `per unit`, `per line` and `per request` stand in the amounts of fees and bonuses"},
      {"x in eu in au", "R0401 1:11-1:13 | `in` names a set for a choice or a text, or a calendar behind working days"},
      {"d within 3 working days in au of e in us", "R0401 1:38-1:40 | the calendar is named already"},
      {"d within 14 days of e in au rolling", "R0401 1:31-1:38 | `rolling` stands before the calendar, once"},
      {"d within 3 working of e", "R0401 1:22-1:24"},
      {"foo(1)", "R0411 1:3-1:6 | the functions are `min`, `max`, `round_down` and `round_up`"},
      {"min(1) > 0", "R0411 1:3-1:9"},
      {"round_down(1, 2) > 0", "R0411 1:3-1:19"},
      {"any lines where x", "R0401 1:7-1:12"},
      {"count of line", "R0401 1:12-1:16"},
      {"sum of x lines", "R0401 1:12-1:17"},
  };
  static const struct row amounts[] = {
      {"10.00 per day", "R0401 1:13-1:16"},
      {"10.00 per", "R0407 1:12-1:12"},
      {"10.00 each", "R0401 1:9-1:13"},
  };
  static const struct row ranges[] = {
      {"1 ..", "R0407 1:7-1:7"}, {"1 to 2", "R0401 1:5-1:7"}, {"1", "R0407 1:4-1:4"}, {"1 .. 2 .. 3", "R0401 1:10-1:12"}};
  static const struct row deadlines[] = {{"10 days after x", "R0401 1:11-1:16"}, {"10 days", "R0407 1:10-1:10"}};
  ROWS(CONDITION, rows);
  ROWS(AMOUNT, amounts);
  ROWS(RANGE, ranges);
  ROWS(WITHIN, deadlines);
  (void)state;
}

/* Where YAML cut the text, and places behind quotes, wide characters and line ends. */
static void test_errors_of_yaml(void **state) {
  check_yaml(CONDITION, "- [min(a, b) > 3]\n", "R0406 1:7-1:8" CUT);
  check_yaml(CONDITION, "- [a and, b]\n", "R0407 1:9-1:9" CUT);
  check_yaml(EXPRESSION, "- {amount: min(a, b: 3}\n", "R0406 1:15-1:16" CUT);
  check_yaml(EXPRESSION, "- {amount: b), x: 3}\n", "R0406 1:13-1:14" CUT);
  check_yaml(EXPRESSION, "- {amount: \"min(a, b\", x: 3}\n", "R0406 1:16-1:17");
  check_yaml(CONDITION, "- reason is #5\n", "R0407 1:12-1:12 | ` #` begins a comment in YAML: quote the text");
  check_yaml(CONDITION, "- \"\"\n", "R0410 1:4-1:4");
  check_yaml(CONDITION, "- 'a and'\n", "R0407 1:9-1:9");
  check_yaml(CONDITION, "- \"\\u65B0 is one of \\\"x\\\"\"\n", "R0401 1:21-1:26 | values stand in brackets: `[a, b]`");
  check_yaml(CONDITION, "- \xE5\x93\x81\xE5\x93\x81 == 3\n", "R0402 1:6-1:8 | write `=`");
  check_yaml(CONDITION, "- >\n  a and\n  b or c\n",
             "R0404 3:5-3:7 | say which belong together: `(a and b) or c`, or `a and (b or c)`");
  (void)state;
}

/* ---- depth, size, memory ---- */

static void repeat(struct buffer *out, const char *text, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) buffer_text(out, text);
}

static uint32_t errors_of(const char *before, uint32_t before_count, const char *middle, const char *after, uint32_t after_count,
                          const char *code) {
  struct fixture fixture;
  struct memory memory = memory_of_libc();
  struct buffer yaml;
  buffer_init(&yaml, &memory);
  buffer_text(&yaml, "- ");
  repeat(&yaml, before, before_count);
  buffer_text(&yaml, middle);
  repeat(&yaml, after, after_count);
  buffer_text(&yaml, "\n");
  assert_true(fixture_open_with(&fixture, buffer_string(&yaml), memory));
  struct syntax_context context = fixture_context(&fixture);
  struct syntax *syntax = syntax_condition(&context, &fixture.scalar);
  uint32_t count = fixture.diagnostics.count;
  assert_true((syntax != NULL) == (count == 0));
  if (count) assert_string_equal(fixture.diagnostics.findings[0].code, code);
  if (syntax) assert_true(syntax->height <= MAX_EXPRESSION_DEPTH);
  fixture_close(&fixture);
  buffer_free(&yaml);
  return count;
}

static void test_depth(void **state) {
  assert_int_equal(errors_of("(", 60, "a", ")", 60, ""), 0);
  assert_int_equal(errors_of("(", 65, "a", ")", 65, "R0405"), 1);
  assert_int_equal(errors_of("(", 20000, "a", ")", 20000, "R0405"), 1);
  assert_int_equal(errors_of("not ", 63, "a", "", 0, ""), 0);
  assert_int_equal(errors_of("not ", 64, "a", "", 0, "R0405"), 1);
  assert_int_equal(errors_of("not ", 16000, "a", "", 0, "R0405"), 1);
  assert_int_equal(errors_of("(- ", 5000, "a", ")", 5000, "R0405"), 1);
  assert_int_equal(errors_of("1% of ", 5000, "a", "", 0, "R0405"), 1);
  assert_int_equal(errors_of("day of ", 5000, "a", "", 0, "R0405"), 1);
  assert_int_equal(errors_of("", 0, "a", " + a", 63, ""), 0);
  assert_int_equal(errors_of("", 0, "a", " + a", 64, "R0405"), 1);
  assert_int_equal(errors_of("", 0, "a", " + a", 10000, "R0405"), 1);
  assert_int_equal(errors_of("", 0, "a", " and a", 10000, ""), 0); /* one node of many kids */
  assert_int_equal(errors_of("", 0, "a", " = a", 1, ""), 0);
  (void)state;
}

static void test_names(void **state) {
  assert_true(syntax_is_name(text_of("reason")));
  assert_true(syntax_is_name(text_of("new-order_units2")));
  assert_true(syntax_is_name(text_of("\xC3\xA9tat")));
  assert_false(syntax_is_name(text_of("")));
  assert_false(syntax_is_name(text_of("2nd")));
  assert_false(syntax_is_name(text_of("_a")));
  assert_false(syntax_is_name(text_of("a-")));
  assert_false(syntax_is_name(text_of("a b")));
  assert_false(syntax_is_name(text_of("a.b")));
  assert_false(syntax_is_name(text_of("within")));
  assert_false(syntax_is_name(text_of("value")));
  assert_true(syntax_is_keyword(text_of("line_value")));
  assert_true(syntax_is_keyword(text_of("none")));
  assert_false(syntax_is_keyword(text_of("None")));
  (void)state;
}

/* docs/grammar.md lists the keywords between fences of their own: exactly those. */
static void test_keywords_of_the_manual(void **state) {
  static char manual[1 << 16];
  static const char fence[] = "```keywords\n";
  FILE *file = fopen(SOURCE_ROOT "/docs/grammar.md", "rb");
  assert_non_null(file);
  size_t size = fread(manual, 1, sizeof manual - 1, file);
  fclose(file);
  manual[size] = '\0';
  char *words = strstr(manual, fence);
  assert_non_null(words);
  words += sizeof fence - 1;
  char *end = strstr(words, "```");
  assert_non_null(end);
  *end = '\0';
  uint32_t count = 0;
  for (char *word = strtok(words, " \n"); word; word = strtok(NULL, " \n"), count++) {
    if (!syntax_is_keyword(text_of(word))) fprintf(stderr, "# %s is no keyword\n", word);
    assert_true(syntax_is_keyword(text_of(word)));
  }
  assert_int_equal(count, syntax_keyword_count());
  (void)state;
}

static bool collect_name(void *context, const struct syntax *name) {
  struct buffer *out = context;
  buffer_format(out, "%t ", &name->text);
  return !text_is(name->text, "stop");
}

static void test_visit_names(void **state) {
  struct fixture fixture;
  struct buffer out;
  fixture_open(
      &fixture,
      "reason is defective and tags has any of [a, b] and min(x, 3) > y and (d within w of e or country in eu) and stop = z");
  struct syntax_context context = fixture_context(&fixture);
  struct syntax *syntax = syntax_condition(&context, &fixture.scalar);
  assert_non_null(syntax);
  buffer_init(&out, &fixture.memory);
  assert_false(syntax_visit_names(syntax, collect_name, &out));
  assert_string_equal(buffer_string(&out), "reason tags x y d w e country stop ");
  buffer_free(&out);
  fixture_close(&fixture);
  (void)state;
}

/* Every allocation fails in turn: no crash, no leak, no finding that is not true. */
static void test_memory(void **state) {
  static const char yaml[] = "- a is one of [\"e\xCC\x81\", b] and min(x, 1, 2, y) > 3 days and (not d within 3 working days of "
                             "e rolling in au) and a == 3\n";
  bool done = false;
  for (size_t calls = 0; !done && calls < 200; calls++) {
    struct fixture fixture;
    struct strict_memory strict;
    struct memory memory = memory_of_strict(&strict, SIZE_MAX);
    assert_true(fixture_open_with(&fixture, yaml, memory));
    /* From here on, in a small arena of its own, so that it must ask for memory. */
    strict.until_failure = calls;
    struct arena small;
    arena_init(&small, &fixture.memory);
    struct syntax_context context = {.arena = &small, .diagnostics = &fixture.diagnostics, .tree = &fixture.tree};
    assert_null(syntax_condition(&context, &fixture.scalar));
    done = !fixture.diagnostics.out_of_memory;
    if (done) assert_string_equal(fixture.diagnostics.findings[0].code, "R0402");
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
      cmocka_unit_test(test_relations),       cmocka_unit_test(test_logic),
      cmocka_unit_test(test_arithmetic),      cmocka_unit_test(test_over_lines),
      cmocka_unit_test(test_entries),         cmocka_unit_test(test_quotes),
      cmocka_unit_test(test_errors_of_signs), cmocka_unit_test(test_errors_of_structure),
      cmocka_unit_test(test_errors_of_yaml),  cmocka_unit_test(test_depth),
      cmocka_unit_test(test_names),           cmocka_unit_test(test_keywords_of_the_manual),
      cmocka_unit_test(test_visit_names),     cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
