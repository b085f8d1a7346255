// The timekeeper of a process that writes: what comes due as rows that follow the log, and the
// commands that are sent when it does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
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
  // Sends nothing more, and waits for what is under way. May be called again.
  virtual void Stop() = 0;
};

}  // namespace sanzhang::app
