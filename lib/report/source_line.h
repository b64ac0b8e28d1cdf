/* Source line: shows one line of a source with a caret run under a span, at the width that a terminal gives each cluster.
 *
 * In: the line's bytes (any bytes) and columns in code points. Out: two lines of text in a buffer.
 * It must not know what a finding is.
 */
#ifndef REPORT_SOURCE_LINE_H
#define REPORT_SOURCE_LINE_H

#include "base/text.h"

/* How the carets are painted: ANSI sequences, or "" for none. */
struct caret_style {
  const char *begin, *end;
};

/* The line (counted from 1, without its end) of a source; an empty text when the source has fewer lines. A BOM is left out. */
struct text source_line_find(struct text source, uint32_t line);

/* Writes the line behind "margin", then the carets under columns [from, to) behind "blank" (a margin of the same width).
 * Columns count code points from 1; a byte that is no UTF-8 counts as one. A long line is cut around the carets. */
void source_line_show(struct buffer *out, struct text line, uint32_t from, uint32_t to, const char *margin, const char *blank,
                      struct caret_style style);

/* Writes a text of unknown origin on one line: control and bidirectional characters and bad bytes become U+FFFD. */
void source_text_show(struct buffer *out, struct text text);

#endif
