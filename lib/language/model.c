/* Model: from sources to the checked policy.
 *
 * In: sources by name and bytes. Out: a model without errors, or NULL and every error of the files.
 * This file has the order of work and what all parts share; each part has a file of its own (build.h).
 */
#include "language/build.h"

static const char *const type_names[TYPE_LIMIT_] = {
    [TYPE_NONE] = "unknown type", [TYPE_FLAG] = "flag",       [TYPE_CHOICE] = "choice",
    [TYPE_SET] = "set",           [TYPE_TEXT] = "text",       [TYPE_COUNT] = "count",
    [TYPE_DECIMAL] = "decimal",   [TYPE_PERCENT] = "percent", [TYPE_MONEY] = "money",
    [TYPE_DATE] = "date",         [TYPE_INSTANT] = "instant", [TYPE_DAYS] = "days",
    [TYPE_MONTHS] = "months",     [TYPE_HOURS] = "hours",     [TYPE_WORKING_DAYS] = "working days",
    [TYPE_NUMBER] = "number",     [TYPE_VERDICT] = "verdict", [TYPE_RULE] = "rule"};

const char *type_name(enum value_type type) { return type_names[type]; }

void build_no_memory(struct builder *b) { b->diagnostics->out_of_memory = true; }

void *build_items(struct builder *b, uint32_t count, size_t item_size) {
  void *items = arena_take_zeroed(b->arena, count * item_size);
  if (!items) build_no_memory(b);
  return items;
}

void build_site(struct builder *b, struct site site) {
  if (!arena_reserve(b->arena, (void **)&b->sites, &b->site_capacity, b->site_count + 1, sizeof *b->sites)) {
    build_no_memory(b);
    return;
  }
  b->sites[b->site_count++] = site;
}

/* ---- text constants: sorted, and every constant renumbered ---- */

static void renumber_expr(struct expr *expr, const uint32_t *place) {
  if (expr->op == OP_CONST && expr->type == TYPE_TEXT) expr->value = place[expr->value];
  for (uint32_t i = 0; i < expr->kid_count; i++) renumber_expr(expr->kids[i], place);
}

static void sort_texts(struct builder *b) {
  struct model *model = b->model;
  uint32_t *place;
  if (!texts_sort(&b->texts, &model->texts, &place)) {
    build_no_memory(b);
    return;
  }
  model->text_count = b->texts.names.count;
  for (uint32_t i = 0; i < b->site_count; i++) {
    const struct site *site = &b->sites[i];
    if (site->value) renumber_expr(site->value, place);
    for (uint32_t j = 0; !site->value && j < site->tests->count; j++) renumber_expr(site->tests->items[j].condition, place);
  }
  for (uint32_t i = 0; i < model->fact_count; i++) {
    struct fact *fact = &model->facts[i];
    if (fact->type == TYPE_TEXT && fact->has_absent) fact->absent = place[fact->absent];
  }
}

/* ---- the order of work ---- */

static void init_builder(struct builder *b, struct workspace *w) {
  *b = (struct builder){.workspace = w, .arena = w->arena, .diagnostics = w->diagnostics};
  names_init(&b->names, w->arena);
  names_init(&b->rule_names, w->arena);
  names_init(&b->set_names, w->arena);
  names_init(&b->allowance_names, w->arena);
  names_init(&b->calendar_names, w->arena);
  texts_init(&b->texts, w->arena);
}

static bool name_files(struct builder *b) {
  struct workspace *w = b->workspace;
  b->model->files = build_items(b, w->source_count, sizeof *b->model->files);
  if (!b->model->files) return false;
  for (uint32_t i = 0; i < w->source_count; i++) b->model->files[i] = w->sources[i].name;
  b->model->file_count = w->source_count;
  return true;
}

/* Each part needs those before it to be whole in memory, errors or not. */
static bool declare_all(struct builder *b) {
  static void (*const parts[])(struct builder *) = {declare_header,    declare_facts,    declare_sets,   declare_valid,
                                                    declare_calendars, declare_terms,    declare_rules,  declare_answer,
                                                    declare_messages,  declare_workflow, declare_floors, settle_terms};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    parts[i](b);
    if (b->diagnostics->out_of_memory) return false;
  }
  return true;
}

struct model *build_source(struct workspace *w, uint32_t source) {
  struct builder b;
  uint32_t errors = w->diagnostics->error_count;
  if (w->states[source] == SOURCE_DONE) return w->models[source];
  init_builder(&b, w);
  w->states[source] = SOURCE_OPEN;
  w->depth++;
  b.model = build_items(&b, 1, sizeof *b.model);
  bool good = b.model && name_files(&b) && sources_load(&b, source);
  if (good) {
    b.model->arena = w->arena;
    good = declare_all(&b);
  }
  if (good) {
    check_conventions(&b);
    check_definite(&b);
    sort_texts(&b);
  }
  w->depth--;
  w->states[source] = SOURCE_DONE;
  good = good && w->diagnostics->error_count == errors && !w->diagnostics->out_of_memory;
  if (good) w->models[source] = b.model;
  return w->models[source];
}

struct model *model_build(struct arena *arena, const struct language_source *sources, uint32_t source_count,
                          const struct language_limits *limits, struct diagnostics *diagnostics) {
  struct workspace w = {
      .arena = arena, .diagnostics = diagnostics, .sources = sources, .source_count = source_count, .limits = limits};
  w.models = arena_take_zeroed(arena, source_count * sizeof *w.models);
  w.states = arena_take_zeroed(arena, source_count);
  if (!w.models || !w.states) {
    diagnostics->out_of_memory = true;
    return NULL;
  }
  return build_source(&w, 0);
}
