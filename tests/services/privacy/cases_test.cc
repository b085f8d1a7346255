// When a complaint or a vote keeps a person's data, and until when.
#include "services/privacy/cases.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "services/privacy/rules.h"
#include "tests/services/privacy/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::privacy::scene {
namespace {

std::string Show(const std::vector<v1::Hold>& holds) {
  std::vector<std::string> shown;
  for (const v1::Hold& hold : holds) {
    std::string line = v1::HoldKind_Name(hold.kind()).substr(sizeof "HOLD_KIND");
    if (hold.has_until()) {
      absl::StrAppend(&line, " ", rules::Show(wire::ToTime(hold.until())).substr(0, 10));
    }
    shown.push_back(std::move(line));
  }
  return absl::StrJoin(shown, ", ");
}

template <class A>
typename A::State Fold(const std::vector<std::string>& facts, absl::Time at) {
  typename A::State state;
  const log::v1::Actor actor;
  for (const std::string& fact : facts) {
    A::Evolve(state, support::Text<typename A::Event>(fact), {at, actor});
  }
  return state;
}

struct Case {
  std::string name;
  std::vector<std::string> facts;
  std::string holds;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class OfComplaints : public testing::TestWithParam<Case> {};
TEST_P(OfComplaints, Hold) {
  // All that happened happened on 2 March 2026; it is looked at on 20 March.
  const auto state = Fold<ComplaintCase>(GetParam().facts, At("03-02"));
  EXPECT_EQ(Show(HoldsOf("x", state, nullptr, 3, At("03-20"))), GetParam().holds);
}

// 30 March 2026 10:00 in Shanghai.
constexpr char kClosed[] = "closed { appeal_until { seconds: 1774836000 } }";

INSTANTIATE_TEST_SUITE_P(
    Complaints, OfComplaints,
    testing::ValuesIn(std::vector<Case>{
        {"WordsBesideOne", {}, ""},
        {"Open", {"filed { }"}, "OPEN_COMPLAINT"},
        {"Accepted", {"filed { }", "accepted { }"}, "OPEN_COMPLAINT"},
        {"Answered", {"filed { }", "answered { }"}, "OPEN_COMPLAINT"},
        {"NotAccepted", {"filed { }", "not_accepted { }"}, "RETENTION 2029-03-03"},
        {"Withdrawn", {"filed { }", "withdrawn { }"}, "RETENTION 2029-03-03"},
        {"ClosedAndStillToBeAppealed",
         {"filed { }", kClosed},
         "OPEN_COMPLAINT 2026-03-30, RETENTION 2029-03-03"},
        {"ClosedForGood", {"filed { }", "closed { }"}, "RETENTION 2029-03-03"},
        {"Appealed", {"filed { }", kClosed, "appealed { }"}, "OPEN_COMPLAINT"},
        {"AppealDismissed",
         {"filed { }", "closed { }", "appealed { }", "appeal_ruled { }"},
         "RETENTION 2029-03-03"},
        {"Reopened", {"filed { }", "closed { }", "reopened { }"}, "OPEN_COMPLAINT"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(AComplaint, ThatFollowsAnotherHoldsAsLongAsThatOne) {
  const auto linked = Fold<ComplaintCase>({"filed { }", "linked { main: 'm' }"}, At("03-02"));
  EXPECT_EQ(linked.main, "m");
  const auto open = Fold<ComplaintCase>({"filed { }"}, At("03-02"));
  EXPECT_EQ(Show(HoldsOf("x", linked, &open, 3, At("03-20"))), "OPEN_COMPLAINT");
  const auto closed = Fold<ComplaintCase>({"filed { }", "closed { }"}, At("03-02"));
  EXPECT_EQ(Show(HoldsOf("x", linked, &closed, 3, At("03-20"))), "RETENTION 2029-03-03");
}

TEST(Retention, EndsWithTheAnniversaryOfTheEnd) {
  const auto closed = Fold<ComplaintCase>({"filed { }", "closed { }"}, At("03-02"));
  const absl::Time end = absl::FromCivil(absl::CivilDay(2029, 3, 3), absl::FixedTimeZone(8 * 3600));
  EXPECT_EQ(Show(HoldsOf("x", closed, nullptr, 3, end - absl::Microseconds(1))),
            "RETENTION 2029-03-03");
  EXPECT_EQ(Show(HoldsOf("x", closed, nullptr, 3, end)), "");
  EXPECT_EQ(Show(HoldsOf("x", closed, nullptr, 0, At("03-02"))), "");  // None is kept.
  // 29 February has its anniversary on the last day of February.
  const absl::Time leap =
      absl::FromCivil(absl::CivilSecond(2028, 2, 29, 10), absl::FixedTimeZone(8 * 3600));
  const auto leaped = Fold<ComplaintCase>({"filed { }", "closed { }"}, leap);
  EXPECT_EQ(Show(HoldsOf("x", leaped, nullptr, 3, leap)), "RETENTION 2031-03-01");
}

class OfVotes : public testing::TestWithParam<Case> {};
TEST_P(OfVotes, Hold) {
  EXPECT_EQ(Show(HoldsOf("x", Fold<VoteCase>(GetParam().facts, At("03-02")))), GetParam().holds);
}

INSTANTIATE_TEST_SUITE_P(
    Votes, OfVotes,
    testing::ValuesIn(std::vector<Case>{
        {"Drafted", {"motion_drafted { }"}, ""},
        {"Frozen", {"motion_drafted { }", "electorate_frozen { }"}, "OPEN_VOTE"},
        {"TakenBack", {"electorate_frozen { }", "motion_withdrawn { }"}, ""},
        {"Open", {"electorate_frozen { }", "opened { }"}, "OPEN_VOTE"},
        {"Closed", {"electorate_frozen { }", "opened { }", "closed { }"}, "VOTE_OBJECTIONS"},
        {"Counted",
         {"opened { }", "closed { }", "provisionally_tallied { objections_until { seconds: 1 } }"},
         "VOTE_OBJECTIONS"},
        {"Certified", {"opened { }", "closed { }", "certified { }"}, ""},
        {"CountedAgain",
         {"closed { }", "certified { }", "recount_performed { }"},
         "VOTE_OBJECTIONS"},
        {"CertifiedAgain",
         {"closed { }", "certified { }", "recount_performed { }", "certified { }"},
         ""},
        {"Challenged", {"certified { }", "challenged { challenge: 'c' }"}, "VOTE_CHALLENGED"},
        {"Upheld",
         {"certified { }", "challenged { challenge: 'c' }", "upheld { challenge: 'c' }"},
         ""},
        {"OneOfTwoRuledOn",
         {"certified { }", "challenged { challenge: 'c' }", "challenged { challenge: 'd' }",
          "revoked { challenge: 'c' }"},
         "VOTE_CHALLENGED"},
        {"Corrected",
         {"certified { }", "challenged { challenge: 'c' }",
          "correction_ordered { challenge: 'c' }"},
         ""},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sanzhang::privacy::scene
