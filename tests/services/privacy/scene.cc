#include "tests/services/privacy/scene.h"

#include <filesystem>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/policy/day_count.h"
#include "services/policy/policy_book.h"
#include "services/runtime/access.h"
#include "tests/support/text_proto.h"

namespace sanzhang::privacy::scene {
namespace {

using enum type::v1::Role;

constexpr char kCommunity[] = "communities/c";

const std::map<std::string, type::v1::Role, std::less<>>& Parts() {
  static const std::map<std::string, type::v1::Role, std::less<>> parts = {
      {"zhang", ROLE_RESIDENT},
      {"wang", ROLE_OWNER},
      {"li", ROLE_UNSPECIFIED},
      {"xiao", ROLE_RESIDENT},
      {"dpo", ROLE_PRIVACY_OFFICER},
      {"dpo2", ROLE_PRIVACY_OFFICER},
      {"committee", ROLE_RESIDENTS_COMMITTEE},
      {"auditor", ROLE_AUDITOR},
      {"importer", ROLE_IMPORTER},
      {"timer", ROLE_TIMER},
      {"stranger", ROLE_UNSPECIFIED},
  };
  return parts;
}

bool IsService(std::string_view who) {
  return who == "auditor" || who == "importer" || who == "timer";
}

const runtime::Policies& Shipped() {
  static const auto book =
      policy::PolicyBook::Load(std::filesystem::path(SANZHANG_SOURCE_DIR) / "deploy/policy");
  EXPECT_TRUE(book.ok()) << book.status();
  return **book;
}

runtime::Facts People() {
  runtime::Facts facts;
  for (const auto& [name, role] : Parts()) {
    if (IsService(name) || name == "stranger") continue;
    facts.persons[Expand("%" + name)] = {.known = true, .alive = true, .adult = name != "xiao"};
  }
  facts.persons[Expand("%xiao")].guardians = {Expand("%li")};
  facts.persons[Expand("%grandpa")] = {.known = true, .alive = false};
  facts.relatives[Expand("%zhang")].relatives = {Expand("%grandpa")};
  facts.policies = &Shipped();
  return facts;
}

runtime::Acting Cast(std::string_view who) {
  const auto found = Parts().find(who);
  EXPECT_NE(found, Parts().end()) << who;
  runtime::Acting acting;
  acting.kind = IsService(who) ? log::v1::Actor::KIND_SERVICE : log::v1::Actor::KIND_PERSON;
  acting.subject = IsService(who) ? absl::StrCat("services/", std::string(who))
                                  : Expand(absl::StrCat("%", std::string(who)));
  if (found->second != ROLE_UNSPECIFIED) acting.all = {{.role = found->second}};
  return acting;
}

}  // namespace

absl::Time At(std::string_view when) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(
      absl::ParseTime("%Y-%m-%d %H:%M:%E*S",
                      absl::StrCat("2026-", std::string(when), when.size() > 5 ? "" : " 10:00:00"),
                      policy::Shanghai(), &time, &error))
      << when << ": " << error;
  return time;
}

std::string Expand(std::string_view text) {
  std::string out;
  for (const char c : text) c == '%' ? out += "communities/c/persons/" : out += c;
  return out;
}

const std::vector<std::string>& Everyone() {
  static const auto* const everyone = [] {
    auto* names = new std::vector<std::string>;
    for (const auto& [name, role] : Parts()) names->push_back(name);
    return names;
  }();
  return *everyone;
}

// As the command runner does it: who may ask at all, then the rules.
template <class A, class Request>
std::string Story::Run(typename A::State& state, const std::string& name, std::string_view text,
                       bool keep) {
  Request request = support::Text<Request>(Expand(text));
  if constexpr (requires { request.set_parent(""); }) request.set_parent(kCommunity);
  if constexpr (requires { request.set_name(""); }) request.set_name(name);
  context_.name = name;
  std::vector<runtime::GroundedStanding> standings;
  for (const runtime::Standing& standing : context_.acting.all) standings.push_back({standing, {}});
  const type::v1::Place nowhere;
  const auto related = [](type::v1::Relation, const runtime::Standing&) { return false; };
  const runtime::GroundedStanding* chosen = runtime::ChooseCapacity(
      runtime::MethodOf(*Request::descriptor()).rule, standings,
      {.place = nowhere, .acting_as = "", .importing = false, .related = related});
  shown.clear();
  claims.clear();
  last.clear();
  if (chosen == nullptr) {
    refusal = {type::v1::ERROR_REASON_PERMISSION_DENIED};
    return "PERMISSION_DENIED";
  }
  context_.acting.as = chosen->standing;
  const typename A::Decision decision = A::Decide(state, request, context_);
  shown = support::Show(decision);
  if (const auto* refused = std::get_if<runtime::Refusal>(&decision)) {
    refusal = *refused;
    return type::v1::ErrorReason_Name(refused->reason).substr(sizeof "ERROR_REASON");
  }
  const auto& decided = std::get<runtime::Decided<typename A::Event>>(decision);
  claims = decided.claims;
  if (decided.events.empty() && decided.elsewhere.empty()) return "=";
  log::v1::Actor actor;
  actor.set_subject(context_.acting.subject);
  for (const auto& event : decided.events) {
    if constexpr (std::is_same_v<typename A::Event, v1::SubjectRightsEvent>) last.push_back(event);
    if (keep) A::Evolve(state, event, {context_.now, actor});
  }
  for (const auto& other : decided.elsewhere) {
    if constexpr (std::is_same_v<A, SubjectRequest>) {
      EXPECT_EQ(other.name, DataOf(request_subject()));
      last.push_back(other.event);
      if (keep) DataSubject::Evolve(data, other.event, {context_.now, actor});
    }
  }
  return "ok";
}

std::string Story::Dispatch(const std::string& verb, std::string_view text, bool keep) {
  const std::string request_name = absl::StrCat(kCommunity, "/subjectRequests/r1");
  const std::string data_name = absl::StrCat(kCommunity, "/dataSubjects/", data_of);
  const std::string export_name = absl::StrCat(kCommunity, "/exports/e1");
#define SANZHANG_REQUEST(Verb) \
  if (verb == #Verb)           \
  return Run<SubjectRequest, v1::Verb##Request>(request, request_name, text, keep)
#define SANZHANG_DATA(Verb) \
  if (verb == #Verb) return Run<DataSubject, v1::Verb##Request>(data, data_name, text, keep)
#define SANZHANG_EXPORT(Verb) \
  if (verb == #Verb) return Run<Export, v1::Verb##Request>(exported, export_name, text, keep)
  SANZHANG_REQUEST(ReceiveSubjectRequest);
  SANZHANG_REQUEST(VerifySubjectRequest);
  SANZHANG_REQUEST(FulfilSubjectRequest);
  SANZHANG_REQUEST(CorrectPersonalData);
  SANZHANG_REQUEST(RefuseSubjectRequest);
  SANZHANG_REQUEST(WithdrawSubjectRequest);
  SANZHANG_REQUEST(RestrictProcessing);
  SANZHANG_REQUEST(ProposeErasure);
  SANZHANG_REQUEST(ApproveErasure);
  SANZHANG_REQUEST(DetectSubjectRequestBreach);
  SANZHANG_DATA(LiftRestriction);
  SANZHANG_DATA(GiveConsent);
  SANZHANG_DATA(WithdrawConsent);
  SANZHANG_DATA(PlaceLegalHold);
  SANZHANG_DATA(LiftLegalHold);
  SANZHANG_EXPORT(RequestExport);
  SANZHANG_EXPORT(ApproveExport);
  SANZHANG_EXPORT(RefuseExport);
  SANZHANG_EXPORT(RecordExport);
#undef SANZHANG_REQUEST
#undef SANZHANG_DATA
#undef SANZHANG_EXPORT
  if (verb == "NoticeDataBreach") {
    return Run<DataBreach, v1::NoticeDataBreachRequest>(
        breach, absl::StrCat(kCommunity, "/dataBreaches/b1"), text, keep);
  }
  ADD_FAILURE() << "no command " << verb;
  return "";
}

std::string Story::Ask(std::string_view who, absl::Time now, std::string_view command, bool keep) {
  context_ = {};
  context_.now = now;
  context_.community = kCommunity;
  context_.acting = Cast(who);
  context_.facts = People();
  for (const std::string& person : {request_subject(), Expand("%" + data_of)}) {
    if (!person.empty()) {
      context_.facts.peers[DataOf(person)] = std::make_shared<SubjectState>(data);
    }
  }
  if (looked) context_.facts.gathered = std::make_shared<Gathered>(gathered);
  const std::string verb(command.substr(0, command.find(' ')));
  const std::string_view text =
      verb.size() == command.size() ? "" : command.substr(verb.size() + 1);
  return Dispatch(verb, text, keep);
}

std::string Story::Do(std::string_view who, absl::Time now, std::string_view command) {
  return Ask(who, now, command, true);
}

std::string Story::Try(std::string_view who, absl::Time now, std::string_view command) {
  return Ask(who, now, command, false);
}

void Story::Play(std::string_view script) {
  for (const auto& line : absl::StrSplit(absl::string_view(script.data(), script.size()), '\n')) {
    const std::string text(absl::StripAsciiWhitespace(line.substr(0, line.find('#'))));
    if (text.empty()) continue;
    std::vector<std::string> words = absl::StrSplit(text, absl::MaxSplits(' ', 3));
    ASSERT_EQ(words.size(), 4u) << text;
    EXPECT_EQ(Do(words[0], At(words[1]), words[3]), words[2]) << text << "\n" << shown;
  }
}

}  // namespace sanzhang::privacy::scene
