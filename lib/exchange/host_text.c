/* Host text: NFC by utf8proc, in memory of the environment. */
#include "exchange/host_text.h"

#include <string.h>
#include <utf8proc.h>

static enum host_text_result check(struct text in) {
  uint32_t marks = 0;
  for (uint32_t at = 0; at < in.size;) {
    uint32_t c = 0;
    uint32_t size = text_decode(in.bytes + at, in.size - at, &c);
    if (size == 0 || c == 0) return HOST_TEXT_MALFORMED;
    marks = c >= 0x300 && utf8proc_get_property((utf8proc_int32_t)c)->combining_class != 0 ? marks + 1 : 0;
    if (marks > HOST_TEXT_MAX_MARKS) return HOST_TEXT_MARKS;
    at += size;
  }
  return HOST_TEXT_OK;
}

enum host_text_result host_text_normalise(struct text in, struct buffer *scratch, struct text *out) {
  *out = in;
  if (text_is_ascii(in)) return memchr(in.bytes, 0, in.size) == NULL ? HOST_TEXT_OK : HOST_TEXT_MALFORMED;
  enum host_text_result result = check(in);
  if (result != HOST_TEXT_OK) return result;
  utf8proc_option_t options = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)in.bytes;
  utf8proc_ssize_t count = utf8proc_decompose(bytes, (utf8proc_ssize_t)in.size, NULL, 0, options);
  if (count < 0) return HOST_TEXT_MALFORMED;
  size_t size = ((size_t)count + 1) * sizeof(utf8proc_int32_t); /* reencode writes UTF-8 and a NUL over the code points */
  utf8proc_int32_t *points = memory_take(scratch->memory, size);
  if (points == NULL) return HOST_TEXT_MEMORY;
  count = utf8proc_decompose(bytes, (utf8proc_ssize_t)in.size, points, count, options);
  if (count >= 0) count = utf8proc_reencode(points, count, options);
  buffer_clear(scratch);
  if (count >= 0) buffer_add(scratch, (const char *)points, (size_t)count);
  memory_give(scratch->memory, points, size);
  if (count < 0) return HOST_TEXT_MALFORMED;
  if (scratch->failed) return HOST_TEXT_MEMORY;
  *out = (struct text){scratch->bytes, (uint32_t)scratch->size};
  return HOST_TEXT_OK;
}

const char *host_text_problem(enum host_text_result result) {
  switch (result) {
  case HOST_TEXT_MALFORMED: return "is not UTF-8 text without NUL";
  case HOST_TEXT_MARKS: return "has more than 30 combining marks in a row";
  default: return "is good";
  }
}
