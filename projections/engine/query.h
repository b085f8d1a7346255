// How a view answers: a query is a function of caller, snapshot and request.
//
//   grpc::ServerUnaryReactor* ListComplaints(grpc::CallbackServerContext* call,
//                                            const ListComplaintsRequest* request,
//                                            ListComplaintsResponse* response) override {
//     return Answer(runtime_, projector_, call, request, response,
//                   [](const QueryContext& context, const ListComplaintsRequest& request,
//                      ListComplaintsResponse& response) -> absl::Status { ... });
//   }
//
// Answer (answer.h) and Watch (watch.h) do the rest, in this order: identify the caller, check the
// request's size and shape, wait for the request's `min_position` (or metadata `x-min-position`) up
// to the deadline, take a snapshot, call the function, state the freshness in the answer's
// `freshness`, open the words of persons in it (words.h). UNAUTHENTICATED, TOO_LARGE,
// INVALID_REQUEST, OVERLOADED + RetryInfo (too many calls), VIEW_BEHIND + RetryInfo (position not
// reached in time), VIEW_STOPPED, DRAINING; what the function refuses; KEYRING_UNAVAILABLE +
// RetryInfo.
//
// Answer takes the request's `as_of_position`: the same function on the rows as they stood then
// (past_views.h). It is run on the rows of today first, into nothing: who is denied that, is told
// so. INVALID_REQUEST if `min_position` lies behind it; AS_OF_INVALID, AS_OF_TOO_DISTANT,
// AS_OF_OVERLOADED + RetryInfo (also when it is not made before the deadline).
//
// A call without a deadline gets 10 s; no call gets more than 30 s.
//
// Threads: functions run on the runtime's few workers, never on gRPC's threads, several at once;
// they may read from the snapshot and must not wait for anything else.
//
// Stopping, in this order: Drain(), Projector::Stop() for each view, the server's Shutdown(), then
// the runtime goes, then the projectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "projections/engine/limits.h"
#include "projections/engine/page_token.h"
#include "projections/engine/projector.h"
#include "projections/engine/snapshot.h"
#include "projections/engine/viewer.h"
#include "projections/engine/words.h"
#include "projections/engine/workers.h"
#include "sanzhang/type/v1/access.pb.h"

namespace sanzhang::projections {

// What a question about the past knows of the present.
struct Present {
  Snapshot& snapshot;
  absl::Time now;
};

// What a query knows beside its request.
struct QueryContext {
  const Caller& caller;
  // One read transaction. `snapshot.rows()` runs SQL, `snapshot.freshness()` says how fresh it is.
  Snapshot& snapshot;
  const PageTokens& tokens;
  // Of the answer: for a question about the past, when that moment was.
  absl::Time now;
  // Set for a question about the past (`as_of_position`).
  const Present* present = nullptr;
  // Where it is noted in which capacity the caller sees what is answered (ViewerOf does), for the
  // record of who looked at whose words; null: nobody asks.
  type::v1::Role* capacity = nullptr;

  // What the caller may see is decided by the rows and the time of today, always.
  Rows& present_rows() const {
    return present == nullptr ? snapshot.rows() : present->snapshot.rows();
  }
  absl::Time present_time() const { return present == nullptr ? now : present->now; }
  // 0: as it stands.
  std::uint64_t as_of() const { return present == nullptr ? 0 : snapshot.position(); }
};

// What all queries of a process share. Must outlive its services' server.
class QueryRuntime {
 public:
  struct Options {
    Identify identify = {};
    // Where words are opened; null: answers with words are refused.
    std::shared_ptr<WordsOpener> words = nullptr;
    int workers = 2;
    std::size_t calls_max = 256;    // Waiting or running; more: OVERLOADED.
    std::size_t watches_max = 256;  // Open watch streams; more: OVERLOADED.
    WatchLimits watch = {};
    std::function<absl::Time()> now = [] { return absl::Now(); };
    // Hears of queries that failed without a reason: bugs, or a file that can't be read.
    std::function<void(const absl::Status&)> on_error = [](const absl::Status&) {};
  };

  QueryRuntime(Options options, PageTokens tokens);
  ~QueryRuntime();
  QueryRuntime(const QueryRuntime&) = delete;
  QueryRuntime& operator=(const QueryRuntime&) = delete;

  // Ends every watch with STREAM_ENDED and refuses new calls with DRAINING. Returns at once.
  void Drain();

  // What follows is for Answer and Watch.

  const Options& options() const { return options_; }
  const PageTokens& tokens() const { return tokens_; }
  Workers& workers() { return workers_; }

  // One call (or watch) more: OVERLOADED, DRAINING. Leave() gives it back.
  enum class Kind { kCall, kWatch };
  absl::Status Enter(Kind kind);
  void Leave(Kind kind);

  // Calls `done` on a worker, once: OK when the view has reached the position; VIEW_BEHIND at the
  // deadline; VIEW_STOPPED; DRAINING. Calling the answer drops `done`, if it has not begun.
  using CancelWait = std::function<void()>;
  CancelWait WaitFor(Projector& view, std::uint64_t position, absl::Time deadline,
                     std::function<void(absl::Status)> done);

  // Calls `done` on a worker, once, with the view's rows as they stood, or what PastViews::Get
  // refuses; AS_OF_OVERLOADED at the deadline.
  void ReadPast(Projector& view, std::uint64_t position, absl::Time deadline,
                std::function<void(absl::StatusOr<PastViews::File>)> done);

  // Streams that want to hear of Drain(). The callback runs on the thread that drains; 0, and it
  // is never called, if that has begun.
  std::uint64_t OnDrain(std::function<void()> callback);
  void ForgetDrain(std::uint64_t id);

 private:
  const Options options_;
  const PageTokens tokens_;
  Workers workers_;
  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::size_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t watches_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::uint64_t, std::function<void()>> on_drain_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::projections
