#include "projections/registry/resident_rows.h"

#include "projections/registry/register_fact.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/events.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = registry::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE resident (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, building TEXT NOT NULL, entrance TEXT NOT NULL,
  organisation INTEGER NOT NULL,
  majority INTEGER NOT NULL,   -- registry.v1.Majority
  residence INTEGER NOT NULL,  -- 0 none, 1 declared, 2 confirmed, 3 ended.
  deceased INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX resident_of_building ON resident (community, building);
)";
static_assert(v1::MAJORITY_ADULT == 1);

}  // namespace

std::string_view ResidentRows::schema() const { return kSchema; }

absl::Status ResidentRows::Apply(const Envelope& envelope, Rows& rows) const {
  const std::string_view name = envelope.record.stream();
  if (wire::CollectionOf(name) != "persons") return absl::OkStatus();
  v1::PersonEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::PersonEvent::kPersonRegistered: {
      const v1::PersonRegistered& e = event.person_registered();
      return rows.Run(
          "INSERT INTO resident VALUES (?1, ?2, '', '', ?3, ?4, 0, 0)",
          {name, wire::CommunityOf(name), std::int64_t{e.kind() == v1::PERSON_KIND_ORGANISATION},
           std::int64_t{e.majority()}});
    }
    case v1::PersonEvent::kResidentEnrolled:
      return rows.Run(
          "UPDATE resident SET residence = 1, building = ?2, entrance = ?3 WHERE name = ?1",
          {name, event.resident_enrolled().place().building(),
           event.resident_enrolled().place().entrance()});
    case v1::PersonEvent::kResidentConfirmed:
      return rows.Run("UPDATE resident SET residence = 2 WHERE name = ?1", {name});
    case v1::PersonEvent::kResidentMovedOut:
      return rows.Run("UPDATE resident SET residence = 3 WHERE name = ?1", {name});
    case v1::PersonEvent::kResidentDeceased:
      return rows.Run("UPDATE resident SET deceased = 1 WHERE name = ?1", {name});
    case v1::PersonEvent::kMajorityRecorded:
      return rows.Run("UPDATE resident SET majority = ?2 WHERE name = ?1",
                      {name, std::int64_t{event.majority_recorded().majority()}});
    case v1::PersonEvent::kGuardianAppointed:
    case v1::PersonEvent::kGuardianshipEnded:
    case v1::PersonEvent::kLegalRepresentativeRecorded:
    case v1::PersonEvent::kRelativeRelationDeclared:
    case v1::PersonEvent::kRelativeRelationWithdrawn:
    case v1::PersonEvent::kPrivacyOfficerAppointed:
    case v1::PersonEvent::kPrivacyOfficerDismissed:
      return absl::OkStatus();
    case v1::PersonEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(envelope);
}

}  // namespace sanzhang::projections
