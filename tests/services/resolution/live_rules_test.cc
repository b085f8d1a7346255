// What rules say of a vote that runs, over the runtime and a log in memory: how many proxies one
// person holds, and that a vote keeps the rules that it was announced with.
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "sanzhang/policy/v1/events.pb.h"
#include "sanzhang/type/v1/claim.pb.h"
#include "tests/services/resolution/live_vote.h"

namespace sanzhang::resolution {
namespace {

constexpr int kAgent = 12;

// The residents elect, in secret; one person holds three proxies at most (T9, T17).
class ElectionProxies : public testing::Test, protected LiveVote {
 protected:
  void SetUp() override {
    Announce("REGIME_RESIDENTS_ELECTION", "policies/voting-residents-election-all@1",
             "secret: true proxies_max: 3");
    ASSERT_EQ(Freeze(), "OK");
  }
  std::string Grant(int principal, int agent = kAgent) {
    v1::GrantProxyRequest request;
    request.set_name(VoterOf(principal, "persons/"));
    request.set_agent(Person(agent));
    return Ask<Voter, v1::GrantProxyRequest, v1::GrantProxyResponse>(absl::StrCat("p", principal),
                                                                     request, nullptr);
  }
  std::string Revoke(int principal) {
    v1::RevokeProxyRequest request;
    request.set_name(VoterOf(principal, "persons/"));
    return Ask<Voter, v1::RevokeProxyRequest, v1::RevokeProxyResponse>(absl::StrCat("p", principal),
                                                                       request, nullptr);
  }
};

TEST_F(ElectionProxies, AFourthIsRefusedAndARevokedOneMakesRoom) {
  for (int i = 1; i <= 3; ++i) ASSERT_EQ(Grant(i), "OK") << i;
  EXPECT_EQ(Grant(4), "PROXIES_TOO_MANY");
  EXPECT_EQ(Grant(4, kAgent - 1), "OK");  // Another agent's are counted apart.
  EXPECT_EQ(Grant(2), "OK");              // Already so: it takes no further place.
  EXPECT_EQ(Grant(5), "PROXIES_TOO_MANY");
  EXPECT_EQ(Revoke(2), "OK");
  EXPECT_EQ(Grant(5), "OK");
  EXPECT_EQ(Grant(2), "PROXIES_TOO_MANY");
  EXPECT_EQ(All<v1::ProxyGranted>().size(), 5u);
}

TEST_F(ElectionProxies, AVoterWhoIsStruckOffMakesRoom) {
  for (int i = 1; i <= 3; ++i) ASSERT_EQ(Grant(i), "OK") << i;
  Say<v1::ElectorateObjected>("objection: '1' objector: 'communities/c1/persons/p9'");
  Say<v1::ElectorateObjectionRuled>("objection: '1' upheld: true");
  v1::CorrectVoterRequest request;
  request.set_name(VoterOf(1, "persons/"));
  request.set_objection("1");
  request.set_struck_off(true);
  LiveVote::Grant("persons/pc", type::v1::ROLE_OWNERS_COMMITTEE, "communities/c1/bodies/oc");
  ASSERT_EQ((Ask<Voter, v1::CorrectVoterRequest, v1::CorrectVoterResponse>("pc", request, nullptr)),
            "OK");
  EXPECT_EQ(Grant(4), "OK");
  EXPECT_EQ(Grant(5), "PROXIES_TOO_MANY");
}

// The places are streams: who comes at the same time as others takes the next one, or is told.
TEST_F(ElectionProxies, AllAtOnceAndNoneTooMany) {
  std::atomic<int> granted = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> principals;
  for (int i = 1; i <= 10; ++i) {
    principals.emplace_back([&, i] {
      const std::string said = Grant(i);
      if (said == "OK") ++granted;
      if (said == "PROXIES_TOO_MANY") ++refused;
    });
  }
  for (std::thread& principal : principals) principal.join();
  EXPECT_EQ(granted, 3);
  EXPECT_EQ(refused, 7);
  EXPECT_EQ(All<v1::ProxyGranted>().size(), 3u);
  std::map<std::string, int> places;
  for (const log::v1::Record& record : Records()) {
    if (record.type() == type::v1::NameClaimed::descriptor()->full_name()) {
      ++places[record.stream()];
    }
  }
  EXPECT_EQ(places.size(), 3u);
}

// A community's own rules for polls: the first answer stands. Later the last one is to count.
class OwnRules : public testing::Test, protected LiveVote {
 protected:
  static constexpr char kOwn[] = "communities/c1/policies/voting-poll";

  void SetUp() override {
    LiveVote::Grant("persons/pc", type::v1::ROLE_OWNERS_COMMITTEE, "communities/c1/bodies/oc");
    Propose(1, "REVOTE_FIRST_STANDS", "2026-03-01");
    Say<v1::MotionDrafted>(
        "regime: REGIME_POLL matter: MATTER_CODE_POLL title: 't' text: 't' convener: "
        "'communities/c1/bodies/oc' items { code: 'a' text: 't' }");
  }
  void Propose(int version, const std::string& revote, const std::string& from) {
    Say<policy::v1::PolicyProposed>(
        absl::StrCat("version: ", version,
                     " body { voting_rule_set { citations: 'c' regime: REGIME_POLL participation: "
                     "PARTICIPATION_RETURNED_VALID consent { heads { numerator: 1 denominator: 2 "
                     "strict: true } } consent_base: CONSENT_BASE_PARTICIPATING secrecy: "
                     "SECRECY_NAMED window_days_min: 1 window_days_max: 60 revote: ",
                     revote, " } }"),
        kOwn);
    Say<policy::v1::PolicyInForce>(
        absl::StrCat("version: ", version, " effective_from: '", from, "'"), kOwn);
  }
  std::string Notice(const std::string& rule_set) {
    auto request = support::Text<v1::NoticeVoteRequest>(absl::StrCat(
        "mode: VOTE_MODE_ELECTRONIC notice: 'communities/c1/notices/n1' rule_set: '", rule_set,
        "' opens { seconds: ", absl::ToUnixSeconds(now() + absl::Hours(24 * 20)),
        " } closes { seconds: ", absl::ToUnixSeconds(now() + absl::Hours(24 * 30)), " }"));
    request.set_name(kVote);
    return Ask<Resolution, v1::NoticeVoteRequest, v1::NoticeVoteResponse>("pc", request, nullptr);
  }
};

// 6.1 (18): the rules change within the vote. It is frozen, opened, cast and counted by those that
// its notice pinned.
TEST_F(OwnRules, NamedByTheNoticeHoldToTheEnd) {
  ASSERT_EQ(Notice("policies/voting-poll"), "OK");
  EXPECT_EQ(All<v1::VoteNoticed>().at(0).rule_set(), absl::StrCat(kOwn, "@1"));
  EXPECT_FALSE(All<v1::VoteNoticed>().at(0).terms().last_counts());
  FreezeAndOpen();
  Propose(2, "REVOTE_LAST_COUNTS", "2026-03-23");  // The day after the opening.
  ASSERT_EQ(Cast(1, "FOR", "persons/"), "OK");
  Wait(absl::Hours(24 * 5));
  EXPECT_EQ(Cast(1, "AGAINST", "persons/"), "ALREADY_VOTED");
  ASSERT_EQ(Cast(2, "FOR", "persons/"), "OK");
  Wait(absl::Hours(24 * 5));
  ASSERT_EQ(Close(), "OK");
  ASSERT_EQ(Tally(), "OK");
  const auto tallied = All<v1::ProvisionalTallyComputed>().at(0);
  EXPECT_EQ(tallied.result().items(0).heads().in_favour(), 2);
  for (const log::v1::Record& record : Records()) {
    for (const std::string& ref : record.policy_refs()) EXPECT_EQ(ref, absl::StrCat(kOwn, "@1"));
  }
}

// What is there but not named counts for nothing.
TEST_F(OwnRules, NotNamedDoNotCount) {
  ASSERT_EQ(Notice(""), "OK");
  EXPECT_EQ(All<v1::VoteNoticed>().at(0).rule_set(), kPoll);
  FreezeAndOpen();
  ASSERT_EQ(Cast(1, "FOR", "persons/"), "OK");
  EXPECT_EQ(Cast(1, "AGAINST", "persons/"), "OK");  // By the shipped rules the last answer counts.
  CloseAndTally();
  EXPECT_EQ(All<v1::ProvisionalTallyComputed>().at(0).result().items(0).heads().against(), 1);
}

}  // namespace
}  // namespace sanzhang::resolution
