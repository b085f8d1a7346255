// The way of a command, the same for all of them:
//
//   principal -> shape -> time of the fact -> repeat -> state -> standings and facts -> authorise
//   -> etag -> gather -> decide -> claims -> seal -> append -> settle -> answer
//
// Gather and settle are those of a companion (companion.h), where the command has one.
//
// Guarantees
//   Right      Nothing is appended unless a rule admits the caller in one of their capacities, and
//              the streams which that capacity, the facts and the decision rest on have not moved.
//   Once       A request that was committed before gets its first answer, whatever is true now; the
//              same id with another body is refused. A command that finds its effect in place adds
//              no event, and its answer is remembered too.
//   Anew       If a stream moved meanwhile, the command is decided again on what is now true, at
//   most
//              `attempts_max` times; a client that named an etag is told instead.
//   Prompt     Run never waits for the commit.
// Refusals, in this order: DRAINING, OVERLOADED; UNAUTHENTICATED; TOO_LARGE, INVALID_REQUEST,
//   OCCURRED_AT_INVALID; REQUEST_ID_REUSED; PERMISSION_DENIED, whether or not the thing exists;
//   RESOURCE_NOT_FOUND for the community and the persons of the origin; REVISION_CONFLICT for the
//   etag; the decider's; the claims'; TOO_LARGE for the record; then the store's:
//   REVISION_CONFLICT, OVERLOADED, QUEUE_DEADLINE, STORE_STOPPED, COMMIT_OUTCOME_UNKNOWN. Only the
//   last leaves open whether something was stored.
// Threads: all methods may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "services/runtime/command_type.h"
#include "services/runtime/companion.h"
#include "services/runtime/directory.h"
#include "services/runtime/ids.h"
#include "services/runtime/limits.h"
#include "services/runtime/observer.h"
#include "services/runtime/principal.h"
#include "services/runtime/recorder.h"
#include "services/runtime/sealing.h"
#include "services/runtime/state_cache.h"
#include "services/runtime/stream_loader.h"
#include "services/runtime/worker.h"

namespace sanzhang::runtime {

// What comes with a request.
struct Call {
  Metadata metadata;
  absl::Time deadline = absl::InfiniteFuture();  // Infinite: kDeadlineDefault applies.
};

class CommandRunner {
 public:
  // Not owned; all must outlive the runner.
  struct Parts {
    eventstore::EventStore& store;
    Directory& directory;
    const Policies& policies;
    const Authenticator& authenticator;
    const Sealer& sealer;
    Observer* observer = nullptr;
    // How peers are folded, by the collection that they are in, as in `voters`.
    std::map<std::string, const AggregateType*, std::less<>> kinds = {};
  };
  struct Options {
    std::function<absl::Time()> now = absl::Now;  // The store's clock.
    Randomness randomness = SystemRandomness;
    int attempts_max = kAttemptsMax;
    std::size_t in_flight_max = kCommandsInFlightMax;
    std::size_t states_cached_max = kStatesCachedMax;
  };
  using Done = std::function<void(absl::StatusOr<Answer>)>;

  explicit CommandRunner(Parts parts);
  CommandRunner(Parts parts, Options options);
  // Drains without end: the store answers every append.
  ~CommandRunner();
  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;

  // `request` must live until `done` has been called, which happens once: from this thread if the
  // command is refused, else from another one.
  // A companion is not owned and must outlive the runner; with one, all that follows the check of
  // the request happens on its thread.
  void Run(const CommandType& type, const google::protobuf::Message& request, Call call, Done done,
           Companion* companion = nullptr);

  // Refuses new commands with DRAINING, and waits for those in flight. False: not all were answered
  // by the deadline.
  bool Drain(absl::Time deadline);

  // Folds streams with the runner's own cache.
  const StreamLoader& loader() const { return loader_; }

 private:
  struct Command;
  struct Scene;
  using CommandPtr = std::shared_ptr<Command>;

  absl::Status Enter();
  absl::Status Prepare(Command& command);
  void Attempt(CommandPtr command);
  absl::StatusOr<eventstore::Append> Decide(Command& command);
  absl::Status SetScene(const Command& command, Scene& scene);
  absl::Status FindFacts(const Command& command, Scene& scene);
  absl::Status Authorise(const Command& command, Scene& scene);
  absl::Status Gather(Command& command, Scene& scene);
  absl::StatusOr<eventstore::Append> Compose(const Command& command, Scene& scene, Verdict verdict);
  Recorder RecorderOf(const Command& command, const Context& context,
                      std::vector<std::string> policy_refs);
  // What the request was answered when it was committed before. REQUEST_ID_REUSED.
  absl::StatusOr<std::optional<Answer>> FirstAnswer(const Command& command) const;
  // That, if the same request was committed meanwhile; else the other one.
  absl::StatusOr<Answer> Repeated(const Command& command, absl::StatusOr<Answer> otherwise) const;
  void Settle(CommandPtr command, eventstore::AppendResult result);
  void Finish(const CommandPtr& command, absl::StatusOr<Answer> answer);
  void Answered(Command& command, absl::StatusOr<Answer> answer);

  const Parts parts_;
  const Options options_;
  Ids ids_;
  StateCache cache_;
  const StreamLoader loader_;

  absl::Mutex mutex_;
  std::size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;

  Worker again_;  // Decides anew. Last: it is ended first.
};

}  // namespace sanzhang::runtime
