/* Exchange: requests and answers as canonical JSON. docs/answers.md has the formats; reading requests is request_json.c. */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "evaluate/request.h"
#include "evaluate/steps.h"
#include "evaluate/trace.h"

/* The request in the one form that its digest is over: keys in order of declaration, no spaces, what is not given left out. */
void request_write_json(const returns_request *request, struct buffer *out);

/* The answer that a decision holds. trace: NULL for none. */
void answer_write_json(const returns_decision *decision, const struct trace *trace, struct buffer *out);
/* Where the steps stand, of an evaluation that answered. */
void steps_write_json(const struct returns_steps *steps, struct buffer *out);
/* The object under "trace". */
void trace_write_json(const struct trace *trace, struct buffer *out);

#endif
