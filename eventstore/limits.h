// Every bound of the event store, with its unit in its name.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sanzhang::eventstore {

// One record, serialised. Fits an entry of a tlog-tiles bundle (65,535 bytes) with room to spare.
inline constexpr std::size_t kRecordBytesMax = 60 * 1024;
// What position, revision and recorded_at may add to a record after it was handed in.
inline constexpr std::size_t kStampBytesMax = 64;
inline constexpr std::size_t kStreamNameBytesMax = 256;
inline constexpr std::size_t kTypeNameBytesMax = 256;

// One append.
inline constexpr std::size_t kAppendBytesMax = 1 << 20;
inline constexpr std::size_t kAppendRecordsMax = 1000;
inline constexpr std::size_t kAppendStreamsMax = 256;  // Written.
inline constexpr std::size_t kAppendConditionsMax = 256;
inline constexpr std::size_t kPrincipalBytesMax = 256;
inline constexpr std::size_t kRequestIdBytesMax = 128;
inline constexpr std::size_t kDigestBytesMax = 64;

// What `derive` may add to the batch of one record.
inline constexpr std::size_t kIndexEntriesPerRecordMax = 64;
inline constexpr std::size_t kIndexKeyBytesMax = 1024;
inline constexpr std::size_t kIndexValueBytesMax = 4096;

// Appends that wait for the committer.
inline constexpr std::size_t kQueueAppendsMax = 4096;
inline constexpr std::size_t kQueueBytesMax = 32 << 20;

// One batch: one write, one sync.
inline constexpr std::size_t kBatchAppendsMax = 1024;
inline constexpr std::size_t kBatchBytesMax = 1 << 20;

// Results that the committer hands out itself, while nothing waits for it.
inline constexpr std::size_t kResultsHandedHereMax = 4;

// Stream heads that the committer remembers.
inline constexpr std::size_t kHeadsMax = 64 * 1024;

// One page of a read, whatever the caller asks for.
inline constexpr std::size_t kPageRecordsMax = 10'000;
inline constexpr std::size_t kPageBytesMax = 4 << 20;
inline constexpr std::size_t kPageScannedMax = 1'000'000;
// Rows of one stream that are looked up by their keys: to walk so few costs more. Most streams are
// as short as that, and so is what is new in a longer one.
inline constexpr std::size_t kRowsLookedUpMax = 4;
inline constexpr std::size_t kIndexPageEntriesMax = 100'000;

// RocksDB. The write-ahead log bounds what a start after a crash has to read again.
inline constexpr std::uint64_t kWalBytesMax = 64 << 20;
inline constexpr std::size_t kMemtableBytesMax = 64 << 20;
inline constexpr std::size_t kBlockCacheBytesMax = 64 << 20;
inline constexpr int kOpenFilesMax = 512;
// Free space below which the log neither opens nor takes appends.
inline constexpr std::uint64_t kFreeSpaceBytesMin = 1 << 30;
// Opening may write again, and set aside, what the write-ahead logs and the manifest hold.
inline constexpr std::uint64_t kFreeSpacePerRecoveredByte = 2;

static_assert(kRecordBytesMax <= 65'535, "an entry of a tile bundle has a 16-bit length");
static_assert(kRecordBytesMax > kStampBytesMax + kStreamNameBytesMax + kTypeNameBytesMax);
static_assert(kRecordBytesMax <= kAppendBytesMax);
static_assert(kAppendBytesMax <= kBatchBytesMax, "an append fits in one batch");
static_assert(kAppendBytesMax <= kQueueBytesMax, "an append fits in the queue");
static_assert(kBatchAppendsMax <= kQueueAppendsMax, "the queue can hold the next batch");
static_assert(kRecordBytesMax <= kPageBytesMax, "a record fits in a page");
static_assert(kBatchBytesMax * 16 <= kWalBytesMax, "a write-ahead log holds many batches");

}  // namespace sanzhang::eventstore
