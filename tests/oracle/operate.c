/* Operators on definite operands: arithmetic, dates, comparisons. No sets, no facts; an operation without a value is false. */
#include "oracle/world.h"

#include "base/date.h"

#define SECONDS_OF_DAY 86400

static int compare(const struct value *a, const struct value *b) {
  enum number_error error = NUMBER_OK;
  return number_compare(&a->number, &b->number, &error);
}

static bool same(const struct value *a, const struct value *b) {
  return compare(a, b) == 0 && text_equal(a->text, b->text) && a->bits == b->bits;
}

static bool yes_no(struct value *result, bool truth) {
  *result = oracle_value_of_integer(truth);
  return true;
}

/* ---- calendars ---- */
static bool is_working_day(const struct calendar *calendar, int64_t date, bool *working) {
  if (date < calendar->first || date > calendar->last) return false;
  *working = !(calendar->weekend >> date_weekday((int32_t)date) & 1);
  for (uint32_t i = 0; i < calendar->holiday_count; i++)
    if (calendar->holidays[i] == date) *working = false;
  return true;
}

static bool next_working_day(const struct calendar *calendar, int64_t *date, int step) {
  bool working = false;
  do {
    *date += step;
    if (!is_working_day(calendar, *date, &working)) return false;
  } while (!working);
  return true;
}

static bool add_working_days(const struct calendar *calendar, int64_t date, int64_t count, int64_t *result) {
  for (; count > 0; count--)
    if (!next_working_day(calendar, &date, 1)) return false;
  for (; count < 0; count++)
    if (!next_working_day(calendar, &date, -1)) return false;
  *result = date;
  return true;
}

/* ---- dates and instants ---- */
static bool date_in_years(int64_t date) { return date >= DATE_FIRST && date <= DATE_LAST; }

static bool shift_date(const struct model *model, uint32_t calendar, int64_t date, enum value_type unit, int64_t count,
                       int64_t *result) {
  int32_t shifted = 0;
  if (unit == TYPE_WORKING_DAYS) return add_working_days(&model->calendars[calendar], date, count, result);
  if (unit == TYPE_MONTHS) {
    if (!date_add_months((int32_t)date, count, model->month_end, &shifted)) return false;
    *result = shifted;
    return true;
  }
  if (count > DATE_LAST - (int64_t)DATE_FIRST || count < DATE_FIRST - (int64_t)DATE_LAST) return false;
  *result = date + count;
  return date_in_years(*result);
}

/* moment (a date or an instant) + sign * duration. */
static bool shift(const struct model *model, const struct expr *expr, enum value_type type, const struct value *moment,
                  enum value_type unit, const struct value *duration, int sign, struct value *result) {
  int64_t start, count, shifted;
  if (!number_to_int64(&duration->number, &count) || count == INT64_MIN || !number_to_int64(&moment->number, &start))
    return false;
  count *= sign;
  *result = *moment;
  if (type == TYPE_DATE) {
    if (!shift_date(model, expr->index, start, unit, count, &shifted)) return false;
  } else {
    int64_t seconds = unit == TYPE_DAYS ? SECONDS_OF_DAY : 1;
    int64_t most = ((int64_t)DATE_LAST + 1) * SECONDS_OF_DAY - 1, least = (int64_t)DATE_FIRST * SECONDS_OF_DAY;
    if (count > (most - least) / seconds || count < (least - most) / seconds) return false;
    shifted = start + count * seconds;
    if (shifted < least || shifted > most) return false;
  }
  number_set(&result->number, shifted);
  return true;
}

/* The last day or moment of `within duration of start`. Counting the start as day 1, one day less; of working days one less of
 * those. */
static bool last_within(const struct model *model, const struct expr *expr, const struct value *duration,
                        const struct value *start, struct value *last) {
  enum value_type type = expr->kids[2]->type, unit = expr->kids[1]->type;
  struct value length = *duration, one = oracle_value_of_integer(1);
  bool counting = expr->flags & WITHIN_COUNTING, working = unit == TYPE_WORKING_DAYS;
  int64_t date;
  if (counting && working && number_subtract(&length.number, &length.number, &one.number) != NUMBER_OK) return false;
  if (!shift(model, expr, type, start, unit, &length, 1, last)) return false;
  if (counting && !working && !shift(model, expr, type, last, TYPE_DAYS, &one, -1, last)) return false;
  if (!(expr->flags & WITHIN_ROLLING)) return true;
  number_to_int64(&last->number, &date);
  if (!is_working_day(&model->calendars[expr->index], date, &working)) return false;
  if (!working && !next_working_day(&model->calendars[expr->index], &date, 1)) return false;
  number_set(&last->number, date);
  return true;
}

static bool within(const struct model *model, const struct expr *expr, const struct value *const *v, struct value *result) {
  struct value last;
  if (compare(v[0], v[2]) < 0) return yes_no(result, false);
  if (!last_within(model, expr, v[1], v[2], &last)) return false;
  return yes_no(result, compare(v[0], &last) <= 0);
}

static bool more_after(const struct model *model, const struct expr *expr, const struct value *const *v, struct value *result) {
  struct value last;
  if (!shift(model, expr, expr->kids[2]->type, v[2], expr->kids[1]->type, v[1], 1, &last)) return false;
  return yes_no(result, compare(v[0], &last) > 0);
}

/* ---- arithmetic ---- */
static bool is_moment(enum value_type type) { return type == TYPE_DATE || type == TYPE_INSTANT; }

static bool add(const struct model *model, const struct expr *expr, const struct value *const *v, int sign,
                struct value *result) {
  enum value_type left = expr->kids[0]->type, right = expr->kids[1]->type;
  if (is_moment(left) && !is_moment(right)) return shift(model, expr, left, v[0], right, v[1], sign, result);
  if (!is_moment(left) && is_moment(right)) return shift(model, expr, right, v[1], left, v[0], sign, result);
  if (sign > 0) return number_add(&result->number, &v[0]->number, &v[1]->number) == NUMBER_OK;
  return number_subtract(&result->number, &v[0]->number, &v[1]->number) == NUMBER_OK;
}

/* Towards minus or plus infinity. Hours are carried in seconds, and rounded to whole hours. */
static bool round_whole(const struct expr *expr, const struct value *operand, struct value *result) {
  struct number unit, count;
  number_set(&unit, expr->kids[0]->type == TYPE_HOURS ? 3600 : 1);
  if (number_divide(&count, &operand->number, &unit) != NUMBER_OK) return false;
  if (expr->op == OP_ROUND_DOWN && number_floor(&count, &count) != NUMBER_OK) return false;
  if (expr->op == OP_ROUND_UP && number_ceiling(&count, &count) != NUMBER_OK) return false;
  return number_multiply(&result->number, &count, &unit) == NUMBER_OK;
}

static bool day_of(const struct value *instant, struct value *result) {
  int64_t seconds = 0;
  if (!number_to_int64(&instant->number, &seconds)) return false;
  *result = oracle_value_of_integer(instant_day(seconds, instant->offset_minutes));
  return true;
}

static bool calculate(const struct model *model, const struct expr *expr, const struct value *const *v, struct value *result) {
  switch (expr->op) {
  case OP_ADD: return add(model, expr, v, 1, result);
  case OP_SUBTRACT: return add(model, expr, v, -1, result);
  case OP_MULTIPLY:
  case OP_PERCENT_OF: return number_multiply(&result->number, &v[0]->number, &v[1]->number) == NUMBER_OK;
  case OP_DIVIDE: return number_divide(&result->number, &v[0]->number, &v[1]->number) == NUMBER_OK;
  case OP_NEGATE: number_negate(&result->number, &v[0]->number); return true;
  case OP_MIN: *result = compare(v[1], v[0]) < 0 ? *v[1] : *v[0]; return true;
  case OP_MAX: *result = compare(v[1], v[0]) > 0 ? *v[1] : *v[0]; return true;
  case OP_ROUND_DOWN:
  case OP_ROUND_UP: return round_whole(expr, v[0], result);
  case OP_DAY_OF: return day_of(v[0], result);
  default: return false;
  }
}

bool oracle_operate(const struct model *model, const struct expr *expr, const struct value *const *v, struct value *result) {
  *result = oracle_value_of_integer(0);
  switch (expr->op) {
  case OP_EQUAL: return yes_no(result, same(v[0], v[1]));
  case OP_NOT_EQUAL: return yes_no(result, !same(v[0], v[1]));
  case OP_LESS: return yes_no(result, compare(v[0], v[1]) < 0);
  case OP_LESS_EQUAL: return yes_no(result, compare(v[0], v[1]) <= 0);
  case OP_GREATER: return yes_no(result, compare(v[0], v[1]) > 0);
  case OP_GREATER_EQUAL: return yes_no(result, compare(v[0], v[1]) >= 0);
  case OP_BETWEEN: return yes_no(result, compare(v[1], v[0]) <= 0 && compare(v[0], v[2]) <= 0);
  case OP_ONE_OF:
    for (uint32_t i = 1; i < expr->kid_count; i++)
      if (same(v[0], v[i])) return yes_no(result, true);
    return yes_no(result, false);
  case OP_HAS_ANY: return yes_no(result, (v[0]->bits & v[1]->bits) != 0);
  case OP_HAS_ALL: return yes_no(result, (v[0]->bits & v[1]->bits) == v[1]->bits);
  case OP_NOT: return yes_no(result, number_sign(&v[0]->number) == 0);
  case OP_WITHIN: return within(model, expr, v, result);
  case OP_MORE_AFTER: return more_after(model, expr, v, result);
  default: return calculate(model, expr, v, result);
  }
}
