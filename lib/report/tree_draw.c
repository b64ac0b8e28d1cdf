/* The decision tree as a graph: dot (Graphviz), Mermaid, and JSON for other drawers. One record per node and per answer. */
#include "report/labels.h"
#include "report/report.h"
#include "report/tree_view.h"
#include "returns/policy.h"

static void write_dot_label(struct buffer *out, struct buffer *label) { label_write_dot(out, text_of(buffer_string(label))); }

static void write_mermaid_label(struct buffer *out, struct buffer *label) {
  label_write_mermaid(out, text_of(buffer_string(label)));
}

static void label_of_node(const struct tree_view *view, const struct program_tree_node *node, struct buffer *label) {
  buffer_clear(label);
  if (node->kind == TREE_BRANCH)
    tree_question(view, node, label);
  else
    tree_end(view, node, label);
}

static void write_dot(const struct tree_view *view, struct buffer *label, struct buffer *out) {
  buffer_text(out, "digraph policy {\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n");
  for (uint32_t i = 0; i < view->reachable_count; i++) {
    uint32_t index = view->reachable[i];
    const struct program_tree_node *node = &view->nodes[index];
    label_of_node(view, node, label);
    buffer_format(out, "  n%u [shape=%s, label=", index, node->kind == TREE_BRANCH ? "box, style=rounded" : "plaintext");
    write_dot_label(out, label);
    buffer_text(out, "];\n");
    if (node->kind != TREE_BRANCH) continue;
    for (uint32_t g = tree_next_group(view, node, 0); g != NO_INDEX; g = tree_next_group(view, node, g + 1)) {
      buffer_clear(label);
      tree_answer(view, node, g, label);
      buffer_format(out, "  n%u -> n%u [label=", index, tree_group_node(view, node, g));
      write_dot_label(out, label);
      buffer_text(out, "];\n");
    }
  }
  buffer_text(out, "}\n");
}

static void write_mermaid(const struct tree_view *view, struct buffer *label, struct buffer *out) {
  buffer_text(out, "flowchart TD\n");
  for (uint32_t i = 0; i < view->reachable_count; i++) {
    uint32_t index = view->reachable[i];
    const struct program_tree_node *node = &view->nodes[index];
    label_of_node(view, node, label);
    buffer_format(out, "  n%u%s", index, node->kind == TREE_BRANCH ? "{" : "[");
    write_mermaid_label(out, label);
    buffer_text(out, node->kind == TREE_BRANCH ? "}\n" : "]\n");
    if (node->kind != TREE_BRANCH) continue;
    for (uint32_t g = tree_next_group(view, node, 0); g != NO_INDEX; g = tree_next_group(view, node, g + 1)) {
      buffer_clear(label);
      tree_answer(view, node, g, label);
      buffer_format(out, "  n%u -->|", index);
      write_mermaid_label(out, label);
      buffer_format(out, "| n%u\n", tree_group_node(view, node, g));
    }
  }
}

static void write_json_text(struct buffer *out, const char *text) { buffer_json_string(out, text_of(text)); }

static void write_json_node(const struct tree_view *view, uint32_t index, struct buffer *label, struct buffer *out) {
  static const char *const kinds[] = {"leaf", "branch", "cut"};
  const struct program_tree_node *node = &view->nodes[index];
  buffer_format(out, "{\"node\":%u,\"kind\":\"%s\"", index, kinds[node->kind]);
  if (node->kind == TREE_BRANCH) {
    buffer_clear(label);
    tree_question(view, node, label);
    buffer_text(out, ",\"question\":");
    write_dot_label(out, label);
    buffer_text(out, ",\"answers\":[");
    for (uint32_t g = tree_next_group(view, node, 0); g != NO_INDEX; g = tree_next_group(view, node, g + 1)) {
      buffer_clear(label);
      tree_answer(view, node, g, label);
      buffer_text(out, g == 0 ? "{\"answer\":" : ",{\"answer\":");
      write_dot_label(out, label);
      buffer_format(out, ",\"node\":%u}", tree_group_node(view, node, g));
    }
    buffer_char(out, ']');
  } else if (node->kind == TREE_LEAF) {
    buffer_text(out, ",\"rules\":[");
    for (uint32_t i = 0; i < tree_leaf_rule_count(node); i++) {
      const struct program_rule *rule = tree_leaf_rule(view, node, i);
      buffer_text(out, i == 0 ? "{\"rule\":" : ",{\"rule\":");
      write_json_text(out, program_text(view->program, rule->name));
      buffer_format(out, ",\"verdict\":\"%s\",\"limited\":%s}", verdict_name((int32_t)rule->verdict),
                    rule->limit_kind == LIMIT_NONE ? "false" : "true");
    }
    buffer_char(out, ']');
  }
  buffer_char(out, '}');
}

static void write_json(const struct tree_view *view, struct buffer *label, struct buffer *out) {
  buffer_text(out, "{\"policy\":");
  write_json_text(out, program_text(view->program, view->program->header->name));
  buffer_text(out, ",\"root\":");
  if (view->reachable_count == 0)
    buffer_text(out, "null");
  else
    buffer_format(out, "%u", view->reachable[0]);
  buffer_text(out, ",\"nodes\":[");
  for (uint32_t i = 0; i < view->reachable_count; i++) {
    if (i > 0) buffer_char(out, ',');
    write_json_node(view, view->reachable[i], label, out);
  }
  buffer_text(out, "]}\n");
}

bool tree_view_write(const struct program *program, int32_t drawing, struct buffer *out) {
  struct tree_view view;
  struct buffer label;
  if (!tree_view_init(&view, program, out->memory)) {
    out->failed = true;
    return true;
  }
  buffer_init(&label, out->memory);
  bool known = true;
  switch (drawing) {
  case RETURNS_DRAWING_TEXT:
    if (!tree_write_text(&view, out)) out->failed = true;
    break;
  case RETURNS_DRAWING_DOT: write_dot(&view, &label, out); break;
  case RETURNS_DRAWING_MERMAID: write_mermaid(&view, &label, out); break;
  case RETURNS_DRAWING_JSON: write_json(&view, &label, out); break;
  default: known = false; break;
  }
  if (label.failed) out->failed = true;
  buffer_free(&label);
  tree_view_release(&view);
  return known;
}
