/* The library beside what a user would write instead: the same rule set as generated C ifs and as a plain table of tests.
 *
 *   bench [RULES...]     default: 10 100 1000 10000
 *
 * All contenders run in one process, in turn, batch by batch; printed are medians over the batches, and the ratio to the
 * generated C. Every answer of the library is checked against the plain table before anything is timed. Shared machines drift:
 * trust the ratios.
 */
#include <dlfcn.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compile/compile.h"
#include "program/program.h"
#include "returns/returns.h"
#include "rules.h"

enum { REQUESTS = 1000, ROUNDS = 41, JSON_BYTES = 1024 };

struct bench {
  struct bench_rules rules;
  int64_t values[REQUESTS][FACTS];
  char (*json)[JSON_BYTES];
  int json_size[REQUESTS];
  int (*generated)(const int64_t *);
  returns_policy *policy;
  returns_request *requests[REQUESTS];
  returns_request *reused;
  returns_decision *decision;
  uint32_t fact[FACTS];
  int64_t sink;
  int batch; /* requests of the batch at hand */
};

static void check(int32_t status, const char *what) {
  if (status == RETURNS_OK) return;
  fprintf(stderr, "bench: %s: %s\n", what, returns_status_text(status));
  exit(3);
}

static int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* ---- contenders: one batch each ---- */

static void run_generated(struct bench *b) {
  for (int i = 0; i < b->batch; i++) b->sink += b->generated(b->values[i]);
}
static void run_plain(struct bench *b) {
  for (int i = 0; i < b->batch; i++) b->sink += bench_interpret(&b->rules, b->values[i]);
}
static void decide(struct bench *b, const returns_request *request, const returns_options *options) {
  uint32_t rule = 0;
  check(returns_evaluate(b->policy, request, options, b->decision), "evaluate");
  check(returns_decision_rule(b->decision, 0, 0, &rule), "rule");
  b->sink += rule;
}
static void run_decide(struct bench *b) {
  for (int i = 0; i < b->batch; i++) decide(b, b->requests[i], NULL);
}
static void run_record(struct bench *b) {
  const returns_options options = {sizeof options, RETURNS_TRACE_PATH};
  for (int i = 0; i < b->batch; i++) decide(b, b->requests[i], &options);
}
static void set_facts(struct bench *b, returns_request *request, const int64_t values[FACTS]) {
  uint32_t line = 0;
  returns_request_clear(request);
  check(returns_request_add_line(request, &line), "line");
  for (int f = 0; f < FACTS; f++) {
    uint32_t of = bench_facts[f].of_request ? RETURNS_OF_REQUEST : line, fact = b->fact[f];
    int64_t value = values[f];
    int32_t status = RETURNS_OK;
    switch (bench_facts[f].kind) {
    case KIND_CHOICE: status = returns_request_set_choice(request, of, fact, (uint32_t)value); break;
    case KIND_FLAG: status = returns_request_set_flag(request, of, fact, (int32_t)value); break;
    case KIND_SET: status = returns_request_set_set(request, of, fact, (uint64_t)value); break;
    case KIND_TEXT:
      status = returns_request_set_text(request, of, fact, bench_text_value(value), strlen(bench_text_value(value)));
      break;
    case KIND_COUNT: status = returns_request_set_count(request, of, fact, value); break;
    case KIND_DECIMAL: status = returns_request_set_decimal(request, of, fact, value); break;
    case KIND_PERCENT: status = returns_request_set_percent(request, of, fact, value); break;
    case KIND_MONEY: status = returns_request_set_money(request, of, fact, value); break;
    case KIND_DATE: status = returns_request_set_date(request, of, fact, (int32_t)value); break;
    }
    check(status, bench_facts[f].name);
  }
}
static void run_set_and_decide(struct bench *b) {
  for (int i = 0; i < b->batch; i++) {
    set_facts(b, b->reused, b->values[i]);
    decide(b, b->reused, NULL);
  }
}
static void run_json_in(struct bench *b) {
  for (int i = 0; i < b->batch; i++) {
    check(returns_request_read_json(b->reused, b->json[i], (size_t)b->json_size[i]), "json");
    decide(b, b->reused, NULL);
  }
}
static void run_json_trace(struct bench *b, int32_t level) {
  const returns_options options = {sizeof options, level};
  for (int i = 0; i < b->batch; i++) {
    const char *text = NULL;
    size_t size = 0;
    decide(b, b->requests[i], &options);
    check(returns_decision_json(b->decision, level, &text, &size), "answer");
    b->sink += (int64_t)size;
  }
}
static void run_answer_none(struct bench *b) { run_json_trace(b, RETURNS_TRACE_NONE); }
static void run_answer_path(struct bench *b) { run_json_trace(b, RETURNS_TRACE_PATH); }
static void run_answer_full(struct bench *b) { run_json_trace(b, RETURNS_TRACE_FULL); }

static const struct contender {
  const char *name;
  void (*run)(struct bench *);
  int batch;
} contenders[] = {
    {"generated C ifs (gcc -O2)", run_generated, REQUESTS},
    {"plain table of tests", run_plain, REQUESTS},
    {"libreturns: decide, no trace", run_decide, REQUESTS},
    {"libreturns: decide, record for traces", run_record, REQUESTS},
    {"libreturns: set 14 facts by index, decide", run_set_and_decide, REQUESTS},
    {"libreturns: JSON text in, decide", run_json_in, 100},
    {"libreturns: decide, answer as JSON", run_answer_none, 100},
    {"libreturns: decide, answer with path", run_answer_path, 100},
    {"libreturns: decide, answer with full trace", run_answer_full, 20},
};
enum { CONTENDERS = sizeof contenders / sizeof contenders[0] };

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}
static int64_t median(int64_t *values, int count) {
  qsort(values, (size_t)count, sizeof *values, compare);
  return values[count / 2];
}

/* ---- setting up ---- */

static void load_generated(struct bench *b, const char *folder) {
  char source[256], library[256], line[1024];
  snprintf(source, sizeof source, "%s/rules.c", folder);
  snprintf(library, sizeof library, "%s/rules-%d.so", folder, b->rules.count);
  FILE *out = fopen(source, "w");
  if (!out) exit(3);
  bench_write_c(&b->rules, out);
  fclose(out);
  snprintf(line, sizeof line, "cc -O2 -shared -fPIC -o %s %s", library, source);
  if (system(line) != 0) exit(3);
  void *handle = dlopen(library, RTLD_NOW);
  void *symbol = handle ? dlsym(handle, "decide") : NULL;
  if (!symbol) exit(3);
  memcpy(&b->generated, &symbol, sizeof symbol);
}

/* Medians of loading (YAML to model) and compiling (model to block), in microseconds. */
static void time_compile(const char *text, size_t size, int64_t *load_us, int64_t *compile_us) {
  enum { TIMES = 7 };
  int64_t load[TIMES], build[TIMES];
  const struct language_source source = {"bench.yaml", text, size};
  const struct language_limits limits = {(size_t)1 << 28, 65536, 32, 100000000, 1000000};
  const struct compile_limits compile = {4096};
  const uint8_t digest[32] = {0};
  for (int i = 0; i < TIMES; i++) {
    struct memory memory = memory_of_libc();
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena, &memory);
    diagnostics_init(&diagnostics, &memory, 100);
    int64_t start = now_ns();
    const struct model *model = model_build(&arena, &source, 1, &limits, &diagnostics);
    int64_t loaded = now_ns();
    uint8_t *block = NULL;
    size_t block_size = 0;
    if (!model || !compile_model(model, digest, &compile, &memory, &diagnostics, &block, &block_size)) exit(3);
    load[i] = loaded - start;
    build[i] = now_ns() - loaded;
    memory_give(&memory, block, block_size);
    diagnostics_release(&diagnostics);
    arena_free(&arena);
  }
  *load_us = median(load, TIMES) / 1000;
  *compile_us = median(build, TIMES) / 1000;
}

static void describe_block(const returns_policy *policy, uint64_t *size, uint64_t *hot) {
  const void *bytes = NULL;
  size_t block_size = 0;
  check(returns_policy_block(policy, &bytes, &block_size), "block");
  const struct program_header *header = bytes;
  *size = block_size;
  *hot = 0;
  for (int s = SECTION_COLUMNS; s <= SECTION_ENTRIES; s++)
    *hot += (uint64_t)header->sections[s].count * header->sections[s].record_size;
}

static void make_policy(struct bench *b, int64_t *load_us, int64_t *compile_us) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (!out) exit(3);
  bench_write_policy(&b->rules, out);
  fclose(out);
  returns_compiler *compiler = NULL;
  returns_diagnostics *diagnostics = NULL;
  check(returns_compiler_new(NULL, &compiler), "compiler");
  check(returns_compiler_add_source(compiler, "bench.yaml", text, size), "source");
  int32_t status = returns_policy_compile(compiler, &b->policy, &diagnostics);
  if (status) {
    const char *findings = "";
    size_t findings_size = 0;
    (void)returns_diagnostics_text(diagnostics, 0, &findings, &findings_size);
    fputs(findings, stderr);
  }
  check(status, "compile");
  returns_diagnostics_free(diagnostics);
  returns_compiler_free(compiler);
  time_compile(text, size, load_us, compile_us);
  free(text);
}

static void make_requests(struct bench *b, bool miss) {
  struct bench_random random = {UINT64_C(88172645463325252)};
  for (int i = 0; i < REQUESTS; i++) {
    bench_request_make(&random, miss, b->values[i]);
    b->json_size[i] = bench_write_json(b->values[i], b->json[i], JSON_BYTES);
    set_facts(b, b->requests[i], b->values[i]);
    int expected = bench_interpret(&b->rules, b->values[i]);
    int64_t before = b->sink;
    decide(b, b->requests[i], NULL);
    if (b->sink - before != expected || b->generated(b->values[i]) != expected) {
      fprintf(stderr, "bench: wrong answer for request %d: %" PRId64 " instead of %d\n%s\n", i, b->sink - before, expected,
              b->json[i]);
      exit(1);
    }
  }
}

static void measure(struct bench *b, int64_t ns[CONTENDERS]) {
  int64_t times[CONTENDERS][ROUNDS];
  for (int round = -1; round < ROUNDS; round++)
    for (int c = 0; c < CONTENDERS; c++) {
      b->batch = contenders[c].batch;
      contenders[c].run(b); /* each finds its own data in the caches, not its predecessor's */
      int64_t start = now_ns();
      contenders[c].run(b);
      if (round >= 0) times[c][round] = now_ns() - start;
    }
  for (int c = 0; c < CONTENDERS; c++) ns[c] = median(times[c], ROUNDS) * REQUESTS / contenders[c].batch;
}

/* Tenths of a nanosecond per decision, without floating point. */
static void print_row(const char *name, int64_t batch_ns, int64_t reference_ns) {
  int64_t tenths = batch_ns * 10 / REQUESTS, ratio = batch_ns * 1000 / reference_ns;
  printf("  %-44s %7" PRId64 ".%" PRId64 "  %4" PRId64 ".%03" PRId64 "\n", name, tenths / 10, tenths % 10, ratio / 1000,
         ratio % 1000);
}

static void bench_size(int count, const char *folder) {
  struct bench *b = calloc(1, sizeof *b);
  if (!b) exit(3);
  b->rules = bench_rules_make(count, 42);
  b->json = calloc(REQUESTS, JSON_BYTES);
  if (!b->json) exit(3);
  load_generated(b, folder);
  int64_t load_us = 0, compile_us = 0, ns[CONTENDERS];
  uint64_t size = 0, hot = 0;
  make_policy(b, &load_us, &compile_us);
  describe_block(b->policy, &size, &hot);
  for (uint32_t f = 0; f < FACTS; f++) check(returns_policy_fact_index(b->policy, bench_facts[f].name, &b->fact[f]), "fact");
  for (int i = 0; i < REQUESTS; i++) check(returns_request_new(b->policy, &b->requests[i]), "request");
  check(returns_request_new(b->policy, &b->reused), "request");
  check(returns_decision_new(NULL, &b->decision), "decision");

  printf("%d rules: load %" PRId64 " us, compile %" PRId64 " us, block %" PRIu64 " bytes, hot part %" PRIu64 " (%" PRIu64
         " a rule)\n",
         count, load_us, compile_us, size, hot, hot / (uint64_t)count);
  printf("  %-44s %9s  %s\n", "ns per decision, median", "ns", "ratio to generated C");
  make_requests(b, false);
  measure(b, ns);
  for (int c = 0; c < CONTENDERS; c++) print_row(contenders[c].name, ns[c], ns[0]);
  make_requests(b, true);
  measure(b, ns);
  print_row("nothing matches: generated C ifs", ns[0], ns[0]);
  print_row("nothing matches: libreturns, no trace", ns[2], ns[0]);
  fflush(stdout);

  for (int i = 0; i < REQUESTS; i++) returns_request_free(b->requests[i]);
  returns_request_free(b->reused);
  returns_decision_free(b->decision);
  returns_policy_free(b->policy);
  bench_rules_free(&b->rules);
  free(b->json);
  free(b);
}

int main(int argc, char **argv) {
  static const int sizes[] = {10, 100, 1000, 10000};
  char folder[] = "/tmp/returns-bench-XXXXXX";
  if (!mkdtemp(folder)) return 3;
  if (argc > 1)
    for (int i = 1; i < argc; i++) bench_size(atoi(argv[i]), folder);
  else
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) bench_size(sizes[i], folder);
  return 0;
}
