/* Report: what people read. Diagnostics as text and JSON, decisions as text, the decision tree as text, dot, Mermaid and JSON.
 *
 * In: structures of the modules below. Out: UTF-8 in a buffer. It decides nothing and changes nothing.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/diagnostics.h"
#include "evaluate/steps.h"
#include "evaluate/trace.h"
#include "program/program.h"

/* directory: put before every file name that is shown ("" for none), such as "policies/". */
void diagnostics_write_text(const struct diagnostics *list, const char *directory, bool colour, struct buffer *out);
void diagnostics_write_json(const struct diagnostics *list, const char *directory, struct buffer *out);

/* The decision tree of a program. drawing: enum returns_drawing. false: no such drawing. */
bool tree_view_write(const struct program *program, int32_t drawing, struct buffer *out);

/* A decision that holds an answer. trace: NULL for none. */
void decision_write_text(const returns_decision *decision, const struct trace *trace, struct buffer *out);

/* Where the steps stand, of an evaluation that answered. */
void steps_write_text(const struct returns_steps *steps, struct buffer *out);
/* The workflow of a program, which has steps. drawing: enum returns_drawing. false: no such drawing. */
bool workflow_write(const struct program *program, int32_t drawing, struct buffer *out);

#endif
