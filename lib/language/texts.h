/* Texts: Unicode normal form, and the text constants of a policy, each once. */
#ifndef LANGUAGE_TEXTS_H
#define LANGUAGE_TEXTS_H

#include "language/names.h"

/* The text in NFC, in the arena (or the given bytes where they are in NFC already). A text with more than 30 combining marks
 * in a row, and one that is no UTF-8, stays as it is. false: out of memory. */
bool texts_normalize(struct arena *arena, struct text text, struct text *out);

struct texts_builder {
  struct names names;
}; /* index: order of first use */
void texts_init(struct texts_builder *texts, struct arena *arena);
uint32_t texts_add(struct texts_builder *texts, struct text text); /* NFC; index; NO_INDEX when out of memory */
/* The texts sorted by bytes, and for each index of texts_add its place among them; both in the builder's arena. false: out of
 * memory. */
bool texts_sort(const struct texts_builder *texts, struct text **sorted, uint32_t **place_of);

#endif
