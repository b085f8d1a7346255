// When a watch stream makes its answer, writes it, and ends. The contract of the stream: watch.h.
//
// Threads: any; the stream's functions are called from the runtime's workers, one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "projections/engine/answer.h"
#include "projections/engine/limits.h"
#include "projections/engine/query.h"

namespace sanzhang::projections {

// The pace of one watch stream; knows nothing of message types. Its own callbacks keep it alive.
class WatchPace : public std::enable_shared_from_this<WatchPace> {
 public:
  // What tells one answer from another.
  using Opened = std::function<void(absl::StatusOr<std::string> identity)>;
  // What the stream does. None of them but `open` calls back before it returns.
  struct Stream {
    // Makes the answer.
    std::function<absl::Status(const QueryContext&)> make;
    // Opens its words, and calls back once.
    std::function<void(const Caller&, const views::v1::Freshness&, Opened)> open;
    // Turns the message into a heartbeat.
    std::function<void(const views::v1::Freshness&)> make_heartbeat;
    // Writes the message; Written() follows.
    std::function<void()> write;
    // Ends the stream; Done() follows. Called once.
    std::function<void(const absl::Status&)> finish;
    // Cuts it off: the write in flight fails.
    std::function<void()> cut;
  };

  WatchPace(QueryRuntime& runtime, Projector& view, Admission admission, Stream stream);
  // The runtime has been entered.
  void Start();
  void Written(bool ok);
  void Cancelled();
  // The stream is gone; gives back what Start() took.
  void Done();

 private:
  enum class Phase { kWaiting, kMaking, kWriting, kFinished };

  // Ends the stream, now or as soon as what runs is over. The first reason counts.
  void EndLocked(absl::Status why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Back to waiting: for the first answer's position, or for the view to move.
  void Wait(std::uint64_t position, absl::Time until) ABSL_LOCKS_EXCLUDED(mutex_);
  void Woken(const absl::Status& status);
  void Make();
  void Made(const absl::StatusOr<std::string>& identity, const views::v1::Freshness& freshness);
  void WriteLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status StreamEnded() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  QueryRuntime& runtime_;
  Projector& view_;
  const Admission admission_;
  const Stream stream_;
  const WatchLimits limits_;
  const absl::Time ends_at_;
  absl::Mutex mutex_;
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kWaiting;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t drain_id_ ABSL_GUARDED_BY(mutex_) = 0;
  QueryRuntime::CancelWait cancel_wait_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t writes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t position_ ABSL_GUARDED_BY(mutex_) = 0;  // Of the last answer that was made.
  std::string last_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_write_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

// A digest of the message's content.
std::string IdentityOf(const google::protobuf::Message& message);

}  // namespace sanzhang::projections
