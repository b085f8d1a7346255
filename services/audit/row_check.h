// Whether the rows that are derived from a log's records say what the records say: streams, heads,
// the requests of records that carry one, and the index that the log's user derives.
//
// Memory: a number of bytes for each entry of that index.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "eventstore/commit_log.h"
#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::audit {

// Of each stream, its last revision.
using Revisions = absl::flat_hash_map<std::string, std::uint64_t>;

// As in eventstore::EventStore::Options; empty: the index is not looked at.
using DeriveIndex = std::function<std::vector<eventstore::IndexEntry>(const log::v1::Record&)>;

class RowCheck {
 public:
  // `log` must outlive it.
  RowCheck(const eventstore::CommitLog& log, DeriveIndex derive)
      : log_(log), derive_(std::move(derive)) {}

  // DATA_LOSS, beginning with `position N:`.
  absl::Status Look(const log::v1::Record& record);
  // After all records: that there are no other rows, each head is its stream's last revision, and
  // each entry of the index is the last one of its key.
  absl::Status Finish(std::uint64_t records, const Revisions& revisions);

 private:
  // The beginning of a SHA-256.
  using Digest = std::array<char, 16>;
  struct Derived {
    Digest value = {};
    std::uint64_t position = 0;
  };
  static Digest DigestOf(std::string_view text);
  absl::Status CheckStreams(std::uint64_t records) const;
  absl::Status CheckHeads(const Revisions& revisions) const;
  absl::Status CheckIndex();

  const eventstore::CommitLog& log_;
  const DeriveIndex derive_;
  absl::flat_hash_map<Digest, Derived> index_;  // By key: what the records read so far put last.
};

}  // namespace sanzhang::audit
