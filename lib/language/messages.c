/* Messages: texts for reason codes, per locale.
 *
 * In: the documents; facts and terms declared. Out: model->messages, every `{name}` in their texts known to be a fact, a term
 * or an amount of the decision (in that order), never a private fact. `{{` stands for a brace. It must not know how values are
 * written.
 */
#include "language/build.h"

static const char *const amounts[] = {"units", "credit", "bonuses", "fees", "net"};

static void report_placeholder(struct builder *b, struct text name, struct span span) {
  struct nearest nearest;
  nearest_begin(&nearest, name);
  for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) nearest_try(&nearest, text_of(amounts[i]));
  for (uint32_t i = 0; i < b->names.count; i++) nearest_try(&nearest, b->names.entries[i].name);
  diagnostics_error(b->diagnostics, "R0349", span, "`{%t}` is no fact, no term and no amount of the decision", &name);
  if (nearest_found(&nearest))
    diagnostics_hint(b->diagnostics, "did you mean `{%t}`?", &nearest.best);
  else
    diagnostics_hint(b->diagnostics,
                     "amounts are `{units}`, `{credit}`, `{bonuses}`, `{fees}`, `{net}`; `{{` stands for a brace");
}

static void check_placeholder(struct builder *b, struct text raw, struct span span) {
  struct text name = build_normal(b, raw);
  const struct name_entry *entry = names_find(&b->names, name);
  if (entry) {
    if (entry->kind != CHECK_FACT || !b->model->facts[entry->index].is_private) return;
    diagnostics_error(b->diagnostics, "R0350", span, "`%t` is private: no message may show it", &name);
    diagnostics_related(b->diagnostics, entry->span, "declared here");
    return;
  }
  for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
    if (text_is(name, amounts[i])) return;
  }
  report_placeholder(b, name, span);
}

static void check_text(struct builder *b, const struct document *d, const struct scalar *scalar) {
  struct text text = scalar->text;
  for (uint32_t i = 0; i < text.size; i++) {
    if (text.bytes[i] != '{') continue;
    if (i + 1 < text.size && text.bytes[i + 1] == '{') {
      i++;
      continue;
    }
    uint32_t end = i + 1;
    while (end < text.size && text.bytes[end] != '}' && text.bytes[end] != '{') end++;
    if (end == text.size || text.bytes[end] == '{') {
      diagnostics_error(b->diagnostics, "R0349", node_span_within(&d->tree, scalar->node, i, i + 1),
                        "this brace is never closed");
      diagnostics_hint(b->diagnostics, "`{{` stands for a brace");
      continue;
    }
    check_placeholder(b, (struct text){text.bytes + i + 1, end - i - 1}, node_span_within(&d->tree, scalar->node, i, end + 1));
    i = end;
  }
}

static bool is_locale(struct text text) {
  for (uint32_t i = 0; i < text.size; i++) {
    char c = text.bytes[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
    bool dash = c == '-' && i && text.bytes[i - 1] != '-' && i + 1 < text.size;
    if (!letter && !dash && !(digit && i)) return false;
  }
  return text.size > 0;
}

static void declare_texts(struct builder *b, const struct document *d, const struct doc_message *from, struct message *message) {
  struct names locales;
  names_init(&locales, b->arena);
  for (uint32_t i = 0; i < from->text_count; i++) {
    const struct doc_text *each = &from->texts[i];
    struct span span = span_of(d, &each->locale);
    if (!is_locale(each->locale.text)) {
      diagnostics_error(b->diagnostics, "R0351", span, "`%t` is no locale", &each->locale.text);
      diagnostics_hint(b->diagnostics, "a language, and a region if need be: `fr`, `fr-CA`");
    } else {
      declare_once(b, &locales, (struct name_entry){.name = each->locale.text, .span = span});
    }
    check_text(b, d, &each->text);
    message->texts[message->text_count++] = (struct message_text){
        .locale = each->locale.text, .text = build_normal(b, each->text.text), .span = span_of(d, &each->text)};
  }
}

static void declare_message(struct builder *b, const struct document *d, const struct doc_message *from, struct names *codes) {
  struct message *message = &b->model->messages[b->model->message_count++];
  struct named code = named_of(b, d, &from->message);
  *message =
      (struct message){.code = code.name, .span = code.span, .texts = build_items(b, from->text_count, sizeof *message->texts)};
  if (!message->texts) return;
  declare_once(b, codes, (struct name_entry){.name = code.name, .span = code.span});
  declare_texts(b, d, from, message);
}

void declare_messages(struct builder *b) {
  struct names codes;
  names_init(&codes, b->arena);
  uint32_t count = 0;
  for (uint32_t i = 0; i < b->document_count; i++) count += b->documents[i]->message_count;
  b->model->messages = build_items(b, count, sizeof *b->model->messages);
  if (!b->model->messages) return;
  for (uint32_t i = 0; i < b->document_count; i++) {
    const struct document *d = b->documents[i];
    for (uint32_t j = 0; j < d->message_count; j++) declare_message(b, d, &d->messages[j], &codes);
  }
}
