/* Suite: tests of a policy, from a file that begins with `returns_tests: 1`.
 *
 * In: the node tree of the file (lib/load), a policy. Out: for each case, passed or the differences between what it expects
 * and what was decided. shape.c: the form of the file; given.c: a case as a request; compare.c: the answer against `expect`;
 * run.c: one case after the other. Names of facts, rules and roles are known only once a policy is at hand.
 */
#ifndef SUITE_SUITE_H
#define SUITE_SUITE_H

#include "load/document.h"
#include "returns/decision.h"
#include "returns/workflow.h"

/* Nodes of a case; 0: the key was left out. */
struct suite_case {
  uint32_t node;
  uint32_t name, given, lines, missing, done, agreed, refused, as_of, expect;
  struct span span;
  bool ran, passed;
  const char *difference; /* arena of the results */
};

struct suite {
  struct node_tree tree;
  uint32_t policy, given, missing, done, agreed, refused,
      as_of; /* nodes; but for the first three they hold for cases that have none of their own */
  struct suite_case *cases;
  uint32_t case_count;
  struct arena arena;   /* tree and cases */
  struct arena results; /* differences of the last run */
};

/* Where an expectation stands; bits, for the table of keys. */
enum suite_level { LEVEL_REQUEST = 1, LEVEL_LINE = 2, LEVEL_PORTION = 4 };

/* What an expectation compares. */
enum expect_key {
  EXPECT_VERDICT,
  EXPECT_RULE,
  EXPECT_BECAUSE,
  EXPECT_REASONS,
  EXPECT_UNITS,
  EXPECT_CREDIT,
  EXPECT_FEES,
  EXPECT_BONUSES,
  EXPECT_NET,
  EXPECT_APPROVALS,
  EXPECT_OUTPUTS,
  EXPECT_PROVISIONAL,
  EXPECT_FLOOR,
  EXPECT_PORTIONS,
  EXPECT_LINES,
  EXPECT_STATUS,
  EXPECT_NEEDS,
  EXPECT_POSSIBLE,
  EXPECT_STEPS,
  EXPECT_ERROR,
  EXPECT_KEY_COUNT
};
/* The key of a member of an `expect` mapping; EXPECT_KEY_COUNT if there is none of that name. */
enum expect_key suite_expect_key(struct text key);

/* Builds the cases from a loaded tree, and checks every key and every word that is fixed by the format. false: errors were
 * reported, or out of memory (diagnostics->out_of_memory). */
bool suite_shape(struct suite *suite, struct diagnostics *diagnostics);

/* What a run works with. */
struct suite_run {
  struct suite *suite;
  const returns_policy *policy;
  returns_request *request;
  returns_decision *decision;
  returns_steps *steps;
  struct diagnostics *diagnostics;
  uint32_t *facts;    /* per fact: the node of its value, for what is being filled; scratch of fact_count items */
  uint32_t *defaults; /* likewise: the case's own values, that each of its lines begins with */
  uint32_t fact_count;
  struct memory *memory;
  struct buffer text; /* scratch */
};

/* How filling the request from a case ended. */
enum given_result {
  GIVEN_OK,
  GIVEN_REFUSED,  /* the request refused a value: its error says why; *node is the value's */
  GIVEN_REPORTED, /* the test file is wrong: in the diagnostics */
  GIVEN_MEMORY
};
/* Fills run->request with what a case gives. */
enum given_result suite_fill(struct suite_run *run, const struct suite_case *test, uint32_t *node);

/* Writes a line for each difference between what the case expects and what run->decision holds. false: a name in `expect` is not
 * the policy's (reported), or memory ran out (out->failed). */
bool suite_compare(struct suite_run *run, const struct suite_case *test, struct buffer *out);

/* Runs all cases. false: out of memory. */
bool suite_run(struct suite *suite, const returns_policy *policy, returns_environment *environment, struct memory *memory,
               struct diagnostics *diagnostics);

#endif
