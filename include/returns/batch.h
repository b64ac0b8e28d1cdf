/* returns/batch.h: requests as JSON text in, answers as JSON text out, many in one call.
 *
 * What `returns eval` prints: for each request one line, either the answer beside the engine's version and the request's digest,
 * or an error (docs/answers.md). For hosts that cross a language border, where one call for a thousand requests costs as
 * much as one call for one. The two forms of output never mix: a line that has "answer" has no "error".
 */
#ifndef RETURNS_BATCH_H
#define RETURNS_BATCH_H

#include "returns/decision.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_batch returns_batch;

/** Makes a batch for a policy, which it keeps alive. out: owned. May fail: ARGUMENT, MEMORY. Thread rule: one thread at a time
 * per batch; batches of one policy run side by side. */
RETURNS_API int32_t returns_batch_new(const returns_policy *policy, returns_batch **out);

/** Decides one request. text: the whole of it, line feeds and all. options: NULL means no trace.
 *  answer: one line with its line feed, NUL-terminated, borrowed until the next call with this batch; answer_bytes does not count
 * the NUL. A faulty request is no failure: its error is the answer. May fail: ARGUMENT, MEMORY; then there is no answer. */
RETURNS_API int32_t returns_batch_text(returns_batch *batch, const char *text, size_t size_bytes, const returns_options *options,
                                       const char **answer, size_t *answer_bytes);

/** Decides many: each line of `lines` is a request, and gets exactly one line, in order, an empty one too. The last line needs no
 * line feed; an empty text has no lines. refused: how many of the lines are errors; may be NULL. Ownership and failures as above.
 */
RETURNS_API int32_t returns_batch_lines(returns_batch *batch, const char *lines, size_t size_bytes,
                                        const returns_options *options, const char **answers, size_t *answers_bytes,
                                        uint32_t *refused);

/** Decides a request whose facts were set otherwise; it must be of the batch's policy, and is left as it was.
 *  Ownership as above. May also fail: OTHER_POLICY. */
RETURNS_API int32_t returns_batch_request(returns_batch *batch, const returns_request *request, const returns_options *options,
                                          const char **answer, size_t *answer_bytes);

/** Frees; NULL is allowed. */
RETURNS_API void returns_batch_free(returns_batch *batch);

#ifdef __cplusplus
}
#endif
#endif
