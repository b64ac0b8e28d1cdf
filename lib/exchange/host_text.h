/* Host text: UTF-8 from a host, brought into the one form in which texts compare (NFC).
 *
 * In: bytes. Out: the same text in NFC, or why not. The evaluator compares bytes; this is where they are made comparable.
 */
#ifndef EXCHANGE_HOST_TEXT_H
#define EXCHANGE_HOST_TEXT_H

#include "base/text.h"

enum host_text_result {
  HOST_TEXT_OK,
  HOST_TEXT_MALFORMED, /* no UTF-8, or a NUL in it */
  HOST_TEXT_MARKS,     /* more than HOST_TEXT_MAX_MARKS combining marks in a row: ordering them takes quadratic time */
  HOST_TEXT_MEMORY
};
enum { HOST_TEXT_MAX_MARKS = 30 };

/* *out is `in` itself (plain ASCII needs nothing), or bytes of scratch, good until scratch changes. */
enum host_text_result host_text_normalise(struct text in, struct buffer *scratch, struct text *out);

/* What is wrong, for messages: "is not UTF-8", ... */
const char *host_text_problem(enum host_text_result result);

#endif
