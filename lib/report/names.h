/* Names: words for numbers of the API, and sets of names for people: sorted, each once. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include "base/text.h"

/* "authorize", ...; of a number of enum returns_verdict. */
const char *verdict_name(int32_t verdict);

/* The texts stay with the caller. `failed`: out of memory, names are lost. */
struct name_set {
  struct memory *memory;
  struct text *items;
  uint32_t count, capacity;
  bool failed;
};
void name_set_init(struct name_set *set, struct memory *memory);
void name_set_free(struct name_set *set);
void name_set_add(struct name_set *set, struct text name);
/* "[a, b]" */
void name_set_write(const struct name_set *set, struct buffer *out);

#endif
