// What happened to each complaint, event by event; with whom it was; and when its clocks stood
// still.
#pragma once

#include <string_view>

#include "projections/complaints/complaint_part.h"

namespace sanzhang::projections {

// Every event, its payload as it was recorded: words in it stay sealed.
class EventRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

// Each body's time with a complaint: from when it became responsible until it answered, handed it
// on, or it ended.
class HopRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

// Each time in which the clocks stood still.
class PauseRows : public ComplaintPart {
 public:
  std::string_view schema() const override;
  absl::Status Apply(const ComplaintFact& fact, Rows& rows) const override;
};

}  // namespace sanzhang::projections
