/* returns/status.h: status codes, the one thing that every call of libreturns answers with.
 *
 * Every function that can fail returns an int32_t status: RETURNS_OK (0) or one of the codes below. The numbers are
 * pinned: codes are added, never changed or reused.
 */
#ifndef RETURNS_STATUS_H
#define RETURNS_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(RETURNS_BUILDING_SHARED) && defined(__GNUC__)
#define RETURNS_API __attribute__((visibility("default")))
#else
#define RETURNS_API
#endif

/** Pinned status codes. */
enum returns_status {
  RETURNS_OK = 0,
  RETURNS_ERROR_MEMORY = 1,        /**< the allocator, or the environment's memory limit, refused */
  RETURNS_ERROR_ARGUMENT = 2,      /**< a NULL handle, an index out of range, an unknown enum value */
  RETURNS_ERROR_POLICY = 3,        /**< the policy has errors: see the diagnostics */
  RETURNS_ERROR_REQUEST = 4,       /**< the request is faulty: see returns_request_error / returns_decision_error */
  RETURNS_ERROR_BLOCK = 5,         /**< a compiled block is truncated, altered or not a block */
  RETURNS_ERROR_VERSION = 6,       /**< a compiled block of a format that this library does not read */
  RETURNS_ERROR_LIMIT = 7,         /**< a limit of the environment was exceeded */
  RETURNS_ERROR_UNKNOWN = 8,       /**< no fact, value, role or step of that name */
  RETURNS_ERROR_TYPE = 9,          /**< the fact has another type */
  RETURNS_ERROR_RANGE = 10,        /**< the value is outside the fact's range or its type's */
  RETURNS_ERROR_OTHER_POLICY = 11, /**< the request was made for another policy */
  RETURNS_ERROR_EMPTY = 12         /**< there is no answer yet: nothing was evaluated into this decision */
};

/** The name of a status code, such as "out of memory"; never NULL.
 *  Ownership: static text. Thread rule: any thread, any time. */
RETURNS_API const char *returns_status_text(int32_t status);

/** The library's version, "0.1.0". Ownership: static text. Thread rule: any thread, any time. */
RETURNS_API const char *returns_version(void);

#ifdef __cplusplus
}
#endif
#endif
