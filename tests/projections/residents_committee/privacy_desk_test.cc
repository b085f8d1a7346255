// The desk of privacy officers: the queue of requests, and nobody else's.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/residents_committee/privacy_queries.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace pv = privacy::v1;

class PrivacyDesk : public testing::Test {
 protected:
  PrivacyDesk() : history_(bench::Community()) {
    history_.Add<registry::v1::PrivacyOfficerAppointed>("2026-01-05 10:00", "persons/p-zhang",
                                                        "body: '@bodies/rc'");
    int day = 2;
    for (const char* id : {"late", "soon"}) {
      const std::string date = absl::StrCat("2026-03-0", day++);
      history_.Add<pv::SubjectRequestReceived>(
          date + " 10:00", absl::StrCat("subjectRequests/", id),
          absl::StrCat("kind: SUBJECT_REQUEST_KIND_ERASURE subject: '@persons/p-li' asker: "
                       "'@persons/p-li' answer_due T(2026-04-0",
                       day, " 10:00)"));
    }
    history_.Add<pv::LegalHoldPlaced>("2026-03-05 10:00", "dataSubjects/p-li",
                                      "hold: 'h' law_ref: 'l'");
    history_.Add<pv::SubjectProcessingRestricted>("2026-03-05 10:00", "dataSubjects/p-li", "");
  }

  absl::Status Ask(const char* who, views::v1::ListSubjectRequestsResponse& response,
                   const std::string& rest = "") {
    bench::ViewBench view(MakeResidentsCommitteeViews());
    view.Apply(history_);
    return view.Ask(residents_committee::ListSubjectRequests, bench::Person(who),
                    "2026-04-03 12:00", absl::StrCat("parent: 'communities/c1' ", rest), response);
  }

  bench::History history_;
};

TEST_F(PrivacyDesk, HasAllRequestsTheFirstDueFirst) {
  views::v1::ListSubjectRequestsResponse response;
  ASSERT_TRUE(Ask("p-zhang", response).ok());
  ASSERT_EQ(response.requests_size(), 2);
  EXPECT_EQ(response.requests(0).name(), "communities/c1/subjectRequests/late");
  EXPECT_TRUE(response.requests(0).overdue());
  EXPECT_FALSE(response.requests(1).overdue());
  EXPECT_EQ(response.requests(0).legal_holds(), 1);
  EXPECT_TRUE(response.requests(0).restricted());
  ASSERT_TRUE(Ask("p-zhang", response, "filter: 'kind = ACCESS'").ok());
  EXPECT_EQ(response.requests_size(), 0);
}

TEST_F(PrivacyDesk, IsForOfficersAlone) {
  views::v1::ListSubjectRequestsResponse response;
  for (const char* who : {"p-rc", "p-li", "p-gov", "p-party", "p-out", "p-nobody"}) {
    EXPECT_EQ(Ask(who, response).code(), absl::StatusCode::kPermissionDenied) << who;
  }
  history_.Add<registry::v1::PrivacyOfficerDismissed>("2026-03-06 10:00", "persons/p-zhang", "");
  EXPECT_EQ(Ask("p-zhang", response).code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace sanzhang::projections
