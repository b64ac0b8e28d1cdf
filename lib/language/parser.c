/* Parser: entry points, logic, errors and nodes.
 *
 * In: a scalar's text. Out: a syntax tree in the arena, every node with its bytes. The grammar is docs/grammar.md. It must not
 * know facts, types or units.
 */
#include "language/parser.h"

#include <string.h>

/* ---- tokens ---- */

void parser_advance(struct parser *parser) {
  parser->last_to = parser->token.to;
  parser->token = scanner_next(&parser->scanner);
  if (parser->token.kind == TOKEN_NO_MEMORY) parser->context->diagnostics->out_of_memory = true;
}

bool parser_at(const struct parser *parser, enum token_kind kind) { return parser->token.kind == kind; }

bool parser_at_word(const struct parser *parser, enum keyword keyword) { return parser->token.keyword == keyword; }

bool parser_take(struct parser *parser, enum token_kind kind) {
  if (!parser_at(parser, kind)) return false;
  parser_advance(parser);
  return true;
}

bool parser_take_word(struct parser *parser, enum keyword keyword) {
  if (!parser_at_word(parser, keyword)) return false;
  parser_advance(parser);
  return true;
}

bool parser_demand(struct parser *parser, enum token_kind kind, const char *what) {
  if (parser_take(parser, kind)) return true;
  parser_expected(parser, what);
  return false;
}

bool parser_demand_word(struct parser *parser, enum keyword keyword, const char *what) {
  if (parser_take_word(parser, keyword)) return true;
  parser_expected(parser, what);
  return false;
}

/* ---- errors ---- */

struct span parser_span(const struct parser *parser, uint32_t from, uint32_t to) {
  return node_span_within(parser->context->tree, parser->scalar->node, from, to);
}

static struct span token_span(const struct parser *parser) { return parser_span(parser, parser->token.from, parser->token.to); }

/* Where YAML may have cut the text: how to keep it whole. */
static void hint_at_cut(struct parser *parser) {
  const char *hint = node_cut_hint(parser->context->tree, parser->scalar->node);
  if (hint) diagnostics_hint(parser->context->diagnostics, "%s", hint);
}

static void report_end(struct parser *parser, const char *what) {
  struct diagnostics *diagnostics = parser->context->diagnostics;
  if (parser->open_from) {
    uint32_t from = parser->open_from - 1;
    struct text bracket = {parser->scanner.source.bytes + from, 1};
    diagnostics_error(diagnostics, "R0406", parser_span(parser, from, from + 1),
                      "`%t` is never closed: expected %s before the end", &bracket, what);
  } else if (parser->last_to == 0) {
    diagnostics_error(diagnostics, "R0410", token_span(parser), "nothing is written here: expected %s", what);
    return;
  } else {
    diagnostics_error(diagnostics, "R0407", token_span(parser), "expected %s, but the text ends here", what);
  }
  hint_at_cut(parser);
}

static void report_odd(struct parser *parser) {
  struct diagnostics *diagnostics = parser->context->diagnostics;
  struct buffer hint;
  buffer_init(&hint, diagnostics->memory);
  diagnostics_error(diagnostics, "R0403", token_span(parser), "`%t` is no number", &parser->token.text);
  if (scanner_odd_hint(parser->token.text, &hint)) diagnostics_hint(diagnostics, "%s", buffer_string(&hint));
  buffer_free(&hint);
}

/* A word between operands that is nearly one which could stand there. */
static bool hint_at_operator(struct parser *parser) {
  struct nearest nearest;
  const char *word;
  if (!parser_at(parser, TOKEN_WORD)) return false;
  nearest_begin(&nearest, parser->token.text);
  for (uint32_t i = 0; (word = scanner_operator_word(i)) != NULL; i++) nearest_try(&nearest, text_of(word));
  if (!nearest_found(&nearest)) return false;
  diagnostics_hint(parser->context->diagnostics, "did you mean `%t`?", &nearest.best);
  return true;
}

struct syntax *parser_expected_hint(struct parser *parser, const char *what, const char *hint) {
  struct diagnostics *diagnostics = parser->context->diagnostics;
  struct token *token = &parser->token;
  struct text found = {parser->scanner.source.bytes + token->from, token->to - token->from};
  switch (token->kind) {
  case TOKEN_NO_MEMORY: break;
  case TOKEN_END: report_end(parser, what); break;
  case TOKEN_ODD: report_odd(parser); break;
  case TOKEN_UNCLOSED:
    diagnostics_error(diagnostics, "R0406", parser_span(parser, token->from, token->from + 1),
                      "a quote is opened here and never closed");
    hint_at_cut(parser);
    break;
  case TOKEN_BAD:
    diagnostics_error(diagnostics, "R0402", token_span(parser), "`%t` is no sign of the language", &found);
    if (token->hint) diagnostics_hint(diagnostics, "%s", token->hint);
    break;
  default:
    diagnostics_error(diagnostics, "R0401", token_span(parser), "expected %s, found `%t`", what, &found);
    if (hint)
      diagnostics_hint(diagnostics, "%s", hint);
    else
      hint_at_operator(parser);
    break;
  }
  return NULL;
}

struct syntax *parser_expected(struct parser *parser, const char *what) {
  return parser_expected_hint(parser, what, NULL);
}

static struct syntax *report_depth(struct parser *parser, struct span span) {
  diagnostics_error(parser->context->diagnostics, "R0405", span, "this is nested more than %d levels deep", MAX_EXPRESSION_DEPTH);
  diagnostics_hint(parser->context->diagnostics, "give parts of it a name, as terms");
  return NULL;
}

bool parser_enter(struct parser *parser) {
  if (parser->nesting == MAX_EXPRESSION_DEPTH) {
    report_depth(parser, token_span(parser));
    return false;
  }
  parser->nesting++;
  return true;
}

void parser_leave(struct parser *parser) { parser->nesting--; }

/* ---- nodes ---- */

bool parser_add_kid(struct parser *parser, struct kids *kids, struct syntax *kid) {
  if (!kid) return false;
  if (!arena_reserve(parser->context->arena, (void **)&kids->items, &kids->capacity, kids->count + 1, sizeof(struct syntax *))) {
    parser->context->diagnostics->out_of_memory = true;
    return false;
  }
  kids->items[kids->count++] = kid;
  return true;
}

/* Checked, these become two nodes: the positive operator and `not`. */
static bool is_negative(enum syntax_kind kind) {
  return kind == SYNTAX_IS_NOT || kind == SYNTAX_IS_NOT_ONE_OF || kind == SYNTAX_NOT_IN || kind == SYNTAX_HAS_NO ||
         kind == SYNTAX_IS_NOT_EMPTY || kind == SYNTAX_IS_NOT_GIVEN || kind == SYNTAX_NOT_WITHIN;
}

struct syntax *parser_node(struct parser *parser, enum syntax_kind kind, uint32_t from, const struct kids *kids) {
  uint32_t height = 0;
  for (uint32_t i = 0; i < kids->count; i++) {
    if (kids->items[i]->height > height) height = kids->items[i]->height;
  }
  height += is_negative(kind) ? 2 : 1;
  if (height > MAX_EXPRESSION_DEPTH) return report_depth(parser, parser_span(parser, from, parser->last_to));
  struct syntax *node = arena_take(parser->context->arena, sizeof *node);
  if (!node) {
    parser->context->diagnostics->out_of_memory = true;
    return NULL;
  }
  *node = (struct syntax){
      .kind = kind, .from = from, .to = parser->last_to, .height = height, .kid_count = kids->count, .kids = kids->items};
  return node;
}

struct syntax *parser_node_of(struct parser *parser, enum syntax_kind kind, uint32_t from, struct syntax *a, struct syntax *b,
                              struct syntax *c) {
  struct syntax *all[] = {a, b, c};
  struct kids kids = {.count = c ? 3 : b ? 2 : 1};
  kids.items = arena_take(parser->context->arena, kids.count * sizeof *kids.items);
  if (!kids.items) {
    parser->context->diagnostics->out_of_memory = true;
    return NULL;
  }
  memcpy(kids.items, all, kids.count * sizeof *kids.items);
  return parser_node(parser, kind, from, &kids);
}

struct syntax *parser_leaf(struct parser *parser, enum syntax_kind kind) {
  struct kids none = {0};
  uint32_t from = parser->token.from;
  struct text text = parser->token.text;
  parser_advance(parser);
  struct syntax *node = parser_node(parser, kind, from, &none);
  if (node) node->text = text;
  return node;
}

bool parser_calendar(struct parser *parser, struct syntax *node) {
  for (uint32_t i = 0; i < node->kid_count; i++) {
    struct syntax *kid = node->kids[i];
    if (!kid->calendar.size || (kid->kind != SYNTAX_DURATION && kid->kind != SYNTAX_DURATION_OF)) continue;
    node->calendar = kid->calendar;
    node->name_from = kid->name_from;
    node->name_to = kid->name_to;
    kid->calendar = (struct text){NULL, 0};
  }
  if (!parser_at_word(parser, KEYWORD_IN)) return true;
  if (node->calendar.size) {
    parser_expected_hint(parser, "the end", "the calendar is named already");
    return false;
  }
  parser_advance(parser);
  if (!parser_at(parser, TOKEN_WORD)) {
    parser_expected(parser, "the name of a calendar");
    return false;
  }
  node->calendar = parser->token.text;
  node->name_from = parser->token.from;
  node->name_to = parser->token.to;
  parser_advance(parser);
  node->to = parser->last_to;
  return true;
}

/* ---- logic ---- */

static struct syntax *parse_negation(struct parser *parser) {
  uint32_t from = parser->token.from;
  if (!parser_at_word(parser, KEYWORD_NOT)) return parser_comparison(parser);
  if (!parser_enter(parser)) return NULL;
  parser_advance(parser);
  struct syntax *kid = parse_negation(parser);
  parser_leave(parser);
  return kid ? parser_node_of(parser, SYNTAX_NOT, from, kid, NULL, NULL) : NULL;
}

struct syntax *parser_condition(struct parser *parser) {
  uint32_t from = parser->token.from;
  struct syntax *first = parse_negation(parser);
  enum keyword joint = parser->token.keyword;
  if (!first || (joint != KEYWORD_AND && joint != KEYWORD_OR)) return first;
  struct kids kids = {0};
  if (!parser_add_kid(parser, &kids, first)) return NULL;
  while (parser_take_word(parser, joint)) {
    if (!parser_add_kid(parser, &kids, parse_negation(parser))) return NULL;
  }
  if (parser_at_word(parser, KEYWORD_AND) || parser_at_word(parser, KEYWORD_OR)) {
    diagnostics_error(parser->context->diagnostics, "R0404", token_span(parser), "`and` and `or` are mixed without parentheses");
    diagnostics_hint(parser->context->diagnostics, "say which belong together: `(a and b) or c`, or `a and (b or c)`");
    return NULL;
  }
  return parser_node(parser, joint == KEYWORD_AND ? SYNTAX_AND : SYNTAX_OR, from, &kids);
}

/* ---- entry points ---- */

static struct parser begin(const struct syntax_context *context, const struct scalar *scalar) {
  struct parser parser = {.context = context, .scalar = scalar, .scanner = {.arena = context->arena, .source = scalar->text}};
  parser_advance(&parser);
  parser.last_to = 0;
  return parser;
}

static bool is_relation(const struct syntax *syntax) {
  return syntax->kind >= SYNTAX_EQUAL && syntax->kind <= SYNTAX_MORE_AFTER && !syntax->parenthesised;
}

/* A comma between digits. */
static bool groups_digits(const struct parser *parser) {
  struct text source = parser->scanner.source;
  uint32_t at = parser->token.from;
  return at > 0 && at + 1 < source.size && source.bytes[at - 1] >= '0' && source.bytes[at - 1] <= '9' &&
         source.bytes[at + 1] >= '0' && source.bytes[at + 1] <= '9';
}

/* Why something may stand behind a complete condition, and what to write. NULL: no idea. */
static const char *hint_at_rest(const struct parser *parser, const struct syntax *syntax) {
  const struct syntax *last = syntax;
  while ((last->kind == SYNTAX_AND || last->kind == SYNTAX_OR || last->kind == SYNTAX_NOT) && !last->parenthesised)
    last = last->kids[last->kid_count - 1];
  bool takes_value =
      last->kind == SYNTAX_IS || last->kind == SYNTAX_IS_NOT || last->kind == SYNTAX_HAS || last->kind == SYNTAX_HAS_NO;
  enum token_kind found = parser->token.kind;
  if (takes_value && (found == TOKEN_WORD || found == TOKEN_NUMBER))
    return "a value with a space in it is quoted: `\"wrong size\"`";
  if (takes_value && found >= TOKEN_EQUAL && found <= TOKEN_DIVIDE)
    return "`is` takes a declared value; numbers and names are compared by `=`, `<`, ...";
  if (is_relation(last) && found >= TOKEN_EQUAL && found <= TOKEN_GREATER_EQUAL)
    return "write `x between 1 and 5`, or join two comparisons by `and`";
  if (found == TOKEN_COMMA && groups_digits(parser)) return "digits are not grouped: write `1000`";
  if (found == TOKEN_COMMA) return "conditions that must all hold are lines of their own, or joined by `and`";
  if (parser_at_word(parser, KEYWORD_PER))
    return "`per unit`, `per line` and `per request` stand in the amounts of fees and bonuses";
  if (parser_at_word(parser, KEYWORD_IN)) return "`in` names a set for a choice or a text, or a calendar behind working days";
  return NULL;
}

/* The tree, if nothing is left. */
static struct syntax *finish(struct parser *parser, struct syntax *syntax) {
  if (!syntax || parser_at(parser, TOKEN_END)) return syntax;
  if (parser_at(parser, TOKEN_CLOSE) || parser_at(parser, TOKEN_CLOSE_LIST)) {
    struct text bracket = {parser->scanner.source.bytes + parser->token.from, 1};
    diagnostics_error(parser->context->diagnostics, "R0406", token_span(parser), "`%t` closes nothing", &bracket);
    hint_at_cut(parser);
    return NULL;
  }
  return parser_expected_hint(parser, "an operator or the end", hint_at_rest(parser, syntax));
}

struct syntax *syntax_condition(const struct syntax_context *context, const struct scalar *scalar) {
  struct parser parser = begin(context, scalar);
  if (parser_at(&parser, TOKEN_END)) return parser_expected(&parser, "a condition");
  return finish(&parser, parser_condition(&parser));
}

struct syntax *syntax_expression(const struct syntax_context *context, const struct scalar *scalar) {
  struct parser parser = begin(context, scalar);
  return finish(&parser, parser_condition(&parser));
}

struct syntax *syntax_term_value(const struct syntax_context *context, const struct scalar *scalar) {
  return syntax_expression(context, scalar);
}

struct syntax *syntax_amount(const struct syntax_context *context, const struct scalar *scalar, uint32_t *basis) {
  struct parser parser = begin(context, scalar);
  struct syntax *amount = parser_condition(&parser);
  *basis = 0;
  if (!amount || !parser_take_word(&parser, KEYWORD_PER)) return finish(&parser, amount);
  if (parser_take_word(&parser, KEYWORD_UNIT))
    *basis = BASIS_UNIT;
  else if (parser_take_word(&parser, KEYWORD_LINE))
    *basis = BASIS_LINE;
  else if (parser_take_word(&parser, KEYWORD_REQUEST))
    *basis = BASIS_REQUEST;
  else
    return parser_expected(&parser, "`unit`, `line` or `request`");
  return finish(&parser, amount);
}

struct syntax *syntax_limit(const struct syntax_context *context, const struct scalar *scalar, bool *units) {
  struct parser parser = begin(context, scalar);
  struct syntax *limit = parser_condition(&parser);
  *units = limit && (parser_take_word(&parser, KEYWORD_UNITS) || parser_take_word(&parser, KEYWORD_UNIT));
  return finish(&parser, limit);
}

bool syntax_range(const struct syntax_context *context, const struct scalar *scalar, struct syntax **low, struct syntax **high) {
  struct parser parser = begin(context, scalar);
  *high = NULL;
  *low = parser_sum(&parser);
  if (!*low || !parser_demand(&parser, TOKEN_RANGE, "`..` and the end of the range")) return false;
  *high = finish(&parser, parser_sum(&parser));
  return *high != NULL;
}

bool syntax_within(const struct syntax_context *context, const struct scalar *scalar, struct syntax **duration,
                   struct syntax **of) {
  struct parser parser = begin(context, scalar);
  *of = NULL;
  *duration = parser_duration(&parser);
  if (!*duration || !parser_demand_word(&parser, KEYWORD_OF, "`of` and a date")) return false;
  *of = parser_sum(&parser);
  if (!*of || !parser_calendar(&parser, *duration)) return false;
  *of = finish(&parser, *of);
  return *of != NULL;
}

bool syntax_visit_names(const struct syntax *syntax, bool (*visit)(void *context, const struct syntax *name), void *context) {
  if (syntax->kind == SYNTAX_NAME) return visit(context, syntax);
  bool values_follow = syntax->kind >= SYNTAX_IS && syntax->kind <= SYNTAX_HAS_ALL;
  uint32_t count = values_follow ? 1 : syntax->kid_count;
  for (uint32_t i = 0; i < count; i++) {
    if (!syntax_visit_names(syntax->kids[i], visit, context)) return false;
  }
  return true;
}
