// What the calls of the event-log service share, and the list of those that last.
#pragma once

#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/event_store.h"
#include "sanzhang/log/v1/event_log_service.pb.h"
#include "services/log/log_service.h"
#include "services/log/tasks.h"

namespace sanzhang::log {

// A call that lasts: it waits for what is to come.
class LastingCall {
 public:
  virtual ~LastingCall() = default;
  // Ends it soon; more than one call does no harm.
  virtual void Drain() = 0;
};

// Those that last now: bounded, and drained together.
class LastingCalls {
 public:
  explicit LastingCalls(std::size_t calls_max) : calls_max_(calls_max) {}

  // OVERLOADED, DRAINING.
  absl::Status Add(std::shared_ptr<LastingCall> call);
  void Remove(const std::shared_ptr<LastingCall>& call);
  void Drain();

 private:
  const std::size_t calls_max_;
  absl::Mutex mutex_;
  std::set<std::shared_ptr<LastingCall>> calls_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

// Outlives every call.
struct Surroundings {
  eventstore::EventStore& store;
  const LogService::Options options;
  LastingCalls calls;
  Tasks tasks;
};

eventstore::Filter FilterOf(const v1::Filter& filter);

// Moves the bytes of records into a repeated field.
template <class Field>
void MoveRecords(std::vector<eventstore::Stored>& records, Field& to) {
  to.Reserve(static_cast<int>(records.size()));
  for (eventstore::Stored& record : records) *to.Add() = std::move(record.bytes);
}

// Why what the store says can't be answered: LOG_CORRUPT, STORE_STOPPED.
absl::Status FromStore(const absl::Status& status);

}  // namespace sanzhang::log
