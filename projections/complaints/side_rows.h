// Tables that only some bodies need: who supports a complaint, which departments were called, which
// assignments were disputed, what is not to count for a score, and what chiefs did.
#pragma once

#include <string_view>

#include "projections/complaints/complaint_part.h"

namespace sanzhang::projections {

// Who has the same complaint, by pseudonym.
class SupporterRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

// 吹哨报到: whistles, the departments called, and when they came.
class WhistleRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

// Assignments that were disputed, and the rulings.
class DisputeRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

// Complaints that are not to count for a body's score, as proposed and as ruled by a second body.
class ExclusionRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

// Every fact that a chief made under an appointment (the record's actor).
class ChiefActionRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

}  // namespace sanzhang::projections
