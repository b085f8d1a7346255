// Parts about ratings (projections/engine/part.h): several of them share one reading of each event.
//
//   Ratings(CampaignRows({.intake = true}), AppraisalRows())
//
// A part looks at the kinds of streams that it keeps, and passes the others over. Whatever no part
// may know (an unknown collection, an unknown fact) stops the projection here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "projections/engine/grouped_parts.h"
#include "projections/engine/projection.h"
#include "projections/engine/rows.h"
#include "sanzhang/rating/v1/events.pb.h"

namespace sanzhang::projections {

// A fact of the context, read once for all parts.
struct RatingFact {
  using Event = std::variant<rating::v1::RatingSchemeEvent, rating::v1::RatingCampaignEvent,
                             rating::v1::RatingEvent, rating::v1::ServiceRatingEvent,
                             rating::v1::AssessmentEvent, rating::v1::CreditNoteEvent,
                             rating::v1::AppraisalEvent, rating::v1::AppraiserEvent>;
  const log::v1::Record& record;
  const Event& event;

  std::string_view stream() const { return record.stream(); }
  std::string_view community() const { return record.community(); }
  absl::Time at() const { return wire::ToTime(record.occurred_at()); }
  // Null if it is a fact of another kind of stream.
  template <class Kind>
  const Kind* As() const {
    return std::get_if<Kind>(&event);
  }
};

class RatingPart {
 public:
  virtual ~RatingPart() = default;
  virtual std::string_view schema() const = 0;
  virtual absl::Status Apply(const RatingFact& fact, Rows& rows) const = 0;
};

struct RatingGroup {
  using Member = RatingPart;
  static constexpr std::string_view kPackage = "sanzhang.rating.v1";
  static absl::Status Apply(const Members<RatingPart>& members, const Envelope& envelope,
                            Rows& rows);
};

template <class... Some>
GroupedParts<RatingGroup> Ratings(Some... parts) {
  return GroupedParts<RatingGroup>::Of(std::move(parts)...);
}

// DATA_LOSS: a fact that this binary does not know.
absl::Status UnknownRatingFact(const log::v1::Record& record);

}  // namespace sanzhang::projections
