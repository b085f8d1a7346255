#include "eventstore/heads.h"

namespace sanzhang::eventstore {

std::optional<std::uint64_t> Heads::Find(std::string_view stream) {
  const auto found = by_stream_.find({stream.data(), stream.size()});
  if (found == by_stream_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void Heads::Put(std::string_view stream, std::uint64_t revision) {
  if (const auto found = by_stream_.find({stream.data(), stream.size()});
      found != by_stream_.end()) {
    found->second->second = revision;
    entries_.splice(entries_.begin(), entries_, found->second);
    return;
  }
  if (entries_.size() >= streams_max_ && !entries_.empty()) {
    // The oldest entry's memory becomes the new one's.
    const auto oldest = std::prev(entries_.end());
    by_stream_.erase(oldest->first);
    oldest->first = stream;
    oldest->second = revision;
    entries_.splice(entries_.begin(), entries_, oldest);
  } else {
    entries_.emplace_front(stream, revision);
  }
  by_stream_.emplace(entries_.front().first, entries_.begin());
}

}  // namespace sanzhang::eventstore
