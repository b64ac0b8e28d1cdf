/* The plain interpreter on cases computed by hand from docs/language.md: it judges the compiled program, so nothing but these
 * judges it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/date.h"
#include "oracle/interpreter.h"

#define FACTS_MOST 32

struct bench {
  struct memory memory;
  struct arena arena;
  const struct model *model;
  struct oracle_fact facts[FACTS_MOST];
  struct text ids[8], agreed[2], refused[2], done[2];
  struct oracle_request request;
  struct buffer answer;
  struct oracle_error error;
};

static struct bench *begin(const char *yaml) {
  const struct language_source source = {"policy.yaml", yaml, strlen(yaml)};
  const struct language_limits limits = {1u << 20, 65536, 32, 100000, 1000};
  struct bench *bench = calloc(1, sizeof *bench);
  struct diagnostics diagnostics;
  assert_non_null(bench);
  bench->memory = memory_of_libc();
  arena_init(&bench->arena, &bench->memory);
  buffer_init(&bench->answer, &bench->memory);
  diagnostics_init(&diagnostics, &bench->memory, 20);
  bench->model = model_build(&bench->arena, &source, 1, &limits, &diagnostics);
  for (uint32_t i = 0; i < diagnostics.count; i++)
    if (!bench->model) print_message("%u: %s\n", diagnostics.findings[i].span.line, diagnostics.findings[i].message);
  diagnostics_release(&diagnostics);
  assert_non_null(bench->model);
  bench->request.facts = bench->facts;
  bench->request.ids = bench->ids;
  bench->request.agreed.items = bench->agreed;
  bench->request.refused.items = bench->refused;
  bench->request.done.items = bench->done;
  return bench;
}

static void end(struct bench *bench) {
  buffer_free(&bench->answer);
  arena_free(&bench->arena);
  free(bench);
}

static void restart(struct bench *bench) {
  bench->request.fact_count = bench->request.line_count = 0;
  bench->request.agreed.count = bench->request.refused.count = bench->request.done.count = 0;
}

static struct oracle_fact *give(struct bench *bench, const char *name, uint32_t line, int64_t coded) {
  for (uint32_t i = 0; i < bench->model->fact_count; i++) {
    if (!text_is(bench->model->facts[i].name, name)) continue;
    struct oracle_fact *given = &bench->facts[bench->request.fact_count++];
    *given = (struct oracle_fact){.fact = i, .line = line, .coded = coded};
    if (line != ORACLE_NO_LINE && line >= bench->request.line_count) bench->request.line_count = line + 1;
    return given;
  }
  fail_msg("no fact %s", name);
  return NULL;
}

static void give_text(struct bench *bench, const char *name, uint32_t line, const char *text) {
  give(bench, name, line, 0)->text = text_of(text);
}
static void give_keyed(struct bench *bench, const char *name, const char *key, int64_t coded) {
  give(bench, name, ORACLE_NO_LINE, coded)->key = text_of(key);
}

static const char *answer(struct bench *bench) {
  buffer_clear(&bench->answer);
  if (!oracle_answer(bench->model, &bench->request, "00", &bench->memory, &bench->answer, &bench->error)) return "refused";
  return buffer_string(&bench->answer);
}

static void expect(struct bench *bench, const char *part) {
  const char *found = answer(bench);
  if (!strstr(found, part)) fail_msg("expected %s\nin %s", part, found);
}

static void expect_refused(struct bench *bench, uint32_t line, const char *rule) {
  assert_string_equal(answer(bench), "refused");
  assert_int_equal(bench->error.line, line);
  if (!text_is(bench->error.rule, rule))
    fail_msg("expected %s, found %.*s", rule, (int)bench->error.rule.size, bench->error.rule.bytes);
}

#define HEAD                                                                                                                     \
  "returns: 1\npolicy: p\ncurrency: AUD\nconventions: {month_end: clamp, rounding: half_up, fee_above_credit: zero, fill: "      \
  "request_order}\n"
#define GOODS                                                                                                                    \
  "facts:\n  - {fact: price, type: money}\n  - {fact: quantity, type: count, absent: 1}\n  - {fact: damaged, type: flag, "       \
  "absent: no}\n"                                                                                                                \
  "  - {fact: cheap, type: flag}\nunits: quantity\nunit_value: price\n"

/* ---- amounts ---- */

static void test_whole_answer(void **state) {
  (void)state;
  struct bench *bench =
      begin(HEAD GOODS "rules:\n  - rule: all\n    then: authorize\n    because: fine\notherwise: {then: deny, because: late}\n");
  give(bench, "price", 0, 8000);
  assert_string_equal(answer(bench), "{\"status\":\"decided\",\"policy\":{\"name\":\"p\",\"revision\":\"\",\"digest\":\"00\"},"
                                     "\"currency\":\"AUD\",\"lines\":[{\"id\":null,"
                                     "\"status\":\"decided\",\"credit\":\"80.00\",\"bonuses\":\"0.00\",\"fees\":\"0.00\","
                                     "\"uncovered\":\"0.00\",\"net\":\"80.00\",\"assumed\":[],"
                                     "\"portions\":[{\"verdict\":\"authorize\",\"units\":1,\"rule\":{\"name\":\"all\",\"file\":"
                                     "\"policy.yaml\",\"line\":13},\"because\":\"fine\","
                                     "\"reasons\":[\"fine\"],\"reasons_open\":false,\"credit\":\"80.00\",\"bonuses\":[],\"fees\":"
                                     "[],\"net\":\"80.00\",\"approvals\":[],"
                                     "\"outputs\":{},\"open_outputs\":[]}]}],\"allowances\":[],\"totals\":{\"credit\":\"80.00\","
                                     "\"bonuses\":\"0.00\",\"fees\":\"0.00\","
                                     "\"uncovered\":\"0.00\",\"net\":\"80.00\"}}");
  end(bench);
}

static void test_fee_is_rounded_once_per_line(void **state) {
  (void)state;
  struct bench *bench =
      begin(HEAD GOODS "rules: [{rule: all, then: authorize, because: fine}]\notherwise: {then: deny, because: late}\n"
                       "fees: [{fee: handling, amount: 15% of value per unit}]\n");
  give(bench, "price", 0, 19990);
  give(bench, "quantity", 0, 2);
  expect(bench, "\"amount\":\"59.97\""); /* 2 x 29.985, not 2 x 29.99 */
  expect(bench, "\"net\":\"339.83\"");
  end(bench);
}

static void check_rounding(const char *rounding, int64_t price, const char *credit) {
  char yaml[600];
  snprintf(yaml, sizeof yaml,
           "returns: 1\npolicy: p\ncurrency: AUD\nconventions: {rounding: %s}\nfacts: [{fact: price, type: money}]\nunit_value: "
           "price\n"
           "rules: [{rule: half, then: partial_credit, credit: 50%% of value, because: used}]\notherwise: {then: deny, because: "
           "late}\n",
           rounding);
  struct bench *bench = begin(yaml);
  give(bench, "price", 0, price);
  expect(bench, credit);
  end(bench);
}

static void test_roundings(void **state) {
  (void)state;
  check_rounding("half_up", 5, "\"credit\":\"0.03\"");
  check_rounding("half_even", 5, "\"credit\":\"0.02\"");
  check_rounding("half_even", 7, "\"credit\":\"0.04\"");
  check_rounding("down", 5, "\"credit\":\"0.02\"");
  check_rounding("up", 5, "\"credit\":\"0.03\"");
  check_rounding("up", 4, "\"credit\":\"0.02\"");
}

static void test_portions_round_cumulatively(void **state) {
  (void)state;
  struct bench *bench =
      begin(HEAD GOODS "rules:\n  - {rule: first, up_to: 1 unit, then: partial_credit, credit: value / 3, because: a}\n"
                       "  - {rule: second, up_to: 1 unit, then: partial_credit, credit: value / 3, because: b}\n"
                       "  - {rule: third, then: partial_credit, credit: value / 3, because: c}\n"
                       "otherwise: {then: deny, because: late}\n");
  give(bench, "price", 0, 10);
  give(bench, "quantity", 0, 3);
  expect(bench, "\"status\":\"decided\",\"credit\":\"0.10\""); /* 3.33, 6.67, 10: 3 + 4 + 3 */
  expect(bench, "\"because\":\"a\",\"reasons\":[\"a\"],\"reasons_open\":false,\"credit\":\"0.03\"");
  expect(bench, "\"because\":\"b\",\"reasons\":[\"b\"],\"reasons_open\":false,\"credit\":\"0.04\"");
  expect(bench, "\"because\":\"c\",\"reasons\":[\"c\"],\"reasons_open\":false,\"credit\":\"0.03\"");
  end(bench);
}

static void test_fee_above_credit(void **state) {
  (void)state;
  struct bench *bench = begin(
      HEAD GOODS "rules: [{rule: all, then: authorize, because: fine}]\notherwise: {then: deny, because: late}\n"
                 "fees:\n  - {fee: stops, amount: 3.00 per line}\n  - {fee: owed, amount: 4.00 per line, above_credit: owed}\n"
                 "  - {fee: dry, amount: 1.00 per line}\n");
  give(bench, "price", 0, 500);
  expect(bench, "\"fees\":\"7.00\",\"uncovered\":\"1.00\",\"net\":\"-2.00\"");
  expect(bench, "{\"name\":\"dry\",\"amount\":\"1.00\",\"collected\":\"0.00\"}");
  restart(bench);
  give(bench, "price", 0, 200);
  expect(bench, "{\"name\":\"stops\",\"amount\":\"3.00\",\"collected\":\"2.00\"}");
  end(bench);
}

static void test_request_fee_is_spread_by_largest_remainder(void **state) {
  (void)state;
  struct bench *bench =
      begin(HEAD GOODS "rules: [{rule: all, then: authorize, because: fine}]\notherwise: {then: deny, because: late}\n"
                       "fees: [{fee: parcel, amount: 1.00 per request}]\n");
  for (uint32_t line = 0; line < 3; line++) give(bench, "price", line, 1000);
  expect(bench, "\"amount\":\"0.34\""); /* the earliest of three equal lines */
  expect(bench, "\"totals\":{\"credit\":\"30.00\",\"bonuses\":\"0.00\",\"fees\":\"1.00\"");
  end(bench);
}

/* ---- allowances ---- */

static const char rotation[] = HEAD
    "facts:\n  - {fact: price, type: money, absent: 80.00}\n  - {fact: quantity, type: count}\n  - {fact: brand, type: text}\n"
    "  - {fact: ordered, type: count, of: brand, absent: 0}\n  - {fact: slow, type: flag, absent: yes}\n"
    "units: quantity\nunit_value: price\nallowances: [{allowance: rotation, of: brand, units: round_down(ordered / 3)}]\n"
    "rules:\n  - rule: rotation\n    when:\n      - slow\n    up_to: rotation\n    then: exchange_only\n    because: rotated\n"
    "approvals: [{approval: manager, when: [request_value > 1000.00]}]\n"
    "otherwise: {then: deny, because: outside_policy}\n";

static void test_five_against_an_allowance_of_four(void **state) {
  (void)state;
  struct bench *bench = begin(rotation);
  give(bench, "quantity", 0, 5);
  give_text(bench, "brand", 0, "Ray-Ban");
  give_keyed(bench, "ordered", "Ray-Ban", 12);
  expect(bench, "\"verdict\":\"exchange_only\",\"units\":4");
  expect(bench, "\"verdict\":\"deny\",\"units\":1");
  expect(bench, "\"allowances\":[{\"allowance\":\"rotation\",\"of\":\"Ray-Ban\",\"limit\":4,\"drawn\":4,\"left\":0}]");
  end(bench);
}

static void test_undecided_line_blurs_the_balance(void **state) {
  (void)state;
  struct bench *bench = begin(rotation);
  give_text(bench, "brand", 0, "Ray-Ban"); /* how many is not said */
  give(bench, "quantity", 1, 2);
  give_text(bench, "brand", 1, "Ray-Ban");
  give(bench, "quantity", 2, 2);
  give_text(bench, "brand", 2, "Oakley");
  give_keyed(bench, "ordered", "Ray-Ban", 12);
  expect(bench, "{\"id\":null,\"status\":\"undecided\",\"needs\":[\"quantity\"],\"possible\":[\"exchange_only\",\"deny\"]},"
                "{\"id\":null,\"status\":\"undecided\",\"needs\":[\"quantity\"],\"possible\":[\"exchange_only\",\"deny\"]},"
                "{\"id\":null,\"status\":\"decided\"");
  expect(
      bench,
      "\"limit\":4,\"drawn\":0,\"left\":null},{\"allowance\":\"rotation\",\"of\":\"Oakley\",\"limit\":0,\"drawn\":0,\"left\":0}");
  end(bench);
}

static void test_refused_role_gives_back(void **state) {
  (void)state;
  struct bench *bench = begin(rotation);
  give(bench, "price", 0, 50000);
  give(bench, "quantity", 0, 3);
  give_text(bench, "brand", 0, "Ray-Ban");
  give_keyed(bench, "ordered", "Ray-Ban", 12);
  expect(bench, "\"approvals\":[{\"role\":\"manager\",\"answer\":\"awaited\"}]");
  bench->agreed[0] = text_of("manager");
  bench->request.agreed.count = 1;
  expect(bench, "\"answer\":\"agreed\"");
  bench->request.agreed.count = 0;
  bench->refused[0] = text_of("manager");
  bench->request.refused.count = 1;
  expect(bench, "\"verdict\":\"deny\",\"units\":3,\"rule\":{\"name\":\"rotation\"");
  expect(bench, "\"reasons\":[\"approval_refused\"],\"reasons_open\":false,\"credit\":\"0.00\"");
  expect(bench, "\"drawn\":0,\"left\":4");
  end(bench);
}

/* ---- dates ---- */

static void check_within(const char *condition, const char *month_end, int32_t from, int32_t last) {
  char yaml[800];
  snprintf(
      yaml, sizeof yaml,
      "returns: 1\npolicy: p\nconventions: {month_end: %s}\nfacts:\n  - {fact: asked, type: date}\n  - {fact: delivered, type: "
      "date}\n"
      "calendars:\n  - {calendar: au, weekend: [saturday, sunday], covers: 2026-01-01 .. 2026-12-31, holidays: [2026-04-13]}\n"
      "rules:\n  - rule: in-time\n    when:\n      - %s\n    then: authorize\n    because: fine\notherwise: {then: deny, "
      "because: late}\n",
      month_end, condition);
  struct bench *bench = begin(yaml);
  for (int32_t day = last - 1; day <= last + 1; day++) {
    restart(bench);
    give(bench, "asked", 0, day);
    give(bench, "delivered", 0, from);
    expect(bench, day <= last ? "\"verdict\":\"authorize\"" : "\"verdict\":\"deny\"");
  }
  restart(bench);
  give(bench, "asked", 0, from - 1);
  give(bench, "delivered", 0, from);
  expect(bench, "\"verdict\":\"deny\"");
  end(bench);
}

static void test_last_days(void **state) {
  (void)state;
  const int32_t march_2 = date_from_civil(2026, 3, 2), january_31 = date_from_civil(2026, 1, 31),
                march_28 = date_from_civil(2026, 3, 28);
  check_within("asked within 30 days of delivered", "clamp", march_2, date_from_civil(2026, 4, 1));
  check_within("asked within 30 days counting delivered", "clamp", march_2, date_from_civil(2026, 3, 31));
  check_within("asked within 1 month of delivered", "clamp", january_31, date_from_civil(2026, 2, 28));
  check_within("asked within 1 month of delivered", "overflow", january_31, date_from_civil(2026, 3, 3));
  check_within("asked within 12 months of delivered", "clamp", date_from_civil(2024, 2, 29), date_from_civil(2025, 2, 28));
  check_within("asked within 14 days of delivered rolling", "clamp", march_28,
               date_from_civil(2026, 4, 14)); /* Saturday, then a holiday */
  check_within("asked within 3 working days of delivered", "clamp", date_from_civil(2026, 4, 9), date_from_civil(2026, 4, 15));
  check_within("asked within 3 working days counting delivered", "clamp", date_from_civil(2026, 3, 4),
               date_from_civil(2026, 3, 6));
  check_within("asked on or after delivered and not asked more than 30 days after delivered", "clamp", march_2,
               date_from_civil(2026, 4, 1));
}

static void test_date_outside_the_calendar(void **state) {
  (void)state;
  struct bench *bench = begin("returns: 1\npolicy: p\nfacts:\n  - {fact: asked, type: date}\n  - {fact: delivered, type: date}\n"
                              "calendars:\n  - {calendar: au, weekend: [saturday, sunday], covers: 2026-01-01 .. 2026-12-31}\n"
                              "rules:\n  - rule: in-time\n    when:\n      - asked within 3 working days of delivered\n    then: "
                              "authorize\n    because: fine\n"
                              "otherwise: {then: deny, because: late}\n");
  give(bench, "asked", 0, date_from_civil(2026, 12, 30));
  give(bench, "delivered", 0, date_from_civil(2026, 12, 30));
  expect_refused(bench, 0, "in-time");
  end(bench);
}

/* ---- four truths, open answers ---- */

static void test_error_only_where_it_decides(void **state) {
  (void)state;
  struct bench *bench = begin(HEAD GOODS "rules:\n  - rule: ratio\n    when:\n      - cheap\n      - price / quantity > 1.00\n   "
                                         " then: authorize\n    because: fine\n"
                                         "otherwise: {then: deny, because: late}\n");
  give(bench, "price", 0, 500);
  give(bench, "quantity", 0, 0);
  give(bench, "cheap", 0, 0);
  expect(bench, "\"portions\":[]"); /* no unit: no rule is asked */
  restart(bench);
  give(bench, "price", 0, 500);
  give(bench, "cheap", 0, 0);
  expect(bench, "\"verdict\":\"deny\"");
  end(bench);
  bench = begin(HEAD GOODS "rules:\n  - rule: ratio\n    when:\n      - cheap\n      - price / (quantity - 1) > 1.00\n    then: "
                           "authorize\n    because: fine\n"
                           "otherwise: {then: deny, because: late}\n");
  give(bench, "price", 0, 500);
  give(bench, "cheap", 0, 0);
  expect(bench, "\"verdict\":\"deny\""); /* false and error is false */
  restart(bench);
  give(bench, "price", 0, 500);
  give(bench, "cheap", 0, 1);
  expect_refused(bench, 0, "ratio");
  restart(bench);
  give(bench, "price", 0, 500);
  expect_refused(bench, 0, "ratio"); /* error outweighs open */
  end(bench);
}

static void test_split_finds_what_agrees(void **state) {
  (void)state;
  struct bench *bench = begin(HEAD GOODS "rules:\n  - rule: same\n    when:\n      - (cheap and price > 1.00) or (not cheap and "
                                         "price > 2.00)\n    then: authorize\n    because: fine\n"
                                         "otherwise: {then: deny, because: late}\n"
                                         "outputs:\n  - output: shelf\n    values: [low, high]\n    cases:\n      - when: "
                                         "[cheap]\n        is: low\n    otherwise: high\n");
  give(bench, "price", 0, 500);
  expect(bench, "\"status\":\"decided\",\"credit\":\"5.00\"");
  expect(bench, "\"outputs\":{\"shelf\":null},\"open_outputs\":[{\"output\":\"shelf\",\"needs\":[\"cheap\"]}]");
  restart(bench);
  give(bench, "price", 0, 150);
  expect(bench, "\"status\":\"undecided\",\"needs\":[\"cheap\"],\"possible\":[\"authorize\",\"deny\"]");
  restart(bench);
  give(bench, "cheap", 0, 1);
  expect(bench, "\"needs\":[\"price\"],\"possible\":[\"authorize\",\"deny\"]");
  end(bench);
}

static void test_term_carries_its_values(void **state) {
  (void)state;
  struct bench *bench = begin(
      HEAD
      "facts:\n  - {fact: asked, type: date}\n  - {fact: delivered, type: date}\n  - {fact: weight, type: decimal}\n"
      "terms:\n  - term: window\n    cases:\n      - when: [weight > 5]\n        is: 60 days\n    otherwise: 30 days\n"
      "rules:\n  - rule: in-time\n    when:\n      - asked within window of delivered\n    then: authorize\n    because: fine\n"
      "otherwise: {then: deny, because: late}\n");
  give(bench, "delivered", 0, 20000);
  give(bench, "asked", 0, 20030);
  expect(bench, "\"verdict\":\"authorize\""); /* in time either way */
  restart(bench);
  give(bench, "delivered", 0, 20000);
  give(bench, "asked", 0, 20031);
  expect(bench, "\"needs\":[\"weight\"]");
  restart(bench);
  give(bench, "delivered", 0, 20000);
  give(bench, "asked", 0, 20061);
  expect(bench, "\"verdict\":\"deny\"");
  end(bench);
}

static void test_provisional(void **state) {
  (void)state;
  struct bench *bench =
      begin(HEAD "facts:\n  - {fact: seen, type: flag, supplied_by: inspect, assume: no}\n"
                 "  - {fact: worn, type: flag, supplied_by: inspect, assume: seen}\n  - {fact: sold, type: flag}\n"
                 "rules:\n  - {rule: sold, when: [sold], then: deny, because: final}\n  - {rule: worn, when: [worn], then: deny, "
                 "because: worn}\n"
                 "otherwise: {then: authorize, because: fine}\n");
  give(bench, "sold", 0, 0);
  expect(bench, "\"assumed\":[\"seen\",\"worn\"]");
  expect(bench, "\"verdict\":\"authorize\"");
  restart(bench);
  give(bench, "sold", 0, 1);
  expect(bench, "\"assumed\":[]");
  restart(bench);
  give(bench, "sold", 0, 0);
  bench->done[0] = text_of("inspect");
  bench->request.done.count = 1;
  expect(bench, "\"status\":\"undecided\",\"needs\":[\"worn\"]");
  end(bench);
}

static void test_assumed_as_the_line_sees_it(void **state) {
  (void)state;
  struct bench *bench = begin(HEAD "facts:\n  - {fact: weighed, type: decimal, supplied_by: weigh, assume: 0.5}\n"
                                   "  - {fact: charge, type: decimal, supplied_by: pack, assume: weighed * 2}\n  - {fact: "
                                   "sealed, type: flag, supplied_by: inspect, assume: yes}\n"
                                   "terms: [{term: all-sealed, of: request, is: every line where sealed}]\n"
                                   "rules:\n  - {rule: heavy, when: [charge > 2], then: deny, because: heavy}\n  - {rule: "
                                   "sealed, when: [all-sealed], then: authorize, because: sealed}\n"
                                   "otherwise: {then: deny, because: opened}\n");
  give(bench, "charge", 0, 1000000);
  give(bench, "sealed", 0, 1);
  give(bench, "weighed", 1, 700000);
  /* line 0 was told all, but not what the other line's seal is; line 1 assumes its charge from what it was told to weigh */
  expect(bench, "\"assumed\":[\"sealed\"]");
  expect(bench, "\"assumed\":[\"charge\",\"sealed\"]");
  end(bench);
}

static void test_possible_behind_an_error(void **state) {
  (void)state;
  struct bench *bench =
      begin(HEAD GOODS "rules:\n  - {rule: cheap, when: [cheap], then: authorize, because: fine}\n"
                       "  - {rule: ratio, when: [damaged, price / (quantity - 1) > 1.00], then: exchange_only, because: ratio}\n"
                       "otherwise: {then: deny, because: late}\n");
  give(bench, "price", 0, 500);
  give(bench, "damaged", 0, 1);
  expect(bench, "\"needs\":[\"cheap\"],\"possible\":[\"authorize\",\"exchange_only\",\"deny\"]");
  end(bench);
}

static void test_denial_tells_all_reasons(void **state) {
  (void)state;
  struct bench *bench = begin(HEAD GOODS "rules:\n  - {rule: a, when: [price > 1.00], then: deny, because: dear}\n  - {rule: b, "
                                         "when: [damaged], then: deny, because: damaged}\n"
                                         "  - {rule: c, when: [price > 2.00], then: deny, because: dear}\n  - {rule: d, when: "
                                         "[cheap], then: authorize, because: fine}\n"
                                         "otherwise: {then: deny, because: late}\n");
  give(bench, "price", 0, 500);
  give(bench, "damaged", 0, 1);
  give(bench, "cheap", 0, 1);
  expect(bench, "\"reasons\":[\"dear\",\"damaged\"],\"reasons_open\":false"); /* then a rule that grants */
  restart(bench);
  give(bench, "price", 0, 500);
  give(bench, "cheap", 0, 0);
  expect(bench, "\"reasons\":[\"dear\",\"late\"],\"reasons_open\":false");
  restart(bench);
  give(bench, "price", 0, 500);
  expect(bench, "\"reasons\":[\"dear\"],\"reasons_open\":true");
  end(bench);
}

static void test_refused_requests(void **state) {
  (void)state;
  struct bench *bench = begin(HEAD GOODS "require:\n  - price <= 1000.00\nrules: [{rule: all, then: authorize, because: "
                                         "fine}]\notherwise: {then: deny, because: late}\n");
  give(bench, "price", 0, 500);
  give(bench, "price", 1, 100001);
  expect_refused(bench, 1, "");
  restart(bench);
  give(bench, "price", 0, -1);
  expect_refused(bench, 0, "");
  restart(bench);
  give(bench, "price", 0, 100);
  give(bench, "quantity", 0, INT64_MAX);
  expect_refused(bench, 0, "all");
  end(bench);
}

static void test_no_valid_policy(void **state) {
  (void)state;
  struct bench *bench = begin(
      "returns: 1\npolicy: p\nfacts: [{fact: asked, type: date, of: request}, {fact: good, type: flag}]\nvalid: {by: asked, "
      "from: 2026-01-01}\n"
      "rules: [{rule: all, when: [good], then: authorize, because: fine}]\notherwise: {then: deny, because: late}\n");
  give(bench, "asked", ORACLE_NO_LINE, date_from_civil(2025, 12, 31));
  give(bench, "good", 0, 1);
  expect(bench, "{\"status\":\"no_valid_policy\"");
  expect(bench, "\"lines\":[],\"allowances\":[]");
  restart(bench);
  give(bench, "good", 0, 1);
  expect(bench, "\"needs\":[\"asked\"],\"possible\":[\"authorize\",\"deny\"]");
  end(bench);
}

static void test_over_lines(void **state) {
  (void)state;
  struct bench *bench =
      begin(HEAD "facts:\n  - {fact: order, type: text}\n  - {fact: price, type: money}\n  - {fact: sealed, type: flag}\n"
                 "unit_value: price\nterms:\n  - {term: total, of: order, is: sum of price over lines where sealed}\n  - {term: "
                 "all-sealed, of: request, is: every line where sealed}\n"
                 "rules:\n  - {rule: all, when: [all-sealed], then: deny, because: sealed}\n  - {rule: much, when: [total >= "
                 "10.00], then: authorize, because: much}\n"
                 "otherwise: {then: deny, because: little}\n");
  for (uint32_t line = 0; line < 3; line++) {
    give_text(bench, "order", line, line == 2 ? "o2" : "o1");
    give(bench, "price", line, 600);
    give(bench, "sealed", line, line != 1);
  }
  expect(bench, "\"because\":\"little\"");
  give(bench, "price", 3, 400);
  give_text(bench, "order", 3, "o1");
  give(bench, "sealed", 3, 1);
  expect(bench, "\"because\":\"much\"");
  end(bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole_answer),
      cmocka_unit_test(test_fee_is_rounded_once_per_line),
      cmocka_unit_test(test_roundings),
      cmocka_unit_test(test_portions_round_cumulatively),
      cmocka_unit_test(test_fee_above_credit),
      cmocka_unit_test(test_request_fee_is_spread_by_largest_remainder),
      cmocka_unit_test(test_five_against_an_allowance_of_four),
      cmocka_unit_test(test_undecided_line_blurs_the_balance),
      cmocka_unit_test(test_refused_role_gives_back),
      cmocka_unit_test(test_last_days),
      cmocka_unit_test(test_date_outside_the_calendar),
      cmocka_unit_test(test_error_only_where_it_decides),
      cmocka_unit_test(test_split_finds_what_agrees),
      cmocka_unit_test(test_term_carries_its_values),
      cmocka_unit_test(test_provisional),
      cmocka_unit_test(test_assumed_as_the_line_sees_it),
      cmocka_unit_test(test_possible_behind_an_error),
      cmocka_unit_test(test_denial_tells_all_reasons),
      cmocka_unit_test(test_refused_requests),
      cmocka_unit_test(test_no_valid_policy),
      cmocka_unit_test(test_over_lines),
  };
  return cmocka_run_group_tests_name("oracle", tests, NULL, NULL);
}
