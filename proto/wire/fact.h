// Facts in records and the `oneof` that a context builds from them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace sanzhang::wire {

// Sets the member of `event`'s only oneof whose message has the full name `type`, from its bytes.
// NOT_FOUND: the oneof has no such fact (written by a newer program, or another context's);
// DATA_LOSS: the bytes can't be read.
absl::Status ReadFact(std::string_view type, std::string_view payload,
                      google::protobuf::Message& event);

// The fact that is set in `event`'s only oneof; null if none is.
const google::protobuf::Message* FactOf(const google::protobuf::Message& event);
google::protobuf::Message* MutableFactOf(google::protobuf::Message& event);

}  // namespace sanzhang::wire
