/* Nodes: YAML text -> a tree of nodes, each with its bytes in the source.
 *
 * In: checked bytes, as libyaml's events. Out: the node tree, or findings. This pass owns every error of YAML itself: it keeps
 * the limits, refuses what a policy file may not use (anchors, tags, merge keys, complex or duplicate keys, several documents)
 * and places libyaml's complaints. Keys and their meaning are none of its business.
 */
#include "load/load.h"

#include <assert.h>
#include <string.h>

/* A mapping with more keys is no table that people write; and duplicates are found by sorting its keys. */
enum { MAX_KEYS = 4096 };

/* An open collection. */
struct level {
  uint32_t node, last; /* last: its last child, 0 before the first */
  uint32_t key;        /* in a mapping: the key that waits for its value, else 0 */
  bool is_mapping, is_flow;
};

struct builder {
  struct node_tree *tree;
  const struct load_limits *limits;
  struct diagnostics *diagnostics;
  struct memory *memory;
  struct node *nodes;
  struct level *levels;
  uint32_t *keys; /* of the mapping whose duplicates are looked for */
  uint32_t node_count, node_capacity, level_count, level_capacity, key_capacity;
  uint32_t root, documents;
  bool finished;  /* the whole stream was read */
  bool stopped;   /* reading on makes no sense */
  bool distorted; /* something stands in the tree that is not what its author meant */
};

/* ---- findings ---- */

static struct span span_of(const struct builder *builder, uint32_t node) {
  const struct node *at = &builder->nodes[node];
  return source_span(&builder->tree->source, at->start, at->end);
}

static void fail_memory(struct builder *builder) {
  builder->diagnostics->out_of_memory = true;
  builder->stopped = true;
}

static bool reserve(struct builder *builder, void **items, uint32_t *capacity, uint32_t count, size_t item_size) {
  if (memory_reserve(builder->memory, items, capacity, count + 1, item_size)) return true;
  fail_memory(builder);
  return false;
}

static void report(struct builder *builder, const char *code, struct span span, const char *message, const char *hint) {
  diagnostics_error(builder->diagnostics, code, span, "%s", message);
  if (hint) diagnostics_hint(builder->diagnostics, "%s", hint);
}

static struct span mark_span(const struct builder *builder, const yaml_mark_t *from, const yaml_mark_t *to) {
  const struct source *source = &builder->tree->source;
  return source_line_span(source, source_offset(source, from->index), source_offset(source, to->index));
}

/* ---- nodes ---- */

static struct level *top(struct builder *builder) {
  return builder->level_count ? &builder->levels[builder->level_count - 1] : NULL;
}

static bool awaits_key(struct builder *builder) {
  const struct level *level = top(builder);
  return level && level->is_mapping && level->key == 0;
}

/* Hangs the node under the open collection, as its key or as its next child. */
static void attach(struct builder *builder, uint32_t node) {
  struct level *level = top(builder);
  if (!level) {
    builder->root = node;
    return;
  }
  if (awaits_key(builder)) {
    level->key = node;
    return;
  }
  struct node *parent = &builder->nodes[level->node];
  if (level->last) {
    builder->nodes[level->last].next = node;
  } else {
    parent->first = node;
  }
  parent->count++;
  level->last = node;
  builder->nodes[node].key = level->key;
  level->key = 0;
}

/* A new node for the event, attached; 0 on failure. */
static uint32_t add_node(struct builder *builder, enum node_kind kind, const yaml_event_t *event) {
  if (builder->node_count > builder->limits->nodes) {
    struct span span = mark_span(builder, &event->start_mark, &event->start_mark);
    diagnostics_error(builder->diagnostics, "R0109", span, "the file has more than %u values and keys", builder->limits->nodes);
    diagnostics_hint(builder->diagnostics, "divide it into several files with `use:`, or raise the limit");
    builder->stopped = true;
    return 0;
  }
  if (!reserve(builder, (void **)&builder->nodes, &builder->node_capacity, builder->node_count, sizeof *builder->nodes)) return 0;
  const struct source *source = &builder->tree->source;
  const struct level *level = top(builder);
  uint32_t node = builder->node_count++;
  builder->nodes[node] = (struct node){.kind = (uint8_t)kind,
                                       .in_flow = level && level->is_flow,
                                       .value = {"", 0},
                                       .start = source_offset(source, event->start_mark.index),
                                       .end = source_offset(source, event->end_mark.index)};
  return node;
}

/* Anchors and tags. A lone `!` leaves no trace in the event, but no value can begin with one. */
static void check_properties(struct builder *builder, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag) {
  const struct source *source = &builder->tree->source;
  uint32_t start = source_offset(source, event->start_mark.index);
  bool has_tag = tag || (start < source->size && source->bytes[start] == '!');
  if (!anchor && !has_tag) return;
  struct span span = source_span(source, start, start + 1);
  if (anchor) {
    report(builder, "R0112", span, "anchors (`&name`) are not used in policy files",
           "write the value out where it is needed, or give it a name under `terms`; quote a text that begins with `&`");
  }
  if (has_tag) report(builder, "R0114", span, TAG_MESSAGE, TAG_HINT);
}

/* `? key` says in two characters more what `key` says. */
static bool has_key_indicator(const struct builder *builder, uint32_t start) {
  const char *bytes = builder->tree->source.bytes;
  while (start > 0 && (bytes[start - 1] == ' ' || bytes[start - 1] == '\t')) start--;
  return start > 0 && bytes[start - 1] == '?';
}

static void report_complex_key(struct builder *builder, struct span span) {
  report(builder, "R0116", span, KEY_MESSAGE, KEY_HINT);
}

/* ---- scalars ---- */

static enum scalar_style style_of(yaml_scalar_style_t style) {
  switch (style) {
  case YAML_SINGLE_QUOTED_SCALAR_STYLE: return STYLE_SINGLE;
  case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return STYLE_DOUBLE;
  case YAML_LITERAL_SCALAR_STYLE: return STYLE_LITERAL;
  case YAML_FOLDED_SCALAR_STYLE: return STYLE_FOLDED;
  default: return STYLE_PLAIN;
  }
}

/* What the bytes may not hold, an escape may not make either. NUL above all: libcyaml's strings end there. */
static void check_escapes(struct builder *builder, uint32_t node) {
  struct node *scalar = &builder->nodes[node];
  for (uint32_t at = 0; at < scalar->value.size;) {
    uint32_t code_point = 0, size = text_decode(scalar->value.bytes + at, scalar->value.size - at, &code_point);
    assert(size > 0);
    if (character_fault(code_point)) {
      uint32_t start, end;
      place_within(&builder->tree->source, scalar, at, at + size, &start, &end);
      diagnostics_error(builder->diagnostics, "R0120", source_span(&builder->tree->source, start, end),
                        "the escape makes the character %s, which a policy file cannot hold", code_point_name(code_point).text);
      diagnostics_hint(builder->diagnostics, "remove it; a backslash itself is written \\\\");
      return;
    }
    at += size;
  }
}

static void check_key(struct builder *builder, uint32_t node) {
  const struct node *key = &builder->nodes[node];
  if (has_key_indicator(builder, key->start)) {
    report_complex_key(builder, span_of(builder, node));
  } else if (key->style == STYLE_PLAIN && text_is(key->value, "<<")) {
    report(builder, "R0115", span_of(builder, node), "merge keys (`<<`) are not used in policy files", "write the keys out");
    builder->distorted = true;
  }
}

/* A block scalar's end mark lies behind the line breaks that follow it. */
static void trim_end(const struct source *source, struct node *scalar) {
  while (scalar->end > scalar->start && strchr(" \t\r\n", source->bytes[scalar->end - 1])) scalar->end--;
}

static void add_scalar(struct builder *builder, const yaml_event_t *event) {
  size_t size = event->data.scalar.length;
  bool is_key = awaits_key(builder);
  check_properties(builder, event, event->data.scalar.anchor, event->data.scalar.tag);
  uint32_t node = add_node(builder, NODE_SCALAR, event);
  if (node == 0) return;
  struct node *scalar = &builder->nodes[node];
  scalar->style = (uint8_t)style_of(event->data.scalar.style);
  if (scalar->style == STYLE_LITERAL || scalar->style == STYLE_FOLDED) trim_end(&builder->tree->source, scalar);
  if (size > builder->limits->scalar_bytes || size >= UINT32_MAX) {
    struct span span = source_span(&builder->tree->source, scalar->start, scalar->start);
    diagnostics_error(builder->diagnostics, "R0110", span, "a text of %l bytes is longer than the limit of %l", (int64_t)size,
                      (int64_t)builder->limits->scalar_bytes);
    diagnostics_hint(builder->diagnostics, "look for a quote that is not closed");
    builder->stopped = true;
    return;
  }
  if (size) {
    const char *text = arena_copy_text(builder->tree->arena, (const char *)event->data.scalar.value, size);
    if (!text) {
      fail_memory(builder);
      return;
    }
    scalar->value = (struct text){text, (uint32_t)size};
  }
  if (scalar->style == STYLE_DOUBLE) check_escapes(builder, node);
  if (is_key) check_key(builder, node);
  attach(builder, node);
}

static void add_alias(struct builder *builder, const yaml_event_t *event) {
  report(builder, "R0113", mark_span(builder, &event->start_mark, &event->end_mark),
         "aliases (`*name`) are not used in policy files",
         "write the value out, or give it a name under `terms`; quote a text that begins with `*`");
  builder->distorted = true;
  uint32_t node = add_node(builder, NODE_SCALAR, event);
  if (node == 0) return;
  builder->nodes[node].style = STYLE_PLAIN;
  attach(builder, node);
}

/* ---- collections ---- */

static void open_collection(struct builder *builder, enum node_kind kind, bool is_flow, const yaml_event_t *event) {
  if (awaits_key(builder)) {
    report_complex_key(builder, mark_span(builder, &event->start_mark, &event->start_mark));
    builder->stopped = true;
    return;
  }
  if (builder->level_count >= builder->limits->depth) {
    struct span span = mark_span(builder, &event->start_mark, &event->start_mark);
    diagnostics_error(builder->diagnostics, "R0108", span, "lists and mappings are nested more than %u deep",
                      builder->limits->depth);
    diagnostics_hint(builder->diagnostics, "look for a bracket that is not closed; a policy needs a few levels only");
    builder->stopped = true;
    return;
  }
  uint32_t node = add_node(builder, kind, event);
  if (node == 0 ||
      !reserve(builder, (void **)&builder->levels, &builder->level_capacity, builder->level_count, sizeof *builder->levels))
    return;
  attach(builder, node);
  builder->levels[builder->level_count++] = (struct level){.node = node, .is_mapping = kind == NODE_MAPPING, .is_flow = is_flow};
}

/* Order of keys: by text, equal ones by place. */
static bool key_before(const struct builder *builder, uint32_t a, uint32_t b) {
  int order = text_compare(builder->nodes[a].value, builder->nodes[b].value);
  return order < 0 || (order == 0 && a < b);
}

static void sift_down(struct builder *builder, uint32_t root, uint32_t count) {
  uint32_t *keys = builder->keys, moved = keys[root];
  for (uint32_t kid; (kid = 2 * root + 1) < count; root = kid) {
    if (kid + 1 < count && key_before(builder, keys[kid], keys[kid + 1])) kid++;
    if (!key_before(builder, moved, keys[kid])) break;
    keys[root] = keys[kid];
  }
  keys[root] = moved;
}

/* Heap sort: in place, and no order of keys makes it slow. */
static void sort_keys(struct builder *builder, uint32_t count) {
  for (uint32_t root = count / 2; root-- > 0;) sift_down(builder, root, count);
  for (uint32_t end = count; end-- > 1;) {
    uint32_t greatest = builder->keys[0];
    builder->keys[0] = builder->keys[end];
    builder->keys[end] = greatest;
    sift_down(builder, 0, end);
  }
}

static void report_duplicate(struct builder *builder, uint32_t key, uint32_t first) {
  diagnostics_error(builder->diagnostics, "R0117", span_of(builder, key), "the key `%s` is given twice",
                    brief(builder->nodes[key].value).text);
  diagnostics_hint(builder->diagnostics, "keep one of the two");
  diagnostics_related(builder->diagnostics, span_of(builder, first), "first given here");
}

static void check_duplicates(struct builder *builder, uint32_t mapping) {
  uint32_t count = 0;
  for (uint32_t child = builder->nodes[mapping].first; child; child = builder->nodes[child].next) {
    const struct node *key = &builder->nodes[builder->nodes[child].key];
    if (key->value.size == 0 && key->style == STYLE_PLAIN) continue; /* an alias or a lone `?`: reported as that */
    if (!reserve(builder, (void **)&builder->keys, &builder->key_capacity, count, sizeof *builder->keys)) return;
    builder->keys[count++] = builder->nodes[child].key;
  }
  sort_keys(builder, count);
  for (uint32_t i = 1, first = 0; i < count; i++) {
    if (text_equal(builder->nodes[builder->keys[first]].value, builder->nodes[builder->keys[i]].value)) {
      report_duplicate(builder, builder->keys[i], builder->keys[first]);
    } else {
      first = i;
    }
  }
}

static void check_key_count(struct builder *builder, uint32_t mapping) {
  if (builder->nodes[mapping].count <= MAX_KEYS) return;
  uint32_t start = builder->nodes[mapping].start;
  diagnostics_error(builder->diagnostics, "R0111", source_span(&builder->tree->source, start, start),
                    "a mapping has more than %u keys", (uint32_t)MAX_KEYS);
  diagnostics_hint(builder->diagnostics, "many things of one kind stand in a list of entries");
  builder->stopped = true;
}

/* The end mark of a block collection is where the next thing begins; its last child says where it ends. */
static void close_collection(struct builder *builder, const yaml_event_t *event) {
  const struct level *level = top(builder);
  struct node *node = &builder->nodes[level->node];
  bool is_block = !level->is_flow && level->last != 0;
  node->end = is_block ? builder->nodes[level->last].end : source_offset(&builder->tree->source, event->end_mark.index);
  if (level->is_mapping) check_duplicates(builder, level->node);
  builder->level_count--;
}

/* ---- events ---- */

static void open_document(struct builder *builder, const yaml_event_t *event) {
  struct span span = mark_span(builder, &event->start_mark, &event->end_mark);
  bool has_directives = event->data.document_start.version_directive ||
                        event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end;
  if (builder->documents++ > 0) {
    report(builder, "R0118", span, "a second document begins here; a policy file is one document",
           "put it into a file of its own");
    builder->stopped = true;
  } else if (has_directives) {
    report(builder, "R0119", span, DIRECTIVE_MESSAGE, DIRECTIVE_HINT);
  }
}

static void handle_event(struct builder *builder, const yaml_event_t *event) {
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT: open_document(builder, event); break;
  case YAML_SCALAR_EVENT: add_scalar(builder, event); break;
  case YAML_ALIAS_EVENT: add_alias(builder, event); break;
  case YAML_SEQUENCE_START_EVENT:
    check_properties(builder, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
    open_collection(builder, NODE_SEQUENCE, event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE, event);
    break;
  case YAML_MAPPING_START_EVENT:
    check_properties(builder, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
    open_collection(builder, NODE_MAPPING, event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE, event);
    break;
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT: close_collection(builder, event); break;
  case YAML_STREAM_END_EVENT: builder->finished = true; break;
  default: break;
  }
  const struct level *level = top(builder);
  if (level && level->is_mapping && !builder->stopped) check_key_count(builder, level->node);
}

static void read_events(struct builder *builder) {
  const struct source *source = &builder->tree->source;
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) {
    fail_memory(builder);
    return;
  }
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)source->bytes, source->size);
  while (!builder->finished && !builder->stopped) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) {
      explain_yaml_error(source, &parser, builder->diagnostics);
      break;
    }
    handle_event(builder, &event);
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
}

/* Moves the finished nodes into the arena, exactly as many as there are. */
static void keep_nodes(struct builder *builder) {
  struct node *kept = arena_take(builder->tree->arena, builder->node_count * sizeof *kept);
  if (!kept) {
    fail_memory(builder);
    return;
  }
  memcpy(kept, builder->nodes, builder->node_count * sizeof *kept);
  builder->tree->nodes = kept;
  builder->tree->count = builder->node_count;
  builder->tree->root = builder->root;
}

bool nodes_load(struct node_tree *tree, struct arena *arena, uint32_t file, const char *name, const char *bytes, size_t size,
                const struct load_limits *limits, struct diagnostics *diagnostics) {
  uint32_t errors_before = diagnostics->error_count;
  *tree = (struct node_tree){.arena = arena};
  if (!source_open(&tree->source, arena, file, name, bytes, size, limits, diagnostics)) return false;
  struct builder builder = {.tree = tree, .limits = limits, .diagnostics = diagnostics, .memory = arena->memory, .node_count = 1};
  if (reserve(&builder, (void **)&builder.nodes, &builder.node_capacity, 0, sizeof *builder.nodes)) {
    builder.nodes[0] = (struct node){.value = {"", 0}};
    read_events(&builder);
  }
  if (builder.finished && !builder.root) {
    report(&builder, "R0107", source_span(&tree->source, 0, 0), "the file is empty", "a policy file begins with `returns: 1`");
  }
  if (builder.finished && !builder.stopped && !builder.distorted) keep_nodes(&builder);
  memory_give(builder.memory, builder.nodes, builder.node_capacity * sizeof *builder.nodes);
  memory_give(builder.memory, builder.levels, builder.level_capacity * sizeof *builder.levels);
  memory_give(builder.memory, builder.keys, builder.key_capacity * sizeof *builder.keys);
  return diagnostics->error_count == errors_before && !diagnostics->out_of_memory;
}

uint32_t node_member(const struct node_tree *tree, uint32_t mapping, const char *key) {
  if (tree->nodes[mapping].kind != NODE_MAPPING) return 0;
  for (uint32_t child = tree->nodes[mapping].first; child; child = tree->nodes[child].next) {
    if (text_is(tree->nodes[tree->nodes[child].key].value, key)) return child;
  }
  return 0;
}
