/* Expand: conditions as disjunctions of conjunctions over classes; negation goes down to the comparisons; terms are put in place.
 *
 * In: the rules' tests. Out: their entries. What no class can tell is opaque: it holds everywhere, inexactly. An error is neither
 * true nor false, and so never rules a conjunction out: only something else that is surely false does.
 */
#include "compile/expand.h"

#include <string.h>

struct disjunction expand_opaque(void) {
  struct disjunction d = disjunction_all(false);
  d.may_fail = true;
  return d;
}

struct disjunction expand_and(struct expander *x, struct disjunction a, struct disjunction b) {
  return x->gathering ? a : disjunction_and(x->arena, a, b, x->c->columns, &x->failed);
}

struct disjunction expand_or(struct expander *x, struct disjunction a, struct disjunction b) {
  return x->gathering ? a : disjunction_or(x->arena, a, b, x->c->columns, &x->failed);
}

/* All tests hold; or, when not wanted, one of them does not. */
static struct disjunction expand_tests(struct expander *x, struct program_list tests, bool want) {
  struct disjunction d = want ? disjunction_all(true) : disjunction_none();
  for (uint32_t i = 0; i < tests.count; i++) {
    if (want && d.count == 0 && !x->gathering) break;
    const struct program_test *test = writer_at(&x->c->writer, SECTION_TESTS, tests.first + i);
    struct disjunction one = expand_condition(x, &x->nodes[test->node], want != (test->negated != 0));
    d = want ? expand_and(x, d, one) : expand_or(x, d, one);
  }
  return d;
}

/* ---- terms ---- */

/* Results for terms outlive the rule that asks first. */
static struct expander for_terms(const struct expander *x) {
  struct expander inner = *x;
  inner.arena = &x->c->arena;
  inner.binding_count = inner.steps = 0;
  return inner;
}

/* The cases of a term in order, then its otherwise. */
static const struct program_case *case_of(const struct expander *x, const struct program_term *term, uint32_t i) {
  return writer_at(&x->c->writer, SECTION_CASES, term->cases.first + i);
}

static const struct program_node *value_of(const struct expander *x, const struct program_term *term, uint32_t i) {
  return &x->nodes[i < term->cases.count ? case_of(x, term, i)->value : term->value];
}

static void gather_term(struct expander *x, uint32_t index) {
  const struct program_term *term = &x->terms[index];
  if (x->c->terms[index].gathered) return;
  x->c->terms[index].gathered = true;
  struct expander inner = *x;
  inner.binding_count = inner.steps = 0;
  expand_tests(&inner, term->tests, true);
  for (uint32_t i = 0; i < term->cases.count; i++) expand_tests(&inner, case_of(x, term, i)->tests, true);
  if (term->type == TYPE_FLAG && !term->is_flag_of_tests) {
    for (uint32_t i = 0; i <= term->cases.count; i++) expand_condition(&inner, value_of(x, term, i), true);
  }
  x->failed = x->failed || inner.failed;
}

/* When each case is the one that is taken, and when none is. */
static const struct term_paths *paths_of(struct expander *x, uint32_t index) {
  const struct program_term *term = &x->terms[index];
  struct term_paths *paths = &x->c->terms[index];
  if (paths->ready) return paths;
  struct expander inner = for_terms(x);
  paths->cases = arena_take_zeroed(inner.arena, ((size_t)term->cases.count + 1) * sizeof *paths->cases);
  if (!paths->cases) {
    x->failed = true;
    return NULL;
  }
  struct disjunction before = disjunction_all(true);
  for (uint32_t i = 0; i < term->cases.count; i++) {
    struct disjunction yes = expand_tests(&inner, case_of(x, term, i)->tests, true);
    struct disjunction no = expand_tests(&inner, case_of(x, term, i)->tests, false);
    paths->may_fail = paths->may_fail || yes.may_fail || no.may_fail;
    paths->cases[i] = expand_and(&inner, before, yes);
    before = expand_and(&inner, before, no);
  }
  paths->cases[term->cases.count] = before;
  x->failed = x->failed || inner.failed;
  paths->ready = !inner.failed;
  return paths->ready ? paths : NULL;
}

/* Cases that are compared one by one must be few, and their conditions no errors: an error is an error of the whole. */
static const struct term_paths *usable_paths_of(struct expander *x, uint32_t index) {
  if (x->terms[index].cases.count > MAX_TERM_CASES) return NULL;
  const struct term_paths *paths = paths_of(x, index);
  return paths && !paths->may_fail ? paths : NULL;
}

static struct disjunction flag_of_cases(struct expander *inner, uint32_t index, bool want) {
  const struct program_term *term = &inner->terms[index];
  const struct term_paths *paths = usable_paths_of(inner, index);
  if (!paths) return expand_opaque();
  struct disjunction d = disjunction_none();
  for (uint32_t i = 0; i <= term->cases.count; i++) {
    d = expand_or(inner, d, expand_and(inner, paths->cases[i], expand_condition(inner, value_of(inner, term, i), want)));
  }
  return d;
}

static struct disjunction expand_flag_term(struct expander *x, uint32_t index, bool want) {
  const struct program_term *term = &x->terms[index];
  struct term_paths *kept = &x->c->terms[index];
  if (x->gathering) {
    gather_term(x, index);
    return disjunction_all(true);
  }
  if (kept->has_flag[want]) return kept->flag[want];
  if (term->scope == SCOPE_FACT) return expand_opaque();
  struct expander inner = for_terms(x);
  struct disjunction d;
  if (term->is_flag_of_tests)
    d = expand_tests(&inner, term->tests, want);
  else if (term->cases.count > 0)
    d = flag_of_cases(&inner, index, want);
  else
    d = expand_condition(&inner, &x->nodes[term->value], want);
  x->failed = x->failed || inner.failed;
  kept->flag[want] = d;
  kept->has_flag[want] = !inner.failed;
  return d;
}

/* ---- comparisons, with each value that their terms may have ---- */

static struct disjunction expand_comparison(struct expander *x, const struct program_node *node, bool want);

static struct disjunction expand_split(struct expander *x, const struct program_node *node, bool want) {
  const struct program_node *place = x->split;
  const struct program_term *term = &x->terms[place->index];
  if (x->binding_count == MAX_BINDINGS || term->cases.count > MAX_TERM_CASES) return expand_opaque();
  const struct term_paths *paths = NULL;
  if (x->gathering)
    gather_term(x, place->index);
  else if (!(paths = usable_paths_of(x, place->index)))
    return expand_opaque();
  struct disjunction d = disjunction_none();
  for (uint32_t i = 0; i <= term->cases.count; i++) {
    x->bindings[x->binding_count++] = (struct binding){place, value_of(x, term, i), false};
    struct disjunction one = expand_comparison(x, node, want);
    x->binding_count--;
    d = expand_or(x, d, x->gathering ? one : expand_and(x, paths->cases[i], one));
  }
  return d;
}

static struct disjunction expand_comparison(struct expander *x, const struct program_node *node, bool want) {
  struct disjunction d;
  if (x->steps++ >= MAX_STEPS) return expand_opaque();
  switch (atom_compare(x, node, want, &d)) {
  case ATOM_DONE: return d;
  case ATOM_SPLIT: return expand_split(x, node, want);
  default: return expand_opaque();
  }
}

struct disjunction expand_condition(struct expander *x, const struct program_node *node, bool want) {
  switch (node->op) {
  case OP_CONST: return (node->value == 1) == want ? disjunction_all(true) : disjunction_none();
  case OP_FACT: return atom_flag(x, node->index, want);
  case OP_GIVEN: return atom_given(x, node->index, want);
  case OP_TERM: return expand_flag_term(x, node->index, want);
  case OP_NOT: return expand_condition(x, kid_of(x, node, 0), !want);
  case OP_AND:
  case OP_OR: {
    bool all = (node->op == OP_AND) == want;
    struct disjunction d = all ? disjunction_all(true) : disjunction_none();
    for (uint32_t i = 0; i < node->kid_count; i++) {
      struct disjunction one = expand_condition(x, kid_of(x, node, i), want);
      d = all ? expand_and(x, d, one) : expand_or(x, d, one);
    }
    return d;
  }
  case OP_EQUAL:
  case OP_NOT_EQUAL:
  case OP_LESS:
  case OP_LESS_EQUAL:
  case OP_GREATER:
  case OP_GREATER_EQUAL:
  case OP_BETWEEN:
  case OP_ONE_OF:
  case OP_WITHIN:
  case OP_MORE_AFTER:
  case OP_HAS_ANY:
  case OP_HAS_ALL: {
    uint32_t outer = x->steps;
    x->steps = 0;
    struct disjunction d = expand_comparison(x, node, want);
    x->steps = outer;
    return d;
  }
  default: return expand_opaque();
  }
}

/* ---- rules ---- */

bool expand_begin(struct compilation *c) {
  const struct model *model = c->model;
  c->first_column = arena_take(&c->arena, ((size_t)model->fact_count + 1) * sizeof *c->first_column);
  c->guards = arena_take_zeroed(&c->arena, ((size_t)model->fact_count + 1) * sizeof *c->guards);
  c->terms = arena_take_zeroed(&c->arena, ((size_t)model->term_count + 1) * sizeof *c->terms);
  if (!c->first_column || !c->guards || !c->terms) return false;
  for (uint32_t i = 0; i < model->fact_count; i++) {
    c->first_column[i] = NO_INDEX;
    c->guards[i].rule = NO_INDEX;
  }
  return true;
}

static struct expander expander_of(struct compilation *c) {
  const struct writer_section *sections = c->writer.sections;
  return (struct expander){.c = c,
                           .nodes = sections[SECTION_NODES].records,
                           .links = sections[SECTION_LINKS].records,
                           .terms = sections[SECTION_TERMS].records,
                           .arena = &c->scratch};
}

static struct program_list tests_of(const struct compilation *c, uint32_t rule) {
  return ((const struct program_rule *)writer_at(&c->writer, SECTION_RULES, rule))->tests;
}

bool expand_gather(struct compilation *c, uint32_t rule) {
  struct expander x = expander_of(c);
  x.gathering = true;
  x.rule = rule;
  expand_tests(&x, tests_of(c, rule), true);
  arena_reset(&c->scratch);
  return !x.failed;
}

static bool add_entry(struct compilation *c, uint32_t rule, uint32_t flags, const struct conjunction *what) {
  const struct literal **literals = arena_take(&c->arena, (size_t)what->count * sizeof *literals);
  struct literal *copies = arena_take(&c->arena, (size_t)what->count * sizeof *copies);
  if (!literals || !copies) return false;
  if (!memory_reserve(c->memory, (void **)&c->entries, &c->entry_capacity, c->entry_count + 1, sizeof *c->entries)) return false;
  for (uint32_t l = 0; l < what->count; l++) {
    copies[l] = *what->literals[l];
    literals[l] = &copies[l];
  }
  c->entries[c->entry_count++] = (struct entry){rule, flags, {literals, what->count, what->exact}};
  return true;
}

/* From the first rule that computes with a date, walk where that date is near the ends of time. */
static bool add_guards(struct compilation *c, uint32_t rule) {
  for (uint32_t f = 0; f < c->model->fact_count; f++) {
    if (c->guards[f].rule != rule) continue;
    bool reversed, failed = false;
    const struct column *column = column_of(c, COLUMN_CUTS, f, NO_INDEX, 0, &reversed);
    struct class_set set = {0};
    column_interval(column, c->guards[f].low, c->guards[f].high, false, &set);
    struct disjunction d =
        disjunction_literal(&c->scratch, (uint32_t)(column - c->columns), column->class_count, &set, true, &failed);
    if (failed || (d.count > 0 && !add_entry(c, rule, ENTRY_WALK, &d.items[0]))) return false;
  }
  return true;
}

/* Exact conjunctions first: they need no second look. */
static bool add_entries(struct compilation *c, uint32_t rule, const struct disjunction *d) {
  for (int exact = 1; exact >= 0; exact--) {
    for (uint32_t i = 0; i < d->count; i++) {
      if (d->items[i].exact != exact) continue;
      if (!add_entry(c, rule, exact ? 0 : ENTRY_VERIFY, &d->items[i])) return false;
    }
  }
  return true;
}

bool expand_rules(struct compilation *c) {
  struct expander x = expander_of(c);
  for (uint32_t i = 0; i < c->model->rule_count; i++) {
    arena_reset(&c->scratch);
    struct disjunction d = expand_tests(&x, tests_of(c, i), true);
    if (x.failed || !add_guards(c, i) || !add_entries(c, i, &d)) return false;
  }
  return true;
}
