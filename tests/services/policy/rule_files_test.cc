// Files of duties to publish and of procedures: what is wrong is said, with its line; what ships is
// what the law says.
#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "proto/wire/enum_id.h"
#include "sanzhang/policy/v1/procedure_template.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "services/policy/policy_book.h"

namespace sanzhang::policy {
namespace {

// One of every line, so that each case changes one.
std::string Rule() {
  return "# proto-message: sanzhang.policy.v1.PublicationRule\n"
         "name: 'policies/publication-vote-notice@1'\n"  // line 2
         "citations: 'c'\n"                              // line 3
         "effective_from: '2026-01-01'\n"                // line 4
         "kind: PUBLICATION_KIND_VOTE_NOTICE\n"          // line 5
         "law_ref: 'l'\n"                                // line 6
         "days_min: 15\n"                                // line 7
         "days_basis: BASIS_LAW\n"                       // line 8
         "announces: true clear_days: true\n"            // line 9
         "publish_within { days: 3 }\n"                  // line 10
         "objection_period { days: 5 }\n"                // line 11
         "answer_within { days: 3 }\n"                   // line 12
         "audience: AUDIENCE_OWNERS\n"                   // line 13
         "publishers: ROLE_OWNERS_COMMITTEE\n";          // line 14
}

std::string Procedure() {
  return "# proto-message: sanzhang.policy.v1.ProcedureTemplate\n"
         "name: 'policies/procedure-x@1'\n"                          // line 2
         "citations: 'c'\n"                                          // line 3
         "effective_from: '2026-01-01'\n"                            // line 4
         "title: 't'\n"                                              // line 5
         "regimes: REGIME_REP_ASSEMBLY\n"                            // line 6
         "matters: MATTER_CODE_URC30_OTHER\n"                        // line 7
         "stages { kind: STAGE_KIND_PARTY_STUDY required: true }\n"  // line 8
         "stages { kind: STAGE_KIND_PARTY_MEETING quorum { numerator: 2 denominator: 3 }\n"  // 9
         "  consent { numerator: 1 denominator: 2 strict: true } }\n"                  // line 10
         "stages { kind: STAGE_KIND_VOTE required: true }\n"                           // line 11
         "stages { kind: STAGE_KIND_RESULT publication: PUBLICATION_KIND_RESULT }\n";  // line 12
}

std::string Swap(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string Sla() {
  return "# proto-message: sanzhang.policy.v1.SlaPolicy\nname: 'policies/sla@1' citations: 'c' "
         "effective_from: '2026-01-01' intake { hours: 1 } rules { acknowledge { hours: 1 } answer "
         "{ days: 7 } } silence { days: 1 } appeal { days: 1 } report_in { hours: 1 }";
}

struct Case {
  std::string name;
  std::string text;
  std::string message;
};

class RefusedRule : public testing::TestWithParam<Case> {};

TEST_P(RefusedRule, SaysWhereAndWhy) {
  const auto book = PolicyBook::Make({{"s", Sla()}, {"a", GetParam().text}});
  EXPECT_EQ(book.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(book.status().message()), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Publications, RefusedRule,
    testing::ValuesIn(std::vector<Case>{
        {"WrongId", Swap(Rule(), "publication-vote-notice@1", "publication-result@1"),
         "a:2: name: must have the id publication-vote-notice, which is that of its kind"},
        {"NoKind", Swap(Rule(), "kind: PUBLICATION_KIND_VOTE_NOTICE", ""),
         "a:2: name: must have the id publication-unspecified, which is that of its kind\n"
         "a:1: kind: must be said"},
        {"NoArticle", Swap(Rule(), "law_ref: 'l'", ""),
         "a:1: law_ref: must name what notices cite"},
        {"NoDays", Swap(Rule(), "days_min: 15", "days_min: 0"),
         "a:7: days_min: must be from 1 to 366\n"
         "a:11: objection_period: is longer than it stays published"},
        {"ManyDays", Swap(Rule(), "days_min: 15", "days_min: 367"),
         "a:7: days_min: must be from 1 to 366"},
        {"NoBasis", Swap(Rule(), "days_basis: BASIS_LAW", ""),
         "a:1: days_basis: must say what the days rest on"},
        {"ClearDaysOfNothing", Swap(Rule(), "announces: true", ""),
         "a:9: clear_days: it announces nothing that the days could lie before"},
        {"NoLength", Swap(Rule(), "publish_within { days: 3 }", "publish_within { }"),
         "a:10: publish_within: must be so many hours, days or working_days"},
        {"LongObjections",
         Swap(Rule(), "objection_period { days: 5 }", "objection_period { days: 16 }"),
         "a:11: objection_period: is longer than it stays published"},
        {"NoAnswer", Swap(Rule(), "answer_within { days: 3 }", ""),
         "a:1: answer_within: must be so many hours, days or working_days"},
        {"NoAudience", Swap(Rule(), "audience: AUDIENCE_OWNERS", ""),
         "a:1: audience: must be said"},
        {"NoPublisher", Swap(Rule(), "publishers: ROLE_OWNERS_COMMITTEE", ""),
         "a:1: publishers: must say who may publish it"},
        {"PublisherTwice", Rule() + "publishers: ROLE_OWNERS_COMMITTEE\n",
         "a:15: publishers: is given twice"},
        {"PublisherIsNobody", Swap(Rule(), "ROLE_OWNERS_COMMITTEE", "ROLE_UNSPECIFIED"),
         "a:14: publishers: is no role"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Procedures, RefusedRule,
    testing::ValuesIn(std::vector<Case>{
        {"WrongId", Swap(Procedure(), "procedure-x", "x"),
         "a:2: name: must have an id that begins with procedure-"},
        {"NoTitle", Swap(Procedure(), "title: 't'", ""),
         "a:1: title: must say what people call it"},
        {"NoRegime", Swap(Procedure(), "regimes: REGIME_REP_ASSEMBLY", ""),
         "a:1: regimes: must say who decides"},
        {"UnknownRegime", Swap(Procedure(), "REP_ASSEMBLY", "UNSPECIFIED"),
         "a:6: regimes: is no regime"},
        {"UnknownMatter", Swap(Procedure(), "MATTER_CODE_URC30_OTHER", "MATTER_CODE_UNSPECIFIED"),
         "a:7: matters: is no matter"},
        {"NoVote", Swap(Procedure(), "stages { kind: STAGE_KIND_VOTE required: true }", ""),
         "a:8: stages: VOTE must be among them"},
        {"TheVoteMayBeLeftOut",
         Swap(Procedure(), "STAGE_KIND_VOTE required: true", "STAGE_KIND_VOTE"),
         "a:11: stages: the vote can't be left out"},
        {"StudiedAfterTheVote", Procedure() + "stages { kind: STAGE_KIND_PARTY_STUDY }\n",
         "a:13: stages: STAGE_KIND_PARTY_STUDY comes before STAGE_KIND_RESULT"},
        {"Twice",
         Swap(Procedure(), "stages { kind: STAGE_KIND_VOTE required: true }",
              "stages { kind: STAGE_KIND_VOTE required: true } stages { kind: "
              "STAGE_KIND_VOTE required: true }"),
         "a:11: stages: stands there twice"},
        {"NoKind", Swap(Procedure(), "kind: STAGE_KIND_PARTY_STUDY ", ""),
         "a:8: stages: kind must be said"},
        {"PublishesNothing", Swap(Procedure(), "publication: PUBLICATION_KIND_RESULT", ""),
         "a:12: stages: publication must be one that the stage has"},
        {"PublishesSomethingElse",
         Swap(Procedure(), "PUBLICATION_KIND_RESULT", "PUBLICATION_KIND_FUND"),
         "a:12: stages: publication must be one that the stage has"},
        {"AVotePublishesNothing",
         Swap(Procedure(), "STAGE_KIND_VOTE required: true",
              "STAGE_KIND_VOTE required: true publication: PUBLICATION_KIND_RESULT"),
         "a:11: stages: publication: the stage publishes nothing"},
        {"NoQuorum", Swap(Procedure(), "quorum { numerator: 2 denominator: 3 }", ""),
         "a:9: stages: quorum must be said"},
        {"MoreThanAll",
         Swap(Procedure(), "numerator: 1 denominator: 2 strict",
              "numerator: 2 denominator: 2 strict"),
         "a:9: stages: consent more than all can't be"},
        {"NoShare", Swap(Procedure(), "numerator: 2 denominator: 3", "numerator: 4 denominator: 3"),
         "a:9: stages: quorum must be a share of a whole, as 2 of 3"},
        {"QuorumOfAStudy",
         Swap(Procedure(), "PARTY_STUDY required: true",
              "PARTY_STUDY required: true quorum { numerator: 2 denominator: 3 }"),
         "a:8: stages: quorum is that of a meeting of the Party"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(RuleFiles, GoodOnesAreRead) {
  const auto book = PolicyBook::Make({{"s", Sla()}, {"a", Rule()}, {"b", Procedure()}});
  EXPECT_TRUE(book.ok()) << book.status();
}

TEST(RuleFiles, VersionsOfOneIdTakeTurns) {
  const auto second = Swap(Swap(Rule(), "notice@1", "notice@2"), "2026-01-01", "2026-07-01");
  const auto both = PolicyBook::Make({{"s", Sla()}, {"a", Rule()}, {"b", second}});
  EXPECT_EQ(std::string(both.status().message()),
            "b:4: effective_from: overlaps policies/publication-vote-notice@1");
  const auto first = Swap(Rule(), "effective_from: '2026-01-01'",
                          "effective_from: '2026-01-01' effective_to: '2026-05-31'");
  const auto book = PolicyBook::Make({{"s", Sla()}, {"a", first}, {"b", second}});
  ASSERT_TRUE(book.ok()) << book.status();
  const auto in_force = [&](int month, int day) -> std::string {
    const auto at = absl::FromCivil(absl::CivilDay(2026, month, day), Shanghai());
    const auto* policy = (*book)->Shipped("publication-vote-notice", at);
    return policy == nullptr ? "" : dynamic_cast<const v1::PublicationRule*>(policy)->name();
  };
  EXPECT_EQ(in_force(5, 31), "policies/publication-vote-notice@1");
  EXPECT_EQ(in_force(6, 1), "");  // A gap: nothing is in force.
  EXPECT_EQ(in_force(7, 1), "policies/publication-vote-notice@2");
  EXPECT_EQ((*book)->Shipped("publication-result", absl::UnixEpoch()), nullptr);
}

const PolicyBook& Shipped() {
  static const auto book =
      PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  EXPECT_TRUE(book.ok()) << book.status();
  return **book;
}

const absl::Time kToday = absl::FromCivil(absl::CivilDay(2026, 6, 1), Shanghai());

TEST(ShippedRules, EveryKindOfPublicationHasOne) {
  const auto* kinds = v1::PublicationKind_descriptor();
  for (int i = 0; i < kinds->value_count(); ++i) {
    const int number = kinds->value(i)->number();
    if (number == v1::PUBLICATION_KIND_UNSPECIFIED) continue;
    EXPECT_NE(Shipped().Shipped("publication-" + wire::EnumId(*kinds, number), kToday), nullptr)
        << kinds->value(i)->name();
  }
}

// What the law itself says; all other numbers are parameters, and say so.
TEST(ShippedRules, SayWhatTheLawSays) {
  std::string law;
  for (const auto* rule : Shipped().AllInForce<v1::PublicationRule>(kToday)) {
    if (rule->days_basis() != v1::BASIS_LAW) continue;
    law += rule->name() + " " + std::to_string(rule->days_min()) + "\n";
  }
  EXPECT_EQ(law,
            "policies/publication-meeting-notice@1 10\n"
            "policies/publication-residents-affairs@1 15\n"
            "policies/publication-vote-notice@1 15\n"
            "policies/publication-voter-list@1 20\n");
  const auto* voters =
      dynamic_cast<const v1::PublicationRule*>(Shipped().Shipped("publication-voter-list", kToday));
  ASSERT_NE(voters, nullptr);
  EXPECT_EQ(voters->objection_period().days(), 5);
  EXPECT_EQ(voters->answer_within().days(), 3);
}

TEST(ShippedRules, ImportantMattersAreStudiedBeforeTheyAreAnnounced) {
  for (const char* id : {"procedure-residents", "procedure-four-discussions"}) {
    const auto* procedure =
        dynamic_cast<const v1::ProcedureTemplate*>(Shipped().Shipped(id, kToday));
    ASSERT_NE(procedure, nullptr) << id;
    bool studied = false;
    for (const v1::ProcedureStage& stage : procedure->stages()) {
      if (stage.kind() == v1::STAGE_KIND_PARTY_STUDY) studied = stage.required();
      const bool announced = stage.kind() == v1::STAGE_KIND_NOTICE;
      EXPECT_TRUE(studied || !announced) << id;
    }
  }
}

}  // namespace
}  // namespace sanzhang::policy
