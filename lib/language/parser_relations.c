/* Parser, middle layer: one comparison. An operand, then at most one relation.
 *
 * In: tokens. Out: nodes whose first kid is the operand on the left. Behind `is`, `has` and in lists words are values, whatever
 * fact may have the same name.
 */
#include "language/parser.h"

/* A declared value: a word, a number-like word (`3xl`), something quoted. */
static struct syntax *parse_value(struct parser *parser) {
  switch (parser->token.kind) {
  case TOKEN_WORD:
  case TOKEN_ODD: return parser_leaf(parser, SYNTAX_NAME);
  case TOKEN_STRING: return parser_leaf(parser, SYNTAX_STRING);
  case TOKEN_NUMBER: return parser_leaf(parser, SYNTAX_NUMBER);
  case TOKEN_PERCENT: return parser_leaf(parser, SYNTAX_PERCENT);
  case TOKEN_DATE: return parser_leaf(parser, SYNTAX_DATE);
  case TOKEN_INSTANT: return parser_leaf(parser, SYNTAX_INSTANT);
  case TOKEN_KEYWORD: break;
  case TOKEN_OPEN_LIST:
    return parser_expected_hint(parser, "a value", "before a list write `is one of`, `has any of` or `has all of`");
  default: return parser_expected(parser, "a value");
  }
  switch (parser->token.keyword) {
  case KEYWORD_YES: return parser_leaf(parser, SYNTAX_YES);
  case KEYWORD_NO: return parser_leaf(parser, SYNTAX_NO);
  case KEYWORD_NONE: return parser_leaf(parser, SYNTAX_NONE);
  default: break;
  }
  diagnostics_error(parser->context->diagnostics, "R0408", parser_span(parser, parser->token.from, parser->token.to),
                    "`%t` is a keyword and stands where a value is expected", &parser->token.text);
  diagnostics_hint(parser->context->diagnostics, "a value that is a keyword is quoted: `\"%t\"`", &parser->token.text);
  return NULL;
}

/* `[V, ...]` behind the operand that kids begins with. */
static bool parse_list(struct parser *parser, struct kids *kids) {
  uint32_t outer = parser->open_from;
  parser->open_from = 0;
  if (!parser_at(parser, TOKEN_OPEN_LIST)) {
    parser_expected_hint(parser, "a list in brackets, `[a, b]`", "values stand in brackets: `[a, b]`");
    return false;
  }
  parser->open_from = parser->token.from + 1;
  parser_advance(parser);
  do {
    if (!parser_add_kid(parser, kids, parse_value(parser))) return false;
  } while (parser_take(parser, TOKEN_COMMA));
  if (!parser_demand(parser, TOKEN_CLOSE_LIST, "`,` or `]`")) return false;
  parser->open_from = outer;
  return true;
}

static struct syntax *parse_with_list(struct parser *parser, enum syntax_kind kind, struct syntax *left) {
  struct kids kids = {0};
  if (!parser_demand_word(parser, KEYWORD_OF, "`of` and a list")) return NULL;
  if (!parser_add_kid(parser, &kids, left) || !parse_list(parser, &kids)) return NULL;
  return parser_node(parser, kind, left->from, &kids);
}

static struct syntax *parse_with_value(struct parser *parser, enum syntax_kind kind, struct syntax *left) {
  struct syntax *value = parse_value(parser);
  return value ? parser_node_of(parser, kind, left->from, left, value, NULL) : NULL;
}

static struct syntax *parse_with_sum(struct parser *parser, enum syntax_kind kind, struct syntax *left) {
  struct syntax *right = parser_sum(parser);
  return right ? parser_node_of(parser, kind, left->from, left, right, NULL) : NULL;
}

static struct syntax *parse_is(struct parser *parser, struct syntax *left) {
  bool negative = parser_take_word(parser, KEYWORD_NOT);
  switch (parser->token.keyword) {
  case KEYWORD_ONE:
    parser_advance(parser);
    return parse_with_list(parser, negative ? SYNTAX_IS_NOT_ONE_OF : SYNTAX_IS_ONE_OF, left);
  case KEYWORD_EMPTY:
    parser_advance(parser);
    return parser_node_of(parser, negative ? SYNTAX_IS_NOT_EMPTY : SYNTAX_IS_EMPTY, left->from, left, NULL, NULL);
  case KEYWORD_GIVEN:
    parser_advance(parser);
    return parser_node_of(parser, negative ? SYNTAX_IS_NOT_GIVEN : SYNTAX_IS_GIVEN, left->from, left, NULL, NULL);
  case KEYWORD_AFTER:
  case KEYWORD_BEFORE:
  case KEYWORD_BETWEEN:
  case KEYWORD_HAS:
  case KEYWORD_IN:
  case KEYWORD_MORE:
  case KEYWORD_ON:
  case KEYWORD_WITHIN:
    return parser_expected_hint(parser, "a value",
                                negative ? "leave out `is`, and put `not` in front of the condition" : "leave out `is`");
  default: break;
  }
  if (parser_at(parser, TOKEN_MINUS) || (parser->token.kind >= TOKEN_EQUAL && parser->token.kind <= TOKEN_GREATER_EQUAL)) {
    return parser_expected_hint(parser, "a value", "`is` takes a declared value; numbers are compared by `=`, `<`, ...");
  }
  return parse_with_value(parser, negative ? SYNTAX_IS_NOT : SYNTAX_IS, left);
}

static struct syntax *parse_has(struct parser *parser, struct syntax *left) {
  if (parser_take_word(parser, KEYWORD_NO)) return parse_with_value(parser, SYNTAX_HAS_NO, left);
  if (parser_take_word(parser, KEYWORD_ANY)) return parse_with_list(parser, SYNTAX_HAS_ANY, left);
  if (parser_take_word(parser, KEYWORD_ALL)) return parse_with_list(parser, SYNTAX_HAS_ALL, left);
  if (parser_at_word(parser, KEYWORD_NOT)) return parser_expected_hint(parser, "a value", "write `has no`");
  if (parser_at_word(parser, KEYWORD_NONE))
    return parser_expected_hint(parser, "a value", "write `is empty`, or `not ... has any of [...]`");
  return parse_with_value(parser, SYNTAX_HAS, left);
}

static struct syntax *parse_in(struct parser *parser, enum syntax_kind kind, struct syntax *left) {
  if (parser_at(parser, TOKEN_OPEN_LIST)) {
    return parser_expected_hint(parser, "the name of a set",
                                kind == SYNTAX_IN ? "write `is one of [...]`" : "write `is not one of [...]`");
  }
  if (!parser_at(parser, TOKEN_WORD)) return parser_expected(parser, "the name of a set");
  struct text name = parser->token.text;
  uint32_t from = parser->token.from, to = parser->token.to;
  parser_advance(parser);
  struct syntax *node = parser_node_of(parser, kind, left->from, left, NULL, NULL);
  if (!node) return NULL;
  node->text = name;
  node->name_from = from;
  node->name_to = to;
  return node;
}

static struct syntax *parse_within(struct parser *parser, enum syntax_kind kind, struct syntax *left) {
  struct syntax *duration = parser_duration(parser), *start = NULL;
  uint32_t flags = 0;
  if (!duration) return NULL;
  if (parser_take_word(parser, KEYWORD_COUNTING))
    flags |= WITHIN_COUNTING;
  else if (!parser_demand_word(parser, KEYWORD_OF, "`of` or `counting`, and a date"))
    return NULL;
  start = parser_sum(parser);
  if (!start) return NULL;
  if (parser_take_word(parser, KEYWORD_ROLLING)) flags |= WITHIN_ROLLING;
  struct syntax *node = parser_node_of(parser, kind, left->from, left, duration, start);
  if (!node || !parser_calendar(parser, node)) return NULL;
  if (parser_at_word(parser, KEYWORD_ROLLING))
    return parser_expected_hint(parser, "the end", "`rolling` stands before the calendar, once");
  node->flags = flags;
  return node;
}

static struct syntax *parse_more_after(struct parser *parser, struct syntax *left) {
  if (!parser_demand_word(parser, KEYWORD_THAN, "`than` and a duration")) return NULL;
  struct syntax *duration = parser_duration(parser);
  if (!duration || !parser_demand_word(parser, KEYWORD_AFTER, "`after` and a date")) return NULL;
  struct syntax *start = parser_sum(parser);
  if (!start) return NULL;
  struct syntax *node = parser_node_of(parser, SYNTAX_MORE_AFTER, left->from, left, duration, start);
  return node && parser_calendar(parser, node) ? node : NULL;
}

static struct syntax *parse_between(struct parser *parser, struct syntax *left) {
  struct syntax *low = parser_sum(parser);
  if (!low || !parser_demand_word(parser, KEYWORD_AND, "`and` and the upper end")) return NULL;
  struct syntax *high = parser_sum(parser);
  return high ? parser_node_of(parser, SYNTAX_BETWEEN, left->from, left, low, high) : NULL;
}

/* `on`, `on or before`, `on or after`. */
static struct syntax *parse_on(struct parser *parser, struct syntax *left) {
  if (!parser_take_word(parser, KEYWORD_OR)) return parse_with_sum(parser, SYNTAX_ON, left);
  if (parser_take_word(parser, KEYWORD_BEFORE)) return parse_with_sum(parser, SYNTAX_ON_OR_BEFORE, left);
  if (parser_take_word(parser, KEYWORD_AFTER)) return parse_with_sum(parser, SYNTAX_ON_OR_AFTER, left);
  return parser_expected(parser, "`before` or `after`");
}

static struct syntax *parse_negative(struct parser *parser, struct syntax *left) {
  if (parser_take_word(parser, KEYWORD_IN)) return parse_in(parser, SYNTAX_NOT_IN, left);
  if (parser_take_word(parser, KEYWORD_WITHIN)) return parse_within(parser, SYNTAX_NOT_WITHIN, left);
  return parser_expected_hint(parser, "`in` or `within`", "put `not` in front of the condition");
}

static enum syntax_kind kind_of_sign(enum token_kind kind) {
  switch (kind) {
  case TOKEN_EQUAL: return SYNTAX_EQUAL;
  case TOKEN_NOT_EQUAL: return SYNTAX_NOT_EQUAL;
  case TOKEN_LESS: return SYNTAX_LESS;
  case TOKEN_LESS_EQUAL: return SYNTAX_LESS_EQUAL;
  case TOKEN_GREATER: return SYNTAX_GREATER;
  default: return SYNTAX_GREATER_EQUAL;
  }
}

struct syntax *parser_comparison(struct parser *parser) {
  struct syntax *left = parser_sum(parser);
  if (!left) return NULL;
  enum token_kind sign = parser->token.kind;
  if (sign >= TOKEN_EQUAL && sign <= TOKEN_GREATER_EQUAL) {
    parser_advance(parser);
    return parse_with_sum(parser, kind_of_sign(sign), left);
  }
  enum keyword keyword = parser->token.keyword;
  switch (keyword) {
  case KEYWORD_IS: parser_advance(parser); return parse_is(parser, left);
  case KEYWORD_HAS: parser_advance(parser); return parse_has(parser, left);
  case KEYWORD_IN: parser_advance(parser); return parse_in(parser, SYNTAX_IN, left);
  case KEYWORD_NOT: parser_advance(parser); return parse_negative(parser, left);
  case KEYWORD_WITHIN: parser_advance(parser); return parse_within(parser, SYNTAX_WITHIN, left);
  case KEYWORD_MORE: parser_advance(parser); return parse_more_after(parser, left);
  case KEYWORD_BETWEEN: parser_advance(parser); return parse_between(parser, left);
  case KEYWORD_BEFORE: parser_advance(parser); return parse_with_sum(parser, SYNTAX_BEFORE, left);
  case KEYWORD_AFTER: parser_advance(parser); return parse_with_sum(parser, SYNTAX_AFTER, left);
  case KEYWORD_ON: parser_advance(parser); return parse_on(parser, left);
  default: return left;
  }
}
