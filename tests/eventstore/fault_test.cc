// What the disk can do to the log: fail, fill up, lose what was not synced. Every acknowledged
// append is there exactly once afterwards, nothing else is, and what was unknown resolves by its
// request id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "eventstore/limits.h"
#include "eventstore/rocks_commit_log.h"
#include "rocksdb/env.h"
#include "tests/eventstore/store_fixture.h"
#include "tests/support/fault_fs.h"

namespace sanzhang::eventstore {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = AppendResult::Kind;

// A log on a disk that fails on purpose.
class FaultyDisk {
 public:
  FaultyDisk() : fs_(std::make_shared<support::FaultFs>()), env_(rocksdb::NewCompositeEnv(fs_)) {}

  support::FaultFs& fs() { return *fs_; }

  absl::StatusOr<std::unique_ptr<EventStore>> Open(EventStore::Options options = {},
                                                   std::uint64_t free_space_bytes_min = 0) {
    auto log = OpenRocksCommitLog({.path = dir_.File("log"),
                                   .create_if_missing = true,
                                   .free_space_bytes_min = free_space_bytes_min,
                                   .env = env_.get()});
    if (!log.ok()) return log.status();
    return EventStore::Open(*std::move(log), std::move(options));
  }

 private:
  support::TempDir dir_;
  const std::shared_ptr<support::FaultFs> fs_;
  const std::unique_ptr<rocksdb::Env> env_;
};

// A client that remembers what it sent and what it was told, and after a crash compares.
class Journal {
 public:
  // Sends some appends at once; each writes one or two streams. Returns when all are answered.
  void Send(EventStore& store, std::mt19937_64& random, int appends) {
    std::vector<Append> batch;
    const std::size_t first = entries_.size();
    for (int i = 0; i < appends; ++i) {
      entries_.push_back({NextAppend(random), {}});
      batch.push_back(entries_.back().append);
    }
    std::vector<AppendResult> results = AwaitAll(store, std::move(batch));
    for (std::size_t i = 0; i < results.size(); ++i) {
      entries_[first + i].result = std::move(results[i]);
    }
  }

  // Sends again what has no known outcome; then it must have one.
  void Resolve(EventStore& store) {
    for (Entry& entry : entries_) {
      if (entry.result.kind == Kind::kUnknown) entry.result = Await(store, entry.append);
    }
  }

  // What is wrong with the log, in words; nothing: it is as it must be.
  std::vector<std::string> Verify(const EventStore& store) const {
    std::vector<std::string> wrong;
    std::map<std::string, std::vector<std::uint64_t>> positions;  // By request.
    std::map<std::string, std::uint64_t> revisions;
    std::uint64_t position = 0;
    for (const Stored& stored : ReadAll(store)) {
      const log::v1::Record record = Parse(stored);
      if (record.position() != ++position) wrong.push_back(absl::StrCat("hole at ", position));
      if (record.revision() != ++revisions[record.stream()]) {
        wrong.push_back(absl::StrCat("revision ", record.revision(), " of ", record.stream()));
      }
      positions[record.request_id()].push_back(position);
    }
    for (const auto& [stream, revision] : revisions) {
      const auto page = store.ReadStream(stream, 0, Direction::kForwards, {});
      if (!page.ok() || page->records.size() != revision || page->head_revision != revision) {
        wrong.push_back("the index of " + stream + " is not what the log says");
      }
    }
    for (const Entry& entry : entries_) {
      if (std::string fault = VerifyEntry(store, entry, positions); !fault.empty()) {
        wrong.push_back(absl::StrCat(entry.append.request->request_id, " ", fault));
      }
      positions.erase(entry.append.request->request_id);
    }
    if (!positions.empty()) wrong.push_back(positions.begin()->first + " was never sent");
    return wrong;
  }

  std::size_t CountOf(Kind kind) const {
    return static_cast<std::size_t>(std::count_if(
        entries_.begin(), entries_.end(), [&](const auto& e) { return e.result.kind == kind; }));
  }

 private:
  struct Entry {
    Append append;
    AppendResult result;
  };

  Append NextAppend(std::mt19937_64& random) {
    Append append = NewAppend(absl::StrCat("communities/c1/s/", random() % 5), AnyRevision(),
                              1 + static_cast<int>(random() % 3));
    if (random() % 2 == 0) {
      const std::string other = absl::StrCat("communities/c2/s/", random() % 5);
      append.writes.push_back({other, AnyRevision(), {NewRecord(other)}});
    }
    return WithRequest(std::move(append), absl::StrCat("r", entries_.size()));
  }

  static std::string VerifyEntry(
      const EventStore& store, const Entry& entry,
      const std::map<std::string, std::vector<std::uint64_t>>& positions) {
    const auto found = positions.find(entry.append.request->request_id);
    const bool is_there = found != positions.end();
    std::size_t records = 0;
    for (const StreamWrite& write : entry.append.writes) records += write.records.size();
    if (is_there && found->second.size() != records) return "is there in part, or twice";
    const auto receipt = store.FindRequest(*entry.append.request);
    if (!receipt.ok() || receipt->has_value() != is_there) return "has no matching receipt";
    switch (entry.result.kind) {
      case Kind::kCommitted:
      case Kind::kReplayed:
        if (!is_there) return "was acknowledged and is not there";
        if (found->second.back() != entry.result.receipt.position) return "is elsewhere";
        return **receipt == entry.result.receipt ? "" : "has another receipt";
      case Kind::kUnknown:
        return "";
      default:
        return is_there ? "was refused and is there" : "";
    }
  }

  std::vector<Entry> entries_;
};

// Rounds of load, crash and recovery; what is wrong after any of them.
std::vector<std::string> RunCrashes(FaultyDisk& disk, std::uint64_t seed, int rounds) {
  std::mt19937_64 random(seed);
  Journal journal;
  for (int round = 0; round < rounds; ++round) {
    auto store = disk.Open();
    if (!store.ok()) return {"the log does not open: " + store.status().ToString()};
    journal.Resolve(**store);
    std::vector<std::string> wrong = journal.Verify(**store);
    if (!wrong.empty()) return wrong;
    const int bursts = static_cast<int>(random() % 6);
    for (int burst = 0; burst < bursts; ++burst) journal.Send(**store, random, 8);
    // Sometimes the crash comes in the midst of a write.
    if (random() % 2 == 0) {
      disk.fs().FailAt(1 + random() % 4);
      journal.Send(**store, random, 8);
    }
    if (random() % 4 == 0) store->reset();  // A clean stop first.
    disk.fs().Crash();
    store->reset();
    disk.fs().DropUnsynced(random());
  }
  const auto store = disk.Open();
  if (!store.ok()) return {"the log does not open: " + store.status().ToString()};
  journal.Resolve(**store);
  return journal.Verify(**store);
}

TEST(Crash, KeepsWhatWasAcknowledged) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    FaultyDisk disk;
    EXPECT_THAT(RunCrashes(disk, seed, 4), IsEmpty());
  }
}

// The same verifier, on a log that acknowledges before it syncs: it must see the loss.
TEST(Crash, TheVerifierSeesAcknowledgementsBeforeTheSync) {
  int seen = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    FaultyDisk disk;
    disk.fs().IgnoreSyncsOf(".log");
    for (const std::string& wrong : RunCrashes(disk, seed, 4)) {
      if (wrong.find("was acknowledged and is not there") != std::string::npos) {
        ++seen;
        break;
      }
    }
  }
  EXPECT_GE(seen, 5) << "a log that loses acknowledged appends went unnoticed";
}

TEST(Fault, EveryOperationMayFailOnce) {
  constexpr std::uint64_t kOperationsMax = 5'000;
  std::uint64_t n = 1;
  for (; n < kOperationsMax; ++n) {
    SCOPED_TRACE(absl::StrCat("operation ", n));
    std::mt19937_64 random(n);
    FaultyDisk disk;
    Journal journal;
    disk.fs().FailAt(n);
    if (auto store = disk.Open(); store.ok()) {
      for (int burst = 0; burst < 3; ++burst) journal.Send(**store, random, 4);
    }
    const bool passed = !disk.fs().has_failed();
    disk.fs().Crash();
    disk.fs().DropUnsynced(n);
    auto store = disk.Open();
    ASSERT_TRUE(store.ok()) << store.status();
    journal.Resolve(**store);
    ASSERT_THAT(journal.Verify(**store), IsEmpty());
    if (passed) break;
  }
  EXPECT_GT(n, 10u);
  EXPECT_LT(n, kOperationsMax);
}

TEST(FailStop, AFailedSyncStopsTheStoreForGood) {
  FaultyDisk disk;
  std::atomic<int> stopped = 0;
  EventStore::Options options;
  options.on_stopped = [&](const absl::Status&) { ++stopped; };
  auto opened = disk.Open(std::move(options));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EventStore& store = **opened;
  ASSERT_EQ(Await(store, NewAppend("s", NoStream())).kind, Kind::kCommitted);
  absl::Notification woken;
  store.WhenReaches(100, [&] { woken.Notify(); });

  disk.fs().FailAt(2);  // The write of the log, then its sync.
  const AppendResult unknown = Await(store, NewAppend("s", 1u));
  EXPECT_EQ(unknown.kind, Kind::kUnknown);
  EXPECT_THAT(unknown.message, HasSubstr("injected fault: sync"));
  EXPECT_TRUE(disk.fs().has_failed());
  woken.WaitForNotification();
  EXPECT_FALSE(store.health().ok());
  EXPECT_EQ(Await(store, NewAppend("s", AnyRevision())).kind, Kind::kStopped);
  EXPECT_EQ(stopped, 1);
  EXPECT_EQ(store.head().position, 1u);
  EXPECT_EQ(ReadAll(store).size(), 1u);  // What is durable can still be read.
}

TEST(FailStop, AnErrorInTheBackgroundStopsTheStore) {
  FaultyDisk disk;
  absl::Notification stopped;
  EventStore::Options options;
  options.on_stopped = [&](const absl::Status&) { stopped.Notify(); };
  auto opened = disk.Open(std::move(options));
  ASSERT_TRUE(opened.ok()) << opened.status();
  disk.fs().FailFiles(".sst");
  // Fills a memtable, so that it is flushed.
  Append append = NewAppend("s", AnyRevision(), 16);
  for (auto& record : append.writes[0].records) record.set_payload(std::string(60'000, 'x'));
  for (std::size_t bytes = 0; bytes < 2 * kMemtableBytesMax && !stopped.HasBeenNotified();
       bytes += 16 * 60'000) {
    Await(**opened, append);
  }
  stopped.WaitForNotification();
  EXPECT_FALSE((*opened)->health().ok());
  EXPECT_EQ(Await(**opened, append).kind, Kind::kStopped);
}

TEST(DiskFull, AppendsAreRefusedBeforeTheyFail) {
  FaultyDisk disk;
  auto store = disk.Open({}, /*free_space_bytes_min=*/1000);
  ASSERT_TRUE(store.ok()) << store.status();
  disk.fs().SetFreeSpace(999);
  const Append append = WithRequest(NewAppend("s", NoStream()), "r1");
  const AppendResult refused = Await(**store, append);
  EXPECT_EQ(refused.kind, Kind::kOverloaded);
  EXPECT_THAT(refused.message, HasSubstr("999 bytes are free"));
  EXPECT_TRUE((*store)->health().ok());
  disk.fs().SetFreeSpace(1000);
  EXPECT_EQ(Await(**store, append).receipt.position, 1u);
  store->reset();
  disk.fs().SetFreeSpace(999);
  EXPECT_EQ(disk.Open({}, 1000).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace sanzhang::eventstore
