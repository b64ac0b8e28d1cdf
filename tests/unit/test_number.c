/* Exact numbers: limbs, algebra of small and big fractions, rounding, capacity, and their texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/big.h"
#include "base/number.h"

static uint64_t random_state = 0x2545F4914F6CDD1Du;

static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

static uint64_t below(uint64_t bound) { return next_random() % bound; }

/* ---- limbs ---- */

/* Limbs at which carries, borrows and wrong estimates of a quotient's digit happen. */
static void random_big(struct big *out, uint32_t limbs) {
  static const uint32_t edges[] = {0, 1, 2, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF};
  uint32_t values[BIG_LIMBS];
  for (uint32_t i = 0; i < limbs; i++) values[i] = below(3) ? edges[below(8)] : (uint32_t)next_random();
  big_load(out, values, limbs);
}

static void assert_big_equal(const struct big *a, const struct big *b) {
  assert_int_equal(a->size, b->size);
  assert_int_equal(big_compare(a, b), 0);
  assert_memory_equal(a->limbs, b->limbs, a->size * sizeof *a->limbs);
}

static void test_big_division(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 200000; round++) {
    struct big a, b, quotient, rest, product, sum;
    random_big(&a, (uint32_t)below(BIG_LIMBS + 1));
    random_big(&b, (uint32_t)below(round % 2 ? 4 : 17));
    if (b.size == 0) continue;
    big_divide(&quotient, &rest, &a, &b);
    assert_true(big_compare(&rest, &b) < 0);
    if (quotient.size + b.size > BIG_LIMBS) continue; /* more room than a product is given */
    big_multiply(&product, &quotient, &b);
    big_add(&sum, &product, &rest);
    assert_big_equal(&sum, &a);
    struct big in_place = a, divisor = b;
    big_divide(&in_place, &divisor, &in_place, &divisor);
    assert_big_equal(&in_place, &quotient);
    assert_big_equal(&divisor, &rest);
  }
}

/* A digit that is estimated one too large, and added back (Hacker's Delight, its test of divmnu). */
static void test_big_division_adds_back(void **state) {
  (void)state;
  static const uint32_t dividend[] = {0, 0, 0x80000000, 0x7FFFFFFF}, divisor[] = {1, 0, 0x80000000};
  struct big a, b, quotient, rest, product, sum;
  big_load(&a, dividend, 4);
  big_load(&b, divisor, 3);
  big_divide(&quotient, &rest, &a, &b);
  assert_int_equal(quotient.size, 1);
  assert_int_equal(quotient.limbs[0], 0xFFFFFFFE);
  big_multiply(&product, &quotient, &b);
  big_add(&sum, &product, &rest);
  assert_big_equal(&sum, &a);
}

static void test_big_subtraction(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 20000; round++) {
    struct big a, b, sum, back;
    random_big(&a, (uint32_t)below(BIG_LIMBS));
    random_big(&b, (uint32_t)below(BIG_LIMBS));
    big_add(&sum, &a, &b);
    assert_true(big_compare(&sum, &a) >= 0);
    big_subtract(&back, &sum, &b);
    assert_big_equal(&back, &a);
    big_subtract(&sum, &sum, &a);
    assert_big_equal(&sum, &b);
  }
}

static uint64_t slow_gcd(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b, b = rest;
  }
  return a;
}

static void test_gcd(void **state) {
  (void)state;
  assert_int_equal(integer_gcd(0, 0), 0);
  assert_true(integer_gcd(0, UINT64_MAX) == UINT64_MAX);
  assert_true(integer_gcd(UINT64_MAX, 0) == UINT64_MAX);
  assert_true(integer_gcd((uint64_t)1 << 63, (uint64_t)1 << 63) == (uint64_t)1 << 63);
  for (uint32_t i = 0; i < 100000; i++) {
    uint64_t common = next_random() >> below(64), a = next_random() >> below(64), b = next_random() >> below(64);
    if (common && a <= UINT64_MAX / common && b <= UINT64_MAX / common) a *= common, b *= common;
    if (integer_gcd(a, b) != slow_gcd(a, b)) fail_msg("%llx %llx", (unsigned long long)a, (unsigned long long)b);
  }
  for (uint32_t round = 0; round < 2000; round++) { /* gcd(a g, b g) = g for a, b that differ by 1 */
    struct big a, b, common, one, found;
    random_big(&a, (uint32_t)below(16));
    random_big(&common, (uint32_t)below(15) + 1);
    if (common.size == 0) continue;
    big_set(&one, 1);
    big_add(&b, &a, &one);
    struct big left, right;
    big_multiply(&left, &a, &common);
    big_multiply(&right, &b, &common);
    big_gcd(&found, &left, &right);
    assert_big_equal(&found, &common);
    big_gcd(&left, &left, &right);
    assert_big_equal(&left, &common);
  }
}

/* ---- helpers ---- */

static struct number number_of(int64_t num, int64_t den) {
  struct number out;
  assert_int_equal(number_set_ratio(&out, num, den), NUMBER_OK);
  return out;
}

/* The form of a number is unique: equal numbers are equal member by member. */
static void assert_same(const struct number *a, const struct number *b) {
  assert_int_equal(number_compare(a, b, NULL), 0);
  assert_int_equal(a->big, b->big);
  assert_int_equal(a->negative, b->negative);
  assert_true(a->num == b->num && a->den == b->den);
  if (!a->big) return;
  assert_memory_equal(a->big_num, b->big_num, sizeof a->big_num);
  assert_memory_equal(a->big_den, b->big_den, sizeof a->big_den);
}

static void assert_text(const struct number *a, const char *expected) {
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  number_write(a, &buffer);
  assert_string_equal(buffer_string(&buffer), expected);
  buffer_free(&buffer);
}

/* 2^exponent. */
static struct number power_of_two(uint32_t exponent) {
  struct number out, two = number_of(2, 1);
  number_set(&out, 1);
  while (exponent-- > 0) assert_int_equal(number_multiply(&out, &out, &two), NUMBER_OK);
  return out;
}

/* The largest numerator: 2^512 - 1. */
static struct number largest(void) {
  struct number half = power_of_two(511), one = number_of(1, 1), less;
  assert_int_equal(number_subtract(&less, &half, &one), NUMBER_OK);
  assert_int_equal(number_add(&half, &half, &less), NUMBER_OK);
  return half;
}

/* Small, at the edge of int64_t, or a product of several: never so large that a sum or product of two overflows. */
static struct number random_number(void) {
  static const int64_t edges[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1,   0, 1,
                                  -1,        1000000,       100000000, (int64_t)1 << 32};
  struct number out, factor;
  uint64_t kind = below(4);
  int64_t num = kind == 0 ? (int64_t)below(41) - 20 : kind == 1 ? edges[below(10)] : (int64_t)next_random() >> below(63);
  int64_t den = kind == 0 ? (int64_t)below(12) + 1 : kind == 1 ? edges[below(10)] : (int64_t)(next_random() >> (1 + below(62)));
  out = number_of(num, den ? den : 1);
  if (kind == 3) {
    factor = number_of((int64_t)next_random() | 1, (int64_t)(next_random() >> 1) | 1);
    assert_int_equal(number_multiply(&out, &out, &factor), NUMBER_OK);
  }
  return out;
}

/* ---- making ---- */

static void test_making(void **state) {
  (void)state;
  struct number a = number_of(6, -4), b;
  assert_true(a.num == -3 && a.den == 2 && !a.big);
  a = number_of(0, -7);
  assert_true(a.num == 0 && a.den == 1);
  a = number_of(INT64_MIN, INT64_MIN);
  assert_true(a.num == 1 && a.den == 1);
  a = number_of(INT64_MIN, 1);
  assert_true(a.num == INT64_MIN && !a.big);
  assert_text(&a, "-9223372036854775808");
  a = number_of(INT64_MIN, -1);
  assert_true(a.big && !a.negative);
  assert_text(&a, "9223372036854775808");
  a = number_of(1, INT64_MIN);
  assert_true(a.big && a.negative);
  assert_text(&a, "-1/9223372036854775808");
  a = number_of(2, INT64_MIN);
  assert_true(!a.big && a.num == -1);
  number_set(&b, 5);
  assert_int_equal(number_set_ratio(&b, 1, 0), NUMBER_DIVISION_BY_ZERO);
  assert_true(b.num == 5 && b.den == 1);
}

static void test_coded(void **state) {
  (void)state;
  static const struct {
    enum value_type type;
    int64_t coded, num, den;
  } cases[] = {{TYPE_DECIMAL, 500000, 1, 2},
               {TYPE_DECIMAL, -1, -1, 1000000},
               {TYPE_DECIMAL, 3000000, 3, 1},
               {TYPE_PERCENT, 12500000, 1, 8},
               {TYPE_PERCENT, 100000000, 1, 1},
               {TYPE_PERCENT, 1, 1, 100000000},
               {TYPE_MONEY, 1250, 1250, 1},
               {TYPE_HOURS, 86400, 86400, 1},
               {TYPE_DATE, -719162, -719162, 1},
               {TYPE_DECIMAL, 0, 0, 1},
               {TYPE_COUNT, INT64_MIN, INT64_MIN, 1},
               {TYPE_FLAG, 1, 1, 1},
               {TYPE_DECIMAL, INT64_MIN, INT64_MIN / 64, 15625}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct number found, expected = number_of(cases[i].num, cases[i].den);
    number_of_coded(&found, cases[i].type, cases[i].coded);
    assert_same(&found, &expected);
  }
}

/* ---- algebra ---- */

/* Fractions so small that int64_t holds every cross product. */
static void test_small_against_integers(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 100000; i++) {
    int64_t a = (int64_t)below(2001) - 1000, b = (int64_t)below(1000) + 1;
    int64_t c = (int64_t)below(2001) - 1000, d = (int64_t)below(1000) + 1;
    struct number x = number_of(a, b), y = number_of(c, d), found, expected = number_of(a * d + c * b, b * d);
    assert_int_equal(number_add(&found, &x, &y), NUMBER_OK);
    assert_same(&found, &expected);
    expected = number_of(a * d - c * b, b * d);
    assert_int_equal(number_subtract(&found, &x, &y), NUMBER_OK);
    assert_same(&found, &expected);
    expected = number_of(a * c, b * d);
    assert_int_equal(number_multiply(&found, &x, &y), NUMBER_OK);
    assert_same(&found, &expected);
    if (c == 0) {
      assert_int_equal(number_divide(&found, &x, &y), NUMBER_DIVISION_BY_ZERO);
      assert_same(&found, &expected);
    } else {
      expected = number_of(a * d, b * c);
      assert_int_equal(number_divide(&found, &x, &y), NUMBER_OK);
      assert_same(&found, &expected);
    }
    assert_int_equal(number_compare(&x, &y, NULL), (a * d > c * b) - (a * d < c * b));
    assert_int_equal(number_sign(&x), (a > 0) - (a < 0));
    assert_int_equal(number_is_whole(&x), a % b == 0);
    int64_t whole = a / b - (a % b < 0);
    assert_int_equal(number_floor(&found, &x), NUMBER_OK);
    expected = number_of(whole, 1);
    assert_same(&found, &expected);
    assert_int_equal(number_ceiling(&found, &x), NUMBER_OK);
    expected = number_of(whole + (a % b != 0), 1);
    assert_same(&found, &expected);
  }
}

/* The laws of arithmetic, over small, large and mixed operands; results in place of an operand. */
static void test_laws(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 30000; i++) {
    struct number a = random_number(), b = random_number(), c = random_number(), left, right, zero;
    number_set(&zero, 0);
    assert_int_equal(number_add(&left, &a, &b), NUMBER_OK);
    assert_int_equal(number_add(&right, &b, &a), NUMBER_OK);
    assert_same(&left, &right);
    assert_int_equal(number_subtract(&left, &left, &b), NUMBER_OK);
    assert_same(&left, &a);
    number_negate(&right, &b);
    assert_int_equal(number_subtract(&right, &a, &right), NUMBER_OK);
    assert_int_equal(number_add(&left, &a, &b), NUMBER_OK);
    assert_same(&left, &right);
    assert_int_equal(number_subtract(&left, &a, &a), NUMBER_OK);
    assert_same(&left, &zero);

    assert_int_equal(number_multiply(&left, &a, &b), NUMBER_OK);
    assert_int_equal(number_multiply(&right, &b, &a), NUMBER_OK);
    assert_same(&left, &right);
    if (number_sign(&b) != 0) {
      assert_int_equal(number_divide(&left, &left, &b), NUMBER_OK);
      assert_same(&left, &a);
    } else {
      assert_int_equal(number_divide(&left, &a, &b), NUMBER_DIVISION_BY_ZERO);
    }

    /* (a + b) c = a c + b c */
    assert_int_equal(number_add(&left, &a, &b), NUMBER_OK);
    assert_int_equal(number_multiply(&left, &left, &c), NUMBER_OK);
    assert_int_equal(number_multiply(&a, &a, &c), NUMBER_OK);
    assert_int_equal(number_multiply(&b, &b, &c), NUMBER_OK);
    assert_int_equal(number_add(&right, &a, &b), NUMBER_OK);
    assert_same(&left, &right);
  }
}

static void test_order(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 50000; i++) {
    struct number a = random_number(), b = random_number(), difference, low, high, one = number_of(1, 1);
    enum number_error error = NUMBER_OVERFLOW;
    int order = number_compare(&a, &b, &error);
    assert_int_equal(error, NUMBER_OK);
    assert_int_equal(number_subtract(&difference, &a, &b), NUMBER_OK);
    assert_int_equal(order, number_sign(&difference));
    assert_int_equal(order, -number_compare(&b, &a, NULL));
    struct number minus_a, minus_b;
    number_negate(&minus_a, &a);
    number_negate(&minus_b, &b);
    assert_int_equal(number_compare(&minus_b, &minus_a, NULL), order);
    number_negate(&minus_a, &minus_a);
    assert_same(&minus_a, &a);

    /* floor <= a <= ceiling, at most 1 apart */
    assert_int_equal(number_floor(&low, &a), NUMBER_OK);
    assert_int_equal(number_ceiling(&high, &a), NUMBER_OK);
    assert_true(number_is_whole(&low) && number_is_whole(&high));
    assert_true(number_compare(&low, &a, NULL) <= 0 && number_compare(&a, &high, NULL) <= 0);
    assert_int_equal(number_subtract(&difference, &high, &low), NUMBER_OK);
    if (number_is_whole(&a)) {
      assert_same(&low, &a);
      assert_same(&high, &a);
    } else {
      assert_same(&difference, &one);
    }
  }
}

static void test_copy(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 1000; i++) {
    struct number a = random_number(), b;
    memset(&b, 0xA5, sizeof b);
    number_copy(&b, &a);
    assert_same(&a, &b);
    number_copy(&a, &a);
    assert_same(&a, &b);
  }
}

/* The edge between the forms, in both directions. */
static void test_edge_of_int64(void **state) {
  (void)state;
  struct number high = number_of(INT64_MAX, 1), low = number_of(INT64_MIN, 1), one = number_of(1, 1), minus = number_of(-1, 1);
  struct number out;
  int64_t value;
  assert_int_equal(number_add(&out, &high, &one), NUMBER_OK);
  assert_true(out.big && number_is_whole(&out) && !number_to_int64(&out, &value));
  assert_text(&out, "9223372036854775808");
  assert_int_equal(number_subtract(&out, &out, &one), NUMBER_OK);
  assert_same(&out, &high);
  assert_int_equal(number_subtract(&out, &low, &one), NUMBER_OK);
  assert_text(&out, "-9223372036854775809");
  assert_int_equal(number_add(&out, &out, &one), NUMBER_OK);
  assert_same(&out, &low);
  assert_true(number_to_int64(&out, &value) && value == INT64_MIN);
  number_negate(&out, &low);
  assert_text(&out, "9223372036854775808");
  number_negate(&out, &out);
  assert_same(&out, &low);
  assert_int_equal(number_multiply(&out, &low, &minus), NUMBER_OK);
  assert_text(&out, "9223372036854775808");
  assert_int_equal(number_divide(&out, &low, &minus), NUMBER_OK);
  assert_text(&out, "9223372036854775808");
  assert_int_equal(number_divide(&out, &one, &low), NUMBER_OK);
  assert_text(&out, "-1/9223372036854775808");
  assert_false(number_is_whole(&out));
  assert_int_equal(number_divide(&out, &low, &low), NUMBER_OK);
  assert_same(&out, &one);
  assert_int_equal(number_subtract(&out, &low, &low), NUMBER_OK);
  assert_int_equal(number_sign(&out), 0);
  assert_int_equal(number_subtract(&out, &minus, &low), NUMBER_OK);
  assert_same(&out, &high);
  assert_int_equal(number_floor(&out, &low), NUMBER_OK);
  assert_same(&out, &low);
}

/* ---- capacity ---- */

static void test_overflow(void **state) {
  (void)state;
  struct number top = largest(), one = number_of(1, 1), two = number_of(2, 1), zero = number_of(0, 1), out, minus_top, tiny;
  number_negate(&minus_top, &top);
  number_set(&out, 7);
  assert_int_equal(number_add(&out, &top, &one), NUMBER_OVERFLOW);
  assert_int_equal(number_subtract(&out, &minus_top, &one), NUMBER_OVERFLOW);
  assert_int_equal(number_multiply(&out, &top, &two), NUMBER_OVERFLOW);
  assert_int_equal(number_multiply(&out, &top, &top), NUMBER_OVERFLOW);
  assert_int_equal(out.num, 7);
  assert_false(out.big);

  /* Operands whose cross products need all 1024 bits, with results that fit. */
  assert_int_equal(number_divide(&tiny, &one, &top), NUMBER_OK);
  assert_int_equal(number_divide(&out, &tiny, &two), NUMBER_OVERFLOW);
  assert_int_equal(number_add(&out, &top, &tiny), NUMBER_OVERFLOW);
  assert_int_equal(number_multiply(&out, &top, &tiny), NUMBER_OK);
  assert_same(&out, &one);
  assert_int_equal(number_divide(&out, &tiny, &tiny), NUMBER_OK);
  assert_same(&out, &one);
  assert_int_equal(number_add(&out, &top, &minus_top), NUMBER_OK);
  assert_same(&out, &zero);
  assert_int_equal(number_subtract(&out, &tiny, &tiny), NUMBER_OK);
  assert_same(&out, &zero);
  struct number near_one, double_one;
  assert_int_equal(number_subtract(&out, &top, &one), NUMBER_OK);
  assert_int_equal(number_divide(&near_one, &out, &top), NUMBER_OK);
  assert_int_equal(number_add(&double_one, &near_one, &tiny), NUMBER_OK);
  assert_same(&double_one, &one);
  assert_int_equal(number_add(&out, &near_one, &near_one), NUMBER_OVERFLOW); /* (2^513 - 4) / (2^512 - 1) */
  assert_int_equal(number_compare(&near_one, &one, NULL), -1);
  assert_int_equal(number_compare(&top, &minus_top, NULL), 1);
  assert_int_equal(number_compare(&top, &tiny, NULL), 1);
  int64_t whole;
  assert_true(number_round(&near_one, ROUNDING_DOWN, &whole) && whole == 0);
  assert_true(number_round(&near_one, ROUNDING_HALF_UP, &whole) && whole == 1);
  assert_true(number_round(&tiny, ROUNDING_UP, &whole) && whole == 1);
  assert_false(number_round(&top, ROUNDING_DOWN, &whole));
  number_negate(&minus_top, &near_one);
  assert_int_equal(number_floor(&out, &minus_top), NUMBER_OK);
  assert_text(&out, "-1");
  assert_int_equal(number_ceiling(&out, &minus_top), NUMBER_OK);
  assert_same(&out, &zero);
}

static void test_capacity_text(void **state) {
  (void)state;
  struct number top = largest(), tiny, one = number_of(1, 1), thousand = number_of(1000, 1), out;
  static const char *const text = "134078079299425970995740249982058461274793658205923933777235614437217640300735"
                                  "46976801874298166903427690031858186486050853753882811946569946433649006084095";
  assert_text(&top, text);
  assert_int_equal(number_divide(&out, &top, &thousand), NUMBER_OK);
  char with_point[160];
  size_t size = strlen(text);
  memcpy(with_point, text, size - 3);
  with_point[size - 3] = '.';
  memcpy(with_point + size - 2, text + size - 3, 4);
  assert_text(&out, with_point);
  number_negate(&top, &top);
  assert_int_equal(number_divide(&tiny, &one, &top), NUMBER_OK);
  char fraction[170] = "-1/";
  memcpy(fraction + 3, text, size + 1);
  assert_text(&tiny, fraction);
}

/* ---- rounding ---- */

/* Quarters from -2 1/2 to 2 1/2. */
static void test_rounding(void **state) {
  (void)state;
  static const struct {
    int64_t quarters, half_up, half_even, down, up;
  } cases[] = {{-10, -3, -2, -2, -3}, {-9, -2, -2, -2, -3}, {-8, -2, -2, -2, -2}, {-7, -2, -2, -1, -2}, {-6, -2, -2, -1, -2},
               {-5, -1, -1, -1, -2},  {-4, -1, -1, -1, -1}, {-3, -1, -1, 0, -1},  {-2, -1, 0, 0, -1},   {-1, 0, 0, 0, -1},
               {0, 0, 0, 0, 0},       {1, 0, 0, 0, 1},      {2, 1, 0, 0, 1},      {3, 1, 1, 0, 1},      {4, 1, 1, 1, 1},
               {5, 1, 1, 1, 2},       {6, 2, 2, 1, 2},      {7, 2, 2, 1, 2},      {8, 2, 2, 2, 2},      {9, 2, 2, 2, 3},
               {10, 3, 2, 2, 3}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct number a = number_of(cases[i].quarters, 4);
    int64_t found;
    assert_true(number_round(&a, ROUNDING_HALF_UP, &found));
    assert_int_equal(found, cases[i].half_up);
    assert_true(number_round(&a, ROUNDING_HALF_EVEN, &found));
    assert_int_equal(found, cases[i].half_even);
    assert_true(number_round(&a, ROUNDING_DOWN, &found));
    assert_int_equal(found, cases[i].down);
    assert_true(number_round(&a, ROUNDING_UP, &found));
    assert_int_equal(found, cases[i].up);
  }
}

/* The same by the definition of each mode, from floor and comparison alone, for whatever size. */
static void test_rounding_by_definition(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 40000; i++) {
    struct number a = random_number(), low, rest, half = number_of(1, 2), one = number_of(1, 1);
    if (below(3) == 0) { /* a half */
      assert_int_equal(number_floor(&a, &a), NUMBER_OK);
      assert_int_equal(number_add(&a, &a, &half), NUMBER_OK);
    }
    assert_int_equal(number_floor(&low, &a), NUMBER_OK);
    assert_int_equal(number_subtract(&rest, &a, &low), NUMBER_OK);
    int to_half = number_compare(&rest, &half, NULL);
    bool exact = number_sign(&rest) == 0, negative = number_sign(&a) < 0;
    struct number halved, halved_down;
    assert_int_equal(number_multiply(&halved, &low, &half), NUMBER_OK);
    assert_int_equal(number_floor(&halved_down, &halved), NUMBER_OK);
    bool odd = number_compare(&halved, &halved_down, NULL) != 0;
    const bool goes_up[] = {[ROUNDING_HALF_UP] = to_half > 0 || (to_half == 0 && !negative),
                            [ROUNDING_HALF_EVEN] = to_half > 0 || (to_half == 0 && odd),
                            [ROUNDING_DOWN] = negative && !exact,
                            [ROUNDING_UP] = !negative && !exact};
    for (int mode = ROUNDING_HALF_UP; mode <= ROUNDING_UP; mode++) {
      struct number expected = low;
      int64_t found = 0, whole = 0;
      if (goes_up[mode]) assert_int_equal(number_add(&expected, &low, &one), NUMBER_OK);
      bool fits = number_to_int64(&expected, &whole);
      assert_int_equal(number_round(&a, (enum rounding)mode, &found), fits);
      if (fits) assert_int_equal(found, whole);
    }
  }
}

static void test_rounding_at_the_edge(void **state) {
  (void)state;
  struct number low = number_of(INT64_MIN, 1), high = number_of(INT64_MAX, 1), half = number_of(1, 2), a;
  int64_t found;
  assert_int_equal(number_subtract(&a, &low, &half), NUMBER_OK); /* -2^63 - 1/2 */
  assert_true(number_round(&a, ROUNDING_DOWN, &found) && found == INT64_MIN);
  assert_true(number_round(&a, ROUNDING_HALF_EVEN, &found) && found == INT64_MIN);
  assert_false(number_round(&a, ROUNDING_HALF_UP, &found));
  assert_false(number_round(&a, ROUNDING_UP, &found));
  assert_int_equal(number_add(&a, &high, &half), NUMBER_OK);
  assert_true(number_round(&a, ROUNDING_DOWN, &found) && found == INT64_MAX);
  assert_false(number_round(&a, ROUNDING_HALF_EVEN, &found));
  assert_false(number_round(&a, ROUNDING_HALF_UP, &found));
  a = power_of_two(64); /* 2^64 - 1/2: its whole part is the largest uint64_t */
  assert_int_equal(number_subtract(&a, &a, &half), NUMBER_OK);
  assert_false(number_round(&a, ROUNDING_UP, &found));
}

/* ---- texts ---- */

static void test_number_text(void **state) {
  (void)state;
  static const struct {
    int64_t num, den;
    const char *text;
  } cases[] = {{0, 1, "0"},
               {5, 1, "5"},
               {-5, 2, "-2.5"},
               {1, 8, "0.125"},
               {1, 1000000, "0.000001"},
               {1, 1000000000000, "0.000000000001"},
               {1, 3, "1/3"},
               {-22, 7, "-22/7"},
               {1, 4096, "0.000244140625"},
               {1, 8192, "1/8192"},
               {1, 10000000000000, "1/10000000000000"},
               {123456789, 1000, "123456.789"},
               {INT64_MIN, 5, "-1844674407370955161.6"},
               {7, 50, "0.14"},
               {3, 6, "0.5"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct number a = number_of(cases[i].num, cases[i].den);
    assert_text(&a, cases[i].text);
  }
}

static void test_decimal_parse(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint32_t fraction, scale;
    bool ok;
    int64_t scaled;
  } cases[] = {{"0", 0, 0, true, 0},
               {"12", 0, 0, true, 12},
               {"-12", 0, 0, true, -12},
               {"12.5", 6, 6, true, 12500000},
               {"12.50", 2, 2, true, 1250},
               {"-0.05", 2, 2, true, -5},
               {"0.000001", 6, 6, true, 1},
               {"80", 2, 2, true, 8000},
               {"-0", 2, 2, true, 0},
               {"1.5", 3, 1, true, 15},
               {"9223372036854775807", 0, 0, true, INT64_MAX},
               {"-9223372036854775808", 0, 0, true, INT64_MIN},
               {"92233720368547758.07", 2, 2, true, INT64_MAX},
               {"-92233720368547758.08", 2, 2, true, INT64_MIN},
               {"9223372036854775808", 0, 0, false, 0},
               {"-9223372036854775809", 0, 0, false, 0},
               {"92233720368547758.08", 2, 2, false, 0},
               {"92233720368547759", 2, 2, false, 0},
               {"99999999999999999999999", 0, 0, false, 0},
               {"1", 6, 19, false, 0},
               {"", 2, 2, false, 0},
               {"-", 2, 2, false, 0},
               {"+1", 2, 2, false, 0},
               {"01", 2, 2, false, 0},
               {"00", 2, 2, false, 0},
               {"-01", 2, 2, false, 0},
               {"1.", 2, 2, false, 0},
               {".5", 2, 2, false, 0},
               {"1.005", 2, 2, false, 0},
               {"1.0", 0, 2, false, 0},
               {"1.55", 3, 1, false, 0},
               {"1e3", 2, 2, false, 0},
               {"1,5", 2, 2, false, 0},
               {" 1", 2, 2, false, 0},
               {"1 ", 2, 2, false, 0},
               {"1_000", 2, 2, false, 0},
               {"0x1F", 2, 2, false, 0},
               {"1.2.3", 3, 3, false, 0},
               {"--1", 2, 2, false, 0},
               {"1.-5", 2, 2, false, 0},
               {"nan", 2, 2, false, 0},
               {"1%", 2, 2, false, 0},
               {"\xD9\xA1", 2, 2, false, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t scaled = 77;
    bool ok = decimal_parse(text_of(cases[i].text), cases[i].fraction, cases[i].scale, &scaled);
    if (ok != cases[i].ok || scaled != (ok ? cases[i].scaled : 77)) fail_msg("%s: %d %lld", cases[i].text, ok, (long long)scaled);
  }
  int64_t scaled;
  assert_false(decimal_parse((struct text){"1\0", 2}, 2, 2, &scaled));
  assert_true(decimal_parse((struct text){"12345", 2}, 2, 2, &scaled));
  assert_int_equal(scaled, 1200);
}

static void test_decimal_write(void **state) {
  (void)state;
  static const struct {
    int64_t scaled;
    uint32_t scale, least;
    const char *text;
  } cases[] = {{0, 0, 0, "0"},
               {0, 2, 2, "0.00"},
               {0, 6, 0, "0"},
               {0, 6, 1, "0.0"},
               {12500000, 6, 0, "12.5"},
               {12000000, 6, 0, "12"},
               {12000000, 6, 2, "12.00"},
               {1, 6, 0, "0.000001"},
               {-1, 6, 0, "-0.000001"},
               {10, 6, 0, "0.00001"},
               {1250, 2, 2, "12.50"},
               {-5, 2, 2, "-0.05"},
               {100, 0, 0, "100"},
               {100, 2, 0, "1"},
               {1234567, 3, 0, "1234.567"},
               {120, 2, 1, "1.2"},
               {INT64_MIN, 0, 0, "-9223372036854775808"},
               {INT64_MIN, 18, 0, "-9.223372036854775808"},
               {INT64_MAX, 2, 0, "92233720368547758.07"}};
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    buffer_clear(&buffer);
    decimal_write(&buffer, cases[i].scaled, cases[i].scale, cases[i].least);
    assert_string_equal(buffer_string(&buffer), cases[i].text);
  }
  static const struct {
    int64_t minor;
    uint32_t digits;
    const char *text;
  } money[] = {{8000, 2, "80.00"}, {1250, 3, "1.250"}, {500, 0, "500"}, {-1, 2, "-0.01"}, {0, 2, "0.00"}, {0, 0, "0"}};
  for (size_t i = 0; i < sizeof money / sizeof *money; i++) {
    buffer_clear(&buffer);
    money_write(&buffer, money[i].minor, money[i].digits);
    assert_string_equal(buffer_string(&buffer), money[i].text);
  }
  for (uint32_t i = 0; i < 20000; i++) {
    int64_t scaled = (int64_t)next_random() >> below(64), found;
    uint32_t scale = (uint32_t)below(9);
    buffer_clear(&buffer);
    decimal_write(&buffer, scaled, scale, (uint32_t)below(scale + 1));
    assert_true(decimal_parse((struct text){buffer.bytes, (uint32_t)buffer.size}, scale, scale, &found));
    assert_int_equal(found, scaled);
  }
  buffer_free(&buffer);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_big_division),
      cmocka_unit_test(test_big_division_adds_back),
      cmocka_unit_test(test_big_subtraction),
      cmocka_unit_test(test_gcd),
      cmocka_unit_test(test_making),
      cmocka_unit_test(test_coded),
      cmocka_unit_test(test_small_against_integers),
      cmocka_unit_test(test_laws),
      cmocka_unit_test(test_order),
      cmocka_unit_test(test_copy),
      cmocka_unit_test(test_edge_of_int64),
      cmocka_unit_test(test_overflow),
      cmocka_unit_test(test_capacity_text),
      cmocka_unit_test(test_rounding),
      cmocka_unit_test(test_rounding_by_definition),
      cmocka_unit_test(test_rounding_at_the_edge),
      cmocka_unit_test(test_number_text),
      cmocka_unit_test(test_decimal_parse),
      cmocka_unit_test(test_decimal_write),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
