/* Floors: the policies that a policy may not undercut, each answered for the same request, and the better answer line by line.
 *
 * floor_facts.c hands the policy's facts to a floor, and what a floor needs back to the policy; floor_sides.c weighs two answers
 * of a line; floors.c decides which one stands, and takes a floor's answer into the policy's. Everything is reused.
 */
#ifndef EVALUATE_FLOORS_H
#define EVALUATE_FLOORS_H

#include "evaluate/decision.h"

/* A floor of a policy, answered. */
struct floor_answer {
  struct facts facts;
  returns_decision *decision;
};

/* What a line draws on the policy's allowances: what it drew; nothing, since a floor raised it; or either. */
enum floor_draws { DRAWS_STAND = 0, DRAWS_NOTHING, DRAWS_PERHAPS };

/* What stands for a line; in the arena of the pass. */
struct floor_line {
  uint32_t winner; /* 1 + a floor; 0: the policy */
  bool open;       /* none yet */
  uint8_t draws;
  uint64_t *needs; /* bits of the policy's facts, where it is open */
  uint8_t possible[4];
  uint32_t possible_count;
};

/* false from all of these: decision->failure says why, or out of memory (its code is NULL). */
/* Answers the floors for the facts of the pass at hand. */
bool floors_answer(returns_decision *decision, bool without_assumptions);
/* Compares, once the policy's own answer is whole. *again: what lines draw is not what was taken for granted. */
bool floors_compare(returns_decision *decision, struct answer *answer, bool *again);
/* Makes the answer what stands. */
bool floors_raise(returns_decision *decision, struct answer *answer);

/* ---- floor_facts.c ---- */
bool floor_fill(returns_decision *decision, uint32_t floor);
/* Adds the policy's facts behind what a line of the floor needs. false: out of memory. */
bool floor_map_needs(returns_decision *decision, uint32_t floor, uint32_t line, const uint64_t *needs, uint64_t *mapped);
/* Lays out the floors' facts anew, with assumptions, for floors_note_assumed. */
bool floors_begin(returns_decision *decision);
/* Adds the policy's facts for want of which a floor, or a floor's floor, assumes something for a line. false: out of memory. */
bool floors_note_assumed(returns_decision *decision, uint32_t line, uint64_t *assumed);

/* ---- floor_sides.c ---- */
enum side_kind { SIDE_NOTHING = 0, SIDE_MONEY, SIDE_EXCHANGE, SIDE_BOTH };
/* One answer of a line. An open one is known by its bounds: least and most net. */
struct side {
  bool decided, grants, approval;
  enum side_kind kind;
  int64_t net, units[VERDICT_DENY + 1];
  bool money, exchange; /* open: it may grant such */
  bool bounded;
  int64_t most, count; /* open: net and units are at most these */
  bool not_negative;   /* open: the net is at least 0 */
  bool whole;          /* open: one unit at most, so that it has one verdict */
};
struct side side_of(returns_decision *decision, const struct answer *answer, uint32_t line);
/* Whether the floor's decided answer is more favourable than another. flags: of the floor. */
bool side_beats(const struct side *floor, const struct side *other, uint32_t flags);
/* Whether an open answer may turn out better than a decided one. first: on a tie it is the one that stands. flags: of that of the
 * two which is a floor, or declared later. */
bool side_may_beat(const struct side *open, const struct side *decided, bool first, uint32_t flags);

#endif
