#include "services/sanzhang/server.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "projections/engine/limits.h"
#include "services/runtime/limits.h"
#include "services/sanzhang/commands.h"
#include "services/sanzhang/malformed_requests.h"

namespace sanzhang::app {
namespace {

// What gRPC reads before it gives up. Far above what any RPC takes, so that whoever sends too much
// is told so with a reason; low enough that parsing it costs little.
constexpr int kReceiveBytesMax = 1 << 20;
constexpr int kSendBytesMax = 4 << 20;
constexpr int kStreamsPerConnectionMax = 100;
constexpr int kMetadataBytesMax = 8 << 10;
constexpr int kHandshakeMs = 10'000;
constexpr int kConnectionIdleMs = 5 * 60'000;
constexpr int kConnectionAgeMs = 30 * 60'000;
constexpr int kConnectionAgeGraceMs = 30'000;
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kPingIntervalMinMs = 30'000;
constexpr int kPingStrikesMax = 2;
constexpr std::size_t kMemoryBytes = 256 << 20;

// Answers on their way, once the services are drained. Without it whoever watches the health, a
// call that never ends by itself, would hold the process until its deadline.
constexpr absl::Duration kStragglersMax = absl::Seconds(2);

constexpr int kNoCode = -1;
// Of the process, as signals are.
std::atomic<int> asked_code{kNoCode};
std::atomic<bool> ending{false};

static_assert(runtime::kRequestBytesMax < kReceiveBytesMax);
static_assert(projections::kRequestBytesMax < kReceiveBytesMax);
static_assert(kReceiveBytesMax <= kSendBytesMax);

void Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kReceiveBytesMax);
  builder.SetMaxSendMessageSize(kSendBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsPerConnectionMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kConnectionIdleMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGraceMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kPingIntervalMinMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kPingStrikesMax);
  // A second instance must fail to bind.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_TCP_TX_ZEROCOPY_ENABLED, 0);
  // A small message must not become a large one.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.SetResourceQuota(grpc::ResourceQuota("sanzhang").Resize(kMemoryBytes));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(
    const std::string& address, const std::vector<grpc::Service*>& services, Metrics& metrics) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  Configure(builder);
  int port = 0;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(RefuseMalformedRequests());  // Before what counts by code.
  interceptors.push_back(CountRpcs(metrics));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  std::unique_ptr<RpcServer> server(new RpcServer(address));
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) {
    return absl::UnavailableError(absl::StrCat(address, ": can't be listened on for gRPC"));
  }
  if (!absl::StartsWith(address, "unix:")) {
    server->address_ = absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
  }
  server->server_->GetHealthCheckService()->SetServingStatus(false);
  return server;
}

RpcServer::~RpcServer() { Shutdown(absl::Now()); }

std::shared_ptr<grpc::Channel> RpcServer::InProcess(const grpc::ChannelArguments& arguments) {
  return server_->InProcessChannel(arguments);
}

void RpcServer::SetServing(const std::string& name, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(name, serving);
}

void RpcServer::Shutdown(absl::Time deadline) {
  if (server_ == nullptr) return;  // It never began.
  server_->Shutdown(absl::ToChronoTime(std::min(deadline, absl::Now() + kStragglersMax)));
  server_->Wait();
}

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  // Writing to a peer that is gone is an error of that call, not of the process.
  std::signal(SIGPIPE, SIG_IGN);
}

int StopSignals::Wait(absl::Duration end_max) {
  int signal = 0;
  sigwait(&signals_, &signal);
  ending = true;
  std::thread([signals = signals_, limit = absl::ToTimespec(end_max)] {
    int again = -1;
    do {
      again = sigtimedwait(&signals, nullptr, &limit);
    } while (again < 0 && errno == EINTR);  // As by a debugger, or by being stopped and let go on.
    _exit(again > 0 ? 128 + again : kExitStopped);
  }).detach();
  const int code = asked_code;
  return code == kNoCode ? 0 : code;
}

void StopSignals::Stop(int exit_code) {
  // Nothing is left to wait for: what stops us now must not look like a clean end.
  if (ending) _exit(exit_code);
  int none = kNoCode;
  if (asked_code.compare_exchange_strong(none, exit_code)) kill(getpid(), SIGTERM);
}

}  // namespace sanzhang::app
