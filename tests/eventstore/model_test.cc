// Random appends and reads, against a model that is nothing but maps; with many writers, and with
// bounds so small that every one is met.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "tests/eventstore/store_fixture.h"

namespace sanzhang::eventstore {
namespace {

using Kind = AppendResult::Kind;

// The seed of SANZHANG_SEED, or a new one.
std::uint64_t Seed() {
  const char* given = std::getenv("SANZHANG_SEED");
  return given != nullptr ? std::stoull(given) : std::random_device()();
}

// What the event store promises, in the plainest form.
class Model {
 public:
  AppendResult Do(const Append& append) {
    AppendResult result;
    const std::string request =
        append.request ? append.request->principal + "|" + append.request->request_id : "";
    if (const auto seen = requests.find(request); append.request && seen != requests.end()) {
      const bool same = seen->second.first == append.request->digest;
      result.kind = same ? Kind::kReplayed : Kind::kRequestReused;
      if (same) result.receipt = seen->second.second;
      return result;
    }
    for (const StreamWrite& write : append.writes) Check(write.stream, write.expected, result);
    for (const Condition& condition : append.conditions) {
      Check(condition.stream, condition.expected, result);
    }
    result.kind = result.conflicts.empty() ? Kind::kCommitted : Kind::kConflict;
    if (result.kind == Kind::kConflict) return result;
    for (const StreamWrite& write : append.writes) {
      for (const auto& record : write.records) {
        log.push_back({write.stream, record.payload()});
        streams[write.stream].push_back(log.size());
      }
    }
    result.receipt = {append.subject, streams[append.subject].size(), log.size()};
    if (append.request) requests[request] = {append.request->digest, result.receipt};
    return result;
  }

  std::vector<std::pair<std::string, std::string>> log;             // Stream, payload.
  std::map<std::string, std::vector<std::uint64_t>> streams;        // Positions.
  std::map<std::string, std::pair<std::string, Receipt>> requests;  // Digest, receipt.

 private:
  void Check(const std::string& stream, const Expectation& expected, AppendResult& result) {
    const std::uint64_t actual = streams[stream].size();
    const bool holds = std::holds_alternative<AnyRevision>(expected) ||
                       (std::holds_alternative<NoStream>(expected) && actual == 0) ||
                       expected == Expectation(actual);
    if (!holds) result.conflicts.push_back({stream, expected, actual});
  }
};

class RandomAppends {
 public:
  explicit RandomAppends(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Number(std::uint64_t below) { return random_() % below; }
  std::string Stream() { return absl::StrCat("communities/c", Number(2), "/s/", Number(4)); }

  Expectation Expected() {
    switch (Number(4)) {
      case 0:
        return NoStream();
      case 1:
        return Number(6);
      default:
        return AnyRevision();
    }
  }

  Append Next() {
    Append append;
    for (std::uint64_t writes = Number(3); writes > 0; --writes) {
      StreamWrite write{Stream(), Expected()};
      for (std::uint64_t records = Number(3); records > 0; --records) {
        write.records.push_back(NewRecord(write.stream, absl::StrCat(++payloads_)));
      }
      const bool twice = !append.writes.empty() && append.writes[0].stream == write.stream;
      if (!twice) append.writes.push_back(std::move(write));
    }
    if (Number(3) == 0) append.conditions.push_back({Stream(), Expected()});
    if (Number(2) == 0) {
      append.request = {absl::StrCat("p", Number(2)), absl::StrCat("r", Number(40)),
                        absl::StrCat("d", Number(2))};
    }
    append.subject = Stream();
    return append;
  }

 private:
  std::mt19937_64 random_;
  int payloads_ = 0;
};

class AgainstModel : public testing::TestWithParam<LogKind> {};

void ExpectSame(const AppendResult& got, const AppendResult& expected) {
  ASSERT_EQ(got.kind, expected.kind) << got.message;
  EXPECT_EQ(got.receipt, expected.receipt);
  ASSERT_EQ(got.conflicts.size(), expected.conflicts.size());
  for (std::size_t i = 0; i < got.conflicts.size(); ++i) {
    EXPECT_EQ(got.conflicts[i].stream, expected.conflicts[i].stream);
    EXPECT_EQ(got.conflicts[i].expected, expected.conflicts[i].expected);
    EXPECT_EQ(got.conflicts[i].actual, expected.conflicts[i].actual);
  }
}

void ExpectSameReads(const EventStore& store, Model& model, RandomAppends& random) {
  const std::vector<Stored> all = ReadAll(store);
  ASSERT_EQ(all.size(), model.log.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const log::v1::Record record = Parse(all[i]);
    EXPECT_EQ(record.position(), i + 1);
    EXPECT_EQ(record.stream(), model.log[i].first);
    EXPECT_EQ(record.payload(), model.log[i].second);
  }
  for (const auto& [stream, positions] : model.streams) {
    EXPECT_EQ(*store.RevisionOf(stream), positions.size());
    const std::uint64_t from = 1 + random.Number(positions.size() + 2);
    const auto page = store.ReadStream(stream, from, Direction::kForwards, {.records_max = 3});
    ASSERT_TRUE(page.ok()) << page.status();
    for (const Stored& stored : page->records) {
      EXPECT_EQ(stored.position, positions[stored.revision - 1]);
    }
    const std::uint64_t left = from > positions.size() ? 0 : positions.size() - from + 1;
    EXPECT_EQ(page->records.size(), std::min<std::uint64_t>(left, 3));
    EXPECT_EQ(page->next_revision, left > 3 ? from + 3 : 0);
  }
}

TEST_P(AgainstModel, RandomAppendsAndReadsAgree) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("SANZHANG_SEED=", seed));
  RandomAppends random(seed);
  Model model;
  LogPlace place(GetParam());
  EventStore::Options tiny;
  tiny.batch_appends_max = 7;
  tiny.batch_bytes_max = 600;
  tiny.heads_max = 2;
  auto store = OpenStore(place.Open(), tiny);
  for (int round = 0; round < 40; ++round) {
    std::vector<Append> appends;
    for (std::uint64_t count = 1 + random.Number(20); count > 0; --count) {
      appends.push_back(random.Next());
    }
    const std::vector<AppendResult> results = AwaitAll(*store, appends);
    for (std::size_t i = 0; i < appends.size(); ++i) {
      ExpectSame(results[i], model.Do(appends[i]));
      if (HasFatalFailure()) return;
    }
    if (GetParam() == LogKind::kRocks && random.Number(10) == 0) {
      store.reset();
      store = OpenStore(place.Open(), tiny);
    }
  }
  ExpectSameReads(*store, model, random);
}

TEST_P(AgainstModel, OfAHundredWritersOnOneStreamOneWinsEachRevision) {
  constexpr int kWriters = 100;
  constexpr int kRoundsEach = 5;
  constexpr char kStream[] = "communities/c1/s/hot";
  LogPlace place(GetParam());
  const auto store = OpenStore(place.Open());
  absl::Mutex mutex;
  std::map<std::uint64_t, int> winners;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&] {
      for (int round = 0; round < kRoundsEach; ++round) {
        const std::uint64_t seen = *store->RevisionOf(kStream);
        const Expectation expected = seen == 0 ? Expectation(NoStream()) : Expectation(seen);
        const AppendResult result = Await(*store, NewAppend(kStream, expected));
        if (result.kind == Kind::kCommitted) {
          EXPECT_EQ(result.receipt.revision, seen + 1);
          absl::MutexLock lock(&mutex);
          ++winners[result.receipt.revision];
        } else {
          ASSERT_EQ(result.kind, Kind::kConflict);
          EXPECT_GT(result.conflicts[0].actual, seen);
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const std::uint64_t head = *store->RevisionOf(kStream);
  EXPECT_EQ(winners.size(), head);
  for (const auto& [revision, count] : winners) EXPECT_EQ(count, 1) << revision;
  EXPECT_EQ(ReadAll(*store).size(), head);
}

TEST_P(AgainstModel, CopiesOfARequestInParallelAreOne) {
  LogPlace place(GetParam());
  const auto store = OpenStore(place.Open());
  std::vector<Append> copies(50, WithRequest(NewAppend("communities/c1/s/a", NoStream()), "r"));
  std::atomic<int> committed = 0;
  std::vector<std::thread> clients;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&] {
      for (const AppendResult& result : AwaitAll(*store, copies)) {
        if (result.kind == Kind::kCommitted) {
          ++committed;
        } else {
          EXPECT_EQ(result.kind, Kind::kReplayed);
        }
        EXPECT_EQ(result.receipt, (Receipt{"communities/c1/s/a", 1, 1}));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(committed, 1);
  EXPECT_EQ(store->head().position, 1u);
}

TEST_P(AgainstModel, AFullQueueRefusesAtOnceAndLosesNothing) {
  LogPlace place(GetParam());
  EventStore::Options tiny;
  tiny.queue_appends_max = 2;
  tiny.queue_bytes_max = 400;
  tiny.batch_appends_max = 1;
  const auto store = OpenStore(place.Open(), tiny);
  std::vector<Append> appends(300, NewAppend("communities/c1/s/a", AnyRevision()));
  std::size_t committed = 0;
  for (const AppendResult& result : AwaitAll(*store, appends)) {
    ASSERT_TRUE(result.kind == Kind::kCommitted || result.kind == Kind::kOverloaded);
    committed += result.kind == Kind::kCommitted ? 1 : 0;
  }
  EXPECT_GE(committed, 1u);
  EXPECT_EQ(ReadAll(*store).size(), committed);
  Append larger_than_the_queue = NewAppend("communities/c1/s/a", AnyRevision(), 10);
  EXPECT_EQ(Await(*store, larger_than_the_queue).kind, Kind::kOverloaded);
}

INSTANTIATE_TEST_SUITE_P(Logs, AgainstModel, testing::Values(LogKind::kMemory, LogKind::kRocks),
                         [](const auto& info) { return NameOf(info.param); });

}  // namespace
}  // namespace sanzhang::eventstore
