#include "services/resolution/resolution.h"

#include <algorithm>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {

using enum type::v1::Role;

std::string Resolution::NewName(const v1::DraftMotionRequest& request, std::string_view fresh_id) {
  const std::string& id = request.resolution_id();
  return wire::Child(request.parent(), "resolutions", id.empty() ? fresh_id : std::string_view(id));
}

namespace {

using State = Resolution::State;
using runtime::Happened;

absl::Time TimeOr(bool set, const google::protobuf::Timestamp& stamp) {
  return set ? wire::ToTime(stamp) : absl::InfinitePast();
}

void SetItems(State& s, const google::protobuf::RepeatedPtrField<v1::MotionItem>& items) {
  s.items.clear();
  for (const v1::MotionItem& item : items) {
    s.items.push_back({item.code(), item.candidate(), item.question()});
  }
}

// What each fact makes true.
void On(State& s, const v1::MotionDrafted& e, const Happened& happened) {
  s.phase = Phase::kDrafted;
  s.regime = e.regime();
  s.matter = e.matter();
  s.drafted_at = happened.at;
  s.drafter = happened.actor.subject();
  s.petition_required = rules::IsPetitioner(happened.actor.role());
  const bool service = happened.actor.kind() == log::v1::Actor::KIND_SERVICE;
  if (!s.petition_required) s.drafter_body = service ? e.convener() : happened.actor.body();
  s.convener = e.convener();
  s.body = e.body();
  s.property_area = e.property_area();
  s.scope.assign(e.scope().begin(), e.scope().end());
  SetItems(s, e.items());
  s.seats = e.seats();
  s.elects_to = e.elects_to();
  s.recalls = e.recalls();
  s.runoff_of = e.runoff_of();
  s.procedure = e.procedure();
  if (s.runoff_of.empty()) return;
  // Who stands in a second ballot was settled by the first one.
  for (const Item& item : s.items) {
    s.candidates[item.candidate] = {
        .nominators = {s.runoff_of}, .by_body = true, .reviewed = true, .eligible = true};
  }
}

void On(State& s, const v1::MotionAmended& e, const Happened&) { SetItems(s, e.items()); }

void On(State& s, const v1::MotionWithdrawn&, const Happened&) { s.phase = Phase::kWithdrawn; }

void On(State& s, const v1::MotionPetitionSigned& e, const Happened&) {
  s.signers.insert(e.signer());
  s.petition[e.role()].insert(e.subject());
}

void On(State& s, const v1::MotionPetitionThresholdReached&, const Happened&) {
  s.petition_complete = true;
}

void On(State& s, const v1::DeliberationRecorded& e, const Happened&) {
  s.deliberations.emplace_back(e.bodies().begin(), e.bodies().end());
}

void On(State& s, const v1::PartyStudyRecorded&, const Happened&) { s.studied = true; }

void On(State& s, const v1::VoteNoticed& e, const Happened& happened) {
  s.phase = Phase::kNoticed;
  s.noticed_at = happened.at;
  s.rule_set = e.rule_set();
  s.opens = wire::ToTime(e.opens());
  s.closes = wire::ToTime(e.closes());
  s.mode = e.mode();
  s.non_return = e.non_return();
  s.non_return_basis = e.non_return_basis();
  s.terms = {.secret = e.terms().secret(),
             .last_counts = e.terms().last_counts(),
             .follow_majority = e.terms().follow_majority(),
             .marks_max = e.terms().marks_max(),
             .no_proxies = e.terms().no_proxies(),
             .candidates_hold_no_proxies = e.terms().candidates_hold_no_proxies(),
             .proxies_max = e.terms().proxies_max(),
             .company_staff_hold_no_proxies = e.terms().company_staff_hold_no_proxies()};
  // The roll is that of the rules: announced anew, it is frozen anew.
  s.snapshot.clear();
  s.roll_sha256.clear();
  s.roll_objections.clear();
  s.attendance.clear();
}

void On(State& s, const v1::CountersAppointed& e, const Happened&) {
  s.counters = Names(e.persons().begin(), e.persons().end());
}

void On(State& s, const v1::ElectorateFrozen& e, const Happened&) {
  s.snapshot = e.snapshot();
  s.roll_sha256 = e.roll_sha256();
  s.roll_objections_until = TimeOr(e.has_objections_until(), e.objections_until());
  s.roll_votes_from = TimeOr(e.has_votes_from(), e.votes_from());
}

void On(State& s, const v1::ElectorateObjected& e, const Happened&) {
  s.roll_objections[e.objection()] = {.objector = e.objector()};
}

void On(State& s, const v1::ElectorateObjectionRuled& e, const Happened&) {
  RollObjection& objection = s.roll_objections[e.objection()];
  objection.ruled = true;
  objection.upheld = e.upheld();
}

void On(State& s, const v1::VoteOpened& e, const Happened& happened) {
  s.phase = Phase::kOpen;
  s.opened_at = happened.at;
  s.closes = wire::ToTime(e.closes());
  s.tally_public_key = e.tally_public_key();
}

void On(State& s, const v1::VotingPeriodExtended& e, const Happened&) {
  s.closes = wire::ToTime(e.closes());
  ++s.extensions;
}

void On(State& s, const v1::VoteClosed& e, const Happened& happened) {
  s.phase = Phase::kClosed;
  s.closed_at = happened.at;
  s.tally_secret_key = e.tally_secret_key();
  s.box_ballots = e.box_ballots();
}

void On(State& s, const v1::AttendanceCheckedIn& e, const Happened& happened) {
  s.attendance[e.voter()].push_back({happened.at, absl::InfiniteFuture()});
}

void On(State& s, const v1::AttendanceCheckedOut& e, const Happened& happened) {
  std::vector<Presence>& spans = s.attendance[e.voter()];
  if (!spans.empty()) spans.back().left = happened.at;
}

void On(State& s, const v1::InterestDeclared& e, const Happened&) {
  s.interested.insert(e.person());
}

void On(State& s, const v1::MemberRecused& e, const Happened&) {
  const bool before = s.recused.contains(e.voter());
  Names& items = s.recused[e.voter()];
  if (e.items().empty()) {
    items.clear();
  } else if (!before || !items.empty()) {
    items.insert(e.items().begin(), e.items().end());
  }
  s.interested.insert(e.person());
}

void On(State& s, const v1::ItemCalled& e, const Happened& happened) {
  s.called[e.item()] = happened.at;
}

Count CountOf(const v1::TallyResult& result) {
  Count count;
  count.input_sha256 = result.hashes().input();
  count.election = result.election().outcome();
  count.seats_left = result.election().seats() - result.election().filled();
  for (const v1::ItemTally& item : result.items()) {
    count.items.push_back(
        {item.item(), item.candidate(), item.outcome(), item.standing(), item.rank()});
  }
  return count;
}

void On(State& s, const v1::ProvisionalTallyComputed& e, const Happened&) {
  s.phase = Phase::kTallied;
  s.count = CountOf(e.result());
  s.tally_objections_until = TimeOr(e.has_objections_until(), e.objections_until());
}

void On(State& s, const v1::TallyObjected&, const Happened&) {
  ++s.tally_objections;
  ++s.tally_objections_pending;
}

// A count that differs in anything needs its signatures anew.
void On(State& s, const v1::RecountPerformed& e, const Happened&) {
  s.tally_objections_pending = 0;
  Count count = CountOf(e.result());
  if (count == s.count) return;
  s.count = std::move(count);
  s.signatures.clear();
  s.count_certified = false;
}

void On(State& s, const v1::CertificationSigned& e, const Happened&) {
  s.signatures[e.signatory()] = e.as();
}

void On(State& s, const v1::ResolutionCertified& e, const Happened& happened) {
  s.phase = Phase::kCertified;
  s.certified_at = happened.at;
  s.count_certified = true;
  s.outcome = e.outcome();
  s.something_passed = std::any_of(
      e.outcomes().begin(), e.outcomes().end(),
      [](const v1::ItemOutcome& outcome) { return outcome.outcome() == v1::OUTCOME_PASSED; });
  s.alternates.assign(e.alternates().begin(), e.alternates().end());
  s.alternates_seated = 0;
  s.runoff.clear();
  s.runoff_seats = 0;
  s.notice.clear();
}

void On(State& s, const v1::ResolutionPublished& e, const Happened&) {
  s.phase = Phase::kPublished;
  s.notice = e.notice();
}

void On(State& s, const v1::ResolutionFiled& e, const Happened&) {
  s.filed_with = e.authority();
  s.filing_receipt = e.receipt();
}

void On(State& s, const v1::ExecutionPlanned& e, const Happened&) {
  s.phase = Phase::kInExecution;
  s.executor = e.body();
}

void On(State&, const v1::ExecutionProgressed&, const Happened&) {}

void On(State& s, const v1::ExecutionFinished&, const Happened&) { s.phase = Phase::kExecuted; }

void On(State& s, const v1::ExecutionPublished& e, const Happened&) {
  s.phase = Phase::kExecutionPublished;
  s.execution_notice = e.notice();
}

void On(State& s, const v1::ResolutionChallenged& e, const Happened&) {
  s.challenges[e.challenge()] = {};
}

void Rule(State& s, const std::string& challenge, v1::ChallengeRuling ruling) {
  if (!challenge.empty()) s.challenges[challenge] = {.ruled = true, .ruling = ruling};
}

void On(State& s, const v1::ResolutionUpheld& e, const Happened&) {
  Rule(s, e.challenge(), v1::CHALLENGE_RULING_UPHELD);
}

void On(State& s, const v1::ResolutionRevoked& e, const Happened&) {
  s.phase = Phase::kRevoked;
  Rule(s, e.challenge(), v1::CHALLENGE_RULING_REVOKED);
}

void On(State& s, const v1::ResolutionCorrectionOrdered& e, const Happened&) {
  Rule(s, e.challenge(), v1::CHALLENGE_RULING_CORRECTION_ORDERED);
}

void On(State& s, const v1::NominationFiled& e, const Happened&) {
  Candidate& candidate = s.candidates[e.candidate()];
  candidate.nominators.insert(e.nominators().begin(), e.nominators().end());
  for (const std::string& nominator : e.nominators()) {
    if (wire::CollectionOf(nominator) == "bodies") candidate.by_body = true;
  }
}

void On(State& s, const v1::CandidateReviewed& e, const Happened&) {
  Candidate& candidate = s.candidates[e.candidate()];
  candidate.reviewed = true;
  candidate.eligible = e.eligible();
}

void On(State& s, const v1::CandidateListPublished& e, const Happened&) {
  s.candidates_published = true;
  s.candidates_votes_from = TimeOr(e.has_votes_from(), e.votes_from());
  s.items.clear();
  for (const std::string& candidate : e.candidates()) {
    s.items.push_back({std::to_string(s.items.size() + 1), candidate, ""});
  }
}

// The others keep their codes.
void On(State& s, const v1::CandidateWithdrew& e, const Happened&) {
  s.candidates[e.candidate()].withdrew = true;
  std::erase_if(s.items, [&](const Item& item) { return item.candidate == e.candidate(); });
}

void On(State& s, const v1::RunoffOrdered& e, const Happened&) {
  s.runoff.assign(e.candidates().begin(), e.candidates().end());
  s.runoff_seats = e.seats();
}

void On(State& s, const v1::AlternateSeated& e, const Happened&) {
  const auto found = std::find(s.alternates.begin(), s.alternates.end(), e.candidate());
  s.alternates_seated = static_cast<std::int32_t>(found - s.alternates.begin()) + 1;
}

void On(State& s, const v1::RecallDefenceHeard&, const Happened&) { s.defence_heard = true; }

}  // namespace

void Resolution::Evolve(State& state, const Event& event, const Happened& happened) noexcept {
  switch (event.kind_case()) {
    case Event::kMotionDrafted:
      return On(state, event.motion_drafted(), happened);
    case Event::kMotionAmended:
      return On(state, event.motion_amended(), happened);
    case Event::kMotionWithdrawn:
      return On(state, event.motion_withdrawn(), happened);
    case Event::kPetitionSigned:
      return On(state, event.petition_signed(), happened);
    case Event::kPetitionThresholdReached:
      return On(state, event.petition_threshold_reached(), happened);
    case Event::kDeliberationRecorded:
      return On(state, event.deliberation_recorded(), happened);
    case Event::kPartyStudyRecorded:
      return On(state, event.party_study_recorded(), happened);
    case Event::kNoticed:
      return On(state, event.noticed(), happened);
    case Event::kCountersAppointed:
      return On(state, event.counters_appointed(), happened);
    case Event::kElectorateFrozen:
      return On(state, event.electorate_frozen(), happened);
    case Event::kElectorateObjected:
      return On(state, event.electorate_objected(), happened);
    case Event::kElectorateObjectionRuled:
      return On(state, event.electorate_objection_ruled(), happened);
    case Event::kOpened:
      return On(state, event.opened(), happened);
    case Event::kPeriodExtended:
      return On(state, event.period_extended(), happened);
    case Event::kClosed:
      return On(state, event.closed(), happened);
    case Event::kCheckedIn:
      return On(state, event.checked_in(), happened);
    case Event::kCheckedOut:
      return On(state, event.checked_out(), happened);
    case Event::kInterestDeclared:
      return On(state, event.interest_declared(), happened);
    case Event::kMemberRecused:
      return On(state, event.member_recused(), happened);
    case Event::kItemCalled:
      return On(state, event.item_called(), happened);
    case Event::kProvisionallyTallied:
      return On(state, event.provisionally_tallied(), happened);
    case Event::kTallyObjected:
      return On(state, event.tally_objected(), happened);
    case Event::kRecountPerformed:
      return On(state, event.recount_performed(), happened);
    case Event::kCertificationSigned:
      return On(state, event.certification_signed(), happened);
    case Event::kCertified:
      return On(state, event.certified(), happened);
    case Event::kPublished:
      return On(state, event.published(), happened);
    case Event::kFiled:
      return On(state, event.filed(), happened);
    case Event::kExecutionPlanned:
      return On(state, event.execution_planned(), happened);
    case Event::kExecutionProgressed:
      return On(state, event.execution_progressed(), happened);
    case Event::kExecutionFinished:
      return On(state, event.execution_finished(), happened);
    case Event::kExecutionPublished:
      return On(state, event.execution_published(), happened);
    case Event::kChallenged:
      return On(state, event.challenged(), happened);
    case Event::kUpheld:
      return On(state, event.upheld(), happened);
    case Event::kRevoked:
      return On(state, event.revoked(), happened);
    case Event::kCorrectionOrdered:
      return On(state, event.correction_ordered(), happened);
    case Event::kNominationFiled:
      return On(state, event.nomination_filed(), happened);
    case Event::kCandidateReviewed:
      return On(state, event.candidate_reviewed(), happened);
    case Event::kCandidateListPublished:
      return On(state, event.candidate_list_published(), happened);
    case Event::kCandidateWithdrew:
      return On(state, event.candidate_withdrew(), happened);
    case Event::kRunoffOrdered:
      return On(state, event.runoff_ordered(), happened);
    case Event::kAlternateSeated:
      return On(state, event.alternate_seated(), happened);
    case Event::kRecallDefenceHeard:
      return On(state, event.recall_defence_heard(), happened);
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

bool Resolution::Related(const State& state, type::v1::Relation relation,
                         const runtime::Standing& standing, std::string_view subject) {
  // Chiefs act for the committee that leads them, but don't sit in it.
  const auto sits_in = [&standing](const std::string& body) {
    const bool chief = standing.role == ROLE_GRID_CHIEF || standing.role == ROLE_BUILDING_CHIEF ||
                       standing.role == ROLE_ENTRANCE_CHIEF;
    return !body.empty() && standing.body == body && !chief;
  };
  switch (relation) {
    case type::v1::RELATION_DRAFTER:
      return sits_in(state.drafter_body) || (!state.drafter.empty() && state.drafter == subject);
    case type::v1::RELATION_CONVENER:
      return sits_in(state.convener);
    case type::v1::RELATION_COUNTER:
      return state.counters.contains(subject);
    case type::v1::RELATION_EXECUTOR:
      return sits_in(state.executor);
    default:
      return false;
  }
}

}  // namespace sanzhang::resolution
