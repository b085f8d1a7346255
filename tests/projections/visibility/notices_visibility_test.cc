// Who sees what of notices, of objections and questions, and of what is to do.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/owners_committee/inquiry_queries.h"
#include "projections/owners_committee/owners_committee_views.h"
#include "projections/public_board/notice_queries.h"
#include "projections/public_board/public_board_views.h"
#include "projections/resident/resident_views.h"
#include "projections/resident/to_do_queries.h"
#include "projections/residents_committee/publication_queries.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "proto/wire/refusal.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace nv = notice::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kNow = "2026-01-20 00:00";
constexpr std::string_view kParent = "parent: 'communities/c1'";

// One notice that is up, with a question of p-zhang and an objection of p-li; one that is not.
History Notices() {
  namespace reg = registry::v1;
  History h = bench::Community();
  constexpr std::string_view kT = "2026-01-02 00:00";
  h.Add<reg::BodyPrepared>(kT, "bodies/oc", "kind: BODY_KIND_OWNERS_COMMITTEE");
  h.Add<reg::BodyEstablished>(kT, "bodies/oc", "");
  h.Add<reg::PersonRegistered>(kT, "persons/p-oc", "");
  h.Add<reg::MemberSeated>(kT, "memberships/oc",
                           "body: '@bodies/oc' person: '@persons/p-oc' office: OFFICE_MEMBER "
                           "body_kind: BODY_KIND_OWNERS_COMMITTEE");
  h.Add<nv::NoticePublished>("2026-01-10 10:00", "notices/n",
                             "version: 1 kind: PUBLICATION_KIND_RESULT audience: AUDIENCE_ALL "
                             "publisher: '@bodies/rc' content { title: 'Result' body: 'passed' } "
                             "duty { min_until T(2026-01-25 23:59) "
                             "objections_until T(2026-01-25 23:59) }");
  h.Add<nv::InquiryAsked>("2026-01-11 10:00", "notices/n",
                          "inquiry: 1 version: 1 asker: '@persons/p-zhang' "
                          "question { subject: '@persons/p-zhang' content: 'confided question' }");
  // Of another community.
  h.Add<nv::NoticePublished>("2026-01-11 10:00", "communities/c2/notices/n", "version: 1");
  h.Add<nv::NoticePublished>("2026-01-11 10:00", "notices/down",
                             "version: 1 kind: PUBLICATION_KIND_FUND publisher: '@bodies/pc1'");
  h.Add<nv::NoticeTakenDown>("2026-01-12 10:00", "notices/down", "version: 1 early: true");
  h.Add<nv::NoticeObjected>("2026-01-12 10:00", "notices/n",
                            "objection: 1 version: 1 objector: '@persons/p-li' "
                            "grounds { subject: '@persons/p-li' content: 'confided grounds' }");
  return h;
}

struct Views {
  History history = Notices();
  ViewBench board{MakePublicBoardViews()};
  ViewBench committee{MakeResidentsCommitteeViews()};
  ViewBench owners{MakeOwnersCommitteeViews()};
  ViewBench resident{MakeResidentViews()};

  Views() {
    for (ViewBench* view : {&board, &committee, &owners, &resident}) view->Apply(history);
  }
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
  return absl::StrCat(size(response),
                      shown.find("confided") != std::string::npos ? " in words" : "");
}

// Notices, one of them, notices on a screen, versions, objections, questions.
std::string SeenOnBoard(const Caller& who) {
  using namespace views::v1;
  ViewBench& board = All().board;
  const std::vector<std::string> seen = {
      Ask<ListNoticesRequest, ListNoticesResponse>(board, public_board::ListNotices, who, kParent,
                                                   [](const auto& r) { return r.notices_size(); }),
      Ask<GetNoticeRequest, GetNoticeResponse>(board, public_board::GetNotice, who,
                                               "name: 'communities/c1/notices/n'",
                                               [](const auto& r) { return int{r.has_notice()}; }),
      Ask<WatchNoticesRequest, WatchNoticesResponse>(
          board, public_board::WatchNotices, who, kParent,
          [](const auto& r) { return r.notices_size(); }),
      Ask<ListNoticeVersionsRequest, ListNoticeVersionsResponse>(
          board, public_board::ListNoticeVersions, who, "parent: 'communities/c1/notices/n'",
          [](const auto& r) { return r.versions_size(); }),
      Ask<ListNoticeObjectionsRequest, ListNoticeObjectionsResponse>(
          board, public_board::ListNoticeObjections, who, kParent,
          [](const auto& r) { return r.objections_size(); }),
      Ask<ListInquiriesRequest, ListInquiriesResponse>(
          board, public_board::ListInquiries, who, kParent,
          [](const auto& r) { return r.inquiries_size(); })};
  return absl::StrJoin(seen, ", ");
}

// Duties, gaps, questions and objections received.
std::string SeenByCommittee(const Caller& who) {
  using namespace views::v1;
  ViewBench& view = All().committee;
  const std::vector<std::string> seen = {
      Ask<ListPublicationDutiesRequest, ListPublicationDutiesResponse>(
          view, residents_committee::ListPublicationDuties, who, kParent,
          [](const auto& r) { return r.duties_size(); }),
      Ask<ListPublicationGapsRequest, ListPublicationGapsResponse>(
          view, residents_committee::ListPublicationGaps, who, kParent,
          [](const auto& r) { return r.gaps_size(); }),
      Ask<ListReceivedInquiriesRequest, ListReceivedInquiriesResponse>(
          view, residents_committee::ListReceivedInquiries, who, kParent,
          [](const auto& r) { return r.inquiries_size(); }),
      Ask<ListReceivedObjectionsRequest, ListReceivedObjectionsResponse>(
          view, residents_committee::ListReceivedObjections, who, kParent,
          [](const auto& r) { return r.objections_size(); })};
  return absl::StrJoin(seen, ", ");
}

// Questions and objections of owners.
std::string SeenByOwners(const Caller& who) {
  using namespace views::v1;
  ViewBench& view = All().owners;
  return absl::StrCat(Ask<ListOwnerInquiriesRequest, ListOwnerInquiriesResponse>(
                          view, owners_committee::ListOwnerInquiries, who, kParent,
                          [](const auto& r) { return r.inquiries_size(); }),
                      ", ",
                      Ask<ListOwnerObjectionsRequest, ListOwnerObjectionsResponse>(
                          view, owners_committee::ListOwnerObjections, who, kParent,
                          [](const auto& r) { return r.objections_size(); }));
}

// What is to do, listed and watched.
std::string SeenByMe(const Caller& who) {
  using namespace views::v1;
  ViewBench& view = All().resident;
  return absl::StrCat(
      Ask<ListMyToDosRequest, ListMyToDosResponse>(view, resident::ListMyToDos, who, kParent,
                                                   [](const auto& r) { return r.to_dos_size(); }),
      ", ",
      Ask<WatchMyToDosRequest, WatchMyToDosResponse>(
          view, resident::WatchMyToDos, who, kParent,
          [](const auto& r) { return r.to_dos_size(); }));
}

struct Case {
  std::string name;
  Caller who;
  std::string committee;
  std::string mine;
};
class NoticeMatrix : public testing::TestWithParam<Case> {};

TEST_P(NoticeMatrix, ViewerByQuery) {
  EXPECT_EQ(SeenOnBoard(GetParam().who), "2, 1, 2, 1, 1, 1");
  EXPECT_EQ(SeenByCommittee(GetParam().who), GetParam().committee);
  EXPECT_EQ(SeenByOwners(GetParam().who),
            GetParam().name == "OwnersCommittee" ? "1, 1" : "denied, denied")
      << "never in words: the notice is another's";
  EXPECT_EQ(SeenByMe(GetParam().who), GetParam().mine);
}

constexpr char kNothing[] = "denied, denied, denied, denied";
constexpr char kDuties[] = "20, 1, denied, denied";

INSTANTIATE_TEST_SUITE_P(
    Viewers, NoticeMatrix,
    testing::ValuesIn(std::vector<Case>{
        {"Committee", bench::Person("p-rc"), "20, 1, 1 in words, 1 in words", "0, 0"},
        {"Officer", bench::Person("p-gov"), kDuties, "0, 0"},
        {"Party", bench::Person("p-party"), kDuties, "0, 0"},
        {"Supervision", bench::Person("p-sup"), kDuties, "0, 0"},
        {"OwnersCommittee", bench::Person("p-oc"), kNothing, "0, 0"},
        {"GridChief", bench::Person("p-grid"), kNothing, "0, 0"},
        {"Company", bench::Person("p-pc1"), kNothing, "0, 0"},
        {"Department", bench::Person("p-dep"), kNothing, "0, 0"},
        {"Asker", bench::Person("p-zhang"), kNothing, "1, 1"},
        {"Objector", bench::Person("p-li"), kNothing, "0, 0"},
        {"ResidentOfAnotherCommunity", bench::Person("p-out"), kNothing, "denied, denied"},
        {"Nobody", bench::Person("p-nobody"), kNothing, "denied, denied"},
        {"Auditor", bench::Service("auditor", {type::v1::ROLE_AUDITOR}), kDuties, "denied, denied"},
        {"UnknownService", bench::Service("stranger"), kNothing, "denied, denied"},
    }),
    [](const auto& info) { return info.param.name; });

// What is not in the file can't leak from it.
TEST(NoticeViews, HoldNoMoreThanTheirViewersMaySee) {
  EXPECT_THAT(All().board.Dump(), testing::Not(testing::ContainsRegex("persons/|confided")));
  EXPECT_THAT(All().resident.Dump(), testing::Not(testing::HasSubstr("confided")));
  for (const char* table : {"notice_objection", "inquiry"}) {
    EXPECT_EQ(
        All().owners.Select(absl::StrCat("SELECT count(*) FROM ", table, " WHERE person <> ''"), 1),
        "0\n");
    EXPECT_EQ(All().committee.Select(
                  absl::StrCat("SELECT count(*) FROM ", table, " WHERE person <> ''"), 1),
              "0\n");
  }
}

}  // namespace
}  // namespace sanzhang::projections
