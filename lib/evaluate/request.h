/* Request: the facts of one return, classified as they are set, with the error of the last call that failed.
 *
 * For the modules behind the API (reading JSON, running test files): set facts by text form, and report errors in the
 * request's own manner.
 */
#ifndef EVALUATE_REQUEST_H
#define EVALUATE_REQUEST_H

#include "base/coded.h"
#include "evaluate/facts.h"

struct returns_request {
  returns_policy *policy; /* held */
  /* Rows of the direct columns: those of the program's request_columns, then for each line how many facts with FACT_IS_NEEDED it
   * lacks, and those of the other columns. Together, and in front, because deciding reads little else. */
  uint32_t *rows;
  uint32_t row_capacity;
  uint32_t request_missing; /* facts with FACT_IS_NEEDED that the request lacks */
  struct facts facts;
  struct buffer error;    /* text of the last failure */
  struct buffer pointer;  /* its JSON pointer */
  const char *error_code; /* static text, "" if none failed */
  uint32_t error_fact;    /* fact that the error is about, or NO_INDEX */
};

/* What stands in `rows` for a line: a count of missing facts, then its columns. */
static inline uint32_t request_line_width(const struct returns_policy *policy) {
  return 1 + policy->column_count - policy->header->request_columns;
}
static inline uint32_t *request_line_rows(const returns_request *request, uint32_t line) {
  return request->rows + request->policy->header->request_columns + (size_t)line * request_line_width(request->policy);
}

/* ---- for lib/exchange and lib/suite ---- */

/* Sets a fact from its form in the language ("80.00", "12.5%", "2026-04-01", "30 days", "yes", "a, b", a text itself).
 * Error codes R0901 (type), R0903 (value), R0904 (range), R0905 (form), R0906 (`of`). */
int32_t request_set_form(returns_request *request, uint32_t of, uint32_t fact, struct text form);
/* Sets a fact from a coded value (base/kinds.h) of the given type; the core of every setter. */
int32_t request_set_coded(returns_request *request, uint32_t of, uint32_t fact, enum value_type type, int64_t coded,
                          int32_t offset_minutes);
/* Whether a coded value is one of the fact's type, and in its range. */
bool request_value_fits(const struct program_fact *fact, int64_t coded, int32_t offset_minutes);
/* Records an error and answers `status`. format as buffer_format's; fact: NO_INDEX if it is about none. */
int32_t request_fail(returns_request *request, int32_t status, const char *code, uint32_t fact, const char *format, ...);
/* The pointer of the error just recorded, such as "/lines/0/unit_price". Copied. */
void request_set_pointer(returns_request *request, struct text pointer);
/* "unknown fact" with the nearest name: UNKNOWN, R0902. */
int32_t request_fail_unknown_fact(returns_request *request, struct text name);
/* "`fact` has no value `name`" with the nearest: UNKNOWN, R0903. */
int32_t request_fail_unknown_value(returns_request *request, uint32_t fact, struct text name);
/* Whether a fact has a value of its own (not a default) at `of`. */
bool request_is_given(const returns_request *request, uint32_t of, uint32_t fact);
/* The `of` of a key that exists already, in the order of their making: RETURNS_OF_KEYS + index. */
#define RETURNS_OF_KEYS 0x80000000u

/* Literal forms: literal.c. */
/* Writes a coded value as the language does; choice, set and text of `fact`. */
void literal_write(struct buffer *out, const struct facts *facts, uint32_t fact, int64_t coded, int32_t offset_minutes);
/* Writes a coded value of a type that needs no fact to be shown. */
void literal_write_plain(struct buffer *out, enum value_type type, uint32_t minor_digits, int64_t coded, int32_t offset_minutes);
/* "money", "a date", ... with its article, and an example of its form. */
const char *literal_type_name(enum value_type type);
const char *literal_example(enum value_type type);

#endif
