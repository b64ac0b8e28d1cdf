/* Trace text: a trace for people, rule by rule. */
#ifndef REPORT_TRACE_TEXT_H
#define REPORT_TRACE_TEXT_H

#include "evaluate/trace.h"

void trace_write_text(const struct trace *trace, struct buffer *out);

#endif
