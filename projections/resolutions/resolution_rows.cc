#include "projections/resolutions/resolution_rows.h"

#include "projections/resolutions/resolution_facts.h"
#include "projections/resolutions/resolution_schema.h"

namespace sanzhang::projections {

std::string_view ResolutionRows::schema() const { return kResolutionSchema; }

absl::Status ResolutionRows::OnResolution(const VoteFact& fact,
                                          const resolution::v1::ResolutionEvent& event,
                                          Rows& rows) const {
  using Event = resolution::v1::ResolutionEvent;
  const resolutions::Writing writing{fact, keeps_, rows};
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kMotionDrafted:
      return On(writing, event.motion_drafted());
    case Event::kMotionAmended:
      return On(writing, event.motion_amended());
    case Event::kMotionWithdrawn:
      return On(writing, event.motion_withdrawn());
    case Event::kPetitionSigned:
      return On(writing, event.petition_signed());
    case Event::kPetitionThresholdReached:
      return On(writing, event.petition_threshold_reached());
    case Event::kDeliberationRecorded:
      return On(writing, event.deliberation_recorded());
    case Event::kPartyStudyRecorded:
      return On(writing, event.party_study_recorded());
    case Event::kNoticed:
      return On(writing, event.noticed());
    case Event::kCountersAppointed:
      return On(writing, event.counters_appointed());
    case Event::kElectorateFrozen:
      return On(writing, event.electorate_frozen());
    case Event::kElectorateObjected:
      return On(writing, event.electorate_objected());
    case Event::kElectorateObjectionRuled:
      return On(writing, event.electorate_objection_ruled());
    case Event::kOpened:
      return On(writing, event.opened());
    case Event::kPeriodExtended:
      return On(writing, event.period_extended());
    case Event::kClosed:
      return On(writing, event.closed());
    case Event::kCheckedIn:
      return On(writing, event.checked_in());
    case Event::kCheckedOut:
      return On(writing, event.checked_out());
    case Event::kInterestDeclared:
      return On(writing, event.interest_declared());
    case Event::kMemberRecused:
      return On(writing, event.member_recused());
    case Event::kItemCalled:
      return On(writing, event.item_called());
    case Event::kProvisionallyTallied:
      return On(writing, event.provisionally_tallied());
    case Event::kTallyObjected:
      return On(writing, event.tally_objected());
    case Event::kRecountPerformed:
      return On(writing, event.recount_performed());
    case Event::kCertificationSigned:
      return On(writing, event.certification_signed());
    case Event::kCertified:
      return On(writing, event.certified());
    case Event::kPublished:
      return On(writing, event.published());
    case Event::kFiled:
      return On(writing, event.filed());
    case Event::kExecutionPlanned:
      return On(writing, event.execution_planned());
    case Event::kExecutionProgressed:
      return On(writing, event.execution_progressed());
    case Event::kExecutionFinished:
      return On(writing, event.execution_finished());
    case Event::kExecutionPublished:
      return On(writing, event.execution_published());
    case Event::kChallenged:
      return On(writing, event.challenged());
    case Event::kUpheld:
      return On(writing, event.upheld());
    case Event::kRevoked:
      return On(writing, event.revoked());
    case Event::kCorrectionOrdered:
      return On(writing, event.correction_ordered());
    case Event::kNominationFiled:
      return On(writing, event.nomination_filed());
    case Event::kCandidateReviewed:
      return On(writing, event.candidate_reviewed());
    case Event::kCandidateListPublished:
      return On(writing, event.candidate_list_published());
    case Event::kCandidateWithdrew:
      return On(writing, event.candidate_withdrew());
    case Event::kRunoffOrdered:
      return On(writing, event.runoff_ordered());
    case Event::kAlternateSeated:
      return On(writing, event.alternate_seated());
    case Event::kRecallDefenceHeard:
      return On(writing, event.recall_defence_heard());
    case Event::KIND_NOT_SET:
      break;
  }
  return UnknownFact(fact);
}

}  // namespace sanzhang::projections
