/* Every allocation fails in turn, once and from there on: compile, load, read a request, evaluate, write the answer.
 *
 * Two ways in: the environment's allocator (all that the library takes itself), and malloc itself, wrapped at link time so that
 * libyaml's and jansson's allocations fail too (they have no usable hook). Asserted: the call answers RETURNS_ERROR_MEMORY or
 * succeeds, nothing is left behind, and the next run works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "returns/returns.h"

struct budget {
  int64_t calls, fail_at;
  bool sticky;
  int64_t live_bytes, failures;
};

static bool refused(struct budget *budget) {
  int64_t call = budget->calls++;
  bool fail = budget->fail_at >= 0 && (call == budget->fail_at || (budget->sticky && call > budget->fail_at));
  budget->failures += fail;
  return fail;
}

/* ---- malloc, wrapped by the linker (-Wl,--wrap) ---- */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *pointer, size_t size);
char *__wrap_strdup(const char *text);
static struct budget libc_budget = {0, -1, false, 0, 0};
static bool libc_counted;

void *__wrap_malloc(size_t size) { return libc_counted && refused(&libc_budget) ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) {
  return libc_counted && refused(&libc_budget) ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *pointer, size_t size) {
  return libc_counted && refused(&libc_budget) ? NULL : __real_realloc(pointer, size);
}
char *__wrap_strdup(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = __wrap_malloc(size);
  return copy ? memcpy(copy, text, size) : NULL;
}

/* ---- the environment's allocator ---- */
static void *counting_reallocate(void *context, void *pointer, size_t old_size, size_t new_size) {
  struct budget *budget = context;
  if (new_size == 0) {
    budget->live_bytes -= (int64_t)old_size;
    free(pointer);
    return NULL;
  }
  if (refused(budget)) return NULL;
  void *moved = realloc(pointer, new_size);
  if (moved) budget->live_bytes += (int64_t)new_size - (int64_t)(pointer ? old_size : 0);
  return moved;
}

/* ---- the scenario ---- */
static const char *policy_text, *request_text, *policy_name;

static char *read_whole(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  char *text = __real_calloc(1, 1 << 16);
  size_t size = text ? fread(text, 1, (1 << 16) - 1, file) : 0;
  fclose(file);
  return size ? text : NULL;
}

static int32_t compile(returns_environment *environment, returns_policy **policy) {
  returns_compiler *compiler = NULL;
  returns_diagnostics *diagnostics = NULL;
  int32_t status = returns_compiler_new(environment, &compiler);
  if (!status) status = returns_compiler_add_source(compiler, policy_name, policy_text, strlen(policy_text));
  if (!status) status = returns_policy_compile(compiler, policy, &diagnostics);
  if (status == RETURNS_ERROR_POLICY) {
    const char *text = "";
    size_t size = 0;
    (void)returns_diagnostics_text(diagnostics, 0, &text, &size);
    print_error("%s\n", text);
  }
  assert_true(status == RETURNS_OK || *policy == NULL);
  returns_diagnostics_free(diagnostics);
  returns_compiler_free(compiler);
  return status;
}

static int32_t decide(returns_environment *environment, const returns_policy *policy) {
  const returns_options options = {sizeof options, RETURNS_TRACE_FULL};
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  const char *text = NULL;
  size_t size = 0;
  int32_t status = returns_request_new(policy, &request);
  if (!status) status = returns_decision_new(environment, &decision);
  if (!status) status = returns_request_read_json(request, request_text, strlen(request_text));
  if (!status) status = returns_evaluate(policy, request, &options, decision);
  if (!status) status = returns_decision_json(decision, RETURNS_TRACE_FULL, &text, &size);
  if (!status) status = returns_decision_text(decision, RETURNS_TRACE_FULL, &text, &size);
  if (!status) assert_true(size > 100);
  returns_decision_free(decision);
  returns_request_free(request);
  return status;
}

static int32_t tell_steps(returns_environment *environment, const returns_policy *policy) {
  returns_request *request = NULL;
  returns_steps *steps = NULL;
  const char *text = NULL;
  size_t size = 0;
  int32_t status = returns_request_new(policy, &request);
  if (!status) status = returns_steps_new(environment, &steps);
  if (!status) status = returns_request_read_json(request, request_text, strlen(request_text));
  if (!status) status = returns_steps_evaluate(policy, request, steps);
  if (!status) status = returns_steps_json(steps, &text, &size);
  if (!status) status = returns_steps_text(steps, &text, &size);
  if (!status) assert_true(returns_steps_count(steps) > 0);
  returns_steps_free(steps);
  returns_request_free(request);
  return status;
}

static int32_t whole_way(returns_environment *environment) {
  returns_policy *compiled = NULL, *loaded = NULL;
  const void *block = NULL;
  size_t size = 0, tree_size = 0;
  char *tree = NULL;
  int32_t status = compile(environment, &compiled);
  if (!status) status = returns_policy_block(compiled, &block, &size);
  if (!status) status = returns_policy_load(environment, block, size, &loaded);
  if (!status) status = decide(environment, loaded);
  if (!status) status = tell_steps(environment, loaded);
  if (!status) status = returns_policy_tree(loaded, RETURNS_DRAWING_TEXT, &tree, &tree_size);
  returns_text_free(loaded, tree, tree_size);
  returns_policy_free(loaded);
  returns_policy_free(compiled);
  return status;
}

static int32_t run(struct budget *budget) {
  returns_allocator allocator = {sizeof allocator, 0, budget, counting_reallocate};
  returns_environment *environment = NULL;
  int32_t status = returns_environment_new(&allocator, &environment);
  if (!status) status = whole_way(environment);
  returns_environment_free(environment);
  assert_int_equal(budget->live_bytes, 0);
  return status;
}

/* ---- tests ---- */
static void fail_each(struct budget *counted, bool sticky) {
  struct budget ours = {0, -1, false, 0, 0};
  int64_t points = 0;
  for (;; points++) {
    struct budget *budget = counted ? counted : &ours;
    *budget = (struct budget){0, points, sticky, 0, 0};
    libc_counted = counted != NULL;
    struct budget quiet = {0, -1, false, 0, 0};
    int32_t status = run(counted ? &quiet : &ours);
    libc_counted = false;
    if (!budget->failures) {
      assert_int_equal(status, RETURNS_OK);
      break;
    }
    if (status != RETURNS_OK && status != RETURNS_ERROR_MEMORY) fail_msg("allocation %lld: status %d", (long long)points, status);
  }
  print_message("# %lld allocations failed in turn\n", (long long)points);
  assert_true(points > 20);
}

static void our_allocations_once(void **state) {
  (void)state;
  fail_each(NULL, false);
}
static void our_allocations_from_there_on(void **state) {
  (void)state;
  fail_each(NULL, true);
}
static void all_allocations_once(void **state) {
  (void)state;
  fail_each(&libc_budget, false);
}
static void all_allocations_from_there_on(void **state) {
  (void)state;
  fail_each(&libc_budget, true);
}

int main(void) {
  policy_name = "policy.yaml";
  policy_text = read_whole(SOURCE_ROOT "/tests/oom/policy.yaml");
  request_text = read_whole(SOURCE_ROOT "/tests/oom/request.json");
  if (!policy_text || !request_text) return 1;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(our_allocations_once),
      cmocka_unit_test(our_allocations_from_there_on),
      cmocka_unit_test(all_allocations_once),
      cmocka_unit_test(all_allocations_from_there_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
