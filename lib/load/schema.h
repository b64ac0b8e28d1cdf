/* Schema: which keys a policy file has, as libcyaml's tables over struct document. Only lib/load includes it. */
#ifndef LOAD_SCHEMA_H
#define LOAD_SCHEMA_H

#include "load/document.h"

#include <cyaml/cyaml.h>

/* Of the whole file: a mapping that fills struct document. A text's field lies on a struct scalar, a list of texts on a struct
 * scalars (loaded as strings), a list of mappings on structs that begin with their node. Groups (`valid`, `otherwise`, ...) fill
 * members of struct document itself. */
extern const cyaml_schema_value_t schema_document;

/* What the mapping with these fields is called in messages: "a rule". The tables of the file, one by one, end with fields NULL.
 */
struct schema_kind {
  const cyaml_schema_field_t *fields;
  const char *noun;
};
extern const struct schema_kind schema_kinds[];

/* The field with that key, or NULL. */
const cyaml_schema_field_t *schema_field(const cyaml_schema_field_t *fields, struct text key);
const char *schema_noun(const cyaml_schema_field_t *fields);

/* advice.c: reports the unknown key of that child, and returns the field that was probably meant, or NULL; the hint for a missing
 * key (static text). */
const cyaml_schema_field_t *report_unknown_key(const struct node_tree *tree, const cyaml_schema_field_t *fields, uint32_t child,
                                               struct diagnostics *diagnostics);
const char *advice_missing(const char *key);

#endif
