// The bytes of every stored fact, as they were when it was introduced: what is stored must be read
// for ever. A folder under tests/golden has a file for each fact, and another one each time that a
// field was added to it or to what it holds; files are added, never edited.
// SANZHANG_WRITE_GOLDEN=1 writes those that are missing.
#pragma once

#include <filesystem>
#include <string>

#include "google/protobuf/message.h"

namespace sanzhang::support {

// Checks every fact of the oneof of `event`: made with every field set, it is written as in the
// last of its files `{folder}/{fact}.hex`, `{folder}/{fact}-2.hex` and so on, and the bytes of each
// file are read back to the same.
void CheckGoldenFacts(const google::protobuf::Message& event, const std::filesystem::path& folder);

}  // namespace sanzhang::support
