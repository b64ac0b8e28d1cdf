/* The public handle around a list of findings: what a compilation or a suite hands out. */
#ifndef API_DIAGNOSTICS_H
#define API_DIAGNOSTICS_H

#include "base/diagnostics.h"
#include "evaluate/environment.h"
#include "returns/diagnostics.h"

struct returns_diagnostics {
  returns_environment *environment; /* held */
  struct memory memory;             /* without budget: the list outlives what it was made in */
  struct diagnostics list;
  struct buffer directory, text, json;
};

/* Makes an empty list with the environment's limit of findings. NULL: out of memory. */
returns_diagnostics *diagnostics_handle_new(returns_environment *environment);
/* Hands a list out: sorted, with copies of the sources; to NULL and freed when it is empty or not wanted (out NULL). false: out
 * of memory; then freed too. */
bool diagnostics_handle_give(returns_diagnostics *diagnostics, const struct diagnostic_source *sources, uint32_t source_count,
                             returns_diagnostics **out);

#endif
