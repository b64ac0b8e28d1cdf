/* Host value: normalise, then hand over. */
#include "exchange/host_value.h"

#include "base/date.h"
#include "exchange/host_text.h"
#include "returns/workflow.h"

static int32_t normalise(returns_request *request, uint32_t fact, struct text in, struct buffer *scratch, struct text *out) {
  enum host_text_result result = host_text_normalise(in, scratch, out);
  if (result == HOST_TEXT_OK) return RETURNS_OK;
  if (result == HOST_TEXT_MEMORY) return RETURNS_ERROR_MEMORY;
  struct text name = policy_slice(request->policy, request->policy->facts[fact].name);
  return request_fail(request, RETURNS_ERROR_RANGE, "R0928", fact, "the text of `%t` %s", &name, host_text_problem(result));
}

int32_t host_set_form(returns_request *request, uint32_t of, uint32_t fact, struct text form, struct buffer *scratch) {
  int32_t status = normalise(request, fact, form, scratch, &form);
  return status == RETURNS_OK ? request_set_form(request, of, fact, form) : status;
}

int32_t host_add_member(returns_request *request, uint32_t fact, struct text member, uint64_t *mask, struct buffer *scratch) {
  int32_t status = normalise(request, fact, member, scratch, &member);
  if (status != RETURNS_OK) return status;
  uint32_t value = policy_find_value(request->policy, fact, member);
  if (value == NO_INDEX) return request_fail_unknown_value(request, fact, member);
  uint64_t bit = (uint64_t)1 << value;
  if ((*mask & bit) != 0) {
    struct text name = policy_slice(request->policy, request->policy->facts[fact].name);
    return request_fail(request, RETURNS_ERROR_RANGE, "R0929", fact, "`%t` holds a value twice", &name);
  }
  *mask |= bit;
  return RETURNS_OK;
}

int32_t host_set_mask(returns_request *request, uint32_t of, uint32_t fact, uint64_t mask) {
  return request_set_coded(request, of, fact, TYPE_SET, (int64_t)mask, 0);
}

int32_t host_key(returns_request *request, uint32_t fact, struct text key, uint32_t *of, struct buffer *scratch) {
  int32_t status = normalise(request, fact, key, scratch, &key);
  return status == RETURNS_OK ? returns_request_key(request, fact, key.bytes, key.size, of) : status;
}

int32_t host_set_as_of(returns_request *request, struct text form) {
  int32_t day;
  if (date_parse(form, &day)) return returns_request_set_as_of(request, day);
  return request_fail(request, RETURNS_ERROR_TYPE, "R0905", NO_INDEX, "`as_of` is a date, and `%t` is none: written like %s",
                      &form, literal_example(TYPE_DATE));
}
