// `sanzhang demo`, and what it does.
#include "services/sanzhang/demo.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "proto/wire/fact.h"
#include "sanzhang/log/v1/event_log_service.grpc.pb.h"
#include "sanzhang/log/v1/record.pb.h"
#include "sanzhang/resolution/v1/events.pb.h"
#include "services/runtime/principal.h"
#include "services/sanzhang/client_flags.h"
#include "services/sanzhang/clock_side.h"
#include "services/sanzhang/command_side.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/config.h"
#include "services/sanzhang/demo_script.h"
#include "services/sanzhang/descriptors.h"
#include "services/sanzhang/process.h"
#include "services/sanzhang/uuid.h"

namespace sanzhang::app {
namespace {

constexpr absl::Duration kStepTimeout = absl::Seconds(10);

// Stands where it was set, until it is told to run.
class DemoClock {
 public:
  absl::Time now() const {
    const std::int64_t set = set_us_.load();
    return set == kRuns ? absl::Now() : absl::FromUnixMicros(set);
  }
  void Set(absl::Time time) { set_us_ = absl::ToUnixMicros(time); }
  void Run() { set_us_ = kRuns; }

 private:
  static constexpr std::int64_t kRuns = -1;
  std::atomic<std::int64_t> set_us_{0};
};

Metadata As(const std::string& who) {
  const std::string id = who.substr(who.find('/') + 1);
  return who.starts_with("services/") ? AsService(id) : AsPerson(id);
}

// The command side of a server, without ports.
class Stage {
 public:
  absl::Status Open(const std::string& data, const std::string& keys, const std::string& policy) {
    auto commands = CommandSide::Open({.data = data,
                                       .keys = keys,
                                       .policy = policy,
                                       .authenticator = identity_.authenticator.get(),
                                       .metrics = &metrics_,
                                       .now = [this] { return clock_.now(); },
                                       .on_stopped = [](const absl::Status&) {}});
    if (!commands.ok()) return commands.status();
    commands_ = *std::move(commands);
    auto timer = ClockSide::Open({.data = data,
                                  .commands = commands_->InProcess(),
                                  .timer_secret = identity_.timer_secret,
                                  .metrics = &metrics_,
                                  .on_change = [](const projections::ProjectorStatus&) {}});
    if (!timer.ok()) return timer.status();
    timer_ = *std::move(timer);
    client_ = std::make_unique<RpcClient>(commands_->InProcess());
    return absl::OkStatus();
  }
  ~Stage() {
    if (timer_ != nullptr) timer_->Stop();
    client_.reset();
    timer_.reset();
    if (commands_ != nullptr) commands_->Close();
  }

  absl::Time now() const { return clock_.now(); }
  void RunClock() { clock_.Run(); }

  // Lets time pass, with a stop at every deadline.
  absl::Status MoveTo(absl::Time time) {
    const absl::Time target = absl::FromUnixMicros(absl::ToUnixMicros(time));  // As it can be set.
    if (target < clock_.now()) {
      return absl::InvalidArgumentError("the clock of a demonstration is never set back");
    }
    const bool first = clock_.now() == absl::UnixEpoch();
    while (!first && clock_.now() < target) {
      const auto next = timer_->Settle(clock_.now(), target, [this] { return commands_->head(); });
      if (!next.ok()) return next.status();
      clock_.Set(*next);
    }
    clock_.Set(target);
    if (first) return absl::OkStatus();
    return timer_->Settle(target, target, [this] { return commands_->head(); }).status();
  }

  absl::Status Send(const DemoStep& step, const std::string& request_id) {
    const auto method = FindMethod(step.method);
    if (!method.ok()) return method.status();
    DemoJson request = step.request;
    request["request_id"] = request_id;
    const auto bytes = JsonToBytes(*(*method)->input_type(), request.dump());
    if (!bytes.ok()) return bytes.status();
    const grpc::Status status =
        client_->Call(**method, *bytes, As(step.as), absl::Now() + kStepTimeout,
                      [](const std::string&) { return true; });
    if (status.ok()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat(step.method, " by ", step.as, "\n", request.dump(), "\n", ShowError(status)));
  }

  // The hash of the input of a resolution's last count, as its stream has it.
  absl::StatusOr<std::string> CountOf(const std::string& resolution) {
    log::v1::ReadStreamRequest request;
    request.set_stream(resolution);
    request.set_backwards(true);
    log::v1::ReadStreamResponse response;
    grpc::ClientContext context;
    context.AddMetadata("sanzhang-service", "auditor");
    const grpc::Status read = log::v1::EventLogService::NewStub(commands_->InProcess())
                                  ->ReadStream(&context, request, &response);
    if (!read.ok()) return absl::InternalError(read.error_message());
    for (const std::string& bytes : response.records()) {
      sanzhang::log::v1::Record record;
      resolution::v1::ResolutionEvent event;
      if (!record.ParseFromString(bytes)) break;
      if (absl::Status fact = wire::ReadFact(record.type(), record.payload(), event); !fact.ok())
        return fact;
      if (event.has_recount_performed()) return event.recount_performed().result().hashes().input();
      if (event.has_provisionally_tallied()) {
        return event.provisionally_tallied().result().hashes().input();
      }
    }
    return absl::FailedPreconditionError(absl::StrCat(resolution, " was not counted"));
  }

 private:
  DemoClock clock_;
  Identity identity_;
  Metrics metrics_;
  std::unique_ptr<CommandSide> commands_;
  std::unique_ptr<ClockSide> timer_;
  std::unique_ptr<RpcClient> client_;
};

absl::StatusOr<std::size_t> Play(DemoScript& script, Stage& stage) {
  std::size_t commands = 0;
  while (const std::optional<DemoJson> item = script.Next()) {
    if (item->contains("clock")) {
      const std::string text = (*item)["clock"];
      const bool runs = text == "now";
      const auto time = runs ? absl::Now() : script.TimeOf(text);
      if (!time.ok()) return time.status();
      if (absl::Status moved = stage.MoveTo(*time); !moved.ok()) return moved;
      if (runs) stage.RunClock();
      continue;
    }
    const auto steps = script.Expand(*item, {stage.now(), [&](const std::string& resolution) {
                                               return stage.CountOf(resolution);
                                             }});
    if (!steps.ok()) return steps.status();
    for (const DemoStep& step : *steps) {
      const std::string id = NamedUuid(absl::StrCat("demo/", script.name(), "/", commands));
      if (absl::Status sent = stage.Send(step, id); !sent.ok()) return sent;
      ++commands;
    }
  }
  return commands;
}

// Everything anew, in folders of their own.
absl::StatusOr<std::size_t> PlayInto(const std::filesystem::path& data,
                                     const std::filesystem::path& keys, const DemoFolder& folder) {
  auto script = DemoScript::Read(folder.file);
  if (!script.ok()) return script.status();
  std::error_code error;
  for (const std::filesystem::path& path : {data, keys}) {
    std::filesystem::remove_all(path, error);
    if (!error) std::filesystem::create_directories(path, error);
    if (error) return absl::InternalError(absl::StrCat(path.string(), ": ", error.message()));
  }
  Stage stage;
  absl::Status opened = stage.Open(data.string(), keys.string(), folder.policy);
  if (!opened.ok()) return opened;
  return Play(*script, stage);
}

int Demo(const DemoFolder& folder) {
  const auto commands = MakeDemo(folder);
  if (commands.ok()) {
    std::printf("The demonstration community is in %s: %zu commands.\n", folder.data.c_str(),
                *commands);
    return 0;
  }
  if (commands.status().code() == absl::StatusCode::kAlreadyExists) {
    std::printf("%s is kept as it is.\n", folder.data.c_str());
    return 0;
  }
  return Fail(std::string(commands.status().message()));
}

}  // namespace

absl::StatusOr<std::size_t> MakeDemo(const DemoFolder& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path data = (fs::path(folder.data) / "").parent_path();  // Without a last slash.
  if (fs::exists(data / "log", error)) {
    return absl::AlreadyExistsError(absl::StrCat(folder.data, " has a log already"));
  }
  if (fs::exists(data, error) && !fs::is_empty(data, error)) {
    return absl::FailedPreconditionError(
        absl::StrCat(folder.data, ": is not empty, and has no log; name another folder"));
  }
  const fs::path keys = folder.keys.empty() ? KeysBeside(data.string()) : folder.keys;
  // Made beside it, and moved: a demonstration that was cut off is begun anew, unless only the last
  // move is left to do.
  const fs::path making = data.string() + ".making";
  const fs::path making_keys = KeysBeside(making.string());
  const bool made = fs::exists(making, error) && !fs::exists(making_keys, error);
  if (fs::exists(keys, error) && !made) {
    return absl::FailedPreconditionError(
        absl::StrCat(keys.string(), ": keys are there already, of data that are not"));
  }
  absl::StatusOr<std::size_t> commands = 0;
  if (!fs::exists(keys, error)) {
    commands = PlayInto(making, making_keys, folder);
    if (!commands.ok()) return commands;
    fs::rename(making_keys, keys, error);
  }
  if (!error) fs::rename(making, data, error);
  if (error) return absl::InternalError(absl::StrCat(making.string(), ": ", error.message()));
  return commands;
}

void AddDemo(CLI::App& program, int& exit_code) {
  auto folder = std::make_shared<DemoFolder>(DemoFolder{.data = "data"});
  CLI::App* command = program.add_subcommand(
      "demo", "Makes a data folder with a small demonstration community; one that is there stays");
  command->add_option("--data", folder->data, "The folder")->capture_default_str();
  command->add_option("--keys", folder->keys, "The folder of its keys; beside it if not given");
  command->add_option("--policy", folder->policy, "Folder of policies")->capture_default_str();
  command->add_option("--file", folder->file, "The commands")->capture_default_str();
  command->callback([folder, &exit_code] { exit_code = Demo(*folder); });
}

}  // namespace sanzhang::app
