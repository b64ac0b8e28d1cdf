/* Source line: display width of grapheme clusters, tabs, and the caret run under them.
 *
 * utf8proc says where clusters break and how wide a code point is; a cluster is as wide as its widest code point (a family
 * emoji is 2, not 6), an emoji presentation selector or a flag makes it 2. What a terminal would not show, or would
 * reorder the line for, is shown as U+FFFD.
 */
#include "report/source_line.h"

#include <string.h>
#include <utf8proc.h>

enum { TAB_WIDTH = 4, WINDOW_BEFORE = 60, WINDOW_CODE_POINTS = 160, CLUSTER_CODE_POINTS = 32 };

#define REPLACEMENT "\xEF\xBF\xBD"
#define DOTTED_CIRCLE "\xE2\x97\x8C"
#define ELLIPSIS "..."
#define VARIATION_SELECTOR_16 0xFE0F

struct text source_line_find(struct text source, uint32_t line) {
  const char *at = source.bytes;
  const char *end = source.bytes + source.size;
  if (source.size >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) at += 3;
  for (uint32_t i = 1; i < line; i++) {
    const char *newline = at == end ? NULL : memchr(at, '\n', (size_t)(end - at));
    if (newline == NULL) return (struct text){"", 0};
    at = newline + 1;
  }
  if (at == end) return (struct text){"", 0};
  const char *newline = memchr(at, '\n', (size_t)(end - at));
  if (newline != NULL) end = newline;
  if (end > at && end[-1] == '\r') end--;
  return (struct text){at, (uint32_t)(end - at)};
}

/* The code point at the front of a text; a bad byte is one code point by itself and comes out as U+FFFD, *good false. */
static uint32_t next_code_point(struct text text, uint32_t *code_point, bool *good) {
  uint32_t size = text_decode(text.bytes, text.size, code_point);
  *good = size != 0;
  if (size != 0) return size;
  *code_point = 0xFFFD;
  return 1;
}

/* Controls, line separators, and whatever a terminal obeys instead of showing: the bidirectional formatting characters. */
static bool is_unshowable(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static bool is_regional_indicator(uint32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

/* One grapheme cluster: bytes, code points and columns of a terminal. */
struct cluster {
  uint32_t bytes, code_points, width;
  bool good;
  uint32_t first;
};

static struct cluster next_cluster(struct text text) {
  struct cluster cluster = {0, 1, 0, true, 0};
  cluster.bytes = next_code_point(text, &cluster.first, &cluster.good);
  if (!cluster.good) {
    cluster.width = 1;
    return cluster;
  }
  int width = utf8proc_charwidth((utf8proc_int32_t)cluster.first);
  utf8proc_int32_t state = 0;
  uint32_t before = cluster.first;
  while (cluster.bytes < text.size && cluster.code_points < CLUSTER_CODE_POINTS) {
    uint32_t c = 0;
    bool good = true;
    uint32_t size = next_code_point((struct text){text.bytes + cluster.bytes, text.size - cluster.bytes}, &c, &good);
    if (!good || utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)c, &state)) break;
    int w = utf8proc_charwidth((utf8proc_int32_t)c);
    if (w > width) width = w;
    if (c == VARIATION_SELECTOR_16 || (is_regional_indicator(before) && is_regional_indicator(c))) width = 2;
    before = c;
    cluster.bytes += size;
    cluster.code_points++;
  }
  cluster.width = width < 0 ? 0 : (uint32_t)width;
  return cluster;
}

/* Writes a cluster that begins at terminal column x of the line; answers how wide it came out. */
static uint32_t show_cluster(struct buffer *out, struct text text, const struct cluster *cluster, uint32_t x) {
  if (cluster->good && cluster->first == '\t') {
    uint32_t width = TAB_WIDTH - x % TAB_WIDTH;
    buffer_repeat(out, ' ', width);
    return width;
  }
  if (!cluster->good || is_unshowable(cluster->first)) {
    buffer_text(out, REPLACEMENT);
    return 1;
  }
  if (cluster->width == 0) { /* a mark with nothing to stand on, or a format character */
    bool mark = utf8proc_category((utf8proc_int32_t)cluster->first) != UTF8PROC_CATEGORY_CF;
    buffer_text(out, mark ? DOTTED_CIRCLE : REPLACEMENT);
    if (mark) buffer_add(out, text.bytes, cluster->bytes);
    return 1;
  }
  buffer_add(out, text.bytes, cluster->bytes);
  return cluster->width;
}

static struct text skip_code_points(struct text text, uint32_t count) {
  while (count > 0 && text.size > 0) {
    uint32_t c = 0;
    bool good = true;
    uint32_t size = next_code_point(text, &c, &good);
    text.bytes += size;
    text.size -= size;
    count--;
  }
  return text;
}

void source_line_show(struct buffer *out, struct text line, uint32_t from, uint32_t to, const char *margin, const char *blank,
                      struct caret_style style) {
  if (from == 0) from = 1;
  if (to <= from) to = from + 1;
  uint32_t column = 1, x = 0, caret_from = UINT32_MAX, caret_to = 0;
  buffer_text(out, margin);
  if (from > WINDOW_BEFORE * 2) {
    column = from - WINDOW_BEFORE;
    line = skip_code_points(line, column - 1);
    buffer_text(out, ELLIPSIS);
    x = sizeof ELLIPSIS - 1;
  }
  uint32_t shown = 0;
  while (line.size > 0 && shown < WINDOW_CODE_POINTS) {
    struct cluster cluster = next_cluster(line);
    uint32_t width = show_cluster(out, line, &cluster, x);
    if (column + cluster.code_points > from && column < to) {
      if (caret_from == UINT32_MAX) caret_from = x;
      caret_to = x + width;
    }
    column += cluster.code_points;
    shown += cluster.code_points;
    x += width;
    line.bytes += cluster.bytes;
    line.size -= cluster.bytes;
  }
  if (line.size > 0) buffer_text(out, ELLIPSIS);
  if (caret_from == UINT32_MAX) { /* at the end of the line */
    caret_from = x;
    caret_to = x + 1;
  }
  buffer_char(out, '\n');
  buffer_text(out, blank);
  buffer_repeat(out, ' ', caret_from);
  buffer_text(out, style.begin);
  buffer_repeat(out, '^', caret_to - caret_from);
  buffer_text(out, style.end);
  buffer_char(out, '\n');
}

void source_text_show(struct buffer *out, struct text text) {
  while (text.size > 0) {
    uint32_t c = 0;
    bool good = true;
    uint32_t size = next_code_point(text, &c, &good);
    if (!good || is_unshowable(c))
      buffer_text(out, REPLACEMENT);
    else
      buffer_add(out, text.bytes, size);
    text.bytes += size;
    text.size -= size;
  }
}
