#include "services/privacy/rules.h"

#include <algorithm>

#include "proto/wire/names.h"
#include "proto/wire/zone.h"
#include "services/privacy/data_subject.h"

namespace sanzhang::privacy::rules {

using enum type::v1::ErrorReason;

namespace {

// The policy that says by when and why.
constexpr char kRuleId[] = "subject-rights";

bool IsKnown(std::string_view person, const runtime::Facts& facts) {
  const auto found = facts.persons.find(person);
  return found != facts.persons.end() && found->second.known;
}

}  // namespace

runtime::Refusal Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata) {
  return {reason, std::move(metadata)};
}

runtime::Refusal BadField(std::string_view field) {
  return Refuse(ERROR_REASON_INVALID_REQUEST, {{"field", std::string(field)}});
}

std::string Show(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, wire::Shanghai());
}

Speaker SpeakerOf(const type::v1::Origin& origin, const runtime::Context& context) {
  const std::string& other = origin.on_behalf_of();
  const type::v1::Role role = context.acting.as.role;
  const bool brings_in = role == type::v1::ROLE_PRIVACY_OFFICER || role == type::v1::ROLE_IMPORTER;
  Speaker speaker{.person = other.empty() ? context.acting.subject : other, .objection = {}};
  const bool own = speaker.person == context.acting.subject;
  if ((!own && !brings_in) || !IsKnown(speaker.person, context.facts)) {
    speaker.objection = Refuse(ERROR_REASON_PERMISSION_DENIED);
  }
  return speaker;
}

v1::AskedAs CapacityFor(std::string_view subject, std::string_view asker,
                        const runtime::Facts& facts) {
  if (!IsKnown(subject, facts)) return v1::ASKED_AS_UNSPECIFIED;
  const runtime::PersonFacts& person = facts.persons.find(subject)->second;
  if (!person.alive) {
    const auto kin = facts.relatives.find(asker);
    if (kin == facts.relatives.end()) return v1::ASKED_AS_UNSPECIFIED;
    const auto& relatives = kin->second.relatives;
    const bool near = std::find(relatives.begin(), relatives.end(), subject) != relatives.end();
    return near ? v1::ASKED_AS_NEAR_RELATIVE : v1::ASKED_AS_UNSPECIFIED;
  }
  if (subject == asker) return v1::ASKED_AS_SELF;
  const bool guards =
      std::find(person.guardians.begin(), person.guardians.end(), asker) != person.guardians.end();
  return guards ? v1::ASKED_AS_GUARDIAN : v1::ASKED_AS_UNSPECIFIED;
}

const policy::v1::SubjectRightsRule* RuleInForce(const runtime::Context& context) {
  return dynamic_cast<const policy::v1::SubjectRightsRule*>(
      context.facts.policies->Shipped(kRuleId, context.now));
}

runtime::Refusal NoRule() {
  return Refuse(ERROR_REASON_RULE_SET_NOT_IN_FORCE, {{"rule_set", kRuleId}});
}

const policy::v1::Period* AnswerPeriod(const policy::v1::SubjectRightsRule& rule,
                                       v1::SubjectRequestKind kind) {
  for (const policy::v1::SubjectRequestClock& clock : rule.clocks()) {
    if (clock.kind() == kind) return &clock.answer();
  }
  return nullptr;
}

const std::string* LawOf(const policy::v1::SubjectRightsRule& rule, v1::RefusalReason reason) {
  for (const policy::v1::RefusalGround& ground : rule.refusals()) {
    if (ground.reason() == reason) return &ground.law_ref();
  }
  return nullptr;
}

SubjectState DataStateOf(std::string_view person, const runtime::Facts& facts) {
  const auto* state = facts.Peer<SubjectState>(DataOf(person));
  return state == nullptr ? SubjectState() : *state;
}

runtime::Refusal Erased(std::string_view person) {
  return Refuse(ERROR_REASON_SUBJECT_ERASED, {{"subject", std::string(person)}});
}

}  // namespace sanzhang::privacy::rules
