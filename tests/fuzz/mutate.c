/* Drives one target with seeded mutations: the same inputs on every machine, in a normal test run.
 *
 * In: how many mutations of each seed, a number to begin with, seeds: files, or folders of them. Out: TAP, one line a seed. The
 * input of a mutation depends on the number, the seed and its place alone, so that one can be run again by itself; with --save
 * each input is written before it is run.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { MOST_SEEDS = 512, ROOM = 8192, DEEPEST = 8 };

/* clang-format off */
static const char *const tokens[] = {
    "(", ")", "[", "]", "{", "}", ": ", ", ", "\n", "\n  - ", "\"", "'", "#", " # ", "&a", "*a", "!", "|", ">", "-", "---\n",
    "\t", "?", "%", "<<: ", "0", "-1", "1", "007", "1e9", "0.5", "12.50", "9223372036854775807", "9223372036854775808",
    "100%", "30 days", "1 month", "24 hours", "3 working days", "2026-02-28", "9999-12-31", "2026-07-01T10:30:00+02:00",
    "yes", "no", "none", "null", "true", "false", "and", "or", "not", "is", "is not", "is one of [", "within", "counting",
    "more than", "after", "before", "on or before", "between", "has", "has any of [", "is empty", "is given", "in", "of",
    "per unit", "per line", "per request", "sum of", "over lines", "any line where", "round_down(", "round_up(", "min(",
    "max(", "+", "*", "/", "value", "units", "credit", "verdict", "rule", "line_value", "request_value", "otherwise",
    "rolling", "facts:", "rules:", "terms:", "fees:", "when:", "unless:", "then: deny", "up_to: ", "\\u0000", "\\ud800",
    "\xc3\xa9", "\xcc\x81", "\xe2\x80\xae", "\xff", "\xef\xbb\xbf", "\xe6\xbc\xa2",
};
/* clang-format on */
enum { TOKENS = sizeof tokens / sizeof tokens[0] };

struct input {
  uint8_t *data;
  size_t size, room;
};
struct seed {
  char *path;
  struct bytes bytes;
};
struct seeds {
  struct seed items[MOST_SEEDS];
  size_t count;
};

static size_t place(const struct input *input, uint64_t *random) {
  return input->size == 0 ? 0 : (size_t)(fuzz_random(random) % input->size);
}

/* Puts bytes in at a place; what does not fit into the room is left out. */
static void insert(struct input *input, size_t at, const void *bytes, size_t size) {
  if (size > input->room - input->size) return;
  memmove(input->data + at + size, input->data + at, input->size - at);
  memcpy(input->data + at, bytes, size);
  input->size += size;
}

static void cut(struct input *input, size_t at, size_t size) {
  if (size > input->size - at) size = input->size - at;
  memmove(input->data + at, input->data + at + size, input->size - at - size);
  input->size -= size;
}

/* A run of bytes of a seed (also of the same), to another place. */
static void splice(struct input *input, const struct bytes *from, uint64_t *random) {
  if (from->size == 0) return;
  size_t at = (size_t)(fuzz_random(random) % from->size), most = from->size - at, size = (size_t)(fuzz_random(random) % 64) + 1;
  insert(input, place(input, random), from->data + at, size < most ? size : most);
}

/* A whole number of 4 or 8 bytes where numbers lie, set to an edge or moved by a little. */
static void alter_number(struct input *input, uint64_t *random) {
  static const uint64_t edges[] = {
      0, 1, 2, 7, 255, 65535, 0x7fffffff, 0x80000000, 0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff};
  size_t width = fuzz_random(random) % 2 == 0 ? 4 : 8, at = place(input, random) / 4 * 4;
  uint64_t number = 0;
  if (width > input->size || at > input->size - width) return;
  memcpy(&number, input->data + at, width);
  uint64_t any = fuzz_random(random);
  number = any % 2 == 0 ? edges[(any >> 8) % (sizeof edges / sizeof edges[0])] : number + (any >> 8) % 17 - 8;
  memcpy(input->data + at, &number, width);
}

static void mutate_once(struct input *input, const struct seed *seeds, size_t seed_count, uint64_t *random) {
  const char *token = tokens[fuzz_random(random) % TOKENS];
  size_t at = place(input, random);
  switch (fuzz_random(random) % 9) {
  case 0:
    if (input->size > 0) input->data[at] ^= (uint8_t)(1u << fuzz_random(random) % 8);
    break;
  case 1:
    if (input->size > 0) input->data[at] = (uint8_t)fuzz_random(random);
    break;
  case 2: cut(input, at, (size_t)(fuzz_random(random) % 4) + 1); break;
  case 3: cut(input, at, (size_t)(fuzz_random(random) % 100) + 1); break;
  case 4: insert(input, at, token, strlen(token)); break;
  case 5:
    cut(input, at, strlen(token));
    insert(input, at, token, strlen(token));
    break;
  case 6: splice(input, &seeds[fuzz_random(random) % seed_count].bytes, random); break;
  case 7: alter_number(input, random); break;
  default:
    if (fuzz_random(random) % 8 == 0) input->size = at;
    break;
  }
}

static void mutate(struct input *input, const struct seed *seeds, size_t seed_count, size_t seed, uint64_t random) {
  uint64_t times = fuzz_random(&random) % 6 + 1;
  memcpy(input->data, seeds[seed].bytes.data, seeds[seed].bytes.size);
  input->size = seeds[seed].bytes.size;
  while (times-- > 0) mutate_once(input, seeds, seed_count, &random);
}

static void save(const char *path, const struct input *input) {
  FILE *stream = path == NULL ? NULL : fopen(path, "wb");
  if (stream == NULL) return;
  fwrite(input->data, 1, input->size, stream);
  fclose(stream);
}

/* The input lies in memory of its own size, so that a sanitizer sees a read behind its end. */
static void run_one(const struct input *input, const char *save_path) {
  uint8_t *exact = malloc(input->size == 0 ? 1 : input->size);
  FUZZ_REQUIRE(exact != NULL);
  memcpy(exact, input->data, input->size);
  save(save_path, input);
  LLVMFuzzerTestOneInput(exact, input->size);
  free(exact);
}

static void run_seed(const struct seed *seeds, size_t seed_count, size_t seed, uint64_t begin, uint64_t times,
                     const char *save_path) {
  struct input input = {.room = seeds[seed].bytes.size + ROOM};
  input.data = malloc(input.room);
  FUZZ_REQUIRE(input.data != NULL);
  memcpy(input.data, seeds[seed].bytes.data, seeds[seed].bytes.size);
  input.size = seeds[seed].bytes.size;
  run_one(&input, save_path); /* as it is */
  for (uint64_t i = 0; i < times; i++) {
    mutate(&input, seeds, seed_count, seed, begin * 1000003 + seed * 7919 + i);
    run_one(&input, save_path);
  }
  free(input.data);
}

/* A file, or every file below a folder, in the order of their names. */
static void add_seeds(struct seeds *seeds, const char *path, int depth) {
  struct stat status;
  struct dirent **names;
  FUZZ_REQUIRE(stat(path, &status) == 0);
  if (!S_ISDIR(status.st_mode)) {
    if (seeds->count < MOST_SEEDS && fuzz_seed(path, &seeds->items[seeds->count].bytes))
      seeds->items[seeds->count++].path = strdup(path);
    return;
  }
  int count = depth > DEEPEST ? 0 : scandir(path, &names, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    char below[4096];
    bool fits = snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name) < (int)sizeof below;
    if (fits && names[i]->d_name[0] != '.') add_seeds(seeds, below, depth + 1);
    free(names[i]);
  }
  if (count > 0) free(names);
}

int main(int count, char **arguments) {
  static struct seeds seeds;
  const char *save_path = NULL;
  int at = 1;
  if (count > at + 1 && strcmp(arguments[at], "--save") == 0) save_path = arguments[at + 1], at += 2;
  if (count < at + 3) {
    fprintf(stderr, "usage: %s [--save FILE] TIMES BEGIN SEED...\n", arguments[0]);
    return 2;
  }
  uint64_t times = strtoull(arguments[at], NULL, 10), begin = strtoull(arguments[at + 1], NULL, 10);
  for (int i = at + 2; i < count; i++) add_seeds(&seeds, arguments[i], 0);
  printf("1..%zu\n", seeds.count);
  for (size_t i = 0; i < seeds.count; i++) {
    const char *slash = strrchr(seeds.items[i].path, '/');
    fflush(stdout);
    run_seed(seeds.items, seeds.count, i, begin, times, save_path);
    printf("ok %zu - %llu mutations of %s\n", i + 1, (unsigned long long)times, slash == NULL ? seeds.items[i].path : slash + 1);
  }
  for (size_t i = 0; i < seeds.count; i++) {
    free(seeds.items[i].path);
    free(seeds.items[i].bytes.data);
  }
  return seeds.count == 0;
}
