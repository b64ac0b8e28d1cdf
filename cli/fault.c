/* What is wrong with a request, for people or for programs. */
#include "command.h"

struct fault fault_of_request(const returns_request *request) {
  return (struct fault){returns_request_error_code(request),
                        returns_request_error(request),
                        returns_request_error_pointer(request),
                        returns_request_error_fact(request),
                        "",
                        returns_request_error_line(request)};
}

int fault_print(const struct fault *fault, enum format format) {
  if (format == FORMAT_TEXT) {
    fprintf(stderr, "error[%s]: %s", fault->code, fault->message);
    if (fault->pointer[0] != '\0') fprintf(stderr, " (at %s)", fault->pointer);
    fputc('\n', stderr);
    return EXIT_FINDINGS;
  }
  printf("{\"engine\":\"%s\",\"error\":{\"code\":", returns_version());
  json_string(stdout, fault->code);
  printf(",\"message\":");
  json_string(stdout, fault->message);
  if (fault->line == UINT32_MAX)
    printf(",\"line\":null,\"pointer\":");
  else
    printf(",\"line\":%u,\"pointer\":", fault->line);
  json_string_or_null(stdout, fault->pointer);
  printf(",\"fact\":");
  json_string_or_null(stdout, fault->fact);
  printf(",\"rule\":");
  json_string_or_null(stdout, fault->rule);
  printf("}}\n");
  return EXIT_FINDINGS;
}
