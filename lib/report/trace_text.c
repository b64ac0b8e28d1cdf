/* A trace as text:
 *
 *   why line 1
 *     shop.yaml:41: rule swap applies, takes 4, leaves 1
 *       shop.yaml:43: reason is swap -> true (reason = swap)
 *       allowance swaps of Ray-Ban: 4, takes 4, left 0
 *     amounts
 *       shop.yaml:41: credit: value = 320.00
 *
 * Values may come from hosts: they are shown with control characters replaced.
 */
#include "report/trace_text.h"

#include "report/source_line.h"

static void show(struct buffer *out, const char *text) { source_text_show(out, text_of(text)); }

static void write_place(struct buffer *out, const char *indent, const char *file, uint32_t line) {
  buffer_text(out, indent);
  if (file == NULL || file[0] == '\0') return;
  show(out, file);
  buffer_format(out, ":%u: ", line);
}

static void write_value(const struct trace_value *value, bool first, struct buffer *out) {
  struct text origin = text_of(value->origin);
  buffer_text(out, first ? " (" : ", ");
  if (text_is(origin, "missing")) {
    buffer_format(out, "%s is missing", value->name);
    return;
  }
  buffer_format(out, "%s = ", value->name);
  if (value->value == NULL)
    buffer_text(out, "private");
  else
    show(out, value->value);
  if (origin.size > 0 && !text_is(origin, "given")) buffer_format(out, ", %s", value->origin);
}

static void write_test(const struct trace_test *test, struct buffer *out) {
  static const char *const truths[] = {"false", "true", "open", "error"};
  write_place(out, "      ", test->file, test->line);
  if (test->negated) buffer_text(out, "unless ");
  show(out, test->source);
  buffer_format(out, " -> %s", truths[test->truth]);
  for (uint32_t i = 0; i < test->value_count; i++) write_value(&test->values[i], i == 0, out);
  buffer_text(out, test->value_count > 0 ? ")\n" : "\n");
}

static void write_draw(const struct trace_draw *draw, struct buffer *out) {
  buffer_format(out, "      allowance %s", draw->allowance);
  if (draw->key != NULL) {
    buffer_text(out, " of ");
    show(out, draw->key);
  }
  buffer_format(out, ": %s, takes %s, left %s\n", draw->before, draw->taken, draw->after);
}

static void write_rule(const struct trace_rule *rule, struct buffer *out) {
  static const char *const truths[] = {"does not apply", "applies", "may apply", "has no answer"};
  write_place(out, "    ", rule->file, rule->line);
  buffer_format(out, "rule %s %s", rule->rule, truths[rule->truth]);
  if (rule->truth == TRACE_TRUE && rule->took > 0)
    buffer_format(out, ", takes %l, leaves %l", rule->took, rule->remaining);
  else if (rule->truth == TRACE_TRUE)
    buffer_text(out, ", takes none");
  buffer_char(out, '\n');
  for (uint32_t i = 0; i < rule->test_count; i++) write_test(&rule->tests[i], out);
  if (rule->draw != NULL) write_draw(rule->draw, out);
}

static void write_part(struct buffer *out, const char *before, const char *part) {
  if (part != NULL) buffer_format(out, "%s%s", before, part);
}

static void write_amount(const struct trace_amount *amount, struct buffer *out) {
  write_place(out, "      ", amount->file, amount->line);
  buffer_format(out, "%s of portion %u", amount->name, amount->portion + 1);
  if (amount->source != NULL) {
    buffer_text(out, ": ");
    show(out, amount->source);
  }
  if (amount->percent != NULL && amount->base != NULL) buffer_format(out, " = %s of %s", amount->percent, amount->base);
  write_part(out, " = ", amount->exact);
  write_part(out, ", at least ", amount->at_least);
  write_part(out, ", at most ", amount->at_most);
  write_part(out, ", rounded ", amount->rounded);
  write_part(out, ", collected ", amount->collected);
  buffer_char(out, '\n');
}

void trace_write_text(const struct trace *trace, struct buffer *out) {
  for (uint32_t i = 0; i < trace->line_count; i++) {
    const struct trace_line *line = &trace->lines[i];
    buffer_format(out, "\nwhy line %u\n", line->line + 1);
    for (uint32_t k = 0; k < line->rule_count; k++) write_rule(&line->rules[k], out);
    if (line->amount_count > 0) buffer_text(out, "    amounts\n");
    for (uint32_t k = 0; k < line->amount_count; k++) write_amount(&line->amounts[k], out);
  }
}
