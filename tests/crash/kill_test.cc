// kill -9 under load, many times in one run; then every promise is checked against the journal, and
// every view against one built from zero.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "tests/crash/crash_client.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/views_client.h"

namespace sanzhang::crash {
namespace {

constexpr int kClients = 8;
constexpr absl::Duration kStartMax = absl::Seconds(30);

std::string EnvironmentOr(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

class KillTest : public testing::Test {
 protected:
  KillTest() {
    seed_ = std::stoull(EnvironmentOr("SANZHANG_SEED", std::to_string(std::random_device{}())));
    kills_ = std::stoi(EnvironmentOr("SANZHANG_KILLS", "100"));
    std::printf("SANZHANG_SEED=%llu SANZHANG_KILLS=%d\n", static_cast<unsigned long long>(seed_),
                kills_);
  }

  std::unique_ptr<support::Process> Start(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {EnvironmentOr("SANZHANG_BINARY", "sanzhang")};
    all.insert(all.end(), arguments.begin(), arguments.end());
    auto process = support::Process::Start(all);
    EXPECT_TRUE(process.ok()) << process.status();
    return process.ok() ? *std::move(process) : nullptr;
  }

  std::unique_ptr<support::Process> StartServer() {
    auto server = Start({"serve", "--listen=" + address_, "--http-listen=127.0.0.1:0",
                         "--data=" + scratch_.File("data")});
    if (server != nullptr && !server->WaitForLine("ready", kStartMax).has_value()) {
      ADD_FAILURE() << server->Output();
      return nullptr;
    }
    return server;
  }

  // What was published when the server died, unless it died in the midst of that.
  void KeepCheckpoint(int kill) {
    const std::string kept = scratch_.File("checkpoint-" + std::to_string(kill));
    std::error_code none;
    std::filesystem::copy_file(scratch_.File("data/tree/checkpoint"), kept, none);
    if (!none) known_.push_back("--known=" + kept);
  }
  // The output of an audit tool; it must end well.
  std::string Audit(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "audit");
    arguments.push_back("--address=" + address_);
    const auto tool = Start(arguments);
    if (tool == nullptr) return "";
    EXPECT_EQ(tool->WaitForExit(kStartMax), 0) << tool->Output();
    return tool->Output();
  }

  std::uint64_t seed_ = 0;
  int kills_ = 0;
  std::vector<std::string> known_;
  support::TempDir scratch_;
  std::string address_ = "127.0.0.1:" + std::to_string(support::FreePort());
};

TEST_F(KillTest, KeepsEveryPromise) {
  CrashClient client(seed_);
  std::mt19937_64 random(seed_ + 1);
  auto server = StartServer();
  ASSERT_NE(server, nullptr);
  {
    Stubs stubs(address_);
    client.SetUp(stubs);
  }
  for (int kill = 0; kill < kills_; ++kill) {
    {
      std::atomic<bool> stop = false;
      std::vector<std::jthread> clients;
      for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] {
          Stubs stubs(address_);
          while (!stop) client.SendOne(stubs);
        });
      }
      // The moment of death is random: that is the test, not a wait for something.
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 300));
      server->Signal(SIGKILL);
      stop = true;
    }
    ASSERT_EQ(server->WaitForExit(kStartMax), 128 + SIGKILL) << server->Output();
    KeepCheckpoint(kill);
    server = StartServer();
    ASSERT_NE(server, nullptr) << "after kill " << kill;
    Stubs stubs(address_);
    client.Resolve(stubs);
    ASSERT_THAT(client.journal().Unknown(), testing::IsEmpty()) << "after kill " << kill;
  }
  Stubs stubs(address_);
  const std::vector<log::v1::Record> log = ReadAll(stubs);
  EXPECT_THAT(Verify(client.journal(), log), testing::IsEmpty());
  const std::map<std::string, std::string> live = support::DigestsAt(address_, log.size());
  support::RebuildViews(address_);
  EXPECT_EQ(support::DigestsAt(address_, log.size()), live) << "live views against rebuilt ones";
  EXPECT_EQ(live.size(), 10u);
  // The signed log goes on from every tree that was published before a kill.
  const std::string key = Audit({"key"});
  std::vector<std::string> verify = {"verify", "--key=" + key.substr(0, key.find('\n'))};
  verify.insert(verify.end(), known_.begin(), known_.end());
  EXPECT_THAT(Audit(verify), testing::HasSubstr("VERIFIED"));
  EXPECT_THAT(known_, testing::Not(testing::IsEmpty()));
  std::printf("%d kills, %zu commands, %zu records\n", kills_, client.journal().Entries().size(),
              log.size());
}

}  // namespace
}  // namespace sanzhang::crash
