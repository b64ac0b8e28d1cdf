/* Diagnostics: collects the findings of one run.
 *
 * In: code, place and text of each finding. Out: an ordered list that owns all it shows. Running out of memory loses
 * findings, never the count of errors. It must not know how findings are shown.
 */
#include "base/diagnostics.h"

#include <string.h>

void diagnostics_init(struct diagnostics *list, struct memory *memory, uint32_t limit) {
  *list = (struct diagnostics){.memory = memory, .limit = limit};
  arena_init(&list->arena, memory);
}

void diagnostics_release(struct diagnostics *list) {
  memory_give(list->memory, list->findings, list->capacity * sizeof *list->findings);
  arena_free(&list->arena);
  diagnostics_init(list, list->memory, list->limit);
}

/* The formatted text in the list's arena; NULL, and out_of_memory set, on failure. */
static const char *format_text(struct diagnostics *list, const char *format, va_list arguments) {
  struct buffer buffer;
  buffer_init(&buffer, list->memory);
  buffer_format_list(&buffer, format, arguments);
  char *copy = buffer.failed ? NULL : arena_copy_text(&list->arena, buffer.bytes, buffer.size);
  buffer_free(&buffer);
  if (!copy) list->out_of_memory = true;
  return copy;
}

static void add(struct diagnostics *list, struct finding finding, const char *format, va_list arguments) {
  if (finding.severity == SEVERITY_ERROR) list->error_count++;
  if (list->out_of_memory) return;
  if (list->count >= list->limit) {
    list->dropped++;
    return;
  }
  if (!memory_reserve(list->memory, (void **)&list->findings, &list->capacity, list->count + 1, sizeof *list->findings)) {
    list->out_of_memory = true;
    return;
  }
  finding.message = format_text(list, format, arguments);
  if (finding.message) list->findings[list->count++] = finding;
}

void diagnostics_error(struct diagnostics *list, const char *code, struct span span, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add(list, (struct finding){.code = code, .severity = SEVERITY_ERROR, .span = span}, format, arguments);
  va_end(arguments);
}

void diagnostics_warning(struct diagnostics *list, const char *code, struct span span, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add(list, (struct finding){.code = code, .severity = SEVERITY_WARNING, .span = span}, format, arguments);
  va_end(arguments);
}

/* The finding that was reported last, NULL if it was not kept: from the first loss on, none is. */
static struct finding *last_finding(struct diagnostics *list) {
  return list->count == 0 || list->dropped || list->out_of_memory ? NULL : &list->findings[list->count - 1];
}

void diagnostics_hint(struct diagnostics *list, const char *format, ...) {
  struct finding *finding = last_finding(list);
  if (!finding) return;
  va_list arguments;
  va_start(arguments, format);
  finding->hint = format_text(list, format, arguments);
  va_end(arguments);
}

void diagnostics_related(struct diagnostics *list, struct span span, const char *format, ...) {
  struct finding *finding = last_finding(list);
  if (!finding) return;
  va_list arguments;
  va_start(arguments, format);
  const char *label = format_text(list, format, arguments);
  va_end(arguments);
  struct related *related = label ? arena_take(&list->arena, sizeof *related) : NULL;
  if (!related) {
    list->out_of_memory = true;
    return;
  }
  *related = (struct related){.span = span, .label = label};
  struct related **end = &finding->related;
  while (*end) end = &(*end)->next;
  *end = related;
}

/* ---- order ---- */

static int compare_places(const struct finding *a, const struct finding *b) {
  const struct span *x = &a->span, *y = &b->span;
  if (x->file != y->file) return x->file < y->file ? -1 : 1;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  return (x->column > y->column) - (x->column < y->column);
}

static void merge(const struct finding *in, struct finding *out, size_t start, size_t middle, size_t end) {
  size_t left = start, right = middle;
  for (size_t at = start; at < end; at++) {
    bool from_left = right == end || (left < middle && compare_places(&in[left], &in[right]) <= 0);
    out[at] = from_left ? in[left++] : in[right++];
  }
}

/* Bottom-up merge sort; scratch has room for all findings. */
static void sort(struct finding *findings, struct finding *scratch, size_t count) {
  struct finding *in = findings, *out = scratch;
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t start = 0; start < count;) {
      size_t middle = count - start > width ? start + width : count;
      size_t end = count - middle > width ? middle + width : count;
      merge(in, out, start, middle, end);
      start = end;
    }
    struct finding *other = in;
    in = out, out = other;
  }
  if (in != findings) memcpy(findings, in, count * sizeof *findings);
}

static bool is_double(const struct finding *a, const struct finding *b) {
  return a->severity == b->severity && a->span.end_line == b->span.end_line && a->span.end_column == b->span.end_column &&
         strcmp(a->code, b->code) == 0 && strcmp(a->message, b->message) == 0;
}

/* Of findings that say the same about the same place the first stays. */
static void drop_doubles(struct diagnostics *list) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < list->count; i++) {
    struct finding *finding = &list->findings[i];
    bool known = false;
    for (uint32_t j = kept; j > 0 && !known && compare_places(&list->findings[j - 1], finding) == 0; j--) {
      known = is_double(&list->findings[j - 1], finding);
    }
    if (!known) {
      list->findings[kept++] = *finding;
    } else if (finding->severity == SEVERITY_ERROR) {
      list->error_count--;
    }
  }
  list->count = kept;
}

void diagnostics_sort(struct diagnostics *list) {
  if (list->count < 2) return;
  size_t size = list->count * sizeof *list->findings;
  struct finding *scratch = memory_take(list->memory, size);
  if (!scratch) {
    list->out_of_memory = true;
    return;
  }
  sort(list->findings, scratch, list->count);
  memory_give(list->memory, scratch, size);
  drop_doubles(list);
}

/* ---- sources ---- */

static bool points_at(const struct diagnostics *list, uint32_t file) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (list->findings[i].span.file == file) return true;
    for (const struct related *related = list->findings[i].related; related; related = related->next) {
      if (related->span.file == file) return true;
    }
  }
  return false;
}

bool diagnostics_keep_sources(struct diagnostics *list, const struct diagnostic_source *sources, uint32_t count) {
  struct diagnostic_source *kept = arena_take_zeroed(&list->arena, count * sizeof *kept);
  if (!kept) goto fail;
  for (uint32_t i = 0; i < count; i++) {
    if (!points_at(list, i)) continue;
    kept[i].name = arena_copy_text(&list->arena, sources[i].name, strlen(sources[i].name));
    if (sources[i].bytes) kept[i].bytes = arena_copy_text(&list->arena, sources[i].bytes, sources[i].size);
    kept[i].size = sources[i].size;
    if (!kept[i].name || (sources[i].bytes && !kept[i].bytes)) goto fail;
  }
  list->sources = kept;
  list->source_count = count;
  return true;
fail:
  list->out_of_memory = true;
  return false;
}

/* ---- nearest name ---- */

static uint32_t letters(struct text text) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < text.size; i++) count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
  return count;
}

static bool equal_but_for_case(struct text a, struct text b) {
  if (a.size != b.size) return false;
  for (uint32_t i = 0; i < a.size; i++) {
    unsigned char x = (unsigned char)a.bytes[i], y = (unsigned char)b.bytes[i];
    if (x >= 'A' && x <= 'Z') x = (unsigned char)(x | 0x20);
    if (y >= 'A' && y <= 'Z') y = (unsigned char)(y | 0x20);
    if (x != y) return false;
  }
  return true;
}

/* distance is that of the best so far; to begin with, one more than may be. A single letter is near to no other. */
void nearest_begin(struct nearest *nearest, struct text wanted) {
  uint32_t count = letters(wanted);
  uint32_t limit = count < 2 ? 0 : count <= 4 ? 1 : count <= 8 ? 2 : 3;
  *nearest = (struct nearest){.wanted = wanted, .best = {NULL, 0}, .distance = limit + 1};
}

/* Names that differ in the case of letters only are one apart, however many letters that are. */
void nearest_try(struct nearest *nearest, struct text candidate) {
  if (nearest->distance == 0 || candidate.size == 0) return;
  uint32_t distance = text_distance(nearest->wanted, candidate, nearest->distance - 1);
  if (distance > 1 && nearest->distance > 1 && equal_but_for_case(nearest->wanted, candidate)) distance = 1;
  if (distance >= nearest->distance) return;
  nearest->best = candidate;
  nearest->distance = distance;
}

bool nearest_found(const struct nearest *nearest) { return nearest->best.bytes != NULL; }
