/* Tree view: the decision tree of a program in the words of the policy, for the drawers (tree_text.c, tree_draw.c).
 *
 * In: a verified program. Out: labels, and for each branch its arms grouped by where they lead.
 */
#ifndef REPORT_TREE_VIEW_H
#define REPORT_TREE_VIEW_H

#include "base/text.h"
#include "program/program.h"
#include "report/names.h"

struct tree_view {
  const struct program *program;
  const struct program_tree_node *nodes;
  const struct program_tree_arm *arms;
  struct memory *memory;
  uint32_t count;
  uint32_t *parents;   /* groups of arms that lead to each node from what is reachable; 0: unreachable */
  uint32_t *reachable; /* node indices, breadth first from the root */
  uint32_t reachable_count;
};

/* false: out of memory. A program without a tree has nothing reachable. */
bool tree_view_init(struct tree_view *view, const struct program *program, struct memory *memory);
void tree_view_release(struct tree_view *view);

/* The groups of a branch: every arm that leads to one node belongs to one group. From arm `from` on, the first arm that begins a
 * group; NO_INDEX when there is none. */
uint32_t tree_next_group(const struct tree_view *view, const struct program_tree_node *branch, uint32_t from);
uint32_t tree_group_node(const struct tree_view *view, const struct program_tree_node *branch, uint32_t group);

/* "reason", "tags has prescription", "requested_on - delivered_on" */
void tree_question(const struct tree_view *view, const struct program_tree_node *branch, struct buffer *out);
/* "reason is wrong_size or dissatisfied", "requested_on - delivered_on <= 30 days" */
void tree_answer(const struct tree_view *view, const struct program_tree_node *branch, uint32_t group, struct buffer *out);

/* Rules of a leaf in order; one that must decide is last. */
uint32_t tree_leaf_rule_count(const struct program_tree_node *leaf);
const struct program_rule *tree_leaf_rule(const struct tree_view *view, const struct program_tree_node *leaf, uint32_t index);
/* "exchange_only (rotation, up to its limit), then deny (ratio)"; of a cut how much is left out. */
void tree_end(const struct tree_view *view, const struct program_tree_node *end, struct buffer *out);

/* tree_text.c. false: out of memory. */
bool tree_write_text(const struct tree_view *view, struct buffer *out);

#endif
