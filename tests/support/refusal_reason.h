// Why a server of ours refused a call.
#pragma once

#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"

namespace sanzhang::support {

// Our own reason, as in VOTE_CLOSED; empty for OK and for errors that a library made.
inline std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) || details.details_size() == 0 ||
      !details.details(0).UnpackTo(&info) || info.domain() != "sanzhang") {
    return {};
  }
  return info.reason();
}

}  // namespace sanzhang::support
