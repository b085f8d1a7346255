// The last revision of streams, as the committer remembers them: bounded, least recently used first
// out. What it forgets is read from the commit log again.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace sanzhang::eventstore {

class Heads {
 public:
  explicit Heads(std::size_t streams_max) : streams_max_(streams_max) {}

  std::optional<std::uint64_t> Find(std::string_view stream);
  void Put(std::string_view stream, std::uint64_t revision);

 private:
  using Entry = std::pair<std::string, std::uint64_t>;

  const std::size_t streams_max_;
  std::list<Entry> entries_;  // Most recently used first.
  // The keys are views into the entries.
  absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> by_stream_;
};

}  // namespace sanzhang::eventstore
