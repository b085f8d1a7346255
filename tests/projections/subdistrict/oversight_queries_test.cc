// V-G3, V-G4, V-G5: filings, terms and elections, revocations and corrections.
#include "projections/subdistrict/oversight_queries.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/subdistrict/subdistrict_views.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::subdistrict {
namespace {

namespace reg = registry::v1;
namespace res = resolution::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kParent = "parent: 'communities/c1'";

std::string Stream(const char* id) { return absl::StrCat("resolutions/", id); }

template <class Response, class Query>
Response AskOfficer(const History& h, Query query, std::string_view now, std::string more = "") {
  ViewBench view(MakeSubdistrictViews());
  view.Apply(h);
  Response response;
  const absl::Status status = view.Ask(query, bench::Person("p-gov"), now,
                                       absl::StrCat(std::string(kParent), " ", more), response);
  EXPECT_TRUE(status.ok()) << status;
  return response;
}

// An owners' committee of area 1 with a chair, whose term runs to September.
History Owners() {
  History h = bench::Community();
  h.Add<reg::BodyPrepared>("2026-02-01 10:00", "bodies/oc",
                           "kind: BODY_KIND_OWNERS_COMMITTEE property_area: '@propertyAreas/a1'");
  h.Add<reg::BodyEstablished>("2026-03-02 15:00", "bodies/oc", "");
  h.Add<reg::TermStarted>("2026-03-02 15:00", "terms/t1",
                          "body: '@bodies/oc' begins T(2026-03-02 15:00) ends T(2026-09-01 00:00)");
  h.Add<reg::MemberSeated>("2026-03-02 16:00", "memberships/oc1",
                           "body: '@bodies/oc' person: '@persons/p-li' office: OFFICE_CHAIR "
                           "term: '@terms/t1' body_kind: BODY_KIND_OWNERS_COMMITTEE");
  return h;
}

std::string Line(const views::v1::FilingRow& filing) {
  std::string line = absl::StrCat(filing.body().substr(filing.body().rfind('/') + 1), " ",
                                  views::v1::FilingCause_Name(filing.cause()).substr(13), " ",
                                  views::v1::FilingDecision_Name(filing.decision()).substr(16));
  if (filing.late()) line.append(" late");
  for (const auto& result : filing.checks()) {
    absl::StrAppend(&line, result.met() ? " +" : " -",
                    views::v1::FilingCheck_Name(result.check()).substr(13));
  }
  return line;
}

std::vector<std::string> Inbox(const History& h, std::string_view now, std::string more = "") {
  std::vector<std::string> lines;
  const auto all = AskOfficer<views::v1::ListFilingsInboxResponse>(h, ListFilingsInbox, now, more);
  for (const auto& filing : all.filings()) {
    lines.push_back(Line(filing));
  }
  return lines;
}

TEST(Filings, AreCheckedWithoutTheirPapers) {
  History h = Owners();
  EXPECT_THAT(Inbox(h, "2026-03-10 00:00"),
              testing::ElementsAre("oc ESTABLISHED AWAITED +TERM_RECORDED +CHAIR_SEATED"));
  EXPECT_THAT(
      Inbox(h, "2026-04-10 00:00"),
      testing::ElementsAre("oc ESTABLISHED AWAITED late -IN_TIME +TERM_RECORDED +CHAIR_SEATED"));
  h.Add<reg::MemberEnded>("2026-04-10 00:00", "memberships/oc1", "");
  h.Add<reg::BodyFiled>("2026-04-11 00:00", "bodies/oc", "receipt: 'r1'");
  EXPECT_THAT(
      Inbox(h, "2026-04-12 00:00"),
      testing::ElementsAre("oc ESTABLISHED RECEIVED late -IN_TIME +TERM_RECORDED -CHAIR_SEATED"));
  EXPECT_THAT(Inbox(h, "2026-04-12 00:00", "filter: 'filed = false'"), testing::IsEmpty());
}

TEST(Filings, OfADissolvedBodyAreNotAwaited) {
  History h = Owners();
  h.Add<reg::BodyDissolved>("2026-03-10 00:00", "bodies/oc", "");
  EXPECT_THAT(Inbox(h, "2026-04-12 00:00"), testing::IsEmpty());
}

TEST(Filings, OfResolutions) {
  History h = bench::Community();
  const auto pass = [&](const char* id, const char* matter) {
    h.Add<res::MotionDrafted>(
        "2026-03-01 00:00", Stream(id),
        absl::StrCat("convener: '@bodies/rc' items { code: 'a' } matter: ", matter));
    h.Add<res::ResolutionCertified>(absl::StrCat("2026-03-1", id, " 00:00"), Stream(id),
                                    "outcomes { item: 'a' outcome: OUTCOME_PASSED }");
  };
  pass("1", "MATTER_CODE_URC30_CHARTER");
  pass("2", "MATTER_CODE_URC30_REPORT");
  pass("3", "MATTER_CODE_CC278_2");
  EXPECT_THAT(Inbox(h, "2026-03-20 00:00"),
              testing::ElementsAre("rc RESOLUTION AWAITED -PUBLISHED +UNCHALLENGED",
                                   "rc RESOLUTION AWAITED -PUBLISHED +UNCHALLENGED"))
      << "a report is not filed";
  h.Add<res::ResolutionPublished>("2026-03-20 00:00", Stream("1"), "");
  h.Add<res::ResolutionFiled>("2026-03-21 00:00", Stream("1"), "receipt: 'r'");
  h.Add<res::ResolutionFiled>("2026-03-21 00:00", Stream("2"), "receipt: 's'");
  h.Add<res::ResolutionChallenged>("2026-03-22 00:00", Stream("2"), "challenge: 'x'");
  h.Add<res::ResolutionCorrectionOrdered>("2026-03-22 00:00", Stream("1"),
                                          "order: 'Art. 3' due T(2026-04-01 00:00)");
  h.Add<res::ResolutionRevoked>("2026-03-22 00:00", Stream("3"), "");
  EXPECT_THAT(Inbox(h, "2026-03-23 00:00"),
              testing::ElementsAre("rc RESOLUTION REVOKED -PUBLISHED +UNCHALLENGED",
                                   "rc RESOLUTION RECEIVED -PUBLISHED -UNCHALLENGED",
                                   "rc RESOLUTION CORRECTION_ORDERED +PUBLISHED +UNCHALLENGED"));
}

std::string Term(const History& h, const char* body, std::string_view now) {
  const auto all = AskOfficer<views::v1::ListTermCalendarResponse>(h, ListTermCalendar, now);
  for (const auto& row : all.bodies()) {
    if (!row.body().ends_with(absl::StrCat("/", body))) continue;
    std::string line = absl::StrCat(views::v1::TermStage_Name(row.stage()).substr(11), " seats ",
                                    row.seats(), " vacant ", row.vacancies());
    if (!row.election().empty()) {
      absl::StrAppend(&line, " ", row.election().substr(row.election().rfind('/') + 1));
    }
    for (const int blocker : row.blockers()) {
      absl::StrAppend(
          &line, " ",
          views::v1::TermBlocker_Name(static_cast<views::v1::TermBlocker>(blocker)).substr(13));
    }
    return line;
  }
  return "none";
}

// The term ends while the vote for the next one is open: the calendar says where that stands.
TEST(Terms, FollowTheElection) {
  History h = Owners();
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/oc", "receipt: 'r1'");
  EXPECT_EQ(Term(h, "oc", "2026-05-01 00:00"), "RUNNING seats 1 vacant 0");
  EXPECT_EQ(Term(h, "oc", "2026-08-01 00:00"), "EXPIRING seats 1 vacant 0 NO_ELECTION");
  h.Add<res::MotionDrafted>("2026-08-02 00:00", Stream("e1"),
                            "regime: REGIME_OWNERS elects_to: '@bodies/oc' seats: 5");
  EXPECT_EQ(Term(h, "oc", "2026-08-03 00:00"), "ELECTION_PREPARED seats 1 vacant 0 e1");
  h.Add<res::VoteNoticed>("2026-08-10 00:00", Stream("e1"), "");
  h.Add<res::VoteOpened>("2026-08-25 00:00", Stream("e1"), "");
  EXPECT_EQ(Term(h, "oc", "2026-08-30 00:00"), "ELECTION_HELD seats 1 vacant 0 e1");
  EXPECT_EQ(Term(h, "oc", "2026-09-02 00:00"), "ELECTION_HELD seats 0 vacant 0 e1 NO_CHAIR");
  h.Add<res::VoteClosed>("2026-09-03 00:00", Stream("e1"), "");
  h.Add<res::ResolutionCertified>("2026-09-04 00:00", Stream("e1"), "outcome: OUTCOME_NO_QUORUM");
  EXPECT_EQ(Term(h, "oc", "2026-09-05 00:00"), "OVER seats 0 vacant 0 e1 ELECTION_FAILED NO_CHAIR");
  h.Add<res::MotionDrafted>("2026-09-05 00:00", Stream("e2"),
                            "regime: REGIME_OWNERS elects_to: '@bodies/oc' seats: 5");
  h.Add<res::ResolutionCertified>("2026-09-25 00:00", Stream("e2"), "outcome: OUTCOME_ELECTED");
  EXPECT_EQ(Term(h, "oc", "2026-09-25 00:00"), "ELECTION_HELD seats 0 vacant 0 e2 NO_CHAIR");
  h.Add<res::ResolutionChallenged>("2026-09-25 00:00", Stream("e2"), "challenge: 'x'");
  EXPECT_EQ(Term(h, "oc", "2026-09-26 00:00"),
            "ELECTION_HELD seats 0 vacant 0 e2 ELECTION_CONTESTED NO_CHAIR");
  h.Add<reg::TermStarted>("2026-09-26 00:00", "terms/t2",
                          "body: '@bodies/oc' begins T(2026-09-26 00:00) ends T(2029-09-26 00:00)");
  EXPECT_EQ(Term(h, "oc", "2026-09-27 00:00"), "RUNNING seats 5 vacant 5 NO_CHAIR")
      << "five seats were put up for election, and nobody is seated";
}

TEST(Terms, OfTheResidentsCommitteeNeedAnElectionCommittee) {
  History h = bench::Community();
  h.Add<reg::TermStarted>("2026-01-02 00:00", "terms/rc",
                          "body: '@bodies/rc' begins T(2026-01-02 00:00) ends T(2026-06-01 00:00)");
  EXPECT_EQ(Term(h, "rc", "2026-05-01 00:00"),
            "EXPIRING seats 1 vacant 0 NO_ELECTION NO_ELECTION_COMMITTEE NO_CHAIR");
  h.Add<reg::BodyPrepared>("2026-05-01 00:00", "bodies/elc", "kind: BODY_KIND_ELECTION_COMMITTEE");
  h.Add<reg::BodyEstablished>("2026-05-01 00:00", "bodies/elc", "");
  h.Add<res::MotionDrafted>("2026-05-02 00:00", Stream("e"),
                            "regime: REGIME_RESIDENTS_ELECTION elects_to: '@bodies/rc' seats: 7");
  EXPECT_EQ(Term(h, "rc", "2026-05-03 00:00"), "ELECTION_PREPARED seats 1 vacant 0 e NO_CHAIR");
  h.Add<res::MotionWithdrawn>("2026-05-04 00:00", Stream("e"), "");
  h.Add<res::MotionDrafted>("2026-05-04 00:00", Stream("recall"),
                            "regime: REGIME_RESIDENTS_ELECTION elects_to: '@bodies/rc' "
                            "recalls: '@memberships/rc'");
  EXPECT_EQ(Term(h, "rc", "2026-05-05 00:00"), "EXPIRING seats 1 vacant 0 NO_ELECTION NO_CHAIR")
      << "a recall fills no seat";
}

TEST(Terms, AreListedByTheirEnds) {
  const auto bodies = AskOfficer<views::v1::ListTermCalendarResponse>(
                          Owners(), ListTermCalendar, "2026-05-01 00:00", "filter: 'ends != null'")
                          .bodies();
  ASSERT_EQ(bodies.size(), 1);
  EXPECT_EQ(bodies[0].body(), "communities/c1/bodies/oc");
  EXPECT_EQ(bodies[0].property_area(), "communities/c1/propertyAreas/a1");
}

std::string Revocation(const History& h, std::string_view now) {
  const auto rows =
      AskOfficer<views::v1::ListRevocationsResponse>(h, ListRevocations, now).revocations();
  std::string lines;
  for (const auto& row : rows) {
    absl::StrAppend(&lines, row.resolution().substr(row.resolution().rfind('/') + 1), " ",
                    res::ChallengeRuling_Name(row.ruling()).substr(17), " ", row.challenge(), " ",
                    row.ground(), row.has_complied_at() ? " complied" : "",
                    row.late() ? " late;" : ";");
  }
  return lines;
}

TEST(Revocations, AreFollowedUntilCompliedWith) {
  History h = bench::Community();
  for (const char* id : {"a", "b", "c"}) {
    h.Add<res::MotionDrafted>("2026-03-01 00:00", Stream(id),
                              "convener: '@bodies/rc' items { code: 'a' }");
    h.Add<res::ResolutionCertified>("2026-03-02 00:00", Stream(id),
                                    "outcomes { item: 'a' outcome: OUTCOME_PASSED }");
  }
  h.Add<res::ResolutionChallenged>("2026-03-03 00:00", Stream("a"),
                                   "challenge: 'x' before: 'court' case_number: '(2026)1'");
  h.Add<res::ResolutionChallenged>("2026-03-03 00:00", Stream("c"), "challenge: 'y'");
  h.Add<res::ResolutionUpheld>("2026-03-04 00:00", Stream("c"), "challenge: 'y'");
  EXPECT_EQ(Revocation(h, "2026-03-05 00:00"), "");
  h.Add<res::ResolutionRevoked>("2026-03-05 00:00", Stream("a"),
                                "challenge: 'x' by: REVOKED_BY_COURT ground: 'no notice'");
  h.Add<res::ResolutionCorrectionOrdered>("2026-03-06 00:00", Stream("b"),
                                          "order: 'count anew' due T(2026-03-20 00:00)");
  EXPECT_EQ(Revocation(h, "2026-03-20 00:00"),
            "b CORRECTION_ORDERED  count anew;a REVOKED x no notice;");
  EXPECT_EQ(Revocation(h, "2026-03-20 00:01"),
            "b CORRECTION_ORDERED  count anew late;a REVOKED x no notice;");
  h.Add<notice::v1::NoticePublished>("2026-03-21 00:00", "notices/n1",
                                     "version: 1 kind: PUBLICATION_KIND_REVOCATION "
                                     "about: '@resolutions/a'");
  h.Add<res::ResolutionCertified>("2026-03-22 00:00", Stream("b"), "");
  EXPECT_EQ(Revocation(h, "2026-03-23 00:00"),
            "b CORRECTION_ORDERED  count anew complied late;a REVOKED x no notice complied;");
}

TEST(Revocations, AResultPublishedAnewIsACorrection) {
  History h = bench::Community();
  h.Add<res::MotionDrafted>("2026-03-01 00:00", Stream("b"), "convener: '@bodies/rc'");
  h.Add<res::ResolutionCertified>("2026-03-02 00:00", Stream("b"), "");
  h.Add<notice::v1::NoticePublished>("2026-03-03 00:00", "notices/n1",
                                     "version: 1 kind: PUBLICATION_KIND_RESULT "
                                     "about: '@resolutions/b'");
  h.Add<res::ResolutionCorrectionOrdered>("2026-03-06 00:00", Stream("b"),
                                          "order: 'say the area' due T(2026-03-20 00:00)");
  EXPECT_EQ(Revocation(h, "2026-03-10 00:00"), "b CORRECTION_ORDERED  say the area;");
  h.Add<notice::v1::NoticeCorrected>("2026-03-11 00:00", "notices/n1", "version: 2");
  EXPECT_EQ(Revocation(h, "2026-03-12 00:00"), "b CORRECTION_ORDERED  say the area complied;");
}

}  // namespace
}  // namespace sanzhang::projections::subdistrict
