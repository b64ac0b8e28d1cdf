/* A policy text through the checker and the compiler, for the tests of both halves of the block. Not a test itself. */
#ifndef TESTS_COMPILED_H
#define TESTS_COMPILED_H

#include <string.h>

#include "compile/compile.h"

struct compiled {
  struct memory memory;
  struct arena arena;
  struct diagnostics diagnostics;
  struct model *model;
  uint8_t *block;
  size_t size;
  struct program program;
};

static const struct language_limits compiled_language_limits = {
    .source_bytes = 16u << 20, .scalar_bytes = 65536, .depth = 32, .nodes = 1000000, .rules = 100000};
static const uint8_t compiled_digest[32] = {0xd1, 0x9e, 0x57};

static inline void compiled_open(struct compiled *c) {
  *c = (struct compiled){.memory = memory_of_libc()};
  arena_init(&c->arena, &c->memory);
  diagnostics_init(&c->diagnostics, &c->memory, 100);
}

static inline void compiled_free(struct compiled *c) {
  memory_give(&c->memory, c->block, c->size);
  diagnostics_release(&c->diagnostics);
  arena_free(&c->arena);
}

/* Names and texts of the sources, one after the other. false: errors; the model is NULL where the checker refused. */
static inline bool compiled_sources(struct compiled *c, const char *const *names_and_texts, uint32_t count, uint32_t tree_nodes) {
  struct language_source sources[8];
  struct compile_limits limits = {.tree_nodes = tree_nodes};
  compiled_open(c);
  for (uint32_t i = 0; i < count; i++) {
    sources[i] = (struct language_source){names_and_texts[2 * i], names_and_texts[2 * i + 1], strlen(names_and_texts[2 * i + 1])};
  }
  c->model = model_build(&c->arena, sources, count, &compiled_language_limits, &c->diagnostics);
  if (!c->model) return false;
  if (!compile_model(c->model, compiled_digest, &limits, &c->memory, &c->diagnostics, &c->block, &c->size)) return false;
  return program_open(&c->program, c->block, c->size) == PROGRAM_OK;
}

static inline bool compiled_text(struct compiled *c, const char *yaml) {
  return compiled_sources(c, (const char *const[]){"policy.yaml", yaml}, 1, 4096);
}

#endif
