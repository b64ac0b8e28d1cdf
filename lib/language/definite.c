/* Definite: a condition that uses an optional fact must come out true or false whether or not it is given, and an amount must
 * be known wherever its conditions hold.
 *
 * In: the sites of the model. Out: an error for each condition or amount that may stay open for want of an optional fact.
 * All other facts count as given: that they may be missing is a matter of requests, not of the policy. Three tries, each closer and
 * dearer than the one before: nothing assigned, optional facts given or not, comparisons true or false as well. What the last cannot
 * settle is reported.
 */
#include "language/possible.h"

#define STEP_BUDGET 20000000u /* beyond it the dearest try is left out */

/* Where a site is open: the expression, or NULL. */
static const struct expr *open_place(struct possible *p, const struct site *site) {
  if (site->value) {
    uint32_t guard = site->tests ? possible_tests(p, site->tests, 0) : POSSIBLE_TRUE;
    return (guard & POSSIBLE_TRUE) && (possible_outcomes(p, site->value, 0) & POSSIBLE_OPEN) ? site->value : NULL;
  }
  if (!(possible_tests(p, site->tests, 0) & POSSIBLE_OPEN)) return NULL;
  for (uint32_t i = 0; i < site->tests->count; i++) {
    const struct expr *condition = site->tests->items[i].condition;
    if (possible_outcomes(p, condition, 0) & POSSIBLE_OPEN) return condition;
  }
  return NULL;
}

static const struct expr *try_assignments(struct possible *p, const struct site *site) {
  uint32_t count = 1u << (p->tried_givens + p->tried_atoms);
  for (uint32_t assignment = 0; assignment < count; assignment++) {
    possible_assign(p, assignment);
    const struct expr *place = open_place(p, site);
    if (place) return place;
  }
  return NULL;
}

static const struct expr *find_open(struct possible *p, const struct site *site) {
  const struct expr *place = try_assignments(p, site);
  if (!place) return NULL;
  p->tried_givens = p->given_count;
  place = try_assignments(p, site);
  if (!place || p->steps > STEP_BUDGET) return place;
  uint32_t room = POSSIBLE_VARIABLES - p->tried_givens;
  p->tried_atoms = p->atom_count < room ? p->atom_count : room;
  return try_assignments(p, site);
}

static void report(struct builder *b, struct possible *p, const struct site *site, const struct expr *open) {
  uint32_t fact = NO_INDEX;
  const struct expr *place = possible_culprit(p, open, 0, &fact);
  if (!place) return;
  const struct fact *declared = &b->model->facts[fact];
  const char *then = site->value ? "then this has no value" : "then this is neither true nor false";
  if (place->op == OP_TERM) {
    diagnostics_error(b->diagnostics, "R0618", place->span, "`%t` rests on `%t`, which need not be given; %s", &b->model->terms[place->index].name, &declared->name, then);
  } else {
    diagnostics_error(b->diagnostics, "R0618", place->span, "`%t` need not be given; %s", &declared->name, then);
  }
  diagnostics_related(b->diagnostics, declared->span, "`%t` is optional", &declared->name);
  if (site->value && !site->tests) diagnostics_hint(b->diagnostics, "use a term with a case where `%t is given`", &declared->name);
  else diagnostics_hint(b->diagnostics, "add `%t is given` to the conditions", &declared->name);
}

/* ---- which sites matter ---- */

/* `require` with a fact missing is not broken, assumptions and deadlines may be unknown, and terms count where they are used. */
static bool must_be_definite(const struct site *site) {
  switch (site->kind) {
  case SITE_REQUIRE:
  case SITE_FACT:
  case SITE_WITH:
  case SITE_TERM: return false;
  case SITE_STEP: return !site->value;
  default: return true;
  }
}

static bool rests_on_optional(const struct model *model, const bool *terms, const struct expr *expr) {
  if (!expr) return false;
  if (expr->op == OP_TERM) return terms[expr->index];
  if (expr->op == OP_FACT) {
    const struct fact *fact = &model->facts[expr->index];
    return fact->optional || (fact->scope == SCOPE_FACT && model->facts[fact->scope_fact].optional);
  }
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    if (rests_on_optional(model, terms, expr->kids[i])) return true;
  }
  return false;
}

static bool tests_rest_on_optional(const struct model *model, const bool *terms, const struct tests *tests) {
  for (uint32_t i = 0; i < tests->count; i++) {
    if (rests_on_optional(model, terms, tests->items[i].condition)) return true;
  }
  return false;
}

static bool term_rests_on_optional(const struct model *model, const bool *terms, const struct term *term) {
  bool found = term->scope == SCOPE_FACT && model->facts[term->scope_fact].optional;
  found |= tests_rest_on_optional(model, terms, &term->tests) || rests_on_optional(model, terms, term->value);
  for (uint32_t i = 0; i < term->case_count && !found; i++) {
    found = tests_rest_on_optional(model, terms, &term->cases[i].tests) || rests_on_optional(model, terms, term->cases[i].value);
  }
  return found;
}

static void check_site(struct builder *b, struct possible *p, const struct site *site) {
  possible_begin(p);
  for (uint32_t i = 0; site->tests && i < site->tests->count; i++) possible_reach(p, site->tests->items[i].condition, 0);
  possible_reach(p, site->value, 0);
  possible_reach_terms(p);
  const struct expr *open = find_open(p, site);
  if (open) report(b, p, site, open);
}

void check_definite(struct builder *b) {
  const struct model *model = b->model;
  bool *terms = build_items(b, model->term_count, sizeof *terms);
  struct possible possible;
  if (!terms || !possible_init(&possible, b)) return;
  for (uint32_t i = 0; i < model->term_count; i++) terms[i] = term_rests_on_optional(model, terms, &model->terms[i]);
  for (uint32_t i = 0; i < b->site_count; i++) {
    const struct site *site = &b->sites[i];
    if (!must_be_definite(site)) continue;
    bool matters = site->value ? rests_on_optional(model, terms, site->value) : tests_rest_on_optional(model, terms, site->tests);
    if (matters) check_site(b, &possible, site);
  }
}
