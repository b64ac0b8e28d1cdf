/* returns compile: a policy as a compiled block, which `eval` and hosts take in its place. */
#include <errno.h>
#include <string.h>

#include "command.h"

static int write_block(const char *path, const void *block, size_t size) {
  bool standard = strcmp(path, "-") == 0;
  FILE *stream = standard ? stdout : fopen(path, "wb");
  if (stream == NULL) return trouble("cannot write %s: %s", path, strerror(errno));
  bool good = fwrite(block, 1, size, stream) == size;
  if (standard) return EXIT_GOOD; /* finish_output tells */
  if (fclose(stream) != 0) good = false;
  if (good) return EXIT_GOOD;
  int status = trouble("cannot write %s: %s", path, strerror(errno));
  remove(path); /* half a block is no block */
  return status;
}

static int run(const struct options *options) {
  if (options->output == NULL) {
    fputs("returns compile: -o FILE is missing\nTry `returns compile --help`.\n", stderr);
    return EXIT_USAGE;
  }
  returns_policy *policy = NULL;
  int result = policy_load_or_tell(options->operands[0], &policy);
  if (result != EXIT_GOOD) return result;
  const void *block = NULL;
  size_t size = 0;
  int32_t status = returns_policy_block(policy, &block, &size);
  result = status == RETURNS_OK ? write_block(options->output, block, size)
                                : trouble("%s: %s", options->operands[0], returns_status_text(status));
  returns_policy_free(policy);
  return result;
}

const struct command compile_command = {
    .name = "compile",
    .operands = "POLICY",
    .summary = "Writes a policy as a compiled block",
    .help = "The block holds everything that deciding needs; other commands take it in place of a policy file.\n\n"
            "  -o, --output FILE  where to write it; `-` is standard output\n"
            "  -h, --help         this text\n\n"
            "Example:\n"
            "  returns compile policy.yaml -o policy.block && returns eval policy.block request.json\n",
    .options = OPTION_OUTPUT,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
