// Who sees the past: whoever may ask today, as far as they may see today.
#include <string>

#include "gtest/gtest.h"
#include "projections/residents_committee/residents_committee_queries.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace cv = complaint::v1;
namespace reg = registry::v1;
using bench::ViewBench;

constexpr std::string_view kThen = "2026-01-06 00:00";
constexpr std::string_view kNow = "2026-03-01 00:00";

class AsOfVisibility : public testing::Test {
 protected:
  AsOfVisibility() {
    bench::History h = bench::Community();
    h.Add<cv::ComplaintFiled>("2026-01-05 10:00", "complaints/one",
                              "category: CATEGORY_NOISE first_receiver: '@bodies/rc' "
                              "place { building: '@buildings/b1' }");
    then_.Apply(h);
    // Since then p-new came, p-rc went, and p-b1 is the chief of the other building.
    h.Add<reg::PersonRegistered>("2026-02-01 10:00", "persons/p-new", "");
    h.Add<reg::MemberSeated>("2026-02-01 10:00", "memberships/new",
                             "body: '@bodies/rc' person: '@persons/p-new' office: OFFICE_MEMBER "
                             "body_kind: BODY_KIND_RESIDENTS_COMMITTEE");
    h.Add<reg::MemberEnded>("2026-02-01 11:00", "memberships/rc", "");
    h.Add<reg::ChiefEnded>("2026-02-01 12:00", "chiefs/b1", "");
    h.Add<reg::ChiefRecruited>("2026-02-01 12:00", "chiefs/b1-2",
                               "kind: CHIEF_KIND_BUILDING unit: '@buildings/b2' "
                               "person: '@persons/p-b1' body: '@bodies/rc'");
    h.Add<reg::ChiefConfirmed>("2026-02-01 12:00", "chiefs/b1-2", "");
    h.Add<cv::ComplaintAccepted>("2026-02-02 10:00", "complaints/one",
                                 "level: LEVEL_COMMUNITY responsible_body: '@bodies/rc'");
    today_.Apply(h);
  }

  // The states of what they see as of then; or the reason why not.
  std::string Sees(std::string_view who) {
    views::v1::ListComplaintsResponse response;
    const absl::Status status =
        today_.AskAsOf(then_, kThen, residents_committee::ListComplaints, bench::Person(who), kNow,
                       "parent: 'communities/c1'", response);
    if (!status.ok()) return type::v1::ErrorReason_Name(wire::ReasonOf(status));
    std::string states;
    for (const auto& row : response.complaints()) states += cv::State_Name(row.state()) + " ";
    return states;
  }

  ViewBench then_{MakeResidentsCommitteeViews()};
  ViewBench today_{MakeResidentsCommitteeViews()};
};

TEST_F(AsOfVisibility, AMemberOfTodaySeesWhatTheViewShowedBefore) {
  EXPECT_EQ(Sees("p-new"), "STATE_FILED ");
}

TEST_F(AsOfVisibility, WhoeverWasAMemberThenSeesNothing) {
  EXPECT_EQ(Sees("p-rc"), "ERROR_REASON_PERMISSION_DENIED");
  EXPECT_EQ(Sees("p-zhang"), "ERROR_REASON_PERMISSION_DENIED");
}

TEST_F(AsOfVisibility, ChiefsSeeTheUnitsThatTheyHaveToday) { EXPECT_EQ(Sees("p-b1"), ""); }

}  // namespace
}  // namespace sanzhang::projections
