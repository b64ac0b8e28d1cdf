/* One line: from facts to an outcome. walk.c goes through the rules, amounts.c computes what portions are worth, adjustments.c
 * adds fees and bonuses, answers.c finds reasons and outputs, line.c puts them together and splits over missing flags and
 * choices.
 *
 * In: a world and the balances before the line. Out: portions, or which rules may still decide and which facts would settle it.
 */
#ifndef ORACLE_LINE_H
#define ORACLE_LINE_H

#include "oracle/world.h"

/* A number that may be without bound. */
struct most {
  bool unlimited;
  struct number number;
};

/* What a group of lines may draw from an allowance: [low, high], what made it inexact, or no amount at all. */
struct balance {
  struct number low;
  struct most high;
  bool *needs;
  bool faulty;
};
struct group {
  uint32_t allowance;
  struct text key;
  struct balance balance;
};
struct ledger {
  struct group *groups;
  uint32_t count;
};

/* What a line draws from a group. */
struct draw {
  struct number low;
  struct most high;
};

struct charge {
  bool applies;
  int64_t charged, collected;
};
struct chosen_output {
  uint32_t value;
  bool *needs;
}; /* NO_INDEX: open */

struct portion {
  uint32_t rule;
  enum verdict verdict;
  bool refused;
  int64_t units;
  struct draw *draws; /* by group */
  int64_t credit;
  bool *roles;                   /* by approval: needed, and the first of its role */
  struct charge *fees, *bonuses; /* by declared fee and bonus */
  struct text *reasons;
  uint32_t reason_count;
  bool reasons_open;
  struct chosen_output *outputs; /* by declared output */
};

enum outcome_kind { OUTCOME_DECIDED, OUTCOME_OPEN, OUTCOME_ERROR };

struct outcome {
  enum outcome_kind kind;
  struct portion *portions;
  uint32_t portion_count;
  bool *possible; /* by rule, the last resort last */
  bool *needs;
  struct draw *draws; /* by group */
  bool *draw_needs;   /* the facts that a split was over, where its children drew differently */
  struct text error_name;
  const char *error;   /* rule, fee, bonus, approval or output that has no value */
  uint32_t error_rule; /* the rule whose condition or limit has none, and that may still be false; else NO_INDEX */
};

/* One evaluation of a line under one assignment. What it points to lives in world->scratch, `out` in world->keep. */
struct leaf {
  struct world *world;
  uint32_t line;
  struct ledger ledger; /* the line's own copy of the balances: the walk draws on it */
  const struct values *units, *unit_value;
  struct outcome *out;
  bool open;
};

/* ---- numbers (walk.c) ---- */
int oracle_number_order(const struct number *a, const struct number *b);
struct most oracle_most_of(const struct number *number);
struct most oracle_most_without_bound(void);
struct most oracle_most_smaller(const struct most *a, const struct most *b);
struct most oracle_most_left(const struct most *a, const struct most *b); /* max(0, a - b) */

/* ---- all stages: false once the outcome is an error ---- */
bool oracle_leaf_error(struct leaf *leaf, struct text name, const char *why);
bool oracle_rule_error(struct leaf *leaf, uint32_t rule, const char *why);
void oracle_leaf_open(struct leaf *leaf, const bool *needs);

bool oracle_walk_rules(struct leaf *leaf);    /* walk.c */
bool oracle_grant_credits(struct leaf *leaf); /* amounts.c */
bool oracle_ask_approvals(struct leaf *leaf);
bool oracle_adjust_line(struct leaf *leaf);  /* adjustments.c */
bool oracle_tell_reasons(struct leaf *leaf); /* answers.c */
bool oracle_choose_outputs(struct leaf *leaf);

/* How many units a rule takes at most, given balances. The set of what is missing is added to needs. faulty: no value. */
struct fit {
  struct most low, high;
  bool *needs;
  bool faulty;
};
struct fit oracle_fit_of_rule(const struct leaf *leaf, const struct rule *rule);

bool oracle_is_grant(const struct portion *portion);
bool oracle_may_touch(const struct model *model, const struct adjustment *adjustment, bool bonus, const struct portion *portion);
/* Verdict, rule and credit of a portion as special names; value and units are added by who needs them. */
struct portion_view oracle_view_of_portion(struct world *world, const struct portion *portion);
/* The amount of a fee or bonus within its bounds; never more than the set {value}, {error} or an open one. */
const struct values *oracle_bounded_amount(const struct scene *scene, const struct adjustment *adjustment);
bool oracle_round_money(const struct model *model, const struct number *exact, int64_t *minor);
/* Shares total over count weights by running floors. No weight at all: everything to the last. */
void oracle_share_running(int64_t total, const struct number *weights, uint32_t count, int64_t *shares);

/* ---- line.c ---- */
struct outcome *oracle_outcome_new(struct world *world, uint32_t groups);
struct portion *oracle_portion_new(struct world *world, struct outcome *out, uint32_t rule, uint32_t groups);
/* Decides a line: splits over the missing flags and choices, unifies. */
struct outcome *oracle_decide_line(struct world *world, uint32_t line, const struct ledger *ledger);
bool oracle_refuses_named_role(const struct world *world);

#endif
