/* Numbers as text: strict decimals in, canonical decimals out.
 *
 * In: texts of literals and of requests; coded values and exact numbers. Out: scaled integers; texts. It must not know
 * types or units: those are the scanner's and the request's.
 */
#include "base/big.h"
#include "base/number.h"

/* *value = *value * 10 - digit. Counting below zero reaches INT64_MIN, which has no positive twin. */
static bool push_digit(int64_t *value, char digit) {
  return !__builtin_mul_overflow(*value, 10, value) && !__builtin_sub_overflow(*value, digit - '0', value);
}

static bool is_digit(struct text text, uint32_t at) { return at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9'; }

bool decimal_parse(struct text text, uint32_t max_fraction, uint32_t scale_digits, int64_t *scaled) {
  uint32_t at = 0, fraction = 0;
  int64_t value = 0; /* negated */
  bool negative = text.size > 0 && text.bytes[0] == '-';
  if (negative) at++;
  if (!is_digit(text, at) || (text.bytes[at] == '0' && is_digit(text, at + 1))) return false;
  for (; is_digit(text, at); at++) {
    if (!push_digit(&value, text.bytes[at])) return false;
  }
  if (at < text.size && text.bytes[at] == '.') {
    for (at++; is_digit(text, at); at++, fraction++) {
      if (!push_digit(&value, text.bytes[at])) return false;
    }
    if (fraction == 0) return false;
  }
  if (at != text.size || fraction > max_fraction || fraction > scale_digits) return false;
  for (; fraction < scale_digits; fraction++) {
    if (!push_digit(&value, '0')) return false;
  }
  if (!negative && __builtin_sub_overflow(0, value, &value)) return false;
  *scaled = value;
  return true;
}

/* Digits with a point before the last `fraction` of them, and zeros in front where there are too few. */
static void write_point(struct buffer *out, const char *digits, uint32_t count, uint32_t fraction) {
  if (count > fraction) {
    buffer_add(out, digits, count - fraction);
    digits += count - fraction;
    count = fraction;
  } else {
    buffer_char(out, '0');
  }
  if (fraction == 0) return;
  buffer_char(out, '.');
  buffer_repeat(out, '0', fraction - count);
  buffer_add(out, digits, count);
}

void decimal_write(struct buffer *out, int64_t scaled, uint32_t scale_digits, uint32_t min_fraction) {
  char digits[20];
  uint32_t start = sizeof digits, end = sizeof digits, fraction = scale_digits;
  uint64_t rest = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
  do digits[--start] = (char)('0' + rest % 10);
  while ((rest /= 10) != 0);
  for (; fraction > min_fraction && (end == start || digits[end - 1] == '0'); fraction--) end -= end > start;
  if (scaled < 0) buffer_char(out, '-');
  write_point(out, digits + start, end - start, fraction);
}

void money_write(struct buffer *out, int64_t minor, uint32_t minor_digits) {
  decimal_write(out, minor, minor_digits, minor_digits);
}

/* ---- exact numbers ---- */

enum { FRACTION_MAX = 12, DIGITS_MAX = BIG_LIMBS * 10 };

static void load(struct big *num, struct big *den, bool *negative, const struct number *a) {
  *negative = number_sign(a) < 0;
  if (a->big) {
    big_load(num, a->big_num, NUMBER_LIMBS);
    big_load(den, a->big_den, NUMBER_LIMBS);
  } else {
    big_set(num, a->num < 0 ? 0 - (uint64_t)a->num : (uint64_t)a->num);
    big_set(den, (uint64_t)a->den);
  }
}

/* Decimal digits of a, which is used up. fraction as in write_point. */
static void write_big(struct buffer *out, struct big *a, uint32_t fraction) {
  char digits[DIGITS_MAX];
  uint32_t start = DIGITS_MAX;
  do digits[--start] = (char)('0' + big_divide_small(a, 10));
  while (a->size != 0);
  write_point(out, digits + start, DIGITS_MAX - start, fraction);
}

/* If den divides a power of ten of at most FRACTION_MAX digits: those digits, at the fewest, and the power over den. */
static bool decimal_places(const struct big *den, uint32_t *places, uint64_t *factor) {
  uint64_t divisor, power = 1;
  if (!big_to_uint64(den, &divisor)) return false;
  for (*places = 0; *places <= FRACTION_MAX; ++*places, power *= 10) {
    if (power % divisor != 0) continue;
    *factor = power / divisor;
    return true;
  }
  return false;
}

void number_write(const struct number *a, struct buffer *out) {
  struct big num, den;
  bool negative;
  uint32_t places;
  uint64_t factor;
  load(&num, &den, &negative, a);
  if (negative) buffer_char(out, '-');
  if (decimal_places(&den, &places, &factor)) {
    struct big scale, scaled;
    big_set(&scale, factor);
    big_multiply(&scaled, &num, &scale);
    write_big(out, &scaled, places);
  } else {
    write_big(out, &num, 0);
    buffer_char(out, '/');
    write_big(out, &den, 0);
  }
}
