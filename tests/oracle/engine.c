/* Both sides of the property: the interpreter on the checked model, the library through its public API. */
#include "oracle/property.h"

#include <stdlib.h>
#include <string.h>

#include "oracle/generator.h"
#include "returns/returns.h"

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

static void ask_library(const struct engine *engine, const struct buffer *json, struct answer *answer) {
  const char *text = NULL;
  size_t size = 0;
  answer_clear(answer);
  if (returns_request_read_json(engine->request, json->bytes, json->size) != RETURNS_OK) {
    buffer_format(&answer->rule, "(request not read: %s %s)", returns_request_error_code(engine->request),
                  returns_request_error(engine->request));
    return;
  }
  if (returns_evaluate(engine->policy, engine->request, NULL, engine->decision) != RETURNS_OK) {
    answer->line = returns_decision_error_line(engine->decision);
    buffer_text(&answer->rule, returns_decision_error_rule(engine->decision));
    buffer_format(&answer->why, "%s %s", returns_decision_error_code(engine->decision), returns_decision_error(engine->decision));
    return;
  }
  answer->answered = returns_decision_json(engine->decision, RETURNS_TRACE_NONE, &text, &size) == RETURNS_OK;
  if (answer->answered) buffer_add(&answer->text, text, size);
}

static bool ask_anew(const struct pair *pair, const struct buffer *json, struct answer *answer) {
  struct engine anew = {.policy = returns_policy_retain(pair->fresh.policy)};
  bool ready = engine_ready(&anew);
  if (ready) ask_library(&anew, json, answer);
  engine_close(&anew);
  return ready;
}

bool pair_agrees(struct pair *pair, const struct oracle_request *request, struct answer *expected, struct answer *found,
                 const char **how) {
  struct buffer json;
  bool agrees;
  buffer_init(&json, pair->memory);
  oracle_write_request(pair->model, request, &json);
  ask_interpreter(pair, request, expected);
  *how = "compiled";
  agrees = ask_anew(pair, &json, found) && answer_equal(expected, found);
  if (agrees) {
    *how = "compiled, with a request and a decision used before";
    ask_library(&pair->fresh, &json, found);
    agrees = answer_equal(expected, found);
  }
  if (agrees) {
    *how = "loaded from its block";
    ask_library(&pair->loaded, &json, found);
    agrees = answer_equal(expected, found);
  }
  buffer_free(&json);
  return agrees;
}
