/* Scenes: see scene.h. Making them, and reading facts from them. */
#include "evaluate/scene.h"

#include <string.h>

/* ---- life of a run ---- */

bool run_init(struct run *run, const struct returns_policy *policy, struct memory *memory) {
  *run = (struct run){.policy = policy, .memory = memory, .deciding = NO_INDEX};
  arena_init(&run->pass_arena, memory);
  arena_init(&run->leaf_arena, memory);
  lookup_init(&run->keys.lookup, memory);
  lookup_init(&run->leaf_keys.lookup, memory);
  run->need_words = (policy->fact_count + 63) / 64;
  run->memo_count = policy->term_count + MEMO_SPECIALS + (policy->assumes ? policy->fact_count : 0);
  run->next_stamp = 1;
  size_t memo_bytes = run->memo_count * sizeof(struct memo);
  run->request.memos = memory_take_zeroed(memory, memo_bytes);
  run->leaf_request.memos = memory_take_zeroed(memory, memo_bytes);
  run->line.memos = memory_take_zeroed(memory, memo_bytes);
  run->assigned = memory_take(memory, policy->fact_count * sizeof *run->assigned);
  run->assigned_keys = memory_take(memory, policy->fact_count * sizeof *run->assigned_keys);
  run->shared_facts = memory_take(memory, policy->fact_count * sizeof *run->shared_facts);
  for (uint32_t w = 0; w < WORLDS_MOST; w++) {
    arena_init(&run->worlds[w].arena, memory);
    lookup_init(&run->worlds[w].keys.lookup, memory);
  }
  if (!run->request.memos || !run->leaf_request.memos || !run->line.memos || !run->assigned || !run->assigned_keys ||
      !run->shared_facts)
    return false;
  for (uint32_t f = 0; f < policy->fact_count; f++) run->assigned[f] = -1;
  return true;
}

static void free_cache(struct memory *memory, struct scene_cache *cache) {
  lookup_free(&cache->lookup);
  memory_give(memory, cache->scenes, cache->capacity * sizeof *cache->scenes);
}

void run_free(struct run *run) {
  if (!run->policy) return;
  size_t memo_bytes = run->memo_count * sizeof(struct memo);
  memory_give(run->memory, run->request.memos, memo_bytes);
  memory_give(run->memory, run->leaf_request.memos, memo_bytes);
  memory_give(run->memory, run->line.memos, memo_bytes);
  memory_give(run->memory, run->assigned, run->policy->fact_count * sizeof *run->assigned);
  memory_give(run->memory, run->assigned_keys, run->policy->fact_count * sizeof *run->assigned_keys);
  memory_give(run->memory, run->shared_facts, run->policy->fact_count * sizeof *run->shared_facts);
  for (uint32_t w = 0; w < WORLDS_MOST; w++) {
    struct world *world = &run->worlds[w];
    arena_free(&world->arena);
    free_cache(run->memory, &world->keys);
    memory_give(run->memory, world->facts, world->capacity * sizeof *world->facts);
  }
  free_cache(run->memory, &run->keys);
  free_cache(run->memory, &run->leaf_keys);
  arena_free(&run->pass_arena);
  arena_free(&run->leaf_arena);
  *run = (struct run){0};
}

static void clear_cache(struct scene_cache *cache) {
  lookup_clear(&cache->lookup);
  cache->count = 0;
}

static void begin_scene(struct run *run, struct scene *scene, struct arena *arena, uint32_t line, struct scene *request) {
  struct memo *memos = scene->memos;
  *scene = (struct scene){
      .run = run, .line = line, .key_fact = NO_INDEX, .request = request, .memos = memos, .stamp = run->next_stamp++};
  scene->work = (struct work){.policy = run->policy, .arena = arena, .failed = &run->failed, .need_words = run->need_words};
}

void run_begin(struct run *run, const struct facts *facts, bool without_assumptions) {
  arena_reset(&run->pass_arena);
  arena_reset(&run->leaf_arena);
  clear_cache(&run->keys);
  clear_cache(&run->leaf_keys);
  for (uint32_t w = 0; w < WORLDS_MOST; w++) run->worlds[w].used = 0;
  run->facts = facts;
  run->without_assumptions = without_assumptions;
  run->deciding = NO_INDEX;
  run->failed = false;
  begin_scene(run, &run->request, &run->pass_arena, NO_INDEX, NULL);
  begin_scene(run, &run->leaf_request, &run->leaf_arena, NO_INDEX, NULL);
  begin_scene(run, &run->line, &run->leaf_arena, NO_INDEX, &run->request);
  run->request.keys = &run->keys;
}

/* ---- what is taken to be ---- */

static bool is_shared(const struct run *run, uint32_t fact) { return run->policy->facts[fact].scope != SCOPE_LINE; }

void run_assume(struct run *run, uint32_t fact, int64_t value) {
  run->assigned[fact] = value;
  run->assigned_count++;
  if (is_shared(run, fact)) run->shared_facts[run->shared_count++] = fact;
}

void run_forget(struct run *run, uint32_t fact) {
  run->assigned[fact] = -1;
  run->assigned_count--;
  if (is_shared(run, fact)) run->shared_count--;
}

static bool is_world(const struct run *run, const struct world *world) {
  bool same = world->used != 0 && world->count == run->shared_count;
  for (uint32_t i = 0; same && i < world->count; i++) {
    const struct world_fact *has = &world->facts[i];
    same = has->fact == run->shared_facts[i] && has->value == run->assigned[has->fact];
    if (same && run->policy->facts[has->fact].scope == SCOPE_FACT) same = has->key == run->assigned_keys[has->fact];
  }
  return same;
}

/* Makes a world of what is assigned now, in place of the one that was used longest ago. */
static struct scene *make_world(struct run *run, struct world *world) {
  if (!memory_reserve(run->memory, (void **)&world->facts, &world->capacity, run->shared_count, sizeof *world->facts)) goto fail;
  arena_reset(&world->arena);
  clear_cache(&world->keys);
  world->count = run->shared_count;
  for (uint32_t i = 0; i < world->count; i++) {
    uint32_t fact = run->shared_facts[i];
    world->facts[i] = (struct world_fact){.fact = fact, .value = run->assigned[fact], .key = run->assigned_keys[fact]};
  }
  world->request.memos = arena_take_zeroed(&world->arena, run->memo_count * sizeof(struct memo));
  if (!world->request.memos) goto fail;
  begin_scene(run, &world->request, &world->arena, NO_INDEX, NULL);
  world->request.keys = &world->keys;
  world->used = run->next_stamp++;
  return &world->request;
fail:
  world->used = 0;
  run->failed = true;
  return &run->request;
}

/* The request's scene that all lines share. */
static struct scene *steady_request(struct run *run) {
  struct world *oldest = &run->worlds[0];
  if (run->shared_count == 0) return &run->request;
  for (uint32_t w = 0; w < WORLDS_MOST; w++) {
    struct world *world = &run->worlds[w];
    if (is_world(run, world)) {
      world->used = run->next_stamp++;
      return &world->request;
    }
    if (world->used < oldest->used) oldest = world;
  }
  return make_world(run, oldest);
}

struct scene *run_line(struct run *run, uint32_t line) {
  struct scene *request = steady_request(run);
  arena_reset(&run->leaf_arena);
  clear_cache(&run->leaf_keys);
  if (run->assigned_count > run->shared_count) {
    begin_scene(run, &run->leaf_request, &run->leaf_arena, NO_INDEX, NULL);
    run->leaf_request.keys = &run->leaf_keys;
    run->leaf_request.steady = request;
    request = &run->leaf_request;
  }
  begin_scene(run, &run->line, &run->leaf_arena, line, request);
  run->line.own = true;
  return &run->line;
}

struct memo *scene_memos(struct scene *scene) {
  struct memo *memos = arena_take_zeroed(scene->work.arena, scene->run->memo_count * sizeof *memos);
  if (!memos) scene->run->failed = true;
  return memos;
}

struct scene scene_of_line(struct scene *from, uint32_t line, struct memo *memos) {
  struct scene scene = {.memos = memos};
  begin_scene(from->run, &scene, from->work.arena, line, scene_of_request(from));
  return scene;
}

struct scene *scene_of_key(struct scene *from, uint32_t fact, int64_t key) {
  struct scene *request = scene_of_request(from);
  struct scene_cache *cache = request->keys;
  struct memory *memory = from->run->memory;
  uint32_t hash = lookup_hash_number(fact, key);
  for (const struct lookup_entry *e = lookup_first(&cache->lookup, hash); e; e = lookup_next(&cache->lookup, e))
    if (e->hash == hash && e->owner == fact && cache->scenes[e->index]->key == key) return cache->scenes[e->index];
  struct scene *scene = arena_take_zeroed(request->work.arena, sizeof *scene);
  if (!scene || !(scene->memos = scene_memos(request))) goto fail;
  begin_scene(from->run, scene, request->work.arena, NO_INDEX, request);
  scene->key_fact = fact;
  scene->key = key;
  if (!memory_reserve(memory, (void **)&cache->scenes, &cache->capacity, cache->count + 1, sizeof *cache->scenes)) goto fail;
  if (!lookup_add(&cache->lookup, hash, fact, cache->count)) goto fail;
  cache->scenes[cache->count++] = scene;
  return scene;
fail:
  from->run->failed = true;
  return NULL;
}

/* ---- facts ---- */

static struct reading known(enum fact_state state, struct value value) {
  return (struct reading){.state = state, .need = NO_INDEX, .value = value};
}
static struct reading lacking(enum fact_state state, uint32_t fact) {
  return (struct reading){.state = state, .need = fact, .value = value_open()};
}
static struct reading faulty(struct value fault) {
  return (struct reading){.state = FACT_FAULTY, .need = NO_INDEX, .value = fault};
}

/* What is assumed, as long as the fact's own step is not done. */
static struct reading read_assumed(struct scene *home, uint32_t fact) {
  struct run *run = home->run;
  if (run->without_assumptions) return lacking(FACT_MISSING, fact);
  struct memo *memo = &home->memos[run->policy->term_count + MEMO_SPECIALS + fact];
  if (memo->set_stamp != home->stamp) {
    struct set set = evaluate_any(home, run->policy->facts[fact].assume);
    memo->set = set;
    memo->set_stamp = home->stamp;
  }
  if (set_is_error(&memo->set)) return faulty(memo->set.fault);
  return set_is_single(&memo->set) ? known(FACT_ASSUMED, memo->set.one) : lacking(FACT_MISSING, fact);
}

/* What stands in for a fact that the host did not give. home: as wide as the fact itself. */
static struct reading read_default(struct scene *home, uint32_t fact) {
  const struct program_fact *declared = &home->run->policy->facts[fact];
  uint8_t moment = home->run->facts->done_facts[fact];
  if (moment != FACT_AT_ANY_TIME) return lacking(moment == FACT_TO_COME ? FACT_KEY_OPEN : FACT_MISSING, fact);
  if (declared->flags & FACT_ABSENT)
    return known(FACT_DEFAULTED, value_of_coded((enum value_type)declared->type, declared->absent, declared->absent_offset));
  if (declared->same_as != NO_INDEX) {
    struct reading other = read_fact(home, declared->same_as);
    if (other.state == FACT_FAULTY) return other;
    return is_known(&other) ? known(FACT_DEFAULTED, other.value) : lacking(FACT_MISSING, fact);
  }
  if (declared->flags & FACT_OPTIONAL) return lacking(FACT_NOT_GIVEN, fact);
  return declared->assume != NO_INDEX ? read_assumed(home, fact) : lacking(FACT_MISSING, fact);
}

static struct reading read_cell(struct scene *home, uint32_t fact, const struct cell *cell) {
  if (!cell || !cell->given) return read_default(home, fact);
  if (cell->given == CELL_FAULTY) return faulty(value_fault(VALUE_NOT_TOLD));
  enum value_type type = (enum value_type)home->run->policy->facts[fact].type;
  return known(FACT_GIVEN, value_of_coded(type, cell->value, cell->offset_minutes));
}

static struct reading read_keyed(struct scene *scene, uint32_t fact) {
  const struct run *run = scene->run;
  uint32_t owner = run->policy->facts[fact].scope_fact;
  struct reading key = read_key(scene, owner);
  if (key.state == FACT_FAULTY) return key;
  if (!is_known(&key)) return lacking(FACT_KEY_OPEN, key.need);
  if (run->assigned_count > 0 && run->assigned[fact] >= 0 && run->assigned_keys[fact] == key.value.num)
    return known(FACT_GIVEN, value_of(run->assigned[fact]));
  uint32_t index = facts_find_key(run->facts, owner, key.value.num);
  struct cell *cell = index == NO_INDEX ? NULL : facts_key_row(run->facts, index) + run->policy->slots[fact];
  if (cell && cell->given) return read_cell(scene, fact, cell);
  struct scene *home = scene_of_key(scene, owner, key.value.num);
  return home ? read_default(home, fact) : lacking(FACT_MISSING, fact);
}

struct reading read_fact(struct scene *scene, uint32_t fact) {
  const struct run *run = scene->run;
  uint32_t scope = run->policy->facts[fact].scope, slot = run->policy->slots[fact];
  if (scope == SCOPE_FACT) return read_keyed(scene, fact);
  bool of_request = scope == SCOPE_REQUEST;
  if (run->assigned_count > 0 && run->assigned[fact] >= 0 && (of_request || scene->own))
    return known(FACT_GIVEN, value_of(run->assigned[fact]));
  if (of_request) return read_cell(scene_of_request(scene), fact, run->facts->request_cells + slot);
  if (scene->line == NO_INDEX) return lacking(FACT_MISSING, fact);
  return read_cell(scene, fact, facts_line(run->facts, scene->line) + slot);
}

struct reading read_key(struct scene *scene, uint32_t fact) {
  return scene->key_fact == fact ? known(FACT_GIVEN, value_of(scene->key)) : read_fact(scene, fact);
}
