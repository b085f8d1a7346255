// Where an auditor's tools take the log from: a running server, a copy of a data folder or a
// backup, or an export. What they get is the same everywhere: the exact bytes of each record, in
// the order of positions.
//
// Guarantees
//   Whole     Every record of the range comes, once, in order; a missing one is DATA_LOSS with its
//             position, and so is one whose bytes can't be read as a record of that position. An
//             export of a part of the log (Filtered) has holes by nature: there, positions only
//             rise.
//   Harmless  No byte of a copy or an export is changed, not even by opening it.
//   Flat      Memory does not grow with the log.
// Errors  NOT_FOUND: nothing of that kind is there. FAILED_PRECONDITION: a process has the folder
//         open. DATA_LOSS: damaged, or a copy that misses files. Of a server: its own status, with
//         its reason as wire::ReasonOf reads it.
// Threads One at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace grpc {
class ChannelInterface;
}  // namespace grpc

namespace sanzhang::audit {

// Which records. A record must match all that is set; what does not is read and left out.
struct RecordRange {
  std::uint64_t first = 1;
  std::uint64_t last = 0;               // 0: where the log ends when the reading begins.
  std::string stream_prefix = {};       // As in `communities/heping/resolutions/r1`.
  std::string community = {};           // As in `communities/heping`.
  std::vector<std::string> types = {};  // Full names of facts, or packages that end in a dot.
};

class RecordSource {
 public:
  // Returns false to stop. The bytes are valid during the call only.
  using Visitor = absl::FunctionRef<bool(std::uint64_t position, std::string_view bytes)>;

  virtual ~RecordSource() = default;

  // OUT_OF_RANGE if the range begins or ends beyond the log.
  virtual absl::Status Read(const RecordRange& range, Visitor visit) = 0;
  // The last position; 0: the log is empty.
  virtual absl::StatusOr<std::uint64_t> End() = 0;
  // The signed checkpoint that stands beside the records, as it is; nothing if there is none. It is
  // not verified here.
  virtual absl::StatusOr<std::optional<std::string>> Checkpoint() = 0;
  // Whether records were left out when this source was made.
  virtual bool filtered() const { return false; }
  // What it is, for people: `server 127.0.0.1:7300`, `data folder /srv/copy`.
  virtual std::string Describe() const = 0;
};

using CallMetadata = std::vector<std::pair<std::string, std::string>>;

struct ServerSourceOptions {
  std::string address = {};  // For people.
  CallMetadata metadata = {};
  absl::Duration timeout = absl::Seconds(30);  // Of one page.
  double records_per_second_max = 0;           // 0: as fast as it goes.
};
// The log service behind the channel. Checks nothing before it is asked for something.
std::unique_ptr<RecordSource> MakeServerSource(std::shared_ptr<grpc::ChannelInterface> channel,
                                               ServerSourceOptions options);

// A data folder that no process has open: a copy, a restored backup, the folder of a server that is
// stopped. `path` is the folder that a server is told by `data`.
absl::StatusOr<std::unique_ptr<RecordSource>> OpenDataFolder(const std::string& path);

// A folder that `sanzhang audit export --format=ndjson` wrote, complete and not pseudonymous. Each
// line's leaf hash is compared with its bytes; files are compared with the manifest's hashes: those
// beside the records here, the records by a reading that comes to their end.
absl::StatusOr<std::unique_ptr<RecordSource>> OpenExport(const std::string& folder);

}  // namespace sanzhang::audit
