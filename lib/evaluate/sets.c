/* Sets: the values that an expression may have while facts are missing, and operators on their cross products. */
#include "evaluate/value.h"

#include <string.h>

/* ---- needs ---- */

static uint64_t *needs_own(struct work *work, uint64_t **needs) {
  if (!*needs) *needs = arena_take_zeroed(work->arena, work->need_words * sizeof **needs);
  if (!*needs) *work->failed = true;
  return *needs;
}

void needs_add(struct work *work, uint64_t **needs, const uint64_t *more) {
  if (!more || !needs_own(work, needs)) return;
  for (uint32_t i = 0; i < work->need_words; i++) (*needs)[i] |= more[i];
}

void needs_add_fact(struct work *work, uint64_t **needs, uint32_t fact) {
  if (needs_own(work, needs)) (*needs)[fact / 64] |= (uint64_t)1 << fact % 64;
}

/* ---- sets ---- */

struct set set_of(struct value value) {
  struct set set = {0};
  if (value.state == VALUE_DEFINITE) {
    set.one = value;
    set.count = 1;
  } else if (value.state == VALUE_ERROR) {
    set.error = true;
    set.fault = value;
  } else {
    set.open = true;
  }
  return set;
}

struct set set_open(struct work *work, uint32_t fact) {
  struct set set = {.open = true};
  if (fact != NO_INDEX) needs_add_fact(work, &set.needs, fact);
  return set;
}

struct set set_of_truth(enum truth truth, uint64_t *needs, struct value fault) {
  if (truth == TRUTH_ERROR) return set_of(fault);
  if (truth == TRUTH_OPEN) return (struct set){.open = true, .needs = needs};
  return set_of(value_of(truth == TRUTH_TRUE));
}

void set_add(struct work *work, struct set *set, const struct value *value) {
  for (uint32_t i = 0; i < set->count; i++)
    if (value_equal(set_item(set, i), value)) return;
  if (set->count == 0) {
    set->one = *value;
    set->count = 1;
    return;
  }
  if (set->count == VALUES_MOST) {
    set->full = true;
    return;
  }
  if (set->count - 1 == set->capacity) {
    uint32_t capacity = set->capacity ? VALUES_MOST - 1 : 3;
    struct value *more = arena_take(work->arena, capacity * sizeof *more);
    if (!more) {
      *work->failed = true;
      return;
    }
    if (set->capacity) memcpy(more, set->more, set->capacity * sizeof *more);
    set->more = more;
    set->capacity = capacity;
  }
  set->more[set->count++ - 1] = *value;
}

static void set_add_error(struct set *set, const struct value *fault) {
  if (!set->error) set->fault = *fault;
  set->error = true;
}

void set_join(struct work *work, struct set *set, const struct set *other) {
  for (uint32_t i = 0; i < other->count; i++) set_add(work, set, set_item(other, i));
  set->open |= other->open;
  set->full |= other->full;
  if (other->error) set_add_error(set, &other->fault);
}

void set_settle(struct set *set) {
  if (set->full) {
    set->count = 0;
    set->error = set->full = false;
    set->open = true;
  }
  if (set_is_single(set) || set_is_error(set)) set->needs = NULL;
}

enum truth set_truth(const struct set *set) {
  if (set_is_error(set)) return TRUTH_ERROR;
  if (!set_is_single(set)) return TRUTH_OPEN;
  return set->one.num ? TRUTH_TRUE : TRUTH_FALSE;
}

/* ---- cross products ---- */

static void add_result(struct work *work, struct set *result, const struct value *value) {
  if (value->state == VALUE_ERROR)
    set_add_error(result, value);
  else
    set_add(work, result, value);
}

/* Combinations that are not all definite: any error makes an error, else they are open. */
static void add_unclear(struct set *result, const struct set *const *operands, uint32_t count) {
  bool error_free = true, some_open = false;
  for (uint32_t i = 0; i < count; i++) {
    if (operands[i]->error) set_add_error(result, &operands[i]->fault);
    if (operands[i]->count == 0 && !operands[i]->open) error_free = false;
    some_open |= operands[i]->open;
  }
  if (error_free && some_open) result->open = true;
}

static void add_needs_of(struct work *work, struct set *result, const struct set *const *operands, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!set_is_single(operands[i])) needs_add(work, &result->needs, operands[i]->needs);
}

/* A flag that may be yes and may be no is open, whatever else it may be. */
static bool is_settled(const struct set *result, enum value_type type) {
  return result->full || (type == TYPE_FLAG && result->count == 2);
}

struct set set_operate(struct work *work, const struct program_node *node, const struct set *const *operands, uint32_t count) {
  struct set result = {0};
  uint32_t counts[3] = {1, 1, 1};
  struct value chosen[3];
  for (uint32_t i = 0; i < count; i++) counts[i] = operands[i]->count;
  add_unclear(&result, operands, count);
  for (uint32_t i = 0; i < counts[0]; i++) {
    chosen[0] = *set_item(operands[0], i);
    for (uint32_t j = 0; j < counts[1]; j++) {
      if (count > 1) chosen[1] = *set_item(operands[1], j);
      for (uint32_t k = 0; k < counts[2] && !is_settled(&result, (enum value_type)node->type); k++) {
        if (count > 2) chosen[2] = *set_item(operands[2], k);
        struct value value = operate(work, node, chosen);
        add_result(work, &result, &value);
      }
    }
  }
  add_needs_of(work, &result, operands, count);
  set_settle(&result);
  return result;
}

struct set set_apply(struct work *work, value_operation operation, const struct set *a, const struct set *b) {
  const struct set *operands[2] = {a, b};
  struct set result = {0};
  add_unclear(&result, operands, 2);
  for (uint32_t i = 0; i < a->count && !result.full; i++)
    for (uint32_t j = 0; j < b->count && !result.full; j++) {
      struct value value = operation(work, set_item(a, i), set_item(b, j));
      add_result(work, &result, &value);
    }
  add_needs_of(work, &result, operands, 2);
  set_settle(&result);
  return result;
}
