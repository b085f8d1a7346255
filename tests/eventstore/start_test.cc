// What a start makes of damaged files. Whatever is done to them, the log is refused, or it is what
// was acknowledged, shorter at most by what the rules of start_decision.h say, and never shorter
// than an anchor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "eventstore/rocks_commit_log.h"
#include "eventstore/start_decision.h"
#include "eventstore/wal_scan.h"
#include "rocksdb/env.h"
#include "tests/support/fault_fs.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::eventstore {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 20'260'712;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteFile(const fs::path& path, std::string_view bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// The files of a log, by their path within its folder.
using Image = std::map<std::string, std::string>;

Image Capture(const fs::path& folder) {
  Image image;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder);
    const bool matters = name.find("LOCK") == std::string::npos &&
                         name.find("LOG") == std::string::npos && name != "log-lock";
    if (entry.is_regular_file() && matters) image[name] = ReadFile(entry.path());
  }
  return image;
}

// The write-ahead log that has bytes.
std::string WalOf(const Image& image) {
  for (const auto& [name, bytes] : image) {
    if (name.ends_with(".log") && !bytes.empty()) return bytes;
  }
  return "";
}

// A log as a killed process leaves it, and what was acknowledged.
class KilledLog {
 public:
  // `flushed` groups are in sorted files, the others in the write-ahead log.
  KilledLog(int flushed, int logged) {
    std::mt19937_64 random(kSeed);
    const std::string path = dir_.File("made");
    for (const int groups : {flushed, logged}) {
      auto log =
          *OpenRocksCommitLog({.path = path, .create_if_missing = true, .free_space_bytes_min = 0});
      for (int group = 0; group < groups; ++group) Append(*log, random);
      if (groups == logged) image_ = Capture(path);
    }
    for (const auto& [name, bytes] : image_) {
      if (name.ends_with(".log") && !bytes.empty()) wal_ = name;
    }
    end_ = records_.size();
  }

  const Image& image() const { return image_; }
  // The write-ahead log's path, and where each of its groups ends.
  const std::string& wal() const { return wal_; }
  const std::string& wal_bytes() const { return image_.at(wal_); }
  const std::vector<std::uint64_t>& group_ends() const { return group_ends_; }
  // The log's end after the group, and before all groups of the write-ahead log.
  std::uint64_t end_after(std::size_t group) const { return ends_[group]; }
  std::uint64_t first_end() const { return first_end_; }
  std::uint64_t end() const { return end_; }

  struct Start {
    absl::Status status;
    std::uint64_t end = 0;
    std::string incident;
    std::vector<std::string> set_aside;
    std::string wrong;  // Other data than was acknowledged.
  };
  // Opens these files as a log of their own.
  Start Open(const Image& image, std::vector<Anchor> anchors = {}) {
    const fs::path folder = dir_.path() / absl::StrCat("log", ++opened_);
    for (const auto& [name, bytes] : image) WriteFile(folder / name, bytes);
    Start start;
    {
      auto log = OpenRocksCommitLog({.path = folder,
                                     .create_if_missing = true,
                                     .free_space_bytes_min = 0,
                                     .anchors = std::move(anchors),
                                     .on_incident = [&](const auto& i) { start.incident = i; },
                                     .env = env_.get()});
      start.status = log.status();
      if (log.ok()) Compare(**log, start);
    }
    if (!start.status.ok()) ExpectUnchanged(folder, image);
    if (fs::exists(folder / "set-aside")) {
      for (const auto& entry : fs::directory_iterator(folder / "set-aside")) {
        start.set_aside.push_back(ReadFile(entry.path()));
      }
    }
    fs::remove_all(folder);
    return start;
  }

 private:
  void Append(CommitLog& log, std::mt19937_64& random) {
    CommitBatch batch{.first_position = log.end() + 1};
    const std::uint64_t records = 1 + random() % 3;
    for (std::uint64_t i = 0; i < records; ++i) {
      const std::size_t bytes = random() % 6 == 0 ? 20'000 + random() % 40'000 : random() % 400;
      batch.records.push_back(absl::StrCat(records_.size(), std::string(bytes, 'x')));
      records_.push_back(batch.records.back());
    }
    batch.rows.push_back({RowKind::kHead, "stream", absl::StrCat(records_.size())});
    if (group_ends_.empty()) first_end_ = log.end();
    ASSERT_TRUE(log.Append(batch).ok());
    NoteGroup(log.end());
  }

  // The newest write-ahead log is the one that is written.
  void NoteGroup(std::uint64_t end) {
    std::set<fs::path> wals;
    for (const auto& entry : fs::directory_iterator(dir_.path() / "made/db")) {
      if (entry.path().extension() == ".log") wals.insert(entry.path());
    }
    if (const fs::path wal = *wals.rbegin(); wal != last_wal_) {
      last_wal_ = wal;
      first_end_ = ends_.empty() ? 0 : ends_.back();
      group_ends_.clear();
      ends_.clear();
    }
    group_ends_.push_back(fs::file_size(last_wal_));
    ends_.push_back(end);
  }

  void Compare(const CommitLog& log, Start& start) const {
    start.end = log.end();
    if (start.end > end_) start.wrong = "more than was ever written";
    const absl::Status read = log.ReadRecords(
        1, Direction::kForwards, [&](std::uint64_t position, std::string_view bytes) {
          if (position <= end_ && bytes == records_[position - 1]) return true;
          start.wrong = absl::StrCat("another record at ", position);
          return false;
        });
    if (!read.ok()) start.status = read;
    const auto head = log.Get(RowKind::kHead, "stream");
    if (!head.ok()) {
      start.status = head.status();
    } else if (start.end > 0 && head->value_or("") != absl::StrCat(start.end)) {
      start.wrong = "a row of another position";
    }
  }

  // What was refused is as it was, for a repair.
  static void ExpectUnchanged(const fs::path& folder, const Image& image) {
    const Image now = Capture(folder);
    for (const auto& [name, bytes] : image) {
      if (!name.ends_with(".log") && !name.ends_with(".sst")) continue;
      EXPECT_TRUE(now.contains(name) && now.at(name) == bytes) << name;
    }
  }

  static std::unique_ptr<rocksdb::Env> MakeEnv() {
    auto fs = std::make_shared<support::FaultFs>();
    return rocksdb::NewCompositeEnv(std::move(fs));
  }

  support::TempDir dir_;
  // Syncs nothing: there is no crash here, only what one leaves, many times over.
  const std::unique_ptr<rocksdb::Env> env_ = MakeEnv();
  Image image_;
  std::string wal_;
  fs::path last_wal_;
  std::vector<std::uint64_t> group_ends_;
  std::vector<std::uint64_t> ends_;
  std::uint64_t first_end_ = 0;
  std::uint64_t end_ = 0;
  std::vector<std::string> records_;
  int opened_ = 0;
};

std::string Flipped(std::string bytes, std::size_t at, unsigned bit) {
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
  return bytes;
}

// One killed log for all tests: they only copy it.
KilledLog& Killed() {
  static auto& log = *new KilledLog(/*flushed=*/6, /*logged=*/30);
  return log;
}

Image WithWal(std::string bytes) {
  Image image = Killed().image();
  image[Killed().wal()] = std::move(bytes);
  return image;
}

std::uint64_t Begin(std::size_t group) { return group == 0 ? 0 : Killed().group_ends()[group - 1]; }

// What must come of one flipped bit: before the last group nothing but a refusal, unless the byte
// means nothing (a block's last ones); in the last group, a refusal or all but that group, told as
// an incident if the bytes are there.
void ExpectFlipFound(std::size_t at, unsigned bit) {
  SCOPED_TRACE(absl::StrCat("byte ", at, " bit ", bit));
  KilledLog& log = Killed();
  const KilledLog::Start start = log.Open(WithWal(Flipped(log.wal_bytes(), at, bit)));
  EXPECT_EQ(start.wrong, "");
  const bool in_last = at >= Begin(log.group_ends().size() - 1);
  if (!start.status.ok()) {
    EXPECT_TRUE(absl::IsDataLoss(start.status)) << start.status;
    EXPECT_FALSE(in_last) << "the last group may be a torn write: " << start.status;
    EXPECT_THAT(std::string(start.status.message()), HasSubstr(log.wal()));
  } else if (in_last && start.end != log.end()) {
    EXPECT_EQ(start.end, log.end_after(log.group_ends().size() - 2));
  } else {
    // The rest of a block, too short for a header.
    EXPECT_GE(at % kWalBlockBytes, kWalBlockBytes - 6);
    EXPECT_EQ(start.end, log.end());
  }
  const std::vector<Anchor> anchors = {{"the view board", log.end()}};
  const KilledLog::Start anchored = log.Open(WithWal(Flipped(log.wal_bytes(), at, bit)), anchors);
  EXPECT_EQ(anchored.wrong, "");
  if (anchored.status.ok()) {
    EXPECT_EQ(anchored.end, log.end());
  } else {
    EXPECT_TRUE(absl::IsDataLoss(anchored.status)) << anchored.status;
  }
}

TEST(Start, AWholeLogIsWhole) {
  KilledLog& log = Killed();
  ASSERT_GT(log.first_end(), 0u);
  ASSERT_GT(log.wal_bytes().size(), 3 * kWalBlockBytes);
  const KilledLog::Start start = log.Open(log.image(), {{"the mirror", log.end()}});
  ASSERT_TRUE(start.status.ok()) << start.status;
  EXPECT_EQ(start.end, log.end());
  EXPECT_EQ(start.wrong, "");
  EXPECT_EQ(start.incident, "");
  EXPECT_THAT(start.set_aside, IsEmpty());
}

TEST(Start, AFlippedBitOfAHeaderIsFound) {
  const std::size_t last = Killed().group_ends().size() - 1;
  for (const std::size_t group : {std::size_t{0}, last / 2, last}) {
    for (std::size_t at = 0; at < 7; ++at) {
      for (const unsigned bit : {0u, 2u, 7u}) ExpectFlipFound(Begin(group) + at, bit);
    }
  }
}

TEST(Start, AFlippedBitAnywhereIsFound) {
  std::mt19937_64 random(kSeed);
  RecordProperty("seed", static_cast<int>(kSeed));
  for (int site = 0; site < 150; ++site) {
    ExpectFlipFound(random() % Killed().wal_bytes().size(), static_cast<unsigned>(random() % 8));
  }
}

TEST(Start, ALogThatWasCutEndsWithItsLastWholeGroup) {
  KilledLog& log = Killed();
  std::mt19937_64 random(kSeed);
  RecordProperty("seed", static_cast<int>(kSeed));
  std::set<std::uint64_t> lengths = {0, 1};
  for (const std::uint64_t end : log.group_ends()) {
    lengths.insert({end - 1, end, std::min<std::uint64_t>(end + 1, log.wal_bytes().size())});
  }
  while (lengths.size() < 200) lengths.insert(random() % log.wal_bytes().size());
  for (const std::uint64_t length : lengths) {
    SCOPED_TRACE(absl::StrCat("cut to ", length));
    std::uint64_t end = log.first_end();
    for (std::size_t group = 0; group < log.group_ends().size(); ++group) {
      if (log.group_ends()[group] <= length) end = log.end_after(group);
    }
    const Image cut = WithWal(log.wal_bytes().substr(0, length));
    const KilledLog::Start start = log.Open(cut, {{"the view board", end}});
    ASSERT_TRUE(start.status.ok()) << start.status;
    EXPECT_EQ(start.end, end);
    EXPECT_EQ(start.wrong, "");
    EXPECT_EQ(start.incident, "");
    const KilledLog::Start anchored = log.Open(cut, {{"the view board", end + 1}});
    EXPECT_EQ(anchored.status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(anchored.status.message()),
                HasSubstr(absl::StrCat("the view board at ", end + 1)));
  }
}

TEST(Start, ZeroedPagesAreFound) {
  KilledLog& log = Killed();
  constexpr std::size_t kPage = 4096;
  const std::uint64_t last = Begin(log.group_ends().size() - 1);
  for (std::size_t at = 0; at < log.wal_bytes().size(); at += kPage) {
    SCOPED_TRACE(absl::StrCat("page at ", at));
    std::string bytes = log.wal_bytes();
    const std::size_t end = std::min(at + kPage, bytes.size());
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at),
              bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    const KilledLog::Start start = log.Open(WithWal(bytes));
    EXPECT_EQ(start.wrong, "");
    if (at >= last) {
      EXPECT_TRUE(start.status.ok()) << start.status;
    } else if (end < last) {
      EXPECT_TRUE(absl::IsDataLoss(start.status)) << start.status;
    }
  }
}

TEST(Start, ABadLastGroupIsDroppedOnceAndKept) {
  KilledLog& log = Killed();
  const std::uint64_t begin = Begin(log.group_ends().size() - 1);
  const std::string bytes = Flipped(log.wal_bytes(), begin + 20, 3);
  const std::uint64_t end = log.end_after(log.group_ends().size() - 2);
  const KilledLog::Start start = log.Open(WithWal(bytes), {{"the view board", end}});
  ASSERT_TRUE(start.status.ok()) << start.status;
  EXPECT_EQ(start.end, end);
  EXPECT_THAT(start.incident, HasSubstr(log.wal()));
  EXPECT_THAT(start.incident, HasSubstr(absl::StrCat("byte ", begin)));
  EXPECT_THAT(start.set_aside, testing::ElementsAre(bytes));
}

TEST(Start, ARefusalNamesFileAndPlace) {
  KilledLog& log = Killed();
  const KilledLog::Start start = log.Open(WithWal(Flipped(log.wal_bytes(), Begin(3) + 20, 3)));
  EXPECT_EQ(start.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(start.status.message()),
              testing::AllOf(HasSubstr(log.wal()), HasSubstr(absl::StrCat("byte ", Begin(3))),
                             HasSubstr(absl::StrCat("byte ", Begin(4)))));
}

// Groups in a newer file are later groups, too; a newer file without any proves nothing.
TEST(Start, ANewerFileProvesWhatAnOlderOneHeld) {
  KilledLog& log = Killed();
  const support::TempDir dir;
  const std::uint64_t begin = Begin(log.group_ends().size() - 1);
  const std::string cut = log.wal_bytes().substr(0, begin + 9);
  for (const std::string& older : {cut, Flipped(log.wal_bytes(), begin + 20, 3)}) {
    WriteFile(dir.path() / "000010.log", older);
    WriteFile(dir.path() / "000012.log", "");
    EXPECT_TRUE(DecideStart(*rocksdb::Env::Default(), dir.path()).ok());
    WriteFile(dir.path() / "000012.log", log.wal_bytes().substr(0, log.group_ends()[0]));
    const auto refused = DecideStart(*rocksdb::Env::Default(), dir.path());
    EXPECT_TRUE(absl::IsDataLoss(refused.status())) << refused.status();
    EXPECT_THAT(std::string(refused.status().message()),
                testing::AllOf(HasSubstr("000010.log"), HasSubstr("000012.log")));
  }
}

// Garbage behind the last group, as of a write whose pages reached the disk out of order.
TEST(Start, AGarbledTailIsDropped) {
  KilledLog& log = Killed();
  std::mt19937_64 random(kSeed);
  for (const std::size_t count : {1u, 6u, 7u, 500u, 70'000u}) {
    SCOPED_TRACE(count);
    std::string bytes = log.wal_bytes();
    for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(random() | 1));
    const KilledLog::Start start = log.Open(WithWal(bytes), {{"the mirror", log.end()}});
    ASSERT_TRUE(start.status.ok()) << start.status;
    EXPECT_EQ(start.end, log.end());
    EXPECT_EQ(start.wrong, "");
  }
}

// The rest of the files: whatever happens to them, an anchored log is refused, can't be read, or is
// whole.
TEST(Start, DamageOfOtherFilesIsNeverServed) {
  KilledLog& log = Killed();
  std::mt19937_64 random(kSeed);
  RecordProperty("seed", static_cast<int>(kSeed));
  const std::vector<Anchor> anchors = {{"the view board", log.end()}};
  for (const auto& [name, bytes] : log.image()) {
    if (name == log.wal() || bytes.empty()) continue;
    for (int site = 0; site < 12; ++site) {
      Image image = log.image();
      const std::size_t at = random() % bytes.size();
      const bool cuts = site % 3 == 0;
      image[name] =
          cuts ? bytes.substr(0, at) : Flipped(bytes, at, static_cast<unsigned>(random() % 8));
      SCOPED_TRACE(absl::StrCat(name, cuts ? " cut to " : " flipped at ", at));
      const KilledLog::Start start = log.Open(image, anchors);
      EXPECT_EQ(start.wrong, "");
      EXPECT_TRUE(!start.status.ok() || start.end == log.end());
    }
    SCOPED_TRACE(absl::StrCat(name, " gone"));
    Image image = log.image();
    image.erase(name);
    const KilledLog::Start start = log.Open(image, anchors);
    EXPECT_EQ(start.wrong, "");
    EXPECT_TRUE(!start.status.ok() || start.end == log.end());
  }
}

TEST(Start, ALogWithoutItsIdentityIsRefusedUnchanged) {
  KilledLog& log = Killed();
  Image image = log.image();
  image.erase("log-identity");
  const KilledLog::Start start = log.Open(image);
  EXPECT_EQ(start.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(start.status.message()), HasSubstr("identity file is gone"));
}

TEST(Start, ANewLogHasNoAnchors) {
  KilledLog& log = Killed();
  const KilledLog::Start start = log.Open({}, {{"the view board", 7}});
  EXPECT_EQ(start.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(start.status.message()), HasSubstr("the view board at 7"));
  EXPECT_TRUE(log.Open({}, {{"an empty view", 0}}).status.ok());
}

// A torn write must not stand in the way of later starts, when there are groups in newer files:
// with whole groups before it, and as the first of its file.
void ExpectForgotten(std::uint64_t whole,
                     const std::function<void(std::string& wal, std::size_t begin)>& tear) {
  support::TempDir dir;
  const RocksOptions options = {
      .path = dir.File("log"), .create_if_missing = true, .free_space_bytes_min = 0};
  const auto restore = [&](const Image& image) {
    fs::remove_all(options.path);
    for (const auto& [name, bytes] : image) WriteFile(fs::path(options.path) / name, bytes);
  };
  Image torn;
  { ASSERT_TRUE(OpenRocksCommitLog(options).ok()); }
  {
    auto log = *OpenRocksCommitLog(options);
    for (std::uint64_t i = 1; i <= whole; ++i) ASSERT_TRUE(log->Append({i, {"a"}, {}}).ok());
    const std::size_t begin = whole == 0 ? 0 : WalOf(Capture(options.path)).size();
    ASSERT_TRUE(log->Append({whole + 1, {"a"}, {}}).ok());
    torn = Capture(options.path);
    for (auto& [name, bytes] : torn) {
      if (name.ends_with(".log") && !bytes.empty()) tear(bytes, begin);
    }
  }
  restore(torn);
  Image killed;
  {
    auto log = OpenRocksCommitLog(options);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_EQ((*log)->end(), whole);
    ASSERT_TRUE((*log)->Append({whole + 1, {"b"}, {}}).ok());
    killed = Capture(options.path);
  }
  restore(killed);
  const auto log = OpenRocksCommitLog(options);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(*(*log)->ReadRecord(whole + 1), "b");
}

TEST(Start, ATornWriteIsForgottenOnceItWasDropped) {
  for (const std::uint64_t whole : {0u, 2u}) {
    SCOPED_TRACE(absl::StrCat(whole, " whole groups"));
    ExpectForgotten(whole, [](std::string& wal, std::size_t) { wal.pop_back(); });
    ExpectForgotten(whole,
                    [](std::string& wal, std::size_t begin) { wal = Flipped(wal, begin + 9, 1); });
    ExpectForgotten(whole, [](std::string& wal, std::size_t begin) {
      std::fill(wal.begin() + static_cast<std::ptrdiff_t>(begin), wal.end(), '\0');
    });
  }
}

}  // namespace
}  // namespace sanzhang::eventstore
