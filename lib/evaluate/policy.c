/* Policy: a verified block behind a handle, its names made findable, its facts laid out in cells.
 *
 * In: a block, owned or borrowed. Out: an immutable object with atomic holds, and the public getters. It must not know how
 * a block is made.
 */
#include "evaluate/policy.h"

#include "evaluate/classify.h"

#include <string.h>

static void open_sections(struct returns_policy *p) {
  const struct program *program = &p->program;
  p->header = program->header;
  p->columns = program_section(program, SECTION_COLUMNS);
  p->column_count = program_count(program, SECTION_COLUMNS);
  p->cuts = program_section(program, SECTION_CUTS);
  p->tables = program_section(program, SECTION_TABLES);
  p->rows = program_section(program, SECTION_ROWS);
  p->entries = program_section(program, SECTION_ENTRIES);
  p->entry_count = program_count(program, SECTION_ENTRIES);
  p->nodes = program_section(program, SECTION_NODES);
  p->links = program_section(program, SECTION_LINKS);
  p->facts = program_section(program, SECTION_FACTS);
  p->fact_count = program_count(program, SECTION_FACTS);
  p->terms = program_section(program, SECTION_TERMS);
  p->term_count = program_count(program, SECTION_TERMS);
  p->rules = program_section(program, SECTION_RULES);
  p->rule_count = p->header->rule_count;
  p->allowances = program_section(program, SECTION_ALLOWANCES);
  p->allowance_count = program_count(program, SECTION_ALLOWANCES);
  p->fees = program_section(program, SECTION_FEES);
  p->fee_count = program_count(program, SECTION_FEES);
  p->bonuses = program_section(program, SECTION_BONUSES);
  p->bonus_count = program_count(program, SECTION_BONUSES);
  p->approvals = program_section(program, SECTION_APPROVALS);
  p->approval_count = program_count(program, SECTION_APPROVALS);
  p->outputs = program_section(program, SECTION_OUTPUTS);
  p->output_count = program_count(program, SECTION_OUTPUTS);
  p->output_cases = program_section(program, SECTION_OUTPUT_CASES);
  p->tests = program_section(program, SECTION_TESTS);
  p->cases = program_section(program, SECTION_CASES);
  p->calendars = program_section(program, SECTION_CALENDARS);
  p->texts = program_section(program, SECTION_TEXTS);
  p->text_count = program_count(program, SECTION_TEXTS);
  p->values = program_section(program, SECTION_VALUES);
  p->floors = program_section(program, SECTION_FLOORS);
  p->floor_count = program_count(program, SECTION_FLOORS);
  p->withs = program_section(program, SECTION_WITHS);
}

static bool index_names(struct returns_policy *p) {
  lookup_init(&p->names, &p->environment->memory);
  for (uint32_t f = 0; f < p->fact_count; f++) {
    if (!lookup_add(&p->names, lookup_hash(NAMES_OF_FACTS, policy_slice(p, p->facts[f].name)), NAMES_OF_FACTS, f)) return false;
    for (uint32_t v = 0; v < p->facts[f].values.count; v++)
      if (!lookup_add(&p->names, lookup_hash(f, policy_value(p, f, v)), f, v)) return false;
  }
  for (uint32_t t = 0; t < p->text_count; t++)
    if (!lookup_add(&p->names, lookup_hash(NAMES_OF_TEXTS, policy_slice(p, p->texts[t])), NAMES_OF_TEXTS, t)) return false;
  return true;
}

static bool lay_out_facts(struct returns_policy *p) {
  p->slots = arena_take(&p->arena, p->fact_count * sizeof *p->slots);
  p->fact_traits = arena_take_zeroed(&p->arena, p->fact_count);
  if (!p->slots || !p->fact_traits) return false;
  p->all_direct = true;
  for (uint32_t f = 0; f < p->fact_count; f++) {
    const struct program_fact *fact = &p->facts[f];
    uint32_t *count = fact->scope == SCOPE_REQUEST ? &p->request_slots
                      : fact->scope == SCOPE_LINE  ? &p->line_slots
                                                   : &p->key_slots;
    p->slots[f] = (*count)++;
    /* A default that goes when the fact's step is done is no fixed default. */
    bool fading = (fact->flags & FACT_ABSENT) && fact->supplied_by.size > 0;
    bool direct = fact->scope != SCOPE_FACT && fact->same_as == NO_INDEX && fact->assume == NO_INDEX && !fading;
    bool needed = (fact->flags & FACT_USED) && !(fact->flags & FACT_OPTIONAL);
    if (fact->assume != NO_INDEX) p->assumes = true;
    if (direct) p->fact_traits[f] |= FACT_IS_DIRECT;
    /* A fact per value of another is open while that one is not given, even where it is optional itself. */
    if (!direct && (fact->flags & FACT_USED) && (needed || fact->scope == SCOPE_FACT)) {
      p->fact_traits[f] |= FACT_IS_INDIRECT_NEEDED;
      p->all_direct = false;
    }
    if (direct && needed && !(fact->flags & FACT_ABSENT)) p->fact_traits[f] |= FACT_IS_NEEDED;
  }
  p->blank_request = arena_take_zeroed(&p->arena, p->request_slots * sizeof(struct cell));
  p->blank_line = arena_take_zeroed(&p->arena, p->line_slots * sizeof(struct cell));
  if (!p->blank_request || !p->blank_line) return false;
  for (uint32_t f = 0; f < p->fact_count; f++) {
    const struct program_fact *fact = &p->facts[f];
    if (!(fact->flags & FACT_ABSENT) || fact->scope == SCOPE_FACT) continue;
    struct cell *cell = &(fact->scope == SCOPE_REQUEST ? p->blank_request : p->blank_line)[p->slots[f]];
    *cell = (struct cell){.value = fact->absent, .offset_minutes = fact->absent_offset};
  }
  return true;
}

/* The direct columns of each fact, as one array with a first index per fact. */
static bool link_columns(struct returns_policy *p) {
  p->column_is_direct = arena_take_zeroed(&p->arena, p->column_count);
  p->fact_columns_first = arena_take_zeroed(&p->arena, (p->fact_count + 1) * sizeof *p->fact_columns_first);
  p->fact_columns = arena_take(&p->arena, p->column_count * 2 * sizeof *p->fact_columns);
  if (!p->column_is_direct || !p->fact_columns_first || !p->fact_columns) return false;
  for (uint32_t c = 0; c < p->column_count; c++) {
    const struct program_column *column = &p->columns[c];
    bool two = column->kind >= COLUMN_DIFFERENCE && column->other != column->fact;
    bool direct = (p->fact_traits[column->fact] & FACT_IS_DIRECT) && (!two || (p->fact_traits[column->other] & FACT_IS_DIRECT));
    p->column_is_direct[c] = direct;
    if (!direct) {
      p->all_direct = false;
      continue;
    }
    p->fact_columns_first[column->fact + 1]++;
    if (two) p->fact_columns_first[column->other + 1]++;
  }
  for (uint32_t f = 0; f < p->fact_count; f++) p->fact_columns_first[f + 1] += p->fact_columns_first[f];
  uint32_t *next = arena_take(&p->arena, p->fact_count * sizeof *next);
  if (!next) return false;
  for (uint32_t f = 0; f < p->fact_count; f++) next[f] = p->fact_columns_first[f];
  for (uint32_t c = 0; c < p->column_count; c++) {
    if (!p->column_is_direct[c]) continue;
    p->fact_columns[next[p->columns[c].fact]++] = c;
    if (p->columns[c].kind >= COLUMN_DIFFERENCE && p->columns[c].other != p->columns[c].fact)
      p->fact_columns[next[p->columns[c].other]++] = c;
  }
  return true;
}

/* The value that a blank cell has by default. */
static bool blank_value(const struct returns_policy *p, uint32_t fact, int64_t *value) {
  *value = p->facts[fact].absent;
  return (p->facts[fact].flags & FACT_ABSENT) != 0;
}

/* A line that nothing is known of is the same every time, but where a default of its own meets a fact of the request. */
static bool lay_out_blank_rows(struct returns_policy *p) {
  p->blank_rows = arena_take_zeroed(&p->arena, p->column_count * sizeof *p->blank_rows);
  p->mixed_columns = arena_take(&p->arena, p->column_count * sizeof *p->mixed_columns);
  if (!p->blank_rows || !p->mixed_columns) return false;
  for (uint32_t f = 0; f < p->fact_count; f++) {
    if (!(p->fact_traits[f] & FACT_IS_NEEDED)) continue;
    ++*(p->facts[f].scope == SCOPE_REQUEST ? &p->request_needed : &p->line_needed);
  }
  for (uint32_t c = 0; c < p->column_count; c++) {
    const struct program_column *column = &p->columns[c];
    bool derived = column_is_derived(column);
    int64_t value, other = 0;
    if (!p->column_is_direct[c]) continue;
    bool given = blank_value(p, column->fact, &value), other_given = derived && blank_value(p, column->other, &other);
    p->blank_rows[c] = class_row(p, column, classify(p, column, given, value, other_given, other));
    bool of_request = p->facts[column->fact].scope == SCOPE_REQUEST;
    bool other_of_request = derived && p->facts[column->other].scope == SCOPE_REQUEST;
    if (c >= p->header->request_columns && ((of_request && (!derived || other_given)) || (other_of_request && given)))
      p->mixed_columns[p->mixed_count++] = c;
  }
  return true;
}

static void derive_shape(struct returns_policy *p) {
  const struct program_header *h = p->header;
  for (uint32_t e = 0; e < p->entry_count; e++) {
    p->verifies |= (p->entries[e].flags & ENTRY_VERIFY) != 0;
    p->walks |= (p->entries[e].flags & ENTRY_WALK) != 0;
  }
  bool amounts = false;
  for (uint32_t r = 0; r <= p->rule_count; r++)
    if (p->rules[r].credit != NO_INDEX || p->rules[r].limit_kind != LIMIT_NONE) amounts = true;
  p->plain = !amounts && h->units == NO_INDEX && h->unit_value == NO_INDEX && h->valid_by == NO_INDEX && h->require.count == 0 &&
             p->fee_count == 0 && p->bonus_count == 0 && p->approval_count == 0 && p->output_count == 0 &&
             program_count(&p->program, SECTION_FLOORS) == 0 && p->all_direct && !p->assumes && p->quick;
}

/* `{{` is a brace. What is in braces may be an amount: the request is then kept for nothing. */
static void look_at_messages(struct returns_policy *p) {
  const struct program_message_text *texts = program_section(&p->program, SECTION_MESSAGE_TEXTS);
  for (uint32_t i = 0; i < program_count(&p->program, SECTION_MESSAGE_TEXTS); i++) {
    struct text text = policy_slice(p, texts[i].text);
    for (uint32_t at = 0; at < text.size; at++) {
      if (text.bytes[at] != '{') continue;
      if (at + 1 < text.size && text.bytes[at + 1] == '{')
        at++;
      else
        p->messages_ask = true;
    }
  }
}

static void write_digest(struct returns_policy *p) {
  static const char digits[] = "0123456789abcdef";
  for (uint32_t i = 0; i < 32; i++) {
    p->digest[2 * i] = digits[p->header->digest[i] >> 4];
    p->digest[2 * i + 1] = digits[p->header->digest[i] & 15];
  }
  p->digest[64] = '\0';
}

static int32_t policy_make(returns_environment *environment, const void *block, size_t size_bytes, void *owned,
                           returns_policy **out);

/* The floors' blocks lie inside the policy's own. Depth: verified blocks nest a few levels at most. */
static int32_t make_floors(struct returns_policy *p) {
  const char *bytes = program_section(&p->program, SECTION_BYTES);
  p->role_count = p->approval_count;
  p->floor_policies = arena_take_zeroed(&p->arena, p->floor_count * sizeof *p->floor_policies);
  if (!p->floor_policies) return RETURNS_ERROR_MEMORY;
  for (uint32_t i = 0; i < p->floor_count; i++) {
    const struct program_floor *floor = &p->floors[i];
    int32_t status =
        policy_make(p->environment, bytes + floor->block_offset, (size_t)floor->block_size, NULL, &p->floor_policies[i]);
    if (status != RETURNS_OK) return status;
    p->role_count += p->floor_policies[i]->role_count;
    p->floors_assume |= p->floor_policies[i]->assumes || p->floor_policies[i]->floors_assume;
  }
  return RETURNS_OK;
}

/* Takes over `owned` (NULL for a borrowed block), whatever happens. */
static int32_t policy_make(returns_environment *environment, const void *block, size_t size_bytes, void *owned,
                           returns_policy **out) {
  int32_t status = RETURNS_ERROR_MEMORY;
  struct memory *memory = &environment->memory;
  struct returns_policy *p = memory_take_zeroed(memory, sizeof *p);
  if (!p) {
    memory_give(memory, owned, size_bytes);
    return status;
  }
  atomic_init(&p->holds, 1);
  p->environment = environment_hold(environment);
  p->owned = owned;
  p->owned_size = size_bytes;
  arena_init(&p->arena, memory);
  enum program_status opened = program_open(&p->program, block, size_bytes);
  if (opened != PROGRAM_OK) {
    status = opened == PROGRAM_OTHER_VERSION ? RETURNS_ERROR_VERSION : RETURNS_ERROR_BLOCK;
    goto fail;
  }
  open_sections(p);
  if ((status = make_floors(p)) != RETURNS_OK) goto fail;
  status = RETURNS_ERROR_MEMORY;
  if (!index_names(p) || !lay_out_facts(p) || !link_columns(p) || !lay_out_blank_rows(p) || !policy_derive_traits(p) ||
      !policy_derive_quick_tests(p) || !policy_derive_nested(p) || !policy_derive_private(p))
    goto fail;
  derive_shape(p);
  look_at_messages(p);
  write_digest(p);
  *out = p;
  return RETURNS_OK;
fail:
  returns_policy_free(p);
  return status;
}

int32_t policy_adopt(returns_environment *environment, void *block, size_t size_bytes, returns_policy **out) {
  *out = NULL;
  return policy_make(environment, block, size_bytes, block, out);
}

static int32_t policy_load(returns_environment *environment, const void *block, size_t size_bytes, bool copy,
                           returns_policy **out) {
  if (!out) return RETURNS_ERROR_ARGUMENT;
  *out = NULL;
  if (!block || (!copy && (uintptr_t)block % 8)) return RETURNS_ERROR_ARGUMENT;
  environment = environment_hold(environment);
  if (!environment) return RETURNS_ERROR_MEMORY;
  int32_t status = RETURNS_ERROR_MEMORY;
  void *owned = copy ? memory_take(&environment->memory, size_bytes) : NULL;
  if (owned) memcpy(owned, block, size_bytes);
  if (owned || !copy) status = policy_make(environment, copy ? owned : block, size_bytes, owned, out);
  returns_environment_free(environment);
  return status;
}

int32_t returns_policy_load(returns_environment *environment, const void *block, size_t size_bytes, returns_policy **out) {
  return policy_load(environment, block, size_bytes, true, out);
}

int32_t returns_policy_load_borrowed(returns_environment *environment, const void *block, size_t size_bytes,
                                     returns_policy **out) {
  return policy_load(environment, block, size_bytes, false, out);
}

int32_t returns_policy_block(const returns_policy *policy, const void **block, size_t *size_bytes) {
  if (block) *block = NULL;
  if (size_bytes) *size_bytes = 0;
  if (!policy || !block || !size_bytes) return RETURNS_ERROR_ARGUMENT;
  *block = policy->program.bytes;
  *size_bytes = (size_t)policy->program.size;
  return RETURNS_OK;
}

returns_policy *returns_policy_retain(returns_policy *policy) {
  if (policy) atomic_fetch_add_explicit(&policy->holds, 1, memory_order_relaxed);
  return policy;
}

void returns_policy_free(returns_policy *policy) {
  if (!policy || atomic_fetch_sub_explicit(&policy->holds, 1, memory_order_acq_rel) != 1) return;
  returns_environment *environment = policy->environment;
  for (uint32_t i = 0; policy->floor_policies && i < policy->floor_count; i++) returns_policy_free(policy->floor_policies[i]);
  lookup_free(&policy->names);
  arena_free(&policy->arena);
  memory_give(&environment->memory, policy->owned, policy->owned_size);
  memory_give(&environment->memory, policy, sizeof *policy);
  returns_environment_free(environment);
}

/* ---- finding ---- */

uint32_t policy_find_fact(const struct returns_policy *policy, struct text name) {
  uint32_t hash = lookup_hash(NAMES_OF_FACTS, name);
  for (const struct lookup_entry *e = lookup_first(&policy->names, hash); e; e = lookup_next(&policy->names, e))
    if (e->hash == hash && e->owner == NAMES_OF_FACTS && text_equal(policy_slice(policy, policy->facts[e->index].name), name))
      return e->index;
  return NO_INDEX;
}

uint32_t policy_find_value(const struct returns_policy *policy, uint32_t fact, struct text name) {
  uint32_t hash = lookup_hash(fact, name);
  for (const struct lookup_entry *e = lookup_first(&policy->names, hash); e; e = lookup_next(&policy->names, e))
    if (e->hash == hash && e->owner == fact && text_equal(policy_value(policy, fact, e->index), name)) return e->index;
  return NO_INDEX;
}

uint32_t policy_find_text(const struct returns_policy *policy, struct text text) {
  uint32_t hash = lookup_hash(NAMES_OF_TEXTS, text);
  for (const struct lookup_entry *e = lookup_first(&policy->names, hash); e; e = lookup_next(&policy->names, e))
    if (e->hash == hash && e->owner == NAMES_OF_TEXTS && text_equal(policy_slice(policy, policy->texts[e->index]), text))
      return e->index;
  return NO_INDEX;
}

struct text policy_role(const struct returns_policy *policy, uint32_t index) {
  if (index < policy->approval_count) return policy_slice(policy, policy->approvals[index].role);
  index -= policy->approval_count;
  uint32_t floor = 0;
  for (; index >= policy->floor_policies[floor]->role_count; floor++) index -= policy->floor_policies[floor]->role_count;
  return policy_role(policy->floor_policies[floor], index);
}

struct text policy_value(const struct returns_policy *policy, uint32_t fact, uint32_t value) {
  return policy_slice(policy, policy->values[policy->facts[fact].values.first + value]);
}

const char *policy_place(const struct returns_policy *policy, uint32_t span, uint32_t *line) {
  *line = 0;
  if (span >= program_count(&policy->program, SECTION_SPANS)) return "";
  const struct program_span *place = policy_span(policy, span);
  *line = place->line;
  const struct program_string *files = program_section(&policy->program, SECTION_FILES);
  return place->file < program_count(&policy->program, SECTION_FILES) ? policy_text(policy, files[place->file]) : "";
}

/* ---- getters ---- */

const char *returns_policy_name(const returns_policy *p) { return p ? policy_text(p, p->header->name) : NULL; }
const char *returns_policy_revision(const returns_policy *p) { return p ? policy_text(p, p->header->revision) : NULL; }
const char *returns_policy_title(const returns_policy *p) { return p ? policy_text(p, p->header->title) : NULL; }
const char *returns_policy_currency(const returns_policy *p) { return p ? policy_text(p, p->header->currency) : NULL; }
uint32_t returns_policy_minor_digits(const returns_policy *p) { return p ? p->header->minor_digits : 0; }
const char *returns_policy_digest(const returns_policy *p) { return p ? p->digest : NULL; }
uint32_t returns_policy_fact_count(const returns_policy *p) { return p ? p->fact_count : 0; }

int32_t returns_policy_fact_index(const returns_policy *policy, const char *name, uint32_t *fact) {
  if (!policy || !name || !fact) return RETURNS_ERROR_ARGUMENT;
  *fact = policy_find_fact(policy, text_of(name));
  return *fact == NO_INDEX ? RETURNS_ERROR_UNKNOWN : RETURNS_OK;
}

static bool has_fact(const returns_policy *policy, uint32_t fact) { return policy && fact < policy->fact_count; }

const char *returns_policy_fact_name(const returns_policy *policy, uint32_t fact) {
  return has_fact(policy, fact) ? policy_text(policy, policy->facts[fact].name) : NULL;
}

int32_t returns_policy_fact_type(const returns_policy *policy, uint32_t fact) {
  return has_fact(policy, fact) ? (int32_t)policy->facts[fact].type : 0;
}

int32_t returns_policy_fact_scope(const returns_policy *policy, uint32_t fact) {
  return has_fact(policy, fact) ? (int32_t)policy->facts[fact].scope : -1;
}

uint32_t returns_policy_value_count(const returns_policy *policy, uint32_t fact) {
  return has_fact(policy, fact) ? policy->facts[fact].values.count : 0;
}

const char *returns_policy_value_name(const returns_policy *policy, uint32_t fact, uint32_t value) {
  return value < returns_policy_value_count(policy, fact) ? policy_value(policy, fact, value).bytes : NULL;
}

int32_t returns_policy_value_index(const returns_policy *policy, uint32_t fact, const char *name, uint32_t *value) {
  if (!has_fact(policy, fact) || !name || !value) return RETURNS_ERROR_ARGUMENT;
  *value = policy_find_value(policy, fact, text_of(name));
  return *value == NO_INDEX ? RETURNS_ERROR_UNKNOWN : RETURNS_OK;
}

uint32_t returns_policy_rule_count(const returns_policy *policy) { return policy ? policy->rule_count : 0; }

const char *returns_policy_rule_name(const returns_policy *policy, uint32_t rule) {
  return policy && rule <= policy->rule_count ? policy_text(policy, policy->rules[rule].name) : NULL;
}

/* The text of one message in a locale: exactly it, else the same without its last subtag, and so on, else the first text. */
static const char *message_in(const returns_policy *policy, const struct program_message *message, const char *locale) {
  const struct program_message_text *texts = program_section(&policy->program, SECTION_MESSAGE_TEXTS);
  texts += message->texts.first;
  if (message->texts.count == 0) return NULL;
  struct text wanted = text_of(locale ? locale : "");
  while (wanted.size > 0) {
    for (uint32_t i = 0; i < message->texts.count; i++)
      if (text_equal(policy_slice(policy, texts[i].locale), wanted)) return policy_text(policy, texts[i].text);
    while (wanted.size > 0 && wanted.bytes[wanted.size - 1] != '-' && wanted.bytes[wanted.size - 1] != '_') wanted.size--;
    if (wanted.size > 0) wanted.size--;
  }
  return policy_text(policy, texts[0].text);
}

const char *returns_policy_message(const returns_policy *policy, const char *code, const char *locale) {
  if (!policy || !code) return NULL;
  const struct program_message *messages = program_section(&policy->program, SECTION_MESSAGES);
  for (uint32_t i = 0; i < program_count(&policy->program, SECTION_MESSAGES); i++)
    if (text_is(policy_slice(policy, messages[i].code), code)) return message_in(policy, &messages[i], locale);
  return NULL;
}

void returns_text_free(const returns_policy *policy, char *text, size_t size_bytes) {
  if (policy && text) memory_give(&policy->environment->memory, text, size_bytes + 1);
}
