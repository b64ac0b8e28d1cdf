/* Options: one table for all commands; each says which of them it takes. */
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

struct word {
  const char *word;
  int value;
};
static const struct word format_words[] = {{"text", FORMAT_TEXT}, {"json", FORMAT_JSON},       {"junit", FORMAT_JUNIT},
                                           {"dot", FORMAT_DOT},   {"mermaid", FORMAT_MERMAID}, {NULL, 0}};
static const struct word trace_words[] = {
    {"none", RETURNS_TRACE_NONE}, {"path", RETURNS_TRACE_PATH}, {"full", RETURNS_TRACE_FULL}, {NULL, 0}};

void command_help(const struct command *command, FILE *stream) {
  fprintf(stream, "usage: returns %s [OPTION...] %s\n\n%s.\n\n%s", command->name, command->operands, command->summary,
          command->help);
}

static int usage_error(const struct command *command, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "returns %s: ", command->name);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\nTry `returns %s --help`.\n", command->name);
  va_end(arguments);
  return EXIT_USAGE;
}

/* The value of a word, or -1: then it was told. allowed: bits of values, or ~0u. */
static int find_word(const struct command *command, const char *option, const struct word *words, unsigned allowed,
                     const char *given) {
  for (const struct word *word = words; word->word != NULL; word++) {
    if (strcmp(word->word, given) == 0 && (allowed == ~0u || (allowed & (unsigned)word->value) != 0)) return word->value;
  }
  fprintf(stderr, "returns %s: --%s takes", command->name, option);
  const char *separator = " ";
  for (const struct word *word = words; word->word != NULL; word++) {
    if (allowed != ~0u && (allowed & (unsigned)word->value) == 0) continue;
    fprintf(stderr, "%s%s", separator, word->word);
    separator = ", ";
  }
  fprintf(stderr, ", not `%s`\nTry `returns %s --help`.\n", given, command->name);
  return -1;
}

/* An option that nobody has, or that this command has not. */
static int unknown_option(const struct command *command, const struct option *known, int choice, const char *given) {
  if (choice == '?' && optopt != 0) return usage_error(command, "there is no option -%c", optopt);
  while (known->name != NULL && known->val != choice) known++;
  if (known->name != NULL) return usage_error(command, "it has no option --%s", known->name);
  return usage_error(command, "there is no option %s", given);
}

int options_read(const struct command *command, int argc, char **argv, struct options *options) {
  static const struct option long_options[] = {
      {"help", no_argument, NULL, 'h'},           {"format", required_argument, NULL, 'f'},
      {"trace", required_argument, NULL, 't'},    {"lines", no_argument, NULL, 'l'},
      {"output", required_argument, NULL, 'o'},   {"workflow", no_argument, NULL, 'w'},
      {"messages", required_argument, NULL, 'm'}, {NULL, 0, NULL, 0}};
  *options = (struct options){.format = command->default_format, .trace = RETURNS_TRACE_NONE};
  opterr = 0;
  int choice, value;
  while ((choice = getopt_long(argc, argv, ":hf:t:lo:wm:", long_options, NULL)) != -1) {
    bool taken =
        choice == 'h' || (choice == 'f' && command->formats != 0) || (choice == 't' && (command->options & OPTION_TRACE) != 0) ||
        (choice == 'l' && (command->options & OPTION_LINES) != 0) || (choice == 'o' && (command->options & OPTION_OUTPUT) != 0) ||
        (choice == 'w' && (command->options & OPTION_WORKFLOW) != 0) ||
        (choice == 'm' && (command->options & OPTION_MESSAGES) != 0);
    if (choice == ':') return usage_error(command, "%s needs a value", argv[optind - 1]);
    if (!taken) return unknown_option(command, long_options, choice, argv[optind - 1]);
    switch (choice) {
    case 'h': command_help(command, stdout); return EXIT_GOOD;
    case 'f':
      if ((value = find_word(command, "format", format_words, command->formats, optarg)) < 0) return EXIT_USAGE;
      options->format = (enum format)value;
      break;
    case 't':
      if ((value = find_word(command, "trace", trace_words, ~0u, optarg)) < 0) return EXIT_USAGE;
      options->trace = value;
      break;
    case 'l': options->lines = true; break;
    case 'w': options->workflow = true; break;
    case 'm': options->locale = optarg; break;
    default: options->output = optarg; break;
    }
  }
  options->operands = argv + optind;
  options->operand_count = argc - optind;
  if (options->operand_count < command->operands_min) return usage_error(command, "%s is missing", command->operands);
  if (command->operands_max != 0 && options->operand_count > command->operands_max) {
    return usage_error(command, "`%s` is one too many", options->operands[command->operands_max]);
  }
  return -1;
}

bool wants_colour(FILE *stream) {
  const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
  if (no_colour != NULL && no_colour[0] != '\0') return false;
  return terminal != NULL && strcmp(terminal, "dumb") != 0 && isatty(fileno(stream)) == 1;
}

int trouble(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("returns: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return EXIT_TROUBLE;
}

int finish_output(int status) {
  bool failed = ferror(stdout) != 0;
  if (fflush(stdout) != 0 || failed) return trouble("cannot write to standard output");
  return status;
}
