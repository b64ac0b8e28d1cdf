/* Compile: checked model -> program block. Classes, columns, rows, packing; the decision tree that people read. */
#ifndef COMPILE_COMPILE_H
#define COMPILE_COMPILE_H

#include "language/model.h"
#include "program/program.h"

struct compile_limits {
  uint32_t tree_nodes;
};

/* *block is taken from memory (*size bytes; 8-aligned), owned by the caller. false: out of memory, or errors in the diagnostics.
 */
bool compile_model(const struct model *model, const uint8_t digest[32], const struct compile_limits *limits,
                   struct memory *memory, struct diagnostics *diagnostics, uint8_t **block, size_t *size);

#endif
