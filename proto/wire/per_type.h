// What is known of each message type: made when it is first asked for, and kept for ever. Options
// of fields lie scattered over many pages; a request that is checked by them touches only what was
// made of them.
//
// Threads: any.
#pragma once

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/descriptor.h"

namespace sanzhang::wire {

template <class T>
class PerType {
 public:
  using Make = T (*)(const google::protobuf::Descriptor& type);

  // `make` is pure: what it makes of a type is always the same.
  explicit PerType(Make make) : make_(make) {}

  const T& Of(const google::protobuf::Descriptor& type) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (const auto found = known_.find(&type); found != known_.end()) return *found->second;
    }
    auto made = std::make_unique<const T>(make_(type));
    absl::MutexLock lock(&mutex_);
    return *known_.try_emplace(&type, std::move(made)).first->second;
  }

 private:
  const Make make_;
  absl::Mutex mutex_;
  absl::flat_hash_map<const google::protobuf::Descriptor*, std::unique_ptr<const T>> known_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::wire
