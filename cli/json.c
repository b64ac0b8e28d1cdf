/* JSON strings for what the command itself writes; answers and findings come as JSON from the library. */
#include "command.h"

void json_string(FILE *stream, const char *text) {
  if (text == NULL) {
    fputs("null", stream);
    return;
  }
  fputc('"', stream);
  for (const char *at = text; *at != '\0'; at++) {
    unsigned char c = (unsigned char)*at;
    if (c == '"' || c == '\\')
      fprintf(stream, "\\%c", c);
    else if (c == '\n')
      fputs("\\n", stream);
    else if (c < 0x20 || c == 0x7F)
      fprintf(stream, "\\u%04x", c);
    else
      fputc(c, stream);
  }
  fputc('"', stream);
}

void json_string_or_null(FILE *stream, const char *text) { json_string(stream, text == NULL || text[0] == '\0' ? NULL : text); }
