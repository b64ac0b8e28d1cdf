/* Sources: which of the sources that were handed over a policy is made of.
 *
 * In: sources by name and bytes, the index of the policy's. Out: its documents, those that it uses before it, each once.
 * A name of `use:` or `floor:` is a source's name, that name with `.yaml`, or either of them in the folder of the file that
 * names it; a floor may also be found by its `policy:`. It must not know what the documents declare.
 */
#include "language/build.h"

#include <string.h>

#define USE_DEPTH 32u

/* Whether a source's name is folder, stem and ending run together. */
static bool name_is(const char *name, struct text folder, struct text stem, const char *ending) {
  size_t size = strlen(name), tail = strlen(ending);
  if (size != (size_t)folder.size + stem.size + tail) return false;
  return memcmp(name, folder.bytes, folder.size) == 0 && memcmp(name + folder.size, stem.bytes, stem.size) == 0 &&
         memcmp(name + folder.size + stem.size, ending, tail) == 0;
}

static struct text folder_of(const char *name) {
  const char *slash = strrchr(name, '/');
  return (struct text){.bytes = name, .size = slash ? (uint32_t)(slash - name) + 1 : 0};
}

static uint32_t find_source(const struct workspace *w, struct text stem, uint32_t from) {
  const struct text folders[] = {{"", 0}, folder_of(w->sources[from].name)};
  const char *const endings[] = {"", ".yaml"};
  for (size_t folder = 0; folder < 2; folder++) {
    for (size_t ending = 0; ending < 2; ending++) {
      for (uint32_t i = 0; i < w->source_count; i++) {
        if (name_is(w->sources[i].name, folders[folder], stem, endings[ending])) return i;
      }
    }
  }
  return NO_INDEX;
}

/* ---- floors ---- */

/* The `policy:` of a source, without findings: what is wrong with a source matters only once it is used. */
static bool is_policy_named(struct builder *b, uint32_t source, struct text name) {
  const struct language_source *from = &b->workspace->sources[source];
  const struct language_limits *limits = b->workspace->limits;
  struct load_limits load = {limits->source_bytes, limits->scalar_bytes, limits->depth, limits->nodes};
  struct diagnostics silent;
  struct arena scratch;
  struct node_tree tree = {0};
  diagnostics_init(&silent, b->arena->memory, 1);
  arena_init(&scratch, b->arena->memory);
  bool found = false;
  if (nodes_load(&tree, &scratch, source, from->name, from->bytes, from->size, &load, &silent)) {
    uint32_t node = node_member(&tree, tree.root, "policy");
    found = node && tree.nodes[node].kind == NODE_SCALAR && text_equal(tree.nodes[node].value, name);
  }
  if (silent.out_of_memory) build_no_memory(b);
  arena_free(&scratch);
  diagnostics_release(&silent);
  return found;
}

uint32_t sources_find_policy(struct builder *b, struct text name) {
  uint32_t found = find_source(b->workspace, name, b->policy->tree.source.file);
  for (uint32_t i = 0; i < b->workspace->source_count && found == NO_INDEX; i++) {
    if (is_policy_named(b, i, name)) found = i;
  }
  return found;
}

/* ---- use ---- */

struct loading {
  struct builder *b;
  uint8_t *states;
  uint32_t *path;
  bool complete;
};

static void check_vocabulary(struct builder *b, const struct document *d, const struct document *user, const struct scalar *use) {
  if (!is_given(&d->vocabulary)) {
    diagnostics_error(b->diagnostics, "R0703", span_of(user, use), "`%t` is a policy, and `use` takes vocabularies", &use->text);
    diagnostics_hint(
        b->diagnostics,
        "a file to be used begins with `vocabulary: NAME` in place of `policy: NAME`; a policy to stand on is a `floor`");
  }
}

static bool load_document(struct loading *l, uint32_t source, uint32_t depth, const struct document **out);

static void report_cycle(struct loading *l, uint32_t source, uint32_t depth, struct span span) {
  const struct language_source *sources = l->b->workspace->sources;
  uint32_t first = 0;
  while (l->path[first] != source) first++;
  struct buffer chain;
  buffer_init(&chain, l->b->arena->memory);
  for (uint32_t i = first; i <= depth; i++) buffer_format(&chain, "`%s` uses ", sources[l->path[i]].name);
  diagnostics_error(l->b->diagnostics, "R0702", span, "these files use each other: %s`%s`", buffer_string(&chain),
                    sources[source].name);
  buffer_free(&chain);
}

static void load_use(struct loading *l, const struct document *user, const struct scalar *use, uint32_t depth) {
  struct builder *b = l->b;
  struct span span = span_of(user, use);
  uint32_t source = find_source(b->workspace, use->text, user->tree.source.file);
  if (source == NO_INDEX) {
    diagnostics_error(b->diagnostics, "R0701", span, "no source `%t` was handed over", &use->text);
    diagnostics_hint(b->diagnostics, "a source named `%t` or `%t.yaml`, as written or in the folder of this file", &use->text,
                     &use->text);
    l->complete = false;
  } else if (l->states[source] == SOURCE_OPEN) {
    report_cycle(l, source, depth, span);
    l->complete = false;
  } else if (depth + 1 == USE_DEPTH) {
    diagnostics_error(b->diagnostics, "R0702", span, "files use files more than %u deep", USE_DEPTH);
    l->complete = false;
  } else {
    const struct document *d = NULL;
    if (l->states[source] == SOURCE_NEW && !load_document(l, source, depth + 1, &d)) l->complete = false;
    if (d) check_vocabulary(b, d, user, use);
  }
}

static bool load_document(struct loading *l, uint32_t source, uint32_t depth, const struct document **out) {
  struct builder *b = l->b;
  const struct language_source *from = &b->workspace->sources[source];
  const struct language_limits *limits = b->workspace->limits;
  struct load_limits load = {limits->source_bytes, limits->scalar_bytes, limits->depth, limits->nodes};
  struct document *d = build_items(b, 1, sizeof *d);
  l->states[source] = SOURCE_OPEN;
  l->path[depth] = source;
  if (!d) return false;
  bool good = document_load(d, b->arena, source, from->name, from->bytes, from->size, &load, b->diagnostics);
  if (good) {
    for (uint32_t i = 0; i < d->use.count; i++) load_use(l, d, &d->use.items[i], depth);
    b->documents[b->document_count++] = d;
    *out = d;
  }
  l->states[source] = SOURCE_DONE;
  return good;
}

static void check_currency(struct builder *b, const struct document *d) {
  if (!is_given(&d->currency) || !is_given(&b->policy->currency) || text_equal(d->currency.text, b->policy->currency.text))
    return;
  diagnostics_error(b->diagnostics, "R0704", span_of(d, &d->currency),
                    "this vocabulary counts in %t, the policy that uses it in %t", &d->currency.text, &b->policy->currency.text);
  diagnostics_related(b->diagnostics, span_of(b->policy, &b->policy->currency), "the policy's currency");
}

bool sources_load(struct builder *b, uint32_t source) {
  uint32_t count = b->workspace->source_count, path[USE_DEPTH];
  struct loading l = {.b = b, .states = build_items(b, count, sizeof *l.states), .path = path, .complete = true};
  b->documents = build_items(b, count, sizeof *b->documents);
  if (!l.states || !b->documents) return false;
  bool good = load_document(&l, source, 0, &b->policy);
  if (!good || !l.complete || b->diagnostics->out_of_memory) return false;
  for (uint32_t i = 0; i < b->document_count; i++) check_currency(b, b->documents[i]);
  if (is_given(&b->policy->policy)) return true;
  diagnostics_error(b->diagnostics, "R0705", span_of(b->policy, &b->policy->vocabulary), "this is a vocabulary, not a policy");
  diagnostics_hint(b->diagnostics, "check the policies that `use` it");
  return false;
}
