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
  return rows[column->rows_first + (uint64_t)class * p->header->row_words + entry / 64] >> entry % 64 & 1;
}

/* Number of cuts <= value, one by one; the table, where it has the value, says the same. */
static uint32_t class_of_cut(const struct program *p, const struct program_column *column, int64_t value) {
  const int64_t *cuts = (const int64_t *)program_section(p, SECTION_CUTS) + column->cuts_first;
  const uint16_t *table = (const uint16_t *)program_section(p, SECTION_TABLES) + column->table_first;
  uint32_t class = 0;
  while (class < column->cuts_count && cuts[class] <= value) class++;
  uint64_t at = ((uint64_t)value - (uint64_t)column->table_base) >> column->table_shift;
  if (at < column->table_count) {
    uint32_t found = table[at];
    while (column->table_shift > 0 && found < column->cuts_count && cuts[found] <= value) found++;
    assert_int_equal(found, class);
  }
  return class;
}

struct coded { bool known, whole; int64_t value; }; /* not whole: an assumed number; no column is of such a fact */

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

static uint32_t class_in(struct world *world, const struct scene *scene, const struct program *p, const struct program_column *column) {
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

struct tally { uint64_t policy, rules, exact, maybe, walked, leaves; };

/* Whether all facts that the rules use are known, or optional. */
static bool is_complete(struct world *world, const struct scene *scene, const struct program *p) {
  for (uint32_t f = 0; f < world->model->fact_count; f++) {
    if (!(facts_of(p)[f].flags & FACT_USED) || world->model->facts[f].optional) continue;
    if (!coded_of(world, scene, p, f).known) return false;
  }
  return true;
}

static void follow_tree(const struct program *p, const uint32_t *classes, bool complete, const enum truth *truths, struct tally *tally) {
  const struct program_tree_node *nodes = program_section(p, SECTION_TREE), *node = &nodes[p->header->tree_root];
  const struct program_tree_arm *arms = program_section(p, SECTION_TREE_ARMS);
  const uint32_t *links = program_section(p, SECTION_LINKS);
  while (node->kind == TREE_BRANCH) {
    uint32_t a = 0, class = classes[node->column];
    while (a < node->arms.count && arms[node->arms.first + a].class_last < class) a++;
    if (a == node->arms.count || arms[node->arms.first + a].class_first > class) return; /* a fact that must be given is missing */
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
      print_message("# policy %llu, rule %u: truth %d, %s\n", (unsigned long long)tally->policy, r, truths[r], !may[r] ? "no bit" : "said to be sure");
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_agree_with_the_interpreter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
