// What the words of each context are kept for, and what allows it (PIPL Art. 13, 17): one table, as
// the notice to the residents says it.
#pragma once

#include <string_view>

#include "sanzhang/privacy/v1/privacy.pb.h"

namespace sanzhang::projections {

struct Purpose {
  std::string_view package;  // As in `sanzhang.complaint.v1.`
  std::string_view purpose;  // In Chinese: what residents are told.
  privacy::v1::LegalBasis basis;
  std::string_view law_ref;
};

// Of a fact, by its full name; of a context without a row of its own the last one.
const Purpose& PurposeOf(std::string_view fact_type);

}  // namespace sanzhang::projections
