/* returns/decision.h: evaluate a request, and read the answer. A decision is reusable and owned by one thread at a time. */
#ifndef RETURNS_DECISION_H
#define RETURNS_DECISION_H

#include "returns/request.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_decision returns_decision;

/** Verdicts, the more favourable the smaller. */
enum returns_verdict { RETURNS_AUTHORIZE = 1, RETURNS_PARTIAL_CREDIT = 2, RETURNS_EXCHANGE_ONLY = 3, RETURNS_DENY = 4 };
/** Status of an answer and of each of its lines. */
enum returns_answer_status { RETURNS_DECIDED = 1, RETURNS_UNDECIDED = 2, RETURNS_NO_VALID_POLICY = 3 };
/** How much a decision keeps for its trace. PATH and FULL both keep a snapshot of the facts; the trace is derived on request. */
enum returns_trace { RETURNS_TRACE_NONE = 0, RETURNS_TRACE_PATH = 1, RETURNS_TRACE_FULL = 2 };

typedef struct returns_options {
  uint32_t size; /**< sizeof(returns_options) */
  int32_t trace; /**< enum returns_trace */
} returns_options;

/** Makes an empty decision. environment: NULL for defaults. out: owned. May fail: ARGUMENT, MEMORY. */
RETURNS_API int32_t returns_decision_new(returns_environment *environment, returns_decision **out);
/** Frees; NULL is allowed. */
RETURNS_API void returns_decision_free(returns_decision *decision);

/** Decides. options: NULL means no trace. The decision is overwritten and holds the policy; the request may be reused at once.
 *  A missing fact is no failure (the answer is undecided). After the first call of the same size nothing is allocated.
 *  May fail: ARGUMENT, MEMORY, OTHER_POLICY, REQUEST (the request breaks a `require`, or an amount has no value: see
 *  returns_decision_error_*; the decision then holds no answer). Thread rule: policy shared, request and decision not. */
RETURNS_API int32_t returns_evaluate(const returns_policy *policy, const returns_request *request, const returns_options *options,
                                     returns_decision *decision);

/** The error of the last returns_evaluate: code ("R0950"), text, index of the line (UINT32_MAX: none), the fact's and the rule's
 * names ("" if none). Borrowed until the next evaluation. */
RETURNS_API const char *returns_decision_error_code(const returns_decision *decision);
RETURNS_API const char *returns_decision_error(const returns_decision *decision);
RETURNS_API uint32_t returns_decision_error_line(const returns_decision *decision);
RETURNS_API const char *returns_decision_error_fact(const returns_decision *decision);
RETURNS_API const char *returns_decision_error_rule(const returns_decision *decision);

/** The whole answer. Amounts are minor units of the policy's currency. Getters with an out parameter may fail: ARGUMENT (index
 * out of range, NULL), EMPTY. Texts are borrowed until the next evaluation into this decision. */
RETURNS_API int32_t returns_decision_status(const returns_decision *decision, int32_t *status);
RETURNS_API uint32_t returns_decision_line_count(const returns_decision *decision);
RETURNS_API int32_t returns_decision_totals(const returns_decision *decision, int64_t *credit, int64_t *fees, int64_t *bonuses,
                                            int64_t *net);
/** A line: its status, id, sums, how many portions. An undecided line has no portions. */
RETURNS_API int32_t returns_decision_line_status(const returns_decision *decision, uint32_t line, int32_t *status);
RETURNS_API const char *returns_decision_line_id(const returns_decision *decision, uint32_t line);
RETURNS_API int32_t returns_decision_line_totals(const returns_decision *decision, uint32_t line, int64_t *credit, int64_t *fees,
                                                 int64_t *bonuses, int64_t *net);
RETURNS_API uint32_t returns_decision_portion_count(const returns_decision *decision, uint32_t line);
/** Of an undecided line: facts (indices) that would settle it, and verdicts still possible. */
RETURNS_API uint32_t returns_decision_need_count(const returns_decision *decision, uint32_t line);
RETURNS_API int32_t returns_decision_need(const returns_decision *decision, uint32_t line, uint32_t need, uint32_t *fact);
RETURNS_API uint32_t returns_decision_possible_count(const returns_decision *decision, uint32_t line);
RETURNS_API int32_t returns_decision_possible(const returns_decision *decision, uint32_t line, uint32_t index, int32_t *verdict);
/** Of a provisional line: the facts (indices) that were assumed; 0 means the line is final. */
RETURNS_API uint32_t returns_decision_assumed_count(const returns_decision *decision, uint32_t line);
RETURNS_API int32_t returns_decision_assumed(const returns_decision *decision, uint32_t line, uint32_t index, uint32_t *fact);
/** A portion: verdict, units, amounts, the deciding rule (index; name, file and line of it), reason codes. */
RETURNS_API int32_t returns_decision_verdict(const returns_decision *decision, uint32_t line, uint32_t portion, int32_t *verdict);
RETURNS_API int32_t returns_decision_units(const returns_decision *decision, uint32_t line, uint32_t portion, int64_t *units);
RETURNS_API int32_t returns_decision_amounts(const returns_decision *decision, uint32_t line, uint32_t portion, int64_t *credit,
                                             int64_t *fees, int64_t *bonuses, int64_t *net);
RETURNS_API int32_t returns_decision_rule(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t *rule);
RETURNS_API const char *returns_decision_rule_name(const returns_decision *decision, uint32_t line, uint32_t portion);
RETURNS_API const char *returns_decision_rule_file(const returns_decision *decision, uint32_t line, uint32_t portion);
RETURNS_API uint32_t returns_decision_rule_line(const returns_decision *decision, uint32_t line, uint32_t portion);
RETURNS_API uint32_t returns_decision_reason_count(const returns_decision *decision, uint32_t line, uint32_t portion);
RETURNS_API const char *returns_decision_reason(const returns_decision *decision, uint32_t line, uint32_t portion,
                                                uint32_t reason);
/** The message of a portion's reason: in `locale` ("fr-CA", else "fr", else the first text of the policy; NULL: that), with its
 *  placeholders filled: facts, terms and amounts as the language writes them, what is missing or private left out. Of a raised
 * line the policy's message for the code, else the floor's. text: borrowed until the next call of this function or evaluation.
 *  May fail: ARGUMENT, EMPTY, MEMORY, UNKNOWN (the code has no message). */
RETURNS_API int32_t returns_decision_message(returns_decision *decision, uint32_t line, uint32_t portion, uint32_t reason,
                                             const char *locale, const char **text, size_t *size_bytes);
/** The locale of the messages in answers from now on: JSON then has a "message" for each portion. NULL: no messages in JSON, and
 * the first texts in text, as at the beginning. May fail: ARGUMENT, MEMORY. */
RETURNS_API int32_t returns_decision_set_locale(returns_decision *decision, const char *locale);
/** The floor that raised a line ("" for none) and the line's net without it; either may be NULL. Of a raised line, the rule's
 * index is UINT32_MAX, its name `FLOOR/rule`, and the getters above and below tell of the floor's portions; outputs are the
 * policy's own. */
RETURNS_API int32_t returns_decision_raised(const returns_decision *decision, uint32_t line, const char **floor,
                                            int64_t *net_before);
/** Fees and bonuses of a portion: name, what was charged, what was collected (of a bonus both are what is added). bonus: 0 or 1.
 */
RETURNS_API uint32_t returns_decision_adjustment_count(const returns_decision *decision, uint32_t line, uint32_t portion);
RETURNS_API int32_t returns_decision_adjustment(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t index,
                                                const char **name, int32_t *bonus, int64_t *charged, int64_t *collected);
/** Approvals that the portion needs: role, and whether it has agreed (1), refused (-1) or is awaited (0). */
RETURNS_API uint32_t returns_decision_approval_count(const returns_decision *decision, uint32_t line, uint32_t portion);
RETURNS_API int32_t returns_decision_approval(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t index,
                                              const char **role, int32_t *answer);
/** Outputs of a portion: name and value; value NULL while open. */
RETURNS_API uint32_t returns_decision_output_count(const returns_decision *decision, uint32_t line, uint32_t portion);
RETURNS_API int32_t returns_decision_output(const returns_decision *decision, uint32_t line, uint32_t portion, uint32_t index,
                                            const char **name, const char **value);
/** Allowances after this request: name, key ("" for the request's), whether money (1) or units (0), limit, drawn, left; in
 *  minor units or units, rounded down. limit and left are -1 while they are open. */
RETURNS_API uint32_t returns_decision_allowance_count(const returns_decision *decision);
RETURNS_API int32_t returns_decision_allowance(const returns_decision *decision, uint32_t index, const char **name,
                                               const char **key, int32_t *money, int64_t *limit, int64_t *drawn, int64_t *left);

/** The answer as canonical JSON (docs/answers.md), with the trace of the level that the evaluation kept, or of `trace` if that is
 * less. text: borrowed until the next call that writes JSON or evaluates with this decision. May fail: ARGUMENT, EMPTY, MEMORY.
 */
RETURNS_API int32_t returns_decision_json(returns_decision *decision, int32_t trace, const char **text, size_t *size_bytes);
/** The answer as text for people, with its trace. Ownership and errors as above. */
RETURNS_API int32_t returns_decision_text(returns_decision *decision, int32_t trace, const char **text, size_t *size_bytes);

#ifdef __cplusplus
}
#endif
#endif
