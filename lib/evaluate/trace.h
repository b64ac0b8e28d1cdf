/* Trace: why a decision came out as it did, derived on request from the snapshot that the decision keeps.
 *
 * In: a decision that was evaluated with a trace level. Out: plain records in an arena, already as text where a value is shown
 * (private facts are not), that lib/exchange and lib/report only walk. libc only.
 */
#ifndef EVALUATE_TRACE_H
#define EVALUATE_TRACE_H

#include "base/span.h"
#include "base/text.h"
#include "returns/decision.h"

enum trace_truth { TRACE_FALSE = 0, TRACE_TRUE = 1, TRACE_OPEN = 2, TRACE_ERROR = 3 };

/* A name that a test used, and the value that it had. */
struct trace_value {
  const char *name;
  const char *kind;   /* "fact", "term" */
  const char *value;  /* "open" where missing; NULL: private */
  const char *origin; /* "given", "absent", "same_as", "assumed", "missing", "" for terms */
};
struct trace_test {
  const char *source;
  bool negated;
  enum trace_truth truth;
  const char *file;
  uint32_t line;
  struct trace_value *values;
  uint32_t value_count;
};
struct trace_draw {
  const char *allowance, *key;
  const char *before, *taken, *after;
}; /* key NULL: the request's */
struct trace_rule {
  const char *rule, *file;
  uint32_t line;
  enum trace_truth truth;
  int32_t verdict;
  int64_t took, remaining;       /* units taken by it, units left for the rules behind it */
  const struct trace_draw *draw; /* or NULL */
  struct trace_test *tests;
  uint32_t test_count; /* path: of the deciding rules all tests; full: of the others the first that failed (or all open ones) */
};
/* How an amount came about: "credit", "fee cleaning", "bonus x". exact is before rounding; bounds NULL where there are none. */
struct trace_amount {
  const char *name;
  uint32_t portion;
  const char *source;
  const char *file;
  uint32_t line;
  const char *base, *percent, *exact, *at_least, *at_most, *rounded, *collected;
};
/* raised: in words, where a floor raised the line (what is told is then the policy's own way); else NULL. */
struct trace_line {
  uint32_t line;
  const char *raised;
  struct trace_rule *rules;
  uint32_t rule_count;
  struct trace_amount *amounts;
  uint32_t amount_count;
};
struct trace {
  int32_t level;
  struct trace_line *lines;
  uint32_t line_count;
};

/* level: RETURNS_TRACE_PATH (only rules that took units) or RETURNS_TRACE_FULL (every rule up to the last that took). Lowered to
 * what the decision kept. false: out of memory. */
bool trace_derive(const returns_decision *decision, int32_t level, struct arena *arena, struct trace *trace);

#endif
