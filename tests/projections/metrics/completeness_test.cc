// M24: each item of the checklist by itself, and what they come to together.
#include "projections/metrics/completeness.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/notices/notice_rows.h"
#include "projections/ratings/appraisal_rows.h"
#include "projections/registry/body_rows.h"
#include "projections/registry/constituency_rows.h"
#include "projections/resolutions/resolution_rows.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace reg = registry::v1;
namespace res = resolution::v1;
using bench::History;
using bench::ViewBench;
using enum views::v1::CompletenessCode;

constexpr std::string_view kT = "2026-01-01 00:00";

views::v1::Completeness Of(const History& h, std::string_view now,
                           std::string_view community = "communities/c1") {
  ViewBench view(MakeView(
      "m24", 1,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), BodyRows(), ConstituencyRows(),
            Resolutions(ResolutionRows({})), NoticeRows({}), Ratings(AppraisalRows()))));
  view.Apply(h);
  views::v1::Completeness completeness;
  const absl::Status status =
      ComputeCompleteness(view.rows(), community, bench::At(now), completeness);
  EXPECT_TRUE(status.ok()) << status;
  return completeness;
}

std::string Line(const views::v1::CompletenessItem& item) {
  const std::string area = item.property_area();
  return absl::StrCat(
      views::v1::CompletenessCode_Name(item.code()).substr(18),
      area.empty() ? "" : absl::StrCat(" ", area.substr(area.rfind('/') + 1)), " ",
      views::v1::CompletenessState_Name(item.state()).substr(19),
      item.reason() == 0
          ? ""
          : absl::StrCat(" ", views::v1::CompletenessReason_Name(item.reason()).substr(20)),
      " ", item.have(), "/", item.need());
}

std::vector<std::string> Lines(const History& h, std::string_view now,
                               std::string_view community = "communities/c1") {
  std::vector<std::string> lines;
  const views::v1::Completeness all = Of(h, now, community);
  for (const auto& item : all.items()) lines.push_back(Line(item));
  return lines;
}

// The lines of one item.
std::string Item(const History& h, views::v1::CompletenessCode code, std::string_view now) {
  std::string lines;
  const views::v1::Completeness all = Of(h, now);
  for (const auto& item : all.items()) {
    if (item.code() == code) absl::StrAppend(&lines, lines.empty() ? "" : "; ", Line(item));
  }
  return lines.substr(lines.find(' ') + 1);
}

void Establish(History& h, const char* id, const char* kind, std::string_view at = kT,
               const char* more = "") {
  h.Add<reg::BodyPrepared>(at, absl::StrCat("bodies/", id), absl::StrCat("kind: ", kind, more));
  h.Add<reg::BodyEstablished>(at, absl::StrCat("bodies/", id), "");
}

void Term(History& h, const char* id, const char* body, const char* begins, const char* ends) {
  h.Add<reg::TermStarted>(kT, absl::StrCat("terms/", id),
                          absl::StrCat("body: '@bodies/", body, "' begins T(", begins,
                                       " 00:00) ends T(", ends, " 00:00)"));
}

// A community of which nothing is known but its name: no company, no owners' committee, nothing.
TEST(Completeness, OfNothing) {
  const History h = bench::Community();
  EXPECT_THAT(
      Lines(h, "2026-03-01 00:00", "communities/c2"),
      testing::ElementsAre(
          "PARTY_ORG NOT_MET NO_BODY 0/1", "COMMITTEE_TERM NOT_MET NO_BODY 0/0",
          "SUPERVISION_COMMITTEE NOT_MET NO_BODY 0/1", "ASSEMBLY_SESSIONS NOT_MET NO_BODY 0/0",
          "ASSEMBLY_REPRESENTATIVES NOT_MET NO_BODY 0/0",
          "OWNERS_BODY NOT_APPLICABLE NO_SUBJECT 0/0", "INSTITUTIONS NOT_RECORDED 0/0",
          "CONTRACT NOT_RECORDED 0/0", "PUBLICATIONS NOT_APPLICABLE NO_SUBJECT 0/0",
          "APPRAISAL NOT_APPLICABLE NO_SUBJECT 0/1", "CHIEFS NOT_APPLICABLE NO_SUBJECT 0/0"));
  const views::v1::Metric metric = Of(h, "2026-03-01 00:00", "communities/c2").metric();
  EXPECT_EQ(metric.numerator(), 0);
  EXPECT_EQ(metric.denominator(), 5);
  EXPECT_EQ(metric.value(), 0);
}

// The bench's community: two property areas without any owners' body, no assembly, four posts.
TEST(Completeness, CountsMetOfApplicableItems) {
  const History h = bench::Community();
  EXPECT_THAT(
      Lines(h, "2026-03-01 00:00"),
      testing::ElementsAre(
          "PARTY_ORG MET 1/1", "COMMITTEE_TERM NOT_MET NO_TERM 0/0",
          "SUPERVISION_COMMITTEE MET 1/1", "ASSEMBLY_SESSIONS NOT_MET NO_BODY 0/0",
          "ASSEMBLY_REPRESENTATIVES NOT_MET NO_BODY 0/0", "OWNERS_BODY a1 NOT_MET NO_BODY 0/0",
          "OWNERS_BODY a2 NOT_MET NO_BODY 0/0", "INSTITUTIONS NOT_RECORDED 0/0",
          "CONTRACT NOT_RECORDED 0/0", "PUBLICATIONS NOT_APPLICABLE NO_SUBJECT 0/0",
          "APPRAISAL NOT_APPLICABLE NOT_DUE_YET 0/1", "CHIEFS MET 0/0"));
  const views::v1::Completeness completeness = Of(h, "2026-03-01 00:00");
  EXPECT_EQ(completeness.checklist(), "M24@1");
  EXPECT_EQ(completeness.metric().numerator(), 3);
  EXPECT_EQ(completeness.metric().denominator(), 8);
  EXPECT_EQ(completeness.metric().value(), 375000);
  EXPECT_EQ(completeness.metric().unit(), views::v1::METRIC_UNIT_PPM);
}

TEST(Completeness, BeforeTheLawOf2026) {
  const History h = bench::Community();
  constexpr std::string_view kBefore = "2025-12-31 23:59";
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_SUPERVISION_COMMITTEE, kBefore),
            "NOT_APPLICABLE LAW_NOT_IN_FORCE 0/0");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_ASSEMBLY_SESSIONS, kBefore),
            "NOT_APPLICABLE LAW_NOT_IN_FORCE 0/0");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_APPRAISAL, kBefore), "NOT_APPLICABLE LAW_NOT_IN_FORCE 0/1");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_ASSEMBLY_SESSIONS, "2026-01-01 00:00"),
            "NOT_MET NO_BODY 0/0");
}

TEST(Completeness, OfTheCommitteesTerm) {
  History h = bench::Community();
  Term(h, "t", "rc", "2026-01-02", "2026-06-01");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_COMMITTEE_TERM, "2026-05-31 23:59"), "MET 0/0");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_COMMITTEE_TERM, "2026-06-01 00:00"), "NOT_MET TERM_OVER 0/0");
}

TEST(Completeness, OfBodiesWithoutMembers) {
  History h = bench::Community();
  h.Add<reg::MemberEnded>("2026-02-01 00:00", "memberships/party", "");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_PARTY_ORG, "2026-03-01 00:00"), "NOT_MET NO_MEMBERS 0/1");
  h.Add<reg::BodyDissolved>("2026-02-01 00:00", "bodies/sup", "");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_SUPERVISION_COMMITTEE, "2026-03-01 00:00"),
            "NOT_MET NO_BODY 0/1");
}

TEST(Completeness, OfOwnersBodies) {
  History h = bench::Community();
  constexpr std::string_view kNow = "2026-03-01 00:00";
  Establish(h, "oa", "BODY_KIND_OWNERS_ASSEMBLY", kT, " property_area: '@propertyAreas/a1'");
  h.Add<reg::BodyPrepared>(kT, "bodies/oc",
                           "kind: BODY_KIND_OWNERS_COMMITTEE property_area: '@propertyAreas/a2'");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_OWNERS_BODY, kNow),
            "a1 MET 0/0; OWNERS_BODY a2 NOT_MET NO_BODY 0/0")
      << "a body in preparation is none";
  h.Add<reg::BodyEstablished>(kT, "bodies/oc", "");
  Term(h, "t", "oc", "2026-01-02", "2026-04-01");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_OWNERS_BODY, kNow), "a1 MET 0/0; OWNERS_BODY a2 MET 0/0");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_OWNERS_BODY, "2026-04-01 00:00"),
            "a1 MET 0/0; OWNERS_BODY a2 NOT_MET TERM_OVER 0/0");
  Establish(h, "pmc", "BODY_KIND_PROPERTY_MGMT_COMMITTEE", "2026-04-02 00:00",
            " property_area: '@propertyAreas/a2'");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_OWNERS_BODY, "2026-04-03 00:00"),
            "a1 MET 0/0; OWNERS_BODY a2 MET 0/0")
      << "the interim committee";
  h.Add<reg::PlaceRetired>("2026-04-04 00:00", "propertyAreas/a2", "");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_OWNERS_BODY, "2026-04-05 00:00"), "a1 MET 0/0");
}

// A session of the assembly with one item.
void Meet(History& h, const char* id, std::string_view at, int present) {
  const std::string stream = absl::StrCat("resolutions/", id);
  h.Add<res::MotionDrafted>(at, stream, "regime: REGIME_REP_ASSEMBLY items { code: 'a' }");
  h.Add<res::VoteNoticed>(at, stream, "");
  h.Add<res::ElectorateFrozen>(at, stream, "composition: 45");
  h.Add<res::VoteOpened>(at, stream, "");
  h.Add<res::ItemCalled>(at, stream, absl::StrCat("item: 'a' present: ", present));
}

TEST(Completeness, OfTheAssemblysSessions) {
  const auto sessions = [](const History& h, std::string_view now) {
    return Item(h, COMPLETENESS_CODE_ASSEMBLY_SESSIONS, now);
  };
  History h = bench::Community();
  Establish(h, "ra", "BODY_KIND_RESIDENT_REP_ASSEMBLY", "2026-01-10 00:00");
  EXPECT_EQ(sessions(h, "2026-07-09 23:59"), "NOT_APPLICABLE NOT_DUE_YET 0/0");
  EXPECT_EQ(sessions(h, "2026-07-10 00:00"), "NOT_MET TOO_FEW 0/1");
  Meet(h, "few", "2026-07-11 19:00", 29);
  EXPECT_EQ(sessions(h, "2026-07-12 00:00"), "NOT_MET TOO_FEW 0/1") << "29 of 45 are no session";
  Meet(h, "enough", "2026-07-12 19:00", 30);
  EXPECT_EQ(sessions(h, "2026-07-13 00:00"), "MET 1/1");
  EXPECT_EQ(sessions(h, "2027-01-10 00:00"), "NOT_MET TOO_FEW 1/2") << "a whole year";
  Meet(h, "same-day", "2027-01-11 10:00", 40);
  Meet(h, "same-day-too", "2027-01-11 19:00", 40);
  EXPECT_EQ(sessions(h, "2027-01-12 00:00"), "MET 2/2");
  EXPECT_EQ(sessions(h, "2027-07-13 00:00"), "NOT_MET TOO_FEW 1/2") << "the first is a year ago";
}

TEST(Completeness, OfTheAssemblysRepresentatives) {
  History h = bench::Community();
  Establish(h, "ra", "BODY_KIND_RESIDENT_REP_ASSEMBLY");
  const auto representatives = [&] {
    return Item(h, COMPLETENESS_CODE_ASSEMBLY_REPRESENTATIVES, "2026-03-01 00:00");
  };
  EXPECT_EQ(representatives(), "NOT_MET NO_MEMBERS 0/0");
  for (int i = 1; i <= 6; ++i) {
    h.Add<reg::MemberSeated>(kT, absl::StrCat("memberships/r", i),
                             absl::StrCat("body: '@bodies/ra' person: '@persons/q", i,
                                          "' body_kind: BODY_KIND_RESIDENT_REP_ASSEMBLY"));
    if (i > 4) continue;
    h.Add<reg::RepresentativeConstituencySet>(kT, absl::StrCat("constituencies/k", i), "");
    h.Add<reg::RepresentativeElected>(kT, absl::StrCat("constituencies/k", i),
                                      absl::StrCat("membership: '@memberships/r", i, "'"));
  }
  EXPECT_EQ(representatives(), "NOT_MET TOO_FEW 4/5");
  h.Add<reg::MemberEnded>(kT, "memberships/r6", "");
  EXPECT_EQ(representatives(), "MET 4/4") << "four of five are four fifths";
}

TEST(Completeness, OfPublications) {
  History h = bench::Community();
  const auto publish = [&](const char* id, std::string_view at, const char* due) {
    h.Add<notice::v1::NoticePublished>(
        at, absl::StrCat("notices/", id),
        absl::StrCat("version: 1 duty { publish_due T(", due, " 00:00) }"));
  };
  publish("in-time", "2026-02-01 00:00", "2026-02-01");
  publish("long-ago", "2025-01-02 00:00", "2025-01-01");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_PUBLICATIONS, "2026-03-01 00:00"), "MET 0/0");
  publish("late", "2026-02-03 00:00", "2026-02-02");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_PUBLICATIONS, "2026-03-01 00:00"), "NOT_MET TOO_MANY 1/0");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_PUBLICATIONS, "2027-02-03 00:00"),
            "NOT_APPLICABLE NO_SUBJECT 0/0");
}

TEST(Completeness, OfTheAppraisal) {
  const auto appraisal = [](const History& h, std::string_view now) {
    return Item(h, COMPLETENESS_CODE_APPRAISAL, now);
  };
  History h = bench::Community();
  EXPECT_EQ(appraisal(h, "2026-12-31 23:59"), "NOT_APPLICABLE NOT_DUE_YET 0/1");
  EXPECT_EQ(appraisal(h, "2027-01-01 00:00"), "NOT_MET TOO_FEW 0/1");
  h.Add<rating::v1::AppraisalAnnounced>("2027-01-02 00:00", "appraisals/a", "body: '@bodies/rc'");
  EXPECT_EQ(appraisal(h, "2027-01-03 00:00"), "NOT_MET TOO_FEW 0/1") << "it is not published";
  h.Add<rating::v1::AppraisalPublished>("2027-02-01 00:00", "appraisals/a", "");
  EXPECT_EQ(appraisal(h, "2027-02-02 00:00"), "MET 1/1");
  EXPECT_EQ(appraisal(h, "2028-02-02 00:00"), "NOT_MET TOO_FEW 0/1");
}

TEST(Completeness, OfChiefs) {
  History h = bench::Community();
  constexpr std::string_view kNow = "2026-03-01 00:00";
  for (int i = 1; i <= 6; ++i) {
    h.Add<reg::GridDrawn>(kT, absl::StrCat("grids/n", i), "");
    h.Add<reg::ChiefRecruited>(kT, absl::StrCat("chiefs/n", i),
                               absl::StrCat("kind: CHIEF_KIND_GRID unit: '@grids/n", i, "'"));
    h.Add<reg::ChiefConfirmed>(kT, absl::StrCat("chiefs/n", i), "");
  }
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_CHIEFS, kNow), "MET 0/1");
  h.Add<reg::ChiefEnded>(kT, "chiefs/n1", "");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_CHIEFS, kNow), "MET 1/1") << "one of ten";
  h.Add<reg::ChiefEnded>(kT, "chiefs/n2", "");
  EXPECT_EQ(Item(h, COMPLETENESS_CODE_CHIEFS, kNow), "NOT_MET TOO_MANY 2/1");
}

}  // namespace
}  // namespace sanzhang::projections
