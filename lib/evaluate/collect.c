/* Collect: what fees collect from credit and bonuses, line by line in declared order, and the sums of lines and request. */
#include "evaluate/decision.h"

static bool add(int64_t *sum, int64_t amount) { return !__builtin_add_overflow(*sum, amount, sum); }

static bool fail_sum(returns_decision *decision, uint32_t line) {
  decision->failure = (struct failure){.code = "R0950",
                                       .line = line,
                                       .rule = NO_INDEX,
                                       .fact = NO_INDEX,
                                       .what = "sum",
                                       .span = NO_INDEX,
                                       .fault = value_fault(VALUE_OVERFLOW),
                                       .test = NO_INDEX};
  return false;
}

/* What a fee of the line collects, shared over its portions by what they are charged. */
static bool share_collected(returns_decision *decision, struct answer *answer, const struct answer_line *line, uint32_t fee,
                            int64_t collected) {
  struct work work = decision->decider.run.request.work;
  struct value *weights = arena_take(work.arena, line->portion_count * sizeof *weights);
  int64_t *shares = arena_take(work.arena, line->portion_count * sizeof *shares);
  if (!weights || !shares) {
    decision->decider.run.failed = true;
    return false;
  }
  for (uint32_t p = 0; p < line->portion_count; p++)
    weights[p] = value_of(portion_charges(&answer->portions, line->portion_first + p)[fee].charged);
  if (!share_running(collected, weights, line->portion_count, &work, shares)) return false;
  for (uint32_t p = 0; p < line->portion_count; p++)
    portion_charges(&answer->portions, line->portion_first + p)[fee].collected = shares[p];
  return true;
}

/* One fee of one line. */
static bool collect_fee(returns_decision *decision, struct answer *answer, struct answer_line *line, uint32_t fee,
                        int64_t *available) {
  int64_t charged = 0, first = -1, collected;
  for (uint32_t p = 0; p < line->portion_count; p++) {
    const struct charge *charge = &portion_charges(&answer->portions, line->portion_first + p)[fee];
    if (!add(&charged, charge->charged)) return false;
    if (charge->applies && first < 0) first = p;
  }
  if (first < 0) return true;
  bool owed = decision->policy->fees[fee].above_credit == FEE_ABOVE_OWED;
  collected = owed || charged <= *available ? charged : *available > 0 ? *available : 0;
  if (collected == charged) {
    for (uint32_t p = 0; p < line->portion_count; p++) {
      struct charge *charge = &portion_charges(&answer->portions, line->portion_first + p)[fee];
      charge->collected = charge->charged;
    }
  } else if (!share_collected(decision, answer, line, fee, collected)) {
    return false;
  }
  return add(&line->sums.fees, collected) && add(&line->sums.uncovered, charged - collected) && add(available, -collected);
}

static bool sum_portion(const struct returns_policy *policy, struct answer *answer, uint32_t index) {
  struct portion *portion = &answer->portions.items[index];
  const struct charge *charges = portion_charges(&answer->portions, index);
  portion->fees = portion->bonuses = 0;
  for (uint32_t f = 0; f < policy->fee_count; f++)
    if (!add(&portion->fees, charges[f].collected)) return false;
  for (uint32_t b = 0; b < policy->bonus_count; b++)
    if (!add(&portion->bonuses, charges[policy->fee_count + b].charged)) return false;
  portion->net = portion->credit;
  return add(&portion->net, portion->bonuses) && !__builtin_sub_overflow(portion->net, portion->fees, &portion->net);
}

static bool collect_line(returns_decision *decision, struct answer *answer, struct answer_line *line) {
  const struct returns_policy *policy = decision->policy;
  for (uint32_t p = 0; p < line->portion_count; p++) {
    struct charge *charges = portion_charges(&answer->portions, line->portion_first + p);
    if (!add(&line->sums.credit, answer->portions.items[line->portion_first + p].credit)) return false;
    for (uint32_t b = policy->fee_count; b < policy->fee_count + policy->bonus_count; b++) {
      charges[b].collected = charges[b].charged;
      if (!add(&line->sums.bonuses, charges[b].charged)) return false;
    }
  }
  line->sums.net = line->sums.credit;
  if (!add(&line->sums.net, line->sums.bonuses)) return false;
  for (uint32_t f = 0; f < policy->fee_count; f++)
    if (!collect_fee(decision, answer, line, f, &line->sums.net)) return false;
  for (uint32_t p = 0; p < line->portion_count; p++)
    if (!sum_portion(policy, answer, line->portion_first + p)) return false;
  return true;
}

bool sum_answer(returns_decision *decision, struct answer *answer) {
  struct sums *totals = &answer->totals;
  *totals = (struct sums){0};
  for (uint32_t i = 0; i < answer->line_count; i++) {
    const struct answer_line *line = &answer->lines[i];
    if (line->status != RETURNS_DECIDED) continue;
    if (!add(&totals->credit, line->sums.credit) || !add(&totals->bonuses, line->sums.bonuses) ||
        !add(&totals->fees, line->sums.fees) || !add(&totals->uncovered, line->sums.uncovered) ||
        !add(&totals->net, line->sums.net))
      return fail_sum(decision, NO_INDEX);
  }
  return true;
}

bool collect_answer(returns_decision *decision, struct answer *answer) {
  for (uint32_t i = 0; i < answer->line_count; i++) {
    struct answer_line *line = &answer->lines[i];
    if (line->status != RETURNS_DECIDED) continue;
    if (!collect_line(decision, answer, line)) {
      if (decision->decider.run.failed) return decision->failure.code = NULL, false;
      return fail_sum(decision, i);
    }
  }
  return sum_answer(decision, answer);
}
