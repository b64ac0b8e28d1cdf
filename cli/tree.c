/* returns tree: the decision tree of a policy, or its workflow, to read or to draw. */
#include "command.h"

static int run(const struct options *options) {
  returns_policy *policy = NULL;
  int result = policy_load_or_tell(options->operands[0], &policy);
  if (result != EXIT_GOOD) return result;
  int32_t drawing = options->format == FORMAT_DOT       ? RETURNS_DRAWING_DOT
                    : options->format == FORMAT_MERMAID ? RETURNS_DRAWING_MERMAID
                    : options->format == FORMAT_JSON    ? RETURNS_DRAWING_JSON
                                                        : RETURNS_DRAWING_TEXT;
  char *text = NULL;
  size_t size = 0;
  int32_t status = options->workflow ? returns_policy_workflow(policy, drawing, &text, &size)
                                     : returns_policy_tree(policy, drawing, &text, &size);
  if (status == RETURNS_OK) {
    fwrite(text, 1, size, stdout);
  } else if (status == RETURNS_ERROR_EMPTY) {
    fprintf(stderr, "returns: %s has no workflow\n", options->operands[0]);
    result = EXIT_FINDINGS;
  } else {
    result = trouble("%s: %s", options->operands[0], returns_status_text(status));
  }
  returns_text_free(policy, text, size);
  returns_policy_free(policy);
  return result;
}

const struct command tree_command = {
    .name = "tree",
    .operands = "POLICY",
    .summary = "Shows a policy as a decision tree",
    .help = "POLICY is a policy file or a compiled block; `-` is standard input.\n\n"
            "  -f, --format FORMAT  text (the default), dot (Graphviz), mermaid or json\n"
            "  -w, --workflow       the steps of its workflow instead\n"
            "  -h, --help           this text\n\n"
            "Example:\n"
            "  returns tree policy.yaml --format dot | dot -Tsvg > policy.svg\n"
            "  returns tree policy.yaml --workflow --format mermaid\n",
    .formats = FORMAT_TEXT | FORMAT_DOT | FORMAT_MERMAID | FORMAT_JSON,
    .default_format = FORMAT_TEXT,
    .options = OPTION_WORKFLOW,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
