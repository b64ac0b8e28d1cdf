/* Views: what a handle looks like as text or JSON. Puts lib/exchange and lib/report behind the public functions. */
#include "evaluate/policy.h"
#include "report/report.h"
#include "returns/policy.h"

int32_t returns_policy_tree(const returns_policy *policy, int32_t drawing, char **text, size_t *size_bytes) {
  if (text != NULL) *text = NULL;
  if (size_bytes != NULL) *size_bytes = 0;
  if (policy == NULL || text == NULL || size_bytes == NULL) return RETURNS_ERROR_ARGUMENT;
  struct memory *memory = &policy->environment->memory;
  struct buffer out;
  buffer_init(&out, memory);
  bool known = tree_write(&policy->program, drawing, &out);
  buffer_string(&out);
  int32_t status = !known ? RETURNS_ERROR_ARGUMENT : out.failed ? RETURNS_ERROR_MEMORY : RETURNS_OK;
  if (status == RETURNS_OK) { /* what returns_text_free gives back is size + 1 bytes */
    char *exact = memory_resize(memory, out.bytes, out.capacity, out.size + 1);
    if (exact != NULL) {
      *text = exact;
      *size_bytes = out.size;
      return RETURNS_OK;
    }
    status = RETURNS_ERROR_MEMORY;
  }
  buffer_free(&out);
  return status;
}
