/* Sides: two answers of one line weighed against each other: net, then units by verdict, then whether someone must still agree.
 *
 * In: a line of an answer. Out: what of it counts, and for an open line bounds on what it may come out as.
 */
#include "evaluate/floors.h"

static bool awaits(const returns_decision *decision, const struct answer *answer, uint32_t portion) {
  struct origin origin = decision_origin(decision, answer, portion);
  const struct portions *portions = &origin.answer->portions;
  for (uint32_t a = 0; a < portions->approvals_each; a++)
    if (portion_asked(portions, origin.portion)[a] && decision_role_answer(origin.decision, a) == ROLE_AWAITED) return true;
  return false;
}

static void add_portion(struct side *side, const struct portion *portion) {
  side->units[portion->verdict] += portion->units;
  if (!portion_grants(portion)) return;
  enum side_kind kind = portion->verdict == VERDICT_EXCHANGE_ONLY ? SIDE_EXCHANGE : SIDE_MONEY;
  side->kind = side->grants && side->kind != kind ? SIDE_BOTH : kind;
  side->grants = true;
}

/* No rule credits but the value itself, nothing is added to it: then the net is at most the value, where that is known. */
static void bound_side(struct side *side, returns_decision *decision, uint32_t line) {
  const struct returns_policy *policy = decision->policy;
  struct scene *scene = run_line(&decision->decider.run, line);
  struct set units = units_of(scene), price = unit_value_of(scene);
  side->not_negative = true;
  for (uint32_t f = 0; f < policy->fee_count; f++)
    if (policy->fees[f].above_credit == FEE_ABOVE_OWED) side->not_negative = false;
  bool counted = set_is_single(&units) && value_to_int64(&units.one, &side->count);
  side->whole = counted && side->count <= 1;
  if (policy->floor_count > 0 || policy->bonus_count > 0 || !counted || !set_is_single(&price)) return;
  for (uint32_t r = 0; r <= policy->rule_count; r++)
    if (policy->rules[r].credit != NO_INDEX) return;
  struct value value = value_multiply(&scene->work, &units.one, &price.one);
  side->bounded = value.state == VALUE_DEFINITE && round_money(policy, &value, &side->most);
}

struct side side_of(returns_decision *decision, const struct answer *answer, uint32_t line) {
  const struct answer_line *of = &answer->lines[line];
  struct side side = {.decided = of->status == RETURNS_DECIDED, .net = of->sums.net};
  if (side.decided) {
    for (uint32_t p = of->portion_first; p < of->portion_first + of->portion_count; p++) {
      add_portion(&side, &answer->portions.items[p]);
      side.approval |= portion_grants(&answer->portions.items[p]) && awaits(decision, answer, p); /* a denial waits for nobody */
    }
    return side;
  }
  for (uint32_t i = 0; i < of->possible_count; i++) {
    side.exchange |= of->possible[i] == VERDICT_EXCHANGE_ONLY;
    side.money |= of->possible[i] == VERDICT_AUTHORIZE || of->possible[i] == VERDICT_PARTIAL_CREDIT;
  }
  side.grants = side.money || side.exchange;
  bound_side(&side, decision, line);
  return side;
}

bool side_beats(const struct side *floor, const struct side *other, uint32_t flags) {
  bool unlike =
      (floor->kind == SIDE_MONEY && other->kind == SIDE_EXCHANGE) || (floor->kind == SIDE_EXCHANGE && other->kind == SIDE_MONEY);
  if (unlike && flags) return (floor->kind == SIDE_MONEY) == ((flags & FLOOR_PREFER_MONEY) != 0);
  if (floor->net != other->net) return floor->net > other->net;
  for (uint32_t v = VERDICT_AUTHORIZE; v < VERDICT_DENY; v++)
    if (floor->units[v] != other->units[v]) return floor->units[v] > other->units[v];
  return other->approval && !floor->approval;
}

bool side_may_beat(const struct side *open, const struct side *decided, bool first, uint32_t flags) {
  if (!open->grants) return decided->net < 0 || (decided->net == 0 && !decided->grants && first);
  bool preferred = (flags & FLOOR_PREFER_MONEY ? open->money : open->exchange) &&
                   decided->kind == (flags & FLOOR_PREFER_MONEY ? SIDE_EXCHANGE : SIDE_MONEY);
  if (first || !open->bounded || (flags && preferred) || open->most > decided->net) return true;
  /* On a tie of nets it would need more units to authorize, or less to approve. */
  return open->most == decided->net && (open->count > decided->units[VERDICT_AUTHORIZE] || decided->approval);
}
