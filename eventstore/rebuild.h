// Rebuilds all rows from the records alone: streams, heads, requests, and the index of the log's
// user.
//
// The log is the only truth, so everything but the records may be thrown away. What the records do
// not hold is lost: the digests of requests (then any body matches), the receipts of requests that
// recorded nothing, and the subject of a receipt where it was not the stream of the append's first
// record. Started again after a crash, it begins anew; until it is done, EventStore::Open refuses
// the log.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/commit_log.h"
#include "eventstore/event_store.h"

namespace sanzhang::eventstore {

// Set, and not empty, while the rows are not complete.
inline constexpr char kRebuildingMark[] = "rebuilding";

struct RebuildOptions {
  // As in EventStore::Options.
  std::function<std::vector<IndexEntry>(const log::v1::Record&)> derive = {};
  // The principal of the request that a record came from, as RequestKey had it.
  std::function<std::string(const log::v1::Record&)> principal_of = {};
};

// DATA_LOSS if a record is damaged or the log has a hole. Memory does not grow with the log.
absl::Status RebuildIndexes(CommitLog& log, const RebuildOptions& options);

}  // namespace sanzhang::eventstore
