// What can be said of a request without knowing anything else.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace sanzhang::runtime {

// TOO_LARGE {bytes, bytes_max}; INVALID_REQUEST with every violation of the shapes that its proto
// states.
absl::Status CheckRequest(const google::protobuf::Message& request);

// SHA-256 of what is asked, the RPC included; equal for equal requests. Fields whose shape says
// `secret` are left out: a digest of a choice tells the choice.
std::string DigestOf(const google::protobuf::Message& request);

// SHA-256 of the text, in hexadecimal.
std::string Fingerprint(std::string_view text);

}  // namespace sanzhang::runtime
