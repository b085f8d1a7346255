#include "tests/eventstore/store_fixture.h"

#include <utility>

#include "absl/synchronization/blocking_counter.h"
#include "eventstore/check.h"
#include "eventstore/memory_commit_log.h"
#include "eventstore/rocks_commit_log.h"

namespace sanzhang::eventstore {

log::v1::Record NewRecord(std::string stream, std::string payload) {
  log::v1::Record record;
  const std::size_t second_slash = stream.find('/', stream.find('/') + 1);
  record.set_community(stream.substr(0, second_slash));
  record.set_stream(std::move(stream));
  record.set_type("test.Happened");
  record.set_payload(std::move(payload));
  return record;
}

Append NewAppend(std::string stream, Expectation expected, int records) {
  Append append;
  append.subject = stream;
  StreamWrite write{stream, expected};
  for (int i = 0; i < records; ++i) write.records.push_back(NewRecord(stream));
  append.writes.push_back(std::move(write));
  return append;
}

Append WithRequest(Append append, std::string request_id, std::string digest,
                   std::string principal) {
  for (StreamWrite& write : append.writes) {
    for (log::v1::Record& record : write.records) {
      record.set_request_id(request_id);
      record.mutable_actor()->set_subject(principal);
    }
  }
  append.request = {std::move(principal), std::move(request_id), std::move(digest)};
  return append;
}

AppendResult Await(EventStore& store, Append append) {
  return AwaitAll(store, {std::move(append)})[0];
}

std::vector<AppendResult> AwaitAll(EventStore& store, std::vector<Append> appends) {
  std::vector<AppendResult> results(appends.size());
  absl::BlockingCounter left(static_cast<int>(appends.size()));
  for (std::size_t i = 0; i < appends.size(); ++i) {
    store.Append(std::move(appends[i]), [&results, &left, i](AppendResult result) {
      results[i] = std::move(result);
      left.DecrementCount();
    });
  }
  left.Wait();
  return results;
}

log::v1::Record Parse(const Stored& stored) {
  log::v1::Record record;
  SANZHANG_CHECK(record.ParseFromString(stored.bytes));
  return record;
}

std::string NameOf(LogKind kind) { return kind == LogKind::kMemory ? "Memory" : "Rocks"; }

std::unique_ptr<CommitLog> LogPlace::Open(rocksdb::Env* env) {
  if (kind_ == LogKind::kMemory) return MakeMemoryCommitLog();
  auto log = OpenRocksCommitLog(
      {.path = path(), .create_if_missing = true, .free_space_bytes_min = 0, .env = env});
  if (!log.ok()) std::fprintf(stderr, "%s\n", log.status().ToString().c_str());
  SANZHANG_CHECK(log.ok());
  return *std::move(log);
}

std::unique_ptr<EventStore> OpenStore(std::unique_ptr<CommitLog> log, EventStore::Options options) {
  auto store = EventStore::Open(std::move(log), std::move(options));
  if (!store.ok()) std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
  SANZHANG_CHECK(store.ok());
  return *std::move(store);
}

std::vector<Stored> ReadAll(const EventStore& store) {
  std::vector<Stored> all;
  std::uint64_t next = 1;
  while (next <= store.head().position) {
    auto page = store.ReadLog(next, Direction::kForwards, {}, {});
    SANZHANG_CHECK(page.ok());
    for (Stored& stored : page->records) all.push_back(std::move(stored));
    next = page->next_position;
  }
  return all;
}

}  // namespace sanzhang::eventstore
