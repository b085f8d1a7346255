#include "services/privacy/export.h"

#include <utility>

#include "proto/wire/names.h"
#include "proto/wire/time.h"
#include "services/privacy/rules.h"

namespace sanzhang::privacy {

using enum type::v1::ErrorReason;
using rules::Objection;
using rules::Refuse;

namespace {

using State = ExportState;
using Phase = State::Phase;

constexpr std::size_t kSha256Bytes = 32;

// EXPORT_NOT_FOUND, EXPORT_ENDED.
Objection MustWait(const State& state) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_EXPORT_NOT_FOUND);
  if (state.phase != Phase::kRequested) return Refuse(ERROR_REASON_EXPORT_ENDED);
  return {};
}

Objection MayRecord(const State& state, const runtime::Context& context) {
  if (state.phase == Phase::kNone) return Refuse(ERROR_REASON_EXPORT_NOT_FOUND);
  if (context.acting.subject != state.requester) return Refuse(ERROR_REASON_PERMISSION_DENIED);
  if (state.phase == Phase::kRequested) return Refuse(ERROR_REASON_EXPORT_NOT_APPROVED);
  if (state.phase == Phase::kRefused) return Refuse(ERROR_REASON_EXPORT_ENDED);
  if (state.phase == Phase::kApproved && context.now > state.expires) {
    return Refuse(ERROR_REASON_EXPORT_ENDED);
  }
  return {};
}

}  // namespace

void Export::Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept {
  switch (event.kind_case()) {  // No default: a new event must be answered here.
    case Event::kRequested: {
      const v1::ExportScope& scope = event.requested().scope();
      state.phase = Phase::kRequested;
      state.requester = happened.actor.subject();
      state.from_position = scope.from_position();
      state.to_position = scope.to_position();
      state.types.assign(scope.types().begin(), scope.types().end());
      state.pseudonymous = scope.pseudonymous();
      return;
    }
    case Event::kApproved:
      state.phase = Phase::kApproved;
      state.expires = wire::ToTime(event.approved().expires());
      return;
    case Event::kRefused:
      state.phase = Phase::kRefused;
      return;
    case Event::kProduced:
      state.phase = Phase::kProduced;
      state.manifest_sha256 = event.produced().manifest_sha256();
      return;
    case Event::KIND_NOT_SET:
      return;  // Refused by the loader.
  }
}

std::string Export::NewName(const v1::RequestExportRequest& request, std::string_view fresh_id) {
  const std::string& id = request.export_id();
  return wire::Child(request.parent(), "exports", id.empty() ? fresh_id : id);
}

Export::Decision Export::Decide(const State& state, const v1::RequestExportRequest& request,
                                const Context& context) {
  if (state.phase != Phase::kNone) {
    return Refuse(ERROR_REASON_RESOURCE_ALREADY_EXISTS, {{"resource", context.name}});
  }
  const v1::ExportScope& scope = request.scope();
  if (scope.from_position() == 0) return rules::BadField("scope.from_position");
  if (scope.to_position() != 0 && scope.to_position() < scope.from_position()) {
    return rules::BadField("scope.to_position");
  }
  Event event;
  v1::ExportRequested& requested = *event.mutable_requested();
  requested.set_purpose(request.purpose());
  requested.set_legal_basis(request.legal_basis());
  *requested.mutable_scope() = scope;
  requested.set_format(request.format());
  requested.set_recipient(request.recipient());
  return rules::Record(std::move(event));
}

Export::Decision Export::Decide(const State& state, const v1::ApproveExportRequest&,
                                const Context& context) {
  if (auto no = MustWait(state)) return *no;
  if (context.acting.subject == state.requester) return Refuse(ERROR_REASON_SAME_OFFICER);
  const policy::v1::SubjectRightsRule* rule = rules::RuleInForce(context);
  if (rule == nullptr) return rules::NoRule();
  Event event;
  v1::ExportApproved& approved = *event.mutable_approved();
  approved.set_requester(state.requester);
  approved.set_rule(rule->name());
  *approved.mutable_expires() =
      wire::ToStamp(context.facts.policies->DueAfter(rule->export_validity(), context.now));
  return rules::Record(std::move(event), rule->name());
}

Export::Decision Export::Decide(const State& state, const v1::RefuseExportRequest& request,
                                const Context& context) {
  if (auto no = MustWait(state)) return *no;
  if (context.acting.subject == state.requester) return Refuse(ERROR_REASON_SAME_OFFICER);
  Event event;
  event.mutable_refused()->set_reason(request.reason());
  return rules::Record(std::move(event));
}

Export::Decision Export::Decide(const State& state, const v1::RecordExportRequest& request,
                                const Context& context) {
  if (auto no = MayRecord(state, context)) return *no;
  if (request.manifest_sha256().size() != kSha256Bytes) return rules::BadField("manifest_sha256");
  for (const v1::HandedOut& file : request.files()) {
    if (file.sha256().size() != kSha256Bytes) return rules::BadField("files.sha256");
  }
  const bool beyond = state.to_position != 0 && request.to_position() > state.to_position;
  if (beyond || request.to_position() < state.from_position) return rules::BadField("to_position");
  if (state.phase == Phase::kProduced) {
    if (state.manifest_sha256 == request.manifest_sha256()) return rules::AlreadySo<Event>();
    return Refuse(ERROR_REASON_EXPORT_ENDED);
  }
  Event event;
  v1::ExportProduced& produced = *event.mutable_produced();
  produced.mutable_scope()->set_from_position(state.from_position);
  produced.mutable_scope()->set_to_position(request.to_position());
  for (const std::string& type : state.types) produced.mutable_scope()->add_types(type);
  produced.mutable_scope()->set_pseudonymous(state.pseudonymous);
  *produced.mutable_files() = request.files();
  produced.set_manifest_sha256(request.manifest_sha256());
  produced.set_records(request.records());
  *produced.mutable_expires() = wire::ToStamp(state.expires);
  return rules::Record(std::move(event));
}

}  // namespace sanzhang::privacy
