#include "projections/directory/directory_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "projections/engine/words.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/events.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = registry::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE community (
  name TEXT PRIMARY KEY, display_name TEXT NOT NULL, subdistrict TEXT NOT NULL,
  households INTEGER NOT NULL, scheme INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE place (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, collection TEXT NOT NULL,
  display_name TEXT NOT NULL, property_area TEXT NOT NULL, grid TEXT NOT NULL,
  building TEXT NOT NULL, retired INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX place_of_building ON place (building);
CREATE TABLE body (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, kind INTEGER NOT NULL,
  display_name TEXT NOT NULL, property_area TEXT NOT NULL,
  established INTEGER NOT NULL, dissolved INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE term (
  name TEXT PRIMARY KEY, body TEXT NOT NULL, begins_us INTEGER NOT NULL,
  ends_us INTEGER NOT NULL, expired INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE membership (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, body TEXT NOT NULL, body_kind INTEGER NOT NULL,
  property_area TEXT NOT NULL, person TEXT NOT NULL, office INTEGER NOT NULL, term TEXT NOT NULL,
  suspended INTEGER NOT NULL, ended INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX membership_of_person ON membership (person);
CREATE TABLE chief (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, kind INTEGER NOT NULL, unit TEXT NOT NULL,
  person TEXT NOT NULL, body TEXT NOT NULL, since_us INTEGER, ended INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE INDEX chief_of_person ON chief (person);
CREATE INDEX chief_of_unit ON chief (unit);
CREATE TABLE person (
  name TEXT PRIMARY KEY, community TEXT NOT NULL, full_name BLOB, confirmed INTEGER NOT NULL,
  gone INTEGER NOT NULL, deceased INTEGER NOT NULL, privacy_officer_of TEXT NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE owner (
  dwelling TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (dwelling, person))
  STRICT, WITHOUT ROWID;
CREATE INDEX owner_by_person ON owner (person);
CREATE TABLE service_role (
  name TEXT NOT NULL, role INTEGER NOT NULL, PRIMARY KEY (name, role)) STRICT, WITHOUT ROWID;
)";

std::int64_t Us(const google::protobuf::Timestamp& stamp) {
  return absl::ToUnixMicros(wire::ToTime(stamp));
}

// What the record is about.
struct Subject {
  std::string_view name;
  std::string_view community;
};

absl::Status Unknown(const Envelope& envelope) {
  return absl::DataLossError(
      absl::StrCat("unknown fact ", envelope.record.type(), " in ", envelope.record.stream()));
}

absl::Status ApplyCommunity(const Envelope& envelope, const Subject& at, Rows& rows) {
  v1::CommunityEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::CommunityEvent::kCommunityRegistered: {
      const auto& e = event.community_registered();
      return rows.Run("INSERT INTO community VALUES (?1, ?2, ?3, ?4, 0)",
                      {at.name, e.display_name(), e.subdistrict(), std::int64_t{e.households()}});
    }
    case v1::CommunityEvent::kCommunityRenamed:
      return rows.Run("UPDATE community SET display_name = ?2 WHERE name = ?1",
                      {at.name, event.community_renamed().display_name()});
    case v1::CommunityEvent::kGovernanceSchemeAdopted:
      return rows.Run("UPDATE community SET scheme = ?2 WHERE name = ?1",
                      {at.name, std::int64_t{event.governance_scheme_adopted().scheme()}});
    case v1::CommunityEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

absl::Status AddPlace(const Subject& at, std::string_view display_name, const type::v1::Place& in,
                      Rows& rows) {
  return rows.Run("INSERT INTO place VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
                  {at.name, at.community, wire::CollectionOf(at.name), display_name,
                   in.property_area(), in.grid(), in.building()});
}

// OwnershipRecorded or OwnershipTransferred.
template <class Fact>
absl::Status SetOwners(const Subject& at, const Fact& e, Rows& rows) {
  absl::Status status = rows.Run("DELETE FROM owner WHERE dwelling = ?1", {at.name});
  for (const v1::Owner& owner : e.owners()) {
    if (!status.ok()) break;
    status = rows.Run("INSERT OR IGNORE INTO owner VALUES (?1, ?2)", {at.name, owner.person()});
  }
  return status;
}

absl::Status ApplyPlace(const Envelope& envelope, const Subject& at, bool people, Rows& rows) {
  v1::PlaceEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::PlaceEvent::kPropertyAreaRegistered:
      return AddPlace(at, event.property_area_registered().display_name(), {}, rows);
    case v1::PlaceEvent::kGridDrawn:
      return AddPlace(at, event.grid_drawn().display_name(), {}, rows);
    case v1::PlaceEvent::kBuildingRegistered:
      return AddPlace(at, event.building_registered().display_name(),
                      event.building_registered().place(), rows);
    case v1::PlaceEvent::kBuildingMovedToGrid:
      return rows.Run("UPDATE place SET grid = ?2 WHERE name = ?1 OR building = ?1",
                      {at.name, event.building_moved_to_grid().grid()});
    case v1::PlaceEvent::kEntranceRegistered:
      return AddPlace(at, event.entrance_registered().display_name(),
                      event.entrance_registered().place(), rows);
    case v1::PlaceEvent::kDwellingRegistered:
      return absl::OkStatus();
    case v1::PlaceEvent::kOwnershipRecorded:
      return people ? SetOwners(at, event.ownership_recorded(), rows) : absl::OkStatus();
    case v1::PlaceEvent::kOwnershipTransferred:
      return people ? SetOwners(at, event.ownership_transferred(), rows) : absl::OkStatus();
    case v1::PlaceEvent::kDwellingAreaCorrected:
    case v1::PlaceEvent::kDwellingClassified:
    case v1::PlaceEvent::kDwellingSaleRecorded:
    case v1::PlaceEvent::kOwnershipVerified:
    case v1::PlaceEvent::kOwnershipDisputed:
    case v1::PlaceEvent::kOwnershipDisputeEnded:
    case v1::PlaceEvent::kOccupancyRecorded:
    case v1::PlaceEvent::kOccupancyEnded:
      return absl::OkStatus();
    case v1::PlaceEvent::kDwellingSplit:
    case v1::PlaceEvent::kDwellingMerged:
    case v1::PlaceEvent::kPlaceRetired: {
      absl::Status status = rows.Run("DELETE FROM owner WHERE dwelling = ?1", {at.name});
      if (!status.ok()) return status;
      return rows.Run("UPDATE place SET retired = 1 WHERE name = ?1", {at.name});
    }
    case v1::PlaceEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

absl::Status ApplyPerson(const Envelope& envelope, const Subject& at, bool names, Rows& rows) {
  v1::PersonEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::PersonEvent::kPersonRegistered: {
      const std::string full_name =
          PassageOf(envelope.record, "full_name", event.person_registered().full_name());
      const Value name = names ? Value(Blob{full_name}) : Value(Null{});
      return rows.Run("INSERT INTO person VALUES (?1, ?2, ?3, 0, 0, 0, '')",
                      {at.name, at.community, name});
    }
    case v1::PersonEvent::kResidentEnrolled:
      return rows.Run("UPDATE person SET confirmed = 0, gone = 0 WHERE name = ?1", {at.name});
    case v1::PersonEvent::kResidentConfirmed:
      return rows.Run("UPDATE person SET confirmed = 1 WHERE name = ?1", {at.name});
    case v1::PersonEvent::kResidentMovedOut:
      return rows.Run("UPDATE person SET gone = 1 WHERE name = ?1", {at.name});
    case v1::PersonEvent::kResidentDeceased:
      return rows.Run("UPDATE person SET deceased = 1 WHERE name = ?1", {at.name});
    case v1::PersonEvent::kPrivacyOfficerAppointed:
      return rows.Run("UPDATE person SET privacy_officer_of = ?2 WHERE name = ?1",
                      {at.name, event.privacy_officer_appointed().body()});
    case v1::PersonEvent::kPrivacyOfficerDismissed:
      return rows.Run("UPDATE person SET privacy_officer_of = '' WHERE name = ?1", {at.name});
    case v1::PersonEvent::kGuardianAppointed:
    case v1::PersonEvent::kGuardianshipEnded:
    case v1::PersonEvent::kLegalRepresentativeRecorded:
    case v1::PersonEvent::kMajorityRecorded:
    case v1::PersonEvent::kRelativeRelationDeclared:
    case v1::PersonEvent::kRelativeRelationWithdrawn:
      return absl::OkStatus();
    case v1::PersonEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

absl::Status ApplyBody(const Envelope& envelope, const Subject& at, Rows& rows) {
  v1::BodyEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::BodyEvent::kBodyPrepared: {
      const auto& e = event.body_prepared();
      return rows.Run(
          "INSERT INTO body VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)",
          {at.name, at.community, std::int64_t{e.kind()}, e.display_name(), e.property_area()});
    }
    case v1::BodyEvent::kBodyEstablished:
    case v1::BodyEvent::kBodyFiled:
      return rows.Run("UPDATE body SET established = 1 WHERE name = ?1", {at.name});
    case v1::BodyEvent::kBodyDissolved:
      return rows.Run("UPDATE body SET dissolved = 1 WHERE name = ?1", {at.name});
    case v1::BodyEvent::kSealCustodyRecorded:
    case v1::BodyEvent::kHandoverCompleted:
      return absl::OkStatus();
    case v1::BodyEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

absl::Status ApplyTerm(const Envelope& envelope, const Subject& at, Rows& rows) {
  v1::TermEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::TermEvent::kTermStarted: {
      const auto& e = event.term_started();
      return rows.Run("INSERT INTO term VALUES (?1, ?2, ?3, ?4, 0)",
                      {at.name, e.body(), Us(e.begins()), Us(e.ends())});
    }
    case v1::TermEvent::kTermExpired:
      return rows.Run("UPDATE term SET expired = 1 WHERE name = ?1", {at.name});
    case v1::TermEvent::kTermExpiring:
      return absl::OkStatus();
    case v1::TermEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

absl::Status ApplyMembership(const Envelope& envelope, const Subject& at, Rows& rows) {
  v1::MembershipEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::MembershipEvent::kMemberSeated: {
      const auto& e = event.member_seated();
      return rows.Run("INSERT INTO membership VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0)",
                      {at.name, at.community, e.body(), std::int64_t{e.body_kind()},
                       e.property_area(), e.person(), std::int64_t{e.office()}, e.term()});
    }
    case v1::MembershipEvent::kMemberSuspended:
      return rows.Run("UPDATE membership SET suspended = 1 WHERE name = ?1", {at.name});
    case v1::MembershipEvent::kMemberReinstated:
      return rows.Run("UPDATE membership SET suspended = 0 WHERE name = ?1", {at.name});
    case v1::MembershipEvent::kMemberEnded:
      return rows.Run("UPDATE membership SET ended = 1 WHERE name = ?1", {at.name});
    case v1::MembershipEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

absl::Status ApplyChief(const Envelope& envelope, const Subject& at, Rows& rows) {
  v1::ChiefEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  switch (event.kind_case()) {
    case v1::ChiefEvent::kChiefRecruited: {
      const auto& e = event.chief_recruited();
      return rows.Run(
          "INSERT INTO chief VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, 0)",
          {at.name, at.community, std::int64_t{e.kind()}, e.unit(), e.person(), e.body()});
    }
    case v1::ChiefEvent::kChiefConfirmed:
      return rows.Run("UPDATE chief SET since_us = ?2 WHERE name = ?1",
                      {at.name, TimeValue(envelope.at())});
    case v1::ChiefEvent::kChiefActivityLapsed:
      return absl::OkStatus();  // Still in office; how active a chief is, is counted from actions.
    case v1::ChiefEvent::kChiefEnded:
      return rows.Run("UPDATE chief SET ended = 1 WHERE name = ?1", {at.name});
    case v1::ChiefEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

absl::Status ApplyService(const Envelope& envelope, const Subject& at, Rows& rows) {
  v1::ServiceAccountEvent event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  absl::Status status = rows.Run("DELETE FROM service_role WHERE name = ?1", {at.name});
  switch (event.kind_case()) {
    case v1::ServiceAccountEvent::kServiceGranted:
      for (const int role : event.service_granted().roles()) {
        if (!status.ok()) break;
        status = rows.Run("INSERT OR IGNORE INTO service_role VALUES (?1, ?2)",
                          {at.name, std::int64_t{role}});
      }
      return status;
    case v1::ServiceAccountEvent::kServiceRevoked:
      return status;
    case v1::ServiceAccountEvent::KIND_NOT_SET:
      break;
  }
  return Unknown(envelope);
}

// Facts that no view asks the directory for.
template <class Event>
absl::Status Pass(const Envelope& envelope) {
  Event event;
  if (absl::Status read = envelope.Read(event); !read.ok()) return read;
  return event.kind_case() == Event::KIND_NOT_SET ? Unknown(envelope) : absl::OkStatus();
}

}  // namespace

std::string_view DirectoryRows::schema() const { return kSchema; }

absl::Status DirectoryRows::Apply(const Envelope& envelope, Rows& rows) const {
  const std::string& stream = envelope.record.stream();
  const Subject at{stream, wire::CommunityOf(stream)};
  const std::string_view collection = wire::CollectionOf(stream);
  const bool people = people_ != People::kNone;
  if (collection == "communities") return ApplyCommunity(envelope, at, rows);
  if (collection == "propertyAreas" || collection == "grids" || collection == "buildings" ||
      collection == "entrances" || collection == "dwellings") {
    return ApplyPlace(envelope, at, people, rows);
  }
  if (collection == "bodies") return ApplyBody(envelope, at, rows);
  if (collection == "terms") return ApplyTerm(envelope, at, rows);
  if (collection == "persons") {
    return people ? ApplyPerson(envelope, at, people_ == People::kNames, rows) : absl::OkStatus();
  }
  if (collection == "memberships") {
    return people ? ApplyMembership(envelope, at, rows) : absl::OkStatus();
  }
  if (collection == "chiefs") return people ? ApplyChief(envelope, at, rows) : absl::OkStatus();
  if (collection == "households") return Pass<v1::HouseholdEvent>(envelope);
  if (collection == "constituencies") return Pass<v1::ConstituencyEvent>(envelope);
  if (collection == "services") return people ? ApplyService(envelope, at, rows) : absl::OkStatus();
  return Unknown(envelope);
}

}  // namespace sanzhang::projections
