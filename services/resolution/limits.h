// Bounds of votes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sanzhang::resolution {

// All areas of a vote together stay below this; products with a threshold's terms are of 128 bits.
inline constexpr std::int64_t kAreaTotalMax = std::int64_t{1} << 60;

// Largest term of a threshold.
inline constexpr std::int32_t kThresholdTermMax = 1'000'000;

// Of a resolution's state, so that thousands stay in memory.
inline constexpr std::size_t kSignersMax = 20'000;
inline constexpr std::size_t kDeliberationsMax = 50;
inline constexpr std::size_t kRollObjectionsMax = 1000;
inline constexpr std::int32_t kTallyObjectionsMax = 1000;
inline constexpr std::size_t kChallengesMax = 100;
inline constexpr std::size_t kNominatorsMax = 100;  // Of one candidate.
inline constexpr std::size_t kPresencesMax = 100;   // Comings and goings of one member.

// As many as a ballot has items.
inline constexpr std::size_t kCandidatesMax = 64;

// Whoever counts is never alone.
inline constexpr int kCountersMin = 2;

// Of a count in the log: with the rest of its record it stays within the log's bound on records.
inline constexpr std::size_t kTallyBytesMax = 56 * 1024;

// Dwellings that a roll entry lists; a developer may own more, and their number and area count
// whole.
inline constexpr std::size_t kDwellingsListedMax = 1000;
// Powers that were ever given for one voter of a vote.
inline constexpr std::size_t kProxiesPerVoterMax = 20;
// Ballots of one voting subject: co-owners, proxies, papers.
inline constexpr std::size_t kBallotsPerVoterMax = 100;

// Voting subjects of one vote.
inline constexpr std::size_t kVotersMax = 200'000;
// One append of voters that are enrolled, within what the log takes.
inline constexpr std::size_t kEnrolVotersMax = 250;
inline constexpr std::size_t kEnrolBytesMax = 900 * 1024;
// Papers in one record of a box.
inline constexpr std::size_t kBoxPageBytesMax = 40 * 1024;

}  // namespace sanzhang::resolution
