/* Cycles: Kahn's topological order with a heap, so that the order is that of declaration wherever needs leave a choice.
 *
 * In: nodes and edges. Out: the order; every cycle that stood in its way, once. Where only cycles are left, the one reached
 * from the lowest node is reported and taken as done, and the rest goes on: an error in one place hides no other.
 * It must not know what the nodes are.
 */
#include "language/cycles.h"

#include "language/names.h"

#include <string.h>

void graph_init(struct graph *graph, struct arena *arena, uint32_t node_count) {
  *graph = (struct graph){.arena = arena, .node_count = node_count};
}

bool graph_add(struct graph *graph, uint32_t from, uint32_t to) {
  if (!arena_reserve(graph->arena, (void **)&graph->edges, &graph->edge_capacity, graph->edge_count + 1, sizeof *graph->edges))
    return false;
  graph->edges[graph->edge_count++] = (struct graph_edge){.from = from, .to = to};
  return true;
}

/* Edges by node: node n has targets[starts[n]] .. targets[starts[n + 1] - 1]. */
struct adjacency {
  uint32_t *starts, *targets;
};

struct ordering {
  const struct graph *graph;
  struct adjacency needs, needed_by;
  uint32_t *open; /* needs of each node that are not done */
  bool *done;
  uint32_t *heap, heap_count; /* nodes whose needs are done, lowest first */
  uint32_t *order, order_count;
};

static bool gather(const struct graph *graph, bool forward, struct adjacency *out) {
  uint32_t nodes = graph->node_count;
  out->starts = arena_take_zeroed(graph->arena, ((size_t)nodes + 2) * sizeof *out->starts);
  out->targets = arena_take(graph->arena, ((size_t)graph->edge_count + 1) * sizeof *out->targets);
  if (!out->starts || !out->targets) return false;
  /* Counted two places ahead, so that the running sums end as the starts once the targets are laid down. */
  for (uint32_t i = 0; i < graph->edge_count; i++) out->starts[(forward ? graph->edges[i].from : graph->edges[i].to) + 2]++;
  for (uint32_t n = 2; n < nodes + 2; n++) out->starts[n] += out->starts[n - 1];
  for (uint32_t i = 0; i < graph->edge_count; i++) {
    struct graph_edge edge = graph->edges[i];
    out->targets[out->starts[(forward ? edge.from : edge.to) + 1]++] = forward ? edge.to : edge.from;
  }
  return true;
}

static void heap_push(struct ordering *o, uint32_t node) {
  uint32_t i = o->heap_count++;
  for (; i && o->heap[(i - 1) / 2] > node; i = (i - 1) / 2) o->heap[i] = o->heap[(i - 1) / 2];
  o->heap[i] = node;
}

static uint32_t heap_pop(struct ordering *o) {
  uint32_t lowest = o->heap[0], last = o->heap[--o->heap_count], i = 0;
  for (uint32_t kid = 1; kid < o->heap_count; kid = 2 * i + 1) {
    if (kid + 1 < o->heap_count && o->heap[kid + 1] < o->heap[kid]) kid++;
    if (last <= o->heap[kid]) break;
    o->heap[i] = o->heap[kid];
    i = kid;
  }
  o->heap[i] = last;
  return lowest;
}

static void settle(struct ordering *o, uint32_t node) {
  o->done[node] = true;
  o->order[o->order_count++] = node;
  for (uint32_t i = o->needed_by.starts[node]; i < o->needed_by.starts[node + 1]; i++) {
    uint32_t waiting = o->needed_by.targets[i];
    if (--o->open[waiting] == 0 && !o->done[waiting]) heap_push(o, waiting);
  }
}

static uint32_t first_open_need(const struct ordering *o, uint32_t node) {
  for (uint32_t i = o->needs.starts[node]; i < o->needs.starts[node + 1]; i++) {
    if (!o->done[o->needs.targets[i]]) return o->needs.targets[i];
  }
  return node; /* unreachable: a node that waits has an open need */
}

/* Walks from a waiting node along open needs until a node comes again: path[*first .. returned count) is a cycle. */
static uint32_t find_cycle(const struct ordering *o, uint32_t node, uint32_t *path, uint32_t *place, uint32_t *first) {
  uint32_t count = 0;
  for (; place[node] == 0; node = first_open_need(o, node)) {
    path[count++] = node;
    place[node] = count;
  }
  *first = place[node] - 1;
  for (uint32_t i = 0; i < count; i++) place[path[i]] = 0;
  return count;
}

bool graph_order(const struct graph *graph, uint32_t *order, bool *in_cycle, graph_cycle report, void *context) {
  uint32_t nodes = graph->node_count;
  struct ordering o = {.graph = graph, .order = order};
  o.open = arena_take_zeroed(graph->arena, ((size_t)nodes + 1) * sizeof *o.open);
  o.done = arena_take_zeroed(graph->arena, (size_t)nodes + 1);
  o.heap = arena_take(graph->arena, ((size_t)nodes + 1) * sizeof *o.heap);
  uint32_t *path = arena_take(graph->arena, ((size_t)nodes + 1) * sizeof *path);
  uint32_t *place = arena_take_zeroed(graph->arena, ((size_t)nodes + 1) * sizeof *place);
  if (!o.open || !o.done || !o.heap || !path || !place || !gather(graph, true, &o.needs) || !gather(graph, false, &o.needed_by))
    return false;
  for (uint32_t i = 0; i < graph->edge_count; i++) o.open[graph->edges[i].from]++;
  for (uint32_t n = 0; n < nodes; n++) {
    if (!o.open[n]) heap_push(&o, n);
  }
  for (uint32_t waiting = 0; o.order_count < nodes;) {
    if (o.heap_count) {
      settle(&o, heap_pop(&o));
      continue;
    }
    while (o.done[waiting]) waiting++;
    uint32_t first, count = find_cycle(&o, waiting, path, place, &first);
    report(context, path + first, count - first);
    for (uint32_t i = first; i < count; i++) in_cycle[path[i]] = o.done[path[i]] = true;
    for (uint32_t i = first; i < count; i++) settle(&o, path[i]);
  }
  return true;
}
