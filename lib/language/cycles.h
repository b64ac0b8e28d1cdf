/* Cycles: an order for things that need one another, and the cycles that forbid one. */
#ifndef LANGUAGE_CYCLES_H
#define LANGUAGE_CYCLES_H

#include "base/memory.h"

struct graph_edge {
  uint32_t from, to;
}; /* from needs to */

struct graph {
  struct arena *arena;
  uint32_t node_count;
  struct graph_edge *edges;
  uint32_t edge_count, edge_capacity;
};

/* Told of each cycle: nodes[0] needs nodes[1] ... nodes[count - 1] needs nodes[0]. */
typedef void (*graph_cycle)(void *context, const uint32_t *nodes, uint32_t count);

void graph_init(struct graph *graph, struct arena *arena, uint32_t node_count);
bool graph_add(struct graph *graph, uint32_t from, uint32_t to);
/* order: node_count places, filled so that each node comes after what it needs, the lowest of those that may come next first.
 * The nodes of a cycle come when it is reported, and are marked in in_cycle (node_count places, cleared by the caller).
 * false: out of memory. */
bool graph_order(const struct graph *graph, uint32_t *order, bool *in_cycle, graph_cycle report, void *context);

#endif
