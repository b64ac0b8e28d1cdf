/* Bounds: which values a fact can have, however it came by them. For the compiler, which cuts its classes by them, and for the
 * verifier, which must see that a difference of two facts fits. */
#ifndef PROGRAM_BOUNDS_H
#define PROGRAM_BOUNDS_H

#include <stdbool.h>

#include "program/program.h"

/* Types whose values have an order that columns can cut. */
bool program_type_is_ordered(uint32_t type);
/* Of an ordered fact: its range, the default beside it, and those of the fact that stands in for it. Chains of same_as must end.
 */
void program_bounds(const struct program_fact *facts, uint32_t fact, int64_t *low, int64_t *high);
/* Of fact - other. false: int64_t does not hold every difference. */
bool program_difference_bounds(const struct program_fact *facts, uint32_t fact, uint32_t other, int64_t *low, int64_t *high);

#endif
