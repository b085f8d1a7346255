// What a good procedure is: stages in their order, each once, one of them the vote.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/policy/v1/procedure_template.pb.h"
#include "services/policy/policy_kind.h"

namespace sanzhang::policy {

void CheckProcedure(const v1::ProcedureTemplate& procedure, Report wrong);

// Begins with `procedure-`.
std::string WrongProcedureId(const v1::ProcedureTemplate& procedure, std::string_view id);

}  // namespace sanzhang::policy
