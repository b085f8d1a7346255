// Filing, first-receiver duty, turning away, linking, supporting, redacting.
#include <array>
#include <cctype>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/names.h"
#include "services/complaint/complaint.h"
#include "services/complaint/limits.h"
#include "services/complaint/rules.h"

namespace sanzhang::complaint {

using enum type::v1::ErrorReason;
using enum type::v1::BodyKind;
using enum type::v1::Role;
using enum v1::State;
using rules::Objection;
using rules::Refuse;
using runtime::Facts;

namespace {

// The parts of a place from the narrowest to the widest, by name.
std::array<std::string, 5> Parts(const type::v1::Place& place) {
  return {place.dwelling(), place.entrance(), place.building(), place.grid(),
          place.property_area()};
}

// The place completed from the register, or why not. Every part that is named must be there, and
// lie in, or around, the narrowest.
Objection Complete(const type::v1::Place& asked, const Facts& facts, type::v1::Place& complete) {
  const auto parts = Parts(asked);
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    const auto found = facts.places.find(part);
    if (found == facts.places.end()) {
      return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", part}});
    }
    if (!found->second.active) {
      return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", part}});
    }
  }
  complete = asked;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    const type::v1::Place& known = facts.places.find(part)->second.place;
    const auto around = Parts(known);
    const auto so_far = Parts(complete);
    for (std::size_t i = 0; i < around.size(); ++i) {
      if (!around[i].empty() && !so_far[i].empty() && around[i] != so_far[i]) {
        return Refuse(ERROR_REASON_PLACE_INCONSISTENT, {{"resource", so_far[i]}});
      }
    }
    complete.MergeFrom(known);
  }
  return {};
}

bool FilesForOthers(const runtime::Acting& acting) {
  switch (acting.as.role) {
    case ROLE_ENTRANCE_CHIEF:
    case ROLE_BUILDING_CHIEF:
    case ROLE_GRID_CHIEF:
    case ROLE_INTEGRATION:
    case ROLE_IMPORTER:
      return true;
    default:
      return false;
  }
}

std::string ComplainantOf(const v1::FileComplaintRequest& request, const runtime::Acting& acting) {
  if (!request.complainant().empty()) return request.complainant();
  if (!request.origin().on_behalf_of().empty()) return request.origin().on_behalf_of();
  return acting.kind == log::v1::Actor::KIND_PERSON ? acting.subject : "";
}

// Residents and owners file for themselves; chiefs and services for persons that the register
// knows.
Objection MayFileFor(const std::string& complainant, const runtime::Context& context) {
  if (complainant.empty() || complainant == context.acting.subject) return {};
  if (!FilesForOthers(context.acting)) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  const auto found = context.facts.persons.find(complainant);
  if (found == context.facts.persons.end() || !found->second.known) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", complainant}});
  }
  // Whoever has died since may well have complained at the time of an old record.
  if (!found->second.alive && !rules::Is(context, ROLE_IMPORTER)) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_ACTIVE, {{"resource", complainant}});
  }
  return {};
}

Objection MustKnow(const std::string& body, const Facts& facts) {
  if (body.empty()) return {};
  const auto found = facts.bodies.find(body);
  if (found != facts.bodies.end() && found->second.exists) return {};
  return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", body}});
}

// The committee that is complained of is there, but not for this.
runtime::Refusal NoReceiver(const std::string& about_body, const Facts& facts) {
  const bool committee = !rules::BodyOf(facts, BODY_KIND_RESIDENTS_COMMITTEE).empty();
  const bool needs_other = committee && !about_body.empty();
  return Refuse(ERROR_REASON_BODY_MISSING,
                {{"kind", needs_other ? "SUBDISTRICT_GOV" : "RESIDENTS_COMMITTEE"}});
}

// FNV-1a: stable for ever, and good enough to keep two references apart by accident.
std::uint64_t Fingerprint(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

std::string ReferenceName(std::string_view community, std::string_view external_ref) {
  constexpr std::size_t kKept = 46;  // With hyphen and 16 digits: 63, the longest id.
  std::string id;
  bool same = external_ref.size() <= kKept;
  for (const char c : external_ref.substr(0, kKept)) {
    const auto letter = static_cast<unsigned char>(c);
    const bool kept = letter < 0x80 && std::isalnum(letter) != 0;
    same = same && (kept || c == '-');
    if (kept) {
      id.push_back(static_cast<char>(std::tolower(letter)));
    } else if (!id.empty() && id.back() != '-') {
      id.push_back('-');
    }
  }
  while (!id.empty() && id.back() == '-') id.pop_back();
  same = same && id.size() == external_ref.size();
  if (!same) {
    if (!id.empty()) id.push_back('-');
    absl::StrAppend(&id, absl::Hex(Fingerprint(external_ref), absl::kZeroPad16));
  }
  return wire::Child(community, "references", id);
}

type::v1::Place Complaint::PlaceOf(const State&, const v1::FileComplaintRequest& request,
                                   const Facts& facts) {
  type::v1::Place complete;
  if (Complete(request.place(), facts, complete)) return request.place();
  return complete;
}

Complaint::Needs Complaint::NeedsOf(const State&, const v1::FileComplaintRequest& request) {
  Needs needs = rules::LevelBodies();
  for (const std::string& part : Parts(request.place())) {
    if (!part.empty()) needs.places.push_back(part);
  }
  if (!request.about_body().empty()) needs.bodies.push_back(request.about_body());
  for (const std::string& person : {request.complainant(), request.origin().on_behalf_of(),
                                    request.text().subject(), request.contact().subject()}) {
    if (!person.empty()) needs.persons.push_back(person);
  }
  return needs;
}

Complaint::Decision Complaint::Decide(const State& state, const v1::FileComplaintRequest& request,
                                      const Context& context) {
  if (state.phase != STATE_UNSPECIFIED) {
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, {{"resource", context.name}});
  }
  const std::string complainant = ComplainantOf(request, context.acting);
  if (auto no = MayFileFor(complainant, context)) return *no;
  if (auto no = rules::MustKnowSubject(request.text(), context.facts)) return *no;
  if (auto no = rules::MustKnowSubject(request.contact(), context.facts)) return *no;
  type::v1::Place place;
  if (auto no = Complete(request.place(), context.facts, place)) return *no;
  if (auto no = MustKnow(request.about_body(), context.facts)) return *no;
  if (auto no = rules::AttachmentsWhole(request.attachments())) return *no;
  State about;
  about.about_body = request.about_body();
  const std::string receiver = rules::BodyAtLevel(about, v1::LEVEL_COMMUNITY, context.facts);
  if (receiver.empty()) return NoReceiver(request.about_body(), context.facts);

  const policy::v1::SlaPolicy& policy = *context.facts.policies->SlaInForce(context.now);
  Event event;
  v1::ComplaintFiled& filed = *event.mutable_filed();
  const bool typed = request.demand_type() != v1::DEMAND_TYPE_UNSPECIFIED;
  filed.set_demand_type(typed ? request.demand_type() : v1::DEMAND_TYPE_COMPLAINT);
  filed.set_category(request.category());
  filed.set_sub_category(request.sub_category());
  *filed.mutable_place() = place;
  *filed.mutable_text() = rules::Owned(request.text(), complainant);
  filed.set_text_code_points(rules::CodePoints(request.text().content()));
  if (request.has_contact())
    *filed.mutable_contact() = rules::Owned(request.contact(), complainant);
  filed.set_complainant(complainant);
  filed.set_anonymity(request.anonymity());
  const bool urgent = request.urgency() != v1::URGENCY_UNSPECIFIED;
  filed.set_urgency(urgent ? request.urgency() : v1::URGENCY_ORDINARY);
  const bool shown = request.visibility() != v1::VISIBILITY_UNSPECIFIED;
  filed.set_visibility(shown ? request.visibility() : v1::VISIBILITY_PRIVATE);
  filed.set_external_ref(request.external_ref());
  filed.set_about_body(request.about_body());
  filed.set_first_receiver(receiver);
  filed.set_sla_policy(policy.name());
  *filed.mutable_intake_due() = rules::Due(context, policy.intake());
  *filed.mutable_attachments() = request.attachments();

  runtime::Decided<Event> decided{{std::move(event)}, {}, {policy.name()}};
  if (!request.external_ref().empty()) {
    decided.claims.push_back({ReferenceName(context.community, request.external_ref()),
                              ERROR_REASON_EXTERNAL_REF_TAKEN});
  }
  return decided;
}

namespace {

// For which body the caller takes it on; a chief for the committee that leads the chiefs.
std::string AcceptingBody(const Complaint::State& state, const v1::AcceptComplaintRequest& request,
                          const runtime::Context& context) {
  if (!rules::Is(context, ROLE_IMPORTER)) return context.acting.as.body;
  return request.responsible_body().empty() ? state.first_receiver : request.responsible_body();
}

v1::Level AcceptedLevel(const v1::AcceptComplaintRequest& request,
                        const runtime::Context& context) {
  if (request.level() != v1::LEVEL_UNSPECIFIED) return request.level();
  const v1::Level chief = rules::ChiefLevel(context.acting.as.role);
  if (chief != v1::LEVEL_UNSPECIFIED) return chief;
  return rules::IsSubdistrict(context) ? v1::LEVEL_SUBDISTRICT : v1::LEVEL_COMMUNITY;
}

// Chiefs accept at their own level; only the sub-district and the importer above the community.
bool MayAcceptAt(v1::Level level, const runtime::Context& context) {
  const v1::Level chief = rules::ChiefLevel(context.acting.as.role);
  if (chief != v1::LEVEL_UNSPECIFIED) return level == chief;
  if (rules::IsSubdistrict(context) || rules::Is(context, ROLE_IMPORTER)) return true;
  return level <= v1::LEVEL_COMMUNITY;
}

}  // namespace

Complaint::Needs Complaint::NeedsOf(const State& state, const v1::AcceptComplaintRequest& request) {
  Needs needs;
  const std::string& named = request.responsible_body();
  needs.bodies.push_back(named.empty() ? state.first_receiver : named);
  return needs;
}

Complaint::Decision Complaint::Decide(const State& state, const v1::AcceptComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  const std::string body = AcceptingBody(state, request, context);
  const v1::Level level = AcceptedLevel(request, context);
  if (state.phase == STATE_ACCEPTED && state.responsible_body == body && state.level == level) {
    return rules::AlreadySo();
  }
  if (state.phase != STATE_FILED) return Refuse(ERROR_REASON_COMPLAINT_NOT_AWAITING_INTAKE);
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  const bool importer = rules::Is(context, ROLE_IMPORTER);
  const bool for_other = !request.responsible_body().empty() && request.responsible_body() != body;
  if (body.empty() || for_other) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (importer) {
    if (auto no = rules::MayHandle(state, body, context.facts)) return *no;
  }
  if (!MayAcceptAt(level, context)) return Refuse(ERROR_REASON_LEVEL_NOT_NEXT);
  if (auto no = rules::MustFollowFiling(state, request, context)) return *no;

  const policy::v1::SlaPolicy& policy = *context.facts.policies->SlaInForce(context.now);
  const policy::v1::SlaRule& rule = rules::RuleFor(policy, state.category, state.urgency);
  Event event;
  v1::ComplaintAccepted& accepted = *event.mutable_accepted();
  accepted.set_level(level);
  accepted.set_responsible_body(body);
  accepted.set_sla_policy(policy.name());
  *accepted.mutable_ack_due() = rules::Due(context, rule.acknowledge());
  *accepted.mutable_answer_due() = rules::Due(context, rule.answer());
  accepted.set_was_first_receiver(body == state.first_receiver);
  return rules::Record(std::move(event), {policy.name()});
}

namespace {

bool NeedsRedirect(v1::RefusalReason reason) {
  return reason == v1::REFUSAL_REASON_OUT_OF_SCOPE || reason == v1::REFUSAL_REASON_EMERGENCY_LINE ||
         reason == v1::REFUSAL_REASON_PETITION_CHANNEL;
}

}  // namespace

Complaint::Decision Complaint::Decide(const State& state, const v1::RefuseComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (state.phase == STATE_NOT_ACCEPTED && state.refused_for == request.reason()) {
    return rules::AlreadySo();
  }
  if (state.phase != STATE_FILED) return Refuse(ERROR_REASON_COMPLAINT_NOT_AWAITING_INTAKE);
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  if (NeedsRedirect(request.reason()) && request.redirected_to().empty()) {
    return Refuse(ERROR_REASON_REDIRECT_MISSING);
  }
  if (auto no = rules::MustFollowFiling(state, request, context)) return *no;
  Event event;
  v1::ComplaintNotAccepted& not_accepted = *event.mutable_not_accepted();
  not_accepted.set_reason(request.reason());
  not_accepted.set_told_to_complainant(request.told_to_complainant());
  not_accepted.set_redirected_to(request.redirected_to());
  not_accepted.set_body(context.acting.as.body);
  return rules::Record(std::move(event));
}

Complaint::Needs Complaint::NeedsOf(const State&, const v1::LinkComplaintRequest& request) {
  Needs needs;
  needs.peers.push_back(request.main());
  return needs;
}

Complaint::Decision Complaint::Decide(const State& state, const v1::LinkComplaintRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_LINKED && state.main == request.main()) return rules::AlreadySo();
  if (auto no = rules::MustBe({STATE_FILED, STATE_ACCEPTED, STATE_ASSIGNED, STATE_ACKNOWLEDGED,
                               STATE_IN_PROGRESS, STATE_REOPENED},
                              state.phase)) {
    return *no;
  }
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  if (request.main() == context.name) {
    return Refuse(ERROR_REASON_MAIN_NOT_LINKABLE, {{"resource", request.main()}});
  }
  const State* main = context.facts.Peer<State>(request.main());
  if (main == nullptr || main->phase == STATE_UNSPECIFIED) {
    return Refuse(ERROR_REASON_RESOURCE_NOT_FOUND, {{"resource", request.main()}});
  }
  if (!IsOpen(*main)) {
    return Refuse(ERROR_REASON_MAIN_NOT_LINKABLE, {{"resource", request.main()}});
  }
  // Else a complaint about a body would be dealt with by that body after all.
  if (!state.about_body.empty() && main->responsible_body == state.about_body) {
    return Refuse(ERROR_REASON_BODY_COMPLAINED_OF, {{"body", state.about_body}});
  }
  Event event;
  event.mutable_linked()->set_main(request.main());
  return rules::Record(std::move(event));
}

Complaint::Decision Complaint::Decide(const State& state, const v1::SupportComplaintRequest&,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  const std::string& supporter = context.acting.subject;
  const bool complains = supporter == state.complainant;
  if (complains || state.supporters.contains(supporter)) return rules::AlreadySo();
  // Nobody but those who handle it may know of a private complaint.
  if (state.visibility != v1::VISIBILITY_COMMUNITY) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (!IsOpen(state)) return Refuse(ERROR_REASON_COMPLAINT_NOT_OPEN);
  if (state.supporters.size() >= kSupportersMax) {
    return Refuse(ERROR_REASON_TOO_MANY, {{"items_max", absl::StrCat(kSupportersMax)}});
  }
  Event event;
  event.mutable_supported()->set_supporter(supporter);
  return rules::Record(std::move(event));
}

namespace {

bool IsRedacted(const Complaint::State& state, const v1::TextSpan& span) {
  const auto after = state.redacted.upper_bound(span.start());
  return after != state.redacted.begin() &&
         std::prev(after)->second >= span.start() + span.length();
}

bool IsInText(const Complaint::State& state, const v1::TextSpan& span) {
  return span.start() >= 0 && span.length() > 0 && span.start() < state.text_length &&
         span.length() <= state.text_length - span.start();
}

}  // namespace

Complaint::Decision Complaint::Decide(const State& state, const v1::RedactTextRequest& request,
                                      const Context& context) {
  if (state.phase == STATE_UNSPECIFIED) return Refuse(ERROR_REASON_COMPLAINT_NOT_FOUND);
  if (auto no = rules::NotAboutCaller(state, context)) return *no;
  bool news = false;
  for (const v1::TextSpan& span : request.spans()) {
    if (!IsInText(state, span)) return Refuse(ERROR_REASON_SPAN_UNKNOWN);
    news = news || !IsRedacted(state, span);
  }
  if (!news) return rules::AlreadySo();
  Event event;
  *event.mutable_text_redacted()->mutable_spans() = request.spans();
  event.mutable_text_redacted()->set_reason(request.reason());
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::complaint
