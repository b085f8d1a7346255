// What is remembered: who is related to a complaint, which text is hidden, which policies were
// used.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/complaint/scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::complaint::scene {
namespace {

using enum type::v1::Relation;

bool Related(const Story& story, type::v1::Relation relation, std::string_view who) {
  const runtime::Acting acting = Cast(who);
  return Complaint::Related(Fold(story), relation, acting.as, acting.subject);
}

TEST(Related, TheComplainantIsWhoseComplaintItIs) {
  EXPECT_TRUE(Related(Filed(), RELATION_COMPLAINANT, "zhang"));
  EXPECT_FALSE(Related(Filed(), RELATION_COMPLAINANT, "li"));
  EXPECT_FALSE(Related({}, RELATION_COMPLAINANT, "zhang"));
  const Story of_nobody = {"hotline +0h filed { first_receiver: '@rc' }"};
  EXPECT_FALSE(Complaint::Related(Fold(of_nobody), RELATION_COMPLAINANT, {}, ""));
}

TEST(Related, TheAssigneeIsTheBodyResponsibleNow) {
  EXPECT_TRUE(Related(Assigned(), RELATION_ASSIGNEE, "staff"));
  EXPECT_TRUE(Related(Assigned(), RELATION_ASSIGNEE, "manager"));
  EXPECT_FALSE(Related(Assigned(), RELATION_ASSIGNEE, "committee"));
  EXPECT_FALSE(Related(Assigned(), RELATION_ASSIGNEE, "zhang"));
  const Story moved = Assigned() + "committee +5h assigned { assignee_body: '@oc' hop: 2 }";
  EXPECT_FALSE(Related(moved, RELATION_ASSIGNEE, "staff"));
  EXPECT_TRUE(Related(moved, RELATION_ASSIGNEE, "owners"));
  EXPECT_FALSE(Complaint::Related({}, RELATION_ASSIGNEE, {}, ""));
}

TEST(Related, AChiefHandlesAtOwnLevelInOwnUnit) {
  const auto at = [](const std::string& level, const std::string& place) -> Story {
    return {"zhang +0h filed { place { " + place + " } first_receiver: '@rc' }",
            "committee +1h accepted { level: " + level + " responsible_body: '@rc' }"};
  };
  const std::string home = "grid: 'g1' building: 'b1' entrance: 'e1'";
  EXPECT_TRUE(Related(at("LEVEL_ENTRANCE", home), RELATION_ASSIGNEE, "entrance"));
  EXPECT_TRUE(Related(at("LEVEL_ENTRANCE", home), RELATION_ASSIGNEE, "grid"));
  EXPECT_FALSE(Related(at("LEVEL_BUILDING", home), RELATION_ASSIGNEE, "entrance"));
  EXPECT_FALSE(Related(at("LEVEL_COMMUNITY", home), RELATION_ASSIGNEE, "grid"));
  EXPECT_FALSE(Related(at("LEVEL_GRID", "grid: 'g2'"), RELATION_ASSIGNEE, "grid"));
  EXPECT_FALSE(Related(at("LEVEL_ENTRANCE", "grid: 'g1' building: 'b1' entrance: 'e2'"),
                       RELATION_ASSIGNEE, "entrance"));
}

TEST(Related, ADepartmentIsWhistledForAlsoAfterItCame) {
  const Story whistled =
      Accepted() + "subdistrict +2h departments_whistled { departments: '@water' }";
  EXPECT_FALSE(Related(Accepted(), RELATION_WHISTLED, "water"));
  EXPECT_TRUE(Related(whistled, RELATION_WHISTLED, "water"));
  EXPECT_TRUE(Related(whistled + "water +3h department_reported_in { department: '@water' }",
                      RELATION_WHISTLED, "water"));
  EXPECT_FALSE(Related(whistled, RELATION_WHISTLED, "zhang"));
  EXPECT_FALSE(Related(whistled, RELATION_UNSPECIFIED, "water"));
}

TEST(Redacted, SpansAreKeptApart) {
  Complaint::State state = Fold({"zhang +0h filed { text_code_points: 10 }"});
  const auto redact = [&](int start, int length) {
    Play(state, "privacy +1h text_redacted { spans { start: " + std::to_string(start) +
                    " length: " + std::to_string(length) + " } }");
  };
  redact(2, 2);
  redact(6, 2);
  EXPECT_EQ(state.redacted, (std::map<std::int32_t, std::int32_t>{{2, 4}, {6, 8}}));
  redact(4, 1);  // Touches the first.
  EXPECT_EQ(state.redacted, (std::map<std::int32_t, std::int32_t>{{2, 5}, {6, 8}}));
  redact(0, 10);
  EXPECT_EQ(state.redacted, (std::map<std::int32_t, std::int32_t>{{0, 10}}));
  redact(3, 1);
  EXPECT_EQ(state.redacted, (std::map<std::int32_t, std::int32_t>{{0, 10}}));
}

TEST(PolicyRefs, NameThePolicyThatADecisionRestsOn) {
  const auto refs = [](const Story& story, std::string_view who, std::string_view command) {
    const auto decision = Try(story, who, command, "+20h");
    return std::get<runtime::Decided<v1::ComplaintEvent>>(decision).policy_refs;
  };
  const std::vector<std::string> pinned = {"policies/sla@1"};
  EXPECT_EQ(refs(Filed(), "committee", "AcceptComplaint"), pinned);
  EXPECT_EQ(refs(InProgress(), "staff", "AnswerComplaint"), pinned);
  EXPECT_EQ(refs(Confirmed(), "timer", "CloseComplaint { mode: CLOSE_MODE_CONFIRMED }"), pinned);
  EXPECT_EQ(refs(AnswerDisputed(), "timer", "ReopenComplaint"), pinned);
  EXPECT_EQ(refs(Assigned(), "staff", "AcknowledgeComplaint"), std::vector<std::string>());
}

TEST(State, TheSameStoryGivesTheSameState) {
  EXPECT_EQ(Fold(Appealed()), Fold(Appealed()));
  EXPECT_FALSE(Fold(Appealed()) == Fold(Closed()));
}

}  // namespace
}  // namespace sanzhang::complaint::scene
