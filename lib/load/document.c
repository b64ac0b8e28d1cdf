/* Document: the structs that libcyaml loads, joined with the places of the node tree.
 *
 * In: bytes. Out: struct document in the arena, every value with its node; or findings. The node tree has found all that can be
 * wrong before libcyaml reads the same bytes, so that its failure can only mean a lack of memory. It must not know what a text
 * means.
 */
#include "load/load.h"
#include "load/schema.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* ---- memory for libcyaml ---- */

/* libcyaml tells no old sizes and lengthens a list by one item at a time: a header keeps the size, and blocks at least double. */
union header {
  size_t capacity;
  max_align_t alignment;
};

static void *resize(void *context, void *pointer, size_t size) {
  struct memory *memory = context;
  union header *header = pointer ? (union header *)pointer - 1 : NULL;
  size_t capacity = header ? header->capacity : 0;
  if (size == 0) {
    if (header) memory_give(memory, header, sizeof *header + capacity);
    return NULL;
  }
  if (size <= capacity) return pointer;
  size_t wanted = header && capacity <= SIZE_MAX / 4 && 2 * capacity > size ? 2 * capacity : size;
  if (wanted > SIZE_MAX - sizeof *header) return NULL;
  header = memory_resize(memory, header, header ? sizeof *header + capacity : 0, sizeof *header + wanted);
  if (!header) return NULL;
  header->capacity = wanted;
  return header + 1;
}

/* ---- join ---- */

struct join {
  const struct node_tree *tree;
  struct arena *arena;
};

static bool join_mapping(const struct join *join, const cyaml_schema_field_t *fields, char *data, uint32_t mapping);

/* The string that libcyaml loaded and the node's text are the same bytes; the node's is the one that lasts. */
static struct scalar scalar_of(const struct join *join, const char *loaded, uint32_t node) {
  struct text text = join->tree->nodes[node].value;
  assert(strcmp(loaded, text.bytes) == 0);
  (void)loaded;
  return (struct scalar){.text = text, .node = node};
}

static void join_text(const struct join *join, char *data, uint32_t node) {
  struct scalar *scalar = (struct scalar *)(void *)data;
  *scalar = scalar_of(join, scalar->text.bytes, node);
}

/* A list of texts: strings become scalars in the arena. */
static bool join_texts(const struct join *join, const cyaml_schema_field_t *field, char *data, uint32_t list) {
  struct scalars *scalars = (struct scalars *)(void *)(data + field->data_offset);
  char **loaded;
  memcpy(&loaded, &scalars->items, sizeof loaded);
  assert(scalars->count == join->tree->nodes[list].count);
  scalars->node = list;
  scalars->items = arena_take(join->arena, scalars->count * sizeof *scalars->items);
  if (!scalars->items) return false;
  uint32_t i = 0;
  for (uint32_t child = join->tree->nodes[list].first; child; child = join->tree->nodes[child].next, i++) {
    scalars->items[i] = scalar_of(join, loaded[i], child);
  }
  return true;
}

/* A list of mappings: copied into the arena, then each joined with its node. */
static bool join_entries(const struct join *join, const cyaml_schema_field_t *field, char *data, uint32_t list) {
  size_t item_size = field->value.data_size;
  uint32_t count;
  void *loaded;
  memcpy(&count, data + field->count_offset, sizeof count);
  memcpy(&loaded, data + field->data_offset, sizeof loaded);
  assert(count == join->tree->nodes[list].count);
  char *items = arena_take(join->arena, count * item_size);
  if (!items) return false;
  memcpy(items, loaded, count * item_size);
  memcpy(data + field->data_offset, &items, sizeof items);
  for (uint32_t child = join->tree->nodes[list].first; child; child = join->tree->nodes[child].next, items += item_size) {
    memcpy(items, &child, sizeof child);
    if (!join_mapping(join, field->value.sequence.entry->mapping.fields, items, child)) return false;
  }
  return true;
}

static bool join_value(const struct join *join, const cyaml_schema_field_t *field, char *data, uint32_t node) {
  switch (field->value.type) {
  case CYAML_STRING: join_text(join, data + field->data_offset, node); return true;
  case CYAML_MAPPING: return join_mapping(join, field->value.mapping.fields, data + field->data_offset, node);
  case CYAML_SEQUENCE:
    return field->value.sequence.entry->type == CYAML_STRING ? join_texts(join, field, data, node)
                                                             : join_entries(join, field, data, node);
  default: return true; /* ignored */
  }
}

/* The recursion goes as deep as the tables do. */
static bool join_mapping(const struct join *join, const cyaml_schema_field_t *fields, char *data, uint32_t mapping) {
  for (uint32_t child = join->tree->nodes[mapping].first; child; child = join->tree->nodes[child].next) {
    const cyaml_schema_field_t *field = schema_field(fields, join->tree->nodes[join->tree->nodes[child].key].value);
    assert(field);
    if (!join_value(join, field, data, child)) return false;
  }
  return true;
}

/* Nodes that belong to no text, no list of texts and no item of a list. */
static void note_nodes(struct document *document) {
  const struct node_tree *tree = &document->tree;
  document->conventions_node = node_member(tree, tree->root, "conventions");
  document->valid_node = node_member(tree, tree->root, "valid");
  document->otherwise_node = node_member(tree, tree->root, "otherwise");
  document->rules_node = node_member(tree, tree->root, "rules");
  for (uint32_t i = 0; i < document->term_count; i++)
    document->terms[i].cases_node = node_member(tree, document->terms[i].node, "cases");
  for (uint32_t i = 0; i < document->output_count; i++)
    document->outputs[i].cases_node = node_member(tree, document->outputs[i].node, "cases");
}

static bool load_values(struct document *document, struct arena *arena) {
  const cyaml_config_t config = {.mem_fn = resize, .mem_ctx = arena->memory, .flags = CYAML_CFG_NO_ALIAS};
  const struct node_tree tree = document->tree;
  void *loaded = NULL;
  cyaml_err_t error =
      cyaml_load_data((const uint8_t *)tree.source.bytes, tree.source.size, &config, &schema_document, &loaded, NULL);
  assert(error == CYAML_OK || error == CYAML_ERR_OOM || error == CYAML_ERR_LIBYAML_PARSER ||
         error == CYAML_ERR_LIBYAML_PARSER_INIT);
  if (error != CYAML_OK) return false;
  memcpy(document, loaded, sizeof *document);
  document->tree = tree;
  struct join join = {&document->tree, arena};
  bool joined = join_mapping(&join, schema_document.mapping.fields, (char *)document, tree.root);
  if (joined) note_nodes(document);
  cyaml_free(&config, &schema_document, loaded, 0);
  return joined;
}

bool document_load(struct document *document, struct arena *arena, uint32_t file, const char *name, const char *bytes,
                   size_t size, const struct load_limits *limits, struct diagnostics *diagnostics) {
  uint32_t errors_before = diagnostics->error_count;
  *document = (struct document){.returns = {.node = 0}};
  bool clean = nodes_load(&document->tree, arena, file, name, bytes, size, limits, diagnostics);
  if (document->tree.root) conform_document(&document->tree, diagnostics);
  if (!clean || diagnostics->error_count != errors_before || diagnostics->out_of_memory) return false;
  if (load_values(document, arena)) return true;
  diagnostics->out_of_memory = true;
  return false;
}
