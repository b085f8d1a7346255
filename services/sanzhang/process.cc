#include "services/sanzhang/process.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "services/runtime/principal.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/json_log.h"
#include "services/sanzhang/notify.h"
#include "services/sanzhang/uuid.h"

namespace sanzhang::app {
namespace {

// What closing may take once calls have ended.
constexpr absl::Duration kCloseMax = absl::Seconds(10);

struct ConfigFlags {
  std::string file;
  bool check = false;
  bool print = false;
  std::map<std::string, std::string> values;
};

ConfigSources SourcesOf(const CLI::App& command, const ConfigFlags& flags, Standards standards) {
  ConfigSources sources;
  sources.file = flags.file;
  sources.standards = std::move(standards);
  for (const ConfigKey& key : ConfigKeys()) {
    if (const char* value = std::getenv(VariableOf(key).c_str())) {
      sources.environment[VariableOf(key)] = value;
    }
    if (command.get_option(FlagOf(key))->count() > 0) {
      sources.flags[std::string(key.name)] = flags.values.at(std::string(key.name));
    }
  }
  return sources;
}

int RunConfigured(const LoadedConfig& loaded, const ConfigFlags& flags,
                  const std::function<int(const Config&)>& run) {
  if (!loaded.mistakes.empty()) {
    for (const std::string& mistake : loaded.mistakes) {
      std::fprintf(stderr, "%s\n", mistake.c_str());
    }
    return kExitConfig;
  }
  if (flags.print) {
    std::fputs(PrintConfig(loaded).c_str(), stdout);
    return 0;
  }
  if (flags.check) {
    std::puts("The configuration can be used.");
    return 0;
  }
  return run(loaded.config);
}

}  // namespace

void AddConfigured(CLI::App& command, Standards standards, int& exit_code,
                   std::function<int(const Config&)> run) {
  auto flags = std::make_shared<ConfigFlags>();
  command.add_option("-c,--config", flags->file, "A TOML file with these keys, _ instead of -")
      ->envname("SANZHANG_CONFIG");
  command.add_flag("--check-config", flags->check, "Lists every mistake and ends");
  command.add_flag("--print-config", flags->print,
                   "Shows every key, what it is and where from, and ends");
  for (const ConfigKey& key : ConfigKeys()) {
    const auto own = standards.find(key.name);
    const std::string standard = own == standards.end() ? std::string(key.standard) : own->second;
    command
        .add_option(FlagOf(key), flags->values[std::string(key.name)],
                    absl::StrCat(std::string(key.meaning), " (", VariableOf(key), ")"))
        ->default_str(standard)
        ->group("Keys");
  }
  command.callback([&command, flags, standards, &exit_code, run = std::move(run)] {
    exit_code = RunConfigured(LoadConfig(SourcesOf(command, *flags, standards)), *flags, run);
  });
}

int Unable(std::string_view what, const absl::Status& status) {
  Log(Level::kError, what, {{"error", std::string(status.message())}});
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      return kExitDamage;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
      return kExitConfig;
    default:
      return kExitStopped;
  }
}

Identity::Identity()
    : timer_secret(RandomUuid()),
      authenticator(runtime::MakeDevelopmentAuthenticator(timer_secret)) {}

Process::Process(const Config& config) : config_(config) {
#ifdef NDEBUG
  // Debian's Abseil looks for deadlocks at every lock, which costs more than the locks do.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  StartLog(config.log_level);
  Log(Level::kWarn,
      "DEVELOPMENT IDENTITY: callers are believed to be whoever they say they are; loopback only");
}

Process::~Process() {
  Unlisten(absl::Now());
  StopLog();
}

void Process::Unlisten(absl::Time deadline) {
  if (server_ != nullptr) server_->Shutdown(deadline);
  http_.reset();
  server_.reset();
}

absl::Status Process::Listen(const std::vector<grpc::Service*>& services,
                             std::function<absl::Status()> health,
                             std::function<HttpAnswer(const std::string&)> tree) {
  auto server = RpcServer::Start(config_.listen, services, metrics_);
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  if (config_.http_listen.empty()) return absl::OkStatus();
  HttpPages pages;
  pages.metrics = [this] { return metrics_.Render(); };
  pages.live = [] { return absl::OkStatus(); };
  pages.ready = [this, health = std::move(health)] {
    return serving_ ? health() : absl::UnavailableError("starting or stopping");
  };
  pages.tree = std::move(tree);
  auto http = HttpServer::Start(config_.http_listen, std::move(pages));
  if (!http.ok()) {
    Unlisten(absl::Now());
    return http.status();
  }
  http_ = *std::move(http);
  return absl::OkStatus();
}

int Process::ServeUntilStopped() {
  server_->SetServing("", true);
  serving_ = true;
  Log(Level::kInfo, "ready",
      {{"address", server_->address()}, {"http", http_ == nullptr ? "" : http_->address()}});
  Notify(kReady);
  const int code = signals_.Wait(absl::Seconds(config_.drain_seconds) + kCloseMax);
  Notify(kStopping);
  server_->SetServing("", false);
  serving_ = false;
  Log(Level::kInfo, "stopping", {{"exit_code", code}});
  return code;
}

absl::Time Process::drain_deadline() const {
  return absl::Now() + absl::Seconds(config_.drain_seconds);
}

}  // namespace sanzhang::app
