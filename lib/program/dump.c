/* Dump: header, facts, terms, rules, columns with their rows, tree.
 *
 * In: a verified program. Out: lines of text. Expressions are written by dump_nodes.c.
 */
#include "program/dump.h"

#include "base/date.h"
#include "base/number.h"

static const char *word(const char *const *words, uint32_t count, uint32_t index) { return index < count ? words[index] : "?"; }
#define WORD(words, index) word(words, sizeof(words) / sizeof(words)[0], index)

static const char *const type_words[] = {"none",    "flag",    "choice",       "set",    "text",    "count",
                                         "decimal", "percent", "money",        "date",   "instant", "days",
                                         "months",  "hours",   "working days", "number", "verdict", "rule"};
static const char *const verdict_words[] = {"?", "authorize", "partial_credit", "exchange_only", "deny"};

#define RECORD(type, section, index) (&((const type *)program_section(p, section))[index])

static void name_of_fact(const struct program *p, uint32_t fact, struct buffer *out) {
  buffer_text(out, program_text(p, RECORD(struct program_fact, SECTION_FACTS, fact)->name));
}

static void name_of_rule(const struct program *p, uint32_t rule, struct buffer *out) {
  buffer_text(out, program_text(p, RECORD(struct program_rule, SECTION_RULES, rule)->name));
}

static void value(const char *label, const struct program *p, uint32_t node, struct buffer *out) {
  if (node == NO_INDEX) return;
  buffer_format(out, "  %s ", label);
  program_dump_node(p, node, out);
  buffer_char(out, '\n');
}

static void tests(const struct program *p, struct program_list list, struct buffer *out) {
  for (uint32_t i = 0; i < list.count; i++) {
    const struct program_test *test = RECORD(struct program_test, SECTION_TESTS, list.first + i);
    value(test->negated ? "unless" : "when", p, test->node, out);
  }
}

/* ---- facts, terms, rules ---- */

static void scope(const struct program *p, uint32_t scope_kind, uint32_t fact, struct buffer *out) {
  if (scope_kind == SCOPE_REQUEST) buffer_text(out, " of request");
  if (scope_kind != SCOPE_FACT) return;
  buffer_text(out, " of ");
  name_of_fact(p, fact, out);
}

static void fact(const struct program *p, uint32_t index, struct buffer *out) {
  const struct program_fact *f = RECORD(struct program_fact, SECTION_FACTS, index);
  buffer_format(out, "fact %u %s: %s", index, program_text(p, f->name), WORD(type_words, f->type));
  scope(p, f->scope, f->scope_fact, out);
  for (uint32_t i = 0; i < f->values.count; i++) {
    const struct program_string *text = RECORD(struct program_string, SECTION_VALUES, f->values.first + i);
    buffer_format(out, "%s%s", i == 0 ? " [" : ", ", program_text(p, *text));
  }
  if (f->values.count > 0) buffer_char(out, ']');
  if (f->flags & FACT_RANGE) buffer_format(out, " %l..%l", f->low, f->high);
  if (f->flags & FACT_ABSENT) buffer_format(out, " absent %l", f->absent);
  if (f->flags & FACT_OPTIONAL) buffer_text(out, " optional");
  if (f->flags & FACT_PRIVATE) buffer_text(out, " private");
  if (f->flags & FACT_USED) buffer_text(out, " used");
  buffer_format(out, " depth %u\n", f->depth);
  if (f->same_as != NO_INDEX) {
    buffer_text(out, "  same_as ");
    name_of_fact(p, f->same_as, out);
    buffer_char(out, '\n');
  }
  value("assume", p, f->assume, out);
}

static void term(const struct program *p, uint32_t index, struct buffer *out) {
  const struct program_term *t = RECORD(struct program_term, SECTION_TERMS, index);
  buffer_format(out, "term %u %s: %s", index, program_text(p, t->name), WORD(type_words, t->type));
  scope(p, t->scope, t->scope_fact, out);
  buffer_format(out, " depth %u\n", t->depth);
  tests(p, t->tests, out);
  for (uint32_t i = 0; i < t->cases.count; i++) {
    const struct program_case *c = RECORD(struct program_case, SECTION_CASES, t->cases.first + i);
    tests(p, c->tests, out);
    value("  is", p, c->value, out);
  }
  value("is", p, t->value, out);
}

static void rule(const struct program *p, uint32_t index, struct buffer *out) {
  static const char *const limit_words[] = {"", " up_to an allowance", " up_to units", " up_to money"};
  const struct program_rule *r = RECORD(struct program_rule, SECTION_RULES, index);
  buffer_format(out, "rule %u %s: %s because %s%s%s\n", index, program_text(p, r->name), WORD(verdict_words, r->verdict),
                program_text(p, r->because), WORD(limit_words, r->limit_kind), r->shielded ? " shielded" : "");
  tests(p, r->tests, out);
  value("credit", p, r->credit, out);
  value("limit", p, r->limit, out);
}

/* ---- columns and rows ---- */

static void entries_of(const struct program *p, const uint64_t *row, struct buffer *out) {
  uint32_t count = program_count(p, SECTION_ENTRIES), set = 0;
  for (uint32_t e = 0; e < count; e++) set += (uint32_t)(row[e / 64] >> e % 64 & 1);
  if (set == count) {
    buffer_text(out, " all\n");
    return;
  }
  for (uint32_t e = 0; e < count; e++) {
    if (row[e / 64] >> e % 64 & 1) buffer_format(out, " %u", e);
  }
  buffer_text(out, set == 0 ? " none\n" : "\n");
}

static void class_name(const struct program *p, const struct program_column *c, uint32_t class, struct buffer *out) {
  const int64_t *cuts = (const int64_t *)program_section(p, SECTION_CUTS) + c->cuts_first;
  bool is_cut = c->kind == COLUMN_CUTS || c->kind == COLUMN_DIFFERENCE || c->kind == COLUMN_MONTHS;
  buffer_format(out, "  %u", class);
  if (class == c->class_count - 1) {
    buffer_text(out, " missing");
  } else if (is_cut) {
    if (class > 0) buffer_format(out, " from %l", cuts[class - 1]);
    if (class < c->cuts_count) buffer_format(out, " below %l", cuts[class]);
  }
  buffer_char(out, ':');
}

static void column(const struct program *p, uint32_t index, struct buffer *out) {
  static const char *const kind_words[] = {"?", "value", "member", "text", "cuts", "difference", "months"};
  const struct program_column *c = RECORD(struct program_column, SECTION_COLUMNS, index);
  buffer_format(out, "column %u %s ", index, WORD(kind_words, c->kind));
  name_of_fact(p, c->fact, out);
  if (c->kind == COLUMN_MEMBER) buffer_format(out, " has %u", c->member);
  if (c->kind == COLUMN_DIFFERENCE || c->kind == COLUMN_MONTHS) {
    buffer_text(out, " - ");
    name_of_fact(p, c->other, out);
  }
  buffer_text(out, index < p->header->request_columns ? " of request\n" : "\n");
  if (c->table_count > 0) buffer_format(out, "  table of %u from %l, shift %u\n", c->table_count, c->table_base, c->table_shift);
  const uint64_t *rows = (const uint64_t *)program_section(p, SECTION_ROWS) + c->rows_first;
  for (uint32_t class = 0; class < c->class_count; class ++) {
    class_name(p, c, class, out);
    entries_of(p, rows + (size_t) class * p->header->row_words, out);
  }
}

static void entry(const struct program *p, uint32_t index, struct buffer *out) {
  const struct program_entry *e = RECORD(struct program_entry, SECTION_ENTRIES, index);
  buffer_format(out, "entry %u ", index);
  name_of_rule(p, e->rule, out);
  buffer_format(out, "%s%s\n", e->flags & ENTRY_VERIFY ? " verify" : "", e->flags & ENTRY_WALK ? " walk" : "");
}

/* ---- the tree ---- */

static void tree_node(const struct program *p, uint32_t index, struct buffer *out) {
  const struct program_tree_node *n = RECORD(struct program_tree_node, SECTION_TREE, index);
  buffer_format(out, "tree %u ", index);
  if (n->kind == TREE_BRANCH) {
    buffer_format(out, "asks column %u\n", n->column);
    for (uint32_t i = 0; i < n->arms.count; i++) {
      const struct program_tree_arm *arm = RECORD(struct program_tree_arm, SECTION_TREE_ARMS, n->arms.first + i);
      buffer_format(out, "  %u..%u: %u\n", arm->class_first, arm->class_last, arm->node);
    }
    return;
  }
  buffer_text(out, n->kind == TREE_LEAF ? "decides " : "cut at ");
  name_of_rule(p, n->rule, out);
  for (uint32_t i = 0; i < n->rules.count; i++) {
    buffer_text(out, i == 0 ? " of " : ", ");
    name_of_rule(p, *RECORD(uint32_t, SECTION_LINKS, n->rules.first + i), out);
  }
  buffer_format(out, " (%u)\n", n->remaining);
}

static void header(const struct program *p, struct buffer *out) {
  const struct program_header *h = p->header;
  buffer_format(out, "program %s revision %s title %s currency %s digits %u flags %u\n", program_text(p, h->name),
                program_text(p, h->revision), program_text(p, h->title), program_text(p, h->currency), h->minor_digits, h->flags);
  buffer_format(out, "conventions month_end %u rounding %u fill %u\n", h->month_end, h->rounding, h->fill);
  tests(p, h->require, out);
  value("units", p, h->units, out);
  value("unit_value", p, h->unit_value, out);
}

static void floors(const struct program *p, struct buffer *out) {
  for (uint32_t i = 0; i < program_count(p, SECTION_FLOORS); i++) {
    const struct program_floor *floor = RECORD(struct program_floor, SECTION_FLOORS, i);
    buffer_format(out, "floor %u %s of %l bytes\n", i, program_text(p, floor->policy), (int64_t)floor->block_size);
  }
}

void program_dump(const struct program *p, struct buffer *out) {
  static const struct {
    enum program_section section;
    void (*dump)(const struct program *, uint32_t, struct buffer *);
  } parts[] = {{SECTION_FACTS, fact},    {SECTION_TERMS, term},     {SECTION_RULES, rule},
               {SECTION_ENTRIES, entry}, {SECTION_COLUMNS, column}, {SECTION_TREE, tree_node}};
  header(p, out);
  for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
    for (uint32_t i = 0; i < program_count(p, parts[part].section); i++) parts[part].dump(p, i, out);
  }
  floors(p, out);
}
