/* Both sides of the property: the interpreter on the checked model, the library through its public API. */
#include "oracle/property.h"

#include <stdlib.h>
#include <string.h>

#include "oracle/generator.h"

void answer_init(struct answer *answer, struct memory *memory) {
  answer->answered = false;
  answer->line = ORACLE_NO_LINE;
  buffer_init(&answer->text, memory);
  buffer_init(&answer->rule, memory);
  buffer_init(&answer->why, memory);
}

static void answer_clear(struct answer *answer) {
  answer->answered = false;
  answer->line = ORACLE_NO_LINE;
  buffer_clear(&answer->text);
  buffer_clear(&answer->rule);
  buffer_clear(&answer->why);
}

void answer_free(struct answer *answer) {
  buffer_free(&answer->text);
  buffer_free(&answer->rule);
  buffer_free(&answer->why);
}

bool answer_equal(const struct answer *a, const struct answer *b) {
  if (a->answered != b->answered) return false;
  if (a->answered) return a->text.size == b->text.size && memcmp(a->text.bytes, b->text.bytes, a->text.size) == 0;
  return a->line == b->line && a->rule.size == b->rule.size &&
         (a->rule.size == 0 || memcmp(a->rule.bytes, b->rule.bytes, a->rule.size) == 0);
}

/* ---- policies ---- */

struct engine {
  returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
};

struct pair {
  struct memory *memory;
  struct arena arena;
  const struct model *model;
  struct engine fresh, loaded;
};

static void engine_close(struct engine *engine) {
  returns_decision_free(engine->decision);
  returns_request_free(engine->request);
  returns_policy_free(engine->policy);
}

static bool engine_ready(struct engine *engine) {
  return engine->policy && returns_request_new(engine->policy, &engine->request) == RETURNS_OK &&
         returns_decision_new(NULL, &engine->decision) == RETURNS_OK;
}

static const struct model *build(struct memory *memory, struct arena *arena, const char *yaml, size_t size, bool *diagnosed) {
  const struct language_source source = {"policy.yaml", yaml, size};
  const struct language_limits limits = {16u << 20, 65536, 32, 1000000, 100000};
  struct diagnostics diagnostics;
  const struct model *model;
  diagnostics_init(&diagnostics, memory, 100);
  model = model_build(arena, &source, 1, &limits, &diagnostics);
  *diagnosed = diagnostics.error_count > 0;
  diagnostics_release(&diagnostics);
  return model;
}

static returns_policy *compile(const char *yaml, size_t size, bool *diagnosed) {
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  returns_diagnostics *diagnostics = NULL;
  if (returns_compiler_new(NULL, &compiler) == RETURNS_OK &&
      returns_compiler_add_source(compiler, "policy.yaml", yaml, size) == RETURNS_OK)
    returns_policy_compile(compiler, &policy, &diagnostics);
  *diagnosed &= policy != NULL || returns_diagnostics_error_count(diagnostics) > 0;
  returns_diagnostics_free(diagnostics);
  returns_compiler_free(compiler);
  return policy;
}

struct pair *pair_open(struct memory *memory, const char *yaml, size_t size, bool *diagnosed) {
  struct pair *pair = calloc(1, sizeof *pair);
  const void *block;
  size_t block_size;
  if (!pair) abort();
  pair->memory = memory;
  arena_init(&pair->arena, memory);
  pair->model = build(memory, &pair->arena, yaml, size, diagnosed);
  pair->fresh.policy = compile(yaml, size, diagnosed);
  if (!pair->model && !pair->fresh.policy) goto refused;
  *diagnosed = pair->model && pair->fresh.policy && engine_ready(&pair->fresh);
  if (!*diagnosed) goto refused;
  *diagnosed = returns_policy_block(pair->fresh.policy, &block, &block_size) == RETURNS_OK &&
               returns_policy_load(NULL, block, block_size, &pair->loaded.policy) == RETURNS_OK && engine_ready(&pair->loaded);
  if (*diagnosed) return pair;
refused:
  pair_close(pair);
  return NULL;
}

void pair_close(struct pair *pair) {
  if (!pair) return;
  engine_close(&pair->fresh);
  engine_close(&pair->loaded);
  arena_free(&pair->arena);
  free(pair);
}

const struct model *pair_model(const struct pair *pair) { return pair->model; }
struct arena *pair_arena(struct pair *pair) {
  return &pair->arena;
}

/* ---- answers ---- */

static void ask_interpreter(const struct pair *pair, const struct oracle_request *request, struct answer *answer) {
  struct oracle_error error;
  answer_clear(answer);
  answer->answered =
      oracle_answer(pair->model, request, returns_policy_digest(pair->fresh.policy), pair->memory, &answer->text, &error);
  if (answer->answered) return;
  answer->line = error.line;
  buffer_slice(&answer->rule, error.rule);
  buffer_text(&answer->why, error.why);
}

static void not_read(const struct engine *engine, struct answer *answer) {
  answer_clear(answer);
  buffer_format(&answer->rule, "(request not read: %s %s)", returns_request_error_code(engine->request),
                returns_request_error(engine->request));
}

/* With a trace the answer begins with the same bytes. */
static bool trace_continues(const struct engine *engine, const struct buffer *answer) {
  const char *text;
  size_t size;
  if (returns_decision_json(engine->decision, RETURNS_TRACE_FULL, &text, &size) != RETURNS_OK) return false;
  return size > answer->size && memcmp(text, answer->bytes, answer->size - 1) == 0 && text[answer->size - 1] == ',';
}

static void evaluate(const struct engine *engine, int32_t trace, struct answer *answer) {
  const returns_options options = {.size = sizeof options, .trace = trace};
  const char *text = NULL;
  size_t size = 0;
  answer_clear(answer);
  if (returns_evaluate(engine->policy, engine->request, trace ? &options : NULL, engine->decision) != RETURNS_OK) {
    answer->line = returns_decision_error_line(engine->decision);
    buffer_text(&answer->rule, returns_decision_error_rule(engine->decision));
    buffer_format(&answer->why, "%s %s", returns_decision_error_code(engine->decision), returns_decision_error(engine->decision));
    return;
  }
  answer->answered = returns_decision_json(engine->decision, RETURNS_TRACE_NONE, &text, &size) == RETURNS_OK;
  if (!answer->answered) return;
  buffer_add(&answer->text, text, size);
  if (trace && !trace_continues(engine, &answer->text)) buffer_text(&answer->text, " (the trace does not continue the answer)");
}

static void ask_library(const struct engine *engine, const struct buffer *json, int32_t trace, struct answer *answer) {
  if (returns_request_read_json(engine->request, json->bytes, json->size) == RETURNS_OK)
    evaluate(engine, trace, answer);
  else
    not_read(engine, answer);
}

static void ask_anew(const struct pair *pair, const struct buffer *json, struct answer *answer) {
  struct engine anew = {.policy = returns_policy_retain(pair->fresh.policy)};
  if (!engine_ready(&anew)) abort();
  ask_library(&anew, json, RETURNS_TRACE_NONE, answer);
  engine_close(&anew);
}

static void ask_by_index(const struct pair *pair, const struct oracle_request *request, struct answer *answer) {
  if (fill_request(pair->fresh.request, pair->model, request) == RETURNS_OK)
    evaluate(&pair->fresh, RETURNS_TRACE_NONE, answer);
  else
    not_read(&pair->fresh, answer);
}

static const char *const ways[] = {"compiled", "compiled, with a request and a decision used before",
                                   "compiled, with facts set one by one", "loaded from its block, with a trace"};

bool pair_agrees(struct pair *pair, const struct oracle_request *request, struct answer *expected, struct answer *found,
                 const char **how) {
  struct buffer json;
  bool agrees = true;
  buffer_init(&json, pair->memory);
  oracle_write_request(pair->model, request, &json);
  ask_interpreter(pair, request, expected);
  for (uint32_t way = 0; way < sizeof ways / sizeof *ways && agrees; way++) {
    *how = ways[way];
    if (way == 0) ask_anew(pair, &json, found);
    if (way == 1) ask_library(&pair->fresh, &json, RETURNS_TRACE_NONE, found);
    if (way == 2) ask_by_index(pair, request, found);
    if (way == 3) ask_library(&pair->loaded, &json, RETURNS_TRACE_FULL, found);
    agrees = answer_equal(expected, found);
  }
  buffer_free(&json);
  return agrees;
}
