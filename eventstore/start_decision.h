// What a start may do with the write-ahead logs that it finds, decided before RocksDB sees them.
//
//   all whole, or the last group ends with the file   open; RocksDB drops the incomplete group,
//                                                     which was never acknowledged
//   bad bytes, and no group begins behind them        a torn write, or a last group that has
//                                                     rotted: open up to them, if no anchor says
//                                                     that there was more; an incident
//   bad bytes, and a group begins behind them         what was acknowledged is damaged: refuse
//
// A log that was rolled back to an earlier whole state can't be told from a shorter one by its
// files. Anchors can: positions that somebody outside the log has seen, which were durable then.
// Nothing here changes a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class Env;
}

namespace sanzhang::eventstore {

// The log was seen to reach this far.
struct Anchor {
  std::string name = {};  // Who saw it, for the operator.
  std::uint64_t position = 0;
};

struct StartDecision {
  // Logs of which bytes are dropped that are not just an incomplete group. Empty: nothing to tell.
  std::vector<std::string> damaged = {};  // Paths.
  std::string incident = {};              // In words, with file and offset.
  // Logs that do not hold one whole group. RocksDB drops their bytes, but not the files: behind
  // them, later groups would look like what was acknowledged. To be removed once the log is open.
  std::vector<std::string> hollow = {};  // Paths.
};

// DATA_LOSS, naming file and offset: acknowledged data is damaged.
absl::StatusOr<StartDecision> DecideStart(rocksdb::Env& env, const std::string& db_path);

// DATA_LOSS, naming each anchor that lies beyond `head`.
absl::Status CheckAnchors(std::uint64_t head, const std::vector<Anchor>& anchors);

}  // namespace sanzhang::eventstore
