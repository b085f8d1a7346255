// What the register's parts share.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "projections/engine/projection.h"
#include "proto/wire/time.h"

namespace sanzhang::projections {

// A fact that this program does not know stops the view.
inline absl::Status UnknownFact(const Envelope& envelope) {
  return absl::DataLossError(
      absl::StrCat("unknown fact ", envelope.record.type(), " in ", envelope.record.stream()));
}

inline Value StampOf(const google::protobuf::Timestamp& stamp) {
  return TimeValue(wire::ToTime(stamp));
}

}  // namespace sanzhang::projections
