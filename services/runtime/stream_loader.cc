#include "services/runtime/stream_loader.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/wire/fact.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"
#include "services/runtime/limits.h"

namespace sanzhang::runtime {
namespace {

absl::Status Corrupt(std::string_view stream, std::uint64_t revision, std::string_view why) {
  return wire::Refuse(
      type::v1::ERROR_REASON_LOG_CORRUPT, {},
      absl::StrCat(std::string(stream), " at revision ", revision, ": ", std::string(why)));
}

// A state that grows by one record after another.
class Fold {
 public:
  Fold(const AggregateType& type, std::string_view stream, Folded from)
      : type_(type), stream_(stream), revision_(from.revision), seen_(std::move(from.state)) {}

  absl::Status Add(const eventstore::Stored& stored) {
    if (stored.revision != revision_ + 1) return Corrupt(stream_, stored.revision, "a hole");
    if (!record_.ParseFromString(stored.bytes)) {
      return Corrupt(stream_, stored.revision, "an unreadable record");
    }
    if (event_ == nullptr) event_ = type_.new_event();
    const absl::Status read = wire::ReadFact(record_.type(), record_.payload(), *event_);
    if (!read.ok()) {
      return Corrupt(stream_, stored.revision, std::string(read.message()));
    }
    if (state_ == nullptr) state_ = seen_ ? type_.copy_state(seen_.get()) : type_.new_state();
    const Happened happened{wire::ToTime(record_.occurred_at()), record_.actor()};
    type_.evolve(state_.get(), *event_, happened);
    revision_ = stored.revision;
    return absl::OkStatus();
  }

  std::uint64_t revision() const { return revision_; }

  Folded Take() && {
    if (state_ != nullptr) return {revision_, std::move(state_)};
    if (seen_ == nullptr) seen_ = type_.new_state();
    return {revision_, std::move(seen_)};
  }

 private:
  const AggregateType& type_;
  const std::string_view stream_;
  std::uint64_t revision_;
  std::shared_ptr<const void> seen_;  // Others may be reading it: copied before the first change.
  std::shared_ptr<void> state_;
  std::unique_ptr<google::protobuf::Message> event_;
  log::v1::Record record_;
};

}  // namespace

absl::StatusOr<Folded> StreamLoader::Load(const AggregateType& type,
                                          std::string_view stream) const {
  Folded kept = cache_.Find(stream, type);
  const std::uint64_t kept_revision = kept.revision;
  Fold fold(type, stream, std::move(kept));
  const eventstore::PageLimits limits{.records_max = kFoldRecordsMax, .bytes_max = kFoldBytesMax};
  for (std::uint64_t next = kept_revision + 1; next != 0;) {
    absl::StatusOr<eventstore::StreamPage> page =
        store_.ReadStream(stream, next, eventstore::Direction::kForwards, limits);
    if (!page.ok()) return page.status();
    for (const eventstore::Stored& stored : page->records) {
      if (absl::Status added = fold.Add(stored); !added.ok()) return added;
    }
    if (page->next_revision == 0 && fold.revision() < page->head_revision) {
      return Corrupt(stream, fold.revision() + 1, "a hole");
    }
    next = page->next_revision;
  }
  const bool grew = fold.revision() > kept_revision;
  Folded folded = std::move(fold).Take();
  if (grew) cache_.Put(stream, type, folded);
  return folded;
}

}  // namespace sanzhang::runtime
