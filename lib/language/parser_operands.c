/* Parser, lowest layer: sums, products, `P of X`, operands, and what goes over lines.
 *
 * In: tokens. Out: nodes. Left-associative operators make high trees: parser_node bounds them.
 */
#include "language/parser.h"

static struct syntax *parse_unary(struct parser *parser);

/* ---- operands ---- */

/* `( ... )`: any condition; which types fit the checker says. */
static struct syntax *parse_parentheses(struct parser *parser) {
  uint32_t outer = parser->open_from, outermost = parser->token.from;
  parser->open_from = outermost + 1;
  parser_advance(parser);
  struct syntax *inner = parser_condition(parser);
  if (!inner || !parser_demand(parser, TOKEN_CLOSE, "an operator or `)`")) return NULL;
  parser->open_from = outer;
  inner->parenthesised = true;
  inner->from = outermost;
  inner->to = parser->last_to;
  return inner;
}

static struct syntax *parse_call(struct parser *parser) {
  struct kids kids = {0};
  struct text function = parser->token.text;
  bool many = parser_at_word(parser, KEYWORD_MIN) || parser_at_word(parser, KEYWORD_MAX);
  uint32_t from = parser->token.from, outer = parser->open_from;
  parser_advance(parser);
  if (!parser_at(parser, TOKEN_OPEN)) return parser_expected(parser, "`(`");
  parser->open_from = parser->token.from + 1;
  parser_advance(parser);
  do {
    if (!parser_add_kid(parser, &kids, parser_condition(parser))) return NULL;
  } while (parser_take(parser, TOKEN_COMMA));
  if (!parser_demand(parser, TOKEN_CLOSE, many ? "`,` or `)`" : "`)`")) return NULL;
  parser->open_from = outer;
  if (many ? kids.count < 2 : kids.count != 1) {
    diagnostics_error(parser->context->diagnostics, "R0411", parser_span(parser, from, parser->last_to),
                      "`%t` takes %s, found %u", &function, many ? "two or more operands" : "one operand", kids.count);
    return NULL;
  }
  struct syntax *node = parser_node(parser, SYNTAX_CALL, from, &kids);
  if (node) node->text = function;
  return node;
}

/* A word; `name(` would be a function. */
static struct syntax *parse_name(struct parser *parser) {
  struct syntax *name = parser_leaf(parser, SYNTAX_NAME);
  if (!name || !parser_at(parser, TOKEN_OPEN)) return name;
  diagnostics_error(parser->context->diagnostics, "R0411", parser_span(parser, name->from, name->to), "`%t` is no function",
                    &name->text);
  diagnostics_hint(parser->context->diagnostics, "the functions are `min`, `max`, `round_down` and `round_up`");
  return NULL;
}

/* Behind `... over lines`, `count of lines`, `any line`, `every line`: the condition, if there is one. */
static struct syntax *parse_where(struct parser *parser, enum syntax_kind kind, uint32_t from, struct syntax *summed) {
  struct kids kids = {0};
  if (summed && !parser_add_kid(parser, &kids, summed)) return NULL;
  if (parser_take_word(parser, KEYWORD_WHERE) && !parser_add_kid(parser, &kids, parser_condition(parser))) return NULL;
  return parser_node(parser, kind, from, &kids);
}

static struct syntax *parse_over_lines(struct parser *parser) {
  uint32_t from = parser->token.from;
  enum keyword keyword = parser->token.keyword;
  parser_advance(parser);
  if (keyword == KEYWORD_ANY || keyword == KEYWORD_EVERY) {
    if (!parser_demand_word(parser, KEYWORD_LINE, "`line`")) return NULL;
    return parse_where(parser, keyword == KEYWORD_ANY ? SYNTAX_ANY_LINE : SYNTAX_EVERY_LINE, from, NULL);
  }
  struct syntax *summed = NULL;
  if (!parser_demand_word(parser, KEYWORD_OF, keyword == KEYWORD_SUM ? "`of` and what is summed" : "`of lines`")) return NULL;
  if (keyword == KEYWORD_SUM) {
    summed = parser_sum(parser);
    if (!summed || !parser_demand_word(parser, KEYWORD_OVER, "`over lines`")) return NULL;
  }
  if (!parser_demand_word(parser, KEYWORD_LINES, "`lines`")) return NULL;
  return parse_where(parser, keyword == KEYWORD_SUM ? SYNTAX_SUM : SYNTAX_COUNT, from, summed);
}

/* `day of T` */
static struct syntax *parse_day_of(struct parser *parser) {
  uint32_t from = parser->token.from;
  parser_advance(parser);
  if (!parser_demand_word(parser, KEYWORD_OF, "`of` and an instant")) return NULL;
  struct syntax *instant = parse_unary(parser);
  return instant ? parser_node_of(parser, SYNTAX_DAY_OF, from, instant, NULL, NULL) : NULL;
}

static struct syntax *parse_keyword_operand(struct parser *parser) {
  switch (parser->token.keyword) {
  case KEYWORD_YES: return parser_leaf(parser, SYNTAX_YES);
  case KEYWORD_NO: return parser_leaf(parser, SYNTAX_NO);
  case KEYWORD_NONE: return parser_leaf(parser, SYNTAX_NONE);
  case KEYWORD_UNITS: return parser_leaf(parser, SYNTAX_NAME);
  case KEYWORD_MIN:
  case KEYWORD_MAX:
  case KEYWORD_ROUND_DOWN:
  case KEYWORD_ROUND_UP: return parse_call(parser);
  case KEYWORD_DAY: return parse_day_of(parser);
  case KEYWORD_ANY:
  case KEYWORD_EVERY:
  case KEYWORD_SUM:
  case KEYWORD_COUNT: return parse_over_lines(parser);
  case KEYWORD_NOT:
    return parser_expected_hint(parser, "a name or a value", "put parentheses around what is negated: `(not ...)`");
  default: return parser_expected_hint(parser, "a name or a value", "this is a keyword, and no fact or term can have its name");
  }
}

static struct syntax *parse_operand_inside(struct parser *parser) {
  switch (parser->token.kind) {
  case TOKEN_WORD: return parse_name(parser);
  case TOKEN_STRING: return parser_leaf(parser, SYNTAX_STRING);
  case TOKEN_NUMBER: return parser_leaf(parser, SYNTAX_NUMBER);
  case TOKEN_PERCENT: return parser_leaf(parser, SYNTAX_PERCENT);
  case TOKEN_DATE: return parser_leaf(parser, SYNTAX_DATE);
  case TOKEN_INSTANT: return parser_leaf(parser, SYNTAX_INSTANT);
  case TOKEN_OPEN: return parse_parentheses(parser);
  case TOKEN_KEYWORD: return parse_keyword_operand(parser);
  case TOKEN_OPEN_LIST:
    return parser_expected_hint(parser, "a name or a value",
                                "a list stands only behind `is one of`, `has any of` and `has all of`");
  default: return parser_expected(parser, "a name or a value");
  }
}

static struct syntax *parse_operand(struct parser *parser) {
  if (!parser_enter(parser)) return NULL;
  struct syntax *operand = parse_operand_inside(parser);
  parser_leave(parser);
  return operand;
}

/* ---- durations ---- */

/* The unit at the token, not taken: 0 where there is none. */
static enum duration_unit unit_at(const struct parser *parser) {
  switch (parser->token.keyword) {
  case KEYWORD_DAY:
  case KEYWORD_DAYS: return UNIT_DAYS;
  case KEYWORD_MONTH:
  case KEYWORD_MONTHS: return UNIT_MONTHS;
  case KEYWORD_HOUR:
  case KEYWORD_HOURS: return UNIT_HOURS;
  case KEYWORD_WORKING: return UNIT_WORKING_DAYS;
  default: return (enum duration_unit)0;
  }
}

/* An operand, and behind it maybe a unit: `30 days`, `grace working days in au`. */
static struct syntax *parse_measure(struct parser *parser) {
  uint32_t from = parser->token.from;
  struct syntax *operand = parse_operand(parser);
  enum duration_unit unit = unit_at(parser);
  if (!operand || !unit) return operand;
  parser_advance(parser);
  if (unit == UNIT_WORKING_DAYS && !parser_take_word(parser, KEYWORD_DAYS) && !parser_demand_word(parser, KEYWORD_DAY, "`days`"))
    return NULL;
  if (operand->kind == SYNTAX_NUMBER && !operand->parenthesised) {
    operand->kind = SYNTAX_DURATION;
    operand->to = parser->last_to;
  } else {
    operand = parser_node_of(parser, SYNTAX_DURATION_OF, from, operand, NULL, NULL);
    if (!operand) return NULL;
  }
  operand->unit = unit;
  return unit == UNIT_WORKING_DAYS && !parser_calendar(parser, operand) ? NULL : operand;
}

/* ---- operators ---- */

static struct syntax *parse_unary(struct parser *parser) {
  uint32_t from = parser->token.from;
  if (!parser_at(parser, TOKEN_MINUS)) return parse_measure(parser);
  if (!parser_enter(parser)) return NULL;
  parser_advance(parser);
  struct syntax *operand = parse_unary(parser);
  parser_leave(parser);
  return operand ? parser_node_of(parser, SYNTAX_NEGATE, from, operand, NULL, NULL) : NULL;
}

/* `P of X`, where X may be such a share itself. before_of: an `of` belongs to what stands around. */
static struct syntax *parse_share(struct parser *parser, bool before_of) {
  uint32_t from = parser->token.from;
  struct syntax *share = parse_unary(parser);
  if (!share || before_of || !parser_at_word(parser, KEYWORD_OF)) return share;
  if (!parser_enter(parser)) return NULL;
  parser_advance(parser);
  struct syntax *whole = parse_share(parser, false);
  parser_leave(parser);
  return whole ? parser_node_of(parser, SYNTAX_PERCENT_OF, from, share, whole, NULL) : NULL;
}

static struct syntax *parse_product(struct parser *parser, bool before_of) {
  uint32_t from = parser->token.from;
  struct syntax *left = parse_share(parser, before_of);
  while (left && (parser_at(parser, TOKEN_TIMES) || parser_at(parser, TOKEN_DIVIDE))) {
    enum syntax_kind kind = parser_at(parser, TOKEN_TIMES) ? SYNTAX_MULTIPLY : SYNTAX_DIVIDE;
    parser_advance(parser);
    struct syntax *right = parse_share(parser, before_of);
    left = right ? parser_node_of(parser, kind, from, left, right, NULL) : NULL;
  }
  return left;
}

static struct syntax *parse_addition(struct parser *parser, bool before_of) {
  uint32_t from = parser->token.from;
  struct syntax *left = parse_product(parser, before_of);
  while (left && (parser_at(parser, TOKEN_PLUS) || parser_at(parser, TOKEN_MINUS))) {
    enum syntax_kind kind = parser_at(parser, TOKEN_PLUS) ? SYNTAX_ADD : SYNTAX_SUBTRACT;
    parser_advance(parser);
    struct syntax *right = parse_product(parser, before_of);
    left = right ? parser_node_of(parser, kind, from, left, right, NULL) : NULL;
    if (left && !parser_calendar(parser, left)) return NULL;
  }
  return left;
}

struct syntax *parser_sum(struct parser *parser) {
  return parse_addition(parser, false);
}

struct syntax *parser_duration(struct parser *parser) {
  return parse_addition(parser, true);
}
