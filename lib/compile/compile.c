/* Compile: the order of work, and what becomes of failures.
 *
 * In: a checked model. Out: a block. Either memory ran out, or what the model asks for exceeds a limit of programs, which is
 * reported.
 */
#include "compile/work.h"

#define MAX_FLOOR_LEVELS 4 /* as the verifier opens them */

static bool compile_at(const struct compilation *outer, const struct model *model, uint32_t level, uint8_t **block, size_t *size);

/* A rule is flattened and gathered while it is at hand: the model of many rules is larger than any cache. */
static bool work(struct compilation *c) {
  if (!flatten_begin(c) || !expand_begin(c)) return false;
  for (uint32_t i = 0; i <= c->model->rule_count; i++) {
    if (!flatten_rule(c, i) || (i < c->model->rule_count && !expand_gather(c, i))) return false;
  }
  return flatten_end(c) && columns_settle(c) && expand_rules(c) && rows_write(c) && tree_write(c) && flatten_floors(c);
}

static void release(struct compilation *c) {
  for (uint32_t i = 0; i < c->column_count; i++) {
    memory_give(c->memory, c->columns[i].cuts, c->columns[i].cut_capacity * sizeof *c->columns[i].cuts);
  }
  memory_give(c->memory, c->columns, c->column_capacity * sizeof *c->columns);
  memory_give(c->memory, c->entries, c->entry_capacity * sizeof *c->entries);
  writer_release(&c->writer);
  arena_free(&c->scratch);
  arena_free(&c->arena);
}

static bool compile_at(const struct compilation *outer, const struct model *model, uint32_t level, uint8_t **block,
                       size_t *size) {
  struct compilation c = {.model = model, .digest = outer->digest, .limits = outer->limits, .memory = outer->memory};
  c.diagnostics = outer->diagnostics;
  c.level = level;
  writer_init(&c.writer, c.memory);
  arena_init(&c.arena, c.memory);
  arena_init(&c.scratch, c.memory);
  uint32_t errors = c.diagnostics->error_count;
  bool done = work(&c) && writer_finish(&c.writer, block, size);
  if (!done && c.writer.too_large) {
    diagnostics_error(c.diagnostics, "R1002", model->name_span,
                      "the compiled policy is too large: a part of it has more than 4,294,967,294 records or bytes");
    diagnostics_hint(c.diagnostics, "split the policy into several");
  } else if (!done && c.diagnostics->error_count == errors) {
    c.diagnostics->out_of_memory = true;
  }
  release(&c);
  return done;
}

bool compile_floor(struct compilation *c, const struct model *model, struct span span, uint8_t **block, size_t *size) {
  if (c->level + 1 <= MAX_FLOOR_LEVELS) return compile_at(c, model, c->level + 1, block, size);
  diagnostics_error(c->diagnostics, "R1003", span, "floors stand on floors more than %d levels deep", MAX_FLOOR_LEVELS);
  diagnostics_hint(c->diagnostics, "name the lowest policy as a floor of this one");
  return false;
}

bool compile_model(const struct model *model, const uint8_t digest[32], const struct compile_limits *limits,
                   struct memory *memory, struct diagnostics *diagnostics, uint8_t **block, size_t *size) {
  struct compilation outer = {.digest = digest, .limits = limits, .memory = memory, .diagnostics = diagnostics};
  return compile_at(&outer, model, 0, block, size);
}
