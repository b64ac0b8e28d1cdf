/* Host value: a fact set from text that a host or a test file wrote.
 *
 * In: text of any origin. Out: the fact set in the request, or the request's error. Normalises (NFC), then lets lib/evaluate read
 * the form. Both JSON requests and test files come through here, so that both mean the same.
 */
#ifndef EXCHANGE_HOST_VALUE_H
#define EXCHANGE_HOST_VALUE_H

#include "evaluate/request.h"

/* A fact of any type but a set, from the form that the language gives its type. scratch: any buffer. Status as the setters'. */
int32_t host_set_form(returns_request *request, uint32_t of, uint32_t fact, struct text form, struct buffer *scratch);

/* The members of a set, one by one: begin with *mask 0, and set the fact to it in the end with host_set_mask. */
int32_t host_add_member(returns_request *request, uint32_t fact, struct text member, uint64_t *mask, struct buffer *scratch);
int32_t host_set_mask(returns_request *request, uint32_t of, uint32_t fact, uint64_t mask);

/* The `of` of a fact that is per value of another one. */
int32_t host_key(returns_request *request, uint32_t fact, struct text key, uint32_t *of, struct buffer *scratch);

/* The day that steps are told for: "2026-04-01". */
int32_t host_set_as_of(returns_request *request, struct text form);

#endif
