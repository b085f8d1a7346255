// V-R5 and V-R8: when bodies meet next, and what became of deliberations.
#include "projections/residents_committee/meeting_queries.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/residents_committee/residents_committee_views.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections::residents_committee {
namespace {

namespace reg = registry::v1;
namespace res = resolution::v1;
using bench::History;
using bench::ViewBench;

constexpr std::string_view kParent = "parent: 'communities/c1'";

std::string Stream(const char* id) { return absl::StrCat("resolutions/", id); }

// An assembly of so many seats, established on 10 January, of which some stand for constituencies.
History Assembly(int composition, int representatives) {
  constexpr std::string_view kT = "2026-01-10 08:00";
  History h = bench::Community();
  h.Add<reg::BodyPrepared>(kT, "bodies/ra",
                           "kind: BODY_KIND_RESIDENT_REP_ASSEMBLY display_name: '代表会议'");
  h.Add<reg::BodyEstablished>(kT, "bodies/ra", "");
  for (int i = 1; i <= composition; ++i) {
    h.Add<reg::MemberSeated>(kT, absl::StrCat("memberships/m", i),
                             absl::StrCat("body: '@bodies/ra' person: '@persons/q", i,
                                          "' office: OFFICE_MEMBER "
                                          "body_kind: BODY_KIND_RESIDENT_REP_ASSEMBLY"));
    if (i > representatives) continue;
    h.Add<reg::RepresentativeConstituencySet>(kT, absl::StrCat("constituencies/k", i),
                                              "households: 30");
    h.Add<reg::RepresentativeElected>(kT, absl::StrCat("constituencies/k", i),
                                      absl::StrCat("membership: '@memberships/m", i, "'"));
  }
  return h;
}

// A session of the assembly with one item.
void Meet(History& h, const char* id, std::string_view at, int present) {
  h.Add<res::MotionDrafted>(at, Stream(id),
                            "regime: REGIME_REP_ASSEMBLY items { code: 'a' } body: '@bodies/ra'");
  h.Add<res::VoteNoticed>(at, Stream(id),
                          absl::StrCat("opens T(", std::string(at), ") mode: VOTE_MODE_MEETING"));
  h.Add<res::ElectorateFrozen>(at, Stream(id), "composition: 45 representatives: 36");
  h.Add<res::VoteOpened>(at, Stream(id), "");
  h.Add<res::ItemCalled>(at, Stream(id), absl::StrCat("item: 'a' present: ", present));
}

std::string Day(bool set, const google::protobuf::Timestamp& stamp) {
  return set ? absl::FormatTime("%Y-%m-%d %H:%M", wire::ToTime(stamp), absl::FixedTimeZone(28800))
             : std::string("-");
}

std::string Plan(const History& h, std::string_view now, int index = 0) {
  ViewBench view(MakeResidentsCommitteeViews());
  view.Apply(h);
  views::v1::GetMeetingPlanResponse response;
  EXPECT_TRUE(view.Ask(GetMeetingPlan, bench::Person("p-rc"), now, kParent, response).ok());
  EXPECT_EQ(response.bodies_size(), 3);
  const views::v1::MeetingPlan& plan = response.bodies(index);
  return absl::StrCat("last ", Day(plan.has_last_session(), plan.last_session()), " next ",
                      Day(plan.has_next_session(), plan.next_session()), " due ",
                      Day(plan.has_next_due(), plan.next_due()), plan.overdue() ? "! " : " ",
                      plan.representatives(), "/", plan.composition(),
                      plan.composition_valid() ? " valid" : "", " needs ", plan.present_required(),
                      " motions ", plan.motions_ready(), "/", plan.motions_drafted());
}

TEST(MeetingPlan, AsksForASessionEveryHalfYear) {
  History h = Assembly(45, 36);
  EXPECT_EQ(Plan(h, "2026-03-01 00:00"),
            "last - next - due 2026-07-11 00:00 36/45 valid needs 30 motions 0/0")
      << "half a year from its establishment";
  EXPECT_EQ(Plan(h, "2026-07-11 00:01"),
            "last - next - due 2026-07-11 00:00! 36/45 valid needs 30 motions 0/0");
  Meet(h, "few", "2026-03-20 19:00", 29);
  EXPECT_EQ(Plan(h, "2026-04-01 00:00"),
            "last - next - due 2026-07-11 00:00 36/45 valid needs 30 motions 0/0")
      << "a session without quorum is none";
  Meet(h, "enough", "2026-08-31 19:00", 30);
  h.Add<res::MotionDrafted>("2026-09-01 00:00", Stream("next"), "regime: REGIME_REP_ASSEMBLY");
  h.Add<res::VoteNoticed>("2026-09-02 00:00", Stream("next"), "opens T(2027-02-20 19:00)");
  EXPECT_EQ(Plan(h, "2026-09-03 00:00"),
            "last 2026-08-31 19:00 next 2027-02-20 19:00 due 2027-03-01 00:00 36/45 valid "
            "needs 30 motions 0/0")
      << "the last day of February stands for its 31st";
}

TEST(MeetingPlan, ChecksTheShareOfRepresentatives) {
  EXPECT_THAT(Plan(Assembly(45, 35), "2026-03-01 00:00"), testing::HasSubstr(" 35/45 needs 30"));
  EXPECT_THAT(Plan(Assembly(5, 4), "2026-03-01 00:00"), testing::HasSubstr(" 4/5 valid needs 4"));
  History h = Assembly(5, 4);
  h.Add<reg::MemberSuspended>("2026-02-01 00:00", "memberships/m1", "");
  EXPECT_THAT(Plan(h, "2026-03-01 00:00"), testing::HasSubstr(" 3/4 needs 3"));
}

TEST(MeetingPlan, CountsMotionsThatWait) {
  History h = Assembly(5, 4);
  for (const char* id : {"a", "b"}) {
    h.Add<res::MotionDrafted>("2026-02-01 00:00", Stream(id), "regime: REGIME_REP_ASSEMBLY");
  }
  h.Add<res::PartyStudyRecorded>("2026-02-02 00:00", Stream("a"), "");
  EXPECT_THAT(Plan(h, "2026-03-01 00:00"), testing::EndsWith("motions 1/2"));
  h.Add<res::MotionWithdrawn>("2026-02-03 00:00", Stream("b"), "");
  EXPECT_THAT(Plan(h, "2026-03-01 00:00"), testing::EndsWith("motions 1/1"));
}

TEST(MeetingPlan, OfACommunityWithoutAnAssembly) {
  History h = bench::Community();
  h.Add<reg::MajorityRecorded>("2026-02-01 00:00", "persons/p-li", "majority: MAJORITY_ADULT");
  EXPECT_EQ(Plan(h, "2026-03-01 00:00"), "last - next - due - 0/0 needs 0 motions 0/0");
  EXPECT_EQ(Plan(h, "2026-03-01 00:00", 1), "last - next - due - 0/1 needs 1 motions 0/0");
  EXPECT_EQ(Plan(h, "2026-03-01 00:00", 2), "last - next - due - 0/1 needs 1 motions 0/0");
}

TEST(Deliberations, AreFollowedToTheirEnd) {
  History h = bench::Community();
  h.Add<res::MotionDrafted>("2026-02-01 00:00", Stream("m"),
                            "regime: REGIME_RESIDENTS_MEETING title: 'bins' items { code: 'a' }");
  h.Add<res::DeliberationRecorded>("2026-02-02 00:00", Stream("m"),
                                   "held_at T(2026-02-01 20:00) bodies: '@bodies/rc' "
                                   "bodies: '@bodies/pc1' participants: 12 consensus: 'two bins'");
  const auto row = [&] {
    ViewBench view(MakeResidentsCommitteeViews());
    view.Apply(h);
    views::v1::ListDeliberationsResponse response;
    EXPECT_TRUE(
        view.Ask(ListDeliberations, bench::Person("p-rc"), "2026-03-01 00:00", kParent, response)
            .ok());
    EXPECT_EQ(response.deliberations_size(), 1);
    return response.deliberations(0);
  };
  const auto status = [&] { return views::v1::DeliberationStatus_Name(row().status()).substr(20); };
  EXPECT_EQ(row().topic(), "bins");
  EXPECT_EQ(row().consensus(), "two bins");
  EXPECT_EQ(row().participants(), 12);
  EXPECT_THAT(row().bodies(),
              testing::ElementsAre("communities/c1/bodies/rc", "communities/c1/bodies/pc1"));
  EXPECT_EQ(status(), "CONCLUDED");
  h.Add<res::VoteNoticed>("2026-02-03 00:00", Stream("m"), "");
  EXPECT_EQ(status(), "HANDED_TO_VOTE");
  EXPECT_TRUE(row().has_handed_to_vote_at());
  h.Add<res::VoteOpened>("2026-02-04 00:00", Stream("m"), "");
  EXPECT_EQ(status(), "HANDED_TO_VOTE");
  EXPECT_EQ(row().outcome(), res::OUTCOME_UNSPECIFIED);
  h.Add<res::VoteClosed>("2026-02-05 00:00", Stream("m"), "");
  h.Add<res::ResolutionCertified>("2026-02-06 00:00", Stream("m"),
                                  "outcome: OUTCOME_PASSED "
                                  "outcomes { item: 'a' outcome: OUTCOME_PASSED }");
  EXPECT_EQ(status(), "DECIDED");
  EXPECT_EQ(row().outcome(), res::OUTCOME_PASSED);
  h.Add<res::ExecutionPlanned>("2026-02-07 00:00", Stream("m"), "body: '@bodies/pc1'");
  EXPECT_EQ(status(), "IMPLEMENTING");
  EXPECT_EQ(row().executor(), "communities/c1/bodies/pc1");
  h.Add<res::ExecutionFinished>("2026-02-08 00:00", Stream("m"), "");
  EXPECT_EQ(status(), "DONE");
  h.Add<res::ResolutionRevoked>("2026-02-09 00:00", Stream("m"), "");
  EXPECT_EQ(status(), "DROPPED");
}

}  // namespace
}  // namespace sanzhang::projections::residents_committee
