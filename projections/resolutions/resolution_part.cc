#include "projections/resolutions/resolution_part.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "proto/wire/names.h"

namespace sanzhang::projections {
namespace {

namespace v1 = resolution::v1;

using Parts = Members<ResolutionPart>;

// Reads the event once and hands it to every part.
template <class Event>
absl::Status Each(const Parts& parts, const Envelope& envelope, const VoteFact& fact,
                  absl::Status (ResolutionPart::*apply)(const VoteFact&, const Event&, Rows&) const,
                  Rows& rows) {
  Event event;
  absl::Status status = envelope.Read(event);
  for (const auto& part : parts) {
    if (!status.ok()) break;
    status = (part.get()->*apply)(fact, event, rows);
  }
  return status;
}

}  // namespace

absl::Status ResolutionGroup::Apply(const Members<ResolutionPart>& members,
                                    const Envelope& envelope, Rows& rows) {
  const std::string_view stream = envelope.record.stream();
  const std::string_view collection = wire::CollectionOf(stream);
  VoteFact fact{envelope.record, std::string(stream), ""};
  if (collection == "resolutions") {
    return Each(members, envelope, fact, &ResolutionPart::OnResolution, rows);
  }
  if (stream.ends_with("/box")) {
    fact.resolution = std::string(stream.substr(0, stream.rfind('/')));
    return Each(members, envelope, fact, &ResolutionPart::OnBox, rows);
  }
  // `…/resolutions/r1/voters/v1` and `…/resolutions/r1/ballots/v1`.
  const std::string_view id = wire::IdOf(stream);
  const std::size_t parent = collection.size() + id.size() + 2;
  fact.resolution = std::string(stream.substr(0, stream.size() - std::min(parent, stream.size())));
  fact.voter = wire::Child(fact.resolution, "voters", id);
  if (collection == "voters") {
    return Each(members, envelope, fact, &ResolutionPart::OnVoter, rows);
  }
  if (collection == "ballots") {
    return Each(members, envelope, fact, &ResolutionPart::OnBallot, rows);
  }
  return absl::DataLossError(absl::StrCat("no stream of votes: ", envelope.record.stream()));
}

absl::Status UnknownFact(const VoteFact& fact) {
  return absl::DataLossError(
      absl::StrCat("unknown fact ", fact.record.type(), " in ", fact.record.stream()));
}

}  // namespace sanzhang::projections
