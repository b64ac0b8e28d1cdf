/* Values of a trace: facts and terms that a test names, as text. Private facts are not shown, nor what is made of them. */
#include "evaluate/tracer.h"

const char *tracer_money(struct tracer *tracer, int64_t minor) {
  money_write(&tracer->text, minor, tracer->policy->header->minor_digits);
  return tracer_text(tracer);
}

const char *tracer_exact(struct tracer *tracer, const struct value *minor) {
  struct number number, scale;
  int64_t unit = 1;
  if (minor->state != VALUE_DEFINITE) return minor->state == VALUE_OPEN ? "open" : "error";
  for (uint32_t i = 0; i < tracer->policy->header->minor_digits; i++) unit *= 10;
  value_to_number(minor, &number);
  number_set(&scale, unit);
  if (number_divide(&number, &number, &scale) == NUMBER_OK) number_write(&number, &tracer->text);
  return tracer_text(tracer);
}

static const char *verdict_name(int64_t verdict) {
  static const char *const names[] = {"", "authorize", "partial_credit", "exchange_only", "deny"};
  return verdict >= VERDICT_AUTHORIZE && verdict <= VERDICT_DENY ? names[verdict] : "";
}

const char *tracer_value(struct tracer *tracer, const struct value *value, enum value_type type, uint32_t fact) {
  struct number number;
  int64_t coded;
  if (value->state != VALUE_DEFINITE) return value->state == VALUE_OPEN ? "open" : "error";
  if (type == TYPE_VERDICT) return verdict_name(value->num);
  if (type == TYPE_RULE) return policy_text(tracer->policy, tracer->policy->rules[value->num].name);
  if (type == TYPE_TEXT) {
    buffer_slice(&tracer->text, facts_text(tracer->run->facts, value->num));
  } else if ((type == TYPE_CHOICE || type == TYPE_SET) && fact != NO_INDEX) {
    literal_write(&tracer->text, tracer->run->facts, fact, value->num, 0);
  } else if (value_to_coded(value, type, &coded)) {
    literal_write_plain(&tracer->text, type, tracer->policy->header->minor_digits, coded, value->offset_minutes);
  } else {
    if (type == TYPE_MONEY) return tracer_exact(tracer, value);
    value_to_number(value, &number);
    number_write(&number, &tracer->text);
  }
  return tracer_text(tracer);
}

/* ---- what a term is made of ---- */

struct search {
  const struct returns_policy *policy;
  uint8_t *visited; /* terms, then facts */
  uint32_t choice;
};

static void search_node(struct search *search, uint32_t index);

static void search_tests(struct search *search, struct program_list tests) {
  for (uint32_t i = 0; i < tests.count; i++) search_node(search, search->policy->tests[tests.first + i].node);
}

static void search_fact(struct search *search, uint32_t index) {
  const struct program_fact *fact = &search->policy->facts[index];
  if (search->visited[search->policy->term_count + index]) return;
  search->visited[search->policy->term_count + index] = 1;
  if (fact->same_as != NO_INDEX) search_fact(search, fact->same_as);
  if (fact->assume != NO_INDEX) search_node(search, fact->assume);
}

static void search_term(struct search *search, uint32_t index) {
  const struct program_term *term = &search->policy->terms[index];
  if (search->visited[index]) return;
  search->visited[index] = 1;
  if (!term->is_flag_of_tests) search_node(search, term->value); /* first: its facts are the ones whose values it has */
  search_tests(search, term->tests);
  for (uint32_t i = 0; i < term->cases.count; i++) {
    const struct program_case *one = &search->policy->cases[term->cases.first + i];
    search_node(search, one->value);
    search_tests(search, one->tests);
  }
}

static void search_node(struct search *search, uint32_t index) {
  const struct program_node *node = &search->policy->nodes[index];
  if (node->op == OP_FACT || node->op == OP_GIVEN) search_fact(search, node->index);
  if (node->op == OP_FACT && search->choice == NO_INDEX && (node->type == TYPE_CHOICE || node->type == TYPE_SET))
    search->choice = node->index;
  if (node->op == OP_TERM) search_term(search, node->index);
  for (uint32_t i = 0; i < node->kid_count; i++) search_node(search, search->policy->links[node->kids_first + i]);
}

/* ---- names ---- */

static const char *origin_of(const struct returns_policy *policy, uint32_t fact, enum fact_state state) {
  switch (state) {
  case FACT_GIVEN: return "given";
  case FACT_DEFAULTED: return policy->facts[fact].flags & FACT_ABSENT ? "absent" : "same_as";
  case FACT_ASSUMED:
  case FACT_FAULTY: return "assumed";
  default: return "missing";
  }
}

/* A value that is not to be shown: its keyed digest, or NULL. */
static const char *hide(struct tracer *tracer, const char *name, const char *value) {
  if (!value || !write_hidden(tracer->decision->environment, text_of(name), text_of(value), &tracer->text)) return NULL;
  return tracer_text(tracer);
}

static void write_fact(struct tracer *tracer, struct scene *scene, uint32_t fact, struct trace_value *out) {
  const struct program_fact *declared = &tracer->policy->facts[fact];
  struct reading reading = read_fact(scene, fact);
  *out = (struct trace_value){.name = policy_text(tracer->policy, declared->name),
                              .kind = "fact",
                              .origin = origin_of(tracer->policy, fact, reading.state)};
  out->value = tracer_value(tracer, &reading.value, (enum value_type)declared->type, fact);
  if (is_known(&reading) && policy_hides_fact(tracer->policy, fact)) out->value = hide(tracer, out->name, out->value);
}

/* The choice or set whose values a term has. */
static uint32_t choice_of_term(struct tracer *tracer, uint32_t term) {
  struct search search = {.policy = tracer->policy, .choice = NO_INDEX};
  search.visited = tracer_take(tracer, tracer->policy->term_count + tracer->policy->fact_count);
  if (search.visited) search_term(&search, term);
  return search.choice;
}

static void write_term(struct tracer *tracer, struct scene *scene, const struct program_node *node, uint32_t index,
                       struct trace_value *out) {
  const struct program_term *term = &tracer->policy->terms[node->index];
  struct set set = evaluate_any(scene, index);
  struct value value = set_is_single(&set) ? set.one : set_is_error(&set) ? set.fault : value_open();
  *out = (struct trace_value){.name = policy_text(tracer->policy, term->name), .kind = "term", .origin = ""};
  out->value = tracer_value(tracer, &value, (enum value_type)term->type, choice_of_term(tracer, node->index));
  if (value.state == VALUE_DEFINITE && policy_hides_term(tracer->policy, node->index))
    out->value = hide(tracer, out->name, out->value);
}

const char *tracer_fact(struct tracer *tracer, struct scene *scene, uint32_t fact) {
  struct reading reading = read_fact(scene, fact);
  if (!is_known(&reading) || policy_hides_fact(tracer->policy, fact)) return NULL;
  return tracer_value(tracer, &reading.value, (enum value_type)tracer->policy->facts[fact].type, fact);
}

const char *tracer_term(struct tracer *tracer, struct scene *scene, uint32_t term) {
  struct set set = set_of_term(scene, term);
  if (!set_is_single(&set) || policy_hides_term(tracer->policy, term)) return NULL;
  return tracer_value(tracer, &set.one, (enum value_type)tracer->policy->terms[term].type, choice_of_term(tracer, term));
}

static bool is_named(const struct tracer *tracer, const struct trace_test *test, const struct program_node *node) {
  const struct program_string name =
      node->op == OP_TERM ? tracer->policy->terms[node->index].name : tracer->policy->facts[node->index].name;
  for (uint32_t i = 0; i < test->value_count; i++)
    if (text_is(policy_slice(tracer->policy, name), test->values[i].name)) return true;
  return false;
}

static uint32_t count_names(const struct returns_policy *policy, uint32_t index) {
  const struct program_node *node = &policy->nodes[index];
  uint32_t count = node->op == OP_FACT || node->op == OP_GIVEN || node->op == OP_TERM;
  for (uint32_t i = 0; i < node->kid_count; i++) count += count_names(policy, policy->links[node->kids_first + i]);
  return count;
}

static void collect_names(struct tracer *tracer, struct scene *scene, uint32_t index, struct trace_test *test) {
  const struct program_node *node = &tracer->policy->nodes[index];
  bool is_fact = node->op == OP_FACT || node->op == OP_GIVEN;
  if ((is_fact || node->op == OP_TERM) && !is_named(tracer, test, node)) {
    struct trace_value *out = &test->values[test->value_count++];
    if (is_fact)
      write_fact(tracer, scene, node->index, out);
    else
      write_term(tracer, scene, node, index, out);
  }
  for (uint32_t i = 0; i < node->kid_count; i++) collect_names(tracer, scene, tracer->policy->links[node->kids_first + i], test);
}

void tracer_names(struct tracer *tracer, struct scene *scene, uint32_t node, struct trace_test *test) {
  test->values = tracer_take(tracer, count_names(tracer->policy, node) * sizeof *test->values);
  if (test->values) collect_names(tracer, scene, node, test);
}
