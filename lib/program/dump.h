/* Dump: a block as text, for people who look into one and for tests that compare two. */
#ifndef PROGRAM_DUMP_H
#define PROGRAM_DUMP_H

#include "base/text.h"
#include "program/program.h"

/* A verified program. The text is made to be read, not parsed: it may change with any version. Out of memory: out->failed. */
void program_dump(const struct program *program, struct buffer *out);
/* One expression in one line, with words for operators and names for facts and terms. */
void program_dump_node(const struct program *program, uint32_t node, struct buffer *out);

#endif
