// The tables of appraisals after each of their facts.
#include "projections/ratings/appraisal_rows.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/engine/parts_projection.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace v1 = rating::v1;
using bench::History;
using bench::ViewBench;

class AppraisalRowsTest : public testing::Test {
 protected:
  template <class Fact>
  void Add(std::string_view time, std::string_view payload = "",
           std::string_view stream = "appraisals/a1") {
    log::v1::Record& record = history_.Add<Fact>(time, stream, payload);
    record.mutable_actor()->set_subject("communities/c1/persons/p-zhang");
    const absl::Status status = view_.Apply(record);
    EXPECT_TRUE(status.ok()) << status;
  }
  std::string Show(std::string_view sql, int columns) {
    std::string shown = absl::StrReplaceAll(view_.Select(sql, columns), {{"communities/c1/", ""}});
    if (!shown.empty()) shown.pop_back();
    return shown;
  }
  std::string Standing() {
    return Show(
        "SELECT strftime('%d', opened_us / 1000000 + 28800, 'unixepoch'), "
        "strftime('%d', closed_us / 1000000 + 28800, 'unixepoch'), "
        "strftime('%d', published_us / 1000000 + 28800, 'unixepoch'), took_part, revision "
        "FROM appraisal",
        5);
  }
  std::string Members() {
    return Show(
        "SELECT number, membership, excellent, competent, basic, unfit, result, "
        "strftime('%d', office_ended_us / 1000000 + 28800, 'unixepoch'), previous "
        "FROM appraisal_member ORDER BY number",
        9);
  }

  ViewBench view_{MakeView("appraisals", 1, Parts(Ratings(AppraisalRows())))};
  History history_;
};

TEST_F(AppraisalRowsTest, GoThroughTheirStages) {
  Add<v1::AppraisalAnnounced>("2026-01-01 00:00",
                              "body: '@bodies/rc' members: '@memberships/m2' "
                              "members: '@memberships/m1' year: 2025 "
                              "appraisers: APPRAISERS_REPRESENTATIVES "
                              "opens T(2026-01-02 00:00) closes T(2026-01-09 00:00)");
  EXPECT_EQ(Show("SELECT name, community, body, year, appraisers FROM appraisal", 5),
            "appraisals/a1 | communities/c1 | bodies/rc | 2025 | 2");
  EXPECT_EQ(Standing(), "- | - | - | 0 | 1");
  Add<v1::AppraisalOpened>("2026-01-02 00:00", "grade_key: 'key'");
  EXPECT_EQ(Standing(), "02 | - | - | 0 | 2");
  Add<v1::AppraisalGraded>("2026-01-03 00:00", "grades { sealed: 'box' }",
                           "appraisals/a1/appraisers/one");
  Add<v1::AppraisalGraded>("2026-01-04 00:00", "grades { sealed: 'box' }",
                           "appraisals/a1/appraisers/one");
  Add<v1::AppraisalGraded>("2026-01-04 00:00", "grades { sealed: 'box' }",
                           "appraisals/a1/appraisers/two");
  EXPECT_EQ(Standing(), "02 | - | - | 2 | 2") << "each once";
  Add<v1::AppraisalClosed>("2026-01-09 00:00",
                           "n: 6 counts { membership: '@memberships/m1' unfit: 6 }");
  EXPECT_EQ(Standing(), "02 | 09 | - | 2 | 3");
  EXPECT_EQ(Members(),
            "1 | memberships/m2 | - | - | - | - | - | - | \n"
            "2 | memberships/m1 | - | - | - | - | - | - | ")
      << "not before it is public";
  EXPECT_THAT(view_.Dump(), testing::Not(testing::ContainsRegex("box|key|p-zhang")));
  Add<v1::AppraisalPublished>(
      "2026-01-10 00:00",
      "n: 6 counts { membership: '@memberships/m2' excellent: 3 "
      "competent: 2 basic: 1 result: GRADE_COMPETENT } "
      "counts { membership: '@memberships/m1' unfit: 6 result: GRADE_UNFIT }");
  EXPECT_EQ(Standing(), "02 | 09 | 10 | 6 | 4");
  Add<v1::OfficeEndedByAppraisal>("2026-01-11 00:00",
                                  "membership: '@memberships/m1' previous: '@appraisals/a0'");
  EXPECT_EQ(Members(),
            "1 | memberships/m2 | 3 | 2 | 1 | 0 | 2 | - | \n"
            "2 | memberships/m1 | 0 | 0 | 0 | 6 | 4 | 11 | appraisals/a0");
}

}  // namespace
}  // namespace sanzhang::projections
