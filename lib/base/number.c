/* Exact fractions: int64_t as far as it goes, limbs beyond.
 *
 * In: fractions in lowest terms. Out: the same, or an error that leaves the result as it was. Each operation tries the
 * small form with checked arithmetic; where that overflows, it is done again on limbs, wide enough for the exact result,
 * which is reduced and put into the smallest form that holds it. So a number has one form only.
 */
#include "base/number.h"

#include "base/big.h"

#include <string.h>

/* What the operations on limbs work with: not yet reduced. */
struct fraction {
  bool negative;
  struct big num, den;
};

static uint64_t magnitude(int64_t value) { return value < 0 ? 0 - (uint64_t)value : (uint64_t)value; }

static void set_small(struct number *out, int64_t num, int64_t den) {
  out->num = num;
  out->den = den;
  out->big = out->negative = false;
}

static void load(struct fraction *out, const struct number *a) {
  if (a->big) {
    out->negative = a->negative;
    big_load(&out->num, a->big_num, NUMBER_LIMBS);
    big_load(&out->den, a->big_den, NUMBER_LIMBS);
  } else {
    out->negative = a->num < 0;
    big_set(&out->num, magnitude(a->num));
    big_set(&out->den, magnitude(a->den));
  }
}

/* A magnitude with its sign as int64_t. */
static bool sign_to_int64(uint64_t value, bool negative, int64_t *out) {
  if (value > (uint64_t)INT64_MAX + negative) return false;
  *out = negative ? (int64_t)(0 - value) : (int64_t)value;
  return true;
}

static bool big_to_int64(const struct big *a, bool negative, int64_t *out) {
  uint64_t value;
  return big_to_uint64(a, &value) && sign_to_int64(value, negative, out);
}

static void store_limbs(uint32_t out[NUMBER_LIMBS], const struct big *a) {
  memcpy(out, a->limbs, a->size * sizeof *out);
  memset(out + a->size, 0, (NUMBER_LIMBS - a->size) * sizeof *out);
}

/* Stores a fraction in lowest terms in the form that is due. */
static enum number_error store(struct number *out, const struct fraction *a) {
  int64_t num, den;
  if (big_to_int64(&a->num, a->negative, &num) && big_to_int64(&a->den, false, &den)) {
    set_small(out, num, den);
    return NUMBER_OK;
  }
  if (a->num.size > NUMBER_LIMBS || a->den.size > NUMBER_LIMBS) return NUMBER_OVERFLOW;
  out->num = out->den = 0;
  out->big = true;
  out->negative = a->negative;
  store_limbs(out->big_num, &a->num);
  store_limbs(out->big_den, &a->den);
  return NUMBER_OK;
}

static enum number_error reduce_and_store(struct number *out, struct fraction *a) {
  struct big divisor, rest;
  uint64_t common;
  big_gcd(&divisor, &a->num, &a->den);
  if (!big_to_uint64(&divisor, &common) || common != 1) {
    big_divide(&a->num, &rest, &a->num, &divisor);
    big_divide(&a->den, &rest, &a->den, &divisor);
  }
  return store(out, a);
}

/* ---- making ---- */

void number_set(struct number *out, int64_t value) { set_small(out, value, 1); }

enum number_error number_set_ratio(struct number *out, int64_t num, int64_t den) {
  if (den == 0) return NUMBER_DIVISION_BY_ZERO;
  uint64_t divisor = integer_gcd(magnitude(num), magnitude(den));
  uint64_t whole = magnitude(num) / divisor, part = magnitude(den) / divisor;
  bool negative = num != 0 && (num < 0) != (den < 0);
  if (sign_to_int64(whole, negative, &num) && sign_to_int64(part, false, &den)) {
    set_small(out, num, den);
    return NUMBER_OK;
  }
  struct fraction ratio = {.negative = negative};
  big_set(&ratio.num, whole);
  big_set(&ratio.den, part);
  return store(out, &ratio);
}

static void set_scaled(struct number *out, int64_t value, int64_t scale) {
  int64_t divisor = (int64_t)integer_gcd(magnitude(value), (uint64_t)scale);
  set_small(out, value / divisor, scale / divisor);
}

void number_of_coded(struct number *out, enum value_type type, int64_t coded) {
  switch (type) {
  case TYPE_DECIMAL: set_scaled(out, coded, SCALE_DECIMAL); break;
  case TYPE_PERCENT: set_scaled(out, coded, SCALE_PERCENT); break;
  default: set_small(out, coded, 1); break;
  }
}

void number_copy(struct number *out, const struct number *a) {
  if (out == a) return;
  out->num = a->num;
  out->den = a->den;
  out->big = a->big;
  out->negative = a->negative;
  if (!a->big) return;
  memcpy(out->big_num, a->big_num, sizeof out->big_num);
  memcpy(out->big_den, a->big_den, sizeof out->big_den);
}

/* ---- sums ---- */

/* a/b + c/d in lowest terms (Knuth 4.5.1): what the sum can be reduced by divides gcd(b, d). false: overflow. */
static bool add_small(struct number *out, int64_t a, int64_t b, int64_t c, int64_t d) {
  int64_t sum, den;
  if (b == 1 && d == 1) {
    if (__builtin_add_overflow(a, c, &sum)) return false;
    set_small(out, sum, 1);
    return true;
  }
  int64_t common = b == d ? b : (int64_t)integer_gcd((uint64_t)b, (uint64_t)d), left, right;
  if (__builtin_mul_overflow(a, d / common, &left) || __builtin_mul_overflow(c, b / common, &right)) return false;
  if (__builtin_add_overflow(left, right, &sum)) return false;
  if (common != 1) {
    int64_t divisor = (int64_t)integer_gcd(magnitude(sum), (uint64_t)common);
    sum /= divisor;
    d /= divisor;
  }
  if (__builtin_mul_overflow(b / common, d, &den)) return false;
  set_small(out, sum, den);
  return true;
}

/* a + b, or a - b. */
static enum number_error add_big(struct number *out, const struct number *a, const struct number *b, bool subtract) {
  struct fraction x, y, sum;
  struct big left, right;
  load(&x, a);
  load(&y, b);
  y.negative ^= subtract;
  big_multiply(&left, &x.num, &y.den);
  big_multiply(&right, &y.num, &x.den);
  big_multiply(&sum.den, &x.den, &y.den);
  sum.negative = x.negative;
  if (x.negative == y.negative) {
    big_add(&sum.num, &left, &right);
  } else if (big_compare(&left, &right) >= 0) {
    big_subtract(&sum.num, &left, &right);
  } else {
    big_subtract(&sum.num, &right, &left);
    sum.negative = y.negative;
  }
  return reduce_and_store(out, &sum);
}

enum number_error number_add(struct number *out, const struct number *a, const struct number *b) {
  if (!a->big && !b->big && add_small(out, a->num, a->den, b->num, b->den)) return NUMBER_OK;
  return add_big(out, a, b, false);
}

enum number_error number_subtract(struct number *out, const struct number *a, const struct number *b) {
  if (!a->big && !b->big && b->num != INT64_MIN && add_small(out, a->num, a->den, -b->num, b->den)) return NUMBER_OK;
  return add_big(out, a, b, true);
}

/* ---- products ---- */

/* a/b * c/d in lowest terms, by reducing crosswise first. false: overflow. */
static bool multiply_small(struct number *out, int64_t a, int64_t b, int64_t c, int64_t d) {
  int64_t num, den;
  if (d != 1) {
    int64_t divisor = (int64_t)integer_gcd(magnitude(a), (uint64_t)d);
    a /= divisor;
    d /= divisor;
  }
  if (b != 1) {
    int64_t divisor = (int64_t)integer_gcd(magnitude(c), (uint64_t)b);
    c /= divisor;
    b /= divisor;
  }
  if (__builtin_mul_overflow(a, c, &num) || __builtin_mul_overflow(b, d, &den)) return false;
  set_small(out, num, den);
  return true;
}

/* a * b, or a / b for b not zero. */
static enum number_error multiply_big(struct number *out, const struct number *a, const struct number *b, bool divide) {
  struct fraction x, y, product;
  load(&x, a);
  load(&y, b);
  product.negative = x.negative != y.negative;
  big_multiply(&product.num, &x.num, divide ? &y.den : &y.num);
  big_multiply(&product.den, &x.den, divide ? &y.num : &y.den);
  return reduce_and_store(out, &product);
}

enum number_error number_multiply(struct number *out, const struct number *a, const struct number *b) {
  if (!a->big && !b->big && multiply_small(out, a->num, a->den, b->num, b->den)) return NUMBER_OK;
  return multiply_big(out, a, b, false);
}

enum number_error number_divide(struct number *out, const struct number *a, const struct number *b) {
  if (!b->big && b->num == 0) return NUMBER_DIVISION_BY_ZERO;
  if (!a->big && !b->big && b->num != INT64_MIN) {
    int64_t num = b->num < 0 ? -b->den : b->den, den = b->num < 0 ? -b->num : b->num;
    if (multiply_small(out, a->num, a->den, num, den)) return NUMBER_OK;
  }
  return multiply_big(out, a, b, true);
}

void number_negate(struct number *out, const struct number *a) {
  if (!a->big && a->num != INT64_MIN) {
    set_small(out, -a->num, a->den);
    return;
  }
  struct fraction negated;
  load(&negated, a);
  negated.negative = !negated.negative;
  (void)store(out, &negated); /* as large as a: it fits */
}

/* ---- questions ---- */

int number_sign(const struct number *a) {
  if (a->big) return a->negative ? -1 : 1;
  return (a->num > 0) - (a->num < 0);
}

int number_compare(const struct number *a, const struct number *b, enum number_error *error) {
  if (error) *error = NUMBER_OK;
  if (!a->big && !b->big) {
    int64_t left, right;
    if (a->den == b->den) return (a->num > b->num) - (a->num < b->num);
    if (!__builtin_mul_overflow(a->num, b->den, &left) && !__builtin_mul_overflow(b->num, a->den, &right)) {
      return (left > right) - (left < right);
    }
  }
  int sign = number_sign(a), other = number_sign(b);
  if (sign != other) return sign < other ? -1 : 1;
  struct fraction x, y;
  struct big left, right;
  load(&x, a);
  load(&y, b);
  big_multiply(&left, &x.num, &y.den);
  big_multiply(&right, &y.num, &x.den);
  return sign < 0 ? big_compare(&right, &left) : big_compare(&left, &right);
}

bool number_is_whole(const struct number *a) {
  if (!a->big) return a->den == 1;
  struct fraction x;
  load(&x, a);
  return x.den.size == 1 && x.den.limbs[0] == 1;
}

bool number_to_int64(const struct number *a, int64_t *out) {
  if (a->big || a->den != 1) return false; /* a whole number that needs limbs is out of range */
  *out = a->num;
  return true;
}

/* ---- whole numbers ---- */

/* The nearest whole number that is not above a (down), or not below it. */
static enum number_error to_whole(struct number *out, const struct number *a, bool down) {
  if (!a->big) {
    int64_t whole = a->num / a->den, rest = a->num % a->den;
    if (rest != 0 && (rest < 0) == down) whole += rest < 0 ? -1 : 1;
    set_small(out, whole, 1);
    return NUMBER_OK;
  }
  struct fraction x;
  struct big rest, one;
  load(&x, a);
  big_divide(&x.num, &rest, &x.num, &x.den);
  big_set(&one, 1);
  if (rest.size != 0 && x.negative == down) big_add(&x.num, &x.num, &one);
  big_copy(&x.den, &one);
  return store(out, &x);
}

enum number_error number_floor(struct number *out, const struct number *a) { return to_whole(out, a, true); }

enum number_error number_ceiling(struct number *out, const struct number *a) { return to_whole(out, a, false); }

/* Whether a magnitude of `whole` and a rest moves away from zero. half: the rest against one half, -1, 0, 1. */
static bool rounds_away(enum rounding rounding, bool odd, bool exact, int half) {
  switch (rounding) {
  case ROUNDING_DOWN: return false;
  case ROUNDING_UP: return !exact;
  case ROUNDING_HALF_EVEN: return half > 0 || (half == 0 && odd);
  default: return half >= 0;
  }
}

bool number_round(const struct number *a, enum rounding rounding, int64_t *out) {
  if (!a->big) {
    int64_t whole = a->num / a->den;
    if (a->den != 1) {
      uint64_t rest = magnitude(a->num % a->den), other = (uint64_t)a->den - rest;
      int half = (rest > other) - (rest < other);
      if (rounds_away(rounding, (whole & 1) != 0, rest == 0, half)) whole += a->num < 0 ? -1 : 1;
    }
    *out = whole;
    return true;
  }
  struct fraction x;
  struct big rest, other;
  uint64_t whole;
  load(&x, a);
  big_divide(&x.num, &rest, &x.num, &x.den);
  big_subtract(&other, &x.den, &rest);
  if (!big_to_uint64(&x.num, &whole)) return false;
  if (rounds_away(rounding, (whole & 1) != 0, rest.size == 0, big_compare(&rest, &other))) {
    if (whole == UINT64_MAX) return false;
    whole++;
  }
  return sign_to_int64(whole, x.negative, out);
}
