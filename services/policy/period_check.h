// What is wrong with a period of a policy.
#pragma once

#include <string>

#include "sanzhang/policy/v1/sla_policy.pb.h"

namespace sanzhang::policy {

// Empty: nothing. One that has no length, none at all, or more than ten years.
std::string WrongPeriod(const v1::Period& period);

}  // namespace sanzhang::policy
