// An erasure whose process is killed, at each of its steps: the fact is in the log and the key goes
// at the next start of the server, before anything is served; or nothing has happened.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "eventstore/event_store.h"
#include "eventstore/rocks_commit_log.h"
#include "gtest/gtest.h"
#include "services/keyring/subject_keyring.h"
#include "services/privacy/ledger.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace sanzhang {
namespace {

using keyring::SubjectKeyring;
using keyring::SubjectState;
using support::Process;

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr int kKilled = 128 + SIGKILL;
constexpr char kPerson[] = "communities/c1/persons/zhang";
constexpr char kOther[] = "communities/c1/persons/wang";

struct Folder {
  std::string data;
  std::string keys;
  std::string log() const { return data + "/log"; }
  std::string persons() const { return keys + "/persons"; }
};

int Run(const std::vector<std::string>& arguments) {
  const auto process = Process::Start(arguments);
  EXPECT_TRUE(process.ok()) << process.status();
  const auto code = (*process)->WaitForExit(kPatience);
  EXPECT_TRUE(code == 0 || code == kKilled) << (*process)->Output();
  return code.value_or(-1);
}

int EraseUntil(const Folder& folder, int step) {
  return Run(
      {std::getenv("SANZHANG_ERASE_UNTIL"), folder.log(), folder.persons(), std::to_string(step)});
}

// The server starts, says that it is ready, and ends.
void StartAndStop(const Folder& folder) {
  const auto server = Process::Start({std::getenv("SANZHANG_BINARY"), "commandd",
                                      "--data=" + folder.data, "--keys=" + folder.keys,
                                      "--listen=127.0.0.1:0", "--http-listen=127.0.0.1:0"});
  ASSERT_TRUE(server.ok()) << server.status();
  ASSERT_TRUE((*server)->WaitForLine("ready", kPatience).has_value()) << (*server)->Output();
  (*server)->Signal(SIGTERM);
  ASSERT_EQ((*server)->WaitForExit(kPatience), 0) << (*server)->Output();
}

bool IsInTheLedger(const Folder& folder) {
  auto log = eventstore::OpenRocksCommitLog({.path = folder.log()});
  EXPECT_TRUE(log.ok()) << log.status();
  const auto store = eventstore::EventStore::Open(*std::move(log), {});
  EXPECT_TRUE(store.ok()) << store.status();
  const auto ledger = privacy::ReadLedger(**store);
  EXPECT_TRUE(ledger.ok()) << ledger.status();
  return !ledger->destroyed.empty();
}

SubjectState StateOf(const Folder& folder, const char* person) {
  const auto keys = SubjectKeyring::Open(folder.persons());
  EXPECT_TRUE(keys.ok()) << keys.status();
  return *(*keys)->StateOf(person);
}

TEST(AnErasure, ThatIsKilledAtAnyStepIsCompletedOrHasNotBegun) {
  const support::TempDir scratch;
  int begun = 0;
  int unbegun = 0;
  for (int step = 1;; ++step) {
    SCOPED_TRACE(step);
    const std::string name = scratch.File("f" + std::to_string(step));
    const Folder folder{name, name + ".keys"};
    std::filesystem::create_directories(folder.data);
    std::filesystem::create_directories(folder.keys);
    const bool killed = EraseUntil(folder, step) == kKilled;
    StartAndStop(folder);
    const bool recorded = IsInTheLedger(folder);
    EXPECT_EQ(StateOf(folder, kPerson), recorded ? SubjectState::kDestroyed : SubjectState::kLive);
    EXPECT_EQ(StateOf(folder, kOther), SubjectState::kLive);
    ++(recorded ? begun : unbegun);
    // Done again, it ends the same.
    EXPECT_EQ(EraseUntil(folder, 0), 0);
    EXPECT_TRUE(IsInTheLedger(folder));
    EXPECT_EQ(StateOf(folder, kPerson), SubjectState::kDestroyed);
    EXPECT_EQ(StateOf(folder, kOther), SubjectState::kLive);
    if (!killed || testing::Test::HasFailure()) break;
  }
  EXPECT_EQ(unbegun, 1);  // Killed before the append.
  EXPECT_GT(begun, 6);
}

// A backup of the keys from before the erasure, restored: the server obeys the log.
TEST(AnErasure, IsNotUndoneByAnOldCopyOfTheKeys) {
  const support::TempDir scratch;
  const Folder folder{scratch.File("d"), scratch.File("k")};
  std::filesystem::create_directories(folder.data);
  std::filesystem::create_directories(folder.keys);
  ASSERT_EQ(EraseUntil(folder, 1), kKilled);
  const auto all = std::filesystem::copy_options::recursive;
  std::filesystem::copy(folder.keys, scratch.File("backup"), all);
  ASSERT_EQ(EraseUntil(folder, 0), 0);
  ASSERT_EQ(StateOf(folder, kPerson), SubjectState::kDestroyed);
  std::filesystem::remove_all(folder.keys);
  std::filesystem::copy(scratch.File("backup"), folder.keys, all);
  ASSERT_EQ(StateOf(folder, kPerson), SubjectState::kLive);
  StartAndStop(folder);
  EXPECT_EQ(StateOf(folder, kPerson), SubjectState::kDestroyed);
  EXPECT_EQ(StateOf(folder, kOther), SubjectState::kLive);
}

// Log and keys both from before the erasure, and the newest record that there is: a copy of the
// log.
TEST(AnErasure, IsDoneAgainWhenAllIsRestoredFromAnOldBackup) {
  const support::TempDir scratch;
  const Folder folder{scratch.File("d"), scratch.File("k")};
  const Folder restored{scratch.File("old"), scratch.File("old-keys")};
  std::filesystem::create_directories(folder.data);
  std::filesystem::create_directories(folder.keys);
  ASSERT_EQ(EraseUntil(folder, 1), kKilled);
  StartAndStop(folder);  // Signs the log.
  const auto all = std::filesystem::copy_options::recursive;
  std::filesystem::copy(folder.data, restored.data, all);
  std::filesystem::copy(folder.keys, restored.keys, all);
  ASSERT_EQ(EraseUntil(folder, 0), 0);
  StartAndStop(folder);
  StartAndStop(restored);  // By mistake: its log knows of nothing.
  ASSERT_EQ(StateOf(restored, kPerson), SubjectState::kLive);

  const auto reapply = [&](const Folder& newest, int expected) {
    const auto process =
        Process::Start({std::getenv("SANZHANG_BINARY"), "admin", "reapply-erasures",
                        "--keys=" + restored.keys, "--data=" + newest.data});
    ASSERT_TRUE(process.ok()) << process.status();
    EXPECT_EQ((*process)->WaitForExit(kPatience), expected) << (*process)->Output();
  };
  // Another log, even if it has a person of that name.
  const Folder other{scratch.File("other"), scratch.File("other-keys")};
  std::filesystem::create_directories(other.data);
  std::filesystem::create_directories(other.keys);
  ASSERT_EQ(EraseUntil(other, 0), 0);
  StartAndStop(other);
  reapply(other, 1);
  EXPECT_EQ(StateOf(restored, kPerson), SubjectState::kLive);

  reapply(folder, 0);
  EXPECT_EQ(StateOf(restored, kPerson), SubjectState::kDestroyed);
  EXPECT_EQ(StateOf(restored, kOther), SubjectState::kLive);
  StartAndStop(restored);  // The log does not name the person, and nothing returns.
  EXPECT_EQ(StateOf(restored, kPerson), SubjectState::kDestroyed);
  reapply(folder, 0);  // Done already.
}

}  // namespace
}  // namespace sanzhang
