/* Spans: where something stands in a source. Lowest of all, so that nothing depends on a parser to say where. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdint.h>

/* Half-open. Lines and columns count from 1, columns in code points; line 0: nowhere. */
struct span {
  uint32_t file; /* index into the list of sources */
  uint32_t line, column;
  uint32_t end_line, end_column;
};

#endif
