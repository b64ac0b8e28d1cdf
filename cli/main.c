/* returns: compiles policies, decides requests, runs tests. Picks the command; says what there is. */
#include <string.h>

#include "command.h"

static const struct command *const commands[] = {&check_command, &eval_command, &steps_command,
                                                 &test_command,  &tree_command, &compile_command};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *stream) {
  fputs("usage: returns COMMAND [OPTION...] ...\n\n"
        "Decides returns by a policy file, with reasons and exact amounts.\n\n"
        "Commands:\n",
        stream);
  for (int i = 0; i < COMMANDS; i++) {
    fprintf(stream, "  %-8s %-18s %s\n", commands[i]->name, commands[i]->operands, commands[i]->summary);
  }
  fputs("\n"
        "  returns COMMAND --help   says more about a command, with an example\n"
        "  returns --version        prints the version\n\n"
        "Example:\n"
        "  returns eval policy.yaml request.json --format text --trace full\n\n"
        "Exit status: 0 good, 1 findings or failed tests, 2 wrong use, 3 cannot read or internal trouble.\n",
        stream);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    print_usage(stderr);
    return EXIT_USAGE;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    print_usage(stdout);
    return finish_output(EXIT_GOOD);
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("returns %s\n", returns_version());
    return finish_output(EXIT_GOOD);
  }
  for (int i = 0; i < COMMANDS; i++) {
    if (strcmp(argv[1], commands[i]->name) != 0) continue;
    struct options options;
    int status = options_read(commands[i], argc - 1, argv + 1, &options);
    if (status < 0) status = commands[i]->run(&options);
    return finish_output(status);
  }
  fprintf(stderr, "returns: there is no command `%s`\nTry `returns --help`.\n", argv[1]);
  return EXIT_USAGE;
}
