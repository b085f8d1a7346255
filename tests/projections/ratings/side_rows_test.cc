// Ratings of services, assessments and credit notes as rows.
#include "projections/ratings/side_rows.h"

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

class SideRows : public testing::Test {
 protected:
  template <class Fact>
  void Add(std::string_view stream, std::string_view payload) {
    log::v1::Record& record = history_.Add<Fact>("2026-01-05 00:00", stream, payload);
    record.mutable_actor()->set_subject("communities/c1/persons/p-zhang");
    const absl::Status status = view_.Apply(record);
    EXPECT_TRUE(status.ok()) << status;
  }
  std::string Show(std::string_view sql, int columns) {
    return absl::StrReplaceAll(view_.Select(sql, columns), {{"communities/c1/", ""}});
  }

  ViewBench view_{
      MakeView("side", 1, Parts(Ratings(ServiceRatingRows(), AssessmentRows(), CreditNoteRows())))};
  History history_;
};

TEST_F(SideRows, OfServices) {
  Add<v1::ServiceRated>("serviceRatings/r1",
                        "service: '@complaints/q1' body: '@bodies/pc1' score: 4 tags: 'on-time' "
                        "comment { content: 'word' }");
  EXPECT_EQ(Show("SELECT name, community, service, body, score, rated_us / 1000000 "
                 "FROM service_rating",
                 6),
            "serviceRatings/r1 | communities/c1 | complaints/q1 | bodies/pc1 | 4 | 1767542400\n");
  EXPECT_THAT(view_.Dump(), testing::Not(testing::ContainsRegex("word|p-zhang")));
}

TEST_F(SideRows, OfAssessments) {
  Add<v1::AssessmentRecorded>("assessments/x1",
                              "target: '@bodies/pc1' assessor: '质检院' report_sha256: 'hash' "
                              "body: '@bodies/gov' period_begins T(2025-01-01 00:00) "
                              "period_ends T(2026-01-01 00:00) "
                              "scores { code: 'a' points_milli: 8500 points_milli_max: 10000 } "
                              "scores { code: 'b' points_milli: 0 points_milli_max: 5000 }");
  EXPECT_EQ(Show("SELECT target, assessor, report_sha256, body, period_begins_us / 1000000, "
                 "period_ends_us / 1000000, recorded_us / 1000000 FROM assessment",
                 7),
            "bodies/pc1 | 质检院 | hash | bodies/gov | 1735660800 | 1767196800 | 1767542400\n");
  EXPECT_EQ(Show("SELECT number, code, points_milli, points_milli_max FROM assessment_score", 4),
            "1 | a | 8500 | 10000\n2 | b | 0 | 5000\n");
}

TEST_F(SideRows, OfCreditNotes) {
  Add<v1::CreditRecordNoted>("creditNotes/n1",
                             "target: '@bodies/pc1' manager: '@memberships/pc1' points: -3 "
                             "reason: '违约' authority_ref: '2026-7'");
  EXPECT_EQ(Show("SELECT target, manager, points, reason, authority_ref, noted_us / 1000000 "
                 "FROM credit_note",
                 6),
            "bodies/pc1 | memberships/pc1 | -3 | 违约 | 2026-7 | 1767542400\n");
}

}  // namespace
}  // namespace sanzhang::projections
