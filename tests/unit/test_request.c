/* Requests: every setter in its right and wrong use, places, text forms, roles and steps, reuse, and what a failed call leaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "evaluate/request.h"
#include "evaluated.h"

static const char policy_text_[] =
    "returns: 1\npolicy: p\ncurrency: EUR\nconventions: {month_end: clamp}\n"
    "facts:\n"
    "  - {fact: asked_on, type: date, of: request, range: 2020-01-01 .. 2039-12-31}\n"
    "  - {fact: channel, type: choice, of: request, values: [portal, rep, phone]}\n"
    "  - {fact: brand, type: text}\n"
    "  - {fact: ordered, type: count, of: brand, range: 0 .. 1000, absent: 0}\n"
    "  - {fact: swapped, type: count, of: channel, absent: 0}\n"
    "  - {fact: gift, type: flag}\n"
    "  - {fact: tags, type: set, values: [final, worn, sealed]}\n"
    "  - {fact: quantity, type: count, range: 1 .. 500}\n"
    "  - {fact: weight, type: decimal}\n"
    "  - {fact: share, type: percent, range: 0% .. 100%}\n"
    "  - {fact: price, type: money, range: 0.00 .. 5000.00}\n"
    "  - {fact: bought_on, type: date}\n"
    "  - {fact: bought_at, type: instant}\n"
    "  - {fact: window, type: days}\n"
    "  - {fact: warranty, type: months}\n"
    "  - {fact: delay, type: hours}\n"
    "  - {fact: secret, type: count, range: 1 .. 9, private: yes}\n"
    "  - {fact: state, type: choice, values: [good, bad], supplied_by: inspect, assume: good}\n"
    "rules:\n"
    "  - {rule: bad, when: [state is bad, gift, brand is \"Oakley\", ordered > 3, channel is rep], then: deny, because: bad}\n"
    "otherwise: {then: authorize, because: fine}\n"
    "approvals:\n"
    "  - {approval: manager, when: [gift]}\n";

struct fixture {
  returns_policy *policy, *other;
  returns_request *request;
  uint32_t line;
};

static int setup(void **state) {
  static struct fixture f;
  f.policy = evaluated_policy(NULL, policy_text_);
  f.other = evaluated_policy(NULL, "returns: 1\npolicy: q\notherwise: {then: deny, because: no}\n");
  assert_int_equal(returns_request_new(f.policy, &f.request), RETURNS_OK);
  assert_int_equal(returns_request_add_line(f.request, &f.line), RETURNS_OK);
  *state = &f;
  return 0;
}

static int teardown(void **state) {
  struct fixture *f = *state;
  returns_request_free(f->request);
  returns_policy_free(f->policy);
  returns_policy_free(f->other);
  return 0;
}

static uint32_t fact(const struct fixture *f, const char *name) { return evaluated_fact(f->policy, name); }

/* The last call failed with this status and code, and its text says all of these. */
static void expect_error(const struct fixture *f, int32_t found, int32_t status, const char *code, const char *words) {
  assert_int_equal(found, status);
  assert_string_equal(returns_request_error_code(f->request), code);
  if (strstr(returns_request_error(f->request), words) == NULL)
    fail_msg("`%s` does not say `%s`", returns_request_error(f->request), words);
}

/* ---- setters ---- */

static void sets_every_type(void **state) {
  struct fixture *f = *state;
  returns_request *r = f->request;
  uint32_t l = f->line;
  assert_int_equal(returns_request_set_flag(r, l, fact(f, "gift"), 1), RETURNS_OK);
  assert_int_equal(returns_request_set_choice(r, RETURNS_OF_REQUEST, fact(f, "channel"), 2), RETURNS_OK);
  assert_int_equal(returns_request_set_set(r, l, fact(f, "tags"), 5), RETURNS_OK);
  assert_int_equal(returns_request_set_text(r, l, fact(f, "brand"), "Ray-Ban", 7), RETURNS_OK);
  assert_int_equal(returns_request_set_count(r, l, fact(f, "quantity"), 500), RETURNS_OK);
  assert_int_equal(returns_request_set_decimal(r, l, fact(f, "weight"), -1500000), RETURNS_OK);
  assert_int_equal(returns_request_set_percent(r, l, fact(f, "share"), 100000000), RETURNS_OK);
  assert_int_equal(returns_request_set_money(r, l, fact(f, "price"), 500000), RETURNS_OK);
  assert_int_equal(returns_request_set_date(r, RETURNS_OF_REQUEST, fact(f, "asked_on"), 18262), RETURNS_OK);
  assert_int_equal(returns_request_set_date(r, l, fact(f, "bought_on"), -719162), RETURNS_OK);
  assert_int_equal(returns_request_set_instant(r, l, fact(f, "bought_at"), 1767225600, 120), RETURNS_OK);
  assert_int_equal(returns_request_set_days(r, l, fact(f, "window"), INT64_MIN), RETURNS_OK);
  assert_int_equal(returns_request_set_months(r, l, fact(f, "warranty"), 24), RETURNS_OK);
  assert_int_equal(returns_request_set_hours(r, l, fact(f, "delay"), 48), RETURNS_OK);
  for (uint32_t i = 0; i < returns_policy_fact_count(f->policy); i++) {
    int32_t scope = returns_policy_fact_scope(f->policy, i);
    if (scope == RETURNS_SCOPE_LINE && i != fact(f, "secret") && i != fact(f, "state")) assert_true(request_is_given(r, l, i));
  }
  assert_int_equal(returns_request_unset(r, l, fact(f, "gift")), RETURNS_OK);
  assert_false(request_is_given(r, l, fact(f, "gift")));
  assert_string_equal(returns_request_error(r), "");
  assert_string_equal(returns_request_error_code(r), "");
}

static void refuses_other_types(void **state) {
  struct fixture *f = *state;
  returns_request *r = f->request;
  uint32_t l = f->line, price = fact(f, "price"), gift = fact(f, "gift");
  expect_error(f, returns_request_set_flag(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "`price` is money, not a flag");
  expect_error(f, returns_request_set_choice(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "not a choice");
  expect_error(f, returns_request_set_set(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "not a set");
  expect_error(f, returns_request_set_text(r, l, price, "1", 1), RETURNS_ERROR_TYPE, "R0901", "not a text");
  expect_error(f, returns_request_set_count(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "not a count");
  expect_error(f, returns_request_set_decimal(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "not a decimal");
  expect_error(f, returns_request_set_percent(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "not a percentage");
  expect_error(f, returns_request_set_money(r, l, gift, 1), RETURNS_ERROR_TYPE, "R0901", "`gift` is a flag, not money");
  expect_error(f, returns_request_set_date(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "not a date");
  expect_error(f, returns_request_set_instant(r, l, price, 1, 0), RETURNS_ERROR_TYPE, "R0901", "not an instant");
  expect_error(f, returns_request_set_days(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "days");
  expect_error(f, returns_request_set_months(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "months");
  expect_error(f, returns_request_set_hours(r, l, price, 1), RETURNS_ERROR_TYPE, "R0901", "hours");
  assert_false(request_is_given(r, l, price));
}

static void refuses_what_is_out_of_range(void **state) {
  struct fixture *f = *state;
  returns_request *r = f->request;
  uint32_t l = f->line;
  expect_error(f, returns_request_set_count(r, l, fact(f, "quantity"), 0), RETURNS_ERROR_RANGE, "R0904",
               "`quantity` is 0; its range is 1 .. 500");
  expect_error(f, returns_request_set_count(r, l, fact(f, "quantity"), 501), RETURNS_ERROR_RANGE, "R0904", "501");
  expect_error(f, returns_request_set_money(r, l, fact(f, "price"), -1), RETURNS_ERROR_RANGE, "R0904",
               "`price` is -0.01; its range is 0.00 .. 5000.00");
  expect_error(f, returns_request_set_percent(r, l, fact(f, "share"), 100000001), RETURNS_ERROR_RANGE, "R0904",
               "100.000001%; its range is 0% .. 100%");
  expect_error(f, returns_request_set_flag(r, l, fact(f, "gift"), 2), RETURNS_ERROR_RANGE, "R0904", "0 or 1 is expected");
  expect_error(f, returns_request_set_choice(r, RETURNS_OF_REQUEST, fact(f, "channel"), 3), RETURNS_ERROR_RANGE, "R0904",
               "3 declared values");
  expect_error(f, returns_request_set_set(r, l, fact(f, "tags"), 8), RETURNS_ERROR_RANGE, "R0904", "3 declared values");
  expect_error(f, returns_request_set_date(r, l, fact(f, "bought_on"), 2932897), RETURNS_ERROR_RANGE, "R0904", "1 .. 9999");
  expect_error(f, returns_request_set_date(r, l, fact(f, "bought_on"), -719163), RETURNS_ERROR_RANGE, "R0904", "1 .. 9999");
  expect_error(f, returns_request_set_instant(r, l, fact(f, "bought_at"), 0, 1081), RETURNS_ERROR_RANGE, "R0904", "+18:00");
  expect_error(f, returns_request_set_instant(r, l, fact(f, "bought_at"), INT64_MAX, 0), RETURNS_ERROR_RANGE, "R0904", "9999");
  expect_error(f, returns_request_set_hours(r, l, fact(f, "delay"), INT64_MAX), RETURNS_ERROR_RANGE, "R0904", "hours");
  /* A private value is not repeated. */
  expect_error(f, returns_request_set_count(r, l, fact(f, "secret"), 77), RETURNS_ERROR_RANGE, "R0904",
               "`secret` is out of range");
  assert_null(strstr(returns_request_error(r), "77"));
}

static void a_failed_call_changes_nothing(void **state) {
  struct fixture *f = *state;
  returns_request *r = f->request;
  uint32_t quantity = fact(f, "quantity");
  assert_int_equal(returns_request_set_count(r, f->line, quantity, 7), RETURNS_OK);
  assert_int_not_equal(returns_request_set_count(r, f->line, quantity, 0), RETURNS_OK);
  assert_int_not_equal(returns_request_set(r, f->line, "quantity", "many", 4), RETURNS_OK);
  assert_int_equal(facts_line(&r->facts, f->line)[f->policy->slots[quantity]].value, 7);
}

/* ---- places ---- */

static void places_must_fit(void **state) {
  struct fixture *f = *state;
  returns_request *r = f->request;
  uint32_t of = 0, other = 0, ordered = fact(f, "ordered");
  expect_error(f, returns_request_set_choice(r, f->line, fact(f, "channel"), 0), RETURNS_ERROR_ARGUMENT, "R0906",
               "`channel` is of the request, not of a line");
  expect_error(f, returns_request_set_flag(r, RETURNS_OF_REQUEST, fact(f, "gift"), 0), RETURNS_ERROR_ARGUMENT, "R0906",
               "of a line, not of the request");
  expect_error(f, returns_request_set_flag(r, 9, fact(f, "gift"), 0), RETURNS_ERROR_ARGUMENT, "R0906",
               "no line 9 for `gift`: there are 1");
  expect_error(f, returns_request_set_count(r, f->line, ordered, 1), RETURNS_ERROR_ARGUMENT, "R0906",
               "`ordered` is of each `brand`");
  expect_error(f, returns_request_set_count(r, RETURNS_OF_REQUEST, ordered, 1), RETURNS_ERROR_ARGUMENT, "R0906",
               "not the request");
  expect_error(f, returns_request_set_count(r, 0, 4711, 1), RETURNS_ERROR_ARGUMENT, "R0902", "4711");
  assert_int_equal(returns_request_key(r, ordered, "Oakley", 6, &of), RETURNS_OK);
  assert_int_equal(returns_request_set_count(r, of, ordered, 4), RETURNS_OK);
  assert_int_equal(returns_request_key(r, ordered, "Oakley", 6, &other), RETURNS_OK);
  assert_int_equal(of, other);
  assert_int_equal(returns_request_key(r, fact(f, "swapped"), "rep", 3, &other), RETURNS_OK);
  expect_error(f, returns_request_set_count(r, other, ordered, 1), RETURNS_ERROR_ARGUMENT, "R0906", "one of another");
  expect_error(f, returns_request_key(r, fact(f, "swapped"), "reep", 4, &other), RETURNS_ERROR_UNKNOWN, "R0903",
               "did you mean `rep`?");
  expect_error(f, returns_request_key(r, fact(f, "gift"), "x", 1, &other), RETURNS_ERROR_TYPE, "R0906", "not of each value");
  expect_error(f, returns_request_set_flag(r, of, fact(f, "gift"), 1), RETURNS_ERROR_ARGUMENT, "R0906", "not of a key");
}

static void arguments_may_be_null(void **state) {
  struct fixture *f = *state;
  returns_request *request = f->request;
  uint32_t line;
  assert_int_equal(returns_request_new(NULL, &request), RETURNS_ERROR_ARGUMENT);
  assert_null(request);
  assert_int_equal(returns_request_new(f->policy, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_add_line(NULL, &line), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_add_line(f->request, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_set_count(NULL, 0, 0, 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_set_text(NULL, 0, 0, "", 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_set_hours(NULL, 0, 0, 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_unset(NULL, 0, 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_set(f->request, 0, NULL, "", 0), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_agree(f->request, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_done(NULL, "inspect"), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_key(f->request, 0, "", 0, NULL), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_set_text(f->request, f->line, fact(f, "brand"), NULL, 3), RETURNS_ERROR_RANGE);
  assert_int_equal(returns_request_set_text(f->request, f->line, fact(f, "brand"), NULL, 0), RETURNS_OK);
  assert_string_equal(returns_request_error(NULL), "");
  assert_string_equal(returns_request_error_code(NULL), "");
  assert_string_equal(returns_request_error_pointer(NULL), "");
  returns_request_clear(NULL);
  returns_request_free(NULL);
}

/* ---- text forms ---- */

static void reads_text_forms(void **state) {
  static const struct {
    const char *fact, *form;
    int64_t coded;
  } good[] = {{"gift", "yes", 1},
              {"gift", "no", 0},
              {"tags", "none", 0},
              {"tags", "worn", 2},
              {"tags", "sealed, final", 5},
              {"quantity", "12", 12},
              {"weight", "0.5", 500000},
              {"weight", "-3", -3000000},
              {"share", "12.5%", 12500000},
              {"price", "80.00", 8000},
              {"price", "80", 8000},
              {"price", "0.1", 10},
              {"bought_on", "2024-02-29", 19782},
              {"bought_at", "1970-01-01T02:00:00+02:00", 0},
              {"window", "30 days", 30},
              {"window", "1 day", 1},
              {"warranty", "3 months", 3},
              {"delay", "24 hours", 86400},
              {"state", "bad", 1}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    assert_int_equal(returns_request_set(f->request, f->line, good[i].fact, good[i].form, strlen(good[i].form)), RETURNS_OK);
    assert_int_equal(facts_line(&f->request->facts, f->line)[f->policy->slots[fact(f, good[i].fact)]].value, good[i].coded);
  }
}

static void refuses_other_forms(void **state) {
  static const struct {
    const char *fact, *form, *code, *words;
  } bad[] = {{"gift", "true", "R0905", "yes or no"},
             {"quantity", "1.5", "R0905", "`quantity` is a count, and `1.5` is none"},
             {"quantity", "010", "R0905", "`010`"},
             {"quantity", " 1", "R0905", "none"},
             {"quantity", "1e3", "R0905", "none"},
             {"price", "1.005", "R0905", "at most 2 digits"},
             {"price", "1,00", "R0905", "none"},
             {"share", "12", "R0905", "12.5%"},
             {"bought_on", "2026-02-30", "R0905", "2026-07-01"},
             {"bought_at", "2026-01-01T00:00:00", "R0905", "+02:00"},
             {"window", "30", "R0905", "30 days"},
             {"window", "30 months", "R0905", "30 days"},
             {"state", "goof", "R0903", "did you mean `good`?"},
             {"tags", "final, won", "R0903", "did you mean `worn`?"},
             {"secret", "secretive", "R0905", "its text"},
             {"prise", "1.00", "R0902", "did you mean `price`?"}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    int32_t status = returns_request_set(f->request, f->line, bad[i].fact, bad[i].form, strlen(bad[i].form));
    assert_int_not_equal(status, RETURNS_OK);
    expect_error(f, status, status, bad[i].code, bad[i].words);
  }
  assert_null(strstr(returns_request_error(f->request), "secretive"));
  expect_error(f, returns_request_set(f->request, f->line, "brand", "\xff", 1), RETURNS_ERROR_RANGE, "R0910", "UTF-8");
}

/* ---- roles, steps, lines ---- */

static void roles_and_steps_are_known_or_refused(void **state) {
  struct fixture *f = *state;
  assert_int_equal(returns_request_agree(f->request, "manager"), RETURNS_OK);
  assert_int_equal(f->request->facts.roles[0], ROLE_AGREED);
  assert_int_equal(returns_request_refuse(f->request, "manager"), RETURNS_OK);
  assert_int_equal(f->request->facts.roles[0], ROLE_REFUSED);
  expect_error(f, returns_request_agree(f->request, "manger"), RETURNS_ERROR_UNKNOWN, "R0907", "did you mean `manager`?");
  assert_int_equal(returns_request_done(f->request, "inspect"), RETURNS_OK);
  assert_int_equal(f->request->facts.done_facts[fact(f, "state")], 1);
  expect_error(f, returns_request_done(f->request, "ship"), RETURNS_ERROR_UNKNOWN, "R0908", "no step `ship`");
}

static void lines_have_a_limit_and_ids(void **state) {
  struct fixture *f = *state;
  returns_environment *environment;
  uint32_t line = 0;
  (void)f;
  assert_int_equal(returns_environment_new(NULL, &environment), RETURNS_OK);
  assert_int_equal(returns_environment_set_limit(environment, RETURNS_LIMIT_LINES, 2), RETURNS_OK);
  returns_policy *policy = evaluated_policy(environment, policy_text_);
  returns_environment_free(environment);
  returns_request *request;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_request_add_line(request, &line), RETURNS_OK);
  assert_int_equal(returns_request_add_line(request, &line), RETURNS_OK);
  assert_int_equal(line, 1);
  assert_int_equal(returns_request_add_line(request, &line), RETURNS_ERROR_LIMIT);
  assert_string_equal(returns_request_error_code(request), "R0911");
  assert_int_equal(returns_request_set_line_id(request, 1, "second", 6), RETURNS_OK);
  assert_int_equal(returns_request_set_line_id(request, 1, "b", 1), RETURNS_OK);
  assert_true(text_is(facts_id(&request->facts, 1), "b"));
  assert_int_equal(returns_request_set_line_id(request, 2, "c", 1), RETURNS_ERROR_ARGUMENT);
  returns_request_clear(request);
  assert_int_equal(returns_request_set_line_id(request, 0, "a", 1), RETURNS_ERROR_ARGUMENT);
  assert_int_equal(returns_request_add_line(request, &line), RETURNS_OK);
  assert_int_equal(line, 0);
  assert_null(facts_id(&request->facts, 0).bytes);
  returns_request_free(request);
  returns_policy_free(policy);
}

/* ---- reuse ---- */

/* A request that is set again and again without being cleared keeps only the texts that it still has, and takes no more memory.
 */
static void texts_do_not_pile_up(void **state) {
  struct strict_memory strict;
  returns_environment *environment = evaluated_environment(&strict);
  returns_policy *policy = evaluated_policy(environment, policy_text_);
  uint32_t line, of, brand = evaluated_fact(policy, "brand"), ordered = evaluated_fact(policy, "ordered");
  returns_request *request;
  char text[32];
  (void)state;
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_request_add_line(request, &line), RETURNS_OK);
  assert_int_equal(returns_request_key(request, ordered, "kept brand", 10, &of), RETURNS_OK);
  assert_int_equal(returns_request_set_count(request, of, ordered, 3), RETURNS_OK);
  size_t calls = 0;
  for (int i = 0; i < 5000; i++) {
    int size = snprintf(text, sizeof text, "brand %d", i);
    assert_int_equal(returns_request_set_text(request, line, brand, text, (size_t)size), RETURNS_OK);
    if (i == 1000) calls = strict.calls;
  }
  assert_int_equal(strict.calls, calls);
  assert_true(text_is(facts_text(&request->facts, facts_line(&request->facts, line)[policy->slots[brand]].value), "brand 4999"));
  /* The key survived the tidying. */
  uint32_t again;
  assert_int_equal(returns_request_key(request, ordered, "kept brand", 10, &again), RETURNS_OK);
  assert_int_equal(again, of);
  /* A constant of the policy needs no memory of the request's. */
  assert_int_equal(returns_request_set_text(request, line, brand, "Oakley", 6), RETURNS_OK);
  assert_true(facts_line(&request->facts, line)[policy->slots[brand]].value < policy->text_count);
  returns_request_free(request);
  returns_policy_free(policy);
  returns_environment_free(environment);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

/* Makes, fills and frees a request; false where a call answered MEMORY. */
static bool fill(const returns_policy *policy, returns_request **request) {
  uint32_t line, of, brand = evaluated_fact(policy, "brand"), ordered = evaluated_fact(policy, "ordered");
  int32_t status = returns_request_new(policy, request);
  for (int i = 0; status == RETURNS_OK && i < 20; i++) {
    char text[16];
    int size = snprintf(text, sizeof text, "text %d", i);
    status = returns_request_add_line(*request, &line);
    if (status == RETURNS_OK) status = returns_request_set_line_id(*request, line, text, (size_t)size);
    if (status == RETURNS_OK) status = returns_request_set_text(*request, line, brand, text, (size_t)size);
    if (status == RETURNS_OK) status = returns_request_key(*request, ordered, text, (size_t)size, &of);
    if (status == RETURNS_OK) status = returns_request_set_count(*request, of, ordered, i);
  }
  assert_true(status == RETURNS_OK || status == RETURNS_ERROR_MEMORY);
  return status == RETURNS_OK;
}

static void every_allocation_may_fail(void **state) {
  struct strict_memory strict;
  returns_environment *environment = evaluated_environment(&strict);
  returns_policy *policy = evaluated_policy(environment, policy_text_);
  size_t held = strict.held, failures = 0;
  bool filled = false;
  (void)state;
  for (size_t n = 0; !filled; n++) {
    returns_request *request = NULL;
    strict.until_failure = n;
    filled = fill(policy, &request);
    strict.until_failure = SIZE_MAX;
    if (!filled && request) { /* what did not fail is whole: the request can be used on */
      returns_request_clear(request);
      assert_int_equal(request->facts.line_count, 0);
      uint32_t line;
      assert_int_equal(returns_request_add_line(request, &line), RETURNS_OK);
    }
    returns_request_free(request);
    assert_int_equal(strict.held, held);
    failures += !filled;
  }
  assert_true(failures > 10);
  returns_policy_free(policy);
  returns_environment_free(environment);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(sets_every_type, setup, teardown),
      cmocka_unit_test_setup_teardown(refuses_other_types, setup, teardown),
      cmocka_unit_test_setup_teardown(refuses_what_is_out_of_range, setup, teardown),
      cmocka_unit_test_setup_teardown(a_failed_call_changes_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(places_must_fit, setup, teardown),
      cmocka_unit_test_setup_teardown(arguments_may_be_null, setup, teardown),
      cmocka_unit_test_setup_teardown(reads_text_forms, setup, teardown),
      cmocka_unit_test_setup_teardown(refuses_other_forms, setup, teardown),
      cmocka_unit_test_setup_teardown(roles_and_steps_are_known_or_refused, setup, teardown),
      cmocka_unit_test_setup_teardown(lines_have_a_limit_and_ids, setup, teardown),
      cmocka_unit_test(texts_do_not_pile_up),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
