/* Coded values as the language writes them: see coded.c. */
#ifndef BASE_CODED_H
#define BASE_CODED_H

#include "base/kinds.h"
#include "base/text.h"

enum literal_result { LITERAL_OK, LITERAL_FORM, LITERAL_RANGE };
/* The coded value of a form of any type but choice, set and text. No spaces around, no exponents, no leading zeros. */
enum literal_result literal_read(enum value_type type, uint32_t minor_digits, struct text form, int64_t *coded,
                                 int32_t *offset_minutes);

#endif
