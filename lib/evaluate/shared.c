/* Shared: fees and bonuses per request, once for all lines, spread over the portions that they touch.
 *
 * In: an answer with its lines decided or not. Out: charges on portions; or, where the amount, whether it applies, or who takes
 * a share is open, every touched line undecided. All are judged on the same state: lines open only when all were judged.
 */
#include <string.h>

#include "evaluate/decision.h"

/* One fee or bonus, and the portions of decided lines that it touches, in order. */
struct sharing {
  returns_decision *decision;
  struct answer *answer;
  struct run *run;
  struct work *work; /* of the request: outlives the lines' scenes */
  const struct program_adjustment *adjustment;
  bool bonus;
  uint32_t index; /* among the charges of a portion */
  uint32_t *lines, *portions, count;
  uint64_t *needs;
};

/* A line that a shared amount leaves open. */
struct opening {
  uint64_t **needs;
};

static bool fail_adjustment(const struct sharing *it, const char *code, const char *what, const struct value *fault) {
  it->decision->failure = (struct failure){.code = code ? code : code_of_fault(fault),
                                           .line = NO_INDEX,
                                           .rule = NO_INDEX,
                                           .fact = NO_INDEX,
                                           .name = it->adjustment->name,
                                           .what = what,
                                           .span = it->adjustment->span,
                                           .fault = *fault,
                                           .test = NO_INDEX};
  return false;
}

static bool fail_overflow(const struct sharing *it) {
  struct value fault = value_fault(VALUE_OVERFLOW);
  return fail_adjustment(it, NULL, "amount", &fault);
}

static bool out_of_memory(const struct sharing *it) {
  it->decision->failure.code = NULL;
  return false;
}

static bool find_portions(struct sharing *it) {
  const struct answer *answer = it->answer;
  it->lines = arena_take(it->work->arena, answer->portions.count * sizeof *it->lines);
  it->portions = arena_take(it->work->arena, answer->portions.count * sizeof *it->portions);
  if (!it->lines || !it->portions) return out_of_memory(it);
  for (uint32_t i = 0; i < answer->line_count; i++) {
    const struct answer_line *line = &answer->lines[i];
    for (uint32_t p = 0; line->status == RETURNS_DECIDED && p < line->portion_count; p++) {
      uint32_t portion = line->portion_first + p;
      if (!adjustment_touches(it->run->policy, it->adjustment, it->bonus, &answer->portions.items[portion])) continue;
      it->lines[it->count] = i;
      it->portions[it->count++] = portion;
    }
  }
  return true;
}

/* Whether it applies to any of the touched portions; true outweighs error, error open. */
static enum truth applies_to_decided(struct sharing *it, struct value *fault) {
  enum truth any = TRUTH_FALSE;
  for (uint32_t i = 0; i < it->count; i++) {
    struct portion_names names;
    struct scene *scene = i > 0 && it->lines[i] == it->lines[i - 1] ? &it->run->line : run_line(it->run, it->lines[i]);
    uint64_t *needs = NULL;
    struct value why;
    name_portion(&names, &it->answer->portions.items[it->portions[i]]);
    scene->view = &names.view;
    enum truth truth = evaluate_tests(scene, it->adjustment->tests, &needs, &why);
    scene->view = NULL;
    if (truth == TRUTH_OPEN) needs_add(it->work, &it->needs, needs);
    if (truth == TRUTH_ERROR && any != TRUTH_ERROR) *fault = why;
    if (any == TRUTH_TRUE || truth == TRUTH_FALSE) continue;
    if (truth == TRUTH_TRUE || truth == TRUTH_ERROR || any == TRUTH_FALSE) any = truth;
  }
  return any;
}

static bool may_grant(const struct answer_line *line) {
  for (uint32_t i = 0; i < line->possible_count; i++)
    if (line->possible[i] != VERDICT_DENY) return true;
  return false;
}

/* Undecided lines that may still take a share; *applies: it may apply to one of them. */
static bool waits_for_lines(struct sharing *it, bool *applies) {
  bool waits = false;
  *applies = false;
  for (uint32_t i = 0; i < it->answer->line_count; i++) {
    const struct answer_line *line = &it->answer->lines[i];
    struct set open = {.open = true};
    struct portion_view view = {.verdict = &open, .rule = &open, .credit = &open};
    if (line->status != RETURNS_UNDECIDED) continue;
    if (!may_grant(line) && (it->bonus || !it->adjustment->on_denial)) continue;
    struct scene *scene = run_line(it->run, i);
    scene->view = &view;
    *applies |= evaluate_tests(scene, it->adjustment->tests, NULL, NULL) != TRUTH_FALSE;
    scene->view = NULL;
    needs_add(it->work, &it->needs, decision_words(it->answer, line->needs));
    waits = true;
  }
  return waits;
}

/* The values of the touched portions, or their units where all values are zero. false: a price is open. */
static bool weigh(struct sharing *it, struct value *weights) {
  bool known = true, worthless = true;
  for (uint32_t i = 0; i < it->count; i++) {
    weights[i] = value_of(it->answer->portions.items[it->portions[i]].units);
    if (it->count == 1) return true;
    struct set price =
        unit_value_of(i > 0 && it->lines[i] == it->lines[i - 1] ? &it->run->line : run_line(it->run, it->lines[i]));
    known &= set_is_single(&price);
    if (!set_is_single(&price))
      needs_add(it->work, &it->needs, price.needs);
    else
      weights[i] = value_multiply(it->work, &weights[i], &price.one);
    worthless &= value_sign(&weights[i]) == 0;
  }
  for (uint32_t i = 0; worthless && i < it->count; i++) weights[i] = value_of(it->answer->portions.items[it->portions[i]].units);
  return known;
}

/* ---- spreading ---- */

static int by_rest(const void *context, uint32_t a, uint32_t b) {
  const struct value *rests = context;
  return value_compare(&rests[b], &rests[a]);
}

static bool floor_share(struct sharing *it, struct value *share, int64_t *whole) {
  struct number number;
  struct value floor;
  if (share->state == VALUE_ERROR) return false;
  value_to_number(share, &number);
  if (number_floor(&number, &number) != NUMBER_OK || !number_to_int64(&number, whole)) return false;
  floor = value_of(*whole);
  *share = value_subtract(it->work, share, &floor);
  return share->state == VALUE_DEFINITE;
}

/* Largest remainder: rounded down, then one more for those that lost most; the earlier line on ties. */
static bool share_by_remainder(struct sharing *it, int64_t total, const struct value *weights, uint32_t count, int64_t *shares) {
  struct value all = value_of(0), amount = value_of(total);
  struct value *rests = arena_take(it->work->arena, count * sizeof *rests);
  uint32_t *order = arena_take(it->work->arena, count * sizeof *order);
  int64_t left = total;
  if (!rests || !order) return out_of_memory(it);
  for (uint32_t i = 0; i < count; i++) all = value_add(it->work, &all, &weights[i]);
  for (uint32_t i = 0; i < count; i++) {
    order[i] = i;
    rests[i] = all.state == VALUE_ERROR ? all : value_multiply(it->work, &amount, &weights[i]);
    if (rests[i].state == VALUE_DEFINITE && value_sign(&all) != 0) rests[i] = value_divide(it->work, &rests[i], &all);
    if (!floor_share(it, &rests[i], &shares[i])) return fail_overflow(it);
    left -= shares[i];
  }
  if (!sort_indices(it->work->arena, order, count, by_rest, rests)) return out_of_memory(it);
  for (uint32_t i = 0; i < count && left > 0; i++, left--) shares[order[i]]++;
  return true;
}

/* First over the lines, then over the portions of each. */
static bool spread(struct sharing *it, int64_t total, struct value *weights) {
  struct value *line_weights = arena_take(it->work->arena, it->count * sizeof *line_weights);
  int64_t *line_shares = arena_take(it->work->arena, it->count * sizeof *line_shares),
          *shares = arena_take(it->work->arena, it->count * sizeof *shares);
  uint32_t lines = 0, from = 0;
  if (!line_weights || !line_shares || !shares) return out_of_memory(it);
  for (uint32_t i = 0; i < it->count; i++) {
    if (i == 0 || it->lines[i] != it->lines[i - 1])
      line_weights[lines++] = weights[i];
    else
      line_weights[lines - 1] = value_add(it->work, &line_weights[lines - 1], &weights[i]);
  }
  if (!share_by_remainder(it, total, line_weights, lines, line_shares)) return false;
  for (uint32_t line = 0; line < lines; line++) {
    uint32_t to = from;
    bool worthless = value_sign(&line_weights[line]) == 0;
    for (; to < it->count && it->lines[to] == it->lines[from]; to++)
      if (worthless) weights[to] = value_of(it->answer->portions.items[it->portions[to]].units);
    if (!share_running(line_shares[line], weights + from, to - from, it->work, shares)) return fail_overflow(it);
    for (uint32_t i = from; i < to; i++)
      portion_charges(&it->answer->portions, it->portions[i])[it->index] =
          (struct charge){.applies = true, .charged = shares[i - from]};
    from = to;
  }
  return true;
}

/* ---- opening ---- */

static void open_touched(const struct sharing *it, const struct opening *opening) {
  for (uint32_t i = 0; i < it->count; i++) {
    uint64_t **needs = &opening->needs[it->lines[i]];
    if (!*needs) *needs = arena_take_zeroed(it->work->arena, it->work->need_words * sizeof **needs);
    if (!*needs)
      it->run->failed = true;
    else
      needs_add(it->work, needs, it->needs);
  }
}

static bool share(struct sharing *it, const struct opening *opening) {
  struct value fault = value_of(0);
  bool applies_to_open, waits;
  const char *code;
  int64_t total;
  if (!find_portions(it)) return false;
  if (it->count == 0) return true;
  enum truth applies = applies_to_decided(it, &fault);
  uint64_t *test_needs = it->needs;
  it->needs = NULL;
  waits = waits_for_lines(it, &applies_to_open);
  if (applies == TRUTH_FALSE && applies_to_open) applies = TRUTH_OPEN;
  if (applies == TRUTH_ERROR) return fail_adjustment(it, NULL, "condition", &fault);
  if (applies == TRUTH_FALSE) return true;
  if (applies == TRUTH_OPEN) needs_add(it->work, &it->needs, test_needs);
  struct set amount = bounded_amount(&it->run->request, it->adjustment, &code);
  if (applies == TRUTH_TRUE && set_is_error(&amount)) return fail_adjustment(it, code, "amount", &amount.fault);
  bool single = set_is_single(&amount);
  if (!single) needs_add(it->work, &it->needs, amount.needs);
  struct value *weights = arena_take(it->work->arena, it->count * sizeof *weights);
  if (!weights) return out_of_memory(it);
  bool weighed = weigh(it, weights);
  if (waits || applies == TRUTH_OPEN || !single || !weighed) {
    open_touched(it, opening);
    return true;
  }
  if (!round_money(it->run->policy, &amount.one, &total)) return fail_overflow(it);
  return spread(it, total, weights);
}

/* An opened line may still come out with the verdicts that it had; where it grants and a role refuses, also denied. */
static bool open_line(returns_decision *decision, struct answer *answer, struct answer_line *line, const uint64_t *needs) {
  bool told[VERDICT_DENY + 1] = {false}, grants = false;
  for (uint32_t p = 0; p < line->portion_count; p++) {
    int32_t verdict = answer->portions.items[line->portion_first + p].verdict;
    if (!told[verdict]) line->possible[line->possible_count++] = (uint8_t)verdict;
    told[verdict] = true;
    grants |= verdict != VERDICT_DENY;
  }
  if (grants && decision->decider.may_refuse && !told[VERDICT_DENY]) line->possible[line->possible_count++] = VERDICT_DENY;
  line->status = RETURNS_UNDECIDED;
  line->portion_count = 0;
  line->needs = portions_add_words(&answer->portions, needs);
  return line->needs != NO_INDEX;
}

bool share_adjustments(returns_decision *decision, struct answer *answer) {
  struct run *run = &decision->decider.run;
  const struct returns_policy *policy = run->policy;
  struct opening opening = {.needs = NULL};
  for (uint32_t i = 0; i < policy->fee_count + policy->bonus_count; i++) {
    bool bonus = i >= policy->fee_count;
    struct sharing it = {
        .decision = decision, .answer = answer, .run = run, .work = &run->request.work, .bonus = bonus, .index = i};
    it.adjustment = bonus ? &policy->bonuses[i - policy->fee_count] : &policy->fees[i];
    if (it.adjustment->basis != BASIS_REQUEST) continue;
    if (!opening.needs) opening.needs = arena_take_zeroed(&run->pass_arena, answer->line_count * sizeof *opening.needs);
    if (!opening.needs) return out_of_memory(&it);
    if (!share(&it, &opening)) return false;
  }
  for (uint32_t i = 0; opening.needs && i < answer->line_count; i++)
    if (opening.needs[i] && !open_line(decision, answer, &answer->lines[i], opening.needs[i])) {
      decision->failure.code = NULL;
      return false;
    }
  return true;
}
