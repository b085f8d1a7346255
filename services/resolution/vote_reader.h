// Reads what is known of a vote out of its streams, all of them as they were at one position.
// Errors: LOG_CORRUPT; else the store's. Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"
#include "services/resolution/tally_case.h"

namespace sanzhang::resolution {

struct VoteOnRecord {
  ClosedVote vote;
  std::map<std::string, std::uint64_t, std::less<>> voter_revisions;  // By the voter's last part.
  v1::TallyResult first_count;                                        // Empty: not counted yet.
  bool box_emptied = false;
};

// Folds the records of one vote, each stream's in the order of its revisions; streams may be mixed.
class VoteFold {
 public:
  explicit VoteFold(std::string resolution) : resolution_(std::move(resolution)) {}

  // Records of other streams are left out. LOG_CORRUPT.
  absl::Status Add(const log::v1::Record& record);
  const VoteOnRecord& vote() const { return vote_; }
  VoteOnRecord Take() && { return std::move(vote_); }

 private:
  const std::string resolution_;
  VoteOnRecord vote_;
};

class VoteReader {
 public:
  // Not owned; must outlive it.
  explicit VoteReader(const eventstore::EventStore& store) : store_(store) {}

  absl::StatusOr<VoteOnRecord> Read(std::string_view resolution) const;
  // The request under which the voter voted in a secret vote; empty: the voter has not.
  absl::StatusOr<std::string> SecretRequestOf(std::string_view voter) const;

 private:
  const eventstore::EventStore& store_;
};

}  // namespace sanzhang::resolution
