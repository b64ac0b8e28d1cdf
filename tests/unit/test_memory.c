/* Memory: budget, growing arrays, arenas, and each of them when the allocator fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "strict_memory.h"

static void test_libc(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  unsigned char *block = memory_take_zeroed(&memory, 100);
  assert_non_null(block);
  for (size_t i = 0; i < 100; i++) assert_int_equal(block[i], 0);
  memset(block, 7, 100);
  block = memory_resize(&memory, block, 100, 100000);
  assert_non_null(block);
  assert_int_equal(block[99], 7);
  memory_give(&memory, block, 100000);
  memory_give(&memory, NULL, 0);
}

static void test_budget(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, SIZE_MAX);
  memory.budget = 100;
  void *a = memory_take(&memory, 60), *b = memory_take(&memory, 40);
  assert_non_null(a);
  assert_non_null(b);
  assert_int_equal(memory.used, 100);
  assert_null(memory_take(&memory, 1));
  assert_null(memory_resize(&memory, a, 60, 61));
  assert_null(memory_resize(&memory, a, 60, SIZE_MAX));
  assert_int_equal(strict.calls, 2);
  a = memory_resize(&memory, a, 60, 10);
  assert_non_null(a);
  assert_int_equal(memory.used, 50);
  a = memory_resize(&memory, a, 10, 60);
  assert_non_null(a);
  memory_give(&memory, a, 60);
  memory_give(&memory, b, 40);
  assert_int_equal(memory.used, 0);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

static void test_budget_survives_failure(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, 1);
  memory.budget = 1000;
  void *a = memory_take(&memory, 10);
  assert_non_null(a);
  assert_null(memory_resize(&memory, a, 10, 20));
  assert_null(memory_take(&memory, 10));
  assert_int_equal(memory.used, 10);
  memory_give(&memory, a, 10);
  assert_int_equal(memory.used, 0);
  assert_int_equal(strict.held, 0);
}

static void test_size_zero_is_a_block(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, SIZE_MAX);
  memory.budget = 10;
  void *block = memory_take_zeroed(&memory, 0);
  assert_non_null(block);
  block = memory_resize(&memory, block, 0, 5);
  assert_non_null(block);
  assert_null(memory_resize(&memory, block, 5, 0));
  block = memory_take(&memory, 0);
  assert_non_null(block);
  memory_give(&memory, block, 0);
  assert_int_equal(memory.used, 0);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
  assert_null(memory_resize(&memory, NULL, 0, 0));
}

static void test_reserve(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, SIZE_MAX);
  uint64_t *items = NULL;
  uint32_t capacity = 0;
  for (uint32_t count = 0; count < 10000; count++) {
    assert_true(memory_reserve(&memory, (void **)&items, &capacity, count + 1, sizeof *items));
    assert_true(capacity > count);
    items[count] = count;
  }
  for (uint32_t i = 0; i < 10000; i++) assert_int_equal(items[i], i);
  assert_true(strict.calls < 25);
  assert_true(memory_reserve(&memory, (void **)&items, &capacity, 50000, sizeof *items));
  assert_true(capacity >= 50000);

  uint32_t before = capacity;
  uint64_t *same = items;
  strict.until_failure = 0;
  assert_false(memory_reserve(&memory, (void **)&items, &capacity, before + 1, sizeof *items));
  assert_ptr_equal(items, same);
  assert_int_equal(capacity, before);
  assert_false(memory_reserve(&memory, (void **)&items, &capacity, UINT32_MAX, SIZE_MAX / 2));
  assert_true(memory_reserve(&memory, (void **)&items, &capacity, before, sizeof *items));
  memory_give(&memory, items, capacity * sizeof *items);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
}

/* Takes blocks of mixed sizes, fills each, and checks that none was overwritten by another. */
static void use_arena(struct arena *arena, uint32_t seed) {
  enum { COUNT = 400 };
  unsigned char *blocks[COUNT];
  size_t sizes[COUNT];
  for (uint32_t i = 0; i < COUNT; i++) {
    seed = seed * 1664525u + 1013904223u;
    sizes[i] = i % 50 == 49 ? 300000 : seed >> 24;
    blocks[i] = arena_take(arena, sizes[i]);
    assert_non_null(blocks[i]);
    assert_int_equal((uintptr_t)blocks[i] % 16, 0);
    memset(blocks[i], (int)(i & 0xFF), sizes[i]);
  }
  for (uint32_t i = 0; i < COUNT; i++) {
    for (size_t j = 0; j < sizes[i]; j++) assert_int_equal(blocks[i][j], i & 0xFF);
  }
}

static void test_arena(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, SIZE_MAX);
  struct arena arena;
  arena_init(&arena, &memory);
  assert_int_equal(strict.calls, 0);
  use_arena(&arena, 1);
  size_t calls = strict.calls;
  assert_true(calls > 0);
  for (uint32_t round = 0; round < 5; round++) {
    arena_reset(&arena);
    use_arena(&arena, 1);
    assert_int_equal(strict.calls, calls);
  }
  /* Sequences that take turns come to fit into what is there. */
  for (uint32_t round = 0; round < 20; round++) {
    arena_reset(&arena);
    use_arena(&arena, 100 + round % 4);
  }
  calls = strict.calls;
  for (uint32_t round = 0; round < 20; round++) {
    arena_reset(&arena);
    use_arena(&arena, 100 + round % 4);
  }
  assert_int_equal(strict.calls, calls);
  arena_free(&arena);
  assert_int_equal(strict.held, 0);
  assert_false(strict.wrong_size);
  arena_free(&arena);
  assert_non_null(arena_take(&arena, 1));
  arena_free(&arena);
  assert_int_equal(strict.held, 0);
}

static void test_arena_edges(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct arena arena;
  arena_init(&arena, &memory);
  char *a = arena_take(&arena, 0), *b = arena_take(&arena, 0);
  assert_non_null(a);
  assert_ptr_not_equal(a, b);
  assert_null(arena_take(&arena, SIZE_MAX));
  assert_null(arena_take(&arena, SIZE_MAX - 40));
  assert_null(arena_copy_text(&arena, "", SIZE_MAX));
  const char *copy = arena_copy_text(&arena, "with\0nul", 8);
  assert_memory_equal(copy, "with\0nul", 9);
  assert_string_equal(arena_copy_text(&arena, NULL, 0), "");
  memset(arena_take(&arena, 64), 0xFF, 64);
  arena_reset(&arena);
  unsigned char *zeroed = arena_take_zeroed(&arena, 500);
  for (size_t i = 0; i < 500; i++) assert_int_equal(zeroed[i], 0);
  arena_free(&arena);
}

/* The host's allocator may align to 8 bytes only. */
static void *odd_reallocate(void *context, void *pointer, size_t old_size, size_t new_size) {
  char *block = pointer ? (char *)pointer - 8 : NULL;
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  block = realloc(block, new_size + 8);
  return block ? block + 8 : NULL;
}

static void test_arena_aligns_by_itself(void **state) {
  (void)state;
  struct memory memory = {.reallocate = odd_reallocate, .budget = SIZE_MAX};
  struct arena arena;
  arena_init(&arena, &memory);
  use_arena(&arena, 3);
  arena_free(&arena);
}

static void test_arena_failure(void **state) {
  (void)state;
  struct strict_memory strict;
  for (size_t allowed = 0; allowed < 4; allowed++) {
    struct memory memory = memory_of_strict(&strict, allowed);
    struct arena arena;
    arena_init(&arena, &memory);
    size_t taken = 0;
    char *last = NULL, *block;
    while ((block = arena_take(&arena, 1000)) != NULL) {
      memset(block, 1, 1000);
      last = block;
      taken++;
    }
    assert_int_equal(taken == 0, allowed == 0);
    assert_null(arena_take_zeroed(&arena, 5000));
    assert_null(arena_copy_text(&arena, "text", 100000));
    if (last) assert_int_equal(last[999], 1);
    strict.until_failure = SIZE_MAX;
    assert_non_null(arena_take(&arena, 5000));
    arena_free(&arena);
    assert_int_equal(strict.held, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_libc),
      cmocka_unit_test(test_budget),
      cmocka_unit_test(test_budget_survives_failure),
      cmocka_unit_test(test_size_zero_is_a_block),
      cmocka_unit_test(test_reserve),
      cmocka_unit_test(test_arena),
      cmocka_unit_test(test_arena_edges),
      cmocka_unit_test(test_arena_aligns_by_itself),
      cmocka_unit_test(test_arena_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
