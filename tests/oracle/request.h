/* A whole request: valid, require, the lines in fill order with their balances, amounts per request, what fees collect.
 *
 * In: a world. Out: one outcome per line, the balances that are left. request.c and shared.c; answer.c writes it down.
 */
#ifndef ORACLE_REQUEST_H
#define ORACLE_REQUEST_H

#include "oracle/line.h"

struct line_sums {
  int64_t credit, bonuses, fees, uncovered, net;
};

struct decision {
  bool valid; /* false: no valid policy */
  struct outcome **lines;
  struct ledger ledger;   /* what is left */
  struct ledger limits;   /* what there was */
  struct line_sums *sums; /* of decided lines */
  struct line_sums totals;
  bool **assumed; /* by line: NULL, or by fact */
  bool *opened;   /* by line: decided, but for an amount that it shares with lines which are not */
};

/* request.c. false: the request is refused. */
bool oracle_decide_request(struct world *world, struct decision *decision, struct oracle_error *error);
/* shared.c: fees and bonuses per request. */
bool oracle_adjust_request(struct world *world, struct decision *decision, struct oracle_error *error);
/* answer.c */
void oracle_write_answer(struct world *world, const struct decision *decision, const char *digest_hex, struct buffer *out);

/* The verdicts that an undecided line may still get: of its rules in their order, then a refusal; of an opened line its own. */
uint32_t oracle_possible(const struct world *world, const struct decision *decision, uint32_t line, enum verdict *verdicts);

bool oracle_may_grant(const struct model *model, const struct outcome *outcome);

#endif
