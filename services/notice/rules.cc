#include "services/notice/rules.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/enum_id.h"
#include "proto/wire/names.h"
#include "proto/wire/zone.h"

namespace sanzhang::notice::rules {

using enum type::v1::ErrorReason;

runtime::Refusal Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata) {
  return {reason, std::move(metadata)};
}

runtime::Refusal BadField(std::string_view field) {
  return Refuse(ERROR_REASON_INVALID_REQUEST, {{"field", std::string(field)}});
}

std::string Show(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, wire::Shanghai());
}

Decision AlreadySo() { return runtime::Decided<Notice::Event>{}; }

Decision Record(Notice::Event event, std::string policy) {
  runtime::Decided<Notice::Event> decided;
  decided.events.push_back(std::move(event));
  if (!policy.empty()) decided.policy_refs.push_back(std::move(policy));
  return decided;
}

Objection MustExist(const State& state) {
  if (state.phase == v1::STATE_UNSPECIFIED) return Refuse(ERROR_REASON_NOTICE_NOT_FOUND);
  return {};
}

std::string OwnRuleName(std::string_view community, policy::v1::PublicationKind kind) {
  const std::string id =
      absl::StrCat("publication-", wire::EnumId(*policy::v1::PublicationKind_descriptor(), kind));
  return wire::Child(community, "policies", id);
}

runtime::Needs RuleNeeds(const State& state, std::string_view notice) {
  return {.peers = {OwnRuleName(wire::CommunityOf(notice), state.kind)}};
}

RuleInForce RuleOf(policy::v1::PublicationKind kind, const Context& context) {
  const std::string own = OwnRuleName(context.community, kind);
  return runtime::FindInForce<policy::v1::PublicationRule>(
      *context.facts.policies, context.facts.Peer<runtime::OwnPolicy>(own), own, context.now);
}

runtime::Refusal NoRule(policy::v1::PublicationKind kind) {
  return Refuse(ERROR_REASON_PUBLICATION_RULE_MISSING,
                {{"kind", policy::v1::PublicationKind_Name(kind)}});
}

bool Is(const Context& context, type::v1::Role role) { return context.acting.as.role == role; }

}  // namespace sanzhang::notice::rules
