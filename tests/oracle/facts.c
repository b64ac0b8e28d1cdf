/* Facts: what the host passed, what stands in for it, or what is missing. One fact in one scene at a time. */
#include "oracle/world.h"

#include <assert.h>

struct scene oracle_scene_of_line(struct world *world, uint32_t line) {
  return (struct scene){.world = world, .line = line, .group_fact = NO_INDEX};
}

struct scene oracle_scene_of_request(struct world *world) {
  return (struct scene){.world = world, .line = ORACLE_NO_LINE, .group_fact = NO_INDEX};
}

struct scene oracle_scene_of_group(struct world *world, uint32_t fact, struct text key) {
  return (struct scene){.world = world, .line = ORACLE_NO_LINE, .group_fact = fact, .group_key = key};
}

bool oracle_names_have(const struct oracle_names *names, struct text name) {
  for (uint32_t i = 0; i < names->count; i++)
    if (text_equal(names->items[i], name)) return true;
  return false;
}

static const struct values *value_of_coded(struct world *world, const struct fact *fact, int64_t coded, int32_t offset_minutes,
                                           struct text text) {
  struct value value = {.offset_minutes = offset_minutes};
  if (fact->type == TYPE_TEXT)
    value.text = text;
  else if (fact->type == TYPE_SET)
    value.bits = (uint64_t)coded;
  if (fact->type != TYPE_TEXT && fact->type != TYPE_SET)
    number_of_coded(&value.number, fact->type, coded);
  else
    number_set(&value.number, 0);
  return values_one(world->scratch, &value);
}

static struct reading missing(struct world *world, enum fact_state state, uint32_t fact) {
  return (struct reading){state, values_open(world->scratch, fact, world->model->fact_count)};
}

static const struct assignment *find_assignment(const struct scene *scene, uint32_t fact, struct text key) {
  const struct world *world = scene->world;
  if (world->model->facts[fact].scope == SCOPE_LINE && scene->line != world->deciding) return NULL;
  for (uint32_t i = 0; i < world->assigned_count; i++)
    if (world->assigned[i].fact == fact && text_equal(world->assigned[i].key, key)) return &world->assigned[i];
  return NULL;
}

static const struct oracle_fact *find_given(const struct scene *scene, uint32_t fact, struct text key) {
  const struct oracle_request *request = scene->world->request;
  uint32_t line = scene->world->model->facts[fact].scope == SCOPE_LINE ? scene->line : ORACLE_NO_LINE;
  for (uint32_t i = 0; i < request->fact_count; i++)
    if (request->facts[i].fact == fact && request->facts[i].line == line && text_equal(request->facts[i].key, key))
      return &request->facts[i];
  return NULL;
}

/* The scene that a fact's own `assume` and `same_as` look from: no wider than the fact itself. */
static struct scene home_of(const struct scene *scene, const struct fact *fact, struct text key) {
  if (fact->scope == SCOPE_REQUEST) return oracle_scene_of_request(scene->world);
  if (fact->scope == SCOPE_FACT) return oracle_scene_of_group(scene->world, fact->scope_fact, key);
  return oracle_scene_of_line(scene->world, scene->line);
}

static struct reading read_assumed(const struct scene *home, uint32_t index) {
  struct world *world = home->world;
  const struct values *values;
  if (world->without_assumptions) return missing(world, FACT_MISSING, index);
  values = oracle_evaluate(home, world->model->facts[index].assume);
  if (values_is_error(values)) return (struct reading){FACT_FAULTY, values};
  if (!values_single(values)) return missing(world, FACT_MISSING, index);
  return (struct reading){FACT_ASSUMED, values};
}

static struct reading read_without_value(const struct scene *home, uint32_t index) {
  struct world *world = home->world;
  const struct fact *fact = &world->model->facts[index];
  if (fact->supplied_by.size && oracle_names_have(&world->request->done, fact->supplied_by))
    return missing(world, FACT_MISSING, index);
  if (fact->has_absent) {
    struct text text = fact->type == TYPE_TEXT ? world->model->texts[fact->absent] : (struct text){0};
    return (struct reading){FACT_DEFAULTED, value_of_coded(world, fact, fact->absent, fact->absent_offset, text)};
  }
  if (fact->same_as != NO_INDEX) {
    struct reading other = oracle_read_fact(home, fact->same_as);
    if (other.state == FACT_FAULTY) return other;
    if (!values_single(other.values)) return missing(world, FACT_MISSING, index);
    return (struct reading){FACT_DEFAULTED, other.values};
  }
  if (fact->optional) return missing(world, FACT_NOT_GIVEN, index);
  if (fact->assume) return read_assumed(home, index);
  return missing(world, FACT_MISSING, index);
}

struct reading oracle_read_fact(const struct scene *scene, uint32_t index) {
  struct world *world = scene->world;
  const struct fact *fact = &world->model->facts[index];
  const struct assignment *assignment;
  const struct oracle_fact *given;
  struct text key = {0};
  struct reading key_reading;
  assert(fact->scope != SCOPE_LINE || scene->line != ORACLE_NO_LINE);
  if (fact->scope == SCOPE_FACT && !oracle_read_key(scene, fact->scope_fact, &key, &key_reading)) {
    if (key_reading.state == FACT_FAULTY) return key_reading;
    return (struct reading){FACT_KEY_OPEN, key_reading.values};
  }
  assignment = find_assignment(scene, index, key);
  if (assignment) return (struct reading){FACT_GIVEN, value_of_coded(world, fact, assignment->coded, 0, (struct text){0})};
  given = find_given(scene, index, key);
  if (given) return (struct reading){FACT_GIVEN, value_of_coded(world, fact, given->coded, given->offset_minutes, given->text)};
  struct scene home = home_of(scene, fact, key);
  return read_without_value(&home, index);
}

bool oracle_read_key(const struct scene *scene, uint32_t fact, struct text *key, struct reading *reading) {
  const struct model *model = scene->world->model;
  int64_t index = 0;
  if (scene->group_fact == fact) {
    *key = scene->group_key;
    return true;
  }
  *reading = oracle_read_fact(scene, fact);
  if (!values_single(reading->values)) return false;
  if (model->facts[fact].type == TYPE_TEXT) {
    *key = reading->values->items[0].text;
    return true;
  }
  number_to_int64(&reading->values->items[0].number, &index);
  *key = model->facts[fact].values[index].name;
  return true;
}
