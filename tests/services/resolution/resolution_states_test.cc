// Every command in every phase, by someone who may: what stands in the way, if anything.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/resolution/resolution_scene.h"

namespace sanzhang::resolution::scene {
namespace {

struct Row {
  const Kind* kind;
  std::string who;
  std::string command;
  std::string when;
  // One word for each phase, in the order of Phases(): `ok` records something, `=` is already so,
  // others are the reasons of Reasons().
  std::string then;
};

struct Column {
  std::string name;
  Story story;
};

std::vector<Column> Phases(const Kind& kind) {
  return {{"None", {}},
          {"Drafted", Drafted(kind)},
          {"Noticed", Noticed(kind)},
          {"Frozen", Frozen(kind)},
          {"Open", Opened(kind)},
          {"Closed", Closed(kind)},
          {"Tallied", Tallied(kind)},
          {"Certified", Certified(kind)},
          {"Published", Published(kind)},
          {"InExecution", InExecution(kind)},
          {"Executed", Executed(kind)},
          {"ExecutionPublished", ExecutionPublished(kind)},
          {"Withdrawn", Withdrawn(kind)},
          {"Revoked", Revoked(kind)}};
}

const std::map<type::v1::ErrorReason, std::string>& Reasons() {
  using namespace type::v1;
  static const std::map<ErrorReason, std::string> reasons = {
      {ERROR_REASON_RESOURCE_ALREADY_EXISTS, "exists"},
      {ERROR_REASON_RESOLUTION_NOT_FOUND, "-"},
      {ERROR_REASON_VOTE_NOT_NOTICED, "!noticed"},
      {ERROR_REASON_VOTE_NOTICED, "noticed"},
      {ERROR_REASON_VOTE_NOT_OPENED, "!opened"},
      {ERROR_REASON_VOTE_OPENED, "opened"},
      {ERROR_REASON_VOTE_NOT_OVER, "!over"},
      {ERROR_REASON_VOTE_CLOSED, "closed"},
      {ERROR_REASON_VOTE_NOT_TALLIED, "!tallied"},
      {ERROR_REASON_RESOLUTION_NOT_CERTIFIED, "!certified"},
      {ERROR_REASON_RESOLUTION_CERTIFIED, "certified"},
      {ERROR_REASON_RESOLUTION_NOT_PUBLISHED, "!published"},
      {ERROR_REASON_RESOLUTION_PUBLISHED, "published"},
      {ERROR_REASON_RESOLUTION_WITHDRAWN, "withdrawn"},
      {ERROR_REASON_RESOLUTION_REVOKED, "revoked"},
      {ERROR_REASON_RESOLUTION_NOT_IN_EXECUTION, "!begun"},
      {ERROR_REASON_RESOLUTION_NOT_EXECUTED, "!executed"},
      {ERROR_REASON_RESOLUTION_EXECUTED, "executed"},
      {ERROR_REASON_ELECTORATE_NOT_FROZEN, "!frozen"},
      {ERROR_REASON_CANDIDATES_PUBLISHED, "listed"},
      {ERROR_REASON_OBJECTION_UNKNOWN, "unknown"},
      {ERROR_REASON_PETITION_NOT_PROVIDED, "!petition"},
  };
  return reasons;
}

std::string Word(const Resolution::Decision& decision) {
  if (const auto* refusal = std::get_if<runtime::Refusal>(&decision)) {
    const auto found = Reasons().find(refusal->reason);
    return found == Reasons().end() ? type::v1::ErrorReason_Name(refusal->reason) : found->second;
  }
  return std::get<runtime::Decided<v1::ResolutionEvent>>(decision).events.empty() ? "=" : "ok";
}

const std::vector<Row>& Rows() {
  // clang-format off
  static const std::vector<Row> rows = {
    {&kOwners, "oc1", "DraftMotion { regime: REGIME_OWNERS matter: MATTER_CODE_CC278_4 items { code: 'a' text: 'x' } }", "+20h",
     "ok exists exists exists exists exists exists exists exists exists exists exists exists exists"},
    {&kOwners, "oc1", "AmendMotion { title: 'u' items { code: 'a' text: 'x' } }", "+20h",
     "- ok noticed noticed noticed noticed noticed noticed noticed noticed noticed noticed withdrawn revoked"},
    {&kOwners, "oc1", "WithdrawMotion { reason: 'r' }", "+20h",
     "- ok ok ok opened opened opened opened opened opened opened opened = revoked"},
    {&kOwners, "zhang", "SupportMotion", "+20h",
     "- !petition noticed noticed noticed noticed noticed noticed noticed noticed noticed noticed withdrawn revoked"},
    {&kOwners, "oc1", "RecordDeliberation { held_at $+1h$ consensus: 'c' }", "+20h",
     "- ok ok ok opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kOwners, "party", "RecordPartyStudy { opinion: STUDY_OPINION_SUPPORT }", "+20h",
     "- ok ok ok opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kOwners, "oc1", "NoticeVote { opens $+480h$ closes $+720h$ mode: VOTE_MODE_ELECTRONIC told_residents_committee: true }", "+20h",
     "- ok ok ok opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kOwners, "oc1", "AppointCounters { persons: ['%li', '%count1'] }", "+20h",
     "- ok ok ok ok ok ok certified certified certified certified certified withdrawn revoked"},
    {&kOwners, "timer", "FreezeElectorate", "+20h",
     "- !noticed ok = opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kOwners, "zhang", "ObjectElectorate { claim { content: 'c' } }", "+20h",
     "- !noticed !frozen ok opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kOwners, "gov", "RuleElectorateObjection { objection: '1' }", "+20h",
     "- !noticed unknown unknown opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kOwners, "oc1", "OpenVote", "+480h",
     "- !noticed !frozen ok = opened opened opened opened opened opened opened withdrawn revoked"},
    {&kOwners, "oc1", "ExtendVote { closes $+800h$ }", "+500h",
     "- !opened !opened !opened ok closed closed closed closed closed closed closed withdrawn revoked"},
    {&kOwners, "timer", "CloseVote", "+720h",
     "- !opened !opened !opened ok = closed closed closed closed closed closed withdrawn revoked"},
    {&kMeeting, "count1", "CheckIn { voter: '!v1' }", "+481h",
     "- !noticed !frozen ok ok closed closed closed closed closed closed closed withdrawn revoked"},
    {&kMeeting, "count1", "CheckOut { voter: '!v1' }", "+481h",
     "- !noticed !frozen = = closed closed closed closed closed closed closed withdrawn revoked"},
    {&kMeeting, "oc1", "CallItem { item: 'a' }", "+481h",
     "- !opened !opened !opened ok closed closed closed closed closed closed closed withdrawn revoked"},
    {&kMeeting, "oc1", "DeclareInterest { voter: '!v1' reason: 'r' }", "+481h",
     "- !noticed !frozen ok ok closed closed closed closed closed closed closed withdrawn revoked"},
    {&kMeeting, "sup", "RecuseMember { voter: '!v1' reason: 'r' }", "+481h",
     "- !noticed !frozen ok ok closed closed closed closed closed closed closed withdrawn revoked"},
    {&kOwners, "timer", "ComputeTally", "+721h",
     "- !opened !opened !opened !over ok = closed closed closed closed closed withdrawn revoked"},
    {&kOwners, "zhang", "ObjectTally { grounds { content: 'g' } }", "+722h",
     "- !tallied !tallied !tallied !tallied !tallied ok certified certified certified certified certified withdrawn revoked"},
    {&kOwners, "sup", "Recount", "+807h",
     "- !tallied !tallied !tallied !tallied !tallied ok ok ok certified certified certified withdrawn revoked"},
    {&kOwners, "oc1", "CertifyResolution { input_sha256: 'h1' }", "+807h",
     "- !tallied !tallied !tallied !tallied !tallied ok = = = = = withdrawn revoked"},
    {&kOwners, "oc1", "PublishResult { notice: '^n2' }", "+809h",
     "- !certified !certified !certified !certified !certified !certified ok = published published published withdrawn revoked"},
    {&kOwners, "gov", "FileResolution { authority: '@gov' receipt: 'x' }", "+809h",
     "- !certified !certified !certified !certified !certified !certified ok ok ok ok ok withdrawn revoked"},
    {&kOwners, "oc1", "PlanExecution { body: '@pc' due $+2000h$ }", "+810h",
     "- !published !published !published !published !published !published !published ok ok executed executed withdrawn revoked"},
    {&kOwners, "staff", "ProgressExecution { percent: 5 }", "+811h",
     "- !begun !begun !begun !begun !begun !begun !begun !begun ok executed executed withdrawn revoked"},
    {&kOwners, "staff", "FinishExecution", "+811h",
     "- !begun !begun !begun !begun !begun !begun !begun !begun ok = executed withdrawn revoked"},
    {&kOwners, "oc1", "PublishExecution { notice: '^n3' }", "+812h",
     "- !executed !executed !executed !executed !executed !executed !executed !executed !executed ok = withdrawn revoked"},
    {&kOwners, "zhang", "ChallengeResolution { before: 'b' case_number: 'c' known_at $+809h$ }", "+812h",
     "- !certified !certified !certified !certified !certified !certified ok ok ok ok ok withdrawn revoked"},
    {&kOwners, "gov", "RuleChallenge { ruling: CHALLENGE_RULING_REVOKED by: REVOKED_BY_AUTHORITY ground: 'g' }", "+812h",
     "- !certified !certified !certified !certified !certified !certified ok ok ok ok ok withdrawn revoked"},
    {&kElection, "party", "NominateCandidate { candidate: '%zhang' }", "+20h",
     "- listed listed listed opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kElection, "rc1", "ReviewCandidate { candidate: '%wu' eligible: true }", "+20h",
     "- listed listed listed opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kElection, "rc1", "PublishCandidates { notice: '^n1' }", "+20h",
     "- ok ok ok opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kElection, "wu", "WithdrawCandidate", "+20h",
     "- ok ok ok opened opened opened opened opened opened opened opened withdrawn revoked"},
    {&kElection, "rc1", "SeatAlternate { candidate: '%li' }", "+812h",
     "- !certified !certified !certified !certified !certified !certified ok ok certified certified certified withdrawn revoked"},
    {&kRecall, "rc1", "HearRecallDefence { held_at $+1h$ }", "+20h",
     "- = = = opened opened opened opened opened opened opened opened withdrawn revoked"},
  };
  // clang-format on
  return rows;
}

TEST(EveryCommandInEveryPhase, IsAnsweredAsTheTableSays) {
  for (const Row& row : Rows()) {
    const std::vector<Column> phases = Phases(*row.kind);
    std::string said;
    for (const Column& column : phases) {
      const Scene scene{.state = Fold(column.story)};
      said += (said.empty() ? "" : " ") + Word(Try(scene, row.who, row.command, row.when));
    }
    EXPECT_EQ(said, row.then) << row.command;
  }
}

TEST(EveryCommandInEveryPhase, NoCommandIsLeftOut) {
  const auto* service =
      v1::DraftMotionRequest::descriptor()->file()->FindServiceByName("ResolutionService");
  ASSERT_NE(service, nullptr);
  std::set<std::string> stated;
  for (int i = 0; i < service->method_count(); ++i) stated.insert(service->method(i)->name());
  std::set<std::string> tested;
  for (const Row& row : Rows()) tested.insert(row.command.substr(0, row.command.find(' ')));
  EXPECT_EQ(tested, stated);
  EXPECT_EQ(Rows().size(), stated.size());
}

TEST(EveryCommandInEveryPhase, NoPhaseIsLeftOut) {
  std::set<Phase> reached;
  for (const Column& column : Phases(kOwners)) reached.insert(Fold(column.story).phase);
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(Phase::kRevoked) + 1);
}

}  // namespace
}  // namespace sanzhang::resolution::scene
