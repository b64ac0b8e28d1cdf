/* Check, strict literals: one scalar that is a value of a fact's type, as `absent`, `range` and test files have it.
 *
 * In: a text and a fact. Out: the coded value. No expression, no name but a declared value; YAML's quotes are gone already, so a
 * choice or a text is the whole scalar.
 */
#include "language/check_internal.h"

#include "base/coded.h"
#include "language/scanner.h"

/* ---- reading ---- */

static struct text trimmed(struct text text) {
  while (text.size && text.bytes[0] == ' ') {
    text.bytes++;
    text.size--;
  }
  while (text.size && text.bytes[text.size - 1] == ' ') text.size--;
  return text;
}

/* The part of text from *at to the next comma; *at moves behind it. */
static struct text next_member(struct text text, uint32_t *at) {
  uint32_t from = *at;
  while (*at < text.size && text.bytes[*at] != ',') ++*at;
  struct text member = {text.bytes + from, *at - from};
  ++*at;
  return trimmed(member);
}

static bool read_set(struct text text, const struct fact *fact, int64_t *coded, struct text *unknown) {
  uint64_t mask = 0;
  *coded = 0;
  if (text_is(text, "none")) return true;
  for (uint32_t at = 0; at <= text.size;) {
    struct text member = next_member(text, &at);
    uint32_t index = fact_value_index(fact, member);
    if (index >= MAX_VALUES_OF_SET) return *unknown = member, false;
    mask |= UINT64_C(1) << index;
  }
  *coded = (int64_t)mask;
  return true;
}

static bool read_value(struct text text, const struct fact *fact, uint32_t minor_digits, int64_t *coded, int32_t *offset_minutes,
                       struct text *unknown) {
  *offset_minutes = 0;
  switch (fact->type) {
  case TYPE_CHOICE: *unknown = text; return (*coded = fact_value_index(fact, text)) != NO_INDEX;
  case TYPE_SET: return read_set(text, fact, coded, unknown);
  case TYPE_TEXT: return *coded = 0, true;
  default: return literal_read(fact->type, minor_digits, text, coded, offset_minutes) == LITERAL_OK;
  }
}

bool check_read_literal(struct text text, const struct fact *fact, uint32_t minor_digits, int64_t *coded,
                        int32_t *offset_minutes) {
  struct text unknown;
  return read_value(text, fact, minor_digits, coded, offset_minutes, &unknown);
}

/* ---- what is wrong with it ---- */

static const char *form_of(enum value_type type) {
  switch (type) {
  case TYPE_FLAG: return "`yes` or `no`";
  case TYPE_COUNT: return "a whole number, as `12`";
  case TYPE_DECIMAL: return "a number with up to 6 digits behind the point, as `0.5`";
  case TYPE_PERCENT: return "a percentage, as `12.5%`";
  case TYPE_DATE: return "a date, as `2026-07-01`";
  case TYPE_INSTANT: return "an instant, as `2026-07-01T10:30:00+02:00`";
  case TYPE_DAYS: return "a number of days, as `30 days`";
  case TYPE_MONTHS: return "a number of months, as `1 month`";
  case TYPE_HOURS: return "a number of hours, as `24 hours`";
  default: return "a value";
  }
}

static uint32_t digits_behind_point(struct text text) {
  for (uint32_t i = 0; i < text.size; i++) {
    if (text.bytes[i] == '.') return text.size - i - 1;
  }
  return 0;
}

/* A plain number, of any size and precision. */
static bool is_number(struct text text) {
  uint32_t digits = 0, points = 0;
  for (uint32_t i = text.size && text.bytes[0] == '-' ? 1 : 0; i < text.size; i++) {
    bool digit = text.bytes[i] >= '0' && text.bytes[i] <= '9';
    if (!digit && (text.bytes[i] != '.' || ++points > 1)) return false;
    digits += digit;
  }
  return digits > 0;
}

static void hint_at_number(struct diagnostics *diagnostics, enum value_type type, struct text text) {
  struct buffer hint;
  buffer_init(&hint, diagnostics->memory);
  bool bare = is_number(text);
  if (bare && type == TYPE_PERCENT)
    buffer_format(&hint, "write `%t%%`", &text);
  else if (bare && check_is_duration(type))
    buffer_format(&hint, "write `%t %s`", &text, check_unit_word(type, text_is(text, "1")));
  else if (text.size && text.bytes[0] >= '0' && text.bytes[0] <= '9' && type != TYPE_DATE && type != TYPE_INSTANT)
    scanner_odd_hint(text, &hint);
  if (hint.size) diagnostics_hint(diagnostics, "%s", buffer_string(&hint));
  buffer_free(&hint);
}

static void report_unknown_value(struct diagnostics *diagnostics, struct span span, const struct fact *fact, struct text value) {
  struct nearest nearest;
  diagnostics_error(diagnostics, "R0304", span, "`%t` is no value of `%t`", &value, &fact->name);
  nearest_begin(&nearest, value);
  for (uint32_t i = 0; i < fact->value_count && diagnostics->count < diagnostics->limit; i++)
    nearest_try(&nearest, fact->values[i].name);
  if (nearest_found(&nearest))
    diagnostics_hint(diagnostics, "did you mean `%t`?", &nearest.best);
  else if (fact->type == TYPE_SET && value.size == 0)
    diagnostics_hint(diagnostics, "the empty set is `none`");
}

static void report_form(const struct check_scope *scope, struct span span, const struct fact *fact, struct text text) {
  struct diagnostics *diagnostics = scope->diagnostics;
  const struct model *model = scope->model;
  if (fact->type == TYPE_MONEY) {
    if (is_number(text) && digits_behind_point(text) > model->minor_digits) {
      diagnostics_error(diagnostics, "R0509", span, "`%t` has more digits behind the point than %t has: %u", &text,
                        &model->currency, model->minor_digits);
      return;
    }
    diagnostics_error(diagnostics, "R0508", span,
                      "`%t` is no amount of money, which is written as a number without sign or currency", &text);
  } else if (fact->type == TYPE_DATE && text.size == 10 && text.bytes[4] == '-' && text.bytes[7] == '-') {
    diagnostics_error(diagnostics, "R0409", span, "there is no day `%t`", &text);
  } else {
    diagnostics_error(diagnostics, "R0508", span, "`%t` is not %s", &text, form_of(fact->type));
  }
  hint_at_number(diagnostics, fact->type, text);
}

static bool check_part(const struct check_scope *scope, struct span span, struct text written, const struct fact *fact,
                       int64_t *coded, int32_t *offset_minutes) {
  struct text text, unknown;
  if (fact->type == TYPE_NONE) return false;
  if (!texts_normalize(scope->arena, written, &text)) goto no_memory;
  if (!read_value(text, fact, scope->model->minor_digits, coded, offset_minutes, &unknown)) {
    if (fact->type == TYPE_CHOICE || fact->type == TYPE_SET)
      report_unknown_value(scope->diagnostics, span, fact, unknown);
    else
      report_form(scope, span, fact, text);
    return false;
  }
  if (fact->type == TYPE_MONEY && !scope->model->currency.size) {
    diagnostics_error(scope->diagnostics, "R0515", span, "this is an amount of money, and the policy names no `currency`");
    return false;
  }
  if (fact->type != TYPE_TEXT) return true;
  uint32_t index = texts_add(scope->texts, text);
  *coded = index;
  if (index != NO_INDEX) return true;
no_memory:
  scope->diagnostics->out_of_memory = true;
  return false;
}

bool check_literal(const struct check_scope *scope, const struct scalar *scalar, const struct fact *fact, int64_t *coded,
                   int32_t *offset_minutes) {
  return check_part(scope, node_span(scope->tree, scalar->node), scalar->text, fact, coded, offset_minutes);
}

bool check_range(const struct check_scope *scope, const struct scalar *scalar, const struct fact *fact, int64_t *low,
                 int64_t *high) {
  struct syntax_context context = {.arena = scope->arena, .diagnostics = scope->diagnostics, .tree = scope->tree};
  struct syntax *ends[2];
  int64_t *coded[] = {low, high};
  int32_t offset_minutes;
  bool good = true;
  if (!syntax_range(&context, scalar, &ends[0], &ends[1])) return false;
  for (uint32_t i = 0; i < 2; i++) {
    struct text text = {scalar->text.bytes + ends[i]->from, ends[i]->to - ends[i]->from};
    struct span span = node_span_within(scope->tree, scalar->node, ends[i]->from, ends[i]->to);
    good = check_part(scope, span, text, fact, coded[i], &offset_minutes) && good;
  }
  if (!good) return false;
  if (*low <= *high) return true;
  diagnostics_error(scope->diagnostics, "R0516", node_span(scope->tree, scalar->node),
                    "this range is empty: it begins behind its end");
  return false;
}
