// log.v1.EventLogService on the event store: reading, waiting and following.
//
// A subscriber has at most one message in flight, made from one bounded page of the log; a slow one
// simply reads the log later, so nothing is kept for it. Waiting costs a place in a list, no
// thread. Errors: what `admit` says; INVALID_REQUEST; STREAM_NOT_FOUND; OVERLOADED beyond
// kCallsMax; DRAINING after Drain; STREAM_ENDED; STORE_STOPPED; LOG_CORRUPT. Threads: all methods
// may be called from any thread.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "google/protobuf/message.h"
#include "services/log/limits.h"

namespace grpc {
class CallbackServerContext;
class Service;
}  // namespace grpc

namespace sanzhang::log {

// The last resume position of a stream that ends with STREAM_ENDED, in its trailing metadata.
inline constexpr char kNextPositionMetadata[] = "sanzhang-next-position";

class LogService {
 public:
  // Whether the caller may make this request: a refusal of wire/refusal.h if not.
  using Admit = std::function<absl::Status(const grpc::CallbackServerContext& context,
                                           const google::protobuf::Message& request)>;
  struct Options {
    absl::Duration stall_max = absl::Milliseconds(kStallMsMax);
    absl::Duration age_max = absl::Milliseconds(kAgeMsMax);
    absl::Duration grace_max = absl::Milliseconds(kGraceMsMax);
    std::size_t calls_max = kCallsMax;
    std::size_t page_bytes_max = kPageBytesMax;
    std::size_t page_scanned_max = kPageScannedMax;
  };

  // `store` must outlive it.
  LogService(eventstore::EventStore& store, Admit admit, Options options);
  LogService(eventstore::EventStore& store, Admit admit) : LogService(store, admit, Options()) {}
  // The server that it was registered with must have been shut down.
  ~LogService();

  // To be registered with a server. It lives as long as this.
  grpc::Service& service();

  // Ends all streams with STREAM_ENDED, answers all that wait, and refuses what comes later.
  void Drain();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace sanzhang::log
