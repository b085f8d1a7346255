#include "services/policy/policy_book.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/policy/limits.h"
#include "tests/support/temp_dir.h"
#include "tests/support/text_proto.h"

namespace sanzhang::policy {
namespace {

std::string Sla(std::string_view name, std::string_view from, std::string_view to) {
  std::string text = "# proto-message: sanzhang.policy.v1.SlaPolicy\n";
  text += "name: \"" + std::string(name) + "\"\n";                            // line 2
  text += "citations: \"law\"\n";                                             // line 3
  text += "effective_from: \"" + std::string(from) + "\"\n";                  // line 4
  text += "effective_to: \"" + std::string(to) + "\"\n";                      // line 5
  text += "intake { hours: 24 }\n";                                           // line 6
  text += "rules { urgencies: URGENCY_EMERGENCY acknowledge { hours: 1 }\n";  // line 7
  text += " answer { hours: 2 } }\n";                                         // line 8
  text += "rules { acknowledge { hours: 1 } answer { days: 7 } }\n";          // line 9
  text += "silence { days: 7 }\n";                                            // line 10
  text += "appeal { days: 30 }\n";                                            // line 11
  text += "extensions_max: 2\n";                                              // line 12
  text += "extension_total { days: 30 }\n";                                   // line 13
  text += "report_in { hours: 24 }\n";                                        // line 14
  return text;
}

std::string Whole() { return Sla("policies/sla@1", "2026-01-01", ""); }

std::string Calendar(std::string_view body) {
  return "# proto-message: sanzhang.policy.v1.CalendarVersion\nname: \"policies/calendar@1\"\n"
         "citations: \"notice\"\n" +
         std::string(body);
}

std::string Swap(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// What is said of a file that does not say what it holds.
std::string NoKind() {
  std::string text = "a line `# proto-message: ` must name one of ";
  for (const PolicyKind& kind : PolicyKinds()) {
    if (&kind != &PolicyKinds().front()) text += ", ";
    text += kind.type->full_name();
  }
  return text;
}

struct Case {
  std::string name;
  std::vector<PolicyFile> files;
  std::string message;
};

class RefusedFile : public testing::TestWithParam<Case> {};

TEST_P(RefusedFile, SaysWhereAndWhy) {
  const auto book = PolicyBook::Make(GetParam().files);
  EXPECT_EQ(book.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(book.status().message()), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, RefusedFile,
    testing::ValuesIn(std::vector<Case>{
        {"NoFiles", {}, "no sanzhang.policy.v1.SlaPolicy among the policy files"},
        {"NoMessageLine", {{"a", "name: 'x'"}}, "a:1: " + NoKind()},
        {"UnknownField",
         {{"a", Whole() + "colour: 3\n"}},
         "a:15: Message type \"sanzhang.policy.v1.SlaPolicy\" has no field named \"colour\"."},
        {"WrongEnum",
         {{"a", Swap(Whole(), "URGENCY_EMERGENCY", "URGENCY_HIGH")}},
         "a:7: Unknown enumeration value of \"URGENCY_HIGH\" for field \"urgencies\"."},
        {"WrongName",
         {{"a", Swap(Whole(), "policies/sla@1", "sla")}},
         "a:2: name: must be as in policies/complaint-sla@1"},
        {"NoCitation",
         {{"a", Swap(Whole(), "citations: \"law\"", "")}},
         "a:1: citations: must say what the policy rests on"},
        {"EmptyCitation", {{"a", Swap(Whole(), "law", "")}}, "a:3: citations: is empty"},
        {"WrongFirstDay",
         {{"a", Swap(Whole(), "2026-01-01", "2026-02-30")}},
         "a:4: effective_from: must be a day as in 2026-01-01"},
        {"WrongLastDay",
         {{"a", Sla("policies/sla@1", "2026-01-01", "soon")}},
         "a:5: effective_to: must be a day as in 2026-12-31"},
        {"LastDayBeforeFirst",
         {{"a", Sla("policies/sla@1", "2026-01-01", "2025-12-31")}},
         "a:5: effective_to: lies before effective_from"},
        {"NoIntake",
         {{"a", Swap(Whole(), "intake { hours: 24 }", "")}},
         "a:1: intake: must be so many hours, days or working_days"},
        {"ZeroSilence",
         {{"a", Swap(Whole(), "silence { days: 7 }", "silence { days: 0 }")}},
         "a:10: silence: must be from 1 to 3660"},
        {"LongAppeal",
         {{"a", Swap(Whole(), "appeal { days: 30 }", "appeal { days: 3661 }")}},
         "a:11: appeal: must be from 1 to 3660"},
        {"NegativeExtensions",
         {{"a", Swap(Whole(), "extensions_max: 2", "extensions_max: -1")}},
         "a:12: extensions_max: must not be negative"},
        {"NoExtensionTotal",
         {{"a", Swap(Whole(), "extension_total { days: 30 }", "")}},
         "a:1: extension_total: must be so many hours, days or working_days"},
        {"NoReportIn",
         {{"a", Swap(Whole(), "report_in { hours: 24 }", "")}},
         "a:1: report_in: must be so many hours, days or working_days"},
        {"NoRules",
         {{"a",
           "# proto-message: sanzhang.policy.v1.SlaPolicy\nname: 'policies/a@1' citations: 'c' "
           "effective_from: '2026-01-01' intake { hours: 1 } silence { days: 1 } "
           "appeal { days: 1 } report_in { hours: 1 }"}},
         "a:1: rules: there must be one"},
        {"LastRuleMatchesSome",
         {{"a",
           Swap(Whole(), "rules { acknowledge", "rules { categories: CATEGORY_FEE acknowledge")}},
         "a:9: rules: the last rule must match every category and urgency"},
        {"EarlierRuleMatchesAll",
         {{"a", Swap(Whole(), "urgencies: URGENCY_EMERGENCY", "")}},
         "a:7: rules: matches all, so that the rules after it never count"},
        {"RuleWithoutAnswer",
         {{"a", Swap(Whole(), "answer { days: 7 }", "")}},
         "a:9: rules: answer must be so many hours, days or working_days"},
        {"SameName",
         {{"a", Sla("policies/sla@1", "2026-01-01", "2026-12-31")},
          {"b", Sla("policies/sla@1", "2027-01-01", "")}},
         "b:2: name: another file has that name"},
        {"Overlap",
         {{"a", Sla("policies/sla@1", "2026-01-01", "2026-12-31")},
          {"b", Sla("policies/sla@2", "2026-12-31", "")}},
         "b:4: effective_from: overlaps policies/sla@1"},
        {"OpenEndOverlaps",
         {{"a", Whole()}, {"b", Sla("policies/sla@2", "2030-01-01", "")}},
         "b:4: effective_from: overlaps policies/sla@1"},
        {"CalendarDay",
         {{"a", Whole()}, {"b", Calendar("holidays: '2026-1-1'\n")}},
         "b:4: holidays: must be a day as in 2026-01-01"},
        {"CalendarTwice",
         {{"a", Whole()}, {"b", Calendar("holidays: '2026-02-14'\nmake_up_days: '2026-02-14'\n")}},
         "b:5: make_up_days: is given twice"},
        {"CalendarDayInTwoFiles",
         {{"a", Whole()},
          {"b", Calendar("holidays: '2026-02-14'\n")},
          {"c", Swap(Calendar("holidays: '2026-02-14'\n"), "calendar@1", "calendar@2")}},
         "c:4: holidays: another file has that day"},
        {"MakeUpOnAWeekday",
         {{"a", Whole()}, {"b", Calendar("make_up_days: '2026-02-16'\n")}},
         "b:4: make_up_days: is no weekend day"},
        {"AllMistakesAreReported",
         {{"a", Swap(Swap(Whole(), "law", ""), "days: 7", "days: 0")}, {"b", ""}},
         "a:3: citations: is empty\na:9: rules: answer must be from 1 to 3660\nb:1: " + NoKind()},
        {"TooLarge", {{"a", std::string(kFileBytesMax + 1, '#')}}, "a:1: larger than 262144 bytes"},
    }),
    [](const auto& info) { return info.param.name; });

absl::Time Noon(int year, int month, int day) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, 12, 0, 0), Shanghai());
}

TEST(PolicyBookTest, TheVersionInForceFollowsTheDay) {
  const auto book = PolicyBook::Make({{"b", Sla("policies/sla@2", "2026-07-01", "2026-12-31")},
                                      {"a", Sla("policies/sla@1", "2026-01-01", "2026-06-30")},
                                      {"c", Sla("policies/sla@3", "2028-01-01", "")}});
  ASSERT_TRUE(book.ok()) << book.status();
  const auto in_force = [&](absl::Time at) { return (*book)->SlaInForce(at)->name(); };
  EXPECT_EQ(in_force(Noon(2015, 1, 1)), "policies/sla@1");  // Older than any policy.
  EXPECT_EQ(in_force(Noon(2026, 6, 30)), "policies/sla@1");
  EXPECT_EQ(in_force(absl::FromCivil(absl::CivilDay(2026, 7, 1), Shanghai())), "policies/sla@2");
  EXPECT_EQ(
      in_force(absl::FromCivil(absl::CivilDay(2026, 7, 1), Shanghai()) - absl::Microseconds(1)),
      "policies/sla@1");
  EXPECT_EQ(in_force(Noon(2027, 5, 1)), "policies/sla@2");  // A gap.
  EXPECT_EQ(in_force(Noon(2040, 1, 1)), "policies/sla@3");
}

TEST(PolicyBookTest, FindsByName) {
  const auto book = PolicyBook::Make({{"a", Whole()}});
  ASSERT_TRUE(book.ok()) << book.status();
  ASSERT_NE((*book)->Sla("policies/sla@1"), nullptr);
  EXPECT_EQ((*book)->Sla("policies/sla@1")->silence().days(), 7);
  EXPECT_EQ((*book)->Sla("policies/sla@9"), nullptr);
}

TEST(PolicyBookTest, LoadsAFolder) {
  support::TempDir folder;
  std::ofstream(folder.path() / "sla.textproto") << Whole();
  std::ofstream(folder.path() / "calendar.textproto") << Calendar("holidays: '2026-03-03'\n");
  std::ofstream(folder.path() / ".hidden.textproto") << "broken";
  std::ofstream(folder.path() / "notes.txt") << "broken";
  const auto book = PolicyBook::Load(folder.path());
  ASSERT_TRUE(book.ok()) << book.status();
  EXPECT_FALSE((*book)->calendar().IsWorked(absl::CivilDay(2026, 3, 3)));
}

TEST(PolicyBookTest, NamesTheFileOfAMistake) {
  support::TempDir folder;
  std::ofstream(folder.path() / "sla.textproto")
      << "# proto-message: sanzhang.policy.v1.SlaPolicy\n(";
  const auto book = PolicyBook::Load(folder.path());
  const std::string message(book.status().message());
  EXPECT_TRUE(message.starts_with((folder.path() / "sla.textproto:2: ").string())) << message;
}

TEST(PolicyBookTest, AMissingFolderIsNotFound) {
  EXPECT_EQ(PolicyBook::Load("/nowhere/at/all").status().code(), absl::StatusCode::kNotFound);
}

// What a fresh installation runs with: the limits of everyday practice, and their order.
TEST(PolicyBookTest, ShipsTheCustomaryLimits) {
  const auto book = PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  ASSERT_TRUE(book.ok()) << book.status();
  const v1::SlaPolicy* sla = (*book)->SlaInForce(Noon(2026, 3, 2));
  ASSERT_EQ(sla->rules_size(), 4);
  EXPECT_EQ(sla->rules(0).answer().hours(), 2);
  EXPECT_EQ(sla->rules(1).answer().hours(), 24);
  EXPECT_EQ(sla->rules(2).answer().days(), 15);
  EXPECT_EQ(sla->rules(3).answer().days(), 7);
  EXPECT_EQ(sla->silence().days(), 7);
}

}  // namespace
}  // namespace sanzhang::policy
