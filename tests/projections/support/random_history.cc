#include "tests/projections/support/random_history.h"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"

namespace sanzhang::projections::bench {
namespace {

namespace v1 = complaint::v1;
using enum v1::State;

// One fact, not yet in the log.
struct Planned {
  absl::Time at;
  int order;  // Among facts of the same moment.
  std::string stream;
  v1::ComplaintEvent event;
};

// Lives one complaint's life, step by step.
class Life {
 public:
  Life(std::mt19937_64& random, int number, std::vector<Planned>& plan)
      : random_(random), number_(number), plan_(plan) {
    at_ = At("2026-01-05 00:00") + absl::Minutes(Below(60 * 24 * 60));
  }

  void Run() {
    File();
    for (int i = 0; i < 30 && !over_; ++i) {
      at_ += absl::Minutes(Below(3 * 24 * 60));
      Step();
    }
  }

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  bool Chance(int percent) { return Below(100) < percent; }
  std::string Body() {
    return absl::StrCat(
        "communities/c1/bodies/",
        std::array<const char*, 3>{"rc", "pc1", "pc2"}[static_cast<std::size_t>(Below(3))]);
  }
  v1::ComplaintEvent& Next() {
    plan_.push_back({at_, static_cast<int>(plan_.size()), absl::StrCat("complaints/x", number_),
                     v1::ComplaintEvent()});
    return plan_.back().event;
  }
  template <class Fact>
  void SetClocks(Fact& fact) {
    ack_due_ = at_ + absl::Hours(48);
    answer_due_ = at_ + absl::Hours(24 * 7);
    *fact.mutable_ack_due() = wire::ToStamp(ack_due_);
    *fact.mutable_answer_due() = wire::ToStamp(answer_due_);
    ack_runs_ = true;
  }

  void File() {
    v1::ComplaintFiled& filed = *Next().mutable_filed();
    filed.set_category(static_cast<v1::Category>(v1::CATEGORY_FACILITY + Below(3)));
    filed.set_complainant(Chance(50) ? "communities/c1/persons/p-zhang"
                                     : "communities/c1/persons/p-li");
    filed.mutable_text()->set_content("words");
    filed.set_first_receiver("communities/c1/bodies/rc");
    *filed.mutable_intake_due() = wire::ToStamp(at_ + absl::Hours(24));
    type::v1::Place& place = *filed.mutable_place();
    if (Chance(40)) {
      place.set_property_area("communities/c1/propertyAreas/a1");
      place.set_grid("communities/c1/grids/g1");
      place.set_building("communities/c1/buildings/b1");
      place.set_entrance("communities/c1/entrances/e1");
    } else if (Chance(70)) {
      place.set_property_area("communities/c1/propertyAreas/a2");
      place.set_building("communities/c1/buildings/b2");
    }
    state_ = STATE_FILED;
  }

  void Step() {
    if (state_ != STATE_FILED && Chance(4)) return Exclude();
    switch (state_) {
      case STATE_FILED:
        return Intake();
      case STATE_ACCEPTED:
      case STATE_REOPENED:
        return Chance(5) ? Withdraw() : Assign();
      case STATE_ASSIGNED:
      case STATE_ACKNOWLEDGED:
      case STATE_IN_PROGRESS:
        return Handle();
      case STATE_DISPATCH_DISPUTED:
        return RuleDispute();
      case STATE_SUSPENDED:
        return Chance(10) ? Withdraw() : Resume();
      case STATE_ANSWERED:
        return Reply();
      case STATE_CLOSED:
        return AfterClosing();
      case STATE_NOT_ACCEPTED:
        return Chance(40) && !appealed_ ? Appeal() : Stop();
      case STATE_APPEALED:
        return RuleAppeal();
      default:
        return Stop();
    }
  }

  void Stop() { over_ = true; }
  void End(v1::State state) {
    state_ = state;
    over_ = true;
  }

  void Intake() {
    if (Chance(75)) {
      v1::ComplaintAccepted& accepted = *Next().mutable_accepted();
      accepted.set_level(v1::LEVEL_COMMUNITY);
      accepted.set_responsible_body("communities/c1/bodies/rc");
      SetClocks(accepted);
      state_ = STATE_ACCEPTED;
    } else if (Chance(50)) {
      v1::ComplaintNotAccepted& refused = *Next().mutable_not_accepted();
      refused.set_reason(static_cast<v1::RefusalReason>(1 + Below(3)));
      refused.set_body("communities/c1/bodies/rc");
      state_ = STATE_NOT_ACCEPTED;
    } else if (number_ > 0 && Chance(40)) {
      Next().mutable_linked()->set_main("communities/c1/complaints/x0");
      End(STATE_LINKED);
    } else if (Chance(50)) {
      Withdraw();
    } else {
      Stop();
    }
  }

  void Withdraw() {
    Next().mutable_withdrawn();
    End(STATE_WITHDRAWN);
  }

  void Assign() {
    v1::ComplaintAssigned& assigned = *Next().mutable_assigned();
    assigned.set_assignee_body(Body());
    assigned.set_hop(++hop_);
    state_ = STATE_ASSIGNED;
  }

  void Handle() {
    if (Chance(8)) return Suspend();
    if (Chance(3)) return Withdraw();
    if (Chance(3)) return Stop();
    if (Chance(10)) {
      v1::ComplaintDeadlineExtended& extended = *Next().mutable_deadline_extended();
      answer_due_ += absl::Hours(72);
      *extended.mutable_answer_due() = wire::ToStamp(answer_due_);
      extended.set_extension(1);
      return;
    }
    if (state_ == STATE_ASSIGNED) {
      if (Chance(15)) {
        Next().mutable_dispatch_disputed()->set_body("communities/c1/bodies/pc1");
        state_ = STATE_DISPATCH_DISPUTED;
      } else {
        Next().mutable_acknowledged();
        ack_runs_ = false;
        state_ = STATE_ACKNOWLEDGED;
      }
    } else if (Chance(20)) {
      Next().mutable_progress_noted();
      state_ = STATE_IN_PROGRESS;
    } else {
      v1::ComplaintAnswered& answered = *Next().mutable_answered();
      answered.set_outcome(static_cast<v1::Outcome>(Chance(70) ? 1 : 2 + Below(4)));
      state_ = STATE_ANSWERED;
      outcome_ = answered.outcome();
      confirmation_ = v1::CONFIRMATION_UNSPECIFIED;
    }
  }

  void RuleDispute() {
    v1::DispatchDisputeRuled& ruled = *Next().mutable_dispatch_dispute_ruled();
    ruled.set_upheld(Chance(50));
    if (ruled.upheld()) {
      ruled.set_new_body(Body());
      ++hop_;
    }
    ruled.set_hop(hop_);
    state_ = STATE_ASSIGNED;
  }

  void Suspend() {
    *Next().mutable_suspended()->mutable_until() = wire::ToStamp(at_ + absl::Hours(240));
    resumes_to_ = state_;
    state_ = STATE_SUSPENDED;
    paused_at_ = at_;
  }

  void Resume() {
    v1::ComplaintResumed& resumed = *Next().mutable_resumed();
    const absl::Duration pause = at_ - paused_at_;
    resumed.set_paused_ms(absl::ToInt64Milliseconds(pause));
    if (ack_runs_) {
      ack_due_ += pause;
      *resumed.mutable_ack_due() = wire::ToStamp(ack_due_);
    }
    answer_due_ += pause;
    *resumed.mutable_answer_due() = wire::ToStamp(answer_due_);
    state_ = resumes_to_;
  }

  template <class Fact>
  void Score(Fact& fact) {
    if (Chance(30)) return;
    fact.set_result_score(1 + Below(5));
    fact.set_response_score(1 + Below(5));
    if (Chance(50)) fact.set_attitude_score(1 + Below(5));
  }

  void Reply() {
    if (confirmation_ == v1::CONFIRMATION_DISPUTED) return Chance(30) ? Close() : Reopen();
    if (confirmation_ == v1::CONFIRMATION_UNSPECIFIED && Chance(35)) {
      Score(*Next().mutable_confirmed());
      confirmation_ = v1::CONFIRMATION_CONFIRMED;
    } else if (confirmation_ == v1::CONFIRMATION_UNSPECIFIED && Chance(20)) {
      Score(*Next().mutable_disputed());
      confirmation_ = v1::CONFIRMATION_DISPUTED;
    } else if (Chance(15)) {
      CallBack();
    } else if (Chance(90)) {
      Close();
    } else {
      Stop();
    }
  }

  void Close() {
    v1::ComplaintClosed& closed = *Next().mutable_closed();
    if (confirmation_ == v1::CONFIRMATION_UNSPECIFIED) confirmation_ = v1::CONFIRMATION_NO_REPLY;
    closed.set_outcome(outcome_);
    closed.set_confirmation(confirmation_);
    state_ = STATE_CLOSED;
  }

  void CallBack() {
    v1::ComplainantCalledBack& back = *Next().mutable_complainant_called_back();
    back.set_reached(true);
    back.set_score(Below(6));
  }

  void AfterClosing() {
    if (Chance(20)) return Reopen();
    if (Chance(20)) return CallBack();
    if (Chance(15) && !appealed_) return Appeal();
    if (Chance(60)) Stop();
  }

  void Reopen() {
    v1::ComplaintReopened& reopened = *Next().mutable_reopened();
    reopened.set_reopening(++reopenings_);
    reopened.set_responsible_body("communities/c1/bodies/rc");
    SetClocks(reopened);
    state_ = STATE_REOPENED;
  }

  void Appeal() {
    Next().mutable_appealed();
    appealed_from_ = state_;
    state_ = STATE_APPEALED;
    appealed_ = true;
  }

  void RuleAppeal() {
    const bool upheld = Chance(50);
    Next().mutable_appeal_ruled()->set_upheld(upheld);
    state_ = appealed_from_;
    if (upheld) Reopen();
  }

  void Exclude() {
    if (excluded_) return;
    excluded_ = true;
    Next().mutable_score_exclusion_proposed();
    if (Chance(70)) {
      Next().mutable_score_exclusion_approved()->set_approver_body("communities/c1/bodies/gov");
    } else {
      Next().mutable_score_exclusion_rejected();
    }
  }

  std::mt19937_64& random_;
  const int number_;
  std::vector<Planned>& plan_;
  absl::Time at_;
  v1::State state_ = STATE_UNSPECIFIED;
  v1::State resumes_to_ = STATE_UNSPECIFIED;
  v1::State appealed_from_ = STATE_UNSPECIFIED;
  v1::Outcome outcome_ = v1::OUTCOME_UNSPECIFIED;
  v1::Confirmation confirmation_ = v1::CONFIRMATION_UNSPECIFIED;
  absl::Time ack_due_, answer_due_, paused_at_;
  bool ack_runs_ = false, appealed_ = false, excluded_ = false, over_ = false;
  int hop_ = 0, reopenings_ = 0;
};

const google::protobuf::Message& FactIn(const v1::ComplaintEvent& event) {
  const auto* oneof = event.GetDescriptor()->oneof_decl(0);
  const auto* field = event.GetReflection()->GetOneofFieldDescriptor(event, oneof);
  return event.GetReflection()->GetMessage(event, field);
}

}  // namespace

void AddRandomComplaints(std::uint64_t seed, int complaints, History& history) {
  std::mt19937_64 random(seed);
  std::vector<Planned> plan;
  for (int i = 0; i < complaints; ++i) Life(random, i, plan).Run();
  std::sort(plan.begin(), plan.end(), [](const Planned& a, const Planned& b) {
    return std::pair(a.at, a.order) < std::pair(b.at, b.order);
  });
  for (const Planned& fact : plan) {
    log::v1::Record& record = history.Append("2026-01-05 00:00", fact.stream, FactIn(fact.event));
    *record.mutable_occurred_at() = wire::ToStamp(fact.at);
    *record.mutable_recorded_at() = record.occurred_at();
  }
}

}  // namespace sanzhang::projections::bench
