/* Write: growing sections, a table of strings, the layout of the block.
 *
 * In: what the compiler adds. Out: the block. Sections follow the header in the order of enum program_section, each aligned to 8.
 */
#include "program/write.h"

#include <string.h>

struct writer_string {
  struct program_string place;
  uint64_t hash;
};

uint32_t program_record_size(enum program_section section) {
  static const uint32_t sizes[SECTION_COUNT] = {
      [SECTION_COLUMNS] = sizeof(struct program_column),
      [SECTION_CUTS] = sizeof(int64_t),
      [SECTION_TABLES] = sizeof(uint16_t),
      [SECTION_ROWS] = sizeof(uint64_t),
      [SECTION_ENTRIES] = sizeof(struct program_entry),
      [SECTION_NODES] = sizeof(struct program_node),
      [SECTION_LINKS] = sizeof(uint32_t),
      [SECTION_FACTS] = sizeof(struct program_fact),
      [SECTION_TERMS] = sizeof(struct program_term),
      [SECTION_RULES] = sizeof(struct program_rule),
      [SECTION_ALLOWANCES] = sizeof(struct program_allowance),
      [SECTION_FEES] = sizeof(struct program_adjustment),
      [SECTION_BONUSES] = sizeof(struct program_adjustment),
      [SECTION_APPROVALS] = sizeof(struct program_approval),
      [SECTION_OUTPUTS] = sizeof(struct program_output),
      [SECTION_OUTPUT_CASES] = sizeof(struct program_output_case),
      [SECTION_TESTS] = sizeof(struct program_test),
      [SECTION_CASES] = sizeof(struct program_case),
      [SECTION_STEPS] = sizeof(struct program_step),
      [SECTION_CALENDARS] = sizeof(struct program_calendar),
      [SECTION_HOLIDAYS] = sizeof(int32_t),
      [SECTION_FLOORS] = sizeof(struct program_floor),
      [SECTION_WITHS] = sizeof(struct program_with),
      [SECTION_TEXTS] = sizeof(struct program_string),
      [SECTION_VALUES] = sizeof(struct program_string),
      [SECTION_MESSAGES] = sizeof(struct program_message),
      [SECTION_MESSAGE_TEXTS] = sizeof(struct program_message_text),
      [SECTION_FILES] = sizeof(struct program_string),
      [SECTION_SPANS] = sizeof(struct program_span),
      [SECTION_TREE] = sizeof(struct program_tree_node),
      [SECTION_TREE_ARMS] = sizeof(struct program_tree_arm),
      [SECTION_BYTES] = sizeof(char),
  };
  return sizes[section];
}

void writer_init(struct writer *writer, struct memory *memory) {
  memset(writer, 0, sizeof *writer);
  writer->memory = memory;
  for (uint32_t s = 0; s < SECTION_COUNT; s++) writer->sections[s].record_size = program_record_size((enum program_section)s);
}

void writer_release(struct writer *writer) {
  for (uint32_t s = 0; s < SECTION_COUNT; s++) {
    struct writer_section *section = &writer->sections[s];
    memory_give(writer->memory, section->records, (size_t)section->capacity * section->record_size);
  }
  memory_give(writer->memory, writer->buckets, writer->bucket_count * sizeof *writer->buckets);
  memory_give(writer->memory, writer->strings, writer->string_capacity * sizeof *writer->strings);
  writer_init(writer, writer->memory);
}

/* Room for one record more than asked for, so that a section without records has an address too. */
bool writer_reserve(struct writer *writer, enum program_section section, uint32_t count) {
  struct writer_section *to = &writer->sections[section];
  if (count >= NO_INDEX - to->count) {
    writer->too_large = true;
    return false;
  }
  return memory_reserve(writer->memory, &to->records, &to->capacity, to->count + count + 1, to->record_size);
}

/* ---- strings ---- */

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 32;
}

static uint64_t hash_of(struct text text) {
  uint64_t hash = mix(0, text.size);
  uint32_t i = 0;
  for (; i + 8 <= text.size; i += 8) {
    uint64_t word;
    memcpy(&word, text.bytes + i, sizeof word);
    hash = mix(hash, word);
  }
  uint64_t rest = 0;
  if (i < text.size) memcpy(&rest, text.bytes + i, text.size - i);
  return mix(hash, rest);
}

static bool grow_buckets(struct writer *writer) {
  uint32_t wanted = writer->bucket_count ? writer->bucket_count * 2 : 256;
  if (wanted < writer->bucket_count) return false;
  uint32_t *buckets = memory_take_zeroed(writer->memory, wanted * sizeof *buckets);
  if (!buckets) return false;
  for (uint32_t i = 0; i < writer->string_count; i++) {
    uint32_t at = (uint32_t)writer->strings[i].hash & (wanted - 1);
    while (buckets[at]) at = (at + 1) & (wanted - 1);
    buckets[at] = i + 1;
  }
  memory_give(writer->memory, writer->buckets, writer->bucket_count * sizeof *writer->buckets);
  writer->buckets = buckets;
  writer->bucket_count = wanted;
  return true;
}

static bool is_at(const struct writer *writer, const struct writer_string *string, uint64_t hash, struct text text) {
  if (string->hash != hash || string->place.size != text.size) return false;
  return text.size == 0 ||
         memcmp((char *)writer->sections[SECTION_BYTES].records + string->place.offset, text.bytes, text.size) == 0;
}

bool writer_string(struct writer *writer, struct text text, struct program_string *out) {
  if (writer->string_count >= writer->bucket_count / 2 && !grow_buckets(writer)) return false;
  uint64_t hash = hash_of(text);
  uint32_t at = (uint32_t)hash & (writer->bucket_count - 1);
  for (; writer->buckets[at]; at = (at + 1) & (writer->bucket_count - 1)) {
    struct writer_string *string = &writer->strings[writer->buckets[at] - 1];
    if (is_at(writer, string, hash, text)) {
      *out = string->place;
      return true;
    }
  }
  struct program_string place = {.size = text.size};
  if (text.size == UINT32_MAX) {
    writer->too_large = true;
    return false;
  }
  char *bytes = writer_add(writer, SECTION_BYTES, text.size + 1, &place.offset);
  if (!bytes) return false;
  if (text.size) memcpy(bytes, text.bytes, text.size);
  if (!memory_reserve(writer->memory, (void **)&writer->strings, &writer->string_capacity, writer->string_count + 1,
                      sizeof *writer->strings)) {
    return false;
  }
  writer->strings[writer->string_count++] = (struct writer_string){place, hash};
  writer->buckets[at] = writer->string_count;
  *out = place;
  return true;
}

bool writer_block(struct writer *writer, const uint8_t *block, size_t size, uint64_t *offset) {
  uint32_t padding = (8 - writer->sections[SECTION_BYTES].count % 8) % 8, first;
  if (size >= NO_INDEX) {
    writer->too_large = true;
    return false;
  }
  if (!writer_add(writer, SECTION_BYTES, padding, NULL)) return false;
  char *bytes = writer_add(writer, SECTION_BYTES, (uint32_t)size, &first);
  if (!bytes) return false;
  memcpy(bytes, block, size);
  *offset = first;
  return true;
}

/* ---- the block ---- */

static uint64_t round_up(uint64_t size) { return (size + 7) / 8 * 8; }

bool writer_finish(struct writer *writer, uint8_t **block, size_t *size) {
  struct program_header *header = &writer->header;
  memcpy(header->magic, PROGRAM_MAGIC, sizeof header->magic);
  header->format = PROGRAM_FORMAT;
  header->header_size = sizeof *header;
  header->checksum = 0;
  uint64_t total = round_up(sizeof *header);
  for (uint32_t s = 0; s < SECTION_COUNT; s++) {
    uint32_t record_size = writer->sections[s].record_size;
    header->sections[s] = (struct program_section_entry){total, writer->sections[s].count, record_size};
    total += round_up((uint64_t)writer->sections[s].count * record_size);
  }
  header->size = total;
  if (total > SIZE_MAX) {
    writer->too_large = true;
    return false;
  }
  uint8_t *bytes = memory_take(writer->memory, (size_t)total);
  if (!bytes) return false;
  memcpy(bytes, header, sizeof *header);
  memset(bytes + sizeof *header, 0, (size_t)(round_up(sizeof *header) - sizeof *header));
  for (uint32_t s = 0; s < SECTION_COUNT; s++) {
    const struct program_section_entry *entry = &header->sections[s];
    size_t used = (size_t)entry->count * entry->record_size;
    if (used) memcpy(bytes + entry->offset, writer->sections[s].records, used);
    memset(bytes + entry->offset + used, 0, (size_t)round_up(used) - used);
  }
  uint64_t checksum = program_checksum(bytes, (size_t)total);
  memcpy(bytes + offsetof(struct program_header, checksum), &checksum, sizeof checksum);
  *block = bytes;
  *size = (size_t)total;
  return true;
}
