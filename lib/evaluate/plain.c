/* Plain: the short way for policies whose complete lines are answered by the rows, and bounds on a few values, alone.
 *
 * In: the rows that a request classified while it was filled. Out: one portion per line. It allocates nothing once warm; further
 * reasons of denials are worked out when they are asked for, from the rows and cells kept.
 */
#include <string.h>

#include "evaluate/decision.h"

enum { STEP = CANDIDATE_WORDS };

/* What is known of one line. shared: the AND of the request's rows, or NULL. */
struct plain_line {
  const struct returns_policy *policy;
  const uint32_t *request_rows, *line_rows;
  const uint64_t *shared;
  const struct cell *request_cells, *line_cells;
};

/* The position of the first bit set in `words` words; words * 64 if there is none. Chosen without a branch. */
static inline uint32_t first_bit(const uint64_t *bits, uint32_t words) {
  uint32_t position = words * 64;
  for (uint32_t w = words; w-- > 0;) {
    uint32_t at = w * 64 + (uint32_t)__builtin_ctzll(bits[w] | (uint64_t)1 << 63);
    position = bits[w] ? at : position;
  }
  return position;
}

static inline void and_rows(uint64_t *bits, const uint64_t *rows, const uint32_t *offsets, uint32_t count, uint32_t first,
                            uint32_t words) {
  for (uint32_t c = 0; c < count; c++) {
    const uint64_t *row = rows + offsets[c] + first;
    for (uint32_t w = 0; w < words; w++) bits[w] &= row[w];
  }
}

/* The words of one step: all columns ANDed. `words` is a constant where this is used. */
static inline void load_step(const struct plain_line *line, uint64_t *bits, uint32_t first, uint32_t words) {
  const struct returns_policy *policy = line->policy;
  uint32_t shared = policy->header->request_columns;
  for (uint32_t w = 0; w < words; w++) bits[w] = line->shared ? line->shared[first + w] : UINT64_MAX;
  if (!line->shared) and_rows(bits, policy->rows, line->request_rows, shared, first, words);
  and_rows(bits, policy->rows, line->line_rows, policy->column_count - shared, first, words);
}

/* The rule of the first bit in a step that needs no verifying, or passes it; NO_INDEX: none. */
static inline uint32_t take_bit(const struct plain_line *line, uint64_t *bits, uint32_t first, uint32_t words) {
  const struct returns_policy *policy = line->policy;
  for (uint32_t at = first_bit(bits, words); at < words * 64; at = first_bit(bits, words)) {
    uint32_t rule = policy->entry_rules[first * 64 + at];
    if (!(rule & ENTRY_UNSURE)) return rule;
    if (quick_tests_hold(policy, rule & ENTRY_RULE, line->request_cells, line->line_cells)) return rule & ENTRY_RULE;
    bits[at / 64] &= bits[at / 64] - 1;
  }
  return NO_INDEX;
}

static inline uint32_t find_narrow(const struct plain_line *line, uint32_t words) {
  uint64_t bits[4];
  load_step(line, bits, 0, words);
  if (line->policy->verifies) {
    uint32_t rule = take_bit(line, bits, 0, words);
    return rule == NO_INDEX ? line->policy->rule_count : rule;
  }
  return line->policy->entry_rules[first_bit(bits, words)];
}

/* ANDs the line's rows into a whole step, four columns at a time. false: no bit is left. */
static inline bool and_step(const struct plain_line *line, uint64_t *bits, uint32_t first) {
  const uint64_t *rows = line->policy->rows + first;
  const uint32_t *offsets = line->line_rows;
  uint32_t count = line->policy->column_count - line->policy->header->request_columns, c = 0;
  uint64_t some = 1;
  for (; some && c + 4 <= count; c += 4) {
    const uint64_t *a = rows + offsets[c], *b = rows + offsets[c + 1], *d = rows + offsets[c + 2], *e = rows + offsets[c + 3];
    some = 0;
    for (uint32_t w = 0; w < STEP; w++) some |= bits[w] &= a[w] & b[w] & d[w] & e[w];
  }
  for (; some && c < count; c++) {
    const uint64_t *a = rows + offsets[c];
    some = 0;
    for (uint32_t w = 0; w < STEP; w++) some |= bits[w] &= a[w];
  }
  return some != 0;
}

/* Many words: in steps, to the first step that has a rule. */
static uint32_t find_wide(const struct plain_line *line, uint32_t words) {
  uint64_t bits[STEP];
  uint32_t rule, first = 0;
  for (; first + STEP <= words; first += STEP) {
    for (uint32_t w = 0; w < STEP; w++) bits[w] = line->shared ? line->shared[first + w] : UINT64_MAX;
    if (!line->shared) and_rows(bits, line->policy->rows, line->request_rows, line->policy->header->request_columns, first, STEP);
    if (and_step(line, bits, first) && (rule = take_bit(line, bits, first, STEP)) != NO_INDEX) return rule;
  }
  if (first == words) return line->policy->rule_count;
  load_step(line, bits, first, words - first);
  rule = take_bit(line, bits, first, words - first);
  return rule == NO_INDEX ? line->policy->rule_count : rule;
}

static uint32_t find_rule(const struct plain_line *line) {
  uint32_t words = line->policy->header->row_words;
  switch (words) {
  case 0: return line->policy->rule_count;
  case 1: return find_narrow(line, 1);
  case 2: return find_narrow(line, 2);
  case 3: return find_narrow(line, 3);
  case 4: return find_narrow(line, 4);
  default: return find_wide(line, words);
  }
}

/* ---- the answer ---- */

static const uint64_t *share_rows(returns_decision *decision, const returns_request *request) {
  const struct returns_policy *policy = decision->policy;
  uint32_t words = policy->header->row_words;
  for (uint32_t w = 0; w < words; w++) decision->shared_row[w] = UINT64_MAX;
  and_rows(decision->shared_row, policy->rows, request->rows, policy->header->request_columns, 0, words);
  return decision->shared_row;
}

/* A date so near the end of time that rows tell nothing. */
static bool is_guarded(const struct returns_policy *policy, const returns_request *request, const uint32_t *line_rows) {
  uint32_t shared = policy->header->request_columns;
  for (uint32_t g = 0; g < policy->guard_count; g++) {
    const struct guard *guard = &policy->guards[g];
    uint32_t row = guard->column < shared ? request->rows[guard->column] : line_rows[guard->column - shared];
    if (policy->rows[row + guard->word] & guard->bit) return true;
  }
  return false;
}

/* Whether rows and cells tell all: no fact is missing, and no date is out of their reach. */
static bool is_complete(const returns_request *request) {
  if (request->request_missing) return false;
  for (uint32_t line = 0; line < request->facts.line_count; line++) {
    const uint32_t *rows = request_line_rows(request, line);
    if (rows[0] || is_guarded(request->policy, request, rows + 1)) return false;
  }
  return true;
}

static uint32_t kept_cells(const struct returns_policy *policy) {
  return policy->verifies ? policy->request_slots + policy->line_slots : 0;
}

/* Lines and portions that hold nothing but a rule and a verdict. */
static bool lay_out(returns_decision *decision, uint32_t count) {
  struct answer *answer = &decision->answer;
  struct memory *memory = &decision->environment->memory;
  uint32_t columns = decision->policy->column_count, cells = kept_cells(decision->policy);
  portions_clear(&answer->portions);
  decision->laid_out = answer->line_count = 0;
  if (!memory_reserve(memory, (void **)&answer->lines, &answer->line_capacity, count, sizeof *answer->lines)) return false;
  if (columns &&
      !memory_reserve(memory, (void **)&decision->plain_rows, &decision->plain_row_capacity, count, columns * sizeof(uint32_t)))
    return false;
  if (cells && !memory_reserve(memory, (void **)&decision->plain_cells, &decision->plain_cell_capacity, count,
                               cells * sizeof(struct cell)))
    return false;
  for (uint32_t i = 0; i < count; i++) {
    if (!portions_add(&answer->portions, decision->policy->rule_count, 1)) return false;
    answer->lines[i] = (struct answer_line){
        .status = RETURNS_DECIDED, .portion_first = i, .portion_count = 1, .needs = NO_INDEX, .assumed = NO_INDEX};
  }
  answer->totals = (struct sums){0};
  answer->allowance_count = 0;
  decision->laid_out = count;
  return true;
}

/* Ids of all lines that are laid out, also of those beyond the request's. */
static bool copy_ids(returns_decision *decision, const struct facts *facts) {
  struct answer *answer = &decision->answer;
  for (uint32_t i = 0; i < decision->laid_out; i++) {
    struct text id = i < facts->line_count ? facts_id(facts, i) : (struct text){0};
    answer->lines[i].id.capacity = 0;
    if (id.bytes && !answer_add_string(answer, &decision->environment->memory, id, &answer->lines[i].id)) return false;
  }
  return true;
}

/* Keeps what the further reasons of a denial depend on. */
static void keep_line(returns_decision *decision, const struct plain_line *line, uint32_t index) {
  const struct returns_policy *policy = line->policy;
  uint32_t columns = policy->column_count, shared = policy->header->request_columns, cells = kept_cells(policy);
  for (uint32_t c = 0; c < columns; c++)
    decision->plain_rows[(size_t)index * columns + c] = c < shared ? line->request_rows[c] : line->line_rows[c - shared];
  if (!cells) return;
  struct cell *kept = decision->plain_cells + (size_t)index * cells;
  for (uint32_t c = 0; c < policy->request_slots; c++) kept[c] = line->request_cells[c];
  for (uint32_t c = 0; c < policy->line_slots; c++) kept[policy->request_slots + c] = line->line_cells[c];
}

static void decide_lines(returns_decision *decision, const returns_request *request) {
  const struct returns_policy *policy = decision->policy;
  uint32_t count = request->facts.line_count;
  struct plain_line line = {.policy = policy, .request_rows = request->rows, .request_cells = request->facts.request_cells};
  if (count > 1 && policy->header->row_words > 4) line.shared = share_rows(decision, request);
  for (uint32_t i = 0; i < count; i++) {
    line.line_rows = request_line_rows(request, i) + 1;
    line.line_cells = facts_line(&request->facts, i);
    struct portion *portion = &decision->answer.portions.items[i];
    portion->rule = find_rule(&line);
    portion->verdict = (int32_t)policy->rules[portion->rule].verdict;
    portion->reason_count = 0;
    if (portion->verdict == VERDICT_DENY) keep_line(decision, &line, i);
  }
}

bool evaluate_plain(returns_decision *decision, const returns_request *request, int32_t *status) {
  struct answer *answer = &decision->answer;
  uint32_t count = request->facts.line_count;
  if (!decision->policy->plain || !is_complete(request)) return false;
  *status = RETURNS_ERROR_MEMORY;
  if ((!decision->plain || decision->laid_out < count) && !lay_out(decision, count)) return true;
  answer->status = RETURNS_DECIDED;
  answer->line_count = answer->portions.count = count;
  answer->strings.count = answer->portions.reason_count = 0;
  if (request->facts.id_bytes.count > 0 || decision->has_ids) {
    decision->has_ids = request->facts.id_bytes.count > 0;
    if (!copy_ids(decision, &request->facts)) return true;
  }
  decision->plain = true;
  decide_lines(decision, request);
  *status = RETURNS_OK;
  return true;
}

/* ---- reasons, when they are asked for ---- */

static bool has_reason(const struct portions *portions, const struct portion *portion, struct text because) {
  const struct returns_policy *policy = portions->policy;
  for (uint32_t i = 0; i < portion->reason_count; i++)
    if (text_equal(policy_slice(policy, policy->rules[portions->reasons[portion->reason_first + i]].because), because))
      return true;
  return false;
}

/* The deciding reason; of a denial also those of later denials, up to the first grant. */
static bool add_reasons(returns_decision *decision, uint32_t index) {
  const struct returns_policy *policy = decision->policy;
  struct portions *portions = &decision->answer.portions;
  struct portion *portion = &portions->items[index];
  struct candidates candidates = {.decider = &decision->decider, .complete = true, .from_walk = NO_INDEX, .block = NO_INDEX};
  const struct cell *cells = kept_cells(policy) ? decision->plain_cells + (size_t)index * kept_cells(policy) : NULL;
  uint32_t columns = policy->column_count;
  if (!portions_add_reason(portions, portion, portion->rule)) return false;
  if (portion->verdict != VERDICT_DENY) return true;
  if (columns) memcpy(decision->decider.rows, decision->plain_rows + (size_t)index * columns, columns * sizeof(uint32_t));
  for (uint32_t rule = portion->rule + 1; rule <= policy->rule_count; rule++) {
    bool certain;
    rule = candidates_next(&candidates, rule, &certain);
    if (!certain && !quick_tests_hold(policy, rule, cells, cells + policy->request_slots))
      continue; /* unsure entries: cells are kept */
    if (policy->rules[rule].verdict != VERDICT_DENY) return true;
    struct text because = policy_slice(policy, policy->rules[rule].because);
    if (!has_reason(portions, portion, because) && !portions_add_reason(portions, portion, rule)) return false;
  }
  return true;
}

/* What is filled in here was left out for speed, not for meaning: to its readers the decision does not change. */
bool decision_complete(const returns_decision *reader) {
  returns_decision *decision = (returns_decision *)(uintptr_t)reader;
  if (!decision->has_answer || !decision->plain) return true;
  for (uint32_t i = 0; i < decision->answer.portions.count; i++)
    if (decision->answer.portions.items[i].reason_count == 0 && !add_reasons(decision, i)) {
      decision->answer.portions.items[i].reason_count = 0;
      return false;
    }
  return true;
}
