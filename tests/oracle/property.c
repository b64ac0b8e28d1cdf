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
#include "oracle/soundness.h"

#define REQUESTS_PER_POLICY 25
#define DIFFERENCES_MOST 5

struct run {
  struct memory memory;
  uint64_t seed;
  uint64_t pairs, policies, accepted, decided, undecided, refused, floors, differences;
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

/* What a failing pair answered. */
struct failure {
  struct answer expected, found;
  const char *how;
};

/* Answers once more, with nothing before. false: now they agree. */
static bool fails_alone(struct run *run, const struct buffer *yaml, const struct model *model,
                        const struct oracle_request *request, struct failure *failure, struct buffer *json) {
  bool diagnosed, fails = false;
  struct pair *pair = pair_open(&run->memory, yaml->bytes, yaml->size, &diagnosed);
  if (pair) {
    struct oracle_request same = oracle_translate(model, request, pair_model(pair), pair_arena(pair));
    fails = !pair_agrees(pair, &same, &failure->expected, &failure->found, &failure->how);
    buffer_clear(json);
    oracle_write_request(pair_model(pair), &same, json);
  }
  pair_close(pair);
  return fails;
}

static void show_difference(struct run *run, uint64_t policy, const struct buffer *yaml, const struct model *model,
                            struct oracle_request *request, struct failure *failure) {
  struct buffer smaller, json;
  struct arena arena;
  struct failure alone;
  arena_init(&arena, &run->memory);
  buffer_init(&smaller, &run->memory);
  buffer_init(&json, &run->memory);
  answer_init(&alone.expected, &run->memory);
  answer_init(&alone.found, &run->memory);
  buffer_add(&smaller, yaml->bytes, yaml->size);
  if (fails_alone(run, &smaller, model, request, &alone, &json)) {
    oracle_shrink(&run->memory, &smaller, model, request, &arena);
    fails_alone(run, &smaller, model, request, &alone, &json);
    failure = &alone;
  } else
    printf("---- only after the requests before it:\n");
  printf("---- difference (%s): --seed %llu --only %llu\n%s", failure->how, (unsigned long long)run->seed,
         (unsigned long long)policy, buffer_string(&smaller));
  printf("request: %s\n", buffer_string(&json));
  print_answer("interpreter", &failure->expected);
  print_answer("library    ", &failure->found);
  answer_free(&alone.found);
  answer_free(&alone.expected);
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

/* The interpreter judges the library; soundness judges the interpreter. */
static void check_soundness(struct run *run, uint64_t policy, const struct buffer *yaml, const struct model *model,
                            const struct oracle_request *request) {
  struct random random = random_of(run, policy + run->pairs);
  struct arena arena;
  struct buffer before, after;
  struct oracle_request completed;
  uint32_t line;
  arena_init(&arena, &run->memory);
  buffer_init(&before, &run->memory);
  buffer_init(&after, &run->memory);
  if (!oracle_is_sound(model, request, &random, &arena, &completed, &line)) {
    run->differences++;
    oracle_write_request(model, request, &before);
    oracle_write_request(model, &completed, &after);
    printf("---- unsound, line %u: --seed %llu --only %llu\n%.*srequest:   %s\ncompleted: %s\n", line,
           (unsigned long long)run->seed, (unsigned long long)policy, (int)yaml->size, yaml->bytes, buffer_string(&before),
           buffer_string(&after));
  }
  buffer_free(&before);
  buffer_free(&after);
  arena_free(&arena);
}

static void run_requests(struct run *run, uint64_t policy, struct random *random, const struct buffer *yaml, struct pair *pair) {
  struct failure failure;
  answer_init(&failure.expected, &run->memory);
  answer_init(&failure.found, &run->memory);
  for (uint32_t i = 0; i < REQUESTS_PER_POLICY && run->differences < DIFFERENCES_MOST; i++) {
    struct oracle_request request;
    generate_request(random, pair_model(pair), pair_arena(pair), &request);
    if (!pair_agrees(pair, &request, &failure.expected, &failure.found, &failure.how)) {
      run->differences++;
      show_difference(run, policy, yaml, pair_model(pair), &request, &failure);
      break;
    }
    count_answer(run, &failure.expected);
    check_soundness(run, policy, yaml, pair_model(pair), &request);
  }
  answer_free(&failure.expected);
  answer_free(&failure.found);
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

/* Every tenth policy is followed by one that stands on a floor. */
static void run_standing(struct run *run, uint64_t policy) {
  struct random random = random_of(run, policy ^ UINT64_C(0x5555555555));
  bool failed = false;
  run->floors += standing_run(&run->memory, &random, REQUESTS_PER_POLICY, &failed);
  run->differences += failed;
  if (failed) printf("--seed %llu --only %llu\n", (unsigned long long)run->seed, (unsigned long long)policy);
}

static void run_one(struct run *run, uint64_t policy) {
  run_policy(run, policy);
  if (policy % 10 == 9) run_standing(run, policy);
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
    run_one(&run, only);
  else
    for (uint64_t policy = 0; run.pairs < pairs && run.differences < DIFFERENCES_MOST; policy++) run_one(&run, policy);
  printf("%llu pairs: %llu decided, %llu undecided, %llu refused; %llu of %llu policies accepted; %llu on floors; %llu "
         "differences\n",
         (unsigned long long)run.pairs, (unsigned long long)run.decided, (unsigned long long)run.undecided,
         (unsigned long long)run.refused, (unsigned long long)run.accepted, (unsigned long long)run.policies,
         (unsigned long long)run.floors, (unsigned long long)run.differences);
  return run.differences > 0;
}
