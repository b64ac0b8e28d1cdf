/* Write: sections that grow, strings that are kept once, and the block made of them.
 *
 * In: records, in any order of sections. Out: one block with its checksum. Everything is zeroed before it is filled, so that the
 * same records give the same bytes. It must not know what the records mean: verify.c does.
 */
#ifndef PROGRAM_WRITE_H
#define PROGRAM_WRITE_H

#include <string.h>

#include "base/text.h"
#include "program/program.h"

struct writer_section {
  void *records;
  uint32_t count, capacity, record_size;
};

struct writer {
  struct memory *memory;
  struct program_header header; /* the caller's: all but magic, format, sizes, sections and checksum */
  struct writer_section sections[SECTION_COUNT];
  uint32_t *buckets; /* open addressing: index in strings + 1 */
  uint32_t bucket_count;
  struct writer_string *strings;
  uint32_t string_count, string_capacity;
  bool too_large; /* a section has more records than 32 bits count, or the bytes of one: like out of memory, but say so */
};

void writer_init(struct writer *writer, struct memory *memory);
void writer_release(struct writer *writer);

uint32_t program_record_size(enum program_section section);

bool writer_reserve(struct writer *writer, enum program_section section, uint32_t count);
/* count zeroed records at the end of a section; *first (may be NULL) is the index of the first of them. The records move with the
 * next call for the same section. NULL: out of memory or too large. */
static inline void *writer_add(struct writer *writer, enum program_section section, uint32_t count, uint32_t *first) {
  struct writer_section *to = &writer->sections[section];
  if ((count >= to->capacity - to->count) && !writer_reserve(writer, section, count)) return NULL;
  char *added = (char *)to->records + (size_t)to->count * to->record_size;
  memset(added, 0, (size_t)count * to->record_size);
  if (first) *first = to->count;
  to->count += count;
  return added;
}
/* The same for one record that the caller fills whole: not zeroed. */
static inline void *writer_next(struct writer *writer, enum program_section section, uint32_t *first) {
  struct writer_section *to = &writer->sections[section];
  if (to->count + 1 >= to->capacity && !writer_reserve(writer, section, 1)) return NULL;
  *first = to->count;
  return (char *)to->records + (size_t)to->count++ * to->record_size;
}
static inline void *writer_at(const struct writer *writer, enum program_section section, uint32_t index) {
  return (char *)writer->sections[section].records + (size_t)index * writer->sections[section].record_size;
}
static inline uint32_t writer_count(const struct writer *writer, enum program_section section) {
  return writer->sections[section].count;
}

/* The same bytes are kept once. Texts of SECTION_TEXTS come first, in their order. false: as above. */
bool writer_string(struct writer *writer, struct text text, struct program_string *out);
/* A whole block into SECTION_BYTES, aligned to 8; after all strings. */
bool writer_block(struct writer *writer, const uint8_t *block, size_t size, uint64_t *offset);

/* The block, taken from the writer's memory and owned by the caller; 8-aligned if the allocator's memory is. false: as above. */
bool writer_finish(struct writer *writer, uint8_t **block, size_t *size);

#endif
