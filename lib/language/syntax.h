/* Syntax: one condition or expression as text -> syntax tree, names unresolved. scanner.c and parser.c.
 *
 * It knows the grammar (docs/grammar.md) and nothing of facts or types: a bare word is a name until lib/language/check.h says
 * what it is. Every node keeps the bytes of the scalar that it covers, so that a caret can be put under it.
 */
#ifndef LANGUAGE_SYNTAX_H
#define LANGUAGE_SYNTAX_H

#include "base/diagnostics.h"
#include "load/document.h"

enum syntax_kind {
  SYNTAX_NAME = 1, /* text: a bare word (fact, term, declared value, rule, ...) */
  SYNTAX_STRING,   /* text: contents of a quoted value */
  SYNTAX_NUMBER,   /* text: as written; no unit */
  SYNTAX_PERCENT,  /* text: the digits before % */
  SYNTAX_DURATION, /* text: the digits; unit */
  SYNTAX_DATE,
  SYNTAX_INSTANT,
  SYNTAX_YES,
  SYNTAX_NO,
  SYNTAX_NONE,
  SYNTAX_DURATION_OF, /* kid 0 `expr`, unit: `expr days` (a count made a duration) */
  SYNTAX_ADD,
  SYNTAX_SUBTRACT, /* calendar, for working days */
  SYNTAX_MULTIPLY,
  SYNTAX_DIVIDE,
  SYNTAX_NEGATE,
  SYNTAX_PERCENT_OF /* kids: percent, amount */,
  SYNTAX_CALL, /* text: min, max, round_down, round_up; kids: arguments */
  SYNTAX_DAY_OF,
  SYNTAX_EQUAL,
  SYNTAX_NOT_EQUAL,
  SYNTAX_LESS,
  SYNTAX_LESS_EQUAL,
  SYNTAX_GREATER,
  SYNTAX_GREATER_EQUAL,
  SYNTAX_BEFORE,
  SYNTAX_AFTER,
  SYNTAX_ON,
  SYNTAX_ON_OR_BEFORE,
  SYNTAX_ON_OR_AFTER,
  SYNTAX_IS,
  SYNTAX_IS_NOT, /* kids: x, value */
  SYNTAX_IS_ONE_OF,
  SYNTAX_IS_NOT_ONE_OF, /* kids: x, values... */
  SYNTAX_IN,
  SYNTAX_NOT_IN, /* kid: x; text: name of the set */
  SYNTAX_HAS,
  SYNTAX_HAS_NO,
  SYNTAX_HAS_ANY,
  SYNTAX_HAS_ALL, /* kids: x, values... */
  SYNTAX_IS_EMPTY,
  SYNTAX_IS_NOT_EMPTY,
  SYNTAX_IS_GIVEN,
  SYNTAX_IS_NOT_GIVEN,
  SYNTAX_BETWEEN, /* kids: x, low, high */
  SYNTAX_WITHIN,
  SYNTAX_NOT_WITHIN, /* kids: d, duration, e; flags WITHIN_*; calendar */
  SYNTAX_MORE_AFTER, /* kids: d, duration, e; calendar */
  SYNTAX_AND,
  SYNTAX_OR,
  SYNTAX_NOT,
  SYNTAX_SUM,
  SYNTAX_COUNT,
  SYNTAX_ANY_LINE,
  SYNTAX_EVERY_LINE /* kids: expression (sum only), where (if given) */
};

enum duration_unit { UNIT_DAYS = 1, UNIT_MONTHS, UNIT_HOURS, UNIT_WORKING_DAYS };

struct syntax {
  enum syntax_kind kind;
  enum duration_unit unit;
  uint32_t flags;
  struct text text;            /* words and contents of strings in NFC */
  struct text calendar;        /* behind `in`; empty: none was named */
  uint32_t name_from, name_to; /* bytes of the calendar, or of the set behind `in` */
  uint32_t from, to;           /* bytes of the scalar's text, with the parentheses around it */
  uint32_t height;             /* of the tree below, this node included: at most MAX_EXPRESSION_DEPTH */
  uint32_t kid_count;
  struct syntax **kids;
  bool parenthesised;
};

struct syntax_context {
  struct arena *arena;
  struct diagnostics *diagnostics;
  const struct node_tree *tree;
};

/* A whole scalar as one condition / one expression. NULL: reported (or out of memory). */
struct syntax *syntax_condition(const struct syntax_context *context, const struct scalar *scalar);
struct syntax *syntax_expression(const struct syntax_context *context, const struct scalar *scalar);
/* An amount: expression, then `per unit|line|request` (enum basis; 0 when left out). */
struct syntax *syntax_amount(const struct syntax_context *context, const struct scalar *scalar, uint32_t *basis);
/* A limit of `up_to`: expression, with `unit` or `units` behind it -> *units true. */
struct syntax *syntax_limit(const struct syntax_context *context, const struct scalar *scalar, bool *units);
/* `A .. B` */
bool syntax_range(const struct syntax_context *context, const struct scalar *scalar, struct syntax **low, struct syntax **high);
/* `W of E` of a step's `within`, a calendar in duration->calendar. */
bool syntax_within(const struct syntax_context *context, const struct scalar *scalar, struct syntax **duration,
                   struct syntax **of);
/* A term's value: expression, condition or aggregate. (The same grammar everywhere: check.h says where an aggregate may stand.)
 */
struct syntax *syntax_term_value(const struct syntax_context *context, const struct scalar *scalar);
/* Whether a text may name something: letters, digits, _ and -, begins with a letter, no keyword. */
bool syntax_is_name(struct text text);
bool syntax_is_keyword(struct text text);
uint32_t syntax_keyword_count(void); /* how many there are: the manual lists them all */
/* Calls visit for each bare word that may stand for a fact or a term (declared values behind `is`, `has`, ... are none), left to
 * right: for the order of terms and the search for cycles. Stops and returns false when visit does. */
bool syntax_visit_names(const struct syntax *syntax, bool (*visit)(void *context, const struct syntax *name), void *context);

#endif
