/* Soundness: see soundness.h. Works on the interpreter's own decisions, before they become text. */
#include "oracle/soundness.h"

#include "oracle/generator.h"
#include "oracle/request.h"

/* ---- completing a request ---- */

struct completing {
  struct world world;
  struct random *random;
  struct arena *arena;
  struct oracle_request *request;
};

static void fill(struct completing *it, const struct scene *scene, uint32_t fact, uint32_t line) {
  const struct model *model = it->world.model;
  struct text key = {0};
  struct reading reading;
  if (model->facts[fact].scope == SCOPE_FACT && !oracle_read_key(scene, model->facts[fact].scope_fact, &key, &reading)) return;
  if (oracle_read_fact(scene, fact).state != FACT_MISSING) return;
  it->request->facts[it->request->fact_count++] = generate_value(it->random, model, it->arena, fact, line, key);
}

static struct world world_of(const struct model *model, const struct oracle_request *request, struct arena *keep,
                             struct arena *scratch) {
  struct world world = {.model = model, .request = request, .keep = keep, .scratch = scratch, .deciding = ORACLE_NO_LINE};
  return world;
}

struct oracle_request oracle_complete(const struct model *model, const struct oracle_request *request, struct random *random,
                                      struct arena *arena) {
  struct oracle_request completed = *request;
  struct completing it = {world_of(model, &completed, arena, arena), random, arena, &completed};
  completed.facts =
      oracle_take(arena, (request->fact_count + model->fact_count * (request->line_count + 1)) * sizeof *completed.facts);
  for (uint32_t i = 0; i < request->fact_count; i++) completed.facts[i] = request->facts[i];
  for (uint32_t fact = 0; fact < model->fact_count; fact++) {
    bool of_line = model->facts[fact].scope == SCOPE_LINE;
    struct scene scene = oracle_scene_of_request(&it.world);
    if (model->facts[fact].scope == SCOPE_REQUEST) fill(&it, &scene, fact, ORACLE_NO_LINE);
    for (uint32_t line = 0; model->facts[fact].scope != SCOPE_REQUEST && line < completed.line_count; line++) {
      scene = oracle_scene_of_line(&it.world, line);
      fill(&it, &scene, fact, of_line ? line : ORACLE_NO_LINE);
    }
  }
  return completed;
}

/* ---- comparing ---- */

static bool same_charges(const struct charge *a, const struct charge *b, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (a[i].applies != b[i].applies || a[i].charged != b[i].charged || a[i].collected != b[i].collected) return false;
  return true;
}

static bool same_roles(const struct portion *a, const struct portion *b, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (a->roles[i] != b->roles[i]) return false;
  return true;
}

static bool kept_outputs(const struct portion *a, const struct portion *b, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (a->outputs[i].value != NO_INDEX && a->outputs[i].value != b->outputs[i].value) return false;
  return true;
}

/* As far as both tell: a value that is told later may have no value in an expression, which leaves reasons open too. */
static bool kept_reasons(const struct portion *a, const struct portion *b) {
  if ((!a->reasons_open && b->reason_count > a->reason_count) || (!b->reasons_open && a->reason_count > b->reason_count))
    return false;
  for (uint32_t i = 0; i < a->reason_count && i < b->reason_count; i++)
    if (!text_equal(a->reasons[i], b->reasons[i])) return false;
  return true;
}

static bool kept_portions(const struct model *model, const struct outcome *a, const struct outcome *b) {
  if (b->kind != OUTCOME_DECIDED || a->portion_count != b->portion_count) return false;
  for (uint32_t i = 0; i < a->portion_count; i++) {
    const struct portion *p = &a->portions[i], *q = &b->portions[i];
    if (p->rule != q->rule || p->verdict != q->verdict || p->units != q->units || p->credit != q->credit) return false;
    if (!same_charges(p->fees, q->fees, model->fee_count) || !same_charges(p->bonuses, q->bonuses, model->bonus_count))
      return false;
    if (!same_roles(p, q, model->approval_count) || !kept_outputs(p, q, model->output_count) || !kept_reasons(p, q)) return false;
  }
  return true;
}

static bool is_among(enum verdict verdict, const enum verdict *verdicts, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (verdicts[i] == verdict) return true;
  return false;
}

/* Every verdict that the line has now, or may still get, was possible before. */
static bool was_possible(const struct world *world, const struct decision *before, const struct decision *after, uint32_t line) {
  enum verdict could[VERDICT_DENY], can[VERDICT_DENY];
  uint32_t could_count = oracle_possible(world, before, line, could), can_count;
  const struct outcome *outcome = after->lines[line];
  if (outcome->kind == OUTCOME_OPEN) {
    can_count = oracle_possible(world, after, line, can);
    for (uint32_t i = 0; i < can_count; i++)
      if (!is_among(can[i], could, could_count)) return false;
    return true;
  }
  for (uint32_t i = 0; i < outcome->portion_count; i++)
    if (!is_among(outcome->portions[i].verdict, could, could_count)) return false;
  return true;
}

bool oracle_is_sound(const struct model *model, const struct oracle_request *request, struct random *random, struct arena *arena,
                     struct oracle_request *completed, uint32_t *line) {
  struct arena scratch;
  struct decision before, after;
  struct oracle_error error;
  bool sound = true;
  arena_init(&scratch, arena->memory);
  *completed = oracle_complete(model, request, random, arena);
  struct world world = world_of(model, request, arena, &scratch), fuller = world_of(model, completed, arena, &scratch);
  if (oracle_decide_request(&world, &before, &error) && oracle_decide_request(&fuller, &after, &error) && before.valid &&
      after.valid)
    for (*line = 0; sound && *line < request->line_count; *line += sound) {
      const struct outcome *outcome = before.lines[*line];
      sound = outcome->kind == OUTCOME_DECIDED ? kept_portions(model, outcome, after.lines[*line])
                                               : was_possible(&fuller, &before, &after, *line);
    }
  arena_free(&scratch);
  return sound;
}
