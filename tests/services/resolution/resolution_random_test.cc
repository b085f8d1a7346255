// Random commands by random people at random times, legal and illegal: the promises of resolution.h
// hold after each of them. The seed is printed; SANZHANG_SEED repeats a run.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "tests/services/resolution/resolution_scene.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution::scene {
namespace {

using Event = v1::ResolutionEvent;

struct Move {
  std::string who;
  std::string command;
  int weight = 10;
};

constexpr char kHire[] =
    "DraftMotion { title: 't' text: 't' regime: REGIME_OWNERS matter: MATTER_CODE_CC278_4 "
    "items { code: 'a' text: 'x' } convener: '@oc' }";
constexpr char kMeet[] =
    "DraftMotion { title: 't' text: 't' regime: REGIME_OWNERS_COMMITTEE "
    "matter: MATTER_CODE_COMMITTEE items { code: 'a' text: 'x' } items { code: 'b' text: 'x' } "
    "body: '@oc' convener: '@oc' }";
constexpr char kElect[] =
    "DraftMotion { title: 't' text: 't' regime: REGIME_RESIDENTS_ELECTION "
    "matter: MATTER_CODE_URC19_ELECTION convener: '@rc' seats: 1 elects_to: '@rc' }";
constexpr char kRemove[] =
    "DraftMotion { title: 't' text: 't' regime: REGIME_RESIDENTS_ELECTION "
    "matter: MATTER_CODE_URC20_RECALL convener: '@rc' recalls: '#rc2' "
    "items { code: 'a' text: 'x' } }";

// Whoever sits in the convener of the story.
std::vector<Move> OfConvener(const std::string& one, const std::string& other) {
  return {
      {one, "AmendMotion { title: 'u' text: 'u' items { code: 'a' text: 'x' } }", 2},
      {one, "WithdrawMotion { reason: 'r' }", 1},
      {one, "RecordDeliberation { held_at $NOW-1h$ consensus: 'c' bodies: '@rc' }", 2},
      {one,
       "NoticeVote { opens $NOW+740h$ closes $NOW+940h$ mode: VOTE_MODE_ELECTRONIC "
       "notice: '^n1' told_residents_committee: true }"},
      {other,
       "NoticeVote { opens $NOW+400h$ closes $NOW+600h$ mode: VOTE_MODE_WRITTEN "
       "notice: '^n1' told_residents_committee: true }",
       4},
      {one,
       "NoticeVote { opens $NOW+5h$ closes $NOW+200h$ mode: VOTE_MODE_MEETING "
       "notice: '^n1' }"},
      {one, "AppointCounters { persons: ['%count1', '%count2'] }"},
      {one, absl::StrCat("AppointCounters { persons: ['%", other, "', '%count2'] }"), 3},
      {one, "FreezeElectorate"},
      {one, "RuleElectorateObjection { objection: '1' reason: 'r' }"},
      {one, "OpenVote", 30},
      {one, "ExtendVote { closes $NOW+300h$ reason: 'r' }", 20},
      {one, "CloseVote", 4},
      {one, "CheckIn { voter: '!v1' }"},
      {one, "CheckIn { voter: '!v2' }"},
      {one, "CheckOut { voter: '!v1' }", 4},
      {one, "CallItem { item: 'a' }", 25},
      {one, "CallItem { item: 'b' }"},
      {one, "CertifyResolution { input_sha256: 'h1' }", 20},
      {other, "CertifyResolution { input_sha256: 'h2' }"},
      {one, "PublishResult { notice: '^n2' }", 20},
      {one, "PlanExecution { body: '@pc' due $NOW+300h$ }", 20},
      {one, "PublishExecution { notice: '^n3' }", 20},
      {one, "ReviewCandidate { candidate: '%wu' eligible: true }"},
      {one, "ReviewCandidate { candidate: '%li' eligible: true }"},
      {one, "ReviewCandidate { candidate: '%rep1' reason: 'r' }"},
      {one, "PublishCandidates { notice: '^n1' }"},
      {one, "SeatAlternate { candidate: '%li' }"},
      {one, "HearRecallDefence { held_at $NOW-1h$ }"},
  };
}

std::vector<Move> Moves() {
  std::vector<Move> moves = {
      {"oc1", kHire},
      {"oc1", kMeet},
      {"zhang", kHire},
      {"gov", kElect},
      {"gov", kRemove},
      {"zhang", "SupportMotion", 20},
      {"li", "SupportMotion", 20},
      {"party", "RecordPartyStudy { opinion: STUDY_OPINION_SUPPORT }", 2},
      {"timer", "FreezeElectorate"},
      {"zhang", "ObjectElectorate { claim { content: 'c' } }", 4},
      {"gov", "RuleElectorateObjection { objection: '2' upheld: true reason: 'r' }"},
      {"gov", "OpenVote", 3},
      {"timer", "CloseVote", 20},
      {"oc1", "DeclareInterest { voter: '!v1' reason: 'r' }", 1},
      {"sup", "RecuseMember { voter: '!v2' items: 'a' reason: 'r' }", 1},
      {"timer", "ComputeTally", 20},
      {"count1", "ComputeTally"},
      {"zhang", "ObjectTally { grounds { content: 'g' } }", 4},
      {"sup", "Recount", 6},
      {"count1", "CertifyResolution { input_sha256: 'h1' }", 20},
      {"count2", "CertifyResolution { input_sha256: 'h2' }", 20},
      {"count2", "CertifyResolution { input_sha256: 'h1' }", 20},
      {"gov", "CertifyResolution { input_sha256: 'h1' }", 4},
      {"gov", "FileResolution { authority: '@gov' receipt: 'x' }", 4},
      {"staff", "ProgressExecution { percent: 5 }", 4},
      {"staff", "FinishExecution"},
      {"zhang", "ChallengeResolution { before: 'b' case_number: 'c' known_at $NOW-1h$ }", 4},
      {"gov", "RuleChallenge { challenge: '1' ruling: CHALLENGE_RULING_UPHELD ground: 'g' }", 4},
      {"gov",
       "RuleChallenge { ruling: CHALLENGE_RULING_CORRECTION_ORDERED ground: 'g' "
       "due $NOW+90h$ }",
       2},
      {"gov",
       "RuleChallenge { ruling: CHALLENGE_RULING_REVOKED by: REVOKED_BY_AUTHORITY "
       "ground: 'g' }",
       1},
      {"party", "NominateCandidate { candidate: '%wu' }"},
      {"party", "NominateCandidate { candidate: '%li' }"},
      {"zhang", "NominateCandidate { candidate: '%rep1' }"},
      {"wu", "WithdrawCandidate", 1},
  };
  for (const auto& [one, other] : {std::pair("oc1", "oc2"), std::pair("rc1", "rc2")}) {
    const std::vector<Move> more = OfConvener(one, other);
    moves.insert(moves.end(), more.begin(), more.end());
  }
  return moves;
}

// Counts that companions bring: of the right roll and of another, by these rules and by others.
std::shared_ptr<const void> SomeCount(const ResolutionState& state, int which) {
  std::string result = kOwners.result;
  if (state.is_election()) {
    result = which % 2 == 0 ? kElection.result
                            : R"(hashes { input: 'h1' } items { item: '1' candidate: '%li'
                      standing: STANDING_RUNOFF } election { outcome: OUTCOME_RUNOFF seats: 1 })";
  } else if (which % 5 == 1) {
    result = "hashes { input: 'h2' } items { item: 'a' outcome: OUTCOME_REJECTED }";
  }
  const bool other_roll = which % 7 == 2;
  const bool other_rules = which % 7 == 3;
  return Count(other_rules ? "policies/voting-poll@1" : state.rule_set, result,
               other_roll ? "s9" : "s1");
}

// What is watched beside the state, from the events alone.
class Watch {
 public:
  void See(const Event& event, const runtime::Acting& by, absl::Time now) {
    seen.insert(event.kind_case());
    const std::string what = support::Show(event);
    if (event.has_noticed()) rules_ = event.noticed().rule_set();
    if (event.has_noticed()) frozen_ = false;
    if (event.has_electorate_frozen()) frozen_ = true;
    if (event.has_opened()) {
      EXPECT_TRUE(frozen_) << "opened without a roll: " << what;
      open_ = true;
    }
    if (event.has_provisionally_tallied()) SeeTally(event.provisionally_tallied().result(), what);
    if (event.has_provisionally_tallied()) {
      until_ = wire::ToTime(event.provisionally_tallied().objections_until());
    }
    if (event.has_tally_objected()) ++objections_;
    if (event.has_recount_performed()) {
      SeeTally(event.recount_performed().result(), what);
      objections_ = 0;
    }
    if (event.has_closed()) open_ = false;
    if (event.has_certification_signed()) {
      const v1::CertificationSigned& sign = event.certification_signed();
      EXPECT_EQ(sign.signatory(), by.subject) << what;
      EXPECT_EQ(sign.input_sha256(), tally_.hashes().input()) << "signs another count: " << what;
      signed_[sign.signatory()] = sign.as();
    }
    if (event.has_certified()) SeeCertified(event.certified(), now, what);
    const bool carried_out = event.has_execution_planned() || event.has_execution_finished();
    EXPECT_TRUE(!carried_out || passed_) << "carries out what did not pass: " << what;
    EXPECT_TRUE(!event.has_revoked() || certified_) << what;
    EXPECT_TRUE(!open_ || what.find("OUTCOME") == std::string::npos) << "tells early: " << what;
  }

  // What a refusal may tell while the vote is open.
  void SeeRefusal(const runtime::Refusal& refusal) {
    if (!open_) return;
    static const std::set<std::string> harmless = {
        "closes", "earliest",  "until",     "body",           "resource", "objection", "item",
        "field",  "items_min", "items_max", "extensions_max", "rule_set", "regime",    "matter"};
    for (const auto& [key, value] : refusal.metadata) EXPECT_TRUE(harmless.contains(key)) << key;
  }

  std::set<int> seen;

 private:
  void SeeTally(const v1::TallyResult& result, const std::string& what) {
    EXPECT_FALSE(open_) << "counts while ballots are taken: " << what;
    EXPECT_EQ(result.rule_set(), rules_) << "counts by other rules: " << what;
    if (tallied_ && result.ShortDebugString() != tally_.ShortDebugString()) signed_.clear();
    tallied_ = true;
    tally_ = result;
  }

  void SeeCertified(const v1::ResolutionCertified& fact, absl::Time now, const std::string& what) {
    EXPECT_TRUE(frozen_ && tallied_) << "stands without a count: " << what;
    EXPECT_EQ(fact.input_sha256(), tally_.hashes().input()) << what;
    EXPECT_EQ(objections_, 0) << "stands while objections wait: " << what;
    EXPECT_GT(now, until_) << "stands while objections are heard: " << what;
    std::set<v1::Signatory> kinds;
    for (const auto& [person, as] : signed_) kinds.insert(as);
    EXPECT_EQ(kinds.size(), 2u) << "signed by too few: " << what;
    EXPECT_GE(signed_.size(), 2u) << "signed by one alone: " << what;
    EXPECT_EQ(fact.outcomes_size(), tally_.items_size()) << what;
    passed_ = false;
    for (int i = 0; i < tally_.items_size() && i < fact.outcomes_size(); ++i) {
      EXPECT_EQ(fact.outcomes(i).outcome(), tally_.items(i).outcome()) << what;
      passed_ = passed_ || tally_.items(i).outcome() == v1::OUTCOME_PASSED;
    }
    certified_ = true;
  }

  std::string rules_;
  bool frozen_ = false;
  bool open_ = false;
  bool tallied_ = false;
  bool certified_ = false;
  bool passed_ = false;
  int objections_ = 0;
  absl::Time until_ = absl::InfinitePast();
  v1::TallyResult tally_;
  std::map<std::string, v1::Signatory> signed_;
};

class RandomStory {
 public:
  explicit RandomStory(std::uint32_t seed) : random_(seed), moves_(Moves()) {
    for (const Move& move : moves_) weights_.push_back(move.weight);
  }

  // The first of the moves, which draft, are taken in turn, so that every kind of vote has its
  // share.
  void Play(std::size_t draft, int steps) {
    Step(moves_[draft]);
    std::discrete_distribution<std::size_t> pick(weights_.begin(), weights_.end());
    std::uniform_int_distribution<int> jump(0, 29);
    for (int step = 0; step < steps; ++step) {
      now_ += jump(random_) == 0 ? absl::Hours(90) : absl::Minutes(jump(random_) * 10);
      Step(moves_[pick(random_)]);
      if (testing::Test::HasFailure()) return;
    }
    EXPECT_EQ(Refold(), state_);
  }

  const std::set<int>& seen() const { return watch_.seen; }

 private:
  struct Happening {
    Event event;
    absl::Time at;
    log::v1::Actor actor;
  };

  // Only those whom the pipeline would let through: capacities and relations are checked before the
  // rules are asked.
  bool MayAsk(const Move& move) const {
    const std::string verb = move.command.substr(0, move.command.find(' '));
    const auto* method = v1::ResolutionEvent::descriptor()
                             ->file()
                             ->pool()
                             ->FindServiceByName("sanzhang.resolution.v1.ResolutionService")
                             ->FindMethodByName(verb);
    const auto& rule = method->options().GetExtension(type::v1::access);
    const runtime::Acting acting = Cast(move.who);
    for (const int role : rule.roles()) {
      if (role == acting.as.role) return true;
    }
    for (const int relation : rule.relations()) {
      if (Resolution::Related(state_, static_cast<type::v1::Relation>(relation), acting.as,
                              acting.subject)) {
        return true;
      }
    }
    return false;
  }

  // `$NOW+30h$` is 30 hours from now.
  std::string Timed(std::string command) const {
    for (std::size_t at; (at = command.find("$NOW")) != std::string::npos;) {
      const std::size_t end = command.find('$', at + 1);
      absl::Duration offset;
      EXPECT_TRUE(absl::ParseDuration(command.substr(at + 4, end - at - 4), &offset));
      command.replace(at, end - at, "$" + absl::FormatDuration(now_ + offset));
    }
    return command;
  }

  void Step(const Move& move) {
    if (!MayAsk(move)) return;
    Scene scene{.state = state_};
    const bool counts =
        absl::StartsWith(move.command, "ComputeTally") || absl::StartsWith(move.command, "Recount");
    if (counts) scene.gathered = SomeCount(state_, static_cast<int>(random_() % 35));
    const std::string when = absl::FormatDuration(now_);
    const std::string command = Timed(move.command);
    const Resolution::Decision decision = Try(scene, move.who, command, when);
    const auto* decided = std::get_if<runtime::Decided<Event>>(&decision);
    if (decided == nullptr) return watch_.SeeRefusal(std::get<runtime::Refusal>(decision));
    if (counts && !decided->events.empty()) {
      const auto& counted = *static_cast<const Counted*>(scene.gathered.get());
      EXPECT_EQ(counted.snapshot, state_.snapshot) << "counts another roll";
    }
    const runtime::Acting acting = Cast(move.who);
    for (const Event& event : decided->events) {
      Happen({event, kStart + now_, ActorOf(acting)});
      watch_.See(event, acting, kStart + now_);
      EXPECT_FALSE(testing::Test::HasFailure()) << move.who << " " << command << " at " << when;
    }
    for (const std::string& counter : state_.counters) {
      const bool stands = state_.candidates.contains(counter) &&
                          !state_.candidates.at(counter).withdrew &&
                          state_.candidates.at(counter).eligible;
      EXPECT_FALSE(stands) << "a candidate counts: " << counter;
    }
  }

  static log::v1::Actor ActorOf(const runtime::Acting& acting) {
    log::v1::Actor actor;
    actor.set_kind(acting.kind);
    actor.set_subject(acting.subject);
    actor.set_body(acting.as.body);
    actor.set_role(acting.as.role);
    return actor;
  }

  void Happen(Happening happening) {
    Resolution::Evolve(state_, happening.event, {happening.at, happening.actor});
    history_.push_back(std::move(happening));
  }

  ResolutionState Refold() const {
    ResolutionState state;
    for (const Happening& h : history_) Resolution::Evolve(state, h.event, {h.at, h.actor});
    return state;
  }

  std::mt19937 random_;
  const std::vector<Move> moves_;
  std::vector<int> weights_;
  absl::Duration now_;
  ResolutionState state_;
  std::vector<Happening> history_;
  Watch watch_;
};

std::uint32_t Seed() {
  const char* given = std::getenv("SANZHANG_SEED");
  return given ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
               : std::random_device()();
}

TEST(RandomCommands, KeepThePromises) {
  constexpr int kStories = 200;
  constexpr int kSteps = 1000;
  constexpr std::size_t kDrafts = 5;
  const std::uint32_t seed = Seed();
  std::cout << "SANZHANG_SEED=" << seed << std::endl;
  std::set<int> seen;
  for (std::uint32_t i = 0; i < kStories && !HasFailure(); ++i) {
    RandomStory story(seed + i);
    story.Play(i % kDrafts, kSteps);
    seen.insert(story.seen().begin(), story.seen().end());
  }
  // A test that reaches little proves little.
  const auto* kinds = Event::descriptor()->oneof_decl(0);
  for (int i = 0; i < kinds->field_count(); ++i) {
    EXPECT_TRUE(HasFailure() || seen.contains(kinds->field(i)->number()))
        << kinds->field(i)->name() << " never happened";
  }
}

}  // namespace
}  // namespace sanzhang::resolution::scene
