/* Given: a case as a request. The file's defaults, less what is `missing`, under the case's own values, under those of each line.
 *
 * A value is a node of the tree; an array with a node per fact is all the state there is. Values of the request are set first,
 * then each line.
 */
#include "suite/suite.h"

#include "exchange/host_value.h"

#include <string.h>

struct filling {
  struct suite_run *run;
  const struct node_tree *tree;
  uint32_t node; /* of the value that the request refused */
};

static const struct node *node_at(const struct filling *filling, uint32_t node) { return &filling->tree->nodes[node]; }

static struct text key_of(const struct filling *filling, uint32_t node) {
  return node_at(filling, node_at(filling, node)->key)->value;
}

static struct span key_span(const struct filling *filling, uint32_t node) {
  return node_span(filling->tree, node_at(filling, node)->key);
}

/* The fact of a name; unknown ones are reported. */
static uint32_t find_fact(struct filling *filling, struct text name, struct span span) {
  const returns_policy *policy = filling->run->policy;
  uint32_t fact = policy_find_fact(policy, name);
  if (fact != NO_INDEX) return fact;
  struct nearest nearest;
  nearest_begin(&nearest, name);
  for (uint32_t f = 0; f < policy->fact_count; f++) nearest_try(&nearest, policy_slice(policy, policy->facts[f].name));
  diagnostics_error(filling->run->diagnostics, "R0810", span, "the policy has no fact `%t`", &name);
  if (nearest_found(&nearest)) diagnostics_hint(filling->run->diagnostics, "did you mean `%t`?", &nearest.best);
  return NO_INDEX;
}

/* Lays a mapping of facts over `facts`. of_line: it is an item of `lines`, where facts of the request have no place. */
static bool overlay(struct filling *filling, uint32_t mapping, uint32_t *facts, bool of_line) {
  bool good = true;
  for (uint32_t kid = mapping == 0 ? 0 : node_at(filling, mapping)->first; kid != 0; kid = node_at(filling, kid)->next) {
    struct text name = key_of(filling, kid);
    if (of_line && text_is(name, "id")) continue;
    uint32_t fact = find_fact(filling, name, key_span(filling, kid));
    if (fact == NO_INDEX) {
      good = false;
    } else if (of_line && filling->run->policy->facts[fact].scope != SCOPE_LINE) {
      diagnostics_error(filling->run->diagnostics, "R0812", key_span(filling, kid), "`%t` is no fact of a line", &name);
      diagnostics_hint(filling->run->diagnostics, "move it to `given`");
      good = false;
    } else {
      facts[fact] = kid;
    }
  }
  return good;
}

static bool take_away(struct filling *filling, uint32_t list, uint32_t *facts) {
  bool good = true;
  for (uint32_t kid = list == 0 ? 0 : node_at(filling, list)->first; kid != 0; kid = node_at(filling, kid)->next) {
    uint32_t fact = find_fact(filling, node_at(filling, kid)->value, node_span(filling->tree, kid));
    if (fact == NO_INDEX)
      good = false;
    else
      facts[fact] = 0;
  }
  return good;
}

/* ---- values ---- */

static enum given_result result_of(int32_t status) {
  if (status == RETURNS_OK) return GIVEN_OK;
  return status == RETURNS_ERROR_MEMORY ? GIVEN_MEMORY : GIVEN_REFUSED;
}

static enum given_result set_value(struct filling *filling, uint32_t of, uint32_t fact, uint32_t node) {
  struct suite_run *run = filling->run;
  const struct node *value = node_at(filling, node);
  filling->node = node;
  if (value->kind == NODE_SCALAR) return result_of(host_set_form(run->request, of, fact, value->value, &run->text));
  struct text name = policy_slice(run->policy, run->policy->facts[fact].name);
  if (value->kind != NODE_SEQUENCE || run->policy->facts[fact].type != TYPE_SET) {
    diagnostics_error(run->diagnostics, "R0811", node_span(filling->tree, node), "`%t` is %s: it takes a single value%s", &name,
                      literal_type_name((enum value_type)run->policy->facts[fact].type),
                      run->policy->facts[fact].type == TYPE_SET ? " or a list" : "");
    return GIVEN_REPORTED;
  }
  uint64_t mask = 0;
  for (uint32_t kid = value->first; kid != 0; kid = node_at(filling, kid)->next) {
    filling->node = kid;
    int32_t status = host_add_member(run->request, fact, node_at(filling, kid)->value, &mask, &run->text);
    if (status != RETURNS_OK) return result_of(status);
  }
  filling->node = node;
  return result_of(host_set_mask(run->request, of, fact, mask));
}

static enum given_result set_keyed(struct filling *filling, uint32_t fact, uint32_t node) {
  struct suite_run *run = filling->run;
  const struct node *value = node_at(filling, node);
  if (value->kind != NODE_MAPPING) {
    struct text name = policy_slice(run->policy, run->policy->facts[fact].name);
    struct text key = policy_slice(run->policy, run->policy->facts[run->policy->facts[fact].scope_fact].name);
    diagnostics_error(run->diagnostics, "R0811", node_span(filling->tree, node), "`%t` is given per `%t`: as a mapping", &name,
                      &key);
    diagnostics_hint(run->diagnostics, "write `%t: {VALUE OF %t: ...}`", &name, &key);
    return GIVEN_REPORTED;
  }
  for (uint32_t kid = value->first; kid != 0; kid = node_at(filling, kid)->next) {
    uint32_t of = 0;
    filling->node = node_at(filling, kid)->key;
    enum given_result result = result_of(host_key(run->request, fact, key_of(filling, kid), &of, &run->text));
    if (result == GIVEN_OK) result = set_value(filling, of, fact, kid);
    if (result != GIVEN_OK) return result;
  }
  return GIVEN_OK;
}

/* Sets what `facts` holds and belongs to the request, or to the line. */
static enum given_result set_facts(struct filling *filling, uint32_t of, const uint32_t *facts) {
  struct suite_run *run = filling->run;
  enum given_result result = GIVEN_OK;
  for (uint32_t f = 0; f < run->fact_count && result == GIVEN_OK; f++) {
    uint32_t scope = run->policy->facts[f].scope;
    if (facts[f] == 0 || (scope == SCOPE_LINE) != (of != RETURNS_OF_REQUEST)) continue;
    result = scope == SCOPE_FACT ? set_keyed(filling, f, facts[f]) : set_value(filling, of, f, facts[f]);
  }
  return result;
}

/* ---- lines, roles, steps ---- */

static enum given_result add_line(struct filling *filling, uint32_t mapping) {
  struct suite_run *run = filling->run;
  uint32_t line = 0;
  enum given_result result = result_of(returns_request_add_line(run->request, &line));
  if (result != GIVEN_OK) return result;
  memcpy(run->facts, run->defaults, run->fact_count * sizeof *run->facts);
  if (!overlay(filling, mapping, run->facts, true)) return GIVEN_REPORTED;
  uint32_t id = mapping == 0 ? 0 : node_member(filling->tree, mapping, "id");
  if (id != 0 && node_at(filling, id)->kind == NODE_SCALAR) {
    struct text text = node_at(filling, id)->value;
    filling->node = id;
    result = result_of(returns_request_set_line_id(run->request, line, text.bytes, text.size));
    if (result != GIVEN_OK) return result;
  }
  return set_facts(filling, line, run->facts);
}

static enum given_result add_lines(struct filling *filling, const struct suite_case *test) {
  if (test->lines == 0) return add_line(filling, 0);
  enum given_result result = GIVEN_OK;
  for (uint32_t kid = node_at(filling, test->lines)->first; kid != 0 && result == GIVEN_OK; kid = node_at(filling, kid)->next) {
    result = add_line(filling, kid);
  }
  return result;
}

static enum given_result add_names(struct filling *filling, uint32_t own, uint32_t common,
                                   int32_t (*take)(returns_request *request, const char *name)) {
  uint32_t list = own != 0 ? own : common;
  for (uint32_t kid = list == 0 ? 0 : node_at(filling, list)->first; kid != 0; kid = node_at(filling, kid)->next) {
    filling->node = kid;
    enum given_result result = result_of(take(filling->run->request, node_at(filling, kid)->value.bytes));
    if (result != GIVEN_OK) return result;
  }
  return GIVEN_OK;
}

static enum given_result set_as_of(struct filling *filling, uint32_t own, uint32_t common) {
  uint32_t node = own != 0 ? own : common;
  if (node == 0) return GIVEN_OK;
  filling->node = node;
  return result_of(host_set_as_of(filling->run->request, node_at(filling, node)->value));
}

enum given_result suite_fill(struct suite_run *run, const struct suite_case *test, uint32_t *node) {
  struct filling filling = {run, &run->suite->tree, 0};
  const struct suite *suite = run->suite;
  returns_request_clear(run->request);
  memset(run->defaults, 0, run->fact_count * sizeof *run->defaults);
  bool good = overlay(&filling, suite->given, run->defaults, false);
  good = take_away(&filling, suite->missing, run->defaults) && good;
  good = take_away(&filling, test->missing, run->defaults) && good;
  good = overlay(&filling, test->given, run->defaults, false) && good;
  if (!good) return GIVEN_REPORTED;
  enum given_result result = set_facts(&filling, RETURNS_OF_REQUEST, run->defaults);
  if (result == GIVEN_OK) result = add_lines(&filling, test);
  if (result == GIVEN_OK) result = add_names(&filling, test->done, suite->done, returns_request_done);
  if (result == GIVEN_OK) result = add_names(&filling, test->agreed, suite->agreed, returns_request_agree);
  if (result == GIVEN_OK) result = add_names(&filling, test->refused, suite->refused, returns_request_refuse);
  if (result == GIVEN_OK) result = set_as_of(&filling, test->as_of, suite->as_of);
  *node = filling.node;
  return result;
}
