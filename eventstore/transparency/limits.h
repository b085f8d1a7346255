// Every bound of the tree, its signer and its witnesses, with its unit in its name.
#pragma once

#include <cstddef>
#include <cstdint>

#include "eventstore/limits.h"

namespace sanzhang::transparency {

inline constexpr std::size_t kHashBytes = 32;
// Of tlog-tiles: a full tile spans eight levels of the tree.
inline constexpr int kTileHeight = 8;
inline constexpr int kTileWidth = 1 << kTileHeight;
inline constexpr int kTileLevelMax = 63 / kTileHeight;
// A proof in the largest tree there can be.
inline constexpr std::size_t kProofHashesMax = 63;

// A checkpoint, a receipt, a request to a witness: what is longer is not read.
inline constexpr std::size_t kNoteBytesMax = 64 * 1024;
inline constexpr std::size_t kNoteSignaturesMax = 64;
inline constexpr std::size_t kKeyNameBytesMax = 200;
inline constexpr std::size_t kReceiptBytesMax = 256 * 1024;

// A tlog-policy.
inline constexpr std::size_t kPolicyBytesMax = 64 * 1024;
inline constexpr std::size_t kPolicyLinesMax = 1024;

// At rest a record is signed at once; under load so long after the last time. Together with the
// time that reading and hashing takes, a receipt must be there within two seconds.
inline constexpr int kSignPauseMs = 500;
// Read, hashed and written at a time.
inline constexpr std::size_t kGrowRecordsMax = 4096;
// Far behind, as with a log that was never signed: signed after so many, without a pause.
inline constexpr std::size_t kSignRecordsMax = 256 * 1024;
// After an error of the file system below `tree`: the log goes on, what is signed stands still.
inline constexpr int kRetryPauseMs = 1000;
// How long a clean stop signs on what is not signed yet.
inline constexpr int kCloseMsMax = 5000;

// What a start reads again: the records since the last multiple of this that was signed. Tiles of
// what lies before are on disk, synced, before the signed size passes it.
inline constexpr std::uint64_t kTailRecords = 65'536;

// Asked of a witness, and answered by ours.
inline constexpr int kWitnessTimeoutMs = 5'000;
inline constexpr int kWitnessPauseMs = 1'000;
inline constexpr std::size_t kWitnessesMax = 16;
inline constexpr std::size_t kWitnessAnswerBytesMax = 16 * 1024;

static_assert(kTailRecords % (kTileWidth * kTileWidth) == 0, "whole tiles of two levels");
static_assert(kReceiptBytesMax > 4 * eventstore::kRecordBytesMax / 3 + kNoteBytesMax);
static_assert(kWitnessesMax < kNoteSignaturesMax, "all of them fit in a checkpoint");

}  // namespace sanzhang::transparency
