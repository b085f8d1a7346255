// Keeps one projection's files: follows the log over gRPC, applies it, answers reads, builds anew.
//
// Guarantees: rows and checkpoint change in one transaction; every position is seen once and in
// order, and the checkpoint moves over events that the projection does not follow. The projector
// stops, says so in its status and never skips, when the log has a hole, when Apply fails, when the
// checkpoint lies beyond the log's end, or when the log at the checkpoint is not the one that was
// followed. When the log can't be reached it tries again, with growing and jittered pauses of at
// most 2 s.
//
// Files: `<name>.v<version>.sqlite` in the folder; a rebuild of the same version adds `.r2`, `.r3`
// ... A file that can't be read, or was made by another schema text, is removed and built anew at
// Open. Start() begins to read the files whole, beside the work (file_check.h); one that is damaged
// is told of, goes at once, and is built anew: its rows answer nothing any more. While a version is
// built, reads are answered from the last file that was complete; when the new one has caught up,
// reads switch to it at once, and the old file goes. A rebuild that was interrupted goes on.
//
// Threads: one for each file that follows the log, and one that reads the files. Every method may
// be called from any thread; callbacks are called without locks held.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "projections/engine/file_check.h"
#include "projections/engine/limits.h"
#include "projections/engine/past_views.h"
#include "projections/engine/projection.h"
#include "projections/engine/projector_status.h"
#include "projections/engine/snapshot.h"

namespace grpc {
class Channel;
}

namespace sanzhang::projections {

class Follower;

class Projector {
 public:
  struct Options {
    // Where the files are; made if missing. Projectors may share it.
    std::filesystem::path folder = {};
    // To the event log: in process, or by LogChannelArguments() (log_feed.h).
    std::shared_ptr<grpc::Channel> log = {};
    // Sent with every call, as in {"sanzhang-service", "projector"}.
    std::vector<std::pair<std::string, std::string>> log_metadata = {};
    // Most reads at a time; more wait.
    int readers_max = 8;
    std::function<absl::Time()> now = [] { return absl::Now(); };
    // Called when `state` changes.
    std::function<void(const ProjectorStatus&)> on_change = [](const ProjectorStatus&) {};
    // Called when a damaged file was found, before it goes, and once all were read.
    std::function<void(const absl::Status& damage)> on_damage = [](const absl::Status&) {};
    std::function<void()> on_checked = [] {};
    PastLimits past = {};  // Kept in `past` in the folder; what of it was of no use is told.
    std::function<void(const absl::Status&)> on_past_trouble = [](const absl::Status&) {};
  };

  // Opens what is there. INTERNAL if the folder can't be used or the schema is not SQL.
  static absl::StatusOr<std::unique_ptr<Projector>> Open(std::unique_ptr<Projection> projection,
                                                         Options options);
  ~Projector();
  Projector(const Projector&) = delete;
  Projector& operator=(const Projector&) = delete;

  // Begins to follow. Once.
  void Start();
  // Stops following, wakes every waiter with DRAINING. Reads are still answered. May be called
  // again.
  void Stop();

  std::string_view name() const { return name_; }
  // Of the rows that this program makes; older ones may still answer.
  int version() const { return projection_->version(); }
  ProjectorStatus status() const;

  // A read transaction on the rows that answer queries now.
  absl::StatusOr<Snapshot> Read();
  PastViews& past() { return *past_; }  // The rows as they stood.

  // Calls `done` once: OK as soon as reads stand at `position` or later, VIEW_STOPPED, DRAINING. It
  // is called here, or on the thread that follows the log; it must be quick. Cancel() tells whether
  // `done` was dropped.
  std::uint64_t WhenReached(std::uint64_t position, std::function<void(absl::Status)> done);
  bool Cancel(std::uint64_t waiter);
  // The same, blocking. VIEW_BEHIND + RetryInfo at the deadline.
  absl::Status WaitFor(std::uint64_t position, absl::Time deadline);
  // VIEW_BEHIND + RetryInfo.
  absl::Status Behind(std::uint64_t position) const;

  // Builds the rows anew beside the old. OK, and no change, while a rebuild is under way. Also the
  // way on for a projector that has stopped. FAILED_PRECONDITION before Start() and after Stop().
  absl::Status Rebuild();

 private:
  struct Part;
  using Waiters =
      std::multimap<std::uint64_t, std::pair<std::uint64_t, std::function<void(absl::Status)>>>;

  Projector(std::unique_ptr<Projection> projection, Options options);
  absl::Status OpenFiles();
  absl::StatusOr<std::shared_ptr<Part>> OpenPart(const std::filesystem::path& path, int rebuild);
  absl::StatusOr<std::shared_ptr<Part>> OpenOldPart(const std::filesystem::path& path);
  // Called on the followers' threads: switches, wakes, reports.
  void OnProgress(const Follower& follower);
  static void Retire(std::shared_ptr<Part> part);
  // Of the checking thread: reads the files, replaces those that are damaged.
  void CheckFiles();
  absl::Status Replace(const std::shared_ptr<Part>& damaged);
  // For a file beside those that there are.
  absl::StatusOr<std::shared_ptr<Part>> OpenNextPart();
  ProjectorStatus StatusLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Until when an unconnected view is known to be whole.
  absl::Time KnownAt(absl::Time as_of) const;
  absl::Status Stopped() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<Projection> projection_;
  const Options options_;
  const std::string name_;
  const absl::Time opened_at_;
  absl::Mutex rebuild_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  mutable absl::Mutex mutex_;
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  ProjectorState last_state_ ABSL_GUARDED_BY(mutex_) = ProjectorState::kConnecting;
  std::shared_ptr<Part> serving_ ABSL_GUARDED_BY(mutex_);   // Answers reads; never null.
  std::shared_ptr<Part> building_ ABSL_GUARDED_BY(mutex_);  // Will take its place; may be null.
  Waiters waiters_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t next_waiter_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<PastViews> past_;
  FileCheck check_;
  absl::Mutex checker_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  std::thread checker_ ABSL_GUARDED_BY(checker_mutex_);
};

}  // namespace sanzhang::projections
