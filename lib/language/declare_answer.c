/* Declare the answer: fees, bonuses, approvals and outputs, which are decided once the rules have given their verdict.
 *
 * In: the documents, rules declared. Out: model->fees, bonuses, approvals, outputs.
 * Conditions may ask for `verdict`, `rule` and `credit` here; an amount says of what it is charged.
 */
#include "language/build.h"

static const char *const above_credit_words[] = {"zero", "owed"};

static struct check_scope answer_scope(struct builder *b, const struct document *d, enum scope level, const char *place) {
  struct check_scope scope = scope_in(b, d, level, NO_INDEX, place);
  scope.specials_value = true;
  return scope;
}

/* ---- fees and bonuses ---- */

struct adjustment_kind {
  enum site_kind site;
  const char *name, *condition, *amount;
};
static const struct adjustment_kind fee_kind = {SITE_FEE, "a fee", "a fee's condition", "a fee's amount"};
static const struct adjustment_kind bonus_kind = {SITE_BONUS, "a bonus", "a bonus's condition", "a bonus's amount"};

static void declare_amount(struct builder *b, const struct doc_adjustment *from, const struct adjustment_kind *kind,
                           struct adjustment *out) {
  const struct document *d = b->policy;
  struct syntax_context context = syntax_in(b, d);
  uint32_t basis = 0;
  struct syntax *syntax = is_given(&from->amount) ? syntax_amount(&context, &from->amount, &basis) : NULL;
  if (syntax && !basis) {
    diagnostics_error(b->diagnostics, "R0610", span_of(d, &from->amount), "`%t` does not say of what it is charged", &out->name);
    diagnostics_hint(b->diagnostics, "add `per unit`, `per line` or `per request`");
  }
  out->basis = (enum basis)basis;
  out->amount_source = from->amount.text;
  bool request = basis == BASIS_REQUEST;
  struct check_scope scope =
      answer_scope(b, d, request ? SCOPE_REQUEST : SCOPE_LINE, request ? "an amount per request" : kind->amount);
  scope.specials_portion = scope.specials_verdict = !request;
  struct named owner = {out->name, out->span};
  if (syntax) out->amount = check_expression(&scope, syntax, &from->amount, TYPE_MONEY);
  if (out->amount)
    build_site(b, (struct site){
                      .kind = kind->site, .owner = owner.name, .span = owner.span, .tests = &out->tests, .value = out->amount});
  if (is_given(&from->at_least))
    out->at_least = build_expression(b, &scope, d, &from->at_least, TYPE_MONEY, kind->site, owner, &out->tests);
  if (is_given(&from->at_most))
    out->at_most = build_expression(b, &scope, d, &from->at_most, TYPE_MONEY, kind->site, owner, &out->tests);
  const struct expr *least = out->at_least, *most = out->at_most;
  if (!least || !most || least->op != OP_CONST || most->op != OP_CONST || least->value <= most->value) return;
  diagnostics_error(b->diagnostics, "R0611", least->span, "`%t` has an `at_least` that is more than its `at_most`", &out->name);
  diagnostics_related(b->diagnostics, most->span, "its `at_most`");
}

static void declare_above_credit(struct builder *b, const struct doc_adjustment *from, struct adjustment *out) {
  const struct document *d = b->policy;
  out->above_credit = b->above_credit;
  if (is_given(&from->above_credit)) {
    uint32_t word = read_word(b, d, &from->above_credit, above_credit_words, 2, "an answer to a fee above the credit");
    out->above_credit = word == NO_INDEX ? FEE_ABOVE_OWED : (enum fee_above_credit)(word + 1);
  }
  if (!out->on_denial || out->above_credit != FEE_ABOVE_ZERO) return;
  diagnostics_warning(b->diagnostics, "R0612", span_of(d, &from->on_denial),
                      "`%t` is charged on denials, where there is no credit to take it from", &out->name);
  diagnostics_hint(b->diagnostics, "add `above_credit: owed`, or leave `on_denial` out");
}

static void declare_adjustment(struct builder *b, const struct doc_adjustment *from, const struct adjustment_kind *kind,
                               struct names *table, struct adjustment *out, uint32_t index) {
  const struct document *d = b->policy;
  struct named name = named_of(b, d, &from->name);
  *out = (struct adjustment){.name = name.name, .span = name.span};
  declare_name(b, d, &from->name, kind->name, NAME_APART, table, 0, index);
  struct check_scope scope = answer_scope(b, d, SCOPE_LINE, kind->condition);
  scope.specials_verdict = true;
  build_tests(b, &scope, d, &from->when, &from->unless, kind->site, name, &out->tests);
  declare_amount(b, from, kind, out);
  out->on_denial = read_yes_no(b, d, &from->on_denial, false);
  if (kind->site == SITE_FEE) {
    declare_above_credit(b, from, out);
    return;
  }
  const struct scalar *odd = is_given(&from->on_denial) ? &from->on_denial : &from->above_credit;
  if (is_given(odd))
    diagnostics_error(b->diagnostics, "R0613", span_of(d, odd),
                      "a bonus goes with a grant and is never owed: it has no `on_denial` and no `above_credit`");
}

/* ---- approvals ---- */

static void declare_approval(struct builder *b, const struct doc_approval *from, struct approval *out) {
  const struct document *d = b->policy;
  struct named role = named_of(b, d, &from->approval);
  struct names alone; /* a role may stand at several approvals, each with a reason of its own */
  names_init(&alone, b->arena);
  declare_name(b, d, &from->approval, "a role", NAME_APART, &alone, 0, 0);
  *out = (struct approval){.role = role.name, .span = role.span};
  read_reason(b, d, &from->because, &out->because);
  struct check_scope scope = answer_scope(b, d, SCOPE_LINE, "an approval's condition");
  scope.specials_verdict = true;
  build_tests(b, &scope, d, &from->when, &from->unless, SITE_APPROVAL, role, &out->tests);
  out->scope = SCOPE_REQUEST;
  for (uint32_t i = 0; i < out->tests.count; i++) {
    if (reads_line(b->model, out->tests.items[i].condition)) out->scope = SCOPE_LINE;
  }
}

/* ---- outputs ---- */

static uint32_t output_value(struct builder *b, const struct document *d, const struct scalar *scalar,
                             const struct output *output, const struct names *table) {
  if (!is_given(scalar)) return 0;
  struct text text = build_normal(b, scalar->text);
  const struct name_entry *entry = names_find(table, text);
  if (entry) return entry->index;
  struct nearest nearest;
  nearest_begin(&nearest, text);
  for (uint32_t i = 0; i < output->value_count; i++) nearest_try(&nearest, output->values[i].name);
  diagnostics_error(b->diagnostics, "R0348", span_of(d, scalar), "`%t` is no value of output `%t`", &text, &output->name);
  hint_nearest(b, &nearest);
  return 0;
}

static void declare_output_case(struct builder *b, const struct document *d, const struct doc_value_case *from,
                                const struct names *values, struct output *output) {
  struct output_case *out = &output->cases[output->case_count++];
  out->span = node_span(&d->tree, from->node);
  out->value = output_value(b, d, &from->is, output, values);
  struct check_scope scope = answer_scope(b, d, SCOPE_LINE, "an output's condition");
  scope.specials_verdict = true;
  build_tests(b, &scope, d, &from->when, &from->unless, SITE_OUTPUT, (struct named){output->name, output->span}, &out->tests);
  if (from->when.node || from->unless.node) return;
  diagnostics_error(b->diagnostics, "R0329", out->span, "this case has no condition");
  diagnostics_hint(b->diagnostics, "add `when`; what holds in all other cases is the `otherwise`");
}

static void declare_output(struct builder *b, const struct document *d, const struct doc_output *from, struct names *table,
                           uint32_t index) {
  struct output *output = &b->model->outputs[index];
  struct named name = named_of(b, d, &from->output);
  struct names values;
  *output = (struct output){.name = name.name, .span = name.span};
  declare_name(b, d, &from->output, "an output", NAME_APART, table, 0, index);
  read_values(b, d, &from->values, "this output", &output->values, &output->value_count, &values);
  output->cases = build_items(b, from->case_count, sizeof *output->cases);
  if (!output->cases) return;
  for (uint32_t i = 0; i < from->case_count; i++) declare_output_case(b, d, &from->cases[i], &values, output);
  output->otherwise = output_value(b, d, &from->otherwise, output, &values);
}

static void declare_outputs(struct builder *b) {
  struct names table;
  names_init(&table, b->arena);
  uint32_t count = 0;
  for (uint32_t i = 0; i < b->document_count; i++) count += b->documents[i]->output_count;
  b->model->outputs = build_items(b, count, sizeof *b->model->outputs);
  if (!b->model->outputs) return;
  for (uint32_t i = 0; i < b->document_count; i++) {
    const struct document *d = b->documents[i];
    for (uint32_t j = 0; j < d->output_count; j++) declare_output(b, d, &d->outputs[j], &table, b->model->output_count++);
  }
}

void declare_answer(struct builder *b) {
  const struct document *d = b->policy;
  struct model *model = b->model;
  struct names fees, bonuses;
  names_init(&fees, b->arena);
  names_init(&bonuses, b->arena);
  model->fees = build_items(b, d->fee_count, sizeof *model->fees);
  model->bonuses = build_items(b, d->bonus_count, sizeof *model->bonuses);
  model->approvals = build_items(b, d->approval_count, sizeof *model->approvals);
  if (!model->fees || !model->bonuses || !model->approvals) return;
  for (uint32_t i = 0; i < d->fee_count; i++)
    declare_adjustment(b, &d->fees[i], &fee_kind, &fees, &model->fees[model->fee_count++], i);
  for (uint32_t i = 0; i < d->bonus_count; i++)
    declare_adjustment(b, &d->bonuses[i], &bonus_kind, &bonuses, &model->bonuses[model->bonus_count++], i);
  for (uint32_t i = 0; i < d->approval_count; i++)
    declare_approval(b, &d->approvals[i], &model->approvals[model->approval_count++]);
  declare_outputs(b);
}
