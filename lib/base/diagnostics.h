/* Diagnostics: findings of one run with code, place, related places and hint. Rendering with carets is lib/report's. */
#ifndef BASE_DIAGNOSTICS_H
#define BASE_DIAGNOSTICS_H

#include "base/span.h"
#include "base/text.h"

enum severity { SEVERITY_ERROR = 1, SEVERITY_WARNING = 2 };

struct related {
  struct span span;
  const char *label;
  struct related *next;
};

struct finding {
  const char *code; /* "R0301", static text */
  enum severity severity;
  struct span span;
  const char *message; /* one line, owned by the list's arena */
  const char *hint;    /* or NULL */
  struct related *related;
};

/* The list outlives the compilation, so it keeps a copy of the sources that its findings show (name and bytes). */
/* bytes NULL: its lines are not at hand. */
struct diagnostic_source {
  const char *name;
  const char *bytes;
  size_t size;
};

struct diagnostics {
  struct memory *memory;
  struct arena arena;
  struct finding *findings;
  uint32_t count, capacity, error_count;
  uint32_t limit; /* findings kept; further errors are only counted */
  uint32_t dropped;
  struct diagnostic_source *sources;
  uint32_t source_count;
  bool out_of_memory;
};

void diagnostics_init(struct diagnostics *list, struct memory *memory, uint32_t limit);
void diagnostics_release(struct diagnostics *list);
/* Adds a finding; format as buffer_format's. The last finding can then be given a hint and related places. */
void diagnostics_error(struct diagnostics *list, const char *code, struct span span, const char *format, ...);
void diagnostics_warning(struct diagnostics *list, const char *code, struct span span, const char *format, ...);
void diagnostics_hint(struct diagnostics *list, const char *format, ...);
void diagnostics_related(struct diagnostics *list, struct span span, const char *format, ...);
/* Orders by file, line, column (stable) and drops exact doubles. */
void diagnostics_sort(struct diagnostics *list);
/* Copies name and bytes of the sources that findings point at. false: out of memory. */
bool diagnostics_keep_sources(struct diagnostics *list, const struct diagnostic_source *sources, uint32_t count);

/* The candidate nearest to `wanted` for a "did you mean" hint: distance at most 1 for names up to 4 letters, 2 up to 8, else 3;
 * names that differ only in the case of ASCII letters are one apart. Empty text if none. Candidates come one by one. */
struct nearest {
  struct text wanted, best;
  uint32_t distance;
};
void nearest_begin(struct nearest *nearest, struct text wanted);
void nearest_try(struct nearest *nearest, struct text candidate);
bool nearest_found(const struct nearest *nearest);

#endif
