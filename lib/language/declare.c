/* Declare: the head of a policy, its facts and its sets.
 *
 * In: the documents. Out: model->facts with types, values, ranges and defaults (assumptions come with the terms, which they may
 * use), the sets, currency, conventions, validity. Facts of vocabularies come before the policy's own, in the order of `use:`.
 * It must not know rules.
 */
#include "language/build.h"
#include "language/currency.h"

static const char *const rounding_words[] = {"half_up", "half_even", "down", "up"};
static const char *const month_end_words[] = {"clamp", "overflow"};
static const char *const fill_words[] = {"request_order", "cheapest_first", "dearest_first"};
static const char *const above_credit_words[] = {"zero", "owed"};
static const char *const type_words[] = {"flag",  "choice", "set",     "text", "count",  "decimal", "percent",
                                         "money", "date",   "instant", "days", "months", "hours"};
#define WORDS(list) list, (uint32_t)(sizeof list / sizeof *list)

/* The words stand in the order of their enums, which begin with 1; 0 is "unset". */
static uint32_t read_convention(struct builder *b, const struct scalar *scalar, const char *const *words, uint32_t count,
                                const char *what) {
  return is_given(scalar) ? read_word(b, b->policy, scalar, words, count, what) + 1 : 0; /* NO_INDEX + 1 is "unset" */
}

/* What makes a policy one about money: the name of a fact, or a key. Amounts in terms have such a fact, or a literal
 * (check_bare.c). */
static struct text first_about_money(const struct builder *b) {
  for (uint32_t i = 0; i < b->document_count; i++) {
    for (uint32_t j = 0; j < b->documents[i]->fact_count; j++) {
      if (text_is(b->documents[i]->facts[j].type.text, "money")) return b->documents[i]->facts[j].fact.text;
    }
  }
  const struct document *d = b->policy;
  for (uint32_t i = 0; i < d->allowance_count; i++) {
    if (is_given(&d->allowances[i].money)) return d->allowances[i].allowance.text;
  }
  return text_of(is_given(&d->unit_value) ? "unit_value" : d->fee_count ? "fees" : d->bonus_count ? "bonuses" : "");
}

static void declare_currency(struct builder *b) {
  const struct scalar *currency = &b->policy->currency;
  b->model->minor_digits = CURRENCY_DEFAULT_DIGITS;
  if (!is_given(currency)) {
    struct text about = first_about_money(b);
    if (!about.size) return;
    diagnostics_error(b->diagnostics, "R0352", b->model->name_span, "`%t` is about money, and the policy has no `currency`",
                      &about);
    diagnostics_hint(b->diagnostics, "add `currency: EUR`, or whatever it is");
    b->model->currency = text_of("XXX"); /* ISO 4217 for none: said once, not again at every amount */
    return;
  }
  struct nearest nearest;
  b->model->currency = currency->text;
  if (currency_find(currency->text, &b->model->minor_digits, &nearest)) return;
  diagnostics_error(b->diagnostics, "R0330", span_of(b->policy, currency), "`%t` is no currency of ISO 4217", &currency->text);
  if (!hint_nearest(b, &nearest)) diagnostics_hint(b->diagnostics, "three capital letters, such as EUR, USD or AUD");
}

void declare_header(struct builder *b) {
  struct model *model = b->model;
  const struct document *policy = b->policy;
  struct named name = named_of(b, policy, &policy->policy);
  struct names alone;
  names_init(&alone, b->arena);
  declare_name(b, policy, &policy->policy, "a policy", NAME_APART, &alone, 0, 0);
  model->name = name.name;
  model->name_span = name.span;
  model->revision = policy->revision.text;
  model->title = policy->title.text;
  declare_currency(b);
  model->month_end =
      (enum month_end)read_convention(b, &policy->month_end, WORDS(month_end_words), "an answer to what a month ends on");
  model->rounding = (enum rounding)read_convention(b, &policy->rounding, WORDS(rounding_words), "a way of rounding");
  model->fill = (enum fill_order)read_convention(b, &policy->fill, WORDS(fill_words), "an order of lines");
  b->above_credit = (enum fee_above_credit)read_convention(b, &policy->fee_above_credit, WORDS(above_credit_words),
                                                           "an answer to a fee above the credit");
}

/* ---- facts: first their names, types and values, ... ---- */

static void declare_values(struct builder *b, const struct document *d, const struct doc_fact *from, struct fact *fact) {
  bool wanted = fact->type == TYPE_CHOICE || fact->type == TYPE_SET, given = from->values.node != 0;
  if (wanted && !from->values.count) {
    diagnostics_error(b->diagnostics, "R0332", span_of(d, &from->type), "%s fact `%t` needs `values`",
                      fact->type == TYPE_SET ? "set" : "choice", &fact->name);
    diagnostics_hint(b->diagnostics, "list what it may be: `values: [new, worn]`");
    fact->type = TYPE_NONE;
  } else if (!wanted && given && fact->type != TYPE_NONE) {
    diagnostics_error(b->diagnostics, "R0333", node_span(&d->tree, from->values.node), "a %s fact has no `values`",
                      type_name(fact->type));
    diagnostics_hint(b->diagnostics, "`type: choice` is one of declared values, `type: set` any of them");
  }
  if (!wanted || !given) return;
  struct names *table = build_items(b, 1, sizeof *table);
  if (!table) return;
  read_values(b, d, &from->values, "this fact", &fact->values, &fact->value_count, table);
  fact->value_names = table;
  if (fact->type == TYPE_SET && fact->value_count > MAX_VALUES_OF_SET) {
    diagnostics_error(b->diagnostics, "R0334", fact->values[MAX_VALUES_OF_SET].span,
                      "a set has at most %u members, this one has %u", (uint32_t)MAX_VALUES_OF_SET, fact->value_count);
    fact->type = TYPE_NONE;
  }
}

static void declare_fact(struct builder *b, const struct document *d, const struct doc_fact *from) {
  uint32_t index = b->model->fact_count++;
  struct fact *fact = &b->model->facts[index];
  struct named name = named_of(b, d, &from->fact);
  *fact =
      (struct fact){.name = name.name, .span = name.span, .scope_fact = NO_INDEX, .same_as = NO_INDEX, .supplied_step = NO_INDEX};
  b->fact_sources[index] = (struct fact_source){.document = d, .fact = from};
  declare_name(b, d, &from->fact, "a fact", NAME_IN_EXPRESSIONS, &b->names, CHECK_FACT, index);
  fact->type = (enum value_type)(read_word(b, d, &from->type, WORDS(type_words), "a type") + 1); /* NO_INDEX + 1 is TYPE_NONE */
  declare_values(b, d, from, fact);
  fact->is_private = read_yes_no(b, d, &from->is_private, false);
  if (is_given(&from->supplied_by)) fact->supplied_by = build_normal(b, from->supplied_by.text);
}

/* ---- ... then what refers to other facts, or to the fact's own type ---- */

static bool in_range(const struct fact *fact, int64_t value) {
  return !fact->has_range || (value >= fact->low && value <= fact->high);
}

static void declare_range(struct builder *b, const struct document *d, const struct doc_fact *from, struct fact *fact) {
  if (!is_given(&from->range) || fact->type == TYPE_NONE) return;
  if (!build_has_range(fact->type)) {
    diagnostics_error(b->diagnostics, "R0335", span_of(d, &from->range), "a %s fact has no `range`: its values have no order",
                      type_name(fact->type));
    return;
  }
  struct check_scope scope = scope_in(b, d, SCOPE_REQUEST, NO_INDEX, "a range");
  fact->has_range = check_range(&scope, &from->range, fact, &fact->low, &fact->high);
}

static void declare_absent(struct builder *b, const struct document *d, const struct doc_fact *from, struct fact *fact) {
  if (!is_given(&from->absent) || fact->type == TYPE_NONE) return;
  struct check_scope scope = scope_in(b, d, SCOPE_REQUEST, NO_INDEX, "`absent`");
  fact->has_absent = check_literal(&scope, &from->absent, fact, &fact->absent, &fact->absent_offset);
  if (fact->has_absent && !in_range(fact, fact->absent)) {
    diagnostics_error(b->diagnostics, "R0336", span_of(d, &from->absent), "`absent` is outside the range of `%t`", &fact->name);
    diagnostics_related(b->diagnostics, span_of(d, &from->range), "its range");
  }
}

/* A fact may stand in for one of the same or a narrower scope. */
static bool scope_covers(const struct fact *narrow, const struct fact *wide) {
  return wide->scope == SCOPE_REQUEST || narrow->scope == SCOPE_LINE ||
         (narrow->scope == wide->scope && narrow->scope_fact == wide->scope_fact);
}

static void declare_same_as(struct builder *b, const struct document *d, const struct doc_fact *from, struct fact *fact) {
  if (!is_given(&from->same_as)) return;
  struct named name = named_of(b, d, &from->same_as);
  const struct name_entry *entry = names_find(&b->names, name.name);
  if (!entry || entry->kind != CHECK_FACT) {
    struct nearest nearest;
    nearest_begin(&nearest, name.name);
    for (uint32_t i = 0; i < b->model->fact_count; i++) nearest_try(&nearest, b->model->facts[i].name);
    diagnostics_error(b->diagnostics, "R0337", name.span, "`same_as: %t` names no fact", &name.name);
    hint_nearest(b, &nearest);
    return;
  }
  const struct fact *other = &b->model->facts[entry->index];
  fact->same_as = entry->index;
  if (fact->type == TYPE_NONE || other->type == TYPE_NONE) return;
  if (other->type != fact->type) {
    diagnostics_error(b->diagnostics, "R0338", name.span, "`%t` is %s, `%t` is %s", &fact->name, check_type_phrase(fact->type),
                      &other->name, check_type_phrase(other->type));
  } else if (!check_same_values(fact, other)) {
    diagnostics_error(b->diagnostics, "R0338", name.span, "`%t` and `%t` must declare the same values in the same order",
                      &fact->name, &other->name);
  } else if (!scope_covers(fact, other)) {
    diagnostics_error(b->diagnostics, "R0338", name.span, "`%t` is known for each line only, `%t` is not", &other->name,
                      &fact->name);
  } else {
    return;
  }
  diagnostics_related(b->diagnostics, other->span, "`%t` is declared here", &other->name);
}

/* What stands in for a value that the host does not pass: one way at most. */
static void check_defaults(struct builder *b, const struct document *d, const struct doc_fact *from, const struct fact *fact) {
  const struct {
    const char *key;
    const struct scalar *scalar;
  } ways[] = {{"absent", &from->absent}, {"same_as", &from->same_as}, {"assume", &from->assume}, {"optional", &from->optional}};
  const char *first = NULL;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    if (!is_given(ways[i].scalar) || (i == 3 && !fact->optional)) continue;
    if (first) {
      diagnostics_error(b->diagnostics, "R0339", span_of(d, ways[i].scalar), "`%s` and `%s` exclude each other", first,
                        ways[i].key);
      diagnostics_hint(b->diagnostics, "a fact that is not passed has a value, or is asked for with `is given`");
    } else {
      first = ways[i].key;
    }
  }
  if (is_given(&from->assume) && !is_given(&from->supplied_by)) {
    diagnostics_error(b->diagnostics, "R0340", span_of(d, &from->assume),
                      "`assume` stands in until a step supplies `%t`, and no step does", &fact->name);
    diagnostics_hint(b->diagnostics, "add `supplied_by: STEP`, or write `absent:` for a value that always stands in");
  }
}

static void complete_fact(struct builder *b, uint32_t index) {
  const struct document *d = b->fact_sources[index].document;
  const struct doc_fact *from = b->fact_sources[index].fact;
  struct fact *fact = &b->model->facts[index];
  fact->optional = read_yes_no(b, d, &from->optional, false);
  check_defaults(b, d, from, fact);
  declare_range(b, d, from, fact);
  declare_absent(b, d, from, fact);
}

void declare_facts(struct builder *b) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < b->document_count; i++) count += b->documents[i]->fact_count;
  b->model->facts = build_items(b, count, sizeof *b->model->facts);
  b->fact_sources = build_items(b, count, sizeof *b->fact_sources);
  if (!b->model->facts || !b->fact_sources) return;
  for (uint32_t i = 0; i < b->document_count; i++) {
    const struct document *d = b->documents[i];
    for (uint32_t j = 0; j < d->fact_count; j++) declare_fact(b, d, &d->facts[j]);
  }
  /* Scopes of all facts before the first same_as, which compares them. */
  for (uint32_t i = 0; i < count; i++) {
    struct fact *fact = &b->model->facts[i];
    read_scope(b, b->fact_sources[i].document, &b->fact_sources[i].fact->of, &fact->scope, &fact->scope_fact);
  }
  for (uint32_t i = 0; i < count; i++) complete_fact(b, i);
  for (uint32_t i = 0; i < count; i++)
    declare_same_as(b, b->fact_sources[i].document, b->fact_sources[i].fact, &b->model->facts[i]);
}

/* ---- sets, validity ---- */

void declare_sets(struct builder *b) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < b->document_count; i++) count += b->documents[i]->set_count;
  b->sets = build_items(b, count, sizeof *b->sets);
  if (!b->sets) return;
  for (uint32_t i = 0; i < b->document_count; i++) {
    const struct document *d = b->documents[i];
    for (uint32_t j = 0; j < d->set_count; j++) {
      const struct doc_set *from = &d->sets[j];
      struct named name = named_of(b, d, &from->set);
      struct set_values *set = &b->sets[b->set_count];
      struct names table;
      declare_name(b, d, &from->set, "a set", NAME_IN_EXPRESSIONS, &b->set_names, 0, b->set_count++);
      *set = (struct set_values){.name = name.name, .span = name.span};
      read_values(b, d, &from->values, "this set", &set->values, &set->count, &table);
    }
  }
}

void declare_valid(struct builder *b) {
  const struct document *d = b->policy;
  struct model *model = b->model;
  model->valid_by = NO_INDEX;
  model->valid_span = d->valid_node ? node_span(&d->tree, d->valid_node) : model->name_span;
  if (!d->valid_node) return;
  if (is_given(&d->valid_from)) model->has_from = read_date(b, d, &d->valid_from, &model->valid_from);
  if (is_given(&d->valid_until)) model->has_until = read_date(b, d, &d->valid_until, &model->valid_until);
  if (!is_given(&d->valid_from) && !is_given(&d->valid_until)) {
    diagnostics_error(b->diagnostics, "R0341", node_span(&d->tree, d->valid_node), "`valid` needs `from`, `until` or both");
  }
  if (model->has_from && model->has_until && model->valid_from > model->valid_until) {
    diagnostics_error(b->diagnostics, "R0341", span_of(d, &d->valid_until),
                      "`until` lies before `from`: the policy would never be valid");
  }
  if (!is_given(&d->valid_by)) return;
  struct named name = named_of(b, d, &d->valid_by);
  const struct name_entry *entry = names_find(&b->names, name.name);
  const struct fact *fact = entry && entry->kind == CHECK_FACT ? &model->facts[entry->index] : NULL;
  if (fact && (fact->type == TYPE_NONE || (fact->type == TYPE_DATE && fact->scope == SCOPE_REQUEST))) {
    model->valid_by = entry->index;
    return;
  }
  struct nearest nearest;
  nearest_begin(&nearest, name.name);
  for (uint32_t i = 0; i < model->fact_count; i++) {
    if (model->facts[i].type == TYPE_DATE && model->facts[i].scope == SCOPE_REQUEST) nearest_try(&nearest, model->facts[i].name);
  }
  diagnostics_error(b->diagnostics, "R0342", name.span, "`by: %t` must name a date fact that is `of: request`", &name.name);
  if (fact) diagnostics_related(b->diagnostics, fact->span, "`%t` is declared here", &name.name);
  hint_nearest(b, &nearest);
}
