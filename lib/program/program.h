/* Program: the compiled policy as one contiguous block of bytes; the only thing that compiler and evaluator share.
 *
 * Offsets instead of pointers, fixed-width little-endian integers, records of fixed size in sections. A block is written by
 * write.c, verified by verify.c (every offset, index, kind and depth: after that the evaluator trusts it), shown by dump.c.
 * Hot sections (columns, cuts, rows, entries, nodes, rules) come first; names, spans, messages and the tree behind them.
 * Little-endian hosts only: on others loading answers RETURNS_ERROR_VERSION.
 *
 * Invariants that verify.c proves: the checksum; every section inside the block and aligned; every string NUL-terminated UTF-8
 * (not: free of further NULs); every index, list and enum in its range; types fit the operators; what stands where no line, or no
 * portion, is at hand does not use one (NODE_LINE, NODE_PORTION, NODE_VERDICT). Nodes are trees, in post-order: the last kid of a
 * node stands right before it, and each kid right before the first node under the next. Recursion ends: a node, term or fact has
 * a `depth` greater than all that its value may ask for (kids; terms; the fact's same_as, assume and scope_fact; units and
 * unit_value for line_value and request_value), and none is above PROGRAM_MAX_DEPTH. Each root is referred to once, in ascending
 * order (of facts, require, units, unit_value, terms, allowances, rules, fees, bonuses, approvals, outputs, steps, floors), and
 * all lists into one section together are no longer than it: a walk over everything takes time linear in the block, provided that
 * values of terms and facts are computed once per line. No struct has padding.
 *
 * Additions since the first version of this file: program_node.depth and the NODE_* flags; program_fact.depth,
 * program_term.depth; program_column.table_shift; ENTRY_WALK; FLOOR_PREFER_*; program_tree_node.remaining, depth.
 */
#ifndef PROGRAM_PROGRAM_H
#define PROGRAM_PROGRAM_H

#include <stddef.h>

#include "base/kinds.h"

#define PROGRAM_MAGIC "RETURNS\x01"
#define PROGRAM_FORMAT 1u
#define PROGRAM_MAX_DEPTH 512u

struct program_string {
  uint32_t offset, size;
}; /* into SECTION_BYTES; a NUL follows */
struct program_list {
  uint32_t first, count;
}; /* a run of records in the section named beside it */
struct program_span {
  uint32_t file, line, column, end_line, end_column;
};

enum program_section {
  SECTION_COLUMNS = 0, /* struct program_column */
  SECTION_CUTS,        /* int64_t */
  SECTION_TABLES,      /* uint16_t: direct value -> class tables */
  SECTION_ROWS,        /* uint64_t, row_words each: bit e set: entry e may hold for a fact in this class */
  SECTION_ENTRIES,     /* struct program_entry, in rule order */
  SECTION_NODES,       /* struct program_node */
  SECTION_LINKS,       /* uint32_t: kids, `after` lists */
  SECTION_FACTS,       /* struct program_fact */
  SECTION_TERMS,
  SECTION_RULES /* rule_count + 1: the last resort last */,
  SECTION_ALLOWANCES,
  SECTION_FEES,
  SECTION_BONUSES /* both struct program_adjustment */,
  SECTION_APPROVALS,
  SECTION_OUTPUTS,
  SECTION_OUTPUT_CASES,
  SECTION_TESTS,
  SECTION_CASES,
  SECTION_STEPS,
  SECTION_CALENDARS,
  SECTION_HOLIDAYS /* int32_t */,
  SECTION_FLOORS,
  SECTION_WITHS,
  SECTION_TEXTS,  /* struct program_string: text constants sorted by bytes, distinct */
  SECTION_VALUES, /* struct program_string: values of choices, sets, outputs */
  SECTION_MESSAGES,
  SECTION_MESSAGE_TEXTS,
  SECTION_FILES,     /* struct program_string */
  SECTION_SPANS,     /* struct program_span */
  SECTION_TREE,      /* struct program_tree_node */
  SECTION_TREE_ARMS, /* struct program_tree_arm */
  SECTION_BYTES,     /* char */
  SECTION_COUNT
};

struct program_section_entry {
  uint64_t offset;
  uint32_t count;
  uint32_t record_size;
};

/* Flags that let the evaluator choose a short way. */
enum {
  PROGRAM_HAS_MONEY = 1,       /* unit_value is given */
  PROGRAM_HAS_LIMITS = 2,      /* some rule has up_to */
  PROGRAM_HAS_ADJUSTMENTS = 4, /* fees or bonuses */
  PROGRAM_HAS_ASSUMPTIONS = 8,
  PROGRAM_HAS_PRIVATE = 16,
  PROGRAM_HAS_REQUIRE = 32
};

struct program_header {
  char magic[8];
  uint32_t format, header_size;
  uint64_t size;      /* of the whole block */
  uint64_t checksum;  /* program_checksum: over the block with this field zero */
  uint8_t digest[32]; /* SHA-256 of the sources */
  struct program_string name, revision, title, currency;
  uint32_t minor_digits, flags;
  uint32_t month_end, rounding, fill;
  uint32_t valid_by, has_from, has_until;
  int32_t valid_from, valid_until; /* valid_by: fact or NO_INDEX */
  uint32_t units, unit_value;      /* nodes or NO_INDEX */
  struct program_list require;     /* SECTION_TESTS */
  uint32_t rule_count;             /* without the last resort */
  uint32_t row_words;              /* uint64_t words of a row: (entries + 63) / 64 */
  uint32_t request_columns;        /* the first so many columns depend on request-level facts only */
  uint32_t tree_root;              /* node, or NO_INDEX when the budget was too small for any tree */
  uint32_t valid_span;             /* of `valid`, else of the policy's name */
  uint32_t reserved;
  struct program_section_entry sections[SECTION_COUNT];
};

enum column_kind {
  COLUMN_VALUE = 1,  /* flag, choice of at most 256 values: class = coded value */
  COLUMN_MEMBER,     /* set fact: class = whether `member` is in it */
  COLUMN_TEXT,       /* text fact: table (SECTION_TABLES) text constant -> class; class 0: any other text. Also a choice of more
                        than 256 values: table value -> class. table_base is 0, table_count the number of constants or values */
  COLUMN_CUTS,       /* ordered fact: class = number of cuts <= coded value */
  COLUMN_DIFFERENCE, /* fact - other (coded values of one ordered type): class as COLUMN_CUTS */
  COLUMN_MONTHS      /* least n with other + n months >= fact: class as COLUMN_CUTS; no such n: the last class before missing */
};
/* Class class_count - 1 is "missing" (a fact not given, or a derived value of a missing fact). */
struct program_column {
  uint32_t kind, fact, other, member;
  uint32_t class_count;
  uint32_t cuts_first, cuts_count; /* SECTION_CUTS, ascending, distinct */
  /* SECTION_TABLES: with i = (value - table_base) >> table_shift, subtracted and shifted as uint64_t, i < table_count: the class
   * is table[i] when table_shift is 0; else table[i] is where the search begins: while class < cuts_count and cuts[class] <=
   * value, add 1. i >= table_count (table_count may be 0): by binary search among the cuts. */
  uint32_t table_first, table_count, table_shift;
  int64_t table_base;
  uint64_t rows_first; /* SECTION_ROWS: class c has words rows_first + c * row_words ... */
};

/* A rule whose condition is a disjunction has several entries, one behind the other. The last resort has none: it decides
 * where no bit is left. A fact whose assumed value is an error belongs to the class "missing". */
enum {
  ENTRY_VERIFY = 1, /* the bit says only "may": evaluate the rule's tests exactly. Without it, and with no fact of the
                       policy's tests missing but optional ones, a set bit in every column says "does" */
  ENTRY_WALK = 2    /* a set bit says: a date is so near the end of time that computing with it may be an error; the rows tell
                       nothing of this rule and of those behind it: evaluate each of them exactly, in order */
};
struct program_entry {
  uint32_t rule, flags;
};

/* Flags of a node above WITHIN_*: what it uses, itself or in a kid. */
enum {
  NODE_LINE = 16,    /* a fact, term or value of the line; not behind an aggregate, which asks all lines */
  NODE_PORTION = 32, /* `value`, `units` */
  NODE_VERDICT = 64  /* `verdict`, `rule`, `credit` */
};
struct program_node {
  uint8_t op, type;
  uint16_t flags;
  uint32_t index;
  int64_t value;
  uint32_t kids_first, kid_count; /* SECTION_LINKS */
  int64_t denominator;
  uint32_t span; /* of the whole expression that the node stands in */
  int16_t offset_minutes;
  uint16_t depth;
};

struct program_test {
  uint32_t node;
  uint32_t negated;
  struct program_string source;
  uint32_t span;
};
struct program_case {
  struct program_list tests;
  uint32_t value;
  uint32_t span;
}; /* value: node */

enum { FACT_RANGE = 1, FACT_OPTIONAL = 2, FACT_PRIVATE = 4, FACT_ABSENT = 8, FACT_USED = 16 /* by a rule's test */ };
struct program_fact {
  struct program_string name;
  uint32_t span;
  uint32_t type, scope, scope_fact, flags, depth;
  struct program_list values; /* SECTION_VALUES */
  int64_t low, high, absent;
  int32_t absent_offset;
  uint32_t same_as, assume; /* fact or NO_INDEX; node or NO_INDEX */
  struct program_string supplied_by;
  uint32_t supplied_step;
};
struct program_term {
  struct program_string name;
  uint32_t span, type, scope, scope_fact, is_flag_of_tests;
  struct program_list tests;
  struct program_list cases;
  uint32_t value, depth;
};
struct program_rule {
  struct program_string name, because;
  uint32_t span;
  struct program_list tests;
  uint32_t verdict;
  uint32_t credit; /* node or NO_INDEX */
  struct program_string credit_source;
  uint32_t limit_kind, limit_allowance, limit, limit_span;
  uint32_t shielded;
};
struct program_allowance {
  struct program_string name;
  uint32_t span, scope, scope_fact, money, amount;
};
struct program_adjustment {
  struct program_string name;
  uint32_t span;
  struct program_list tests;
  struct program_string amount_source;
  uint32_t basis, amount, at_least, at_most, on_denial, above_credit;
};
struct program_approval {
  struct program_string role, because;
  uint32_t span, scope;
  struct program_list tests;
};
struct program_output {
  struct program_string name;
  uint32_t span;
  struct program_list values;
  struct program_list cases;
  uint32_t otherwise;
};
struct program_output_case {
  struct program_list tests;
  uint32_t value, span;
};
struct program_message {
  struct program_string code;
  struct program_list texts;
  uint32_t span;
};
struct program_message_text {
  struct program_string locale, text;
};
/* Behind those that it waits for. deadline: as written, with its key; no_later_than: a date or an instant, or NO_INDEX. */
struct program_step {
  struct program_string name, by, deadline;
  uint32_t span;
  struct program_list tests;
  struct program_list after;
  uint32_t no_later_than;
};
struct program_calendar {
  struct program_string name;
  uint32_t span, weekend;
  int32_t first, last;
  struct program_list holidays;
};
enum { FLOOR_PREFER_MONEY = 1, FLOOR_PREFER_EXCHANGE = 2 };
struct program_floor {
  struct program_string policy;
  uint32_t span;
  uint32_t flags;
  struct program_list withs;
  uint64_t block_offset, block_size;
}; /* a whole block inside SECTION_BYTES, 8-aligned */
struct program_with {
  uint32_t floor_fact, node;
};

/* The decision tree that people read. A leaf names the rules that may still decide, in order; one that must is last.
 * Kids have smaller indices than their branch; several branches may share one. The class "missing" has an arm only where a fact
 * of the column is optional. */
enum { TREE_LEAF = 0, TREE_BRANCH = 1, TREE_CUT = 2 /* the node budget ended here */ };
struct program_tree_node {
  uint32_t kind;
  uint32_t column;           /* branch; else NO_INDEX */
  struct program_list arms;  /* branch: SECTION_TREE_ARMS */
  uint32_t rule;             /* leaf: the one that must; cut: the first that may; branch: NO_INDEX */
  uint32_t depth;            /* greater than those of its kids, at most PROGRAM_MAX_DEPTH */
  uint32_t remaining;        /* leaf, cut: how many rules may still decide, the last resort included */
  struct program_list rules; /* leaf: SECTION_LINKS, all of them if several, else empty */
};
struct program_tree_arm {
  uint32_t class_first, class_last, node;
};

/* A verified block. */
struct program {
  const uint8_t *bytes;
  uint64_t size;
  const struct program_header *header;
};

enum program_status { PROGRAM_OK = 0, PROGRAM_BAD = 1, PROGRAM_OTHER_VERSION = 2 };
uint64_t program_checksum(const void *block, size_t size); /* size: a multiple of 8, at least the header's */
/* Verifies the whole block, which must be aligned to 8 bytes. After PROGRAM_OK nothing in it needs checking again. */
enum program_status program_open(struct program *program, const void *block, size_t size);

static inline const void *program_section(const struct program *program, enum program_section section) {
  return program->bytes + program->header->sections[section].offset;
}
static inline uint32_t program_count(const struct program *program, enum program_section section) {
  return program->header->sections[section].count;
}
static inline const char *program_text(const struct program *program, struct program_string string) {
  return (const char *)program_section(program, SECTION_BYTES) + string.offset;
}

#endif
