/* Request: facts in, checked and classified as they come, so that deciding has little left to do.
 *
 * In: values from a host, by index or by name and text form. Out: cells, rows of the direct columns, counts of what is missing,
 * and for each refusal a code and a text that says what was found and what was expected. It must not know rules.
 */
#include "evaluate/request.h"

#include <string.h>

#include "base/date.h"
#include "evaluate/classify.h"

/* ---- errors ---- */

int32_t request_fail(returns_request *request, int32_t status, const char *code, uint32_t fact, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  buffer_clear(&request->error);
  buffer_format_list(&request->error, format, arguments);
  va_end(arguments);
  buffer_string(&request->error);
  buffer_clear(&request->pointer);
  buffer_string(&request->pointer);
  request->error_code = code;
  request->error_fact = fact;
  return status;
}

void request_set_pointer(returns_request *request, struct text pointer) {
  buffer_clear(&request->pointer);
  buffer_slice(&request->pointer, pointer);
  buffer_string(&request->pointer);
}

static int32_t fail_memory(returns_request *request) {
  return request_fail(request, RETURNS_ERROR_MEMORY, "", NO_INDEX, "out of memory");
}

/* Keeps the nearer of two candidates for "did you mean": at most one slip in short names, at most three in others. */
static void nearer(struct text wanted, struct text candidate, struct text *best, uint32_t *distance) {
  uint32_t limit = wanted.size <= 4 ? 1 : wanted.size <= 8 ? 2 : 3, found = text_distance(wanted, candidate, limit);
  if (found > limit || (best->bytes && found >= *distance)) return;
  *best = candidate;
  *distance = found;
}

int32_t request_fail_unknown_fact(returns_request *request, struct text name) {
  const struct returns_policy *policy = request->policy;
  struct text best = {0};
  uint32_t distance = 0;
  for (uint32_t f = 0; f < policy->fact_count; f++) nearer(name, policy_slice(policy, policy->facts[f].name), &best, &distance);
  if (best.bytes)
    return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0902", NO_INDEX, "the policy has no fact `%t`; did you mean `%t`?",
                        &name, &best);
  return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0902", NO_INDEX, "the policy has no fact `%t`", &name);
}

int32_t request_fail_unknown_value(returns_request *request, uint32_t fact, struct text name) {
  const struct returns_policy *policy = request->policy;
  struct text best = {0}, of = policy_slice(policy, policy->facts[fact].name);
  uint32_t distance = 0, count = policy->facts[fact].values.count;
  if (policy->facts[fact].flags & FACT_PRIVATE)
    return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0903", fact, "`%t` has no such value; it has %u declared ones", &of,
                        count);
  for (uint32_t v = 0; v < count; v++) nearer(name, policy_value(policy, fact, v), &best, &distance);
  if (best.bytes)
    return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0903", fact, "`%t` has no value `%t`; did you mean `%t`?", &of, &name,
                        &best);
  struct text first = count ? policy_value(policy, fact, 0) : (struct text){0};
  struct text last = count ? policy_value(policy, fact, count - 1) : (struct text){0};
  return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0903", fact,
                      "`%t` has no value `%t`; it has %u declared ones, from `%t` to `%t`", &of, &name, count, &first, &last);
}

const char *returns_request_error(const returns_request *request) {
  return request && request->error.bytes && !request->error.failed ? request->error.bytes : "";
}
const char *returns_request_error_code(const returns_request *request) { return request ? request->error_code : ""; }
const char *returns_request_error_pointer(const returns_request *request) {
  return request && request->pointer.bytes && !request->pointer.failed ? request->pointer.bytes : "";
}

/* ---- classes ---- */

static struct cell *cell_of(const returns_request *request, uint32_t line, uint32_t fact) {
  bool of_request = request->policy->facts[fact].scope == SCOPE_REQUEST;
  return (of_request ? request->facts.request_cells : facts_line(&request->facts, line)) + request->policy->slots[fact];
}

/* The value that a direct fact has, given or by default. */
static bool value_of(const returns_request *request, uint32_t line, uint32_t fact, int64_t *value) {
  const struct cell *cell = cell_of(request, line, fact);
  *value = cell->value;
  return cell->given || (request->policy->facts[fact].flags & FACT_ABSENT);
}

static void update_row(returns_request *request, uint32_t line, uint32_t c) {
  const struct returns_policy *policy = request->policy;
  const struct program_column *column = &policy->columns[c];
  int64_t value, other = 0;
  bool given = value_of(request, line, column->fact, &value);
  bool other_given = column_is_derived(column) && value_of(request, line, column->other, &other);
  uint32_t row = class_row(policy, column, classify(policy, column, given, value, other_given, other));
  uint32_t shared = policy->header->request_columns;
  if (c < shared)
    request->rows[c] = row;
  else
    request_line_rows(request, line)[1 + c - shared] = row;
}

static void update_columns_of(returns_request *request, uint32_t line, uint32_t fact) {
  const struct returns_policy *policy = request->policy;
  bool of_request = policy->facts[fact].scope == SCOPE_REQUEST;
  for (uint32_t i = policy->fact_columns_first[fact]; i < policy->fact_columns_first[fact + 1]; i++) {
    uint32_t c = policy->fact_columns[i];
    if (!of_request || c < policy->header->request_columns)
      update_row(request, line, c);
    else
      for (uint32_t l = 0; l < request->facts.line_count; l++) update_row(request, l, c);
  }
}

static void reset_request_rows(returns_request *request) {
  const struct returns_policy *policy = request->policy;
  request->request_missing = policy->request_needed;
  for (uint32_t c = 0; c < policy->header->request_columns; c++) request->rows[c] = policy->blank_rows[c];
}

static void begin_line_rows(returns_request *request, uint32_t line) {
  const struct returns_policy *policy = request->policy;
  uint32_t *rows = request_line_rows(request, line), shared = policy->header->request_columns;
  rows[0] = policy->line_needed;
  for (uint32_t c = shared; c < policy->column_count; c++) rows[1 + c - shared] = policy->blank_rows[c];
  for (uint32_t i = 0; i < policy->mixed_count; i++) update_row(request, line, policy->mixed_columns[i]);
}

/* ---- life ---- */

int32_t returns_request_new(const returns_policy *policy, returns_request **out) {
  if (!out) return RETURNS_ERROR_ARGUMENT;
  *out = NULL;
  if (!policy) return RETURNS_ERROR_ARGUMENT;
  struct memory *memory = &policy->environment->memory;
  returns_request *request = memory_take_zeroed(memory, sizeof *request);
  if (!request) return RETURNS_ERROR_MEMORY;
  request->policy = returns_policy_retain((returns_policy *)(uintptr_t)policy); /* holds are the one thing that changes in it */
  request->error_code = "";
  request->error_fact = NO_INDEX;
  buffer_init(&request->error, memory);
  buffer_init(&request->pointer, memory);
  bool begun = memory_reserve(memory, (void **)&request->rows, &request->row_capacity,
                              policy->header->request_columns + request_line_width(policy), sizeof *request->rows);
  if (!facts_init(&request->facts, policy, memory) || !begun) {
    returns_request_free(request);
    return RETURNS_ERROR_MEMORY;
  }
  reset_request_rows(request);
  *out = request;
  return RETURNS_OK;
}

void returns_request_clear(returns_request *request) {
  if (!request) return;
  facts_clear(&request->facts);
  reset_request_rows(request);
  buffer_clear(&request->error);
  buffer_clear(&request->pointer);
  buffer_string(&request->error);
  buffer_string(&request->pointer);
  request->error_code = "";
  request->error_fact = NO_INDEX;
}

void returns_request_free(returns_request *request) {
  if (!request) return;
  const struct returns_policy *policy = request->policy;
  struct memory *memory = &policy->environment->memory;
  facts_free(&request->facts);
  memory_give(memory, request->rows, request->row_capacity * sizeof *request->rows);
  buffer_free(&request->error);
  buffer_free(&request->pointer);
  returns_policy *held = request->policy;
  memory_give(memory, request, sizeof *request);
  returns_policy_free(held);
}

int32_t returns_request_add_line(returns_request *request, uint32_t *line) {
  if (line) *line = 0;
  if (!request || !line) return RETURNS_ERROR_ARGUMENT;
  const struct returns_policy *policy = request->policy;
  struct memory *memory = request->facts.memory;
  uint32_t count = request->facts.line_count, shared = policy->header->request_columns;
  uint64_t limit = environment_limit(policy->environment, RETURNS_LIMIT_LINES);
  if (count >= limit || count >= RETURNS_OF_KEYS)
    return request_fail(request, RETURNS_ERROR_LIMIT, "R0911", NO_INDEX, "more than %l lines: the environment's limit",
                        (int64_t)limit);
  uint64_t rows = shared + ((uint64_t)count + 1) * request_line_width(policy);
  if (rows > UINT32_MAX ||
      !memory_reserve(memory, (void **)&request->rows, &request->row_capacity, (uint32_t)rows, sizeof *request->rows))
    return fail_memory(request);
  if (!facts_add_line(&request->facts)) return fail_memory(request);
  begin_line_rows(request, count);
  *line = count;
  return RETURNS_OK;
}

/* A text argument; false: NULL with a size, too long, or no UTF-8. */
static bool take_text(const char *bytes, size_t size_bytes, struct text *text) {
  if ((!bytes && size_bytes > 0) || size_bytes >= UINT32_MAX / 2 || !text_is_utf8(bytes, size_bytes)) return false;
  *text = (struct text){.bytes = bytes ? bytes : "", .size = (uint32_t)size_bytes};
  return true;
}

static int32_t fail_text(returns_request *request, uint32_t fact) {
  return request_fail(request, RETURNS_ERROR_RANGE, "R0910", fact, "the text is not well-formed UTF-8");
}

int32_t returns_request_set_line_id(returns_request *request, uint32_t line, const char *id, size_t size_bytes) {
  struct text text;
  if (!request) return RETURNS_ERROR_ARGUMENT;
  if (line >= request->facts.line_count)
    return request_fail(request, RETURNS_ERROR_ARGUMENT, "R0906", NO_INDEX, "no line %u: there are %u", line,
                        request->facts.line_count);
  if (!take_text(id, size_bytes, &text)) return fail_text(request, NO_INDEX);
  return facts_set_id(&request->facts, line, text) ? RETURNS_OK : fail_memory(request);
}

/* ---- places ---- */

static int32_t fail_fact(returns_request *request, uint32_t fact) {
  return request_fail(request, RETURNS_ERROR_ARGUMENT, "R0902", NO_INDEX, "no fact has index %u: the policy has %u", fact,
                      request->policy->fact_count);
}

static int32_t fail_place(returns_request *request, uint32_t of, uint32_t fact) {
  const struct returns_policy *policy = request->policy;
  struct text name = policy_slice(policy, policy->facts[fact].name);
  const char *found = of == RETURNS_OF_REQUEST ? "the request" : of >= RETURNS_OF_KEYS ? "a key" : "a line";
  if (policy->facts[fact].scope == SCOPE_REQUEST)
    return request_fail(request, RETURNS_ERROR_ARGUMENT, "R0906", fact, "`%t` is of the request, not of %s", &name, found);
  if (policy->facts[fact].scope == SCOPE_FACT) {
    struct text key = policy_slice(policy, policy->facts[policy->facts[fact].scope_fact].name);
    return request_fail(request, RETURNS_ERROR_ARGUMENT, "R0906", fact,
                        "`%t` is of each `%t`: a key of that fact is expected, not %s", &name, &key,
                        of >= RETURNS_OF_KEYS && of != RETURNS_OF_REQUEST ? "one of another" : found);
  }
  if (of < RETURNS_OF_KEYS)
    return request_fail(request, RETURNS_ERROR_ARGUMENT, "R0906", fact, "no line %u for `%t`: there are %u", of, &name,
                        request->facts.line_count);
  return request_fail(request, RETURNS_ERROR_ARGUMENT, "R0906", fact, "`%t` is of a line, not of %s", &name, found);
}

/* The cell of a fact at `of`, or NULL where `of` does not fit. fact is in range. */
static struct cell *place_of(const returns_request *request, uint32_t of, uint32_t fact) {
  const struct returns_policy *policy = request->policy;
  const struct facts *facts = &request->facts;
  uint32_t slot = policy->slots[fact];
  switch (policy->facts[fact].scope) {
  case SCOPE_REQUEST: return of == RETURNS_OF_REQUEST ? facts->request_cells + slot : NULL;
  case SCOPE_LINE: return of < facts->line_count ? facts_line(facts, of) + slot : NULL;
  default:
    if (of < RETURNS_OF_KEYS || of - RETURNS_OF_KEYS >= facts->key_count) return NULL;
    if (facts->keys[of - RETURNS_OF_KEYS].fact != policy->facts[fact].scope_fact) return NULL;
    return facts_key_row(facts, of - RETURNS_OF_KEYS) + slot;
  }
}

bool request_is_given(const returns_request *request, uint32_t of, uint32_t fact) {
  const struct cell *cell = fact < request->policy->fact_count ? place_of(request, of, fact) : NULL;
  return cell && cell->given;
}

int32_t returns_request_key(returns_request *request, uint32_t fact, const char *key, size_t size_bytes, uint32_t *of) {
  struct text text;
  uint32_t index;
  int64_t value;
  if (of) *of = RETURNS_OF_REQUEST;
  if (!request || !of) return RETURNS_ERROR_ARGUMENT;
  const struct returns_policy *policy = request->policy;
  if (fact >= policy->fact_count) return fail_fact(request, fact);
  struct text name = policy_slice(policy, policy->facts[fact].name);
  if (policy->facts[fact].scope != SCOPE_FACT)
    return request_fail(request, RETURNS_ERROR_TYPE, "R0906", fact, "`%t` is not of each value of another fact", &name);
  uint32_t owner = policy->facts[fact].scope_fact;
  if (!take_text(key, size_bytes, &text)) return fail_text(request, owner);
  if (policy->facts[owner].type == TYPE_TEXT) {
    if (!facts_intern(&request->facts, text, &value)) return fail_memory(request);
  } else {
    uint32_t found = policy_find_value(policy, owner, text);
    if (found == NO_INDEX) return request_fail_unknown_value(request, owner, text);
    value = found;
  }
  if (!facts_key(&request->facts, owner, value, &index)) return fail_memory(request);
  *of = RETURNS_OF_KEYS + index;
  return RETURNS_OK;
}

/* ---- values ---- */

static int32_t fail_range(returns_request *request, uint32_t fact, int64_t coded, int32_t offset_minutes) {
  const struct returns_policy *policy = request->policy;
  const struct program_fact *declared = &policy->facts[fact];
  enum value_type type = (enum value_type)declared->type;
  uint32_t digits = policy->header->minor_digits;
  struct text name = policy_slice(policy, declared->name);
  request_fail(request, RETURNS_ERROR_RANGE, "R0904", fact, "`%t` is ", &name);
  struct buffer *out = &request->error;
  if (declared->flags & FACT_PRIVATE) {
    buffer_text(out, "out of range");
  } else if (type == TYPE_CHOICE || type == TYPE_SET) {
    buffer_format(out, "%l, which is beyond its %u declared values", coded, declared->values.count);
  } else if (type == TYPE_FLAG || type == TYPE_DATE || type == TYPE_INSTANT) {
    buffer_integer(out, coded);
  } else {
    literal_write_plain(out, type, digits, coded, offset_minutes);
  }
  if (type == TYPE_FLAG) buffer_text(out, "; 0 or 1 is expected");
  if (declared->flags & FACT_RANGE) {
    buffer_text(out, "; its range is ");
    literal_write_plain(out, type, digits, declared->low, 0);
    buffer_text(out, " .. ");
    literal_write_plain(out, type, digits, declared->high, 0);
  } else if (type == TYPE_DATE || type == TYPE_INSTANT) {
    buffer_text(out, "; the years are 1 .. 9999, offsets -18:00 .. +18:00");
  }
  buffer_string(out);
  return RETURNS_ERROR_RANGE;
}

enum { OFFSET_MOST = 18 * 60 };

static bool within_type(const struct program_fact *fact, int64_t coded, int32_t offset_minutes) {
  const int64_t day = 86400;
  switch (fact->type) {
  case TYPE_FLAG: return coded == 0 || coded == 1;
  case TYPE_CHOICE: return coded >= 0 && coded < fact->values.count;
  case TYPE_SET: return fact->values.count >= 64 || (uint64_t)coded >> fact->values.count == 0;
  case TYPE_DATE: return coded >= DATE_FIRST && coded <= DATE_LAST;
  case TYPE_INSTANT:
    if (offset_minutes < -OFFSET_MOST || offset_minutes > OFFSET_MOST) return false;
    return coded >= (int64_t)DATE_FIRST * day - offset_minutes * 60 &&
           coded < ((int64_t)DATE_LAST + 1) * day - offset_minutes * 60;
  default: return true;
  }
}

bool request_value_fits(const struct program_fact *fact, int64_t coded, int32_t offset_minutes) {
  bool ranged = (fact->flags & FACT_RANGE) != 0;
  return within_type(fact, coded, offset_minutes) && (!ranged || (coded >= fact->low && coded <= fact->high));
}

/* Sets a cell, or for NULL takes its value away, and keeps rows and counts in step. */
static void store(returns_request *request, uint32_t of, uint32_t fact, struct cell *cell, const struct cell *value) {
  uint32_t given = value != NULL;
  if ((request->policy->fact_traits[fact] & FACT_IS_NEEDED) && cell->given != given) {
    uint32_t *missing = of == RETURNS_OF_REQUEST ? &request->request_missing : request_line_rows(request, of);
    if (given)
      --*missing;
    else
      ++*missing;
  }
  const struct returns_policy *policy = request->policy;
  uint32_t scope = policy->facts[fact].scope, slot = policy->slots[fact];
  *cell = value                    ? *value
          : scope == SCOPE_REQUEST ? policy->blank_request[slot]
          : scope == SCOPE_LINE    ? policy->blank_line[slot]
                                   : (struct cell){0};
  update_columns_of(request, of, fact);
}

int32_t request_set_coded(returns_request *request, uint32_t of, uint32_t fact, enum value_type type, int64_t coded,
                          int32_t offset_minutes) {
  if (!request) return RETURNS_ERROR_ARGUMENT;
  if (fact >= request->policy->fact_count) return fail_fact(request, fact);
  const struct program_fact *declared = &request->policy->facts[fact];
  if (declared->type != type) {
    struct text name = policy_slice(request->policy, declared->name);
    return request_fail(request, RETURNS_ERROR_TYPE, "R0901", fact, "`%t` is %s, not %s", &name,
                        literal_type_name((enum value_type)declared->type), literal_type_name(type));
  }
  struct cell *cell = place_of(request, of, fact);
  if (!cell) return fail_place(request, of, fact);
  if (!request_value_fits(declared, coded, offset_minutes)) return fail_range(request, fact, coded, offset_minutes);
  struct cell value = {.value = coded, .offset_minutes = offset_minutes, .given = 1};
  store(request, of, fact, cell, &value);
  return RETURNS_OK;
}

int32_t returns_request_set_flag(returns_request *request, uint32_t of, uint32_t fact, int32_t value) {
  return request_set_coded(request, of, fact, TYPE_FLAG, value, 0);
}
int32_t returns_request_set_choice(returns_request *request, uint32_t of, uint32_t fact, uint32_t value_index) {
  return request_set_coded(request, of, fact, TYPE_CHOICE, value_index, 0);
}
int32_t returns_request_set_set(returns_request *request, uint32_t of, uint32_t fact, uint64_t value_bits) {
  int64_t coded;
  memcpy(&coded, &value_bits, sizeof coded);
  return request_set_coded(request, of, fact, TYPE_SET, coded, 0);
}
int32_t returns_request_set_count(returns_request *request, uint32_t of, uint32_t fact, int64_t value) {
  return request_set_coded(request, of, fact, TYPE_COUNT, value, 0);
}
int32_t returns_request_set_decimal(returns_request *request, uint32_t of, uint32_t fact, int64_t millionths) {
  return request_set_coded(request, of, fact, TYPE_DECIMAL, millionths, 0);
}
int32_t returns_request_set_percent(returns_request *request, uint32_t of, uint32_t fact, int64_t millionths_of_percent) {
  return request_set_coded(request, of, fact, TYPE_PERCENT, millionths_of_percent, 0);
}
int32_t returns_request_set_money(returns_request *request, uint32_t of, uint32_t fact, int64_t minor_units) {
  return request_set_coded(request, of, fact, TYPE_MONEY, minor_units, 0);
}
int32_t returns_request_set_date(returns_request *request, uint32_t of, uint32_t fact, int32_t days_since_1970) {
  return request_set_coded(request, of, fact, TYPE_DATE, days_since_1970, 0);
}
int32_t returns_request_set_instant(returns_request *request, uint32_t of, uint32_t fact, int64_t seconds_since_1970,
                                    int32_t offset_minutes) {
  return request_set_coded(request, of, fact, TYPE_INSTANT, seconds_since_1970, offset_minutes);
}
int32_t returns_request_set_days(returns_request *request, uint32_t of, uint32_t fact, int64_t days) {
  return request_set_coded(request, of, fact, TYPE_DAYS, days, 0);
}
int32_t returns_request_set_months(returns_request *request, uint32_t of, uint32_t fact, int64_t months) {
  return request_set_coded(request, of, fact, TYPE_MONTHS, months, 0);
}
int32_t returns_request_set_hours(returns_request *request, uint32_t of, uint32_t fact, int64_t hours) {
  int64_t seconds;
  if (!request) return RETURNS_ERROR_ARGUMENT;
  if (__builtin_mul_overflow(hours, 3600, &seconds))
    return request_fail(request, RETURNS_ERROR_RANGE, "R0904", NO_INDEX, "%l hours are more than 64 bits of seconds hold", hours);
  return request_set_coded(request, of, fact, TYPE_HOURS, seconds, 0);
}

int32_t returns_request_set_text(returns_request *request, uint32_t of, uint32_t fact, const char *text, size_t size_bytes) {
  struct text slice;
  int64_t number;
  if (!request) return RETURNS_ERROR_ARGUMENT;
  if (fact >= request->policy->fact_count) return fail_fact(request, fact);
  if (!take_text(text, size_bytes, &slice)) return fail_text(request, fact);
  if (request->policy->facts[fact].type != TYPE_TEXT) return request_set_coded(request, of, fact, TYPE_TEXT, 0, 0);
  if (!place_of(request, of, fact)) return fail_place(request, of, fact);
  if (!facts_intern(&request->facts, slice, &number)) return fail_memory(request);
  return request_set_coded(request, of, fact, TYPE_TEXT, number, 0);
}

int32_t returns_request_unset(returns_request *request, uint32_t of, uint32_t fact) {
  if (!request) return RETURNS_ERROR_ARGUMENT;
  if (fact >= request->policy->fact_count) return fail_fact(request, fact);
  struct cell *cell = place_of(request, of, fact);
  if (!cell) return fail_place(request, of, fact);
  store(request, of, fact, cell, NULL);
  return RETURNS_OK;
}

/* ---- by text form ---- */

static int32_t fail_form(returns_request *request, uint32_t fact, struct text form, enum literal_result why) {
  const struct program_fact *declared = &request->policy->facts[fact];
  struct text name = policy_slice(request->policy, declared->name);
  enum value_type type = (enum value_type)declared->type;
  bool shown = !(declared->flags & FACT_PRIVATE);
  struct text hidden = text_of("its text");
  if (why == LITERAL_RANGE)
    return request_fail(request, RETURNS_ERROR_RANGE, "R0904", fact, "`%t` is %t: too large", &name, shown ? &form : &hidden);
  request_fail(request, RETURNS_ERROR_TYPE, "R0905", fact,
               shown ? "`%t` is %s, and `%t` is none: written like %s" : "`%t` is %s, and %t is none: written like %s", &name,
               literal_type_name(type), shown ? &form : &hidden, literal_example(type));
  if (type == TYPE_MONEY) {
    buffer_format(&request->error, ", with at most %u digits behind the point", request->policy->header->minor_digits);
    buffer_string(&request->error);
  }
  return RETURNS_ERROR_TYPE;
}

static struct text trim(struct text text) {
  while (text.size > 0 && text.bytes[0] == ' ') text.bytes++, text.size--;
  while (text.size > 0 && text.bytes[text.size - 1] == ' ') text.size--;
  return text;
}

/* "a, b" or "none". */
static int32_t set_members(returns_request *request, uint32_t of, uint32_t fact, struct text form) {
  uint64_t bits = 0;
  bool none = text_is(trim(form), "none");
  for (uint32_t from = 0; !none && from <= form.size;) {
    uint32_t to = from;
    while (to < form.size && form.bytes[to] != ',') to++;
    struct text member = trim((struct text){.bytes = form.bytes + from, .size = to - from});
    uint32_t value = policy_find_value(request->policy, fact, member);
    if (value == NO_INDEX) return request_fail_unknown_value(request, fact, member);
    bits |= (uint64_t)1 << value;
    from = to + 1;
  }
  return returns_request_set_set(request, of, fact, bits);
}

int32_t request_set_form(returns_request *request, uint32_t of, uint32_t fact, struct text form) {
  if (fact >= request->policy->fact_count) return fail_fact(request, fact);
  const struct program_fact *declared = &request->policy->facts[fact];
  enum value_type type = (enum value_type)declared->type;
  int64_t coded;
  int32_t offset_minutes;
  uint32_t value;
  switch (type) {
  case TYPE_TEXT: return returns_request_set_text(request, of, fact, form.bytes, form.size);
  case TYPE_SET: return set_members(request, of, fact, form);
  case TYPE_CHOICE:
    value = policy_find_value(request->policy, fact, form);
    if (value == NO_INDEX) return request_fail_unknown_value(request, fact, form);
    return returns_request_set_choice(request, of, fact, value);
  default: break;
  }
  enum literal_result result = literal_read(type, request->policy->header->minor_digits, form, &coded, &offset_minutes);
  if (result != LITERAL_OK) return fail_form(request, fact, form, result);
  return request_set_coded(request, of, fact, type, coded, offset_minutes);
}

int32_t returns_request_set(returns_request *request, uint32_t of, const char *fact, const char *value, size_t size_bytes) {
  struct text form;
  if (!request || !fact) return RETURNS_ERROR_ARGUMENT;
  uint32_t index = policy_find_fact(request->policy, text_of(fact));
  if (index == NO_INDEX) return request_fail_unknown_fact(request, text_of(fact));
  if (!take_text(value, size_bytes, &form)) return fail_text(request, index);
  return request_set_form(request, of, index, form);
}

/* ---- roles and steps ---- */

static int32_t set_role(returns_request *request, const char *role, enum answer_of_role answer) {
  if (!request || !role) return RETURNS_ERROR_ARGUMENT;
  const struct returns_policy *policy = request->policy;
  struct text name = text_of(role), best = {0};
  uint32_t distance = 0;
  bool found = false;
  for (uint32_t a = 0; a < policy->role_count; a++) {
    struct text declared = policy_role(policy, a);
    nearer(name, declared, &best, &distance);
    if (!text_equal(declared, name)) continue;
    request->facts.roles[a] = (int8_t)answer;
    found = true;
  }
  request->facts.any_answered |= found;
  if (found) return RETURNS_OK;
  if (best.bytes)
    return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0907", NO_INDEX,
                        "no approval of the policy asks `%t`; did you mean `%t`?", &name, &best);
  return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0907", NO_INDEX, "no approval of the policy asks `%t`", &name);
}

int32_t returns_request_agree(returns_request *request, const char *role) { return set_role(request, role, ROLE_AGREED); }
int32_t returns_request_refuse(returns_request *request, const char *role) { return set_role(request, role, ROLE_REFUSED); }

int32_t returns_request_done(returns_request *request, const char *step) {
  if (!request || !step) return RETURNS_ERROR_ARGUMENT;
  const struct returns_policy *policy = request->policy;
  const struct program_step *steps = program_section(&policy->program, SECTION_STEPS);
  struct text name = text_of(step), best = {0};
  uint32_t distance = 0;
  bool found = false;
  for (uint32_t s = 0; s < program_count(&policy->program, SECTION_STEPS); s++) {
    struct text declared = policy_slice(policy, steps[s].name);
    nearer(name, declared, &best, &distance);
    if (text_equal(declared, name)) request->facts.done_steps[s] = 1, found = true;
  }
  for (uint32_t f = 0; f < policy->fact_count; f++) {
    struct text declared = policy_slice(policy, policy->facts[f].supplied_by);
    if (declared.size == 0) continue;
    nearer(name, declared, &best, &distance);
    if (text_equal(declared, name)) request->facts.done_facts[f] = 1, found = true;
  }
  request->facts.any_done |= found;
  if (found) return RETURNS_OK;
  if (best.bytes)
    return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0908", NO_INDEX, "the policy has no step `%t`; did you mean `%t`?",
                        &name, &best);
  return request_fail(request, RETURNS_ERROR_UNKNOWN, "R0908", NO_INDEX, "the policy has no step `%t`", &name);
}
