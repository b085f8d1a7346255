// Tells the health service how the views get on: readiness.projection.NAME serves while the view is
// live, or was and the log is away for the moment.
//
// Threads: every method may be called from any thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "projections/engine/projector_status.h"
#include "services/sanzhang/server.h"

namespace sanzhang::app {

class ViewHealth {
 public:
  using Report = std::function<void(const projections::ProjectorStatus&)>;

  // To be handed to a projector. `name`: the health name, if it is not the view's own.
  Report Reporter(std::string name = "");
  // From here on the server is told, also what was reported before.
  void Attach(RpcServer& server);
  void Detach();

  // Why some view has stopped; OK if none has.
  absl::Status StoppedView() const;

 private:
  struct View {
    bool serving = false;
    absl::Status stopped;
  };
  void Update(const std::string& name, const projections::ProjectorStatus& status);

  mutable absl::Mutex mutex_;
  RpcServer* server_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::map<std::string, View> views_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sanzhang::app
