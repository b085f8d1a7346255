// A view's rows as they stood at a position gone by: files of their own, made when somebody asks.
//
// Made from the nearest base at or before the position (past_bases.h), or from a file that was made
// for an earlier moment, and the events after it, read from the log as a projector reads it: the
// record at the base must be the one that the base was made with. A base that is not sound, or is
// of another log, goes, and the next one is taken; the last is the log's beginning.
//
// Bounds: one file is made at a time, from at most `events_max` events; those that were made are
// kept while they are asked for, few at a time (limits.h). All go when the view is opened.
//
// Threads: one of its own, which makes files and takes bases; it takes nothing of the follower's.
// Every method may be called from any thread; callbacks are called without locks held.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "projections/engine/database.h"
#include "projections/engine/limits.h"
#include "projections/engine/log_feed.h"
#include "projections/engine/past_bases.h"
#include "projections/engine/projection.h"
#include "projections/engine/snapshot.h"

namespace sanzhang::projections {

class PastViews {
 public:
  struct Options {
    std::filesystem::path folder = {};
    std::function<std::unique_ptr<LogFeed>()> feed = {};
    int readers_max = 8;
    PastLimits limits = {};
    // A base could not be taken or used, and why.
    std::function<void(const absl::Status&)> on_trouble = [](const absl::Status&) {};
  };
  using File = std::shared_ptr<Database>;
  using Done = std::function<void(absl::StatusOr<File>)>;

  // `projection` outlives it.
  PastViews(Projection& projection, Options options);
  ~PastViews();  // Stop().
  PastViews(const PastViews&) = delete;
  PastViews& operator=(const PastViews&) = delete;

  // Finds the bases that there are. INTERNAL if the folder can't be used.
  absl::Status Open();
  void Start();
  // Ends what is being made; DRAINING to whoever waits for it.
  void Stop();

  // Calls `done` once, here or on its thread: with the rows at that position, which is not 0.
  // AS_OF_INVALID {head_position}: the log has not come so far. AS_OF_TOO_DISTANT {events,
  // events_max}. AS_OF_OVERLOADED and VIEW_BEHIND (the log is away), with RetryInfo. VIEW_STOPPED
  // {view, position}: an event can't be applied. DRAINING.
  void Get(std::uint64_t position, Done done);
  // A read transaction on them.
  static absl::StatusOr<Snapshot> Read(const File& file);

  // The view has moved, in that file. Quick.
  void Moved(const std::filesystem::path& live, std::uint64_t position);
  // Whatever was made of the view's rows so far is not to be trusted.
  void Forget();

 private:
  struct Made {
    File file;
    std::int64_t bytes = 0;
    absl::Time asked = {};
  };

  void Run();
  // Waits for something to do, and does it; false: stopping.
  bool WorkOnce();
  // Makes the file, and tells those who wait.
  void Answer(std::uint64_t position);
  void TakeBase(const std::filesystem::path& live);
  absl::StatusOr<File> Make(std::uint64_t position);
  // From where the rows at the position can be made; `path` is empty for the log's beginning.
  PastBases::Base SourceFor(std::uint64_t position);
  absl::StatusOr<File> MakeBy(LogFeed& feed, std::uint64_t position);
  absl::StatusOr<File> MakeFrom(const PastBases::Base& source, LogFeed& feed,
                                std::uint64_t position);
  absl::Status Apply(LogFeed& feed, Database& file, std::uint64_t position);
  // The log can't be reached.
  absl::Status Away(std::uint64_t position) const;
  // Takes out files that are too many, too large or idle; they go with their last user.
  std::vector<File> EvictLocked(absl::Time now, bool all) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Projection& projection_;
  const Options options_;
  PastBases bases_;     // Of the thread, once it runs.
  int files_made_ = 0;  // Of the thread: each has a name of its own.
  std::thread thread_;

  absl::Mutex mutex_;
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool forget_ ABSL_GUARDED_BY(mutex_) = false;
  std::filesystem::path live_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t position_ ABSL_GUARDED_BY(mutex_) = 0;        // Of the live file.
  std::uint64_t base_from_ ABSL_GUARDED_BY(mutex_) = 0;       // From here on a base may be due.
  std::deque<std::uint64_t> wanted_ ABSL_GUARDED_BY(mutex_);  // The first is being made.
  std::multimap<std::uint64_t, Done> waiting_ ABSL_GUARDED_BY(mutex_);
  std::map<std::uint64_t, Made> made_ ABSL_GUARDED_BY(mutex_);
  LogFeed* feed_ ABSL_GUARDED_BY(mutex_) = nullptr;  // Can be cancelled.
};

}  // namespace sanzhang::projections
