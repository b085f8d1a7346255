// What the rules of a resolution share: refusals in their common order, who speaks for whom, and
// the policies that count. Internal to services/resolution.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "sanzhang/policy/v1/procedure_template.pb.h"
#include "sanzhang/policy/v1/publication_rule.pb.h"
#include "services/resolution/resolution.h"

namespace sanzhang::resolution::rules {

using Decision = Resolution::Decision;
using State = Resolution::State;
using Context = runtime::Context;
using Needs = runtime::Needs;
// A reason to refuse, or none.
using Objection = std::optional<runtime::Refusal>;

runtime::Refusal Refuse(type::v1::ErrorReason reason,
                        std::map<std::string, std::string> metadata = {});
// A field of the request is wrong in a way that its shape can't say.
runtime::Refusal BadField(std::string_view field);
// What should have been gathered was not: a bug of ours.
runtime::Refusal NothingGathered();
// A time as in `2026-03-01T10:00:00+08:00`, for metadata.
std::string Show(absl::Time time);

Decision AlreadySo();
// `policies`: names of those that the decision rests on.
Decision Record(Resolution::Event event, std::vector<std::string> policies = {});

// Refuses unless `from <= phase <= to`, with what stands in the way: RESOLUTION_NOT_FOUND,
// RESOLUTION_WITHDRAWN, RESOLUTION_REVOKED; what has not come yet; what has come already.
Objection MustBe(const State& state, Phase from, Phase to);

// Owners, residents and representatives, who draft for a petition.
bool IsPetitioner(type::v1::Role role);

// Whether the caller may act for the convener, whom the access rule has let in as the convener, the
// timer or the sub-district: CONVENER_IN_OFFICE for the sub-district while the convener can act,
// ACTS_IN_OWN_CAUSE. Asks for ConvenerNeeds.
Objection MaySpeakForConvener(const State& state, const Context& context);
Needs ConvenerNeeds(const State& state);
// ACTS_IN_OWN_CAUSE: a candidate, the one to be recalled, someone recused or interested.
Objection NotInOwnCause(const State& state, const Context& context);
// Whether that person stands, or was put forward and not turned away.
bool Stands(const State& state, std::string_view person);

// Whether that person is known and alive: RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE.
Objection MustLive(std::string_view person, const runtime::Facts& facts);
// RESOURCE_NOT_FOUND, RESOURCE_NOT_ACTIVE.
Objection MustBeActive(std::string_view body, const runtime::Facts& facts);
// An entry of this resolution's roll, asked for as a peer; an empty name is one.
// RESOURCE_NOT_FOUND.
Objection MustBeInRoll(const State& state, std::string_view voter, const Context& context);
// ITEM_UNKNOWN.
Objection MustHaveItem(const State& state, std::string_view code);

// The community's own policy of that id, as in `communities/c1/policies/publication-electorate`.
std::string OwnPolicyName(std::string_view community, std::string_view id);
// Asks for the community's own policy, where a pinned name is of one.
void AskForPinned(std::string_view pinned, Needs& needs);
template <class P>
const P* Pinned(std::string_view name, const Context& context) {
  const std::string own(name.substr(0, name.find('@')));
  return runtime::FindPinned<P>(*context.facts.policies,
                                context.facts.Peer<runtime::OwnPolicy>(own), name);
}
// In force at the time of the fact: the community's own if it was asked for as a peer.
template <class P>
runtime::InForce<P> InForceNow(std::string_view id, const Context& context) {
  const std::string own = OwnPolicyName(context.community, id);
  return runtime::FindInForce<P>(*context.facts.policies,
                                 context.facts.Peer<runtime::OwnPolicy>(own), own, context.now);
}

// The rules in force for the regime and the matter, of those that ship; or those of the id in
// `named`, as in `policies/voting-poll`, if they fit. Null: there are none.
runtime::InForce<policy::v1::VotingRuleSet> VotingRulesNow(const State& state,
                                                           std::string_view named,
                                                           const Context& context);
// The pinned rules, or before the notice those in force.
const policy::v1::VotingRuleSet* VotingRules(const State& state, const Context& context);
// RULE_SET_NOT_IN_FORCE: what was pinned is gone.
runtime::Refusal RulesGone(const State& state);
// The stages in force for the regime and the matter; a template for the matter comes before one for
// all.
runtime::InForce<policy::v1::ProcedureTemplate> ProcedureNow(v1::Regime regime,
                                                             v1::MatterCode matter,
                                                             const Context& context);
// SEATS_INVALID.
Objection SeatsAllowed(const State& state, const policy::v1::VotingRuleSet& rules);

// `part` of `whole` is the share.
bool Meets(const policy::v1::Threshold& share, std::int64_t part, std::int64_t whole);
policy::v1::Period Days(std::int32_t days);
absl::Time DueAfter(const policy::v1::Period& period, absl::Time from, const Context& context);

// Every attachment is named by a whole SHA-256.
Objection AttachmentsWhole(
    const google::protobuf::RepeatedPtrField<type::v1::Attachment>& attachments);
// Personal text belongs to its author unless it names another known person.
Needs SubjectOf(const type::v1::PersonalText& text);
Objection MustKnowSubject(const type::v1::PersonalText& text, const runtime::Facts& facts);
type::v1::PersonalText Owned(const type::v1::PersonalText& text, std::string_view author);

}  // namespace sanzhang::resolution::rules
