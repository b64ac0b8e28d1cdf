/* Scanner: characters -> tokens.
 *
 * In: UTF-8 without control characters (the loader refuses them; they would come out as TOKEN_BAD). Out: tokens with their
 * byte ranges. It must not know the grammar, except that words which have a place in it are keywords.
 */
#include "language/scanner.h"

#include <string.h>
#include <utf8proc.h>

#include "language/syntax.h"
#include "language/texts.h"

/* ---- words ---- */

struct keyword_entry {
  const char *word;
  enum keyword keyword;
  bool joins_operands;
};

static const struct keyword_entry keywords[] = {
    {"after", KEYWORD_AFTER, true},
    {"all", KEYWORD_ALL, false},
    {"and", KEYWORD_AND, true},
    {"any", KEYWORD_ANY, false},
    {"before", KEYWORD_BEFORE, true},
    {"between", KEYWORD_BETWEEN, true},
    {"count", KEYWORD_COUNT, false},
    {"counting", KEYWORD_COUNTING, true},
    {"day", KEYWORD_DAY, true},
    {"days", KEYWORD_DAYS, true},
    {"empty", KEYWORD_EMPTY, false},
    {"every", KEYWORD_EVERY, false},
    {"given", KEYWORD_GIVEN, false},
    {"has", KEYWORD_HAS, true},
    {"hour", KEYWORD_HOUR, true},
    {"hours", KEYWORD_HOURS, true},
    {"in", KEYWORD_IN, true},
    {"is", KEYWORD_IS, true},
    {"line", KEYWORD_LINE, false},
    {"lines", KEYWORD_LINES, false},
    {"max", KEYWORD_MAX, false},
    {"min", KEYWORD_MIN, false},
    {"month", KEYWORD_MONTH, true},
    {"months", KEYWORD_MONTHS, true},
    {"more", KEYWORD_MORE, true},
    {"no", KEYWORD_NO, false},
    {"none", KEYWORD_NONE, false},
    {"not", KEYWORD_NOT, true},
    {"of", KEYWORD_OF, true},
    {"on", KEYWORD_ON, true},
    {"one", KEYWORD_ONE, false},
    {"or", KEYWORD_OR, true},
    {"over", KEYWORD_OVER, true},
    {"per", KEYWORD_PER, true},
    {"request", KEYWORD_REQUEST, false},
    {"rolling", KEYWORD_ROLLING, true},
    {"round_down", KEYWORD_ROUND_DOWN, false},
    {"round_up", KEYWORD_ROUND_UP, false},
    {"sum", KEYWORD_SUM, false},
    {"than", KEYWORD_THAN, true},
    {"unit", KEYWORD_UNIT, true},
    {"units", KEYWORD_UNITS, true},
    {"where", KEYWORD_WHERE, true},
    {"within", KEYWORD_WITHIN, true},
    {"working", KEYWORD_WORKING, true},
    {"yes", KEYWORD_YES, false},
};
enum { KEYWORDS = sizeof keywords / sizeof keywords[0] };

/* Names that expressions have of themselves (`units` is a keyword besides). */
static const char *const reserved[] = {"credit", "line_value", "request_value", "rule", "value", "verdict"};

static enum keyword keyword_of(struct text word) {
  for (uint32_t i = 0; i < KEYWORDS; i++) {
    if (text_is(word, keywords[i].word)) return keywords[i].keyword;
  }
  return NO_KEYWORD;
}

const char *scanner_operator_word(uint32_t index) {
  for (uint32_t i = 0; i < KEYWORDS; i++) {
    if (keywords[i].joins_operands && index-- == 0) return keywords[i].word;
  }
  return NULL;
}

uint32_t syntax_keyword_count(void) { return KEYWORDS + sizeof reserved / sizeof reserved[0]; }

bool syntax_is_keyword(struct text text) {
  for (uint32_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
    if (text_is(text, reserved[i])) return true;
  }
  return keyword_of(text) != NO_KEYWORD;
}

/* ---- characters ---- */

enum { CLASS_OTHER = 0, CLASS_LETTER, CLASS_MARK, CLASS_DIGIT };

/* Class of the character at `at`, its length through *size (at least 1). Digits are ASCII where a number may begin, any in words.
 */
static int class_at(struct text text, uint32_t at, uint32_t *size) {
  uint32_t code_point = 0;
  *size = 1;
  if (at >= text.size) return CLASS_OTHER;
  char c = text.bytes[at];
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CLASS_LETTER;
  if (c >= '0' && c <= '9') return CLASS_DIGIT;
  if ((unsigned char)c < 0x80) return CLASS_OTHER;
  uint32_t length = text_decode(text.bytes + at, text.size - at, &code_point);
  if (length == 0) return CLASS_OTHER;
  *size = length;
  switch (utf8proc_category((utf8proc_int32_t)code_point)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LL:
  case UTF8PROC_CATEGORY_LT:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO: return CLASS_LETTER;
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ND: return CLASS_MARK;
  default: return CLASS_OTHER;
  }
}

static bool is_digit_at(struct text text, uint32_t at) {
  return at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9';
}

static bool byte_is(struct text text, uint32_t at, char c) { return at < text.size && text.bytes[at] == c; }

/* A character of a word other than the hyphen. */
static bool word_goes_on(struct text text, uint32_t at, uint32_t *size) {
  return byte_is(text, at, '_') ? (*size = 1, true) : class_at(text, at, size) != CLASS_OTHER;
}

/* End of the word that begins at `at`. A hyphen belongs to it when a word character follows: `a- b` is a minus. */
static uint32_t word_end(struct text text, uint32_t at) {
  uint32_t size;
  for (;;) {
    if (word_goes_on(text, at, &size)) {
      at += size;
    } else if (byte_is(text, at, '-') && word_goes_on(text, at + 1, &size)) {
      at += 1 + size;
    } else {
      return at;
    }
  }
}

bool syntax_is_name(struct text text) {
  uint32_t size;
  return class_at(text, 0, &size) == CLASS_LETTER && word_end(text, 0) == text.size && !syntax_is_keyword(text);
}

/* ---- numbers and dates ---- */

/* Of the form of `pattern`, where 0 stands for any digit. */
static bool has_form(struct text text, const char *pattern) {
  for (uint32_t i = 0; pattern[i]; i++) {
    if (pattern[i] == '0' ? !is_digit_at(text, i) : !byte_is(text, i, pattern[i])) return false;
  }
  return true;
}

static uint32_t digits_end(struct text text, uint32_t at) {
  while (is_digit_at(text, at)) at++;
  return at;
}

/* Everything from a digit on that is written together. The signs of an instant belong to it only behind `2026-07-01T`. */
static uint32_t together_end(struct text text, uint32_t from) {
  struct text rest = {text.bytes + from, text.size - from};
  bool instant = has_form(rest, "0000-00-00T");
  uint32_t at = from, size;
  for (;;) {
    if (word_goes_on(text, at, &size)) {
      at += size;
    } else if ((byte_is(text, at, '.') || byte_is(text, at, '-')) && word_goes_on(text, at + 1, &size)) {
      at += 1 + size;
    } else if (instant && (byte_is(text, at, ':') || byte_is(text, at, '+')) && is_digit_at(text, at + 1)) {
      at += 2;
    } else {
      return at;
    }
  }
}

static enum token_kind number_kind(struct text text) {
  if (has_form(text, "0000-00-00")) {
    if (text.size == 10) return TOKEN_DATE;
    if (byte_is(text, 10, 'T')) return TOKEN_INSTANT;
  }
  uint32_t whole = digits_end(text, 0);
  if (whole > 1 && byte_is(text, 0, '0')) return TOKEN_ODD;
  if (whole == text.size) return TOKEN_NUMBER;
  if (!byte_is(text, whole, '.')) return TOKEN_ODD;
  return digits_end(text, whole + 1) == text.size ? TOKEN_NUMBER : TOKEN_ODD;
}

bool scanner_odd_hint(struct text odd, struct buffer *hint) {
  uint32_t whole = digits_end(odd, 0), end = whole;
  if (byte_is(odd, end, '.')) end = digits_end(odd, end + 1);
  struct text number = {odd.bytes, end}, rest = {odd.bytes + end, odd.size - end};
  uint32_t zeros = 0;
  if (end == odd.size) {
    while (zeros + 1 < whole && byte_is(odd, zeros, '0')) zeros++;
    struct text plain = {odd.bytes + zeros, odd.size - zeros};
    if (!zeros) return false;
    buffer_format(hint, "a number has no zeros in front: write `%t`", &plain);
  } else if ((byte_is(rest, 0, 'e') || byte_is(rest, 0, 'E')) && (is_digit_at(rest, 1) || is_digit_at(rest, 2))) {
    buffer_text(hint, "write the number out, without an exponent");
  } else if (byte_is(rest, 0, '_')) {
    buffer_text(hint, "write the number without `_`");
  } else if (keyword_of(rest) == KEYWORD_DAY || keyword_of(rest) == KEYWORD_DAYS || keyword_of(rest) == KEYWORD_MONTH ||
             keyword_of(rest) == KEYWORD_MONTHS || keyword_of(rest) == KEYWORD_HOUR || keyword_of(rest) == KEYWORD_HOURS) {
    buffer_format(hint, "write `%t %t`", &number, &rest);
  } else if (whole == 4 && byte_is(odd, 4, '-')) {
    buffer_text(hint, "a date is written like `2026-07-01`");
  } else if (byte_is(rest, 0, '-')) {
    struct text operand = {rest.bytes + 1, rest.size - 1};
    buffer_format(hint, "a minus has spaces around it: `%t - %t`", &number, &operand);
  } else {
    return false;
  }
  return true;
}

/* ---- signs ---- */

struct sign {
  const char *bytes;
  enum token_kind kind;
  const char *hint;
};

/* The first that fits counts, so longer ones stand before their beginnings. */
static const struct sign signs[] = {
    {"==", TOKEN_BAD, "write `=`"},
    {"=<", TOKEN_BAD, "write `<=`"},
    {"=>", TOKEN_BAD, "write `>=`"},
    {"<>", TOKEN_BAD, "write `!=`"},
    {"!=", TOKEN_NOT_EQUAL, NULL},
    {"<=", TOKEN_LESS_EQUAL, NULL},
    {">=", TOKEN_GREATER_EQUAL, NULL},
    {"..", TOKEN_RANGE, NULL},
    {"**", TOKEN_BAD, "there are no powers: multiply"},
    {"&&", TOKEN_BAD, "write `and`"},
    {"||", TOKEN_BAD, "write `or`"},
    {"(", TOKEN_OPEN, NULL},
    {")", TOKEN_CLOSE, NULL},
    {"[", TOKEN_OPEN_LIST, NULL},
    {"]", TOKEN_CLOSE_LIST, NULL},
    {",", TOKEN_COMMA, NULL},
    {"=", TOKEN_EQUAL, NULL},
    {"<", TOKEN_LESS, NULL},
    {">", TOKEN_GREATER, NULL},
    {"+", TOKEN_PLUS, NULL},
    {"-", TOKEN_MINUS, NULL},
    {"*", TOKEN_TIMES, NULL},
    {"/", TOKEN_DIVIDE, NULL},
    {"!", TOKEN_BAD, "write `not`"},
    {"&", TOKEN_BAD, "write `and`"},
    {"|", TOKEN_BAD, "write `or`"},
    {"%", TOKEN_BAD, "a percentage is a number with the sign behind it, without a space: `12.5%`"},
    {".", TOKEN_BAD, "a number has digits before and behind the point: `0.5`"},
    {"'", TOKEN_BAD, "values are quoted with `\"`"},
    {"$", TOKEN_BAD, "amounts carry no sign: they are in the policy's currency"},
    {"\xE2\x82\xAC", TOKEN_BAD, "amounts carry no sign: they are in the policy's currency"}, /* euro */
    {"\xC2\xA3", TOKEN_BAD, "amounts carry no sign: they are in the policy's currency"},     /* pound */
    {"\xE2\x89\xA4", TOKEN_BAD, "write `<=`"},
    {"\xE2\x89\xA5", TOKEN_BAD, "write `>=`"},
    {"\xE2\x89\xA0", TOKEN_BAD, "write `!=`"},
    {"\xC3\x97", TOKEN_BAD, "write `*`"},
    {"\xE2\x88\x92", TOKEN_BAD, "write `-`"},
    {"\xE2\x80\x93", TOKEN_BAD, "write `-`"},                 /* en dash */
    {"\xE2\x80\x9C", TOKEN_BAD, "use straight quotes: `\"`"}, /* curly ones */
    {"\xE2\x80\x9D", TOKEN_BAD, "use straight quotes: `\"`"},
    {"\xC2\xA0", TOKEN_BAD, "this is a no-break space: use a plain one"},
};

static void scan_sign(struct text source, struct token *token) {
  for (uint32_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    uint32_t size = (uint32_t)strlen(signs[i].bytes);
    if (source.size - token->from < size || memcmp(source.bytes + token->from, signs[i].bytes, size) != 0) continue;
    token->kind = signs[i].kind;
    token->hint = signs[i].hint;
    token->to = token->from + size;
    return;
  }
  uint32_t size;
  class_at(source, token->from, &size);
  token->kind = TOKEN_BAD;
  token->to = token->from + size;
}

/* ---- quoted values: \" and \\ are the only escapes ---- */

static void scan_string(struct scanner *scanner, struct token *token) {
  struct text source = scanner->source;
  uint32_t end = token->from + 1, written = 0;
  while (end < source.size && source.bytes[end] != '"') end += byte_is(source, end, '\\') && end + 1 < source.size ? 2 : 1;
  token->kind = TOKEN_UNCLOSED;
  token->to = source.size;
  if (end >= source.size) return;
  token->to = end + 1;
  char *contents = arena_take(scanner->arena, end - token->from);
  if (!contents) {
    token->kind = TOKEN_NO_MEMORY;
    return;
  }
  for (uint32_t at = token->from + 1; at < end; at++) {
    if (byte_is(source, at, '\\') && !byte_is(source, ++at, '"') && !byte_is(source, at, '\\')) {
      token->kind = TOKEN_BAD;
      token->from = at - 1;
      token->to = at + 1;
      token->hint = "a backslash is written `\\\\`, a quote inside quotes `\\\"`";
      return;
    }
    contents[written++] = source.bytes[at];
  }
  bool done = texts_normalize(scanner->arena, (struct text){contents, written}, &token->text);
  token->kind = done ? TOKEN_STRING : TOKEN_NO_MEMORY;
}

static void scan_word(struct scanner *scanner, struct token *token) {
  token->to = word_end(scanner->source, token->from);
  struct text word = {scanner->source.bytes + token->from, token->to - token->from};
  token->keyword = keyword_of(word);
  token->kind = token->keyword ? TOKEN_KEYWORD : TOKEN_WORD;
  if (!texts_normalize(scanner->arena, word, &token->text)) token->kind = TOKEN_NO_MEMORY;
}

static void scan_number(struct scanner *scanner, struct token *token) {
  token->to = together_end(scanner->source, token->from);
  token->text = (struct text){scanner->source.bytes + token->from, token->to - token->from};
  token->kind = number_kind(token->text);
  if (token->kind == TOKEN_NUMBER && byte_is(scanner->source, token->to, '%')) {
    token->kind = TOKEN_PERCENT;
    token->to++;
  }
}

struct token scanner_next(struct scanner *scanner) {
  struct text source = scanner->source;
  while (byte_is(source, scanner->at, ' ') || byte_is(source, scanner->at, '\t') || byte_is(source, scanner->at, '\n'))
    scanner->at++;
  struct token token = {.kind = TOKEN_END, .from = scanner->at, .to = scanner->at};
  uint32_t size;
  if (scanner->at >= source.size) return token;
  int class = class_at(source, scanner->at, &size);
  if (byte_is(source, scanner->at, '"')) {
    scan_string(scanner, &token);
  } else if (class == CLASS_LETTER) {
    scan_word(scanner, &token);
  } else if (class == CLASS_DIGIT) {
    scan_number(scanner, &token);
  } else {
    scan_sign(source, &token);
  }
  scanner->at = token.to;
  return token;
}
