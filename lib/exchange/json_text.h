/* JSON text: what a look at the bytes tells, without building a tree.
 *
 * jansson says at which byte it stopped, not which value that is; and it hashes keys with a seed that everybody knows, so that an
 * object of very many keys must be refused before it is built.
 */
#ifndef EXCHANGE_JSON_TEXT_H
#define EXCHANGE_JSON_TEXT_H

#include "base/text.h"

/* Writes the JSON pointer of the value that holds the byte at `offset`. The text before it must be sound. */
void json_text_pointer(struct text json, size_t offset, struct buffer *out);
/* The most members that any object of the text has (of a text that is not sound: of what looks like one). */
uint32_t json_text_most_members(struct text json);
/* Writes "/name", escaped as a pointer wants it. */
void json_pointer_step(struct buffer *out, struct text name);

#endif
