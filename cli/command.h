/* The `returns` command: what its files share. Everything here stands on the public API of libreturns.
 *
 * main.c picks a command and reads its options (options.c); check.c, eval.c, steps.c, test.c, tree.c and compile.c are one
 * command each; files.c reads files, policy.c makes policies of them, fault.c, json.c and junit.c write what programs read.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "returns/returns.h"

enum { EXIT_GOOD = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_TROUBLE = 3 };

enum format { FORMAT_TEXT = 1, FORMAT_JSON = 2, FORMAT_JUNIT = 4, FORMAT_DOT = 8, FORMAT_MERMAID = 16 };
enum option_bit { OPTION_TRACE = 1, OPTION_LINES = 2, OPTION_OUTPUT = 4, OPTION_WORKFLOW = 8, OPTION_MESSAGES = 16 };

struct options {
  enum format format;
  int32_t trace; /* enum returns_trace */
  bool lines, workflow;
  const char *output, *locale; /* NULL: not given */
  char **operands;
  int operand_count;
};

struct command {
  const char *name, *operands, *summary;
  const char *help; /* behind the usage line: options and an example */
  unsigned formats; /* bits of enum format; 0: it has no --format */
  enum format default_format;
  unsigned options;               /* bits of enum option_bit */
  int operands_min, operands_max; /* operands_max 0: any number */
  int (*run)(const struct options *options);
};
extern const struct command check_command, eval_command, steps_command, test_command, tree_command, compile_command;

/* options.c. Reads argv behind the command's name; a negative answer means: go on, else it is the exit status. */
int options_read(const struct command *command, int argc, char **argv, struct options *options);
void command_help(const struct command *command, FILE *stream);
/* Whether a stream should get colour: it is a terminal that can, and NO_COLOR is not set. */
bool wants_colour(FILE *stream);
/* Prints "returns: ..." and answers EXIT_TROUBLE. */
int trouble(const char *format, ...);
/* Flushes standard output: EXIT_TROUBLE when it could not be written, else status. */
int finish_output(int status);

/* files.c */
struct bytes {
  char *data;
  size_t size;
};
/* Reads a file, or standard input for "-". false: said why on standard error. */
bool file_read(const char *path, struct bytes *out);
bool file_exists(const char *path);
/* Reads a line without its end. 1: read; 0: end of input; -1: could not be read. Of a line longer than `most` bytes the first
 * most + 1 are kept. */
int line_read(FILE *stream, struct bytes *line, size_t *capacity, size_t most);
/* "a/b/" of "a/b/c"; "" of "c". Owned by the caller; NULL: out of memory. */
char *path_directory(const char *path);
const char *path_base(const char *path);
char *path_join(const char *directory, const char *name);
/* Whether a text is a file of tests: its first key is `returns_tests`. */
bool is_test_file(const struct bytes *text);
struct paths {
  char **items;
  size_t count, capacity;
};
/* Adds the path, or every test file below it when it is a directory (sorted). false: said why. */
bool paths_add_tests(struct paths *paths, const char *path);
void paths_free(struct paths *paths);

/* policy.c. Loads a policy from its file, or from a compiled block. *policy is set on EXIT_GOOD. *findings is owned when it is
 * set: errors, or warnings; its file names have the policy's directory before them. Any trouble but findings is told on standard
 * error. */
int policy_load(const char *path, returns_policy **policy, returns_diagnostics **findings);
/* The same, with findings printed on standard error: for commands whose output is something else. */
int policy_load_or_tell(const char *path, returns_policy **policy);
void findings_print(returns_diagnostics *findings, FILE *stream);

/* fault.c. A fault of a request, whoever found it: reading it, or deciding. "" for what it does not name. */
struct fault {
  const char *code, *message, *pointer, *fact, *rule;
  uint32_t line;
};
struct fault fault_of_request(const returns_request *request);
/* Answers EXIT_FINDINGS. */
int fault_print(const struct fault *fault, enum format format);

/* json.c */
void json_string(FILE *stream, const char *text);         /* NULL is null */
void json_string_or_null(FILE *stream, const char *text); /* "" too */

/* junit.c, test.c: the results of one test file. */
struct test_result {
  const char *path;
  returns_suite *suite;          /* NULL when it could not be read */
  returns_diagnostics *findings; /* of the test file or of its policy; or NULL */
  bool ran;
  unsigned passed, failed;
};
void junit_begin(FILE *stream);
void junit_file(FILE *stream, const struct test_result *result);
void junit_end(FILE *stream);

#endif
