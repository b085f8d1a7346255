#include "projections/resolutions/voter_rows.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/wire/names.h"
#include "sanzhang/registry/v1/registry.pb.h"

namespace sanzhang::projections {
namespace {

namespace v1 = resolution::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE voter (
  name TEXT PRIMARY KEY, resolution TEXT NOT NULL, snapshot TEXT NOT NULL,
  struck_off INTEGER NOT NULL DEFAULT 0, corrected INTEGER NOT NULL DEFAULT 0,
  area_dm2 INTEGER NOT NULL, heads INTEGER NOT NULL, dwellings INTEGER NOT NULL,
  dwelling_names TEXT NOT NULL,  -- Joined by blanks, at most a thousand.
  area_source INTEGER NOT NULL DEFAULT 0,  -- The weakest of its parts.
  place TEXT NOT NULL, membership TEXT NOT NULL, representative INTEGER NOT NULL,
  related INTEGER NOT NULL, interested INTEGER NOT NULL,
  persons INTEGER NOT NULL, acting INTEGER NOT NULL,  -- How many are it, and act for it.
  designated INTEGER NOT NULL DEFAULT 0, disputes INTEGER NOT NULL DEFAULT 0,
  delivered_us INTEGER, warned_us INTEGER,  -- The first proof; the first with the warning.
  delivery_method INTEGER NOT NULL DEFAULT 0, delivery_failures INTEGER NOT NULL DEFAULT 0,
  ballots INTEGER NOT NULL DEFAULT 0,       -- In the open, on paper or in the box.
  set_aside INTEGER NOT NULL DEFAULT 0,     -- Of these, found not to count.
  papers INTEGER NOT NULL DEFAULT 0,        -- Of these, on paper.
  unverified INTEGER NOT NULL DEFAULT 0,    -- Of these, read by one clerk.
  late INTEGER NOT NULL DEFAULT 0,
  conflict INTEGER NOT NULL DEFAULT 0,      -- 1 waits for a ruling, 2 ruled, 3 ruled: none stands.
  returned_us INTEGER,                      -- The first ballot.
  returned_by TEXT NOT NULL DEFAULT '',     -- The person who cast that one.
  returned INTEGER GENERATED ALWAYS AS (ballots > set_aside AND conflict <> 3) VIRTUAL) STRICT;
CREATE INDEX voter_of_roll ON voter (resolution, snapshot);
CREATE TABLE roll_person (
  person TEXT NOT NULL, voter TEXT NOT NULL, capacity INTEGER NOT NULL,
  designated INTEGER NOT NULL DEFAULT 0,  -- The co-owner who votes for all.
  PRIMARY KEY (person, voter, capacity)) STRICT, WITHOUT ROWID;
CREATE INDEX roll_person_of_voter ON roll_person (voter);
CREATE TABLE proxy (
  voter TEXT NOT NULL, revision INTEGER NOT NULL, resolution TEXT NOT NULL, agent TEXT NOT NULL,
  principal TEXT NOT NULL, items TEXT NOT NULL,  -- Joined by blanks; empty: all.
  granted_us INTEGER NOT NULL, ends_us INTEGER, revoked_us INTEGER,
  PRIMARY KEY (voter, revision)) STRICT, WITHOUT ROWID;
CREATE INDEX proxy_of_agent ON proxy (agent);
CREATE TABLE turnout (
  resolution TEXT NOT NULL, snapshot TEXT NOT NULL,
  subjects INTEGER NOT NULL DEFAULT 0, heads INTEGER NOT NULL DEFAULT 0,
  area_dm2 INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0, warned INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0, returned_heads INTEGER NOT NULL DEFAULT 0,
  returned_area_dm2 INTEGER NOT NULL DEFAULT 0,
  on_paper INTEGER NOT NULL DEFAULT 0, unverified INTEGER NOT NULL DEFAULT 0,
  conflicts INTEGER NOT NULL DEFAULT 0,  -- That wait for a ruling.
  late INTEGER NOT NULL DEFAULT 0, proxied INTEGER NOT NULL DEFAULT 0,
  disputed INTEGER NOT NULL DEFAULT 0,   -- A co-owner disagrees.
  PRIMARY KEY (resolution, snapshot)) STRICT, WITHOUT ROWID;
CREATE VIEW roll AS SELECT v.* FROM voter v JOIN resolution r ON r.name = v.resolution
  AND r.snapshot = v.snapshot WHERE NOT v.struck_off;
CREATE VIEW roll_turnout AS SELECT t.* FROM turnout t JOIN resolution r ON r.name = t.resolution
  AND r.snapshot = t.snapshot;
)";

// What the voter ?1 adds to its roll, ?2 times.
constexpr std::string_view kCount = R"(
UPDATE turnout SET subjects = turnout.subjects + ?2, heads = turnout.heads + ?2 * v.heads,
  area_dm2 = turnout.area_dm2 + ?2 * v.area_dm2,
  delivered = turnout.delivered + ?2 * (v.delivered_us IS NOT NULL),
  warned = turnout.warned + ?2 * (v.warned_us IS NOT NULL),
  returned = turnout.returned + ?2 * v.returned,
  returned_heads = turnout.returned_heads + ?2 * v.returned * v.heads,
  returned_area_dm2 = turnout.returned_area_dm2 + ?2 * v.returned * v.area_dm2,
  on_paper = turnout.on_paper + ?2 * (v.papers > 0),
  unverified = turnout.unverified + ?2 * (v.unverified > 0),
  conflicts = turnout.conflicts + ?2 * (v.conflict = 1),
  late = turnout.late + ?2 * (v.late > 0),
  proxied = turnout.proxied + ?2 * EXISTS (SELECT 1 FROM proxy p WHERE p.voter = v.name
    AND p.revoked_us IS NULL),
  disputed = turnout.disputed + ?2 * (v.disputes > 0)
FROM voter v WHERE v.name = ?1 AND NOT v.struck_off AND turnout.resolution = v.resolution
  AND turnout.snapshot = v.snapshot)";

// One fact about a voter on its way into the tables.
class Writing {
 public:
  Writing(const VoteFact& fact, VoterRows::Keeps keeps, Rows& rows)
      : fact_(fact), keeps_(keeps), rows_(rows) {}

  // Takes the voter out of its roll's sums, changes it, and puts it in again.
  template <class Changing>
  absl::Status Recount(Changing change) const {
    absl::Status status = Count(-1);
    if (status.ok()) status = change();
    return status.ok() ? Count(1) : status;
  }
  // A statement whose ?1 is the voter; the values are ?2 and so on.
  absl::Status Run(std::string_view sql, std::initializer_list<Value> values) const {
    std::vector<Value> all = {fact_.voter};
    all.insert(all.end(), values);
    return Write(rows_, sql, all);
  }
  absl::Status Set(std::string_view assignments, std::initializer_list<Value> values) const {
    return Recount([&] { return SetUncounted(assignments, values); });
  }
  absl::Status SetUncounted(std::string_view assignments,
                            std::initializer_list<Value> values) const {
    return Run(
        absl::StrCat("UPDATE voter SET ", absl::string_view(assignments.data(), assignments.size()),
                     " WHERE name = ?1"),
        values);
  }

  const VoteFact& fact() const { return fact_; }
  VoterRows::Keeps keeps() const { return keeps_; }
  Value At() const { return TimeValue(fact_.at()); }
  Value Revision() const { return static_cast<std::int64_t>(fact_.record.revision()); }
  std::string_view Person(std::string_view person) const {
    return keeps_.persons ? person : std::string_view();
  }

 private:
  absl::Status Count(std::int64_t times) const { return Run(kCount, {times}); }

  const VoteFact& fact_;
  const VoterRows::Keeps keeps_;
  Rows& rows_;
};

absl::Status AddPersons(const Writing& w, const v1::RollEntry& entry) {
  absl::Status status = w.Run("DELETE FROM roll_person WHERE voter = ?1", {});
  if (!w.keeps().persons) return status;
  const auto add = [&](const auto& persons, std::int64_t capacity) {
    for (const std::string& person : persons) {
      if (!status.ok()) return;
      status =
          w.Run("INSERT OR IGNORE INTO roll_person (person, voter, capacity) VALUES (?2, ?1, ?3)",
                {person, capacity});
    }
  };
  add(entry.persons(), kIsSubject);
  add(entry.representatives(), kActsForSubject);
  return status;
}

// The register before the survey before the contract: the weakest is the greatest number.
static_assert(registry::v1::AREA_SOURCE_REGISTER < registry::v1::AREA_SOURCE_SURVEY &&
              registry::v1::AREA_SOURCE_SURVEY < registry::v1::AREA_SOURCE_CONTRACT);

absl::Status SetAreaSource(const Writing& w, const v1::RollEntry& entry) {
  if (!w.keeps().area_sources) return absl::OkStatus();
  absl::Status status = w.SetUncounted("area_source = 0", {});
  for (const std::string& dwelling : entry.dwellings()) {
    if (!status.ok()) break;
    status = w.SetUncounted(
        "area_source = max(area_source, COALESCE((SELECT source FROM area_source "
        "WHERE dwelling = ?2), 0))",
        {dwelling});
  }
  return status;
}

// What an entry says, in the columns from `area_dm2` to `acting`.
absl::Status SetEntry(const Writing& w, const v1::RollEntry& entry) {
  const std::string names = w.keeps().dwellings ? absl::StrJoin(entry.dwellings(), " ") : "";
  absl::Status status = w.SetUncounted(
      "area_dm2 = ?2, heads = ?3, dwellings = ?4, dwelling_names = ?5, place = ?6, "
      "membership = ?7, representative = ?8, related = ?9, interested = ?10, persons = ?11, "
      "acting = ?12",
      {entry.area_dm2(), std::int64_t{entry.heads()}, std::int64_t{entry.dwellings_total()}, names,
       entry.place(), entry.membership(), std::int64_t{entry.representative()},
       std::int64_t{entry.related_party()}, std::int64_t{entry.interested()},
       std::int64_t{entry.persons_size()}, std::int64_t{entry.representatives_size()}});
  if (status.ok()) status = SetAreaSource(w, entry);
  return status.ok() ? AddPersons(w, entry) : status;
}

// Another roll: what was said of the voter in the one before is over.
absl::Status On(const Writing& w, const v1::VoterEnrolled& e) {
  return w.Recount([&] {
    const std::string& resolution = w.fact().resolution;
    absl::Status status = w.Run(
        "INSERT OR REPLACE INTO voter (name, resolution, snapshot, area_dm2, heads, dwellings, "
        "dwelling_names, place, membership, representative, related, interested, persons, acting) "
        "VALUES (?1, ?2, ?3, 0, 0, 0, '', '', '', 0, 0, 0, 0, 0)",
        {resolution, e.snapshot()});
    if (status.ok()) status = w.Run("DELETE FROM proxy WHERE voter = ?1", {});
    if (status.ok()) status = SetEntry(w, e.entry());
    if (!status.ok()) return status;
    return w.Run(
        "INSERT OR IGNORE INTO turnout (resolution, snapshot) "
        "SELECT resolution, snapshot FROM voter WHERE name = ?1",
        {});
  });
}

absl::Status On(const Writing& w, const v1::ElectorateCorrected& e) {
  return w.Recount([&] {
    absl::Status status = w.SetUncounted("struck_off = ?2, corrected = corrected + 1",
                                         {std::int64_t{e.struck_off()}});
    return status.ok() && !e.struck_off() ? SetEntry(w, e.entry()) : status;
  });
}

absl::Status On(const Writing& w, const v1::ProxyGranted& e) {
  const std::string items = absl::StrJoin(e.items(), " ");
  return w.Recount([&] {
    return w.Run("INSERT INTO proxy VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)",
                 {w.Revision(), w.fact().resolution, w.Person(e.agent()), w.Person(e.principal()),
                  items, w.At(), StampValue(e.ends(), e.has_ends())});
  });
}

absl::Status On(const Writing& w, const v1::ProxyRevoked&) {
  return w.Recount([&] {
    return w.Run("UPDATE proxy SET revoked_us = ?2 WHERE voter = ?1 AND revoked_us IS NULL",
                 {w.At()});
  });
}

absl::Status On(const Writing& w, const v1::CoOwnerRepresentativeDesignated& e) {
  absl::Status status = w.Run("UPDATE roll_person SET designated = (person = ?2) WHERE voter = ?1",
                              {e.representative()});
  return status.ok() ? w.SetUncounted("designated = 1", {}) : status;
}

absl::Status On(const Writing& w, const v1::CoOwnerDisputeRaised&) {
  return w.Set("disputes = disputes + 1", {});
}

absl::Status On(const Writing& w, const v1::BallotDelivered& e) {
  return w.Set(
      "delivery_method = CASE WHEN delivered_us IS NULL THEN ?2 ELSE delivery_method END, "
      "delivered_us = min(COALESCE(delivered_us, ?3), ?3), "
      "warned_us = CASE WHEN ?4 THEN min(COALESCE(warned_us, ?3), ?3) ELSE warned_us END",
      {std::int64_t{e.method()}, w.At(), std::int64_t{e.warning_shown()}});
}

absl::Status On(const Writing& w, const v1::BallotDeliveryFailed&) {
  return w.SetUncounted("delivery_failures = delivery_failures + 1", {});
}

// A ballot by that person. Of several the first one tells when and by whom.
absl::Status Return(const Writing& w, Value at, std::string_view person, bool on_paper) {
  return w.Set(
      "ballots = ballots + 1, returned_by = CASE WHEN returned_us IS NULL THEN ?3 "
      "ELSE returned_by END, returned_us = COALESCE(returned_us, ?2), papers = papers + ?4, "
      "unverified = unverified + ?4",
      {at, w.Person(person), std::int64_t{on_paper}});
}

// Who cast it stands in the record alone; a service is nobody.
absl::Status On(const Writing& w, const v1::SecretBallotCast&) {
  const std::string& by = w.fact().record.actor().subject();
  return Return(w, w.At(), wire::CollectionOf(by) == "persons" ? by : std::string_view(),
                /*on_paper=*/false);
}

absl::Status On(const Writing& w, const v1::BallotCast& e) {
  return Return(w, w.At(), e.person(), /*on_paper=*/false);
}

absl::Status On(const Writing& w, const v1::PaperBallotEntered& e) {
  const Value at = e.has_cast_at() ? TimeValue(wire::ToTime(e.cast_at())) : w.At();
  return Return(w, at, e.person(), /*on_paper=*/true);
}

absl::Status On(const Writing& w, const v1::PaperBallotVerified&) {
  return w.Set("unverified = unverified - 1", {});
}

absl::Status On(const Writing& w, const v1::BallotConflictDetected&) {
  return w.Set("conflict = 1", {});
}

absl::Status On(const Writing& w, const v1::BallotConflictResolved& e) {
  return w.Set("conflict = ?2", {e.kept() == 0 ? std::int64_t{3} : std::int64_t{2}});
}

absl::Status On(const Writing& w, const v1::BallotInvalidated&) {
  return w.Set("set_aside = set_aside + 1", {});
}

absl::Status On(const Writing& w, const v1::LateBallotRecorded&) {
  return w.Set("late = late + 1", {});
}

}  // namespace

std::string_view VoterRows::schema() const { return kSchema; }

absl::Status VoterRows::OnVoter(const VoteFact& fact, const v1::VoterEvent& event,
                                Rows& rows) const {
  using Event = v1::VoterEvent;
  const Writing writing(fact, keeps_, rows);
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kEnrolled:
      return On(writing, event.enrolled());
    case Event::kCorrected:
      return On(writing, event.corrected());
    case Event::kProxyGranted:
      return On(writing, event.proxy_granted());
    case Event::kProxyRevoked:
      return On(writing, event.proxy_revoked());
    case Event::kCoOwnerRepresentativeDesignated:
      return On(writing, event.co_owner_representative_designated());
    case Event::kCoOwnerDisputeRaised:
      return On(writing, event.co_owner_dispute_raised());
    case Event::kBallotDelivered:
      return On(writing, event.ballot_delivered());
    case Event::kBallotDeliveryFailed:
      return On(writing, event.ballot_delivery_failed());
    case Event::kSecretBallotCast:
      return On(writing, event.secret_ballot_cast());
    case Event::KIND_NOT_SET:
      break;
  }
  return UnknownFact(fact);
}

absl::Status VoterRows::OnBallot(const VoteFact& fact, const v1::BallotEvent& event,
                                 Rows& rows) const {
  using Event = v1::BallotEvent;
  const Writing writing(fact, keeps_, rows);
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kCast:
      return On(writing, event.cast());
    case Event::kPaperEntered:
      return On(writing, event.paper_entered());
    case Event::kPaperVerified:
      return On(writing, event.paper_verified());
    case Event::kConflictDetected:
      return On(writing, event.conflict_detected());
    case Event::kConflictResolved:
      return On(writing, event.conflict_resolved());
    case Event::kInvalidated:
      return On(writing, event.invalidated());
    case Event::kLateRecorded:
      return On(writing, event.late_recorded());
    case Event::KIND_NOT_SET:
      break;
  }
  return UnknownFact(fact);
}

}  // namespace sanzhang::projections
