// An event store that a test looks into: it counts what is read, spoils it, and answers appends
// itself. Threads: to be set up before it is used.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "eventstore/event_store.h"

namespace sanzhang::toy {

class WatchedStore : public eventstore::EventStore {
 public:
  explicit WatchedStore(std::unique_ptr<eventstore::EventStore> store) : store_(std::move(store)) {}

  // By ReadStream.
  mutable std::size_t records_read = 0;
  std::function<void(eventstore::StreamPage&)> spoil = [](auto&) {};
  // What Append answers instead of the store; nothing: the store does.
  std::function<std::optional<eventstore::AppendResult>(const eventstore::Append&)> answer =
      [](const auto&) { return std::nullopt; };

  void Append(eventstore::Append append,
              std::function<void(eventstore::AppendResult)> done) override {
    if (auto instead = answer(append); instead.has_value()) return done(*std::move(instead));
    store_->Append(std::move(append), std::move(done));
  }
  absl::StatusOr<eventstore::StreamPage> ReadStream(std::string_view stream, std::uint64_t from,
                                                    eventstore::Direction direction,
                                                    eventstore::PageLimits limits) const override {
    auto page = store_->ReadStream(stream, from, direction, limits);
    if (!page.ok()) return page;
    records_read += page->records.size();
    spoil(*page);
    return page;
  }
  absl::StatusOr<eventstore::StreamsPage> ReadStreams(
      std::string_view prefix, std::string_view from, std::uint64_t as_of,
      eventstore::PageLimits limits) const override {
    return store_->ReadStreams(prefix, from, as_of, limits);
  }
  absl::StatusOr<eventstore::LogPage> ReadLog(std::uint64_t from, eventstore::Direction direction,
                                              const eventstore::Filter& filter,
                                              eventstore::PageLimits limits) const override {
    return store_->ReadLog(from, direction, filter, limits);
  }
  absl::StatusOr<std::uint64_t> RevisionOf(std::string_view stream) const override {
    return store_->RevisionOf(stream);
  }
  absl::StatusOr<std::vector<eventstore::IndexEntry>> ReadIndex(
      std::string_view prefix, std::size_t entries_max) const override {
    return store_->ReadIndex(prefix, entries_max);
  }
  absl::StatusOr<std::optional<eventstore::Receipt>> FindRequest(
      const eventstore::RequestKey& key) const override {
    return store_->FindRequest(key);
  }
  eventstore::Head head() const override { return store_->head(); }
  std::uint64_t WhenReaches(std::uint64_t position, std::function<void()> ready) override {
    return store_->WhenReaches(position, std::move(ready));
  }
  void CancelWait(std::uint64_t ticket) override { store_->CancelWait(ticket); }
  eventstore::QueueDepth queue_depth() const override { return store_->queue_depth(); }
  absl::Status health() const override { return store_->health(); }
  void Close() override { store_->Close(); }

 private:
  const std::unique_ptr<eventstore::EventStore> store_;
};

}  // namespace sanzhang::toy
