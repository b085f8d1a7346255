// One gRPC server with the product's settings, and the way a process ends.
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/grpcpp.h"
#include "services/sanzhang/metrics.h"

namespace sanzhang::app {

// Health service names beside "": the whole process.
inline constexpr char kCommandHealth[] = "sanzhang.command";
inline constexpr char kTimekeeperHealth[] = "sanzhang.timekeeper";
inline constexpr char kProjectionHealthPrefix[] = "readiness.projection.";

// Threads: every method may be called from any thread.
class RpcServer {
 public:
  // Bytes that are no request are refused with MALFORMED_REQUEST, whatever the RPC; beyond 1 MiB
  // gRPC refuses with RESOURCE_EXHAUSTED by itself.
  //
  // Serves at once, but says NOT_SERVING for every health name until told otherwise. UNAVAILABLE if
  // the address can't be had. `services` and `metrics` must outlive it.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(
      const std::string& address, const std::vector<grpc::Service*>& services, Metrics& metrics);
  // Cuts off what is left.
  ~RpcServer();
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;

  // With the real port.
  const std::string& address() const { return address_; }
  std::shared_ptr<grpc::Channel> InProcess(const grpc::ChannelArguments& arguments);
  void SetServing(const std::string& name, bool serving);
  // Takes no new calls; cuts off what has not ended at the deadline or two seconds from now. So the
  // services are to be drained first.
  void Shutdown(absl::Time deadline);

 private:
  explicit RpcServer(std::string address) : address_(std::move(address)) {}

  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

// Waits for SIGTERM and SIGINT on the main thread. Made before any other thread, so that no other
// thread takes them.
class StopSignals {
 public:
  StopSignals();
  // The exit code: 0 after a signal, or what Stop() said. From then on a further signal ends the
  // process at once, and so does the end of `end_max`, with kExitStopped: whatever hangs, it ends.
  int Wait(absl::Duration end_max);
  // Makes Wait() return; the first caller's code counts. After that it ends the process at once.
  void Stop(int exit_code);

 private:
  sigset_t signals_;
};

}  // namespace sanzhang::app
