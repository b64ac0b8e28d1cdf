/* What a random policy has declared so far, so that its expressions are mostly well-typed. generate_policy.c declares,
 * generate_expression.c writes conditions and expressions over what is declared. */
#ifndef ORACLE_PLAN_H
#define ORACLE_PLAN_H

#include "base/kinds.h"
#include "oracle/generator.h"

#define PLAN_NAMES 40
#define PLAN_NAME_SIZE 24

/* A fact or a term. */
struct plan_name {
  char name[PLAN_NAME_SIZE];
  enum value_type type;
  enum scope scope;
  uint32_t scope_fact; /* index among the names */
  uint32_t value_count;
  bool optional, uses_lines; /* uses_lines: of line_value or request_value */
  bool is_term;
};

struct plan_set {
  char name[PLAN_NAME_SIZE];
  enum value_type type;
  uint32_t of;
};

struct plan {
  struct random *random;
  struct buffer *out;
  uint32_t currency, digits;
  struct plan_name names[PLAN_NAMES];
  uint32_t name_count;
  struct plan_set sets[8];
  uint32_t set_count;
  uint32_t rule_count, allowance_count, calendar_count;
  bool allowance_money[4];
  bool plain;     /* nothing but facts, terms and rules */
  bool standing;  /* on a floor: without allowances, which a raised line would not draw on */
  bool has_value; /* unit_value is declared */
};

/* Where an expression stands, and what it may name. */
struct plan_place {
  enum scope level;
  uint32_t level_fact;
  bool lines;                     /* line_value, request_value */
  bool portion;                   /* value, units */
  bool verdict;                   /* verdict, rule, credit */
  bool named;                     /* no bare amounts: nothing else here says that they are money */
  const struct plan_name *unlike; /* not this one: it stands on the other side */
  uint32_t only_before;           /* names with a smaller index only: no cycles */
};

void plan_condition(struct plan *plan, const struct plan_place *place, uint32_t depth);
void plan_expression(struct plan *plan, const struct plan_place *place, enum value_type type, uint32_t depth);
void plan_literal(struct plan *plan, enum value_type type);
/* A name of that type that may stand in the place; NULL: none. */
const struct plan_name *plan_pick(struct plan *plan, const struct plan_place *place, enum value_type type);
bool plan_visible(const struct plan *plan, const struct plan_place *place, uint32_t index);
/* The v-th value of a choice, set or text fact, as it is; or, quoted where the language demands it, as a condition names it. */
void plan_write_bare(struct plan *plan, enum value_type type, uint32_t v);
void plan_write_value(struct plan *plan, enum value_type type, uint32_t v);

#endif
