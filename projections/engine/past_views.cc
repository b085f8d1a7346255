#include "projections/engine/past_views.h"

#include <algorithm>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "projections/engine/digest.h"
#include "projections/engine/record_applier.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"

namespace sanzhang::projections {
namespace {

using type::v1::ERROR_REASON_AS_OF_INVALID;
using type::v1::ERROR_REASON_AS_OF_OVERLOADED;
using type::v1::ERROR_REASON_AS_OF_TOO_DISTANT;
using type::v1::ERROR_REASON_DRAINING;
using type::v1::ERROR_REASON_VIEW_BEHIND;
using type::v1::ERROR_REASON_VIEW_STOPPED;

std::int64_t SizeOf(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

}  // namespace

PastViews::PastViews(Projection& projection, Options options)
    : projection_(projection),
      options_(std::move(options)),
      bases_(options_.folder, std::string(projection.name()), projection.version(),
             options_.limits) {}

PastViews::~PastViews() { Stop(); }

absl::Status PastViews::Open() { return bases_.Open(); }

void PastViews::Start() {
  absl::MutexLock lock(&mutex_);
  if (std::exchange(started_, true) || stopping_) return;
  thread_ = std::thread([this] { Run(); });
}

void PastViews::Stop() {
  std::multimap<std::uint64_t, Done> stranded;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    stranded.swap(waiting_);
    if (feed_ != nullptr) feed_->Cancel();
  }
  bases_.Cancel();
  for (auto& [position, done] : stranded) {
    done(wire::RefuseForNow(ERROR_REASON_DRAINING, kRetryDelay));
  }
  if (thread_.joinable()) thread_.join();
  absl::MutexLock lock(&mutex_);
  EvictLocked(absl::Now(), true);
}

void PastViews::Get(std::uint64_t position, Done done) {
  absl::StatusOr<File> now = wire::RefuseForNow(ERROR_REASON_AS_OF_OVERLOADED, kRetryDelay);
  {
    absl::MutexLock lock(&mutex_);
    const auto made = made_.find(position);
    if (made != made_.end()) {
      made->second.asked = absl::Now();
      now = made->second.file;
    } else if (stopping_ || !started_) {
      now = wire::RefuseForNow(ERROR_REASON_DRAINING, kRetryDelay);
    } else {
      const bool known = std::find(wanted_.begin(), wanted_.end(), position) != wanted_.end();
      if (known || wanted_.size() < options_.limits.waiting_max) {
        if (!known) wanted_.push_back(position);
        waiting_.emplace(position, std::move(done));
        return;
      }
    }
  }
  done(std::move(now));
}

absl::StatusOr<Snapshot> PastViews::Read(const File& file) {
  absl::StatusOr<Database::Read> read = file->BeginRead();
  if (!read.ok()) return read.status();
  views::v1::Freshness freshness;
  freshness.set_as_of_position(read->checkpoint.position);
  *freshness.mutable_as_of_time() = wire::ToStamp(read->checkpoint.recorded_at);
  return Snapshot(std::move(read->lease), file->version(), std::move(freshness));
}

void PastViews::Moved(const std::filesystem::path& live, std::uint64_t position) {
  absl::MutexLock lock(&mutex_);
  position_ = position;
  if (live_ != live) live_ = live;
}

void PastViews::Forget() {
  std::vector<File> dropped;
  absl::MutexLock lock(&mutex_);
  forget_ = true;
  live_.clear();  // No base is taken until the view moves again.
  position_ = 0;
  dropped = EvictLocked(absl::Now(), true);
}

void PastViews::Run() {
  while (WorkOnce()) {
  }
}

bool PastViews::WorkOnce() {
  std::optional<std::uint64_t> position;
  std::filesystem::path live;
  std::vector<File> dropped;
  bool forget = false;
  {
    absl::MutexLock lock(&mutex_);
    const auto something = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return stopping_ || forget_ || !wanted_.empty() ||
             position_ >= base_from_ + options_.limits.base_events_min;
    };
    mutex_.AwaitWithTimeout(absl::Condition(&something), options_.limits.file_idle_max);
    if (stopping_) return false;
    forget = std::exchange(forget_, false);
    if (forget) base_from_ = 0;
    dropped = EvictLocked(absl::Now(), false);
    if (!wanted_.empty()) position = wanted_.front();
    if (position_ >= base_from_ + options_.limits.base_events_min) {
      base_from_ = position_;
      live = live_;
    }
  }
  dropped.clear();
  if (forget) bases_.DropAll();
  if (position.has_value()) Answer(*position);
  if (!live.empty()) TakeBase(live);
  return true;
}

void PastViews::Answer(std::uint64_t position) {
  absl::StatusOr<File> file = Make(position);
  if (file.ok()) (*file)->RemoveWhenClosed();
  std::vector<Done> waited;
  std::vector<File> dropped;
  {
    absl::MutexLock lock(&mutex_);
    if (forget_) return;  // Made of what is not to be trusted: once more.
    wanted_.pop_front();
    const auto [begin, end] = waiting_.equal_range(position);
    for (auto it = begin; it != end; ++it) waited.push_back(std::move(it->second));
    waiting_.erase(begin, end);
    if (file.ok()) {
      made_[position] = {*file, SizeOf((*file)->path()), absl::Now()};
      dropped = EvictLocked(absl::Now(), false);
    }
  }
  dropped.clear();
  for (const Done& done : waited) done(file);
}

void PastViews::TakeBase(const std::filesystem::path& live) {
  std::uint64_t position = 0;
  {
    absl::MutexLock lock(&mutex_);
    position = position_;
  }
  if (!bases_.Due(position, SizeOf(live))) return;
  const absl::Status taken = bases_.Take(live);
  if (!taken.ok() && !absl::IsCancelled(taken)) options_.on_trouble(taken);
}

std::vector<PastViews::File> PastViews::EvictLocked(absl::Time now, bool all) {
  const auto too_much = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::int64_t bytes = 0;
    for (const auto& [position, made] : made_) bytes += made.bytes;
    return made_.size() > options_.limits.files_max || bytes > options_.limits.files_bytes_max;
  };
  std::vector<File> dropped;
  while (!made_.empty()) {
    const auto oldest = std::min_element(
        made_.begin(), made_.end(),
        [](const auto& a, const auto& b) { return a.second.asked < b.second.asked; });
    if (!all && !too_much() && now - oldest->second.asked < options_.limits.file_idle_max) break;
    dropped.push_back(std::move(oldest->second.file));
    made_.erase(oldest);
  }
  return dropped;
}

PastBases::Base PastViews::SourceFor(std::uint64_t position) {
  PastBases::Base source;
  for (const PastBases::Base& base : bases_.all()) {
    if (base.position <= position) source = base;
  }
  absl::MutexLock lock(&mutex_);
  auto made = made_.upper_bound(position);
  if (made != made_.begin() && (--made)->first > source.position) {
    source = {made->first, made->second.file->path(), made->second.bytes};
  }
  return source;
}

absl::StatusOr<PastViews::File> PastViews::Make(std::uint64_t position) {
  const std::unique_ptr<LogFeed> feed = options_.feed();
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) feed->Cancel();
    feed_ = feed.get();
  }
  absl::StatusOr<File> file = MakeBy(*feed, position);
  absl::MutexLock lock(&mutex_);
  feed_ = nullptr;
  return file;
}

absl::StatusOr<PastViews::File> PastViews::MakeBy(LogFeed& feed, std::uint64_t position) {
  const absl::StatusOr<std::uint64_t> head = feed.Head();
  if (!head.ok()) return Away(position);
  if (position > *head) {
    return wire::Refuse(ERROR_REASON_AS_OF_INVALID, {{"head_position", std::to_string(*head)}});
  }
  while (true) {
    const PastBases::Base source = SourceFor(position);
    const std::uint64_t events = position - source.position;
    if (events > options_.limits.events_max) {
      return wire::Refuse(ERROR_REASON_AS_OF_TOO_DISTANT,
                          {{"events", std::to_string(events)},
                           {"events_max", std::to_string(options_.limits.events_max)}});
    }
    absl::StatusOr<File> file = MakeFrom(source, feed, position);
    if (file.ok() || !absl::IsDataLoss(file.status()) || source.path.empty()) return file;
    options_.on_trouble(file.status());
    bases_.Drop(source.path);
    absl::MutexLock lock(&mutex_);
    made_.erase(source.position);
  }
}

absl::StatusOr<PastViews::File> PastViews::MakeFrom(const PastBases::Base& source, LogFeed& feed,
                                                    std::uint64_t position) {
  const std::filesystem::path path =
      options_.folder / absl::StrCat(std::string(projection_.name()), ".v", projection_.version(),
                                     ".as-of-", position, ".", ++files_made_, ".sqlite");
  Database::Remove(path);
  absl::Status status;
  if (source.path.extension() == ".base") status = PastBases::Copy(source, path);
  if (source.path.extension() == ".sqlite") {
    std::error_code error;  // Of a finished file nothing is beside it.
    std::filesystem::copy_file(source.path, path, error);
    if (error) status = absl::DataLossError(source.path.string() + ": " + error.message());
  }
  if (!status.ok()) return status;
  absl::StatusOr<File> file =
      Database::Open(path, projection_.version(), projection_.schema(), options_.readers_max);
  if (!file.ok()) {
    Database::Remove(path);
    return file.status();
  }
  if ((*file)->checkpoint().position != source.position) {
    status = absl::DataLossError(source.path.string() + ": stands at another position");
  }
  if (status.ok()) status = Apply(feed, **file, position);
  if (status.ok()) status = (*file)->Finish();
  if (status.ok()) return file;
  (*file)->RemoveWhenClosed();
  return status;
}

// As the follower does, up to a position: the record at the checkpoint comes first, to be compared.
absl::Status PastViews::Apply(LogFeed& feed, Database& file, std::uint64_t position) {
  RecordApplier applier(projection_);
  bool verified = file.checkpoint().position == 0;
  feed.Open(std::max<std::uint64_t>(file.checkpoint().position, 1));
  while (!verified || file.checkpoint().position < position) {
    const absl::StatusOr<std::vector<log::v1::SubscribeResponse>> messages = feed.Take();
    if (!messages.ok()) return Away(position);
    const absl::Status written = file.Write([&](Rows& rows, Checkpoint& reached) {
      const std::string* last = nullptr;
      for (const auto& message : *messages) {
        for (const std::string& bytes : message.records()) {
          if (!verified && DigestOf(bytes) != reached.digest) {
            return absl::DataLossError("made from another log");
          }
          if (!std::exchange(verified, true)) continue;
          if (reached.position >= position) break;
          if (absl::Status applied = applier.Apply(bytes, rows, reached); !applied.ok()) {
            return wire::Refuse(ERROR_REASON_VIEW_STOPPED,
                                {{"view", std::string(projection_.name())},
                                 {"position", std::to_string(reached.position + 1)}},
                                std::string(applied.message()));
          }
          last = &bytes;
        }
      }
      if (last != nullptr) reached.digest = DigestOf(*last);
      reached.complete = true;
      return absl::OkStatus();
    });
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::Status PastViews::Away(std::uint64_t position) const {
  return wire::RefuseForNow(
      ERROR_REASON_VIEW_BEHIND, kRetryDelay,
      {{"view", std::string(projection_.name())}, {"min_position", std::to_string(position)}});
}

}  // namespace sanzhang::projections
