/* Natural numbers of up to 1056 bits: what the cross products of two 512-bit fractions, and their sum, need.
 *
 * In and out: limbs of 32 bits, computed with intermediates of 64. The caller sees to it that results fit; no sign, no
 * fraction, no overflow. For number.c and literal.c alone.
 */
#ifndef BASE_BIG_H
#define BASE_BIG_H

#include <stdbool.h>
#include <stdint.h>

enum { BIG_LIMBS = 33 };

/* Little-endian; size counts limbs up to the highest that is not 0, so that zero has none. Limbs beyond are not set. */
struct big {
  uint32_t size;
  uint32_t limbs[BIG_LIMBS];
};

uint64_t integer_gcd(uint64_t a, uint64_t b); /* gcd(0, b) is b */

void big_set(struct big *out, uint64_t value);
void big_load(struct big *out, const uint32_t *limbs, uint32_t count);
void big_copy(struct big *out, const struct big *a);
bool big_to_uint64(const struct big *a, uint64_t *value);
int big_compare(const struct big *a, const struct big *b);                    /* -1, 0, 1 */
void big_add(struct big *out, const struct big *a, const struct big *b);      /* out may be an operand */
void big_subtract(struct big *out, const struct big *a, const struct big *b); /* a >= b; out may be an operand */
/* The operands' sizes sum to BIG_LIMBS at most; out is no operand. */
void big_multiply(struct big *out, const struct big *a, const struct big *b);
/* b is not zero; the results may be operands, but are two. */
void big_divide(struct big *quotient, struct big *remainder, const struct big *a, const struct big *b);
uint32_t big_divide_small(struct big *a, uint32_t divisor);              /* in place; returns the remainder */
void big_gcd(struct big *out, const struct big *a, const struct big *b); /* out may be an operand */

#endif
