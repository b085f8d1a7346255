// What a good policy of complaints is: every period has a length, and the last rule matches all.
#pragma once

#include "sanzhang/policy/v1/sla_policy.pb.h"
#include "services/policy/policy_kind.h"

namespace sanzhang::policy {

void CheckSla(const v1::SlaPolicy& sla, Report wrong);

}  // namespace sanzhang::policy
