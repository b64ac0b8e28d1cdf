/* Explain: libyaml's complaint about a file's syntax -> a finding in words for people who write policies.
 *
 * In: a parser that has failed. Out: one finding with its place, what the parser was reading when it failed, and a hint that
 * looks at the text around. A table holds the plain cases; the few that depend on the text have a function.
 */
#include "load/load.h"

#include <string.h>

/* What is known of the failure. */
struct failure {
  const struct source *source;
  struct diagnostics *diagnostics;
  const char *problem, *context; /* libyaml's words; context may be empty */
  uint32_t at, begun;            /* where it failed; where the thing began that was being read (else as `at`) */
};

#define QUOTE_HINT "quote the text"
#define FLOW_HINT "inside [...] and {...} YAML ends a text at `,` and at brackets: quote it, or write it on a line of its own"
#define COMMENT_HINT "` #` begins a comment, which hides the rest of the line: quote the text"
#define COLON_HINT "`: ` separates a key from its value: quote the text that holds it"
#define TAB_MESSAGE "a tab cannot indent or separate here"
#define TAB_HINT "use spaces"

/* ---- the text around ---- */

static char byte_at(const struct source *source, uint32_t at) { return at < source->size ? source->bytes[at] : '\0'; }
static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_line_end(char c) { return c == '\n' || c == '\r' || c == '\0'; }

static uint32_t line_start(const struct source *source, uint32_t at) {
  while (at > 0 && source->bytes[at - 1] != '\n') at--;
  return at;
}

static uint32_t line_end(const struct source *source, uint32_t at) {
  while (!is_line_end(byte_at(source, at))) at++;
  return at;
}

/* Whether the line has a ` #` in [from, its end). */
static bool has_comment(const struct source *source, uint32_t from) {
  for (; !is_line_end(byte_at(source, from)); from++) {
    if (is_blank(source->bytes[from]) && byte_at(source, from + 1) == '#') return true;
  }
  return false;
}

/* The last byte before `at` on its line that is no blank; NUL if there is none. */
static char byte_before(const struct source *source, uint32_t at) {
  while (at > 0 && is_blank(source->bytes[at - 1])) at--;
  return at > 0 ? source->bytes[at - 1] : '\0';
}

/* When the value before `at` has ended earlier than its author thought: how to keep it whole. Else NULL. */
static const char *ended_value_hint(const struct source *source, uint32_t at) {
  switch (byte_before(source, at)) {
  case '"':
  case '\'': return "a value that begins with a quote ends at the closing quote: put quotes around the whole text";
  case ']':
  case '}': return "a value that begins with a bracket ends at the closing bracket: quote the whole text";
  default: return NULL;
  }
}

/* Whether something like `key: ` stands on the line before `at`. */
static bool has_key_before(const struct source *source, uint32_t at) {
  for (uint32_t i = line_start(source, at); i + 1 < at; i++) {
    if (source->bytes[i] == ':' && is_blank(source->bytes[i + 1])) return true;
  }
  return false;
}

/* One character; at the end of the file, the end of the last text. */
static struct span span_at(const struct source *source, uint32_t at) {
  if (at >= source->size) {
    at = (uint32_t)source->size;
    while (at > 0 && (is_blank(source->bytes[at - 1]) || is_line_end(source->bytes[at - 1]))) at--;
  }
  uint32_t end = at;
  if (!is_line_end(byte_at(source, at))) {
    end++;
    while (((unsigned char)byte_at(source, end) & 0xC0) == 0x80) end++;
  }
  return source_span(source, at, end);
}

/* ---- findings ---- */

static void report(const struct failure *failure, const char *code, uint32_t at, const char *message, const char *hint) {
  diagnostics_error(failure->diagnostics, code, span_at(failure->source, at), "%s", message);
  if (hint) diagnostics_hint(failure->diagnostics, "%s", hint);
}

static void relate(const struct failure *failure, const char *label) {
  if (failure->begun != failure->at) {
    diagnostics_related(failure->diagnostics, span_at(failure->source, failure->begun), "%s", label);
  }
}

/* The character at `at`, inside the source, as it can stand in a message. */
static struct brief character_at(const struct source *source, uint32_t at) {
  uint32_t end = at + 1;
  while (((unsigned char)byte_at(source, end) & 0xC0) == 0x80) end++;
  return brief((struct text){source->bytes + at, end - at});
}

static void explain_flow(const struct failure *failure) {
  const struct source *source = failure->source;
  struct span span = span_at(source, failure->at);
  bool is_list = strchr(failure->problem, ']') != NULL;
  const char *close = is_list ? "]" : "}";
  char found = byte_at(source, failure->at);
  if (failure->at >= source->size) {
    diagnostics_error(failure->diagnostics, "R0122", span, "the file ends before the closing `%s`", close);
  } else {
    diagnostics_error(failure->diagnostics, "R0122", span, "`,` or `%s` is due here, not `%s`", close,
                      character_at(source, failure->at).text);
  }
  bool same_line = line_start(source, failure->begun) == line_start(source, failure->at);
  const char *ended = ended_value_hint(source, failure->at);
  if (has_comment(source, failure->begun)) {
    diagnostics_hint(failure->diagnostics, COMMENT_HINT);
  } else if (found == '[' || found == '{') {
    diagnostics_hint(failure->diagnostics, FLOW_HINT);
  } else if (found == ':' && same_line) {
    diagnostics_hint(failure->diagnostics, COLON_HINT);
  } else if (ended) {
    diagnostics_hint(failure->diagnostics, "%s", ended);
  } else {
    diagnostics_hint(failure->diagnostics, "add the missing `%s`, or a comma between two items", close);
  }
  relate(failure, is_list ? "the list begins here" : "the mapping begins here");
}

static void explain_colon(const struct failure *failure) {
  bool is_second = has_key_before(failure->source, failure->at);
  report(failure, "R0125", failure->at, "a key with its colon is not possible here",
         is_second ? COLON_HINT : "the line continues the value above it: check the indentation, or quote the text");
}

static void explain_structure(const struct failure *failure) {
  char found = byte_at(failure->source, failure->at);
  bool is_list = strchr(failure->problem, '-') != NULL;
  const char *hint = ended_value_hint(failure->source, failure->at);
  if (found == ']' || found == '}') {
    hint = "there is one closing bracket too many";
  } else if (!hint) {
    hint = is_list ? "items of a list begin with `- ` under one another, keys stand under one another: check the indentation"
                   : "keys of one mapping stand under one another: check the indentation, and that every key has its `: `";
  }
  report(failure, "R0126", failure->at, is_list ? "a list item (`- `) is due here" : "a key is due here", hint);
  relate(failure, is_list ? "the list begins here" : "the mapping begins here");
}

static void explain_start(const struct failure *failure) {
  const struct source *source = failure->source;
  if (byte_at(source, failure->at) == '\t') {
    report(failure, "R0121", failure->at, TAB_MESSAGE, TAB_HINT);
    return;
  }
  diagnostics_error(failure->diagnostics, "R0127", span_at(source, failure->at), "a value cannot begin with `%s`",
                    character_at(source, failure->at).text);
  diagnostics_hint(failure->diagnostics, QUOTE_HINT);
}

/* `& x` and `* x`: no anchor was meant. */
static void explain_sigil(const struct failure *failure) {
  struct failure start = *failure;
  start.at = failure->begun;
  explain_start(&start);
}

static void explain_missing_value(const struct failure *failure) {
  const struct source *source = failure->source;
  if (failure->at >= source->size) {
    report(failure, "R0122", failure->at, "the file ends before a bracket is closed", "close it");
    return;
  }
  struct brief found = character_at(source, failure->at);
  diagnostics_error(failure->diagnostics, "R0128", span_at(source, failure->at), "a value is due here, not `%s`", found.text);
  diagnostics_hint(failure->diagnostics, "a text that begins with `%s` is quoted", found.text);
}

static void explain_missing_colon(const struct failure *failure) {
  const struct source *source = failure->source;
  struct span span = source_span(source, failure->begun, line_end(source, failure->begun));
  diagnostics_error(failure->diagnostics, "R0129", span, "this line has no `: ` between key and value");
  diagnostics_hint(failure->diagnostics, "write `key: value`; a list item begins with `- `");
}

/* libyaml points behind `\x` when the digits are wrong. */
static void explain_escape(const struct failure *failure) {
  uint32_t at = failure->at;
  while (at > failure->begun && byte_at(failure->source, at) != '\\') at--;
  report(failure, "R0124", at, "the escape is not one that YAML knows", "write a backslash as \\\\, or use single quotes");
}

/* ---- the table ---- */

/* The first row whose problem is libyaml's, and whose context is part of libyaml's (NULL: whatever it says), speaks: by its
 * function, or by code, message and hint, at the place of the failure or where what was being read began. */
struct explanation {
  const char *problem, *context;
  void (*explain)(const struct failure *failure);
  const char *code, *message, *hint;
  bool at_begin;
};

static const struct explanation EXPLANATIONS[] = {
    {NULL, "directive", NULL, "R0119", DIRECTIVE_MESSAGE, DIRECTIVE_HINT, true},
    {"found duplicate %YAML directive", NULL, NULL, "R0119", DIRECTIVE_MESSAGE, DIRECTIVE_HINT, false},
    {"found incompatible YAML document", NULL, NULL, "R0119", DIRECTIVE_MESSAGE, DIRECTIVE_HINT, false},
    {"found duplicate %TAG directive", NULL, NULL, "R0119", DIRECTIVE_MESSAGE, DIRECTIVE_HINT, false},
    {NULL, " a tag", NULL, "R0114", TAG_MESSAGE, TAG_HINT, true},
    {"found undefined tag handle", NULL, NULL, "R0114", TAG_MESSAGE, TAG_HINT, true},
    {NULL, " an anchor", explain_sigil, NULL, NULL, NULL, false},
    {NULL, " an alias", explain_sigil, NULL, NULL, NULL, false},
    {"did not find expected ',' or ']'", NULL, explain_flow, NULL, NULL, NULL, false},
    {"did not find expected ',' or '}'", NULL, explain_flow, NULL, NULL, NULL, false},
    {"mapping values are not allowed in this context", NULL, explain_colon, NULL, NULL, NULL, false},
    {"found unexpected ':'", NULL, NULL, "R0125", "a colon is not possible here", COLON_HINT, false},
    {"mapping keys are not allowed in this context", NULL, NULL, "R0116", KEY_MESSAGE, KEY_HINT, false},
    {"block sequence entries are not allowed in this context", NULL, NULL, "R0126", "a list cannot begin here",
     "begin each item with `- ` on a line of its own; quote a text that begins with `- `", false},
    {"did not find expected key", NULL, explain_structure, NULL, NULL, NULL, false},
    {"did not find expected '-' indicator", NULL, explain_structure, NULL, NULL, NULL, false},
    {"did not find expected <document start>", NULL, NULL, "R0126", "the file's one value has ended before this text",
     "keys of one mapping stand under one another: check the indentation", false},
    {"did not find expected node content", NULL, explain_missing_value, NULL, NULL, NULL, false},
    {"could not find expected ':'", NULL, explain_missing_colon, NULL, NULL, NULL, false},
    {"found character that cannot start any token", NULL, explain_start, NULL, NULL, NULL, false},
    {"found a tab character that violates indentation", NULL, NULL, "R0121", TAB_MESSAGE, TAB_HINT, false},
    {"found a tab character where an indentation space is expected", NULL, NULL, "R0121", TAB_MESSAGE, TAB_HINT, false},
    {"found unexpected end of stream", NULL, NULL, "R0123", "the quote that opens here is not closed",
     "close it; in single quotes an apostrophe is written ''", true},
    {"found unexpected document indicator", NULL, NULL, "R0123", "the quote that opens here is not closed before `---` or `...`",
     "close it", true},
    {"found unknown escape character", NULL, explain_escape, NULL, NULL, NULL, false},
    {"did not find expected hexdecimal number", NULL, explain_escape, NULL, NULL, NULL, false},
    {"found invalid Unicode character escape code", NULL, explain_escape, NULL, NULL, NULL, false},
    {NULL, " a block scalar", NULL, "R0130", "after `|` or `>` only `-`, `+`, a digit from 1 to 9 or a comment may follow",
     "begin the text on the next line; quote a text that begins with `|` or `>`", false},
};

static bool fits(const struct explanation *row, const struct failure *failure) {
  if (row->problem && strcmp(row->problem, failure->problem) != 0) return false;
  return !row->context || strstr(failure->context, row->context);
}

static void speak(const struct failure *failure, const struct explanation *row) {
  if (row->explain) {
    row->explain(failure);
  } else {
    report(failure, row->code, row->at_begin ? failure->begun : failure->at, row->message, row->hint);
  }
}

void explain_yaml_error(const struct source *source, const yaml_parser_t *parser, struct diagnostics *diagnostics) {
  if (parser->error == YAML_MEMORY_ERROR) {
    diagnostics->out_of_memory = true;
    return;
  }
  struct failure failure = {.source = source,
                            .diagnostics = diagnostics,
                            .problem = parser->problem ? parser->problem : "",
                            .context = parser->context ? parser->context : "",
                            .at = source_offset(source, parser->problem_mark.index)};
  failure.begun = parser->context ? source_offset(source, parser->context_mark.index) : failure.at;
  for (size_t i = 0; i < sizeof EXPLANATIONS / sizeof *EXPLANATIONS; i++) {
    if (fits(&EXPLANATIONS[i], &failure)) {
      speak(&failure, &EXPLANATIONS[i]);
      return;
    }
  }
  report(&failure, "R0126", failure.at, "YAML cannot be read from here on", "check quotes, brackets and indentation");
}
