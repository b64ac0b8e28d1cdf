/* Line: from the facts of one line to its outcome, under one assignment, and split over what is missing.
 *
 * walk.c goes through the rules, amounts.c values the portions and asks approvals, adjustments.c adds fees and bonuses,
 * reasons.c tells why and chooses outputs, split.c splits and unifies. In: a scene, the balances before the line. Out: an
 * outcome.
 */
#ifndef EVALUATE_LINE_H
#define EVALUATE_LINE_H

#include "evaluate/ledger.h"
#include "evaluate/portions.h"
#include "evaluate/request.h"

/* Why a request has no answer. Formatted only when it is the whole request's (decision.c). */
struct failure {
  const char *code;                     /* NULL: none */
  uint32_t line;                        /* or NO_INDEX */
  uint32_t rule, fact;                  /* the rule, the fact; or NO_INDEX */
  struct program_string name;           /* of the rule, fee, bonus, approval, output; empty: none */
  const char *what;                     /* "credit", "condition", ...: what of it */
  uint32_t span;                        /* where that is declared, or NO_INDEX */
  struct value fault;                   /* the error of the arithmetic, where it is one; else what was found */
  uint32_t test;                        /* of a broken `require`, or NO_INDEX */
  bool walking;                         /* the condition or the limit of a rule: those behind it were not asked */
  const struct returns_decision *floor; /* of the floor that failed, whose own failure tells more; NULL: the policy's */
};

enum outcome_kind { OUTCOME_DECIDED = 0, OUTCOME_OPEN, OUTCOME_ERROR };

struct outcome {
  enum outcome_kind kind;
  struct portions portions;
  uint64_t *possible;    /* bits of rules, the last resort behind them; of an open outcome */
  uint64_t *needs;       /* bits of facts */
  uint64_t *split_needs; /* facts over which it was split so that its draws differ */
  struct draws draws;
  struct failure failure;
};

/* Everything that deciding lines needs and keeps. outcomes: one per level of splitting. */
struct decider {
  struct run run;
  struct ledger ledger;
  struct outcome **outcomes;
  uint32_t outcome_count, outcome_capacity;
  const returns_request *request; /* whose classified rows serve while nothing is assigned; NULL: none at hand */
  uint32_t *rows;                 /* of the columns, for the line at hand */
  bool may_refuse;                /* the request refuses a role that an approval of the policy asks */
  bool out_of_memory;
};

bool decider_init(struct decider *decider, const struct returns_policy *policy, struct memory *memory);
void decider_free(struct decider *decider);
/* Decides a line with the ledger as it is. NULL: out of memory. Valid until the next line. */
struct outcome *decide_line(struct decider *decider, uint32_t line);

/* ---- candidates.c: which rules may hold, by the rows ---- */
#define CANDIDATE_WORDS 8
struct candidates {
  struct decider *decider;
  bool complete;      /* no fact that a rule needs is missing: the rows tell all */
  uint32_t from_walk; /* from this rule on the rows tell nothing */
  uint32_t block;     /* which CANDIDATE_WORDS words of the rows `bits` are; NO_INDEX: none */
  uint64_t bits[CANDIDATE_WORDS];
};
void candidates_begin(struct candidates *candidates, struct decider *decider, struct scene *scene);
/* The first rule at or behind `from` that may hold; the last resort always does. *certain: it does hold. */
uint32_t candidates_next(struct candidates *candidates, uint32_t from, bool *certain);

/* ---- one evaluation ---- */
struct leaf {
  struct decider *decider;
  struct scene *scene;
  uint32_t line;
  struct outcome *out;
  struct candidates candidates;
  struct set units, price; /* of the line */
  bool open;               /* the outcome is */
  uint64_t low, high;      /* units that remain: between these */
};

/* Each stage: false where the outcome is an error, or memory ran out (leaf->decider->out_of_memory). */
bool leaf_walk(struct leaf *leaf);   /* walk.c */
bool leaf_credit(struct leaf *leaf); /* amounts.c */
bool leaf_approve(struct leaf *leaf);
bool leaf_adjust(struct leaf *leaf); /* adjustments.c */
bool leaf_reason(struct leaf *leaf); /* reasons.c */
bool leaf_output(struct leaf *leaf);
bool leaf_output_from(struct leaf *leaf, uint32_t first); /* of the portions from `first` on */

bool leaf_out_of_memory(struct leaf *leaf); /* answers false */
/* The outcome is an error: answers false. what: of the named thing; fault NULL: none. */
bool leaf_fail(struct leaf *leaf, const char *code, struct program_string name, const char *what, uint32_t span,
               const struct value *fault);
bool leaf_fail_rule(struct leaf *leaf, const char *code, uint32_t rule, const char *what, const struct value *fault);
void leaf_leave_open(struct leaf *leaf, const uint64_t *needs);
void leaf_add_possible(struct leaf *leaf, uint32_t rule);

/* Units that a rule may take at most, by its limit. A line has INT64_MAX at most. */
#define UNITS_UNLIMITED UINT64_MAX
struct fit {
  uint64_t low, high;
  const uint64_t *needs;
  bool faulty;
  struct value fault;
};
struct fit fit_of_rule(struct leaf *leaf, uint32_t rule);
/* Takes away from the balances again what a portion drew: a refused grant has drawn nothing. */
bool leaf_give_back(struct leaf *leaf, struct portion *portion);

/* ---- adjustments.c, for request.c too ---- */
bool adjustment_touches(const struct returns_policy *policy, const struct program_adjustment *adjustment, bool bonus,
                        const struct portion *portion);
/* The amount within its bounds; a negative one, or bounds that contradict each other, is an error: *code says which. */
struct set bounded_amount(struct scene *scene, const struct program_adjustment *adjustment, const char **code);
bool round_money(const struct returns_policy *policy, const struct value *exact, int64_t *minor);
/* Shares a total over weights by running floors. false: a number is too large. */
bool share_running(int64_t total, const struct value *weights, uint32_t count, struct work *work, int64_t *shares);
/* Verdict, rule and credit of a portion as special names. */
struct portion_names {
  struct set verdict, rule, credit;
  struct portion_view view;
};
void name_portion(struct portion_names *names, const struct portion *portion);
/* "R0950" and so on for an error of arithmetic. */
const char *code_of_fault(const struct value *fault);
/* failure.c. "the credit of `r` has no value: it divides by zero (p.yaml:4)" */
void write_no_value(struct buffer *out, const struct returns_policy *policy, const struct failure *failure);

#endif
