#include "services/rating/result.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/rating/grades.h"
#include "tests/support/text_proto.h"

namespace sanzhang::rating {
namespace {

using support::Show;
using support::Text;

// Two dimensions of weights 2500 and 7500.
ResultInput TwoDimensions() {
  ResultInput input;
  input.terms = Text<v1::SchemeTerms>(
      "dimensions { code: 'a' weight_bp: 2500 } dimensions { code: 'b' weight_bp: 7500 }");
  input.electorate = {Text<v1::BuildingElectorate>("building: 'b1' eligible: 20"),
                      Text<v1::BuildingElectorate>("building: 'b2' eligible: 30")};
  return input;
}

void Add(ResultInput& input, int times, const std::string& building, int a, int b) {
  for (int i = 0; i < times; ++i) {
    CountedRating& rating = input.ratings.emplace_back();
    rating.building = building;
    if (a != 0) rating.scores.emplace_back("a", a);
    if (b != 0) rating.scores.emplace_back("b", b);
  }
}

TEST(Rounded, HalvesGoUp) {
  EXPECT_EQ(Rounded(0, 3), 0);
  EXPECT_EQ(Rounded(1, 3), 0);
  EXPECT_EQ(Rounded(1, 2), 1);
  EXPECT_EQ(Rounded(3, 2), 2);
  EXPECT_EQ(Rounded(5, 3), 2);
  EXPECT_EQ(Rounded(10'000, 3), 3333);
}

// By hand: a: 6 x 5, 1 x 2: 32 / 7 = 4.571428 -> 4571. b: 6 x 3, 1 x 4: 22 / 7 = 3.142857 -> 3143.
// Total: (2500 * 4571 + 7500 * 3143) / 10000 = 35000000 / 10000 = 3500. Coverage 7 of 50: 1400 bp.
TEST(ComputeResult, ByHand) {
  ResultInput input = TwoDimensions();
  Add(input, 6, "b1", 5, 3);
  Add(input, 1, "b1", 2, 4);
  input.voided = 2;
  EXPECT_EQ(Show(ComputeResult(input)),
            "n: 7 eligible: 50 coverage_bp: 1400 "
            "dimensions { dimension: \"a\" n: 7 average_milli: 4571 satisfied: 6 } "
            "dimensions { dimension: \"b\" n: 7 average_milli: 3143 satisfied: 1 } "
            "total_milli: 3500 "
            "buildings { building: \"b1\" raters: 7 eligible: 20 } "
            "buildings { building: \"b2\" raters: 0 eligible: 30 } "
            "formula: \"rating-result@1\" voided: 2");
}

TEST(ComputeResult, NobodyRated) {
  EXPECT_EQ(Show(ComputeResult(TwoDimensions())),
            "eligible: 50 "
            "dimensions { dimension: \"a\" suppressed: true } "
            "dimensions { dimension: \"b\" suppressed: true } "
            "buildings { building: \"b1\" raters: 0 eligible: 20 } "
            "buildings { building: \"b2\" raters: 0 eligible: 30 } "
            "formula: \"rating-result@1\"");
}

// Four are too few, five are enough; a dimension that four scored hides itself and the total.
TEST(ComputeResult, FewerThanFiveAreNotShown) {
  ResultInput input = TwoDimensions();
  Add(input, 4, "b1", 5, 5);
  v1::RatingResult result = ComputeResult(input);
  EXPECT_TRUE(result.dimensions(0).suppressed());
  EXPECT_FALSE(result.dimensions(0).has_average_milli());
  EXPECT_FALSE(result.dimensions(0).has_n());
  EXPECT_FALSE(result.has_total_milli());

  Add(input, 1, "b1", 5, 0);
  result = ComputeResult(input);
  EXPECT_EQ(result.dimensions(0).average_milli(), 5000);
  EXPECT_TRUE(result.dimensions(1).suppressed());
  EXPECT_FALSE(result.has_total_milli());  // 5000 of a and the total would tell b.

  Add(input, 1, "b1", 0, 5);
  EXPECT_EQ(ComputeResult(input).total_milli(), 5000);
}

TEST(ComputeResult, TheSchemeMayAskForMore) {
  ResultInput input = TwoDimensions();
  input.terms.set_min_n(8);
  Add(input, 7, "b1", 4, 4);
  EXPECT_TRUE(ComputeResult(input).dimensions(0).suppressed());
  Add(input, 1, "b1", 4, 0);
  EXPECT_EQ(ComputeResult(input).dimensions(0).average_milli(), 4000);
  EXPECT_EQ(ComputeResult(input).dimensions(1).n(), 7);
}

// One small building among others would follow from the sum: the least of the others goes too.
TEST(ComputeResult, ASmallBuildingIsNotToldByTheOthers) {
  ResultInput input = TwoDimensions();
  input.electorate.push_back(Text<v1::BuildingElectorate>("building: 'b3' eligible: 30"));
  Add(input, 9, "b1", 3, 3);
  Add(input, 4, "b2", 3, 3);
  Add(input, 6, "b3", 3, 3);
  v1::RatingResult result = ComputeResult(input);
  EXPECT_EQ(result.buildings(0).raters(), 9);
  EXPECT_TRUE(result.buildings(1).suppressed());
  EXPECT_FALSE(result.buildings(1).has_raters());
  EXPECT_TRUE(result.buildings(2).suppressed());

  Add(input, 1, "", 3, 3);  // Two small ones hide each other.
  result = ComputeResult(input);
  EXPECT_EQ(result.buildings(0).building(), "");
  EXPECT_TRUE(result.buildings(0).suppressed());
  EXPECT_TRUE(result.buildings(2).suppressed());
  EXPECT_EQ(result.buildings(3).raters(), 6);
}

// M15: b1 has 20 of 50 eligible. A share of the raters of more than 3 x 40 % can't be; with 10 of
// 100 eligible, 6 of 20 raters are exactly three times the share, 7 of 20 are more.
TEST(ComputeResult, BiasIsMoreThanThreeTimesTheShare) {
  ResultInput input = TwoDimensions();
  input.electorate = {Text<v1::BuildingElectorate>("building: 'b1' eligible: 10"),
                      Text<v1::BuildingElectorate>("building: 'b2' eligible: 30"),
                      Text<v1::BuildingElectorate>("building: 'b3' eligible: 30"),
                      Text<v1::BuildingElectorate>("building: 'b4' eligible: 30")};
  Add(input, 6, "b1", 3, 3);
  Add(input, 5, "b2", 3, 3);
  Add(input, 5, "b3", 3, 3);
  Add(input, 4, "b4", 3, 3);
  EXPECT_FALSE(ComputeResult(input).biased());
  input.ratings.pop_back();
  Add(input, 1, "b1", 3, 3);
  EXPECT_TRUE(ComputeResult(input).biased());
}

TEST(ComputeResult, RatersOfNoKnownBuildingCount) {
  ResultInput input = TwoDimensions();
  Add(input, 5, "b9", 2, 2);
  const v1::RatingResult result = ComputeResult(input);
  EXPECT_EQ(result.n(), 5);
  EXPECT_EQ(result.buildings(0).building(), "");
  EXPECT_EQ(result.buildings(0).raters(), 5);
  EXPECT_TRUE(result.biased());  // Five raters where nobody was said to live.
}

// The same by brute force: every sum made anew from the list for each number asked, in fractions
// compared by cross-multiplication.
struct Counted {
  std::int64_t n = 0;
  std::int64_t points = 0;
};

Counted CountOf(const ResultInput& input, const std::string& code) {
  Counted counted;
  for (const CountedRating& rating : input.ratings) {
    for (const auto& [dimension, value] : rating.scores) {
      if (dimension != code) continue;
      ++counted.n;
      counted.points += value;
    }
  }
  return counted;
}

// Whether `value` is numerator / denominator rounded, halves up: value - 1/2 <= x < value + 1/2.
bool IsRounded(std::int64_t value, std::int64_t numerator, std::int64_t denominator) {
  return (2 * value - 1) * denominator <= 2 * numerator &&
         2 * numerator < (2 * value + 1) * denominator;
}

ResultInput RandomInput(std::mt19937_64& random) {
  const auto draw = [&](int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random);
  };
  ResultInput input;
  const int dimensions = draw(1, 4);
  int left = 10'000;
  for (int i = 0; i < dimensions; ++i) {
    v1::Dimension& dimension = *input.terms.add_dimensions();
    dimension.set_code(std::string(1, static_cast<char>('a' + i)));
    dimension.set_weight_bp(i + 1 == dimensions ? left : draw(1, left - dimensions + i + 1));
    left -= dimension.weight_bp();
  }
  input.terms.set_min_n(draw(0, 8));
  for (int i = 0; i < draw(1, 4); ++i) {
    v1::BuildingElectorate& building = input.electorate.emplace_back();
    building.set_building("b" + std::to_string(i));
    building.set_eligible(draw(1, 40));
  }
  const int n = draw(0, 30);
  for (int i = 0; i < n; ++i) {
    CountedRating& rating = input.ratings.emplace_back();
    rating.building = "b" + std::to_string(draw(0, 4));
    for (const v1::Dimension& dimension : input.terms.dimensions()) {
      if (draw(0, 3) != 0) rating.scores.emplace_back(dimension.code(), draw(1, 5));
    }
  }
  return input;
}

void Check(const ResultInput& input) {
  const v1::RatingResult result = ComputeResult(input);
  const auto n = static_cast<std::int64_t>(input.ratings.size());
  std::int64_t eligible = 0;
  for (const auto& building : input.electorate) eligible += building.eligible();
  EXPECT_EQ(result.n(), n);
  EXPECT_EQ(result.eligible(), eligible);
  EXPECT_TRUE(IsRounded(result.coverage_bp(), 10'000 * n, eligible));
  bool whole = true;
  std::int64_t weighted = 0;
  for (int i = 0; i < input.terms.dimensions_size(); ++i) {
    const v1::DimensionResult& shown = result.dimensions(i);
    const Counted counted = CountOf(input, shown.dimension());
    const bool hidden = counted.n < 5 || n < 5 || n < input.terms.min_n();
    EXPECT_EQ(shown.suppressed(), hidden);
    EXPECT_EQ(shown.has_average_milli(), !hidden);
    whole = whole && !hidden;
    if (hidden) continue;
    EXPECT_EQ(shown.n(), counted.n);
    EXPECT_TRUE(IsRounded(shown.average_milli(), 1000 * counted.points, counted.n));
    weighted += input.terms.dimensions(i).weight_bp() * std::int64_t{shown.average_milli()};
  }
  EXPECT_EQ(result.has_total_milli(), whole);
  if (whole) {
    EXPECT_TRUE(IsRounded(result.total_milli(), weighted, 10'000));
  }
  // No building of fewer than five is told, nor follows from the others.
  std::int64_t told = 0;
  int hidden = 0;
  for (const v1::BuildingCoverage& building : result.buildings()) {
    if (building.suppressed()) {
      ++hidden;
    } else {
      told += building.raters();
      EXPECT_TRUE(building.raters() == 0 || building.raters() >= 5);
    }
  }
  if (hidden == 1) {
    EXPECT_EQ(told, 0);  // There was no other to hide it among.
  }
  if (hidden == 0) {
    EXPECT_EQ(told, n);
  }
}

TEST(ComputeResult, AgreesWithBruteForce) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20'000 && !testing::Test::HasFailure(); ++round) {
    ResultInput input = RandomInput(random);
    Check(input);
    const std::string before = ComputeResult(input).SerializeAsString();
    std::shuffle(input.ratings.begin(), input.ratings.end(), random);
    EXPECT_EQ(ComputeResult(input).SerializeAsString(), before) << "the order tells";
  }
}

v1::GradeCount Count(int excellent, int competent, int basic, int unfit) {
  v1::GradeCount count;
  count.set_excellent(excellent);
  count.set_competent(competent);
  count.set_basic(basic);
  count.set_unfit(unfit);
  return count;
}

TEST(ResultOf, UnfitTakesMoreThanHalf) {
  EXPECT_EQ(ResultOf(Count(0, 0, 0, 4)), v1::GRADE_UNSPECIFIED);
  EXPECT_EQ(ResultOf(Count(0, 0, 0, 5)), v1::GRADE_UNFIT);
  EXPECT_EQ(ResultOf(Count(0, 0, 5, 5)), v1::GRADE_BASIC);  // Half is not more than half.
  EXPECT_EQ(ResultOf(Count(0, 0, 5, 6)), v1::GRADE_UNFIT);
  EXPECT_EQ(ResultOf(Count(5, 0, 0, 5)), v1::GRADE_EXCELLENT);
  EXPECT_EQ(ResultOf(Count(4, 1, 0, 5)), v1::GRADE_COMPETENT);
  EXPECT_EQ(ResultOf(Count(2, 2, 1, 5)), v1::GRADE_BASIC);
  EXPECT_EQ(ResultOf(Count(5, 5, 0, 0)), v1::GRADE_EXCELLENT);
  EXPECT_EQ(ResultOf(Count(4, 5, 1, 0)), v1::GRADE_COMPETENT);
}

TEST(CountGrades, TellsNothingOfFewerThanFive) {
  std::vector<v1::Grades> grades;
  for (int i = 0; i < 5; ++i) {
    v1::Grades& one =
        grades.emplace_back(Text<v1::Grades>("grades { membership: 'm1' grade: GRADE_EXCELLENT } "
                                             "grades { membership: 'other' grade: GRADE_UNFIT }"));
    if (i < 4) *one.add_grades() = Text<v1::MemberGrade>("membership: 'm2' grade: GRADE_UNFIT");
  }
  const std::vector<v1::GradeCount> counts = CountGrades({"m2", "m1", "m3"}, grades);
  ASSERT_EQ(counts.size(), 3u);
  EXPECT_EQ(Show(counts[0]), "membership: \"m2\"");
  EXPECT_EQ(Show(counts[1]), "membership: \"m1\" excellent: 5 result: GRADE_EXCELLENT");
  EXPECT_EQ(Show(counts[2]), "membership: \"m3\"");
}

}  // namespace
}  // namespace sanzhang::rating
