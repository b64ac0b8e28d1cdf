/* Decision: the answer of the last evaluation, in flat arrays, and what is kept for its trace.
 *
 * For the modules behind the API (JSON, text): read `answer` after decision_complete. Plain data; texts by offset.
 */
#ifndef EVALUATE_DECISION_H
#define EVALUATE_DECISION_H

#include "evaluate/line.h"
#include "returns/decision.h"

struct sums {
  int64_t credit, bonuses, fees /* collected */, uncovered, net;
};

/* A line that a floor raised: what the policy itself had said. portions: its own, before the line's. */
struct raised {
  uint32_t floor; /* 1 + its index; 0: none */
  int32_t status; /* of the policy's own answer */
  uint32_t portion_first, portion_count;
  struct sums sums;
};

struct answer_line {
  int32_t status;                        /* RETURNS_DECIDED, RETURNS_UNDECIDED */
  struct facts_text id;                  /* in answer.strings; capacity 0: none */
  struct sums sums;                      /* of a decided line */
  uint32_t portion_first, portion_count; /* in answer.portions */
  uint32_t needs, assumed;               /* where bits of facts begin in answer.portions.words; NO_INDEX: none */
  uint8_t possible[4];
  uint32_t possible_count; /* verdicts */
  struct raised raised;
};

/* An allowance for the lines that share a key. -1: the limit, or what is left, is open. In units or minor units, rounded down. */
struct answer_allowance {
  uint32_t allowance;
  bool keyed;
  struct facts_text key;
  int64_t limit, drawn, left;
};

struct answer {
  int32_t status; /* enum returns_answer_status */
  struct answer_line *lines;
  uint32_t line_count, line_capacity;
  struct portions portions;
  struct answer_allowance *allowances;
  uint32_t allowance_count, allowance_capacity;
  struct facts_bytes strings;
  struct sums totals;
};

/* What a line drew on a group, for the allowances' sums. */
struct drawn {
  uint32_t line, group;
  struct number amount;
};

struct returns_decision {
  returns_environment *environment; /* held */
  returns_policy *policy;           /* held; NULL before the first evaluation */
  bool has_answer;
  int32_t trace; /* the level of the last evaluation: above NONE, `snapshot` is its request */
  struct answer answer;
  struct answer bare; /* the answer without assumptions, while it is compared with the other */
  struct facts snapshot;
  struct decider decider;
  struct floor_answer *floors;    /* by floor of the policy (floors.h) */
  struct floor_line *floor_lines; /* by line, while a pass lasts; NULL: no floors */
  int8_t *role_answers;           /* by approval: enum answer_of_role, as the request had them */
  struct drawn *drawn;
  uint32_t drawn_count, drawn_capacity;
  /* Of the last evaluation by the short way (plain.c): rows of denied lines, for their further reasons. */
  bool plain, has_ids;
  uint32_t laid_out; /* lines of `answer` that are as the short way leaves them */
  uint32_t *plain_rows;
  uint32_t plain_row_capacity; /* line * column_count */
  struct cell *plain_cells;
  uint32_t plain_cell_capacity; /* line * (request_slots + line_slots), where entries must be verified */
  uint64_t *shared_row;         /* row_words */
  /* The error of the last evaluation; code "" for none. */
  struct failure failure;
  const char *error_code;
  struct buffer error;
  struct buffer json, text; /* of lib/exchange and lib/report: what they wrote last */
  struct buffer message, locale;
  bool has_locale;          /* the last message told; the locale of those in answers */
  const struct facts *kept; /* the request of the last evaluation, where it was kept */
};

/* Fills what the short way leaves for later (reasons of denials). false: out of memory. */
bool decision_complete(const returns_decision *decision);
static inline struct text decision_id(const struct answer *answer, const struct answer_line *line) {
  return (struct text){.bytes = line->id.capacity ? answer->strings.items + line->id.offset : NULL, .size = line->id.size};
}
static inline struct text decision_key(const struct answer *answer, const struct answer_allowance *allowance) {
  return (struct text){.bytes = allowance->keyed ? answer->strings.items + allowance->key.offset : NULL,
                       .size = allowance->key.size};
}
/* The bits of facts at an offset of answer.portions.words, NULL for NO_INDEX. */
static inline const uint64_t *decision_words(const struct answer *answer, uint32_t first) {
  return first == NO_INDEX ? NULL : answer->portions.words + first;
}
/* Whose portion it is: the policy's, or that of the floor which raised it (of a floor's floor, if that raised the floor). */
struct origin {
  const returns_decision *decision;
  const struct answer *answer;
  uint32_t portion;
};
struct origin decision_origin(const returns_decision *decision, const struct answer *answer, uint32_t portion);
/* The name of a portion's rule: `FLOOR/rule` for a floor's. */
const char *decision_rule_name(const returns_decision *decision, uint32_t portion);
/* The name of the floor that raised a line, "" for none: the one whose rule decides. */
const char *decision_floor_name(const returns_decision *decision, const struct answer_line *line);
/* The policy's own answer of a line, as a line; the same line where no floor raised it. */
struct answer_line decision_own_line(const struct answer_line *line);
/* What a raised line would have been charged by a fee of the policy. false: nothing. */
bool decision_dropped_fee(const returns_decision *decision, const struct answer_line *line, uint32_t fee, int64_t *charged);
/* floor_words.c. "floor law raises net 85.00 to 100.00: ..." */
void decision_write_raised(const returns_decision *decision, const struct answer_line *line, struct buffer *out);
/* The code of a reason of answer.portions.reasons. */
const char *decision_reason_code(const returns_decision *decision, uint32_t reason);
/* message.c. The message of a reason of a portion (where it stands: its origin); false: it has none. locale: "" or NULL for the
 * first text. */
bool decision_write_message(const returns_decision *decision, uint32_t line, const struct origin *origin, uint32_t reason,
                            const char *locale, struct buffer *out);
const char *decision_locale(const returns_decision *decision); /* NULL: none is set */
/* What an approval of the portion has been answered: enum answer_of_role. */
int32_t decision_role_answer(const returns_decision *decision, uint32_t approval);

/* ---- inside lib/evaluate ---- */
/* plain.c. true: answered. */
bool evaluate_plain(returns_decision *decision, const returns_request *request, int32_t *status);
/* pass.c: one evaluation, with or without assumptions. false: decision->failure says why, or out of memory (its code is NULL). */
bool evaluate_pass(returns_decision *decision, const struct facts *facts, bool without_assumptions, struct answer *answer);
/* shared.c: fees and bonuses per request, over all lines of an answer. collect.c: what fees collect, sums. Errors as above. */
bool share_adjustments(returns_decision *decision, struct answer *answer);
bool collect_answer(returns_decision *decision, struct answer *answer);
bool sum_answer(returns_decision *decision, struct answer *answer); /* the totals, of decided lines */
/* provisional.c: marks the lines of `answer` that hang on assumptions, by the answer without them. */
bool mark_provisional(returns_decision *decision);
/* failure.c: writes the failure as text. */
void write_failure(returns_decision *decision, const struct facts *facts);

bool answer_add_string(struct answer *answer, struct memory *memory, struct text text, struct facts_text *place);
/* Orders indices, stably. */
typedef int (*index_order)(const void *context, uint32_t a, uint32_t b);
bool sort_indices(struct arena *arena, uint32_t *indices, uint32_t count, index_order order, const void *context);

#endif
