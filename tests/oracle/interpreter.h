/* The plain interpreter: what a policy means, written as docs/language.md ("Exact meaning") reads.
 *
 * In: a checked model and the facts of one request. Out: the canonical answer as JSON text, or where and why it is refused.
 * It is slow on purpose: it walks the model's trees, keeps sets of values as arrays and splits by recursion. It must not know
 * the compiled program, the evaluator or the exchange of JSON; what it shares with them is lib/base and the checked model.
 * Out of memory ends the process: this is test code.
 */
#ifndef ORACLE_INTERPRETER_H
#define ORACLE_INTERPRETER_H

#include "language/model.h"

#define ORACLE_NO_LINE UINT32_MAX

/* One value that the host passes: coded as base/kinds.h says; of a text fact the text, in NFC. */
struct oracle_fact {
  uint32_t fact;
  uint32_t line;   /* ORACLE_NO_LINE: the request's, or the key's */
  struct text key; /* of a fact per value of another; else empty */
  int64_t coded;
  int32_t offset_minutes;
  struct text text;
};

struct oracle_names {
  struct text *items;
  uint32_t count;
};

struct oracle_request {
  struct oracle_fact *facts;
  uint32_t fact_count;
  struct text *ids;
  uint32_t line_count; /* ids: of each line; bytes NULL where it has none */
  struct oracle_names agreed, refused, done;
};

/* A refused request: the line (or ORACLE_NO_LINE) and the rule, fee, bonus, approval or output that is named (or empty). */
struct oracle_error {
  uint32_t line;
  struct text rule;
  const char *why;
};

/* true: the answer is in *out. false: *error says why there is none. digest_hex: of the policy's sources, as the answer shows it.
 */
bool oracle_answer(const struct model *model, const struct oracle_request *request, const char *digest_hex, struct memory *memory,
                   struct buffer *out, struct oracle_error *error);

#endif
