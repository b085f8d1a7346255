// What every source checks of the records that it hands out.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "services/audit/record_source.h"

namespace sanzhang::audit {

class RecordCheck {
 public:
  // `whole`: no position may be missing between two records.
  RecordCheck(const RecordRange& range, bool whole) : range_(range), whole_(whole) {}

  // DATA_LOSS, naming the position. The last record may be of any position if not `whole`.
  absl::Status Check(std::uint64_t position, std::string_view bytes);
  // Whether the record checked last is of the range.
  bool matches() const { return matches_; }
  // The position of the record checked last; 0: none yet.
  std::uint64_t last() const { return last_; }

 private:
  const RecordRange& range_;
  const bool whole_;
  std::uint64_t last_ = 0;
  bool matches_ = false;
};

// Whether the type is one of them, or of a package of them that ends in a dot; of none, any is.
bool IsOfTypes(std::string_view type, const std::vector<std::string>& types);

// OUT_OF_RANGE unless the log reaches that far.
absl::Status CheckRange(const RecordRange& range, std::uint64_t end);

}  // namespace sanzhang::audit
