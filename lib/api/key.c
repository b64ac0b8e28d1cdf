/* The key of an environment: keyed digests stand in the place of private values. In: a key. Out: a writer of HMAC-SHA256 that the
 * evaluator half, which knows no digests, calls. */
#include <string.h>

#include "base/digest.h"
#include "evaluate/environment.h"

static void write_keyed(const uint8_t *key, size_t key_size, struct text name, struct text value, struct buffer *out) {
  const struct text parts[] = {name, value};
  uint8_t digest[DIGEST_BYTES];
  digest_of_parts_keyed(key, key_size, parts, 2, digest);
  digest_write_hex(out, digest);
}

int32_t returns_environment_set_key(returns_environment *environment, const void *key, size_t size_bytes) {
  if (!environment || (!key && size_bytes > 0)) return RETURNS_ERROR_ARGUMENT;
  uint8_t *copy = NULL;
  if (size_bytes > 0) {
    copy = memory_take(&environment->memory, size_bytes);
    if (!copy) return RETURNS_ERROR_MEMORY;
    memcpy(copy, key, size_bytes);
  }
  environment_drop_key(environment);
  environment->key = copy;
  environment->key_size = size_bytes;
  environment->write_keyed = copy ? write_keyed : NULL;
  return RETURNS_OK;
}
