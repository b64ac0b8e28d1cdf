/* Target: compiled blocks. The checksum is mended, so that altered blocks come as far as the verifier; what it lets through is evaluated. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "program/program.h"

/* A policy's file stands for its block. */
bool fuzz_seed(const char *path, struct bytes *seed) {
  struct bytes text;
  struct fuzz_memory memory;
  const void *block = NULL;
  if (!fuzz_ends_with(path, ".yaml") || fuzz_ends_with(path, ".test.yaml") || !fuzz_read_file(path, &text)) return false;
  returns_environment *environment = fuzz_environment(&memory);
  returns_policy *policy = fuzz_compile(environment, text.data, text.size);
  *seed = (struct bytes){NULL, 0};
  if (policy != NULL && returns_policy_block(policy, &block, &seed->size) == RETURNS_OK) {
    seed->data = malloc(seed->size);
    if (seed->data != NULL) memcpy(seed->data, block, seed->size);
  }
  returns_policy_free(policy);
  returns_environment_free(environment);
  free(text.data);
  return seed->data != NULL;
}

static void mend(uint8_t *block, size_t size) {
  uint64_t checksum, whole = size;
  if (size < sizeof(struct program_header) || size % 8 != 0) return;
  memcpy(block + offsetof(struct program_header, size), &whole, sizeof whole);
  checksum = program_checksum(block, size);
  memcpy(block + offsetof(struct program_header, checksum), &checksum, sizeof checksum);
}

static void load(const uint8_t *block, size_t size) {
  struct fuzz_memory memory;
  returns_environment *environment = fuzz_environment(&memory);
  returns_policy *policy = NULL;
  int32_t status = returns_policy_load(environment, block, size, &policy);
  FUZZ_REQUIRE(status == RETURNS_OK || status == RETURNS_ERROR_BLOCK || status == RETURNS_ERROR_VERSION);
  FUZZ_REQUIRE((policy != NULL) == (status == RETURNS_OK));
  if (policy != NULL) fuzz_use(policy, size, 4);
  returns_policy_free(policy);
  returns_environment_free(environment);
  FUZZ_REQUIRE(memory.held == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t *block = malloc(size + 1);
  if (block == NULL) return 0;
  memcpy(block, data, size);
  load(block, size);
  mend(block, size);
  load(block, size);
  free(block);
  return 0;
}
