// One text for one message, so that any language can make it and its hash.
//
//   path=value     for each field that is set to other than zero, false or empty, in the order of
//                  field numbers; fields with presence (`optional`) as soon as they are set.
//   path           the field's name; `a.b` inside a message, `a[0]` inside a repeated field.
//   {}             stands as the value of a message that is set, before its own fields.
//   value          integers in decimal, `true`, the name of an enum value, a Timestamp in whole
//                  microseconds since 1970 in UTC; strings as UTF-8 with `\\`, `\t`, `\n` and `\r`
//                  for the backslash, tab, line feed and carriage return.
//
// The elements of a repeated field are in the byte order of their own text, or in the order in
// which they stand, as asked. Pure; of maps, bytes, floats and oneofs of messages nothing is known:
// they are refused at parsing and left out of the text, and no message of a tally has one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace sanzhang::resolution {

enum class Repeated { kSorted, kAsTheyStand };

std::vector<std::string> FieldTexts(const google::protobuf::Message& message, Repeated repeated);

// Sets what `path=value` says. INVALID_ARGUMENT if the message has no such field or value, or an
// index skips one.
absl::Status SetField(std::string_view text, google::protobuf::Message& message);

}  // namespace sanzhang::resolution
