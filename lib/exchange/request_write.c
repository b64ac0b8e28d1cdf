/* Requests as canonical JSON, and their digest. Only what the host gave: defaults belong to the policy, whose own digest stands
 * beside. */
#include "base/date.h"
#include "base/digest.h"
#include "exchange/exchange.h"

#include <string.h>

struct writer {
  const struct facts *facts;
  const struct returns_policy *policy;
  struct buffer *out;
  bool any; /* a member was written into the object that is open */
};

static void write_name(struct writer *writer, struct text name) {
  if (writer->any) buffer_char(writer->out, ',');
  writer->any = true;
  buffer_json_string(writer->out, name);
  buffer_char(writer->out, ':');
}

static void write_set(struct writer *writer, uint32_t fact, uint64_t mask) {
  bool any = false;
  buffer_char(writer->out, '[');
  for (uint32_t i = 0; i < writer->policy->facts[fact].values.count; i++) {
    if ((mask >> i & 1) == 0) continue;
    if (any) buffer_char(writer->out, ',');
    any = true;
    buffer_json_string(writer->out, policy_value(writer->policy, fact, i));
  }
  buffer_char(writer->out, ']');
}

static void write_value(struct writer *writer, uint32_t fact, const struct cell *cell) {
  struct buffer *out = writer->out;
  enum value_type type = (enum value_type)writer->policy->facts[fact].type;
  switch (type) {
  case TYPE_FLAG: buffer_text(out, cell->value != 0 ? "true" : "false"); break;
  case TYPE_COUNT: buffer_integer(out, cell->value); break;
  case TYPE_SET: write_set(writer, fact, (uint64_t)cell->value); break;
  case TYPE_CHOICE: buffer_json_string(out, policy_value(writer->policy, fact, (uint32_t)cell->value)); break;
  case TYPE_TEXT: buffer_json_string(out, facts_text(writer->facts, cell->value)); break;
  default: /* forms of digits, letters and signs: nothing to escape */
    buffer_char(out, '"');
    literal_write_plain(out, type, writer->policy->header->minor_digits, cell->value, cell->offset_minutes);
    buffer_char(out, '"');
    break;
  }
}

static void write_cell(struct writer *writer, uint32_t fact, const struct cell *cell) {
  if (!cell->given) return;
  write_name(writer, policy_slice(writer->policy, writer->policy->facts[fact].name));
  write_value(writer, fact, cell);
}

/* ---- facts per value of another: in the order of the keys' bytes ---- */

static struct text key_text(const struct writer *writer, uint32_t key) {
  const struct facts_key *entry = &writer->facts->keys[key];
  if (writer->policy->facts[entry->fact].type == TYPE_CHOICE)
    return policy_value(writer->policy, entry->fact, (uint32_t)entry->value);
  return facts_text(writer->facts, entry->value);
}

static const struct cell *key_cell(const struct writer *writer, uint32_t fact, uint32_t key) {
  const struct cell *cell = facts_key_row(writer->facts, key) + writer->policy->slots[fact];
  return writer->facts->keys[key].fact == writer->policy->facts[fact].scope_fact && cell->given ? cell : NULL;
}

/* Heapsort of keys by their texts: no recursion, no quadratic case, no memory. Keys of one fact have distinct texts. */
static void sift_down(const struct writer *writer, uint32_t *keys, uint32_t from, uint32_t count) {
  for (uint32_t kid; (kid = 2 * from + 1) < count; from = kid) {
    if (kid + 1 < count && text_compare(key_text(writer, keys[kid]), key_text(writer, keys[kid + 1])) < 0) kid++;
    if (text_compare(key_text(writer, keys[from]), key_text(writer, keys[kid])) >= 0) return;
    uint32_t key = keys[from];
    keys[from] = keys[kid];
    keys[kid] = key;
  }
}

static void sort_keys(const struct writer *writer, uint32_t *keys, uint32_t count) {
  for (uint32_t i = count / 2; i-- > 0;) sift_down(writer, keys, i, count);
  for (uint32_t end = count; end-- > 1;) {
    uint32_t key = keys[0];
    keys[0] = keys[end];
    keys[end] = key;
    sift_down(writer, keys, 0, end);
  }
}

static void write_keyed(struct writer *writer, uint32_t fact) {
  uint32_t all = writer->facts->key_count, count = 0;
  uint32_t *keys = memory_take(writer->out->memory, all * sizeof *keys);
  if (keys == NULL) {
    writer->out->failed = true;
    return;
  }
  for (uint32_t key = 0; key < all; key++) {
    if (key_cell(writer, fact, key) != NULL) keys[count++] = key;
  }
  sort_keys(writer, keys, count);
  if (count > 0) {
    write_name(writer, policy_slice(writer->policy, writer->policy->facts[fact].name));
    buffer_char(writer->out, '{');
    writer->any = false;
    for (uint32_t i = 0; i < count; i++) {
      write_name(writer, key_text(writer, keys[i]));
      write_value(writer, fact, key_cell(writer, fact, keys[i]));
    }
    buffer_char(writer->out, '}');
    writer->any = true;
  }
  memory_give(writer->out->memory, keys, all * sizeof *keys);
}

/* ---- lines, steps, roles ---- */

static void write_line(struct writer *writer, uint32_t line) {
  struct text id = facts_id(writer->facts, line);
  const struct cell *cells = facts_line(writer->facts, line);
  buffer_char(writer->out, '{');
  writer->any = false;
  if (id.bytes != NULL) {
    write_name(writer, text_of("id"));
    buffer_json_string(writer->out, id);
  }
  for (uint32_t f = 0; f < writer->policy->fact_count; f++) {
    if (writer->policy->facts[f].scope == SCOPE_LINE) write_cell(writer, f, cells + writer->policy->slots[f]);
  }
  buffer_char(writer->out, '}');
}

/* A list of names that is left out while it is empty. */
struct names {
  struct writer *writer;
  const char *key;
  bool any;
};

static void names_add(struct names *names, struct text name) {
  if (!names->any) {
    write_name(names->writer, text_of(names->key));
    buffer_char(names->writer->out, '[');
  } else {
    buffer_char(names->writer->out, ',');
  }
  names->any = true;
  buffer_json_string(names->writer->out, name);
}

static void names_end(struct names *names) {
  if (names->any) buffer_char(names->writer->out, ']');
}

/* Steps of the workflow, then those that only facts name; each once. */
static void write_done(struct writer *writer) {
  const struct returns_policy *policy = writer->policy;
  const struct program_step *steps = program_section(&policy->program, SECTION_STEPS);
  uint32_t step_count = program_count(&policy->program, SECTION_STEPS);
  struct names names = {writer, "done", false};
  for (uint32_t s = 0; s < step_count; s++) {
    if (writer->facts->done_steps[s]) names_add(&names, policy_slice(policy, steps[s].name));
  }
  for (uint32_t f = 0; f < policy->fact_count; f++) {
    if (!writer->facts->done_facts[f] || policy->facts[f].supplied_step != NO_INDEX) continue;
    struct text name = policy_slice(policy, policy->facts[f].supplied_by);
    bool again = false;
    for (uint32_t k = 0; k < f && !again; k++) again = text_equal(policy_slice(policy, policy->facts[k].supplied_by), name);
    if (!again) names_add(&names, name);
  }
  names_end(&names);
}

static void write_roles(struct writer *writer, const char *key, enum answer_of_role answer) {
  const struct returns_policy *policy = writer->policy;
  struct names names = {writer, key, false};
  for (uint32_t a = 0; a < policy->role_count; a++) {
    if (writer->facts->roles[a] != answer) continue;
    struct text role = policy_role(policy, a);
    bool again = false;
    for (uint32_t k = 0; k < a && !again; k++) again = text_equal(policy_role(policy, k), role);
    if (!again) names_add(&names, role);
  }
  names_end(&names);
}

void request_write_json(const returns_request *request, struct buffer *out) {
  struct writer writer = {&request->facts, request->policy, out, false};
  buffer_char(out, '{');
  for (uint32_t f = 0; f < request->policy->fact_count; f++) {
    uint32_t scope = request->policy->facts[f].scope;
    if (scope == SCOPE_REQUEST)
      write_cell(&writer, f, request->facts.request_cells + request->policy->slots[f]);
    else if (scope == SCOPE_FACT)
      write_keyed(&writer, f);
  }
  write_name(&writer, text_of("lines"));
  buffer_char(out, '[');
  for (uint32_t line = 0; line < request->facts.line_count; line++) {
    if (line > 0) buffer_char(out, ',');
    write_line(&writer, line);
  }
  buffer_char(out, ']');
  writer.any = true;
  write_done(&writer);
  write_roles(&writer, "agreed", ROLE_AGREED);
  write_roles(&writer, "refused", ROLE_REFUSED);
  if (request->facts.has_as_of) {
    write_name(&writer, text_of("as_of"));
    buffer_char(out, '"');
    date_write(out, request->facts.as_of);
    buffer_char(out, '"');
  }
  buffer_char(out, '}');
}

int32_t returns_request_digest(const returns_request *request, char *digest, size_t digest_size) {
  if (digest != NULL && digest_size > 0) digest[0] = '\0';
  if (request == NULL || digest == NULL || digest_size < 2 * DIGEST_BYTES + 1) return RETURNS_ERROR_ARGUMENT;
  uint8_t bytes[DIGEST_BYTES];
  struct buffer text;
  buffer_init(&text, request->facts.memory);
  request_write_json(request, &text);
  if (!text.failed) {
    digest_of_bytes(text.bytes, text.size, bytes);
    buffer_clear(&text);
    digest_write_hex(&text, bytes);
  }
  const char *hex = buffer_string(&text); /* may fail too */
  bool good = !text.failed;
  if (good) memcpy(digest, hex, 2 * DIGEST_BYTES + 1);
  buffer_free(&text);
  return good ? RETURNS_OK : RETURNS_ERROR_MEMORY;
}
