/* Tree view: what is reachable, how arms group, and what questions and answers are called. */
#include "report/tree_view.h"

#include "base/date.h"
#include "base/number.h"

void tree_view_release(struct tree_view *view) {
  memory_give(view->memory, view->parents, view->count * sizeof *view->parents);
  memory_give(view->memory, view->reachable, view->count * sizeof *view->reachable);
}

bool tree_view_init(struct tree_view *view, const struct program *program, struct memory *memory) {
  *view = (struct tree_view){.program = program, .memory = memory};
  view->nodes = program_section(program, SECTION_TREE);
  view->arms = program_section(program, SECTION_TREE_ARMS);
  view->count = program_count(program, SECTION_TREE);
  if (program->header->tree_root == NO_INDEX || view->count == 0) {
    view->count = 0;
    return true;
  }
  view->parents = memory_take_zeroed(memory, view->count * sizeof *view->parents);
  view->reachable = memory_take_zeroed(memory, view->count * sizeof *view->reachable);
  if (view->parents == NULL || view->reachable == NULL) {
    tree_view_release(view);
    return false;
  }
  view->reachable[view->reachable_count++] = program->header->tree_root;
  view->parents[program->header->tree_root] = 1;
  for (uint32_t i = 0; i < view->reachable_count; i++) {
    const struct program_tree_node *node = &view->nodes[view->reachable[i]];
    if (node->kind != TREE_BRANCH) continue;
    for (uint32_t g = tree_next_group(view, node, 0); g != NO_INDEX; g = tree_next_group(view, node, g + 1)) {
      uint32_t kid = tree_group_node(view, node, g);
      if (view->parents[kid]++ == 0) view->reachable[view->reachable_count++] = kid;
    }
  }
  return true;
}

uint32_t tree_group_node(const struct tree_view *view, const struct program_tree_node *branch, uint32_t group) {
  return view->arms[branch->arms.first + group].node;
}

uint32_t tree_next_group(const struct tree_view *view, const struct program_tree_node *branch, uint32_t from) {
  const struct program_tree_arm *arms = view->arms + branch->arms.first;
  for (uint32_t i = from; i < branch->arms.count; i++) {
    bool first = true;
    for (uint32_t k = 0; k < i && first; k++) first = arms[k].node != arms[i].node;
    if (first) return i;
  }
  return NO_INDEX;
}

/* ---- names and values ---- */

static const struct program_column *column_of(const struct tree_view *view, const struct program_tree_node *branch) {
  return (const struct program_column *)program_section(view->program, SECTION_COLUMNS) + branch->column;
}

static const struct program_fact *fact_of(const struct tree_view *view, uint32_t fact) {
  return (const struct program_fact *)program_section(view->program, SECTION_FACTS) + fact;
}

static const char *fact_name(const struct tree_view *view, uint32_t fact) {
  return program_text(view->program, fact_of(view, fact)->name);
}

static bool is_plain(const char *name) {
  for (; *name != '\0'; name++) {
    if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || (*name >= '0' && *name <= '9') || *name == '_' ||
          *name == '-'))
      return false;
  }
  return true;
}

/* A declared value as conditions write it. */
static void write_value(const struct tree_view *view, const struct program_fact *fact, uint32_t value, struct buffer *out) {
  const struct program_string *values = program_section(view->program, SECTION_VALUES);
  const char *name =
      fact->type == TYPE_FLAG ? (value == 0 ? "no" : "yes") : program_text(view->program, values[fact->values.first + value]);
  if (is_plain(name))
    buffer_text(out, name);
  else
    buffer_json_string(out, text_of(name));
}

/* The type of what a column cuts: a difference of dates is in days, of instants in hours. */
static enum value_type cut_type(const struct tree_view *view, const struct program_column *column) {
  enum value_type type = (enum value_type)fact_of(view, column->fact)->type;
  if (column->kind == COLUMN_MONTHS) return TYPE_MONTHS;
  if (column->kind != COLUMN_DIFFERENCE) return type;
  return type == TYPE_DATE ? TYPE_DAYS : type == TYPE_INSTANT ? TYPE_HOURS : type;
}

#define SECONDS_OF_DAY INT64_C(86400)

static void write_hours(int64_t seconds, struct buffer *out) {
  bool whole = seconds % 3600 == 0;
  buffer_format(out, whole ? "%l hours" : "%l seconds", whole ? seconds / 3600 : seconds);
}

static void write_ordered(const struct tree_view *view, enum value_type type, int64_t coded, struct buffer *out) {
  switch (type) {
  case TYPE_DECIMAL: decimal_write(out, coded, 6, 0); break;
  case TYPE_PERCENT:
    decimal_write(out, coded, 6, 0);
    buffer_char(out, '%');
    break;
  case TYPE_MONEY: money_write(out, coded, view->program->header->minor_digits); break;
  case TYPE_DATE:
    if (coded < DATE_FIRST || coded > DATE_LAST)
      buffer_integer(out, coded);
    else
      date_write(out, (int32_t)coded);
    break;
  case TYPE_INSTANT:
    if (coded < DATE_FIRST * SECONDS_OF_DAY || coded >= (DATE_LAST + 1) * SECONDS_OF_DAY)
      buffer_integer(out, coded);
    else
      instant_write(out, coded, 0);
    break;
  case TYPE_DAYS: buffer_format(out, "%l days", coded); break;
  case TYPE_WORKING_DAYS: buffer_format(out, "%l working days", coded); break;
  case TYPE_MONTHS: buffer_format(out, "%l months", coded); break;
  case TYPE_HOURS: write_hours(coded, out); break;
  default: buffer_integer(out, coded); break;
  }
}

void tree_question(const struct tree_view *view, const struct program_tree_node *branch, struct buffer *out) {
  const struct program_column *column = column_of(view, branch);
  buffer_text(out, fact_name(view, column->fact));
  if (column->kind == COLUMN_MEMBER) {
    buffer_text(out, " has ");
    write_value(view, fact_of(view, column->fact), column->member, out);
  } else if (column->kind == COLUMN_DIFFERENCE) {
    buffer_format(out, " - %s", fact_name(view, column->other));
  } else if (column->kind == COLUMN_MONTHS) {
    buffer_format(out, " in months after %s", fact_name(view, column->other));
  }
}

/* ---- answers: the classes of one group, as words ---- */

/* Joins alternatives with "or". */
struct list {
  struct buffer *out;
  uint32_t count;
};
static void list_next(struct list *list) {
  if (list->count++ > 0) buffer_text(list->out, " or ");
}

/* How round a value looks: a first day of a month, whole years, zeros at the end. */
static uint32_t roundness(enum value_type type, int64_t coded, struct text text) {
  if (type == TYPE_DATE) return text.size > 2 && text_is((struct text){text.bytes + text.size - 2, 2}, "01");
  if (type == TYPE_MONTHS) return coded % 12 == 0;
  if (type == TYPE_INSTANT) return coded % 60 == 0;
  uint32_t digits = 0, zeros = 0;
  while (digits < text.size && text.bytes[digits] >= '-' && text.bytes[digits] <= '9') digits++;
  for (; digits > 0 && (text.bytes[digits - 1] == '0' || text.bytes[digits - 1] == '.'); digits--) zeros++;
  return zeros;
}

/* Whether a person would rather read a than b: the rounder one, or else the shorter one. */
static bool reads_better(const struct tree_view *view, enum value_type type, int64_t a, int64_t b) {
  const int64_t values[2] = {a, b};
  size_t size[2] = {0};
  uint32_t round[2] = {0};
  struct buffer out;
  buffer_init(&out, view->memory);
  for (uint32_t i = 0; i < 2; i++) {
    buffer_clear(&out);
    write_ordered(view, type, values[i], &out);
    size[i] = out.size;
    round[i] = roundness(type, values[i], (struct text){buffer_string(&out), (uint32_t)out.size});
  }
  buffer_free(&out);
  return round[0] != round[1] ? round[0] > round[1] : size[0] < size[1];
}

static bool is_date(enum value_type type) { return type == TYPE_DATE || type == TYPE_INSTANT; }

/* value < cut, or value <= cut - 1: whichever reads better. */
static void write_below(const struct tree_view *view, enum value_type type, int64_t cut, struct buffer *out) {
  bool strict = cut == INT64_MIN || reads_better(view, type, cut, cut - 1);
  const char *sign = is_date(type) ? (strict ? "before " : "on or before ") : strict ? "< " : "<= ";
  buffer_text(out, sign);
  write_ordered(view, type, strict ? cut : cut - 1, out);
}

/* value >= cut, or value > cut - 1. */
static void write_from(const struct tree_view *view, enum value_type type, int64_t cut, struct buffer *out) {
  bool loose = cut == INT64_MIN || reads_better(view, type, cut, cut - 1);
  const char *sign = is_date(type) ? (loose ? "on or after " : "after ") : loose ? ">= " : "> ";
  buffer_text(out, sign);
  write_ordered(view, type, loose ? cut : cut - 1, out);
}

/* Classes [first, last] of an ordered column, without the missing one. */
static void write_interval(const struct tree_view *view, const struct program_column *column, uint32_t first, uint32_t last,
                           struct buffer *out) {
  const int64_t *cuts = (const int64_t *)program_section(view->program, SECTION_CUTS) + column->cuts_first;
  enum value_type type = cut_type(view, column);
  bool bounded_below = first > 0, bounded_above = last < column->cuts_count;
  if (bounded_below && bounded_above && cuts[last] - 1 == cuts[first - 1]) {
    buffer_text(out, is_date(type) ? "on " : "= ");
    write_ordered(view, type, cuts[first - 1], out);
    return;
  }
  if (bounded_below) write_from(view, type, cuts[first - 1], out);
  if (bounded_below && bounded_above) buffer_text(out, " and ");
  if (bounded_above) write_below(view, type, cuts[last], out);
  if (!bounded_below && !bounded_above) buffer_text(out, "is given");
}

/* The texts, or values of a large choice, of one class; class 0 holds every one that no condition names. */
static void write_named(const struct tree_view *view, const struct program_column *column, uint32_t which, struct list *list) {
  const struct program_fact *fact = fact_of(view, column->fact);
  const uint16_t *table = (const uint16_t *)program_section(view->program, SECTION_TABLES) + column->table_first;
  const struct program_string *texts = program_section(view->program, SECTION_TEXTS);
  if (which == 0) {
    list_next(list);
    buffer_text(list->out, fact->type == TYPE_TEXT ? "any other text" : "any other value");
    return;
  }
  for (uint32_t i = 0; i < column->table_count; i++) {
    if (table[i] != which) continue;
    list_next(list);
    if (fact->type == TYPE_TEXT)
      buffer_json_string(list->out, text_of(program_text(view->program, texts[i])));
    else
      write_value(view, fact, i, list->out);
  }
}

static void write_arm(const struct tree_view *view, const struct program_column *column, const struct program_tree_arm *arm,
                      struct list *list) {
  uint32_t missing = column->class_count - 1;
  uint32_t last = arm->class_last < missing ? arm->class_last : missing - 1;
  if (column->kind == COLUMN_CUTS || column->kind == COLUMN_DIFFERENCE || column->kind == COLUMN_MONTHS) {
    if (arm->class_first == missing) return;
    list_next(list);
    write_interval(view, column, arm->class_first, last, list->out);
    return;
  }
  for (uint32_t which = arm->class_first; which <= last && which < missing; which++) {
    if (column->kind == COLUMN_TEXT) {
      write_named(view, column, which, list);
      continue;
    }
    list_next(list);
    if (column->kind == COLUMN_MEMBER) buffer_text(list->out, which == 1 ? "has " : "has no ");
    write_value(view, fact_of(view, column->fact), column->kind == COLUMN_MEMBER ? column->member : which, list->out);
  }
}

/* The words between question and alternatives. */
static void write_subject(const struct tree_view *view, const struct program_column *column, struct buffer *out) {
  buffer_text(out, fact_name(view, column->fact));
  if (column->kind == COLUMN_DIFFERENCE || column->kind == COLUMN_MONTHS) {
    buffer_format(out, " - %s", fact_name(view, column->other));
  }
  bool named = column->kind == COLUMN_VALUE || column->kind == COLUMN_TEXT;
  buffer_text(out, named ? " is " : " ");
}

void tree_answer(const struct tree_view *view, const struct program_tree_node *branch, uint32_t group, struct buffer *out) {
  const struct program_column *column = column_of(view, branch);
  const struct program_tree_arm *arms = view->arms + branch->arms.first;
  uint32_t node = arms[group].node;
  struct list list = {out, 0};
  bool missing = false;
  for (uint32_t i = group; i < branch->arms.count; i++) {
    if (arms[i].node != node) continue;
    if (arms[i].class_last >= column->class_count - 1) missing = true;
    if (list.count == 0 && arms[i].class_first < column->class_count - 1) write_subject(view, column, out);
    write_arm(view, column, &arms[i], &list);
  }
  if (!missing) return;
  if (list.count > 0) {
    buffer_text(out, " or missing");
    return;
  }
  buffer_text(out, fact_name(view, column->fact));
  if (column->kind == COLUMN_DIFFERENCE || column->kind == COLUMN_MONTHS) {
    buffer_format(out, " or %s", fact_name(view, column->other));
  }
  buffer_text(out, " is missing");
}

/* ---- leaves ---- */

uint32_t tree_leaf_rule_count(const struct program_tree_node *leaf) { return leaf->rules.count > 0 ? leaf->rules.count : 1; }

const struct program_rule *tree_leaf_rule(const struct tree_view *view, const struct program_tree_node *leaf, uint32_t index) {
  const uint32_t *links = program_section(view->program, SECTION_LINKS);
  uint32_t rule = leaf->rules.count > 0 ? links[leaf->rules.first + index] : leaf->rule;
  return (const struct program_rule *)program_section(view->program, SECTION_RULES) + rule;
}

void tree_end(const struct tree_view *view, const struct program_tree_node *end, struct buffer *out) {
  if (end->kind == TREE_CUT) {
    buffer_format(out, "... (%u rules are left; the tree is cut at its limit of nodes)", end->remaining);
    return;
  }
  const char *between = "";
  for (uint32_t i = 0; i < tree_leaf_rule_count(end); i++) {
    const struct program_rule *rule = tree_leaf_rule(view, end, i);
    bool limited = rule->limit_kind != LIMIT_NONE;
    buffer_format(out, "%s%s (%s%s)", between, verdict_name((int32_t)rule->verdict), program_text(view->program, rule->name),
                  limited ? ", up to its limit" : "");
    between = limited ? ", then " : ", else ";
  }
}
