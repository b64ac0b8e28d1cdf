/* returns steps: where each step of a policy's workflow stands, for a request. */
#include <stdlib.h>
#include <string.h>

#include "command.h"

static int print_steps(const returns_request *request, returns_steps *steps, enum format format) {
  const char *text = NULL;
  size_t size = 0;
  char digest[65];
  int32_t status = format == FORMAT_TEXT ? returns_steps_text(steps, &text, &size) : returns_steps_json(steps, &text, &size);
  if (status == RETURNS_OK && format == FORMAT_JSON) status = returns_request_digest(request, digest, sizeof digest);
  if (status != RETURNS_OK) return trouble("%s", returns_status_text(status));
  if (format == FORMAT_JSON) printf("{\"engine\":\"%s\",\"request_digest\":\"%s\",\"workflow\":", returns_version(), digest);
  fwrite(text, 1, size, stdout);
  if (format == FORMAT_JSON) printf("}\n");
  return EXIT_GOOD;
}

static int work_out(const returns_policy *policy, returns_request *request, returns_steps *steps, const struct bytes *text,
                    enum format format) {
  int32_t status = returns_request_read_json(request, text->size == 0 ? "" : text->data, text->size);
  if (status == RETURNS_ERROR_MEMORY) return trouble("%s", returns_status_text(status));
  if (status != RETURNS_OK) {
    struct fault fault = fault_of_request(request);
    return fault_print(&fault, format);
  }
  status = returns_steps_evaluate(policy, request, steps);
  if (status == RETURNS_ERROR_REQUEST) {
    struct fault fault = {returns_steps_error_code(steps), returns_steps_error(steps), "", "", "", UINT32_MAX};
    return fault_print(&fault, format);
  }
  return status == RETURNS_OK ? print_steps(request, steps, format) : trouble("%s", returns_status_text(status));
}

static int run(const struct options *options) {
  const char *policy_path = options->operands[0], *request_path = options->operands[1];
  returns_policy *policy = NULL;
  returns_request *request = NULL;
  returns_steps *steps = NULL;
  struct bytes text;
  if (strcmp(policy_path, "-") == 0 && strcmp(request_path, "-") == 0) {
    fputs("returns steps: only one of POLICY and REQUEST can be standard input\n", stderr);
    return EXIT_USAGE;
  }
  int result = policy_load_or_tell(policy_path, &policy);
  if (result != EXIT_GOOD) return result;
  int32_t status = returns_request_new(policy, &request);
  if (status == RETURNS_OK) status = returns_steps_new(NULL, &steps);
  if (status != RETURNS_OK) {
    result = trouble("%s", returns_status_text(status));
  } else if (!file_read(request_path, &text)) {
    result = EXIT_TROUBLE;
  } else {
    result = work_out(policy, request, steps, &text, options->format);
    free(text.data);
  }
  returns_steps_free(steps);
  returns_request_free(request);
  returns_policy_free(policy);
  return result;
}

const struct command steps_command = {
    .name = "steps",
    .operands = "POLICY REQUEST",
    .summary = "Tells where each step of the workflow stands",
    .help =
        "POLICY is a policy file or a compiled block, REQUEST a file with a request as JSON; either may be `-`, standard input.\n"
        "For each step: due, waiting (for what), skipped (why), done, or overdue against the request's \"as_of\".\n"
        "The exit status is 0, also of a policy that has no workflow; of a faulty request it is 1.\n\n"
        "  -f, --format FORMAT  text (the default) or json\n"
        "  -h, --help           this text\n\n"
        "Example:\n"
        "  returns steps policy.yaml request.json\n",
    .formats = FORMAT_TEXT | FORMAT_JSON,
    .default_format = FORMAT_TEXT,
    .operands_min = 2,
    .operands_max = 2,
    .run = run,
};
