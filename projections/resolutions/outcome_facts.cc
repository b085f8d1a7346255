// A resolution from its certification on; and those who stand in an election.
#include "projections/resolutions/resolution_facts.h"
#include "proto/wire/names.h"
#include "sanzhang/views/v1/resolution_view.pb.h"

namespace sanzhang::projections::resolutions {

namespace v1 = resolution::v1;
using enum views::v1::ResolutionState;

namespace {

// Numbers the persons of a list in a column of their rows, from 1; all others get 0.
template <class Persons>
absl::Status Place(const Writing& w, const std::string& column, const Persons& persons) {
  absl::Status status =
      w.Run(absl::StrCat("UPDATE candidate SET ", column, " = 0 WHERE resolution = ?1"), {});
  std::int64_t place = 0;
  for (const std::string& person : persons) {
    ++place;
    if (!status.ok() || !w.keeps.persons) break;
    status = w.Run(absl::StrCat("INSERT INTO candidate (resolution, person, ", column,
                                ") VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET ", column,
                                " = excluded.", column),
                   {person, place});
  }
  return status;
}

// Says something of a candidate, who may be new.
absl::Status Say(const Writing& w, const std::string& person, std::string_view column) {
  if (!w.keeps.persons) return absl::OkStatus();
  const std::string name(column);
  return w.Run(
      absl::StrCat("INSERT INTO candidate (resolution, person, ", name,
                   ") VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET ", name, " = excluded.", name),
      {person, w.At()});
}

}  // namespace

absl::Status On(const Writing& w, const v1::ResolutionCertified& e) {
  absl::Status status = w.Run("UPDATE item SET outcome = 0 WHERE resolution = ?1", {});
  std::int64_t passed = 0;
  for (const v1::ItemOutcome& item : e.outcomes()) {
    if (!status.ok()) return status;
    if (item.outcome() == v1::OUTCOME_PASSED) passed = 1;
    status = w.Run("UPDATE item SET outcome = ?3 WHERE resolution = ?1 AND code = ?2",
                   {item.item(), Int(item.outcome())});
  }
  if (status.ok()) status = Place(w, "elected", e.elected());
  if (status.ok()) status = Place(w, "alternate", e.alternates());
  if (status.ok()) status = w.Run("UPDATE candidate SET runoff = 0 WHERE resolution = ?1", {});
  if (!status.ok()) return status;
  // Certified again after a recount, it is published again.
  return w.Set(
      "state = ?5, certified_us = ?6, outcome = ?7, passed = ?8, input_sha256 = ?9, elected = ?10, "
      "alternates = ?11, vacant_seats = ?12, runoff_us = NULL, runoff_seats = 0, "
      "published_us = NULL, result_notice = '', publish_due_us = ?13, file_due_us = ?14",
      {Int(RESOLUTION_STATE_CERTIFIED), w.At(), Int(e.outcome()), passed, e.input_sha256(),
       Int(e.elected_size()), Int(e.alternates_size()), Int(e.vacant_seats()),
       StampValue(e.publish_due(), e.has_publish_due()),
       StampValue(e.file_due(), e.has_file_due())});
}

absl::Status On(const Writing& w, const v1::ResolutionPublished& e) {
  return w.Set("state = ?5, published_us = ?6, result_notice = ?7",
               {Int(RESOLUTION_STATE_PUBLISHED), w.At(), e.notice()});
}

absl::Status On(const Writing& w, const v1::ResolutionFiled& e) {
  return w.Set("filed_us = ?5, filed_with = ?6, filing_receipt = ?7",
               {w.At(), e.authority(), e.receipt()});
}

absl::Status On(const Writing& w, const v1::ExecutionPlanned& e) {
  absl::Status status = w.Run("DELETE FROM execution_step WHERE resolution = ?1", {});
  std::int64_t number = 0;
  for (const std::string& step : e.steps()) {
    if (!status.ok()) return status;
    status = w.Run("INSERT INTO execution_step VALUES (?1, ?2, ?3)", {++number, step});
  }
  if (!status.ok()) return status;
  return w.Set("state = ?5, planned_us = ?6, executor = ?7, due_us = ?8, cost_fen = ?9",
               {Int(RESOLUTION_STATE_IN_EXECUTION), w.At(), e.body(),
                StampValue(e.due(), e.has_due()), e.cost_fen()});
}

absl::Status On(const Writing& w, const v1::ExecutionProgressed& e) {
  return w.Set("percent = ?5, progress_note = ?6", {Int(e.percent()), e.note()});
}

absl::Status On(const Writing& w, const v1::ExecutionFinished&) {
  return w.Set("state = ?5, executed_us = ?6, percent = 100",
               {Int(RESOLUTION_STATE_EXECUTED), w.At()});
}

absl::Status On(const Writing& w, const v1::ExecutionPublished& e) {
  return w.Set("state = ?5, execution_published_us = ?6, execution_notice = ?7",
               {Int(RESOLUTION_STATE_EXECUTION_PUBLISHED), w.At(), e.notice()});
}

absl::Status On(const Writing& w, const v1::ResolutionChallenged& e) {
  absl::Status status = w.Run(
      "INSERT INTO challenge (resolution, revision, id, forum, case_number, known_us, "
      "challenged_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      {w.Revision(), e.challenge(), e.before(), e.case_number(),
       StampValue(e.known_at(), e.has_known_at()), w.At()});
  if (!status.ok()) return status;
  return w.Set(
      "challenges = challenges + 1, challenges_open = challenges_open + 1, "
      "challenged_us = COALESCE(challenged_us, ?5)",
      {w.At()});
}

namespace {

// How a challenge ended, or what the authority did of its own accord.
struct Ruling {
  std::string_view challenge;
  v1::ChallengeRuling ruling;
  v1::RevokedBy by = v1::REVOKED_BY_UNSPECIFIED;
  std::string_view ground = {};
  Value due = Null{};
};

absl::Status Rule(const Writing& w, const Ruling& ruling) {
  if (ruling.challenge.empty()) {
    return w.Run(
        "INSERT INTO challenge (resolution, revision, id, forum, case_number, ruled_us, ruling, "
        "revoked_by, ground, due_us) VALUES (?1, ?2, '', '', '', ?3, ?4, ?5, ?6, ?7)",
        {w.Revision(), w.At(), Int(ruling.ruling), Int(ruling.by), ruling.ground, ruling.due});
  }
  absl::Status status = w.Run(
      "UPDATE challenge SET ruled_us = ?3, ruling = ?4, revoked_by = ?5, ground = ?6, due_us = ?7 "
      "WHERE resolution = ?1 AND id = ?2",
      {ruling.challenge, w.At(), Int(ruling.ruling), Int(ruling.by), ruling.ground, ruling.due});
  return status.ok() ? w.Set("challenges_open = challenges_open - 1", {}) : status;
}

}  // namespace

absl::Status On(const Writing& w, const v1::ResolutionUpheld& e) {
  absl::Status status = Rule(w, {e.challenge(), v1::CHALLENGE_RULING_UPHELD});
  return status.ok() ? w.Set("", {}) : status;
}

absl::Status On(const Writing& w, const v1::ResolutionRevoked& e) {
  absl::Status status = Rule(w, {e.challenge(), v1::CHALLENGE_RULING_REVOKED, e.by(), e.ground()});
  if (!status.ok()) return status;
  return w.Set("state = ?5, revoked_us = ?6, revoked_by = ?7",
               {Int(RESOLUTION_STATE_REVOKED), w.At(), Int(e.by())});
}

absl::Status On(const Writing& w, const v1::ResolutionCorrectionOrdered& e) {
  absl::Status status =
      Rule(w, {e.challenge(), v1::CHALLENGE_RULING_CORRECTION_ORDERED, v1::REVOKED_BY_UNSPECIFIED,
               e.order(), StampValue(e.due(), e.has_due())});
  return status.ok() ? w.Set("corrections_ordered = corrections_ordered + 1", {}) : status;
}

absl::Status On(const Writing& w, const v1::NominationFiled& e) {
  absl::Status status = Say(w, e.candidate(), "nominated_us");
  if (status.ok()) {
    status = w.Run(
        "UPDATE candidate SET nominators = nominators + ?3 WHERE resolution = ?1 AND person = ?2",
        {e.candidate(), Int(e.nominators_size())});
  }
  return status.ok() ? w.Set("nominations = nominations + 1", {}) : status;
}

absl::Status On(const Writing& w, const v1::CandidateReviewed& e) {
  absl::Status status = Say(w, e.candidate(), "reviewed_us");
  if (status.ok()) {
    status = w.Run(
        "UPDATE candidate SET eligible = ?3, reason = ?4 WHERE resolution = ?1 AND person = ?2",
        {e.candidate(), Int(e.eligible()), e.reason()});
  }
  return status.ok() ? w.Set("", {}) : status;
}

// From here on the ballot's items are the candidates, by their places in the list.
absl::Status On(const Writing& w, const v1::CandidateListPublished& e) {
  absl::Status status = w.Run("DELETE FROM item WHERE resolution = ?1", {});
  std::int64_t number = 0;
  for (const std::string& candidate : e.candidates()) {
    if (!status.ok()) return status;
    const std::string code = std::to_string(++number);
    status = w.Run(
        "INSERT INTO item (resolution, number, code, text, candidate, question) "
        "VALUES (?1, ?2, ?3, '', ?4, '')",
        {number, code, w.Person(candidate)});
  }
  if (status.ok()) status = Place(w, "listed", e.candidates());
  if (!status.ok()) return status;
  return w.Set("items = ?5, candidates = ?5, candidates_us = ?6",
               {Int(e.candidates_size()), w.At()});
}

// The others keep their codes.
absl::Status On(const Writing& w, const v1::CandidateWithdrew& e) {
  absl::Status status = Say(w, e.candidate(), "withdrew_us");
  if (status.ok() && w.keeps.persons) {
    status = w.Run("DELETE FROM item WHERE resolution = ?1 AND candidate = ?2", {e.candidate()});
  }
  return status.ok() ? w.Set("candidates = max(candidates - 1, 0)", {}) : status;
}

absl::Status On(const Writing& w, const v1::RunoffOrdered& e) {
  absl::Status status = Place(w, "runoff", e.candidates());
  return status.ok() ? w.Set("runoff_us = ?5, runoff_seats = ?6", {w.At(), Int(e.seats())})
                     : status;
}

absl::Status On(const Writing& w, const v1::AlternateSeated& e) {
  absl::Status status = Say(w, e.candidate(), "seated_us");
  return status.ok() ? w.Set("", {}) : status;
}

absl::Status On(const Writing& w, const v1::RecallDefenceHeard& e) {
  return w.Set("defence_us = ?5", {StampValue(e.held_at(), e.has_held_at())});
}

}  // namespace sanzhang::projections::resolutions
