/* Diagnostics as text:
 *
 *   policy.yaml:12:9: error[R0301]: there is no fact or term `reson`
 *      12 |       - reson is defective
 *         |         ^^^^^
 *         = did you mean `reason`?
 *
 * Messages may repeat what a policy says: they are shown with control characters replaced.
 */
#include "report/report.h"
#include "report/source_line.h"

struct palette {
  const char *error, *warning, *bold, *faint, *hint, *end;
};
static const struct palette no_colours = {"", "", "", "", "", ""};
static const struct palette ansi_colours = {"\x1b[1;31m", "\x1b[1;33m", "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"};

struct writer {
  const struct diagnostics *list;
  const char *directory;
  const struct palette *palette;
  struct buffer *out;
};

static const struct diagnostic_source *source_of(const struct diagnostics *list, uint32_t file) {
  return file < list->source_count ? &list->sources[file] : NULL;
}

static void write_place(const struct writer *writer, struct span span) {
  const struct diagnostic_source *source = source_of(writer->list, span.file);
  if (source == NULL) return;
  buffer_text(writer->out, writer->palette->bold);
  buffer_text(writer->out, writer->directory);
  source_text_show(writer->out, text_of(source->name));
  if (span.line != 0) buffer_format(writer->out, ":%u:%u", span.line, span.column);
  buffer_text(writer->out, ":");
  buffer_text(writer->out, writer->palette->end);
  buffer_char(writer->out, ' ');
}

/* A margin of seven columns fits line numbers up to 99999; wider ones shift both lines alike. */
static void write_source(const struct writer *writer, struct span span, const char *paint) {
  const struct diagnostic_source *source = source_of(writer->list, span.file);
  if (source == NULL || source->bytes == NULL || span.line == 0) return;
  size_t size = source->size > UINT32_MAX ? UINT32_MAX : source->size;
  struct text line = source_line_find((struct text){source->bytes, (uint32_t)size}, span.line);
  char margin[24], blank[24];
  uint32_t digits = 0;
  char number[12];
  for (uint32_t n = span.line; n > 0; n /= 10) number[digits++] = (char)('0' + n % 10);
  uint32_t width = digits < 5 ? 5 : digits, used = 0;
  for (uint32_t i = 0; i < width; i++) {
    blank[used] = ' ';
    margin[used++] = i < width - digits ? ' ' : number[width - 1 - i];
  }
  for (const char *bar = " | "; *bar != '\0'; bar++) {
    blank[used] = *bar;
    margin[used++] = *bar;
  }
  margin[used] = blank[used] = '\0';
  uint32_t to = span.end_line == span.line ? span.end_column : UINT32_MAX;
  struct caret_style style = {paint, writer->palette->end};
  source_line_show(writer->out, line, span.column, to, margin, blank, style);
}

static void write_finding(const struct writer *writer, const struct finding *finding) {
  struct buffer *out = writer->out;
  const struct palette *palette = writer->palette;
  bool error = finding->severity == SEVERITY_ERROR;
  const char *paint = error ? palette->error : palette->warning;
  write_place(writer, finding->span);
  buffer_format(out, "%s%s[%s]%s: ", paint, error ? "error" : "warning", finding->code, palette->end);
  source_text_show(out, text_of(finding->message));
  buffer_char(out, '\n');
  write_source(writer, finding->span, paint);
  if (finding->hint != NULL) {
    buffer_format(out, "      %s=%s ", palette->hint, palette->end);
    source_text_show(out, text_of(finding->hint));
    buffer_char(out, '\n');
  }
  for (const struct related *related = finding->related; related != NULL; related = related->next) {
    buffer_text(out, "  ");
    write_place(writer, related->span);
    source_text_show(out, text_of(related->label));
    buffer_char(out, '\n');
    write_source(writer, related->span, palette->faint);
  }
}

void diagnostics_write_text(const struct diagnostics *list, const char *directory, bool colour, struct buffer *out) {
  struct writer writer = {list, directory, colour ? &ansi_colours : &no_colours, out};
  for (uint32_t i = 0; i < list->count; i++) write_finding(&writer, &list->findings[i]);
  if (list->dropped > 0) {
    buffer_format(out, "%u more %s not shown\n", list->dropped, list->dropped == 1 ? "finding was" : "findings were");
  }
}
