// Bounds of what is kept and read about one person's data.
#pragma once

#include <cstddef>

namespace sanzhang::privacy {

// What one person's state holds: it stays small enough to keep thousands in memory.
inline constexpr std::size_t kConsentsMax = 200;
inline constexpr std::size_t kLegalHoldsMax = 100;
// Corrections that one request leads to.
inline constexpr std::size_t kCorrectionsMax = 100;

// Cases that an erasure looks at; of one who has more nothing is erased (TOO_MANY).
inline constexpr std::size_t kCasesMax = 2000;
// Streams of cases that an erasure rests on, the newest: an append takes no more. An older one that
// is opened anew in the moment between the look and the erasure is not seen.
inline constexpr std::size_t kCasesRestedOnMax = 128;
// Records of a stream that are searched for the words that a correction names.
inline constexpr std::size_t kSearchedMax = 5000;

// Lines of a refusal that list what keeps data from being erased; how many more there are is said.
inline constexpr std::size_t kHoldLinesMax = 15;

// Persons in the ledger of one installation.
inline constexpr std::size_t kLedgerMax = 100'000;

}  // namespace sanzhang::privacy
