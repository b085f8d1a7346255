// A complaint's row after each of its facts; rounds, hops, pauses and the tables beside it.
#include "projections/complaints/complaint_rows.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "projections/complaints/personal_text.h"
#include "projections/complaints/side_rows.h"
#include "projections/complaints/timeline_rows.h"
#include "projections/directory/directory_rows.h"
#include "projections/engine/parts_projection.h"
#include "projections/engine/words.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/type/v1/personal_text.pb.h"
#include "tests/projections/support/random_history.h"
#include "tests/projections/support/view_bench.h"

namespace sanzhang::projections {
namespace {

namespace cv = complaint::v1;
using bench::History;
using bench::ViewBench;

std::unique_ptr<Projection> Everything() {
  return MakeView(
      "everything", 1,
      Parts(DirectoryRows(DirectoryRows::People::kNames),
            Complaints(ComplaintRows({.words = true, .complainants = true}), EventRows(), HopRows(),
                       PauseRows(), SupporterRows(), WhistleRows(), DisputeRows(), ExclusionRows(),
                       ChiefActionRows())));
}

std::string Hour(const char* column) {
  return std::string("strftime('%d.%H', ") + column + " / 1000000 + 28800, 'unixepoch')";
}

// The complaint `a`: state level responsible hops | ack due, answer due, first answer due, next due
// | outcome confirmation | ended.
std::string Standing(ViewBench& view) {
  std::string shown = view.Select(
      "SELECT state, level, replace(responsible_body, 'communities/c1/bodies/', ''), hops, " +
          Hour("ack_due_us") + ", " + Hour("answer_due_us") + ", " + Hour("answer_due_first_us") +
          ", " + Hour("next_due_us") + ", outcome, confirmation, " + Hour("ended_us") +
          " FROM complaint WHERE name = 'communities/c1/complaints/a'",
      11);
  if (!shown.empty()) shown.pop_back();
  return shown;
}

// Feeds one fact at a time and shows where the complaint stands.
class Complaint {
 public:
  Complaint() { view_.Apply(history_); }

  template <class Fact>
  std::string After(std::string_view time, std::string_view payload = "") {
    const absl::Status status = view_.Apply(history_.Add<Fact>(time, "complaints/a", payload));
    return status.ok() ? Standing(view_) : status.ToString();
  }
  ViewBench& view() { return view_; }

 private:
  History history_;
  ViewBench view_{Everything()};
};

constexpr char kFiled[] =
    "category: CATEGORY_NOISE first_receiver: '@bodies/rc' intake_due T(2026-01-02 10:00) "
    "complainant: '@persons/p' text { content: '楼上的张三很吵' } "
    "place { building: '@buildings/b1' dwelling: '@dwellings/d1' }";
constexpr char kAccepted[] =
    "level: LEVEL_GRID responsible_body: '@bodies/rc' ack_due T(2026-01-03 10:00) "
    "answer_due T(2026-01-08 10:00)";

TEST(ComplaintRow, ThroughAWholeLife) {
  Complaint c;
  EXPECT_EQ(c.After<cv::ComplaintFiled>("2026-01-01 10:00", kFiled),
            "1 | 0 | rc | 0 | - | - | - | 02.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintAccepted>("2026-01-01 12:00", kAccepted),
            "2 | 3 | rc | 0 | 03.10 | 08.10 | 08.10 | 03.10 | 0 | 0 | -");
  EXPECT_EQ(
      c.After<cv::ComplaintAssigned>("2026-01-01 13:00", "assignee_body: '@bodies/pc' hop: 1"),
      "5 | 3 | pc | 1 | 03.10 | 08.10 | 08.10 | 03.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::DispatchDisputed>("2026-01-01 14:00", "body: '@bodies/pc' reason: 'no'"),
            "6 | 3 | pc | 1 | 03.10 | 08.10 | 08.10 | 03.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::DispatchDisputeRuled>("2026-01-01 15:00",
                                              "upheld: true new_body: '@bodies/oc' hop: 2"),
            "5 | 3 | oc | 2 | 03.10 | 08.10 | 08.10 | 03.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintSuspended>("2026-01-02 10:00", "until T(2026-01-09 10:00)"),
            "9 | 3 | oc | 2 | 03.10 | 08.10 | 08.10 | - | 0 | 0 | -")
      << "no clock runs while paused";
  EXPECT_EQ(c.After<cv::ComplaintResumed>("2026-01-03 10:00",
                                          "ack_due T(2026-01-04 10:00) "
                                          "answer_due T(2026-01-09 10:00) paused_ms: 86400000"),
            "5 | 3 | oc | 2 | 04.10 | 09.10 | 09.10 | 04.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintAcknowledged>("2026-01-03 11:00"),
            "7 | 3 | oc | 2 | 04.10 | 09.10 | 09.10 | 09.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintProgressNoted>("2026-01-03 12:00"),
            "8 | 3 | oc | 2 | 04.10 | 09.10 | 09.10 | 09.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintDeadlineExtended>("2026-01-03 13:00",
                                                   "answer_due T(2026-01-12 10:00) extension: 1"),
            "8 | 3 | oc | 2 | 04.10 | 12.10 | 09.10 | 12.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintEscalated>("2026-01-03 14:00",
                                            "to: LEVEL_COMMUNITY responsible_body: '@bodies/rc'"),
            "8 | 4 | rc | 2 | 04.10 | 12.10 | 09.10 | 12.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintAnswered>("2026-01-04 10:00", "outcome: OUTCOME_PARTLY_SOLVED"),
            "10 | 4 | rc | 2 | 04.10 | 12.10 | 09.10 | - | 2 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintDisputed>("2026-01-04 11:00", "result_score: 1"),
            "10 | 4 | rc | 2 | 04.10 | 12.10 | 09.10 | - | 2 | 2 | -");
  EXPECT_EQ(c.After<cv::ComplaintReopened>("2026-01-04 12:00",
                                           "responsible_body: '@bodies/rc' reopening: 1 "
                                           "ack_due T(2026-01-06 10:00) "
                                           "answer_due T(2026-01-11 10:00)"),
            "11 | 4 | rc | 2 | 06.10 | 11.10 | 11.10 | 06.10 | 0 | 0 | -");
  EXPECT_EQ(
      c.After<cv::ComplaintAssigned>("2026-01-04 13:00", "assignee_body: '@bodies/pc' hop: 3"),
      "5 | 4 | pc | 3 | 06.10 | 11.10 | 11.10 | 06.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintAcknowledged>("2026-01-05 10:00"),
            "7 | 4 | pc | 3 | 06.10 | 11.10 | 11.10 | 11.10 | 0 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintAnswered>("2026-01-06 10:00", "outcome: OUTCOME_REFERRED"),
            "10 | 4 | pc | 3 | 06.10 | 11.10 | 11.10 | - | 4 | 0 | -");
  EXPECT_EQ(c.After<cv::ComplaintConfirmed>("2026-01-06 11:00",
                                            "outcome: OUTCOME_SOLVED result_score: 5"),
            "10 | 4 | pc | 3 | 06.10 | 11.10 | 11.10 | - | 1 | 1 | -");
  EXPECT_EQ(c.After<cv::ComplaintClosed>("2026-01-06 12:00",
                                         "outcome: OUTCOME_SOLVED "
                                         "confirmation: CONFIRMATION_CONFIRMED "
                                         "appeal_until T(2026-01-20 00:00)"),
            "12 | 4 | pc | 3 | 06.10 | 11.10 | 11.10 | - | 1 | 1 | 06.12");
  EXPECT_EQ(c.After<cv::ComplaintAppealed>("2026-01-07 12:00"),
            "13 | 4 | pc | 3 | 06.10 | 11.10 | 11.10 | - | 1 | 1 | 06.12");
  EXPECT_EQ(c.After<cv::ComplaintAppealRuled>("2026-01-08 12:00", "upheld: false"),
            "12 | 4 | pc | 3 | 06.10 | 11.10 | 11.10 | - | 1 | 1 | 06.12");

  EXPECT_EQ(c.view().Select("SELECT number, " + Hour("opened_us") + ", " + Hour("acked_us") + ", " +
                                Hour("ended_us") +
                                ", ended_as, outcome, result_score, paused_ms FROM round "
                                "ORDER BY number",
                            8),
            "1 | 01.10 | 03.11 | 04.12 | 11 | 2 | 1 | 86400000\n"
            "2 | 04.12 | 05.10 | 06.12 | 12 | 1 | 5 | 86400000\n");
  EXPECT_EQ(
      c.view().Select("SELECT assignment, replace(body, 'communities/c1/bodies/', ''), " +
                          Hour("since_us") + ", " + Hour("until_us") + " FROM hop ORDER BY number",
                      4),
      "0 | rc | 01.10 | 01.13\n1 | pc | 01.13 | 01.15\n2 | oc | 01.15 | 03.14\n"
      "2 | rc | 03.14 | 04.10\n2 | rc | 04.12 | 04.13\n3 | pc | 04.13 | 06.10\n");
  EXPECT_EQ(c.view().Select("SELECT " + Hour("since_us") + ", " + Hour("until_us") + ", " +
                                Hour("ended_us") + " FROM pause",
                            3),
            "02.10 | 09.10 | 03.10\n");
  EXPECT_EQ(c.view().Select("SELECT reason, " + Hour("disputed_us") + ", " + Hour("ruled_us") +
                                ", upheld FROM dispute",
                            4),
            "no | 01.14 | 01.15 | 1\n");
  EXPECT_EQ(c.view().Select("SELECT count(*), max(revision) FROM event", 2), "21 | 21\n");
}

TEST(ComplaintRow, TurnedAwayThenReversed) {
  Complaint c;
  c.After<cv::ComplaintFiled>("2026-01-01 10:00", kFiled);
  EXPECT_EQ(c.After<cv::ComplaintNotAccepted>("2026-01-01 11:00",
                                              "reason: REFUSAL_REASON_SECRET body: '@bodies/rc'"),
            "3 | 0 | rc | 0 | - | - | - | - | 0 | 0 | 01.11");
  EXPECT_EQ(c.After<cv::ComplaintAppealed>("2026-01-02 11:00"),
            "13 | 0 | rc | 0 | - | - | - | - | 0 | 0 | 01.11");
  c.After<cv::ComplaintAppealRuled>("2026-01-03 11:00", "upheld: true");
  EXPECT_EQ(c.After<cv::ComplaintReopened>("2026-01-03 11:00",
                                           "responsible_body: '@bodies/rc' reopening: 1 "
                                           "ack_due T(2026-01-06 10:00) "
                                           "answer_due T(2026-01-11 10:00)"),
            "11 | 4 | rc | 0 | 06.10 | 11.10 | 11.10 | 06.10 | 0 | 0 | -")
      << "it is given a level";
  EXPECT_EQ(c.view().Select("SELECT refusal_reason, refusal_appealed, refusal_reversed "
                            "FROM complaint",
                            3),
            "5 | 1 | 1\n");
}

TEST(ComplaintRow, WithdrawnWhilePausedStopsThePause) {
  Complaint c;
  c.After<cv::ComplaintFiled>("2026-01-01 10:00", kFiled);
  c.After<cv::ComplaintAccepted>("2026-01-01 12:00", kAccepted);
  c.After<cv::ComplaintSuspended>("2026-01-02 10:00", "until T(2026-01-09 10:00)");
  EXPECT_EQ(c.After<cv::ComplaintWithdrawn>("2026-01-02 11:00"),
            "14 | 3 | rc | 0 | 03.10 | 08.10 | 08.10 | - | 0 | 0 | 02.11");
  EXPECT_EQ(c.view().Select("SELECT paused_us, paused_ms FROM complaint", 2), "- | 3600000\n");
  EXPECT_EQ(c.view().Select("SELECT count(*) FROM pause WHERE ended_us IS NULL", 1), "0\n");
}

TEST(ComplaintRow, CountsSupportersFollowersBreachesAndExclusion) {
  History history;
  for (const char* id : {"a", "b", "c"}) {
    history.Add<cv::ComplaintFiled>("2026-01-01 10:00", std::string("complaints/") + id, kFiled);
  }
  for (const char* id : {"b", "c"}) {
    history.Add<cv::ComplaintLinked>("2026-01-01 11:00", std::string("complaints/") + id,
                                     "main: '@complaints/a'");
  }
  history.Add<cv::ComplaintSupported>("2026-01-01 12:00", "complaints/a",
                                      "supporter: '@persons/q'");
  history.Add<cv::ComplaintDeadlineBreached>("2026-01-03 10:00", "complaints/a",
                                             "clock: CLOCK_INTAKE");
  history.Add<cv::ComplaintScoreExclusionProposed>("2026-01-03 11:00", "complaints/a", "");
  history.Add<cv::ComplaintScoreExclusionApproved>("2026-01-03 12:00", "complaints/a",
                                                   "approver_body: '@bodies/gov'");
  ViewBench view(Everything());
  view.Apply(history);
  EXPECT_EQ(view.Select("SELECT state, supporters, followers, breaches, exclusion, revision, main "
                        "FROM complaint ORDER BY name",
                        7),
            "1 | 1 | 2 | 1 | 2 | 5 | \n4 | 0 | 0 | 0 | 0 | 2 | communities/c1/complaints/a\n"
            "4 | 0 | 0 | 0 | 0 | 2 | communities/c1/complaints/a\n");
}

TEST(ComplaintRow, TheSpotIsNeverADwelling) {
  Complaint c;
  c.After<cv::ComplaintFiled>("2026-01-01 10:00", kFiled);
  EXPECT_EQ(c.view().Select("SELECT spot FROM complaint", 1), "communities/c1/buildings/b1\n");
}

TEST(ComplaintRow, RedactedSpansAddUp) {
  Complaint c;
  c.After<cv::ComplaintFiled>("2026-01-01 10:00", kFiled);
  c.After<cv::ComplaintTextRedacted>("2026-01-01 11:00", "spans { start: 3 length: 2 }");
  c.After<cv::ComplaintTextRedacted>("2026-01-01 12:00", "spans { length: 1 } reason: 'why'");
  views::v1::Words words;
  ASSERT_TRUE(
      c.view()
          .rows()
          .Query("SELECT text, redacted FROM complaint", {},
                 [&](const Row& row) { words = ComplaintWords(row.Bytes(0), row.Bytes(1)); })
          .ok());
  const type::v1::SealedPassage& passage = words.sealed().passage();
  EXPECT_EQ(TextShown(words.sealed(), passage.text().content()), "■上的■■很吵");
  EXPECT_EQ(passage.stream(), "communities/c1/complaints/a");
  EXPECT_EQ(passage.fact_type(), "sanzhang.complaint.v1.ComplaintFiled");
  EXPECT_EQ(passage.field(), "text");
}

TEST(ComplaintRow, FirstScoreCounts) {
  Complaint c;
  c.After<cv::ComplaintFiled>("2026-01-01 10:00", kFiled);
  c.After<cv::ComplaintAnswered>("2026-01-02 10:00", "outcome: OUTCOME_SOLVED");
  c.After<cv::ComplaintConfirmed>("2026-01-02 11:00");
  c.After<cv::ComplainantCalledBack>("2026-01-02 12:00", "reached: true score: 2");
  c.After<cv::ComplainantCalledBack>("2026-01-02 13:00", "reached: true score: 5");
  EXPECT_EQ(c.view().Select("SELECT result_score, " + Hour("replied_us") + " FROM complaint", 2),
            "2 | 02.12\n");
}

TEST(Whistle, IsAnsweredByTheDepartmentsCalled) {
  Complaint c;
  c.After<cv::ComplaintFiled>("2026-01-01 10:00", kFiled);
  c.After<cv::DepartmentsWhistled>("2026-01-02 10:00", "departments: 'x' departments: 'y'");
  c.After<cv::DepartmentReportedIn>("2026-01-02 11:00", "department: 'y' joint_solved: true");
  c.After<cv::DepartmentsWhistled>("2026-01-03 10:00", "departments: 'y'");
  EXPECT_EQ(c.view().Select("SELECT number, department, " + Hour("reported_us") +
                                ", joint_solved FROM whistled ORDER BY number, department",
                            4),
            "1 | x | - | 0\n1 | y | 02.11 | 1\n2 | y | - | 0\n");
}

TEST(ChiefAction, IsAFactMadeUnderAnAppointment) {
  History history;
  history.Add<cv::ComplaintFiled>("2026-01-01 10:00", "complaints/a", kFiled);
  history.Add<cv::ComplaintEscalated>("2026-01-01 11:00", "complaints/a", "")
      .mutable_actor()
      ->set_membership("communities/c1/chiefs/k");
  history.Add<cv::ComplaintEscalated>("2026-01-01 12:00", "complaints/a", "")
      .mutable_actor()
      ->set_membership("communities/c1/memberships/m");
  ViewBench view(Everything());
  view.Apply(history);
  EXPECT_EQ(view.Select("SELECT chief, complaint FROM chief_action", 2),
            "communities/c1/chiefs/k | communities/c1/complaints/a\n");
}

TEST(Exclusions, AreProposedAndRuledOn) {
  History history;
  history.Add<cv::ComplaintFiled>("2026-01-01 10:00", "complaints/a", "");
  history.Add<cv::ComplaintScoreExclusionProposed>("2026-01-02 10:00", "complaints/a",
                                                   "body: '@bodies/rc' evidence: '台风'");
  history.Add<cv::ComplaintScoreExclusionRejected>("2026-01-03 10:00", "complaints/a", "");
  history.Add<cv::ComplaintScoreExclusionProposed>("2026-01-04 10:00", "complaints/a",
                                                   "body: '@bodies/pc' evidence: '洪水'");
  ViewBench view(Everything());
  view.Apply(history);
  const std::string rows =
      "SELECT number, replace(body, 'communities/c1/bodies/', ''), evidence, " +
      Hour("proposed_us") + ", " + Hour("ruled_us") + ", approved FROM score_exclusion";
  EXPECT_EQ(view.Select(rows, 6),
            "1 | rc | 台风 | 02.10 | 03.10 | 0\n2 | pc | 洪水 | 04.10 | - | 0\n");
  ASSERT_TRUE(view.Apply(history.Add<cv::ComplaintScoreExclusionApproved>(
                             "2026-01-05 10:00", "complaints/a", "approver_body: '@bodies/sup'"))
                  .ok());
  EXPECT_EQ(view.Select(rows, 6),
            "1 | rc | 台风 | 02.10 | 03.10 | 0\n2 | pc | 洪水 | 04.10 | 05.10 | 1\n");
}

// Every kind of event is applied; one that is not known, or can't be read, stops the projection.
TEST(Projection, StopsAtWhatItDoesNotKnow) {
  ViewBench view(Everything());
  History history;
  log::v1::Record unknown =
      history.Add<cv::ComplaintFiled>("2026-01-01 10:00", "complaints/a", kFiled);
  log::v1::Record unreadable = unknown;
  unknown.set_type("sanzhang.complaint.v1.ComplaintPainted");
  EXPECT_EQ(view.Apply(unknown).code(), absl::StatusCode::kNotFound);
  unreadable.set_payload("\xff\xff");
  EXPECT_EQ(view.Apply(unreadable).code(), absl::StatusCode::kDataLoss);
  unreadable.set_type("sanzhang.registry.v1.ComplaintPainted");
  EXPECT_FALSE(view.Apply(unreadable).ok());
}

TEST(Projection, AppliesEveryKindOfEvent) {
  const auto* kinds = cv::ComplaintEvent::descriptor()->oneof_decl(0);
  for (int i = 0; i < kinds->field_count(); ++i) {
    cv::ComplaintEvent event;
    const auto* message = event.GetReflection()->MutableMessage(&event, kinds->field(i));
    History history;
    if (!event.has_filed())
      history.Add<cv::ComplaintFiled>("2026-01-01 10:00", "complaints/a", kFiled);
    history.Append("2026-01-01 11:00", "complaints/a", *message);
    ViewBench view(Everything());
    view.Apply(history);
    if (!event.has_filed()) {
      EXPECT_EQ(view.Select("SELECT revision FROM complaint", 1), "2\n") << kinds->field(i)->name();
    }
  }
}

TEST(Projection, SameEventsMakeSameRows) {
  History history = bench::Community();
  bench::AddRandomComplaints(7, 60, history);
  ViewBench one(Everything());
  ViewBench two(Everything());
  one.Apply(history);
  two.Apply(history);
  EXPECT_GT(one.Dump().size(), 10000);
  EXPECT_EQ(one.Dump(), two.Dump());
}

// A complaint is open exactly while its state says so, and has one responsible body.
TEST(Projection, KeepsWhatAlwaysHolds) {
  History history = bench::Community();
  bench::AddRandomComplaints(11, 200, history);
  ViewBench view(Everything());
  view.Apply(history);
  EXPECT_EQ(view.Select("SELECT count(*) FROM complaint WHERE (ended_us IS NULL) <> "
                        "(state NOT IN (3, 4, 12, 13, 14))",
                        1),
            "0\n");
  EXPECT_EQ(view.Select("SELECT count(*) FROM complaint WHERE responsible_body = ''", 1), "0\n");
  EXPECT_EQ(view.Select("SELECT count(*) FROM round a JOIN round b ON a.complaint = b.complaint "
                        "AND b.number = a.number + 1 WHERE a.ended_us > b.opened_us",
                        1),
            "0\n");
  EXPECT_EQ(view.Select("SELECT count(*) FROM (SELECT complaint FROM hop WHERE until_us IS NULL "
                        "GROUP BY complaint HAVING count(*) > 1)",
                        1),
            "0\n");
}

TEST(ComplaintWords, ThatMayHideAnythingHideEverything) {
  const views::v1::Words words = ComplaintWords("x", "\xff");
  EXPECT_EQ(words.state(), views::v1::WORDS_STATE_WITHHELD);
  EXPECT_FALSE(words.has_sealed());
}

}  // namespace
}  // namespace sanzhang::projections
