/* Ledger: see ledger.h. */
#include "evaluate/ledger.h"

/* ---- bounds ---- */

static int compare(const struct number *a, const struct number *b) {
  enum number_error error;
  return number_compare(a, b, &error);
}

void bound_set(struct bound *bound, int64_t value) {
  number_set(&bound->number, value);
  bound->unlimited = false;
}

static void bound_copy(struct bound *out, const struct bound *in) {
  out->unlimited = in->unlimited;
  number_copy(&out->number, &in->number);
}

void number_subtract_floor(struct number *a, const struct bound *b) {
  if (b->unlimited || number_subtract(a, a, &b->number) != NUMBER_OK || number_sign(a) < 0) number_set(a, 0);
}

void bound_subtract(struct bound *a, const struct bound *b) {
  if (a->unlimited && !b->unlimited) return;
  a->unlimited = false;
  number_subtract_floor(&a->number, b);
}

int bound_compare(const struct bound *a, const struct bound *b) {
  if (a->unlimited || b->unlimited) return (int)a->unlimited - (int)b->unlimited;
  return compare(&a->number, &b->number);
}

int64_t bound_floor(const struct bound *bound) {
  struct number whole;
  int64_t value;
  if (bound->unlimited || number_floor(&whole, &bound->number) != NUMBER_OK) return INT64_MAX;
  if (number_to_int64(&whole, &value)) return value;
  return number_sign(&whole) < 0 ? INT64_MIN : INT64_MAX;
}

bool draw_is_exact(const struct draw *draw) {
  return !draw->drawn_high.unlimited && compare(&draw->drawn_low, &draw->drawn_high.number) == 0;
}

/* ---- groups ---- */

void ledger_init(struct ledger *ledger, struct memory *memory) {
  *ledger = (struct ledger){.memory = memory};
  lookup_init(&ledger->lookup, memory);
}

void ledger_free(struct ledger *ledger) {
  if (!ledger->memory) return;
  memory_give(ledger->memory, ledger->items, ledger->capacity * sizeof *ledger->items);
  lookup_free(&ledger->lookup);
  *ledger = (struct ledger){0};
}

uint32_t ledger_find(const struct ledger *ledger, uint32_t allowance, int64_t key) {
  uint32_t hash = lookup_hash_number(allowance, key);
  for (const struct lookup_entry *e = lookup_first(&ledger->lookup, hash); e; e = lookup_next(&ledger->lookup, e))
    if (e->hash == hash && e->owner == allowance && ledger->items[e->index].key == key) return e->index;
  return NO_INDEX;
}

/* The amount of an allowance: floored at zero; open: anything. */
static void fill_group(struct run *run, struct group *group, struct scene *scene) {
  struct set amount = evaluate_any(scene, run->policy->allowances[group->allowance].amount);
  struct number whole;
  int64_t coded;
  bound_set(&group->limit, 0);
  number_set(&group->low, 0);
  if (set_is_error(&amount)) {
    group->faulty = true;
    group->fault = amount.fault;
  } else if (!set_is_single(&amount)) {
    group->limit_open = group->limit.unlimited = true;
    needs_add(&run->request.work, &group->needs, amount.needs);
  } else {
    value_to_number(&amount.one, &group->limit.number);
    if (number_floor(&whole, &group->limit.number) != NUMBER_OK || !number_to_int64(&whole, &coded)) {
      group->faulty = true;
      group->fault = value_fault(VALUE_OVERFLOW);
    }
    if (number_sign(&group->limit.number) < 0) number_set(&group->limit.number, 0);
    number_copy(&group->low, &group->limit.number);
  }
  bound_copy(&group->high, &group->limit);
}

static bool add_group(struct ledger *ledger, struct run *run, uint32_t allowance, int64_t key, bool listed) {
  const struct program_allowance *declared = &run->policy->allowances[allowance];
  uint32_t found = ledger_find(ledger, allowance, key);
  if (found != NO_INDEX) {
    ledger->items[found].listed |= listed;
    return true;
  }
  struct scene *scene = declared->scope == SCOPE_FACT ? scene_of_key(&run->request, declared->scope_fact, key) : &run->request;
  if (!scene ||
      !memory_reserve(ledger->memory, (void **)&ledger->items, &ledger->capacity, ledger->count + 1, sizeof *ledger->items))
    return false;
  if (!lookup_add(&ledger->lookup, lookup_hash_number(allowance, key), allowance, ledger->count)) return false;
  struct group *group = &ledger->items[ledger->count++];
  group->allowance = allowance;
  group->key = key;
  group->limit_open = group->faulty = false;
  group->needs = NULL;
  group->listed = listed;
  fill_group(run, group, scene);
  return true;
}

/* The groups of the lines in order of the first line of each, then those that a missing choice may still mean. */
static bool add_keyed_groups(struct ledger *ledger, struct run *run, uint32_t allowance, struct memo *memos) {
  uint32_t of = run->policy->allowances[allowance].scope_fact;
  bool open = false;
  for (uint32_t line = 0; line < run->facts->line_count; line++) {
    struct scene scene = scene_of_line(&run->request, line, memos);
    struct reading key = read_key(&scene, of);
    if (is_known(&key) && !add_group(ledger, run, allowance, key.value.num, true)) return false;
    open |= !is_known(&key);
  }
  for (uint32_t v = 0; open && run->policy->facts[of].type == TYPE_CHOICE && v < run->policy->facts[of].values.count; v++)
    if (!add_group(ledger, run, allowance, v, false)) return false;
  return true;
}

bool ledger_open(struct ledger *ledger, struct run *run) {
  lookup_clear(&ledger->lookup);
  ledger->count = 0;
  ledger->cloudy = false;
  ledger->cloudy_needs = NULL;
  if (run->policy->allowance_count == 0) return true;
  struct memo *memos = scene_memos(&run->request);
  if (!memos) return false;
  for (uint32_t a = 0; a < run->policy->allowance_count; a++) {
    bool keyed = run->policy->allowances[a].scope == SCOPE_FACT;
    if (keyed ? !add_keyed_groups(ledger, run, a, memos) : !add_group(ledger, run, a, 0, run->facts->line_count > 0))
      return false;
  }
  return true;
}

/* ---- draws ---- */

struct draw *ledger_draw(const struct ledger *ledger, struct draws *draws, uint32_t index) {
  for (uint32_t i = 0; i < draws->count; i++)
    if (draws->items[i].group == index) return &draws->items[i];
  if (!memory_reserve(ledger->memory, (void **)&draws->items, &draws->capacity, draws->count + 1, sizeof *draws->items))
    return NULL;
  const struct group *group = &ledger->items[index];
  struct draw *draw = &draws->items[draws->count++];
  draw->group = index;
  number_set(&draw->drawn_low, 0);
  bound_set(&draw->drawn_high, 0);
  if (ledger->cloudy)
    number_set(&draw->low, 0);
  else
    number_copy(&draw->low, &group->low);
  bound_copy(&draw->high, ledger->cloudy ? &group->limit : &group->high);
  return draw;
}

void ledger_book(struct ledger *ledger, struct run *run, const struct draws *draws, const uint64_t *needs,
                 const uint64_t *more_needs) {
  for (uint32_t i = 0; i < draws->count; i++) {
    const struct draw *draw = &draws->items[i];
    struct group *group = &ledger->items[draw->group];
    struct bound least = {.unlimited = false};
    number_copy(&least.number, &draw->drawn_low);
    number_subtract_floor(&group->low, &draw->drawn_high);
    bound_subtract(&group->high, &least);
    if (draw_is_exact(draw) || ledger->cloudy) continue; /* a cloudy balance is inexact whatever the line drew */
    needs_add(&run->request.work, &group->needs, needs);
    needs_add(&run->request.work, &group->needs, more_needs);
  }
}
