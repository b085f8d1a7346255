#include "services/registry/register_memory.h"

#include <utility>

namespace sanzhang::registry {
namespace {

// Debian's Abseil has a string_view of its own.
absl::string_view KeyOf(std::string_view text) { return {text.data(), text.size()}; }

template <class Map>
typename Map::mapped_type FindIn(const Map& map, std::string_view key) {
  const auto found = map.find(KeyOf(key));
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

std::shared_ptr<const runtime::Folded> CommunityMemory::State(std::string_view stream) const {
  absl::ReaderMutexLock lock(&mutex_);
  return FindIn(states_, stream);
}

std::shared_ptr<const Names> CommunityMemory::List(std::string_view prefix) const {
  absl::ReaderMutexLock lock(&mutex_);
  return FindIn(lists_, prefix);
}

std::shared_ptr<const Tenures> CommunityMemory::TenuresOf(std::string_view subject) const {
  absl::ReaderMutexLock lock(&mutex_);
  return FindIn(tenures_, subject);
}

void CommunityMemory::Keep(std::string_view stream, std::shared_ptr<const runtime::Folded> state) {
  absl::MutexLock lock(&mutex_);
  entries_ += states_.insert_or_assign(std::string(stream), std::move(state)).second;
}

void CommunityMemory::Keep(std::string_view prefix, std::shared_ptr<const Names> names) {
  absl::MutexLock lock(&mutex_);
  entries_ += lists_.insert_or_assign(std::string(prefix), std::move(names)).second;
}

void CommunityMemory::Keep(std::string_view subject, std::shared_ptr<const Tenures> tenures) {
  absl::MutexLock lock(&mutex_);
  entries_ += tenures_.insert_or_assign(std::string(subject), std::move(tenures)).second;
}

std::size_t CommunityMemory::size() const {
  absl::ReaderMutexLock lock(&mutex_);
  return states_.size() + lists_.size() + tenures_.size();
}

std::shared_ptr<CommunityMemory> RegisterMemory::Of(std::string_view community) {
  const std::uint64_t head = store_.head().position;
  // What is forgotten is destroyed outside the lock.
  absl::flat_hash_map<std::string, std::shared_ptr<CommunityMemory>> forgotten;
  std::shared_ptr<CommunityMemory> stale;
  absl::MutexLock lock(&mutex_);
  const auto found = communities_.find(KeyOf(community));
  if (found != communities_.end()) {
    if (entries_ <= entries_max_ && watch_.Unchanged(community, found->second->as_of(), head)) {
      return found->second;
    }
    stale = std::move(found->second);
    communities_.erase(found);
  }
  if (entries_ > entries_max_ || communities_.size() >= entries_max_) communities_.swap(forgotten);
  auto fresh = std::make_shared<CommunityMemory>(head, entries_);
  communities_.emplace(std::string(community), fresh);
  return fresh;
}

absl::StatusOr<std::shared_ptr<const runtime::Folded>> RegisterView::Fold(
    const runtime::AggregateType& type, std::string_view stream) const {
  if (auto known = memory_->State(stream)) return known;
  absl::StatusOr<runtime::Folded> folded = loader_.Load(type, stream);
  if (!folded.ok()) return folded.status();
  auto state = std::make_shared<const runtime::Folded>(*std::move(folded));
  memory_->Keep(stream, state);
  return state;
}

absl::StatusOr<std::shared_ptr<const Names>> RegisterView::List(std::string_view prefix,
                                                                std::size_t names_max) const {
  if (auto known = memory_->List(prefix)) return known;
  absl::StatusOr<std::vector<eventstore::IndexEntry>> entries = store_.ReadIndex(prefix, names_max);
  if (!entries.ok()) return entries.status();
  auto names = std::make_shared<Names>();
  for (eventstore::IndexEntry& entry : *entries) names->push_back(std::move(entry.value));
  std::shared_ptr<const Names> kept = std::move(names);
  memory_->Keep(prefix, kept);
  return kept;
}

absl::StatusOr<std::uint64_t> RegisterView::RevisionOf(std::string_view stream) const {
  if (auto known = memory_->State(stream)) return known->revision;
  const absl::StatusOr<std::uint64_t> revision = store_.RevisionOf(stream);
  if (!revision.ok()) return revision.status();
  memory_->Keep(stream,
                std::make_shared<const runtime::Folded>(runtime::Folded{*revision, nullptr}));
  return *revision;
}

}  // namespace sanzhang::registry
