/* Plain: the short way for policies whose complete lines are answered by the rows alone.
 *
 * In: the rows that a request classified while it was filled. Out: one portion per line. It touches no fact and allocates nothing
 * once warm; further reasons of denials are worked out when they are asked for, from the rows kept.
 */
#include <string.h>

#include "evaluate/decision.h"

/* Rows of one line: those of the request's columns, then those of the line's. */
struct line_rows { const uint64_t *rows; const uint32_t *request, *line; uint32_t request_count, line_count; };

/* The position of the first bit set in `words` words; words * 64 if there is none. Chosen without a branch. */
static inline uint32_t first_bit(const uint64_t *bits, uint32_t words) {
  uint32_t position = words * 64;
  for (uint32_t w = words; w-- > 0;) {
    uint32_t at = w * 64 + (uint32_t)__builtin_ctzll(bits[w] | (uint64_t)1 << 63);
    position = bits[w] ? at : position;
  }
  return position;
}

/* Up to a few words: all at once. `words` is a constant where this is used. */
static inline uint32_t find_narrow(const struct line_rows *line, uint32_t words) {
  uint64_t bits[4] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
  for (uint32_t c = 0; c < line->request_count; c++) {
    const uint64_t *row = line->rows + line->request[c];
    for (uint32_t w = 0; w < words; w++) bits[w] &= row[w];
  }
  for (uint32_t c = 0; c < line->line_count; c++) {
    const uint64_t *row = line->rows + line->line[c];
    for (uint32_t w = 0; w < words; w++) bits[w] &= row[w];
  }
  return first_bit(bits, words);
}

/* More words: in steps, to the first step with a bit. shared: the AND of the request's rows, or NULL. */
static uint32_t find_wide(const struct line_rows *line, uint32_t words, const uint64_t *shared) {
  enum { STEP = 16 };
  for (uint32_t first = 0; first < words; first += STEP) {
    uint64_t bits[STEP], some = 0;
    uint32_t count = words - first < STEP ? words - first : STEP;
    uint32_t request_count = shared ? 0 : line->request_count;
    if (count < STEP) memset(bits, 0, sizeof bits);
    for (uint32_t w = 0; w < count; w++) bits[w] = shared ? shared[first + w] : UINT64_MAX;
    if (count == STEP) {
      for (uint32_t c = 0; c < request_count; c++) {
        const uint64_t *row = line->rows + line->request[c] + first;
        for (uint32_t w = 0; w < STEP; w++) bits[w] &= row[w];
      }
      for (uint32_t c = 0; c < line->line_count; c++) {
        const uint64_t *row = line->rows + line->line[c] + first;
        for (uint32_t w = 0; w < STEP; w++) bits[w] &= row[w];
      }
    } else {
      for (uint32_t c = 0; c < request_count; c++)
        for (uint32_t w = 0; w < count; w++) bits[w] &= line->rows[line->request[c] + first + w];
      for (uint32_t c = 0; c < line->line_count; c++)
        for (uint32_t w = 0; w < count; w++) bits[w] &= line->rows[line->line[c] + first + w];
    }
    for (uint32_t w = 0; w < STEP; w++) some |= bits[w];
    if (some) return first * 64 + first_bit(bits, STEP);
  }
  return words * 64;
}

static uint32_t find_entry(const struct line_rows *line, uint32_t words, const uint64_t *shared) {
  switch (words) {
  case 0: return 0;
  case 1: return find_narrow(line, 1);
  case 2: return find_narrow(line, 2);
  case 3: case 4: return words == 3 ? find_narrow(line, 3) : find_narrow(line, 4);
  default: return find_wide(line, words, shared);
  }
}

static const uint64_t *share_rows(returns_decision *decision, const struct line_rows *line, uint32_t words) {
  for (uint32_t w = 0; w < words; w++) decision->shared_row[w] = UINT64_MAX;
  for (uint32_t c = 0; c < line->request_count; c++) {
    const uint64_t *row = line->rows + line->request[c];
    for (uint32_t w = 0; w < words; w++) decision->shared_row[w] &= row[w];
  }
  return decision->shared_row;
}

static bool is_complete(const returns_request *request) {
  if (request->request_missing) return false;
  for (uint32_t line = 0; line < request->facts.line_count; line++)
    if (request->line_missing[line]) return false;
  return true;
}

/* Lines and portions that hold nothing but a rule and a verdict. */
static bool lay_out(returns_decision *decision, uint32_t count) {
  struct answer *answer = &decision->answer;
  struct memory *memory = &decision->environment->memory;
  portions_clear(&answer->portions);
  decision->laid_out = answer->line_count = 0;
  if (!memory_reserve(memory, (void **)&answer->lines, &answer->line_capacity, count, sizeof *answer->lines)) return false;
  if (decision->policy->column_count &&
      !memory_reserve(memory, (void **)&decision->plain_rows, &decision->plain_row_capacity, count, decision->policy->column_count * sizeof(uint32_t)))
    return false;
  for (uint32_t i = 0; i < count; i++) {
    if (!portions_add(&answer->portions, decision->policy->rule_count, 1)) return false;
    answer->lines[i] = (struct answer_line){.status = RETURNS_DECIDED, .portion_first = i, .portion_count = 1, .needs = NO_INDEX, .assumed = NO_INDEX};
  }
  answer->totals = (struct sums){0};
  answer->allowance_count = 0;
  decision->laid_out = count;
  return true;
}

static bool copy_ids(struct answer *answer, struct memory *memory, const struct facts *facts) {
  for (uint32_t i = 0; i < facts->line_count; i++) {
    struct text id = facts_id(facts, i);
    answer->lines[i].id.capacity = 0;
    if (id.bytes && !answer_add_string(answer, memory, id, &answer->lines[i].id)) return false;
  }
  return true;
}

/* The request has a NULL-free, complete set of facts. */
static void decide_lines(returns_decision *decision, const returns_request *request) {
  const struct returns_policy *policy = decision->policy;
  struct answer *answer = &decision->answer;
  uint32_t shared_columns = policy->header->request_columns, words = policy->header->row_words, count = request->facts.line_count;
  uint32_t own = policy->column_count - shared_columns;
  struct line_rows rows = {.rows = policy->rows, .request = request->request_rows, .line = request->line_rows, .request_count = shared_columns, .line_count = own};
  const uint64_t *shared = count > 1 && words > 4 ? share_rows(decision, &rows, words) : NULL;
  for (uint32_t i = 0; i < count; i++, rows.line += own) {
    uint32_t rule = policy->entry_rules[find_entry(&rows, words, shared)];
    struct portion *portion = &answer->portions.items[i];
    portion->rule = rule;
    portion->verdict = (int32_t)policy->rules[rule].verdict;
    portion->reason_count = 0;
    if (portion->verdict != VERDICT_DENY || policy->column_count == 0) continue;
    uint32_t *kept = decision->plain_rows + (size_t)i * policy->column_count;
    for (uint32_t c = 0; c < shared_columns; c++) kept[c] = rows.request[c];
    for (uint32_t c = 0; c < own; c++) kept[shared_columns + c] = rows.line[c];
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
    if (!copy_ids(answer, &decision->environment->memory, &request->facts)) return true;
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
    if (text_equal(policy_slice(policy, policy->rules[portions->reasons[portion->reason_first + i]].because), because)) return true;
  return false;
}

/* The deciding reason; of a denial also those of later denials, up to the first grant. */
static bool add_reasons(returns_decision *decision, uint32_t index) {
  const struct returns_policy *policy = decision->policy;
  struct portions *portions = &decision->answer.portions;
  struct portion *portion = &portions->items[index];
  struct candidates candidates = {.decider = &decision->decider, .complete = true, .from_walk = NO_INDEX, .block = NO_INDEX};
  uint32_t columns = policy->column_count;
  bool certain;
  if (!portions_add_reason(portions, portion, portion->rule)) return false;
  if (portion->verdict != VERDICT_DENY) return true;
  if (columns) memcpy(decision->decider.rows, decision->plain_rows + (size_t)index * columns, columns * sizeof(uint32_t));
  for (uint32_t rule = portion->rule + 1; rule <= policy->rule_count; rule++) {
    rule = candidates_next(&candidates, rule, &certain);
    struct text because = policy_slice(policy, policy->rules[rule].because);
    if (policy->rules[rule].verdict != VERDICT_DENY) return true;
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
