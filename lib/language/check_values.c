/* Check, declared values: `is`, `is one of`, `in`, `has`, `is empty`, `is given`.
 *
 * In: relations whose right side is a value that was declared: of a choice or set, a text, a verdict, a rule. Out: flags over
 * coded values. A word here is never a name: `=` compares names.
 */
#include "language/check_internal.h"

/* The value as written: quoted contents, or the bare word. */
static struct text value_text(const struct checker *c, const struct syntax *value) {
  if (value->kind == SYNTAX_NAME || value->kind == SYNTAX_STRING) return value->text;
  return (struct text){c->scalar->text.bytes + value->from, value->to - value->from};
}

/* ---- what is wrong with a value ---- */

enum { VALUES_SHOWN = 6 };

static void hint_at_values(struct checker *c, const struct fact *fact) {
  struct buffer list;
  buffer_init(&list, diagnostics_of(c)->memory);
  for (uint32_t i = 0; i < fact->value_count && i < VALUES_SHOWN; i++)
    buffer_format(&list, i ? ", `%t`" : "`%t`", &fact->values[i].name);
  if (fact->value_count > VALUES_SHOWN) buffer_text(&list, ", ...");
  diagnostics_hint(diagnostics_of(c), "its values are %s", buffer_string(&list));
  buffer_free(&list);
}

static struct expr *report_no_value(struct checker *c, const struct syntax *relation, const struct syntax *value,
                                    const struct fact *fact) {
  struct diagnostics *diagnostics = diagnostics_of(c);
  struct text text = value_text(c, value);
  struct nearest nearest;
  enum check_name kind;
  uint32_t index;
  if (value->kind == SYNTAX_NAME && check_find_name(c, text, &kind, &index) && relation->kid_count == 2 &&
      fact->type == TYPE_CHOICE) {
    struct text left = checker_snippet(c, relation->kids[0]);
    diagnostics_error(diagnostics, "R0310", checker_place(c, value), "`%t` is no value of `%t`; it is the name of a %s", &text,
                      &fact->name, kind == CHECK_FACT ? "fact" : "term");
    diagnostics_hint(diagnostics, "names are compared by `=`: `%t %s %t`", &left, relation->kind == SYNTAX_IS_NOT ? "!=" : "=",
                     &text);
    return NULL;
  }
  diagnostics_error(diagnostics, "R0304", checker_place(c, value), "`%t` is no value of `%t`", &text, &fact->name);
  if (!checker_shown(c)) return NULL;
  nearest_begin(&nearest, text);
  for (uint32_t i = 0; i < fact->value_count; i++) nearest_try(&nearest, fact->values[i].name);
  if (nearest_found(&nearest))
    diagnostics_hint(diagnostics, "did you mean `%t`?", &nearest.best);
  else
    hint_at_values(c, fact);
  diagnostics_related(diagnostics, fact->span, "`%t` is declared here", &fact->name);
  return NULL;
}

static struct expr *report_keyword(struct checker *c, const struct syntax *value) {
  struct text text = value_text(c, value);
  diagnostics_error(diagnostics_of(c), "R0408", checker_place(c, value), "`%t` is a keyword and stands where a value is expected",
                    &text);
  diagnostics_hint(diagnostics_of(c), "a value that is a keyword is quoted: `\"%t\"`", &text);
  return NULL;
}

static bool is_keyword_value(const struct syntax *value) {
  return value->kind == SYNTAX_YES || value->kind == SYNTAX_NO || value->kind == SYNTAX_NONE;
}

/* ---- one value of each type ---- */

static struct expr *choice_value(struct checker *c, const struct syntax *relation, const struct syntax *value,
                                 const struct fact *fact) {
  if (is_keyword_value(value)) return report_keyword(c, value);
  if (!fact) return NULL; /* of a term in error */
  uint32_t index = fact_value_index(fact, value_text(c, value));
  return index == NO_INDEX ? report_no_value(c, relation, value, fact) : checker_constant(c, value, TYPE_CHOICE, index);
}

static struct expr *text_value(struct checker *c, const struct syntax *relation, const struct syntax *value) {
  enum check_name kind;
  uint32_t index;
  struct text text = value_text(c, value);
  if (is_keyword_value(value)) return report_keyword(c, value);
  if (value->kind == SYNTAX_NAME && check_find_name(c, text, &kind, &index)) {
    struct text left = checker_snippet(c, relation->kids[0]);
    diagnostics_error(diagnostics_of(c), "R0310", checker_place(c, value), "`%t` may be a text or the name of a %s", &text,
                      kind == CHECK_FACT ? "fact" : "term");
    diagnostics_hint(diagnostics_of(c), "quote it for the text, `\"%t\"`; names are compared by `=`: `%t = %t`", &text, &left,
                     &text);
    return NULL;
  }
  index = texts_add(c->scope->texts, text);
  if (index != NO_INDEX) return checker_constant(c, value, TYPE_TEXT, index);
  diagnostics_of(c)->out_of_memory = true;
  return NULL;
}

static struct expr *verdict_value(struct checker *c, const struct syntax *value) {
  static const char *const names[] = {"authorize", "partial_credit", "exchange_only", "deny"};
  struct text text = value_text(c, value);
  struct nearest nearest;
  nearest_begin(&nearest, text);
  for (uint32_t i = 0; i < 4; i++) {
    if (text_is(text, names[i])) return checker_constant(c, value, TYPE_VERDICT, VERDICT_AUTHORIZE + (int64_t)i);
    nearest_try(&nearest, text_of(names[i]));
  }
  diagnostics_error(diagnostics_of(c), "R0304", checker_place(c, value), "`%t` is no verdict", &text);
  if (nearest_found(&nearest))
    diagnostics_hint(diagnostics_of(c), "did you mean `%t`?", &nearest.best);
  else
    diagnostics_hint(diagnostics_of(c), "the verdicts are `authorize`, `partial_credit`, `exchange_only` and `deny`");
  return NULL;
}

static uint32_t find_rule(const struct checker *c, struct text name) {
  const struct model *model = c->scope->model;
  if (text_is(name, "otherwise")) return model->rule_count;
  if (c->scope->rule_names) {
    const struct name_entry *entry = names_find(c->scope->rule_names, name);
    return entry ? entry->index : NO_INDEX;
  }
  for (uint32_t i = 0; i < model->rule_count; i++) {
    if (text_equal(model->rules[i].name, name)) return i;
  }
  return NO_INDEX;
}

static struct expr *rule_value(struct checker *c, const struct syntax *value) {
  const struct model *model = c->scope->model;
  struct text text = value_text(c, value);
  uint32_t index = find_rule(c, text);
  if (index != NO_INDEX) return checker_constant(c, value, TYPE_RULE, index);
  diagnostics_error(diagnostics_of(c), "R0307", checker_place(c, value), "there is no rule `%t`", &text);
  if (!checker_shown(c)) return NULL;
  struct nearest nearest;
  nearest_begin(&nearest, text);
  nearest_try(&nearest, text_of("otherwise"));
  for (uint32_t i = 0; i < model->rule_count; i++) nearest_try(&nearest, model->rules[i].name);
  if (nearest_found(&nearest)) diagnostics_hint(diagnostics_of(c), "did you mean `%t`?", &nearest.best);
  return NULL;
}

/* The type of the left side has declared values, of fact for a choice. */
static struct expr *value_constant(struct checker *c, const struct syntax *relation, const struct syntax *value,
                                   const struct expr *left) {
  switch (left->type) {
  case TYPE_CHOICE: return choice_value(c, relation, value, check_values_of(c, left));
  case TYPE_TEXT: return text_value(c, relation, value);
  case TYPE_VERDICT: return verdict_value(c, value);
  default: return rule_value(c, value);
  }
}

static bool has_values(const struct expr *left) {
  return left->type == TYPE_CHOICE || left->type == TYPE_TEXT || left->type == TYPE_VERDICT || left->type == TYPE_RULE;
}

/* `is` before something that has no declared values. */
static struct expr *refuse_is(struct checker *c, const struct syntax *syntax, enum value_type type) {
  struct diagnostics *diagnostics = diagnostics_of(c);
  struct text left = checker_snippet(c, syntax->kids[0]), right = value_text(c, syntax->kids[1]);
  bool negative = syntax->kind == SYNTAX_IS_NOT || syntax->kind == SYNTAX_IS_NOT_ONE_OF,
       single = syntax->kind == SYNTAX_IS || syntax->kind == SYNTAX_IS_NOT;
  diagnostics_error(diagnostics, "R0506", checker_place(c, syntax), "`%t` is %s: it has no declared values that `is` could name",
                    &left, check_type_phrase(type));
  if (type == TYPE_SET && syntax->kids[1]->kind == SYNTAX_NONE)
    diagnostics_hint(diagnostics, "write `%t is %sempty`", &left, negative ? "not " : "");
  else if (type == TYPE_SET && single)
    diagnostics_hint(diagnostics, "write `%t has %s%t`", &left, negative ? "no " : "", &right);
  else if (type == TYPE_SET)
    diagnostics_hint(diagnostics, "write `%t has any of [...]`", &left);
  else if (single && (type == TYPE_DATE || type == TYPE_INSTANT))
    diagnostics_hint(diagnostics, negative ? "write `not %t on %t`" : "write `%t on %t`", &left, &right);
  else if (single && type != TYPE_FLAG)
    diagnostics_hint(diagnostics, "write `%t %s %t`", &left, negative ? "!=" : "=", &right);
  return NULL;
}

static struct expr *check_is_flag(struct checker *c, const struct syntax *syntax, struct expr *flag) {
  const struct syntax *value = syntax->kids[1];
  if (value->kind == SYNTAX_YES) return flag;
  if (value->kind == SYNTAX_NO) return checker_not(c, syntax, flag);
  struct text left = checker_snippet(c, syntax->kids[0]), text = value_text(c, value);
  diagnostics_error(diagnostics_of(c), "R0304", checker_place(c, value), "`%t` is a flag: it is `yes` or `no`, not `%t`", &left,
                    &text);
  return NULL;
}

struct expr *check_is(struct checker *c, const struct syntax *syntax) {
  struct expr *left = check_node(c, syntax->kids[0]);
  if (!left) return NULL;
  if (left->type == TYPE_FLAG) return check_is_flag(c, syntax, left);
  if (!has_values(left)) return refuse_is(c, syntax, left->type);
  struct expr *value = value_constant(c, syntax, syntax->kids[1], left);
  return value ? checker_node(c, syntax, OP_EQUAL, TYPE_FLAG, left, value, NULL) : NULL;
}

struct expr *check_one_of(struct checker *c, const struct syntax *syntax) {
  struct expr *left = check_node(c, syntax->kids[0]);
  bool good = true;
  if (!left) return NULL;
  if (!has_values(left)) return refuse_is(c, syntax, left->type);
  struct expr **kids = checker_take(c, syntax->kid_count * sizeof *kids);
  if (!kids) return NULL;
  kids[0] = left;
  for (uint32_t i = 1; i < syntax->kid_count; i++) {
    kids[i] = value_constant(c, syntax, syntax->kids[i], left);
    good = good && kids[i];
  }
  return good ? checker_node_over(c, syntax, OP_ONE_OF, TYPE_FLAG, kids, syntax->kid_count) : NULL;
}

/* ---- in SET ---- */

static const struct set_values *find_set(struct checker *c, const struct syntax *syntax) {
  const struct check_scope *scope = c->scope;
  const struct name_entry *entry = scope->set_names ? names_find(scope->set_names, syntax->text) : NULL;
  if (entry) return &scope->sets[entry->index];
  struct nearest nearest;
  nearest_begin(&nearest, syntax->text);
  for (uint32_t i = 0; i < scope->set_count; i++) {
    if (!scope->set_names && text_equal(scope->sets[i].name, syntax->text)) return &scope->sets[i];
    nearest_try(&nearest, scope->sets[i].name);
  }
  diagnostics_error(diagnostics_of(c), "R0305", checker_span(c, syntax->name_from, syntax->name_to), "there is no set `%t`",
                    &syntax->text);
  if (nearest_found(&nearest)) diagnostics_hint(diagnostics_of(c), "did you mean `%t`?", &nearest.best);
  return NULL;
}

/* The coded value of a member for the left side. false: reported. */
static bool code_member(struct checker *c, const struct syntax *syntax, const struct set_values *set, struct named member,
                        const struct fact *fact, int64_t *coded) {
  uint32_t index = fact ? fact_value_index(fact, member.name) : texts_add(c->scope->texts, member.name);
  *coded = index;
  if (index != NO_INDEX) return true;
  if (!fact) {
    diagnostics_of(c)->out_of_memory = true;
    return false;
  }
  diagnostics_error(diagnostics_of(c), "R0304", checker_span(c, syntax->name_from, syntax->name_to),
                    "`%t` of the set `%t` is no value of `%t`", &member.name, &set->name, &fact->name);
  diagnostics_related(diagnostics_of(c), member.span, "`%t` is declared here", &member.name);
  return false;
}

/* left, then a constant for each member, all in one piece: a set may be large, and used often. NULL: reported. */
static struct expr **member_kids(struct checker *c, const struct syntax *syntax, const struct set_values *set,
                                 struct expr *left) {
  const struct fact *fact = check_values_of(c, left);
  bool good = fact || left->type == TYPE_TEXT;
  if (!checker_count(c, syntax, set->count)) return NULL;
  struct expr **kids = checker_take(c, ((size_t)set->count + 1) * sizeof *kids);
  struct expr *members = kids ? arena_take(c->scope->arena, (size_t)set->count * sizeof *members) : NULL;
  struct expr *blank = members ? checker_constant(c, syntax, left->type, 0) : NULL;
  if (!blank) {
    diagnostics_of(c)->out_of_memory = true;
    return NULL;
  }
  kids[0] = left;
  for (uint32_t i = 0; i < set->count; i++) {
    kids[i + 1] = &members[i];
    members[i] = *blank;
    good = code_member(c, syntax, set, set->values[i], fact, &members[i].value) && good;
  }
  return good ? kids : NULL;
}

struct expr *check_in(struct checker *c, const struct syntax *syntax) {
  struct expr *left = check_node(c, syntax->kids[0]);
  const struct set_values *set = find_set(c, syntax);
  if (!left || !set) return NULL;
  if (left->type != TYPE_CHOICE && left->type != TYPE_TEXT) {
    struct text written = checker_snippet(c, syntax->kids[0]);
    diagnostics_error(diagnostics_of(c), "R0506", checker_place(c, syntax), "`%t` is %s: only choices and texts are in a set",
                      &written, check_type_phrase(left->type));
    return NULL;
  }
  struct expr **kids = member_kids(c, syntax, set, left);
  return kids ? checker_node_over(c, syntax, OP_ONE_OF, TYPE_FLAG, kids, set->count + 1) : NULL;
}

/* ---- sets ---- */

static struct expr *check_set_operand(struct checker *c, const struct syntax *syntax) {
  struct expr *left = check_node(c, syntax->kids[0]);
  if (!left || left->type == TYPE_SET) return left;
  struct text written = checker_snippet(c, syntax->kids[0]);
  bool empty = syntax->kind == SYNTAX_IS_EMPTY || syntax->kind == SYNTAX_IS_NOT_EMPTY;
  diagnostics_error(diagnostics_of(c), "R0506", checker_place(c, syntax), "`%t` is %s: only a set %s", &written,
                    check_type_phrase(left->type), empty ? "can be empty" : "has members");
  if (left->type == TYPE_CHOICE && !empty)
    diagnostics_hint(diagnostics_of(c), "write `%t is ...` or `%t is one of [...]`", &written, &written);
  return NULL;
}

struct expr *check_has(struct checker *c, const struct syntax *syntax) {
  struct expr *left = check_set_operand(c, syntax);
  const struct fact *fact = left ? check_values_of(c, left) : NULL;
  if (!fact) return NULL;
  uint64_t mask = 0;
  bool good = true;
  for (uint32_t i = 1; i < syntax->kid_count; i++) {
    const struct syntax *value = syntax->kids[i];
    uint32_t index = is_keyword_value(value) ? NO_INDEX : fact_value_index(fact, value_text(c, value));
    if (index < MAX_VALUES_OF_SET) {
      mask |= UINT64_C(1) << index;
      continue;
    }
    if (is_keyword_value(value))
      report_keyword(c, value);
    else if (index == NO_INDEX)
      report_no_value(c, syntax, value, fact);
    good = false;
  }
  struct expr *members = good ? checker_constant(c, syntax, TYPE_SET, (int64_t)mask) : NULL;
  return members
             ? checker_node(c, syntax, syntax->kind == SYNTAX_HAS_ANY ? OP_HAS_ANY : OP_HAS_ALL, TYPE_FLAG, left, members, NULL)
             : NULL;
}

struct expr *check_empty(struct checker *c, const struct syntax *syntax) {
  struct expr *left = check_set_operand(c, syntax);
  struct expr *nothing = left ? checker_constant(c, syntax, TYPE_SET, 0) : NULL;
  return nothing ? checker_node(c, syntax, OP_EQUAL, TYPE_FLAG, left, nothing, NULL) : NULL;
}

/* ---- is given ---- */

struct expr *check_given(struct checker *c, const struct syntax *syntax) {
  const struct syntax *kid = syntax->kids[0];
  struct expr *named = check_node(c, kid);
  if (!named) return NULL;
  const struct fact *fact = named->op == OP_FACT ? &c->scope->model->facts[named->index] : NULL;
  if (fact && fact->optional) {
    struct expr *expr = checker_leaf(c, syntax, OP_GIVEN, TYPE_FLAG);
    if (expr) expr->index = named->index;
    return expr;
  }
  struct text written = checker_snippet(c, kid);
  diagnostics_error(diagnostics_of(c), "R0308", checker_place(c, syntax),
                    fact ? "`%t` is not optional: where it is missing the answer is open, whatever a rule asks"
                         : "`%t` is no fact: only an optional fact is given or not",
                    &written);
  if (fact) diagnostics_hint(diagnostics_of(c), "declare the fact with `optional: yes`");
  return NULL;
}

/* ---- a value alone, where a fact's value is expected ---- */

struct expr *check_expected_value(struct checker *c, const struct syntax *syntax, const struct fact *fact, bool *is_value) {
  enum check_name kind;
  uint32_t index;
  *is_value = true;
  if (fact->type == TYPE_SET && syntax->kind == SYNTAX_NONE) return checker_constant(c, syntax, TYPE_SET, 0);
  bool word = syntax->kind == SYNTAX_NAME || syntax->kind == SYNTAX_STRING;
  if ((fact->type != TYPE_CHOICE && fact->type != TYPE_SET) || !word) return *is_value = false, NULL;
  bool named = syntax->kind == SYNTAX_NAME && check_find_name(c, syntax->text, &kind, &index);
  uint32_t value = fact_value_index(fact, syntax->text);
  if (named && value == NO_INDEX) return *is_value = false, NULL;
  if (named) {
    diagnostics_error(diagnostics_of(c), "R0310", checker_place(c, syntax), "`%t` is a value of `%t` and the name of a %s",
                      &syntax->text, &fact->name, kind == CHECK_FACT ? "fact" : "term");
    diagnostics_hint(diagnostics_of(c), "quote it for the value: `\"%t\"`", &syntax->text);
    return NULL;
  }
  if (value == NO_INDEX) return report_no_value(c, syntax, syntax, fact);
  if (fact->type == TYPE_SET)
    return value < MAX_VALUES_OF_SET ? checker_constant(c, syntax, TYPE_SET, (int64_t)(UINT64_C(1) << value)) : NULL;
  return checker_constant(c, syntax, TYPE_CHOICE, value);
}
