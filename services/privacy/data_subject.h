// The rules of what holds for a person's data: consents, legal holds, the restriction, the erasure.
// Stream: `communities/{c}/dataSubjects/{p}`, where `communities/{c}/persons/{p}` is the person.
//
// Restrictions and erasures are decided by the request that they are for (subject_request.h).
// Refusals, in this order: PERMISSION_DENIED to those whom the register does not know,
// NOT_THE_SUBJECT; SUBJECT_ERASED; RESOURCE_NOT_FOUND of the person; ANSWERS_OWN; what the command
// names; limits.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/privacy/v1/privacy_service.pb.h"
#include "services/privacy/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::privacy {

struct DataSubject {
  using Event = v1::SubjectRightsEvent;
  using State = SubjectState;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using Needs = runtime::Needs;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  static Needs NeedsOf(const State&, const v1::GiveConsentRequest&);
  static Needs NeedsOf(const State&, const v1::WithdrawConsentRequest&);
  static Needs NeedsOf(const State&, const v1::PlaceLegalHoldRequest&);

  static Decision Decide(const State&, const v1::GiveConsentRequest&, const Context&);
  static Decision Decide(const State&, const v1::WithdrawConsentRequest&, const Context&);
  static Decision Decide(const State&, const v1::PlaceLegalHoldRequest&, const Context&);
  static Decision Decide(const State&, const v1::LiftLegalHoldRequest&, const Context&);
  static Decision Decide(const State&, const v1::LiftRestrictionRequest&, const Context&);
};

// `communities/c1/persons/p1` and `communities/c1/dataSubjects/p1`, from one another.
std::string DataOf(std::string_view person);
std::string PersonOf(std::string_view data_subject);

}  // namespace sanzhang::privacy
