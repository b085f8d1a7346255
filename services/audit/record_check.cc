#include "services/audit/record_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "eventstore/record.h"

namespace sanzhang::audit {
bool IsOfTypes(std::string_view type, const std::vector<std::string>& types) {
  if (types.empty()) return true;
  return std::any_of(types.begin(), types.end(), [type](const std::string& one) {
    return one.ends_with('.') ? type.starts_with(one) : type == one;
  });
}

absl::Status RecordCheck::Check(std::uint64_t position, std::string_view bytes) {
  const std::uint64_t expected = last_ == 0 ? std::max<std::uint64_t>(range_.first, 1) : last_ + 1;
  if (whole_ ? position != expected : position < expected) {
    return absl::DataLossError(
        absl::StrCat("position ", expected, " is missing: the next record says ", position));
  }
  eventstore::RecordFields fields;
  if (!eventstore::PeekRecord(bytes, fields) || fields.position != position) {
    return absl::DataLossError(
        absl::StrCat("what stands at position ", position, " is not the record of that position"));
  }
  last_ = position;
  matches_ = fields.stream.starts_with(range_.stream_prefix) &&
             (range_.community.empty() || fields.community == range_.community) &&
             IsOfTypes(fields.type, range_.types);
  return absl::OkStatus();
}

absl::Status CheckRange(const RecordRange& range, std::uint64_t end) {
  if (range.last != 0 && range.last < range.first) {
    return absl::OutOfRangeError(
        absl::StrCat("from ", range.first, " to ", range.last, " is nothing"));
  }
  const std::uint64_t reached = std::max(range.first, range.last);
  if (reached <= std::max<std::uint64_t>(end, 1)) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("the log ends at ", end, ", before ", reached));
}

}  // namespace sanzhang::audit
