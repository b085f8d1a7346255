// The timekeeper of a process that writes: what comes due as rows that follow the log, and the
// commands that are sent when it does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "projections/engine/projector_status.h"
#include "services/sanzhang/metrics.h"

namespace sanzhang::app {

class ClockSide {
 public:
  struct Options {
    std::string data;                         // Folder; the rows are in `timekeeper`.
    std::shared_ptr<grpc::Channel> commands;  // To command services and log, within the process.
    std::string timer_secret;
    Metrics* metrics = nullptr;  // Must outlive it.
    // The rows' state has changed. Called from any thread; must not block.
    std::function<void(const projections::ProjectorStatus&)> on_change;
  };

  // INTERNAL: the rows' file can't be used.
  static absl::StatusOr<std::unique_ptr<ClockSide>> Open(Options options);
  // Stops.
  virtual ~ClockSide() = default;

  virtual void Start() = 0;
  // In the place of Start, for the demonstration, whose time is not the clock's: sends what fires
  // at `now` or before, one after another, with what that makes due in turn; `head` is the end of
  // the log. Answers when the next deadline after `now` fires, or `until`. DEADLINE_EXCEEDED if the
  // rows do not come to the log's end.
  virtual absl::StatusOr<absl::Time> Settle(absl::Time now, absl::Time until,
                                            const std::function<std::uint64_t()>& head) = 0;
  // Sends nothing more, and waits for what is under way. May be called again.
  virtual void Stop() = 0;
};

}  // namespace sanzhang::app
