// The same history seen by separate processes and by `serve`: the views are equal, byte for byte in
// their canonical dumps. `serve` builds its views from zero, so this is also live against rebuilt.
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/views_client.h"

namespace sanzhang {
namespace {

using support::Process;

constexpr absl::Duration kPatience = absl::Seconds(60);

std::string Loopback() { return "127.0.0.1:" + std::to_string(support::FreePort()); }

class SplitTest : public testing::Test {
 protected:
  std::unique_ptr<Process> Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::getenv("SANZHANG_BINARY"));
    auto process = Process::Start(arguments);
    EXPECT_TRUE(process.ok()) << process.status();
    return process.ok() ? *std::move(process) : nullptr;
  }

  std::unique_ptr<Process> StartServer(std::vector<std::string> arguments,
                                       const std::string& address) {
    arguments.push_back("--listen=" + address);
    arguments.push_back("--http-listen=" + Loopback());
    auto server = Start(arguments);
    EXPECT_TRUE(server->WaitForLine("ready", kPatience).has_value()) << server->Output();
    return server;
  }

  // What a tool prints; it must succeed.
  std::string Run(const std::vector<std::string>& arguments) {
    const auto process = Start(arguments);
    EXPECT_EQ(process->WaitForExit(kPatience), 0) << process->Output();
    return process->Output();
  }

  static void Stop(Process& process) {
    process.Signal(SIGTERM);
    EXPECT_EQ(process.WaitForExit(kPatience), 0) << process.Output();
  }

  support::TempDir scratch_;
};

TEST_F(SplitTest, SeparateProcessesSeeWhatServeSees) {
  Run({"demo", "--data=" + scratch_.File("log")});
  const std::string log_address = Loopback();
  const auto commandd = StartServer({"commandd", "--data=" + scratch_.File("log")}, log_address);
  const std::uint64_t head = support::HeadOf(log_address);
  ASSERT_GT(head, 100u);

  const std::vector<std::string> views = {
      "residents-committee,property-company", "party-org,subdistrict,supervision-committee",
      "resident,public-board,analyst", "owners-committee,rep-assembly"};
  std::map<std::string, std::string> apart;
  std::vector<std::unique_ptr<Process>> projectors;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const std::string address = Loopback();
    projectors.push_back(StartServer({"projector", "--view=" + views[i], "--log=" + log_address,
                                      "--data=" + scratch_.File("projector-" + std::to_string(i))},
                                     address));
    apart.merge(support::DigestsAt(address, head));
  }
  for (const auto& projector : projectors) Stop(*projector);
  Stop(*commandd);
  ASSERT_EQ(apart.size(), 10u);

  const std::string address = Loopback();
  const auto serve = StartServer({"serve", "--data=" + scratch_.File("log")}, address);
  ASSERT_EQ(support::HeadOf(address), head) << "no deadline may pass while this runs";
  EXPECT_EQ(support::DigestsAt(address, head), apart);
  Stop(*serve);
}

}  // namespace
}  // namespace sanzhang
