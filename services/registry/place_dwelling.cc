#include <algorithm>
#include <set>

#include "services/registry/place_rules.h"

namespace sanzhang::registry {
namespace {

using runtime::Context;
using runtime::Facts;
using runtime::Needs;
using runtime::Refusal;
using Event = Place::Event;
using Decision = Place::Decision;
using State = Place::State;
using Ownership = State::Ownership;

using enum type::v1::ErrorReason;

// The order of the law (SPC-1 Art. 8); an unknown source comes last.
int RankOf(v1::AreaSource source) {
  return source == v1::AREA_SOURCE_UNSPECIFIED ? v1::AreaSource_MAX + 1 : source;
}

// The source of an area that is made of several: the least of theirs.
v1::AreaSource Lesser(v1::AreaSource left, v1::AreaSource right) {
  return RankOf(left) > RankOf(right) ? left : right;
}

// Whether the developer still has it: not sold, or not delivered.
bool IsDevelopers(type::v1::SaleState sale) {
  return sale == type::v1::SALE_STATE_UNSOLD || sale == type::v1::SALE_STATE_SOLD_UNDELIVERED;
}

std::string NameOfPart(const Context& context, const v1::DwellingPart& part) {
  return wire::Child(context.community, "dwellings", part.dwelling_id());
}

// What a new dwelling has from the one that it comes from, beside its registration.
std::vector<Event> Inherited(const State& from) {
  std::vector<Event> events;
  if (from.sale != type::v1::SALE_STATE_UNSPECIFIED) {
    auto& sale = *events.emplace_back().mutable_dwelling_sale_recorded();
    sale.set_sale(from.sale);
    sale.set_developer(from.developer);
  }
  if (from.owners.empty()) return events;
  auto& recorded = *events.emplace_back().mutable_ownership_recorded();
  for (const Place::Share& share : from.owners) {
    v1::Owner& owner = *recorded.add_owners();
    owner.set_person(share.person);
    owner.set_share_numerator(share.numerator);
    owner.set_share_denominator(share.denominator);
  }
  recorded.set_basis(from.ownership_basis);
  if (from.ownership == Ownership::kVerified) {
    events.emplace_back().mutable_ownership_verified()->set_basis(from.ownership_basis);
  }
  return events;
}

// A dwelling of these that is there no more, or is disputed.
std::optional<Refusal> RequireWhole(const State& state, const std::string& name) {
  if (state.phase != State::Phase::kActive) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, name);
  if (state.ownership == Ownership::kDisputed) {
    return Refuse(ERROR_REASON_OWNERSHIP_IN_DISPUTE, name);
  }
  return std::nullopt;
}

// At least two parts, each new, together as large as the whole, where that is known.
std::optional<Refusal> CheckParts(const State& state, const v1::SplitDwellingRequest& request,
                                  const Context& context) {
  std::set<std::string> names;
  std::int64_t sum = 0;
  bool known = true;
  for (const v1::DwellingPart& part : request.parts()) {
    const std::string name = NameOfPart(context, part);
    if (!names.insert(name).second) return RefuseField("parts.dwelling_id");
    if (context.facts.peers.contains(name)) {
      return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, name);
    }
    sum += part.area_dm2();
    known = known && part.area_dm2() > 0;
  }
  if (names.size() < 2) return RefuseField("parts");
  if (state.area_dm2 == 0 || (known && sum == state.area_dm2)) return std::nullopt;
  return Refusal{.reason = ERROR_REASON_AREA_DIFFERS,
                 .metadata = {{"area_dm2", std::to_string(state.area_dm2)},
                              {"parts_dm2", std::to_string(sum)}}};
}

// At least two dwellings, active, undisputed, in one building, of the same owners and developer.
std::optional<Refusal> CheckMerged(const v1::MergeDwellingsRequest& request, const Facts& facts) {
  std::set<std::string_view> names;
  const State* first = nullptr;
  for (const std::string& name : request.dwellings()) {
    const State* state = facts.Peer<State>(name);
    if (state == nullptr || state->phase == State::Phase::kNone) {
      return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, name);
    }
    if (!names.insert(name).second) return RefuseField("dwellings");
    if (auto refusal = RequireWhole(*state, name)) return refusal;
    if (first == nullptr) first = state;
    if (state->building != first->building) return Refuse(ERROR_REASON_PLACE_INCONSISTENT, name);
    if (state->owners != first->owners || state->developer != first->developer ||
        state->sale != first->sale) {
      return Refuse(ERROR_REASON_OWNERS_DIFFER, name);
    }
  }
  if (names.size() < 2) return RefuseField("dwellings");
  return std::nullopt;
}

// The dwelling that these become.
State Sum(const v1::MergeDwellingsRequest& request, const Facts& facts) {
  State whole = *facts.Peer<State>(request.dwellings(0));
  bool known = whole.area_dm2 > 0;
  for (int i = 1; i < request.dwellings_size(); ++i) {
    const State& part = *facts.Peer<State>(request.dwellings(i));
    known = known && part.area_dm2 > 0;
    whole.area_dm2 += part.area_dm2;
    whole.area_source = Lesser(whole.area_source, part.area_source);
    if (part.kind != whole.kind) whole.kind = type::v1::DWELLING_KIND_OTHER;
    if (part.entrance != whole.entrance) whole.entrance.clear();
    if (part.ownership != Ownership::kVerified) whole.ownership = part.ownership;
  }
  if (!known) whole.area_dm2 = 0;
  return whole;
}

Event Registered(const State& state, const std::string& display_name) {
  Event event;
  auto& registered = *event.mutable_dwelling_registered();
  registered.set_display_name(display_name);
  *registered.mutable_place() = WhereIs(state, {});
  registered.set_area_dm2(state.area_dm2);
  registered.set_area_source(state.area_source);
  registered.set_kind(state.kind);
  return event;
}

}  // namespace

std::string Place::NewName(const v1::MergeDwellingsRequest& request, std::string_view fresh_id) {
  return NameFor(request.parent(), "dwellings", request.dwelling_id(), fresh_id);
}

Needs Place::NeedsOf(const State&, const v1::RecordDwellingSaleRequest& request) {
  if (request.developer().empty()) return {};
  return {.persons = {request.developer()}};
}
Needs Place::NeedsOf(const State&, const v1::SplitDwellingRequest& request) {
  Needs needs;
  for (const v1::DwellingPart& part : request.parts()) {
    needs.peers.push_back(
        wire::Child(wire::CommunityOf(request.name()), "dwellings", part.dwelling_id()));
  }
  return needs;
}
Needs Place::NeedsOf(const State&, const v1::MergeDwellingsRequest& request) {
  return {.peers = {request.dwellings().begin(), request.dwellings().end()}};
}

type::v1::Place Place::PlaceOf(const State& state, const v1::CorrectDwellingAreaRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}
type::v1::Place Place::PlaceOf(const State& state, const v1::ClassifyDwellingRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}
type::v1::Place Place::PlaceOf(const State& state, const v1::RecordDwellingSaleRequest& request,
                               const Facts&) {
  return WhereIs(state, request.name());
}

// Checks stand in order of precedence: of several reasons the first is given.
Decision Place::Decide(const State& state, const v1::CorrectDwellingAreaRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (state.area_dm2 == request.area_dm2() && state.area_source == request.area_source()) {
    return AlreadySo<Event>();
  }
  if (state.area_dm2 > 0 && RankOf(request.area_source()) > RankOf(state.area_source)) {
    return Refusal{.reason = ERROR_REASON_AREA_SOURCE_OUTRANKED,
                   .metadata = {{"area_source", v1::AreaSource_Name(state.area_source)}}};
  }
  Event event;
  auto& corrected = *event.mutable_dwelling_area_corrected();
  corrected.set_area_dm2(request.area_dm2());
  corrected.set_area_source(request.area_source());
  corrected.set_basis(request.basis());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::ClassifyDwellingRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (state.kind == request.kind()) return AlreadySo<Event>();
  Event event;
  event.mutable_dwelling_classified()->set_kind(request.kind());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::RecordDwellingSaleRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (!request.developer().empty()) {
    if (auto refusal = RequirePerson(context.facts, request.developer())) {
      return *std::move(refusal);
    }
  }
  if (IsDevelopers(request.sale()) == request.developer().empty()) return RefuseField("developer");
  if (state.sale == request.sale() && state.developer == request.developer()) {
    return AlreadySo<Event>();
  }
  Event event;
  event.mutable_dwelling_sale_recorded()->set_sale(request.sale());
  event.mutable_dwelling_sale_recorded()->set_developer(request.developer());
  return Record(std::move(event));
}

Decision Place::Decide(const State& state, const v1::SplitDwellingRequest& request,
                       const Context& context) {
  if (auto refusal = RequireActive(state, context)) return *std::move(refusal);
  if (auto refusal = RequireWhole(state, context.name)) return *std::move(refusal);
  if (auto refusal = CheckParts(state, request, context)) return *std::move(refusal);
  runtime::Decided<Event> decided;
  auto& split = *decided.events.emplace_back().mutable_dwelling_split();
  split.set_basis(request.basis());
  for (const v1::DwellingPart& part : request.parts()) {
    const std::string name = NameOfPart(context, part);
    split.add_into(name);
    State state_of_part = state;
    state_of_part.area_dm2 = part.area_dm2();
    if (part.kind() != type::v1::DWELLING_KIND_UNSPECIFIED) state_of_part.kind = part.kind();
    decided.elsewhere.push_back({name, Registered(state_of_part, part.display_name())});
    for (Event& event : Inherited(state)) decided.elsewhere.push_back({name, std::move(event)});
  }
  return decided;
}

Decision Place::Decide(const State& state, const v1::MergeDwellingsRequest& request,
                       const Context& context) {
  if (auto refusal = RequireNew(state, context)) return *std::move(refusal);
  if (auto refusal = CheckMerged(request, context.facts)) return *std::move(refusal);
  const State whole = Sum(request, context.facts);
  runtime::Decided<Event> decided;
  decided.events.push_back(Registered(whole, request.display_name()));
  for (Event& event : Inherited(whole)) decided.events.push_back(std::move(event));
  for (const std::string& name : request.dwellings()) {
    Event event;
    event.mutable_dwelling_merged()->set_into(context.name);
    event.mutable_dwelling_merged()->set_basis(request.basis());
    decided.elsewhere.push_back({name, std::move(event)});
  }
  return decided;
}

static_assert(runtime::Decides<Place, v1::CorrectDwellingAreaRequest>);
static_assert(runtime::Decides<Place, v1::ClassifyDwellingRequest>);
static_assert(runtime::Decides<Place, v1::RecordDwellingSaleRequest>);
static_assert(runtime::Decides<Place, v1::SplitDwellingRequest>);
static_assert(runtime::Decides<Place, v1::MergeDwellingsRequest>);

}  // namespace sanzhang::registry
