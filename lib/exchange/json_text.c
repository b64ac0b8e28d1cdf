/* JSON text: one pass over brackets, commas and strings. */
#include "exchange/json_text.h"

#include <string.h>

enum { DEEPEST = 32 }; /* frames that are kept: a pointer ends there */

/* An open object or array: the key under which we are, or the index. */
struct frame {
  bool object, in_value;
  struct text key;
  uint32_t index;
};
struct scan {
  struct text json;
  size_t at;
  struct frame frames[DEEPEST];
  uint32_t depth;
  uint32_t most;
};

static struct frame *top(struct scan *scan) {
  return scan->depth == 0 || scan->depth > DEEPEST ? NULL : &scan->frames[scan->depth - 1];
}

/* Over a string whose opening quote is at scan->at; its contents, still escaped. */
static struct text take_string(struct scan *scan) {
  size_t start = ++scan->at;
  while (scan->at < scan->json.size && scan->json.bytes[scan->at] != '"') {
    if (scan->json.bytes[scan->at] == '\\') scan->at++;
    scan->at++;
  }
  size_t end = scan->at < scan->json.size ? scan->at : scan->json.size;
  return (struct text){scan->json.bytes + start, (uint32_t)(end > start ? end - start : 0)};
}

static void open_frame(struct scan *scan, bool object) {
  scan->depth++;
  struct frame *frame = top(scan);
  if (frame != NULL) *frame = (struct frame){.object = object};
}

static void run(struct scan *scan, size_t end) {
  for (; scan->at < end && scan->at < scan->json.size; scan->at++) {
    struct frame *frame = top(scan);
    switch (scan->json.bytes[scan->at]) {
    case '"': {
      struct text string = take_string(scan);
      if (frame != NULL && frame->object && !frame->in_value) frame->key = string;
      break;
    }
    case '{': open_frame(scan, true); break;
    case '[': open_frame(scan, false); break;
    case '}':
    case ']':
      if (scan->depth > 0) scan->depth--;
      break;
    case ':':
      if (frame != NULL) frame->in_value = true;
      break;
    case ',':
      if (frame == NULL) break;
      frame->in_value = false;
      frame->index++;
      if (frame->object && frame->index + 1 > scan->most) scan->most = frame->index + 1;
      break;
    default: break;
    }
  }
}

static void write_byte(struct buffer *out, char c) {
  if (c == '~')
    buffer_text(out, "~0");
  else if (c == '/')
    buffer_text(out, "~1");
  else
    buffer_char(out, c);
}

void json_pointer_step(struct buffer *out, struct text name) {
  buffer_char(out, '/');
  for (uint32_t i = 0; i < name.size; i++) write_byte(out, name.bytes[i]);
}

/* ---- keys as they stand in the text, with escapes ---- */

static uint32_t hex_value(struct text raw, uint32_t at) {
  uint32_t value = 0;
  for (uint32_t i = at; i < at + 4 && i < raw.size; i++) {
    char c = raw.bytes[i];
    value = value * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value & 0xFFFF;
}

static void write_code_point(struct buffer *out, uint32_t c) {
  if (c == 0) c = 0xFFFD; /* a pointer is a C string */
  if (c < 0x80) {
    write_byte(out, (char)c);
    return;
  }
  uint32_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  buffer_char(out, (char)((0xF0E0C000u >> (8 * more) & 0xFF) | c >> (6 * more)));
  while (more-- > 0) buffer_char(out, (char)(0x80 | (c >> (6 * more) & 0x3F)));
}

static void write_key(struct buffer *out, struct text raw) {
  static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
  buffer_char(out, '/');
  for (uint32_t i = 0; i < raw.size; i++) {
    if (raw.bytes[i] != '\\' || i + 1 == raw.size) {
      write_byte(out, raw.bytes[i]);
      continue;
    }
    char c = raw.bytes[++i];
    const char *known = strchr(escapes, c);
    if (c == 'u') {
      uint32_t point = hex_value(raw, i + 1);
      i += 4;
      if (point >= 0xD800 && point < 0xDC00 && i + 6 < raw.size) { /* the text is sound: its other half follows */
        point = 0x10000 + ((point - 0xD800) << 10) + ((hex_value(raw, i + 3) - 0xDC00) & 0x3FF);
        i += 6;
      }
      write_code_point(out, point);
    } else {
      write_byte(out, c != '\0' && known != NULL ? meant[known - escapes] : c);
    }
  }
}

void json_text_pointer(struct text json, size_t offset, struct buffer *out) {
  struct scan scan = {.json = json};
  run(&scan, offset);
  for (uint32_t i = 0; i < scan.depth && i < DEEPEST; i++) {
    const struct frame *frame = &scan.frames[i];
    if (!frame->object)
      buffer_format(out, "/%u", frame->index);
    else if (frame->key.size > 0)
      write_key(out, frame->key);
  }
}

/* Objects below DEEPEST are not counted: nothing in a request lies there, and jansson stops at its own depth. */
uint32_t json_text_most_members(struct text json) {
  struct scan scan = {.json = json};
  run(&scan, json.size);
  return scan.most;
}
