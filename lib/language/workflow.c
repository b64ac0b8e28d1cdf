/* Workflow: the steps of a policy, in an order in which each comes after what it waits for.
 *
 * In: the policy's document; facts and terms declared. Out: model->steps, facts tied to the step that supplies them; errors for
 * cycles, unknown steps, facts that no step supplies, and steps that wait for what only they or their followers bring.
 * A step waits for those in its `after`, and for those that supply facts which its condition looks at. It must not know which
 * steps a request has done.
 */
#include "language/build.h"
#include "language/cycles.h"

/* Until the end, steps are counted as the document has them. */
struct flow {
  struct builder *b;
  const struct document *document;
  uint32_t count;
  struct names names;
  struct step *steps;
  uint32_t *order; /* by `after` alone, then by facts too */
  bool *in_cycle;
  bool *follows; /* scratch: of the step that is looked at, itself and all that come after it */
  struct uses uses;
  struct graph graph;
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

/* ---- order ---- */

/* "`a`, `b`, `a`" */
static void report_cycle(struct flow *flow, const uint32_t *nodes, uint32_t count, const char *code, const char *what) {
  const struct document *d = flow->document;
  const struct scalar *first = &d->workflow[nodes[0]].step;
  struct buffer chain;
  buffer_init(&chain, flow->b->arena->memory);
  for (uint32_t i = 0; i < count && i < 8; i++) buffer_format(&chain, "`%t`, ", &d->workflow[nodes[i]].step.text);
  diagnostics_error(flow->b->diagnostics, code, span_of(d, first), "%s: %s%s`%t`", what, buffer_string(&chain),
                    count > 8 ? "..., " : "", &first->text);
  buffer_free(&chain);
}

static void report_cycle_of_steps(void *context, const uint32_t *nodes, uint32_t count) {
  report_cycle(context, nodes, count, "R0711", "these steps wait for each other, each for the next one");
}

static void report_cycle_of_facts(void *context, const uint32_t *nodes, uint32_t count) {
  report_cycle(context, nodes, count, "R0714",
               "these steps can never be due, each waits for the next one or for a fact that it supplies");
}

static void need(struct flow *flow, uint32_t from, uint32_t to) {
  if (!graph_add(&flow->graph, from, to)) build_no_memory(flow->b);
}

static void order(struct flow *flow, graph_cycle report) {
  for (uint32_t i = 0; i < flow->count; i++) flow->in_cycle[i] = false;
  if (!graph_order(&flow->graph, flow->order, flow->in_cycle, report, flow)) build_no_memory(flow->b);
}

/* ---- one step ---- */

static void declare_after(struct flow *flow, uint32_t index) {
  const struct scalars *after = &flow->document->workflow[index].after;
  struct step *step = &flow->steps[index];
  step->after = build_items(flow->b, after->count, sizeof *step->after);
  for (uint32_t i = 0; step->after && i < after->count; i++) {
    const struct name_entry *entry = find_step(flow, flow->document, &after->items[i], "R0710", "after");
    if (!entry) continue;
    bool twice = false;
    for (uint32_t j = 0; j < step->after_count; j++) twice |= step->after[j] == entry->index;
    if (twice) {
      diagnostics_error(flow->b->diagnostics, "R0328", span_of(flow->document, &after->items[i]), "`%t` stands twice here",
                        &entry->name);
    } else {
      step->after[step->after_count++] = entry->index;
      need(flow, index, entry->index);
    }
  }
}

/* The deadline as a sentence has it: "within 10 days of approved_on". */
static void keep_deadline(struct flow *flow, const char *key, const struct scalar *scalar, struct step *step) {
  struct buffer text;
  buffer_init(&text, flow->b->arena->memory);
  buffer_format(&text, "%s %t", key, &scalar->text);
  const char *copy = text.failed ? NULL : arena_copy_text(flow->b->arena, text.bytes, text.size);
  if (copy)
    step->deadline = (struct text){copy, (uint32_t)text.size};
  else
    build_no_memory(flow->b);
  buffer_free(&text);
}

static void declare_date(struct flow *flow, const struct check_scope *scope, const struct scalar *date, struct step *step) {
  struct syntax_context context = syntax_in(flow->b, flow->document);
  struct syntax *syntax = syntax_expression(&context, date);
  if (syntax) step->no_later_than = check_expression(scope, syntax, date, TYPE_NONE);
  enum value_type type = step->no_later_than ? step->no_later_than->type : TYPE_DATE;
  if (type != TYPE_DATE && type != TYPE_INSTANT && type != TYPE_NONE)
    diagnostics_error(flow->b->diagnostics, "R0713", span_of(flow->document, date),
                      "a deadline is a date or an instant, this is %s", check_type_phrase(type));
  keep_deadline(flow, "no later than", date, step);
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
  if (is_given(&from->within)) {
    struct syntax_context context = syntax_in(b, d);
    struct syntax *duration, *of;
    if (syntax_within(&context, &from->within, &duration, &of))
      step->no_later_than = check_deadline(&scope, duration, of, &from->within);
    keep_deadline(flow, "within", &from->within, step);
  } else if (is_given(&from->no_later_than)) {
    declare_date(flow, &scope, &from->no_later_than, step);
  }
  if (step->no_later_than)
    build_site(b, (struct site){.kind = SITE_STEP, .owner = step->name, .span = step->span, .value = step->no_later_than});
}

static void declare_step(struct flow *flow, uint32_t index) {
  struct builder *b = flow->b;
  const struct document *d = flow->document;
  const struct doc_step *from = &d->workflow[index];
  struct step *step = &flow->steps[index];
  struct named name = named_of(b, d, &from->step);
  *step = (struct step){.name = name.name, .span = name.span, .by = build_normal(b, from->by.text)};
  struct check_scope scope = scope_in(b, d, SCOPE_REQUEST, NO_INDEX, "a step's condition");
  scope.specials_value = scope.aggregates = true;
  build_tests(b, &scope, d, &from->when, &from->unless, SITE_STEP, name, &step->tests);
  declare_after(flow, index);
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

/* In the order by `after` one pass finds all followers. */
static void mark_followers(struct flow *flow, uint32_t step) {
  for (uint32_t place = 0; place < flow->count; place++) {
    uint32_t i = flow->order[place];
    flow->follows[i] = i == step;
    for (uint32_t j = 0; j < flow->steps[i].after_count; j++) flow->follows[i] |= flow->follows[flow->steps[i].after[j]];
  }
}

/* What rests on a fact that the step itself, or one behind it, supplies, stays open for as long as it matters; but a fact that
 * need not be given (absent, optional) is what that makes it. What is assumed decides no step. */
static void check_supplies(struct flow *flow, uint32_t index, bool is_condition, const char *code, const char *format) {
  const struct model *model = flow->b->model;
  const struct step *step = &flow->steps[index];
  uses_through_terms(&flow->uses);
  for (uint32_t i = 0; i < model->fact_count; i++) {
    const struct fact *fact = &model->facts[i];
    if (!flow->uses.facts[i] || fact->supplied_step == NO_INDEX) continue;
    if (!flow->follows[fact->supplied_step]) {
      if (is_condition) need(flow, index, fact->supplied_step);
    } else if (!fact->optional && !fact->has_absent) {
      diagnostics_error(flow->b->diagnostics, code, step->span, format, &step->name, &fact->name,
                        &flow->steps[fact->supplied_step].name);
      diagnostics_related(flow->b->diagnostics, fact->span, "`%t` is declared here", &fact->name);
    }
  }
  uses_clear(&flow->uses);
}

static void check_order_of_facts(struct flow *flow, uint32_t index) {
  const struct step *step = &flow->steps[index];
  mark_followers(flow, index);
  uses_of_tests(&flow->uses, &step->tests);
  check_supplies(flow, index, true, "R0714",
                 "step `%t` can never be due: its condition needs `%t`, which step `%t` supplies only later");
  uses_of_expr(&flow->uses, step->no_later_than);
  check_supplies(flow, index, false, "R0715",
                 "the deadline of step `%t` is never known in time: it needs `%t`, which step `%t` supplies only later");
}

/* ---- all of it ---- */

/* Lays the steps out in their order, and counts everywhere by that. */
static void lay_out(struct flow *flow) {
  struct model *model = flow->b->model;
  uint32_t *place = build_items(flow->b, flow->count, sizeof *place);
  struct step *steps = build_items(flow->b, flow->count, sizeof *steps);
  if (!place || !steps) return;
  for (uint32_t i = 0; i < flow->count; i++) place[flow->order[i]] = i;
  for (uint32_t i = 0; i < flow->count; i++) {
    struct step *step = &steps[place[i]];
    *step = flow->steps[i];
    for (uint32_t j = 0; j < step->after_count; j++) step->after[j] = place[step->after[j]];
  }
  for (uint32_t i = 0; i < model->fact_count; i++) {
    uint32_t *step = &model->facts[i].supplied_step;
    if (*step != NO_INDEX) *step = place[*step];
  }
  model->steps = steps;
  model->step_count = flow->count;
}

void declare_workflow(struct builder *b) {
  const struct document *d = b->policy;
  struct model *model = b->model;
  uint32_t count = d->step_count;
  struct flow flow = {.b = b, .document = d, .count = count, .uses = {.model = model}};
  if (!count) return;
  names_init(&flow.names, b->arena);
  graph_init(&flow.graph, b->arena, count);
  for (uint32_t i = 0; i < count; i++) declare_name(b, d, &d->workflow[i].step, "a step", NAME_APART, &flow.names, 0, i);
  flow.steps = build_items(b, count, sizeof *flow.steps);
  flow.order = build_items(b, count, sizeof *flow.order);
  flow.in_cycle = build_items(b, count, sizeof *flow.in_cycle);
  flow.follows = build_items(b, count, sizeof *flow.follows);
  flow.uses.facts = build_items(b, model->fact_count, sizeof *flow.uses.facts);
  flow.uses.terms = build_items(b, model->term_count, sizeof *flow.uses.terms);
  if (!flow.steps || !flow.order || !flow.in_cycle || !flow.follows || !flow.uses.facts || !flow.uses.terms) return;
  for (uint32_t i = 0; i < count; i++) declare_step(&flow, i);
  tie_facts(&flow);
  order(&flow, report_cycle_of_steps);
  for (uint32_t i = 0; i < count; i++) check_order_of_facts(&flow, i);
  bool ordered = true;
  for (uint32_t i = 0; i < count; i++) ordered &= !flow.in_cycle[i];
  if (ordered) order(&flow, report_cycle_of_facts);
  lay_out(&flow);
}
