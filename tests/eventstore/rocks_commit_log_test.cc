// What only the log on RocksDB promises: when it opens, and when it refuses to.
#include "eventstore/rocks_commit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace sanzhang::eventstore {
namespace {

using testing::HasSubstr;

class RocksLog : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<CommitLog>> Open(std::string_view name = "log",
                                                  bool create_if_missing = true) {
    return OpenRocksCommitLog({.path = dir_.File(name),
                               .create_if_missing = create_if_missing,
                               .free_space_bytes_min = 0});
  }

  // A log with one record, closed.
  void Make(std::string_view name = "log") {
    auto log = Open(name);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_TRUE((*log)->Append({1, {"a"}, {{RowKind::kHead, "s", "1"}}}).ok());
  }

  absl::StatusCode OpenCode() { return Open().status().code(); }

  support::TempDir dir_;
};

TEST_F(RocksLog, KeepsWhatItHolds) {
  Make();
  auto log = Open("log", /*create_if_missing=*/false);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ((*log)->end(), 1u);
  EXPECT_EQ(*(*log)->ReadRecord(1), "a");
  EXPECT_EQ(**(*log)->Get(RowKind::kHead, "s"), "1");
}

TEST_F(RocksLog, IsNotMadeUnlessAskedFor) {
  EXPECT_EQ(Open("log", false).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(dir_.File("log")));
}

TEST_F(RocksLog, IsOpenOnce) {
  const auto log = Open();
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(OpenCode(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(RocksLog, ALostDatabaseIsNotANewLog) {
  Make();
  std::filesystem::remove_all(dir_.File("log/db"));
  EXPECT_EQ(OpenCode(), absl::StatusCode::kDataLoss);
  std::filesystem::create_directory(dir_.File("log/db"));
  EXPECT_EQ(OpenCode(), absl::StatusCode::kDataLoss);
}

TEST_F(RocksLog, ALostIdentityIsDamage) {
  Make();
  std::filesystem::remove(dir_.File("log/log-identity"));
  EXPECT_EQ(OpenCode(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Open("log", false).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(RocksLog, AnInterruptedMakingIsFinished) {
  ASSERT_TRUE(
      Open().ok());  // Nothing appended: as if it had stopped before the identity was written.
  std::filesystem::remove(dir_.File("log/log-identity"));
  EXPECT_TRUE(Open().ok());
  EXPECT_TRUE(std::filesystem::exists(dir_.File("log/log-identity")));
}

TEST_F(RocksLog, FilesOfTwoLogsAreNotOne) {
  Make("log");
  Make("other");
  std::filesystem::copy_file(dir_.File("other/log-identity"), dir_.File("log/log-identity"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(OpenCode(), absl::StatusCode::kDataLoss);
}

TEST_F(RocksLog, NeedsFreeSpaceToOpen) {
  const auto log = OpenRocksCommitLog({.path = dir_.File("log"),
                                       .create_if_missing = true,
                                       .free_space_bytes_min = std::uint64_t{1} << 60});
  EXPECT_EQ(log.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(log.status().message()), HasSubstr("free"));
}

TEST_F(RocksLog, AFlippedBitIsNeverServed) {
  Make();
  int refused = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir_.File("log/db"))) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(2);
    const char flipped = static_cast<char>(file.get() ^ 1);
    file.seekp(2);
    file.put(flipped);
    ++refused;
  }
  ASSERT_GT(refused, 0);
  const auto log = Open();
  if (log.ok()) {
    EXPECT_EQ((*log)->ReadRecord(1).status().code(), absl::StatusCode::kDataLoss);
  } else {
    EXPECT_EQ(log.status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace sanzhang::eventstore
