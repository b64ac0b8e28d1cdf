/* A request filled by the setters of the public API, fact by fact, with changes of mind on the way: a value set before the one
 * that counts, a fact set and taken away again. */
#include "oracle/property.h"

static int32_t set_value(returns_request *request, const struct fact *fact, uint32_t of, const struct oracle_fact *given) {
  int64_t coded = given->coded;
  switch (fact->type) {
  case TYPE_FLAG: return returns_request_set_flag(request, of, given->fact, (int32_t)coded);
  case TYPE_CHOICE: return returns_request_set_choice(request, of, given->fact, (uint32_t)coded);
  case TYPE_SET: return returns_request_set_set(request, of, given->fact, (uint64_t)coded);
  case TYPE_TEXT: return returns_request_set_text(request, of, given->fact, given->text.bytes, given->text.size);
  case TYPE_COUNT: return returns_request_set_count(request, of, given->fact, coded);
  case TYPE_DECIMAL: return returns_request_set_decimal(request, of, given->fact, coded);
  case TYPE_PERCENT: return returns_request_set_percent(request, of, given->fact, coded);
  case TYPE_MONEY: return returns_request_set_money(request, of, given->fact, coded);
  case TYPE_DATE: return returns_request_set_date(request, of, given->fact, (int32_t)coded);
  case TYPE_INSTANT: return returns_request_set_instant(request, of, given->fact, coded, given->offset_minutes);
  case TYPE_DAYS: return returns_request_set_days(request, of, given->fact, coded);
  case TYPE_MONTHS: return returns_request_set_months(request, of, given->fact, coded);
  default: return returns_request_set_hours(request, of, given->fact, coded / 3600);
  }
}

/* Another value first, where one is at hand. */
static int32_t change_mind(returns_request *request, const struct fact *fact, uint32_t of, struct oracle_fact given) {
  if (fact->type == TYPE_FLAG)
    given.coded = !given.coded;
  else if (fact->type == TYPE_CHOICE)
    given.coded = (given.coded + 1) % fact->value_count;
  else if (fact->type == TYPE_SET)
    given.coded ^= 1;
  else if (fact->type == TYPE_TEXT)
    given.text = text_of("something else");
  else
    return RETURNS_OK;
  return set_value(request, fact, of, &given);
}

static int32_t set_fact(returns_request *request, const struct model *model, const struct oracle_fact *given) {
  const struct fact *fact = &model->facts[given->fact];
  uint32_t of = fact->scope == SCOPE_LINE ? given->line : RETURNS_OF_REQUEST;
  int32_t status = RETURNS_OK;
  if (fact->scope == SCOPE_FACT) status = returns_request_key(request, given->fact, given->key.bytes, given->key.size, &of);
  if (status == RETURNS_OK) status = change_mind(request, fact, of, *given);
  return status == RETURNS_OK ? set_value(request, fact, of, given) : status;
}

/* Sets facts of lines that are to be missing, and takes them away. */
static int32_t set_and_unset(returns_request *request, const struct model *model, uint32_t lines) {
  int32_t status = RETURNS_OK;
  for (uint32_t fact = 0; fact < model->fact_count; fact++) {
    if (model->facts[fact].scope != SCOPE_LINE || (model->facts[fact].type != TYPE_FLAG && model->facts[fact].type != TYPE_TEXT))
      continue;
    for (uint32_t line = 0; line < lines && status == RETURNS_OK; line++) {
      struct oracle_fact passing = {.fact = fact, .line = line, .text = text_of("passing")};
      status = set_value(request, &model->facts[fact], line, &passing);
      if (status == RETURNS_OK) status = returns_request_unset(request, line, fact);
    }
  }
  return status;
}

static int32_t set_names(returns_request *request, const struct oracle_names *names,
                         int32_t (*set)(returns_request *, const char *)) {
  int32_t status = RETURNS_OK;
  for (uint32_t i = 0; i < names->count && status == RETURNS_OK; i++) {
    char name[64] = "";
    for (uint32_t j = 0; j < names->items[i].size && j + 1 < sizeof name; j++) name[j] = names->items[i].bytes[j];
    status = set(request, name);
  }
  return status;
}

int32_t fill_request(returns_request *request, const struct model *model, const struct oracle_request *facts) {
  int32_t status = RETURNS_OK;
  returns_request_clear(request);
  for (uint32_t i = 0; i < facts->line_count && status == RETURNS_OK; i++) {
    uint32_t line;
    status = returns_request_add_line(request, &line);
    if (status == RETURNS_OK && facts->ids[i].bytes)
      status = returns_request_set_line_id(request, line, facts->ids[i].bytes, facts->ids[i].size);
  }
  if (status == RETURNS_OK) status = set_and_unset(request, model, facts->line_count);
  for (uint32_t i = facts->fact_count; i > 0 && status == RETURNS_OK; i--)
    status = set_fact(request, model, &facts->facts[i - 1]);
  if (status == RETURNS_OK) status = set_names(request, &facts->done, returns_request_done);
  if (status == RETURNS_OK) status = set_names(request, &facts->agreed, returns_request_agree);
  return status == RETURNS_OK ? set_names(request, &facts->refused, returns_request_refuse) : status;
}
