/* Traces as JSON: the records of evaluate/trace.h, key by key. */
#include "exchange/exchange.h"

static const char *const truth_words[] = {"false", "true", "open", "error"};
static const char *const verdict_words[] = {"", "authorize", "partial_credit", "exchange_only", "deny"};

/* NULL is null. */
static void write_text(struct buffer *out, const char *before, const char *text) {
  buffer_text(out, before);
  if (text == NULL)
    buffer_text(out, "null");
  else
    buffer_json_string(out, text_of(text));
}

static void write_test(const struct trace_test *test, struct buffer *out) {
  write_text(out, "{\"source\":", test->source);
  buffer_format(out, ",\"negated\":%s,\"truth\":\"%s\"", test->negated ? "true" : "false", truth_words[test->truth]);
  write_text(out, ",\"file\":", test->file);
  buffer_format(out, ",\"line\":%u,\"values\":[", test->line);
  for (uint32_t i = 0; i < test->value_count; i++) {
    const struct trace_value *value = &test->values[i];
    write_text(out, i == 0 ? "{\"name\":" : ",{\"name\":", value->name);
    write_text(out, ",\"kind\":", value->kind);
    write_text(out, ",\"value\":", value->value);
    write_text(out, ",\"origin\":", value->origin);
    buffer_char(out, '}');
  }
  buffer_text(out, "]}");
}

static void write_rule(const struct trace_rule *rule, struct buffer *out) {
  write_text(out, "{\"rule\":", rule->rule);
  write_text(out, ",\"file\":", rule->file);
  buffer_format(out, ",\"line\":%u,\"truth\":\"%s\",\"verdict\":\"%s\",\"took\":%l,\"remaining\":%l,\"draw\":", rule->line,
                truth_words[rule->truth], verdict_words[rule->verdict], rule->took, rule->remaining);
  if (rule->draw == NULL) {
    buffer_text(out, "null");
  } else {
    write_text(out, "{\"allowance\":", rule->draw->allowance);
    write_text(out, ",\"of\":", rule->draw->key);
    write_text(out, ",\"before\":", rule->draw->before);
    write_text(out, ",\"taken\":", rule->draw->taken);
    write_text(out, ",\"after\":", rule->draw->after);
    buffer_char(out, '}');
  }
  buffer_text(out, ",\"tests\":[");
  for (uint32_t i = 0; i < rule->test_count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_test(&rule->tests[i], out);
  }
  buffer_text(out, "]}");
}

static void write_amount(const struct trace_amount *amount, struct buffer *out) {
  write_text(out, "{\"name\":", amount->name);
  buffer_format(out, ",\"portion\":%u", amount->portion);
  write_text(out, ",\"source\":", amount->source);
  write_text(out, ",\"file\":", amount->file);
  buffer_format(out, ",\"line\":%u", amount->line);
  write_text(out, ",\"base\":", amount->base);
  write_text(out, ",\"percent\":", amount->percent);
  write_text(out, ",\"exact\":", amount->exact);
  write_text(out, ",\"at_least\":", amount->at_least);
  write_text(out, ",\"at_most\":", amount->at_most);
  write_text(out, ",\"rounded\":", amount->rounded);
  write_text(out, ",\"collected\":", amount->collected);
  buffer_char(out, '}');
}

void trace_write_json(const struct trace *trace, struct buffer *out) {
  buffer_text(out, trace->level == RETURNS_TRACE_FULL ? "{\"level\":\"full\",\"lines\":[" : "{\"level\":\"path\",\"lines\":[");
  for (uint32_t i = 0; i < trace->line_count; i++) {
    const struct trace_line *line = &trace->lines[i];
    buffer_format(out, i == 0 ? "{\"line\":%u,\"rules\":[" : ",{\"line\":%u,\"rules\":[", line->line);
    for (uint32_t k = 0; k < line->rule_count; k++) {
      if (k > 0) buffer_char(out, ',');
      write_rule(&line->rules[k], out);
    }
    buffer_text(out, "],\"amounts\":[");
    for (uint32_t k = 0; k < line->amount_count; k++) {
      if (k > 0) buffer_char(out, ',');
      write_amount(&line->amounts[k], out);
    }
    buffer_char(out, ']');
    if (line->raised != NULL) write_text(out, ",\"raised\":", line->raised);
    buffer_char(out, '}');
  }
  buffer_text(out, "]}");
}
