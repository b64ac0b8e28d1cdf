/* Names: verdicts, and small sorted sets. */
#include "report/names.h"

#include "base/kinds.h"

const char *verdict_name(int32_t verdict) {
  switch (verdict) {
  case VERDICT_AUTHORIZE: return "authorize";
  case VERDICT_PARTIAL_CREDIT: return "partial_credit";
  case VERDICT_EXCHANGE_ONLY: return "exchange_only";
  case VERDICT_DENY: return "deny";
  default: return "?";
  }
}

void name_set_init(struct name_set *set, struct memory *memory) { *set = (struct name_set){.memory = memory}; }

void name_set_free(struct name_set *set) { memory_give(set->memory, set->items, set->capacity * sizeof *set->items); }

void name_set_add(struct name_set *set, struct text name) {
  uint32_t at = set->count;
  while (at > 0 && text_compare(set->items[at - 1], name) > 0) at--;
  if (at > 0 && text_equal(set->items[at - 1], name)) return;
  if (!memory_reserve(set->memory, (void **)&set->items, &set->capacity, set->count + 1, sizeof *set->items)) {
    set->failed = true;
    return;
  }
  for (uint32_t i = set->count; i > at; i--) set->items[i] = set->items[i - 1];
  set->items[at] = name;
  set->count++;
}

void name_set_write(const struct name_set *set, struct buffer *out) {
  if (set->failed) out->failed = true;
  buffer_char(out, '[');
  for (uint32_t i = 0; i < set->count; i++) buffer_format(out, i == 0 ? "%t" : ", %t", &set->items[i]);
  buffer_char(out, ']');
}
