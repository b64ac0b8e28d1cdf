/* Linear: expressions that are one fact, a difference of two, or none, plus an exact constant.
 *
 * In: a side of a comparison. Out: facts and constant, or that it is something else. Where computing the side may leave the years
 * that dates have, the fact gets a guard: within it, the comparison is no error and classes tell all of it.
 */
#include "compile/expand.h"

#include "base/date.h"
#include "program/bounds.h"

#define DAY_SECONDS 86400
#define GUARD_DAYS 366000 /* a thousand years */

bool linear_guard(struct expander *x, uint32_t fact, int64_t distance) {
  bool instant = x->c->model->facts[fact].type == TYPE_INSTANT;
  int64_t most = instant ? (int64_t)GUARD_DAYS * DAY_SECONDS : GUARD_DAYS;
  if (distance < -most || distance > most) return false;
  if (!x->gathering) return true;
  /* One more for a window that counts its first day; two days for an instant, whose own calendar may be hours off. */
  distance = (distance < 0 ? -distance : distance) + (instant ? 2 * DAY_SECONDS : 1);
  struct guard *guard = &x->c->guards[fact];
  if (guard->rule == NO_INDEX) guard->rule = x->rule;
  if (distance > guard->distance) guard->distance = distance;
  return true;
}

static struct binding *binding_of(struct expander *x, const struct program_node *place) {
  for (uint32_t i = 0; i < x->binding_count; i++) {
    if (x->bindings[i].place == place) return &x->bindings[i];
  }
  return NULL;
}

enum atom linear_resolve(struct expander *x, const struct program_node *node, const struct program_node **out) {
  while (node->op == OP_TERM) {
    const struct program_term *term = &x->terms[node->index];
    /* A term of a fact's values is open where the line has no value, whatever it says. */
    if (term->is_flag_of_tests || term->scope == SCOPE_FACT) return ATOM_OPAQUE;
    if (term->cases.count == 0) {
      node = &x->nodes[term->value];
      continue;
    }
    struct binding *binding = binding_of(x, node);
    if (!binding) {
      x->split = node;
      return ATOM_SPLIT;
    }
    if (binding->used) return ATOM_OPAQUE;
    binding->used = true;
    node = binding->value;
  }
  *out = node;
  return ATOM_DONE;
}

/* Coded units of a type in one natural unit. */
static uint32_t scale_of(enum value_type type) {
  return type == TYPE_DECIMAL ? SCALE_DECIMAL : type == TYPE_PERCENT ? SCALE_PERCENT : 1;
}

bool linear_subtract(struct linear *a, const struct linear *b) {
  if ((a->plus != NO_INDEX && b->minus != NO_INDEX) || (a->minus != NO_INDEX && b->plus != NO_INDEX)) return false;
  if (a->scale != 0 && b->scale != 0 && a->scale != b->scale) return false;
  if (b->minus != NO_INDEX) a->plus = b->minus;
  if (b->plus != NO_INDEX) a->minus = b->plus;
  if (b->scale != 0) a->scale = b->scale;
  return number_subtract(&a->constant, &a->constant, &b->constant) == NUMBER_OK;
}

static void negate(struct linear *a) {
  uint32_t plus = a->plus;
  a->plus = a->minus;
  a->minus = plus;
  number_negate(&a->constant, &a->constant);
}

bool linear_is_point(struct expander *x, enum value_type type, const struct linear *point) {
  struct program_fact plain = {.type = type, .same_as = NO_INDEX, .assume = NO_INDEX};
  int64_t constant, low, high, least = 0, most = 0;
  if (point->minus != NO_INDEX || !number_to_int64(&point->constant, &constant)) return false;
  program_bounds(&plain, 0, &low, &high);
  if (point->plus != NO_INDEX && x->c->model->facts[point->plus].type == type) return linear_guard(x, point->plus, constant);
  /* A constant date, which a fact may move by a duration that its range bounds. */
  if (point->plus != NO_INDEX) program_bounds(flat_facts(x->c), point->plus, &least, &most);
  return constant >= low && constant <= high && least >= low - constant && most <= high - constant;
}

enum atom linear_of(struct expander *x, const struct program_node *node, struct linear *out) {
  enum atom atom = linear_resolve(x, node, &node);
  if (atom != ATOM_DONE) return atom;
  *out = (struct linear){.plus = NO_INDEX, .minus = NO_INDEX};
  if (!program_type_is_ordered(node->type)) return ATOM_OPAQUE;
  switch (node->op) {
  case OP_CONST: number_of_coded(&out->constant, (enum value_type)node->type, node->value); return ATOM_DONE;
  case OP_RATIO: return number_set_ratio(&out->constant, node->value, node->denominator) == NUMBER_OK ? ATOM_DONE : ATOM_OPAQUE;
  case OP_FACT:
    number_set(&out->constant, 0);
    out->plus = node->index;
    out->scale = scale_of((enum value_type)node->type);
    return ATOM_DONE;
  case OP_NEGATE:
    atom = linear_of(x, kid_of(x, node, 0), out);
    if (atom == ATOM_DONE) negate(out);
    return atom;
  case OP_ADD:
  case OP_SUBTRACT: break;
  default: return ATOM_OPAQUE;
  }
  bool point = node->type == TYPE_DATE || node->type == TYPE_INSTANT;
  if (point && kid_of(x, node, 1)->type != (node->type == TYPE_DATE ? TYPE_DAYS : TYPE_HOURS)) return ATOM_OPAQUE;
  struct linear second;
  atom = linear_of(x, kid_of(x, node, 0), out);
  if (atom == ATOM_DONE) atom = linear_of(x, kid_of(x, node, 1), &second);
  if (atom != ATOM_DONE) return atom;
  if (node->op == OP_ADD) negate(&second);
  if (!linear_subtract(out, &second)) return ATOM_OPAQUE;
  return !point || linear_is_point(x, (enum value_type)node->type, out) ? ATOM_DONE : ATOM_OPAQUE;
}
