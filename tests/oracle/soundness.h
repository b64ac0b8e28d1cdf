/* Soundness: what an answer says about missing facts must hold whatever they turn out to be.
 *
 * This judges the interpreter itself, by a property that needs no second implementation: give the missing facts any values,
 * decide again, and compare. A line that was decided keeps its portions and amounts; one that was undecided gets a verdict that
 * was possible.
 */
#ifndef ORACLE_SOUNDNESS_H
#define ORACLE_SOUNDNESS_H

#include "oracle/interpreter.h"
#include "oracle/random.h"

/* The request with every missing fact given a value. What is assumed, defaulted or not given stays so. Memory from the arena. */
struct oracle_request oracle_complete(const struct model *model, const struct oracle_request *request, struct random *random,
                                      struct arena *arena);

/* false: *line broke the property, and *completed is the request with which it did. Memory from the arena. */
bool oracle_is_sound(const struct model *model, const struct oracle_request *request, struct random *random, struct arena *arena,
                     struct oracle_request *completed, uint32_t *line);

#endif
