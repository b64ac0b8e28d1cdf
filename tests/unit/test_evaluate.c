/* Evaluation: portions and limits, amounts and fees, approvals, missing facts, balances, assumptions, errors, the short way,
 * misuse, memory and threads.
 *
 * A request is told in JSON; the answer is compared as text, one line of the request behind the other (see describe).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <pthread.h>

#include <cmocka.h>

#include "evaluate/decision.h"
#include "evaluated.h"

#define HEAD                                                                                                                     \
  "returns: 1\npolicy: p\ncurrency: EUR\nconventions: {month_end: clamp, rounding: half_up, fee_above_credit: zero, fill: "      \
  "request_order}\n"
#define LAST "otherwise: {then: deny, because: outside}\n"

/* ---- asking and describing ---- */

static const char *const verdicts[] = {"?", "authorize", "partial", "exchange", "deny"};

struct out {
  char text[4096];
  size_t size;
};

__attribute__((format(printf, 2, 3))) static void put(struct out *out, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int more = vsnprintf(out->text + out->size, sizeof out->text - out->size, format, arguments);
  va_end(arguments);
  assert_true(more >= 0 && out->size + (size_t)more < sizeof out->text);
  out->size += (size_t)more;
}

static const char *fact_name(const returns_decision *d, uint32_t fact) { return returns_policy_fact_name(d->policy, fact); }

static void put_portion(struct out *out, const returns_decision *d, uint32_t line, uint32_t p) {
  int32_t verdict = 0, answer = 0, bonus = 0;
  int64_t units = 0, credit = 0, charged = 0, collected = 0;
  const char *name = NULL, *value = NULL;
  assert_int_equal(returns_decision_verdict(d, line, p, &verdict), RETURNS_OK);
  assert_int_equal(returns_decision_units(d, line, p, &units), RETURNS_OK);
  assert_int_equal(returns_decision_amounts(d, line, p, &credit, NULL, NULL, NULL), RETURNS_OK);
  put(out, "%s%lld %s %s", p ? " + " : "", (long long)units, verdicts[verdict], returns_decision_rule_name(d, line, p));
  if (credit) put(out, " %lld", (long long)credit);
  for (uint32_t i = 0; i < returns_decision_adjustment_count(d, line, p); i++) {
    assert_int_equal(returns_decision_adjustment(d, line, p, i, &name, &bonus, &charged, &collected), RETURNS_OK);
    put(out, " %s%s %lld", bonus ? "+" : "-", name, (long long)charged);
    if (collected != charged) put(out, "/%lld", (long long)collected);
  }
  for (uint32_t i = 0; i < returns_decision_approval_count(d, line, p); i++) {
    assert_int_equal(returns_decision_approval(d, line, p, i, &name, &answer), RETURNS_OK);
    put(out, " %s%s", answer > 0 ? "agreed:" : answer < 0 ? "refused:" : "ask:", name);
  }
  for (uint32_t i = 0; i < returns_decision_output_count(d, line, p); i++) {
    assert_int_equal(returns_decision_output(d, line, p, i, &name, &value), RETURNS_OK);
    put(out, " %s=%s", name, value ? value : "open");
  }
  put(out, " [");
  for (uint32_t i = 0; i < returns_decision_reason_count(d, line, p); i++)
    put(out, "%s%s", i ? " " : "", returns_decision_reason(d, line, p, i));
  put(out, "]");
}

/* "2 authorize rule 1600 -fee 10 [reason] + 1 deny otherwise [outside] net 1590", "needs a b: authorize deny", "assumes x". */
static void put_line(struct out *out, const returns_decision *d, uint32_t line) {
  int32_t status = 0, verdict = 0;
  uint32_t fact = 0;
  int64_t net = 0;
  assert_int_equal(returns_decision_line_status(d, line, &status), RETURNS_OK);
  if (status == RETURNS_UNDECIDED) {
    put(out, "needs");
    for (uint32_t i = 0; i < returns_decision_need_count(d, line); i++) {
      assert_int_equal(returns_decision_need(d, line, i, &fact), RETURNS_OK);
      put(out, " %s", fact_name(d, fact));
    }
    put(out, ":");
    for (uint32_t i = 0; i < returns_decision_possible_count(d, line); i++) {
      assert_int_equal(returns_decision_possible(d, line, i, &verdict), RETURNS_OK);
      put(out, " %s", verdicts[verdict]);
    }
    return;
  }
  for (uint32_t p = 0; p < returns_decision_portion_count(d, line); p++) put_portion(out, d, line, p);
  assert_int_equal(returns_decision_line_totals(d, line, NULL, NULL, NULL, &net), RETURNS_OK);
  if (net) put(out, " net %lld", (long long)net);
  for (uint32_t i = 0; i < returns_decision_assumed_count(d, line); i++) {
    assert_int_equal(returns_decision_assumed(d, line, i, &fact), RETURNS_OK);
    put(out, " assumes %s", fact_name(d, fact));
  }
}

static void describe(struct out *out, const returns_decision *d) {
  int32_t status = 0;
  *out = (struct out){.size = 0};
  assert_int_equal(returns_decision_status(d, &status), RETURNS_OK);
  if (status == RETURNS_NO_VALID_POLICY) put(out, "no valid policy");
  for (uint32_t i = 0; i < returns_decision_line_count(d); i++) {
    if (i) put(out, "; ");
    put_line(out, d, i);
  }
}

static void read_json(returns_request *request, const char *json) {
  char text[4096];
  size_t size = 0;
  for (const char *c = json; *c; c++) text[size++] = *c == '\'' ? '"' : *c; /* quotes are apostrophes in this file */
  int32_t status = returns_request_read_json(request, text, size);
  if (status != RETURNS_OK) print_error("%s\n", returns_request_error(request));
  assert_int_equal(status, RETURNS_OK);
}

struct one {
  returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
};

static struct one open_one(const char *yaml) {
  struct one one = {.policy = evaluated_policy(NULL, yaml)};
  assert_int_equal(returns_request_new(one.policy, &one.request), RETURNS_OK);
  assert_int_equal(returns_decision_new(NULL, &one.decision), RETURNS_OK);
  return one;
}

static void close_one(struct one *one) {
  returns_decision_free(one->decision);
  returns_request_free(one->request);
  returns_policy_free(one->policy);
}

static void ask(struct one *one, const char *json, const char *expected) {
  struct out out;
  read_json(one->request, json);
  int32_t status = returns_evaluate(one->policy, one->request, NULL, one->decision);
  if (status != RETURNS_OK) print_error("%s: %s\n", json, returns_decision_error(one->decision));
  assert_int_equal(status, RETURNS_OK);
  describe(&out, one->decision);
  if (strcmp(out.text, expected) != 0) print_error("%s\n", json);
  assert_string_equal(out.text, expected);
}

static void ask_error(struct one *one, const char *json, const char *code, uint32_t line, const char *name, const char *words) {
  int32_t status;
  read_json(one->request, json);
  assert_int_equal(returns_evaluate(one->policy, one->request, NULL, one->decision), RETURNS_ERROR_REQUEST);
  assert_string_equal(returns_decision_error_code(one->decision), code);
  assert_int_equal(returns_decision_error_line(one->decision), line);
  assert_string_equal(returns_decision_error_rule(one->decision), name);
  if (!strstr(returns_decision_error(one->decision), words))
    fail_msg("`%s` does not say `%s`", returns_decision_error(one->decision), words);
  assert_int_equal(returns_decision_status(one->decision, &status), RETURNS_ERROR_EMPTY);
  assert_int_equal(returns_decision_line_count(one->decision), 0);
}

/* ---- rules, days ---- */

static void boundary_days(void **state) {
  struct one one =
      open_one(HEAD "facts:\n  - {fact: today, type: date, of: request}\n  - {fact: bought, type: date}\n"
                    "rules:\n"
                    "  - {rule: days, when: [today within 30 days of bought], then: authorize, because: days}\n"
                    "  - {rule: counting, when: [today within 32 days counting bought], then: authorize, because: counting}\n"
                    "  - {rule: months, when: [today within 2 months of bought], then: authorize, because: months}\n" LAST);
  (void)state;
  ask(&one,
      "{'today':'2026-03-31','lines':[{'bought':'2026-03-01'},{'bought':'2026-02-28'},{'bought':'2026-02-27'},{'bought':'2026-04-"
      "01'}]}",
      "1 authorize days [days]; 1 authorize counting [counting]; 1 authorize months [months]; 1 deny otherwise [outside]");
  /* 31 December + 2 months is 28 February. */
  ask(&one, "{'today':'2027-02-28','lines':[{'bought':'2026-12-31'},{'bought':'2026-12-28'},{'bought':'2026-12-27'}]}",
      "1 authorize months [months]; 1 authorize months [months]; 1 deny otherwise [outside]");
  /* At the end of time a window has no end; where it has not begun that does not matter. */
  ask(&one, "{'today':'9999-12-01','lines':[{'bought':'9999-12-02'}]}", "1 deny otherwise [outside]");
  ask_error(&one, "{'today':'9999-12-31','lines':[{'bought':'9999-12-02'}]}", "R0952", 0, "days", "leaves the years 1 to 9999");
  close_one(&one);
}

static void denials_tell_all_reasons(void **state) {
  struct one one = open_one(HEAD "facts:\n  - {fact: a, type: flag}\n  - {fact: b, type: flag}\n  - {fact: c, type: flag}\n"
                                 "rules:\n"
                                 "  - {rule: one, when: [a], then: deny, because: one}\n"
                                 "  - {rule: two, when: [b], then: deny, because: two}\n"
                                 "  - {rule: again, when: [a], then: deny, because: one}\n"
                                 "  - {rule: grant, when: [c], then: authorize, because: grant}\n"
                                 "  - {rule: last, when: [a], then: deny, because: last}\n" LAST);
  (void)state;
  ask(&one,
      "{'lines':[{'a':true,'b':true,'c':false},{'a':true,'b':true,'c':true},{'a':true,'b':false,'c':true},{'a':false,'b':false,'"
      "c':true}]}",
      "1 deny one [one two last outside]; 1 deny one [one two]; 1 deny one [one]; 1 authorize grant [grant]");
  close_one(&one);
}

/* ---- limits and amounts ---- */

#define SHOP                                                                                                                     \
  HEAD "facts:\n  - {fact: price, type: money, range: 0.00 .. 1000.00}\n  - {fact: pieces, type: count, range: 0 .. 100}\n"      \
       "  - {fact: brand, type: text, optional: yes}\n  - {fact: ordered, type: count, of: brand, absent: 0}\n  - {fact: "       \
       "budget, type: money, of: request, absent: 100.00}\n"                                                                     \
       "units: pieces\nunit_value: price\n"

static void limits_split_a_line(void **state) {
  struct one one = open_one(
      SHOP "allowances:\n  - {allowance: swap, of: brand, units: round_down(ordered / 3)}\n  - {allowance: pot, money: budget}\n"
           "rules:\n"
           "  - {rule: swapped, when: [brand is given], up_to: swap, then: exchange_only, because: swapped}\n"
           "  - {rule: two, up_to: 2 units, then: authorize, because: two}\n"
           "  - {rule: paid, up_to: pot, then: partial_credit, credit: 50% of value, because: paid}\n" LAST);
  (void)state;
  ask(&one,
      "{'ordered':{'A':7},'lines':[{'brand':'A','price':'40.00','pieces':7},{'brand':'A','price':'0.00','pieces':3},{'price':'30."
      "00','pieces':4}]}",
      "2 exchange swapped 8000 [swapped] + 2 authorize two 8000 [two] + 2 partial paid 4000 [paid] + 1 deny otherwise [outside] "
      "net 20000; "
      "2 authorize two [two] + 1 partial paid [paid]; 2 authorize two 6000 [two] + 2 deny otherwise [outside] net 6000");
  const char *name, *key;
  int32_t money;
  int64_t limit, drawn, left;
  assert_int_equal(returns_decision_allowance_count(one.decision), 2);
  assert_int_equal(returns_decision_allowance(one.decision, 0, &name, &key, &money, &limit, &drawn, &left), RETURNS_OK);
  assert_string_equal(name, "swap");
  assert_string_equal(key, "A");
  assert_true(!money && limit == 2 && drawn == 2 && left == 0);
  assert_int_equal(returns_decision_allowance(one.decision, 1, &name, &key, &money, &limit, &drawn, &left), RETURNS_OK);
  assert_string_equal(key, "");
  assert_true(money && limit == 10000 && drawn == 8000 && left == 2000);
  assert_int_equal(returns_decision_allowance(one.decision, 2, &name, &key, &money, &limit, &drawn, &left),
                   RETURNS_ERROR_ARGUMENT);
  /* No units: no portions. */
  ask(&one, "{'lines':[{'price':'1.00','pieces':0}]}", "");
  close_one(&one);
}

static void fees_and_bonuses(void **state) {
  struct one one = open_one(
      SHOP "rules:\n  - {rule: two, up_to: 2 units, then: authorize, because: two}\n"
           "  - {rule: half, up_to: 1 unit, then: partial_credit, credit: 33.335% of value, because: half, fees: none}\n" LAST
           "fees:\n"
           "  - {fee: unit, amount: 15% of value per unit, at_most: 30.00}\n"
           "  - {fee: line, amount: 1.00 per line, when: [price > 10.00]}\n"
           "  - {fee: shared, amount: 1.00 per request, above_credit: owed}\n"
           "  - {fee: denial, amount: 5.00 per line, when: [verdict is deny], on_denial: yes, above_credit: owed}\n"
           "bonuses:\n  - {bonus: thanks, amount: 0.05 per unit}\n");
  (void)state;
  ask(&one, "{'lines':[{'price':'199.90','pieces':4},{'price':'0.01','pieces':1}]}",
      "2 authorize two 39980 -unit 5997 -line 100 -shared 100 -denial 333 +thanks 10 [two] + 1 partial half 6664 +thanks 5 "
      "[half] + "
      "1 deny otherwise -denial 167 [outside] net 39962; 1 authorize two 1 -unit 0 -shared 0 +thanks 5 [two] net 6");
  /* What the credit cannot bear is not collected, unless it is owed. */
  ask(&one, "{'lines':[{'price':'10.01','pieces':1}]}",
      "1 authorize two 1001 -unit 150 -line 100 -shared 100 +thanks 5 [two] net 656");
  close_one(&one);
  one = open_one(SHOP
                 "rules:\n  - {rule: all, then: authorize, because: all}\n" LAST
                 "fees:\n  - {fee: flat, amount: 8.00 per line}\n  - {fee: owed, amount: 4.00 per line, above_credit: owed}\n");
  ask(&one, "{'lines':[{'price':'5.00','pieces':1}]}", "1 authorize all 500 -flat 800/500 -owed 400 [all] net -400");
  close_one(&one);
}

/* 1.00 over weights 1, 1, 1: the remainder goes to the earliest. */
static void shared_amounts_sum_up(void **state) {
  struct one one = open_one(SHOP "rules:\n  - {rule: all, when: [price > 0.00], then: authorize, because: all}\n" LAST
                                 "fees:\n  - {fee: shared, amount: 1.00 per request}\n");
  (void)state;
  ask(&one,
      "{'lines':[{'price':'3.00','pieces':1},{'price':'3.00','pieces':1},{'price':'3.00','pieces':1},{'price':'0.00','pieces':1}]"
      "}",
      "1 authorize all 300 -shared 34 [all] net 266; 1 authorize all 300 -shared 33 [all] net 267; 1 authorize all 300 -shared "
      "33 [all] net 267; "
      "1 deny otherwise [outside]");
  /* While a line that may be granted is open, so is every share. */
  ask(&one, "{'lines':[{'price':'3.00','pieces':1},{'pieces':1}]}", "needs price: authorize; needs price: authorize deny");
  close_one(&one);
}

static void approvals_and_outputs(void **state) {
  struct one one = open_one(
      SHOP
      "allowances:\n  - {allowance: pot, units: 3}\n"
      "rules:\n  - {rule: all, up_to: pot, then: authorize, because: all}\n" LAST
      "approvals:\n  - {approval: manager, when: [request_value > 50.00]}\n  - {approval: director, when: [credit > 80.00]}\n"
      "outputs:\n  - output: goes\n    values: [shelf, back]\n    cases:\n      - {when: [verdict is deny], is: back}\n    "
      "otherwise: shelf\n");
  (void)state;
  ask(&one, "{'lines':[{'price':'30.00','pieces':1}]}", "1 authorize all 3000 goes=shelf [all] net 3000");
  ask(&one, "{'agreed':['manager'],'lines':[{'price':'30.00','pieces':4}]}",
      "3 authorize all 9000 agreed:manager ask:director goes=shelf [all] + 1 deny otherwise goes=back [outside] net 9000");
  /* Refused: a denial that has drawn nothing; the next line finds the pot full. */
  ask(&one, "{'agreed':['manager'],'refused':['director'],'lines':[{'price':'30.00','pieces':4},{'price':'2.00','pieces':3}]}",
      "3 deny all agreed:manager refused:director goes=back [approval_refused] + 1 deny otherwise goes=back [outside]; "
      "3 authorize all 600 agreed:manager goes=shelf [all] net 600");
  close_one(&one);
}

/* ---- missing facts ---- */

static void missing_facts_leave_open_what_hangs_on_them(void **state) {
  struct one one =
      open_one(HEAD "facts:\n  - {fact: reason, type: choice, values: [broken, wrong, late]}\n  - {fact: gift, type: flag}\n  - "
                    "{fact: days_used, type: count}\n"
                    "  - {fact: price, type: money}\nunit_value: price\n"
                    "rules:\n"
                    "  - {rule: broken, when: [reason is broken], then: authorize, because: broken}\n"
                    "  - {rule: used, when: [days_used > 30], then: deny, because: used}\n"
                    "  - {rule: gift, when: [gift], then: exchange_only, because: gift}\n"
                    "  - {rule: rest, when: [\"reason is one of [wrong, late]\"], then: authorize, because: rest}\n" LAST);
  (void)state;
  ask(&one, "{'lines':[{'reason':'broken','price':'1.00'}]}",
      "1 authorize broken 100 [broken] net 100");                                  /* nothing else matters */
  ask(&one, "{'lines':[{'reason':'late','days_used':31}]}", "1 deny used [used]"); /* not even the price */
  ask(&one, "{'lines':[{'reason':'late','gift':false,'price':'1.00'}]}", "needs days_used: deny authorize");
  ask(&one, "{'lines':[{'gift':false,'days_used':1,'price':'1.00'}]}", "needs reason: authorize"); /* the rule is open */
  ask(&one, "{'lines':[{'days_used':1,'price':'1.00'}]}", "needs reason gift: authorize exchange");
  ask(&one, "{'lines':[{'reason':'wrong','gift':false,'days_used':1}]}", "needs price: authorize"); /* only the amount is */
  ask(&one, "{'lines':[{}]}", "needs reason gift days_used price: authorize deny exchange");
  close_one(&one);
}

/* Over all values of a flag or choice the same comes out: decided, though a test was open. */
static void splitting_settles_what_agrees(void **state) {
  struct one one = open_one(HEAD "facts:\n  - {fact: gift, type: flag}\n  - {fact: colour, type: choice, values: [red, green, "
                                 "blue]}\n  - {fact: n, type: count}\n"
                                 "rules:\n"
                                 "  - {rule: a, when: [(gift or colour is red), n > 3], then: deny, because: a}\n"
                                 "  - {rule: b, when: [\"colour is one of [red, green]\"], then: authorize, because: b}\n"
                                 "  - {rule: c, when: [colour is not red], then: authorize, because: c}\n" LAST
                                 "outputs:\n  - output: shelf\n    values: [one, two]\n    cases:\n      - {when: [colour is "
                                 "green], is: one}\n    otherwise: two\n");
  (void)state;
  ask(&one, "{'lines':[{'gift':true,'n':4}]}", "1 deny a shelf=open [a]");
  ask(&one, "{'lines':[{'colour':'red','n':3}]}", "1 authorize b shelf=two [b]");
  ask(&one, "{'lines':[{'n':3,'gift':true}]}", "needs colour: authorize");
  close_one(&one);
}

static void balances_become_intervals(void **state) {
  struct one one = open_one(SHOP "allowances:\n  - {allowance: pot, units: 5}\n"
                                 "rules:\n  - {rule: pot, up_to: pot, then: authorize, because: pot}\n" LAST);
  (void)state;
  /* The second line has room whatever the first takes; for the third it matters. */
  ask(&one, "{'lines':[{'price':'1.00'},{'price':'1.00','pieces':1}]}",
      "needs pieces: authorize deny; needs pieces: authorize deny");
  ask(&one, "{'lines':[{'price':'1.00','pieces':2},{'price':'1.00','pieces':3},{'price':'1.00','pieces':1}]}",
      "2 authorize pot 200 [pot] net 200; 3 authorize pot 300 [pot] net 300; 1 deny otherwise [outside]");
  close_one(&one);
  one = open_one(SHOP "  \nallowances:\n  - {allowance: pot, units: 5}\n"
                      "rules:\n  - {rule: two, when: [price > 10.00], up_to: 2 units, then: deny, because: two}\n  - {rule: pot, "
                      "up_to: pot, then: authorize, because: pot}\n" LAST);
  ask(&one, "{'lines':[{'pieces':4},{'price':'1.00','pieces':1},{'price':'1.00','pieces':3}]}",
      "needs price: deny authorize; 1 authorize pot 100 [pot] net 100; needs price: authorize deny");
  close_one(&one);
}

static void assumptions_are_told(void **state) {
  struct one one = open_one(
      HEAD "facts:\n  - {fact: good, type: flag, supplied_by: inspect, assume: yes}\n"
           "  - {fact: share, type: percent, supplied_by: inspect, assume: share_of_good}\n  - {fact: price, type: "
           "money}\nunit_value: price\n"
           "terms:\n  - term: share_of_good\n    cases:\n      - {when: [good], is: 100%}\n    otherwise: 50%\n"
           "rules:\n  - {rule: paid, when: [price > 5.00], then: partial_credit, credit: share of value, because: paid}\n" LAST);
  (void)state;
  ask(&one, "{'lines':[{'price':'10.00'},{'price':'4.00'},{'price':'10.00','share':'20%'},{'price':'10.00','good':false}]}",
      "1 partial paid 1000 [paid] net 1000 assumes good assumes share; 1 deny otherwise [outside]; 1 partial paid 200 [paid] net "
      "200; "
      "1 partial paid 500 [paid] net 500 assumes share");
  ask(&one, "{'done':['inspect'],'lines':[{'price':'10.00'}]}", "needs share: partial"); /* after the step nothing is assumed */
  close_one(&one);
}

static void validity_and_requirements(void **state) {
  struct one one =
      open_one(HEAD "valid: {by: today, from: 2026-01-01, until: 2026-12-31}\n"
                    "facts:\n  - {fact: today, type: date, of: request}\n  - {fact: bought, type: date}\n"
                    "require:\n  - bought on or before today\n"
                    "rules:\n  - {rule: ok, when: [today within 30 days of bought], then: authorize, because: ok}\n" LAST);
  (void)state;
  ask(&one, "{'today':'2025-12-31','lines':[{'bought':'2026-01-02'}]}", "no valid policy");
  ask(&one, "{'today':'2026-01-01','lines':[{'bought':'2026-01-01'}]}", "1 authorize ok [ok]");
  ask(&one, "{'today':'2026-12-31','lines':[{'bought':'2026-12-31'}]}", "1 authorize ok [ok]");
  ask(&one, "{'lines':[{'bought':'2026-12-31'}]}", "needs today: authorize deny");
  ask(&one, "{'today':'2026-02-01','lines':[{}]}",
      "needs bought: authorize deny"); /* a requirement with a fact missing is not broken */
  ask_error(&one, "{'today':'2026-02-01','lines':[{'bought':'2026-01-01'},{'bought':'2026-02-02'}]}", "R0953", 1, "",
            "line 2 of the request: the request breaks what the policy requires, `bought on or before today`: `bought` is "
            "2026-02-02, `today` is 2026-02-01 (policy.yaml:10)");
  close_one(&one);
}

/* ---- lines together, calendars ---- */

static void lines_are_seen_together(void **state) {
  struct one one = open_one(SHOP "terms:\n  - {term: of_brand, of: brand, is: sum of pieces over lines}\n  - {term: dear, of: "
                                 "request, is: any line where price > 100.00}\n"
                                 "  - {term: cheap, of: request, is: every line where price < 50.00}\n"
                                 "rules:\n  - {rule: many, when: [brand is given, of_brand >= 4], then: deny, because: many}\n"
                                 "  - {rule: dear, when: [dear], then: exchange_only, because: dear}\n  - {rule: cheap, when: "
                                 "[cheap], then: authorize, because: cheap}\n" LAST);
  (void)state;
  ask(&one,
      "{'lines':[{'brand':'A','price':'1.00','pieces':2},{'brand':'B','price':'1.00','pieces':3},{'brand':'A','price':'1.00','"
      "pieces':2},{'price':'1.00','pieces':1}]}",
      "2 deny many [many]; 3 authorize cheap 300 [cheap] net 300; 2 deny many [many]; 1 authorize cheap 100 [cheap] net 100");
  ask(&one, "{'lines':[{'price':'60.00','pieces':1},{'price':'100.01','pieces':1}]}",
      "1 exchange dear 6000 [dear] net 6000; 1 exchange dear 10001 [dear] net 10001");
  ask(&one, "{'lines':[{'price':'60.00','pieces':1},{'price':'100.00','pieces':1}]}",
      "1 deny otherwise [outside]; 1 deny otherwise [outside]");
  ask(&one, "{'lines':[{'price':'60.00','pieces':1},{'pieces':1}]}", "needs price: exchange deny; needs price: exchange deny");
  close_one(&one);
}

static void calendars_count_working_days(void **state) {
  struct one one = open_one(
      HEAD "calendars: [{calendar: au, weekend: [saturday, sunday], covers: 2026-01-01 .. 2026-12-31, holidays: [2026-01-26]}]\n"
           "facts:\n  - {fact: today, type: date, of: request}\n  - {fact: got, type: date}\n"
           "rules:\n  - {rule: three, when: [today within 3 working days of got], then: authorize, because: three}\n"
           "  - {rule: rolling, when: [today within 10 days of got rolling], then: exchange_only, because: rolling}\n" LAST);
  (void)state;
  /* Friday 23 January; Monday is a holiday: the third working day is Thursday the 29th. */
  ask(&one, "{'today':'2026-01-29','lines':[{'got':'2026-01-23'},{'got':'2026-01-22'},{'got':'2026-01-16'}]}",
      "1 authorize three [three]; 1 exchange rolling [rolling]; 1 deny otherwise [outside]");
  /* The tenth day is a holiday: the next working day still counts. */
  ask(&one, "{'today':'2026-01-27','lines':[{'got':'2026-01-16'}]}", "1 exchange rolling [rolling]");
  ask_error(&one, "{'today':'2026-12-31','lines':[{'got':'2026-12-30'}]}", "R0954", 0, "three",
            "calendar `au`, which covers 2026-01-01 .. 2026-12-31");
  close_one(&one);
}

/* ---- errors ---- */

static void amounts_without_a_value(void **state) {
  struct one one = open_one(
      HEAD
      "facts:\n  - {fact: n, type: count}\n  - {fact: m, type: money}\n  - {fact: d, type: date}\n  - {fact: kind, type: count}\n"
      "units: n\nunit_value: m\n"
      "rules:\n"
      "  - {rule: zero, when: [kind = 1, m / kind > 1.00 , m / (kind - 1) > 1.00], then: deny, because: zero}\n"
      "  - {rule: negative, when: [kind = 2], then: partial_credit, credit: value - 5.00, because: negative}\n"
      "  - {rule: huge, when: [kind = 3], then: partial_credit, credit: value * n * n, because: huge}\n"
      "  - {rule: late, when: [kind = 4, d more than 12 months after d], then: deny, because: late}\n"
      "  - {rule: fees, when: [kind >= 5], then: authorize, because: fees}\n" LAST
      "fees:\n  - {fee: below, when: [kind = 5], amount: value - 100.00 per line}\n"
      "  - {fee: crossed, when: [kind = 6], amount: 1.00 per line, at_least: 10.00, at_most: 10% of value}\n");
  (void)state;
  ask_error(&one, "{'lines':[{'n':1,'m':'2.00','kind':1}]}", "R0951", 0, "zero",
            "the condition of `zero` has no value: it divides by zero (policy.yaml:");
  ask_error(&one, "{'lines':[{'n':1,'m':'9.00','kind':9},{'n':1,'m':'2.00','kind':2}]}", "R0957", 1, "negative",
            "line 2 of the request: the credit of `negative`");
  assert_non_null(strstr(returns_decision_error(one.decision), "found -3"));
  ask_error(&one, "{'lines':[{'n':4000000000,'m':'90000000.00','kind':3}]}", "R0950", 0, "huge", "too large");
  ask_error(&one, "{'lines':[{'n':1,'m':'1.00','kind':4,'d':'9999-06-01'}]}", "R0952", 0, "late", "leaves the years 1 to 9999");
  ask_error(&one, "{'lines':[{'n':-1,'m':'1.00','kind':9}]}", "R0955", 0, "", "a whole number from 0 is expected, found -1");
  assert_string_equal(returns_decision_error_fact(one.decision), "n");
  ask_error(&one, "{'lines':[{'n':1,'m':'-1.00','kind':9}]}", "R0956", 0, "", "may not be negative, found -1");
  ask_error(&one, "{'lines':[{'n':1,'m':'1.00','kind':5}]}", "R0958", 0, "below", "may not be negative");
  ask_error(&one, "{'lines':[{'n':1,'m':'1.00','kind':6}]}", "R0959", 0, "crossed", "`at_least` exceeds `at_most`");
  /* The next request is not touched by any of it. */
  ask(&one, "{'lines':[{'n':1,'m':'200.00','kind':6}]}", "1 authorize fees 20000 -crossed 1000 [fees] net 19000");
  assert_string_equal(returns_decision_error_code(one.decision), "");
  assert_string_equal(returns_decision_error(one.decision), "");
  close_one(&one);
}

/* An error behind a false or an open rule is none; one that decides is. */
static void errors_count_only_where_they_decide(void **state) {
  struct one one = open_one(HEAD "facts:\n  - {fact: n, type: count}\n  - {fact: go, type: flag}\n  - {fact: x, type: count}\n"
                                 "rules:\n  - {rule: guarded, when: [n != 0, 10 / n > 3], then: deny, because: guarded}\n  - "
                                 "{rule: go, when: [go], then: authorize, because: go}\n"
                                 "  - {rule: bare, when: [x > 5, 10 / n > 3], then: deny, because: bare}\n" LAST);
  (void)state;
  ask(&one, "{'lines':[{'n':0,'go':true,'x':9}]}", "1 authorize go [go]");
  ask(&one, "{'lines':[{'n':0,'go':false,'x':5}]}", "1 deny otherwise [outside]");
  ask_error(&one, "{'lines':[{'n':0,'go':false,'x':6}]}", "R0951", 0, "bare", "divides by zero");
  ask(&one, "{'lines':[{'n':0,'x':6}]}", "needs go: authorize deny");
  close_one(&one);
}

/* ---- the short way ---- */

/* The same rules with and without something that bars the short way, over 300 cut points on one fact: entries that must be
 * verified. */
static char *many_rules(bool plain) {
  struct memory memory = memory_of_libc();
  struct buffer out;
  buffer_init(&out, &memory);
  buffer_text(&out, HEAD "facts:\n  - {fact: n, type: count}\n  - {fact: m, type: count, absent: 7}\n  - {fact: today, type: "
                         "date, of: request}\n  - {fact: bought, type: date}\n"
                         "  - {fact: kind, type: choice, values: [a, b, c]}\n");
  if (!plain) buffer_text(&out, "units: 1\n");
  buffer_text(&out, "rules:\n");
  for (uint32_t i = 0; i < 700; i++) {
    buffer_format(&out, "  - rule: r%u\n    when:\n      - n between %u and %u\n", i, i * 37 % 2000, i * 37 % 2000 + i % 90);
    if (i % 3 == 0) buffer_format(&out, "      - m < %u\n", i % 11);
    if (i % 4 == 1) buffer_format(&out, "      - today within %u days of bought\n", i % 50);
    if (i % 5 == 2) buffer_format(&out, "      - kind is %s\n", i % 2 ? "a" : "b");
    if (i % 7 == 3) buffer_text(&out, "    unless:\n      - n >= m\n");
    buffer_format(&out, "    then: %s\n    because: c%u\n", i % 2 ? "authorize" : "deny", i % 40);
  }
  buffer_text(&out, LAST);
  size_t size = strlen(buffer_string(&out)) + 1;
  char *text = malloc(size);
  assert_non_null(text);
  memcpy(text, buffer_string(&out), size);
  buffer_free(&out);
  return text;
}

static void the_short_way_agrees(void **state) {
  char *plain_text = many_rules(true), *whole_text = many_rules(false);
  struct one plain = open_one(plain_text), whole = open_one(whole_text);
  uint64_t random = 88172645463325252u;
  (void)state;
  assert_true(plain.policy->plain && plain.policy->verifies && !whole.policy->plain);
  for (int i = 0; i < 3000; i++) {
    char json[400];
    struct out a, b;
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    int n = (int)(random % 2100), m = (int)(random / 2100 % 14), day = (int)(random / 30000 % 28) + 1,
        bought = (int)(random / 900000 % 28) + 1;
    snprintf(json, sizeof json,
             "{'today':'2026-03-%02d','lines':[{'n':%d,'m':%d,'bought':'2026-02-%02d','kind':'%c'},{'n':%d,'bought':'2026-03-%"
             "02d','kind':'%c'%s}]}",
             day, n, m, bought, "abc"[i % 3], (n + 13) % 2100, bought, "abc"[i % 2], i % 5 ? "" : ",'id':'x'");
    read_json(plain.request, json);
    read_json(whole.request, json);
    assert_int_equal(returns_evaluate(plain.policy, plain.request, NULL, plain.decision), RETURNS_OK);
    assert_int_equal(returns_evaluate(whole.policy, whole.request, NULL, whole.decision), RETURNS_OK);
    returns_request_clear(plain.request); /* reasons are told from what the decision kept */
    describe(&a, plain.decision);
    describe(&b, whole.decision);
    assert_string_equal(a.text, b.text);
    assert_string_equal(returns_decision_line_id(plain.decision, 1), i % 5 ? "" : "x");
  }
  close_one(&plain);
  close_one(&whole);
  free(plain_text);
  free(whole_text);
}

/* ---- handles ---- */

static void misuse_is_refused(void **state) {
  struct one one =
      open_one(HEAD "facts:\n  - {fact: a, type: flag}\nrules:\n  - {rule: a, when: [a], then: authorize, because: a}\n" LAST);
  returns_policy *other = evaluated_policy(NULL, HEAD LAST);
  returns_options options = {.size = sizeof options, .trace = 3};
  int32_t status = 7, verdict = 7;
  int64_t amount = 7;
  uint32_t fact = 7;
  const char *name = NULL;
  (void)state;
  assert_int_equal(returns_decision_new(NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_status(one.decision, &status), RETURNS_ERROR_EMPTY);
  assert_int_equal(returns_decision_totals(one.decision, &amount, NULL, NULL, NULL), RETURNS_ERROR_EMPTY);
  assert_int_equal(returns_evaluate(NULL, one.request, NULL, one.decision), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_evaluate(one.policy, NULL, NULL, one.decision), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_evaluate(one.policy, one.request, NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_evaluate(one.policy, one.request, &options, one.decision), RETURNS_ERROR_ARGUMENT);
  options = (returns_options){.size = 2, .trace = 0};
  assert_int_equal(returns_evaluate(one.policy, one.request, &options, one.decision), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_evaluate(other, one.request, NULL, one.decision), RETURNS_ERROR_OTHER_POLICY);
  ask(&one, "{'lines':[{'a':true}]}", "1 authorize a [a]");
  assert_int_equal(returns_decision_verdict(one.decision, 1, 0, &verdict), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_verdict(one.decision, 0, 1, &verdict), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_verdict(one.decision, 0, 0, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_verdict(NULL, 0, 0, &verdict), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_units(one.decision, 0, 1, &amount), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_rule(one.decision, 1, 0, &fact), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_need(one.decision, 0, 0, &fact), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_assumed(one.decision, 0, 0, &fact), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_possible(one.decision, 0, 0, &verdict), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_adjustment(one.decision, 0, 0, 0, &name, NULL, NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_approval(one.decision, 0, 0, 0, &name, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_output(one.decision, 0, 0, 0, &name, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_decision_line_count(NULL), 0);
  assert_string_equal(returns_decision_line_id(one.decision, 5), "");
  assert_string_equal(returns_decision_rule_name(one.decision, 0, 5), "");
  assert_string_equal(returns_decision_reason(one.decision, 0, 0, 1), "");
  assert_string_equal(returns_decision_rule_file(one.decision, 0, 0), "policy.yaml");
  assert_int_equal(returns_decision_rule_line(one.decision, 0, 0), 8);
  returns_decision_free(NULL);
  returns_policy_free(other);
  close_one(&one);
}

/* A decision goes from policy to policy and keeps the last one alive. */
static void decisions_outlive_policies(void **state) {
  struct one a =
      open_one(HEAD "facts:\n  - {fact: a, type: flag}\nrules:\n  - {rule: a, when: [a], then: authorize, because: a}\n" LAST);
  struct one b = open_one(SHOP "rules:\n  - {rule: b, then: authorize, because: b}\n" LAST);
  struct out out;
  (void)state;
  ask(&a, "{'lines':[{'a':true},{'a':false}]}", "1 authorize a [a]; 1 deny otherwise [outside]");
  read_json(b.request, "{'lines':[{'price':'2.00','pieces':2}]}");
  assert_int_equal(returns_evaluate(b.policy, b.request, NULL, a.decision), RETURNS_OK);
  returns_request_free(b.request);
  returns_policy_free(b.policy);
  b.request = NULL;
  b.policy = NULL;
  describe(&out, a.decision);
  assert_string_equal(out.text, "2 authorize b 400 [b] net 400");
  ask(&a, "{'lines':[{'a':false}]}", "1 deny otherwise [outside]");
  close_one(&a);
  close_one(&b);
}

static void blocks_are_loaded_or_refused(void **state) {
  struct one one = open_one(
      SHOP "rules:\n  - {rule: b, when: [price > 1.00], then: authorize, because: b}\n" LAST
           "messages:\n  - message: b\n    texts:\n      - {locale: en, text: Fine.}\n      - {locale: fr, text: Bien.}\n");
  const void *block = NULL;
  size_t size = 0;
  returns_policy *loaded = NULL, *borrowed = NULL;
  (void)state;
  assert_int_equal(returns_policy_block(one.policy, &block, &size), RETURNS_OK);
  assert_int_equal(returns_policy_load(NULL, block, size, &loaded), RETURNS_OK);
  assert_int_equal(returns_policy_load_borrowed(NULL, block, size, &borrowed), RETURNS_OK);
  assert_string_equal(returns_policy_digest(loaded), returns_policy_digest(one.policy));
  assert_string_equal(returns_policy_message(borrowed, "b", "fr-CA"), "Bien.");
  assert_string_equal(returns_policy_message(borrowed, "b", "de"), "Fine.");
  assert_null(returns_policy_message(borrowed, "nothing", "en"));
  assert_string_equal(returns_policy_rule_name(loaded, 1), "otherwise");
  assert_null(returns_policy_rule_name(loaded, 2));
  uint32_t index = 0;
  assert_int_equal(returns_policy_fact_index(loaded, "pieces", &index), RETURNS_OK);
  assert_int_equal(returns_policy_fact_type(loaded, index), RETURNS_TYPE_COUNT);
  assert_int_equal(returns_policy_fact_index(loaded, "piece", &index), RETURNS_ERROR_UNKNOWN);
  returns_policy_free(borrowed);
  returns_policy_free(loaded);
  unsigned char *bytes = malloc(size);
  assert_non_null(bytes);
  memcpy(bytes, block, size);
  for (size_t cut = 0; cut < size; cut += 61) {
    assert_int_not_equal(returns_policy_load(NULL, bytes, cut, &loaded), RETURNS_OK);
    assert_null(loaded);
  }
  bytes[size / 2] ^= 1;
  assert_int_equal(returns_policy_load(NULL, bytes, size, &loaded), RETURNS_ERROR_BLOCK);
  bytes[size / 2] ^= 1;
  assert_int_equal(returns_policy_load_borrowed(NULL, bytes + 1, size - 8, &loaded), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_policy_load(NULL, NULL, 0, &loaded), RETURNS_ERROR_ARGUMENT);
  free(bytes);
  close_one(&one);
}

/* ---- memory ---- */

static const char heavy[] =
    SHOP "  \n"
         "terms:\n  - {term: of_brand, of: brand, is: sum of pieces over lines}\n"
         "allowances:\n  - {allowance: swap, of: brand, units: round_down(ordered / 3)}\n"
         "rules:\n"
         "  - {rule: swapped, when: [brand is given, of_brand > 1], up_to: swap, then: exchange_only, because: swapped}\n"
         "  - {rule: dear, when: [price > 500.00], then: deny, because: dear}\n"
         "  - {rule: rest, then: partial_credit, credit: 33.33% of value, because: rest}\n" LAST
         "fees:\n  - {fee: unit, amount: 10% of value per unit}\n  - {fee: shared, amount: 3.00 per request}\n"
         "approvals:\n  - {approval: manager, when: [request_value > 100.00]}\n"
         "outputs:\n  - output: goes\n    values: [shelf, back]\n    cases:\n      - {when: [verdict is deny], is: back}\n    "
         "otherwise: shelf\n";

static const char *const heavy_requests[] = {
    "{'ordered':{'A':7,'B':3},'agreed':['manager'],'lines':[{'id':'x','brand':'A','price':'40.00','pieces':7},{'brand':'B','"
    "price':'9.99','pieces':3},{'price':'600.00','pieces':1}]}",
    "{'lines':[{'brand':'A','pieces':7},{'price':'600.00'},{'brand':'C','price':'1.00','pieces':2}]}",
    "{'refused':['manager'],'lines':[{'brand':'A','price':'40.00','pieces':7}]}"};

/* Requests and a decision that are reused take no more memory, complete or not, with a trace or without. */
static void nothing_is_allocated_once_warm(void **state) {
  struct strict_memory strict;
  returns_environment *environment = evaluated_environment(&strict);
  returns_policy *policies[2] = {
      evaluated_policy(environment, heavy),
      evaluated_policy(environment,
                       HEAD "facts:\n  - {fact: brand, type: text, optional: yes}\n  - {fact: ordered, type: count, of: brand, "
                            "absent: 0}\n  - {fact: price, type: money}\n  - {fact: pieces, type: count}\n"
                            "rules:\n  - {rule: dear, when: [price > 500.00], then: deny, because: dear}\n" LAST
                            "approvals:\n  - {approval: manager, when: [price > 1.00]}\n")};
  (void)state;
  for (uint32_t p = 0; p < 2; p++)
    for (int32_t trace = RETURNS_TRACE_NONE; trace <= RETURNS_TRACE_FULL; trace++) {
      returns_options options = {.size = sizeof options, .trace = trace};
      returns_request *requests[3];
      returns_decision *decision;
      struct out out;
      assert_int_equal(returns_decision_new(environment, &decision), RETURNS_OK);
      for (int i = 0; i < 3; i++) {
        assert_int_equal(returns_request_new(policies[p], &requests[i]), RETURNS_OK);
        read_json(requests[i], heavy_requests[i]);
      }
      size_t calls = 0;
      for (int round = 0; round < 4; round++) {
        if (round == 2) calls = strict.calls;
        for (int i = 0; i < 3; i++) {
          assert_int_equal(returns_evaluate(policies[p], requests[i], &options, decision), RETURNS_OK);
          describe(&out, decision);
        }
      }
      assert_int_equal(strict.calls, calls);
      for (int i = 0; i < 3; i++) returns_request_free(requests[i]);
      returns_decision_free(decision);
    }
  returns_policy_free(policies[0]);
  returns_policy_free(policies[1]);
  returns_environment_free(environment);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

static void every_allocation_may_fail(void **state) {
  struct strict_memory strict;
  returns_environment *environment = evaluated_environment(&strict);
  returns_policy *policy = evaluated_policy(environment, heavy);
  const returns_options options = {.size = sizeof options, .trace = RETURNS_TRACE_FULL};
  const void *block = NULL;
  size_t size = 0, failures = 0;
  (void)state;
  assert_int_equal(returns_policy_block(policy, &block, &size), RETURNS_OK);
  for (int i = 0; i < 3; i++) {
    returns_request *request;
    struct out expected, out;
    assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
    read_json(request, heavy_requests[i]);
    size_t held = strict.held;
    for (size_t n = 0;; n++) {
      returns_decision *decision = NULL;
      strict.until_failure = n;
      int32_t status = returns_decision_new(environment, &decision);
      if (status == RETURNS_OK) status = returns_evaluate(policy, request, &options, decision);
      bool failed = status != RETURNS_OK;
      if (failed) assert_int_equal(status, RETURNS_ERROR_MEMORY);
      strict.until_failure = SIZE_MAX;
      failures += failed;
      /* The same decision, when there is memory again. */
      if (failed && decision) assert_int_equal(returns_evaluate(policy, request, &options, decision), RETURNS_OK);
      if (decision) describe(n == 1 ? &expected : &out, decision);
      if (n > 1 && decision) assert_string_equal(out.text, expected.text);
      returns_decision_free(decision);
      assert_int_equal(strict.held, held);
      if (!failed) break;
    }
    returns_request_free(request);
  }
  assert_true(failures > 40);
  for (size_t n = 0;; n++) {
    returns_policy *loaded = NULL;
    strict.until_failure = n;
    int32_t status = returns_policy_load(environment, block, size, &loaded);
    strict.until_failure = SIZE_MAX;
    returns_policy_free(loaded);
    if (status == RETURNS_OK) break;
    assert_int_equal(status, RETURNS_ERROR_MEMORY);
    assert_null(loaded);
  }
  returns_policy_free(policy);
  returns_environment_free(environment);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

/* ---- threads ---- */

struct worker {
  const returns_policy *policy;
  int request;
  uint32_t wrong;
};

static void *work(void *argument) {
  struct worker *worker = argument;
  struct out first = {.size = 0}, out;
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  if (returns_request_new(worker->policy, &request) != RETURNS_OK || returns_decision_new(NULL, &decision) != RETURNS_OK)
    worker->wrong++;
  read_json(request, heavy_requests[worker->request]);
  for (int i = 0; i < 200; i++) {
    if (returns_evaluate(worker->policy, request, NULL, decision) != RETURNS_OK) worker->wrong++;
    describe(i ? &out : &first, decision);
    if (i && strcmp(out.text, first.text) != 0) worker->wrong++;
  }
  returns_decision_free(decision);
  returns_request_free(request);
  return NULL;
}

static void threads_share_a_policy(void **state) {
  returns_policy *policy = evaluated_policy(NULL, heavy);
  struct worker workers[4];
  pthread_t threads[4];
  (void)state;
  for (int i = 0; i < 4; i++) {
    workers[i] = (struct worker){.policy = policy, .request = i % 2};
    assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
  }
  for (int i = 0; i < 4; i++) {
    assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(workers[i].wrong, 0);
  }
  assert_int_equal(atomic_load(&policy->holds), 1);
  returns_policy_free(policy);
}

static void environment_and_status(void **state) {
  returns_environment *environment = NULL;
  returns_allocator allocator = {.size = sizeof allocator};
  (void)state;
  assert_int_equal(returns_environment_new(NULL, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_environment_new(&allocator, &environment), RETURNS_ERROR_ARGUMENT);
  assert_null(environment);
  assert_int_equal(returns_environment_new(NULL, &environment), RETURNS_OK);
  assert_int_equal(returns_environment_set_limit(environment, 0, 1), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_REQUEST_BYTES + 1, 1), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_LINES, 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_environment_set_limit(NULL, RETURNS_LIMIT_LINES, 1), RETURNS_ERROR_ARGUMENT);
  returns_environment_free(environment);
  returns_environment_free(NULL);
  for (int32_t status = RETURNS_OK; status <= RETURNS_ERROR_EMPTY; status++)
    assert_string_not_equal(returns_status_text(status), "unknown status");
  assert_string_equal(returns_status_text(-1), "unknown status");
  assert_string_equal(returns_status_text(RETURNS_ERROR_EMPTY + 1), "unknown status");
  assert_string_equal(returns_version(), "0.1.0");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(boundary_days),
      cmocka_unit_test(denials_tell_all_reasons),
      cmocka_unit_test(limits_split_a_line),
      cmocka_unit_test(fees_and_bonuses),
      cmocka_unit_test(shared_amounts_sum_up),
      cmocka_unit_test(approvals_and_outputs),
      cmocka_unit_test(missing_facts_leave_open_what_hangs_on_them),
      cmocka_unit_test(splitting_settles_what_agrees),
      cmocka_unit_test(balances_become_intervals),
      cmocka_unit_test(assumptions_are_told),
      cmocka_unit_test(validity_and_requirements),
      cmocka_unit_test(lines_are_seen_together),
      cmocka_unit_test(calendars_count_working_days),
      cmocka_unit_test(amounts_without_a_value),
      cmocka_unit_test(errors_count_only_where_they_decide),
      cmocka_unit_test(the_short_way_agrees),
      cmocka_unit_test(misuse_is_refused),
      cmocka_unit_test(decisions_outlive_policies),
      cmocka_unit_test(blocks_are_loaded_or_refused),
      cmocka_unit_test(nothing_is_allocated_once_warm),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(threads_share_a_policy),
      cmocka_unit_test(environment_and_status),
  };
  return cmocka_run_group_tests_name("evaluate", tests, NULL, NULL);
}
