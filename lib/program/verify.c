/* Verify: a block of bytes from anywhere -> a program that needs no further checks, or a refusal.
 *
 * In: bytes. Out: PROGRAM_OK, and then every invariant of program.h holds. Time is linear in the block (times the levels of
 * floors). Sections must lie where the writer puts them. It must not know what a policy is for.
 */
#include "program/verify.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "program/bounds.h"
#include "program/write.h"

#define MAX_FLOOR_LEVELS 4
#define SHARED_STRING_BYTES 1024 /* strings may share bytes, but not so that reading them all takes forever */
#define OF_PORTION (NODE_PORTION | NODE_VERDICT)
#define OF_LINE (NODE_LINE | NODE_PORTION | NODE_VERDICT)

static enum program_status open_block(struct program *program, const void *block, size_t size, uint32_t level);

uint64_t program_checksum(const void *block, size_t size) {
  const uint8_t *bytes = block;
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i + 8 <= size; i += 8) {
    uint64_t word;
    memcpy(&word, bytes + i, sizeof word);
    if (i == offsetof(struct program_header, checksum)) word = 0;
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  return hash;
}

bool verify_list(struct verifier *v, struct program_list list, enum program_section section) {
  uint32_t count = verify_count(v, section);
  if (list.first > count || list.count > count - list.first) return false;
  v->used[section] += list.count;
  return true;
}

/* ---- strings and places ---- */

static bool is_string(struct verifier *v, struct program_string string) {
  const char *bytes = program_section(&v->program, SECTION_BYTES);
  v->string_count++;
  v->string_bytes += string.size;
  if (string.offset >= v->text_bytes || string.size >= v->text_bytes - string.offset) return false;
  return bytes[string.offset + string.size] == '\0' && ((uint8_t)bytes[string.offset] & 0xc0) != 0x80;
}

static bool are_strings(struct verifier *v, enum program_section section) {
  const struct program_string *strings = program_section(&v->program, section);
  for (uint32_t i = 0; i < verify_count(v, section); i++) {
    if (!is_string(v, strings[i])) return false;
  }
  return true;
}

/* Sorted by bytes, distinct, one behind the other: so that comparing them takes linear time. */
static bool are_texts_sorted(const struct verifier *v) {
  const struct program_string *texts = program_section(&v->program, SECTION_TEXTS);
  for (uint32_t i = 1; i < verify_count(v, SECTION_TEXTS); i++) {
    if (texts[i].offset <= texts[i - 1].offset || texts[i].offset - texts[i - 1].offset <= texts[i - 1].size) return false;
    struct text before = {program_text(&v->program, texts[i - 1]), texts[i - 1].size};
    struct text text = {program_text(&v->program, texts[i]), texts[i].size};
    if (text_compare(before, text) >= 0) return false;
  }
  return true;
}

/* The bytes up to the first floor's block are UTF-8 that ends with a NUL, or there are none. */
static bool are_bytes_text(struct verifier *v) {
  const struct program_floor *floors = program_section(&v->program, SECTION_FLOORS);
  v->text_bytes = verify_count(v, SECTION_BYTES);
  if (verify_count(v, SECTION_FLOORS) > 0) {
    if (floors[0].block_offset > v->text_bytes) return false;
    v->text_bytes = (uint32_t)floors[0].block_offset;
  }
  return text_is_utf8(program_section(&v->program, SECTION_BYTES), v->text_bytes);
}

static bool are_spans(const struct verifier *v) {
  const struct program_span *spans = program_section(&v->program, SECTION_SPANS);
  for (uint32_t i = 0; i < verify_count(v, SECTION_SPANS); i++) {
    if (spans[i].line != 0 && spans[i].file >= verify_count(v, SECTION_FILES)) return false;
  }
  return true;
}

static bool is_span(const struct verifier *v, uint32_t span) { return span < verify_count(v, SECTION_SPANS); }
static bool is_named(struct verifier *v, struct program_string name, uint32_t span) {
  return is_string(v, name) && is_span(v, span);
}

static bool are_tests(struct verifier *v) {
  for (uint32_t i = 0; i < verify_count(v, SECTION_TESTS); i++) {
    if (!is_named(v, v->tests[i].source, v->tests[i].span) || v->tests[i].negated > 1) return false;
  }
  return true;
}

/* ---- facts and terms ---- */

/* What SCOPE_FACT stands on: a choice or a text that is itself of the line or of the request. */
static bool is_scope(const struct verifier *v, uint32_t scope, uint32_t fact) {
  if (scope == SCOPE_LINE || scope == SCOPE_REQUEST) return fact == NO_INDEX;
  if (scope != SCOPE_FACT || fact >= verify_count(v, SECTION_FACTS)) return false;
  return (v->facts[fact].type == TYPE_CHOICE || v->facts[fact].type == TYPE_TEXT) && v->facts[fact].scope <= SCOPE_REQUEST;
}

static bool has_values(struct verifier *v, const struct program_fact *fact) {
  if (!verify_list(v, fact->values, SECTION_VALUES)) return false;
  if (fact->type == TYPE_SET) return fact->values.count >= 1 && fact->values.count <= MAX_VALUES_OF_SET;
  return (fact->type == TYPE_CHOICE) == (fact->values.count > 0);
}

static bool has_default(const struct verifier *v, const struct program_fact *fact) {
  if (!(fact->flags & FACT_ABSENT)) return true;
  if (fact->absent_offset < -1080 || fact->absent_offset > 1080) return false;
  if (fact->type == TYPE_CHOICE && fact->absent >= fact->values.count) return false;
  if (fact->type == TYPE_SET && fact->values.count < 64 && (uint64_t)fact->absent >> fact->values.count != 0) return false;
  return verify_value(v, fact->type, fact->absent);
}

static bool is_range(const struct verifier *v, const struct program_fact *fact) {
  if (!(fact->flags & FACT_RANGE)) return true;
  return program_type_is_ordered(fact->type) && fact->low <= fact->high && verify_value(v, fact->type, fact->low) &&
         verify_value(v, fact->type, fact->high);
}

/* What a fact is when the request does not give it: one way at most, which asks only what is less deep and not more local. */
static bool has_source(struct verifier *v, const struct program_fact *fact) {
  bool given = fact->flags & (FACT_OPTIONAL | FACT_ABSENT), same = fact->same_as != NO_INDEX, assumed = fact->assume != NO_INDEX;
  if (given + same + assumed > 1) return false;
  if (fact->scope == SCOPE_FACT && v->facts[fact->scope_fact].depth >= fact->depth) return false;
  if (same) {
    if (fact->same_as >= verify_count(v, SECTION_FACTS)) return false;
    const struct program_fact *other = &v->facts[fact->same_as];
    return other->type == fact->type && other->depth < fact->depth &&
           (fact->scope != SCOPE_REQUEST || other->scope == SCOPE_REQUEST);
  }
  if (!assumed) return true;
  return verify_root(v, fact->assume, fact->type, fact->scope == SCOPE_REQUEST ? OF_LINE : OF_PORTION) &&
         v->nodes[fact->assume].depth < fact->depth;
}

/* same_as copies coded values: a choice's and a set's must be values of this fact too. */
static bool has_equal_values(const struct verifier *v, const struct program_fact *fact) {
  return fact->same_as == NO_INDEX || v->facts[fact->same_as].values.count <= fact->values.count;
}

static bool verify_fact(struct verifier *v, const struct program_fact *fact) {
  if (!is_named(v, fact->name, fact->span) || fact->type < TYPE_FLAG || fact->type > TYPE_HOURS ||
      fact->depth > PROGRAM_MAX_DEPTH)
    return false;
  if (fact->flags & ~(uint32_t)(FACT_RANGE | FACT_OPTIONAL | FACT_PRIVATE | FACT_ABSENT | FACT_USED)) return false;
  if ((fact->flags & FACT_OPTIONAL && fact->flags & FACT_ABSENT) || !is_scope(v, fact->scope, fact->scope_fact)) return false;
  if (!has_values(v, fact) || !has_default(v, fact) || !is_range(v, fact) || !has_source(v, fact) || !has_equal_values(v, fact))
    return false;
  return is_string(v, fact->supplied_by) &&
         (fact->supplied_step == NO_INDEX || fact->supplied_step < verify_count(v, SECTION_STEPS));
}

static bool is_deeper(const struct verifier *v, uint32_t depth, uint32_t node) { return v->nodes[node].depth < depth; }

static bool verify_term(struct verifier *v, const struct program_term *term) {
  if (!is_named(v, term->name, term->span) || term->type < TYPE_FLAG || term->type > TYPE_WORKING_DAYS ||
      term->depth > PROGRAM_MAX_DEPTH)
    return false;
  if (!is_scope(v, term->scope, term->scope_fact) || term->is_flag_of_tests > 1) return false;
  if (term->scope == SCOPE_FACT && v->facts[term->scope_fact].depth >= term->depth) return false;
  uint32_t forbidden = term->scope == SCOPE_REQUEST ? OF_LINE : OF_PORTION;
  if (!verify_tests(v, term->tests, forbidden, &term->depth) || !verify_list(v, term->cases, SECTION_CASES)) return false;
  if (term->is_flag_of_tests) return term->type == TYPE_FLAG && term->cases.count == 0 && term->value == NO_INDEX;
  const struct program_case *cases = program_section(&v->program, SECTION_CASES);
  for (uint32_t i = term->cases.first; i < term->cases.first + term->cases.count; i++) {
    if (!verify_tests(v, cases[i].tests, forbidden, &term->depth) || !verify_root(v, cases[i].value, term->type, forbidden))
      return false;
    if (!is_deeper(v, term->depth, cases[i].value) || !is_span(v, cases[i].span)) return false;
  }
  return term->tests.count == 0 && verify_root(v, term->value, term->type, forbidden) && is_deeper(v, term->depth, term->value);
}

static bool are_facts_and_terms(struct verifier *v) {
  for (uint32_t i = 0; i < verify_count(v, SECTION_FACTS); i++) {
    if (!verify_fact(v, &v->facts[i])) return false;
  }
  const struct program_header *h = v->header;
  if (!verify_tests(v, h->require, OF_PORTION, NULL)) return false;
  if (!verify_optional_root(v, h->units, TYPE_COUNT, OF_PORTION)) return false;
  if (!verify_optional_root(v, h->unit_value, TYPE_MONEY, OF_PORTION)) return false;
  for (uint32_t i = 0; i < verify_count(v, SECTION_TERMS); i++) {
    if (!verify_term(v, &v->terms[i])) return false;
  }
  return true;
}

/* ---- rules and what follows them ---- */

static bool verify_allowance(struct verifier *v, const struct program_allowance *allowance) {
  if (!is_named(v, allowance->name, allowance->span) || !is_scope(v, allowance->scope, allowance->scope_fact) ||
      allowance->money > 1)
    return false;
  return verify_root(v, allowance->amount, allowance->money ? TYPE_MONEY : TYPE_COUNT,
                     allowance->scope == SCOPE_REQUEST ? OF_LINE : OF_PORTION);
}

static bool has_limit(struct verifier *v, const struct program_rule *rule) {
  if (rule->limit_kind == LIMIT_NONE) return rule->limit == NO_INDEX && rule->limit_allowance == NO_INDEX;
  if (!is_span(v, rule->limit_span)) return false;
  if (rule->limit_kind == LIMIT_ALLOWANCE)
    return rule->limit == NO_INDEX && rule->limit_allowance < verify_count(v, SECTION_ALLOWANCES);
  if (rule->limit_kind > LIMIT_MONEY || rule->limit_allowance != NO_INDEX) return false;
  return verify_root(v, rule->limit, rule->limit_kind == LIMIT_UNITS ? TYPE_COUNT : TYPE_MONEY, OF_PORTION);
}

static bool verify_rule(struct verifier *v, const struct program_rule *rule, bool last) {
  if (!is_named(v, rule->name, rule->span) || !is_string(v, rule->because) || !is_string(v, rule->credit_source)) return false;
  if (rule->verdict < VERDICT_AUTHORIZE || rule->verdict > VERDICT_DENY || rule->shielded > 1) return false;
  if (last && (rule->tests.count != 0 || rule->limit_kind != LIMIT_NONE)) return false;
  if (!verify_tests(v, rule->tests, OF_PORTION, NULL)) return false;
  bool priced = rule->credit != NO_INDEX;
  if (rule->verdict == VERDICT_PARTIAL_CREDIT ? !priced : priced && rule->verdict != VERDICT_EXCHANGE_ONLY) return false;
  return verify_optional_root(v, rule->credit, TYPE_MONEY, NODE_VERDICT) && has_limit(v, rule);
}

static bool verify_adjustment(struct verifier *v, const struct program_adjustment *a) {
  if (!is_named(v, a->name, a->span) || !is_string(v, a->amount_source) || a->basis < BASIS_UNIT || a->basis > BASIS_REQUEST)
    return false;
  if (a->on_denial > 1 || a->above_credit > FEE_ABOVE_OWED) return false;
  uint32_t forbidden = a->basis == BASIS_REQUEST ? OF_LINE : 0;
  return verify_tests(v, a->tests, 0, NULL) && verify_root(v, a->amount, TYPE_MONEY, forbidden) &&
         verify_optional_root(v, a->at_least, TYPE_MONEY, forbidden) &&
         verify_optional_root(v, a->at_most, TYPE_MONEY, forbidden);
}

static bool verify_approval(struct verifier *v, const struct program_approval *approval) {
  if (!is_named(v, approval->role, approval->span) || !is_string(v, approval->because) || approval->scope > SCOPE_REQUEST)
    return false;
  return verify_tests(v, approval->tests, approval->scope == SCOPE_REQUEST ? NODE_LINE : 0, NULL);
}

static bool verify_output(struct verifier *v, const struct program_output *output) {
  if (!is_named(v, output->name, output->span) || !verify_list(v, output->values, SECTION_VALUES)) return false;
  if (output->otherwise >= output->values.count || !verify_list(v, output->cases, SECTION_OUTPUT_CASES)) return false;
  const struct program_output_case *cases = program_section(&v->program, SECTION_OUTPUT_CASES);
  for (uint32_t i = output->cases.first; i < output->cases.first + output->cases.count; i++) {
    if (!verify_tests(v, cases[i].tests, 0, NULL) || cases[i].value >= output->values.count || !is_span(v, cases[i].span))
      return false;
  }
  return true;
}

static bool verify_step(struct verifier *v, const struct program_step *step, uint32_t index) {
  if (!is_named(v, step->name, step->span) || !is_string(v, step->by) || !verify_list(v, step->after, SECTION_LINKS))
    return false;
  for (uint32_t i = 0; i < step->after.count; i++) {
    if (v->links[step->after.first + i] >= index) return false;
  }
  if (!is_string(v, step->deadline) || !verify_tests(v, step->tests, OF_LINE, NULL)) return false;
  uint32_t date = step->no_later_than;
  if (date == NO_INDEX) return true;
  if (date >= verify_count(v, SECTION_NODES) || (v->nodes[date].type != TYPE_DATE && v->nodes[date].type != TYPE_INSTANT))
    return false;
  return verify_root(v, date, v->nodes[date].type, OF_LINE);
}

static bool are_rules(struct verifier *v) {
  const struct program_allowance *allowances = program_section(&v->program, SECTION_ALLOWANCES);
  for (uint32_t i = 0; i < verify_count(v, SECTION_ALLOWANCES); i++) {
    if (!verify_allowance(v, &allowances[i])) return false;
  }
  const struct program_rule *rules = program_section(&v->program, SECTION_RULES);
  if (verify_count(v, SECTION_RULES) == 0 || v->header->rule_count != verify_count(v, SECTION_RULES) - 1) return false;
  for (uint32_t i = 0; i <= v->header->rule_count; i++) {
    if (!verify_rule(v, &rules[i], i == v->header->rule_count)) return false;
  }
  return true;
}

static bool are_answers(struct verifier *v) {
  for (int bonus = 0; bonus < 2; bonus++) {
    enum program_section section = bonus ? SECTION_BONUSES : SECTION_FEES;
    const struct program_adjustment *adjustments = program_section(&v->program, section);
    for (uint32_t i = 0; i < verify_count(v, section); i++) {
      if (!verify_adjustment(v, &adjustments[i])) return false;
    }
  }
  const struct program_approval *approvals = program_section(&v->program, SECTION_APPROVALS);
  for (uint32_t i = 0; i < verify_count(v, SECTION_APPROVALS); i++) {
    if (!verify_approval(v, &approvals[i])) return false;
  }
  const struct program_output *outputs = program_section(&v->program, SECTION_OUTPUTS);
  for (uint32_t i = 0; i < verify_count(v, SECTION_OUTPUTS); i++) {
    if (!verify_output(v, &outputs[i])) return false;
  }
  const struct program_step *steps = program_section(&v->program, SECTION_STEPS);
  for (uint32_t i = 0; i < verify_count(v, SECTION_STEPS); i++) {
    if (!verify_step(v, &steps[i], i)) return false;
  }
  return true;
}

/* ---- calendars, messages, floors ---- */

static bool verify_calendar(struct verifier *v, const struct program_calendar *calendar) {
  if (!is_named(v, calendar->name, calendar->span) || calendar->weekend > 0x7f || calendar->first > calendar->last) return false;
  if (calendar->first < DATE_FIRST || calendar->last > DATE_LAST || !verify_list(v, calendar->holidays, SECTION_HOLIDAYS))
    return false;
  const int32_t *holidays = (const int32_t *)program_section(&v->program, SECTION_HOLIDAYS) + calendar->holidays.first;
  for (uint32_t i = 1; i < calendar->holidays.count; i++) {
    if (holidays[i] <= holidays[i - 1]) return false;
  }
  return true;
}

static bool are_messages(struct verifier *v) {
  const struct program_message *messages = program_section(&v->program, SECTION_MESSAGES);
  for (uint32_t i = 0; i < verify_count(v, SECTION_MESSAGES); i++) {
    if (!is_named(v, messages[i].code, messages[i].span) || !verify_list(v, messages[i].texts, SECTION_MESSAGE_TEXTS))
      return false;
  }
  const struct program_message_text *texts = program_section(&v->program, SECTION_MESSAGE_TEXTS);
  for (uint32_t i = 0; i < verify_count(v, SECTION_MESSAGE_TEXTS); i++) {
    if (!is_string(v, texts[i].locale) || !is_string(v, texts[i].text)) return false;
  }
  return true;
}

static bool verify_withs(struct verifier *v, struct program_list list, const struct program *inner) {
  if (!verify_list(v, list, SECTION_WITHS)) return false;
  const struct program_with *withs = (const struct program_with *)program_section(&v->program, SECTION_WITHS) + list.first;
  const struct program_fact *facts = program_section(inner, SECTION_FACTS);
  for (uint32_t i = 0; i < list.count; i++) {
    if (withs[i].floor_fact >= program_count(inner, SECTION_FACTS)) return false;
    const struct program_fact *fact = &facts[withs[i].floor_fact];
    if (!verify_root(v, withs[i].node, fact->type, fact->scope == SCOPE_REQUEST ? OF_LINE : OF_PORTION)) return false;
  }
  return true;
}

/* Floors lie one behind the other, so that opening them all reads no byte twice on a level. */
static bool are_floors(struct verifier *v, uint32_t level) {
  const struct program_floor *floors = program_section(&v->program, SECTION_FLOORS);
  uint32_t count = verify_count(v, SECTION_FLOORS), bytes = verify_count(v, SECTION_BYTES);
  if (count > 0 && level >= MAX_FLOOR_LEVELS) return false;
  uint64_t end = v->text_bytes;
  for (uint32_t i = 0; i < count; i++) {
    const struct program_floor *floor = &floors[i];
    if (!is_named(v, floor->policy, floor->span) || floor->flags & ~(uint32_t)(FLOOR_PREFER_MONEY | FLOOR_PREFER_EXCHANGE))
      return false;
    if (floor->block_offset % 8 != 0 || floor->block_offset < end || floor->block_offset > bytes) return false;
    if (floor->block_size > bytes - floor->block_offset) return false;
    end = floor->block_offset + floor->block_size;
    struct program inner;
    const char *block = (const char *)program_section(&v->program, SECTION_BYTES) + floor->block_offset;
    if (open_block(&inner, block, (size_t)floor->block_size, level + 1) != PROGRAM_OK || !verify_withs(v, floor->withs, &inner))
      return false;
  }
  return true;
}

/* ---- the header ---- */

static bool has_conventions(struct verifier *v) {
  const struct program_header *h = v->header;
  if (h->month_end > MONTH_END_OVERFLOW || h->rounding > ROUNDING_UP || h->fill > FILL_DEAREST_FIRST || h->minor_digits > 6)
    return false;
  if (!is_string(v, h->name) || !is_string(v, h->revision) || !is_string(v, h->title) || !is_string(v, h->currency)) return false;
  if (h->has_from > 1 || h->has_until > 1 || !is_span(v, h->valid_span)) return false;
  if (h->has_from && !verify_value(v, TYPE_DATE, h->valid_from)) return false;
  if (h->has_until && !verify_value(v, TYPE_DATE, h->valid_until)) return false;
  if (h->valid_by == NO_INDEX) return true;
  return h->valid_by < verify_count(v, SECTION_FACTS) && v->facts[h->valid_by].type == TYPE_DATE &&
         v->facts[h->valid_by].scope == SCOPE_REQUEST;
}

/* The short ways that the evaluator takes must be open. */
static bool has_flags(const struct verifier *v) {
  const struct program_header *h = v->header;
  uint32_t flags = h->unit_value != NO_INDEX ? PROGRAM_HAS_MONEY : 0;
  const struct program_rule *rules = program_section(&v->program, SECTION_RULES);
  for (uint32_t i = 0; i < h->rule_count; i++) {
    if (rules[i].limit_kind != LIMIT_NONE) flags |= PROGRAM_HAS_LIMITS;
  }
  if (verify_count(v, SECTION_FEES) > 0 || verify_count(v, SECTION_BONUSES) > 0) flags |= PROGRAM_HAS_ADJUSTMENTS;
  for (uint32_t i = 0; i < verify_count(v, SECTION_FACTS); i++) {
    if (v->facts[i].assume != NO_INDEX) flags |= PROGRAM_HAS_ASSUMPTIONS;
    if (v->facts[i].flags & FACT_PRIVATE) flags |= PROGRAM_HAS_PRIVATE;
  }
  if (h->require.count > 0) flags |= PROGRAM_HAS_REQUIRE;
  return h->flags == flags;
}

static bool has_layout(const struct verifier *v, size_t size) {
  uint64_t offset = sizeof(struct program_header);
  for (uint32_t s = 0; s < SECTION_COUNT; s++) {
    const struct program_section_entry *entry = &v->header->sections[s];
    if (entry->offset != offset || entry->record_size != program_record_size((enum program_section)s)) return false;
    uint64_t bytes = (uint64_t)entry->count * entry->record_size;
    if (bytes > size - offset) return false;
    offset += (bytes + 7) / 8 * 8;
    if (offset > size) return false;
  }
  return offset == size;
}

static uint32_t depth_of(const struct verifier *v, uint32_t node) {
  return node < verify_count(v, SECTION_NODES) ? v->nodes[node].depth : 0;
}

static void point_at_sections(struct verifier *v) {
  v->nodes = program_section(&v->program, SECTION_NODES);
  v->links = program_section(&v->program, SECTION_LINKS);
  v->facts = program_section(&v->program, SECTION_FACTS);
  v->terms = program_section(&v->program, SECTION_TERMS);
  v->tests = program_section(&v->program, SECTION_TESTS);
  uint32_t units = depth_of(v, v->header->units), unit_value = depth_of(v, v->header->unit_value);
  v->value_depth = units > unit_value ? units : unit_value;
}

static bool has_content(struct verifier *v, uint32_t level) {
  if (!are_bytes_text(v) || !are_strings(v, SECTION_TEXTS) || !are_texts_sorted(v) || !are_strings(v, SECTION_VALUES))
    return false;
  if (!are_strings(v, SECTION_FILES) || !are_spans(v) || !are_tests(v) || !verify_nodes(v) || !are_facts_and_terms(v))
    return false;
  if (!are_rules(v) || !are_answers(v) || !are_messages(v) || !has_conventions(v) || !has_flags(v)) return false;
  const struct program_calendar *calendars = program_section(&v->program, SECTION_CALENDARS);
  for (uint32_t i = 0; i < verify_count(v, SECTION_CALENDARS); i++) {
    if (!verify_calendar(v, &calendars[i])) return false;
  }
  if (!are_floors(v, level) || !verify_columns(v) || !verify_tree(v)) return false;
  if (v->string_bytes > v->text_bytes + v->string_count * SHARED_STRING_BYTES) return false;
  for (uint32_t s = 0; s < SECTION_COUNT; s++) {
    if (v->used[s] > verify_count(v, (enum program_section)s)) return false;
  }
  return true;
}

static enum program_status open_block(struct program *program, const void *block, size_t size, uint32_t level) {
  if (size < sizeof(struct program_header) || size % 8 != 0 || (uintptr_t)block % 8 != 0) return PROGRAM_BAD;
  struct verifier v = {.program = {block, size, block}, .header = block};
  if (memcmp(v.header->magic, PROGRAM_MAGIC, sizeof v.header->magic) != 0) return PROGRAM_BAD;
  if (v.header->format != PROGRAM_FORMAT) return PROGRAM_OTHER_VERSION;
  if (v.header->header_size != sizeof *v.header || v.header->size != size) return PROGRAM_BAD;
  if (v.header->checksum != program_checksum(block, size) || !has_layout(&v, size)) return PROGRAM_BAD;
  point_at_sections(&v);
  if (!has_content(&v, level)) return PROGRAM_BAD;
  *program = v.program;
  return PROGRAM_OK;
}

enum program_status program_open(struct program *program, const void *block, size_t size) {
  return open_block(program, block, size, 0);
}
