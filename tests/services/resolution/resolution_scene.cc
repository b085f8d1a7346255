#include "tests/services/resolution/resolution_scene.h"

#include <ostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "proto/wire/time.h"
#include "services/resolution/voter_state.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution::scene {

using enum type::v1::BodyKind;
using enum type::v1::Role;

Story operator+(Story story, std::string more) {
  story.push_back(std::move(more));
  return story;
}

Story operator+(Story story, const Story& more) {
  story.insert(story.end(), more.begin(), more.end());
  return story;
}

absl::Time At(std::string_view offset) {
  absl::Duration duration;
  EXPECT_TRUE(absl::ParseDuration(std::string(offset), &duration)) << offset;
  return kStart + duration;
}

namespace {

bool IsNamePart(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

std::string_view CollectionFor(char mark) {
  switch (mark) {
    case '@':
      return "communities/c/bodies/";
    case '%':
      return "communities/c/persons/";
    case '#':
      return "communities/c/memberships/";
    case '~':
      return "communities/c/resolutions/";
    case '^':
      return "communities/c/notices/";
    case '!':
      return "communities/c/resolutions/r1/voters/";
    default:
      return "";
  }
}

}  // namespace

std::string Expand(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$') {
      const std::size_t end = text.find('$', i + 1);
      const std::string offset(text.substr(i + 1, end - i - 1));
      out += absl::StrCat("{ ", support::Show(wire::ToStamp(At(offset))), " }");
      i = end;
      continue;
    }
    const std::string_view collection = CollectionFor(text[i]);
    const bool name = !collection.empty() && i + 1 < text.size() && IsNamePart(text[i + 1]) &&
                      (i == 0 || !IsNamePart(text[i - 1]));  // `voting@1` is no body.
    if (name) {
      out += collection;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

runtime::Acting Cast(std::string_view who) {
  struct Part {
    type::v1::Role role;
    std::string body;
  };
  static const std::map<std::string, Part, std::less<>> parts = {
      {"zhang", {ROLE_OWNER, ""}},
      {"li", {ROLE_OWNER, ""}},
      {"wu", {ROLE_RESIDENT, ""}},
      {"rep1", {ROLE_REPRESENTATIVE, "@rep"}},
      {"rep2", {ROLE_REPRESENTATIVE, "@rep"}},
      {"oc1", {ROLE_OWNERS_COMMITTEE, "@oc"}},
      {"oc2", {ROLE_OWNERS_COMMITTEE, "@oc"}},
      {"oc3", {ROLE_OWNERS_COMMITTEE, "@oc"}},
      {"rc1", {ROLE_RESIDENTS_COMMITTEE, "@rc"}},
      {"rc2", {ROLE_RESIDENTS_COMMITTEE, "@rc"}},
      {"party", {ROLE_PARTY_ORG, "@party"}},
      {"sup", {ROLE_SUPERVISION_COMMITTEE, "@sup"}},
      {"gov", {ROLE_SUBDISTRICT_OFFICER, "@gov"}},
      {"staff", {ROLE_PROPERTY_STAFF, "@pc"}},
      {"grid", {ROLE_GRID_CHIEF, "@rc"}},
      {"count1", {ROLE_UNSPECIFIED, ""}},
      {"count2", {ROLE_UNSPECIFIED, ""}},
      {"hotline", {ROLE_INTEGRATION, ""}},
      {"importer", {ROLE_IMPORTER, ""}},
      {"timer", {ROLE_TIMER, ""}},
  };
  const auto found = parts.find(who);
  EXPECT_NE(found, parts.end()) << who;
  const Part& part = found->second;
  const bool service = who == "hotline" || who == "importer" || who == "timer";
  runtime::Acting acting;
  acting.kind = service ? log::v1::Actor::KIND_SERVICE : log::v1::Actor::KIND_PERSON;
  acting.subject = service ? absl::StrCat("services/", std::string(who))
                           : Expand(absl::StrCat("%", std::string(who)));
  acting.as.role = part.role;
  acting.as.body = Expand(part.body);
  acting.as.membership = part.body.empty() ? "" : Expand(absl::StrCat("#", std::string(who)));
  acting.all = {acting.as};
  return acting;
}

namespace {

// The register of the community, whole.
runtime::Facts Register(const Scene& scene) {
  runtime::Facts facts;
  const auto body = [&](std::string_view mark, type::v1::BodyKind kind, std::string_view area = "",
                        bool active = true) {
    const bool gone =
        absl::StrContains(absl::StrCat(scene.without, " "), absl::StrCat(std::string(mark), " "));
    if (!gone) facts.bodies[Expand(mark)] = {kind, active, true, std::string(area)};
  };
  body("@oc", BODY_KIND_OWNERS_COMMITTEE, "a1");
  body("@rc", BODY_KIND_RESIDENTS_COMMITTEE);
  body("@rep", BODY_KIND_RESIDENT_REP_ASSEMBLY);
  body("@party", BODY_KIND_PARTY_ORG);
  body("@sup", BODY_KIND_SUPERVISION_COMMITTEE);
  body("@gov", BODY_KIND_SUBDISTRICT_GOV);
  body("@pc", BODY_KIND_PROPERTY_COMPANY, "a1");
  body("@gone", BODY_KIND_OWNERS_COMMITTEE, "a1", false);
  const auto place = [&](const std::string& name, std::string_view area, bool active = true) {
    runtime::PlaceFacts known{.active = active, .place = {}};
    known.place.set_property_area(std::string(area));
    facts.places[name] = known;
  };
  place("a1", "a1");
  place("a2", "a2");
  place("b1", "a1");
  place("b2", "a2");
  place("b9", "a1", false);
  for (const char* person : {"%zhang", "%li", "%wu", "%rep1", "%rep2", "%oc1", "%oc2", "%oc3",
                             "%rc1", "%rc2", "%count1", "%count2"}) {
    facts.persons[Expand(person)] = {.known = true, .alive = true};
  }
  facts.persons[Expand("%late")] = {.known = true, .alive = false};
  facts.memberships[Expand("#rc2")] = {Expand("@rc"), Expand("%rc2"), true,
                                       BODY_KIND_RESIDENTS_COMMITTEE};
  facts.memberships[Expand("#left")] = {Expand("@rc"), Expand("%wu"), false,
                                        BODY_KIND_RESIDENTS_COMMITTEE};
  facts.terms["communities/c/terms/t1"] = {
      .body = Expand("@oc"), .begins = kStart - absl::Hours(24), .ends = scene.oc_until};
  return facts;
}

template <class Map>
void Copy(const std::vector<std::string>& names, const Map& from, Map& to) {
  for (const std::string& name : names) {
    if (const auto found = from.find(name); found != from.end()) to[name] = found->second;
  }
}

// What is asked for, and nothing else.
void Answer(const runtime::Needs& needs, const runtime::Facts& known, runtime::Facts& facts) {
  Copy(needs.bodies, known.bodies, facts.bodies);
  Copy(needs.places, known.places, facts.places);
  Copy(needs.persons, known.persons, facts.persons);
  Copy(needs.memberships, known.memberships, facts.memberships);
  for (const auto& [name, body] : known.bodies) {
    for (const type::v1::BodyKind kind : needs.body_kinds) {
      if (body.active && body.kind == kind) facts.bodies[name] = body;
    }
  }
  for (const auto& [name, term] : known.terms) {
    for (const std::string& body : needs.terms_of) {
      if (term.body == body) facts.terms[name] = term;
    }
  }
}

void AddPeers(const runtime::Needs& needs, const Scene& scene, runtime::Facts& facts) {
  static const std::map<std::string, std::string, std::less<>> roll = {
      {"!v1", "%oc1"}, {"!v2", "%oc2"}, {"!v3", "%oc3"}, {"!v4", "%zhang"}, {"!v5", "%rep1"}};
  for (const std::string& name : needs.peers) {
    for (const auto& [mark, state] : scene.peers) {
      if (Expand(mark) == name) facts.peers[name] = std::make_shared<ResolutionState>(state);
    }
    if (const auto own = scene.own.find(name); own != scene.own.end()) {
      facts.peers[name] = std::make_shared<runtime::OwnPolicy>(own->second);
    }
    for (const auto& [mark, person] : roll) {
      if (Expand(mark) != name) continue;
      auto voter = std::make_shared<VoterState>();
      voter->snapshot = "s1";
      voter->persons = {Expand(person)};
      facts.peers[name] = voter;
    }
  }
}

// What the companion of that command brings when all is well.
std::shared_ptr<const void> GatheredFor(std::string_view verb, const ResolutionState& state,
                                        const runtime::Acting& acting) {
  if (verb == "SupportMotion") {
    return std::make_shared<Entitlement>(
        Entitlement{.entitled = true, .subject = acting.subject, .area_dm2 = 8950, .all = 10});
  }
  if (verb == "FreezeElectorate") {
    return std::make_shared<ElectorateSummary>(ElectorateSummary{.snapshot = "s1",
                                                                 .roll_sha256 = "f00d",
                                                                 .register_position = 7,
                                                                 .subjects = 3,
                                                                 .heads = 3,
                                                                 .area_dm2 = 27000,
                                                                 .dwellings = 4});
  }
  if (verb == "OpenVote") return std::make_shared<OpeningKey>(OpeningKey{"public"});
  if (verb == "CloseVote") return std::make_shared<ClosingKey>(ClosingKey{"secret", 0});
  if (verb == "ComputeTally" || verb == "Recount") return Count(state.rule_set, kOwners.result);
  return nullptr;
}

}  // namespace

std::shared_ptr<const void> Count(std::string_view rule_set, std::string_view result,
                                  std::string_view snapshot) {
  auto counted = std::make_shared<Counted>();
  counted->snapshot = std::string(snapshot);
  counted->result = support::Text<v1::TallyResult>(Expand(result));
  counted->result.set_rule_set(std::string(rule_set));
  return counted;
}

namespace {

using Attempt = Resolution::Decision (*)(const Scene&, const std::string& text, runtime::Context&);

template <class Request>
concept Asks = requires(const ResolutionState& state, const Request& request) {
  Resolution::NeedsOf(state, request);
};

template <class Request>
Resolution::Decision Decide(const Scene& scene, const std::string& text,
                            runtime::Context& context) {
  Request request = support::Text<Request>(text);
  const auto* name = Request::descriptor()->FindFieldByName("name");
  const auto* parent = Request::descriptor()->FindFieldByName("parent");
  request.GetReflection()->SetString(&request, name == nullptr ? parent : name,
                                     name == nullptr ? context.community : context.name);
  runtime::Needs needs;
  if constexpr (Asks<Request>) needs = Resolution::NeedsOf(scene.state, request);
  Answer(needs, Register(scene), context.facts);
  AddPeers(needs, scene, context.facts);
  return Resolution::Decide(scene.state, request, context);
}

const std::map<std::string, Attempt, std::less<>>& Attempts() {
  static const std::map<std::string, Attempt, std::less<>> attempts = {
      {"DraftMotion", Decide<v1::DraftMotionRequest>},
      {"AmendMotion", Decide<v1::AmendMotionRequest>},
      {"WithdrawMotion", Decide<v1::WithdrawMotionRequest>},
      {"SupportMotion", Decide<v1::SupportMotionRequest>},
      {"RecordDeliberation", Decide<v1::RecordDeliberationRequest>},
      {"RecordPartyStudy", Decide<v1::RecordPartyStudyRequest>},
      {"NoticeVote", Decide<v1::NoticeVoteRequest>},
      {"AppointCounters", Decide<v1::AppointCountersRequest>},
      {"FreezeElectorate", Decide<v1::FreezeElectorateRequest>},
      {"ObjectElectorate", Decide<v1::ObjectElectorateRequest>},
      {"RuleElectorateObjection", Decide<v1::RuleElectorateObjectionRequest>},
      {"OpenVote", Decide<v1::OpenVoteRequest>},
      {"ExtendVote", Decide<v1::ExtendVoteRequest>},
      {"CloseVote", Decide<v1::CloseVoteRequest>},
      {"CheckIn", Decide<v1::CheckInRequest>},
      {"CheckOut", Decide<v1::CheckOutRequest>},
      {"CallItem", Decide<v1::CallItemRequest>},
      {"DeclareInterest", Decide<v1::DeclareInterestRequest>},
      {"RecuseMember", Decide<v1::RecuseMemberRequest>},
      {"ComputeTally", Decide<v1::ComputeTallyRequest>},
      {"ObjectTally", Decide<v1::ObjectTallyRequest>},
      {"Recount", Decide<v1::RecountRequest>},
      {"CertifyResolution", Decide<v1::CertifyResolutionRequest>},
      {"PublishResult", Decide<v1::PublishResultRequest>},
      {"FileResolution", Decide<v1::FileResolutionRequest>},
      {"PlanExecution", Decide<v1::PlanExecutionRequest>},
      {"ProgressExecution", Decide<v1::ProgressExecutionRequest>},
      {"FinishExecution", Decide<v1::FinishExecutionRequest>},
      {"PublishExecution", Decide<v1::PublishExecutionRequest>},
      {"ChallengeResolution", Decide<v1::ChallengeResolutionRequest>},
      {"RuleChallenge", Decide<v1::RuleChallengeRequest>},
      {"NominateCandidate", Decide<v1::NominateCandidateRequest>},
      {"ReviewCandidate", Decide<v1::ReviewCandidateRequest>},
      {"PublishCandidates", Decide<v1::PublishCandidatesRequest>},
      {"WithdrawCandidate", Decide<v1::WithdrawCandidateRequest>},
      {"SeatAlternate", Decide<v1::SeatAlternateRequest>},
      {"HearRecallDefence", Decide<v1::HearRecallDefenceRequest>},
  };
  return attempts;
}

}  // namespace

std::vector<std::string> Commands() {
  std::vector<std::string> names;
  for (const auto& [name, attempt] : Attempts()) names.push_back(name);
  return names;
}

Resolution::Decision Try(const Scene& scene, std::string_view who, std::string_view command,
                         std::string_view when) {
  runtime::Context context;
  context.now = At(when);
  context.name = Expand("~r1");
  context.community = "communities/c";
  context.acting = Cast(who);
  context.facts.policies = &TestPolicies();
  const std::string verb(command.substr(0, command.find(' ')));
  const auto found = Attempts().find(verb);
  EXPECT_NE(found, Attempts().end()) << verb;
  context.facts.gathered =
      scene.gathered != nullptr ? scene.gathered : GatheredFor(verb, scene.state, context.acting);
  const std::size_t open = command.find('{');
  const std::size_t close = command.rfind('}');
  const std::string_view body =
      open == std::string_view::npos ? "" : command.substr(open + 1, close - open - 1);
  return found->second(scene, Expand(body), context);
}

Resolution::Decision Try(const Story& story, std::string_view who, std::string_view command,
                         std::string_view when) {
  return Try(Scene{.state = Fold(story)}, who, command, when);
}

void Play(ResolutionState& state, std::string_view line) {
  const std::vector<std::string> parts = absl::StrSplit(std::string(line), absl::MaxSplits(' ', 2));
  const runtime::Acting acting = Cast(parts[0]);
  log::v1::Actor actor;
  actor.set_kind(acting.kind);
  actor.set_subject(acting.subject);
  actor.set_body(acting.as.body);
  actor.set_role(acting.as.role);
  Resolution::Evolve(state, support::Text<v1::ResolutionEvent>(Expand(parts[2])),
                     {At(parts[1]), actor});
}

ResolutionState Fold(const Story& story) {
  ResolutionState state;
  for (const std::string& line : story) Play(state, line);
  return state;
}

std::string Said(const Resolution::Decision& decision) { return support::Show(decision); }

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

void Expect(const Case& c) {
  const Scene scene{.state = Fold(c.story), .without = c.without};
  std::string said = Said(Try(scene, c.who, c.command, c.when));
  std::string then = Expand(c.then);
  if (absl::EndsWith(then, "...")) {
    then.resize(then.size() - 3);
    said.resize(std::min(said.size(), then.size()));
  }
  EXPECT_EQ(said, then);
}

}  // namespace sanzhang::resolution::scene
