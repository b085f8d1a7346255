// What holds of every count, on a million random ballots. The seed is printed; SANZHANG_SEED
// repeats a run.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/resolution/tally.h"
#include "tests/services/resolution/scene.h"

namespace sanzhang::resolution {
namespace {

constexpr int kBallots = 1'000'000;
constexpr int kSubjectsMax = 60;

std::uint64_t Seed() {
  const char* given = std::getenv("SANZHANG_SEED");
  static const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  return seed;
}

// Votes of owners and meetings under the rules that ship and small variations of them.
class RandomVotes {
 public:
  RandomVotes() : random_(Seed()) {
    std::printf("SANZHANG_SEED=%llu\n", static_cast<unsigned long long>(Seed()));
    for (const char* file : {"voting-owners-ordinary", "voting-owners-special", "voting-poll",
                             "voting-owners-unanimity", "voting-residents-meeting-2026",
                             "voting-owners-committee", "voting-rep-assembly-2026"}) {
      empty_.emplace_back(file);
      empty_.back().rules.clear_citations();
      empty_.back().Item("a");
    }
  }

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  bool Chance(int percent) { return Below(100) < percent; }
  std::mt19937_64& random() { return random_; }

  Scene Make(bool joiners) {
    Scene scene = empty_[static_cast<std::size_t>(Below(static_cast<int>(empty_.size())))];
    scene.rules.set_follow_majority(joiners);
    scene.rules.set_majority_floor_half_of_all(joiners && Chance(30));
    const bool owners = scene.rules.consent().has_area();
    if (joiners && owners && Chance(50)) {
      scene.rules.set_participation(policy::v1::PARTICIPATION_DELIVERED_DEEMED);
      scene.rules.set_deemed_as(policy::v1::DEEMED_AS_FOLLOW_MAJORITY);
      scene.input.mutable_vote()->set_deemed_clause("12");
    }
    const int lean = Below(90);
    const int returns = 50 + Below(51);
    const int subjects = 1 + Below(kSubjectsMax);
    for (int i = 0; i < subjects; ++i) AddSubject(scene, i, lean, returns, joiners);
    return scene;
  }

 private:
  void AddSubject(Scene& scene, int number, int lean, int returns, bool joiners) {
    const std::string name = "s" + std::to_string(number);
    v1::TallySubject& subject = scene.Subject(name, Below(200));
    subject.set_heads(Chance(97) ? 1 : 0);
    subject.set_interested(Chance(20));
    subject.set_representative(Chance(95));
    if (Chance(90)) scene.Present(name);
    if (Chance(50)) scene.Deliver(name);
    if (!Chance(returns)) return;
    const bool in_favour = Chance(lean);
    const v1::Choice other[] = {v1::CHOICE_AGAINST, v1::CHOICE_ABSTAIN, v1::CHOICE_AGAINST,
                                joiners ? v1::CHOICE_FOLLOW_MAJORITY : v1::CHOICE_AGAINST};
    scene.Cast(name, in_favour ? v1::CHOICE_FOR : other[Below(4)], 100 + Below(100));
    if (Chance(3)) scene.Cast(name, other[Below(4)], 95 + Below(110)).set_person("another");
    if (Chance(2)) scene.input.mutable_ballots()->rbegin()->clear_choices();
  }

  std::mt19937_64 random_;
  std::vector<Scene> empty_;
};

v1::TallyResult CountOf(const Scene& scene) {
  auto result = TallyUnhashed({scene.rules, scene.input});
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : v1::TallyResult();
}

bool Passed(const Scene& scene) { return CountOf(scene).items(0).outcome() == v1::OUTCOME_PASSED; }

// Ballots of one kind, one of which is changed.
v1::TallyBallot* SomeBallot(Scene& scene, RandomVotes& votes, v1::Choice choice) {
  std::vector<v1::TallyBallot*> fitting;
  for (v1::TallyBallot& ballot : *scene.input.mutable_ballots()) {
    if (ballot.choices_size() == 1 && ballot.choices(0).choice() == choice) {
      fitting.push_back(&ballot);
    }
  }
  if (fitting.empty()) return nullptr;
  return fitting[static_cast<std::size_t>(votes.Below(static_cast<int>(fitting.size())))];
}

bool HasConflicts(const v1::TallyResult& result) {
  return std::any_of(result.set_aside().begin(), result.set_aside().end(), [](const auto& aside) {
    return aside.reason() == v1::INVALID_REASON_CONFLICT ||
           aside.reason() == v1::INVALID_REASON_SUPERSEDED;
  });
}

void ExpectWhole(const v1::MeasureTally& m) {
  EXPECT_EQ(m.in_favour() + m.against() + m.abstain() + m.follow() + m.deemed() + m.invalid() +
                m.non_return(),
            m.total());
  EXPECT_LE(m.consenting(), m.total());
}

void ExpectOrderNeverMatters(const Scene& scene, const v1::TallyResult& result,
                             RandomVotes& votes) {
  Scene shuffled = scene;
  auto& input = shuffled.input;
  std::shuffle(input.mutable_ballots()->pointer_begin(), input.mutable_ballots()->pointer_end(),
               votes.random());
  std::shuffle(input.mutable_subjects()->pointer_begin(), input.mutable_subjects()->pointer_end(),
               votes.random());
  EXPECT_EQ(CountOf(shuffled).SerializeAsString(), result.SerializeAsString());
}

// AGAINST -> FOR never turns PASSED into anything else.
void ExpectMonotone(const Scene& scene, bool passed, RandomVotes& votes) {
  Scene changed = scene;
  v1::TallyBallot* ballot = SomeBallot(changed, votes, v1::CHOICE_AGAINST);
  if (ballot == nullptr || !passed) return;
  ballot->mutable_choices(0)->set_choice(v1::CHOICE_FOR);
  EXPECT_TRUE(Passed(changed));
}

// AGAINST <-> ABSTAIN: both take part and neither consents.
void ExpectAgainstIsAsAbstain(const Scene& scene, const v1::TallyResult& result,
                              RandomVotes& votes) {
  Scene changed = scene;
  v1::TallyBallot* ballot = SomeBallot(changed, votes, v1::CHOICE_AGAINST);
  if (ballot == nullptr) return;
  ballot->mutable_choices(0)->set_choice(v1::CHOICE_ABSTAIN);
  EXPECT_EQ(CountOf(changed).items(0).outcome(), result.items(0).outcome());
}

// A silent subject that abstains changes the outcome just as one that is against.
void ExpectLateComersAreAlike(const Scene& scene, const v1::TallyResult& result) {
  std::vector<std::string> silent;
  for (const v1::TallySubject& subject : scene.input.subjects()) {
    const bool cast =
        std::any_of(scene.input.ballots().begin(), scene.input.ballots().end(),
                    [&](const auto& ballot) { return ballot.subject() == subject.subject(); });
    if (!cast) silent.push_back(subject.subject());
  }
  if (silent.empty()) return;
  v1::Outcome outcomes[2];
  for (const v1::Choice choice : {v1::CHOICE_AGAINST, v1::CHOICE_ABSTAIN}) {
    Scene changed = scene;
    changed.Cast(silent[0], choice);
    outcomes[choice == v1::CHOICE_ABSTAIN] = CountOf(changed).items(0).outcome();
  }
  EXPECT_EQ(outcomes[0], outcomes[1]);
  EXPECT_EQ(result.items_size(), 1);
}

TEST(TallyProperties, HoldOnAMillionBallots) {
  RandomVotes votes;
  int ballots = 0;
  int passed = 0;
  int counts = 0;
  while (ballots < kBallots && !testing::Test::HasFailure()) {
    const bool joiners = votes.Chance(40);
    const Scene scene = votes.Make(joiners);
    const v1::TallyResult result = CountOf(scene);
    ballots += scene.input.ballots_size();
    ++counts;
    const bool passes = result.items(0).outcome() == v1::OUTCOME_PASSED;
    passed += passes;
    ExpectWhole(result.items(0).area());
    ExpectWhole(result.items(0).heads());
    if (counts % 4 == 0) ExpectOrderNeverMatters(scene, result, votes);
    // A ballot that contradicts another one of its subject is changed into agreement, or the
    // reverse.
    if (HasConflicts(result)) continue;
    if (counts % 2 == 0) ExpectMonotone(scene, passes, votes);
    if (!joiners && counts % 2 == 1) ExpectAgainstIsAsAbstain(scene, result, votes);
    if (!joiners && counts % 4 == 1) ExpectLateComersAreAlike(scene, result);
  }
  // Else the votes say nothing about the edge between the two.
  EXPECT_GT(passed, counts / 10);
  EXPECT_LT(passed, counts * 9 / 10);
}

// With followers, AGAINST -> ABSTAIN may move the majority, and the outcome with it.
TEST(TallyProperties, WithFollowersAgainstIsNotAsAbstain) {
  Scene scene("voting-owners-ordinary");
  scene.rules.set_follow_majority(true);
  scene.Item("a");
  scene.Crowd(2, v1::CHOICE_FOR);
  scene.Crowd(2, v1::CHOICE_AGAINST);
  scene.Crowd(5, v1::CHOICE_FOLLOW_MAJORITY);
  EXPECT_FALSE(Passed(scene));
  scene.input.mutable_ballots(3)->mutable_choices(0)->set_choice(v1::CHOICE_ABSTAIN);
  EXPECT_TRUE(Passed(scene));
}

}  // namespace
}  // namespace sanzhang::resolution
