// The rules of a body of governance (治理主体): prepared, established, filed, dissolved.
// Stream: `communities/{c}/bodies/{id}`.
//
// Most kinds are one of a kind per community, owners' bodies per property area: the kind is a claim
// that the body takes when it is prepared and gives up when it is dissolved. Any body may be
// missing.
//
// Refusals, in this order: RESOURCE_ALREADY_EXISTS or RESOURCE_NOT_FOUND; RESOURCE_NOT_ACTIVE;
// PERMISSION_DENIED where the residents' committee would form its own superiors, or an owners'
// committee speaks for another body; of the area, person or term named RESOURCE_NOT_FOUND,
// RESOURCE_NOT_ACTIVE, PERSON_KIND_FORBIDS, PLACE_INCONSISTENT; STATE_FORBIDS; TERM_INVALID of
// another body's term; BODY_KIND_TAKEN by the claim.
//
// A hand-over is recorded whenever it happens: late is not refused, since the seals and archives
// must not stay where they are; the fact says until when it had to be.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/registry/v1/registry_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::registry {

struct Body {
  using Event = v1::BodyEvent;
  using Decision = runtime::Decision<Event>;

  struct State {
    enum class Phase { kNone, kPreparing, kEstablished, kFiled, kDissolved } phase = Phase::kNone;
    type::v1::BodyKind kind = type::v1::BODY_KIND_UNSPECIFIED;
    std::string property_area;
    std::string receipt;
    std::map<v1::Seal, std::string> custodians;  // Who keeps which seal.
    std::set<std::string> handed_over;           // Terms that took over.
    bool active() const { return phase == Phase::kEstablished || phase == Phase::kFiled; }
    bool operator==(const State&) const = default;
  };

  static std::string NewName(const v1::PrepareBodyRequest&, std::string_view fresh_id);

  static runtime::Needs NeedsOf(const State&, const v1::PrepareBodyRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::RecordSealCustodyRequest&);
  static runtime::Needs NeedsOf(const State&, const v1::CompleteHandoverRequest&);

  // That of the body's property area.
  static type::v1::Place PlaceOf(const State&, const v1::RecordSealCustodyRequest&,
                                 const runtime::Facts&);
  static type::v1::Place PlaceOf(const State&, const v1::CompleteHandoverRequest&,
                                 const runtime::Facts&);

  static Decision Decide(const State&, const v1::PrepareBodyRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::EstablishBodyRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::FileBodyRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::DissolveBodyRequest&, const runtime::Context&);
  static Decision Decide(const State&, const v1::RecordSealCustodyRequest&,
                         const runtime::Context&);
  static Decision Decide(const State&, const v1::CompleteHandoverRequest&, const runtime::Context&);

  static void Evolve(State& state, const Event& event, const runtime::Happened&) noexcept;
};

}  // namespace sanzhang::registry
