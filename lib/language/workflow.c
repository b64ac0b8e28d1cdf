/* Workflow: the steps of a policy, in an order in which each comes after what it waits for.
 *
 * In: the policy's document; facts and terms declared. Out: model->steps, facts tied to the step that supplies them; errors for
 * cycles, unknown steps, facts that no step supplies, and steps that wait for what only they or their followers bring.
 * It must not know which steps a request has done.
 */
#include "language/build.h"
#include "language/cycles.h"

struct flow {
  struct builder *b;
  const struct document *document;
  uint32_t count;
  struct names names; /* index: place in the document; once ordered, in model->steps */
  uint32_t *place;    /* of a step of the document in model->steps */
};

static const struct name_entry *find_step(struct flow *flow, const struct document *d, const struct scalar *scalar,
                                          const char *code, const char *what) {
  struct builder *b = flow->b;
  struct text name = build_normal(b, scalar->text);
  const struct name_entry *entry = names_find(&flow->names, name);
  if (entry) return entry;
  struct nearest nearest;
  nearest_begin(&nearest, name);
  for (uint32_t i = 0; i < flow->names.count; i++) nearest_try(&nearest, flow->names.entries[i].name);
  diagnostics_error(b->diagnostics, code, span_of(d, scalar), "%s `%t`: the workflow has no such step", what, &name);
  hint_nearest(b, &nearest);
  return NULL;
}

static void report_cycle(void *context, const uint32_t *nodes, uint32_t count) {
  struct flow *flow = context;
  const struct document *d = flow->document;
  struct buffer chain;
  buffer_init(&chain, flow->b->arena->memory);
  for (uint32_t i = 0; i < count && i < 8; i++) buffer_format(&chain, "`%t` after ", &d->workflow[nodes[i]].step.text);
  const struct scalar *first = &d->workflow[nodes[0]].step;
  diagnostics_error(flow->b->diagnostics, "R0711", span_of(d, first), "these steps wait for each other: %s%s`%t`",
                    buffer_string(&chain), count > 8 ? "... after " : "", &first->text);
  buffer_free(&chain);
}

/* ---- order ---- */

static bool gather_after(struct flow *flow, struct graph *graph) {
  const struct document *d = flow->document;
  for (uint32_t i = 0; i < flow->count; i++) {
    const struct scalars *after = &d->workflow[i].after;
    for (uint32_t j = 0; j < after->count; j++) {
      const struct name_entry *entry = find_step(flow, d, &after->items[j], "R0710", "after");
      if (entry && !graph_add(graph, i, entry->index)) return false;
    }
  }
  return true;
}

static bool order_steps(struct flow *flow, uint32_t *order) {
  struct builder *b = flow->b;
  struct graph graph;
  graph_init(&graph, b->arena, flow->count);
  bool *in_cycle = build_items(b, flow->count, sizeof *in_cycle);
  flow->place = build_items(b, flow->count, sizeof *flow->place);
  if (!in_cycle || !flow->place) return false;
  if (!gather_after(flow, &graph) || !graph_order(&graph, order, in_cycle, report_cycle, flow)) {
    build_no_memory(b);
    return false;
  }
  for (uint32_t i = 0; i < flow->count; i++) flow->place[order[i]] = i;
  for (uint32_t i = 0; i < flow->names.count; i++) flow->names.entries[i].index = flow->place[flow->names.entries[i].index];
  return true;
}

/* ---- one step ---- */

static void declare_after(struct flow *flow, const struct doc_step *from, struct step *step) {
  step->after = build_items(flow->b, from->after.count, sizeof *step->after);
  if (!step->after) return;
  for (uint32_t i = 0; i < from->after.count; i++) {
    const struct name_entry *entry = names_find(&flow->names, build_normal(flow->b, from->after.items[i].text));
    if (!entry) continue;
    bool twice = false;
    for (uint32_t j = 0; j < step->after_count; j++) twice |= step->after[j] == entry->index;
    if (twice)
      diagnostics_error(flow->b->diagnostics, "R0328", span_of(flow->document, &from->after.items[i]), "`%t` stands twice here",
                        &entry->name);
    else
      step->after[step->after_count++] = entry->index;
  }
}

static void declare_deadline(struct flow *flow, const struct doc_step *from, struct step *step) {
  struct builder *b = flow->b;
  const struct document *d = flow->document;
  struct check_scope scope = scope_in(b, d, SCOPE_REQUEST, NO_INDEX, "a step's deadline");
  scope.specials_value = true;
  if (is_given(&from->within) && is_given(&from->no_later_than)) {
    diagnostics_error(b->diagnostics, "R0713", span_of(d, &from->no_later_than), "step `%t` has two deadlines", &step->name);
    diagnostics_hint(b->diagnostics, "`within` or `no_later_than`; for the earlier of two dates write `no_later_than: min(...)`");
  }
  struct syntax_context context = syntax_in(b, d);
  if (is_given(&from->within)) {
    struct syntax *duration, *of;
    if (syntax_within(&context, &from->within, &duration, &of))
      step->no_later_than = check_deadline(&scope, duration, of, &from->within);
  } else if (is_given(&from->no_later_than)) {
    struct syntax *syntax = syntax_expression(&context, &from->no_later_than);
    if (syntax) step->no_later_than = check_expression(&scope, syntax, &from->no_later_than, TYPE_NONE);
    enum value_type type = step->no_later_than ? step->no_later_than->type : TYPE_DATE;
    if (type != TYPE_DATE && type != TYPE_INSTANT && type != TYPE_NONE) {
      diagnostics_error(b->diagnostics, "R0713", span_of(d, &from->no_later_than),
                        "a deadline is a date or an instant, this is %s", check_type_phrase(type));
    }
  }
  if (step->no_later_than)
    build_site(b, (struct site){.kind = SITE_STEP, .owner = step->name, .span = step->span, .value = step->no_later_than});
}

static void declare_step(struct flow *flow, const struct doc_step *from, struct step *step) {
  struct builder *b = flow->b;
  const struct document *d = flow->document;
  struct named name = named_of(b, d, &from->step);
  *step = (struct step){.name = name.name, .span = name.span, .by = build_normal(b, from->by.text)};
  struct check_scope scope = scope_in(b, d, SCOPE_REQUEST, NO_INDEX, "a step's condition");
  scope.specials_value = scope.aggregates = true;
  build_tests(b, &scope, d, &from->when, &from->unless, SITE_STEP, name, &step->tests);
  declare_after(flow, from, step);
  declare_deadline(flow, from, step);
}

/* ---- facts and the steps that supply them ---- */

static void tie_facts(struct flow *flow) {
  struct builder *b = flow->b;
  for (uint32_t i = 0; i < b->model->fact_count; i++) {
    const struct fact_source *source = &b->fact_sources[i];
    if (!is_given(&source->fact->supplied_by)) continue;
    const struct name_entry *entry = find_step(flow, source->document, &source->fact->supplied_by, "R0712", "supplied by");
    if (entry) b->model->facts[i].supplied_step = entry->index;
  }
}

/* Marks a step and all that come after it. Steps are in order, so one pass finds them. */
static void mark_followers(const struct model *model, uint32_t step, bool *follows) {
  for (uint32_t i = 0; i < model->step_count; i++) {
    follows[i] = i == step;
    for (uint32_t j = 0; j < model->steps[i].after_count; j++) follows[i] |= follows[model->steps[i].after[j]];
  }
}

/* What rests on a fact that the step itself, or one behind it, supplies, stays open for as long as it matters. */
static void check_supplies(struct flow *flow, uint32_t index, const bool *follows, struct uses *uses, const char *code,
                           const char *format) {
  const struct model *model = flow->b->model;
  const struct step *step = &model->steps[index];
  uses_through_terms(uses);
  for (uint32_t i = 0; i < model->fact_count; i++) {
    const struct fact *fact = &model->facts[i];
    if (!uses->facts[i] || fact->supplied_step == NO_INDEX || !follows[fact->supplied_step]) continue;
    if (fact->optional || fact->has_absent || flow->b->fact_sources[i].assume) continue;
    diagnostics_error(flow->b->diagnostics, code, step->span, format, &step->name, &fact->name,
                      &model->steps[fact->supplied_step].name);
    diagnostics_related(flow->b->diagnostics, fact->span, "`%t` is declared here", &fact->name);
  }
  uses_clear(uses);
}

static void check_order_of_facts(struct flow *flow, uint32_t index, bool *follows, struct uses *uses) {
  const struct step *step = &flow->b->model->steps[index];
  mark_followers(flow->b->model, index, follows);
  uses_of_tests(uses, &step->tests);
  check_supplies(flow, index, follows, uses, "R0714",
                 "step `%t` can never be due: its condition needs `%t`, which step `%t` supplies only later");
  uses_of_expr(uses, step->no_later_than);
  check_supplies(flow, index, follows, uses, "R0715",
                 "the deadline of step `%t` is never known in time: it needs `%t`, which step `%t` supplies only later");
}

void declare_workflow(struct builder *b) {
  const struct document *d = b->policy;
  struct model *model = b->model;
  struct flow flow = {.b = b, .document = d, .count = d->step_count};
  if (!flow.count) return;
  names_init(&flow.names, b->arena);
  for (uint32_t i = 0; i < flow.count; i++) declare_name(b, d, &d->workflow[i].step, "a step", NAME_APART, &flow.names, 0, i);
  uint32_t *order = build_items(b, flow.count, sizeof *order);
  model->steps = build_items(b, flow.count, sizeof *model->steps);
  bool *follows = build_items(b, flow.count, sizeof *follows);
  struct uses uses = {.model = model,
                      .facts = build_items(b, model->fact_count, sizeof *uses.facts),
                      .terms = build_items(b, model->term_count, sizeof *uses.terms)};
  if (!order || !model->steps || !follows || !uses.facts || !uses.terms || !order_steps(&flow, order)) return;
  for (uint32_t i = 0; i < flow.count; i++) declare_step(&flow, &d->workflow[order[i]], &model->steps[i]);
  model->step_count = flow.count;
  tie_facts(&flow);
  for (uint32_t i = 0; i < flow.count; i++) check_order_of_facts(&flow, i, follows, &uses);
}
