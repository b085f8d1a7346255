// A server of the past, within this process: the log up to a position, and every view of it, from
// wherever an auditor has the records. It answers as the server did that held no more than that; so
// the tools that ask servers read copies, backups and exports too, with no code of their own.
//
// The records are copied, byte for byte, into a log in a folder of its own, which goes with it: as
// much disk as the log and its views take, and no more memory than a server needs. Nobody can
// command it. It has no keys: words are not opened.
// Threads: all methods may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "services/audit/record_source.h"

namespace sanzhang::app {

class PastServer {
 public:
  struct Options {
    std::uint64_t as_of = 0;              // Position; 0: where the source ends.
    std::vector<std::string> views = {};  // Empty: all.
    // Called now and then, with the records copied, or applied by the view that is last, of all.
    std::function<void(std::uint64_t done, std::uint64_t all)> on_progress = {};
  };

  // Waits until every view has come to the position. The source's errors; FAILED_PRECONDITION: an
  // export of a part of the log; INTERNAL: a view stopped, or the disk is full.
  static absl::StatusOr<std::unique_ptr<PastServer>> Open(audit::RecordSource& source,
                                                          Options options);
  virtual ~PastServer() = default;

  // To the services of log and views.
  virtual std::shared_ptr<grpc::Channel> channel() = 0;
};

}  // namespace sanzhang::app
