#include "projections/metrics/participation_rows.h"

#include <iterator>
#include <string>
#include <utility>

#include "projections/metrics/days.h"
#include "proto/wire/names.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "sanzhang/views/v1/participation_view.pb.h"

namespace sanzhang::projections {
namespace {

constexpr std::string_view kSchema = R"(
CREATE TABLE participation (
  person TEXT NOT NULL, day_us INTEGER NOT NULL, kind INTEGER NOT NULL,
  PRIMARY KEY (person, day_us, kind)) STRICT, WITHOUT ROWID;
CREATE TABLE paper_participation (
  stream TEXT NOT NULL, ballot INTEGER NOT NULL, person TEXT NOT NULL, day_us INTEGER NOT NULL,
  PRIMARY KEY (stream, ballot)) STRICT, WITHOUT ROWID;
CREATE TABLE enrolled (
  person TEXT PRIMARY KEY, community TEXT NOT NULL, building TEXT NOT NULL,
  resident INTEGER NOT NULL, adult INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE enrolled_span (
  person TEXT NOT NULL, from_us INTEGER NOT NULL, community TEXT NOT NULL,
  building TEXT NOT NULL, until_us INTEGER, PRIMARY KEY (person, from_us)) STRICT, WITHOUT ROWID;
CREATE INDEX enrolled_span_by_community ON enrolled_span (community, building);
)";

absl::Status TookPart(Rows& rows, std::string_view person, absl::Time at,
                      views::v1::ParticipationKind kind) {
  if (person.empty()) return absl::OkStatus();
  return rows.Run("INSERT OR IGNORE INTO participation VALUES (?1, ?2, ?3)",
                  {person, TimeValue(DayOf(at)), std::int64_t{kind}});
}

// Who did it, if a person did.
std::string_view Doer(const Envelope& envelope) {
  const log::v1::Actor& actor = envelope.record.actor();
  return actor.kind() == log::v1::Actor::KIND_PERSON ? std::string_view(actor.subject())
                                                     : std::string_view();
}

// A part of one package. The first in the list brings the tables.
class Source : public Part {
 public:
  Source(std::string_view package, std::string_view schema) : package_(package), schema_(schema) {}
  std::string_view package() const override { return package_; }
  std::string_view schema() const override { return schema_; }

 private:
  const std::string_view package_;
  const std::string_view schema_;
};

// Residents of age, by the register.
class Enrolment final : public Source {
 public:
  Enrolment() : Source("sanzhang.registry.v1", kSchema) {}

  absl::Status Apply(const Envelope& envelope, Rows& rows) const override {
    const std::string& person = envelope.record.stream();
    if (wire::CollectionOf(person) != "persons") return absl::OkStatus();  // Others read them.
    registry::v1::PersonEvent event;
    absl::Status status = envelope.Read(event);
    if (status.ok()) status = Note(event, person, rows);
    if (!status.ok()) return status;
    return Follow(person, TimeValue(envelope.at()), rows);
  }

 private:
  using Event = registry::v1::PersonEvent;

  static absl::Status SetAdult(std::string_view person, registry::v1::Majority majority,
                               Rows& rows) {
    return rows.Run("UPDATE enrolled SET adult = ?2 WHERE person = ?1",
                    {person, std::int64_t{majority == registry::v1::MAJORITY_ADULT}});
  }
  static absl::Status SetResident(std::string_view person, bool resident, Rows& rows) {
    return rows.Run("UPDATE enrolled SET resident = ?2 WHERE person = ?1",
                    {person, std::int64_t{resident}});
  }

  static absl::Status Note(const Event& event, std::string_view person, Rows& rows) {
    switch (event.kind_case()) {
      case Event::kPersonRegistered: {
        absl::Status status = rows.Run("INSERT INTO enrolled VALUES (?1, ?2, '', 0, 0)",
                                       {person, wire::CommunityOf(person)});
        if (!status.ok()) return status;
        return SetAdult(person, event.person_registered().majority(), rows);
      }
      case Event::kMajorityRecorded:
        return SetAdult(person, event.majority_recorded().majority(), rows);
      case Event::kResidentEnrolled:
        return rows.Run("UPDATE enrolled SET building = ?2, resident = 0 WHERE person = ?1",
                        {person, event.resident_enrolled().place().building()});
      case Event::kResidentConfirmed:
        return SetResident(person, true, rows);
      case Event::kResidentMovedOut:
      case Event::kResidentDeceased:
        return SetResident(person, false, rows);
      case Event::kGuardianAppointed:
      case Event::kGuardianshipEnded:
      case Event::kLegalRepresentativeRecorded:
      case Event::kRelativeRelationDeclared:
      case Event::kRelativeRelationWithdrawn:
      case Event::kPrivacyOfficerAppointed:
      case Event::kPrivacyOfficerDismissed:
        return absl::OkStatus();
      case Event::KIND_NOT_SET:
        break;
    }
    return absl::DataLossError("unknown fact about a person");
  }

  // Ends the span that is not so any more, and begins the one that is.
  static absl::Status Follow(std::string_view person, Value at, Rows& rows) {
    absl::Status status = rows.Run(
        "UPDATE enrolled_span SET until_us = ?2 WHERE person = ?1 AND until_us IS NULL AND NOT "
        "EXISTS (SELECT 1 FROM enrolled e WHERE e.person = ?1 AND e.resident AND e.adult AND "
        "e.building = enrolled_span.building)",
        {person, at});
    if (!status.ok()) return status;
    return rows.Run(
        "INSERT INTO enrolled_span SELECT person, ?2, community, building, NULL FROM enrolled "
        "WHERE person = ?1 AND resident AND adult AND NOT EXISTS (SELECT 1 FROM enrolled_span s "
        "WHERE s.person = ?1 AND s.until_us IS NULL) "
        // Out and in again in one moment: the span that was just ended goes on.
        "ON CONFLICT DO UPDATE SET building = excluded.building, until_us = NULL",
        {person, at});
  }
};

class Complaining final : public Source {
 public:
  Complaining() : Source("sanzhang.complaint.v1", "") {}

  absl::Status Apply(const Envelope& envelope, Rows& rows) const override {
    complaint::v1::ComplaintEvent event;
    if (absl::Status status = envelope.Read(event); !status.ok()) return status;
    const std::string_view who = event.has_filed()       ? event.filed().complainant()
                                 : event.has_supported() ? event.supported().supporter()
                                                         : std::string_view();
    return TookPart(rows, who, envelope.at(), views::v1::PARTICIPATION_KIND_COMPLAINT);
  }
};

class Voting final : public Source {
 public:
  Voting() : Source("sanzhang.resolution.v1", "") {}

  absl::Status Apply(const Envelope& envelope, Rows& rows) const override {
    const std::string_view collection = wire::CollectionOf(envelope.record.stream());
    if (collection == "ballots") return Ballot(envelope, rows);
    if (collection == "voters") {
      resolution::v1::VoterEvent event;
      absl::Status status = envelope.Read(event);
      if (!status.ok() || !event.has_secret_ballot_cast()) return status;
      return TookPart(rows, Doer(envelope), envelope.at(), views::v1::PARTICIPATION_KIND_BALLOT);
    }
    if (collection != "resolutions") return absl::OkStatus();  // The box names nobody.
    resolution::v1::ResolutionEvent event;
    absl::Status status = envelope.Read(event);
    if (!status.ok() || !event.has_petition_signed()) return status;
    return TookPart(rows, event.petition_signed().signer(), envelope.at(),
                    views::v1::PARTICIPATION_KIND_PETITION);
  }

 private:
  static absl::Status Ballot(const Envelope& envelope, Rows& rows) {
    using Event = resolution::v1::BallotEvent;
    const std::string& stream = envelope.record.stream();
    Event event;
    if (absl::Status status = envelope.Read(event); !status.ok()) return status;
    switch (event.kind_case()) {
      case Event::kCast:
        return TookPart(rows, event.cast().person(), envelope.at(),
                        views::v1::PARTICIPATION_KIND_BALLOT);
      case Event::kPaperEntered: {
        const resolution::v1::PaperBallotEntered& e = event.paper_entered();
        const absl::Time cast = e.has_cast_at() ? wire::ToTime(e.cast_at()) : envelope.at();
        return rows.Run("INSERT OR REPLACE INTO paper_participation VALUES (?1, ?2, ?3, ?4)",
                        {stream, std::int64_t{e.ballot()}, e.person(), TimeValue(DayOf(cast))});
      }
      case Event::kPaperVerified: {
        const std::int64_t ballot = event.paper_verified().ballot();
        absl::Status status = rows.Run(
            "INSERT OR IGNORE INTO participation SELECT person, day_us, ?3 FROM "
            "paper_participation WHERE stream = ?1 AND ballot = ?2 AND person <> ''",
            {stream, ballot, std::int64_t{views::v1::PARTICIPATION_KIND_BALLOT}});
        if (!status.ok()) return status;
        return rows.Run("DELETE FROM paper_participation WHERE stream = ?1 AND ballot = ?2",
                        {stream, ballot});
      }
      case Event::kConflictDetected:
      case Event::kConflictResolved:
      case Event::kInvalidated:
      case Event::kLateRecorded:
        return absl::OkStatus();
      case Event::KIND_NOT_SET:
        break;
    }
    return absl::DataLossError("unknown fact about a ballot");
  }
};

class Appraising final : public Source {
 public:
  Appraising() : Source("sanzhang.rating.v1", "") {}

  absl::Status Apply(const Envelope& envelope, Rows& rows) const override {
    if (wire::CollectionOf(envelope.record.stream()) != "appraisers") return absl::OkStatus();
    rating::v1::AppraiserEvent event;
    if (absl::Status status = envelope.Read(event); !status.ok()) return status;
    return TookPart(rows, Doer(envelope), envelope.at(), views::v1::PARTICIPATION_KIND_APPRAISAL);
  }
};

class Noticing final : public Source {
 public:
  Noticing() : Source("sanzhang.notice.v1", "") {}

  absl::Status Apply(const Envelope& envelope, Rows& rows) const override {
    notice::v1::NoticeEvent event;
    if (absl::Status status = envelope.Read(event); !status.ok()) return status;
    const std::string_view who = event.has_objected()        ? event.objected().objector()
                                 : event.has_inquiry_asked() ? event.inquiry_asked().asker()
                                                             : std::string_view();
    return TookPart(rows, who, envelope.at(), views::v1::PARTICIPATION_KIND_NOTICE);
  }
};

}  // namespace

PartList Participation() {
  return Parts(Enrolment(), Complaining(), Voting(), Appraising(), Noticing());
}

PartList Join(PartList first, PartList second) {
  std::move(second.begin(), second.end(), std::back_inserter(first));
  return first;
}

}  // namespace sanzhang::projections
