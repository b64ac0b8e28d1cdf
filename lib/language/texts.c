/* Texts: normal form C, and the table of a policy's text constants.
 *
 * In: UTF-8. Out: NFC in an arena; constants numbered by first use, and their order by bytes for the program. The only
 * place of lib/language that knows utf8proc's buffers.
 */
#include "language/texts.h"

#include <string.h>
#include <utf8proc.h>

#include "base/kinds.h"

enum { MAX_MARKS = 30 /* in a row: ordering them is quadratic (the Stream-Safe Text Format has the same bound) */ };

static bool has_safe_marks(struct text text) {
  uint32_t marks = 0, code_point = 0;
  for (uint32_t at = 0; at < text.size;) {
    uint32_t length = text_decode(text.bytes + at, text.size - at, &code_point);
    if (length == 0) return false;
    marks = utf8proc_get_property((utf8proc_int32_t)code_point)->combining_class != 0 ? marks + 1 : 0;
    if (marks > MAX_MARKS) return false;
    at += length;
  }
  return true;
}

bool texts_normalize(struct arena *arena, struct text text, struct text *out) {
  *out = text;
  if (text_is_ascii(text) || !has_safe_marks(text)) return true;
  const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.bytes;
  utf8proc_ssize_t count = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.size, NULL, 0, options);
  if (count < 0) return true;
  /* One slot more than asked for: reencoding, in place, writes a NUL behind the text. */
  utf8proc_int32_t *points = arena_take(arena, ((size_t)count + 1) * sizeof *points);
  if (!points) return false;
  count = utf8proc_decompose(bytes, (utf8proc_ssize_t)text.size, points, count, options);
  utf8proc_ssize_t size = count < 0 ? count : utf8proc_reencode(points, count, options);
  if (size < 0) return true;
  if ((size_t)size == text.size && memcmp(points, text.bytes, text.size) == 0) return true;
  *out = (struct text){(const char *)points, (uint32_t)size};
  return true;
}

void texts_init(struct texts_builder *texts, struct arena *arena) { names_init(&texts->names, arena); }

uint32_t texts_add(struct texts_builder *texts, struct text text) {
  struct text normal;
  const struct name_entry *earlier;
  if (!texts_normalize(texts->names.arena, text, &normal)) return NO_INDEX;
  uint32_t index = texts->names.count;
  if (!names_add(&texts->names, (struct name_entry){.name = normal, .index = index}, &earlier)) return NO_INDEX;
  return earlier ? earlier->index : index;
}

/* Moves place[root] down the heap of `count` indices until no child is greater. */
static void sift(const struct name_entry *entries, uint32_t *heap, uint32_t root, uint32_t count) {
  for (uint32_t child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && text_compare(entries[heap[child]].name, entries[heap[child + 1]].name) < 0) child++;
    if (text_compare(entries[heap[root]].name, entries[heap[child]].name) >= 0) return;
    uint32_t moved = heap[root];
    heap[root] = heap[child];
    heap[child] = moved;
  }
}

bool texts_sort(const struct texts_builder *texts, struct text **sorted, uint32_t **place_of) {
  const struct names *names = &texts->names;
  uint32_t count = names->count;
  struct text *out = arena_take(names->arena, (size_t)count * sizeof *out);
  uint32_t *places = arena_take(names->arena, (size_t)count * sizeof *places);
  uint32_t *heap = arena_take(names->arena, (size_t)count * sizeof *heap);
  if (!out || !places || !heap) return false;
  for (uint32_t i = 0; i < count; i++) heap[i] = i;
  for (uint32_t i = count / 2; i > 0; i--) sift(names->entries, heap, i - 1, count);
  for (uint32_t left = count; left > 0; left--) {
    uint32_t greatest = heap[0];
    heap[0] = heap[left - 1];
    sift(names->entries, heap, 0, left - 1);
    out[left - 1] = names->entries[greatest].name;
    places[greatest] = left - 1;
  }
  *sorted = out;
  *place_of = places;
  return true;
}
