/* Ledger: what the allowances of a request still hold, per group of lines, as intervals where something is open.
 *
 * In: the amounts of the allowances; what each answered line drew. Out: balances for the next line. Exact numbers; nothing of
 * rules.
 */
#ifndef EVALUATE_LEDGER_H
#define EVALUATE_LEDGER_H

#include "evaluate/scene.h"

/* A number that may be without bound. */
struct bound {
  struct number number;
  bool unlimited;
};

/* The lines that draw together: all, or those that share a key. */
struct group {
  uint32_t allowance;
  int64_t key;
  struct bound limit;
  bool limit_open, faulty;
  struct value fault; /* the amount: known, open, or an error */
  struct number low;
  struct bound high; /* the balance */
  uint64_t *needs;   /* what made it inexact; in the run's pass arena */
  bool listed;       /* a line of the request belongs to it */
};

/* What a line draws on a group, and what the group holds while the line is walked. */
struct draw {
  uint32_t group;
  struct number low, drawn_low;
  struct bound high, drawn_high;
};
struct draws {
  struct draw *items;
  uint32_t count, capacity;
};

struct ledger {
  struct memory *memory;
  struct group *items;
  uint32_t count, capacity;
  struct lookup lookup;
  bool cloudy;
  uint64_t *cloudy_needs; /* the order of filling is open: other lines may have drawn anything */
};

void ledger_init(struct ledger *ledger, struct memory *memory);
void ledger_free(struct ledger *ledger);
bool ledger_open(struct ledger *ledger, struct run *run); /* the groups of all lines, full. false: out of memory */
uint32_t ledger_find(const struct ledger *ledger, uint32_t allowance, int64_t key); /* NO_INDEX: none */
/* The draw of a line on a group, begun with the group's balance where it is new. NULL: out of memory. */
struct draw *ledger_draw(const struct ledger *ledger, struct draws *draws, uint32_t group);
/* Books what a line drew; needs: what made its draws inexact. */
void ledger_book(struct ledger *ledger, struct run *run, const struct draws *draws, const uint64_t *needs,
                 const uint64_t *more_needs);
bool draw_is_exact(const struct draw *draw);

void bound_set(struct bound *bound, int64_t value);
void bound_subtract(struct bound *a, const struct bound *b); /* max(0, a - b) */
int bound_compare(const struct bound *a, const struct bound *b);
int64_t bound_floor(const struct bound *bound);                      /* clamped to int64_t; unlimited: INT64_MAX */
void number_subtract_floor(struct number *a, const struct bound *b); /* max(0, a - b) */

#endif
