/* Tracer: what the parts of the trace share (trace.c: rules and tests; trace_values.c: values as text; trace_amounts.c: amounts).
 */
#ifndef EVALUATE_TRACER_H
#define EVALUATE_TRACER_H

#include "evaluate/decision.h"
#include "evaluate/trace.h"

struct tracer {
  const returns_decision *decision;
  const struct returns_policy *policy;
  struct run *run;     /* over the snapshot */
  struct arena *arena; /* of the trace */
  struct buffer text;  /* being written */
  bool failed;         /* out of memory */
};

void *tracer_take(struct tracer *tracer, size_t size); /* zeroed; NULL: failed */
/* What was written, as a text of the trace; the buffer is empty again. "" when failed. */
const char *tracer_text(struct tracer *tracer);
const char *tracer_money(struct tracer *tracer, int64_t minor);
/* A value of a type: as the language writes it where it can, else as an exact number; "open", "error". fact: whose values a
 * choice has. */
const char *tracer_value(struct tracer *tracer, const struct value *value, enum value_type type, uint32_t fact);
/* An exact amount in the currency's units. */
const char *tracer_exact(struct tracer *tracer, const struct value *minor);
/* A fact's or term's value for a line; NULL where it is missing, or not to be shown. */
const char *tracer_fact(struct tracer *tracer, struct scene *scene, uint32_t fact);
const char *tracer_term(struct tracer *tracer, struct scene *scene, uint32_t term);
/* The names that an expression uses itself, with their values in the scene. */
void tracer_names(struct tracer *tracer, struct scene *scene, uint32_t node, struct trace_test *test);
void tracer_amounts(struct tracer *tracer, uint32_t line, struct trace_line *out);

#endif
