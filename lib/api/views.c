/* Views: what a handle looks like as text or JSON. Puts lib/exchange and lib/report behind the public functions. */
#include "evaluate/decision.h"
#include "exchange/exchange.h"
#include "report/report.h"

typedef bool drawing_writer(const struct program *program, int32_t drawing, struct buffer *out);

static int32_t draw(const returns_policy *policy, drawing_writer *write, int32_t drawing, char **text, size_t *size_bytes) {
  struct memory *memory = &policy->environment->memory;
  struct buffer out;
  buffer_init(&out, memory);
  bool known = write(&policy->program, drawing, &out);
  buffer_string(&out);
  int32_t status = !known ? RETURNS_ERROR_ARGUMENT : out.failed ? RETURNS_ERROR_MEMORY : RETURNS_OK;
  if (status == RETURNS_OK) { /* what returns_text_free gives back is size + 1 bytes */
    char *exact = memory_resize(memory, out.bytes, out.capacity, out.size + 1);
    if (exact != NULL) {
      *text = exact;
      *size_bytes = out.size;
      return RETURNS_OK;
    }
    status = RETURNS_ERROR_MEMORY;
  }
  buffer_free(&out);
  return status;
}

static bool may_draw(const returns_policy *policy, char **text, size_t *size_bytes) {
  if (text != NULL) *text = NULL;
  if (size_bytes != NULL) *size_bytes = 0;
  return policy != NULL && text != NULL && size_bytes != NULL;
}

int32_t returns_policy_tree(const returns_policy *policy, int32_t drawing, char **text, size_t *size_bytes) {
  if (!may_draw(policy, text, size_bytes)) return RETURNS_ERROR_ARGUMENT;
  return draw(policy, tree_view_write, drawing, text, size_bytes);
}

int32_t returns_policy_workflow(const returns_policy *policy, int32_t drawing, char **text, size_t *size_bytes) {
  if (!may_draw(policy, text, size_bytes)) return RETURNS_ERROR_ARGUMENT;
  if (program_count(&policy->program, SECTION_STEPS) == 0) return RETURNS_ERROR_EMPTY;
  return draw(policy, workflow_write, drawing, text, size_bytes);
}

typedef void view_writer(const returns_decision *decision, const struct trace *trace, struct buffer *out);

/* Writes an answer, with its trace if one is wanted and kept, into a buffer of the decision. */
static int32_t write_view(const returns_decision *decision, int32_t level, view_writer *write, struct buffer *out,
                          const char **text, size_t *size_bytes) {
  struct arena arena;
  struct trace trace = {0};
  if (level > decision->trace) level = decision->trace;
  arena_init(&arena, out->memory);
  bool good = decision_complete(decision) && (level == RETURNS_TRACE_NONE || trace_derive(decision, level, &arena, &trace));
  buffer_clear(out);
  if (good) write(decision, level == RETURNS_TRACE_NONE ? NULL : &trace, out);
  arena_free(&arena);
  const char *string = buffer_string(out);
  if (!good || out->failed) {
    buffer_free(out); /* and so fit for the next try */
    return RETURNS_ERROR_MEMORY;
  }
  *text = string;
  if (size_bytes != NULL) *size_bytes = out->size;
  return RETURNS_OK;
}

static int32_t view(returns_decision *decision, int32_t level, view_writer *write, struct buffer *out, const char **text,
                    size_t *size_bytes) {
  if (text != NULL) *text = NULL;
  if (size_bytes != NULL) *size_bytes = 0;
  if (decision == NULL || text == NULL || level < RETURNS_TRACE_NONE || level > RETURNS_TRACE_FULL) return RETURNS_ERROR_ARGUMENT;
  if (!decision->has_answer) return RETURNS_ERROR_EMPTY;
  return write_view(decision, level, write, out, text, size_bytes);
}

int32_t returns_decision_json(returns_decision *decision, int32_t trace, const char **text, size_t *size_bytes) {
  return view(decision, trace, answer_write_json, decision == NULL ? NULL : &decision->json, text, size_bytes);
}

int32_t returns_decision_text(returns_decision *decision, int32_t trace, const char **text, size_t *size_bytes) {
  return view(decision, trace, decision_write_text, decision == NULL ? NULL : &decision->text, text, size_bytes);
}

/* ---- steps ---- */

static int32_t view_steps(returns_steps *steps, void (*write)(const struct returns_steps *steps, struct buffer *out),
                          struct buffer *out, const char **text, size_t *size_bytes) {
  if (text != NULL) *text = NULL;
  if (size_bytes != NULL) *size_bytes = 0;
  if (steps == NULL || text == NULL) return RETURNS_ERROR_ARGUMENT;
  if (!steps->has_answer) return RETURNS_ERROR_EMPTY;
  buffer_clear(out);
  write(steps, out);
  const char *string = buffer_string(out);
  if (out->failed) {
    buffer_free(out); /* and so fit for the next try */
    return RETURNS_ERROR_MEMORY;
  }
  *text = string;
  if (size_bytes != NULL) *size_bytes = out->size;
  return RETURNS_OK;
}

int32_t returns_steps_json(returns_steps *steps, const char **text, size_t *size_bytes) {
  return view_steps(steps, steps_write_json, steps == NULL ? NULL : &steps->json, text, size_bytes);
}

int32_t returns_steps_text(returns_steps *steps, const char **text, size_t *size_bytes) {
  return view_steps(steps, steps_write_text, steps == NULL ? NULL : &steps->text, text, size_bytes);
}
