/* Readers: single scalars and lists of a document, each with its own strict form.
 *
 * In: a scalar. Out: its value; what is wrong with it, in the diagnostics. A reader that fails leaves a harmless value behind.
 * It must not know of expressions.
 */
#include "language/build.h"

struct text build_normal(struct builder *b, struct text text) {
  struct text normal = text;
  if (!texts_normalize(b->arena, text, &normal)) build_no_memory(b);
  return normal;
}

struct named named_of(struct builder *b, const struct document *d, const struct scalar *name) {
  return (struct named){.name = build_normal(b, name->text), .span = span_of(d, name)};
}

bool hint_nearest(struct builder *b, const struct nearest *nearest) {
  if (nearest_found(nearest)) diagnostics_hint(b->diagnostics, "did you mean `%t`?", &nearest->best);
  return nearest_found(nearest);
}

bool declare_once(struct builder *b, struct names *table, struct name_entry entry) {
  const struct name_entry *earlier;
  if (!names_add(table, entry, &earlier)) {
    build_no_memory(b);
    return false;
  }
  if (!earlier) return true;
  diagnostics_error(b->diagnostics, "R0328", entry.span, "`%t` is declared twice", &entry.name);
  diagnostics_related(b->diagnostics, earlier->span, "first here");
  return false;
}

bool read_yes_no(struct builder *b, const struct document *d, const struct scalar *scalar, bool otherwise) {
  if (!is_given(scalar)) return otherwise;
  if (text_is(scalar->text, "yes")) return true;
  if (text_is(scalar->text, "no")) return false;
  diagnostics_error(b->diagnostics, "R0320", span_of(d, scalar), "`%t` is neither `yes` nor `no`", &scalar->text);
  return otherwise;
}

uint32_t read_word(struct builder *b, const struct document *d, const struct scalar *scalar, const char *const *words,
                   uint32_t count, const char *what) {
  struct nearest nearest;
  nearest_begin(&nearest, scalar->text);
  for (uint32_t i = 0; i < count; i++) {
    if (text_is(scalar->text, words[i])) return i;
    nearest_try(&nearest, text_of(words[i]));
  }
  diagnostics_error(b->diagnostics, "R0321", span_of(d, scalar), "`%t` is not %s", &scalar->text, what);
  if (hint_nearest(b, &nearest)) return NO_INDEX;
  struct buffer list;
  buffer_init(&list, b->arena->memory);
  for (uint32_t i = 0; i < count; i++) buffer_format(&list, "%s`%s`", i ? ", " : "", words[i]);
  diagnostics_hint(b->diagnostics, "one of %s", buffer_string(&list));
  buffer_free(&list);
  return NO_INDEX;
}

bool read_date(struct builder *b, const struct document *d, const struct scalar *scalar, int32_t *date) {
  if (date_parse(scalar->text, date)) return true;
  diagnostics_error(b->diagnostics, "R0322", span_of(d, scalar), "`%t` is no date", &scalar->text);
  diagnostics_hint(b->diagnostics, "a date is written year-month-day, as in 2026-07-01");
  return false;
}

void read_reason(struct builder *b, const struct document *d, const struct scalar *because, struct text *code) {
  static const char reserved[] = "returns.";
  if (!is_given(because)) return;
  *code = build_normal(b, because->text);
  if (!code->size) {
    diagnostics_error(b->diagnostics, "R0604", span_of(d, because), "`because` is empty: it is the reason that answers carry");
  } else if (code->size >= sizeof reserved - 1 &&
             text_equal((struct text){code->bytes, sizeof reserved - 1}, text_of(reserved))) {
    diagnostics_error(b->diagnostics, "R0604", span_of(d, because),
                      "`%t`: reasons that begin with `returns.` are the engine's own", code);
  }
}

bool build_has_range(enum value_type type) { return type >= TYPE_COUNT && type <= TYPE_HOURS; }

void read_scope(struct builder *b, const struct document *d, const struct scalar *of, enum scope *scope, uint32_t *scope_fact) {
  *scope = SCOPE_LINE;
  *scope_fact = NO_INDEX;
  if (!is_given(of) || text_is(of->text, "line")) return;
  if (text_is(of->text, "request")) {
    *scope = SCOPE_REQUEST;
    return;
  }
  struct text name = build_normal(b, of->text);
  const struct name_entry *entry = names_find(&b->names, name);
  if (!entry || entry->kind != CHECK_FACT) {
    struct nearest nearest;
    nearest_begin(&nearest, name);
    nearest_try(&nearest, text_of("line"));
    nearest_try(&nearest, text_of("request"));
    for (uint32_t i = 0; i < b->model->fact_count; i++) nearest_try(&nearest, b->model->facts[i].name);
    diagnostics_error(b->diagnostics, "R0323", span_of(d, of), "`of: %t` names no fact", &name);
    if (!hint_nearest(b, &nearest)) diagnostics_hint(b->diagnostics, "`line`, `request`, or a fact of type choice or text");
    return;
  }
  const struct fact *key = &b->model->facts[entry->index];
  const struct scalar *key_of = &b->fact_sources[entry->index].fact->of;
  bool keyed = is_given(key_of) && !text_is(key_of->text, "line") && !text_is(key_of->text, "request");
  if (key->type == TYPE_NONE) return;
  if ((key->type != TYPE_CHOICE && key->type != TYPE_TEXT) || keyed) {
    diagnostics_error(b->diagnostics, "R0323", span_of(d, of),
                      "`of: %t`: only a choice or text fact that is itself of line or request may stand here", &name);
    diagnostics_related(b->diagnostics, key->span, keyed ? "`%t` is itself of another fact" : "`%t` is %s", &name,
                        check_type_phrase(key->type));
    return;
  }
  *scope = SCOPE_FACT;
  *scope_fact = entry->index;
}

void read_values(struct builder *b, const struct document *d, const struct scalars *from, const char *what, struct named **values,
                 uint32_t *count, struct names *table) {
  *count = 0;
  *values = build_items(b, from->count, sizeof **values);
  names_init(table, b->arena);
  if (!*values) return;
  for (uint32_t i = 0; i < from->count; i++) {
    struct named value = named_of(b, d, &from->items[i]);
    if (value.name.size == 0) {
      diagnostics_error(b->diagnostics, "R0324", value.span, "a value of %s is empty", what);
      continue;
    }
    const struct name_entry *earlier;
    if (!names_add(table, (struct name_entry){.name = value.name, .span = value.span, .index = *count}, &earlier)) {
      build_no_memory(b);
      return;
    }
    if (earlier) {
      diagnostics_error(b->diagnostics, "R0325", value.span, "`%t` stands twice among the values of %s", &value.name, what);
      diagnostics_related(b->diagnostics, earlier->span, "first here");
      continue;
    }
    (*values)[(*count)++] = value;
  }
}

/* Words that mean something of their own in expressions or behind `of:`. */
static const char *const taken_words[] = {"line",  "request", "line_value", "request_value", "value",
                                          "units", "verdict", "rule",       "credit"};

static bool has_form(struct text name) {
  for (uint32_t i = 0; i < name.size; i++) {
    uint8_t c = (uint8_t)name.bytes[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
    if (!letter && !(i && ((c >= '0' && c <= '9') || c == '_' || c == '-'))) return false;
  }
  return name.size > 0;
}

static bool check_name_form(struct builder *b, struct named name, const char *what, enum name_form form) {
  if (!has_form(name.name)) {
    diagnostics_error(b->diagnostics, "R0326", name.span, "`%t` cannot name %s", &name.name, what);
    diagnostics_hint(b->diagnostics, "a name begins with a letter and has letters, digits, `_` and `-` only");
    return false;
  }
  if (form == NAME_APART) return true;
  bool taken = !syntax_is_name(name.name);
  for (size_t i = 0; i < sizeof taken_words / sizeof *taken_words; i++) taken |= text_is(name.name, taken_words[i]);
  if (!taken) return true;
  diagnostics_error(b->diagnostics, "R0327", name.span, "`%t` cannot name %s: it is a word of the language", &name.name, what);
  return false;
}

void declare_name(struct builder *b, const struct document *d, const struct scalar *name, const char *what, enum name_form form,
                  struct names *table, uint32_t kind, uint32_t index) {
  struct named named = named_of(b, d, name);
  if (!check_name_form(b, named, what, form)) return;
  declare_once(b, table, (struct name_entry){.name = named.name, .span = named.span, .kind = kind, .index = index});
}
