/* The evaluator half alone: linked against libreturns-evaluate.a and libc, nothing else. Loads a compiled block, sets facts,
 * decides. */
#include <stdio.h>
#include <string.h>

#include "returns/decision.h"

static int fail(const char *what, int32_t status) {
  fprintf(stderr, "%s: %s\n", what, returns_status_text(status));
  return 1;
}

int main(int argc, char **argv) {
  static _Alignas(8) unsigned char block[1 << 20];
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  size_t size = file ? fread(block, 1, sizeof block, file) : 0;
  if (file) fclose(file);
  returns_policy *policy = NULL;
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  uint32_t line = 0;
  int32_t verdict = 0, status = returns_policy_load_borrowed(NULL, block, size, &policy);
  if (status) return fail("load", status);
  if ((status = returns_request_new(policy, &request)) || (status = returns_decision_new(NULL, &decision)) ||
      (status = returns_request_add_line(request, &line)))
    return fail("new", status);
  static const char *const facts[][2] = {{"brand", "Ray-Ban"},           {"reason", "wrong_size"}, {"invoiced_on", "2026-02-27"},
                                         {"delivered_on", "2026-03-02"}, {"unit_price", "80.00"},  {"quantity", "2"}};
  for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
    if ((status = returns_request_set(request, line, facts[i][0], facts[i][1], strlen(facts[i][1]))))
      return fail(facts[i][0], status);
  if ((status = returns_request_set(request, RETURNS_OF_REQUEST, "requested_on", "2026-04-01", 10)) ||
      (status = returns_request_set(request, RETURNS_OF_REQUEST, "channel", "portal", 6)) ||
      (status = returns_evaluate(policy, request, NULL, decision)) ||
      (status = returns_decision_verdict(decision, 0, 0, &verdict)))
    return fail("evaluate", status);
  returns_decision_free(decision);
  returns_request_free(request);
  returns_policy_free(policy);
  printf("verdict %d\n", (int)verdict);
  return verdict == RETURNS_AUTHORIZE ? 0 : 1;
}
