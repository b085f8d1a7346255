#include "services/complaint/rules.h"

#include <algorithm>
#include <utility>

#include "proto/wire/zone.h"
#include "services/complaint/limits.h"

namespace sanzhang::complaint::rules {

using enum type::v1::ErrorReason;
using enum type::v1::BodyKind;
using enum type::v1::Role;
using enum v1::State;
using runtime::Refusal;

Refusal Refuse(type::v1::ErrorReason reason, std::map<std::string, std::string> metadata) {
  return Refusal{reason, std::move(metadata)};
}

Refusal BadField(std::string_view field) {
  return Refuse(ERROR_REASON_INVALID_REQUEST, {{"field", std::string(field)}});
}

std::string Show(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, wire::Shanghai());
}

Decision AlreadySo() { return runtime::Decided<Complaint::Event>{}; }

Decision Record(Complaint::Event event, std::vector<std::string> policies) {
  runtime::Decided<Complaint::Event> decided;
  decided.events.push_back(std::move(event));
  decided.policy_refs = std::move(policies);
  return decided;
}

Objection MustBe(std::initializer_list<v1::State> allowed, v1::State phase) {
  if (std::find(allowed.begin(), allowed.end(), phase) != allowed.end()) return {};
  switch (phase) {
    case STATE_UNSPECIFIED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
    case STATE_CLOSED:
    case STATE_WITHDRAWN:
    case STATE_NOT_ACCEPTED:
    case STATE_LINKED:
    case STATE_APPEALED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_OPEN);
    case STATE_ANSWERED:
      return Refuse(ERROR_REASON_COMPLAINT_ALREADY_ANSWERED);
    case STATE_SUSPENDED:
      return Refuse(ERROR_REASON_COMPLAINT_SUSPENDED);
    case STATE_DISPATCH_DISPUTED:
      return Refuse(ERROR_REASON_DISPATCH_DISPUTED);
    case STATE_ACCEPTED:
    case STATE_REOPENED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_ASSIGNED);
    case STATE_ASSIGNED:
      return Refuse(ERROR_REASON_COMPLAINT_NOT_ACKNOWLEDGED);
    default:
      return Refuse(ERROR_REASON_STATE_FORBIDS);
  }
}

Objection MustBeOpen(const State& state) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (!Complaint::IsOpen(state)) return Refuse(ERROR_REASON_COMPLAINT_NOT_OPEN);
  return {};
}

Objection MustBeAnswered(const State& state) {
  if (auto no = MustBeOpen(state)) return no;
  if (state.phase != STATE_ANSWERED) return Refuse(ERROR_REASON_COMPLAINT_NOT_ANSWERED);
  return {};
}

Objection NotAboutCaller(const State& state, const Context& context) {
  const std::string& body = context.acting.as.body;
  if (body.empty() || body != state.about_body) return {};
  return Refuse(ERROR_REASON_BODY_COMPLAINED_OF, {{"body", body}});
}

Objection MustBeComplainant(const State& state, const Context& context) {
  if (!state.complainant.empty() && state.complainant == context.acting.subject) return {};
  return Refuse(ERROR_REASON_NOT_COMPLAINANT);
}

namespace {

// Bodies that meet and decide, and the one that watches over the others.
bool Works(type::v1::BodyKind kind) {
  switch (kind) {
    case BODY_KIND_RESIDENTS_MEETING:
    case BODY_KIND_RESIDENT_REP_ASSEMBLY:
    case BODY_KIND_OWNERS_ASSEMBLY:
    case BODY_KIND_ELECTION_COMMITTEE:
    case BODY_KIND_SUPERVISION_COMMITTEE:
      return false;
    default:
      return true;
  }
}

}  // namespace

Objection MayHandle(const State& state, std::string_view body, const runtime::Facts& facts) {
  const std::string name(body);
  const auto found = facts.bodies.find(body);
  if (found == facts.bodies.end() || !found->second.exists) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", name}});
  }
  const runtime::BodyFacts& known = found->second;
  if (!known.active) return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", name}});
  if (name == state.about_body) return Refuse(ERROR_REASON_BODY_COMPLAINED_OF, {{"body", name}});
  const std::string& area = state.where.place.property_area();
  const bool elsewhere =
      !known.property_area.empty() && !area.empty() && known.property_area != area;
  if (!Works(known.kind) || elsewhere) {
    return Refuse(ERROR_REASON_BODY_CANNOT_HANDLE, {{"body", name}});
  }
  return {};
}

bool Is(const Context& context, type::v1::Role role) { return context.acting.as.role == role; }

bool IsSubdistrict(const Context& context) { return Is(context, ROLE_SUBDISTRICT_OFFICER); }

v1::Level ChiefLevel(type::v1::Role role) {
  if (role == ROLE_ENTRANCE_CHIEF) return v1::LEVEL_ENTRANCE;
  if (role == ROLE_BUILDING_CHIEF) return v1::LEVEL_BUILDING;
  if (role == ROLE_GRID_CHIEF) return v1::LEVEL_GRID;
  return v1::LEVEL_UNSPECIFIED;
}

std::string BodyOf(const runtime::Facts& facts, type::v1::BodyKind kind) {
  for (const auto& [name, body] : facts.bodies) {
    if (body.kind == kind && body.active) return name;
  }
  return "";
}

std::string BodyAtLevel(const State& state, v1::Level level, const runtime::Facts& facts) {
  if (level <= v1::LEVEL_COMMUNITY) {
    const std::string committee = BodyOf(facts, BODY_KIND_RESIDENTS_COMMITTEE);
    if (!committee.empty() && committee != state.about_body) return committee;
  }
  const std::string subdistrict = BodyOf(facts, BODY_KIND_SUBDISTRICT_GOV);
  return subdistrict == state.about_body ? "" : subdistrict;
}

runtime::Needs LevelBodies() {
  runtime::Needs needs;
  needs.body_kinds = {BODY_KIND_RESIDENTS_COMMITTEE, BODY_KIND_SUBDISTRICT_GOV};
  return needs;
}

const policy::v1::SlaPolicy& Pinned(const State& state, const Context& context) {
  const auto* pinned = context.facts.policies->Sla(state.sla_policy);
  return pinned ? *pinned : *context.facts.policies->SlaInForce(context.now);
}

const policy::v1::SlaRule& RuleFor(const policy::v1::SlaPolicy& policy, v1::Category category,
                                   v1::Urgency urgency) {
  const auto has = [](const auto& list, int value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  const auto& rules = policy.rules();
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const auto& rule) {
    return has(rule.categories(), category) && has(rule.urgencies(), urgency);
  });
  return found == rules.end() ? *rules.rbegin() : *found;
}

google::protobuf::Timestamp Due(const Context& context, const policy::v1::Period& period) {
  return wire::ToStamp(context.facts.policies->DueAfter(period, context.now));
}

Complaint::Event Reopened(const State& state, const Context& context, std::string_view reason) {
  const policy::v1::SlaPolicy& policy = Pinned(state, context);
  const policy::v1::SlaRule& rule = RuleFor(policy, state.category, state.urgency);
  Complaint::Event event;
  v1::ComplaintReopened& reopened = *event.mutable_reopened();
  reopened.set_reason(std::string(reason));
  const std::string body = BodyAtLevel(state, state.level, context.facts);
  // A community may have lost the body of that level since: then the last one stays responsible.
  reopened.set_responsible_body(body.empty() ? state.responsible_body : body);
  *reopened.mutable_ack_due() = Due(context, rule.acknowledge());
  *reopened.mutable_answer_due() = Due(context, rule.answer());
  reopened.set_reopening(state.reopenings + 1);
  return event;
}

Objection AttachmentsWhole(
    const google::protobuf::RepeatedPtrField<type::v1::Attachment>& attachments) {
  constexpr std::size_t kSha256Bytes = 32;
  for (const type::v1::Attachment& attachment : attachments) {
    if (attachment.sha256().size() != kSha256Bytes) return BadField("attachments.sha256");
  }
  return {};
}

runtime::Needs SubjectOf(const type::v1::PersonalText& text) {
  runtime::Needs needs;
  if (!text.subject().empty()) needs.persons.push_back(text.subject());
  return needs;
}

Objection MustKnowSubject(const type::v1::PersonalText& text, const runtime::Facts& facts) {
  if (text.subject().empty()) return {};
  const auto found = facts.persons.find(text.subject());
  if (found != facts.persons.end() && found->second.known) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", text.subject()}});
}

type::v1::PersonalText Owned(const type::v1::PersonalText& text, std::string_view complainant) {
  type::v1::PersonalText owned = text;
  if (owned.subject().empty()) owned.set_subject(std::string(complainant));
  return owned;
}

std::int32_t CodePoints(std::string_view text) {
  return static_cast<std::int32_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace sanzhang::complaint::rules
