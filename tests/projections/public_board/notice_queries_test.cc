// What everyone reads of notices, and of what people say about them.
#include "projections/public_board/notice_queries.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/public_board/public_board_views.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::public_board {
namespace {

namespace nv = notice::v1;
using bench::History;
using bench::ViewBench;
using views::v1::NoticeRow;

constexpr std::string_view kNow = "2026-02-01 00:00";

std::string Duty(std::string_view until, std::string_view rest = "") {
  return absl::StrCat(
      "duty { rule: 'policies/publication-result\\1001' law_ref: 'CC 280' days_min: 15 "
      "min_until T(",
      until.data(), ") objections_until T(", until.data(), ") ", rest.data(), " } ");
}

// `result`: up, corrected once. `roll`: taken down early. `fund`: archived; of building 1 only.
History Notices() {
  History h = bench::Community();
  h.Add<nv::NoticePublished>(
      "2026-01-06 10:00", "notices/result",
      "version: 1 kind: PUBLICATION_KIND_RESULT about: '@resolutions/r' audience: AUDIENCE_ALL "
      "masked: true publisher: '@bodies/rc' content_sha256: 'h1' "
      "content { title: 'Result' body: 'Zhang San lost' } fact_at T(2026-01-02 10:00) " +
          Duty("2026-01-21 23:59", "publish_due T(2026-01-05 23:59)"));
  h.Add<nv::NoticePublished>(
      "2026-01-07 10:00", "notices/roll",
      "version: 1 kind: PUBLICATION_KIND_ELECTORATE audience: AUDIENCE_OWNERS masked: true "
      "publisher: '@bodies/rc' content_sha256: 'h3' content { title: 'Roll' body: 'all names' } " +
          Duty("2026-01-22 23:59", "earliest_event T(2026-01-23 00:00)"));
  h.Add<nv::NoticePublished>(
      "2026-01-08 10:00", "notices/fund",
      "version: 1 kind: PUBLICATION_KIND_FUND audience: AUDIENCE_OWNERS publisher: '@bodies/pc1' "
      "place { property_area: '@propertyAreas/a1' building: '@buildings/b1' } "
      "content_sha256: 'h4' content { title: 'Fund' body: 'a lift' } " +
          Duty("2026-01-23 23:59"));
  h.Add<nv::NoticeObjected>("2026-01-08 11:00", "notices/result",
                            "objection: 1 version: 1 objector: '@persons/p-zhang' "
                            "grounds { subject: '@persons/p-zhang' content: 'secret grounds' } "
                            "answer_due T(2026-01-11 23:59)");
  h.Add<nv::NoticeObjectionAnswered>("2026-01-09 09:00", "notices/result",
                                     "objection: 1 upheld: true answer: 'a name stood there'");
  h.Add<nv::NoticeCorrected>(
      "2026-01-09 10:00", "notices/result",
      "version: 2 content { title: 'Result' body: 'It passed' "
      "attachments { sha256: 'paper' size_bytes: 9 media_type: 'image/png' } } "
      "content_sha256: 'h2' replaces_sha256: 'h1' masked: true reason: 'a name' " +
          Duty("2026-01-24 23:59"));
  h.Add<nv::InquiryAsked>("2026-01-10 23:00", "notices/result",
                          "inquiry: 1 version: 2 asker: '@persons/p-li' "
                          "question { subject: '@persons/p-li' content: 'secret question' } "
                          "answer_due T(2026-01-13 23:59)");
  h.Add<nv::InquiryAsked>("2026-01-11 10:00", "notices/fund",
                          "inquiry: 1 version: 1 asker: '@persons/p-zhang' "
                          "question { subject: '@persons/p-zhang' content: 'secret too' }");
  h.Add<nv::InquiryAnswered>("2026-01-12 01:00", "notices/result", "inquiry: 1 answer: 'by one'");
  h.Add<nv::NoticeTakenDown>("2026-01-13 10:00", "notices/roll",
                             "version: 1 early: true reason: 'names were not masked'");
  h.Add<nv::NoticePeriodElapsed>("2026-01-24 00:00", "notices/fund",
                                 "version: 1 min_until T(2026-01-23 23:59)");
  h.Add<nv::NoticeTakenDown>("2026-01-30 10:00", "notices/fund", "version: 1 reason: 'long ago'");
  return h;
}

std::string When(const google::protobuf::Timestamp& stamp) {
  if (stamp.seconds() == 0) return "-";
  return absl::FormatTime("%d.%H:%M", absl::FromUnixSeconds(stamp.seconds()),
                          absl::FixedTimeZone(8 * 3600));
}

std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// What stands on the board, with nothing left out that a reader could see of its words.
std::string Show(const NoticeRow& n) {
  return absl::StrCat(IdOf(n.name()), " v", n.version(), " ", nv::State_Name(n.state()).substr(6),
                      " '", n.title(), "' '", n.body(), "' ", n.attachments_size(),
                      " papers, hash ", n.content_sha256(), ", up ", When(n.published_at()),
                      " first ", When(n.first_published_at()), n.late() ? " late" : "", ", until ",
                      When(n.min_until()), ", objections ", When(n.objections_until()), " ",
                      n.objections_open(), "/", n.objections(), ", down ", When(n.taken_down_at()),
                      " '", n.taken_down_reason(), "'");
}

class NoticeBoard : public testing::Test {
 protected:
  NoticeBoard() { view_.Apply(history_); }

  NoticeRow Get(std::string_view id) {
    views::v1::GetNoticeResponse response;
    EXPECT_TRUE(view_
                    .Ask(GetNotice, bench::Person("anyone"), kNow,
                         absl::StrCat("name: 'communities/c1/notices/", id.data(), "'"), response)
                    .ok());
    return response.notice();
  }
  // Ids in the order of the answer.
  std::string List(std::string_view rest) {
    views::v1::ListNoticesResponse response;
    const absl::Status status =
        view_.Ask(ListNotices, bench::Person("anyone"), kNow,
                  absl::StrCat("parent: 'communities/c1' ", rest.data()), response);
    if (!status.ok()) return std::string(status.message());
    std::vector<std::string> ids;
    for (const NoticeRow& row : response.notices()) ids.push_back(IdOf(row.name()));
    return absl::StrJoin(ids, " ");
  }
  // A fact more.
  template <class Fact>
  void Then(std::string_view time, std::string_view stream, std::string_view payload) {
    ASSERT_TRUE(view_.Apply(history_.Add<Fact>(time, stream, payload)).ok());
  }

  History history_ = Notices();
  ViewBench view_{MakePublicBoardViews()};
};

TEST_F(NoticeBoard, ShowsWhatIsUpWithItsWords) {
  const NoticeRow result = Get("result");
  EXPECT_EQ(Show(result),
            "result v2 PUBLISHED 'Result' 'It passed' 1 papers, hash h2, up 09.10:00 "
            "first 06.10:00 late, until 24.23:59, objections 24.23:59 0/1, down - ''");
  EXPECT_EQ(result.kind(), policy::v1::PUBLICATION_KIND_RESULT);
  EXPECT_EQ(result.about(), "communities/c1/resolutions/r");
  EXPECT_EQ(result.publisher_name(), "rc");
  EXPECT_EQ(result.law_ref(), "CC 280");
  EXPECT_EQ(result.rule(), "policies/publication-result@1");
  EXPECT_EQ(result.days_min(), 15);
  EXPECT_TRUE(result.masked());
  EXPECT_EQ(When(result.fact_at()), "02.10:00");
  EXPECT_EQ(When(result.publish_due()), "05.23:59");
  EXPECT_EQ(result.attachments(0).sha256(), "paper");
  EXPECT_EQ(result.inquiries(), 1);
  EXPECT_EQ(result.inquiries_open(), 0);
}

// Domain 6.1 (14).
TEST_F(NoticeBoard, OfWhatWasTakenDownEarlyOnlyTheHashStaysAndThePeriodStartsAgain) {
  EXPECT_EQ(Show(Get("roll")),
            "roll v1 TAKEN_DOWN '' '' 0 papers, hash h3, up 07.10:00 first 07.10:00, until -, "
            "objections - 0/0, down 13.10:00 'names were not masked'");
  EXPECT_FALSE(Get("roll").has_earliest_event()) << "what it announces is not announced";
  Then<nv::NoticePublished>("2026-01-20 10:00", "notices/roll",
                            "version: 2 content_sha256: 'h3' masked: true " +
                                Duty("2026-02-04 23:59", "earliest_event T(2026-02-05 00:00)"));
  EXPECT_EQ(Show(Get("roll")),
            "roll v2 PUBLISHED 'Roll' 'all names' 0 papers, hash h3, up 20.10:00 first 07.10:00, "
            "until 04.23:59, objections 04.23:59 0/0, down - ''")
      << "a whole period again";
}

TEST_F(NoticeBoard, OfWhatIsArchivedOnlyTheHashStays) {
  EXPECT_EQ(Show(Get("fund")),
            "fund v1 ARCHIVED '' '' 0 papers, hash h4, up 08.10:00 first 08.10:00, until 23.23:59, "
            "objections 23.23:59 0/0, down 30.10:00 'long ago'");
  EXPECT_EQ(When(Get("fund").elapsed_at()), "24.00:00");
}

// Domain 6.1 (16).
TEST_F(NoticeBoard, ShowsAnObjectionOfTheLastMinuteAsOpen) {
  Then<nv::NoticePeriodElapsed>("2026-01-25 00:00", "notices/result",
                                "version: 2 min_until T(2026-01-24 23:59)");
  Then<nv::NoticeObjected>("2026-01-24 23:59", "notices/result",
                           "objection: 2 version: 2 answer_due T(2026-01-27 23:59)");
  const NoticeRow result = Get("result");
  EXPECT_EQ(result.state(), nv::STATE_PERIOD_ELAPSED);
  EXPECT_EQ(result.objections_open(), 1);
  views::v1::ListNoticeObjectionsResponse response;
  ASSERT_TRUE(view_
                  .Ask(ListNoticeObjections, bench::Person("anyone"), kNow,
                       "parent: 'communities/c1' filter: 'answered = false'", response)
                  .ok());
  ASSERT_EQ(response.objections_size(), 1);
  EXPECT_EQ(response.objections(0).objected_at().seconds(), result.objections_until().seconds());
}

TEST_F(NoticeBoard, ListsNewestFirstByKindPlaceAndState) {
  EXPECT_EQ(List(""), "result fund roll") << "a correction goes up anew";
  EXPECT_EQ(List("order_by: 'first_published_time'"), "result roll fund");
  EXPECT_EQ(List("filter: 'kind = FUND OR kind = RESULT'"), "result fund");
  EXPECT_EQ(List("filter: 'building = \"communities/c1/buildings/b1\"'"), "fund");
  EXPECT_EQ(List("filter: 'state = TAKEN_DOWN'"), "roll");
  EXPECT_EQ(List("filter: 'up = true'"), "result");
  EXPECT_EQ(List("filter: 'publisher = \"communities/c1/bodies/pc1\"'"), "fund");
  EXPECT_EQ(List("filter: 'objections_until >= 2026-01-22T00:00:00Z'"), "result fund")
      << "nobody can object to what is down early";
  EXPECT_EQ(List("filter: 'min_until < 2026-01-24T00:00:00Z'"), "fund");
  EXPECT_EQ(List("filter: 'about = \"communities/c1/resolutions/r\"'"), "result");
}

TEST_F(NoticeBoard, ListsWithoutBodiesPageByPage) {
  views::v1::ListNoticesResponse response;
  std::string seen;
  std::string token;
  do {
    ASSERT_TRUE(
        view_
            .Ask(ListNotices, bench::Person("anyone"), kNow,
                 absl::StrCat("parent: 'communities/c1' page_size: 1 page_token: '", token, "'"),
                 response)
            .ok());
    ASSERT_EQ(response.notices_size(), 1);
    const NoticeRow& row = response.notices(0);
    absl::StrAppend(&seen, IdOf(row.name()), " '", row.title(), "' '", row.body(), "' ",
                    row.attachments_size(), "\n");
    token = response.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, "result 'Result' '' 0\nfund '' '' 0\nroll '' '' 0\n");
}

TEST_F(NoticeBoard, WatchesTheFirstPage) {
  views::v1::WatchNoticesResponse response;
  ASSERT_TRUE(view_
                  .Ask(WatchNotices, bench::Person("anyone"), kNow,
                       "parent: 'communities/c1' page_size: 2", response)
                  .ok());
  EXPECT_EQ(response.notices_size(), 2);
}

TEST_F(NoticeBoard, KeepsEveryVersionWithItsHash) {
  const auto versions = [&](std::string_view id) {
    views::v1::ListNoticeVersionsResponse response;
    EXPECT_TRUE(view_
                    .Ask(ListNoticeVersions, bench::Person("anyone"), kNow,
                         absl::StrCat("parent: 'communities/c1/notices/", id.data(), "'"), response)
                    .ok());
    std::string shown;
    for (const views::v1::NoticeVersion& v : response.versions()) {
      absl::StrAppend(
          &shown, v.version(), " ", views::v1::NoticeVersionCause_Name(v.cause()).substr(21), " '",
          v.reason(), "' ", v.content_sha256(), " ", When(v.published_at()), " until ",
          When(v.until()), " of ", When(v.min_until()), v.taken_down() ? " taken down" : "",
          v.early() ? " early" : "", " '", v.taken_down_reason(), "'\n");
    }
    return shown;
  };
  EXPECT_EQ(versions("result"),
            "1 PUBLISHED '' h1 06.10:00 until 09.10:00 of 21.23:59 ''\n"
            "2 CORRECTED 'a name' h2 09.10:00 until - of 24.23:59 ''\n");
  Then<nv::NoticePublished>("2026-01-20 10:00", "notices/roll",
                            "version: 2 content_sha256: 'h3' " + Duty("2026-02-04 23:59"));
  EXPECT_EQ(versions("roll"),
            "1 PUBLISHED '' h3 07.10:00 until 13.10:00 of 22.23:59 taken down early "
            "'names were not masked'\n"
            "2 REPUBLISHED '' h3 20.10:00 until - of 04.23:59 ''\n");
}

// Asking for the day before brings nothing back: words that were replaced, taken down or that have
// had their time stay away; what is up still is shown.
TEST_F(NoticeBoard, WhatCameDownDoesNotComeBackByAskingForThePast) {
  ViewBench then(MakePublicBoardViews());
  for (const log::v1::Record& record : history_.records()) {
    if (wire::ToTime(record.occurred_at()) >= bench::At("2026-01-09 09:30")) break;
    ASSERT_TRUE(then.Apply(record).ok());
  }
  const auto get = [&](std::string_view id) {
    views::v1::GetNoticeResponse response;
    EXPECT_TRUE(view_
                    .AskAsOf(then, "2026-01-09 09:30", GetNotice, bench::Person("anyone"), kNow,
                             absl::StrCat("name: 'communities/c1/notices/", id.data(), "'"),
                             response)
                    .ok());
    return response.notice();
  };
  EXPECT_EQ(get("result").version(), 1);  // It is told that it was there, and its hash.
  EXPECT_EQ(get("result").content_sha256(), "h1");
  EXPECT_EQ(get("result").state(), nv::STATE_PUBLISHED);
  for (const char* id : {"result", "roll", "fund"}) {
    EXPECT_EQ(get(id).title(), "") << id;
    EXPECT_EQ(get(id).body(), "") << id;
  }
  views::v1::ListNoticesResponse list;
  ASSERT_TRUE(view_
                  .AskAsOf(then, "2026-01-09 09:30", ListNotices, bench::Person("anyone"), kNow,
                           "parent: 'communities/c1'", list)
                  .ok());
  EXPECT_EQ(list.notices_size(), 3);
  EXPECT_EQ(list.DebugString().find("title"), std::string::npos);

  // While the one is still up, in that version, its words of then are those of today.
  ViewBench same(MakePublicBoardViews());
  for (const log::v1::Record& record : history_.records()) {
    if (wire::ToTime(record.occurred_at()) >= bench::At("2026-01-09 09:30")) break;
    ASSERT_TRUE(same.Apply(record).ok());
  }
  ASSERT_TRUE(same.AskAsOf(then, "2026-01-09 09:30", ListNotices, bench::Person("anyone"), kNow,
                           "parent: 'communities/c1'", list)
                  .ok());
  for (const NoticeRow& row : list.notices()) EXPECT_NE(row.title(), "") << row.name();
}

TEST_F(NoticeBoard, ShowsAnswersAndNeverWhoAskedWhat) {
  views::v1::ListInquiriesResponse inquiries;
  ASSERT_TRUE(
      view_.Ask(ListInquiries, bench::Person("anyone"), kNow, "parent: 'communities/c1'", inquiries)
          .ok());
  std::string shown;
  for (const views::v1::InquiryRow& row : inquiries.inquiries()) {
    absl::StrAppend(&shown, IdOf(row.notice()), " ", row.inquiry(), " v", row.version(), " '",
                    row.title(), "' ", When(row.asked_at()), " due ", When(row.answer_due()),
                    " answered ", When(row.answered_at()), " '", row.answer(), "' ",
                    row.has_days() ? absl::StrCat(row.days(), " days") : "open", " ",
                    row.question().text(), "\n");
  }
  EXPECT_EQ(shown,
            "fund 1 v1 '' 11.10:00 due - answered - '' open \n"
            "result 1 v2 'Result' 10.23:00 due 13.23:59 answered 12.01:00 'by one' 2 days \n");

  views::v1::ListNoticeObjectionsResponse objections;
  ASSERT_TRUE(view_
                  .Ask(ListNoticeObjections, bench::Person("anyone"), kNow,
                       "parent: 'communities/c1'", objections)
                  .ok());
  ASSERT_EQ(objections.objections_size(), 1);
  EXPECT_EQ(objections.objections(0).answer(), "a name stood there");
  EXPECT_TRUE(objections.objections(0).upheld());
  EXPECT_EQ(objections.objections(0).days(), 1);
  EXPECT_EQ(objections.objections(0).version(), 1);
  EXPECT_THAT(view_.Dump(), testing::Not(testing::ContainsRegex("persons/|secret")));
}

TEST_F(NoticeBoard, FiltersQuestions) {
  const auto count = [&](std::string_view filter) {
    views::v1::ListInquiriesResponse response;
    EXPECT_TRUE(view_
                    .Ask(ListInquiries, bench::Person("anyone"), kNow,
                         absl::StrCat("parent: 'communities/c1' filter: '", filter.data(), "'"),
                         response)
                    .ok());
    return response.inquiries_size();
  };
  EXPECT_EQ(count("answered = false"), 1);
  EXPECT_EQ(count("notice = \"communities/c1/notices/result\""), 1);
  EXPECT_EQ(count("kind = FUND AND answered = true"), 0);
  EXPECT_EQ(count("answer_due < 2026-01-14T00:00:00Z"), 1);
}

// Everyone may know whether a thing exists here; another community's board is another one.
TEST_F(NoticeBoard, SaysWhatDoesNotExist) {
  const auto reason = [&](auto query, auto response, std::string_view request) {
    return wire::ReasonOf(view_.Ask(query, bench::Person("anyone"), kNow, request, response));
  };
  constexpr auto kNone = type::v1::ERROR_REASON_RESOURCE_NOT_FOUND;
  EXPECT_EQ(reason(GetNotice, views::v1::GetNoticeResponse(), "name: 'communities/c1/notices/x'"),
            kNone);
  EXPECT_EQ(reason(GetNotice, views::v1::GetNoticeResponse(), "name: 'communities/c9/notices/x'"),
            kNone);
  EXPECT_EQ(reason(ListNotices, views::v1::ListNoticesResponse(), "parent: 'communities/c9'"),
            kNone);
  EXPECT_EQ(reason(ListNoticeVersions, views::v1::ListNoticeVersionsResponse(),
                   "parent: 'communities/c1/notices/x'"),
            kNone);
  EXPECT_EQ(reason(ListInquiries, views::v1::ListInquiriesResponse(), "parent: 'communities/c9'"),
            kNone);
  views::v1::ListNoticesResponse other;
  ASSERT_TRUE(
      view_.Ask(ListNotices, bench::Person("anyone"), kNow, "parent: 'communities/c2'", other)
          .ok());
  EXPECT_EQ(other.notices_size(), 0);
}

}  // namespace
}  // namespace sanzhang::projections::public_board
