/* Sort: indices by a comparison, stably, in time n log n whatever the order was. */
#include <string.h>

#include "evaluate/decision.h"

static void merge(uint32_t *out, const uint32_t *a, uint32_t a_count, const uint32_t *b, uint32_t b_count, index_order order,
                  const void *context) {
  while (a_count > 0 && b_count > 0) {
    bool second = order(context, *b, *a) < 0;
    *out++ = second ? *b++ : *a++;
    if (second)
      b_count--;
    else
      a_count--;
  }
  if (a_count) memcpy(out, a, a_count * sizeof *out);
  if (b_count) memcpy(out + a_count, b, b_count * sizeof *out);
}

bool sort_indices(struct arena *arena, uint32_t *indices, uint32_t count, index_order order, const void *context) {
  uint32_t *from = indices, *to = arena_take(arena, count * sizeof *to);
  if (!to) return false;
  for (uint64_t width = 1; width < count; width *= 2) {
    for (uint64_t at = 0; at < count; at += 2 * width) {
      uint64_t middle = at + width < count ? at + width : count, end = at + 2 * width < count ? at + 2 * width : count;
      merge(to + at, from + at, (uint32_t)(middle - at), from + middle, (uint32_t)(end - middle), order, context);
    }
    uint32_t *other = from;
    from = to;
    to = other;
  }
  if (from != indices) memcpy(indices, from, count * sizeof *indices);
  return true;
}
