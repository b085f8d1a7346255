// The work queue and its disputes.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/property_company/property_company_queries.h"
#include "projections/property_company/property_company_views.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::property_company {
namespace {

namespace cv = complaint::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-01-08 00:00";

void Assign(History& h, const char* id, const char* answer_due) {
  const std::string stream = absl::StrCat("complaints/", id);
  h.Add<cv::ComplaintFiled>("2026-01-05 10:00", stream,
                            "category: CATEGORY_NOISE first_receiver: '@bodies/rc'");
  h.Add<cv::ComplaintAccepted>("2026-01-05 11:00", stream,
                               absl::StrCat("responsible_body: '@bodies/rc' answer_due T(",
                                            answer_due, ") ack_due T(2026-01-20 10:00)"));
  h.Add<cv::ComplaintAssigned>("2026-01-05 12:00", stream, "assignee_body: '@bodies/pc1' hop: 1");
}

History Work() {
  History h = bench::Community();
  Assign(h, "later", "2026-01-14 10:00");
  Assign(h, "sooner", "2026-01-07 10:00");
  Assign(h, "gone", "2026-01-06 10:00");
  h.Add<cv::DispatchDisputed>("2026-01-06 12:00", "complaints/gone",
                              "body: '@bodies/pc1' reason: '不属我司'");
  h.Add<cv::DispatchDisputeRuled>("2026-01-06 18:00", "complaints/gone",
                                  "upheld: true new_body: '@bodies/rc' hop: 2 reason: '属实'");
  Assign(h, "closed", "2026-01-14 10:00");
  h.Add<cv::ComplaintClosed>("2026-01-07 10:00", "complaints/closed", "outcome: OUTCOME_SOLVED");
  return h;
}

std::string Queue(ViewBench& view, std::string_view more = "") {
  views::v1::ListWorkQueueResponse response;
  EXPECT_TRUE(view.Ask(ListWorkQueue, bench::Person("p-pc1"), kNow,
                       absl::StrCat("parent: 'communities/c1' ", std::string(more)), response)
                  .ok());
  std::string shown;
  for (const auto& item : response.items()) {
    absl::StrAppend(&shown, item.name().substr(26), item.overdue() ? " overdue; " : "; ");
  }
  return shown;
}

TEST(WorkQueue, IsWhatIsOpenByDeadline) {
  ViewBench view(MakePropertyCompanyViews());
  view.Apply(Work());
  EXPECT_EQ(Queue(view), "sooner overdue; later; ");
  EXPECT_EQ(Queue(view, "filter: 'open = false'"), "closed; ");
  EXPECT_EQ(Queue(view, "order_by: 'name desc' filter: 'open = true'"), "sooner overdue; later; ");
}

TEST(Disputes, StayWithTheBodyThatRaisedThem) {
  ViewBench view(MakePropertyCompanyViews());
  view.Apply(Work());
  views::v1::ListDispatchDisputesResponse response;
  ASSERT_TRUE(view.Ask(ListDispatchDisputes, bench::Person("p-pc1"), kNow,
                       "parent: 'communities/c1'", response)
                  .ok());
  ASSERT_EQ(response.disputes_size(), 1);
  EXPECT_EQ(response.disputes(0).reason(), "不属我司");
  EXPECT_EQ(response.disputes(0).ruling(), "属实");
  EXPECT_TRUE(response.disputes(0).upheld());
  EXPECT_EQ(response.disputes(0).waiting_ms(), 6 * 3600 * 1000);
  ASSERT_TRUE(view.Ask(ListDispatchDisputes, bench::Person("p-pc2"), kNow,
                       "parent: 'communities/c1'", response)
                  .ok());
  EXPECT_EQ(response.disputes_size(), 0);
}

TEST(OwnMetrics, DoNotPointAtOneWhoRated) {
  History h = Work();
  h.Add<cv::ComplaintAnswered>("2026-01-07 10:00", "complaints/later", "outcome: OUTCOME_SOLVED");
  h.Add<cv::ComplaintConfirmed>("2026-01-07 11:00", "complaints/later", "result_score: 1");
  ViewBench view(MakePropertyCompanyViews());
  view.Apply(h);
  views::v1::GetOwnMetricsResponse response;
  ASSERT_TRUE(view.Ask(GetOwnMetrics, bench::Person("p-pc1"), kNow,
                       "parent: 'communities/c1' query { from T(2026-01-01 00:00) "
                       "to T(2026-02-01 00:00) }",
                       response)
                  .ok());
  for (const auto& metric : response.metrics()) {
    const bool rating = metric.id() == views::v1::METRIC_ID_SATISFIED ||
                        metric.id() == views::v1::METRIC_ID_SATISFIED_LOWER_BOUND ||
                        metric.id() == views::v1::METRIC_ID_AVERAGE_SCORE;
    EXPECT_EQ(metric.masked(), rating) << metric.ShortDebugString();
    if (rating) {
      EXPECT_EQ(metric.numerator(), 0);
    }
  }
  EXPECT_EQ(response.metrics(views::v1::METRIC_ID_REFUSED - 1).denominator(), 3)
      << "what another body has now is not theirs";
}

}  // namespace
}  // namespace sanzhang::projections::property_company
