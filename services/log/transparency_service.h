// log.v1.TransparencyService over the tree's keeper: checkpoints, proofs and receipts.
//
// Every proof is checked before it is answered: tiles on disk that have rotted are never passed on.
// Errors: what `identify` says; INVALID_REQUEST; RECEIPT_PENDING; TREE_SIZE_INVALID; TREE_STOPPED;
// STORE_STOPPED; LOG_CORRUPT. Threads: all methods may be called from any thread.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "eventstore/event_store.h"
#include "eventstore/transparency/keeper.h"
#include "google/protobuf/message.h"
#include "services/runtime/principal.h"

namespace grpc {
class CallbackServerContext;
class Service;
}  // namespace grpc

namespace sanzhang::log {

class TransparencyService {
 public:
  // Who calls, if they may make this request: a refusal of wire/refusal.h if not.
  using Identify = std::function<absl::StatusOr<runtime::Principal>(
      const grpc::CallbackServerContext& context, const google::protobuf::Message& request)>;

  // Both must outlive it.
  TransparencyService(const eventstore::EventStore& store, const transparency::TreeKeeper& keeper,
                      Identify identify);
  // The server that it was registered with must have been shut down.
  ~TransparencyService();

  // To be registered with a server. It lives as long as this.
  grpc::Service& service();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace sanzhang::log
