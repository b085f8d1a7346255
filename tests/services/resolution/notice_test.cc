// The notice, the counters, the roll. In each table a case cures the defect of the one above.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/resolution/resolution_scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution::scene {
namespace {

class Notices : public testing::TestWithParam<Case> {};
TEST_P(Notices, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

std::string Notice(std::string_view fields) {
  return absl::StrCat("NoticeVote { notice: '^n1' ", std::string(fields), " }");
}

constexpr char kWindow[] = "opens $+480h$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC ";
constexpr char kTold[] = " told_residents_committee: true";

// At +20h it is 3 March, 06:00: 15 clear days reach to the end of 18 March, +398h.
INSTANTIATE_TEST_SUITE_P(
    Owners, Notices,
    testing::ValuesIn(std::vector<Case>{
        {"AfterTheOpening", Opened(kOwners), "oc1", Notice(absl::StrCat(kWindow, kTold)),
         "ERROR_REASON_VOTE_OPENED"},
        {"TooFewAsked", Petition(), "oc1", Notice(absl::StrCat(kWindow, kTold)),
         "ERROR_REASON_PETITION_INCOMPLETE"},
        {"UnknownRules", Drafted(kOwners), "oc1",
         Notice(absl::StrCat(kWindow, kTold, " rule_set: 'policies/voting-none'")),
         "ERROR_REASON_RULE_SET_NOT_IN_FORCE {rule_set=policies/voting-none}"},
        {"RulesOfAnotherRegime", Drafted(kOwners), "oc1",
         Notice(absl::StrCat(kWindow, kTold, " rule_set: 'policies/voting-assembly'")),
         "ERROR_REASON_RULE_SET_NOT_IN_FORCE {rule_set=policies/voting-assembly}"},
        {"ClauseForNothing", Drafted(kOwners), "oc1",
         Notice(absl::StrCat(kWindow, kTold, " non_return_basis: 'c'")),
         "ERROR_REASON_INVALID_REQUEST {field=non_return_basis}"},
        {"SilenceCountsNotByTheseRules", Drafted(kOwners), "oc1",
         Notice(absl::StrCat(kWindow, kTold,
                             " non_return: NON_RETURN_POLICY_DELIVERED_DEEMED "
                             "non_return_basis: 'c' delivery_method: DELIVERY_METHOD_IN_PERSON")),
         "ERROR_REASON_NON_RETURN_NOT_ALLOWED"},
        {"NotTold", Drafted(kOwners), "oc1", Notice(kWindow),
         "ERROR_REASON_RESIDENTS_COMMITTEE_NOT_TOLD"},
        {"InThePast", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+19h$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC", kTold)),
         "ERROR_REASON_INVALID_REQUEST {field=opens}"},
        {"EndsBeforeItBegins", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+480h$ closes $+480h$ mode: VOTE_MODE_ELECTRONIC", kTold)),
         "ERROR_REASON_INVALID_REQUEST {field=closes}"},
        {"TooShort", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+480h$ closes $+590h$ mode: VOTE_MODE_ELECTRONIC", kTold)),
         "ERROR_REASON_WINDOW_LENGTH_INVALID {days_max=60, days_min=5}"},
        {"TooLong", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+480h$ closes $+1960h$ mode: VOTE_MODE_ELECTRONIC", kTold)),
         "ERROR_REASON_WINDOW_LENGTH_INVALID {days_max=60, days_min=5}"},
        {"NoUrgency", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+100h$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC "
                             "urgency_reason: 'u'",
                             kTold)),
         "ERROR_REASON_URGENCY_NOT_ALLOWED"},
        {"AMinuteTooEarly", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+397h59m$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC", kTold)),
         "ERROR_REASON_NOTICE_TOO_SHORT {earliest=2026-03-19T00:00:00+08:00}"},
        {"AsEarlyAsCanBe", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+398h$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC", kTold)),
         "noticed { rule_set: \"policies/voting-owners@1\" opens $+398h$ closes $+720h$ "
         "mode: VOTE_MODE_ELECTRONIC non_return: NON_RETURN_POLICY_NOT_PARTICIPATING "
         "notice: \"^n1\" told_residents_committee: true terms { } "
         "thresholds { consent_heads { numerator: 1 denominator: 2 strict: true } } }; "},
        {"NobodyToTell", Drafted(kOwners), "oc1", Notice(kWindow), "noticed {...", "+20h", "@rc"},
        {"SilenceWithoutAClause", Drafted(kOwners), "oc1",
         Notice(absl::StrCat(kWindow, kTold,
                             " rule_set: 'policies/voting-deemed' "
                             "non_return: NON_RETURN_POLICY_DELIVERED_DEEMED "
                             "delivery_method: DELIVERY_METHOD_IN_PERSON")),
         "ERROR_REASON_NON_RETURN_NOT_ALLOWED"},
        {"SilenceByAClause", Drafted(kOwners), "oc1",
         Notice(absl::StrCat(kWindow, kTold,
                             " rule_set: 'policies/voting-deemed' "
                             "non_return: NON_RETURN_POLICY_DELIVERED_DEEMED "
                             "non_return_basis: 'c' delivery_method: DELIVERY_METHOD_IN_PERSON")),
         "noticed { rule_set: \"policies/voting-deemed@1\" ..."},
        {"Again", Noticed(kOwners), "oc1", Notice(absl::StrCat(kWindow, kTold)), "noticed {..."},
        {"ByRulesInForceThen", Drafted(kOwners), "oc1",
         Notice(absl::StrCat("opens $+1700h$ closes $+2000h$ mode: VOTE_MODE_ELECTRONIC", kTold)),
         "ERROR_REASON_NOTICE_TOO_SHORT {earliest=2026-05-14T00:00:00+08:00}", "+1001h"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Assembly, Notices,
    testing::ValuesIn(std::vector<Case>{
        {"NotStudied",
         {absl::StrCat("rc1 +0h motion_drafted { ", kAssembly.drafted, " }")},
         "rc1",
         Notice("opens $+300h$ closes $+304h$ mode: VOTE_MODE_MEETING"),
         "ERROR_REASON_STAGE_MISSING {procedure=policies/procedure-studied@1, "
         "stage=STAGE_KIND_PARTY_STUDY}"},
        // Advice against it holds nothing up.
        {"NoMeeting", Drafted(kAssembly), "rc1",
         Notice("opens $+300h$ closes $+304h$ mode: VOTE_MODE_WRITTEN"),
         "ERROR_REASON_VOTE_MODE_NOT_ALLOWED"},
        // Ten days, not clear ones: on the tenth it may be. 3 March and ten days: 13 March.
        {"TooSoon", Drafted(kAssembly), "rc1",
         Notice("opens $+253h$ closes $+258h$ mode: VOTE_MODE_MEETING"),
         "ERROR_REASON_NOTICE_TOO_SHORT {earliest=2026-03-13T00:00:00+08:00}"},
        {"OnTheTenthDay", Drafted(kAssembly), "rc1",
         Notice("opens $+254h$ closes $+258h$ mode: VOTE_MODE_MEETING"), "noticed {..."},
        {"Urgent", Drafted(kAssembly), "rc1",
         Notice("opens $+30h$ closes $+34h$ mode: VOTE_MODE_MEETING urgency_reason: 'u'"),
         "noticed {..."},
    }),
    Name);

// 27 March and ten days: 6 April, a holiday that moves the end to the next working day.
TEST(NoticeDays, EndOnAWorkingDay) {
  const Story story = Drafted(kAssembly);
  EXPECT_EQ(Said(Try(story, "rc1", Notice("opens $+852h$ closes $+856h$ mode: VOTE_MODE_MEETING"),
                     "+600h")),
            "ERROR_REASON_NOTICE_TOO_SHORT {earliest=2026-04-07T00:00:00+08:00}");
}

// The law changes on the way: the notice's rules count to the end.
TEST(PinnedRules, OutliveTheLaw) {
  const ResolutionState noticed = Fold(Noticed(kOwners));
  runtime::Context later;
  later.now = At("1001h");
  later.community = "communities/c";
  later.facts.policies = &TestPolicies();
  const auto* rules = Resolution::RulesOf(noticed, later);
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->name(), "policies/voting-owners@1");
  EXPECT_EQ(Resolution::RulesOf(Fold(Drafted(kOwners)), later), nullptr);
}

// A community's own rules are named by their id; what is pinned is their version, to the end.
TEST(OwnRules, CountWhereTheyAreNamed) {
  auto rules =
      std::make_shared<policy::v1::VotingRuleSet>(*dynamic_cast<const policy::v1::VotingRuleSet*>(
          TestPolicies().Named("policies/voting-owners@1")));
  rules->set_notice_days(20);
  runtime::OwnPolicy own;
  own.versions[2] = {.policy = rules, .proposer = {}, .from = kStart, .until = At("100h")};
  Scene scene{.state = Fold(Drafted(kOwners))};
  const std::string notice =
      Notice(absl::StrCat("opens $+480h$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC "
                          "rule_set: 'policies/voting-owners'",
                          kTold));
  EXPECT_EQ(Said(Try(scene, "oc1", notice, "+20h")).find("noticed"), 0u);
  scene.own["communities/c/policies/voting-owners"] = own;
  EXPECT_EQ(Said(Try(scene, "oc1", notice, "+20h")),
            "ERROR_REASON_NOTICE_TOO_SHORT {earliest=2026-03-24T00:00:00+08:00}");
  scene.state = Fold(Frozen(kOwners));
  scene.state.rule_set = "communities/c/policies/voting-owners@2";
  EXPECT_EQ(Said(Try(scene, "oc1", "OpenVote", "+480h")).find("opened"), 0u);
  scene.own.clear();
  EXPECT_EQ(Said(Try(scene, "oc1", "OpenVote", "+480h")),
            "ERROR_REASON_RULE_SET_NOT_IN_FORCE "
            "{rule_set=communities/c/policies/voting-owners@2}");
}

// What the notice says of thresholds is what the count will ask for.
TEST(Thresholds, AreThoseOfTheRules) {
  struct Row {
    std::string rules;
    std::string said;
    std::string runoff_of = "";
  };
  constexpr std::string_view kBoth =
      "quorum { area { numerator: 2 denominator: 3 } heads { numerator: 2 denominator: 3 } } "
      "consent { area { numerator: 3 denominator: 4 } } ";
  const std::string both(kBoth);
  for (const Row& row : std::vector<Row>{
           {"", ""},
           {both,
            "quorum_area { numerator: 2 denominator: 3 } quorum_heads { numerator: 2 "
            "denominator: 3 } consent_area { numerator: 3 denominator: 4 }"},
           {both + "consent_base: CONSENT_BASE_ALL",
            "quorum_area { numerator: 2 denominator: 3 } quorum_heads { numerator: 2 "
            "denominator: 3 } consent_area { numerator: 3 denominator: 4 } consent_of_all: true"},
           {both + "unanimous_interested: true", "unanimous_interested: true"},
           {both + "election { runoff_share { numerator: 1 denominator: 3 } }",
            "consent_area { numerator: 1 denominator: 3 }", "~r0"},
       }) {
    auto rules = std::make_shared<policy::v1::VotingRuleSet>(
        support::Text<policy::v1::VotingRuleSet>(row.rules));
    rules->set_regime(v1::REGIME_OWNERS);
    runtime::OwnPolicy own;
    own.versions[1] = {
        .policy = rules, .proposer = {}, .from = kStart - absl::Hours(1), .until = At("900h")};
    Scene scene{.state = Fold(Drafted(kOwners))};
    scene.state.runoff_of = row.runoff_of;
    scene.own["communities/c/policies/voting-mine"] = own;
    const std::string said = Said(
        Try(scene, "oc1", Notice(absl::StrCat(kWindow, kTold, " rule_set: 'policies/voting-mine'")),
            "+20h"));
    const std::size_t at = said.find(" thresholds { ");
    ASSERT_NE(at, std::string::npos) << said;
    EXPECT_EQ(said.substr(at),
              absl::StrCat(" thresholds { ", row.said, row.said.empty() ? "" : " ", "} }; "));
  }
}

TEST(FourDiscussions, WaitForEachOther) {
  Story story = {R"(rc1 +0h motion_drafted { regime: REGIME_REP_ASSEMBLY
      matter: MATTER_CODE_URC30_CHARTER items { code: "a" } convener: "@rc" body: "@rep"
      procedure: "policies/procedure-four@1" })"};
  ResolutionState meeting = Fold(Certified(kMeeting));
  const auto ask = [&](const Story& so_far) {
    const Scene scene{.state = Fold(so_far), .peers = {{"~r9", meeting}}};
    const std::string said = Said(Try(scene, "rc1",
                                      Notice("opens $+300h$ closes $+304h$ mode: VOTE_MODE_MEETING "
                                             "party_meeting: '~r9'"),
                                      "+20h"));
    const auto at = said.find("stage=STAGE_KIND_");
    return at == std::string::npos ? said.substr(0, 7)
                                   : said.substr(at + 17, said.size() - at - 18);
  };
  EXPECT_EQ(ask(story), "BRANCH_PROPOSAL");
  story.front().replace(0, 3, "party");
  EXPECT_EQ(ask(story), "JOINT_DISCUSSION");
  story = story + "rc1 +1h deliberation_recorded { bodies: '@rc' bodies: '@oc' }";
  EXPECT_EQ(ask(story), "JOINT_DISCUSSION");
  story = story + "rc1 +1h deliberation_recorded { bodies: '@rc' bodies: '@party' }";
  EXPECT_EQ(ask(story), "PARTY_STUDY");
  story = story + "party +1h party_study_recorded { opinion: STUDY_OPINION_ADVISE_AGAINST }";
  EXPECT_EQ(ask(story), "PARTY_MEETING");
  meeting.regime = v1::REGIME_PARTY_MEETING;
  EXPECT_EQ(ask(story), "PARTY_MEETING");  // It has rejected one of two items.
  meeting.outcome = v1::OUTCOME_PASSED;
  EXPECT_EQ(ask(story), "noticed");
}

INSTANTIATE_TEST_SUITE_P(Counters, Notices,
                         testing::ValuesIn(std::vector<Case>{
                             {"OneAlone", Drafted(kOwners), "oc1",
                              "AppointCounters { persons: '%li' persons: '%li' }",
                              "ERROR_REASON_COUNTERS_TOO_FEW {items_min=2}"},
                             {"SomebodyUnknown", Drafted(kOwners), "oc1",
                              "AppointCounters { persons: '%li' persons: '%nobody' }",
                              "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
                             {"SomebodyDead", Drafted(kOwners), "oc1",
                              "AppointCounters { persons: '%li' persons: '%late' }",
                              "ERROR_REASON_RESOURCE_NOT_ACTIVE {resource=%late}"},
                             {"ACandidate", Drafted(kElection), "rc1",
                              "AppointCounters { persons: '%li' persons: '%count1' }",
                              "ERROR_REASON_COUNTER_IS_CANDIDATE {resource=%li}"},
                             {"TheOneToBeRecalled", Drafted(kRecall), "rc1",
                              "AppointCounters { persons: '%rc2' persons: '%count1' }",
                              "ERROR_REASON_COUNTER_IS_CANDIDATE {resource=%rc2}"},
                             {"WhenItStands", Certified(kOwners), "oc1",
                              "AppointCounters { persons: '%li' persons: '%count1' }",
                              "ERROR_REASON_RESOLUTION_CERTIFIED"},
                             {"Appointed", Drafted(kElection), "rc1",
                              "AppointCounters { persons: '%count2' persons: '%count1' }",
                              "counters_appointed { persons: \"%count1\" persons: \"%count2\" }; "},
                             {"TheSame", Frozen(kOwners), "oc1",
                              "AppointCounters { persons: '%count2' persons: '%count1' }", ""},
                         }),
                         Name);

// At +20h, 3 March: five days to the end of 8 March, a Sunday, so of 9 March; seven clear days to
// the end of 10 March.
INSTANTIATE_TEST_SUITE_P(
    Roll, Notices,
    testing::ValuesIn(std::vector<Case>{
        {"NotNoticed", Drafted(kOwners), "oc1", "FreezeElectorate",
         "ERROR_REASON_VOTE_NOT_NOTICED"},
        {"InAnothersName", Noticed(kOwners), "gov", "FreezeElectorate",
         "ERROR_REASON_CONVENER_IN_OFFICE {body=@oc}"},
        {"Frozen", Noticed(kOwners), "timer", "FreezeElectorate",
         "electorate_frozen { snapshot: \"s1\" roll_sha256: \"f00d\" register_position: 7 "
         "subjects: 3 heads: 3 area_dm2: 27000 dwellings: 4 objections_until $+182h$ "
         "votes_from $+206h$ }; "},
        {"OfACommittee", Noticed(kMeeting), "oc1", "FreezeElectorate",
         "electorate_frozen { snapshot: \"s1\" roll_sha256: \"f00d\" register_position: 7 "
         "subjects: 3 heads: 3 area_dm2: 27000 dwellings: 4 objections_until $+480h$ }; "},
        {"TheSame", Frozen(kOwners), "oc1", "FreezeElectorate", ""},
        {"NothingToObjectTo", Noticed(kOwners), "zhang",
         "ObjectElectorate { claim { content: 'c' } }", "ERROR_REASON_ELECTORATE_NOT_FROZEN"},
        {"AboutNobodysEntry", Frozen(kOwners), "zhang",
         "ObjectElectorate { voter: '!v99' claim { content: 'c' } }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=!v99}"},
        {"AboutAStranger", Frozen(kOwners), "zhang",
         "ObjectElectorate { voter: '!v1' claim { subject: '%nobody' content: 'c' } }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}"},
        {"TooLate", Frozen(kOwners), "zhang",
         "ObjectElectorate { voter: '!v1' claim { content: 'c' } }",
         "ERROR_REASON_OBJECTION_PERIOD_OVER {until=2026-03-08T00:00:00+08:00}", "+134h1m"},
        {"InTheLastMinute", Frozen(kOwners), "zhang",
         "ObjectElectorate { voter: '!v1' claim { content: 'c' } }",
         "electorate_objected { objection: \"1\" voter: \"!v1\" claim { subject: \"%zhang\" "
         "content: \"c\" } objector: \"%zhang\" }; ",
         "+133h59m"},
    }),
    Name);

Story Objected() {
  return Frozen(kOwners) + "oc2 +20h electorate_objected { objection: '1' objector: '%oc2' }";
}

INSTANTIATE_TEST_SUITE_P(
    Rulings, Notices,
    testing::ValuesIn(std::vector<Case>{
        {"OnNothing", Objected(), "oc1", "RuleElectorateObjection { objection: '2' reason: 'r' }",
         "ERROR_REASON_OBJECTION_UNKNOWN {objection=2}"},
        {"OnOnesOwn", Objected(), "oc2", "RuleElectorateObjection { objection: '1' reason: 'r' }",
         "ERROR_REASON_OBJECTOR_MAY_NOT_RULE"},
        {"ByTheSubdistrict", Objected(), "gov",
         "RuleElectorateObjection { objection: '1' upheld: true reason: 'r' }",
         "electorate_objection_ruled { objection: \"1\" upheld: true reason: \"r\" }; "},
        {"Again",
         Objected() + "oc1 +21h electorate_objection_ruled { objection: '1' upheld: true }", "gov",
         "RuleElectorateObjection { objection: '1' upheld: true reason: 'r' }", ""},
        {"Otherwise",
         Objected() + "oc1 +21h electorate_objection_ruled { objection: '1' upheld: true }", "gov",
         "RuleElectorateObjection { objection: '1' reason: 'r' }",
         "ERROR_REASON_OBJECTION_RULED {objection=1}"},
    }),
    Name);

TEST(Roll, IsNotEmpty) {
  const Scene scene{.state = Fold(Noticed(kOwners)),
                    .gathered = std::make_shared<ElectorateSummary>(
                        ElectorateSummary{.snapshot = "s2", .subjects = 0})};
  EXPECT_EQ(Said(Try(scene, "oc1", "FreezeElectorate", "+20h")), "ERROR_REASON_ELECTORATE_EMPTY");
}

TEST(Roll, IsFrozenAnewWhenAnnouncedAnew) {
  const ResolutionState again =
      Fold(Frozen(kOwners) + "oc1 +20h noticed { opens $+480h$ closes $+720h$ }");
  EXPECT_TRUE(again.snapshot.empty());
}

}  // namespace
}  // namespace sanzhang::resolution::scene
