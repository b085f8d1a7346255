// Cases that were decided or published, and the edges of each threshold, with their numbers.
#include <initializer_list>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/resolution/measure.h"
#include "tests/services/resolution/scene.h"

namespace sanzhang::resolution {
namespace {

using policy::v1::PARTICIPATION_DELIVERED_DEEMED;
using testing::ElementsAre;
using testing::IsEmpty;
using v1::CHOICE_ABSTAIN;
using v1::CHOICE_AGAINST;
using v1::CHOICE_FOR;
using v1::CHOICE_UNSPECIFIED;

// Shanghai No. 1 Intermediate Court: an owner of 15 flats is one head.
TEST(TallyVectors, G1OneOwnerOfManyFlatsIsOneHead) {
  Scene vote("voting-owners-ordinary");
  vote.Item("a");
  vote.Crowd(406, CHOICE_FOR, 1);
  vote.Crowd(1, CHOICE_FOR, 15);
  vote.Crowd(414, CHOICE_AGAINST, 1);
  const v1::ItemTally item = vote.First();
  EXPECT_EQ(item.heads().in_favour(), 407);
  EXPECT_EQ(item.heads().against(), 414);
  EXPECT_EQ(item.area().in_favour(), 421);  // What counting flats would have given as heads.
  EXPECT_EQ(item.outcome(), v1::OUTCOME_REJECTED);
  EXPECT_FALSE(item.heads().consent().met());
  EXPECT_THAT(vote.Flags(), ElementsAre(v1::TALLY_FLAG_SPLIT_MEASURE));
}

// The Minhang case: what silence does, by the rules of procedure or without them.
Scene Minhang(int in_favour, int against, int abstain, int silent) {
  Scene vote("voting-owners-ordinary");
  vote.Item("a");
  vote.Crowd(in_favour, CHOICE_FOR);
  vote.Crowd(against, CHOICE_AGAINST);
  vote.Crowd(abstain, CHOICE_ABSTAIN);
  const int first = vote.input.subjects_size();
  vote.Crowd(silent, CHOICE_UNSPECIFIED);
  for (int i = first; i < first + silent; ++i) vote.Deliver(vote.input.subjects(i).subject());
  const int unreached = 2261 - in_favour - against - abstain - silent;
  vote.Crowd(unreached, CHOICE_UNSPECIFIED);
  return vote;
}

void DeemByClause(Scene& vote) {
  vote.rules.set_participation(PARTICIPATION_DELIVERED_DEEMED);
  vote.rules.set_deemed_as(policy::v1::DEEMED_AS_FOLLOW_MAJORITY);
  vote.input.mutable_vote()->set_deemed_clause("rules of procedure, 12");
}

// Per ten thousand, rounded as it was published.
int PublishedShare(std::int64_t part, std::int64_t whole) {
  return static_cast<int>((part * 20'000 + whole) / (2 * whole));
}

TEST(TallyVectors, G2MinhangWithoutTheClauseLacksQuorum) {
  const Scene vote = Minhang(995, 27, 125, 1071);
  const v1::ItemTally item = vote.First();
  EXPECT_EQ(item.heads().participating(), 1147);
  EXPECT_EQ(item.heads().total(), 2261);
  EXPECT_FALSE(item.heads().quorum().met());
  EXPECT_EQ(item.outcome(), v1::OUTCOME_NO_QUORUM);
}

TEST(TallyVectors, G2MinhangWithTheClausePassesAsPublished) {
  Scene vote = Minhang(995, 27, 125, 1071);
  DeemByClause(vote);
  const v1::ItemTally item = vote.First();
  EXPECT_EQ(item.heads().participating(), 2218);
  EXPECT_EQ(item.heads().deemed(), 1071);
  EXPECT_EQ(item.heads().in_favour(), 995);
  EXPECT_EQ(item.heads().consenting(), 2066);
  EXPECT_EQ(item.outcome(), v1::OUTCOME_PASSED);
  EXPECT_EQ(PublishedShare(item.heads().consenting(), item.heads().total()), 9138);
}

TEST(TallyVectors, G3MinhangSecondItem) {
  Scene vote = Minhang(991, 25, 131, 1071);
  DeemByClause(vote);
  const v1::ItemTally item = vote.First();
  EXPECT_EQ(item.heads().consenting(), 2062);
  EXPECT_EQ(item.outcome(), v1::OUTCOME_PASSED);
  EXPECT_EQ(PublishedShare(item.heads().consenting(), item.heads().total()), 9120);
}

TEST(TallyVectors, G5ExactlyTwoThirdsIsAQuorum) {
  Scene vote("voting-owners-ordinary");
  vote.Item("a");
  vote.Crowd(2, CHOICE_FOR);
  vote.Crowd(1, CHOICE_UNSPECIFIED);
  EXPECT_TRUE(vote.First().heads().quorum().met());
  EXPECT_TRUE(vote.First().area().quorum().met());
  EXPECT_EQ(vote.Outcome(), v1::OUTCOME_PASSED);
}

TEST(TallyVectors, G6ExactlyHalfIsRejected) {
  Scene vote("voting-owners-ordinary");
  vote.Item("a");
  vote.Crowd(1, CHOICE_FOR);
  vote.Crowd(1, CHOICE_AGAINST);
  EXPECT_EQ(vote.Outcome(), v1::OUTCOME_REJECTED);
  EXPECT_THAT(vote.Flags(), IsEmpty());
}

TEST(TallyVectors, G7ExactlyThreeQuartersPassesASpecialMatter) {
  Scene vote("voting-owners-special");
  vote.Item("a");
  vote.Crowd(3, CHOICE_FOR);
  vote.Crowd(1, CHOICE_AGAINST);
  EXPECT_EQ(vote.Outcome(), v1::OUTCOME_PASSED);
}

TEST(TallyVectors, G8MeasuresThatDisagreeReject) {
  Scene vote("voting-owners-ordinary");
  vote.Item("a");
  vote.Crowd(2, CHOICE_FOR, 30);  // 60 of 100 by area, 2 of 5 by heads.
  vote.Crowd(2, CHOICE_AGAINST, 13);
  vote.Crowd(1, CHOICE_AGAINST, 14);
  EXPECT_EQ(vote.Outcome(), v1::OUTCOME_REJECTED);
  EXPECT_THAT(vote.Flags(), ElementsAre(v1::TALLY_FLAG_SPLIT_MEASURE));
}

TEST(TallyVectors, G9ThresholdsOfAnAssemblyOf45) {
  const auto assembly = ShippedRules("voting-rep-assembly-2026");
  EXPECT_EQ(LeastThatReaches(assembly.quorum().heads(), 45), 30);
  EXPECT_EQ(LeastThatReaches(assembly.consent().heads(), 30), 16);
  const auto election = ShippedRules("voting-residents-election-representatives");
  EXPECT_EQ(LeastThatReaches(election.quorum().heads(), 45), 31);
}

// The committee's members, and how many representatives make it an assembly.
TEST(TallyVectors, G10FourFifthsAreRepresentatives) {
  for (const auto& [committee, representatives] : {std::pair(9, 36), {7, 28}, {5, 20}}) {
    for (const int missing : {0, 1}) {
      Scene vote("voting-rep-assembly-2026");
      vote.Item("a");
      vote.Crowd(committee + representatives - missing, CHOICE_FOR);
      for (int i = 0; i < vote.input.subjects_size(); ++i) {
        vote.input.mutable_subjects(i)->set_representative(i >= committee);
        vote.Present(vote.input.subjects(i).subject());
      }
      EXPECT_EQ(vote.Outcome(), missing == 0 ? v1::OUTCOME_PASSED : v1::OUTCOME_VOID) << committee;
      if (missing == 1) {
        EXPECT_THAT(vote.Flags(), ElementsAre(v1::TALLY_FLAG_COMPOSITION));
      }
    }
  }
}

struct Edge {
  int numerator, denominator;
  bool strict;
  std::int64_t base, needed;
};

TEST(TallyVectors, LeastNumbersThatReachAThreshold) {
  const std::int64_t large = (std::int64_t{1} << 60) - 1;
  for (const Edge& edge : std::initializer_list<Edge>{
           {1, 2, true, 0, 1},
           {1, 2, true, 1, 1},
           {1, 2, true, 2, 2},
           {1, 2, true, 3, 2},
           {2, 3, false, 0, 0},
           {2, 3, false, 4, 3},
           {2, 3, false, 6, 4},
           {2, 3, true, 6, 5},
           {3, 4, false, 5, 4},
           {1, 1, false, 7, 7},
           {1, 1, true, 7, 8},
           {0, 1, false, 7, 0},
           {1, 3, false, 10, 4},
           {1, 2, true, large, large / 2 + 1},
           {999'999, 1'000'000, false, large, 1152920351685342369},
       }) {
    policy::v1::Threshold threshold;
    threshold.set_numerator(edge.numerator);
    threshold.set_denominator(edge.denominator);
    threshold.set_strict(edge.strict);
    const std::int64_t needed = LeastThatReaches(threshold, edge.base);
    EXPECT_EQ(needed, edge.needed)
        << edge.numerator << "/" << edge.denominator << " of " << edge.base;
    EXPECT_TRUE(Reaches(threshold, needed, edge.base));
    EXPECT_FALSE(needed > 0 && Reaches(threshold, needed - 1, edge.base));
  }
}

}  // namespace
}  // namespace sanzhang::resolution
