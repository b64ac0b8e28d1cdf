/* Possible outcomes: Kleene's three truth values, lifted to sets of them.
 *
 * In: an expression, an assignment. Out: the set of what it may come to. Terms are worked out once per assignment, from the
 * first to the last, so that nothing recurses through them. It must not know what is an error (definite.c).
 */
#include "language/possible.h"

static bool is_aggregate(const struct expr *expr) { return expr->op >= OP_SUM && expr->op <= OP_EVERY_LINE; }

/* ---- what a site rests on ---- */

void possible_begin(struct possible *p, uint32_t key) {
  p->key = key;
  p->given_count = p->atom_count = p->tried_givens = p->tried_atoms = p->assignment = 0;
  p->space_count = 1;
  for (uint32_t i = 0; i < p->reached_count; i++) p->reached[p->order[i]] = 0;
  p->reached_count = 0;
  p->at_once = true;
}

/* Aggregates beyond the last space share it. */
static uint32_t space_of(const struct possible *p, const struct expr *aggregate) {
  for (uint32_t space = 1; space < p->space_count; space++) {
    if (p->aggregates[space] == aggregate) return space;
  }
  return POSSIBLE_SPACES - 1;
}

static uint32_t space_of_term(const struct possible *p, uint32_t term, uint32_t space) {
  return p->model->terms[term].scope == SCOPE_REQUEST ? 0 : space;
}

void possible_reach(struct possible *p, const struct expr *expr, uint32_t space) {
  if (!expr) return;
  p->steps++;
  if (is_aggregate(expr)) {
    if (p->space_count < POSSIBLE_SPACES) p->aggregates[p->space_count++] = expr;
    space = space_of(p, expr);
  }
  if (expr->op == OP_TERM) p->reached[expr->index] |= (uint8_t)(1u << space_of_term(p, expr->index, space));
  for (uint32_t i = 0; i < expr->kid_count; i++) possible_reach(p, expr->kids[i], space);
}

static void reach_tests(struct possible *p, const struct tests *tests, uint32_t space) {
  for (uint32_t i = 0; i < tests->count; i++) possible_reach(p, tests->items[i].condition, space);
}

static void reach_term(struct possible *p, const struct term *term, uint32_t space) {
  reach_tests(p, &term->tests, space);
  for (uint32_t i = 0; i < term->case_count; i++) {
    reach_tests(p, &term->cases[i].tests, space);
    possible_reach(p, term->cases[i].value, space);
  }
  possible_reach(p, term->value, space);
}

void possible_reach_terms(struct possible *p) {
  p->at_once = false;
  p->given_count = p->atom_count = 0; /* they may have stood in other spaces */
  for (uint32_t i = p->model->term_count; i-- > 0;) {
    for (uint32_t space = 0; p->reached[i] >> space; space++) {
      if (p->reached[i] >> space & 1) reach_term(p, &p->model->terms[i], space);
    }
    if (p->reached[i]) p->order[p->reached_count++] = i;
  }
  for (uint32_t i = 0; i < p->reached_count / 2; i++) {
    uint32_t *low = &p->order[i], *high = &p->order[p->reached_count - 1 - i], term = *low;
    *low = *high;
    *high = term;
  }
}

/* ---- variables ---- */

static bool same_expr(const struct expr *a, const struct expr *b) {
  if (a->op != b->op || a->type != b->type || a->index != b->index || a->flags != b->flags || a->kid_count != b->kid_count)
    return false;
  if ((a->op == OP_CONST || a->op == OP_RATIO) && (a->value != b->value || a->denominator != b->denominator)) return false;
  for (uint32_t i = 0; i < a->kid_count; i++) {
    if (!same_expr(a->kids[i], b->kids[i])) return false;
  }
  return true;
}

static uint32_t assigned(const struct possible *p, uint32_t bit) {
  return p->assignment >> bit & 1 ? POSSIBLE_TRUE : POSSIBLE_FALSE;
}

static uint32_t fact_given(struct possible *p, uint32_t fact, uint32_t space) {
  const struct fact *declared = &p->model->facts[fact];
  if (declared->scope == SCOPE_REQUEST) space = 0;
  if (!declared->optional || (space == 0 && fact + 1 == p->key)) return POSSIBLE_TRUE;
  uint32_t i = 0;
  while (i < p->given_count && (p->givens[i].fact != fact || p->givens[i].space != space)) i++;
  if (i == p->given_count && i < POSSIBLE_GIVENS)
    p->givens[p->given_count++] = (struct variable){.fact = fact, .space = (uint8_t)space};
  return i < p->tried_givens ? assigned(p, i) : POSSIBLE_TRUE | POSSIBLE_FALSE;
}

static uint32_t atom_truth(struct possible *p, const struct expr *expr, uint32_t space) {
  uint32_t i = 0;
  while (i < p->atom_count && (p->atoms[i].space != space || !same_expr(p->atoms[i].atom, expr))) i++;
  if (i == p->atom_count && i < POSSIBLE_VARIABLES)
    p->atoms[p->atom_count++] = (struct variable){.atom = expr, .space = (uint8_t)space};
  return i < p->tried_atoms ? assigned(p, p->tried_givens + i) : POSSIBLE_TRUE | POSSIBLE_FALSE;
}

/* ---- outcomes ---- */

/* Of a node that is definite where all its operands are: operands as one set of definite (true or false) and open. */
static uint32_t outcome_of(struct possible *p, const struct expr *expr, uint32_t space, bool may_be_definite, bool may_be_open) {
  uint32_t definite = !may_be_definite ? 0 : expr->type == TYPE_FLAG ? atom_truth(p, expr, space) : POSSIBLE_TRUE;
  return definite | (may_be_open ? POSSIBLE_OPEN : 0);
}

static uint32_t fact_outcomes(struct possible *p, const struct expr *expr, uint32_t space) {
  const struct fact *fact = &p->model->facts[expr->index];
  uint32_t given = fact_given(p, expr->index, space);
  uint32_t key = fact->scope == SCOPE_FACT ? fact_given(p, fact->scope_fact, space) : POSSIBLE_TRUE;
  return outcome_of(p, expr, space, (given & key & POSSIBLE_TRUE) != 0, ((given | key) & POSSIBLE_FALSE) != 0);
}

static uint32_t operand_outcomes(struct possible *p, const struct expr *expr, uint32_t space) {
  bool definite = true, open = false;
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    uint32_t kid = possible_outcomes(p, expr->kids[i], space);
    definite &= (kid & (POSSIBLE_TRUE | POSSIBLE_FALSE)) != 0;
    open |= (kid & POSSIBLE_OPEN) != 0;
  }
  return outcome_of(p, expr, space, definite, open);
}

static uint32_t negated(uint32_t a) {
  return (a & POSSIBLE_OPEN) | (a & POSSIBLE_TRUE ? POSSIBLE_FALSE : 0) | (a & POSSIBLE_FALSE ? POSSIBLE_TRUE : 0);
}

static uint32_t both(uint32_t a, uint32_t b) {
  uint32_t open =
      ((a & POSSIBLE_OPEN) && (b & ~(uint32_t)POSSIBLE_FALSE)) || ((b & POSSIBLE_OPEN) && (a & ~(uint32_t)POSSIBLE_FALSE));
  return (a & b & POSSIBLE_TRUE) | ((a | b) & POSSIBLE_FALSE) | (open ? POSSIBLE_OPEN : 0);
}

static uint32_t and_or_outcomes(struct possible *p, const struct expr *expr, uint32_t space) {
  uint32_t all = POSSIBLE_TRUE;
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    uint32_t kid = possible_outcomes(p, expr->kids[i], space);
    all = both(all, expr->op == OP_AND ? kid : negated(kid));
  }
  return expr->op == OP_AND ? all : negated(all);
}

uint32_t possible_tests(struct possible *p, const struct tests *tests, uint32_t space) {
  uint32_t all = POSSIBLE_TRUE;
  for (uint32_t i = 0; i < tests->count; i++) {
    uint32_t one = possible_outcomes(p, tests->items[i].condition, space);
    all = both(all, tests->items[i].negated ? negated(one) : one);
  }
  return all;
}

/* One case more: returns whether those behind it may matter. An open condition leaves the whole open. */
static bool add_case(uint32_t *outcomes, uint32_t condition, uint32_t value) {
  if (condition & POSSIBLE_TRUE) *outcomes |= value;
  if (condition & POSSIBLE_OPEN) *outcomes |= POSSIBLE_OPEN;
  return (condition & POSSIBLE_FALSE) != 0;
}

static uint32_t case_outcomes(struct possible *p, const struct expr *expr, uint32_t space) {
  uint32_t outcomes = 0;
  bool goes_on = true;
  for (uint32_t i = 0; i + 1 < expr->kid_count; i += 2) {
    uint32_t condition = possible_outcomes(p, expr->kids[i], space), value = possible_outcomes(p, expr->kids[i + 1], space);
    if (goes_on) goes_on = add_case(&outcomes, condition, value);
  }
  uint32_t otherwise = possible_outcomes(p, expr->kids[expr->kid_count - 1], space);
  return goes_on ? outcomes | otherwise : outcomes;
}

static uint32_t aggregate_outcomes(struct possible *p, const struct expr *expr, uint32_t space) {
  uint32_t lines = space_of(p, expr);
  uint32_t each = possible_outcomes(p, expr->kids[0], lines), where = possible_outcomes(p, expr->kids[1], lines);
  bool open = (where & POSSIBLE_OPEN) || ((where & POSSIBLE_TRUE) && (each & POSSIBLE_OPEN));
  return outcome_of(p, expr, space, true, open);
}

uint32_t possible_outcomes(struct possible *p, const struct expr *expr, uint32_t space) {
  p->steps++;
  switch (expr->op) {
  case OP_CONST: return expr->type == TYPE_FLAG && !expr->value ? POSSIBLE_FALSE : POSSIBLE_TRUE;
  case OP_FACT: return fact_outcomes(p, expr, space);
  case OP_TERM: return p->at_once ? p->unassigned[expr->index] : p->terms[space_of_term(p, expr->index, space)][expr->index];
  case OP_GIVEN: return fact_given(p, expr->index, space);
  case OP_AND:
  case OP_OR: return and_or_outcomes(p, expr, space);
  case OP_NOT: return negated(possible_outcomes(p, expr->kids[0], space));
  case OP_CASES: return case_outcomes(p, expr, space);
  case OP_SUM:
  case OP_COUNT:
  case OP_ANY_LINE:
  case OP_EVERY_LINE: return aggregate_outcomes(p, expr, space);
  default: return operand_outcomes(p, expr, space);
  }
}

/* ---- terms ---- */

static uint32_t term_value(struct possible *p, const struct term *term, uint32_t space) {
  if (term->is_flag_of_tests) return possible_tests(p, &term->tests, space);
  uint32_t outcomes = 0;
  bool goes_on = true;
  for (uint32_t i = 0; i < term->case_count; i++) {
    const struct value_case *each = &term->cases[i];
    uint32_t condition = possible_tests(p, &each->tests, space);
    uint32_t value = each->value ? possible_outcomes(p, each->value, space) : POSSIBLE_TRUE;
    if (goes_on) goes_on = add_case(&outcomes, condition, value);
  }
  uint32_t otherwise = term->value ? possible_outcomes(p, term->value, space) : POSSIBLE_TRUE;
  return goes_on ? outcomes | otherwise : outcomes;
}

static uint8_t term_outcomes(struct possible *p, uint32_t index, uint32_t space) {
  const struct term *term = &p->model->terms[index];
  uint32_t value = term_value(p, term, space);
  uint32_t key = term->scope == SCOPE_FACT ? fact_given(p, term->scope_fact, space) : POSSIBLE_TRUE;
  return (uint8_t)((key & POSSIBLE_TRUE ? value : 0) | (key & POSSIBLE_FALSE ? POSSIBLE_OPEN : 0));
}

void possible_assign(struct possible *p, uint32_t assignment) {
  p->assignment = assignment;
  for (uint32_t i = 0; i < p->reached_count; i++) {
    uint32_t index = p->order[i];
    for (uint32_t space = 0; p->reached[index] >> space; space++) {
      if (p->reached[index] >> space & 1) p->terms[space][index] = term_outcomes(p, index, space);
    }
  }
}

bool possible_init(struct possible *p, struct builder *b) {
  *p = (struct possible){.model = b->model};
  p->reached = build_items(b, b->model->term_count, sizeof *p->reached);
  p->order = build_items(b, b->model->term_count, sizeof *p->order);
  for (uint32_t space = 0; space < POSSIBLE_SPACES; space++) {
    p->terms[space] = build_items(b, b->model->term_count, sizeof *p->terms[space]);
    if (!p->terms[space]) return false;
  }
  p->unassigned = build_items(b, b->model->term_count, sizeof *p->unassigned);
  if (!p->reached || !p->order || !p->unassigned) return false;
  possible_begin(p, 0);
  for (uint32_t i = 0; i < b->model->term_count; i++) p->unassigned[i] = term_outcomes(p, i, 0);
  return true;
}

/* ---- who is to blame ---- */

static bool is_open(struct possible *p, const struct expr *expr, uint32_t space) {
  return expr && (possible_outcomes(p, expr, space) & POSSIBLE_OPEN);
}

/* Down to the fact or term that is open; *space follows. */
static const struct expr *open_leaf(struct possible *p, const struct expr *expr, uint32_t *space) {
  while (expr && expr->op != OP_FACT && expr->op != OP_TERM) {
    const struct expr *next = NULL;
    if (is_aggregate(expr)) *space = space_of(p, expr);
    for (uint32_t i = expr->kid_count; i-- > 0;) {
      if (is_open(p, expr->kids[i], *space)) next = expr->kids[i];
    }
    expr = next;
  }
  return expr;
}

static const struct expr *open_test(struct possible *p, const struct tests *tests, uint32_t space) {
  for (uint32_t i = 0; i < tests->count; i++) {
    if (is_open(p, tests->items[i].condition, space)) return tests->items[i].condition;
  }
  return NULL;
}

static const struct expr *open_part(struct possible *p, const struct term *term, uint32_t space) {
  const struct expr *found = open_test(p, &term->tests, space);
  for (uint32_t i = 0; i < term->case_count && !found; i++) {
    found = open_test(p, &term->cases[i].tests, space);
    if (!found && is_open(p, term->cases[i].value, space)) found = term->cases[i].value;
  }
  return found ? found : is_open(p, term->value, space) ? term->value : NULL;
}

const struct expr *possible_culprit(struct possible *p, const struct expr *expr, uint32_t space, uint32_t *fact) {
  const struct expr *place = open_leaf(p, expr, &space), *leaf = place;
  while (leaf && leaf->op == OP_TERM) {
    const struct term *term = &p->model->terms[leaf->index];
    space = space_of_term(p, leaf->index, space);
    if (term->scope == SCOPE_FACT && (fact_given(p, term->scope_fact, space) & POSSIBLE_FALSE)) {
      *fact = term->scope_fact;
      return place;
    }
    leaf = open_leaf(p, open_part(p, term, space), &space);
  }
  if (!leaf) return NULL;
  const struct fact *declared = &p->model->facts[leaf->index];
  bool by_key = declared->scope == SCOPE_FACT && (fact_given(p, declared->scope_fact, space) & POSSIBLE_FALSE);
  *fact = by_key ? declared->scope_fact : leaf->index;
  return place;
}
