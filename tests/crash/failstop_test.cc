// The disk says no: from the n-th sync on, every sync of the process fails. The server must stop
// with exit code 74, acknowledge nothing more, and come back with every promise kept.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/crash/crash_client.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::crash {
namespace {

using support::Process;

constexpr int kExitStopped = 74;
constexpr int kCommandsEach = 150;
constexpr absl::Duration kPatience = absl::Seconds(60);

class FailStopTest : public testing::TestWithParam<int> {
 protected:
  // `tracer`: what the server runs under.
  std::unique_ptr<Process> StartServer(std::vector<std::string> tracer) {
    std::vector<std::string> command = std::move(tracer);
    command.insert(command.end(),
                   {std::getenv("SANZHANG_BINARY"), "commandd", "--listen=" + address_,
                    "--http-listen=127.0.0.1:0", "--data=" + scratch_.File("data")});
    auto server = Process::Start(command);
    EXPECT_TRUE(server.ok()) << server.status();
    EXPECT_TRUE((*server)->WaitForLine("\"ready\"", kPatience).has_value()) << (*server)->Output();
    return *std::move(server);
  }

  support::TempDir scratch_;
  std::string address_ = "127.0.0.1:" + std::to_string(support::FreePort());
};

TEST_P(FailStopTest, StopsAndComesBack) {
  const std::uint64_t seed = std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  CrashClient client(seed);
  {
    const auto server = StartServer({});
    Stubs stubs(address_);
    client.SetUp(stubs);
    server->Signal(SIGTERM);
    ASSERT_EQ(server->WaitForExit(kPatience), 0) << server->Output();
  }
  {
    // Writes stay in the page cache: a lying disk, as after a failed fsync that marks pages clean.
    const std::string from = std::to_string(GetParam());
    const auto server = StartServer({"/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e",
                                     "trace=fdatasync,fsync", "-e",
                                     "inject=fdatasync,fsync:error=EIO:when=" + from + "+"});
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        Stubs stubs(address_);
        for (int sent = 0; sent < kCommandsEach; ++sent) client.SendOne(stubs);
      });
    }
    const std::optional<int> exit_code = server->WaitForExit(kPatience);
    ASSERT_EQ(exit_code, kExitStopped) << server->Output();
    EXPECT_THAT(server->Output(), testing::HasSubstr("the log has stopped"));
  }
  const auto server = StartServer({});
  Stubs stubs(address_);
  client.Resolve(stubs);
  EXPECT_THAT(client.journal().Unknown(), testing::IsEmpty());
  EXPECT_THAT(Verify(client.journal(), ReadAll(stubs)), testing::IsEmpty());
}

// The first syncs are of opening; later ones of appends.
INSTANTIATE_TEST_SUITE_P(Syncs, FailStopTest, testing::Values(40, 60, 90));

}  // namespace
}  // namespace sanzhang::crash
