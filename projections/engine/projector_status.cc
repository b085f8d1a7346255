#include "projections/engine/projector_status.h"

#include "proto/wire/time.h"

namespace sanzhang::projections {
namespace {

views::v1::ProjectionState ToProto(ProjectorState state) {
  switch (state) {
    case ProjectorState::kConnecting:
      return views::v1::PROJECTION_STATE_CONNECTING;
    case ProjectorState::kCatchingUp:
      return views::v1::PROJECTION_STATE_CATCHING_UP;
    case ProjectorState::kLive:
      return views::v1::PROJECTION_STATE_LIVE;
    case ProjectorState::kStopped:
      return views::v1::PROJECTION_STATE_STOPPED;
  }
  return views::v1::PROJECTION_STATE_UNSPECIFIED;
}

}  // namespace

views::v1::Projection ToProto(const ProjectorStatus& status) {
  views::v1::Projection projection;
  projection.set_name(status.name);
  projection.set_version(status.version);
  projection.set_state(ToProto(status.state));
  projection.set_position(status.position);
  if (status.position > 0) *projection.mutable_as_of_time() = wire::ToStamp(status.as_of);
  projection.set_head_position(status.head);
  projection.set_lag_events(status.lag_events);
  projection.set_lag_ms(absl::ToInt64Milliseconds(status.lag));
  projection.set_error(std::string(status.error.message()));
  projection.set_error_position(status.error_position);
  projection.set_rebuilding(status.rebuilding);
  projection.set_rebuild_version(status.rebuild_version);
  projection.set_rebuild_position(status.rebuild_position);
  return projection;
}

}  // namespace sanzhang::projections
