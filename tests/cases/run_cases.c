/* Runs the conformance corpus (README.md beside this file) through the public API.
 *
 * In: the root of the sources; every *.json below tests/cases. Out: TAP, one line a case. Each request is decided twice, by the
 * policy as it was compiled and by the one loaded from its block, with one request and one decision that all cases of a policy
 * reuse. It knows the public headers and jansson only, so that runners in other languages can do the same.
 */
#include <dirent.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "returns/returns.h"

enum { PATH_SIZE = 4096, WHY_SIZE = 16384, DEEPEST = 8, MOST_CASES = 4096 };

struct text {
  char *bytes;
  size_t size;
};
struct run {
  const char *root;
  char why[WHY_SIZE];
};

/* Why the case fails; answers false, so that a check can end with it. */
__attribute__((format(printf, 2, 3))) static bool because(struct run *run, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(run->why, sizeof run->why, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- files and lines ---- */

static bool read_file(const char *path, struct text *out) {
  FILE *stream = fopen(path, "rb");
  *out = (struct text){NULL, 0};
  if (stream == NULL) return false;
  for (;;) {
    char *grown = realloc(out->bytes, out->size + 65536 + 1);
    if (grown == NULL) break;
    out->bytes = grown;
    size_t got = fread(out->bytes + out->size, 1, 65536, stream);
    out->size += got;
    out->bytes[out->size] = '\0';
    if (got > 0) continue;
    if (ferror(stream)) break;
    fclose(stream);
    return true;
  }
  fclose(stream);
  free(out->bytes);
  *out = (struct text){NULL, 0};
  return false;
}

/* Lines, each ended by a line feed. */
static bool join_lines(const json_t *lines, struct text *out) {
  size_t size = 0, index;
  const json_t *line;
  json_array_foreach(lines, index, line) size += json_string_length(line) + 1;
  *out = (struct text){malloc(size + 1), 0};
  if (out->bytes == NULL) return false;
  json_array_foreach(lines, index, line) {
    memcpy(out->bytes + out->size, json_string_value(line), json_string_length(line));
    out->size += json_string_length(line);
    out->bytes[out->size++] = '\n';
  }
  out->bytes[out->size] = '\0';
  return true;
}

/* ---- the policy ---- */

static bool add_lines(struct run *run, returns_compiler *compiler, const char *name, const json_t *lines) {
  struct text text;
  if (!join_lines(lines, &text)) return because(run, "out of memory");
  int32_t status = returns_compiler_add_source(compiler, name, text.bytes, text.size);
  free(text.bytes);
  return status == RETURNS_OK || because(run, "source %s: %s", name, returns_status_text(status));
}

/* A file of the repository, under its bare name. */
static bool add_file(struct run *run, returns_compiler *compiler, const char *path) {
  char full[PATH_SIZE];
  struct text text;
  const char *slash = strrchr(path, '/');
  snprintf(full, sizeof full, "%s/%s", run->root, path);
  if (!read_file(full, &text)) return because(run, "cannot read %s", full);
  int32_t status = returns_compiler_add_source(compiler, slash == NULL ? path : slash + 1, text.bytes, text.size);
  free(text.bytes);
  return status == RETURNS_OK || because(run, "source %s: %s", path, returns_status_text(status));
}

/* What the sources ask for lies beside the policy's file. */
static bool add_neighbours(struct run *run, returns_compiler *compiler, const char *path) {
  const char *slash = strrchr(path, '/'), *name = NULL;
  for (;;) {
    char neighbour[PATH_SIZE];
    int32_t status = returns_compiler_missing_source(compiler, 0, &name);
    if (status != RETURNS_OK) return because(run, "missing sources: %s", returns_status_text(status));
    if (name == NULL) return true;
    snprintf(neighbour, sizeof neighbour, "%.*s%s", slash == NULL ? 0 : (int)(slash - path + 1), path, name);
    if (!add_file(run, compiler, neighbour)) return false;
  }
}

static bool add_sources(struct run *run, returns_compiler *compiler, const json_t *test) {
  const json_t *path = json_object_get(test, "policy");
  const char *name;
  json_t *lines;
  if (path != NULL) {
    if (!add_file(run, compiler, json_string_value(path)) || !add_neighbours(run, compiler, json_string_value(path)))
      return false;
  } else if (!add_lines(run, compiler, "policy.yaml", json_object_get(test, "policy_text"))) {
    return false;
  }
  json_object_foreach(json_object_get(test, "sources"), name, lines) {
    if (!add_lines(run, compiler, name, lines)) return false;
  }
  return true;
}

/* ---- findings ---- */

static bool is_text(const json_t *expected, const char *found) {
  return json_is_null(expected) ? found == NULL || found[0] == '\0'
                                : found != NULL && strcmp(json_string_value(expected), found) == 0;
}

static void list_findings(const returns_diagnostics *findings, char *out, size_t size) {
  size_t used = 0;
  out[0] = '\0';
  for (uint32_t i = 0; i < returns_diagnostics_count(findings) && used < size; i++) {
    returns_place place;
    returns_diagnostics_place(findings, i, &place);
    int wrote = snprintf(out + used, size - used, "\n%s %s:%u:%u: %s", returns_diagnostics_code(findings, i),
                         place.file ? place.file : "-", place.line, place.column, returns_diagnostics_message(findings, i));
    used += wrote > 0 ? (size_t)wrote : 0;
  }
}

static bool finding_matches(const returns_diagnostics *findings, uint32_t index, const json_t *expected) {
  returns_place place;
  if (returns_diagnostics_place(findings, index, &place) != RETURNS_OK) return false;
  return is_text(json_object_get(expected, "code"), returns_diagnostics_code(findings, index)) &&
         is_text(json_object_get(expected, "file"), place.file) &&
         json_integer_value(json_object_get(expected, "line")) == place.line &&
         json_integer_value(json_object_get(expected, "column")) == place.column;
}

static bool check_findings(struct run *run, const returns_diagnostics *findings, const json_t *expected) {
  char found[WHY_SIZE / 2];
  bool same = json_array_size(expected) == returns_diagnostics_count(findings);
  for (uint32_t i = 0; same && i < json_array_size(expected); i++)
    same = finding_matches(findings, i, json_array_get(expected, i));
  if (same) return true;
  list_findings(findings, found, sizeof found);
  return because(run, "expected %zu findings, found:%s", json_array_size(expected), found);
}

/* ---- the answer ---- */

/* In the place of the policy's digest: `*`, where the case leaves it open. */
static void open_digest(char *answer) {
  static const char member[] = "\"digest\":\"";
  char *at = strstr(answer, member);
  if (at == NULL) return;
  at += sizeof member - 1;
  size_t digits = strspn(at, "0123456789abcdef");
  if (digits != 64) return;
  *at = '*';
  memmove(at + 1, at + digits, strlen(at + digits) + 1);
}

static bool check_answer(struct run *run, const char *text, size_t size, const json_t *expected) {
  char *wanted = json_dumps(expected, JSON_COMPACT), *found = malloc(size + 1);
  bool same = false;
  if (wanted != NULL && found != NULL) {
    memcpy(found, text, size);
    found[size] = '\0';
    const char *digest = json_string_value(json_object_get(json_object_get(expected, "policy"), "digest"));
    if (digest != NULL && strcmp(digest, "*") == 0) open_digest(found);
    same = strlen(found) == size - (digest != NULL && strcmp(digest, "*") == 0 ? 63 : 0) && strcmp(wanted, found) == 0;
    if (!same) because(run, "expected %s\n   found %s", wanted, found);
  }
  free(wanted);
  free(found);
  return same;
}

struct fault {
  const char *code, *pointer, *fact, *rule, *message;
  uint32_t line;
};

static bool check_fault(struct run *run, const struct fault *fault, const json_t *expected) {
  const json_t *code = json_object_get(expected, "code"), *pointer = json_object_get(expected, "pointer");
  const json_t *fact = json_object_get(expected, "fact"), *rule = json_object_get(expected, "rule"),
               *line = json_object_get(expected, "line");
  bool same = code != NULL && is_text(code, fault->code) && (pointer == NULL || is_text(pointer, fault->pointer)) &&
              (fact == NULL || is_text(fact, fault->fact)) && (rule == NULL || is_text(rule, fault->rule));
  if (line != NULL) same &= json_is_null(line) ? fault->line == UINT32_MAX : json_integer_value(line) == fault->line;
  if (same && fault->message != NULL && fault->message[0] != '\0') return true;
  return because(run, "found error %s at \"%s\", line %d, fact \"%s\", rule \"%s\": %s", fault->code, fault->pointer,
                 (int)fault->line, fault->fact, fault->rule, fault->message);
}

static int32_t trace_level(const json_t *test) {
  const char *level = json_string_value(json_object_get(test, "trace"));
  if (level == NULL) return RETURNS_TRACE_NONE;
  return strcmp(level, "full") == 0 ? RETURNS_TRACE_FULL : RETURNS_TRACE_PATH;
}

/* Reads, decides, compares. */
static bool check_decision(struct run *run, returns_request *request, returns_decision *decision, const returns_policy *policy,
                           const struct text *text, const json_t *test) {
  const json_t *error = json_object_get(test, "error"), *answer = json_object_get(test, "answer");
  int32_t status = returns_request_read_json(request, text->bytes, text->size);
  struct fault fault = {returns_request_error_code(request), returns_request_error_pointer(request),
                        returns_request_error_fact(request), "",
                        returns_request_error(request),      returns_request_error_line(request)};
  if (status == RETURNS_OK) {
    returns_options options = {.size = sizeof options, .trace = trace_level(test)};
    status = returns_evaluate(policy, request, &options, decision);
    fault = (struct fault){returns_decision_error_code(decision), "",
                           returns_decision_error_fact(decision), returns_decision_error_rule(decision),
                           returns_decision_error(decision),      returns_decision_error_line(decision)};
  }
  if (status == RETURNS_ERROR_REQUEST || status == RETURNS_ERROR_LIMIT) {
    if (error != NULL) return check_fault(run, &fault, error);
    return because(run, "expected an answer, found error %s: %s", fault.code, fault.message);
  }
  const char *json = NULL;
  size_t size = 0;
  if (status == RETURNS_OK) status = returns_decision_json(decision, trace_level(test), &json, &size);
  if (status != RETURNS_OK) return because(run, "%s", returns_status_text(status));
  if (answer == NULL) return because(run, "expected an error, found %s", json);
  return check_answer(run, json, size, answer);
}

/* ---- steps ---- */

static json_t *texts(uint32_t count, const char *(*at)(const returns_steps *steps, uint32_t step, uint32_t index),
                     const returns_steps *steps, uint32_t step) {
  json_t *list = json_array();
  for (uint32_t i = 0; i < count; i++) json_array_append_new(list, json_string(at(steps, step, i)));
  return list;
}

/* "1970-01-01" of a day number. */
static json_t *day_text(int32_t days) {
  int32_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
  int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100),
          mp = (5 * doy + 2) / 153;
  char text[64];
  int32_t month = mp < 10 ? mp + 3 : mp - 9;
  snprintf(text, sizeof text, "%04d-%02d-%02d", yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1);
  return json_string(text);
}

/* A step as the cases write it. */
static json_t *found_step(const returns_policy *policy, const returns_steps *steps, uint32_t step) {
  static const char *const states[] = {"?", "due", "waiting", "skipped", "done", "overdue"};
  json_t *found = json_object(), *supplies = json_array();
  int32_t day = 0;
  for (uint32_t i = 0, fact = 0; returns_steps_fact(steps, step, i, &fact) == RETURNS_OK; i++)
    json_array_append_new(supplies, json_string(returns_policy_fact_name(policy, fact)));
  json_object_set_new(found, "step", json_string(returns_steps_name(steps, step)));
  json_object_set_new(found, "by", json_string(returns_steps_by(steps, step)));
  json_object_set_new(found, "state", json_string(states[returns_steps_state(steps, step)]));
  json_object_set_new(found, "no_later_than", returns_steps_date(steps, step, &day) == RETURNS_OK ? day_text(day) : json_null());
  json_object_set_new(found, "reasons", texts(returns_steps_reason_count(steps, step), returns_steps_reason, steps, step));
  json_object_set_new(found, "supplies", supplies);
  return found;
}

static bool compare_steps(struct run *run, const returns_policy *policy, const returns_steps *steps, const json_t *expected) {
  json_t *found = json_array();
  for (uint32_t i = 0; i < returns_steps_count(steps); i++) json_array_append_new(found, found_step(policy, steps, i));
  bool same = json_equal(found, expected) == 1;
  char *wanted = json_dumps(expected, JSON_COMPACT), *got = json_dumps(found, JSON_COMPACT);
  if (!same) because(run, "expected %s\n   found %s", wanted, got);
  free(wanted);
  free(got);
  json_decref(found);
  return same;
}

static bool check_steps(struct run *run, returns_request *request, const returns_policy *policy, const struct text *text,
                        const json_t *test) {
  returns_steps *steps = NULL;
  int32_t status = returns_request_read_json(request, text->bytes, text->size);
  if (status == RETURNS_OK) status = returns_steps_new(NULL, &steps);
  if (status == RETURNS_OK) status = returns_steps_evaluate(policy, request, steps);
  bool good = status == RETURNS_OK ? compare_steps(run, policy, steps, json_object_get(test, "steps"))
                                   : because(run, "%s: %s%s", returns_status_text(status), returns_request_error(request),
                                             returns_steps_error(steps));
  returns_steps_free(steps);
  return good;
}

/* Twice, so that what a decision keeps of the last one would show. */
static bool check_policy(struct run *run, const returns_policy *policy, const struct text *text, const json_t *test) {
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  int32_t status = returns_request_new(policy, &request);
  if (status == RETURNS_OK && json_object_get(test, "steps") != NULL) {
    bool same = check_steps(run, request, policy, text, test);
    returns_request_free(request);
    return same;
  }
  if (status == RETURNS_OK) status = returns_decision_new(NULL, &decision);
  bool good = status == RETURNS_OK ? check_decision(run, request, decision, policy, text, test) &&
                                         check_decision(run, request, decision, policy, text, test)
                                   : because(run, "%s", returns_status_text(status));
  returns_decision_free(decision);
  returns_request_free(request);
  return good;
}

static bool check_request(struct run *run, const returns_policy *policy, const json_t *test) {
  struct text text = {NULL, 0};
  const json_t *raw = json_object_get(test, "request_text");
  text.bytes = raw != NULL ? strdup(json_string_value(raw)) : json_dumps(json_object_get(test, "request"), JSON_COMPACT);
  if (text.bytes == NULL) return because(run, "the case has no request");
  text.size = strlen(text.bytes);
  const void *block = NULL;
  size_t size = 0;
  returns_policy *loaded = NULL;
  bool good = check_policy(run, policy, &text, test);
  if (good) {
    int32_t status = returns_policy_block(policy, &block, &size);
    if (status == RETURNS_OK) status = returns_policy_load(NULL, block, size, &loaded);
    good = status == RETURNS_OK ? check_policy(run, loaded, &text, test)
                                : because(run, "its block: %s", returns_status_text(status));
  }
  returns_policy_free(loaded);
  free(text.bytes);
  return good;
}

static bool check_compiled(struct run *run, returns_compiler *compiler, const json_t *test) {
  returns_policy *policy = NULL;
  returns_diagnostics *findings = NULL;
  const json_t *expected = json_object_get(test, "diagnostics");
  int32_t status = returns_policy_compile(compiler, &policy, &findings);
  bool good;
  if (expected != NULL) {
    good = check_findings(run, findings, expected) &&
           (status == RETURNS_ERROR_POLICY) == (returns_diagnostics_error_count(findings) > 0);
  } else if (status != RETURNS_OK) {
    char found[WHY_SIZE / 2];
    list_findings(findings, found, sizeof found);
    good = because(run, "the policy: %s%s", returns_status_text(status), found);
  } else {
    good = check_request(run, policy, test);
  }
  returns_diagnostics_free(findings);
  returns_policy_free(policy);
  return good;
}

/* ---- cases ---- */

static bool check_case(struct run *run, const char *path, char *sentence, size_t sentence_size) {
  json_error_t error;
  returns_compiler *compiler = NULL;
  json_t *test = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  bool good = test != NULL || because(run, "line %d: %s", error.line, error.text);
  if (good) {
    const char *said = json_string_value(json_object_get(test, "case"));
    snprintf(sentence, sentence_size, "%s", said == NULL ? "" : said);
    good = returns_compiler_new(NULL, &compiler) == RETURNS_OK && add_sources(run, compiler, test) &&
           check_compiled(run, compiler, test);
  }
  returns_compiler_free(compiler);
  json_decref(test);
  return good;
}

struct paths {
  char *items[MOST_CASES];
  size_t count;
};

static void find_cases(struct paths *paths, const char *folder, int depth) {
  DIR *directory = depth > DEEPEST ? NULL : opendir(folder);
  if (directory == NULL) return;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    char path[PATH_SIZE];
    struct stat status;
    size_t length = strlen(entry->d_name);
    bool fits = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path;
    if (!fits || entry->d_name[0] == '.' || stat(path, &status) != 0) continue;
    if (S_ISDIR(status.st_mode))
      find_cases(paths, path, depth + 1);
    else if (length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0 && paths->count < MOST_CASES)
      paths->items[paths->count++] = strdup(path);
  }
  closedir(directory);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void print_why(const char *why) {
  for (const char *at = why; *at != '\0';) {
    size_t size = strcspn(at, "\n");
    printf("#   %.*s\n", (int)size, at);
    at += size + (at[size] == '\n');
  }
}

int main(int count, char **arguments) {
  static struct run run;
  static struct paths paths;
  char folder[PATH_SIZE];
  size_t failed = 0;
  if (count < 2) {
    fprintf(stderr, "usage: %s ROOT [WORD]\n  runs the cases below ROOT/tests/cases whose path contains WORD\n", arguments[0]);
    return 2;
  }
  run.root = arguments[1];
  snprintf(folder, sizeof folder, "%s/tests/cases", run.root);
  find_cases(&paths, folder, 0);
  qsort(paths.items, paths.count, sizeof *paths.items, by_name);
  size_t ran = 0;
  for (size_t i = 0; i < paths.count; i++) {
    char sentence[512] = "";
    const char *name = paths.items[i] + strlen(folder) + 1;
    if (count < 3 || strstr(name, arguments[2]) != NULL) {
      bool good = check_case(&run, paths.items[i], sentence, sizeof sentence);
      printf("%s %zu - %.*s: %s\n", good ? "ok" : "not ok", ++ran, (int)(strlen(name) - 5), name, sentence);
      if (!good) print_why(run.why);
      failed += !good;
    }
    free(paths.items[i]);
  }
  printf("1..%zu\n# conformance: %zu passed, %zu failed\n", ran, ran - failed, failed);
  return failed > 0 || ran == 0;
}
