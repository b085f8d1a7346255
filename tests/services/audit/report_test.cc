// Words, periods, charts, and the page of a report whose texts mean no good. The page as a whole,
// on a server: tests/processes/report_test.py.
#include "services/audit/report.h"

#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/audit/charts.h"
#include "services/audit/terms.h"

namespace sanzhang::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Terms, EveryValueHasItsWordsInBothLanguages) {
  for (const google::protobuf::EnumDescriptor* type : TranslatedEnums()) {
    for (int i = 1; i < type->value_count(); ++i) {
      const std::string& name = type->value(i)->name();
      const std::string chinese = TermOf(*type, type->value(i)->number(), Language::kChinese);
      EXPECT_FALSE(chinese.empty()) << name;
      // Without words a code stands for itself, in Latin letters.
      EXPECT_TRUE(absl::c_none_of(chinese, absl::ascii_isalpha)) << name << " has no words";
      EXPECT_FALSE(TermOf(*type, type->value(i)->number(), Language::kEnglish).empty()) << name;
    }
  }
}

TEST(Period, IsAYearAQuarterAMonthOrDays) {
  const auto parse = [](const char* text) -> std::string {
    absl::Time from, to;
    if (const absl::Status parsed = ParsePeriod(text, from, to); !parsed.ok()) {
      return std::string(parsed.message());
    }
    const absl::TimeZone zone = absl::FixedTimeZone(8 * 60 * 60);
    return absl::FormatTime("%Y-%m-%d %H:%M", from, zone) + " to " +
           absl::FormatTime("%Y-%m-%d %H:%M", to, zone);
  };
  EXPECT_EQ(parse("2026"), "2026-01-01 00:00 to 2027-01-01 00:00");
  EXPECT_EQ(parse("2026-Q4"), "2026-10-01 00:00 to 2027-01-01 00:00");
  EXPECT_EQ(parse("2026-02"), "2026-02-01 00:00 to 2026-03-01 00:00");
  EXPECT_EQ(parse("2026-11-01..2026-11-30"), "2026-11-01 00:00 to 2026-12-01 00:00");
  EXPECT_EQ(parse("2026-11-30..2026-11-30"), "2026-11-30 00:00 to 2026-12-01 00:00");
  for (const char* none : {"", "26", "2026-13", "2026-Q5", "2026-Q0", "2026-11-01"}) {
    EXPECT_THAT(parse(none), HasSubstr("is none of 2026, 2026-Q3")) << none;
  }
  EXPECT_EQ(parse("2026-11-30..2026-11-01"), "2026-11-30..2026-11-01 ends before it begins");
  EXPECT_EQ(parse("2026-02-30..2026-03-01"), "\"2026-02-30\" is no day as in 2026-09-01");
  EXPECT_EQ(parse("2026-11-01.."), "\"\" is no day as in 2026-09-01");
  EXPECT_THAT(parse("0000"), HasSubstr("is not between 1970-01-02 and 9999-12-31"));
}

TEST(Charts, AreDrawnOfNothingAndOfOnePoint) {
  EXPECT_EQ(LineChart({}, "open", "late"), "");
  EXPECT_THAT(LineChart({{"1 May", 0, 0}}, "open", "late"), HasSubstr("1 May: open 0, late 0"));
  EXPECT_EQ(ColumnChart({}, {"a"}), "");
  const std::string chart =
      ColumnChart({{"May", {{std::nullopt, "nothing"}, {500'000, "half"}}}}, {"a", "b"});
  EXPECT_THAT(chart, HasSubstr("class=\"none\""));
  EXPECT_THAT(chart, HasSubstr("<title>half</title>"));
  EXPECT_EQ(BarChart({}), "");
  EXPECT_THAT(BarChart({{.label = "<b>", .ppm = 2'000'000, .value = "x"}}), Not(HasSubstr("<b>")));
}

TEST(Page, TextsOfOthersStayText) {
  Report report;
  report.asked = {.community = "communities/<i>",
                  .from = absl::UnixEpoch(),
                  .to = absl::UnixEpoch() + absl::Hours(24)};
  report.until = report.asked.to;
  auto& vote = report.certified.emplace_back();
  vote.set_name("communities/c/resolutions/r");
  vote.set_title("<script>alert('1')</script>");
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    const std::string page = ReportPage(report, language);
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<i>")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  }
}

}  // namespace
}  // namespace sanzhang::audit
