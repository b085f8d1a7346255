#include "services/policy/voting_rules.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "services/policy/voting_check.h"
#include "tests/support/text_proto.h"

namespace sanzhang::policy {
namespace {

namespace resolution = sanzhang::resolution::v1;

constexpr char kGood[] =
    "regime: REGIME_OWNERS matters: MATTER_CODE_CC278_1 participation: "
    "PARTICIPATION_RETURNED_VALID "
    "quorum { area { numerator: 2 denominator: 3 } heads { numerator: 2 denominator: 3 } } "
    "consent { area { numerator: 1 denominator: 2 strict: true } "
    "heads { numerator: 1 denominator: 2 strict: true } } "
    "consent_base: CONSENT_BASE_PARTICIPATING secrecy: SECRECY_NAMED "
    "window_days_min: 5 window_days_max: 60 extensions_max: 1 ";

// `field reason`, or `field[index] reason`, of each mistake.
std::string MistakesIn(const std::string& text) {
  std::string shown;
  CheckVotingRuleSet(support::Text<v1::VotingRuleSet>(text),
                     [&](std::string_view field, int index, std::string_view reason) {
                       shown.append(shown.empty() ? "" : "; ").append(field);
                       if (index >= 0) shown += "[" + std::to_string(index) + "]";
                       shown.append(" ").append(reason);
                     });
  return shown;
}

struct Case {
  std::string name;
  std::string change;  // From `a` to `b`, as `a|b`; or further text.
  std::string mistakes;
};

class VotingRuleSetMistake : public testing::TestWithParam<Case> {};

TEST_P(VotingRuleSetMistake, IsNamed) {
  std::string text = kGood;
  const std::string& change = GetParam().change;
  const auto bar = change.find('|');
  if (bar == std::string::npos) {
    text += change;
  } else {
    const auto at = text.find(change.substr(0, bar));
    ASSERT_NE(at, std::string::npos);
    text.replace(at, bar, change.substr(bar + 1));
  }
  EXPECT_EQ(MistakesIn(text), GetParam().mistakes);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, VotingRuleSetMistake,
    testing::ValuesIn(std::vector<Case>{
        {"None", "", ""},
        {"NoRegime", "regime: REGIME_OWNERS|", "regime must be said"},
        {"MatterTwice", "matters: MATTER_CODE_CC278_1", "matters[1] is given twice"},
        {"NoMatter", "matters: MATTER_CODE_UNSPECIFIED", "matters[1] is none"},
        {"NoParticipation", "participation: PARTICIPATION_RETURNED_VALID|",
         "participation must be said"},
        {"NoBase", "consent_base: CONSENT_BASE_PARTICIPATING|", "consent_base must be said"},
        {"NoShare",
         "quorum { area { numerator: 2 denominator: 3 }|quorum { area { numerator: 4 "
         "denominator: 3 }",
         "quorum area is no share"},
        {"NoDenominator", "heads { numerator: 1 denominator: 2|heads { numerator: 1",
         "consent heads is no share"},
        {"RepresentativesNoShare", "representatives_min { numerator: 1 }",
         "representatives_min is no share"},
        {"UnanimityAndQuorum", "unanimous_interested: true",
         "unanimous_interested stands in the place of quorum and consent"},
        {"DeemedAsWithoutDeemed", "deemed_as: DEEMED_AS_ABSTAIN",
         "deemed_as goes with PARTICIPATION_DELIVERED_DEEMED"},
        {"DeemedWithoutDeemedAs", "PARTICIPATION_RETURNED_VALID|PARTICIPATION_DELIVERED_DEEMED",
         "deemed_as goes with PARTICIPATION_DELIVERED_DEEMED"},
        {"FloorForNobody", "majority_floor_half_of_all: true",
         "majority_floor_half_of_all nobody joins a majority"},
        {"NoSecrecy", "secrecy: SECRECY_NAMED|", "secrecy must be said"},
        {"SecretByArea", "SECRECY_NAMED|SECRECY_SECRET",
         "secrecy a secret vote can't weigh or name the voters"},
        {"WindowTurned", "window_days_max: 60|window_days_max: 4",
         "window_days_max is less than window_days_min"},
        {"EndlessExtensions", "window_days_max: 60|", "extensions_max needs window_days_max"},
        {"ManyExtensions", "extensions_max: 1|extensions_max: 11",
         "extensions_max must be from 0 to 10"},
        {"MeetingWithWindow", "PARTICIPATION_RETURNED_VALID|PARTICIPATION_PRESENT",
         "window_days_min a meeting has no window"},
        {"NegativeNotice", "notice_days: -1", "notice_days must be from 0 to 3660"},
        {"EmptyPeriod", "objection_period { }",
         "objection_period must be so many hours, days or working_days"},
        {"NegativeProxies", "proxies_max: -1", "proxies_max must be from 0 to 50"},
        {"NegativeSubScope", "sub_scope_subjects_min: -1",
         "sub_scope_subjects_min must not be negative"},
        {"ElectionWithoutMode", "election { }", "election mode must be said"},
        {"ElectionSeats", "election { mode: ELECTION_MODE_OWNERS seats_min: 5 seats_max: 3 }",
         "election seats_max is less than seats_min"},
        {"ElectionRunoffShare",
         "election { mode: ELECTION_MODE_OWNERS runoff_share { numerator: 1 } }",
         "election runoff_share is no share"},
        {"DemandByNobody", "demands { share { numerator: 1 denominator: 5 } }",
         "demands[0] must say who demands"},
        {"DemandOfNothing", "demands { by: DEMANDED_BY_OWNERS }", "demands[0] share is no share"},
    }),
    [](const auto& info) { return info.param.name; });

const PolicyBook& Shipped() {
  static const auto book =
      PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  EXPECT_TRUE(book.ok()) << book.status();
  return **book;
}

absl::Time Noon(int year, int month, int day) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, 12, 0, 0), Shanghai());
}

std::string NameFor(resolution::Regime regime, resolution::MatterCode matter,
                    std::string_view variant, absl::Time at) {
  const v1::VotingRuleSet* rules = VotingRulesInForce(Shipped(), regime, matter, variant, at);
  return rules == nullptr ? "" : rules->name();
}

TEST(VotingRulesTest, EachMatterOfOwnersHasItsRuleSet) {
  const auto name = [](resolution::MatterCode matter) {
    return NameFor(resolution::REGIME_OWNERS, matter, "", Noon(2026, 3, 2));
  };
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_1), "policies/voting-owners-ordinary@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_2), "policies/voting-owners-ordinary@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_3), "policies/voting-owners-committee-election@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_4), "policies/voting-owners-company@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_5), "policies/voting-owners-ordinary@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_6), "policies/voting-owners-special@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_7), "policies/voting-owners-special@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_8), "policies/voting-owners-special@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC278_9), "policies/voting-owners-ordinary@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_CC279), "policies/voting-owners-unanimity@1");
  EXPECT_EQ(name(resolution::MATTER_CODE_POLL), "");
}

TEST(VotingRulesTest, TheLawOf2026FollowsTheOldOneByTheDay) {
  const auto name = [](absl::Time at) {
    return NameFor(resolution::REGIME_REP_ASSEMBLY, resolution::MATTER_CODE_URC30_OTHER, "", at);
  };
  const absl::Time new_year = absl::FromCivil(absl::CivilDay(2026, 1, 1), Shanghai());
  EXPECT_EQ(name(new_year - absl::Microseconds(1)), "policies/voting-rep-assembly@1");
  EXPECT_EQ(name(new_year), "policies/voting-rep-assembly@2");
  EXPECT_EQ(name(Noon(1980, 1, 1)), "");
}

TEST(VotingRulesTest, AVariantMustBeNamed) {
  const auto name = [](std::string_view variant) {
    return NameFor(resolution::REGIME_RESIDENTS_ELECTION, resolution::MATTER_CODE_URC19_ELECTION,
                   variant, Noon(2026, 3, 2));
  };
  EXPECT_EQ(name(""), "");
  EXPECT_EQ(name("household"), "policies/voting-residents-election-household@1");
  EXPECT_EQ(name("representatives"), "policies/voting-residents-election-representatives@1");
}

TEST(VotingRulesTest, StandsInItsLife) {
  const v1::VotingRuleSet* old = VotingRulesNamed(Shipped(), "policies/voting-rep-assembly@1");
  const v1::VotingRuleSet* now = VotingRulesNamed(Shipped(), "policies/voting-rep-assembly@2");
  ASSERT_NE(old, nullptr);
  ASSERT_NE(now, nullptr);
  EXPECT_EQ(VotingRulesNamed(Shipped(), "policies/voting-rep-assembly@3"), nullptr);
  EXPECT_EQ(VotingRulesNamed(Shipped(), "policies/complaint-sla@1"), nullptr);
  EXPECT_EQ(StateOf(*old, Noon(2025, 12, 31)), PolicyState::kInForce);
  EXPECT_EQ(StateOf(*old, Noon(2026, 1, 1)), PolicyState::kRetired);
  EXPECT_EQ(StateOf(*now, Noon(2025, 12, 31)), PolicyState::kProposed);
  EXPECT_EQ(StateOf(*now, Noon(2026, 1, 1)), PolicyState::kInForce);
}

TEST(VotingRulesTest, TwoForTheSameMatterAreAMistakeOfTheFiles) {
  const auto file = [](const std::string& id, const std::string& matters) {
    return PolicyFile{id, "# proto-message: sanzhang.policy.v1.VotingRuleSet\nname: 'policies/" +
                              id + "@1' citations: 'c'\neffective_from: '2026-01-01'\n" +
                              "regime: REGIME_POLL participation: PARTICIPATION_RETURNED_VALID "
                              "consent { heads { numerator: 1 denominator: 2 } } "
                              "consent_base: CONSENT_BASE_ALL secrecy: SECRECY_NAMED " +
                              matters};
  };
  const auto mistake = [&](const std::string& one, const std::string& other) {
    const auto book = PolicyBook::Make({file("one", one), file("other", other)});
    return std::string(book.status().message());
  };
  const std::string overlap = "other:3: effective_from: overlaps policies/one@1";
  EXPECT_EQ(mistake("", ""), overlap);
  EXPECT_EQ(mistake("matters: MATTER_CODE_POLL",
                    "matters: MATTER_CODE_COMMITTEE matters: MATTER_CODE_POLL"),
            overlap);
  const std::string none = "no sanzhang.policy.v1.SlaPolicy among the policy files";
  EXPECT_EQ(mistake("", "matters: MATTER_CODE_POLL"), none);
  EXPECT_EQ(mistake("", "variant: 'x'"), none);
}

// The notice of 1 June: 15 days between it and the meeting, or 15 days to it.
TEST(VotingRulesTest, G11DaysOfNotice) {
  const v1::VotingRuleSet* owners =
      VotingRulesNamed(Shipped(), "policies/voting-owners-ordinary@1");
  ASSERT_NE(owners, nullptr);
  EXPECT_TRUE(owners->notice_clear_days());
  v1::Period period;
  period.set_days(owners->notice_days());
  const auto earliest = [&](bool clear_days) {
    return absl::ToCivilDay(Shipped().EarliestAfterNotice(period, Noon(2026, 6, 1), clear_days),
                            Shanghai());
  };
  EXPECT_EQ(earliest(true), absl::CivilDay(2026, 6, 17));
  EXPECT_EQ(earliest(false), absl::CivilDay(2026, 6, 16));
}

}  // namespace
}  // namespace sanzhang::policy
