#include "services/runtime/answers.h"

#include "proto/wire/etag.h"
#include "proto/wire/refusal.h"
#include "services/runtime/limits.h"

namespace sanzhang::runtime {

using eventstore::AppendResult;

absl::Status Bug(std::string_view what) {
  return wire::Refuse(type::v1::ERROR_REASON_INTERNAL, {}, what);
}

absl::Status Conflict(std::string_view expected_etag, std::uint64_t actual) {
  return wire::Refuse(
      type::v1::ERROR_REASON_REVISION_CONFLICT,
      {{"expected_etag", std::string(expected_etag)}, {"current_etag", wire::EtagOf(actual)}});
}

absl::Status Reused(std::string_view request_id) {
  return wire::Refuse(type::v1::ERROR_REASON_REQUEST_ID_REUSED,
                      {{"request_id", std::string(request_id)}});
}

Answer AnswerOf(const eventstore::Receipt& receipt) {
  return {receipt.stream, wire::EtagOf(receipt.revision), receipt.position};
}

absl::Status RefusalOf(const AppendResult& result, std::string_view request_id) {
  switch (result.kind) {
    case AppendResult::Kind::kRequestReused:
      return Reused(request_id);
    case AppendResult::Kind::kOverloaded:
      return wire::RefuseForNow(type::v1::ERROR_REASON_OVERLOADED, kRetryDelay);
    case AppendResult::Kind::kDeadline:
      return wire::Refuse(type::v1::ERROR_REASON_QUEUE_DEADLINE);
    case AppendResult::Kind::kStopped:
      return wire::RefuseForNow(type::v1::ERROR_REASON_STORE_STOPPED, kRetryDelay);
    case AppendResult::Kind::kUnknown:
      return wire::RefuseForNow(type::v1::ERROR_REASON_COMMIT_OUTCOME_UNKNOWN, kRetryDelay);
    case AppendResult::Kind::kInvalid:
    case AppendResult::Kind::kConflict:
    case AppendResult::Kind::kCommitted:
    case AppendResult::Kind::kReplayed:
      break;
  }
  return Bug("the store found the append malformed: " + result.message);
}

}  // namespace sanzhang::runtime
