// Whether bytes are UTF-8, as proto3 asks of its strings. Protobuf's own serialiser only complains
// in its log, and then nobody can parse what it wrote.
#pragma once

#include <string_view>

namespace sanzhang::eventstore {

// By RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text);

}  // namespace sanzhang::eventstore
