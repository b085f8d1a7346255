#include "services/sanzhang/health.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sanzhang/json_log.h"

namespace sanzhang::app {
namespace {

using projections::ProjectorState;
using projections::ProjectorStatus;

std::string_view NameOf(ProjectorState state) {
  switch (state) {
    case ProjectorState::kConnecting:
      return "connecting";
    case ProjectorState::kCatchingUp:
      return "catching up";
    case ProjectorState::kLive:
      return "live";
    case ProjectorState::kStopped:
      return "stopped";
  }
  return "";
}

}  // namespace

ViewHealth::Report ViewHealth::Reporter(std::string name) {
  return [this, name = std::move(name)](const ProjectorStatus& status) {
    Update(name.empty() ? absl::StrCat(kProjectionHealthPrefix, status.name) : name, status);
  };
}

void ViewHealth::Update(const std::string& name, const ProjectorStatus& status) {
  const bool stopped = status.state == ProjectorState::kStopped;
  Log(stopped ? Level::kError : Level::kInfo, "view",
      {{"view", status.name},
       {"state", NameOf(status.state)},
       {"position", status.position},
       {"error", std::string(status.error.message())},
       {"error_position", status.error_position}});
  absl::MutexLock lock(&mutex_);
  View& view = views_[name];
  // A log that is away for the moment takes nothing from what the view holds.
  if (status.state != ProjectorState::kConnecting) {
    view.serving = status.state == ProjectorState::kLive;
  }
  view.stopped =
      stopped
          ? absl::InternalError(absl::StrCat(status.name, " stopped at ", status.error_position))
          : absl::OkStatus();
  if (server_ != nullptr) server_->SetServing(name, view.serving);
}

void ViewHealth::Attach(RpcServer& server) {
  absl::MutexLock lock(&mutex_);
  server_ = &server;
  for (const auto& [name, view] : views_) server.SetServing(name, view.serving);
}

void ViewHealth::Detach() {
  absl::MutexLock lock(&mutex_);
  server_ = nullptr;
}

absl::Status ViewHealth::StoppedView() const {
  absl::MutexLock lock(&mutex_);
  for (const auto& [_, view] : views_) {
    if (!view.stopped.ok()) return view.stopped;
  }
  return absl::OkStatus();
}

}  // namespace sanzhang::app
