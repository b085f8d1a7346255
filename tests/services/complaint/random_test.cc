// Random commands by random people at random times, legal and illegal: the promises of complaint.h
// hold after each of them. The seed is printed; SANZHANG_SEED repeats a run.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "tests/services/complaint/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {
namespace {

using Event = v1::ComplaintEvent;

struct Move {
  std::string who;
  std::string command;
  int weight = 10;
};

const std::vector<Move>& Moves() {
  static const std::vector<Move> moves = {
      {"zhang",
       "FileComplaint { category: CATEGORY_FEE text { content: 'abc' } "
       "visibility: VISIBILITY_COMMUNITY }"},
      {"hotline",
       "FileComplaint { category: CATEGORY_FEE text { content: 'abc' } "
       "complainant: '%zhang' about_body: '@rc' }"},
      {"grid",
       "FileComplaint { category: CATEGORY_NOISE text { content: 'abc' } "
       "complainant: '%zhang' about_body: '@pc' urgency: URGENCY_EMERGENCY }"},
      {"committee", "AcceptComplaint"},
      {"grid", "AcceptComplaint"},
      {"manager", "AcceptComplaint"},
      {"subdistrict", "AcceptComplaint"},
      {"importer", "AcceptComplaint { responsible_body: '@pc' }"},
      {"committee", "RefuseComplaint { reason: REFUSAL_REASON_LITIGATION }", 1},
      {"subdistrict", "RefuseComplaint { reason: REFUSAL_REASON_SECRET }", 1},
      {"committee", "LinkComplaint { main: '~k2' }", 1},
      {"li", "SupportComplaint"},
      {"zhang", "SupportComplaint"},
      {"committee", "AssignComplaint { assignee_body: '@pc' }"},
      {"committee", "AssignComplaint { assignee_body: '@rc' }"},
      {"grid", "AssignComplaint { assignee_body: '@oc' }", 3},
      {"subdistrict", "AssignComplaint { assignee_body: '@water' }", 3},
      {"subdistrict", "AssignComplaint { assignee_body: '@rc' }", 3},
      {"importer", "AssignComplaint { assignee_body: '@pc' }"},
      {"staff", "DisputeDispatch { reason: 'r' }", 3},
      {"water", "DisputeDispatch { reason: 'r' }", 3},
      {"committee", "RuleDispatchDispute { reason: 'r' upheld: true new_body: '@oc' }"},
      {"committee", "RuleDispatchDispute { reason: 'r' }"},
      {"subdistrict", "RuleDispatchDispute { reason: 'r' upheld: true new_body: '@rc' }"},
      {"staff", "AcknowledgeComplaint"},
      {"committee", "AcknowledgeComplaint"},
      {"owners", "AcknowledgeComplaint"},
      {"importer", "AcknowledgeComplaint", 3},
      {"staff", "NoteProgress { note { content: 'n' } }"},
      {"water", "NoteProgress { note { content: 'n' } }"},
      {"staff", "RequestSuspension { reason: SUSPENSION_REASON_SEASON until $NOW+30h$ }"},
      {"committee", "RequestSuspension { reason: SUSPENSION_REASON_SEASON until $NOW+300h$ }"},
      {"committee", "RuleSuspension { approved: true }"},
      {"committee2", "RuleSuspension { approved: true }"},
      {"subdistrict", "RuleSuspension { reason: 'r' }", 3},
      {"staff", "ResumeComplaint", 4},
      {"timer", "ResumeComplaint"},
      {"committee", "ExtendDeadline { answer_due $NOW+170h$ reason: 'r' }", 4},
      {"subdistrict", "ExtendDeadline { answer_due $NOW+230h$ reason: 'r' }", 4},
      {"committee", "EscalateComplaint { to: LEVEL_SUBDISTRICT reason: 'r' }", 2},
      {"subdistrict", "EscalateComplaint { to: LEVEL_COMMUNITY reason: 'r' }", 2},
      {"grid", "EscalateComplaint { to: LEVEL_COMMUNITY reason: 'r' }", 2},
      {"timer", "EscalateComplaint { to: LEVEL_SUBDISTRICT reason: 'r' }", 1},
      {"subdistrict", "WhistleDepartments { departments: ['@water', '@roads'] matter: 'm' }", 4},
      {"water", "ReportIn { result: 'r' }"},
      {"staff", "AnswerComplaint { outcome: OUTCOME_SOLVED explanation { content: 'e' } }"},
      {"committee", "AnswerComplaint { outcome: OUTCOME_EXPLAINED_UNSOLVABLE }"},
      {"importer", "AnswerComplaint { outcome: OUTCOME_REFERRED }", 3},
      {"zhang", "ConfirmComplaint { outcome: OUTCOME_PARTLY_SOLVED }"},
      {"li", "ConfirmComplaint"},
      {"zhang", "DisputeAnswer"},
      {"committee", "ReopenComplaint { reason: 'r' }"},
      {"timer", "ReopenComplaint { reason: 'r' }"},
      {"committee", "CloseComplaint { mode: CLOSE_MODE_CONFIRMED }"},
      {"committee", "CloseComplaint { mode: CLOSE_MODE_FINAL_REVIEW }"},
      {"subdistrict", "CloseComplaint { mode: CLOSE_MODE_CONFIRMED }"},
      {"timer", "CloseComplaint { mode: CLOSE_MODE_CONFIRMED }"},
      {"timer", "CloseComplaint { mode: CLOSE_MODE_NO_REPLY }"},
      {"importer", "CloseComplaint { mode: CLOSE_MODE_NO_REPLY }", 2},
      {"zhang", "WithdrawComplaint { reason: 'r' }", 1},
      {"zhang", "AppealComplaint { grounds { content: 'g' } }"},
      {"committee", "RuleAppeal { upheld: true reason: 'r' }", 5},
      {"subdistrict", "RuleAppeal { upheld: true reason: 'r' }", 5},
      {"supervision", "RuleAppeal { reason: 'r' }", 5},
      {"timer", "DetectBreach { clock: CLOCK_INTAKE due $INTAKE$ }"},
      {"timer", "DetectBreach { clock: CLOCK_ACKNOWLEDGE due $ACK$ }"},
      {"timer", "DetectBreach { clock: CLOCK_ANSWER due $ANSWER$ }"},
      {"hotline", "CallBackComplainant { reached: true score: 3 }", 3},
      {"privacy", "RedactText { spans { start: 1 length: 1 } reason: 'r' }", 1},
      {"committee", "ProposeScoreExclusion { reason: EXCLUSION_REASON_ABUSE evidence: 'e' }", 1},
      {"supervision", "RuleScoreExclusion { approved: true reason: 'r' }", 2},
      {"subdistrict", "RuleScoreExclusion { reason: 'r' }", 2},
  };
  return moves;
}

// The times that a command names, from the moment and from the clocks.
std::string Timed(std::string command, absl::Duration now, const Complaint::State& state) {
  const auto replace = [&command](const std::string& word, absl::Time time) {
    const auto at = command.find(word);
    if (at == std::string::npos) return;
    const bool set = time != absl::InfinitePast();
    const absl::Duration offset = set ? time - kStart : absl::ZeroDuration();
    command.replace(at, word.size(), "$" + absl::FormatDuration(offset) + "$");
  };
  const absl::Time moment = kStart + now;
  replace("$NOW+30h$", moment + absl::Hours(30));
  replace("$NOW+170h$", moment + absl::Hours(170));
  replace("$NOW+230h$", moment + absl::Hours(230));
  replace("$NOW+300h$", moment + absl::Hours(300));
  replace("$INTAKE$", state.intake_due);
  replace("$ACK$", state.ack_due);
  replace("$ANSWER$", state.answer_due);
  return command;
}

// What is watched beside the state, from the events alone.
class Watch {
 public:
  void See(const Event& event, const runtime::Acting& by, const Complaint::State& before,
           const Complaint::State& after, absl::Time now) {
    seen.insert(event.kind_case());
    const std::string what = support::Show(event);
    if (event.has_filed() || event.has_reopened()) answered_ = false;
    if (event.has_answered()) answered_ = true;
    if (event.has_acknowledged()) handlers_.insert(event.acknowledged().body());
    if (event.has_answered()) handlers_.insert(event.answered().body());
    if (event.has_closed()) {
      EXPECT_TRUE(answered_) << "closed without an answer: " << what;
      EXPECT_FALSE(handlers_.contains(by.as.body)) << "closed by who handled it: " << what;
    }
    if (event.has_confirmed() || event.has_disputed() || event.has_withdrawn() ||
        event.has_appealed()) {
      EXPECT_EQ(by.subject, before.complainant) << what;
    }
    if (event.has_deadline_breached()) {
      EXPECT_NE(before.phase, v1::STATE_SUSPENDED) << "a clock ran while paused: " << what;
      const auto& breached = event.deadline_breached();
      EXPECT_GT(now, wire::ToTime(breached.due())) << what;
      EXPECT_TRUE(breaches_.insert({breached.clock(), wire::ToTime(breached.due())}).second)
          << "noted twice: " << what;
    }
    if (event.has_resumed()) SeeResumed(event, before, after, now);
    if (!before.about_body.empty()) {
      EXPECT_NE(by.as.body, before.about_body) << "by the one complained of: " << what;
    }
    EXPECT_LE(after.hop - before.hop, 1) << what;
  }

  void Check(const Complaint::State& state) {
    if (!Complaint::IsOpen(state)) return;
    EXPECT_FALSE(state.responsible_body.empty());
    EXPECT_NE(state.responsible_body, state.about_body);
    const bool answered = state.phase == v1::STATE_ANSWERED;
    EXPECT_EQ(state.answer_due == absl::InfinitePast(), answered || state.phase == v1::STATE_FILED);
  }

  std::set<int> seen;

 private:
  void SeeResumed(const Event& event, const Complaint::State& before, const Complaint::State& after,
                  absl::Time now) {
    const absl::Duration paused = std::min(now, before.paused_until) - before.paused_at;
    EXPECT_EQ(absl::Milliseconds(event.resumed().paused_ms()), paused);
    for (const auto& [was, is] : {std::pair(before.ack_due, after.ack_due),
                                  std::pair(before.answer_due, after.answer_due)}) {
      const bool moved = was != absl::InfinitePast() && was >= before.paused_at;
      EXPECT_EQ(is, moved ? was + paused : was);
    }
  }

  bool answered_ = false;
  std::set<std::string, std::less<>> handlers_;
  std::set<std::pair<int, absl::Time>> breaches_;
};

class RandomStory {
 public:
  explicit RandomStory(std::uint32_t seed) : random_(seed) {
    for (const Move& move : Moves()) weights_.push_back(move.weight);
  }

  void Play(int steps) {
    std::discrete_distribution<std::size_t> pick(weights_.begin(), weights_.end());
    std::uniform_int_distribution<int> jump(0, 9);
    for (int step = 0; step < steps; ++step) {
      now_ += jump(random_) == 0 ? absl::Hours(40) : absl::Minutes(jump(random_) * 20);
      Step(Moves()[pick(random_)]);
      if (testing::Test::HasFailure()) return;
    }
    EXPECT_EQ(Refold(), state_);
  }

  const std::set<int>& seen() const { return watch_.seen; }

 private:
  struct Happening {
    Event event;
    absl::Time at;
    log::v1::Actor actor;
  };

  // Only those whom the pipeline would let through: relations are checked before the rules are
  // asked.
  bool MayAsk(const Move& move) const {
    const runtime::Acting acting = Cast(move.who);
    const auto is = [&](type::v1::Relation relation) {
      return Complaint::Related(state_, relation, acting.as, acting.subject);
    };
    const auto begins = [&move](std::string_view verb) { return move.command.starts_with(verb); };
    const bool work = begins("DisputeDispatch") || begins("Acknowledge") ||
                      begins("RequestSuspension") || begins("Answer") || begins("Resume");
    const bool service = move.who == "importer" || move.who == "timer";
    if (work) return service || is(type::v1::RELATION_ASSIGNEE);
    if (begins("NoteProgress")) {
      return is(type::v1::RELATION_ASSIGNEE) || is(type::v1::RELATION_WHISTLED);
    }
    return true;
  }

  void Step(const Move& move) {
    if (!MayAsk(move)) return;
    const std::string when = absl::FormatDuration(now_);
    const std::string command = Timed(move.command, now_, state_);
    const Scene scene{state_, "", {{"~k2", main_}}};
    const Complaint::Decision decision = Try(scene, move.who, command, when);
    const auto* decided = std::get_if<runtime::Decided<Event>>(&decision);
    if (decided == nullptr) return;
    const runtime::Acting acting = Cast(move.who);
    for (const Event& event : decided->events) {
      const Complaint::State between = state_;
      Happen({event, kStart + now_, ActorOf(acting)});
      watch_.See(event, acting, between, state_, kStart + now_);
      EXPECT_FALSE(testing::Test::HasFailure()) << move.who << " " << command << " at " << when;
    }
    watch_.Check(state_);
  }

  static log::v1::Actor ActorOf(const runtime::Acting& acting) {
    log::v1::Actor actor;
    actor.set_kind(acting.kind);
    actor.set_subject(acting.subject);
    actor.set_body(acting.as.body);
    return actor;
  }

  void Happen(Happening happening) {
    Complaint::Evolve(state_, happening.event, {happening.at, happening.actor});
    history_.push_back(std::move(happening));
  }

  Complaint::State Refold() const {
    Complaint::State state;
    for (const Happening& h : history_) Complaint::Evolve(state, h.event, {h.at, h.actor});
    return state;
  }

  std::mt19937 random_;
  std::vector<int> weights_;
  absl::Duration now_;
  Complaint::State state_;
  const Complaint::State main_ = Fold(Accepted());
  std::vector<Happening> history_;
  Watch watch_;
};

std::uint32_t Seed() {
  const char* given = std::getenv("SANZHANG_SEED");
  return given ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
               : std::random_device()();
}

TEST(RandomCommands, KeepThePromises) {
  constexpr int kStories = 150;
  constexpr int kSteps = 300;
  const std::uint32_t seed = Seed();
  std::cout << "SANZHANG_SEED=" << seed << std::endl;
  std::set<int> seen;
  for (std::uint32_t i = 0; i < kStories && !HasFailure(); ++i) {
    RandomStory story(seed + i);
    story.Play(kSteps);
    seen.insert(story.seen().begin(), story.seen().end());
  }
  // A test that reaches little proves little.
  const auto* kinds = Event::descriptor()->oneof_decl(0);
  for (int i = 0; i < kinds->field_count(); ++i) {
    EXPECT_TRUE(HasFailure() || seen.contains(kinds->field(i)->number()))
        << kinds->field(i)->name() << " never happened";
  }
}

}  // namespace
}  // namespace sanzhang::complaint::scene
