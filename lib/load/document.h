/* Document: a policy file as plain structs, every value with its place.
 *
 * In: bytes. Out: the struct tree that libcyaml filled, plus, for every scalar, its text and its place, byte-exact.
 * Stages (one file each): source.c (UTF-8, line index), nodes.c (libyaml events -> node tree, limits, forbidden constructs),
 * schema.c (the tables), conform.c (node tree against the tables: all structural errors in one run, with nearest keys),
 * document.c (libcyaml load of the same bytes; joins values with nodes). Beside them: places.c (value -> source), explain.c
 * (libyaml's errors in plain words), advice.c (hints for keys). It must not know what a condition means: scalars stay text.
 */
#ifndef LOAD_DOCUMENT_H
#define LOAD_DOCUMENT_H

#include "base/diagnostics.h"

/* ---- node tree (nodes.c), also read directly for test files ---- */
enum node_kind { NODE_SCALAR = 1, NODE_SEQUENCE, NODE_MAPPING };
enum scalar_style { STYLE_PLAIN = 1, STYLE_SINGLE, STYLE_DOUBLE, STYLE_LITERAL, STYLE_FOLDED };

struct node {
  uint8_t kind, style;
  bool in_flow;         /* inside [..] or {..}: for the hint "quote it, or write it on a line of its own" */
  uint32_t first, next; /* children and siblings by index; 0: none (node 0 is unused) */
  uint32_t count;       /* children (of a mapping: pairs) */
  uint32_t key;         /* for a child of a mapping: node of its key; else 0 */
  struct text value;    /* of a scalar, decoded, NUL-terminated, lives as long as the tree */
  uint32_t start, end;  /* byte offsets in the source */
};

struct source {
  uint32_t file; /* index among the sources */
  const char *name;
  const char *bytes;
  size_t size; /* without BOM; borrowed from the caller, must outlive the tree */
  uint32_t *line_starts;
  uint32_t line_count;   /* byte offsets */
  uint32_t *code_points; /* [i]: code points that begin before byte i * SOURCE_STRIDE (the last: all of them): columns cost no
                            walk along a line */
};
#define SOURCE_STRIDE 256u

struct node_tree {
  struct source source;
  struct node *nodes;
  uint32_t count;
  uint32_t root;
  struct arena *arena;
};
/* root 0: the tree is not complete. After findings that leave the structure clear (duplicate keys, say) nodes_load answers false,
 * yet root is set. */

struct load_limits {
  size_t source_bytes, scalar_bytes;
  uint32_t depth, nodes;
};

/* Builds the tree; false when there are errors (in the diagnostics) or memory ran out (diagnostics->out_of_memory). */
bool nodes_load(struct node_tree *tree, struct arena *arena, uint32_t file, const char *name, const char *bytes, size_t size,
                const struct load_limits *limits, struct diagnostics *diagnostics);
struct span node_span(const struct node_tree *tree, uint32_t node);
/* The place of value bytes [from, to) of a scalar, through quotes, escapes and folds. */
struct span node_span_within(const struct node_tree *tree, uint32_t node, uint32_t from, uint32_t to);
/* The place of bytes [from, to) of the source. */
struct span source_span(const struct source *source, uint32_t from, uint32_t to);
/* The child of a mapping with that key; 0 if none. */
uint32_t node_member(const struct node_tree *tree, uint32_t mapping, const char *key);
/* For a scalar whose text turns out to be incomplete: how YAML may have cut it short (a ` #` comment; `,` or a bracket in flow
 * style), as a hint to its author, or NULL. Static text. */
const char *node_cut_hint(const struct node_tree *tree, uint32_t node);

/* ---- document ---- */
/* A scalar of the policy file. node 0: the key was left out (text is then empty). */
struct scalar {
  struct text text;
  uint32_t node;
};
struct scalars {
  struct scalar *items;
  uint32_t count;
  uint32_t node;
}; /* node of the sequence; 0: key left out */

struct doc_value_case {
  uint32_t node;
  struct scalars when, unless;
  struct scalar is;
};
struct doc_fact {
  uint32_t node; /* the mapping */
  struct scalar fact, type, of, range, absent, same_as, optional, supplied_by, assume, is_private;
  struct scalars values;
};
struct doc_set {
  uint32_t node;
  struct scalar set;
  struct scalars values;
};
struct doc_term {
  uint32_t node;
  struct scalar term, of, is, otherwise;
  struct scalars when, unless;
  struct doc_value_case *cases;
  uint32_t case_count;
  uint32_t cases_node;
};
struct doc_allowance {
  uint32_t node;
  struct scalar allowance, of, units, money;
};
struct doc_rule {
  uint32_t node;
  struct scalar rule, then, because, credit, up_to, fees;
  struct scalars when, unless;
};
struct doc_adjustment {
  uint32_t node;
  struct scalar name, amount, at_least, at_most, on_denial, above_credit;
  struct scalars when, unless;
}; /* name: key `fee` or `bonus` */
struct doc_approval {
  uint32_t node;
  struct scalar approval, because;
  struct scalars when, unless;
};
struct doc_output {
  uint32_t node;
  struct scalar output, otherwise;
  struct scalars values;
  struct doc_value_case *cases;
  uint32_t case_count;
  uint32_t cases_node;
};
struct doc_text {
  uint32_t node;
  struct scalar locale, text;
};
struct doc_message {
  uint32_t node;
  struct scalar message;
  struct doc_text *texts;
  uint32_t text_count;
};
struct doc_step {
  uint32_t node;
  struct scalar step, by, within, no_later_than;
  struct scalars when, unless, after;
};
struct doc_calendar {
  uint32_t node;
  struct scalar calendar, covers;
  struct scalars weekend, holidays;
};
struct doc_with {
  uint32_t node;
  struct scalar fact, is;
};
struct doc_floor {
  uint32_t node;
  struct scalar policy, prefer;
  struct doc_with *with;
  uint32_t with_count;
};

struct document {
  struct node_tree tree;
  struct scalar returns, policy, vocabulary, revision, title,
      currency; /* `vocabulary: NAME` in place of `policy:` in a file that is only used */
  uint32_t conventions_node;
  struct scalar month_end, rounding, fee_above_credit, fill;
  uint32_t valid_node;
  struct scalar valid_by, valid_from, valid_until;
  struct scalars use;
  struct scalar units, unit_value;
  struct scalars require;
  uint32_t otherwise_node;
  struct scalar otherwise_then, otherwise_because, otherwise_credit, otherwise_fees;
  struct doc_fact *facts;
  uint32_t fact_count;
  struct doc_set *sets;
  uint32_t set_count;
  struct doc_term *terms;
  uint32_t term_count;
  struct doc_allowance *allowances;
  uint32_t allowance_count;
  struct doc_rule *rules;
  uint32_t rule_count;
  uint32_t rules_node;
  struct doc_adjustment *fees;
  uint32_t fee_count;
  struct doc_adjustment *bonuses;
  uint32_t bonus_count;
  struct doc_approval *approvals;
  uint32_t approval_count;
  struct doc_output *outputs;
  uint32_t output_count;
  struct doc_message *messages;
  uint32_t message_count;
  struct doc_step *workflow;
  uint32_t step_count;
  struct doc_calendar *calendars;
  uint32_t calendar_count;
  struct doc_floor *floors;
  uint32_t floor_count;
};

/* Loads one file. All memory from the arena (libyaml's own apart). false: errors in the diagnostics, or out of memory. */
bool document_load(struct document *document, struct arena *arena, uint32_t file, const char *name, const char *bytes,
                   size_t size, const struct load_limits *limits, struct diagnostics *diagnostics);

#endif
