/* Natural numbers in 32-bit limbs: schoolbook multiplication, Knuth's division, Euclid's greatest common divisor.
 *
 * Loops run over the limbs that are set, so that the sizes met in practice (two or three limbs) cost little.
 */
#include "base/big.h"

#include <string.h>

uint64_t integer_gcd(uint64_t a, uint64_t b) {
  if (a == 1 || b == 1) return 1;
  if (b > a) {
    uint64_t other = a;
    a = b, b = other;
  }
  if (b == 0) return a;
  a %= b; /* brings numbers of unlike size together in one step; the rest is Stein's binary method */
  if (a == 0) return b;
  int shift = __builtin_ctzll(a | b);
  a >>= __builtin_ctzll(a);
  do {
    b >>= __builtin_ctzll(b);
    uint64_t less = a < b ? a : b;
    b = a < b ? b - a : a - b;
    a = less;
  } while (b != 0);
  return a << shift;
}

static void trim(struct big *a) {
  while (a->size > 0 && a->limbs[a->size - 1] == 0) a->size--;
}

void big_set(struct big *out, uint64_t value) {
  out->limbs[0] = (uint32_t)value;
  out->limbs[1] = (uint32_t)(value >> 32);
  out->size = 2;
  trim(out);
}

void big_load(struct big *out, const uint32_t *limbs, uint32_t count) {
  memcpy(out->limbs, limbs, count * sizeof *limbs);
  out->size = count;
  trim(out);
}

void big_copy(struct big *out, const struct big *a) {
  if (out != a) big_load(out, a->limbs, a->size);
}

bool big_to_uint64(const struct big *a, uint64_t *value) {
  if (a->size > 2) return false;
  uint64_t low = a->size > 0 ? a->limbs[0] : 0, high = a->size > 1 ? a->limbs[1] : 0;
  *value = high << 32 | low;
  return true;
}

int big_compare(const struct big *a, const struct big *b) {
  if (a->size != b->size) return a->size < b->size ? -1 : 1;
  for (uint32_t i = a->size; i-- > 0;) {
    if (a->limbs[i] != b->limbs[i]) return a->limbs[i] < b->limbs[i] ? -1 : 1;
  }
  return 0;
}

void big_add(struct big *out, const struct big *a, const struct big *b) {
  const struct big *more = a->size >= b->size ? a : b, *less = more == a ? b : a;
  uint32_t size = more->size, less_size = less->size;
  uint64_t carry = 0;
  for (uint32_t i = 0; i < size; i++) {
    carry += (uint64_t)more->limbs[i] + (i < less_size ? less->limbs[i] : 0);
    out->limbs[i] = (uint32_t)carry;
    carry >>= 32;
  }
  if (carry) out->limbs[size++] = (uint32_t)carry;
  out->size = size;
}

void big_subtract(struct big *out, const struct big *a, const struct big *b) {
  uint32_t size = a->size, less_size = b->size;
  uint64_t borrow = 0;
  for (uint32_t i = 0; i < size; i++) {
    uint64_t difference = (uint64_t)a->limbs[i] - (i < less_size ? b->limbs[i] : 0) - borrow;
    out->limbs[i] = (uint32_t)difference;
    borrow = difference >> 63;
  }
  out->size = size;
  trim(out);
}

void big_multiply(struct big *out, const struct big *a, const struct big *b) {
  out->size = a->size + b->size;
  memset(out->limbs, 0, out->size * sizeof *out->limbs);
  for (uint32_t i = 0; i < a->size; i++) {
    uint64_t carry = 0;
    for (uint32_t j = 0; j < b->size; j++) {
      carry += (uint64_t)a->limbs[i] * b->limbs[j] + out->limbs[i + j];
      out->limbs[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    out->limbs[i + b->size] = (uint32_t)carry;
  }
  trim(out);
}

uint32_t big_divide_small(struct big *a, uint32_t divisor) {
  uint64_t rest = 0;
  for (uint32_t i = a->size; i-- > 0;) {
    rest = rest << 32 | a->limbs[i];
    a->limbs[i] = (uint32_t)(rest / divisor);
    rest %= divisor;
  }
  trim(a);
  return (uint32_t)rest;
}

/* out[0..count] = in[0..count) << shift, shift < 32. */
static void shift_left(uint32_t *out, const uint32_t *in, uint32_t count, uint32_t shift) {
  uint64_t carry = 0;
  for (uint32_t i = 0; i < count; i++) {
    carry |= (uint64_t)in[i] << shift;
    out[i] = (uint32_t)carry;
    carry >>= 32;
  }
  out[count] = (uint32_t)carry;
}

/* A digit of the quotient, at most one too large: u points at the divisor's lowest place in the dividend, v is the
 * divisor of n >= 2 limbs with its top bit set. */
static uint64_t estimate(const uint32_t *u, const uint32_t *v, uint32_t n) {
  uint64_t top = (uint64_t)u[n] << 32 | u[n - 1];
  uint64_t digit = top / v[n - 1], rest = top % v[n - 1];
  while (digit > UINT32_MAX || digit * v[n - 2] > (rest << 32 | u[n - 2])) {
    digit--;
    rest += v[n - 1];
    if (rest > UINT32_MAX) break;
  }
  return digit;
}

/* u -= digit * v over n + 1 limbs, adding v back where digit was one too large; returns the right digit. */
static uint32_t subtract_multiple(uint32_t *u, const uint32_t *v, uint32_t n, uint64_t digit) {
  uint64_t carry = 0, borrow = 0;
  for (uint32_t i = 0; i <= n; i++) {
    if (i < n) carry += digit * v[i];
    uint64_t difference = (uint64_t)u[i] - (uint32_t)carry - borrow;
    u[i] = (uint32_t)difference;
    borrow = difference >> 63;
    carry >>= 32;
  }
  if (borrow) {
    digit--;
    carry = 0;
    for (uint32_t i = 0; i <= n; i++) {
      carry += (uint64_t)u[i] + (i < n ? v[i] : 0);
      u[i] = (uint32_t)carry;
      carry >>= 32;
    }
  }
  return (uint32_t)digit;
}

void big_divide(struct big *quotient, struct big *remainder, const struct big *a, const struct big *b) {
  uint32_t n = b->size;
  if (big_compare(a, b) < 0) {
    big_copy(remainder, a);
    quotient->size = 0;
    return;
  }
  if (n == 1) {
    uint32_t divisor = b->limbs[0];
    big_copy(quotient, a);
    big_set(remainder, big_divide_small(quotient, divisor));
    return;
  }
  /* Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D. */
  uint32_t u[BIG_LIMBS + 1], v[BIG_LIMBS + 1];
  uint32_t shift = (uint32_t)__builtin_clz(b->limbs[n - 1]), places = a->size - n + 1;
  shift_left(u, a->limbs, a->size, shift);
  shift_left(v, b->limbs, n, shift);
  for (uint32_t place = places; place-- > 0;) {
    quotient->limbs[place] = subtract_multiple(u + place, v, n, estimate(u + place, v, n));
  }
  quotient->size = places;
  trim(quotient);
  for (uint32_t i = 0; i < n; i++) remainder->limbs[i] = (uint32_t)(((uint64_t)u[i + 1] << 32 | u[i]) >> shift);
  remainder->size = n;
  trim(remainder);
}

void big_gcd(struct big *out, const struct big *a, const struct big *b) {
  struct big numbers[3], quotient;
  struct big *x = &numbers[0], *y = &numbers[1], *rest = &numbers[2];
  big_copy(x, a);
  big_copy(y, b);
  uint64_t small_x, small_y;
  while (!(big_to_uint64(x, &small_x) && big_to_uint64(y, &small_y)) && y->size != 0) {
    big_divide(&quotient, rest, x, y);
    struct big *free_number = x;
    x = y, y = rest, rest = free_number;
  }
  if (y->size == 0) {
    big_copy(out, x);
  } else {
    big_set(out, integer_gcd(small_x, small_y));
  }
}
