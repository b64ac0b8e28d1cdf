/* Amounts of portions: credits, rounded by running sums over the line, and the approvals that grants hang on.
 *
 * In: portions with their rules and units. Out: credits, roles asked; a refused grant becomes a denial.
 */
#include "evaluate/line.h"

bool round_money(const struct returns_policy *policy, const struct value *exact, int64_t *minor) {
  struct number number;
  enum rounding rounding = (enum rounding)policy->header->rounding;
  if (value_to_int64(exact, minor)) return true;
  value_to_number(exact, &number);
  return number_round(&number, rounding == ROUNDING_UNSET ? ROUNDING_HALF_UP : rounding, minor);
}

void name_portion(struct portion_names *names, const struct portion *portion) {
  names->verdict = set_of(value_of(portion->verdict));
  names->rule = set_of(value_of(portion->rule));
  names->credit = set_of(value_of(portion->credit));
  names->view = (struct portion_view){.verdict = &names->verdict, .rule = &names->rule, .credit = &names->credit};
}

/* ---- credits ---- */

static struct set exact_credit(struct leaf *leaf, const struct portion *portion) {
  const struct program_rule *rule = &leaf->decider->run.policy->rules[portion->rule];
  if (rule->verdict == VERDICT_DENY) return set_of(value_of(0));
  struct set units = set_of(value_of(portion->units)),
             value = set_apply(&leaf->scene->work, value_multiply, &leaf->price, &units);
  struct portion_view view = {.value = &value, .units = &units};
  if (rule->credit == NO_INDEX) return value;
  leaf->scene->view = &view;
  struct set credit = evaluate_any(leaf->scene, rule->credit);
  leaf->scene->view = NULL;
  return credit;
}

bool leaf_credit(struct leaf *leaf) {
  struct value sum = value_of(0), fault = value_fault(VALUE_OVERFLOW);
  int64_t before = 0, after;
  for (uint32_t i = 0; i < leaf->out->portions.count; i++) {
    struct portion *portion = &leaf->out->portions.items[i];
    struct set credit = exact_credit(leaf, portion);
    if (set_is_error(&credit)) return leaf_fail_rule(leaf, NULL, portion->rule, "credit", &credit.fault);
    if (!set_is_single(&credit)) {
      leaf_leave_open(leaf, credit.needs);
      continue;
    }
    if (value_sign(&credit.one) < 0) return leaf_fail_rule(leaf, "R0957", portion->rule, "credit", &credit.one);
    if (!portion_grants(portion) || leaf->open) continue;
    sum = value_add(&leaf->scene->work, &sum, &credit.one);
    if (sum.state == VALUE_ERROR || !round_money(leaf->decider->run.policy, &sum, &after))
      return leaf_fail_rule(leaf, NULL, portion->rule, "credit", &fault);
    portion->credit = after - before;
    before = after;
  }
  return true;
}

/* ---- approvals ---- */

static bool role_is_asked(const struct returns_policy *policy, const uint8_t *asked, uint32_t approval) {
  for (uint32_t a = 0; a < approval; a++)
    if (asked[a] &&
        text_equal(policy_slice(policy, policy->approvals[a].role), policy_slice(policy, policy->approvals[approval].role)))
      return true;
  return false;
}

/* The roles that one grant needs. */
static bool approve_portion(struct leaf *leaf, uint32_t index) {
  const struct returns_policy *policy = leaf->decider->run.policy;
  struct portion *portion = &leaf->out->portions.items[index];
  uint8_t *asked = portion_asked(&leaf->out->portions, index);
  struct portion_names names;
  bool refused = false;
  name_portion(&names, portion);
  leaf->scene->view = &names.view;
  for (uint32_t a = 0; a < policy->approval_count; a++) {
    const struct program_approval *approval = &policy->approvals[a];
    uint64_t *needs = NULL;
    struct value fault;
    enum truth truth = evaluate_tests(leaf->scene, approval->tests, &needs, &fault);
    if (truth == TRUTH_ERROR) return leaf_fail(leaf, NULL, approval->role, "approval's condition", approval->span, &fault);
    if (truth == TRUTH_OPEN) leaf_leave_open(leaf, needs);
    asked[a] = truth == TRUTH_TRUE && !role_is_asked(policy, asked, a);
    refused |= asked[a] && leaf->decider->run.facts->roles[a] == ROLE_REFUSED;
  }
  leaf->scene->view = NULL;
  if (!refused) return true;
  portion->verdict = VERDICT_DENY;
  portion->refused = true;
  portion->credit = 0;
  return true;
}

bool leaf_approve(struct leaf *leaf) {
  struct portions *portions = &leaf->out->portions;
  for (uint32_t i = 0; leaf->decider->run.policy->approval_count > 0 && i < portions->count; i++)
    if (portion_grants(&portions->items[i]) && !approve_portion(leaf, i)) return false;
  return true;
}
