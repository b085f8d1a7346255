// What a resident can do now, the first due first.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/resident/resident_views.h"
#include "projections/resident/to_do_queries.h"
#include "projections/resident/words.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::resident {
namespace {

namespace cv = complaint::v1;
namespace nv = notice::v1;
namespace reg = registry::v1;
namespace rt = rating::v1;
namespace rv = resolution::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-01-20 00:00";

void Publish(History& h, std::string_view id, std::string_view audience, std::string_view until) {
  h.Add<nv::NoticePublished>(
      "2026-01-10 10:00", absl::StrCat("notices/", id.data()),
      absl::StrCat("version: 1 audience: AUDIENCE_", audience.data(), " content { title: '",
                   id.data(), "' } duty { min_until T(2026-03-01 00:00) objections_until T(",
                   until.data(), ") }"));
}

void AskToConfirm(History& h, std::string_view id, std::string_view until) {
  const std::string stream = absl::StrCat("complaints/", id.data());
  h.Add<cv::ComplaintFiled>("2026-01-05 10:00", stream,
                            "complainant: '@persons/p-zhang' text { content: '楼道里的灯坏了' }");
  h.Add<cv::ComplaintAnswered>(
      "2026-01-08 10:00", stream,
      absl::StrCat("outcome: OUTCOME_SOLVED ",
                   until.empty() ? "" : absl::StrCat("silence_until T(", until.data(), ")")));
}

// p-zhang is a resident, p-owner owns a dwelling, p-rep sits in the assembly.
History Everybody() {
  History h = bench::Community();
  h.Add<reg::PersonRegistered>("2026-01-01 00:00", "persons/p-owner", "");
  h.Add<reg::OwnershipRecorded>("2026-01-01 00:00", "dwellings/d1",
                                "owners { person: '@persons/p-owner' }");
  h.Add<reg::BodyPrepared>("2026-01-01 00:00", "bodies/ra",
                           "kind: BODY_KIND_RESIDENT_REP_ASSEMBLY");
  h.Add<reg::BodyEstablished>("2026-01-01 00:00", "bodies/ra", "");
  h.Add<reg::PersonRegistered>("2026-01-01 00:00", "persons/p-rep", "");
  h.Add<reg::MemberSeated>("2026-01-01 00:00", "memberships/ra",
                           "body: '@bodies/ra' person: '@persons/p-rep' office: OFFICE_MEMBER "
                           "body_kind: BODY_KIND_RESIDENT_REP_ASSEMBLY");
  return h;
}

// `kind name 'title' due`, one line each.
std::string ToDos(ViewBench& view, std::string_view who, std::string_view now = kNow,
                  std::string_view rest = "") {
  views::v1::ListMyToDosResponse response;
  const absl::Status status =
      view.Ask(ListMyToDos, bench::Person(who), now,
               absl::StrCat("parent: 'communities/c1' ", rest.data()), response);
  if (!status.ok()) return status.ToString();
  std::string shown;
  for (const views::v1::MyToDo& to_do : response.to_dos()) {
    absl::StrAppend(
        &shown, views::v1::ToDoKind_Name(to_do.kind()).substr(11), " ",
        to_do.name().substr(to_do.name().rfind('/') + 1), " '", to_do.title().text(), "' ",
        to_do.has_due() ? absl::FormatTime("%d.%H:%M", absl::FromUnixSeconds(to_do.due().seconds()),
                                           absl::FixedTimeZone(8 * 3600))
                        : "-",
        "\n");
  }
  return shown;
}

std::string ToDos(const History& history, std::string_view who, std::string_view now = kNow) {
  ViewBench view(MakeResidentViews());
  view.Apply(history);
  return ToDos(view, who, now);
}

TEST(ToDos, AreOrderedByWhenTheyAreDue) {
  History h = Everybody();
  AskToConfirm(h, "never", "");
  AskToConfirm(h, "late", "2026-01-30 10:00");
  AskToConfirm(h, "early", "2026-01-21 10:00");
  Publish(h, "middle", "ALL", "2026-01-25 00:00");
  EXPECT_EQ(ToDos(h, "p-zhang"),
            "CONFIRM_ANSWER early '楼道里的灯坏了' 21.10:00\nOBJECT middle 'middle' 25.00:00\n"
            "CONFIRM_ANSWER late '楼道里的灯坏了' 30.10:00\n"
            "CONFIRM_ANSWER never '楼道里的灯坏了' -\n");
}

TEST(ToDos, AnswersAreConfirmedByTheirComplainantOnce) {
  History h = Everybody();
  AskToConfirm(h, "a", "2026-01-30 10:00");
  h.Add<cv::ComplaintSupported>("2026-01-08 11:00", "complaints/a", "supporter: '@persons/p-li'");
  EXPECT_EQ(ToDos(h, "p-li"), "");
  h.Add<cv::ComplaintConfirmed>("2026-01-08 12:00", "complaints/a", "");
  EXPECT_EQ(ToDos(h, "p-zhang"), "");
}

TEST(ToDos, NoticesAreForTheirAudience) {
  History h = Everybody();
  Publish(h, "all", "ALL", "2026-01-25 00:00");
  Publish(h, "owners", "OWNERS", "2026-01-26 00:00");
  Publish(h, "residents", "RESIDENTS", "2026-01-27 00:00");
  EXPECT_EQ(ToDos(h, "p-zhang"),
            "OBJECT all 'all' 25.00:00\nOBJECT residents 'residents' 27.00:00\n");
  EXPECT_EQ(ToDos(h, "p-owner"), "OBJECT all 'all' 25.00:00\nOBJECT owners 'owners' 26.00:00\n");
  EXPECT_EQ(ToDos(h, "p-rep"),
            "OBJECT all 'all' 25.00:00\nOBJECT residents 'residents' 27.00:00\n");
}

// Domain 6.1 (16): the last moment counts.
TEST(ToDos, NoticesCanBeObjectedToUntilTheLastMoment) {
  History h = Everybody();
  Publish(h, "n", "ALL", "2026-01-25 00:00");
  EXPECT_EQ(ToDos(h, "p-zhang", "2026-01-25 00:00"), "OBJECT n 'n' 25.00:00\n");
  EXPECT_EQ(ToDos(h, "p-zhang", "2026-01-25 00:01"), "");
}

// Domain 6.1 (14): what was taken down early can't be objected to; its period starts again.
TEST(ToDos, NoticesThatAreUpAgainCanBeObjectedToAgain) {
  History h = Everybody();
  Publish(h, "n", "ALL", "2026-01-25 00:00");
  h.Add<nv::NoticeObjected>("2026-01-11 10:00", "notices/n",
                            "objection: 1 version: 1 objector: '@persons/p-zhang'");
  EXPECT_EQ(ToDos(h, "p-zhang"), "") << "they have objected";
  EXPECT_EQ(ToDos(h, "p-li"), "OBJECT n 'n' 25.00:00\n");
  h.Add<nv::NoticeTakenDown>("2026-01-12 10:00", "notices/n", "version: 1 early: true");
  EXPECT_EQ(ToDos(h, "p-li"), "");
  h.Add<nv::NoticePublished>("2026-01-15 10:00", "notices/n",
                             "version: 2 duty { min_until T(2026-01-31 00:00) "
                             "objections_until T(2026-01-31 00:00) }");
  EXPECT_EQ(ToDos(h, "p-zhang"), "OBJECT n 'n' 31.00:00\n") << "not to this version";
  EXPECT_EQ(ToDos(h, "p-zhang", "2026-01-31 00:00"), "OBJECT n 'n' 31.00:00\n");
}

TEST(ToDos, AreForWhomTheCommunityKnows) {
  const History h = Everybody();
  EXPECT_EQ(ToDos(h, "p-rc"), "") << "known, and nothing to do";
  EXPECT_THAT(ToDos(h, "p-nobody"), testing::HasSubstr("PERMISSION_DENIED"));
  EXPECT_THAT(ToDos(h, "p-out"), testing::HasSubstr("PERMISSION_DENIED"));
}

TEST(ToDos, ArchivedNoticesAreNotShown) {
  History h = Everybody();
  Publish(h, "n", "ALL", "2026-04-01 00:00");
  h.Add<nv::NoticeTakenDown>("2026-03-02 10:00", "notices/n", "version: 1");
  EXPECT_EQ(ToDos(h, "p-zhang", "2026-03-03 00:00"), "");
}

// An open vote `r` until the 25th, with p-li in its roll.
void OpenVote(History& h, std::string_view rest = "") {
  h.Add<rv::MotionDrafted>("2026-01-02 00:00", "resolutions/r",
                           "regime: REGIME_OWNERS title: '选聘物业'");
  h.Add<rv::VoteNoticed>(
      "2026-01-03 00:00", "resolutions/r",
      absl::StrCat("opens T(2026-01-18 00:00) closes T(2026-01-25 00:00) ", rest.data()));
  h.Add<rv::VoterEnrolled>("2026-01-04 00:00", "resolutions/r/voters/v",
                           "snapshot: 's' entry { persons: '@persons/p-li' heads: 1 }");
  h.Add<rv::VoterEnrolled>("2026-01-04 00:00", "resolutions/r/voters/w",
                           "snapshot: 's' entry { persons: '@persons/p-zhang' "
                           "persons: '@persons/p-owner' representatives: '@persons/p-rep' }");
  h.Add<rv::ElectorateFrozen>("2026-01-04 00:00", "resolutions/r", "snapshot: 's'");
}

constexpr char kVote[] = "VOTE r '选聘物业' 25.00:00\n";

TEST(ToDos, VotesAreForThoseInTheRollUntilTheyHaveVoted) {
  History h = Everybody();
  OpenVote(h);
  EXPECT_EQ(ToDos(h, "p-li"), "") << "not open yet";
  h.Add<rv::VoteOpened>("2026-01-18 00:00", "resolutions/r", "closes T(2026-01-25 00:00)");
  EXPECT_EQ(ToDos(h, "p-li"), kVote);
  EXPECT_EQ(ToDos(h, "p-zhang"), kVote) << "a co-owner";
  EXPECT_EQ(ToDos(h, "p-rep"), kVote) << "a legal representative";
  EXPECT_EQ(ToDos(h, "p-li", "2026-01-25 00:00"), "") << "the first moment after it";
  h.Add<rv::BallotCast>("2026-01-19 00:00", "resolutions/r/ballots/v",
                        "ballot: 1 person: '@persons/p-li'");
  EXPECT_EQ(ToDos(h, "p-li"), "");
  h.Add<rv::CoOwnerRepresentativeDesignated>("2026-01-19 00:00", "resolutions/r/voters/w",
                                             "representative: '@persons/p-owner'");
  EXPECT_EQ(ToDos(h, "p-zhang"), "") << "the co-owners named the other";
  EXPECT_EQ(ToDos(h, "p-owner"), kVote);
  h.Add<rv::ProxyGranted>("2026-01-19 00:00", "resolutions/r/voters/w",
                          "principal: '@persons/p-owner' agent: '@persons/p-li'");
  EXPECT_EQ(ToDos(h, "p-li"), kVote) << "for another";
  h.Add<rv::SecretBallotCast>("2026-01-19 12:00", "resolutions/r/voters/w", "");
  EXPECT_EQ(ToDos(h, "p-li") + ToDos(h, "p-owner") + ToDos(h, "p-rep"), "");
}

TEST(ToDos, VotesOfAMeetingAreForThoseWhoAreThere) {
  History h = Everybody();
  OpenVote(h, "mode: VOTE_MODE_MEETING");
  h.Add<rv::VoteOpened>("2026-01-18 00:00", "resolutions/r", "closes T(2026-01-25 00:00)");
  EXPECT_EQ(ToDos(h, "p-li"), "");
  h.Add<rv::AttendanceCheckedIn>("2026-01-18 01:00", "resolutions/r",
                                 "voter: '@resolutions/r/voters/v'");
  EXPECT_EQ(ToDos(h, "p-li"), kVote);
  h.Add<rv::MemberRecused>("2026-01-18 02:00", "resolutions/r", "voter: '@resolutions/r/voters/v'");
  EXPECT_EQ(ToDos(h, "p-li"), "") << "recused from all";
}

// Who has rated is nowhere: everyone who may is asked, until it closes.
TEST(ToDos, SurveysAreForThoseWhoMayTakePart) {
  History h = Everybody();
  h.Add<reg::MemberSeated>("2026-01-02 00:00", "memberships/pm",
                           "body: '@bodies/pc1' person: '@persons/p-li' office: OFFICE_STAFF "
                           "body_kind: BODY_KIND_PROPERTY_COMPANY");
  h.Add<rt::RatingSchemeDefined>("2026-01-03 00:00", "ratingSchemes/s",
                                 "version: 1 display_name: '物业服务'");
  const auto announce = [&](const char* id, const char* eligibility) {
    h.Add<rt::RatingCampaignAnnounced>(
        "2026-01-04 00:00", absl::StrCat("ratingCampaigns/", id),
        absl::StrCat("scheme: '@ratingSchemes/s' scheme_version: 1 target: '@bodies/pc1' "
                     "terms { eligibility: ELIGIBILITY_",
                     eligibility, " } closes T(2026-01-25 00:00)"));
  };
  announce("owners", "OWNER");
  announce("residents", "RESIDENT");
  announce("homes", "HOUSEHOLD_ONE");
  EXPECT_EQ(ToDos(h, "p-zhang"), "") << "not open yet";
  for (const char* id : {"owners", "residents", "homes"}) {
    h.Add<rt::RatingCampaignOpened>("2026-01-05 00:00", absl::StrCat("ratingCampaigns/", id), "");
  }
  const std::string homes = "RATE homes '物业服务' 25.00:00\n";
  const std::string residents = "RATE residents '物业服务' 25.00:00\n";
  EXPECT_EQ(ToDos(h, "p-zhang"), homes + residents);
  EXPECT_EQ(ToDos(h, "p-zhang", "2026-01-24 23:59"), homes + residents);
  EXPECT_EQ(ToDos(h, "p-zhang", "2026-01-25 00:00"), "") << "the first moment after it";
  EXPECT_EQ(ToDos(h, "p-owner"), "RATE owners '物业服务' 25.00:00\n");
  EXPECT_EQ(ToDos(h, "p-rep"), "") << "a seat does not make a resident";
  EXPECT_EQ(ToDos(h, "p-li"), "") << "they work for the company";
  h.Add<rt::RatingCampaignClosed>("2026-01-10 00:00", "ratingCampaigns/homes", "");
  EXPECT_EQ(ToDos(h, "p-zhang"), residents);
}

TEST(ToDos, StayWithWhoHasMovedAway) {
  History h = Everybody();
  AskToConfirm(h, "a", "2026-01-30 10:00");
  Publish(h, "n", "ALL", "2026-01-25 00:00");
  h.Add<reg::ResidentMovedOut>("2026-01-12 00:00", "persons/p-zhang", "");
  EXPECT_EQ(ToDos(h, "p-zhang"), "CONFIRM_ANSWER a '楼道里的灯坏了' 30.10:00\n");
}

// The time goes on between two pages.
TEST(ToDos, GoOnPageByPage) {
  History h = Everybody();
  AskToConfirm(h, "a", "2026-01-30 10:00");
  Publish(h, "n", "ALL", "2026-01-25 00:00");
  AskToConfirm(h, "b", "");
  ViewBench view(MakeResidentViews());
  view.Apply(h);
  std::string seen;
  std::string token;
  for (const char* now : {"2026-01-20 00:00", "2026-01-20 00:01", "2026-01-20 00:02"}) {
    views::v1::ListMyToDosResponse response;
    ASSERT_TRUE(
        view.Ask(ListMyToDos, bench::Person("p-zhang"), now,
                 absl::StrCat("parent: 'communities/c1' page_size: 1 page_token: '", token, "'"),
                 response)
            .ok());
    ASSERT_EQ(response.to_dos_size(), 1);
    absl::StrAppend(&seen, views::v1::ToDoKind_Name(response.to_dos(0).kind()), " ");
    token = response.next_page_token();
  }
  EXPECT_EQ(seen, "TO_DO_KIND_OBJECT TO_DO_KIND_CONFIRM_ANSWER TO_DO_KIND_CONFIRM_ANSWER ");
  EXPECT_EQ(token, "");
}

TEST(ToDos, ListByFilterAndOrder) {
  History h = Everybody();
  AskToConfirm(h, "a", "2026-01-30 10:00");
  Publish(h, "n", "ALL", "2026-01-25 00:00");
  ViewBench view(MakeResidentViews());
  view.Apply(h);
  EXPECT_EQ(ToDos(view, "p-zhang", kNow, "filter: 'kind = OBJECT'"), "OBJECT n 'n' 25.00:00\n");
  EXPECT_EQ(ToDos(view, "p-zhang", kNow, "filter: 'due < 2026-01-26T00:00:00Z'"),
            "OBJECT n 'n' 25.00:00\n");
  EXPECT_EQ(ToDos(view, "p-zhang", kNow, "order_by: 'due desc' page_size: 1"),
            "CONFIRM_ANSWER a '楼道里的灯坏了' 30.10:00\n");
  views::v1::WatchMyToDosResponse watched;
  ASSERT_TRUE(
      view.Ask(WatchMyToDos, bench::Person("p-zhang"), kNow, "parent: 'communities/c1'", watched)
          .ok());
  EXPECT_EQ(watched.to_dos_size(), 2);
}

TEST(ToDos, AreSaidInBothLanguages) {
  for (int kind = 1; kind <= views::v1::ToDoKind_MAX; ++kind) {
    const views::v1::Bilingual words = WhatToDo(static_cast<views::v1::ToDoKind>(kind));
    EXPECT_NE(words.en(), "Unknown") << kind;
    EXPECT_FALSE(words.zh().empty());
  }
}

}  // namespace
}  // namespace sanzhang::projections::resident
