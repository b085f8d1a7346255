#include "services/log/calls.h"

#include <utility>

#include "proto/wire/refusal.h"
#include "proto/wire/time.h"

namespace sanzhang::log {

using enum type::v1::ErrorReason;

absl::Status LastingCalls::Add(std::shared_ptr<LastingCall> call) {
  absl::MutexLock lock(&mutex_);
  if (draining_) return wire::RefuseForNow(ERROR_REASON_DRAINING, absl::Seconds(1));
  if (calls_.size() >= calls_max_) {
    return wire::RefuseForNow(ERROR_REASON_OVERLOADED, absl::Seconds(1));
  }
  calls_.insert(std::move(call));
  return absl::OkStatus();
}

void LastingCalls::Remove(const std::shared_ptr<LastingCall>& call) {
  absl::MutexLock lock(&mutex_);
  calls_.erase(call);
}

void LastingCalls::Drain() {
  std::set<std::shared_ptr<LastingCall>> calls;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    calls = calls_;
  }
  for (const auto& call : calls) call->Drain();
}

eventstore::Filter FilterOf(const v1::Filter& filter) {
  eventstore::Filter result;
  result.types.assign(filter.types().begin(), filter.types().end());
  result.stream_prefix = filter.stream_prefix();
  result.community = filter.community();
  if (filter.has_recorded_from()) result.recorded_from = wire::ToTime(filter.recorded_from());
  if (filter.has_recorded_before()) result.recorded_before = wire::ToTime(filter.recorded_before());
  return result;
}

absl::Status FromStore(const absl::Status& status) {
  const std::string message(status.message());
  return absl::IsDataLoss(status) ? wire::Refuse(ERROR_REASON_LOG_CORRUPT, {}, message)
                                  : wire::Refuse(ERROR_REASON_STORE_STOPPED, {}, message);
}

}  // namespace sanzhang::log
