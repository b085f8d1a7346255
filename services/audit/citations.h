// What rules rest on, in the reader's language.
//
// Policies cite in English, with laws by their Chinese names (deploy/policy). In Chinese a citation
// is told by its sources: the laws with their articles, and whether it is practice, a model, an
// analogy or a decision of this project. What a source is cited for stays in the policy. A citation
// that names no source known here is told as it stands: none is left out.
// Pure. Threads: any.
#pragma once

#include <string>
#include <vector>

#include "services/audit/terms.h"

namespace sanzhang::audit {

// One line; empty: nothing is cited. `citations` as a policy has them, in their order: an article
// without a law is of the law before.
std::string CitationLine(const std::vector<std::string>& citations, Language language);

}  // namespace sanzhang::audit
