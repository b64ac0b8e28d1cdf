/* The fixed vocabulary of the language: types, scopes, verdicts, operators.
 *
 * Lowest module: it knows nothing. Syntax tree (lib/language) and program (lib/program) speak of the same operators, so
 * that flattening a tree into a block translates nothing. The numbers are part of the block format: append only.
 */
#ifndef BASE_KINDS_H
#define BASE_KINDS_H

#include <stdint.h>

/* Types of facts and of expressions. How a value of a type is carried as one int64_t ("coded value"):
 *   flag 0/1; choice index into the declared values; set bit mask over the declared values (at most 64);
 *   text index into the program's table of text constants, or a request's own (see evaluate/request.h);
 *   count the number; decimal in 1e-6; percent in 1e-6 of a percent (12.5% = 12500000); money in minor units;
 *   date in days since 1970-01-01; instant in seconds since the epoch (its offset is kept beside);
 *   days, months the number; hours in SECONDS (so that instants subtract exactly). working_days the number. */
enum value_type {
  TYPE_NONE = 0, /* not yet known, or an error already reported */
  TYPE_FLAG,
  TYPE_CHOICE,
  TYPE_SET,
  TYPE_TEXT,
  TYPE_COUNT,
  TYPE_DECIMAL,
  TYPE_PERCENT,
  TYPE_MONEY,
  TYPE_DATE,
  TYPE_INSTANT,
  TYPE_DAYS,
  TYPE_MONTHS,
  TYPE_HOURS,
  TYPE_WORKING_DAYS,
  TYPE_NUMBER,  /* a bare literal that has not met a type yet: only inside the checker */
  TYPE_VERDICT, /* `verdict` */
  TYPE_RULE,    /* `rule`: coded as index of the rule; the last resort is the index after the last rule */
  TYPE_LIMIT_
};

/* What a fact, a term or an allowance is of. */
enum scope { SCOPE_LINE = 0, SCOPE_REQUEST = 1, SCOPE_FACT = 2 /* each value of a choice or text fact */ };

/* Numbers of the public API (include/returns/decision.h): favour falls with the number. */
enum verdict { VERDICT_AUTHORIZE = 1, VERDICT_PARTIAL_CREDIT = 2, VERDICT_EXCHANGE_ONLY = 3, VERDICT_DENY = 4 };

enum rounding { ROUNDING_UNSET = 0, ROUNDING_HALF_UP, ROUNDING_HALF_EVEN, ROUNDING_DOWN, ROUNDING_UP };
enum month_end { MONTH_END_UNSET = 0, MONTH_END_CLAMP, MONTH_END_OVERFLOW };
enum fee_above_credit { FEE_ABOVE_UNSET = 0, FEE_ABOVE_ZERO, FEE_ABOVE_OWED };
enum fill_order { FILL_UNSET = 0, FILL_REQUEST_ORDER, FILL_CHEAPEST_FIRST, FILL_DEAREST_FIRST };
enum basis { BASIS_UNIT = 1, BASIS_LINE = 2, BASIS_REQUEST = 3 };
enum limit_kind { LIMIT_NONE = 0, LIMIT_ALLOWANCE, LIMIT_UNITS, LIMIT_MONEY };

/* The names that an expression may use besides facts and terms. */
enum special {
  SPECIAL_LINE_VALUE = 1,
  SPECIAL_REQUEST_VALUE, /* conditions and amounts */
  SPECIAL_VALUE,
  SPECIAL_UNITS, /* amounts: of the portion being answered */
  SPECIAL_VERDICT,
  SPECIAL_RULE,
  SPECIAL_CREDIT /* fees, bonuses, approvals, outputs */
};

/* Operators. "kids" are operands in order. */
enum operator{
  OP_NONE = 0,
  /* leaves */
  OP_CONST,   /* value: coded value of the node's type */
  OP_RATIO,   /* folded number that no coded value holds: value / denominator, in natural units (money: minor units) */
  OP_FACT,    /* index: fact */
  OP_TERM,    /* index: term */
  OP_SPECIAL, /* index: enum special */
  /* arithmetic; result type in the node, operand types in the kids */
  OP_ADD,
  OP_SUBTRACT,
  OP_MULTIPLY,
  OP_DIVIDE,
  OP_NEGATE,
  OP_PERCENT_OF, /* kids: percent, amount */
  OP_MIN,
  OP_MAX, /* two or more kids of one type */
  OP_ROUND_DOWN,
  OP_ROUND_UP, /* towards minus / plus infinity; decimal -> count, money -> money at whole minor units... see docs */
  OP_DAY_OF,   /* instant -> its civil day in its own offset */
  /* comparison -> flag */
  OP_EQUAL,
  OP_NOT_EQUAL,
  OP_LESS,
  OP_LESS_EQUAL,
  OP_GREATER,
  OP_GREATER_EQUAL, /* dates too: before = LESS, ... */
  OP_BETWEEN,       /* kids: x, low, high; ends included */
  OP_ONE_OF,        /* kid 0: choice, text, verdict or rule; the other kids are OP_CONST of its type (`is one of`, `in SET`) */
  OP_WITHIN,        /* kids: d, duration, e. flags: WITHIN_COUNTING, WITHIN_ROLLING; calendar in index (or NO_INDEX) */
  OP_MORE_AFTER,    /* kids: d, duration, e: d > e + duration */
  OP_HAS_ANY,
  OP_HAS_ALL, /* kids: set, OP_CONST mask (`has V` is HAS_ALL of one, `is empty` is EQUAL to mask 0) */
  OP_GIVEN,   /* index: fact; true or false, never open, for an optional fact */
  /* logic */
  OP_AND,
  OP_OR, /* two or more kids */
  OP_NOT,
  OP_CASES, /* kids: condition 0, value 0, condition 1, value 1, ..., otherwise value; odd number of kids */
  /* over lines: kid 0 the expression (absent for count, any, every: OP_CONST yes), kid 1 the `where` (OP_CONST yes if left out)
   */
  OP_SUM,
  OP_COUNT,
  OP_ANY_LINE,
  OP_EVERY_LINE,
  OP_LIMIT_
};

enum { WITHIN_COUNTING = 1, WITHIN_ROLLING = 2 };

#define NO_INDEX UINT32_MAX

#define MAX_VALUES_OF_SET 64 /* members of a `set` fact */
#define MAX_EXPRESSION_DEPTH 64

/* Units of the coded values. */
#define SCALE_DECIMAL 1000000
#define SCALE_PERCENT 100000000 /* as a plain ratio: 12500000 / 100000000 = 0.125 */

/* Years that a date may have; bounds every day number well within int64_t. */
#define YEAR_MIN 1
#define YEAR_MAX 9999

#endif
