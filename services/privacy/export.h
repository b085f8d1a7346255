// The rules of an export of the log: asked for, approved by another, made, each a fact.
// Stream: `communities/{c}/exports/{id}`.
//
// Refusals, in this order: EXPORT_NOT_FOUND, RESOURCE_ALREADY_EXISTS; EXPORT_ENDED; the caller
// (SAME_OFFICER, PERMISSION_DENIED); EXPORT_NOT_APPROVED; what the command names; the rule in
// force.
#pragma once

#include <string>
#include <string_view>

#include "sanzhang/privacy/v1/events.pb.h"
#include "sanzhang/privacy/v1/privacy_service.pb.h"
#include "services/privacy/state.h"
#include "services/runtime/decider.h"

namespace sanzhang::privacy {

struct Export {
  using Event = v1::ExportEvent;
  using State = ExportState;
  using Decision = runtime::Decision<Event>;
  using Context = runtime::Context;

  static void Evolve(State& state, const Event& event, const runtime::Happened& happened) noexcept;
  static std::string NewName(const v1::RequestExportRequest& request, std::string_view fresh_id);

  static Decision Decide(const State&, const v1::RequestExportRequest&, const Context&);
  static Decision Decide(const State&, const v1::ApproveExportRequest&, const Context&);
  static Decision Decide(const State&, const v1::RefuseExportRequest&, const Context&);
  static Decision Decide(const State&, const v1::RecordExportRequest&, const Context&);
};

}  // namespace sanzhang::privacy
