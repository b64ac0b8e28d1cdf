/* Makes a failing pair smaller: drops one block of the policy, one line or one fact of the request at a time, as long as the
 * answers still differ. */
#include "oracle/property.h"

#include "oracle/values.h"

struct case_of {
  struct memory *memory;
  const struct model *model;
  struct oracle_request *request;
  struct arena *arena;
};

static uint32_t find_fact(const struct model *model, struct text name) {
  for (uint32_t i = 0; i < model->fact_count; i++)
    if (text_equal(model->facts[i].name, name)) return i;
  return NO_INDEX;
}

static bool is_named(const struct model *model, struct text name) {
  for (uint32_t i = 0; i < model->approval_count; i++)
    if (text_equal(model->approvals[i].role, name)) return true;
  for (uint32_t i = 0; i < model->fact_count; i++)
    if (text_equal(model->facts[i].supplied_by, name)) return true;
  return false;
}

static struct oracle_names known_names(const struct model *model, const struct oracle_names *names, struct arena *arena) {
  struct oracle_names known = {oracle_take(arena, names->count * sizeof *known.items), 0};
  for (uint32_t i = 0; i < names->count; i++)
    if (is_named(model, names->items[i])) known.items[known.count++] = names->items[i];
  return known;
}

struct oracle_request oracle_translate(const struct model *from, const struct oracle_request *request, const struct model *to,
                                       struct arena *arena) {
  struct oracle_request result = *request;
  result.facts = oracle_take(arena, request->fact_count * sizeof *result.facts);
  result.fact_count = 0;
  for (uint32_t i = 0; i < request->fact_count; i++) {
    uint32_t fact = find_fact(to, from->facts[request->facts[i].fact].name);
    if (fact == NO_INDEX) continue;
    result.facts[result.fact_count] = request->facts[i];
    result.facts[result.fact_count++].fact = fact;
  }
  result.agreed = known_names(to, &request->agreed, arena);
  result.refused = known_names(to, &request->refused, arena);
  result.done = known_names(to, &request->done, arena);
  return result;
}

/* Refused by one side only, or without a diagnostic. */
static bool is_torn(const struct case_of *it, const struct buffer *yaml) {
  bool diagnosed;
  struct pair *pair = pair_open(it->memory, yaml->bytes, yaml->size, &diagnosed);
  pair_close(pair);
  return !pair && !diagnosed;
}

static bool differs(const struct case_of *it, const struct buffer *yaml, const struct oracle_request *request) {
  bool diagnosed, agrees = true;
  struct pair *pair = pair_open(it->memory, yaml->bytes, yaml->size, &diagnosed);
  struct answer expected, found;
  const char *how;
  if (!pair) return false;
  answer_init(&expected, it->memory);
  answer_init(&found, it->memory);
  struct oracle_request same = oracle_translate(it->model, request, pair_model(pair), pair_arena(pair));
  agrees = pair_agrees(pair, &same, &expected, &found, &how);
  if (!agrees && found.rule.size && found.rule.bytes[0] == '(') agrees = true; /* the request can no longer be read */
  answer_free(&expected);
  answer_free(&found);
  pair_close(pair);
  return !agrees;
}

/* ---- the policy ---- */

static size_t line_end(const struct buffer *yaml, size_t at) {
  while (at < yaml->size && yaml->bytes[at] != '\n') at++;
  return at < yaml->size ? at + 1 : at;
}

static size_t indent_of(const struct buffer *yaml, size_t at) {
  size_t start = at;
  while (at < yaml->size && yaml->bytes[at] == ' ') at++;
  return at - start;
}

/* A line and those below it that are indented deeper. */
static size_t block_end(const struct buffer *yaml, size_t at) {
  size_t indent = indent_of(yaml, at), end = line_end(yaml, at);
  while (end < yaml->size && indent_of(yaml, end) > indent) end = line_end(yaml, end);
  return end;
}

static bool drop_block(const struct case_of *it, struct buffer *yaml, size_t from, size_t to) {
  struct buffer less;
  bool dropped;
  buffer_init(&less, it->memory);
  buffer_add(&less, yaml->bytes, from);
  buffer_add(&less, yaml->bytes + to, yaml->size - to);
  dropped = it->request ? differs(it, &less, it->request) : is_torn(it, &less);
  if (dropped) {
    buffer_clear(yaml);
    buffer_add(yaml, less.bytes, less.size);
  }
  buffer_free(&less);
  return dropped;
}

static bool shrink_policy(const struct case_of *it, struct buffer *yaml) {
  bool any = false;
  for (size_t at = 0; at < yaml->size;) {
    if (drop_block(it, yaml, at, block_end(yaml, at)))
      any = true;
    else
      at = line_end(yaml, at);
  }
  return any;
}

/* ---- the request ---- */

static void remove_line(struct oracle_request *request, uint32_t line) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < request->fact_count; i++) {
    struct oracle_fact fact = request->facts[i];
    if (fact.line == line) continue;
    if (fact.line != ORACLE_NO_LINE && fact.line > line) fact.line--;
    request->facts[kept++] = fact;
  }
  request->fact_count = kept;
  for (uint32_t i = line; i + 1 < request->line_count; i++) request->ids[i] = request->ids[i + 1];
  request->line_count--;
}

static void remove_fact(struct oracle_request *request, uint32_t fact) {
  for (uint32_t i = fact; i + 1 < request->fact_count; i++) request->facts[i] = request->facts[i + 1];
  request->fact_count--;
}

static bool shrink_request(const struct case_of *it, const struct buffer *yaml, uint32_t parts,
                           void (*remove)(struct oracle_request *, uint32_t)) {
  bool any = false;
  for (uint32_t i = 0; i < parts;) {
    struct oracle_request less = oracle_translate(it->model, it->request, it->model, it->arena);
    less.ids = oracle_take(it->arena, less.line_count * sizeof *less.ids);
    for (uint32_t j = 0; j < less.line_count; j++) less.ids[j] = it->request->ids[j];
    remove(&less, i);
    if (differs(it, yaml, &less)) {
      *it->request = less;
      parts--;
      any = true;
    } else
      i++;
  }
  return any;
}

void oracle_shrink(struct memory *memory, struct buffer *yaml, const struct model *model, struct oracle_request *request,
                   struct arena *arena) {
  const struct case_of it = {memory, model, request, arena};
  bool any = true;
  for (uint32_t round = 0; any && round < 4; round++) {
    any = shrink_request(&it, yaml, request->line_count, remove_line);
    any |= shrink_policy(&it, yaml);
    any |= shrink_request(&it, yaml, request->fact_count, remove_fact);
  }
}

void oracle_shrink_policy(struct memory *memory, struct buffer *yaml) {
  const struct case_of it = {.memory = memory};
  while (shrink_policy(&it, yaml)) continue;
}
