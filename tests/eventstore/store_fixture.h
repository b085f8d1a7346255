// What the tests of the event store share: logs of both kinds, short ways to append, a clock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "eventstore/event_store.h"
#include "tests/support/temp_dir.h"

namespace rocksdb {
class Env;
}

namespace sanzhang::eventstore {

// A record as a caller hands it in: payload `payload`, type `test.Happened`, in the tenant that the
// stream's name begins with.
log::v1::Record NewRecord(std::string stream, std::string payload = "");

// An append of `records` new records to one stream.
Append NewAppend(std::string stream, Expectation expected, int records = 1);
Append WithRequest(Append append, std::string request_id, std::string digest = "digest",
                   std::string principal = "persons/p1");

// Appends and waits for the result.
AppendResult Await(EventStore& store, Append append);
// Hands in all at once, and waits for all results, in their order.
std::vector<AppendResult> AwaitAll(EventStore& store, std::vector<Append> appends);

log::v1::Record Parse(const Stored& stored);

// The two logs that must behave the same.
enum class LogKind { kMemory, kRocks };
std::string NameOf(LogKind kind);

// A place for a log; what was appended is there when it is opened again (in memory: while no log is
// open it is kept here).
class LogPlace {
 public:
  explicit LogPlace(LogKind kind) : kind_(kind) {}
  // A log, empty the first time. For kMemory only once.
  std::unique_ptr<CommitLog> Open(rocksdb::Env* env = nullptr);
  std::string path() const { return dir_.File("log"); }

 private:
  const LogKind kind_;
  support::TempDir dir_;
};

std::unique_ptr<EventStore> OpenStore(std::unique_ptr<CommitLog> log,
                                      EventStore::Options options = {});

// Everything in the log, by one way of reading: records by position.
std::vector<Stored> ReadAll(const EventStore& store);

}  // namespace sanzhang::eventstore
