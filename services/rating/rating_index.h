// Entries that the log's index keeps of ratings, a pure function of each record: what a result is
// computed from is found without reading the log.
//
//   {campaign}/rated/{id}       a rating was given there
//   {appraisal}/graded/{id}     an appraiser handed in grades there
//   {body}/appraised/{id}       an appraisal of the body was announced
//
// The value is the full name of the resource. Entries are never taken back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eventstore/event_store.h"
#include "sanzhang/log/v1/record.pb.h"

namespace sanzhang::rating {

// For EventStore::Options::derive, beside what others derive.
std::vector<eventstore::IndexEntry> DeriveIndex(const log::v1::Record& record);

// Prefixes of keys.
std::string RatingsOf(std::string_view campaign);
std::string AppraisersOf(std::string_view appraisal);
std::string AppraisalsOf(std::string_view body);

}  // namespace sanzhang::rating
