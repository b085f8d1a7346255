// The half of a process that writes: the log, the register and complaints, and the log's own
// service.
//
// Whoever follows the log within the process does so over a channel of its own (InProcess), through
// the same services as everyone else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "eventstore/transparency/limits.h"
#include "grpcpp/channel.h"
#include "grpcpp/grpcpp.h"
#include "services/sanzhang/cosigners.h"
#include "services/sanzhang/http.h"
#include "services/sanzhang/metrics.h"

namespace sanzhang::runtime {
class Authenticator;
}

namespace sanzhang::app {

class CommandSide {
 public:
  struct Options {
    // Folder; the log is in `log`. It must reach what `views` and `timekeeper` have seen of it.
    std::string data;
    // Folder of all keys, not within `data`. Made if the log is: a log whose keys are away is
    // refused.
    std::string keys;
    std::string policy;  // Folder.
    // What the log is called in its signed checkpoints (TreeSigner), and who cosigns them.
    std::string origin = {};
    std::vector<WitnessAddress> witnesses = {};
    absl::Duration sign_pause = absl::Milliseconds(transparency::kSignPauseMs);  // Under load.
    // All must outlive it.
    const runtime::Authenticator* authenticator = nullptr;
    Metrics* metrics = nullptr;
    // What is now for commands and records: the machine's clock, but for the demonstration.
    std::function<absl::Time()> now = absl::Now;
    // The log has stopped after an I/O error, or (DATA_LOSS) is not what was signed. May be called
    // for both, from any thread; must not block.
    std::function<void(const absl::Status&)> on_stopped;
  };

  // DATA_LOSS: the log is damaged or cut. INVALID_ARGUMENT, NOT_FOUND: the policies can't be used,
  // or the keys are not there. FAILED_PRECONDITION: another process has the log.
  // RESOURCE_EXHAUSTED: too little free space.
  static absl::StatusOr<std::unique_ptr<CommandSide>> Open(Options options);
  virtual ~CommandSide() = default;

  // To be registered with the process's server.
  virtual std::vector<grpc::Service*> services() = 0;
  // A channel to the same services, within the process.
  virtual std::shared_ptr<grpc::Channel> InProcess() = 0;
  // OK while the log takes appends.
  virtual absl::Status health() const = 0;
  // The last durable position.
  virtual std::uint64_t head() const = 0;
  // The pages of the log's tree (http.h).
  virtual HttpAnswer TreePage(const std::string& path) const = 0;

  // Ends streams, refuses new commands, waits for those in flight. False: not all ended in time.
  virtual bool Drain(absl::Time deadline) = 0;
  // After the server was shut down: ends what runs within the process, and closes the log.
  virtual void Close() = 0;
};

}  // namespace sanzhang::app
