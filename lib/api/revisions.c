/* Revisions: the periods of several policies side by side. In: loaded policies. Out: those of one name that overlap, or leave
 * days between them, each with both places. */
#include "api/diagnostics.h"
#include "base/date.h"
#include "evaluate/policy.h"
#include "returns/compiler.h"

/* A policy and the days on which it holds; both included. */
struct period {
  const returns_policy *policy;
  uint32_t file;
  int64_t from, until;
};

struct comparison {
  struct diagnostics *list;
  const struct period *periods;
  uint32_t count;
};

static struct period period_of(const returns_policy *policy, uint32_t file) {
  const struct program_header *header = policy->header;
  return (struct period){policy, file, header->has_from ? header->valid_from : INT64_MIN,
                         header->has_until ? header->valid_until : INT64_MAX};
}

static struct span place_of(const struct period *period) {
  const struct program_span *place = policy_span(period->policy, period->policy->header->valid_span);
  return (struct span){period->file, place->line, place->column, place->end_line, place->end_column};
}

/* Policies that are always valid are no dated revisions; one beside a dated one is. */
static bool is_same(const struct period *a, const struct period *b) {
  bool dated = a->policy->header->valid_by != NO_INDEX || b->policy->header->valid_by != NO_INDEX;
  return dated && text_equal(policy_slice(a->policy, a->policy->header->name), policy_slice(b->policy, b->policy->header->name));
}

static struct text valid_by(const struct period *period) {
  uint32_t fact = period->policy->header->valid_by;
  return fact == NO_INDEX ? (struct text){"", 0} : policy_slice(period->policy, period->policy->facts[fact].name);
}

/* By the day on which they begin; the order of the list on ties. Few at a time: insertion. */
static void sort_periods(struct period *periods, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    struct period moved = periods[i];
    uint32_t to = i;
    for (; to > 0 && periods[to - 1].from > moved.from; to--) periods[to] = periods[to - 1];
    periods[to] = moved;
  }
}

static void write_day(char out[16], int64_t day) {
  struct buffer buffer;
  struct memory memory = memory_of_libc();
  buffer_init(&buffer, &memory);
  date_write(&buffer, (int32_t)day);
  out[0] = '\0';
  for (uint32_t i = 0; !buffer.failed && i < buffer.size && i < 15; i++) out[i] = buffer.bytes[i], out[i + 1] = '\0';
  buffer_free(&buffer);
}

static void report(const struct comparison *c, const struct period *earlier, const struct period *later) {
  struct text name = policy_slice(later->policy, later->policy->header->name), a = valid_by(earlier), b = valid_by(later);
  char from[16], until[16];
  if (a.size > 0 && b.size > 0 && !text_equal(a, b)) {
    diagnostics_error(c->list, "R0740", place_of(later), "revisions of `%t` are valid by different dates: `%t` here, `%t` there",
                      &name, &b, &a);
  } else if (later->from <= earlier->until) {
    int64_t last = earlier->until < later->until ? earlier->until : later->until;
    if (later->from == INT64_MIN || last == INT64_MAX) {
      diagnostics_error(c->list, "R0740", place_of(later), "two revisions of `%t` are valid at the same time, without an end",
                        &name);
    } else {
      write_day(from, later->from);
      write_day(until, last);
      diagnostics_error(c->list, "R0740", place_of(later), "two revisions of `%t` are valid from %s to %s", &name, from, until);
    }
    diagnostics_hint(c->list, "let one end, with `until`, the day before the other begins");
  } else if (later->from - 1 > earlier->until) {
    write_day(from, earlier->until + 1);
    write_day(until, later->from - 1);
    diagnostics_warning(c->list, "R0741", place_of(later), "no revision of `%t` is valid from %s to %s", &name, from, until);
  } else {
    return;
  }
  diagnostics_related(c->list, place_of(earlier), "the other revision");
}

/* Each against the one before it that lasts longest, of those with its name. */
static void compare(const struct comparison *c) {
  for (uint32_t i = 1; i < c->count; i++) {
    const struct period *longest = NULL;
    for (uint32_t k = 0; k < i; k++)
      if (is_same(&c->periods[k], &c->periods[i]) && (!longest || c->periods[k].until > longest->until)) longest = &c->periods[k];
    if (longest) report(c, longest, &c->periods[i]);
  }
}

int32_t returns_revisions_check(const returns_policy *const *policies, const char *const *files, uint32_t count,
                                returns_diagnostics **out) {
  if (out) *out = NULL;
  if (count > 0 && !policies) return RETURNS_ERROR_ARGUMENT;
  for (uint32_t i = 0; i < count; i++)
    if (!policies[i] || (files && !files[i])) return RETURNS_ERROR_ARGUMENT;
  if (count < 2) return RETURNS_OK;
  returns_environment *environment = policies[0]->environment;
  struct memory *memory = &environment->memory;
  struct period *periods = memory_take(memory, count * sizeof *periods);
  struct diagnostic_source *sources = memory_take_zeroed(memory, count * sizeof *sources);
  returns_diagnostics *diagnostics = periods && sources ? diagnostics_handle_new(environment) : NULL;
  int32_t status = RETURNS_ERROR_MEMORY;
  if (diagnostics) {
    for (uint32_t i = 0; i < count; i++) {
      uint32_t line;
      periods[i] = period_of(policies[i], i);
      sources[i] = (struct diagnostic_source){.name = files ? files[i]
                                                            : policy_place(policies[i], policies[i]->header->valid_span, &line)};
    }
    sort_periods(periods, count);
    struct comparison c = {&diagnostics->list, periods, count};
    compare(&c);
    status = diagnostics->list.error_count > 0 ? RETURNS_ERROR_POLICY : RETURNS_OK;
    if (!diagnostics_handle_give(diagnostics, sources, count, out)) status = RETURNS_ERROR_MEMORY;
  }
  memory_give(memory, periods, count * sizeof *periods);
  memory_give(memory, sources, count * sizeof *sources);
  return status;
}
