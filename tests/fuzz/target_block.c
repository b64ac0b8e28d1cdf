/* Target: compiled blocks. The checksum is mended, so that altered blocks come as far as the verifier; what it lets through is
 * evaluated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "program/program.h"

/* What the policy asks for lies beside it. false: it does not. */
static bool add_neighbours(returns_compiler *compiler, const char *path) {
  const char *slash = strrchr(path, '/'), *missing = NULL;
  for (int round = 0; round < 16; round++) {
    char beside[4096];
    struct bytes text;
    if (returns_compiler_missing_source(compiler, 0, &missing) != RETURNS_OK) return false;
    if (missing == NULL) return true;
    snprintf(beside, sizeof beside, "%.*s%s", slash == NULL ? 0 : (int)(slash - path + 1), path, missing);
    if (!fuzz_read_file(beside, &text)) return false;
    int32_t status =
        returns_compiler_add_source(compiler, slash == NULL ? beside : beside + (slash - path + 1), text.data, text.size);
    free(text.data);
    if (status != RETURNS_OK) return false;
  }
  return false;
}

static returns_policy *compile(returns_environment *environment, const char *path, const struct bytes *text) {
  const char *slash = strrchr(path, '/');
  returns_compiler *compiler = NULL;
  returns_policy *policy = NULL;
  FUZZ_REQUIRE(returns_compiler_new(environment, &compiler) == RETURNS_OK);
  FUZZ_REQUIRE(returns_compiler_add_source(compiler, slash == NULL ? path : slash + 1, text->data, text->size) == RETURNS_OK);
  if (add_neighbours(compiler, path)) returns_policy_compile(compiler, &policy, NULL);
  returns_compiler_free(compiler);
  return policy;
}

/* A policy's file stands for its block. */
bool fuzz_seed(const char *path, struct bytes *seed) {
  struct bytes text;
  struct fuzz_memory memory;
  const void *block = NULL;
  if (!fuzz_ends_with(path, ".yaml") || fuzz_ends_with(path, ".test.yaml") || !fuzz_read_file(path, &text)) return false;
  returns_environment *environment = fuzz_environment(&memory);
  returns_policy *policy = compile(environment, path, &text);
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

static void mend(uint8_t *block, size_t size, uint32_t level);

/* The blocks of floors inside it, as far as they can be found. */
static void mend_floors(uint8_t *block, size_t size, uint32_t level) {
  struct program_section_entry floors, bytes;
  const size_t sections = offsetof(struct program_header, sections);
  memcpy(&floors, block + sections + SECTION_FLOORS * sizeof floors, sizeof floors);
  memcpy(&bytes, block + sections + SECTION_BYTES * sizeof bytes, sizeof bytes);
  for (uint32_t i = 0; i < floors.count && i < 8; i++) {
    struct program_floor floor;
    if (floors.offset > size || (i + 1) * sizeof floor > size - floors.offset || bytes.offset > size) return;
    memcpy(&floor, block + floors.offset + i * sizeof floor, sizeof floor);
    if (floor.block_offset > size - bytes.offset || floor.block_size > size - bytes.offset - floor.block_offset) return;
    mend(block + bytes.offset + floor.block_offset, (size_t)floor.block_size, level + 1);
  }
}

static void mend(uint8_t *block, size_t size, uint32_t level) {
  uint64_t checksum, whole = size;
  if (size < sizeof(struct program_header) || size % 8 != 0) return;
  if (level < 8) mend_floors(block, size, level);
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
  mend(block, size, 0);
  load(block, size);
  free(block);
  return 0;
}
