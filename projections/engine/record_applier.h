// Applies the log's records to rows, each of them once and in order.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "projections/engine/database.h"
#include "projections/engine/projection.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::projections {

class RecordApplier {
 public:
  // `projection` outlives it.
  explicit RecordApplier(Projection& projection);

  // Applies the record that stands at `reached.position + 1`, and moves `reached`, all but its
  // digest. DATA_LOSS for another record, or one that can't be read; what the projection says. The
  // message names projection, position and type.
  absl::Status Apply(const std::string& bytes, Rows& rows, Checkpoint& reached);
  // A cause, with projection, position and, of the record that was applied last, type.
  absl::Status Failed(std::uint64_t position, const absl::Status& cause) const;

 private:
  bool Follows(std::string_view type) const;

  Projection& projection_;
  const std::set<std::string, std::less<>> packages_;
  log::v1::Record record_;  // Parsed into again and again: its memory is kept.
};

}  // namespace sanzhang::projections
