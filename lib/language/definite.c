/* Definite: a condition that uses an optional fact must come out true or false whether or not it is given, and an amount must
 * be known wherever its conditions hold.
 *
 * In: the sites of the model. Out: an error for each condition or amount that may stay open for want of an optional fact.
 * All other facts count as given: that they may be missing is a matter of requests, not of the policy. Three tries, each closer
 * and dearer than the one before: nothing assigned, optional facts given or not, comparisons true or false as well. What the last
 * cannot settle is reported.
 */
#include "language/possible.h"

#define STEP_BUDGET 20000000u /* nodes looked at in one policy; beyond it the closer tries are left out */

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

static void reach(struct possible *p, const struct site *site) {
  for (uint32_t i = 0; site->tests && i < site->tests->count; i++) possible_reach(p, site->tests->items[i].condition, 0);
  possible_reach(p, site->value, 0);
  possible_reach_terms(p);
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

/* Whether 2^variables assignments, each as dear as one was, are within what is left for the whole policy. */
static bool is_affordable(const struct possible *p, uint64_t one, uint32_t variables) {
  return p->steps < STEP_BUDGET && one << variables < STEP_BUDGET - p->steps;
}

static const struct expr *find_open(struct possible *p, const struct site *site) {
  const struct expr *place = open_place(p, site);
  if (!place || p->steps > STEP_BUDGET) return place;
  reach(p, site);
  uint64_t before = p->steps;
  place = try_assignments(p, site); /* finds the variables */
  uint64_t one = p->steps - before;
  if (!place || !is_affordable(p, one, p->given_count)) return place;
  p->tried_givens = p->given_count;
  place = try_assignments(p, site);
  uint32_t room = POSSIBLE_VARIABLES - p->tried_givens, atoms = p->atom_count < room ? p->atom_count : room;
  if (!place || !is_affordable(p, one, p->tried_givens + atoms)) return place;
  p->tried_atoms = atoms;
  return try_assignments(p, site);
}

static void report(struct builder *b, struct possible *p, const struct site *site, const struct expr *open) {
  uint32_t fact = NO_INDEX;
  if (b->diagnostics->count >= b->diagnostics->limit) { /* only counted: not worth the search */
    diagnostics_error(b->diagnostics, "R0618", open->span, "an optional fact leaves this open");
    return;
  }
  const struct expr *place = possible_culprit(p, open, 0, &fact);
  if (!place) return;
  const struct fact *declared = &b->model->facts[fact];
  const char *then = site->value ? "then this has no value" : "then this is neither true nor false";
  if (place->op == OP_TERM) {
    diagnostics_error(b->diagnostics, "R0618", place->span, "`%t` rests on `%t`, which need not be given; %s",
                      &b->model->terms[place->index].name, &declared->name, then);
  } else {
    diagnostics_error(b->diagnostics, "R0618", place->span, "`%t` need not be given; %s", &declared->name, then);
  }
  diagnostics_related(b->diagnostics, declared->span, "`%t` is optional", &declared->name);
  if (site->value && !site->tests)
    diagnostics_hint(b->diagnostics, "use a term with a case where `%t is given`", &declared->name);
  else
    diagnostics_hint(b->diagnostics, "add `%t is given` to the conditions", &declared->name);
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

static void check_site(struct builder *b, struct possible *p, const struct site *site) {
  possible_begin(p, site->key);
  const struct expr *open = find_open(p, site);
  if (open) report(b, p, site, open);
}

void check_definite(struct builder *b) {
  struct possible possible;
  if (!possible_init(&possible, b)) return;
  for (uint32_t i = 0; i < b->site_count; i++) {
    if (must_be_definite(&b->sites[i])) check_site(b, &possible, &b->sites[i]);
  }
}
