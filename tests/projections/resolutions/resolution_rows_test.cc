// A resolution's row after each of its facts, and the tables beside it.
#include "projections/resolutions/resolution_rows.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/projections/resolutions/vote.h"

namespace sanzhang::projections {
namespace {

namespace rv = resolution::v1;
using bench::Hour;
using bench::Vote;

// state | columns, after the fact.
template <class Fact>
std::string After(Vote& vote, std::string_view time, std::string_view payload,
                  std::string_view columns = "''") {
  vote.Then<Fact>(time, payload);
  return vote.One(absl::StrCat("SELECT state, ", std::string(columns), " FROM resolution"), 2);
}

TEST(ResolutionRow, FromDraftToClosing) {
  Vote v;
  EXPECT_EQ(After<rv::MotionDrafted>(v, "03-01 10:00", bench::kDrafted,
                                     "title || ' ' || items || ' ' || regime || ' ' || matter"),
            "1 | 选聘物业 2 1 4");
  EXPECT_EQ(After<rv::MotionAmended>(v, "03-01 11:00",
                                     "title: '新' text: '文' items { code: 'c' text: '丙' }",
                                     "title || ' ' || text || ' ' || items || ' ' || revision"),
            "1 | 新 文 1 2");
  EXPECT_EQ(v.One("SELECT number, code, text FROM item", 3), "1 | c | 丙");
  EXPECT_EQ(After<rv::MotionPetitionSigned>(v, "03-01 12:00", "signer: '@persons/p'", "signers"),
            "1 | 1");
  EXPECT_EQ(After<rv::MotionPetitionThresholdReached>(
                v, "03-01 12:00", "signers: 1 entitled: 5",
                "petition_entitled || ' ' || " + Hour("petition_complete_us")),
            "1 | 5 01.12");
  EXPECT_EQ(After<rv::DeliberationRecorded>(
                v, "03-01 13:00",
                "held_at T(2026-03-01 09:00) bodies: 'x' bodies: 'y' participants: 7 "
                "consensus: 'so' minutes { sha256: 'h' media_type: 'm' }",
                "deliberations || ' ' || " + Hour("deliberated_us")),
            "1 | 1 01.09");
  EXPECT_EQ(v.One("SELECT bodies, participants, consensus, minutes FROM deliberation", 4),
            "x y | 7 | so | 1");
  EXPECT_EQ(After<rv::PartyStudyRecorded>(
                v, "03-01 14:00", "opinion: STUDY_OPINION_SUPPORT_WITH_ADVICE advice: 'do'",
                "study_opinion || study_advice || ' ' || " + Hour("studied_us")),
            "1 | 2do 01.14");
  EXPECT_EQ(
      After<rv::VoteNoticed>(v, "03-02 10:00", bench::kNoticed,
                             "rule_set || ' ' || mode || ' ' || length(thresholds) || ' ' || " +
                                 Hour("noticed_us") + " || ' ' || " + Hour("opens_us") +
                                 " || ' ' || " + Hour("closes_us")),
      "2 | policies/v 3 6 02.10 20.10 30.10");
  EXPECT_EQ(After<rv::CountersAppointed>(
                v, "03-02 11:00", "persons: '@persons/c1' persons: '@persons/c2'", "counters"),
            "2 | 2");
  EXPECT_EQ(After<rv::ElectorateFrozen>(
                v, "03-03 10:00", bench::kFrozen,
                "snapshot || subjects || heads || ' ' || area_dm2 || ' ' || dwellings || ' ' || " +
                    Hour("roll_objections_until_us")),
            "2 | s133 300 4 10.10");
  EXPECT_EQ(After<rv::ElectorateObjected>(v, "03-04 10:00",
                                          "objection: 'o1' voter: '@resolutions/r/voters/v1' "
                                          "claim { content: 'wrong' } objector: '@persons/p'",
                                          "roll_objections || ' ' || roll_objections_open"),
            "2 | 1 1");
  EXPECT_EQ(After<rv::ElectorateObjectionRuled>(v, "03-05 10:00",
                                                "objection: 'o1' upheld: true reason: 'yes'",
                                                "roll_objections || ' ' || roll_objections_open"),
            "2 | 1 0");
  EXPECT_EQ(v.One("SELECT about, id, substr(voter, -2), substr(objector, -1), upheld, reason, " +
                      Hour("ruled_us") + " FROM objection",
                  7),
            "1 | o1 | v1 | p | 1 | yes | 05.10");
  EXPECT_EQ(After<rv::VoteOpened>(v, "03-20 10:00", "closes T(2026-03-30 10:00)",
                                  Hour("opened_us") + " || ' ' || " + Hour("closes_us")),
            "3 | 20.10 30.10");
  EXPECT_EQ(After<rv::VotingPeriodExtended>(v, "03-29 10:00", "closes T(2026-04-05 10:00)",
                                            "extensions || ' ' || " + Hour("closes_us")),
            "3 | 1 05.10");
  EXPECT_EQ(After<rv::VoteClosed>(v, "04-05 10:00", "box_ballots: 4",
                                  "box_ballots || ' ' || " + Hour("closed_us")),
            "4 | 4 05.10");
}

// A vote that has closed.
Vote Closed(bool persons = true) {
  Vote v(persons);
  v.Freeze();
  v.Then<rv::VoteOpened>("03-20 10:00", "closes T(2026-03-30 10:00)");
  v.Then<rv::VoteClosed>("03-30 10:00", "");
  return v;
}

TEST(ResolutionRow, FromTheCountToTheEnd) {
  Vote v = Closed();
  EXPECT_EQ(After<rv::ProvisionalTallyComputed>(
                v, "03-30 11:00", "objections_until T(2026-04-04 10:00)",
                Hour("tallied_us") + " || ' ' || " + Hour("tally_objections_until_us")),
            "5 | 30.11 04.10");
  EXPECT_EQ(After<rv::TallyObjected>(v, "03-31 10:00", "objection: 'o1'",
                                     "tally_objections || ' ' || tally_objections_open"),
            "5 | 1 1");
  EXPECT_EQ(After<rv::RecountPerformed>(v, "04-01 10:00", "differences: 'ballots'",
                                        "tally_objections_open || ' ' || recounts"),
            "5 | 0 1");
  EXPECT_EQ(v.One("SELECT about, id, upheld, " + Hour("ruled_us") + " FROM objection", 4),
            "2 | o1 | 1 | 01.10");
  EXPECT_EQ(After<rv::CertificationSigned>(v, "04-04 10:00", "", "revision"), "5 | 9");
  constexpr std::string_view kCertified =
      "outcomes { item: 'a' outcome: OUTCOME_PASSED } outcomes { item: 'b' "
      "outcome: OUTCOME_REJECTED } outcome: OUTCOME_PASSED input_sha256: 'h1' "
      "publish_due T(2026-04-08 00:00) file_due T(2026-05-06 00:00)";
  EXPECT_EQ(After<rv::ResolutionCertified>(
                v, "04-05 10:00", kCertified,
                "outcome || passed || input_sha256 || ' ' || " + Hour("certified_us")),
            "6 | 11h1 05.10");
  EXPECT_EQ(v.view().Select("SELECT code, outcome FROM item ORDER BY number", 2), "a | 1\nb | 2\n");
  EXPECT_EQ(
      v.view().Select(
          "SELECT " + Hour("publish_due_us") + ", " + Hour("file_due_us") + " FROM resolution", 2),
      "08.00 | 06.00\n");
  EXPECT_EQ(After<rv::ResolutionPublished>(v, "04-06 10:00", "notice: '@notices/n2'",
                                           "substr(result_notice, -2)"),
            "7 | n2");
  EXPECT_EQ(After<rv::ResolutionCertified>(v, "04-07 10:00", kCertified, "published_us"), "6 | -")
      << "certified anew, it is published anew";
  v.Then<rv::ResolutionPublished>("04-07 10:00", "notice: '@notices/n3'");
  EXPECT_EQ(
      After<rv::ResolutionFiled>(v, "04-08 10:00", "authority: 'street' receipt: '7'",
                                 "filed_with || filing_receipt || ' ' || " + Hour("filed_us")),
      "7 | street7 08.10");
  EXPECT_EQ(After<rv::ExecutionPlanned>(v, "04-09 10:00",
                                        "body: '@bodies/pc' steps: 'one' steps: 'two' "
                                        "due T(2026-05-01 10:00) cost_fen: 900",
                                        "cost_fen || ' ' || " + Hour("due_us")),
            "8 | 900 01.10");
  EXPECT_EQ(v.view().Select("SELECT number, text FROM execution_step ORDER BY 1", 2),
            "1 | one\n2 | two\n");
  EXPECT_EQ(After<rv::ExecutionProgressed>(v, "04-10 10:00", "percent: 40 note: 'half'",
                                           "percent || progress_note"),
            "8 | 40half");
  EXPECT_EQ(After<rv::ExecutionFinished>(v, "04-30 10:00", "",
                                         "percent || ' ' || " + Hour("executed_us")),
            "9 | 100 30.10");
  EXPECT_EQ(After<rv::ExecutionPublished>(v, "05-02 10:00", "notice: '@notices/n4'",
                                          Hour("execution_published_us")),
            "10 | 02.10");
}

TEST(ResolutionRow, IsTakenBack) {
  Vote v;
  v.Freeze();
  EXPECT_EQ(After<rv::MotionWithdrawn>(v, "03-04 10:00", "reason: 'r'", "withdrawal_reason"),
            "11 | r");
}

TEST(ResolutionRow, ChallengesAndRulings) {
  Vote v = Closed();
  v.Then<rv::ResolutionCertified>("04-05 10:00", "outcome: OUTCOME_PASSED");
  v.Then<rv::ResolutionChallenged>("04-06 10:00",
                                   "challenge: 'c1' before: 'court' case_number: '1' "
                                   "known_at T(2026-04-05 12:00)");
  v.Then<rv::ResolutionChallenged>("04-07 10:00", "challenge: 'c2' before: 'street'");
  v.Then<rv::ResolutionChallenged>("04-07 11:00", "challenge: 'c3' before: 'street'");
  EXPECT_EQ(After<rv::ResolutionUpheld>(
                v, "04-08 10:00", "challenge: 'c1'",
                "challenges || challenges_open || ' ' || " + Hour("challenged_us")),
            "6 | 32 06.10");
  EXPECT_EQ(After<rv::ResolutionCorrectionOrdered>(
                v, "04-09 10:00", "challenge: 'c2' order: 'fix' due T(2026-05-09 10:00)",
                "challenges_open || corrections_ordered"),
            "6 | 11");
  EXPECT_EQ(After<rv::ResolutionCorrectionOrdered>(v, "04-10 10:00", "order: 'more'",
                                                   "challenges_open || corrections_ordered"),
            "6 | 12")
      << "of the authority's own accord";
  EXPECT_EQ(After<rv::ResolutionRevoked>(
                v, "04-11 10:00", "challenge: 'c3' by: REVOKED_BY_COURT ground: 'g'",
                "challenges_open || revoked_by || ' ' || " + Hour("revoked_us")),
            "12 | 01 11.10");
  EXPECT_EQ(v.view().Select("SELECT id, forum, case_number, " + Hour("known_us") + ", ruling, " +
                                Hour("ruled_us") + ", ground, " + Hour("due_us") +
                                " FROM challenge ORDER BY revision",
                            8),
            "c1 | court | 1 | 05.12 | 1 | 08.10 |  | -\n"
            "c2 | street |  | - | 3 | 09.10 | fix | 09.10\n"
            "c3 | street |  | - | 2 | 11.10 | g | -\n"
            " |  |  | - | 3 | 10.10 | more | -\n");
}

TEST(ResolutionRow, OfAMeeting) {
  Vote v;
  v.Freeze();
  v.Then<rv::VoteOpened>("03-20 10:00", "");
  EXPECT_EQ(After<rv::AttendanceCheckedIn>(v, "03-20 10:00", "voter: 'v1'", "present"), "3 | 1");
  EXPECT_EQ(After<rv::AttendanceCheckedIn>(v, "03-20 11:00", "voter: 'v2'", "present"), "3 | 2");
  EXPECT_EQ(After<rv::InterestDeclared>(v, "03-20 11:00", "voter: 'v1' reason: 'kin'", "interests"),
            "3 | 1");
  EXPECT_EQ(After<rv::MemberRecused>(v, "03-20 11:00",
                                     "voter: 'v1' reason: 'kin' items: 'a' items: 'b' "
                                     "person: '@persons/p'",
                                     "recusals"),
            "3 | 1");
  EXPECT_EQ(After<rv::ItemCalled>(v, "03-20 12:00", "item: 'b' present: 2", "revision"), "3 | 9");
  EXPECT_EQ(After<rv::AttendanceCheckedOut>(v, "03-20 13:00", "voter: 'v1'", "present"), "3 | 1");
  v.Then<rv::AttendanceCheckedIn>("03-20 14:00", "voter: 'v1'");
  EXPECT_EQ(v.view().Select("SELECT voter, " + Hour("came_us") + ", " + Hour("left_us") +
                                " FROM attendance ORDER BY voter, came_us",
                            3),
            "v1 | 20.10 | 20.13\nv1 | 20.14 | -\nv2 | 20.11 | -\n");
  EXPECT_EQ(v.view().Select("SELECT voter, recused, items, reason, substr(person, -1) "
                            "FROM interest ORDER BY revision",
                            5),
            "v1 | 0 |  | kin | \nv1 | 1 | a b | kin | p\n");
  EXPECT_EQ(v.One("SELECT code, present, " + Hour("called_us") + " FROM item WHERE present > 0", 3),
            "b | 2 | 20.12");
}

TEST(ResolutionRow, AnnouncedAnewForgetsItsRoll) {
  Vote v;
  v.Freeze();
  v.Then<rv::ElectorateObjected>("03-04 10:00", "objection: 'o1'");
  v.Then<rv::AttendanceCheckedIn>("03-04 10:00", "voter: 'v1'");
  EXPECT_EQ(After<rv::VoteNoticed>(v, "03-05 10:00", bench::kNoticed,
                                   "snapshot || subjects || area_dm2 || roll_objections || present "
                                   "|| COALESCE(frozen_us, '-')"),
            "2 | 0000-");
  EXPECT_EQ(v.One("SELECT (SELECT count(*) FROM objection), (SELECT count(*) FROM attendance)", 2),
            "0 | 0");
}

// An election with its candidates, up to a second ballot.
Vote Election(bool persons) {
  Vote v(persons);
  v.Then<rv::MotionDrafted>("03-01 10:00", "regime: REGIME_RESIDENTS_ELECTION seats: 2");
  for (const char* who : {"x", "y", "z"}) {
    v.Then<rv::NominationFiled>("03-02 10:00", absl::StrCat("candidate: '@persons/", who,
                                                            "' nominators: 'n' nominators: 'm'"));
  }
  v.Then<rv::CandidateReviewed>("03-03 10:00", "candidate: '@persons/x' eligible: true");
  v.Then<rv::CandidateReviewed>("03-03 10:00", "candidate: '@persons/y' reason: 'no'");
  v.Then<rv::CandidateListPublished>("03-04 10:00",
                                     "candidates: '@persons/x' candidates: '@persons/z'");
  v.Then<rv::CandidateWithdrew>("03-05 10:00", "candidate: '@persons/x'");
  v.Then<rv::RecallDefenceHeard>("03-06 10:00", "held_at T(2026-03-06 09:00)");
  v.Then<rv::ResolutionCertified>("04-05 10:00",
                                  "outcomes { item: '2' outcome: OUTCOME_PASSED } vacant_seats: 1 "
                                  "outcome: OUTCOME_RUNOFF elected: '@persons/z' "
                                  "alternates: '@persons/y' alternates: '@persons/x'");
  v.Then<rv::RunoffOrdered>("04-05 10:00", "candidates: '@persons/y' seats: 1");
  v.Then<rv::AlternateSeated>("04-06 10:00", "candidate: '@persons/x'");
  return v;
}

TEST(ResolutionRow, OfAnElection) {
  Vote v = Election(true);
  EXPECT_EQ(v.One("SELECT nominations, candidates, elected, alternates, vacant_seats, "
                  "runoff_seats, " +
                      Hour("runoff_us") + ", " + Hour("defence_us") + " FROM resolution",
                  8),
            "3 | 1 | 1 | 2 | 1 | 1 | 05.10 | 06.09");
  EXPECT_EQ(v.view().Select("SELECT substr(person, -1), nominators, " + Hour("reviewed_us") +
                                ", eligible, reason, " + Hour("withdrew_us") +
                                ", listed, elected, alternate, runoff, " + Hour("seated_us") +
                                " FROM candidate ORDER BY person",
                            11),
            "x | 2 | 03.10 | 1 |  | 05.10 | 1 | 0 | 2 | 0 | 06.10\n"
            "y | 2 | 03.10 | 0 | no | - | 0 | 0 | 1 | 1 | -\n"
            "z | 2 | - | 0 |  | - | 2 | 1 | 0 | 0 | -\n");
  EXPECT_EQ(v.One("SELECT code, substr(candidate, -1), outcome FROM item", 3), "2 | z | 1");
}

TEST(ResolutionRow, WithoutPersonsNamesNobody) {
  Vote v = Election(false);
  v.Then<rv::CountersAppointed>("03-02 11:00", "persons: '@persons/c1' persons: '@persons/c2'");
  v.Then<rv::ElectorateObjected>("03-04 10:00",
                                 "objection: 'o1' objector: '@persons/p' "
                                 "claim { content: 'secret' }");
  v.Then<rv::MemberRecused>("03-20 11:00", "voter: 'v1' person: '@persons/p'");
  EXPECT_EQ(v.One("SELECT nominations, candidates, elected, counters, recusals FROM resolution", 5),
            "3 | 1 | 1 | 2 | 1");
  EXPECT_EQ(v.view().Select("SELECT code, candidate, outcome FROM item ORDER BY code", 3),
            "1 |  | 0\n2 |  | 1\n");
  EXPECT_EQ(v.One("SELECT count(*) FROM objection WHERE words IS NOT NULL", 1), "0");
  EXPECT_THAT(v.view().Dump(), testing::Not(testing::HasSubstr("persons/")));
}

TEST(ResolutionRow, SecondBallotBringsItsCandidates) {
  Vote v;
  v.Then<rv::MotionDrafted>("03-01 10:00",
                            "runoff_of: '@resolutions/q' seats: 1 "
                            "items { code: '1' candidate: '@persons/y' }");
  EXPECT_EQ(v.One("SELECT runoff_of <> '', (SELECT substr(candidate, -1) FROM item) "
                  "FROM resolution",
                  2),
            "1 | y");
}

// Of each of the four kinds of streams.
template <class Event>
void AppliesAll(const char* stream) {
  const auto* kinds = Event::descriptor()->oneof_decl(0);
  for (int i = 0; i < kinds->field_count(); ++i) {
    Event event;
    const auto* message = event.GetReflection()->MutableMessage(&event, kinds->field(i));
    Vote vote;
    if (message->GetTypeName() != "sanzhang.resolution.v1.MotionDrafted") vote.Freeze();
    const absl::Status status =
        vote.view().Apply(vote.history().Append("2026-03-10 10:00", stream, *message));
    EXPECT_TRUE(status.ok()) << kinds->field(i)->name() << ": " << status;
  }
}

TEST(Projection, AppliesEveryKindOfEvent) {
  AppliesAll<rv::ResolutionEvent>("resolutions/r");
  AppliesAll<rv::VoterEvent>("resolutions/r/voters/v1");
  AppliesAll<rv::BallotEvent>("resolutions/r/ballots/v1");
  AppliesAll<rv::BallotBoxEvent>("resolutions/r/box");
}

TEST(Projection, StopsAtWhatItDoesNotKnow) {
  for (const char* stream : {"", "/voters/v1", "/ballots/v1", "/box"}) {
    Vote vote;
    log::v1::Record unknown;
    unknown.set_stream(absl::StrCat("communities/c1/resolutions/r", stream));
    unknown.set_type("sanzhang.resolution.v1.BallotPainted");
    EXPECT_FALSE(vote.view().Apply(unknown).ok()) << stream;
  }
  Vote vote;
  log::v1::Record elsewhere;
  elsewhere.set_stream("communities/c1/resolutions/r/cellars/v1");
  elsewhere.set_type("sanzhang.resolution.v1.BallotCast");
  EXPECT_EQ(vote.view().Apply(elsewhere).code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace sanzhang::projections
