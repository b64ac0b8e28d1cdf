/* A raised line in plain words: what raised it, from what to what, which rules, which fees fall away. Names and amounts only. */
#include "evaluate/floors.h"

struct writer {
  const returns_decision *decision;
  const struct answer_line *line;
  struct buffer *out;
};

static void write_money(const struct writer *writer, int64_t minor) {
  money_write(writer->out, minor, writer->decision->policy->header->minor_digits);
}

static void write_verdict(const struct writer *writer, const struct portion *portion) {
  static const char *const words[] = {"", "authorize", "partial_credit", "exchange_only", "deny"};
  buffer_format(writer->out, " %s", words[portion->verdict]);
}

/* "goodwill (shop.yaml:40)", of each portion; with verdicts where amounts do not tell the difference. */
static void write_rules(const struct writer *writer, uint32_t first, uint32_t count, bool verdicts) {
  const struct answer *answer = &writer->decision->answer;
  for (uint32_t p = first; p < first + count; p++) {
    struct origin origin = decision_origin(writer->decision, answer, p);
    const struct returns_policy *policy = origin.decision->policy;
    uint32_t place;
    const char *file = policy_place(policy, policy->rules[origin.answer->portions.items[origin.portion].rule].span, &place);
    if (p > first) buffer_text(writer->out, " and ");
    buffer_format(writer->out, "%s (%s:%u)", decision_rule_name(writer->decision, p), file, place);
    if (verdicts) write_verdict(writer, &answer->portions.items[p]);
  }
}

static void write_fees(const struct writer *writer) {
  const struct returns_policy *policy = writer->decision->policy;
  for (uint32_t f = 0; f < policy->fee_count; f++) {
    int64_t charged;
    if (!decision_dropped_fee(writer->decision, writer->line, f, &charged)) continue;
    buffer_format(writer->out, "; fee %s ", policy_text(policy, policy->fees[f].name));
    write_money(writer, charged);
    buffer_text(writer->out, " falls away");
  }
}

void decision_write_raised(const returns_decision *decision, const struct answer_line *line, struct buffer *out) {
  const struct raised *own = &line->raised;
  struct writer writer = {decision, line, out};
  bool open = own->status != RETURNS_DECIDED, same = own->sums.net == line->sums.net;
  buffer_format(out,
                open   ? "floor %s decides, net "
                : same ? "floor %s stands, net "
                       : "floor %s raises net ",
                decision_floor_name(decision, line));
  if (!open && !same) {
    write_money(&writer, own->sums.net);
    buffer_text(out, " to ");
  }
  write_money(&writer, line->sums.net);
  if (open) {
    buffer_text(out, ": the policy alone is undecided, but cannot come out better than ");
  } else {
    buffer_text(out, ": rule ");
    write_rules(&writer, own->portion_first, own->portion_count, same);
    buffer_text(out, " gives way to ");
  }
  write_rules(&writer, line->portion_first, line->portion_count, same);
  write_fees(&writer);
}
