/* Tests: the lists of conditions behind `when` and `unless`, and single expressions, with the sites where they stand.
 *
 * In: scalars and a scope. Out: checked conditions. Parsing is apart from checking, since terms need their names before their
 * types. It must not know what a list of tests decides.
 */
#include "language/build.h"

struct syntax_context syntax_in(struct builder *b, const struct document *d) {
  return (struct syntax_context){.arena = b->arena, .diagnostics = b->diagnostics, .tree = &d->tree};
}

struct check_scope scope_in(struct builder *b, const struct document *d, enum scope level, uint32_t level_fact,
                            const char *place) {
  return (struct check_scope){.model = b->model,
                              .names = &b->names,
                              .rule_names = &b->rule_names,
                              .sets = b->sets,
                              .set_count = b->set_count,
                              .set_names = &b->set_names,
                              .tree = &d->tree,
                              .arena = b->arena,
                              .diagnostics = b->diagnostics,
                              .level = level,
                              .level_fact = level_fact,
                              .place = place,
                              .texts = &b->texts};
}

static void parse_list(struct builder *b, const struct document *d, const struct scalars *list, bool negated,
                       struct parsed_tests *out) {
  struct syntax_context context = syntax_in(b, d);
  for (uint32_t i = 0; i < list->count; i++) {
    out->items[out->count++] =
        (struct parsed){.scalar = &list->items[i], .syntax = syntax_condition(&context, &list->items[i]), .negated = negated};
  }
}

void parse_tests(struct builder *b, const struct document *d, const struct scalars *when, const struct scalars *unless,
                 struct parsed_tests *out) {
  *out = (struct parsed_tests){.items = build_items(b, when->count + unless->count, sizeof *out->items)};
  if (!out->items) return;
  parse_list(b, d, when, false, out);
  parse_list(b, d, unless, true, out);
}

void check_tests(struct builder *b, const struct check_scope *scope, const struct parsed_tests *parsed, struct tests *out) {
  *out = (struct tests){.items = build_items(b, parsed->count, sizeof *out->items)};
  if (!out->items) return;
  for (uint32_t i = 0; i < parsed->count; i++) {
    const struct parsed *item = &parsed->items[i];
    struct expr *condition = item->syntax ? check_condition(scope, item->syntax, item->scalar) : NULL;
    if (!condition) continue;
    out->items[out->count++] = (struct test){.condition = condition,
                                             .negated = item->negated,
                                             .source = item->scalar->text,
                                             .span = node_span(scope->tree, item->scalar->node)};
  }
}

void build_tests(struct builder *b, const struct check_scope *scope, const struct document *d, const struct scalars *when,
                 const struct scalars *unless, enum site_kind kind, struct named owner, struct tests *out) {
  struct parsed_tests parsed;
  parse_tests(b, d, when, unless, &parsed);
  check_tests(b, scope, &parsed, out);
  build_site(b, (struct site){.kind = kind, .owner = owner.name, .span = owner.span, .tests = out});
}

struct expr *build_expression(struct builder *b, const struct check_scope *scope, const struct document *d,
                              const struct scalar *scalar, enum value_type expected, enum site_kind kind, struct named owner,
                              const struct tests *guard) {
  struct syntax_context context = syntax_in(b, d);
  struct syntax *syntax = syntax_expression(&context, scalar);
  struct expr *value = syntax ? check_expression(scope, syntax, scalar, expected) : NULL;
  uint32_t key = scope->level == SCOPE_FACT ? scope->level_fact + 1 : 0;
  if (value)
    build_site(b,
               (struct site){.kind = kind, .owner = owner.name, .span = owner.span, .tests = guard, .value = value, .key = key});
  return value;
}
