// Answers a server-streaming query for a screen: the same function as for Answer, run again
// whenever the view has moved.
//
// The first message is the answer as it stands. A further one follows when the view has moved and
// the answer is another (its freshness apart), at most four a second: what happens in between is
// coalesced, and each message is the whole answer. When nothing was sent for 15 s, a heartbeat is:
// a message with only `freshness` and `heartbeat` set. One write is in flight at a time; a client
// that does not take it for 30 s is cut off. The function runs anew with the caller's rights as the
// rows have them then, and words are opened anew.
//
// The stream ends with UNAVAILABLE STREAM_ENDED {next_position} after 30 minutes and on Drain(),
// with VIEW_STOPPED, or with what the function refuses. A deadline of the call applies as usual.
//
// `Response` has the fields `Freshness freshness` and `bool heartbeat`.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "projections/engine/answer.h"
#include "projections/engine/limits.h"
#include "projections/engine/query.h"
#include "projections/engine/watch_pace.h"
#include "proto/wire/grpc_status.h"

namespace sanzhang::projections {

template <class Request, class Response, class Query>
class WatchReactor final : public grpc::ServerWriteReactor<Response> {
 public:
  WatchReactor(QueryRuntime& runtime, Projector& view, grpc::CallbackServerContext* call,
               const Request* request, Admission admission, Query query)
      : request_(*request), query_(std::move(query)) {
    pace_ = std::make_shared<WatchPace>(
        runtime, view, std::move(admission),
        WatchPace::Stream{
            .make = [this](const QueryContext& context) { return MakeAnswer(context); },
            .open =
                [this, &runtime](const Caller& caller, const views::v1::Freshness& freshness,
                                 WatchPace::Opened done) {
                  Open(runtime.options().words.get(), caller, freshness, std::move(done));
                },
            .make_heartbeat =
                [this](const views::v1::Freshness& freshness) {
                  message_.Clear();
                  message_.set_heartbeat(true);
                  *message_.mutable_freshness() = freshness;
                },
            .write = [this] { this->StartWrite(&message_); },
            .finish = [this](const absl::Status& status) { this->Finish(wire::ToGrpc(status)); },
            .cut = [call] { call->TryCancel(); }});
  }
  void Start() { pace_->Start(); }

  void OnWriteDone(bool ok) override { pace_->Written(ok); }
  void OnCancel() override { pace_->Cancelled(); }
  void OnDone() override {
    pace_->Done();
    delete this;
  }

 private:
  absl::Status MakeAnswer(const QueryContext& context) {
    message_.Clear();
    capacity_ = type::v1::ROLE_UNSPECIFIED;
    QueryContext noting = context;
    noting.capacity = &capacity_;
    return query_(noting, request_, message_);
  }

  // What tells one answer from another is what is shown: words that were erased are another one.
  void Open(WordsOpener* opener, const Caller& caller, const views::v1::Freshness& freshness,
            WatchPace::Opened done) {
    OpenWords(opener, {caller, capacity_}, request_, absl::Now() + kDeadlineDefault, message_,
              [this, freshness, done = std::move(done)](const absl::Status& status) {
                if (!status.ok()) return done(status);
                message_.clear_freshness();
                std::string identity = IdentityOf(message_);
                *message_.mutable_freshness() = freshness;
                done(std::move(identity));
              });
  }

  const Request& request_;  // gRPC keeps it until OnDone.
  const Query query_;
  Response message_;
  type::v1::Role capacity_ = type::v1::ROLE_UNSPECIFIED;  // Of `message_`.
  std::shared_ptr<WatchPace> pace_;
};

template <class Response>
class RefusedStream final : public grpc::ServerWriteReactor<Response> {
 public:
  explicit RefusedStream(const absl::Status& status) { this->Finish(wire::ToGrpc(status)); }
  void OnDone() override { delete this; }
};

template <class Response, class Request, class Query>
requires std::same_as<
    std::invoke_result_t<const Query&, const QueryContext&, const Request&, Response&>,
    absl::Status>
    grpc::ServerWriteReactor<Response>
*Watch(QueryRuntime& runtime, Projector& view, grpc::CallbackServerContext* call,
       const Request* request, Query query) {
  absl::StatusOr<Admission> admission = Admit(runtime, *call, *request, MinPositionOf(*request));
  absl::Status entered = admission.status();
  if (entered.ok()) entered = runtime.Enter(QueryRuntime::Kind::kWatch);
  if (!entered.ok()) return new RefusedStream<Response>(entered);
  auto* reactor = new WatchReactor<Request, Response, Query>(
      runtime, view, call, request, *std::move(admission), std::move(query));
  reactor->Start();
  return reactor;
}

}  // namespace sanzhang::projections
