/* The generator: random policies as YAML text, and random requests for a checked policy. Seeded; knows the language's surface
 * only. */
#ifndef ORACLE_GENERATOR_H
#define ORACLE_GENERATOR_H

#include "oracle/interpreter.h"
#include "oracle/random.h"

/* A policy that the checker accepts most of the time, and that uses every construct of the language now and then. */
void generate_policy(struct random *random, struct buffer *yaml);
/* Two policies over the same facts, of which the first may stand on the other (`floor: [{policy: random-floor}]`). */
void generate_standing(struct random *random, struct buffer *policy, struct buffer *floor);
/* Facts near the cut points of the policy, some missing; memory from the arena. */
void generate_request(struct random *random, const struct model *model, struct arena *arena, struct oracle_request *request);
/* One value for a fact, as generate_request would pass it. */
struct oracle_fact generate_value(struct random *random, const struct model *model, struct arena *arena, uint32_t fact,
                                  uint32_t line, struct text key);
void oracle_write_request(const struct model *model, const struct oracle_request *request, struct buffer *json);

#endif
