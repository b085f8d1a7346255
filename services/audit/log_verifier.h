// The whole log against what was signed: every record is read, hashed and looked at, and what comes
// out is compared with the checkpoint, with the tiles and with earlier checkpoints.
//
// Of each record: its bytes parse, its position and its stream's revision follow on, its times do
// not go back, its fact is of a known type and parses; its leaf is what the tiles say. Of the tree:
// its root is the signed one at each size that is known, and each tile of the signed size, of every
// level, is what the records make.
// Memory: a number of bytes for each stream and each entry of the index. Threads: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/commit_log.h"
#include "eventstore/transparency/checkpoint.h"
#include "eventstore/transparency/policy.h"
#include "eventstore/transparency/tile.h"
#include "services/audit/record_source.h"
#include "services/audit/row_check.h"

namespace sanzhang::audit {

struct VerifyOptions {
  // Checkpoints that were verified before, of the same log: of receipts, of witnesses.
  std::vector<transparency::Checkpoint> known = {};
  // Null: what a root does not tell can't be named by its position. Must outlive the call.
  const transparency::TileReader* tiles = nullptr;
  std::uint64_t tiles_size = 0;  // Of their tree; 0: that of the checkpoint beside the records.
  // The rows that are derived from the records; null: they are not looked at.
  const eventstore::CommitLog* rows = nullptr;
  // Which entries of the index records bring, as who wrote the log derived them; empty: the index
  // is not looked at.
  DeriveIndex derive = {};
  // The root of the first so many records is wanted too; 0: of none.
  std::uint64_t root_of = 0;
  // Called now and then.
  std::function<void(std::uint64_t position, std::uint64_t end)> progress = {};
};

struct VerifyReport {
  transparency::Policy::Verdict verdict;  // Of the checkpoint beside the records.
  std::uint64_t records = 0;              // Read; those after the signed size are not proven.
  std::uint64_t streams = 0;
  std::optional<transparency::Hash> root = {};  // Of the first `root_of`, if there are so many.
};

// DATA_LOSS, beginning with `position N:` where one is known: the log is not what was signed.
// NOT_FOUND: there is no checkpoint, or nobody whom the policy trusts has signed it. Else what the
// source says.
absl::StatusOr<VerifyReport> VerifyLog(RecordSource& source, const transparency::Policy& policy,
                                       const VerifyOptions& options);

}  // namespace sanzhang::audit
