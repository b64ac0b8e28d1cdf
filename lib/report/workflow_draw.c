/* The workflow of a policy as a drawing: text, dot (Graphviz), Mermaid, and JSON for other drawers.
 *
 * In: a verified program. Out: a box per step, with who does it, its conditions, its deadline and what it supplies, and an arrow
 * from each step to those that come after it. A step that may be skipped has a dashed frame.
 */
#include "evaluate/steps.h"
#include "report/labels.h"
#include "report/report.h"
#include "report/source_line.h"
#include "returns/policy.h"

struct drawing {
  const struct program *program;
  const struct program_step *steps;
  const struct program_test *tests;
  const struct program_fact *facts;
  const uint32_t *links;
  uint32_t count;
  struct buffer *out, label;
};

static struct text text_at(const struct drawing *it, struct program_string string) {
  return (struct text){program_text(it->program, string), string.size};
}

/* ---- what a step says, line by line ---- */

/* Two spaces, or in a label a line feed, before each line. */
static void begin_line(struct buffer *out, const char *indent, const char *word) { buffer_format(out, "%s%s ", indent, word); }

static void write_tests(const struct drawing *it, const struct program_step *step, const char *indent, const char *end,
                        struct buffer *out) {
  for (uint32_t i = step->tests.first; i < step->tests.first + step->tests.count; i++) {
    begin_line(out, indent, it->tests[i].negated ? "unless" : "when");
    source_text_show(out, text_at(it, it->tests[i].source));
    buffer_text(out, end);
  }
}

static void write_deadline(const struct drawing *it, const struct program_step *step, const char *indent, const char *end,
                           struct buffer *out) {
  if (step->deadline.size == 0) return;
  buffer_text(out, indent);
  source_text_show(out, text_at(it, step->deadline));
  buffer_text(out, end);
}

static void write_supplies(const struct drawing *it, uint32_t step, const char *indent, const char *end, struct buffer *out) {
  bool any = false;
  for (uint32_t f = steps_next_fact(it->program, step, 0); f != NO_INDEX; f = steps_next_fact(it->program, step, f + 1)) {
    if (any)
      buffer_text(out, ", ");
    else
      begin_line(out, indent, "supplies");
    source_text_show(out, text_at(it, it->facts[f].name));
    any = true;
  }
  if (any) buffer_text(out, end);
}

/* ---- text ---- */

static void write_text(const struct drawing *it) {
  struct buffer *out = it->out;
  for (uint32_t s = 0; s < it->count; s++) {
    const struct program_step *step = &it->steps[s];
    source_text_show(out, text_at(it, step->name));
    if (step->by.size > 0) {
      buffer_text(out, " (");
      source_text_show(out, text_at(it, step->by));
      buffer_char(out, ')');
    }
    buffer_char(out, '\n');
    for (uint32_t i = 0; i < step->after.count; i++) {
      if (i > 0)
        buffer_text(out, ", ");
      else
        begin_line(out, "  ", "after");
      source_text_show(out, text_at(it, it->steps[it->links[step->after.first + i]].name));
    }
    if (step->after.count > 0) buffer_char(out, '\n');
    write_tests(it, step, "  ", "\n", out);
    write_deadline(it, step, "  ", "\n", out);
    write_supplies(it, s, "  ", "\n", out);
  }
}

/* ---- graphs ---- */

static struct text label_of(struct drawing *it, uint32_t index) {
  const struct program_step *step = &it->steps[index];
  struct buffer *label = &it->label;
  buffer_clear(label);
  source_text_show(label, text_at(it, step->name));
  if (step->by.size > 0) {
    buffer_char(label, '\n');
    source_text_show(label, text_at(it, step->by));
  }
  write_tests(it, step, "\n", "", label);
  write_deadline(it, step, "\n", "", label);
  write_supplies(it, index, "\n", "", label);
  return text_of(buffer_string(label));
}

static void write_arrows(const struct drawing *it, const char *arrow, const char *end) {
  for (uint32_t s = 0; s < it->count; s++) {
    const struct program_list after = it->steps[s].after;
    for (uint32_t i = after.first; i < after.first + after.count; i++)
      buffer_format(it->out, "  s%u %s s%u%s\n", it->links[i], arrow, s, end);
  }
}

static void write_dot(struct drawing *it) {
  buffer_text(it->out, "digraph workflow {\n  node [shape=box, fontname=\"sans-serif\"];\n");
  for (uint32_t s = 0; s < it->count; s++) {
    buffer_format(it->out, "  s%u [style=\"%s\", label=", s, it->steps[s].tests.count > 0 ? "rounded, dashed" : "rounded");
    label_write_dot(it->out, label_of(it, s));
    buffer_text(it->out, "];\n");
  }
  write_arrows(it, "->", ";");
  buffer_text(it->out, "}\n");
}

static void write_mermaid(struct drawing *it) {
  buffer_text(it->out, "flowchart TD\n");
  for (uint32_t s = 0; s < it->count; s++) {
    buffer_format(it->out, "  s%u[", s);
    label_write_mermaid(it->out, label_of(it, s));
    buffer_text(it->out, "]\n");
    if (it->steps[s].tests.count > 0) buffer_format(it->out, "  style s%u stroke-dasharray: 5 5\n", s);
  }
  write_arrows(it, "-->", "");
}

/* ---- JSON ---- */

static void write_json_tests(const struct drawing *it, const struct program_step *step, bool negated) {
  bool any = false;
  buffer_char(it->out, '[');
  for (uint32_t i = step->tests.first; i < step->tests.first + step->tests.count; i++) {
    if ((it->tests[i].negated != 0) != negated) continue;
    if (any) buffer_char(it->out, ',');
    any = true;
    buffer_json_string(it->out, text_at(it, it->tests[i].source));
  }
  buffer_char(it->out, ']');
}

static void write_json_step(const struct drawing *it, uint32_t index) {
  const struct program_step *step = &it->steps[index];
  struct buffer *out = it->out;
  buffer_text(out, "{\"step\":");
  buffer_json_string(out, text_at(it, step->name));
  buffer_text(out, ",\"by\":");
  buffer_json_string(out, text_at(it, step->by));
  buffer_text(out, ",\"after\":[");
  for (uint32_t i = 0; i < step->after.count; i++) {
    if (i > 0) buffer_char(out, ',');
    buffer_json_string(out, text_at(it, it->steps[it->links[step->after.first + i]].name));
  }
  buffer_text(out, "],\"when\":");
  write_json_tests(it, step, false);
  buffer_text(out, ",\"unless\":");
  write_json_tests(it, step, true);
  buffer_text(out, ",\"deadline\":");
  if (step->deadline.size > 0)
    buffer_json_string(out, text_at(it, step->deadline));
  else
    buffer_text(out, "null");
  buffer_text(out, ",\"supplies\":[");
  uint32_t first = steps_next_fact(it->program, index, 0);
  for (uint32_t f = first; f != NO_INDEX; f = steps_next_fact(it->program, index, f + 1)) {
    if (f != first) buffer_char(out, ',');
    buffer_json_string(out, text_at(it, it->facts[f].name));
  }
  buffer_text(out, "]}");
}

static void write_json(const struct drawing *it) {
  buffer_text(it->out, "{\"policy\":");
  buffer_json_string(it->out, text_at(it, it->program->header->name));
  buffer_text(it->out, ",\"steps\":[");
  for (uint32_t s = 0; s < it->count; s++) {
    if (s > 0) buffer_char(it->out, ',');
    write_json_step(it, s);
  }
  buffer_text(it->out, "]}\n");
}

bool workflow_write(const struct program *program, int32_t drawing, struct buffer *out) {
  struct drawing it = {.program = program,
                       .steps = program_section(program, SECTION_STEPS),
                       .tests = program_section(program, SECTION_TESTS),
                       .facts = program_section(program, SECTION_FACTS),
                       .links = program_section(program, SECTION_LINKS),
                       .count = program_count(program, SECTION_STEPS),
                       .out = out};
  bool known = true;
  buffer_init(&it.label, out->memory);
  switch (drawing) {
  case RETURNS_DRAWING_TEXT: write_text(&it); break;
  case RETURNS_DRAWING_DOT: write_dot(&it); break;
  case RETURNS_DRAWING_MERMAID: write_mermaid(&it); break;
  case RETURNS_DRAWING_JSON: write_json(&it); break;
  default: known = false; break;
  }
  if (it.label.failed) out->failed = true;
  buffer_free(&it.label);
  return known;
}
