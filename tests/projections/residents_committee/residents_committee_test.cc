// What the committee's queries answer: lists, flags, history, counts and stock.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/residents_committee/residents_committee_queries.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "tests/projections/support/random_history.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::residents_committee {
namespace {

namespace cv = complaint::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-03-01 10:00";

void File(History& h, const char* id, const char* time, const char* category) {
  h.Add<cv::ComplaintFiled>(
      time, absl::StrCat("complaints/", id),
      absl::StrCat("category: ", category,
                   " first_receiver: '@bodies/rc' intake_due T(2026-03-02 10:00) "
                   "place { building: '@buildings/b1' } text { content: '灯坏了' }"));
}

// Noise in January, closed; noise again in March (a repeat), with followers and supporters; a
// facility.
History Three() {
  History h = bench::Community();
  File(h, "old", "2026-01-10 10:00", "CATEGORY_NOISE");
  h.Add<cv::ComplaintAccepted>("2026-01-11 10:00", "complaints/old",
                               "level: LEVEL_COMMUNITY responsible_body: '@bodies/rc' "
                               "ack_due T(2026-01-13 10:00) answer_due T(2026-01-18 10:00)");
  h.Add<cv::ComplaintAssigned>("2026-01-11 11:00", "complaints/old",
                               "assignee_body: '@bodies/pc1' hop: 1");
  h.Add<cv::ComplaintSuspended>("2026-01-12 10:00", "complaints/old",
                                "reason: SUSPENSION_REASON_SEASON until T(2026-01-20 10:00)");
  h.Add<cv::ComplaintResumed>("2026-01-13 10:00", "complaints/old",
                              "paused_ms: 86400000 ack_due T(2026-01-14 10:00) "
                              "answer_due T(2026-01-19 10:00)");
  h.Add<cv::ComplaintAcknowledged>("2026-01-13 11:00", "complaints/old", "");
  h.Add<cv::ComplaintAnswered>("2026-01-14 10:00", "complaints/old", "outcome: OUTCOME_SOLVED");
  h.Add<cv::ComplaintClosed>("2026-01-15 10:00", "complaints/old",
                             "outcome: OUTCOME_SOLVED confirmation: CONFIRMATION_NO_REPLY");
  File(h, "new", "2026-03-01 08:00", "CATEGORY_NOISE");
  for (const char* id : {"f1", "f2", "f3"}) {
    File(h, id, "2026-02-28 08:00", "CATEGORY_PARKING");
    h.Add<cv::ComplaintLinked>("2026-03-01 08:30", absl::StrCat("complaints/", id),
                               "main: '@complaints/new'");
  }
  h.Add<cv::ComplaintSupported>("2026-03-01 09:00", "complaints/new", "supporter: '@persons/p-li'");
  File(h, "lamp", "2026-02-01 08:00", "CATEGORY_FACILITY");
  return h;
}

class Committee : public testing::Test {
 protected:
  Committee() { view_.Apply(Three()); }

  // The last parts of the names, in order.
  std::string Listed(std::string_view more) {
    views::v1::ListComplaintsResponse response;
    const absl::Status status =
        view_.Ask(ListComplaints, bench::Person("p-rc"), kNow,
                  absl::StrCat("parent: 'communities/c1' ", std::string(more)), response);
    if (!status.ok()) return type::v1::ErrorReason_Name(wire::ReasonOf(status));
    std::string names;
    for (const auto& row : response.complaints()) {
      absl::StrAppend(&names, names.empty() ? "" : " ", row.name().substr(26));
    }
    next_ = response.next_page_token();
    return names;
  }
  views::v1::ComplaintRow Get(const char* id, std::string_view now = kNow) {
    views::v1::GetComplaintResponse response;
    EXPECT_TRUE(view_
                    .Ask(GetComplaint, bench::Person("p-rc"), now,
                         absl::StrCat("name: 'communities/c1/complaints/", id, "'"), response)
                    .ok());
    return response.complaint();
  }

  ViewBench view_{MakeResidentsCommitteeViews()};
  std::string next_;
};

TEST_F(Committee, ListsByFilterAndOrder) {
  EXPECT_EQ(Listed(""), "new f3 f2 f1 lamp old");
  EXPECT_EQ(Listed("filter: 'open = true'"), "new lamp");
  EXPECT_EQ(Listed("filter: 'category = NOISE AND state = CLOSED'"), "old");
  EXPECT_EQ(Listed("filter: 'filed_time < 2026-02-01T00:00:00Z'"), "old");
  EXPECT_EQ(Listed("order_by: 'name'"), "f1 f2 f3 lamp new old");
  EXPECT_EQ(Listed("filter: 'complainant = \"x\"'"), "ERROR_REASON_FILTER_INVALID");
  EXPECT_EQ(Listed("order_by: 'text'"), "ERROR_REASON_ORDER_INVALID");
}

// For the record of who looked.
TEST_F(Committee, WordsAreOpenedForACapacity) {
  Listed("");
  EXPECT_EQ(view_.opened().capacity(), type::v1::ROLE_RESIDENTS_COMMITTEE);
  EXPECT_EQ(view_.opened().viewer(), "persons/p-rc");
}

TEST_F(Committee, PagesWithoutLossOrRepeat) {
  std::string all;
  std::string token;
  do {
    absl::StrAppend(&all, all.empty() ? "" : " ",
                    Listed(absl::StrCat("page_size: 2 page_token: '", token, "'")));
    token = next_;
  } while (!token.empty());
  EXPECT_EQ(all, "new f3 f2 f1 lamp old");
  Listed("page_size: 2");
  EXPECT_EQ(Listed(absl::StrCat("page_size: 2 filter: 'open = true' page_token: '", next_, "'")),
            "ERROR_REASON_PAGE_TOKEN_INVALID");
}

TEST_F(Committee, RowsShowClocksAndFlags) {
  const views::v1::ComplaintRow fresh = Get("new");
  EXPECT_EQ(fresh.remaining_ms(), 24 * 3600 * 1000);
  EXPECT_FALSE(fresh.overdue());
  EXPECT_TRUE(fresh.mass()) << "one who filed, one supporter, three followers";
  EXPECT_TRUE(fresh.repeat());
  EXPECT_EQ(fresh.etag(), "r2");
  const views::v1::ComplaintRow late = Get("lamp", "2026-03-02 11:00");
  EXPECT_EQ(late.remaining_ms(), -3600 * 1000);
  EXPECT_TRUE(late.overdue());
  EXPECT_FALSE(late.mass());
  EXPECT_FALSE(late.repeat());
  const views::v1::ComplaintRow closed = Get("old");
  EXPECT_FALSE(closed.has_remaining_ms());
  EXPECT_FALSE(closed.repeat());
  EXPECT_EQ(closed.paused_ms(), 86400000);
}

TEST_F(Committee, WatchedRowsDoNotChangeWithTheClockAlone) {
  views::v1::WatchComplaintsResponse early, late;
  for (auto [now, response] :
       {std::pair("2026-03-01 10:00", &early), {"2026-03-01 11:00", &late}}) {
    ASSERT_TRUE(
        view_
            .Ask(WatchComplaints, bench::Person("p-rc"), now, "parent: 'communities/c1'", *response)
            .ok());
  }
  EXPECT_EQ(early.ShortDebugString(), late.ShortDebugString());
  EXPECT_EQ(early.complaints_size(), 6);
}

TEST_F(Committee, ShowsHistory) {
  views::v1::GetComplaintHistoryResponse history;
  ASSERT_TRUE(view_
                  .Ask(GetComplaintHistory, bench::Person("p-rc"), kNow,
                       "name: 'communities/c1/complaints/old'", history)
                  .ok());
  ASSERT_EQ(history.hops_size(), 2);
  EXPECT_EQ(history.hops(0).duration_ms(), 25 * 3600 * 1000);
  EXPECT_EQ(history.hops(1).body(), "communities/c1/bodies/pc1");
  EXPECT_EQ(history.hops(1).duration_ms(), 71 * 3600 * 1000);
  ASSERT_EQ(history.pauses_size(), 1);
  EXPECT_EQ(history.pauses(0).reason(), cv::SUSPENSION_REASON_SEASON);
  EXPECT_EQ(history.pauses(0).duration_ms(), 86400000);

  views::v1::ListComplaintEventsResponse events;
  ASSERT_TRUE(view_
                  .Ask(ListComplaintEvents, bench::Person("p-rc"), kNow,
                       "parent: 'communities/c1/complaints/old' page_size: 3", events)
                  .ok());
  ASSERT_EQ(events.events_size(), 3);
  EXPECT_FALSE(events.next_page_token().empty());
  ASSERT_EQ(events.events(0).words_size(), 1);
  EXPECT_EQ(events.events(0).words(0).field(), "text");
  EXPECT_EQ(events.events(0).words(0).words().text(), "灯坏了");
  EXPECT_FALSE(events.events(0).fact().filed().has_text());
  EXPECT_EQ(events.events(1).since_previous_ms(), 86400000);
  EXPECT_EQ(events.events(2).fact().assigned().hop(), 1);
}

TEST_F(Committee, Counts) {
  const auto counts = [&](std::string_view more) {
    views::v1::CountComplaintsResponse response;
    const absl::Status status =
        view_.Ask(CountComplaints, bench::Person("p-rc"), kNow,
                  absl::StrCat("parent: 'communities/c1' ", std::string(more)), response);
    if (!status.ok()) return status.ToString();
    std::string shown;
    for (const auto& count : response.counts()) {
      absl::StrAppend(&shown, count.ShortDebugString(), "; ");
    }
    return shown;
  };
  EXPECT_EQ(counts(""), "complaints: 6; ");
  EXPECT_EQ(counts("group_by: COUNT_COLUMN_CATEGORY"),
            "category: CATEGORY_FACILITY complaints: 1; category: CATEGORY_NOISE complaints: 2; "
            "category: CATEGORY_PARKING complaints: 3; ");
  EXPECT_EQ(counts("group_by: COUNT_COLUMN_MONTH_FILED group_by: COUNT_COLUMN_STATE "
                   "filter: 'category = NOISE'"),
            "state: STATE_CLOSED month_filed: \"2026-01\" complaints: 1; "
            "state: STATE_FILED month_filed: \"2026-03\" complaints: 1; ");
  EXPECT_EQ(counts("group_by: COUNT_COLUMN_RESPONSIBLE_BODY"),
            "responsible_body: \"communities/c1/bodies/pc1\" complaints: 1; "
            "responsible_body: \"communities/c1/bodies/rc\" complaints: 5; ");
}

TEST_F(Committee, CountsInPages) {
  bench::History history = Three();
  bench::AddRandomComplaints(5, 100, history);
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(history);
  std::int64_t total = 0;
  int pages = 0;
  std::string token;
  do {
    views::v1::CountComplaintsResponse response;
    ASSERT_TRUE(view.Ask(CountComplaints, bench::Person("p-rc"), kNow,
                         absl::StrCat("parent: 'communities/c1' group_by: COUNT_COLUMN_STATE "
                                      "group_by: COUNT_COLUMN_CATEGORY page_size: 3 page_token: '",
                                      token, "'"),
                         response)
                    .ok());
    for (const auto& count : response.counts()) total += count.complaints();
    token = response.next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(total, 106);
  EXPECT_GT(pages, 3);
}

TEST_F(Committee, KnowsTheStockOfAPastDay) {
  const auto stock = [&](const char* at, std::string_view more = "") {
    views::v1::GetOpenStockResponse response;
    EXPECT_TRUE(
        view_
            .Ask(GetOpenStock, bench::Person("p-rc"), kNow,
                 absl::StrCat("parent: 'communities/c1' at T(", at, ") ", std::string(more)),
                 response)
            .ok());
    return std::pair(response.open(), response.overdue());
  };
  EXPECT_EQ(stock("2026-01-10 10:00"), std::pair(0L, 0L)) << "filed at that moment, not before";
  EXPECT_EQ(stock("2026-01-10 10:01"), std::pair(1L, 0L));
  EXPECT_EQ(stock("2026-01-15 10:00"), std::pair(1L, 0L)) << "closed at that moment, not before";
  EXPECT_EQ(stock("2026-01-15 10:01"), std::pair(0L, 0L));
  EXPECT_EQ(stock("2026-03-02 10:01"), std::pair(2L, 2L));
  EXPECT_EQ(stock("2026-03-02 10:01", "category: CATEGORY_NOISE"), std::pair(1L, 1L));
}

TEST_F(Committee, AChiefCountsOnlyTheUnit) {
  views::v1::GetMetricsResponse response;
  const std::string_view request =
      "parent: 'communities/c1' query { from T(2026-01-01 00:00) to T(2027-01-01 00:00) }";
  const auto filed = [&](const char* who) {
    EXPECT_TRUE(view_.Ask(GetMetrics, bench::Person(who), kNow, request, response).ok());
    return response.metrics(views::v1::METRIC_ID_REFUSED - 1).denominator();
  };
  EXPECT_EQ(filed("p-rc"), 6);
  EXPECT_EQ(filed("p-b1"), 6);
  EXPECT_EQ(filed("p-b2"), 0);
}

TEST_F(Committee, FollowsANumberToItsComplaintsPageByPage) {
  const auto pages = [&](const char* who, int size) {
    views::v1::ListMetricCasesResponse response;
    std::vector<std::string> names;
    do {
      const std::string request =
          absl::StrCat("parent: 'communities/c1' metric: METRIC_ID_REFUSED page_size: ", size,
                       " page_token: '", response.next_page_token(),
                       "' query { from T(2026-01-01 00:00) to T(2027-01-01 00:00) }");
      const absl::Status status =
          view_.Ask(ListMetricCases, bench::Person(who), kNow, request, response);
      EXPECT_TRUE(status.ok()) << status;
      for (const auto& found : response.cases()) names.push_back(found.name());
    } while (!response.next_page_token().empty());
    return names;
  };
  EXPECT_EQ(pages("p-rc", 2), pages("p-rc", 0));
  EXPECT_EQ(pages("p-rc", 2).size(), 6u);
  EXPECT_EQ(pages("p-b2", 2).size(), 0u) << "a chief counts only the unit";
  views::v1::ListMetricCasesResponse response;
  EXPECT_FALSE(view_
                   .Ask(ListMetricCases, bench::Person("p-rc"), kNow,
                        "parent: 'communities/c1' metric: METRIC_ID_TURNOUT_HEADS query { "
                        "from T(2026-01-01 00:00) to T(2027-01-01 00:00) }",
                        response)
                   .ok());
}

}  // namespace
}  // namespace sanzhang::projections::residents_committee
