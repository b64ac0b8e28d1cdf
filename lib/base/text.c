/* Text: slices of UTF-8 bytes and the buffer that all output is written into.
 *
 * In: bytes. Out: comparisons, code points, written text. Normal forms and display widths are not its business.
 */
#include "base/text.h"

#include <assert.h>
#include <string.h>

struct text text_of(const char *nul_terminated) {
  return (struct text){nul_terminated, nul_terminated ? (uint32_t)strlen(nul_terminated) : 0};
}

bool text_equal(struct text a, struct text b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool text_is(struct text a, const char *nul_terminated) { return text_equal(a, text_of(nul_terminated)); }

int text_compare(struct text a, struct text b) {
  uint32_t common = a.size < b.size ? a.size : b.size;
  int order = common ? memcmp(a.bytes, b.bytes, common) : 0;
  if (order == 0) order = (a.size > b.size) - (a.size < b.size);
  return (order > 0) - (order < 0);
}

bool text_is_ascii(struct text a) {
  for (uint32_t i = 0; i < a.size; i++) {
    if ((unsigned char)a.bytes[i] >= 0x80) return false;
  }
  return true;
}

uint32_t text_decode(const char *bytes, size_t size, uint32_t *code_point) {
  if (size == 0) return 0;
  const unsigned char *in = (const unsigned char *)bytes;
  uint32_t lead = in[0], length, least;
  if (lead < 0x80) {
    *code_point = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead < 0xE0) {
    length = 2, least = 0x80, lead &= 0x1F;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3, least = 0x800, lead &= 0x0F;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    length = 4, least = 0x10000, lead &= 0x07;
  } else {
    return 0;
  }
  if (size < length) return 0;
  for (uint32_t i = 1; i < length; i++) {
    if ((in[i] & 0xC0) != 0x80) return 0;
    lead = lead << 6 | (in[i] & 0x3FU);
  }
  if (lead < least || lead > 0x10FFFF || (lead >= 0xD800 && lead <= 0xDFFF)) return 0;
  *code_point = lead;
  return length;
}

bool text_is_utf8(const char *bytes, size_t size) {
  for (size_t at = 0; at < size;) {
    uint32_t code_point, length = text_decode(bytes + at, size - at, &code_point);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

/* ---- distance ---- */

enum { DISTANCE_MAX = 64 };

/* Code points of the text; a malformed byte counts as one of its own. More than DISTANCE_MAX: returns DISTANCE_MAX + 1. */
static uint32_t decode_all(struct text text, uint32_t out[DISTANCE_MAX]) {
  uint32_t count = 0;
  for (uint32_t at = 0; at < text.size; count++) {
    if (count == DISTANCE_MAX) return DISTANCE_MAX + 1;
    uint32_t length = text_decode(text.bytes + at, text.size - at, &out[count]);
    if (length == 0) {
      out[count] = 0x110000 + (unsigned char)text.bytes[at];
      length = 1;
    }
    at += length;
  }
  return count;
}

static uint32_t least_of(uint32_t a, uint32_t b) { return a < b ? a : b; }

uint32_t text_distance(struct text a, struct text b, uint32_t limit) {
  if (text_equal(a, b)) return 0;
  uint32_t x[DISTANCE_MAX], y[DISTANCE_MAX];
  uint32_t x_count = decode_all(a, x), y_count = decode_all(b, y);
  if (x_count > DISTANCE_MAX || y_count > DISTANCE_MAX) return limit + 1;
  if ((x_count > y_count ? x_count - y_count : y_count - x_count) > limit) return limit + 1;

  uint32_t rows[3][DISTANCE_MAX + 1]; /* of the alignment table: this one, the last, the one before */
  uint32_t *before = rows[0], *last = rows[1], *row = rows[2];
  for (uint32_t j = 0; j <= y_count; j++) last[j] = j;
  for (uint32_t i = 1; i <= x_count; i++) {
    uint32_t best = row[0] = i;
    for (uint32_t j = 1; j <= y_count; j++) {
      uint32_t cost = x[i - 1] != y[j - 1];
      row[j] = least_of(least_of(last[j], row[j - 1]) + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1]) row[j] = least_of(row[j], before[j - 2] + 1);
      best = least_of(best, row[j]);
    }
    /* Later rows build on this one, or by a transposition, which costs 1, on the last: its least is at most 1 below. */
    if (best > limit) return limit + 1;
    uint32_t *free_row = before;
    before = last, last = row, row = free_row;
  }
  return last[y_count] > limit ? limit + 1 : last[y_count];
}

/* ---- buffer ---- */

void buffer_init(struct buffer *buffer, struct memory *memory) { *buffer = (struct buffer){.memory = memory}; }

void buffer_clear(struct buffer *buffer) {
  buffer->size = 0;
  buffer->failed = false;
}

void buffer_free(struct buffer *buffer) {
  memory_give(buffer->memory, buffer->bytes, buffer->capacity);
  buffer_init(buffer, buffer->memory);
}

/* Makes room for `more` bytes behind size. */
static bool buffer_grow(struct buffer *buffer, size_t more) {
  if (buffer->failed) return false;
  if (more <= buffer->capacity - buffer->size) return true;
  size_t capacity = buffer->capacity > SIZE_MAX / 2 ? SIZE_MAX : buffer->capacity * 2;
  if (capacity < 64) capacity = 64;
  if (more > SIZE_MAX - buffer->size) goto fail;
  if (capacity < buffer->size + more) capacity = buffer->size + more;
  char *bytes = memory_resize(buffer->memory, buffer->bytes, buffer->capacity, capacity);
  if (!bytes) goto fail;
  buffer->bytes = bytes;
  buffer->capacity = capacity;
  return true;
fail:
  buffer->failed = true;
  return false;
}

void buffer_add(struct buffer *buffer, const char *bytes, size_t size) {
  if (size == 0 || !buffer_grow(buffer, size)) return;
  memcpy(buffer->bytes + buffer->size, bytes, size);
  buffer->size += size;
}

void buffer_text(struct buffer *buffer, const char *nul_terminated) {
  buffer_add(buffer, nul_terminated, strlen(nul_terminated));
}

void buffer_slice(struct buffer *buffer, struct text text) { buffer_add(buffer, text.bytes, text.size); }

void buffer_char(struct buffer *buffer, char c) {
  if (buffer_grow(buffer, 1)) buffer->bytes[buffer->size++] = c;
}

void buffer_repeat(struct buffer *buffer, char c, size_t count) {
  if (count == 0 || !buffer_grow(buffer, count)) return;
  memset(buffer->bytes + buffer->size, c, count);
  buffer->size += count;
}

void buffer_integer(struct buffer *buffer, int64_t value) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  do digits[--at] = (char)('0' + magnitude % 10);
  while ((magnitude /= 10) != 0);
  if (value < 0) digits[--at] = '-';
  buffer_add(buffer, digits + at, sizeof digits - at);
}

void buffer_format_list(struct buffer *buffer, const char *format, va_list arguments) {
  for (const char *at = format; *at;) {
    size_t plain = strcspn(at, "%");
    buffer_add(buffer, at, plain);
    at += plain;
    if (!*at) return;
    switch (at[1]) {
    case 's': buffer_text(buffer, va_arg(arguments, const char *)); break;
    case 't': buffer_slice(buffer, *va_arg(arguments, const struct text *)); break;
    case 'd': buffer_integer(buffer, va_arg(arguments, int)); break;
    case 'u': buffer_integer(buffer, va_arg(arguments, uint32_t)); break;
    case 'l': buffer_integer(buffer, va_arg(arguments, int64_t)); break;
    case '%': buffer_char(buffer, '%'); break;
    default: assert(false && "a directive that buffer_format does not have"); return;
    }
    at += 2;
  }
}

void buffer_format(struct buffer *buffer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  buffer_format_list(buffer, format, arguments);
  va_end(arguments);
}

/* Escapes the one character at text[at]; returns the bytes it took. */
static uint32_t json_escape(struct buffer *buffer, struct text text, uint32_t at) {
  static const char short_names[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs of character and what stands behind the backslash */
  static const char hex[] = "0123456789abcdef";
  char c = text.bytes[at];
  for (size_t i = 0; i + 1 < sizeof short_names; i += 2) {
    if (short_names[i] != c) continue;
    buffer_char(buffer, '\\');
    buffer_char(buffer, short_names[i + 1]);
    return 1;
  }
  if ((unsigned char)c < 0x20) {
    buffer_text(buffer, "\\u00");
    buffer_char(buffer, hex[c >> 4]);
    buffer_char(buffer, hex[c & 15]);
  } else {
    buffer_text(buffer, "\xEF\xBF\xBD");
  }
  return 1;
}

void buffer_json_string(struct buffer *buffer, struct text text) {
  buffer_char(buffer, '"');
  uint32_t start = 0, at = 0, code_point;
  while (at < text.size) {
    unsigned char c = (unsigned char)text.bytes[at];
    uint32_t length = c < 0x20 || c == '"' || c == '\\' ? 0 : text_decode(text.bytes + at, text.size - at, &code_point);
    if (length == 0) {
      buffer_add(buffer, text.bytes + start, at - start);
      length = json_escape(buffer, text, at);
      start = at + length;
    }
    at += length;
  }
  if (at > start) buffer_add(buffer, text.bytes + start, at - start);
  buffer_char(buffer, '"');
}

const char *buffer_string(struct buffer *buffer) {
  if (!buffer_grow(buffer, 1)) return "";
  buffer->bytes[buffer->size] = '\0';
  return buffer->bytes;
}
