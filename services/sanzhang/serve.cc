// `sanzhang serve` and `sanzhang commandd`: the processes that write.
#include <memory>
#include <optional>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "services/sanzhang/clock_side.h"
#include "services/sanzhang/command_side.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/health.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/process.h"
#include "services/sanzhang/query_side.h"

namespace sanzhang::app {
namespace {

// The parts in the order in which they are made; they end in the other.
class Server {
 public:
  // `views`: keeps views, and answers their queries.
  Server(const Config& config, bool views) : config_(config), views_(views), process_(config) {}

  int Run() {
    if (std::optional<int> failed = Open()) return *failed;
    health_.Attach(process_.server());
    process_.server().SetServing(kCommandHealth, true);
    clock_->Start();
    if (queries_ != nullptr) queries_->Start();
    const int code = process_.ServeUntilStopped();
    Close(code);
    return code;
  }

 private:
  std::optional<int> Open() {
    auto commands =
        CommandSide::Open({.data = config_.data,
                           .keys = config_.keys,
                           .policy = config_.policy,
                           .origin = config_.origin,
                           .witnesses = Witnesses(),
                           .authenticator = process_.identity().authenticator.get(),
                           .metrics = &process_.metrics(),
                           .on_stopped = [this](const absl::Status& why) { Stopped(why); }});
    if (!commands.ok()) return Unable("the log can't be opened", commands.status());
    commands_ = *std::move(commands);
    auto clock = ClockSide::Open({.data = config_.data,
                                  .commands = commands_->InProcess(),
                                  .timer_secret = process_.identity().timer_secret,
                                  .metrics = &process_.metrics(),
                                  .on_change = health_.Reporter(kTimekeeperHealth)});
    if (!clock.ok()) return Unable("the timekeeper can't start", clock.status());
    clock_ = *std::move(clock);
    std::vector<grpc::Service*> services = commands_->services();
    if (views_) {
      auto queries = QuerySide::Open({.data = config_.data,
                                      .views = config_.view,
                                      .log = commands_->InProcess(),
                                      .authenticator = process_.identity().authenticator.get(),
                                      .metrics = &process_.metrics(),
                                      .on_change = health_.Reporter()});
      if (!queries.ok()) return Unable("the views can't be opened", queries.status());
      queries_ = *std::move(queries);
      for (grpc::Service* service : queries_->services()) services.push_back(service);
    }
    const absl::Status listening = process_.Listen(
        services, [this] { return Ready(); },
        [this](const std::string& path) { return commands_->TreePage(path); });
    if (!listening.ok()) return Unable("can't listen", listening);
    return std::nullopt;
  }

  // The configuration was checked.
  std::vector<WitnessAddress> Witnesses() const {
    std::vector<WitnessAddress> witnesses;
    for (const std::string& text : config_.witness) witnesses.push_back(*ParseWitness(text));
    return witnesses;
  }

  absl::Status Ready() const {
    if (absl::Status log = commands_->health(); !log.ok()) return log;
    return health_.StoppedView();
  }

  // Whatever is under way gets no answer: its outcome is not known. The restart reads the truth.
  void Stopped(const absl::Status& why) {
    Log(Level::kError, "the log has stopped", {{"error", std::string(why.message())}});
    process_.signals().Stop(why.code() == absl::StatusCode::kDataLoss ? kExitDamage : kExitStopped);
  }

  void Close(int code) {
    process_.server().SetServing(kCommandHealth, false);
    // After a failure there is nothing to wait for.
    const absl::Time deadline = code == 0 ? process_.drain_deadline() : absl::Now();
    clock_->Stop();
    if (queries_ != nullptr) queries_->Drain();
    const bool drained = commands_->Drain(deadline);
    health_.Detach();
    process_.Unlisten(deadline);
    queries_.reset();
    clock_.reset();
    commands_->Close();
    Log(Level::kInfo, "stopped", {{"drained", drained}});
  }

  const Config& config_;
  const bool views_;
  ViewHealth health_;
  Process process_;
  std::unique_ptr<CommandSide> commands_;
  std::unique_ptr<ClockSide> clock_;
  std::unique_ptr<QuerySide> queries_;
};

}  // namespace

void AddServe(CLI::App& program, int& exit_code) {
  CLI::App* command = program.add_subcommand(
      "serve", "Everything in one process: log, commands, views, timekeeper");
  AddConfigured(*command, {}, exit_code,
                [](const Config& config) { return Server(config, /*views=*/true).Run(); });
}

void AddCommandd(CLI::App& program, int& exit_code) {
  CLI::App* command = program.add_subcommand(
      "commandd", "Commands, log and timekeeper: the only process that writes");
  AddConfigured(*command, {}, exit_code,
                [](const Config& config) { return Server(config, /*views=*/false).Run(); });
}

}  // namespace sanzhang::app
