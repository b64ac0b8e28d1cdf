/* Places: from bytes of a decoded scalar back to bytes of the source.
 *
 * In: a scalar's source and value. Out: where a part of the value is written. Source and value are walked in lockstep, piece by
 * piece: a piece is either copied as it stands, or a few source bytes (an escape, a fold of lines) that made a few value bytes.
 * It follows libyaml's decoding, but never reads outside the scalar, whatever the value.
 */
#include "load/load.h"

#include <string.h>

struct piece {
  uint32_t value_size, start, end; /* source bytes [start, end) made value_size bytes */
  bool verbatim;                   /* byte for byte */
};

struct walk {
  const char *bytes;
  uint32_t at, end; /* source bytes still to read */
  enum scalar_style style;
  /* block styles only */
  uint32_t indent;
  bool in_line, first; /* in_line: the content of a line comes next, else the breaks before one; first: no content yet */
  bool was_more;       /* the last content line began with a blank: folding keeps the breaks around it */
};

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_break(char c) { return c == '\n' || c == '\r'; }

/* ---- plain and quoted ---- */

/* Blanks and breaks from `at` on: as they are when no break is among them, else one break is a space, n + 1 are n breaks. */
static struct piece space_piece(const struct walk *walk) {
  uint32_t end = walk->at, breaks = 0;
  while (end < walk->end && (is_blank(walk->bytes[end]) || is_break(walk->bytes[end]))) breaks += walk->bytes[end++] == '\n';
  uint32_t size = end - walk->at;
  if (breaks == 0) return (struct piece){size, walk->at, end, true};
  return (struct piece){breaks == 1 ? 1 : breaks - 1, walk->at, end, false};
}

static uint32_t hex_value(const char *bytes, uint32_t digits) {
  uint32_t value = 0;
  for (uint32_t i = 0; i < digits; i++) {
    char c = bytes[i];
    value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

static uint32_t utf8_size(uint32_t code_point) {
  return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

/* A backslash before a break swallows it and the blanks that follow; further breaks stay. */
static struct piece escaped_break_piece(const struct walk *walk) {
  uint32_t end = walk->at + 1, breaks = 0;
  while (end < walk->end && (is_blank(walk->bytes[end]) || is_break(walk->bytes[end]))) breaks += walk->bytes[end++] == '\n';
  return (struct piece){breaks > 0 ? breaks - 1 : 0, walk->at, end, false};
}

static struct piece escape_piece(const struct walk *walk) {
  uint32_t left = walk->end - walk->at, size = 2, value_size = 1;
  char kind = left > 1 ? walk->bytes[walk->at + 1] : '\0';
  if (is_break(kind)) return escaped_break_piece(walk);
  uint32_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  if (digits && left >= 2 + digits) {
    value_size = utf8_size(hex_value(walk->bytes + walk->at + 2, digits));
    size += digits;
  } else if (kind == 'N' || kind == '_') {
    value_size = 2;
  } else if (kind == 'L' || kind == 'P') {
    value_size = 3;
  }
  return (struct piece){value_size, walk->at, walk->at + (size < left ? size : left), false};
}

static struct piece flow_piece(const struct walk *walk) {
  char c = walk->bytes[walk->at];
  if (is_blank(c) || is_break(c)) return space_piece(walk);
  if (walk->style == STYLE_SINGLE && c == '\'') {
    uint32_t left = walk->end - walk->at;
    return (struct piece){1, walk->at, walk->at + (left < 2 ? left : 2), false};
  }
  if (walk->style == STYLE_DOUBLE && c == '\\') return escape_piece(walk);
  uint32_t end = walk->at + 1;
  while (end < walk->end) {
    c = walk->bytes[end];
    if (is_blank(c) || is_break(c) || (walk->style == STYLE_SINGLE && c == '\'') || (walk->style == STYLE_DOUBLE && c == '\\'))
      break;
    end++;
  }
  return (struct piece){end - walk->at, walk->at, end, true};
}

/* ---- block ---- */

static uint32_t line_end(const struct walk *walk, uint32_t at) {
  while (at < walk->end && !is_break(walk->bytes[at])) at++;
  return at;
}

static uint32_t next_line(const struct walk *walk, uint32_t at) {
  at = line_end(walk, at);
  while (at < walk->end && walk->bytes[at] == '\r') at++;
  return at < walk->end ? at + 1 : at;
}

static uint32_t count_spaces(const struct walk *walk, uint32_t at) {
  uint32_t end = at;
  while (end < walk->end && walk->bytes[end] == ' ') end++;
  return end - at;
}

/* Where the content of the line at `at` begins, or its end if it has none. */
static uint32_t content_start(const struct walk *walk, uint32_t at) {
  uint32_t spaces = count_spaces(walk, at);
  return at + (spaces < walk->indent ? spaces : walk->indent);
}

/* The indentation is that of the first line with more than spaces, less the spaces that the line has in the value. */
static void begin_block(struct walk *walk, struct text value) {
  uint32_t own = 0;
  walk->at = next_line(walk, walk->at);
  walk->first = true;
  for (uint32_t at = 0; at < value.size && (value.bytes[at] == ' ' || value.bytes[at] == '\n'); at++) {
    own = value.bytes[at] == ' ' ? own + 1 : 0;
  }
  for (uint32_t line = walk->at; line < walk->end; line = next_line(walk, line)) {
    uint32_t spaces = count_spaces(walk, line);
    if (line_end(walk, line) == line + spaces) continue;
    walk->indent = spaces > own ? spaces - own : 0;
    return;
  }
}

/* The breaks before the next line with content: those of empty lines, and that of the line before unless folding makes it a
 * space. */
static struct piece break_piece(struct walk *walk) {
  uint32_t start = walk->at, empty = 0, line = walk->first ? start : next_line(walk, start), content;
  while ((content = content_start(walk, line)) < walk->end && is_break(walk->bytes[content])) {
    empty++;
    line = next_line(walk, line);
  }
  bool is_more = content < walk->end && is_blank(walk->bytes[content]);
  uint32_t size = empty + 1;
  if (walk->first) {
    size = empty;
  } else if (walk->style == STYLE_FOLDED && !walk->was_more && !is_more) {
    size = empty ? empty : 1;
  }
  walk->was_more = is_more;
  walk->first = false;
  return (struct piece){size, start, content, false};
}

static struct piece block_piece(struct walk *walk) {
  if (!walk->in_line) {
    walk->in_line = true;
    return break_piece(walk);
  }
  walk->in_line = false;
  uint32_t end = line_end(walk, walk->at);
  return (struct piece){end - walk->at, walk->at, end, true};
}

/* ---- lookup ---- */

static struct walk begin_walk(const struct source *source, const struct node *node) {
  struct walk walk = {.bytes = source->bytes, .at = node->start, .end = node->end, .style = (enum scalar_style)node->style};
  if (walk.style == STYLE_LITERAL || walk.style == STYLE_FOLDED) {
    begin_block(&walk, node->value);
  } else if (walk.style != STYLE_PLAIN && walk.end - walk.at >= 2) {
    walk.at++;
    walk.end--;
  }
  return walk;
}

static bool next_piece(struct walk *walk, struct piece *piece) {
  if (walk->at >= walk->end) return false;
  bool is_block = walk->style == STYLE_LITERAL || walk->style == STYLE_FOLDED;
  *piece = is_block ? block_piece(walk) : flow_piece(walk);
  walk->at = piece->end;
  return true;
}

/* Start of value byte `from`, end of value byte `to` - 1; for an empty range both are where it would stand. */
void place_within(const struct source *source, const struct node *node, uint32_t from, uint32_t to, uint32_t *start,
                  uint32_t *end) {
  struct walk walk = begin_walk(source, node);
  if (walk.style <= STYLE_DOUBLE && walk.end - walk.at == node->value.size) { /* nothing was decoded */
    if (from > node->value.size) from = node->value.size;
    if (to > node->value.size) to = node->value.size;
    *start = walk.at + from;
    *end = walk.at + (to > from ? to : from);
    return;
  }
  bool has_start = false;
  uint32_t value_at = 0;
  *start = *end = walk.at;
  for (struct piece piece; next_piece(&walk, &piece); value_at += piece.value_size) {
    uint32_t value_end = value_at + piece.value_size;
    if (!has_start && from < value_end) {
      *start = piece.verbatim ? piece.start + (from - value_at) : piece.start;
      has_start = true;
    }
    if (to <= value_end) {
      *end = piece.verbatim ? piece.start + (to - value_at) : piece.end;
      break;
    }
    *end = piece.end;
  }
  if (!has_start) *start = *end;
  if (*end < *start || to <= from) *end = *start;
}

struct span node_span(const struct node_tree *tree, uint32_t node) {
  return source_span(&tree->source, tree->nodes[node].start, tree->nodes[node].end);
}

struct span node_span_within(const struct node_tree *tree, uint32_t node, uint32_t from, uint32_t to) {
  uint32_t start, end;
  place_within(&tree->source, &tree->nodes[node], from, to, &start, &end);
  return source_span(&tree->source, start, end);
}

const char *node_cut_hint(const struct node_tree *tree, uint32_t node) {
  const struct node *scalar = &tree->nodes[node];
  const struct source *source = &tree->source;
  if (scalar->kind != NODE_SCALAR || scalar->style != STYLE_PLAIN) return NULL;
  uint32_t at = scalar->end;
  while (at < source->size && is_blank(source->bytes[at])) at++;
  if (at > scalar->end && at < source->size && source->bytes[at] == '#') return "` #` begins a comment in YAML: quote the text";
  if (scalar->in_flow)
    return "inside [...] and {...} YAML ends a text at `,` and at brackets: quote it, or write it on a line of its own";
  return NULL;
}
