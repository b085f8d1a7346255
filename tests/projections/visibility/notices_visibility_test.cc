// Who sees what of notices, of objections and questions, and of what is to do.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/public_board/notice_queries.h"
#include "projections/public_board/public_board_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace nv = notice::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-01-20 00:00";
constexpr std::string_view kParent = "parent: 'communities/c1'";

// One notice that is up, with a question of p-zhang and an objection of p-li.
History Notices() {
  History h = bench::Community();
  h.Add<nv::NoticePublished>("2026-01-10 10:00", "notices/n",
                             "version: 1 kind: PUBLICATION_KIND_RESULT audience: AUDIENCE_ALL "
                             "publisher: '@bodies/rc' content { title: 'Result' body: 'passed' } "
                             "duty { min_until T(2026-01-25 23:59) "
                             "objections_until T(2026-01-25 23:59) }");
  h.Add<nv::InquiryAsked>("2026-01-11 10:00", "notices/n",
                          "inquiry: 1 version: 1 asker: '@persons/p-zhang' "
                          "question { subject: '@persons/p-zhang' content: 'secret question' }");
  h.Add<nv::NoticeObjected>("2026-01-12 10:00", "notices/n",
                            "objection: 1 version: 1 objector: '@persons/p-li' "
                            "grounds { subject: '@persons/p-li' content: 'secret grounds' }");
  return h;
}

struct Views {
  History history = Notices();
  ViewBench board{MakePublicBoardViews()};

  Views() { board.Apply(history); }
};

Views& All() {
  static auto* const views = new Views();
  return *views;
}

// `denied`, or how many rows there are, and whether somebody's words are among them.
template <class Request, class Response>
std::string Ask(ViewBench& view,
                absl::Status (*query)(const QueryContext&, const Request&, Response&),
                const Caller& who, std::string_view request, int (*size)(const Response&)) {
  Response response;
  const absl::Status status = view.Ask(query, who, kNow, request, response);
  if (wire::ReasonOf(status) == type::v1::ERROR_REASON_PERMISSION_DENIED) return "denied";
  if (!status.ok()) return status.ToString();
  const std::string shown = response.ShortDebugString();
  EXPECT_THAT(shown, testing::Not(testing::HasSubstr("persons/")));
  return absl::StrCat(size(response), shown.find("secret") != std::string::npos ? " in words" : "");
}

// What a viewer gets of every query.
std::vector<std::string> Seen(const Caller& who) {
  using namespace views::v1;
  ViewBench& board = All().board;
  std::vector<std::string> seen;
  const auto add = [&](std::string_view name, std::string got) {
    seen.push_back(absl::StrCat(name.data(), ": ", got));
  };
  add("board",
      Ask<ListNoticesRequest, ListNoticesResponse>(board, public_board::ListNotices, who, kParent,
                                                   [](const auto& r) { return r.notices_size(); }));
  add("board one", Ask<GetNoticeRequest, GetNoticeResponse>(
                       board, public_board::GetNotice, who, "name: 'communities/c1/notices/n'",
                       [](const auto& r) { return int{r.has_notice()}; }));
  add("board watch", Ask<WatchNoticesRequest, WatchNoticesResponse>(
                         board, public_board::WatchNotices, who, kParent,
                         [](const auto& r) { return r.notices_size(); }));
  add("board versions",
      Ask<ListNoticeVersionsRequest, ListNoticeVersionsResponse>(
          board, public_board::ListNoticeVersions, who, "parent: 'communities/c1/notices/n'",
          [](const auto& r) { return r.versions_size(); }));
  add("board objections", Ask<ListNoticeObjectionsRequest, ListNoticeObjectionsResponse>(
                              board, public_board::ListNoticeObjections, who, kParent,
                              [](const auto& r) { return r.objections_size(); }));
  add("board questions", Ask<ListInquiriesRequest, ListInquiriesResponse>(
                             board, public_board::ListInquiries, who, kParent,
                             [](const auto& r) { return r.inquiries_size(); }));
  return seen;
}

std::vector<std::string> Everyone() {
  return {"board: 1",          "board one: 1",        "board watch: 1",
          "board versions: 1", "board objections: 1", "board questions: 1"};
}

struct Case {
  std::string name;
  Caller who;
};
class NoticeMatrix : public testing::TestWithParam<Case> {};

TEST_P(NoticeMatrix, ViewerByQuery) {
  EXPECT_THAT(Seen(GetParam().who), testing::ElementsAreArray(Everyone()));
}

INSTANTIATE_TEST_SUITE_P(Viewers, NoticeMatrix,
                         testing::ValuesIn(std::vector<Case>{
                             {"Committee", bench::Person("p-rc")},
                             {"Officer", bench::Person("p-gov")},
                             {"Party", bench::Person("p-party")},
                             {"Supervision", bench::Person("p-sup")},
                             {"GridChief", bench::Person("p-grid")},
                             {"Company", bench::Person("p-pc1")},
                             {"Department", bench::Person("p-dep")},
                             {"Asker", bench::Person("p-zhang")},
                             {"Objector", bench::Person("p-li")},
                             {"ResidentOfAnotherCommunity", bench::Person("p-out")},
                             {"Nobody", bench::Person("p-nobody")},
                             {"Auditor", bench::Service("auditor", {type::v1::ROLE_AUDITOR})},
                             {"UnknownService", bench::Service("stranger")},
                         }),
                         [](const auto& info) { return info.param.name; });

// What is not in the file can't leak from it.
TEST(NoticeViews, HoldNoMoreThanTheirViewersMaySee) {
  EXPECT_THAT(All().board.Dump(), testing::Not(testing::ContainsRegex("persons/|secret")));
}

}  // namespace
}  // namespace sanzhang::projections
