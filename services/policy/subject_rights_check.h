// What a good policy of requests about personal data is: a clock for every kind, none longer than
// the standard's thirty days, an article for every reason to refuse, and a remedy.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/policy/v1/subject_rights_rule.pb.h"
#include "services/policy/policy_kind.h"

namespace sanzhang::policy {

void CheckSubjectRights(const v1::SubjectRightsRule& rule, Report wrong);
std::string WrongSubjectRightsId(const v1::SubjectRightsRule& rule, std::string_view id);

}  // namespace sanzhang::policy
