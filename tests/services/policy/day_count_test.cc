#include "services/policy/day_count.h"

#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/policy/policy_book.h"
#include "tests/support/text_proto.h"

namespace sanzhang::policy {
namespace {

// The calendars that are shipped: the State Council's notices for 2025 and 2026.
const Calendar& Shipped() {
  static const auto book =
      PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  EXPECT_TRUE(book.ok()) << book.status();
  return (*book)->calendar();
}

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S", text, Shanghai(), &time, &error)) << error;
  return time;
}

std::string Show(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, Shanghai());
}

struct Case {
  std::string name;
  std::string period;
  std::string from;
  std::string due;  // 24:00 of a day is written as 00:00 of the next one.
};

class DueAfterTest : public testing::TestWithParam<Case> {};

TEST_P(DueAfterTest, EndsThen) {
  const auto period = support::Text<v1::Period>(GetParam().period);
  EXPECT_EQ(Show(DueAfter(period, At(GetParam().from), Shipped())), GetParam().due);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, DueAfterTest,
    testing::ValuesIn(std::vector<Case>{
        {"HoursRunFromTheMoment", "hours: 2", "2026-03-02 10:00:00", "2026-03-02 12:00:00"},
        {"HoursKeepFractions", "hours: 1", "2026-03-02 23:30:00.5", "2026-03-03 00:30:00.5"},
        {"HoursRunThroughHolidays", "hours: 24", "2026-02-17 09:00:00", "2026-02-18 09:00:00"},
        {"DaysLeaveOutTheFirst", "days: 7", "2026-03-02 10:00:00", "2026-03-10 00:00:00"},
        {"DaysAtTheFirstMoment", "days: 1", "2026-03-02 00:00:00", "2026-03-04 00:00:00"},
        {"DaysAtTheLastMoment", "days: 1", "2026-03-02 23:59:59.999999", "2026-03-04 00:00:00"},
        {"DaysEndingOnSaturdayMoveToMonday", "days: 5", "2026-03-02 10:00:00",
         "2026-03-10 00:00:00"},
        {"DaysEndingOnSundayMoveToMonday", "days: 6", "2026-03-02 10:00:00", "2026-03-10 00:00:00"},
        {"DaysEndingInSpringFestivalMoveBehindIt", "days: 7", "2026-02-10 10:00:00",
         "2026-02-25 00:00:00"},
        {"DaysInsideAHolidayStillCount", "days: 14", "2026-02-12 10:00:00", "2026-02-27 00:00:00"},
        {"DaysEndingOnAMakeUpSaturdayStay", "days: 1", "2026-02-13 10:00:00",
         "2026-02-15 00:00:00"},
        {"DaysEndingOnAMakeUpSundayStay", "days: 7", "2026-09-13 10:00:00", "2026-09-21 00:00:00"},
        {"DaysAcrossNationalDay", "days: 7", "2026-09-24 10:00:00", "2026-10-09 00:00:00"},
        {"DaysAcrossTheYear", "days: 1", "2025-12-31 10:00:00", "2026-01-05 00:00:00"},
        {"DaysOverALeapDay", "days: 1", "2028-02-28 10:00:00", "2028-03-01 00:00:00"},
        {"WorkingDaysSkipTheWeekend", "working_days: 1", "2026-03-06 10:00:00",
         "2026-03-10 00:00:00"},
        {"WorkingDaysCountMakeUpDays", "working_days: 2", "2026-02-13 10:00:00",
         "2026-02-25 00:00:00"},
        {"WorkingDaysSkipHolidays", "working_days: 3", "2026-09-29 10:00:00",
         "2026-10-10 00:00:00"},
        {"WorkingDaysFromAHoliday", "working_days: 1", "2026-02-18 10:00:00",
         "2026-02-25 00:00:00"},
        {"LabourDay2025", "working_days: 1", "2025-04-30 18:00:00", "2025-05-07 00:00:00"},
        {"MakeUpSunday2025", "working_days: 1", "2025-04-26 10:00:00", "2025-04-28 00:00:00"},
        {"UnknownYearHasItsWeekends", "working_days: 5", "2031-03-03 10:00:00",
         "2031-03-11 00:00:00"},
        {"NothingIsNoTime", "", "2026-03-02 10:00:00", "2026-03-02 10:00:00"},
    }),
    [](const auto& info) { return info.param.name; });

// What a notice announces, beside the end of its days.
struct NoticeCase {
  std::string name;
  std::string period;
  std::string published;
  std::string clear_days;  // The earliest moment of the event.
  std::string lenient;
};

class EarliestAfterNoticeTest : public testing::TestWithParam<NoticeCase> {};

TEST_P(EarliestAfterNoticeTest, IsThen) {
  const NoticeCase& c = GetParam();
  const auto book = PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  ASSERT_TRUE(book.ok()) << book.status();
  const auto period = support::Text<v1::Period>(c.period);
  EXPECT_EQ(Show((*book)->EarliestAfterNotice(period, At(c.published), true)), c.clear_days);
  EXPECT_EQ(Show((*book)->EarliestAfterNotice(period, At(c.published), false)), c.lenient);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, EarliestAfterNoticeTest,
    testing::ValuesIn(std::vector<NoticeCase>{
        {"G11", "days: 15", "2026-06-01 10:00:00", "2026-06-17 00:00:00", "2026-06-16 00:00:00"},
        {"TheHourOfTheNoticeDoesNotMatter", "days: 15", "2026-06-01 23:59:59.999999",
         "2026-06-17 00:00:00", "2026-06-16 00:00:00"},
        {"DaysThatEndInAHolidayEndBehindIt", "days: 15", "2026-02-03 10:00:00",
         "2026-02-25 00:00:00", "2026-02-24 00:00:00"},
        {"DaysThatEndOnAMakeUpDayStay", "days: 15", "2026-01-30 10:00:00", "2026-02-15 00:00:00",
         "2026-02-14 00:00:00"},
    }),
    [](const auto& info) { return info.param.name; });

// The clock of a machine elsewhere changes nothing: the same moment, written in UTC.
TEST(DayCountTest, CountsInShanghai) {
  const auto day = support::Text<v1::Period>("days: 1");
  const absl::Time evening_in_utc =
      absl::FromCivil(absl::CivilSecond(2026, 3, 2, 17, 0, 0), absl::UTCTimeZone());
  EXPECT_EQ(Show(DueAfter(day, evening_in_utc, Shipped())), "2026-03-05 00:00:00");
}

struct DayCase {
  absl::CivilDay day;
  bool worked;
};

TEST(CalendarTest, KnowsTheDaysOfTheNotices) {
  const std::vector<DayCase> cases = {
      {absl::CivilDay(2025, 1, 1), false},  {absl::CivilDay(2025, 1, 2), true},
      {absl::CivilDay(2025, 1, 26), true},  {absl::CivilDay(2025, 1, 27), true},
      {absl::CivilDay(2025, 1, 28), false}, {absl::CivilDay(2025, 2, 4), false},
      {absl::CivilDay(2025, 2, 8), true},   {absl::CivilDay(2025, 9, 28), true},
      {absl::CivilDay(2025, 10, 8), false}, {absl::CivilDay(2025, 10, 11), true},
      {absl::CivilDay(2026, 1, 2), false},  {absl::CivilDay(2026, 1, 4), true},
      {absl::CivilDay(2026, 2, 14), true},  {absl::CivilDay(2026, 2, 23), false},
      {absl::CivilDay(2026, 2, 24), true},  {absl::CivilDay(2026, 2, 28), true},
      {absl::CivilDay(2026, 4, 6), false},  {absl::CivilDay(2026, 5, 9), true},
      {absl::CivilDay(2026, 6, 19), false}, {absl::CivilDay(2026, 9, 20), true},
      {absl::CivilDay(2026, 9, 25), false}, {absl::CivilDay(2026, 10, 7), false},
      {absl::CivilDay(2026, 10, 8), true},  {absl::CivilDay(2026, 10, 10), true},
  };
  for (const DayCase& c : cases) {
    EXPECT_EQ(Shipped().IsWorked(c.day), c.worked) << absl::FormatCivilTime(c.day);
  }
}

}  // namespace
}  // namespace sanzhang::policy
