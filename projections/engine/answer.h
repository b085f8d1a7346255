// Answers a unary query; see query.h for what happens in which order. Once the query is through,
// words of persons in its answer are opened (words.h), the snapshot given back already.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "projections/engine/query.h"
#include "projections/engine/words.h"
#include "proto/wire/grpc_status.h"

namespace sanzhang::projections {

// What a call says about itself.
struct Admission {
  Caller caller;
  std::uint64_t min_position = 0;
  std::uint64_t as_of_position = 0;
  absl::Time deadline;
};

// Identifies the caller and checks the request's size and shape. `min_position` is the request's
// field; the larger of it and the metadata's counts.
absl::StatusOr<Admission> Admit(const QueryRuntime& runtime,
                                const grpc::CallbackServerContext& call,
                                const google::protobuf::Message& request,
                                std::uint64_t min_position, std::uint64_t as_of_position = 0);

template <class Request>
std::uint64_t MinPositionOf(const Request& request) {
  if constexpr (requires { request.min_position(); }) return request.min_position();
  return 0;
}
template <class Request>
std::uint64_t AsOfPositionOf(const Request& request) {
  if constexpr (requires { request.as_of_position(); }) return request.as_of_position();
  return 0;
}

using QueryFunction = std::function<absl::Status(const QueryContext&)>;

// Takes a snapshot of the view, runs the query, and turns SQL that does not fit an older version of
// the rows into VIEW_BEHIND: the new version is being built.
absl::Status RunQuery(QueryRuntime& runtime, Projector& view, const Caller& caller,
                      const QueryFunction& query);

// A unary call, its types aside.
struct Question {
  Admission admission;
  std::function<bool()> cancelled;
  QueryFunction answer;
  // Asks the same as a question about today, and throws the answer away.
  QueryFunction rehearse;
  // Called once.
  std::function<void(const absl::Status&)> finish;
};
void Ask(QueryRuntime& runtime, Projector& view, std::shared_ptr<const Question> question);

// The request as one about today, for the least that tells whether the caller may ask.
template <class Request>
Request AboutToday(Request request) {
  if constexpr (requires { request.clear_as_of_position(); }) request.clear_as_of_position();
  if constexpr (requires { request.clear_page_token(); }) request.clear_page_token();
  if constexpr (requires { request.set_page_size(1); }) request.set_page_size(1);
  return request;
}

template <class Request, class Response, class Query>
requires std::same_as<
    std::invoke_result_t<const Query&, const QueryContext&, const Request&, Response&>,
    absl::Status>
    grpc::ServerUnaryReactor* Answer(QueryRuntime& runtime, Projector& view,
                                     grpc::CallbackServerContext* call, const Request* request,
                                     Response* response, Query query) {
  grpc::ServerUnaryReactor* reactor = call->DefaultReactor();
  absl::StatusOr<Admission> admission =
      Admit(runtime, *call, *request, MinPositionOf(*request), AsOfPositionOf(*request));
  absl::Status entered = admission.status();
  if (entered.ok()) entered = runtime.Enter(QueryRuntime::Kind::kCall);
  if (!entered.ok()) {
    reactor->Finish(wire::ToGrpc(entered));
    return reactor;
  }
  const Caller caller = admission->caller;
  const absl::Time deadline = admission->deadline;
  const auto capacity = std::make_shared<type::v1::Role>(type::v1::ROLE_UNSPECIFIED);
  Ask(runtime, view,
      std::make_shared<const Question>(
          Question{.admission = *std::move(admission),
                   .cancelled = [call] { return call->IsCancelled(); },
                   .answer =
                       [request, response, query, capacity](const QueryContext& context) {
                         *response->mutable_freshness() = context.snapshot.freshness();
                         QueryContext noting = context;
                         noting.capacity = capacity.get();
                         return query(noting, *request, *response);
                       },
                   .rehearse =
                       [request, query](const QueryContext& context) {
                         Response nothing;
                         return query(context, AboutToday(*request), nothing);
                       },
                   .finish =
                       [&runtime, request, response, reactor, caller, capacity,
                        deadline](const absl::Status& status) {
                         const auto finish = [&runtime, reactor](const absl::Status& status) {
                           runtime.Leave(QueryRuntime::Kind::kCall);
                           reactor->Finish(wire::ToGrpc(status));
                         };
                         if (!status.ok()) return finish(status);
                         OpenWords(runtime.options().words.get(), {caller, *capacity}, *request,
                                   deadline, *response, finish);
                       }}));
  return reactor;
}

}  // namespace sanzhang::projections
