/* Decides with the assumptions, then without them, and says which lines hang on which. */
#include "oracle/interpreter.h"

#include "oracle/request.h"

static void world_open(struct world *world, const struct model *model, const struct oracle_request *request, struct arena *keep,
                       struct arena *scratch, bool without_assumptions) {
  *world = (struct world){.model = model, .request = request, .keep = keep, .scratch = scratch};
  world->without_assumptions = without_assumptions;
  world->deciding = ORACLE_NO_LINE;
}

/* Follows what an assumption hangs on, as one line sees it; ORACLE_NO_LINE: as any line does. */
struct trail {
  struct world *world;
  bool *chain; /* by fact: assumed, and found */
  bool *seen;  /* by fact and line */
};

static enum fact_state state_of(struct world *world, uint32_t line, uint32_t fact) {
  struct scene scene = line == ORACLE_NO_LINE ? oracle_scene_of_request(world) : oracle_scene_of_line(world, line);
  return oracle_read_fact(&scene, fact).state;
}

static void follow_expression(struct trail *trail, uint32_t line, const struct expr *expr);

/* Adds a fact that is assumed, and the assumed facts that its value hangs on. */
static void follow_fact(struct trail *trail, uint32_t line, uint32_t index) {
  struct world *world = trail->world;
  const struct fact *fact = &world->model->facts[index];
  uint32_t lines = world->request->line_count;
  bool *seen = &trail->seen[index * (lines + 1) + (line == ORACLE_NO_LINE ? lines : line)];
  if (*seen) return;
  *seen = true;
  if (fact->scope != SCOPE_REQUEST && line == ORACLE_NO_LINE) {
    for (uint32_t i = 0; i < lines; i++) follow_fact(trail, i, index);
    return;
  }
  if (fact->scope == SCOPE_FACT) follow_fact(trail, line, fact->scope_fact);
  switch (state_of(world, line, index)) {
  case FACT_DEFAULTED:
    if (fact->same_as != NO_INDEX) follow_fact(trail, line, fact->same_as);
    break;
  case FACT_ASSUMED:
    trail->chain[index] = true;
    follow_expression(trail, line, fact->assume);
    break;
  default: break;
  }
}

static void follow_tests(struct trail *trail, uint32_t line, const struct tests *tests) {
  for (uint32_t i = 0; i < tests->count; i++) follow_expression(trail, line, tests->items[i].condition);
}

static void follow_term(struct trail *trail, uint32_t line, const struct term *term) {
  if (term->scope != SCOPE_LINE) line = ORACLE_NO_LINE;
  follow_tests(trail, line, &term->tests);
  for (uint32_t i = 0; i < term->case_count; i++) {
    follow_tests(trail, line, &term->cases[i].tests);
    follow_expression(trail, line, term->cases[i].value);
  }
  if (term->value) follow_expression(trail, line, term->value);
}

static void follow_expression(struct trail *trail, uint32_t line, const struct expr *expr) {
  const struct model *model = trail->world->model;
  if (expr->op == OP_FACT || expr->op == OP_GIVEN) follow_fact(trail, line, expr->index);
  if (expr->op == OP_TERM) follow_term(trail, line, &model->terms[expr->index]);
  if (expr->op == OP_SPECIAL) {
    if (model->units) follow_expression(trail, expr->index == SPECIAL_LINE_VALUE ? line : ORACLE_NO_LINE, model->units);
    if (model->unit_value) follow_expression(trail, expr->index == SPECIAL_LINE_VALUE ? line : ORACLE_NO_LINE, model->unit_value);
  }
  for (uint32_t i = 0; i < expr->kid_count; i++) follow_expression(trail, line, expr->kids[i]);
}

/* The assumptions behind what a line needs without them: its own, or, of a fact that it was told itself, those of the other
 * lines. */
static bool *find_assumed(struct world *world, uint32_t line, const bool *needs) {
  uint32_t facts = world->model->fact_count, lines = world->request->line_count;
  struct trail trail = {world, oracle_take(world->keep, facts * sizeof(bool)),
                        oracle_take(world->keep, facts * (lines + 1) * sizeof(bool))};
  for (uint32_t fact = 0; fact < facts; fact++) {
    enum fact_state state = needs[fact] ? state_of(world, line, fact) : FACT_MISSING;
    if (!needs[fact]) continue;
    follow_fact(&trail, line, fact);
    if (state != FACT_ASSUMED && state != FACT_DEFAULTED) follow_fact(&trail, ORACLE_NO_LINE, fact);
  }
  return trail.chain;
}

static bool is_assumed(struct world *world, uint32_t fact) {
  bool assumed = false;
  if (!world->model->facts[fact].assume) return false;
  if (world->model->facts[fact].scope == SCOPE_REQUEST) return state_of(world, ORACLE_NO_LINE, fact) == FACT_ASSUMED;
  for (uint32_t line = 0; line < world->request->line_count; line++) assumed |= state_of(world, line, fact) == FACT_ASSUMED;
  return assumed;
}

static void mark_provisional(struct world *world, struct decision *decision, const struct decision *without) {
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    const bool *needs = without->lines[i]->needs;
    if (decision->lines[i]->kind != OUTCOME_DECIDED || without->lines[i]->kind != OUTCOME_OPEN || !needs) continue;
    decision->assumed[i] = find_assumed(world, i, needs);
  }
}

static bool answer(const struct model *model, const struct oracle_request *request, const char *digest_hex, struct arena *keep,
                   struct arena *scratch, struct buffer *out, struct oracle_error *error) {
  struct world world, bare;
  struct decision decision, without;
  struct oracle_error ignored;
  bool any = false;
  world_open(&world, model, request, keep, scratch, false);
  if (!oracle_decide_request(&world, &decision, error)) return false;
  for (uint32_t i = 0; i < model->fact_count; i++) any |= is_assumed(&world, i);
  world_open(&bare, model, request, keep, scratch, true);
  if (any && decision.valid && oracle_decide_request(&bare, &without, &ignored)) mark_provisional(&world, &decision, &without);
  oracle_write_answer(&world, &decision, digest_hex, out);
  return true;
}

bool oracle_answer(const struct model *model, const struct oracle_request *request, const char *digest_hex, struct memory *memory,
                   struct buffer *out, struct oracle_error *error) {
  struct arena keep, scratch;
  bool answered;
  arena_init(&keep, memory);
  arena_init(&scratch, memory);
  answered = answer(model, request, digest_hex, &keep, &scratch, out, error);
  arena_free(&scratch);
  arena_free(&keep);
  return answered;
}
