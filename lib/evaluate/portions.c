/* Portions: see portions.h. */
#include "evaluate/portions.h"

#include <string.h>

void portions_init(struct portions *portions, const struct returns_policy *policy, struct memory *memory) {
  *portions = (struct portions){.policy = policy, .memory = memory};
  portions->charges_each = policy->fee_count + policy->bonus_count;
  portions->approvals_each = policy->approval_count;
  portions->outputs_each = policy->output_count;
  portions->need_words = (policy->fact_count + 63) / 64;
}

void portions_free(struct portions *portions) {
  struct memory *memory = portions->memory;
  if (!memory) return;
  memory_give(memory, portions->items, portions->capacity * sizeof *portions->items);
  memory_give(memory, portions->charges, portions->charge_capacity * sizeof *portions->charges);
  memory_give(memory, portions->asked, portions->asked_capacity);
  memory_give(memory, portions->outputs, portions->output_capacity * sizeof *portions->outputs);
  memory_give(memory, portions->reasons, portions->reason_capacity * sizeof *portions->reasons);
  memory_give(memory, portions->words, portions->word_capacity * sizeof *portions->words);
  *portions = (struct portions){0};
}

void portions_clear(struct portions *portions) { portions->count = portions->reason_count = portions->word_count = 0; }

/* Room for `count` portions in all. */
static bool reserve(struct portions *p, uint32_t count) {
  uint64_t charges = (uint64_t)count * p->charges_each, asked = (uint64_t)count * p->approvals_each,
           outputs = (uint64_t)count * p->outputs_each;
  if (charges > UINT32_MAX || asked > UINT32_MAX || outputs > UINT32_MAX) return false;
  return memory_reserve(p->memory, (void **)&p->items, &p->capacity, count, sizeof *p->items) &&
         memory_reserve(p->memory, (void **)&p->charges, &p->charge_capacity, (uint32_t)charges, sizeof *p->charges) &&
         memory_reserve(p->memory, (void **)&p->asked, &p->asked_capacity, (uint32_t)asked, 1) &&
         memory_reserve(p->memory, (void **)&p->outputs, &p->output_capacity, (uint32_t)outputs, sizeof *p->outputs);
}

struct portion *portions_add(struct portions *portions, uint32_t rule, int64_t units) {
  if (!reserve(portions, portions->count + 1)) return NULL;
  uint32_t index = portions->count++;
  struct portion *portion = &portions->items[index];
  *portion = (struct portion){
      .rule = rule, .verdict = (int32_t)portions->policy->rules[rule].verdict, .units = units, .group = NO_INDEX};
  portion->reason_first = portions->reason_count;
  if (portions->charges_each) memset(portion_charges(portions, index), 0, portions->charges_each * sizeof *portions->charges);
  if (portions->approvals_each) memset(portion_asked(portions, index), 0, portions->approvals_each);
  for (uint32_t o = 0; o < portions->outputs_each; o++) portion_outputs(portions, index)[o] = (struct chosen){NO_INDEX, NO_INDEX};
  return portion;
}

bool portions_add_reason(struct portions *portions, struct portion *portion, uint32_t reason) {
  if (!memory_reserve(portions->memory, (void **)&portions->reasons, &portions->reason_capacity, portions->reason_count + 1,
                      sizeof *portions->reasons))
    return false;
  if (portion->reason_count == 0) portion->reason_first = portions->reason_count;
  portions->reasons[portions->reason_count++] = reason;
  portion->reason_count++;
  return true;
}

uint32_t portions_add_words(struct portions *portions, const uint64_t *bits) {
  uint32_t first = portions->word_count, count = portions->need_words;
  if (count > UINT32_MAX - first || !memory_reserve(portions->memory, (void **)&portions->words, &portions->word_capacity,
                                                    first + count, sizeof *portions->words))
    return NO_INDEX;
  for (uint32_t i = 0; i < count; i++) portions->words[first + i] = bits ? bits[i] : 0;
  portions->word_count += count;
  return first;
}

static bool append_lists(struct portions *p, const struct portions *more) {
  uint32_t reasons = p->reason_count + more->reason_count, words = p->word_count + more->word_count;
  if (reasons < p->reason_count || words < p->word_count) return false;
  if (!memory_reserve(p->memory, (void **)&p->reasons, &p->reason_capacity, reasons, sizeof *p->reasons)) return false;
  if (!memory_reserve(p->memory, (void **)&p->words, &p->word_capacity, words, sizeof *p->words)) return false;
  if (more->reason_count) memcpy(p->reasons + p->reason_count, more->reasons, more->reason_count * sizeof *p->reasons);
  if (more->word_count) memcpy(p->words + p->word_count, more->words, more->word_count * sizeof *p->words);
  return true;
}

bool portions_append(struct portions *p, const struct portions *more) {
  uint32_t from = p->count;
  if (more->count > UINT32_MAX - from || !reserve(p, from + more->count) || !append_lists(p, more)) return false;
  if (more->count == 0) return true;
  memcpy(p->items + from, more->items, more->count * sizeof *p->items);
  if (p->charges_each)
    memcpy(portion_charges(p, from), more->charges, (size_t)more->count * p->charges_each * sizeof *p->charges);
  if (p->approvals_each) memcpy(portion_asked(p, from), more->asked, (size_t)more->count * p->approvals_each);
  for (uint32_t i = from; i < from + more->count; i++) {
    p->items[i].reason_first += p->reason_count;
    for (uint32_t o = 0; o < p->outputs_each; o++) {
      struct chosen chosen = portion_outputs(more, i - from)[o];
      if (chosen.needs != NO_INDEX) chosen.needs += p->word_count;
      portion_outputs(p, i)[o] = chosen;
    }
  }
  p->count += more->count;
  p->reason_count += more->reason_count;
  p->word_count += more->word_count;
  return true;
}

static bool same_charges(const struct portions *a, const struct portions *b, uint32_t portion) {
  const struct charge *x = portion_charges(a, portion), *y = portion_charges(b, portion);
  for (uint32_t i = 0; i < a->charges_each; i++)
    if (x[i].applies != y[i].applies || x[i].charged != y[i].charged) return false;
  return true;
}

bool portions_equal(const struct portions *a, const struct portions *b) {
  if (a->count != b->count) return false;
  for (uint32_t i = 0; i < a->count; i++) {
    const struct portion *x = &a->items[i], *y = &b->items[i];
    if (x->rule != y->rule || x->verdict != y->verdict || x->units != y->units || x->credit != y->credit) return false;
    if (!same_charges(a, b, i)) return false;
    if (a->approvals_each && memcmp(portion_asked(a, i), portion_asked(b, i), a->approvals_each) != 0) return false;
  }
  return true;
}
