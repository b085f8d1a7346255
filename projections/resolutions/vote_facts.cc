// A resolution from its draft to its count.
#include "projections/engine/words.h"
#include "projections/resolutions/resolution_facts.h"
#include "sanzhang/views/v1/resolution_view.pb.h"

namespace sanzhang::projections::resolutions {

namespace v1 = resolution::v1;
using enum views::v1::ResolutionState;

namespace {

// The papers of a draft or an amendment.
template <class Fact>
std::string PapersOf(const Fact& e) {
  v1::MotionAmended papers;
  *papers.mutable_evidence() = e.evidence();
  return papers.SerializeAsString();
}

template <class Items>
absl::Status SetItems(const Writing& w, const Items& items) {
  absl::Status status = w.Run("DELETE FROM item WHERE resolution = ?1", {});
  std::int64_t number = 0;
  for (const v1::MotionItem& item : items) {
    if (!status.ok()) break;
    status = w.Run(
        "INSERT OR REPLACE INTO item (resolution, number, code, text, candidate, question) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        {++number, item.code(), item.text(), w.Person(item.candidate()), item.question()});
  }
  return status;
}

}  // namespace

absl::Status On(const Writing& w, const v1::MotionDrafted& e) {
  const std::string evidence = PapersOf(e);
  const std::string scope = Joined(e.scope());
  const log::v1::Actor& by = w.fact.record.actor();
  absl::Status status = w.Run(
      "INSERT INTO resolution (name, revision, position, event_id, community, property_area, "
      "regime, matter, state, title, text, items, evidence, scope, body, convener, seats, "
      "elects_to, recalls, runoff_of, procedure, drafted_by_role, drafted_by_body, drafted_us) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
      "?19, ?20, ?21, ?22, ?23, ?24)",
      {w.Revision(),
       static_cast<std::int64_t>(w.fact.record.position()),
       Blob{w.fact.record.event_id()},
       w.fact.community(),
       e.property_area(),
       Int(e.regime()),
       Int(e.matter()),
       Int(RESOLUTION_STATE_DRAFTED),
       e.title(),
       e.text(),
       Int(e.items_size()),
       Blob{evidence},
       scope,
       e.body(),
       e.convener(),
       Int(e.seats()),
       e.elects_to(),
       e.recalls(),
       e.runoff_of(),
       e.procedure(),
       Int(by.role()),
       by.body(),
       w.At()});
  return status.ok() ? SetItems(w, e.items()) : status;
}

absl::Status On(const Writing& w, const v1::MotionAmended& e) {
  const std::string evidence = PapersOf(e);
  absl::Status status = w.Set("title = ?5, text = ?6, items = ?7, evidence = ?8",
                              {e.title(), e.text(), Int(e.items_size()), Blob{evidence}});
  return status.ok() ? SetItems(w, e.items()) : status;
}

absl::Status On(const Writing& w, const v1::MotionWithdrawn& e) {
  return w.Set("state = ?5, withdrawn_us = ?6, withdrawal_reason = ?7",
               {Int(RESOLUTION_STATE_WITHDRAWN), w.At(), e.reason()});
}

absl::Status On(const Writing& w, const v1::MotionPetitionSigned&) {
  return w.Set("signers = signers + 1", {});
}

absl::Status On(const Writing& w, const v1::MotionPetitionThresholdReached& e) {
  return w.Set("petition_complete_us = ?5, petition_entitled = ?6", {w.At(), e.entitled()});
}

absl::Status On(const Writing& w, const v1::DeliberationRecorded& e) {
  const std::string bodies = Joined(e.bodies());
  absl::Status status = w.Run("INSERT INTO deliberation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                              {w.Revision(), StampValue(e.held_at(), e.has_held_at()), bodies,
                               Int(e.participants()), e.consensus(), Int(e.minutes_size())});
  if (!status.ok()) return status;
  return w.Set("deliberations = deliberations + 1, deliberated_us = ?5",
               {StampValue(e.held_at(), e.has_held_at())});
}

absl::Status On(const Writing& w, const v1::PartyStudyRecorded& e) {
  return w.Set("studied_us = ?5, study_opinion = ?6, study_advice = ?7, study_session = ?8",
               {w.At(), Int(e.opinion()), e.advice(), e.session()});
}

namespace {

// The roll is that of the rules: announced anew, it is frozen anew.
absl::Status ForgetRoll(const Writing& w) {
  absl::Status status = w.Set(
      "snapshot = '', frozen_us = NULL, roll_sha256 = '', register_position = 0, subjects = 0, "
      "heads = 0, area_dm2 = 0, dwellings = 0, dwellings_without_owner = 0, composition = 0, "
      "representatives = 0, roll_objections_until_us = NULL, votes_from_us = NULL, "
      "roll_objections = 0, roll_objections_open = 0, present = 0",
      {});
  if (status.ok()) status = w.Run("DELETE FROM attendance WHERE resolution = ?1", {});
  if (!status.ok()) return status;
  return w.Run("DELETE FROM objection WHERE resolution = ?1 AND about = ?2", {kAboutRoll});
}

}  // namespace

absl::Status On(const Writing& w, const v1::VoteNoticed& e) {
  const std::string thresholds = e.thresholds().SerializeAsString();
  absl::Status status = w.Set(
      "state = ?5, noticed_us = ?6, rule_set = ?7, mode = ?8, opens_us = ?9, closes_us = ?10, "
      "delivery_method = ?11, non_return = ?12, non_return_basis = ?13, notice = ?14, "
      "told_committee = ?15, urgency_reason = ?16, secret = ?17, last_counts = ?18, "
      "thresholds = ?19",
      {Int(RESOLUTION_STATE_NOTICED), w.At(), e.rule_set(), Int(e.mode()),
       StampValue(e.opens(), e.has_opens()), StampValue(e.closes(), e.has_closes()),
       Int(e.delivery_method()), Int(e.non_return()), e.non_return_basis(), e.notice(),
       Int(e.told_residents_committee()), e.urgency_reason(), Int(e.terms().secret()),
       Int(e.terms().last_counts()), Blob{thresholds}});
  return status.ok() ? ForgetRoll(w) : status;
}

absl::Status On(const Writing& w, const v1::CountersAppointed& e) {
  absl::Status status = w.Run("DELETE FROM counter WHERE resolution = ?1", {});
  for (const std::string& person : e.persons()) {
    if (!status.ok() || !w.keeps.persons) break;
    status = w.Run("INSERT OR IGNORE INTO counter VALUES (?1, ?2)", {person});
  }
  return status.ok() ? w.Set("counters = ?5", {Int(e.persons_size())}) : status;
}

absl::Status On(const Writing& w, const v1::ElectorateFrozen& e) {
  return w.Set(
      "snapshot = ?5, roll_sha256 = ?6, register_position = ?7, subjects = ?8, heads = ?9, "
      "area_dm2 = ?10, dwellings = ?11, dwellings_without_owner = ?12, composition = ?13, "
      "representatives = ?14, roll_objections_until_us = ?15, votes_from_us = ?16, "
      "frozen_us = ?17",
      {e.snapshot(), e.roll_sha256(), static_cast<std::int64_t>(e.register_position()),
       e.subjects(), e.heads(), e.area_dm2(), e.dwellings(), e.dwellings_without_owner(),
       Int(e.composition()), Int(e.representatives()),
       StampValue(e.objections_until(), e.has_objections_until()),
       StampValue(e.votes_from(), e.has_votes_from()), w.At()});
}

namespace {

absl::Status AddObjection(const Writing& w, std::int64_t about, const std::string& id,
                          std::string_view voter, const std::string& objector,
                          std::string_view field, const type::v1::PersonalText& words) {
  const std::string sealed = PassageOf(w.fact.record, field, words);
  return w.Run(
      "INSERT INTO objection (resolution, about, id, voter, objector, words, objected_us) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      {about, id, voter, w.Person(objector), w.keeps.words ? Value(Blob{sealed}) : Value(Null{}),
       w.At()});
}

}  // namespace

absl::Status On(const Writing& w, const v1::ElectorateObjected& e) {
  absl::Status status =
      AddObjection(w, kAboutRoll, e.objection(), e.voter(), e.objector(), "claim", e.claim());
  if (!status.ok()) return status;
  return w.Set(
      "roll_objections = roll_objections + 1, roll_objections_open = roll_objections_open + 1", {});
}

absl::Status On(const Writing& w, const v1::ElectorateObjectionRuled& e) {
  absl::Status status = w.Run(
      "UPDATE objection SET ruled_us = ?2, upheld = ?3, reason = ?4 "
      "WHERE resolution = ?1 AND about = ?5 AND id = ?6",
      {w.At(), Int(e.upheld()), e.reason(), kAboutRoll, e.objection()});
  if (!status.ok()) return status;
  return w.Set("roll_objections_open = roll_objections_open - 1", {});
}

absl::Status On(const Writing& w, const v1::VoteOpened& e) {
  return w.Set("state = ?5, opened_us = ?6, closes_us = ?7",
               {Int(RESOLUTION_STATE_OPEN), w.At(), StampValue(e.closes(), e.has_closes())});
}

absl::Status On(const Writing& w, const v1::VotingPeriodExtended& e) {
  return w.Set("closes_us = ?5, extensions = extensions + 1",
               {StampValue(e.closes(), e.has_closes())});
}

absl::Status On(const Writing& w, const v1::VoteClosed& e) {
  return w.Set("state = ?5, closed_us = ?6, box_ballots = ?7",
               {Int(RESOLUTION_STATE_CLOSED), w.At(), e.box_ballots()});
}

absl::Status On(const Writing& w, const v1::AttendanceCheckedIn& e) {
  absl::Status status = w.Run("INSERT INTO attendance VALUES (?1, ?3, ?2, ?4, NULL)",
                              {w.Revision(), e.voter(), w.At()});
  return status.ok() ? w.Set("present = present + 1", {}) : status;
}

absl::Status On(const Writing& w, const v1::AttendanceCheckedOut& e) {
  absl::Status status = w.Run(
      "UPDATE attendance SET left_us = ?3 "
      "WHERE resolution = ?1 AND voter = ?2 AND left_us IS NULL",
      {e.voter(), w.At()});
  return status.ok() ? w.Set("present = present - 1", {}) : status;
}

absl::Status On(const Writing& w, const v1::InterestDeclared& e) {
  absl::Status status = w.Run("INSERT INTO interest VALUES (?1, ?2, ?3, ?4, 0, '', ?5, ?6)",
                              {w.Revision(), e.voter(), w.Person(e.person()), e.reason(), w.At()});
  return status.ok() ? w.Set("interests = interests + 1", {}) : status;
}

absl::Status On(const Writing& w, const v1::MemberRecused& e) {
  const std::string items = Joined(e.items());
  absl::Status status =
      w.Run("INSERT INTO interest VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7)",
            {w.Revision(), e.voter(), w.Person(e.person()), items, e.reason(), w.At()});
  return status.ok() ? w.Set("recusals = recusals + 1", {}) : status;
}

absl::Status On(const Writing& w, const v1::ItemCalled& e) {
  absl::Status status = w.Run(
      "UPDATE item SET called_us = ?3, present = ?4 "
      "WHERE resolution = ?1 AND code = ?2",
      {e.item(), w.At(), Int(e.present())});
  return status.ok() ? w.Set("", {}) : status;
}

absl::Status On(const Writing& w, const v1::ProvisionalTallyComputed& e) {
  return w.Set("state = ?5, tallied_us = ?6, tally_objections_until_us = ?7",
               {Int(RESOLUTION_STATE_TALLIED), w.At(),
                StampValue(e.objections_until(), e.has_objections_until())});
}

absl::Status On(const Writing& w, const v1::TallyObjected& e) {
  absl::Status status =
      AddObjection(w, kAboutCount, e.objection(), "", e.objector(), "grounds", e.grounds());
  if (!status.ok()) return status;
  return w.Set(
      "tally_objections = tally_objections + 1, tally_objections_open = tally_objections_open + 1",
      {});
}

// Answers every objection to the count that waits.
absl::Status On(const Writing& w, const v1::RecountPerformed& e) {
  absl::Status status = w.Run(
      "UPDATE objection SET ruled_us = ?2, upheld = ?3 "
      "WHERE resolution = ?1 AND about = ?4 AND ruled_us IS NULL",
      {w.At(), Int(e.differences_size() > 0), kAboutCount});
  if (!status.ok()) return status;
  return w.Set("tally_objections_open = 0, recounts = recounts + 1, recounted_us = ?5", {w.At()});
}

absl::Status On(const Writing& w, const v1::CertificationSigned&) { return w.Set("", {}); }

}  // namespace sanzhang::projections::resolutions
