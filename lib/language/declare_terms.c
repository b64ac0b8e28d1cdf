/* Declare terms: named values, what a unit is worth, and what facts are assumed to be, each after what it needs.
 *
 * In: the documents, facts declared. Out: model->terms in an order in which each uses earlier ones only, units, unit_value,
 * assumptions; cycles through any of them and through `same_as` and `of:` are reported with the whole chain.
 * Names are found by the syntax alone (syntax_visit_names), so that the order is known before the first type is.
 */
#include "language/build.h"
#include "language/cycles.h"

struct term_source {
  const struct document *document;
  const struct doc_term *term;
  enum scope scope;
  uint32_t scope_fact;
  struct parsed_tests tests; /* of a flag term */
  struct parsed_tests *cases;
  struct syntax **values; /* one for each case and the otherwise value, or the one of `is` */
  struct scalar *scalars;
  uint32_t value_count;
};

/* Nodes of the graph: the facts, then what line_value stands for (units and unit_value), then the terms. */
struct needs {
  struct builder *b;
  struct term_source *terms;
  uint32_t term_count;
  struct syntax *units, *unit_value;
  struct graph graph;
  uint32_t node; /* whose needs are being gathered */
};

static uint32_t value_node(const struct needs *n) { return n->b->model->fact_count; }
static uint32_t term_node(const struct needs *n, uint32_t term) { return n->b->model->fact_count + 1 + term; }

/* ---- parse ---- */

static void parse_value(struct needs *n, struct term_source *source, const struct scalar *scalar) {
  struct syntax_context context = syntax_in(n->b, source->document);
  source->scalars[source->value_count] = *scalar;
  source->values[source->value_count++] = is_given(scalar) ? syntax_term_value(&context, scalar) : NULL;
}

static void check_form(struct builder *b, const struct term_source *source) {
  const struct doc_term *from = source->term;
  bool is = is_given(&from->is), cases = from->cases_node != 0, tests = from->when.node || from->unless.node;
  struct span span = span_of(source->document, &from->term);
  if ((int)is + (int)cases + (int)tests != 1) {
    diagnostics_error(b->diagnostics, "R0344", span, "term `%t` has %s", &from->term.text,
                      is || cases || tests ? "more than one meaning" : "no meaning");
    diagnostics_hint(b->diagnostics,
                     "give it `is`, or `cases` with `otherwise`, or `when` and `unless` alone (then it is yes or no)");
  } else if (cases != is_given(&from->otherwise)) {
    diagnostics_error(b->diagnostics, "R0345", span,
                      cases ? "term `%t` has `cases` and no `otherwise`" : "term `%t` has `otherwise` and no `cases`",
                      &from->term.text);
    if (cases) diagnostics_hint(b->diagnostics, "say what it is where no case applies");
  }
}

static void parse_term(struct needs *n, struct term_source *source) {
  struct builder *b = n->b;
  const struct document *d = source->document;
  const struct doc_term *from = source->term;
  check_form(b, source);
  read_scope(b, d, &from->of, &source->scope, &source->scope_fact);
  parse_tests(b, d, &from->when, &from->unless, &source->tests);
  source->cases = build_items(b, from->case_count, sizeof *source->cases);
  source->values = build_items(b, from->case_count + 1, sizeof *source->values);
  source->scalars = build_items(b, from->case_count + 1, sizeof *source->scalars);
  if (!source->cases || !source->values || !source->scalars) return;
  for (uint32_t i = 0; i < from->case_count; i++) {
    const struct doc_value_case *each = &from->cases[i];
    parse_tests(b, d, &each->when, &each->unless, &source->cases[i]);
    parse_value(n, source, &each->is);
    if (each->when.node || each->unless.node) continue;
    diagnostics_error(b->diagnostics, "R0329", node_span(&d->tree, each->node), "this case has no condition");
    diagnostics_hint(b->diagnostics, "add `when`; what holds in all other cases is the `otherwise`");
  }
  if (is_given(&from->is) || is_given(&from->otherwise))
    parse_value(n, source, is_given(&from->is) ? &from->is : &from->otherwise);
}

static bool parse_all(struct needs *n) {
  struct builder *b = n->b;
  for (uint32_t i = 0; i < b->document_count; i++) n->term_count += b->documents[i]->term_count;
  n->terms = build_items(b, n->term_count, sizeof *n->terms);
  b->model->terms = build_items(b, n->term_count, sizeof *b->model->terms);
  if (!n->terms || !b->model->terms) return false;
  uint32_t index = 0;
  for (uint32_t i = 0; i < b->document_count; i++) {
    const struct document *d = b->documents[i];
    for (uint32_t j = 0; j < d->term_count; j++, index++) {
      n->terms[index] = (struct term_source){.document = d, .term = &d->terms[j]};
      declare_name(b, d, &d->terms[j].term, "a term", NAME_IN_EXPRESSIONS, &b->names, CHECK_TERM, index);
      parse_term(n, &n->terms[index]);
    }
  }
  for (uint32_t i = 0; i < b->model->fact_count; i++) {
    struct fact_source *source = &b->fact_sources[i];
    struct syntax_context context = syntax_in(b, source->document);
    if (is_given(&source->fact->assume)) source->assume = syntax_expression(&context, &source->fact->assume);
  }
  struct syntax_context context = syntax_in(b, b->policy);
  if (is_given(&b->policy->units)) n->units = syntax_expression(&context, &b->policy->units);
  if (is_given(&b->policy->unit_value)) n->unit_value = syntax_expression(&context, &b->policy->unit_value);
  return !b->diagnostics->out_of_memory;
}

/* ---- the graph ---- */

static bool add_need(struct needs *n, uint32_t node) {
  if (graph_add(&n->graph, n->node, node)) return true;
  build_no_memory(n->b);
  return false;
}

static bool visit_name(void *context, const struct syntax *name) {
  struct needs *n = context;
  if (text_is(name->text, "line_value") || text_is(name->text, "request_value")) return add_need(n, value_node(n));
  const struct name_entry *entry = names_find(&n->b->names, name->text);
  if (!entry) return true;
  return add_need(n, entry->kind == CHECK_FACT ? entry->index : term_node(n, entry->index));
}

static bool gather_syntax(struct needs *n, const struct syntax *syntax) {
  return !syntax || syntax_visit_names(syntax, visit_name, n);
}

static bool gather_tests(struct needs *n, const struct parsed_tests *tests) {
  for (uint32_t i = 0; i < tests->count; i++) {
    if (!gather_syntax(n, tests->items[i].syntax)) return false;
  }
  return true;
}

static bool gather_term(struct needs *n, uint32_t index) {
  const struct term_source *source = &n->terms[index];
  n->node = term_node(n, index);
  if (source->scope == SCOPE_FACT && !add_need(n, source->scope_fact)) return false;
  if (!gather_tests(n, &source->tests)) return false;
  for (uint32_t i = 0; i < source->term->case_count; i++) {
    if (!gather_tests(n, &source->cases[i])) return false;
  }
  for (uint32_t i = 0; i < source->value_count; i++) {
    if (!gather_syntax(n, source->values[i])) return false;
  }
  return true;
}

static bool gather_all(struct needs *n) {
  const struct model *model = n->b->model;
  for (uint32_t i = 0; i < model->fact_count; i++) {
    const struct fact *fact = &model->facts[i];
    n->node = i;
    if (fact->same_as != NO_INDEX && !add_need(n, fact->same_as)) return false;
    if (fact->scope == SCOPE_FACT && !add_need(n, fact->scope_fact)) return false;
    if (!gather_syntax(n, n->b->fact_sources[i].assume)) return false;
  }
  n->node = value_node(n);
  if (!gather_syntax(n, n->units) || !gather_syntax(n, n->unit_value)) return false;
  for (uint32_t i = 0; i < n->term_count; i++) {
    if (!gather_term(n, i)) return false;
  }
  return true;
}

static struct named node_name(const struct needs *n, uint32_t node) {
  const struct model *model = n->b->model;
  const struct document *policy = n->b->policy;
  if (node < model->fact_count) return (struct named){.name = model->facts[node].name, .span = model->facts[node].span};
  if (node == value_node(n))
    return (struct named){.name = text_of("line_value"),
                          .span = span_of(policy, is_given(&policy->unit_value) ? &policy->unit_value : &policy->units)};
  const struct term_source *source = &n->terms[node - value_node(n) - 1];
  return (struct named){.name = source->term->term.text, .span = span_of(source->document, &source->term->term)};
}

#define CHAIN_SHOWN 8

static void report_cycle(void *context, const uint32_t *nodes, uint32_t count) {
  struct needs *n = context;
  struct buffer chain;
  buffer_init(&chain, n->b->arena->memory);
  for (uint32_t i = 0; i < count && i < CHAIN_SHOWN; i++) {
    struct named each = node_name(n, nodes[i]);
    buffer_format(&chain, "`%t` -> ", &each.name);
  }
  struct named first = node_name(n, nodes[0]);
  diagnostics_error(n->b->diagnostics, "R0343", first.span, "`%t` needs itself: %s%s`%t`", &first.name, buffer_string(&chain),
                    count > CHAIN_SHOWN ? "... -> " : "", &first.name);
  buffer_free(&chain);
  for (uint32_t i = 1; i < count && i < CHAIN_SHOWN; i++) {
    struct named each = node_name(n, nodes[i]);
    diagnostics_related(n->b->diagnostics, each.span, "`%t` is declared here", &each.name);
  }
}

/* ---- check, in order ---- */

static void check_assume(struct builder *b, uint32_t index) {
  const struct fact_source *source = &b->fact_sources[index];
  struct fact *fact = &b->model->facts[index];
  if (!source->assume || fact->type == TYPE_NONE) return;
  const struct scalar *scalar = &source->fact->assume;
  struct check_scope scope = scope_in(b, source->document, fact->scope, fact->scope_fact, "an assumption");
  scope.specials_value = true;
  scope.expected_fact = fact;
  fact->assume = check_expression(&scope, source->assume, scalar, fact->type);
  if (!fact->assume) return;
  build_site(b, (struct site){.kind = SITE_FACT, .owner = fact->name, .span = fact->span, .value = fact->assume});
  if (fact->assume->op != OP_CONST || !fact->has_range) return;
  if (fact->assume->value >= fact->low && fact->assume->value <= fact->high) return;
  diagnostics_error(b->diagnostics, "R0336", span_of(source->document, scalar), "what is assumed is outside the range of `%t`",
                    &fact->name);
  diagnostics_related(b->diagnostics, span_of(source->document, &source->fact->range), "its range");
}

static struct expr *check_unit(struct needs *n, struct syntax *syntax, const struct scalar *scalar, enum value_type type,
                               const char *what, const char *place) {
  struct builder *b = n->b;
  if (!syntax) return NULL;
  struct check_scope scope = scope_in(b, b->policy, SCOPE_LINE, NO_INDEX, place);
  struct expr *value = check_expression(&scope, syntax, scalar, type);
  if (value)
    build_site(b, (struct site){.kind = SITE_UNITS, .owner = text_of(what), .span = span_of(b->policy, scalar), .value = value});
  return value;
}

static void check_cases(struct builder *b, const struct check_scope *scope, const struct term_source *source, struct term *term) {
  uint32_t cases = source->term->case_count;
  struct expr **values = build_items(b, source->value_count, sizeof *values);
  term->cases = build_items(b, cases, sizeof *term->cases);
  if (!values || !term->cases) return;
  term->type = check_values(scope, (const struct syntax *const *)source->values, source->scalars, values, source->value_count);
  for (uint32_t i = 0; i < source->value_count; i++) {
    struct tests *tests = NULL;
    if (i < cases) {
      struct value_case *each = &term->cases[term->case_count++];
      *each = (struct value_case){.value = values[i], .span = node_span(&source->document->tree, source->term->cases[i].node)};
      check_tests(b, scope, &source->cases[i], &each->tests);
      tests = &each->tests;
      build_site(b, (struct site){.kind = SITE_TERM, .owner = term->name, .span = term->span, .tests = tests});
    } else {
      term->value = values[i];
    }
    if (values[i])
      build_site(b,
                 (struct site){.kind = SITE_TERM, .owner = term->name, .span = term->span, .tests = tests, .value = values[i]});
  }
  if (!term->value) term->bare = 0; /* `otherwise` was left out, in error */
}

static void check_term(struct needs *n, uint32_t index, bool in_cycle) {
  struct builder *b = n->b;
  const struct term_source *source = &n->terms[index];
  struct named name = named_of(b, source->document, &source->term->term);
  struct term *term = &b->model->terms[b->model->term_count++];
  *term = (struct term){.name = name.name, .span = name.span, .scope = source->scope, .scope_fact = source->scope_fact};
  if (in_cycle) return;
  struct check_scope scope = scope_in(b, source->document, term->scope, term->scope_fact, "a term");
  scope.specials_value = true;
  scope.aggregates = true;
  scope.stays_bare = &term->bare;
  if (source->value_count) {
    check_cases(b, &scope, source, term);
  } else {
    term->is_flag_of_tests = true;
    term->type = TYPE_FLAG;
    check_tests(b, &scope, &source->tests, &term->tests);
    build_site(b, (struct site){.kind = SITE_TERM, .owner = term->name, .span = term->span, .tests = &term->tests});
  }
}

/* From now on a term's index is its place in the order. */
static bool renumber_terms(struct needs *n, const uint32_t *order) {
  struct builder *b = n->b;
  uint32_t *place = build_items(b, n->term_count, sizeof *place), next = 0;
  if (!place) return false;
  for (uint32_t i = 0; i < n->graph.node_count; i++) {
    if (order[i] > value_node(n)) place[order[i] - value_node(n) - 1] = next++;
  }
  for (uint32_t i = 0; i < b->names.count; i++) {
    struct name_entry *entry = &b->names.entries[i];
    if (entry->kind == CHECK_TERM) entry->index = place[entry->index];
  }
  return true;
}

void settle_terms(struct builder *b) {
  for (uint32_t i = 0; i < b->model->term_count; i++) {
    struct check_scope scope = {.model = b->model, .diagnostics = b->diagnostics, .arena = b->arena};
    if (b->model->terms[i].bare) check_settle_term(&scope, i);
  }
}

void declare_terms(struct builder *b) {
  struct needs n = {.b = b};
  if (!parse_all(&n)) return;
  graph_init(&n.graph, b->arena, term_node(&n, n.term_count));
  uint32_t *order = build_items(b, n.graph.node_count, sizeof *order);
  bool *in_cycle = build_items(b, n.graph.node_count, sizeof *in_cycle);
  if (!order || !in_cycle || !gather_all(&n)) return;
  if (!graph_order(&n.graph, order, in_cycle, report_cycle, &n)) {
    build_no_memory(b);
    return;
  }
  if (!renumber_terms(&n, order)) return;
  const struct document *policy = b->policy;
  for (uint32_t i = 0; i < n.graph.node_count; i++) {
    uint32_t node = order[i];
    if (node > value_node(&n)) {
      check_term(&n, node - value_node(&n) - 1, in_cycle[node]);
    } else if (in_cycle[node]) {
      continue;
    } else if (node < value_node(&n)) {
      check_assume(b, node);
    } else {
      b->model->units = check_unit(&n, n.units, &policy->units, TYPE_COUNT, "units", "`units`");
      b->model->unit_value = check_unit(&n, n.unit_value, &policy->unit_value, TYPE_MONEY, "unit_value", "`unit_value`");
    }
  }
}
