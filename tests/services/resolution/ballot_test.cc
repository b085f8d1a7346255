// The rules of single ballots: who may cast, when, what, how often; four eyes over paper.
#include "services/resolution/ballot.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/resolution/state.h"
#include "services/resolution/voter.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution {
namespace {

using ::testing::ElementsAre;

constexpr char kVote[] = "communities/c1/resolutions/r1";
constexpr char kVoter[] = "communities/c1/resolutions/r1/voters/v1";
const absl::Time kNoon = absl::FromUnixSeconds(1'780'000'000);

std::string Person(std::string_view id) { return "communities/c1/persons/" + std::string(id); }

// An open vote on two items, and a voter of it; tests change what they are about.
class BallotTest : public testing::Test {
 protected:
  BallotTest() {
    vote.phase = Phase::kOpen;
    vote.snapshot = "roll-1";
    vote.opened_at = kNoon - absl::Hours(24);
    vote.closes = kNoon + absl::Hours(24);
    vote.items = {{"a", "", ""}, {"b", "", ""}};
    vote.mode = v1::VOTE_MODE_ELECTRONIC;
    vote.tally_public_key = std::string(32, 'k');
    vote.counters = {Person("clerk-1"), Person("clerk-2")};
    voter.snapshot = "roll-1";
    voter.persons = {Person("owner")};
  }

  runtime::Context By(std::string_view person) {
    runtime::Context context;
    context.now = now;
    context.community = "communities/c1";
    context.name = Voter::BallotsOf(kVoter);
    context.acting.kind = log::v1::Actor::KIND_PERSON;
    context.acting.subject = Person(person);
    if (with_vote) context.facts.peers[kVote] = std::make_shared<ResolutionState>(vote);
    if (with_voter) context.facts.peers[kVoter] = std::make_shared<VoterState>(voter);
    return context;
  }

  // The reason, or the names of the facts, which then hold.
  template <class Request>
  std::string Do(std::string_view person, const Request& request) {
    const runtime::Context context = By(person);
    Ballot::Decision decision = Ballot::Decide(ballots, request, context);
    if (const auto* refusal = std::get_if<runtime::Refusal>(&decision)) {
      return type::v1::ErrorReason_Name(refusal->reason).substr(sizeof "ERROR_REASON");
    }
    std::string facts;
    log::v1::Actor actor;
    actor.set_subject(context.acting.subject);
    for (const Ballot::Event& event : std::get<0>(decision).events) {
      Ballot::Evolve(ballots, event, {now, actor});
      const auto* field = event.GetReflection()->GetOneofFieldDescriptor(
          event, event.GetDescriptor()->FindOneofByName("kind"));
      facts += (facts.empty() ? "" : " ") + field->message_type()->name();
    }
    return facts;
  }
  std::string Cast(std::string_view person, std::string_view paper,
                   std::string_view principal = "") {
    auto request = support::Text<v1::CastBallotRequest>("paper { " + std::string(paper) + " }");
    request.set_name(kVoter);
    if (!principal.empty()) request.set_principal(Person(principal));
    return Do(person, request);
  }
  std::string Enter(std::string_view clerk, std::string_view more = "") {
    return Do(clerk, support::Text<v1::EnterPaperBallotRequest>("by: CAST_BY_PRINCIPAL person: '" +
                                                                Person("owner") + "' scan {} " +
                                                                std::string(more)));
  }
  std::string Verify(std::string_view clerk, int ballot) {
    v1::VerifyPaperBallotRequest request;
    request.set_ballot(ballot);
    return Do(clerk, request);
  }

  ResolutionState vote;
  VoterState voter;
  Ballot::State ballots;
  absl::Time now = kNoon;
  bool with_vote = true;
  bool with_voter = true;
};

constexpr char kForBoth[] =
    "choices { item: 'a' choice: CHOICE_FOR } choices { item: 'b' choice: CHOICE_AGAINST }";

TEST_F(BallotTest, IsTakenFromTheVoterWhileTheVoteIsOpen) {
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
  ASSERT_EQ(ballots.papers.size(), 1u);
  EXPECT_EQ(ballots.papers[0].by, v1::CAST_BY_PRINCIPAL);
  EXPECT_EQ(ballots.papers[0].cast, kNoon);
}

TEST_F(BallotTest, SaysNothingInTheOpen) {
  auto request = support::Text<v1::CastBallotRequest>("paper { " + std::string(kForBoth) + " }");
  const Ballot::Decision decision = Ballot::Decide(ballots, request, By("owner"));
  const v1::BallotCast& cast = std::get<0>(decision).events.at(0).cast();
  EXPECT_EQ(cast.paper().sealed_to(), vote.tally_public_key);
  EXPECT_NE(cast.paper().open(), "");  // Emptied by the sealing seam, before the log.
}

TEST_F(BallotTest, EqualBallotsAreEqualBytes) {
  const auto paper = [&](const std::string& choices) {
    auto request = support::Text<v1::CastBallotRequest>("paper { " + choices + " }");
    return std::get<0>(Ballot::Decide(ballots, request, By("owner")))
        .events.at(0)
        .cast()
        .paper()
        .open();
  };
  EXPECT_EQ(paper(kForBoth), paper("choices { item: 'b' choice: CHOICE_AGAINST }"
                                   " choices { item: 'a' choice: CHOICE_FOR }"));
}

TEST_F(BallotTest, StrangersLearnNothing) {
  EXPECT_EQ(Cast("stranger", kForBoth), "NOT_A_VOTER");
  vote.phase = Phase::kClosed;
  EXPECT_EQ(Cast("stranger", "choices { item: 'x' choice: CHOICE_FOR }"), "NOT_A_VOTER");
  with_vote = false;
  EXPECT_EQ(Cast("stranger", kForBoth), "NOT_A_VOTER");
  with_voter = false;
  EXPECT_EQ(Cast("owner", kForBoth), "NOT_A_VOTER");
}

TEST_F(BallotTest, OnlyTheRollThatWasFrozenLastCounts) {
  voter.snapshot = "roll-0";
  EXPECT_EQ(Cast("owner", kForBoth), "NOT_A_VOTER");
  voter.snapshot = "roll-1";
  voter.struck_off = true;
  EXPECT_EQ(Cast("owner", kForBoth), "NOT_A_VOTER");
}

TEST_F(BallotTest, OnlyWhileTheVoteIsOpen) {
  struct Case {
    Phase phase;
    std::string reason;
  };
  for (const Case& c : std::vector<Case>{{Phase::kDrafted, "VOTE_NOT_OPENED"},
                                         {Phase::kNoticed, "VOTE_NOT_OPENED"},
                                         {Phase::kClosed, "VOTE_CLOSED"},
                                         {Phase::kTallied, "VOTE_CLOSED"},
                                         {Phase::kCertified, "VOTE_CLOSED"},
                                         {Phase::kWithdrawn, "RESOLUTION_WITHDRAWN"},
                                         {Phase::kRevoked, "RESOLUTION_REVOKED"}}) {
    vote.phase = c.phase;
    EXPECT_EQ(Cast("owner", kForBoth), c.reason) << static_cast<int>(c.phase);
  }
}

TEST_F(BallotTest, TheLastMomentIsTheOneBeforeTheEnd) {
  now = vote.closes - absl::Microseconds(1);
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
  ballots = {};
  now = vote.closes;  // Whether or not the timekeeper has closed it yet.
  EXPECT_EQ(Cast("owner", kForBoth), "VOTE_CLOSED");
}

TEST_F(BallotTest, SaysOneThingThatIsOfferedToEachItem) {
  for (const char* paper : {
           "",
           "choices { item: 'a' choice: CHOICE_FOR }",
           "choices { item: 'a' choice: CHOICE_FOR } choices { item: 'a' choice: CHOICE_FOR }"
           " choices { item: 'b' choice: CHOICE_FOR }",
           "choices { item: 'a' choice: CHOICE_FOR } choices { item: 'c' choice: CHOICE_FOR }",
           "choices { item: 'a' choice: CHOICE_FOLLOW_MAJORITY }"
           " choices { item: 'b' choice: CHOICE_FOR }",
       }) {
    EXPECT_EQ(Cast("owner", paper), "BALLOT_PAPER_INVALID") << paper;
  }
  vote.terms.follow_majority = true;
  EXPECT_EQ(Cast("owner",
                 "choices { item: 'a' choice: CHOICE_FOLLOW_MAJORITY }"
                 " choices { item: 'b' choice: CHOICE_FOR }"),
            "BallotCast");
}

TEST_F(BallotTest, MarksNoMoreCandidatesThanSeats) {
  vote.seats = 1;
  vote.terms.marks_max = 1;
  EXPECT_EQ(Cast("owner",
                 "choices { item: 'a' choice: CHOICE_FOR }"
                 " choices { item: 'b' choice: CHOICE_FOR }"),
            "BALLOT_PAPER_INVALID");
  EXPECT_EQ(Cast("owner", "choices { item: 'a' choice: CHOICE_FOR }"), "BallotCast");
}

TEST_F(BallotTest, OwnersVoteOnceAndPollsTakeTheLast) {
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
  EXPECT_EQ(Cast("owner", kForBoth), "ALREADY_VOTED");
  vote.terms.last_counts = true;
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
  EXPECT_EQ(ballots.papers.size(), 2u);
}

TEST_F(BallotTest, OneCoOwnerVotesForAllAndTwoAreAConflict) {
  voter.persons = {Person("anna"), Person("bo")};
  EXPECT_EQ(Cast("anna", kForBoth), "BallotCast");
  EXPECT_EQ(ballots.papers[0].by, v1::CAST_BY_CO_OWNER);
  EXPECT_EQ(Cast("anna", kForBoth), "ALREADY_VOTED");
  EXPECT_EQ(Cast("bo", kForBoth), "BallotCast BallotConflictDetected");
}

TEST_F(BallotTest, TheDesignatedCoOwnerAlone) {
  voter.persons = {Person("anna"), Person("bo")};
  voter.designated = Person("bo");
  EXPECT_EQ(Cast("anna", kForBoth), "NOT_A_VOTER");
  EXPECT_EQ(Cast("bo", kForBoth), "BallotCast");
}

TEST_F(BallotTest, AProxyVotesWhileItHolds) {
  voter.proxies = {{.agent = Person("agent"), .principal = Person("owner"), .granted = kNoon}};
  voter.proxies[0].ends = kNoon + absl::Hours(1);
  EXPECT_EQ(Cast("agent", kForBoth, "owner"), "BallotCast");
  EXPECT_EQ(ballots.papers[0].by, v1::CAST_BY_PROXY);
  EXPECT_EQ(ballots.papers[0].principal, Person("owner"));
  EXPECT_EQ(Cast("owner", kForBoth), "ALREADY_VOTED");  // The first valid one stands.

  ballots = {};
  now = kNoon + absl::Hours(1);
  EXPECT_EQ(Cast("agent", kForBoth, "owner"), "NOT_A_VOTER");
  now = kNoon;
  voter.proxies[0].revoked = kNoon - absl::Minutes(1);
  EXPECT_EQ(Cast("agent", kForBoth), "NOT_A_VOTER");
}

TEST_F(BallotTest, GuardiansAndLegalRepresentativesVote) {
  voter.representatives = {Person("guardian")};
  EXPECT_EQ(Cast("guardian", kForBoth, "owner"), "BallotCast");
  EXPECT_EQ(ballots.papers[0].by, v1::CAST_BY_GUARDIAN);
}

TEST_F(BallotTest, NotInASecretVote) {
  vote.terms.secret = true;
  EXPECT_EQ(Cast("owner", kForBoth), "OTHER_SECRECY");
}

TEST_F(BallotTest, AtAMeetingByThosePresentAndNotRecused) {
  vote.mode = v1::VOTE_MODE_MEETING;
  EXPECT_EQ(Cast("owner", kForBoth), "VOTER_NOT_PRESENT");
  vote.attendance[kVoter] = {{kNoon - absl::Hours(1), kNoon - absl::Minutes(1)}};
  EXPECT_EQ(Cast("owner", kForBoth), "VOTER_NOT_PRESENT");
  vote.attendance[kVoter].push_back({kNoon - absl::Seconds(1), absl::InfiniteFuture()});
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
  ballots = {};
  vote.recused[kVoter] = {};
  EXPECT_EQ(Cast("owner", kForBoth), "VOTER_RECUSED");
}

TEST_F(BallotTest, PaperIsTypedInByTwoClerks) {
  EXPECT_EQ(Enter("owner"), "NOT_A_COUNTER");
  EXPECT_EQ(Enter("clerk-1"), "PaperBallotEntered");
  EXPECT_EQ(Verify("clerk-1", 1), "SAME_CLERK");
  EXPECT_EQ(Verify("clerk-2", 2), "BALLOT_UNKNOWN");
  EXPECT_EQ(Verify("clerk-2", 1), "PaperBallotVerified");
  EXPECT_EQ(Verify("clerk-2", 1), "BALLOT_NOT_TO_VERIFY");
  EXPECT_EQ(ballots.papers[0].entered_by, Person("clerk-1"));
  EXPECT_EQ(ballots.papers[0].verified_by, Person("clerk-2"));
}

TEST_F(BallotTest, PaperIsTypedInAfterTheEndIfItWasInTheBoxBefore) {
  vote.phase = Phase::kClosed;
  now = vote.closes + absl::Hours(2);
  const auto at = [](absl::Time time) {
    return "cast_at { seconds: " + std::to_string(absl::ToUnixSeconds(time)) + " }";
  };
  EXPECT_EQ(Enter("clerk-1", at(vote.closes - absl::Seconds(1))), "PaperBallotEntered");
  EXPECT_EQ(Enter("clerk-1", at(vote.closes)), "LateBallotRecorded");
  EXPECT_EQ(Enter("clerk-1", at(now + absl::Hours(1))), "INVALID_REQUEST");
  EXPECT_EQ(ballots.papers.size(), 1u);
  EXPECT_EQ(ballots.late, 1);
}

TEST_F(BallotTest, PaperBesideAnElectronicBallotIsAConflictThatCountersResolve) {
  v1::ResolveBallotConflictRequest resolve;
  resolve.set_kept(1);
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
  EXPECT_EQ(Do("clerk-1", resolve), "BALLOTS_NOT_IN_CONFLICT");
  EXPECT_EQ(Enter("clerk-1"), "PaperBallotEntered BallotConflictDetected");
  EXPECT_EQ(Do("owner", resolve), "NOT_A_COUNTER");
  EXPECT_EQ(Do("clerk-1", resolve), "BallotConflictResolved");
  EXPECT_EQ(Do("clerk-1", resolve), "");
  resolve.set_kept(3);
  EXPECT_EQ(Do("clerk-1", resolve), "BALLOT_UNKNOWN");
  EXPECT_EQ(ballots.kept, 1);
}

TEST_F(BallotTest, WhatIsInvalidMakesRoomForAnother) {
  v1::InvalidateBallotRequest request;
  request.set_ballot(1);
  request.set_reason(v1::INVALID_REASON_WRONG_SIGNER);
  EXPECT_EQ(Do("clerk-1", request), "BALLOT_UNKNOWN");
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
  EXPECT_EQ(Do("owner", request), "NOT_A_COUNTER");
  EXPECT_EQ(Do("clerk-1", request), "BallotInvalidated");
  EXPECT_EQ(Do("clerk-1", request), "");
  EXPECT_EQ(Cast("owner", kForBoth), "BallotCast");
}

}  // namespace
}  // namespace sanzhang::resolution
