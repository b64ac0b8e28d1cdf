/* Compiler: named sources in, a policy out. Joins the halves: language and compile make the block, evaluate adopts it. */
#include "api/diagnostics.h"
#include "base/digest.h"
#include "compile/compile.h"
#include "evaluate/policy.h"
#include "load/document.h"
#include "returns/compiler.h"

#include <string.h>

struct returns_compiler {
  returns_environment *environment; /* held */
  struct arena arena;               /* names and bytes of the sources */
  struct language_source *sources;
  uint32_t count, capacity;
  struct buffer missing;
};

int32_t returns_compiler_new(returns_environment *environment, returns_compiler **out) {
  if (out == NULL) return RETURNS_ERROR_ARGUMENT;
  *out = NULL;
  environment = environment_hold(environment);
  if (environment == NULL) return RETURNS_ERROR_MEMORY;
  struct returns_compiler *compiler = memory_take_zeroed(&environment->memory, sizeof *compiler);
  if (compiler == NULL) {
    returns_environment_free(environment);
    return RETURNS_ERROR_MEMORY;
  }
  compiler->environment = environment;
  arena_init(&compiler->arena, &environment->memory);
  buffer_init(&compiler->missing, &environment->memory);
  *out = compiler;
  return RETURNS_OK;
}

void returns_compiler_free(returns_compiler *compiler) {
  if (compiler == NULL) return;
  returns_environment *environment = compiler->environment;
  memory_give(&environment->memory, compiler->sources, compiler->capacity * sizeof *compiler->sources);
  arena_free(&compiler->arena);
  buffer_free(&compiler->missing);
  memory_give(&environment->memory, compiler, sizeof *compiler);
  returns_environment_free(environment);
}

static bool has_source(const returns_compiler *compiler, const char *name) {
  for (uint32_t i = 0; i < compiler->count; i++) {
    if (strcmp(compiler->sources[i].name, name) == 0) return true;
  }
  return false;
}

int32_t returns_compiler_add_source(returns_compiler *compiler, const char *name, const void *bytes, size_t size_bytes) {
  if (compiler == NULL || name == NULL || (bytes == NULL && size_bytes > 0)) return RETURNS_ERROR_ARGUMENT;
  if (!text_is_utf8(name, strlen(name)) || has_source(compiler, name)) return RETURNS_ERROR_ARGUMENT;
  if (size_bytes > environment_limit(compiler->environment, RETURNS_LIMIT_SOURCE_BYTES) || size_bytes > UINT32_MAX - 1) {
    return RETURNS_ERROR_LIMIT;
  }
  struct memory *memory = &compiler->environment->memory;
  if (!memory_reserve(memory, (void **)&compiler->sources, &compiler->capacity, compiler->count + 1, sizeof *compiler->sources)) {
    return RETURNS_ERROR_MEMORY;
  }
  const char *own_name = arena_copy_text(&compiler->arena, name, strlen(name));
  const char *own_bytes = arena_copy_text(&compiler->arena, size_bytes > 0 ? bytes : "", size_bytes);
  if (own_name == NULL || own_bytes == NULL) return RETURNS_ERROR_MEMORY;
  compiler->sources[compiler->count++] = (struct language_source){own_name, own_bytes, size_bytes};
  return RETURNS_OK;
}

static uint32_t clamp(uint64_t limit) { return limit > UINT32_MAX ? UINT32_MAX : (uint32_t)limit; }

static size_t limit_size(const returns_environment *environment, enum returns_limit limit) {
  uint64_t value = environment_limit(environment, limit);
  return value > SIZE_MAX ? SIZE_MAX : (size_t)value;
}

static struct language_limits limits_of(const returns_environment *environment) {
  return (struct language_limits){
      .source_bytes = limit_size(environment, RETURNS_LIMIT_SOURCE_BYTES),
      .scalar_bytes = limit_size(environment, RETURNS_LIMIT_SCALAR_BYTES),
      .depth = clamp(environment_limit(environment, RETURNS_LIMIT_DEPTH)),
      .nodes = clamp(environment_limit(environment, RETURNS_LIMIT_NODES)),
      .rules = clamp(environment_limit(environment, RETURNS_LIMIT_RULES)),
  };
}

/* ---- what is lacking ---- */

/* One pass over what the sources ask for. */
struct asking {
  returns_compiler *compiler;
  uint32_t left;
  bool found;
  const char *asker;
};

/* Whether some source goes by a name, or by it with ".yaml" behind. */
static bool is_there(const returns_compiler *compiler, struct buffer *name, struct text folder, struct text asked) {
  for (uint32_t ending = 0; ending < 2; ending++) {
    buffer_clear(name);
    buffer_slice(name, folder);
    buffer_slice(name, asked);
    if (ending == 1) buffer_text(name, ".yaml");
    if (has_source(compiler, buffer_string(name)) || name->failed) return true;
  }
  return false;
}

/* Counts a lacking name down; true once it is the one that was asked for, or when memory ran out. A name that two sources ask for
 * counts twice: once it is handed over neither does. */
static bool ask(struct asking *asking, struct text asked) {
  struct buffer *name = &asking->compiler->missing;
  const char *slash = strrchr(asking->asker, '/');
  struct text folder = {asking->asker, slash == NULL ? 0 : (uint32_t)(slash - asking->asker) + 1};
  bool there = is_there(asking->compiler, name, (struct text){"", 0}, asked) || is_there(asking->compiler, name, folder, asked);
  if (name->failed) return true;
  if (there || asking->left-- > 0) return false;
  /* Left in the buffer: folder, name and ending. A name that has its ending gets no second one. */
  if (asked.size >= 5 && memcmp(asked.bytes + asked.size - 5, ".yaml", 5) == 0) name->size -= 5;
  buffer_string(name);
  asking->found = true;
  return true;
}

static bool ask_of_tree(struct asking *asking, const struct node_tree *tree) {
  if (tree->nodes[tree->root].kind != NODE_MAPPING) return false;
  uint32_t use = node_member(tree, tree->root, "use"), floor = node_member(tree, tree->root, "floor");
  for (uint32_t kid = use == 0 ? 0 : tree->nodes[use].first; kid != 0; kid = tree->nodes[kid].next) {
    if (tree->nodes[kid].kind == NODE_SCALAR && ask(asking, tree->nodes[kid].value)) return true;
  }
  for (uint32_t kid = floor == 0 ? 0 : tree->nodes[floor].first; kid != 0; kid = tree->nodes[kid].next) {
    uint32_t policy = tree->nodes[kid].kind == NODE_MAPPING ? node_member(tree, kid, "policy") : 0;
    if (policy != 0 && tree->nodes[policy].kind == NODE_SCALAR && ask(asking, tree->nodes[policy].value)) return true;
  }
  return false;
}

int32_t returns_compiler_missing_source(returns_compiler *compiler, uint32_t index, const char **name) {
  if (name != NULL) *name = NULL;
  if (compiler == NULL || name == NULL) return RETURNS_ERROR_ARGUMENT;
  struct language_limits limits = limits_of(compiler->environment);
  struct load_limits load = {limits.source_bytes, limits.scalar_bytes, limits.depth, limits.nodes};
  struct memory memory = compiler->environment->memory;
  struct arena arena;
  struct diagnostics ignored;
  memory.budget = limit_size(compiler->environment, RETURNS_LIMIT_MEMORY_BYTES);
  memory.used = 0;
  arena_init(&arena, &memory);
  diagnostics_init(&ignored, &memory, 1);
  struct asking asking = {.compiler = compiler, .left = index};
  bool done = false;
  for (uint32_t i = 0; i < compiler->count && !done && !ignored.out_of_memory; i++) {
    const struct language_source *source = &compiler->sources[i];
    struct node_tree tree;
    asking.asker = source->name;
    if (nodes_load(&tree, &arena, i, source->name, source->bytes, source->size, &load, &ignored))
      done = ask_of_tree(&asking, &tree);
    arena_reset(&arena);
  }
  bool failed = ignored.out_of_memory || compiler->missing.failed;
  diagnostics_release(&ignored);
  arena_free(&arena);
  if (failed) return RETURNS_ERROR_MEMORY;
  if (asking.found) *name = compiler->missing.bytes;
  return RETURNS_OK;
}

/* ---- compile ---- */

static bool digest_sources(const returns_compiler *compiler, struct arena *arena, uint8_t digest[DIGEST_BYTES]) {
  struct text *parts = arena_take(arena, (size_t)compiler->count * 2 * sizeof *parts);
  if (parts == NULL) return false;
  for (uint32_t i = 0; i < compiler->count; i++) {
    parts[2 * i] = text_of(compiler->sources[i].name);
    parts[2 * i + 1] = (struct text){compiler->sources[i].bytes, (uint32_t)compiler->sources[i].size};
  }
  digest_of_parts(parts, compiler->count * 2, digest);
  return true;
}

/* The block of the sources, from memory; NULL: errors in the list, or out of memory. */
static uint8_t *build_block(const returns_compiler *compiler, struct memory *memory, struct diagnostics *list, size_t *size) {
  struct language_limits limits = limits_of(compiler->environment);
  struct compile_limits compile_limits = {clamp(environment_limit(compiler->environment, RETURNS_LIMIT_TREE_NODES))};
  struct arena arena;
  uint8_t digest[DIGEST_BYTES];
  uint8_t *block = NULL;
  arena_init(&arena, memory);
  const struct model *model = model_build(&arena, compiler->sources, compiler->count, &limits, list);
  if (model != NULL && list->error_count == 0 && digest_sources(compiler, &arena, digest) &&
      !compile_model(model, digest, &compile_limits, memory, list, &block, size)) {
    block = NULL;
  }
  arena_free(&arena);
  return block;
}

int32_t returns_policy_compile(returns_compiler *compiler, returns_policy **out, returns_diagnostics **diagnostics) {
  if (out != NULL) *out = NULL;
  if (diagnostics != NULL) *diagnostics = NULL;
  if (compiler == NULL || out == NULL || compiler->count == 0) return RETURNS_ERROR_ARGUMENT;
  returns_environment *environment = compiler->environment;
  returns_diagnostics *findings = diagnostics_handle_new(environment);
  if (findings == NULL) return RETURNS_ERROR_MEMORY;
  struct memory memory = environment->memory; /* the same allocator, with a budget of this compilation's own */
  memory.budget = limit_size(environment, RETURNS_LIMIT_MEMORY_BYTES);
  memory.used = 0;
  size_t size = 0;
  uint8_t *block = build_block(compiler, &memory, &findings->list, &size);
  bool faulty = findings->list.error_count > 0;
  struct diagnostic_source *sources = NULL;
  int32_t status = RETURNS_ERROR_MEMORY;
  sources = memory_take(&environment->memory, compiler->count * sizeof *sources);
  if (sources == NULL) goto fail;
  for (uint32_t i = 0; i < compiler->count; i++) {
    sources[i] = (struct diagnostic_source){compiler->sources[i].name, compiler->sources[i].bytes, compiler->sources[i].size};
  }
  bool given = diagnostics_handle_give(findings, sources, compiler->count, diagnostics);
  findings = NULL;
  if (!given) goto fail;
  status = faulty ? RETURNS_ERROR_POLICY : block == NULL ? RETURNS_ERROR_MEMORY : RETURNS_OK;
  if (status != RETURNS_OK) goto fail;
  status = policy_adopt(environment, block, size, out);
  block = NULL;
fail:
  if (block != NULL) memory_give(&environment->memory, block, size);
  memory_give(&environment->memory, sources, compiler->count * sizeof *sources);
  returns_diagnostics_free(findings);
  if (status != RETURNS_OK && status != RETURNS_ERROR_POLICY && diagnostics != NULL) {
    returns_diagnostics_free(*diagnostics);
    *diagnostics = NULL;
  }
  return status;
}
