/* Check, folding: operators over constants become constants, exactly.
 *
 * In: a node whose kids are final or bare. Out: the same node as OP_CONST where a coded value holds the result, as OP_RATIO where
 * a fraction of two int64_t does, else unchanged. What needs a calendar, or a convention that is not said, is left to the
 * evaluator.
 */
#include "language/check_internal.h"

#include "base/date.h"

enum { SECONDS_PER_DAY = 86400 };

void check_fold_load(struct number *out, const struct expr *constant) {
  if (constant->op == OP_RATIO)
    number_set_ratio(out, constant->value, constant->denominator);
  else
    number_of_coded(out, constant->type, constant->value);
}

static void become_constant(struct expr *expr, enum operator op, enum value_type type, int64_t value, int64_t denominator) {
  expr->op = op;
  expr->type = type;
  expr->value = value;
  expr->denominator = denominator;
  expr->flags = 0;
  expr->index = NO_INDEX;
  expr->kids = NULL;
  expr->kid_count = 0;
}

static int64_t scale_of(enum value_type type) {
  return type == TYPE_DECIMAL ? SCALE_DECIMAL : type == TYPE_PERCENT ? SCALE_PERCENT : 1;
}

bool check_fold_store(struct expr *expr, enum value_type type, const struct number *value) {
  struct number coded, scale;
  int64_t whole;
  number_set(&scale, scale_of(type));
  if (type != TYPE_NUMBER && number_multiply(&coded, value, &scale) == NUMBER_OK && number_to_int64(&coded, &whole)) {
    become_constant(expr, OP_CONST, type, whole, 0);
  } else if (!value->big) {
    become_constant(expr, OP_RATIO, type, value->num, value->den);
  } else {
    return false;
  }
  return true;
}

static bool report_range(struct checker *c, const struct syntax *syntax) {
  struct text written = checker_snippet(c, syntax);
  diagnostics_error(diagnostics_of(c), "R0511", checker_place(c, syntax), "`%t` is outside the years %d to %d", &written,
                    YEAR_MIN, YEAR_MAX);
  return false;
}

/* ---- arithmetic ---- */

static bool fold_months(struct checker *c, struct expr *expr, const struct syntax *syntax) {
  enum month_end convention = c->scope->model->month_end;
  int64_t months = expr->kids[1]->value, date = expr->kids[0]->value;
  int32_t result;
  if (convention == MONTH_END_UNSET || expr->kids[1]->op != OP_CONST) return true;
  if (expr->op == OP_SUBTRACT && months == INT64_MIN) return true;
  if (!date_add_months((int32_t)date, expr->op == OP_SUBTRACT ? -months : months, convention, &result))
    return report_range(c, syntax);
  become_constant(expr, OP_CONST, TYPE_DATE, result, 0);
  return true;
}

/* date or instant, plus or minus days or hours */
static bool fold_moment(struct checker *c, struct expr *expr, const struct syntax *syntax, const struct number *result) {
  int64_t coded;
  int32_t offset = expr->kids[0]->offset_minutes;
  enum value_type type = expr->type;
  int64_t scale = type == TYPE_INSTANT ? SECONDS_PER_DAY : 1;
  if (!number_to_int64(result, &coded)) return number_is_whole(result) ? report_range(c, syntax) : true;
  if (coded < DATE_FIRST * scale || coded >= (DATE_LAST + 1) * scale) return report_range(c, syntax);
  become_constant(expr, OP_CONST, type, coded, 0);
  expr->offset_minutes = offset;
  return true;
}

static enum number_error fold_pair(enum operator op, struct number *out, const struct number *a, const struct number *b) {
  enum number_error error = NUMBER_OK;
  switch (op) {
  case OP_ADD: return number_add(out, a, b);
  case OP_SUBTRACT: return number_subtract(out, a, b);
  case OP_MULTIPLY:
  case OP_PERCENT_OF: return number_multiply(out, a, b);
  case OP_DIVIDE: return number_divide(out, a, b);
  default: break;
  }
  int order = number_compare(a, b, &error);
  number_copy(out, (op == OP_MIN) == (order <= 0) ? a : b);
  return error;
}

/* Hours are carried in seconds, and rounded to whole hours. */
static enum number_error fold_single(enum operator op, struct number *value, enum value_type type) {
  struct number unit, units;
  if (op == OP_NEGATE) {
    number_negate(value, value);
    return NUMBER_OK;
  }
  number_set(&unit, check_unit_scale(type));
  enum number_error error = number_divide(&units, value, &unit);
  if (error == NUMBER_OK) error = op == OP_ROUND_DOWN ? number_floor(&units, &units) : number_ceiling(&units, &units);
  return error == NUMBER_OK ? number_multiply(value, &units, &unit) : error;
}

static bool fold_arithmetic(struct checker *c, struct expr *expr, const struct syntax *syntax) {
  struct number result, other;
  enum number_error error = NUMBER_OK;
  check_fold_load(&result, expr->kids[0]);
  if (expr->kid_count == 1) error = fold_single(expr->op, &result, expr->type);
  for (uint32_t i = 1; i < expr->kid_count && error == NUMBER_OK; i++) {
    struct number left;
    number_copy(&left, &result);
    check_fold_load(&other, expr->kids[i]);
    error = fold_pair(expr->op, &result, &left, &other);
  }
  if (error != NUMBER_OK) return true;
  if (expr->type == TYPE_DATE || expr->type == TYPE_INSTANT) return fold_moment(c, expr, syntax, &result);
  check_fold_store(expr, expr->type, &result);
  return true;
}

/* ---- comparison ---- */

static bool holds(enum operator op, int order) {
  switch (op) {
  case OP_EQUAL: return order == 0;
  case OP_NOT_EQUAL: return order != 0;
  case OP_LESS: return order < 0;
  case OP_LESS_EQUAL: return order <= 0;
  case OP_GREATER: return order > 0;
  default: return order >= 0;
  }
}

static int order_of(const struct expr *a, const struct expr *b) {
  struct number x, y;
  enum number_error error = NUMBER_OK;
  check_fold_load(&x, a);
  check_fold_load(&y, b);
  return number_compare(&x, &y, &error);
}

static void fold_comparison(struct expr *expr) {
  struct expr **kids = expr->kids;
  bool truth = expr->op == OP_BETWEEN ? order_of(kids[0], kids[1]) >= 0 && order_of(kids[0], kids[2]) <= 0
                                      : holds(expr->op, order_of(kids[0], kids[1]));
  become_constant(expr, OP_CONST, TYPE_FLAG, truth, 0);
}

static void fold_day(struct expr *expr) {
  const struct expr *instant = expr->kids[0];
  become_constant(expr, OP_CONST, TYPE_DATE, instant_day(instant->value, instant->offset_minutes), 0);
}

static void fold_logic(struct expr *expr) {
  bool any = false, all = true;
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    any = any || expr->kids[i]->value;
    all = all && expr->kids[i]->value;
  }
  become_constant(expr, OP_CONST, TYPE_FLAG, expr->op == OP_NOT ? !any : expr->op == OP_AND ? all : any, 0);
}

/* ---- */

static bool divides_by_zero(const struct expr *expr) {
  if (expr->op != OP_DIVIDE || !check_is_constant(expr->kids[1])) return false;
  return expr->kids[1]->value == 0;
}

static bool has_constant_kids(const struct expr *expr) {
  for (uint32_t i = 0; i < expr->kid_count; i++) {
    if (!check_is_constant(expr->kids[i])) return false;
  }
  return expr->kid_count > 0;
}

static bool fold_sum(struct checker *c, struct expr *expr, const struct syntax *syntax) {
  enum value_type moved_by = expr->type == TYPE_DATE ? expr->kids[1]->type : TYPE_NONE;
  if (moved_by == TYPE_WORKING_DAYS) return true;
  return moved_by == TYPE_MONTHS ? fold_months(c, expr, syntax) : fold_arithmetic(c, expr, syntax);
}

bool check_fold(struct checker *c, struct expr *expr, const struct syntax *syntax) {
  bool good = true;
  if (divides_by_zero(expr)) {
    struct text written = checker_snippet(c, syntax);
    diagnostics_error(diagnostics_of(c), "R0511", checker_place(c, syntax), "`%t` divides by zero", &written);
    return false;
  }
  if (!has_constant_kids(expr)) return true;
  switch (expr->op) {
  case OP_ADD:
  case OP_SUBTRACT: good = fold_sum(c, expr, syntax); break;
  case OP_MULTIPLY:
  case OP_DIVIDE:
  case OP_NEGATE:
  case OP_PERCENT_OF:
  case OP_MIN:
  case OP_MAX:
  case OP_ROUND_DOWN:
  case OP_ROUND_UP: good = fold_arithmetic(c, expr, syntax); break;
  case OP_DAY_OF: fold_day(expr); break;
  case OP_EQUAL:
  case OP_NOT_EQUAL:
  case OP_LESS:
  case OP_LESS_EQUAL:
  case OP_GREATER:
  case OP_GREATER_EQUAL:
  case OP_BETWEEN: fold_comparison(expr); break;
  case OP_AND:
  case OP_OR:
  case OP_NOT: fold_logic(expr); break;
  default: return true;
  }
  checker_whole(c, expr);
  return good;
}
