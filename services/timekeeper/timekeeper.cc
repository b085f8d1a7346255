#include "services/timekeeper/timekeeper.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/timekeeper/commands.h"

namespace sanzhang::timekeeper {
namespace {

Due BeforeAll() { return {"", "", absl::UnixEpoch(), absl::UnixEpoch()}; }

// Whether the server has decided, so that asking again at once would get the same answer.
bool IsDecided(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

absl::Duration RetryAfter(int failures) {
  constexpr int kDoublingsMax = 10;
  return std::min(kRetryFirst * (1 << std::min(failures - 1, kDoublingsMax)), kRetryGreatest);
}

}  // namespace

Timekeeper::Timekeeper(DueSource& source, CommandSender& sender, Options options)
    : source_(source), sender_(sender), options_(std::move(options)), cursor_(BeforeAll()) {}

Timekeeper::~Timekeeper() { Stop(); }

bool Timekeeper::HasRoom() const {
  absl::MutexLock lock(&mutex_);
  return !stopping_ && stats_.in_flight < options_.in_flight_max;
}

absl::Time Timekeeper::Look() {
  const absl::Time now = options_.now();
  while (HasRoom()) {
    if (page_.empty()) {
      if (!ReadPage(now)) return now + kLookEvery;
      if (page_.empty()) {
        EndPass(now);
        return now + kLookEvery;
      }
    }
    const Due due = std::move(page_.front());
    page_.pop_front();
    cursor_ = due;
    if (!Take(due, now)) continue;
    Key key(due.stream, due.kind, due.due);
    sender_.Send(due, RequestId(due),
                 [this, key = std::move(key)](absl::Status status) { Answered(key, status); });
  }
  return absl::InfiniteFuture();  // An answer makes room.
}

bool Timekeeper::ReadPage(absl::Time now) {
  absl::StatusOr<std::vector<Due>> page = source_.Read(now, cursor_, options_.page_items_max);
  if (!page.ok()) {
    absl::MutexLock lock(&mutex_);
    ++stats_.read_errors;
    return false;
  }
  page_.assign(std::make_move_iterator(page->begin()), std::make_move_iterator(page->end()));
  return true;
}

void Timekeeper::EndPass(absl::Time now) {
  cursor_ = BeforeAll();
  absl::MutexLock lock(&mutex_);
  // A row that is gone has been settled by an event.
  std::erase_if(entries_, [this](const auto& item) {
    return item.second.pass != pass_ && !item.second.in_flight;
  });
  stats_.looked_at = now;
  ++pass_;
}

bool Timekeeper::Take(const Due& due, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = entries_[Key(due.stream, due.kind, due.due)];
  entry.pass = pass_;
  if (entry.in_flight || entry.next_at > now) return false;
  entry.in_flight = true;
  ++stats_.in_flight;
  ++stats_.sent;
  return true;
}

void Timekeeper::Answered(const Key& key, const absl::Status& status) {
  const absl::Time now = options_.now();
  absl::MutexLock lock(&mutex_);
  Entry& entry = entries_[key];
  entry.in_flight = false;
  if (status.ok()) {
    ++stats_.done;
    entry.next_at = absl::InfiniteFuture();
  } else if (IsDecided(status.code())) {
    ++stats_.refused;
    entry.next_at = now + kRefusedRetry;
  } else {
    ++stats_.failed;
    entry.next_at = now + RetryAfter(++entry.failures);
  }
  --stats_.in_flight;
  answered_ = true;
}

void Timekeeper::Start() { thread_ = std::thread(&Timekeeper::Run, this); }

void Timekeeper::Run() {
  while (true) {
    const absl::Time next = Look();
    const absl::Duration wait = next - options_.now();
    absl::MutexLock lock(&mutex_);
    const auto woken = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return stopping_ || (answered_ && stats_.in_flight < options_.in_flight_max);
    };
    mutex_.AwaitWithTimeout(absl::Condition(&woken), wait);
    if (stopping_) return;
    answered_ = false;
  }
}

void Timekeeper::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  sender_.Cancel();
  if (thread_.joinable()) thread_.join();
  sender_.Cancel();  // What a look began to send meanwhile.
  absl::MutexLock lock(&mutex_);
  const auto quiet = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stats_.in_flight == 0; };
  mutex_.Await(absl::Condition(&quiet));
}

Timekeeper::Stats Timekeeper::stats() const {
  absl::MutexLock lock(&mutex_);
  return stats_;
}

}  // namespace sanzhang::timekeeper
