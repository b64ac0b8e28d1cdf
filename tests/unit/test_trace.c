/* Traces: what path and full say, derived from the snapshot after the request was reused; values, origins, draws, amounts,
 * memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "evaluate/decision.h"
#include "evaluate/trace.h"
#include "evaluated.h"

static const char shop[] = "returns: 1\n"                                                                    /* 1 */
                           "policy: shop\n"                                                                  /* 2 */
                           "currency: EUR\n"                                                                 /* 3 */
                           "conventions: {rounding: half_up, fee_above_credit: zero, fill: request_order}\n" /* 4 */
                           "facts:\n"                                                                        /* 5 */
                           "  - {fact: brand, type: text}\n"                                                 /* 6 */
                           "  - {fact: ordered, type: count, of: brand, absent: 6}\n"                        /* 7 */
                           "  - {fact: price, type: money}\n"                                                /* 8 */
                           "  - {fact: pieces, type: count}\n"                                               /* 9 */
                           "  - {fact: paid, type: money, same_as: price}\n"                                 /* 10 */
                           "  - {fact: state, type: choice, values: [good, bad], supplied_by: inspect, assume: good}\n"
                           "  - {fact: age, type: count, private: yes}\n" /* 12 */
                           "units: pieces\n"
                           "unit_value: price\n"
                           "terms:\n"
                           "  - {term: half, is: 50% of price}\n" /* 16 */
                           "  - {term: old, when: [age > 60]}\n"
                           "allowances:\n"
                           "  - {allowance: swap, of: brand, units: round_down(ordered / 3)}\n"
                           "rules:\n"
                           "  - rule: old\n" /* 21 */
                           "    when:\n"
                           "      - old\n"
                           "    then: deny\n"
                           "    because: old\n"
                           "  - rule: cheap\n" /* 26 */
                           "    when:\n"
                           "      - paid < half\n"
                           "      - state is bad\n"
                           "    then: deny\n"
                           "    because: cheap\n"
                           "  - rule: swap\n" /* 32 */
                           "    when:\n"
                           "      - state is good\n"
                           "    unless:\n"
                           "      - price > 90.00\n"
                           "    up_to: swap\n"
                           "    then: partial_credit\n"
                           "    credit: 33% of value\n"
                           "    because: swapped\n"
                           "otherwise: {then: deny, because: outside}\n"
                           "fees:\n"
                           "  - {fee: handling, amount: 10% of value per line, at_least: 1.00, at_most: 3.00}\n";

struct fixture {
  returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
  struct memory memory;
  struct arena arena;
};

static int setup(void **state) {
  static struct fixture f;
  f.policy = evaluated_policy(NULL, shop);
  f.memory = memory_of_libc();
  arena_init(&f.arena, &f.memory);
  assert_int_equal(returns_request_new(f.policy, &f.request), RETURNS_OK);
  assert_int_equal(returns_decision_new(NULL, &f.decision), RETURNS_OK);
  *state = &f;
  return 0;
}

static int teardown(void **state) {
  struct fixture *f = *state;
  arena_free(&f->arena);
  returns_decision_free(f->decision);
  returns_request_free(f->request);
  returns_policy_free(f->policy);
  return 0;
}

/* Evaluates, empties the request, derives. */
static struct trace derive(struct fixture *f, const char *json, int32_t kept, int32_t wanted) {
  const returns_options options = {.size = sizeof options, .trace = kept};
  struct trace trace;
  assert_int_equal(returns_request_read_json(f->request, json, strlen(json)), RETURNS_OK);
  assert_int_equal(returns_evaluate(f->policy, f->request, &options, f->decision), RETURNS_OK);
  returns_request_clear(f->request);
  assert_true(trace_derive(f->decision, wanted, &f->arena, &trace));
  return trace;
}

#define ONE "{\"lines\":[{\"brand\":\"Oakley\",\"price\":\"20.00\",\"pieces\":3,\"age\":30}]}"

static void levels_are_what_was_kept(void **state) {
  struct fixture *f = *state;
  assert_int_equal(derive(f, ONE, RETURNS_TRACE_NONE, RETURNS_TRACE_FULL).level, RETURNS_TRACE_NONE);
  assert_int_equal(derive(f, ONE, RETURNS_TRACE_PATH, RETURNS_TRACE_FULL).level, RETURNS_TRACE_PATH);
  assert_int_equal(derive(f, ONE, RETURNS_TRACE_FULL, RETURNS_TRACE_PATH).level, RETURNS_TRACE_PATH);
  struct trace trace = derive(f, ONE, RETURNS_TRACE_FULL, RETURNS_TRACE_FULL);
  assert_int_equal(trace.level, RETURNS_TRACE_FULL);
  assert_int_equal(trace.line_count, 1);
}

static void path_tells_the_rules_that_took(void **state) {
  struct trace trace = derive(*state, ONE, RETURNS_TRACE_PATH, RETURNS_TRACE_PATH);
  const struct trace_line *line = &trace.lines[0];
  assert_int_equal(line->rule_count, 2);
  const struct trace_rule *swap = &line->rules[0], *otherwise = &line->rules[1];
  assert_string_equal(swap->rule, "swap");
  assert_string_equal(swap->file, "policy.yaml");
  assert_int_equal(swap->line, 32);
  assert_true(swap->truth == TRACE_TRUE && swap->took == 2 && swap->remaining == 1 && swap->verdict == RETURNS_PARTIAL_CREDIT);
  assert_non_null(swap->draw);
  assert_string_equal(swap->draw->allowance, "swap");
  assert_string_equal(swap->draw->key, "Oakley");
  assert_string_equal(swap->draw->before, "2");
  assert_string_equal(swap->draw->taken, "2");
  assert_string_equal(swap->draw->after, "0");
  assert_int_equal(swap->test_count, 2);
  assert_string_equal(swap->tests[0].source, "state is good");
  assert_int_equal(swap->tests[0].line, 34);
  assert_string_equal(swap->tests[0].values[0].name, "state");
  assert_string_equal(swap->tests[0].values[0].value, "good");
  assert_string_equal(swap->tests[0].values[0].origin, "assumed");
  assert_true(swap->tests[1].negated && swap->tests[1].truth == TRACE_TRUE);
  assert_string_equal(swap->tests[1].values[0].value, "20.00");
  assert_string_equal(swap->tests[1].values[0].origin, "given");
  assert_string_equal(otherwise->rule, "otherwise");
  assert_true(otherwise->took == 1 && otherwise->remaining == 0 && otherwise->draw == NULL && otherwise->test_count == 0);
}

static void full_tells_why_not(void **state) {
  struct trace trace = derive(*state, ONE, RETURNS_TRACE_FULL, RETURNS_TRACE_FULL);
  const struct trace_line *line = &trace.lines[0];
  assert_int_equal(line->rule_count, 4);
  const struct trace_test *old = &line->rules[0].tests[0], *cheap = &line->rules[1].tests[0];
  assert_true(line->rules[0].truth == TRACE_FALSE && line->rules[0].test_count == 1);
  assert_string_equal(old->values[0].name, "old");
  assert_string_equal(old->values[0].kind, "term");
  assert_null(old->values[0].value);                                                  /* it is made of a private fact */
  assert_true(line->rules[1].truth == TRACE_FALSE && line->rules[1].test_count == 1); /* the first that failed */
  assert_string_equal(cheap->source, "paid < half");
  assert_int_equal(cheap->value_count, 2);
  assert_string_equal(cheap->values[0].origin, "same_as");
  assert_string_equal(cheap->values[0].value, "20.00");
  assert_string_equal(cheap->values[1].name, "half");
  assert_string_equal(cheap->values[1].value, "10.00");
}

static void amounts_tell_how_they_came_about(void **state) {
  struct trace trace = derive(*state, ONE, RETURNS_TRACE_PATH, RETURNS_TRACE_PATH);
  const struct trace_line *line = &trace.lines[0];
  assert_int_equal(line->amount_count, 2);
  const struct trace_amount *credit = &line->amounts[0], *fee = &line->amounts[1];
  assert_string_equal(credit->name, "credit");
  assert_string_equal(credit->source, "33% of value");
  assert_string_equal(credit->base, "40.00");
  assert_string_equal(credit->percent, "33%");
  assert_string_equal(credit->exact, "13.2");
  assert_string_equal(credit->rounded, "13.20");
  assert_null(credit->collected);
  assert_string_equal(fee->name, "fee handling");
  assert_int_equal(fee->line, 43);
  assert_string_equal(fee->base, "40.00");
  assert_string_equal(fee->exact, "4");
  assert_string_equal(fee->at_least, "1.00");
  assert_string_equal(fee->at_most, "3.00");
  assert_string_equal(fee->rounded, "3.00");
  assert_string_equal(fee->collected, "3.00");
}

static void open_lines_show_what_is_missing(void **state) {
  struct trace trace =
      derive(*state, "{\"done\":[\"inspect\"],\"lines\":[{\"brand\":\"x\",\"price\":\"20.00\",\"pieces\":3,\"age\":30}]}",
             RETURNS_TRACE_FULL, RETURNS_TRACE_FULL);
  const struct trace_line *line = &trace.lines[0];
  /* Up to the last resort, which takes what remains. */
  assert_string_equal(line->rules[line->rule_count - 1].rule, "otherwise");
  const struct trace_rule *swap = &line->rules[2];
  assert_true(swap->truth == TRACE_OPEN && swap->took == 0 && swap->test_count == 1);
  assert_string_equal(swap->tests[0].values[0].value, "open");
  assert_string_equal(swap->tests[0].values[0].origin, "missing");
  assert_int_equal(line->amount_count, 0);
  trace = derive(*state, "{\"lines\":[{\"price\":\"20.00\",\"pieces\":3,\"age\":30}]}", RETURNS_TRACE_PATH, RETURNS_TRACE_PATH);
  assert_string_equal(trace.lines[0].rules[0].rule, "swap"); /* rules that may decide */
}

static void private_values_are_not_shown(void **state) {
  struct trace trace = derive(*state, "{\"lines\":[{\"brand\":\"x\",\"price\":\"20.00\",\"pieces\":3,\"age\":61}]}",
                              RETURNS_TRACE_FULL, RETURNS_TRACE_FULL);
  const struct trace_rule *old = &trace.lines[0].rules[0];
  assert_true(old->took == 3 && old->tests[0].truth == TRACE_TRUE);
  for (uint32_t i = 0; i < old->tests[0].value_count; i++) assert_null(old->tests[0].values[i].value);
}

/* Deriving twice gives the same, also between other evaluations of other decisions. */
static void deriving_is_repeatable(void **state) {
  struct fixture *f = *state;
  struct trace first = derive(f, ONE, RETURNS_TRACE_FULL, RETURNS_TRACE_FULL), again;
  assert_true(trace_derive(f->decision, RETURNS_TRACE_FULL, &f->arena, &again));
  assert_int_equal(first.lines[0].rule_count, again.lines[0].rule_count);
  assert_string_equal(first.lines[0].amounts[0].exact, again.lines[0].amounts[0].exact);
  int64_t credit = 0;
  assert_int_equal(returns_decision_totals(f->decision, &credit, NULL, NULL, NULL), RETURNS_OK);
  assert_int_equal(credit, 1320);
}

static void every_allocation_may_fail(void **state) {
  struct fixture *f = *state;
  struct strict_memory strict;
  size_t failures = 0;
  (void)derive(f, ONE, RETURNS_TRACE_FULL, RETURNS_TRACE_FULL);
  for (size_t n = 0;; n++) {
    struct memory memory = memory_of_strict(&strict, n);
    struct arena arena;
    struct trace trace;
    arena_init(&arena, &memory);
    bool derived = trace_derive(f->decision, RETURNS_TRACE_FULL, &arena, &trace);
    arena_free(&arena);
    assert_int_equal(strict.held, 0);
    failures += !derived;
    if (derived) break;
  }
  assert_true(failures > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(levels_are_what_was_kept, setup, teardown),
      cmocka_unit_test_setup_teardown(path_tells_the_rules_that_took, setup, teardown),
      cmocka_unit_test_setup_teardown(full_tells_why_not, setup, teardown),
      cmocka_unit_test_setup_teardown(amounts_tell_how_they_came_about, setup, teardown),
      cmocka_unit_test_setup_teardown(open_lines_show_what_is_missing, setup, teardown),
      cmocka_unit_test_setup_teardown(private_values_are_not_shown, setup, teardown),
      cmocka_unit_test_setup_teardown(deriving_is_repeatable, setup, teardown),
      cmocka_unit_test_setup_teardown(every_allocation_may_fail, setup, teardown),
  };
  return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
