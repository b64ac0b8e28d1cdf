/* Fuzz targets: what they share.
 *
 * A target is LLVMFuzzerTestOneInput, as clang's libFuzzer calls it; here mutate.c drives it with seeded mutations. In: any
 * bytes. Out: nothing, or an end with a message that says what did not hold. Every target counts what the library takes from its
 * allocator: nothing may be left.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "returns/returns.h"

struct bytes {
  uint8_t *data;
  size_t size;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Each target: the input that a seed's file stands for. false: the file is no seed for this target. */
bool fuzz_seed(const char *path, struct bytes *seed);

/* Ends the program when `holds` does not. */
#define FUZZ_REQUIRE(holds) ((holds) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #holds))
void fuzz_fail(const char *file, int line, const char *what);

bool fuzz_read_file(const char *path, struct bytes *out);
bool fuzz_ends_with(const char *path, const char *end);
/* A fixed sequence of numbers for each state (splitmix64). */
uint64_t fuzz_random(uint64_t *state);

/* What an environment holds now, and the most that it held since it was made. */
struct fuzz_memory {
  size_t held, most;
};
returns_environment *fuzz_environment(struct fuzz_memory *memory);

/* Compiles one source; the findings are checked. The status: OK, POLICY, LIMIT or MEMORY. */
int32_t fuzz_try_compile(returns_environment *environment, const uint8_t *data, size_t size, returns_policy **policy);
/* The same where memory cannot be short. NULL: it was refused. */
returns_policy *fuzz_compile(returns_environment *environment, const uint8_t *data, size_t size);
/* Findings about one source: codes, messages, places inside it, text and JSON of the list. */
void fuzz_check_findings(returns_diagnostics *findings, const uint8_t *data, size_t size);
/* Lines with values for most facts, through the setters. */
void fuzz_fill(const returns_policy *policy, returns_request *request, uint64_t *random);
/* Decides at every level of trace, reads the whole answer, checks that its sums add up. */
void fuzz_decide(const returns_policy *policy, const returns_request *request, returns_decision *decision);
/* Everything that a policy answers: getters, drawings, decisions on so many filled requests. */
void fuzz_use(const returns_policy *policy, uint64_t random, uint32_t requests);

#endif
