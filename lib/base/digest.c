/* SHA-256 by libmd. In: bytes. Out: 32 bytes, or their hex digits. The only file that knows libmd. */
#include "base/digest.h"

#include <sha2.h>

void digest_of_parts(const struct text *parts, uint32_t count, uint8_t out[DIGEST_BYTES]) {
  SHA2_CTX context;
  SHA256Init(&context);
  for (uint32_t i = 0; i < count; i++) {
    uint8_t length[8];
    for (uint32_t byte = 0; byte < 8; byte++) length[byte] = (uint8_t)((uint64_t)parts[i].size >> (8 * byte));
    SHA256Update(&context, length, sizeof length);
    if (parts[i].size) SHA256Update(&context, (const uint8_t *)parts[i].bytes, parts[i].size);
  }
  SHA256Final(out, &context);
}

void digest_of_bytes(const char *bytes, size_t size, uint8_t out[DIGEST_BYTES]) {
  SHA2_CTX context;
  SHA256Init(&context);
  if (size) SHA256Update(&context, (const uint8_t *)bytes, size);
  SHA256Final(out, &context);
}

void digest_write_hex(struct buffer *out, const uint8_t digest[DIGEST_BYTES]) {
  static const char hex[] = "0123456789abcdef";
  for (uint32_t i = 0; i < DIGEST_BYTES; i++) {
    buffer_char(out, hex[digest[i] >> 4]);
    buffer_char(out, hex[digest[i] & 15]);
  }
}
