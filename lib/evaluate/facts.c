/* Facts: see facts.h. Arrays that only grow; clearing forgets, and keeps the memory for the next request. */
#include "evaluate/facts.h"

#include <string.h>

static uint32_t step_count(const struct returns_policy *policy) { return program_count(&policy->program, SECTION_STEPS); }

bool facts_init(struct facts *facts, const struct returns_policy *policy, struct memory *memory) {
  *facts = (struct facts){.policy = policy, .memory = memory};
  lookup_init(&facts->key_lookup, memory);
  lookup_init(&facts->text_lookup, memory);
  facts->request_cells = memory_take(memory, policy->request_slots * sizeof(struct cell));
  facts->roles = memory_take_zeroed(memory, policy->role_count);
  facts->done_facts = memory_take_zeroed(memory, policy->fact_count);
  facts->done_steps = memory_take_zeroed(memory, step_count(policy));
  if (!facts->request_cells || !facts->roles || !facts->done_facts || !facts->done_steps) return false;
  memcpy(facts->request_cells, policy->blank_request, policy->request_slots * sizeof(struct cell));
  return true;
}

void facts_free(struct facts *facts) {
  if (!facts->policy) return;
  const struct returns_policy *policy = facts->policy;
  struct memory *memory = facts->memory;
  memory_give(memory, facts->request_cells, policy->request_slots * sizeof(struct cell));
  memory_give(memory, facts->line_cells, (size_t)facts->line_capacity * policy->line_slots * sizeof(struct cell));
  memory_give(memory, facts->ids, facts->id_capacity * sizeof *facts->ids);
  memory_give(memory, facts->keys, facts->key_capacity * sizeof *facts->keys);
  memory_give(memory, facts->key_cells, (size_t)facts->key_cell_capacity * policy->key_slots * sizeof(struct cell));
  memory_give(memory, facts->texts, facts->text_capacity * sizeof *facts->texts);
  memory_give(memory, facts->text_bytes.items, facts->text_bytes.capacity);
  memory_give(memory, facts->id_bytes.items, facts->id_bytes.capacity);
  memory_give(memory, facts->marks, facts->mark_capacity * sizeof *facts->marks);
  memory_give(memory, facts->roles, policy->role_count);
  memory_give(memory, facts->done_facts, policy->fact_count);
  memory_give(memory, facts->done_steps, step_count(policy));
  lookup_free(&facts->key_lookup);
  lookup_free(&facts->text_lookup);
  *facts = (struct facts){0};
}

void facts_clear(struct facts *facts) {
  const struct returns_policy *policy = facts->policy;
  memcpy(facts->request_cells, policy->blank_request, policy->request_slots * sizeof(struct cell));
  if (facts->any_answered) memset(facts->roles, 0, policy->role_count);
  if (facts->any_done) {
    memset(facts->done_facts, 0, policy->fact_count);
    memset(facts->done_steps, 0, step_count(policy));
  }
  lookup_clear(&facts->key_lookup);
  lookup_clear(&facts->text_lookup);
  facts->line_count = facts->key_count = facts->text_count = facts->text_bytes.count = facts->id_bytes.count = 0;
  facts->any_answered = facts->any_done = facts->has_as_of = false;
}

/* Rows of `width` cells; a width of 0 still counts capacity, without memory behind it. */
static bool reserve_rows(struct memory *memory, struct cell **cells, uint32_t *capacity, uint32_t needed, uint32_t width) {
  if (width == 0) return true;
  return memory_reserve(memory, (void **)cells, capacity, needed, width * sizeof(struct cell));
}

bool facts_add_line(struct facts *facts) {
  uint32_t width = facts->policy->line_slots, line = facts->line_count;
  if (!reserve_rows(facts->memory, &facts->line_cells, &facts->line_capacity, line + 1, width)) return false;
  if (!memory_reserve(facts->memory, (void **)&facts->ids, &facts->id_capacity, line + 1, sizeof *facts->ids)) return false;
  if (width) memcpy(facts->line_cells + (size_t)line * width, facts->policy->blank_line, width * sizeof(struct cell));
  facts->ids[line] = (struct facts_text){0};
  facts->line_count++;
  return true;
}

static bool add_bytes(struct memory *memory, struct facts_bytes *bytes, struct text text, struct facts_text *place) {
  if (text.size > UINT32_MAX - 1 - bytes->count) return false;
  if (!memory_reserve(memory, (void **)&bytes->items, &bytes->capacity, bytes->count + text.size + 1, 1)) return false;
  *place = (struct facts_text){.offset = bytes->count, .size = text.size, .capacity = text.size + 1};
  if (text.size) memcpy(bytes->items + place->offset, text.bytes, text.size);
  bytes->items[place->offset + text.size] = '\0';
  bytes->count += text.size + 1;
  return true;
}

bool facts_set_id(struct facts *facts, uint32_t line, struct text id) {
  struct facts_text *place = &facts->ids[line];
  if (id.size >= place->capacity) return add_bytes(facts->memory, &facts->id_bytes, id, place);
  if (id.size) memcpy(facts->id_bytes.items + place->offset, id.bytes, id.size);
  facts->id_bytes.items[place->offset + id.size] = '\0';
  place->size = id.size;
  return true;
}

/* ---- texts ---- */

struct text facts_text(const struct facts *facts, int64_t number) {
  const struct returns_policy *policy = facts->policy;
  if (number < policy->text_count) return policy_slice(policy, policy->texts[number]);
  const struct facts_text *text = &facts->texts[number - policy->text_count];
  return (struct text){.bytes = facts->text_bytes.items + text->offset, .size = text->size};
}

/* Calls `visit` with every text number that the request holds and that is its own. */
static void each_own_text(struct facts *facts, void (*visit)(struct facts *facts, int64_t *number)) {
  const struct returns_policy *policy = facts->policy;
  for (uint32_t f = 0; f < policy->fact_count; f++) {
    if (policy->facts[f].type != TYPE_TEXT) continue;
    uint32_t scope = policy->facts[f].scope, slot = policy->slots[f];
    uint32_t rows = scope == SCOPE_REQUEST ? 1 : scope == SCOPE_LINE ? facts->line_count : facts->key_count;
    for (uint32_t row = 0; row < rows; row++) {
      struct cell *cells = scope == SCOPE_REQUEST ? facts->request_cells
                           : scope == SCOPE_LINE  ? facts_line(facts, row)
                                                  : facts_key_row(facts, row);
      if (cells[slot].given && cells[slot].value >= policy->text_count) visit(facts, &cells[slot].value);
    }
  }
  for (uint32_t k = 0; k < facts->key_count; k++) {
    struct facts_key *key = &facts->keys[k];
    if (policy->facts[key->fact].type == TYPE_TEXT && key->value >= policy->text_count) visit(facts, &key->value);
  }
}

static void mark_text(struct facts *facts, int64_t *number) { facts->marks[*number - facts->policy->text_count] = 1; }

static void renumber_text(struct facts *facts, int64_t *number) {
  *number = (int64_t)facts->policy->text_count + facts->marks[*number - facts->policy->text_count];
}

/* Drops the texts that no cell and no key has any more, so that a request which is set again and again does not grow.
 * Needs no memory but the marks: what remains fits where it was. */
static bool tidy_texts(struct facts *facts) {
  if (!memory_reserve(facts->memory, (void **)&facts->marks, &facts->mark_capacity, facts->text_count, sizeof *facts->marks))
    return false;
  memset(facts->marks, 0, facts->text_count * sizeof *facts->marks);
  each_own_text(facts, mark_text);
  lookup_clear(&facts->text_lookup);
  uint32_t kept = 0, bytes = 0;
  for (uint32_t i = 0; i < facts->text_count; i++) {
    struct facts_text text = facts->texts[i];
    if (!facts->marks[i]) continue;
    memmove(facts->text_bytes.items + bytes, facts->text_bytes.items + text.offset, text.capacity);
    text.offset = bytes;
    bytes += text.capacity;
    facts->marks[i] = kept;
    facts->texts[kept] = text;
    struct text slice = {.bytes = facts->text_bytes.items + text.offset, .size = text.size};
    lookup_add(&facts->text_lookup, lookup_hash(NAMES_OF_TEXTS, slice), NAMES_OF_TEXTS, kept++);
  }
  each_own_text(facts, renumber_text);
  facts->text_count = kept;
  facts->text_bytes.count = bytes;
  lookup_clear(&facts->key_lookup);
  for (uint32_t k = 0; k < facts->key_count; k++)
    lookup_add(&facts->key_lookup, lookup_hash_number(facts->keys[k].fact, facts->keys[k].value), facts->keys[k].fact, k);
  return true;
}

bool facts_intern(struct facts *facts, struct text text, int64_t *number) {
  uint32_t constant = policy_find_text(facts->policy, text);
  if (constant != NO_INDEX) {
    *number = constant;
    return true;
  }
  int64_t base = facts->policy->text_count;
  uint32_t hash = lookup_hash(NAMES_OF_TEXTS, text);
  for (const struct lookup_entry *e = lookup_first(&facts->text_lookup, hash); e; e = lookup_next(&facts->text_lookup, e)) {
    if (e->hash != hash || !text_equal(facts_text(facts, base + e->index), text)) continue;
    *number = base + e->index;
    return true;
  }
  if (facts->text_count >= facts->tidy_at) {
    if (facts->text_count > 0 && !tidy_texts(facts)) return false;
    facts->tidy_at = facts->text_count < 32 ? 64 : facts->text_count * 2;
  }
  uint32_t index = facts->text_count;
  if (!memory_reserve(facts->memory, (void **)&facts->texts, &facts->text_capacity, index + 1, sizeof *facts->texts))
    return false;
  if (!lookup_add(&facts->text_lookup, hash, NAMES_OF_TEXTS, index)) return false;
  if (!add_bytes(facts->memory, &facts->text_bytes, text, &facts->texts[index])) {
    lookup_cut(&facts->text_lookup, index);
    return false;
  }
  facts->text_count++;
  *number = base + index;
  return true;
}

/* ---- keys ---- */

uint32_t facts_find_key(const struct facts *facts, uint32_t of, int64_t value) {
  uint32_t hash = lookup_hash_number(of, value);
  for (const struct lookup_entry *e = lookup_first(&facts->key_lookup, hash); e; e = lookup_next(&facts->key_lookup, e))
    if (e->hash == hash && e->owner == of && facts->keys[e->index].value == value) return e->index;
  return NO_INDEX;
}

bool facts_key(struct facts *facts, uint32_t of, int64_t value, uint32_t *key) {
  *key = facts_find_key(facts, of, value);
  if (*key != NO_INDEX) return true;
  uint32_t width = facts->policy->key_slots, index = facts->key_count;
  if (!memory_reserve(facts->memory, (void **)&facts->keys, &facts->key_capacity, index + 1, sizeof *facts->keys)) return false;
  if (!reserve_rows(facts->memory, &facts->key_cells, &facts->key_cell_capacity, index + 1, width)) return false;
  if (!lookup_add(&facts->key_lookup, lookup_hash_number(of, value), of, index)) return false;
  facts->keys[index] = (struct facts_key){.fact = of, .value = value};
  if (width) memset(facts_key_row(facts, index), 0, width * sizeof(struct cell));
  facts->key_count++;
  *key = index;
  return true;
}

/* Grows to the size of `in` and copies its bytes. */
static bool copy_array(struct memory *memory, void **items, uint32_t *capacity, const void *in, uint32_t count, size_t size) {
  if (count == 0 || size == 0) return true;
  if (!memory_reserve(memory, items, capacity, count, size)) return false;
  void *to;
  memcpy(&to, items, sizeof to);
  memcpy(to, in, count * size);
  return true;
}

/* Ids, keys and texts: of most requests there are none. */
static bool copy_lists(struct facts *out, const struct facts *in) {
  struct memory *memory = out->memory;
  size_t row = in->policy->key_slots * sizeof(struct cell);
  bool none = !(in->id_bytes.count | in->key_count | in->text_count | out->id_bytes.count | out->key_count | out->text_count);
  if (none) return true;
  if (!copy_array(memory, (void **)&out->keys, &out->key_capacity, in->keys, in->key_count, sizeof *in->keys) ||
      !copy_array(memory, (void **)&out->key_cells, &out->key_cell_capacity, in->key_cells, in->key_count, row) ||
      !copy_array(memory, (void **)&out->texts, &out->text_capacity, in->texts, in->text_count, sizeof *in->texts) ||
      !copy_array(memory, (void **)&out->text_bytes.items, &out->text_bytes.capacity, in->text_bytes.items, in->text_bytes.count,
                  1) ||
      !copy_array(memory, (void **)&out->id_bytes.items, &out->id_bytes.capacity, in->id_bytes.items, in->id_bytes.count, 1) ||
      !lookup_copy(&out->key_lookup, &in->key_lookup) || !lookup_copy(&out->text_lookup, &in->text_lookup))
    return false;
  out->key_count = in->key_count;
  out->text_count = in->text_count;
  out->text_bytes.count = in->text_bytes.count;
  out->id_bytes.count = in->id_bytes.count;
  return true;
}

bool facts_copy(struct facts *out, const struct facts *in) {
  const struct returns_policy *policy = in->policy;
  struct memory *memory = out->memory;
  memcpy(out->request_cells, in->request_cells, policy->request_slots * sizeof(struct cell));
  if (in->any_answered || out->any_answered) memcpy(out->roles, in->roles, policy->role_count);
  if (in->any_done || out->any_done) {
    memcpy(out->done_facts, in->done_facts, policy->fact_count);
    memcpy(out->done_steps, in->done_steps, step_count(policy));
  }
  out->any_answered = in->any_answered;
  out->any_done = in->any_done;
  out->has_as_of = in->has_as_of;
  out->as_of = in->as_of;
  if (copy_array(memory, (void **)&out->line_cells, &out->line_capacity, in->line_cells, in->line_count,
                 policy->line_slots * sizeof(struct cell)) &&
      copy_array(memory, (void **)&out->ids, &out->id_capacity, in->ids, in->line_count, sizeof *in->ids) &&
      copy_lists(out, in)) {
    out->line_count = in->line_count;
    return true;
  }
  facts_clear(out);
  return false;
}
