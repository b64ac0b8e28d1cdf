/* Check: what its files share. Private to lib/language.
 *
 * A function that returns NULL or false has reported why, or memory ran out. Both operands are always checked before one is given
 * up, so that every error of type and name in a scalar is reported.
 *
 * Bare numbers: a literal without a unit is an OP_RATIO of TYPE_NUMBER, its flags the digits written behind the point, until
 * something says what it is. A node over counts, decimals and bare numbers is a count or decimal, but keeps its bare literals, so
 * that it may still become money or a percentage as a whole (`3.95 * parcels` where money is due). check_settle ends this: what
 * is bare then is a count or a decimal.
 */
#ifndef LANGUAGE_CHECK_INTERNAL_H
#define LANGUAGE_CHECK_INTERNAL_H

#include "language/check.h"

#define BARE_DEPTH 8u /* of bare terms over bare terms; bounds the recursion through them */

struct checker {
  const struct check_scope *scope;
  const struct scalar *scalar;
  const struct syntax *root; /* an aggregate stands only here */
  bool inside_lines;         /* of an aggregate */
  bool simple;               /* the text stands in the file as it is, in one line of ASCII: places by arithmetic */
  struct span whole;         /* of the scalar */
};

static inline struct diagnostics *diagnostics_of(const struct checker *c) { return c->scope->diagnostics; }

/* ---- check.c ---- */
struct checker checker_begin(const struct check_scope *scope, const struct scalar *scalar, const struct syntax *root);
struct expr *check_node(struct checker *c, const struct syntax *syntax);
struct expr *check_flag(struct checker *c, const struct syntax *syntax);

/* ---- check_nodes.c: places, texts for messages, nodes ---- */
struct span checker_span(const struct checker *c, uint32_t from, uint32_t to);
struct span checker_place(const struct checker *c, const struct syntax *syntax);
/* As written, on one line, cut when long. */
struct text checker_snippet(const struct checker *c, const struct syntax *syntax);
/* Whether the finding just reported is shown: hints are worth their search. */
bool checker_shown(const struct checker *c);
const char *check_type_phrase(enum value_type type); /* "a count", "money" */
bool check_is_bare(enum value_type type);            /* number, count, decimal */
bool check_is_duration(enum value_type type);
bool check_is_constant(const struct expr *expr); /* OP_CONST or OP_RATIO */
void *checker_take(struct checker *c, size_t size);
/* Counts nodes about to be made. false: they are too many for one policy, reported once. */
bool checker_count(struct checker *c, const struct syntax *syntax, uint32_t count);
/* A node without kids. */
struct expr *checker_leaf(struct checker *c, const struct syntax *syntax, enum operator op, enum value_type type);
struct expr *checker_constant(struct checker *c, const struct syntax *syntax, enum value_type type, int64_t value);
/* A node of one to three kids (b and d may be NULL), or over an array; folded, `whole` known. */
struct expr *checker_node(struct checker *c, const struct syntax *syntax, enum operator op, enum value_type type, struct expr *a,
                          struct expr *b, struct expr *d);
struct expr *checker_node_over(struct checker *c, const struct syntax *syntax, enum operator op, enum value_type type,
                               struct expr **kids, uint32_t count);
struct expr *checker_not(struct checker *c, const struct syntax *syntax, struct expr *positive);
/* The opposite of what `is`, `=` or `is empty` came to (a flag, a constant or OP_EQUAL, which is turned into OP_NOT_EQUAL). */
struct expr *checker_unequal(struct checker *c, const struct syntax *syntax, struct expr *equal);
/* Sets expr->whole from its kids. */
void checker_whole(const struct checker *c, struct expr *expr);

/* ---- check_bare.c: bare numbers, and what a place expects ---- */
/* Whether expr, over bare numbers, can become money or a percentage. */
bool check_bare_adapts(const struct checker *c, const struct expr *expr, enum value_type type);
/* Makes it so. false: reported. */
bool check_bare_adapt(struct checker *c, struct expr *expr, enum value_type type);
/* One type for all: the one that is no bare number, to which bare numbers adapt. TYPE_NUMBER where all are bare literals, and
 * TYPE_DECIMAL where counts meet decimals (the counts stay). TYPE_NONE: they do not fit, not reported; *odd is one that does not.
 */
enum value_type check_bare_unify(struct checker *c, struct expr **exprs, const struct syntax *const *syntaxes, uint32_t count,
                                 uint32_t *odd, bool *reported);
/* How many terms over terms are bare in expr, itself counted; see struct term. */
uint32_t check_bare_depth(const struct checker *c, const struct expr *expr);
/* Makes expr fit a place. false: reported. */
bool check_fit(struct checker *c, struct expr *expr, const struct syntax *syntax, enum value_type expected);
/* No TYPE_NUMBER is left. false: out of memory, or a number that no type holds, reported. */
bool check_settle(struct checker *c, struct expr *expr);
/* "write `30 days`": a bare number where a duration is due. */
void check_report_bare_duration(struct checker *c, const struct syntax *syntax, enum value_type duration);

/* ---- check_fold.c ---- */
/* Replaces expr by its value where all its kids are constants. false: reported (division by zero, a date out of range). */
bool check_fold(struct checker *c, struct expr *expr, const struct syntax *syntax);
/* A coded constant, else a ratio; false where neither holds the number: expr is unchanged. */
bool check_fold_store(struct expr *expr, enum value_type type, const struct number *value);
void check_fold_load(struct number *out, const struct expr *constant);

/* ---- check_names.c ---- */
struct expr *check_name(struct checker *c, const struct syntax *syntax);
/* The fact or term of that name, whether it may be used here or not. false: there is none. */
bool check_find_name(const struct checker *c, struct text name, enum check_name *kind, uint32_t *index);
/* The name most like it. false: none is. */
bool check_find_nearest(const struct checker *c, struct text wanted, struct text *best);
/* The index of a calendar for an operation that needs one. false: reported. */
bool check_find_calendar(struct checker *c, const struct syntax *syntax, uint32_t *index);
/* The fact whose declared values a choice or set has; NULL for others. */
const struct fact *check_values_of(const struct checker *c, const struct expr *expr);
bool check_same_values(const struct fact *a, const struct fact *b);

/* ---- check_literals.c ---- */
struct expr *check_number(struct checker *c, const struct syntax *syntax);
struct expr *check_percent(struct checker *c, const struct syntax *syntax);
struct expr *check_duration(struct checker *c, const struct syntax *syntax);
struct expr *check_date(struct checker *c, const struct syntax *syntax);
struct expr *check_instant(struct checker *c, const struct syntax *syntax);
struct expr *check_string(struct checker *c, const struct syntax *syntax);
enum value_type check_type_of_unit(enum duration_unit unit);
const char *check_unit_word(enum value_type duration, bool one);
/* Seconds in an hour, else 1. */
int64_t check_unit_scale(enum value_type duration);

/* ---- check_arithmetic.c ---- */
struct expr *check_addition(struct checker *c, const struct syntax *syntax);
struct expr *check_product(struct checker *c, const struct syntax *syntax);
struct expr *check_quotient(struct checker *c, const struct syntax *syntax);
struct expr *check_negation(struct checker *c, const struct syntax *syntax);
struct expr *check_share(struct checker *c, const struct syntax *syntax);
struct expr *check_call(struct checker *c, const struct syntax *syntax);
struct expr *check_duration_of(struct checker *c, const struct syntax *syntax);
struct expr *check_day_of(struct checker *c, const struct syntax *syntax);
/* Reports that the calendar of syntax has nothing to count; NULL. */
struct expr *check_refuse_calendar(struct checker *c, const struct syntax *syntax);

/* ---- check_comparisons.c ---- */
struct expr *check_comparison(struct checker *c, const struct syntax *syntax);
struct expr *check_between(struct checker *c, const struct syntax *syntax);
struct expr *check_within(struct checker *c, const struct syntax *syntax); /* within, more than ... after */

/* ---- check_values.c: declared values ---- */
struct expr *check_is(struct checker *c, const struct syntax *syntax);
struct expr *check_one_of(struct checker *c, const struct syntax *syntax);
struct expr *check_in(struct checker *c, const struct syntax *syntax);
struct expr *check_has(struct checker *c, const struct syntax *syntax);
struct expr *check_empty(struct checker *c, const struct syntax *syntax);
struct expr *check_given(struct checker *c, const struct syntax *syntax);
/* A value that stands alone where the place expects one of a fact; NULL and *is_value false: it is no such thing. */
struct expr *check_expected_value(struct checker *c, const struct syntax *syntax, const struct fact *fact, bool *is_value);

/* ---- check_lines.c ---- */
struct expr *check_aggregate(struct checker *c, const struct syntax *syntax);

#endif
