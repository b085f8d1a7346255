// A commit log in memory, for tests and demonstrations. Passes the contract tests of the real one;
// "durable" means: until it is destroyed.
#pragma once

#include <memory>

#include "eventstore/commit_log.h"

namespace sanzhang::eventstore {

std::unique_ptr<CommitLog> MakeMemoryCommitLog();

}  // namespace sanzhang::eventstore
