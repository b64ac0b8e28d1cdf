/* Build: what the files that turn documents into a model share among themselves; nobody else includes it.
 *
 * The order of work (model.c): load the files (sources.c), declare facts and sets (declare.c), order and check terms
 * (declare_terms.c), rules and what follows them (declare_rules.c, declare_answer.c), workflow and calendars, floors; then what
 * needs the whole: definite.c, conventions.c. Every part reports what it finds and goes on; nothing of the model is used after an
 * error.
 */
#ifndef LANGUAGE_BUILD_H
#define LANGUAGE_BUILD_H

#include "base/date.h"
#include "language/check_internal.h"
#include "language/model.h"
#include "language/names.h"
#include "language/syntax.h"
#include "language/texts.h"

/* What the models of one build_model run have in common: a policy and the floors under it. */
struct workspace {
  struct arena *arena;
  struct diagnostics *diagnostics;
  const struct language_source *sources;
  uint32_t source_count;
  const struct language_limits *limits;
  struct model **models; /* by source: built already, NULL if not */
  uint8_t *states;       /* by source: enum source_state, of models */
  uint32_t depth;        /* of floors under floors */
};

/* Where conditions and expressions stand, in the order in which a reader would blame them. */
enum site_kind {
  SITE_RULE,
  SITE_FEE,
  SITE_BONUS,
  SITE_APPROVAL,
  SITE_OUTPUT,
  SITE_UNITS,
  SITE_ALLOWANCE,
  SITE_STEP,
  SITE_REQUIRE,
  SITE_FACT,
  SITE_WITH,
  SITE_TERM,
  SITE_KINDS
};

/* Every expression of the model stands at one site: tests (value NULL), or a value, which the tests guard (NULL: nothing does).
 * key: what is declared per value of a fact is known only where the fact is given: that fact + 1, else 0. */
struct site {
  enum site_kind kind;
  struct text owner;
  struct span span;
  const struct tests *tests;
  struct expr *value;
  uint32_t key;
};

struct fact_source {
  const struct document *document;
  const struct doc_fact *fact;
  struct syntax *assume;
};

struct builder {
  struct workspace *workspace;
  struct arena *arena;
  struct diagnostics *diagnostics;
  struct model *model;
  const struct document **documents;
  uint32_t document_count; /* what is used first, the policy last */
  const struct document *policy;
  struct names names; /* facts and terms: enum check_name */
  struct names rule_names, set_names, allowance_names, calendar_names;
  struct set_values *sets;
  uint32_t set_count;
  struct fact_source *fact_sources; /* as model->facts */
  struct texts_builder texts;
  enum fee_above_credit above_credit; /* the convention */
  struct site *sites;
  uint32_t site_count, site_capacity;
};

/* ---- model.c ---- */
/* Zeroed items from the arena; NULL: out of memory, and the diagnostics know. */
void *build_items(struct builder *b, uint32_t count, size_t item_size);
void build_no_memory(struct builder *b);
void build_site(struct builder *b, struct site site);
/* The model of a source, as a policy; each is built once. NULL: errors in the diagnostics, or out of memory. */
struct model *build_source(struct workspace *workspace, uint32_t source);

/* ---- sources.c ---- */
enum source_state { SOURCE_NEW = 0, SOURCE_OPEN, SOURCE_DONE };
/* Loads a policy and everything that it uses into b->documents. false: errors, or out of memory. */
bool sources_load(struct builder *b, uint32_t source);
/* The source that a policy's `floor:` names. NO_INDEX: none. */
uint32_t sources_find_policy(struct builder *b, struct text name);

/* ---- readers.c: scalars and short lists; all report ---- */
static inline bool is_given(const struct scalar *scalar) { return scalar->node != 0; }
static inline struct span span_of(const struct document *d, const struct scalar *scalar) {
  return node_span(&d->tree, scalar->node);
}
struct text build_normal(struct builder *b, struct text text);       /* NFC */
bool hint_nearest(struct builder *b, const struct nearest *nearest); /* for the last finding; whether there was one near enough */
/* Adds a name; false where it is there already: reported, with both places. */
bool declare_once(struct builder *b, struct names *table, struct name_entry entry);
bool read_yes_no(struct builder *b, const struct document *d, const struct scalar *scalar, bool otherwise);
/* One of fixed words; what: "a type", "a verdict". Its index, or NO_INDEX: reported. */
uint32_t read_word(struct builder *b, const struct document *d, const struct scalar *scalar, const char *const *words,
                   uint32_t count, const char *what);
bool read_date(struct builder *b, const struct document *d, const struct scalar *scalar, int32_t *date);
void read_reason(struct builder *b, const struct document *d, const struct scalar *because, struct text *code);
bool build_has_range(enum value_type type); /* types with an order */
/* `of:` of a term or an allowance: line (also when left out), request, or a choice or text fact that is itself of line or
 * request. */
void read_scope(struct builder *b, const struct document *d, const struct scalar *of, enum scope *scope, uint32_t *scope_fact);
/* Declared values: distinct, not empty. */
void read_values(struct builder *b, const struct document *d, const struct scalars *from, const char *what, struct named **values,
                 uint32_t *count, struct names *table);
/* The name of a thing: form, no keyword where it stands bare in expressions, not declared before. what: "fact", "rule". */
enum name_form { NAME_IN_EXPRESSIONS, NAME_APART };
void declare_name(struct builder *b, const struct document *d, const struct scalar *name, const char *what, enum name_form form,
                  struct names *table, uint32_t kind, uint32_t index);
struct named named_of(struct builder *b, const struct document *d, const struct scalar *name);

/* ---- tests.c: lists of conditions ---- */
struct parsed {
  const struct scalar *scalar;
  struct syntax *syntax;
  bool negated;
};
struct parsed_tests {
  struct parsed *items;
  uint32_t count;
};
void parse_tests(struct builder *b, const struct document *d, const struct scalars *when, const struct scalars *unless,
                 struct parsed_tests *out);
void check_tests(struct builder *b, const struct check_scope *scope, const struct parsed_tests *parsed, struct tests *out);
/* Both, and the site. */
void build_tests(struct builder *b, const struct check_scope *scope, const struct document *d, const struct scalars *when,
                 const struct scalars *unless, enum site_kind kind, struct named owner, struct tests *out);
struct syntax_context syntax_in(struct builder *b, const struct document *d);
struct check_scope scope_in(struct builder *b, const struct document *d, enum scope level, uint32_t level_fact,
                            const char *place);
/* A scalar as an expression, with its site. */
struct expr *build_expression(struct builder *b, const struct check_scope *scope, const struct document *d,
                              const struct scalar *scalar, enum value_type expected, enum site_kind kind, struct named owner,
                              const struct tests *guard);

/* ---- the parts ---- */
void declare_header(struct builder *b); /* declare.c: version, name, currency, conventions */
void declare_facts(struct builder *b);
void declare_sets(struct builder *b);
void declare_valid(struct builder *b);
void declare_terms(struct builder *b);  /* declare_terms.c: terms, units, unit_value, assumptions, in the order of their needs */
void settle_terms(struct builder *b);   /* once all uses are known: bare numbers that are still bare */
void declare_rules(struct builder *b);  /* declare_rules.c: require, allowances, rules */
void declare_answer(struct builder *b); /* declare_answer.c: fees, bonuses, approvals, outputs */
void declare_messages(struct builder *b);  /* messages.c */
void declare_calendars(struct builder *b); /* calendars.c */
void declare_workflow(struct builder *b);  /* workflow.c */
void declare_floors(struct builder *b);    /* floors.c */

/* ---- what needs the whole ---- */
void check_conventions(struct builder *b); /* conventions.c */
void check_definite(struct builder *b);    /* definite.c */

/* ---- uses.c: what an expression uses ---- */
struct uses {
  const struct model *model;
  bool *facts, *terms;
}; /* fact_count and term_count flags */
void uses_clear(struct uses *uses);
void uses_of_expr(struct uses *uses, const struct expr *expr);
void uses_of_tests(struct uses *uses, const struct tests *tests);
void uses_of_term(struct uses *uses, const struct term *term);
void uses_through_terms(struct uses *uses);                          /* adds what the used terms use */
bool reads_line(const struct model *model, const struct expr *expr); /* line-level names, outside of aggregates */

#endif
