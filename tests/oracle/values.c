/* Sets of values: see values.h. */
#include "oracle/values.h"

#include <stdlib.h>
#include <string.h>

void *oracle_take(struct arena *arena, size_t size) {
  void *memory = arena_take_zeroed(arena, size ? size : 1);
  if (!memory) abort();
  return memory;
}

struct value oracle_value_of_integer(int64_t integer) {
  struct value value = {0};
  number_set(&value.number, integer);
  return value;
}

bool oracle_value_equal(const struct value *a, const struct value *b) {
  enum number_error error = NUMBER_OK;
  return number_compare(&a->number, &b->number, &error) == 0 && text_equal(a->text, b->text) && a->bits == b->bits &&
         a->offset_minutes == b->offset_minutes;
}

struct values *values_new(struct arena *arena) {
  return oracle_take(arena, sizeof(struct values));
}

struct values *values_one(struct arena *arena, const struct value *value) {
  struct values *set = values_new(arena);
  values_add(arena, set, value);
  return set;
}

struct values *values_of_integer(struct arena *arena, int64_t integer) {
  struct value value = oracle_value_of_integer(integer);
  return values_one(arena, &value);
}

struct values *values_open(struct arena *arena, uint32_t fact, uint32_t fact_count) {
  struct values *set = values_new(arena);
  set->open = true;
  if (fact != NO_INDEX) oracle_needs_add_fact(arena, &set->needs, fact, fact_count);
  return set;
}

struct values *values_error(struct arena *arena) {
  struct values *set = values_new(arena);
  set->error = true;
  return set;
}

struct values *values_of_truth(struct arena *arena, enum truth truth, bool *needs) {
  struct values *set;
  if (truth == TRUTH_ERROR) return values_error(arena);
  if (truth != TRUTH_OPEN) return values_of_integer(arena, truth == TRUTH_TRUE);
  set = values_open(arena, NO_INDEX, 0);
  set->needs = needs;
  return set;
}

void values_add(struct arena *arena, struct values *set, const struct value *value) {
  for (uint32_t i = 0; i < set->count; i++)
    if (oracle_value_equal(&set->items[i], value)) return;
  if (set->count == set->capacity) {
    uint32_t capacity = set->capacity ? set->capacity * 4 : 1;
    struct value *items = oracle_take(arena, capacity * sizeof *items);
    for (uint32_t i = 0; i < set->count; i++) items[i] = set->items[i];
    set->items = items;
    set->capacity = capacity;
  }
  set->items[set->count++] = *value;
}

void values_join(struct arena *arena, struct values *set, const struct values *more) {
  for (uint32_t i = 0; i < more->count; i++) values_add(arena, set, &more->items[i]);
  set->open |= more->open;
  set->error |= more->error;
}

void values_settle(struct values *set) {
  if (set->count > VALUES_MOST) {
    set->count = 0;
    set->error = false;
    set->open = true;
  }
  if (values_single(set) || values_is_error(set)) set->needs = NULL;
}

bool values_single(const struct values *set) { return set->count == 1 && !set->open && !set->error; }

bool values_is_error(const struct values *set) { return set->count == 0 && !set->open && set->error; }

enum truth values_truth(const struct values *set) {
  if (values_is_error(set)) return TRUTH_ERROR;
  if (!values_single(set)) return TRUTH_OPEN;
  return number_sign(&set->items[0].number) ? TRUTH_TRUE : TRUTH_FALSE;
}

void oracle_needs_add(struct arena *arena, bool **needs, const bool *more, uint32_t fact_count) {
  if (!more) return;
  for (uint32_t fact = 0; fact < fact_count; fact++)
    if (more[fact]) oracle_needs_add_fact(arena, needs, fact, fact_count);
}

void oracle_needs_add_fact(struct arena *arena, bool **needs, uint32_t fact, uint32_t fact_count) {
  if (!*needs) *needs = oracle_take(arena, fact_count * sizeof **needs);
  (*needs)[fact] = true;
}
