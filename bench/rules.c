/* Random rule sets: see rules.h. */
#include "rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { REQUESTED, DELIVERED, COUNTRY, CHANNEL, REASON, CATEGORY, BRAND, OPENED, RECEIPT, TAGS, QUANTITY, WEIGHT, LOST, PRICE };

const struct bench_fact bench_facts[FACTS] = {
    {"requested_on", KIND_DATE, 20454, 20818, true},  /* 2026 */
    {"delivered_on", KIND_DATE, 20089, 20818, false}, /* 2025-01-01 .. 2026-12-31 */
    {"country", KIND_CHOICE, 0, 31, true},
    {"channel", KIND_CHOICE, 0, 3, true},
    {"reason", KIND_CHOICE, 0, 7, false},
    {"category", KIND_CHOICE, 0, 15, false},
    {"brand", KIND_TEXT, 0, 39, false},
    {"opened", KIND_FLAG, 0, 1, false},
    {"receipt", KIND_FLAG, 0, 1, false},
    {"tags", KIND_SET, 0, 63, false},
    {"quantity", KIND_COUNT, 1, 200, false},
    {"weight", KIND_DECIMAL, 0, 50000000, false},
    {"value_lost", KIND_PERCENT, 0, 100000000, false},
    {"price", KIND_MONEY, 0, 200000, false},
};
static const int values_of[FACTS] = {[COUNTRY] = 32, [CHANNEL] = 4, [REASON] = 8, [CATEGORY] = 16, [BRAND] = 40};

uint64_t bench_next(struct bench_random *random) {
  random->state ^= random->state << 13;
  random->state ^= random->state >> 7;
  random->state ^= random->state << 17;
  return random->state;
}

static int64_t between(struct bench_random *random, int64_t low, int64_t high) {
  return low + (int64_t)(bench_next(random) % (uint64_t)(high - low + 1));
}

static uint64_t random_mask(struct bench_random *random, int values, int most) {
  uint64_t mask = 0;
  for (int64_t i = between(random, 1, most); i > 0; i--) mask |= UINT64_C(1) << between(random, 0, values - 1);
  return mask;
}

/* The last country is named by no rule: a request from there matches nothing. */
static void make_test(struct bench_random *random, int fact, struct bench_test *test) {
  *test = (struct bench_test){.fact = fact, .other = -1};
  const struct bench_fact *of = &bench_facts[fact];
  switch (of->kind) {
  case KIND_CHOICE:
  case KIND_TEXT:
    test->kind = TEST_MASK;
    test->mask = random_mask(random, fact == COUNTRY ? values_of[fact] - 1 : values_of[fact], 1 + values_of[fact] / 8);
    break;
  case KIND_FLAG:
    test->kind = TEST_MASK;
    test->mask = bench_next(random) & 1 ? 1 : 2;
    break;
  case KIND_SET:
    test->kind = TEST_MEMBER;
    test->mask = UINT64_C(1) << between(random, 0, 5);
    break;
  case KIND_COUNT:
  case KIND_DECIMAL:
  case KIND_PERCENT:
  case KIND_MONEY:
  case KIND_DATE: {
    test->kind = TEST_RANGE;
    int64_t steps = of->kind == KIND_DATE || of->kind == KIND_COUNT ? 1 : (of->high - of->low) / 2000;
    int64_t a = of->low + between(random, 0, (of->high - of->low) / steps) * steps;
    int64_t b = of->low + between(random, 0, (of->high - of->low) / steps) * steps;
    test->low = a < b ? a : b;
    test->high = a < b ? b : a;
    break;
  }
  }
}

struct bench_rules bench_rules_make(int count, uint64_t seed) {
  struct bench_random random = {seed * UINT64_C(0x9E3779B97F4A7C15) + 1};
  struct bench_rules rules = {calloc((size_t)count, sizeof(struct bench_rule)), count};
  if (!rules.rules) exit(3);
  for (int r = 0; r < count; r++) {
    struct bench_rule *rule = &rules.rules[r];
    rule->verdict = (int)between(&random, 0, 1);
    make_test(&random, COUNTRY, &rule->tests[rule->count++]);
    if (bench_next(&random) % 2) {
      struct bench_test *test = &rule->tests[rule->count++];
      *test = (struct bench_test){
          .kind = TEST_WITHIN, .fact = REQUESTED, .other = DELIVERED, .low = 0, .high = between(&random, 1, 365)};
    }
    uint64_t used = UINT64_C(1) << COUNTRY;
    for (int64_t more = between(&random, 3, 6); more > 0; more--) {
      int fact = (int)between(&random, 0, FACTS - 1);
      if (used >> fact & 1) continue;
      used |= UINT64_C(1) << fact;
      make_test(&random, fact, &rule->tests[rule->count++]);
    }
    for (int t = rule->count - 1; t > 0; t--) { /* people write tests in any order */
      int other = (int)between(&random, 0, t);
      struct bench_test swap = rule->tests[t];
      rule->tests[t] = rule->tests[other];
      rule->tests[other] = swap;
    }
  }
  return rules;
}

void bench_rules_free(struct bench_rules *rules) { free(rules->rules); }

void bench_request_make(struct bench_random *random, bool miss, int64_t values[FACTS]) {
  for (int f = 0; f < FACTS; f++) values[f] = between(random, bench_facts[f].low, bench_facts[f].high);
  values[COUNTRY] = miss ? 31 : between(random, 0, 30);
  values[WEIGHT] -= values[WEIGHT] % 1000;
  if (values[DELIVERED] > values[REQUESTED]) values[DELIVERED] = values[REQUESTED];
}

bool bench_test_holds(const struct bench_test *test, const int64_t values[FACTS]) {
  int64_t value = values[test->fact];
  switch (test->kind) {
  case TEST_MASK: return test->mask >> value & 1;
  case TEST_MEMBER: return ((uint64_t)value & test->mask) != 0;
  case TEST_RANGE: return value >= test->low && value <= test->high;
  case TEST_WITHIN: return value - values[test->other] >= test->low && value - values[test->other] <= test->high;
  }
  return false;
}

int bench_interpret(const struct bench_rules *rules, const int64_t values[FACTS]) {
  for (int r = 0; r < rules->count; r++) {
    const struct bench_rule *rule = &rules->rules[r];
    int t = 0;
    while (t < rule->count && bench_test_holds(&rule->tests[t], values)) t++;
    if (t == rule->count) return r;
  }
  return rules->count;
}

const char *bench_text_value(int64_t value) {
  static const char *const names[] = {"Alder",  "Birch",   "Cedar",    "Dogwood",   "Elm",    "Fir",      "Ginkgo",   "Hazel",
                                      "Ivy",    "Juniper", "Koa",      "Larch",     "Maple",  "Nutmeg",   "Oak",      "Pine",
                                      "Quince", "Rowan",   "Spruce",   "Teak",      "Ulmus",  "Viburnum", "Willow",   "Xylosma",
                                      "Yew",    "Zelkova", "Ash",      "Beech",     "Cherry", "Damson",   "Ebony",    "Fig",
                                      "Gum",    "Holly",   "Ironwood", "Jacaranda", "Kapok",  "Lime",     "Mulberry", "Neem"};
  return names[value];
}

/* ---- values as the language writes them ---- */

static void write_date(FILE *out, int64_t days) {
  int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100),
          mp = (5 * doy + 2) / 153;
  int64_t month = mp < 10 ? mp + 3 : mp - 9;
  fprintf(out, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1);
}

static void write_value(FILE *out, int fact, int64_t value) {
  switch (bench_facts[fact].kind) {
  case KIND_CHOICE: fprintf(out, "v%" PRId64, value); break;
  case KIND_TEXT: fprintf(out, "\"%s\"", bench_text_value(value)); break;
  case KIND_FLAG: fputs(value ? "yes" : "no", out); break;
  case KIND_SET: fprintf(out, "t%" PRId64, value); break;
  case KIND_COUNT: fprintf(out, "%" PRId64, value); break;
  case KIND_DECIMAL: fprintf(out, "%" PRId64 ".%06" PRId64, value / 1000000, value % 1000000); break;
  case KIND_PERCENT: fprintf(out, "%" PRId64 ".%06" PRId64 "%%", value / 1000000, value % 1000000); break;
  case KIND_MONEY: fprintf(out, "%" PRId64 ".%02" PRId64, value / 100, value % 100); break;
  case KIND_DATE: write_date(out, value); break;
  }
}

static void write_list(FILE *out, int fact, uint64_t mask) {
  const char *comma = "[";
  for (int v = 0; v < 64; v++)
    if (mask >> v & 1) {
      fputs(comma, out);
      write_value(out, fact, v);
      comma = ", ";
    }
  fputs("]", out);
}

static void write_test(const struct bench_test *test, FILE *out) {
  const char *name = bench_facts[test->fact].name;
  fputs("      - ", out);
  switch (test->kind) {
  case TEST_MASK:
    if (bench_facts[test->fact].kind == KIND_FLAG) {
      fprintf(out, "%s%s", test->mask == 1 ? "not " : "", name);
    } else {
      fprintf(out, "%s is one of ", name);
      write_list(out, test->fact, test->mask);
    }
    break;
  case TEST_MEMBER:
    fprintf(out, "%s has ", name);
    for (int v = 0; v < 6; v++)
      if (test->mask >> v & 1) fprintf(out, "t%d", v);
    break;
  case TEST_RANGE:
    fprintf(out, "%s between ", name);
    write_value(out, test->fact, test->low);
    fputs(" and ", out);
    write_value(out, test->fact, test->high);
    break;
  case TEST_WITHIN: fprintf(out, "%s within %" PRId64 " days of %s", name, test->high, bench_facts[test->other].name); break;
  }
  fputc('\n', out);
}

void bench_write_policy(const struct bench_rules *rules, FILE *out) {
  static const char *const types[] = {"choice", "flag", "set", "text", "count", "decimal", "percent", "money", "date"};
  fputs("returns: 1\npolicy: bench\ncurrency: EUR\nfacts:\n", out);
  for (int f = 0; f < FACTS; f++) {
    fprintf(out, "  - {fact: %s, type: %s", bench_facts[f].name, types[bench_facts[f].kind]);
    if (bench_facts[f].of_request) fputs(", of: request", out);
    if (bench_facts[f].kind == KIND_CHOICE) {
      for (int v = 0; v < values_of[f]; v++) fprintf(out, "%sv%d", v ? ", " : ", values: [", v);
      fputs("]", out);
    } else if (bench_facts[f].kind == KIND_SET) {
      fputs(", values: [t0, t1, t2, t3, t4, t5]", out);
    } else if (bench_facts[f].kind != KIND_FLAG && bench_facts[f].kind != KIND_TEXT) {
      fputs(", range: ", out);
      write_value(out, f, bench_facts[f].low);
      fputs(" .. ", out);
      write_value(out, f, bench_facts[f].high);
    }
    fputs("}\n", out);
  }
  fputs("rules:\n", out);
  for (int r = 0; r < rules->count; r++) {
    const struct bench_rule *rule = &rules->rules[r];
    fprintf(out, "  - rule: r%d\n    when:\n", r);
    for (int t = 0; t < rule->count; t++) write_test(&rule->tests[t], out);
    fprintf(out, "    then: %s\n    because: c%d\n", rule->verdict ? "authorize" : "deny", r);
  }
  fputs("otherwise: {then: deny, because: nothing}\n", out);
}

static void write_c_test(const struct bench_test *test, FILE *out) {
  switch (test->kind) {
  case TEST_MASK: fprintf(out, " && (UINT64_C(%" PRIu64 ") >> v[%d] & 1)", test->mask, test->fact); break;
  case TEST_MEMBER: fprintf(out, " && (v[%d] & %" PRIu64 ")", test->fact, test->mask); break;
  case TEST_RANGE:
    fprintf(out, " && v[%d] >= %" PRId64 " && v[%d] <= %" PRId64, test->fact, test->low, test->fact, test->high);
    break;
  case TEST_WITHIN:
    fprintf(out, " && v[%d] - v[%d] >= %" PRId64 " && v[%d] - v[%d] <= %" PRId64, test->fact, test->other, test->low, test->fact,
            test->other, test->high);
    break;
  }
}

/* Functions of 250 rules each: gcc's time grows faster than linearly with the length of a function. */
void bench_write_c(const struct bench_rules *rules, FILE *out) {
  enum { RULES_OF_FUNCTION = 250 };
  fputs("#include <stdint.h>\nint decide(const int64_t *v);\n", out);
  for (int from = 0; from < rules->count; from += RULES_OF_FUNCTION) {
    fprintf(out, "static int from_%d(const int64_t *v) {\n", from);
    for (int r = from; r < rules->count && r < from + RULES_OF_FUNCTION; r++) {
      fputs("  if (1", out);
      for (int t = 0; t < rules->rules[r].count; t++) write_c_test(&rules->rules[r].tests[t], out);
      fprintf(out, ") return %d;\n", r);
    }
    fputs("  return -1;\n}\n", out);
  }
  fputs("int decide(const int64_t *v) {\n  int rule;\n", out);
  for (int from = 0; from < rules->count; from += RULES_OF_FUNCTION)
    fprintf(out, "  if ((rule = from_%d(v)) >= 0) return rule;\n", from);
  fprintf(out, "  return %d;\n}\n", rules->count);
}

int bench_write_json(const int64_t values[FACTS], char *text, size_t size) {
  FILE *out = fmemopen(text, size, "w");
  if (!out) exit(3);
  for (int of_request = 1; of_request >= 0; of_request--) {
    fputs(of_request ? "{" : "\"lines\":[{", out);
    const char *comma = "";
    for (int f = 0; f < FACTS; f++) {
      if (bench_facts[f].of_request != (of_request != 0)) continue;
      enum fact_kind kind = bench_facts[f].kind;
      fprintf(out, "%s\"%s\":", comma, bench_facts[f].name);
      comma = ",";
      if (kind == KIND_FLAG)
        fputs(values[f] ? "true" : "false", out);
      else if (kind == KIND_SET) {
        const char *inner = "[";
        for (int v = 0; v < 6; v++)
          if (values[f] >> v & 1) {
            fprintf(out, "%s\"t%d\"", inner, v);
            inner = ",";
          }
        fputs(*inner == '[' ? "[]" : "]", out);
      } else if (kind == KIND_COUNT || kind == KIND_TEXT)
        write_value(out, f, values[f]);
      else {
        fputc('"', out);
        write_value(out, f, values[f]);
        fputc('"', out);
      }
    }
    fputs(of_request ? "," : "}]}", out);
  }
  long length = ftell(out);
  fclose(out);
  return (int)length;
}
