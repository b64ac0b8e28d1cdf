/* Trace: rules and tests of each line, evaluated again over the snapshot of the facts.
 *
 * In: a decision with a snapshot. Out: records in the caller's arena; see trace.h. What was taken and drawn is the decision's
 * own.
 */
#include "evaluate/tracer.h"

#include <string.h>

void *tracer_take(struct tracer *tracer, size_t size) {
  void *taken = arena_take_zeroed(tracer->arena, size);
  if (!taken) tracer->failed = true;
  return taken;
}

const char *tracer_text(struct tracer *tracer) {
  const char *text = tracer->text.failed
                         ? NULL
                         : arena_copy_text(tracer->arena, tracer->text.bytes ? tracer->text.bytes : "", tracer->text.size);
  if (!text) tracer->failed = true;
  buffer_clear(&tracer->text);
  return text ? text : "";
}

/* ---- tests ---- */

static enum truth negate(enum truth truth, bool negated) {
  if (!negated || truth > TRUTH_TRUE) return truth;
  return truth == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

static enum truth truth_of_test(struct scene *scene, const struct program_test *test) {
  struct set set = evaluate_any(scene, test->node);
  return negate(set_truth(&set), test->negated != 0);
}

static void write_test(struct tracer *tracer, struct scene *scene, const struct program_test *test, enum truth truth,
                       struct trace_test *out) {
  *out = (struct trace_test){
      .source = policy_text(tracer->policy, test->source), .negated = test->negated != 0, .truth = (enum trace_truth)truth};
  out->file = policy_place(tracer->policy, test->span, &out->line);
  tracer_names(tracer, scene, test->node, out);
}

/* Of a rule that took units all tests; of another the first that failed, else those that are open or errors. */
static void write_tests(struct tracer *tracer, struct scene *scene, struct program_list list, bool all, struct trace_rule *out) {
  const struct program_test *tests = tracer->policy->tests + list.first;
  out->tests = tracer_take(tracer, list.count * sizeof *out->tests);
  for (uint32_t i = 0; out->tests && i < list.count; i++) {
    enum truth truth = truth_of_test(scene, &tests[i]);
    bool failed = truth == TRUTH_FALSE && !all;
    if (!all && !(failed ? out->truth == TRACE_FALSE : out->truth != TRACE_FALSE && truth != TRUTH_TRUE)) continue;
    write_test(tracer, scene, &tests[i], truth, &out->tests[out->test_count++]);
    if (failed) return;
  }
}

/* ---- rules ---- */

static const char *write_balance(struct tracer *tracer, int64_t low, int64_t high, bool money) {
  enum value_type type = money ? TYPE_MONEY : TYPE_COUNT;
  literal_write_plain(&tracer->text, type, tracer->policy->header->minor_digits, low, 0);
  if (high == -1) {
    buffer_text(&tracer->text, " or more");
  } else if (high != low) {
    buffer_text(&tracer->text, " .. ");
    literal_write_plain(&tracer->text, type, tracer->policy->header->minor_digits, high, 0);
  }
  return tracer_text(tracer);
}

/* The key by which a line draws, as text; NULL: the allowance is the request's, or the key is not known. */
static const char *write_key(struct tracer *tracer, struct scene *scene, const struct program_allowance *allowance) {
  if (allowance->scope != SCOPE_FACT) return NULL;
  struct reading key = read_key(scene, allowance->scope_fact);
  if (!is_known(&key)) return NULL;
  literal_write(&tracer->text, tracer->run->facts, allowance->scope_fact, key.value.num, 0);
  const char *text = tracer_text(tracer);
  struct text name = policy_slice(tracer->policy, tracer->policy->facts[allowance->scope_fact].name);
  if (!policy_hides_fact(tracer->policy, allowance->scope_fact)) return text;
  return write_hidden(tracer->decision->environment, name, text_of(text), &tracer->text) ? tracer_text(tracer) : NULL;
}

static const struct trace_draw *write_draw(struct tracer *tracer, struct scene *scene, const struct portion *portion) {
  const struct program_rule *rule = &tracer->policy->rules[portion->rule];
  if (rule->limit_kind != LIMIT_ALLOWANCE || portion->group == NO_INDEX) return NULL;
  const struct program_allowance *allowance = &tracer->policy->allowances[rule->limit_allowance];
  struct trace_draw *draw = tracer_take(tracer, sizeof *draw);
  if (!draw) return NULL;
  bool money = allowance->money != 0;
  int64_t taken = portion->refused ? 0 : portion->taken, low = portion->before_low, high = portion->before_high;
  draw->allowance = policy_text(tracer->policy, allowance->name);
  draw->key = write_key(tracer, scene, allowance);
  draw->before = write_balance(tracer, low, high, money);
  draw->taken = write_balance(tracer, taken, taken, money);
  draw->after = write_balance(tracer, low - taken, high == -1 ? -1 : high - taken, money);
  return draw;
}

static const struct portion *portion_of_rule(const struct tracer *tracer, const struct answer_line *line, uint32_t rule) {
  const struct portion *items = tracer->decision->answer.portions.items;
  for (uint32_t p = 0; p < line->portion_count; p++)
    if (items[line->portion_first + p].rule == rule) return &items[line->portion_first + p];
  return NULL;
}

static enum truth write_rule(struct tracer *tracer, struct scene *scene, const struct answer_line *line, uint32_t index,
                             int64_t *remaining, struct trace_rule *out) {
  const struct program_rule *rule = &tracer->policy->rules[index];
  const struct portion *portion = portion_of_rule(tracer, line, index);
  enum truth truth = portion ? TRUTH_TRUE : evaluate_tests(scene, rule->tests, NULL, NULL);
  *out = (struct trace_rule){
      .rule = policy_text(tracer->policy, rule->name), .truth = (enum trace_truth)truth, .verdict = (int32_t)rule->verdict};
  out->file = policy_place(tracer->policy, rule->span, &out->line);
  if (portion) {
    out->took = portion->units;
    *remaining -= portion->units;
    out->draw = write_draw(tracer, scene, portion);
  }
  out->remaining = *remaining;
  write_tests(tracer, scene, rule->tests, portion != NULL, out);
  return truth;
}

/* The rules to tell of: behind the last one none had a say. */
static uint32_t last_rule(const struct tracer *tracer, const struct answer_line *line) {
  if (line->status == RETURNS_UNDECIDED) return tracer->policy->rule_count + 1;
  const struct portion *items = tracer->decision->answer.portions.items;
  return line->portion_count ? items[line->portion_first + line->portion_count - 1].rule + 1 : 0;
}

static void write_rules(struct tracer *tracer, struct scene *scene, uint32_t index, int32_t level, struct trace_line *out) {
  const struct answer_line own = decision_own_line(&tracer->decision->answer.lines[index]), *line = &own;
  uint32_t end = last_rule(tracer, line);
  bool open = line->status == RETURNS_UNDECIDED;
  struct set units = units_of(scene);
  int64_t remaining = 0;
  if (set_is_single(&units)) value_to_int64(&units.one, &remaining);
  bool path = level == RETURNS_TRACE_PATH;
  out->rules = tracer_take(tracer, (path && !open ? line->portion_count : end) * sizeof *out->rules);
  for (uint32_t rule = 0; out->rules && rule < end; rule++) {
    struct trace_rule *next = &out->rules[out->rule_count];
    if (path && !open && !portion_of_rule(tracer, line, rule)) continue;
    enum truth truth = write_rule(tracer, scene, line, rule, &remaining, next);
    if (!path || truth != TRUTH_FALSE) out->rule_count++;
    /* Of an undecided line: up to the first rule that surely takes what remains. */
    if (open && truth == TRUTH_TRUE && tracer->policy->rules[rule].limit_kind == LIMIT_NONE) return;
  }
}

bool trace_derive(const returns_decision *decision, int32_t level, struct arena *arena, struct trace *trace) {
  *trace = (struct trace){.level = RETURNS_TRACE_NONE};
  if (!decision->has_answer || decision->trace == RETURNS_TRACE_NONE || level == RETURNS_TRACE_NONE) return true;
  /* The run is scratch: what readers see of the decision does not change. */
  struct run *run = (struct run *)(uintptr_t)&decision->decider.run;
  struct tracer tracer = {.decision = decision, .policy = decision->policy, .run = run, .arena = arena};
  buffer_init(&tracer.text, &decision->environment->memory);
  run_begin(run, &decision->snapshot, false);
  trace->level = level < decision->trace ? level : decision->trace;
  trace->lines = tracer_take(&tracer, decision->answer.line_count * sizeof *trace->lines);
  for (uint32_t i = 0; trace->lines && i < decision->answer.line_count && !tracer.failed && !run->failed; i++) {
    struct trace_line *line = &trace->lines[trace->line_count++];
    line->line = i;
    write_rules(&tracer, run_line(run, i), i, trace->level, line);
    tracer_amounts(&tracer, i, line);
    if (decision->answer.lines[i].raised.floor) {
      decision_write_raised(decision, &decision->answer.lines[i], &tracer.text);
      line->raised = tracer_text(&tracer);
    }
  }
  buffer_free(&tracer.text);
  return !tracer.failed && !run->failed;
}
