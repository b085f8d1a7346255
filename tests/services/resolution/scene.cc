#include "tests/services/resolution/scene.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "services/resolution/tally.h"
#include "tests/support/text_proto.h"

namespace sanzhang::resolution {
namespace {

constexpr char kReasonPrefix[] = "INVALID_REASON_";

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

}  // namespace

policy::v1::VotingRuleSet ShippedRules(std::string_view file) {
  const std::string path =
      std::string(SANZHANG_SOURCE_DIR "/deploy/policy/") + std::string(file) + ".textproto";
  std::ifstream stream(path);
  if (!stream) Die("no such file: " + path);
  return support::Text<policy::v1::VotingRuleSet>(
      std::string(std::istreambuf_iterator<char>(stream), {}));
}

void SetSeconds(std::int64_t seconds, google::protobuf::Timestamp& stamp) {
  stamp.set_seconds(seconds);
}

Scene::Scene(std::string_view rules_file) : rules(ShippedRules(rules_file)) {
  SetSeconds(100, *input.mutable_vote()->mutable_opened_at());
  SetSeconds(200, *input.mutable_vote()->mutable_closes_at());
}

v1::TallyItem& Scene::Item(std::string_view code) {
  v1::TallyItem& item = *input.add_items();
  item.set_item(std::string(code));
  SetSeconds(150, *item.mutable_voted_at());
  return item;
}

v1::TallyItem& Scene::Candidate(std::string_view code) {
  v1::TallyItem& item = Item(code);
  item.set_candidate("person-" + std::string(code));
  return item;
}

v1::TallySubject& Scene::Subject(std::string_view name, std::int64_t area) {
  v1::TallySubject& subject = *input.add_subjects();
  subject.set_subject(std::string(name));
  subject.set_area_dm2(area);
  subject.set_heads(1);
  return subject;
}

v1::TallyBallot& Scene::Cast(std::string_view subject, v1::Choice choice, std::int64_t at) {
  v1::TallyBallot& ballot = *input.add_ballots();
  ballot.set_ballot("b" + std::to_string(input.ballots_size() - 1));
  ballot.set_subject(std::string(subject));
  ballot.set_by(v1::CAST_BY_PRINCIPAL);
  for (const v1::TallyItem& item : input.items()) {
    v1::ItemChoice& said = *ballot.add_choices();
    said.set_item(item.item());
    said.set_choice(choice);
  }
  SetSeconds(at, *ballot.mutable_cast_at());
  return ballot;
}

void Scene::Crowd(int count, v1::Choice choice, std::int64_t area) {
  for (int i = 0; i < count; ++i) {
    const std::string name = "s" + std::to_string(input.subjects_size());
    Subject(name, area);
    if (choice != v1::CHOICE_UNSPECIFIED) Cast(name, choice);
  }
}

v1::TallyDelivery& Scene::Deliver(std::string_view subject) {
  v1::TallyDelivery& delivery = *input.add_deliveries();
  delivery.set_subject(std::string(subject));
  SetSeconds(120, *delivery.mutable_delivered_at());
  delivery.set_warning_shown(true);
  return delivery;
}

v1::TallyPresence& Scene::Present(std::string_view subject, std::int64_t from) {
  v1::TallyPresence& presence = *input.add_presences();
  presence.set_subject(std::string(subject));
  SetSeconds(from, *presence.mutable_came_at());
  return presence;
}

v1::TallyProxy& Scene::Proxy(std::string_view principal, std::string_view agent,
                             std::int64_t granted_at) {
  v1::TallyProxy& proxy = *input.add_proxies();
  proxy.set_principal(std::string(principal));
  proxy.set_agent(std::string(agent));
  SetSeconds(granted_at, *proxy.mutable_granted_at());
  return proxy;
}

v1::TallyBallot& Scene::CastBy(std::string_view agent, std::string_view subject, v1::Choice choice,
                               std::int64_t at) {
  v1::TallyBallot& ballot = Cast(subject, choice, at);
  ballot.set_by(v1::CAST_BY_PROXY);
  ballot.set_person(std::string(agent));
  return ballot;
}

void Scene::Keep(std::string_view subject, std::string_view ballot) {
  v1::TallyResolved& resolved = *input.add_resolved();
  resolved.set_subject(std::string(subject));
  resolved.set_kept(std::string(ballot));
}

v1::TallyBallot& Scene::Secretly(const std::vector<std::string>& for_items,
                                 const std::vector<std::string>& against) {
  v1::TallyBallot& ballot = *input.add_ballots();
  ballot.set_ballot("b" + std::to_string(input.ballots_size() - 1));
  const auto say = [&](const std::vector<std::string>& items, v1::Choice choice) {
    for (const std::string& item : items) {
      v1::ItemChoice& said = *ballot.add_choices();
      said.set_item(item);
      said.set_choice(choice);
    }
  };
  say(for_items, v1::CHOICE_FOR);
  say(against, v1::CHOICE_AGAINST);
  const std::string voter = input.subjects(input.voters_size()).subject();
  input.add_voters()->set_subject(voter);
  return ballot;
}

v1::TallyResult Scene::Result() const {
  const auto result = Tally({rules, input});
  if (!result.ok()) Die(result.status().ToString());
  return *result;
}

v1::ItemTally Scene::First() const { return Result().items(0); }

v1::Outcome Scene::Outcome() const { return First().outcome(); }

std::vector<v1::TallyFlag> Scene::Flags() const {
  std::vector<v1::TallyFlag> flags;
  const v1::ItemTally first = First();
  for (const int flag : first.flags()) flags.push_back(static_cast<v1::TallyFlag>(flag));
  return flags;
}

std::vector<std::string> Scene::SetAside() const {
  std::vector<std::string> shown;
  const v1::TallyResult result = Result();
  for (const v1::SetAside& aside : result.set_aside()) {
    const std::string reason = v1::InvalidReason_Name(aside.reason());
    shown.push_back(aside.ballot() + (aside.item().empty() ? "" : "/" + aside.item()) + " " +
                    reason.substr(sizeof kReasonPrefix - 1));
  }
  return shown;
}

std::string Scene::Refusal() const { return std::string(Tally({rules, input}).status().message()); }

}  // namespace sanzhang::resolution
