#include "tests/projections/support/random_votes.h"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/time.h"
#include "sanzhang/resolution/v1/events.pb.h"

namespace sanzhang::projections::bench {
namespace {

namespace v1 = resolution::v1;

// One fact, not yet in the log.
struct Planned {
  absl::Time at;
  std::string stream;
  std::unique_ptr<google::protobuf::Message> fact;
};

// Lives one vote's life, step by step.
class Life {
 public:
  Life(std::mt19937_64& random, int number, std::vector<Planned>& plan)
      : random_(random), name_(absl::StrCat("resolutions/x", number)), plan_(plan) {
    at_ = At("2026-01-05 00:00") + absl::Minutes(Below(60 * 24 * 60));
  }

  void Run() {
    Draft();
    if (Chance(10)) return;
    const int notices = Chance(20) ? 2 : 1;
    for (int i = 0; i < notices; ++i) Announce(i);
    if (Chance(8)) {
      Next<v1::MotionWithdrawn>();
      return;
    }
    if (Chance(5)) return;
    Vote();
    if (Chance(8)) return;
    Count();
    if (Chance(8)) return;
    Certify();
    Afterwards();
  }

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  bool Chance(int percent) { return Below(100) < percent; }
  void Wait(int hours_max) { at_ += absl::Minutes(1 + Below(hours_max * 60)); }

  template <class Fact>
  Fact& Add(const std::string& stream) {
    auto fact = std::make_unique<Fact>();
    Fact& added = *fact;
    plan_.push_back({at_, stream, std::move(fact)});
    return added;
  }
  template <class Fact>
  Fact& Next() {
    return Add<Fact>(name_);
  }
  std::string Voter(int i) { return absl::StrCat(name_, "/voters/v", i); }
  std::string Ballots(int i) { return absl::StrCat(name_, "/ballots/v", i); }

  void Draft() {
    auto& drafted = Next<v1::MotionDrafted>();
    drafted.set_regime(Chance(70) ? v1::REGIME_OWNERS : v1::REGIME_RESIDENTS_MEETING);
    by_area_ = drafted.regime() == v1::REGIME_OWNERS;
    drafted.set_property_area(
        absl::StrCat("communities/c1/propertyAreas/", Chance(50) ? "a1" : "a2"));
    drafted.set_convener("communities/c1/bodies/rc");
    items_ = 1 + Below(3);
    for (int i = 0; i < items_; ++i) drafted.add_items()->set_code(absl::StrCat("i", i));
    Wait(72);
    if (Chance(40)) Next<v1::PartyStudyRecorded>().set_opinion(v1::STUDY_OPINION_SUPPORT);
  }

  void Announce(int round) {
    Wait(24);
    auto& noticed = Next<v1::VoteNoticed>();
    meeting_ = Chance(25);
    noticed.set_mode(meeting_ ? v1::VOTE_MODE_MEETING : v1::VOTE_MODE_ELECTRONIC);
    Wait(24);
    voters_ = 1 + Below(12);
    const std::string snapshot = absl::StrCat("s", round);
    for (int i = 0; i < voters_; ++i) {
      auto& enrolled = Add<v1::VoterEnrolled>(Voter(i));
      enrolled.set_snapshot(snapshot);
      enrolled.mutable_entry()->set_heads(1);
      enrolled.mutable_entry()->set_area_dm2(by_area_ ? 1 + Below(20'000) : 0);
      enrolled.mutable_entry()->add_persons(absl::StrCat("communities/c1/persons/q", i));
    }
    auto& frozen = Next<v1::ElectorateFrozen>();
    frozen.set_snapshot(snapshot);
    frozen.set_subjects(voters_);
    for (int i = 0; i < voters_; ++i) {
      Wait(2);
      if (Chance(60)) Add<v1::BallotDelivered>(Voter(i)).set_warning_shown(Chance(50));
      if (Chance(10)) Add<v1::BallotDelivered>(Voter(i)).set_warning_shown(true);
      if (Chance(15)) Add<v1::ProxyGranted>(Voter(i)).set_agent("communities/c1/persons/q1");
      if (Chance(5)) Add<v1::ProxyRevoked>(Voter(i));
      if (Chance(8)) Correct(i);
    }
  }

  void Correct(int i) {
    auto& corrected = Add<v1::ElectorateCorrected>(Voter(i));
    corrected.set_struck_off(Chance(30));
    corrected.mutable_entry()->set_heads(1);
    corrected.mutable_entry()->set_area_dm2(by_area_ ? 1 + Below(20'000) : 0);
  }

  void Vote() {
    Wait(24 * 20);
    Next<v1::VoteOpened>();
    for (int i = 0; i < voters_; ++i) {
      Wait(4);
      if (meeting_) Next<v1::AttendanceCheckedIn>().set_voter(Voter(i));
      if (Chance(30)) continue;
      const int ballots = Chance(15) ? 2 : 1;
      for (int b = 1; b <= ballots; ++b) {
        if (Chance(70)) {
          Add<v1::BallotCast>(Ballots(i)).set_ballot(b);
        } else {
          Add<v1::PaperBallotEntered>(Ballots(i)).set_ballot(b);
          if (Chance(80)) Add<v1::PaperBallotVerified>(Ballots(i)).set_ballot(b);
        }
      }
      if (ballots == 2) Add<v1::BallotConflictDetected>(Ballots(i));
      if (ballots == 2 && Chance(60)) {
        Add<v1::BallotConflictResolved>(Ballots(i)).set_kept(Below(3));
      }
      if (Chance(10)) Add<v1::BallotInvalidated>(Ballots(i)).set_ballot(1);
    }
    Wait(24);
    Next<v1::VoteClosed>();
  }

  void FillResult(v1::TallyResult& result) {
    result.mutable_hashes()->set_input(absl::StrCat("h", Below(1000)));
    for (int i = 0; i < items_; ++i) {
      auto& item = *result.add_items();
      item.set_item(absl::StrCat("i", i));
      item.set_outcome(static_cast<v1::Outcome>(1 + Below(3)));
      item.mutable_heads()->set_total(voters_);
      item.mutable_heads()->set_participating(Below(voters_ + 1));
      if (!by_area_) continue;
      item.mutable_area()->set_total(voters_ * 1000);
      item.mutable_area()->set_participating(Below(voters_ * 1000 + 1));
    }
  }

  void Count() {
    Wait(2);
    FillResult(*Next<v1::ProvisionalTallyComputed>().mutable_result());
    if (!Chance(25)) return;
    Wait(24);
    Next<v1::TallyObjected>().set_objection("1");
    Wait(24);
    FillResult(*Next<v1::RecountPerformed>().mutable_result());
  }

  void Certify() {
    Wait(72);
    auto& certified = Next<v1::ResolutionCertified>();
    passed_ = false;
    for (int i = 0; i < items_; ++i) {
      auto& outcome = *certified.add_outcomes();
      outcome.set_item(absl::StrCat("i", i));
      outcome.set_outcome(static_cast<v1::Outcome>(1 + Below(3)));
      passed_ = passed_ || outcome.outcome() == v1::OUTCOME_PASSED;
    }
    certified.set_outcome(passed_ ? v1::OUTCOME_PASSED : static_cast<v1::Outcome>(2 + Below(2)));
    if (Chance(10)) Certify();
  }

  void Afterwards() {
    if (Chance(20)) {
      Wait(24);
      Next<v1::ResolutionChallenged>().set_challenge("1");
    }
    if (Chance(80)) {
      Wait(24);
      Next<v1::ResolutionPublished>();
    }
    if (passed_ && Chance(80)) Execute();
    if (Chance(12)) {
      Wait(24 * 20);
      Next<v1::ResolutionRevoked>();
    }
  }

  void Execute() {
    Wait(24);
    *Next<v1::ExecutionPlanned>().mutable_due() =
        wire::ToStamp(at_ + absl::Hours(24 * (1 + Below(20))));
    if (Chance(20)) return;
    Wait(24 * 30);
    Next<v1::ExecutionFinished>();
    if (Chance(30)) return;
    Wait(24);
    Next<v1::ExecutionPublished>();
  }

  std::mt19937_64& random_;
  const std::string name_;
  std::vector<Planned>& plan_;
  absl::Time at_;
  bool by_area_ = false;
  bool meeting_ = false;
  bool passed_ = false;
  int items_ = 0;
  int voters_ = 0;
};

}  // namespace

void AddRandomVotes(std::uint64_t seed, int votes, History& history) {
  std::mt19937_64 random(seed);
  std::vector<Planned> plan;
  for (int i = 0; i < votes; ++i) Life(random, i, plan).Run();
  std::stable_sort(plan.begin(), plan.end(),
                   [](const Planned& a, const Planned& b) { return a.at < b.at; });
  for (const Planned& planned : plan) {
    history.Append(absl::FormatTime("%Y-%m-%d %H:%M", planned.at, absl::FixedTimeZone(8 * 3600)),
                   planned.stream, *planned.fact);
  }
}

}  // namespace sanzhang::projections::bench
