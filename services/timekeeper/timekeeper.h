// Turns deadlines that pass while nobody acts into commands.
//
// It keeps nothing on disk. What is due stands in the rows of a DueSource, which follow from the
// log, and a command's request id follows from its cause; so a restart neither forgets (the row is
// still there) nor repeats (the log knows the request id). In memory it only holds which rows it
// has dealt with, until the events that follow have cleared them.
//
//   OK                              done; never sent again while the row stays
//   FAILED_PRECONDITION, NOT_FOUND  already so, or not due any more: asked again after
//   kRefusedRetry and the like UNAVAILABLE and the like        sent again with the same id, later
//   each time
//
// Threads: Look is called by one thread, Start's or a test's; answers may come on any thread, also
// within Send. Source and sender must outlive the timekeeper.
#pragma once

#include <compare>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/timekeeper/limits.h"

namespace sanzhang::timekeeper {

// Something to do, by its cause. `kind` is one of those in commands.h.
struct Due {
  std::string stream;
  std::string kind;
  absl::Time due;
  absl::Time fires;  // Not before.
  bool operator==(const Due&) const = default;
};

class DueSource {
 public:
  virtual ~DueSource() = default;
  // What fires at `now` or before, in the order of (fires, stream, kind), beginning after `after`,
  // at most `items_max`. The first call of a pass gives an `after` that comes before everything.
  virtual absl::StatusOr<std::vector<Due>> Read(absl::Time now, const Due& after,
                                                int items_max) = 0;
};

class CommandSender {
 public:
  virtual ~CommandSender() = default;
  // Calls `done` once, from any thread, perhaps at once. Does not block.
  virtual void Send(const Due& due, const std::string& request_id,
                    std::function<void(absl::Status)> done) = 0;
  // Ends what is under way: the answers come soon.
  virtual void Cancel() = 0;
};

class Timekeeper {
 public:
  struct Options {
    std::function<absl::Time()> now = [] { return absl::Now(); };
    int in_flight_max = kInFlightMax;
    int page_items_max = kPageItemsMax;
  };
  struct Stats {
    std::uint64_t sent = 0;
    std::uint64_t done = 0;
    std::uint64_t refused = 0;
    std::uint64_t failed = 0;  // To be sent again.
    std::uint64_t read_errors = 0;
    int in_flight = 0;
    absl::Time looked_at = absl::InfinitePast();  // End of the last whole pass over what is due.
  };

  Timekeeper(DueSource& source, CommandSender& sender, Options options);
  Timekeeper(DueSource& source, CommandSender& sender) : Timekeeper(source, sender, Options()) {}
  ~Timekeeper();  // Stops.
  Timekeeper(const Timekeeper&) = delete;
  Timekeeper& operator=(const Timekeeper&) = delete;

  // Sends what is due, as far as the bound on commands under way allows. Answers when to look
  // again; an answer that comes in before then is a reason too.
  absl::Time Look();

  // Looks from a thread of its own, until Stop.
  void Start();
  // Sends nothing more, cancels what is under way and waits for it. May be called twice.
  void Stop();

  Stats stats() const;

 private:
  using Key = std::tuple<std::string, std::string, absl::Time>;
  struct Entry {
    bool in_flight = false;
    absl::Time next_at = absl::InfinitePast();  // Not to be sent before.
    int failures = 0;
    std::uint64_t pass = 0;  // Seen in that pass.
  };

  bool ReadPage(absl::Time now);
  void EndPass(absl::Time now);
  // Whether it is to be sent now; it counts as under way then.
  bool Take(const Due& due, absl::Time now);
  void Answered(const Key& key, const absl::Status& status);
  bool HasRoom() const;
  void Run();

  DueSource& source_;
  CommandSender& sender_;
  const Options options_;

  // Of the looking thread.
  Due cursor_;
  std::deque<Due> page_;
  std::uint64_t pass_ = 1;

  mutable absl::Mutex mutex_;
  std::map<Key, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  Stats stats_ ABSL_GUARDED_BY(mutex_);
  bool answered_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace sanzhang::timekeeper
