/* Conventions: questions that published policies leave open, demanded of a policy exactly where something in it depends on them.
 *
 * In: the sites of the model. Out: an error for each missing answer (month_end, rounding, fee_above_credit, fill), and for a
 * missing unit_value, that names the first rule or fee which needs it. It must not know how the answers are used.
 */
#include "language/build.h"

enum feature { FEATURE_MONTHS = 1, FEATURE_VALUE = 2 };

/* The features of each term, those of the terms that it uses included. */
struct features {
  const struct model *model;
  uint8_t *terms;
};

static uint32_t own_features(const struct features *f, const struct expr *expr) {
  uint32_t found = 0;
  switch (expr->op) {
  case OP_TERM: return found | f->terms[expr->index];
  case OP_SPECIAL:
    if (expr->index == SPECIAL_VALUE || expr->index == SPECIAL_LINE_VALUE || expr->index == SPECIAL_REQUEST_VALUE)
      found |= FEATURE_VALUE;
    return found;
  case OP_WITHIN:
  case OP_MORE_AFTER:
    if (expr->kids[1]->type == TYPE_MONTHS) found |= FEATURE_MONTHS;
    return found;
  case OP_ADD:
  case OP_SUBTRACT:
    if (expr->type == TYPE_DATE && expr->kids[1]->type == TYPE_MONTHS) found |= FEATURE_MONTHS;
    if (expr->type == TYPE_DATE && expr->kids[0]->type == TYPE_MONTHS) found |= FEATURE_MONTHS;
    return found;
  default: return found;
  }
}

static uint32_t features_of(const struct features *f, const struct expr *expr) {
  if (!expr) return 0;
  uint32_t found = own_features(f, expr);
  for (uint32_t i = 0; i < expr->kid_count; i++) found |= features_of(f, expr->kids[i]);
  return found;
}

static uint32_t features_of_tests(const struct features *f, const struct tests *tests) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < tests->count; i++) found |= features_of(f, tests->items[i].condition);
  return found;
}

static void find_features_of_terms(struct features *f) {
  for (uint32_t i = 0; i < f->model->term_count; i++) {
    const struct term *term = &f->model->terms[i];
    uint32_t found = features_of_tests(f, &term->tests) | features_of(f, term->value);
    for (uint32_t j = 0; j < term->case_count; j++)
      found |= features_of_tests(f, &term->cases[j].tests) | features_of(f, term->cases[j].value);
    f->terms[i] = (uint8_t)found;
  }
}

static const char *const site_words[SITE_KINDS] = {"rule",      "fee",  "bonus", "approval", "output",       "",
                                                   "allowance", "step", "",      "fact",     "floor's fact", "term"};

static void buffer_site(struct buffer *out, const struct site *site) {
  const char *word = site_words[site->kind];
  if (*word)
    buffer_format(out, "%s `%t`", word, &site->owner);
  else
    buffer_format(out, "`%t`", &site->owner);
}

static uint32_t features_of_site(const struct features *f, const struct site *site) {
  return site->value ? features_of(f, site->value) : features_of_tests(f, site->tests);
}

/* The first site, as a reader would blame them, for each feature. */
static void find_first_sites(struct builder *b, const struct features *f, const struct site *first[2]) {
  for (uint32_t i = 0; i < b->site_count; i++) {
    const struct site *site = &b->sites[i];
    uint32_t found = features_of_site(f, site);
    for (uint32_t bit = 0; bit < 2; bit++) {
      if ((found >> bit & 1) && (!first[bit] || site->kind < first[bit]->kind)) first[bit] = site;
    }
  }
}

struct convention {
  const char *code, *key, *needs, *question, *choices;
};
static const struct convention month_end = {"R0614", "month_end", "adds months to a date",
                                            "31 January and a month is the last day of February, or a day in March",
                                            "`month_end: clamp` or `month_end: overflow`"};
static const struct convention rounding = {"R0615", "rounding", "may come to a fraction of the smallest coin",
                                           "it has to become an amount that can be paid",
                                           "`rounding: half_up`, `half_even`, `down` or `up`"};
static const struct convention above_credit = {"R0616", "fee_above_credit", "may be more than the credit",
                                               "then it stops at the credit, or the customer owes the rest",
                                               "`fee_above_credit: zero` or `owed`, or give the fee its own `above_credit`"};
static const struct convention fill = {"R0617", "fill", "draws on an allowance",
                                       "where it is too small for all lines, some draw before others",
                                       "`fill: request_order`, `cheapest_first` or `dearest_first`"};

static void demand(struct builder *b, const struct convention *convention, const struct site *site) {
  struct buffer who;
  buffer_init(&who, b->arena->memory);
  buffer_site(&who, site);
  diagnostics_error(b->diagnostics, convention->code, site->span, "%s %s, and `conventions` has no `%s`", buffer_string(&who),
                    convention->needs, convention->key);
  diagnostics_hint(b->diagnostics, "%s: say %s", convention->question, convention->choices);
  buffer_free(&who);
}

/* ---- rounding ---- */

static bool may_be_fraction(const struct expr *amount) { return amount && !amount->whole; }

static bool rule_may_round(const struct model *model, const struct rule *rule) {
  if (rule->verdict == VERDICT_DENY) return false;
  return may_be_fraction(rule->credit ? rule->credit : model->unit_value);
}

static const struct adjustment *first_rounded(const struct adjustment *items, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (may_be_fraction(items[i].amount) || may_be_fraction(items[i].at_least) || may_be_fraction(items[i].at_most))
      return &items[i];
  }
  return NULL;
}

static void demand_rounding(struct builder *b) {
  const struct model *model = b->model;
  if (is_given(&b->policy->rounding)) return;
  for (uint32_t i = 0; i <= model->rule_count; i++) {
    const struct rule *rule = &model->rules[i];
    if (!rule_may_round(model, rule)) continue;
    demand(b, &rounding, &(struct site){.kind = SITE_RULE, .owner = rule->name, .span = rule->span});
    return;
  }
  const struct adjustment *fee = first_rounded(model->fees, model->fee_count),
                          *bonus = first_rounded(model->bonuses, model->bonus_count);
  if (fee)
    demand(b, &rounding, &(struct site){.kind = SITE_FEE, .owner = fee->name, .span = fee->span});
  else if (bonus)
    demand(b, &rounding, &(struct site){.kind = SITE_BONUS, .owner = bonus->name, .span = bonus->span});
}

/* ---- the others ---- */

static void demand_above_credit(struct builder *b) {
  if (is_given(&b->policy->fee_above_credit)) return;
  for (uint32_t i = 0; i < b->model->fee_count; i++) {
    const struct adjustment *fee = &b->model->fees[i];
    if (fee->above_credit != FEE_ABOVE_UNSET) continue;
    demand(b, &above_credit, &(struct site){.kind = SITE_FEE, .owner = fee->name, .span = fee->span});
    return;
  }
}

static void demand_fill(struct builder *b) {
  if (is_given(&b->policy->fill)) return;
  for (uint32_t i = 0; i < b->model->rule_count; i++) {
    const struct rule *rule = &b->model->rules[i];
    if (rule->limit_kind != LIMIT_ALLOWANCE) continue;
    demand(b, &fill, &(struct site){.kind = SITE_RULE, .owner = rule->name, .span = rule->span});
    return;
  }
}

static void demand_unit_value(struct builder *b, const struct site *site) {
  if (!site || is_given(&b->policy->unit_value)) return;
  struct buffer who;
  buffer_init(&who, b->arena->memory);
  buffer_site(&who, site);
  diagnostics_error(b->diagnostics, "R0353", site->span, "%s asks what goods are worth, and the policy has no `unit_value`",
                    buffer_string(&who));
  diagnostics_hint(b->diagnostics, "add `unit_value`, as in `unit_value: unit_price`");
  buffer_free(&who);
}

void check_conventions(struct builder *b) {
  struct features features = {.model = b->model, .terms = build_items(b, b->model->term_count, sizeof *features.terms)};
  if (!features.terms) return;
  const struct site *first[2] = {NULL, NULL};
  find_features_of_terms(&features);
  find_first_sites(b, &features, first);
  if (first[0] && !is_given(&b->policy->month_end)) demand(b, &month_end, first[0]);
  demand_unit_value(b, first[1]);
  demand_rounding(b);
  demand_above_credit(b);
  demand_fill(b);
}
