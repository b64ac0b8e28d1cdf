/* Compare: what a case expects against what was decided.
 *
 * Both sides become text in one form, and texts are compared: so the difference that is told is the difference that was found. An
 * expectation looks at a scope: all lines, one line, or one portion. Amounts are sums over it; what a portion says is told once
 * where all of the scope agree.
 */
#include "suite/suite.h"

#include "base/number.h"
#include "evaluate/policy.h"
#include "evaluate/steps.h"
#include "report/names.h"

#include <string.h>

static const uint32_t ALL = UINT32_MAX;
struct extent {
  enum suite_level level;
  uint32_t line, line_end, portion; /* portion: ALL, or one of line `line` */
};

struct comparison {
  struct suite_run *run;
  const struct node_tree *tree;
  const returns_policy *policy;
  const returns_decision *decision;
  struct buffer expected, found, *out;
  bool reported;
};

static const struct node *node_at(const struct comparison *c, uint32_t node) { return &c->tree->nodes[node]; }

/* ---- what was found ---- */

static uint32_t portion_first(const struct extent *scope) { return scope->portion == ALL ? 0 : scope->portion; }

static uint32_t portion_end(const struct comparison *c, const struct extent *scope, uint32_t line) {
  return scope->portion == ALL ? returns_decision_portion_count(c->decision, line) : scope->portion + 1;
}

static bool line_is_open(const struct comparison *c, uint32_t line) {
  int32_t status = 0;
  returns_decision_line_status(c->decision, line, &status);
  return status == RETURNS_UNDECIDED;
}

static bool all_open(const struct comparison *c, const struct extent *scope) {
  bool open = scope->line < scope->line_end;
  for (uint32_t line = scope->line; line < scope->line_end && open; line++) open = line_is_open(c, line);
  return open;
}

static void write_reasons(const struct comparison *c, uint32_t line, uint32_t portion, struct buffer *out) {
  uint32_t count = returns_decision_reason_count(c->decision, line, portion);
  buffer_char(out, '[');
  for (uint32_t i = 0; i < count; i++) {
    buffer_format(out, i == 0 ? "%s" : ", %s", returns_decision_reason(c->decision, line, portion, i));
  }
  buffer_char(out, ']');
}

static void write_output(const struct comparison *c, uint32_t line, uint32_t portion, struct text name, struct buffer *out) {
  uint32_t count = returns_decision_output_count(c->decision, line, portion);
  for (uint32_t i = 0; i < count; i++) {
    const char *output = NULL, *value = NULL;
    if (returns_decision_output(c->decision, line, portion, i, &output, &value) != RETURNS_OK || !text_is(name, output)) continue;
    buffer_text(out, value == NULL ? "open" : value);
    return;
  }
  buffer_text(out, "none");
}

/* What one portion says under a key. */
static void write_of_portion(const struct comparison *c, enum expect_key key, struct text output, uint32_t line, uint32_t portion,
                             struct buffer *out) {
  int32_t verdict = 0;
  switch (key) {
  case EXPECT_VERDICT:
    returns_decision_verdict(c->decision, line, portion, &verdict);
    buffer_text(out, verdict_name(verdict));
    break;
  case EXPECT_RULE: buffer_text(out, returns_decision_rule_name(c->decision, line, portion)); break;
  case EXPECT_BECAUSE: buffer_text(out, returns_decision_reason(c->decision, line, portion, 0)); break;
  case EXPECT_REASONS: write_reasons(c, line, portion, out); break;
  default: write_output(c, line, portion, output, out); break;
  }
}

/* Each portion of the scope says it; what differs from the one before it is told behind " / ". */
static void find_said(struct comparison *c, const struct extent *scope, enum expect_key key, struct text output) {
  struct buffer piece, last;
  buffer_init(&piece, c->run->memory);
  buffer_init(&last, c->run->memory);
  struct buffer *found = &c->found;
  for (uint32_t line = scope->line; line < scope->line_end; line++) {
    bool open = line_is_open(c, line);
    uint32_t end = open ? portion_first(scope) + 1 : portion_end(c, scope, line);
    for (uint32_t portion = portion_first(scope); portion < end; portion++) {
      buffer_clear(&piece);
      if (open)
        buffer_text(&piece, "undecided");
      else
        write_of_portion(c, key, output, line, portion, &piece);
      struct text now = {piece.bytes, (uint32_t)piece.size}, before = {last.bytes, (uint32_t)last.size};
      if (found->size > 0 && text_equal(now, before)) continue;
      if (found->size > 0) buffer_text(found, " / ");
      buffer_slice(found, now);
      buffer_clear(&last);
      buffer_slice(&last, now);
    }
  }
  if (found->size == 0) buffer_text(found, "nothing");
  if (piece.failed || last.failed) found->failed = true;
  buffer_free(&piece);
  buffer_free(&last);
}

static void find_sum(struct comparison *c, const struct extent *scope, enum expect_key key) {
  int64_t sum = 0;
  if (all_open(c, scope)) {
    buffer_text(&c->found, "undecided");
    return;
  }
  for (uint32_t line = scope->line; line < scope->line_end; line++) {
    for (uint32_t portion = portion_first(scope); portion < portion_end(c, scope, line); portion++) {
      int64_t credit = 0, fees = 0, bonuses = 0, net = 0, units = 0;
      returns_decision_amounts(c->decision, line, portion, &credit, &fees, &bonuses, &net);
      returns_decision_units(c->decision, line, portion, &units);
      sum += key == EXPECT_UNITS ? units : key == EXPECT_NET ? net : credit;
    }
  }
  if (key == EXPECT_UNITS)
    buffer_integer(&c->found, sum);
  else
    money_write(&c->found, sum, c->policy->header->minor_digits);
}

/* One fee or bonus in a scope. What is told has one entry per name, in the order in which they first come. */
struct cursor {
  uint32_t line, portion, index;
};

static bool adjustment_at(const struct comparison *c, const struct cursor *at, bool bonus, const char **name, int64_t *charged) {
  int32_t is_bonus = 0;
  int64_t collected = 0;
  return returns_decision_adjustment(c->decision, at->line, at->portion, at->index, name, &is_bonus, charged, &collected) ==
             RETURNS_OK &&
         (is_bonus != 0) == bonus;
}

/* Moves to the next adjustment of the scope; begin with index ALL. false: no more. */
static bool next_adjustment(const struct comparison *c, const struct extent *scope, struct cursor *at) {
  if (at->index == ALL)
    *at = (struct cursor){scope->line, portion_first(scope), 0};
  else
    at->index++;
  while (at->line < scope->line_end) {
    if (at->portion < portion_end(c, scope, at->line)) {
      if (at->index < returns_decision_adjustment_count(c->decision, at->line, at->portion)) return true;
      at->portion++;
    } else {
      at->line++;
      at->portion = portion_first(scope);
    }
    at->index = 0;
  }
  return false;
}

/* The sum of all of one name in the scope; *first: whether none stands before `here`. */
static int64_t sum_adjustments(const struct comparison *c, const struct extent *scope, bool bonus, const char *wanted,
                               const struct cursor *here, bool *first) {
  int64_t sum = 0;
  bool before = true;
  *first = true;
  struct cursor at = {0, 0, ALL};
  while (next_adjustment(c, scope, &at)) {
    const char *name = NULL;
    int64_t charged = 0;
    if (at.line == here->line && at.portion == here->portion && at.index == here->index) before = false;
    if (!adjustment_at(c, &at, bonus, &name, &charged) || strcmp(name, wanted) != 0) continue;
    if (before) *first = false;
    sum += charged;
  }
  return sum;
}

static void write_adjustment(struct comparison *c, struct buffer *out, bool any, struct text name, int64_t amount) {
  buffer_format(out, any ? ", %t " : "%t ", &name);
  money_write(out, amount, c->policy->header->minor_digits);
}

static void find_adjustments(struct comparison *c, const struct extent *scope, bool bonus) {
  if (all_open(c, scope)) {
    buffer_text(&c->found, "undecided");
    return;
  }
  bool any = false;
  struct cursor at = {0, 0, ALL};
  buffer_char(&c->found, '[');
  while (next_adjustment(c, scope, &at)) {
    const char *name = NULL;
    int64_t charged = 0;
    bool first = false;
    if (!adjustment_at(c, &at, bonus, &name, &charged)) continue;
    int64_t sum = sum_adjustments(c, scope, bonus, name, &at, &first);
    if (!first) continue;
    write_adjustment(c, &c->found, any, text_of(name), sum);
    any = true;
  }
  buffer_char(&c->found, ']');
}

/* ---- sets of names ---- */

static void find_names(struct comparison *c, const struct extent *scope, enum expect_key key) {
  struct name_set names;
  name_set_init(&names, c->run->memory);
  for (uint32_t line = scope->line; line < scope->line_end; line++) {
    uint32_t fact = 0;
    int32_t verdict = 0, answer = 0;
    for (uint32_t i = 0; key == EXPECT_NEEDS && i < returns_decision_need_count(c->decision, line); i++) {
      if (returns_decision_need(c->decision, line, i, &fact) == RETURNS_OK)
        name_set_add(&names, text_of(returns_policy_fact_name(c->policy, fact)));
    }
    for (uint32_t i = 0; key == EXPECT_POSSIBLE && i < returns_decision_possible_count(c->decision, line); i++) {
      if (returns_decision_possible(c->decision, line, i, &verdict) == RETURNS_OK)
        name_set_add(&names, text_of(verdict_name(verdict)));
    }
    for (uint32_t portion = portion_first(scope); key == EXPECT_APPROVALS && portion < portion_end(c, scope, line); portion++) {
      for (uint32_t i = 0; i < returns_decision_approval_count(c->decision, line, portion); i++) {
        const char *role = NULL;
        if (returns_decision_approval(c->decision, line, portion, i, &role, &answer) == RETURNS_OK)
          name_set_add(&names, text_of(role));
      }
    }
  }
  name_set_write(&names, &c->found);
  name_set_free(&names);
}

static void find_status(struct comparison *c, const struct extent *scope) {
  static const char *const words[] = {"none", "decided", "undecided", "no_valid_policy"};
  int32_t status = 0;
  if (scope->level == LEVEL_REQUEST)
    returns_decision_status(c->decision, &status);
  else
    returns_decision_line_status(c->decision, scope->line, &status);
  buffer_text(&c->found, words[status >= 0 && status <= RETURNS_NO_VALID_POLICY ? status : 0]);
}

/* What raised the lines of the scope; each name once in a row. */
static void find_floor(struct comparison *c, const struct extent *scope) {
  const char *last = NULL;
  for (uint32_t line = scope->line; line < scope->line_end; line++) {
    const char *floor = "";
    returns_decision_raised(c->decision, line, &floor, NULL);
    if (floor[0] == '\0') floor = line_is_open(c, line) ? "undecided" : "none";
    if (last != NULL && strcmp(last, floor) == 0) continue;
    buffer_format(&c->found, last == NULL ? "%s" : " / %s", floor);
    last = floor;
  }
}

static void find_provisional(struct comparison *c, const struct extent *scope) {
  bool provisional = false;
  for (uint32_t line = scope->line; line < scope->line_end; line++) {
    if (returns_decision_assumed_count(c->decision, line) > 0) provisional = true;
  }
  buffer_text(&c->found, provisional ? "yes" : "no");
}

/* ---- what was expected ---- */

/* A name in `expect` that must be one of the policy's. */
struct known {
  struct comparison *c;
  uint32_t node;
  struct nearest nearest;
  bool found;
};

static struct known known_begin(struct comparison *c, uint32_t node) {
  struct known known = {.c = c, .node = node};
  nearest_begin(&known.nearest, node_at(c, node)->value);
  return known;
}

static void known_try(struct known *known, struct text name) {
  if (text_equal(name, node_at(known->c, known->node)->value)) known->found = true;
  nearest_try(&known->nearest, name);
}

static void known_end(struct known *known, const char *what) {
  if (known->found) return;
  struct diagnostics *diagnostics = known->c->run->diagnostics;
  diagnostics_error(diagnostics, "R0813", node_span(known->c->tree, known->node), "the policy has no %s `%t`", what,
                    &node_at(known->c, known->node)->value);
  if (nearest_found(&known->nearest)) diagnostics_hint(diagnostics, "did you mean `%t`?", &known->nearest.best);
  known->c->reported = true;
}

/* A floor's rules, as `FLOOR/rule`. Depth: that of floors on floors. */
static void try_rules_of_floors(struct known *known, const returns_policy *policy) {
  struct text name = node_at(known->c, known->node)->value;
  for (uint32_t f = 0; f < policy->floor_count; f++) {
    const returns_policy *floor = policy->floor_policies[f];
    struct text prefix = policy_slice(floor, floor->header->name);
    try_rules_of_floors(known, floor);
    if (name.size <= prefix.size || name.bytes[prefix.size] != '/' || memcmp(name.bytes, prefix.bytes, prefix.size) != 0)
      continue;
    struct text rule = {name.bytes + prefix.size + 1, name.size - prefix.size - 1};
    for (uint32_t i = 0; i <= floor->rule_count; i++) known->found |= text_equal(rule, policy_slice(floor, floor->rules[i].name));
  }
}

static void check_rule(struct comparison *c, uint32_t node) {
  struct known known = known_begin(c, node);
  for (uint32_t i = 0; i <= returns_policy_rule_count(c->policy); i++)
    known_try(&known, text_of(returns_policy_rule_name(c->policy, i)));
  try_rules_of_floors(&known, c->policy);
  known_end(&known, "rule");
}

/* Names that a policy declares, and those of its floors: what a raised line may tell. */
static void try_names(struct known *known, enum expect_key key, const returns_policy *policy) {
  if (key == EXPECT_APPROVALS)
    for (uint32_t i = 0; i < policy->approval_count; i++) known_try(known, policy_slice(policy, policy->approvals[i].role));
  if (key == EXPECT_FEES)
    for (uint32_t i = 0; i < policy->fee_count; i++) known_try(known, policy_slice(policy, policy->fees[i].name));
  if (key == EXPECT_BONUSES)
    for (uint32_t i = 0; i < policy->bonus_count; i++) known_try(known, policy_slice(policy, policy->bonuses[i].name));
  if (key == EXPECT_FLOOR) known_try(known, policy_slice(policy, policy->header->name));
  for (uint32_t i = 0; i < policy->floor_count; i++) try_names(known, key, policy->floor_policies[i]);
}

static void check_name(struct comparison *c, enum expect_key key, uint32_t node) {
  static const char *const words[EXPECT_KEY_COUNT] = {[EXPECT_APPROVALS] = "approval",
                                                      [EXPECT_FEES] = "fee",
                                                      [EXPECT_BONUSES] = "bonus",
                                                      [EXPECT_NEEDS] = "fact",
                                                      [EXPECT_FLOOR] = "floor"};
  const returns_policy *policy = c->policy;
  struct known known = known_begin(c, node);
  if (words[key] == NULL) return;
  for (uint32_t i = 0; key == EXPECT_NEEDS && i < policy->fact_count; i++)
    known_try(&known, policy_slice(policy, policy->facts[i].name));
  for (uint32_t i = 0; key == EXPECT_FLOOR && i < policy->floor_count; i++) try_names(&known, key, policy->floor_policies[i]);
  if (key == EXPECT_FLOOR) known_try(&known, text_of("none"));
  if (key != EXPECT_NEEDS && key != EXPECT_FLOOR) try_names(&known, key, policy);
  known_end(&known, words[key]);
}

static bool expect_number(struct comparison *c, uint32_t node, bool money, int64_t *value) {
  uint32_t digits = money ? c->policy->header->minor_digits : 0;
  if (decimal_parse(node_at(c, node)->value, digits, digits, value)) return true;
  diagnostics_error(c->run->diagnostics, "R0814", node_span(c->tree, node),
                    money ? "`%t` is no amount of money, such as 80.00" : "`%t` is no whole number", &node_at(c, node)->value);
  c->reported = true;
  return false;
}

static void expect_amount(struct comparison *c, uint32_t node, bool money) {
  int64_t value = 0;
  if (!expect_number(c, node, money, &value)) return;
  if (money)
    money_write(&c->expected, value, c->policy->header->minor_digits);
  else
    buffer_integer(&c->expected, value);
}

static void expect_adjustments(struct comparison *c, enum expect_key key, uint32_t list) {
  bool any = false;
  buffer_char(&c->expected, '[');
  for (uint32_t kid = node_at(c, list)->first; kid != 0; kid = node_at(c, kid)->next) {
    uint32_t name = node_member(c->tree, kid, "name"), amount = node_member(c->tree, kid, "amount");
    int64_t value = 0;
    check_name(c, key, name);
    if (!expect_number(c, amount, true, &value)) continue;
    write_adjustment(c, &c->expected, any, node_at(c, name)->value, value);
    any = true;
  }
  buffer_char(&c->expected, ']');
}

static void expect_names(struct comparison *c, enum expect_key key, uint32_t list) {
  struct name_set names;
  name_set_init(&names, c->run->memory);
  for (uint32_t kid = node_at(c, list)->first; kid != 0; kid = node_at(c, kid)->next) {
    check_name(c, key, kid);
    name_set_add(&names, node_at(c, kid)->value);
  }
  name_set_write(&names, &c->expected);
  name_set_free(&names);
}

static void expect_list(struct comparison *c, uint32_t list) {
  buffer_char(&c->expected, '[');
  for (uint32_t kid = node_at(c, list)->first; kid != 0; kid = node_at(c, kid)->next) {
    buffer_format(&c->expected, kid == node_at(c, list)->first ? "%t" : ", %t", &node_at(c, kid)->value);
  }
  buffer_char(&c->expected, ']');
}

/* ---- differences ---- */

static void begin_pair(struct comparison *c) {
  buffer_clear(&c->expected);
  buffer_clear(&c->found);
}

static void end_pair(struct comparison *c, const struct extent *scope, const char *key, struct text detail) {
  if (c->expected.failed || c->found.failed) c->out->failed = true;
  struct text expected = {c->expected.bytes, (uint32_t)c->expected.size}, found = {c->found.bytes, (uint32_t)c->found.size};
  if (text_equal(expected, found)) return;
  if (c->out->size > 0) buffer_char(c->out, '\n');
  if (scope->level != LEVEL_REQUEST && returns_decision_line_count(c->decision) > 1)
    buffer_format(c->out, "line %u, ", scope->line + 1);
  if (scope->level == LEVEL_PORTION) buffer_format(c->out, "portion %u, ", scope->portion + 1);
  buffer_text(c->out, key);
  if (detail.size > 0) buffer_format(c->out, " %t", &detail);
  buffer_format(c->out, ": expected %t, found %t", &expected, &found);
}

static void compare_members(struct comparison *c, const struct extent *scope, uint32_t mapping);

static void compare_outputs(struct comparison *c, const struct extent *scope, uint32_t mapping) {
  for (uint32_t kid = node_at(c, mapping)->first; kid != 0; kid = node_at(c, kid)->next) {
    uint32_t key = node_at(c, kid)->key;
    struct text name = node_at(c, key)->value;
    struct known known = known_begin(c, key);
    for (uint32_t i = 0; i < c->policy->output_count; i++) known_try(&known, policy_slice(c->policy, c->policy->outputs[i].name));
    known_end(&known, "output");
    begin_pair(c);
    buffer_slice(&c->expected, node_at(c, kid)->value);
    find_said(c, scope, EXPECT_OUTPUTS, name);
    end_pair(c, scope, "output", name);
  }
}

/* Each step that is named, against where it stands. */
static void compare_steps(struct comparison *c, const struct extent *scope, uint32_t list) {
  returns_steps *steps = c->run->steps;
  const struct program_step *declared = steps_of_policy(c->policy);
  int32_t status = returns_steps_evaluate(c->policy, c->run->request, steps);
  if (status != RETURNS_OK && status != RETURNS_ERROR_REQUEST) c->out->failed = true;
  for (uint32_t kid = node_at(c, list)->first; kid != 0; kid = node_at(c, kid)->next) {
    uint32_t node = node_member(c->tree, kid, "step");
    struct text name = node_at(c, node)->value;
    struct known known = known_begin(c, node);
    begin_pair(c);
    buffer_slice(&c->expected, node_at(c, node_member(c->tree, kid, "state"))->value);
    for (uint32_t i = 0; i < program_count(&c->policy->program, SECTION_STEPS); i++) {
      known_try(&known, policy_slice(c->policy, declared[i].name));
      if (text_equal(name, policy_slice(c->policy, declared[i].name)))
        buffer_text(&c->found, steps_state_name(returns_steps_state(steps, i)));
    }
    known_end(&known, "step");
    if (status == RETURNS_ERROR_REQUEST)
      buffer_format(&c->found, "%s: %s", returns_steps_error_code(steps), returns_steps_error(steps));
    end_pair(c, scope, "step", name);
  }
}

/* Items of a list against the lines of the request, or the portions of a line. */
static void compare_items(struct comparison *c, const struct extent *scope, uint32_t list, enum expect_key key) {
  bool lines = key == EXPECT_LINES;
  begin_pair(c);
  buffer_format(&c->expected, "%u", node_at(c, list)->count);
  uint32_t found = returns_decision_line_count(c->decision);
  if (!lines && scope->line_end - scope->line != 1) {
    buffer_format(&c->found, "%u lines", found);
    end_pair(c, scope, "portions", (struct text){"", 0});
    return;
  }
  if (!lines) found = returns_decision_portion_count(c->decision, scope->line);
  if (!lines && line_is_open(c, scope->line))
    buffer_text(&c->found, "undecided");
  else
    buffer_format(&c->found, "%u", found);
  end_pair(c, scope, lines ? "lines" : "portions", (struct text){"", 0});
  uint32_t i = 0;
  for (uint32_t kid = node_at(c, list)->first; kid != 0 && i < found; kid = node_at(c, kid)->next, i++) {
    struct extent inner =
        lines ? (struct extent){LEVEL_LINE, i, i + 1, ALL} : (struct extent){LEVEL_PORTION, scope->line, scope->line + 1, i};
    compare_members(c, &inner, kid);
  }
}

static void compare_pair(struct comparison *c, const struct extent *scope, enum expect_key key, uint32_t node) {
  static const struct text none = {"", 0};
  switch (key) {
  case EXPECT_UNITS:
  case EXPECT_CREDIT:
  case EXPECT_NET:
    expect_amount(c, node, key != EXPECT_UNITS);
    find_sum(c, scope, key);
    break;
  case EXPECT_FEES:
  case EXPECT_BONUSES:
    expect_adjustments(c, key, node);
    find_adjustments(c, scope, key == EXPECT_BONUSES);
    break;
  case EXPECT_APPROVALS:
  case EXPECT_NEEDS:
  case EXPECT_POSSIBLE:
    expect_names(c, key, node);
    find_names(c, scope, key);
    break;
  case EXPECT_REASONS:
    expect_list(c, node);
    find_said(c, scope, key, none);
    break;
  case EXPECT_RULE: check_rule(c, node); /* fall through */
  case EXPECT_VERDICT:
  case EXPECT_BECAUSE:
    buffer_slice(&c->expected, node_at(c, node)->value);
    find_said(c, scope, key, none);
    break;
  case EXPECT_STATUS:
    buffer_slice(&c->expected, node_at(c, node)->value);
    find_status(c, scope);
    break;
  case EXPECT_PROVISIONAL:
    buffer_slice(&c->expected, node_at(c, node)->value);
    find_provisional(c, scope);
    break;
  case EXPECT_FLOOR:
    check_name(c, key, node);
    buffer_slice(&c->expected, node_at(c, node)->value);
    find_floor(c, scope);
    break;
  default: /* error */
    buffer_slice(&c->expected, node_at(c, node)->value);
    buffer_text(&c->found, "none");
    break;
  }
}

static void compare_members(struct comparison *c, const struct extent *scope, uint32_t mapping) {
  for (uint32_t kid = node_at(c, mapping)->first; kid != 0; kid = node_at(c, kid)->next) {
    struct text name = node_at(c, node_at(c, kid)->key)->value;
    enum expect_key key = suite_expect_key(name);
    if (key == EXPECT_LINES || key == EXPECT_PORTIONS) {
      compare_items(c, scope, kid, key);
    } else if (key == EXPECT_OUTPUTS) {
      compare_outputs(c, scope, kid);
    } else if (key == EXPECT_STEPS) {
      compare_steps(c, scope, kid);
    } else {
      begin_pair(c);
      compare_pair(c, scope, key, kid);
      end_pair(c, scope, name.bytes, (struct text){"", 0});
    }
  }
}

bool suite_compare(struct suite_run *run, const struct suite_case *test, struct buffer *out) {
  struct comparison c = {.run = run, .tree = &run->suite->tree, .policy = run->policy, .decision = run->decision, .out = out};
  struct extent scope = {LEVEL_REQUEST, 0, returns_decision_line_count(run->decision), ALL};
  buffer_init(&c.expected, run->memory);
  buffer_init(&c.found, run->memory);
  compare_members(&c, &scope, test->expect);
  buffer_free(&c.expected);
  buffer_free(&c.found);
  return !c.reported;
}
