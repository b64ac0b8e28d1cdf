/* Exact numbers: fractions of two 512-bit integers, small ones kept in two int64_t.
 *
 * All amounts are computed here and rounded once, by number_round. Overflow of the capacity and division by zero are
 * results, never wrapped numbers. No floating point, no compiler 128-bit type. libc only.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/kinds.h"
#include "base/text.h"

#define NUMBER_LIMBS 16 /* of 32 bits */

/* Invariant: in lowest terms, denominator > 0. small: in num/den; else in sign and limbs (little-endian).
 * Copy with number_copy: it copies limbs only where there are any. */
struct number {
  int64_t num, den;
  bool big, negative;
  uint32_t big_num[NUMBER_LIMBS], big_den[NUMBER_LIMBS];
};

enum number_error { NUMBER_OK = 0, NUMBER_OVERFLOW = 1, NUMBER_DIVISION_BY_ZERO = 2 };

void number_set(struct number *out, int64_t value);
enum number_error number_set_ratio(struct number *out, int64_t num, int64_t den); /* den may be negative, not 0 */
/* A coded value (base/kinds.h) in natural units: decimal and percent are divided by their scale (12.5% is 1/8), money stays
 * in minor units, hours stay in seconds. */
void number_of_coded(struct number *out, enum value_type type, int64_t coded);
void number_copy(struct number *out, const struct number *a);
/* out may be an operand; on an error it is left as it was. */
enum number_error number_add(struct number *out, const struct number *a, const struct number *b);
enum number_error number_subtract(struct number *out, const struct number *a, const struct number *b);
enum number_error number_multiply(struct number *out, const struct number *a, const struct number *b);
enum number_error number_divide(struct number *out, const struct number *a, const struct number *b);
void number_negate(struct number *out, const struct number *a);
/* -1, 0, 1; exact. *error, if wanted, is NUMBER_OK: cross products always fit the intermediates. */
int number_compare(const struct number *a, const struct number *b, enum number_error *error);
int number_sign(const struct number *a);
bool number_is_whole(const struct number *a);
bool number_to_int64(const struct number *a, int64_t *out); /* false unless whole and in range */
enum number_error number_floor(struct number *out, const struct number *a);
enum number_error number_ceiling(struct number *out, const struct number *a);
/* To a whole number: half_up rounds halves away from zero, half_even to even, down towards zero, up away from zero. false: no
 * int64_t. */
bool number_round(const struct number *a, enum rounding rounding, int64_t *out);

/* Writes for traces and JSON: exact decimal if it terminates within 12 digits, else "num/den". For money use money_write. */
void number_write(const struct number *a, struct buffer *out);

/* ---- literals and canonical texts of coded values (used by the scanner, by requests as JSON, by traces) ---- */
/* Strict: optional '-', digits without leading zeros, optional '.' and 1..max_fraction digits. No exponent, sign '+', separators.
 * *scaled = value * 10^scale_digits. false: not of that form or overflow. */
bool decimal_parse(struct text text, uint32_t max_fraction, uint32_t scale_digits, int64_t *scaled);
/* Trailing zeros are cut down to min_fraction digits. */
void decimal_write(struct buffer *out, int64_t scaled, uint32_t scale_digits, uint32_t min_fraction);
void money_write(struct buffer *out, int64_t minor, uint32_t minor_digits);

#endif
