/* Inputs that are made to hurt: each is refused or compiled within the memory that the environment allows, and within the timeout
 * of the test.
 *
 * In: nothing; the inputs are made here. Out: TAP, one line an input, with what became of it. What an input must become is said
 * beside it where the language says it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "fuzz.h"

enum { MEMORY_LIMIT = 512 << 20, MILLION = 1000000 };
enum fate { ANY, REFUSED, COMPILED };

/* ---- a text that grows ---- */

struct growing {
  uint8_t *data;
  size_t size, room;
};

static void put(struct growing *out, const void *data, size_t size) {
  if (size > out->room - out->size) {
    out->room = (out->size + size) * 2;
    out->data = realloc(out->data, out->room);
    FUZZ_REQUIRE(out->data != NULL);
  }
  memcpy(out->data + out->size, data, size);
  out->size += size;
}

static void say(struct growing *out, const char *text) { put(out, text, strlen(text)); }

static void repeat(struct growing *out, const char *text, size_t times) {
  for (size_t i = 0; i < times; i++) say(out, text);
}

__attribute__((format(printf, 2, 3))) static void sayf(struct growing *out, const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  say(out, line);
}

static const char head[] = "returns: 1\npolicy: hostile\ncurrency: EUR\nconventions: {rounding: half_up, fee_above_credit: zero, "
                           "month_end: clamp, fill: request_order}\n";
static const char facts[] = "facts:\n  - {fact: a, type: flag}\n  - {fact: n, type: count}\n  - {fact: d, type: date}\n  - "
                            "{fact: e, type: date}\n  - {fact: t, type: text}\n";
static const char last[] = "otherwise: {then: deny, because: no}\n";
static const char then[] = "    then: authorize\n    because: yes_it_is\n";

/* ---- policies: structure ---- */

static void nested_lists(struct growing *out) { repeat(out, "[", MILLION); }
static void nested_mappings(struct growing *out) { repeat(out, "{a: ", MILLION / 4); }
static void nested_and_closed(struct growing *out) {
  say(out, head), say(out, "x-meta: "), repeat(out, "[", MILLION / 2), repeat(out, "]", MILLION / 2);
}
static void nested_blocks(struct growing *out) { repeat(out, "- ", MILLION / 2); }
static void nested_keys(struct growing *out) { repeat(out, "? ", MILLION / 2); }
static void closing_brackets(struct growing *out) { say(out, head), repeat(out, "]", MILLION); }
static void quotes(struct growing *out) { say(out, head), repeat(out, "\"", MILLION); }
static void open_quote(struct growing *out) { say(out, head), say(out, "title: \""), repeat(out, "x\n ", MILLION / 3); }
static void long_scalar(struct growing *out) { say(out, head), say(out, "title: "), repeat(out, "x", 10 * MILLION); }
static void long_key(struct growing *out) { say(out, head), repeat(out, "x", MILLION), say(out, ": y\n"); }
static void blank_lines(struct growing *out) { say(out, head), repeat(out, "\n", MILLION), say(out, last); }
static void comments(struct growing *out) { say(out, head), repeat(out, "# a remark\n", MILLION / 10), say(out, last); }
static void documents(struct growing *out) { repeat(out, "---\n", MILLION / 4); }
static void tags(struct growing *out) { say(out, "a: "), repeat(out, "!", MILLION); }
static void nothing(struct growing *out) { (void)out; }
static void zeros(struct growing *out) {
  for (size_t i = 0; i < MILLION; i++) put(out, "", 1);
}
static void broken_letters(struct growing *out) { say(out, head), repeat(out, "\xc3", MILLION); }
static void noise(struct growing *out) {
  uint64_t state = 1;
  for (size_t i = 0; i < MILLION / 8; i++) {
    uint64_t bytes = fuzz_random(&state);
    put(out, &bytes, sizeof bytes);
  }
}
static void many_items(struct growing *out) {
  say(out, head), say(out, "x-meta: ["), repeat(out, "a,", MILLION + 1), say(out, "a]\n");
}
static void many_keys(struct growing *out) {
  say(out, head), say(out, "x-meta:\n");
  for (int i = 0; i < 200000; i++) sayf(out, "  k%d: v\n", i);
}
static void laughs(struct growing *out) {
  say(out, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
  for (int i = 1; i < 30; i++)
    sayf(out, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1, i - 1, i - 1, i - 1,
         i - 1, i - 1, i - 1, i - 1, i - 1);
}

/* ---- policies: expressions ---- */

static void begin_rule(struct growing *out) {
  say(out, head), say(out, facts), say(out, "rules:\n  - rule: r\n    when:\n      - ");
}
static void end_rule(struct growing *out) { say(out, "\n"), say(out, then), say(out, last); }
static void parentheses(struct growing *out) {
  begin_rule(out), repeat(out, "(", 30000), say(out, "a"), repeat(out, ")", 30000), end_rule(out);
}
static void open_parentheses(struct growing *out) { begin_rule(out), repeat(out, "(", 65000), end_rule(out); }
static void nots(struct growing *out) { begin_rule(out), repeat(out, "not ", 15000), say(out, "a"), end_rule(out); }
static void chain_of_and(struct growing *out) { begin_rule(out), repeat(out, "a and ", 10000), say(out, "a"), end_rule(out); }
static void chain_of_or(struct growing *out) {
  begin_rule(out);
  for (int i = 0; i < 5000; i++) sayf(out, "n = %d%s", i, i < 4999 ? " or " : "");
  end_rule(out);
}
static void chain_of_plus(struct growing *out) { begin_rule(out), repeat(out, "n + ", 15000), say(out, "n > 3"), end_rule(out); }
static void chain_of_minus(struct growing *out) {
  begin_rule(out), say(out, "n > "), repeat(out, "-", 60000), say(out, "3"), end_rule(out);
}
static void chain_of_of(struct growing *out) { begin_rule(out), repeat(out, "1% of ", 10000), say(out, "n > 3"), end_rule(out); }
static void calls(struct growing *out) {
  begin_rule(out), repeat(out, "max(n, ", 9000), say(out, "n"), repeat(out, ")", 9000), say(out, " > 3"), end_rule(out);
}
static void product_of_sums(struct growing *out) { /* 2^40 conjunctions, if it were multiplied out */
  begin_rule(out);
  for (int i = 0; i < 40; i++) sayf(out, "%s(n = %d or n > %d)", i ? " and " : "", i, i + 100);
  end_rule(out);
}
static void long_number(struct growing *out) { begin_rule(out), say(out, "n > "), repeat(out, "9", 60000), end_rule(out); }
static void long_list(struct growing *out) {
  begin_rule(out), say(out, "t is one of [");
  for (int i = 0; i < 6000; i++) sayf(out, "\"%d\", ", i);
  say(out, "\"\"]"), end_rule(out);
}
static void long_condition(struct growing *out) {
  begin_rule(out), repeat(out, "a and (a or a) and ", 60000), say(out, "a"), end_rule(out);
}

/* ---- policies: numbers of things ---- */

static void rules(struct growing *out, int count, bool known) {
  say(out, head), say(out, facts), say(out, "rules:\n");
  for (int i = 0; i < count; i++)
    sayf(out, "  - {rule: r%d, when: [%s = %d], then: deny, because: b%d}\n", i, known ? "n" : "unknown", i, i % 7);
  say(out, last);
}
static void most_rules(struct growing *out) { rules(out, 90000, true); }
static void too_many_rules(struct growing *out) { rules(out, 100001, true); }
static void wrong_rules(struct growing *out) { rules(out, 50000, false); }
static void same_rules(struct growing *out) {
  say(out, head), say(out, facts), say(out, "rules:\n");
  for (int i = 0; i < 50000; i++) say(out, "  - {rule: r, when: [a], then: deny, because: b}\n");
  say(out, last);
}
static void dates(struct growing *out) {
  say(out, head), say(out, facts), say(out, "rules:\n");
  for (int i = 0; i < 20000; i++)
    sayf(out, "  - rule: r%d\n    when:\n      - d within %d days of e\n      - n > %d\n%s", i, i, i * 3, then);
  say(out, last);
}
static void many_facts(struct growing *out) {
  say(out, head), say(out, "facts:\n");
  for (int i = 0; i < 20000; i++) sayf(out, "  - {fact: f%d, type: flag}\n", i);
  say(out, "rules:\n");
  for (int i = 0; i < 20000; i++)
    sayf(out, "  - {rule: r%d, when: [f%d, not f%d], then: deny, because: b}\n", i, i, (i + 1) % 20000);
  say(out, last);
}
static void near_names(struct growing *out) { /* for each unknown name the nearest of very many is sought */
  say(out, head), say(out, "facts:\n");
  for (int i = 0; i < 20000; i++) sayf(out, "  - {fact: a_rather_long_name_of_a_fact_%d, type: flag}\n", i);
  say(out, "rules:\n");
  for (int i = 0; i < 20000; i++)
    sayf(out, "  - {rule: r%d, when: [a_rather_long_name_of_a_fakt_%d], then: deny, because: b}\n", i, i);
  say(out, last);
}
static void many_values(struct growing *out) {
  say(out, head), say(out, "facts:\n  - fact: c\n    type: choice\n    values:\n");
  for (int i = 0; i < 100000; i++) sayf(out, "      - v%d\n", i);
  say(out, "rules:\n  - {rule: r, when: [c is v99999], then: deny, because: b}\n"), say(out, last);
}
static void chain_of_terms(struct growing *out) {
  say(out, head), say(out, facts), say(out, "terms:\n  - {term: t0, is: n}\n");
  for (int i = 1; i < 20000; i++) sayf(out, "  - {term: t%d, is: t%d + 1}\n", i, i - 1);
  say(out, "rules:\n  - {rule: r, when: [t19999 > 3], then: deny, because: b}\n"), say(out, last);
}
static void ring_of_terms(struct growing *out) {
  say(out, head), say(out, facts), say(out, "terms:\n");
  for (int i = 0; i < 20000; i++) sayf(out, "  - {term: t%d, is: t%d + n}\n", i, (i + 1) % 20000);
  say(out, last);
}
static void doubling_terms(struct growing *out) { /* 2^120 sums, if a term were computed each time it is used */
  say(out, head), say(out, facts), say(out, "terms:\n  - {term: t0, is: n}\n");
  for (int i = 1; i <= 120; i++) sayf(out, "  - {term: t%d, is: t%d + t%d}\n", i, i - 1, i - 1);
  say(out, "rules:\n  - {rule: r, when: [t120 > 3], then: deny, because: b}\n"), say(out, last);
}
static void doubling_flags(struct growing *out) {
  say(out, head), say(out, facts), say(out, "terms:\n  - {term: t0, when: [n > 3]}\n");
  for (int i = 1; i <= 120; i++)
    sayf(out, "  - {term: t%d, when: [\"t%d or not t%d\", \"n > %d or t%d\"]}\n", i, i - 1, i - 1, i, i - 1);
  say(out, "rules:\n  - {rule: r, when: [t120], then: deny, because: b}\n"), say(out, last);
}
static void branching_terms(struct growing *out) { /* values of open cases: 3^40, if they were all kept */
  say(out, head), say(out, facts), say(out, "terms:\n  - {term: t0, is: n}\n");
  for (int i = 1; i <= 40; i++)
    sayf(out,
         "  - term: t%d\n    cases:\n      - when: [a]\n        is: t%d * 3\n      - when: [d before e]\n        is: t%d * 5 + "
         "1\n    otherwise: t%d\n",
         i, i - 1, i - 1, i - 1);
  say(out, "rules:\n  - {rule: r, when: [t40 > 3], then: deny, because: b}\n"), say(out, last);
}
static void working_days(struct growing *out) {
  say(out, head), say(out, facts);
  say(out, "calendars:\n  - calendar: civil\n    weekend: [monday, tuesday, wednesday, thursday, friday, saturday]\n    covers: "
           "0001-01-01 .. 9999-12-31\n    holidays: [2026-01-01]\n");
  say(out, "rules:\n  - {rule: r, when: [d within 3000000 working days of e], then: deny, because: b}\n  - {rule: s, when: [d "
           "within 1 day of e rolling], then: deny, because: b}\n"),
      say(out, last);
}
static void holidays(struct growing *out) {
  say(out, head), say(out, facts),
      say(out, "calendars:\n  - calendar: civil\n    weekend: [sunday]\n    covers: 0001-01-01 .. 9999-12-31\n    holidays:\n");
  for (int i = 0; i < 100000; i++) sayf(out, "      - %04d-%02d-%02d\n", 1 + i / 336, i % 12 + 1, i / 12 % 28 + 1);
  say(out, "rules:\n  - {rule: r, when: [d within 3000 working days of e], then: deny, because: b}\n"), say(out, last);
}
static void fees(struct growing *out) {
  say(out, head), say(out, facts), say(out, "fees:\n");
  for (int i = 0; i < 5000; i++) sayf(out, "  - {fee: f%d, amount: 1.00 * n per line}\n", i);
  say(out, "otherwise: {then: authorize, because: yes_it_is}\n");
}
static void ladder(struct growing *out) {
  say(out, head), say(out, facts), say(out, "units: n\nrules:\n");
  for (int i = 0; i < 5000; i++)
    sayf(out, "  - {rule: r%d, up_to: 1, then: %s, because: b%d}\n", i, i % 2 ? "deny" : "authorize", i);
  say(out, last);
}
static void uses_itself(struct growing *out) { say(out, head), say(out, "use: [policy]\n"), say(out, last); }
static void stands_on_itself(struct growing *out) { say(out, head), say(out, "floor: [{policy: policy}]\n"), say(out, last); }

struct policy_input {
  const char *name;
  void (*make)(struct growing *out);
  enum fate fate;
};
static const struct policy_input policy_inputs[] = {
    {"a million opening brackets", nested_lists, REFUSED},
    {"250,000 opening braces", nested_mappings, REFUSED},
    {"half a million lists inside each other", nested_and_closed, REFUSED},
    {"half a million list items inside each other", nested_blocks, REFUSED},
    {"half a million complex keys inside each other", nested_keys, REFUSED},
    {"a million closing brackets", closing_brackets, REFUSED},
    {"a million quotes", quotes, REFUSED},
    {"a quote that is never closed", open_quote, REFUSED},
    {"a text of ten million letters", long_scalar, REFUSED},
    {"a key of a million letters", long_key, REFUSED},
    {"a million blank lines", blank_lines, COMPILED},
    {"a hundred thousand remarks", comments, COMPILED},
    {"250,000 documents", documents, REFUSED},
    {"a million exclamation marks", tags, REFUSED},
    {"nothing", nothing, REFUSED},
    {"a million zeros", zeros, REFUSED},
    {"a million broken letters", broken_letters, REFUSED},
    {"a million bytes of noise", noise, REFUSED},
    {"more than a million values", many_items, REFUSED},
    {"200,000 keys in one mapping", many_keys, REFUSED},
    {"lists of lists of the same list", laughs, REFUSED},
    {"30,000 parentheses", parentheses, REFUSED},
    {"65,000 open parentheses", open_parentheses, REFUSED},
    {"15,000 times not", nots, ANY},
    {"10,000 times and", chain_of_and, ANY},
    {"5,000 times or", chain_of_or, ANY},
    {"15,000 sums", chain_of_plus, ANY},
    {"60,000 minus signs", chain_of_minus, REFUSED},
    {"10,000 percentages of percentages", chain_of_of, ANY},
    {"9,000 calls inside each other", calls, REFUSED},
    {"a product of 40 sums", product_of_sums, ANY},
    {"a number of 60,000 digits", long_number, REFUSED},
    {"a list of 6,000 texts", long_list, ANY},
    {"a condition of a million letters", long_condition, REFUSED},
    {"90,000 rules", most_rules, COMPILED},
    {"100,001 rules", too_many_rules, REFUSED},
    {"50,000 wrong rules", wrong_rules, REFUSED},
    {"50,000 rules of one name", same_rules, REFUSED},
    {"20,000 periods", dates, ANY},
    {"20,000 facts", many_facts, ANY},
    {"20,000 names that are nearly known", near_names, REFUSED},
    {"100,000 values of a choice", many_values, ANY},
    {"20,000 terms that use each other", chain_of_terms, ANY},
    {"20,000 terms in a ring", ring_of_terms, REFUSED},
    {"a term that doubles 120 times", doubling_terms, ANY},
    {"a flag that branches 120 times", doubling_flags, ANY},
    {"cases that branch 40 times", branching_terms, ANY},
    {"three million working days of one a week", working_days, ANY},
    {"100,000 holidays", holidays, ANY},
    {"5,000 fees", fees, ANY},
    {"5,000 limits", ladder, ANY},
    {"a policy that uses itself", uses_itself, REFUSED},
    {"a policy that stands on itself", stands_on_itself, REFUSED},
};
enum { POLICY_INPUTS = sizeof policy_inputs / sizeof policy_inputs[0] };

static int tests_run;

static void told(const char *name, const char *outcome, size_t most) {
  printf("ok %d - %s: %s, %zu KiB\n", ++tests_run, name, outcome, most / 1024);
  fflush(stdout);
}

static void try_policy(const struct policy_input *input) {
  struct growing text = {NULL, 0, 0};
  struct fuzz_memory memory;
  returns_environment *environment = fuzz_environment(&memory);
  returns_policy *policy = NULL;
  FUZZ_REQUIRE(returns_environment_set_limit(environment, RETURNS_LIMIT_MEMORY_BYTES, MEMORY_LIMIT) == RETURNS_OK);
  input->make(&text);
  printf("# %s: %zu bytes\n", input->name, text.size);
  fflush(stdout);
  int32_t status = fuzz_try_compile(environment, text.data == NULL ? (const uint8_t *)"" : text.data, text.size, &policy);
  FUZZ_REQUIRE(input->fate == ANY || (input->fate == COMPILED) == (status == RETURNS_OK));
  FUZZ_REQUIRE(memory.most <= (size_t)MEMORY_LIMIT + 4 * text.size);
  if (policy != NULL) fuzz_use(policy, 1, 1);
  returns_policy_free(policy);
  returns_environment_free(environment);
  FUZZ_REQUIRE(memory.held == 0);
  free(text.data);
  told(input->name, status == RETURNS_OK ? "compiled" : returns_status_text(status), memory.most);
}

/* ---- requests ---- */

static void json_lists(struct growing *out) { repeat(out, "[", MILLION); }
static void json_objects(struct growing *out) { repeat(out, "{\"lines\":", MILLION / 8); }
static void json_digits(struct growing *out) {
  say(out, "{\"lines\":[{\"quantity\":"), repeat(out, "9", MILLION), say(out, "}]}");
}
static void json_price(struct growing *out) {
  say(out, "{\"lines\":[{\"price\":\""), repeat(out, "9", MILLION), say(out, "\"}]}");
}
static void json_text(struct growing *out) {
  say(out, "{\"lines\":[{\"promotion\":\""), repeat(out, "\\u00e9", MILLION), say(out, "\"}]}");
}
static void json_marks(struct growing *out) {
  say(out, "{\"lines\":[{\"promotion\":\"a"), repeat(out, "\xcc\x81\xcc\xa3", MILLION / 4), say(out, "\"}]}");
}
static void json_keys(struct growing *out) {
  say(out, "{\"lines\":[{");
  for (int i = 0; i < 200000; i++) sayf(out, "\"k%d\":1,", i);
  say(out, "\"k\":1}]}");
}
static void json_same_keys(struct growing *out) {
  say(out, "{\"lines\":[],\"lines\":[]"), repeat(out, ",\"lines\":[]", 100000), say(out, "}");
}
static void json_pointer(struct growing *out) { say(out, "{\""), repeat(out, "/~", MILLION / 2), say(out, "\":1,\"lines\":[]}"); }
static void json_lines(struct growing *out, int count) {
  say(out, "{\"lines\":[");
  for (int i = 0; i < count; i++)
    sayf(out, "%s{\"reason\":\"slow_moving\",\"price\":\"1.00\",\"quantity\":3,\"promotion\":\"p%d\",\"pieces\":2}", i ? "," : "",
         i / 2);
  say(out, "]}");
}
static void many_lines(struct growing *out) { json_lines(out, 3000); }
static void too_many_lines(struct growing *out) { json_lines(out, 10001); }
static void open_lines(struct growing *out) {
  say(out, "{\"lines\":[");
  for (int i = 0; i < 400; i++) sayf(out, "%s{\"price\":\"1.00\",\"promotion\":\"p%d\"}", i ? "," : "", i / 2);
  say(out, "]}");
}
static void too_large(struct growing *out) { say(out, "{\"lines\":["), repeat(out, " ", 17 << 20), say(out, "]}"); }

static const struct policy_input request_inputs[] = {
    {"a request of a million brackets", json_lists, REFUSED},
    {"a request of objects inside each other", json_objects, REFUSED},
    {"a count of a million digits", json_digits, REFUSED},
    {"a price of a million digits", json_price, REFUSED},
    {"a text of a million letters", json_text, COMPILED},
    {"a letter with half a million marks", json_marks, REFUSED},
    {"200,000 facts of a line", json_keys, REFUSED},
    {"a key that stands 100,000 times", json_same_keys, REFUSED},
    {"a fact with a million letters to escape", json_pointer, REFUSED},
    {"3,000 lines that look at each other", many_lines, COMPILED},
    {"10,001 lines", too_many_lines, REFUSED},
    {"400 undecided lines that look at each other", open_lines, COMPILED},
    {"a request of 17 MiB", too_large, REFUSED},
};
enum { REQUEST_INPUTS = sizeof request_inputs / sizeof request_inputs[0] };

static void try_request(const struct policy_input *input, const returns_policy *policy, const struct fuzz_memory *memory) {
  struct growing text = {NULL, 0, 0};
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  size_t held = memory->held;
  FUZZ_REQUIRE(returns_request_new(policy, &request) == RETURNS_OK && returns_decision_new(NULL, &decision) == RETURNS_OK);
  input->make(&text);
  printf("# %s: %zu bytes\n", input->name, text.size);
  fflush(stdout);
  int32_t status = returns_request_read_json(request, (const char *)text.data, text.size);
  FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_REQUEST || status == RETURNS_ERROR_LIMIT);
  FUZZ_REQUIRE((input->fate == COMPILED) == (status == RETURNS_OK));
  if (status == RETURNS_OK)
    fuzz_decide(policy, request, decision);
  else
    FUZZ_REQUIRE(strncmp(returns_request_error_code(request), "R09", 3) == 0 && returns_request_error(request)[0] != '\0');
  returns_decision_free(decision);
  returns_request_free(request);
  FUZZ_REQUIRE(memory->held == held);
  free(text.data);
  told(input->name, status == RETURNS_OK ? "read" : returns_status_text(status), memory->most);
}

static bool is_chosen(const char *name, const char *word) { return word == NULL || strstr(name, word) != NULL; }

static void try_requests(const char *word) {
  struct bytes text;
  struct fuzz_memory memory;
  returns_environment *environment = fuzz_environment(&memory);
  FUZZ_REQUIRE(fuzz_read_file(SOURCE_ROOT "/tests/cases/policies/together.yaml", &text));
  returns_policy *policy = fuzz_compile(environment, text.data, text.size);
  FUZZ_REQUIRE(policy != NULL);
  for (size_t i = 0; i < REQUEST_INPUTS; i++) {
    if (is_chosen(request_inputs[i].name, word)) try_request(&request_inputs[i], policy, &memory);
  }
  returns_policy_free(policy);
  returns_environment_free(environment);
  free(text.data);
}

/* ---- blocks ---- */

static bool is_refused(const uint8_t *block, size_t size) {
  returns_policy *policy = NULL;
  int32_t status = returns_policy_load(NULL, block, size, &policy);
  returns_policy_free(policy);
  return (status == RETURNS_ERROR_BLOCK || status == RETURNS_ERROR_VERSION) && policy == NULL;
}

/* Each length but the right one, and each single bit. */
static void try_block(const char *path) {
  struct bytes text;
  struct fuzz_memory memory;
  const void *bytes = NULL;
  size_t size = 0;
  returns_environment *environment = fuzz_environment(&memory);
  FUZZ_REQUIRE(fuzz_read_file(path, &text));
  returns_policy *policy = fuzz_compile(environment, text.data, text.size);
  FUZZ_REQUIRE(returns_policy_block(policy, &bytes, &size) == RETURNS_OK);
  uint8_t *block = malloc(size + 8);
  FUZZ_REQUIRE(block != NULL);
  memcpy(block, bytes, size);
  memset(block + size, 0, 8);
  for (size_t i = 0; i <= size + 8; i++) FUZZ_REQUIRE(i == size || is_refused(block, i));
  told("a block cut at every byte", "refused", size);
  for (size_t bit = 0; bit < size * 8; bit++) {
    block[bit / 8] ^= (uint8_t)(1u << bit % 8);
    FUZZ_REQUIRE(is_refused(block, size));
    block[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  told("a block with any one bit turned", "refused", size);
  free(block);
  returns_policy_free(policy);
  returns_environment_free(environment);
  free(text.data);
}

/* What libyaml and jansson take is not counted by the environment: the process as a whole is looked at. */
static void check_process(void) {
#if !defined(__SANITIZE_ADDRESS__)
  struct rusage usage;
  FUZZ_REQUIRE(getrusage(RUSAGE_SELF, &usage) == 0);
  FUZZ_REQUIRE(usage.ru_maxrss < 3L * 512 * 1024);
  told("all of it in one process", "at most", (size_t)usage.ru_maxrss * 1024);
#endif
}

int main(int count, char **arguments) {
  const char *word = count < 2 ? NULL : arguments[1]; /* only inputs with that word in their names */
  for (size_t i = 0; i < POLICY_INPUTS; i++) {
    if (is_chosen(policy_inputs[i].name, word)) try_policy(&policy_inputs[i]);
  }
  try_requests(word);
  if (word == NULL) {
    try_block(SOURCE_ROOT "/tests/cases/policies/limits.yaml");
    check_process();
  }
  printf("1..%d\n", tests_run);
  return tests_run == 0;
}
