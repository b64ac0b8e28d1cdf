/* Labels: see labels.h. */
#include "report/labels.h"

/* What JSON escapes, dot reads: \" \\ \n. */
void label_write_dot(struct buffer *out, struct text label) { buffer_json_string(out, label); }

void label_write_mermaid(struct buffer *out, struct text label) {
  buffer_char(out, '"');
  for (uint32_t i = 0; i < label.size; i++) {
    switch (label.bytes[i]) {
    case '"': buffer_text(out, "#quot;"); break;
    case '#': buffer_text(out, "#35;"); break;
    case '<': buffer_text(out, "&lt;"); break;
    case '>': buffer_text(out, "&gt;"); break;
    case '&': buffer_text(out, "&amp;"); break;
    case '\n': buffer_text(out, "<br>"); break;
    default: buffer_char(out, label.bytes[i]); break;
    }
  }
  buffer_char(out, '"');
}
