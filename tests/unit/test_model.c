/* Models: what a policy file comes to once it is checked. What is refused is pinned by tests/errors (test_errors.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "language/currency.h"
#include "language/cycles.h"
#include "language/model.h"

#include "strict_memory.h"

static const struct language_limits limits = {
    .source_bytes = 16u << 20, .scalar_bytes = 65536, .depth = 32, .nodes = 1000000, .rules = 100000};

/* A model under test, with all that it stands on. */
struct built {
  struct memory memory;
  struct arena arena;
  struct diagnostics diagnostics;
  struct model *model;
};

static void build_sources(struct built *built, const char *const *names_and_texts, uint32_t count) {
  struct language_source sources[8];
  for (uint32_t i = 0; i < count; i++) {
    sources[i] = (struct language_source){
        .name = names_and_texts[2 * i], .bytes = names_and_texts[2 * i + 1], .size = strlen(names_and_texts[2 * i + 1])};
  }
  built->memory = memory_of_libc();
  arena_init(&built->arena, &built->memory);
  diagnostics_init(&built->diagnostics, &built->memory, 100);
  built->model = model_build(&built->arena, sources, count, &limits, &built->diagnostics);
  for (uint32_t i = 0; i < built->diagnostics.count; i++) {
    const struct finding *finding = &built->diagnostics.findings[i];
    print_message("# %s %u:%u %s\n", finding->code, finding->span.line, finding->span.column, finding->message);
  }
  assert_non_null(built->model);
}

static void build(struct built *built, const char *text) { build_sources(built, (const char *const[]){"case.yaml", text}, 1); }

static void release(struct built *built) {
  diagnostics_release(&built->diagnostics);
  arena_free(&built->arena);
}

static void assert_text(struct text text, const char *expected) {
  assert_int_equal(text.size, strlen(expected));
  assert_memory_equal(text.bytes, expected, text.size);
}

#define HEAD "returns: 1\npolicy: case\n"
#define LAST "otherwise: {then: deny, because: outside_policy}\n"

/* ---- graphs ---- */

struct cycles {
  uint32_t count, length[8], first[8];
};

static void note_cycle(void *context, const uint32_t *nodes, uint32_t count) {
  struct cycles *cycles = context;
  cycles->first[cycles->count] = nodes[0];
  cycles->length[cycles->count++] = count;
}

static void order_graph(uint32_t nodes, const struct graph_edge *edges, size_t edge_count, uint32_t *order,
                        struct cycles *cycles) {
  struct memory memory = memory_of_libc();
  struct arena arena;
  struct graph graph;
  bool in_cycle[16] = {false};
  arena_init(&arena, &memory);
  graph_init(&graph, &arena, nodes);
  for (size_t i = 0; i < edge_count; i++) assert_true(graph_add(&graph, edges[i].from, edges[i].to));
  assert_true(graph_order(&graph, order, in_cycle, note_cycle, cycles));
  arena_free(&arena);
}

static void graph_orders_by_need_then_by_number(void **state) {
  (void)state;
  const struct graph_edge edges[] = {{0, 4}, {1, 3}, {3, 5}, {4, 5}};
  const uint32_t expected[] = {2, 5, 3, 1, 4, 0};
  uint32_t order[6];
  struct cycles cycles = {0};
  order_graph(6, edges, 4, order, &cycles);
  assert_int_equal(cycles.count, 0);
  assert_memory_equal(order, expected, sizeof expected);
}

static void graph_reports_each_cycle_once(void **state) {
  (void)state;
  const struct graph_edge edges[] = {{0, 1}, {1, 2}, {2, 1}, {3, 3}, {4, 0}, {5, 4}, {5, 2}};
  uint32_t order[6], seen = 0;
  struct cycles cycles = {0};
  order_graph(6, edges, 7, order, &cycles);
  assert_int_equal(cycles.count, 2);
  assert_int_equal(cycles.first[0], 1);
  assert_int_equal(cycles.length[0], 2);
  assert_int_equal(cycles.first[1], 3);
  assert_int_equal(cycles.length[1], 1);
  for (size_t i = 0; i < 6; i++) seen |= 1u << order[i];
  assert_int_equal(seen, 63);
}

/* ---- currencies ---- */

static void currencies_have_their_minor_units(void **state) {
  (void)state;
  const struct {
    const char *code;
    uint32_t digits;
  } known[] = {{"JPY", 0}, {"AUD", 2}, {"EUR", 2}, {"KWD", 3}, {"CLF", 4}, {"ZWL", 2}, {"XPF", 0}};
  struct nearest nearest;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    uint32_t digits = 9;
    assert_true(currency_find(text_of(known[i].code), &digits, &nearest));
    assert_int_equal(digits, known[i].digits);
  }
  uint32_t digits;
  assert_false(currency_find(text_of("EU"), &digits, &nearest));
  assert_false(currency_find(text_of("AED AFN"), &digits, &nearest));
  assert_false(currency_find(text_of("eur"), &digits, &nearest));
  assert_true(nearest_found(&nearest));
  assert_text(nearest.best, "EUR");
}

/* ---- facts ---- */

static void facts_keep_types_values_and_defaults(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD "currency: JPY\n"
                 "facts:\n"
                 "  - {fact: asked_on, type: date, of: request, range: 2020-01-01 .. 2039-12-31}\n"
                 "  - {fact: stock, type: count, of: brand, range: 0 .. 100, absent: 7}\n"
                 "  - {fact: brand, type: text, absent: zeta}\n"
                 "  - {fact: other, type: text, absent: alpha}\n"
                 "  - {fact: price, type: money, absent: 250}\n"
                 "  - {fact: share, type: percent, optional: yes}\n"
                 "  - {fact: got_on, type: date, same_as: asked_on}\n"
                 "  - {fact: state, type: choice, values: [new, worn], supplied_by: inspect, assume: worn, private: yes}\n" LAST);
  const struct model *m = b.model;
  assert_int_equal(m->fact_count, 8);
  assert_int_equal(m->minor_digits, 0);
  assert_int_equal(m->facts[0].scope, SCOPE_REQUEST);
  assert_true(m->facts[0].has_range);
  assert_int_equal(m->facts[0].low, 18262);
  assert_int_equal(m->facts[1].scope, SCOPE_FACT);
  assert_int_equal(m->facts[1].scope_fact, 2);
  assert_int_equal(m->facts[1].absent, 7);
  assert_int_equal(m->text_count, 2);
  assert_text(m->texts[m->facts[2].absent], "zeta");
  assert_text(m->texts[0], "alpha");
  assert_int_equal(m->facts[4].absent, 250);
  assert_true(m->facts[5].optional);
  assert_int_equal(m->facts[6].same_as, 0);
  assert_true(m->facts[7].is_private);
  assert_int_equal(m->facts[7].assume->op, OP_CONST);
  assert_int_equal(m->facts[7].assume->value, 1);
  assert_text(m->facts[7].supplied_by, "inspect");
  assert_int_equal(m->facts[7].supplied_step, NO_INDEX);
  release(&b);
}

static void a_policy_without_currency_has_two_digits(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD LAST);
  assert_int_equal(b.model->minor_digits, 2);
  assert_int_equal(b.model->rule_count, 0);
  assert_int_equal(b.model->rules[0].verdict, VERDICT_DENY);
  assert_text(b.model->rules[0].name, "otherwise");
  assert_int_equal(b.model->valid_by, NO_INDEX);
  release(&b);
}

/* ---- terms ---- */

static void terms_come_after_what_they_use(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD "facts:\n  - {fact: quantity, type: count}\n"
                 "terms:\n"
                 "  - {term: c, is: b + 1}\n"
                 "  - {term: z, is: 4}\n"
                 "  - {term: b, is: a + 1}\n"
                 "  - {term: a, is: quantity}\n"
                 "  - {term: few, when: [c < 5, quantity > 1], unless: [z > 3]}\n"
                 "  - term: window\n    cases:\n      - {when: [few], is: 60 days}\n    otherwise: 30 days\n" LAST);
  const struct model *m = b.model;
  const char *const order[] = {"z", "a", "b", "c", "few", "window"};
  assert_int_equal(m->term_count, 6);
  for (uint32_t i = 0; i < 6; i++) assert_text(m->terms[i].name, order[i]);
  assert_int_equal(m->terms[2].value->kids[0]->op, OP_TERM);
  assert_int_equal(m->terms[2].value->kids[0]->index, 1);
  assert_true(m->terms[4].is_flag_of_tests);
  assert_int_equal(m->terms[4].tests.count, 3);
  assert_true(m->terms[4].tests.items[2].negated);
  assert_int_equal(m->terms[5].type, TYPE_DAYS);
  assert_int_equal(m->terms[5].case_count, 1);
  assert_int_equal(m->terms[5].value->value, 30);
  release(&b);
}

static void terms_may_be_of_request_or_of_a_fact(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD "facts:\n  - {fact: brand, type: text}\n  - {fact: quantity, type: count}\n"
                 "terms:\n"
                 "  - {term: whole, of: request, is: sum of quantity over lines}\n"
                 "  - {term: alike, of: brand, is: count of lines where quantity > 1}\n"
                 "  - {term: share, is: quantity / whole}\n" LAST);
  assert_int_equal(b.model->terms[0].scope, SCOPE_REQUEST);
  assert_int_equal(b.model->terms[0].value->op, OP_SUM);
  assert_int_equal(b.model->terms[1].scope, SCOPE_FACT);
  assert_int_equal(b.model->terms[1].scope_fact, 0);
  assert_int_equal(b.model->terms[2].type, TYPE_DECIMAL);
  release(&b);
}

static void bare_terms_take_the_type_of_their_use(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD "currency: EUR\nconventions: {fee_above_credit: zero, rounding: up}\n"
                 "facts:\n  - {fact: quantity, type: count}\n  - {fact: price, type: money}\n  - {fact: weight, type: "
                 "decimal}\nunit_value: price\n"
                 "terms:\n"
                 "  - {term: postage, is: 3.95 * quantity}\n"
                 "  - {term: twice, is: postage + flat}\n"
                 "  - term: flat\n    cases:\n      - {when: [weight > light], is: 5.00}\n    otherwise: 10\n"
                 "  - {term: light, is: 2.5}\n"
                 "  - {term: unused, is: 7}\n"
                 "  - {term: rate, is: 0.15}\n"
                 "rules:\n  - {rule: r, when: [price > 100], then: partial_credit, credit: rate * value, because: r}\n"
                 "fees:\n  - {fee: postage, amount: twice per line}\n" LAST);
  const struct model *m = b.model;
  const struct {
    const char *name;
    enum value_type type;
  } expected[] = {{"postage", TYPE_MONEY}, {"light", TYPE_DECIMAL}, {"flat", TYPE_MONEY},
                  {"twice", TYPE_MONEY},   {"unused", TYPE_COUNT},  {"rate", TYPE_DECIMAL}};
  for (uint32_t i = 0; i < m->term_count; i++) {
    assert_text(m->terms[i].name, expected[i].name);
    assert_int_equal(m->terms[i].type, expected[i].type);
    assert_int_equal(m->terms[i].bare, 0);
  }
  assert_int_equal(m->terms[0].value->type, TYPE_MONEY);
  assert_int_equal(m->terms[0].value->kids[0]->value, 395);
  assert_int_equal(m->terms[2].cases[0].value->value, 500);
  assert_int_equal(m->terms[2].value->value, 1000);
  assert_int_equal(m->terms[3].value->kids[0]->type, TYPE_MONEY);
  assert_int_equal(m->fees[0].amount->type, TYPE_MONEY);
  assert_true(m->fees[0].amount->whole);
  release(&b);
}

/* ---- rules and what follows ---- */

static void rules_keep_limits_and_credits(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD
        "currency: EUR\nconventions: {rounding: half_up, fill: cheapest_first, fee_above_credit: owed}\n"
        "facts:\n  - {fact: price, type: money}\n  - {fact: quantity, type: count}\n"
        "units: quantity\nunit_value: price\n"
        "allowances:\n  - {allowance: swap, units: 3}\n  - {allowance: budget, money: 10% of request_value}\n"
        "rules:\n"
        "  - {rule: a, then: exchange_only, because: a, up_to: swap}\n"
        "  - {rule: b, then: authorize, because: b, up_to: budget, fees: none}\n"
        "  - {rule: c, then: authorize, because: c, up_to: 4}\n"
        "  - {rule: d, then: authorize, because: d, up_to: 4 units}\n"
        "  - {rule: e, then: authorize, because: e, up_to: 40.00}\n"
        "  - {rule: f, then: authorize, because: f, up_to: round_down(quantity / 2)}\n"
        "  - {rule: h, then: authorize, because: h, up_to: line_value}\n"
        "  - {rule: g, then: partial_credit, because: g, credit: 60% of value}\n"
        "otherwise: {then: partial_credit, credit: 1.00 * units, because: rest, fees: none}\n"
        "fees:\n  - {fee: cleaning, amount: 10.00 per unit, at_least: 5.00, when: [rule is a]}\n"
        "  - {fee: own, amount: 3 per request, above_credit: zero}\n"
        "bonuses:\n  - {bonus: thanks, amount: 1.50 per line}\n"
        "approvals:\n  - {approval: boss, when: [request_value > 1000.00], because: dear}\n  - {approval: boss, when: [verdict "
        "is authorize]}\n"
        "outputs:\n  - {output: route, values: [shelf, bin], cases: [{when: [rule is otherwise], is: bin}], otherwise: shelf}\n");
  const struct model *m = b.model;
  const enum limit_kind kinds[] = {LIMIT_ALLOWANCE, LIMIT_ALLOWANCE, LIMIT_UNITS, LIMIT_UNITS, LIMIT_MONEY,
                                   LIMIT_UNITS,     LIMIT_MONEY,     LIMIT_NONE,  LIMIT_NONE};
  for (uint32_t i = 0; i <= m->rule_count; i++) assert_int_equal(m->rules[i].limit_kind, kinds[i]);
  assert_int_equal(m->rules[1].limit_allowance, 1);
  assert_int_equal(m->rules[4].limit->value, 4000);
  assert_true(m->rules[1].shielded);
  assert_false(m->rules[2].shielded);
  assert_true(m->allowances[1].money);
  assert_int_equal(m->allowances[0].scope, SCOPE_REQUEST);
  assert_text(m->rules[7].credit_source, "60% of value");
  assert_int_equal(m->rules[8].verdict, VERDICT_PARTIAL_CREDIT);
  assert_true(m->rules[8].shielded);
  assert_int_equal(m->fees[0].basis, BASIS_UNIT);
  assert_int_equal(m->fees[0].above_credit, FEE_ABOVE_OWED);
  assert_int_equal(m->fees[0].at_least->value, 500);
  assert_null(m->fees[0].at_most);
  assert_int_equal(m->fees[1].basis, BASIS_REQUEST);
  assert_int_equal(m->fees[1].above_credit, FEE_ABOVE_ZERO);
  assert_int_equal(m->fees[1].amount->value, 300);
  assert_int_equal(m->bonuses[0].basis, BASIS_LINE);
  assert_int_equal(m->approvals[0].scope, SCOPE_REQUEST);
  assert_int_equal(m->approvals[1].scope, SCOPE_LINE);
  assert_int_equal(m->outputs[0].cases[0].value, 1);
  assert_int_equal(m->fill, FILL_CHEAPEST_FIRST);
  release(&b);
}

static void text_constants_are_sorted_and_distinct(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD "facts:\n  - {fact: brand, type: text}\n"
                 "sets:\n  - {set: ours, values: [Zeta, Beta]}\n"
                 "rules:\n"
                 "  - {rule: a, when: ['brand is \"Zeta\"'], then: deny, because: a}\n"
                 "  - {rule: b, when: ['brand is \"Alpha\"'], then: deny, because: b}\n"
                 "  - {rule: c, when: [brand in ours], then: deny, because: c}\n" LAST);
  const struct model *m = b.model;
  assert_int_equal(m->text_count, 3);
  assert_text(m->texts[0], "Alpha");
  assert_text(m->texts[1], "Beta");
  assert_text(m->texts[2], "Zeta");
  assert_int_equal(m->rules[0].tests.items[0].condition->kids[1]->value, 2);
  assert_int_equal(m->rules[1].tests.items[0].condition->kids[1]->value, 0);
  const struct expr *in = m->rules[2].tests.items[0].condition;
  assert_int_equal(in->op, OP_ONE_OF);
  assert_int_equal(in->kids[1]->value + in->kids[2]->value, 3);
  release(&b);
}

/* ---- optional facts ---- */

/* Each of these comes out true or false whether or not the optional facts are given. */
static void guarded_optional_facts_are_definite(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD
        "facts:\n"
        "  - {fact: asked_on, type: date, of: request}\n"
        "  - {fact: opened_on, type: date, optional: yes}\n"
        "  - {fact: limit, type: count, of: request, optional: yes}\n"
        "  - {fact: quantity, type: count}\n"
        "  - {fact: sealed, type: flag}\n"
        "  - {fact: brand, type: text, optional: yes}\n"
        "  - {fact: quota, type: count, of: brand, absent: 0}\n"
        "terms:\n"
        "  - {term: fresh, is: asked_on within 30 days of opened_on}\n"
        "  - term: days_open\n    cases:\n      - {when: [opened_on is given], is: asked_on - opened_on}\n    otherwise: 0 days\n"
        "  - {term: opened_lines, of: request, is: count of lines where opened_on is given and opened_on before asked_on}\n"
        "  - term: above\n    of: request\n    cases:\n      - {when: [limit is given], is: opened_lines > limit}\n    "
        "otherwise: no\n"
        "rules:\n"
        "  - {rule: a, when: [opened_on is given, fresh], then: authorize, because: a}\n"
        "  - {rule: b, when: [days_open > 3 days, above], then: authorize, because: b}\n"
        "  - {rule: c, when: [opened_on is not given or fresh], then: authorize, because: c}\n"
        "  - {rule: d, when: [sealed], unless: [opened_on is given and not fresh], then: authorize, because: d}\n"
        "  - {rule: e, when: [(sealed and opened_on is not given) or (not sealed and opened_on is given), sealed or fresh], "
        "then: authorize, because: e}\n"
        "  - {rule: f, when: [brand is given, quota > 3], then: authorize, because: f}\n"
        "  - {rule: g, when: [limit is given], then: authorize, up_to: limit, because: g}\n" LAST);
  assert_int_equal(b.model->rule_count, 7);
  release(&b);
}

/* ---- workflow, calendars, messages ---- */

static void steps_are_ordered_and_tied_to_facts(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD "facts:\n"
                 "  - {fact: condition, type: choice, values: [new, marked], supplied_by: inspect}\n"
                 "  - {fact: approved_on, type: date, of: request, supplied_by: approve}\n"
                 "workflow:\n"
                 "  - {step: settle, by: accounts, after: [recondition, inspect]}\n"
                 "  - {step: recondition, by: workshop, after: [inspect], when: [any line where condition is marked]}\n"
                 "  - {step: approve, by: manager}\n"
                 "  - {step: ship, by: customer, after: [approve], within: 10 days of approved_on}\n"
                 "  - {step: inspect, by: warehouse, after: [ship]}\n" LAST);
  const struct model *m = b.model;
  const char *const order[] = {"approve", "ship", "inspect", "recondition", "settle"};
  for (uint32_t i = 0; i < 5; i++) assert_text(m->steps[i].name, order[i]);
  assert_int_equal(m->facts[0].supplied_step, 2);
  assert_int_equal(m->facts[1].supplied_step, 0);
  assert_int_equal(m->steps[4].after_count, 2);
  assert_int_equal(m->steps[4].after[0], 3);
  assert_int_equal(m->steps[1].no_later_than->type, TYPE_DATE);
  assert_null(m->steps[0].no_later_than);
  assert_int_equal(m->steps[3].tests.items[0].condition->op, OP_ANY_LINE);
  release(&b);
}

static void calendars_sort_their_holidays(void **state) {
  (void)state;
  struct built b;
  build(&b, HEAD "calendars:\n  - {calendar: au, weekend: [sunday, saturday], covers: 1970-01-01 .. 1970-12-31, holidays: "
                 "[1970-12-25, 1970-01-26]}\n" LAST);
  const struct calendar *au = &b.model->calendars[0];
  assert_int_equal(au->weekend, 0x60);
  assert_int_equal(au->first, 0);
  assert_int_equal(au->last, 364);
  assert_int_equal(au->holiday_count, 2);
  assert_int_equal(au->holidays[0], 25);
  release(&b);
}

/* ---- several files ---- */

static void vocabularies_come_before_the_policy(void **state) {
  (void)state;
  struct built b;
  build_sources(&b,
                (const char *const[]){"shop/policy.yaml",
                                      HEAD "use: [base, extra.yaml]\nfacts:\n  - {fact: own, type: flag}\nrules:\n  - {rule: r, "
                                           "when: [own, base_flag, late], then: deny, because: r}\n" LAST,
                                      "shop/extra.yaml",
                                      "returns: 1\nvocabulary: extra\nuse: [base]\nfacts:\n  - {fact: extra_flag, type: flag}\n",
                                      "base.yaml",
                                      "returns: 1\nvocabulary: base\nfacts:\n  - {fact: base_flag, type: flag}\nterms:\n  - "
                                      "{term: late, is: not base_flag}\n"},
                3);
  const struct model *m = b.model;
  assert_int_equal(m->fact_count, 3);
  assert_text(m->facts[0].name, "base_flag");
  assert_text(m->facts[1].name, "extra_flag");
  assert_text(m->facts[2].name, "own");
  assert_int_equal(m->facts[0].span.file, 2);
  assert_int_equal(m->file_count, 3);
  assert_string_equal(m->files[1], "shop/extra.yaml");
  assert_int_equal(m->terms[0].span.file, 2);
  release(&b);
}

static void floors_get_their_facts(void **state) {
  (void)state;
  struct built b;
  build_sources(
      &b,
      (const char *const[]){
          "shop.yaml",
          HEAD "facts:\n  - {fact: asked_on, type: date, of: request, private: yes}\n  - {fact: delivered_on, type: date}\n"
               "  - {fact: reason, type: choice, values: [late, broken]}\n  - {fact: grade, type: choice, values: [b, a]}\n"
               "floor:\n  - policy: law\n    prefer: money\n    with:\n      - {fact: declared_on, is: asked_on}\n      - {fact: "
               "private_buyer, is: yes}\n      - {fact: kind, is: goods}\n" LAST,
          "eu.yaml",
          "returns: 1\npolicy: law\nfacts:\n  - {fact: declared_on, type: date, of: request}\n  - {fact: delivered_on, type: "
          "date}\n"
          "  - {fact: reason, type: choice, values: [broken, late, other]}\n  - {fact: private_buyer, type: flag}\n"
          "  - {fact: kind, type: choice, values: [service, goods]}\n  - {fact: note, type: text, optional: yes}\n" LAST},
      2);
  assert_int_equal(b.model->floor_count, 1);
  const struct floor *floor = &b.model->floors[0];
  assert_text(floor->policy, "law");
  assert_true(floor->prefer_money);
  assert_false(floor->prefer_exchange);
  assert_int_equal(floor->model->fact_count, 6);
  assert_int_equal(floor->with_count, 5);
  const struct expr *by_floor_fact[6] = {NULL};
  for (uint32_t i = 0; i < floor->with_count; i++) by_floor_fact[floor->with[i].floor_fact] = floor->with[i].value;
  assert_int_equal(by_floor_fact[0]->op, OP_FACT);
  assert_int_equal(by_floor_fact[0]->index, 0);
  assert_int_equal(by_floor_fact[1]->index, 1);
  assert_int_equal(by_floor_fact[2]->op, OP_CASES);
  assert_int_equal(by_floor_fact[2]->kid_count, 3);
  assert_int_equal(by_floor_fact[2]->kids[1]->value, 1);
  assert_int_equal(by_floor_fact[2]->kids[2]->value, 0);
  assert_int_equal(by_floor_fact[3]->op, OP_CONST);
  assert_int_equal(by_floor_fact[4]->value, 1);
  assert_null(by_floor_fact[5]);
  assert_true(floor->model->facts[0].is_private);
  assert_false(floor->model->facts[1].is_private);
  release(&b);
}

/* ---- memory ---- */

static void every_allocation_may_fail(void **state) {
  (void)state;
  const char *text = HEAD "currency: EUR\nconventions: {rounding: up, fill: request_order}\nuse: [words]\n"
                          "facts:\n  - {fact: brand, type: text, optional: yes}\n  - {fact: price, type: money}\n"
                          "unit_value: price\nterms:\n  - {term: dear, is: line_value > 3.00}\n"
                          "allowances:\n  - {allowance: swap, units: 3}\n"
                          "rules:\n  - {rule: a, when: [brand is given, brand is Zeta, dear, said is broken], then: "
                          "exchange_only, up_to: swap, because: a}\n"
                          "workflow:\n  - {step: ship, by: us}\nfloor: [{policy: law}]\n" LAST;
  const struct language_source sources[] = {
      {"case.yaml", text, strlen(text)},
      {"words.yaml", "returns: 1\nvocabulary: words\nfacts:\n  - {fact: said, type: choice, values: [broken, late]}\n", 0},
      {"eu.yaml", "returns: 1\npolicy: law\nfacts:\n  - {fact: said, type: choice, values: [late, broken]}\n" LAST, 0}};
  struct language_source all[3];
  for (size_t i = 0; i < 3; i++) all[i] = (struct language_source){sources[i].name, sources[i].bytes, strlen(sources[i].bytes)};
  bool done = false;
  for (uint32_t allowed = 0; !done; allowed++) {
    struct strict_memory strict;
    struct memory memory = memory_of_strict(&strict, allowed);
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena, &memory);
    diagnostics_init(&diagnostics, &memory, 100);
    struct model *model = model_build(&arena, all, 3, &limits, &diagnostics);
    done = model != NULL;
    if (!done) assert_true(diagnostics.out_of_memory);
    diagnostics_release(&diagnostics);
    arena_free(&arena);
    assert_int_equal(strict.held, 0);
    assert_false(strict.wrong_size);
    assert_true(allowed < 100000);
  }
}

/* A long chain in the worst order neither recurses nor takes long. */
static void many_terms_are_ordered_quickly(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct buffer text;
  buffer_init(&text, &memory);
  buffer_text(&text, HEAD "facts:\n  - {fact: quantity, type: count}\nterms:\n");
  for (int i = 20000; i > 0; i--) buffer_format(&text, "  - {term: t%d, is: t%d}\n", i, i - 1);
  buffer_text(&text, "  - {term: t0, is: quantity}\n" LAST);
  struct built b;
  build(&b, buffer_string(&text));
  assert_int_equal(b.model->term_count, 20001);
  assert_text(b.model->terms[20000].name, "t20000");
  release(&b);
  buffer_free(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(graph_orders_by_need_then_by_number),
      cmocka_unit_test(graph_reports_each_cycle_once),
      cmocka_unit_test(currencies_have_their_minor_units),
      cmocka_unit_test(facts_keep_types_values_and_defaults),
      cmocka_unit_test(a_policy_without_currency_has_two_digits),
      cmocka_unit_test(terms_come_after_what_they_use),
      cmocka_unit_test(terms_may_be_of_request_or_of_a_fact),
      cmocka_unit_test(bare_terms_take_the_type_of_their_use),
      cmocka_unit_test(rules_keep_limits_and_credits),
      cmocka_unit_test(text_constants_are_sorted_and_distinct),
      cmocka_unit_test(guarded_optional_facts_are_definite),
      cmocka_unit_test(steps_are_ordered_and_tied_to_facts),
      cmocka_unit_test(calendars_sort_their_holidays),
      cmocka_unit_test(vocabularies_come_before_the_policy),
      cmocka_unit_test(floors_get_their_facts),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(many_terms_are_ordered_quickly),
  };
  return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
