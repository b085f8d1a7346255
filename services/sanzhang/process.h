// What serve, commandd and projector share: their configuration, and how they begin and end.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "services/sanzhang/config.h"
#include "services/sanzhang/http.h"
#include "services/sanzhang/metrics.h"
#include "services/sanzhang/server.h"

namespace sanzhang::runtime {
class Authenticator;
}

namespace sanzhang::app {

using Standards = std::map<std::string, std::string, std::less<>>;

// Gives a subcommand a flag for every key, and --config, --check-config, --print-config. `run` is
// called with a configuration that can be used; its answer is the exit code.
void AddConfigured(CLI::App& command, Standards standards, int& exit_code,
                   std::function<int(const Config&)> run);

// Logs why the process can't go on, and answers its exit code: damage 65, a wrong configuration 78,
// all else 74.
int Unable(std::string_view what, const absl::Status& status);

// Who calls: the development mode's authenticator, and the secret of this process's own timekeeper.
struct Identity {
  Identity();
  const std::string timer_secret;
  const std::unique_ptr<runtime::Authenticator> authenticator;
};

// A process that serves. Made first: it takes the signals before there are threads, and starts the
// log.
class Process {
 public:
  explicit Process(const Config& config);
  ~Process();

  Metrics& metrics() { return metrics_; }
  const Identity& identity() const { return identity_; }
  StopSignals& signals() { return signals_; }

  // Opens the ports. `health`: why the process does not serve, or OK. `tree`: the pages of the
  // log's tree (http.h), if the process has it.
  absl::Status Listen(const std::vector<grpc::Service*>& services,
                      std::function<absl::Status()> health,
                      std::function<HttpAnswer(const std::string&)> tree = nullptr);
  RpcServer& server() { return *server_; }

  // Says SERVING, and waits for the end; answers the exit code. Says NOT_SERVING then. A supervisor
  // is told both (notify.h).
  int ServeUntilStopped();
  // Ends both servers; calls that do not end soon, or by the deadline, are cut off. Services are
  // drained before, and may go then.
  void Unlisten(absl::Time deadline);
  // When calls have to have ended.
  absl::Time drain_deadline() const;

 private:
  const Config config_;
  StopSignals signals_;
  Metrics metrics_;
  Identity identity_;
  std::atomic<bool> serving_ = false;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace sanzhang::app
