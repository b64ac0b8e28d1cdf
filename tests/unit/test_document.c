/* Document: every key of a policy file arrives in its place with its node; every error of structure has its line and column, and
 * all of them come in one run; memory may run out anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "load/document.h"
#include "strict_memory.h"

static const struct load_limits LIMITS = {.source_bytes = 1u << 20, .scalar_bytes = 65536, .depth = 32, .nodes = 100000};

struct run {
  struct memory memory;
  struct arena arena;
  struct diagnostics diagnostics;
  struct document document;
  char *bytes; /* exactly as many as given, so that a sanitizer sees a step too far */
  bool good;
};

static struct run *load(const char *text) {
  struct run *run = calloc(1, sizeof *run);
  size_t size = strlen(text);
  assert_non_null(run);
  run->memory = memory_of_libc();
  arena_init(&run->arena, &run->memory);
  diagnostics_init(&run->diagnostics, &run->memory, 100);
  run->bytes = malloc(size ? size : 1);
  assert_non_null(run->bytes);
  memcpy(run->bytes, text, size);
  run->good = document_load(&run->document, &run->arena, 3, "x.yaml", run->bytes, size, &LIMITS, &run->diagnostics);
  diagnostics_sort(&run->diagnostics);
  assert_false(run->diagnostics.out_of_memory);
  assert_int_equal(run->good, run->diagnostics.error_count == 0);
  for (uint32_t i = 0; !run->good && i < run->diagnostics.count; i++) assert_non_null(run->diagnostics.findings[i].hint);
  return run;
}

static void release(struct run *run) {
  diagnostics_release(&run->diagnostics);
  arena_free(&run->arena);
  free(run->bytes);
  free(run);
}

/* ---- a whole file ---- */

/* Each value says what it is, so that one in the wrong place is seen. */
static const char WHOLE[] =
    "returns: 1\n"
    "policy: the-policy\n"
    "revision: \"2026-07\"\n"
    "title: >-\n"
    "  A title\n"
    "  in two lines\n"
    "currency: AUD\n"
    "conventions: {month_end: c1, rounding: c2, fee_above_credit: c3, fill: c4}\n"
    "valid: {by: v1, from: v2, until: v3}\n"
    "use: [u1, u2]\n"
    "facts:\n"
    "  - {fact: f1, type: f2, of: f3, range: f4, values: [f5, f6], absent: f7, same_as: f8, optional: f9, supplied_by: f10, "
    "assume: f11, private: f12}\n"
    "  - {fact: g1, type: g2}\n"
    "sets:\n"
    "  - {set: s1, values: [s2, 's''3']}\n"
    "require: [q1, q2]\n"
    "units: n1\n"
    "unit_value: n2\n"
    "terms:\n"
    "  - {term: t1, of: t2, when: [t3], unless: [t4], is: t5}\n"
    "  - term: t6\n"
    "    cases:\n"
    "      - when: [t7]\n"
    "        is: t8\n"
    "      - {unless: [t9], is: t10}\n"
    "    otherwise: t11\n"
    "allowances:\n"
    "  - {allowance: a1, of: a2, units: a3}\n"
    "  - {allowance: a4, money: a5}\n"
    "rules:\n"
    "  - {rule: r1, when: [r2, r3], unless: [r4], up_to: r5, then: r6, credit: r7, because: r8, fees: r9}\n"
    "otherwise: {then: o1, because: o2, credit: o3, fees: o4}\n"
    "fees:\n"
    "  - {fee: e1, when: [e2], unless: [e3], amount: e4, at_least: e5, at_most: e6, on_denial: e7, above_credit: e8}\n"
    "bonuses:\n"
    "  - {bonus: b1, when: [b2], unless: [b3], amount: b4, at_least: b5, at_most: b6}\n"
    "approvals:\n"
    "  - {approval: p1, when: [p2], unless: [p3], because: p4}\n"
    "outputs:\n"
    "  - {output: x1, values: [x2, x3], cases: [{when: [x4], is: x5}], otherwise: x6}\n"
    "messages:\n"
    "  - {message: m1, texts: [{locale: m2, text: m3}, {locale: m4, text: \"\"}]}\n"
    "workflow:\n"
    "  - {step: w1, by: w2, when: [w3], unless: [w4], after: [w5], within: w6, no_later_than: w7}\n"
    "calendars:\n"
    "  - {calendar: k1, weekend: [], covers: k2, holidays: [k3]}\n"
    "floor:\n"
    "  - {policy: l1, with: [{fact: l2, is: l3}], prefer: l4}\n"
    "x-meta: {anything: [goes, {here: []}], ~: null}\n";

/* The scalar holds that text, and its node says where. */
static void assert_scalar(const struct run *run, const struct scalar *scalar, const char *text, uint32_t line) {
  assert_true(scalar->node != 0);
  assert_true(text_is(scalar->text, text));
  assert_string_equal(scalar->text.bytes, text);
  assert_true(text_is(run->document.tree.nodes[scalar->node].value, text));
  struct span span = node_span(&run->document.tree, scalar->node);
  assert_int_equal(span.line, line);
  assert_int_equal(span.file, 3);
}

static void assert_scalars(const struct run *run, const struct scalars *scalars, uint32_t count, const char *first,
                           uint32_t line) {
  assert_int_equal(scalars->count, count);
  assert_int_equal(run->document.tree.nodes[scalars->node].kind, NODE_SEQUENCE);
  assert_int_equal(run->document.tree.nodes[scalars->node].count, count);
  if (count) assert_scalar(run, &scalars->items[0], first, line);
}

static void assert_left_out(const struct scalar *scalar) {
  assert_int_equal(scalar->node, 0);
  assert_int_equal(scalar->text.size, 0);
}

static void assert_node(const struct run *run, uint32_t node, enum node_kind kind, uint32_t line) {
  assert_int_equal(run->document.tree.nodes[node].kind, kind);
  assert_int_equal(node_span(&run->document.tree, node).line, line);
}

static void check_head(const struct run *run) {
  const struct document *d = &run->document;
  assert_scalar(run, &d->returns, "1", 1);
  assert_scalar(run, &d->policy, "the-policy", 2);
  assert_left_out(&d->vocabulary);
  assert_scalar(run, &d->revision, "2026-07", 3);
  assert_scalar(run, &d->title, "A title in two lines", 4);
  assert_scalar(run, &d->currency, "AUD", 7);
  assert_node(run, d->conventions_node, NODE_MAPPING, 8);
  assert_scalar(run, &d->month_end, "c1", 8);
  assert_scalar(run, &d->rounding, "c2", 8);
  assert_scalar(run, &d->fee_above_credit, "c3", 8);
  assert_scalar(run, &d->fill, "c4", 8);
  assert_node(run, d->valid_node, NODE_MAPPING, 9);
  assert_scalar(run, &d->valid_by, "v1", 9);
  assert_scalar(run, &d->valid_from, "v2", 9);
  assert_scalar(run, &d->valid_until, "v3", 9);
  assert_scalars(run, &d->use, 2, "u1", 10);
  assert_scalar(run, &d->use.items[1], "u2", 10);
}

static void check_declarations(const struct run *run) {
  const struct document *d = &run->document;
  assert_int_equal(d->fact_count, 2);
  const struct doc_fact *fact = &d->facts[0];
  assert_node(run, fact->node, NODE_MAPPING, 12);
  const struct scalar *texts[] = {&fact->fact, &fact->type, &fact->of, &fact->range};
  static const char *const values[] = {"f1", "f2", "f3", "f4"};
  for (size_t i = 0; i < 4; i++) assert_scalar(run, texts[i], values[i], 12);
  assert_scalars(run, &fact->values, 2, "f5", 12);
  assert_scalar(run, &fact->values.items[1], "f6", 12);
  assert_scalar(run, &fact->absent, "f7", 12);
  assert_scalar(run, &fact->same_as, "f8", 12);
  assert_scalar(run, &fact->optional, "f9", 12);
  assert_scalar(run, &fact->supplied_by, "f10", 12);
  assert_scalar(run, &fact->assume, "f11", 12);
  assert_scalar(run, &fact->is_private, "f12", 12);
  assert_scalar(run, &d->facts[1].type, "g2", 13);
  assert_left_out(&d->facts[1].of);
  assert_int_equal(d->facts[1].values.node, 0);
  assert_int_equal(d->facts[1].values.count, 0);
  assert_int_equal(d->set_count, 1);
  assert_node(run, d->sets[0].node, NODE_MAPPING, 15);
  assert_scalar(run, &d->sets[0].set, "s1", 15);
  assert_scalars(run, &d->sets[0].values, 2, "s2", 15);
  assert_scalar(run, &d->sets[0].values.items[1], "s'3", 15);
  assert_scalars(run, &d->require, 2, "q1", 16);
  assert_scalar(run, &d->units, "n1", 17);
  assert_scalar(run, &d->unit_value, "n2", 18);
}

static void check_terms(const struct run *run) {
  const struct document *d = &run->document;
  assert_int_equal(d->term_count, 2);
  assert_scalar(run, &d->terms[0].term, "t1", 20);
  assert_scalar(run, &d->terms[0].of, "t2", 20);
  assert_scalars(run, &d->terms[0].when, 1, "t3", 20);
  assert_scalars(run, &d->terms[0].unless, 1, "t4", 20);
  assert_scalar(run, &d->terms[0].is, "t5", 20);
  assert_int_equal(d->terms[0].cases_node, 0);
  const struct doc_term *term = &d->terms[1];
  assert_node(run, term->node, NODE_MAPPING, 21);
  assert_node(run, term->cases_node, NODE_SEQUENCE, 23);
  assert_int_equal(term->case_count, 2);
  assert_node(run, term->cases[0].node, NODE_MAPPING, 23);
  assert_scalars(run, &term->cases[0].when, 1, "t7", 23);
  assert_scalar(run, &term->cases[0].is, "t8", 24);
  assert_int_equal(term->cases[0].unless.node, 0);
  assert_scalars(run, &term->cases[1].unless, 1, "t9", 25);
  assert_scalar(run, &term->cases[1].is, "t10", 25);
  assert_scalar(run, &term->otherwise, "t11", 26);
  assert_int_equal(d->allowance_count, 2);
  assert_scalar(run, &d->allowances[0].allowance, "a1", 28);
  assert_scalar(run, &d->allowances[0].of, "a2", 28);
  assert_scalar(run, &d->allowances[0].units, "a3", 28);
  assert_scalar(run, &d->allowances[1].money, "a5", 29);
}

static void check_rules(const struct run *run) {
  const struct document *d = &run->document;
  assert_node(run, d->rules_node, NODE_SEQUENCE, 31);
  assert_int_equal(d->rule_count, 1);
  const struct doc_rule *rule = &d->rules[0];
  assert_node(run, rule->node, NODE_MAPPING, 31);
  assert_scalar(run, &rule->rule, "r1", 31);
  assert_scalars(run, &rule->when, 2, "r2", 31);
  assert_scalar(run, &rule->when.items[1], "r3", 31);
  assert_scalars(run, &rule->unless, 1, "r4", 31);
  assert_scalar(run, &rule->up_to, "r5", 31);
  assert_scalar(run, &rule->then, "r6", 31);
  assert_scalar(run, &rule->credit, "r7", 31);
  assert_scalar(run, &rule->because, "r8", 31);
  assert_scalar(run, &rule->fees, "r9", 31);
  assert_node(run, d->otherwise_node, NODE_MAPPING, 32);
  assert_scalar(run, &d->otherwise_then, "o1", 32);
  assert_scalar(run, &d->otherwise_because, "o2", 32);
  assert_scalar(run, &d->otherwise_credit, "o3", 32);
  assert_scalar(run, &d->otherwise_fees, "o4", 32);
}

static void check_adjustment(const struct run *run, const struct doc_adjustment *adjustment, const char *first, uint32_t line) {
  char text[3] = {first[0], first[1], '\0'};
  const struct scalar *texts[] = {&adjustment->name, &adjustment->amount, &adjustment->at_least, &adjustment->at_most};
  static const char digits[] = "1456";
  for (size_t i = 0; i < 4; i++) {
    text[1] = digits[i];
    assert_scalar(run, texts[i], text, line);
  }
  text[1] = '2';
  assert_scalars(run, &adjustment->when, 1, text, line);
  text[1] = '3';
  assert_scalars(run, &adjustment->unless, 1, text, line);
}

static void check_effects(const struct run *run) {
  const struct document *d = &run->document;
  assert_int_equal(d->fee_count, 1);
  check_adjustment(run, &d->fees[0], "e1", 34);
  assert_scalar(run, &d->fees[0].on_denial, "e7", 34);
  assert_scalar(run, &d->fees[0].above_credit, "e8", 34);
  assert_int_equal(d->bonus_count, 1);
  check_adjustment(run, &d->bonuses[0], "b1", 36);
  assert_int_equal(d->approval_count, 1);
  assert_scalar(run, &d->approvals[0].approval, "p1", 38);
  assert_scalars(run, &d->approvals[0].when, 1, "p2", 38);
  assert_scalars(run, &d->approvals[0].unless, 1, "p3", 38);
  assert_scalar(run, &d->approvals[0].because, "p4", 38);
  const struct doc_output *output = &d->outputs[0];
  assert_int_equal(d->output_count, 1);
  assert_scalar(run, &output->output, "x1", 40);
  assert_scalars(run, &output->values, 2, "x2", 40);
  assert_int_equal(output->case_count, 1);
  assert_node(run, output->cases_node, NODE_SEQUENCE, 40);
  assert_scalars(run, &output->cases[0].when, 1, "x4", 40);
  assert_scalar(run, &output->cases[0].is, "x5", 40);
  assert_scalar(run, &output->otherwise, "x6", 40);
  const struct doc_message *message = &d->messages[0];
  assert_int_equal(d->message_count, 1);
  assert_scalar(run, &message->message, "m1", 42);
  assert_int_equal(message->text_count, 2);
  assert_scalar(run, &message->texts[0].locale, "m2", 42);
  assert_scalar(run, &message->texts[0].text, "m3", 42);
  assert_scalar(run, &message->texts[1].text, "", 42); /* quoted: a text, though an empty one */
}

static void check_rest(const struct run *run) {
  const struct document *d = &run->document;
  const struct doc_step *step = &d->workflow[0];
  assert_int_equal(d->step_count, 1);
  assert_scalar(run, &step->step, "w1", 44);
  assert_scalar(run, &step->by, "w2", 44);
  assert_scalars(run, &step->when, 1, "w3", 44);
  assert_scalars(run, &step->unless, 1, "w4", 44);
  assert_scalars(run, &step->after, 1, "w5", 44);
  assert_scalar(run, &step->within, "w6", 44);
  assert_scalar(run, &step->no_later_than, "w7", 44);
  const struct doc_calendar *calendar = &d->calendars[0];
  assert_int_equal(d->calendar_count, 1);
  assert_scalar(run, &calendar->calendar, "k1", 46);
  assert_scalars(run, &calendar->weekend, 0, NULL, 46);
  assert_scalar(run, &calendar->covers, "k2", 46);
  assert_scalars(run, &calendar->holidays, 1, "k3", 46);
  const struct doc_floor *floor = &d->floors[0];
  assert_int_equal(d->floor_count, 1);
  assert_scalar(run, &floor->policy, "l1", 48);
  assert_int_equal(floor->with_count, 1);
  assert_scalar(run, &floor->with[0].fact, "l2", 48);
  assert_scalar(run, &floor->with[0].is, "l3", 48);
  assert_scalar(run, &floor->prefer, "l4", 48);
}

static void test_whole(void **state) {
  (void)state;
  struct run *run = load(WHOLE);
  assert_true(run->good);
  check_head(run);
  check_declarations(run);
  check_terms(run);
  check_rules(run);
  check_effects(run);
  check_rest(run);
  release(run);
}

static void test_least(void **state) {
  (void)state;
  struct run *run = load("returns: 1\r\npolicy: x\r\notherwise: {then: deny, because: no}\r\n");
  assert_true(run->good);
  assert_int_equal(run->document.rule_count, 0);
  assert_null(run->document.rules);
  assert_int_equal(run->document.rules_node, 0);
  assert_int_equal(run->document.valid_node, 0);
  assert_scalar(run, &run->document.otherwise_because, "no", 3);
  release(run);
  run = load("\xEF\xBB\xBF---\nreturns: '1'\nvocabulary: x\nterms: [{term: a, is: b}]\nuse: [y]\n");
  assert_true(run->good);
  assert_scalar(run, &run->document.vocabulary, "x", 3);
  assert_left_out(&run->document.policy);
  release(run);
}

/* A long list: libcyaml's growth, our copy of it. */
static void test_many_rules(void **state) {
  (void)state;
  const uint32_t count = 3000;
  char *text = malloc(count * 64 + 100);
  assert_non_null(text);
  strcpy(text, "returns: 1\npolicy: x\notherwise: {then: deny, because: no}\nrules:\n");
  size_t size = strlen(text);
  for (uint32_t i = 0; i < count; i++) {
    const char entry[] = "- {rule: r0000, when: [a, b], then: deny, because: c}\n";
    memcpy(text + size, entry, sizeof entry);
    for (uint32_t digit = 0, left = i; digit < 4; digit++, left /= 10) text[size + 13 - digit] = (char)('0' + left % 10);
    size += sizeof entry - 1;
  }
  struct run *run = load(text);
  assert_true(run->good);
  assert_int_equal(run->document.rule_count, count);
  char name[] = "r2999";
  assert_scalar(run, &run->document.rules[2999].rule, name, 3004);
  assert_scalar(run, &run->document.rules[1234].when.items[1], "b", 5 + 1234);
  assert_scalar(run, &run->document.rules[0].rule, "r0000", 5);
  release(run);
  free(text);
}

/* ---- errors ---- */

#define HEAD "returns: 1\npolicy: x\notherwise: {then: deny, because: no}\n"

struct error {
  const char *source, *code;
  uint32_t line, column, end_line, end_column;
  const char *message, *hint;
};

/* Each has exactly one finding; message and hint hold these words. Line 4 is the first after HEAD. */
static const struct error ERRORS[] = {
    {"- a\n- b\n", "R0201", 1, 1, 1, 4, "mapping of keys", "returns: 1"},
    {"word\n", "R0201", 1, 1, 1, 5, "mapping of keys", "returns: 1"},
    {"---\n", "R0201", 2, 1, 2, 1, "mapping of keys", "returns: 1"},
    {"policy: x\nfoo: y\n", "R0202", 1, 1, 1, 7, "does not say which version", "returns: 1"},
    {"returns_tests: 1\npolicy: x\n", "R0202", 1, 1, 1, 14, "does not say which version", "a file of tests"},
    {"returns: 2\nfoo: y\n", "R0202", 1, 10, 1, 11, "version 1 is", "returns: 1"},
    {"returns: [1]\n", "R0202", 1, 10, 1, 13, "version 1 is", "returns: 1"},
    {"returns: 1.0\n", "R0202", 1, 10, 1, 13, "version 1 is", "returns: 1"},
    {HEAD "rules:\n  - {rule: a, then: deny, becuase: b}\n", "R0203", 5, 27, 5, 34, "`becuase` is no key of a rule",
     "did you mean `because`?"},
    {HEAD "rules:\n  - {rule: a, then: deny, because: b, Credit: c}\n", "R0203", 5, 39, 5, 45, "`Credit`",
     "did you mean `credit`?"},
    {HEAD "fees:\n  - fee: a\n    amount: 1\n    credit: 2\n", "R0203", 7, 5, 7, 11, "`credit` is no key of a fee",
     "`credit` belongs to a rule, `otherwise`"},
    {HEAD "fees: [{fee: a, amount: 1, zzz: 2}]\n", "R0203", 4, 28, 4, 31, "`zzz`", "a fee has `fee`, `when`, `unless`, `amount`"},
    {HEAD "facts: [{fact: a, type: b, required: yes}]\n", "R0203", 4, 28, 4, 36, "`required`", "optional: yes"},
    {HEAD "terms: [{term: a, is: b, if: c}]\n", "R0203", 4, 26, 4, 28, "`if`", "under `when`"},
    {HEAD "\xE6\x97\xA5\xE6\x9C\xAC: y\n", "R0203", 4, 1, 4, 3, "`\xE6\x97\xA5\xE6\x9C\xAC` is no key of the file", "`policy`"},
    {HEAD "Rules: [{rule: a, then: deny, because: b}]\n", "R0203", 4, 1, 4, 6, "`Rules`", "did you mean `rules`?"},
    {HEAD "rules:\n  - rule: a\n    then: deny\n", "R0204", 5, 5, 5, 9, "rule `a` has no `because`", "because: CODE"},
    {HEAD "rules:\n  - because: a\n    then: deny\n", "R0204", 5, 5, 5, 12, "a rule has no `rule`", "begins with its kind"},
    {HEAD "terms: [{term: a, cases: [{when: [b]}]}]\n", "R0204", 4, 28, 4, 32, "a case has no `is`", "is: VALUE"},
    {HEAD "messages: [{message: a, texts: [{text: b}]}]\n", "R0204", 4, 34, 4, 38, "a text of a message has no `locale`",
     "locale"},
    {HEAD "approvals: [{}, {approval: a}]\n", "R0204", 4, 13, 4, 15, "an approval has no `approval`", "kind"},
    {HEAD "valid: {from: 2026-01-01}\n", "R0204", 4, 9, 4, 13, "`valid` has no `by`", "by: "},
    {"returns: 1\npolicy: x\notherwise: {then: deny}\n", "R0204", 3, 13, 3, 17, "`otherwise` has no `because`", "because: CODE"},
    {"returns: 1\npolicy: x\n", "R0204", 1, 1, 1, 8, "the file has no `otherwise`", "otherwise: {then: deny"},
    {"returns: 1\notherwise: {then: deny, because: no}\n", "R0204", 1, 1, 1, 8, "the file has no `policy`", "vocabulary"},
    {HEAD "require: a is b\n", "R0205", 4, 10, 4, 16, "`require` is a list", "`- a is b`"},
    {HEAD "rules: worn\n", "R0205", 4, 8, 4, 12, "`rules` is a list", "`- rule: ...`"},
    {HEAD "facts:\n  reason: choice\n  unit: text\n", "R0205", 5, 3, 5, 17, "`facts` is a list, not a single mapping",
     "`- fact: ...`"},
    {HEAD "use: {a: b}\n", "R0205", 4, 6, 4, 12, "`use` is a list, not a single mapping", "line of its own"},
    {HEAD "rules: [worn]\n", "R0206", 4, 9, 4, 13, "an item of `rules` is a mapping", "`- rule: ...`"},
    {HEAD "rules: [[worn]]\n", "R0206", 4, 9, 4, 15, "not a list", "`- rule: ...`"},
    {HEAD "valid: soon\n", "R0206", 4, 8, 4, 12, "`valid` is a mapping", "`by: ...`"},
    {HEAD "title: [a]\n", "R0207", 4, 8, 4, 11, "`title` is a single text, not a list", "quote"},
    {HEAD "title: {a: b}\n", "R0207", 4, 8, 4, 14, "`title` is a single text, not a mapping", "quote"},
    {HEAD "require:\n  - a is b\n  - note: c\n", "R0207", 6, 5, 6, 12, "an item of `require` is a text", "quote"},
    {HEAD "require: [a, [b]]\n", "R0207", 4, 14, 4, 17, "an item of `require` is a text, not a list", "quote"},
    {HEAD "title:\nrevision: x\n", "R0208", 4, 1, 4, 6, "`title` has no value", "leave the key out"},
    {HEAD "rules:\n", "R0208", 4, 1, 4, 6, "`rules` has no value", "leave the key out"},
    {HEAD "title: ~\n", "R0208", 4, 8, 4, 9, "`title` has no value", "`~` as nothing"},
    {HEAD "title: null\n", "R0208", 4, 8, 4, 12, "`title` has no value", "`null` as nothing"},
    {HEAD "require:\n  - a\n  -\n", "R0208", 6, 4, 6, 4, "an item of `require` is empty", "remove the item"},
    {HEAD "require: [a, NULL]\n", "R0208", 4, 14, 4, 18, "an item of `require` is empty", "`NULL` as nothing"},
    {HEAD "require: []\n", "R0209", 4, 10, 4, 12, "the list `require` is empty", "leave the key out"},
    {HEAD "rules: []\n", "R0209", 4, 8, 4, 10, "the list `rules` is empty", "leave the key out"},
    {HEAD "vocabulary: y\n", "R0210", 4, 1, 4, 11, "not both", "keep one"},
    {"returns: 1\nvocabulary: y\nunits: z\n", "R0211", 3, 1, 3, 6, "a vocabulary has no `units`", "policies that use it"},
    {HEAD "fees:\n  - {fee: a, amount: min(b, c)}\n", "R0212", 5, 29, 5, 31, "`c)` stands where a key is due", "quote the text"},
    {HEAD "x-meta:\n  a: b\n  a: c\n", "R0117", 6, 3, 6, 4, "`a` is given twice",
     "keep one"}, /* ignored, but YAML all the same */
};

static void assert_error(const struct run *run, const struct error *error) {
  if (run->diagnostics.count != 1) print_error("%u findings for: %s\n", run->diagnostics.count, error->source);
  assert_int_equal(run->diagnostics.count, 1);
  const struct finding *finding = &run->diagnostics.findings[0];
  if (strcmp(finding->code, error->code) != 0) print_error("%s: %s: %s\n", error->source, finding->code, finding->message);
  assert_string_equal(finding->code, error->code);
  assert_int_equal(finding->span.file, 3);
  if (finding->span.column != error->column) print_error("%s: column %u\n", error->source, finding->span.column);
  assert_int_equal(finding->span.line, error->line);
  assert_int_equal(finding->span.column, error->column);
  assert_int_equal(finding->span.end_line, error->end_line);
  assert_int_equal(finding->span.end_column, error->end_column);
  if (!strstr(finding->message, error->message)) print_error("%s: %s\n", error->source, finding->message);
  assert_non_null(strstr(finding->message, error->message));
  if (!strstr(finding->hint, error->hint)) print_error("%s: %s\n", error->source, finding->hint);
  assert_non_null(strstr(finding->hint, error->hint));
}

static void test_errors(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++) {
    struct run *run = load(ERRORS[i].source);
    assert_error(run, &ERRORS[i]);
    release(run);
  }
}

struct place {
  const char *code;
  uint32_t line, column;
};

static void test_all_in_one_run(void **state) {
  (void)state;
  struct run *run = load("returns: 1\n"
                         "policy: [x]\n"
                         "facts: reason\n"
                         "rules:\n"
                         "  - rule: a\n"
                         "    wen: [b]\n"
                         "    then: deny\n"
                         "    then: authorize\n"
                         "  - worn\n"
                         "  - rule: c\n"
                         "    when: [d, null]\n"
                         "    because:\n"
                         "fees:\n"
                         "  - {fee: f, amount: !m 1, credit: 2}\n"
                         "sets: []\n");
  static const struct place expected[] = {
      {"R0204", 1, 1},   {"R0207", 2, 9},   {"R0205", 3, 8},  {"R0204", 5, 5},   {"R0203", 6, 5},
      {"R0117", 8, 5},   {"R0206", 9, 5},   {"R0204", 10, 5}, {"R0208", 11, 15}, {"R0208", 12, 5},
      {"R0114", 14, 22}, {"R0203", 14, 28}, {"R0209", 15, 7},
  };
  const uint32_t count = sizeof expected / sizeof *expected;
  for (uint32_t i = 0; i < run->diagnostics.count && i < count; i++) {
    const struct finding *finding = &run->diagnostics.findings[i];
    if (strcmp(finding->code, expected[i].code) != 0) print_error("%u: %s %s\n", i, finding->code, finding->message);
    assert_string_equal(finding->code, expected[i].code);
    assert_int_equal(finding->span.line, expected[i].line);
    assert_int_equal(finding->span.column, expected[i].column);
  }
  assert_int_equal(run->diagnostics.count, count);
  release(run);
}

/* A misspelt key is not reported once more as missing, and a long one is cut in the message. */
static void test_unknown_keys(void **state) {
  (void)state;
  struct run *run = load(HEAD "rules:\n  - {rul: a, thn: deny, becase: c}\n");
  assert_int_equal(run->diagnostics.count, 3);
  for (uint32_t i = 0; i < 3; i++) assert_string_equal(run->diagnostics.findings[i].code, "R0203");
  release(run);
  run = load(
      HEAD
      "\"a\\nb\\t"
      "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
      "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
      "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\": y\n");
  assert_int_equal(run->diagnostics.count, 1);
  const char *message = run->diagnostics.findings[0].message;
  assert_null(strchr(message, '\n'));
  assert_non_null(strstr(message, "`a b \xE6\x97\xA5"));
  assert_non_null(strstr(message, "...` is no key"));
  assert_true(text_is_utf8(message, strlen(message)));
  release(run);
}

/* ---- memory ---- */

static void check_out_of_memory(const char *text, bool is_good) {
  struct load_limits limits = LIMITS;
  for (size_t allowed = 0;; allowed++) {
    struct strict_memory strict;
    struct memory memory = memory_of_strict(&strict, allowed);
    struct arena arena;
    struct diagnostics diagnostics;
    struct document document;
    arena_init(&arena, &memory);
    diagnostics_init(&diagnostics, &memory, 100);
    bool good = document_load(&document, &arena, 0, "x.yaml", text, strlen(text), &limits, &diagnostics);
    bool failed = diagnostics.out_of_memory;
    assert_int_equal(good, is_good && !failed);
    diagnostics_release(&diagnostics);
    arena_free(&arena);
    assert_int_equal(strict.held, 0);
    assert_false(strict.wrong_size);
    if (!failed) return;
    assert_true(allowed < 10000);
  }
}

static void test_out_of_memory(void **state) {
  (void)state;
  check_out_of_memory(WHOLE, true);
  check_out_of_memory(HEAD "rules: [{rule: a, wen: [b], when: c}]\nfees: {}\n", false);
}

/* With a budget, libcyaml's share counts too, and is given back. */
static void test_budget(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  memory.budget = 1u << 20;
  struct arena arena;
  struct diagnostics diagnostics;
  struct document document;
  arena_init(&arena, &memory);
  diagnostics_init(&diagnostics, &memory, 100);
  assert_true(document_load(&document, &arena, 0, "x.yaml", WHOLE, sizeof WHOLE - 1, &LIMITS, &diagnostics));
  size_t used = memory.used;
  arena_free(&arena);
  assert_int_equal(memory.used, 0);
  memory.budget = used + 1; /* enough for what is kept, not for what is held on the way */
  assert_false(document_load(&document, &arena, 0, "x.yaml", WHOLE, sizeof WHOLE - 1, &LIMITS, &diagnostics));
  assert_true(diagnostics.out_of_memory);
  diagnostics_release(&diagnostics);
  arena_free(&arena);
  assert_int_equal(memory.used, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole),         cmocka_unit_test(test_least),          cmocka_unit_test(test_many_rules),
      cmocka_unit_test(test_errors),        cmocka_unit_test(test_all_in_one_run), cmocka_unit_test(test_unknown_keys),
      cmocka_unit_test(test_out_of_memory), cmocka_unit_test(test_budget),
  };
  return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
