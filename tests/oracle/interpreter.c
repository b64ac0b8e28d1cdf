/* Decides with the assumptions, then without them, and says which lines hang on which. */
#include "oracle/interpreter.h"

#include "oracle/request.h"

static void world_open(struct world *world, const struct model *model, const struct oracle_request *request, struct arena *keep,
                       struct arena *scratch, bool without_assumptions) {
  *world = (struct world){.model = model, .request = request, .keep = keep, .scratch = scratch};
  world->without_assumptions = without_assumptions;
  world->deciding = ORACLE_NO_LINE;
}

/* Whether an assumption stands in for the fact on any line, for the request, or for a key that a line has. */
static bool is_assumed(struct world *world, uint32_t index) {
  const struct fact *fact = &world->model->facts[index];
  struct scene scene = oracle_scene_of_request(world);
  if (!fact->assume) return false;
  if (fact->scope == SCOPE_REQUEST) return oracle_read_fact(&scene, index).state == FACT_ASSUMED;
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    scene = oracle_scene_of_line(world, i);
    if (oracle_read_fact(&scene, index).state == FACT_ASSUMED) return true;
  }
  return false;
}

static void follow_expression(struct world *world, const bool *assumed, const struct expr *expr, bool *chain);

/* Adds a fact that is assumed, and the assumed facts that its value hangs on. */
static void follow_fact(struct world *world, const bool *assumed, uint32_t index, bool *chain) {
  const struct fact *fact = &world->model->facts[index];
  if (fact->same_as != NO_INDEX) follow_fact(world, assumed, fact->same_as, chain);
  if (fact->scope == SCOPE_FACT) follow_fact(world, assumed, fact->scope_fact, chain);
  if (!assumed[index] || chain[index]) return;
  chain[index] = true;
  follow_expression(world, assumed, fact->assume, chain);
}

static void follow_tests(struct world *world, const bool *assumed, const struct tests *tests, bool *chain) {
  for (uint32_t i = 0; i < tests->count; i++) follow_expression(world, assumed, tests->items[i].condition, chain);
}

static void follow_expression(struct world *world, const bool *assumed, const struct expr *expr, bool *chain) {
  if (expr->op == OP_FACT || expr->op == OP_GIVEN) follow_fact(world, assumed, expr->index, chain);
  if (expr->op == OP_TERM) {
    const struct term *term = &world->model->terms[expr->index];
    follow_tests(world, assumed, &term->tests, chain);
    for (uint32_t i = 0; i < term->case_count; i++) {
      follow_tests(world, assumed, &term->cases[i].tests, chain);
      follow_expression(world, assumed, term->cases[i].value, chain);
    }
    if (term->value) follow_expression(world, assumed, term->value, chain);
  }
  for (uint32_t i = 0; i < expr->kid_count; i++) follow_expression(world, assumed, expr->kids[i], chain);
}

static void mark_provisional(struct world *world, const bool *assumed, struct decision *decision,
                             const struct decision *without) {
  uint32_t facts = world->model->fact_count;
  for (uint32_t i = 0; i < world->request->line_count; i++) {
    const bool *needs = without->lines[i]->needs;
    if (decision->lines[i]->kind != OUTCOME_DECIDED || without->lines[i]->kind != OUTCOME_OPEN || !needs) continue;
    decision->assumed[i] = oracle_take(world->keep, facts * sizeof **decision->assumed);
    for (uint32_t fact = 0; fact < facts; fact++)
      if (needs[fact]) follow_fact(world, assumed, fact, decision->assumed[i]);
  }
}

static bool answer(const struct model *model, const struct oracle_request *request, const char *digest_hex, struct arena *keep,
                   struct arena *scratch, struct buffer *out, struct oracle_error *error) {
  struct world world, bare;
  struct decision decision, without;
  struct oracle_error ignored;
  bool *assumed = oracle_take(keep, model->fact_count * sizeof *assumed), any = false;
  world_open(&world, model, request, keep, scratch, false);
  if (!oracle_decide_request(&world, &decision, error)) return false;
  for (uint32_t i = 0; i < model->fact_count; i++) any |= assumed[i] = is_assumed(&world, i);
  world_open(&bare, model, request, keep, scratch, true);
  if (any && decision.valid && oracle_decide_request(&bare, &without, &ignored))
    mark_provisional(&world, assumed, &decision, &without);
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
