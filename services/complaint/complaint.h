// The rules of complaints (诉求): which command is allowed when, to whom, and what it makes true.
//
// Pure: time, policies and facts of other streams come in through runtime::Context, nothing is read
// here. `Decide` answers with the events to record (none: already so) or with a refusal; of several
// reasons the first in the order of the code is given, and that order is the same everywhere:
//   1. the complaint and its state   2. the caller (the body complained of first)
//   3. what the command names        4. times and limits
// README.md shows the states. Held at all times, and tested with random commands:
//   - An open complaint has exactly one responsible body, never the one complained of.
//   - It is closed only when it was answered since it was last opened.
//   - The clocks stand still while it is suspended.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/complaint/v1/complaint_service.pb.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "services/complaint/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::complaint {

struct Complaint {
  using Event = v1::ComplaintEvent;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;
  using Needs = runtime::Needs;

  using State = ComplaintState;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;

  // `{parent}/complaints/{complaint_id or fresh_id}`.
  static std::string NewName(const v1::FileComplaintRequest& request, std::string_view fresh_id);
  // The place that the caller's scope must cover.
  static type::v1::Place PlaceOf(const State& state, const v1::FileComplaintRequest& request,
                                 const runtime::Facts& facts);
  template <class Request>
  static type::v1::Place PlaceOf(const State& state, const Request&, const runtime::Facts&) {
    return state.where.place;
  }
  // A chief counts as assignee for the body that leads the chiefs, in the chief's own unit and up
  // to the chief's own level (小事不出单元).
  static bool Related(const State& state, type::v1::Relation relation,
                      const runtime::Standing& standing, std::string_view subject);

  // Whether the complaint waits for somebody: neither ended nor linked.
  static bool IsOpen(const State& state);

  // intake.cc
  static Needs NeedsOf(const State&, const v1::FileComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::AcceptComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::LinkComplaintRequest&);
  static Decision Decide(const State&, const v1::FileComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::AcceptComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::RefuseComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::LinkComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::SupportComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::RedactTextRequest&, const Context&);

  // dispatch.cc
  static Needs NeedsOf(const State&, const v1::AssignComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::RuleDispatchDisputeRequest&);
  static Needs NeedsOf(const State&, const v1::EscalateComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::WhistleDepartmentsRequest&);
  static Decision Decide(const State&, const v1::AssignComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::DisputeDispatchRequest&, const Context&);
  static Decision Decide(const State&, const v1::RuleDispatchDisputeRequest&, const Context&);
  static Decision Decide(const State&, const v1::EscalateComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::WhistleDepartmentsRequest&, const Context&);
  static Decision Decide(const State&, const v1::ReportInRequest&, const Context&);

  // clocks.cc
  static Decision Decide(const State&, const v1::RequestSuspensionRequest&, const Context&);
  static Decision Decide(const State&, const v1::RuleSuspensionRequest&, const Context&);
  static Decision Decide(const State&, const v1::ResumeComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::ExtendDeadlineRequest&, const Context&);
  static Decision Decide(const State&, const v1::DetectBreachRequest&, const Context&);

  // answer.cc
  static Needs NeedsOf(const State&, const v1::NoteProgressRequest&);
  static Needs NeedsOf(const State&, const v1::AnswerComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::ConfirmComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::DisputeAnswerRequest&);
  static Decision Decide(const State&, const v1::AcknowledgeComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::NoteProgressRequest&, const Context&);
  static Decision Decide(const State&, const v1::AnswerComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::ConfirmComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::DisputeAnswerRequest&, const Context&);
  static Decision Decide(const State&, const v1::WithdrawComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::CallBackComplainantRequest&, const Context&);

  // review.cc
  static Needs NeedsOf(const State&, const v1::ReopenComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::AppealComplaintRequest&);
  static Needs NeedsOf(const State&, const v1::RuleAppealRequest&);
  static Decision Decide(const State&, const v1::CloseComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::ReopenComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::AppealComplaintRequest&, const Context&);
  static Decision Decide(const State&, const v1::RuleAppealRequest&, const Context&);
  static Decision Decide(const State&, const v1::ProposeScoreExclusionRequest&, const Context&);
  static Decision Decide(const State&, const v1::RuleScoreExclusionRequest&, const Context&);
};

// The claim of an external reference: `communities/c1/references/{id}`. The id is the reference in
// lower case; one with other characters than letters, digits and hyphens, or too long, is cut and
// carries a fingerprint of the whole, so that different references stay different.
std::string ReferenceName(std::string_view community, std::string_view external_ref);

}  // namespace sanzhang::complaint
