/* What the targets share: counted memory, checks of findings, of policies and of answers. In: objects of the public API. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

void fuzz_fail(const char *file, int line, const char *what) {
  fflush(stdout);
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  abort();
}

uint64_t fuzz_random(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

bool fuzz_read_file(const char *path, struct bytes *out) {
  FILE *stream = fopen(path, "rb");
  *out = (struct bytes){NULL, 0};
  if (stream == NULL) return false;
  for (size_t got = 1; got > 0;) {
    uint8_t *grown = realloc(out->data, out->size + 65536 + 1);
    if (grown == NULL) break;
    out->data = grown;
    got = fread(out->data + out->size, 1, 65536, stream);
    out->size += got;
    out->data[out->size] = 0;
  }
  fclose(stream);
  return out->data != NULL;
}

bool fuzz_ends_with(const char *path, const char *end) {
  size_t a = strlen(path), b = strlen(end);
  return a >= b && strcmp(path + a - b, end) == 0;
}

/* ---- memory ---- */

static void *counted(void *context, void *pointer, size_t old_size, size_t new_size) {
  struct fuzz_memory *memory = context;
  if (pointer == NULL) old_size = 0;
  FUZZ_REQUIRE(memory->held >= old_size);
  void *moved = NULL;
  if (new_size == 0) {
    free(pointer);
  } else if ((moved = realloc(pointer, new_size)) == NULL) {
    return NULL;
  }
  memory->held = memory->held - old_size + new_size;
  if (memory->held > memory->most) memory->most = memory->held;
  return moved;
}

returns_environment *fuzz_environment(struct fuzz_memory *memory) {
  returns_allocator allocator = {.size = sizeof allocator, .context = memory, .reallocate = counted};
  returns_environment *environment = NULL;
  *memory = (struct fuzz_memory){0, 0};
  FUZZ_REQUIRE(returns_environment_new(&allocator, &environment) == RETURNS_OK);
  return environment;
}

/* ---- findings ---- */

static bool is_code(const char *code) {
  return code != NULL && code[0] == 'R' && strlen(code) == 5 && strspn(code + 1, "0123456789") == 4;
}

/* Lines end with LF; a column counts code points, so that a line's bytes bound it. */
static bool is_inside(const returns_place *place, const uint8_t *data, size_t size) {
  uint32_t line = 1;
  size_t start = 0;
  for (size_t i = 0; i < size && line < place->line; i++) {
    if (data[i] == '\n') line++, start = i + 1;
  }
  size_t end = start;
  while (end < size && data[end] != '\n') end++;
  return line == place->line && place->column >= 1 && place->column <= end - start + 1 &&
         (place->end_line > place->line || (place->end_line == place->line && place->end_column >= place->column));
}

/* Names of an altered block may hold NULs, which jansson reads in values only, or be the same twice. */
static void check_json(const char *text, size_t size, bool object) {
  json_error_t error;
  json_t *root = json_loadb(text, size, JSON_ALLOW_NUL, &error);
  if (root == NULL && json_error_code(&error) == json_error_null_byte_in_key) return;
  if (root == NULL) fprintf(stderr, "%s, column %d, in: %.*s\n", error.text, error.column, (int)size, text);
  FUZZ_REQUIRE(root != NULL && (object ? json_is_object(root) : json_is_array(root)));
  json_decref(root);
}

void fuzz_check_findings(returns_diagnostics *findings, const uint8_t *data, size_t size) {
  uint32_t count = returns_diagnostics_count(findings);
  const char *text = NULL;
  size_t text_size = 0;
  for (uint32_t i = 0; i < count; i++) {
    returns_place place;
    const char *message = returns_diagnostics_message(findings, i);
    FUZZ_REQUIRE(is_code(returns_diagnostics_code(findings, i)));
    FUZZ_REQUIRE(message != NULL && message[0] != '\0');
    FUZZ_REQUIRE(returns_diagnostics_place(findings, i, &place) == RETURNS_OK);
    FUZZ_REQUIRE(place.line == 0 || is_inside(&place, data, size));
    for (uint32_t k = 0; k < returns_diagnostics_related_count(findings, i); k++) {
      const char *label = NULL;
      FUZZ_REQUIRE(returns_diagnostics_related(findings, i, k, &place, &label) == RETURNS_OK && label != NULL &&
                   is_inside(&place, data, size));
    }
  }
  FUZZ_REQUIRE(returns_diagnostics_text(findings, 0, &text, &text_size) == RETURNS_OK && text_size > 0);
  FUZZ_REQUIRE(returns_diagnostics_json(findings, &text, &text_size) == RETURNS_OK);
  check_json(text, text_size, false);
}

/* A policy that is refused says why, and of one error at least where. */
static void check_refusal(returns_diagnostics *findings) {
  bool placed = false;
  for (uint32_t i = 0; i < returns_diagnostics_count(findings); i++) {
    returns_place place;
    placed |= returns_diagnostics_place(findings, i, &place) == RETURNS_OK && place.line > 0 &&
              returns_diagnostics_severity(findings, i) == RETURNS_SEVERITY_ERROR;
  }
  FUZZ_REQUIRE(returns_diagnostics_error_count(findings) > 0 && placed);
}

int32_t fuzz_try_compile(returns_environment *environment, const uint8_t *data, size_t size, returns_policy **policy) {
  returns_compiler *compiler = NULL;
  returns_diagnostics *findings = NULL;
  *policy = NULL;
  FUZZ_REQUIRE(returns_compiler_new(environment, &compiler) == RETURNS_OK);
  int32_t status = returns_compiler_add_source(compiler, "policy.yaml", data, size);
  const char *missing;
  if (status == RETURNS_OK) status = returns_compiler_missing_source(compiler, 0, &missing);
  if (status == RETURNS_OK) status = returns_policy_compile(compiler, policy, &findings);
  FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_POLICY || status == RETURNS_ERROR_LIMIT ||
               status == RETURNS_ERROR_MEMORY);
  FUZZ_REQUIRE((*policy != NULL) == (status == RETURNS_OK));
  if (findings != NULL) fuzz_check_findings(findings, data, size);
  if (status == RETURNS_ERROR_POLICY)
    check_refusal(findings);
  else
    FUZZ_REQUIRE(status != RETURNS_OK || returns_diagnostics_error_count(findings) == 0);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  return status;
}

returns_policy *fuzz_compile(returns_environment *environment, const uint8_t *data, size_t size) {
  returns_policy *policy = NULL;
  FUZZ_REQUIRE(fuzz_try_compile(environment, data, size, &policy) != RETURNS_ERROR_MEMORY);
  return policy;
}

/* ---- requests ---- */

static int32_t set_value(const returns_policy *policy, returns_request *request, uint32_t of, uint32_t fact, uint64_t *random) {
  static const char *const texts[] = {"", "A", "Ray-Ban", "House", "late"};
  uint64_t any = fuzz_random(random);
  int64_t small = (int64_t)(any >> 8) % 40 - 3, number = any % 16 == 0 ? (int64_t)fuzz_random(random) : small;
  uint32_t values = returns_policy_value_count(policy, fact);
  switch (returns_policy_fact_type(policy, fact)) {
  case RETURNS_TYPE_FLAG: return returns_request_set_flag(request, of, fact, (int32_t)(any >> 8 & 1));
  case RETURNS_TYPE_CHOICE: return returns_request_set_choice(request, of, fact, (uint32_t)(any >> 8) % (values + 1));
  case RETURNS_TYPE_SET:
    return returns_request_set_set(request, of, fact, values < 64 ? (any >> 8) & (((uint64_t)1 << values) - 1) : any);
  case RETURNS_TYPE_TEXT:
    return returns_request_set_text(request, of, fact, texts[(any >> 8) % 5], strlen(texts[(any >> 8) % 5]));
  case RETURNS_TYPE_COUNT: return returns_request_set_count(request, of, fact, number);
  case RETURNS_TYPE_DECIMAL: return returns_request_set_decimal(request, of, fact, number);
  case RETURNS_TYPE_PERCENT: return returns_request_set_percent(request, of, fact, small * 1000000);
  case RETURNS_TYPE_MONEY: return returns_request_set_money(request, of, fact, any % 16 == 0 ? number : small * 333);
  case RETURNS_TYPE_DATE:
    return returns_request_set_date(request, of, fact, any % 16 == 0 ? (int32_t)number : (int32_t)(20600 + small * 5));
  case RETURNS_TYPE_INSTANT:
    return returns_request_set_instant(request, of, fact, any % 16 == 0 ? number : 1780000000 + small * 3600,
                                       (int32_t)small * 30);
  case RETURNS_TYPE_DAYS: return returns_request_set_days(request, of, fact, number);
  case RETURNS_TYPE_MONTHS: return returns_request_set_months(request, of, fact, number);
  default: return returns_request_set_hours(request, of, fact, number);
  }
}

static void set_fact(const returns_policy *policy, returns_request *request, uint32_t fact, uint32_t lines, uint64_t *random) {
  int32_t scope = returns_policy_fact_scope(policy, fact);
  uint32_t times = scope == RETURNS_SCOPE_LINE ? lines : 1;
  for (uint32_t i = 0; i < times; i++) {
    uint32_t of = scope == RETURNS_SCOPE_LINE ? i : RETURNS_OF_REQUEST;
    if (fuzz_random(random) % 5 == 0) continue;
    if (scope == RETURNS_SCOPE_FACT && returns_request_key(request, fact, "A", 1, &of) != RETURNS_OK) continue;
    int32_t status = set_value(policy, request, of, fact, random);
    FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_RANGE || status == RETURNS_ERROR_ARGUMENT);
    FUZZ_REQUIRE(status == RETURNS_OK ||
                 (returns_request_error(request)[0] != '\0' && is_code(returns_request_error_code(request))));
  }
}

void fuzz_fill(const returns_policy *policy, returns_request *request, uint64_t *random) {
  uint32_t lines = 1 + (uint32_t)(fuzz_random(random) % 3), line;
  returns_request_clear(request);
  for (uint32_t i = 0; i < lines; i++) FUZZ_REQUIRE(returns_request_add_line(request, &line) == RETURNS_OK);
  for (uint32_t fact = 0; fact < returns_policy_fact_count(policy); fact++) set_fact(policy, request, fact, lines, random);
}

/* ---- answers ---- */

struct sums {
  int64_t credit, fees, bonuses, net;
};

static void add_portion(const returns_decision *decision, uint32_t line, uint32_t portion, struct sums *sums) {
  struct sums own;
  int32_t verdict = 0;
  int64_t units = -1;
  uint32_t rule;
  FUZZ_REQUIRE(returns_decision_verdict(decision, line, portion, &verdict) == RETURNS_OK && verdict >= RETURNS_AUTHORIZE &&
               verdict <= RETURNS_DENY);
  FUZZ_REQUIRE(returns_decision_units(decision, line, portion, &units) == RETURNS_OK && units > 0);
  FUZZ_REQUIRE(returns_decision_rule(decision, line, portion, &rule) == RETURNS_OK &&
               returns_decision_rule_name(decision, line, portion) != NULL);
  FUZZ_REQUIRE(returns_decision_reason_count(decision, line, portion) > 0 &&
               returns_decision_reason(decision, line, portion, 0) != NULL);
  FUZZ_REQUIRE(returns_decision_amounts(decision, line, portion, &own.credit, &own.fees, &own.bonuses, &own.net) == RETURNS_OK);
  FUZZ_REQUIRE(own.credit >= 0 && (verdict != RETURNS_DENY || own.credit == 0));
  sums->credit += own.credit;
  sums->fees += own.fees;
  sums->bonuses += own.bonuses;
  sums->net += own.net;
}

/* Portions add up to their line, lines to the request; net is credit + bonuses - fees. */
static void check_sums(const returns_decision *decision) {
  struct sums all = {0, 0, 0, 0}, told;
  for (uint32_t line = 0; line < returns_decision_line_count(decision); line++) {
    struct sums sums = {0, 0, 0, 0};
    int32_t status = 0;
    FUZZ_REQUIRE(returns_decision_line_status(decision, line, &status) == RETURNS_OK);
    if (status == RETURNS_UNDECIDED) {
      FUZZ_REQUIRE(returns_decision_portion_count(decision, line) == 0 && returns_decision_possible_count(decision, line) > 0);
      continue;
    }
    for (uint32_t portion = 0; portion < returns_decision_portion_count(decision, line); portion++)
      add_portion(decision, line, portion, &sums);
    FUZZ_REQUIRE(returns_decision_line_totals(decision, line, &told.credit, &told.fees, &told.bonuses, &told.net) == RETURNS_OK);
    FUZZ_REQUIRE(memcmp(&told, &sums, sizeof sums) == 0 && told.net == told.credit + told.bonuses - told.fees);
    all.credit += sums.credit;
    all.fees += sums.fees;
    all.bonuses += sums.bonuses;
    all.net += sums.net;
  }
  FUZZ_REQUIRE(returns_decision_totals(decision, &told.credit, &told.fees, &told.bonuses, &told.net) == RETURNS_OK);
  FUZZ_REQUIRE(memcmp(&told, &all, sizeof all) == 0);
}

static void check_texts(returns_decision *decision, int32_t level) {
  const char *text = NULL;
  size_t size = 0;
  FUZZ_REQUIRE(returns_decision_json(decision, level, &text, &size) == RETURNS_OK);
  check_json(text, size, true);
  FUZZ_REQUIRE(returns_decision_text(decision, level, &text, &size) == RETURNS_OK && size > 0);
}

static void check_steps(const returns_policy *policy, const returns_request *request) {
  returns_steps *steps = NULL;
  const char *text = NULL;
  size_t size = 0;
  FUZZ_REQUIRE(returns_steps_new(NULL, &steps) == RETURNS_OK);
  int32_t status = returns_steps_evaluate(policy, request, steps);
  FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_REQUEST);
  for (uint32_t i = 0; i < returns_steps_count(steps); i++) {
    int32_t state = returns_steps_state(steps, i);
    FUZZ_REQUIRE(state >= RETURNS_STEP_DUE && state <= RETURNS_STEP_OVERDUE);
    FUZZ_REQUIRE((state == RETURNS_STEP_SKIPPED) == (returns_steps_reason_kind(steps, i) == RETURNS_STEP_UNMET));
  }
  if (status == RETURNS_OK) {
    FUZZ_REQUIRE(returns_steps_json(steps, &text, &size) == RETURNS_OK && strlen(text) == size);
    FUZZ_REQUIRE(returns_steps_text(steps, &text, &size) == RETURNS_OK && strlen(text) == size);
  } else {
    FUZZ_REQUIRE(is_code(returns_steps_error_code(steps)) && returns_steps_error(steps)[0] != '\0');
  }
  returns_steps_free(steps);
}

void fuzz_decide(const returns_policy *policy, const returns_request *request, returns_decision *decision) {
  int32_t first = RETURNS_OK;
  for (int32_t level = RETURNS_TRACE_NONE; level <= RETURNS_TRACE_FULL; level++) {
    returns_options options = {.size = sizeof options, .trace = level};
    int32_t status = returns_evaluate(policy, request, &options, decision);
    FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_REQUEST);
    if (level == RETURNS_TRACE_NONE) first = status;
    FUZZ_REQUIRE(status == first); /* a trace changes nothing */
    if (status == RETURNS_OK) {
      if (level == RETURNS_TRACE_NONE) check_sums(decision);
      check_texts(decision, level);
    } else {
      FUZZ_REQUIRE(is_code(returns_decision_error_code(decision)) && returns_decision_error(decision)[0] != '\0');
    }
  }
  check_steps(policy, request);
}

static void check_getters(const returns_policy *policy) {
  char *text = NULL;
  size_t size = 0;
  FUZZ_REQUIRE(returns_policy_name(policy) != NULL && strlen(returns_policy_digest(policy)) == 64);
  for (uint32_t rule = 0; rule <= returns_policy_rule_count(policy); rule++)
    FUZZ_REQUIRE(returns_policy_rule_name(policy, rule) != NULL);
  for (int32_t drawing = RETURNS_DRAWING_TEXT; drawing <= RETURNS_DRAWING_JSON; drawing++) {
    FUZZ_REQUIRE(returns_policy_tree(policy, drawing, &text, &size) == RETURNS_OK && size > 0);
    returns_text_free(policy, text, size);
    int32_t status = returns_policy_workflow(policy, drawing, &text, &size);
    FUZZ_REQUIRE(status == RETURNS_ERROR_EMPTY || (status == RETURNS_OK && size > 0));
    returns_text_free(policy, text, size);
  }
}

void fuzz_use(const returns_policy *policy, uint64_t random, uint32_t requests) {
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  FUZZ_REQUIRE(returns_request_new(policy, &request) == RETURNS_OK && returns_decision_new(NULL, &decision) == RETURNS_OK);
  check_getters(policy);
  while (requests-- > 0) {
    fuzz_fill(policy, request, &random);
    fuzz_decide(policy, request, decision);
  }
  returns_decision_free(decision);
  returns_request_free(request);
}
