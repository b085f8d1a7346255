// Values of enums as parts of resource names: PUBLICATION_KIND_VOTE_NOTICE is `vote-notice`.
#pragma once

#include <string>

#include "google/protobuf/descriptor.h"

namespace sanzhang::wire {

// The value's name without that of its enum, in lower case, with hyphens: an id (names.h). Empty
// for a number that the enum does not have.
std::string EnumId(const google::protobuf::EnumDescriptor& type, int number);

}  // namespace sanzhang::wire
