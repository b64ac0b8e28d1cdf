/* Revision: on which days a policy holds, so that a host can keep dated revisions side by side. Dates as facts hold them. */
#include "evaluate/policy.h"

int32_t returns_policy_valid(const returns_policy *policy, int32_t days_since_1970, int32_t *valid) {
  if (!policy || !valid) return RETURNS_ERROR_ARGUMENT;
  const struct program_header *header = policy->header;
  *valid = (!header->has_from || days_since_1970 >= header->valid_from) &&
           (!header->has_until || days_since_1970 <= header->valid_until);
  return RETURNS_OK;
}

int32_t returns_policy_valid_by(const returns_policy *policy, uint32_t *fact) {
  if (!policy || !fact) return RETURNS_ERROR_ARGUMENT;
  *fact = policy->header->valid_by;
  return *fact == NO_INDEX ? RETURNS_ERROR_UNKNOWN : RETURNS_OK;
}

int32_t returns_revisions_pick(const returns_policy *const *policies, uint32_t count, int32_t days_since_1970, uint32_t *index) {
  if (!index || (count > 0 && !policies)) return RETURNS_ERROR_ARGUMENT;
  for (uint32_t i = 0; i < count; i++) {
    int32_t valid = 0;
    if (returns_policy_valid(policies[i], days_since_1970, &valid) != RETURNS_OK) return RETURNS_ERROR_ARGUMENT;
    if (!valid) continue;
    *index = i;
    return RETURNS_OK;
  }
  return RETURNS_ERROR_UNKNOWN;
}
