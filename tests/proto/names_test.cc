#include "proto/wire/names.h"

#include "gtest/gtest.h"

namespace sanzhang::wire {
namespace {

struct PatternCase {
  const char* name;
  const char* patterns;
  bool matches;
};

class MatchesPatternTest : public testing::TestWithParam<PatternCase> {};

TEST_P(MatchesPatternTest, Answers) {
  EXPECT_EQ(MatchesPattern(GetParam().name, GetParam().patterns), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Names, MatchesPatternTest,
    testing::Values(PatternCase{"communities/c1", "communities/*", true},
                    PatternCase{"communities/c1/bodies/b-2", "communities/*/bodies/*", true},
                    PatternCase{"communities/c1/grids/g",
                                "communities/*/bodies/*|communities/*/grids/*", true},
                    PatternCase{"communities/c1", "communities/*/bodies/*", false},
                    PatternCase{"communities/c1/bodies/b/", "communities/*/bodies/*", false},
                    PatternCase{"communities/c1/bodies/", "communities/*/bodies/*", false},
                    PatternCase{"communities//bodies/b", "communities/*/bodies/*", false},
                    PatternCase{"communities/C1", "communities/*", false},
                    PatternCase{"communities/c1/", "communities/*", false},
                    PatternCase{"/communities/c1", "communities/*", false},
                    PatternCase{"communities/c1/bodies/b/x", "communities/*/bodies/*", false},
                    PatternCase{"", "communities/*", false}));

TEST(IsIdTest, Bounds) {
  EXPECT_TRUE(IsId("a"));
  EXPECT_TRUE(IsId(std::string(63, 'a')));
  EXPECT_FALSE(IsId(std::string(64, 'a')));
  EXPECT_FALSE(IsId(""));
  EXPECT_FALSE(IsId("-a"));
  EXPECT_FALSE(IsId("a-"));
  EXPECT_FALSE(IsId("a_b"));
  EXPECT_FALSE(IsId("居民"));
}

TEST(NamesTest, Parts) {
  EXPECT_EQ(CommunityOf("communities/c1/complaints/01j"), "communities/c1");
  EXPECT_EQ(CommunityOf("communities/c1"), "communities/c1");
  EXPECT_EQ(CommunityOf("communities/"), "");
  EXPECT_EQ(CommunityOf("communities//x"), "");
  EXPECT_EQ(CommunityOf("services/hotline"), "");
  EXPECT_EQ(IdOf("communities/c1/complaints/01j"), "01j");
  EXPECT_EQ(CollectionOf("communities/c1/complaints/01j"), "complaints");
  EXPECT_EQ(CollectionOf("communities"), "");
  EXPECT_EQ(Child("communities/c1", "grids", "g"), "communities/c1/grids/g");
}

}  // namespace
}  // namespace sanzhang::wire
