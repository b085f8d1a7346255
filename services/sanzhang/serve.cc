// `sanzhang serve` and `sanzhang commandd`: the processes that write.
#include <memory>
#include <optional>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "services/sanzhang/clock_side.h"
#include "services/sanzhang/command_side.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/demo.h"
#include "services/sanzhang/health.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/process.h"
#include "services/sanzhang/query_side.h"

namespace sanzhang::app {
namespace {

struct ServeOptions {
  bool views = false;  // Keeps views, and answers their queries.
  std::string demo;    // The demonstration community's file; empty: none.
};

// The parts in the order in which they are made; they end in the other.
class Server {
 public:
  Server(const Config& config, const ServeOptions& options)
      : config_(config), options_(options), process_(config) {}

  int Run() {
    if (std::optional<int> failed = Open()) return *failed;
    health_.Attach(process_.server());
    process_.server().SetServing(kCommandHealth, true);
    clock_->Start();
    if (queries_ != nullptr) queries_->Start();
    if (!options_.demo.empty()) FillDemo();
    const int code = process_.ServeUntilStopped();
    Close(code);
    return code;
  }

 private:
  std::optional<int> Open() {
    auto commands =
        CommandSide::Open({.data = config_.data,
                           .policy = config_.policy,
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
    if (options_.views) {
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
    const absl::Status listening = process_.Listen(services, [this] { return Ready(); });
    if (!listening.ok()) return Unable("can't listen", listening);
    return std::nullopt;
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

  void FillDemo() {
    RpcClient client(OpenChannel(process_.server().address()));
    const auto steps = RunDemo(client, options_.demo);
    if (steps.ok()) {
      Log(Level::kInfo, "the demonstration community is there", {{"commands", *steps}});
    } else {
      Log(Level::kError, "the demonstration community could not be filled in",
          {{"error", std::string(steps.status().message())}});
    }
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
  const ServeOptions& options_;
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
  auto options = std::make_shared<ServeOptions>(ServeOptions{.views = true, .demo = ""});
  command
      ->add_option(
          "--demo", options->demo,
          "Fills in the demonstration community, from deploy/demo/heping.json or this file")
      ->expected(0, 1)
      ->default_str("deploy/demo/heping.json");
  AddConfigured(*command, {}, exit_code,
                [options](const Config& config) { return Server(config, *options).Run(); });
}

void AddCommandd(CLI::App& program, int& exit_code) {
  CLI::App* command = program.add_subcommand(
      "commandd", "Commands, log and timekeeper: the only process that writes");
  AddConfigured(*command, {}, exit_code,
                [](const Config& config) { return Server(config, ServeOptions{}).Run(); });
}

}  // namespace sanzhang::app
