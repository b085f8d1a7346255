#include "eventstore/event_store.h"

#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "eventstore/append_queue.h"
#include "eventstore/check.h"
#include "eventstore/commit_log.h"
#include "eventstore/completions.h"
#include "eventstore/group_committer.h"
#include "eventstore/key_codec.h"
#include "eventstore/limits.h"
#include "eventstore/log_reader.h"
#include "eventstore/rebuild.h"
#include "eventstore/record.h"

namespace sanzhang::eventstore {
namespace {

using Kind = AppendResult::Kind;

// The bounds of the options, with the defaults filled in.
EventStore::Options WithDefaults(EventStore::Options options) {
  const auto fill = [](std::size_t& bound, std::size_t otherwise) {
    if (bound == 0) bound = otherwise;
  };
  fill(options.queue_appends_max, kQueueAppendsMax);
  fill(options.queue_bytes_max, kQueueBytesMax);
  fill(options.batch_appends_max, kBatchAppendsMax);
  fill(options.batch_bytes_max, kBatchBytesMax);
  fill(options.heads_max, kHeadsMax);
  return options;
}

class LogEventStore final : public EventStore {
 public:
  LogEventStore(std::unique_ptr<CommitLog> log, Head head, Options options)
      : log_(std::move(log)),
        options_(WithDefaults(std::move(options))),
        reader_(*log_),
        queue_(options_.queue_appends_max, options_.queue_bytes_max),
        committer_(*log_, head, {options_.derive, options_.now, options_.heads_max}),
        head_(head),
        completions_(head.position) {
    log_->OnPoisoned([this](const absl::Status& why) { Stop(why); });
    thread_ = std::thread([this] { Run(); });
  }

  ~LogEventStore() override { Close(); }

  void Append(eventstore::Append append, std::function<void(AppendResult)> done) override {
    Waiting waiting{std::move(append), std::move(done)};
    AppendResult result;
    result.message = Prepare(waiting);
    if (!result.message.empty()) {
      result.kind = Kind::kInvalid;
      return Answer(std::move(waiting.done), std::move(result));
    }
    switch (queue_.Push(std::move(waiting))) {
      case AppendQueue::Pushed::kQueued:
        return;
      case AppendQueue::Pushed::kFull:
        result.kind = Kind::kOverloaded;
        break;
      case AppendQueue::Pushed::kClosed:
        result.kind = Kind::kStopped;
        break;
    }
    Answer(std::move(waiting.done), std::move(result));
  }

  absl::StatusOr<StreamPage> ReadStream(std::string_view stream, std::uint64_t from,
                                        Direction direction, PageLimits limits) const override {
    return reader_.ReadStream(stream, from, direction, limits);
  }

  absl::StatusOr<StreamsPage> ReadStreams(std::string_view prefix, std::string_view from,
                                          std::uint64_t as_of, PageLimits limits) const override {
    return reader_.ReadStreams(prefix, from, as_of, limits);
  }

  absl::StatusOr<LogPage> ReadLog(std::uint64_t from, Direction direction, const Filter& filter,
                                  PageLimits limits) const override {
    return reader_.ReadLog(head().position, from, direction, filter, limits);
  }

  absl::StatusOr<std::uint64_t> RevisionOf(std::string_view stream) const override {
    return reader_.RevisionOf(stream);
  }

  absl::StatusOr<std::vector<IndexEntry>> ReadIndex(std::string_view prefix,
                                                    std::size_t entries_max) const override {
    return reader_.ReadIndex(prefix, entries_max);
  }

  absl::StatusOr<std::optional<Receipt>> FindRequest(const RequestKey& key) const override {
    return reader_.FindRequest(key);
  }

  Head head() const override {
    absl::MutexLock lock(&mutex_);
    return head_;
  }

  std::uint64_t WhenReaches(std::uint64_t position, std::function<void()> ready) override {
    return completions_.WhenReaches(position, std::move(ready));
  }

  void CancelWait(std::uint64_t ticket) override { completions_.CancelWait(ticket); }

  QueueDepth queue_depth() const override { return queue_.depth(); }

  absl::Status health() const override {
    absl::MutexLock lock(&mutex_);
    return stopped_;
  }

  void Close() override {
    absl::MutexLock closing(&closing_mutex_);
    queue_.Close();
    if (thread_.joinable()) thread_.join();
    log_->OnPoisoned(nullptr);
    completions_.Close();
  }

 private:
  // The committer's thread: takes all that waits, commits it, publishes the new end, hands out the
  // results, and takes again. While one batch syncs, the next one collects: there is no timer.
  void Run() {
    std::vector<Waiting> batch;
    std::vector<AppendResult> results;
    std::vector<Finished> finished;
    while (queue_.Take(options_.batch_appends_max, options_.batch_bytes_max, batch)) {
      if (health().ok()) {
        const absl::Status committed = committer_.Commit(batch, results);
        if (committed.ok()) {
          absl::MutexLock lock(&mutex_);
          head_ = committer_.head();
        } else {
          Stop(committed);
        }
      } else {
        results.assign(batch.size(), {.kind = Kind::kStopped});
      }
      for (std::size_t i = 0; i < batch.size(); ++i) {
        finished.push_back(
            {std::move(batch[i].done), std::move(results[i]), std::move(batch[i].append)});
      }
      batch.clear();
      SANZHANG_CHECK(HandOut(finished));  // It outlives this thread.
    }
  }

  // With a few calls in flight there is nothing to commit before their clients have their answers.
  bool HandOut(std::vector<Finished>& finished) {
    const std::uint64_t position = head().position;
    const bool here = finished.size() <= kResultsHandedHereMax && queue_.depth().appends == 0;
    return here ? completions_.HandHere(finished, position) : completions_.Hand(finished, position);
  }

  // Fail-stop. What waits is answered by the committer's thread with kStopped.
  void Stop(const absl::Status& why) {
    {
      absl::MutexLock lock(&mutex_);
      if (!stopped_.ok()) return;
      stopped_ = why;
    }
    queue_.Close();
    completions_.StopWaiting();
    if (options_.on_stopped) options_.on_stopped(why);
  }

  // Refused at the door; the answer comes from the completion thread, like every other.
  void Answer(std::function<void(AppendResult)> done, AppendResult result) {
    std::vector<Finished> finished;
    finished.push_back({std::move(done), std::move(result)});
    if (!completions_.Hand(finished, 0)) finished[0].done(std::move(finished[0].result));
  }

  const std::unique_ptr<CommitLog> log_;
  const Options options_;
  const LogReader reader_;
  AppendQueue queue_;
  GroupCommitter committer_;  // The committer's thread only.

  mutable absl::Mutex mutex_;
  Head head_ ABSL_GUARDED_BY(mutex_);
  absl::Status stopped_ ABSL_GUARDED_BY(mutex_);

  Completions completions_;
  absl::Mutex closing_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(closing_mutex_);
};

// The last record must be whole, and its rows must say the same: what costs the tail is checked at
// every start, the rest when it is read.
absl::StatusOr<Head> ReadHead(const CommitLog& log) {
  const std::uint64_t end = log.end();
  if (end == 0) return Head();
  const absl::StatusOr<std::string> bytes = log.ReadRecord(end);
  if (!bytes.ok()) return bytes.status();
  RecordFields last;
  if (!PeekRecord(*bytes, last) || last.position != end) {
    return absl::DataLossError("the log's last record is not what it should be");
  }
  const auto position = log.Get(RowKind::kStream, StreamKey(last.stream, last.revision));
  if (!position.ok()) return position.status();
  const auto revision = log.Get(RowKind::kHead, last.stream);
  if (!revision.ok()) return revision.status();
  if (*position != EncodeNumber(end) || *revision != EncodeNumber(last.revision)) {
    return absl::DataLossError("the rows of the log's last record do not match it");
  }
  return Head{end, last.recorded_at};
}

}  // namespace

absl::StatusOr<std::unique_ptr<EventStore>> EventStore::Open(std::unique_ptr<CommitLog> log,
                                                             Options options) {
  const auto rebuilding = log->Get(RowKind::kMark, kRebuildingMark);
  if (!rebuilding.ok()) return rebuilding.status();
  if (rebuilding->value_or("") != "") {
    return absl::FailedPreconditionError("a rebuild of the log's rows was not finished: repeat it");
  }
  const absl::StatusOr<Head> head = ReadHead(*log);
  if (!head.ok()) return head.status();
  if (absl::Status barrier = log->Barrier(); !barrier.ok()) return barrier;
  return std::make_unique<LogEventStore>(std::move(log), *head, std::move(options));
}

}  // namespace sanzhang::eventstore
