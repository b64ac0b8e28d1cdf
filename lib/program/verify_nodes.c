/* Verify nodes: types against operators, trees, depths, and what a node uses.
 *
 * In: the sections, their bounds known. Out: whether every node may be evaluated without a look at anything but its kids.
 */
#include "program/verify.h"

#include "base/date.h"

#define LEVELS (NODE_LINE | NODE_PORTION | NODE_VERDICT)

static bool is_number(uint32_t type) {
  return (type >= TYPE_COUNT && type <= TYPE_MONEY) || (type >= TYPE_DAYS && type <= TYPE_WORKING_DAYS);
}
static bool is_point(uint32_t type) { return type == TYPE_DATE || type == TYPE_INSTANT; }
static bool is_name(uint32_t type) {
  return type == TYPE_CHOICE || type == TYPE_TEXT || type == TYPE_VERDICT || type == TYPE_RULE;
}
static bool agree(uint32_t a, uint32_t b) { return a == b || (is_number(a) && is_number(b)); }
static bool is_ordered(uint32_t type) { return is_number(type) || is_point(type); }

bool verify_fits(uint32_t type, uint32_t expected) {
  return type == expected || (expected == TYPE_DECIMAL && type == TYPE_COUNT);
}

bool verify_value(const struct verifier *v, uint32_t type, int64_t value) {
  switch (type) {
  case TYPE_FLAG: return value == 0 || value == 1;
  case TYPE_CHOICE: return value >= 0 && value < NO_INDEX;
  case TYPE_TEXT: return value >= 0 && value < verify_count(v, SECTION_TEXTS);
  case TYPE_DATE: return value >= DATE_FIRST && value <= DATE_LAST;
  case TYPE_INSTANT: return value >= (int64_t)DATE_FIRST * 86400 - 64800 && value < ((int64_t)DATE_LAST + 1) * 86400 + 64800;
  case TYPE_VERDICT: return value >= VERDICT_AUTHORIZE && value <= VERDICT_DENY;
  case TYPE_RULE: return value >= 0 && value <= v->header->rule_count;
  default: return type == TYPE_SET || is_number(type);
  }
}

/* ---- shapes: number and types of the kids ---- */

static const struct program_node *kid(const struct verifier *v, const struct program_node *node, uint32_t i) {
  return &v->nodes[v->links[node->kids_first + i]];
}
static uint32_t kid_type(const struct verifier *v, const struct program_node *node, uint32_t i) { return kid(v, node, i)->type; }

static bool all_kids(const struct verifier *v, const struct program_node *node, uint32_t type) {
  for (uint32_t i = 0; i < node->kid_count; i++) {
    if (!agree(kid_type(v, node, i), type)) return false;
  }
  return true;
}

static bool has_calendar(const struct verifier *v, const struct program_node *node) {
  return node->index < verify_count(v, SECTION_CALENDARS);
}

static bool is_special(const struct program_node *node) {
  switch (node->index) {
  case SPECIAL_UNITS: return node->type == TYPE_COUNT;
  case SPECIAL_VERDICT: return node->type == TYPE_VERDICT;
  case SPECIAL_RULE: return node->type == TYPE_RULE;
  case SPECIAL_LINE_VALUE:
  case SPECIAL_REQUEST_VALUE:
  case SPECIAL_VALUE:
  case SPECIAL_CREDIT: return node->type == TYPE_MONEY;
  default: return false;
  }
}

static bool is_leaf(const struct verifier *v, const struct program_node *node) {
  if (node->kid_count != 0) return false;
  switch (node->op) {
  case OP_CONST: return verify_value(v, node->type, node->value) && node->offset_minutes >= -1080 && node->offset_minutes <= 1080;
  case OP_RATIO: return is_number(node->type) && node->denominator > 0;
  case OP_FACT: return node->index < verify_count(v, SECTION_FACTS) && v->facts[node->index].type == node->type;
  case OP_TERM: return node->index < verify_count(v, SECTION_TERMS) && v->terms[node->index].type == node->type;
  case OP_GIVEN: return node->index < verify_count(v, SECTION_FACTS) && node->type == TYPE_FLAG;
  default: return is_special(node);
  }
}

/* A point in time and a duration, or two of a kind. */
static bool is_sum(const struct verifier *v, const struct program_node *node) {
  if (node->kid_count != 2) return false;
  uint32_t a = kid_type(v, node, 0), b = kid_type(v, node, 1);
  if (node->type == TYPE_DATE) {
    return a == TYPE_DATE && (b == TYPE_DAYS || b == TYPE_MONTHS || (b == TYPE_WORKING_DAYS && has_calendar(v, node)));
  }
  if (node->type == TYPE_INSTANT) return a == TYPE_INSTANT && b == TYPE_HOURS;
  if (!is_number(node->type)) return false;
  if (is_point(a)) return node->op == OP_SUBTRACT && a == b && node->type == (a == TYPE_DATE ? TYPE_DAYS : TYPE_HOURS);
  return is_number(a) && is_number(b);
}

static bool is_window(const struct verifier *v, const struct program_node *node) {
  if (node->kid_count != 3 || node->type != TYPE_FLAG) return false;
  uint32_t point = kid_type(v, node, 0), duration = kid_type(v, node, 1);
  if (!is_point(point) || kid_type(v, node, 2) != point) return false;
  if (node->flags & WITHIN_ROLLING || duration == TYPE_WORKING_DAYS) {
    if (!has_calendar(v, node)) return false;
  }
  if (point == TYPE_INSTANT) return duration == TYPE_HOURS && !(node->flags & WITHIN_ROLLING);
  return duration == TYPE_DAYS || duration == TYPE_MONTHS || duration == TYPE_WORKING_DAYS;
}

static bool is_comparison(const struct verifier *v, const struct program_node *node) {
  if (node->type != TYPE_FLAG || node->kid_count != (node->op == OP_BETWEEN ? 3u : 2u)) return false;
  uint32_t type = kid_type(v, node, 0);
  if (!all_kids(v, node, type)) return false;
  return is_ordered(type) || node->op == OP_EQUAL || node->op == OP_NOT_EQUAL;
}

static bool is_one_of(const struct verifier *v, const struct program_node *node) {
  if (node->type != TYPE_FLAG || node->kid_count < 1 || !is_name(kid_type(v, node, 0))) return false;
  for (uint32_t i = 1; i < node->kid_count; i++) {
    if (kid(v, node, i)->op != OP_CONST || kid_type(v, node, i) != kid_type(v, node, 0)) return false;
  }
  return true;
}

static bool is_cases(const struct verifier *v, const struct program_node *node) {
  if (node->kid_count % 2 == 0) return false;
  for (uint32_t i = 0; i + 1 < node->kid_count; i += 2) {
    if (kid_type(v, node, i) != TYPE_FLAG || !verify_fits(kid_type(v, node, i + 1), node->type)) return false;
  }
  return verify_fits(kid_type(v, node, node->kid_count - 1), node->type);
}

/* Over lines: nothing of one portion inside. */
static bool is_aggregate(const struct verifier *v, const struct program_node *node) {
  if (node->kid_count != 2 || kid_type(v, node, 1) != TYPE_FLAG) return false;
  if ((kid(v, node, 0)->flags | kid(v, node, 1)->flags) & (NODE_PORTION | NODE_VERDICT)) return false;
  if (node->op == OP_SUM) return is_number(node->type) && is_number(kid_type(v, node, 0));
  return node->type == (node->op == OP_COUNT ? TYPE_COUNT : TYPE_FLAG) && kid_type(v, node, 0) == TYPE_FLAG;
}

static bool has_shape(const struct verifier *v, const struct program_node *node) {
  switch (node->op) {
  case OP_CONST:
  case OP_RATIO:
  case OP_FACT:
  case OP_TERM:
  case OP_GIVEN:
  case OP_SPECIAL: return is_leaf(v, node);
  case OP_ADD:
  case OP_SUBTRACT: return is_sum(v, node);
  case OP_MULTIPLY:
  case OP_DIVIDE:
  case OP_PERCENT_OF: return node->kid_count == 2 && is_number(node->type) && all_kids(v, node, TYPE_COUNT);
  case OP_NEGATE:
  case OP_ROUND_DOWN:
  case OP_ROUND_UP: return node->kid_count == 1 && is_number(node->type) && all_kids(v, node, TYPE_COUNT);
  case OP_MIN:
  case OP_MAX: return node->kid_count >= 1 && is_ordered(node->type) && all_kids(v, node, node->type);
  case OP_DAY_OF: return node->kid_count == 1 && node->type == TYPE_DATE && kid_type(v, node, 0) == TYPE_INSTANT;
  case OP_EQUAL:
  case OP_NOT_EQUAL:
  case OP_LESS:
  case OP_LESS_EQUAL:
  case OP_GREATER:
  case OP_GREATER_EQUAL:
  case OP_BETWEEN: return is_comparison(v, node);
  case OP_ONE_OF: return is_one_of(v, node);
  case OP_WITHIN:
  case OP_MORE_AFTER: return is_window(v, node);
  case OP_HAS_ANY:
  case OP_HAS_ALL:
    return node->kid_count == 2 && node->type == TYPE_FLAG && all_kids(v, node, TYPE_SET) && kid(v, node, 1)->op == OP_CONST;
  case OP_AND:
  case OP_OR: return node->kid_count >= 1 && node->type == TYPE_FLAG && all_kids(v, node, TYPE_FLAG);
  case OP_NOT: return node->kid_count == 1 && node->type == TYPE_FLAG && all_kids(v, node, TYPE_FLAG);
  case OP_CASES: return is_cases(v, node);
  case OP_SUM:
  case OP_COUNT:
  case OP_ANY_LINE:
  case OP_EVERY_LINE: return is_aggregate(v, node);
  default: return false;
  }
}

/* ---- depth and levels: what the node itself adds to its kids ---- */

static uint32_t own_flags(const struct verifier *v, const struct program_node *node) {
  switch (node->op) {
  case OP_FACT:
  case OP_GIVEN: return v->facts[node->index].scope == SCOPE_REQUEST ? 0 : NODE_LINE;
  case OP_TERM: return v->terms[node->index].scope == SCOPE_REQUEST ? 0 : NODE_LINE;
  case OP_SPECIAL:
    if (node->index == SPECIAL_LINE_VALUE) return NODE_LINE;
    if (node->index == SPECIAL_REQUEST_VALUE) return 0;
    return node->index == SPECIAL_VALUE || node->index == SPECIAL_UNITS ? NODE_PORTION : NODE_VERDICT;
  default: return 0;
  }
}

/* The node must be deeper than this. */
static uint32_t own_depth(const struct verifier *v, const struct program_node *node) {
  switch (node->op) {
  case OP_FACT:
  case OP_GIVEN: return v->facts[node->index].depth;
  case OP_TERM: return v->terms[node->index].depth;
  case OP_SPECIAL: return node->index <= SPECIAL_REQUEST_VALUE ? v->value_depth : 0;
  default: return 0;
  }
}

static bool is_over_lines(uint32_t op) { return op == OP_SUM || op == OP_COUNT || op == OP_ANY_LINE || op == OP_EVERY_LINE; }

/* The first node of a subtree. As subtrees lie one behind the other, the way down its first kids ends there. */
static uint32_t first_under(const struct verifier *v, uint32_t node) {
  while (v->nodes[node].kid_count > 0) node = v->links[v->nodes[node].kids_first];
  return node;
}

/* Post-order: the subtrees of the kids lie one behind the other, up to the node itself. So no node is under two others. What goes
 * over lines is under none. */
static bool has_tree(struct verifier *v, uint32_t i) {
  const struct program_node *node = &v->nodes[i];
  if (!verify_list(v, (struct program_list){node->kids_first, node->kid_count}, SECTION_LINKS)) return false;
  uint32_t next = i;
  for (uint32_t k = node->kid_count; k > 0; k--) {
    uint32_t index = v->links[node->kids_first + k - 1];
    if (next == 0 || index != next - 1 || is_over_lines(v->nodes[index].op)) return false;
    next = k > 1 ? first_under(v, index) : 0;
  }
  return true;
}

static bool verify_node(struct verifier *v, uint32_t i) {
  const struct program_node *node = &v->nodes[i];
  if (node->type == TYPE_NONE || node->type >= TYPE_LIMIT_ || node->type == TYPE_NUMBER || node->depth > PROGRAM_MAX_DEPTH)
    return false;
  if (node->span >= verify_count(v, SECTION_SPANS) || node->flags & ~(WITHIN_COUNTING | WITHIN_ROLLING | LEVELS)) return false;
  if (!has_tree(v, i) || !has_shape(v, node)) return false;
  uint32_t flags = own_flags(v, node), depth = own_depth(v, node);
  for (uint32_t k = 0; k < node->kid_count; k++) {
    if (!is_over_lines(node->op)) flags |= kid(v, node, k)->flags & LEVELS;
    if (kid(v, node, k)->depth > depth) depth = kid(v, node, k)->depth;
  }
  return node->depth > depth && (node->flags & LEVELS) == flags;
}

bool verify_nodes(struct verifier *v) {
  for (uint32_t i = 0; i < verify_count(v, SECTION_NODES); i++) {
    if (!verify_node(v, i)) return false;
  }
  return true;
}

/* ---- roots ---- */

bool verify_root(struct verifier *v, uint32_t node, uint32_t type, uint32_t forbidden) {
  if (node >= verify_count(v, SECTION_NODES) || first_under(v, node) < v->next_root) return false;
  v->next_root = node + 1;
  return verify_fits(v->nodes[node].type, type) && !(v->nodes[node].flags & forbidden);
}

bool verify_optional_root(struct verifier *v, uint32_t node, uint32_t type, uint32_t forbidden) {
  return node == NO_INDEX || verify_root(v, node, type, forbidden);
}

bool verify_tests(struct verifier *v, struct program_list tests, uint32_t forbidden, const uint32_t *deeper) {
  if (!verify_list(v, tests, SECTION_TESTS)) return false;
  for (uint32_t i = tests.first; i < tests.first + tests.count; i++) {
    if (!verify_root(v, v->tests[i].node, TYPE_FLAG, forbidden)) return false;
    if (deeper && v->nodes[v->tests[i].node].depth >= *deeper) return false;
  }
  return true;
}
