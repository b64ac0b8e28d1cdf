/* Random rule sets over 14 typed facts, in one form that every contender is made from: YAML, generated C, a plain table.
 *
 * A seed gives the same rule set everywhere. Facts are coded as in the library (dates as day numbers, money in minor units).
 */
#ifndef BENCH_RULES_H
#define BENCH_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { FACTS = 14, TESTS_MAX = 8 };

enum fact_kind { KIND_CHOICE, KIND_FLAG, KIND_SET, KIND_TEXT, KIND_COUNT, KIND_DECIMAL, KIND_PERCENT, KIND_MONEY, KIND_DATE };

struct bench_fact {
  const char *name;
  enum fact_kind kind;
  int64_t low, high;
  bool of_request;
};
extern const struct bench_fact bench_facts[FACTS];

/* fact in mask / fact between low and high / fact - other between low and high */
enum test_kind { TEST_MASK, TEST_RANGE, TEST_WITHIN, TEST_MEMBER };
struct bench_test {
  enum test_kind kind;
  int fact, other;
  uint64_t mask;
  int64_t low, high;
};
struct bench_rule {
  struct bench_test tests[TESTS_MAX];
  int count;
  int verdict;
};
struct bench_rules {
  struct bench_rule *rules;
  int count;
};

struct bench_random {
  uint64_t state;
};
uint64_t bench_next(struct bench_random *random);

/* Free with bench_rules_free. */
struct bench_rules bench_rules_make(int count, uint64_t seed);
void bench_rules_free(struct bench_rules *rules);
/* A request; miss: one that no rule matches (a country that no rule names). */
void bench_request_make(struct bench_random *random, bool miss, int64_t values[FACTS]);

bool bench_test_holds(const struct bench_test *test, const int64_t values[FACTS]);
int bench_interpret(const struct bench_rules *rules, const int64_t values[FACTS]);

void bench_write_policy(const struct bench_rules *rules, FILE *out);
void bench_write_c(const struct bench_rules *rules, FILE *out);
/* The request as JSON text; returns its length. */
int bench_write_json(const int64_t values[FACTS], char *out, size_t size);
const char *bench_text_value(int64_t value); /* of a text fact */

#endif
