#include "services/resolution/ballot.h"

#include <algorithm>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/resolution/ballot_paper.h"
#include "services/resolution/limits.h"
#include "services/resolution/rules.h"
#include "services/resolution/voter.h"

namespace sanzhang::resolution {
namespace {

using rules::Refuse;
using runtime::Context;
using runtime::Refusal;
using Decision = Ballot::Decision;
using Event = Ballot::Event;
using Paper = Ballot::Paper;
using State = Ballot::State;

using enum type::v1::ErrorReason;

Decision Record(std::vector<Event> events) {
  runtime::Decided<Event> decided;
  decided.events = std::move(events);
  return decided;
}

Decision AlreadySo() { return runtime::Decided<Event>(); }

// The vote and the voter whose ballots these are; null vote: the voter stands in no roll.
struct Scene {
  const ResolutionState* vote = nullptr;
  const VoterState* voter = nullptr;
};

Scene SceneOf(const Context& context) {
  const std::string_view collection(context.name.data(), context.name.rfind('/'));
  const std::string_view resolution = collection.substr(0, collection.rfind('/'));
  Scene scene;
  scene.vote = context.facts.Peer<ResolutionState>(resolution);
  scene.voter =
      context.facts.Peer<VoterState>(wire::Child(resolution, "voters", wire::IdOf(context.name)));
  const bool in_roll =
      scene.vote != nullptr && scene.voter != nullptr && scene.voter->InRoll(scene.vote->snapshot);
  return in_roll ? scene : Scene();
}

bool Stands(const Paper& paper) { return paper.invalid == v1::INVALID_REASON_UNSPECIFIED; }

// Ballots that stand and may not agree: of other co-owners, or on paper beside electronic ones.
std::vector<int> InConflict(const std::vector<Paper>& papers) {
  std::vector<int> numbers;
  for (std::size_t i = 0; i < papers.size(); ++i) {
    if (Stands(papers[i])) numbers.push_back(static_cast<int>(i) + 1);
  }
  return numbers.size() > 1 ? numbers : std::vector<int>();
}

// Whether a ballot that stands keeps `person` from casting another one electronically. A co-owner
// is not kept by another's ballot: that is a conflict for those who count.
bool IsKept(const State& state, v1::CastBy by, std::string_view person) {
  return std::any_of(state.papers.begin(), state.papers.end(), [&](const Paper& paper) {
    if (!Stands(paper)) return false;
    const bool other_co_owner =
        by == v1::CAST_BY_CO_OWNER && paper.by == v1::CAST_BY_CO_OWNER && paper.person != person;
    return !other_co_owner;
  });
}

// `cast` is the subject's newest ballot; says too that it meets others.
Decision RecordCast(const State& state, Event event, bool replaces) {
  std::vector<Event> events;
  events.push_back(std::move(event));
  const bool others = !replaces && std::any_of(state.papers.begin(), state.papers.end(), Stands);
  if (others) {
    Event conflict;
    for (std::size_t i = 0; i < state.papers.size(); ++i) {
      if (Stands(state.papers[i])) {
        conflict.mutable_conflict_detected()->add_ballots(static_cast<int>(i) + 1);
      }
    }
    conflict.mutable_conflict_detected()->add_ballots(static_cast<int>(state.papers.size()) + 1);
    events.push_back(std::move(conflict));
  }
  return Record(std::move(events));
}

// Those who count, while there is something to count.
std::optional<Refusal> MayCount(const Scene& scene, const Context& context) {
  if (scene.vote == nullptr || !scene.vote->counters.contains(context.acting.subject)) {
    return Refuse(ERROR_REASON_NOT_A_COUNTER);
  }
  return rules::MustBe(*scene.vote, Phase::kOpen, Phase::kTallied);
}

Refusal Unknown(int ballot) {
  return Refuse(ERROR_REASON_BALLOT_UNKNOWN, {{"ballot", std::to_string(ballot)}});
}

}  // namespace

std::string Ballot::OfVoter(const std::string& voter) { return Voter::BallotsOf(voter); }

runtime::Needs Ballot::NeedsOfVoter(const std::string& voter) {
  return {.peers = {Voter::VoteOf(voter), voter}};
}

Decision Ballot::Decide(const State& state, const v1::CastBallotRequest& request,
                        const Context& context) {
  const Scene scene = SceneOf(context);
  if (scene.vote == nullptr) return Refuse(ERROR_REASON_NOT_A_VOTER);
  const std::string& person = context.acting.subject;
  const v1::CastBy by = scene.voter->CapacityOf(person, request.principal(), context.now);
  if (by == v1::CAST_BY_UNSPECIFIED) return Refuse(ERROR_REASON_NOT_A_VOTER);
  if (!scene.voter->designated.empty() && by == v1::CAST_BY_CO_OWNER &&
      scene.voter->designated != person) {
    return Refuse(ERROR_REASON_NOT_A_VOTER);
  }
  if (auto refusal = MayCast(*scene.vote, context)) return *std::move(refusal);
  if (scene.vote->terms.secret) return Refuse(ERROR_REASON_OTHER_SECRECY);
  if (auto wrong = WrongPaper(*scene.vote, request.paper(), /*partly=*/false)) {
    return *std::move(wrong);
  }
  const bool replaces = scene.vote->terms.last_counts;
  if (!replaces && IsKept(state, by, person)) return Refuse(ERROR_REASON_ALREADY_VOTED);
  if (state.papers.size() >= kBallotsPerVoterMax) return Refuse(ERROR_REASON_ALREADY_VOTED);
  Event event;
  v1::BallotCast& cast = *event.mutable_cast();
  cast.set_ballot(static_cast<int>(state.papers.size()) + 1);
  *cast.mutable_paper() = PaperFor(*scene.vote, request.paper());
  cast.set_by(by);
  cast.set_person(person);
  if (by == v1::CAST_BY_PROXY) {
    cast.set_principal(scene.voter->ProxyOf(person, context.now)->principal);
  }
  return RecordCast(state, std::move(event), replaces);
}

Decision Ballot::Decide(const State& state, const v1::EnterPaperBallotRequest& request,
                        const Context& context) {
  const Scene scene = SceneOf(context);
  if (scene.vote == nullptr || !scene.vote->counters.contains(context.acting.subject)) {
    return Refuse(ERROR_REASON_NOT_A_COUNTER);
  }
  if (auto refusal = rules::MustBe(*scene.vote, Phase::kOpen, Phase::kClosed)) {
    return *std::move(refusal);
  }
  if (scene.vote->terms.secret) return Refuse(ERROR_REASON_OTHER_SECRECY);
  const absl::Time cast_at = request.has_cast_at() ? wire::ToTime(request.cast_at()) : context.now;
  Event event;
  if (cast_at >= scene.vote->closes || cast_at > context.now) {
    if (cast_at > context.now) return rules::BadField("cast_at");
    event.mutable_late_recorded()->set_person(request.person());
    return Record({std::move(event)});
  }
  if (state.papers.size() >= kBallotsPerVoterMax) return Refuse(ERROR_REASON_ALREADY_VOTED);
  // What is on the paper is typed in as it is: whether it is valid is the tally's to say.
  v1::PaperBallotEntered& entered = *event.mutable_paper_entered();
  entered.set_ballot(static_cast<int>(state.papers.size()) + 1);
  *entered.mutable_paper() = PaperFor(*scene.vote, request.paper());
  entered.set_by(request.by());
  entered.set_person(request.person());
  *entered.mutable_scan() = request.scan();
  *entered.mutable_cast_at() = wire::ToStamp(cast_at);
  return RecordCast(state, std::move(event), scene.vote->terms.last_counts);
}

Decision Ballot::Decide(const State& state, const v1::VerifyPaperBallotRequest& request,
                        const Context& context) {
  const Scene scene = SceneOf(context);
  if (auto refusal = MayCount(scene, context)) return *std::move(refusal);
  if (scene.vote->phase == Phase::kTallied) return Refuse(ERROR_REASON_VOTE_CLOSED);
  const int number = request.ballot();
  if (number > static_cast<int>(state.papers.size())) return Unknown(number);
  const Paper& paper = state.papers[static_cast<std::size_t>(number) - 1];
  if (!paper.on_paper || !paper.verified_by.empty()) {
    return Refuse(ERROR_REASON_BALLOT_NOT_TO_VERIFY, {{"ballot", std::to_string(number)}});
  }
  if (paper.entered_by == context.acting.subject) return Refuse(ERROR_REASON_SAME_CLERK);
  Event event;
  event.mutable_paper_verified()->set_ballot(number);
  *event.mutable_paper_verified()->mutable_paper() = PaperFor(*scene.vote, request.paper());
  return Record({std::move(event)});
}

Decision Ballot::Decide(const State& state, const v1::InvalidateBallotRequest& request,
                        const Context& context) {
  const Scene scene = SceneOf(context);
  if (auto refusal = MayCount(scene, context)) return *std::move(refusal);
  const int number = request.ballot();
  if (number > static_cast<int>(state.papers.size())) return Unknown(number);
  if (!Stands(state.papers[static_cast<std::size_t>(number) - 1])) return AlreadySo();
  Event event;
  event.mutable_invalidated()->set_ballot(number);
  event.mutable_invalidated()->set_reason(request.reason());
  return Record({std::move(event)});
}

Decision Ballot::Decide(const State& state, const v1::ResolveBallotConflictRequest& request,
                        const Context& context) {
  const Scene scene = SceneOf(context);
  if (auto refusal = MayCount(scene, context)) return *std::move(refusal);
  const std::vector<int> conflict = InConflict(state.papers);
  if (conflict.empty()) return Refuse(ERROR_REASON_BALLOTS_NOT_IN_CONFLICT);
  if (request.kept() != 0 &&
      std::find(conflict.begin(), conflict.end(), request.kept()) == conflict.end()) {
    return Unknown(request.kept());
  }
  if (state.kept == request.kept()) return AlreadySo();
  Event event;
  event.mutable_conflict_resolved()->set_kept(request.kept());
  event.mutable_conflict_resolved()->set_rule(request.rule());
  return Record({std::move(event)});
}

void Ballot::Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept {
  const auto paper = [&state](int number) -> Paper* {
    const bool there = number >= 1 && number <= static_cast<int>(state.papers.size());
    return there ? &state.papers[static_cast<std::size_t>(number) - 1] : nullptr;
  };
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kCast: {
      Paper& cast = state.papers.emplace_back();
      cast.sealed = event.cast().paper().sealed();
      cast.by = event.cast().by();
      cast.person = event.cast().person();
      cast.principal = event.cast().principal();
      cast.cast = happened.at;
      break;
    }
    case Event::kPaperEntered: {
      Paper& entered = state.papers.emplace_back();
      entered.sealed = event.paper_entered().paper().sealed();
      entered.by = event.paper_entered().by();
      entered.person = event.paper_entered().person();
      entered.cast = wire::ToTime(event.paper_entered().cast_at());
      entered.on_paper = true;
      entered.entered_by = happened.actor.subject();
      break;
    }
    case Event::kPaperVerified:
      if (Paper* verified = paper(event.paper_verified().ballot())) {
        verified->verified_by = happened.actor.subject();
        verified->sealed_by_second = event.paper_verified().paper().sealed();
      }
      break;
    case Event::kInvalidated:
      if (Paper* invalid = paper(event.invalidated().ballot())) {
        invalid->invalid = event.invalidated().reason();
      }
      break;
    case Event::kConflictResolved:
      state.kept = event.conflict_resolved().kept();
      break;
    case Event::kLateRecorded:
      ++state.late;
      break;
    case Event::kConflictDetected:
      break;  // Follows from the ballots.
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Ballot, v1::CastBallotRequest>);
static_assert(runtime::Decides<Ballot, v1::EnterPaperBallotRequest>);

}  // namespace sanzhang::resolution
