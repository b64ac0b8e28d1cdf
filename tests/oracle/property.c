/* The property test: random policies and requests, the compiled program against the plain interpreter.
 *
 * property [--pairs N] [--seed S] [--only I]: N pairs (10,000), from seed S (1); --only runs the I-th policy alone. Prints each
 * difference, made smaller, and ends with 1 if there was any.
 */
#include "oracle/property.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/generator.h"

#define REQUESTS_PER_POLICY 25
#define DIFFERENCES_MOST 5

struct run {
  struct memory memory;
  uint64_t seed;
  uint64_t pairs, policies, accepted, decided, undecided, refused, differences;
};

static struct random random_of(const struct run *run, uint64_t policy) {
  return (struct random){run->seed * UINT64_C(1000003) + policy};
}

static void print_answer(const char *who, struct answer *answer) {
  if (answer->answered)
    printf("%s: %s\n", who, buffer_string(&answer->text));
  else
    printf("%s: refused, line %d, `%s` (%s)\n", who, (int)(int32_t)answer->line, buffer_string(&answer->rule),
           buffer_string(&answer->why));
}

static void show_difference(struct run *run, uint64_t policy, const struct buffer *yaml, const struct model *model,
                            struct oracle_request *request) {
  struct buffer smaller, json;
  struct arena arena;
  struct answer expected, found;
  bool diagnosed;
  const char *how = "";
  struct pair *pair;
  arena_init(&arena, &run->memory);
  buffer_init(&smaller, &run->memory);
  buffer_init(&json, &run->memory);
  answer_init(&expected, &run->memory);
  answer_init(&found, &run->memory);
  buffer_add(&smaller, yaml->bytes, yaml->size);
  oracle_shrink(&run->memory, &smaller, model, request, &arena);
  pair = pair_open(&run->memory, smaller.bytes, smaller.size, &diagnosed);
  if (pair) {
    struct oracle_request same = oracle_translate(model, request, pair_model(pair), &arena);
    pair_agrees(pair, &same, &expected, &found, &how);
    oracle_write_request(pair_model(pair), &same, &json);
  }
  printf("---- difference (%s): --seed %llu --only %llu\n%s", how, (unsigned long long)run->seed, (unsigned long long)policy,
         buffer_string(&smaller));
  printf("request: %s\n", buffer_string(&json));
  print_answer("interpreter", &expected);
  print_answer("library    ", &found);
  pair_close(pair);
  answer_free(&found);
  answer_free(&expected);
  buffer_free(&json);
  buffer_free(&smaller);
  arena_free(&arena);
}

static void count_answer(struct run *run, const struct answer *answer) {
  static const char undecided[] = "{\"status\":\"undecided\"";
  run->pairs++;
  if (!answer->answered)
    run->refused++;
  else if (strncmp(answer->text.bytes, undecided, sizeof undecided - 1) == 0)
    run->undecided++;
  else
    run->decided++;
}

static void run_requests(struct run *run, uint64_t policy, struct random *random, const struct buffer *yaml, struct pair *pair) {
  struct answer expected, found;
  answer_init(&expected, &run->memory);
  answer_init(&found, &run->memory);
  for (uint32_t i = 0; i < REQUESTS_PER_POLICY && run->differences < DIFFERENCES_MOST; i++) {
    struct oracle_request request;
    const char *how;
    generate_request(random, pair_model(pair), pair_arena(pair), &request);
    if (!pair_agrees(pair, &request, &expected, &found, &how)) {
      run->differences++;
      show_difference(run, policy, yaml, pair_model(pair), &request);
      break;
    }
    count_answer(run, &expected);
  }
  answer_free(&expected);
  answer_free(&found);
}

static void run_policy(struct run *run, uint64_t policy) {
  struct random random = random_of(run, policy);
  struct buffer yaml;
  struct pair *pair;
  bool diagnosed;
  buffer_init(&yaml, &run->memory);
  generate_policy(&random, &yaml);
  run->policies++;
  pair = pair_open(&run->memory, yaml.bytes, yaml.size, &diagnosed);
  if (!diagnosed && !pair) {
    run->differences++;
    oracle_shrink_policy(&run->memory, &yaml);
    printf("---- refused without a diagnostic, or by one side only: --seed %llu --only %llu\n%s", (unsigned long long)run->seed,
           (unsigned long long)policy, buffer_string(&yaml));
  }
  if (pair) {
    run->accepted++;
    run_requests(run, policy, &random, &yaml, pair);
  }
  pair_close(pair);
  buffer_free(&yaml);
}

static bool read_arguments(int argc, char **argv, struct run *run, uint64_t *pairs, uint64_t *only) {
  for (int i = 1; i < argc; i += 2) {
    uint64_t value = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;
    if (i + 1 < argc && strcmp(argv[i], "--pairs") == 0)
      *pairs = value;
    else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0)
      run->seed = value;
    else if (i + 1 < argc && strcmp(argv[i], "--only") == 0)
      *only = value;
    else
      return false;
  }
  return true;
}

int main(int argc, char **argv) {
  struct run run = {.memory = memory_of_libc(), .seed = 1};
  uint64_t pairs = 10000, only = UINT64_MAX;
  if (!read_arguments(argc, argv, &run, &pairs, &only)) {
    fprintf(stderr, "usage: property [--pairs N] [--seed S] [--only I]\n");
    return 2;
  }
  if (only != UINT64_MAX)
    run_policy(&run, only);
  else
    for (uint64_t policy = 0; run.pairs < pairs && run.differences < DIFFERENCES_MOST; policy++) run_policy(&run, policy);
  printf("%llu pairs: %llu decided, %llu undecided, %llu refused; %llu of %llu policies accepted; %llu differences\n",
         (unsigned long long)run.pairs, (unsigned long long)run.decided, (unsigned long long)run.undecided,
         (unsigned long long)run.refused, (unsigned long long)run.accepted, (unsigned long long)run.policies,
         (unsigned long long)run.differences);
  return run.differences > 0;
}
