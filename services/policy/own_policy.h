// The rules of a policy that a community makes for itself: proposed, in force from a day to a day,
// retired. Stream: `communities/{c}/policies/{id}`, all versions in one.
//
// The state is runtime::OwnPolicy: whoever rests on a policy asks for it as a peer. Nothing reaches
// back: a version comes into force tomorrow at the earliest, and ends today at the earliest, so
// what is in force at a moment is settled before it. Pure. Refusals, in this order:
//   Propose      POLICY_KIND_DIFFERS; POLICY_MALFORMED; POLICY_BELOW_LAW; TOO_MANY
//   PutInForce   RESOURCE_NOT_FOUND; POLICY_VERSION_NOT_FOUND; POLICY_RETIRED;
//                APPROVER_IS_REQUESTER; INVALID_REQUEST (days); POLICY_DAYS_INVALID;
//                POLICY_OVERLAPS; POLICY_BELOW_LAW
//   Retire       RESOURCE_NOT_FOUND; POLICY_VERSION_NOT_FOUND; POLICY_RETIRED;
//                INVALID_REQUEST (day); POLICY_DAYS_INVALID
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/policy/v1/events.pb.h"
#include "sanzhang/policy/v1/policy_service.pb.h"
#include "services/runtime/decider.h"

namespace sanzhang::policy {

struct OwnPolicy {
  using Event = v1::PolicyEvent;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using State = runtime::OwnPolicy;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  // `{parent}/policies/{policy_id}`.
  static std::string NewName(const v1::ProposePolicyRequest& request, std::string_view fresh_id);

  static Decision Decide(const State&, const v1::ProposePolicyRequest&, const Context&);
  static Decision Decide(const State&, const v1::PutPolicyInForceRequest&, const Context&);
  static Decision Decide(const State&, const v1::RetirePolicyRequest&, const Context&);
};

}  // namespace sanzhang::policy
