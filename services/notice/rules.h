// What the rules of a notice share: refusals, and the rule of its kind. Internal to
// services/notice.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "services/notice/notice.h"

namespace sanzhang::notice::rules {

using Decision = Notice::Decision;
using State = Notice::State;
using Context = runtime::Context;
// A reason to refuse, or none.
using Objection = std::optional<runtime::Refusal>;
using RuleInForce = runtime::InForce<policy::v1::PublicationRule>;

runtime::Refusal Refuse(type::v1::ErrorReason reason,
                        std::map<std::string, std::string> metadata = {});
// A field of the request is wrong in a way that its shape can't say.
runtime::Refusal BadField(std::string_view field);
// A time as in `2026-03-01T10:00:00+08:00`, for metadata.
std::string Show(absl::Time time);

Decision AlreadySo();
Decision Record(Notice::Event event, std::string policy = {});

// NOTICE_NOT_FOUND.
Objection MustExist(const State& state);

// The community's own policy of that kind of publication, to be asked for as a peer.
std::string OwnRuleName(std::string_view community, policy::v1::PublicationKind kind);
// The rule of a notice that exists.
runtime::Needs RuleNeeds(const State& state, std::string_view notice);
// The rule of the kind in force now; null: there is none.
RuleInForce RuleOf(policy::v1::PublicationKind kind, const Context& context);
// PUBLICATION_RULE_MISSING.
runtime::Refusal NoRule(policy::v1::PublicationKind kind);

bool Is(const Context& context, type::v1::Role role);

}  // namespace sanzhang::notice::rules
