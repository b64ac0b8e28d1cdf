/* A decision as text for people: what was decided and why, line by line, then the trace (trace_text.c). */
#include "base/number.h"
#include "evaluate/decision.h"
#include "report/names.h"
#include "report/report.h"
#include "report/source_line.h"
#include "report/trace_text.h"

struct writer {
  const returns_decision *decision;
  const struct returns_policy *policy;
  const struct answer *answer;
  struct buffer *out;
};

static void write_money(struct writer *writer, int64_t minor) {
  money_write(writer->out, minor, writer->policy->header->minor_digits);
}

static const char *name_of(const struct writer *writer, struct program_string string) {
  return policy_text(writer->policy, string);
}

/* "credit 320.00, fees 10.00, net 310.00 AUD"; what is nothing is left out. */
static void write_sums(struct writer *writer, const struct sums *sums) {
  struct buffer *out = writer->out;
  buffer_text(out, "credit ");
  write_money(writer, sums->credit);
  if (sums->bonuses != 0) {
    buffer_text(out, ", bonuses ");
    write_money(writer, sums->bonuses);
  }
  if (sums->fees != 0) {
    buffer_text(out, ", fees ");
    write_money(writer, sums->fees);
  }
  if (sums->uncovered != 0) {
    buffer_text(out, ", not covered ");
    write_money(writer, sums->uncovered);
  }
  if (sums->net != sums->credit || sums->fees != 0 || sums->bonuses != 0) {
    buffer_text(out, ", net ");
    write_money(writer, sums->net);
  }
  buffer_format(out, writer->policy->header->currency.size > 0 ? " %s\n" : "%s\n",
                name_of(writer, writer->policy->header->currency));
}

static void write_facts(struct writer *writer, const char *before, const uint64_t *words) {
  bool any = false;
  for (uint32_t f = 0; words != NULL && f < writer->policy->fact_count; f++) {
    if ((words[f / 64] >> (f % 64) & 1) == 0) continue;
    buffer_format(writer->out, "%s%s", any ? ", " : before, name_of(writer, writer->policy->facts[f].name));
    any = true;
  }
  if (any) buffer_char(writer->out, '\n');
}

/* ---- portions ---- */

static void write_message(struct writer *writer, uint32_t line, const struct origin *origin, uint32_t reason) {
  struct buffer message;
  buffer_init(&message, &writer->decision->environment->memory);
  if (decision_write_message(writer->decision, line, origin, reason, decision_locale(writer->decision), &message)) {
    buffer_text(writer->out, ": ");
    source_text_show(writer->out, (struct text){message.bytes == NULL ? "" : message.bytes, (uint32_t)message.size});
  }
  if (message.failed) writer->out->failed = true;
  buffer_free(&message);
}

static void write_reasons(struct writer *writer, uint32_t line, const struct origin *origin) {
  const struct portion *portion = &origin->answer->portions.items[origin->portion];
  const uint32_t *reasons = origin->answer->portions.reasons + portion->reason_first;
  for (uint32_t i = 0; i < portion->reason_count; i++) {
    buffer_format(writer->out, i == 0 ? "    because %s" : "    and %s", decision_reason_code(origin->decision, reasons[i]));
    write_message(writer, line, origin, i);
    buffer_char(writer->out, '\n');
  }
  if (portion->reasons_open) buffer_text(writer->out, "    and perhaps more: a fact is missing\n");
}

static void write_charge(struct writer *writer, const char *what, struct program_string name, const struct charge *charge) {
  buffer_format(writer->out, "    %s %s ", what, name_of(writer, name));
  write_money(writer, charge->charged);
  if (charge->collected != charge->charged) {
    buffer_text(writer->out, ", of which collected ");
    write_money(writer, charge->collected);
  }
  buffer_char(writer->out, '\n');
}

static void write_charges(struct writer *writer, uint32_t portion) {
  const struct returns_policy *policy = writer->policy;
  const struct charge *charges = portion_charges(&writer->answer->portions, portion);
  for (uint32_t a = 0; a < policy->bonus_count; a++) {
    struct charge bonus = charges[policy->fee_count + a];
    bonus.collected = bonus.charged;
    if (bonus.applies) write_charge(writer, "bonus", policy->bonuses[a].name, &bonus);
  }
  for (uint32_t a = 0; a < policy->fee_count; a++) {
    if (charges[a].applies) write_charge(writer, "fee", policy->fees[a].name, &charges[a]);
  }
}

static void write_approvals(struct writer *writer, uint32_t portion) {
  const uint8_t *asked = portion_asked(&writer->answer->portions, portion);
  for (uint32_t a = 0; a < writer->policy->approval_count; a++) {
    if (!asked[a]) continue;
    int32_t answer = decision_role_answer(writer->decision, a);
    const char *words = answer == ROLE_AGREED ? "has agreed" : answer == ROLE_REFUSED ? "has refused" : "must agree";
    buffer_format(writer->out, "    %s %s\n", name_of(writer, writer->policy->approvals[a].role), words);
  }
}

static void write_outputs(struct writer *writer, uint32_t portion) {
  const struct returns_policy *policy = writer->policy;
  const struct chosen *chosen = portion_outputs(&writer->answer->portions, portion);
  for (uint32_t o = 0; o < policy->output_count; o++) {
    const struct program_output *output = &policy->outputs[o];
    if (chosen[o].value == NO_INDEX) {
      buffer_format(writer->out, "    %s: open", name_of(writer, output->name));
      write_facts(writer, ", needs ", decision_words(writer->answer, chosen[o].needs));
    } else {
      buffer_format(writer->out, "    %s: %s\n", name_of(writer, output->name),
                    name_of(writer, policy->values[output->values.first + chosen[o].value]));
    }
  }
}

static void write_portion(struct writer *writer, uint32_t of_line, uint32_t index) {
  const struct portion *portion = &writer->answer->portions.items[index];
  const struct origin origin = decision_origin(writer->decision, writer->answer, index);
  struct writer declared = {origin.decision, origin.decision->policy, origin.answer, writer->out};
  const struct portion *told = &origin.answer->portions.items[origin.portion];
  uint32_t line = 0;
  const char *file = policy_place(declared.policy, declared.policy->rules[told->rule].span, &line);
  buffer_format(writer->out, portion->units == 1 ? "  %l unit: %s" : "  %l units: %s", portion->units,
                verdict_name(portion->verdict));
  if (portion_grants(portion) && declared.policy->header->unit_value != NO_INDEX) {
    buffer_text(writer->out, ", credit ");
    write_money(writer, portion->credit);
  }
  buffer_format(writer->out, "\n    rule %s (%s:%u)\n", decision_rule_name(writer->decision, index), file, line);
  write_reasons(writer, of_line, &origin);
  write_charges(&declared, origin.portion);
  write_approvals(&declared, origin.portion);
  write_outputs(writer, index);
}

/* ---- lines and allowances ---- */

static void write_line(struct writer *writer, uint32_t index) {
  const struct answer_line *line = &writer->answer->lines[index];
  struct text id = decision_id(writer->answer, line);
  struct buffer *out = writer->out;
  buffer_format(out, "\nline %u", index + 1);
  if (id.bytes != NULL) {
    buffer_text(out, " (");
    source_text_show(out, id);
    buffer_char(out, ')');
  }
  if (line->status == RETURNS_UNDECIDED) {
    buffer_text(out, ": undecided, possible:");
    for (uint32_t i = 0; i < line->possible_count; i++)
      buffer_format(out, i == 0 ? " %s" : ", %s", verdict_name(line->possible[i]));
    buffer_char(out, '\n');
    write_facts(writer, "  needs ", decision_words(writer->answer, line->needs));
    return;
  }
  buffer_text(out, ": ");
  write_sums(writer, &line->sums);
  write_facts(writer, "  provisional, assumes ", decision_words(writer->answer, line->assumed));
  if (line->raised.floor) {
    buffer_text(out, "  ");
    decision_write_raised(writer->decision, line, out);
    buffer_char(out, '\n');
  }
  for (uint32_t i = 0; i < line->portion_count; i++) write_portion(writer, index, line->portion_first + i);
  if (line->portion_count == 0) buffer_text(out, "  no units\n");
}

static void write_quantity(struct writer *writer, const char *before, const struct program_allowance *declared,
                           int64_t quantity) {
  buffer_text(writer->out, before);
  if (quantity < 0)
    buffer_text(writer->out, "open");
  else if (declared->money != 0)
    write_money(writer, quantity);
  else
    buffer_integer(writer->out, quantity);
}

static void write_allowance(struct writer *writer, const struct answer_allowance *allowance) {
  const struct program_allowance *declared = &writer->policy->allowances[allowance->allowance];
  struct text key = decision_key(writer->answer, allowance);
  buffer_format(writer->out, "allowance %s", name_of(writer, declared->name));
  if (key.bytes != NULL) {
    buffer_text(writer->out, " of ");
    struct text fact = policy_slice(writer->policy, writer->policy->facts[declared->scope_fact].name);
    if (!policy_hides_fact(writer->policy, declared->scope_fact))
      source_text_show(writer->out, key);
    else if (!write_hidden(writer->decision->environment, fact, key, writer->out))
      buffer_text(writer->out, "a private value");
  }
  write_quantity(writer, ": ", declared, allowance->limit);
  write_quantity(writer, ", drawn ", declared, allowance->drawn);
  write_quantity(writer, ", left ", declared, allowance->left);
  buffer_char(writer->out, '\n');
}

void decision_write_text(const returns_decision *decision, const struct trace *trace, struct buffer *out) {
  static const char *const words[] = {"", "decided", "undecided", "no valid policy for this request"};
  const struct answer *answer = &decision->answer;
  struct writer writer = {decision, decision->policy, answer, out};
  const struct program_header *header = decision->policy->header;
  buffer_format(out, header->revision.size > 0 ? "%s, revision %s: %s\n" : "%s%s: %s\n", name_of(&writer, header->name),
                name_of(&writer, header->revision), words[answer->status]);
  for (uint32_t i = 0; i < answer->line_count; i++) write_line(&writer, i);
  if (answer->allowance_count > 0) buffer_char(out, '\n');
  for (uint32_t i = 0; i < answer->allowance_count; i++) write_allowance(&writer, &answer->allowances[i]);
  if (answer->line_count > 1) {
    buffer_text(out, "\ntotal: ");
    write_sums(&writer, &answer->totals);
  }
  if (trace != NULL) trace_write_text(trace, out);
}
