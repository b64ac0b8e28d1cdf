/* Verify: what the files of the verifier share among themselves; nobody else includes it.
 *
 * verify.c walks the records, verify_nodes.c the expressions, verify_rows.c columns, rows and tree. No memory, no recursion but
 * into floors: what would need either (cycles, depth) is stated in the block and only checked here.
 */
#ifndef PROGRAM_VERIFY_H
#define PROGRAM_VERIFY_H

#include <stdbool.h>

#include "program/program.h"

struct verifier {
  struct program program;
  const struct program_header *header;
  const struct program_node *nodes;
  const uint32_t *links;
  const struct program_fact *facts;
  const struct program_term *terms;
  const struct program_test *tests;
  uint64_t used[SECTION_COUNT]; /* records that lists have claimed */
  uint32_t text_bytes;          /* SECTION_BYTES up to the blocks of the floors */
  uint32_t value_depth;         /* of units and unit_value */
  uint32_t next_root;           /* roots are referred to in ascending order */
  uint64_t string_count, string_bytes;
};

static inline uint32_t verify_count(const struct verifier *v, enum program_section section) {
  return v->header->sections[section].count;
}

/* Bounds of a list and its claim on the section. */
bool verify_list(struct verifier *v, struct program_list list, enum program_section section);

/* ---- verify_nodes.c ---- */
bool verify_nodes(struct verifier *v); /* each by itself and against its kids */
/* Whether an expression of one type may stand where another is expected: equal, or a count where a decimal is. */
bool verify_fits(uint32_t type, uint32_t expected);
/* Whether a coded value is one of the type. */
bool verify_value(const struct verifier *v, uint32_t type, int64_t value);
/* The root of an expression of that type that uses none of the forbidden NODE_*. */
bool verify_root(struct verifier *v, uint32_t node, uint32_t type, uint32_t forbidden);
bool verify_optional_root(struct verifier *v, uint32_t node, uint32_t type, uint32_t forbidden);
/* deeper than all roots of the tests (NULL: no matter). */
bool verify_tests(struct verifier *v, struct program_list tests, uint32_t forbidden, const uint32_t *deeper);

/* ---- verify_rows.c ---- */
bool verify_columns(struct verifier *v);
bool verify_tree(struct verifier *v);

#endif
