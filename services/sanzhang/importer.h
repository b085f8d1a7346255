// Brings the rows of a CSV file in as commands, by a map.
//
// Many rows are under way at once, each row's commands one after the other; rows of the same key
// follow one another in the order of the file. A command that may have been lost (UNAVAILABLE, and
// every error that did not come from our server) is sent again with the same request id, with
// growing pauses, until `patience` is over. A refused command ends its row. Since request ids come
// from the rows, a second run changes nothing, and one that was interrupted goes on where it was.
//
// Threads: Run() reads on the caller's; answers come on gRPC's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "projections/engine/workers.h"
#include "services/sanzhang/csv.h"
#include "services/sanzhang/import_map.h"
#include "services/sanzhang/rpc.h"

namespace sanzhang::app {

// A row, or a prepare step, that was not brought in whole.
struct ImportRefusal {
  std::uint64_t line = 0;
  std::string key;
  std::string step;    // Empty: the row itself does not do.
  std::string code;    // `ALREADY_EXISTS`
  std::string reason;  // `RESOURCE_ALREADY_EXISTS`
  std::string detail;
};

struct ImportProgress {
  std::uint64_t rows = 0;   // Done with, whatever came of them.
  std::uint64_t whole = 0;  // Every command was accepted.
  std::uint64_t refused = 0;
  std::uint64_t commands = 0;  // Accepted.
  std::uint64_t retries = 0;
};

class Importer {
 public:
  struct Options {
    std::size_t rows_in_flight_max = 64;
    absl::Duration patience = absl::Minutes(2);
    absl::Duration call_timeout = absl::Seconds(30);
    absl::Duration progress_every = absl::Seconds(1);
    // Called one at a time.
    std::function<void(const ImportRefusal&)> on_refused = [](const ImportRefusal&) {};
    std::function<void(const ImportProgress&)> on_progress = [](const ImportProgress&) {};
  };

  // Both must outlive it.
  Importer(RpcClient& client, const ImportMap& map, Options options);

  // Reads to the end and waits for every answer. UNAVAILABLE: the server could not be reached for
  // as long as `patience`; FAILED_PRECONDITION: a prepare step that everything rests on was
  // refused; DATA_LOSS: the file is damaged. Run it again to go on.
  absl::Status Run(CsvReader& csv);

  ImportProgress progress() const;

 private:
  struct Row;

  absl::Status PrepareAll(const std::vector<std::string>& row, std::uint64_t line);
  absl::Status RunPrepare(const ImportStep& step, const std::vector<std::string>& row,
                          std::uint64_t line, bool vital);
  void Begin(CsvRow csv_row);
  void Send(const std::shared_ptr<Row>& row);
  void Answered(const std::shared_ptr<Row>& row, const grpc::Status& status);
  void Finish(const std::shared_ptr<Row>& row);
  void Refuse(const ImportRefusal& refusal);
  absl::Status AwaitRoom(const std::string& key);
  absl::Status AwaitEnd();
  void Tick();
  absl::Time Deadline() const;

  RpcClient& client_;
  const ImportMap& map_;
  const Options options_;
  std::set<std::string> prepared_;                               // Step and value.
  std::map<std::string, std::size_t, std::less<>> occurrences_;  // By key.
  absl::Time next_tick_ = absl::InfinitePast();
  mutable absl::Mutex mutex_;
  std::size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::string, std::less<>> keys_in_flight_ ABSL_GUARDED_BY(mutex_);
  absl::Status stopped_ ABSL_GUARDED_BY(mutex_);
  ImportProgress progress_ ABSL_GUARDED_BY(mutex_);
  absl::Mutex report_mutex_;
  projections::Workers timers_{1};
};

// Whether the same command may get another answer if it is sent again.
bool ShouldRetry(const grpc::Status& status);

}  // namespace sanzhang::app
