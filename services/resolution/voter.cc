#include "services/resolution/voter.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/resolution/ballot.h"
#include "services/resolution/ballot_paper.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {
namespace {

using rules::Refuse;
using runtime::Context;
using runtime::Refusal;
using Decision = Voter::Decision;
using State = Voter::State;
using Objection = std::optional<Refusal>;

using enum type::v1::ErrorReason;

Decision Record(Voter::Event event, std::vector<runtime::Claim> claims = {}) {
  runtime::Decided<Voter::Event> decided;
  decided.claims = std::move(claims);
  decided.events.push_back(std::move(event));
  return decided;
}

Decision AlreadySo() { return runtime::Decided<Voter::Event>(); }

// The vote, if this voter stands in its roll; null: whoever asks is told that they are no voter.
const ResolutionState* VoteFor(const State& state, const Context& context) {
  const auto* vote = context.facts.Peer<ResolutionState>(Voter::VoteOf(context.name));
  return vote != nullptr && state.InRoll(vote->snapshot) ? vote : nullptr;
}

Refusal NotAVoter() { return Refuse(ERROR_REASON_NOT_A_VOTER); }

bool SpeaksForConvener(const ResolutionState& vote, const Context& context) {
  return context.acting.as.role == type::v1::ROLE_SUBDISTRICT_OFFICER ||
         context.acting.as.body == vote.convener;
}

bool HasBallot(const Context& context) {
  const auto* ballots = context.facts.Peer<Ballot::State>(Voter::BallotsOf(context.name));
  return ballots != nullptr && std::any_of(ballots->papers.begin(), ballots->papers.end(),
                                           [](const Ballot::Paper& paper) {
                                             return paper.invalid == v1::INVALID_REASON_UNSPECIFIED;
                                           });
}

// Who keeps the roll and hands out papers, from the notice until the vote is over.
Objection MayKeepRoll(const ResolutionState* vote, const Context& context, Phase to) {
  if (vote == nullptr) return NotAVoter();
  if (!SpeaksForConvener(*vote, context) && context.acting.as.role != type::v1::ROLE_TIMER &&
      context.acting.as.role != type::v1::ROLE_INTEGRATION) {
    return Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  return rules::MustBe(*vote, Phase::kNoticed, to);
}

// T9: who may hold no power in this vote, whoever gives it.
bool IsBarred(std::string_view agent, const ResolutionState& vote, const Context& context) {
  if (vote.terms.no_proxies) return true;
  if (vote.terms.candidates_hold_no_proxies && vote.candidates.contains(agent)) return true;
  if (!vote.terms.company_staff_hold_no_proxies) return false;
  const auto seats = context.facts.seats.find(agent);
  return seats != context.facts.seats.end() &&
         std::any_of(seats->second.begin(), seats->second.end(),
                     [](const runtime::SeatFacts& seat) {
                       return seat.body_kind == type::v1::BODY_KIND_PROPERTY_COMPANY;
                     });
}

// One of the places of those for whom `agent` may vote. They are of the roll: another begins anew.
runtime::Claim PlaceBeside(std::string_view agent, const ResolutionState& vote,
                           const Context& context, bool release) {
  runtime::Claim claim;
  claim.taken = ERROR_REASON_PROXIES_TOO_MANY;
  claim.release = release;
  const std::string resolution = Voter::VoteOf(context.name);
  const std::string places =
      absl::StrCat(context.community, "/references/proxies/", std::string(wire::IdOf(resolution)),
                   "/", vote.snapshot, "/", std::string(wire::IdOf(agent)), "/");
  claim.name = places + "1";
  for (std::int32_t i = 2; i <= vote.terms.proxies_max; ++i) {
    claim.or_else.push_back(absl::StrCat(places, i));
  }
  return claim;
}

// Of all to whom the voter gave a power, where the rules count them.
std::vector<runtime::Claim> FreePlaces(const State& state, const ResolutionState& vote,
                                       const Context& context) {
  std::vector<runtime::Claim> claims;
  if (vote.terms.proxies_max == 0) return claims;
  std::set<std::string_view> agents;
  for (const ProxyState& proxy : state.proxies) {
    if (!agents.insert(proxy.agent).second) continue;
    claims.push_back(PlaceBeside(proxy.agent, vote, context, /*release=*/true));
  }
  return claims;
}

template <class Names>
bool Has(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const ProxyState* VoterState::ProxyOf(std::string_view agent, absl::Time at) const {
  for (const ProxyState& proxy : proxies) {
    if (proxy.agent == agent && proxy.HoldsAt(at)) return &proxy;
  }
  return nullptr;
}

v1::CastBy VoterState::CapacityOf(std::string_view person, std::string_view principal,
                                  absl::Time at) const {
  if (principal.empty() || principal == person) {
    if (persons.contains(person)) {
      return persons.size() == 1 ? v1::CAST_BY_PRINCIPAL : v1::CAST_BY_CO_OWNER;
    }
  } else if (!persons.contains(principal)) {
    return v1::CAST_BY_UNSPECIFIED;
  }
  if (const ProxyState* proxy = ProxyOf(person, at);
      proxy != nullptr && (principal.empty() || proxy->principal == principal)) {
    return v1::CAST_BY_PROXY;
  }
  return representatives.contains(person) ? v1::CAST_BY_GUARDIAN : v1::CAST_BY_UNSPECIFIED;
}

std::string Voter::VoteOf(std::string_view voter) {
  return std::string(voter.substr(0, voter.rfind("/voters/")));
}

std::string Voter::BallotsOf(std::string_view voter) {
  return wire::Child(VoteOf(voter), "ballots", wire::IdOf(voter));
}

Decision Voter::Decide(const State& state, const v1::CorrectVoterRequest& request,
                       const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  if (auto refusal = MayKeepRoll(vote, context, Phase::kOpen)) return *std::move(refusal);
  const auto objection = vote->roll_objections.find(request.objection());
  if (objection == vote->roll_objections.end()) {
    return Refuse(ERROR_REASON_OBJECTION_UNKNOWN, {{"objection", request.objection()}});
  }
  if (objection->second.objector == context.acting.subject) {
    return Refuse(ERROR_REASON_ACTS_IN_OWN_CAUSE);
  }
  if (HasBallot(context) || state.has_voted) return Refuse(ERROR_REASON_BALLOT_CAST);
  Event event;
  v1::ElectorateCorrected& corrected = *event.mutable_corrected();
  if (!request.struck_off()) *corrected.mutable_entry() = request.entry();
  corrected.set_struck_off(request.struck_off());
  corrected.set_objection(request.objection());
  if (!request.struck_off()) return Record(std::move(event));
  return Record(std::move(event), FreePlaces(state, *vote, context));
}

Decision Voter::Decide(const State& state, const v1::GrantProxyRequest& request,
                       const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  if (vote == nullptr) return NotAVoter();
  const bool clerk = !request.principal().empty() && SpeaksForConvener(*vote, context);
  const std::string& principal = clerk ? request.principal() : context.acting.subject;
  const bool own = state.persons.contains(principal) || state.representatives.contains(principal);
  if (!own || (!clerk && !request.principal().empty() && request.principal() != principal)) {
    return NotAVoter();
  }
  if (auto refusal = rules::MustBe(*vote, Phase::kNoticed, Phase::kOpen))
    return *std::move(refusal);
  // On paper the signed paper is the power; in the app the voter's own command is.
  if (clerk && !request.has_paper()) return rules::BadField("paper");
  if (request.agent() == principal || IsBarred(request.agent(), *vote, context)) {
    return Refuse(ERROR_REASON_PROXY_NOT_ALLOWED);
  }
  for (const std::string& item : request.items()) {
    if (auto refusal = rules::MustHaveItem(*vote, item)) return *std::move(refusal);
  }
  if (HasBallot(context) || state.has_voted) return Refuse(ERROR_REASON_ALREADY_VOTED);
  if (state.ProxyOf(request.agent(), context.now) != nullptr) return AlreadySo();
  if (state.proxies.size() >= kProxiesPerVoterMax) return Refuse(ERROR_REASON_PROXY_NOT_ALLOWED);
  Event event;
  v1::ProxyGranted& granted = *event.mutable_proxy_granted();
  granted.set_agent(request.agent());
  granted.set_principal(principal);
  *granted.mutable_items() = request.items();
  if (request.has_instruction()) {
    if (vote->phase != Phase::kOpen) return Refuse(ERROR_REASON_VOTE_NOT_OPENED);
    if (auto wrong = WrongPaper(*vote, request.instruction(), /*partly=*/true)) {
      return *std::move(wrong);
    }
    *granted.mutable_instruction() = PaperFor(*vote, request.instruction());
  }
  if (request.has_ends()) *granted.mutable_ends() = request.ends();
  if (request.has_paper()) *granted.mutable_paper() = request.paper();
  if (vote->terms.proxies_max == 0) return Record(std::move(event));
  return Record(std::move(event),
                {PlaceBeside(request.agent(), *vote, context, /*release=*/false)});
}

Decision Voter::Decide(const State& state, const v1::RevokeProxyRequest&, const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  if (vote == nullptr) return NotAVoter();
  const std::string& caller = context.acting.subject;
  if (!state.persons.contains(caller) && !state.representatives.contains(caller)) {
    return NotAVoter();
  }
  if (auto refusal = rules::MustBe(*vote, Phase::kNoticed, Phase::kOpen))
    return *std::move(refusal);
  if (HasBallot(context)) return Refuse(ERROR_REASON_ALREADY_VOTED);
  const bool holds =
      std::any_of(state.proxies.begin(), state.proxies.end(),
                  [&](const ProxyState& proxy) { return proxy.HoldsAt(context.now); });
  if (state.proxies.empty()) return Refuse(ERROR_REASON_PROXY_UNKNOWN);
  if (!holds) return AlreadySo();
  Event event;
  event.mutable_proxy_revoked()->set_principal(caller);
  return Record(std::move(event), FreePlaces(state, *vote, context));
}

Decision Voter::Decide(const State& state, const v1::DesignateCoOwnerRequest& request,
                       const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  if (vote == nullptr || !state.persons.contains(context.acting.subject)) return NotAVoter();
  if (auto refusal = rules::MustBe(*vote, Phase::kNoticed, Phase::kOpen))
    return *std::move(refusal);
  const bool all_are =
      state.persons.size() > 1 && state.persons.contains(request.representative()) &&
      std::all_of(request.consents().begin(), request.consents().end(),
                  [&](const std::string& person) { return state.persons.contains(person); });
  if (!all_are) return Refuse(ERROR_REASON_NOT_A_CO_OWNER);
  if (HasBallot(context)) return Refuse(ERROR_REASON_ALREADY_VOTED);
  if (state.designated == request.representative()) return AlreadySo();
  Event event;
  v1::CoOwnerRepresentativeDesignated& designated =
      *event.mutable_co_owner_representative_designated();
  designated.set_representative(request.representative());
  *designated.mutable_consents() = request.consents();
  if (!Has(request.consents(), context.acting.subject)) {
    designated.add_consents(context.acting.subject);
  }
  return Record(std::move(event));
}

Decision Voter::Decide(const State& state, const v1::RaiseCoOwnerDisputeRequest&,
                       const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  const std::string& caller = context.acting.subject;
  if (vote == nullptr || !state.persons.contains(caller)) return NotAVoter();
  if (auto refusal = rules::MustBe(*vote, Phase::kNoticed, Phase::kOpen))
    return *std::move(refusal);
  if (state.persons.size() < 2) return Refuse(ERROR_REASON_NOT_A_CO_OWNER);
  if (state.disputes.contains(caller)) return AlreadySo();
  Event event;
  event.mutable_co_owner_dispute_raised()->set_person(caller);
  return Record(std::move(event));
}

Decision Voter::Decide(const State& state, const v1::RecordDeliveryRequest& request,
                       const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  if (auto refusal = MayKeepRoll(vote, context, Phase::kOpen)) return *std::move(refusal);
  const absl::Time known = request.warning_shown() ? state.warned : state.delivered;
  if (known != absl::InfiniteFuture()) return AlreadySo();
  Event event;
  v1::BallotDelivered& delivered = *event.mutable_ballot_delivered();
  delivered.set_method(request.method());
  if (request.has_evidence()) *delivered.mutable_evidence() = request.evidence();
  delivered.set_warning_shown(request.warning_shown());
  delivered.set_received_by(request.received_by());
  return Record(std::move(event));
}

Decision Voter::Decide(const State& state, const v1::RecordDeliveryFailureRequest& request,
                       const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  if (auto refusal = MayKeepRoll(vote, context, Phase::kOpen)) return *std::move(refusal);
  Event event;
  event.mutable_ballot_delivery_failed()->set_method(request.method());
  event.mutable_ballot_delivery_failed()->set_reason(request.reason());
  return Record(std::move(event));
}

Decision Voter::Decide(const State& state, const v1::CastSecretBallotRequest& request,
                       const Context& context) {
  const ResolutionState* vote = VoteFor(state, context);
  if (vote == nullptr) return NotAVoter();
  const v1::CastBy by = state.CapacityOf(context.acting.subject, request.principal(), context.now);
  if (by == v1::CAST_BY_UNSPECIFIED) return NotAVoter();
  if (auto refusal = MayCast(*vote, context)) return *std::move(refusal);
  if (!vote->terms.secret) return Refuse(ERROR_REASON_OTHER_SECRECY);
  if (auto wrong = WrongPaper(*vote, request.paper(), /*partly=*/false)) return *std::move(wrong);
  if (state.has_voted) return Refuse(ERROR_REASON_ALREADY_VOTED);
  Event event;
  event.mutable_secret_ballot_cast()->set_by(by);
  return Record(std::move(event));
}

namespace {

void Enter(VoterState& state, const v1::RollEntry& entry) {
  state.persons = {entry.persons().begin(), entry.persons().end()};
  state.representatives = {entry.representatives().begin(), entry.representatives().end()};
  state.membership = entry.membership();
  state.area_dm2 = entry.area_dm2();
  state.heads = entry.heads();
  state.related_party = entry.related_party();
  state.interested = entry.interested();
  state.representative = entry.representative();
  state.place = entry.place();
}

}  // namespace

void Voter::Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kEnrolled:
      state = {};  // Another roll.
      state.snapshot = event.enrolled().snapshot();
      Enter(state, event.enrolled().entry());
      break;
    case Event::kCorrected:
      state.struck_off = event.corrected().struck_off();
      if (!state.struck_off) Enter(state, event.corrected().entry());
      break;
    case Event::kProxyGranted: {
      const v1::ProxyGranted& granted = event.proxy_granted();
      ProxyState& proxy = state.proxies.emplace_back();
      proxy.agent = granted.agent();
      proxy.principal = granted.principal();
      proxy.items = {granted.items().begin(), granted.items().end()};
      proxy.instruction = granted.instruction().sealed();
      proxy.granted = happened.at;
      if (granted.has_ends()) proxy.ends = wire::ToTime(granted.ends());
      break;
    }
    case Event::kProxyRevoked:
      for (ProxyState& proxy : state.proxies) {
        proxy.revoked = std::min(proxy.revoked, happened.at);
      }
      break;
    case Event::kCoOwnerRepresentativeDesignated:
      state.designated = event.co_owner_representative_designated().representative();
      break;
    case Event::kCoOwnerDisputeRaised:
      state.disputes.insert(event.co_owner_dispute_raised().person());
      break;
    case Event::kBallotDelivered:
      state.delivered = std::min(state.delivered, happened.at);
      if (event.ballot_delivered().warning_shown()) {
        state.warned = std::min(state.warned, happened.at);
      }
      break;
    case Event::kBallotDeliveryFailed:
      break;  // Evidence only.
    case Event::kSecretBallotCast:
      state.has_voted = true;
      break;
    case Event::KIND_NOT_SET:
      break;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<Voter, v1::GrantProxyRequest>);
static_assert(runtime::Decides<Voter, v1::CastSecretBallotRequest>);

}  // namespace sanzhang::resolution
