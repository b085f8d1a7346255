#include "projections/engine/follower.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "projections/engine/digest.h"
#include "projections/engine/limits.h"

namespace sanzhang::projections {
namespace {

using State = ProjectorState;

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Follower::Follower(Projection& projection, std::shared_ptr<Database> database,
                   std::unique_ptr<LogFeed> feed, std::function<absl::Time()> now,
                   std::function<void(Follower&)> on_progress)
    : database_(std::move(database)),
      feed_(std::move(feed)),
      now_(std::move(now)),
      on_progress_(std::move(on_progress)),
      applier_(projection) {
  const Checkpoint& checkpoint = database_->checkpoint();
  progress_.position = checkpoint.position;
  progress_.as_of = checkpoint.recorded_at;
  progress_.complete = checkpoint.complete;
  progress_.head = checkpoint.position;
}

Follower::~Follower() { Stop(); }

void Follower::Start() {
  absl::MutexLock lock(&join_mutex_);
  thread_ = std::thread([this] { Run(); });
}

void Follower::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  feed_->Cancel();
  absl::MutexLock lock(&join_mutex_);
  if (thread_.joinable()) thread_.join();
}

Follower::Progress Follower::progress() const {
  absl::MutexLock lock(&mutex_);
  return progress_;
}

void Follower::Run() {
  int attempt = 0;
  while (true) {
    heard_ = false;
    const absl::Status ended = Follow();
    if (failed_at_ != 0) return Report(State::kStopped, ended);
    attempt = heard_ ? 0 : attempt + 1;
    if (!PauseUnlessStopping(attempt)) return;
    Report(State::kConnecting, ended);
  }
}

absl::Status Follower::Follow() {
  const absl::StatusOr<std::uint64_t> head = feed_->Head();
  if (!head.ok()) return head.status();
  const Checkpoint& checkpoint = database_->checkpoint();
  {
    absl::MutexLock lock(&mutex_);
    progress_.head = *head;
  }
  if (checkpoint.position > *head) {
    return Fatal(checkpoint.position, absl::DataLossError(absl::StrCat("the log ends at ", *head,
                                                                       ", before the checkpoint")));
  }
  // From the record at the checkpoint, not from the one after it: it must be the one that was
  // applied.
  verified_ = checkpoint.position == 0;
  feed_->Open(std::max<std::uint64_t>(checkpoint.position, 1));
  absl::Status status = Take({});
  while (status.ok()) {
    absl::StatusOr<Messages> messages = feed_->Take();
    if (!messages.ok()) return messages.status();
    heard_ = true;
    status = Take(*std::move(messages));
  }
  return status;
}

absl::Status Follower::Take(Messages messages) {
  absl::Status status = Verify(messages);
  if (status.ok()) status = Apply(messages, kAll);
  if (!status.ok() && failed_at_ > database_->checkpoint().position + 1) {
    // What came before the bad event is good: it is kept, so that position and rows show where it
    // stood.
    const std::uint64_t failed_at = std::exchange(failed_at_, 0);
    const absl::Status kept = Apply(messages, failed_at - 1);
    if (kept.ok()) failed_at_ = failed_at;
    if (!kept.ok()) status = kept;
  }
  const Checkpoint& checkpoint = database_->checkpoint();
  if (!status.ok() && failed_at_ == 0) status = Fatal(checkpoint.position + 1, status);
  if (status.ok() && !messages.empty()) {
    const std::uint64_t next = messages.back().next_position();
    if (next != checkpoint.position + (verified_ ? 1 : 0)) {
      status = Fatal(checkpoint.position + 1,
                     absl::DataLossError(absl::StrCat("hole: the log goes on at ", next)));
    }
  }
  const State state = Note(messages);
  if (status.ok()) Report(state, absl::OkStatus());
  return status;
}

absl::Status Follower::Verify(Messages& messages) {
  for (auto& message : messages) {
    if (verified_) break;
    if (message.records().empty()) continue;
    const Checkpoint& checkpoint = database_->checkpoint();
    if (DigestOf(message.records(0)) != checkpoint.digest) {
      return Fatal(checkpoint.position,
                   absl::DataLossError("the log is not the one that was followed so far"));
    }
    message.mutable_records()->DeleteSubrange(0, 1);
    verified_ = true;
  }
  return absl::OkStatus();
}

State Follower::Note(const Messages& messages) {
  const Checkpoint& checkpoint = database_->checkpoint();
  absl::MutexLock lock(&mutex_);
  progress_.position = checkpoint.position;
  progress_.as_of = checkpoint.recorded_at;
  progress_.complete = checkpoint.complete;
  if (!messages.empty()) progress_.head = messages.back().head_position();
  progress_.head = std::max(progress_.head, checkpoint.position);
  if (progress_.position == progress_.head) progress_.current_at = now_();
  // Behind by what has just arrived is not catching up: it was current a moment ago.
  const bool current = progress_.current_at + kFeedSilenceMax >= now_();
  return current && progress_.complete ? State::kLive : State::kCatchingUp;
}

absl::Status Follower::Apply(const Messages& messages, std::uint64_t until) {
  const std::uint64_t head = messages.empty() ? progress().head : messages.back().head_position();
  const Checkpoint& before = database_->checkpoint();
  const bool records = std::any_of(messages.begin(), messages.end(),
                                   [](const auto& message) { return message.records_size() > 0; });
  if (!records && (before.complete || before.position < head)) return absl::OkStatus();
  return database_->Write([&](Rows& rows, Checkpoint& reached) {
    const std::string* last = nullptr;
    for (const auto& message : messages) {
      for (const std::string& bytes : message.records()) {
        if (reached.position >= until) break;
        const absl::Status status = applier_.Apply(bytes, rows, reached);
        if (!status.ok()) {
          failed_at_ = reached.position + 1;
          return status;
        }
        last = &bytes;
      }
    }
    if (last != nullptr) reached.digest = DigestOf(*last);
    if (reached.position >= head) reached.complete = true;
    return absl::OkStatus();
  });
}

absl::Status Follower::Fatal(std::uint64_t position, const absl::Status& cause) {
  failed_at_ = position;
  return applier_.Failed(position, cause);
}

void Follower::Report(State state, const absl::Status& error) {
  {
    absl::MutexLock lock(&mutex_);
    progress_.state = state;
    progress_.error = error;
    progress_.error_position = state == State::kStopped ? failed_at_ : 0;
  }
  on_progress_(*this);
}

bool Follower::PauseUnlessStopping(int attempt) {
  absl::Duration pause = kReconnectPauseMin;
  for (int i = 1; i < attempt && pause < kReconnectPauseMax; ++i) pause *= 2;
  pause = std::min(pause, kReconnectPauseMax);
  pause *= std::uniform_real_distribution<double>(0.5, 1.0)(jitter_);
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
}

}  // namespace sanzhang::projections
