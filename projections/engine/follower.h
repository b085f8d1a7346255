// Follows the log into one file, on one thread. Contract: projector.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "projections/engine/database.h"
#include "projections/engine/log_feed.h"
#include "projections/engine/projection.h"
#include "projections/engine/projector_status.h"
#include "projections/engine/record_applier.h"

namespace sanzhang::projections {

class Follower {
 public:
  struct Progress {
    ProjectorState state = ProjectorState::kConnecting;
    std::uint64_t position = 0;
    absl::Time as_of = absl::InfinitePast();
    bool complete = false;
    std::uint64_t head = 0;
    absl::Time current_at = absl::InfinitePast();  // When it last held all that the log held.
    absl::Status error = {};
    std::uint64_t error_position = 0;
  };

  // `on_progress` is called on the follower's thread, without locks, whenever Progress has changed.
  Follower(Projection& projection, std::shared_ptr<Database> database,
           std::unique_ptr<LogFeed> feed, std::function<absl::Time()> now,
           std::function<void(Follower&)> on_progress);
  ~Follower();  // Stop().
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void Start();
  // Joins the thread; not to be called on it.
  void Stop();

  Progress progress() const;
  Database& database() const { return *database_; }

 private:
  using Messages = std::vector<log::v1::SubscribeResponse>;

  void Run();
  // One connection: returns when it ends. An error that no new connection cures sets kStopped.
  absl::Status Follow();
  absl::Status Take(Messages messages);
  // The log's record at the checkpoint must be the one that was applied; takes it out.
  absl::Status Verify(Messages& messages);
  // Applies records up to a position, in one transaction.
  absl::Status Apply(const Messages& messages, std::uint64_t until);
  ProjectorState Note(const Messages& messages);
  absl::Status Fatal(std::uint64_t position, const absl::Status& cause);
  void Report(ProjectorState state, const absl::Status& error);
  bool PauseUnlessStopping(int attempt);

  const std::shared_ptr<Database> database_;
  const std::unique_ptr<LogFeed> feed_;
  const std::function<absl::Time()> now_;
  const std::function<void(Follower&)> on_progress_;

  // Of the thread.
  RecordApplier applier_;
  bool verified_ = false;  // See Verify(); of this connection.
  bool heard_ = false;     // This connection has brought something.
  std::uint64_t failed_at_ = 0;
  std::minstd_rand jitter_{std::random_device{}()};

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Progress progress_ ABSL_GUARDED_BY(mutex_);
  absl::Mutex join_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(join_mutex_);
};

}  // namespace sanzhang::projections
