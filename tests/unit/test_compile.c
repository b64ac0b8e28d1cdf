/* Compiling: rows against the plain interpreter on every rule; what is exact, what is cut, guarded, opaque; the tree; limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/date.h"
#include "compiled.h"
#include "oracle/generator.h"
#include "oracle/world.h"
#include "strict_memory.h"

/* ---- a block, read the plain way ---- */

static const struct program_column *columns_of(const struct program *p) { return program_section(p, SECTION_COLUMNS); }
static const struct program_entry *entries_of(const struct program *p) { return program_section(p, SECTION_ENTRIES); }
static const struct program_fact *facts_of(const struct program *p) { return program_section(p, SECTION_FACTS); }

static bool has_bit(const struct program *p, const struct program_column *column, uint32_t class, uint32_t entry) {
  const uint64_t *rows = program_section(p, SECTION_ROWS);
  return rows[column->rows_first + (uint64_t) class * p->header->row_words + entry / 64] >> entry % 64 & 1;
}

/* Number of cuts <= value, one by one; the table, where it has the value, says the same. */
static uint32_t class_of_cut(const struct program *p, const struct program_column *column, int64_t value) {
  const int64_t *cuts = (const int64_t *)program_section(p, SECTION_CUTS) + column->cuts_first;
  const uint16_t *table = (const uint16_t *)program_section(p, SECTION_TABLES) + column->table_first;
  uint32_t class = 0;
  while (class < column->cuts_count && cuts[class] <= value) class ++;
  uint64_t at = ((uint64_t)value - (uint64_t)column->table_base) >> column->table_shift;
  if (at < column->table_count) {
    uint32_t found = table[at];
    while (column->table_shift > 0 && found < column->cuts_count && cuts[found] <= value) found++;
    assert_int_equal(found, class);
  }
  return class;
}

struct coded {
  bool known, whole;
  int64_t value;
}; /* not whole: an assumed number; no column is of such a fact */

static struct coded coded_of(struct world *world, const struct scene *scene, const struct program *p, uint32_t index) {
  const struct fact *fact = &world->model->facts[index];
  struct scene request = oracle_scene_of_request(world);
  struct reading reading = oracle_read_fact(fact->scope == SCOPE_REQUEST ? &request : scene, index);
  struct coded coded = {.known = values_single(reading.values), .whole = true};
  if (!coded.known) return coded;
  const struct value *value = &reading.values->items[0];
  struct number scaled, scale;
  switch (fact->type) {
  case TYPE_SET: coded.value = (int64_t)value->bits; break;
  case TYPE_TEXT:
    coded.value = INT64_MAX; /* another text */
    for (uint32_t i = 0; i < program_count(p, SECTION_TEXTS); i++) {
      const struct program_string *texts = program_section(p, SECTION_TEXTS);
      if (text_equal(value->text, (struct text){program_text(p, texts[i]), texts[i].size})) coded.value = i;
    }
    break;
  default:
    number_set(&scale, fact->type == TYPE_DECIMAL ? SCALE_DECIMAL : fact->type == TYPE_PERCENT ? SCALE_PERCENT : 1);
    assert_int_equal(number_multiply(&scaled, &value->number, &scale), NUMBER_OK);
    coded.whole = number_to_int64(&scaled, &coded.value);
  }
  return coded;
}

static uint32_t class_in(struct world *world, const struct scene *scene, const struct program *p,
                         const struct program_column *column) {
  struct coded fact = coded_of(world, scene, p, column->fact), other = {.known = true, .whole = true};
  uint32_t missing = column->class_count - 1;
  bool derived = column->kind == COLUMN_DIFFERENCE || column->kind == COLUMN_MONTHS;
  const uint16_t *table = (const uint16_t *)program_section(p, SECTION_TABLES) + column->table_first;
  int64_t months;
  if (derived) other = coded_of(world, scene, p, column->other);
  if (!fact.known || !other.known) return missing;
  assert_true(fact.whole && other.whole);
  switch (column->kind) {
  case COLUMN_VALUE: return (uint32_t)fact.value;
  case COLUMN_MEMBER: return (uint64_t)fact.value >> column->member & 1;
  case COLUMN_TEXT: return (uint64_t)fact.value < column->table_count ? table[fact.value] : 0;
  case COLUMN_CUTS: return class_of_cut(p, column, fact.value);
  case COLUMN_DIFFERENCE: return class_of_cut(p, column, fact.value - other.value);
  default: break;
  }
  if (!date_months_between((int32_t)other.value, (int32_t)fact.value, world->model->month_end, &months)) return missing - 1;
  return class_of_cut(p, column, months);
}

/* ---- rows against the interpreter ---- */

struct tally {
  uint64_t policy, rules, exact, maybe, walked, leaves;
};

/* Whether all facts that the rules use are known, or optional. */
static bool is_complete(struct world *world, const struct scene *scene, const struct program *p) {
  for (uint32_t f = 0; f < world->model->fact_count; f++) {
    if (!(facts_of(p)[f].flags & FACT_USED) || world->model->facts[f].optional) continue;
    if (!coded_of(world, scene, p, f).known) return false;
  }
  return true;
}

static void follow_tree(const struct program *p, const uint32_t *classes, bool complete, const enum truth *truths,
                        struct tally *tally) {
  const struct program_tree_node *nodes = program_section(p, SECTION_TREE), *node = &nodes[p->header->tree_root];
  const struct program_tree_arm *arms = program_section(p, SECTION_TREE_ARMS);
  const uint32_t *links = program_section(p, SECTION_LINKS);
  while (node->kind == TREE_BRANCH) {
    uint32_t a = 0, class = classes[node->column];
    while (a < node->arms.count && arms[node->arms.first + a].class_last < class) a++;
    if (a == node->arms.count || arms[node->arms.first + a].class_first > class)
      return; /* a fact that must be given is missing */
    node = &nodes[arms[node->arms.first + a].node];
  }
  if (node->kind != TREE_LEAF || !complete) return;
  uint32_t first = 0;
  while (first < p->header->rule_count && truths[first] == TRUTH_FALSE) first++;
  bool found = node->rules.count == 0 && node->rule == first;
  for (uint32_t i = 0; i < node->rules.count; i++) found = found || links[node->rules.first + i] == first;
  assert_true(found);
  assert_int_equal(node->remaining, node->rules.count ? node->rules.count : 1);
  tally->leaves++;
}

static void check_line(struct world *world, const struct compiled *c, uint32_t line, struct tally *tally) {
  const struct program *p = &c->program;
  struct scene scene = oracle_scene_of_line(world, line);
  uint32_t entries = program_count(p, SECTION_ENTRIES), columns = program_count(p, SECTION_COLUMNS), rules = c->model->rule_count;
  uint32_t *classes = calloc(columns + 1, sizeof *classes);
  bool *may = calloc(rules + 1, sizeof *may), *sure = calloc(rules + 1, sizeof *sure), complete = is_complete(world, &scene, p);
  enum truth *truths = calloc(rules + 1, sizeof *truths);
  uint32_t walk = rules;
  for (uint32_t k = 0; k < columns; k++) classes[k] = class_in(world, &scene, p, &columns_of(p)[k]);
  for (uint32_t e = 0; e < entries; e++) {
    const struct program_entry *entry = &entries_of(p)[e];
    bool set = true;
    for (uint32_t k = 0; k < columns && set; k++) set = has_bit(p, &columns_of(p)[k], classes[k], e);
    if (!set) continue;
    if (entry->flags & ENTRY_WALK && entry->rule < walk) walk = entry->rule;
    may[entry->rule] = true;
    if (!(entry->flags & (ENTRY_VERIFY | ENTRY_WALK))) sure[entry->rule] = true;
  }
  for (uint32_t r = 0; r < rules; r++) {
    bool *needs = NULL;
    truths[r] = oracle_evaluate_tests(&scene, &c->model->rules[r].tests, &needs);
    if (r >= walk) continue;
    if ((truths[r] != TRUTH_FALSE && !may[r]) || (complete && sure[r] && truths[r] != TRUTH_TRUE)) {
      print_message("# policy %llu, rule %u: truth %d, %s\n", (unsigned long long)tally->policy, r, truths[r],
                    !may[r] ? "no bit" : "said to be sure");
      fail();
    }
    tally->rules++;
    tally->exact += complete && sure[r];
    tally->maybe += may[r] && truths[r] == TRUTH_FALSE;
  }
  tally->walked += walk < rules;
  if (walk == rules) follow_tree(p, classes, complete, truths, tally);
  free(classes);
  free(may);
  free(sure);
  free(truths);
}

static void check_requests(const struct compiled *c, struct random *random, uint32_t count, struct tally *tally) {
  struct memory memory = memory_of_libc();
  for (uint32_t i = 0; i < count; i++) {
    struct arena arena, scratch;
    struct oracle_request request = {0};
    arena_init(&arena, &memory);
    arena_init(&scratch, &memory);
    generate_request(random, c->model, &arena, &request);
    for (uint32_t line = 0; line < request.line_count; line++) {
      struct world world = {.model = c->model, .request = &request, .keep = &arena, .scratch = &scratch, .deciding = line};
      check_line(&world, c, line, tally);
      arena_reset(&scratch);
    }
    arena_free(&scratch);
    arena_free(&arena);
  }
}

static void rows_agree_with_the_interpreter(void **state) {
  (void)state;
  const char *wanted = getenv("COMPILE_POLICIES");
  uint64_t policies = wanted ? strtoull(wanted, NULL, 10) : 400, accepted = 0;
  struct tally tally = {0};
  for (uint64_t i = 0; i < policies; i++) {
    struct random random = {i * 7919 + 11};
    struct memory memory = memory_of_libc();
    struct buffer yaml;
    struct compiled c;
    buffer_init(&yaml, &memory);
    generate_policy(&random, &yaml);
    tally.policy = i;
    if (compiled_text(&c, buffer_string(&yaml))) {
      accepted++;
      check_requests(&c, &random, 30, &tally);
    } else if (c.model) {
      fail_msg("policy %llu does not compile", (unsigned long long)i);
    }
    compiled_free(&c);
    buffer_free(&yaml);
  }
  assert_true(accepted > policies / 4 && tally.exact > 0 && tally.walked > 0 && tally.leaves > 0);
  print_message("# %llu policies, %llu rules: exact %llu, needlessly possible %llu, walked %llu, leaves %llu\n",
                (unsigned long long)accepted, (unsigned long long)tally.rules, (unsigned long long)tally.exact,
                (unsigned long long)tally.maybe, (unsigned long long)tally.walked, (unsigned long long)tally.leaves);
}

/* ---- single shapes ---- */

#define HEAD "returns: 1\npolicy: shapes\ncurrency: EUR\nconventions: {month_end: clamp}\n"
#define FACTS                                                                                                                    \
  "facts:\n"                                                                                                                     \
  "  - {fact: asked_on, type: date, of: request, range: 2020-01-01 .. 2039-12-31}\n"                                             \
  "  - {fact: bought_on, type: date, range: 2020-01-01 .. 2039-12-31}\n"                                                         \
  "  - {fact: sent_on, type: date}\n"                                                                                            \
  "  - {fact: reason, type: choice, values: [broken, late, other]}\n"                                                            \
  "  - {fact: brand, type: text}\n"                                                                                              \
  "  - {fact: tags, type: set, values: [final, custom, gift]}\n"                                                                 \
  "  - {fact: price, type: money, range: 0.00 .. 100.00}\n"                                                                      \
  "  - {fact: weight, type: decimal, range: 0 .. 10}\n"                                                                          \
  "  - {fact: opened, type: flag}\n"                                                                                             \
  "  - {fact: note, type: count, optional: yes}\n"                                                                               \
  "  - {fact: span, type: days}\n"                                                                                               \
  "  - {fact: short, type: days, range: 0 days .. 30 days}\n"
#define LAST "otherwise: {then: deny, because: last}\n"
#define RULE_OF(name, test) "  - rule: " name "\n    then: authorize\n    because: yes_\n    when:\n      - " test "\n"
#define RULE(name, tests) "  - {rule: " name ", then: authorize, because: yes_, when: [" tests "]}\n"

static const struct program_column *column_named(const struct program *p, uint32_t kind, const char *fact) {
  for (uint32_t k = 0; k < program_count(p, SECTION_COLUMNS); k++) {
    const struct program_column *column = &columns_of(p)[k];
    if (column->kind == kind && strcmp(program_text(p, facts_of(p)[column->fact].name), fact) == 0) return column;
  }
  return NULL;
}

static const int64_t *cuts_of(const struct program *p, const struct program_column *column) {
  return (const int64_t *)program_section(p, SECTION_CUTS) + column->cuts_first;
}

static void compile_rules(struct compiled *c, const char *terms, const char *rules) {
  char text[8192];
  int size = snprintf(text, sizeof text, "%s%s%srules:\n%s%s", HEAD, FACTS, terms, rules, LAST);
  assert_true(size > 0 && (size_t)size < sizeof text);
  if (!compiled_text(c, text)) {
    for (uint32_t i = 0; i < c->diagnostics.count; i++)
      print_message("# %s %s\n", c->diagnostics.findings[i].code, c->diagnostics.findings[i].message);
    fail();
  }
}

static uint32_t flags_of_rule(const struct program *p, uint32_t rule, uint32_t *count) {
  uint32_t flags = 0;
  *count = 0;
  for (uint32_t e = 0; e < program_count(p, SECTION_ENTRIES); e++) {
    if (entries_of(p)[e].rule != rule || entries_of(p)[e].flags & ENTRY_WALK) continue;
    flags |= entries_of(p)[e].flags;
    ++*count;
  }
  return flags;
}

static void comparisons_become_cuts(void **state) {
  (void)state;
  struct compiled c;
  compile_rules(&c, "",
                RULE("r", "price >= 10.00") RULE("s", "price < 50.00, weight > 2.5") RULE("t", "price between 10.00 and 49.99"));
  const struct program_column *price = column_named(&c.program, COLUMN_CUTS, "price");
  assert_non_null(price);
  assert_int_equal(price->cuts_count, 2);
  assert_int_equal(cuts_of(&c.program, price)[0], 1000);
  assert_int_equal(cuts_of(&c.program, price)[1], 5000);
  const struct program_column *weight = column_named(&c.program, COLUMN_CUTS, "weight");
  assert_int_equal(cuts_of(&c.program, weight)[0], 2500001);
  static const bool r[] = {false, true, true, true}, t[] = {false, true, false, true}; /* the last: missing */
  for (uint32_t class = 0; class < 4; class ++) {
    assert_int_equal(has_bit(&c.program, price, class, 0), r[class]);
    assert_int_equal(has_bit(&c.program, price, class, 2), t[class]);
  }
  for (uint32_t e = 0; e < 3; e++) assert_int_equal(entries_of(&c.program)[e].flags, 0);
  compiled_free(&c);
}

static void windows_become_differences(void **state) {
  (void)state;
  struct compiled c;
  uint32_t count;
  compile_rules(&c, "",
                RULE("days", "asked_on within 30 days of bought_on") RULE("sum", "bought_on + 30 days on or after asked_on")
                    RULE("months", "asked_on within 2 months of bought_on")
                        RULE("after", "asked_on more than 30 days after bought_on"));
  const struct program_column *days = column_named(&c.program, COLUMN_DIFFERENCE, "asked_on");
  const struct program_column *months = column_named(&c.program, COLUMN_MONTHS, "asked_on");
  assert_int_equal(days->cuts_count, 2);
  assert_int_equal(cuts_of(&c.program, days)[1], 31);
  assert_int_equal(months->cuts_count, 1);
  assert_int_equal(cuts_of(&c.program, months)[0], 3);
  for (uint32_t r = 0; r < 4; r++) {
    assert_int_equal(flags_of_rule(&c.program, r, &count), 0);
    assert_int_equal(count, 1);
  }
  assert_false(has_bit(&c.program, days, 0, 0));
  assert_true(has_bit(&c.program, days, 0, 1)); /* asked before it was bought: still no later than 30 days after */
  assert_true(has_bit(&c.program, days, 2, 3));
  assert_int_equal(program_count(&c.program, SECTION_COLUMNS), 2);
  compiled_free(&c);
}

static void terms_with_cases_become_alternatives(void **state) {
  (void)state;
  struct compiled c;
  uint32_t count;
  compile_rules(&c,
                "terms:\n  - {term: window, cases: [{when: [opened], is: 10 days}], otherwise: 30 days}\n"
                "  - {term: recent, when: [asked_on within window of bought_on]}\n",
                RULE("r", "recent, reason is late") RULE("s", "not recent"));
  assert_int_equal(flags_of_rule(&c.program, 0, &count), 0);
  assert_int_equal(count, 2);
  assert_int_equal(flags_of_rule(&c.program, 1, &count), 0);
  assert_int_equal(count, 2);
  assert_int_equal(program_count(&c.program, SECTION_COLUMNS), 3);
  compiled_free(&c);
}

static void alternatives_of_one_fact_are_one_entry(void **state) {
  (void)state;
  struct compiled c;
  uint32_t count;
  compile_rules(&c, "", RULE("r", "(reason is late or reason is other)") RULE("s", "not (price < 10.00 or price > 20.00)"));
  for (uint32_t r = 0; r < 2; r++) {
    assert_int_equal(flags_of_rule(&c.program, r, &count), 0);
    assert_int_equal(count, 1);
  }
  compiled_free(&c);
}

/* What classes cannot tell leaves the other tests of the rule in force. */
static void opaque_tests_are_verified(void **state) {
  (void)state;
  struct compiled c;
  uint32_t count;
  compile_rules(&c, "", RULE("r", "price * 2 > 30.00, reason is late") RULE("s", "(price * 2 > 30.00 or reason is late)"));
  const struct program_column *reason = column_named(&c.program, COLUMN_VALUE, "reason");
  assert_int_equal(flags_of_rule(&c.program, 0, &count), ENTRY_VERIFY);
  assert_false(has_bit(&c.program, reason, 0, 0));
  assert_true(has_bit(&c.program, reason, 1, 0));
  assert_int_equal(flags_of_rule(&c.program, 1, &count), ENTRY_VERIFY);
  assert_int_equal(count, 2);
  assert_int_equal(entries_of(&c.program)[1].flags, 0); /* the exact alternative comes first */
  assert_true(has_bit(&c.program, reason, 0, 2));
  compiled_free(&c);
}

static void too_many_alternatives_stay_sound(void **state) {
  (void)state;
  struct compiled c;
  uint32_t count;
  compile_rules(&c, "",
                RULE("r", "(opened or price > 10.00 or weight > 1), (reason is late or brand is \"A\" or tags has final),"
                          "(note is given or asked_on after 2026-01-01 or tags has gift)"));
  assert_int_equal(flags_of_rule(&c.program, 0, &count), ENTRY_VERIFY);
  assert_true(count <= 16);
  compiled_free(&c);
}

static void guards_stand_where_dates_may_run_out(void **state) {
  (void)state;
  struct compiled c;
  compile_rules(&c, "",
                RULE("r", "reason is late") RULE("s", "asked_on within 30 days of bought_on")
                    RULE("t", "asked_on within 30 days of sent_on"));
  uint32_t walks = 0;
  for (uint32_t e = 0; e < program_count(&c.program, SECTION_ENTRIES); e++) {
    if (!(entries_of(&c.program)[e].flags & ENTRY_WALK)) continue;
    walks++;
    const struct program_column *sent = column_named(&c.program, COLUMN_CUTS, "sent_on");
    assert_int_equal(entries_of(&c.program)[e].rule, 2);
    assert_false(has_bit(&c.program, sent, class_of_cut(&c.program, sent, 20000), e));
    assert_true(has_bit(&c.program, sent, class_of_cut(&c.program, sent, DATE_LAST - 30), e));
    assert_false(has_bit(&c.program, sent, sent->class_count - 1, e));
  }
  assert_int_equal(walks, 1);
  compiled_free(&c);
}

/* A constant date that a fact moves: an error only where the fact's range lets it be one. */
static void durations_may_move_constants_out_of_the_years(void **state) {
  (void)state;
  struct compiled c;
  uint32_t count;
  compile_rules(&c, "", RULE("r", "(2026-07-01 + span) after 2026-08-01") RULE("s", "(2026-07-01 + short) after 2026-07-10"));
  assert_int_equal(flags_of_rule(&c.program, 0, &count), ENTRY_VERIFY);
  assert_int_equal(flags_of_rule(&c.program, 1, &count), 0);
  const struct program_column *column = column_named(&c.program, COLUMN_CUTS, "short");
  assert_int_equal(column->cuts_count, 1);
  assert_int_equal(cuts_of(&c.program, column)[0], 10);
  compiled_free(&c);
}

static void optional_facts_have_a_class_of_their_own(void **state) {
  (void)state;
  struct compiled c;
  uint32_t count;
  compile_rules(
      &c, "", RULE("r", "note is given, note > 3") RULE("s", "note is not given") RULE("t", "(note is not given or note <= 3)"));
  const struct program_column *note = column_named(&c.program, COLUMN_CUTS, "note");
  static const bool bits[3][3] = {{false, true, false}, {false, false, true}, {true, false, true}};
  for (uint32_t r = 0; r < 3; r++) {
    assert_int_equal(flags_of_rule(&c.program, r, &count), 0);
    for (uint32_t class = 0; class < 3; class ++) assert_int_equal(has_bit(&c.program, note, class, r), bits[r][class]);
  }
  compiled_free(&c);
}

static void sets_and_texts(void **state) {
  (void)state;
  struct compiled c;
  compile_rules(&c, "",
                RULE_OF("r", "tags has any of [final, custom]") RULE_OF("s", "tags is empty")
                    RULE_OF("t", "brand is one of [\"A\", \"B\"]") RULE_OF("u", "brand is one of [\"A\", \"B\", \"C\"]"));
  const struct program_column *brand = column_named(&c.program, COLUMN_TEXT, "brand");
  const uint16_t *table = (const uint16_t *)program_section(&c.program, SECTION_TABLES) + brand->table_first;
  assert_int_equal(brand->class_count, 4); /* other; A and B; C; missing */
  assert_int_equal(table[0], table[1]);
  assert_int_not_equal(table[0], table[2]);
  assert_int_not_equal(table[2], 0);
  uint32_t members = 0;
  for (uint32_t k = 0; k < program_count(&c.program, SECTION_COLUMNS); k++)
    members += columns_of(&c.program)[k].kind == COLUMN_MEMBER;
  assert_int_equal(members, 3);
  compiled_free(&c);
}

static void columns_of_the_request_come_first(void **state) {
  (void)state;
  struct compiled c;
  compile_rules(&c, "",
                RULE("r", "price > 1.00, reason is late, asked_on after 2026-01-01, asked_on within 3 days of bought_on"));
  assert_int_equal(c.program.header->request_columns, 1);
  assert_string_equal(program_text(&c.program, facts_of(&c.program)[columns_of(&c.program)[0].fact].name), "asked_on");
  assert_int_equal(columns_of(&c.program)[0].kind, COLUMN_CUTS);
  compiled_free(&c);
}

static void used_facts_are_marked_through_terms_and_defaults(void **state) {
  (void)state;
  static const char text[] =
      HEAD "facts:\n  - {fact: a, type: count, same_as: b}\n  - {fact: b, type: count}\n  - {fact: c, type: count}\n"
           "  - {fact: d, type: count, supplied_by: step, assume: e}\n  - {fact: e, type: count}\n"
           "terms:\n  - {term: t, is: d + 1}\nrules:\n" RULE("r", "a > 1, t > 3") LAST;
  static const bool used[] = {true, true, false, true, true};
  struct compiled c;
  assert_true(compiled_text(&c, text));
  for (uint32_t f = 0; f < 5; f++) assert_int_equal(!!(facts_of(&c.program)[f].flags & FACT_USED), used[f]);
  compiled_free(&c);
}

/* ---- many ---- */

static void write_many(struct buffer *out, uint32_t rules) {
  buffer_text(out, HEAD "facts:\n  - {fact: number, type: count, range: 0 .. 100000}\n  - {fact: brand, type: text}\n"
                        "  - {fact: kind, type: choice, values: [v0");
  for (uint32_t i = 1; i < 400; i++) buffer_format(out, ", v%u", i);
  buffer_text(out, "]}\nrules:\n");
  for (uint32_t i = 0; i < rules; i++) {
    buffer_format(out, "  - {rule: r%u, then: deny, because: no_, when: [number %s %u, brand is \"b%u\", kind is v%u]}\n", i,
                  i % 2 ? ">=" : "<", i % 3 == 0 ? 500u : i * 61 % 99000 + 1, i * 17 % 700, i % 390);
  }
  buffer_text(out, LAST);
}

static void many_constants_share_classes(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct buffer yaml;
  struct compiled c;
  struct tally tally = {0};
  struct random random = {5};
  buffer_init(&yaml, &memory);
  write_many(&yaml, 1500);
  assert_true(compiled_text(&c, buffer_string(&yaml)));
  const struct program_column *number = column_named(&c.program, COLUMN_CUTS, "number"),
                              *kind = column_named(&c.program, COLUMN_TEXT, "kind");
  assert_true(number->class_count <= 257 && kind->class_count <= 257 &&
              column_named(&c.program, COLUMN_TEXT, "brand")->class_count <= 257);
  bool popular = false;
  for (uint32_t i = 0; i < number->cuts_count; i++) popular = popular || cuts_of(&c.program, number)[i] == 500;
  assert_true(popular);
  uint32_t exact = 0;
  for (uint32_t e = 0; e < program_count(&c.program, SECTION_ENTRIES); e++) exact += entries_of(&c.program)[e].flags == 0;
  assert_true(exact < 1500);
  check_requests(&c, &random, 40, &tally);
  assert_true(tally.rules > 0);
  compiled_free(&c);
  buffer_free(&yaml);
}

/* ---- determinism, limits, memory ---- */

static void *dirty_reallocate(void *context, void *pointer, size_t old_size, size_t new_size) {
  (void)context;
  if (new_size == 0) {
    free(pointer);
    return NULL;
  }
  uint8_t *block = realloc(pointer, new_size);
  if (block && new_size > old_size) memset(block + old_size, 0xa5, new_size - old_size);
  return block;
}

static void the_same_model_gives_the_same_bytes(void **state) {
  (void)state;
  struct random random = {42};
  for (uint32_t i = 0; i < 20; i++) {
    struct memory memory = memory_of_libc(), dirty = {.reallocate = dirty_reallocate, .budget = SIZE_MAX};
    struct compile_limits limits = {.tree_nodes = 4096};
    struct buffer yaml;
    struct compiled c;
    uint8_t *again;
    size_t size;
    buffer_init(&yaml, &memory);
    generate_policy(&random, &yaml);
    if (compiled_text(&c, buffer_string(&yaml))) {
      assert_true(compile_model(c.model, compiled_digest, &limits, &dirty, &c.diagnostics, &again, &size));
      assert_int_equal(size, c.size);
      assert_memory_equal(again, c.block, size);
      memory_give(&dirty, again, size);
    }
    compiled_free(&c);
    buffer_free(&yaml);
  }
}

static void trees_stay_within_their_limit(void **state) {
  (void)state;
  static const uint32_t limits[] = {1, 2, 10, 100, 4096};
  struct memory memory = memory_of_libc();
  struct buffer yaml;
  buffer_init(&yaml, &memory);
  write_many(&yaml, 200);
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    struct compiled c;
    assert_true(compiled_sources(&c, (const char *const[]){"many.yaml", buffer_string(&yaml)}, 1, limits[i]));
    const struct program_tree_node *nodes = program_section(&c.program, SECTION_TREE);
    assert_true(program_count(&c.program, SECTION_TREE) <= limits[i]);
    if (limits[i] <= 10) assert_int_equal(nodes[c.program.header->tree_root].kind, TREE_CUT);
    if (limits[i] == 4096) assert_int_equal(nodes[c.program.header->tree_root].kind, TREE_BRANCH);
    compiled_free(&c);
  }
  buffer_free(&yaml);
}

static void assert_refused(const char *const *names_and_texts, uint32_t count, const char *code) {
  struct compiled c;
  assert_false(compiled_sources(&c, names_and_texts, count, 4096));
  assert_true(c.diagnostics.error_count > 0 && !c.diagnostics.out_of_memory);
  assert_string_equal(c.diagnostics.findings[c.diagnostics.count - 1].code, code);
  assert_true(c.diagnostics.findings[c.diagnostics.count - 1].span.line > 0);
  assert_null(c.block);
  compiled_free(&c);
}

static void what_is_too_deep_is_refused(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct buffer yaml;
  buffer_init(&yaml, &memory);
  buffer_text(&yaml, HEAD "facts:\n  - {fact: n, type: count}\nterms:\n  - {term: t0, is: n + 1}\n");
  for (uint32_t i = 1; i < 250; i++) buffer_format(&yaml, "  - {term: t%u, is: t%u + 1}\n", i, i - 1);
  buffer_text(&yaml, "rules:\n" RULE("r", "t249 > 3") LAST);
  assert_refused((const char *const[]){"deep.yaml", buffer_string(&yaml)}, 1, "R1001");
  buffer_free(&yaml);
}

static void floors_hold_four_levels(void **state) {
  (void)state;
  char names[7][24], texts[7][160];
  const char *sources[14];
  for (int i = 0; i < 7; i++) {
    snprintf(names[i], sizeof names[i], "law%d.yaml", i);
    int size = snprintf(texts[i], sizeof texts[i], "returns: 1\npolicy: law%d\n", i);
    if (i < 6) size += snprintf(texts[i] + size, sizeof texts[i] - (size_t)size, "floor: [{policy: law%d}]\n", i + 1);
    snprintf(texts[i] + size, sizeof texts[i] - (size_t)size, LAST);
    sources[2 * i] = names[i];
    sources[2 * i + 1] = texts[i];
  }
  struct compiled c;
  assert_true(compiled_sources(&c, sources + 4, 5, 4096)); /* law2 on law3 .. law6 */
  const struct program_floor *floor = program_section(&c.program, SECTION_FLOORS);
  assert_int_equal(program_count(&c.program, SECTION_FLOORS), 1);
  assert_string_equal(program_text(&c.program, floor->policy), "law3");
  struct program inner;
  assert_int_equal(program_open(&inner, (const char *)program_section(&c.program, SECTION_BYTES) + floor->block_offset,
                                (size_t)floor->block_size),
                   PROGRAM_OK);
  assert_memory_equal(inner.header->digest, c.program.header->digest, 32);
  compiled_free(&c);
  assert_refused(sources + 2, 6, "R1003");
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  struct compiled c;
  struct compile_limits limits = {.tree_nodes = 64};
  compile_rules(&c, "terms:\n  - {term: window, cases: [{when: [opened], is: 10 days}], otherwise: 30 days}\n",
                RULE("r", "asked_on within window of sent_on, (reason is late or price > 3.00)")
                    RULE("s", "brand is \"A\", price * 2 > weight * price") RULE("t", "tags is empty, note is given"));
  for (size_t calls = 0;; calls++) {
    struct strict_memory strict;
    struct memory memory = memory_of_strict(&strict, calls);
    uint8_t *block;
    size_t size;
    bool done = compile_model(c.model, compiled_digest, &limits, &memory, &c.diagnostics, &block, &size);
    assert_false(strict.wrong_size);
    if (done) {
      struct program program;
      assert_int_equal(program_open(&program, block, size), PROGRAM_OK);
      memory_give(&memory, block, size);
    }
    assert_int_equal(strict.held, 0);
    assert_int_equal(c.diagnostics.error_count, 0);
    assert_int_equal(c.diagnostics.out_of_memory, !done);
    c.diagnostics.out_of_memory = false;
    if (done) break;
    assert_true(calls < 10000);
  }
  compiled_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comparisons_become_cuts),
      cmocka_unit_test(windows_become_differences),
      cmocka_unit_test(terms_with_cases_become_alternatives),
      cmocka_unit_test(alternatives_of_one_fact_are_one_entry),
      cmocka_unit_test(opaque_tests_are_verified),
      cmocka_unit_test(too_many_alternatives_stay_sound),
      cmocka_unit_test(guards_stand_where_dates_may_run_out),
      cmocka_unit_test(durations_may_move_constants_out_of_the_years),
      cmocka_unit_test(optional_facts_have_a_class_of_their_own),
      cmocka_unit_test(sets_and_texts),
      cmocka_unit_test(columns_of_the_request_come_first),
      cmocka_unit_test(used_facts_are_marked_through_terms_and_defaults),
      cmocka_unit_test(many_constants_share_classes),
      cmocka_unit_test(the_same_model_gives_the_same_bytes),
      cmocka_unit_test(trees_stay_within_their_limit),
      cmocka_unit_test(what_is_too_deep_is_refused),
      cmocka_unit_test(floors_hold_four_levels),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(rows_agree_with_the_interpreter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
