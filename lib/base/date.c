/* Civil dates, months and instants.
 *
 * In: day numbers, seconds, strict texts. Out: the same. All is arithmetic on the proleptic Gregorian calendar; it must
 * not know today, nor any time zone but the offset that an instant carries.
 */
#include "base/date.h"

/* Years are counted from March here, so that the leap day is the last of its year; an era has 400 years, 146097 days. */
int32_t date_from_civil(int32_t year, uint32_t month, uint32_t day) {
  year -= month <= 2;
  int32_t era = (year >= 0 ? year : year - 399) / 400;
  int32_t year_of_era = year - era * 400;
  int32_t day_of_year = ((int32_t)month + (month > 2 ? -3 : 9)) * 153 + 2;
  day_of_year = day_of_year / 5 + (int32_t)day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

void date_to_civil(int32_t date, int32_t *year, uint32_t *month, uint32_t *day) {
  int64_t days = (int64_t)date + 719468; /* since 0000-03-01 */
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  uint32_t day_of_era = (uint32_t)(days - era * 146097);
  uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  uint32_t shifted = (5 * day_of_year + 2) / 153; /* 0 March .. 11 February */
  *day = day_of_year - (153 * shifted + 2) / 5 + 1;
  *month = shifted < 10 ? shifted + 3 : shifted - 9;
  *year = (int32_t)(era * 400) + (int32_t)year_of_era + (*month <= 2);
}

uint32_t date_weekday(int32_t date) { return (uint32_t)((date % 7 + 10) % 7); /* 1970-01-01 is a Thursday */ }

static uint32_t days_of_month(int32_t year, uint32_t month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month + (month > 7)) & 1);
}

/* ---- months ---- */

enum { MONTH_INDEX_LIMIT = (YEAR_MAX + 1) * 12, MONTH_INDEX_FIRST = YEAR_MIN * 12 }; /* of year * 12 + month - 1 */

bool date_add_months(int32_t date, int64_t months, enum month_end convention, int32_t *out) {
  int32_t year;
  uint32_t month, day;
  date_to_civil(date, &year, &month, &day);
  if (months < -MONTH_INDEX_LIMIT || months > MONTH_INDEX_LIMIT) return false;
  int64_t index = (int64_t)year * 12 + (month - 1) + months;
  if (index < MONTH_INDEX_FIRST || index >= MONTH_INDEX_LIMIT) return false;
  year = (int32_t)(index / 12);
  month = (uint32_t)(index % 12) + 1;
  if (convention != MONTH_END_OVERFLOW) {
    uint32_t last = days_of_month(year, month);
    if (day > last) day = last;
  }
  *out = date_from_civil(year, month, day); /* day 31 of a shorter month counts on into the next */
  return true;
}

/* Let n lead into the month of `date`. n itself reaches it unless its day comes first; then n + 1 does, a month on.
 * n - 1 lies in the month before and reaches it only by overflow: the 31st of a month of L days is day 31 - L of the next. */
bool date_months_between(int32_t start, int32_t date, enum month_end convention, int64_t *n) {
  int32_t start_year, year;
  uint32_t start_month, start_day, month, day;
  date_to_civil(start, &start_year, &start_month, &start_day);
  date_to_civil(date, &year, &month, &day);
  int32_t months = (year - start_year) * 12 + (int32_t)month - (int32_t)start_month;
  if (start_day < day) {
    if (year == YEAR_MAX && month == 12) return false;
    months++;
  } else if (convention == MONTH_END_OVERFLOW && start_day > 28 && day <= 3) {
    uint32_t length = month == 1 ? 31 : days_of_month(year, month - 1);
    if (start_day >= length + day) months--;
  }
  *n = months;
  return true;
}

/* ---- texts ---- */

/* A number of exactly `count` digits. */
static bool parse_digits(const char *bytes, uint32_t count, uint32_t *value) {
  *value = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (bytes[i] < '0' || bytes[i] > '9') return false;
    *value = *value * 10 + (uint32_t)(bytes[i] - '0');
  }
  return true;
}

bool date_parse(struct text text, int32_t *out) {
  uint32_t year, month, day;
  if (text.size != 10 || text.bytes[4] != '-' || text.bytes[7] != '-') return false;
  if (!parse_digits(text.bytes, 4, &year) || !parse_digits(text.bytes + 5, 2, &month) || !parse_digits(text.bytes + 8, 2, &day)) {
    return false;
  }
  if (year < YEAR_MIN || month < 1 || month > 12 || day < 1 || day > days_of_month((int32_t)year, month)) return false;
  *out = date_from_civil((int32_t)year, month, day);
  return true;
}

static void write_digits(struct buffer *out, uint32_t value, uint32_t count) {
  for (uint32_t unit = count == 4 ? 1000 : 10; unit; unit /= 10) buffer_char(out, (char)('0' + value / unit % 10));
}

void date_write(struct buffer *out, int32_t date) {
  int32_t year;
  uint32_t month, day;
  date_to_civil(date, &year, &month, &day);
  if (year >= 0 && year <= YEAR_MAX) {
    write_digits(out, (uint32_t)year, 4);
  } else {
    buffer_integer(out, year); /* of an instant far off: no date has it */
  }
  buffer_char(out, '-');
  write_digits(out, month, 2);
  buffer_char(out, '-');
  write_digits(out, day, 2);
}

/* ---- instants ---- */

enum { SECONDS_OF_DAY = 86400, OFFSET_MINUTES_MAX = 18 * 60 };

/* "Z", or sign, hours, ':' and minutes; not -00:00, which says that the offset is unknown. */
static bool parse_offset(struct text text, int32_t *offset_minutes) {
  uint32_t hours, minutes;
  *offset_minutes = 0;
  if (text_is(text, "Z")) return true;
  if (text.size != 6 || (text.bytes[0] != '+' && text.bytes[0] != '-') || text.bytes[3] != ':') return false;
  if (!parse_digits(text.bytes + 1, 2, &hours) || !parse_digits(text.bytes + 4, 2, &minutes) || minutes > 59) return false;
  int32_t offset = (int32_t)(hours * 60 + minutes);
  if (offset > OFFSET_MINUTES_MAX || (offset == 0 && text.bytes[0] == '-')) return false;
  *offset_minutes = text.bytes[0] == '-' ? -offset : offset;
  return true;
}

bool instant_parse(struct text text, int64_t *seconds, int32_t *offset_minutes) {
  int32_t date;
  uint32_t hour, minute, second;
  if (text.size < 20 || !date_parse((struct text){text.bytes, 10}, &date)) return false;
  const char *time = text.bytes + 10;
  if (time[0] != 'T' || time[3] != ':' || time[6] != ':') return false;
  if (!parse_digits(time + 1, 2, &hour) || hour > 23) return false;
  if (!parse_digits(time + 4, 2, &minute) || minute > 59) return false;
  if (!parse_digits(time + 7, 2, &second) || second > 59) return false;
  int32_t offset;
  if (!parse_offset((struct text){text.bytes + 19, text.size - 19}, &offset)) return false;
  *seconds = (int64_t)date * SECONDS_OF_DAY + (hour * 60 + minute) * 60 + second - (int64_t)offset * 60;
  *offset_minutes = offset;
  return true;
}

/* Day and second of that day, in the instant's own offset; days beyond those of int32_t are its ends. */
static int32_t split_instant(int64_t seconds, int32_t offset_minutes, uint32_t *second_of_day) {
  int64_t day = seconds / SECONDS_OF_DAY;
  int64_t rest = seconds % SECONDS_OF_DAY + (int64_t)offset_minutes * 60;
  int64_t carry = rest / SECONDS_OF_DAY - (rest % SECONDS_OF_DAY < 0);
  *second_of_day = (uint32_t)(rest - carry * SECONDS_OF_DAY);
  day += carry;
  return day < INT32_MIN ? INT32_MIN : day > INT32_MAX ? INT32_MAX : (int32_t)day;
}

int32_t instant_day(int64_t seconds, int32_t offset_minutes) {
  uint32_t second_of_day;
  return split_instant(seconds, offset_minutes, &second_of_day);
}

void instant_write(struct buffer *out, int64_t seconds, int32_t offset_minutes) {
  uint32_t second_of_day, offset = (uint32_t)(offset_minutes < 0 ? -offset_minutes : offset_minutes);
  date_write(out, split_instant(seconds, offset_minutes, &second_of_day));
  buffer_char(out, 'T');
  write_digits(out, second_of_day / 3600, 2);
  buffer_char(out, ':');
  write_digits(out, second_of_day / 60 % 60, 2);
  buffer_char(out, ':');
  write_digits(out, second_of_day % 60, 2);
  if (offset == 0) {
    buffer_char(out, 'Z');
    return;
  }
  buffer_char(out, offset_minutes < 0 ? '-' : '+');
  write_digits(out, offset / 60, 2);
  buffer_char(out, ':');
  write_digits(out, offset % 60, 2);
}
