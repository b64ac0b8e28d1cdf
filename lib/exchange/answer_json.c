/* Answers as canonical JSON: keys always in the order of docs/answers.md, no spaces. */
#include "base/number.h"
#include "evaluate/decision.h"
#include "exchange/exchange.h"

struct writer {
  const returns_decision *decision;
  const struct returns_policy *policy;
  const struct answer *answer;
  struct buffer *out;
};

static void write_text(struct writer *writer, struct text text) { buffer_json_string(writer->out, text); }

static void write_string(struct writer *writer, struct program_string string) {
  write_text(writer, policy_slice(writer->policy, string));
}

/* `before` is what stands before the value, comma and key. */
static void write_money(struct writer *writer, const char *before, int64_t minor) {
  buffer_text(writer->out, before);
  buffer_char(writer->out, '"');
  money_write(writer->out, minor, writer->policy->header->minor_digits);
  buffer_char(writer->out, '"');
}

static void write_sums(struct writer *writer, const struct sums *sums) {
  write_money(writer, "\"credit\":", sums->credit);
  write_money(writer, ",\"bonuses\":", sums->bonuses);
  write_money(writer, ",\"fees\":", sums->fees);
  write_money(writer, ",\"uncovered\":", sums->uncovered);
  write_money(writer, ",\"net\":", sums->net);
}

/* The names of facts whose bits are set, in order of declaration; NULL: none. */
static void write_facts(struct writer *writer, const uint64_t *words) {
  bool any = false;
  buffer_char(writer->out, '[');
  for (uint32_t f = 0; words != NULL && f < writer->policy->fact_count; f++) {
    if ((words[f / 64] >> (f % 64) & 1) == 0) continue;
    if (any) buffer_char(writer->out, ',');
    any = true;
    write_string(writer, writer->policy->facts[f].name);
  }
  buffer_char(writer->out, ']');
}

static const char *verdict_word(int32_t verdict) {
  static const char *const words[] = {"", "\"authorize\"", "\"partial_credit\"", "\"exchange_only\"", "\"deny\""};
  return words[verdict];
}

/* ---- portions ---- */

static void write_reasons(struct writer *writer, const struct portion *portion) {
  struct buffer *out = writer->out;
  const uint32_t *reasons = writer->answer->portions.reasons + portion->reason_first;
  buffer_text(out, ",\"because\":");
  write_text(writer, text_of(decision_reason_code(writer->decision, reasons[0])));
  buffer_text(out, ",\"reasons\":[");
  for (uint32_t i = 0; i < portion->reason_count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_text(writer, text_of(decision_reason_code(writer->decision, reasons[i])));
  }
  buffer_text(out, portion->reasons_open ? "],\"reasons_open\":true" : "],\"reasons_open\":false");
}

/* Bonuses, or fees with what was collected of them; charges: the first of this list. */
static void write_charges(struct writer *writer, const struct charge *charges, const struct program_adjustment *declared,
                          uint32_t count, bool fees) {
  bool any = false;
  for (uint32_t a = 0; a < count; a++) {
    if (!charges[a].applies) continue;
    buffer_text(writer->out, any ? ",{\"name\":" : "{\"name\":");
    any = true;
    write_string(writer, declared[a].name);
    write_money(writer, ",\"amount\":", charges[a].charged);
    if (fees) write_money(writer, ",\"collected\":", charges[a].collected);
    buffer_char(writer->out, '}');
  }
}

static void write_approvals(struct writer *writer, uint32_t portion) {
  const uint8_t *asked = portion_asked(&writer->answer->portions, portion);
  bool any = false;
  for (uint32_t a = 0; a < writer->policy->approval_count; a++) {
    if (!asked[a]) continue;
    buffer_text(writer->out, any ? ",{\"role\":" : "{\"role\":");
    any = true;
    write_string(writer, writer->policy->approvals[a].role);
    int32_t answer = decision_role_answer(writer->decision, a);
    buffer_format(writer->out, ",\"answer\":\"%s\"}",
                  answer == ROLE_AGREED    ? "agreed"
                  : answer == ROLE_REFUSED ? "refused"
                                           : "awaited");
  }
}

static void write_outputs(struct writer *writer, uint32_t portion) {
  const struct returns_policy *policy = writer->policy;
  const struct chosen *chosen = portion_outputs(&writer->answer->portions, portion);
  bool any = false;
  buffer_text(writer->out, ",\"outputs\":{");
  for (uint32_t o = 0; o < policy->output_count; o++) {
    if (o > 0) buffer_char(writer->out, ',');
    write_string(writer, policy->outputs[o].name);
    buffer_char(writer->out, ':');
    if (chosen[o].value == NO_INDEX)
      buffer_text(writer->out, "null");
    else
      write_string(writer, policy->values[policy->outputs[o].values.first + chosen[o].value]);
  }
  buffer_text(writer->out, "},\"open_outputs\":[");
  for (uint32_t o = 0; o < policy->output_count; o++) {
    if (chosen[o].value != NO_INDEX) continue;
    buffer_text(writer->out, any ? ",{\"output\":" : "{\"output\":");
    any = true;
    write_string(writer, policy->outputs[o].name);
    buffer_text(writer->out, ",\"needs\":");
    write_facts(writer, decision_words(writer->answer, chosen[o].needs));
    buffer_char(writer->out, '}');
  }
  buffer_char(writer->out, ']');
}

/* Verdict, units, rule: of the policy, or of the floor that raised the line. */
static void write_basis(struct writer *writer, uint32_t index, const struct origin *origin) {
  const struct portion *portion = &writer->answer->portions.items[index];
  const struct returns_policy *policy = origin->decision->policy;
  uint32_t span = policy->rules[origin->answer->portions.items[origin->portion].rule].span, line = 0;
  struct buffer *out = writer->out;
  buffer_format(out, "{\"verdict\":%s,\"units\":%l,\"rule\":{\"name\":", verdict_word(portion->verdict), portion->units);
  write_text(writer, text_of(decision_rule_name(writer->decision, index)));
  buffer_text(out, ",\"file\":");
  write_text(writer, text_of(policy_place(policy, span, &line)));
  buffer_format(out, ",\"line\":%u}", line);
}

/* The deciding reason in words, on request. */
static void write_message(struct writer *writer, uint32_t line, const struct origin *origin) {
  struct buffer message;
  const char *locale = decision_locale(writer->decision);
  if (locale == NULL) return;
  buffer_text(writer->out, ",\"message\":");
  buffer_init(&message, &writer->decision->environment->memory);
  if (decision_write_message(writer->decision, line, origin, 0, locale, &message))
    write_text(writer, (struct text){message.bytes == NULL ? "" : message.bytes, (uint32_t)message.size});
  else
    buffer_text(writer->out, "null");
  if (message.failed) writer->out->failed = true;
  buffer_free(&message);
}

static void write_portion(struct writer *writer, uint32_t line, uint32_t index) {
  const struct origin origin = decision_origin(writer->decision, writer->answer, index);
  struct writer declared = {origin.decision, origin.decision->policy, origin.answer, writer->out};
  const struct returns_policy *policy = declared.policy;
  const struct portion *portion = &writer->answer->portions.items[index];
  const struct charge *charges = portion_charges(&origin.answer->portions, origin.portion);
  struct buffer *out = writer->out;
  write_basis(writer, index, &origin);
  write_reasons(&declared, &origin.answer->portions.items[origin.portion]);
  write_message(writer, line, &origin);
  write_money(writer, ",\"credit\":", portion->credit);
  buffer_text(out, ",\"bonuses\":[");
  write_charges(&declared, charges + policy->fee_count, policy->bonuses, policy->bonus_count, false);
  buffer_text(out, "],\"fees\":[");
  write_charges(&declared, charges, policy->fees, policy->fee_count, true);
  write_money(writer, "],\"net\":", portion->net);
  buffer_text(out, ",\"approvals\":[");
  write_approvals(&declared, origin.portion);
  buffer_char(out, ']');
  write_outputs(writer, index);
  buffer_char(out, '}');
}

/* ---- lines ---- */

static void write_side(struct writer *writer, int64_t net, uint32_t first, uint32_t count) {
  write_money(writer, "{\"net\":", net);
  buffer_text(writer->out, ",\"portions\":[");
  for (uint32_t p = first; p < first + count; p++) {
    const struct origin origin = decision_origin(writer->decision, writer->answer, p);
    if (p > first) buffer_char(writer->out, ',');
    write_basis(writer, p, &origin);
    buffer_char(writer->out, '}');
  }
  buffer_text(writer->out, "]}");
}

/* What a floor raised: from what, to what, and the policy's fees that fall away. */
static void write_raised(struct writer *writer, const struct answer_line *line) {
  const struct raised *own = &line->raised;
  const struct returns_policy *policy = writer->policy;
  bool any = false;
  buffer_text(writer->out, ",\"raised\":{\"floor\":");
  write_text(writer, text_of(decision_floor_name(writer->decision, line)));
  buffer_text(writer->out, ",\"from\":");
  if (own->status == RETURNS_DECIDED)
    write_side(writer, own->sums.net, own->portion_first, own->portion_count);
  else
    buffer_text(writer->out, "null");
  buffer_text(writer->out, ",\"to\":");
  write_side(writer, line->sums.net, line->portion_first, line->portion_count);
  buffer_text(writer->out, ",\"dropped_fees\":[");
  for (uint32_t f = 0; f < policy->fee_count; f++) {
    int64_t charged;
    if (!decision_dropped_fee(writer->decision, line, f, &charged)) continue;
    buffer_text(writer->out, any ? ",{\"name\":" : "{\"name\":");
    any = true;
    write_string(writer, policy->fees[f].name);
    write_money(writer, ",\"amount\":", charged);
    buffer_char(writer->out, '}');
  }
  buffer_text(writer->out, "]}");
}

static void write_decided(struct writer *writer, const struct answer_line *line) {
  struct buffer *out = writer->out;
  buffer_text(out, ",\"status\":\"decided\",");
  write_sums(writer, &line->sums);
  buffer_text(out, ",\"assumed\":");
  write_facts(writer, decision_words(writer->answer, line->assumed));
  buffer_text(out, ",\"portions\":[");
  for (uint32_t i = 0; i < line->portion_count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_portion(writer, (uint32_t)(line - writer->answer->lines), line->portion_first + i);
  }
  buffer_char(out, ']');
  if (line->raised.floor) write_raised(writer, line);
  buffer_char(out, '}');
}

static void write_undecided(struct writer *writer, const struct answer_line *line) {
  struct buffer *out = writer->out;
  buffer_text(out, ",\"status\":\"undecided\",\"needs\":");
  write_facts(writer, decision_words(writer->answer, line->needs));
  buffer_text(out, ",\"possible\":[");
  for (uint32_t i = 0; i < line->possible_count; i++) {
    if (i > 0) buffer_char(out, ',');
    buffer_text(out, verdict_word(line->possible[i]));
  }
  buffer_text(out, "]}");
}

static void write_line(struct writer *writer, const struct answer_line *line) {
  struct text id = decision_id(writer->answer, line);
  buffer_text(writer->out, "{\"id\":");
  if (id.bytes == NULL)
    buffer_text(writer->out, "null");
  else
    write_text(writer, id);
  if (line->status == RETURNS_DECIDED)
    write_decided(writer, line);
  else
    write_undecided(writer, line);
}

/* ---- the rest ---- */

/* Units as a number, money as a string, what is open as null. */
static void write_quantity(struct writer *writer, const char *before, const struct program_allowance *declared,
                           int64_t quantity) {
  if (quantity >= 0 && declared->money != 0) {
    write_money(writer, before, quantity);
    return;
  }
  buffer_text(writer->out, before);
  if (quantity < 0)
    buffer_text(writer->out, "null");
  else
    buffer_integer(writer->out, quantity);
}

/* A key that is private: its keyed digest, or null. */
static void write_hidden_key(struct writer *writer, uint32_t fact, struct text key) {
  struct buffer *out = writer->out;
  size_t before = out->size;
  buffer_char(out, '"');
  if (write_hidden(writer->decision->environment, policy_slice(writer->policy, writer->policy->facts[fact].name), key, out)) {
    buffer_char(out, '"');
  } else {
    out->size = before;
    buffer_text(out, "null");
  }
}

static void write_allowance(struct writer *writer, const struct answer_allowance *allowance) {
  const struct program_allowance *declared = &writer->policy->allowances[allowance->allowance];
  struct text key = decision_key(writer->answer, allowance);
  buffer_text(writer->out, "{\"allowance\":");
  write_string(writer, declared->name);
  buffer_text(writer->out, ",\"of\":");
  bool hidden = key.bytes != NULL && policy_hides_fact(writer->policy, declared->scope_fact);
  if (hidden)
    write_hidden_key(writer, declared->scope_fact, key);
  else if (key.bytes == NULL)
    buffer_text(writer->out, "null");
  else
    write_text(writer, key);
  write_quantity(writer, ",\"limit\":", declared, allowance->limit);
  write_quantity(writer, ",\"drawn\":", declared, allowance->drawn);
  write_quantity(writer, ",\"left\":", declared, allowance->left);
  buffer_char(writer->out, '}');
}

static void write_head(struct writer *writer) {
  static const char *const words[] = {"", "decided", "undecided", "no_valid_policy"};
  const struct returns_policy *policy = writer->policy;
  buffer_format(writer->out, "{\"status\":\"%s\",\"policy\":{\"name\":", words[writer->answer->status]);
  write_string(writer, policy->header->name);
  buffer_text(writer->out, ",\"revision\":");
  write_string(writer, policy->header->revision);
  buffer_format(writer->out, ",\"digest\":\"%s\"},\"currency\":", policy->digest);
  write_string(writer, policy->header->currency);
}

void answer_write_json(const returns_decision *decision, const struct trace *trace, struct buffer *out) {
  const struct answer *answer = &decision->answer;
  struct writer writer = {decision, decision->policy, answer, out};
  write_head(&writer);
  buffer_text(out, ",\"lines\":[");
  for (uint32_t i = 0; i < answer->line_count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_line(&writer, &answer->lines[i]);
  }
  buffer_text(out, "],\"allowances\":[");
  for (uint32_t i = 0; i < answer->allowance_count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_allowance(&writer, &answer->allowances[i]);
  }
  buffer_text(out, "],\"totals\":{");
  write_sums(&writer, &answer->totals);
  buffer_char(out, '}');
  if (trace != NULL) {
    buffer_text(out, ",\"trace\":");
    trace_write_json(trace, out);
  }
  buffer_char(out, '}');
}
