/* Message: the text of a portion's reason in a locale, with what the policy's author put into braces.
 *
 * In: a decision, whose run is scratch here as it is for a trace. Out: text. Values are written as the language writes them; what
 * is missing or private is left out. libc only.
 */
#include "evaluate/tracer.h"

struct filling {
  struct tracer tracer;
  const struct origin *origin;
  struct scene *scene; /* NULL: the facts are not at hand */
  struct buffer *out;
};

static bool write_amount(const struct filling *it, struct text name) {
  const struct portion *portion = &it->origin->answer->portions.items[it->origin->portion];
  const struct {
    const char *name;
    int64_t amount;
  } amounts[] = {{"credit", portion->credit}, {"bonuses", portion->bonuses}, {"fees", portion->fees}, {"net", portion->net}};
  for (uint32_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
    if (!text_is(name, amounts[i].name)) continue;
    money_write(it->out, amounts[i].amount, it->tracer.policy->header->minor_digits);
    return true;
  }
  if (!text_is(name, "units")) return false;
  buffer_integer(it->out, portion->units);
  return true;
}

static void write_name(struct filling *it, struct text name) {
  const struct returns_policy *policy = it->tracer.policy;
  const char *value = NULL;
  uint32_t fact = policy_find_fact(policy, name), term = 0;
  while (term < policy->term_count && !text_equal(policy_slice(policy, policy->terms[term].name), name)) term++;
  if (fact != NO_INDEX) {
    if (it->scene) value = tracer_fact(&it->tracer, it->scene, fact);
  } else if (term < policy->term_count) {
    if (it->scene) value = tracer_term(&it->tracer, it->scene, term);
  } else {
    write_amount(it, name);
  }
  if (value) buffer_text(it->out, value);
}

static void fill(struct filling *it, struct text text) {
  for (uint32_t i = 0; i < text.size; i++) {
    bool brace = text.bytes[i] == '{', two = brace && i + 1 < text.size && text.bytes[i + 1] == '{';
    uint32_t end = i + 1;
    while (brace && !two && end < text.size && text.bytes[end] != '}') end++;
    if (!brace || two || end == text.size) {
      buffer_char(it->out, text.bytes[i]);
      i += two;
    } else {
      write_name(it, (struct text){text.bytes + i + 1, end - i - 1});
      i = end;
    }
  }
}

bool decision_write_message(const returns_decision *decision, uint32_t line, const struct origin *origin, uint32_t reason,
                            const char *locale, struct buffer *out) {
  const char *code = decision_reason_code(
      origin->decision, origin->answer->portions.reasons[origin->answer->portions.items[origin->portion].reason_first + reason]);
  /* The policy's own words for a floor's code, where it has some; they tell of its own facts. */
  const returns_decision *speaker = returns_policy_message(decision->policy, code, locale) ? decision : origin->decision;
  const char *text = returns_policy_message(speaker->policy, code, locale);
  if (!text) return false;
  struct run *run = (struct run *)(uintptr_t)&speaker->decider.run;
  const struct facts *facts = speaker->kept;
  struct filling it = {.origin = origin, .out = out};
  it.tracer = (struct tracer){.decision = speaker, .policy = speaker->policy, .run = run, .arena = &run->pass_arena};
  buffer_init(&it.tracer.text, &decision->environment->memory);
  if (facts) {
    run_begin(run, facts, false);
    it.scene = run_line(run, line);
  }
  fill(&it, text_of(text));
  if (it.tracer.failed || run->failed) out->failed = true;
  buffer_free(&it.tracer.text);
  return true;
}

int32_t returns_decision_message(returns_decision *decision, uint32_t line, uint32_t portion, uint32_t reason, const char *locale,
                                 const char **text, size_t *size_bytes) {
  if (text) *text = NULL;
  if (size_bytes) *size_bytes = 0;
  if (!decision || !text) return RETURNS_ERROR_ARGUMENT;
  if (!decision->has_answer) return RETURNS_ERROR_EMPTY;
  if (!decision_complete(decision)) return RETURNS_ERROR_MEMORY;
  if (reason >= returns_decision_reason_count(decision, line, portion)) return RETURNS_ERROR_ARGUMENT;
  struct origin origin = decision_origin(decision, &decision->answer, decision->answer.lines[line].portion_first + portion);
  buffer_clear(&decision->message);
  if (!decision_write_message(decision, line, &origin, reason, locale, &decision->message)) return RETURNS_ERROR_UNKNOWN;
  const char *string = buffer_string(&decision->message);
  if (decision->message.failed) {
    buffer_free(&decision->message);
    return RETURNS_ERROR_MEMORY;
  }
  *text = string;
  if (size_bytes) *size_bytes = decision->message.size;
  return RETURNS_OK;
}

int32_t returns_decision_set_locale(returns_decision *decision, const char *locale) {
  if (!decision) return RETURNS_ERROR_ARGUMENT;
  buffer_clear(&decision->locale);
  if (locale) buffer_text(&decision->locale, locale);
  buffer_string(&decision->locale);
  decision->has_locale = locale && !decision->locale.failed;
  if (!decision->locale.failed) return RETURNS_OK;
  buffer_free(&decision->locale);
  return RETURNS_ERROR_MEMORY;
}

const char *decision_locale(const returns_decision *decision) { return decision->has_locale ? decision->locale.bytes : NULL; }
