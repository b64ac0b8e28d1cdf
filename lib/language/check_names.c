/* Check, names: what a bare word stands for, and whether it may be used here.
 *
 * In: words. Out: OP_FACT, OP_TERM, OP_SPECIAL; for the other files what a name is, calendars, and the declared values of a
 * choice or set.
 */
#include "language/check_internal.h"

/* ---- search ---- */

bool check_find_name(const struct checker *c, struct text name, enum check_name *kind, uint32_t *index) {
  const struct model *model = c->scope->model;
  if (c->scope->names) {
    const struct name_entry *entry = names_find(c->scope->names, name);
    if (!entry || (entry->kind != CHECK_FACT && entry->kind != CHECK_TERM)) return false;
    *kind = (enum check_name)entry->kind;
    *index = entry->index;
    return true;
  }
  for (uint32_t i = 0; i < model->fact_count; i++) {
    if (text_equal(model->facts[i].name, name)) return *kind = CHECK_FACT, *index = i, true;
  }
  for (uint32_t i = 0; i < model->term_count; i++) {
    if (text_equal(model->terms[i].name, name)) return *kind = CHECK_TERM, *index = i, true;
  }
  return false;
}

uint32_t fact_value_index(const struct fact *fact, struct text value) {
  if (fact->value_names) {
    const struct name_entry *entry = names_find(fact->value_names, value);
    return entry ? entry->index : NO_INDEX;
  }
  for (uint32_t i = 0; i < fact->value_count; i++) {
    if (text_equal(fact->values[i].name, value)) return i;
  }
  return NO_INDEX;
}

/* ---- special names ---- */

enum where { IN_ANY, IN_AMOUNTS, IN_ANSWERS };
struct special_name {
  const char *name;
  enum special special;
  enum value_type type;
  enum where where;
};

static const struct special_name special_names[] = {
    {"line_value", SPECIAL_LINE_VALUE, TYPE_MONEY, IN_ANY}, {"request_value", SPECIAL_REQUEST_VALUE, TYPE_MONEY, IN_ANY},
    {"value", SPECIAL_VALUE, TYPE_MONEY, IN_AMOUNTS},       {"units", SPECIAL_UNITS, TYPE_COUNT, IN_AMOUNTS},
    {"verdict", SPECIAL_VERDICT, TYPE_VERDICT, IN_ANSWERS}, {"rule", SPECIAL_RULE, TYPE_RULE, IN_ANSWERS},
    {"credit", SPECIAL_CREDIT, TYPE_MONEY, IN_ANSWERS},
};
enum { SPECIAL_NAMES = sizeof special_names / sizeof special_names[0] };

static bool is_allowed(const struct checker *c, const struct special_name *name) {
  switch (name->where) {
  case IN_ANY: return c->scope->specials_value;
  case IN_AMOUNTS: return c->scope->specials_portion && !c->inside_lines;
  default: return c->scope->specials_verdict && !c->inside_lines;
  }
}

static const char *const where_hints[] = {
    "it is known in conditions and amounts",
    ("it is known in credits, and in the amounts of fees and bonuses per unit or per line; in conditions there are `line_value` "
     "and `request_value`"),
    "it is known in fees, bonuses, approvals and outputs",
};

static const char *place_of(const struct checker *c) { return c->scope->place ? c->scope->place : "this place"; }

static enum scope level_of(const struct checker *c) { return c->inside_lines ? SCOPE_LINE : c->scope->level; }

static void hint_at_lines(struct checker *c) {
  diagnostics_hint(diagnostics_of(c),
                   "go over the lines in a term `of: request`, as in `any line where ...` or `sum of ... over lines`");
}

static struct expr *check_special(struct checker *c, const struct syntax *syntax, const struct special_name *name) {
  if (!is_allowed(c, name)) {
    diagnostics_error(diagnostics_of(c), "R0302", checker_place(c, syntax), "`%s` is not known in %s", name->name,
                      c->inside_lines ? "what goes over lines" : place_of(c));
    diagnostics_hint(diagnostics_of(c), "%s", where_hints[name->where]);
    return NULL;
  }
  if (name->special == SPECIAL_LINE_VALUE && level_of(c) != SCOPE_LINE) {
    diagnostics_error(diagnostics_of(c), "R0303", checker_place(c, syntax), "`line_value` is of each line, and %s is not",
                      place_of(c));
    diagnostics_hint(diagnostics_of(c), "the value of the whole request is `request_value`");
    return NULL;
  }
  if (name->type == TYPE_MONEY && c->scope->uses_value) *c->scope->uses_value = true;
  struct expr *expr = checker_leaf(c, syntax, OP_SPECIAL, name->type);
  if (!expr) return NULL;
  expr->index = name->special;
  checker_whole(c, expr);
  return expr;
}

/* ---- facts and terms ---- */

static bool is_visible(const struct checker *c, enum scope scope, uint32_t scope_fact) {
  switch (level_of(c)) {
  case SCOPE_LINE: return true;
  case SCOPE_REQUEST: return scope == SCOPE_REQUEST;
  default: return scope == SCOPE_REQUEST || (scope == SCOPE_FACT && scope_fact == c->scope->level_fact);
  }
}

static void report_level(struct checker *c, const struct syntax *syntax, enum scope scope, uint32_t scope_fact) {
  const struct fact *facts = c->scope->model->facts;
  const char *of = "of the whole request";
  if (c->scope->level == SCOPE_FACT) of = "of each value of one fact";
  if (scope == SCOPE_FACT) {
    diagnostics_error(diagnostics_of(c), "R0303", checker_place(c, syntax), "`%t` has a value for each `%t`, and %s is %s",
                      &syntax->text, &facts[scope_fact].name, place_of(c), of);
    return;
  }
  diagnostics_error(diagnostics_of(c), "R0303", checker_place(c, syntax), "`%t` is of each line, and %s is %s", &syntax->text,
                    place_of(c), of);
  hint_at_lines(c);
}

static struct expr *check_fact(struct checker *c, const struct syntax *syntax, uint32_t index) {
  const struct fact *fact = &c->scope->model->facts[index];
  if (!is_visible(c, fact->scope, fact->scope_fact)) return report_level(c, syntax, fact->scope, fact->scope_fact), NULL;
  if (fact->type == TYPE_NONE) return NULL;
  struct expr *expr = checker_leaf(c, syntax, OP_FACT, fact->type);
  if (!expr) return NULL;
  expr->index = index;
  checker_whole(c, expr);
  return expr;
}

/* A term that is not in the model yet, or has no type, is part of a cycle or had an error: reported there. */
static struct expr *check_term(struct checker *c, const struct syntax *syntax, uint32_t index) {
  const struct model *model = c->scope->model;
  if (index >= model->term_count || model->terms[index].type == TYPE_NONE) return NULL;
  const struct term *term = &model->terms[index];
  if (!is_visible(c, term->scope, term->scope_fact)) return report_level(c, syntax, term->scope, term->scope_fact), NULL;
  struct expr *expr = checker_leaf(c, syntax, OP_TERM, term->type);
  if (!expr) return NULL;
  expr->index = index;
  checker_whole(c, expr);
  return expr;
}

/* ---- unknown names ---- */

bool check_find_nearest(const struct checker *c, struct text wanted, struct text *best) {
  const struct model *model = c->scope->model;
  struct nearest nearest;
  nearest_begin(&nearest, wanted);
  for (uint32_t i = 0; i < model->fact_count; i++) nearest_try(&nearest, model->facts[i].name);
  for (uint32_t i = 0; i < model->term_count; i++) nearest_try(&nearest, model->terms[i].name);
  for (uint32_t i = 0; i < SPECIAL_NAMES; i++) {
    if (is_allowed(c, &special_names[i])) nearest_try(&nearest, text_of(special_names[i].name));
  }
  *best = nearest.best;
  return nearest_found(&nearest);
}

/* `quantity-1`, where `quantity` is a name. */
static bool hint_at_minus(struct checker *c, struct text name) {
  enum check_name kind;
  uint32_t index;
  for (uint32_t i = 0; i < name.size; i++) {
    struct text left = {name.bytes, i}, right = {name.bytes + i + 1, name.size - i - 1};
    if (name.bytes[i] != '-' || !check_find_name(c, left, &kind, &index)) continue;
    diagnostics_hint(diagnostics_of(c), "a minus has spaces around it: write `%t - %t`", &left, &right);
    return true;
  }
  return false;
}

static bool hint_at_value(struct checker *c, struct text name) {
  const struct model *model = c->scope->model;
  for (uint32_t i = 0; i < model->fact_count; i++) {
    const struct fact *fact = &model->facts[i];
    if ((fact->type != TYPE_CHOICE && fact->type != TYPE_SET) || fact_value_index(fact, name) == NO_INDEX) continue;
    diagnostics_hint(diagnostics_of(c), "it is a value of `%t`: write `%t %s %t`", &fact->name, &fact->name,
                     fact->type == TYPE_CHOICE ? "is" : "has", &name);
    return true;
  }
  return false;
}

static struct expr *report_unknown(struct checker *c, const struct syntax *syntax) {
  struct text best;
  diagnostics_error(diagnostics_of(c), "R0301", checker_place(c, syntax), "there is no fact or term `%t`", &syntax->text);
  if (!checker_shown(c) || hint_at_minus(c, syntax->text)) return NULL;
  if (check_find_nearest(c, syntax->text, &best))
    diagnostics_hint(diagnostics_of(c), "did you mean `%t`?", &best);
  else if (!hint_at_value(c, syntax->text) && c->scope->tree->nodes[c->scalar->node].style > STYLE_PLAIN && syntax == c->root) {
    diagnostics_hint(diagnostics_of(c), "YAML takes the quotes away: for a text write `'\"%t\"'`", &syntax->text);
  }
  return NULL;
}

struct expr *check_name(struct checker *c, const struct syntax *syntax) {
  enum check_name kind;
  uint32_t index;
  for (uint32_t i = 0; i < SPECIAL_NAMES; i++) {
    if (text_is(syntax->text, special_names[i].name)) return check_special(c, syntax, &special_names[i]);
  }
  if (!check_find_name(c, syntax->text, &kind, &index)) return report_unknown(c, syntax);
  return kind == CHECK_FACT ? check_fact(c, syntax, index) : check_term(c, syntax, index);
}

/* ---- calendars ---- */

bool check_find_calendar(struct checker *c, const struct syntax *syntax, uint32_t *index) {
  const struct model *model = c->scope->model;
  struct nearest nearest;
  nearest_begin(&nearest, syntax->calendar);
  for (uint32_t i = 0; syntax->calendar.size && i < model->calendar_count; i++) {
    if (text_equal(model->calendars[i].name, syntax->calendar)) return *index = i, true;
    nearest_try(&nearest, model->calendars[i].name);
  }
  if (syntax->calendar.size) {
    diagnostics_error(diagnostics_of(c), "R0306", checker_span(c, syntax->name_from, syntax->name_to),
                      "there is no calendar `%t`", &syntax->calendar);
    if (nearest_found(&nearest)) diagnostics_hint(diagnostics_of(c), "did you mean `%t`?", &nearest.best);
    return false;
  }
  if (model->calendar_count == 1) return *index = 0, true;
  diagnostics_error(diagnostics_of(c), "R0306", checker_place(c, syntax),
                    model->calendar_count ? "there is more than one calendar, and this does not say in which"
                                          : "working days need a calendar, and the policy has none");
  if (model->calendar_count)
    diagnostics_hint(diagnostics_of(c), "add `in %t`", &model->calendars[0].name);
  else
    diagnostics_hint(diagnostics_of(c), "declare one under `calendars`");
  return false;
}

/* ---- declared values ---- */

const struct fact *check_values_of(const struct checker *c, const struct expr *expr) {
  const struct model *model = c->scope->model;
  if (expr->type != TYPE_CHOICE && expr->type != TYPE_SET) return NULL;
  while (expr && expr->op == OP_TERM) {
    const struct term *term = &model->terms[expr->index];
    expr = term->value || !term->case_count ? term->value : term->cases[0].value; /* `otherwise` may be left out, in error */
  }
  return expr && expr->op == OP_FACT ? &model->facts[expr->index] : NULL;
}

bool check_same_values(const struct fact *a, const struct fact *b) {
  if (a == b) return true;
  if (!a || !b || a->value_count != b->value_count) return false;
  for (uint32_t i = 0; i < a->value_count; i++) {
    if (!text_equal(a->values[i].name, b->values[i].name)) return false;
  }
  return true;
}
