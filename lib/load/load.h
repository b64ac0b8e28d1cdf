/* What the files of lib/load share among themselves; nobody else includes it.
 *
 * The order of work: source_open, then nodes_load's event loop, then conform_document, then document_load's join.
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include "load/document.h"

#include <yaml.h>

/* Checks the bytes and builds the line index. false: errors in the diagnostics, or out of memory. */
bool source_open(struct source *source, struct arena *arena, uint32_t file, const char *name, const char *bytes, size_t size,
                 const struct load_limits *limits, struct diagnostics *diagnostics);
/* As source_span, but no further than the line on which it begins. */
struct span source_line_span(const struct source *source, uint32_t from, uint32_t to);
/* Byte offset of the code point with that number (from 0), at most source->size: what libyaml's mark.index means. */
uint32_t source_offset(const struct source *source, size_t code_point);

/* What makes a character unfit for a policy, be it in the bytes or made by an escape. */
enum character_fault { CHARACTER_FINE = 0, CHARACTER_CONTROL, CHARACTER_BREAK, CHARACTER_BIDI };
enum character_fault character_fault(uint32_t code_point);
/* "U+202E" */
struct code_point_name {
  char text[12];
};
struct code_point_name code_point_name(uint32_t code_point);

/* A text of the file as part of a message: on one line, cut when long. */
struct brief {
  char text[72];
};
struct brief brief(struct text text);

/* Byte offsets in the source of value bytes [from, to) of a scalar. */
void place_within(const struct source *source, const struct node *node, uint32_t from, uint32_t to, uint32_t *start,
                  uint32_t *end);

/* Constructs that both libyaml and we may come upon first. */
#define DIRECTIVE_MESSAGE "directives (`%YAML`, `%TAG`) are not used in policy files"
#define DIRECTIVE_HINT "remove the line"
#define TAG_MESSAGE "tags (`!name`) are not used in policy files"
#define TAG_HINT "remove the tag; quote a text that begins with `!`"
#define KEY_MESSAGE "a key must be a plain word before a colon"
#define KEY_HINT "write `key: value`; quote a text that begins with a bracket or with `? `"

/* Turns the parser's error into a finding in plain words, or sets out_of_memory. */
void explain_yaml_error(const struct source *source, const yaml_parser_t *parser, struct diagnostics *diagnostics);

/* Compares the tree with the schema's tables and reports every difference. */
void conform_document(const struct node_tree *tree, struct diagnostics *diagnostics);

#endif
