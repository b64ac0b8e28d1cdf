/* returns/diagnostics.h: what is wrong with a policy or a test file, where, and what would mend it.
 *
 * A list of findings of one run, in the order of file and position. Codes (R0101, ...) are pinned; docs/errors.md has a
 * row for each with cause, example and fix. Lines and columns count from 1; a column counts code points.
 */
#ifndef RETURNS_DIAGNOSTICS_H
#define RETURNS_DIAGNOSTICS_H

#include "returns/environment.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct returns_diagnostics returns_diagnostics;

enum returns_severity { RETURNS_SEVERITY_ERROR = 1, RETURNS_SEVERITY_WARNING = 2 };

/** A place in a source. Ends are exclusive; line 0 means "no place in a file". */
typedef struct returns_place {
  const char *file; /**< name under which the source was handed over; borrowed from the diagnostics */
  uint32_t line, column, end_line, end_column;
} returns_place;

/** Number of findings; 0 for NULL. Thread rule for all getters here: any thread, the list is immutable. */
RETURNS_API uint32_t returns_diagnostics_count(const returns_diagnostics *diagnostics);
/** Number of findings that are errors (the others are warnings); 0 for NULL. */
RETURNS_API uint32_t returns_diagnostics_error_count(const returns_diagnostics *diagnostics);
/** The code, such as "R0301"; NULL if index is out of range. Borrowed until the list is freed. */
RETURNS_API const char *returns_diagnostics_code(const returns_diagnostics *diagnostics, uint32_t index);
/** enum returns_severity; 0 if index is out of range. */
RETURNS_API int32_t returns_diagnostics_severity(const returns_diagnostics *diagnostics, uint32_t index);
/** One line that names the thing and what was expected; NULL if out of range. Borrowed until the list is freed. */
RETURNS_API const char *returns_diagnostics_message(const returns_diagnostics *diagnostics, uint32_t index);
/** The likely fix, or NULL. Borrowed until the list is freed. */
RETURNS_API const char *returns_diagnostics_hint(const returns_diagnostics *diagnostics, uint32_t index);
/** The place. place->size is not needed: the struct's layout is pinned. May fail: ARGUMENT. */
RETURNS_API int32_t returns_diagnostics_place(const returns_diagnostics *diagnostics, uint32_t index, returns_place *place);
/** Places that belong to the finding (the first declaration of a name, say), and what each is. Borrowed. */
RETURNS_API uint32_t returns_diagnostics_related_count(const returns_diagnostics *diagnostics, uint32_t index);
RETURNS_API int32_t returns_diagnostics_related(const returns_diagnostics *diagnostics, uint32_t index, uint32_t related,
                                                returns_place *place, const char **label);
/** What _text and _json put before every file name, such as "policies/": sources are handed over by bare names, people want
 * paths. directory: NUL-terminated, copied. May fail: ARGUMENT, MEMORY. Thread rule: one thread at a time per list. */
RETURNS_API int32_t returns_diagnostics_set_directory(returns_diagnostics *diagnostics, const char *directory);
/** All findings as text with source lines and carets. colour: nonzero adds ANSI colours.
 *  text: borrowed until the next call with this list or its freeing; NUL-terminated UTF-8.
 *  May fail: ARGUMENT, MEMORY. Thread rule: one thread at a time per list. */
RETURNS_API int32_t returns_diagnostics_text(returns_diagnostics *diagnostics, int32_t colour, const char **text,
                                             size_t *size_bytes);
/** All findings as a JSON array (docs/errors.md has its shape). Ownership, errors, thread rule as above. */
RETURNS_API int32_t returns_diagnostics_json(returns_diagnostics *diagnostics, const char **text, size_t *size_bytes);
/** Frees the list; NULL is allowed. */
RETURNS_API void returns_diagnostics_free(returns_diagnostics *diagnostics);

#ifdef __cplusplus
}
#endif
#endif
