/* Files: read whole, or line by line; paths; test files below a directory. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"

enum { DEEPEST_DIRECTORY = 32 };
static const size_t largest_file = (size_t)1 << 28;

static bool bytes_reserve(struct bytes *bytes, size_t *capacity, size_t needed) {
  if (needed <= *capacity) return true;
  size_t size = *capacity < 4096 ? 8192 : *capacity * 2;
  if (size < needed) size = needed;
  char *data = realloc(bytes->data, size);
  if (data == NULL) return false;
  bytes->data = data;
  *capacity = size;
  return true;
}

static bool read_stream(FILE *stream, const char *name, struct bytes *out) {
  size_t capacity = 0;
  for (;;) {
    if (!bytes_reserve(out, &capacity, out->size + 65536)) {
      trouble("out of memory reading %s", name);
      return false;
    }
    size_t got = fread(out->data + out->size, 1, capacity - out->size, stream);
    out->size += got;
    if (ferror(stream)) {
      trouble("cannot read %s: %s", name, strerror(errno));
      return false;
    }
    if (got == 0) return true;
    if (out->size > largest_file) {
      trouble("%s is larger than %zu bytes", name, largest_file);
      return false;
    }
  }
}

bool file_read(const char *path, struct bytes *out) {
  *out = (struct bytes){NULL, 0};
  bool standard = strcmp(path, "-") == 0;
  FILE *stream = standard ? stdin : fopen(path, "rb");
  if (stream == NULL) {
    trouble("cannot read %s: %s", path, strerror(errno));
    return false;
  }
  bool good = read_stream(stream, standard ? "standard input" : path, out);
  if (!standard) fclose(stream);
  if (!good) {
    free(out->data);
    *out = (struct bytes){NULL, 0};
  }
  return good;
}

bool file_exists(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

int line_read(FILE *stream, struct bytes *line, size_t *capacity, size_t most) {
  line->size = 0;
  bool any = false;
  for (int c; (c = getc(stream)) != EOF;) {
    any = true;
    if (c == '\n') return 1;
    if (line->size > most) continue;
    if (!bytes_reserve(line, capacity, line->size + 1)) {
      trouble("out of memory");
      return -1;
    }
    line->data[line->size++] = (char)c;
  }
  if (ferror(stream)) {
    trouble("cannot read: %s", strerror(errno));
    return -1;
  }
  return any ? 1 : 0;
}

const char *path_base(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static char *copy_text(const char *text, size_t size) {
  char *copy = malloc(size + 1);
  if (copy == NULL) return NULL;
  memcpy(copy, text, size);
  copy[size] = '\0';
  return copy;
}

char *path_directory(const char *path) { return copy_text(path, (size_t)(path_base(path) - path)); }

char *path_join(const char *directory, const char *name) {
  size_t a = strlen(directory), b = strlen(name);
  bool slash = a > 0 && directory[a - 1] != '/';
  char *path = malloc(a + (slash ? 1u : 0u) + b + 1);
  if (path == NULL) return NULL;
  memcpy(path, directory, a);
  if (slash) path[a++] = '/';
  memcpy(path + a, name, b + 1);
  return path;
}

bool is_test_file(const struct bytes *text) {
  static const char key[] = "returns_tests:";
  const char *at = text->data, *end = at + text->size;
  if (text->size >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) at += 3;
  while (at < end) { /* over blank lines, comments and the mark of a document */
    const char *line = at, *newline = memchr(at, '\n', (size_t)(end - at));
    at = newline == NULL ? end : newline + 1;
    size_t size = (size_t)((newline == NULL ? end : newline) - line);
    if (size > 0 && line[size - 1] == '\r') size--;
    if (size == 0 || line[0] == '#' || (size == 3 && memcmp(line, "---", 3) == 0)) continue;
    return size >= sizeof key - 1 && memcmp(line, key, sizeof key - 1) == 0;
  }
  return false;
}

/* ---- test files below a directory ---- */

static bool paths_add(struct paths *paths, char *path) {
  if (paths->count == paths->capacity) {
    size_t capacity = paths->capacity == 0 ? 16 : paths->capacity * 2;
    char **items = realloc(paths->items, capacity * sizeof *items);
    if (items == NULL) return false;
    paths->items = items;
    paths->capacity = capacity;
  }
  paths->items[paths->count++] = path;
  return true;
}

void paths_free(struct paths *paths) {
  for (size_t i = 0; i < paths->count; i++) free(paths->items[i]);
  free(paths->items);
  *paths = (struct paths){NULL, 0, 0};
}

static bool ends_with(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcmp(text + a - b, end) == 0;
}

static int compare_paths(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The names in a directory, sorted, so that a run is the same on every machine. */
static bool list_directory(const char *path, struct paths *names) {
  DIR *directory = opendir(path);
  if (directory == NULL) {
    trouble("cannot read %s: %s", path, strerror(errno));
    return false;
  }
  bool good = true;
  for (struct dirent *entry; good && (entry = readdir(directory)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char *full = path_join(strcmp(path, ".") == 0 ? "" : path, entry->d_name);
    good = full != NULL && paths_add(names, full);
    if (!good) {
      free(full);
      trouble("out of memory");
    }
  }
  closedir(directory);
  if (names->count > 1) qsort(names->items, names->count, sizeof *names->items, compare_paths);
  return good;
}

static bool add_tests_below(struct paths *paths, const char *path, int depth);

static bool add_entry(struct paths *paths, char *path, int depth) {
  struct stat status;
  if (lstat(path, &status) != 0) return true; /* gone meanwhile */
  if (S_ISDIR(status.st_mode)) return depth >= DEEPEST_DIRECTORY || add_tests_below(paths, path, depth + 1);
  if (!ends_with(path, ".yaml") && !ends_with(path, ".yml")) return true;
  struct bytes text;
  if (!file_read(path, &text)) return false;
  bool wanted = ends_with(path, ".test.yaml") || is_test_file(&text);
  free(text.data);
  if (!wanted) return true;
  char *copy = copy_text(path, strlen(path));
  if (copy != NULL && paths_add(paths, copy)) return true;
  free(copy);
  trouble("out of memory");
  return false;
}

static bool add_tests_below(struct paths *paths, const char *path, int depth) {
  struct paths names = {NULL, 0, 0};
  bool good = list_directory(path, &names);
  for (size_t i = 0; good && i < names.count; i++) good = add_entry(paths, names.items[i], depth);
  paths_free(&names);
  return good;
}

bool paths_add_tests(struct paths *paths, const char *path) {
  struct stat status;
  if (stat(path, &status) != 0) {
    trouble("cannot read %s: %s", path, strerror(errno));
    return false;
  }
  if (S_ISDIR(status.st_mode)) return add_tests_below(paths, path, 0);
  char *copy = copy_text(path, strlen(path));
  if (copy != NULL && paths_add(paths, copy)) return true;
  free(copy);
  trouble("out of memory");
  return false;
}
