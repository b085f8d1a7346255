// What can be said of a request without knowing anything else.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "services/runtime/sealing.h"

namespace sanzhang::runtime {

// TOO_LARGE {bytes, bytes_max}; INVALID_REQUEST with every violation of the shapes that its proto
// states, or with every personal text that comes sealed: only the log's own may be.
absl::Status CheckRequest(const google::protobuf::Message& request);

// What tells another body under the same request id (eventstore::RequestKey): SHA-256 of what is
// asked, the RPC included, then the sealer's tag of its personal words, if it has any. A plain
// digest of words lets whoever has the disk try telephone numbers. Fields whose shape says `secret`
// are left out: a digest of a choice tells the choice.
std::string DigestOf(const google::protobuf::Message& request, const Sealer& sealer);

// SHA-256 of the text, in hexadecimal.
std::string Fingerprint(std::string_view text);

}  // namespace sanzhang::runtime
