// What views keep of counts.
#include "projections/resolutions/result_rows.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/projections/resolutions/vote.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::Hour;
using bench::Vote;

constexpr std::string_view kResult =
    "result { engine_version: 'e1' rule_set: 'policies/v' hashes { input: 'h1' } "
    "items { item: 'a' outcome: OUTCOME_REJECTED flags: TALLY_FLAG_SPLIT_MEASURE "
    "area { in_favour: 60 total: 300 participating: 250 consenting: 60 } "
    "heads { in_favour: 2 total: 3 participating: 2 consenting: 2 } } "
    "items { item: 'b' candidate: '@persons/x' outcome: OUTCOME_PASSED standing: STANDING_ELECTED "
    "rank: 1 } "
    "set_aside { ballot: 'v1/001' reason: INVALID_REASON_BLANK } "
    "set_aside { ballot: 'v2/001' item: 'a' reason: INVALID_REASON_LATE } "
    "set_aside { ballot: 'v3/001' reason: INVALID_REASON_LATE } } set_aside_left_out: 2";

std::string Items(Vote& v) {
  return v.view().Select(
      "SELECT code, substr(candidate, -1), outcome, standing, rank, area_total || ' ' || "
      "area_participating || ' ' || area_consenting, heads_total || ' ' || heads_participating || "
      "' ' || heads_consenting, split FROM item_tally ORDER BY code",
      8);
}

TEST(Results, OfTheLastCount) {
  Vote v;
  v.Then<rv::ProvisionalTallyComputed>("03-30 11:00", kResult);
  EXPECT_EQ(v.One("SELECT recount, differences, engine, rule_set, input_sha256, set_aside, " +
                      Hour("counted_us") + " FROM tally",
                  7),
            "0 |  | e1 | policies/v | h1 | 5 | 30.11");
  EXPECT_EQ(Items(v),
            "a |  | 2 | 0 | 0 | 300 250 60 | 3 2 2 | 1\n"
            "b | x | 1 | 1 | 1 | 0 0 0 | 0 0 0 | 0\n");
  EXPECT_EQ(v.view().Select("SELECT reason, ballots FROM set_aside ORDER BY reason", 2),
            "1 | 1\n11 | 2\n");
  rv::TallyResult kept;
  ASSERT_TRUE(v.view()
                  .rows()
                  .Query("SELECT result FROM tally", {},
                         [&](const Row& row) {
                           ASSERT_TRUE(kept.ParseFromString(std::string(row.Bytes(0))));
                         })
                  .ok());
  EXPECT_EQ(kept.items(0).area().in_favour(), 60);

  v.Then<rv::RecountPerformed>(
      "04-02 11:00",
      "result { hashes { input: 'h2' } items { item: 'a' outcome: OUTCOME_PASSED } } "
      "differences: 'roll' differences: 'ballots' sub_scopes_left_out: true");
  EXPECT_EQ(v.view().Select("SELECT recount, differences, input_sha256, sub_scopes_left_out "
                            "FROM tally ORDER BY revision",
                            4),
            "0 |  | h1 | 0\n1 | roll ballots | h2 | 1\n");
  EXPECT_EQ(Items(v), "a |  | 1 | 0 | 0 | 0 0 0 | 0 0 0 | 0\n");
  EXPECT_EQ(v.view().Select("SELECT reason FROM set_aside", 1), "");
}

TEST(Results, HaveSignatures) {
  Vote v;
  v.Then<rv::CertificationSigned>("04-05 10:00",
                                  "signatory: '@persons/x' as: SIGNATORY_COUNTER input_sha256: "
                                  "'h1'");
  EXPECT_EQ(v.One("SELECT substr(signatory, -1), signs_as, input_sha256, " + Hour("signed_us") +
                      " FROM signature",
                  4),
            "x | 2 | h1 | 05.10");
}

TEST(Results, CountPapersOfTheBoxAndKeepNone) {
  Vote v;
  for (const char* page : {"page: 1 pages: 2", "page: 2 pages: 2"}) {
    ASSERT_TRUE(v.On<rv::BallotBoxEmptied>("/box", "03-30 11:00",
                                           absl::StrCat(page,
                                                        " papers { choices { item: 'zz' } } "
                                                        "papers { choices { item: 'zz' } }"))
                    .ok());
  }
  EXPECT_EQ(v.One("SELECT papers FROM box", 1), "4");
  EXPECT_THAT(v.view().Dump(), testing::Not(testing::HasSubstr("zz")));
}

TEST(Results, WithoutPersonsNameNobody) {
  Vote v(/*persons=*/false);
  v.Then<rv::ProvisionalTallyComputed>("03-30 11:00", kResult);
  v.Then<rv::CertificationSigned>("04-05 10:00", "signatory: '@persons/x'");
  EXPECT_EQ(v.view().Select("SELECT reason, ballots FROM set_aside ORDER BY reason", 2),
            "1 | 1\n11 | 2\n");
  rv::TallyResult kept;
  ASSERT_TRUE(v.view()
                  .rows()
                  .Query("SELECT result FROM tally", {},
                         [&](const Row& row) {
                           ASSERT_TRUE(kept.ParseFromString(std::string(row.Bytes(0))));
                         })
                  .ok());
  EXPECT_EQ(kept.items(0).area().in_favour(), 60);
  EXPECT_EQ(kept.set_aside_size(), 0);
  EXPECT_EQ(kept.items(1).candidate(), "");
  EXPECT_THAT(v.view().Dump(), testing::Not(testing::HasSubstr("persons/")));
}

}  // namespace
}  // namespace sanzhang::projections
