/* A return from request to settlement. The library keeps no state between two questions: all that is known of the return is in
 * the plain struct below. The host asks what is due, does it, notes in the struct what came of it, and asks anew, until nothing
 * is due any more.
 *
 *   cc walkthrough.c $(pkg-config --cflags --libs libreturns) -o walkthrough && ./walkthrough eyewear-rotation.yaml
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <returns/returns.h>

enum { LINES = 2, STEPS_MOST = 5 };

/* What the host stores: a row per return and a row per line, as its database may have them. NULL is "not known yet". */
struct return_line {
  const char *id, *brand, *reason, *invoiced_on, *delivered_on, *unit_price, *quantity;
  const char *condition, *findings; /* what the inspection tells */
};
struct return_case {
  const char *requested_on, *channel;
  int32_t today; /* days since 1970-01-01 */
  const char *approved_on;
  bool area_manager_agreed;
  const char *done[STEPS_MOST];
  uint32_t done_count;
  struct return_line lines[LINES];
};

struct engine {
  returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
  returns_steps *steps;
};

/* ---- the host's side of each step: true when it is done, false when it takes longer ---- */

static bool approve(struct return_case *it) {
  it->today += 1;
  it->area_manager_agreed = true;
  it->approved_on = "2026-04-02";
  return true;
}

static bool ship(struct return_case *it) {
  bool late = it->today > 20550;
  it->today += late ? 1 : 11; /* the parcel comes the day after it was due */
  return late;
}

static bool inspect(struct return_case *it) {
  it->today += 1;
  it->lines[0].condition = "as_new";
  it->lines[0].findings = "not_cleaned";
  it->lines[1].condition = "marked";
  it->lines[1].findings = "none";
  return true;
}

static bool recondition(struct return_case *it) {
  it->today += 2;
  return true;
}

static bool settle(struct return_case *it) {
  it->today += 1;
  return true;
}

static const struct act {
  const char *step;
  bool (*act)(struct return_case *it);
} acts[] = {{"approve", approve}, {"ship", ship}, {"inspect", inspect}, {"recondition", recondition}, {"settle", settle}};

/* ---- the struct as a request ---- */

/* false: the library refused it; returns_request_error says why. */
static bool tell(const struct engine *engine, uint32_t of, const char *fact, const char *value) {
  return value == NULL || returns_request_set(engine->request, of, fact, value, strlen(value)) == RETURNS_OK;
}

static bool tell_line(const struct engine *engine, const struct return_line *it) {
  uint32_t line = 0;
  if (returns_request_add_line(engine->request, &line) ||
      returns_request_set_line_id(engine->request, line, it->id, strlen(it->id)))
    return false;
  return tell(engine, line, "brand", it->brand) && tell(engine, line, "reason", it->reason) &&
         tell(engine, line, "invoiced_on", it->invoiced_on) && tell(engine, line, "delivered_on", it->delivered_on) &&
         tell(engine, line, "unit_price", it->unit_price) && tell(engine, line, "quantity", it->quantity) &&
         tell(engine, line, "condition", it->condition) && tell(engine, line, "findings", it->findings);
}

static bool tell_all(const struct engine *engine, const struct return_case *it) {
  returns_request_clear(engine->request);
  bool good = tell(engine, RETURNS_OF_REQUEST, "requested_on", it->requested_on) &&
              tell(engine, RETURNS_OF_REQUEST, "channel", it->channel) &&
              tell(engine, RETURNS_OF_REQUEST, "approved_on", it->approved_on);
  for (uint32_t i = 0; i < LINES && good; i++) good = tell_line(engine, &it->lines[i]);
  for (uint32_t i = 0; i < it->done_count && good; i++) good = returns_request_done(engine->request, it->done[i]) == RETURNS_OK;
  if (good && it->area_manager_agreed) good = returns_request_agree(engine->request, "area_manager") == RETURNS_OK;
  return good && returns_request_set_as_of(engine->request, it->today) == RETURNS_OK;
}

/* ---- asking ---- */

static bool refuse(const char *why) {
  fprintf(stderr, "%s\n", why);
  return false;
}

/* What is to be done, and what the return is worth as things stand. */
static bool ask(const struct engine *engine, const struct return_case *it) {
  const char *steps = NULL, *decision = NULL;
  if (!tell_all(engine, it)) return refuse(returns_request_error(engine->request));
  if (returns_steps_evaluate(engine->policy, engine->request, engine->steps)) return refuse(returns_steps_error(engine->steps));
  if (returns_evaluate(engine->policy, engine->request, NULL, engine->decision))
    return refuse(returns_decision_error(engine->decision));
  if (returns_steps_text(engine->steps, &steps, NULL) ||
      returns_decision_text(engine->decision, RETURNS_TRACE_NONE, &decision, NULL))
    return refuse("out of memory");
  printf("%s\n%s\n", steps, decision);
  return true;
}

/* The first step that is due, late or not; NULL: none. */
static const char *next_step(const returns_steps *steps) {
  for (uint32_t i = 0; i < returns_steps_count(steps); i++) {
    int32_t state = returns_steps_state(steps, i);
    if (state == RETURNS_STEP_DUE || state == RETURNS_STEP_OVERDUE) return returns_steps_name(steps, i);
  }
  return NULL;
}

static bool perform(struct return_case *it, const char *step) {
  for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
    if (strcmp(acts[i].step, step) != 0) continue;
    bool done = acts[i].act(it);
    printf("---- %s: %s ----\n\n", step, done ? "done" : "not yet");
    if (done) it->done[it->done_count++] = acts[i].step;
    return true;
  }
  return refuse("the policy has a step that this host cannot do");
}

static bool walk(const struct engine *engine) {
  struct return_case it = {
      .requested_on = "2026-04-01",
      .channel = "portal",
      .today = 20544, /* 2026-04-01 */
      .lines = {{"a", "Ray-Ban", "wrong_size", "2026-02-27", "2026-03-02", "80.00", "12", NULL, NULL},
                {"b", "Oakley", "defective", "2025-06-02", "2025-06-05", "95.00", "1", NULL, NULL}},
  };
  for (;;) {
    if (!ask(engine, &it)) return false;
    const char *step = next_step(engine->steps);
    if (step == NULL) return true;
    if (!perform(&it, step)) return false;
  }
}

/* ---- the policy ---- */

/* The whole file as bytes; NULL if it cannot be read. */
static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;
  if (file && fseek(file, 0, SEEK_END) == 0) {
    long length = ftell(file);
    rewind(file);
    if (length >= 0 && (bytes = malloc((size_t)length + 1))) *size = fread(bytes, 1, (size_t)length, file);
  }
  if (file) fclose(file);
  return bytes;
}

static int32_t compile(const char *path, returns_policy **policy) {
  size_t size = 0;
  char *text = read_file(path, &size);
  returns_compiler *compiler = NULL;
  returns_diagnostics *findings = NULL;
  const char *told = NULL;
  int32_t status = text ? returns_compiler_new(NULL, &compiler) : RETURNS_ERROR_ARGUMENT;
  if (!status) status = returns_compiler_add_source(compiler, "eyewear-rotation.yaml", text, size);
  if (!status) status = returns_policy_compile(compiler, policy, &findings);
  if (status && returns_diagnostics_text(findings, 0, &told, &size) == RETURNS_OK) fputs(told, stderr);
  returns_diagnostics_free(findings);
  returns_compiler_free(compiler);
  free(text);
  return status;
}

int main(int argc, char **argv) {
  struct engine engine = {NULL, NULL, NULL, NULL};
  int32_t status = compile(argc > 1 ? argv[1] : "eyewear-rotation.yaml", &engine.policy);
  if (!status) status = returns_request_new(engine.policy, &engine.request);
  if (!status) status = returns_decision_new(NULL, &engine.decision);
  if (!status) status = returns_steps_new(NULL, &engine.steps);
  if (status) fprintf(stderr, "%s\n", returns_status_text(status));
  bool good = !status && walk(&engine);
  returns_steps_free(engine.steps);
  returns_decision_free(engine.decision);
  returns_request_free(engine.request);
  returns_policy_free(engine.policy);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
