/* Dump of expressions: prefix form, `operator(kid, kid)`; names for facts and terms, coded values for constants.
 *
 * In: a verified program, so that the recursion ends. Out: text.
 */
#include "program/dump.h"

static const char *operator_word(uint32_t op) {
  static const char *const words[OP_LIMIT_] = {[OP_ADD] = "add",
                                               [OP_SUBTRACT] = "subtract",
                                               [OP_MULTIPLY] = "multiply",
                                               [OP_DIVIDE] = "divide",
                                               [OP_NEGATE] = "negate",
                                               [OP_PERCENT_OF] = "percent_of",
                                               [OP_MIN] = "min",
                                               [OP_MAX] = "max",
                                               [OP_ROUND_DOWN] = "round_down",
                                               [OP_ROUND_UP] = "round_up",
                                               [OP_DAY_OF] = "day_of",
                                               [OP_EQUAL] = "equal",
                                               [OP_NOT_EQUAL] = "not_equal",
                                               [OP_LESS] = "less",
                                               [OP_LESS_EQUAL] = "less_equal",
                                               [OP_GREATER] = "greater",
                                               [OP_GREATER_EQUAL] = "greater_equal",
                                               [OP_BETWEEN] = "between",
                                               [OP_ONE_OF] = "one_of",
                                               [OP_WITHIN] = "within",
                                               [OP_MORE_AFTER] = "more_after",
                                               [OP_HAS_ANY] = "has_any",
                                               [OP_HAS_ALL] = "has_all",
                                               [OP_AND] = "and",
                                               [OP_OR] = "or",
                                               [OP_NOT] = "not",
                                               [OP_CASES] = "cases",
                                               [OP_SUM] = "sum",
                                               [OP_COUNT] = "count",
                                               [OP_ANY_LINE] = "any_line",
                                               [OP_EVERY_LINE] = "every_line"};
  return op < OP_LIMIT_ && words[op] ? words[op] : "?";
}

static void constant(const struct program *p, const struct program_node *node, struct buffer *out) {
  const struct program_string *texts = program_section(p, SECTION_TEXTS);
  const struct program_rule *rules = program_section(p, SECTION_RULES);
  switch (node->type) {
  case TYPE_FLAG: buffer_text(out, node->value ? "yes" : "no"); break;
  case TYPE_TEXT: buffer_json_string(out, (struct text){program_text(p, texts[node->value]), texts[node->value].size}); break;
  case TYPE_RULE: buffer_text(out, program_text(p, rules[node->value].name)); break;
  default: buffer_integer(out, node->value); break;
  }
}

static bool leaf(const struct program *p, const struct program_node *node, struct buffer *out) {
  static const char *const specials[] = {"?", "line_value", "request_value", "value", "units", "verdict", "rule", "credit"};
  const struct program_fact *facts = program_section(p, SECTION_FACTS);
  const struct program_term *terms = program_section(p, SECTION_TERMS);
  switch (node->op) {
  case OP_CONST: constant(p, node, out); return true;
  case OP_RATIO: buffer_format(out, "%l/%l", node->value, node->denominator); return true;
  case OP_FACT: buffer_text(out, program_text(p, facts[node->index].name)); return true;
  case OP_TERM: buffer_text(out, program_text(p, terms[node->index].name)); return true;
  case OP_GIVEN: buffer_format(out, "given(%s)", program_text(p, facts[node->index].name)); return true;
  case OP_SPECIAL: buffer_text(out, specials[node->index]); return true;
  default: return false;
  }
}

void program_dump_node(const struct program *p, uint32_t index, struct buffer *out) {
  const struct program_node *node = (const struct program_node *)program_section(p, SECTION_NODES) + index;
  const uint32_t *links = (const uint32_t *)program_section(p, SECTION_LINKS) + node->kids_first;
  if (leaf(p, node, out)) return;
  buffer_format(out, "%s%s%s(", operator_word(node->op), node->flags & WITHIN_COUNTING ? " counting" : "",
                node->flags & WITHIN_ROLLING ? " rolling" : "");
  for (uint32_t i = 0; i < node->kid_count; i++) {
    if (i > 0) buffer_text(out, ", ");
    program_dump_node(p, links[i], out);
  }
  buffer_char(out, ')');
}
