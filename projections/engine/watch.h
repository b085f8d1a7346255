// Answers a server-streaming query for a screen: the same function as for Answer, run again
// whenever the view has moved.
//
// The first message is the answer as it stands. A further one follows when the view has moved and
// the answer is another (its freshness apart), at most four a second: what happens in between is
// coalesced, and each message is the whole answer. When nothing was sent for 15 s, a heartbeat is:
// a message with only `freshness` and `heartbeat` set. One write is in flight at a time; a client
// that does not take it for 30 s is cut off. The function runs anew with the caller's rights as the
// rows have them then.
//
// The stream ends with UNAVAILABLE STREAM_ENDED {next_position} after 30 minutes and on Drain(),
// with VIEW_STOPPED, or with what the function refuses. A deadline of the call applies as usual.
//
// `Response` has the fields `Freshness freshness` and `bool heartbeat`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/support/server_callback.h"
#include "projections/engine/answer.h"
#include "projections/engine/query.h"
#include "proto/wire/grpc_status.h"

namespace sanzhang::projections {

// The pace of one watch stream; knows nothing of message types. Kept alive by its own callbacks.
class WatchPace : public std::enable_shared_from_this<WatchPace> {
 public:
  // What the stream does. None of them may call back at once.
  struct Stream {
    // Makes the answer and says what identifies it (without freshness).
    std::function<absl::StatusOr<std::string>(const QueryContext&)> make;
    // Turns the message into a heartbeat.
    std::function<void(const views::v1::Freshness&)> make_heartbeat;
    // Writes the message; Written() follows.
    std::function<void()> write;
    // Ends the stream; Done() follows.
    std::function<void(absl::Status)> finish;
    // Cuts it off: its write fails.
    std::function<void()> cut;
  };

  WatchPace(QueryRuntime& runtime, Projector& view, Admission admission, Stream stream);
  void Start();
  void Written(bool ok);
  void Cancelled();
  // The stream's functions are not called any more.
  void Done();

 private:
  void Await(std::uint64_t position) ABSL_LOCKS_EXCLUDED(mutex_);
  void Woken(std::uint64_t wait, absl::Status status);
  void Evaluate();
  void Write() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Ended() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  QueryRuntime& runtime_;
  Projector& view_;
  const Admission admission_;
  const absl::Time ends_at_;
  std::uint64_t drain_id_ = 0;
  absl::Mutex mutex_;
  Stream stream_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t position_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string last_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_write_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace sanzhang::projections
