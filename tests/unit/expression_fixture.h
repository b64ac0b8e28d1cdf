/* A file of one expression, and a small policy around it, for the tests of the expression language. Not a test itself. */
#ifndef TESTS_EXPRESSION_FIXTURE_H
#define TESTS_EXPRESSION_FIXTURE_H

#include "language/check.h"

#include <string.h>

struct fixture {
  struct memory memory;
  struct arena arena;
  struct diagnostics diagnostics;
  struct node_tree tree;
  struct scalar scalar; /* the expression */
};

/* The scalar is the first item of a YAML sequence: its text begins in line 1, column 3 (where the style adds nothing). */
static inline bool fixture_open_with(struct fixture *fixture, const char *yaml, struct memory memory) {
  static const struct load_limits limits = {.source_bytes = 1u << 24, .scalar_bytes = 65536, .depth = 32, .nodes = 1000000};
  fixture->memory = memory;
  arena_init(&fixture->arena, &fixture->memory);
  diagnostics_init(&fixture->diagnostics, &fixture->memory, 100);
  if (!nodes_load(&fixture->tree, &fixture->arena, 0, "case.yaml", yaml, strlen(yaml), &limits, &fixture->diagnostics))
    return false;
  uint32_t node = fixture->tree.root;
  while (fixture->tree.nodes[node].kind != NODE_SCALAR) node = fixture->tree.nodes[node].first;
  fixture->scalar = (struct scalar){.text = fixture->tree.nodes[node].value, .node = node};
  return true;
}

static inline void fixture_open(struct fixture *fixture, const char *expression) {
  char yaml[65536 + 16] = "- ";
  strncat(yaml, expression, 65536);
  strcat(yaml, "\n");
  fixture_open_with(fixture, yaml, memory_of_libc());
}

static inline void fixture_close(struct fixture *fixture) {
  diagnostics_release(&fixture->diagnostics);
  arena_free(&fixture->arena);
}

static inline struct syntax_context fixture_context(struct fixture *fixture) {
  return (struct syntax_context){.arena = &fixture->arena, .diagnostics = &fixture->diagnostics, .tree = &fixture->tree};
}

/* Findings, one a line: "R0301 1:3-1:9 hint". */
static inline void fixture_findings(struct fixture *fixture, struct buffer *out, bool messages) {
  for (uint32_t i = 0; i < fixture->diagnostics.count; i++) {
    const struct finding *finding = &fixture->diagnostics.findings[i];
    const struct span *span = &finding->span;
    buffer_format(out, "%s%s %u:%u-%u:%u", i ? "\n" : "", finding->code, span->line, span->column, span->end_line,
                  span->end_column);
    if (messages) buffer_format(out, " %s", finding->message);
    if (finding->hint) buffer_format(out, " | %s", finding->hint);
  }
}

#endif
