/* Flatten: the model as the records of a program.
 *
 * In: a checked model, depths known. Out: every section but columns, rows, entries and tree. Expressions are laid down in the
 * order in which the verifier meets them (program.h). It must not know how a condition is decided.
 */
#include "compile/work.h"

#include <string.h>

#define LEVELS (NODE_LINE | NODE_PORTION | NODE_VERDICT)

static bool put_string(struct compilation *c, struct text text, struct program_string *out) {
  return writer_string(&c->writer, text, out);
}

static bool put_span(struct compilation *c, struct span span, uint32_t *out) {
  struct program_span *record = writer_add(&c->writer, SECTION_SPANS, 1, out);
  if (!record) return false;
  if (span.line != 0 && span.file < c->model->file_count) {
    *record = (struct program_span){span.file, span.line, span.column, span.end_line, span.end_column};
  }
  return true;
}

static bool put_name(struct compilation *c, struct text name, struct span span, struct program_string *name_out,
                     uint32_t *span_out) {
  return put_string(c, name, name_out) && put_span(c, span, span_out);
}

static uint32_t scope_fact_of(enum scope scope, uint32_t fact) { return scope == SCOPE_FACT ? fact : NO_INDEX; }

/* ---- expressions ---- */

/* What the node uses itself, and how deep what it asks for is. */
static void look_up(const struct compilation *c, const struct expr *expr, uint32_t *flags, uint32_t *depth) {
  const struct model *model = c->model;
  switch (expr->op) {
  case OP_FACT:
  case OP_GIVEN:
    *flags = model->facts[expr->index].scope == SCOPE_REQUEST ? 0 : NODE_LINE;
    *depth = c->fact_depth[expr->index];
    break;
  case OP_TERM:
    *flags = model->terms[expr->index].scope == SCOPE_REQUEST ? 0 : NODE_LINE;
    *depth = c->term_depth[expr->index];
    break;
  case OP_SPECIAL:
    if (expr->index <= SPECIAL_REQUEST_VALUE) *depth = c->value_depth;
    if (expr->index == SPECIAL_LINE_VALUE) *flags = NODE_LINE;
    if (expr->index == SPECIAL_VALUE || expr->index == SPECIAL_UNITS) *flags = NODE_PORTION;
    if (expr->index >= SPECIAL_VERDICT) *flags = NODE_VERDICT;
    break;
  default: break;
  }
}

/* Facts, terms and specials have an index, and what counts working days or rolls has its calendar's. */
static uint32_t index_of(const struct compilation *c, const struct expr *expr) {
  switch (expr->op) {
  case OP_FACT:
  case OP_GIVEN:
  case OP_TERM:
  case OP_SPECIAL: return expr->index;
  case OP_ADD:
  case OP_SUBTRACT:
  case OP_WITHIN:
  case OP_MORE_AFTER: return expr->index < c->model->calendar_count ? expr->index : NO_INDEX;
  default: return NO_INDEX;
  }
}

static bool is_over_lines(enum operator op) { return op == OP_SUM || op == OP_COUNT || op == OP_ANY_LINE || op == OP_EVERY_LINE; }

static bool put_kids(struct compilation *c, const struct expr *expr, uint32_t span, uint32_t level, struct program_node *node);

/* The root's index; NO_INDEX: out of memory, or reported. */
static uint32_t put_expr_at(struct compilation *c, const struct expr *expr, uint32_t span, uint32_t level) {
  struct program_node node = {.op = (uint8_t)expr->op, .type = (uint8_t)expr->type, .index = NO_INDEX, .span = span};
  if (expr->op == OP_CONST) {
    node.value = expr->value;
    node.depth = 1;
    if (expr->type == TYPE_INSTANT) node.offset_minutes = (int16_t)expr->offset_minutes;
  } else {
    uint32_t flags = 0, depth = 0;
    look_up(c, expr, &flags, &depth);
    node.flags = (uint16_t)flags;
    node.depth = (uint16_t)depth;
    node.index = index_of(c, expr);
    if (expr->op == OP_RATIO) node.value = expr->value, node.denominator = expr->denominator;
    if (expr->op == OP_WITHIN) node.flags |= (uint16_t)(expr->flags & (WITHIN_COUNTING | WITHIN_ROLLING));
    if (expr->kid_count > 0 && level <= PROGRAM_MAX_DEPTH && !put_kids(c, expr, span, level, &node)) return NO_INDEX;
    if (++node.depth > PROGRAM_MAX_DEPTH || level > PROGRAM_MAX_DEPTH) {
      depth_report(c, expr->span);
      return NO_INDEX;
    }
  }
  uint32_t index;
  struct program_node *to = writer_next(&c->writer, SECTION_NODES, &index);
  if (!to) return NO_INDEX;
  *to = node;
  return index;
}

/* Lays the kids down; the node is as deep as they are, and uses what they use. */
static bool put_kids(struct compilation *c, const struct expr *expr, uint32_t span, uint32_t level, struct program_node *node) {
  if (!writer_add(&c->writer, SECTION_LINKS, expr->kid_count, &node->kids_first)) return false;
  node->kid_count = expr->kid_count;
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    uint32_t index = put_expr_at(c, expr->kids[i], span, level + 1);
    if (index == NO_INDEX) return false;
    *(uint32_t *)writer_at(&c->writer, SECTION_LINKS, node->kids_first + i) = index;
    const struct program_node *kid = writer_at(&c->writer, SECTION_NODES, index);
    if (!is_over_lines(expr->op)) node->flags |= kid->flags & LEVELS;
    if (kid->depth > node->depth) node->depth = kid->depth;
  }
  return true;
}

/* expr NULL: NO_INDEX. */
static bool put_expr(struct compilation *c, const struct expr *expr, uint32_t *out) {
  *out = NO_INDEX;
  if (expr == NULL) return true;
  uint32_t span;
  if (!put_span(c, expr->span, &span)) return false;
  *out = put_expr_at(c, expr, span, 1);
  return *out != NO_INDEX;
}

/* Writes through an offset, for records that may move while an expression is laid down. */
#define RECORD(section, index, type) ((type *)writer_at(&c->writer, section, index))

static bool put_tests(struct compilation *c, const struct tests *tests, struct program_list *out) {
  out->count = tests->count;
  if (!writer_add(&c->writer, SECTION_TESTS, tests->count, &out->first)) return false;
  for (uint32_t i = 0; i < tests->count; i++) {
    const struct test *test = &tests->items[i];
    struct program_test record = {.negated = test->negated};
    if (!put_span(c, test->span, &record.span) || !put_string(c, test->source, &record.source)) return false;
    record.node = put_expr_at(c, test->condition, record.span, 1);
    if (record.node == NO_INDEX) return false;
    *RECORD(SECTION_TESTS, out->first + i, struct program_test) = record;
  }
  return true;
}

static bool put_values(struct compilation *c, const struct named *values, uint32_t count, struct program_list *out) {
  out->count = count;
  if (!writer_add(&c->writer, SECTION_VALUES, count, &out->first)) return false;
  for (uint32_t i = 0; i < count; i++) {
    struct program_string value;
    if (!put_string(c, values[i].name, &value)) return false;
    *RECORD(SECTION_VALUES, out->first + i, struct program_string) = value;
  }
  return true;
}

/* ---- texts, header, facts, terms ---- */

/* Texts come first in SECTION_BYTES, in their order. */
static bool put_texts(struct compilation *c) {
  const struct model *model = c->model;
  if (!writer_add(&c->writer, SECTION_TEXTS, model->text_count, NULL) ||
      !writer_add(&c->writer, SECTION_FILES, model->file_count, NULL))
    return false;
  for (uint32_t i = 0; i < model->text_count; i++) {
    if (!put_string(c, model->texts[i], RECORD(SECTION_TEXTS, i, struct program_string))) return false;
  }
  for (uint32_t i = 0; i < model->file_count; i++) {
    if (!put_string(c, text_of(model->files[i]), RECORD(SECTION_FILES, i, struct program_string))) return false;
  }
  return true;
}

static bool put_header(struct compilation *c) {
  const struct model *model = c->model;
  struct program_header *header = &c->writer.header;
  memcpy(header->digest, c->digest, sizeof header->digest);
  header->minor_digits = model->minor_digits;
  header->month_end = model->month_end;
  header->rounding = model->rounding;
  header->fill = model->fill;
  header->valid_by = model->valid_by;
  header->has_from = model->has_from;
  header->has_until = model->has_until;
  header->valid_from = model->has_from ? model->valid_from : 0;
  header->valid_until = model->has_until ? model->valid_until : 0;
  header->rule_count = model->rule_count;
  if (model->unit_value) header->flags |= PROGRAM_HAS_MONEY;
  if (model->fee_count > 0 || model->bonus_count > 0) header->flags |= PROGRAM_HAS_ADJUSTMENTS;
  if (model->require.count > 0) header->flags |= PROGRAM_HAS_REQUIRE;
  return put_span(c, model->valid_span, &header->valid_span) && put_string(c, model->name, &header->name) &&
         put_string(c, model->revision, &header->revision) && put_string(c, model->title, &header->title) &&
         put_string(c, model->currency, &header->currency);
}

static bool put_fact(struct compilation *c, uint32_t index) {
  const struct fact *fact = &c->model->facts[index];
  struct program_fact record = {
      .type = fact->type, .scope = fact->scope, .scope_fact = scope_fact_of(fact->scope, fact->scope_fact)};
  record.depth = c->fact_depth[index];
  record.same_as = fact->same_as;
  record.supplied_step = fact->supplied_step;
  if (fact->has_range) record.flags |= FACT_RANGE, record.low = fact->low, record.high = fact->high;
  if (fact->has_absent) record.flags |= FACT_ABSENT, record.absent = fact->absent, record.absent_offset = fact->absent_offset;
  if (fact->optional) record.flags |= FACT_OPTIONAL;
  if (fact->is_private) record.flags |= FACT_PRIVATE, c->writer.header.flags |= PROGRAM_HAS_PRIVATE;
  if (fact->assume) c->writer.header.flags |= PROGRAM_HAS_ASSUMPTIONS;
  if (!put_name(c, fact->name, fact->span, &record.name, &record.span) || !put_string(c, fact->supplied_by, &record.supplied_by))
    return false;
  if (!put_values(c, fact->values, fact->value_count, &record.values) || !put_expr(c, fact->assume, &record.assume)) return false;
  *RECORD(SECTION_FACTS, index, struct program_fact) = record;
  return true;
}

static bool put_cases(struct compilation *c, const struct term *term, struct program_list *out) {
  out->count = term->case_count;
  if (!writer_add(&c->writer, SECTION_CASES, term->case_count, &out->first)) return false;
  for (uint32_t i = 0; i < term->case_count; i++) {
    struct program_case record = {.value = NO_INDEX};
    if (!put_tests(c, &term->cases[i].tests, &record.tests) || !put_expr(c, term->cases[i].value, &record.value)) return false;
    if (!put_span(c, term->cases[i].span, &record.span)) return false;
    *RECORD(SECTION_CASES, out->first + i, struct program_case) = record;
  }
  return true;
}

static bool put_term(struct compilation *c, uint32_t index) {
  const struct term *term = &c->model->terms[index];
  struct program_term record = {
      .type = term->type, .scope = term->scope, .scope_fact = scope_fact_of(term->scope, term->scope_fact)};
  record.is_flag_of_tests = term->is_flag_of_tests;
  record.depth = c->term_depth[index];
  if (!put_name(c, term->name, term->span, &record.name, &record.span)) return false;
  if (!put_tests(c, &term->tests, &record.tests) || !put_cases(c, term, &record.cases)) return false;
  if (!put_expr(c, term->is_flag_of_tests ? NULL : term->value, &record.value)) return false;
  *RECORD(SECTION_TERMS, index, struct program_term) = record;
  return true;
}

static bool put_facts_and_terms(struct compilation *c) {
  const struct model *model = c->model;
  struct program_header *header = &c->writer.header;
  if (!writer_add(&c->writer, SECTION_FACTS, model->fact_count, NULL) ||
      !writer_add(&c->writer, SECTION_TERMS, model->term_count, NULL))
    return false;
  for (uint32_t i = 0; i < model->fact_count; i++) {
    if (!put_fact(c, i)) return false;
  }
  if (!put_tests(c, &model->require, &header->require)) return false;
  if (!put_expr(c, model->units, &header->units) || !put_expr(c, model->unit_value, &header->unit_value)) return false;
  for (uint32_t i = 0; i < model->term_count; i++) {
    if (!put_term(c, i)) return false;
  }
  return true;
}

/* ---- rules and what follows them ---- */

static bool put_allowance(struct compilation *c, uint32_t index) {
  const struct allowance *allowance = &c->model->allowances[index];
  struct program_allowance record = {.scope = allowance->scope,
                                     .scope_fact = scope_fact_of(allowance->scope, allowance->scope_fact)};
  record.money = allowance->money;
  if (!put_name(c, allowance->name, allowance->span, &record.name, &record.span) ||
      !put_expr(c, allowance->amount, &record.amount))
    return false;
  *RECORD(SECTION_ALLOWANCES, index, struct program_allowance) = record;
  return true;
}

static bool put_rule_tests(struct compilation *c, const struct tests *tests, struct program_list *out) {
  uint32_t before = writer_count(&c->writer, SECTION_NODES);
  if (!put_tests(c, tests, out)) return false;
  for (uint32_t i = before; i < writer_count(&c->writer, SECTION_NODES); i++) {
    const struct program_node *node = writer_at(&c->writer, SECTION_NODES, i);
    use_name(c, (enum operator)node->op, node->index);
  }
  return true;
}

bool flatten_rule(struct compilation *c, uint32_t index) {
  const struct rule *rule = &c->model->rules[index];
  struct program_rule record = {.verdict = rule->verdict, .limit_kind = rule->limit_kind, .shielded = rule->shielded};
  bool limited = rule->limit_kind == LIMIT_UNITS || rule->limit_kind == LIMIT_MONEY;
  record.limit_allowance = rule->limit_kind == LIMIT_ALLOWANCE ? rule->limit_allowance : NO_INDEX;
  if (rule->limit_kind != LIMIT_NONE) c->writer.header.flags |= PROGRAM_HAS_LIMITS;
  if (!put_name(c, rule->name, rule->span, &record.name, &record.span) || !put_string(c, rule->because, &record.because))
    return false;
  if (!put_string(c, rule->credit_source, &record.credit_source) || !put_rule_tests(c, &rule->tests, &record.tests)) return false;
  if (rule->limit_kind != LIMIT_NONE && !put_span(c, rule->limit_span, &record.limit_span)) return false;
  if (!put_expr(c, rule->credit, &record.credit) || !put_expr(c, limited ? rule->limit : NULL, &record.limit)) return false;
  *RECORD(SECTION_RULES, index, struct program_rule) = record;
  return true;
}

static bool put_adjustments(struct compilation *c, enum program_section section, const struct adjustment *adjustments,
                            uint32_t count) {
  if (!writer_add(&c->writer, section, count, NULL)) return false;
  for (uint32_t i = 0; i < count; i++) {
    const struct adjustment *a = &adjustments[i];
    struct program_adjustment record = {.basis = a->basis, .on_denial = a->on_denial, .above_credit = a->above_credit};
    if (!put_name(c, a->name, a->span, &record.name, &record.span) || !put_string(c, a->amount_source, &record.amount_source))
      return false;
    if (!put_tests(c, &a->tests, &record.tests) || !put_expr(c, a->amount, &record.amount)) return false;
    if (!put_expr(c, a->at_least, &record.at_least) || !put_expr(c, a->at_most, &record.at_most)) return false;
    *RECORD(section, i, struct program_adjustment) = record;
  }
  return true;
}

static bool put_approval(struct compilation *c, uint32_t index) {
  const struct approval *approval = &c->model->approvals[index];
  struct program_approval record = {.scope = approval->scope};
  if (!put_name(c, approval->role, approval->span, &record.role, &record.span) ||
      !put_string(c, approval->because, &record.because))
    return false;
  if (!put_tests(c, &approval->tests, &record.tests)) return false;
  *RECORD(SECTION_APPROVALS, index, struct program_approval) = record;
  return true;
}

static bool put_output(struct compilation *c, uint32_t index) {
  const struct output *output = &c->model->outputs[index];
  struct program_output record = {.otherwise = output->otherwise, .cases = {.count = output->case_count}};
  if (!put_name(c, output->name, output->span, &record.name, &record.span)) return false;
  if (!put_values(c, output->values, output->value_count, &record.values)) return false;
  if (!writer_add(&c->writer, SECTION_OUTPUT_CASES, output->case_count, &record.cases.first)) return false;
  for (uint32_t i = 0; i < output->case_count; i++) {
    struct program_output_case item = {.value = output->cases[i].value};
    if (!put_tests(c, &output->cases[i].tests, &item.tests) || !put_span(c, output->cases[i].span, &item.span)) return false;
    *RECORD(SECTION_OUTPUT_CASES, record.cases.first + i, struct program_output_case) = item;
  }
  *RECORD(SECTION_OUTPUTS, index, struct program_output) = record;
  return true;
}

static bool put_step(struct compilation *c, uint32_t index) {
  const struct step *step = &c->model->steps[index];
  struct program_step record = {.after = {.count = step->after_count}};
  if (!put_name(c, step->name, step->span, &record.name, &record.span) || !put_string(c, step->by, &record.by)) return false;
  uint32_t *after = writer_add(&c->writer, SECTION_LINKS, step->after_count, &record.after.first);
  if (!after) return false;
  if (step->after_count) memcpy(after, step->after, step->after_count * sizeof *after);
  if (!put_string(c, step->deadline, &record.deadline) || !put_tests(c, &step->tests, &record.tests)) return false;
  if (!put_expr(c, step->no_later_than, &record.no_later_than)) return false;
  *RECORD(SECTION_STEPS, index, struct program_step) = record;
  return true;
}

static bool put_each(struct compilation *c, enum program_section section, uint32_t count,
                     bool (*put)(struct compilation *, uint32_t)) {
  if (!writer_add(&c->writer, section, count, NULL)) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (!put(c, i)) return false;
  }
  return true;
}

/* ---- calendars and messages ---- */

static bool put_calendar(struct compilation *c, uint32_t index) {
  const struct calendar *calendar = &c->model->calendars[index];
  struct program_calendar record = {.weekend = calendar->weekend, .first = calendar->first, .last = calendar->last};
  record.holidays.count = calendar->holiday_count;
  if (!put_name(c, calendar->name, calendar->span, &record.name, &record.span)) return false;
  int32_t *holidays = writer_add(&c->writer, SECTION_HOLIDAYS, calendar->holiday_count, &record.holidays.first);
  if (!holidays) return false;
  if (calendar->holiday_count) memcpy(holidays, calendar->holidays, calendar->holiday_count * sizeof *holidays);
  *RECORD(SECTION_CALENDARS, index, struct program_calendar) = record;
  return true;
}

static bool put_message(struct compilation *c, uint32_t index) {
  const struct message *message = &c->model->messages[index];
  struct program_message record = {.texts = {.count = message->text_count}};
  if (!put_name(c, message->code, message->span, &record.code, &record.span)) return false;
  if (!writer_add(&c->writer, SECTION_MESSAGE_TEXTS, message->text_count, &record.texts.first)) return false;
  for (uint32_t i = 0; i < message->text_count; i++) {
    struct program_message_text text;
    if (!put_string(c, message->texts[i].locale, &text.locale) || !put_string(c, message->texts[i].text, &text.text))
      return false;
    *RECORD(SECTION_MESSAGE_TEXTS, record.texts.first + i, struct program_message_text) = text;
  }
  *RECORD(SECTION_MESSAGES, index, struct program_message) = record;
  return true;
}

/* ---- all of it ---- */

static void mark_used_facts(struct compilation *c) {
  for (uint32_t i = 0; i < c->model->fact_count; i++) {
    if (c->fact_used[i]) RECORD(SECTION_FACTS, i, struct program_fact)->flags |= FACT_USED;
  }
}

/* Room for what many rules need at least, so that it is not moved as it grows. */
static bool reserve(struct compilation *c) {
  uint64_t rules = c->model->rule_count + 1, tests = 0;
  for (uint32_t i = 0; i < c->model->rule_count; i++) tests += c->model->rules[i].tests.count;
  if (tests > UINT32_MAX / 8 || rules > UINT32_MAX / 8) return true;
  uint32_t rule_count = (uint32_t)rules, test_count = (uint32_t)tests;
  return writer_reserve(&c->writer, SECTION_RULES, rule_count) && writer_reserve(&c->writer, SECTION_TESTS, test_count) &&
         writer_reserve(&c->writer, SECTION_SPANS, test_count + 2 * rule_count) &&
         writer_reserve(&c->writer, SECTION_NODES, test_count * 4) && writer_reserve(&c->writer, SECTION_LINKS, test_count * 4);
}

bool flatten_begin(struct compilation *c) {
  const struct model *model = c->model;
  if (!reserve(c) || !depth_of_everything(c) || !put_texts(c) || !put_header(c) || !put_facts_and_terms(c)) return false;
  if (!put_each(c, SECTION_ALLOWANCES, model->allowance_count, put_allowance)) return false;
  return writer_add(&c->writer, SECTION_RULES, model->rule_count + 1, NULL) != NULL;
}

bool flatten_end(struct compilation *c) {
  const struct model *model = c->model;
  if (!put_adjustments(c, SECTION_FEES, model->fees, model->fee_count)) return false;
  if (!put_adjustments(c, SECTION_BONUSES, model->bonuses, model->bonus_count)) return false;
  if (!put_each(c, SECTION_APPROVALS, model->approval_count, put_approval)) return false;
  if (!put_each(c, SECTION_OUTPUTS, model->output_count, put_output)) return false;
  if (!put_each(c, SECTION_STEPS, model->step_count, put_step)) return false;
  if (!put_each(c, SECTION_CALENDARS, model->calendar_count, put_calendar)) return false;
  if (!put_each(c, SECTION_MESSAGES, model->message_count, put_message)) return false;
  mark_used_facts(c);
  return true;
}

/* ---- floors ---- */

static bool put_floor(struct compilation *c, uint32_t index) {
  const struct floor *floor = &c->model->floors[index];
  struct program_floor record = {.withs = {.count = floor->with_count}};
  record.flags = (floor->prefer_money ? FLOOR_PREFER_MONEY : 0u) | (floor->prefer_exchange ? FLOOR_PREFER_EXCHANGE : 0u);
  if (!put_name(c, floor->policy, floor->span, &record.policy, &record.span)) return false;
  if (!writer_add(&c->writer, SECTION_WITHS, floor->with_count, &record.withs.first)) return false;
  for (uint32_t i = 0; i < floor->with_count; i++) {
    struct program_with with = {.floor_fact = floor->with[i].floor_fact};
    if (!put_expr(c, floor->with[i].value, &with.node)) return false;
    *RECORD(SECTION_WITHS, record.withs.first + i, struct program_with) = with;
  }
  *RECORD(SECTION_FLOORS, index, struct program_floor) = record;
  return true;
}

bool flatten_floors(struct compilation *c) {
  const struct model *model = c->model;
  if (!put_each(c, SECTION_FLOORS, model->floor_count, put_floor)) return false;
  for (uint32_t i = 0; i < model->floor_count; i++) {
    uint8_t *block;
    size_t size;
    if (!compile_floor(c, model->floors[i].model, model->floors[i].span, &block, &size)) return false;
    struct program_floor *record = RECORD(SECTION_FLOORS, i, struct program_floor);
    record->block_size = size;
    bool put = writer_block(&c->writer, block, size, &record->block_offset);
    memory_give(c->memory, block, size);
    if (!put) return false;
  }
  return true;
}
