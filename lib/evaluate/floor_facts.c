/* Facts of a floor: what a policy tells its floor, and which of the policy's facts a floor lacks.
 *
 * In: the scenes of the policy's pass. Out: the facts of the floor's own request, with the same lines. What is open stays unset,
 * so that the floor's own defaults, assumptions and openness apply. It must not know what floors answer.
 */
#include <string.h>

#include "evaluate/floors.h"

struct filling {
  returns_decision *decision;
  const struct program_floor *floor;
  const struct returns_policy *inner;
  struct facts *facts;
};

static struct filling filling_of(returns_decision *decision, uint32_t floor) {
  const struct returns_policy *policy = decision->policy;
  return (struct filling){decision, &policy->floors[floor], policy->floor_policies[floor], &decision->floors[floor].facts};
}

static const struct program_with *with_at(const struct filling *it, uint32_t index) {
  return it->decision->policy->withs + it->floor->withs.first + index;
}
static const struct program_fact *fact_of(const struct filling *it, const struct program_with *with) {
  return &it->inner->facts[with->floor_fact];
}

/* ---- values ---- */

static bool out_of_memory(returns_decision *decision) {
  decision->failure.code = NULL;
  return false;
}

static bool fail_value(const struct filling *it, const struct program_with *with, uint32_t line, const char *code,
                       struct value fault) {
  const struct returns_policy *policy = it->decision->policy;
  it->decision->failure = (struct failure){.code = code,
                                           .line = line,
                                           .rule = NO_INDEX,
                                           .fact = NO_INDEX,
                                           .what = policy_text(it->inner, fact_of(it, with)->name),
                                           .span = policy->nodes[with->node].span,
                                           .fault = fault,
                                           .test = NO_INDEX};
  return false;
}

/* The value as the floor's fact holds it. Money that is a fraction of a minor unit is rounded as the policy rounds. */
static bool code_value(const struct filling *it, const struct program_fact *fact, const struct value *value, int64_t *coded) {
  if (fact->type == TYPE_TEXT) return facts_intern(it->facts, facts_text(it->decision->decider.run.facts, value->num), coded);
  if (fact->type == TYPE_MONEY) return round_money(it->decision->policy, value, coded);
  return value_to_coded(value, (enum value_type)fact->type, coded);
}

/* What has no value, or none that the fact may have, is an error where the floor asks for it. Rows cannot tell it from an
 * optional fact that is not given: of such a one it is an error at once. */
static bool tell_fault(const struct filling *it, const struct program_with *with, uint32_t line, struct value fault,
                       struct cell *cell) {
  if (fact_of(it, with)->flags & FACT_OPTIONAL) return fail_value(it, with, line, code_of_fault(&fault), fault);
  *cell = (struct cell){.value = -1, .given = CELL_FAULTY};
  return true;
}

static bool fill_cell(const struct filling *it, const struct program_with *with, struct scene *scene, struct cell *cell) {
  const struct program_fact *fact = fact_of(it, with);
  struct set set = evaluate_any(scene, with->node);
  struct cell value = {.offset_minutes = set.one.offset_minutes, .given = 1};
  if (set_is_error(&set)) return tell_fault(it, with, scene->line, set.fault, cell);
  if (!set_is_single(&set)) return !it->decision->decider.run.failed || out_of_memory(it->decision);
  bool coded = code_value(it, fact, &set.one, &value.value);
  if (!coded && fact->type == TYPE_TEXT) return out_of_memory(it->decision);
  if (!coded || !request_value_fits(fact, value.value, value.offset_minutes))
    return tell_fault(it, with, scene->line, value_fault(VALUE_NOT_TOLD), cell);
  *cell = value;
  return true;
}

/* ---- facts per value of another ---- */

/* The value by which the floor keys a fact for a line, as far as it was told. */
static bool key_of_line(const struct filling *it, uint32_t fact, uint32_t line, int64_t *key) {
  const struct program_fact *declared = &it->inner->facts[fact];
  if (declared->scope == SCOPE_FACT) return false;
  const struct cell *row = declared->scope == SCOPE_REQUEST ? it->facts->request_cells : facts_line(it->facts, line);
  const struct cell *cell = &row[it->inner->slots[fact]];
  *key = cell->value;
  return cell->given == 1 || (!cell->given && (declared->flags & FACT_ABSENT));
}

/* The policy's fact that stands for the key of a floor's; NO_INDEX: none. */
static uint32_t key_fact_of(const struct filling *it, const struct program_fact *fact) {
  return policy_find_fact(it->decision->policy, policy_slice(it->inner, it->inner->facts[fact->scope_fact].name));
}

/* The scene of the policy in which a floor's fact of some level is told; NULL: nothing there to tell it by. */
static struct scene *scene_of_fact(const struct filling *it, const struct program_fact *fact, struct scene *line) {
  if (fact->scope == SCOPE_LINE) return line;
  if (fact->scope == SCOPE_REQUEST) return scene_of_request(line);
  uint32_t key_fact = key_fact_of(it, fact);
  if (key_fact == NO_INDEX) return NULL;
  struct reading key = read_key(line, key_fact);
  return is_known(&key) ? scene_of_key(line, key_fact, key.value.num) : NULL;
}

static bool fill_keyed(const struct filling *it, const struct program_with *with, struct scene *line) {
  const struct program_fact *fact = fact_of(it, with);
  int64_t value;
  uint32_t key;
  struct scene *scene = scene_of_fact(it, fact, line);
  if (it->decision->decider.run.failed) return out_of_memory(it->decision);
  if (!scene || !key_of_line(it, fact->scope_fact, line->line, &value)) return true;
  if (!facts_key(it->facts, fact->scope_fact, value, &key)) return out_of_memory(it->decision);
  struct cell *cell = facts_key_row(it->facts, key) + it->inner->slots[with->floor_fact];
  return cell->given || fill_cell(it, with, scene, cell);
}

static const struct program_with *with_of(const struct filling *it, uint32_t fact) {
  for (uint32_t i = 0; i < it->floor->withs.count; i++)
    if (with_at(it, i)->floor_fact == fact) return with_at(it, i);
  return NULL;
}

/* For one value that a line's key may have: it is taken to be that while the floor is told what goes with it. */
static bool fill_possible_key(const struct filling *it, const struct program_with *with, const struct program_with *key_with,
                              uint32_t key_fact, uint32_t line, uint32_t value) {
  struct run *run = &it->decision->decider.run;
  uint32_t key, key_of_floor = fact_of(it, with)->scope_fact;
  int64_t coded;
  bool done = true;
  run->assigned[key_fact] = value;
  run->assigned_count++;
  run->deciding = line;
  struct scene *scene = run_line(run, line);
  struct set told = evaluate_any(scene, key_with->node);
  if (set_is_single(&told) && value_to_int64(&told.one, &coded) &&
      request_value_fits(&it->inner->facts[key_of_floor], coded, 0)) {
    struct scene *home = scene_of_key(scene, key_fact, value);
    done = home && facts_key(it->facts, key_of_floor, coded, &key);
    struct cell *cell = done ? facts_key_row(it->facts, key) + it->inner->slots[with->floor_fact] : NULL;
    if (!done)
      out_of_memory(it->decision);
    else if (!cell->given)
      done = fill_cell(it, with, home, cell);
  }
  run->assigned[key_fact] = -1;
  run->assigned_count--;
  run->deciding = NO_INDEX;
  return done;
}

/* Where a choice is missing by which facts are keyed, the floor tries all its values: it is told what goes with each. */
static bool fill_possible_keys(const struct filling *it) {
  struct run *run = &it->decision->decider.run;
  for (uint32_t i = 0; i < it->floor->withs.count; i++) {
    const struct program_with *with = with_at(it, i);
    if (fact_of(it, with)->scope != SCOPE_FACT) continue;
    uint32_t key_fact = key_fact_of(it, fact_of(it, with)), line = 0;
    const struct program_with *key_with = with_of(it, fact_of(it, with)->scope_fact);
    if (key_fact == NO_INDEX || !key_with || run->policy->facts[key_fact].type != TYPE_CHOICE) continue;
    if (run->policy->facts[key_fact].scope == SCOPE_FACT || fact_of(it, key_with)->type != TYPE_CHOICE) continue;
    while (line < run->facts->line_count && read_fact(run_line(run, line), key_fact).state != FACT_MISSING) line++;
    for (uint32_t v = 0; line < run->facts->line_count && v < run->policy->facts[key_fact].values.count; v++)
      if (!fill_possible_key(it, with, key_with, key_fact, line, v)) return false;
  }
  return true;
}

/* ---- all facts ---- */

static bool fill_level(const struct filling *it, uint32_t scope, struct scene *scene) {
  for (uint32_t i = 0; i < it->floor->withs.count; i++) {
    const struct program_with *with = with_at(it, i);
    if (fact_of(it, with)->scope != scope) continue;
    struct cell *row = scope == SCOPE_REQUEST ? it->facts->request_cells
                       : scope == SCOPE_LINE  ? facts_line(it->facts, scene->line)
                                              : NULL;
    if (row ? !fill_cell(it, with, scene, row + it->inner->slots[with->floor_fact]) : !fill_keyed(it, with, scene)) return false;
  }
  return true;
}

static bool is_done(const struct filling *it, struct text step) {
  const struct returns_policy *policy = it->decision->policy;
  const struct facts *facts = it->decision->decider.run.facts;
  const struct program_step *steps = program_section(&policy->program, SECTION_STEPS);
  for (uint32_t s = 0; s < program_count(&policy->program, SECTION_STEPS); s++)
    if (facts->done_steps[s] && text_equal(policy_slice(policy, steps[s].name), step)) return true;
  for (uint32_t f = 0; f < policy->fact_count; f++)
    if (facts->done_facts[f] && text_equal(policy_slice(policy, policy->facts[f].supplied_by), step)) return true;
  return false;
}

/* What was done and who agreed, by the same names. */
static void fill_answers(const struct filling *it, uint32_t floor) {
  const struct returns_policy *policy = it->decision->policy;
  const struct facts *facts = it->decision->decider.run.facts;
  uint32_t first = policy->approval_count;
  for (uint32_t i = 0; i < floor; i++) first += policy->floor_policies[i]->role_count;
  it->facts->any_answered = facts->any_answered;
  if (facts->any_answered) memcpy(it->facts->roles, facts->roles + first, it->inner->role_count);
  it->facts->any_done = facts->any_done;
  for (uint32_t f = 0; facts->any_done && f < it->inner->fact_count; f++) {
    struct text step = policy_slice(it->inner, it->inner->facts[f].supplied_by);
    it->facts->done_facts[f] = step.size > 0 && is_done(it, step);
  }
}

bool floor_fill(returns_decision *decision, uint32_t floor) {
  struct filling it = filling_of(decision, floor);
  struct run *run = &decision->decider.run;
  facts_clear(it.facts);
  fill_answers(&it, floor);
  for (uint32_t i = 0; i < run->facts->line_count; i++) {
    struct text id = facts_id(run->facts, i);
    if (!facts_add_line(it.facts) || (id.bytes && !facts_set_id(it.facts, i, id))) return out_of_memory(decision);
  }
  if (!fill_level(&it, SCOPE_REQUEST, &run->request)) return false;
  for (uint32_t i = 0; i < run->facts->line_count; i++)
    if (!fill_level(&it, SCOPE_LINE, run_line(run, i)) || !fill_level(&it, SCOPE_FACT, &run->line)) return false;
  return fill_possible_keys(&it) && (!run->failed || out_of_memory(decision));
}

/* ---- back to the policy ---- */

struct mapping {
  struct filling it;
  struct scene *line, *inner_line;
  uint8_t *visited;
  uint64_t *mapped;
};

static void map_bits(struct mapping *mapping, const uint64_t *needs);

/* The key is open: it is needed, and what the fact is told by. */
static void map_open_key(struct mapping *mapping, const struct program_fact *fact, uint32_t index) {
  const struct returns_policy *policy = mapping->it.decision->policy;
  const struct program_node *node = &policy->nodes[index];
  uint32_t key_fact = key_fact_of(&mapping->it, fact);
  if (key_fact != NO_INDEX) {
    struct reading key = read_key(mapping->line, key_fact);
    if (!is_known(&key) && key.need != NO_INDEX) needs_add_fact(&mapping->line->work, &mapping->mapped, key.need);
  }
  if (node->op == OP_FACT && policy->facts[node->index].scope == SCOPE_FACT)
    needs_add_fact(&mapping->line->work, &mapping->mapped, node->index);
  for (uint32_t i = 0; i < node->kid_count; i++) map_open_key(mapping, fact, policy->links[node->kids_first + i]);
}

/* A fact that the floor was told is behind what it was told by; another behind what stands in for it. Depth: no fact twice. */
static void map_fact(struct mapping *mapping, uint32_t fact) {
  struct filling *it = &mapping->it;
  const struct program_fact *declared = &it->inner->facts[fact];
  if (mapping->visited[fact]) return;
  mapping->visited[fact] = 1;
  for (uint32_t i = 0; i < it->floor->withs.count; i++) {
    const struct program_with *with = with_at(it, i);
    if (with->floor_fact != fact) continue;
    struct scene *scene = scene_of_fact(it, declared, mapping->line);
    struct set set = scene ? evaluate_any(scene, with->node) : set_of(value_of(0));
    if (!set_is_single(&set)) needs_add(&mapping->line->work, &mapping->mapped, set.needs);
    if (!scene) map_open_key(mapping, declared, with->node);
    return;
  }
  if (declared->same_as != NO_INDEX) map_fact(mapping, declared->same_as);
  if (declared->assume == NO_INDEX) return;
  struct set assumed =
      evaluate_any(declared->scope == SCOPE_LINE ? mapping->inner_line : scene_of_request(mapping->inner_line), declared->assume);
  map_bits(mapping, assumed.needs);
}

static void map_bits(struct mapping *mapping, const uint64_t *needs) {
  for (uint32_t f = 0; needs && f < mapping->it.inner->fact_count; f++)
    if (needs_has(needs, f)) map_fact(mapping, f);
}

bool floor_map_needs(returns_decision *decision, uint32_t floor, uint32_t line, const uint64_t *needs, uint64_t *mapped) {
  struct run *run = &decision->decider.run, *inner = &decision->floors[floor].decision->decider.run;
  struct mapping mapping = {.it = filling_of(decision, floor), .mapped = mapped};
  mapping.line = run_line(run, line);
  mapping.inner_line = run_line(inner, line);
  mapping.visited = arena_take_zeroed(&run->pass_arena, inner->policy->fact_count);
  if (!mapping.visited) return false;
  map_bits(&mapping, needs);
  return !run->failed && !inner->failed;
}

bool floors_begin(returns_decision *decision) {
  for (uint32_t i = 0; i < decision->policy->floor_count; i++) {
    returns_decision *inner = decision->floors[i].decision;
    if (!floor_fill(decision, i)) return false;
    run_begin(&inner->decider.run, &decision->floors[i].facts, false);
    if (!floors_begin(inner)) return false;
  }
  return true;
}

bool floors_note_assumed(returns_decision *decision, uint32_t line, uint64_t *assumed) {
  for (uint32_t i = 0; i < decision->policy->floor_count; i++) {
    returns_decision *floor = decision->floors[i].decision;
    struct run *run = &floor->decider.run;
    uint64_t *bits = arena_take_zeroed(&run->pass_arena, run->need_words * sizeof *bits);
    if (!bits || !floors_note_assumed(floor, line, bits)) return false;
    struct scene *scene = run_line(run, line);
    for (uint32_t f = 0; f < run->policy->fact_count; f++)
      if (run->policy->facts[f].assume != NO_INDEX && read_fact(scene, f).state == FACT_ASSUMED)
        bits[f / 64] |= (uint64_t)1 << f % 64;
    if (run->failed || !floor_map_needs(decision, i, line, bits, assumed)) return false;
  }
  return true;
}
