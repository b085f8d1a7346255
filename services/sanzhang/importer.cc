#include "services/sanzhang/importer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/descriptors.h"

namespace sanzhang::app {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestPause = absl::Seconds(5);

}  // namespace

bool ShouldRetry(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      return false;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::CANCELLED:
      return true;
    case grpc::StatusCode::UNIMPLEMENTED:
      return false;
    default:
      return ReasonOf(status).empty();
  }
}

// A row on its way.
struct Importer::Row {
  std::uint64_t line = 0;
  std::string key;
  std::vector<ImportCommand> story;
  std::size_t next = 0;
  absl::Duration pause = kFirstPause;
  absl::Time give_up;
  std::uint64_t accepted = 0;
  std::uint64_t retries = 0;
  bool refused = false;
};

Importer::Importer(RpcClient& client, const ImportMap& map, Options options)
    : client_(client), map_(map), options_(std::move(options)) {}

ImportProgress Importer::progress() const {
  absl::MutexLock lock(&mutex_);
  return progress_;
}

absl::Status Importer::Run(CsvReader& csv) {
  for (const ImportStep& step : map_.prepare) {
    if (step.once_per) continue;
    const std::vector<std::string> nothing(csv.columns().size());
    if (absl::Status done = RunPrepare(step, nothing, 0, /*vital=*/true); !done.ok()) return done;
  }
  absl::Status read;
  while (true) {
    absl::StatusOr<std::optional<CsvRow>> row = csv.Next();
    if (!row.ok() && row.status().code() == absl::StatusCode::kInvalidArgument) {
      Refuse({csv.line(), "", "", "INVALID_ARGUMENT", "", std::string(row.status().message())});
      absl::MutexLock lock(&mutex_);
      ++progress_.rows;
      continue;
    }
    if (!row.ok()) read = row.status();
    if (!row.ok() || !row->has_value()) break;
    if (read = PrepareAll((*row)->fields, (*row)->line); !read.ok()) break;
    if (read = AwaitRoom((*row)->fields[map_.key]); !read.ok()) break;
    Begin(**std::move(row));
    Tick();
  }
  const absl::Status ended = AwaitEnd();
  return read.ok() ? ended : read;
}

absl::Status Importer::PrepareAll(const std::vector<std::string>& row, std::uint64_t line) {
  for (const ImportStep& step : map_.prepare) {
    if (!step.once_per || row[*step.once_per].empty()) continue;
    if (!prepared_.insert(absl::StrCat(step.name, "/", row[*step.once_per])).second) continue;
    if (absl::Status done = RunPrepare(step, row, line, /*vital=*/false); !done.ok()) return done;
  }
  return absl::OkStatus();
}

absl::Status Importer::RunPrepare(const ImportStep& step, const std::vector<std::string>& row,
                                  std::uint64_t line, bool vital) {
  const std::string value = step.once_per ? row[*step.once_per] : "";
  const absl::StatusOr<ImportCommand> command = Prepare(map_, step, row);
  if (!command.ok()) {
    Refuse(
        {line, value, step.name, "INVALID_ARGUMENT", "", std::string(command.status().message())});
    return vital ? command.status() : absl::OkStatus();
  }
  const absl::Time give_up = absl::Now() + options_.patience;
  for (absl::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    const grpc::Status status =
        client_.Call(*step.method, command->request, AsService(step.service), Deadline(),
                     [](const std::string&) { return true; });
    if (status.ok()) {
      absl::MutexLock lock(&mutex_);
      ++progress_.commands;
      return absl::OkStatus();
    }
    if (!ShouldRetry(status)) {
      Refuse({line, value, step.name, NameOf(status.error_code()), ReasonOf(status),
              status.error_message()});
      if (!vital) return absl::OkStatus();
      return absl::FailedPreconditionError(
          absl::StrCat("prepare ", step.name, ": ", ShowError(status)));
    }
    if (absl::Now() > give_up) return absl::UnavailableError(ShowError(status));
    absl::SleepFor(pause);
  }
}

void Importer::Begin(CsvRow csv_row) {
  auto row = std::make_shared<Row>();
  row->line = csv_row.line;
  row->key = csv_row.fields[map_.key];
  absl::StatusOr<std::vector<ImportCommand>> story =
      TellStory(map_, csv_row.fields, occurrences_[row->key]++);
  {
    absl::MutexLock lock(&mutex_);
    ++in_flight_;
    keys_in_flight_.insert(row->key);
  }
  if (!story.ok()) {
    Refuse(
        {row->line, row->key, "", "INVALID_ARGUMENT", "", std::string(story.status().message())});
    row->refused = true;
    return Finish(row);
  }
  row->story = *std::move(story);
  row->give_up = absl::Now() + options_.patience;
  row->story.empty() ? Finish(row) : Send(row);
}

void Importer::Send(const std::shared_ptr<Row>& row) {
  const ImportCommand& command = row->story[row->next];
  client_.Start(
      PathOf(*command.step->method), command.request, AsService(command.step->service), Deadline(),
      [this, row](const grpc::Status& status, const std::string&) { Answered(row, status); });
}

void Importer::Answered(const std::shared_ptr<Row>& row, const grpc::Status& status) {
  if (status.ok()) {
    ++row->accepted;
    row->pause = kFirstPause;
    row->give_up = absl::Now() + options_.patience;
    return ++row->next == row->story.size() ? Finish(row) : Send(row);
  }
  if (ShouldRetry(status) && absl::Now() < row->give_up) {
    ++row->retries;
    const absl::Duration pause = std::exchange(row->pause, std::min(row->pause * 2, kLongestPause));
    timers_.PostAt(absl::Now() + pause, [this, row] { Send(row); });
    return;
  }
  row->refused = true;
  if (ShouldRetry(status)) {
    absl::MutexLock lock(&mutex_);
    if (stopped_.ok()) stopped_ = absl::UnavailableError(ShowError(status));
  } else {
    Refuse({row->line, row->key, row->story[row->next].step->name, NameOf(status.error_code()),
            ReasonOf(status), status.error_message()});
  }
  Finish(row);
}

void Importer::Finish(const std::shared_ptr<Row>& row) {
  absl::MutexLock lock(&mutex_);
  --in_flight_;
  keys_in_flight_.erase(row->key);
  ++progress_.rows;
  progress_.whole += row->refused ? 0 : 1;
  progress_.commands += row->accepted;
  progress_.retries += row->retries;
}

void Importer::Refuse(const ImportRefusal& refusal) {
  {
    absl::MutexLock lock(&mutex_);
    ++progress_.refused;
  }
  absl::MutexLock lock(&report_mutex_);
  options_.on_refused(refusal);
}

absl::Status Importer::AwaitRoom(const std::string& key) {
  const auto room = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !stopped_.ok() ||
           (in_flight_ < options_.rows_in_flight_max && !keys_in_flight_.contains(key));
  };
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&room), options_.progress_every)) return stopped_;
    }
    Tick();
  }
}

absl::Status Importer::AwaitEnd() {
  const auto ended = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return in_flight_ == 0; };
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&ended), options_.progress_every))
        return stopped_;
    }
    Tick();
  }
}

void Importer::Tick() {
  const absl::Time now = absl::Now();
  if (now < next_tick_) return;
  next_tick_ = now + options_.progress_every;
  options_.on_progress(progress());
}

absl::Time Importer::Deadline() const { return absl::Now() + options_.call_timeout; }

}  // namespace sanzhang::app
