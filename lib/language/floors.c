/* Floors: the policies that a policy may not undercut, and where their facts come from.
 *
 * In: the policy's document, everything of the policy declared. Out: model->floors, each with a checked model of its own and,
 * for every fact of it that the policy knows, an expression over the policy's facts. A constant of a choice or set is already
 * the floor's, and so is a choice (turned value by value where the lists differ). It must not know how answers are compared.
 */
#include "language/build.h"

#define FLOOR_DEPTH 8u

static const char *const prefer_words[] = {"money", "exchange"};

struct standing {
  struct builder *b;
  const struct doc_floor *from;
  struct floor *floor;
  const struct fact *facts;
  uint32_t count;
  struct names names;
  bool *mapped;
};

static const struct fact *policy_fact(const struct builder *b, struct text name) {
  const struct name_entry *entry = names_find(&b->names, name);
  return entry && entry->kind == CHECK_FACT ? &b->model->facts[entry->index] : NULL;
}

/* ---- values of choices ---- */

static struct expr *new_expr(struct builder *b, enum operator op, enum value_type type, struct span span, uint32_t kid_count) {
  struct expr *expr = build_items(b, 1, sizeof *expr);
  struct expr **kids = build_items(b, kid_count, sizeof *kids);
  if (!expr || !kids) return NULL;
  *expr =
      (struct expr){.op = op, .type = type, .whole = true, .index = NO_INDEX, .kid_count = kid_count, .kids = kids, .span = span};
  return expr;
}

static struct expr *choice_constant(struct builder *b, uint32_t value, struct span span) {
  struct expr *expr = new_expr(b, OP_CONST, TYPE_CHOICE, span, 0);
  if (expr) expr->value = value;
  return expr;
}

static struct expr *name_expr(struct builder *b, enum operator op, uint32_t index, enum value_type type, struct span span) {
  struct expr *expr = new_expr(b, op, type, span, 0);
  if (!expr) return NULL;
  expr->index = index;
  expr->whole = type != TYPE_DECIMAL && type != TYPE_PERCENT;
  return expr;
}

/* Values that stand at the same places in both lists need no turning. */
static bool is_prefix(const struct fact *policy, const struct fact *floor) {
  if (policy->value_count > floor->value_count) return false;
  for (uint32_t i = 0; i < policy->value_count; i++) {
    if (!text_equal(policy->values[i].name, floor->values[i].name)) return false;
  }
  return true;
}

/* The policy's choice (a fact or term) as the floor's: cases over all values but the last, which is what is left. */
static struct expr *turn_choice(struct standing *s, const struct expr *choice, const struct fact *policy,
                                const struct fact *floor, struct span span) {
  struct builder *b = s->b;
  uint32_t count = policy->value_count;
  struct expr *cases = new_expr(b, OP_CASES, TYPE_CHOICE, span, 2 * count - 1);
  if (!cases) return NULL;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t value = fact_value_index(floor, policy->values[i].name);
    if (value == NO_INDEX) {
      diagnostics_error(b->diagnostics, "R0734", span, "`%t` may be `%t`, which floor `%t` does not know", &policy->name,
                        &policy->values[i].name, &s->floor->policy);
      diagnostics_related(b->diagnostics, floor->span, "the floor's `%t`", &floor->name);
      return NULL;
    }
    struct expr *result = choice_constant(b, value, span);
    cases->kids[2 * i + (i + 1 < count)] = result;
    if (i + 1 == count) return result ? cases : NULL;
    struct expr *condition = new_expr(b, OP_EQUAL, TYPE_FLAG, span, 2);
    if (!condition || !result) return NULL;
    cases->kids[2 * i] = condition;
    condition->kids[0] = name_expr(b, choice->op, choice->index, TYPE_CHOICE, span);
    condition->kids[1] = choice_constant(b, i, span);
    if (!condition->kids[0] || !condition->kids[1]) return NULL;
  }
  return NULL; /* unreachable: a choice has a value */
}

static struct expr *adapt(struct standing *s, struct expr *value, const struct fact *floor, struct span span) {
  struct check_scope scope = {.model = s->b->model};
  const struct fact *policy = value->op == OP_CONST ? NULL : check_values_of(&(struct checker){.scope = &scope}, value);
  if (!policy || is_prefix(policy, floor)) return value;
  if (floor->type == TYPE_CHOICE) return turn_choice(s, value, policy, floor, span);
  diagnostics_error(s->b->diagnostics, "R0734", span, "`%t` must declare the values of floor `%t` in the same order",
                    &policy->name, &s->floor->policy);
  diagnostics_related(s->b->diagnostics, floor->span, "the floor's `%t`", &floor->name);
  return NULL;
}

/* ---- facts ---- */

static void add_with(struct standing *s, uint32_t fact, struct expr *value, struct named owner) {
  if (!value) return;
  s->floor->with[s->floor->with_count++] = (struct with){.floor_fact = fact, .value = value};
  build_site(s->b, (struct site){.kind = SITE_WITH, .owner = owner.name, .span = owner.span, .value = value});
}

/* The level at which a floor's fact is known, in the policy's terms. false: the policy lacks the fact that it is of. */
static bool level_of(struct standing *s, const struct fact *floor, enum scope *level, uint32_t *level_fact) {
  *level = floor->scope;
  *level_fact = NO_INDEX;
  if (floor->scope != SCOPE_FACT) return true;
  const struct fact *key = policy_fact(s->b, s->facts[floor->scope_fact].name);
  if (!key || (key->type != TYPE_CHOICE && key->type != TYPE_TEXT)) return false;
  *level_fact = (uint32_t)(key - s->b->model->facts);
  return true;
}

static void declare_with(struct standing *s, const struct doc_with *from) {
  struct builder *b = s->b;
  const struct document *d = b->policy;
  struct named name = named_of(b, d, &from->fact);
  const struct name_entry *entry = names_find(&s->names, name.name);
  if (!entry) {
    struct nearest nearest;
    nearest_begin(&nearest, name.name);
    for (uint32_t i = 0; i < s->count; i++) nearest_try(&nearest, s->facts[i].name);
    diagnostics_error(b->diagnostics, "R0733", name.span, "floor `%t` has no fact `%t`", &s->floor->policy, &name.name);
    hint_nearest(b, &nearest);
    return;
  }
  if (s->mapped[entry->index]) {
    diagnostics_error(b->diagnostics, "R0328", name.span, "`%t` stands twice in this `with`", &name.name);
    return;
  }
  s->mapped[entry->index] = true;
  const struct fact *fact = &s->facts[entry->index];
  enum scope level;
  uint32_t level_fact;
  if (!level_of(s, fact, &level, &level_fact)) {
    diagnostics_error(b->diagnostics, "R0732", name.span,
                      "the floor's `%t` is of its `%t`, and this policy has no such choice or text fact", &name.name,
                      &s->facts[fact->scope_fact].name);
    return;
  }
  struct check_scope scope = scope_in(b, d, level, level_fact, "`with`");
  scope.specials_value = true;
  struct syntax_context context = syntax_in(b, d);
  struct syntax *syntax = syntax_expression(&context, &from->is);
  /* A name of the policy's has the policy's values, which are turned into the floor's; all else is a value of the floor's. */
  bool is_name = syntax && syntax->kind == SYNTAX_NAME && names_find(&b->names, syntax->text);
  if (!is_name || fact_value_index(fact, syntax->text) != NO_INDEX) scope.expected_fact = fact;
  struct expr *value = syntax ? check_expression(&scope, syntax, &from->is, fact->type) : NULL;
  if (value) add_with(s, entry->index, adapt(s, value, fact, span_of(d, &from->is)), name);
}

/* A fact of the policy with the floor's name, type and scope stands for it. */
static void map_by_name(struct standing *s, uint32_t index, struct span span) {
  struct builder *b = s->b;
  const struct fact *floor = &s->facts[index], *policy = policy_fact(b, floor->name);
  bool needed = !floor->optional && !floor->has_absent && floor->same_as == NO_INDEX && !floor->assume;
  enum scope level;
  uint32_t level_fact;
  if (!policy) {
    if (!needed) return;
    diagnostics_error(b->diagnostics, "R0732", span, "nothing tells floor `%t` its fact `%t`", &s->floor->policy, &floor->name);
    diagnostics_related(b->diagnostics, floor->span, "the floor's fact");
    diagnostics_hint(b->diagnostics, "declare a %s fact `%t`, or add `with: [{fact: %t, is: ...}]`", type_name(floor->type),
                     &floor->name, &floor->name);
    return;
  }
  if (policy->type == TYPE_NONE || floor->type == TYPE_NONE) return;
  bool known = level_of(s, floor, &level, &level_fact) &&
               (level == SCOPE_LINE || policy->scope == SCOPE_REQUEST ||
                (level == SCOPE_FACT && policy->scope == SCOPE_FACT && policy->scope_fact == level_fact));
  if (policy->type == floor->type && known) {
    struct expr *value = name_expr(b, OP_FACT, (uint32_t)(policy - b->model->facts), policy->type, span);
    if (value) add_with(s, index, adapt(s, value, floor, span), (struct named){floor->name, span});
    return;
  }
  if (policy->type == floor->type) {
    diagnostics_error(b->diagnostics, "R0734", span, "`%t` is known for less than the `%t` of floor `%t`: see what each is `of`",
                      &policy->name, &floor->name, &s->floor->policy);
  } else {
    diagnostics_error(b->diagnostics, "R0734", span, "`%t` is %s, and in floor `%t` it is %s", &policy->name,
                      check_type_phrase(policy->type), &s->floor->policy, check_type_phrase(floor->type));
  }
  diagnostics_related(b->diagnostics, policy->span, "in the policy");
  diagnostics_related(b->diagnostics, floor->span, "in the floor");
  diagnostics_hint(b->diagnostics, "say where the floor gets it: `with: [{fact: %t, is: ...}]`", &floor->name);
}

static void map_facts(struct standing *s, struct span span) {
  struct builder *b = s->b;
  names_init(&s->names, b->arena);
  s->mapped = build_items(b, s->count, sizeof *s->mapped);
  s->floor->with = build_items(b, s->count, sizeof *s->floor->with);
  if (!s->mapped || !s->floor->with) return;
  for (uint32_t i = 0; i < s->count; i++) {
    const struct name_entry *earlier;
    if (!names_add(&s->names, (struct name_entry){.name = s->facts[i].name, .index = i}, &earlier)) build_no_memory(b);
  }
  for (uint32_t i = 0; i < s->from->with_count; i++) declare_with(s, &s->from->with[i]);
  for (uint32_t i = 0; i < s->count; i++) {
    if (!s->mapped[i]) map_by_name(s, i, span);
  }
}

/* What a floor learns from a private fact is private there too, and in the floors under it. */
static void keep_private(struct builder *b, const struct model *policy, struct floor *floor) {
  struct uses uses = {.model = policy,
                      .facts = build_items(b, policy->fact_count, sizeof *uses.facts),
                      .terms = build_items(b, policy->term_count, sizeof *uses.terms)};
  if (!uses.facts || !uses.terms) return;
  for (uint32_t i = 0; i < floor->with_count; i++) {
    uses_clear(&uses);
    uses_of_expr(&uses, floor->with[i].value);
    uses_through_terms(&uses);
    for (uint32_t fact = 0; fact < policy->fact_count; fact++) {
      if (uses.facts[fact] && policy->facts[fact].is_private) floor->model->facts[floor->with[i].floor_fact].is_private = true;
    }
  }
  for (uint32_t i = 0; i < floor->model->floor_count; i++) keep_private(b, floor->model, &floor->model->floors[i]);
}

/* ---- the floor itself ---- */

static struct model *find_model(struct builder *b, struct named name) {
  struct workspace *w = b->workspace;
  uint32_t source = sources_find_policy(b, name.name);
  if (source == NO_INDEX) {
    diagnostics_error(b->diagnostics, "R0730", name.span, "no source is policy `%t`", &name.name);
    diagnostics_hint(b->diagnostics, "hand over a source named `%t` or `%t.yaml`, or one with `policy: %t`", &name.name,
                     &name.name, &name.name);
    return NULL;
  }
  if (w->states[source] == SOURCE_OPEN) {
    diagnostics_error(b->diagnostics, "R0731", name.span, "policy `%t` stands on itself", &name.name);
    return NULL;
  }
  if (w->states[source] == SOURCE_NEW && w->depth == FLOOR_DEPTH) {
    diagnostics_error(b->diagnostics, "R0731", name.span, "floors stand on floors more than %u deep", FLOOR_DEPTH);
    return NULL;
  }
  return build_source(w, source);
}

static void declare_floor(struct builder *b, const struct doc_floor *from, struct names *names) {
  const struct document *d = b->policy;
  struct named name = named_of(b, d, &from->policy);
  uint32_t prefer =
      is_given(&from->prefer) ? read_word(b, d, &from->prefer, prefer_words, 2, "what a floor may `prefer`") : NO_INDEX;
  if (!declare_once(b, names, (struct name_entry){.name = name.name, .span = name.span})) return;
  struct model *model = find_model(b, name);
  if (!model) return;
  if (model->currency.size && b->model->currency.size && !text_equal(model->currency, b->model->currency)) {
    diagnostics_error(b->diagnostics, "R0735", name.span, "floor `%t` counts in %t, this policy in %t", &name.name,
                      &model->currency, &b->model->currency);
    return;
  }
  struct floor *floor = &b->model->floors[b->model->floor_count++];
  *floor = (struct floor){
      .policy = model->name, .span = name.span, .model = model, .prefer_money = prefer == 0, .prefer_exchange = prefer == 1};
  struct standing standing = {.b = b, .from = from, .floor = floor, .facts = model->facts, .count = model->fact_count};
  map_facts(&standing, name.span);
  keep_private(b, b->model, floor);
}

void declare_floors(struct builder *b) {
  const struct document *d = b->policy;
  struct names names;
  names_init(&names, b->arena);
  b->model->floors = build_items(b, d->floor_count, sizeof *b->model->floors);
  if (!b->model->floors) return;
  for (uint32_t i = 0; i < d->floor_count; i++) declare_floor(b, &d->floors[i], &names);
}
