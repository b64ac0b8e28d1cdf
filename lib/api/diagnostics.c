/* The getters of returns/diagnostics.h over base/diagnostics.h and lib/report. */
#include "api/diagnostics.h"

#include "report/report.h"

returns_diagnostics *diagnostics_handle_new(returns_environment *environment) {
  struct returns_diagnostics *diagnostics = memory_take_zeroed(&environment->memory, sizeof *diagnostics);
  if (diagnostics == NULL) return NULL;
  uint64_t limit = environment_limit(environment, RETURNS_LIMIT_DIAGNOSTICS);
  diagnostics->environment = environment_hold(environment);
  diagnostics->memory = environment->memory;
  diagnostics_init(&diagnostics->list, &diagnostics->memory, limit > UINT32_MAX ? UINT32_MAX : (uint32_t)limit);
  buffer_init(&diagnostics->directory, &diagnostics->memory);
  buffer_init(&diagnostics->text, &diagnostics->memory);
  buffer_init(&diagnostics->json, &diagnostics->memory);
  return diagnostics;
}

bool diagnostics_handle_give(returns_diagnostics *diagnostics, const struct diagnostic_source *sources, uint32_t source_count,
                             returns_diagnostics **out) {
  bool wanted = out != NULL && diagnostics->list.count > 0;
  bool good = !diagnostics->list.out_of_memory;
  if (good && wanted) {
    diagnostics_sort(&diagnostics->list);
    good = diagnostics_keep_sources(&diagnostics->list, sources, source_count);
  }
  if (good && wanted)
    *out = diagnostics;
  else
    returns_diagnostics_free(diagnostics);
  return good;
}

void returns_diagnostics_free(returns_diagnostics *diagnostics) {
  if (diagnostics == NULL) return;
  returns_environment *environment = diagnostics->environment;
  diagnostics_release(&diagnostics->list);
  buffer_free(&diagnostics->directory);
  buffer_free(&diagnostics->text);
  buffer_free(&diagnostics->json);
  memory_give(&environment->memory, diagnostics, sizeof *diagnostics);
  returns_environment_free(environment);
}

static const struct finding *finding_at(const returns_diagnostics *diagnostics, uint32_t index) {
  return diagnostics != NULL && index < diagnostics->list.count ? &diagnostics->list.findings[index] : NULL;
}

uint32_t returns_diagnostics_count(const returns_diagnostics *diagnostics) {
  return diagnostics == NULL ? 0 : diagnostics->list.count;
}

uint32_t returns_diagnostics_error_count(const returns_diagnostics *diagnostics) {
  return diagnostics == NULL ? 0 : diagnostics->list.error_count;
}

const char *returns_diagnostics_code(const returns_diagnostics *diagnostics, uint32_t index) {
  const struct finding *finding = finding_at(diagnostics, index);
  return finding == NULL ? NULL : finding->code;
}

int32_t returns_diagnostics_severity(const returns_diagnostics *diagnostics, uint32_t index) {
  const struct finding *finding = finding_at(diagnostics, index);
  if (finding == NULL) return 0;
  return finding->severity == SEVERITY_ERROR ? RETURNS_SEVERITY_ERROR : RETURNS_SEVERITY_WARNING;
}

const char *returns_diagnostics_message(const returns_diagnostics *diagnostics, uint32_t index) {
  const struct finding *finding = finding_at(diagnostics, index);
  return finding == NULL ? NULL : finding->message;
}

const char *returns_diagnostics_hint(const returns_diagnostics *diagnostics, uint32_t index) {
  const struct finding *finding = finding_at(diagnostics, index);
  return finding == NULL ? NULL : finding->hint;
}

static void set_place(const returns_diagnostics *diagnostics, struct span span, returns_place *place) {
  const struct diagnostics *list = &diagnostics->list;
  place->file = span.file < list->source_count ? list->sources[span.file].name : "";
  place->line = span.line;
  place->column = span.column;
  place->end_line = span.end_line;
  place->end_column = span.end_column;
}

int32_t returns_diagnostics_place(const returns_diagnostics *diagnostics, uint32_t index, returns_place *place) {
  const struct finding *finding = finding_at(diagnostics, index);
  if (finding == NULL || place == NULL) return RETURNS_ERROR_ARGUMENT;
  set_place(diagnostics, finding->span, place);
  return RETURNS_OK;
}

uint32_t returns_diagnostics_related_count(const returns_diagnostics *diagnostics, uint32_t index) {
  const struct finding *finding = finding_at(diagnostics, index);
  uint32_t count = 0;
  if (finding == NULL) return 0;
  for (const struct related *related = finding->related; related != NULL; related = related->next) count++;
  return count;
}

int32_t returns_diagnostics_related(const returns_diagnostics *diagnostics, uint32_t index, uint32_t related,
                                    returns_place *place, const char **label) {
  const struct finding *finding = finding_at(diagnostics, index);
  if (label != NULL) *label = NULL;
  if (finding == NULL || place == NULL || label == NULL) return RETURNS_ERROR_ARGUMENT;
  const struct related *found = finding->related;
  while (found != NULL && related-- > 0) found = found->next;
  if (found == NULL) return RETURNS_ERROR_ARGUMENT;
  set_place(diagnostics, found->span, place);
  *label = found->label;
  return RETURNS_OK;
}

int32_t returns_diagnostics_set_directory(returns_diagnostics *diagnostics, const char *directory) {
  if (diagnostics == NULL || directory == NULL) return RETURNS_ERROR_ARGUMENT;
  struct buffer fresh;
  buffer_init(&fresh, &diagnostics->memory);
  buffer_text(&fresh, directory);
  buffer_char(&fresh, '\0');
  if (fresh.failed) {
    buffer_free(&fresh);
    return RETURNS_ERROR_MEMORY;
  }
  buffer_free(&diagnostics->directory);
  diagnostics->directory = fresh;
  return RETURNS_OK;
}

static const char *directory_of(const returns_diagnostics *diagnostics) {
  return diagnostics->directory.size == 0 ? "" : diagnostics->directory.bytes;
}

static int32_t give_text(struct buffer *buffer, const char **text, size_t *size_bytes) {
  const char *string = buffer_string(buffer);
  if (buffer->failed) {
    buffer_free(buffer); /* and so fit for the next try */
    return RETURNS_ERROR_MEMORY;
  }
  *text = string;
  if (size_bytes != NULL) *size_bytes = buffer->size;
  return RETURNS_OK;
}

int32_t returns_diagnostics_text(returns_diagnostics *diagnostics, int32_t colour, const char **text, size_t *size_bytes) {
  if (text != NULL) *text = NULL;
  if (size_bytes != NULL) *size_bytes = 0;
  if (diagnostics == NULL || text == NULL) return RETURNS_ERROR_ARGUMENT;
  buffer_clear(&diagnostics->text);
  diagnostics_write_text(&diagnostics->list, directory_of(diagnostics), colour != 0, &diagnostics->text);
  return give_text(&diagnostics->text, text, size_bytes);
}

int32_t returns_diagnostics_json(returns_diagnostics *diagnostics, const char **text, size_t *size_bytes) {
  if (text != NULL) *text = NULL;
  if (size_bytes != NULL) *size_bytes = 0;
  if (diagnostics == NULL || text == NULL) return RETURNS_ERROR_ARGUMENT;
  buffer_clear(&diagnostics->json);
  diagnostics_write_json(&diagnostics->list, directory_of(diagnostics), &diagnostics->json);
  return give_text(&diagnostics->json, text, size_bytes);
}
