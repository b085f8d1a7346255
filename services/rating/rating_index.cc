#include "services/rating/rating_index.h"

#include <utility>

#include "proto/wire/names.h"
#include "sanzhang/rating/v1/events.pb.h"

namespace sanzhang::rating {
namespace {

using eventstore::IndexEntry;
using log::v1::Record;

// `communities/c1/appraisals/a1/appraisers/x` → `communities/c1/appraisals/a1`.
std::string_view ParentOf(std::string_view name) {
  const std::size_t id = name.rfind('/');
  return name.substr(0, name.rfind('/', id - 1));
}

IndexEntry Entry(std::string prefix, const Record& record) {
  prefix.append(wire::IdOf(record.stream()));
  return {.key = std::move(prefix), .value = record.stream()};
}

template <class Fact>
bool Is(const Record& record) {
  return record.type() == Fact::descriptor()->full_name();
}

}  // namespace

std::vector<IndexEntry> DeriveIndex(const Record& record) {
  if (Is<v1::RatingSubmitted>(record)) {
    return {Entry(RatingsOf(ParentOf(record.stream())), record)};
  }
  if (Is<v1::AppraisalGraded>(record)) {
    return {Entry(AppraisersOf(ParentOf(record.stream())), record)};
  }
  v1::AppraisalAnnounced announced;
  if (Is<v1::AppraisalAnnounced>(record) && announced.ParseFromString(record.payload())) {
    return {Entry(AppraisalsOf(announced.body()), record)};
  }
  return {};
}

std::string RatingsOf(std::string_view campaign) { return std::string(campaign) + "/rated/"; }

std::string AppraisersOf(std::string_view appraisal) { return std::string(appraisal) + "/graded/"; }

std::string AppraisalsOf(std::string_view body) { return std::string(body) + "/appraised/"; }

}  // namespace sanzhang::rating
