// Files of what persons ask about their data: what is wrong is said; what ships is what the law
// says.
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "sanzhang/policy/v1/subject_rights_rule.pb.h"
#include "services/policy/policy_book.h"

namespace sanzhang::policy {
namespace {

std::string Swap(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// All on line 2, so that only the words of a mistake differ.
std::string Rule() {
  std::string text =
      "# proto-message: sanzhang.policy.v1.SubjectRightsRule\n"
      "name: 'policies/subject-rights@1' citations: 'c' effective_from: '2026-01-01' "
      "retention_years: 3 retention_basis: BASIS_LAW export_validity { days: 9 } remedy: 'r' ";
  for (int kind = 1; kind <= 7; ++kind) {
    absl::StrAppend(&text, "clocks { kind: ", kind, " answer { days: 30 } basis: BASIS_LAW } ");
  }
  for (int reason = 1; reason <= 10; ++reason) {
    absl::StrAppend(&text, "refusals { reason: ", reason, " law_ref: 'l' } ");
  }
  return text;
}

std::string Sla() {
  return "# proto-message: sanzhang.policy.v1.SlaPolicy\nname: 'policies/sla@1' citations: 'c' "
         "effective_from: '2026-01-01' intake { hours: 1 } rules { acknowledge { hours: 1 } answer "
         "{ days: 7 } } silence { days: 1 } appeal { days: 1 } report_in { hours: 1 }";
}

struct Case {
  std::string name;
  std::string from;
  std::string to;
  std::string message;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
class RefusedSubjectRights : public testing::TestWithParam<Case> {};

TEST_P(RefusedSubjectRights, SaysWhy) {
  const std::string text = Swap(Rule(), GetParam().from, GetParam().to);
  const auto book = PolicyBook::Make({{"s", Sla()}, {"a", text}});
  EXPECT_EQ(book.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(book.status().message()).find(GetParam().message), std::string::npos)
      << book.status();
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedSubjectRights,
    testing::ValuesIn(std::vector<Case>{
        {"WrongId", "subject-rights@1", "subjects@1", "name: must have the id subject-rights"},
        {"NoClockOfAKind", "clocks { kind: 5 answer { days: 30 } basis: BASIS_LAW }", "",
         "clocks: there is none for SUBJECT_REQUEST_KIND_ERASURE"},
        {"LongerThanTheStandardHasIt", "kind: 2 answer { days: 30 }", "kind: 2 answer { days: 31 }",
         "clocks: answer is longer than 30 days"},
        {"LongerInHours", "kind: 2 answer { days: 30 }", "kind: 2 answer { hours: 721 }",
         "clocks: answer is longer than 30 days"},
        {"LongerInWorkingDays", "kind: 2 answer { days: 30 }",
         "kind: 2 answer { working_days: 31 }", "clocks: answer is longer than 30 days"},
        {"NoPeriod", "kind: 2 answer { days: 30 }", "kind: 2 answer { }", "clocks: answer must be"},
        {"NoBasis", "kind: 2 answer { days: 30 } basis: BASIS_LAW", "kind: 2 answer { days: 30 }",
         "clocks: must say what it rests on"},
        {"AClockTwice", "kind: 2 ", "kind: 1 ", "clocks: is given twice"},
        {"NoArticle", "reason: 3 law_ref: 'l'", "reason: 3", "refusals: must name an article"},
        {"NoReason", "refusals { reason: 3 law_ref: 'l' }", "",
         "refusals: there is none for REFUSAL_REASON_STATE_DUTY"},
        {"AReasonTwice", "reason: 3", "reason: 2", "refusals: is given twice"},
        {"NoRemedy", "remedy: 'r'", "", "remedy: must say what can be done"},
        {"Retention", "retention_years: 3", "retention_years: 31", "retention_years: must be from"},
        {"RetentionOnNothing", "retention_basis: BASIS_LAW", "", "retention_basis: must say"},
        {"NoExportValidity", "export_validity { days: 9 }", "", "export_validity: must be"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(SubjectRights, ShipWithTheLawsOwnArticlesAndTheStandardsThirtyDays) {
  EXPECT_TRUE(PolicyBook::Make({{"s", Sla()}, {"a", Rule()}}).ok());
  const auto book = PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  ASSERT_TRUE(book.ok()) << book.status();
  const absl::Time at = absl::FromUnixSeconds(1'790'000'000);
  const auto* rule =
      dynamic_cast<const v1::SubjectRightsRule*>((*book)->Shipped("subject-rights", at));
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->retention_years(), 3);
  EXPECT_EQ(rule->retention_basis(), v1::BASIS_DECISION);
  for (const auto& clock : rule->clocks()) {
    // The law sets no number of days: none claims to.
    EXPECT_NE(clock.basis(), v1::BASIS_LAW) << clock.ShortDebugString();
  }
}

}  // namespace
}  // namespace sanzhang::policy
