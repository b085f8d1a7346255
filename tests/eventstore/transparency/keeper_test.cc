// The keeper over a real store: that it follows, that a start is cheap and heals what is derived,
// and that a log which is not what was signed stops it.
#include "eventstore/transparency/keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "absl/strings/str_cat.h"
#include "eventstore/memory_commit_log.h"
#include "eventstore/rebuild.h"
#include "tests/eventstore/forwarding_log.h"
#include "tests/eventstore/store_fixture.h"
#include "tests/eventstore/transparency/naive_tree.h"
#include "tests/support/temp_dir.h"

namespace sanzhang::transparency {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

class KeeperTest : public testing::Test {
 protected:
  ~KeeperTest() override { Close(); }

  // A store that holds exactly these records.
  void OpenStoreOf(const std::vector<std::string>& records) {
    Close();
    auto log = eventstore::MakeMemoryCommitLog();
    if (!records.empty()) {
      ASSERT_TRUE(log->Append({1, records, {}}).ok());
    }
    ASSERT_TRUE(eventstore::RebuildIndexes(*log, {}).ok());
    store_ = eventstore::OpenStore(std::move(log));
    ASSERT_NE(store_, nullptr);
  }
  absl::Status OpenKeeper(absl::Duration pause = absl::ZeroDuration()) {
    auto signer = TreeSigner::Open({dir_.File("keys"), dir_.File("tree"), ""});
    if (!signer.ok()) return signer.status();
    signer_ = *std::move(signer);
    TreeKeeper::Options options;
    options.folder = dir_.File("tree");
    options.sign_pause = pause;
    options.on_stopped = [this](const absl::Status& why) {
      absl::MutexLock lock(&mutex_);
      stopped_ = why;
    };
    options.on_note = [this](std::string_view note) {
      absl::MutexLock lock(&mutex_);
      notes_.emplace_back(note);
    };
    options.on_published = [this] {
      absl::MutexLock lock(&mutex_);
      ++published_;
    };
    auto keeper = TreeKeeper::Open(*store_, *signer_, std::move(options));
    if (!keeper.ok()) return keeper.status();
    keeper_ = *std::move(keeper);
    return absl::OkStatus();
  }
  void Close() {
    keeper_.reset();
    store_.reset();
  }
  void Append(int records, const std::string& stream = "communities/c1/complaints/a") {
    ASSERT_EQ(eventstore::Await(*store_,
                                eventstore::NewAppend(stream, eventstore::AnyRevision(), records))
                  .kind,
              eventstore::AppendResult::Kind::kCommitted);
  }
  // Waits until so many records are signed.
  std::shared_ptr<const Published> AwaitSigned(std::uint64_t size) {
    const absl::Time deadline = absl::Now() + kPatience;
    absl::MutexLock lock(&mutex_);
    while (true) {
      const auto published = keeper_->published();
      if (published != nullptr && published->head.size >= size) return published;
      const int before = published_;
      const auto changed = [&] { return published_ != before || !stopped_.ok(); };
      if (!mutex_.AwaitWithDeadline(absl::Condition(&changed), deadline) || !stopped_.ok())
        return nullptr;
    }
  }
  std::vector<std::string> Records() {
    std::vector<std::string> records;
    for (auto& stored : eventstore::ReadAll(*store_)) records.push_back(std::move(stored.bytes));
    return records;
  }
  static Hash RootOfRecords(const std::vector<std::string>& records) {
    NaiveTree tree;
    for (const std::string& record : records) tree.Add(LeafHash(record));
    return tree.Root(0, tree.size());
  }
  std::vector<std::string> notes() {
    absl::MutexLock lock(&mutex_);
    return notes_;
  }

  support::TempDir dir_;
  std::unique_ptr<eventstore::CommitLog> log_;  // Of those that only lend it.
  std::unique_ptr<eventstore::EventStore> store_;
  std::unique_ptr<TreeSigner> signer_;
  std::unique_ptr<TreeKeeper> keeper_;
  absl::Mutex mutex_;
  int published_ = 0;
  absl::Status stopped_;
  std::vector<std::string> notes_;
};

TEST_F(KeeperTest, SignsWhatTheStoreHolds) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  EXPECT_EQ(keeper_->published(), nullptr);
  for (const int more : {1, 2, 300, 500}) {
    Append(more);
    const auto published = AwaitSigned(store_->head().position);
    ASSERT_NE(published, nullptr);
    EXPECT_EQ(published->head.root, RootOfRecords(Records()));
    EXPECT_EQ(*OpenCheckpoint(published->note, keeper_->verifier()),
              (Checkpoint{keeper_->verifier().name, published->head}));
  }
  EXPECT_EQ(keeper_->behind(), absl::ZeroDuration());
}

TEST_F(KeeperTest, WritesTheTilesOfEachTreeThatItSigns) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  for (int round = 0; round < 20; ++round) {
    Append(37);
    const auto published = AwaitSigned(store_->head().position);
    ASSERT_NE(published, nullptr);
    for (const TileId& tile : TilesOf(published->head.size)) {
      EXPECT_TRUE(std::filesystem::exists(dir_.File("tree/" + PathOf(tile)))) << PathOf(tile);
    }
    EXPECT_EQ(*RootOf(TiledHashes(keeper_->tiles(), published->head.size), published->head.size),
              published->head.root);
  }
}

// Under load one signature stands for many records; at rest none has to wait for the next.
TEST_F(KeeperTest, PausesBetweenSignatures) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper(absl::Hours(1)).ok());
  Append(1);
  ASSERT_NE(AwaitSigned(1), nullptr) << "the first at once";
  Append(1);
  EXPECT_EQ(keeper_->published()->head.size, 1u);
  EXPECT_GT(keeper_->behind(), absl::ZeroDuration());
}

TEST_F(KeeperTest, GoesOnAfterAnEnd) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  std::shared_ptr<const Published> before;
  for (const int more : {1, 255, 1, 700}) {
    Append(more);
    const auto records = (AwaitSigned(store_->head().position), Records());
    const auto published = keeper_->published();
    if (before != nullptr) {
      const TiledHashes tiles(keeper_->tiles(), published->head.size);
      EXPECT_TRUE(
          VerifyConsistency(before->head.size, before->head.root, published->head.size,
                            published->head.root,
                            *ConsistencyProof(tiles, before->head.size, published->head.size))
              .ok());
    }
    before = published;
    OpenStoreOf(records);
    ASSERT_TRUE(OpenKeeper().ok());
    EXPECT_EQ(keeper_->published()->head, before->head) << "at once, without news";
    EXPECT_EQ(keeper_->published()->note.Encode(), before->note.Encode());
  }
  EXPECT_THAT(notes(), testing::IsEmpty());
}

// Counts what is read of the log.
class CountingLog : public eventstore::ForwardingLog {
 public:
  CountingLog(eventstore::CommitLog& log, std::atomic<std::uint64_t>& read)
      : ForwardingLog(log), read_(read) {}
  absl::Status ReadRecords(std::uint64_t from, eventstore::Direction direction,
                           RecordVisitor visit) const override {
    return ForwardingLog::ReadRecords(from, direction,
                                      [&](std::uint64_t at, std::string_view bytes) {
                                        ++read_;
                                        return visit(at, bytes);
                                      });
  }

 private:
  std::atomic<std::uint64_t>& read_;
};

TEST_F(KeeperTest, AStartCostsTheTail) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  const std::uint64_t size = kTailRecords + 1000;
  for (std::uint64_t done = 0; done < size; done += 1000) Append(1000);
  ASSERT_NE(AwaitSigned(size), nullptr);
  const auto records = Records();
  Close();
  std::atomic<std::uint64_t> read = 0;
  log_ = eventstore::MakeMemoryCommitLog();
  ASSERT_TRUE(log_->Append({1, records, {}}).ok());
  ASSERT_TRUE(eventstore::RebuildIndexes(*log_, {}).ok());
  store_ = eventstore::OpenStore(std::make_unique<CountingLog>(*log_, read));
  ASSERT_TRUE(OpenKeeper().ok());
  EXPECT_EQ(keeper_->published()->head.size, records.size());
  EXPECT_LE(read, 2 * (records.size() - kTailRecords) + 10);
  EXPECT_THAT(notes(), testing::IsEmpty());
}

struct Lost {
  std::string name;
  std::function<void(const std::filesystem::path& tree)> lose;
};

TEST_F(KeeperTest, WhatIsDerivedIsMadeAgain) {
  namespace fs = std::filesystem;
  const std::vector<Lost> cases = {
      {"all", [](const auto& tree) { fs::remove_all(tree); }},
      {"tiles", [](const auto& tree) { fs::remove_all(tree / "tile"); }},
      {"checkpoint", [](const auto& tree) { fs::remove(tree / "checkpoint"); }},
      {"checkpoint emptied", [](const auto& tree) { fs::resize_file(tree / "checkpoint", 0); }},
      {"a full tile", [](const auto& tree) { fs::remove(tree / "tile/0/001"); }},
      {"a full tile emptied", [](const auto& tree) { fs::resize_file(tree / "tile/0/001", 0); }},
      {"a full tile zeroed",
       [](const auto& tree) {
         fs::resize_file(tree / "tile/0/001", 0);
         fs::resize_file(tree / "tile/0/001", 8192);
       }},
      {"partial tiles", [](const auto& tree) { fs::remove_all(tree / "tile/0/002.p"); }},
      {"level 1", [](const auto& tree) { fs::remove_all(tree / "tile/1"); }},
  };
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  Append(700);
  const auto before = AwaitSigned(700);
  const auto records = Records();
  for (const Lost& lost : cases) {
    SCOPED_TRACE(lost.name);
    Close();
    lost.lose(dir_.File("tree"));
    OpenStoreOf(records);
    const absl::Status opened = OpenKeeper();
    ASSERT_TRUE(opened.ok()) << opened;
    EXPECT_EQ(keeper_->published()->head, before->head);
    for (const TileId& tile : TilesOf(700)) {
      EXPECT_EQ(keeper_->tiles().Read(tile)->size(),
                static_cast<std::size_t>(tile.width) * kHashBytes);
    }
    EXPECT_EQ(*RootOf(TiledHashes(keeper_->tiles(), 700), 700), before->head.root);
  }
}

// Beyond the tail, tiles are made again from the whole log, and compared with what was signed.
TEST_F(KeeperTest, LostTilesOfLongAgoAreMadeAgain) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  const std::uint64_t size = kTailRecords + 500;
  for (std::uint64_t done = 0; done < size; done += 500) Append(500);
  ASSERT_NE(AwaitSigned(size), nullptr);
  const auto records = Records();
  Close();
  std::filesystem::remove_all(dir_.File("tree/tile/2"));
  OpenStoreOf(records);
  ASSERT_TRUE(OpenKeeper().ok());
  EXPECT_EQ(keeper_->published()->head.root, RootOfRecords(records));
  EXPECT_THAT(notes(), testing::ElementsAre(testing::HasSubstr("made again from all")));
  const std::uint64_t all = records.size();
  EXPECT_EQ(*RootOf(TiledHashes(keeper_->tiles(), all), all), RootOfRecords(records));
}

struct Evil {
  std::string name;
  std::function<void(std::vector<std::string>& records)> change;
  std::string says;
};

// Makes a record that parses, at its place, with another payload.
std::string Changed(const std::string& bytes) {
  log::v1::Record record;
  record.ParseFromString(bytes);
  record.set_payload("it was otherwise");
  return record.SerializeAsString();
}
std::string MovedTo(const std::string& bytes, std::uint64_t position) {
  log::v1::Record record;
  record.ParseFromString(bytes);
  record.set_position(position);
  record.set_revision(position);
  return record.SerializeAsString();
}

TEST_F(KeeperTest, ALogThatIsNotWhatWasSignedIsRefusedByPosition) {
  using Strings = std::vector<std::string>;
  const std::vector<Evil> cases = {
      {"first changed", [](Strings& r) { r[0] = Changed(r[0]); }, "position 1:"},
      {"one changed", [](Strings& r) { r[300] = Changed(r[300]); }, "position 301:"},
      {"last changed", [](Strings& r) { r[699] = Changed(r[699]); }, "position 700:"},
      {"one dropped",
       [](Strings& r) {
         r.erase(r.begin() + 99);
         for (std::size_t i = 99; i < r.size(); ++i) r[i] = MovedTo(r[i], i + 1);
         r.push_back(MovedTo(r[0], 700));
       },
       "position 100:"},
      {"two swapped",
       [](Strings& r) {
         std::swap(r[9], r[10]);
         r[9] = MovedTo(r[9], 10);
         r[10] = MovedTo(r[10], 11);
       },
       "position 10:"},
      {"tail cut", [](Strings& r) { r.pop_back(); }, "the log ends at 699, but 700"},
      {"another history",
       [](Strings& r) {
         for (std::string& record : r) record = Changed(record);
         r.push_back(MovedTo(r[0], 701));
       },
       "position 1:"},
  };
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  Append(700);
  ASSERT_NE(AwaitSigned(700), nullptr);
  const auto records = Records();
  Close();
  const std::string before = dir_.File("before");
  std::filesystem::copy(dir_.File("tree"), before, std::filesystem::copy_options::recursive);
  for (const Evil& evil : cases) {
    SCOPED_TRACE(evil.name);
    std::vector<std::string> changed = records;
    evil.change(changed);
    OpenStoreOf(changed);
    const absl::Status opened = OpenKeeper();
    EXPECT_TRUE(absl::IsDataLoss(opened)) << opened;
    EXPECT_THAT(std::string(opened.message()), testing::HasSubstr(evil.says));
  }
  OpenStoreOf(records);
  EXPECT_TRUE(OpenKeeper().ok()) << "a refused start has changed nothing";
}

// What is read again may be something else than what was committed.
class LyingLog : public eventstore::ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;
  absl::Status ReadRecords(std::uint64_t from, eventstore::Direction direction,
                           RecordVisitor visit) const override {
    if (lies) return absl::DataLossError("the block's checksum is wrong");
    return ForwardingLog::ReadRecords(from, direction, visit);
  }
  std::atomic<bool> lies = false;
};

TEST_F(KeeperTest, StopsWhenWhatItReadsIsDamaged) {
  log_ = eventstore::MakeMemoryCommitLog();
  auto log = std::make_unique<LyingLog>(*log_);
  LyingLog& lying = *log;
  store_ = eventstore::OpenStore(std::move(log));
  ASSERT_TRUE(OpenKeeper().ok());
  Append(1);
  ASSERT_NE(AwaitSigned(1), nullptr);
  lying.lies = true;
  Append(1);
  EXPECT_EQ(AwaitSigned(2), nullptr);
  EXPECT_TRUE(absl::IsDataLoss(keeper_->health()));
}

// An error below the tree delays; the log goes on, and so does the tree when it is over.
TEST_F(KeeperTest, WaitsForAFileSystemThatCanBeWritten) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  Append(1);
  ASSERT_NE(AwaitSigned(1), nullptr);
  std::filesystem::rename(dir_.File("keys"), dir_.File("elsewhere"));
  Append(1);
  const auto noted = [this] { return !notes_.empty(); };
  {
    absl::MutexLock lock(&mutex_);
    ASSERT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&noted), kPatience));
  }
  EXPECT_TRUE(keeper_->health().ok());
  std::filesystem::rename(dir_.File("elsewhere"), dir_.File("keys"));
  EXPECT_NE(AwaitSigned(2), nullptr);
}

TEST_F(KeeperTest, KeepsWhatWitnessesSay) {
  OpenStoreOf({});
  ASSERT_TRUE(OpenKeeper().ok());
  Append(1);
  const auto first = AwaitSigned(1);
  const auto witness = SigningKey::Make("w.example", KeyKind::kCosignature);
  keeper_->AddCosignatures(*first, {Cosign(first->note.text, *witness, 100)});
  EXPECT_EQ(*VerifyCosignature(keeper_->published()->note, witness->verifier()), 100);
  keeper_->AddCosignatures(*first, {Cosign(first->note.text, *witness, 200)});
  EXPECT_EQ(keeper_->published()->note.signatures.size(), 2u);
  const auto next = SigningKey::Make("w.example", KeyKind::kCosignature);
  keeper_->AddCosignatures(*first, {Cosign(first->note.text, *next, 250)});
  EXPECT_EQ(keeper_->published()->note.signatures.size(), 3u) << "another key of that name";
  EXPECT_EQ(*VerifyCosignature(keeper_->published()->note, witness->verifier()), 200);
  Append(1);
  const auto second = AwaitSigned(2);
  EXPECT_EQ(second->note.signatures.size(), 1u);
  EXPECT_EQ(keeper_->cosigned()->head.size, 1u);
  keeper_->AddCosignatures(*second, {Cosign(second->note.text, *witness, 300)});
  EXPECT_EQ(keeper_->cosigned()->head.size, 2u);
  keeper_->AddCosignatures(*first, {Cosign(first->note.text, *witness, 400)});
  EXPECT_EQ(keeper_->cosigned()->head.size, 2u) << "never back";
}

}  // namespace
}  // namespace sanzhang::transparency
