// How a projector gets on: for health, metrics, operators.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "sanzhang/views/v1/projection_service.pb.h"

namespace sanzhang::projections {

enum class ProjectorState {
  kConnecting,  // The log can't be reached; it is tried again and again.
  kCatchingUp,  // Reads what the log holds already.
  kLive,        // Holds what the log holds.
  kStopped,     // Could not go on.
};

struct ProjectorStatus {
  std::string name = {};
  int version = 0;
  ProjectorState state = ProjectorState::kConnecting;
  std::uint64_t position = 0;
  absl::Time as_of = absl::InfinitePast();  // When that event was recorded.
  std::uint64_t head = 0;                   // Last position that the log is known to hold.
  std::uint64_t lag_events = 0;
  absl::Duration lag = {};           // Since it was last known to hold all that the log held.
  absl::Status error = {};           // Why it stopped, or why the log could not be reached.
  std::uint64_t error_position = 0;  // The event that could not be applied.
  bool rebuilding = false;
  int rebuild_version = 0;
  std::uint64_t rebuild_position = 0;
};

views::v1::Projection ToProto(const ProjectorStatus& status);

}  // namespace sanzhang::projections
