// The half of a process that answers: views that follow the log, and their query services.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "grpcpp/grpcpp.h"
#include "projections/engine/projector_status.h"
#include "services/sanzhang/metrics.h"

namespace sanzhang::runtime {
class Authenticator;
}

namespace sanzhang::app {

// Every view that there is, by name.
std::vector<std::string> ViewNames();

class QuerySide {
 public:
  struct Options {
    std::string data;                // Folder; the views' files are in `views`.
    std::vector<std::string> views;  // Empty: all.
    std::shared_ptr<grpc::Channel> log;
    // Both must outlive it.
    const runtime::Authenticator* authenticator = nullptr;
    Metrics* metrics = nullptr;
    // A view's state has changed. Called from any thread; must not block.
    std::function<void(const projections::ProjectorStatus&)> on_change;
  };

  // NOT_FOUND: no view of that name. INTERNAL: a file can't be used.
  static absl::StatusOr<std::unique_ptr<QuerySide>> Open(Options options);
  virtual ~QuerySide() = default;

  virtual std::vector<grpc::Service*> services() = 0;
  virtual std::vector<projections::ProjectorStatus> status() const = 0;
  // Begins to follow the log.
  virtual void Start() = 0;
  // Ends watches, refuses new calls, stops following.
  virtual void Drain() = 0;
};

}  // namespace sanzhang::app
