/* returns/policy.h: a compiled policy. Immutable, reference-counted, shared freely by threads. */
#ifndef RETURNS_POLICY_H
#define RETURNS_POLICY_H

#include "returns/environment.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_policy returns_policy;

/** Types of facts. */
enum returns_type {
  RETURNS_TYPE_FLAG = 1,
  RETURNS_TYPE_CHOICE = 2,
  RETURNS_TYPE_SET = 3,
  RETURNS_TYPE_TEXT = 4,
  RETURNS_TYPE_COUNT = 5,
  RETURNS_TYPE_DECIMAL = 6,
  RETURNS_TYPE_PERCENT = 7,
  RETURNS_TYPE_MONEY = 8,
  RETURNS_TYPE_DATE = 9,
  RETURNS_TYPE_INSTANT = 10,
  RETURNS_TYPE_DAYS = 11,
  RETURNS_TYPE_MONTHS = 12,
  RETURNS_TYPE_HOURS = 13
};
/** What a fact is of. */
enum returns_scope { RETURNS_SCOPE_LINE = 0, RETURNS_SCOPE_REQUEST = 1, RETURNS_SCOPE_FACT = 2 };
/** Forms in which a structure can be drawn. */
enum returns_drawing { RETURNS_DRAWING_TEXT = 1, RETURNS_DRAWING_DOT = 2, RETURNS_DRAWING_MERMAID = 3, RETURNS_DRAWING_JSON = 4 };

/** Loads a compiled block (returns_policy_block). The bytes are copied and verified whole: a hostile block is an error.
 *  environment: NULL for defaults. out: owned. May fail: ARGUMENT, MEMORY, BLOCK, VERSION. Thread rule: any thread. */
RETURNS_API int32_t returns_policy_load(returns_environment *environment, const void *block, size_t size_bytes,
                                        returns_policy **out);
/** The same without the copy: block (aligned to 8 bytes) must stay, unchanged, until the last hold on the policy is released. */
RETURNS_API int32_t returns_policy_load_borrowed(returns_environment *environment, const void *block, size_t size_bytes,
                                                 returns_policy **out);
/** The block of a policy: position-independent bytes to save, map, send or pickle. Borrowed while the policy lives. May fail:
 * ARGUMENT. */
RETURNS_API int32_t returns_policy_block(const returns_policy *policy, const void **block, size_t *size_bytes);

/** Another hold on the policy; returns its argument. NULL is allowed. */
RETURNS_API returns_policy *returns_policy_retain(returns_policy *policy);
/** Releases a hold; the last one frees. NULL is allowed. */
RETURNS_API void returns_policy_free(returns_policy *policy);

/** Getters: texts are NUL-terminated, borrowed while the policy lives; "" where the policy says nothing, NULL for a NULL policy.
 */
RETURNS_API const char *returns_policy_name(const returns_policy *policy);
RETURNS_API const char *returns_policy_revision(const returns_policy *policy);
RETURNS_API const char *returns_policy_title(const returns_policy *policy);
RETURNS_API const char *returns_policy_currency(const returns_policy *policy);
/** Digits of the currency's minor unit (ISO 4217: JPY 0, AUD 2, KWD 3). */
RETURNS_API uint32_t returns_policy_minor_digits(const returns_policy *policy);
/** SHA-256 over the length-prefixed names and bytes of the sources, as 64 lower-case hex digits. */
RETURNS_API const char *returns_policy_digest(const returns_policy *policy);

/** Facts, in declaration order, for hosts that set them by index. */
RETURNS_API uint32_t returns_policy_fact_count(const returns_policy *policy);
/** Index of the fact of that name. May fail: ARGUMENT, UNKNOWN. */
RETURNS_API int32_t returns_policy_fact_index(const returns_policy *policy, const char *name, uint32_t *fact);
RETURNS_API const char *returns_policy_fact_name(const returns_policy *policy, uint32_t fact); /**< NULL if out of range */
RETURNS_API int32_t returns_policy_fact_type(const returns_policy *policy,
                                             uint32_t fact); /**< enum returns_type; 0 if out of range */
RETURNS_API int32_t returns_policy_fact_scope(const returns_policy *policy,
                                              uint32_t fact); /**< enum returns_scope; -1 if out of range */
/** Declared values of a choice or set fact (0 for other types), and the index of one. */
RETURNS_API uint32_t returns_policy_value_count(const returns_policy *policy, uint32_t fact);
RETURNS_API const char *returns_policy_value_name(const returns_policy *policy, uint32_t fact, uint32_t value);
RETURNS_API int32_t returns_policy_value_index(const returns_policy *policy, uint32_t fact, const char *name, uint32_t *value);
/** Rules, in order; index rule_count is the last resort, named "otherwise". */
RETURNS_API uint32_t returns_policy_rule_count(const returns_policy *policy);
RETURNS_API const char *returns_policy_rule_name(const returns_policy *policy, uint32_t rule);
/** The text of a reason code in a locale (falls back fr-CA -> fr -> the first text); NULL if there is none. */
RETURNS_API const char *returns_policy_message(const returns_policy *policy, const char *code, const char *locale);

/** Whether a policy holds on a day (days since 1970-01-01, as of a date fact); a policy without `valid` always does: *valid 0
 * or 1. May fail: ARGUMENT. */
RETURNS_API int32_t returns_policy_valid(const returns_policy *policy, int32_t days_since_1970, int32_t *valid);
/** The date fact by which the policy is valid. May fail: ARGUMENT, UNKNOWN (it is always valid). */
RETURNS_API int32_t returns_policy_valid_by(const returns_policy *policy, uint32_t *fact);
/** Of dated revisions of a policy the first that holds on a day. May fail: ARGUMENT, UNKNOWN (none does). */
RETURNS_API int32_t returns_revisions_pick(const returns_policy *const *policies, uint32_t count, int32_t days_since_1970,
                                           uint32_t *index);

/** The decision tree that people read. drawing: enum returns_drawing. text: owned by the caller, freed with returns_text_free
 *  with the same environment rule (the policy's). May fail: ARGUMENT, MEMORY. */
RETURNS_API int32_t returns_policy_tree(const returns_policy *policy, int32_t drawing, char **text, size_t *size_bytes);
/** Frees a text that a policy handed out; NULL is allowed. size_bytes: as it was answered. */
RETURNS_API void returns_text_free(const returns_policy *policy, char *text, size_t size_bytes);

#ifdef __cplusplus
}
#endif
#endif
