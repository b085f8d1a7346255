#include "projections/engine/answer.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "projections/engine/limits.h"
#include "proto/wire/refusal.h"
#include "proto/wire/shape.h"
#include "proto/wire/time.h"

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

// What a query that has failed is answered with.
absl::Status Told(QueryRuntime& runtime, const Projector& view, const Snapshot& snapshot,
                  absl::Status status) {
  if (status.ok() || wire::ReasonOf(status) != type::v1::ERROR_REASON_UNSPECIFIED) return status;
  if (snapshot.version() != view.version()) return view.Behind(0);
  runtime.options().on_error(status);
  return status;
}

// The rows of another moment, for somebody who may ask by those of today.
absl::Status RunAsOf(QueryRuntime& runtime, Projector& view, const Question& question,
                     absl::StatusOr<Snapshot> snapshot) {
  absl::StatusOr<Snapshot> today = view.Read();
  absl::Status status = snapshot.status();
  status.Update(today.status());
  if (!status.ok()) {
    runtime.options().on_error(status);
    return status;
  }
  const Present present{.snapshot = *today, .now = runtime.options().now()};
  return Told(runtime, view, *today,
              question.answer({.caller = question.admission.caller,
                               .snapshot = *snapshot,
                               .tokens = runtime.tokens(),
                               .now = wire::ToTime(snapshot->freshness().as_of_time()),
                               .present = &present}));
}

// Rights come first: whoever may not ask today is told so, and nothing is made for them. Other
// refusals are of today only: what is asked for may have been another then.
void AskPast(QueryRuntime& runtime, Projector& view, std::shared_ptr<const Question> question) {
  const absl::Status rehearsed =
      RunQuery(runtime, view, question->admission.caller, question->rehearse);
  const type::v1::ErrorReason reason = wire::ReasonOf(rehearsed);
  const bool broken = !rehearsed.ok() && reason == type::v1::ERROR_REASON_UNSPECIFIED;
  if (broken || reason == type::v1::ERROR_REASON_PERMISSION_DENIED ||
      reason == type::v1::ERROR_REASON_VIEW_BEHIND) {
    return question->finish(rehearsed);
  }
  runtime.ReadPast(view, question->admission.as_of_position, question->admission.deadline,
                   [&runtime, &view, question](const absl::StatusOr<PastViews::File>& file) {
                     absl::Status status = file.status();
                     if (question->cancelled()) status = absl::CancelledError();
                     if (status.ok()) {
                       status = RunAsOf(runtime, view, *question, PastViews::Read(*file));
                     }
                     question->finish(status);
                   });
}

}  // namespace

absl::StatusOr<Admission> Admit(const QueryRuntime& runtime,
                                const grpc::CallbackServerContext& call,
                                const google::protobuf::Message& request,
                                std::uint64_t min_position, std::uint64_t as_of_position) {
  absl::StatusOr<Caller> caller = runtime.options().identify(call);
  if (!caller.ok()) return caller.status();
  if (absl::Status checked = wire::CheckRequest(request, kRequestBytesMax); !checked.ok()) {
    return checked;
  }
  const absl::StatusOr<std::uint64_t> position = PositionIn(call);
  if (!position.ok()) return position.status();
  Admission admission{.caller = *std::move(caller),
                      .min_position = std::max(min_position, *position),
                      .as_of_position = as_of_position,
                      .deadline = DeadlineOf(call, absl::Now())};
  if (as_of_position != 0 && admission.min_position > as_of_position) {
    return wire::RefuseShape({{"as_of_position", "must not lie before min_position"}});
  }
  return admission;
}

absl::Status RunQuery(QueryRuntime& runtime, Projector& view, const Caller& caller,
                      const QueryFunction& query) {
  absl::StatusOr<Snapshot> snapshot = view.Read();
  if (!snapshot.ok()) {
    runtime.options().on_error(snapshot.status());
    return snapshot.status();
  }
  return Told(runtime, view, *snapshot,
              query({.caller = caller,
                     .snapshot = *snapshot,
                     .tokens = runtime.tokens(),
                     .now = runtime.options().now()}));
}

void Ask(QueryRuntime& runtime, Projector& view, std::shared_ptr<const Question> question) {
  const Admission& admission = question->admission;
  runtime.WaitFor(view, admission.min_position, admission.deadline,
                  [&runtime, &view, question](absl::Status status) {
                    if (question->cancelled()) status = absl::CancelledError();
                    if (status.ok() && question->admission.as_of_position != 0) {
                      return AskPast(runtime, view, question);
                    }
                    if (status.ok()) {
                      status =
                          RunQuery(runtime, view, question->admission.caller, question->answer);
                    }
                    question->finish(status);
                  });
}

}  // namespace sanzhang::projections
