// What each fact of a resolution writes (resolution_rows.h). Internal to projections/resolutions.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "projections/resolutions/resolution_rows.h"

namespace sanzhang::projections::resolutions {

// One fact on its way into the tables.
struct Writing {
  const VoteFact& fact;
  ResolutionRows::Keeps keeps;
  Rows& rows;

  // Changes the resolution's row, whose last event this fact is from now on. `assignments` number
  // their parameters from ?5 on.
  absl::Status Set(std::string_view assignments, std::initializer_list<Value> values) const {
    std::vector<Value> all = {fact.resolution, static_cast<std::int64_t>(fact.record.revision()),
                              static_cast<std::int64_t>(fact.record.position()),
                              Blob{fact.record.event_id()}};
    all.insert(all.end(), values);
    const absl::string_view tail(assignments.data(), assignments.size());
    return Write(rows,
                 absl::StrCat("UPDATE resolution SET revision = ?2, position = ?3, event_id = ?4",
                              tail.empty() ? "" : ", ", tail, " WHERE name = ?1"),
                 all);
  }
  // A statement whose ?1 is the resolution; the values are ?2 and so on.
  absl::Status Run(std::string_view sql, std::initializer_list<Value> values) const {
    std::vector<Value> all = {fact.resolution};
    all.insert(all.end(), values);
    return Write(rows, sql, all);
  }
  Value Revision() const { return static_cast<std::int64_t>(fact.record.revision()); }
  Value At() const { return TimeValue(fact.at()); }
  // A person, if persons are kept.
  std::string_view Person(const std::string& person) const {
    return keeps.persons ? std::string_view(person) : std::string_view();
  }
};

// Names in one text.
template <class Names>
std::string Joined(const Names& names) {
  return absl::StrJoin(names, " ");
}

// An enum, a flag or a count as it is bound.
inline std::int64_t Int(std::int64_t number) { return number; }

// vote_facts.cc: from the draft to the count.
absl::Status On(const Writing& w, const resolution::v1::MotionDrafted& e);
absl::Status On(const Writing& w, const resolution::v1::MotionAmended& e);
absl::Status On(const Writing& w, const resolution::v1::MotionWithdrawn& e);
absl::Status On(const Writing& w, const resolution::v1::MotionPetitionSigned& e);
absl::Status On(const Writing& w, const resolution::v1::MotionPetitionThresholdReached& e);
absl::Status On(const Writing& w, const resolution::v1::DeliberationRecorded& e);
absl::Status On(const Writing& w, const resolution::v1::PartyStudyRecorded& e);
absl::Status On(const Writing& w, const resolution::v1::VoteNoticed& e);
absl::Status On(const Writing& w, const resolution::v1::CountersAppointed& e);
absl::Status On(const Writing& w, const resolution::v1::ElectorateFrozen& e);
absl::Status On(const Writing& w, const resolution::v1::ElectorateObjected& e);
absl::Status On(const Writing& w, const resolution::v1::ElectorateObjectionRuled& e);
absl::Status On(const Writing& w, const resolution::v1::VoteOpened& e);
absl::Status On(const Writing& w, const resolution::v1::VotingPeriodExtended& e);
absl::Status On(const Writing& w, const resolution::v1::VoteClosed& e);
absl::Status On(const Writing& w, const resolution::v1::AttendanceCheckedIn& e);
absl::Status On(const Writing& w, const resolution::v1::AttendanceCheckedOut& e);
absl::Status On(const Writing& w, const resolution::v1::InterestDeclared& e);
absl::Status On(const Writing& w, const resolution::v1::MemberRecused& e);
absl::Status On(const Writing& w, const resolution::v1::ItemCalled& e);
absl::Status On(const Writing& w, const resolution::v1::ProvisionalTallyComputed& e);
absl::Status On(const Writing& w, const resolution::v1::TallyObjected& e);
absl::Status On(const Writing& w, const resolution::v1::RecountPerformed& e);
absl::Status On(const Writing& w, const resolution::v1::CertificationSigned& e);

// outcome_facts.cc: from the certification on, and candidates.
absl::Status On(const Writing& w, const resolution::v1::ResolutionCertified& e);
absl::Status On(const Writing& w, const resolution::v1::ResolutionPublished& e);
absl::Status On(const Writing& w, const resolution::v1::ResolutionFiled& e);
absl::Status On(const Writing& w, const resolution::v1::ExecutionPlanned& e);
absl::Status On(const Writing& w, const resolution::v1::ExecutionProgressed& e);
absl::Status On(const Writing& w, const resolution::v1::ExecutionFinished& e);
absl::Status On(const Writing& w, const resolution::v1::ExecutionPublished& e);
absl::Status On(const Writing& w, const resolution::v1::ResolutionChallenged& e);
absl::Status On(const Writing& w, const resolution::v1::ResolutionUpheld& e);
absl::Status On(const Writing& w, const resolution::v1::ResolutionRevoked& e);
absl::Status On(const Writing& w, const resolution::v1::ResolutionCorrectionOrdered& e);
absl::Status On(const Writing& w, const resolution::v1::NominationFiled& e);
absl::Status On(const Writing& w, const resolution::v1::CandidateReviewed& e);
absl::Status On(const Writing& w, const resolution::v1::CandidateListPublished& e);
absl::Status On(const Writing& w, const resolution::v1::CandidateWithdrew& e);
absl::Status On(const Writing& w, const resolution::v1::RunoffOrdered& e);
absl::Status On(const Writing& w, const resolution::v1::AlternateSeated& e);
absl::Status On(const Writing& w, const resolution::v1::RecallDefenceHeard& e);

}  // namespace sanzhang::projections::resolutions
