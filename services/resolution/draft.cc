// From an idea to a motion that can be announced: drafting, petition, deliberation, study.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/resolution/gathered.h"
#include "services/resolution/limits.h"
#include "services/resolution/resolution.h"
#include "services/resolution/rules.h"

namespace sanzhang::resolution {

using enum type::v1::BodyKind;
using enum type::v1::ErrorReason;
using enum type::v1::Role;
using enum v1::Regime;
using rules::Objection;
using rules::Refuse;
using runtime::Refusal;

namespace {

using State = Resolution::State;
using Context = runtime::Context;

// Which matters are whose.
bool DecidesOn(v1::Regime regime, v1::MatterCode matter) {
  using namespace v1;
  switch (regime) {
    case REGIME_OWNERS:
      return matter >= MATTER_CODE_CC278_1 && matter <= MATTER_CODE_CC279;
    case REGIME_RESIDENTS_MEETING:
    case REGIME_REP_ASSEMBLY:
      return matter >= MATTER_CODE_URC30_CHARTER && matter <= MATTER_CODE_URC30_REVOCATION;
    case REGIME_RESIDENTS_ELECTION:
      return matter == MATTER_CODE_URC19_ELECTION || matter == MATTER_CODE_URC20_RECALL;
    case REGIME_RESIDENTS_COMMITTEE:
    case REGIME_OWNERS_COMMITTEE:
    case REGIME_PARTY_MEETING:
      return matter == MATTER_CODE_COMMITTEE;
    case REGIME_POLL:
      return matter == MATTER_CODE_POLL;
    default:
      return false;
  }
}

// Who may call such a vote. The sub-district may where those who should do not.
bool Convenes(type::v1::BodyKind kind, v1::Regime regime) {
  const bool owners =
      kind == BODY_KIND_OWNERS_COMMITTEE || kind == BODY_KIND_PROPERTY_MGMT_COMMITTEE;
  const bool residents = kind == BODY_KIND_RESIDENTS_COMMITTEE;
  const bool subdistrict = kind == BODY_KIND_SUBDISTRICT_GOV;
  const bool elects = kind == BODY_KIND_ELECTION_COMMITTEE;
  switch (regime) {
    case REGIME_OWNERS:
      return owners || residents || elects || subdistrict;
    case REGIME_RESIDENTS_MEETING:
    case REGIME_REP_ASSEMBLY:
      return residents || subdistrict;
    case REGIME_RESIDENTS_ELECTION:
      return elects || residents || subdistrict;
    case REGIME_RESIDENTS_COMMITTEE:
      return residents;
    case REGIME_OWNERS_COMMITTEE:
      return owners;
    case REGIME_PARTY_MEETING:
      return kind == BODY_KIND_PARTY_ORG;
    default:
      return owners || residents || subdistrict || elects || kind == BODY_KIND_PARTY_ORG ||
             kind == BODY_KIND_SUPERVISION_COMMITTEE;
  }
}

// The body that meets; none where those who decide are no body.
bool Meets(type::v1::BodyKind kind, v1::Regime regime) {
  switch (regime) {
    case REGIME_REP_ASSEMBLY:
      return kind == BODY_KIND_RESIDENT_REP_ASSEMBLY;
    case REGIME_RESIDENTS_COMMITTEE:
      return kind == BODY_KIND_RESIDENTS_COMMITTEE;
    case REGIME_OWNERS_COMMITTEE:
      return kind == BODY_KIND_OWNERS_COMMITTEE || kind == BODY_KIND_PROPERTY_MGMT_COMMITTEE;
    case REGIME_PARTY_MEETING:
      return kind == BODY_KIND_PARTY_ORG;
    default:
      return false;
  }
}

bool HasBody(v1::Regime regime) {
  return regime == REGIME_REP_ASSEMBLY || regime == REGIME_RESIDENTS_COMMITTEE ||
         regime == REGIME_OWNERS_COMMITTEE || regime == REGIME_PARTY_MEETING;
}

// The body named as convener, or else the one acted for; empty: a person must name one.
std::string ConvenerOf(const v1::DraftMotionRequest& request, const Context& context) {
  if (!request.convener().empty()) return request.convener();
  return rules::IsPetitioner(context.acting.as.role) ? "" : context.acting.as.body;
}

std::string AreaOf(const v1::DraftMotionRequest& request, std::string_view convener,
                   const runtime::Facts& facts) {
  if (!request.property_area().empty()) return request.property_area();
  const auto found = facts.bodies.find(convener);
  return found == facts.bodies.end() ? "" : found->second.property_area;
}

Objection ConvenerMayCall(std::string_view convener, const v1::DraftMotionRequest& request,
                          const Context& context) {
  if (convener.empty()) return rules::BadField("convener");
  const Refusal not_its_vote =
      Refuse(ERROR_REASON_BODY_CANNOT_CONVENE, {{"body", std::string(convener)}});
  // A caller's own body was looked for among those that call such votes.
  if (request.convener().empty() && !context.facts.bodies.contains(convener)) return not_its_vote;
  if (auto no = rules::MustBeActive(convener, context.facts)) return no;
  const runtime::BodyFacts& body = context.facts.bodies.find(convener)->second;
  const bool elsewhere = !body.property_area.empty() && !request.property_area().empty() &&
                         body.property_area != request.property_area();
  if (Convenes(body.kind, request.regime()) && !elsewhere) return {};
  return not_its_vote;
}

Objection BodyMeets(const v1::DraftMotionRequest& request, const Context& context) {
  const std::string& body = request.body();
  if (HasBody(request.regime()) == body.empty()) return rules::BadField("body");
  if (body.empty()) return {};
  if (auto no = rules::MustBeActive(body, context.facts)) return no;
  if (Meets(context.facts.bodies.find(body)->second.kind, request.regime())) return {};
  return rules::BadField("body");
}

Objection ScopeStands(const v1::DraftMotionRequest& request, const Context& context) {
  std::vector<std::string> places(request.scope().begin(), request.scope().end());
  if (!request.property_area().empty()) places.push_back(request.property_area());
  for (const std::string& name : places) {
    const auto found = context.facts.places.find(name);
    if (found == context.facts.places.end()) {
      return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", name}});
    }
    if (!found->second.active) {
      return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", name}});
    }
    const std::string& area = found->second.place.property_area();
    if (!request.property_area().empty() && area != request.property_area()) {
      return Refuse(ERROR_REASON_PLACE_INCONSISTENT, {{"resource", name}});
    }
  }
  return {};
}

// Items of a motion: some, each code once, nobody standing. An election has none of its own.
template <class Items>
Objection ItemsAreGood(const Items& items, bool election) {
  if (election) return items.empty() ? Objection() : rules::BadField("items");
  if (items.empty()) return rules::BadField("items");
  std::set<std::string> codes;
  for (const v1::MotionItem& item : items) {
    if (!item.candidate().empty() || !codes.insert(item.code()).second) {
      return rules::BadField("items");
    }
  }
  return {};
}

// Somebody is elected, somebody is recalled, or neither; as the matter says.
Objection OfficesAreGood(const v1::DraftMotionRequest& request, const Context& context) {
  const bool election = request.seats() > 0;
  const bool recall = !request.recalls().empty();
  const v1::MatterCode matter = request.matter();
  const bool either = matter == v1::MATTER_CODE_CC278_3;
  if (!either && election != (matter == v1::MATTER_CODE_URC19_ELECTION)) {
    return rules::BadField("seats");
  }
  if (!either && recall != (matter == v1::MATTER_CODE_URC20_RECALL)) {
    return rules::BadField("recalls");
  }
  if (election && recall) return rules::BadField("recalls");
  if (election == request.elects_to().empty()) return rules::BadField("elects_to");
  if (election) return rules::MustBeActive(request.elects_to(), context.facts);
  if (!recall) return {};
  const auto seat = context.facts.memberships.find(request.recalls());
  if (seat == context.facts.memberships.end()) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", request.recalls()}});
  }
  if (seat->second.active) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", request.recalls()}});
}

// The first ballot has ordered a second one of just that kind.
Objection RunoffWasOrdered(const v1::DraftMotionRequest& request, const Context& context) {
  if (request.runoff_of().empty()) return {};
  const auto* first = context.facts.Peer<State>(request.runoff_of());
  const bool ordered = first != nullptr && !first->runoff.empty() &&
                       first->regime == request.regime() && first->matter == request.matter() &&
                       first->elects_to == request.elects_to() &&
                       first->runoff_seats == request.seats();
  if (ordered) return {};
  return Refuse(ERROR_REASON_RUNOFF_NOT_ORDERED, {{"resource", request.runoff_of()}});
}

Objection MayDraft(const v1::DraftMotionRequest& request, std::string_view convener,
                   const Context& context) {
  if (!DecidesOn(request.regime(), request.matter())) {
    return Refuse(ERROR_REASON_MATTER_NOT_OF_REGIME,
                  {{"regime", v1::Regime_Name(request.regime())},
                   {"matter", v1::MatterCode_Name(request.matter())}});
  }
  if (auto no = ConvenerMayCall(convener, request, context)) return no;
  if (auto no = BodyMeets(request, context)) return no;
  if (auto no = ScopeStands(request, context)) return no;
  if (auto no = OfficesAreGood(request, context)) return no;
  if (auto no = ItemsAreGood(request.items(), request.seats() > 0)) return no;
  if (auto no = RunoffWasOrdered(request, context)) return no;
  return rules::AttachmentsWhole(request.evidence());
}

// In a second ballot those stand whom the first one left.
void AddRunoff(const State& first, v1::MotionDrafted& drafted) {
  for (const std::string& candidate : first.runoff) {
    v1::MotionItem& item = *drafted.add_items();
    item.set_code(std::to_string(drafted.items_size()));
    item.set_candidate(candidate);
  }
}

}  // namespace

type::v1::Place Resolution::PlaceOf(const State&, const v1::DraftMotionRequest& request,
                                    const runtime::Facts& facts) {
  type::v1::Place place;
  const std::string& body = request.convener().empty() ? request.body() : request.convener();
  place.set_property_area(AreaOf(request, body, facts));
  return place;
}

Resolution::Needs Resolution::NeedsOf(const State&, const v1::DraftMotionRequest& request) {
  Needs needs;
  for (const std::string* body : {&request.convener(), &request.body(), &request.elects_to()}) {
    if (!body->empty()) needs.bodies.push_back(*body);
  }
  // Who drafts for a body may leave it unnamed.
  if (request.convener().empty()) {
    for (int kind = BODY_KIND_UNSPECIFIED + 1; kind < type::v1::BodyKind_ARRAYSIZE; ++kind) {
      const auto known = static_cast<type::v1::BodyKind>(kind);
      if (Convenes(known, request.regime())) needs.body_kinds.push_back(known);
    }
  }
  needs.places.assign(request.scope().begin(), request.scope().end());
  if (!request.property_area().empty()) needs.places.push_back(request.property_area());
  if (!request.recalls().empty()) needs.memberships.push_back(request.recalls());
  if (!request.runoff_of().empty()) needs.peers.push_back(request.runoff_of());
  if (!request.procedure().empty()) {
    needs.peers.push_back(rules::OwnPolicyName(request.parent(), wire::IdOf(request.procedure())));
  }
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state, const v1::DraftMotionRequest& request,
                                        const Context& context) {
  if (state.phase != Phase::kNone) {
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, {{"resource", context.name}});
  }
  const std::string convener = ConvenerOf(request, context);
  if (auto no = MayDraft(request, convener, context)) return *no;
  using policy::v1::ProcedureTemplate;
  const auto procedure =
      request.procedure().empty()
          ? rules::ProcedureNow(request.regime(), request.matter(), context)
          : rules::InForceNow<ProcedureTemplate>(wire::IdOf(request.procedure()), context);
  if (!request.procedure().empty() && procedure.policy == nullptr) {
    return Refuse(ERROR_REASON_RULE_SET_NOT_IN_FORCE, {{"rule_set", request.procedure()}});
  }
  Event event;
  v1::MotionDrafted& drafted = *event.mutable_motion_drafted();
  drafted.set_regime(request.regime());
  drafted.set_matter(request.matter());
  drafted.set_title(request.title());
  drafted.set_text(request.text());
  *drafted.mutable_items() = request.items();
  drafted.set_property_area(AreaOf(request, convener, context.facts));
  *drafted.mutable_scope() = request.scope();
  drafted.set_body(request.body());
  drafted.set_convener(convener);
  *drafted.mutable_evidence() = request.evidence();
  drafted.set_seats(request.seats());
  drafted.set_elects_to(request.elects_to());
  drafted.set_recalls(request.recalls());
  drafted.set_runoff_of(request.runoff_of());
  drafted.set_procedure(procedure.name);
  if (const auto* first = context.facts.Peer<State>(request.runoff_of())) {
    AddRunoff(*first, drafted);
  }
  if (procedure.policy == nullptr) return rules::Record(std::move(event));
  return rules::Record(std::move(event), {procedure.name});
}

Resolution::Needs Resolution::NeedsOf(const State&, const v1::AmendMotionRequest&) { return {}; }

Resolution::Decision Resolution::Decide(const State& state, const v1::AmendMotionRequest& request,
                                        const Context&) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kDrafted)) return *no;
  if (!state.signers.empty()) return Refuse(ERROR_REASON_MOTION_SIGNED);
  if (auto no = ItemsAreGood(request.items(), state.is_election())) return *no;
  if (auto no = rules::AttachmentsWhole(request.evidence())) return *no;
  Event event;
  v1::MotionAmended& amended = *event.mutable_motion_amended();
  amended.set_title(request.title());
  amended.set_text(request.text());
  *amended.mutable_items() = request.items();
  *amended.mutable_evidence() = request.evidence();
  return rules::Record(std::move(event));
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::WithdrawMotionRequest& request, const Context&) {
  if (state.phase == Phase::kWithdrawn) return rules::AlreadySo();
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kNoticed)) return *no;
  if (state.petition_complete) return Refuse(ERROR_REASON_PETITION_COMPLETE);
  Event event;
  event.mutable_motion_withdrawn()->set_reason(request.reason());
  return rules::Record(std::move(event));
}

namespace {

// As what somebody may ask for such a vote.
bool PetitionsAs(type::v1::Role role, v1::Regime regime) {
  switch (regime) {
    case REGIME_OWNERS:
      return role == ROLE_OWNER;
    case REGIME_POLL:
      return role == ROLE_OWNER || role == ROLE_RESIDENT;
    case REGIME_RESIDENTS_MEETING:
    case REGIME_REP_ASSEMBLY:
    case REGIME_RESIDENTS_ELECTION:
      return role == ROLE_RESIDENT || role == ROLE_REPRESENTATIVE;
    default:
      return false;
  }
}

}  // namespace

type::v1::Role Resolution::PetitionRole(const State& state, const runtime::Acting& acting) {
  if (PetitionsAs(acting.as.role, state.regime)) return acting.as.role;
  for (const runtime::Standing& standing : acting.all) {
    if (PetitionsAs(standing.role, state.regime)) return standing.role;
  }
  return ROLE_UNSPECIFIED;
}

const policy::v1::Demand* Resolution::DemandOf(const State& state, type::v1::Role role,
                                               const Context& context) {
  using namespace policy::v1;
  const VotingRuleSet* rules = rules::VotingRules(state, context);
  if (rules == nullptr) return nullptr;
  const auto fits = [role](const Demand& demand) {
    switch (demand.by()) {
      case DEMANDED_BY_OWNERS:
        return role == ROLE_OWNER;
      case DEMANDED_BY_VOTERS:
      case DEMANDED_BY_HOUSEHOLDS:
        return role == ROLE_RESIDENT;
      case DEMANDED_BY_REPRESENTATIVES:
        return role == ROLE_REPRESENTATIVE;
      default:
        return false;
    }
  };
  const auto found = std::find_if(rules->demands().begin(), rules->demands().end(), fits);
  return found == rules->demands().end() ? nullptr : &*found;
}

Resolution::Decision Resolution::Decide(const State& state, const v1::SupportMotionRequest&,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kDrafted)) return *no;
  if (!state.petition_required) return Refuse(ERROR_REASON_PETITION_NOT_PROVIDED);
  const std::string& signer = context.acting.subject;
  if (state.signers.contains(signer)) return rules::AlreadySo();
  if (state.petition_complete) return Refuse(ERROR_REASON_PETITION_COMPLETE);
  const type::v1::Role role = PetitionRole(state, context.acting);
  if (role == ROLE_UNSPECIFIED) return Refuse(ERROR_REASON_NOT_ENTITLED);
  const policy::v1::Demand* demand = DemandOf(state, role, context);
  if (demand == nullptr) return Refuse(ERROR_REASON_PETITION_NOT_PROVIDED);
  const auto* entitlement = context.facts.Gathered<Entitlement>();
  if (entitlement == nullptr) return rules::NothingGathered();
  if (!entitlement->entitled) return Refuse(ERROR_REASON_NOT_ENTITLED);
  if (state.signers.size() >= kSignersMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kSignersMax)}});
  }
  const auto signed_for = state.petition.find(role);
  Names subjects = signed_for == state.petition.end() ? Names() : signed_for->second;
  subjects.insert(entitlement->subject);
  runtime::Decided<Event> decided;
  v1::MotionPetitionSigned& petition = *decided.events.emplace_back().mutable_petition_signed();
  petition.set_signer(signer);
  petition.set_area_dm2(entitlement->area_dm2);
  petition.set_subject(entitlement->subject);
  petition.set_role(role);
  const std::string& rule_set = rules::VotingRules(state, context)->name();
  const auto count = static_cast<std::int64_t>(subjects.size());
  if (rules::Meets(demand->share(), count, entitlement->all)) {
    auto& reached = *decided.events.emplace_back().mutable_petition_threshold_reached();
    reached.set_signers(count);
    reached.set_entitled(entitlement->all);
    reached.set_rule_set(rule_set);
  }
  decided.policy_refs = {rule_set};
  return decided;
}

Resolution::Needs Resolution::NeedsOf(const State&, const v1::RecordDeliberationRequest& request) {
  Needs needs;
  needs.bodies.assign(request.bodies().begin(), request.bodies().end());
  return needs;
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::RecordDeliberationRequest& request,
                                        const Context& context) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kNoticed)) return *no;
  if (auto no = rules::NotInOwnCause(state, context)) return *no;
  for (const std::string& body : request.bodies()) {
    if (auto no = rules::MustBeActive(body, context.facts)) return *no;
  }
  if (auto no = rules::AttachmentsWhole(request.minutes())) return *no;
  if (wire::ToTime(request.held_at()) > context.now) return rules::BadField("held_at");
  if (state.deliberations.size() >= kDeliberationsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kDeliberationsMax)}});
  }
  Event event;
  v1::DeliberationRecorded& recorded = *event.mutable_deliberation_recorded();
  *recorded.mutable_held_at() = request.held_at();
  *recorded.mutable_bodies() = request.bodies();
  recorded.set_participants(request.participants());
  recorded.set_consensus(request.consensus());
  *recorded.mutable_minutes() = request.minutes();
  return rules::Record(std::move(event));
}

Resolution::Decision Resolution::Decide(const State& state,
                                        const v1::RecordPartyStudyRequest& request,
                                        const Context&) {
  if (auto no = rules::MustBe(state, Phase::kDrafted, Phase::kNoticed)) return *no;
  Event event;
  v1::PartyStudyRecorded& recorded = *event.mutable_party_study_recorded();
  recorded.set_opinion(request.opinion());
  recorded.set_advice(request.advice());
  recorded.set_session(request.session());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::resolution
