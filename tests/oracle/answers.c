/* What else a decided portion says: all reasons of a denial, and the outputs. */
#include "oracle/line.h"

static void add_reason(struct portion *portion, struct text because) {
  for (uint32_t i = 0; i < portion->reason_count; i++)
    if (text_equal(portion->reasons[i], because)) return;
  portion->reasons[portion->reason_count++] = because;
}

/* Whether a rule would take a unit of the line with the balances that remain. */
static enum truth would_take(const struct leaf *leaf, const struct rule *rule) {
  struct fit fit = oracle_fit_of_rule(leaf, rule);
  if (fit.faulty) return TRUTH_OPEN;
  if (fit.low.unlimited || number_sign(&fit.low.number) > 0) return TRUTH_TRUE;
  if (!fit.high.unlimited && number_sign(&fit.high.number) == 0) return TRUTH_FALSE;
  return TRUTH_OPEN;
}

static void tell_denial(struct leaf *leaf, struct portion *portion) {
  const struct model *model = leaf->world->model;
  struct scene scene = oracle_scene_of_line(leaf->world, leaf->line);
  for (uint32_t i = portion->rule + 1; i <= model->rule_count; i++) {
    enum truth truth = oracle_evaluate_tests(&scene, &model->rules[i].tests, NULL);
    if (truth == TRUTH_TRUE) truth = would_take(leaf, &model->rules[i]);
    if (truth == TRUTH_FALSE) continue;
    portion->reasons_open = truth != TRUTH_TRUE;
    if (portion->reasons_open || model->rules[i].verdict != VERDICT_DENY) return;
    add_reason(portion, model->rules[i].because);
  }
}

bool oracle_tell_reasons(struct leaf *leaf) {
  const struct model *model = leaf->world->model;
  for (uint32_t i = 0; i < leaf->out->portion_count; i++) {
    struct portion *portion = &leaf->out->portions[i];
    portion->reasons = oracle_take(leaf->world->keep, (model->rule_count + 1) * sizeof *portion->reasons);
    add_reason(portion, portion->refused ? text_of("approval_refused") : model->rules[portion->rule].because);
    if (!oracle_is_grant(portion) && !portion->refused) tell_denial(leaf, portion);
  }
  return true;
}

static bool choose_output(struct leaf *leaf, const struct scene *scene, const struct output *output,
                          struct chosen_output *chosen) {
  chosen->value = output->otherwise;
  for (uint32_t i = 0; i < output->case_count; i++) {
    bool *needs = NULL;
    enum truth truth = oracle_evaluate_tests(scene, &output->cases[i].tests, &needs);
    if (truth == TRUTH_ERROR) return oracle_leaf_error(leaf, output->name, "an output's condition has no value");
    if (truth == TRUTH_FALSE) continue;
    chosen->value = truth == TRUTH_TRUE ? output->cases[i].value : NO_INDEX;
    oracle_needs_add(leaf->world->keep, &chosen->needs, needs, leaf->world->model->fact_count);
    break;
  }
  return true;
}

bool oracle_choose_outputs(struct leaf *leaf) {
  const struct model *model = leaf->world->model;
  for (uint32_t i = 0; i < leaf->out->portion_count; i++) {
    struct portion *portion = &leaf->out->portions[i];
    struct portion_view view = oracle_view_of_portion(leaf->world, portion);
    struct scene scene = oracle_scene_of_line(leaf->world, leaf->line);
    scene.view = &view;
    portion->outputs = oracle_take(leaf->world->keep, model->output_count * sizeof *portion->outputs);
    for (uint32_t j = 0; j < model->output_count; j++)
      if (!choose_output(leaf, &scene, &model->outputs[j], &portion->outputs[j])) return false;
  }
  return true;
}
