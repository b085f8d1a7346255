// What was read of the register and is still true: states of streams, lists of names, standings.
// All that is remembered of a community is forgotten together when its register changes; between
// changes a command costs no read.
//
// Threads: all methods may be called from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "services/registry/limits.h"
#include "services/registry/register_watch.h"
#include "services/runtime/command_type.h"
#include "services/runtime/directory.h"
#include "services/runtime/stream_loader.h"

namespace sanzhang::registry {

// A capacity, and when it holds.
struct Tenure {
  runtime::GroundedStanding grounded;
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();  // First moment after it.
};
using Tenures = std::vector<Tenure>;
using Names = std::vector<std::string>;

// What is remembered of one community. Values are kept by whoever holds them.
class CommunityMemory {
 public:
  // `entries` counts what all memories hold together; it must outlive this one.
  CommunityMemory(std::uint64_t as_of, std::atomic<std::size_t>& entries)
      : as_of_(as_of), entries_(entries) {}
  ~CommunityMemory() { entries_ -= size(); }

  // A durable end of the log that was reached before anything in here was read.
  std::uint64_t as_of() const { return as_of_; }

  // Null: not remembered.
  std::shared_ptr<const runtime::Folded> State(std::string_view stream) const;
  std::shared_ptr<const Names> List(std::string_view prefix) const;
  std::shared_ptr<const Tenures> TenuresOf(std::string_view subject) const;

  void Keep(std::string_view stream, std::shared_ptr<const runtime::Folded> state);
  void Keep(std::string_view prefix, std::shared_ptr<const Names> names);
  void Keep(std::string_view subject, std::shared_ptr<const Tenures> tenures);

 private:
  template <class T>
  using Map = absl::flat_hash_map<std::string, std::shared_ptr<const T>>;

  std::size_t size() const;

  const std::uint64_t as_of_;
  std::atomic<std::size_t>& entries_;
  mutable absl::Mutex mutex_;
  Map<runtime::Folded> states_ ABSL_GUARDED_BY(mutex_);
  Map<Names> lists_ ABSL_GUARDED_BY(mutex_);
  Map<Tenures> tenures_ ABSL_GUARDED_BY(mutex_);
};

class RegisterMemory {
 public:
  // Neither is owned; both must outlive the memory. Holds at most about `entries_max`.
  RegisterMemory(const eventstore::EventStore& store, const RegisterWatch& watch,
                 std::size_t entries_max = kRememberedMax)
      : store_(store), watch_(watch), entries_max_(entries_max) {}

  // What is remembered of the community and true now; a fresh one if it changed.
  std::shared_ptr<CommunityMemory> Of(std::string_view community);

 private:
  const eventstore::EventStore& store_;
  const RegisterWatch& watch_;
  const std::size_t entries_max_;
  std::atomic<std::size_t> entries_ = 0;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<CommunityMemory>> communities_
      ABSL_GUARDED_BY(mutex_);
};

// A stream's state as one call sees it; revision 0: there is no such stream.
template <class A>
struct Seen {
  std::uint64_t revision = 0;
  std::shared_ptr<const typename A::State> state;

  const typename A::State* operator->() const { return state.get(); }
};

// The register of one community during one call: everything read is at least as new as the call's
// begin.
class RegisterView {
 public:
  RegisterView(const eventstore::EventStore& store, const runtime::StreamLoader& loader,
               std::shared_ptr<CommunityMemory> memory)
      : store_(store), loader_(loader), memory_(std::move(memory)) {}

  CommunityMemory& memory() const { return *memory_; }

  template <class A>
  absl::StatusOr<Seen<A>> Load(std::string_view stream) const {
    auto folded = Fold(runtime::AggregateTypeOf<A>(), stream);
    if (!folded.ok()) return folded.status();
    return Seen<A>{(*folded)->revision,
                   std::static_pointer_cast<const typename A::State>((*folded)->state)};
  }

  // Resources of the index under the prefix, in the order of keys, at most `names_max`.
  absl::StatusOr<std::shared_ptr<const Names>> List(std::string_view prefix,
                                                    std::size_t names_max) const;

  // Of a stream that is not folded here, as a claim; 0: it does not exist.
  absl::StatusOr<std::uint64_t> RevisionOf(std::string_view stream) const;

 private:
  absl::StatusOr<std::shared_ptr<const runtime::Folded>> Fold(const runtime::AggregateType& type,
                                                              std::string_view stream) const;

  const eventstore::EventStore& store_;
  const runtime::StreamLoader& loader_;
  const std::shared_ptr<CommunityMemory> memory_;
};

}  // namespace sanzhang::registry
