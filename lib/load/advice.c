/* Advice: what to do about a key that is not known, or not there.
 *
 * In: the key and the tables. Out: the finding of an unknown key with its likeliest remedy; a hint for a missing one. It only
 * words; what is wrong was found by conform.c.
 */
#include "load/load.h"
#include "load/schema.h"

struct advice {
  const char *key, *text;
};

/* Words that people bring along from elsewhere. */
static const struct advice FOREIGN_KEYS[] = {
    {"if", "conditions stand in a list under `when`"},
    {"and", "every line of `when` must hold: write one line for each condition"},
    {"not", "conditions that must not hold stand in a list under `unless`"},
    {"or", "write `A or B` on one line of `when`"},
    {"else", "what holds otherwise is `otherwise`"},
    {"default", "what holds otherwise is `otherwise`; a fact's value when none is passed is `absent`"},
    {"verdict", "the verdict of a rule is `then`"},
    {"action", "the verdict of a rule is `then`"},
    {"reason", "the reason code is `because`"},
    {"name", "the name stands behind the kind, as in `- rule: NAME`"},
    {"id", "the name stands behind the kind, as in `- rule: NAME`"},
    {"description", "write a comment, or put it under `x-meta` at the top of the file"},
    {"comment", "write a comment that begins with `#`"},
    {"notes", "write a comment, or put it under `x-meta` at the top of the file"},
    {"version", "the version of the language is `returns: 1`, that of the policy `revision`"},
    {"required", "every fact is required where it matters; one that may be left out has `optional: yes` or `absent`"},
    {"min", "the bounds of a fact are `range: LOW .. HIGH`, those of an amount `at_least` and `at_most`"},
    {"max", "the bounds of a fact are `range: LOW .. HIGH`, those of an amount `at_least` and `at_most`"}};

static const struct advice MISSING_KEYS[] = {
    {"policy", "name it: `policy: NAME` (or `vocabulary: NAME` for a file that others only use)"},
    {"otherwise", "say what happens when no rule applies, as in `otherwise: {then: deny, because: outside_policy}`"},
    {"then", "add `then: authorize`, `partial_credit`, `exchange_only` or `deny`"},
    {"because", "add `because: CODE`, the reason that the answer gives"},
    {"type", "add `type: ` flag, choice, set, text, count, decimal, percent, money, date, instant, days, months or hours"},
    {"locale", "add `locale: `, such as `en` or `fr-CA`"},
    {"text", "add `text: ` with the words in that language"},
    {"texts", "list its texts: `- {locale: en, text: ...}`"},
    {"values", "list what it may be: `values: [A, B]`"},
    {"amount", "add `amount: `, such as `10.00 per unit`"},
    {"is", "add `is: VALUE`"},
    {"covers", "say which days it knows: `covers: 2026-01-01 .. 2026-12-31`"},
    {"weekend", "name the free days of the week: `weekend: [saturday, sunday]`"},
    {"by", "add `by: `: who does a step, or the date fact that `valid` goes by"}};

static const char *find_advice(const struct advice *advice, size_t count, struct text key) {
  for (size_t i = 0; i < count; i++) {
    if (text_is(key, advice[i].key)) return advice[i].text;
  }
  return NULL;
}

const char *advice_missing(const char *key) {
  const char *text = find_advice(MISSING_KEYS, sizeof MISSING_KEYS / sizeof *MISSING_KEYS, text_of(key));
  return text ? text : "an entry begins with its kind, as in `- rule: NAME`";
}

/* ---- unknown keys ---- */

/* "`credit` belongs to a rule and `otherwise`. "; nothing if no table has the key. */
static bool add_owners(struct buffer *out, struct text key) {
  uint32_t count = 0;
  for (const struct schema_kind *kind = schema_kinds; kind->fields; kind++) {
    if (!schema_field(kind->fields, key)) continue;
    if (count++ == 0)
      buffer_format(out, "`%t` belongs to ", &key);
    else
      buffer_text(out, ", ");
    buffer_text(out, kind->noun);
  }
  if (count) buffer_text(out, ": check the indentation");
  return count > 0;
}

static void add_keys(struct buffer *out, const cyaml_schema_field_t *fields) {
  buffer_format(out, "%s has ", schema_noun(fields));
  for (const cyaml_schema_field_t *field = fields; field->key; field++)
    buffer_format(out, "%s`%s`", field == fields ? "" : ", ", field->key);
}

static void add_hint(struct buffer *out, const cyaml_schema_field_t *fields, struct text key, const struct nearest *nearest) {
  const char *advice = find_advice(FOREIGN_KEYS, sizeof FOREIGN_KEYS / sizeof *FOREIGN_KEYS, key);
  if (advice) {
    buffer_text(out, advice);
  } else if (nearest_found(nearest)) {
    buffer_format(out, "did you mean `%t`?", &nearest->best);
  } else if (!add_owners(out, key)) {
    add_keys(out, fields);
    return;
  }
  buffer_text(out, " (");
  add_keys(out, fields);
  buffer_text(out, ")");
}

/* In flow style a comma ends a text, and what follows it looks like a key without a value. */
static bool is_cut_off(const struct node_tree *tree, uint32_t child) {
  const struct node *value = &tree->nodes[child];
  return value->in_flow && value->kind == NODE_SCALAR && value->style == STYLE_PLAIN && value->value.size == 0;
}

const cyaml_schema_field_t *report_unknown_key(const struct node_tree *tree, const cyaml_schema_field_t *fields, uint32_t child,
                                               struct diagnostics *diagnostics) {
  uint32_t key_node = tree->nodes[child].key;
  struct text key = tree->nodes[key_node].value;
  struct span span = node_span(tree, key_node);
  struct nearest nearest;
  nearest_begin(&nearest, key);
  for (const cyaml_schema_field_t *field = fields; field->key; field++) nearest_try(&nearest, text_of(field->key));
  if (is_cut_off(tree, child) && !nearest_found(&nearest)) {
    diagnostics_error(diagnostics, "R0212", span, "`%s` stands where a key is due, for YAML ends the text before it at the comma",
                      brief(key).text);
    diagnostics_hint(diagnostics, "quote the text, or write it on a line of its own, outside {...}");
    return NULL;
  }
  diagnostics_error(diagnostics, "R0203", span, "`%s` is no key of %s", brief(key).text, schema_noun(fields));
  struct buffer hint;
  buffer_init(&hint, diagnostics->memory);
  add_hint(&hint, fields, key, &nearest);
  diagnostics_hint(diagnostics, "%s", buffer_string(&hint));
  if (hint.failed) diagnostics->out_of_memory = true;
  buffer_free(&hint);
  return nearest_found(&nearest) ? schema_field(fields, nearest.best) : NULL;
}
