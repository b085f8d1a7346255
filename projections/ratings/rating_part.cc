#include "projections/ratings/rating_part.h"

#include "absl/strings/str_cat.h"
#include "proto/wire/names.h"

namespace sanzhang::projections {
namespace {

namespace v1 = rating::v1;

template <class Kind>
absl::Status ReadAs(const Envelope& envelope, RatingFact::Event& event) {
  return envelope.Read(event.emplace<Kind>());
}

absl::Status ReadEvent(const Envelope& envelope, RatingFact::Event& event) {
  const std::string_view collection = wire::CollectionOf(envelope.record.stream());
  if (collection == "ratingSchemes") return ReadAs<v1::RatingSchemeEvent>(envelope, event);
  if (collection == "ratingCampaigns") return ReadAs<v1::RatingCampaignEvent>(envelope, event);
  if (collection == "ratings") return ReadAs<v1::RatingEvent>(envelope, event);
  if (collection == "serviceRatings") return ReadAs<v1::ServiceRatingEvent>(envelope, event);
  if (collection == "assessments") return ReadAs<v1::AssessmentEvent>(envelope, event);
  if (collection == "creditNotes") return ReadAs<v1::CreditNoteEvent>(envelope, event);
  if (collection == "appraisals") return ReadAs<v1::AppraisalEvent>(envelope, event);
  if (collection == "appraisers") return ReadAs<v1::AppraiserEvent>(envelope, event);
  return UnknownRatingFact(envelope.record);
}

}  // namespace

absl::Status RatingGroup::Apply(const Members<RatingPart>& members, const Envelope& envelope,
                                Rows& rows) {
  RatingFact::Event event;
  if (absl::Status read = ReadEvent(envelope, event); !read.ok()) return read;
  const RatingFact fact{envelope.record, event};
  return ApplyEach(members, fact, rows);
}

absl::Status UnknownRatingFact(const log::v1::Record& record) {
  return absl::DataLossError(absl::StrCat("unknown fact ", record.type(), " in ", record.stream()));
}

}  // namespace sanzhang::projections
