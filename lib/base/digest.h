/* SHA-256 (libmd), for policies and requests. Not part of the evaluator half. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/text.h"

#define DIGEST_BYTES 32
/* One-shot over length-prefixed parts: each part as 8-byte little-endian length, then bytes. */
void digest_of_parts(const struct text *parts, uint32_t count, uint8_t out[DIGEST_BYTES]);
void digest_of_bytes(const char *bytes, size_t size, uint8_t out[DIGEST_BYTES]);
/* HMAC-SHA256 (RFC 2104) over the same. */
void digest_of_parts_keyed(const uint8_t *key, size_t key_size, const struct text *parts, uint32_t count,
                           uint8_t out[DIGEST_BYTES]);
void digest_write_hex(struct buffer *out, const uint8_t digest[DIGEST_BYTES]);

#endif
