/* Lines: sum, count, any and every over the lines of a request, or over those that share a key.
 *
 * In: a scene of the request or of a key. Out: a value, or all that it may be. While one line is split, only what that line adds
 * changes from one assignment to the next: the others are folded once, as what stands before each line and what stands behind.
 * Sums of sets may be grouped so: more than 64 values are one open value, however they came about.
 */
#include <string.h>

#include "evaluate/scene.h"

/* ---- which lines ---- */

/* The lines by the value of one fact, as the request's scene sees it. */
struct line_keys {
  struct line_keys *next;
  uint32_t fact;
  int64_t *keys;                    /* by line, where it is known */
  uint32_t *known, known_count;     /* lines in order of key, then of line */
  uint32_t *unknown, unknown_count; /* lines whose key is open or an error, in order */
};

/* Memory of a scene; NULL: the run has failed. */
static void *take(struct scene *scene, size_t size) {
  void *taken = arena_take_zeroed(scene->work.arena, size);
  if (!taken) scene->run->failed = true;
  return taken;
}

/* Orders lines by key, stably, by counting from the smallest run up (a merge sort in the scene's memory). */
static bool sort_by_key(struct scene *scene, uint32_t *lines, uint32_t count, const int64_t *keys) {
  uint32_t *from = lines, *to = take(scene, count * sizeof *to);
  for (uint64_t width = 1; to && width < count; width *= 2) {
    for (uint64_t at = 0; at < count; at += 2 * width) {
      uint64_t middle = at + width < count ? at + width : count, end = at + 2 * width < count ? at + 2 * width : count;
      for (uint64_t a = at, b = middle, out = at; out < end; out++) {
        bool second = b < end && (a == middle || keys[from[b]] < keys[from[a]]);
        to[out] = second ? from[b++] : from[a++];
      }
    }
    uint32_t *other = from;
    from = to;
    to = other;
  }
  if (to && from != lines) memcpy(lines, from, count * sizeof *lines);
  return to != NULL;
}

static struct line_keys *make_line_keys(struct scene *request, uint32_t fact) {
  uint32_t count = request->run->facts->line_count;
  struct line_keys *lines = take(request, sizeof *lines);
  struct memo *memos = scene_memos(request);
  if (!lines || !memos) return NULL;
  lines->fact = fact;
  lines->keys = take(request, count * sizeof *lines->keys);
  lines->known = take(request, count * sizeof *lines->known);
  lines->unknown = take(request, count * sizeof *lines->unknown);
  if (!lines->keys || !lines->known || !lines->unknown) return NULL;
  for (uint32_t line = 0; line < count; line++) {
    struct scene beside = scene_of_line(request, line, memos);
    struct reading key = read_key(&beside, fact);
    if (is_known(&key)) {
      lines->keys[line] = key.value.num;
      lines->known[lines->known_count++] = line;
    } else if (key.state != FACT_NOT_GIVEN) {
      lines->unknown[lines->unknown_count++] = line;
    }
  }
  if (!sort_by_key(request, lines->known, lines->known_count, lines->keys)) return NULL;
  lines->next = request->line_keys;
  request->line_keys = lines;
  return lines;
}

static struct line_keys *line_keys_of(struct scene *request, uint32_t fact) {
  for (struct line_keys *lines = request->line_keys; lines; lines = lines->next)
    if (lines->fact == fact) return lines;
  return make_line_keys(request, fact);
}

/* The first of the known lines whose key is not below this. */
static uint32_t find_key(const struct line_keys *lines, int64_t key) {
  uint32_t low = 0, high = lines->known_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (lines->keys[lines->known[middle]] < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* ---- folds ---- */

/* What the lines of a scene add up to for one node. members: those that belong or may belong, in order; NULL: all lines. */
struct fold {
  struct fold *next;
  uint32_t node, member_count;
  uint32_t *members;
  struct memo *memos; /* for scenes of lines */
  struct set *before; /* of the members before each one, and of all; NULL: not computed */
  struct set *behind; /* of each member and those behind it, and of none */
};

static uint32_t member_at(const struct fold *fold, uint32_t i) { return fold->members ? fold->members[i] : i; }

/* The members of a key's scene: lines of that key and lines whose key is open, merged in order. */
static bool find_members(struct scene *steady, struct fold *fold) {
  struct line_keys *lines = line_keys_of(scene_of_request(steady), steady->key_fact);
  if (!lines) return false;
  uint32_t known = find_key(lines, steady->key), end = known, unknown = 0;
  while (end < lines->known_count && lines->keys[lines->known[end]] == steady->key) end++;
  fold->members = take(steady, (end - known + lines->unknown_count) * sizeof *fold->members);
  if (!fold->members) return false;
  while (known < end || unknown < lines->unknown_count) {
    bool first = unknown == lines->unknown_count || (known < end && lines->known[known] < lines->unknown[unknown]);
    fold->members[fold->member_count++] = first ? lines->known[known++] : lines->unknown[unknown++];
  }
  return true;
}

static struct fold *fold_of(struct scene *steady, uint32_t node) {
  for (struct fold *fold = steady->folds; fold; fold = fold->next)
    if (fold->node == node) return fold;
  struct fold *fold = take(steady, sizeof *fold);
  if (!fold || !(fold->memos = scene_memos(steady))) return NULL;
  fold->node = node;
  fold->member_count = steady->run->facts->line_count;
  if (steady->key_fact != NO_INDEX) {
    fold->member_count = 0;
    if (!find_members(steady, fold)) return NULL;
  }
  fold->next = steady->folds;
  return steady->folds = fold;
}

/* The scene for all lines, where `scene` is one for a line that is being split; *own: the scene of that line. */
static struct scene *steady_of(struct scene *scene, struct scene **own) {
  struct scene *steady = scene_of_request(scene)->steady;
  *own = NULL;
  if (!steady) return scene;
  *own = &scene->run->line;
  return scene->key_fact == NO_INDEX ? steady : scene_of_key(steady, scene->key_fact, scene->key);
}

/* ---- what one line adds ---- */

static uint32_t op_of(const struct scene *scene, uint32_t node) {
  return node == REQUEST_VALUE_NODE ? OP_SUM : scene->run->policy->nodes[node].op;
}
static bool adds_up(uint32_t op) { return op == OP_SUM || op == OP_COUNT; }

/* Whether a line shares the scene's key; one that was not given it is in no group. */
static struct reading belongs(const struct scene *scene, struct scene *line) {
  if (scene->key_fact == NO_INDEX) return (struct reading){.state = FACT_GIVEN, .need = NO_INDEX, .value = value_of(1)};
  struct reading key = read_key(line, scene->key_fact);
  if (is_known(&key)) key.value = value_of(key.value.num == scene->key);
  if (key.state == FACT_NOT_GIVEN) key = (struct reading){.state = FACT_GIVEN, .need = NO_INDEX, .value = value_of(0)};
  return key;
}

static struct set set_of_belonging(const struct scene *scene, struct scene *line) {
  struct reading member = belongs(scene, line);
  return is_known(&member) || member.state == FACT_FAULTY ? set_of(member.value) : set_open(&line->work, member.need);
}

/* a and b, or a or b, as sets of truths. */
static struct set join_truths(struct work *work, bool is_and, const struct set *a, const struct set *b) {
  enum truth x = set_truth(a), y = set_truth(b), deciding = is_and ? TRUTH_FALSE : TRUTH_TRUE;
  uint64_t *needs = NULL;
  if (x == deciding || y == deciding) return set_of(value_of(!is_and));
  if (x == TRUTH_ERROR || y == TRUTH_ERROR) return set_of(x == TRUTH_ERROR ? a->fault : b->fault);
  if (x != TRUTH_OPEN && y != TRUTH_OPEN) return set_of(value_of(is_and));
  if (x == TRUTH_OPEN) needs_add(work, &needs, a->needs);
  if (y == TRUTH_OPEN) needs_add(work, &needs, b->needs);
  return (struct set){.open = true, .needs = needs};
}

/* Nothing where the line surely does not count, perhaps nothing where that is open. */
static struct set amount_of(const struct scene *scene, uint32_t node, struct scene *line) {
  const struct returns_policy *policy = scene->run->policy;
  struct value zero = value_of(0);
  if (node == REQUEST_VALUE_NODE) return line_value_set_of(line);
  const uint32_t *kids = policy->links + policy->nodes[node].kids_first;
  struct set counts = set_of_belonging(scene, line), result = {0}, amount;
  if (set_truth(&counts) == TRUTH_FALSE) return set_of(zero);
  struct set where = evaluate_any(line, kids[1]);
  counts = join_truths(&line->work, true, &counts, &where);
  enum truth truth = set_truth(&counts);
  if (truth == TRUTH_ERROR) return set_of(counts.fault);
  if (truth != TRUTH_TRUE) set_add(&line->work, &result, &zero);
  if (truth == TRUTH_FALSE) return result;
  amount = policy->nodes[node].op == OP_SUM ? evaluate_any(line, kids[0]) : set_of(value_of(1));
  set_join(&line->work, &result, &amount);
  if (truth == TRUTH_OPEN) needs_add(&line->work, &result.needs, counts.needs);
  needs_add(&line->work, &result.needs, amount.needs);
  set_settle(&result);
  return result;
}

/* any: it is a member and the condition holds; every: it is none, or the condition holds. */
static struct set truth_of(const struct scene *scene, uint32_t node, struct scene *line) {
  const struct program_node *at = &scene->run->policy->nodes[node];
  bool any = at->op == OP_ANY_LINE;
  struct set member = set_of_belonging(scene, line);
  if (set_truth(&member) == TRUTH_FALSE) return set_of(value_of(!any));
  struct set where = evaluate_any(line, scene->run->policy->links[at->kids_first + 1]);
  if (!any && set_is_single(&member)) member = set_of(value_of(0));
  return join_truths(&line->work, any, &member, &where);
}

static struct set contribution(const struct scene *scene, uint32_t node, struct scene *line) {
  return adds_up(op_of(scene, node)) ? amount_of(scene, node, line) : truth_of(scene, node, line);
}

static struct set neutral(uint32_t op) { return set_of(value_of(op == OP_EVERY_LINE)); }

static struct set combine(struct work *work, uint32_t op, const struct set *a, const struct set *b) {
  return adds_up(op) ? set_apply(work, value_add, a, b) : join_truths(work, op == OP_EVERY_LINE, a, b);
}

/* ---- all lines, as sets ---- */

static bool fold_forwards(struct scene *steady, struct fold *fold) {
  uint32_t op = op_of(steady, fold->node);
  fold->before = take(steady, ((size_t)fold->member_count + 1) * sizeof *fold->before);
  if (!fold->before) return false;
  fold->before[0] = neutral(op);
  for (uint32_t i = 0; i < fold->member_count; i++) {
    struct scene line = scene_of_line(steady, member_at(fold, i), fold->memos);
    struct set more = contribution(steady, fold->node, &line);
    fold->before[i + 1] = combine(&steady->work, op, &fold->before[i], &more);
  }
  return !steady->run->failed;
}

static bool fold_backwards(struct scene *steady, struct fold *fold) {
  uint32_t op = op_of(steady, fold->node);
  fold->behind = take(steady, ((size_t)fold->member_count + 1) * sizeof *fold->behind);
  if (!fold->behind) return false;
  fold->behind[fold->member_count] = neutral(op);
  for (uint32_t i = fold->member_count; i-- > 0;) {
    struct scene line = scene_of_line(steady, member_at(fold, i), fold->memos);
    struct set more = contribution(steady, fold->node, &line);
    fold->behind[i] = combine(&steady->work, op, &more, &fold->behind[i + 1]);
  }
  return !steady->run->failed;
}

/* How many members stand before a line. */
static uint32_t position_of(const struct fold *fold, uint32_t line) {
  uint32_t low = 0, high = fold->member_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (member_at(fold, middle) < line)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Every line, as the scene of the line that is split sees it. */
static struct set fold_nested(struct scene *scene, uint32_t node, struct scene *own) {
  struct set sum = neutral(op_of(scene, node));
  struct memo *memos = scene_memos(scene);
  for (uint32_t i = 0; memos && i < scene->run->facts->line_count; i++) {
    struct scene line = scene_of_line(scene, i, memos);
    struct set more = contribution(scene, node, i == own->line ? own : &line);
    sum = combine(&scene->work, op_of(scene, node), &sum, &more);
  }
  return sum;
}

static bool is_nested(const struct scene *scene, uint32_t node) {
  const struct returns_policy *policy = scene->run->policy;
  return node == REQUEST_VALUE_NODE ? policy->nested_value : policy->nested[node] != 0;
}

struct set evaluate_over_lines_set(struct scene *scene, uint32_t node) {
  struct scene *own, *steady = steady_of(scene, &own);
  if (own && is_nested(scene, node)) return fold_nested(scene, node, own);
  struct fold *fold = steady ? fold_of(steady, node) : NULL;
  uint32_t op = op_of(scene, node);
  if (!fold || (!fold->before && !fold_forwards(steady, fold))) return set_open(&scene->work, NO_INDEX);
  if (!own) return fold->before[fold->member_count];
  if (!fold->behind && !fold_backwards(steady, fold)) return set_open(&scene->work, NO_INDEX);
  uint32_t at = position_of(fold, own->line);
  bool member = at < fold->member_count && member_at(fold, at) == own->line;
  struct set more = contribution(scene, node, own), front = combine(&scene->work, op, &fold->before[at], &more);
  return combine(&scene->work, op, &front, &fold->behind[at + member]);
}

/* ---- the definite way ---- */

/* What one line adds; open where its own scene does not tell at once. */
static struct value definite_contribution(struct scene *scene, uint32_t node, struct scene *line) {
  const struct returns_policy *policy = scene->run->policy;
  if (node == REQUEST_VALUE_NODE) return line_value_of(line);
  const uint32_t *kids = policy->links + policy->nodes[node].kids_first;
  uint32_t op = policy->nodes[node].op;
  struct reading member = belongs(scene, line);
  if (!is_known(&member)) return member.state == FACT_FAULTY ? member.value : value_open();
  if (!member.value.num) return value_of(op == OP_EVERY_LINE);
  struct value holds = evaluate(line, kids[1]);
  if (!adds_up(op) || holds.state != VALUE_DEFINITE || !holds.num) return holds;
  return op == OP_SUM ? evaluate(line, kids[0]) : value_of(1);
}

/* An error is answered only where nothing is open: beside open lines the sets tell. */
struct value evaluate_over_lines(struct scene *scene, uint32_t node) {
  struct scene *own, *steady = steady_of(scene, &own);
  uint32_t op = op_of(scene, node);
  if (own) {
    struct set set = evaluate_over_lines_set(scene, node);
    return set_is_single(&set) ? set.one : set_is_error(&set) ? set.fault : value_open();
  }
  struct fold *fold = fold_of(steady, node);
  struct value result = value_of(op == OP_EVERY_LINE), fault = value_of(0);
  bool open = false, deciding = op == OP_ANY_LINE;
  for (uint32_t i = 0; fold && i < fold->member_count; i++) {
    struct scene line = scene_of_line(steady, member_at(fold, i), fold->memos);
    struct value more = definite_contribution(steady, node, &line);
    open |= more.state == VALUE_OPEN;
    if (more.state == VALUE_ERROR) fault = more;
    if (more.state != VALUE_DEFINITE) continue;
    if (!adds_up(op) && (more.num != 0) == deciding) return value_of(deciding);
    if (adds_up(op) && result.state == VALUE_DEFINITE) result = value_add(&steady->work, &result, &more);
  }
  if (open || !fold) return value_open();
  return fault.state == VALUE_ERROR ? fault : result;
}
