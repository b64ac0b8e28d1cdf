/* Labels: texts as the languages of drawings quote them. A line feed begins a new line of the label. */
#ifndef REPORT_LABELS_H
#define REPORT_LABELS_H

#include "base/text.h"

void label_write_dot(struct buffer *out, struct text label);
void label_write_mermaid(struct buffer *out, struct text label);

#endif
