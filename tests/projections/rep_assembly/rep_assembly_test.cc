// The representative assembly's sessions, resolutions, constituencies and papers.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/rep_assembly/rep_assembly_queries.h"
#include "projections/rep_assembly/rep_assembly_views.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::rep_assembly {
namespace {

namespace reg = registry::v1;
namespace res = resolution::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kParent = "parent: 'communities/c1'";

std::string Stream(const char* id) { return absl::StrCat("resolutions/", id); }

// A motion of the assembly with one item, announced for a day in March at 19:00.
void Announce(History& h, const char* id, const char* day) {
  h.Add<res::MotionDrafted>("2026-03-01 09:00", Stream(id),
                            absl::StrCat("regime: REGIME_REP_ASSEMBLY matter: "
                                         "MATTER_CODE_URC30_CHARTER title: '",
                                         id,
                                         "' text: 'all' items { code: 'a' text: 'yes?' } "
                                         "convener: '@bodies/rc' body: '@bodies/ra'"));
  h.Add<res::VoteNoticed>("2026-03-02 09:00", Stream(id),
                          absl::StrCat("mode: VOTE_MODE_MEETING opens T(2026-03-", day,
                                       " 19:00) closes T(2026-03-", day, " 22:00)"));
}

// Opens it on that day, and puts its item to the vote before so many.
void Hold(History& h, const char* id, const char* day, int composition, int representatives,
          int present) {
  h.Add<res::ElectorateFrozen>("2026-03-03 09:00", Stream(id),
                               absl::StrCat("snapshot: 's' composition: ", composition,
                                            " representatives: ", representatives));
  h.Add<res::VoteOpened>(absl::StrCat("2026-03-", day, " 19:00"), Stream(id), "");
  if (present == 0) return;
  h.Add<res::ItemCalled>(absl::StrCat("2026-03-", day, " 19:30"), Stream(id),
                         absl::StrCat("item: 'a' present: ", present));
}

views::v1::ListAssemblySessionsResponse Sessions(const History& h, const char* more = "") {
  ViewBench view(MakeRepAssemblyViews());
  view.Apply(h);
  views::v1::ListAssemblySessionsResponse response;
  const absl::Status status =
      view.Ask(ListAssemblySessions, bench::Person("p-rc"), "2026-03-25 00:00",
               absl::StrCat(std::string(kParent), more), response);
  EXPECT_TRUE(status.ok()) << status;
  return response;
}

std::string Line(const views::v1::AssemblySession& s) {
  std::string line =
      absl::StrCat(s.day(), s.opened() ? " opened " : " to come ", s.representatives(), "/",
                   s.composition(), s.composition_valid() ? " valid " : " invalid ", s.present(),
                   " of ", s.present_required(), s.quorum_met() ? " quorum" : " no quorum");
  for (const auto& motion : s.motions()) {
    absl::StrAppend(&line, " ", motion.title(), ":");
    for (const auto& item : motion.items()) {
      absl::StrAppend(
          &line, item.called() ? item.quorum_met() ? "quorum" : "too few" : "waits",
          item.outcome() != 0 ? absl::StrCat("=", res::Outcome_Name(item.outcome())) : "");
    }
  }
  return line;
}

// Two thirds of 45 are 30, of 44 thirty too: 88 / 3 rounded up; four fifths of 45 are 36.
TEST(Sessions, NeedTwoThirdsOfTheComposition) {
  struct Case {
    int composition, representatives, present;
    const char* line;
  };
  for (const Case& c : {
           Case{45, 36, 30, "2026-03-20 opened 36/45 valid 30 of 30 quorum m:quorum"},
           Case{45, 36, 29, "2026-03-20 opened 36/45 valid 29 of 30 no quorum m:too few"},
           Case{45, 35, 30, "2026-03-20 opened 35/45 invalid 30 of 30 quorum m:quorum"},
           Case{44, 36, 30, "2026-03-20 opened 36/44 valid 30 of 30 quorum m:quorum"},
           Case{44, 36, 29, "2026-03-20 opened 36/44 valid 29 of 30 no quorum m:too few"},
           Case{46, 37, 31, "2026-03-20 opened 37/46 valid 31 of 31 quorum m:quorum"},
           Case{1, 1, 1, "2026-03-20 opened 1/1 valid 1 of 1 quorum m:quorum"},
       }) {
    History h = bench::Community();
    Announce(h, "m", "20");
    Hold(h, "m", "20", c.composition, c.representatives, c.present);
    EXPECT_EQ(Line(Sessions(h).sessions(0)), c.line);
  }
}

TEST(Sessions, AreDays) {
  History h = bench::Community();
  Announce(h, "m1", "20");
  Announce(h, "m2", "20");
  Announce(h, "m3", "28");
  Hold(h, "m1", "20", 45, 36, 31);
  Hold(h, "m2", "20", 45, 36, 29);  // Two had left.
  h.Add<res::ResolutionCertified>("2026-03-21 10:00", Stream("m1"),
                                  "outcome: OUTCOME_PASSED "
                                  "outcomes { item: 'a' outcome: OUTCOME_PASSED }");
  Announce(h, "m4", "28");
  h.Add<res::MotionWithdrawn>("2026-03-22 10:00", Stream("m4"), "");
  const auto response = Sessions(h);
  ASSERT_EQ(response.sessions_size(), 2);
  EXPECT_EQ(Line(response.sessions(0)), "2026-03-28 to come 0/0 invalid 0 of 0 no quorum m3:waits");
  EXPECT_EQ(Line(response.sessions(1)),
            "2026-03-20 opened 36/45 valid 31 of 30 no quorum m1:quorum=OUTCOME_PASSED m2:too few");
  EXPECT_EQ(response.sessions(1).motions(0).outcome(), res::OUTCOME_PASSED);
  EXPECT_EQ(response.sessions(1).motions(1).state(), views::v1::RESOLUTION_STATE_OPEN);
  EXPECT_EQ(Sessions(h, " filter: 'opened = false'").sessions_size(), 1);
  const auto first = Sessions(h, " page_size: 1");
  EXPECT_EQ(first.sessions(0).day(), "2026-03-28");
  EXPECT_NE(first.next_page_token(), "");
}

TEST(Sessions, ShowWhoIsThereBeforeAnythingIsCalled) {
  History h = bench::Community();
  Announce(h, "m", "20");
  Hold(h, "m", "20", 45, 36, 0);
  h.Add<res::AttendanceCheckedIn>("2026-03-20 19:10", Stream("m"),
                                  "voter: '@resolutions/m/voters/v1'");
  h.Add<res::AttendanceCheckedIn>("2026-03-20 19:11", Stream("m"),
                                  "voter: '@resolutions/m/voters/v2'");
  h.Add<res::AttendanceCheckedOut>("2026-03-20 19:12", Stream("m"),
                                   "voter: '@resolutions/m/voters/v1'");
  EXPECT_EQ(Line(Sessions(h).sessions(0)),
            "2026-03-20 opened 36/45 valid 1 of 30 no quorum m:waits");
}

TEST(Resolutions, AreFollowedToTheSecondPublication) {
  History h = bench::Community();
  Announce(h, "m1", "10");
  Announce(h, "m2", "10");
  h.Add<res::ResolutionCertified>("2026-03-11 10:00", Stream("m1"),
                                  "outcome: OUTCOME_PASSED "
                                  "outcomes { item: 'a' outcome: OUTCOME_PASSED }");
  h.Add<res::ResolutionCertified>("2026-03-11 11:00", Stream("m2"),
                                  "outcome: OUTCOME_REJECTED "
                                  "outcomes { item: 'a' outcome: OUTCOME_REJECTED }");
  const auto rows = [&] {
    ViewBench view(MakeRepAssemblyViews());
    view.Apply(h);
    views::v1::ListAssemblyResolutionsResponse response;
    EXPECT_TRUE(view.Ask(ListAssemblyResolutions, bench::Person("p-zhang2"), "2026-03-25 00:00",
                         kParent, response)
                    .code() == absl::StatusCode::kPermissionDenied);
    EXPECT_TRUE(view.Ask(ListAssemblyResolutions, bench::Person("p-rc"), "2026-03-25 00:00",
                         kParent, response)
                    .ok());
    EXPECT_EQ(response.resolutions_size(), 1) << "what did not pass is not carried out";
    return response.resolutions(0);
  };
  EXPECT_FALSE(rows().has_due());
  h.Add<res::ResolutionPublished>("2026-03-12 10:00", Stream("m1"), "notice: '@notices/n'");
  h.Add<res::ExecutionPlanned>("2026-03-13 10:00", Stream("m1"),
                               "body: '@bodies/rc' steps: 'one' steps: 'two' "
                               "due T(2026-03-24 00:00)");
  h.Add<res::ExecutionProgressed>("2026-03-14 10:00", Stream("m1"), "percent: 40");
  auto row = rows();
  EXPECT_EQ(row.title(), "m1");
  EXPECT_EQ(row.executor(), "communities/c1/bodies/rc");
  EXPECT_THAT(row.steps(), testing::ElementsAre("one", "two"));
  EXPECT_EQ(row.percent(), 40);
  EXPECT_TRUE(row.late());
  EXPECT_FALSE(row.published_twice());
  h.Add<res::ExecutionFinished>("2026-03-23 10:00", Stream("m1"), "");
  row = rows();
  EXPECT_EQ(row.percent(), 100);
  EXPECT_FALSE(row.late());
  h.Add<res::ExecutionPublished>("2026-03-24 10:00", Stream("m1"), "notice: '@notices/n2'");
  EXPECT_TRUE(rows().published_twice());
  h.Add<res::ResolutionRevoked>("2026-03-24 11:00", Stream("m1"), "by: REVOKED_BY_COURT");
  EXPECT_TRUE(rows().revoked());
}

// p-zhang stands for building 1, p-li for nobody: a seat of the committee.
History Assembly() {
  constexpr std::string_view kT = "2026-01-02 00:00";
  History h = bench::Community();
  h.Add<reg::BodyPrepared>(kT, "bodies/ra", "kind: BODY_KIND_RESIDENT_REP_ASSEMBLY");
  h.Add<reg::BodyEstablished>(kT, "bodies/ra", "");
  h.Add<reg::TermStarted>(kT, "terms/t",
                          "body: '@bodies/ra' begins T(2026-01-02 00:00) ends T(2031-01-02 00:00)");
  for (const char* person : {"p-zhang", "p-li"}) {
    h.Add<reg::MemberSeated>(kT, absl::StrCat("memberships/", person),
                             absl::StrCat("body: '@bodies/ra' person: '@persons/", person,
                                          "' term: '@terms/t' office: OFFICE_MEMBER "
                                          "body_kind: BODY_KIND_RESIDENT_REP_ASSEMBLY"));
  }
  h.Add<reg::RepresentativeConstituencySet>(
      kT, "constituencies/k1", "units: '@buildings/b1' units: '@households/h1' households: 40");
  h.Add<reg::RepresentativeElected>(
      kT, "constituencies/k1", "membership: '@memberships/p-zhang' person: '@persons/p-zhang'");
  return h;
}

TEST(MyConstituency, ShowsWhatWaitsInIt) {
  History h = Assembly();
  const auto file = [&](const char* id, const char* place, const char* due) {
    h.Add<complaint::v1::ComplaintFiled>(
        "2026-03-01 10:00", absl::StrCat("complaints/", id),
        absl::StrCat("text { content: 'secret' } complainant: '@persons/p-li' intake_due T(", due,
                     ") place { ", place, " }"));
  };
  file("a", "building: '@buildings/b1' entrance: '@entrances/e1'", "2026-03-02 10:00");
  file("b", "building: '@buildings/b1'", "2026-05-02 10:00");
  file("c", "building: '@buildings/b2'", "2026-03-02 10:00");
  const auto notice = [&](const char* id, const char* place) {
    h.Add<notice::v1::NoticePublished>("2026-03-01 10:00", absl::StrCat("notices/", id),
                                       absl::StrCat("version: 1 place { ", place, " }"));
    h.Add<notice::v1::InquiryAsked>("2026-03-02 10:00", absl::StrCat("notices/", id), "inquiry: 1");
  };
  notice("all", "");
  notice("here", "building: '@buildings/b1'");
  notice("there", "building: '@buildings/b2'");
  notice("answered", "");
  h.Add<notice::v1::InquiryAnswered>("2026-03-03 10:00", "notices/answered", "inquiry: 1");
  Announce(h, "past", "20");
  Hold(h, "past", "20", 2, 1, 2);
  Announce(h, "late", "30");
  Announce(h, "next", "28");
  ViewBench view(MakeRepAssemblyViews());
  view.Apply(h);
  views::v1::GetMyConstituencyResponse response;
  const auto ask = [&](const char* who, std::string_view now) {
    return view.Ask(GetMyConstituency, bench::Person(who), now, kParent, response);
  };
  ASSERT_TRUE(ask("p-zhang", "2026-03-25 00:00").ok());
  ASSERT_EQ(response.constituencies_size(), 1);
  EXPECT_EQ(response.constituencies(0).ShortDebugString(),
            History::Expand("constituency { constituency: \"@constituencies/k1\" "
                            "units: \"@buildings/b1\" units: \"@households/h1\" households: 40 "
                            "membership: \"@memberships/p-zhang\" } open_complaints: 2 "
                            "overdue_complaints: 1 unanswered_questions: 2"));
  EXPECT_EQ(response.next_session().seconds(), absl::ToUnixSeconds(bench::At("2026-03-28 19:00")));
  ASSERT_TRUE(ask("p-li", "2026-03-25 00:00").ok());
  EXPECT_EQ(response.constituencies_size(), 0) << "a seat of the committee";
  EXPECT_EQ(ask("p-zhang", "2031-01-02 00:00").code(), absl::StatusCode::kPermissionDenied)
      << "the term is over";
  EXPECT_EQ(ask("p-rc", "2026-03-25 00:00").code(), absl::StatusCode::kPermissionDenied);
}

TEST(DraftPapers, HaveWhatComesBeforeTheVote) {
  History h = bench::Community();
  h.Add<res::MotionDrafted>("2026-03-01 09:00", Stream("m"),
                            "regime: REGIME_REP_ASSEMBLY title: 'charter' text: 'words' "
                            "items { code: 'a' text: 'yes?' } convener: '@bodies/rc' "
                            "evidence { sha256: 'x' size_bytes: 7 media_type: 'text/plain' }");
  h.Add<res::DeliberationRecorded>("2026-03-02 09:00", Stream("m"),
                                   "held_at T(2026-03-02 08:00) bodies: '@bodies/rc' "
                                   "bodies: '@bodies/party' participants: 9 consensus: 'agreed'");
  h.Add<res::PartyStudyRecorded>("2026-03-03 09:00", Stream("m"),
                                 "opinion: STUDY_OPINION_SUPPORT_WITH_ADVICE advice: 'shorter'");
  h.Add<res::MotionDrafted>("2026-03-01 09:00", Stream("other"), "regime: REGIME_OWNERS");
  ViewBench view(MakeRepAssemblyViews());
  view.Apply(h);
  views::v1::ListDraftPapersResponse response;
  ASSERT_TRUE(
      view.Ask(ListDraftPapers, bench::Person("p-rc"), "2026-03-25 00:00", kParent, response).ok());
  ASSERT_EQ(response.papers_size(), 1);
  const auto& paper = response.papers(0);
  EXPECT_EQ(paper.title(), "charter");
  EXPECT_EQ(paper.text(), "words");
  EXPECT_EQ(paper.state(), views::v1::RESOLUTION_STATE_DRAFTED);
  EXPECT_EQ(paper.items(0).text(), "yes?");
  EXPECT_EQ(paper.evidence(0).size_bytes(), 7);
  EXPECT_EQ(paper.opinion(), res::STUDY_OPINION_SUPPORT_WITH_ADVICE);
  EXPECT_EQ(paper.advice(), "shorter");
  ASSERT_EQ(paper.deliberations_size(), 1);
  EXPECT_EQ(paper.deliberations(0).bodies_size(), 2);
  EXPECT_EQ(paper.deliberations(0).consensus(), "agreed");
  EXPECT_FALSE(paper.has_opens());
}

TEST(DraftPapers, AreThereUntilTheVoteOpens) {
  History h = bench::Community();
  Announce(h, "m", "20");
  const auto count = [&] {
    ViewBench view(MakeRepAssemblyViews());
    view.Apply(h);
    views::v1::ListDraftPapersResponse response;
    EXPECT_TRUE(
        view.Ask(ListDraftPapers, bench::Person("p-party"), "2026-03-25 00:00", kParent, response)
            .ok());
    return response.papers_size();
  };
  EXPECT_EQ(count(), 1);
  Hold(h, "m", "20", 45, 36, 0);
  EXPECT_EQ(count(), 0);
}

}  // namespace
}  // namespace sanzhang::projections::rep_assembly
