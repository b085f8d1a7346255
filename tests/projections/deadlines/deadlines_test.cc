#include "projections/deadlines/deadlines.h"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "proto/wire/fact.h"
#include "proto/wire/time.h"
#include "sanzhang/complaint/v1/events.pb.h"
#include "sanzhang/notice/v1/events.pb.h"
#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/rating/v1/events.pb.h"
#include "sanzhang/registry/v1/events.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "tests/support/text_proto.h"

namespace sanzhang::projections {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'772'416'800);

absl::Time At(const std::string& offset) {
  absl::Duration duration;
  EXPECT_TRUE(absl::ParseDuration(offset, &duration)) << offset;
  return kStart + duration;
}

// `$+2h$` is a timestamp counted from kStart.
std::string Expand(std::string text) {
  for (auto open = text.find('$'); open != std::string::npos; open = text.find('$')) {
    const auto close = text.find('$', open + 1);
    const std::string stamp =
        "{ " + support::Show(wire::ToStamp(At(text.substr(open + 1, close - open - 1)))) + " }";
    text.replace(open, close - open + 1, stamp);
  }
  return text;
}

class DeadlinesTest : public testing::Test {
 protected:
  DeadlinesTest() {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
    db_.reset(db);
    const std::string schema(deadlines_.schema());
    EXPECT_EQ(sqlite3_exec(db, schema.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    rows_ = std::make_unique<Rows>(db);
  }

  log::v1::Record RecordOf(const google::protobuf::Message& event, const std::string& at) {
    const google::protobuf::Message& fact = *wire::FactOf(event);
    log::v1::Record record;
    record.set_position(++position_);
    record.set_stream(stream_);
    record.set_type(fact.GetDescriptor()->full_name());
    record.set_payload(fact.SerializeAsString());
    record.set_channel(channel_);
    *record.mutable_occurred_at() = wire::ToStamp(At(at));
    *record.mutable_recorded_at() = wire::ToStamp(recorded_at_);
    return record;
  }
  void Apply(const log::v1::Record& record) {
    const absl::Status status = deadlines_.Apply(Envelope{record}, *rows_);
    EXPECT_TRUE(status.ok()) << status;
  }
  void Complaint(const std::string& at, const std::string& event) {
    Apply(RecordOf(support::Text<complaint::v1::ComplaintEvent>(Expand(event)), at));
  }
  void Term(const std::string& at, const std::string& event) {
    Apply(RecordOf(support::Text<registry::v1::TermEvent>(Expand(event)), at));
  }

  void Notice(const std::string& at, const std::string& event) {
    Apply(RecordOf(support::Text<notice::v1::NoticeEvent>(Expand(event)), at));
  }

  void Request(const std::string& at, const std::string& event) {
    Apply(RecordOf(support::Text<privacy::v1::SubjectRightsEvent>(Expand(event)), at));
  }

  void Vote(const std::string& at, const std::string& event) {
    Apply(RecordOf(support::Text<resolution::v1::ResolutionEvent>(Expand(event)), at));
  }

  void Campaign(const std::string& at, const std::string& event) {
    Apply(RecordOf(support::Text<rating::v1::RatingCampaignEvent>(Expand(event)), at));
  }
  void Appraisal(const std::string& at, const std::string& event) {
    Apply(RecordOf(support::Text<rating::v1::AppraisalEvent>(Expand(event)), at));
  }

  std::vector<Deadline> All() { return DueBy("+100000h"); }
  std::vector<Deadline> DueBy(const std::string& offset, Deadline after = {}, int items_max = 100) {
    if (after.stream.empty()) after.fires = absl::UnixEpoch();
    const auto due = ReadDue(*rows_, At(offset), after, items_max);
    EXPECT_TRUE(due.ok()) << due.status();
    return *due;
  }
  // `KIND due` of all rows, as in `ANSWER_BREACH +169h`.
  std::vector<std::string> Kinds() {
    std::vector<std::string> kinds;
    for (const Deadline& deadline : All()) {
      kinds.push_back(deadline.kind + " +" + absl::FormatDuration(deadline.due - kStart));
    }
    return kinds;
  }
  int Waiting() {
    int count = -1;
    EXPECT_TRUE(rows_
                    ->Query("SELECT count(*) FROM waiting", {},
                            [&](const Row& row) { count = static_cast<int>(row.Int(0)); })
                    .ok());
    return count;
  }

  // Stories up to a state, on the stream `c`.
  void Filed() { Complaint("+0h", "filed { intake_due $+24h$ }"); }
  void Accepted() {
    Filed();
    Complaint("+1h", "accepted { ack_due $+25h$ answer_due $+169h$ }");
  }
  void Acknowledged() {
    Accepted();
    Complaint("+2h", "assigned { hop: 1 }");
    Complaint("+3h", "acknowledged { }");
  }
  void Answered() {
    Acknowledged();
    Complaint("+4h", "answered { silence_until $+172h$ }");
  }

  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::unique_ptr<sqlite3, Close> db_;
  std::unique_ptr<Rows> rows_;
  Deadlines deadlines_;
  std::string stream_ = "communities/c/complaints/k";
  type::v1::Channel channel_ = type::v1::CHANNEL_APP;
  absl::Time recorded_at_ = kStart;
  std::uint64_t position_ = 0;
};

using Strings = std::vector<std::string>;

TEST_F(DeadlinesTest, IntakeUntilAccepted) {
  Filed();
  EXPECT_EQ(Kinds(), Strings{"INTAKE_BREACH +24h"});
  Complaint("+1h", "accepted { ack_due $+25h$ answer_due $+169h$ }");
  EXPECT_EQ(Kinds(), (Strings{"ACKNOWLEDGE_BREACH +25h", "ANSWER_BREACH +169h"}));
}

TEST_F(DeadlinesTest, IntakeEndsWithEveryWayOut) {
  for (const char* end : {"not_accepted { }", "linked { }", "withdrawn { }"}) {
    Filed();
    Complaint("+1h", end);
    EXPECT_EQ(Kinds(), Strings()) << end;
    EXPECT_EQ(Waiting(), 0) << end;
  }
}

TEST_F(DeadlinesTest, ABreachIsNotedOnce) {
  Filed();
  Complaint("+25h", "deadline_breached { clock: CLOCK_INTAKE due $+24h$ }");
  EXPECT_EQ(Kinds(), Strings());
  Complaint("+26h", "accepted { ack_due $+50h$ answer_due $+194h$ }");
  Complaint("+51h", "deadline_breached { clock: CLOCK_ACKNOWLEDGE due $+50h$ }");
  EXPECT_EQ(Kinds(), Strings{"ANSWER_BREACH +194h"});
  // A pause leaves what had passed where it was: it is not noted again.
  Complaint("+52h", "suspended { until $+60h$ }");
  EXPECT_EQ(Kinds(), Strings{"RESUME +60h"});
  Complaint("+60h", "resumed { ack_due $+50h$ answer_due $+202h$ }");
  EXPECT_EQ(Kinds(), Strings{"ANSWER_BREACH +202h"});
  Complaint("+203h", "deadline_breached { clock: CLOCK_ANSWER due $+202h$ }");
  EXPECT_EQ(Kinds(), Strings());
}

TEST_F(DeadlinesTest, APausedClockHasNoDeadline) {
  Accepted();
  Complaint("+2h", "suspended { until $+50h$ }");
  EXPECT_EQ(Kinds(), Strings{"RESUME +50h"});
  Complaint("+10h", "resumed { ack_due $+33h$ answer_due $+177h$ }");
  EXPECT_EQ(Kinds(), (Strings{"ACKNOWLEDGE_BREACH +33h", "ANSWER_BREACH +177h"}));
}

TEST_F(DeadlinesTest, AnAcknowledgedComplaintHasNoSuchClockAfterAPause) {
  Acknowledged();
  Complaint("+4h", "suspended { until $+50h$ }");
  Complaint("+50h", "resumed { answer_due $+215h$ }");
  EXPECT_EQ(Kinds(), Strings{"ANSWER_BREACH +215h"});
}

TEST_F(DeadlinesTest, AnExtensionMovesTheAnswer) {
  Acknowledged();
  Complaint("+5h", "deadline_extended { answer_due $+200h$ }");
  EXPECT_EQ(Kinds(), Strings{"ANSWER_BREACH +200h"});
}

TEST_F(DeadlinesTest, SilenceCloses) {
  Answered();
  EXPECT_EQ(Kinds(), Strings{"CLOSE_SILENT +172h"});
  Complaint("+173h", "closed { }");
  EXPECT_EQ(Kinds(), Strings());
  EXPECT_EQ(Waiting(), 0);
}

TEST_F(DeadlinesTest, AConfirmedAnswerClosesAsConfirmed) {
  Answered();
  Complaint("+5h", "confirmed { }");
  EXPECT_EQ(Kinds(), Strings{"CLOSE_CONFIRMED +172h"});
  Complaint("+6h", "disputed { }");
  EXPECT_EQ(Kinds(), Strings{"REOPEN +30h"});
  EXPECT_EQ(At("+30h") - At("+6h"), kReviewTime);
}

TEST_F(DeadlinesTest, ADisputedAnswerIsOpenedAgain) {
  Answered();
  Complaint("+5h", "disputed { }");
  EXPECT_EQ(Kinds(), Strings{"REOPEN +29h"});
  Complaint("+29h", "reopened { ack_due $+53h$ answer_due $+197h$ reopening: 1 }");
  EXPECT_EQ(Kinds(), (Strings{"ACKNOWLEDGE_BREACH +53h", "ANSWER_BREACH +197h"}));
  EXPECT_EQ(Waiting(), 1);
}

TEST_F(DeadlinesTest, AReplyToTheMainComplaintMovesNothingOfALinkedOne) {
  Accepted();
  Complaint("+2h", "linked { }");
  Complaint("+9h", "confirmed { }");
  Complaint("+9h", "disputed { }");
  EXPECT_EQ(Kinds(), Strings());
}

TEST_F(DeadlinesTest, ARefusalReversedRunsTheClocks) {
  Filed();
  Complaint("+1h", "not_accepted { }");
  Complaint("+2h", "appealed { }");
  Complaint("+3h", "appeal_ruled { upheld: true }");
  Complaint("+3h", "reopened { ack_due $+27h$ answer_due $+171h$ reopening: 1 }");
  EXPECT_EQ(Kinds(), (Strings{"ACKNOWLEDGE_BREACH +27h", "ANSWER_BREACH +171h"}));
}

// domain reference 6.1 (14): what is taken down has no period; published again, it has a whole one.
TEST_F(DeadlinesTest, ThePeriodOfANoticeRunsWhileItIsUp) {
  Notice("+0h", "published { version: 1 duty { min_until $+360h$ } }");
  EXPECT_EQ(Kinds(), Strings{"NOTICE_ELAPSED +360h"});
  EXPECT_EQ(All()[0].fires, At("+360h") + absl::Microseconds(1));
  Notice("+9h", "corrected { version: 2 duty { min_until $+369h$ } }");
  EXPECT_EQ(Kinds(), Strings{"NOTICE_ELAPSED +369h"});
  Notice("+10h", "taken_down { version: 2 early: true }");
  EXPECT_EQ(Kinds(), Strings());
  Notice("+20h", "published { version: 3 duty { min_until $+380h$ } }");
  for (const char* other : {"objected { objection: 1 }", "objection_answered { objection: 1 }",
                            "inquiry_asked { inquiry: 1 }", "inquiry_answered { inquiry: 1 }"}) {
    Notice("+21h", other);
    EXPECT_EQ(Kinds(), Strings{"NOTICE_ELAPSED +380h"}) << other;
  }
  Notice("+381h", "period_elapsed { version: 3 }");
  EXPECT_EQ(Kinds(), Strings());
}

TEST_F(DeadlinesTest, ARequestAboutPersonalDataIsAnsweredInTime) {
  for (const char* end :
       {"fulfilled { }", "refused { }", "withdrawn { }", "deadline_breached { }"}) {
    Request("+0h", "received { answer_due $+720h$ }");
    for (const char* other : {"verified { }", "corrected { }", "erasure_proposed { }",
                              "erasure_approved { }", "restricted { }", "key_destroyed { }"}) {
      Request("+1h", other);
      EXPECT_EQ(Kinds(), Strings{"SUBJECT_REQUEST_BREACH +720h"}) << other;
    }
    EXPECT_EQ(All()[0].fires, At("+720h") + absl::Microseconds(1));
    Request("+2h", end);
    EXPECT_EQ(Kinds(), Strings()) << end;
  }
}

TEST_F(DeadlinesTest, ACampaignOpensAndCloses) {
  Campaign("+0h", "announced { opens $+24h$ closes $+72h$ }");
  EXPECT_EQ(Kinds(), (Strings{"OPEN_CAMPAIGN +24h", "CLOSE_CAMPAIGN +72h"}));
  Campaign("+24h", "opened { }");
  EXPECT_EQ(Kinds(), Strings{"CLOSE_CAMPAIGN +72h"});
  Campaign("+25h", "extended { closes $+96h$ }");
  EXPECT_EQ(Kinds(), Strings{"CLOSE_CAMPAIGN +96h"});
  for (const char* other : {"rating_voided { rating: 'r' }", "rated_body_replied { }"}) {
    Campaign("+26h", other);
    EXPECT_EQ(Kinds(), Strings{"CLOSE_CAMPAIGN +96h"}) << other;
  }
  Campaign("+96h", "closed { }");
  EXPECT_EQ(Kinds(), Strings());
}

constexpr char kNoticed[] =
    "noticed { opens $+48h$ closes $+120h$ mode: VOTE_MODE_ELECTRONIC notice: 'n' }";

TEST_F(DeadlinesTest, AVoteOpensWhenItsRollIsFrozenAndItsWindowBegins) {
  Vote("+0h", "motion_drafted { }");
  Vote("+0h", kNoticed);
  EXPECT_EQ(Kinds(), Strings());
  Vote("+1h", "electorate_frozen { objections_until $+24h$ votes_from $+25h$ }");
  EXPECT_EQ(DueBy("+47h59m59s"), std::vector<Deadline>());
  EXPECT_EQ(DueBy("+48h"), (std::vector<Deadline>{{stream_, "OPEN_VOTE", At("+48h"), At("+48h")}}));
  Vote("+48h", "opened { closes $+120h$ }");
  EXPECT_EQ(Kinds(), Strings{"CLOSE_VOTE +120h"});
  EXPECT_EQ(DueBy("+50h"), std::vector<Deadline>());
}

TEST_F(DeadlinesTest, AVoteWaitsForWhatMustHaveBeenPublic) {
  Vote("+0h", "candidate_list_published { candidates: 'p' votes_from $+60h$ }");
  Vote("+0h", kNoticed);
  Vote("+1h", "electorate_frozen { objections_until $+24h$ votes_from $+50h$ }");
  EXPECT_EQ(DueBy("+60h")[0].fires, At("+60h"));
  EXPECT_EQ(DueBy("+60h")[0].due, At("+48h"));
  Vote("+2h", "candidate_list_published { candidates: 'p' votes_from $+70h$ }");
  EXPECT_EQ(DueBy("+69h59m"), std::vector<Deadline>());
  Vote("+3h", "electorate_frozen { objections_until $+80h$ }");
  EXPECT_EQ(DueBy("+119h")[0].fires, At("+80h"));
  EXPECT_EQ(DueBy("+120h"), std::vector<Deadline>());  // Over: nobody may open it any more.
}

TEST_F(DeadlinesTest, AVoteAnnouncedAnewWaitsForAnotherRoll) {
  Vote("+0h", kNoticed);
  Vote("+1h", "electorate_frozen { }");
  Vote("+2h", "noticed { opens $+72h$ closes $+144h$ mode: VOTE_MODE_WRITTEN }");
  EXPECT_EQ(DueBy("+100h"), std::vector<Deadline>());
  Vote("+3h", "electorate_frozen { }");
  EXPECT_EQ(DueBy("+100h"),
            (std::vector<Deadline>{{stream_, "OPEN_VOTE", At("+72h"), At("+72h")}}));
  Vote("+4h", "motion_withdrawn { }");
  EXPECT_EQ(DueBy("+100h"), std::vector<Deadline>());
}

TEST_F(DeadlinesTest, PeopleOpenAMeeting) {
  Vote("+0h", "noticed { opens $+48h$ closes $+120h$ mode: VOTE_MODE_MEETING }");
  Vote("+1h", "electorate_frozen { }");
  EXPECT_EQ(DueBy("+100h"), std::vector<Deadline>());
  Vote("+2h", kNoticed);
  Vote("+3h", "electorate_frozen { }");
  EXPECT_EQ(DueBy("+100h").size(), 1u);
}

TEST_F(DeadlinesTest, AVoteClosesAndIsCounted) {
  Vote("+0h", "opened { closes $+72h$ }");
  EXPECT_EQ(Kinds(), Strings{"CLOSE_VOTE +72h"});
  Vote("+25h", "period_extended { closes $+96h$ }");
  EXPECT_EQ(Kinds(), Strings{"CLOSE_VOTE +96h"});
  for (const char* other : {"interest_declared { }", "checked_in { }"}) {
    Vote("+26h", other);
    EXPECT_EQ(Kinds(), Strings{"CLOSE_VOTE +96h"}) << other;
  }
  Vote("+96h", "closed { }");
  EXPECT_EQ(Kinds(), Strings{"COMPUTE_TALLY +96h"});
  Vote("+97h", "provisionally_tallied { }");
  EXPECT_EQ(Kinds(), Strings());
}

// What an appraisal ended is ended in the register, at once.
TEST_F(DeadlinesTest, AnAppraisalEndsAnOffice) {
  Appraisal("+0h", "appraisal_announced { opens $+24h$ closes $+72h$ }");
  EXPECT_EQ(Kinds(), (Strings{"OPEN_APPRAISAL +24h", "CLOSE_APPRAISAL +72h"}));
  Appraisal("+24h", "appraisal_opened { }");
  Appraisal("+72h", "appraisal_closed { n: 7 }");
  EXPECT_EQ(Kinds(), Strings());
  Appraisal("+73h", "appraisal_published { n: 7 }");
  Appraisal("+73h", "office_ended { membership: 'communities/c/memberships/m' }");
  ASSERT_EQ(Kinds(), Strings{"END_OFFICE +73h"});
  EXPECT_EQ(All()[0].stream, "communities/c/memberships/m");
  stream_ = "communities/c/memberships/m";
  registry::v1::MembershipEvent ended;
  ended.mutable_member_ended();
  Apply(RecordOf(ended, "+74h"));
  EXPECT_EQ(Kinds(), Strings());
}

TEST_F(DeadlinesTest, OtherFactsMoveNothing) {
  const char* others[] = {"supported { }",
                          "assigned { hop: 1 }",
                          "dispatch_disputed { }",
                          "dispatch_dispute_ruled { }",
                          "progress_noted { }",
                          "suspension_requested { until $+9h$ }",
                          "suspension_refused { }",
                          "escalated { }",
                          "departments_whistled { report_in_due $+9h$ }",
                          "department_reported_in { }",
                          "complainant_called_back { }",
                          "text_redacted { }",
                          "score_exclusion_proposed { }",
                          "score_exclusion_approved { }",
                          "score_exclusion_rejected { }"};
  Accepted();
  const auto before = All();
  for (const char* other : others) Complaint("+2h", other);
  EXPECT_EQ(All(), before);
}

TEST_F(DeadlinesTest, ADeadlineFiresWhenItsLastMomentIsOver) {
  Accepted();
  EXPECT_EQ(All()[0].fires, At("+25h") + absl::Microseconds(1));
  EXPECT_TRUE(DueBy("+25h").empty());
  EXPECT_EQ(DueBy("+25h1us").size(), 1u);
  Complaint("+2h", "suspended { until $+50h$ }");
  EXPECT_EQ(DueBy("+50h").size(), 1u);  // A pause is over at its end.
}

// An old record arrives overdue, and its story goes on within the same import.
TEST_F(DeadlinesTest, WhatIsBroughtInIsLeftAloneForAWhile) {
  channel_ = type::v1::CHANNEL_IMPORT;
  recorded_at_ = At("+50000h");
  Filed();
  EXPECT_EQ(All()[0].due, At("+24h"));
  EXPECT_EQ(All()[0].fires, recorded_at_ + kImportGrace);
  Complaint("+1h", "accepted { ack_due $+25h$ answer_due $+169h$ }");
  recorded_at_ += absl::Minutes(30);
  Complaint("+3h", "acknowledged { }");
  Complaint("+4h", "answered { silence_until $+172h$ }");
  EXPECT_EQ(Kinds(), Strings{"CLOSE_SILENT +172h"});
  EXPECT_EQ(All()[0].fires, recorded_at_ + kImportGrace);
  recorded_at_ += absl::Minutes(30);
  Complaint("+5h", "confirmed { }");
  EXPECT_EQ(All()[0].fires, recorded_at_ + kImportGrace);
  // What is due later than that fires in its time.
  Complaint("+6h", "closed { }");
  Complaint("+6h", "reopened { ack_due $+60000h$ answer_due $+60001h$ }");
  EXPECT_EQ(All()[0].fires, At("+60000h") + absl::Microseconds(1));
}

TEST_F(DeadlinesTest, TermsExpire) {
  stream_ = "communities/c/terms/t";
  Term("+0h", "term_started { begins $+0h$ ends $+40000h$ }");
  const Deadline expires = {stream_, "EXPIRE_TERM", At("+40000h"), At("+40000h")};
  EXPECT_EQ(All(), (std::vector<Deadline>{
                       {stream_, "NOTE_TERM_EXPIRING", At("+37840h"), At("+37840h")}, expires}));
  Term("+37840h", "term_expiring { ends $+40000h$ }");
  EXPECT_EQ(All(), std::vector<Deadline>{expires});
  Term("+40000h", "term_expired { }");
  EXPECT_EQ(All(), std::vector<Deadline>());
  Term("+40000h", "term_started { begins $+40000h$ }");  // Until further notice.
  EXPECT_EQ(All(), std::vector<Deadline>());
}

TEST_F(DeadlinesTest, OtherFactsOfTheRegisterAreNoDeadlines) {
  Apply(RecordOf(support::Text<registry::v1::BodyEvent>("body_established { }"), "+0h"));
  EXPECT_EQ(All(), std::vector<Deadline>());
}

TEST_F(DeadlinesTest, PagesGoOnWhereTheLastOneEnded) {
  for (const char* id : {"c", "a", "b"}) {
    stream_ = std::string("communities/c/complaints/") + id;
    Accepted();
  }
  std::vector<Deadline> all;
  Deadline after;
  while (true) {
    const auto page = DueBy("+1000h", after, 4);
    if (page.empty()) break;
    EXPECT_LE(page.size(), 4u);
    all.insert(all.end(), page.begin(), page.end());
    after = all.back();
  }
  EXPECT_EQ(all, All());
  ASSERT_EQ(all.size(), 6u);
  EXPECT_EQ(all[0].stream, "communities/c/complaints/a");
  EXPECT_EQ(all[2].stream, "communities/c/complaints/c");
  EXPECT_EQ(all[3].kind, "ANSWER_BREACH");
}

TEST_F(DeadlinesTest, WhatCanNotBeReadStopsIt) {
  log::v1::Record record =
      RecordOf(support::Text<complaint::v1::ComplaintEvent>("withdrawn { }"), "+0h");
  record.set_type("sanzhang.complaint.v1.ComplaintForgotten");
  EXPECT_FALSE(deadlines_.Apply(Envelope{record}, *rows_).ok());
  record.set_type("sanzhang.registry.v1.TermForgotten");
  EXPECT_EQ(deadlines_.Apply(Envelope{record}, *rows_).code(), absl::StatusCode::kDataLoss);
  record.set_type("sanzhang.complaint.v1.ComplaintFiled");
  record.set_payload("\xff");
  EXPECT_EQ(deadlines_.Apply(Envelope{record}, *rows_).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace sanzhang::projections
