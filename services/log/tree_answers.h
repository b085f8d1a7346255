// What the transparency service answers, without gRPC: proofs and receipts from the keeper's tiles
// and the store's records, each checked before it is given away.
//
// Errors: RECEIPT_PENDING, TREE_SIZE_INVALID, TREE_STOPPED, STORE_STOPPED, LOG_CORRUPT.
// Threads: all methods from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "eventstore/event_store.h"
#include "eventstore/transparency/keeper.h"
#include "sanzhang/log/v1/transparency_service.pb.h"
#include "services/runtime/principal.h"

namespace sanzhang::log {

class TreeAnswers {
 public:
  // Both must outlive it.
  TreeAnswers(const eventstore::EventStore& store, const transparency::TreeKeeper& keeper)
      : store_(store), keeper_(keeper) {}

  absl::StatusOr<v1::GetCheckpointResponse> Checkpoint() const;
  absl::StatusOr<v1::GetInclusionProofResponse> Inclusion(
      const v1::GetInclusionProofRequest& request) const;
  absl::StatusOr<v1::GetConsistencyProofResponse> Consistency(
      const v1::GetConsistencyProofRequest& request) const;
  absl::StatusOr<v1::GetReceiptResponse> Receipt(const v1::GetReceiptRequest& request,
                                                 const runtime::Principal& caller) const;

 private:
  using PublishedPtr = std::shared_ptr<const transparency::Published>;

  // The last checkpoint. RECEIPT_PENDING, TREE_STOPPED.
  absl::StatusOr<PublishedPtr> Last(std::uint64_t position) const;
  // One that holds the position, cosigned if there is such a one.
  absl::StatusOr<PublishedPtr> Holding(std::uint64_t position) const;
  absl::StatusOr<std::string> RecordAt(std::uint64_t position) const;

  const eventstore::EventStore& store_;
  const transparency::TreeKeeper& keeper_;
};

}  // namespace sanzhang::log
