/* Check, bare numbers: what a literal without a unit becomes, and whether an expression fits its place.
 *
 * In: nodes over counts, decimals and bare numbers. Out: the same nodes with the type that their surroundings ask for.
 * `3.95 * parcels` is money where money is due: one bare factor, or all bare summands, become money.
 */
#include "language/check_internal.h"

static bool is_literal(const struct expr *expr) { return expr->type == TYPE_NUMBER && expr->op == OP_RATIO; }

/* flags of a bare literal: digits written behind the point. Reports what a type cannot hold; expr->span is the place. */
static bool convert(struct checker *c, struct expr *expr, enum value_type type) {
  struct number value, factor;
  const struct model *model = c->scope->model;
  uint32_t digits = expr->flags, most = type == TYPE_MONEY ? model->minor_digits : 6;
  number_set_ratio(&value, expr->value, expr->denominator);
  if (type == TYPE_MONEY && !model->currency.size) {
    diagnostics_error(diagnostics_of(c), "R0515", expr->span, "this is an amount of money, and the policy names no `currency`");
    return false;
  }
  if (type == TYPE_COUNT && expr->denominator != 1) {
    diagnostics_error(diagnostics_of(c), "R0505", expr->span, "a count is a whole number, and this is none");
    return false;
  }
  if (type != TYPE_COUNT && digits > most) {
    diagnostics_error(diagnostics_of(c), "R0509", expr->span, "%s has at most %u digits behind the point, this has %u",
                      type == TYPE_MONEY ? "an amount in the policy's currency" : check_type_phrase(type), most, digits);
    return false;
  }
  int64_t scale = type == TYPE_PERCENT ? 100 : 1;
  for (uint32_t i = 0; type == TYPE_MONEY && i < model->minor_digits; i++) scale *= 10;
  number_set(&factor, scale);
  enum number_error error =
      type == TYPE_PERCENT ? number_divide(&value, &value, &factor) : number_multiply(&value, &value, &factor);
  if (error != NUMBER_OK || !check_fold_store(expr, type, &value)) {
    diagnostics_error(diagnostics_of(c), "R0510", expr->span, "this number is too large for %s", check_type_phrase(type));
    return false;
  }
  checker_whole(c, expr);
  return true;
}

/* How a literal must be written to be taken for an amount of money: of several factors the one that looks most like one is. */
enum look { LOOKS_LIKE_MONEY /* with the currency's digits */, FITS_MONEY /* with no more than them */, ANY_NUMBER };

static bool adapts(const struct checker *c, const struct expr *expr, enum value_type type, enum look look);

/* ---- terms whose values are bare: the first use says what they are ---- */

static uint32_t term_values(const struct term *term) { return term->case_count + 1; }

static struct expr *term_value(const struct term *term, uint32_t i) {
  return i < term->case_count ? term->cases[i].value : term->value;
}

static bool term_adapts(const struct checker *c, uint32_t index, enum value_type type, enum look look) {
  const struct term *term = &c->scope->model->terms[index];
  if (!term->bare) return term->type == type;
  for (uint32_t i = 0; i < term_values(term); i++) {
    if (!adapts(c, term_value(term, i), type, look)) return false;
  }
  return true;
}

static bool term_adapt(struct checker *c, uint32_t index, enum value_type type) {
  struct term *term = &c->scope->model->terms[index];
  bool good = true;
  for (uint32_t i = 0; term->bare && i < term_values(term); i++) {
    struct expr *value = term_value(term, i);
    /* What did not take the type (a factor, a `where`) will not be met again: its literals settle now. */
    good = check_bare_adapt(c, value, type) && check_settle(c, value) && good;
  }
  term->bare = 0;
  term->type = type;
  return good;
}

static bool term_settle(struct checker *c, struct expr *use) {
  struct term *term = &c->scope->model->terms[use->index];
  bool good = true, bare = term->bare != 0;
  term->bare = 0;
  for (uint32_t i = 0; bare && i < term_values(term); i++) {
    struct expr *value = term_value(term, i);
    good = (is_literal(value) ? convert(c, value, term->type) : check_settle(c, value)) && good;
  }
  if (use->type == term->type) return good;
  diagnostics_error(diagnostics_of(c), "R0503", use->span, "`%t` is %s, for so it was used before, and here it is %s",
                    &term->name, check_type_phrase(term->type), check_type_phrase(use->type));
  return false;
}

bool check_settle_term(const struct check_scope *scope, uint32_t term) {
  struct checker c = {.scope = scope};
  struct expr use = {.op = OP_TERM, .type = scope->model->terms[term].type, .index = term};
  return term_settle(&c, &use);
}

uint32_t check_bare_depth(const struct checker *c, const struct expr *expr) {
  uint32_t depth = 1;
  if (expr->op == OP_TERM) depth = c->scope->model->terms[expr->index].bare + 1;
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    uint32_t kid = check_bare_depth(c, expr->kids[i]);
    if (kid > depth) depth = kid;
  }
  return depth;
}

/* ---- expressions ---- */

static bool has_look(const struct checker *c, const struct expr *literal, enum value_type type, enum look look) {
  uint32_t digits = c->scope->model->minor_digits;
  if (type != TYPE_MONEY || look == ANY_NUMBER) return true;
  return look == LOOKS_LIKE_MONEY ? literal->flags == digits : literal->flags <= digits;
}

static bool adapts(const struct checker *c, const struct expr *expr, enum value_type type, enum look look) {
  if (expr->type == type) return true;
  if (!check_is_bare(expr->type)) return false;
  if (is_literal(expr)) return has_look(c, expr, type, look);
  switch (expr->op) {
  case OP_ADD:
  case OP_SUBTRACT:
  case OP_MIN:
  case OP_MAX:
    for (uint32_t i = 0; i < expr->kid_count; i++) {
      if (!adapts(c, expr->kids[i], type, look)) return false;
    }
    return true;
  case OP_MULTIPLY: return adapts(c, expr->kids[0], type, look) || adapts(c, expr->kids[1], type, look);
  case OP_DIVIDE:
  case OP_NEGATE:
  case OP_ROUND_DOWN:
  case OP_ROUND_UP:
  case OP_SUM: return adapts(c, expr->kids[0], type, look);
  case OP_PERCENT_OF: return adapts(c, expr->kids[1], type, look);
  case OP_TERM: return term_adapts(c, expr->index, type, look);
  default: return false;
  }
}

bool check_bare_adapts(const struct checker *c, const struct expr *expr, enum value_type type) {
  return (type == TYPE_MONEY || type == TYPE_PERCENT) && adapts(c, expr, type, ANY_NUMBER);
}

bool check_bare_adapt(struct checker *c, struct expr *expr, enum value_type type) {
  if (expr->type == type) return true;
  if (is_literal(expr)) return convert(c, expr, type);
  bool good = expr->op != OP_TERM || term_adapt(c, expr->index, type);
  uint32_t first = 0, end = expr->op == OP_TERM ? 0 : 1;
  if (expr->op == OP_ADD || expr->op == OP_SUBTRACT || expr->op == OP_MIN || expr->op == OP_MAX) {
    end = expr->kid_count;
  } else if (expr->op == OP_MULTIPLY || expr->op == OP_PERCENT_OF) {
    enum look look = LOOKS_LIKE_MONEY;
    while (!adapts(c, expr, type, look)) look++;
    first = expr->op == OP_PERCENT_OF || !adapts(c, expr->kids[0], type, look) ? 1 : 0;
    end = first + 1;
  }
  for (uint32_t i = first; i < end; i++) good = check_bare_adapt(c, expr->kids[i], type) && good;
  expr->type = type;
  checker_whole(c, expr);
  return good;
}

/* ---- one type for several ---- */

void check_report_bare_duration(struct checker *c, const struct syntax *syntax, enum value_type duration) {
  struct text written = checker_snippet(c, syntax);
  diagnostics_error(diagnostics_of(c), "R0504", checker_place(c, syntax), "`%t` is a bare number, and a duration is needed here",
                    &written);
  diagnostics_hint(diagnostics_of(c), syntax->kind == SYNTAX_NUMBER ? "write `%t %s`" : "write `(%t) %s`", &written,
                   check_unit_word(duration, text_is(written, "1")));
}

static enum value_type bare_common(struct expr **exprs, uint32_t count) {
  enum value_type common = TYPE_NUMBER;
  bool fraction = false;
  for (uint32_t i = 0; i < count; i++) {
    if (exprs[i]->type == TYPE_DECIMAL) common = TYPE_DECIMAL;
    if (exprs[i]->type == TYPE_COUNT && common == TYPE_NUMBER) common = TYPE_COUNT;
    fraction = fraction || (exprs[i]->type == TYPE_NUMBER && !exprs[i]->whole);
  }
  return common == TYPE_COUNT && fraction ? TYPE_DECIMAL : common;
}

enum value_type check_bare_unify(struct checker *c, struct expr **exprs, const struct syntax *const *syntaxes, uint32_t count,
                                 uint32_t *odd, bool *reported) {
  enum value_type common = TYPE_NONE;
  *reported = false;
  for (uint32_t i = 0; i < count && common == TYPE_NONE; i++) {
    if (!check_is_bare(exprs[i]->type)) common = exprs[i]->type;
  }
  if (common == TYPE_NONE) return bare_common(exprs, count);
  for (uint32_t i = 0; i < count; i++) {
    *odd = i;
    if (exprs[i]->type == common) continue;
    if (check_is_bare(exprs[i]->type) && check_bare_adapts(c, exprs[i], common)) {
      if (check_bare_adapt(c, exprs[i], common)) continue;
      *reported = true;
    } else if (exprs[i]->type == TYPE_NUMBER && check_is_duration(common)) {
      check_report_bare_duration(c, syntaxes[i], common);
      *reported = true;
    }
    return TYPE_NONE;
  }
  return common;
}

/* ---- places ---- */

static bool fits_count(struct checker *c, struct expr *expr, const struct syntax *syntax) {
  if (expr->type == TYPE_COUNT) return true;
  if (is_literal(expr)) return convert(c, expr, TYPE_COUNT);
  struct text written = checker_snippet(c, syntax);
  diagnostics_error(diagnostics_of(c), "R0505", checker_place(c, syntax), "`%t` is a decimal, and a count is needed here",
                    &written);
  diagnostics_hint(diagnostics_of(c), "write `round_down(%t)` or `round_up(%t)`", &written, &written);
  return false;
}

static void hint_at_place(struct checker *c, const struct syntax *syntax, enum value_type found, enum value_type expected) {
  struct text written = checker_snippet(c, syntax);
  struct diagnostics *diagnostics = diagnostics_of(c);
  if (found == TYPE_INSTANT && expected == TYPE_DATE) diagnostics_hint(diagnostics, "write `day of %t`", &written);
  if (expected == TYPE_MONEY && found == TYPE_PERCENT)
    diagnostics_hint(diagnostics, "a percentage is of something: `%t of value`", &written);
  if (expected == TYPE_COUNT && check_is_duration(found))
    diagnostics_hint(diagnostics, "divide it by a duration, and round: `round_down(%t / 1 %s)`", &written,
                     check_unit_word(found, true));
}

bool check_fit(struct checker *c, struct expr *expr, const struct syntax *syntax, enum value_type expected) {
  const struct fact *fact = c->scope->expected_fact;
  if (expr->type == expected) {
    if (!fact || (expected != TYPE_CHOICE && expected != TYPE_SET) || check_same_values(check_values_of(c, expr), fact))
      return true;
    struct text written = checker_snippet(c, syntax);
    diagnostics_error(diagnostics_of(c), "R0513", checker_place(c, syntax), "`%t` has other declared values than `%t`", &written,
                      &fact->name);
    return false;
  }
  if (check_is_bare(expr->type)) {
    if (expected == TYPE_COUNT) return fits_count(c, expr, syntax);
    if (expected == TYPE_DECIMAL) return is_literal(expr) ? convert(c, expr, TYPE_DECIMAL) : true;
    if (check_bare_adapts(c, expr, expected)) return check_bare_adapt(c, expr, expected);
    if (expr->type == TYPE_NUMBER && check_is_duration(expected)) {
      check_report_bare_duration(c, syntax, expected);
      return false;
    }
  }
  struct text written = checker_snippet(c, syntax);
  diagnostics_error(diagnostics_of(c), "R0503", checker_place(c, syntax), "`%t` is %s, and %s is needed here", &written,
                    check_type_phrase(expr->type), check_type_phrase(expected));
  hint_at_place(c, syntax, expr->type, expected);
  return false;
}

/* Of a bare number whose kids have settled: what is rounded, and what is made of counts without dividing, is a count. */
static enum value_type settled_type(const struct expr *expr) {
  if (expr->op == OP_ROUND_DOWN || expr->op == OP_ROUND_UP) return TYPE_COUNT;
  if (expr->op == OP_DIVIDE || expr->op == OP_PERCENT_OF) return TYPE_DECIMAL;
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    if (expr->kids[i]->type != TYPE_COUNT) return TYPE_DECIMAL;
  }
  return expr->kid_count ? TYPE_COUNT : TYPE_DECIMAL;
}

bool check_settle(struct checker *c, struct expr *expr) {
  bool good = true,
       whole_kids = expr->type == TYPE_COUNT || check_is_duration(expr->type) || (expr->type == TYPE_NUMBER && expr->whole);
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    struct expr *kid = expr->kids[i];
    if (whole_kids && is_literal(kid) && kid->denominator == 1) kid->flags = 0;
    good = check_settle(c, kid) && good;
  }
  if (is_literal(expr)) return convert(c, expr, expr->denominator == 1 && expr->flags == 0 ? TYPE_COUNT : TYPE_DECIMAL) && good;
  if (expr->op == OP_TERM) good = term_settle(c, expr) && good;
  if (expr->type == TYPE_NUMBER) expr->type = settled_type(expr);
  checker_whole(c, expr);
  return good;
}
