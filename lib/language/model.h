/* Model: the checked policy. Names resolved, types and units known, constants folded, everything with its span.
 *
 * This is what lib/language hands to lib/compile, and what the plain interpreter in tests/oracle runs directly. It is the
 * meaning of a policy, without any decision structure. All memory lives in one arena; indices are positions in the arrays.
 */
#ifndef LANGUAGE_MODEL_H
#define LANGUAGE_MODEL_H

#include "base/diagnostics.h"
#include "base/kinds.h"
#include "base/number.h"
#include "language/names.h"

/* An expression, condition included (type TYPE_FLAG). A tree; nodes are not shared. */
struct expr {
  enum operator op;
  enum value_type type;
  bool whole;     /* numbers and durations: provably a whole number of its coded unit */
  uint32_t flags; /* WITHIN_* */
  uint32_t
      index;     /* fact, term, special; calendar of an operation that counts working days or rolls (OP_ADD too); else NO_INDEX */
  int64_t value; /* OP_CONST: coded value; text: index into model.texts. OP_RATIO: numerator */
  int64_t denominator;    /* OP_RATIO */
  int32_t offset_minutes; /* OP_CONST of an instant */
  uint32_t kid_count;
  struct expr **kids;
  struct span span;
};

/* One line of a `when` (negated: of an `unless`): what traces speak of. */
struct test {
  struct expr *condition;
  bool negated;
  struct text source;
  struct span span;
};
struct tests {
  struct test *items;
  uint32_t count;
}; /* all must hold; a negated one must not */

struct named {
  struct text name;
  struct span span;
};

struct fact {
  struct text name;
  struct span span;
  enum value_type type;
  enum scope scope;
  uint32_t scope_fact; /* SCOPE_FACT: the fact it is per value of */
  struct named *values;
  uint32_t value_count;            /* choice, set */
  const struct names *value_names; /* the same as a table, or NULL: a long list is then searched one by one */
  bool has_range;
  int64_t low, high; /* coded, both included */
  bool optional, is_private;
  bool has_absent;
  int64_t absent;          /* coded (text: index into texts) */
  int32_t absent_offset;   /* of an instant */
  uint32_t same_as;        /* or NO_INDEX */
  struct expr *assume;     /* or NULL */
  struct text supplied_by; /* or empty */
  uint32_t supplied_step;  /* index in workflow, or NO_INDEX */
};

struct value_case {
  struct tests tests;
  struct expr *value;
  struct span span;
};
struct term {
  struct text name;
  struct span span;
  enum value_type type;
  enum scope scope;
  uint32_t scope_fact;
  bool is_flag_of_tests; /* `when` alone: value is NULL, tests decide */
  uint32_t
      bare; /* while a model is built: values are bare numbers yet, whose type the first use settles (check_bare.c); else 0 */
  struct tests tests;
  struct value_case *cases;
  uint32_t case_count; /* then `value` is the otherwise */
  struct expr *value;
};

struct allowance {
  struct text name;
  struct span span;
  enum scope scope;
  uint32_t scope_fact;
  bool money;
  struct expr *amount;
};

struct rule {
  struct text name;
  struct span span;   /* span of the rule's name */
  struct tests tests; /* none for the last resort */
  enum verdict verdict;
  struct text because;
  struct expr *credit;
  struct text credit_source; /* or NULL: the full value (deny: nothing) */
  enum limit_kind limit_kind;
  uint32_t limit_allowance;
  struct expr *limit;
  struct span limit_span;
  bool shielded; /* fees: none */
};

struct adjustment { /* a fee or a bonus */
  struct text name;
  struct span span;
  struct tests tests;
  enum basis basis;
  struct expr *amount, *at_least, *at_most; /* the last two or NULL; money */
  struct text amount_source;                /* as written, for traces */
  bool on_denial;
  enum fee_above_credit above_credit; /* convention already applied */
};

struct approval {
  struct text role;
  struct span span;
  enum scope scope;
  struct text because;
  struct tests tests;
}; /* SCOPE_REQUEST: only request-level names */

struct output_case {
  struct tests tests;
  uint32_t value;
  struct span span;
};
struct output {
  struct text name;
  struct span span;
  struct named *values;
  uint32_t value_count;
  struct output_case *cases;
  uint32_t case_count;
  uint32_t otherwise;
};

struct message_text {
  struct text locale, text;
  struct span span;
};
/* `{name}` in a text stands for a fact, a term, or units, credit, bonuses, fees, net of the portion, looked for in this order;
 * never a private fact. `{{` stands for `{`. */
struct message {
  struct text code;
  struct span span;
  struct message_text *texts;
  uint32_t text_count;
};

/* `within: W of E` is no_later_than E + W. deadline: as written, with its key; empty: none. */
struct step {
  struct text name, by, deadline;
  struct span span;
  struct tests tests;
  uint32_t *after;
  uint32_t after_count;
  struct expr *no_later_than;
};

struct calendar {
  struct text name;
  struct span span;
  uint8_t weekend; /* bit 0 Monday */
  int32_t first, last;
  int32_t *holidays;
  uint32_t holiday_count; /* sorted */
};

/* Where a fact of the floor comes from: over this policy's facts, for those of one name too. A choice comes out as the floor's
 * value, a set as the floor's bits; texts are this model's. A fact of the floor without an entry is not given. */
struct with {
  uint32_t floor_fact;
  struct expr *value;
};
struct floor {
  struct text policy;
  struct span span;
  struct model *model;
  struct with *with;
  uint32_t with_count;
  bool prefer_money;
  bool prefer_exchange;
};

struct model {
  struct arena *arena;
  const char **files;
  uint32_t file_count; /* by span.file */
  struct text name, revision, title, currency;
  struct span name_span;
  uint32_t minor_digits;
  enum month_end month_end;
  enum rounding rounding;
  enum fill_order fill; /* *_UNSET only where nothing depends on it */
  uint32_t valid_by;
  bool has_from, has_until;
  int32_t valid_from, valid_until; /* valid_by NO_INDEX: always valid */
  struct span valid_span;          /* of `valid`, else of the name */
  struct fact *facts;
  uint32_t fact_count;
  struct text *texts;
  uint32_t text_count; /* text constants, NFC, sorted by bytes, distinct */
  struct tests require;
  struct expr *units, *unit_value; /* NULL: one unit; no value */
  struct term *terms;
  uint32_t term_count; /* in an order in which each uses earlier ones only */
  struct allowance *allowances;
  uint32_t allowance_count;
  struct rule *rules;
  uint32_t rule_count; /* rules[rule_count] is the last resort */
  struct adjustment *fees;
  uint32_t fee_count;
  struct adjustment *bonuses;
  uint32_t bonus_count;
  struct approval *approvals;
  uint32_t approval_count;
  struct output *outputs;
  uint32_t output_count;
  struct message *messages;
  uint32_t message_count;
  struct step *steps;
  uint32_t step_count; /* after those that it waits for, by `after` or for facts; else as declared */
  struct calendar *calendars;
  uint32_t calendar_count;
  struct floor *floors;
  uint32_t floor_count;
  uint32_t expr_count; /* nodes made by the checker: bounded, see check_nodes.c */
};

/* Reads sources[0] (and what it uses) into a checked model. NULL: errors in the diagnostics, or out of memory.
 * Reports every semantic error of the files in one run. */
struct language_source {
  const char *name;
  const char *bytes;
  size_t size;
};
struct language_limits {
  size_t source_bytes, scalar_bytes;
  uint32_t depth, nodes, rules;
};
struct model *model_build(struct arena *arena, const struct language_source *sources, uint32_t source_count,
                          const struct language_limits *limits, struct diagnostics *diagnostics);

/* Nearest declared names, types and scopes in messages: text of a type ("money", "date", ...). */
const char *type_name(enum value_type type);

#endif
