/* Check, the ground: places, snippets of the source for messages, and typed nodes.
 *
 * In: syntax nodes. Out: spans, texts, struct expr in the arena. Knows no operator's rules, except when a result is whole.
 */
#include "language/check_internal.h"

#include <stdarg.h>
#include <string.h>

/* Behind that many bytes, a place that must be searched from the beginning is not searched for every node. */
enum { LONG_SCALAR = 4096, SNIPPET = 60 };

/* Of one policy: a small file may use a large set so often that no memory would hold what it says. */
enum { MAX_NODES = 1 << 21 };

struct checker checker_begin(const struct check_scope *scope, const struct scalar *scalar, const struct syntax *root) {
  const struct node *node = &scope->tree->nodes[scalar->node];
  struct checker checker = {.scope = scope, .scalar = scalar, .root = root};
  checker.whole = node_span(scope->tree, scalar->node);
  checker.simple = node->style == STYLE_PLAIN && node->end - node->start == scalar->text.size &&
                   checker.whole.line == checker.whole.end_line && text_is_ascii(scalar->text);
  return checker;
}

struct span checker_span(const struct checker *c, uint32_t from, uint32_t to) {
  if (!c->simple) return node_span_within(c->scope->tree, c->scalar->node, from, to);
  struct span span = c->whole;
  span.end_column = span.column + to;
  span.column += from;
  return span;
}

struct span checker_place(const struct checker *c, const struct syntax *syntax) {
  return checker_span(c, syntax->from, syntax->to);
}

/* The place that a node keeps: in long texts of many lines that of the whole. */
static struct span place_kept(const struct checker *c, const struct syntax *syntax) {
  return c->simple || c->scalar->text.size <= LONG_SCALAR ? checker_place(c, syntax) : c->whole;
}

bool checker_shown(const struct checker *c) { return c->scope->diagnostics->count < c->scope->diagnostics->limit; }

void *checker_take(struct checker *c, size_t size) {
  void *block = arena_take_zeroed(c->scope->arena, size);
  if (!block) c->scope->diagnostics->out_of_memory = true;
  return block;
}

struct text checker_snippet(const struct checker *c, const struct syntax *syntax) {
  struct text text = {c->scalar->text.bytes + syntax->from, syntax->to - syntax->from};
  bool cut = text.size > SNIPPET;
  if (!cut && !memchr(text.bytes, '\n', text.size)) return text;
  uint32_t size = cut ? SNIPPET : text.size;
  while (cut && ((unsigned char)text.bytes[size] & 0xC0) == 0x80) size--;
  char *copy = arena_take(c->scope->arena, size + 3);
  if (!copy) return (struct text){text.bytes, 0};
  for (uint32_t i = 0; i < size; i++) copy[i] = text.bytes[i];
  for (uint32_t i = 0; i < size; i++) {
    if (copy[i] == '\n') copy[i] = ' ';
  }
  if (cut) memcpy(copy + size, "...", 3);
  return (struct text){copy, cut ? size + 3 : size};
}

const char *check_type_phrase(enum value_type type) {
  switch (type) {
  case TYPE_FLAG: return "a flag";
  case TYPE_CHOICE: return "a choice";
  case TYPE_SET: return "a set";
  case TYPE_TEXT: return "a text";
  case TYPE_COUNT: return "a count";
  case TYPE_DECIMAL: return "a decimal";
  case TYPE_PERCENT: return "a percentage";
  case TYPE_MONEY: return "money";
  case TYPE_DATE: return "a date";
  case TYPE_INSTANT: return "an instant";
  case TYPE_DAYS: return "a duration in days";
  case TYPE_MONTHS: return "a duration in months";
  case TYPE_HOURS: return "a duration in hours";
  case TYPE_WORKING_DAYS: return "a duration in working days";
  case TYPE_NUMBER: return "a bare number";
  case TYPE_VERDICT: return "a verdict";
  case TYPE_RULE: return "a rule";
  default: return "unknown";
  }
}

bool check_is_bare(enum value_type type) { return type == TYPE_NUMBER || type == TYPE_COUNT || type == TYPE_DECIMAL; }

bool check_is_duration(enum value_type type) {
  return type == TYPE_DAYS || type == TYPE_MONTHS || type == TYPE_HOURS || type == TYPE_WORKING_DAYS;
}

bool check_is_constant(const struct expr *expr) { return expr->op == OP_CONST || expr->op == OP_RATIO; }

/* ---- nodes ---- */

static bool is_integral(const struct expr *expr) {
  return expr->type == TYPE_COUNT || (expr->type == TYPE_NUMBER && expr->op == OP_RATIO && expr->denominator == 1);
}

static bool all_whole(const struct expr *expr) {
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    if (!expr->kids[i]->whole) return false;
  }
  return true;
}

static bool term_is_whole(const struct term *term) {
  for (uint32_t i = 0; i < term->case_count; i++) {
    if (!term->cases[i].value || !term->cases[i].value->whole) return false;
  }
  return term->value && term->value->whole;
}

static bool special_is_whole(const struct model *model, enum special special) {
  if (special == SPECIAL_LINE_VALUE || special == SPECIAL_REQUEST_VALUE || special == SPECIAL_VALUE)
    return model->unit_value && model->unit_value->whole;
  return special == SPECIAL_UNITS || special == SPECIAL_CREDIT; /* a credit is rounded */
}

static bool node_is_whole(const struct checker *c, const struct expr *expr) {
  if (expr->type == TYPE_COUNT) return true;
  switch (expr->op) {
  case OP_CONST:
  case OP_FACT:
  case OP_ROUND_DOWN:
  case OP_ROUND_UP: return true;
  case OP_RATIO: return is_integral(expr);
  case OP_TERM: return term_is_whole(&c->scope->model->terms[expr->index]);
  case OP_SPECIAL: return special_is_whole(c->scope->model, (enum special)expr->index);
  case OP_ADD:
  case OP_SUBTRACT:
  case OP_MIN:
  case OP_MAX:
  case OP_NEGATE:
  case OP_DAY_OF: return all_whole(expr);
  case OP_SUM: return expr->kids[0]->whole;
  case OP_MULTIPLY:
    return (expr->kids[0]->whole && is_integral(expr->kids[1])) || (expr->kids[1]->whole && is_integral(expr->kids[0]));
  default: return false;
  }
}

void checker_whole(const struct checker *c, struct expr *expr) {
  bool measures = check_is_bare(expr->type) || check_is_duration(expr->type) || expr->type == TYPE_PERCENT ||
                  expr->type == TYPE_MONEY || expr->type == TYPE_DATE || expr->type == TYPE_INSTANT;
  expr->whole = measures && node_is_whole(c, expr);
}

bool checker_count(struct checker *c, const struct syntax *syntax, uint32_t count) {
  uint32_t *total = &c->scope->model->expr_count;
  if (*total > MAX_NODES) return false;
  *total = count > MAX_NODES ? MAX_NODES + 1 : *total + count;
  if (*total <= MAX_NODES) return true;
  diagnostics_error(c->scope->diagnostics, "R0517", checker_place(c, syntax),
                    "up to here, the conditions and amounts of this policy come to more than %u parts", (uint32_t)MAX_NODES);
  diagnostics_hint(c->scope->diagnostics, "a set is spelled out wherever `in` uses it: use it once, in a term");
  return false;
}

struct expr *checker_leaf(struct checker *c, const struct syntax *syntax, enum operator op, enum value_type type) {
  struct expr *expr = checker_count(c, syntax, 1) ? checker_take(c, sizeof *expr) : NULL;
  if (expr) *expr = (struct expr){.op = op, .type = type, .index = NO_INDEX, .span = place_kept(c, syntax)};
  return expr;
}

struct expr *checker_constant(struct checker *c, const struct syntax *syntax, enum value_type type, int64_t value) {
  struct expr *expr = checker_leaf(c, syntax, OP_CONST, type);
  if (!expr) return NULL;
  expr->value = value;
  checker_whole(c, expr);
  return expr;
}

struct expr *checker_node_over(struct checker *c, const struct syntax *syntax, enum operator op, enum value_type type,
                               struct expr **kids, uint32_t count) {
  struct expr *expr = checker_leaf(c, syntax, op, type);
  if (!expr) return NULL;
  expr->kids = kids;
  expr->kid_count = count;
  checker_whole(c, expr);
  return check_fold(c, expr, syntax) ? expr : NULL;
}

struct expr *checker_node(struct checker *c, const struct syntax *syntax, enum operator op, enum value_type type, struct expr *a,
                          struct expr *b, struct expr *d) {
  struct expr *all[] = {a, b, d};
  uint32_t count = d ? 3 : b ? 2 : 1;
  struct expr **kids = checker_take(c, count * sizeof *kids);
  if (!kids) return NULL;
  memcpy(kids, all, count * sizeof *kids);
  return checker_node_over(c, syntax, op, type, kids, count);
}

struct expr *checker_not(struct checker *c, const struct syntax *syntax, struct expr *positive) {
  return positive ? checker_node(c, syntax, OP_NOT, TYPE_FLAG, positive, NULL, NULL) : NULL;
}

struct expr *checker_unequal(struct checker *c, const struct syntax *syntax, struct expr *equal) {
  if (!equal || equal->op != OP_EQUAL) return checker_not(c, syntax, equal);
  equal->op = OP_NOT_EQUAL;
  return equal;
}
