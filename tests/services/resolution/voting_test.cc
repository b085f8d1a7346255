// Opening, extension, end, attendance, recusal, calls. In each table a case cures the defect of the
// one above.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/resolution_scene.h"

namespace sanzhang::resolution::scene {
namespace {

class Votes : public testing::TestWithParam<Case> {};
TEST_P(Votes, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

Story WithoutCounters(const Kind& kind) {
  Story story;
  for (const std::string& line : Frozen(kind)) {
    if (line.find("counters_appointed") == std::string::npos) story.push_back(line);
  }
  return story;
}

Story WithoutBefore(const Kind& kind) {
  Kind bare = kind;
  bare.between.clear();
  return Frozen(bare);
}

constexpr char kOpened[] = "opened { closes $+720h$ tally_public_key: \"public\" }; ";

INSTANTIATE_TEST_SUITE_P(
    Opening, Votes,
    testing::ValuesIn(std::vector<Case>{
        {"NotNoticed", Drafted(kOwners), "oc1", "OpenVote", "ERROR_REASON_VOTE_NOT_NOTICED",
         "+480h"},
        {"InAnothersName", Frozen(kOwners), "gov", "OpenVote",
         "ERROR_REASON_CONVENER_IN_OFFICE {body=@oc}", "+480h"},
        {"NoRoll", Noticed(kOwners), "oc1", "OpenVote", "ERROR_REASON_ELECTORATE_NOT_FROZEN",
         "+480h"},
        {"ObjectionsWait",
         Frozen(kOwners) + "zhang +20h electorate_objected { objection: '1' objector: '%zhang' }",
         "oc1", "OpenVote", "ERROR_REASON_OBJECTIONS_PENDING", "+480h"},
        {"Ruled",
         Frozen(kOwners) + "zhang +20h electorate_objected { objection: '1' objector: '%zhang' }" +
             "gov +21h electorate_objection_ruled { objection: '1' }",
         "oc1", "OpenVote", kOpened, "+480h"},
        {"NotHeard", WithoutBefore(kRecall), "rc1", "OpenVote",
         "ERROR_REASON_RECALL_DEFENCE_MISSING", "+480h"},
        {"Heard", Frozen(kRecall), "rc1", "OpenVote", kOpened, "+480h"},
        {"NobodyPublished", WithoutBefore(kElection), "rc1", "OpenVote",
         "ERROR_REASON_CANDIDATES_NOT_PUBLISHED", "+480h"},
        {"AllWithdrew",
         Frozen(kElection) + "wu +4h candidate_withdrew { candidate: '%wu' }" +
             "wu +4h candidate_withdrew { candidate: '%li' }",
         "rc1", "OpenVote", "ERROR_REASON_CANDIDATES_TOO_FEW", "+480h"},
        {"NobodyCountsPaper", WithoutCounters(kElection), "rc1", "OpenVote",
         "ERROR_REASON_COUNTERS_TOO_FEW {items_min=2}", "+480h"},
        {"CountersForPaper", Frozen(kElection), "rc1", "OpenVote", kOpened, "+480h"},
        {"ElectronicAndNamed", WithoutCounters(kOwners), "oc1", "OpenVote", kOpened, "+480h"},
        {"ASecondTooEarly", Frozen(kOwners), "oc1", "OpenVote",
         "ERROR_REASON_OPENING_TOO_EARLY {earliest=2026-03-22T10:00:00+08:00}", "+479h59m59s"},
        {"InTime", Frozen(kOwners), "timer", "OpenVote", kOpened, "+480h"},
        {"AMeetingIsOpenedByNoClock", Frozen(kMeeting), "timer", "OpenVote",
         "ERROR_REASON_PERMISSION_DENIED", "+480h"},
        {"AMeetingIsOpenedByPeople", Frozen(kMeeting), "oc1", "OpenVote", kOpened, "+480h"},
        {"RollNotPublicForLong",
         Frozen(kOwners) + "oc1 +400h electorate_frozen { snapshot: 's2' votes_from $+600h$ }",
         "oc1", "OpenVote", "ERROR_REASON_OPENING_TOO_EARLY {earliest=2026-03-27T10:00:00+08:00}",
         "+590h"},
        {"CandidatesNotPublicForLong",
         Frozen(kElection) + "rc1 +4h candidate_list_published { candidates: '%wu' "
                             "votes_from $+600h$ }",
         "rc1", "OpenVote", "ERROR_REASON_OPENING_TOO_EARLY {earliest=2026-03-27T10:00:00+08:00}",
         "+590h"},
        {"TooLittleLeft", Frozen(kOwners), "oc1", "OpenVote",
         "ERROR_REASON_WINDOW_LENGTH_INVALID {days_max=60, days_min=5}", "+640h"},
        {"Over", Frozen(kOwners), "oc1", "OpenVote",
         "ERROR_REASON_VOTE_OVER {closes=2026-04-01T10:00:00+08:00}", "+720h"},
        {"Again", Opened(kOwners), "oc1", "OpenVote", "", "+500h"},
        {"AfterTheLawChanged",
         Frozen(kOwners) +
             "oc1 +4h noticed { rule_set: 'policies/voting-owners@1' opens $+1010h$ "
             "closes $+1400h$ mode: VOTE_MODE_ELECTRONIC }" +
             "oc1 +5h electorate_frozen { snapshot: 's1' }",
         "oc1", "OpenVote", "opened {...", "+1010h"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Extension, Votes,
    testing::ValuesIn(std::vector<Case>{
        {"NotOpen", Frozen(kOwners), "oc1", "ExtendVote { closes $+800h$ reason: 'r' }",
         "ERROR_REASON_VOTE_NOT_OPENED", "+500h"},
        {"AtTheEnd", Opened(kOwners), "oc1", "ExtendVote { closes $+800h$ reason: 'r' }",
         "ERROR_REASON_VOTE_OVER {closes=2026-04-01T10:00:00+08:00}", "+720h"},
        {"NotLater", Opened(kOwners), "oc1", "ExtendVote { closes $+720h$ reason: 'r' }",
         "ERROR_REASON_DUE_NOT_LATER", "+719h"},
        {"BeyondTheGreatest", Opened(kOwners), "oc1", "ExtendVote { closes $+1960h$ reason: 'r' }",
         "ERROR_REASON_EXTENSION_NOT_ALLOWED {extensions_max=1}", "+719h"},
        {"UpToTheGreatest", Opened(kOwners), "oc1", "ExtendVote { closes $+1934h$ reason: 'r' }",
         "period_extended { closes $+1934h$ reason: \"r\" }; ", "+719h"},
        {"OnceMore", Opened(kOwners) + "oc1 +500h period_extended { closes $+800h$ }", "oc1",
         "ExtendVote { closes $+900h$ reason: 'r' }",
         "ERROR_REASON_EXTENSION_NOT_ALLOWED {extensions_max=1}", "+719h"},
        {"AMeeting", Opened(kMeeting), "oc1", "ExtendVote { closes $+800h$ reason: 'r' }",
         "ERROR_REASON_EXTENSION_NOT_ALLOWED {extensions_max=0}", "+500h"},
    }),
    Name);

constexpr char kClosed[] = "closed { tally_secret_key: \"secret\" }; ";

INSTANTIATE_TEST_SUITE_P(
    Closing, Votes,
    testing::ValuesIn(std::vector<Case>{
        {"TooEarly", Opened(kOwners), "oc1", "CloseVote",
         "ERROR_REASON_VOTE_NOT_OVER {closes=2026-04-01T10:00:00+08:00}", "+719h59m"},
        {"TooEarlyForTheTimer", Opened(kMeeting), "timer", "CloseVote",
         "ERROR_REASON_VOTE_NOT_OVER {closes=2026-04-01T10:00:00+08:00}", "+719h59m"},
        {"AMeetingEnds", Opened(kMeeting), "oc1", "CloseVote", kClosed, "+481h"},
        {"InTime", Opened(kOwners), "timer", "CloseVote", kClosed, "+720h"},
        {"Extended", Opened(kOwners) + "oc1 +500h period_extended { closes $+800h$ }", "timer",
         "CloseVote", "ERROR_REASON_VOTE_NOT_OVER {closes=2026-04-04T18:00:00+08:00}", "+720h"},
        {"Again", Closed(kOwners), "timer", "CloseVote", "", "+721h"},
    }),
    Name);

// 6.1 (8): the convener's term ends while the vote is open. Its members have no capacity from then
// on; the sub-district goes on, and only then.
TEST(Conveners, LoseTheirPowerWithTheirTerm) {
  Scene scene{.state = Fold(Opened(kOwners)), .oc_until = At("600h")};
  EXPECT_EQ(Said(Try(scene, "gov", "ExtendVote { closes $+800h$ reason: 'r' }", "+599h59m")),
            Expand("ERROR_REASON_CONVENER_IN_OFFICE {body=@oc}"));
  EXPECT_EQ(Said(Try(scene, "gov", "ExtendVote { closes $+800h$ reason: 'r' }", "+600h")),
            Expand("period_extended { closes $+800h$ reason: \"r\" }; "));
  scene.state = Fold(Signed(kOwners));
  const std::string certify = "CertifyResolution { input_sha256: 'h1' }";
  EXPECT_NE(Said(Try(scene, "gov", certify, "+808h")).find("certified"), std::string::npos);
  scene.without = "@oc";
  scene.oc_until = At("2000h");
  EXPECT_NE(Said(Try(scene, "gov", certify, "+808h")).find("certified"), std::string::npos);
}

// 6.1 (9): whoever has an interest does not act for the convener; another member does.
TEST(Conveners, DoNotActInTheirOwnCause) {
  const Story interested = Opened(kMeeting) +
                           "oc1 +481h interest_declared { voter: '!v1' person: '%oc1' }" +
                           "oc2 +481h member_recused { voter: '!v2' person: '%oc2' items: 'a' }";
  for (const char* command : {"CallItem { item: 'a' }", "CloseVote", "CheckIn { voter: '!v3' }"}) {
    EXPECT_EQ(Said(Try(interested, "oc1", command, "+482h")), "ERROR_REASON_ACTS_IN_OWN_CAUSE");
    EXPECT_EQ(Said(Try(interested, "oc2", command, "+482h")), "ERROR_REASON_ACTS_IN_OWN_CAUSE");
    EXPECT_EQ(Said(Try(interested, "oc3", command, "+482h")).find("ERROR"), std::string::npos);
  }
  EXPECT_EQ(Said(Try(Frozen(kRecall), "rc2", "OpenVote", "+480h")),
            "ERROR_REASON_ACTS_IN_OWN_CAUSE");
}

Story Present() { return Opened(kMeeting) + "oc1 +480h checked_in { voter: '!v1' }"; }

INSTANTIATE_TEST_SUITE_P(
    Attendance, Votes,
    testing::ValuesIn(std::vector<Case>{
        {"NoMeeting", Opened(kOwners), "oc1", "CheckIn { voter: '!v1' }",
         "ERROR_REASON_NOT_A_MEETING", "+481h"},
        {"NoRoll", Noticed(kMeeting), "oc1", "CheckIn { voter: '!v1' }",
         "ERROR_REASON_ELECTORATE_NOT_FROZEN", "+479h"},
        {"NoMember", Frozen(kMeeting), "oc1", "CheckIn { voter: '!v99' }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=!v99}", "+479h"},
        {"BeforeItBegins", Frozen(kMeeting), "count1", "CheckIn { voter: '!v1' }",
         "checked_in { voter: \"!v1\" }; ", "+479h"},
        {"Again", Present(), "oc1", "CheckIn { voter: '!v1' }", "", "+481h"},
        {"NotThere", Present(), "oc1", "CheckOut { voter: '!v2' }", "", "+481h"},
        {"Leaves", Present(), "oc1", "CheckOut { voter: '!v1' }",
         "checked_out { voter: \"!v1\" }; ", "+481h"},
        {"ComesBack", Present() + "oc1 +481h checked_out { voter: '!v1' }", "oc1",
         "CheckIn { voter: '!v1' }", "checked_in { voter: \"!v1\" }; ", "+482h"},
        {"UnknownItem", Present(), "oc1", "CallItem { item: 'z' }",
         "ERROR_REASON_ITEM_UNKNOWN {item=z}", "+481h"},
        {"Called", Present(), "oc1", "CallItem { item: 'a' }",
         "item_called { item: \"a\" present: 1 }; ", "+481h"},
        {"CalledToNobody", Present() + "oc1 +481h checked_out { voter: '!v1' }", "oc1",
         "CallItem { item: 'b' }", "item_called { item: \"b\" }; ", "+482h"},
        {"CalledTwice", Present() + "oc1 +481h item_called { item: 'a' }", "oc1",
         "CallItem { item: 'a' }", "", "+482h"},
        {"CalledTooLate", Present(), "oc1", "CallItem { item: 'a' }",
         "ERROR_REASON_VOTE_OVER {closes=2026-04-01T10:00:00+08:00}", "+720h"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    StandingAside, Votes,
    testing::ValuesIn(std::vector<Case>{
        {"AnothersInterest", Opened(kMeeting), "oc2",
         "DeclareInterest { voter: '!v1' reason: 'r' }", "ERROR_REASON_NOT_THE_MEMBER", "+481h"},
        {"Interest", Opened(kMeeting), "oc1", "DeclareInterest { voter: '!v1' reason: 'r' }",
         "interest_declared { voter: \"!v1\" reason: \"r\" person: \"%oc1\" }; ", "+481h"},
        {"RecusedByAColleague", Opened(kMeeting), "oc2",
         "RecuseMember { voter: '!v1' reason: 'r' }", "ERROR_REASON_NOT_THE_MEMBER", "+481h"},
        {"OfAnUnknownItem", Opened(kMeeting), "sup",
         "RecuseMember { voter: '!v1' items: 'z' reason: 'r' }",
         "ERROR_REASON_ITEM_UNKNOWN {item=z}", "+481h"},
        {"OwnersKeepTheirVotes", Opened(kOwners), "zhang",
         "RecuseMember { voter: '!v4' reason: 'r' }", "ERROR_REASON_RECUSAL_NOT_PROVIDED", "+481h"},
        {"RecusedByWhoWatches", Opened(kMeeting), "sup",
         "RecuseMember { voter: '!v1' items: 'a' reason: 'r' }",
         "member_recused { voter: \"!v1\" items: \"a\" reason: \"r\" person: \"%oc1\" }; ",
         "+481h"},
        {"OneMoreItem", Opened(kMeeting) + "sup +481h member_recused { voter: '!v1' items: 'a' }",
         "oc1", "RecuseMember { voter: '!v1' items: 'b' reason: 'r' }", "member_recused {...",
         "+482h"},
        {"TheSameItem", Opened(kMeeting) + "sup +481h member_recused { voter: '!v1' items: 'a' }",
         "oc1", "RecuseMember { voter: '!v1' items: 'a' reason: 'r' }", "", "+482h"},
        {"Altogether", Opened(kMeeting) + "sup +481h member_recused { voter: '!v1' items: 'a' }",
         "oc1", "RecuseMember { voter: '!v1' reason: 'r' }", "member_recused {...", "+482h"},
        {"AlreadyAltogether", Opened(kMeeting) + "sup +481h member_recused { voter: '!v1' }", "oc1",
         "RecuseMember { voter: '!v1' items: 'a' reason: 'r' }", "", "+482h"},
        {"Closed", Closed(kMeeting), "oc1", "RecuseMember { voter: '!v1' reason: 'r' }",
         "ERROR_REASON_VOTE_CLOSED", "+721h"},
    }),
    Name);

TEST(StandingAside, FromAllCoversEachItem) {
  const ResolutionState state =
      Fold(Opened(kMeeting) + "sup +481h member_recused { voter: '!v1' person: '%oc1' }" +
           "sup +482h member_recused { voter: '!v1' person: '%oc1' items: 'a' }");
  EXPECT_TRUE(state.recused.at(Expand("!v1")).empty());  // Empty: all.
}

}  // namespace
}  // namespace sanzhang::resolution::scene
