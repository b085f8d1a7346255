// Whose word a tool takes for what a log was: its public key, and perhaps witnesses'.
#pragma once

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/transparency/policy.h"

namespace sanzhang::app {

struct PolicyFlags {
  std::vector<std::string> keys;
  std::string policy;

  bool given() const { return !keys.empty() || !policy.empty(); }
};

// --key and --policy.
void AddPolicyFlags(CLI::App& command, PolicyFlags& flags);

// INVALID_ARGUMENT if no log is named, or a key or file can't be read as one; the file system's.
absl::StatusOr<transparency::Policy> PolicyOf(const PolicyFlags& flags);

// The same status, with what it is of before its words.
absl::Status In(const std::string& what, const absl::Status& status);
// A file's text. NOT_FOUND; RESOURCE_EXHAUSTED beyond the bound; the file system's.
absl::StatusOr<std::string> ReadText(const std::string& path, std::size_t bytes_max);

}  // namespace sanzhang::app
