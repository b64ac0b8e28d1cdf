/* Policies from files: the text and the sources that it asks for, which lie beside it; or a compiled block. */
#include <stdlib.h>
#include <string.h>

#include "command.h"

static const char block_magic[] = "RETURNS\x01";

static int status_trouble(const char *path, int32_t status) { return trouble("%s: %s", path, returns_status_text(status)); }

/* Hands over what the sources so far lack, as far as it is there: what is not, the compiler reports at the place that asks for
 * it. */
static int add_missing(returns_compiler *compiler, const char *directory) {
  uint32_t index = 0;
  for (;;) {
    const char *name = NULL;
    int32_t status = returns_compiler_missing_source(compiler, index, &name);
    if (status != RETURNS_OK) return status_trouble(directory, status);
    if (name == NULL) return EXIT_GOOD;
    char *path = path_join(directory, name);
    if (path == NULL) return trouble("out of memory");
    struct bytes text = {NULL, 0};
    bool there = file_exists(path);
    if (there && !file_read(path, &text)) {
      free(path);
      return EXIT_TROUBLE;
    }
    if (there)
      status = returns_compiler_add_source(compiler, name, text.data, text.size);
    else
      index++;
    free(text.data);
    if (status != RETURNS_OK) status_trouble(path, status);
    free(path);
    if (status != RETURNS_OK) return EXIT_TROUBLE;
  }
}

static int compile(const char *path, const struct bytes *text, returns_policy **policy, returns_diagnostics **findings) {
  returns_compiler *compiler = NULL;
  char *directory = path_directory(path);
  int result = EXIT_TROUBLE;
  if (directory == NULL) {
    trouble("out of memory");
    goto done;
  }
  int32_t status = returns_compiler_new(NULL, &compiler);
  if (status == RETURNS_OK) status = returns_compiler_add_source(compiler, path_base(path), text->data, text->size);
  if (status != RETURNS_OK) {
    status_trouble(path, status);
    goto done;
  }
  if (add_missing(compiler, directory) != EXIT_GOOD) goto done;
  status = returns_policy_compile(compiler, policy, findings);
  if (*findings != NULL && returns_diagnostics_set_directory(*findings, directory) != RETURNS_OK) status = RETURNS_ERROR_MEMORY;
  if (status == RETURNS_OK)
    result = EXIT_GOOD;
  else if (status == RETURNS_ERROR_POLICY)
    result = EXIT_FINDINGS;
  else
    status_trouble(path, status);
done:
  returns_compiler_free(compiler);
  free(directory);
  return result;
}

int policy_load(const char *path, returns_policy **policy, returns_diagnostics **findings) {
  *policy = NULL;
  *findings = NULL;
  struct bytes text;
  if (!file_read(path, &text)) return EXIT_TROUBLE;
  int result = EXIT_GOOD;
  if (text.size >= sizeof block_magic - 1 && memcmp(text.data, block_magic, sizeof block_magic - 1) == 0) {
    int32_t status = returns_policy_load(NULL, text.data, text.size, policy);
    if (status != RETURNS_OK) result = status_trouble(path, status);
  } else {
    result = compile(path, &text, policy, findings);
  }
  free(text.data);
  return result;
}

void findings_print(returns_diagnostics *findings, FILE *stream) {
  const char *text = "";
  size_t size = 0;
  if (returns_diagnostics_count(findings) == 0) return;
  if (returns_diagnostics_text(findings, wants_colour(stream), &text, &size) == RETURNS_OK)
    fwrite(text, 1, size, stream);
  else
    trouble("out of memory");
}

int policy_load_or_tell(const char *path, returns_policy **policy) {
  returns_diagnostics *findings = NULL;
  int result = policy_load(path, policy, &findings);
  findings_print(findings, stderr);
  returns_diagnostics_free(findings);
  return result;
}
