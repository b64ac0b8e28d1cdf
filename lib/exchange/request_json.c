/* Requests as JSON: jansson's tree into facts, every value by the type of its fact; errors with the JSON pointer of the value.
 *
 * jansson keeps one seed for its hash tables in the process. It is set to a constant here, before the first use, so that nothing
 * is read from the system; a host that wants its own calls json_object_seed first. Its allocator is not ours, and not touched.
 */
#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "exchange/host_value.h"
#include "exchange/json_text.h"

enum {
  HASH_SEED = 0x72657475,
  /* With a seed that everybody knows, keys can be made to collide: an object of more members than this is no request. */
  MOST_MEMBERS = 10000,
  SMALL_TEXT = 4 * MOST_MEMBERS /* a shorter text cannot hold so many members: `"":0,` */
};

/* A step on the way to a value: the name of a member, or for NULL the index of an item. */
struct step {
  const char *name;
  uint32_t index;
};
enum { DEEPEST = 4 }; /* /lines/0/tags/0 */

struct reader {
  returns_request *request;
  const struct returns_policy *policy;
  struct buffer scratch; /* normalised text */
  struct step path[DEEPEST];
  uint32_t depth;
  struct buffer pointer; /* of what went wrong */
  bool fresh;            /* nothing was given before: what is given already stands here twice */
};

static struct text json_text(const json_t *string) {
  return (struct text){json_string_value(string), (uint32_t)json_string_length(string)};
}

/* ---- the way to what is being read: written as a pointer only when something is wrong with it ---- */

static uint32_t step_into(struct reader *reader, const char *name) {
  assert(reader->depth < DEEPEST);
  reader->path[reader->depth] = (struct step){name, 0};
  return reader->depth++;
}

static uint32_t step_to(struct reader *reader, size_t index) {
  assert(reader->depth < DEEPEST);
  reader->path[reader->depth] = (struct step){NULL, (uint32_t)index};
  return reader->depth++;
}

static void step_out(struct reader *reader, uint32_t before) { reader->depth = before; }

static void write_pointer(struct reader *reader) {
  for (uint32_t i = 0; i < reader->depth; i++) {
    if (reader->path[i].name != NULL)
      json_pointer_step(&reader->pointer, text_of(reader->path[i].name));
    else
      buffer_format(&reader->pointer, "/%u", reader->path[i].index);
  }
}

/* A pointer into a fact per value of a private one ends at the fact: the next step would be that value. */
static void hide_key(struct reader *reader) {
  struct text pointer = {reader->pointer.bytes, (uint32_t)reader->pointer.size};
  const char *end = pointer.size > 1 ? memchr(pointer.bytes + 1, '/', pointer.size - 1) : NULL;
  if (end == NULL) return;
  uint32_t fact = policy_find_fact(reader->policy, (struct text){pointer.bytes + 1, (uint32_t)(end - pointer.bytes - 1)});
  if (fact == NO_INDEX || reader->policy->facts[fact].scope != SCOPE_FACT) return;
  if (policy_hides_fact(reader->policy, reader->policy->facts[fact].scope_fact))
    reader->pointer.size = (size_t)(end - pointer.bytes);
}

/* ---- kinds ---- */

static const char *kind_name(const json_t *value) {
  switch (json_typeof(value)) {
  case JSON_OBJECT: return "an object";
  case JSON_ARRAY: return "a list";
  case JSON_STRING: return "a string";
  case JSON_INTEGER: return "a number";
  case JSON_REAL: return "a number with a fraction or an exponent";
  case JSON_NULL: return "null";
  default: return "true or false";
  }
}

static int32_t fail_kind(struct reader *reader, const char *name, const char *expected, const json_t *found) {
  return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0924", NO_INDEX, "%s is %s, not %s", name, expected,
                      kind_name(found));
}

static int32_t check_nul(struct reader *reader, const char *name, const json_t *string) {
  if (strlen(json_string_value(string)) == json_string_length(string)) return RETURNS_OK;
  return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0928", NO_INDEX, "%s has a NUL in it", name);
}

static int32_t fail_type(struct reader *reader, uint32_t fact, const char *expected, const char *example, const json_t *found) {
  struct text name = policy_slice(reader->policy, reader->policy->facts[fact].name);
  const char *type = literal_type_name((enum value_type)reader->policy->facts[fact].type);
  if (json_is_null(found)) {
    return request_fail(reader->request, RETURNS_ERROR_TYPE, "R0925", fact, "`%t` is null: leave out what is not known", &name);
  }
  return request_fail(reader->request, RETURNS_ERROR_TYPE, "R0925", fact,
                      "`%t` is %s: it is written as %s, such as %s, not as %s", &name, type, expected, example, kind_name(found));
}

/* ---- values ---- */

static int32_t read_members(struct reader *reader, uint32_t of, uint32_t fact, const json_t *value) {
  if (!json_is_array(value)) return fail_type(reader, fact, "a list", "[] or [\"...\"]", value);
  uint64_t mask = 0;
  for (size_t i = 0; i < json_array_size(value); i++) {
    const json_t *item = json_array_get(value, i);
    uint32_t before = step_to(reader, i);
    if (!json_is_string(item)) return fail_type(reader, fact, "a list of strings", "[] or [\"...\"]", value);
    int32_t status = host_add_member(reader->request, fact, json_text(item), &mask, &reader->scratch);
    if (status != RETURNS_OK) return status;
    step_out(reader, before);
  }
  return host_set_mask(reader->request, of, fact, mask);
}

static int32_t read_value(struct reader *reader, uint32_t of, uint32_t fact, const json_t *value) {
  enum value_type type = (enum value_type)reader->policy->facts[fact].type;
  switch (type) {
  case TYPE_FLAG:
    if (!json_is_boolean(value)) return fail_type(reader, fact, "a flag", "true or false", value);
    return request_set_coded(reader->request, of, fact, type, json_is_true(value), 0);
  case TYPE_COUNT:
    if (!json_is_integer(value)) return fail_type(reader, fact, "a whole number", "4", value);
    return request_set_coded(reader->request, of, fact, type, (int64_t)json_integer_value(value), 0);
  case TYPE_SET: return read_members(reader, of, fact, value);
  default:
    if (!json_is_string(value)) {
      struct buffer *example = &reader->scratch;
      buffer_clear(example);
      buffer_format(example, "\"%s\"", literal_example(type));
      return fail_type(reader, fact, "a string", buffer_string(example), value);
    }
    return host_set_form(reader->request, of, fact, json_text(value), &reader->scratch);
  }
}

static int32_t read_keyed(struct reader *reader, uint32_t fact, json_t *value) {
  const struct program_fact *facts = reader->policy->facts;
  if (!json_is_object(value)) {
    struct text name = policy_slice(reader->policy, facts[fact].name);
    struct text key = policy_slice(reader->policy, facts[facts[fact].scope_fact].name);
    return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0926", fact,
                        "`%t` is given per `%t`: as an object such as {\"...\": ...}, not as %s", &name, &key, kind_name(value));
  }
  const char *key;
  json_t *item;
  json_object_foreach(value, key, item) {
    uint32_t of = 0;
    uint32_t before = step_into(reader, key);
    int32_t status = host_key(reader->request, fact, text_of(key), &of, &reader->scratch);
    if (status == RETURNS_OK && reader->fresh && request_is_given(reader->request, of, fact)) {
      status = request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0921", fact,
                            "a key stands twice in one object, written in two ways");
    }
    if (status == RETURNS_OK) status = read_value(reader, of, fact, item);
    if (status != RETURNS_OK) return status;
    step_out(reader, before);
  }
  return RETURNS_OK;
}

/* A fact by name, at the request (of RETURNS_OF_REQUEST) or in a line. */
static int32_t read_fact(struct reader *reader, uint32_t of, const char *name, json_t *value) {
  uint32_t fact = policy_find_fact(reader->policy, text_of(name));
  if (fact == NO_INDEX) {
    struct text unknown = text_of(name);
    return request_fail_unknown_fact(reader->request, unknown);
  }
  uint32_t scope = reader->policy->facts[fact].scope;
  if (of == RETURNS_OF_REQUEST && scope == SCOPE_LINE) {
    return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0927", fact,
                        "`%s` is a fact of a line: it stands in an item of \"lines\"", name);
  }
  if (of != RETURNS_OF_REQUEST && scope != SCOPE_LINE) {
    return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0927", fact,
                        "`%s` is no fact of a line: it stands beside \"lines\"", name);
  }
  return scope == SCOPE_FACT ? read_keyed(reader, fact, value) : read_value(reader, of, fact, value);
}

/* ---- lines, roles, steps ---- */

/* What a line says of itself: its id and its facts. */
static int32_t read_line_members(struct reader *reader, uint32_t line, json_t *value) {
  if (!json_is_object(value)) return fail_kind(reader, "a line", "an object", value);
  const char *key;
  json_t *item;
  json_object_foreach(value, key, item) {
    uint32_t before = step_into(reader, key);
    int32_t status;
    if (strcmp(key, "id") != 0) {
      status = read_fact(reader, line, key, item);
    } else if (!json_is_string(item)) {
      status = fail_kind(reader, "\"id\"", "a string", item);
    } else {
      status = check_nul(reader, "\"id\"", item);
      if (status == RETURNS_OK)
        status = returns_request_set_line_id(reader->request, line, json_string_value(item), json_string_length(item));
    }
    if (status != RETURNS_OK) return status;
    step_out(reader, before);
  }
  return RETURNS_OK;
}

static int32_t read_line(struct reader *reader, json_t *value) {
  uint32_t line = 0;
  int32_t status = returns_request_add_line(reader->request, &line);
  return status == RETURNS_OK ? read_line_members(reader, line, value) : status;
}

static int32_t read_lines(struct reader *reader, json_t *value) {
  if (!json_is_array(value)) return fail_kind(reader, "\"lines\"", "a list", value);
  for (size_t i = 0; i < json_array_size(value); i++) {
    uint32_t before = step_to(reader, i);
    int32_t status = read_line(reader, json_array_get(value, i));
    if (status != RETURNS_OK) return status;
    step_out(reader, before);
  }
  return RETURNS_OK;
}

static int32_t read_names(struct reader *reader, const char *what, const json_t *value,
                          int32_t (*take)(returns_request *request, const char *name)) {
  if (!json_is_array(value)) return fail_kind(reader, what, "a list of names", value);
  for (size_t i = 0; i < json_array_size(value); i++) {
    const json_t *item = json_array_get(value, i);
    uint32_t before = step_to(reader, i);
    int32_t status = json_is_string(item) ? check_nul(reader, "a name", item) : fail_kind(reader, "a name", "a string", item);
    if (status == RETURNS_OK) status = take(reader->request, json_string_value(item));
    if (status != RETURNS_OK) return status;
    step_out(reader, before);
  }
  return RETURNS_OK;
}

/* The day that steps are told for; unless the policy has a fact of that name. */
static bool is_as_of(const struct reader *reader, const char *key) {
  return strcmp(key, "as_of") == 0 && policy_find_fact(reader->policy, text_of(key)) == NO_INDEX;
}

static int32_t read_as_of(struct reader *reader, const json_t *value) {
  if (!json_is_string(value)) return fail_kind(reader, "\"as_of\"", "a date as a string", value);
  return host_set_as_of(reader->request, json_text(value));
}

static int32_t read_member(struct reader *reader, const char *key, json_t *value) {
  if (strcmp(key, "lines") == 0) return read_lines(reader, value);
  if (strcmp(key, "done") == 0) return read_names(reader, "\"done\"", value, returns_request_done);
  if (strcmp(key, "agreed") == 0) return read_names(reader, "\"agreed\"", value, returns_request_agree);
  if (strcmp(key, "refused") == 0) return read_names(reader, "\"refused\"", value, returns_request_refuse);
  if (is_as_of(reader, key)) return read_as_of(reader, value);
  return read_fact(reader, RETURNS_OF_REQUEST, key, value);
}

/* No role can have agreed and refused. */
static int32_t check_roles(struct reader *reader, const json_t *root) {
  const json_t *agreed = json_object_get(root, "agreed"), *refused = json_object_get(root, "refused");
  for (size_t i = 0; i < json_array_size(refused); i++) {
    const char *role = json_string_value(json_array_get(refused, i));
    for (size_t k = 0; k < json_array_size(agreed); k++) {
      if (strcmp(role, json_string_value(json_array_get(agreed, k))) != 0) continue;
      step_into(reader, "refused");
      step_to(reader, i);
      return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0930", NO_INDEX, "`%s` has both agreed and refused", role);
    }
  }
  return RETURNS_OK;
}

static int32_t read_request_members(struct reader *reader, json_t *root) {
  if (!json_is_object(root)) return fail_kind(reader, "a request", "an object", root);
  const char *key;
  json_t *value;
  json_object_foreach(root, key, value) {
    uint32_t before = step_into(reader, key);
    int32_t status = read_member(reader, key, value);
    if (status != RETURNS_OK) return status;
    step_out(reader, before);
  }
  return RETURNS_OK;
}

static int32_t read_request(struct reader *reader, json_t *root) {
  int32_t status = read_request_members(reader, root);
  if (status != RETURNS_OK) return status;
  if (json_object_get(root, "lines") == NULL) {
    return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0931", NO_INDEX,
                        "a request has \"lines\": a list with an object for each line");
  }
  return check_roles(reader, root);
}

/* What is added to a request: to the line `of`, or to the request itself. */
static int32_t read_part(struct reader *reader, uint32_t of, json_t *root) {
  if (of == RETURNS_OF_REQUEST) return read_request_members(reader, root);
  step_into(reader, "lines");
  step_to(reader, of);
  return read_line_members(reader, of, root);
}

/* ---- text ---- */

static int32_t fail_text(struct reader *reader, struct text text, const json_error_t *error) {
  enum json_error_code why = json_error_code(error);
  if (why == json_error_out_of_memory || error->text[0] == '\0') return RETURNS_ERROR_MEMORY;
  size_t offset = error->position < 0 ? 0 : (size_t)error->position;
  json_text_pointer(text, offset, &reader->pointer);
  if (why == json_error_duplicate_key) {
    return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0921", NO_INDEX,
                        "a key stands twice in one object (line %u, column %u)", (uint32_t)error->line, (uint32_t)error->column);
  }
  if (why == json_error_numeric_overflow) {
    return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0922", NO_INDEX, "a number is too large (line %u, column %u)",
                        (uint32_t)error->line, (uint32_t)error->column);
  }
  /* What jansson found "near" there may be any bytes, and cut anywhere: the place says enough. */
  const char *near = strstr(error->text, " near ");
  struct text why_text = text_of(error->text);
  if (near != NULL) why_text.size = (uint32_t)(near - error->text);
  return request_fail(reader->request, RETURNS_ERROR_REQUEST, "R0920", NO_INDEX, "this is no JSON: %t (line %u, column %u)",
                      &why_text, (uint32_t)error->line, (uint32_t)error->column);
}

/* The tree of a text; NULL: *status and the request's error say why not. */
static json_t *parse(struct reader *reader, struct text text, int32_t *status) {
  if (text.size > SMALL_TEXT && json_text_most_members(text) > MOST_MEMBERS) {
    *status = request_fail(reader->request, RETURNS_ERROR_LIMIT, "R0923", NO_INDEX, "an object has more than %u members",
                           (uint32_t)MOST_MEMBERS);
    return NULL;
  }
  json_error_t error;
  json_object_seed(HASH_SEED);
  json_t *root = NULL;
  /* jansson takes some failures of malloc for errors of the text: what is really wrong is wrong a second time. */
  for (uint32_t tries = 0; tries < 2 && root == NULL; tries++) {
    root = json_loadb(text.bytes, text.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
  }
  *status = root == NULL ? fail_text(reader, text, &error) : RETURNS_OK;
  return root;
}

/* Forgets what was read, keeps why it went wrong. */
static void clear_but_error(returns_request *request) {
  struct buffer error = request->error;
  const char *code = request->error_code;
  uint32_t fact = request->error_fact;
  buffer_init(&request->error, error.memory);
  returns_request_clear(request);
  buffer_free(&request->error);
  request->error = error;
  request->error_code = code;
  request->error_fact = fact;
}

/* Reads a whole request, or for `part` what is added to `of`. */
static int32_t read_text(returns_request *request, const char *bytes, size_t size, bool part, uint32_t of) {
  uint64_t limit = environment_limit(request->policy->environment, RETURNS_LIMIT_REQUEST_BYTES);
  if (limit > UINT32_MAX) limit = UINT32_MAX;
  if (size > limit) {
    return request_fail(request, RETURNS_ERROR_LIMIT, "R0923", NO_INDEX, "the request is larger than %l bytes", (int64_t)limit);
  }
  struct reader reader = {.request = request, .policy = request->policy, .fresh = !part};
  buffer_init(&reader.scratch, request->facts.memory);
  buffer_init(&reader.pointer, request->facts.memory);
  int32_t status;
  json_t *root = parse(&reader, (struct text){bytes, (uint32_t)size}, &status);
  if (root != NULL) status = part ? read_part(&reader, of, root) : read_request(&reader, root);
  if (status != RETURNS_OK) write_pointer(&reader); /* of names in the tree */
  hide_key(&reader);
  json_decref(root);
  if (reader.pointer.failed) status = RETURNS_ERROR_MEMORY;
  if (status != RETURNS_OK) {
    if (!part) clear_but_error(request);
    request_set_pointer(request,
                        (struct text){reader.pointer.size == 0 ? "" : reader.pointer.bytes, (uint32_t)reader.pointer.size});
    if (status != RETURNS_ERROR_MEMORY && status != RETURNS_ERROR_LIMIT) status = RETURNS_ERROR_REQUEST;
  }
  buffer_free(&reader.scratch);
  buffer_free(&reader.pointer);
  return status;
}

int32_t returns_request_read_json(returns_request *request, const char *text, size_t size_bytes) {
  if (request == NULL || text == NULL) return RETURNS_ERROR_ARGUMENT;
  returns_request_clear(request);
  return read_text(request, text, size_bytes, false, RETURNS_OF_REQUEST);
}

int32_t returns_request_set_json(returns_request *request, uint32_t of, const char *text, size_t size_bytes) {
  if (request == NULL || text == NULL || (of != RETURNS_OF_REQUEST && of >= request->facts.line_count))
    return RETURNS_ERROR_ARGUMENT;
  return read_text(request, text, size_bytes, true, of);
}

/* ---- what the error was about ---- */

const char *returns_request_error_fact(const returns_request *request) {
  if (request == NULL || request->error_code[0] == '\0' || request->error_fact == NO_INDEX) return "";
  return policy_text(request->policy, request->policy->facts[request->error_fact].name);
}

uint32_t returns_request_error_line(const returns_request *request) {
  static const char prefix[] = "/lines/";
  const char *pointer = returns_request_error_pointer(request);
  if (pointer == NULL || strncmp(pointer, prefix, sizeof prefix - 1) != 0) return UINT32_MAX;
  uint64_t line = 0;
  for (const char *at = pointer + sizeof prefix - 1; *at >= '0' && *at <= '9' && line < UINT32_MAX; at++)
    line = line * 10 + (uint64_t)(*at - '0');
  return (uint32_t)line;
}
