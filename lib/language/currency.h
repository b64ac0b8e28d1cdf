/* Currencies by ISO 4217 code and the digits of their minor units. */
#ifndef LANGUAGE_CURRENCY_H
#define LANGUAGE_CURRENCY_H

#include "base/diagnostics.h"

#define CURRENCY_DEFAULT_DIGITS 2 /* where a policy names no currency */

/* false: no currency of ISO 4217; *nearest then has what may have been meant. */
bool currency_find(struct text code, uint32_t *minor_digits, struct nearest *nearest);

#endif
