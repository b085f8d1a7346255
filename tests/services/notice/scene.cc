#include "tests/services/notice/scene.h"

#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/policy/day_count.h"
#include "services/policy/policy_book.h"
#include "services/runtime/access.h"
#include "tests/support/text_proto.h"

namespace sanzhang::notice::scene {

using enum type::v1::Role;

absl::Time At(std::string_view when) {
  const bool names_year = when.size() > 4 && when[4] == '-';
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%E*S",
                              absl::StrCat(names_year ? "" : "2026-", std::string(when)),
                              policy::Shanghai(), &time, &error))
      << error;
  return time;
}

std::string Show(absl::Time time) {
  return absl::FormatTime("%m-%d %H:%M:%E*S", time, policy::Shanghai());
}

std::string Expand(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '@') {
      out += "communities/c/bodies/";
    } else if (c == '%') {
      out += "communities/c/persons/";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

namespace {

struct Part {
  type::v1::Role role;
  std::string body;
  std::string area;
  std::string building;
};

const std::map<std::string, Part, std::less<>>& Parts() {
  static const std::map<std::string, Part, std::less<>> parts = {
      {"owner", {ROLE_OWNER, "", "", ""}},
      {"owner2", {ROLE_OWNER, "", "", ""}},
      {"resident", {ROLE_RESIDENT, "", "", ""}},
      {"rep", {ROLE_REPRESENTATIVE, "@rep", "", ""}},
      {"chief", {ROLE_BUILDING_CHIEF, "@rc", "", "b1"}},
      {"committee", {ROLE_RESIDENTS_COMMITTEE, "@rc", "", ""}},
      {"committee2", {ROLE_RESIDENTS_COMMITTEE, "@rc", "", ""}},
      {"owners", {ROLE_OWNERS_COMMITTEE, "@oc", "a1", ""}},
      {"manager", {ROLE_PROPERTY_MANAGER, "@pc", "a1", ""}},
      {"party", {ROLE_PARTY_ORG, "@party", "", ""}},
      {"supervision", {ROLE_SUPERVISION_COMMITTEE, "@sup", "", ""}},
      {"subdistrict", {ROLE_SUBDISTRICT_OFFICER, "@gov", "", ""}},
      {"department", {ROLE_DEPARTMENT_OFFICER, "@dep", "", ""}},
      {"importer", {ROLE_IMPORTER, "", "", ""}},
      {"timer", {ROLE_TIMER, "", "", ""}},
  };
  return parts;
}

runtime::Facts FactsOf(const runtime::OwnPolicy* own) {
  runtime::Facts facts;
  const auto place = [&](const std::string& name, bool active, std::string_view complete) {
    facts.places[name] = {active, support::Text<type::v1::Place>(complete)};
  };
  place("a1", true, "property_area: 'a1'");
  place("a9", false, "property_area: 'a9'");
  place("b1", true, "property_area: 'a1' grid: 'g1' building: 'b1'");
  facts.bodies[Expand("@oc")].exists = true;
  facts.policies = &Shipped();
  if (own != nullptr) {
    facts.peers["communities/c/policies/publication-vote-notice"] =
        std::make_shared<runtime::OwnPolicy>(*own);
  }
  return facts;
}

using Attempt = Notice::Decision (*)(const Notice::State&, const std::string& text,
                                     runtime::Context&);

// As the command runner does it: who may ask at all, then the rules.
template <class Request>
Notice::Decision Decide(const Notice::State& state, const std::string& text,
                        runtime::Context& context) {
  Request request = support::Text<Request>(text);
  if constexpr (requires { request.set_parent(""); }) request.set_parent("communities/c");
  if constexpr (requires { request.set_name(""); }) request.set_name(context.name);
  std::vector<runtime::GroundedStanding> standings;
  for (const runtime::Standing& standing : context.acting.all) standings.push_back({standing, {}});
  const type::v1::Place place = Notice::PlaceOf(state, request, context.facts);
  const bool exists = state.phase != v1::STATE_UNSPECIFIED;
  const auto related = [&](type::v1::Relation relation, const runtime::Standing& standing) {
    return exists && Notice::Related(state, relation, standing, context.acting.subject);
  };
  const runtime::GroundedStanding* chosen = runtime::ChooseCapacity(
      runtime::MethodOf(*Request::descriptor()).rule, standings,
      {.place = place, .acting_as = "", .importing = false, .related = related});
  if (chosen == nullptr) return runtime::Refusal{type::v1::ERROR_REASON_PERMISSION_DENIED};
  context.acting.as = chosen->standing;
  return Notice::Decide(state, request, context);
}

const std::map<std::string, Attempt, std::less<>>& Attempts() {
  static const std::map<std::string, Attempt, std::less<>> attempts = {
      {"PublishNotice", Decide<v1::PublishNoticeRequest>},
      {"CorrectNotice", Decide<v1::CorrectNoticeRequest>},
      {"TakeDownNotice", Decide<v1::TakeDownNoticeRequest>},
      {"RepublishNotice", Decide<v1::RepublishNoticeRequest>},
      {"ObjectToNotice", Decide<v1::ObjectToNoticeRequest>},
      {"AnswerObjection", Decide<v1::AnswerObjectionRequest>},
      {"AskInquiry", Decide<v1::AskInquiryRequest>},
      {"AnswerInquiry", Decide<v1::AnswerInquiryRequest>},
      {"NotePeriodElapsed", Decide<v1::NotePeriodElapsedRequest>},
  };
  return attempts;
}

void Evolve(Notice::State& state, const Step& step, const Notice::Decision& decision) {
  const auto* decided = std::get_if<runtime::Decided<v1::NoticeEvent>>(&decision);
  ASSERT_NE(decided, nullptr) << step.command << ": " << support::Show(decision);
  log::v1::Actor actor;
  actor.set_subject(Cast(step.who).subject);
  for (const v1::NoticeEvent& event : decided->events) {
    Notice::Evolve(state, event, {At(step.when), actor});
  }
}

}  // namespace

const std::vector<std::string>& Everyone() {
  static const auto* const everyone = [] {
    auto* names = new std::vector<std::string>;
    for (const auto& [name, part] : Parts()) names->push_back(name);
    return names;
  }();
  return *everyone;
}

runtime::Acting Cast(std::string_view who) {
  const auto found = Parts().find(who);
  EXPECT_NE(found, Parts().end()) << who;
  const Part& part = found->second;
  const bool service = who == "importer" || who == "timer";
  runtime::Acting acting;
  acting.kind = service ? log::v1::Actor::KIND_SERVICE : log::v1::Actor::KIND_PERSON;
  acting.subject = service ? absl::StrCat("services/", std::string(who))
                           : Expand(absl::StrCat("%", std::string(who)));
  runtime::Standing standing{.role = part.role, .body = Expand(part.body)};
  standing.covers.set_property_area(part.area);
  standing.covers.set_building(part.building);
  acting.all = {standing};
  return acting;
}

const runtime::Policies& Shipped() {
  static const auto book =
      policy::PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  EXPECT_TRUE(book.ok()) << book.status();
  return **book;
}

Story operator+(Story story, Step more) {
  story.push_back(std::move(more));
  return story;
}

Notice::Decision Try(const Notice::State& state, std::string_view who, std::string_view command,
                     std::string_view when, const runtime::OwnPolicy* own) {
  runtime::Context context;
  context.now = At(when);
  context.name = "communities/c/notices/n1";
  context.community = "communities/c";
  context.acting = Cast(who);
  context.facts = FactsOf(own);
  const std::string verb(command.substr(0, command.find(' ')));
  const std::size_t open = command.find('{');
  const std::size_t close = command.rfind('}');
  const std::string body =
      open == std::string_view::npos ? "" : std::string(command.substr(open + 1, close - open - 1));
  const auto found = Attempts().find(verb);
  EXPECT_NE(found, Attempts().end()) << verb;
  return found->second(state, Expand(body), context);
}

Notice::Decision Try(const Story& story, std::string_view who, std::string_view command,
                     std::string_view when) {
  return Try(Fold(story), who, command, when);
}

Notice::State Fold(const Story& story, const runtime::OwnPolicy* own) {
  Notice::State state;
  for (const Step& step : story) {
    Evolve(state, step, Try(state, step.who, step.command, step.when, own));
  }
  return state;
}

std::string Word(const Notice::Decision& decision) {
  if (const auto* refusal = std::get_if<runtime::Refusal>(&decision)) {
    return type::v1::ErrorReason_Name(refusal->reason).substr(sizeof "ERROR_REASON");
  }
  return std::get<runtime::Decided<v1::NoticeEvent>>(decision).events.empty() ? "=" : "ok";
}

v1::NoticeEvent Only(const Notice::Decision& decision) {
  const auto* decided = std::get_if<runtime::Decided<v1::NoticeEvent>>(&decision);
  const bool one = decided != nullptr && decided->events.size() == 1;
  EXPECT_TRUE(one) << support::Show(decision);
  return one ? decided->events.front() : v1::NoticeEvent();
}

Story Published() { return {{"owners", "06-01 10:00:00", kPublish}}; }
Story Objected() {
  return Published() +
         Step{"owner", "06-02 10:00:00", "ObjectToNotice { grounds { content: 'g' } }"};
}
Story Asked() {
  return Published() + Step{"owner", "06-02 10:00:00", "AskInquiry { question { content: 'q' } }"};
}
Story Elapsed() {
  // 17 June 00:00 in Shanghai is 24:00 of the 16th.
  return Published() +
         Step{"timer", "06-17 00:00:01", "NotePeriodElapsed { min_until { seconds: 1781625600 } }"};
}
Story TakenDown() {
  return Published() + Step{"owners", "06-05 10:00:00", "TakeDownNotice { reason: 'r' }"};
}
Story Archived() {
  return Elapsed() + Step{"owners", "06-20 10:00:00", "TakeDownNotice { reason: 'r' }"};
}

}  // namespace sanzhang::notice::scene
