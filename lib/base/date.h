/* Civil dates and instants: proleptic Gregorian, years 1 to 9999, as day numbers since 1970-01-01.
 * libc only; no clock, no zone. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/kinds.h"
#include "base/text.h"

#define DATE_FIRST (-719162) /* 0001-01-01 */
#define DATE_LAST 2932896    /* 9999-12-31 */

int32_t date_from_civil(int32_t year, uint32_t month, uint32_t day); /* valid arguments only */
void date_to_civil(int32_t date, int32_t *year, uint32_t *month, uint32_t *day);
uint32_t date_weekday(int32_t date); /* 0 Monday .. 6 Sunday */
/* date + months under the convention; false when the result leaves the years 1..9999. */
bool date_add_months(int32_t date, int64_t months, enum month_end convention, int32_t *out);
/* The least n (may be negative) such that start + n months >= date. Monotone in both conventions.
 * false: no such n within the years that dates may have. */
bool date_months_between(int32_t start, int32_t date, enum month_end convention, int64_t *n);
bool date_parse(struct text text, int32_t *out); /* "2026-07-01" exactly, and a real day */
void date_write(struct buffer *out, int32_t date);
/* "2026-07-01T10:30:00+02:00" or "...Z": seconds since the epoch, offset in minutes (-18:00..+18:00, not -00:00, which says
 * that the offset is unknown). Written with Z where the offset is 0. */
bool instant_parse(struct text text, int64_t *seconds, int32_t *offset_minutes);
void instant_write(struct buffer *out, int64_t seconds, int32_t offset_minutes);
int32_t instant_day(int64_t seconds, int32_t offset_minutes); /* civil day in its own offset */

#endif
