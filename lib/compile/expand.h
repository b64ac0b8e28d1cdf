/* Expand: what expand.c (conditions, terms, rules) and atoms.c (comparisons) share.
 *
 * Both walk the same conditions twice in the same way: gathering, to see which constants the classes must tell apart, and then,
 * with the classes settled, to make conjunctions. While gathering, every comparison counts as true. They read the flat records,
 * which lie one behind the other, where the model's trees are spread over more memory than caches hold.
 */
#ifndef COMPILE_EXPAND_H
#define COMPILE_EXPAND_H

#include "compile/work.h"

#define MAX_BINDINGS 3 /* terms with cases in one comparison */
#define MAX_TERM_CASES 64
#define MAX_STEPS 256 /* comparisons that one comparison may come down to */

/* A place where a comparison uses a term with cases, and the value that is tried there. Each place by itself: where conditions
 * are open, two uses of a term may have different values. */
struct binding {
  const struct program_node *place, *value;
  bool used;
};

struct expander {
  struct compilation *c;
  const struct program_node *nodes;
  const uint32_t *links;
  const struct program_term *terms;
  struct arena *arena; /* where conjunctions go */
  bool gathering;
  uint32_t rule; /* being walked */
  struct binding bindings[MAX_BINDINGS];
  uint32_t binding_count, steps;
  const struct program_node *split; /* atom_compare: the place that needs a value */
  bool failed;                      /* out of memory */
};

static inline const struct program_node *kid_of(const struct expander *x, const struct program_node *node, uint32_t kid) {
  return &x->nodes[x->links[node->kids_first + kid]];
}

struct disjunction expand_condition(struct expander *x, const struct program_node *node, bool want);
/* Not a matter of classes: may be anything. */
struct disjunction expand_opaque(void);
struct disjunction expand_and(struct expander *x, struct disjunction a, struct disjunction b);
struct disjunction expand_or(struct expander *x, struct disjunction a, struct disjunction b);

/* ---- atoms.c ---- */
enum atom { ATOM_DONE, ATOM_OPAQUE, ATOM_SPLIT /* x->split is a term with cases that has no binding */ };
/* A comparison of facts with constants, or of two facts, as classes: where it is `want`. */
enum atom atom_compare(struct expander *x, const struct program_node *node, bool want, struct disjunction *out);
struct disjunction atom_flag(struct expander *x, uint32_t fact, bool want);
struct disjunction atom_given(struct expander *x, uint32_t fact, bool want);

/* ---- linear.c ---- */
/* plus - minus + constant, in coded units: facts (NO_INDEX: none) and an exact number. */
struct linear {
  uint32_t plus, minus, scale;
  struct number constant;
};
/* The term's value, or the value bound to a term with cases. ATOM_DONE: *out is no term. */
enum atom linear_resolve(struct expander *x, const struct program_node *node, const struct program_node **out);
enum atom linear_of(struct expander *x, const struct program_node *node, struct linear *out);
/* a - b into a. false: more than one fact on a side, or of different scales. */
bool linear_subtract(struct linear *a, const struct linear *b);
/* A date or an instant that was computed: one fact moved by a whole distance (which gets a guard), or a constant within the
 * years. */
bool linear_is_point(struct expander *x, enum value_type type, const struct linear *point);
/* Computing with a fact's date, by at most that distance (days, or seconds of an instant), may leave the years that dates have.
 * false: so far that it is better not reasoned about. */
bool linear_guard(struct expander *x, uint32_t fact, int64_t distance);

#endif
