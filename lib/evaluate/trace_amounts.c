/* Amounts of a trace: how each credit, fee and bonus of a line came about, computed again with the portion's own values. */
#include "evaluate/tracer.h"

struct amount_scene {
  struct tracer *tracer;
  struct scene *scene;
  const struct portion *portion;
  struct set value, units;
  struct portion_names names;
};

static struct value single(const struct set *set) {
  if (set_is_single(set)) return set->one;
  return set_is_error(set) ? set->fault : value_open();
}

static struct value value_of_node(struct scene *scene, uint32_t node) {
  struct set set = evaluate_any(scene, node);
  return single(&set);
}

/* Base and percentage, where the amount is a percentage of something. */
static void write_percentage(struct amount_scene *at, uint32_t node, struct trace_amount *out) {
  const struct returns_policy *policy = at->tracer->policy;
  const struct program_node *root = &policy->nodes[node];
  if (root->op != OP_PERCENT_OF) return;
  uint32_t percent = policy->links[root->kids_first], base = policy->links[root->kids_first + 1];
  struct value value = value_of_node(at->scene, percent);
  out->percent = tracer_value(at->tracer, &value, TYPE_PERCENT, NO_INDEX);
  value = value_of_node(at->scene, base);
  out->base = tracer_value(at->tracer, &value, (enum value_type)policy->nodes[base].type, NO_INDEX);
}

static void write_credit(struct amount_scene *at, struct trace_amount *out) {
  const struct program_rule *rule = &at->tracer->policy->rules[at->portion->rule];
  struct value exact = single(&at->value);
  out->name = "credit";
  out->source = rule->credit == NO_INDEX ? "value" : policy_text(at->tracer->policy, rule->credit_source);
  out->file = policy_place(at->tracer->policy, rule->span, &out->line);
  if (rule->credit != NO_INDEX) {
    exact = value_of_node(at->scene, rule->credit);
    write_percentage(at, rule->credit, out);
  } else {
    out->base = tracer_value(at->tracer, &exact, TYPE_MONEY, NO_INDEX);
  }
  out->exact = tracer_exact(at->tracer, &exact);
  out->rounded = tracer_money(at->tracer, at->portion->credit);
}

static void write_bound(struct amount_scene *at, uint32_t node, const char **out) {
  if (node == NO_INDEX) return;
  struct value value = value_of_node(at->scene, node);
  *out = tracer_value(at->tracer, &value, TYPE_MONEY, NO_INDEX);
}

static void write_adjustment(struct amount_scene *at, uint32_t index, const struct charge *charge, struct trace_amount *out) {
  const struct returns_policy *policy = at->tracer->policy;
  bool bonus = index >= policy->fee_count;
  const struct program_adjustment *adjustment = bonus ? &policy->bonuses[index - policy->fee_count] : &policy->fees[index];
  struct text name = policy_slice(policy, adjustment->name);
  buffer_format(&at->tracer->text, bonus ? "bonus %t" : "fee %t", &name);
  out->name = tracer_text(at->tracer);
  out->source = policy_text(policy, adjustment->amount_source);
  out->file = policy_place(policy, adjustment->span, &out->line);
  write_percentage(at, adjustment->amount, out);
  struct value exact = value_of_node(at->scene, adjustment->amount);
  if (adjustment->basis == BASIS_UNIT && exact.state == VALUE_DEFINITE) {
    struct value units = value_of(at->portion->units);
    exact = value_multiply(&at->scene->work, &exact, &units);
  }
  out->exact = tracer_exact(at->tracer, &exact);
  write_bound(at, adjustment->at_least, &out->at_least);
  write_bound(at, adjustment->at_most, &out->at_most);
  out->rounded = tracer_money(at->tracer, charge->charged);
  if (!bonus) out->collected = tracer_money(at->tracer, charge->collected);
}

/* Sums over the portions that a fee or bonus per line touches. */
static void sum_touched(struct amount_scene *at, const struct answer_line *line, const struct program_adjustment *adjustment,
                        bool bonus, struct set *units, struct set *credit) {
  const struct portions *portions = &at->tracer->decision->answer.portions;
  struct value all = value_of(0), sum = value_of(0);
  for (uint32_t p = 0; p < line->portion_count; p++) {
    const struct portion *portion = &portions->items[line->portion_first + p];
    struct value more = value_of(portion->units);
    if (!adjustment_touches(at->tracer->policy, adjustment, bonus, portion)) continue;
    all = value_add(&at->scene->work, &all, &more);
    more = value_of(portion->credit);
    sum = value_add(&at->scene->work, &sum, &more);
  }
  *units = set_of(all);
  *credit = set_of(sum);
}

static void trace_adjustment(struct tracer *tracer, struct scene *scene, const struct answer_line *line, uint32_t portion,
                             uint32_t index, struct trace_amount *out) {
  const struct returns_policy *policy = tracer->policy;
  const struct portions *portions = &tracer->decision->answer.portions;
  bool bonus = index >= policy->fee_count;
  const struct program_adjustment *adjustment = bonus ? &policy->bonuses[index - policy->fee_count] : &policy->fees[index];
  struct amount_scene at = {.tracer = tracer, .scene = scene, .portion = &portions->items[line->portion_first + portion]};
  struct set price = unit_value_of(scene), credit;
  name_portion(&at.names, at.portion);
  at.value = price;
  at.units = set_of(value_of(at.portion->units));
  if (adjustment->basis == BASIS_LINE) {
    sum_touched(&at, line, adjustment, bonus, &at.units, &credit);
    at.value = set_apply(&scene->work, value_multiply, &price, &at.units);
    at.names.view.credit = &credit;
  }
  at.names.view.value = &at.value;
  at.names.view.units = &at.units;
  scene->view = &at.names.view;
  write_adjustment(&at, index, &portion_charges(portions, line->portion_first + portion)[index], out);
  scene->view = NULL;
}

static void trace_credit(struct tracer *tracer, struct scene *scene, const struct portion *portion, struct trace_amount *out) {
  struct amount_scene at = {.tracer = tracer, .scene = scene, .portion = portion, .units = set_of(value_of(portion->units))};
  struct set price = unit_value_of(scene);
  at.value = set_apply(&scene->work, value_multiply, &price, &at.units);
  at.names.view = (struct portion_view){.value = &at.value, .units = &at.units};
  scene->view = &at.names.view;
  write_credit(&at, out);
  scene->view = NULL;
}

void tracer_amounts(struct tracer *tracer, uint32_t index, struct trace_line *out) {
  const struct answer_line own = decision_own_line(&tracer->decision->answer.lines[index]), *line = &own;
  const struct portions *portions = &tracer->decision->answer.portions;
  bool worth = tracer->policy->header->unit_value != NO_INDEX;
  out->amounts = tracer_take(tracer, (size_t)line->portion_count * (portions->charges_each + 1) * sizeof *out->amounts);
  for (uint32_t p = 0; out->amounts && p < line->portion_count; p++) {
    const struct portion *portion = &portions->items[line->portion_first + p];
    const struct charge *charges = portion_charges(portions, line->portion_first + p);
    struct scene *scene = &tracer->run->line;
    if (portion_grants(portion) && (worth || tracer->policy->rules[portion->rule].credit != NO_INDEX)) {
      out->amounts[out->amount_count].portion = p;
      trace_credit(tracer, scene, portion, &out->amounts[out->amount_count++]);
    }
    for (uint32_t a = 0; a < portions->charges_each; a++) {
      if (!charges[a].applies) continue;
      out->amounts[out->amount_count].portion = p;
      trace_adjustment(tracer, scene, line, p, a, &out->amounts[out->amount_count++]);
    }
  }
}
