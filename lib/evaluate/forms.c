/* Forms: coded values as the language writes them, in both directions, for requests by name and for traces.
 *
 * In: text of a host, or a coded value. Out: a coded value, or its one canonical text. Strict: no spaces around, no
 * exponents, no leading zeros. It must not know JSON.
 */
#include "base/date.h"
#include "base/number.h"
#include "evaluate/request.h"

enum { DECIMAL_DIGITS = 6 };

static void write_duration(struct buffer *out, int64_t count, const char *unit) {
  buffer_format(out, count == 1 ? "%l %s" : "%l %ss", count, unit);
}

void literal_write_plain(struct buffer *out, enum value_type type, uint32_t minor_digits, int64_t coded, int32_t offset_minutes) {
  switch (type) {
  case TYPE_FLAG: buffer_text(out, coded ? "yes" : "no"); break;
  case TYPE_DECIMAL: decimal_write(out, coded, DECIMAL_DIGITS, 0); break;
  case TYPE_PERCENT:
    decimal_write(out, coded, DECIMAL_DIGITS, 0);
    buffer_char(out, '%');
    break;
  case TYPE_MONEY: money_write(out, coded, minor_digits); break;
  case TYPE_DATE: date_write(out, (int32_t)coded); break;
  case TYPE_INSTANT: instant_write(out, coded, offset_minutes); break;
  case TYPE_DAYS: write_duration(out, coded, "day"); break;
  case TYPE_MONTHS: write_duration(out, coded, "month"); break;
  case TYPE_HOURS: write_duration(out, coded / 3600, "hour"); break;
  case TYPE_WORKING_DAYS: write_duration(out, coded, "working day"); break;
  default: buffer_integer(out, coded); break;
  }
}

void literal_write(struct buffer *out, const struct facts *facts, uint32_t fact, int64_t coded, int32_t offset_minutes) {
  const struct returns_policy *policy = facts->policy;
  enum value_type type = (enum value_type)policy->facts[fact].type;
  bool first = true;
  if (type == TYPE_TEXT) {
    buffer_slice(out, facts_text(facts, coded));
  } else if (type == TYPE_CHOICE) {
    buffer_slice(out, policy_value(policy, fact, (uint32_t)coded));
  } else if (type == TYPE_SET) {
    if (coded == 0) buffer_text(out, "none");
    for (uint32_t v = 0; v < policy->facts[fact].values.count; v++) {
      if (!((uint64_t)coded >> v & 1)) continue;
      if (!first) buffer_text(out, ", ");
      first = false;
      buffer_slice(out, policy_value(policy, fact, v));
    }
  } else {
    literal_write_plain(out, type, policy->header->minor_digits, coded, offset_minutes);
  }
}

const char *literal_type_name(enum value_type type) {
  static const char *const names[TYPE_LIMIT_] = {[TYPE_NONE] = "nothing",
                                                 [TYPE_FLAG] = "a flag",
                                                 [TYPE_CHOICE] = "a choice",
                                                 [TYPE_SET] = "a set",
                                                 [TYPE_TEXT] = "a text",
                                                 [TYPE_COUNT] = "a count",
                                                 [TYPE_DECIMAL] = "a decimal",
                                                 [TYPE_PERCENT] = "a percentage",
                                                 [TYPE_MONEY] = "money",
                                                 [TYPE_DATE] = "a date",
                                                 [TYPE_INSTANT] = "an instant",
                                                 [TYPE_DAYS] = "a number of days",
                                                 [TYPE_MONTHS] = "a number of months",
                                                 [TYPE_HOURS] = "a number of hours",
                                                 [TYPE_WORKING_DAYS] = "a number of working days",
                                                 [TYPE_NUMBER] = "a number",
                                                 [TYPE_VERDICT] = "a verdict",
                                                 [TYPE_RULE] = "a rule"};
  return type < TYPE_LIMIT_ ? names[type] : "nothing";
}

const char *literal_example(enum value_type type) {
  static const char *const examples[TYPE_LIMIT_] = {[TYPE_NONE] = "",
                                                    [TYPE_FLAG] = "yes or no",
                                                    [TYPE_CHOICE] = "one of its values",
                                                    [TYPE_SET] = "\"a, b\" or none",
                                                    [TYPE_TEXT] = "any text",
                                                    [TYPE_COUNT] = "12",
                                                    [TYPE_DECIMAL] = "0.5",
                                                    [TYPE_PERCENT] = "12.5%",
                                                    [TYPE_MONEY] = "12.50",
                                                    [TYPE_DATE] = "2026-07-01",
                                                    [TYPE_INSTANT] = "2026-07-01T10:30:00+02:00",
                                                    [TYPE_DAYS] = "30 days",
                                                    [TYPE_MONTHS] = "3 months",
                                                    [TYPE_HOURS] = "24 hours",
                                                    [TYPE_WORKING_DAYS] = "3 working days",
                                                    [TYPE_NUMBER] = "12",
                                                    [TYPE_VERDICT] = "authorize",
                                                    [TYPE_RULE] = "the name of a rule"};
  return type < TYPE_LIMIT_ ? examples[type] : "";
}
