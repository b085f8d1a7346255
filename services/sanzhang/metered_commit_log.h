// A commit log that measures its appends: log_batch_records, log_sync_seconds.
#pragma once

#include <memory>

#include "eventstore/commit_log.h"
#include "services/sanzhang/metrics.h"

namespace sanzhang::app {

// `metrics` must outlive it.
std::unique_ptr<eventstore::CommitLog> Metered(std::unique_ptr<eventstore::CommitLog> log,
                                               Metrics& metrics);

}  // namespace sanzhang::app
