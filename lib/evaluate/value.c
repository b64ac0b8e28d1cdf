/* Values: single ones, and exact arithmetic on them. Whole numbers that fit take a short way; see value.h. */
#include "evaluate/value.h"

struct value value_of_coded(enum value_type type, int64_t coded, int32_t offset_minutes) {
  struct value value = value_of(coded);
  value.offset_minutes = offset_minutes;
  if (type == TYPE_DECIMAL || type == TYPE_PERCENT) {
    struct number number;
    number_of_coded(&number, type, coded);
    value.num = number.num; /* a ratio of an int64_t and a power of ten is small */
    value.den = number.den;
  }
  return value;
}

bool value_to_coded(const struct value *value, enum value_type type, int64_t *coded) {
  int64_t scale = type == TYPE_DECIMAL ? SCALE_DECIMAL : type == TYPE_PERCENT ? SCALE_PERCENT : 1;
  if (value->big || scale % value->den != 0) return false;
  return !__builtin_mul_overflow(value->num, scale / value->den, coded) && (type != TYPE_HOURS || *coded % 3600 == 0);
}

void value_to_number(const struct value *value, struct number *out) {
  if (value->big) {
    number_copy(out, value->big);
    return;
  }
  out->num = value->num;
  out->den = value->den;
  out->big = out->negative = false;
}

struct value value_of_number(struct work *work, const struct number *number) {
  struct value value = {.num = number->num, .den = number->den};
  if (!number->big) return value;
  struct number *copy = arena_take(work->arena, sizeof *copy);
  if (!copy) {
    *work->failed = true;
    return value_fault(VALUE_OVERFLOW);
  }
  number_copy(copy, number);
  return (struct value){.den = 1, .big = copy};
}

bool value_to_int64(const struct value *value, int64_t *out) {
  if (value->state != VALUE_DEFINITE || value->big || value->den != 1) return false;
  *out = value->num;
  return true;
}

int value_sign(const struct value *value) {
  if (value->big) return number_sign(value->big);
  return (value->num > 0) - (value->num < 0);
}

int value_compare(const struct value *a, const struct value *b) {
  if (!a->big && !b->big && a->den == b->den) return (a->num > b->num) - (a->num < b->num);
  struct number x, y;
  enum number_error error;
  value_to_number(a, &x);
  value_to_number(b, &y);
  return number_compare(&x, &y, &error);
}

bool value_equal(const struct value *a, const struct value *b) {
  return a->offset_minutes == b->offset_minutes && value_compare(a, b) == 0;
}

static struct value combine(struct work *work,
                            enum number_error (*operation)(struct number *, const struct number *, const struct number *),
                            const struct value *a, const struct value *b) {
  struct number x, y;
  value_to_number(a, &x);
  value_to_number(b, &y);
  switch (operation(&x, &x, &y)) {
  case NUMBER_OK: return value_of_number(work, &x);
  case NUMBER_DIVISION_BY_ZERO: return value_fault(VALUE_DIVISION_BY_ZERO);
  default: return value_fault(VALUE_OVERFLOW);
  }
}

static bool whole(const struct value *a, const struct value *b) { return !a->big && !b->big && a->den == 1 && b->den == 1; }

struct value value_add(struct work *work, const struct value *a, const struct value *b) {
  int64_t sum;
  if (whole(a, b) && !__builtin_add_overflow(a->num, b->num, &sum)) return value_of(sum);
  return combine(work, number_add, a, b);
}

struct value value_subtract(struct work *work, const struct value *a, const struct value *b) {
  int64_t difference;
  if (whole(a, b) && !__builtin_sub_overflow(a->num, b->num, &difference)) return value_of(difference);
  return combine(work, number_subtract, a, b);
}

struct value value_multiply(struct work *work, const struct value *a, const struct value *b) {
  int64_t product;
  if (whole(a, b) && !__builtin_mul_overflow(a->num, b->num, &product)) return value_of(product);
  return combine(work, number_multiply, a, b);
}

struct value value_divide(struct work *work, const struct value *a, const struct value *b) {
  return combine(work, number_divide, a, b);
}
