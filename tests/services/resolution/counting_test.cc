// The count, objections to it, counting again, certification. In each table a case cures the defect
// of the one above.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "eventstore/limits.h"
#include "gtest/gtest.h"
#include "services/resolution/limits.h"
#include "tests/services/resolution/resolution_scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution::scene {
namespace {

class Counts : public testing::TestWithParam<Case> {};
TEST_P(Counts, Then) { Expect(GetParam()); }

std::string Name(const testing::TestParamInfo<Case>& info) { return info.param.name; }

constexpr char kSign[] = "CertifyResolution { input_sha256: 'h1' }";

// At +721h it is 1 April, 11:00: three days to the end of 4 April, a Saturday, then Sunday, then a
// holiday: the end of 7 April.
INSTANTIATE_TEST_SUITE_P(
    Tally, Counts,
    testing::ValuesIn(std::vector<Case>{
        {"NotOpened", Frozen(kOwners), "timer", "ComputeTally", "ERROR_REASON_VOTE_NOT_OPENED",
         "+721h"},
        {"NotOver", Opened(kOwners), "timer", "ComputeTally",
         "ERROR_REASON_VOTE_NOT_OVER {closes=2026-04-01T10:00:00+08:00}", "+700h"},
        {"Counted", Closed(kOwners), "timer", "ComputeTally",
         "provisionally_tallied { result { rule_set: \"policies/voting-owners@1\" "
         "hashes { input: \"h1\" } items { item: \"a\" outcome: OUTCOME_PASSED } } "
         "objections_until $+878h$ }; ",
         "+721h"},
        {"FinalAtOnce", Closed(kMeeting), "count1", "ComputeTally",
         "provisionally_tallied { result { rule_set: \"policies/voting-committee@1\" "
         "hashes { input: \"h1\" } items { item: \"a\" outcome: OUTCOME_PASSED } } }; ",
         "+721h"},
        {"Again", Tallied(kOwners), "timer", "ComputeTally", "", "+722h"},
        {"Certified", Certified(kOwners), "timer", "ComputeTally", "ERROR_REASON_VOTE_CLOSED",
         "+900h"},
    }),
    Name);

TEST(Tally, IsOfTheFrozenRollByThePinnedRules) {
  Scene scene{.state = Fold(Closed(kOwners))};
  scene.gathered = Count("policies/voting-owners@1", kOwners.result, "s2");
  EXPECT_EQ(Said(Try(scene, "timer", "ComputeTally", "+721h")),
            "ERROR_REASON_TALLY_OF_OTHER_INPUT");
  scene.gathered = Count("policies/voting-owners@2", kOwners.result, "s1");
  EXPECT_EQ(Said(Try(scene, "timer", "ComputeTally", "+721h")),
            "ERROR_REASON_TALLY_OF_OTHER_INPUT");
}

INSTANTIATE_TEST_SUITE_P(
    Objections, Counts,
    testing::ValuesIn(std::vector<Case>{
        {"NotCounted", Closed(kOwners), "zhang", "ObjectTally { grounds { content: 'g' } }",
         "ERROR_REASON_VOTE_NOT_TALLIED", "+721h"},
        {"TooLate", Tallied(kOwners), "zhang", "ObjectTally { grounds { content: 'g' } }",
         "ERROR_REASON_OBJECTION_PERIOD_OVER {until=2026-04-05T00:00:00+08:00}", "+806h1m"},
        // 6.1 (16)
        {"InTheLastMinute", Tallied(kOwners), "zhang", "ObjectTally { grounds { content: 'g' } }",
         "tally_objected { objection: \"1\" grounds { subject: \"%zhang\" content: \"g\" } "
         "objector: \"%zhang\" }; ",
         "+806h"},
        {"AboutAStranger", Tallied(kOwners), "zhang",
         "ObjectTally { grounds { subject: '%nobody' content: 'g' } }",
         "ERROR_REASON_RESOURCE_NOT_FOUND {resource=%nobody}", "+800h"},
        {"NoRecount", Tallied(kMeeting), "count1", "Recount", "ERROR_REASON_RECOUNT_NOT_PROVIDED",
         "+800h"},
        {"Recount", Tallied(kOwners), "sup", "Recount",
         "recount_performed { result { rule_set: \"policies/voting-owners@1\" "
         "hashes { input: \"h1\" } items { item: \"a\" outcome: OUTCOME_PASSED } } }; ",
         "+800h"},
        {"InExecution", InExecution(kOwners), "sup", "Recount", "ERROR_REASON_RESOLUTION_CERTIFIED",
         "+900h"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Certification, Counts,
    testing::ValuesIn(std::vector<Case>{
        {"NotCounted", Closed(kOwners), "oc1", kSign, "ERROR_REASON_VOTE_NOT_TALLIED", "+807h"},
        {"InAnothersName", Tallied(kOwners), "gov", kSign,
         "ERROR_REASON_CONVENER_IN_OFFICE {body=@oc}", "+807h"},
        {"AnotherCount", Tallied(kOwners), "oc1", "CertifyResolution { input_sha256: 'h2' }",
         "ERROR_REASON_TALLY_NOT_CURRENT", "+807h"},
        {"TooEarly", Tallied(kOwners), "oc1", kSign,
         "ERROR_REASON_OBJECTION_PERIOD_RUNS {until=2026-04-05T00:00:00+08:00}", "+806h"},
        {"ObjectionsWait", Tallied(kOwners) + "zhang +800h tally_objected { objection: '1' }",
         "oc1", kSign, "ERROR_REASON_OBJECTIONS_PENDING", "+807h"},
        {"Recounted",
         Tallied(kOwners) + "zhang +800h tally_objected { objection: '1' }" +
             absl::StrCat("sup +801h recount_performed { result { ", kOwners.result, " } }"),
         "oc1", kSign,
         "certification_signed { signatory: \"%oc1\" as: SIGNATORY_CONVENER "
         "input_sha256: \"h1\" }; ",
         "+807h"},
        {"OneAloneTwice", Signed(kOwners), "count1", kSign, "", "+808h"},
        {"TwoWhoCount", Signed(kOwners), "count2", kSign,
         "certification_signed { signatory: \"%count2\" as: SIGNATORY_COUNTER "
         "input_sha256: \"h1\" }; ",
         "+808h"},
        {"ConvenerAndCounter", Signed(kOwners), "oc1", kSign,
         "certification_signed { signatory: \"%oc1\" as: SIGNATORY_CONVENER "
         "input_sha256: \"h1\" }; certified { outcomes { item: \"a\" outcome: OUTCOME_PASSED } "
         "outcome: OUTCOME_PASSED input_sha256: \"h1\" signatories: \"%count1\" "
         "signatories: \"%oc1\" publish_due { seconds: 1775664000 } "
         "file_due { seconds: 1777996800 } }; ",
         "+808h"},
        {"AlreadyStands", Certified(kOwners), "oc2", kSign, "ERROR_REASON_RESOLUTION_CERTIFIED",
         "+809h"},
    }),
    Name);

// Someone who both convenes and counts signs once, as what is missing.
TEST(Certification, TakesTwoPersons) {
  const Story both =
      Tallied(kOwners) + "oc1 +722h counters_appointed { persons: ['%oc1', '%count2'] }";
  EXPECT_EQ(Said(Try(both, "oc1", kSign, "+807h")),
            Expand("certification_signed { signatory: \"%oc1\" as: SIGNATORY_CONVENER "
                   "input_sha256: \"h1\" }; "));
  const Story once = both +
                     "oc1 +807h certification_signed { signatory: '%oc1' "
                     "as: SIGNATORY_CONVENER input_sha256: 'h1' }";
  EXPECT_EQ(Said(Try(once, "oc1", kSign, "+808h")), "");
  EXPECT_NE(Said(Try(once, "count2", kSign, "+808h")).find("certified {"), std::string::npos);
}

std::string CertifiedAs(const Kind& kind, std::string_view result) {
  Kind changed = kind;
  changed.result = std::string(result);
  const char* who = kind.drafted.find("\"@rc\"") == std::string::npos ? "oc1" : "rc1";
  const std::string said = Said(Try(Signed(changed), who, kSign, "+808h"));
  const auto at = said.find("certified {");
  return at == std::string::npos ? said : said.substr(at);
}

// Signed on 5 April, a Sunday, at two in the morning: three days and thirty, by the pinned rules.
TEST(Outcome, SaysByWhenItIsPublishedAndFiled) {
  const std::string said = CertifiedAs(kOwners, kOwners.result);
  const auto due = [](const char* name, absl::CivilDay day) {
    const absl::Time end = absl::FromCivil(day + 1, absl::FixedTimeZone(8 * 3600));
    return absl::StrCat(name, " { seconds: ", absl::ToUnixSeconds(end), " }");
  };
  EXPECT_NE(said.find(due("publish_due", absl::CivilDay(2026, 4, 8))), std::string::npos) << said;
  EXPECT_NE(said.find(due("file_due", absl::CivilDay(2026, 5, 5))), std::string::npos) << said;
  EXPECT_EQ(CertifiedAs(kElection, kElection.result).find("_due"), std::string::npos)
      << "rules that ask for neither";
}

TEST(Outcome, ComesFromTheCountAlone) {
  const auto outcome = [](std::string_view a, std::string_view b) {
    const std::string said = CertifiedAs(
        kMeeting,
        absl::StrCat("hashes { input: 'h1' } items { item: 'a' outcome: OUTCOME_", std::string(a),
                     " } items { item: 'b' outcome: OUTCOME_", std::string(b), " }"));
    const auto at = said.find("} outcome: OUTCOME_");
    return said.substr(at + 19, said.find(' ', at + 19) - at - 19);
  };
  EXPECT_EQ(outcome("PASSED", "PASSED"), "PASSED");
  EXPECT_EQ(outcome("PASSED", "REJECTED"), "REJECTED");
  EXPECT_EQ(outcome("PASSED", "NO_QUORUM"), "REJECTED");
  EXPECT_EQ(outcome("NO_QUORUM", "NO_QUORUM"), "NO_QUORUM");
  EXPECT_EQ(outcome("PASSED", "VOID"), "VOID");
}

TEST(Outcome, OneOptionOfAQuestionIsEnough) {
  Kind options = kMeeting;
  options.drafted = R"(regime: REGIME_OWNERS_COMMITTEE matter: MATTER_CODE_COMMITTEE
      items { code: "a" question: "q" } items { code: "b" question: "q" } convener: "@oc")";
  const std::string said =
      CertifiedAs(options,
                  "hashes { input: 'h1' } items { item: 'a' outcome: OUTCOME_REJECTED } "
                  "items { item: 'b' outcome: OUTCOME_PASSED }");
  EXPECT_NE(said.find("} outcome: OUTCOME_PASSED"), std::string::npos) << said;
}

TEST(Outcome, OfAnElectionNamesThemInTheirOrder) {
  EXPECT_EQ(CertifiedAs(kElection, kElection.result),
            Expand("certified { outcomes { item: \"1\" outcome: OUTCOME_PASSED } "
                   "outcomes { item: \"2\" outcome: OUTCOME_PASSED } outcome: OUTCOME_ELECTED "
                   "input_sha256: \"h1\" elected: \"%wu\" alternates: \"%li\" "
                   "signatories: \"%count1\" signatories: \"%rc1\" }; "));
}

TEST(Outcome, ATieOrdersASecondBallot) {
  const std::string said = CertifiedAs(
      kElection,
      R"(hashes { input: 'h1' } items { item: '1' candidate: '%li' standing: STANDING_RUNOFF }
         items { item: '2' candidate: '%wu' standing: STANDING_RUNOFF }
         election { outcome: OUTCOME_RUNOFF seats: 1 })");
  EXPECT_NE(
      said.find(Expand("vacant_seats: 1 signatories: \"%count1\" signatories: \"%rc1\" }; "
                       "runoff_ordered { candidates: \"%li\" candidates: \"%wu\" seats: 1 }")),
      std::string::npos)
      << said;
}

// A later count that finds the same changes nothing; one that differs must be signed anew.
TEST(Recounts, ThatDifferNeedNewSignatures) {
  const ResolutionState same =
      Fold(Certified(kOwners) +
           absl::StrCat("sup +809h recount_performed { result { ", kOwners.result, " } }"));
  EXPECT_TRUE(same.count_certified);
  const Story other = Published(kOwners) +
                      "sup +810h recount_performed { result { hashes { "
                      "input: 'h2' } items { item: 'a' "
                      "outcome: OUTCOME_REJECTED } } differences: 'ballots' }";
  const ResolutionState differs = Fold(other);
  EXPECT_FALSE(differs.count_certified);
  EXPECT_TRUE(differs.signatures.empty());
  EXPECT_EQ(differs.outcome, v1::OUTCOME_PASSED);  // Until it is certified again.
  EXPECT_EQ(Said(Try(other, "oc1", "PlanExecution { body: '@pc' due $+2000h$ }", "+811h")),
            "ERROR_REASON_RESOLUTION_NOT_CERTIFIED");
  const Story signed_once = other +
                            "count1 +811h certification_signed { signatory: '%count1' "
                            "as: SIGNATORY_COUNTER input_sha256: 'h2' }";
  EXPECT_NE(Said(Try(signed_once, "oc1", "CertifyResolution { input_sha256: 'h2' }", "+812h"))
                .find("outcome: OUTCOME_REJECTED input_sha256: \"h2\""),
            std::string::npos);
}

TEST(Tally, FitsARecord) {
  v1::TallyResult result = support::Text<v1::TallyResult>(kOwners.result);
  for (int i = 0; i < 5000; ++i) {
    v1::SetAside& aside = *result.add_set_aside();
    aside.set_ballot(absl::StrCat("ballot-", i));
    aside.set_reason(v1::INVALID_REASON_BLANK);
  }
  const auto count = [&] {
    const Scene scene{.state = Fold(Closed(kOwners)),
                      .gathered = Count("policies/voting-owners@1", result.ShortDebugString())};
    const auto decision = Try(scene, "timer", "ComputeTally", "+721h");
    return std::get<runtime::Decided<v1::ResolutionEvent>>(decision)
        .events.at(0)
        .provisionally_tallied();
  };
  const v1::ProvisionalTallyComputed many = count();
  EXPECT_LE(many.result().ByteSizeLong(), kTallyBytesMax);
  EXPECT_GT(many.result().ByteSizeLong(), kTallyBytesMax - 64);
  EXPECT_EQ(many.result().set_aside_size() + many.set_aside_left_out(), 5000);
  EXPECT_EQ(many.result().set_aside(0).ballot(), "ballot-0");
  EXPECT_FALSE(many.sub_scopes_left_out());
  for (int i = 0; i < 5000; ++i) {
    result.mutable_items(0)->add_sub_scopes()->set_sub_scope(absl::StrCat("building-", i));
  }
  const v1::ProvisionalTallyComputed places = count();
  EXPECT_TRUE(places.sub_scopes_left_out());
  EXPECT_EQ(places.set_aside_left_out(), 5000);
  EXPECT_LT(places.ByteSizeLong(), eventstore::kRecordBytesMax);
}

}  // namespace
}  // namespace sanzhang::resolution::scene
