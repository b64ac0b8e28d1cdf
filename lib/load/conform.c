/* Conform: a node tree against the schema's tables.
 *
 * In: a complete tree. Out: a finding for everything in its structure that libcyaml would refuse, and all of them in one run,
 * where libcyaml stops at the first and places it badly. It reads the very tables that libcyaml loads by, so that the two cannot
 * differ; what the texts mean is not its business, but for the version of the language.
 */
#include "load/load.h"
#include "load/schema.h"

struct conform {
  const struct node_tree *tree;
  struct diagnostics *diagnostics;
};

/* What a value is expected to be, and how it is spoken of. */
struct place {
  const cyaml_schema_value_t *schema;
  const char *key; /* of the value, or of the list that it is an item of */
  bool is_item;
};

static const struct node *node_at(const struct conform *conform, uint32_t node) { return &conform->tree->nodes[node]; }

/* The node's place; of one that goes over several lines, what stands on the first. */
static struct span span_at(const struct conform *conform, uint32_t node) {
  return source_line_span(&conform->tree->source, node_at(conform, node)->start, node_at(conform, node)->end);
}

/* For findings about a mapping as a whole: its first key, or where it stands when it has none. */
static struct span head_span(const struct conform *conform, uint32_t mapping) {
  uint32_t first = node_at(conform, mapping)->first;
  return span_at(conform, first ? node_at(conform, first)->key : mapping);
}

/* Nothing written, or one of YAML's words for nothing. */
static bool is_null(const struct node *node) {
  if (node->kind != NODE_SCALAR || node->style != STYLE_PLAIN) return false;
  return node->value.size == 0 || text_is(node->value, "~") || text_is(node->value, "null") || text_is(node->value, "Null") ||
         text_is(node->value, "NULL");
}

/* ---- values ---- */

static void report_empty(const struct conform *conform, const struct place *place, uint32_t node) {
  const struct node *value = node_at(conform, node);
  struct span span = span_at(conform, value->value.size || place->is_item ? node : value->key);
  if (place->is_item) {
    diagnostics_error(conform->diagnostics, "R0208", span, "an item of `%s` is empty", place->key);
  } else {
    diagnostics_error(conform->diagnostics, "R0208", span, "`%s` has no value", place->key);
  }
  if (value->value.size) {
    diagnostics_hint(conform->diagnostics, "YAML reads `%t` as nothing: quote it if it is meant as a text", &value->value);
  } else {
    diagnostics_hint(conform->diagnostics,
                     place->is_item ? "remove the item, or write it out" : "give it a value, or leave the key out");
  }
}

static void report_not_text(const struct conform *conform, const struct place *place, uint32_t node) {
  const struct node *value = node_at(conform, node);
  struct span span = span_at(conform, node);
  const char *found = value->kind == NODE_SEQUENCE ? "a list" : "a mapping of keys";
  if (place->is_item) {
    diagnostics_error(conform->diagnostics, "R0207", span, "an item of `%s` is a text, not %s", place->key, found);
  } else {
    diagnostics_error(conform->diagnostics, "R0207", span, "`%s` is a single text, not %s", place->key, found);
  }
  if (value->kind == NODE_MAPPING) {
    diagnostics_hint(conform->diagnostics, "`: ` and `{` make a mapping: quote a text that holds them");
  } else {
    diagnostics_hint(conform->diagnostics, "write one value; quote a text that begins with `[`");
  }
}

static void hint_entry(const struct conform *conform, const cyaml_schema_value_t *entry) {
  const cyaml_schema_field_t *fields = entry->mapping.fields;
  diagnostics_hint(conform->diagnostics, "%s is written `- %s: ...`, its other keys under that one", schema_noun(fields),
                   fields->key);
}

static void report_not_list(const struct conform *conform, const struct place *place, uint32_t node) {
  const cyaml_schema_value_t *entry = place->schema->sequence.entry;
  const struct node *value = node_at(conform, node);
  diagnostics_error(conform->diagnostics, "R0205", span_at(conform, node), "`%s` is a list, not a single %s", place->key,
                    value->kind == NODE_SCALAR ? "value" : "mapping");
  if (entry->type == CYAML_MAPPING) {
    hint_entry(conform, entry);
  } else if (value->kind == NODE_SCALAR) {
    diagnostics_hint(conform->diagnostics, "write it as a list item: `- %s`", brief(value->value).text);
  } else {
    diagnostics_hint(conform->diagnostics, "write each item on a line of its own: `- ...`");
  }
}

static void report_not_mapping(const struct conform *conform, const struct place *place, uint32_t node) {
  const char *found = node_at(conform, node)->kind == NODE_SEQUENCE ? "a list" : "a text";
  struct span span = span_at(conform, node);
  if (place->is_item) {
    diagnostics_error(conform->diagnostics, "R0206", span, "an item of `%s` is a mapping of keys, not %s", place->key, found);
    hint_entry(conform, place->schema);
  } else {
    diagnostics_error(conform->diagnostics, "R0206", span, "`%s` is a mapping of keys, not %s", place->key, found);
    diagnostics_hint(conform->diagnostics, "write its keys under it, such as `%s: ...`", place->schema->mapping.fields->key);
  }
}

/* ---- mappings ---- */

static void check_value(const struct conform *conform, const struct place *place, uint32_t node);

/* The kind and name of an entry, as far as it has them: "rule `worn`", else "a rule". Only entries of lists have names. */
static void name_mapping(const struct conform *conform, const cyaml_schema_value_t *schema, uint32_t mapping,
                         struct buffer *out) {
  const cyaml_schema_field_t *kind = schema->mapping.fields;
  bool has_kind = schema->flags == CYAML_FLAG_DEFAULT && kind->value.type == CYAML_STRING;
  const struct node *name = node_at(conform, has_kind ? node_member(conform->tree, mapping, kind->key) : 0);
  if (name->kind == NODE_SCALAR && !is_null(name)) {
    buffer_format(out, "%s `%s`", kind->key, brief(name->value).text);
  } else {
    buffer_text(out, schema_noun(schema->mapping.fields));
  }
}

static void report_missing(const struct conform *conform, const cyaml_schema_value_t *schema, uint32_t mapping, const char *key) {
  struct buffer name;
  buffer_init(&name, conform->diagnostics->memory);
  name_mapping(conform, schema, mapping, &name);
  const char *subject = buffer_string(&name);
  if (name.failed) conform->diagnostics->out_of_memory = true;
  diagnostics_error(conform->diagnostics, "R0204", head_span(conform, mapping), "%s has no `%s`", subject, key);
  diagnostics_hint(conform->diagnostics, "%s", advice_missing(key));
  buffer_free(&name);
}

static void check_mapping(const struct conform *conform, const cyaml_schema_value_t *schema, uint32_t mapping) {
  const cyaml_schema_field_t *fields = schema->mapping.fields;
  uint64_t meant = 0; /* fields that an unknown key was probably meant to be */
  for (uint32_t child = node_at(conform, mapping)->first; child; child = node_at(conform, child)->next) {
    const cyaml_schema_field_t *field = schema_field(fields, node_at(conform, node_at(conform, child)->key)->value);
    if (field) {
      check_value(conform, &(struct place){&field->value, field->key, false}, child);
    } else {
      const cyaml_schema_field_t *nearest = report_unknown_key(conform->tree, fields, child, conform->diagnostics);
      if (nearest) meant |= UINT64_C(1) << (nearest - fields);
    }
  }
  for (const cyaml_schema_field_t *field = fields; field->key; field++) {
    bool is_needed = !(field->value.flags & CYAML_FLAG_OPTIONAL) && !(meant >> (field - fields) & 1);
    if (is_needed && !node_member(conform->tree, mapping, field->key)) report_missing(conform, schema, mapping, field->key);
  }
}

static void check_list(const struct conform *conform, const struct place *place, uint32_t list) {
  const cyaml_schema_value_t *schema = place->schema;
  if (node_at(conform, list)->count < schema->sequence.min) {
    diagnostics_error(conform->diagnostics, "R0209", span_at(conform, list), "the list `%s` is empty", place->key);
    diagnostics_hint(conform->diagnostics, "give it an item, or leave the key out");
  }
  for (uint32_t item = node_at(conform, list)->first; item; item = node_at(conform, item)->next) {
    check_value(conform, &(struct place){schema->sequence.entry, place->key, true}, item);
  }
}

/* The recursion goes as deep as the tables do, whatever the tree. */
static void check_value(const struct conform *conform, const struct place *place, uint32_t node) {
  const struct node *value = node_at(conform, node);
  if (place->schema->type == CYAML_IGNORE) return;
  if (is_null(value)) {
    report_empty(conform, place, node);
  } else if (place->schema->type == CYAML_STRING) {
    if (value->kind != NODE_SCALAR) report_not_text(conform, place, node);
  } else if (place->schema->type == CYAML_SEQUENCE) {
    if (value->kind == NODE_SEQUENCE)
      check_list(conform, place, node);
    else
      report_not_list(conform, place, node);
  } else if (value->kind == NODE_MAPPING) {
    check_mapping(conform, place->schema, node);
  } else {
    report_not_mapping(conform, place, node);
  }
}

/* ---- the file ---- */

/* false: the file is not of this version of the language, so that its keys mean nothing to us. */
static bool check_version(const struct conform *conform) {
  uint32_t root = conform->tree->root, version = node_member(conform->tree, root, "returns");
  if (!version) {
    diagnostics_error(conform->diagnostics, "R0202", head_span(conform, root),
                      "the file does not say which version of the language it uses");
    bool is_suite = node_member(conform->tree, root, "returns_tests") != 0;
    diagnostics_hint(conform->diagnostics,
                     is_suite ? "this is a file of tests, not a policy" : "begin the file with `returns: 1`");
    return false;
  }
  const struct node *value = node_at(conform, version);
  if (value->kind == NODE_SCALAR && text_is(value->value, "1")) return true;
  diagnostics_error(conform->diagnostics, "R0202", span_at(conform, version),
                    "this version of the language is not known; version 1 is");
  diagnostics_hint(conform->diagnostics, "write `returns: 1`");
  return false;
}

/* A vocabulary declares; it decides nothing. */
static bool is_of_policies_only(struct text key) {
  static const char *const keys[] = {"conventions", "valid", "require", "units",     "unit_value", "allowances", "rules",
                                     "otherwise",   "fees",  "bonuses", "approvals", "workflow",   "floor"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (text_is(key, keys[i])) return true;
  }
  return false;
}

static void check_vocabulary(const struct conform *conform) {
  for (uint32_t child = node_at(conform, conform->tree->root)->first; child; child = node_at(conform, child)->next) {
    uint32_t key = node_at(conform, child)->key;
    if (!is_of_policies_only(node_at(conform, key)->value)) continue;
    diagnostics_error(conform->diagnostics, "R0211", span_at(conform, key), "a vocabulary has no `%t`",
                      &node_at(conform, key)->value);
    diagnostics_hint(
        conform->diagnostics,
        "it declares facts, sets, terms, outputs, messages and calendars: leave the rest to the policies that use it");
  }
}

static void check_purpose(const struct conform *conform) {
  uint32_t root = conform->tree->root, policy = node_member(conform->tree, root, "policy"),
           vocabulary = node_member(conform->tree, root, "vocabulary");
  if (policy && vocabulary) {
    diagnostics_error(conform->diagnostics, "R0210", span_at(conform, node_at(conform, vocabulary)->key),
                      "a file is a policy or a vocabulary, not both");
    diagnostics_hint(conform->diagnostics, "keep one of the two");
    diagnostics_related(conform->diagnostics, span_at(conform, node_at(conform, policy)->key), "here it is a policy");
  } else if (vocabulary) {
    check_vocabulary(conform);
  } else if (!policy) {
    report_missing(conform, &schema_document, root, "policy");
  } else if (!node_member(conform->tree, root, "otherwise")) {
    report_missing(conform, &schema_document, root, "otherwise");
  }
}

void conform_document(const struct node_tree *tree, struct diagnostics *diagnostics) {
  struct conform conform = {tree, diagnostics};
  if (tree->nodes[tree->root].kind != NODE_MAPPING) {
    diagnostics_error(diagnostics, "R0201", span_at(&conform, tree->root), "a policy file is a mapping of keys");
    diagnostics_hint(diagnostics, "begin the file with `returns: 1`");
    return;
  }
  if (!check_version(&conform)) return;
  check_mapping(&conform, &schema_document, tree->root);
  check_purpose(&conform);
}
