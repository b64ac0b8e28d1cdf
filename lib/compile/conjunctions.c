/* Conjunctions: conditions as alternatives of "column in set" that all hold, under a cap.
 *
 * In: literals. Out: their conjunctions and disjunctions, never narrower than what they stand for. It must not know what a class
 * means.
 */
#include "compile/work.h"

#include <string.h>

static bool is_empty(const struct class_set *set) {
  uint64_t any = 0;
  for (uint32_t w = 0; w < CLASS_WORDS; w++) any |= set->words[w];
  return any == 0;
}

static bool is_full(const struct class_set *set, uint32_t class_count) {
  for (uint32_t w = 0; w * 64 < class_count; w++) {
    uint64_t all = class_count - w * 64 >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << (class_count - w * 64)) - 1;
    if (set->words[w] != all) return false;
  }
  return true;
}

static bool is_equal(const struct class_set *a, const struct class_set *b) { return memcmp(a, b, sizeof *a) == 0; }

static void intersect(struct class_set *a, const struct class_set *b) {
  for (uint32_t w = 0; w < CLASS_WORDS; w++) a->words[w] &= b->words[w];
}

static void unite(struct class_set *a, const struct class_set *b) {
  for (uint32_t w = 0; w < CLASS_WORDS; w++) a->words[w] |= b->words[w];
}

/* ---- the simplest ---- */

struct disjunction disjunction_none(void) {
  return (struct disjunction){0};
}

struct disjunction disjunction_all(bool exact) {
  static const struct conjunction all[2] = {{.exact = false}, {.exact = true}};
  return (struct disjunction){.items = &all[exact], .count = 1, .may_fail = false};
}

struct disjunction disjunction_literal(struct arena *arena, uint32_t column, uint32_t class_count, const struct class_set *set,
                                       bool exact, bool *failed) {
  if (is_empty(set)) return disjunction_none();
  if (is_full(set, class_count)) return disjunction_all(exact);
  struct {
    struct conjunction item;
    const struct literal *list[1];
    struct literal literal;
  } *made = arena_take(arena, sizeof *made);
  if (!made) {
    *failed = true;
    return disjunction_none();
  }
  made->literal = (struct literal){column, *set};
  made->list[0] = &made->literal;
  made->item = (struct conjunction){made->list, 1, exact};
  return (struct disjunction){&made->item, 1, false};
}

/* ---- and ---- */

/* Both at once. *empty: they exclude each other. */
static bool join(struct arena *arena, const struct conjunction *a, const struct conjunction *b, struct conjunction *out,
                 bool *empty) {
  const struct literal **literals = arena_take(arena, ((size_t)a->count + b->count) * sizeof *literals);
  uint32_t count = 0;
  *empty = false;
  if (!literals) return false;
  for (uint32_t i = 0, k = 0; i < a->count || k < b->count; count++) {
    if (k == b->count || (i < a->count && a->literals[i]->column < b->literals[k]->column)) {
      literals[count] = a->literals[i++];
    } else if (i == a->count || b->literals[k]->column < a->literals[i]->column) {
      literals[count] = b->literals[k++];
    } else {
      struct literal *both = arena_take(arena, sizeof *both);
      if (!both) return false;
      *both = *a->literals[i++];
      intersect(&both->set, &b->literals[k++]->set);
      if (is_empty(&both->set)) *empty = true;
      literals[count] = both;
    }
  }
  *out = (struct conjunction){literals, count, a->exact && b->exact};
  return true;
}

/* One conjunction that holds wherever one of these does: per column that all of them restrict, the union. */
static bool hull(struct arena *arena, struct disjunction *d, const struct column *columns) {
  if (d->count < 2) return true;
  const struct conjunction *first = &d->items[0];
  const struct literal **literals = arena_take(arena, (size_t)first->count * sizeof *literals);
  struct literal *unions = arena_take(arena, (size_t)first->count * sizeof *unions);
  struct conjunction *item = arena_take(arena, sizeof *item);
  if (!literals || !unions || !item) return false;
  uint32_t count = 0;
  for (uint32_t l = 0; l < first->count; l++) {
    struct literal *literal = &unions[count];
    *literal = *first->literals[l];
    bool in_all = true;
    for (uint32_t i = 1; i < d->count && in_all; i++) {
      uint32_t k = 0;
      while (k < d->items[i].count && d->items[i].literals[k]->column != literal->column) k++;
      in_all = k < d->items[i].count;
      if (in_all) unite(&literal->set, &d->items[i].literals[k]->set);
    }
    if (in_all && !is_full(&literal->set, columns[literal->column].class_count)) literals[count++] = literal;
  }
  *item = (struct conjunction){literals, count, false};
  d->items = item;
  d->count = 1;
  return true;
}

struct disjunction disjunction_and(struct arena *arena, struct disjunction a, struct disjunction b, const struct column *columns,
                                   bool *failed) {
  struct disjunction out = {.may_fail = a.may_fail || b.may_fail};
  if (a.count == 0 || b.count == 0) return disjunction_none();
  if (a.count * b.count > MAX_CONJUNCTIONS && !hull(arena, a.count > b.count ? &a : &b, columns)) *failed = true;
  struct conjunction *items = arena_take(arena, (size_t)a.count * b.count * sizeof *items);
  if (!items || *failed) {
    *failed = true;
    return disjunction_none();
  }
  for (uint32_t i = 0; i < a.count; i++) {
    for (uint32_t k = 0; k < b.count; k++) {
      bool empty;
      if (!join(arena, &a.items[i], &b.items[k], &items[out.count], &empty)) {
        *failed = true;
        return disjunction_none();
      }
      if (!empty) out.count++;
    }
  }
  out.items = items;
  return out;
}

/* ---- or ---- */

/* Whether two conjunctions are one: equal but for one column (*at; NO_INDEX: none), as exact as each other. */
static bool merges(const struct conjunction *a, const struct conjunction *b, uint32_t *at) {
  *at = NO_INDEX;
  if (a->count != b->count || a->exact != b->exact) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    if (a->literals[i]->column != b->literals[i]->column) return false;
    if (is_equal(&a->literals[i]->set, &b->literals[i]->set)) continue;
    if (*at != NO_INDEX) return false;
    *at = i;
  }
  return true;
}

/* a, with the union of both at one column; a union of all classes says nothing. */
static bool merge(struct arena *arena, const struct conjunction *a, const struct conjunction *b, uint32_t at,
                  const struct column *columns, struct conjunction *out) {
  const struct literal **literals = arena_take(arena, (size_t)a->count * sizeof *literals);
  struct literal *both = arena_take(arena, sizeof *both);
  if (!literals || !both) return false;
  *both = *a->literals[at];
  unite(&both->set, &b->literals[at]->set);
  *out = (struct conjunction){literals, 0, a->exact};
  for (uint32_t i = 0; i < a->count; i++) {
    if (i != at)
      literals[out->count++] = a->literals[i];
    else if (!is_full(&both->set, columns[both->column].class_count))
      literals[out->count++] = both;
  }
  return true;
}

/* Adds a conjunction, merged with one that is there if it can be. items has room. */
static bool add(struct arena *arena, struct conjunction *items, uint32_t *count, const struct conjunction *item,
                const struct column *columns) {
  uint32_t at;
  for (uint32_t i = 0; i < *count; i++) {
    if (!merges(&items[i], item, &at)) continue;
    if (at == NO_INDEX) return true;
    struct conjunction merged;
    if (!merge(arena, item, &items[i], at, columns, &merged)) return false;
    items[i] = items[--*count];
    return add(arena, items, count, &merged, columns);
  }
  items[(*count)++] = *item;
  return true;
}

static bool is_certain(const struct disjunction *d) { return d->count == 1 && d->items[0].count == 0 && d->items[0].exact; }

struct disjunction disjunction_or(struct arena *arena, struct disjunction a, struct disjunction b, const struct column *columns,
                                  bool *failed) {
  struct disjunction out = {.may_fail = a.may_fail || b.may_fail};
  if (a.count == 0 || b.count == 0) {
    struct disjunction other = a.count == 0 ? b : a;
    other.may_fail = out.may_fail;
    return other;
  }
  if (is_certain(&a)) return a;
  if (is_certain(&b)) return b;
  struct conjunction *items = arena_take(arena, ((size_t)a.count + b.count) * sizeof *items);
  bool done = items != NULL;
  for (uint32_t i = 0; done && i < a.count + b.count; i++) {
    done = add(arena, items, &out.count, i < a.count ? &a.items[i] : &b.items[i - a.count], columns);
  }
  out.items = items;
  if (!done || (out.count > MAX_CONJUNCTIONS && !hull(arena, &out, columns))) {
    *failed = true;
    return disjunction_none();
  }
  return out;
}
