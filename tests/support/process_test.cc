#include "tests/support/process.h"

#include <csignal>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sanzhang::support {
namespace {

using ::testing::Optional;

constexpr absl::Duration kPatience = absl::Seconds(20);

TEST(Process, GivesTheLineAndTheExitCode) {
  auto process =
      Process::Start({"/bin/sh", "-c", "echo first; echo port $PORT >&2; exit 3"}, {"PORT=1234"});
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_THAT((*process)->WaitForLine("port", kPatience), Optional(std::string("port 1234")));
  EXPECT_EQ((*process)->WaitForLine("never", kPatience), std::nullopt);
  EXPECT_THAT((*process)->WaitForExit(kPatience), Optional(3));
  EXPECT_EQ((*process)->Output(), "first\nport 1234\n");
}

TEST(Process, HasAllOfItsOutputOnceItHasEnded) {
  for (int i = 0; i < 50; ++i) {
    auto process = Process::Start({"/bin/sh", "-c", "head -c 60000 /dev/zero | tr '\\0' x"});
    ASSERT_TRUE(process.ok()) << process.status();
    EXPECT_THAT((*process)->WaitForExit(kPatience), Optional(0));
    ASSERT_EQ((*process)->Output().size(), 60000U);
  }
}

TEST(Process, EndsBySignal) {
  auto process = Process::Start({"/bin/sleep", "1000"});
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_EQ((*process)->WaitForExit(absl::ZeroDuration()), std::nullopt);
  (*process)->Signal(SIGTERM);
  EXPECT_THAT((*process)->WaitForExit(kPatience), Optional(128 + SIGTERM));
}

TEST(Process, IsKilledWithTheObject) {
  pid_t id = 0;
  {
    auto process = Process::Start({"/bin/sleep", "1000"});
    ASSERT_TRUE(process.ok()) << process.status();
    id = (*process)->id();
  }
  EXPECT_NE(kill(id, 0), 0);
}

TEST(Process, SaysWhyItCantStart) {
  EXPECT_EQ(Process::Start({"/no/such/program"}).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace sanzhang::support
