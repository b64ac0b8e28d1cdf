/* Reasons and outputs: what else a decided portion says.
 *
 * A denial tells its own reason, then those of the later rules that would decide in its place, up to the first that grants, with
 * the balances that remain. An output is the value of the first case that holds.
 */
#include "evaluate/line.h"

/* Whether a rule would take a unit of the line. */
static enum truth would_take(struct leaf *leaf, uint32_t rule) {
  struct fit fit = fit_of_rule(leaf, rule);
  if (fit.faulty) return TRUTH_OPEN;
  return fit.low > 0 ? TRUTH_TRUE : fit.high == 0 ? TRUTH_FALSE : TRUTH_OPEN;
}

static bool has_reason(const struct portions *portions, const struct portion *portion, uint32_t rule) {
  const struct returns_policy *policy = portions->policy;
  for (uint32_t i = 0; i < portion->reason_count; i++) {
    uint32_t told = portions->reasons[portion->reason_first + i];
    if (text_equal(policy_slice(policy, policy->rules[told].because), policy_slice(policy, policy->rules[rule].because)))
      return true;
  }
  return false;
}

static bool tell_denial(struct leaf *leaf, struct portion *portion) {
  const struct returns_policy *policy = leaf->decider->run.policy;
  struct portions *portions = &leaf->out->portions;
  for (uint32_t rule = portion->rule + 1; rule <= policy->rule_count; rule++) {
    bool certain;
    rule = candidates_next(&leaf->candidates, rule, &certain);
    enum truth truth = certain ? TRUTH_TRUE : evaluate_tests(leaf->scene, policy->rules[rule].tests, NULL, NULL);
    if (truth == TRUTH_TRUE) truth = would_take(leaf, rule);
    if (leaf->decider->out_of_memory) return false;
    if (truth == TRUTH_FALSE) continue;
    portion->reasons_open = truth != TRUTH_TRUE;
    if (portion->reasons_open || policy->rules[rule].verdict != VERDICT_DENY) return true;
    if (!has_reason(portions, portion, rule) && !portions_add_reason(portions, portion, rule)) return leaf_out_of_memory(leaf);
  }
  return true;
}

bool leaf_reason(struct leaf *leaf) {
  struct portions *portions = &leaf->out->portions;
  for (uint32_t i = 0; i < portions->count; i++)
    if (portions->items[i].refused && !leaf_give_back(leaf, &portions->items[i])) return false;
  for (uint32_t i = 0; i < portions->count; i++) {
    struct portion *portion = &portions->items[i];
    if (!portions_add_reason(portions, portion, portion->refused ? REASON_REFUSED : portion->rule))
      return leaf_out_of_memory(leaf);
    if (!portion_grants(portion) && !portion->refused && !tell_denial(leaf, portion)) return false;
  }
  return true;
}

/* ---- outputs ---- */

static bool choose(struct leaf *leaf, const struct program_output *output, struct chosen *chosen) {
  chosen->value = output->otherwise;
  for (uint32_t c = 0; c < output->cases.count; c++) {
    const struct program_output_case *one = &leaf->decider->run.policy->output_cases[output->cases.first + c];
    uint64_t *needs = NULL;
    struct value fault;
    enum truth truth = evaluate_tests(leaf->scene, one->tests, &needs, &fault);
    if (truth == TRUTH_FALSE) continue;
    if (truth == TRUTH_ERROR) return leaf_fail(leaf, NULL, output->name, "output's condition", one->span, &fault);
    chosen->value = truth == TRUTH_TRUE ? one->value : NO_INDEX;
    if (truth == TRUTH_TRUE) return true;
    chosen->needs = portions_add_words(&leaf->out->portions, needs);
    return chosen->needs != NO_INDEX || leaf_out_of_memory(leaf);
  }
  return true;
}

bool leaf_output_from(struct leaf *leaf, uint32_t first) {
  const struct returns_policy *policy = leaf->decider->run.policy;
  for (uint32_t i = first; policy->output_count > 0 && i < leaf->out->portions.count; i++) {
    struct portion_names names;
    name_portion(&names, &leaf->out->portions.items[i]);
    leaf->scene->view = &names.view;
    for (uint32_t o = 0; o < policy->output_count; o++)
      if (!choose(leaf, &policy->outputs[o], portion_outputs(&leaf->out->portions, i) + o)) return false;
    leaf->scene->view = NULL;
  }
  return true;
}

bool leaf_output(struct leaf *leaf) { return leaf_output_from(leaf, 0); }
