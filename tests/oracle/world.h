/* The world of one request: what facts there are, and where an expression looks at them from.
 *
 * world: the whole request under one set of assignments. scene: one place in it (a line, the request, the lines that share a
 * key), and the portion being answered, if any. facts.c and expression.c evaluate; they know nothing of rules.
 */
#ifndef ORACLE_WORLD_H
#define ORACLE_WORLD_H

#include "oracle/interpreter.h"
#include "oracle/values.h"

/* A missing flag or choice that is taken to have a value while one line is decided. */
struct assignment {
  uint32_t fact;
  struct text key;
  int64_t coded;
};

struct world {
  const struct model *model;
  const struct oracle_request *request;
  struct arena *keep;    /* lives as long as the world */
  struct arena *scratch; /* values of expressions; emptied before each evaluation of a line */
  bool without_assumptions;
  uint32_t deciding; /* the line that the assignments belong to */
  struct assignment *assigned;
  uint32_t assigned_count;
};

/* The special names of a portion, as sets; NULL: not available here. */
struct portion_view {
  const struct values *value, *units, *verdict, *rule, *credit;
};

struct scene {
  struct world *world;
  uint32_t line;       /* or ORACLE_NO_LINE */
  uint32_t group_fact; /* fact whose value the scene's lines share; NO_INDEX: none */
  struct text group_key;
  const struct portion_view *view;
};

struct scene oracle_scene_of_line(struct world *world, uint32_t line);
struct scene oracle_scene_of_request(struct world *world);
struct scene oracle_scene_of_group(struct world *world, uint32_t fact, struct text key);

/* ---- facts.c ---- */
enum fact_state { FACT_GIVEN, FACT_DEFAULTED, FACT_ASSUMED, FACT_NOT_GIVEN, FACT_MISSING, FACT_KEY_OPEN, FACT_FAULTY };
struct reading {
  enum fact_state state;
  const struct values *values;
};

struct reading oracle_read_fact(const struct scene *scene, uint32_t fact);
/* The value of a choice or text fact as text, in a scene: false while it is open; *reading then says why. */
bool oracle_read_key(const struct scene *scene, uint32_t fact, struct text *key, struct reading *reading);
bool oracle_names_have(const struct oracle_names *names, struct text name);

/* ---- expression.c ---- */
const struct values *oracle_evaluate(const struct scene *scene, const struct expr *expr);
enum truth oracle_evaluate_tests(const struct scene *scene, const struct tests *tests,
                                 bool **needs); /* adds the needs when open */
const struct values *oracle_units_of_line(struct world *world, uint32_t line);
const struct values *oracle_unit_value_of_line(struct world *world, uint32_t line);
const struct values *oracle_multiply(struct world *world, const struct values *a, const struct values *b);

/* ---- operate.c ---- */
/* One operator on definite operands. false: error. */
bool oracle_operate(const struct model *model, const struct expr *expr, const struct value *const *operands,
                    struct value *result);

#endif
