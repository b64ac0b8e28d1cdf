/* Text: slices of UTF-8 bytes, a growing buffer to write into. libc only; no locale. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/memory.h"

#include <stdarg.h>

struct text {
  const char *bytes;
  uint32_t size;
}; /* not NUL-terminated unless its owner says so */

struct text text_of(const char *nul_terminated);
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *nul_terminated);
int text_compare(struct text a, struct text b); /* by bytes, shorter first on a tie */
bool text_is_ascii(struct text a);
/* Length of the well-formed UTF-8 sequence at bytes[0..size), 0 if malformed (overlong, surrogate, > U+10FFFF, truncated);
 * *code_point gets its value. */
uint32_t text_decode(const char *bytes, size_t size, uint32_t *code_point);
bool text_is_utf8(const char *bytes, size_t size);
/* Optimal string alignment distance in code points, capped: returns limit + 1 when greater, and for unequal texts of more
 * than 64 code points. For "did you mean". */
uint32_t text_distance(struct text a, struct text b, uint32_t limit);

/* A growing buffer. A failed allocation sets `failed` and turns further writes into no-ops: check once, at the end. */
struct buffer {
  struct memory *memory;
  char *bytes;
  size_t size, capacity;
  bool failed;
};
void buffer_init(struct buffer *buffer, struct memory *memory);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
void buffer_free(struct buffer *buffer);
void buffer_add(struct buffer *buffer, const char *bytes, size_t size);
void buffer_text(struct buffer *buffer, const char *nul_terminated);
void buffer_slice(struct buffer *buffer, struct text text);
void buffer_char(struct buffer *buffer, char c);
void buffer_repeat(struct buffer *buffer, char c, size_t count);
void buffer_integer(struct buffer *buffer, int64_t value);
/* printf-like for our own messages: %s (const char *), %t (const struct text *), %d (int), %u (uint32_t), %l (int64_t) and %%
 * only. */
void buffer_format(struct buffer *buffer, const char *format, ...);
void buffer_format_list(struct buffer *buffer, const char *format, va_list arguments);
void buffer_json_string(struct buffer *buffer, struct text text); /* quoted and escaped; malformed UTF-8 becomes U+FFFD */
const char *buffer_string(struct buffer *buffer);                 /* NUL-terminated; "" when failed */

#endif
