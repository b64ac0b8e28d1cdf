/* Declare rules: what must hold of a request, the allowances, the rules and the last resort.
 *
 * In: the policy's document, facts and terms declared. Out: model->require, allowances, rules.
 * It must not know what is charged or asked beside the verdict (declare_answer.c).
 */
#include "language/build.h"

static const char *const verdict_words[] = {"authorize", "partial_credit", "exchange_only", "deny"};
static const char *const none_words[] = {"none"};

static void declare_require(struct builder *b) {
  static const struct scalars nothing;
  const struct document *d = b->policy;
  struct check_scope scope = scope_in(b, d, SCOPE_LINE, NO_INDEX, "`require`");
  scope.specials_value = true;
  build_tests(b, &scope, d, &d->require, &nothing, SITE_REQUIRE, (struct named){.name = text_of("require")}, &b->model->require);
}

/* ---- allowances ---- */

static void declare_allowance(struct builder *b, const struct doc_allowance *from) {
  const struct document *d = b->policy;
  uint32_t index = b->model->allowance_count++;
  struct allowance *allowance = &b->model->allowances[index];
  struct named name = named_of(b, d, &from->allowance);
  *allowance = (struct allowance){.name = name.name, .span = name.span, .scope = SCOPE_REQUEST, .scope_fact = NO_INDEX};
  declare_name(b, d, &from->allowance, "an allowance", NAME_IN_EXPRESSIONS, &b->allowance_names, 0, index);
  const struct name_entry *same = names_find(&b->names, name.name);
  if (same) {
    diagnostics_error(b->diagnostics, "R0328", name.span, "`%t` is declared twice", &name.name);
    diagnostics_related(b->diagnostics, same->span, "first here");
  }
  if (is_given(&from->of)) read_scope(b, d, &from->of, &allowance->scope, &allowance->scope_fact);
  if (is_given(&from->of) && text_is(from->of.text, "line")) {
    diagnostics_error(b->diagnostics, "R0346", span_of(d, &from->of),
                      "lines draw on an allowance together: it cannot be `of: line`");
    diagnostics_hint(b->diagnostics, "write the limit of a line into the rule: `up_to: 3 units`");
  }
  if (is_given(&from->units) == is_given(&from->money)) {
    diagnostics_error(b->diagnostics, "R0347", name.span, "allowance `%t` needs `units` or `money`, and one of them only",
                      &name.name);
    return;
  }
  allowance->money = is_given(&from->money);
  struct check_scope scope = scope_in(b, d, allowance->scope, allowance->scope_fact, "an allowance");
  scope.specials_value = true;
  allowance->amount = build_expression(b, &scope, d, allowance->money ? &from->money : &from->units,
                                       allowance->money ? TYPE_MONEY : TYPE_COUNT, SITE_ALLOWANCE, name, NULL);
}

/* ---- rules ---- */

static bool is_number(const struct syntax *syntax) {
  return syntax->kind == SYNTAX_NUMBER || (syntax->kind == SYNTAX_NEGATE && is_number(syntax->kids[0]));
}

static bool has_fraction(struct text text) {
  for (uint32_t i = 0; i < text.size; i++) {
    if (text.bytes[i] == '.') return true;
  }
  return false;
}

/* `up_to` that is no allowance: units, or money at unit_value. */
static void limit_expression(struct builder *b, const struct check_scope *scope, const struct scalar *scalar, struct rule *rule) {
  struct syntax_context context = syntax_in(b, b->policy);
  bool units = false;
  struct syntax *syntax = syntax_limit(&context, scalar, &units);
  if (!syntax) return;
  bool engine_value = text_is(syntax->text, "line_value") || text_is(syntax->text, "request_value");
  if (syntax->kind == SYNTAX_NAME && !units && !engine_value && !names_find(&b->names, syntax->text)) {
    struct nearest nearest;
    nearest_begin(&nearest, syntax->text);
    for (uint32_t i = 0; i < b->allowance_names.count; i++) nearest_try(&nearest, b->allowance_names.entries[i].name);
    for (uint32_t i = 0; i < b->names.count; i++) nearest_try(&nearest, b->names.entries[i].name);
    diagnostics_error(b->diagnostics, "R0605", rule->limit_span, "`%t` is no allowance, fact or term", &syntax->text);
    hint_nearest(b, &nearest);
    return;
  }
  enum value_type expected = units ? TYPE_COUNT : TYPE_NONE;
  if (!units && is_number(syntax)) expected = has_fraction(scalar->text) ? TYPE_MONEY : TYPE_COUNT;
  struct expr *limit = check_expression(scope, syntax, scalar, expected);
  if (!limit) return;
  if (limit->type != TYPE_COUNT && limit->type != TYPE_MONEY && limit->type != TYPE_NONE) {
    diagnostics_error(b->diagnostics, "R0606", rule->limit_span, "`up_to` is a number of units or an amount of money, this is %s",
                      check_type_phrase(limit->type));
    if (limit->type == TYPE_DECIMAL) diagnostics_hint(b->diagnostics, "write `round_down(...)` for whole units");
    return;
  }
  rule->limit = limit;
  rule->limit_kind = limit->type == TYPE_MONEY ? LIMIT_MONEY : LIMIT_UNITS;
}

static void declare_limit(struct builder *b, const struct doc_rule *from, struct rule *rule) {
  const struct document *d = b->policy;
  if (!is_given(&from->up_to)) return;
  rule->limit_span = span_of(d, &from->up_to);
  const struct name_entry *allowance = names_find(&b->allowance_names, build_normal(b, from->up_to.text));
  if (allowance) {
    rule->limit_kind = LIMIT_ALLOWANCE;
    rule->limit_allowance = allowance->index;
  } else {
    struct check_scope scope = scope_in(b, d, SCOPE_LINE, NO_INDEX, "`up_to`");
    scope.specials_value = true;
    limit_expression(b, &scope, &from->up_to, rule);
    if (rule->limit)
      build_site(b, (struct site){
                        .kind = SITE_RULE, .owner = rule->name, .span = rule->span, .tests = &rule->tests, .value = rule->limit});
  }
  bool money = rule->limit_kind == LIMIT_MONEY || (allowance && b->model->allowances[allowance->index].money);
  if (!money || is_given(&d->unit_value)) return;
  diagnostics_error(b->diagnostics, "R0607", rule->limit_span,
                    "how many units fit into an amount of money needs the worth of a unit");
  diagnostics_hint(b->diagnostics, "declare `unit_value`");
}

static void declare_credit(struct builder *b, const struct scalar *credit, struct rule *rule) {
  const struct document *d = b->policy;
  const char *verdict = verdict_words[rule->verdict - 1];
  if (!is_given(credit)) {
    if (rule->verdict != VERDICT_PARTIAL_CREDIT) return;
    diagnostics_error(b->diagnostics, "R0601", rule->span, "`%t` grants a partial credit and does not say how much", &rule->name);
    diagnostics_hint(b->diagnostics, "add `credit`, as in `credit: 60%% of value`");
    return;
  }
  if (rule->verdict == VERDICT_AUTHORIZE || rule->verdict == VERDICT_DENY) {
    diagnostics_error(b->diagnostics, "R0602", span_of(d, credit), "`%s` takes no `credit`: it credits %s", verdict,
                      rule->verdict == VERDICT_DENY ? "nothing" : "the full value");
    diagnostics_hint(b->diagnostics, "`partial_credit` and `exchange_only` may say how much");
  }
  struct check_scope scope = scope_in(b, d, SCOPE_LINE, NO_INDEX, "a credit");
  scope.specials_value = scope.specials_portion = true;
  rule->credit_source = credit->text;
  rule->credit =
      build_expression(b, &scope, d, credit, TYPE_MONEY, SITE_RULE, (struct named){rule->name, rule->span}, &rule->tests);
}

/* What a rule and the last resort have in common. */
static void declare_outcome(struct builder *b, const struct scalar *then, const struct scalar *because,
                            const struct scalar *credit, const struct scalar *fees, struct rule *rule) {
  const struct document *d = b->policy;
  uint32_t verdict = read_word(b, d, then, verdict_words, 4, "a verdict");
  read_reason(b, d, because, &rule->because);
  if (is_given(fees)) rule->shielded = read_word(b, d, fees, none_words, 1, "what `fees` of a rule may be") == 0;
  if (verdict == NO_INDEX) return;
  rule->verdict = (enum verdict)(verdict + 1);
  declare_credit(b, credit, rule);
}

static void declare_rule(struct builder *b, const struct doc_rule *from, struct rule *rule) {
  const struct document *d = b->policy;
  struct check_scope scope = scope_in(b, d, SCOPE_LINE, NO_INDEX, "a rule's condition");
  scope.specials_value = true;
  build_tests(b, &scope, d, &from->when, &from->unless, SITE_RULE, (struct named){rule->name, rule->span}, &rule->tests);
  declare_limit(b, from, rule);
  declare_outcome(b, &from->then, &from->because, &from->credit, &from->fees, rule);
}

static void declare_rule_name(struct builder *b, const struct doc_rule *from, uint32_t index) {
  const struct document *d = b->policy;
  struct named name = named_of(b, d, &from->rule);
  b->model->rules[index] = (struct rule){.name = name.name, .span = name.span, .limit_allowance = NO_INDEX};
  declare_name(b, d, &from->rule, "a rule", NAME_APART, &b->rule_names, 0, index);
  if (!text_is(name.name, "otherwise")) return;
  diagnostics_error(b->diagnostics, "R0327", name.span, "`otherwise` cannot name a rule: it is the last resort");
}

/* A rule that always applies, to all units, leaves nothing to those behind it. */
static void warn_unreachable(struct builder *b) {
  const struct model *model = b->model;
  const struct document *d = b->policy;
  for (uint32_t i = 0; i + 1 < model->rule_count; i++) {
    const struct doc_rule *from = &d->rules[i];
    if (from->when.node || from->unless.node || is_given(&from->up_to)) continue;
    const struct rule *next = &model->rules[i + 1], *all = &model->rules[i];
    diagnostics_warning(b->diagnostics, "R0608", next->span, "rule `%t` is never reached", &next->name);
    diagnostics_related(b->diagnostics, all->span, "`%t` has no condition and no `up_to`: it takes every unit", &all->name);
    return;
  }
}

void declare_rules(struct builder *b) {
  const struct document *d = b->policy;
  struct model *model = b->model;
  declare_require(b);
  model->allowances = build_items(b, d->allowance_count, sizeof *model->allowances);
  model->rules = build_items(b, d->rule_count + 1, sizeof *model->rules);
  if (!model->allowances || !model->rules) return;
  for (uint32_t i = 0; i < d->allowance_count; i++) declare_allowance(b, &d->allowances[i]);
  model->rule_count = d->rule_count;
  for (uint32_t i = 0; i < d->rule_count; i++) declare_rule_name(b, &d->rules[i], i);
  if (d->rule_count > b->workspace->limits->rules) {
    diagnostics_error(b->diagnostics, "R0609", model->rules[b->workspace->limits->rules].span,
                      "a policy may have %u rules here, this one has %u", b->workspace->limits->rules, d->rule_count);
    return;
  }
  for (uint32_t i = 0; i < d->rule_count; i++) declare_rule(b, &d->rules[i], &model->rules[i]);
  struct rule *last = &model->rules[d->rule_count];
  *last =
      (struct rule){.name = text_of("otherwise"), .span = node_span(&d->tree, d->otherwise_node), .limit_allowance = NO_INDEX};
  if (d->otherwise_node)
    declare_outcome(b, &d->otherwise_then, &d->otherwise_because, &d->otherwise_credit, &d->otherwise_fees, last);
  warn_unreachable(b);
}
