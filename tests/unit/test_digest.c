/* Digests: the published vectors of SHA-256 (FIPS 180-2), and the framing of parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

static void assert_digest(const uint8_t digest[DIGEST_BYTES], const char *hex) {
  struct memory memory = memory_of_libc();
  struct buffer buffer;
  buffer_init(&buffer, &memory);
  digest_write_hex(&buffer, digest);
  assert_string_equal(buffer_string(&buffer), hex);
  buffer_free(&buffer);
}

static void test_vectors(void **state) {
  (void)state;
  uint8_t digest[DIGEST_BYTES];
  digest_of_bytes(NULL, 0, digest);
  assert_digest(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  digest_of_bytes("abc", 3, digest);
  assert_digest(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  digest_of_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, digest);
  assert_digest(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  char *million = malloc(1000000);
  assert_non_null(million);
  memset(million, 'a', 1000000);
  digest_of_bytes(million, 1000000, digest);
  free(million);
  assert_digest(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Equal to the digest of the parts written out with their lengths; so no two lists of parts share their bytes. */
static void test_parts(void **state) {
  (void)state;
  static const char framed[] = "\x02\0\0\0\0\0\0\0ab\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0c";
  uint8_t expected[DIGEST_BYTES], found[DIGEST_BYTES];
  struct text parts[] = {{"ab", 2}, {NULL, 0}, {"c", 1}};
  digest_of_bytes(framed, sizeof framed - 1, expected);
  digest_of_parts(parts, 3, found);
  assert_memory_equal(found, expected, DIGEST_BYTES);
  struct text moved[] = {{"a", 1}, {NULL, 0}, {"bc", 2}};
  digest_of_parts(moved, 3, found);
  assert_memory_not_equal(found, expected, DIGEST_BYTES);
  digest_of_parts(NULL, 0, found);
  digest_of_bytes("", 0, expected);
  assert_memory_equal(found, expected, DIGEST_BYTES);

  char *large = calloc(1, 0x10203);
  assert_non_null(large);
  struct text one = {large, 0x10203};
  digest_of_parts(&one, 1, found);
  char *whole = calloc(1, 8 + 0x10203);
  assert_non_null(whole);
  memcpy(whole, "\x03\x02\x01", 3);
  digest_of_bytes(whole, 8 + 0x10203, expected);
  assert_memory_equal(found, expected, DIGEST_BYTES);
  free(large);
  free(whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors), cmocka_unit_test(test_parts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
