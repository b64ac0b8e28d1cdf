/* Check: syntax tree -> typed expression. Names resolved, types and units checked, constants folded.
 *
 * One expression at a time, against a scope: what names mean and which are allowed here. declare.c and model.c build the scope
 * and call this for every scalar of the document; this module knows nothing of YAML keys.
 */
#ifndef LANGUAGE_CHECK_H
#define LANGUAGE_CHECK_H

#include "language/model.h"
#include "language/names.h"
#include "language/syntax.h"
#include "language/texts.h"

/* Kinds of the entries in check_scope.names. */
enum check_name { CHECK_FACT = 1, CHECK_TERM };

struct set_values {
  struct text name;
  struct span span;
  struct named *values;
  uint32_t count;
};

/* Where an expression stands, and so what it may use. Zero what is not needed. */
struct check_scope {
  struct model *model;            /* facts, terms declared so far, calendars, rules (names), currency */
  const struct names *names;      /* facts and terms by name (enum check_name, index in the model); NULL: searched one by one.
                                     A term whose type is TYPE_NONE had an error of its own: using it is silent */
  const struct names *rule_names; /* index in model->rules; NULL: searched one by one */
  const struct set_values *sets;
  uint32_t set_count;
  const struct names *set_names; /* index in sets; NULL: searched one by one */
  const struct node_tree *tree;
  struct arena *arena;
  struct diagnostics *diagnostics;
  enum scope level;
  uint32_t level_fact;              /* SCOPE_LINE sees line, request and per-value facts (through the line's own value);
                                       SCOPE_REQUEST request names only; SCOPE_FACT request names and those per the same fact */
  bool specials_value;              /* line_value, request_value */
  bool specials_portion;            /* value, units */
  bool specials_verdict;            /* verdict, rule, credit */
  bool aggregates;                  /* a whole expression may go over the lines of the request (or of the group of level_fact) */
  const char *place;                /* for messages: "a rule's condition", "a fee's amount", ... */
  const struct fact *expected_fact; /* `assume`, `with`: a declared value of this choice or set may stand alone; NULL: none */
  bool *uses_month_end;             /* set to true when the convention matters (may be NULL) */
  bool *uses_value;     /* set to true when `unit_value` matters: line_value, request_value, value, credit (may be NULL) */
  uint32_t *stays_bare; /* check_values: not 0 where its values may become money or percentages as well as what they are. They
                           are then not settled: a term keeps them so (struct term, bare) until a use decides. NULL: all settle */
  struct texts_builder
      *texts; /* collects text constants; index = order of first use, sorted and renumbered by model.c at the end */
};

/* expected: the type the place needs, or TYPE_NONE for any. A bare number takes it. NULL: reported. The result may be of an
 * assignable type only (never TYPE_NUMBER): the expected one, or a count where a decimal is expected. With TYPE_NONE a bare
 * number becomes a decimal if it is written with a fraction, else a count. Nodes that count working days (OP_ADD and OP_SUBTRACT
 * too) or roll have the calendar in index; other nodes without an index NO_INDEX. */
struct expr *check_expression(const struct check_scope *scope, const struct syntax *syntax, const struct scalar *scalar,
                              enum value_type expected);
struct expr *check_condition(const struct check_scope *scope, const struct syntax *syntax, const struct scalar *scalar);
/* Values that must agree in type, as the cases of a term: a bare number takes the type of the others. syntaxes that are NULL are
 * skipped (an error of their own). Fills out[i]; returns the common type (decimal for counts with decimals), TYPE_NONE after an
 * error. */
enum value_type check_values(const struct check_scope *scope, const struct syntax *const *syntaxes, const struct scalar *scalars,
                             struct expr **out, uint32_t count);
/* A term that no use has settled becomes the count or decimal that it is. false: reported. */
bool check_settle_term(const struct check_scope *scope, uint32_t term);
/* `W of E` as one date or instant: E + W. NULL: reported. */
struct expr *check_deadline(const struct check_scope *scope, const struct syntax *duration, const struct syntax *of,
                            const struct scalar *scalar);

/* A literal of a type, as `absent`, `range`, test files and JSON have it: strict; no names but declared values.
 * model gives the currency's digits; fact the values of a choice or set (a set: `none`, or values with commas between).
 * false: reported with the place of the scalar. */
bool check_literal(const struct check_scope *scope, const struct scalar *scalar, const struct fact *fact, int64_t *coded,
                   int32_t *offset_minutes);
/* `A .. B` of an ordered type, A <= B. false: reported. */
bool check_range(const struct check_scope *scope, const struct scalar *scalar, const struct fact *fact, int64_t *low,
                 int64_t *high);
/* The same without reports, for literals that stand in no policy file. A text is no matter of this: it is always well formed.
 * false: no literal of the type, or no declared value. */
bool check_read_literal(struct text text, const struct fact *fact, uint32_t minor_digits, int64_t *coded,
                        int32_t *offset_minutes);
/* Index of a declared value, NO_INDEX if it is none. */
uint32_t fact_value_index(const struct fact *fact, struct text value);

#endif
