/* The property: for any policy and any request, the compiled program and the plain interpreter answer alike, byte for byte.
 *
 * engine.c and setters.c answer by the public API, four ways; shrink.c makes a failing pair smaller; property.c generates, counts
 * and reports.
 */
#ifndef ORACLE_PROPERTY_H
#define ORACLE_PROPERTY_H

#include "oracle/interpreter.h"
#include "oracle/random.h"
#include "returns/returns.h"

/* An answer, or where and for which rule it was refused. */
struct answer {
  bool answered;
  struct buffer text;
  uint32_t line;
  struct buffer rule, why;
};

void answer_init(struct answer *answer, struct memory *memory);
void answer_free(struct answer *answer);
bool answer_equal(const struct answer *a, const struct answer *b);

/* A policy in both forms: checked model for the interpreter, compiled (fresh, and through a saved block) for the library. */
struct pair;
/* NULL: refused. *diagnosed: with diagnostics, in both forms alike. */
struct pair *pair_open(struct memory *memory, const char *yaml, size_t size, bool *diagnosed);
void pair_close(struct pair *pair);
const struct model *pair_model(const struct pair *pair);
struct arena *pair_arena(struct pair *pair);

/* The interpreter's answer, then the library's: fresh; with a request and a decision that were used before; with facts set one by
 * one; from the loaded block, with a trace. The first that differs is in *found (*how says which); true if none does. */
bool pair_agrees(struct pair *pair, const struct oracle_request *request, struct answer *expected, struct answer *found,
                 const char **how);

/* setters.c: the facts set through the public API one by one. A status of the library. */
int32_t fill_request(returns_request *request, const struct model *model, const struct oracle_request *facts);

/* The same facts, by name, for another form of the policy; names that it lacks are left out. */
struct oracle_request oracle_translate(const struct model *from, const struct oracle_request *request, const struct model *to,
                                       struct arena *arena);

/* Drops parts of policy and request as long as the difference stays. *yaml is rewritten; *request stays one for `model`. */
void oracle_shrink(struct memory *memory, struct buffer *yaml, const struct model *model, struct oracle_request *request,
                   struct arena *arena);

/* Drops parts of a policy that one side refuses and the other does not. */
void oracle_shrink_policy(struct memory *memory, struct buffer *yaml);

/* standing.c: a policy on a floor, and requests. How many were run; *failed: one went wrong, and was printed. */
uint32_t standing_run(struct memory *memory, struct random *random, uint32_t requests, bool *failed);

#endif
