/* The decision tree as indented text. A part that several ways lead to, or that lies deep, is written once, below, under its
 * number:
 *
 *   reason is defective
 *     requested_on - delivered_on <= 30 days: authorize (warranty)
 *     requested_on - delivered_on > 30 days: go to (1)
 *   (1)
 *     ...
 */
#include "report/report.h"
#include "report/tree_view.h"

enum { INDENT = 2, DEEPEST = 12 };

/* Numbers of the parts that are written by themselves, in order of their first mention. */
struct parts {
  uint32_t *number;
  uint32_t *queue;
  uint32_t count;
};

static void write_branch(const struct tree_view *view, uint32_t index, uint32_t depth, struct parts *parts, struct buffer *out) {
  const struct program_tree_node *branch = &view->nodes[index];
  for (uint32_t g = tree_next_group(view, branch, 0); g != NO_INDEX; g = tree_next_group(view, branch, g + 1)) {
    uint32_t kid = tree_group_node(view, branch, g);
    buffer_repeat(out, ' ', (size_t)depth * INDENT);
    tree_answer(view, branch, g, out);
    if (view->nodes[kid].kind != TREE_BRANCH) {
      buffer_text(out, ": ");
      tree_end(view, &view->nodes[kid], out);
      buffer_char(out, '\n');
    } else if (view->parents[kid] > 1 || depth + 1 >= DEEPEST) {
      if (parts->number[kid] == 0) {
        parts->queue[parts->count++] = kid;
        parts->number[kid] = parts->count;
      }
      buffer_format(out, ": go to (%u)\n", parts->number[kid]);
    } else {
      buffer_char(out, '\n');
      write_branch(view, kid, depth + 1, parts, out);
    }
  }
}

bool tree_write_text(const struct tree_view *view, struct buffer *out) {
  if (view->count == 0) {
    buffer_text(out, "no tree: its limit of nodes is too small\n");
    return true;
  }
  struct parts parts = {NULL, NULL, 0};
  size_t size = view->count * sizeof(uint32_t);
  parts.number = memory_take_zeroed(view->memory, size);
  parts.queue = memory_take_zeroed(view->memory, size);
  bool good = parts.number != NULL && parts.queue != NULL;
  if (good) {
    const struct program_tree_node *root = &view->nodes[view->reachable[0]];
    if (root->kind == TREE_BRANCH) {
      write_branch(view, view->reachable[0], 0, &parts, out);
    } else {
      tree_end(view, root, out);
      buffer_char(out, '\n');
    }
    for (uint32_t i = 0; i < parts.count; i++) {
      buffer_format(out, "(%u)\n", i + 1);
      write_branch(view, parts.queue[i], 1, &parts, out);
    }
  }
  memory_give(view->memory, parts.number, size);
  memory_give(view->memory, parts.queue, size);
  return good;
}
