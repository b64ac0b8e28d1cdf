/* Possible: what an expression may come to, when optional facts may or may not be given. Private to definite.c and possible.c. */
#ifndef LANGUAGE_POSSIBLE_H
#define LANGUAGE_POSSIBLE_H

#include "language/build.h"

/* A set of outcomes. A value that is no flag is definite (POSSIBLE_TRUE) or open. */
enum { POSSIBLE_TRUE = 1, POSSIBLE_FALSE = 2, POSSIBLE_OPEN = 4 };

#define POSSIBLE_GIVENS 10u    /* facts that are tried both given and not */
#define POSSIBLE_VARIABLES 12u /* these and comparisons that are tried both true and false */
#define POSSIBLE_SPACES 4u

struct variable {
  const struct expr *atom;
  uint32_t fact;
  uint8_t space;
};

/* One assignment after another: of "given" to optional facts, of truth to comparisons. What is not assigned may be either, and
 * then each place where it stands may be either on its own: sound, but it forgets that they are one. A space is a line: 0 the one
 * that is decided; each aggregate has one more, for any line that it goes over. */
struct possible {
  const struct model *model;
  uint32_t key; /* of the site: a fact that is surely given, + 1 */
  struct variable givens[POSSIBLE_GIVENS];
  uint32_t given_count;
  struct variable atoms[POSSIBLE_VARIABLES];
  uint32_t atom_count;
  uint32_t tried_givens, tried_atoms; /* so many of them are assigned: */
  uint32_t assignment;                /* the bits of the givens, then those of the atoms */
  const struct expr *aggregates[POSSIBLE_SPACES];
  uint32_t space_count;
  uint8_t *reached;                /* by term: a bit for each space in which the site rests on it */
  uint32_t *order, reached_count;  /* those terms, from the first to the last */
  uint8_t *terms[POSSIBLE_SPACES]; /* what they may come to */
  uint8_t *unassigned;             /* what all terms may come to where nothing is assigned: the same for all sites */
  bool at_once;                    /* these are used; nothing was reached yet */
  uint64_t steps;                  /* nodes looked at, for all sites */
};

bool possible_init(struct possible *p, struct builder *b);
/* A new site: outcomes are those without any assignment, at once. */
void possible_begin(struct possible *p, uint32_t key);
/* Now closer: takes in each expression of the site, then the terms behind them; from then on outcomes need an assignment. */
void possible_reach(struct possible *p, const struct expr *expr, uint32_t space);
void possible_reach_terms(struct possible *p);
/* A new assignment: works out the terms that were reached. */
void possible_assign(struct possible *p, uint32_t assignment);
uint32_t possible_outcomes(struct possible *p, const struct expr *expr, uint32_t space);
uint32_t possible_tests(struct possible *p, const struct tests *tests, uint32_t space);
/* The optional fact that leaves an expression open, and the node of the expression where it comes in. NULL: none does. */
const struct expr *possible_culprit(struct possible *p, const struct expr *expr, uint32_t space, uint32_t *fact);

#endif
