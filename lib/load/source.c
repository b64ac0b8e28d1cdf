/* Source: bytes that claim to be a policy file, checked, and an index from byte offsets to lines and columns.
 *
 * In: bytes. Out: UTF-8 without byte order mark, control characters, invisible direction marks or any line break but LF
 * and CRLF, so that libyaml, an editor and we count the same lines; or a finding for each offence. It knows no YAML.
 */
#include "load/load.h"

#include <string.h>
#include <utf8proc.h>

/* A file of another kind offends in every line: a few findings say enough. */
enum { MAX_REPORTED = 10 };

/* ---- places ---- */

static uint32_t count_code_points(const char *bytes, size_t size) {
  uint32_t count = 0;
  for (size_t i = 0; i < size; i++) count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
  return count;
}

/* Known once the whole source was counted: then bytes are code points. */
static bool is_ascii(const struct source *source) {
  return source->code_points[source->size / SOURCE_STRIDE + 1] == source->size;
}

static uint32_t code_points_before(const struct source *source, uint32_t offset) {
  if (is_ascii(source)) return offset;
  uint32_t stride = offset / SOURCE_STRIDE, base = stride * SOURCE_STRIDE;
  return source->code_points[stride] + count_code_points(source->bytes + base, offset - base);
}

/* The last index whose value is at most `value`; values rise, the first is 0. */
static uint32_t find_last(const uint32_t *values, uint32_t count, uint32_t value) {
  uint32_t low = 0, high = count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (values[middle] <= value) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

static void find_place(const struct source *source, uint32_t offset, uint32_t *line, uint32_t *column) {
  uint32_t index = find_last(source->line_starts, source->line_count, offset);
  *line = index + 1;
  *column = code_points_before(source, offset) - code_points_before(source, source->line_starts[index]) + 1;
}

struct span source_span(const struct source *source, uint32_t from, uint32_t to) {
  struct span span = {.file = source->file};
  find_place(source, from, &span.line, &span.column);
  find_place(source, to, &span.end_line, &span.end_column);
  return span;
}

struct span source_line_span(const struct source *source, uint32_t from, uint32_t to) {
  uint32_t end = from;
  while (end < to && source->bytes[end] != '\n' && source->bytes[end] != '\r') end++;
  return source_span(source, from, end);
}

uint32_t source_offset(const struct source *source, size_t code_point) {
  uint32_t size = (uint32_t)source->size, strides = size / SOURCE_STRIDE + 1;
  if (code_point >= source->code_points[strides]) return size;
  if (is_ascii(source)) return (uint32_t)code_point;
  uint32_t wanted = (uint32_t)code_point, stride = find_last(source->code_points, strides, wanted);
  uint32_t at = stride * SOURCE_STRIDE, left = wanted - source->code_points[stride];
  for (;; at++) {
    if (((unsigned char)source->bytes[at] & 0xC0) == 0x80) continue;
    if (left-- == 0) return at;
  }
}

static bool build_index(struct source *source, struct arena *arena) {
  uint32_t lines = 1;
  for (size_t i = 0; i < source->size; i++) lines += source->bytes[i] == '\n';
  uint32_t strides = (uint32_t)source->size / SOURCE_STRIDE + 1;
  source->line_starts = arena_take(arena, lines * sizeof *source->line_starts);
  source->code_points = arena_take(arena, (strides + 1) * sizeof *source->code_points);
  if (!source->line_starts || !source->code_points) return false;
  source->line_starts[0] = 0;
  source->line_count = 1;
  for (uint32_t i = 0; i < source->size; i++) {
    if (source->bytes[i] == '\n') source->line_starts[source->line_count++] = i + 1;
  }
  source->code_points[0] = 0;
  for (uint32_t i = 1; i < strides; i++) {
    source->code_points[i] =
        source->code_points[i - 1] + count_code_points(source->bytes + (i - 1) * SOURCE_STRIDE, SOURCE_STRIDE);
  }
  uint32_t last = (strides - 1) * SOURCE_STRIDE;
  source->code_points[strides] =
      source->code_points[strides - 1] + count_code_points(source->bytes + last, (uint32_t)source->size - last);
  return true;
}

/* ---- characters ---- */

enum character_fault character_fault(uint32_t code_point) {
  if (code_point == '\t' || code_point == '\n') return CHARACTER_FINE;
  if (code_point == '\r' || code_point == 0x85 || code_point == 0x2028 || code_point == 0x2029) return CHARACTER_BREAK;
  if (code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F)) return CHARACTER_CONTROL;
  if (code_point == 0xFEFF || code_point == 0xFFFE || code_point == 0xFFFF) return CHARACTER_CONTROL;
  if (code_point == 0x61C || code_point == 0x200E || code_point == 0x200F) return CHARACTER_BIDI;
  if ((code_point >= 0x202A && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069)) return CHARACTER_BIDI;
  return CHARACTER_FINE;
}

struct code_point_name code_point_name(uint32_t code_point) {
  struct code_point_name name = {"U+"};
  uint32_t digits = 4, at = 2;
  while (digits < 6 && code_point >> (4 * digits)) digits++;
  while (digits-- > 0) name.text[at++] = "0123456789ABCDEF"[code_point >> (4 * digits) & 0xF];
  return name;
}

struct brief brief(struct text text) {
  struct brief result;
  uint32_t room = sizeof result.text - 4, at = 0;
  while (at < text.size && at < room) {
    unsigned char byte = (unsigned char)text.bytes[at];
    result.text[at++] = byte < 0x20 || byte == 0x7F ? ' ' : (char)byte;
  }
  if (at < text.size) {
    while (at > 0 && ((unsigned char)text.bytes[at] & 0xC0) == 0x80) at--;
    memcpy(result.text + at, "...", 3);
    at += 3;
  }
  result.text[at] = '\0';
  return result;
}

/* ---- the check ---- */

struct check {
  struct source *source;
  struct diagnostics *diagnostics;
  uint32_t line, column; /* of the next character */
  uint32_t reported;
};

static void report_character(struct check *check, uint32_t code_point) {
  struct diagnostics *diagnostics = check->diagnostics;
  struct span span = {check->source->file, check->line, check->column, check->line, check->column + 1};
  struct code_point_name name = code_point_name(code_point);
  check->reported++;
  switch (character_fault(code_point)) {
  case CHARACTER_FINE: break;
  case CHARACTER_CONTROL:
    diagnostics_error(diagnostics, "R0104", span, "the control character %s cannot stand in a policy file", name.text);
    diagnostics_hint(diagnostics, "remove it; in a quoted text only \\n and \\t are written as escapes");
    break;
  case CHARACTER_BIDI:
    diagnostics_error(diagnostics, "R0105", span, "the invisible character %s changes the direction in which text is shown",
                      name.text);
    diagnostics_hint(diagnostics, "remove it: with it a rule can read differently from what it says");
    break;
  case CHARACTER_BREAK:
    diagnostics_error(diagnostics, "R0106", span, "%s is no line break that a policy file may use", name.text);
    diagnostics_hint(diagnostics, "end lines with LF or CRLF");
    break;
  }
}

static void report_malformed(struct check *check, unsigned char byte) {
  struct span span = {check->source->file, check->line, check->column, check->line, check->column + 1};
  char hex[3] = {"0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 0xF], '\0'};
  check->reported++;
  diagnostics_error(check->diagnostics, "R0103", span, "the bytes from 0x%s on are not UTF-8", hex);
  diagnostics_hint(check->diagnostics, "save the file as UTF-8");
}

/* Bytes of the malformed sequence at `at`: the first, and what could continue it. */
static uint32_t malformed_size(const struct source *source, uint32_t at) {
  uint32_t size = 1;
  while (size < 4 && at + size < source->size && ((unsigned char)source->bytes[at + size] & 0xC0) == 0x80) size++;
  return size;
}

/* Checks the character that is no plain ASCII at `at`; returns its size. */
static uint32_t check_character(struct check *check, uint32_t at) {
  const struct source *source = check->source;
  if (source->bytes[at] == '\r' && at + 1 < source->size && source->bytes[at + 1] == '\n') return 1;
  utf8proc_int32_t code_point;
  utf8proc_ssize_t size =
      utf8proc_iterate((const utf8proc_uint8_t *)source->bytes + at, (utf8proc_ssize_t)(source->size - at), &code_point);
  if (size <= 0) {
    report_malformed(check, (unsigned char)source->bytes[at]);
    return malformed_size(source, at);
  }
  if (character_fault((uint32_t)code_point)) report_character(check, (uint32_t)code_point);
  return (uint32_t)size;
}

static bool check_characters(struct source *source, struct diagnostics *diagnostics) {
  struct check check = {source, diagnostics, 1, 1, 0};
  for (uint32_t at = 0; at < source->size && check.reported < MAX_REPORTED;) {
    unsigned char byte = (unsigned char)source->bytes[at];
    if (byte == '\n') {
      check.line++;
      check.column = 1;
      at++;
    } else {
      at += byte >= 0x20 && byte < 0x7F ? 1 : check_character(&check, at);
      check.column++;
    }
  }
  return check.reported == 0;
}

/* UTF-16 and UTF-32, by their marks or by the zero bytes that ASCII text has in them. */
static bool is_wide(const char *bytes, size_t size) {
  if (size < 2) return false;
  unsigned char first = (unsigned char)bytes[0], second = (unsigned char)bytes[1];
  if ((first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF)) return true;
  return (first == 0) != (second == 0) || (size >= 4 && first == 0 && second == 0);
}

bool source_open(struct source *source, struct arena *arena, uint32_t file, const char *name, const char *bytes, size_t size,
                 const struct load_limits *limits, struct diagnostics *diagnostics) {
  *source = (struct source){.file = file, .name = name, .bytes = size ? bytes : "", .size = size};
  struct span top = {file, 1, 1, 1, 1};
  size_t limit = limits->source_bytes < UINT32_MAX / 2 ? limits->source_bytes : UINT32_MAX / 2;
  if (size > limit) {
    diagnostics_error(diagnostics, "R0101", top, "the file has %l bytes; the limit is %l", (int64_t)size, (int64_t)limit);
    diagnostics_hint(diagnostics, "divide it into several files with `use:`, or raise the limit");
    return false;
  }
  if (is_wide(source->bytes, size)) {
    diagnostics_error(diagnostics, "R0102", top, "the file is UTF-16 or UTF-32, not UTF-8");
    diagnostics_hint(diagnostics, "save the file as UTF-8");
    return false;
  }
  if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
    source->bytes += 3;
    source->size -= 3;
  }
  if (!check_characters(source, diagnostics)) return false;
  if (!build_index(source, arena)) {
    diagnostics->out_of_memory = true;
    return false;
  }
  return true;
}
