/* Writes the canonical answer. Its keys and their order are docs/answers.md's; it shares no code with the library's writer. */
#include "oracle/request.h"

struct writer {
  struct world *world;
  const struct decision *decision;
  struct buffer *out;
};

static void key(struct writer *w, const char *name) {
  buffer_char(w->out, '"');
  buffer_text(w->out, name);
  buffer_text(w->out, "\":");
}

static void string(struct writer *w, const char *name, struct text text) {
  key(w, name);
  buffer_json_string(w->out, text);
}

static void money_value(struct writer *w, int64_t minor) {
  buffer_char(w->out, '"');
  money_write(w->out, minor, w->world->model->minor_digits);
  buffer_char(w->out, '"');
}

static void money(struct writer *w, const char *name, int64_t minor) {
  key(w, name);
  money_value(w, minor);
}

static void separate(struct writer *w, bool *first) {
  if (!*first) buffer_char(w->out, ',');
  *first = false;
}

static void facts(struct writer *w, const char *name, const bool *chosen) {
  bool first = true;
  key(w, name);
  buffer_char(w->out, '[');
  for (uint32_t i = 0; chosen && i < w->world->model->fact_count; i++) {
    if (!chosen[i]) continue;
    separate(w, &first);
    buffer_json_string(w->out, w->world->model->facts[i].name);
  }
  buffer_char(w->out, ']');
}

static void sums(struct writer *w, const struct line_sums *sums_of) {
  money(w, "credit", sums_of->credit);
  buffer_char(w->out, ',');
  money(w, "bonuses", sums_of->bonuses);
  buffer_char(w->out, ',');
  money(w, "fees", sums_of->fees);
  buffer_char(w->out, ',');
  money(w, "uncovered", sums_of->uncovered);
  buffer_char(w->out, ',');
  money(w, "net", sums_of->net);
}

static const char *verdict_name(uint32_t verdict) {
  static const char *const names[] = {"", "authorize", "partial_credit", "exchange_only", "deny"};
  return names[verdict];
}

/* ---- a portion ---- */

static void rule(struct writer *w, const struct portion *portion) {
  const struct model *model = w->world->model;
  const struct rule *decided = &model->rules[portion->rule];
  key(w, "rule");
  buffer_char(w->out, '{');
  string(w, "name", decided->name);
  buffer_char(w->out, ',');
  string(w, "file", text_of(model->files[decided->span.file]));
  buffer_text(w->out, ",\"line\":");
  buffer_integer(w->out, decided->span.line);
  buffer_text(w->out, "},");
  string(w, "because", portion->reasons[0]);
}

static void reasons(struct writer *w, const struct portion *portion) {
  bool first = true;
  key(w, "reasons");
  buffer_char(w->out, '[');
  for (uint32_t i = 0; i < portion->reason_count; i++) {
    separate(w, &first);
    buffer_json_string(w->out, portion->reasons[i]);
  }
  buffer_text(w->out, portion->reasons_open ? "],\"reasons_open\":true" : "],\"reasons_open\":false");
}

static void charges(struct writer *w, const char *name, const struct charge *charged, const struct adjustment *declared,
                    uint32_t count, bool bonus) {
  bool first = true;
  key(w, name);
  buffer_char(w->out, '[');
  for (uint32_t i = 0; i < count; i++) {
    if (!charged[i].applies) continue;
    separate(w, &first);
    buffer_char(w->out, '{');
    string(w, "name", declared[i].name);
    buffer_char(w->out, ',');
    money(w, "amount", charged[i].charged);
    if (!bonus) {
      buffer_char(w->out, ',');
      money(w, "collected", charged[i].collected);
    }
    buffer_char(w->out, '}');
  }
  buffer_char(w->out, ']');
}

static void approvals(struct writer *w, const struct portion *portion) {
  const struct model *model = w->world->model;
  const struct oracle_request *request = w->world->request;
  bool first = true;
  key(w, "approvals");
  buffer_char(w->out, '[');
  for (uint32_t i = 0; i < model->approval_count; i++) {
    struct text role = model->approvals[i].role;
    if (!portion->roles[i]) continue;
    separate(w, &first);
    buffer_char(w->out, '{');
    string(w, "role", role);
    buffer_char(w->out, ',');
    string(w, "answer",
           text_of(oracle_names_have(&request->refused, role)  ? "refused"
                   : oracle_names_have(&request->agreed, role) ? "agreed"
                                                               : "awaited"));
    buffer_char(w->out, '}');
  }
  buffer_char(w->out, ']');
}

static void outputs(struct writer *w, const struct portion *portion) {
  const struct model *model = w->world->model;
  bool first = true;
  key(w, "outputs");
  buffer_char(w->out, '{');
  for (uint32_t i = 0; i < model->output_count; i++) {
    const struct output *output = &model->outputs[i];
    separate(w, &first);
    buffer_json_string(w->out, output->name);
    buffer_char(w->out, ':');
    if (portion->outputs[i].value == NO_INDEX)
      buffer_text(w->out, "null");
    else
      buffer_json_string(w->out, output->values[portion->outputs[i].value].name);
  }
  buffer_text(w->out, "},\"open_outputs\":[");
  first = true;
  for (uint32_t i = 0; i < model->output_count; i++) {
    if (portion->outputs[i].value != NO_INDEX) continue;
    separate(w, &first);
    buffer_char(w->out, '{');
    string(w, "output", model->outputs[i].name);
    buffer_char(w->out, ',');
    facts(w, "needs", portion->outputs[i].needs);
    buffer_char(w->out, '}');
  }
  buffer_char(w->out, ']');
}

static void portion(struct writer *w, const struct portion *p) {
  const struct model *model = w->world->model;
  int64_t net = p->credit;
  for (uint32_t i = 0; i < model->bonus_count; i++) net += p->bonuses[i].charged;
  for (uint32_t i = 0; i < model->fee_count; i++) net -= p->fees[i].collected;
  buffer_char(w->out, '{');
  string(w, "verdict", text_of(verdict_name(p->verdict)));
  buffer_text(w->out, ",\"units\":");
  buffer_integer(w->out, p->units);
  buffer_char(w->out, ',');
  rule(w, p);
  buffer_char(w->out, ',');
  reasons(w, p);
  buffer_char(w->out, ',');
  money(w, "credit", p->credit);
  buffer_char(w->out, ',');
  charges(w, "bonuses", p->bonuses, model->bonuses, model->bonus_count, true);
  buffer_char(w->out, ',');
  charges(w, "fees", p->fees, model->fees, model->fee_count, false);
  buffer_char(w->out, ',');
  money(w, "net", net);
  buffer_char(w->out, ',');
  approvals(w, p);
  buffer_char(w->out, ',');
  outputs(w, p);
  buffer_char(w->out, '}');
}

/* ---- a line ---- */

static void add_verdict(enum verdict verdict, enum verdict *verdicts, uint32_t *count) {
  for (uint32_t i = 0; i < *count; i++)
    if (verdicts[i] == verdict) return;
  verdicts[(*count)++] = verdict;
}

uint32_t oracle_possible(const struct world *world, const struct decision *decision, uint32_t line, enum verdict *verdicts) {
  const struct outcome *outcome = decision->lines[line];
  uint32_t count = 0;
  bool grants = false;
  for (uint32_t i = 0; decision->opened[line] && i < outcome->portion_count; i++)
    add_verdict(outcome->portions[i].verdict, verdicts, &count);
  for (uint32_t i = 0; !decision->opened[line] && i <= world->model->rule_count; i++)
    if (outcome->possible[i]) add_verdict(world->model->rules[i].verdict, verdicts, &count);
  for (uint32_t i = 0; i < count; i++) grants |= verdicts[i] != VERDICT_DENY;
  if (grants && oracle_refuses_named_role(world)) add_verdict(VERDICT_DENY, verdicts, &count);
  return count;
}

static void possible(struct writer *w, uint32_t line) {
  enum verdict verdicts[VERDICT_DENY];
  uint32_t count = oracle_possible(w->world, w->decision, line, verdicts);
  bool first = true;
  key(w, "possible");
  buffer_char(w->out, '[');
  for (uint32_t i = 0; i < count; i++) {
    separate(w, &first);
    buffer_json_string(w->out, text_of(verdict_name(verdicts[i])));
  }
  buffer_char(w->out, ']');
}

static void line(struct writer *w, uint32_t index) {
  const struct outcome *outcome = w->decision->lines[index];
  struct text id = w->world->request->ids[index];
  bool first = true;
  buffer_char(w->out, '{');
  key(w, "id");
  if (id.bytes)
    buffer_json_string(w->out, id);
  else
    buffer_text(w->out, "null");
  if (outcome->kind == OUTCOME_OPEN) {
    buffer_text(w->out, ",\"status\":\"undecided\",");
    facts(w, "needs", outcome->needs);
    buffer_char(w->out, ',');
    possible(w, index);
    buffer_char(w->out, '}');
    return;
  }
  buffer_text(w->out, ",\"status\":\"decided\",");
  sums(w, &w->decision->sums[index]);
  buffer_char(w->out, ',');
  facts(w, "assumed", w->decision->assumed[index]);
  buffer_text(w->out, ",\"portions\":[");
  for (uint32_t i = 0; i < outcome->portion_count; i++) {
    separate(w, &first);
    portion(w, &outcome->portions[i]);
  }
  buffer_text(w->out, "]}");
}

/* ---- allowances ---- */

static bool belongs_to_a_line(const struct writer *w, const struct group *group) {
  const struct allowance *allowance = &w->world->model->allowances[group->allowance];
  for (uint32_t i = 0; i < w->world->request->line_count; i++) {
    struct scene scene = oracle_scene_of_line(w->world, i);
    struct reading reading;
    struct text own;
    if (allowance->scope == SCOPE_REQUEST) return true;
    if (oracle_read_key(&scene, allowance->scope_fact, &own, &reading) && text_equal(own, group->key)) return true;
  }
  return false;
}

static struct number drawn_by_decided(const struct writer *w, uint32_t group) {
  struct number drawn;
  number_set(&drawn, 0);
  for (uint32_t i = 0; i < w->world->request->line_count; i++)
    if (w->decision->lines[i]->kind == OUTCOME_DECIDED) number_add(&drawn, &drawn, &w->decision->lines[i]->draws[group].low);
  return drawn;
}

static void amount_of(struct writer *w, const char *name, const struct number *exact, bool is_money) {
  struct number whole;
  int64_t integer = 0;
  key(w, name);
  number_floor(&whole, exact);
  if (!number_to_int64(&whole, &integer))
    buffer_text(w->out, "null");
  else if (is_money)
    money_value(w, integer);
  else
    buffer_integer(w->out, integer);
}

static void balance(struct writer *w, const char *name, const struct balance *of, bool is_money) {
  if (!of->faulty && !of->high.unlimited && oracle_number_order(&of->low, &of->high.number) == 0) {
    amount_of(w, name, &of->low, is_money);
    return;
  }
  key(w, name);
  buffer_text(w->out, "null");
}

static void allowance(struct writer *w, uint32_t index) {
  const struct group *group = &w->decision->limits.groups[index];
  const struct allowance *declared = &w->world->model->allowances[group->allowance];
  struct number drawn = drawn_by_decided(w, index);
  buffer_char(w->out, '{');
  string(w, "allowance", declared->name);
  buffer_char(w->out, ',');
  if (declared->scope == SCOPE_FACT)
    string(w, "of", group->key);
  else
    buffer_text(w->out, "\"of\":null");
  buffer_char(w->out, ',');
  balance(w, "limit", &group->balance, declared->money);
  buffer_char(w->out, ',');
  amount_of(w, "drawn", &drawn, declared->money);
  buffer_char(w->out, ',');
  balance(w, "left", &w->decision->ledger.groups[index].balance, declared->money);
  buffer_char(w->out, '}');
}

/* ---- the answer ---- */

static const char *status(const struct writer *w) {
  if (!w->decision->valid) return "no_valid_policy";
  for (uint32_t i = 0; i < w->world->request->line_count; i++)
    if (w->decision->lines[i]->kind == OUTCOME_OPEN) return "undecided";
  return "decided";
}

void oracle_write_answer(struct world *world, const struct decision *decision, const char *digest_hex, struct buffer *out) {
  struct writer writer = {world, decision, out}, *w = &writer;
  const struct model *model = world->model;
  bool first = true;
  buffer_char(out, '{');
  string(w, "status", text_of(status(w)));
  buffer_text(out, ",\"policy\":{");
  string(w, "name", model->name);
  buffer_char(out, ',');
  string(w, "revision", model->revision);
  buffer_char(out, ',');
  string(w, "digest", text_of(digest_hex));
  buffer_text(out, "},");
  string(w, "currency", model->currency);
  buffer_text(out, ",\"lines\":[");
  for (uint32_t i = 0; decision->valid && i < world->request->line_count; i++) {
    separate(w, &first);
    line(w, i);
  }
  buffer_text(out, "],\"allowances\":[");
  first = true;
  for (uint32_t i = 0; i < decision->limits.count; i++) {
    if (!belongs_to_a_line(w, &decision->limits.groups[i])) continue;
    separate(w, &first);
    allowance(w, i);
  }
  buffer_text(out, "],\"totals\":{");
  sums(w, &decision->totals);
  buffer_text(out, "}}");
}
