/* Batch: requests as JSON text through one request and one decision, and the line that each gets, into one buffer.
 *
 * In: text of any origin. Out: lines as docs/answers.md has them under "What `returns eval` prints". It must not know what is in
 * a request or an answer: lib/exchange reads and writes those.
 */
#include "returns/batch.h"

#include <string.h>

#include "base/text.h"
#include "evaluate/policy.h"

struct returns_batch {
  returns_policy *policy; /* held */
  returns_request *request;
  returns_decision *decision;
  struct buffer out;
};

int32_t returns_batch_new(const returns_policy *policy, returns_batch **out) {
  if (out != NULL) *out = NULL;
  if (policy == NULL || out == NULL) return RETURNS_ERROR_ARGUMENT;
  returns_environment *environment = policy->environment;
  returns_batch *batch = memory_take_zeroed(&environment->memory, sizeof *batch);
  if (batch == NULL) return RETURNS_ERROR_MEMORY;
  batch->policy = returns_policy_retain((returns_policy *)(uintptr_t)policy); /* holds are the one thing that changes in it */
  buffer_init(&batch->out, &environment->memory);
  int32_t status = returns_request_new(policy, &batch->request);
  if (status == RETURNS_OK) status = returns_decision_new(environment, &batch->decision);
  if (status != RETURNS_OK) {
    returns_batch_free(batch);
    return status;
  }
  *out = batch;
  return RETURNS_OK;
}

void returns_batch_free(returns_batch *batch) {
  if (batch == NULL) return;
  returns_policy *policy = batch->policy;
  buffer_free(&batch->out);
  returns_decision_free(batch->decision);
  returns_request_free(batch->request);
  memory_give(&policy->environment->memory, batch, sizeof *batch);
  returns_policy_free(policy);
}

/* ---- one line ---- */

/* A fault of the request, by whoever found it: reading it, or deciding. */
struct fault {
  const char *code, *message, *pointer, *fact, *rule;
  uint32_t line;
};

static void write_head(struct buffer *out) {
  buffer_text(out, "{\"engine\":\"");
  buffer_text(out, returns_version());
  buffer_char(out, '"');
}

static void write_or_null(struct buffer *out, const char *key, const char *text) {
  buffer_text(out, key);
  if (text[0] == '\0')
    buffer_text(out, "null");
  else
    buffer_json_string(out, text_of(text));
}

static void write_fault(struct buffer *out, const struct fault *fault) {
  write_head(out);
  buffer_text(out, ",\"error\":{\"code\":");
  buffer_json_string(out, text_of(fault->code));
  buffer_text(out, ",\"message\":");
  buffer_json_string(out, text_of(fault->message));
  buffer_text(out, ",\"line\":");
  if (fault->line == UINT32_MAX)
    buffer_text(out, "null");
  else
    buffer_integer(out, fault->line);
  write_or_null(out, ",\"pointer\":", fault->pointer);
  write_or_null(out, ",\"fact\":", fault->fact);
  write_or_null(out, ",\"rule\":", fault->rule);
  buffer_text(out, "}}\n");
}

static int32_t write_answer(returns_batch *batch, const returns_request *request, const returns_options *options) {
  char digest[65];
  const char *text = NULL;
  size_t size = 0;
  int32_t status = returns_request_digest(request, digest, sizeof digest);
  if (status == RETURNS_OK)
    status = returns_decision_json(batch->decision, options == NULL ? RETURNS_TRACE_NONE : options->trace, &text, &size);
  if (status != RETURNS_OK) return status;
  write_head(&batch->out);
  buffer_text(&batch->out, ",\"request_digest\":\"");
  buffer_text(&batch->out, digest);
  buffer_text(&batch->out, "\",\"answer\":");
  buffer_add(&batch->out, text, size);
  buffer_text(&batch->out, "}\n");
  return RETURNS_OK;
}

/* Adds a request's line. *refused: whether it is an error. */
static int32_t answer_request(returns_batch *batch, const returns_request *request, const returns_options *options,
                              bool *refused) {
  const returns_decision *decision = batch->decision;
  int32_t status = returns_evaluate(batch->policy, request, options, batch->decision);
  *refused = status == RETURNS_ERROR_REQUEST;
  if (status == RETURNS_OK) return write_answer(batch, request, options);
  if (status != RETURNS_ERROR_REQUEST) return status;
  struct fault fault = {.code = returns_decision_error_code(decision),
                        .message = returns_decision_error(decision),
                        .pointer = "",
                        .fact = returns_decision_error_fact(decision),
                        .rule = returns_decision_error_rule(decision),
                        .line = returns_decision_error_line(decision)};
  write_fault(&batch->out, &fault);
  return RETURNS_OK;
}

static int32_t answer_text(returns_batch *batch, const char *text, size_t size_bytes, const returns_options *options,
                           bool *refused) {
  const returns_request *request = batch->request;
  int32_t status = returns_request_read_json(batch->request, text, size_bytes);
  *refused = status == RETURNS_ERROR_REQUEST || status == RETURNS_ERROR_LIMIT;
  if (status == RETURNS_OK) return answer_request(batch, request, options, refused);
  if (!*refused) return status;
  struct fault fault = {.code = returns_request_error_code(request),
                        .message = returns_request_error(request),
                        .pointer = returns_request_error_pointer(request),
                        .fact = returns_request_error_fact(request),
                        .rule = "",
                        .line = returns_request_error_line(request)};
  write_fault(&batch->out, &fault);
  return RETURNS_OK;
}

/* ---- calls ---- */

static bool begin(returns_batch *batch, const char **answer, size_t *answer_bytes) {
  if (answer != NULL) *answer = NULL;
  if (answer_bytes != NULL) *answer_bytes = 0;
  if (batch == NULL || answer == NULL || answer_bytes == NULL) return false;
  buffer_clear(&batch->out);
  return true;
}

static int32_t finish(returns_batch *batch, int32_t status, const char **answer, size_t *answer_bytes) {
  const char *text = buffer_string(&batch->out);
  if (status == RETURNS_OK && batch->out.failed) status = RETURNS_ERROR_MEMORY;
  if (batch->out.failed) buffer_free(&batch->out); /* and so fit for the next try */
  if (status != RETURNS_OK) return status;
  *answer = text;
  *answer_bytes = batch->out.size;
  return RETURNS_OK;
}

int32_t returns_batch_text(returns_batch *batch, const char *text, size_t size_bytes, const returns_options *options,
                           const char **answer, size_t *answer_bytes) {
  bool refused;
  if (!begin(batch, answer, answer_bytes) || text == NULL) return RETURNS_ERROR_ARGUMENT;
  return finish(batch, answer_text(batch, text, size_bytes, options, &refused), answer, answer_bytes);
}

int32_t returns_batch_request(returns_batch *batch, const returns_request *request, const returns_options *options,
                              const char **answer, size_t *answer_bytes) {
  bool refused;
  if (!begin(batch, answer, answer_bytes) || request == NULL) return RETURNS_ERROR_ARGUMENT;
  return finish(batch, answer_request(batch, request, options, &refused), answer, answer_bytes);
}

int32_t returns_batch_lines(returns_batch *batch, const char *lines, size_t size_bytes, const returns_options *options,
                            const char **answers, size_t *answers_bytes, uint32_t *refused) {
  if (refused != NULL) *refused = 0;
  if (!begin(batch, answers, answers_bytes) || (lines == NULL && size_bytes > 0)) return RETURNS_ERROR_ARGUMENT;
  uint32_t faults = 0;
  int32_t status = RETURNS_OK;
  for (size_t at = 0; at < size_bytes && status == RETURNS_OK && !batch->out.failed;) {
    const char *end = memchr(lines + at, '\n', size_bytes - at);
    size_t size = end == NULL ? size_bytes - at : (size_t)(end - (lines + at));
    bool fault = false;
    status = answer_text(batch, lines + at, size, options, &fault);
    faults += fault;
    at += size + 1;
  }
  status = finish(batch, status, answers, answers_bytes);
  if (status == RETURNS_OK && refused != NULL) *refused = faults;
  return status;
}
