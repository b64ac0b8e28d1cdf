/* Scanner: the text of a condition or expression -> tokens, one at a time. Private to lib/language.
 *
 * It never fails aloud: what is no token comes out as TOKEN_BAD or TOKEN_ODD, and the parser says why it did not fit.
 */
#ifndef LANGUAGE_SCANNER_H
#define LANGUAGE_SCANNER_H

#include "base/text.h"

/* Words with a place in the grammar. The reserved ones have none, but no fact or term may have their name. */
enum keyword {
  NO_KEYWORD = 0,
  KEYWORD_AFTER,
  KEYWORD_ALL,
  KEYWORD_AND,
  KEYWORD_ANY,
  KEYWORD_BEFORE,
  KEYWORD_BETWEEN,
  KEYWORD_COUNT,
  KEYWORD_COUNTING,
  KEYWORD_DAY,
  KEYWORD_DAYS,
  KEYWORD_EMPTY,
  KEYWORD_EVERY,
  KEYWORD_GIVEN,
  KEYWORD_HAS,
  KEYWORD_HOUR,
  KEYWORD_HOURS,
  KEYWORD_IN,
  KEYWORD_IS,
  KEYWORD_LINE,
  KEYWORD_LINES,
  KEYWORD_MAX,
  KEYWORD_MIN,
  KEYWORD_MONTH,
  KEYWORD_MONTHS,
  KEYWORD_MORE,
  KEYWORD_NO,
  KEYWORD_NONE,
  KEYWORD_NOT,
  KEYWORD_OF,
  KEYWORD_ON,
  KEYWORD_ONE,
  KEYWORD_OR,
  KEYWORD_OVER,
  KEYWORD_PER,
  KEYWORD_REQUEST,
  KEYWORD_ROLLING,
  KEYWORD_ROUND_DOWN,
  KEYWORD_ROUND_UP,
  KEYWORD_SUM,
  KEYWORD_THAN,
  KEYWORD_UNIT,
  KEYWORD_UNITS,
  KEYWORD_WHERE,
  KEYWORD_WITHIN,
  KEYWORD_WORKING,
  KEYWORD_YES
};

enum token_kind {
  TOKEN_END = 0,
  TOKEN_WORD, /* text: the word in NFC */
  TOKEN_KEYWORD,
  TOKEN_STRING,  /* text: the contents in NFC */
  TOKEN_NUMBER,  /* text: digits, maybe with a fraction */
  TOKEN_PERCENT, /* text: the number before % */
  TOKEN_DATE,    /* of the form of a date, or an instant; whether there is such a day the checker says */
  TOKEN_INSTANT,
  TOKEN_ODD, /* begins with a digit and is none of these: a bare value (`3xl`), or a number in a wrong spelling */
  TOKEN_OPEN,
  TOKEN_CLOSE,
  TOKEN_OPEN_LIST,
  TOKEN_CLOSE_LIST,
  TOKEN_COMMA,
  TOKEN_RANGE,
  TOKEN_EQUAL,
  TOKEN_NOT_EQUAL,
  TOKEN_LESS,
  TOKEN_LESS_EQUAL,
  TOKEN_GREATER,
  TOKEN_GREATER_EQUAL,
  TOKEN_PLUS,
  TOKEN_MINUS,
  TOKEN_TIMES,
  TOKEN_DIVIDE,
  TOKEN_UNCLOSED, /* a quote without its end */
  TOKEN_BAD,      /* no sign of the language; hint may say what to write instead */
  TOKEN_NO_MEMORY
};

struct token {
  enum token_kind kind;
  enum keyword keyword;
  uint32_t from, to; /* bytes of the source */
  struct text text;
  const char *hint; /* of TOKEN_BAD, or NULL */
};

struct scanner {
  struct arena *arena;
  struct text source;
  uint32_t at;
};

/* The next token; TOKEN_END for ever at the end. */
struct token scanner_next(struct scanner *scanner);
/* The keywords that stand between operands, one by one (NULL behind the last): candidates for a misspelt one. */
const char *scanner_operator_word(uint32_t index);
/* What to write instead of an odd token, into the buffer; false: no idea. */
bool scanner_odd_hint(struct text odd, struct buffer *hint);

#endif
