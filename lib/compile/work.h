/* Work: what the files of the compiler share among themselves; nobody else includes it.
 *
 * The order of work (compile.c): flatten.c writes the model as records; columns.c gathers, from the conditions that expand.c
 * walks, which facts are compared with what, and settles the classes; expand.c turns each rule into conjunctions over classes;
 * rows.c packs them; tree.c draws the tree. Everything but the block dies with the compilation.
 */
#ifndef COMPILE_WORK_H
#define COMPILE_WORK_H

#include "compile/compile.h"
#include "program/write.h"

#define MAX_CLASSES 256 /* of one column, without the class "missing" */
#define CLASS_WORDS (MAX_CLASSES / 64 + 1)

struct class_set {
  uint64_t words[CLASS_WORDS];
};

struct column_value {
  uint32_t group, round;
};
struct column_group {
  uint32_t size, round;
  uint32_t named, part; /* values that this round named; the group that they moved to */
};

/* A column while it is made. Kinds and classes as in program.h. */
struct column {
  uint32_t kind, fact, other, member;
  uint32_t next;        /* of the same fact; NO_INDEX: none */
  bool vague;           /* "missing" may mean not given, or that another fact is missing: then nothing about it is exact */
  uint32_t class_count; /* with "missing"; known once settled */
  uint32_t place;       /* in the program; NO_INDEX: no entry restricts it */
  /* ordered kinds: which values there are, and the cuts: while gathering with doubles and in any order */
  int64_t low, high;
  int64_t *cuts;
  uint32_t cut_count, cut_capacity;
  /* COLUMN_TEXT: the text constants or declared values, in groups that no condition tells apart; the groups become the classes */
  uint16_t *table;
  struct column_value *values;
  struct column_group *groups;
  uint32_t value_count, group_count, round;
};

/* Computing with a date near the ends of time is an error. Beyond this distance from them nothing is. */
struct guard {
  int64_t distance, low, high;
  uint32_t rule; /* the first that computes with the fact; NO_INDEX: none */
};

/* Conditions over classes: conjunctions of "column in set", at most MAX_CONJUNCTIONS of them. What they stand for is never true
 * or open where none of them holds. */
#define MAX_CONJUNCTIONS 16
struct literal {
  uint32_t column;
  struct class_set set;
};
struct conjunction {
  const struct literal **literals; /* by column */
  uint32_t count;
  bool exact; /* where it holds, so does the condition */
};
struct disjunction {
  const struct conjunction *items;
  uint32_t count;
  bool may_fail; /* may be an error */
};

/* What a term's cases come down to; made once. */
struct term_paths {
  bool gathered, ready;
  struct disjunction *cases; /* case_count + 1: when each value is taken */
  bool may_fail;
  bool has_flag[2];
  struct disjunction flag[2]; /* of a flag: when it is no, yes */
};

struct entry {
  uint32_t rule, flags;
  struct conjunction what;
};

struct compilation {
  const struct model *model;
  const uint8_t *digest;
  const struct compile_limits *limits;
  struct memory *memory;
  struct diagnostics *diagnostics;
  uint32_t level; /* of floors under floors */
  struct writer writer;
  struct arena arena;   /* lives as long as the compilation */
  struct arena scratch; /* reset from rule to rule */
  /* depth.c */
  uint32_t *fact_depth, *term_depth, value_depth;
  bool *fact_used, *term_used, values_used; /* by a rule's test */
  /* columns.c */
  struct column *columns;
  uint32_t column_count, column_capacity;
  bool settled;
  uint32_t *first_column; /* by fact */
  struct guard *guards;   /* by fact */
  struct term_paths *terms;
  /* rows.c */
  struct entry *entries;
  uint32_t entry_count, entry_capacity;
  uint32_t *placed;
  uint32_t placed_count; /* columns in the order of the program */
};

/* ---- compile.c ---- */
/* The block of a floor, to be given back to c->memory. false: as compile_model. */
bool compile_floor(struct compilation *c, const struct model *model, struct span span, uint8_t **block, size_t *size);

/* ---- depth.c: how deep evaluation may go, and which facts the rules ask for ---- */
bool depth_of_everything(struct compilation *c);            /* false: out of memory, or reported as too deep */
bool depth_report(struct compilation *c, struct span span); /* false */
void use_name(struct compilation *c, enum operator op,
              uint32_t index); /* of a node: marks facts, through terms and what stands for facts */

/* ---- flatten.c ----
 * false, here and below: out of memory, too large for the writer, or reported. */
bool flatten_begin(struct compilation *c);               /* all that comes before the rules: facts, terms, allowances */
bool flatten_rule(struct compilation *c, uint32_t rule); /* in order, the last resort too */
bool flatten_end(struct compilation *c);                 /* what comes after them, but floors */
bool flatten_floors(struct compilation *c);              /* last of all strings */
static inline const struct program_fact *flat_facts(const struct compilation *c) {
  return c->writer.sections[SECTION_FACTS].records;
}

/* ---- columns.c ---- */
/* The column of that kind; made when there is none. A difference may be found the other way round: then *reversed.
 * NULL: out of memory; once settled: there is none. */
struct column *column_of(struct compilation *c, uint32_t kind, uint32_t fact, uint32_t other, uint32_t member, bool *reversed);
/* Whether a difference of two facts may have a column: int64_t holds it. */
bool columns_fit(const struct compilation *c, uint32_t fact, uint32_t other);
/* Whether every value of an ordered fact is coded as an int64_t: an assumed number may be a fraction, or beyond. */
bool column_has_codes(const struct compilation *c, uint32_t fact);
/* The kind of the column that tells all of a fact but a set. */
uint32_t column_kind_of(const struct compilation *c, uint32_t fact);
/* Gathering: constants that classes must tell apart. false: out of memory. INT64_MIN and INT64_MAX: no bound. */
bool column_cut(struct compilation *c, struct column *column, int64_t low, int64_t high);
void column_split(struct column *column, const int64_t *values, uint32_t count);
bool columns_settle(struct compilation *c);
/* Adds the classes of which some value lies in [low, high]; or, when not wanted, of which some value does not. true: no class
 * would be added both ways. */
bool column_interval(const struct column *column, int64_t low, int64_t high, bool want, struct class_set *set);
/* The same for values one by one (of a choice, of a text). */
bool column_values(struct column *column, const int64_t *values, uint32_t count, bool want, struct class_set *set);

static inline void class_add(struct class_set *set, uint32_t class) { set->words[class / 64] |= (uint64_t)1 << class % 64; }
void class_add_range(struct class_set *set, uint32_t first, uint32_t end); /* end: not included */

/* ---- conjunctions.c ---- */
struct disjunction disjunction_none(void);
struct disjunction disjunction_all(bool exact);
/* All of them: *failed when out of memory. */
struct disjunction disjunction_literal(struct arena *arena, uint32_t column, uint32_t class_count, const struct class_set *set,
                                       bool exact, bool *failed);
/* Where there would be too many conjunctions, some become one that holds where any of them does, and is inexact. */
struct disjunction disjunction_and(struct arena *arena, struct disjunction a, struct disjunction b, const struct column *columns,
                                   bool *failed);
struct disjunction disjunction_or(struct arena *arena, struct disjunction a, struct disjunction b, const struct column *columns,
                                  bool *failed);

/* ---- expand.c ---- */
bool expand_begin(struct compilation *c);
bool expand_gather(struct compilation *c, uint32_t rule); /* its constants into columns; in order, once it is flat */
bool expand_rules(struct compilation *c);                 /* rules into entries, with the classes settled */

/* ---- tables.c: direct ways from a value to its class ---- */
bool tables_write(struct compilation *c, const struct column *column, struct program_column *record);

/* ---- rows.c ---- */
bool rows_write(struct compilation *c);
/* ---- tree.c ---- */
bool tree_write(struct compilation *c);

#endif
