// The command side on a port, as `sanzhang commandd` has it but for the timekeeper, with or without
// what signs the log: so what signing costs is measured side by side. Ends with its input.
//
//   command_server --data=FOLDER --keys=FOLDER [--unsigned]
#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "services/runtime/principal.h"
#include "services/sanzhang/command_side.h"
#include "services/sanzhang/process.h"
#include "services/sanzhang/server.h"
#include "sodium.h"

namespace sanzhang::bench {
namespace {

int Run(app::CommandSide::Options options, bool without_signing) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // As Process does.
  app::Metrics metrics;
  const app::Identity identity;
  options.authenticator = identity.authenticator.get();
  options.metrics = &metrics;
  // After the first record the keeper waits for ever.
  if (without_signing) options.sign_pause = absl::InfiniteDuration();
  auto commands = app::CommandSide::Open(std::move(options));
  if (!commands.ok()) {
    std::fprintf(stderr, "%s\n", std::string(commands.status().message()).c_str());
    return 1;
  }
  auto server = app::RpcServer::Start("127.0.0.1:0", (*commands)->services(), metrics);
  if (!server.ok()) return 1;
  std::printf("listening on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  (*commands)->Drain(absl::Now());
  server->reset();
  (*commands)->Close();
  return 0;
}

}  // namespace
}  // namespace sanzhang::bench

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 1;
  sanzhang::app::CommandSide::Options options;
  options.policy = "deploy/policy";
  bool without_signing = false;
  CLI::App app("The command side, for measurements.");
  app.add_option("--data", options.data)->required();
  app.add_option("--keys", options.keys)->required();
  app.add_option("--policy", options.policy);
  app.add_flag("--unsigned", without_signing);
  CLI11_PARSE(app, argc, argv);
  return sanzhang::bench::Run(std::move(options), without_signing);
}
