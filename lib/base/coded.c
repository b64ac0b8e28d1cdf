/* Coded values as the language writes them: the one strict reader of literals, for policies, requests and test files.
 *
 * In: a text. Out: a coded value (base/kinds.h). Values of choices, sets and texts need a declaration: they are not read here.
 */
#include "base/coded.h"

#include "base/date.h"
#include "base/number.h"

enum { DECIMAL_DIGITS = 6 };

static bool ends_with(struct text text, const char *end, struct text *front) {
  struct text wanted = text_of(end);
  if (text.size <= wanted.size) return false;
  *front = (struct text){.bytes = text.bytes, .size = text.size - wanted.size};
  return text_equal((struct text){.bytes = text.bytes + front->size, .size = wanted.size}, wanted);
}

/* "30 days" or "1 day". */
static enum literal_result read_duration(struct text form, const char *one, const char *many, int64_t unit, int64_t *coded) {
  struct text digits;
  if (!ends_with(form, many, &digits) && !ends_with(form, one, &digits)) return LITERAL_FORM;
  if (!decimal_parse(digits, 0, 0, coded)) return LITERAL_FORM;
  return __builtin_mul_overflow(*coded, unit, coded) ? LITERAL_RANGE : LITERAL_OK;
}

enum literal_result literal_read(enum value_type type, uint32_t minor_digits, struct text form, int64_t *coded,
                                 int32_t *offset_minutes) {
  struct text digits;
  int32_t date;
  *offset_minutes = 0;
  switch (type) {
  case TYPE_FLAG: *coded = text_is(form, "yes"); return *coded || text_is(form, "no") ? LITERAL_OK : LITERAL_FORM;
  case TYPE_COUNT: return decimal_parse(form, 0, 0, coded) ? LITERAL_OK : LITERAL_FORM;
  case TYPE_DECIMAL: return decimal_parse(form, DECIMAL_DIGITS, DECIMAL_DIGITS, coded) ? LITERAL_OK : LITERAL_FORM;
  case TYPE_PERCENT:
    return ends_with(form, "%", &digits) && decimal_parse(digits, DECIMAL_DIGITS, DECIMAL_DIGITS, coded) ? LITERAL_OK
                                                                                                         : LITERAL_FORM;
  case TYPE_MONEY: return decimal_parse(form, minor_digits, minor_digits, coded) ? LITERAL_OK : LITERAL_FORM;
  case TYPE_DATE:
    if (!date_parse(form, &date)) return LITERAL_FORM;
    *coded = date;
    return LITERAL_OK;
  case TYPE_INSTANT: return instant_parse(form, coded, offset_minutes) ? LITERAL_OK : LITERAL_FORM;
  case TYPE_DAYS: return read_duration(form, " day", " days", 1, coded);
  case TYPE_MONTHS: return read_duration(form, " month", " months", 1, coded);
  case TYPE_HOURS: return read_duration(form, " hour", " hours", 3600, coded);
  case TYPE_WORKING_DAYS: return read_duration(form, " working day", " working days", 1, coded);
  default: return LITERAL_FORM;
  }
}
