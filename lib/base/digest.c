/* SHA-256 by libmd. In: bytes. Out: 32 bytes, or their hex digits. The only file that knows libmd. */
#include "base/digest.h"

#include <sha2.h>
#include <string.h>

static void add_parts(SHA2_CTX *context, const struct text *parts, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    uint8_t length[8];
    for (uint32_t byte = 0; byte < 8; byte++) length[byte] = (uint8_t)((uint64_t)parts[i].size >> (8 * byte));
    SHA256Update(context, length, sizeof length);
    if (parts[i].size) SHA256Update(context, (const uint8_t *)parts[i].bytes, parts[i].size);
  }
}

void digest_of_parts(const struct text *parts, uint32_t count, uint8_t out[DIGEST_BYTES]) {
  SHA2_CTX context;
  SHA256Init(&context);
  add_parts(&context, parts, count);
  SHA256Final(out, &context);
}

static void begin_pad(SHA2_CTX *context, const uint8_t *block, uint8_t pad) {
  uint8_t padded[SHA256_BLOCK_LENGTH];
  for (uint32_t i = 0; i < SHA256_BLOCK_LENGTH; i++) padded[i] = block[i] ^ pad;
  SHA256Init(context);
  SHA256Update(context, padded, sizeof padded);
}

void digest_of_parts_keyed(const uint8_t *key, size_t key_size, const struct text *parts, uint32_t count,
                           uint8_t out[DIGEST_BYTES]) {
  uint8_t block[SHA256_BLOCK_LENGTH] = {0}, inner[DIGEST_BYTES];
  SHA2_CTX context;
  if (key_size > sizeof block)
    digest_of_bytes((const char *)key, key_size, block);
  else if (key_size)
    memcpy(block, key, key_size);
  begin_pad(&context, block, 0x36);
  add_parts(&context, parts, count);
  SHA256Final(inner, &context);
  begin_pad(&context, block, 0x5c);
  SHA256Update(&context, inner, sizeof inner);
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
