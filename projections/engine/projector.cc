#include "projections/engine/projector.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/engine/database.h"
#include "projections/engine/follower.h"
#include "projections/engine/limits.h"
#include "projections/engine/log_feed.h"
#include "proto/wire/refusal.h"
#include "proto/wire/time.h"

namespace sanzhang::projections {
namespace {

using type::v1::ERROR_REASON_DRAINING;
using type::v1::ERROR_REASON_VIEW_BEHIND;
using type::v1::ERROR_REASON_VIEW_STOPPED;
using State = ProjectorState;

// A file of a projection, as its name tells.
struct File {
  std::filesystem::path path;
  int version = 0;
  int rebuild = 1;
};

std::string FileName(std::string_view name, int version, int rebuild) {
  std::string file = absl::StrCat(std::string(name), ".v", version);
  if (rebuild > 1) absl::StrAppend(&file, ".r", rebuild);
  return file + ".sqlite";
}

// Reads `<mark><number>` off the front.
std::optional<int> TakeNumber(std::string_view& text, std::string_view mark) {
  if (!text.starts_with(mark)) return std::nullopt;
  const std::string_view digits = text.substr(mark.size());
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || number <= 0) return std::nullopt;
  text.remove_prefix(mark.size() + static_cast<std::size_t>(end - digits.data()));
  return number;
}

// The files of a projection: those of its present version first, then newest first.
std::vector<File> FilesOf(const std::filesystem::path& folder, std::string_view name, int present) {
  std::vector<File> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string file_name = entry.path().filename();
    std::string_view rest = file_name;
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(name.size());
    const std::optional<int> version = TakeNumber(rest, ".v");
    if (!version.has_value()) continue;
    const int rebuild = TakeNumber(rest, ".r").value_or(1);
    if (rest == ".sqlite") files.push_back({entry.path(), *version, rebuild});
  }
  std::sort(files.begin(), files.end(), [present](const File& a, const File& b) {
    return std::tuple(a.version == present, a.version, a.rebuild) >
           std::tuple(b.version == present, b.version, b.rebuild);
  });
  return files;
}

// Silence of this length is usual: the log sends a heartbeat every second.
constexpr absl::Duration kCurrentFor = absl::Milliseconds(3 * kFeedHeartbeatMs);

absl::Duration LagOf(bool at_head, const Follower::Progress& progress, absl::Time as_of,
                     absl::Time now) {
  if (at_head && now - progress.current_at <= kCurrentFor) return absl::ZeroDuration();
  return std::max(now - std::max(progress.current_at, as_of), absl::ZeroDuration());
}

}  // namespace

// One file: the present version's are followed into, older ones only answer.
struct Projector::Part {
  std::shared_ptr<Database> database;
  int rebuild = 1;
  std::unique_ptr<Follower> follower;  // Stopped before the database goes.

  Follower::Progress progress() const {
    if (follower != nullptr) return follower->progress();
    const Checkpoint& checkpoint = database->checkpoint();
    return {.position = checkpoint.position,
            .as_of = checkpoint.recorded_at,
            .complete = checkpoint.complete,
            .head = checkpoint.position};
  }
  bool moves() const {
    return follower != nullptr && follower->progress().state != State::kStopped;
  }
};

absl::StatusOr<std::unique_ptr<Projector>> Projector::Open(std::unique_ptr<Projection> projection,
                                                           Options options) {
  std::unique_ptr<Projector> projector(new Projector(std::move(projection), std::move(options)));
  const absl::Status opened = projector->OpenFiles();
  if (!opened.ok()) return opened;
  return projector;
}

Projector::Projector(std::unique_ptr<Projection> projection, Options options)
    : projection_(std::move(projection)),
      options_(std::move(options)),
      name_(projection_->name()),
      opened_at_(options_.now()) {}

Projector::~Projector() { Stop(); }

// Reads are answered from the newest complete file. The newest file of the present version is the
// one to go on with; it may be the same. All others go.
absl::Status Projector::OpenFiles() {
  std::error_code error;
  std::filesystem::create_directories(options_.folder, error);
  if (error) return absl::InternalError(options_.folder.string() + ": " + error.message());
  std::shared_ptr<Part> serving;
  std::shared_ptr<Part> newest;
  for (const File& file : FilesOf(options_.folder, name_, projection_->version())) {
    const bool present = file.version == projection_->version();
    absl::StatusOr<std::shared_ptr<Part>> part =
        present ? OpenPart(file.path, file.rebuild) : OpenOldPart(file.path);
    if (!part.ok() && !absl::IsDataLoss(part.status())) return part.status();
    if (!part.ok()) {
      Database::Remove(file.path);
      continue;
    }
    const bool goes_on = present && newest == nullptr;
    const bool serves = (*part)->database->checkpoint().complete && serving == nullptr;
    if (goes_on) newest = *part;
    if (serves) serving = *part;
    if (!goes_on && !serves) (*part)->database->RemoveWhenClosed();
  }
  if (newest == nullptr) {
    absl::StatusOr<std::shared_ptr<Part>> part =
        OpenPart(options_.folder / FileName(name_, projection_->version(), 1), 1);
    if (!part.ok()) return part.status();
    newest = *std::move(part);
  }
  {
    absl::MutexLock lock(&mutex_);
    serving_ = serving == nullptr ? newest : serving;
    if (serving_ != newest) building_ = newest;
  }
  past_ = std::make_unique<PastViews>(
      *projection_,
      PastViews::Options{
          .folder = options_.folder / "past",
          .feed = [this] { return std::make_unique<LogFeed>(options_.log, options_.log_metadata); },
          .readers_max = options_.readers_max,
          .limits = options_.past,
          .on_trouble = options_.on_past_trouble});
  return past_->Open();
}

absl::StatusOr<std::shared_ptr<Projector::Part>> Projector::OpenPart(
    const std::filesystem::path& path, int rebuild) {
  absl::StatusOr<std::shared_ptr<Database>> database =
      Database::Open(path, projection_->version(), projection_->schema(), options_.readers_max);
  if (!database.ok()) return database.status();
  auto part = std::make_shared<Part>();
  part->database = *std::move(database);
  part->rebuild = rebuild;
  part->follower = std::make_unique<Follower>(
      *projection_, part->database, std::make_unique<LogFeed>(options_.log, options_.log_metadata),
      options_.now, [this](Follower& follower) { OnProgress(follower); });
  return part;
}

absl::StatusOr<std::shared_ptr<Projector::Part>> Projector::OpenOldPart(
    const std::filesystem::path& path) {
  absl::StatusOr<std::shared_ptr<Database>> database =
      Database::OpenOld(path, options_.readers_max);
  if (!database.ok()) return database.status();
  auto part = std::make_shared<Part>();
  part->database = *std::move(database);
  return part;
}

void Projector::Start() {
  absl::MutexLock checking(&checker_mutex_);
  absl::MutexLock lock(&mutex_);
  if (started_ || stopped_) return;
  started_ = true;
  if (serving_->follower != nullptr) serving_->follower->Start();
  if (building_ != nullptr) building_->follower->Start();
  checker_ = std::thread([this] { CheckFiles(); });
  past_->Start();
}

void Projector::Stop() {
  check_.Cancel();
  std::vector<std::shared_ptr<Part>> parts;
  Waiters waiters;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    parts = {serving_, building_};
    waiters.swap(waiters_);
  }
  for (auto& [position, waiter] : waiters)
    waiter.second(wire::RefuseForNow(ERROR_REASON_DRAINING, kRetryDelay));
  for (const auto& part : parts) {
    if (part != nullptr && part->follower != nullptr) part->follower->Stop();
  }
  absl::MutexLock checking(&checker_mutex_);
  if (checker_.joinable()) checker_.join();
  if (past_ != nullptr) past_->Stop();
}

void Projector::OnProgress(const Follower& follower) {
  std::shared_ptr<Part> retired;
  std::vector<std::function<void(absl::Status)>> reached;
  Waiters stranded;
  bool changed = false;
  absl::Status stopped;
  {
    absl::MutexLock lock(&mutex_);
    if (building_ != nullptr && building_->follower.get() == &follower) {
      const Follower::Progress built = follower.progress();
      if (built.complete && built.position >= serving_->progress().position) {
        retired = std::exchange(serving_, std::exchange(building_, nullptr));
      }
    }
    // Under the lock, so that it does not come after a rebuild's Forget().
    if (building_ == nullptr && serving_->database->version() == version()) {
      past_->Moved(serving_->database->path(), serving_->progress().position);
    }
    const auto end = waiters_.upper_bound(serving_->progress().position);
    for (auto it = waiters_.begin(); it != end; ++it)
      reached.push_back(std::move(it->second.second));
    waiters_.erase(waiters_.begin(), end);
    stopped = Stopped();
    if (!stopped.ok()) stranded.swap(waiters_);
    const ProjectorState state = StatusLocked().state;
    changed = std::exchange(last_state_, state) != state;
  }
  for (const auto& done : reached) done(absl::OkStatus());
  for (const auto& [position, waiter] : stranded) waiter.second(stopped);
  if (changed) options_.on_change(status());
  if (retired != nullptr) Retire(std::move(retired));
}

void Projector::Retire(std::shared_ptr<Part> part) {
  if (part->follower != nullptr) part->follower->Stop();
  part->database->RemoveWhenClosed();
}

void Projector::CheckFiles() {
  std::vector<std::shared_ptr<Part>> parts;
  {
    absl::MutexLock lock(&mutex_);
    parts = {serving_, building_};
  }
  for (std::shared_ptr<Part>& part : parts) {
    if (part == nullptr) continue;
    absl::Status status = check_.Run(part->database->path());
    if (absl::IsCancelled(status)) return;
    if (status.ok()) continue;
    options_.on_damage(status);
    if (absl::Status replaced = Replace(part); !replaced.ok()) options_.on_damage(replaced);
    part.reset();  // The file goes with its last user.
  }
  options_.on_checked();
}

absl::Status Projector::Replace(const std::shared_ptr<Part>& damaged) {
  absl::MutexLock one_at_a_time(&rebuild_mutex_);
  absl::StatusOr<std::shared_ptr<Part>> fresh = OpenNextPart();
  if (!fresh.ok()) return fresh.status();
  {
    absl::MutexLock lock(&mutex_);
    const bool serves = serving_ == damaged;
    if (stopped_ || (!serves && building_ != damaged)) {  // It has gone already.
      (*fresh)->database->RemoveWhenClosed();
      return absl::OkStatus();
    }
    if (serves && building_ != nullptr) {
      (*fresh)->database->RemoveWhenClosed();
      serving_ = std::exchange(building_, nullptr);
    } else {
      (serves ? serving_ : building_) = *fresh;
      (*fresh)->follower->Start();
    }
  }
  past_->Forget();  // It may have been damaged when it was copied.
  Retire(damaged);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Projector::Part>> Projector::OpenNextPart() {
  int rebuild = 0;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& part : {serving_, building_}) {
      if (part != nullptr && part->follower != nullptr) rebuild = std::max(rebuild, part->rebuild);
    }
  }
  ++rebuild;
  return OpenPart(options_.folder / FileName(name_, projection_->version(), rebuild), rebuild);
}

absl::Status Projector::Rebuild() {
  absl::MutexLock one_at_a_time(&rebuild_mutex_);
  {
    absl::MutexLock lock(&mutex_);
    if (!started_ || stopped_) return absl::FailedPreconditionError("the projector does not run");
    if (building_ != nullptr && building_->moves()) return absl::OkStatus();
  }
  absl::StatusOr<std::shared_ptr<Part>> part = OpenNextPart();
  if (!part.ok()) return part.status();
  std::shared_ptr<Part> failed;
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return absl::FailedPreconditionError("the projector does not run");
    failed = std::exchange(building_, *part);
    building_->follower->Start();
  }
  past_->Forget();  // Whoever builds anew does not trust the rows.
  if (failed != nullptr) Retire(std::move(failed));
  return absl::OkStatus();
}

ProjectorStatus Projector::status() const {
  absl::MutexLock lock(&mutex_);
  return StatusLocked();
}

ProjectorStatus Projector::StatusLocked() const {
  const Follower::Progress serving = serving_->progress();
  const bool old = serving_->follower == nullptr;
  const Follower::Progress building =
      building_ == nullptr ? Follower::Progress{} : building_->progress();
  // While an older version answers, what is being built tells how it gets on.
  const Follower::Progress& leading = old ? building : serving;
  ProjectorStatus status;
  status.name = name_;
  status.version = serving_->database->version();
  status.state = old && leading.state == State::kLive ? State::kCatchingUp : leading.state;
  status.position = serving.position;
  status.as_of = serving.as_of;
  status.head = std::max({serving.position, serving.head, building.head});
  status.lag_events = status.head - status.position;
  status.lag = LagOf(status.lag_events == 0, serving, KnownAt(serving.as_of), options_.now());
  status.error = leading.error.ok() ? building.error : leading.error;
  status.error_position = leading.error.ok() ? building.error_position : leading.error_position;
  status.rebuilding = building_ != nullptr;
  if (status.rebuilding) {
    status.rebuild_version = building_->database->version();
    status.rebuild_position = building.position;
  }
  return status;
}

// Why reads will not move any more; OK while something can move them.
absl::Status Projector::Stopped() const {
  if (serving_->moves() || (building_ != nullptr && building_->moves())) return absl::OkStatus();
  const ProjectorStatus status = StatusLocked();
  return wire::Refuse(ERROR_REASON_VIEW_STOPPED,
                      {{"view", name_}, {"position", std::to_string(status.error_position)}});
}

absl::Time Projector::KnownAt(absl::Time as_of) const {
  return as_of == absl::InfinitePast() ? opened_at_ : as_of;
}

absl::StatusOr<Snapshot> Projector::Read() {
  std::shared_ptr<Part> part;
  Follower::Progress progress;
  std::uint64_t head = 0;
  {
    absl::MutexLock lock(&mutex_);
    part = serving_;
    progress = part->progress();
    head =
        building_ == nullptr ? progress.head : std::max(progress.head, building_->progress().head);
  }
  absl::StatusOr<Database::Read> read = part->database->BeginRead();
  if (!read.ok()) return read.status();
  const Checkpoint& checkpoint = read->checkpoint;
  views::v1::Freshness freshness;
  freshness.set_as_of_position(checkpoint.position);
  if (checkpoint.position > 0)
    *freshness.mutable_as_of_time() = wire::ToStamp(checkpoint.recorded_at);
  head = std::max(head, checkpoint.position);
  freshness.set_lag_events(head - checkpoint.position);
  freshness.set_lag_ms(absl::ToInt64Milliseconds(LagOf(
      freshness.lag_events() == 0, progress, KnownAt(checkpoint.recorded_at), options_.now())));
  return Snapshot(std::move(read->lease), part->database->version(), std::move(freshness));
}

std::uint64_t Projector::WhenReached(std::uint64_t position,
                                     std::function<void(absl::Status)> done) {
  absl::Status now;
  {
    absl::MutexLock lock(&mutex_);
    const std::uint64_t waiter = ++next_waiter_;
    if (serving_->progress().position < position) {
      now = stopped_ ? wire::RefuseForNow(ERROR_REASON_DRAINING, kRetryDelay) : Stopped();
      if (now.ok()) {
        waiters_.emplace(position, std::pair(waiter, std::move(done)));
        return waiter;
      }
    }
  }
  done(now);
  return 0;
}

bool Projector::Cancel(std::uint64_t waiter) {
  std::function<void(absl::Status)> dropped;  // Destroyed without the lock: it may own anything.
  absl::MutexLock lock(&mutex_);
  const auto found = std::find_if(waiters_.begin(), waiters_.end(), [waiter](const auto& entry) {
    return entry.second.first == waiter;
  });
  if (found == waiters_.end()) return false;
  dropped = std::move(found->second.second);
  waiters_.erase(found);
  return true;
}

absl::Status Projector::WaitFor(std::uint64_t position, absl::Time deadline) {
  struct Wait {
    absl::Mutex mutex;
    bool done = false;
    absl::Status status;
  };
  auto wait = std::make_shared<Wait>();
  const std::uint64_t waiter = WhenReached(position, [wait](absl::Status status) {
    absl::MutexLock lock(&wait->mutex);
    wait->status = std::move(status);
    wait->done = true;
  });
  absl::MutexLock lock(&wait->mutex);
  if (wait->mutex.AwaitWithDeadline(absl::Condition(&wait->done), deadline)) return wait->status;
  Cancel(waiter);
  return Behind(position);
}

absl::Status Projector::Behind(std::uint64_t position) const {
  return wire::RefuseForNow(ERROR_REASON_VIEW_BEHIND, kRetryDelay,
                            {{"view", name_},
                             {"min_position", std::to_string(position)},
                             {"as_of_position", std::to_string(status().position)}});
}

}  // namespace sanzhang::projections
