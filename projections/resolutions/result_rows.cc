#include "projections/resolutions/result_rows.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"

namespace sanzhang::projections {
namespace {

namespace v1 = resolution::v1;

constexpr std::string_view kSchema = R"(
CREATE TABLE tally (
  resolution TEXT NOT NULL, revision INTEGER NOT NULL, counted_us INTEGER NOT NULL,
  recount INTEGER NOT NULL, differences TEXT NOT NULL,  -- From the first count; by blanks.
  engine TEXT NOT NULL, rule_set TEXT NOT NULL, input_sha256 TEXT NOT NULL,
  result BLOB NOT NULL,               -- TallyResult
  set_aside INTEGER NOT NULL,         -- Ballots, or what they say to an item; all of them.
  sub_scopes_left_out INTEGER NOT NULL, PRIMARY KEY (resolution, revision)) STRICT, WITHOUT ROWID;
CREATE TABLE item_tally (  -- Of the last count.
  resolution TEXT NOT NULL, code TEXT NOT NULL, candidate TEXT NOT NULL,
  outcome INTEGER NOT NULL, standing INTEGER NOT NULL, rank INTEGER NOT NULL,
  area_total INTEGER NOT NULL, area_participating INTEGER NOT NULL,
  area_consenting INTEGER NOT NULL, heads_total INTEGER NOT NULL,
  heads_participating INTEGER NOT NULL, heads_consenting INTEGER NOT NULL,
  split INTEGER NOT NULL,  -- The measures disagree.
  PRIMARY KEY (resolution, code)) STRICT, WITHOUT ROWID;
CREATE TABLE set_aside (  -- Of the last count, as far as its record tells.
  resolution TEXT NOT NULL, reason INTEGER NOT NULL, ballots INTEGER NOT NULL,
  PRIMARY KEY (resolution, reason)) STRICT, WITHOUT ROWID;
CREATE TABLE signature (
  resolution TEXT NOT NULL, revision INTEGER NOT NULL, signatory TEXT NOT NULL,
  signs_as INTEGER NOT NULL, signed_us INTEGER NOT NULL, input_sha256 TEXT NOT NULL,
  PRIMARY KEY (resolution, revision)) STRICT, WITHOUT ROWID;
CREATE TABLE box (
  resolution TEXT PRIMARY KEY, papers INTEGER NOT NULL, emptied_us INTEGER NOT NULL) STRICT;
)";

// The result as a view keeps it.
std::string Kept(const v1::TallyResult& result, bool persons) {
  if (persons) return result.SerializeAsString();
  v1::TallyResult kept = result;
  for (v1::ItemTally& item : *kept.mutable_items()) item.clear_candidate();
  kept.clear_set_aside();
  return kept.SerializeAsString();
}

bool IsSplit(const v1::ItemTally& item) {
  for (const int flag : item.flags()) {
    if (flag == v1::TALLY_FLAG_SPLIT_MEASURE) return true;
  }
  return false;
}

absl::Status AddItem(const VoteFact& fact, const v1::ItemTally& item, bool persons, Rows& rows) {
  return rows.Run(
      "INSERT OR REPLACE INTO item_tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
      "?12, ?13)",
      {fact.resolution, item.item(),
       persons ? std::string_view(item.candidate()) : std::string_view(),
       std::int64_t{item.outcome()}, std::int64_t{item.standing()}, std::int64_t{item.rank()},
       item.area().total(), item.area().participating(), item.area().consenting(),
       item.heads().total(), item.heads().participating(), item.heads().consenting(),
       std::int64_t{IsSplit(item)}});
}

// The last count takes the place of the one before in the tables of items and of what was set
// aside. `Count` is ProvisionalTallyComputed or RecountPerformed.
template <class Count>
absl::Status AddCount(const VoteFact& fact, const Count& e, bool recount,
                      const std::string& differences, bool persons, Rows& rows) {
  const v1::TallyResult& result = e.result();
  const std::string kept = Kept(result, persons);
  absl::Status status = rows.Run(
      "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      {fact.resolution, static_cast<std::int64_t>(fact.record.revision()), TimeValue(fact.at()),
       std::int64_t{recount}, differences, result.engine_version(), result.rule_set(),
       result.hashes().input(), Blob{kept}, result.set_aside_size() + e.set_aside_left_out(),
       std::int64_t{e.sub_scopes_left_out()}});
  for (const char* table : {"DELETE FROM item_tally WHERE resolution = ?1",
                            "DELETE FROM set_aside WHERE resolution = ?1"}) {
    if (status.ok()) status = rows.Run(table, {fact.resolution});
  }
  for (const v1::ItemTally& item : result.items()) {
    if (status.ok()) status = AddItem(fact, item, persons, rows);
  }
  std::map<std::int64_t, std::int64_t> reasons;
  for (const v1::SetAside& ballot : result.set_aside()) ++reasons[ballot.reason()];
  for (const auto& [reason, ballots] : reasons) {
    if (!status.ok()) break;
    status =
        rows.Run("INSERT INTO set_aside VALUES (?1, ?2, ?3)", {fact.resolution, reason, ballots});
  }
  return status;
}

}  // namespace

std::string_view ResultRows::schema() const { return kSchema; }

absl::Status ResultRows::OnResolution(const VoteFact& fact, const v1::ResolutionEvent& event,
                                      Rows& rows) const {
  using Event = v1::ResolutionEvent;
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kProvisionallyTallied:
      return AddCount(fact, event.provisionally_tallied(), false, "", keeps_.persons, rows);
    case Event::kRecountPerformed:
      return AddCount(fact, event.recount_performed(), true,
                      absl::StrJoin(event.recount_performed().differences(), " "), keeps_.persons,
                      rows);
    case Event::kCertificationSigned: {
      const v1::CertificationSigned& e = event.certification_signed();
      return rows.Run("INSERT INTO signature VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                      {fact.resolution, static_cast<std::int64_t>(fact.record.revision()),
                       keeps_.persons ? std::string_view(e.signatory()) : std::string_view(),
                       std::int64_t{e.as()}, TimeValue(fact.at()), e.input_sha256()});
    }
    case Event::kMotionDrafted:
    case Event::kMotionAmended:
    case Event::kMotionWithdrawn:
    case Event::kPetitionSigned:
    case Event::kPetitionThresholdReached:
    case Event::kDeliberationRecorded:
    case Event::kPartyStudyRecorded:
    case Event::kNoticed:
    case Event::kCountersAppointed:
    case Event::kElectorateFrozen:
    case Event::kElectorateObjected:
    case Event::kElectorateObjectionRuled:
    case Event::kOpened:
    case Event::kPeriodExtended:
    case Event::kClosed:
    case Event::kCheckedIn:
    case Event::kCheckedOut:
    case Event::kInterestDeclared:
    case Event::kMemberRecused:
    case Event::kItemCalled:
    case Event::kTallyObjected:
    case Event::kCertified:
    case Event::kPublished:
    case Event::kFiled:
    case Event::kExecutionPlanned:
    case Event::kExecutionProgressed:
    case Event::kExecutionFinished:
    case Event::kExecutionPublished:
    case Event::kChallenged:
    case Event::kUpheld:
    case Event::kRevoked:
    case Event::kCorrectionOrdered:
    case Event::kNominationFiled:
    case Event::kCandidateReviewed:
    case Event::kCandidateListPublished:
    case Event::kCandidateWithdrew:
    case Event::kRunoffOrdered:
    case Event::kAlternateSeated:
    case Event::kRecallDefenceHeard:
      return absl::OkStatus();
    case Event::KIND_NOT_SET:
      break;
  }
  return UnknownFact(fact);
}

absl::Status ResultRows::OnBox(const VoteFact& fact, const v1::BallotBoxEvent& event,
                               Rows& rows) const {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case v1::BallotBoxEvent::kEmptied:
      return rows.Run(
          "INSERT INTO box VALUES (?1, ?2, ?3) "
          "ON CONFLICT DO UPDATE SET papers = papers + excluded.papers",
          {fact.resolution, std::int64_t{event.emptied().papers_size()}, TimeValue(fact.at())});
    case v1::BallotBoxEvent::KIND_NOT_SET:
      break;
  }
  return UnknownFact(fact);
}

}  // namespace sanzhang::projections
