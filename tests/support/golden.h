// The bytes of every stored fact, as they were when it was introduced: what is stored must be read
// for ever. A folder under tests/golden has one file for each fact; files are added, never edited.
// SANZHANG_WRITE_GOLDEN=1 writes those that are missing.
#pragma once

#include <filesystem>
#include <string>

#include "google/protobuf/message.h"

namespace sanzhang::support {

// Checks every fact of the oneof of `event`: made with every field set, it is written as in its
// file
// `{folder}/{fact}.hex`, and the file's bytes are read back to the same.
void CheckGoldenFacts(const google::protobuf::Message& event, const std::filesystem::path& folder);

}  // namespace sanzhang::support
