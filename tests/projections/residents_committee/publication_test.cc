// What the community publishes, and what it owes the public.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/residents_committee/publication_queries.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::residents_committee {
namespace {

namespace nv = notice::v1;
namespace rv = resolution::v1;
using bench::History;
using bench::ViewBench;
using views::v1::PublicationDuty;

constexpr std::string_view kNow = "2026-01-20 09:00";

std::string When(const google::protobuf::Timestamp& stamp) {
  if (stamp.seconds() == 0) return "-";
  return absl::FormatTime("%d.%H:%M", absl::FromUnixSeconds(stamp.seconds()),
                          absl::FixedTimeZone(8 * 3600));
}

void Publish(History& h, std::string_view time, std::string_view id, std::string_view kind,
             std::string_view until, std::string_view rest = "") {
  h.Add<nv::NoticePublished>(
      time, absl::StrCat("notices/", id.data()),
      absl::StrCat("version: 1 kind: PUBLICATION_KIND_", kind.data(), " content { title: '",
                   id.data(), "' } ", rest.data(),
                   rest.find("duty") == std::string_view::npos
                       ? absl::StrCat(" duty { rule: 'r1' law_ref: 'law' days_min: 15 min_until T(",
                                      until.data(), ") objections_until T(", until.data(), ") }")
                       : ""));
}

// The duties of which anything is known.
std::string Duties(const History& history, std::string_view now = kNow) {
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(history);
  views::v1::ListPublicationDutiesResponse response;
  EXPECT_TRUE(view.Ask(ListPublicationDuties, bench::Person("p-rc"), now,
                       "parent: 'communities/c1'", response)
                  .ok());
  EXPECT_EQ(response.duties_size(), policy::v1::PublicationKind_descriptor()->value_count() - 1);
  std::string shown;
  for (const PublicationDuty& d : response.duties()) {
    if (d.last_notice().empty() && d.gaps() == 0) continue;
    absl::StrAppend(&shown, policy::v1::PublicationKind_Name(d.kind()).substr(17), " ", d.law_ref(),
                    " last ", d.last_notice().substr(d.last_notice().rfind('/') + 1), " ",
                    When(d.last_published_at()), ", ", d.up(), " up until ", When(d.min_until()),
                    " left ", d.has_days_left() ? absl::StrCat(d.days_left()) : "-", ", gaps ",
                    d.gaps(), " overdue ", d.overdue(), " next ", When(d.next_due()), ", late ",
                    d.late(), ", open ", d.objections_open(), "/", d.inquiries_open(), "\n");
  }
  return shown;
}

std::string Gaps(const History& history, std::string_view now = kNow, std::string_view rest = "") {
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(history);
  views::v1::ListPublicationGapsResponse response;
  EXPECT_TRUE(view.Ask(ListPublicationGaps, bench::Person("p-rc"), now,
                       absl::StrCat("parent: 'communities/c1' ", rest.data()), response)
                  .ok());
  std::string shown;
  for (const views::v1::PublicationGap& gap : response.gaps()) {
    absl::StrAppend(&shown, policy::v1::PublicationKind_Name(gap.kind()).substr(17), " ",
                    gap.about().substr(gap.about().rfind('/') + 1), " ",
                    gap.notice().substr(gap.notice().rfind('/') + 1), " '", gap.title(), "' since ",
                    When(gap.since()), " due ", When(gap.due()), gap.overdue() ? " overdue" : "",
                    "\n");
  }
  return shown;
}

TEST(PublicationDuties, OfACommunityThatPublishedNothing) {
  EXPECT_EQ(Duties(bench::Community()), "");
  EXPECT_EQ(Gaps(bench::Community()), "");
}

TEST(PublicationDuties, CountWhatIsUpAndHowLongItMustStay) {
  History h = bench::Community();
  Publish(h, "2026-01-03 10:00", "a", "RESIDENTS_AFFAIRS", "2026-01-19 00:00");
  Publish(h, "2026-01-05 10:00", "b", "RESIDENTS_AFFAIRS", "2026-01-21 00:00");
  Publish(h, "2026-01-06 10:00", "c", "FUND", "2026-01-22 00:00");
  h.Add<nv::NoticeObjected>("2026-01-07 10:00", "notices/b", "objection: 1 version: 1");
  h.Add<nv::NoticeObjected>("2026-01-07 10:00", "notices/a", "objection: 1 version: 1");
  h.Add<nv::NoticeObjectionAnswered>("2026-01-08 10:00", "notices/a", "objection: 1");
  h.Add<nv::InquiryAsked>("2026-01-08 10:00", "notices/c", "inquiry: 1 version: 1");
  EXPECT_EQ(
      Duties(h),
      "RESIDENTS_AFFAIRS law last b 05.10:00, 2 up until 21.00:00 left 0, gaps 0 overdue 0 "
      "next -, late 0, open 1/0\n"
      "FUND law last c 06.10:00, 1 up until 22.00:00 left 1, gaps 0 overdue 0 next -, late 0, "
      "open 0/1\n")
      << "24:00 is the end of the 20th";
  EXPECT_EQ(Duties(h, "2026-02-01 00:00"),
            "RESIDENTS_AFFAIRS law last b 05.10:00, 2 up until - left -, gaps 0 overdue 0 next -, "
            "late 0, open 1/0\n"
            "FUND law last c 06.10:00, 1 up until - left -, gaps 0 overdue 0 next -, late 0, open "
            "0/1\n")
      << "they may go";
}

// Domain 6.1 (14).
TEST(PublicationDuties, AreNotMetByWhatWasTakenDownEarly) {
  History h = bench::Community();
  Publish(h, "2026-01-05 10:00", "a", "RESIDENTS_AFFAIRS", "2026-01-21 00:00");
  h.Add<nv::NoticeTakenDown>("2026-01-20 08:00", "notices/a", "version: 1 early: true");
  EXPECT_EQ(Duties(h),
            "RESIDENTS_AFFAIRS law last a 05.10:00, 0 up until - left -, gaps 1 overdue 0 next -, "
            "late 0, open 0/0\n");
  EXPECT_EQ(Gaps(h), "RESIDENTS_AFFAIRS  a 'a' since 20.08:00 due -\n");
  h.Add<nv::NoticePublished>(
      "2026-01-20 08:30", "notices/a",
      "version: 2 duty { rule: 'r2' law_ref: 'law 2' days_min: 15 "
      "min_until T(2026-02-05 00:00) objections_until T(2026-02-05 00:00) }");
  EXPECT_EQ(Duties(h),
            "RESIDENTS_AFFAIRS law 2 last a 20.08:30, 1 up until 05.00:00 left 15, gaps 0 overdue "
            "0 next -, late 0, open 0/0\n")
      << "a whole period again";
  EXPECT_EQ(Gaps(h), "");
}

TEST(PublicationDuties, AreMetByWhatIsArchived) {
  History h = bench::Community();
  Publish(h, "2026-01-01 10:00", "a", "RESIDENTS_AFFAIRS", "2026-01-17 00:00");
  h.Add<nv::NoticeTakenDown>("2026-01-18 08:00", "notices/a", "version: 1");
  EXPECT_EQ(Gaps(h), "");
}

// Domain 6.1 (16).
TEST(PublicationDuties, CountAnObjectionOfTheLastMinute) {
  History h = bench::Community();
  Publish(h, "2026-01-03 10:00", "a", "FUND", "2026-01-19 00:00");
  h.Add<nv::NoticePeriodElapsed>("2026-01-19 00:01", "notices/a", "version: 1");
  h.Add<nv::NoticeObjected>("2026-01-19 00:00", "notices/a", "objection: 1 version: 1");
  EXPECT_THAT(Duties(h), testing::HasSubstr("open 1/0"));
}

TEST(PublicationDuties, CountWhatWasPublishedLate) {
  History h = bench::Community();
  constexpr char kDuty[] =
      "duty { law_ref: 'law' publish_due T(2026-01-05 00:00) min_until T(2026-01-21 00:00) "
      "objections_until T(2026-01-21 00:00) }";
  Publish(h, "2026-01-05 00:00", "intime", "RESULT", "", kDuty);
  Publish(h, "2026-01-05 00:01", "late", "RESULT", "", kDuty);
  EXPECT_THAT(Duties(h), testing::HasSubstr("late 1"));
}

void Decide(History& h, std::string_view id, std::string_view regime, std::string_view certified) {
  const std::string stream = absl::StrCat("resolutions/", id.data());
  h.Add<rv::MotionDrafted>("2026-01-01 10:00", stream,
                           absl::StrCat("regime: REGIME_", regime.data(), " title: 'Lift'"));
  h.Add<rv::ResolutionCertified>("2026-01-10 10:00", stream, certified);
}

constexpr char kPassed[] = "outcome: OUTCOME_PASSED publish_due T(2026-01-14 00:00)";

TEST(PublicationGaps, AResultIsOwedFromItsCertificationOn) {
  History h = bench::Community();
  Decide(h, "r", "OWNERS", kPassed);
  EXPECT_EQ(Gaps(h, "2026-01-14 00:00"), "RESULT r  'Lift' since 10.10:00 due 14.00:00\n");
  EXPECT_EQ(Gaps(h, "2026-01-14 00:01"), "RESULT r  'Lift' since 10.10:00 due 14.00:00 overdue\n");
  EXPECT_EQ(Duties(h),
            "RESULT  last  -, 0 up until - left -, gaps 1 overdue 1 next 14.00:00, late 0, open "
            "0/0\n");
  Publish(h, "2026-01-15 10:00", "n", "RESULT", "2026-01-31 00:00", "about: '@resolutions/r'");
  EXPECT_EQ(Gaps(h), "");
  h.Add<nv::NoticeTakenDown>("2026-01-16 10:00", "notices/n", "version: 1 early: true");
  EXPECT_EQ(Gaps(h), "RESULT r n 'n' since 16.10:00 due -\n") << "one gap, not two";
  h.Add<rv::ResolutionCertified>("2026-01-17 10:00", "resolutions/r",
                                 "outcome: OUTCOME_REJECTED publish_due T(2026-01-21 00:00)");
  EXPECT_EQ(Gaps(h),
            "RESULT r n 'n' since 16.10:00 due -\nRESULT r  'Lift' since 17.10:00 due 21.00:00\n")
      << "another outcome is published again";
  EXPECT_EQ(Gaps(h, kNow, "filter: 'due != null'"),
            "RESULT r  'Lift' since 17.10:00 due 21.00:00\n");
  EXPECT_EQ(Gaps(h, kNow, "order_by: 'since_time desc' page_size: 1"),
            "RESULT r  'Lift' since 17.10:00 due 21.00:00\n");
}

TEST(PublicationGaps, AResultIsOwedWhereItsRulesSaySo) {
  History h = bench::Community();
  Decide(h, "c", "OWNERS_COMMITTEE", kPassed);
  Decide(h, "poll", "POLL", "outcome: OUTCOME_PASSED");
  EXPECT_EQ(Gaps(h), "COMMITTEE_DECISION c  'Lift' since 10.10:00 due 14.00:00 overdue\n");
  h.Add<rv::ResolutionPublished>("2026-01-11 10:00", "resolutions/c", "notice: '@notices/x'");
  EXPECT_EQ(Gaps(h), "");
}

// 四议两公开: what was done is published too.
TEST(PublicationGaps, WhatWasCarriedOutIsOwed) {
  History h = bench::Community();
  Decide(h, "r", "OWNERS", kPassed);
  h.Add<rv::ResolutionPublished>("2026-01-11 10:00", "resolutions/r", "notice: '@notices/x'");
  h.Add<rv::ExecutionPlanned>("2026-01-12 10:00", "resolutions/r", "body: '@bodies/pc1'");
  h.Add<rv::ExecutionFinished>("2026-01-13 10:00", "resolutions/r", "");
  EXPECT_EQ(Gaps(h), "EXECUTION r  'Lift' since 13.10:00 due -\n");
  History by_notice = h;
  Publish(by_notice, "2026-01-14 10:00", "n", "EXECUTION", "2026-01-21 00:00",
          "about: '@resolutions/r'");
  EXPECT_EQ(Gaps(by_notice), "");
  h.Add<rv::ExecutionPublished>("2026-01-14 10:00", "resolutions/r", "notice: '@notices/y'");
  EXPECT_EQ(Gaps(h), "");
}

TEST(PublicationGaps, ARevocationIsOwed) {
  History h = bench::Community();
  Decide(h, "r", "OWNERS", kPassed);
  h.Add<rv::ResolutionPublished>("2026-01-11 10:00", "resolutions/r", "notice: '@notices/x'");
  h.Add<rv::ResolutionRevoked>("2026-01-12 10:00", "resolutions/r", "by: REVOKED_BY_AUTHORITY");
  EXPECT_EQ(Gaps(h), "REVOCATION r  'Lift' since 12.10:00 due -\n");
  Publish(h, "2026-01-14 10:00", "n", "REVOCATION", "2026-01-30 00:00", "about: '@resolutions/r'");
  EXPECT_EQ(Gaps(h), "");
}

TEST(PublicationGaps, SurveysAndAppraisalsAreOwedOnceTheyAreClosed) {
  namespace rt = rating::v1;
  History h = bench::Community();
  h.Add<rt::RatingCampaignAnnounced>("2026-01-02 10:00", "ratingCampaigns/s",
                                     "target: '@bodies/pc1'");
  h.Add<rt::RatingCampaignOpened>("2026-01-03 10:00", "ratingCampaigns/s", "");
  h.Add<rt::AppraisalAnnounced>("2026-01-02 10:00", "appraisals/a",
                                "body: '@bodies/rc' year: 2025");
  h.Add<rt::AppraisalOpened>("2026-01-03 10:00", "appraisals/a", "");
  EXPECT_EQ(Gaps(h), "");
  h.Add<rt::RatingCampaignClosed>("2026-01-10 10:00", "ratingCampaigns/s", "");
  h.Add<rt::AppraisalClosed>("2026-01-11 10:00", "appraisals/a", "");
  EXPECT_EQ(Gaps(h),
            "RATING_RESULT s  '' since 10.10:00 due -\nAPPRAISAL a  '2025' since 11.10:00 due -\n");
  History by_notice = h;
  Publish(by_notice, "2026-01-12 10:00", "n", "RATING_RESULT", "2026-01-28 00:00",
          "about: '@ratingCampaigns/s'");
  Publish(by_notice, "2026-01-12 10:00", "m", "APPRAISAL", "2026-01-28 00:00",
          "about: '@appraisals/a'");
  EXPECT_EQ(Gaps(by_notice), "");
  h.Add<rt::RatingResultPublished>("2026-01-12 10:00", "ratingCampaigns/s", "");
  h.Add<rt::AppraisalPublished>("2026-01-12 10:00", "appraisals/a", "");
  EXPECT_EQ(Gaps(h), "");
}

// The words for those who must answer, and never who said them.
TEST(Received, IsReadByTheMembersOfItsPublisher) {
  History h = bench::Community();
  Publish(h, "2026-01-03 10:00", "ours", "FUND", "2026-01-19 00:00", "publisher: '@bodies/rc'");
  Publish(h, "2026-01-03 10:00", "theirs", "FUND", "2026-01-19 00:00", "publisher: '@bodies/pc1'");
  for (const char* id : {"ours", "theirs"}) {
    const std::string stream = absl::StrCat("notices/", id);
    h.Add<nv::InquiryAsked>("2026-01-04 10:00", stream,
                            "inquiry: 1 version: 1 asker: '@persons/p-li' question { subject: "
                            "'@persons/p-li' content: 'why?' } answer_due T(2026-01-08 00:00)");
    h.Add<nv::NoticeObjected>("2026-01-05 10:00", stream,
                              "objection: 1 version: 1 objector: '@persons/p-li' "
                              "grounds { subject: '@persons/p-li' content: 'no!' }");
  }
  h.Add<nv::InquiryAnswered>("2026-01-06 10:00", "notices/ours", "inquiry: 1 answer: 'so'");
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(h);
  views::v1::ListReceivedInquiriesResponse inquiries;
  ASSERT_TRUE(view.Ask(ListReceivedInquiries, bench::Person("p-rc"), kNow,
                       "parent: 'communities/c1'", inquiries)
                  .ok());
  ASSERT_EQ(inquiries.inquiries_size(), 1);
  const views::v1::InquiryRow& inquiry = inquiries.inquiries(0);
  EXPECT_EQ(inquiry.notice(), "communities/c1/notices/ours");
  EXPECT_EQ(inquiry.question().text(), "why?");
  EXPECT_EQ(inquiry.answer(), "so");
  EXPECT_EQ(inquiry.days(), 2);
  EXPECT_EQ(When(inquiry.asked_at()), "04.10:00");
  EXPECT_EQ(When(inquiry.answer_due()), "08.00:00");
  views::v1::ListReceivedObjectionsResponse objections;
  ASSERT_TRUE(view.Ask(ListReceivedObjections, bench::Person("p-rc"), kNow,
                       "parent: 'communities/c1' filter: 'answered = false'", objections)
                  .ok());
  ASSERT_EQ(objections.objections_size(), 1);
  EXPECT_EQ(objections.objections(0).grounds().text(), "no!");
  EXPECT_EQ(objections.objections(0).notice(), "communities/c1/notices/ours");
  EXPECT_THAT(inquiries.ShortDebugString() + objections.ShortDebugString(),
              testing::Not(testing::HasSubstr("p-li")));
}

}  // namespace
}  // namespace sanzhang::projections::residents_committee
