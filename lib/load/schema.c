/* Schema: the tables. Every scalar is a text, whose meaning lib/language decides; the order of keys is the one that messages
 * list.
 *
 * In: nothing. Out: constant tables, used by libcyaml to load and by conform.c to explain. They know structure only.
 */
#include "load/schema.h"

/* A text fills the `bytes` of a struct scalar. A list of texts is loaded as an array of strings into the place of `items`: the
 * join makes struct scalars of them. */
#define TEXT(key, flags, structure, member) CYAML_FIELD_STRING_PTR(key, (flags), structure, member.text.bytes, 0, CYAML_UNLIMITED)
#define LIST(key_, flags_, structure, member, minimum)                                                                           \
  {                                                                                                                              \
    .key = key_, .data_offset = offsetof(structure, member.items), .count_offset = offsetof(structure, member.count),            \
    .count_size = sizeof(uint32_t), .value = {                                                                                   \
      CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER | (flags_), char *, &TEXT_ENTRY, minimum, CYAML_UNLIMITED)                         \
    }                                                                                                                            \
  }
#define TEXTS(key, flags, structure, member) LIST(key, flags, structure, member, 1)
#define ENTRIES(key, flags, structure, member, number, entry)                                                                    \
  CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (flags), structure, member, number, entry, 1, CYAML_UNLIMITED)
#define GROUP(key_, fields_)                                                                                                     \
  {                                                                                                                              \
    .key = key_, .data_offset = 0, .value = { CYAML_VALUE_MAPPING(OPTIONAL, struct document, fields_) }                          \
  }
#define ENTRY(name, structure, fields)                                                                                           \
  static const cyaml_schema_value_t name = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, structure, fields)}
#define NEEDED CYAML_FLAG_DEFAULT
#define OPTIONAL CYAML_FLAG_OPTIONAL

static const cyaml_schema_value_t TEXT_ENTRY = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, CYAML_UNLIMITED)};

static const cyaml_schema_field_t FACT_FIELDS[] = {TEXT("fact", NEEDED, struct doc_fact, fact),
                                                   TEXT("type", NEEDED, struct doc_fact, type),
                                                   TEXT("of", OPTIONAL, struct doc_fact, of),
                                                   TEXTS("values", OPTIONAL, struct doc_fact, values),
                                                   TEXT("range", OPTIONAL, struct doc_fact, range),
                                                   TEXT("absent", OPTIONAL, struct doc_fact, absent),
                                                   TEXT("same_as", OPTIONAL, struct doc_fact, same_as),
                                                   TEXT("optional", OPTIONAL, struct doc_fact, optional),
                                                   TEXT("supplied_by", OPTIONAL, struct doc_fact, supplied_by),
                                                   TEXT("assume", OPTIONAL, struct doc_fact, assume),
                                                   TEXT("private", OPTIONAL, struct doc_fact, is_private),
                                                   CYAML_FIELD_END};
ENTRY(FACT, struct doc_fact, FACT_FIELDS);

static const cyaml_schema_field_t SET_FIELDS[] = {TEXT("set", NEEDED, struct doc_set, set),
                                                  TEXTS("values", NEEDED, struct doc_set, values), CYAML_FIELD_END};
ENTRY(SET, struct doc_set, SET_FIELDS);

static const cyaml_schema_field_t CASE_FIELDS[] = {TEXTS("when", OPTIONAL, struct doc_value_case, when),
                                                   TEXTS("unless", OPTIONAL, struct doc_value_case, unless),
                                                   TEXT("is", NEEDED, struct doc_value_case, is), CYAML_FIELD_END};
ENTRY(CASE, struct doc_value_case, CASE_FIELDS);

static const cyaml_schema_field_t TERM_FIELDS[] = {TEXT("term", NEEDED, struct doc_term, term),
                                                   TEXT("of", OPTIONAL, struct doc_term, of),
                                                   TEXTS("when", OPTIONAL, struct doc_term, when),
                                                   TEXTS("unless", OPTIONAL, struct doc_term, unless),
                                                   TEXT("is", OPTIONAL, struct doc_term, is),
                                                   ENTRIES("cases", OPTIONAL, struct doc_term, cases, case_count, &CASE),
                                                   TEXT("otherwise", OPTIONAL, struct doc_term, otherwise),
                                                   CYAML_FIELD_END};
ENTRY(TERM, struct doc_term, TERM_FIELDS);

static const cyaml_schema_field_t ALLOWANCE_FIELDS[] = {
    TEXT("allowance", NEEDED, struct doc_allowance, allowance), TEXT("of", OPTIONAL, struct doc_allowance, of),
    TEXT("units", OPTIONAL, struct doc_allowance, units), TEXT("money", OPTIONAL, struct doc_allowance, money), CYAML_FIELD_END};
ENTRY(ALLOWANCE, struct doc_allowance, ALLOWANCE_FIELDS);

static const cyaml_schema_field_t RULE_FIELDS[] = {TEXT("rule", NEEDED, struct doc_rule, rule),
                                                   TEXTS("when", OPTIONAL, struct doc_rule, when),
                                                   TEXTS("unless", OPTIONAL, struct doc_rule, unless),
                                                   TEXT("up_to", OPTIONAL, struct doc_rule, up_to),
                                                   TEXT("then", NEEDED, struct doc_rule, then),
                                                   TEXT("credit", OPTIONAL, struct doc_rule, credit),
                                                   TEXT("because", NEEDED, struct doc_rule, because),
                                                   TEXT("fees", OPTIONAL, struct doc_rule, fees),
                                                   CYAML_FIELD_END};
ENTRY(RULE, struct doc_rule, RULE_FIELDS);

/* What fees and bonuses share behind their kind. */
#define ADJUSTMENT_FIELDS                                                                                                        \
  TEXTS("when", OPTIONAL, struct doc_adjustment, when), TEXTS("unless", OPTIONAL, struct doc_adjustment, unless),                \
      TEXT("amount", NEEDED, struct doc_adjustment, amount), TEXT("at_least", OPTIONAL, struct doc_adjustment, at_least),        \
      TEXT("at_most", OPTIONAL, struct doc_adjustment, at_most), TEXT("on_denial", OPTIONAL, struct doc_adjustment, on_denial),  \
      TEXT("above_credit", OPTIONAL, struct doc_adjustment, above_credit)

static const cyaml_schema_field_t FEE_FIELDS[] = {TEXT("fee", NEEDED, struct doc_adjustment, name), ADJUSTMENT_FIELDS,
                                                  CYAML_FIELD_END};
ENTRY(FEE, struct doc_adjustment, FEE_FIELDS);

static const cyaml_schema_field_t BONUS_FIELDS[] = {TEXT("bonus", NEEDED, struct doc_adjustment, name), ADJUSTMENT_FIELDS,
                                                    CYAML_FIELD_END};
ENTRY(BONUS, struct doc_adjustment, BONUS_FIELDS);

static const cyaml_schema_field_t APPROVAL_FIELDS[] = {TEXT("approval", NEEDED, struct doc_approval, approval),
                                                       TEXTS("when", OPTIONAL, struct doc_approval, when),
                                                       TEXTS("unless", OPTIONAL, struct doc_approval, unless),
                                                       TEXT("because", OPTIONAL, struct doc_approval, because), CYAML_FIELD_END};
ENTRY(APPROVAL, struct doc_approval, APPROVAL_FIELDS);

static const cyaml_schema_field_t OUTPUT_FIELDS[] = {TEXT("output", NEEDED, struct doc_output, output),
                                                     TEXTS("values", NEEDED, struct doc_output, values),
                                                     ENTRIES("cases", OPTIONAL, struct doc_output, cases, case_count, &CASE),
                                                     TEXT("otherwise", NEEDED, struct doc_output, otherwise), CYAML_FIELD_END};
ENTRY(OUTPUT, struct doc_output, OUTPUT_FIELDS);

static const cyaml_schema_field_t TEXT_FIELDS[] = {TEXT("locale", NEEDED, struct doc_text, locale),
                                                   TEXT("text", NEEDED, struct doc_text, text), CYAML_FIELD_END};
ENTRY(LOCAL_TEXT, struct doc_text, TEXT_FIELDS);

static const cyaml_schema_field_t MESSAGE_FIELDS[] = {
    TEXT("message", NEEDED, struct doc_message, message),
    ENTRIES("texts", NEEDED, struct doc_message, texts, text_count, &LOCAL_TEXT), CYAML_FIELD_END};
ENTRY(MESSAGE, struct doc_message, MESSAGE_FIELDS);

static const cyaml_schema_field_t STEP_FIELDS[] = {TEXT("step", NEEDED, struct doc_step, step),
                                                   TEXT("by", NEEDED, struct doc_step, by),
                                                   TEXTS("when", OPTIONAL, struct doc_step, when),
                                                   TEXTS("unless", OPTIONAL, struct doc_step, unless),
                                                   TEXTS("after", OPTIONAL, struct doc_step, after),
                                                   TEXT("within", OPTIONAL, struct doc_step, within),
                                                   TEXT("no_later_than", OPTIONAL, struct doc_step, no_later_than),
                                                   CYAML_FIELD_END};
ENTRY(STEP, struct doc_step, STEP_FIELDS);

/* A calendar may have no free weekday: then it says so with an empty list. */
static const cyaml_schema_field_t CALENDAR_FIELDS[] = {
    TEXT("calendar", NEEDED, struct doc_calendar, calendar), LIST("weekend", NEEDED, struct doc_calendar, weekend, 0),
    TEXT("covers", NEEDED, struct doc_calendar, covers), LIST("holidays", OPTIONAL, struct doc_calendar, holidays, 0),
    CYAML_FIELD_END};
ENTRY(CALENDAR, struct doc_calendar, CALENDAR_FIELDS);

static const cyaml_schema_field_t WITH_FIELDS[] = {TEXT("fact", NEEDED, struct doc_with, fact),
                                                   TEXT("is", NEEDED, struct doc_with, is), CYAML_FIELD_END};
ENTRY(WITH, struct doc_with, WITH_FIELDS);

static const cyaml_schema_field_t FLOOR_FIELDS[] = {TEXT("policy", NEEDED, struct doc_floor, policy),
                                                    ENTRIES("with", OPTIONAL, struct doc_floor, with, with_count, &WITH),
                                                    TEXT("prefer", OPTIONAL, struct doc_floor, prefer), CYAML_FIELD_END};
ENTRY(FLOOR, struct doc_floor, FLOOR_FIELDS);

static const cyaml_schema_field_t CONVENTION_FIELDS[] = {TEXT("month_end", OPTIONAL, struct document, month_end),
                                                         TEXT("rounding", OPTIONAL, struct document, rounding),
                                                         TEXT("fee_above_credit", OPTIONAL, struct document, fee_above_credit),
                                                         TEXT("fill", OPTIONAL, struct document, fill), CYAML_FIELD_END};

static const cyaml_schema_field_t VALID_FIELDS[] = {TEXT("by", NEEDED, struct document, valid_by),
                                                    TEXT("from", OPTIONAL, struct document, valid_from),
                                                    TEXT("until", OPTIONAL, struct document, valid_until), CYAML_FIELD_END};

static const cyaml_schema_field_t OTHERWISE_FIELDS[] = {TEXT("then", NEEDED, struct document, otherwise_then),
                                                        TEXT("because", NEEDED, struct document, otherwise_because),
                                                        TEXT("credit", OPTIONAL, struct document, otherwise_credit),
                                                        TEXT("fees", OPTIONAL, struct document, otherwise_fees), CYAML_FIELD_END};

static const cyaml_schema_field_t DOCUMENT_FIELDS[] = {
    TEXT("returns", NEEDED, struct document, returns),
    TEXT("policy", OPTIONAL, struct document, policy),
    TEXT("vocabulary", OPTIONAL, struct document, vocabulary),
    TEXT("revision", OPTIONAL, struct document, revision),
    TEXT("title", OPTIONAL, struct document, title),
    TEXT("currency", OPTIONAL, struct document, currency),
    GROUP("conventions", CONVENTION_FIELDS),
    GROUP("valid", VALID_FIELDS),
    TEXTS("use", OPTIONAL, struct document, use),
    ENTRIES("facts", OPTIONAL, struct document, facts, fact_count, &FACT),
    ENTRIES("sets", OPTIONAL, struct document, sets, set_count, &SET),
    TEXTS("require", OPTIONAL, struct document, require),
    TEXT("units", OPTIONAL, struct document, units),
    TEXT("unit_value", OPTIONAL, struct document, unit_value),
    ENTRIES("terms", OPTIONAL, struct document, terms, term_count, &TERM),
    ENTRIES("allowances", OPTIONAL, struct document, allowances, allowance_count, &ALLOWANCE),
    ENTRIES("rules", OPTIONAL, struct document, rules, rule_count, &RULE),
    GROUP("otherwise", OTHERWISE_FIELDS),
    ENTRIES("fees", OPTIONAL, struct document, fees, fee_count, &FEE),
    ENTRIES("bonuses", OPTIONAL, struct document, bonuses, bonus_count, &BONUS),
    ENTRIES("approvals", OPTIONAL, struct document, approvals, approval_count, &APPROVAL),
    ENTRIES("outputs", OPTIONAL, struct document, outputs, output_count, &OUTPUT),
    ENTRIES("messages", OPTIONAL, struct document, messages, message_count, &MESSAGE),
    ENTRIES("workflow", OPTIONAL, struct document, workflow, step_count, &STEP),
    ENTRIES("calendars", OPTIONAL, struct document, calendars, calendar_count, &CALENDAR),
    ENTRIES("floor", OPTIONAL, struct document, floors, floor_count, &FLOOR),
    CYAML_FIELD_IGNORE("x-meta", OPTIONAL),
    CYAML_FIELD_END};

const cyaml_schema_value_t schema_document = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct document, DOCUMENT_FIELDS)};

const struct schema_kind schema_kinds[] = {{DOCUMENT_FIELDS, "the file"},
                                           {CONVENTION_FIELDS, "`conventions`"},
                                           {VALID_FIELDS, "`valid`"},
                                           {FACT_FIELDS, "a fact"},
                                           {SET_FIELDS, "a set"},
                                           {TERM_FIELDS, "a term"},
                                           {CASE_FIELDS, "a case"},
                                           {ALLOWANCE_FIELDS, "an allowance"},
                                           {RULE_FIELDS, "a rule"},
                                           {OTHERWISE_FIELDS, "`otherwise`"},
                                           {FEE_FIELDS, "a fee"},
                                           {BONUS_FIELDS, "a bonus"},
                                           {APPROVAL_FIELDS, "an approval"},
                                           {OUTPUT_FIELDS, "an output"},
                                           {MESSAGE_FIELDS, "a message"},
                                           {TEXT_FIELDS, "a text of a message"},
                                           {STEP_FIELDS, "a step"},
                                           {CALENDAR_FIELDS, "a calendar"},
                                           {FLOOR_FIELDS, "a floor"},
                                           {WITH_FIELDS, "an entry of `with`"},
                                           {NULL, NULL}};

const cyaml_schema_field_t *schema_field(const cyaml_schema_field_t *fields, struct text key) {
  for (; fields->key; fields++) {
    if (text_is(key, fields->key)) return fields;
  }
  return NULL;
}

const char *schema_noun(const cyaml_schema_field_t *fields) {
  const struct schema_kind *kind = schema_kinds;
  while (kind->fields && kind->fields != fields) kind++;
  return kind->noun;
}
