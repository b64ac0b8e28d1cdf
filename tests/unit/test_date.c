/* Dates: the whole calendar day by day, months in both conventions against their definitions, strict texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/date.h"

static uint64_t random_state;

static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static bool is_leap(int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static uint32_t month_length(int32_t year, uint32_t month) {
  static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/* Counts through every day from 0001-01-01 to 9999-12-31. */
static void test_every_day(void **state) {
  (void)state;
  int32_t date = DATE_FIRST;
  uint32_t weekday = 0; /* a Monday */
  for (int32_t year = YEAR_MIN; year <= YEAR_MAX; year++) {
    for (uint32_t month = 1; month <= 12; month++) {
      for (uint32_t day = 1; day <= month_length(year, month); day++, date++, weekday = (weekday + 1) % 7) {
        int32_t y;
        uint32_t m, d;
        date_to_civil(date, &y, &m, &d);
        if (date_from_civil(year, month, day) != date || y != year || m != month || d != day || date_weekday(date) != weekday) {
          fail_msg("%d-%u-%u", year, month, day);
        }
      }
    }
  }
  assert_int_equal(date - 1, DATE_LAST);
  assert_int_equal(date_from_civil(1970, 1, 1), 0);
  assert_int_equal(date_from_civil(2000, 3, 1), 11017);
  assert_int_equal(date_weekday(0), 3);
}

static void test_add_months(void **state) {
  (void)state;
  static const struct {
    int32_t y;
    uint32_t m, d;
    int64_t months;
    const char *clamp, *overflow;
  } cases[] = {{2026, 1, 31, 1, "2026-02-28", "2026-03-03"},   {2024, 1, 31, 1, "2024-02-29", "2024-03-02"},
               {2026, 1, 30, 1, "2026-02-28", "2026-03-02"},   {2026, 1, 29, 1, "2026-02-28", "2026-03-01"},
               {2026, 1, 28, 1, "2026-02-28", "2026-02-28"},   {2026, 1, 31, 2, "2026-03-31", "2026-03-31"},
               {2026, 1, 31, 3, "2026-04-30", "2026-05-01"},   {2026, 3, 31, -1, "2026-02-28", "2026-03-03"},
               {2024, 2, 29, 12, "2025-02-28", "2025-03-01"},  {2024, 2, 29, 48, "2028-02-29", "2028-02-29"},
               {2026, 12, 31, 2, "2027-02-28", "2027-03-03"},  {2026, 1, 1, 0, "2026-01-01", "2026-01-01"},
               {2026, 1, 15, -13, "2024-12-15", "2024-12-15"}, {9998, 12, 31, 12, "9999-12-31", "9999-12-31"},
               {2, 1, 31, -12, "0001-01-31", "0001-01-31"},    {9999, 10, 31, 1, "9999-11-30", "9999-12-01"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int32_t start = date_from_civil(cases[i].y, cases[i].m, cases[i].d), found, expected;
    assert_true(date_parse(text_of(cases[i].clamp), &expected));
    assert_true(date_add_months(start, cases[i].months, MONTH_END_CLAMP, &found));
    assert_int_equal(found, expected);
    assert_true(date_parse(text_of(cases[i].overflow), &expected));
    assert_true(date_add_months(start, cases[i].months, MONTH_END_OVERFLOW, &found));
    assert_int_equal(found, expected);
  }
}

static void test_add_months_leaves_the_years(void **state) {
  (void)state;
  static const enum month_end conventions[] = {MONTH_END_CLAMP, MONTH_END_OVERFLOW};
  for (size_t i = 0; i < 2; i++) {
    int32_t out = 5;
    assert_false(date_add_months(date_from_civil(9999, 12, 1), 1, conventions[i], &out));
    assert_false(date_add_months(DATE_FIRST, -1, conventions[i], &out));
    assert_false(date_add_months(0, INT64_MAX, conventions[i], &out));
    assert_false(date_add_months(0, INT64_MIN, conventions[i], &out));
    assert_int_equal(out, 5);
    assert_true(date_add_months(DATE_FIRST, 9999 * 12 - 1, conventions[i], &out));
    assert_int_equal(out, date_from_civil(9999, 12, 1));
    assert_true(date_add_months(DATE_LAST, -(9999 * 12 - 1), conventions[i], &out));
    assert_int_equal(out, date_from_civil(1, 1, 31));
  }
}

/* By definition: from far before, month by month, up to the first that reaches the date. */
static bool slow_months_between(int32_t start, int32_t date, enum month_end convention, int64_t *n) {
  int64_t estimate = (date - start) / 31;
  if (date < start) estimate = (date - start) / 28;
  int32_t reached;
  for (*n = estimate - 3; *n < estimate * 12 / 11 + 30; ++*n) {
    if (date_add_months(start, *n, convention, &reached) && reached >= date) return true;
  }
  return false;
}

static void assert_months_between(int32_t start, int32_t date) {
  static const enum month_end conventions[] = {MONTH_END_CLAMP, MONTH_END_OVERFLOW};
  for (size_t i = 0; i < 2; i++) {
    int64_t found = -999, expected = -999;
    bool ok = date_months_between(start, date, conventions[i], &found);
    bool exists = slow_months_between(start, date, conventions[i], &expected);
    if (ok != exists || (ok && found != expected)) {
      fail_msg("from %d to %d, convention %d: %d %d, expected %d %d", start, date, conventions[i], ok, (int)found, exists,
               (int)expected);
    }
  }
}

static void test_months_between(void **state) {
  (void)state;
  /* Every pair in a leap year and around it. */
  int32_t first = date_from_civil(2023, 11, 1), last = date_from_civil(2025, 4, 10);
  for (int32_t start = first; start <= last; start++) {
    for (int32_t date = first; date <= last; date++) assert_months_between(start, date);
  }
  random_state = 0x9E3779B97F4A7C15u;
  for (uint32_t i = 0; i < 20000; i++) {
    int32_t start = DATE_FIRST + (int32_t)(next_random() % (DATE_LAST - DATE_FIRST + 1));
    int32_t date = start + (int32_t)(next_random() % 4000) - 2000;
    if (date >= DATE_FIRST && date <= DATE_LAST) assert_months_between(start, date);
  }
}

static void test_months_between_at_the_ends(void **state) {
  (void)state;
  for (int32_t i = 0; i < 100; i++) {
    for (int32_t j = 0; j < 100; j++) {
      assert_months_between(DATE_LAST - i, DATE_LAST - j);
      assert_months_between(DATE_FIRST + i, DATE_FIRST + j);
    }
  }
  int64_t n;
  assert_false(date_months_between(date_from_civil(9999, 11, 30), DATE_LAST, MONTH_END_CLAMP, &n));
  assert_true(date_months_between(DATE_FIRST, DATE_LAST - 30, MONTH_END_CLAMP, &n));
  assert_int_equal(n, 9999 * 12 - 1);
  assert_true(date_months_between(DATE_LAST, DATE_FIRST, MONTH_END_OVERFLOW, &n));
  assert_int_equal(n, -(9999 * 12 - 1));
}

/* The search for the least n is sound only if later n give later dates. */
static void test_months_are_monotone(void **state) {
  (void)state;
  static const enum month_end conventions[] = {MONTH_END_CLAMP, MONTH_END_OVERFLOW};
  for (int32_t start = date_from_civil(2023, 1, 1); start <= date_from_civil(2024, 12, 31); start++) {
    for (size_t i = 0; i < 2; i++) {
      int32_t before = INT32_MIN, reached;
      for (int64_t n = -60; n <= 60; n++) {
        assert_true(date_add_months(start, n, conventions[i], &reached));
        assert_true(reached > before);
        before = reached;
      }
    }
  }
}

/* ---- texts ---- */

static const char *written(struct buffer *buffer, int32_t date) {
  buffer_clear(buffer);
  date_write(buffer, date);
  return buffer_string(buffer);
}

static void test_date_text(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  assert_string_equal(written(&buffer, DATE_FIRST), "0001-01-01");
  assert_string_equal(written(&buffer, DATE_LAST), "9999-12-31");
  assert_string_equal(written(&buffer, 0), "1970-01-01");
  for (int32_t date = DATE_FIRST; date <= DATE_LAST; date += 97) {
    int32_t found;
    assert_true(date_parse(text_of(written(&buffer, date)), &found));
    assert_int_equal(found, date);
  }
  buffer_free(&buffer);
}

static void test_date_text_is_strict(void **state) {
  (void)state;
  static const char *const bad[] = {"",           "2026-7-01",   "2026-07-1",  "26-07-01",   "2026-07-01 ", " 2026-07-01",
                                    "2026/07/01", "2026-13-01",  "2026-00-01", "2026-01-00", "2026-01-32",  "2026-02-29",
                                    "1900-02-29", "2026-04-31",  "0000-01-01", "2026-07-0x", "-026-07-01",  "+026-07-01",
                                    "20260701",   "2026-07-01T", "2026-07--1", "2026-+7-01", "10000-01-01", "2026_07_01"};
  int32_t date = 42;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    if (date_parse(text_of(bad[i]), &date)) fail_msg("%s", bad[i]);
  }
  assert_false(date_parse((struct text){"2026-07-01\0", 11}, &date));
  assert_int_equal(date, 42);
  assert_true(date_parse((struct text){"2024-02-29tail", 10}, &date));
  assert_int_equal(date, date_from_civil(2024, 2, 29));
}

static void test_instant(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t seconds;
    int32_t offset;
    int32_t day;
    const char *canonical;
  } cases[] = {{"1970-01-01T00:00:00Z", 0, 0, 0, NULL},
               {"1970-01-01T00:00:00+00:00", 0, 0, 0, "1970-01-01T00:00:00Z"},
               {"2026-07-01T10:30:00+02:00", 1782894600, 120, 20635, NULL},
               {"1969-12-31T23:59:59Z", -1, 0, -1, NULL},
               {"1970-01-01T00:30:00+01:00", -1800, 60, 0, NULL},
               {"1969-12-31T23:30:00-01:00", 1800, -60, -1, NULL},
               {"2026-03-28T23:59:59-18:00", 1774807199, -1080, 20540, NULL},
               {"2026-03-28T05:45:00+05:45", 1774656000, 345, 20540, NULL},
               {"0001-01-01T00:00:00+18:00", (int64_t)DATE_FIRST * 86400 - 64800, 1080, DATE_FIRST, NULL},
               {"9999-12-31T23:59:59-18:00", (int64_t)DATE_LAST * 86400 + 86399 + 64800, -1080, DATE_LAST, NULL}};
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t seconds;
    int32_t offset;
    assert_true(instant_parse(text_of(cases[i].text), &seconds, &offset));
    assert_int_equal(seconds, cases[i].seconds);
    assert_int_equal(offset, cases[i].offset);
    assert_int_equal(instant_day(seconds, offset), cases[i].day);
    buffer_clear(&buffer);
    instant_write(&buffer, seconds, offset);
    assert_string_equal(buffer_string(&buffer), cases[i].canonical ? cases[i].canonical : cases[i].text);
  }
  buffer_free(&buffer);
}

static void test_instant_round_trip(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  random_state = 88172645463325252u;
  for (uint32_t i = 0; i < 20000; i++) {
    int32_t offset = (int32_t)(next_random() % 2161) - 1080;
    int32_t day = DATE_FIRST + (int32_t)(next_random() % (DATE_LAST - DATE_FIRST + 1));
    int64_t seconds = (int64_t)day * 86400 + (int64_t)(next_random() % 86400) - (int64_t)offset * 60, found;
    int32_t found_offset;
    assert_int_equal(instant_day(seconds, offset), day);
    buffer_clear(&buffer);
    instant_write(&buffer, seconds, offset);
    assert_true(instant_parse((struct text){buffer.bytes, (uint32_t)buffer.size}, &found, &found_offset));
    assert_int_equal(found, seconds);
    assert_int_equal(found_offset, offset);
  }
  buffer_free(&buffer);
}

static void test_instant_is_strict(void **state) {
  (void)state;
  static const char *const bad[] = {
      "2026-07-01T10:30:00",        "2026-07-01T10:30Z",          "2026-07-01 10:30:00Z",      "2026-07-01t10:30:00Z",
      "2026-07-01T10:30:00z",       "2026-07-01T24:00:00Z",       "2026-07-01T10:60:00Z",      "2026-07-01T10:30:60Z",
      "2026-07-01T10:30:00.5Z",     "2026-07-01T10:30:00+0200",   "2026-07-01T10:30:00+2:00",  "2026-07-01T10:30:00+02",
      "2026-07-01T10:30:00+18:01",  "2026-07-01T10:30:00-18:01",  "2026-07-01T10:30:00+02:60", "2026-07-01T10:30:00-00:00",
      "2026-07-01T10:30:00 +02:00", "2026-07-01T10:30:00+02:00 ", "2026-02-30T10:30:00Z",      "2026-07-01T1:30:00Z",
      "2026-07-01T10-30-00Z",       "2026-07-01T10:30:00+02:0x",  "2026-07-01T10:30:00ZZ",     "2026-07-01",
      "2026-07-01T+1:30:00Z",       "2026-07-01T10:30:00*02:00",  "2026-07-01T10:30:00+02.00"};
  int64_t seconds = 1;
  int32_t offset = 2;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    if (instant_parse(text_of(bad[i]), &seconds, &offset)) fail_msg("%s", bad[i]);
  }
  assert_int_equal(seconds, 1);
  assert_int_equal(offset, 2);
}

/* Whatever a host passes as seconds: no overflow, and something written. */
static void test_instants_far_off(void **state) {
  (void)state;
  assert_int_equal(instant_day(INT64_MAX, 1080), INT32_MAX);
  assert_int_equal(instant_day(INT64_MIN, -1080), INT32_MIN);
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  instant_write(&buffer, INT64_MAX, 0);
  assert_true(strncmp(buffer_string(&buffer), "5881580-07-11T", 14) == 0);
  buffer_free(&buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_day),
      cmocka_unit_test(test_add_months),
      cmocka_unit_test(test_add_months_leaves_the_years),
      cmocka_unit_test(test_months_between),
      cmocka_unit_test(test_months_between_at_the_ends),
      cmocka_unit_test(test_months_are_monotone),
      cmocka_unit_test(test_date_text),
      cmocka_unit_test(test_date_text_is_strict),
      cmocka_unit_test(test_instant),
      cmocka_unit_test(test_instant_round_trip),
      cmocka_unit_test(test_instant_is_strict),
      cmocka_unit_test(test_instants_far_off),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
