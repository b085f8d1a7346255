// The register's rows: filings and their days, terms and hand-overs, seats, dwellings, households,
// residents, constituencies, and what is counted from them.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/registry/body_rows.h"
#include "projections/registry/body_terms.h"
#include "projections/registry/constituency_rows.h"
#include "projections/registry/dwelling_rows.h"
#include "projections/registry/filings.h"
#include "projections/registry/register_counts.h"
#include "projections/registry/resident_rows.h"
#include "projections/resolutions/resolution_rows.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace reg = registry::v1;
using bench::History;
using bench::ViewBench;

std::unique_ptr<Projection> Register() {
  return MakeView(
      "register", 1,
      Parts(DirectoryRows(DirectoryRows::People::kPseudonyms), BodyRows(), DwellingRows(),
            ResidentRows(), ConstituencyRows(), Resolutions(ResolutionRows({}))));
}

// An owners' committee `oc` of area 1, established on 2 March.
History Owners() {
  History h = bench::Community();
  h.Add<reg::BodyPrepared>("2026-02-01 10:00", "bodies/oc",
                           "kind: BODY_KIND_OWNERS_COMMITTEE display_name: '一区业委会' "
                           "property_area: '@propertyAreas/a1'");
  h.Add<reg::BodyEstablished>("2026-03-02 15:00", "bodies/oc", "");
  return h;
}

void Term(History& h, std::string_view at, const char* id, const char* body, const char* begins,
          const char* ends) {
  h.Add<reg::TermStarted>(
      at, absl::StrCat("terms/", id),
      absl::StrCat("body: '@bodies/", body, "' begins T(", begins, ") ends T(", ends, ")"));
}

void Seat(History& h, std::string_view at, const std::string& id, const char* body,
          const char* office = "OFFICE_MEMBER", const char* term = "",
          const char* kind = "BODY_KIND_OWNERS_COMMITTEE") {
  h.Add<reg::MemberSeated>(at, absl::StrCat("memberships/", id),
                           absl::StrCat("body: '@bodies/", body, "' person: '@persons/", id,
                                        "' office: ", office, " body_kind: ", kind,
                                        *term == '\0' ? "" : absl::StrCat(" term: '@", term, "'")));
}

std::string Filings(const History& h, std::string_view now) {
  ViewBench view(Register());
  view.Apply(h);
  std::string lines;
  const Value values[] = {std::string_view("communities/c1")};
  EXPECT_TRUE(view.rows()
                  .Query(absl::StrCat("SELECT ", std::string(FilingSelect()), " FROM ",
                                      FilingFrom(), " ORDER BY ", std::string(FilingKey())),
                         values,
                         [&](const Row& row) {
                           const views::v1::FilingRow filing = ReadFiling(row, bench::At(now));
                           const auto day = [](const google::protobuf::Timestamp& stamp, bool set) {
                             return set ? absl::FormatTime("%m-%d %H:%M", wire::ToTime(stamp),
                                                           absl::FixedTimeZone(8 * 3600))
                                        : std::string("-");
                           };
                           absl::StrAppend(
                               &lines, views::v1::FilingCause_Name(filing.cause()).substr(13), " ",
                               day(filing.since(), true), " ", day(filing.due(), filing.has_due()),
                               " ", day(filing.filed_at(), filing.has_filed_at()), " ",
                               filing.receipt(), filing.late() ? " late\n" : "\n");
                         })
                  .ok());
  return lines;
}

TEST(Filing, IsDueThirtyDaysAfterTheElection) {
  History h = Owners();
  // The day itself does not count; 24:00 of the 30th is the last moment.
  EXPECT_EQ(Filings(h, "2026-04-02 00:00"), "ESTABLISHED 03-02 15:00 04-02 00:00 - \n");
  EXPECT_EQ(Filings(h, "2026-04-02 00:01"), "ESTABLISHED 03-02 15:00 04-02 00:00 -  late\n");
  h.Add<reg::BodyFiled>("2026-04-02 00:00", "bodies/oc", "receipt: 'no. 1'");
  EXPECT_EQ(Filings(h, "2026-05-01 00:00"),
            "ESTABLISHED 03-02 15:00 04-02 00:00 04-02 00:00 no. 1\n");
}

TEST(Filing, OfALaterTermIsAnItemOfItsOwn) {
  History h = Owners();
  Term(h, "2026-03-02 16:00", "t1", "oc", "2026-03-02 16:00", "2026-09-01 00:00");
  EXPECT_EQ(Filings(h, "2026-03-10 00:00"), "ESTABLISHED 03-02 15:00 04-02 00:00 - \n")
      << "the first term is that of the establishment";
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/oc", "receipt: 'no. 1'");
  Term(h, "2026-08-20 10:00", "t2", "oc", "2026-09-01 00:00", "2029-09-01 00:00");
  h.Add<reg::BodyFiled>("2026-10-05 10:00", "bodies/oc", "receipt: 'no. 2'");
  EXPECT_EQ(Filings(h, "2026-10-05 10:00"),
            "ESTABLISHED 03-02 15:00 04-02 00:00 03-20 10:00 no. 1\n"
            "TERM 09-01 00:00 10-02 00:00 10-05 10:00 no. 2 late\n");
  h.Add<reg::BodyFiled>("2026-11-05 10:00", "bodies/oc", "receipt: 'no. 3'");
  EXPECT_THAT(Filings(h, "2026-11-05 10:00"),
              testing::EndsWith("CHANGED 11-05 10:00 - 11-05 10:00 no. 3\n"));
}

TEST(Filing, BeforeATermBeginsDoesNotAnswerForIt) {
  History h = Owners();
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/oc", "receipt: 'no. 1'");
  Term(h, "2026-08-20 10:00", "t2", "oc", "2026-09-01 00:00", "2029-09-01 00:00");
  h.Add<reg::BodyFiled>("2026-08-25 10:00", "bodies/oc", "receipt: 'no. 2'");
  EXPECT_EQ(Filings(h, "2026-08-25 10:00"),
            "ESTABLISHED 03-02 15:00 04-02 00:00 03-20 10:00 no. 1\n"
            "TERM 09-01 00:00 10-02 00:00 - \n"
            "CHANGED 08-25 10:00 - 08-25 10:00 no. 2\n");
}

TEST(Filing, OfATermThatBeganBeforeTheLastOneIsDone) {
  History h = Owners();
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/oc", "receipt: 'no. 1'");
  Term(h, "2026-03-25 10:00", "t1", "oc", "2026-03-02 16:00", "2029-03-02 00:00");
  EXPECT_EQ(Filings(h, "2026-06-01 00:00"),
            "ESTABLISHED 03-02 15:00 04-02 00:00 03-20 10:00 no. 1\n");
}

TEST(Filing, OfOtherBodiesHasNoDay) {
  History h = bench::Community();
  EXPECT_EQ(Filings(h, "2026-06-01 00:00"), "");
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/rc", "receipt: 'no. 1'");
  EXPECT_EQ(Filings(h, "2026-06-01 00:00"), "ESTABLISHED 01-01 00:00 - 03-20 10:00 no. 1\n");
}

// What FillBodyTerm says, but for what every row has.
std::string Standing(const History& h, const char* body, std::string_view now) {
  ViewBench view(Register());
  view.Apply(h);
  views::v1::BodyTermRow row;
  row.set_body(absl::StrCat("communities/c1/bodies/", body));
  EXPECT_TRUE(FillBodyTerm(view.rows(), bench::At(now), row).ok());
  std::string line = absl::StrCat(views::v1::TermStage_Name(row.stage()).substr(11), " ",
                                  row.term().substr(row.term().rfind('/') + 1), " ", row.members(),
                                  "/", row.seats(), " vacant ", row.vacancies());
  if (row.suspended() > 0) absl::StrAppend(&line, " suspended ", row.suspended());
  if (row.has_election_due()) {
    absl::StrAppend(&line, " elect by ",
                    absl::FormatTime("%Y-%m-%d", wire::ToTime(row.election_due()),
                                     absl::FixedTimeZone(8 * 3600)));
  }
  if (row.has_handover_due()) {
    absl::StrAppend(&line, row.has_handed_over_at() ? " handed over" : " hand over", " by ",
                    absl::FormatTime("%m-%d %H:%M", wire::ToTime(row.handover_due()),
                                     absl::FixedTimeZone(8 * 3600)));
  }
  for (const int blocker : row.blockers()) {
    absl::StrAppend(
        &line, " ",
        views::v1::TermBlocker_Name(static_cast<views::v1::TermBlocker>(blocker)).substr(13));
  }
  return line;
}

// Two terms of the owners' committee: three seats in the first, a chair among them.
History TwoTerms() {
  History h = Owners();
  Term(h, "2026-03-02 15:00", "t1", "oc", "2026-03-02 15:00", "2026-09-01 00:00");
  h.Add<reg::BodyFiled>("2026-03-20 10:00", "bodies/oc", "receipt: 'no. 1'");
  Seat(h, "2026-03-02 16:00", "p1", "oc", "OFFICE_CHAIR", "terms/t1");
  Seat(h, "2026-03-02 16:00", "p2", "oc", "OFFICE_MEMBER", "terms/t1");
  Seat(h, "2026-03-02 16:00", "p3", "oc", "OFFICE_MEMBER", "terms/t1");
  return h;
}

TEST(Terms, StandWhereTheirTimesSay) {
  History h = TwoTerms();
  EXPECT_EQ(Standing(h, "oc", "2026-04-01 00:00"), "RUNNING t1 3/3 vacant 0 elect by 2026-09-01");
  EXPECT_EQ(Standing(h, "oc", "2026-06-02 23:59"), "RUNNING t1 3/3 vacant 0 elect by 2026-09-01");
  EXPECT_EQ(Standing(h, "oc", "2026-06-03 00:00"),
            "EXPIRING t1 3/3 vacant 0 elect by 2026-09-01 NO_ELECTION");
  EXPECT_EQ(Standing(h, "oc", "2026-09-01 00:00"),
            "OVER  0/0 vacant 0 elect by 2026-09-01 NO_ELECTION NO_CHAIR");
  Term(h, "2026-08-20 10:00", "t2", "oc", "2026-09-10 00:00", "2029-09-10 00:00");
  EXPECT_EQ(Standing(h, "oc", "2026-08-25 00:00"), "SUCCEEDED t1 3/3 vacant 0");
  EXPECT_EQ(Standing(h, "oc", "2026-09-05 00:00"), "AWAITED  0/0 vacant 0 NO_CHAIR");
  EXPECT_EQ(Standing(h, "oc", "2026-09-20 23:59"),
            "RUNNING t2 0/0 vacant 0 elect by 2029-09-10 hand over by 09-21 00:00 NO_CHAIR");
  EXPECT_EQ(Standing(h, "oc", "2026-09-21 00:01"),
            "RUNNING t2 0/0 vacant 0 elect by 2029-09-10 hand over by 09-21 00:00 "
            "HANDOVER_OVERDUE NO_CHAIR");
  EXPECT_THAT(Standing(h, "oc", "2026-10-11 00:01"), testing::HasSubstr("FILING_OVERDUE"));
  h.Add<reg::HandoverCompleted>("2026-09-22 10:00", "bodies/oc",
                                "term: '@terms/t2' items: HANDOVER_ITEM_SEALS "
                                "due T(2026-09-22 00:00)");
  EXPECT_EQ(Standing(h, "oc", "2026-09-23 00:00"),
            "RUNNING t2 0/0 vacant 0 elect by 2029-09-10 handed over by 09-22 00:00 NO_CHAIR")
      << "the day of the fact counts";
}

TEST(Terms, AreExpiringFromTheNoteOn) {
  History h = TwoTerms();
  h.Add<reg::TermExpiring>("2026-05-20 00:00", "terms/t1", "ends T(2026-09-01 00:00)");
  EXPECT_THAT(Standing(h, "oc", "2026-05-21 00:00"), testing::StartsWith("EXPIRING t1"));
  h.Add<reg::TermExpired>("2026-09-01 00:00", "terms/t1", "");
  EXPECT_THAT(Standing(h, "oc", "2026-09-02 00:00"), testing::StartsWith("OVER "));
}

TEST(Seats, AreVacantWhenNobodyFollows) {
  History h = TwoTerms();
  h.Add<reg::MemberSuspended>("2026-04-01 10:00", "memberships/p2", "");
  h.Add<reg::MemberEnded>("2026-04-01 10:00", "memberships/p3", "reason: END_REASON_RESIGNED");
  EXPECT_EQ(Standing(h, "oc", "2026-04-02 00:00"),
            "RUNNING t1 2/3 vacant 1 suspended 1 elect by 2026-09-01");
  Seat(h, "2026-04-10 10:00", "p4", "oc", "OFFICE_MEMBER", "terms/t1");
  h.Add<reg::MemberReinstated>("2026-04-10 10:00", "memberships/p2", "");
  EXPECT_EQ(Standing(h, "oc", "2026-04-11 00:00"), "RUNNING t1 3/3 vacant 0 elect by 2026-09-01");
  h.Add<reg::MemberEnded>("2026-04-12 10:00", "memberships/p1", "reason: END_REASON_DEATH");
  EXPECT_EQ(Standing(h, "oc", "2026-04-13 00:00"),
            "RUNNING t1 2/3 vacant 1 elect by 2026-09-01 NO_CHAIR");
}

TEST(Seats, OfABodyWithoutTermsLastUntilTheyEnd) {
  EXPECT_EQ(Standing(bench::Community(), "party", "2026-04-01 00:00"), "NONE  1/1 vacant 0");
  EXPECT_EQ(Standing(bench::Community(), "rc", "2026-04-01 00:00"), "NONE  1/1 vacant 0 NO_CHAIR");
  EXPECT_EQ(Standing(bench::Community(), "pc2", "2026-04-01 00:00"), "NONE  1/1 vacant 0")
      << "a company has no chair";
  History h = bench::Community();
  h.Add<reg::BodyPrepared>("2026-02-01 10:00", "bodies/oc", "kind: BODY_KIND_OWNERS_COMMITTEE");
  EXPECT_EQ(Standing(h, "oc", "2026-04-01 00:00"), "NONE  0/0 vacant 0 NO_CHAIR NOT_ESTABLISHED");
}

// Two dwellings in building 1, one in building 2, with households and residents.
History Homes() {
  constexpr std::string_view kT = "2026-01-02 00:00";
  History h = bench::Community();
  const auto home = [&](const char* id, const char* building, int area, const char* source) {
    h.Add<reg::DwellingRegistered>(
        kT, absl::StrCat("dwellings/", id),
        absl::StrCat("display_name: '", id, "' place { building: '@buildings/", building,
                     "' } area_dm2: ", area, " area_source: AREA_SOURCE_", source));
  };
  home("d1", "b1", 8000, "REGISTER");
  home("d2", "b1", 0, "UNSPECIFIED");
  home("d3", "b2", 5000, "CONTRACT");
  h.Add<reg::OwnershipRecorded>(kT, "dwellings/d1", "owners { person: '@persons/p-zhang' }");
  h.Add<reg::HouseholdFormed>(kT, "households/h1",
                              "dwelling: '@dwellings/d1' members: '@persons/p-zhang' "
                              "members: '@persons/p-li' head: '@persons/p-zhang'");
  h.Add<reg::MajorityRecorded>(kT, "persons/p-zhang", "majority: MAJORITY_ADULT");
  return h;
}

std::string Summary(const History& h, std::string_view now = "2026-04-01 00:00") {
  ViewBench view(Register());
  view.Apply(h);
  views::v1::RegisterSummary summary;
  EXPECT_TRUE(Summarise(view.rows(), "communities/c1", bench::At(now), summary).ok());
  return summary.ShortDebugString();
}

std::string Building(const History& h, const char* id) {
  ViewBench view(Register());
  view.Apply(h);
  views::v1::RegisterBuilding building;
  building.set_building(absl::StrCat("communities/c1/buildings/", id));
  EXPECT_TRUE(FillBuilding(view.rows(), building).ok());
  building.clear_building();
  return building.ShortDebugString();
}

TEST(Counts, OfAWholeCommunity) {
  EXPECT_EQ(Summary(Homes()),
            "property_areas: 2 grids: 1 buildings: 2 entrances: 1 dwellings: 3 area_dm2: 13000 "
            "dwellings_without_area: 1 area_from_register: 1 ownership_unknown: 2 "
            "ownership_unverified: 1 households_planned: 1000 households: 1 residents: 2 adults: 1 "
            "chief_posts: 4");
}

TEST(Counts, OfABuilding) {
  EXPECT_EQ(Building(Homes(), "b1"),
            "entrances: 1 dwellings: 2 area_dm2: 8000 dwellings_without_area: 1 "
            "ownership_unknown: 1 ownership_unverified: 1 households: 1 residents: 2 adults: 1");
  EXPECT_EQ(Building(Homes(), "b2"), "dwellings: 1 area_dm2: 5000 ownership_unknown: 1");
}

TEST(Counts, FollowOwnership) {
  History h = Homes();
  const auto state = [&] {
    const std::string text = Building(h, "b1");
    const std::size_t at = text.find("ownership");
    return text.substr(at, text.find(" households") - at);
  };
  constexpr std::string_view kT = "2026-02-01 00:00";
  h.Add<reg::OwnershipVerified>(kT, "dwellings/d1", "");
  EXPECT_EQ(state(), "ownership_unknown: 1 ownership_verified: 1");
  h.Add<reg::OwnershipTransferred>(kT, "dwellings/d1", "owners { person: '@persons/p-li' }");
  EXPECT_EQ(state(), "ownership_unknown: 1 ownership_unverified: 1");
  h.Add<reg::OwnershipDisputed>(kT, "dwellings/d1", "");
  EXPECT_EQ(state(), "ownership_unknown: 1 ownership_disputed: 1");
  h.Add<reg::OwnershipDisputeEnded>(kT, "dwellings/d1", "");
  EXPECT_EQ(state(), "ownership_unknown: 1 ownership_verified: 1");
  h.Add<reg::OwnershipRecorded>(kT, "dwellings/d1", "");
  EXPECT_EQ(state(), "ownership_unknown: 2");
}

TEST(Counts, FollowSplitsCorrectionsAndPeople) {
  History h = Homes();
  constexpr std::string_view kT = "2026-02-01 00:00";
  h.Add<reg::DwellingAreaCorrected>(kT, "dwellings/d2",
                                    "area_dm2: 7000 area_source: AREA_SOURCE_REGISTER");
  h.Add<reg::DwellingRegistered>(kT, "dwellings/d4",
                                 "place { building: '@buildings/b2' } area_dm2: 5000");
  h.Add<reg::DwellingSplit>(kT, "dwellings/d3", "into: '@dwellings/d4'");
  h.Add<reg::HouseholdDissolved>(kT, "households/h1", "");
  h.Add<reg::MajorityRecorded>(kT, "persons/p-li", "majority: MAJORITY_MINOR");
  h.Add<reg::ResidentDeceased>(kT, "persons/p-zhang", "");
  h.Add<reg::ResidentEnrolled>(kT, "persons/p-rc", "place { building: '@buildings/b2' }");
  h.Add<reg::ChiefEnded>(kT, "chiefs/b2", "");
  EXPECT_EQ(Summary(h),
            "property_areas: 2 grids: 1 buildings: 2 entrances: 1 dwellings: 3 area_dm2: 20000 "
            "area_from_register: 2 ownership_unknown: 2 ownership_unverified: 1 "
            "households_planned: 1000 residents: 1 minors: 1 residents_declared: 1 chief_posts: 4 "
            "chief_posts_vacant: 1");
  h.Add<reg::ResidentMovedOut>(kT, "persons/p-li", "");
  EXPECT_THAT(Summary(h), testing::Not(testing::HasSubstr(" residents:")));
}

TEST(Counts, OfConstituencies) {
  History h = bench::Community();
  constexpr std::string_view kT = "2026-02-01 00:00";
  const auto set = [&](const char* id, const char* units, int households) {
    h.Add<reg::RepresentativeConstituencySet>(
        kT, absl::StrCat("constituencies/", id),
        absl::StrCat("units: '@", units, "' households: ", households));
  };
  set("k1", "buildings/b1", 20);
  set("k2", "buildings/b2", 51);
  set("k3", "entrances/e1", 50);
  h.Add<reg::ConstituencyDissolved>(kT, "constituencies/k3", "");
  h.Add<reg::BodyPrepared>(kT, "bodies/ra", "kind: BODY_KIND_RESIDENT_REP_ASSEMBLY");
  Term(h, kT, "t", "ra", "2026-02-01 00:00", "2026-08-01 00:00");
  Seat(h, kT, "p-zhang", "ra", "OFFICE_MEMBER", "terms/t", "BODY_KIND_RESIDENT_REP_ASSEMBLY");
  h.Add<reg::RepresentativeElected>(
      kT, "constituencies/k1", "membership: '@memberships/p-zhang' person: '@persons/p-zhang'");
  const std::string tail =
      "constituencies: 2 constituency_households: 71 constituencies_of_wrong_size: 1 ";
  EXPECT_THAT(Summary(h),
              testing::HasSubstr(tail + "representatives: 1 representatives_vacant: 1"));
  EXPECT_THAT(Summary(h, "2026-08-01 00:00"),
              testing::HasSubstr(tail + "representatives_vacant: 2"))
      << "its term is over";
  set("k2", "buildings/b2", 45);
  h.Add<reg::MemberEnded>(kT, "memberships/p-zhang", "");
  EXPECT_THAT(Summary(h), testing::HasSubstr("constituencies: 2 constituency_households: 65 "
                                             "representatives_vacant: 2"));
  ViewBench view(Register());
  view.Apply(h);
  EXPECT_EQ(view.Select("SELECT constituency, unit FROM constituency_unit WHERE constituency LIKE "
                        "'%k2'",
                        2),
            "communities/c1/constituencies/k2 | communities/c1/buildings/b2\n");
}

// Names never reach the rows, and an unknown fact stops the view.
TEST(Rows, HoldNoNames) {
  ViewBench view(Register());
  view.Apply(Homes());
  EXPECT_THAT(view.Dump(), testing::Not(testing::HasSubstr("张三")));
}

TEST(Rows, SkipNothing) {
  ViewBench view(
      MakeView("parts", 1, Parts(BodyRows(), DwellingRows(), ResidentRows(), ConstituencyRows())));
  for (const char* stream : {"bodies/rc", "terms/t", "memberships/rc", "dwellings/d1",
                             "households/h1", "persons/p-li", "constituencies/k1"}) {
    log::v1::Record record;
    record.set_stream(absl::StrCat("communities/c1/", stream));
    record.set_type("sanzhang.registry.v1.ComingSoon");
    EXPECT_EQ(view.Apply(record).code(), absl::StatusCode::kNotFound) << stream;
  }
}

}  // namespace
}  // namespace sanzhang::projections
