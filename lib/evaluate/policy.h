/* Policy: the handle around a verified program, with what the evaluator derives from it once, at load.
 *
 * Everything in it is immutable after policy_adopt and shared by threads; only the count of holds changes.
 */
#ifndef EVALUATE_POLICY_H
#define EVALUATE_POLICY_H

#include <stdatomic.h>

#include "evaluate/environment.h"
#include "evaluate/lookup.h"
#include "program/program.h"
#include "returns/policy.h"

/* Owners in `names`: a fact's index owns its declared values. */
#define NAMES_OF_FACTS UINT32_MAX
#define NAMES_OF_TEXTS (UINT32_MAX - 1)

/* What a fact's cell and its columns allow. */
enum {
  FACT_IS_DIRECT = 1,         /* its value is what the host gave, or `absent`, whatever else the request holds */
  FACT_IS_NEEDED = 2,         /* used by a rule, neither optional nor with a fixed default: its absence may leave a rule open */
  FACT_IS_INDIRECT_NEEDED = 4 /* used by a rule, not optional, and its state is known only while deciding */
};

/* A value that a host gave. Where it gave none, given is 0 and value the fact's fixed default, if it has one. */
struct cell {
  int64_t value;
  int32_t offset_minutes;
  uint32_t given;
};
#define CELL_FAULTY 2u /* given: of a floor's fact, what the policy tells it is an error */

/* An exact test of a rule whose entry says only "may": low <= a - b <= high, on the values in the cells of facts. */
struct quick_test {
  uint32_t a, b; /* cells: slot, with QUICK_OF_REQUEST; b NO_INDEX: nothing */
  int64_t low, high;
};
#define QUICK_OF_REQUEST 0x80000000u
struct quick_tests {
  uint32_t first, count; /* count NO_INDEX: the rule has other tests too, to be evaluated */
};

/* An entry that takes the rows' word away (ENTRY_WALK): while this bit of the column's row is clear, it is not met. */
struct guard {
  uint32_t column, word;
  uint64_t bit;
};

/* A bit of a row: the rule of its entry, and whether it must be verified. */
#define ENTRY_RULE 0x7FFFFFFFu
#define ENTRY_UNSURE 0x80000000u

struct returns_policy {
  atomic_uint_least32_t holds;
  returns_environment *environment;
  void *owned;
  size_t owned_size; /* the block, where it is ours to free */
  char digest[65];
  struct arena arena; /* of the derived arrays below */

  /* The block's sections. */
  struct program program;
  const struct program_header *header;
  const struct program_column *columns;
  uint32_t column_count;
  const int64_t *cuts;
  const uint16_t *tables;
  const uint64_t *rows;
  const struct program_entry *entries;
  uint32_t entry_count;
  const struct program_node *nodes;
  const uint32_t *links;
  const struct program_fact *facts;
  uint32_t fact_count;
  const struct program_term *terms;
  uint32_t term_count;
  const struct program_rule *rules;
  uint32_t rule_count; /* rules[rule_count] is the last resort */
  const struct program_allowance *allowances;
  uint32_t allowance_count;
  const struct program_adjustment *fees, *bonuses;
  uint32_t fee_count, bonus_count;
  const struct program_approval *approvals;
  uint32_t approval_count;
  const struct program_output *outputs;
  uint32_t output_count;
  const struct program_output_case *output_cases;
  const struct program_test *tests;
  const struct program_case *cases;
  const struct program_calendar *calendars;
  const struct program_string *texts;
  uint32_t text_count;
  const struct program_string *values;
  const struct program_floor *floors;
  uint32_t floor_count;
  const struct program_with *withs;

  /* Derived. */
  struct returns_policy **floor_policies; /* by floor: its block inside this one, as a policy; held */
  uint32_t role_count;                    /* answers of roles: one per approval, then those of each floor */
  struct lookup names;
  uint32_t request_slots, line_slots, key_slots; /* cells of a request, a line, a key */
  uint32_t *slots;                               /* by fact: which cell of its row */
  uint8_t *fact_traits;                          /* by fact */
  uint32_t *fact_columns_first, *fact_columns;   /* by fact: the direct columns that look at it, at [first[f], first[f + 1]) */
  uint8_t *column_is_direct;                     /* all facts of the column are direct: classified when a fact is set */
  uint32_t request_needed, line_needed;          /* facts with FACT_IS_NEEDED of a request, of a line */
  uint32_t *blank_rows;                          /* by column: the row of which nothing is given but defaults */
  uint32_t *mixed_columns, mixed_count;    /* columns whose row for a blank line may depend on the request's facts all the same */
  struct cell *blank_request, *blank_line; /* rows of which nothing is given */
  uint32_t *entry_rules; /* by bit of a row: the rule of the entry, with ENTRY_UNSURE; behind the last entry the last resort */
  struct quick_tests *quick_rules;
  struct quick_test *quick_tests;
  uint32_t quick_count;                   /* by rule (quick.c) */
  uint8_t *private_facts, *private_terms; /* by fact, term: shows a private fact; NULL: nothing does (private.c) */
  bool messages_ask;                      /* some message shows facts or terms: a decision keeps its request */
  struct guard *guards;
  uint32_t guard_count;
  bool quick;              /* every rule that must be verified has quick tests alone */
  uint32_t *first_entries; /* by rule: its first entry, or that of the next rule which has one */
  uint32_t *always;
  uint32_t always_count;       /* rules that rows cannot rule out while facts are missing, ascending */
  uint8_t *nested;             /* by node: over lines, and asks about all lines for each of them */
  bool nested_value;           /* so does the value of a line */
  bool plain;                  /* a complete line is answered by the rows alone: no money, limits, fees, approvals, outputs */
  bool verifies, walks;        /* some entry must be evaluated; some entry takes the rows' word away */
  bool all_direct;             /* every column is direct, and no fact that a rule uses is indirect */
  bool assumes, floors_assume; /* some fact has an assumption; some fact of a floor has */
};

/* Makes a policy of a block from environment->memory, which it owns from then on (also on failure it is freed).
 * environment may be NULL only for a borrowed block. May fail: MEMORY, BLOCK, VERSION. */
int32_t policy_adopt(returns_environment *environment, void *block, size_t size_bytes, returns_policy **out);

static inline const char *policy_text(const struct returns_policy *policy, struct program_string string) {
  return program_text(&policy->program, string);
}
static inline struct text policy_slice(const struct returns_policy *policy, struct program_string string) {
  return (struct text){.bytes = program_text(&policy->program, string), .size = string.size};
}
static inline const struct program_span *policy_span(const struct returns_policy *policy, uint32_t span) {
  return (const struct program_span *)program_section(&policy->program, SECTION_SPANS) + span;
}
/* The name of the file in which a span lies, "" for none; *line its first line. */
const char *policy_place(const struct returns_policy *policy, uint32_t span, uint32_t *line);

/* NO_INDEX where there is none. */
uint32_t policy_find_fact(const struct returns_policy *policy, struct text name);
/* The role of an answer below role_count. */
struct text policy_role(const struct returns_policy *policy, uint32_t index);
uint32_t policy_find_value(const struct returns_policy *policy, uint32_t fact, struct text name);
uint32_t policy_find_text(const struct returns_policy *policy, struct text text);
struct text policy_value(const struct returns_policy *policy, uint32_t fact, uint32_t value);

/* traits.c, quick.c, nested.c: fill what is derived from nodes and tests; false: out of memory. */
bool policy_derive_traits(struct returns_policy *policy);
bool policy_derive_quick_tests(struct returns_policy *policy);
bool policy_derive_nested(struct returns_policy *policy);
bool policy_derive_private(struct returns_policy *policy);

/* No value of it may be shown. */
static inline bool policy_hides_fact(const struct returns_policy *policy, uint32_t fact) {
  return policy->private_facts && policy->private_facts[fact];
}
static inline bool policy_hides_term(const struct returns_policy *policy, uint32_t term) {
  return policy->private_terms && policy->private_terms[term];
}

/* Whether the cells pass the quick tests of a rule. */
static inline bool quick_tests_hold(const struct returns_policy *policy, uint32_t rule, const struct cell *request,
                                    const struct cell *line) {
  const struct quick_test *test = policy->quick_tests + policy->quick_rules[rule].first,
                          *end = test + policy->quick_rules[rule].count;
  for (; test < end; test++) {
    int64_t a = (test->a & QUICK_OF_REQUEST ? request : line)[test->a & ~QUICK_OF_REQUEST].value;
    if (test->b != NO_INDEX) {
      int64_t b = (test->b & QUICK_OF_REQUEST ? request : line)[test->b & ~QUICK_OF_REQUEST].value;
      if (__builtin_sub_overflow(a, b, &a)) a = b < 0 ? INT64_MAX : INT64_MIN; /* beyond all bounds but open ones */
    }
    if (a < test->low || a > test->high) return false;
  }
  return true;
}

#endif
