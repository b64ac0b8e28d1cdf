/* Target: policy text. Refused with findings that point into it, or compiled: then its block loads again and answers. */
#include "fuzz.h"

bool fuzz_seed(const char *path, struct bytes *seed) {
  return fuzz_ends_with(path, ".yaml") && !fuzz_ends_with(path, ".test.yaml") && fuzz_read_file(path, seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct fuzz_memory memory;
  returns_environment *environment = fuzz_environment(&memory);
  returns_policy *policy = fuzz_compile(environment, data, size), *loaded = NULL;
  if (policy != NULL) {
    const void *block = NULL;
    size_t block_size = 0;
    FUZZ_REQUIRE(returns_policy_block(policy, &block, &block_size) == RETURNS_OK);
    FUZZ_REQUIRE(returns_policy_load(environment, block, block_size, &loaded) == RETURNS_OK);
    fuzz_use(loaded, size, 4);
  }
  returns_policy_free(loaded);
  returns_policy_free(policy);
  returns_environment_free(environment);
  FUZZ_REQUIRE(memory.held == 0);
  return 0;
}
