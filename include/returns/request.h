/* returns/request.h: the facts of one return. Made for one policy, reusable, owned by one thread at a time.
 *
 * A fact belongs to a line, to the request, or to each value of another fact. The parameter `of` of the setters says to
 * which one: the index of a line (returns_request_add_line), RETURNS_OF_REQUEST, or a key (returns_request_key).
 * A fact that is set twice takes the later value. Texts are copied and must be UTF-8 in NFC when set through this
 * header's setters; JSON text is normalised by the library.
 */
#ifndef RETURNS_REQUEST_H
#define RETURNS_REQUEST_H

#include "returns/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_request returns_request;

#define RETURNS_OF_REQUEST UINT32_MAX

/** Makes an empty request for a policy, which it keeps alive. out: owned. May fail: ARGUMENT, MEMORY. */
RETURNS_API int32_t returns_request_new(const returns_policy *policy, returns_request **out);
/** Forgets all facts and lines, keeps the memory. NULL is allowed. */
RETURNS_API void returns_request_clear(returns_request *request);
/** Frees; NULL is allowed. */
RETURNS_API void returns_request_free(returns_request *request);

/** Adds a line; *line is its index, from 0 in request order. May fail: ARGUMENT, MEMORY, LIMIT. */
RETURNS_API int32_t returns_request_add_line(returns_request *request, uint32_t *line);
/** The host's name of a line, repeated in the answer (default: none). Copied. */
RETURNS_API int32_t returns_request_set_line_id(returns_request *request, uint32_t line, const char *id, size_t size_bytes);
/** The `of` for a fact that is declared per value of another fact: `key` is that value's text. May fail: ARGUMENT, UNKNOWN, TYPE
 * (the fact is not per value), MEMORY. */
RETURNS_API int32_t returns_request_key(returns_request *request, uint32_t fact, const char *key, size_t size_bytes,
                                        uint32_t *of);

/** Setters by index of the fact. All may fail: ARGUMENT (no such fact, line or key; `of` does not fit the fact's scope),
 *  TYPE (the fact has another type), RANGE (outside the fact's range or its type's), MEMORY; a failed call changes nothing
 *  and returns_request_error then has a text. Units are in the names. */
RETURNS_API int32_t returns_request_set_flag(returns_request *request, uint32_t of, uint32_t fact, int32_t value);
RETURNS_API int32_t returns_request_set_choice(returns_request *request, uint32_t of, uint32_t fact, uint32_t value_index);
RETURNS_API int32_t returns_request_set_set(returns_request *request, uint32_t of, uint32_t fact, uint64_t value_bits);
RETURNS_API int32_t returns_request_set_text(returns_request *request, uint32_t of, uint32_t fact, const char *text,
                                             size_t size_bytes);
RETURNS_API int32_t returns_request_set_count(returns_request *request, uint32_t of, uint32_t fact, int64_t value);
RETURNS_API int32_t returns_request_set_decimal(returns_request *request, uint32_t of, uint32_t fact, int64_t millionths);
RETURNS_API int32_t returns_request_set_percent(returns_request *request, uint32_t of, uint32_t fact,
                                                int64_t millionths_of_percent);
RETURNS_API int32_t returns_request_set_money(returns_request *request, uint32_t of, uint32_t fact, int64_t minor_units);
RETURNS_API int32_t returns_request_set_date(returns_request *request, uint32_t of, uint32_t fact, int32_t days_since_1970);
RETURNS_API int32_t returns_request_set_instant(returns_request *request, uint32_t of, uint32_t fact, int64_t seconds_since_1970,
                                                int32_t offset_minutes);
RETURNS_API int32_t returns_request_set_days(returns_request *request, uint32_t of, uint32_t fact, int64_t days);
RETURNS_API int32_t returns_request_set_months(returns_request *request, uint32_t of, uint32_t fact, int64_t months);
RETURNS_API int32_t returns_request_set_hours(returns_request *request, uint32_t of, uint32_t fact, int64_t hours);
/** Takes a fact away again. */
RETURNS_API int32_t returns_request_unset(returns_request *request, uint32_t of, uint32_t fact);

/** A fact by name, its value as the language writes it ("80.00", "2026-04-01", "12.5%", "30 days", "yes", a choice's value,
 *  "a, b" or "none" for a set). Slower than the setters above, for tools and bindings. May also fail: UNKNOWN. */
RETURNS_API int32_t returns_request_set(returns_request *request, uint32_t of, const char *fact, const char *value,
                                        size_t size_bytes);

/** Roles that agreed or refused, steps that are done; names are copied. May fail: ARGUMENT, UNKNOWN (no approval or step of that
 * name), MEMORY. */
RETURNS_API int32_t returns_request_agree(returns_request *request, const char *role);
RETURNS_API int32_t returns_request_refuse(returns_request *request, const char *role);
RETURNS_API int32_t returns_request_done(returns_request *request, const char *step);

/** Reads a whole request from JSON text (docs/answers.md has the format); the request is cleared first, and left empty on
 * failure. May fail: ARGUMENT, MEMORY, LIMIT, REQUEST (see returns_request_error). */
RETURNS_API int32_t returns_request_read_json(returns_request *request, const char *text, size_t size_bytes);

/** Sets facts from a JSON object as a request has them: of a line (of: its index; "id" too), or of the request
 * (RETURNS_OF_REQUEST; facts that are per value, "done", "agreed", "refused", and "lines", which are added). What was set before
 * stays; of a faulty object the members before the fault are set. May fail: ARGUMENT, MEMORY, LIMIT, REQUEST (see
 * returns_request_error). */
RETURNS_API int32_t returns_request_set_json(returns_request *request, uint32_t of, const char *text, size_t size_bytes);

/** SHA-256 of the request as canonical JSON: facts in the order of their declaration, values as the language writes them, what
 * was not given left out. Equal requests have equal digests, however they were filled. digest: 64 lower-case hex digits and a
 * NUL; digest_size: at least
 *  65. May fail: ARGUMENT, MEMORY. */
RETURNS_API int32_t returns_request_digest(const returns_request *request, char *digest, size_t digest_size);

/** The text of the last failed call with this request: what was found, what was expected, the likely fix; "" if none failed.
 *  Borrowed until the next call with this request. */
RETURNS_API const char *returns_request_error(const returns_request *request);
/** Its code ("R0901"), and its JSON pointer ("/lines/0/unit_price") where JSON was read; "" if none. Borrowed likewise. */
RETURNS_API const char *returns_request_error_code(const returns_request *request);
RETURNS_API const char *returns_request_error_pointer(const returns_request *request);
/** The name of the fact that it is about ("" for none), and, where JSON was read, the index of the line (UINT32_MAX for none). */
RETURNS_API const char *returns_request_error_fact(const returns_request *request);
RETURNS_API uint32_t returns_request_error_line(const returns_request *request);

#ifdef __cplusplus
}
#endif
#endif
