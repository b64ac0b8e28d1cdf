/* Diagnostics as a JSON array, one object per finding; docs/errors.md has the shape. */
#include "report/report.h"

static void write_string(struct buffer *out, const char *text) { buffer_json_string(out, text_of(text)); }

/* "file":...,"line":...,"column":...,"end_line":...,"end_column":...; a finding without a place has line 0. */
static void write_place(const struct diagnostics *list, const char *directory, struct span span, struct buffer *out) {
  buffer_text(out, "\"file\":");
  if (span.file < list->source_count) {
    struct buffer name;
    buffer_init(&name, list->memory);
    buffer_text(&name, directory);
    buffer_text(&name, list->sources[span.file].name);
    write_string(out, buffer_string(&name));
    if (name.failed) out->failed = true;
    buffer_free(&name);
  } else {
    buffer_text(out, "null");
  }
  buffer_format(out, ",\"line\":%u,\"column\":%u,\"end_line\":%u,\"end_column\":%u", span.line, span.column, span.end_line,
                span.end_column);
}

static void write_finding(const struct diagnostics *list, const char *directory, const struct finding *finding,
                          struct buffer *out) {
  buffer_format(out, "{\"code\":\"%s\",\"severity\":\"%s\",", finding->code,
                finding->severity == SEVERITY_ERROR ? "error" : "warning");
  write_place(list, directory, finding->span, out);
  buffer_text(out, ",\"message\":");
  write_string(out, finding->message);
  buffer_text(out, ",\"hint\":");
  if (finding->hint == NULL)
    buffer_text(out, "null");
  else
    write_string(out, finding->hint);
  buffer_text(out, ",\"related\":[");
  for (const struct related *related = finding->related; related != NULL; related = related->next) {
    if (related != finding->related) buffer_char(out, ',');
    buffer_char(out, '{');
    write_place(list, directory, related->span, out);
    buffer_text(out, ",\"label\":");
    write_string(out, related->label);
    buffer_char(out, '}');
  }
  buffer_text(out, "]}");
}

void diagnostics_write_json(const struct diagnostics *list, const char *directory, struct buffer *out) {
  buffer_char(out, '[');
  for (uint32_t i = 0; i < list->count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_finding(list, directory, &list->findings[i], out);
  }
  buffer_char(out, ']');
}
