/* Check, literals: written values in expressions.
 *
 * In: SYNTAX_NUMBER and its like. Out: constants; a number without a unit stays bare (check_bare.c).
 */
#include "language/check_internal.h"

#include "base/date.h"

static struct expr *report_size(struct checker *c, const struct syntax *syntax) {
  struct text written = checker_snippet(c, syntax);
  diagnostics_error(diagnostics_of(c), "R0510", checker_place(c, syntax), "`%t` is too large a number", &written);
  return NULL;
}

static uint32_t fraction_digits(struct text number) {
  for (uint32_t i = 0; i < number.size; i++) {
    if (number.bytes[i] == '.') return number.size - i - 1;
  }
  return 0;
}

struct expr *check_number(struct checker *c, const struct syntax *syntax) {
  int64_t scaled, scale = 1;
  struct number value;
  uint32_t digits = fraction_digits(syntax->text);
  if (!decimal_parse(syntax->text, digits, digits, &scaled) || digits > 18) return report_size(c, syntax);
  for (uint32_t i = 0; i < digits; i++) scale *= 10;
  number_set_ratio(&value, scaled, scale);
  struct expr *expr = checker_leaf(c, syntax, OP_RATIO, TYPE_NUMBER);
  if (!expr) return NULL;
  check_fold_store(expr, TYPE_NUMBER, &value);
  expr->flags = digits;
  checker_whole(c, expr);
  return expr;
}

struct expr *check_percent(struct checker *c, const struct syntax *syntax) {
  int64_t coded;
  if (decimal_parse(syntax->text, 6, 6, &coded)) return checker_constant(c, syntax, TYPE_PERCENT, coded);
  if (fraction_digits(syntax->text) <= 6) return report_size(c, syntax);
  diagnostics_error(diagnostics_of(c), "R0509", checker_place(c, syntax), "a percentage has at most 6 digits behind the point");
  return NULL;
}

enum value_type check_type_of_unit(enum duration_unit unit) {
  switch (unit) {
  case UNIT_DAYS: return TYPE_DAYS;
  case UNIT_MONTHS: return TYPE_MONTHS;
  case UNIT_HOURS: return TYPE_HOURS;
  case UNIT_WORKING_DAYS: return TYPE_WORKING_DAYS;
  }
  return TYPE_NONE;
}

const char *check_unit_word(enum value_type duration, bool one) {
  switch (duration) {
  case TYPE_MONTHS: return one ? "month" : "months";
  case TYPE_HOURS: return one ? "hour" : "hours";
  case TYPE_WORKING_DAYS: return one ? "working day" : "working days";
  default: return one ? "day" : "days";
  }
}

int64_t check_unit_scale(enum value_type duration) { return duration == TYPE_HOURS ? 3600 : 1; }

struct expr *check_duration(struct checker *c, const struct syntax *syntax) {
  enum value_type type = check_type_of_unit(syntax->unit);
  int64_t number;
  if (syntax->calendar.size) {
    diagnostics_error(diagnostics_of(c), "R0514", checker_span(c, syntax->name_from, syntax->name_to),
                      "a calendar is named where no days are counted");
    diagnostics_hint(diagnostics_of(c), "name it where the duration meets a date: `D within ... of E in %t`, `E + ... in %t`",
                     &syntax->calendar, &syntax->calendar);
    return NULL;
  }
  if (fraction_digits(syntax->text)) {
    diagnostics_error(diagnostics_of(c), "R0505", checker_place(c, syntax), "a duration is a whole number of %s",
                      check_unit_word(type, false));
    return NULL;
  }
  if (!decimal_parse(syntax->text, 0, 0, &number) || number > INT64_MAX / 3600) return report_size(c, syntax);
  return checker_constant(c, syntax, type, number * check_unit_scale(type));
}

struct expr *check_date(struct checker *c, const struct syntax *syntax) {
  int32_t date;
  if (date_parse(syntax->text, &date)) return checker_constant(c, syntax, TYPE_DATE, date);
  diagnostics_error(diagnostics_of(c), "R0409", checker_place(c, syntax), "there is no day `%t`", &syntax->text);
  return NULL;
}

struct expr *check_instant(struct checker *c, const struct syntax *syntax) {
  int64_t seconds;
  int32_t offset_minutes;
  if (instant_parse(syntax->text, &seconds, &offset_minutes)) {
    struct expr *expr = checker_constant(c, syntax, TYPE_INSTANT, seconds);
    if (expr) expr->offset_minutes = offset_minutes;
    return expr;
  }
  diagnostics_error(diagnostics_of(c), "R0409", checker_place(c, syntax), "`%t` is no instant", &syntax->text);
  diagnostics_hint(diagnostics_of(c), "an instant is a real day, a time and an offset: `2026-07-01T10:30:00+02:00`");
  return NULL;
}

struct expr *check_string(struct checker *c, const struct syntax *syntax) {
  uint32_t index = c->scope->texts ? texts_add(c->scope->texts, syntax->text) : NO_INDEX;
  if (index != NO_INDEX) return checker_constant(c, syntax, TYPE_TEXT, index);
  diagnostics_of(c)->out_of_memory = true;
  return NULL;
}
