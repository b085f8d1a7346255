// V-S1 and V-S2: the docket of the supervision committee, and appraisals by member.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/supervision_committee/supervision_committee_queries.h"
#include "projections/supervision_committee/supervision_committee_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/survey_history.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::supervision_committee {
namespace {

namespace cv = complaint::v1;
namespace nv = notice::v1;
namespace rv = rating::v1;
namespace vv = resolution::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-02-01 10:00";

std::string Short(std::string text) { return absl::StrReplaceAll(text, {{"communities/c1/", ""}}); }

class Docket : public testing::Test {
 protected:
  // kind subject body membership [open] [overdue] detail
  std::string Listed(std::string_view more = "order_by: 'kind, since'", const char* who = "p-sup") {
    ViewBench view(MakeSupervisionCommitteeViews());
    view.Apply(history_);
    views::v1::ListDocketResponse response;
    const absl::Status status =
        view.Ask(ListDocket, bench::Person(who), kNow,
                 absl::StrCat("parent: 'communities/c1' ", std::string(more)), response);
    if (!status.ok()) return type::v1::ErrorReason_Name(wire::ReasonOf(status));
    std::string shown;
    for (const views::v1::DocketItem& item : response.items()) {
      absl::StrAppend(&shown, static_cast<int>(item.kind()), " ", Short(item.subject()), " ",
                      Short(item.body()), " ", Short(item.membership()), item.open() ? " open" : "",
                      item.overdue() ? " overdue" : "", " ", item.detail(), "\n");
    }
    next_ = response.next_page_token();
    return shown;
  }
  // A notice with a period of fifteen days.
  void Publish(const char* id, const char* time, const char* due) {
    history_.Add<nv::NoticePublished>(
        time, absl::StrCat("notices/", id),
        absl::StrCat("version: 1 publisher: '@bodies/rc' content { title: '公示' } duty { "
                     "days_min: 15 min_until T(2026-01-31 23:59) "
                     "objections_until T(2026-01-31 23:59) publish_due T(",
                     due, ") }"));
  }
  void Draft(const char* id, const char* body = "") {
    history_.Add<vv::MotionDrafted>(
        "2026-01-02 00:00", absl::StrCat("resolutions/", id),
        absl::StrCat(
            "title: '议题' convener: '@bodies/rc' regime: REGIME_RESIDENTS_COMMITTEE body: '", body,
            "' items { code: 'a' }"));
  }

  History history_ = bench::Community();
  std::string next_;
};

TEST_F(Docket, IsEmptyWhereAllIsWell) { EXPECT_EQ(Listed(), ""); }

TEST_F(Docket, HasNoticesThatWereLateOrDownOrUnanswered) {
  Publish("late", "2026-01-10 00:00", "2026-01-09 00:00");
  Publish("down", "2026-01-10 00:00", "2026-01-12 00:00");
  history_.Add<nv::NoticeTakenDown>("2026-01-11 00:00", "notices/down", "version: 1 early: true");
  Publish("over", "2026-01-10 00:00", "2026-01-12 00:00");
  history_.Add<nv::NoticeTakenDown>("2026-01-31 00:00", "notices/over", "version: 1");
  Publish("said", "2026-01-10 00:00", "2026-01-12 00:00");
  for (const char* number : {"1", "2"}) {
    history_.Add<nv::NoticeObjected>(
        "2026-01-11 00:00", "notices/said",
        absl::StrCat("objection: ", number,
                     " version: 1 objector: '@persons/p-li' "
                     "grounds { content: 's3cret' } answer_due T(2026-01-14 00:00)"));
  }
  history_.Add<nv::InquiryAsked>("2026-01-12 00:00", "notices/said",
                                 "inquiry: 1 version: 1 asker: '@persons/p-li' "
                                 "question { content: 's3cret' } answer_due T(2026-03-01 00:00)");
  history_.Add<nv::NoticeObjectionAnswered>("2026-01-13 00:00", "notices/said",
                                            "objection: 1 answer: 'no'");
  EXPECT_EQ(Listed(),
            "1 notices/late bodies/rc  公示\n"
            "2 notices/down bodies/rc  open 公示\n"
            "3 notices/said bodies/rc  open overdue 公示\n"
            "3 notices/said bodies/rc  open 公示\n");
}

TEST_F(Docket, HasOutcomesThatAreNotPublished) {
  Draft("r1");
  history_.Add<vv::ResolutionCertified>("2026-01-10 00:00", "resolutions/r1",
                                        "publish_due T(2026-01-13 00:00)");
  Draft("poll");  // Whose rules ask for no publication.
  history_.Add<vv::ResolutionCertified>("2026-01-10 00:00", "resolutions/poll", "");
  Draft("r2");
  history_.Add<vv::ResolutionCertified>("2026-01-11 00:00", "resolutions/r2", "");
  history_.Add<vv::ResolutionPublished>("2026-01-12 00:00", "resolutions/r2", "");
  history_.Add<vv::ExecutionPlanned>("2026-01-13 00:00", "resolutions/r2", "body: '@bodies/pc1'");
  history_.Add<vv::ExecutionFinished>("2026-01-14 00:00", "resolutions/r2", "");
  bench::Announce(history_, "g1", "bodies/pc1", 2025);
  history_.Add<rv::RatingCampaignClosed>("2026-01-20 00:00", "ratingCampaigns/g1", "");
  history_.Add<rv::AppraisalAnnounced>("2026-01-01 00:00", "appraisals/a1",
                                       "body: '@bodies/rc' members: '@memberships/rc' year: 2025");
  history_.Add<rv::AppraisalClosed>("2026-01-21 00:00", "appraisals/a1", "");
  EXPECT_EQ(Listed(),
            "4 resolutions/r1 bodies/rc  open overdue 议题\n"
            "4 resolutions/r2 bodies/pc1  open 议题\n"
            "5 ratingCampaigns/g1 bodies/rc  open \n"
            "6 appraisals/a1 bodies/rc  open 2025\n");
  history_.Add<vv::ResolutionPublished>("2026-01-22 00:00", "resolutions/r1", "");
  history_.Add<vv::ExecutionPublished>("2026-01-22 00:00", "resolutions/r2", "");
  history_.Add<rv::RatingResultPublished>("2026-01-22 00:00", "ratingCampaigns/g1", "");
  history_.Add<rv::AppraisalPublished>("2026-01-22 00:00", "appraisals/a1", "");
  EXPECT_EQ(Listed(), "");
}

TEST_F(Docket, HasExclusionsThatAwaitApproval) {
  for (const char* id : {"q1", "q2"}) {
    const std::string stream = absl::StrCat("complaints/", id);
    history_.Add<cv::ComplaintFiled>("2026-01-02 00:00", stream, "text { content: 's3cret' }");
    history_.Add<cv::ComplaintScoreExclusionProposed>("2026-01-03 00:00", stream,
                                                      "body: '@bodies/rc' evidence: '台风'");
  }
  history_.Add<cv::ComplaintScoreExclusionApproved>("2026-01-04 00:00", "complaints/q2", "");
  EXPECT_EQ(Listed(), "7 complaints/q1 bodies/rc  open 台风\n");
}

TEST_F(Docket, HasVoidsAndContestsOfRatings) {
  bench::Announce(history_, "g1", "bodies/pc1", 2025);
  bench::Rate(history_, "g1", "b1", 1);
  history_.Add<rv::RatingVoided>("2026-01-12 00:00", "ratingCampaigns/g1",
                                 "rating: '@ratingCampaigns/g1/ratings/b1-0' evidence: '重复' "
                                 "body: '@bodies/gov' approver: '@memberships/gov'");
  bench::Publish(history_, "g1", 2025, 0, -1, -1);
  history_.Add<rv::RatingResultContested>("2026-01-22 00:00", "ratingCampaigns/g1",
                                          "body: '@bodies/pc1' grounds: '样本少'");
  constexpr char kVoid[] = "8 ratingCampaigns/g1/ratings/b1-0 bodies/gov memberships/gov 重复\n";
  EXPECT_EQ(Listed(), absl::StrCat(kVoid, "9 ratingCampaigns/g1 bodies/pc1  open 样本少\n"));
  history_.Add<rv::RatingContestRuled>("2026-01-23 00:00", "ratingCampaigns/g1", "");
  EXPECT_EQ(Listed(), kVoid);
}

TEST_F(Docket, HasObjectionsToCountsInterestsAndAbsences) {
  Draft("r1", "@bodies/rc");
  constexpr char kR[] = "resolutions/r1";
  history_.Add<vv::VoteNoticed>("2026-01-03 00:00", kR, "mode: VOTE_MODE_MEETING");
  for (const char* id : {"v1", "v2", "v3"}) {
    history_.Add<vv::VoterEnrolled>(
        "2026-01-04 00:00", absl::StrCat(kR, "/voters/", id),
        absl::StrCat("snapshot: 's' entry { heads: 1 persons: '@persons/p-", id,
                     "' membership: '@memberships/", id, "' }"));
  }
  history_.Add<vv::ElectorateFrozen>("2026-01-05 00:00", kR, "snapshot: 's' subjects: 3");
  history_.Add<vv::VoteOpened>("2026-01-06 00:00", kR, "");
  history_.Add<vv::AttendanceCheckedIn>("2026-01-06 00:10", kR,
                                        "voter: '@resolutions/r1/voters/v1'");
  history_.Add<vv::InterestDeclared>("2026-01-06 00:20", kR,
                                     "voter: '@resolutions/r1/voters/v1' reason: '亲属' "
                                     "person: '@persons/p-v1'");
  history_.Add<vv::MemberRecused>("2026-01-06 00:30", kR,
                                  "voter: '@resolutions/r1/voters/v2' reason: '回避' "
                                  "person: '@persons/p-v2'");
  EXPECT_EQ(Listed(),
            "11 resolutions/r1 bodies/rc memberships/v1 亲属\n"
            "11 resolutions/r1 bodies/rc memberships/v2 回避\n")
      << "nobody is absent before the meeting is over";
  history_.Add<vv::VoteClosed>("2026-01-06 02:00", kR, "");
  history_.Add<vv::ProvisionalTallyComputed>("2026-01-06 02:10", kR, "");
  history_.Add<vv::TallyObjected>("2026-01-07 00:00", kR, "objection: 'o1'");
  EXPECT_EQ(Listed("order_by: 'kind, membership'"),
            "10 resolutions/r1 bodies/rc  open 议题\n"
            "11 resolutions/r1 bodies/rc memberships/v1 亲属\n"
            "11 resolutions/r1 bodies/rc memberships/v2 回避\n"
            "12 resolutions/r1 bodies/rc memberships/v2 议题\n"
            "12 resolutions/r1 bodies/rc memberships/v3 议题\n");
  history_.Add<vv::RecountPerformed>("2026-01-08 00:00", kR, "");
  EXPECT_EQ(Listed("filter: 'open = true'"), "");
}

TEST_F(Docket, IsFilteredOrderedAndPaged) {
  for (const char* id : {"q1", "q2", "q3"}) {
    const std::string stream = absl::StrCat("complaints/", id);
    history_.Add<cv::ComplaintScoreExclusionProposed>(absl::StrCat("2026-01-0", id + 1, " 00:00"),
                                                      stream, "body: '@bodies/rc' evidence: 'e'");
  }
  Publish("late", "2026-01-10 00:00", "2026-01-09 00:00");
  EXPECT_EQ(Listed("filter: 'kind = NOTICE_LATE'"), "1 notices/late bodies/rc  公示\n");
  EXPECT_EQ(Listed("filter: 'text = 1'"), "ERROR_REASON_FILTER_INVALID");
  EXPECT_EQ(Listed("page_size: 3"),
            "1 notices/late bodies/rc  公示\n7 complaints/q3 bodies/rc  open e\n"
            "7 complaints/q2 bodies/rc  open e\n")
      << "the last first";
  EXPECT_FALSE(next_.empty());
}

TEST_F(Docket, IsForThoseWhoOversee) {
  for (const char* who : {"p-sup", "p-party", "p-gov"}) EXPECT_EQ(Listed("", who), "") << who;
  for (const char* who : {"p-rc", "p-pc1", "p-zhang", "p-b1", "p-out"}) {
    EXPECT_EQ(Listed("", who), "ERROR_REASON_PERMISSION_DENIED") << who;
  }
}

class Appraisals : public testing::Test {
 protected:
  // The appraisal of the year, of the seats m1 and m2, up to its publication.
  void Hold(int year, const char* counts) {
    const std::string stream = absl::StrCat("appraisals/a", year);
    const std::string next = absl::StrCat(year + 1);
    history_.Add<rv::AppraisalAnnounced>(
        absl::StrCat(next, "-01-01 00:00"), stream,
        absl::StrCat("body: '@bodies/rc' members: '@memberships/m1' members: '@memberships/m2' "
                     "year: ",
                     year, " appraisers: APPRAISERS_RESIDENTS opens T(", next,
                     "-01-02 00:00) closes T(", next, "-01-09 00:00)"));
    history_.Add<rv::AppraisalOpened>(absl::StrCat(next, "-01-02 00:00"), stream, "");
    for (int i = 0; i < 6; ++i) {
      history_
          .Add<rv::AppraisalGraded>(absl::StrCat(next, "-01-03 00:00"),
                                    absl::StrCat(stream, "/appraisers/", i),
                                    "grades { sealed: 'b0x' }")
          .mutable_actor()
          ->set_subject("communities/c1/persons/p-zhang");
    }
    history_.Add<rv::AppraisalClosed>(absl::StrCat(next, "-01-09 00:00"), stream,
                                      absl::StrCat("n: 6 ", counts));
    if (counts[0] == '\0') return;
    history_.Add<rv::AppraisalPublished>(absl::StrCat(next, "-01-10 00:00"), stream,
                                         absl::StrCat("n: 6 ", counts));
  }
  std::string Listed(std::string_view more = "", const char* who = "p-sup") {
    ViewBench view(MakeSupervisionCommitteeViews());
    view.Apply(history_);
    views::v1::ListMemberAppraisalsResponse response;
    const absl::Status status =
        view.Ask(ListMemberAppraisals, bench::Person(who), kNow,
                 absl::StrCat("parent: 'communities/c1' ", std::string(more)), response);
    if (!status.ok()) return type::v1::ErrorReason_Name(wire::ReasonOf(status));
    std::string shown;
    for (const views::v1::MemberAppraisal& m : response.members()) {
      absl::StrAppend(&shown, m.year(), " ", Short(m.membership()), " stage ",
                      static_cast<int>(m.stage()), " of ", m.took_part(), ": ");
      if (m.has_n()) {
        absl::StrAppend(&shown, m.n(), " = ", m.excellent(), " ", m.competent(), " ", m.basic(),
                        " ", m.unfit(), " -> ", rv::Grade_Name(m.result()).substr(6));
      }
      if (m.suppressed()) absl::StrAppend(&shown, "suppressed");
      for (const auto& earlier : m.earlier()) {
        absl::StrAppend(&shown, ", ", earlier.year(), " ",
                        rv::Grade_Name(earlier.result()).substr(6));
      }
      if (m.has_office_ended_at()) absl::StrAppend(&shown, ", ended");
      shown.append("\n");
    }
    return shown;
  }

  History history_ = bench::Community();
};

constexpr char kFirst[] =
    "counts { membership: '@memberships/m1' excellent: 4 competent: 1 basic: 1 "
    "result: GRADE_EXCELLENT } counts { membership: '@memberships/m2' unfit: 6 "
    "result: GRADE_UNFIT }";
constexpr char kFew[] =
    "counts { membership: '@memberships/m1' } "
    "counts { membership: '@memberships/m2' basic: 2 unfit: 4 "
    "result: GRADE_UNFIT }";

TEST_F(Appraisals, ShowCountsOncePublicAndTheResultsBefore) {
  Hold(2022, kFirst);
  Hold(2023, kFew);
  history_.Add<rv::OfficeEndedByAppraisal>("2024-01-11 00:00", "appraisals/a2023",
                                           "membership: '@memberships/m2' "
                                           "previous: '@appraisals/a2022'");
  Hold(2024, kFirst);
  Hold(2025, "");
  EXPECT_EQ(Listed(),
            "2025 memberships/m2 stage 3 of 6: , 2024 UNFIT, 2023 UNFIT\n"
            "2025 memberships/m1 stage 3 of 6: , 2024 EXCELLENT, 2023 UNSPECIFIED\n"
            "2024 memberships/m2 stage 4 of 6: 6 = 0 0 0 6 -> UNFIT, 2023 UNFIT, 2022 UNFIT\n"
            "2024 memberships/m1 stage 4 of 6: 6 = 4 1 1 0 -> EXCELLENT, 2023 UNSPECIFIED, "
            "2022 EXCELLENT\n"
            "2023 memberships/m2 stage 4 of 6: 6 = 0 0 2 4 -> UNFIT, 2022 UNFIT, ended\n"
            "2023 memberships/m1 stage 4 of 6: suppressed, 2022 EXCELLENT\n"
            "2022 memberships/m2 stage 4 of 6: 6 = 0 0 0 6 -> UNFIT\n"
            "2022 memberships/m1 stage 4 of 6: 6 = 4 1 1 0 -> EXCELLENT\n");
  EXPECT_EQ(Listed("filter: 'year = 2022 AND result = UNFIT'"),
            "2022 memberships/m2 stage 4 of 6: 6 = 0 0 0 6 -> UNFIT\n");
  EXPECT_EQ(Listed("filter: 'excellent > 3'"), "ERROR_REASON_FILTER_INVALID");
}

TEST_F(Appraisals, HoldNoPersonAndNoGradeBeforeItIsPublic) {
  Hold(2025, "");
  ViewBench view(MakeSupervisionCommitteeViews());
  view.Apply(history_);
  EXPECT_THAT(view.Select("SELECT * FROM appraisal_member", 10),
              testing::Not(testing::HasSubstr("p-zhang")));
  EXPECT_THAT(view.Dump(), testing::Not(testing::HasSubstr("b0x")));
}

TEST_F(Appraisals, AreForThoseWhoOversee) {
  for (const char* who : {"p-sup", "p-party", "p-gov"}) EXPECT_EQ(Listed("", who), "") << who;
  for (const char* who : {"p-rc", "p-pc1", "p-zhang", "p-b1", "p-out"}) {
    EXPECT_EQ(Listed("", who), "ERROR_REASON_PERMISSION_DENIED") << who;
  }
}

TEST(SupervisionRows, HoldNoWords) {
  History history = bench::Community();
  history.Add<cv::ComplaintFiled>("2026-01-02 00:00", "complaints/q1",
                                  "text { content: 's3cret' } complainant: '@persons/p-li'");
  history.Add<nv::NoticePublished>("2026-01-02 00:00", "notices/n1",
                                   "version: 1 publisher: '@bodies/rc' content { title: 't' }");
  history.Add<nv::NoticeObjected>("2026-01-03 00:00", "notices/n1",
                                  "objection: 1 version: 1 objector: '@persons/p-zzz' "
                                  "grounds { content: 's3cret' }");
  ViewBench view(MakeSupervisionCommitteeViews());
  view.Apply(history);
  EXPECT_THAT(view.Dump(), testing::Not(testing::ContainsRegex("s3cret|733363726574|p-zzz")));
}

}  // namespace
}  // namespace sanzhang::projections::supervision_committee
