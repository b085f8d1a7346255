// A resource's revision as clients see it: opaque, never interpreted by them, the same in the
// answers of commands and of queries.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sanzhang::wire {

// `r12`; empty for revision 0, a resource that is not there.
inline std::string EtagOf(std::uint64_t revision) {
  return revision == 0 ? std::string() : "r" + std::to_string(revision);
}

// The revision; nothing if this is not one of ours.
inline std::optional<std::uint64_t> RevisionOf(std::string_view etag) {
  std::uint64_t revision = 0;
  const char* end = etag.data() + etag.size();
  if (etag.size() < 2 || etag[0] != 'r' || etag[1] == '0') return std::nullopt;
  const auto [rest, error] = std::from_chars(etag.data() + 1, end, revision);
  if (error != std::errc() || rest != end) return std::nullopt;
  return revision;
}

}  // namespace sanzhang::wire
