/* Blocks: what the writer makes, and what the verifier lets through: every truncation, single faults of each kind, and thousands
 * of altered blocks, of which those that pass must be safe to show and to evaluate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "compiled.h"
#include "program/dump.h"
#include "program/write.h"
#include "returns/returns.h"
#include "strict_memory.h"

/* ---- the writer ---- */

static void strings_are_kept_once(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct writer writer;
  struct program_string first, again, other, empty;
  char name[16];
  writer_init(&writer, &memory);
  assert_true(writer_string(&writer, text_of("window"), &first) && writer_string(&writer, text_of("windows"), &other));
  for (int i = 0; i < 1000; i++) {
    struct program_string string;
    snprintf(name, sizeof name, "name%d", i);
    assert_true(writer_string(&writer, text_of(name), &string));
  }
  assert_true(writer_string(&writer, text_of("window"), &again) && writer_string(&writer, text_of(""), &empty));
  assert_int_equal(first.offset, again.offset);
  assert_int_not_equal(first.offset, other.offset);
  const char *bytes = writer_at(&writer, SECTION_BYTES, 0);
  assert_string_equal(bytes + other.offset, "windows");
  assert_string_equal(bytes + empty.offset, "");
  writer_release(&writer);
}

static void sections_are_aligned_and_padded_with_zeros(void **state) {
  (void)state;
  struct memory memory = memory_of_libc();
  struct writer writer;
  uint8_t *block;
  size_t size;
  struct program_string string;
  uint64_t inner;
  uint16_t *table;
  writer_init(&writer, &memory);
  assert_true(writer_string(&writer, text_of("abc"), &string));
  table = writer_add(&writer, SECTION_TABLES, 3, NULL);
  assert_non_null(table);
  table[2] = 7;
  assert_true(writer_block(&writer, (const uint8_t *)"12345678", 8, &inner));
  assert_int_equal(inner, 8);
  assert_true(writer_finish(&writer, &block, &size));
  const struct program_header *header = (const struct program_header *)(const void *)block;
  assert_memory_equal(header->magic, PROGRAM_MAGIC, 8);
  assert_int_equal(header->size, size);
  assert_int_equal(header->checksum, program_checksum(block, size));
  for (uint32_t s = 0; s < SECTION_COUNT; s++) assert_int_equal(header->sections[s].offset % 8, 0);
  const uint8_t *padding = block + header->sections[SECTION_TABLES].offset + 6;
  assert_int_equal(padding[0] | padding[1], 0);
  memory_give(&memory, block, size);
  writer_release(&writer);
}

static void too_many_records_are_told_from_no_memory(void **state) {
  (void)state;
  struct strict_memory strict;
  struct memory memory = memory_of_strict(&strict, 0);
  struct writer writer;
  writer_init(&writer, &memory);
  assert_null(writer_add(&writer, SECTION_LINKS, 10, NULL));
  assert_false(writer.too_large);
  assert_null(writer_add(&writer, SECTION_LINKS, NO_INDEX, NULL));
  assert_true(writer.too_large);
  writer_release(&writer);
  assert_int_equal(strict.held, 0);
}

/* ---- a block with something of everything ---- */

static const char law_text[] =
    "returns: 1\npolicy: law\ncurrency: EUR\nfacts:\n  - {fact: asked, type: date, of: request}\n  - {fact: bought, type: date}\n"
    "  - {fact: price, type: money}\nunit_value: price\nrules:\n"
    "  - {rule: withdrawal, when: [asked within 14 days of bought], then: authorize, because: law}\n"
    "otherwise: {then: deny, because: none}\n";

static const char shop_text[] =
    "returns: 1\npolicy: shop\nrevision: \"3\"\ntitle: Everything at once\ncurrency: EUR\n"
    "conventions: {month_end: clamp, rounding: half_up, fee_above_credit: zero, fill: cheapest_first}\n"
    "valid: {by: asked, from: 2020-01-01, until: 2039-12-31}\n"
    "facts:\n"
    "  - {fact: asked, type: date, of: request, range: 2020-01-01 .. 2039-12-31}\n"
    "  - {fact: bought, type: date}\n"
    "  - {fact: received, type: date, same_as: bought}\n"
    "  - {fact: collected, type: instant, absent: \"2026-01-01T10:00:00+02:00\"}\n"
    "  - {fact: brand, type: text}\n"
    "  - {fact: ordered, type: count, of: brand, absent: 0}\n"
    "  - {fact: reason, type: choice, values: [broken, late, other]}\n"
    "  - {fact: tags, type: set, values: [final, custom, gift], absent: none}\n"
    "  - {fact: opened, type: flag, supplied_by: inspect, assume: reason is broken}\n"
    "  - {fact: price, type: money, range: 0.00 .. 1000.00}\n"
    "  - {fact: amount, type: count, range: 1 .. 500}\n"
    "  - {fact: weight, type: decimal, optional: yes}\n"
    "  - {fact: share, type: percent, absent: 12.5%, private: yes}\n"
    "sets: [{set: known, values: [\"Alder\", \"Birch\"]}]\n"
    "require:\n  - bought on or before asked\n"
    "units: amount\nunit_value: price\n"
    "calendars: [{calendar: eu, weekend: [saturday, sunday], covers: 2026-01-01 .. 2026-12-31, holidays: [2026-01-01, "
    "2026-12-25]}]\n"
    "terms:\n"
    "  - term: window\n    cases:\n      - when: [brand in known]\n        is: 60 days\n      - when: [opened]\n        is: 10 "
    "days\n    otherwise: 30 days\n"
    "  - {term: recent, when: [asked within window of received]}\n"
    "  - {term: total, of: request, is: sum of price * amount over lines where reason is not late}\n"
    "  - {term: broken_one, of: request, is: any line where reason is broken}\n"
    "allowances:\n  - {allowance: swap, of: brand, units: round_down(ordered / 3)}\n  - {allowance: goodwill, of: request, "
    "money: 50.00}\n"
    "rules:\n"
    "  - rule: custom\n    when:\n      - tags has any of [custom, final]\n      - reason is not broken\n    then: deny\n    "
    "because: made_to_order\n"
    "  - rule: months\n    when:\n      - asked within 24 months of received\n      - reason is broken\n      - total > 100.00\n "
    "   then: authorize\n    because: warranty\n    fees: none\n"
    "  - rule: heavy\n    when:\n      - weight is given\n      - weight > 2.5\n      - price * 2 > 30.00\n    unless:\n      - "
    "day of collected after asked\n    then: partial_credit\n    credit: share of value - min(price, 3.00)\n    because: heavy\n"
    "  - rule: swap\n    when:\n      - recent\n      - brand is \"Cedar\"\n    up_to: swap\n    then: exchange_only\n    "
    "because: swapped\n"
    "  - rule: goodwill\n    when:\n      - (broken_one or asked more than 3 working days after bought)\n    up_to: goodwill\n   "
    " then: authorize\n    because: goodwill\n"
    "otherwise: {then: deny, because: outside}\n"
    "fees:\n  - fee: cleaning\n    when:\n      - opened\n    amount: 5% of value per line\n    at_least: 1.00\n    at_most: "
    "10.00\n"
    "bonuses:\n  - bonus: voucher\n    when:\n      - verdict is exchange_only\n    amount: 0.50 per unit\n"
    "approvals:\n  - approval: manager\n    when:\n      - credit > 100.00\n"
    "outputs:\n  - output: place\n    values: [stock, bin]\n    cases:\n      - when: [rule is swap]\n        is: stock\n    "
    "otherwise: bin\n"
    "messages:\n  - message: outside\n    texts:\n      - {locale: en, text: Not covered.}\n      - {locale: fr, text: Hors "
    "garantie.}\n"
    "workflow:\n  - {step: ship, by: customer, within: 10 days of asked}\n  - {step: inspect, by: warehouse, after: [ship], "
    "when: [any line where reason is broken]}\n"
    "floor:\n  - {policy: law}\n";

static const char request_text[] = "{\"asked\":\"2026-04-01\",\"ordered\":{\"Cedar\":12},\"lines\":["
                                   "{\"id\":\"a\",\"bought\":\"2026-03-20\",\"brand\":\"Cedar\",\"reason\":\"other\",\"price\":"
                                   "\"80.00\",\"amount\":5,\"tags\":[]},"
                                   "{\"id\":\"b\",\"bought\":\"2026-03-01\",\"brand\":\"Alder\",\"reason\":\"broken\",\"price\":"
                                   "\"20.00\",\"amount\":2,\"weight\":\"3.5\",\"opened\":true},"
                                   "{\"id\":\"c\",\"brand\":\"Oak\",\"price\":\"5.00\",\"amount\":1}]}";

static void compile_shop(struct compiled *c) {
  if (!compiled_sources(c, (const char *const[]){"shop.yaml", shop_text, "law.yaml", law_text}, 2, 256)) {
    for (uint32_t i = 0; i < c->diagnostics.count; i++) {
      const struct finding *finding = &c->diagnostics.findings[i];
      print_message("# %s %u:%u %s\n", finding->code, finding->span.line, finding->span.column, finding->message);
    }
    fail();
  }
}

static void seal(uint8_t *block, size_t size) {
  uint64_t checksum = program_checksum(block, size);
  memcpy(block + offsetof(struct program_header, checksum), &checksum, sizeof checksum);
}

/* In memory of exactly that size, so that a byte too many read is seen. */
static enum program_status open_copy(const uint8_t *block, size_t size) {
  struct program program;
  uint8_t *copy = malloc(size ? size : 1);
  memcpy(copy, block, size);
  enum program_status status = program_open(&program, copy, size);
  free(copy);
  return status;
}

static void truncated_blocks_are_refused(void **state) {
  (void)state;
  struct compiled c;
  compile_shop(&c);
  assert_int_equal(open_copy(c.block, c.size), PROGRAM_OK);
  for (size_t size = 0; size < c.size; size += size < 2048 ? 1 : 7) assert_int_equal(open_copy(c.block, size), PROGRAM_BAD);
  /* Even where the header says that this is all. */
  for (size_t size = sizeof(struct program_header); size < c.size; size += 8) {
    uint8_t *copy = malloc(size);
    uint64_t told = size;
    memcpy(copy, c.block, size);
    memcpy(copy + offsetof(struct program_header, size), &told, sizeof told);
    seal(copy, size);
    assert_int_equal(open_copy(copy, size), PROGRAM_BAD);
    free(copy);
  }
  compiled_free(&c);
}

static void other_versions_and_altered_bytes_are_told_apart(void **state) {
  (void)state;
  struct compiled c;
  struct program program;
  compile_shop(&c);
  struct program_header *header = (struct program_header *)(void *)c.block;
  header->format++;
  seal(c.block, c.size);
  assert_int_equal(program_open(&program, c.block, c.size), PROGRAM_OTHER_VERSION);
  header->format--;
  seal(c.block, c.size);
  assert_int_equal(program_open(&program, c.block, c.size), PROGRAM_OK);
  for (size_t i = 0; i < c.size; i += 13) {
    c.block[i] ^= 1;
    assert_int_not_equal(program_open(&program, c.block, c.size), PROGRAM_OK);
    c.block[i] ^= 1;
  }
  header->magic[0] = 'r';
  assert_int_equal(program_open(&program, c.block, c.size), PROGRAM_BAD);
  uint8_t *shifted = malloc(c.size + 8);
  memcpy(shifted + 1, c.block, c.size);
  assert_int_equal(program_open(&program, shifted + 1, c.size), PROGRAM_BAD);
  free(shifted);
  compiled_free(&c);
}

/* ---- single faults ---- */

struct fault {
  const char *name;
  void (*make)(uint8_t *block);
};

static void *record(uint8_t *block, enum program_section section, uint32_t index) {
  const struct program_section_entry *entry = &((struct program_header *)(void *)block)->sections[section];
  assert_true(index < entry->count);
  return block + entry->offset + (size_t)index * entry->record_size;
}
#define HEADER ((struct program_header *)(void *)block)
#define FAULT(name, ...)                                                                                                         \
  static void name(uint8_t *block) { __VA_ARGS__; }
#define AT(type, section, index) ((type *)record(block, section, index))

static uint32_t find_node(uint8_t *block, uint32_t op) {
  for (uint32_t i = 0; i < HEADER->sections[SECTION_NODES].count; i++) {
    if (AT(struct program_node, SECTION_NODES, i)->op == op) return i;
  }
  fail_msg("no node of operator %u", op);
  return 0;
}
static struct program_node *node_of(uint8_t *block, uint32_t op) {
  return AT(struct program_node, SECTION_NODES, find_node(block, op));
}
static uint32_t find_column(uint8_t *block, uint32_t kind) {
  for (uint32_t i = 0; i < HEADER->sections[SECTION_COLUMNS].count; i++) {
    if (AT(struct program_column, SECTION_COLUMNS, i)->kind == kind) return i;
  }
  fail_msg("no column of kind %u", kind);
  return 0;
}
static struct program_column *column_of_kind(uint8_t *block, uint32_t kind) {
  return AT(struct program_column, SECTION_COLUMNS, find_column(block, kind));
}

FAULT(section_moved, HEADER->sections[SECTION_NODES].offset += 8)
FAULT(section_longer, HEADER->sections[SECTION_BYTES].count += 64)
FAULT(record_size, HEADER->sections[SECTION_FACTS].record_size -= 8)
FAULT(digits, HEADER->minor_digits = 40)
FAULT(rounding, HEADER->rounding = 9)
FAULT(flags_unlike, HEADER->flags ^= PROGRAM_HAS_LIMITS)
FAULT(valid_by_line_fact, HEADER->valid_by = 1)
FAULT(rules_fewer, HEADER->rule_count--)
FAULT(row_words, HEADER->row_words++)
FAULT(request_columns, HEADER->request_columns = HEADER->sections[SECTION_COLUMNS].count)
FAULT(tree_root, HEADER->tree_root = HEADER->sections[SECTION_TREE].count)
FAULT(units_no_node, HEADER->units = HEADER->sections[SECTION_NODES].count)
FAULT(units_of_money, HEADER->units = HEADER->unit_value)
FAULT(string_outside, AT(struct program_fact, SECTION_FACTS, 0)->name.offset = HEADER->sections[SECTION_BYTES].count)
FAULT(string_unended, AT(struct program_fact, SECTION_FACTS, 0)->name.size--)
FAULT(bytes_no_utf8, *AT(char, SECTION_BYTES, 1) = (char)0xff)
FAULT(texts_unsorted, struct program_string swap = *AT(struct program_string, SECTION_TEXTS, 0);
      *AT(struct program_string, SECTION_TEXTS, 0) = *AT(struct program_string, SECTION_TEXTS, 1);
      *AT(struct program_string, SECTION_TEXTS, 1) = swap)
FAULT(fact_type, AT(struct program_fact, SECTION_FACTS, 0)->type = TYPE_RULE)
FAULT(fact_same_as_itself, AT(struct program_fact, SECTION_FACTS, 2)->same_as = 2)
FAULT(fact_same_as_other_type, AT(struct program_fact, SECTION_FACTS, 2)->same_as = 6)
FAULT(fact_two_sources, AT(struct program_fact, SECTION_FACTS, 2)->flags |= FACT_OPTIONAL)
FAULT(fact_too_deep, AT(struct program_fact, SECTION_FACTS, 8)->depth = PROGRAM_MAX_DEPTH + 1)
FAULT(fact_depth_of_assumption, AT(struct program_fact, SECTION_FACTS, 8)->depth = 0)
FAULT(fact_of_itself, AT(struct program_fact, SECTION_FACTS, 5)->scope_fact = 5)
FAULT(fact_range_reversed, AT(struct program_fact, SECTION_FACTS, 9)->low = 100001)
FAULT(fact_absent_value, AT(struct program_fact, SECTION_FACTS, 7)->absent = 8)
FAULT(fact_values, AT(struct program_fact, SECTION_FACTS, 6)->values.count = 0)
FAULT(term_depth, AT(struct program_term, SECTION_TERMS, 1)->depth = 1)
FAULT(term_scope, AT(struct program_term, SECTION_TERMS, 1)->scope = SCOPE_REQUEST)
FAULT(term_type, AT(struct program_term, SECTION_TERMS, 0)->type = TYPE_MONEY)
FAULT(term_uses_itself, node_of(block, OP_TERM)->index = 1)
FAULT(node_operator, node_of(block, OP_MULTIPLY)->op = OP_LIMIT_)
FAULT(node_type, node_of(block, OP_MULTIPLY)->type = TYPE_TEXT)
FAULT(node_kid_ahead, *AT(uint32_t, SECTION_LINKS, node_of(block, OP_WITHIN)->kids_first) = find_node(block, OP_WITHIN) + 1)
FAULT(node_kid_shared,
      *AT(uint32_t, SECTION_LINKS, node_of(block, OP_MULTIPLY)->kids_first) = *AT(uint32_t, SECTION_LINKS,
                                                                                  node_of(block, OP_MULTIPLY)->kids_first + 1))
FAULT(node_kid_count, node_of(block, OP_WITHIN)->kid_count = 2)
FAULT(node_depth, node_of(block, OP_WITHIN)->depth = 1)
FAULT(node_fact, node_of(block, OP_FACT)->index = HEADER->sections[SECTION_FACTS].count)
FAULT(node_fact_type, node_of(block, OP_FACT)->index ^= 1)
FAULT(node_term, node_of(block, OP_TERM)->index = HEADER->sections[SECTION_TERMS].count)
FAULT(node_line_hidden, node_of(block, OP_WITHIN)->flags &= (uint16_t)~NODE_LINE)
FAULT(node_special, node_of(block, OP_SPECIAL)->index = 9)
FAULT(node_span, node_of(block, OP_WITHIN)->span = HEADER->sections[SECTION_SPANS].count)
FAULT(node_calendar, node_of(block, OP_MORE_AFTER)->index = NO_INDEX)
FAULT(test_root_twice, AT(struct program_test, SECTION_TESTS, 2)->node = AT(struct program_test, SECTION_TESTS, 1)->node)
FAULT(test_negated, AT(struct program_test, SECTION_TESTS, 0)->negated = 2)
FAULT(span_file, AT(struct program_span, SECTION_SPANS, 3)->file = 99)
FAULT(rule_verdict, AT(struct program_rule, SECTION_RULES, 0)->verdict = 5)
FAULT(rule_tests_overlap, AT(struct program_rule, SECTION_RULES, 0)->tests = AT(struct program_rule, SECTION_RULES, 1)->tests)
FAULT(rule_limit, AT(struct program_rule, SECTION_RULES, 3)->limit_allowance = 2)
FAULT(rule_credit_missing, AT(struct program_rule, SECTION_RULES, 2)->credit = NO_INDEX)
FAULT(last_resort_limited, AT(struct program_rule, SECTION_RULES, 5)->limit_kind = LIMIT_ALLOWANCE;
      AT(struct program_rule, SECTION_RULES, 5)->limit_allowance = 0)
FAULT(fee_basis, AT(struct program_adjustment, SECTION_FEES, 0)->basis = 0)
FAULT(fee_of_request_uses_portion, AT(struct program_adjustment, SECTION_FEES, 0)->basis = BASIS_REQUEST)
FAULT(output_value, AT(struct program_output, SECTION_OUTPUTS, 0)->otherwise = 2)
FAULT(step_after_itself, *AT(uint32_t, SECTION_LINKS, AT(struct program_step, SECTION_STEPS, 1)->after.first) = 1)
FAULT(calendar_holidays, *AT(int32_t, SECTION_HOLIDAYS, 0) = *AT(int32_t, SECTION_HOLIDAYS, 1))
FAULT(calendar_reversed, AT(struct program_calendar, SECTION_CALENDARS, 0)->last = 0)
FAULT(cuts_unsorted, *AT(int64_t, SECTION_CUTS, column_of_kind(block, COLUMN_DIFFERENCE)->cuts_first) = INT64_MAX)
FAULT(column_kind, AT(struct program_column, SECTION_COLUMNS, 0)->kind = 9)
FAULT(column_classes, column_of_kind(block, COLUMN_DIFFERENCE)->class_count++)
FAULT(column_rows, column_of_kind(block, COLUMN_DIFFERENCE)->rows_first = HEADER->sections[SECTION_ROWS].count)
FAULT(column_member, column_of_kind(block, COLUMN_MEMBER)->member = 3)
FAULT(column_other, column_of_kind(block, COLUMN_DIFFERENCE)->other = 6)
FAULT(column_shift, column_of_kind(block, COLUMN_DIFFERENCE)->table_shift = 64)
FAULT(table_class, *AT(uint16_t, SECTION_TABLES, column_of_kind(block, COLUMN_TEXT)->table_first) = 500)
FAULT(row_behind_entries, *AT(uint64_t, SECTION_ROWS, 0) |= (uint64_t)1 << 63)
FAULT(entry_rule, AT(struct program_entry, SECTION_ENTRIES, 0)->rule = HEADER->rule_count)
FAULT(entry_order, AT(struct program_entry, SECTION_ENTRIES, 0)->rule = HEADER->rule_count - 1)
FAULT(tree_kid, AT(struct program_tree_arm, SECTION_TREE_ARMS, 0)->node = HEADER->sections[SECTION_TREE].count - 1)
FAULT(tree_arm_class, AT(struct program_tree_arm, SECTION_TREE_ARMS, 0)->class_last = 999)
FAULT(floor_elsewhere, AT(struct program_floor, SECTION_FLOORS, 0)->block_offset += 8)
FAULT(floor_longer, AT(struct program_floor, SECTION_FLOORS, 0)->block_size += 8)
FAULT(floor_altered, *AT(char, SECTION_BYTES, (uint32_t)AT(struct program_floor, SECTION_FLOORS, 0)->block_offset + 900) ^= 1)
FAULT(floor_fact, AT(struct program_with, SECTION_WITHS, 0)->floor_fact = 77)

static void single_faults_are_refused(void **state) {
  (void)state;
#define F(name)                                                                                                                  \
  { #name, name }
  static const struct fault faults[] = {F(section_moved),
                                        F(section_longer),
                                        F(record_size),
                                        F(digits),
                                        F(rounding),
                                        F(flags_unlike),
                                        F(valid_by_line_fact),
                                        F(rules_fewer),
                                        F(row_words),
                                        F(request_columns),
                                        F(tree_root),
                                        F(units_no_node),
                                        F(units_of_money),
                                        F(string_outside),
                                        F(string_unended),
                                        F(bytes_no_utf8),
                                        F(texts_unsorted),
                                        F(fact_type),
                                        F(fact_same_as_itself),
                                        F(fact_same_as_other_type),
                                        F(fact_two_sources),
                                        F(fact_too_deep),
                                        F(fact_depth_of_assumption),
                                        F(fact_of_itself),
                                        F(fact_range_reversed),
                                        F(fact_absent_value),
                                        F(fact_values),
                                        F(term_depth),
                                        F(term_scope),
                                        F(term_type),
                                        F(term_uses_itself),
                                        F(node_operator),
                                        F(node_type),
                                        F(node_kid_ahead),
                                        F(node_kid_shared),
                                        F(node_kid_count),
                                        F(node_depth),
                                        F(node_fact),
                                        F(node_fact_type),
                                        F(node_term),
                                        F(node_line_hidden),
                                        F(node_special),
                                        F(node_span),
                                        F(node_calendar),
                                        F(test_root_twice),
                                        F(test_negated),
                                        F(span_file),
                                        F(rule_verdict),
                                        F(rule_tests_overlap),
                                        F(rule_limit),
                                        F(rule_credit_missing),
                                        F(last_resort_limited),
                                        F(fee_basis),
                                        F(fee_of_request_uses_portion),
                                        F(output_value),
                                        F(step_after_itself),
                                        F(calendar_holidays),
                                        F(calendar_reversed),
                                        F(cuts_unsorted),
                                        F(column_kind),
                                        F(column_classes),
                                        F(column_rows),
                                        F(column_member),
                                        F(column_other),
                                        F(column_shift),
                                        F(table_class),
                                        F(row_behind_entries),
                                        F(entry_rule),
                                        F(entry_order),
                                        F(tree_kid),
                                        F(tree_arm_class),
                                        F(floor_elsewhere),
                                        F(floor_longer),
                                        F(floor_altered),
                                        F(floor_fact)};
  struct compiled c;
  compile_shop(&c);
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    uint8_t *block = malloc(c.size);
    memcpy(block, c.block, c.size);
    faults[i].make(block);
    assert_int_not_equal(memcmp(block, c.block, c.size), 0);
    seal(block, c.size);
    if (open_copy(block, c.size) != PROGRAM_BAD) fail_msg("%s passes", faults[i].name);
    free(block);
  }
  compiled_free(&c);
}

/* ---- thousands of alterations ---- */

static uint64_t next(uint64_t *random) {
  *random ^= *random << 13;
  *random ^= *random >> 7;
  *random ^= *random << 17;
  return *random;
}

/* Whatever the verifier lets through can be shown and evaluated. */
static void use_block(const uint8_t *block, size_t size) {
  static const returns_options options = {sizeof options, RETURNS_TRACE_FULL};
  struct memory memory = memory_of_libc();
  struct program program;
  struct buffer text;
  returns_policy *policy = NULL;
  returns_request *request = NULL;
  returns_decision *decision = NULL;
  const char *json;
  size_t json_size;
  buffer_init(&text, &memory);
  assert_int_equal(program_open(&program, block, size), PROGRAM_OK);
  program_dump(&program, &text);
  assert_false(text.failed);
  buffer_free(&text);
  assert_int_equal(returns_policy_load_borrowed(NULL, block, size, &policy), RETURNS_OK);
  assert_int_equal(returns_request_new(policy, &request), RETURNS_OK);
  assert_int_equal(returns_decision_new(NULL, &decision), RETURNS_OK);
  (void)returns_request_read_json(request, request_text, sizeof request_text - 1);
  if (returns_evaluate(policy, request, &options, decision) == RETURNS_OK) {
    assert_int_equal(returns_decision_json(decision, RETURNS_TRACE_FULL, &json, &json_size), RETURNS_OK);
  }
  returns_decision_free(decision);
  returns_request_free(request);
  returns_policy_free(policy);
}

static void alter(uint8_t *block, size_t size, uint64_t *random) {
  static const uint32_t words[] = {0, 1, 2, 3, 7, 64, 255, 4096, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
  size_t at = (size_t)(next(random) % size);
  uint32_t word;
  switch (next(random) % 4) {
  case 0: block[at] ^= (uint8_t)(1u << next(random) % 8); break;
  case 1: block[at] = (uint8_t)next(random); break;
  case 2: memcpy(block + at / 4 * 4, &words[next(random) % 12], 4); break;
  default: /* a neighbour's value */
    at = at / 4 * 4;
    memcpy(&word, block + at, 4);
    word += (uint32_t)(next(random) % 5) - 2;
    memcpy(block + at, &word, 4);
    break;
  }
}

/* Most bytes are names and spans: half of the alterations go to the records before them. */
static void altered_blocks_are_refused_or_safe(void **state) {
  (void)state;
  struct compiled c;
  const char *wanted = getenv("PROGRAM_ALTERATIONS");
  uint64_t random = 88172645463325252u, count = wanted ? strtoull(wanted, NULL, 10) : 20000, passed = 0;
  compile_shop(&c);
  use_block(c.block, c.size);
  size_t records = (size_t)c.program.header->sections[SECTION_TEXTS].offset;
  uint8_t *block = malloc(c.size);
  for (uint64_t i = 0; i < count; i++) {
    memcpy(block, c.block, c.size);
    for (uint64_t k = 1 + next(&random) % 3; k > 0; k--) alter(block, i % 2 ? records : c.size, &random);
    seal(block, c.size);
    if (open_copy(block, c.size) != PROGRAM_OK) continue;
    passed++;
    use_block(block, c.size);
  }
  assert_true(passed > 0 && passed < count / 2);
  print_message("# %llu of %llu altered blocks pass\n", (unsigned long long)passed, (unsigned long long)count);
  free(block);
  compiled_free(&c);
}

static void dumps_name_what_they_show(void **state) {
  (void)state;
  static const char *const parts[] = {"program shop revision 3",
                                      "fact 5 ordered: count of brand absent 0 depth 1",
                                      "when within(asked, window, received)",
                                      "is sum(multiply(price, amount), not_equal(reason, 1))",
                                      "rule 3 swap: exchange_only because swapped up_to an allowance",
                                      "column",
                                      " difference asked - received",
                                      "tree",
                                      "floor 0 law of "};
  struct compiled c;
  struct buffer text;
  compile_shop(&c);
  buffer_init(&text, &c.memory);
  program_dump(&c.program, &text);
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (!strstr(buffer_string(&text), parts[i])) fail_msg("no `%s` in:\n%s", parts[i], buffer_string(&text));
  }
  buffer_free(&text);
  compiled_free(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strings_are_kept_once),
      cmocka_unit_test(sections_are_aligned_and_padded_with_zeros),
      cmocka_unit_test(too_many_records_are_told_from_no_memory),
      cmocka_unit_test(truncated_blocks_are_refused),
      cmocka_unit_test(other_versions_and_altered_bytes_are_told_apart),
      cmocka_unit_test(single_faults_are_refused),
      cmocka_unit_test(altered_blocks_are_refused_or_safe),
      cmocka_unit_test(dumps_name_what_they_show),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
