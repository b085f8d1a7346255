// Page tokens: where a page ended, sealed so that nobody can read, make or change one.
//
// A token opens only for what it was sealed for: the query's fingerprint (its name, values, filter,
// order, and the caller). It says nothing about rights; those are looked at again on every page.
// The key is random, and kept beside the views with mode 0600, so that tokens survive a restart.
//
// Threads: any.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "projections/engine/filter.h"

namespace sanzhang::projections {

// Where a page ended.
struct PageEnd {
  std::uint64_t as_of_position = 0;
  // The ordering columns of its last row, and its key.
  std::vector<Literal> values = {};
};

class PageTokens {
 public:
  // Reads the key in `folder`, or makes one. INTERNAL if the file can't be read or written.
  static absl::StatusOr<PageTokens> Open(const std::filesystem::path& folder);

  // Text of letters, digits, `-` and `_`. It expires 24 hours after `now`.
  std::string Seal(const PageEnd& end, std::string_view fingerprint, absl::Time now) const;
  // PAGE_TOKEN_INVALID for whatever was not sealed here for the same fingerprint, or has expired.
  absl::StatusOr<PageEnd> Unseal(std::string_view token, std::string_view fingerprint,
                                 absl::Time now) const;

 private:
  using Key = std::array<unsigned char, 32>;
  explicit PageTokens(const Key& key) : key_(key) {}

  Key key_;
};

}  // namespace sanzhang::projections
