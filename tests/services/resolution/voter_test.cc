// The rules of voters: corrections, proxies, co-owners, deliveries, and that one has voted in
// secret.
#include "services/resolution/voter.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "services/resolution/ballot.h"
#include "services/resolution/state.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution {
namespace {

constexpr char kVote[] = "communities/c1/resolutions/r1";
constexpr char kVoter[] = "communities/c1/resolutions/r1/voters/v1";
constexpr char kConvener[] = "communities/c1/bodies/oc";
const absl::Time kNoon = absl::FromUnixSeconds(1'780'000'000);

std::string Person(std::string_view id) { return "communities/c1/persons/" + std::string(id); }

class VoterTest : public testing::Test {
 protected:
  VoterTest() {
    vote.phase = Phase::kOpen;
    vote.snapshot = "roll-1";
    vote.opened_at = kNoon - absl::Hours(24);
    vote.closes = kNoon + absl::Hours(24);
    vote.convener = kConvener;
    vote.items = {{"a", "", ""}};
    vote.mode = v1::VOTE_MODE_ELECTRONIC;
    vote.tally_public_key = std::string(32, 'k');
    vote.roll_objections["1"] = {.objector = Person("neighbour"), .ruled = true, .upheld = true};
    voter.snapshot = "roll-1";
    voter.persons = {Person("owner")};
  }

  // The reason, or the names of the facts, which then hold. `who` is a person; `clerk` sits in the
  // convener.
  template <class Request>
  std::string Do(std::string_view who, const Request& request) {
    runtime::Context context;
    context.now = kNoon;
    context.community = "communities/c1";
    context.name = kVoter;
    context.acting.subject = Person(who);
    if (who == "clerk" || who == "neighbour") context.acting.as.body = kConvener;
    context.acting.as.role = type::v1::ROLE_OWNERS_COMMITTEE;
    context.facts.seats = seats;
    context.facts.peers[kVote] = std::make_shared<ResolutionState>(vote);
    context.facts.peers[Voter::BallotsOf(kVoter)] = std::make_shared<Ballot::State>(ballots);
    Voter::Decision decision = Voter::Decide(voter, request, context);
    if (const auto* refusal = std::get_if<runtime::Refusal>(&decision)) {
      return type::v1::ErrorReason_Name(refusal->reason).substr(sizeof "ERROR_REASON");
    }
    std::string facts;
    log::v1::Actor actor;
    actor.set_subject(context.acting.subject);
    for (const Voter::Event& event : std::get<0>(decision).events) {
      Voter::Evolve(voter, event, {kNoon, actor});
      const auto* field = event.GetReflection()->GetOneofFieldDescriptor(
          event, event.GetDescriptor()->FindOneofByName("kind"));
      facts += (facts.empty() ? "" : " ") + field->message_type()->name();
    }
    return facts;
  }
  std::string Grant(std::string_view who, std::string_view agent, std::string_view more = "") {
    return Do(who, support::Text<v1::GrantProxyRequest>("agent: '" + Person(agent) + "' " +
                                                        std::string(more)));
  }
  std::string CastSecretly(std::string_view who) {
    return Do(who, support::Text<v1::CastSecretBallotRequest>(
                       "paper { choices { item: 'a' choice: CHOICE_FOR } }"));
  }

  ResolutionState vote;
  VoterState voter;
  Ballot::State ballots;
  std::map<std::string, std::vector<runtime::SeatFacts>, std::less<>> seats;
};

TEST_F(VoterTest, IsCorrectedByTheConvenerAfterAnObjectionAndBeforeABallot) {
  const auto request = support::Text<v1::CorrectVoterRequest>(
      "objection: '1' entry { persons: '" + Person("heir") + "' area_dm2: 900 heads: 1 }");
  EXPECT_EQ(Do("owner", request), "PERMISSION_DENIED");
  EXPECT_EQ(Do("neighbour", request), "ACTS_IN_OWN_CAUSE");
  EXPECT_EQ(Do("clerk", request), "ElectorateCorrected");
  EXPECT_TRUE(voter.persons.contains(Person("heir")));
  EXPECT_EQ(voter.area_dm2, 900);
  auto unknown = request;
  unknown.set_objection("2");
  EXPECT_EQ(Do("clerk", unknown), "OBJECTION_UNKNOWN");
  ballots.papers.emplace_back();
  EXPECT_EQ(Do("clerk", request), "BALLOT_CAST");
}

TEST_F(VoterTest, StruckOffIsNoVoterAnyMore) {
  EXPECT_EQ(Do("clerk", support::Text<v1::CorrectVoterRequest>("objection: '1' struck_off: true")),
            "ElectorateCorrected");
  EXPECT_EQ(CastSecretly("owner"), "NOT_A_VOTER");
}

TEST_F(VoterTest, GivesAndTakesBackAProxy) {
  EXPECT_EQ(Grant("stranger", "agent"), "NOT_A_VOTER");
  EXPECT_EQ(Grant("owner", "owner"), "PROXY_NOT_ALLOWED");
  EXPECT_EQ(Do("owner", v1::RevokeProxyRequest()), "PROXY_UNKNOWN");
  EXPECT_EQ(Grant("owner", "agent"), "ProxyGranted");
  EXPECT_EQ(Grant("owner", "agent"), "");
  EXPECT_EQ(voter.CapacityOf(Person("agent"), "", kNoon), v1::CAST_BY_PROXY);
  EXPECT_EQ(Do("owner", v1::RevokeProxyRequest()), "ProxyRevoked");
  EXPECT_EQ(voter.CapacityOf(Person("agent"), "", kNoon), v1::CAST_BY_UNSPECIFIED);
}

TEST_F(VoterTest, AProxyOnPaperIsEnteredByTheConvener) {
  const std::string principal = "principal: '" + Person("owner") + "' ";
  EXPECT_EQ(Grant("clerk", "agent", principal), "INVALID_REQUEST");
  EXPECT_EQ(Grant("clerk", "agent", principal + "paper {}"), "ProxyGranted");
  EXPECT_EQ(Grant("stranger", "agent", principal + "paper {}"), "NOT_A_VOTER");
}

TEST_F(VoterTest, TheRulesMayAllowNoProxyOrNotThisOne) {
  vote.terms.no_proxies = true;
  EXPECT_EQ(Grant("owner", "agent"), "PROXY_NOT_ALLOWED");
  vote.terms = {.candidates_hold_no_proxies = true};
  vote.candidates[Person("agent")] = {};
  EXPECT_EQ(Grant("owner", "agent"), "PROXY_NOT_ALLOWED");
  EXPECT_EQ(Grant("owner", "other"), "ProxyGranted");
}

// T9: on hiring the company nobody votes for an owner who works for it.
TEST_F(VoterTest, TheCompanysStaffHoldNoneWhereTheRulesSaySo) {
  seats[Person("agent")] = {{"communities/c1/memberships/m1", "communities/c1/bodies/co",
                             type::v1::BODY_KIND_PROPERTY_COMPANY}};
  seats[Person("rep")] = {{"communities/c1/memberships/m2", "communities/c1/bodies/rep",
                           type::v1::BODY_KIND_RESIDENT_REP_ASSEMBLY}};
  vote.terms = {.company_staff_hold_no_proxies = true};
  EXPECT_EQ(Grant("owner", "agent"), "PROXY_NOT_ALLOWED");
  EXPECT_EQ(Grant("owner", "rep"), "ProxyGranted");
  vote.terms = {};
  EXPECT_EQ(Grant("owner", "agent"), "ProxyGranted");
}

TEST_F(VoterTest, NoProxyAfterTheBallot) {
  ballots.papers.emplace_back();
  EXPECT_EQ(Grant("owner", "agent"), "ALREADY_VOTED");
  ballots.papers[0].invalid = v1::INVALID_REASON_WRONG_SIGNER;
  EXPECT_EQ(Grant("owner", "agent"), "ProxyGranted");
}

TEST_F(VoterTest, AnInstructionIsSealedLikeABallot) {
  EXPECT_EQ(Grant("owner", "agent", "instruction { choices { item: 'x' choice: CHOICE_FOR } }"),
            "BALLOT_PAPER_INVALID");
  EXPECT_EQ(Grant("owner", "agent", "instruction { choices { item: 'a' choice: CHOICE_FOR } }"),
            "ProxyGranted");
}

TEST_F(VoterTest, CoOwnersNameOneOfThemOrDisagree) {
  const auto designate = [&](std::string_view who, std::string_view representative) {
    v1::DesignateCoOwnerRequest request;
    request.set_representative(Person(representative));
    return Do(who, request);
  };
  EXPECT_EQ(designate("owner", "owner"), "NOT_A_CO_OWNER");  // There is only one.
  voter.persons = {Person("owner"), Person("spouse")};
  EXPECT_EQ(designate("stranger", "owner"), "NOT_A_VOTER");
  EXPECT_EQ(designate("owner", "stranger"), "NOT_A_CO_OWNER");
  EXPECT_EQ(designate("owner", "spouse"), "CoOwnerRepresentativeDesignated");
  EXPECT_EQ(designate("spouse", "spouse"), "");
  EXPECT_EQ(Do("owner", v1::RaiseCoOwnerDisputeRequest()), "CoOwnerDisputeRaised");
  EXPECT_EQ(Do("owner", v1::RaiseCoOwnerDisputeRequest()), "");
}

TEST_F(VoterTest, DeliveryIsEvidenceAndTheWarningAnother) {
  v1::RecordDeliveryRequest request;
  EXPECT_EQ(Do("owner", request), "PERMISSION_DENIED");
  EXPECT_EQ(Do("clerk", request), "BallotDelivered");
  EXPECT_EQ(Do("clerk", request), "");
  EXPECT_EQ(voter.warned, absl::InfiniteFuture());
  request.set_warning_shown(true);
  EXPECT_EQ(Do("clerk", request), "BallotDelivered");
  EXPECT_EQ(voter.warned, kNoon);
  EXPECT_EQ(Do("clerk", v1::RecordDeliveryFailureRequest()), "BallotDeliveryFailed");
}

TEST_F(VoterTest, VotesInSecretOnce) {
  EXPECT_EQ(CastSecretly("owner"), "OTHER_SECRECY");
  vote.terms.secret = true;
  EXPECT_EQ(CastSecretly("stranger"), "NOT_A_VOTER");
  EXPECT_EQ(CastSecretly("owner"), "SecretBallotCast");
  EXPECT_EQ(CastSecretly("owner"), "ALREADY_VOTED");
  vote.phase = Phase::kClosed;
  EXPECT_EQ(CastSecretly("owner"), "VOTE_CLOSED");
}

TEST_F(VoterTest, AnotherRollStartsAnew) {
  EXPECT_EQ(Grant("owner", "agent"), "ProxyGranted");
  const auto event = support::Text<v1::VoterEvent>(
      "enrolled { snapshot: 'roll-2' entry { persons: '" + Person("owner") + "' heads: 1 } }");
  Voter::Evolve(voter, event, {kNoon, log::v1::Actor()});
  EXPECT_TRUE(voter.proxies.empty());
  EXPECT_EQ(Grant("owner", "agent"), "NOT_A_VOTER");
  vote.snapshot = "roll-2";
  EXPECT_EQ(Grant("owner", "agent"), "ProxyGranted");
}

}  // namespace
}  // namespace sanzhang::resolution
