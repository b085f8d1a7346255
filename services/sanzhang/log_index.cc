#include "services/sanzhang/log_index.h"

#include <utility>

#include "services/privacy/privacy_index.h"
#include "services/rating/rating_index.h"
#include "services/registry/registry_index.h"

namespace sanzhang::app {

std::vector<eventstore::IndexEntry> IndexOf(const log::v1::Record& record,
                                            registry::RegisterWatch* watch) {
  std::vector<eventstore::IndexEntry> entries =
      watch != nullptr ? watch->Derive(record) : registry::DeriveIndex(record);
  for (const auto derive : {rating::DeriveIndex, privacy::DeriveIndex}) {
    for (eventstore::IndexEntry& entry : derive(record)) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace sanzhang::app
