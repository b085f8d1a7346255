// Whether the rows that are derived from a log's records say what the records say: streams, heads,
// and the requests of records that carry one.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "eventstore/commit_log.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::audit {

// Of each stream, its last revision.
using Revisions = absl::flat_hash_map<std::string, std::uint64_t>;

class RowCheck {
 public:
  // `log` must outlive it.
  explicit RowCheck(const eventstore::CommitLog& log) : log_(log) {}

  // DATA_LOSS, beginning with `position N:`.
  absl::Status Look(const log::v1::Record& record) const;
  // After all records: that there are no other rows, and each head is its stream's last revision.
  absl::Status Finish(std::uint64_t records, const Revisions& revisions) const;

 private:
  const eventstore::CommitLog& log_;
};

}  // namespace sanzhang::audit
