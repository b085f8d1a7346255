// The rules of what persons ask about their data (PIPL Art. 44-50).
// Stream: `communities/{c}/subjectRequests/{id}`; what follows for the data itself is recorded in
// the person's stream (data_subject.h), in the same append.
//
// Pure: time, rules and facts of other streams come in through runtime::Context, what other cases
// say through Gathered. Of several reasons to refuse the first in this order is given:
//   1. who may know of it at all   2. the request and its state   3. the caller
//   4. what the command names      5. the rule in force           6. what keeps data from going
// Held at all times, and tested with random commands:
//   - Nobody handles what they asked themselves, or what is about themselves.
//   - No key is destroyed but by two officers, for a verified request, with nothing that holds it.
//   - Every request has one end, and after it nothing changes.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/privacy/v1/privacy_service.pb.h"
#include "services/privacy/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::privacy {

struct SubjectRequest {
  using Event = v1::SubjectRightsEvent;
  using State = RequestState;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using Needs = runtime::Needs;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  // `{parent}/subjectRequests/{subject_request_id or fresh_id}`.
  static std::string NewName(const v1::ReceiveSubjectRequestRequest& request,
                             std::string_view fresh_id);

  // What holds for the data, where a decision rests on it or changes it.
  static Needs NeedsOf(const State&, const v1::ReceiveSubjectRequestRequest&);
  static Needs NeedsOf(const State&, const v1::FulfilSubjectRequestRequest&);
  static Needs NeedsOf(const State&, const v1::CorrectPersonalDataRequest&);
  static Needs NeedsOf(const State&, const v1::RestrictProcessingRequest&);
  static Needs NeedsOf(const State&, const v1::ProposeErasureRequest&);
  static Needs NeedsOf(const State&, const v1::ApproveErasureRequest&);

  // receive.cc
  static Decision Decide(const State&, const v1::ReceiveSubjectRequestRequest&, const Context&);
  static Decision Decide(const State&, const v1::WithdrawSubjectRequestRequest&, const Context&);
  static Decision Decide(const State&, const v1::VerifySubjectRequestRequest&, const Context&);
  static Decision Decide(const State&, const v1::DetectSubjectRequestBreachRequest&,
                         const Context&);
  // answer.cc
  static Decision Decide(const State&, const v1::FulfilSubjectRequestRequest&, const Context&);
  static Decision Decide(const State&, const v1::CorrectPersonalDataRequest&, const Context&);
  static Decision Decide(const State&, const v1::RefuseSubjectRequestRequest&, const Context&);
  // erasure.cc
  static Decision Decide(const State&, const v1::RestrictProcessingRequest&, const Context&);
  static Decision Decide(const State&, const v1::ProposeErasureRequest&, const Context&);
  static Decision Decide(const State&, const v1::ApproveErasureRequest&, const Context&);
};

}  // namespace sanzhang::privacy
