/* Operators on definite operands: arithmetic, dates and calendars, comparisons. No facts, no sets; what has no value is an error.
 */
#include "base/date.h"
#include "evaluate/value.h"

#define SECONDS_OF_DAY 86400

static enum value_type kid_type(const struct work *work, const struct program_node *node, uint32_t kid) {
  return (enum value_type)work->policy->nodes[work->policy->links[node->kids_first + kid]].type;
}

static struct value yes_no(bool truth) { return value_of(truth); }

/* ---- calendars ---- */

static struct value outside(uint32_t calendar) {
  struct value value = value_fault(VALUE_OUTSIDE_CALENDAR);
  value.num = calendar;
  return value;
}

static bool is_holiday(const struct returns_policy *policy, const struct program_calendar *calendar, int64_t date) {
  const int32_t *days = (const int32_t *)program_section(&policy->program, SECTION_HOLIDAYS) + calendar->holidays.first;
  uint32_t low = 0, high = calendar->holidays.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (days[middle] == date) return true;
    if (days[middle] < date)
      low = middle + 1;
    else
      high = middle;
  }
  return false;
}

/* false: the calendar does not cover the date. */
static bool is_working_day(const struct returns_policy *policy, uint32_t index, int64_t date, bool *working) {
  const struct program_calendar *calendar = &policy->calendars[index];
  if (date < calendar->first || date > calendar->last) return false;
  *working = !(calendar->weekend >> date_weekday((int32_t)date) & 1) && !is_holiday(policy, calendar, date);
  return true;
}

static bool next_working_day(const struct returns_policy *policy, uint32_t calendar, int64_t *date, int step) {
  bool working = false;
  while (!working) {
    *date += step;
    if (!is_working_day(policy, calendar, *date, &working)) return false;
  }
  return true;
}

/* The n-th working day after (or before) a date; ends at the calendar's span. */
static struct value add_working_days(const struct returns_policy *policy, uint32_t calendar, int64_t date, int64_t count) {
  int step = count < 0 ? -1 : 1;
  for (; count != 0; count -= step)
    if (!next_working_day(policy, calendar, &date, step)) return outside(calendar);
  return value_of(date);
}

/* ---- dates and instants ---- */

static struct value shift_date(struct work *work, uint32_t calendar, int64_t date, enum value_type unit, int64_t count) {
  int32_t shifted;
  if (unit == TYPE_WORKING_DAYS) return add_working_days(work->policy, calendar, date, count);
  if (unit == TYPE_MONTHS) {
    if (!date_add_months((int32_t)date, count, (enum month_end)work->policy->header->month_end, &shifted))
      return value_fault(VALUE_OUTSIDE_YEARS);
    return value_of(shifted);
  }
  if (__builtin_add_overflow(date, count, &date) || date < DATE_FIRST || date > DATE_LAST)
    return value_fault(VALUE_OUTSIDE_YEARS);
  return value_of(date);
}

static struct value shift_instant(const struct value *instant, enum value_type unit, int64_t count) {
  int64_t seconds = unit == TYPE_DAYS ? SECONDS_OF_DAY : 1;
  struct value result = *instant;
  if (__builtin_mul_overflow(count, seconds, &count) || __builtin_add_overflow(instant->num, count, &result.num) ||
      result.num < (int64_t)DATE_FIRST * SECONDS_OF_DAY || result.num >= ((int64_t)DATE_LAST + 1) * SECONDS_OF_DAY)
    return value_fault(VALUE_OUTSIDE_YEARS);
  return result;
}

/* moment (a date or an instant) + sign * duration. */
static struct value shift(struct work *work, uint32_t calendar, enum value_type type, const struct value *moment,
                          enum value_type unit, const struct value *duration, int sign) {
  int64_t count;
  if (duration->big || (duration->den == 1 && duration->num == INT64_MIN)) return value_fault(VALUE_OUTSIDE_YEARS);
  if (!value_to_int64(duration, &count)) return value_fault(VALUE_FRACTION);
  count *= sign;
  return type == TYPE_DATE ? shift_date(work, calendar, moment->num, unit, count) : shift_instant(moment, unit, count);
}

/* The last day or moment of `within duration of start`. Counting the start as day 1, it is one day less; one working day less of
 * those. */
static struct value last_within(struct work *work, const struct program_node *node, const struct value *duration,
                                const struct value *start) {
  enum value_type unit = kid_type(work, node, 1), type = kid_type(work, node, 2);
  bool counting = (node->flags & WITHIN_COUNTING) != 0, working = unit == TYPE_WORKING_DAYS;
  struct value length = *duration, one = value_of(1);
  if (counting && working) length = value_subtract(work, &length, &one);
  if (length.state != VALUE_DEFINITE) return length;
  struct value last = shift(work, node->index, type, start, unit, &length, 1);
  if (last.state == VALUE_DEFINITE && counting && !working) last = shift(work, node->index, type, &last, TYPE_DAYS, &one, -1);
  if (last.state == VALUE_DEFINITE && (node->flags & WITHIN_ROLLING)) {
    if (!is_working_day(work->policy, node->index, last.num, &working)) return outside(node->index);
    if (!working && !next_working_day(work->policy, node->index, &last.num, 1)) return outside(node->index);
  }
  return last;
}

static struct value within(struct work *work, const struct program_node *node, const struct value *v) {
  if (v[0].num < v[2].num) return yes_no(false);
  struct value last = last_within(work, node, &v[1], &v[2]);
  return last.state == VALUE_DEFINITE ? yes_no(v[0].num <= last.num) : last;
}

static struct value more_after(struct work *work, const struct program_node *node, const struct value *v) {
  struct value last = shift(work, node->index, kid_type(work, node, 2), &v[2], kid_type(work, node, 1), &v[1], 1);
  return last.state == VALUE_DEFINITE ? yes_no(v[0].num > last.num) : last;
}

/* ---- arithmetic ---- */

static bool is_moment(enum value_type type) { return type == TYPE_DATE || type == TYPE_INSTANT; }

static struct value add_or_subtract(struct work *work, const struct program_node *node, const struct value *v, int sign) {
  enum value_type left = kid_type(work, node, 0), right = kid_type(work, node, 1);
  if (is_moment(left) && !is_moment(right)) return shift(work, node->index, left, &v[0], right, &v[1], sign);
  if (!is_moment(left) && is_moment(right)) return shift(work, node->index, right, &v[1], left, &v[0], sign);
  return sign > 0 ? value_add(work, &v[0], &v[1]) : value_subtract(work, &v[0], &v[1]);
}

/* Towards minus or plus infinity. Hours are carried in seconds, and rounded to whole hours. */
static struct value round_whole(struct work *work, const struct program_node *node, const struct value *operand) {
  struct value unit = value_of(kid_type(work, node, 0) == TYPE_HOURS ? 3600 : 1), counted;
  struct number number;
  if (!operand->big && operand->den == 1 && unit.num == 1) return *operand;
  counted = value_divide(work, operand, &unit);
  if (counted.state != VALUE_DEFINITE) return counted;
  value_to_number(&counted, &number);
  enum number_error error = node->op == OP_ROUND_DOWN ? number_floor(&number, &number) : number_ceiling(&number, &number);
  if (error != NUMBER_OK) return value_fault(VALUE_OVERFLOW);
  counted = value_of_number(work, &number);
  return counted.state == VALUE_DEFINITE ? value_multiply(work, &counted, &unit) : counted;
}

/* Choices of two facts are the same where their names are; each indexes its own list of values. */
static bool same_choice(struct work *work, const struct program_node *node, const struct value *v) {
  const struct returns_policy *policy = work->policy;
  const struct program_node *a = &policy->nodes[policy->links[node->kids_first]],
                            *b = &policy->nodes[policy->links[node->kids_first + 1]];
  if (a->op == OP_FACT && b->op == OP_FACT && a->index != b->index)
    return text_equal(policy_value(policy, a->index, (uint32_t)v[0].num), policy_value(policy, b->index, (uint32_t)v[1].num));
  return v[0].num == v[1].num;
}

static bool is_equal(struct work *work, const struct program_node *node, const struct value *v) {
  return kid_type(work, node, 0) == TYPE_CHOICE ? same_choice(work, node, v) : value_compare(&v[0], &v[1]) == 0;
}

static bool is_one_of(const struct work *work, const struct program_node *node, const struct value *x) {
  const uint32_t *kids = work->policy->links + node->kids_first;
  for (uint32_t i = 1; i < node->kid_count; i++)
    if (work->policy->nodes[kids[i]].value == x->num) return true;
  return false;
}

static struct value calculate(struct work *work, const struct program_node *node, const struct value *v) {
  struct value zero = value_of(0);
  switch (node->op) {
  case OP_ADD: return add_or_subtract(work, node, v, 1);
  case OP_SUBTRACT: return add_or_subtract(work, node, v, -1);
  case OP_MULTIPLY:
  case OP_PERCENT_OF: return value_multiply(work, &v[0], &v[1]);
  case OP_DIVIDE: return value_divide(work, &v[0], &v[1]);
  case OP_NEGATE: return value_subtract(work, &zero, &v[0]);
  case OP_MIN: return value_compare(&v[1], &v[0]) < 0 ? v[1] : v[0];
  case OP_MAX: return value_compare(&v[1], &v[0]) > 0 ? v[1] : v[0];
  case OP_ROUND_DOWN:
  case OP_ROUND_UP: return round_whole(work, node, &v[0]);
  default: return value_of(instant_day(v[0].num, v[0].offset_minutes)); /* OP_DAY_OF */
  }
}

struct value operate(struct work *work, const struct program_node *node, const struct value *v) {
  switch (node->op) {
  case OP_EQUAL: return yes_no(is_equal(work, node, v));
  case OP_NOT_EQUAL: return yes_no(!is_equal(work, node, v));
  case OP_LESS: return yes_no(value_compare(&v[0], &v[1]) < 0);
  case OP_LESS_EQUAL: return yes_no(value_compare(&v[0], &v[1]) <= 0);
  case OP_GREATER: return yes_no(value_compare(&v[0], &v[1]) > 0);
  case OP_GREATER_EQUAL: return yes_no(value_compare(&v[0], &v[1]) >= 0);
  case OP_BETWEEN: return yes_no(value_compare(&v[1], &v[0]) <= 0 && value_compare(&v[0], &v[2]) <= 0);
  case OP_ONE_OF: return yes_no(is_one_of(work, node, &v[0]));
  case OP_HAS_ANY: return yes_no(((uint64_t)v[0].num & (uint64_t)v[1].num) != 0);
  case OP_HAS_ALL: return yes_no(((uint64_t)v[0].num & (uint64_t)v[1].num) == (uint64_t)v[1].num);
  case OP_NOT: return yes_no(v[0].num == 0);
  case OP_WITHIN: return within(work, node, v);
  case OP_MORE_AFTER: return more_after(work, node, v);
  default: return calculate(work, node, v);
  }
}
