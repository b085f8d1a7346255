// M13 and M14: who could take part, who did, and what is shown of it.
#include "projections/metrics/participation.h"

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/engine/parts_projection.h"
#include "projections/metrics/participation_rows.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace cv = complaint::v1;
namespace nv = notice::v1;
namespace reg = registry::v1;
namespace rv = rating::v1;
namespace vv = resolution::v1;
using bench::History;
using bench::ViewBench;

class ParticipationTest : public testing::Test {
 protected:
  // Of age, and a confirmed resident of the building since the year's beginning.
  void Enrol(std::string_view id, std::string_view building = "b1",
             std::string_view time = "2026-01-01 00:00") {
    const std::string person = absl::StrCat("persons/", std::string(id));
    history_.Add<reg::PersonRegistered>(time, person, "majority: MAJORITY_ADULT");
    history_.Add<reg::ResidentEnrolled>(
        time, person, absl::StrCat("place { building: '@buildings/", std::string(building), "' }"));
    history_.Add<reg::ResidentConfirmed>(time, person, "");
  }
  void Complain(std::string_view id, std::string_view time) {
    history_.Add<cv::ComplaintFiled>(time, absl::StrCat("complaints/q", ++complaints_),
                                     absl::StrCat("complainant: '@persons/", std::string(id), "'"));
  }
  template <class Fact>
  void AddBy(std::string_view id, std::string_view time, std::string_view stream) {
    log::v1::Actor& actor = *history_.Add<Fact>(time, stream, "").mutable_actor();
    actor.set_kind(log::v1::Actor::KIND_PERSON);
    actor.set_subject(absl::StrCat("communities/c1/persons/", std::string(id)));
  }
  std::string Rows(std::string_view sql, int columns) {
    ViewBench view(MakeView("participation", 1, Participation()));
    view.Apply(history_);
    return absl::StrReplaceAll(view.Select(sql, columns), {{"communities/c1/", ""}});
  }
  // Numerator/denominator of M13, then of M14.
  std::string Numbers(std::string_view from, std::string_view to) {
    const ParticipationCount count = Count(from, to);
    const views::v1::Metric breadth = ParticipationBreadth(count.all);
    const views::v1::Metric newcomers = NewParticipants(count.all);
    return absl::StrCat(breadth.numerator(), "/", breadth.denominator(), " ", newcomers.numerator(),
                        "/", newcomers.denominator());
  }
  ParticipationCount Count(std::string_view from, std::string_view to) {
    ViewBench view(MakeView("participation", 1, Participation()));
    view.Apply(history_);
    const absl::StatusOr<ParticipationCount> count =
        CountParticipation(view.rows(), "communities/c1", {bench::At(from), bench::At(to)});
    EXPECT_TRUE(count.ok()) << count.status();
    return count.value_or(ParticipationCount());
  }
  views::v1::ParticipationSummary Shown(std::string_view from, std::string_view to) {
    views::v1::ParticipationSummary summary;
    Show(Count(from, to), summary);
    return summary;
  }

  History history_;
  int complaints_ = 0;
};

TEST_F(ParticipationTest, EveryWayOfTakingPartIsARow) {
  constexpr std::string_view kT = "2026-01-05 00:00";
  history_.Add<cv::ComplaintFiled>(kT, "complaints/q1", "complainant: '@persons/files'");
  history_.Add<cv::ComplaintFiled>(kT, "complaints/q2", "");  // From the hotline, of nobody known.
  history_.Add<cv::ComplaintSupported>(kT, "complaints/q1", "supporter: '@persons/supports'");
  history_.Add<vv::MotionPetitionSigned>(kT, "resolutions/r1", "signer: '@persons/signs'");
  history_.Add<vv::BallotCast>(kT, "resolutions/r1/ballots/v1",
                               "ballot: 1 person: '@persons/agent' principal: '@persons/absent'");
  AddBy<vv::SecretBallotCast>("secret", kT, "resolutions/r1/voters/v2");
  AddBy<rv::AppraisalGraded>("grades", kT, "appraisals/a1/appraisers/x");
  history_.Add<nv::NoticeObjected>(kT, "notices/n1", "objection: 1 objector: '@persons/objects'");
  history_.Add<nv::InquiryAsked>(kT, "notices/n1", "inquiry: 1 asker: '@persons/asks'");
  // Of these none takes part, or nobody knows who.
  history_.Add<vv::LateBallotRecorded>(kT, "resolutions/r1/ballots/v1", "person: '@persons/late'");
  history_.Add<vv::DeliberationRecorded>(kT, "resolutions/r1", "participants: 30");
  history_.Add<rv::RatingSubmitted>(kT, "ratingCampaigns/g1/ratings/x", "rater_ref: 'ref'");
  history_.Add<vv::BallotBoxEmptied>(kT, "resolutions/r1/box", "page: 1");
  EXPECT_EQ(Rows("SELECT person, kind FROM participation ORDER BY kind, person", 2),
            "persons/agent | 1\npersons/secret | 1\npersons/signs | 2\npersons/files | 3\n"
            "persons/supports | 3\npersons/grades | 4\npersons/asks | 5\npersons/objects | 5\n");
}

TEST_F(ParticipationTest, PaperCountsOnceASecondClerkHasReadIt) {
  constexpr std::string_view kStream = "resolutions/r1/ballots/v1";
  history_.Add<vv::PaperBallotEntered>(
      "2026-01-05 00:00", kStream,
      "ballot: 1 person: '@persons/signs' cast_at T(2026-01-03 23:59)");
  EXPECT_EQ(Rows("SELECT person FROM participation", 1), "");
  history_.Add<vv::PaperBallotVerified>("2026-01-06 00:00", kStream, "ballot: 1");
  EXPECT_EQ(Rows("SELECT person, strftime('%d.%H', day_us / 1000000 + 28800, 'unixepoch') "
                 "FROM participation",
                 2),
            "persons/signs | 03.00\n");
  EXPECT_EQ(Rows("SELECT count(*) FROM paper_participation", 1), "0\n");
}

TEST_F(ParticipationTest, OfAgeAndConfirmedIsASpan) {
  const std::string spans =
      "SELECT building, strftime('%d', from_us / 1000000 + 28800, 'unixepoch'), "
      "strftime('%d', until_us / 1000000 + 28800, 'unixepoch') FROM enrolled_span";
  constexpr std::string_view kPerson = "persons/p";
  history_.Add<reg::PersonRegistered>("2026-01-01 00:00", kPerson, "majority: MAJORITY_MINOR");
  history_.Add<reg::ResidentEnrolled>("2026-01-02 00:00", kPerson,
                                      "place { building: '@buildings/b1' }");
  history_.Add<reg::ResidentConfirmed>("2026-01-03 00:00", kPerson, "");
  EXPECT_EQ(Rows(spans, 3), "") << "a minor";
  history_.Add<reg::MajorityRecorded>("2026-01-04 00:00", kPerson, "majority: MAJORITY_ADULT");
  EXPECT_EQ(Rows(spans, 3), "buildings/b1 | 04 | -\n");
  history_.Add<reg::ResidentEnrolled>("2026-01-05 00:00", kPerson,
                                      "place { building: '@buildings/b2' }");
  EXPECT_EQ(Rows(spans, 3), "buildings/b1 | 04 | 05\n") << "not confirmed in the other building";
  history_.Add<reg::ResidentConfirmed>("2026-01-06 00:00", kPerson, "");
  history_.Add<reg::ResidentMovedOut>("2026-01-07 00:00", kPerson, "");
  EXPECT_EQ(Rows(spans, 3), "buildings/b1 | 04 | 05\nbuildings/b2 | 06 | 07\n");
  history_.Add<reg::ResidentEnrolled>("2026-01-07 00:00", kPerson,
                                      "place { building: '@buildings/b1' }");
  history_.Add<reg::ResidentConfirmed>("2026-01-08 00:00", kPerson, "");
  history_.Add<reg::ResidentDeceased>("2026-01-09 00:00", kPerson, "");
  EXPECT_EQ(Rows(spans, 3),
            "buildings/b1 | 04 | 05\nbuildings/b2 | 06 | 07\nbuildings/b1 | 08 | 09\n");
}

TEST_F(ParticipationTest, MovesWithinOneMoment) {
  Enrol("p", "b1", "2026-01-01 00:00");
  history_.Add<reg::ResidentEnrolled>("2026-01-01 00:00", "persons/p",
                                      "place { building: '@buildings/b2' }");
  history_.Add<reg::ResidentConfirmed>("2026-01-01 00:00", "persons/p", "");
  EXPECT_EQ(Rows("SELECT building, until_us FROM enrolled_span", 2), "buildings/b2 | -\n");
}

TEST_F(ParticipationTest, CountsEachPersonOnceInTheWindow) {
  for (const char* id : {"a", "b", "c", "d"}) Enrol(id);
  Enrol("late", "b1", "2026-03-01 00:00");
  Complain("a", "2026-01-05 00:00");
  Complain("a", "2026-01-06 00:00");
  Complain("b", "2026-01-31 23:59");
  Complain("c", "2026-02-01 00:00");
  Complain("b", "2026-02-05 00:00");
  Complain("stranger", "2026-01-05 00:00");
  EXPECT_EQ(Numbers("2026-01-01 00:00", "2026-02-01 00:00"), "2/4 2/2");
  EXPECT_EQ(Numbers("2026-02-01 00:00", "2026-03-01 00:00"), "2/4 1/2") << "b is not new";
  EXPECT_EQ(Numbers("2026-03-01 00:00", "2026-04-01 00:00"), "0/5 0/0");
  history_.Add<reg::ResidentMovedOut>("2026-01-31 12:00", "persons/b", "");
  EXPECT_EQ(Numbers("2026-01-01 00:00", "2026-02-01 00:00"), "1/3 1/1")
      << "who left before the window ended counts in neither";
}

TEST_F(ParticipationTest, OfNobodyHasNoValue) {
  const views::v1::Metric metric = ParticipationBreadth({});
  EXPECT_EQ(metric.formula(), "M13@1");
  EXPECT_FALSE(metric.has_value());
  const views::v1::Metric half = ParticipationBreadth({.adults = 8, .took_part = 4});
  EXPECT_EQ(half.value(), 500'000);
  EXPECT_EQ(half.unit(), views::v1::METRIC_UNIT_PPM);
  EXPECT_EQ(NewParticipants({.adults = 8, .took_part = 4, .newcomers = 1}).formula(), "M14@1");
}

TEST_F(ParticipationTest, HidesSmallGroups) {
  const auto people = [&](const char* building, int adults, int active) {
    for (int i = 0; i < adults; ++i) {
      const std::string id = absl::StrCat(building, "-", i);
      Enrol(id, building);
      if (i < active) Complain(id, "2026-01-05 00:00");
    }
  };
  people("b1", 10, 6);
  people("b2", 12, 9);
  people("b3", 8, 3);
  people("b4", 6, 0);
  const auto shown = [&] {
    std::string text;
    const views::v1::ParticipationSummary summary = Shown("2026-01-01 00:00", "2026-02-01 00:00");
    for (const auto& b : summary.buildings()) {
      absl::StrAppend(
          &text, b.building().substr(25), " ",
          b.masked() ? std::string("masked") : absl::StrCat(b.participants(), "/", b.adults()), " ",
          static_cast<int>(b.band()), "; ");
      EXPECT_TRUE(!b.masked() || (b.participants() == 0 && b.adults() == 0));
    }
    return absl::StrCat(text, summary.breadth().numerator(), "/", summary.breadth().denominator());
  };
  EXPECT_EQ(shown(), "b1 masked 4; b2 9/12 5; b3 masked 3; b4 0/6 1; 18/36")
      << "b3 alone would follow from the sum";
  people("b5", 3, 0);
  EXPECT_EQ(shown(), "b1 6/10 4; b2 9/12 5; b3 masked 3; b4 0/6 1; b5 masked 0; 18/39")
      << "two are hidden; of fewer than five not even the band is shown";
}

TEST_F(ParticipationTest, ByKindCountsPersonsOfTheCommunity) {
  for (int i = 0; i < 6; ++i) {
    const std::string id = absl::StrCat("p", i);
    Enrol(id);
    Complain(id, "2026-01-05 00:00");
    Complain(id, "2026-01-06 00:00");
  }
  AddBy<vv::SecretBallotCast>("p0", "2026-01-07 00:00", "resolutions/r1/voters/v2");
  EXPECT_THAT(Shown("2026-01-01 00:00", "2026-02-01 00:00").ShortDebugString(),
              testing::HasSubstr("kinds { kind: PARTICIPATION_KIND_BALLOT masked: true } "
                                 "kinds { kind: PARTICIPATION_KIND_COMPLAINT participants: 6 }"));
}

// One person's story, day by day, for a recount that knows nothing of tables.
struct Story {
  std::vector<int> lives_in =
      std::vector<int>(60, -1);  // Building at the end of the day; -1: none.
  std::set<int> took_part;
};

// Random people move, and take part on random days; each window is recounted by plain loops.
TEST_F(ParticipationTest, EqualsARecountOfRandomHistories) {
  const char* const given = std::getenv("SANZHANG_TEST_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device()();
  std::cout << "SANZHANG_TEST_SEED=" << seed << "\n";
  std::mt19937_64 random(seed);
  std::vector<Story> people(40);
  const auto day = [](int number, const char* hour) {
    return absl::StrCat(number < 31 ? "2026-01-" : "2026-02-",
                        absl::Dec(number < 31 ? number + 1 : number - 30, absl::kZeroPad2), " ",
                        hour);
  };
  for (std::size_t i = 0; i < people.size(); ++i) {
    history_.Add<reg::PersonRegistered>(day(0, "00:00"), absl::StrCat("persons/p", i),
                                        "majority: MAJORITY_ADULT");
  }
  for (int today = 0; today < 59; ++today) {
    for (std::size_t i = 0; i < people.size(); ++i) {
      const std::string person = absl::StrCat("persons/p", i);
      Story& story = people[i];
      const auto now = static_cast<std::size_t>(today);
      if (today > 0) story.lives_in[now] = story.lives_in[now - 1];
      if (random() % 20 == 0) {
        const auto building = static_cast<int>(random() % 4);
        history_.Add<reg::ResidentEnrolled>(
            day(today, "12:00"), person,
            absl::StrCat("place { building: '@buildings/b", building, "' }"));
        history_.Add<reg::ResidentConfirmed>(day(today, "12:30"), person, "");
        story.lives_in[now] = building;
      } else if (random() % 40 == 0) {
        history_.Add<reg::ResidentMovedOut>(day(today, "12:00"), person, "");
        story.lives_in[now] = -1;
      }
      if (random() % 30 == 0) {
        Complain(absl::StrCat("p", i), day(today, "18:00"));
        story.took_part.insert(today);
      }
    }
  }
  ViewBench view(MakeView("participation", 1, Participation()));
  view.Apply(history_);
  for (int from = 0; from < 50; from += 7) {
    for (int to = from + 1; to < 59; to += 11) {
      Participants expected;
      std::map<std::string, Participants> buildings;
      for (const Story& story : people) {
        const int home = story.lives_in[static_cast<std::size_t>(to - 1)];
        if (home < 0) continue;
        const auto first = story.took_part.lower_bound(from);
        const bool took_part = first != story.took_part.end() && *first < to;
        Participants& building = buildings[absl::StrCat("communities/c1/buildings/b", home)];
        for (Participants* count : {&expected, &building}) {
          ++count->adults;
          count->took_part += took_part;
          count->newcomers += took_part && first == story.took_part.begin();
        }
      }
      const absl::StatusOr<ParticipationCount> count =
          CountParticipation(view.rows(), "communities/c1",
                             {bench::At(day(from, "00:00")), bench::At(day(to, "00:00"))});
      ASSERT_TRUE(count.ok()) << count.status();
      EXPECT_EQ(count->all, expected) << from << " to " << to;
      EXPECT_EQ(count->buildings, buildings) << from << " to " << to;
    }
  }
}

TEST(Band, IsExactAtItsEdges) {
  const auto band = [](std::int64_t took_part, std::int64_t adults) {
    return static_cast<int>(BandOf({.adults = adults, .took_part = took_part}));
  };
  EXPECT_EQ(band(4, 4), 0);
  EXPECT_EQ(band(9, 100), 1);
  EXPECT_EQ(band(10, 100), 2);
  EXPECT_EQ(band(24, 100), 2);
  EXPECT_EQ(band(25, 100), 3);
  EXPECT_EQ(band(49, 100), 3);
  EXPECT_EQ(band(50, 100), 4);
  EXPECT_EQ(band(74, 100), 4);
  EXPECT_EQ(band(75, 100), 5);
}

}  // namespace
}  // namespace sanzhang::projections
