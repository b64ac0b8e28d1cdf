/* Error cases: each policy of tests/errors gets exactly the findings that stand beside it.
 *
 * NAME.yaml is the policy; NAME.expected has a line `CODE line:column` for each finding, in order, and `CODE FILE line:column`
 * for one in a further source. Further sources stand in the folder NAME. A warning is a finding like any other. Empty: no
 * finding.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "language/model.h"

#define FOLDER SOURCE_ROOT "/tests/errors"
#define SOURCES 8
#define NAME_BYTES 512

static const struct language_limits limits = {
    .source_bytes = 32768, .scalar_bytes = 4096, .depth = 32, .nodes = 9000, .rules = 100};

/* NULL: no such file. */
static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  char *bytes = test_malloc(1 << 20);
  *size = fread(bytes, 1, (1 << 20) - 1, file);
  bytes[*size] = '\0';
  fclose(file);
  return bytes;
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

/* Names in a folder that have the ending, sorted; 0 where there is no folder. */
static size_t list_folder(const char *path, const char *ending, char (*names)[NAME_BYTES], size_t capacity) {
  DIR *folder = opendir(path);
  size_t count = 0;
  if (!folder) return 0;
  for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    size_t size = strlen(entry->d_name), tail = strlen(ending);
    if (size <= tail || strcmp(entry->d_name + size - tail, ending) != 0) continue;
    assert_true(count < capacity && size < NAME_BYTES);
    strcpy(names[count++], entry->d_name);
  }
  closedir(folder);
  qsort(names, count, NAME_BYTES, by_name);
  return count;
}

struct files {
  char names[SOURCES][NAME_BYTES];
  char *bytes[SOURCES];
  struct language_source sources[SOURCES];
  uint32_t count;
};

static void add_file(struct files *files, const char *name, const char *path) {
  size_t size = 0;
  char *bytes = read_file(path, &size);
  assert_non_null(bytes);
  assert_true(files->count < SOURCES);
  snprintf(files->names[files->count], NAME_BYTES, "%s", name);
  files->bytes[files->count] = bytes;
  files->sources[files->count] = (struct language_source){.name = files->names[files->count], .bytes = bytes, .size = size};
  files->count++;
}

static void load_case(struct files *files, const char *name) {
  char path[2 * NAME_BYTES], others[SOURCES][NAME_BYTES];
  snprintf(path, sizeof path, FOLDER "/%s.yaml", name);
  add_file(files, strrchr(path, '/') + 1, path);
  snprintf(path, sizeof path, FOLDER "/%s", name);
  size_t count = list_folder(path, ".yaml", others, SOURCES);
  for (size_t i = 0; i < count; i++) {
    snprintf(path, sizeof path, FOLDER "/%s/%s", name, others[i]);
    add_file(files, others[i], path);
  }
}

static void write_findings(struct buffer *out, const struct diagnostics *diagnostics, const struct files *files) {
  for (uint32_t i = 0; i < diagnostics->count; i++) {
    const struct finding *finding = &diagnostics->findings[i];
    buffer_format(out, "%s ", finding->code);
    if (finding->span.file) buffer_format(out, "%s ", files->names[finding->span.file]);
    buffer_format(out, "%u:%u\n", finding->span.line, finding->span.column);
  }
}

static void print_findings(const struct diagnostics *diagnostics) {
  for (uint32_t i = 0; i < diagnostics->count; i++) {
    const struct finding *finding = &diagnostics->findings[i];
    print_message("# %s %u:%u %s%s%s\n", finding->code, finding->span.line, finding->span.column, finding->message,
                  finding->hint ? " // " : "", finding->hint ? finding->hint : "");
  }
}

static void run_case(void **state) {
  const char *name = *state;
  struct files *files = test_calloc(1, sizeof *files);
  char path[2 * NAME_BYTES];
  size_t size = 0;
  load_case(files, name);
  snprintf(path, sizeof path, FOLDER "/%s.expected", name);
  char *expected = read_file(path, &size);

  struct memory memory = memory_of_libc();
  struct arena arena;
  struct diagnostics diagnostics;
  arena_init(&arena, &memory);
  diagnostics_init(&diagnostics, &memory, 100);
  struct model *model = model_build(&arena, files->sources, files->count, &limits, &diagnostics);
  bool good = (model != NULL) == (diagnostics.error_count == 0);
  diagnostics_sort(&diagnostics);
  struct buffer found;
  buffer_init(&found, &memory);
  write_findings(&found, &diagnostics, files);
  good = good && expected && strcmp(expected, buffer_string(&found)) == 0;
  if (!good) {
    print_message("# %s: expected\n%s# found\n%s", name, expected ? expected : "(no file)\n", buffer_string(&found));
    print_findings(&diagnostics);
  }
  buffer_free(&found);
  diagnostics_release(&diagnostics);
  arena_free(&arena);
  for (uint32_t i = 0; i < files->count; i++) test_free(files->bytes[i]);
  if (expected) test_free(expected);
  test_free(files);
  assert_true(good);
}

int main(void) {
  static char names[512][NAME_BYTES];
  static struct CMUnitTest tests[512];
  size_t count = list_folder(FOLDER, ".yaml", names, 512);
  if (!count) return 1;
  for (size_t i = 0; i < count; i++) {
    names[i][strlen(names[i]) - strlen(".yaml")] = '\0';
    tests[i] = (struct CMUnitTest){.name = names[i], .test_func = run_case, .initial_state = names[i]};
  }
  return _cmocka_run_group_tests("errors", tests, count, NULL, NULL);
}
