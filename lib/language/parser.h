/* Parser: what its files share. Private to lib/language. Recursive descent with one token of lookahead.
 *
 * A function that returns NULL has reported why (or memory ran out): its caller returns at once, so that a scalar gets one
 * syntax error. Recursion is bounded by `nesting`, the height of the tree by parser_node.
 */
#ifndef LANGUAGE_PARSER_H
#define LANGUAGE_PARSER_H

#include "base/kinds.h"
#include "language/names.h"
#include "language/scanner.h"
#include "language/syntax.h"

struct parser {
  const struct syntax_context *context;
  const struct scalar *scalar;
  struct scanner scanner;
  struct token token; /* the next one */
  uint32_t last_to;   /* end of the one before */
  uint32_t nesting;
  uint32_t open_from; /* the innermost bracket that is open, plus 1; 0: none */
};

/* ---- tokens ---- */
void parser_advance(struct parser *parser);
bool parser_at(const struct parser *parser, enum token_kind kind);
bool parser_at_word(const struct parser *parser, enum keyword keyword);
/* Takes the token if it is that one. */
bool parser_take(struct parser *parser, enum token_kind kind);
bool parser_take_word(struct parser *parser, enum keyword keyword);
/* Takes it or reports that `what` was expected. */
bool parser_demand(struct parser *parser, enum token_kind kind, const char *what);
bool parser_demand_word(struct parser *parser, enum keyword keyword, const char *what);

/* ---- errors ---- */
struct span parser_span(const struct parser *parser, uint32_t from, uint32_t to);
/* The token is not what is expected here: says what is wrong with it, or what it stands in place of. Returns NULL. */
struct syntax *parser_expected(struct parser *parser, const char *what);
/* The same, with a hint where the token itself gives none (and the text does not merely end). */
struct syntax *parser_expected_hint(struct parser *parser, const char *what, const char *hint);
/* false, and reported, when the recursion is too deep. Each parser_enter that came out true is followed by a parser_leave. */
bool parser_enter(struct parser *parser);
void parser_leave(struct parser *parser);

/* ---- nodes ---- */
struct kids {
  struct syntax **items;
  uint32_t count, capacity;
};
bool parser_add_kid(struct parser *parser, struct kids *kids, struct syntax *kid);
/* A node from byte `from` to the last token taken. NULL (reported) where the tree would become too high. */
struct syntax *parser_node(struct parser *parser, enum syntax_kind kind, uint32_t from, const struct kids *kids);
/* The same of one to three kids: b and c may be NULL. */
struct syntax *parser_node_of(struct parser *parser, enum syntax_kind kind, uint32_t from, struct syntax *a, struct syntax *b,
                              struct syntax *c);
/* A leaf of the token, which is taken. */
struct syntax *parser_leaf(struct parser *parser, enum syntax_kind kind);
/* The calendar of a node that counts days: `in NAME`, if that follows, or what a duration among its kids names. false: reported.
 */
bool parser_calendar(struct parser *parser, struct syntax *node);

/* ---- grammar ---- */
struct syntax *parser_condition(struct parser *parser);  /* parser.c: or, and, not */
struct syntax *parser_comparison(struct parser *parser); /* parser_relations.c */
struct syntax *parser_sum(struct parser *parser);        /* parser_operands.c */
struct syntax *parser_duration(struct parser *parser);   /* a sum before `of`, which it leaves alone */

#endif
