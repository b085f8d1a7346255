#include "services/sanzhang/past_server.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "eventstore/rebuild.h"
#include "eventstore/rocks_commit_log.h"
#include "projections/engine/log_feed.h"
#include "services/log/log_service.h"
#include "services/runtime/handle.h"
#include "services/runtime/principal.h"
#include "services/sanzhang/query_side.h"

namespace sanzhang::app {
namespace {

namespace fs = std::filesystem;

// Records of one write to the copy.
constexpr std::size_t kBatchRecordsMax = 2000;
constexpr std::size_t kBatchBytesMax = 1 << 20;

// A folder that goes with it.
class ScratchFolder {
 public:
  absl::Status Make() {
    std::string name = (fs::temp_directory_path() / "sanzhang-past-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return absl::InternalError(name + " can't be made");
    path_ = name;
    return absl::OkStatus();
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// The records up to a position, as they are.
absl::Status Copy(audit::RecordSource& source, std::uint64_t as_of, eventstore::CommitLog& log,
                  const std::function<void(std::uint64_t)>& on_progress) {
  eventstore::CommitBatch batch{.first_position = 1};
  std::size_t bytes_held = 0;
  absl::Status written;
  const auto write = [&] {
    if (!batch.records.empty()) written = log.Append(batch);
    batch = {.first_position = log.end() + 1};
    bytes_held = 0;
    on_progress(log.end());
    return written.ok();
  };
  const absl::Status read =
      source.Read({.last = as_of}, [&](std::uint64_t, std::string_view bytes) {
        batch.records.emplace_back(bytes);
        bytes_held += bytes.size();
        if (batch.records.size() < kBatchRecordsMax && bytes_held < kBatchBytesMax) return true;
        return write();
      });
  if (!written.ok()) return written;
  if (!read.ok()) return read;
  write();
  return written;
}

class PastServerImpl : public PastServer {
 public:
  ~PastServerImpl() override {
    if (queries_ != nullptr) queries_->Drain();
    for (const auto& service : log_services_) service->Drain();
    for (auto* server : {&server_, &log_server_}) {
      if (*server == nullptr) continue;
      (*server)->Shutdown(std::chrono::system_clock::now());
      (*server)->Wait();
    }
    queries_.reset();
    if (store_ != nullptr) store_->Close();
  }

  absl::Status Init(audit::RecordSource& source, const Options& options) {
    if (source.filtered()) {
      return absl::FailedPreconditionError(
          absl::StrCat(source.Describe(), ": records were left out of it; views need all"));
    }
    const auto end = source.End();
    if (!end.ok()) return end.status();
    as_of_ = options.as_of != 0 ? options.as_of : *end;
    if (absl::Status made = scratch_.Make(); !made.ok()) return made;
    if (absl::Status opened = OpenLog(source, options); !opened.ok()) return opened;
    return OpenViews(options);
  }

  std::shared_ptr<grpc::Channel> channel() override {
    return server_->InProcessChannel(projections::LogChannelArguments());
  }

 private:
  absl::Status OpenLog(audit::RecordSource& source, const Options& options) {
    auto log = eventstore::OpenRocksCommitLog(
        {.path = (scratch_.path() / "log").string(), .create_if_missing = true});
    if (!log.ok()) return log.status();
    if (as_of_ != 0) {
      absl::Status copied = Copy(source, as_of_, **log, [&](std::uint64_t done) {
        if (options.on_progress) options.on_progress(done / 2, as_of_);
      });
      if (!copied.ok()) return copied;
      // Nobody asks for requests or for the register's index here.
      copied = eventstore::RebuildIndexes(
          **log,
          {.derive =
               [](const sanzhang::log::v1::Record&) {
                 return std::vector<eventstore::IndexEntry>();
               },
           .principal_of = [](const sanzhang::log::v1::Record&) { return std::string("past"); }});
      if (!copied.ok()) return copied;
    }
    auto store = eventstore::EventStore::Open(*std::move(log), {});
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    grpc::ServerBuilder builder;
    builder.RegisterService(NewLogService());
    log_server_ = builder.BuildAndStart();
    return log_server_ == nullptr ? absl::InternalError("the log's server does not start")
                                  : absl::OkStatus();
  }

  // One for each server.
  grpc::Service* NewLogService() {
    log_services_.push_back(std::make_unique<log::LogService>(
        *store_,
        [this](const grpc::CallbackServerContext& call, const google::protobuf::Message& request) {
          return runtime::Admit(*authenticator_, call, request).status();
        }));
    return &log_services_.back()->service();
  }

  absl::Status OpenViews(const Options& options) {
    auto queries = QuerySide::Open(
        {.data = scratch_.path().string(),
         .views = options.views,
         .log = log_server_->InProcessChannel(projections::LogChannelArguments()),
         .authenticator = authenticator_.get(),
         .metrics = &metrics_,
         .on_change = [this](const projections::ProjectorStatus& status) { Note(status); }});
    if (!queries.ok()) return queries.status();
    queries_ = *std::move(queries);
    queries_->Start();
    // Polled: a view says when its state changes, not how far it is.
    while (true) {
      std::uint64_t least = as_of_;
      for (const projections::ProjectorStatus& view : queries_->status()) {
        least = std::min(least, view.position);
      }
      if (options.on_progress) options.on_progress((as_of_ + least) / 2, as_of_);
      absl::MutexLock lock(&mutex_);
      if (!stopped_.ok()) return stopped_;
      if (least >= as_of_) break;
      mutex_.AwaitWithTimeout(absl::Condition(this, &PastServerImpl::HasStopped), kLookEvery);
    }
    grpc::ServerBuilder builder;
    builder.RegisterService(NewLogService());
    for (grpc::Service* service : queries_->services()) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    return server_ == nullptr ? absl::InternalError("the server does not start") : absl::OkStatus();
  }

  void Note(const projections::ProjectorStatus& status) {
    if (status.state != projections::ProjectorState::kStopped) return;
    absl::MutexLock lock(&mutex_);
    stopped_ = absl::InternalError(absl::StrCat("view ", status.name, " stopped at ",
                                                status.error_position, ": ",
                                                std::string(status.error.message())));
  }
  bool HasStopped() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !stopped_.ok(); }

  static constexpr absl::Duration kLookEvery = absl::Milliseconds(20);

  ScratchFolder scratch_;  // First: it goes last.
  std::uint64_t as_of_ = 0;
  Metrics metrics_;
  const std::unique_ptr<runtime::Authenticator> authenticator_ =
      runtime::MakeDevelopmentAuthenticator();
  std::unique_ptr<eventstore::EventStore> store_;
  std::vector<std::unique_ptr<log::LogService>> log_services_;
  std::unique_ptr<grpc::Server> log_server_;
  absl::Mutex mutex_;
  absl::Status stopped_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<QuerySide> queries_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PastServer>> PastServer::Open(audit::RecordSource& source,
                                                             Options options) {
  auto server = std::make_unique<PastServerImpl>();
  if (absl::Status ready = server->Init(source, options); !ready.ok()) return ready;
  return server;
}

}  // namespace sanzhang::app
