/* returns eval: requests against a policy. One request, or one per line; a bad line gets an error line and the run goes on. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/* More than the library reads of one request by default: it then says so itself. */
static const size_t longest_line = (size_t)16 << 20;

struct run {
  const struct options *options;
  returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
};

static int print_answer(const struct run *run) {
  const char *text = NULL;
  size_t size = 0;
  int32_t status;
  if (run->options->format == FORMAT_TEXT) {
    status = returns_decision_text(run->decision, run->options->trace, &text, &size);
    if (status == RETURNS_OK) fwrite(text, 1, size, stdout);
  } else {
    char digest[65];
    status = returns_request_digest(run->request, digest, sizeof digest);
    if (status == RETURNS_OK) status = returns_decision_json(run->decision, run->options->trace, &text, &size);
    if (status == RETURNS_OK) {
      printf("{\"engine\":\"%s\",\"request_digest\":\"%s\",\"answer\":", returns_version(), digest);
      fwrite(text, 1, size, stdout);
      printf("}\n");
    }
  }
  return status == RETURNS_OK ? EXIT_GOOD : trouble("%s", returns_status_text(status));
}

static int answer(const struct run *run, const char *text, size_t size) {
  int32_t status = returns_request_read_json(run->request, text, size);
  if (status == RETURNS_ERROR_MEMORY || status == RETURNS_ERROR_ARGUMENT) return trouble("%s", returns_status_text(status));
  if (status != RETURNS_OK) {
    struct fault fault = fault_of_request(run->request);
    return fault_print(&fault, run->options->format);
  }
  returns_options options = {.size = sizeof options, .trace = run->options->trace};
  status = returns_evaluate(run->policy, run->request, &options, run->decision);
  if (status == RETURNS_ERROR_REQUEST) {
    const returns_decision *decision = run->decision;
    struct fault fault = {
        returns_decision_error_code(decision), returns_decision_error(decision),      "",
        returns_decision_error_fact(decision), returns_decision_error_rule(decision), returns_decision_error_line(decision)};
    return fault_print(&fault, run->options->format);
  }
  return status == RETURNS_OK ? print_answer(run) : trouble("%s", returns_status_text(status));
}

static int answer_lines(const struct run *run, const char *path) {
  FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
  if (stream == NULL) return trouble("cannot read %s: %s", path, strerror(errno));
  struct bytes line = {NULL, 0};
  size_t capacity = 0;
  int worst = EXIT_GOOD, got;
  while ((got = line_read(stream, &line, &capacity, longest_line)) > 0) {
    int status = answer(run, line.size == 0 ? "" : line.data, line.size);
    if (status > worst) worst = status;
    if (status == EXIT_TROUBLE) break;
  }
  if (got < 0) worst = EXIT_TROUBLE;
  free(line.data);
  if (stream != stdin) fclose(stream);
  return worst;
}

static int answer_file(const struct run *run, const char *path) {
  struct bytes text;
  if (!file_read(path, &text)) return EXIT_TROUBLE;
  int status = answer(run, text.size == 0 ? "" : text.data, text.size);
  free(text.data);
  return status;
}

static int run_eval(const struct options *options) {
  const char *policy = options->operands[0], *request = options->operands[1];
  if (strcmp(policy, "-") == 0 && strcmp(request, "-") == 0) {
    fputs("returns eval: only one of POLICY and REQUEST can be standard input\n", stderr);
    return EXIT_USAGE;
  }
  if (options->lines && options->format == FORMAT_TEXT) {
    fputs("returns eval: --lines answers in JSON\n", stderr);
    return EXIT_USAGE;
  }
  struct run run = {.options = options};
  int result = policy_load_or_tell(policy, &run.policy);
  if (result != EXIT_GOOD) return result;
  int32_t status = returns_request_new(run.policy, &run.request);
  if (status == RETURNS_OK) status = returns_decision_new(NULL, &run.decision);
  if (status == RETURNS_OK) status = returns_decision_set_locale(run.decision, options->locale);
  if (status != RETURNS_OK)
    result = trouble("%s", returns_status_text(status));
  else
    result = options->lines ? answer_lines(&run, request) : answer_file(&run, request);
  returns_decision_free(run.decision);
  returns_request_free(run.request);
  returns_policy_free(run.policy);
  return result;
}

const struct command eval_command = {
    .name = "eval",
    .operands = "POLICY REQUEST",
    .summary = "Decides a request by a policy",
    .help =
        "POLICY is a policy file or a compiled block, REQUEST a file with a request as JSON; either may be `-`, standard input.\n"
        "A return that is denied, or still open, is an answer: the exit status is 0. Of a faulty request it is 1.\n\n"
        "  -f, --format FORMAT  json (the default) or text\n"
        "  -t, --trace LEVEL    none (the default), path (the deciding rules), or full (every rule, every amount)\n"
        "  -m, --messages LOCALE  the message of each portion too, in this locale: fr-CA, else fr, else the first text\n"
        "  -l, --lines          REQUEST has one request per line; each gets one line, an answer or an error\n"
        "  -h, --help           this text\n\n"
        "Example:\n"
        "  returns eval policy.yaml request.json --format text --trace full\n"
        "  returns eval policy.block --lines - < requests.jsonl\n",
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .default_format = FORMAT_JSON,
    .options = OPTION_TRACE | OPTION_LINES | OPTION_MESSAGES,
    .operands_min = 2,
    .operands_max = 2,
    .run = run_eval,
};
