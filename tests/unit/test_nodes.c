/* Nodes: the tree and its places, every error of bytes and of YAML with its line and column, the limits, hostile files, and all
 * of it when memory runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load/document.h"
#include "strict_memory.h"

static const struct load_limits LIMITS = {.source_bytes = 4u << 20, .scalar_bytes = 65536, .depth = 32, .nodes = 1000000};

struct run {
  struct memory memory;
  struct arena arena;
  struct diagnostics diagnostics;
  struct node_tree tree;
  char *bytes; /* exactly as many as given, so that a sanitizer sees a step too far */
  bool good;
};

static struct run *load_bytes(const char *bytes, size_t size, const struct load_limits *limits) {
  struct run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  run->memory = memory_of_libc();
  arena_init(&run->arena, &run->memory);
  diagnostics_init(&run->diagnostics, &run->memory, 100);
  run->bytes = malloc(size ? size : 1);
  assert_non_null(run->bytes);
  if (size) memcpy(run->bytes, bytes, size);
  run->good = nodes_load(&run->tree, &run->arena, 7, "x.yaml", run->bytes, size, limits, &run->diagnostics);
  diagnostics_sort(&run->diagnostics);
  assert_false(run->diagnostics.out_of_memory);
  assert_int_equal(run->good, run->diagnostics.error_count == 0);
  return run;
}

static struct run *load(const char *text) { return load_bytes(text, strlen(text), &LIMITS); }

static void release(struct run *run) {
  diagnostics_release(&run->diagnostics);
  arena_free(&run->arena);
  free(run->bytes);
  free(run);
}

static const struct node *node_of(const struct run *run, uint32_t node) { return &run->tree.nodes[node]; }

/* The value of a key of the root; later keys go on from there. */
static uint32_t member(const struct run *run, const char *key) {
  uint32_t node = node_member(&run->tree, run->tree.root, key);
  assert_true(node != 0);
  return node;
}

static void assert_span(struct span span, uint32_t line, uint32_t column, uint32_t end_line, uint32_t end_column) {
  assert_int_equal(span.file, 7);
  assert_int_equal(span.line, line);
  assert_int_equal(span.column, column);
  assert_int_equal(span.end_line, end_line);
  assert_int_equal(span.end_column, end_column);
}

/* ---- the tree ---- */

static void test_tree(void **state) {
  (void)state;
  struct run *run = load("a: 1\n"
                         "b:\n"
                         "  - {c: x, d: [y, 'z']}\n"
                         "  - \"e\"\n"
                         "f: |\n"
                         "  g\n"
                         "h: >\n"
                         "  i\n"
                         "j:\n");
  assert_true(run->good);
  const struct node *root = node_of(run, run->tree.root);
  assert_int_equal(root->kind, NODE_MAPPING);
  assert_int_equal(root->count, 5);
  assert_int_equal(node_of(run, 0)->kind, 0);
  uint32_t a = root->first;
  assert_true(text_is(node_of(run, node_of(run, a)->key)->value, "a"));
  assert_true(text_is(node_of(run, a)->value, "1"));
  assert_string_equal(node_of(run, a)->value.bytes, "1");
  assert_int_equal(node_of(run, a)->style, STYLE_PLAIN);
  uint32_t b = node_of(run, a)->next;
  assert_int_equal(b, member(run, "b"));
  assert_int_equal(node_of(run, b)->kind, NODE_SEQUENCE);
  assert_int_equal(node_of(run, b)->count, 2);
  uint32_t first = node_of(run, b)->first, second = node_of(run, first)->next;
  assert_int_equal(node_of(run, first)->kind, NODE_MAPPING);
  assert_int_equal(node_of(run, first)->key, 0);
  assert_false(node_of(run, first)->in_flow);
  uint32_t c = node_member(&run->tree, first, "c"), d = node_member(&run->tree, first, "d");
  assert_true(node_of(run, c)->in_flow);
  assert_true(node_of(run, d)->in_flow);
  assert_int_equal(node_of(run, d)->count, 2);
  uint32_t z = node_of(run, node_of(run, d)->first)->next;
  assert_int_equal(node_of(run, z)->style, STYLE_SINGLE);
  assert_int_equal(node_of(run, z)->next, 0);
  assert_int_equal(node_of(run, second)->style, STYLE_DOUBLE);
  assert_false(node_of(run, second)->in_flow);
  assert_int_equal(node_of(run, second)->next, 0);
  assert_int_equal(node_of(run, member(run, "f"))->style, STYLE_LITERAL);
  assert_string_equal(node_of(run, member(run, "f"))->value.bytes, "g\n");
  assert_int_equal(node_of(run, member(run, "h"))->style, STYLE_FOLDED);
  assert_int_equal(node_of(run, member(run, "j"))->value.size, 0);
  assert_string_equal(node_of(run, member(run, "j"))->value.bytes, "");
  assert_int_equal(node_member(&run->tree, run->tree.root, "k"), 0);
  assert_int_equal(node_member(&run->tree, b, "c"), 0);
  assert_int_equal(node_member(&run->tree, 0, "c"), 0);
  release(run);
}

static void test_spans(void **state) {
  (void)state;
  struct run *run = load("\xEF\xBB\xBF"
                         "a:\t\xE6\x97\xA5\xE6\x9C\xAC x\r\n"                /* tab, CJK, CRLF */
                         "re\xCC\x81: [e\xCC\x81t\xC3\xA9, 'q', {r: s}]\r\n" /* combining marks */
                         "list:\r\n"
                         "  - one\r\n"
                         "  - two words # comment\r\n"
                         "block: |\r\n"
                         "    text\r\n"
                         "\r\n"
                         "\r\n"
                         "last: \xF0\x9F\x91\x93"); /* no line break at the end */
  assert_true(run->good);
  assert_span(node_span(&run->tree, member(run, "a")), 1, 4, 1, 8);
  uint32_t list = member(run, "re\xCC\x81");
  assert_span(node_span(&run->tree, node_of(run, list)->key), 2, 1, 2, 4);
  assert_span(node_span(&run->tree, list), 2, 6, 2, 25);
  uint32_t word = node_of(run, list)->first, quoted = node_of(run, word)->next, mapping = node_of(run, quoted)->next;
  assert_span(node_span(&run->tree, word), 2, 7, 2, 11);
  assert_span(node_span(&run->tree, quoted), 2, 13, 2, 16);
  assert_span(node_span(&run->tree, mapping), 2, 18, 2, 24);
  uint32_t items = member(run, "list");
  assert_span(node_span(&run->tree, items), 4, 3, 5, 14); /* a block collection ends with its last child */
  assert_span(node_span(&run->tree, node_of(run, node_of(run, items)->first)->next), 5, 5, 5, 14);
  assert_span(node_span(&run->tree, member(run, "block")), 6, 8, 7, 9); /* without the breaks that follow */
  assert_span(node_span(&run->tree, member(run, "last")), 10, 7, 10, 8);
  assert_span(node_span(&run->tree, run->tree.root), 1, 1, 10, 8);
  release(run);
}

/* A line far longer than the stride of the index. */
static void test_spans_of_long_line(void **state) {
  (void)state;
  char text[16384] = "a: [";
  size_t size = strlen(text);
  for (uint32_t i = 0; i < 1000; i++) size += (size_t)sprintf(text + size, "\xE6\x97\xA5%03u, ", i);
  size += (size_t)sprintf(text + size, "end]\nb: c\n");
  struct run *run = load_bytes(text, size, &LIMITS);
  assert_true(run->good);
  uint32_t node = node_of(run, member(run, "a"))->first;
  for (uint32_t i = 0; i < 1000; i++, node = node_of(run, node)->next) {
    assert_span(node_span(&run->tree, node), 1, 5 + 6 * i, 1, 9 + 6 * i);
    assert_span(node_span_within(&run->tree, node, 3, 6), 1, 6 + 6 * i, 1, 9 + 6 * i);
  }
  assert_span(node_span(&run->tree, node), 1, 6005, 1, 6008);
  assert_span(node_span(&run->tree, member(run, "b")), 2, 4, 2, 5);
  release(run);
}

/* ---- places within scalars ---- */

struct within {
  const char *source, *value, *part;
  uint32_t line, column, end_line, end_column;
};

/* `part` stands once in `value`, the value of the key `a`. */
static const struct within WITHIN[] = {
    {"a: plain text here", "plain text here", "text", 1, 10, 1, 14},
    {"a: plain text here", "plain text here", "plain text here", 1, 4, 1, 19},
    {"a: \xE6\x97\xA5\xE6\x9C\xAC is new", "\xE6\x97\xA5\xE6\x9C\xAC is new", "new", 1, 10, 1, 13},
    {"a: one\ttwo", "one\ttwo", "two", 1, 8, 1, 11},
    {"a: 'quoted'", "quoted", "quoted", 1, 5, 1, 11},
    {"a: 'it''s here'", "it's here", "'", 1, 7, 1, 9},
    {"a: 'it''s here'", "it's here", "here", 1, 11, 1, 15},
    {"a: 'it''s ''so'''", "it's 'so'", "so", 1, 13, 1, 15},
    {"a: \"two \\\"words\\\" x\"", "two \"words\" x", "words", 1, 11, 1, 16},
    {"a: \"two \\\"words\\\" x\"", "two \"words\" x", "x", 1, 19, 1, 20},
    {"a: \"\\x41\\u65e5\\U0001F453z\"", "A\xE6\x97\xA5\xF0\x9F\x91\x93z", "\xE6\x97\xA5", 1, 9, 1, 15},
    {"a: \"\\x41\\u65e5\\U0001F453z\"", "A\xE6\x97\xA5\xF0\x9F\x91\x93z", "z", 1, 25, 1, 26},
    {"a: \"\\_\\tq\"", "\xC2\xA0\tq", "q", 1, 9, 1, 10},
    {"a: one\n  two\n  three", "one two three", "two", 2, 3, 2, 6},
    {"a: one\n  two\n  three", "one two three", "e two t", 1, 6, 3, 4},
    {"a: one  \r\n\r\n\r\n   two", "one\n\ntwo", "two", 4, 4, 4, 7},
    {"a: one\n  two  x\n\n   four", "one two  x\nfour", "four", 4, 4, 4, 8},
    {"a: 'one''\n\n   two'", "one'\ntwo", "two", 3, 4, 3, 7},
    {"a: \"one\n  two\"", "one two", "two", 2, 3, 2, 6},
    {"a: \"one \\\n   two\\\"\n  three\"", "one two\" three", "two", 2, 4, 2, 7},
    {"a: \"one \\\n   two\\\"\n  three\"", "one two\" three", "three", 3, 3, 3, 8},
    {"a: \"one\\\n\n  two\"", "one\ntwo", "two", 3, 3, 3, 6},
    {"a: |\n  one\n  two\n", "one\ntwo\n", "two", 3, 3, 3, 6},
    {"a: |\n  one\n  two\n", "one\ntwo\n", "ne\ntw", 2, 4, 3, 5},
    {"a: | # comment\r\n\r\n    one\r\n      two\r\n\r\n    three\r\n", "\none\n  two\n\nthree\n", "two", 4, 7, 4, 10},
    {"a: | # comment\r\n\r\n    one\r\n      two\r\n\r\n    three\r\n", "\none\n  two\n\nthree\n", "three", 6, 5, 6, 10},
    {"a: |2\n     one\n   two\n", "   one\n two\n", "two", 3, 4, 3, 7},
    {"a: |-\n    one\n      \n    two", "one\n  \ntwo", "two", 4, 5, 4, 8},
    {"a: |2\n    \n   two", "  \n two", "two", 3, 4, 3, 7},
    {"a: >\n  one\n  two\n", "one two\n", "two", 3, 3, 3, 6},
    {"a: >-\n  one\n\n\n  two\n    three\n\n  four\n  five", "one\n\ntwo\n  three\n\nfour five", "three", 6, 5, 6, 10},
    {"a: >-\n  one\n\n\n  two\n    three\n\n  four\n  five", "one\n\ntwo\n  three\n\nfour five", "four", 8, 3, 8, 7},
    {"a: >-\n  one\n\n\n  two\n    three\n\n  four\n  five", "one\n\ntwo\n  three\n\nfour five", "five", 9, 3, 9, 7},
    {"a: >+\n\n\n  one\n  \xC3\xA9 two\n\n", "\n\none \xC3\xA9 two\n\n", "two", 5, 5, 5, 8},
};

static void test_within(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof WITHIN / sizeof *WITHIN; i++) {
    const struct within *within = &WITHIN[i];
    struct run *run = load(within->source);
    assert_true(run->good);
    uint32_t node = member(run, "a");
    assert_string_equal(node_of(run, node)->value.bytes, within->value);
    const char *part = strstr(within->value, within->part);
    assert_non_null(part);
    uint32_t from = (uint32_t)(part - within->value), to = from + (uint32_t)strlen(within->part);
    assert_span(node_span_within(&run->tree, node, from, to), within->line, within->column, within->end_line, within->end_column);
    release(run);
  }
}

static void test_within_edges(void **state) {
  (void)state;
  struct run *run = load("a: 'it''s'\nb: ''\nc: |\n\nd: x\n");
  assert_true(run->good);
  uint32_t a = member(run, "a");
  assert_span(node_span_within(&run->tree, a, 0, 0), 1, 5, 1, 5);
  assert_span(node_span_within(&run->tree, a, 4, 4), 1, 10, 1, 10);
  assert_span(node_span_within(&run->tree, a, 3, 900), 1, 9, 1, 10);
  assert_span(node_span_within(&run->tree, a, 800, 900), 1, 10, 1, 10);
  assert_span(node_span_within(&run->tree, member(run, "b"), 0, 1), 2, 5, 2, 5);
  assert_span(node_span_within(&run->tree, member(run, "c"), 0, 1), 3, 5, 3, 5);
  assert_span(node_span_within(&run->tree, member(run, "d"), 0, 900), 5, 4, 5, 5);
  release(run);
}

static void test_cut_hint(void **state) {
  (void)state;
  struct run *run = load("a: [min(x, y) > 3]\nb: x > #3\nc: x >\nd: ['x >', \"y\"]\ne: x#y\n");
  assert_true(run->good);
  const char *flow = node_cut_hint(&run->tree, node_of(run, member(run, "a"))->first);
  assert_non_null(flow);
  assert_non_null(strstr(flow, "line of its own"));
  const char *comment = node_cut_hint(&run->tree, member(run, "b"));
  assert_non_null(comment);
  assert_non_null(strstr(comment, "comment"));
  assert_null(node_cut_hint(&run->tree, member(run, "a")));
  assert_null(node_cut_hint(&run->tree, member(run, "c")));
  assert_null(node_cut_hint(&run->tree, node_of(run, member(run, "d"))->first));
  assert_null(node_cut_hint(&run->tree, member(run, "e")));
  release(run);
}

/* ---- errors ---- */

struct error {
  const char *source, *code;
  uint32_t line, column, end_line, end_column;
  const char *message, *hint;
};

/* Each has exactly one finding; message and hint hold these words. */
static const struct error ERRORS[] = {
    {"\xFF\xFE"
     "a\0",
     "R0102", 1, 1, 1, 1, "UTF-16", "UTF-8"},
    {"\xFE\xFF", "R0102", 1, 1, 1, 1, "UTF-16", "UTF-8"},
    {"a: caf\xE9 x\n", "R0103", 1, 7, 1, 8, "0xE9", "UTF-8"},
    {"\xE6\x97\xA5: \xE2\x82\n", "R0103", 1, 4, 1, 5, "0xE2", "UTF-8"},
    {"a: \xC0\x80\n", "R0103", 1, 4, 1, 5, "0xC0", "UTF-8"},
    {"a: \xED\xA0\x80\n", "R0103", 1, 4, 1, 5, "0xED", "UTF-8"},
    {"a: \xF5\x80\x80\x80\n", "R0103", 1, 4, 1, 5, "0xF5", "UTF-8"},
    {"a: b\xE6", "R0103", 1, 5, 1, 6, "0xE6", "UTF-8"},
    {"a: b\n\xE6\x97\xA5: \x07\n", "R0104", 2, 4, 2, 5, "U+0007", "remove"},
    {"a: \x7F\n", "R0104", 1, 4, 1, 5, "U+007F", "remove"},
    {"a: \xC2\x80\n", "R0104", 1, 4, 1, 5, "U+0080", "remove"},
    {"a: \xEF\xBB\xBF\n", "R0104", 1, 4, 1, 5, "U+FEFF", "remove"},
    {"a: \xEF\xBF\xBE\n", "R0104", 1, 4, 1, 5, "U+FFFE", "remove"},
    {"a: \xEF\xBF\xBF\n", "R0104", 1, 4, 1, 5, "U+FFFF", "remove"},
    {"a: \xE2\x80\xAE\n", "R0105", 1, 4, 1, 5, "U+202E", "differently"},
    {"a: \xE2\x80\xAA\n", "R0105", 1, 4, 1, 5, "U+202A", "differently"},
    {"a: \xE2\x81\xA6\n", "R0105", 1, 4, 1, 5, "U+2066", "differently"},
    {"a: \xE2\x81\xA9\n", "R0105", 1, 4, 1, 5, "U+2069", "differently"},
    {"a: \xE2\x80\x8E\n", "R0105", 1, 4, 1, 5, "U+200E", "differently"},
    {"a: \xE2\x80\x8F\n", "R0105", 1, 4, 1, 5, "U+200F", "differently"},
    {"a: \xD8\x9C\n", "R0105", 1, 4, 1, 5, "U+061C", "differently"},
    {"a: b\rc: d\n", "R0106", 1, 5, 1, 6, "U+000D", "CRLF"},
    {"a: b\r\r\n", "R0106", 1, 5, 1, 6, "U+000D", "CRLF"},
    {"a: \xC2\x85\n", "R0106", 1, 4, 1, 5, "U+0085", "CRLF"},
    {"a: \xE2\x80\xA8\n", "R0106", 1, 4, 1, 5, "U+2028", "CRLF"},
    {"a: \xE2\x80\xA9\n", "R0106", 1, 4, 1, 5, "U+2029", "CRLF"},
    {"", "R0107", 1, 1, 1, 1, "empty", "returns: 1"},
    {"# only\n# comments\n", "R0107", 1, 1, 1, 1, "empty", "returns: 1"},
    {"a: b\n\xE6\x97\xA5: &x c\n", "R0112", 2, 4, 2, 5, "anchors", "quote"},
    {"a: &x [b]\n", "R0112", 1, 4, 1, 5, "anchors", "quote"},
    {"a:\n  - &x\n    b: c\n", "R0112", 2, 5, 2, 6, "anchors", "quote"},
    {"a: b\nc: *x\n", "R0113", 2, 4, 2, 6, "aliases", "quote"},
    {"a: !!str b\n", "R0114", 1, 4, 1, 5, "tags", "quote"},
    {"a: ! b\n", "R0114", 1, 4, 1, 5, "tags", "quote"},
    {"a: !x [b]\n", "R0114", 1, 4, 1, 5, "tags", "quote"},
    {"a: !x {b: c}\n", "R0114", 1, 4, 1, 5, "tags", "quote"},
    {"a: !<x\n", "R0114", 1, 4, 1, 5, "tags", "quote"},
    {"a: !x!y b\n", "R0114", 1, 4, 1, 5, "tags", "quote"},
    {"a:\n  <<: b\n", "R0115", 2, 3, 2, 5, "merge", "write the keys out"},
    {"? a\n: b\n", "R0116", 1, 3, 1, 4, "plain word", "quote"},
    {"{? a : b}\n", "R0116", 1, 4, 1, 5, "plain word", "quote"},
    {"a: ? b\n", "R0116", 1, 4, 1, 5, "plain word", "quote"},
    {"a: {[b]: c}\n", "R0116", 1, 5, 1, 5, "plain word", "quote"},
    {"{? : b}\n", "R0116", 1, 4, 1, 4, "plain word", "quote"},
    {"a: b\nc: d\n\"a\": e\n", "R0117", 3, 1, 3, 4, "`a` is given twice", "keep one"},
    {"a: b\n---\nc: d\n", "R0118", 2, 1, 2, 4, "second document", "file of its own"},
    {"%YAML 1.1\n---\na: b\n", "R0119", 1, 1, 1, 10, "directives", "remove"},
    {"%TAG ! x\n---\na: b\n", "R0119", 1, 1, 1, 9, "directives", "remove"},
    {"%FOO x\n---\na: b\n", "R0119", 1, 1, 1, 2, "directives", "remove"},
    {"%YAML 3.0\n---\na: b\n", "R0119", 1, 1, 1, 2, "directives", "remove"},
    {"%YAML x\n---\na: b\n", "R0119", 1, 1, 1, 2, "directives", "remove"},
    {"%TAG x\n---\na: b\n", "R0119", 1, 1, 1, 2, "directives", "remove"},
    {"%YAML 1.1\n%YAML 1.1\n---\na: b\n", "R0119", 2, 1, 2, 2, "directives", "remove"},
    {"%TAG ! x\n%TAG ! x\n---\na: b\n", "R0119", 2, 1, 2, 2, "directives", "remove"},
    {"a: \"\xC3\xA9 \\0 b\"\n", "R0120", 1, 7, 1, 9, "U+0000", "\\\\"},
    {"a: \"x\\u202Ey\"\n", "R0120", 1, 6, 1, 12, "U+202E", "\\\\"},
    {"a: \"x\\Ly\"\n", "R0120", 1, 6, 1, 8, "U+2028", "\\\\"},
    {"a:\n\tb: c\n", "R0121", 2, 1, 2, 2, "tab", "spaces"},
    {"a: b\n\tc: d\n", "R0121", 2, 1, 2, 2, "tab", "spaces"},
    {"a: |\n\tb\n", "R0121", 2, 1, 2, 2, "tab", "spaces"},
    {"when: [reason is one of [a, b]]\n", "R0122", 1, 25, 1, 26, "not `[`", "quote it, or write it on a line of its own"},
    {"a: [1, 2\nb: 3\n", "R0122", 2, 2, 2, 3, "`,` or `]`", "missing `]`"},
    {"a: {b: c\n", "R0122", 1, 9, 1, 9, "the file ends before the closing `}`", "missing `}`"},
    {"a: [\n", "R0122", 1, 5, 1, 5, "the file ends", "close"},
    {"a: [b: c: d]\n", "R0122", 1, 9, 1, 10, "not `:`", "`: ` separates"},
    {"a: ['b' = c]\n", "R0122", 1, 9, 1, 10, "not `=`", "closing quote"},
    {"a: [b #c]\n", "R0122", 1, 10, 1, 10, "the file ends", "` #` begins a comment"},
    {"a: b\nc: \"x\n", "R0123", 2, 4, 2, 5, "not closed", "close it"},
    {"a: 'x\n---\ny'\n", "R0123", 1, 4, 1, 5, "not closed", "close it"},
    {"a: \"\xC3\xA9\\q\"\n", "R0124", 1, 6, 1, 7, "escape", "\\\\"},
    {"a: \"\\xZZ\"\n", "R0124", 1, 5, 1, 6, "escape", "\\\\"},
    {"a: \"\\ud800\"\n", "R0124", 1, 5, 1, 6, "escape", "\\\\"},
    {"a: b: c\n", "R0125", 1, 5, 1, 6, "colon", "quote the text"},
    {"a: x\n  b: c\n", "R0125", 2, 4, 2, 5, "colon", "indentation"},
    {"a: [b:[c]]\n", "R0125", 1, 6, 1, 7, "colon", "quote"},
    {"a: 'it's'\n", "R0126", 1, 8, 1, 9, "a key is due", "closing quote"},
    {"- 'x' y\n", "R0126", 1, 7, 1, 8, "a list item", "closing quote"},
    {"a: [x] + 2\n", "R0126", 1, 8, 1, 9, "a key is due", "closing bracket"},
    {"a: {b: c}}\n", "R0126", 1, 10, 1, 11, "a key is due", "too many"},
    {"a:\n  b: c\n d: e\n", "R0126", 3, 2, 3, 3, "a key is due", "indentation"},
    {"- a\nb: c\n", "R0126", 2, 1, 2, 2, "a list item", "indentation"},
    {"a: - b\n", "R0126", 1, 4, 1, 5, "list cannot begin", "line of its own"},
    {"{a: b}\nc: d\n", "R0126", 2, 1, 2, 2, "has ended", "indentation"},
    {"a: @b\n", "R0127", 1, 4, 1, 5, "`@`", "quote"},
    {"a: %b\n", "R0127", 1, 4, 1, 5, "`%`", "quote"},
    {"a: & b\n", "R0127", 1, 4, 1, 5, "`&`", "quote"},
    {"a: * b\n", "R0127", 1, 4, 1, 5, "`*`", "quote"},
    {"a: [b, , c]\n", "R0128", 1, 8, 1, 9, "a value is due here, not `,`", "quoted"},
    {"a: {b: c, : d}\n", "R0128", 1, 11, 1, 12, "not `:`", "quoted"},
    {"a: ]\n", "R0128", 1, 4, 1, 5, "not `]`", "quoted"},
    {"a: b\nccc\nd: e\n", "R0129", 2, 1, 2, 4, "no `: `", "key: value"},
    {"a: |x\n  b\n", "R0130", 1, 5, 1, 6, "after `|`", "next line"},
    {"a: >0\n  b\n", "R0130", 1, 5, 1, 6, "after `|`", "next line"},
};

static void assert_error(const struct run *run, const struct error *error) {
  if (run->diagnostics.count != 1) print_error("%u findings for: %s\n", run->diagnostics.count, error->source);
  assert_int_equal(run->diagnostics.count, 1);
  const struct finding *finding = &run->diagnostics.findings[0];
  if (strcmp(finding->code, error->code) != 0) print_error("%s: %s: %s\n", error->source, finding->code, finding->message);
  assert_string_equal(finding->code, error->code);
  assert_int_equal(finding->severity, SEVERITY_ERROR);
  assert_span(finding->span, error->line, error->column, error->end_line, error->end_column);
  if (!strstr(finding->message, error->message)) print_error("%s: %s\n", error->source, finding->message);
  assert_non_null(strstr(finding->message, error->message));
  assert_null(strchr(finding->message, '\n'));
  assert_non_null(finding->hint);
  if (!strstr(finding->hint, error->hint)) print_error("%s: %s\n", error->source, finding->hint);
  assert_non_null(strstr(finding->hint, error->hint));
}

static void test_errors(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++) {
    struct run *run = load(ERRORS[i].source);
    assert_error(run, &ERRORS[i]);
    release(run);
  }
}

static void test_zero_bytes(void **state) {
  (void)state;
  struct run *run = load_bytes("a: \0b\n", 6, &LIMITS);
  assert_error(run, &(struct error){"zero byte", "R0104", 1, 4, 1, 5, "U+0000", "remove"});
  release(run);
  run = load_bytes("a\0:\0", 4, &LIMITS);
  assert_error(run, &(struct error){"UTF-16LE without mark", "R0102", 1, 1, 1, 1, "UTF-16", "UTF-8"});
  release(run);
  run = load_bytes("\0\0\0a", 4, &LIMITS);
  assert_error(run, &(struct error){"UTF-32BE without mark", "R0102", 1, 1, 1, 1, "UTF-16", "UTF-8"});
  release(run);
  run = load_bytes(NULL, 0, &LIMITS);
  assert_error(run, &(struct error){"nothing", "R0107", 1, 1, 1, 1, "empty", "returns: 1"});
  release(run);
}

static void test_related(void **state) {
  (void)state;
  struct run *run = load("x: 1\nb: {x: 1, \xC3\xA9: 2, y: 3,\n  x: 4}\n");
  assert_error(run, &(struct error){"duplicate", "R0117", 3, 3, 3, 4, "`x`", "keep"});
  assert_span(run->diagnostics.findings[0].related->span, 2, 5, 2, 6);
  release(run);
  run = load("a:\n  - b: [c\nd: e\n");
  assert_error(run, &(struct error){"unclosed", "R0122", 3, 2, 3, 3, "`]`", "missing"});
  assert_span(run->diagnostics.findings[0].related->span, 2, 8, 2, 9);
  release(run);
}

/* One run tells all that does not hide what follows. */
static void test_several(void **state) {
  (void)state;
  struct run *run = load("a: &x b\nc: *x\nd: !y e\n<<: f\na: g\na: h\ni: \"\\0\"\n");
  static const char *const codes[] = {"R0112", "R0113", "R0114", "R0115", "R0117", "R0117", "R0120"};
  assert_int_equal(run->diagnostics.count, 7);
  for (uint32_t i = 0; i < 7; i++) {
    assert_string_equal(run->diagnostics.findings[i].code, codes[i]);
    assert_int_equal(run->diagnostics.findings[i].span.line, i + 1);
  }
  assert_int_equal(run->diagnostics.findings[5].related->span.line, 1);
  assert_int_equal(run->tree.root, 0); /* an alias stands for something that is not there */
  release(run);
  run = load("a: \x01\nb: \xFF\n\xE2\x80\xAE\rc: d\n");
  assert_int_equal(run->diagnostics.count, 4);
  assert_int_equal(run->diagnostics.findings[1].span.line, 2);
  assert_int_equal(run->diagnostics.findings[3].span.column, 2);
  release(run);
  run = load("a: 1\na: 2\nb: [\n"); /* what was found before the syntax failed is told too */
  assert_int_equal(run->diagnostics.count, 1);
  assert_string_equal(run->diagnostics.findings[0].code, "R0122");
  release(run);
  run = load("a: 1\na: 2\nb: !x c\n");
  assert_int_equal(run->diagnostics.count, 2);
  assert_true(run->tree.root != 0); /* the structure is clear all the same */
  release(run);
}

/* ---- limits ---- */

static const struct load_limits SMALL = {.source_bytes = 64, .scalar_bytes = 8, .depth = 3, .nodes = 10};

static struct run *load_small(const char *text) { return load_bytes(text, strlen(text), &SMALL); }

static void test_limits(void **state) {
  (void)state;
  struct run *run = load_small("a: 12345678\nb: [c, {d: e}]\n");
  assert_true(run->good);
  release(run);
  run = load_small("a: 'd\xC3\xA9'''''''''''\n");
  assert_true(run->good);
  release(run);
  run = load_small("a: b\nc: 123456789\n");
  assert_error(run, &(struct error){"long scalar", "R0110", 2, 4, 2, 4, "9 bytes", "quote"});
  release(run);
  run = load_small("a: [\n {b: [c]}]\n");
  assert_error(run, &(struct error){"depth", "R0108", 2, 6, 2, 6, "more than 3 deep", "bracket"});
  release(run);
  run = load_small("a: [1, 2, 3, 4, 5, 6, 7]\n");
  assert_true(run->good); /* root, key, list, 7 items: 10 */
  release(run);
  run = load_small("a: [1, 2, 3, 4, 5, 6, 7,\n  8]\n");
  assert_error(run, &(struct error){"nodes", "R0109", 2, 3, 2, 3, "more than 10", "limit"});
  release(run);
  char text[65];
  memset(text, ' ', sizeof text);
  memcpy(text, "a: b", 4);
  run = load_bytes(text, 64, &SMALL);
  assert_true(run->good);
  release(run);
  run = load_bytes(text, 65, &SMALL);
  assert_error(run, &(struct error){"size", "R0101", 1, 1, 1, 1, "65 bytes; the limit is 64", "limit"});
  release(run);
}

static void test_key_limit(void **state) {
  (void)state;
  char *text = malloc(5000 * 10);
  assert_non_null(text);
  size_t size = 0;
  for (int i = 0; i < 4096; i++) size += (size_t)sprintf(text + size, "k%d: 1\n", i * 7919 % 4096);
  struct run *run = load_bytes(text, size, &LIMITS);
  assert_true(run->good);
  assert_int_equal(node_of(run, run->tree.root)->count, 4096);
  release(run);
  size_t full = size;
  size += (size_t)sprintf(text + size, "x: 1\n");
  run = load_bytes(text, size, &LIMITS);
  assert_error(run, &(struct error){"keys", "R0111", 1, 1, 1, 1, "more than 4096", "list"});
  release(run);
  memcpy(text + full - 8, "k77: 1\n#", 8); /* one key for another that is there */
  run = load_bytes(text, full, &LIMITS);
  assert_int_equal(run->diagnostics.count, 1);
  assert_string_equal(run->diagnostics.findings[0].code, "R0117");
  assert_int_equal(run->diagnostics.findings[0].span.line, 4096);
  release(run);
  free(text);
}

/* ---- hostile files ---- */

struct hostile {
  const char *head, *body, *tail, *code;
};

/* The body is repeated up to a megabyte. NULL for the code: well-formed, if pointless. */
static const struct hostile HOSTILE[] = {
    {"", "[", "", "R0108"},
    {"", "{a: ", "", "R0108"},
    {"", "- ", "", "R0108"},
    {"", "? ", "", "R0116"},
    {"a: &a [x]\n", "b: [*a, *a, *a, *a, *a, *a, *a]\n", "", "R0113"},
    {"- &a [x]\n", "- [*a, *a, *a, *a, *a, *a, *a]\n", "", "R0113"},
    {"a: [", "&a b,", "]", "R0112"},
    {"", "a: 1\n", "", "R0111"},
    {"", "- {a: 1, a: 1}\n", "", "R0117"},
    {"", "{a,", "}", "R0116"},
    {"a: [", "a,", "]", NULL},
    {"", "-\n", "", NULL},
    {"a: [\"", "\\0", "\"]", "R0110"},
    {"a: [", "\"\\0\",", "]", "R0120"},
    {"a: \"", "x", "\"", "R0110"},
    {"a: |\n", " \n", "  x", "R0110"},
    {"", "x", ": y", "R0110"},
    {"", "---\n", "", "R0118"},
    {"", "%a\n", "", "R0119"},
    {"", "\xFF", "", "R0103"},
    {"", "\xE2\x80\xAE", "", "R0105"},
    {"", "\n", "", "R0107"},
    {"a: [", "\xE6\x97\xA5,", "]", NULL},
};

static void test_hostile(void **state) {
  (void)state;
  const size_t room = 1000000;
  char *text = malloc(room + 32);
  assert_non_null(text);
  for (size_t i = 0; i < sizeof HOSTILE / sizeof *HOSTILE; i++) {
    const struct hostile *hostile = &HOSTILE[i];
    size_t size = (size_t)sprintf(text, "%s", hostile->head), piece = strlen(hostile->body);
    while (size + piece <= room) {
      memcpy(text + size, hostile->body, piece);
      size += piece;
    }
    size += (size_t)sprintf(text + size, "%s", hostile->tail);
    clock_t start = clock();
    struct run *run = load_bytes(text, size, &LIMITS);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    if (seconds > 5) print_error("%s...: %f s\n", hostile->body, seconds);
    assert_true(seconds < 5); /* a fraction of a second each; the bound allows for sanitizers on a busy machine */
    assert_int_equal(run->good, hostile->code == NULL);
    bool found = run->good;
    for (uint32_t k = 0; k < run->diagnostics.count; k++) found |= strcmp(run->diagnostics.findings[k].code, hostile->code) == 0;
    if (!found) print_error("%s...: no %s but %s\n", hostile->body, hostile->code, run->diagnostics.findings[0].code);
    assert_true(found);
    release(run);
  }
  free(text);
}

/* ---- memory ---- */

static void test_out_of_memory(void **state) {
  (void)state;
  static const char text[] = "a: [b, {c: 'd', e: [f, [g]]}]\nh: \"i\\n\"\na: j\nk: *l\n";
  struct load_limits limits = LIMITS;
  for (size_t allowed = 0;; allowed++) {
    struct strict_memory strict;
    struct memory memory = memory_of_strict(&strict, allowed);
    struct arena arena;
    struct diagnostics diagnostics;
    struct node_tree tree;
    arena_init(&arena, &memory);
    diagnostics_init(&diagnostics, &memory, 100);
    assert_false(nodes_load(&tree, &arena, 0, "x.yaml", text, sizeof text - 1, &limits, &diagnostics));
    bool failed = diagnostics.out_of_memory;
    if (!failed) assert_int_equal(diagnostics.error_count, 2);
    diagnostics_release(&diagnostics);
    arena_free(&arena);
    assert_int_equal(strict.held, 0);
    assert_false(strict.wrong_size);
    if (!failed) break;
    assert_true(allowed < 1000);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tree),    cmocka_unit_test(test_spans),         cmocka_unit_test(test_spans_of_long_line),
      cmocka_unit_test(test_within),  cmocka_unit_test(test_within_edges),  cmocka_unit_test(test_cut_hint),
      cmocka_unit_test(test_errors),  cmocka_unit_test(test_zero_bytes),    cmocka_unit_test(test_related),
      cmocka_unit_test(test_several), cmocka_unit_test(test_limits),        cmocka_unit_test(test_key_limit),
      cmocka_unit_test(test_hostile), cmocka_unit_test(test_out_of_memory),
  };
  return cmocka_run_group_tests_name("nodes", tests, NULL, NULL);
}
