// Answers a unary query; see query.h for what happens in which order.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "projections/engine/query.h"
#include "proto/wire/grpc_status.h"

namespace sanzhang::projections {

// What a call says about itself.
struct Admission {
  Caller caller;
  std::uint64_t min_position = 0;
  absl::Time deadline;
};

// Identifies the caller and checks the request's size and shape. `min_position` is the request's
// field; the larger of it and the metadata's counts.
absl::StatusOr<Admission> Admit(const QueryRuntime& runtime,
                                const grpc::CallbackServerContext& call,
                                const google::protobuf::Message& request,
                                std::uint64_t min_position);

template <class Request>
std::uint64_t MinPositionOf(const Request& request) {
  if constexpr (requires { request.min_position(); }) return request.min_position();
  return 0;
}

// Takes a snapshot of the view, runs the query, and turns SQL that does not fit an older version of
// the rows into VIEW_BEHIND: the new version is being built.
absl::Status RunQuery(QueryRuntime& runtime, Projector& view, const Caller& caller,
                      const std::function<absl::Status(const QueryContext&)>& query);

template <class Request, class Response, class Query>
requires std::same_as<
    std::invoke_result_t<const Query&, const QueryContext&, const Request&, Response&>,
    absl::Status>
    grpc::ServerUnaryReactor* Answer(QueryRuntime& runtime, Projector& view,
                                     grpc::CallbackServerContext* call, const Request* request,
                                     Response* response, Query query) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  absl::StatusOr<Admission> admission = Admit(runtime, *call, *request, MinPositionOf(*request));
  absl::Status entered = admission.status();
  if (entered.ok()) entered = runtime.Enter(QueryRuntime::Kind::kCall);
  if (!entered.ok()) {
    reactor->Finish(wire::ToGrpc(entered));
    return reactor;
  }
  const std::uint64_t min_position = admission->min_position;
  const absl::Time deadline = admission->deadline;
  runtime.WaitFor(view, min_position, deadline,
                  [&runtime, &view, call, request, response, reactor, query = std::move(query),
                   caller = std::move(admission->caller)](absl::Status status) {
                    if (call->IsCancelled()) status = absl::CancelledError();
                    if (status.ok()) {
                      status = RunQuery(runtime, view, caller, [&](const QueryContext& context) {
                        *response->mutable_freshness() = context.snapshot.freshness();
                        return query(context, *request, *response);
                      });
                    }
                    runtime.Leave(QueryRuntime::Kind::kCall);
                    reactor->Finish(wire::ToGrpc(status));
                  });
  return reactor;
}

}  // namespace sanzhang::projections
