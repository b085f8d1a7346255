#include "services/policy/own_policy.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/wire/names.h"
#include "services/policy/day_count.h"
#include "services/policy/limits.h"
#include "services/policy/policy_kind.h"
#include "services/policy/publication_check.h"

namespace sanzhang::policy {
namespace {

namespace pb = google::protobuf;

using enum type::v1::ErrorReason;
using runtime::Refusal;
using Decision = OwnPolicy::Decision;
using State = runtime::OwnPolicy;
using Version = runtime::OwnPolicy::Version;

Refusal Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata = {}) {
  return {reason, std::move(metadata)};
}

Refusal BadField(std::string_view field) {
  return Refuse(ERROR_REASON_INVALID_REQUEST, {{"field", std::string(field)}});
}

Refusal WrongDays(std::string_view field) {
  return Refuse(ERROR_REASON_POLICY_DAYS_INVALID, {{"field", std::string(field)}});
}

Decision AlreadySo() { return runtime::Decided<v1::PolicyEvent>{}; }

Decision Record(v1::PolicyEvent event) {
  runtime::Decided<v1::PolicyEvent> decided;
  decided.events.push_back(std::move(event));
  return decided;
}

// The policy in a body; null: there is none.
const pb::Message* PolicyIn(const v1::PolicyBody& body) {
  switch (body.kind_case()) {  // No default: a new kind must be answered here.
    case v1::PolicyBody::kPublicationRule:
      return &body.publication_rule();
    case v1::PolicyBody::kProcedureTemplate:
      return &body.procedure_template();
    case v1::PolicyBody::kVotingRuleSet:
      return &body.voting_rule_set();
    case v1::PolicyBody::KIND_NOT_SET:
      break;
  }
  return nullptr;
}

absl::Time BeginOf(absl::CivilDay day) { return absl::FromCivil(day, Shanghai()); }
absl::CivilDay DayOf(absl::Time time) { return absl::ToCivilDay(time, Shanghai()); }

// The fields that the facts about a policy say in its place.
void CheckUnset(const pb::Message& policy, Report wrong) {
  for (const char* field : {"name", "effective_from", "effective_to"}) {
    const auto* found = policy.GetDescriptor()->FindFieldByName(field);
    if (policy.GetReflection()->HasField(policy, found)) {
      wrong(field, -1, "must be empty: it follows from when the version is put in force");
    }
  }
}

// All mistakes, one per line; empty: none.
std::string MistakesIn(const pb::Message& policy, std::string_view id) {
  std::string mistakes;
  const auto wrong = [&](std::string_view field, int index, std::string_view reason) {
    if (!mistakes.empty()) mistakes += "\n";
    absl::StrAppend(&mistakes, std::string(field), index < 0 ? "" : absl::StrCat("[", index, "]"),
                    ": ", std::string(reason));
  };
  const PolicyKind& kind = *KindNamed(policy.GetDescriptor()->full_name());
  if (kind.wrong_id != nullptr) {
    if (const std::string why = kind.wrong_id(policy, id); !why.empty()) {
      wrong("policy_id", -1, why);
    }
  }
  CheckUnset(policy, wrong);
  CheckCitations(policy, wrong);
  kind.check(policy, wrong);
  return mistakes;
}

// Whether the law, as it ships and is in force at that time, asks for more.
std::optional<Refusal> FallsShort(const pb::Message& policy, std::string_view id, absl::Time at,
                                  const runtime::Policies& policies) {
  const auto* own = dynamic_cast<const v1::PublicationRule*>(&policy);
  const auto* shipped = dynamic_cast<const v1::PublicationRule*>(policies.Shipped(id, at));
  if (own == nullptr || shipped == nullptr) return std::nullopt;
  const std::optional<std::string> why = BelowLaw(*own, *shipped);
  if (!why) return std::nullopt;
  return Refuse(ERROR_REASON_POLICY_BELOW_LAW, {{"policy", shipped->name()}, {"mistakes", *why}});
}

// The version that is named; null, and `refusal` set, if there is none or it can't change any more.
const Version* FindVersion(const State& state, int number, const runtime::Context& context,
                           Refusal& refusal) {
  if (state.versions.empty()) {
    refusal = Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", context.name}});
    return nullptr;
  }
  const auto found = state.versions.find(number);
  if (found != state.versions.end()) return &found->second;
  refusal = Refuse(ERROR_REASON_POLICY_VERSION_NOT_FOUND, {{"version", std::to_string(number)}});
  return nullptr;
}

bool IsProposed(const Version& version) {
  return !version.retired && version.from == absl::InfiniteFuture();
}

// The version that is to come into force at that time or later; 0: none.
int LaterThan(const State& state, absl::Time from) {
  for (const auto& [number, version] : state.versions) {
    const bool comes = version.from != absl::InfiniteFuture() && version.from < version.until;
    if (comes && version.from >= from) return number;
  }
  return 0;
}

}  // namespace

std::string OwnPolicy::NewName(const v1::ProposePolicyRequest& request, std::string_view) {
  return wire::Child(request.parent(), "policies", request.policy_id());
}

Decision OwnPolicy::Decide(const State& state, const v1::ProposePolicyRequest& request,
                           const Context& context) {
  const pb::Message* policy = PolicyIn(request.body());
  if (policy == nullptr) return BadField("body.kind");
  const int last = static_cast<int>(state.versions.size());
  if (last > 0) {
    const Version& before = state.versions.rbegin()->second;
    const pb::Descriptor* kind = before.policy->GetDescriptor();
    if (kind != policy->GetDescriptor()) {
      return Refuse(ERROR_REASON_POLICY_KIND_DIFFERS, {{"kind", kind->name()}});
    }
    const bool same = pb::util::MessageDifferencer::Equals(*before.policy, *policy);
    if (IsProposed(before) && same) return AlreadySo();
  }
  const std::string mistakes = MistakesIn(*policy, request.policy_id());
  if (!mistakes.empty()) return Refuse(ERROR_REASON_POLICY_MALFORMED, {{"mistakes", mistakes}});
  if (auto no = FallsShort(*policy, request.policy_id(), context.now, *context.facts.policies)) {
    return *std::move(no);
  }
  if (last >= kVersionsMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", std::to_string(kVersionsMax)}});
  }
  Event event;
  v1::PolicyProposed& proposed = *event.mutable_proposed();
  proposed.set_version(last + 1);
  *proposed.mutable_body() = request.body();
  proposed.set_reason(request.reason());
  return Record(std::move(event));
}

Decision OwnPolicy::Decide(const State& state, const v1::PutPolicyInForceRequest& request,
                           const Context& context) {
  Refusal refusal;
  const Version* version = FindVersion(state, request.version(), context, refusal);
  if (version == nullptr) return refusal;
  const std::string number = std::to_string(request.version());
  if (version->retired) return Refuse(ERROR_REASON_POLICY_RETIRED, {{"version", number}});
  if (version->proposer == context.acting.subject) {
    return Refuse(ERROR_REASON_APPROVER_IS_REQUESTER);
  }
  const std::optional<absl::CivilDay> first = ParseDay(request.effective_from());
  if (!first) return BadField("effective_from");
  const std::optional<absl::CivilDay> last =
      request.effective_to().empty() ? absl::CivilDay::max() : ParseDay(request.effective_to());
  if (!last) return BadField("effective_to");
  const absl::Time from = BeginOf(*first);
  const absl::Time until =
      request.effective_to().empty() ? absl::InfiniteFuture() : BeginOf(*last + 1);
  if (version->from == from && version->until == until) return AlreadySo();
  if (!IsProposed(*version)) return Refuse(ERROR_REASON_POLICY_RETIRED, {{"version", number}});
  if (*first <= DayOf(context.now)) return WrongDays("effective_from");
  if (*last < *first) return WrongDays("effective_to");
  if (const int later = LaterThan(state, from); later != 0) {
    return Refuse(ERROR_REASON_POLICY_OVERLAPS, {{"version", std::to_string(later)}});
  }
  if (auto no =
          FallsShort(*version->policy, wire::IdOf(context.name), from, *context.facts.policies)) {
    return *std::move(no);
  }
  Event event;
  v1::PolicyInForce& in_force = *event.mutable_in_force();
  in_force.set_version(request.version());
  in_force.set_effective_from(request.effective_from());
  in_force.set_effective_to(request.effective_to());
  return Record(std::move(event));
}

Decision OwnPolicy::Decide(const State& state, const v1::RetirePolicyRequest& request,
                           const Context& context) {
  Refusal refusal;
  const Version* version = FindVersion(state, request.version(), context, refusal);
  if (version == nullptr) return refusal;
  const absl::CivilDay today = DayOf(context.now);
  const bool begun = version->from <= context.now;
  std::optional<absl::CivilDay> last;
  if (!request.effective_to().empty()) {
    last = ParseDay(request.effective_to());
    if (!last) return BadField("effective_to");
  }
  const absl::Time until = last ? BeginOf(*last + 1) : version->from;
  if (version->retired && (version->until == until || !last)) return AlreadySo();
  const bool over = begun && state.NumberAt(context.now) != request.version();
  if (version->retired || over) {
    return Refuse(ERROR_REASON_POLICY_RETIRED, {{"version", std::to_string(request.version())}});
  }
  // A version in force ends with a day; one that is not yet never begins.
  if (begun != last.has_value()) return WrongDays("effective_to");
  if (last && (*last < today || until > version->until)) return WrongDays("effective_to");
  Event event;
  v1::PolicyRetired& retired = *event.mutable_retired();
  retired.set_version(request.version());
  retired.set_effective_to(request.effective_to());
  retired.set_reason(request.reason());
  return Record(std::move(event));
}

void OwnPolicy::Evolve(State& state, const Event& event,
                       const runtime::Happened& happened) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kProposed: {
      Version& version = state.versions[event.proposed().version()];
      const auto body = std::make_shared<const v1::PolicyBody>(event.proposed().body());
      version.policy = std::shared_ptr<const pb::Message>(body, PolicyIn(*body));
      version.proposer = happened.actor.subject();
      return;
    }
    case Event::kInForce: {
      const v1::PolicyInForce& in_force = event.in_force();
      Version& version = state.versions[in_force.version()];
      const std::optional<absl::CivilDay> first = ParseDay(in_force.effective_from());
      const std::optional<absl::CivilDay> last = ParseDay(in_force.effective_to());
      if (first) version.from = BeginOf(*first);
      if (last) version.until = BeginOf(*last + 1);
      return;
    }
    case Event::kRetired: {
      Version& version = state.versions[event.retired().version()];
      const std::optional<absl::CivilDay> last = ParseDay(event.retired().effective_to());
      version.retired = true;
      version.until = last ? BeginOf(*last + 1) : version.from;
      return;
    }
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

static_assert(runtime::Decides<OwnPolicy, v1::ProposePolicyRequest>);
static_assert(runtime::Decides<OwnPolicy, v1::PutPolicyInForceRequest>);
static_assert(runtime::Decides<OwnPolicy, v1::RetirePolicyRequest>);

}  // namespace sanzhang::policy
