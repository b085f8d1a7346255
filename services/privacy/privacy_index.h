// Entries that the log's index keeps of personal data, a pure function of each record: what a
// person's erasure rests on, and THE LEDGER, are found without reading the log.
//
//   {person}/cases/{collection}/{id}  a complaint or a vote with something of the person's: they
//                                     filed it, words in it are theirs, or they stand in its roll
//   privacy/destroyed/{person}        the person's key was destroyed
//   privacy/restricted/{person}       the processing of the person's data was restricted once
//
// The value is the full name of the resource; of the last two the person's stream
// `communities/{c}/dataSubjects/{p}`. Entries are never taken back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::privacy {

// For EventStore::Options::derive, beside what others derive.
std::vector<eventstore::IndexEntry> DeriveIndex(const log::v1::Record& record);

// Prefixes of keys.
std::string CasesOf(std::string_view person);
inline constexpr std::string_view kDestroyedPrefix = "privacy/destroyed/";
inline constexpr std::string_view kRestrictedPrefix = "privacy/restricted/";

}  // namespace sanzhang::privacy
