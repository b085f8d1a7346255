// SIGTERM while commands are in flight. Health says so at once, what was taken on is answered, the
// process ends with 0 within its bound; after a restart every command that had no answer gets one,
// by its request id, and every promise is kept. The supervisor hears of the beginning and the end.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "tests/crash/crash_client.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace sanzhang {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using support::Process;

constexpr int kClients = 16;
constexpr std::size_t kCommandsBefore = 300;
constexpr int kCommandsAfterEach = 30;
constexpr int kDrainSeconds = 10;
constexpr absl::Duration kStopMax = absl::Seconds(kDrainSeconds);
constexpr absl::Duration kPatience = absl::Seconds(60);

// The other end of sd_notify(3).
class Supervisor {
 public:
  explicit Supervisor(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const timeval patience = {.tv_sec = absl::ToInt64Seconds(kPatience), .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << path;
  }
  ~Supervisor() { ::close(socket_); }

  // The next thing that it was told; empty if there is none in time.
  std::string Hear() const {
    char text[256];
    const ssize_t size = ::recv(socket_, text, sizeof text, 0);
    return {text, size < 0 ? 0 : static_cast<std::size_t>(size)};
  }

 private:
  const int socket_;
};

// Watches the health of the whole process, as a load balancer does, until the stream ends.
class HealthWatch final : public grpc::ClientBidiReactor<HealthCheckRequest, HealthCheckResponse> {
 public:
  explicit HealthWatch(const std::string& address)
      : channel_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())),
        stub_(channel_) {
    stub_.PrepareBidiStreamingCall(&context_, "/grpc.health.v1.Health/Watch", {}, this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&response_);
    StartCall();
  }
  // Waits for the stream's end.
  ~HealthWatch() override {
    context_.TryCancel();
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&ended_));
  }

  bool Sees(HealthCheckResponse::ServingStatus status) {
    const auto seen = [&] { return status_ == status; };
    const absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&seen), kPatience);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    {
      const absl::MutexLock lock(&mutex_);
      status_ = response_.status();
    }
    StartRead(&response_);
  }
  void OnDone(const grpc::Status&) override {
    const absl::MutexLock lock(&mutex_);
    ended_ = true;
  }

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  grpc::TemplatedGenericStub<HealthCheckRequest, HealthCheckResponse> stub_;
  grpc::ClientContext context_;
  const HealthCheckRequest request_;
  HealthCheckResponse response_;
  absl::Mutex mutex_;
  HealthCheckResponse::ServingStatus status_ = HealthCheckResponse::UNKNOWN;
  bool ended_ = false;
};

class StopTest : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Process> StartServer() {
    auto server =
        Process::Start({std::getenv("SANZHANG_BINARY"), GetParam(), "--listen=" + address_,
                        "--http-listen=127.0.0.1:0", "--data=" + scratch_.File("data"),
                        "--drain-seconds=" + std::to_string(kDrainSeconds)},
                       {"NOTIFY_SOCKET=" + notify_path_});
    EXPECT_TRUE(server.ok()) << server.status();
    EXPECT_EQ(supervisor_.Hear(), "READY=1") << (*server)->Output();
    return *std::move(server);
  }

  support::TempDir scratch_;
  const std::string notify_path_ = scratch_.File("notify");
  const Supervisor supervisor_{notify_path_};
  const std::string address_ = "127.0.0.1:" + std::to_string(support::FreePort());
};

TEST_P(StopTest, KeepsEveryPromiseUnderLoad) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  crash::CrashClient client(seed);
  {
    const auto server = StartServer();
    crash::Stubs stubs(address_);
    client.SetUp(stubs);
    HealthWatch health(address_);
    ASSERT_TRUE(health.Sees(HealthCheckResponse::SERVING));
    absl::Time told;
    {
      std::atomic<std::size_t> answered = 0;
      std::atomic<bool> stopping = false;
      std::vector<std::jthread> clients;
      for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] {
          crash::Stubs own(address_);
          for (int after = 0; after < kCommandsAfterEach; after += stopping ? 1 : 0) {
            client.SendOne(own);
            if (++answered == kCommandsBefore) answered.notify_all();
          }
        });
      }
      while (answered < kCommandsBefore) answered.wait(answered);
      told = absl::Now();
      server->Signal(SIGTERM);  // All clients are at it, and go on.
      stopping = true;
      EXPECT_TRUE(health.Sees(HealthCheckResponse::NOT_SERVING));
      EXPECT_EQ(supervisor_.Hear(), "STOPPING=1");
      EXPECT_EQ(server->WaitForExit(kPatience), 0) << server->Output();
      EXPECT_LT(absl::Now() - told, kStopMax);
    }
    EXPECT_TRUE(server->WaitForLine("\"drained\":true", kPatience)) << server->Output();
  }
  const std::size_t unanswered = client.journal().Unknown().size();
  EXPECT_GT(unanswered, 0u) << "nobody was at it when the server ended";
  const auto server = StartServer();
  crash::Stubs stubs(address_);
  client.Resolve(stubs);
  EXPECT_THAT(client.journal().Unknown(), testing::IsEmpty());
  EXPECT_THAT(crash::Verify(client.journal(), crash::ReadAll(stubs)), testing::IsEmpty());
  std::printf("%zu commands, %zu of them not answered at first\n",
              client.journal().Entries().size(), unanswered);
}

INSTANTIATE_TEST_SUITE_P(Processes, StopTest, testing::Values("serve", "commandd"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace sanzhang
