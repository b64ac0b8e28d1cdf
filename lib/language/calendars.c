/* Calendars: which days are worked, within a span that is known.
 *
 * In: the documents. Out: model->calendars, holidays sorted. They are declared before the first expression, which may count
 * working days. It must not know how days are counted.
 */
#include "language/build.h"

#include <stdlib.h>

static const char *const weekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

static void declare_weekend(struct builder *b, const struct document *d, const struct scalars *from, struct calendar *calendar) {
  for (uint32_t i = 0; i < from->count; i++) {
    uint32_t day = read_word(b, d, &from->items[i], weekdays, 7, "a day of the week");
    if (day == NO_INDEX) continue;
    if (calendar->weekend >> day & 1)
      diagnostics_error(b->diagnostics, "R0720", span_of(d, &from->items[i]), "`%s` stands twice in this weekend", weekdays[day]);
    calendar->weekend = (uint8_t)(calendar->weekend | 1u << day);
  }
  if (calendar->weekend == 0x7F)
    diagnostics_error(b->diagnostics, "R0720", node_span(&d->tree, from->node),
                      "a weekend of all seven days leaves none to work");
}

static int by_date(const void *a, const void *b) {
  int32_t x, y;
  x = *(const int32_t *)a;
  y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static void declare_holidays(struct builder *b, const struct document *d, const struct scalars *from, bool covers,
                             struct calendar *calendar) {
  calendar->holidays = build_items(b, from->count, sizeof *calendar->holidays);
  if (!calendar->holidays) return;
  struct names written; /* a date has one spelling, so doubles are equal texts */
  names_init(&written, b->arena);
  for (uint32_t i = 0; i < from->count; i++) {
    const struct scalar *scalar = &from->items[i];
    struct span span = span_of(d, scalar);
    int32_t date;
    if (!read_date(b, d, scalar, &date) || !declare_once(b, &written, (struct name_entry){.name = scalar->text, .span = span}))
      continue;
    if (covers && (date < calendar->first || date > calendar->last)) {
      diagnostics_error(b->diagnostics, "R0722", span, "holiday %t is outside the days that calendar `%t` covers", &scalar->text,
                        &calendar->name);
    } else {
      calendar->holidays[calendar->holiday_count++] = date;
    }
  }
  if (calendar->holiday_count) qsort(calendar->holidays, calendar->holiday_count, sizeof *calendar->holidays, by_date);
}

static void declare_calendar(struct builder *b, const struct document *d, const struct doc_calendar *from) {
  uint32_t index = b->model->calendar_count++;
  struct calendar *calendar = &b->model->calendars[index];
  struct named name = named_of(b, d, &from->calendar);
  *calendar = (struct calendar){.name = name.name, .span = name.span, .first = DATE_FIRST, .last = DATE_LAST};
  declare_name(b, d, &from->calendar, "a calendar", NAME_IN_EXPRESSIONS, &b->calendar_names, 0, index);
  declare_weekend(b, d, &from->weekend, calendar);
  struct fact day = {.type = TYPE_DATE};
  struct check_scope scope = scope_in(b, d, SCOPE_REQUEST, NO_INDEX, "`covers`");
  int64_t first, last;
  bool covers = is_given(&from->covers) && check_range(&scope, &from->covers, &day, &first, &last);
  if (covers) {
    calendar->first = (int32_t)first;
    calendar->last = (int32_t)last;
  }
  declare_holidays(b, d, &from->holidays, covers, calendar);
}

void declare_calendars(struct builder *b) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < b->document_count; i++) count += b->documents[i]->calendar_count;
  b->model->calendars = build_items(b, count, sizeof *b->model->calendars);
  if (!b->model->calendars) return;
  for (uint32_t i = 0; i < b->document_count; i++) {
    const struct document *d = b->documents[i];
    for (uint32_t j = 0; j < d->calendar_count; j++) declare_calendar(b, d, &d->calendars[j]);
  }
}
