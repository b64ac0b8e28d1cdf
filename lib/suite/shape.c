/* Shape of a test file: its keys, the kinds of their values, and the words that the format itself fixes. */
#include "suite/suite.h"

enum value_kind {
  KIND_SCALAR,
  KIND_YES_NO,
  KIND_VERDICT,
  KIND_STATUS,
  KIND_STATE,
  KIND_SCALARS,
  KIND_VERDICTS, /* lists */
  KIND_FREE,     /* a mapping with free keys and scalar values */
  KIND_FACTS,    /* facts of a request: scalars, lists of scalars, mappings of scalars */
  KIND_LINES_GIVEN,
  KIND_CASES,
  KIND_EXPECT,
  KIND_EXPECT_LINES,
  KIND_EXPECT_PORTIONS,
  KIND_AMOUNTS,
  KIND_STEPS
};

struct key_rule {
  const char *key;
  enum value_kind kind;
  uint32_t levels;
  bool required;
};

static const struct key_rule file_keys[] = {
    {"returns_tests", KIND_SCALAR, 0, true}, {"policy", KIND_SCALAR, 0, true}, {"given", KIND_FACTS, 0, false},
    {"missing", KIND_SCALARS, 0, false},     {"done", KIND_SCALARS, 0, false}, {"agreed", KIND_SCALARS, 0, false},
    {"refused", KIND_SCALARS, 0, false},     {"as_of", KIND_SCALAR, 0, false}, {"cases", KIND_CASES, 0, true},
};
static const struct key_rule case_keys[] = {
    {"case", KIND_SCALAR, 0, true},      {"given", KIND_FACTS, 0, false},  {"lines", KIND_LINES_GIVEN, 0, false},
    {"missing", KIND_SCALARS, 0, false}, {"done", KIND_SCALARS, 0, false}, {"agreed", KIND_SCALARS, 0, false},
    {"refused", KIND_SCALARS, 0, false}, {"as_of", KIND_SCALAR, 0, false}, {"expect", KIND_EXPECT, 0, true},
};
enum { ANYWHERE = LEVEL_REQUEST | LEVEL_LINE | LEVEL_PORTION, NOT_PORTION = LEVEL_REQUEST | LEVEL_LINE };
/* In the order of enum expect_key. */
static const struct key_rule expect_keys[EXPECT_KEY_COUNT] = {
    {"verdict", KIND_VERDICT, ANYWHERE, false},
    {"rule", KIND_SCALAR, ANYWHERE, false},
    {"because", KIND_SCALAR, ANYWHERE, false},
    {"reasons", KIND_SCALARS, ANYWHERE, false},
    {"units", KIND_SCALAR, ANYWHERE, false},
    {"credit", KIND_SCALAR, ANYWHERE, false},
    {"fees", KIND_AMOUNTS, ANYWHERE, false},
    {"bonuses", KIND_AMOUNTS, ANYWHERE, false},
    {"net", KIND_SCALAR, ANYWHERE, false},
    {"approvals", KIND_SCALARS, ANYWHERE, false},
    {"outputs", KIND_FREE, ANYWHERE, false},
    {"provisional", KIND_YES_NO, ANYWHERE, false},
    {"floor", KIND_SCALAR, NOT_PORTION, false},
    {"portions", KIND_EXPECT_PORTIONS, NOT_PORTION, false},
    {"lines", KIND_EXPECT_LINES, LEVEL_REQUEST, false},
    {"status", KIND_STATUS, NOT_PORTION, false},
    {"needs", KIND_SCALARS, NOT_PORTION, false},
    {"possible", KIND_VERDICTS, NOT_PORTION, false},
    {"steps", KIND_STEPS, LEVEL_REQUEST, false},
    {"error", KIND_SCALAR, LEVEL_REQUEST, false},
};
static const struct key_rule amount_keys[] = {{"name", KIND_SCALAR, 0, true}, {"amount", KIND_SCALAR, 0, true}};
static const struct key_rule step_keys[] = {{"step", KIND_SCALAR, 0, true}, {"state", KIND_STATE, 0, true}};

static const char *const verdict_words[] = {"authorize", "partial_credit", "exchange_only", "deny", NULL};
static const char *const status_words[] = {"decided", "undecided", "no_valid_policy", NULL};
static const char *const state_words[] = {"due", "waiting", "skipped", "done", "overdue", NULL};
static const char *const yes_no_words[] = {"yes", "no", NULL};

struct shape {
  struct suite *suite;
  struct diagnostics *diagnostics;
};

#define COUNT(table) ((uint32_t)(sizeof(table) / sizeof(table)[0]))

static const struct node *node_at(const struct shape *shape, uint32_t node) { return &shape->suite->tree.nodes[node]; }

static struct span span_at(const struct shape *shape, uint32_t node) { return node_span(&shape->suite->tree, node); }

enum expect_key suite_expect_key(struct text key) {
  for (uint32_t i = 0; i < EXPECT_KEY_COUNT; i++) {
    if (text_is(key, expect_keys[i].key)) return (enum expect_key)i;
  }
  return EXPECT_KEY_COUNT;
}

static void check_value(struct shape *shape, uint32_t node, enum value_kind kind, const char *key);

static const struct key_rule *rule_of(const struct key_rule *rules, uint32_t count, struct text key, uint32_t level) {
  for (uint32_t i = 0; i < count; i++) {
    if (text_is(key, rules[i].key) && (level == 0 || (rules[i].levels & level) != 0)) return &rules[i];
  }
  return NULL;
}

/* Each member of a mapping against a table, then what the table demands. level 0: the table has no levels. */
static void check_members(struct shape *shape, uint32_t mapping, const struct key_rule *rules, uint32_t count, uint32_t level,
                          const char *place) {
  for (uint32_t kid = node_at(shape, mapping)->first; kid != 0; kid = node_at(shape, kid)->next) {
    struct text key = node_at(shape, node_at(shape, kid)->key)->value;
    const struct key_rule *rule = rule_of(rules, count, key, level);
    if (rule != NULL) {
      check_value(shape, kid, rule->kind, rule->key);
      continue;
    }
    struct nearest nearest;
    nearest_begin(&nearest, key);
    for (uint32_t i = 0; i < count; i++) {
      if (level == 0 || (rules[i].levels & level) != 0) nearest_try(&nearest, text_of(rules[i].key));
    }
    diagnostics_error(shape->diagnostics, "R0802", span_at(shape, node_at(shape, kid)->key), "unknown key `%t` in %s", &key,
                      place);
    if (nearest_found(&nearest)) diagnostics_hint(shape->diagnostics, "did you mean `%t`?", &nearest.best);
  }
  for (uint32_t i = 0; i < count; i++) {
    if (rules[i].required && node_member(&shape->suite->tree, mapping, rules[i].key) == 0) {
      diagnostics_error(shape->diagnostics, "R0804", span_at(shape, mapping), "%s lacks the key `%s`", place, rules[i].key);
    }
  }
}

static bool is_kind(struct shape *shape, uint32_t node, enum node_kind kind, const char *key) {
  static const char *const names[] = {"", "a single value", "a list", "a mapping"};
  if (node_at(shape, node)->kind == kind) return true;
  diagnostics_error(shape->diagnostics, "R0803", span_at(shape, node), "`%s` is %s, not %s", key, names[kind],
                    names[node_at(shape, node)->kind]);
  return false;
}

static void check_word(struct shape *shape, uint32_t node, const char *const *words, const char *key) {
  if (!is_kind(shape, node, NODE_SCALAR, key)) return;
  struct text word = node_at(shape, node)->value;
  struct nearest nearest;
  nearest_begin(&nearest, word);
  for (uint32_t i = 0; words[i] != NULL; i++) {
    if (text_is(word, words[i])) return;
    nearest_try(&nearest, text_of(words[i]));
  }
  struct buffer list;
  buffer_init(&list, shape->diagnostics->memory);
  for (uint32_t i = 0; words[i] != NULL; i++) buffer_format(&list, i == 0 ? "%s" : ", %s", words[i]);
  diagnostics_error(shape->diagnostics, "R0805", span_at(shape, node), "`%t` is no value of `%s`: it takes one of %s", &word, key,
                    buffer_string(&list));
  buffer_free(&list);
  if (nearest_found(&nearest)) diagnostics_hint(shape->diagnostics, "did you mean `%t`?", &nearest.best);
}

/* A fact's value: a scalar, a list of scalars (a set), or a mapping of either (a fact that is per value of another). */
static void check_fact(struct shape *shape, uint32_t node, bool inside) {
  const struct node *value = node_at(shape, node);
  if (value->kind == NODE_SCALAR) return;
  if (value->kind == NODE_MAPPING && inside) {
    diagnostics_error(shape->diagnostics, "R0803", span_at(shape, node),
                      "a value of a fact is a single value or a list, not a mapping");
    return;
  }
  for (uint32_t kid = value->first; kid != 0; kid = node_at(shape, kid)->next) {
    if (value->kind == NODE_MAPPING)
      check_fact(shape, kid, true);
    else if (node_at(shape, kid)->kind != NODE_SCALAR)
      is_kind(shape, kid, NODE_SCALAR, "an item of a set");
  }
}

static void check_facts(struct shape *shape, uint32_t node, const char *key) {
  if (!is_kind(shape, node, NODE_MAPPING, key)) return;
  for (uint32_t kid = node_at(shape, node)->first; kid != 0; kid = node_at(shape, kid)->next) check_fact(shape, kid, false);
}

/* What stands in an `expect`, or in one of its lines or portions. An expectation that expects nothing could never fail. */
static void check_expect(struct shape *shape, uint32_t node, uint32_t level, const char *key) {
  static const char *const places[] = {"", "`expect`", "an expected line", "", "an expected portion"};
  if (!is_kind(shape, node, NODE_MAPPING, key)) return;
  if (node_at(shape, node)->count == 0) {
    diagnostics_error(shape->diagnostics, "R0806", span_at(shape, node), "%s expects nothing: such a test cannot fail",
                      places[level]);
  }
  check_members(shape, node, expect_keys, EXPECT_KEY_COUNT, level, places[level]);
  uint32_t error = node_member(&shape->suite->tree, node, "error");
  if (error != 0 && node_at(shape, node)->count > 1) {
    diagnostics_error(shape->diagnostics, "R0807", span_at(shape, error),
                      "`error` stands alone: a request that is refused has no answer");
  }
}

static void check_item(struct shape *shape, uint32_t node, enum value_kind kind) {
  switch (kind) {
  case KIND_SCALARS: is_kind(shape, node, NODE_SCALAR, "an item of the list"); break;
  case KIND_VERDICTS: check_word(shape, node, verdict_words, "possible"); break;
  case KIND_LINES_GIVEN: check_facts(shape, node, "a line"); break;
  case KIND_CASES:
    if (is_kind(shape, node, NODE_MAPPING, "a case")) check_members(shape, node, case_keys, COUNT(case_keys), 0, "a case");
    break;
  case KIND_EXPECT_LINES: check_expect(shape, node, LEVEL_LINE, "an expected line"); break;
  case KIND_EXPECT_PORTIONS: check_expect(shape, node, LEVEL_PORTION, "an expected portion"); break;
  case KIND_AMOUNTS:
    if (is_kind(shape, node, NODE_MAPPING, "an amount"))
      check_members(shape, node, amount_keys, COUNT(amount_keys), 0, "an amount");
    break;
  case KIND_STEPS:
    if (is_kind(shape, node, NODE_MAPPING, "a step")) check_members(shape, node, step_keys, COUNT(step_keys), 0, "a step");
    break;
  default: break;
  }
}

static void check_value(struct shape *shape, uint32_t node, enum value_kind kind, const char *key) {
  switch (kind) {
  case KIND_SCALAR: is_kind(shape, node, NODE_SCALAR, key); break;
  case KIND_YES_NO: check_word(shape, node, yes_no_words, key); break;
  case KIND_VERDICT: check_word(shape, node, verdict_words, key); break;
  case KIND_STATUS: check_word(shape, node, status_words, key); break;
  case KIND_STATE: check_word(shape, node, state_words, key); break;
  case KIND_FACTS: check_facts(shape, node, key); break;
  case KIND_EXPECT: check_expect(shape, node, LEVEL_REQUEST, key); break;
  case KIND_FREE:
    if (!is_kind(shape, node, NODE_MAPPING, key)) break;
    for (uint32_t kid = node_at(shape, node)->first; kid != 0; kid = node_at(shape, kid)->next)
      is_kind(shape, kid, NODE_SCALAR, key);
    break;
  default: /* lists */
    if (!is_kind(shape, node, NODE_SEQUENCE, key)) break;
    for (uint32_t kid = node_at(shape, node)->first; kid != 0; kid = node_at(shape, kid)->next) check_item(shape, kid, kind);
    break;
  }
}

static void read_case(const struct node_tree *tree, uint32_t node, struct suite_case *test) {
  *test = (struct suite_case){
      .node = node,
      .name = node_member(tree, node, "case"),
      .given = node_member(tree, node, "given"),
      .lines = node_member(tree, node, "lines"),
      .missing = node_member(tree, node, "missing"),
      .done = node_member(tree, node, "done"),
      .agreed = node_member(tree, node, "agreed"),
      .refused = node_member(tree, node, "refused"),
      .as_of = node_member(tree, node, "as_of"),
      .expect = node_member(tree, node, "expect"),
      .span = node_span(tree, node_member(tree, node, "case")),
      .difference = "",
  };
}

static bool read_cases(struct suite *suite, struct diagnostics *diagnostics) {
  const struct node_tree *tree = &suite->tree;
  uint32_t list = node_member(tree, tree->root, "cases");
  suite->policy = node_member(tree, tree->root, "policy");
  suite->given = node_member(tree, tree->root, "given");
  suite->missing = node_member(tree, tree->root, "missing");
  suite->done = node_member(tree, tree->root, "done");
  suite->agreed = node_member(tree, tree->root, "agreed");
  suite->refused = node_member(tree, tree->root, "refused");
  suite->as_of = node_member(tree, tree->root, "as_of");
  uint32_t count = tree->nodes[list].count;
  suite->cases = arena_take_zeroed(&suite->arena, (size_t)count * sizeof *suite->cases);
  if (suite->cases == NULL) {
    diagnostics->out_of_memory = true;
    return false;
  }
  for (uint32_t kid = tree->nodes[list].first; kid != 0; kid = tree->nodes[kid].next) {
    read_case(tree, kid, &suite->cases[suite->case_count++]);
  }
  return true;
}

bool suite_shape(struct suite *suite, struct diagnostics *diagnostics) {
  struct shape shape = {suite, diagnostics};
  const struct node_tree *tree = &suite->tree;
  uint32_t errors = diagnostics->error_count;
  if (!is_kind(&shape, tree->root, NODE_MAPPING, "a test file")) return false;
  uint32_t version = node_member(tree, tree->root, "returns_tests");
  if (version == 0 || tree->nodes[version].kind != NODE_SCALAR || !text_is(tree->nodes[version].value, "1")) {
    diagnostics_error(diagnostics, "R0801", node_span(tree, version == 0 ? tree->root : version),
                      "a test file begins with `returns_tests: 1`");
    return false;
  }
  check_members(&shape, tree->root, file_keys, COUNT(file_keys), 0, "a test file");
  if (diagnostics->error_count > errors || diagnostics->out_of_memory) return false;
  return read_cases(suite, diagnostics);
}
