// `sanzhang projector --view=NAME --log=ADDRESS`: views in a process of their own.
#include <memory>
#include <optional>

#include "CLI/CLI.hpp"
#include "projections/engine/log_feed.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/health.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/process.h"
#include "services/sanzhang/query_side.h"

namespace sanzhang::app {
namespace {

class ProjectorServer {
 public:
  explicit ProjectorServer(const Config& config) : config_(config), process_(config) {}

  int Run() {
    if (std::optional<int> failed = Open()) return *failed;
    health_.Attach(process_.server());
    queries_->Start();
    const int code = process_.ServeUntilStopped();
    queries_->Drain();
    health_.Detach();
    process_.Unlisten(process_.drain_deadline());
    queries_.reset();
    Log(Level::kInfo, "stopped");
    return code;
  }

 private:
  std::optional<int> Open() {
    auto queries = QuerySide::Open(
        {.data = config_.data,
         .views = config_.view,
         .log = grpc::CreateCustomChannel(config_.log, grpc::InsecureChannelCredentials(),
                                          projections::LogChannelArguments()),
         .authenticator = process_.identity().authenticator.get(),
         .metrics = &process_.metrics(),
         .on_change = health_.Reporter()});
    if (!queries.ok()) return Unable("the views can't be opened", queries.status());
    queries_ = *std::move(queries);
    const absl::Status listening =
        process_.Listen(queries_->services(), [this] { return health_.StoppedView(); });
    if (!listening.ok()) return Unable("can't listen", listening);
    return std::nullopt;
  }

  const Config& config_;
  ViewHealth health_;
  Process process_;
  std::unique_ptr<QuerySide> queries_;
};

}  // namespace

void AddProjector(CLI::App& program, int& exit_code) {
  CLI::App* command =
      program.add_subcommand("projector", "Views that follow a log elsewhere, and their queries");
  AddConfigured(
      *command,
      {{"listen", "127.0.0.1:7310"}, {"http_listen", "127.0.0.1:7311"}, {"data", "data-projector"}},
      exit_code, [](const Config& config) { return ProjectorServer(config).Run(); });
}

}  // namespace sanzhang::app
