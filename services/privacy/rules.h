// What the rules of personal data share: refusals, who acts for whom, the rule in force. Internal
// to services/privacy.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "sanzhang/policy/v1/subject_rights_rule.pb.h"
#include "services/privacy/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::privacy::rules {

using Objection = std::optional<runtime::Refusal>;

runtime::Refusal Refuse(type::v1::ErrorReason reason,
                        std::map<std::string, std::string> metadata = {});
// A field of the request is wrong in a way that its shape can't say.
runtime::Refusal BadField(std::string_view field);
// A time as in `2026-03-01T10:00:00+08:00`, for metadata.
std::string Show(absl::Time time);

template <class Event>
runtime::Decided<Event> AlreadySo() {
  return {};
}
template <class Event>
runtime::Decided<Event> Record(Event event, std::string policy = {}) {
  runtime::Decided<Event> decided;
  decided.events.push_back(std::move(event));
  if (!policy.empty()) decided.policy_refs.push_back(std::move(policy));
  return decided;
}

// Whoever asks: the caller, or the person on whose behalf an officer or importer brings it in. An
// objection: PERMISSION_DENIED, for those whom the register does not know, and for those who bring
// in what is not theirs.
struct Speaker {
  std::string person;
  Objection objection;
};
Speaker SpeakerOf(const type::v1::Origin& origin, const runtime::Context& context);

// How the register lets `asker` act for `subject`; ASKED_AS_UNSPECIFIED: not at all.
v1::AskedAs CapacityFor(std::string_view subject, std::string_view asker,
                        const runtime::Facts& facts);

// The rule in force now. RULE_SET_NOT_IN_FORCE.
const policy::v1::SubjectRightsRule* RuleInForce(const runtime::Context& context);
runtime::Refusal NoRule();
// Of the rule, by kind or reason; null: it has none.
const policy::v1::Period* AnswerPeriod(const policy::v1::SubjectRightsRule& rule,
                                       v1::SubjectRequestKind kind);
const std::string* LawOf(const policy::v1::SubjectRightsRule& rule, v1::RefusalReason reason);

// The state of the person's data; what is not there holds nothing.
SubjectState DataStateOf(std::string_view person, const runtime::Facts& facts);
// SUBJECT_ERASED, PROCESSING_RESTRICTED.
runtime::Refusal Erased(std::string_view person);

}  // namespace sanzhang::privacy::rules
