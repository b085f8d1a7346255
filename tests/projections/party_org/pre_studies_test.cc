// V-P3: the queue of motions to be studied.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/party_org/party_org_queries.h"
#include "projections/party_org/party_org_views.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::History;
using bench::ViewBench;

std::string Shown(ViewBench& view, const std::string& rest = "") {
  views::v1::ListPreStudiesResponse response;
  const absl::Status status =
      view.Ask(party_org::ListPreStudies, bench::Person("p-party"), "2026-03-10 09:00",
               absl::StrCat("parent: 'communities/c1' ", rest), response);
  if (!status.ok()) return status.ToString();
  std::string shown;
  for (const views::v1::PreStudy& study : response.studies()) {
    absl::StrAppend(&shown, study.title(), " ", study.waiting() ? "waits " : "took ",
                    study.days_waiting(), " ", int{study.opinion()}, study.advice(), "\n");
  }
  return shown;
}

TEST(PreStudies, WaitUntilStudiedNoticedOrTakenBack) {
  History h = bench::Community();
  const auto draft = [&](const char* id, const char* time, const char* more) {
    h.Add<rv::MotionDrafted>(time, absl::StrCat("resolutions/", id),
                             absl::StrCat("title: '", id, "' ", more));
  };
  draft("new", "2026-03-09 10:00", "regime: REGIME_OWNERS");
  draft("old", "2026-03-01 08:00", "regime: REGIME_REP_ASSEMBLY");
  draft("studied", "2026-03-02 08:00", "regime: REGIME_OWNERS");
  h.Add<rv::PartyStudyRecorded>("2026-03-05 07:00", "resolutions/studied",
                                "opinion: STUDY_OPINION_ADVISE_AGAINST advice: '!'");
  draft("noticed", "2026-03-02 08:00", "regime: REGIME_OWNERS");
  h.Add<rv::VoteNoticed>("2026-03-03 08:00", "resolutions/noticed", "");
  draft("gone", "2026-03-02 08:00", "regime: REGIME_OWNERS");
  h.Add<rv::MotionWithdrawn>("2026-03-03 08:00", "resolutions/gone", "");
  draft("poll", "2026-03-02 08:00", "regime: REGIME_POLL");
  draft("members", "2026-03-02 08:00", "regime: REGIME_PARTY_MEETING");
  ViewBench view(MakePartyOrgViews());
  view.Apply(h);
  EXPECT_EQ(Shown(view), "old waits 9 0\nnew waits 0 0\nstudied took 2 3!\n");
  EXPECT_EQ(Shown(view, "filter: 'waiting = false'"), "studied took 2 3!\n");
  EXPECT_EQ(Shown(view, "filter: 'opinion = ADVISE_AGAINST'"), "studied took 2 3!\n");
  EXPECT_EQ(Shown(view, "order_by: 'drafted_time desc' page_size: 1"), "new waits 0 0\n");
}

}  // namespace
}  // namespace sanzhang::projections
