#include "projections/engine/answer.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"
#include "proto/wire/shape.h"

namespace sanzhang::projections {
namespace {

constexpr char kMinPositionKey[] = "x-min-position";

absl::StatusOr<std::uint64_t> PositionIn(const grpc::CallbackServerContext& call) {
  const auto found = call.client_metadata().find(kMinPositionKey);
  if (found == call.client_metadata().end()) return 0;
  const grpc::string_ref text = found->second;
  std::uint64_t position = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc() || end != text.data() + text.size()) {
    return wire::RefuseShape({{kMinPositionKey, "must be a position"}});
  }
  return position;
}

// When a wait has to end, so that its answer still reaches the caller.
absl::Time DeadlineOf(const grpc::CallbackServerContext& call, absl::Time now) {
  const auto deadline = call.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return now + kDeadlineDefault;
  return std::min(absl::FromChrono(deadline) - kDeadlineReserve, now + kDeadlineMax);
}

}  // namespace

absl::StatusOr<Admission> Admit(const QueryRuntime& runtime,
                                const grpc::CallbackServerContext& call,
                                const google::protobuf::Message& request,
                                std::uint64_t min_position) {
  absl::StatusOr<Caller> caller = runtime.options().identify(call);
  if (!caller.ok()) return caller.status();
  if (absl::Status checked = wire::CheckRequest(request, kRequestBytesMax); !checked.ok()) {
    return checked;
  }
  const absl::StatusOr<std::uint64_t> position = PositionIn(call);
  if (!position.ok()) return position.status();
  return Admission{.caller = *std::move(caller),
                   .min_position = std::max(min_position, *position),
                   .deadline = DeadlineOf(call, absl::Now())};
}

absl::Status RunQuery(QueryRuntime& runtime, Projector& view, const Caller& caller,
                      const std::function<absl::Status(const QueryContext&)>& query) {
  absl::StatusOr<Snapshot> snapshot = view.Read();
  if (!snapshot.ok()) {
    runtime.options().on_error(snapshot.status());
    return snapshot.status();
  }
  const absl::Status status = query({.caller = caller,
                                     .snapshot = *snapshot,
                                     .tokens = runtime.tokens(),
                                     .now = runtime.options().now()});
  if (status.ok() || wire::ReasonOf(status) != type::v1::ERROR_REASON_UNSPECIFIED) return status;
  if (snapshot->version() != view.version()) return view.Behind(0);
  runtime.options().on_error(status);
  return status;
}

}  // namespace sanzhang::projections
