/* Status codes as text, and the library's version. Knows nothing else. */
#include "returns/status.h"

static const char *const status_texts[] = {
    [RETURNS_OK] = "ok",
    [RETURNS_ERROR_MEMORY] = "out of memory",
    [RETURNS_ERROR_ARGUMENT] = "bad argument",
    [RETURNS_ERROR_POLICY] = "the policy has errors",
    [RETURNS_ERROR_REQUEST] = "the request is faulty",
    [RETURNS_ERROR_BLOCK] = "not a sound compiled block",
    [RETURNS_ERROR_VERSION] = "a compiled block of another format",
    [RETURNS_ERROR_LIMIT] = "a limit of the environment was exceeded",
    [RETURNS_ERROR_UNKNOWN] = "unknown name",
    [RETURNS_ERROR_TYPE] = "wrong type",
    [RETURNS_ERROR_RANGE] = "out of range",
    [RETURNS_ERROR_OTHER_POLICY] = "the request was made for another policy",
    [RETURNS_ERROR_EMPTY] = "nothing was evaluated yet",
};

const char *returns_status_text(int32_t status) {
  if (status < 0 || (size_t)status >= sizeof status_texts / sizeof *status_texts) return "unknown status";
  return status_texts[status];
}

const char *returns_version(void) { return "0.1.0"; }
