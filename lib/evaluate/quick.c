/* Quick: tests of rules as bounds on values in cells, for entries that only say "may" because an ordered fact has more cut points
 * than a column has classes.
 *
 * In: rules whose entry must be verified. Out: for those that are one conjunction, in which all that rows do not tell exactly is
 * a comparison of given facts with constants or with each other: a list of bounds. Found once at load.
 */
#include "evaluate/policy.h"

struct quick {
  struct returns_policy *policy;
  struct quick_test *tests;
  uint32_t count, capacity;
};

static const struct program_node *kid(const struct returns_policy *policy, const struct program_node *node, uint32_t k) {
  return &policy->nodes[policy->links[node->kids_first + k]];
}

/* A fact whose cell has its value whenever nothing is missing; *cell is where. */
static bool cell_of(const struct returns_policy *policy, const struct program_node *node, uint32_t *cell) {
  if (node->op != OP_FACT || !(policy->fact_traits[node->index] & FACT_IS_DIRECT)) return false;
  const struct program_fact *fact = &policy->facts[node->index];
  if (fact->flags & FACT_OPTIONAL) return false;
  *cell = policy->slots[node->index] | (fact->scope == SCOPE_REQUEST ? QUICK_OF_REQUEST : 0);
  return true;
}

static bool add(struct quick *quick, uint32_t a, uint32_t b, int64_t low, int64_t high) {
  if (!memory_reserve(quick->policy->arena.memory, (void **)&quick->tests, &quick->capacity, quick->count + 1,
                      sizeof *quick->tests))
    return false;
  quick->tests[quick->count++] = (struct quick_test){.a = a, .b = b, .low = low, .high = high};
  return true;
}

static bool is_ordered(uint32_t type) { return type >= TYPE_COUNT && type <= TYPE_HOURS; }

/* The bounds of a where `a op bound` holds; false: not one interval, or empty. */
static bool interval(uint32_t op, int64_t bound, int64_t *low, int64_t *high) {
  *low = INT64_MIN;
  *high = INT64_MAX;
  switch (op) {
  case OP_EQUAL: *low = *high = bound; return true;
  case OP_LESS: *high = bound - 1; return bound > INT64_MIN;
  case OP_LESS_EQUAL: *high = bound; return true;
  case OP_GREATER: *low = bound + 1; return bound < INT64_MAX;
  case OP_GREATER_EQUAL: *low = bound; return true;
  default: return false;
  }
}

static uint32_t opposite(uint32_t op) {
  switch (op) {
  case OP_LESS: return OP_GREATER_EQUAL;
  case OP_LESS_EQUAL: return OP_GREATER;
  case OP_GREATER: return OP_LESS_EQUAL;
  case OP_GREATER_EQUAL: return OP_LESS;
  case OP_NOT_EQUAL: return OP_EQUAL;
  default: return OP_NONE;
  }
}

/* As seen from the other side: `5 < x` is `x > 5`. */
static uint32_t mirrored(uint32_t op) {
  switch (op) {
  case OP_LESS: return OP_GREATER;
  case OP_LESS_EQUAL: return OP_GREATER_EQUAL;
  case OP_GREATER: return OP_LESS;
  case OP_GREATER_EQUAL: return OP_LESS_EQUAL;
  default: return op;
  }
}

static bool quick_comparison(struct quick *quick, const struct program_node *node, bool negated) {
  const struct program_node *x = kid(quick->policy, node, 0), *y = kid(quick->policy, node, 1);
  uint32_t op = negated ? opposite(node->op) : node->op, a, b = NO_INDEX;
  int64_t low, high, bound = 0;
  if (!is_ordered(x->type)) return false;
  if (x->op == OP_CONST) {
    const struct program_node *other = x;
    x = y;
    y = other;
    op = mirrored(op);
  }
  if (!cell_of(quick->policy, x, &a)) return false;
  if (y->op == OP_CONST)
    bound = y->value;
  else if (x->type != y->type || !cell_of(quick->policy, y, &b))
    return false;
  return interval(op, bound, &low, &high) && add(quick, a, b, low, high);
}

static bool quick_between(struct quick *quick, const struct program_node *node, bool negated) {
  const struct program_node *low = kid(quick->policy, node, 1), *high = kid(quick->policy, node, 2);
  uint32_t a;
  if (negated || low->op != OP_CONST || high->op != OP_CONST || !is_ordered(low->type)) return false;
  return cell_of(quick->policy, kid(quick->policy, node, 0), &a) && add(quick, a, NO_INDEX, low->value, high->value);
}

/* Days between dates and hours between instants: bounds on the difference. Where the end of time is near, guards say so. */
static bool quick_within(struct quick *quick, const struct program_node *node, bool negated) {
  const struct program_node *d = kid(quick->policy, node, 0), *length = kid(quick->policy, node, 1),
                            *e = kid(quick->policy, node, 2);
  bool days = d->type == TYPE_DATE && e->type == TYPE_DATE && length->type == TYPE_DAYS;
  bool hours = d->type == TYPE_INSTANT && e->type == TYPE_INSTANT && length->type == TYPE_HOURS;
  uint32_t a, b;
  if (negated || length->op != OP_CONST || !(days || hours) || (node->flags & (WITHIN_COUNTING | WITHIN_ROLLING))) return false;
  if (!cell_of(quick->policy, d, &a) || !cell_of(quick->policy, e, &b)) return false;
  if (node->op == OP_WITHIN) return add(quick, a, b, 0, length->value);
  return length->value < INT64_MAX && add(quick, a, b, length->value + 1, INT64_MAX);
}

/* What rows tell exactly: a choice, text, flag or set fact against constants. */
static bool is_exact(const struct returns_policy *policy, const struct program_node *node) {
  uint32_t cell;
  if (node->op == OP_FACT) return cell_of(policy, node, &cell);
  if (node->op != OP_ONE_OF && node->op != OP_HAS_ANY && node->op != OP_HAS_ALL && node->op != OP_EQUAL &&
      node->op != OP_NOT_EQUAL)
    return false;
  const struct program_node *x = kid(policy, node, 0);
  if (is_ordered(x->type) || !cell_of(policy, x, &cell)) return false;
  for (uint32_t k = 1; k < node->kid_count; k++)
    if (kid(policy, node, k)->op != OP_CONST) return false;
  return true;
}

static bool quick_tests(struct quick *quick, struct program_list tests);

static bool quick_node(struct quick *quick, uint32_t index, bool negated) {
  const struct returns_policy *policy = quick->policy;
  const struct program_node *node = &policy->nodes[index];
  switch (node->op) {
  case OP_NOT: return quick_node(quick, policy->links[node->kids_first], !negated);
  case OP_AND:
    for (uint32_t k = 0; k < node->kid_count; k++)
      if (negated || !quick_node(quick, policy->links[node->kids_first + k], false)) return false;
    return true;
  case OP_TERM:
    return !negated && policy->terms[node->index].is_flag_of_tests && quick_tests(quick, policy->terms[node->index].tests);
  case OP_EQUAL:
  case OP_NOT_EQUAL:
  case OP_LESS:
  case OP_LESS_EQUAL:
  case OP_GREATER:
  case OP_GREATER_EQUAL: return is_exact(policy, node) || quick_comparison(quick, node, negated);
  case OP_BETWEEN: return quick_between(quick, node, negated);
  case OP_WITHIN:
  case OP_MORE_AFTER: return quick_within(quick, node, negated);
  default: return is_exact(policy, node);
  }
}

static bool quick_tests(struct quick *quick, struct program_list tests) {
  for (uint32_t i = 0; i < tests.count; i++) {
    const struct program_test *test = &quick->policy->tests[tests.first + i];
    if (!quick_node(quick, test->node, test->negated != 0)) return false;
  }
  return true;
}

static bool is_always(const struct returns_policy *policy, uint32_t rule) {
  uint32_t low = 0, high = policy->always_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (policy->always[middle] < rule)
      low = middle + 1;
    else
      high = middle;
  }
  return low < policy->always_count && policy->always[low] == rule;
}

/* The first column that can keep an entry from being met; NO_INDEX: none can. */
static uint32_t find_guard(const struct returns_policy *policy, uint32_t entry) {
  for (uint32_t c = 0; c < policy->column_count; c++) {
    const uint64_t *row = policy->rows + policy->columns[c].rows_first + entry / 64;
    for (uint32_t class_index = 0; class_index < policy->columns[c].class_count; class_index++, row += policy->header->row_words)
      if (!(*row >> entry % 64 & 1)) return c;
  }
  return NO_INDEX;
}

/* false: out of memory. An entry without a guard bars the short way. */
static bool derive_guards(struct returns_policy *policy) {
  uint32_t count = 0;
  for (uint32_t e = 0; e < policy->entry_count; e++) count += (policy->entries[e].flags & ENTRY_WALK) != 0;
  policy->guards = arena_take(&policy->arena, count * sizeof *policy->guards);
  for (uint32_t e = 0; policy->guards && e < policy->entry_count; e++) {
    if (!(policy->entries[e].flags & ENTRY_WALK)) continue;
    uint32_t column = find_guard(policy, e);
    if (column == NO_INDEX)
      policy->quick = false;
    else
      policy->guards[policy->guard_count++] = (struct guard){.column = column, .word = e / 64, .bit = (uint64_t)1 << e % 64};
  }
  return policy->guards != NULL;
}

bool policy_derive_quick_tests(struct returns_policy *policy) {
  struct quick quick = {.policy = policy};
  policy->quick_rules = arena_take(&policy->arena, (policy->rule_count + 1) * sizeof *policy->quick_rules);
  if (!policy->quick_rules) return false;
  policy->quick = true;
  for (uint32_t r = 0; r <= policy->rule_count; r++) {
    policy->quick_rules[r] = (struct quick_tests){.first = quick.count, .count = 0};
    uint32_t entry = policy->first_entries[r];
    bool unsure = false;
    for (; entry < policy->entry_count && policy->entries[entry].rule == r; entry++)
      unsure |= (policy->entries[entry].flags & ENTRY_VERIFY) != 0;
    if (!unsure) continue;
    if (!is_always(policy, r) && quick_tests(&quick, policy->rules[r].tests)) {
      policy->quick_rules[r].count = quick.count - policy->quick_rules[r].first;
    } else {
      quick.count = policy->quick_rules[r].first;
      policy->quick_rules[r].count = NO_INDEX;
      policy->quick = false;
    }
  }
  policy->quick_tests = arena_take(&policy->arena, quick.count * sizeof *quick.tests);
  for (uint32_t i = 0; policy->quick_tests && i < quick.count; i++) policy->quick_tests[i] = quick.tests[i];
  memory_give(policy->arena.memory, quick.tests, quick.capacity * sizeof *quick.tests);
  return policy->quick_tests && derive_guards(policy);
}
