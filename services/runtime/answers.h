// What the command runner says itself, beside what the rules say. Internal to services/runtime.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/event_store.h"
#include "services/runtime/command_type.h"

namespace sanzhang::runtime {

// INTERNAL.
absl::Status Bug(std::string_view what);
// REVISION_CONFLICT.
absl::Status Conflict(std::string_view expected_etag, std::uint64_t actual);
// REQUEST_ID_REUSED.
absl::Status Reused(std::string_view request_id);
Answer AnswerOf(const eventstore::Receipt& receipt);
// Why an append that will not be tried again failed.
absl::Status RefusalOf(const eventstore::AppendResult& result, std::string_view request_id);

}  // namespace sanzhang::runtime
