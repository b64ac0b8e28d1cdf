/* Amounts of a line's portions: credits, rounded by running sums, and the approvals that they hang on. */
#include "oracle/line.h"

bool oracle_leaf_error(struct leaf *leaf, struct text name, const char *why) {
  leaf->out->kind = OUTCOME_ERROR;
  leaf->out->error_name = name;
  leaf->out->error_rule = NO_INDEX;
  leaf->out->error = why;
  return false;
}

bool oracle_rule_error(struct leaf *leaf, uint32_t rule, const char *why) {
  oracle_leaf_error(leaf, leaf->world->model->rules[rule].name, why);
  leaf->out->error_rule = rule;
  return false;
}

void oracle_leaf_open(struct leaf *leaf, const bool *needs) {
  leaf->open = true;
  oracle_needs_add(leaf->world->keep, &leaf->out->needs, needs, leaf->world->model->fact_count);
}

bool oracle_is_grant(const struct portion *portion) { return portion->verdict != VERDICT_DENY; }

bool oracle_round_money(const struct model *model, const struct number *exact, int64_t *minor) {
  return number_round(exact, model->rounding == ROUNDING_UNSET ? ROUNDING_HALF_UP : model->rounding, minor);
}

struct portion_view oracle_view_of_portion(struct world *world, const struct portion *portion) {
  struct arena *arena = world->scratch;
  return (struct portion_view){.verdict = values_of_integer(arena, portion->verdict),
                               .rule = values_of_integer(arena, portion->rule),
                               .credit = values_of_integer(arena, portion->credit)};
}

/* ---- credits ---- */

static const struct values *exact_credit(struct leaf *leaf, const struct portion *portion) {
  const struct rule *rule = &leaf->world->model->rules[portion->rule];
  const struct values *units = values_of_integer(leaf->world->scratch, portion->units);
  const struct values *value = oracle_multiply(leaf->world, leaf->unit_value, units);
  struct portion_view view = {.value = value, .units = units};
  struct scene scene = oracle_scene_of_line(leaf->world, leaf->line);
  scene.view = &view;
  if (rule->verdict == VERDICT_DENY) return values_of_integer(leaf->world->scratch, 0);
  return rule->credit ? oracle_evaluate(&scene, rule->credit) : value;
}

bool oracle_grant_credits(struct leaf *leaf) {
  const struct model *model = leaf->world->model;
  struct number sum;
  int64_t before = 0, after;
  number_set(&sum, 0);
  for (uint32_t i = 0; i < leaf->out->portion_count; i++) {
    struct portion *portion = &leaf->out->portions[i];
    const struct values *credit = exact_credit(leaf, portion);
    if (values_is_error(credit)) return oracle_leaf_error(leaf, model->rules[portion->rule].name, "a credit has no value");
    if (!values_single(credit)) {
      oracle_leaf_open(leaf, credit->needs);
      continue;
    }
    if (number_sign(&credit->items[0].number) < 0)
      return oracle_leaf_error(leaf, model->rules[portion->rule].name, "a credit is negative");
    if (!oracle_is_grant(portion) || leaf->open) continue;
    if (number_add(&sum, &sum, &credit->items[0].number) != NUMBER_OK || !oracle_round_money(model, &sum, &after))
      return oracle_leaf_error(leaf, model->rules[portion->rule].name, "a credit is too large");
    portion->credit = after - before;
    before = after;
  }
  return true;
}

/* ---- approvals ---- */

static bool is_first_of_role(const struct model *model, const struct portion *portion, uint32_t approval) {
  for (uint32_t i = 0; i < approval; i++)
    if (portion->roles[i] && text_equal(model->approvals[i].role, model->approvals[approval].role)) return false;
  return true;
}

/* A refused grant has drawn nothing. */
static void give_back(struct leaf *leaf, struct portion *portion) {
  for (uint32_t i = 0; i < leaf->ledger.count; i++) {
    struct balance *balance = &leaf->ledger.groups[i].balance;
    struct draw *draw = &portion->draws[i];
    number_add(&balance->low, &balance->low, &draw->low);
    if (!balance->high.unlimited) number_add(&balance->high.number, &balance->high.number, &draw->low);
    number_set(&draw->low, 0);
    number_set(&draw->high.number, 0);
  }
}

static void refuse(struct leaf *leaf, struct portion *portion) {
  portion->verdict = VERDICT_DENY;
  portion->refused = true;
  portion->credit = 0;
  give_back(leaf, portion);
}

bool oracle_ask_approvals(struct leaf *leaf) {
  const struct model *model = leaf->world->model;
  for (uint32_t i = 0; i < leaf->out->portion_count; i++) {
    struct portion *portion = &leaf->out->portions[i];
    struct portion_view view = oracle_view_of_portion(leaf->world, portion);
    struct scene scene = oracle_scene_of_line(leaf->world, leaf->line);
    bool refused = false;
    scene.view = &view;
    if (!oracle_is_grant(portion)) continue;
    for (uint32_t j = 0; j < model->approval_count; j++) {
      bool *needs = NULL;
      enum truth truth = oracle_evaluate_tests(&scene, &model->approvals[j].tests, &needs);
      if (truth == TRUTH_ERROR) return oracle_leaf_error(leaf, model->approvals[j].role, "an approval's condition has no value");
      if (truth == TRUTH_OPEN) oracle_leaf_open(leaf, needs);
      portion->roles[j] = truth == TRUTH_TRUE && is_first_of_role(model, portion, j);
      refused |= portion->roles[j] && oracle_names_have(&leaf->world->request->refused, model->approvals[j].role);
    }
    if (refused) refuse(leaf, portion);
  }
  return true;
}
