/* Check: syntax tree -> typed expression. Names resolved, types and units checked, constants folded.
 *
 * One expression at a time, against a scope: what names mean and which are allowed here. declare.c and model.c build the scope and call
 * this for every scalar of the document; this module knows nothing of YAML keys.
 */
#ifndef LANGUAGE_CHECK_H
#define LANGUAGE_CHECK_H

#include "language/model.h"
#include "language/syntax.h"

struct set_values { struct text name; struct span span; struct named *values; uint32_t count; };

/* Where an expression stands, and so what it may use. */
struct check_scope {
  struct model *model;                /* facts, terms declared so far, calendars, rules (names), currency */
  const struct set_values *sets; uint32_t set_count;
  const struct node_tree *tree;
  struct arena *arena;
  struct diagnostics *diagnostics;
  enum scope level; uint32_t level_fact; /* SCOPE_LINE sees line, request and per-value facts (through the line's own value);
                                            SCOPE_REQUEST request names only; SCOPE_FACT request names and those per the same fact */
  bool specials_value;                /* line_value, request_value */
  bool specials_portion;              /* value, units */
  bool specials_verdict;              /* verdict, rule, credit */
  const char *place;                  /* for messages: "a rule's condition", "a fee's amount", ... */
  bool *uses_month_end;               /* set to true when the convention matters (may be NULL) */
  bool inside_lines;                  /* set by the checker inside an aggregate */
  struct texts_builder *texts;        /* collects text constants; index = order of first use, sorted and renumbered by model.c at the end */
};

/* expected: the type the place needs, or TYPE_NONE for any. A bare number takes it. NULL: reported. The result may be of an
 * assignable type only (never TYPE_NUMBER). */
struct expr *check_expression(const struct check_scope *scope, const struct syntax *syntax, const struct scalar *scalar, enum value_type expected);
struct expr *check_condition(const struct check_scope *scope, const struct syntax *syntax, const struct scalar *scalar);
/* A literal of a type, as `absent`, `range`, test files and JSON have it: strict; no names but declared values.
 * model gives the currency's digits; fact the values of a choice or set. false: reported with the place of the scalar. */
bool check_literal(const struct check_scope *scope, const struct scalar *scalar, const struct fact *fact, int64_t *coded, int32_t *offset_minutes);

uint32_t texts_add(struct texts_builder *texts, struct text text); /* NFC; index; NO_INDEX when out of memory */

#endif
